//! `auto`: our own method, which is told nothing about the data.

mod ancestry;
mod belief;
mod cells;
mod copying;
mod online;
mod slips;
mod trust;

pub use ancestry::Ancestry;
pub use online::{Learned, Online};
pub use slips::Slip;

use super::method::{Beliefs, Fused, Method};
use super::table::Table;
use super::value::Kind;
use belief::{Scale, Score};
use cells::Cells;
pub use cells::Face;
use copying::{Copying, Sought, Votes};
use rayon::prelude::*;
use slips::Slips;
use std::borrow::Cow;
use trust::{Regard, Seen, Tally, Trust};

/// What the method is told beside the claims; by default nothing.
#[derive(Debug, Default, Clone)]
pub struct Knowledge {
    /// Items whose value is known, as (item, text): they anchor the trust in who speaks about them.
    pub known: Vec<(usize, String)>,
    /// Which values stand above which, where that is known; otherwise it is learned.
    pub ancestry: Option<Ancestry>,
}

/// The numbers that are ours to choose. `docs/fusion.md` tells how: none is fitted to one data set.
#[derive(Debug, Clone)]
pub struct Constants {
    /// How often two sources that are both wrong say the same by chance.
    pub coincidence: f64,
    /// The power to which the share of common mistakes is raised.
    pub copy_power: i32,
    /// The power to which the share of agreement is raised while only twins are looked for, and the disagreements that
    /// they are taken to have had before any is seen.
    pub twin_power: i32,
    /// See `twin_power`.
    pub twin_doubt: f32,
    /// Mistakes that two sources are taken to have made apart before any is seen.
    pub copy_doubt: f32,
    /// Claims with which a source is taken to be like its peers.
    pub source_prior: f64,
    /// Claims with which a source is taken to be in one attribute as it is in all.
    pub attribute_prior: f64,
    /// Claims with which sources of one size are taken to be like all.
    pub size_prior: f64,
    /// How much a source's record in an attribute counts there against its record elsewhere, in log-odds.
    pub own: f64,
    /// What a rounded number counts for the numbers it can stand for, against one that gives them; a wider text
    /// counts in full.
    pub cover: f64,
    /// How unlikely it is, as a logarithm, that a wrong text happens to lie below the true one.
    pub below: f64,
    /// How much of a source's own vote is taken out of an outcome before the source is judged by it.
    pub own_vote: f64,
    /// The least and, from one, the greatest accuracy.
    pub least: f64,
    /// Rounds of plain votes, in which copies come to share a voice, before trust is thought of.
    pub vote: usize,
    /// Rounds in which only the record elsewhere counts.
    pub lead: usize,
    /// Rounds in all, at most.
    pub rounds: usize,
}

impl Default for Constants {
    fn default() -> Constants {
        Constants {
            coincidence: 0.2,
            copy_power: 3,
            twin_power: 120,
            twin_doubt: 0.5,
            copy_doubt: 2.0,
            source_prior: 2.0,
            attribute_prior: 5.0,
            size_prior: 10.0,
            own: 0.75,
            cover: 0.5,
            below: 1.0,
            own_vote: 0.5,
            least: 0.01,
            vote: 3,
            lead: 10,
            rounds: 40,
        }
    }
}

/// Beliefs that move less than this in a round have settled.
const SETTLED: f64 = 1e-4;
/// From what dependence on a pair of sources is told.
const TOLD: f32 = 0.25;

/// What comes out.
#[derive(Debug)]
pub struct Outcome {
    /// For each item what is taken to be true.
    pub answers: Vec<Answer>,
    /// For each candidate how likely it is to be true.
    pub belief: Vec<f64>,
    /// For each source and attribute, source by source, its accuracy; `None` where it says nothing.
    pub trust: Vec<Option<f64>>,
    /// For each source its accuracy over all it says.
    pub overall: Vec<f64>,
    /// Pairs of sources that depend on each other, and how far, from 0 to 1.
    pub copies: Vec<(u32, u32, f32)>,
    /// What sources do to every value of an attribute, by (source, attribute).
    pub slips: Vec<((u32, u32), Slip)>,
    /// What kind of values each attribute has.
    pub kinds: Vec<Kind>,
    /// After how many rounds the beliefs settled.
    pub rounds: usize,
    cells: Cells,
    votes: Votes,
    likelihood: Vec<f64>,
    accuracy: Trust,
    constants: Constants,
}

/// What speaks for a value of an item, in log-odds.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// How it is written.
    pub value: Face,
    /// How likely it is to be true, if one of the values is.
    pub belief: f64,
    /// Everyone who gives it.
    pub voices: Vec<Voice>,
    /// What those add who give something wider, which it does not contradict.
    pub wider: f64,
    /// What it costs that all others would be wrong in just the ways in which they are: little if all give one
    /// popular value, much if each gives its own. Never positive.
    pub others: f64,
}

/// What one source adds to a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Who says it.
    pub source: u32,
    /// How often it is right about the attribute.
    pub accuracy: f64,
    /// Which part of its claim is its own and not that of sources it shares its mistakes with.
    pub weight: f64,
    /// The log-odds it adds: those of its accuracy, times the weight.
    pub odds: f64,
}

impl Outcome {
    /// What speaks for each value of an item, the likeliest first. The sums of their log-odds differ as the
    /// likelihoods do: `belief` is exp(sum) over the exp(sum) of all.
    pub fn evidence(&self, item: usize) -> Vec<Evidence> {
        let scale = self.scale();
        let mut scores = Vec::new();
        scale.score(&self.cells, item, &mut scores);
        let attribute = self.cells.attribute[item];
        let voices = |cell: usize| -> Vec<Voice> {
            let voice = |(vote, &source): (usize, &u32)| {
                let (accuracy, weight) = (self.accuracy.of(source, attribute), self.votes.weight[vote]);
                Voice { source, accuracy, weight, odds: weight * (accuracy / (1.0 - accuracy)).ln() }
            };
            self.cells.votes(cell).zip(self.cells.voters(cell)).map(voice).collect()
        };
        let weighed = self.cells.of(item).zip(scores).map(|(cell, score)| Evidence {
            value: self.cells.face[cell].clone(),
            belief: self.likelihood[cell],
            voices: voices(cell),
            wider: score.wider,
            others: score.others,
        });
        let mut evidence: Vec<Evidence> = weighed.collect();
        evidence.sort_by(|left, right| right.belief.total_cmp(&left.belief));
        evidence
    }

    /// The likeliest value of each item; of equals the one with more voters, then the first. Its confidence is what
    /// is left when all values may be wrong.
    fn answer(&self, table: &Table) -> Vec<Answer> {
        let scale = self.scale();
        let answer = |item: usize, scores: &mut Vec<Score>| {
            let rank = |cell: usize| ((self.likelihood[cell] * 1e9).round(), self.cells.voters(cell).len());
            let mut best = self.cells.of(item).start;
            let mut tied = false;
            for cell in self.cells.of(item).skip(1) {
                match rank(cell).partial_cmp(&rank(best)) {
                    Some(std::cmp::Ordering::Greater) => (best, tied) = (cell, false),
                    Some(std::cmp::Ordering::Equal) => tied = true,
                    _ => {}
                }
            }
            let (candidate, text) = match &self.cells.face[best] {
                Face::Claimed(candidate) => {
                    (Some(*candidate as usize), table.text(*candidate as usize).into())
                }
                Face::Meant(text) => (None, text.clone()),
            };
            scale.score(&self.cells, item, scores);
            let known = self.likelihood[best] == 1.0 && self.cells.of(item).len() > 1;
            let some = if known { 1.0 } else { belief::any(scores, scale.none(&self.cells, item)) };
            Answer { candidate, text, confidence: self.likelihood[best] * some, tied }
        };
        (0..self.cells.items())
            .into_par_iter()
            .map_init(Vec::new, |scores, item| answer(item, scores))
            .collect()
    }

    fn scale(&self) -> Scale<'_> {
        Scale {
            logarithms: self.accuracy.logarithms(),
            votes: &self.votes,
            kinds: &self.kinds,
            constants: &self.constants,
        }
    }
}

/// What is taken to be true of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The candidate that says so; `None` where everyone who does has a slip that is undone.
    pub candidate: Option<usize>,
    /// As it is written.
    pub text: Box<str>,
    /// How likely it is to be true.
    pub confidence: f64,
    /// Whether only the order of the texts chose it among equals.
    pub tied: bool,
}

/// Finds out what is true and whom to trust about what.
///
/// One model for all kinds of values, fitted by expectation maximisation: what means the same is one value; slips
/// are undone first ([`Slip`]); each source has an accuracy per attribute with three layers of shrinkage; wrong
/// values are as likely as they are popular; claims of dependent sources share a voice. The first rounds trust a
/// source about an attribute only by its record elsewhere, so that a crowd of copies cannot elect itself.
pub fn discover(table: &Table, knowledge: &Knowledge, constants: &Constants) -> Outcome {
    discover_from(table, knowledge, constants, None)
}

/// [`discover`], where trust was learned before: it is where the rounds begin, and those that lead up to it are left
/// out.
fn discover_from(
    table: &Table,
    knowledge: &Knowledge,
    constants: &Constants,
    learned: Option<&Learned>,
) -> Outcome {
    let kinds = Kind::learn(table);
    let slips = Slips::learn(table, &kinds);
    let ancestry = match &knowledge.ancestry {
        Some(ancestry) => Cow::Borrowed(ancestry),
        None => Cow::Owned(Ancestry::learn(table, &kinds)),
    };
    let cells = Cells::gather(table, &kinds, &slips, &ancestry);
    let known = known_cells(table, &cells, &kinds, knowledge);
    let size = (table.sources.len(), table.attributes.len());
    let mut mind = Mind::new(cells, size, &known, &kinds);
    let rounds = match learned {
        Some(learned) => {
            mind.trust = learned.trust(table);
            mind.go_on(constants)
        }
        None => mind.settle(constants),
    };
    mind.outcome(table, slips, rounds, constants)
}

/// The cells that are known to be true, by item.
fn known_cells(table: &Table, cells: &Cells, kinds: &[Kind], knowledge: &Knowledge) -> Vec<(usize, usize)> {
    let mut known: Vec<(usize, usize)> = Vec::new();
    for (item, text) in &knowledge.known {
        let kind = kinds[cells.attribute[*item] as usize];
        let value = kind.read(text);
        let same = |cell: &usize| match &cells.face[*cell] {
            Face::Claimed(candidate) => kind.read(table.text(*candidate as usize)) == value,
            Face::Meant(meant) => kind.read(meant) == value,
        };
        known.extend(cells.of(*item).find(same).map(|cell| (*item, cell)));
    }
    known.sort_unstable();
    known
}

/// For each cell its share of the voices of its item.
fn shares(cells: &Cells, weight: &[f64]) -> Vec<f64> {
    let mut shares: Vec<f64> =
        (0..cells.face.len()).map(|cell| weight[cells.votes(cell)].iter().sum()).collect();
    for item in 0..cells.items() {
        let shares = &mut shares[cells.of(item)];
        let sum: f64 = shares.iter().sum();
        for share in shares {
            *share /= sum;
        }
    }
    shares
}

/// What is believed while it settles.
struct Mind<'a> {
    cells: Cells,
    size: (usize, usize),
    known: &'a [(usize, usize)],
    kinds: &'a [Kind],
    belief: Vec<f64>,
    votes: Votes,
    trust: Trust,
    tally: Tally,
    copying: Option<Copying>,
}

impl<'a> Mind<'a> {
    /// Begins with all values of an item equally likely: not even the number of voters counts before it is known who
    /// of them speaks for himself.
    fn new(cells: Cells, size: (usize, usize), known: &'a [(usize, usize)], kinds: &'a [Kind]) -> Mind<'a> {
        let votes = Votes::new(cells.voters.len());
        let mut belief = vec![0.0; cells.face.len()];
        for item in 0..cells.items() {
            let of = cells.of(item);
            let count = of.len() as f64;
            belief[of].fill(1.0 / count);
        }
        let mut mind = Mind {
            size,
            known,
            kinds,
            belief,
            trust: Trust::unknown(size),
            tally: Tally::count(
                &cells,
                Seen { belief: &[], votes: &votes, own: None },
                size,
                std::iter::empty(),
            ),
            copying: None,
            votes,
            cells,
        };
        mind.anchor();
        mind
    }

    /// What is known is believed.
    fn anchor(&mut self) {
        for &(item, true_cell) in self.known {
            for cell in self.cells.of(item) {
                self.belief[cell] = f64::from(u8::from(cell == true_cell));
            }
        }
    }

    fn look_for_copies(&mut self, sought: Sought, constants: &Constants) {
        let right = belief::right(&self.cells, &self.belief);
        let copying = Copying::detect(&self.cells, &right, &self.trust, sought, constants);
        copying.weigh(&self.cells, &mut self.votes);
        self.copying = Some(copying);
    }

    fn settle(&mut self, constants: &Constants) -> usize {
        for _ in 0..constants.vote {
            self.look_for_copies(Sought::Twins, constants);
            self.belief = shares(&self.cells, &self.votes.weight);
            self.anchor();
        }
        for round in 0..constants.rounds {
            if round < constants.lead && (round < 3 || round % 3 == 0) {
                self.look_for_copies(Sought::Twins, constants);
            } else if round >= constants.lead && (round - constants.lead).is_multiple_of(4) {
                self.look_for_copies(Sought::Copies, constants);
            }
            self.tally = if round == 0 && !self.known.is_empty() {
                self.count(self.known.iter().map(|&(item, _)| item), None)
            } else {
                let odds = (round > 0).then(|| self.trust.odds(constants.own_vote));
                self.count(0..self.cells.items(), odds.as_deref())
            };
            let regard = if round < constants.lead { Regard::Elsewhere } else { Regard::Everywhere };
            if self.turn(regard, constants) < SETTLED && round > constants.lead {
                return round + 1;
            }
        }
        constants.rounds
    }

    /// Settles from a trust that was learned before. Copies are looked for as often as when it was learned last:
    /// once believed, and every sixth round.
    fn go_on(&mut self, constants: &Constants) -> usize {
        self.look_for_copies(Sought::Copies, constants);
        self.belief = belief::weigh(&self.cells, &self.trust, &self.votes, self.kinds, constants);
        self.anchor();
        for round in 0..constants.rounds {
            if round % 6 == 0 {
                self.look_for_copies(Sought::Copies, constants);
            }
            let odds = self.trust.odds(constants.own_vote);
            self.tally = self.count(0..self.cells.items(), Some(&odds));
            if self.turn(Regard::Everywhere, constants) < SETTLED {
                return round + 1;
            }
        }
        constants.rounds
    }

    fn count(&self, items: impl Iterator<Item = usize>, own: Option<&[f64]>) -> Tally {
        let seen = Seen { belief: &self.belief, votes: &self.votes, own };
        Tally::count(&self.cells, seen, self.size, items)
    }

    /// From the tally to trust and from trust to beliefs; how far a belief has moved at most.
    fn turn(&mut self, regard: Regard, constants: &Constants) -> f64 {
        self.trust = self.tally.trust(regard, constants);
        let belief = belief::weigh(&self.cells, &self.trust, &self.votes, self.kinds, constants);
        let before = std::mem::replace(&mut self.belief, belief);
        self.anchor();
        before.iter().zip(&self.belief).map(|(before, after)| (before - after).abs()).fold(0.0, f64::max)
    }

    fn outcome(self, table: &Table, slips: Slips, rounds: usize, constants: &Constants) -> Outcome {
        let (sources, attributes) = self.size;
        let mut trust = Vec::with_capacity(sources * attributes);
        let mut overall = Vec::with_capacity(sources);
        for source in 0..sources {
            let (mut claims, mut right) = (0.0, 0.0);
            for attribute in 0..attributes {
                let here = f64::from(self.tally.claims(source, attribute));
                let accuracy = self.trust.of(source as u32, attribute as u32);
                claims += here;
                right += here * accuracy;
                trust.push((here > 0.0).then_some(accuracy));
            }
            overall.push(if claims > 0.0 { right / claims } else { 0.0 });
        }
        let mut outcome = Outcome {
            answers: Vec::new(),
            belief: self.candidate_beliefs(table),
            trust,
            overall,
            copies: self.copying.map_or_else(Vec::new, |copying| copying.pairs(TOLD)),
            slips: slips.listed(),
            kinds: self.kinds.to_vec(),
            rounds,
            likelihood: self.belief,
            cells: self.cells,
            votes: self.votes,
            accuracy: self.trust,
            constants: constants.clone(),
        };
        outcome.answers = outcome.answer(table);
        outcome
    }

    /// What is believed of each candidate is what is believed of its meaning; a candidate that only sources with a
    /// slip give is not believed.
    fn candidate_beliefs(&self, table: &Table) -> Vec<f64> {
        let mut beliefs = vec![0.0; table.candidate_count()];
        for item in 0..self.cells.items() {
            let kind = self.kinds[self.cells.attribute[item] as usize];
            for cell in self.cells.of(item) {
                let Face::Claimed(face) = self.cells.face[cell] else { continue };
                let value = kind.read(table.text(face as usize));
                for candidate in table.candidates(item) {
                    if candidate == face as usize || kind.read(table.text(candidate)) == value {
                        beliefs[candidate] = self.belief[cell];
                    }
                }
            }
        }
        beliefs
    }
}

#[cfg(test)]
mod tests;

/// [`discover`] as a method among the others.
pub struct Auto;

impl Method for Auto {
    fn name(&self) -> &'static str {
        "auto"
    }

    fn paper(&self) -> &'static str {
        "our own; docs/fusion.md names what each part is taken from"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Probabilities
    }

    fn fuse(&self, table: &Table) -> Fused {
        let outcome = discover(table, &Knowledge::default(), &Constants::default());
        Fused { belief: outcome.belief, trust: outcome.overall, rounds: outcome.rounds }
    }
}
