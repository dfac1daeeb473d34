//! From claims to conclusions.

mod outcome;

pub use outcome::*;

use consilience_claim::{Claim, DocumentRecord};

/// Claims and documents, keyed by data item.
#[derive(Debug, Clone, Default)]
pub struct ClaimGraph {
    documents: Vec<DocumentRecord>,
    claims: Vec<Claim>,
}

impl ClaimGraph {
    /// Adds a document; adding one twice changes nothing.
    pub fn insert_document(&mut self, record: DocumentRecord) {
        self.documents.push(record);
    }

    /// Adds a claim; adding one twice changes nothing.
    pub fn insert(&mut self, claim: Claim) {
        self.claims.push(claim);
    }

    /// Takes over everything of another graph. Associative, commutative and idempotent.
    pub fn merge(&mut self, other: ClaimGraph) {
        self.documents.extend(other.documents);
        self.claims.extend(other.claims);
    }
}

/// What a user may decide about a reconciliation.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Config {}

/// Draws the conclusions.
pub fn reconcile(graph: &ClaimGraph, _config: &Config) -> Audit {
    Audit {
        schema_version: 1,
        documents: Vec::new(),
        origins: Vec::new(),
        pairs: Vec::new(),
        lineage: Vec::new(),
        consensus: Vec::new(),
        conflicts: Vec::new(),
        checks: Vec::new(),
        not_comparable: Vec::new(),
        problems: graph.documents.iter().flat_map(|d| d.problems.clone()).collect(),
        claims: graph.claims.iter().map(|c| (c.id.clone(), c.clone())).collect(),
    }
}
