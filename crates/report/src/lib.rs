//! Renders what the reconciler found: text for a terminal, JSON, JSON Lines, CSV and Markdown, and what build
//! servers and code reviews take (SARIF, JUnit, annotations).
//!
//! Nothing here computes: what is printed stands in the [`consilience_reconcile::Audit`] or in the claims.
//! The words of an article are data: each output neutralises what its reader would act on, control and
//! direction characters on a terminal ([`safe`]), formulas in a spreadsheet ([`table`]), markup in
//! Markdown ([`markdown`]). Figures are made readable in one place, [`figure`].

#[cfg(test)]
mod cases;
mod conflict;
mod excerpt;
mod explain;
pub mod figure;
mod finding;
pub mod fused;
pub mod github;
pub mod junit;
pub mod markdown;
mod pairs;
pub mod safe;
pub mod sarif;
pub mod schema;
mod screen;
pub mod table;
mod text;
mod words;

use std::ops::Range;

use consilience_claim::Span;

pub use explain::{Topic, explain_json, explain_text};
pub use screen::Screen;
pub use text::{audit_text, claims_text, summary, table_text};

/// The words around a span, for a reader.
#[derive(Debug, Clone)]
pub struct Passage {
    /// Line in the file as received, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The readable text around the span, or a part of it.
    pub text: String,
    /// Byte range of the span in `text`.
    pub mark: Range<usize>,
}

/// Where reports get the words around a claim; only the program knows where documents lie.
pub trait Sources {
    /// The words around a span of a document; `None` where the document is not at hand.
    fn passage(&self, doc: &str, span: Span) -> Option<Passage>;

    /// The path of the file that holds this document and nothing else, `/` separators, from the working directory
    /// where it lies under it; `None` where there is no such file.
    fn file(&self, _doc: &str) -> Option<String> {
        None
    }
}

/// No document is at hand: quotes stand alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSources;

impl Sources for NoSources {
    fn passage(&self, _doc: &str, _span: Span) -> Option<Passage> {
        None
    }
}
