//! The median.

use super::by_source::each_item;
use super::scale::Scale;
use super::{Beliefs, Fused, Method, Table};

/// The claim nearest the median, where values are numbers or times of day; else the majority vote.
/// It weighs no source.
pub struct Median;

impl Method for Median {
    fn name(&self) -> &'static str {
        "median"
    }

    fn paper(&self) -> &'static str {
        "median, the baseline for numbers of Li et al., Resolving Conflicts in Heterogeneous Data by Truth \
         Discovery and Source Reliability Estimation, SIGMOD 2014"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Distances
    }

    fn fuse(&self, table: &Table) -> Fused {
        let scale = Scale::new(table);
        let mut belief = vec![0.0; table.candidate_count()];
        each_item(table, &mut belief, |item, belief| {
            if scale.is_numeric(item) {
                scale.nearest(table.candidates(item), scale.median(table, item, |_| 1.0), belief);
            } else {
                vote(table, item, belief, |_| 1.0);
            }
        });
        Fused { belief, trust: vec![1.0; table.sources.len()], rounds: 0 }
    }
}

/// The vote on an item, with weights.
pub(super) fn vote(table: &Table, item: usize, belief: &mut [f64], weight: impl Fn(usize) -> f64) {
    for (candidate, belief) in table.candidates(item).zip(belief) {
        *belief = table.voters(candidate).iter().map(|&source| weight(source as usize)).sum();
    }
}
