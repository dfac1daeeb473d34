//! Accu and AccuSim, without and with the detection of copying.

use super::by_source::{BySource, each_item, each_item_with, largest_change, to_probabilities};
use super::copying::{Copying, Scratch};
use super::similarity::Similarity;
use super::{Beliefs, Fused, Method, Table};

/// A source is right with its accuracy, else it gives one of a hundred false values, all alike; so each vote counts
/// ln(100 · accuracy / (1 − accuracy)), and the probabilities of an item's values are what Bayes makes of the
/// counts, values that nobody gives included. A source's accuracy is the mean probability of what it gives;
/// it starts at 0.8 and is held to [0.01, 0.99]. Beliefs are vote counts.
pub struct Accu {
    /// AccuSim: half of each other value's count is added, times how alike they are.
    pub similar: bool,
    /// Each vote counts only as far as its source is independent of those already counted.
    pub copies: bool,
}

/// How many false values an item has.
const FALSE_VALUES: f64 = 100.0;
const START: f64 = 0.8;
const SURE: f64 = 0.99;
const INFLUENCE: f64 = 0.5;
const MOST_ROUNDS: usize = 20;
const SETTLED: f64 = 1e-3;

impl Method for Accu {
    fn name(&self) -> &'static str {
        match (self.similar, self.copies) {
            (false, false) => "accu",
            (false, true) => "accu-copy",
            (true, false) => "accusim",
            (true, true) => "accusim-copy",
        }
    }

    fn paper(&self) -> &'static str {
        "Accu, AccuSim and copy detection: Dong, Berti-Équille & Srivastava, Integrating Conflicting Data: The Role \
         of Source Dependence, PVLDB 2(1), 2009"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::LogOdds { answers: FALSE_VALUES + 1.0 }
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let similarity = self.similar.then(|| Similarity::new(table));
        let mut copying = self.copies.then(|| Copying::new(table));
        let mut accuracy = vec![START; table.sources.len()];
        let mut belief = vec![0.0; table.candidate_count()];
        let mut rounds = 0;
        while rounds < MOST_ROUNDS {
            rounds += 1;
            let counts: Vec<f64> =
                accuracy.iter().map(|right| (FALSE_VALUES * right / (1.0 - right)).ln()).collect();
            if let Some(copying) = &mut copying {
                // In the first round nothing is known of what is true.
                let believed = (rounds > 1).then_some(belief.as_slice());
                copying.judge(table, &accuracy, FALSE_VALUES, believed);
            }
            each_item_with(table, &mut belief, |scratch: &mut Scratch, item, belief| {
                for (candidate, belief) in table.candidates(item).zip(&mut *belief) {
                    let voters = table.voters(candidate);
                    *belief = match &copying {
                        Some(copying) => copying.count(voters, &counts, scratch),
                        None => voters.iter().map(|&source| counts[source as usize]).sum(),
                    };
                }
                if let Some(similarity) = &similarity {
                    similarity.spread(item, belief, |alike| INFLUENCE * alike);
                }
            });
            let mut probability = belief.clone();
            each_item(table, &mut probability, |_, scores| {
                let unseen = (FALSE_VALUES + 1.0 - scores.len() as f64).max(0.0);
                to_probabilities(scores, unseen);
            });
            let mut next = by_source.means(|candidate| probability[candidate]);
            next.iter_mut().for_each(|right| *right = right.clamp(1.0 - SURE, SURE));
            let change = largest_change(&accuracy, &next);
            accuracy = next;
            if change < SETTLED {
                break;
            }
        }
        Fused { belief, trust: accuracy, rounds }
    }
}
