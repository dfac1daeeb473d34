//! Sums.

use super::by_source::{BySource, scale_to_largest, sums};
use super::{Fused, Method, Table};

/// Hubs and authorities: a source is trusted as the sum of the beliefs in what it claims, a value is believed as
/// the sum of the trust in who claims it. Both are scaled in each of twenty rounds so that the largest is one;
/// every belief starts at a half. It favours sources that say much.
pub struct Sums;

impl Method for Sums {
    fn name(&self) -> &'static str {
        "sums"
    }

    fn paper(&self) -> &'static str {
        "Sums: Pasternack & Roth, Knowing What to Believe (when you already know something), COLING 2010, \
         after Kleinberg, Authoritative Sources in a Hyperlinked Environment, J. ACM 46(5), 1999"
    }

    fn fuse(&self, table: &Table) -> Fused {
        hubs_and_authorities(table, |_| 1.0)
    }
}

/// Sums, with the trust of a source weighted by a function of how many claims it makes.
pub(super) fn hubs_and_authorities(table: &Table, weight: impl Fn(f64) -> f64) -> Fused {
    const ROUNDS: usize = 20;
    let by_source = BySource::new(table);
    let mut belief = vec![0.5; table.candidate_count()];
    let mut trust = Vec::new();
    for _ in 0..ROUNDS {
        trust = by_source.sums(|candidate| belief[candidate]);
        trust.iter_mut().enumerate().for_each(|(source, trust)| *trust *= weight(by_source.claims(source)));
        scale_to_largest(&mut trust);
        belief = sums(table, |source| trust[source]);
        scale_to_largest(&mut belief);
    }
    Fused { belief, trust, rounds: ROUNDS }
}
