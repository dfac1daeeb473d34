//! PDF: the text that its pages hold, page by page.
//!
//! Bytes of such a file are no text, so nothing can be quoted from them: positions count in the text that is made
//! here, in which a form feed parts the pages. Files come from strangers: what they unpack to is measured first,
//! their work is counted, and a panic of the library that takes them apart costs the file.

mod bomb;
mod glyphs;
mod layout;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use consilience_claim::Problem;
use hayro_syntax::Pdf;
use memchr::memmem;

use super::Metadata;
use crate::document::Block;
use glyphs::{Budget, Fonts};
use layout::PageText;

/// A file is no larger than this.
const LARGEST: usize = 256 << 20;
/// Pages of one file beyond this are left out.
const PAGES: usize = 5_000;
/// Instructions and characters of one file beyond this are left out.
const STEPS: usize = 20_000_000;
const GLYPHS: usize = 20_000_000;
/// How far into a file its first words may stand, as other readers look for them.
const HEADER_WITHIN: usize = 1024;

/// Whether these are the bytes of a PDF.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
    // Text that speaks of the format has words before; a file may have a mark or blanks.
    memmem::find(head, b"%PDF-")
        .is_some_and(|at| at == 0 || !head[..at].iter().any(u8::is_ascii_alphanumeric))
}

/// The text, its passages and what stood in the way.
#[derive(Default)]
pub(super) struct PdfText {
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
    pub(super) metadata: Metadata,
    pub(super) problems: Vec<Problem>,
}

/// Reads a file.
pub(super) fn read(doc: &str, bytes: &[u8]) -> PdfText {
    let refused = |message: &str, help: &str| PdfText {
        problems: vec![problem(doc, String::new(), message.to_owned(), help)],
        ..PdfText::default()
    };
    if bytes.len() > LARGEST {
        return refused("a PDF of more than 256 MB is not read", "split it into parts");
    }
    if is_encrypted(bytes) {
        return refused(
            "the PDF is encrypted",
            "save it without protection (print it to a new PDF, or `qpdf --decrypt IN OUT`) and read that",
        );
    }
    if bomb::is_bomb(bytes) {
        return refused(
            "the PDF unpacks to more than 512 MB and is not read",
            "it is damaged or made to do harm; if it is neither, print it to a new PDF and read that",
        );
    }
    // The library says of itself that odd files may make it panic.
    match catch_unwind(AssertUnwindSafe(|| pages(doc, bytes))) {
        Ok(text) => text,
        Err(_) => refused(BROKEN, BROKEN_HELP),
    }
}

const BROKEN: &str = "the PDF is broken: its parts cannot be found";
const BROKEN_HELP: &str = "fetch it again, or open it in a viewer and print it to a new PDF";

fn problem(doc: &str, place: String, message: String, help: &str) -> Problem {
    Problem { doc: doc.to_owned(), place, message, help: help.to_owned() }
}

/// Whether the file says how it is encrypted. Its other parts cannot be looked at before they are decrypted, so
/// that nothing would tell how much they unpack to.
fn is_encrypted(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"/Encrypt").any(|at| {
        let rest = bytes[at + b"/Encrypt".len()..].trim_ascii_start();
        let reference = rest
            .iter()
            .position(|b| !b.is_ascii_digit())
            .is_some_and(|n| n > 0 && rest[n..].trim_ascii_start().starts_with(b"0 R"));
        reference || rest.starts_with(b"<<")
    })
}

fn pages(doc: &str, bytes: &[u8]) -> PdfText {
    let mut out = PdfText::default();
    let Ok(pdf) = Pdf::new(bytes.to_vec()) else {
        out.problems.push(problem(doc, String::new(), BROKEN.to_owned(), BROKEN_HELP));
        return out;
    };
    let mut fonts = Fonts::new();
    let mut budget = Budget { steps: STEPS, glyphs: GLYPHS };
    let mut pages = Vec::new();
    let count = pdf.pages().len();
    let mut unread: Option<usize> = None;
    for (i, page) in pdf.pages().iter().enumerate() {
        if i >= PAGES || budget.steps == 0 || budget.glyphs == 0 {
            unread = Some(i);
            break;
        }
        let (width, height) = page.render_dimensions();
        pages.push(PageText { glyphs: glyphs::page(page, &mut fonts, &mut budget), height, width });
    }
    if unread.is_none() && (budget.steps == 0 || budget.glyphs == 0) {
        unread = Some(count.saturating_sub(1));
    }
    if let Some(from) = unread {
        out.problems.push(problem(
            doc,
            format!("page {}", from + 1),
            format!("from page {} of {count} on the PDF is too large to be read whole", from + 1),
            "split it into parts",
        ));
    }
    let all = pages.iter().flat_map(|p| &p.glyphs).filter(|g| !g.c.is_whitespace());
    let (known, unknown) = all.fold((0usize, 0usize), |(known, unknown), g| {
        if g.c == char::REPLACEMENT_CHARACTER { (known, unknown + 1) } else { (known + 1, unknown) }
    });
    if count == 0 {
        out.problems.push(problem(doc, String::new(), BROKEN.to_owned(), BROKEN_HELP));
        return out;
    }
    if known + unknown == 0 {
        let message = format!(
            "no text on {count} page{}: a scan, or pictures of text",
            if count == 1 { "" } else { "s" }
        );
        out.problems.push(problem(
            doc,
            String::new(),
            message,
            "run text recognition over it first (for example `ocrmypdf IN OUT`)",
        ));
        return out;
    }
    if unknown * 10 > known {
        let first = pages.iter().position(|p| p.glyphs.iter().any(|g| g.c == char::REPLACEMENT_CHARACTER));
        out.problems.push(problem(
            doc,
            first.map_or_else(String::new, |p| format!("page {}", p + 1)),
            format!("{unknown} of {} characters have no meaning that the PDF tells", known + unknown),
            "its fonts lack the table that says so: run text recognition over it (`ocrmypdf --force-ocr IN OUT`)",
        ));
    }
    out.metadata.lang = glyphs::language(&pdf);
    (out.text, out.blocks) = layout::text(pages, &mut out.metadata);
    out
}
