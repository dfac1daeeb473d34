//! The outcome as one page of HTML that needs nothing else: no network, no second file.
//!
//! Everything that can be read stands in the page as plain HTML, made by maud, which escapes; figures of a large
//! collection beyond what a page should hold are embedded as JSON ([`data`]) and shown by the page's own script, which
//! builds nodes and never parses markup. The policy in the head lets only that script and that style run, by their
//! hashes, and nothing be fetched. Nothing an article says reaches the page but as text.

mod chart;
mod conflicts;
mod consensus;
mod data;
mod graph;
mod overview;
mod page;
mod reader;
mod series;
mod ties;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use consilience_claim::{Claim, ClaimId, sha256_hex};
use consilience_reconcile::{Audit, RowKey, Verdict};
use maud::{Markup, PreEscaped, html};

use crate::anchor::{claim as claim_anchor, conflict as conflict_anchor, row as row_anchor};
use crate::{Sources, safe};

/// The whole outcome as one self-contained page.
///
/// # Errors
/// Those of the output.
pub fn html(audit: &Audit, sources: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
    page::write(&Report::new(audit, sources), out)
}

/// An outcome with what the sections of the page look up in it.
struct Report<'a> {
    audit: &'a Audit,
    sources: &'a dyn Sources,
    /// The claims of each document, in the order of their bytes.
    claims: Vec<Vec<&'a Claim>>,
    /// Document and place among its claims.
    place: HashMap<&'a ClaimId, (usize, usize)>,
    /// The row that a claim stands in.
    row: HashMap<&'a ClaimId, usize>,
    /// Anchors of the rows, in their order.
    anchors: Vec<String>,
}

impl<'a> Report<'a> {
    fn new(audit: &'a Audit, sources: &'a dyn Sources) -> Report<'a> {
        let docs: BTreeMap<&str, usize> =
            audit.documents.iter().enumerate().map(|(i, d)| (d.doc.as_str(), i)).collect();
        let mut claims: Vec<Vec<&Claim>> = vec![Vec::new(); audit.documents.len()];
        let mut place = HashMap::with_capacity(audit.claims.len());
        for claim in audit.claims.values() {
            if let Some(&doc) = docs.get(claim.doc.as_str()) {
                place.insert(&claim.id, (doc, claims[doc].len()));
                claims[doc].push(claim);
            }
        }
        let mut row = HashMap::with_capacity(audit.claims.len());
        // A claim that a derived figure rests on stands in the row that it speaks of itself.
        let (derived, stated): (Vec<_>, Vec<_>) =
            audit.consensus.iter().enumerate().partition(|(_, r)| r.verdict == Verdict::Derived);
        for (i, r) in stated.into_iter().chain(derived) {
            for id in &r.claims {
                row.entry(id).or_insert(i);
            }
        }
        let anchors = audit.consensus.iter().map(|r| row_anchor(&r.key)).collect();
        Report { audit, sources, claims, place, row, anchors }
    }

    /// A link to a document in the reader, by its name.
    fn doc_link(&self, doc: &str) -> Markup {
        html! { a href={ "#" (doc_anchor(doc)) } { (foreign(doc)) } }
    }

    /// The place of a row's key.
    fn row_at(&self, key: &RowKey) -> Option<usize> {
        self.audit.consensus.binary_search_by(|r| r.key.cmp(key)).ok().or_else(|| {
            // Rows that a decision made may stand apart from the order of keys.
            self.audit.consensus.iter().position(|r| r.key == *key)
        })
    }
}

/// By name and not by content: a link to a document outlives its correction.
fn doc_anchor(doc: &str) -> String {
    format!("doc-{}", &sha256_hex(doc.as_bytes())[..16])
}

/// Words of outsiders: kept from turning the direction of what stands around them, with controls made visible.
fn foreign(text: &str) -> Markup {
    html! { bdi { (safe::line(text)) } }
}

/// A language tag fit for an attribute.
fn lang(tag: &str) -> Option<&str> {
    let plain = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && tag != "und" && (2..=35).contains(&tag.len())).then_some(tag)
}

fn verdict(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Agreed => ("agreed", "●", "agreed"),
        Verdict::SingleOrigin => ("single", "○", "single origin"),
        Verdict::Contested => ("contested", "▲", "contested"),
        Verdict::Authoritative => ("authority", "■", "by authority"),
        Verdict::Derived => ("derived", "◇", "derived"),
    }
}

/// A verdict as a word with a sign: never by colour alone.
fn verdict_tag(of: Verdict) -> Markup {
    let (class, sign, word) = verdict(of);
    html! { span class={ "tag " (class) } { span aria-hidden="true" { (sign) " " } (word) } }
}

/// Trusted text of this crate, such as the style and the script.
fn ours(text: &'static str) -> PreEscaped<&'static str> {
    PreEscaped(text)
}
