//! Renders what the reconciler found: text for a terminal, a page of HTML, JSON, JSON Lines, CSV and Markdown, and what build
//! servers and code reviews take (SARIF, JUnit, annotations).
//!
//! Nothing here computes: what is printed stands in the [`consilience_reconcile::Audit`] or in the claims.
//! The words of an article are data: each output neutralises what its reader would act on, control and
//! direction characters on a terminal ([`safe`]), formulas in a spreadsheet ([`table`]), markup in
//! Markdown ([`markdown`]), anything but text in HTML ([`html()`]). Figures are made readable in one place, [`figure`].

pub mod anchor;
#[cfg(test)]
mod cases;
pub mod claim_review;
mod conflict;
mod datapackage;
mod excerpt;
mod explain;
pub mod figure;
mod finding;
pub mod fused;
pub mod github;
mod html;
pub mod junit;
pub mod markdown;
mod pairs;
pub mod prov;
pub mod safe;
pub mod sarif;
pub mod schema;
mod screen;
pub mod table;
mod text;
mod words;

use std::ops::Range;

use consilience_claim::Span;

pub use datapackage::datapackage;
pub use explain::{Topic, explain_json, explain_text};
pub use html::html;
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

/// A document for reading, with the words of claims found in it.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The readable text.
    pub text: String,
    /// Its passages, in order, without overlap.
    pub parts: Vec<Part>,
    /// For each span that was asked for, its byte range in `text`; `None` where the text does not hold it.
    pub marks: Vec<Option<Range<usize>>>,
}

/// A passage of a document.
#[derive(Debug, Clone)]
pub struct Part {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: PartKind,
    /// Its language, where it is known.
    pub lang: Option<String>,
}

/// What a passage of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// The title, or a heading.
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list.
    Item,
    /// The first cell of a row of a table.
    RowStart,
    /// Another cell of that row.
    Cell,
    /// Menus, cookie boxes, counters.
    Furniture,
}

/// Where reports get the words around a claim; only the program knows where documents lie.
pub trait Sources {
    /// The words around a span of a document; `None` where the document is not at hand.
    fn passage(&self, doc: &str, span: Span) -> Option<Passage>;

    /// A whole document with the places of spans in it; `None` where it is not at hand or is no prose.
    fn reading(&self, _doc: &str, _spans: &[Span]) -> Option<Reading> {
        None
    }

    /// The file that holds this document and nothing else; `None` where there is none.
    fn file(&self, _doc: &str) -> Option<Place> {
        None
    }
}

/// A file by its names, with `/` between parts.
#[derive(Debug, Clone)]
pub struct Place {
    /// From the working directory where it lies under it, else as it was given.
    pub path: String,
    /// From the root.
    pub absolute: String,
}

/// No document is at hand: quotes stand alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSources;

impl Sources for NoSources {
    fn passage(&self, _doc: &str, _span: Span) -> Option<Passage> {
        None
    }
}
