//! Dawid and Skene.

use super::by_source::{BySource, each_item, to_probabilities};
use super::method::rounded;
use super::simple_lca::{SURE, one_coin};
use super::{Beliefs, Fused, Method, Table};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Expectation and maximisation from vote shares on: for each source with which probability it gives which value for
/// which true one, and how frequent the true values are, against how probable each value of an item is. A source
/// that errs in one direction is so understood, even one that always says the opposite.
///
/// That needs a closed set of values which all items draw on. An attribute has one if it has at most sixteen values, and
/// ten items for each. For open sets of values this is the one-coin variant: a source has one accuracy, and all false
/// values of an item are alike to it. Probabilities of errors are held to a millionth at least. Beliefs are
/// log-odds up to a constant an item; the trust is the mean probability of what a source gives.
pub struct DawidSkene;

const MOST_VALUES: usize = 16;
const ITEMS_A_VALUE: usize = 10;
const LEAST: f64 = 1e-6;
const MOST_ROUNDS: usize = 50;
const SETTLED: f64 = 1e-4;

impl Method for DawidSkene {
    fn name(&self) -> &'static str {
        "dawid-skene"
    }

    fn paper(&self) -> &'static str {
        "Dawid & Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied \
         Statistics 28(1), 1979; with one accuracy a source where the set of values is open"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::LogOdds { answers: 0.0 }
    }

    fn fuse(&self, table: &Table) -> Fused {
        let mut share: Vec<f64> =
            (0..table.candidate_count()).map(|candidate| table.voters(candidate).len() as f64).collect();
        each_item(table, &mut share, |_, votes| {
            let all: f64 = votes.iter().sum();
            votes.iter_mut().for_each(|votes| *votes /= all);
        });
        let by_source = BySource::new(table);
        let mut fused = one_coin(table, by_source.means(|candidate| share[candidate]));
        let closed: Vec<Labels> = Labels::closed(table);
        if closed.is_empty() {
            return fused;
        }
        let judged: Vec<_> = closed.par_iter().map(|labels| labels.judge(table, &share)).collect();
        for (labels, (beliefs, rounds)) in closed.iter().zip(judged) {
            let candidates = labels.items.iter().flatten().map(|&(candidate, _)| candidate);
            for (candidate, belief) in candidates.zip(beliefs) {
                fused.belief[candidate] = belief;
            }
            fused.rounds = fused.rounds.max(rounds);
        }
        let mut probability = fused.belief.clone();
        each_item(table, &mut probability, |_, scores| to_probabilities(scores, 0.0));
        fused.trust = by_source.means(|candidate| probability[candidate]);
        fused.trust.iter_mut().for_each(|trust| *trust = trust.clamp(1.0 - SURE, SURE));
        fused
    }
}

/// An attribute with a closed set of values.
struct Labels {
    values: usize,
    /// For each item its candidates and which values they are.
    items: Vec<Vec<(usize, usize)>>,
    /// Its sources, ascending.
    sources: Vec<u32>,
}

impl Labels {
    fn closed(table: &Table) -> Vec<Labels> {
        let mut items: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, item) in table.items().iter().enumerate() {
            items.entry(item.attribute).or_default().push(at);
        }
        let labels = |items: Vec<usize>| {
            let mut texts = BTreeSet::new();
            for candidate in items.iter().flat_map(|&item| table.candidates(item)) {
                texts.insert(table.text_of(candidate));
                if texts.len() > MOST_VALUES {
                    return None;
                }
            }
            if texts.len() < 2 || items.len() < texts.len() * ITEMS_A_VALUE {
                return None;
            }
            let values: BTreeMap<u32, usize> = texts.into_iter().zip(0..).collect();
            let candidates = items.iter().flat_map(|&item| table.candidates(item));
            let sources: BTreeSet<u32> = candidates.flat_map(|at| table.voters(at).iter().copied()).collect();
            let valued =
                |item: usize| table.candidates(item).map(|at| (at, values[&table.text_of(at)])).collect();
            Some(Labels {
                values: values.len(),
                items: items.into_iter().map(valued).collect(),
                sources: sources.into_iter().collect(),
            })
        };
        items.into_values().filter_map(labels).collect()
    }

    /// Log-odds of the candidates of its items in turn, and after how many rounds.
    fn judge(&self, table: &Table, share: &[f64]) -> (Vec<f64>, usize) {
        let values = self.values;
        // Who says what on which item, by places in here.
        let mut claims: Vec<(usize, usize, usize)> = Vec::new();
        let mut truth = vec![0.0; self.items.len() * values];
        for (item, candidates) in self.items.iter().enumerate() {
            for &(candidate, value) in candidates {
                truth[item * values + value] = share[candidate];
                for source in table.voters(candidate) {
                    claims.extend(self.sources.binary_search(source).map(|source| (item, source, value)));
                }
            }
        }
        let mut scores = truth.clone();
        let mut rounds = 0;
        while rounds < MOST_ROUNDS {
            rounds += 1;
            let mut frequent = vec![0.0; values];
            for truth in truth.chunks(values) {
                frequent
                    .iter_mut()
                    .zip(truth)
                    .for_each(|(sum, truth)| *sum += truth / self.items.len() as f64);
            }
            // For each source and true value how often it was met, and for each value how often that was said.
            let mut met = vec![0.0; self.sources.len() * values];
            let mut said = vec![0.0; self.sources.len() * values * values];
            for &(item, source, value) in &claims {
                for (true_value, truth) in truth[item * values..][..values].iter().enumerate() {
                    met[source * values + true_value] += truth;
                    said[(source * values + true_value) * values + value] += truth;
                }
            }
            for (said, met) in said.chunks_mut(values).zip(&met) {
                for said in said {
                    let probability = if *met > LEAST { *said / met } else { 1.0 / values as f64 };
                    *said = rounded(probability.max(LEAST)).ln();
                }
            }
            let prior: Vec<f64> = frequent.iter().map(|share| rounded(share.max(LEAST)).ln()).collect();
            scores.chunks_mut(values).for_each(|scores| scores.copy_from_slice(&prior));
            for &(item, source, value) in &claims {
                for (true_value, score) in scores[item * values..][..values].iter_mut().enumerate() {
                    *score += said[(source * values + true_value) * values + value];
                }
            }
            let mut next = scores.clone();
            next.chunks_mut(values).for_each(|scores| to_probabilities(scores, 0.0));
            let change = super::by_source::largest_change(&truth, &next);
            truth = next;
            if change < SETTLED {
                break;
            }
        }
        let of_item = |(item, candidates): (usize, &Vec<(usize, usize)>)| {
            candidates.iter().map(|&(_, value)| scores[item * values + value]).collect::<Vec<_>>()
        };
        (self.items.iter().enumerate().flat_map(of_item).collect(), rounds)
    }
}
