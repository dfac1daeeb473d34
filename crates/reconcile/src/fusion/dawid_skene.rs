//! Dawid and Skene.

use super::by_source::{BySource, each_item};
use super::simple_lca::one_coin;
use super::{Beliefs, Fused, Method, Table};

/// Expectation and maximisation from vote shares on. The original learns for each source with which probability it
/// gives which value for which true one; that needs a closed set of values that every item draws on. Values here
/// are open, so this is the one-coin variant: a source has one accuracy, and all false values of an item are alike
/// to it.
pub struct DawidSkene;

impl Method for DawidSkene {
    fn name(&self) -> &'static str {
        "dawid-skene"
    }

    fn paper(&self) -> &'static str {
        "Dawid & Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied \
         Statistics 28(1), 1979; here with one accuracy a source"
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
        one_coin(table, by_source.means(|candidate| share[candidate]))
    }
}
