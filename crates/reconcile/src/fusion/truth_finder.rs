//! TruthFinder.

use super::by_source::{BySource, each_item, sums};
use super::similarity::Similarity;
use super::{Beliefs, Fused, Method, Table};
use rayon::prelude::*;

/// A source is trusted as the mean confidence in what it claims; a value is false only if all who claim it are
/// wrong, so that their −ln(1 − trust) add up to its score. Values of one item speak for each other as far as they
/// are alike and against each other as far as they are not: half the other's score, times the likeness less 0.5
///. The confidence is the logistic of 0.3 times the score, which dampens what sources that are
/// not independent add. Trust starts at 0.9; it ends when the trusts of all sources turn by less than 0.001 % (one
/// less the cosine). Beliefs are dampened scores, the log-odds of the confidences, which do not run into one another
/// near certainty as those do.
pub struct TruthFinder;

const INFLUENCE: f64 = 0.5;
const BASE_SIMILARITY: f64 = 0.5;
const DAMPENING: f64 = 0.3;
const START: f64 = 0.9;
const SETTLED: f64 = 1e-5;
const MOST_ROUNDS: usize = 50;
/// Trust is held below this, as certainty would make a score infinite.
const SURE: f64 = 1.0 - 1e-12;

impl Method for TruthFinder {
    fn name(&self) -> &'static str {
        "truthfinder"
    }

    fn paper(&self) -> &'static str {
        "TruthFinder: Yin, Han & Yu, Truth Discovery with Multiple Conflicting Information Providers on the Web, \
         KDD 2007 and IEEE TKDE 20(6), 2008"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Separate
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let similarity = Similarity::new(table);
        let mut trust = vec![START; table.sources.len()];
        let mut belief = Vec::new();
        let mut rounds = 0;
        while rounds < MOST_ROUNDS {
            rounds += 1;
            let scores: Vec<f64> = trust.iter().map(|trust| -(1.0 - trust.min(SURE)).ln()).collect();
            belief = sums(table, |source| scores[source]);
            each_item(table, &mut belief, |item, scores| {
                similarity.spread(item, scores, |alike| INFLUENCE * (alike - BASE_SIMILARITY));
            });
            belief.par_iter_mut().for_each(|score| *score *= DAMPENING);
            let confidence: Vec<f64> = belief.par_iter().map(|score| 1.0 / (1.0 + (-score).exp())).collect();
            let next = by_source.means(|candidate| confidence[candidate]);
            let turned = 1.0 - cosine(&trust, &next);
            trust = next;
            if turned < SETTLED {
                break;
            }
        }
        Fused { belief, trust, rounds }
    }
}

fn cosine(left: &[f64], right: &[f64]) -> f64 {
    let dot =
        |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(left, right)| left * right).sum::<f64>();
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}
