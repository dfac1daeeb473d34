//! SLiMFast without labels.

use super::by_source::{BySource, each_item, largest_change, to_probabilities};
use super::{Beliefs, Fused, Method, Table};

/// A discriminative model: the log-odds of a value are the sum of the weights of who gives it, and a source's
/// weight is the log-odds of its being right. Without labels and features of sources, as here, it is learned
/// by expectation and maximisation from an accuracy of 0.8; a ridge of 0.01 a claim draws weights to nought
/// (the maximum is found by Newton's steps). Beliefs are log-odds up to a constant an item.
pub struct SlimFast;

const START: f64 = 0.8;
const RIDGE: f64 = 0.01;
const MOST_ROUNDS: usize = 50;
const SETTLED: f64 = 1e-4;

impl Method for SlimFast {
    fn name(&self) -> &'static str {
        "slimfast"
    }

    fn paper(&self) -> &'static str {
        "SLiMFast: Rekatsinas, Joglekar, Garcia-Molina, Parameswaran & Ré, SLiMFast: Guaranteed Results for \
         Data Fusion and Source Reliability, SIGMOD 2017; here without labels and features"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::LogOdds { answers: 0.0 }
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let mut accuracy = vec![START; table.sources.len()];
        let mut belief = vec![0.0; table.candidate_count()];
        let mut rounds = 0;
        while rounds < MOST_ROUNDS {
            rounds += 1;
            let weights: Vec<f64> = accuracy.iter().map(|right| (right / (1.0 - right)).ln()).collect();
            belief = super::by_source::sums(table, |source| weights[source]);
            let mut probability = belief.clone();
            each_item(table, &mut probability, |_, scores| to_probabilities(scores, 0.0));
            let next = by_source
                .means(|candidate| probability[candidate])
                .into_iter()
                .map(ridged)
                .collect::<Vec<_>>();
            let change = largest_change(&accuracy, &next);
            accuracy = next;
            if change < SETTLED {
                break;
            }
        }
        Fused { belief, trust: accuracy, rounds }
    }
}

/// The accuracy whose log-odds w are the likeliest for this share of right claims: the logistic of w plus the
/// ridge times w is the share.
fn ridged(share: f64) -> f64 {
    let mut weight = 0.0;
    for _ in 0..50 {
        let logistic = 1.0 / (1.0 + f64::exp(-weight));
        weight -= (logistic + RIDGE * weight - share) / (logistic * (1.0 - logistic) + RIDGE);
    }
    1.0 / (1.0 + f64::exp(-weight))
}
