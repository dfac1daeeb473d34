//! Majority vote.

use super::{Fused, Method, Table};

/// Each source has one vote an item; the value with the most is taken.
/// It weighs no source, and is what every other method is measured against.
pub struct Vote;

impl Method for Vote {
    fn name(&self) -> &'static str {
        "vote"
    }

    fn paper(&self) -> &'static str {
        "majority vote, the baseline of Li et al., Truth Finding on the Deep Web, PVLDB 6(2), 2012"
    }

    fn fuse(&self, table: &Table) -> Fused {
        let belief =
            (0..table.candidate_count()).map(|candidate| table.voters(candidate).len() as f64).collect();
        Fused { belief, trust: vec![1.0; table.sources.len()], rounds: 0 }
    }
}
