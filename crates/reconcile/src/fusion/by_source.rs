//! The claims of a table by their sources, and the passes that rounds are made of.
//!
//! Every sum is taken in one fixed order (the voters of a candidate, the candidates of a source or of an item),
//! so that the number of threads has no effect on any bit.

use super::Table;
use super::method::rounded;
use rayon::prelude::*;

/// For each source the candidates that it gives.
pub(super) struct BySource {
    start: Vec<usize>,
    candidates: Vec<u32>,
}

impl BySource {
    pub(super) fn new(table: &Table) -> BySource {
        let mut start = vec![0; table.sources.len() + 1];
        let voters = || (0..table.candidate_count()).map(|candidate| (candidate, table.voters(candidate)));
        for &source in voters().flat_map(|(_, voters)| voters) {
            start[source as usize + 1] += 1;
        }
        for source in 1..start.len() {
            start[source] += start[source - 1];
        }
        let mut next = start.clone();
        let mut candidates = vec![0; table.claim_count()];
        for (candidate, voters) in voters() {
            for &source in voters {
                candidates[next[source as usize]] = candidate as u32;
                next[source as usize] += 1;
            }
        }
        BySource { start, candidates }
    }

    /// The candidates that a source gives, ascending.
    pub(super) fn candidates(&self, source: usize) -> &[u32] {
        &self.candidates[self.start[source]..self.start[source + 1]]
    }

    /// How many claims a source makes; at least one, as it is in the table.
    pub(super) fn claims(&self, source: usize) -> f64 {
        (self.start[source + 1] - self.start[source]) as f64
    }

    /// For each source the sum of a figure over its candidates, to nine digits: so what the order of addends leaves
    /// in the last bits, which hangs on names, does not grow from round to round where two answers are even.
    pub(super) fn sums(&self, figure: impl Fn(usize) -> f64 + Sync) -> Vec<f64> {
        let sum = |source| {
            let figures = self.candidates(source).iter().map(|&candidate| figure(candidate as usize));
            rounded(figures.sum())
        };
        (0..self.start.len() - 1).into_par_iter().map(sum).collect()
    }

    /// For each source the mean of a figure over its candidates.
    pub(super) fn means(&self, figure: impl Fn(usize) -> f64 + Sync) -> Vec<f64> {
        let mut means = self.sums(figure);
        means.iter_mut().enumerate().for_each(|(source, sum)| *sum /= self.claims(source));
        means
    }
}

/// For each candidate the sum of a figure over its voters.
pub(super) fn sums(table: &Table, figure: impl Fn(usize) -> f64 + Sync) -> Vec<f64> {
    let sum = |candidate| table.voters(candidate).iter().map(|&source| figure(source as usize)).sum();
    (0..table.candidate_count()).into_par_iter().with_min_len(PIECE).map(sum).collect()
}

/// Works on each item's part of what is held for each candidate.
pub(super) fn each_item<T: Send>(table: &Table, held: &mut [T], work: impl Fn(usize, &mut [T]) + Sync) {
    each_item_with(table, held, |(), item, held| work(item, held));
}

/// As [`each_item`], with something to work with that is kept from one item to the next.
pub(super) fn each_item_with<T: Send, S: Default>(
    table: &Table,
    held: &mut [T],
    work: impl Fn(&mut S, usize, &mut [T]) + Sync,
) {
    pieces(table, 0..table.items().len(), held, &work);
}

/// How many items or candidates a thread takes at once.
const PIECE: usize = 1024;

fn pieces<T: Send, S: Default>(
    table: &Table,
    items: std::ops::Range<usize>,
    held: &mut [T],
    work: &(impl Fn(&mut S, usize, &mut [T]) + Sync),
) {
    if items.len() > PIECE {
        let middle = items.start + items.len() / 2;
        let (left, right) =
            held.split_at_mut(table.candidates(middle).start - table.candidates(items.start).start);
        rayon::join(
            || pieces(table, items.start..middle, left, work),
            || pieces(table, middle..items.end, right, work),
        );
        return;
    }
    let mut rest = held;
    let mut scratch = S::default();
    for item in items {
        let (own, after) = rest.split_at_mut(table.candidates(item).len());
        work(&mut scratch, item, own);
        rest = after;
    }
}

/// Divides by the largest, where one is above nought.
pub(super) fn scale_to_largest(figures: &mut [f64]) {
    let largest = figures.iter().copied().fold(0.0, f64::max);
    if largest > 0.0 {
        figures.iter_mut().for_each(|figure| *figure /= largest);
    }
}

/// The largest change of any figure.
pub(super) fn largest_change(before: &[f64], after: &[f64]) -> f64 {
    before.iter().zip(after).map(|(before, after)| (before - after).abs()).fold(0.0, f64::max)
}

/// Turns log-odds of exclusive answers into probabilities; `others` is the weight of answers that nobody gives,
/// each with log-odds nought.
pub(super) fn to_probabilities(scores: &mut [f64], others: f64) {
    let top = scores.iter().copied().fold(if others > 0.0 { 0.0 } else { f64::NEG_INFINITY }, f64::max);
    scores.iter_mut().for_each(|score| *score = (*score - top).exp());
    let all = scores.iter().sum::<f64>() + others * (-top).exp();
    scores.iter_mut().for_each(|score| *score /= all);
}
