//! Who copies from whom.

use super::Table;
use super::method::rounded;
use rayon::prelude::*;
use std::collections::{BTreeMap, BinaryHeap};

/// How probable it is that two sources are not independent, for pairs with enough items in common.
///
/// Independent sources share true values because they are true; a false value shared is a rare accident. For two
/// sources with t true and f false values in common and d items on which they differ, Bayes compares the likelihoods
/// of (t, f, d) if they are independent (prior 0.8) and if the one or the other copies (0.1 each), a copier
/// copying each item with probability 0.8 and else giving its own value.
///
/// Not all pairs are looked at. Where sources are many, pairs are found by the values they share, rarest first,
/// up to a fixed number of findings; then each source keeps the partners with which it shares most values;
/// and pairs with fewer than ten items in common are left as independent, as in the paper's experiments. On large
/// tables the counts are taken from every n-th item. So the cost of one round is bounded by the claims times
/// [`PARTNERS`], and by [`MOST_COMPARED`].
pub(super) struct Copying {
    /// Each how-many-th item is looked at.
    step: usize,
    /// For each source where its partners are; each pair is there twice.
    start: Vec<usize>,
    partner: Vec<u32>,
    pair: Vec<u32>,
    pairs: Vec<Pair>,
    /// After judging: for each source the partners it depends on or that depend on it, with how likely.
    bound_start: Vec<usize>,
    bound_to: Vec<u32>,
    bound: Vec<Bound>,
    /// For each source its place by accuracy, the most accurate first; decides where nothing else does.
    rank: Vec<u32>,
}

struct Pair {
    first: u32,
    second: u32,
    /// Items that both give.
    common: u32,
    /// Items on which they agree.
    same: u32,
}

#[derive(Clone, Copy)]
struct Bound {
    /// Probability that one of the two copies from the other, to nine digits.
    dependence: f64,
    /// Whether rather this one copies from the partner than the partner from it.
    copier: bool,
}

/// What [`Copying::count`] works with, kept from one value to the next.
#[derive(Default)]
pub(super) struct Scratch {
    /// For each voter where its ties to other voters start.
    start: Vec<usize>,
    ties: Vec<(u32, Bound)>,
    /// How much of a vote is its voter's own; 0 once it is counted.
    own: Vec<f64>,
    /// The bits of its strongest dependence on a voter already counted.
    strongest: Vec<u64>,
    queue: BinaryHeap<Next>,
}

/// Whose vote is counted next: the greatest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    /// The bits of the strongest dependence on a voter already counted: for floats above nought, bits are in order.
    on_counted: u64,
    /// If there is none, of the strongest dependence on any voter, and whether it is rather the original.
    on_any: (u64, bool),
    rank: std::cmp::Reverse<u32>,
    voter: u32,
}

const INDEPENDENT: f64 = 0.8;
/// With which probability a copier copies an item.
const COPIED: f64 = 0.8;
const FEWEST_COMMON: u32 = 10;
/// How many partners a source keeps.
const PARTNERS: usize = 64;
/// How many findings of two sources with the same value are kept to find pairs.
const MOST_FOUND: usize = 1 << 23;
/// How many comparisons of claims a pass over the items may take.
const MOST_COMPARED: usize = 1 << 28;
/// Less dependence than this takes nothing from a vote that could be seen.
const LEAST: f64 = 0.001;

impl Copying {
    pub(super) fn new(table: &Table) -> Copying {
        let step = (table.claim_count().saturating_mul(PARTNERS) / MOST_COMPARED).max(1);
        let pairs = likely_pairs(table, step);
        let mut copying = Copying {
            step,
            start: Vec::new(),
            partner: Vec::new(),
            pair: Vec::new(),
            pairs: pairs
                .into_iter()
                .map(|(first, second)| Pair { first, second, common: 0, same: 0 })
                .collect(),
            bound_start: vec![0; table.sources.len() + 1],
            bound_to: Vec::new(),
            bound: Vec::new(),
            rank: Vec::new(),
        };
        copying.index(table.sources.len());
        let common = copying.tally(table, |item, group| {
            let voters = table.candidates(item).flat_map(|candidate| table.voters(candidate));
            let mut sources: Vec<u32> = voters.copied().collect();
            sources.sort_unstable();
            group(&sources);
        });
        let same = copying.tally(table, |item, group| {
            table.candidates(item).for_each(|candidate| group(table.voters(candidate)));
        });
        for (pair, (common, same)) in copying.pairs.iter_mut().zip(common.into_iter().zip(same)) {
            (pair.common, pair.same) = (common, same);
        }
        copying.pairs.retain(|pair| pair.common >= FEWEST_COMMON);
        copying.keep_closest(table.sources.len());
        copying.index(table.sources.len());
        copying
    }

    /// Judges all pairs anew, given accuracies and how far values are believed. Where beliefs are not known yet,
    /// true and false values in common count alike.
    pub(super) fn judge(
        &mut self,
        table: &Table,
        accuracy: &[f64],
        false_values: f64,
        believed: Option<&[f64]>,
    ) {
        let chosen = |believed: &[f64], item: usize| {
            let mut best = table.candidates(item).start;
            let rank = |at: usize| (rounded(believed[at]), table.voters(at).len());
            for candidate in table.candidates(item) {
                if rank(candidate).partial_cmp(&rank(best)) == Some(std::cmp::Ordering::Greater) {
                    best = candidate;
                }
            }
            best
        };
        let wrong = believed.map(|believed| {
            self.tally(table, |item, group| {
                let chosen = chosen(believed, item);
                let wrong = table.candidates(item).filter(|&candidate| candidate != chosen);
                wrong.for_each(|candidate| group(table.voters(candidate)));
            })
        });
        let sources = accuracy.len();
        let judged: Vec<(f64, f64)> = self
            .pairs
            .par_iter()
            .enumerate()
            .map(|(at, pair)| {
                let accuracies = (accuracy[pair.first as usize], accuracy[pair.second as usize]);
                let differ = f64::from(pair.common - pair.same);
                let agreed = match &wrong {
                    Some(wrong) => Agreed::Judged(f64::from(pair.same - wrong[at]), f64::from(wrong[at])),
                    None => Agreed::Unknown(f64::from(pair.same)),
                };
                copies(accuracies, false_values, agreed, differ)
            })
            .collect();
        self.bound.clear();
        self.bound_to.clear();
        self.bound_start.clear();
        self.bound_start.push(0);
        for source in 0..sources {
            for at in self.start[source]..self.start[source + 1] {
                let pair = &self.pairs[self.pair[at] as usize];
                let (first, second) = judged[self.pair[at] as usize];
                let (own, others) =
                    if pair.first as usize == source { (first, second) } else { (second, first) };
                if own + others >= LEAST {
                    self.bound_to.push(self.partner[at]);
                    let copier = rounded(own) > rounded(others);
                    self.bound.push(Bound { dependence: rounded(own + others), copier });
                }
            }
            self.bound_start.push(self.bound.len());
        }
        let mut order: Vec<u32> = (0..sources as u32).collect();
        order.sort_by(|&left, &right| {
            let accuracy = |source: u32| rounded(accuracy[source as usize]);
            accuracy(right).total_cmp(&accuracy(left)).then(left.cmp(&right))
        });
        self.rank = vec![0; sources];
        for (rank, source) in order.into_iter().enumerate() {
            self.rank[source as usize] = rank as u32;
        }
    }

    /// The sum of the counts of a value's voters, each taken as far as it is independent of those before it.
    /// The order is the paper's: first the one of the most dependent pair that rather was copied from, then
    /// always the one most dependent on any that was taken.
    pub(super) fn count(&self, voters: &[u32], counts: &[f64], scratch: &mut Scratch) -> f64 {
        let Scratch { start, ties, own, strongest, queue } = scratch;
        start.clear();
        ties.clear();
        for &source in voters {
            start.push(ties.len());
            let range = self.bound_start[source as usize]..self.bound_start[source as usize + 1];
            for_shared(voters, &self.bound_to[range.clone()], |voter, place| {
                ties.push((voter as u32, self.bound[range.start + place]));
            });
        }
        start.push(ties.len());
        let count = |voter: usize| counts[voters[voter] as usize];
        if ties.is_empty() {
            return (0..voters.len()).map(count).sum();
        }
        let ties = |voter: usize| &ties[start[voter]..start[voter + 1]];
        let rank = |voter: usize| std::cmp::Reverse(self.rank[voters[voter] as usize]);
        own.clear();
        own.resize(voters.len(), 1.0);
        strongest.clear();
        strongest.resize(voters.len(), 0);
        queue.clear();
        let mut sum = 0.0;
        for voter in 0..voters.len() {
            let on_any =
                ties(voter).iter().map(|(_, bound)| (bound.dependence.to_bits(), !bound.copier)).max();
            match on_any {
                Some(on_any) => {
                    queue.push(Next { on_counted: 0, on_any, rank: rank(voter), voter: voter as u32 })
                }
                None => sum += count(voter),
            }
        }
        while let Some(Next { voter, .. }) = queue.pop() {
            let voter = voter as usize;
            if own[voter] == 0.0 {
                continue;
            }
            sum += count(voter) * own[voter];
            own[voter] = 0.0;
            for &(other, bound) in ties(voter) {
                if own[other as usize] == 0.0 {
                    continue;
                }
                own[other as usize] *= 1.0 - COPIED * bound.dependence;
                let on_counted = bound.dependence.to_bits();
                if on_counted > strongest[other as usize] {
                    strongest[other as usize] = on_counted;
                    let rank = rank(other as usize);
                    queue.push(Next { on_counted, on_any: (0, false), rank, voter: other });
                }
            }
        }
        sum
    }

    /// Finds places for the pairs under both of their sources.
    fn index(&mut self, sources: usize) {
        let mut start = vec![0; sources + 1];
        for pair in &self.pairs {
            start[pair.first as usize + 1] += 1;
            start[pair.second as usize + 1] += 1;
        }
        for source in 1..start.len() {
            start[source] += start[source - 1];
        }
        let mut next = start.clone();
        (self.partner, self.pair) = (vec![0; self.pairs.len() * 2], vec![0; self.pairs.len() * 2]);
        // Pairs are in order, so that the partners of a source come ascending: first those before it, as
        // second of their pair, but interleaved with none after it.
        let mut put = |source: u32, partner: u32, pair: usize| {
            let at = next[source as usize];
            (self.partner[at], self.pair[at]) = (partner, pair as u32);
            next[source as usize] += 1;
        };
        for (at, pair) in self.pairs.iter().enumerate() {
            put(pair.second, pair.first, at);
        }
        for (at, pair) in self.pairs.iter().enumerate() {
            put(pair.first, pair.second, at);
        }
        self.start = start;
    }

    /// For each pair how many of the groups of sources (ascending) that each item hands out hold both.
    fn tally(&self, table: &Table, groups: impl Fn(usize, &mut dyn FnMut(&[u32])) + Sync) -> Vec<u32> {
        let items = table.items().len().div_ceil(self.step);
        let none = || vec![0u32; self.pairs.len()];
        let count = |mut counts: Vec<u32>, item: usize| {
            groups(item * self.step, &mut |group| {
                for (at, &source) in group.iter().enumerate() {
                    let first = self.start[source as usize];
                    let partners = &self.partner[first..self.start[source as usize + 1]];
                    for_shared(&group[at + 1..], partners, |_, place| {
                        counts[self.pair[first + place] as usize] += 1
                    });
                }
            });
            counts
        };
        let pieces = (0..items).into_par_iter().with_min_len(items / rayon::current_num_threads() + 1);
        pieces.fold(none, count).reduce(none, |mut left, right| {
            left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
            left
        })
    }

    /// Leaves each pair that is among the [`PARTNERS`] closest of one of its sources.
    fn keep_closest(&mut self, sources: usize) {
        if sources <= PARTNERS + 1 {
            return;
        }
        self.index(sources);
        let mut keep = vec![false; self.pairs.len()];
        for source in 0..sources {
            let mut own: Vec<u32> = self.pair[self.start[source]..self.start[source + 1]].to_vec();
            own.sort_unstable_by_key(|&pair| {
                let Pair { same, common, .. } = self.pairs[pair as usize];
                (std::cmp::Reverse(same), common, pair)
            });
            own.truncate(PARTNERS);
            own.into_iter().for_each(|pair| keep[pair as usize] = true);
        }
        let mut keep = keep.into_iter();
        self.pairs.retain(|_| keep.next() == Some(true));
    }
}

/// On how many items two sources agree.
enum Agreed {
    /// On so many true and so many false values.
    Judged(f64, f64),
    /// On so many, nobody knows whether true or false.
    Unknown(f64),
}

/// Probability that the first copies from the second and that the second copies from the first.
fn copies((first, second): (f64, f64), false_values: f64, agreed: Agreed, differ: f64) -> (f64, f64) {
    let both_right = first * second;
    let both_wrong = (1.0 - first) * (1.0 - second) / false_values;
    let apart = (1.0 - both_right - both_wrong).max(f64::MIN_POSITIVE);
    // The likelihood, given how probable it is that both are right on an item, that both are wrong, that they differ.
    let likelihood = |right: f64, wrong: f64, apart: f64| {
        let agreed = match agreed {
            Agreed::Judged(true_values, false_values) => true_values * right.ln() + false_values * wrong.ln(),
            Agreed::Unknown(values) => values * (right + wrong).ln(),
        };
        agreed + differ * apart.ln()
    };
    let copy = |original: f64| {
        let mixed = |copied: f64, own: f64| COPIED * copied + (1.0 - COPIED) * own;
        likelihood(mixed(original, both_right), mixed(1.0 - original, both_wrong), mixed(0.0, apart))
    };
    let prior = ((1.0 - INDEPENDENT) / 2.0).ln();
    let (first_copies, second_copies) = (prior + copy(second), prior + copy(first));
    let independent = INDEPENDENT.ln() + likelihood(both_right, both_wrong, apart);
    let top = independent.max(first_copies).max(second_copies);
    let (first_copies, second_copies) = ((first_copies - top).exp(), (second_copies - top).exp());
    let all = first_copies + second_copies + (independent - top).exp();
    (first_copies / all, second_copies / all)
}

/// Calls with the places of those that are in both; both ascend. The shorter is looked up in the longer.
fn for_shared(left: &[u32], right: &[u32], mut call: impl FnMut(usize, usize)) {
    let (short, long, swapped) =
        if left.len() <= right.len() { (left, right, false) } else { (right, left, true) };
    for (at, source) in short.iter().enumerate() {
        if let Ok(place) = long.binary_search(source) {
            if swapped { call(place, at) } else { call(at, place) }
        }
    }
}

/// Pairs worth a look: all where sources are few, else those who share values, found by the rarest values.
fn likely_pairs(table: &Table, step: usize) -> Vec<(u32, u32)> {
    let sources = table.sources.len() as u32;
    if sources as usize <= PARTNERS + 1 {
        return (0..sources)
            .flat_map(|first| (first + 1..sources).map(move |second| (first, second)))
            .collect();
    }
    let looked_at = || (0..table.items().len()).step_by(step).flat_map(|item| table.candidates(item));
    // Findings that values with so many voters give; those with more than all fit are left out.
    let mut findings = BTreeMap::new();
    for candidate in looked_at() {
        let voters = table.voters(candidate).len();
        *findings.entry(voters).or_insert(0usize) += voters * (voters - 1) / 2;
    }
    let mut all = 0;
    let most_voters = findings.iter().take_while(|(_, found)| {
        all += **found;
        all <= MOST_FOUND
    });
    let most_voters = most_voters.last().map_or(0, |(voters, _)| *voters);
    let mut found: Vec<(u32, u32)> = Vec::new();
    for candidate in looked_at() {
        let voters = table.voters(candidate);
        if voters.len() <= most_voters {
            for (at, &first) in voters.iter().enumerate() {
                found.extend(voters[at + 1..].iter().map(|&second| (first, second)));
            }
        }
    }
    found.par_sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fusion::TableBuilder;

    #[test]
    fn false_values_in_common_speak_for_copying() {
        // Both right with 0.8, a hundred false values. Independent sources are both right with 0.64, wrong alike
        // with 0.2 · 0.2 / 100 = 0.0004, apart with 0.3596; a copier and its original with 0.8 · 0.8 + 0.2 · 0.64 =
        // 0.768, 0.8 · 0.2 + 0.2 · 0.0004 = 0.16008 and 0.2 · 0.3596 = 0.07192. Priors 0.1, 0.1 and 0.8.
        let check = |agreed: Agreed, differ: f64, expected: f64| {
            let (first, second) = copies((0.8, 0.8), 100.0, agreed, differ);
            assert!((first - expected).abs() < 1e-9 && first == second, "{first} {second}, not {expected}");
        };
        let posterior = |copying: f64, independent: f64| 0.1 * copying / (0.2 * copying + 0.8 * independent);
        check(Agreed::Judged(1.0, 0.0), 0.0, posterior(0.768, 0.64));
        check(Agreed::Judged(0.0, 1.0), 0.0, posterior(0.16008, 0.0004));
        check(Agreed::Judged(0.0, 0.0), 1.0, posterior(0.07192, 0.3596));
        check(Agreed::Unknown(1.0), 0.0, posterior(0.92808, 0.6404));
        // Thousands of items in common are no trouble.
        check(Agreed::Judged(50_000.0, 50_000.0), 0.0, 0.5);
        check(Agreed::Judged(5_000.0, 0.0), 5_000.0, 0.0);
    }

    #[test]
    fn the_less_accurate_of_two_that_share_its_errors_is_the_original() {
        let (first, second) = copies((0.9, 0.4), 100.0, Agreed::Judged(2.0, 8.0), 2.0);
        assert!(first > second, "{first} {second}");
    }

    #[test]
    fn among_many_sources_those_who_share_values_are_found() {
        // Two hundred sources by themselves, two of which say the same odd things.
        let mut builder = TableBuilder::default();
        for item in 0..40 {
            for source in 0..200 {
                let value = match source {
                    7 | 150 => format!("odd {item}"),
                    _ => format!("{}", (item * 31 + source * source) % 50),
                };
                builder.add(&format!("{source:03}"), &format!("{item:02}"), "p", &value);
            }
        }
        let table = builder.finish();
        let mut copying = Copying::new(&table);
        copying.judge(&table, &[0.8; 200], 100.0, None);
        let bound =
            |source: usize| &copying.bound_to[copying.bound_start[source]..copying.bound_start[source + 1]];
        assert_eq!(bound(7), [150]);
        assert_eq!(bound(150), [7]);
        let count = copying.count(&[7, 150], &[1.0; 200], &mut Scratch::default());
        assert!((count - 1.2).abs() < 1e-3, "{count}");
    }
}
