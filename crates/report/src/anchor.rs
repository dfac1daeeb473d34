//! Where in the report something stands: what a link to `report.html` ends in.
//!
//! From content and never from order, so that a link outlives what is added later.

use consilience_claim::{ClaimId, sha256_hex};
use consilience_reconcile::{Conflict, RowKey};

/// A row of the consensus.
pub fn row(key: &RowKey) -> String {
    format!("row-{}", key.id())
}

/// A conflict.
pub fn conflict(conflict: &Conflict) -> String {
    format!("conflict-{}", conflict.id())
}

/// A claim. The ids of other extractors may hold anything; those that are no plain words are replaced by their hash.
pub fn claim(id: &ClaimId) -> String {
    let plain = !id.0.is_empty() && id.0.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if plain { format!("claim-{id}") } else { format!("claim-x{}", &sha256_hex(id.0.as_bytes())[..16]) }
}
