use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{Aspect, Bound, Modality, Period, Quantity, Unit, exact};

/// One quantitative statement at one place of one document.
///
/// Field by field the JSON object of the contract; unknown fields are kept in [`Claim::extra`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    /// Derived from content, never from order; see [`ClaimId::derive`].
    #[serde(default)]
    pub id: ClaimId,
    /// Path of the document, `/` separators.
    pub doc: String,
    /// Outlet or filer.
    #[serde(default)]
    pub source: Option<String>,
    /// Byte span of the value expression in the file as received.
    #[serde(flatten)]
    pub span: Span,
    /// Number, scale and currency or percent sign, exactly as written.
    #[serde(default)]
    pub quote: String,
    /// BCP 47, of the passage.
    #[serde(default)]
    pub lang: String,
    /// Common name without legal form.
    pub entity: String,
    /// The catalogue's id for the entity, where it has one.
    #[serde(default)]
    pub entity_id: Option<String>,
    /// Metric id or English head noun in snake_case.
    pub metric: String,
    /// Level, growth, change or running total.
    #[serde(default)]
    pub aspect: Aspect,
    /// The time spoken of.
    #[serde(default)]
    pub period: Period,
    /// Fiscal label as written, where it differs from the calendar.
    #[serde(default)]
    pub period_label: Option<String>,
    /// Base units, exact; percent in points; a fall is negative.
    #[serde(serialize_with = "write_decimal", deserialize_with = "read_decimal")]
    pub value: Decimal,
    /// ISO 4217 code, `USD/share`, `percent`, `people` …
    pub unit: Unit,
    /// Half a unit of the last significant digit, base units.
    #[serde(default, serialize_with = "write_optional", deserialize_with = "read_optional")]
    pub precision: Option<Decimal>,
    /// The wording's bound on the magnitude.
    #[serde(default)]
    pub bound: Bound,
    /// Fact, forecast, plan or supposition.
    #[serde(default)]
    pub modality: Modality,
    /// What keeps two figures of one data item apart, sorted.
    #[serde(default)]
    pub qualifiers: Vec<String>,
    /// Who is quoted as saying it.
    #[serde(default)]
    pub attributed_to: Option<String>,
    /// The document's date, RFC 3339.
    #[serde(default)]
    pub published: Option<String>,
    /// Calibrated probability that the claim is read right.
    #[serde(default)]
    pub confidence: Confidence,
    /// What read it.
    #[serde(default)]
    pub rule: String,
    /// The page, from 1, of a document in pages (a PDF); its span counts in the text read from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The earlier claim of the same document that this one repeats; a repeat has no vote of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_of: Option<ClaimId>,
    /// The words behind each field, so that the reading can be shown step by step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading: Vec<Evidence>,
    /// Fields of the input that consilience does not know, passed through.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Byte offsets in a file as received, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The words that gave a claim one of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The field: `value`, `unit`, `entity`, `metric`, `aspect`, `period`, `modality`, `bound` …
    pub field: String,
    /// Where the words stand; `None` where the field comes from context or a default.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// What was concluded from them, in words.
    pub because: String,
}

/// The name of a claim: 16 hex digits of a hash over document, place and reading. Copies share one text: an audit
/// names each claim several times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimId(pub Arc<str>);

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl ClaimId {
    /// The id of a claim: from the document's hash, its name, the span and the reading, so that adding a
    /// document renumbers nothing and the same statement keeps its name from run to run.
    pub fn derive(document_sha256: &str, claim: &Claim) -> ClaimId {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        field(document_sha256);
        claim.reading(field);
        let hex: String = hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect();
        ClaimId(hex.into())
    }
}

/// A probability in thousandths, so that equal inputs print equal bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u16);

impl Default for Confidence {
    fn default() -> Self {
        Confidence::UNSTATED
    }
}

impl Confidence {
    /// What is assumed of a claim that comes without one: whoever hands in a table and says nothing of doubts has none
    /// beyond the ordinary. It is about what the reader here gives a sentence in which nothing is doubtful.
    pub const UNSTATED: Confidence = Confidence(850);

    /// A probability given in thousandths, at most 1000.
    pub fn per_mille(thousandths: u16) -> Confidence {
        Confidence(thousandths.min(1000))
    }

    /// The probability in thousandths.
    pub fn thousandths(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&(f64::from(self.0) / 1000.0).to_string())
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Confidence, D::Error> {
        let share = f64::deserialize(deserializer)?;
        if !(0.0..=1.0).contains(&share) {
            return Err(serde::de::Error::custom(format!("confidence {share} is not between 0 and 1")));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in 0..=1000, checked above"
        )]
        Ok(Confidence((share * 1000.0).round() as u16))
    }
}

/// Why a line is not a claim.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClaimError(#[from] serde_json::Error);

impl Claim {
    /// Hands over, one text per field, the place of the claim and what it says there.
    ///
    /// Equal quantities give equal texts however they are written; the precision is not among them.
    pub fn reading(&self, mut field: impl FnMut(&str)) {
        field(&self.doc);
        field(&format!("{}..{}", self.span.start, self.span.end));
        field(&self.entity);
        field(&self.metric);
        field(self.aspect.as_str());
        field(&self.period.to_string());
        field(&self.value.normalize().to_string());
        field(&self.unit.to_string());
        field(self.bound.as_str());
        field(self.modality.as_str());
        for qualifier in &self.qualifiers {
            field(qualifier);
        }
    }

    /// Reads one JSON object. A claim without an `id` gets one derived from its content.
    ///
    /// # Errors
    /// [`ClaimError`] naming the field.
    pub fn from_json(line: &str) -> Result<Claim, ClaimError> {
        let mut claim: Claim = serde_json::from_str(line)?;
        claim.qualifiers.sort();
        claim.qualifiers.dedup();
        if claim.id == ClaimId::default() {
            claim.id = ClaimId::derive("", &claim);
        }
        Ok(claim)
    }

    /// The figure with the room its wording leaves.
    pub fn quantity(&self) -> Quantity {
        Quantity::new(self.value, self.precision, self.bound, self.unit.clone())
    }
}

fn write_decimal<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.normalize())
}

fn write_optional<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => write_decimal(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// A decimal as a string, or as a JSON number short enough that its digits are surely those that were written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Number(serde_json::Number),
}

impl Written {
    fn read<E: serde::de::Error>(&self) -> Result<Decimal, E> {
        let text = match self {
            Written::Text(text) => text.clone(),
            Written::Number(number) => number.to_string(),
        };
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if matches!(self, Written::Number(n) if n.is_f64()) && digits > 15 {
            return Err(E::custom(format!(
                "{text} has more digits than a JSON number keeps; write it as a string"
            )));
        }
        exact::parse(&text).map_err(|e| E::custom(format!("«{text}»: {e}")))
    }
}

fn read_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Written::deserialize(deserializer)?.read()
}

fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    Option::<Written>::deserialize(deserializer)?.map(|w| w.read()).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str = r#"{"doc":"a.txt","start":3,"end":9,"entity":"Toyota","metric":"revenue",
        "period":"2023-Q2","value":"45000000000","unit":"USD"}"#;

    #[test]
    fn a_minimal_line_is_a_claim_with_defaults() {
        let claim = Claim::from_json(MINIMAL).unwrap();
        assert_eq!(
            (claim.aspect, claim.bound, claim.modality),
            (Aspect::Level, Bound::Exact, Modality::Actual)
        );
        assert_eq!((claim.span.start, claim.span.end), (3, 9));
        assert_eq!(claim.id.0.len(), 16);
        assert!(claim.precision.is_none());
    }

    #[test]
    fn a_claim_reads_back_from_its_own_json_with_unknown_fields_kept() {
        let line = MINIMAL.replace("\"unit\"", "\"model\":\"x1\",\"precision\":0.5,\"unit\"");
        let claim = Claim::from_json(&line).unwrap();
        let written = serde_json::to_string(&claim).unwrap();
        let again = Claim::from_json(&written).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
        assert_eq!(claim.extra["model"], "x1");
        assert!(written.contains(r#""precision":"0.5""#) && written.contains(r#""start":3"#), "{written}");
    }

    #[test]
    fn figures_that_would_be_rounded_are_refused() {
        for (value, message) in [
            ("\"1e400\"", "not a decimal number"),
            ("1234567890123456.78", "write it as a string"),
            ("\"99999999999999999999999999999999\"", "28 digits"),
            ("\"abc\"", "not a decimal number"),
        ] {
            let line = MINIMAL.replace("\"45000000000\"", value);
            let error = Claim::from_json(&line).unwrap_err().to_string();
            assert!(error.contains(message), "{value}: {error}");
        }
        assert_eq!(
            Claim::from_json(&MINIMAL.replace("\"45000000000\"", "45.5")).unwrap().value.to_string(),
            "45.5"
        );
    }

    #[test]
    fn ids_depend_on_content_alone() {
        let claim = Claim::from_json(MINIMAL).unwrap();
        let id = ClaimId::derive("ab", &claim);
        assert_eq!(id, ClaimId::derive("ab", &claim.clone()));
        assert_ne!(id, ClaimId::derive("cd", &claim));
        let mut moved = claim.clone();
        moved.span.start += 1;
        assert_ne!(id, ClaimId::derive("ab", &moved));
        let mut reread = claim;
        reread.period = Period::Unspecified;
        assert_ne!(id, ClaimId::derive("ab", &reread));
    }
}
