//! The graph laid out in arrays: documents and claims in a fixed order, with small numbers for names.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use consilience_claim::{Claim, ClaimId, Date, Decimal, DocumentRecord, Rank, Unit};

use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

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
    pub(crate) claims: Vec<&'a Arc<Claim>>,
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
    /// The figures of its text and those of its claims, counted when they are first asked for.
    mentioned: OnceLock<Figures>,
    claimed: OnceLock<Figures>,
}

/// How often each figure occurs in a text, by what it measures; without its sign.
#[derive(Debug)]
struct Figures(HashMap<(Decimal, String), usize>);

impl Figures {
    fn new(all: impl Iterator<Item = (Decimal, String)>) -> Figures {
        let mut counts = HashMap::new();
        for (value, dimension) in all {
            *counts.entry((value.abs(), dimension)).or_default() += 1;
        }
        Figures(counts)
    }

    fn count(&self, value: Decimal, dimension: &str) -> usize {
        self.0.get(&(value.abs(), dimension.to_owned())).copied().unwrap_or(0)
    }
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
        items: Vec<(&'a ItemKey, Vec<usize>)>,
        config: &'d Config,
        identities: &'a Identities,
        rulings: &mut Rulings<'d>,
    ) -> Corpus<'a>
    where
        'a: 'd,
    {
        let late = |published: Option<&String>| {
            published.and_then(|p| day(p)).zip(config.as_of).is_some_and(|(day, last)| day > last)
        };
        let mut corpus = Corpus {
            docs: Vec::new(),
            claims: Vec::new(),
            ids: Vec::new(),
            doc_of: Vec::new(),
            items: Vec::new(),
            left_out: Vec::new(),
            decided: BTreeMap::new(),
        };
        let mut number = vec![usize::MAX; graph.size()];
        for document in graph.documents() {
            let (name, record) = (document.name, document.record);
            let mut claims = graph.claims_of(&document);
            // Each figure of a file of filings is known from a day of its own; so is each of a document that nobody read.
            let own_days = record.is_none() || is_filing(record);
            let silent = claims.is_empty();
            if own_days {
                claims.retain(|(_, claim)| !late(claim.published.as_ref()));
            }
            let too_late = match record {
                Some(record) if !own_days => late(record.published.as_ref()),
                _ => claims.is_empty() && !silent,
            };
            if too_late {
                corpus.left_out.push(name);
                continue;
            }
            let start = corpus.claims.len();
            for (node, claim) in claims {
                number[node] = corpus.claims.len();
                corpus.claims.push(claim);
                corpus.doc_of.push(corpus.docs.len());
            }
            let claims = start..corpus.claims.len();
            corpus.docs.push(Doc {
                name,
                record,
                claims,
                mentioned: OnceLock::new(),
                claimed: OnceLock::new(),
            });
        }
        corpus.ids = distinct_ids(&corpus.claims);
        let sha256 =
            |claim: usize| corpus.docs[corpus.doc_of[claim]].record.map_or("", |r| r.sha256.as_str());
        corpus.decided = rulings.settle_claims(&corpus.claims, &corpus.ids, sha256);
        let counts = |node: usize| {
            let claim = number[node];
            (claim != usize::MAX && corpus.decided.get(&claim) != Some(&false)).then_some(claim)
        };
        let mut rekeyed: BTreeMap<&'a ItemKey, Vec<usize>> = BTreeMap::new();
        for (key, mut about) in items {
            about.retain_mut(|node| {
                let Some(claim) = counts(*node) else { return false };
                if let Some(other) = identities.key(*node) {
                    rekeyed.entry(other).or_default().push(claim);
                    return false;
                }
                *node = claim;
                true
            });
            if !about.is_empty() {
                corpus.items.push((key, about));
            }
        }
        for (key, about) in rekeyed {
            match corpus.items.binary_search_by(|(k, _)| (*k).cmp(key)) {
                Ok(at) => corpus.items[at].1.extend(about),
                Err(at) => corpus.items.insert(at, (key, about)),
            }
        }
        corpus.items.par_iter_mut().for_each(|(_, about)| about.sort_unstable());
        corpus
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
        let figures = doc.mentioned.get_or_init(|| match doc.record.map(|r| &r.fingerprint.figures) {
            Some(figures) if !figures.is_empty() => {
                Figures::new(figures.iter().map(|f| (f.value, f.unit.dimension())))
            }
            _ => self.claimed(doc),
        });
        figures.count(value, &unit.dimension())
    }

    /// How many claims of a document tell a figure, whatever its sign.
    pub(crate) fn tells(&self, doc: usize, value: Decimal, dimension: &str) -> usize {
        let doc = &self.docs[doc];
        doc.claimed.get_or_init(|| self.claimed(doc)).count(value, dimension)
    }

    fn claimed(&self, doc: &Doc<'_>) -> Figures {
        Figures::new(self.claims[doc.claims.clone()].iter().map(|c| (c.value, c.unit.dimension())))
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
fn distinct_ids(claims: &[&Arc<Claim>]) -> Vec<ClaimId> {
    // Asked and never walked.
    let mut uses: HashMap<&ClaimId, usize> = HashMap::with_capacity(claims.len());
    for claim in claims {
        *uses.entry(&claim.id).or_default() += 1;
    }
    claims
        .iter()
        .map(|c| if uses.get(&c.id) == Some(&1) { c.id.clone() } else { ClaimId::derive(&c.id.0, c) })
        .collect()
}
