//! From articles to claims.
//!
//! [`read`] makes an article readable, [`extract`] finds the claims in it. Neither can fail: what was not
//! understood is listed in [`consilience_claim::DocumentRecord::problems`] beside what was.

mod attach;
mod cast;

mod claims;
mod confidence;
mod document;
mod language;
mod latin;
mod lexicon;
mod mentions;
mod number;
mod quantity;
mod read;
mod scan;
mod spell;
mod table;
mod when;

pub use confidence::{FACTS, Fact, facts};
pub use document::{Article, Block, BlockKind, ByteMap, Document};
pub use lexicon::{Lexicon, LexiconError, Lint, LintFinding, lint};
pub use mentions::{Amount, AmountOf, Mentions, mentions};

use consilience_claim::{Claim, DocumentRecord};

/// What was found in a document.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// The document's record, with problems and traces.
    pub record: DocumentRecord,
    /// Its claims, in the order of their bytes.
    pub claims: Vec<Claim>,
}

/// Makes an article readable.
pub fn read(article: &Article<'_>, lexicon: &Lexicon) -> Document {
    read::read(article, &lexicon.detector)
}

/// Finds the claims of an article made readable by [`read`]; `article` is the same that was read.
///
/// Every claim's span satisfies `bytes[start..end] == quote` for files in UTF-8; for other encodings the
/// quote is the decoded slice.
pub fn extract(document: Document, article: &Article<'_>, lexicon: &Lexicon) -> Extraction {
    let mut extraction = claims::extract(document, article, lexicon);
    extraction.claims.sort_by(|a, b| (a.span, a.value, &a.id).cmp(&(b.span, b.value, &b.id)));
    extraction
}
