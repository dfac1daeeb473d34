//! Reconciliations told in a compact notation.

mod authority;
mod cases;
mod laws;
mod lineage;
pub(crate) mod notation;
mod time;
