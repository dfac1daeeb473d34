//! The claim graph: documents assert claims, claims are about data items.
//!
//! Building it is a join: documents, claims and items are keyed by content and the richer of two records
//! stays, so graphs built anywhere merge in any order, even twice, to the same graph. petgraph stays
//! behind [`ClaimGraph`]; node indices never leave.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use consilience_claim::{Aspect, Claim, DocumentRecord, Modality, Period};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::IntoNodeReferences;
use rayon::slice::ParallelSliceMut;
use xxhash_rust::xxh3::Xxh3;

use crate::metrics::{self, Kind};

/// Claims and documents, keyed by data item.
#[derive(Debug, Clone, Default)]
pub struct ClaimGraph {
    graph: DiGraph<Node, Edge>,
    // Asked and never walked, so that their order cannot show; keys are hashes of content where the node holds it.
    documents: HashMap<Arc<str>, NodeIndex>,
    claims: HashMap<u64, NodeIndex>,
    items: HashMap<u64, NodeIndex>,
}

#[derive(Debug, Clone)]
enum Node {
    /// `None` until the record arrives: claims from a table name documents that nobody read.
    Document(Arc<str>, Option<Box<DocumentRecord>>),
    Claim(Arc<Claim>),
    Item(Box<ItemKey>),
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
        if let Some(Node::Document(_, slot)) = self.graph.node_weight_mut(node)
            && slot.as_ref().is_none_or(|old| richness(old) < richness(&record))
        {
            *slot = Some(Box::new(record));
        }
    }

    /// Adds a claim; adding one twice changes nothing.
    pub fn insert(&mut self, claim: Claim) {
        let mut key = hashed(&said(&claim));
        while let Some(&node) = self.claims.get(&key) {
            let Some(Node::Claim(old)) = self.graph.node_weight_mut(node) else { return };
            if said(old) == said(&claim) {
                // The same statement from two readers: the one they would both pick stays.
                if rank(old) < rank(&claim) {
                    *old = Arc::new(claim);
                }
                return;
            }
            key = key.wrapping_add(1);
        }
        let document = self.document(&claim.doc);
        let item = self.item(ItemKey::of(&claim));
        let node = self.graph.add_node(Node::Claim(Arc::new(claim)));
        self.graph.add_edge(document, node, Edge::Asserts);
        self.graph.add_edge(node, item, Edge::About);
        self.claims.insert(key, node);
    }

    /// Takes over everything of another graph. Associative, commutative and idempotent.
    pub fn merge(&mut self, other: ClaimGraph) {
        let (nodes, _) = other.graph.into_nodes_edges();
        for node in nodes {
            match node.weight {
                Node::Document(_, Some(record)) => self.insert_document(*record),
                Node::Document(name, None) => _ = self.document(&name),
                Node::Claim(claim) => self.insert(Arc::unwrap_or_clone(claim)),
                Node::Item(_) => {}
            }
        }
    }

    fn item(&mut self, item: ItemKey) -> NodeIndex {
        let mut key = hashed(&item);
        while let Some(&node) = self.items.get(&key) {
            if matches!(self.graph.node_weight(node), Some(Node::Item(old)) if **old == item) {
                return node;
            }
            key = key.wrapping_add(1);
        }
        let node = self.graph.add_node(Node::Item(Box::new(item)));
        self.items.insert(key, node);
        node
    }

    fn document(&mut self, name: &str) -> NodeIndex {
        if let Some(&node) = self.documents.get(name) {
            return node;
        }
        let name: Arc<str> = name.into();
        let node = self.graph.add_node(Node::Document(name.clone(), None));
        self.documents.insert(name, node);
        node
    }

    /// Every document, sorted by name.
    pub(crate) fn documents(&self) -> Vec<Asserted<'_>> {
        let mut documents: Vec<Asserted<'_>> = self
            .graph
            .node_references()
            .filter_map(|(node, weight)| match weight {
                Node::Document(name, record) => Some(Asserted { node, name, record: record.as_deref() }),
                _ => None,
            })
            .collect();
        documents.par_sort_unstable_by_key(|d| d.name);
        documents
    }

    /// The claims of a document with their numbers in this graph value, in the order of bytes.
    pub(crate) fn claims_of(&self, document: &Asserted<'_>) -> Vec<(usize, &Arc<Claim>)> {
        let asserted = self.graph.neighbors_directed(document.node, Direction::Outgoing);
        let mut claims: Vec<(usize, &Arc<Claim>)> = asserted
            .filter_map(|node| match &self.graph[node] {
                Node::Claim(claim) => Some((node.index(), claim)),
                _ => None,
            })
            .collect();
        claims.sort_by(|(_, a), (_, b)| (a.span, &a.id).cmp(&(b.span, &b.id)));
        claims
    }

    /// Every data item with the numbers of its claims, sorted by item; the claims in no order.
    pub(crate) fn items(&self) -> Vec<(&ItemKey, Vec<usize>)> {
        let mut items: Vec<(&ItemKey, NodeIndex)> = self
            .graph
            .node_references()
            .filter_map(|(node, weight)| match weight {
                Node::Item(key) => Some((key.as_ref(), node)),
                _ => None,
            })
            .collect();
        items.par_sort_unstable_by_key(|(key, _)| *key);
        let about = |node| self.graph.neighbors_directed(node, Direction::Incoming).map(NodeIndex::index);
        items.into_iter().map(|(key, node)| (key, about(node).collect())).collect()
    }

    /// The claim with a number that [`ClaimGraph::claims_of`] or [`ClaimGraph::items`] gave.
    pub(crate) fn numbered(&self, number: usize) -> Option<&Claim> {
        match self.graph.node_weight(NodeIndex::new(number)) {
            Some(Node::Claim(claim)) => Some(claim),
            _ => None,
        }
    }

    /// One more than the largest number of a claim.
    pub(crate) fn size(&self) -> usize {
        self.graph.node_count()
    }
}

/// A document of the graph, with its record where one came.
pub(crate) struct Asserted<'a> {
    node: NodeIndex,
    pub(crate) name: &'a str,
    pub(crate) record: Option<&'a DocumentRecord>,
}

/// What claims meet under: the row of the contract, in the form in which different wordings are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    // Asked of every claim several times, and nearly none is of a loss.
    if !ends_with_loss(&claim.metric) {
        return false;
    }
    metrics::canonical(&fold_metric(&claim.metric), claim.aspect, claim.unit.is_percent()).1
}

fn ends_with_loss(metric: &str) -> bool {
    let end = metric.trim_end().as_bytes();
    end.len() >= 4 && end[end.len() - 4..].eq_ignore_ascii_case(b"loss")
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

/// A hash of a key; keys of one hash take the next free place.
fn hashed(key: &impl Hash) -> u64 {
    let mut hash = Xxh3::new();
    key.hash(&mut hash);
    hash.digest()
}

/// All that decides where a claim belongs and what it says there; the decimals in one form for one number.
fn said(claim: &Claim) -> impl Hash + PartialEq {
    (
        (&claim.id, &claim.doc, claim.span, &claim.entity, &claim.metric, claim.aspect, &claim.period),
        (claim.value, claim.precision, &claim.unit, claim.bound, claim.modality, &claim.qualifiers),
    )
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
