//! SimpleLCA.

use super::by_source::{BySource, each_item, largest_change, to_probabilities};
use super::{Beliefs, Fused, Method, Table};

/// Latent credibility analysis in its simplest form: a source tells the truth with its honesty, else picks one
/// of the item's other values, all alike. Expectation and maximisation in turn from an honesty of 0.8 until it
/// settles: how probable each value is, given the honesties; a source's honesty, the mean probability of what
/// it says. Honesties are held to [0.001, 0.999]. Beliefs are log-odds up to a constant an item.
pub struct SimpleLca;

impl Method for SimpleLca {
    fn name(&self) -> &'static str {
        "simplelca"
    }

    fn paper(&self) -> &'static str {
        "SimpleLCA: Pasternack & Roth, Latent Credibility Analysis, WWW 2013"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::LogOdds { answers: 0.0 }
    }

    fn fuse(&self, table: &Table) -> Fused {
        one_coin(table, vec![0.8; table.sources.len()])
    }
}

pub(super) const SURE: f64 = 0.999;
const MOST_ROUNDS: usize = 50;
const SETTLED: f64 = 1e-4;

/// Expectation and maximisation from these honesties on.
pub(super) fn one_coin(table: &Table, mut honesty: Vec<f64>) -> Fused {
    let by_source = BySource::new(table);
    let held = |honesty: &mut f64| *honesty = honesty.clamp(1.0 - SURE, SURE);
    honesty.iter_mut().for_each(held);
    let mut belief = vec![0.0; table.candidate_count()];
    let mut rounds = 0;
    while rounds < MOST_ROUNDS {
        rounds += 1;
        let odds: Vec<f64> = honesty.iter().map(|honesty| (honesty / (1.0 - honesty)).ln()).collect();
        // Everybody lies about all candidates but his own with the same probability, so that only the odds of
        // telling the truth against one lie are left of the likelihood.
        each_item(table, &mut belief, |item, belief| {
            let lies = (belief.len() - 1).max(1) as f64;
            for (candidate, belief) in table.candidates(item).zip(belief) {
                let odds = |&source: &u32| odds[source as usize] + lies.ln();
                *belief = table.voters(candidate).iter().map(odds).sum();
            }
        });
        let mut probability = belief.clone();
        each_item(table, &mut probability, |_, scores| to_probabilities(scores, 0.0));
        let mut next = by_source.means(|candidate| probability[candidate]);
        next.iter_mut().for_each(held);
        let change = largest_change(&honesty, &next);
        honesty = next;
        if change < SETTLED {
            break;
        }
    }
    Fused { belief, trust: honesty, rounds }
}
