//! The claim graph: documents assert claims, claims are about data items.
//!
//! Building it is a join: documents, claims and items are keyed by content and the richer of two records
//! stays, so graphs built anywhere merge in any order, even twice, to the same graph. petgraph stays
//! behind [`ClaimGraph`]; node indices never leave.

use std::collections::BTreeMap;

use consilience_claim::{Aspect, Claim, ClaimId, DocumentRecord, Modality, Period};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use xxhash_rust::xxh3::Xxh3;

use crate::metrics::{self, Kind};

/// Claims and documents, keyed by data item.
#[derive(Debug, Clone, Default)]
pub struct ClaimGraph {
    graph: DiGraph<Node, Edge>,
    documents: BTreeMap<String, NodeIndex>,
    claims: BTreeMap<(ClaimId, u64), NodeIndex>,
    items: BTreeMap<ItemKey, NodeIndex>,
}

#[derive(Debug, Clone)]
enum Node {
    /// `None` until the record arrives: claims from a table name documents that nobody read.
    Document(Option<Box<DocumentRecord>>),
    Claim(Box<Claim>),
    Item,
}

#[derive(Debug, Clone, Copy)]
enum Edge {
    Asserts,
    About,
}

impl ClaimGraph {
    /// Adds a document; adding one twice changes nothing.
    pub fn insert_document(&mut self, record: DocumentRecord) {
        let node = self.document(&record.doc);
        if let Some(Node::Document(slot)) = self.graph.node_weight_mut(node)
            && slot.as_ref().is_none_or(|old| richness(old) < richness(&record))
        {
            *slot = Some(Box::new(record));
        }
    }

    /// Adds a claim; adding one twice changes nothing.
    pub fn insert(&mut self, claim: Claim) {
        let key = (claim.id.clone(), content(&claim));
        if let Some(&node) = self.claims.get(&key) {
            // The same statement from two readers: the one they would both pick stays.
            if let Some(Node::Claim(old)) = self.graph.node_weight_mut(node)
                && rank(old) < rank(&claim)
            {
                **old = claim;
            }
            return;
        }
        let document = self.document(&claim.doc);
        let item_key = ItemKey::of(&claim);
        let item = match self.items.get(&item_key) {
            Some(&node) => node,
            None => {
                let node = self.graph.add_node(Node::Item);
                self.items.insert(item_key, node);
                node
            }
        };
        let node = self.graph.add_node(Node::Claim(Box::new(claim)));
        self.graph.add_edge(document, node, Edge::Asserts);
        self.graph.add_edge(node, item, Edge::About);
        self.claims.insert(key, node);
    }

    /// Takes over everything of another graph. Associative, commutative and idempotent.
    pub fn merge(&mut self, other: ClaimGraph) {
        let (nodes, _) = other.graph.into_nodes_edges();
        for node in nodes {
            match node.weight {
                Node::Document(Some(record)) => self.insert_document(*record),
                Node::Claim(claim) => self.insert(*claim),
                Node::Document(None) | Node::Item => {}
            }
        }
        for name in other.documents.keys() {
            self.document(name);
        }
    }

    fn document(&mut self, name: &str) -> NodeIndex {
        if let Some(&node) = self.documents.get(name) {
            return node;
        }
        let node = self.graph.add_node(Node::Document(None));
        self.documents.insert(name.to_owned(), node);
        node
    }

    /// Every document by name, with its record where one came, sorted.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (&str, Option<&DocumentRecord>)> {
        self.documents.iter().map(|(name, &node)| {
            let record = match &self.graph[node] {
                Node::Document(record) => record.as_deref(),
                _ => None,
            };
            (name.as_str(), record)
        })
    }

    /// Every claim with a number that is stable within this graph value, in the order of documents and bytes.
    pub(crate) fn claims(&self) -> Vec<(usize, &Claim)> {
        let mut claims: Vec<(usize, &Claim)> =
            self.claims.values().filter_map(|&node| Some((node.index(), self.claim(node)?))).collect();
        claims.sort_by(|(_, a), (_, b)| (&a.doc, a.span, &a.id).cmp(&(&b.doc, b.span, &b.id)));
        claims
    }

    /// Every data item with the numbers of its claims, sorted by item; the claims in no order.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&ItemKey, Vec<usize>)> {
        self.items.iter().map(|(key, &node)| {
            let about =
                self.graph.neighbors_directed(node, Direction::Incoming).map(NodeIndex::index).collect();
            (key, about)
        })
    }

    /// The claim with a number that [`ClaimGraph::claims`] or [`ClaimGraph::items`] gave.
    pub(crate) fn numbered(&self, number: usize) -> Option<&Claim> {
        self.claim(NodeIndex::new(number))
    }

    fn claim(&self, node: NodeIndex) -> Option<&Claim> {
        match self.graph.node_weight(node) {
            Some(Node::Claim(claim)) => Some(claim),
            _ => None,
        }
    }
}

/// What claims meet under: the row of the contract, in the form in which different wordings are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ItemKey {
    /// Name folded by [`fold_name`].
    pub(crate) entity: String,
    /// Losses turned into incomes ([`metrics::canonical`]).
    pub(crate) metric: String,
    pub(crate) aspect: Aspect,
    /// The last day, for a stock given for a quarter, half or year.
    pub(crate) period: Period,
    pub(crate) modality: Modality,
    pub(crate) qualifiers: Vec<String>,
    /// What the unit measures.
    pub(crate) dimension: String,
}

impl ItemKey {
    pub(crate) fn of(claim: &Claim) -> ItemKey {
        ItemKey::named(claim, None, None)
    }

    /// The key of a claim under other names than those it gives, folded, where such are known.
    pub(crate) fn named(claim: &Claim, entity: Option<String>, metric: Option<String>) -> ItemKey {
        let named = metric.unwrap_or_else(|| fold_metric(&claim.metric));
        let (metric, _) = metrics::canonical(&named, claim.aspect, claim.unit.is_percent());
        let mut qualifiers: Vec<String> =
            claim.qualifiers.iter().map(|q| q.trim().to_owned()).filter(|q| !is_later_version(q)).collect();
        qualifiers.sort();
        qualifiers.dedup();
        ItemKey {
            entity: entity.unwrap_or_else(|| fold_name(&claim.entity)),
            period: comparable_period(&metric, claim.aspect, &claim.period),
            metric: metric.into_owned(),
            aspect: claim.aspect,
            modality: claim.modality,
            qualifiers,
            dimension: claim.unit.dimension(),
        }
    }

    /// Whether the text leaves the time open, so that the claim meets nothing outside its own origin.
    pub(crate) fn is_undated(&self) -> bool {
        match &self.period {
            Period::Unspecified => true,
            Period::Elapsed(elapsed) => elapsed.after.is_none(),
            Period::Days { .. } => false,
        }
    }
}

/// Qualifiers of the later one of two versions of a figure. It is the figure as it stands now: no row of its own.
fn is_later_version(qualifier: &str) -> bool {
    matches!(qualifier, "restated" | "revised" | "corrected")
}

/// Whether the text calls the figure a correction or revision of an earlier one.
pub(crate) fn is_restated(claim: &Claim) -> bool {
    claim.qualifiers.iter().any(|q| is_later_version(q.trim()))
}

/// Whether a claim's value changes sign on the way into its row.
pub(crate) fn turns(claim: &Claim) -> bool {
    metrics::canonical(&fold_metric(&claim.metric), claim.aspect, claim.unit.is_percent()).1
}

/// A stock given for a quarter, half or year stands for its last day (contract, *Agreement*, rule 8).
fn comparable_period(metric: &str, aspect: Aspect, period: &Period) -> Period {
    let of_a_moment = metrics::kind(metric) == Kind::Stock
        && matches!(aspect, Aspect::Level | Aspect::YoyGrowth | Aspect::QoqGrowth);
    match (period.last(), period.whole_months()) {
        (Some(last), Some(3 | 6 | 12)) if of_a_moment => Period::day(last),
        _ => period.clone(),
    }
}

pub(crate) fn fold_metric(metric: &str) -> String {
    metric.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Endings that say how a company is incorporated and not which it is.
const LEGAL_FORMS: [&str; 24] = [
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "plc",
    "ag",
    "se",
    "sa",
    "sas",
    "nv",
    "bv",
    "gmbh",
    "spa",
    "ab",
    "asa",
    "oyj",
    "kk",
    "tbk",
    "pte",
];

/// A name in the form in which spellings meet: lower case, no punctuation, no legal form at its end.
pub(crate) fn fold_name(name: &str) -> String {
    let spaced: String = name
        .to_lowercase()
        .chars()
        .filter(|c| *c != '.' && *c != '\'' && *c != '’')
        .map(|c| if c.is_alphanumeric() || matches!(c, '&' | '+') { c } else { ' ' })
        .collect();
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|w| LEGAL_FORMS.contains(w)) {
        words.pop();
    }
    if words.is_empty() { name.to_lowercase() } else { words.join(" ") }
}

/// A hash over all that decides where a claim belongs and what it says.
fn content(claim: &Claim) -> u64 {
    let mut hash = Xxh3::new();
    let mut field = |text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    field(&claim.precision.map(|p| p.normalize().to_string()).unwrap_or_default());
    claim.reading(field);
    hash.digest()
}

fn rank(claim: &Claim) -> (u16, String) {
    (claim.confidence.thousandths(), serde_json::to_string(claim).unwrap_or_default())
}

/// A total order on records of one document, so that of two the same one stays in any order.
fn richness(record: &DocumentRecord) -> (usize, usize, String) {
    let print = &record.fingerprint;
    (
        print.sketch.len() + print.figures.len() + print.names.len(),
        record.problems.len(),
        format!("{record:?}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_meet_across_spelling_and_legal_form() {
        for (a, b) in [
            ("Toyota", "TOYOTA"),
            ("Apple Inc.", "Apple"),
            ("Nestlé S.A.", "nestlé"),
            ("Volkswagen AG", "Volkswagen"),
            ("Berkshire-Hathaway", "Berkshire Hathaway"),
        ] {
            assert_eq!(fold_name(a), fold_name(b), "{a} | {b}");
        }
        for (a, b) in [("Meta AI", "Meta"), ("Facebook", "Facebook Reality Labs"), ("AB", "Inc")] {
            assert_ne!(fold_name(a), fold_name(b), "{a} | {b}");
        }
        assert_eq!(fold_name("…"), "…");
    }
}
