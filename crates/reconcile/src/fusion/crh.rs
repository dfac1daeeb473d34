//! CRH: conflict resolution on heterogeneous data.

use super::by_source::{BySource, each_item, largest_change};
use super::median::vote;
use super::scale::Scale;
use super::{Beliefs, Fused, Method, Table};

/// Truths and weights in turn minimise the weighted losses of all claims. A claim of a number loses its distance from
/// the truth over the standard deviation of the item's claims, and the truth is the weighted median; any other
/// claim loses 1 if it is not the truth, and the truth is the weighted vote. A source's weight is minus the
/// logarithm of its mean loss over the largest mean loss of any source (of the paper's two norms the one it
/// recommends, as it sets sources further apart); mean losses below a hundred-thousandth of the largest count as
/// that, so that no single claim makes an oracle. It starts with medians and votes.
pub struct Crh;

const LEAST: f64 = 1e-5;
const MOST_ROUNDS: usize = 20;
const SETTLED: f64 = 1e-3;

impl Method for Crh {
    fn name(&self) -> &'static str {
        "crh"
    }

    fn paper(&self) -> &'static str {
        "CRH: Li, Li, Gao, Zhao, Fan & Han, Resolving Conflicts in Heterogeneous Data by Truth Discovery and Source \
         Reliability Estimation, SIGMOD 2014"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Distances
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let scale = Scale::new(table);
        let mut weight = vec![1.0; table.sources.len()];
        let mut belief = vec![0.0; table.candidate_count()];
        let mut loss = vec![0.0; table.candidate_count()];
        let mut rounds = 0;
        loop {
            each_item(table, &mut belief, |item, belief| {
                if scale.is_numeric(item) {
                    scale.nearest(
                        table.candidates(item),
                        scale.median(table, item, |source| weight[source]),
                        belief,
                    );
                } else {
                    vote(table, item, belief, |source| weight[source]);
                }
            });
            if rounds == MOST_ROUNDS {
                break;
            }
            rounds += 1;
            each_item(table, &mut loss, |item, loss| {
                let candidates = table.candidates(item);
                let belief = &belief[candidates.clone()];
                let best = best(table, candidates.start, belief);
                let places = scale.places(candidates);
                let spread = if scale.is_numeric(item) { scale.spread(table, item) } else { 0.0 };
                for (at, loss) in loss.iter_mut().enumerate() {
                    let distance = (places[at] - places[best]).abs();
                    *loss = match distance.is_nan() {
                        true => f64::from(at != best),
                        false if spread > 0.0 => distance / spread,
                        false => 0.0,
                    };
                }
            });
            let mut losses = by_source.means(|candidate| loss[candidate]);
            let largest = losses.iter().copied().fold(0.0, f64::max);
            if largest == 0.0 {
                break;
            }
            losses.iter_mut().for_each(|loss| *loss = -(*loss / largest).max(LEAST).ln());
            let change = largest_change(&weight, &losses);
            weight = losses;
            if change < SETTLED {
                break;
            }
        }
        Fused { belief, trust: weight, rounds }
    }
}

/// The candidate of an item that is believed most; of equals the one with more voters, then the first.
pub(super) fn best(table: &Table, first: usize, belief: &[f64]) -> usize {
    let rank = |at: usize| (super::method::rounded(belief[at]), table.voters(first + at).len());
    (1..belief.len()).fold(0, |best, at| if rank(at) > rank(best) { at } else { best })
}
