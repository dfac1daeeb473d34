//! Who says what others say: sources that share mistakes.

use super::Constants;
use super::cells::Cells;
use super::trust::Trust;
use rayon::prelude::*;
use std::collections::HashMap;

/// What each claim counts.
#[derive(Debug, Default)]
pub(super) struct Votes {
    /// How much of it is its own: 1 for an independent one, 1/n for each of n copies, and in between for sources that
    /// depend on each other in part.
    pub(super) weight: Vec<f64>,
    /// The same, with only twins taken as copies: how many say a thing, each once.
    pub(super) voice: Vec<f64>,
}

impl Votes {
    pub(super) fn new(claims: usize) -> Votes {
        Votes { weight: vec![1.0; claims], voice: vec![1.0; claims] }
    }
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sought {
    /// Sources that always agree. As long as little is known of who is right, those that agree nearly always may be
    /// good ones.
    Twins,
    /// Sources that agree more than their accuracies and the likelihood of what they say explain.
    Copies,
}

/// Who depends on whom.
///
/// Two sources that are wrong about the same items and then give the same wrong value did not get there by
/// themselves (Dong, Berti-Équille, Srivastava, Integrating Conflicting Data: The Role of Source Dependence, VLDB
/// 2009). Sources that are both right share values too, and nothing follows from it. The share of mistakes that two
/// sources have in common is raised to a power: near-complete copies count as such, and partial agreement of noisy
/// sources, who err towards the same popular values, hardly does.
pub(super) struct Copying {
    dependence: Dependence,
}

/// How far two sources depend on each other, from 0 to 1.
enum Dependence {
    Dense { width: usize, of: Vec<f32> },
    Sparse(HashMap<u64, f32>),
}

/// Up to how many sources all pairs are held in a square.
const DENSE: usize = 512;
/// Into how many pieces the items are cut where pairs are counted, and how many cells make a piece where votes are
/// weighed.
const DENSE_PIECES: usize = 8;
const PIECE: usize = 16_384;
/// A value that more sources give is too popular to tell who copied whom; looking at its pairs costs the square.
const POPULAR: usize = 64;
/// From what dependence on two sources are one and the same.
const TWIN: f32 = 0.9;
/// How many shared mistakes make a pair worth looking at, where not all pairs are.
const SHARED: u32 = 3;

impl Copying {
    /// Looks for shared mistakes. `right` is for each cell the probability that who gives it is right.
    pub(super) fn detect(
        cells: &Cells,
        right: &[f64],
        trust: &Trust,
        sought: Sought,
        constants: &Constants,
    ) -> Copying {
        let view = View { cells, right, trust, sought, constants };
        let dependence = if trust.sources() <= DENSE { view.dense() } else { view.sparse() };
        Copying { dependence }
    }

    fn between(&self, left: u32, right: u32) -> f32 {
        match &self.dependence {
            Dependence::Dense { width, of } => of[left as usize * width + right as usize],
            Dependence::Sparse(of) => of.get(&key(left, right)).copied().unwrap_or(0.0),
        }
    }

    /// Writes for each claim what part of it is its own.
    pub(super) fn weigh(&self, cells: &Cells, votes: &mut Votes) {
        let empty = matches!(&self.dependence, Dependence::Sparse(of) if of.is_empty());
        let most = match &self.dependence {
            Dependence::Dense { width, .. } => *width,
            Dependence::Sparse(_) => POPULAR * 4,
        };
        let weighed = |range: std::ops::Range<usize>| {
            let mut weighed =
                Vec::with_capacity(cells.votes(range.end - 1).end - cells.votes(range.start).start);
            for cell in range {
                let voters = cells.voters(cell);
                if voters.len() > most || voters.len() == 1 || empty {
                    weighed.extend(voters.iter().map(|_| (1.0, 1.0)));
                    continue;
                }
                weighed.extend(voters.iter().map(|&voter| {
                    let (mut copies, mut twins) = (1.0, 1.0);
                    for &other in voters.iter().filter(|&&other| other != voter) {
                        let far = self.between(voter, other);
                        copies += f64::from(far);
                        twins += f64::from(u8::from(far >= TWIN));
                    }
                    (1.0 / copies, 1.0 / twins)
                }));
            }
            weighed
        };
        let all: Vec<Vec<(f64, f64)>> =
            pieces(cells.face.len(), PIECE).into_par_iter().map(weighed).collect();
        for (at, (weight, voice)) in all.into_iter().flatten().enumerate() {
            votes.weight[at] = weight;
            votes.voice[at] = voice;
        }
    }

    /// The pairs that depend on each other at least so far, the first of each the one with the smaller number.
    pub(super) fn pairs(&self, at_least: f32) -> Vec<(u32, u32, f32)> {
        let mut pairs: Vec<(u32, u32, f32)> = match &self.dependence {
            Dependence::Dense { width, of } => (0..*width)
                .flat_map(|left| (left + 1..*width).map(move |right| (left as u32, right as u32)))
                .map(|(left, right)| (left, right, of[left as usize * width + right as usize]))
                .collect(),
            Dependence::Sparse(of) => {
                of.iter().map(|(&key, &far)| ((key >> 32) as u32, key as u32, far)).collect()
            }
        };
        pairs.retain(|&(_, _, far)| far >= at_least);
        pairs.sort_unstable_by_key(|&(left, right, _)| (left, right));
        pairs
    }
}

fn key(left: u32, right: u32) -> u64 {
    u64::from(left.min(right)) << 32 | u64::from(left.max(right))
}

/// What a source says about an item.
#[derive(Clone, Copy)]
struct Witness {
    source: u32,
    cell: u32,
    /// How likely what it says is right.
    right: f64,
    /// How often it is right about the attribute.
    accuracy: f64,
}

/// How often two sources speak about one contested item, agree, and would agree by themselves.
#[derive(Clone, Copy, Default)]
struct Meetings {
    all: f32,
    agreed: f32,
    expected: f32,
}

impl Meetings {
    /// Takes in that two sources speak about one item. Each is right with its accuracy; given that one says a thing
    /// that is true with some probability, the other says the same by itself if it is true and it is right, or if it
    /// is wrong in the same way by chance. Agreement on what is likely wrong is what nobody expects.
    fn add(&mut self, left: Witness, other: Witness, constants: &Constants) {
        let follows = |said: Witness, by: Witness| {
            said.right * by.accuracy + (1.0 - said.right) * (1.0 - by.accuracy) * constants.coincidence
        };
        self.all += 1.0;
        self.agreed += f32::from(u8::from(left.cell == other.cell));
        self.expected += (0.5 * (follows(left, other) + follows(other, left))) as f32;
    }

    /// How far the two depend on each other. Of twins, by how nearly they always agree; else by the share of claims
    /// that one must have from the other, c in: agreement = c + (1 - c) × expected agreement.
    fn share(self, sought: Sought, constants: &Constants) -> f32 {
        match sought {
            Sought::Twins => (self.agreed / (self.all + constants.twin_doubt)).powi(constants.twin_power),
            Sought::Copies => {
                let own = self.all - self.expected + constants.copy_doubt;
                ((self.agreed - self.expected) / own).max(0.0).powi(constants.copy_power)
            }
        }
    }
}

/// What the claims are looked at with.
struct View<'a> {
    cells: &'a Cells,
    right: &'a [f64],
    trust: &'a Trust,
    sought: Sought,
    constants: &'a Constants,
}

impl View<'_> {
    fn dense(&self) -> Dependence {
        let width = self.trust.sources();
        let items = self.cells.items();
        // A fixed number of pieces, added up in their order: the number of threads changes nothing.
        let met = |items: std::ops::Range<usize>| {
            let mut meetings = vec![Meetings::default(); width * width];
            self.for_pairs(items, usize::MAX, |left, other| {
                let (first, second) = (left.source.min(other.source), left.source.max(other.source));
                meetings[first as usize * width + second as usize].add(left, other, self.constants);
            });
            meetings
        };
        let all: Vec<Vec<Meetings>> =
            pieces(items, items.div_ceil(DENSE_PIECES)).into_par_iter().map(met).collect();
        let mut meetings = vec![Meetings::default(); width * width];
        for piece in all {
            for (sum, part) in meetings.iter_mut().zip(piece) {
                sum.all += part.all;
                sum.agreed += part.agreed;
                sum.expected += part.expected;
            }
        }
        let mut of = vec![0.0; width * width];
        for left in 0..width {
            for other in left + 1..width {
                let share = meetings[left * width + other].share(self.sought, self.constants);
                of[left * width + other] = share;
                of[other * width + left] = share;
            }
        }
        Dependence::Dense { width, of }
    }

    /// Only pairs that agree on unpopular values often enough are looked at more closely.
    fn sparse(&self) -> Dependence {
        let mut shared: HashMap<u64, u32> = HashMap::new();
        for item in (0..self.cells.items()).filter(|&item| self.cells.of(item).len() > 1) {
            for cell in self.cells.of(item) {
                let voters = self.cells.voters(cell);
                if voters.len() <= POPULAR {
                    for (at, &left) in voters.iter().enumerate() {
                        for &other in &voters[at + 1..] {
                            *shared.entry(key(left, other)).or_default() += 1;
                        }
                    }
                }
            }
        }
        shared.retain(|_, times| *times >= SHARED);
        if shared.is_empty() {
            return Dependence::Sparse(HashMap::new());
        }
        let mut meetings: HashMap<u64, Meetings> = HashMap::with_capacity(shared.len());
        self.for_pairs(0..self.cells.items(), POPULAR * 4, |left, other| {
            let key = key(left.source, other.source);
            if shared.contains_key(&key) {
                meetings.entry(key).or_default().add(left, other, self.constants);
            }
        });
        let of =
            meetings.into_iter().map(|(key, met)| (key, met.share(self.sought, self.constants))).collect();
        Dependence::Sparse(of)
    }

    /// Calls for all pairs of claims about one of these items, if it is contested and has at most so many claims.
    fn for_pairs(&self, items: std::ops::Range<usize>, most: usize, mut call: impl FnMut(Witness, Witness)) {
        let mut witnesses: Vec<Witness> = Vec::new();
        for item in items.filter(|&item| self.cells.of(item).len() > 1) {
            let attribute = self.cells.attribute[item];
            witnesses.clear();
            for cell in self.cells.of(item) {
                let witness = |&source: &u32| Witness {
                    source,
                    cell: cell as u32,
                    right: self.right[cell],
                    accuracy: self.trust.of(source, attribute),
                };
                witnesses.extend(self.cells.voters(cell).iter().map(witness));
            }
            if witnesses.len() > most {
                continue;
            }
            for (at, &left) in witnesses.iter().enumerate() {
                for &other in &witnesses[at + 1..] {
                    call(left, other);
                }
            }
        }
    }
}

/// Whole numbers below `all` in pieces of `size`.
fn pieces(all: usize, size: usize) -> Vec<std::ops::Range<usize>> {
    (0..all).step_by(size.max(1)).map(|start| start..(start + size.max(1)).min(all)).collect()
}
