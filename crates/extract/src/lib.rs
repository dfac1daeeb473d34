//! From articles to claims.
//!
//! [`read`] makes an article readable, [`extract`] finds the claims in it. Neither can fail: what was not
//! understood is listed in [`consilience_claim::DocumentRecord::problems`] beside what was.

mod document;
mod language;
mod read;

pub use document::{Article, Block, BlockKind, ByteMap, Document};

use consilience_claim::{Claim, DocumentRecord};

/// Everything the engine knows of languages, metrics, units and names.
#[derive(Debug)]
pub struct Lexicon {}

/// Why a lexicon could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct LexiconError {
    /// File of the lexicon.
    pub path: String,
    /// What is wrong, with line and column.
    pub message: String,
}

impl Lexicon {
    /// The lexicon that ships with the program.
    pub fn builtin() -> &'static Lexicon {
        static LEXICON: Lexicon = Lexicon {};
        &LEXICON
    }

    /// The shipped lexicon with a user's folders (laid out like `data/`) laid over it.
    ///
    /// # Errors
    /// [`LexiconError`] naming file and place.
    pub fn with_overlays(_folders: &[std::path::PathBuf]) -> Result<Lexicon, LexiconError> {
        Ok(Lexicon {})
    }
}

/// What was found in a document.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// The document's record, with problems and traces.
    pub record: DocumentRecord,
    /// Its claims, in the order of their bytes.
    pub claims: Vec<Claim>,
}

/// Makes an article readable.
pub fn read(article: &Article<'_>, _lexicon: &Lexicon) -> Document {
    Document {
        record: DocumentRecord { doc: article.doc.to_owned(), ..DocumentRecord::default() },
        text: String::from_utf8_lossy(article.bytes).into_owned(),
        map: ByteMap::default(),
        blocks: Vec::new(),
    }
}

/// Finds the claims of a document.
pub fn extract(document: Document, _lexicon: &Lexicon) -> Extraction {
    Extraction { record: document.record, claims: Vec::new() }
}
