//! Investment.

use super::by_source::{BySource, each_item, scale_to_largest, sums};
use super::{Fused, Method, Table};

/// A source lays out its trust evenly over its claims; what is laid out on a value grows by the power 1.2 and
/// pays back to each source in proportion to what it put in. Beliefs start as shares of the votes of their item;
/// twenty rounds, each scaled so that the largest trust and the largest belief are one.
pub struct Investment;

impl Method for Investment {
    fn name(&self) -> &'static str {
        "investment"
    }

    fn paper(&self) -> &'static str {
        "Investment: Pasternack & Roth, Knowing What to Believe (when you already know something), COLING 2010"
    }

    fn fuse(&self, table: &Table) -> Fused {
        let mut voted: Vec<f64> =
            (0..table.candidate_count()).map(|candidate| table.voters(candidate).len() as f64).collect();
        each_item(table, &mut voted, |_, votes| {
            let all: f64 = votes.iter().sum();
            votes.iter_mut().for_each(|votes| *votes /= all);
        });
        invest(table, voted, 20, |laid_out| {
            laid_out.iter_mut().for_each(|amount| *amount = amount.powf(1.2));
        })
    }
}

/// The rounds of investing. `grow` turns what is laid out on the candidates of an item into beliefs.
pub(super) fn invest(
    table: &Table,
    prior: Vec<f64>,
    rounds: usize,
    grow: impl Fn(&mut [f64]) + Sync,
) -> Fused {
    let by_source = BySource::new(table);
    let mut belief = prior;
    let mut trust = vec![1.0; table.sources.len()];
    for _ in 0..rounds {
        let stake = |trust: &[f64]| -> Vec<f64> {
            trust.iter().enumerate().map(|(source, trust)| trust / by_source.claims(source)).collect()
        };
        let stakes = stake(&trust);
        // What one unit laid out on a candidate pays back; nothing where nothing is left on it.
        let mut rate = sums(table, |source| stakes[source]);
        rate.iter_mut().zip(&belief).for_each(|(laid_out, belief)| {
            *laid_out = if *laid_out > 0.0 { belief / *laid_out } else { 0.0 };
        });
        trust = by_source.sums(|candidate| rate[candidate]);
        trust.iter_mut().zip(&stakes).for_each(|(returned, stake)| *returned *= stake);
        scale_to_largest(&mut trust);
        let stakes = stake(&trust);
        belief = sums(table, |source| stakes[source]);
        each_item(table, &mut belief, |_, laid_out| grow(laid_out));
        scale_to_largest(&mut belief);
    }
    Fused { belief, trust, rounds }
}
