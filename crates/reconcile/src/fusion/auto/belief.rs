//! How likely each value is, given how far its voters are trusted.

use super::super::value::Kind;
use super::Constants;
use super::cells::Cells;
use super::copying::Votes;
use super::trust::Trust;
use rayon::prelude::*;

/// How many items are weighed in one go. Fixed, so that the number of threads changes nothing.
const CHUNK: usize = 4096;

/// For each cell the probability that it is the true value of its item.
///
/// A wrong claim falls on a wrong value as often as that value is popular among the claims that are wrong if
/// another one is true (PopAccu: Dong, Saha, Srivastava, Less is More: Selecting Sources Wisely for Integration,
/// PVLDB 6(2), 2012): a crowd behind one wrong value is then hardly more evidence for it than one voice. Who gives
/// a value that covers the true one is not wrong.
pub(super) fn weigh(
    cells: &Cells,
    trust: &Trust,
    votes: &Votes,
    kinds: &[Kind],
    constants: &Constants,
) -> Vec<f64> {
    let scale = Scale { logarithms: trust.logarithms(), votes, kinds, constants };
    let mut belief = vec![0.0; cells.face.len()];
    in_chunks(cells, &mut belief).into_par_iter().for_each(|(items, first, belief)| {
        let mut scores = Vec::new();
        for item in items {
            let of = cells.of(item);
            if of.len() == 1 {
                belief[of.start - first] = 1.0;
                continue;
            }
            scale.score(cells, item, &mut scores);
            likelihoods(&scores, &mut belief[of.start - first..of.end - first]);
        }
    });
    belief
}

/// What the values of an item weigh.
pub(super) struct Scale<'a> {
    /// See [`Trust::logarithms`].
    pub(super) logarithms: Vec<(f64, f64)>,
    pub(super) votes: &'a Votes,
    pub(super) kinds: &'a [Kind],
    pub(super) constants: &'a Constants,
}

/// What speaks for a cell, in log-odds.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Score {
    /// From who gives it.
    pub(super) voters: f64,
    /// From who gives something that covers it.
    pub(super) wider: f64,
    /// From all others, who would have to be wrong in just these ways; never positive.
    pub(super) others: f64,
}

impl Score {
    pub(super) fn sum(self) -> f64 {
        self.voters + self.wider + self.others
    }
}

impl Scale<'_> {
    /// Weighs all cells of an item.
    pub(super) fn score(&self, cells: &Cells, item: usize, scores: &mut Vec<Score>) {
        let attribute = cells.attribute[item] as usize;
        let of = cells.of(item);
        let texts = matches!(self.kinds[attribute], Kind::Text);
        let share = if texts { 1.0 } else { self.constants.cover };
        let logarithms = |source: u32| self.logarithms[source as usize * self.kinds.len() + attribute];
        let mut whole = Part::default();
        let mut below = vec![0.0; if cells.wider.is_empty() { 0 } else { of.len() }];
        let parts: Vec<Part> = of.clone().map(|cell| Part::of(cells, cell, logarithms, self.votes)).collect();
        for (part, cell) in parts.iter().zip(of.clone()) {
            whole.add(part, 1.0);
            for &wider in cells.wider(cell).iter().filter(|_| texts) {
                below[wider as usize - of.start] += part.weight;
            }
        }
        scores.clear();
        for (at, cell) in of.clone().enumerate() {
            let mut agreeing = parts[at];
            for &wider in cells.wider(cell) {
                agreeing.add(&parts[wider as usize - of.start], share);
            }
            let (voices, weight) = (whole.voices - agreeing.voices, whole.weight - agreeing.weight);
            let spread = if voices > 1e-9 { weight * voices.ln() } else { 0.0 };
            let popularity = whole.popularity - agreeing.popularity;
            let below = below.get(at).copied().unwrap_or(0.0) * self.constants.below;
            scores.push(Score {
                voters: parts[at].odds,
                wider: agreeing.odds - parts[at].odds,
                others: (popularity - spread).min(0.0) - below,
            });
        }
    }

    /// What speaks for none of the values: everybody wrong, each value as popular as it is.
    pub(super) fn none(&self, cells: &Cells, item: usize) -> f64 {
        let mut whole = Part::default();
        for cell in cells.of(item) {
            whole.add(&Part::of(cells, cell, |_| (0.0, 0.0), self.votes), 1.0);
        }
        whole.popularity - whole.weight * whole.voices.ln()
    }
}

/// How likely it is that one of the values is true, against none of them.
pub(super) fn any(scores: &[Score], none: f64) -> f64 {
    let most = scores.iter().map(|score| score.sum()).fold(none, f64::max);
    let some: f64 = scores.iter().map(|score| (score.sum() - most).exp()).sum();
    some / (some + (none - most).exp())
}

/// Probabilities from log-odds.
fn likelihoods(scores: &[Score], belief: &mut [f64]) {
    let most = scores.iter().map(|score| score.sum()).fold(f64::MIN, f64::max);
    for (belief, score) in belief.iter_mut().zip(scores) {
        *belief = (score.sum() - most).exp();
    }
    let sum: f64 = belief.iter().sum();
    for belief in belief {
        *belief /= sum;
    }
}

/// For each cell the probability that who gives it is right: that it is true, or one that it covers is.
pub(super) fn right(cells: &Cells, belief: &[f64]) -> Vec<f64> {
    let mut right = belief.to_vec();
    if !cells.wider.is_empty() {
        for (cell, belief) in belief.iter().enumerate() {
            for &wider in cells.wider(cell) {
                right[wider as usize] += belief;
            }
        }
        for right in &mut right {
            *right = right.min(1.0);
        }
    }
    right
}

/// What the voters of a cell bring to it.
#[derive(Clone, Copy, Default)]
struct Part {
    /// How many they are.
    voices: f64,
    /// How many independent ones.
    weight: f64,
    /// The log-odds of their being right.
    odds: f64,
    /// How likely it is that so many err in just this way, as a logarithm, but for the popularity of the rest.
    popularity: f64,
}

impl Part {
    fn of(cells: &Cells, cell: usize, logarithms: impl Fn(u32) -> (f64, f64), votes: &Votes) -> Part {
        let mut part = Part::default();
        for (at, &voter) in cells.votes(cell).zip(cells.voters(cell)) {
            let (right, wrong) = logarithms(voter);
            part.voices += votes.voice[at];
            part.weight += votes.weight[at];
            part.odds += votes.weight[at] * (right - wrong);
        }
        part.popularity = part.weight * part.voices.ln();
        part
    }

    fn add(&mut self, other: &Part, share: f64) {
        self.voices += share * other.voices;
        self.weight += share * other.weight;
        self.odds += share * other.odds;
        self.popularity += share * other.popularity;
    }
}

type Chunk<'a> = (std::ops::Range<usize>, usize, &'a mut [f64]);

/// The beliefs cut into pieces: the items of each, its first cell, and the beliefs of its cells.
fn in_chunks<'a>(cells: &Cells, mut belief: &'a mut [f64]) -> Vec<Chunk<'a>> {
    let mut chunks = Vec::new();
    let mut item = 0;
    while item < cells.items() {
        let end = (item + CHUNK).min(cells.items());
        let (first, last) = (cells.start[item] as usize, cells.start[end] as usize);
        let (mine, rest) = belief.split_at_mut(last - first);
        chunks.push((item..end, first, mine));
        belief = rest;
        item = end;
    }
    chunks
}
