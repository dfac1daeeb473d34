//! Reconciliations told in a compact notation.

mod authority;
mod cases;
mod decisions;
mod laws;
mod lineage;
pub(crate) mod notation;
mod sums;
mod time;
