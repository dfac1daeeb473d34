//! Finds what a user means by a key: a row, a claim, a conflict, or something near.

use consilience_claim::Claim;

use crate::{Audit, Check, Conflict, DocumentOutcome, Row};

/// What a key names in an audit.
#[derive(Debug, Clone, Default)]
pub struct Found<'a> {
    /// Rows whose key holds every part of it.
    pub rows: Vec<&'a Row>,
    /// Claims with this id, or whose id starts with it.
    pub claims: Vec<&'a Claim>,
    /// Conflicts with this code, or of the rows found.
    pub conflicts: Vec<&'a Conflict>,
    /// Checks with this id, or of this rule.
    pub checks: Vec<&'a Check>,
    /// Two documents, for `A <-> B`.
    pub documents: Option<[&'a DocumentOutcome; 2]>,
    /// Keys that come near, nearest first, where nothing was found: "did you mean".
    pub suggestions: Vec<String>,
}

impl Found<'_> {
    /// Whether the key names nothing.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.claims.is_empty()
            && self.conflicts.is_empty()
            && self.checks.is_empty()
            && self.documents.is_none()
    }
}

/// Looks up `ENTITY/METRIC/ASPECT/PERIOD`, or any part of one, a claim id (or its first six letters or more),
/// the code or id of a conflict, the rule or id of a check, or two documents: `A <-> B`, each a name or a part of one
/// name only. Case does not matter; `/` separates parts that must all occur, in order.
pub fn find<'a>(audit: &'a Audit, key: &str) -> Found<'a> {
    let wanted = key.trim().to_lowercase();
    let mut found = Found::default();
    if wanted.is_empty() {
        return found;
    }
    if let Some((a, b)) = wanted.split_once("<->").or_else(|| wanted.split_once('↔')) {
        found.documents =
            document(audit, a).zip(document(audit, b)).filter(|(a, b)| a.doc != b.doc).map(|(a, b)| [a, b]);
        return found;
    }
    if wanted.len() >= 6 || audit.claims.keys().any(|id| *id.0 == *key.trim()) {
        found.claims = audit.claims.values().filter(|c| c.id.0.to_lowercase().starts_with(&wanted)).collect();
    }
    if !found.claims.is_empty() {
        let ids: Vec<_> = found.claims.iter().map(|c| &c.id).collect();
        found.rows = audit.consensus.iter().filter(|r| r.claims.iter().any(|id| ids.contains(&id))).collect();
        found.conflicts =
            audit.conflicts.iter().filter(|c| c.claims.iter().any(|id| ids.contains(&id))).collect();
        return found;
    }
    let is_id = wanted.len() >= 6 && wanted.bytes().all(|b| b.is_ascii_hexdigit());
    found.conflicts = audit
        .conflicts
        .iter()
        .filter(|c| c.code.to_lowercase() == wanted || is_id && c.id().starts_with(&wanted))
        .collect();
    if !found.conflicts.is_empty() {
        found.rows =
            audit.consensus.iter().filter(|r| found.conflicts.iter().any(|c| c.key == r.key)).collect();
        return found;
    }
    found.checks = audit
        .checks
        .iter()
        .filter(|c| c.rule.to_lowercase() == wanted || is_id && c.id().starts_with(&wanted))
        .collect();
    if !found.checks.is_empty() {
        return found;
    }
    found.rows = audit.consensus.iter().filter(|r| names(&wanted, r)).collect();
    // A key given in full means that row and not those that merely contain it.
    let full: Vec<&Row> =
        found.rows.iter().copied().filter(|r| r.key.to_string().to_lowercase() == wanted).collect();
    if !full.is_empty() {
        found.rows = full;
    }
    found.conflicts = audit.conflicts.iter().filter(|c| found.rows.iter().any(|r| r.key == c.key)).collect();
    if found.rows.is_empty() {
        found.suggestions = suggestions(audit, &wanted);
    }
    found
}

/// The document of a name, or the only one whose name holds it.
fn document<'a>(audit: &'a Audit, name: &str) -> Option<&'a DocumentOutcome> {
    let name = name.trim();
    let named = |d: &&DocumentOutcome| d.doc.to_lowercase() == name;
    audit.documents.iter().find(named).or_else(|| {
        let mut with =
            audit.documents.iter().filter(|d| !name.is_empty() && d.doc.to_lowercase().contains(name));
        with.next().filter(|_| with.next().is_none())
    })
}

fn names(wanted: &str, row: &Row) -> bool {
    let key = row.key.to_string().to_lowercase();
    if key.contains(wanted) {
        return true;
    }
    let mut rest = key.as_str();
    wanted.split('/').map(str::trim).filter(|p| !p.is_empty()).all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

fn suggestions(audit: &Audit, wanted: &str) -> Vec<String> {
    let mut near: Vec<(f64, String)> = audit
        .consensus
        .iter()
        .map(|row| {
            let key = row.key.to_string();
            let low = key.to_lowercase();
            let parts = low.split('/').map(|p| strsim::jaro_winkler(p, wanted));
            (parts.fold(strsim::jaro_winkler(&low, wanted), f64::max), key)
        })
        .filter(|(score, _)| *score > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter().take(5).map(|(_, key)| key).collect()
}
