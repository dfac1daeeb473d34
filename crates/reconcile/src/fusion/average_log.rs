//! AverageLog.

use super::sums::hubs_and_authorities;
use super::{Fused, Method, Table};

/// As [`super::Sums`], but a source is trusted as the mean belief in what it claims, times the logarithm of how
/// many claims it makes: saying much helps, though far less than in proportion. Who says one thing counts nothing.
pub struct AverageLog;

impl Method for AverageLog {
    fn name(&self) -> &'static str {
        "averagelog"
    }

    fn paper(&self) -> &'static str {
        "AverageLog: Pasternack & Roth, Knowing What to Believe (when you already know something), COLING 2010"
    }

    fn fuse(&self, table: &Table) -> Fused {
        hubs_and_authorities(table, |claims| claims.ln() / claims)
    }
}
