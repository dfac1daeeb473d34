//! What the script shows: the rows in columns, and each document's claims, with its text where that is not written out.
//!
//! Texts that repeat are named once. A document is a block of its own, which the script reads when it is opened.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use consilience_claim::{Decimal, Problem};
use consilience_reconcile::{Row, Verdict};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use super::reader::{self, Shown};
use super::{Report, claim_anchor, conflict_anchor, doc_anchor, verdict};
use crate::text::{rank, values};
use crate::words::{detail, metric, period};
use crate::{PartKind, figure, safe};

/// Text that is embedded for the reader, in bytes; documents beyond it show their figures only.
const TEXT: usize = 32 << 20;

/// Writes the blocks; `written` documents, the first ones, stand in the page as HTML.
pub(super) fn write(report: &Report<'_>, written: &usize, out: &mut dyn Write) -> io::Result<()> {
    block(out, "data", &index(report, *written))?;
    let mut bytes = 0;
    for doc in 0..report.audit.documents.len() {
        let shown = if doc < *written || bytes > TEXT { None } else { reader::shown(report, doc) };
        let parts =
            shown.as_ref().map_or(0, |s| s.parts.iter().flat_map(|p| &p.pieces).map(|p| p.text.len()).sum());
        bytes += parts;
        block(out, &format!("data-{doc}"), &document(report, doc, shown))?;
    }
    Ok(())
}

fn block(out: &mut dyn Write, id: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" id=\"{id}\">")?;
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, InScript(CompactFormatter)))?;
    out.write_all(b"</script>\n")
}

/// JSON that ends no element it stands in and no line of a script.
struct InScript(CompactFormatter);

impl Formatter for InScript {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let Some(c) = from.chars().next() else { break };
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = &from[c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(out, escape)
    }
}

/// Texts by their number.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    number: HashMap<String, usize>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.number.get(text) {
            return *number;
        }
        let number = self.all.len();
        self.all.push(safe::line(text).into_owned());
        self.number.insert(text.to_owned(), number);
        number
    }
}

/// The rows in columns.
#[derive(Serialize, Default)]
struct Rows {
    id: Vec<String>,
    entity: Vec<usize>,
    metric: Vec<usize>,
    detail: Vec<usize>,
    period: Vec<usize>,
    unit: Vec<usize>,
    verdict: Vec<u8>,
    /// For reading, the leading one first.
    values: Vec<Vec<String>>,
    value: Vec<Option<String>>,
    low: Vec<Option<String>>,
    high: Vec<Option<String>>,
    /// In thousandths.
    confidence: Vec<u16>,
    counts: Vec<[usize; 3]>,
    /// Document, place among its claims, and side: 0 for the leading value, else the number of the rival.
    claims: Vec<Vec<usize>>,
    /// What is tied to it in time.
    related: ByRow<Vec<(String, Option<usize>)>>,
    conflicts: ByRow<Vec<(String, &'static str)>>,
    note: ByRow<String>,
}

/// By the number of a row, in order.
type ByRow<T> = BTreeMap<usize, T>;

#[derive(Serialize)]
struct Index {
    texts: Vec<String>,
    /// Class, sign and word of each, by what needs a decision first.
    verdicts: Vec<[&'static str; 3]>,
    rows: Rows,
    docs: Docs,
    written: usize,
}

#[derive(Serialize, Default)]
struct Docs {
    id: Vec<String>,
    name: Vec<String>,
    source: Vec<usize>,
    lang: Vec<usize>,
    published: Vec<usize>,
    origin: Vec<usize>,
    claims: Vec<usize>,
    problems: Vec<Vec<String>>,
}

fn index(report: &Report<'_>, written: usize) -> Index {
    let mut texts = Texts::default();
    let mut rows = Rows::default();
    for (i, row) in report.audit.consensus.iter().enumerate() {
        push(report, row, i, &mut texts, &mut rows);
    }
    for (i, row) in report.audit.consensus.iter().enumerate().filter(|(_, r)| !r.related.is_empty()) {
        let told = row.related.iter().map(|tied| {
            let amount = figure::amount_of(tied.value, &row.key.unit, row.key.aspect);
            let word = tied.relation.as_str().replace('_', " ");
            let target = report.row_at(&tied.key).filter(|t| *t != i);
            (safe::line(&format!("{word}: {amount}. {}", tied.explain)).into_owned(), target)
        });
        rows.related.insert(i, told.collect());
    }
    for conflict in &report.audit.conflicts {
        if let Some(row) = report.row_at(&conflict.key) {
            let entry = (conflict_anchor(conflict), conflict.severity.as_str());
            rows.conflicts.entry(row).or_default().push(entry);
        }
    }
    let mut docs = Docs::default();
    for document in &report.audit.documents {
        docs.id.push(doc_anchor(&document.doc));
        docs.name.push(safe::line(&document.doc).into_owned());
        docs.source.push(texts.number(document.source.as_deref().unwrap_or("")));
        docs.lang.push(texts.number(document.lang.as_deref().unwrap_or("")));
        docs.published.push(texts.number(document.published.as_deref().unwrap_or("")));
        docs.origin.push(texts.number(&document.origin));
        docs.claims.push(document.claims);
        let told = |p: &Problem| safe::line(&format!("{} {}", p.message, p.help)).into_owned();
        docs.problems.push(document.problems.iter().map(told).collect());
    }
    let mut order = [
        Verdict::Agreed,
        Verdict::SingleOrigin,
        Verdict::Contested,
        Verdict::Authoritative,
        Verdict::Derived,
    ];
    order.sort_by_key(|v| rank(*v));
    let verdicts = order.map(|v| <[&str; 3]>::from(verdict(v))).to_vec();
    Index { texts: texts.all, verdicts, rows, docs, written }
}

fn push(report: &Report<'_>, row: &Row, place: usize, texts: &mut Texts, rows: &mut Rows) {
    let plain = |d: Option<Decimal>| d.map(|d| d.normalize().to_string());
    rows.id.push(report.anchors[place].clone());
    rows.entity.push(texts.number(&row.key.entity));
    rows.metric.push(texts.number(&metric(&row.key.metric)));
    rows.detail.push(texts.number(&detail(&row.key).join(", ")));
    rows.period.push(texts.number(&period(&row.key.period)));
    rows.unit.push(texts.number(&row.key.unit.to_string()));
    rows.verdict.push(rank(row.verdict));
    let mut told: Vec<String> =
        values(report.audit, row).iter().map(|v| safe::line(v).into_owned()).collect();
    if told.is_empty() {
        told.push(figure::range(&row.interval, &row.key.unit));
    }
    rows.values.push(told);
    rows.value.push(plain(row.value));
    rows.low.push(plain(row.interval.low()));
    rows.high.push(plain(row.interval.high()));
    rows.confidence.push(row.confidence.thousandths());
    rows.counts.push([row.n_claims, row.n_documents, row.n_origins]);
    let claims = row.claims.iter().filter_map(|id| {
        let (doc, claim) = report.place.get(id)?;
        let side = row.rivals.iter().position(|r| r.claims.contains(id)).map_or(0, |r| r + 1);
        Some([*doc, *claim, side])
    });
    rows.claims.push(claims.flatten().collect());
    if let Some(note) = &row.note {
        rows.note.insert(place, safe::line(note).into_owned());
    }
}

/// A document: its claims, its text in pieces, and the claims that the text does not hold.
#[derive(Serialize)]
struct Document {
    claims: Vec<ClaimCells>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Vec<PartCells>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<usize>,
}

/// Anchor, quote, figure, row, what it is about.
type ClaimCells = (String, String, String, Option<usize>, String);
/// Kind, language, pieces: texts, or a text with its claims.
type PartCells = (&'static str, String, Vec<PieceCells>);

#[derive(Serialize)]
#[serde(untagged)]
enum PieceCells {
    Words(String),
    Mark(String, Vec<usize>),
}

fn document(report: &Report<'_>, doc: usize, shown: Option<Shown>) -> Document {
    let claims = report.claims[doc].iter().map(|claim| {
        let row = report.row.get(&claim.id).copied();
        // The row says it where there is one.
        let about =
            if row.is_some() { String::new() } else { safe::line(&reader::about(claim)).into_owned() };
        let (quote, says) =
            (safe::line(&claim.quote).into_owned(), safe::line(&figure::claim(claim)).into_owned());
        (claim_anchor(&claim.id), quote, says, row, about)
    });
    let claims = claims.collect();
    let Some(shown) = shown else { return Document { claims, text: None, elsewhere: Vec::new() } };
    let parts = shown.parts.into_iter().map(|part| {
        let kind = match part.kind {
            PartKind::Heading => "h3",
            PartKind::Paragraph => "p",
            PartKind::Item => "item",
            PartKind::RowStart => "row",
            PartKind::Cell => "cell",
            PartKind::Furniture => "furniture",
        };
        let tag = part.lang.as_deref().and_then(super::lang).unwrap_or("").to_owned();
        let pieces = part.pieces.into_iter().map(|piece| {
            if piece.claims.is_empty() {
                PieceCells::Words(piece.text)
            } else {
                PieceCells::Mark(piece.text, piece.claims)
            }
        });
        (kind, tag, pieces.collect())
    });
    Document { claims, text: Some(parts.collect()), elsewhere: shown.elsewhere }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_text_ends_nothing_and_reads_back() {
        for text in ["</script><script>x()", "<!--", "a & b > c", "\u{2028}\u{2029}", "\"\\\n\u{1}é兆"] {
            let mut out = Vec::new();
            block(&mut out, "x", &text).unwrap();
            let written = String::from_utf8(out).unwrap();
            let json = written.strip_prefix("<script type=\"application/json\" id=\"x\">").unwrap();
            let json = json.strip_suffix("</script>\n").unwrap();
            assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{json}");
            assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
        }
    }
}
