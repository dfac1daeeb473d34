//! The graph laid out in arrays: documents and claims in a fixed order, with small numbers for names.

use std::collections::BTreeMap;

use consilience_claim::{Claim, ClaimId, Date, Decimal, DocumentRecord, Rank, Unit};

use crate::Config;
use crate::decisions::Rulings;
use crate::graph::{ClaimGraph, ItemKey};
use crate::identity::Identities;

/// How surely a claim was read that a person accepted, in thousandths.
const ACCEPTED: u16 = 999;

/// Everything a reconciliation looks at.
pub(crate) struct Corpus<'a> {
    /// Sorted by name.
    pub(crate) docs: Vec<Doc<'a>>,
    /// In the order of documents and bytes.
    pub(crate) claims: Vec<&'a Claim>,
    /// The ids under which claims leave; those of the claims unless two share one.
    pub(crate) ids: Vec<ClaimId>,
    /// Document of each claim.
    pub(crate) doc_of: Vec<usize>,
    /// Sorted by key, each with its claims in order.
    pub(crate) items: Vec<(&'a ItemKey, Vec<usize>)>,
    /// Names of documents that came too late, sorted.
    pub(crate) left_out: Vec<&'a str>,
    /// The claims that a person accepted or rejected; rejected ones are about no item.
    decided: BTreeMap<usize, bool>,
}

/// A document with its claims.
pub(crate) struct Doc<'a> {
    pub(crate) name: &'a str,
    pub(crate) record: Option<&'a DocumentRecord>,
    pub(crate) claims: std::ops::Range<usize>,
}

impl Doc<'_> {
    /// Whether the document is of those that votes do not outweigh.
    pub(crate) fn is_filing(&self) -> bool {
        is_filing(self.record)
    }
}

fn is_filing(record: Option<&DocumentRecord>) -> bool {
    record.is_some_and(|r| r.rank == Rank::Filing)
}

impl<'a> Corpus<'a> {
    pub(crate) fn new<'d>(
        graph: &'a ClaimGraph,
        config: &'d Config,
        identities: &'a Identities,
        rulings: &mut Rulings<'d>,
    ) -> Corpus<'a>
    where
        'a: 'd,
    {
        let all = graph.claims();
        let late = |published: Option<&String>| {
            published.and_then(|p| day(p)).zip(config.as_of).is_some_and(|(day, last)| day > last)
        };
        // Each figure of a file of filings is known from a day of its own; so is each of a document that nobody read.
        let mut known: BTreeMap<&str, bool> = BTreeMap::new();
        for (_, claim) in all.iter().filter(|_| config.as_of.is_some()) {
            *known.entry(&claim.doc).or_default() |= !late(claim.published.as_ref());
        }
        let mut left_out: Vec<&str> = Vec::new();
        let mut docs: Vec<Doc<'a>> = Vec::new();
        for (name, record) in graph.documents() {
            let too_late = match record {
                Some(record) if !is_filing(Some(record)) => late(record.published.as_ref()),
                _ => known.get(name) == Some(&false),
            };
            if too_late {
                left_out.push(name);
            } else {
                docs.push(Doc { name, record, claims: 0..0 });
            }
        }
        let place: BTreeMap<&str, usize> = docs.iter().enumerate().map(|(i, d)| (d.name, i)).collect();

        let mut number = BTreeMap::new();
        let (mut claims, mut doc_of) = (Vec::new(), Vec::new());
        for (node, claim) in all {
            let Some(&doc) = place.get(claim.doc.as_str()) else { continue };
            let own_day = docs[doc].record.is_none() || docs[doc].is_filing();
            if own_day && late(claim.published.as_ref()) {
                continue;
            }
            if docs[doc].claims.is_empty() {
                docs[doc].claims = claims.len()..claims.len();
            }
            number.insert(node, claims.len());
            claims.push(claim);
            doc_of.push(doc);
            docs[doc].claims.end = claims.len();
        }

        let ids = distinct_ids(&claims);
        let sha256 = |claim: usize| docs[doc_of[claim]].record.map_or("", |r| r.sha256.as_str());
        let decided = rulings.settle_claims(&claims, &ids, sha256);
        let counts = |node: &usize| number.get(node).copied().filter(|c| decided.get(c) != Some(&false));
        let mut items: Vec<(&'a ItemKey, Vec<usize>)> = Vec::new();
        let mut rekeyed: BTreeMap<&'a ItemKey, Vec<usize>> = BTreeMap::new();
        for (key, nodes) in graph.items() {
            let mut about: Vec<usize> = Vec::new();
            for (node, claim) in nodes.iter().filter_map(|n| Some((*n, counts(n)?))) {
                match identities.key(node) {
                    Some(other) => rekeyed.entry(other).or_default().push(claim),
                    None => about.push(claim),
                }
            }
            if !about.is_empty() {
                items.push((key, about));
            }
        }
        for (key, about) in rekeyed {
            match items.binary_search_by(|(k, _)| (*k).cmp(key)) {
                Ok(at) => items[at].1.extend(about),
                Err(at) => items.insert(at, (key, about)),
            }
        }
        items.iter_mut().for_each(|(_, about)| about.sort_unstable());
        Corpus { docs, claims, ids, doc_of, items, left_out, decided }
    }

    /// How surely a claim was read, in thousandths; one that a person accepted was.
    pub(crate) fn confidence(&self, claim: usize) -> u16 {
        let read = self.claims[claim].confidence.thousandths();
        if self.decided.get(&claim) == Some(&true) { ACCEPTED } else { read }
    }

    /// Who says what a document says: its own source, or that of its first claim.
    pub(crate) fn source(&self, doc: usize) -> Option<&'a str> {
        let doc = &self.docs[doc];
        let own = doc.record.and_then(|r| r.source.as_deref());
        let first = || self.claims.get(doc.claims.clone())?.first()?.source.as_deref();
        own.or_else(first).filter(|s| !s.trim().is_empty())
    }

    /// When a document was published, as written.
    pub(crate) fn published(&self, doc: usize) -> Option<&'a str> {
        let doc = &self.docs[doc];
        let own = doc.record.and_then(|r| r.published.as_deref());
        own.or_else(|| self.claims.get(doc.claims.clone())?.first()?.published.as_deref())
    }

    /// The day on which a document was published.
    pub(crate) fn day(&self, doc: usize) -> Option<Date> {
        day(self.published(doc)?)
    }

    /// The language of a document: declared, or that of most of its claims.
    pub(crate) fn lang(&self, doc: usize) -> Option<&'a str> {
        let doc = &self.docs[doc];
        if let Some(lang) = doc.record.and_then(|r| r.lang.as_deref()) {
            return Some(lang);
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for claim in self.claims[doc.claims.clone()].iter().filter(|c| !c.lang.is_empty()) {
            *counts.entry(&claim.lang).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(lang, n)| (*n, std::cmp::Reverse(*lang))).map(|(lang, _)| lang)
    }

    /// How often a document mentions a figure, in any row or none; the sign is left to the words.
    pub(crate) fn mentions(&self, doc: usize, value: Decimal, unit: &Unit) -> usize {
        let doc = &self.docs[doc];
        let same = |v: Decimal, u: &Unit| v.abs() == value.abs() && u.dimension() == unit.dimension();
        match doc.record.map(|r| &r.fingerprint.figures) {
            Some(figures) if !figures.is_empty() => figures.iter().filter(|f| same(f.value, &f.unit)).count(),
            _ => self.claims[doc.claims.clone()].iter().filter(|c| same(c.value, &c.unit)).count(),
        }
    }

    pub(crate) fn doc_names(&self, docs: impl IntoIterator<Item = usize>) -> Vec<String> {
        docs.into_iter().map(|d| self.docs[d].name.to_owned()).collect()
    }

    pub(crate) fn claim_ids(&self, claims: impl IntoIterator<Item = usize>) -> Vec<ClaimId> {
        claims.into_iter().map(|c| self.ids[c].clone()).collect()
    }
}

/// The day of a date and time as published.
fn day(published: &str) -> Option<Date> {
    published.get(..10)?.parse().ok()
}

/// Two extractors may both number their claims 1, 2, 3; such claims get the id that their content gives.
fn distinct_ids(claims: &[&Claim]) -> Vec<ClaimId> {
    let mut uses: BTreeMap<&ClaimId, usize> = BTreeMap::new();
    for claim in claims {
        *uses.entry(&claim.id).or_default() += 1;
    }
    claims
        .iter()
        .map(|c| if uses.get(&c.id) == Some(&1) { c.id.clone() } else { ClaimId::derive(&c.id.0, c) })
        .collect()
}
