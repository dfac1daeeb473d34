//! The latent truth model.

use super::by_source::{BySource, each_item, largest_change};
use super::{Beliefs, Fused, Method, Table};
use rayon::prelude::*;

/// Each value is true or false by itself, so that an item may have several true values or none. A source has
/// a sensitivity (how many of the true values of its items it gives) and a false positive rate (how many of the
/// false ones), with beta priors of 50 : 50 and 10 : 1,000; values are true with a prior of 10 : 10.
///
/// The paper samples; this is its expectation and maximisation on the same model, which starts nowhere at
/// random: sensitivities and false positive rates are the means of their posteriors, given how probable each
/// value is, and in turn. Beliefs are log-odds; the trust of a source is its precision, the mean probability
/// of what it gives.
pub struct Ltm;

const SENSITIVITY: (f64, f64) = (50.0, 50.0);
const FALSE_POSITIVES: (f64, f64) = (10.0, 1000.0);
const TRUE: (f64, f64) = (10.0, 10.0);
const MOST_ROUNDS: usize = 100;
const SETTLED: f64 = 1e-4;

impl Method for Ltm {
    fn name(&self) -> &'static str {
        "ltm"
    }

    fn paper(&self) -> &'static str {
        "LTM: Zhao, Rubinstein, Gemmell & Han, A Bayesian Approach to Discovering Truth from Conflicting Sources \
         for Data Integration, PVLDB 5(6), 2012; here by expectation and maximisation"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Separate
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let mean = |(yes, no): (f64, f64)| yes / (yes + no);
        let mut quality = vec![(mean(SENSITIVITY), mean(FALSE_POSITIVES)); table.sources.len()];
        let mut belief = vec![0.0; table.candidate_count()];
        // How many values the items of a source have, given and denied.
        let mut siblings = vec![0.0; table.candidate_count()];
        each_item(table, &mut siblings, |item, held| held.fill(table.candidates(item).len() as f64));
        let facts = by_source.sums(|candidate| siblings[candidate]);
        let mut trust = Vec::new();
        let mut rounds = 0;
        while rounds < MOST_ROUNDS {
            rounds += 1;
            // What giving a value says for it, and what leaving it out says against it.
            let evidence: Vec<(f64, f64)> = quality
                .iter()
                .map(|(sensitive, false_positive)| {
                    ((sensitive / false_positive).ln(), ((1.0 - sensitive) / (1.0 - false_positive)).ln())
                })
                .collect();
            each_item(table, &mut belief, |item, belief| {
                let sources = table.candidates(item).flat_map(|candidate| table.voters(candidate));
                let denied: f64 = sources.map(|&source| evidence[source as usize].1).sum();
                for (candidate, belief) in table.candidates(item).zip(belief) {
                    let given = |&source: &u32| evidence[source as usize].0 - evidence[source as usize].1;
                    let given: f64 = table.voters(candidate).iter().map(given).sum();
                    *belief = (TRUE.0 / TRUE.1).ln() + denied + given;
                }
            });
            let truth: Vec<f64> = belief.par_iter().map(|odds| 1.0 / (1.0 + (-odds).exp())).collect();
            let mut all_true = truth.clone();
            each_item(table, &mut all_true, |_, held| {
                let all = held.iter().sum();
                held.fill(all);
            });
            let given = by_source.sums(|candidate| truth[candidate]);
            let seen = by_source.sums(|candidate| all_true[candidate]);
            let next = |source: usize| {
                let sensitive =
                    (given[source] + SENSITIVITY.0) / (seen[source] + SENSITIVITY.0 + SENSITIVITY.1);
                let wrong = by_source.claims(source) - given[source];
                let all_wrong = facts[source] - seen[source];
                (sensitive, (wrong + FALSE_POSITIVES.0) / (all_wrong + FALSE_POSITIVES.0 + FALSE_POSITIVES.1))
            };
            let next: Vec<(f64, f64)> = (0..quality.len()).map(next).collect();
            let sensitivities =
                |quality: &[(f64, f64)]| quality.iter().map(|quality| quality.0).collect::<Vec<_>>();
            let change = largest_change(&sensitivities(&quality), &sensitivities(&next));
            quality = next;
            trust =
                given.iter().enumerate().map(|(source, given)| given / by_source.claims(source)).collect();
            if change < SETTLED {
                break;
            }
        }
        Fused { belief, trust, rounds }
    }
}
