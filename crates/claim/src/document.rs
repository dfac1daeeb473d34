use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Decimal, Unit};

/// What is known of a document besides its claims; enough to reconcile without its text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentRecord {
    /// Path relative to the deepest folder common to all arguments.
    pub doc: String,
    /// SHA-256 of the bytes as received, in hex.
    pub sha256: String,
    /// Who says it: outlet or filer.
    pub source: Option<String>,
    /// Main language, BCP 47.
    pub lang: Option<String>,
    /// Publication date, RFC 3339.
    pub published: Option<String>,
    /// What its word counts for.
    pub rank: Rank,
    /// What stood in the way of reading it.
    pub problems: Vec<Problem>,
    /// What tells whether two documents go back to one text.
    #[serde(skip)]
    pub fingerprint: Fingerprint,
}

/// What the word of a document counts for beside that of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// A text by somebody: it has a vote.
    #[default]
    Report,
    /// What a company filed of itself with an authority: what it says there holds, whatever others say.
    Filing,
}

/// Traces of a text that survive copying, cutting and translation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// The smallest hashes of the text's word shingles, sorted (a bottom-k sketch: Cohen & Kaplan 2007);
    /// survives copying and cutting.
    pub sketch: Vec<u64>,
    /// How many distinct shingles the text has.
    pub shingles: u32,
    /// Every quantity of the text in order, claims or not; survives translation.
    pub figures: Vec<Figure>,
    /// Names met in the text, in order of their first place, in canonical form.
    pub names: Vec<String>,
}

/// One quantity of a text, as a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The value in base units.
    pub value: Decimal,
    /// The unit.
    pub unit: Unit,
    /// Which paragraph of the text it stands in, counted from 0.
    pub paragraph: u32,
}

/// Something that could not be read, or was read with a doubt; the rest of the work went on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// The document, as in the claims.
    pub doc: String,
    /// Where in it, such as `line 3` or `bytes 10..400`; empty for the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What the user can do about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
