//! How far each source is right about each attribute.

use super::Constants;
use super::cells::Cells;
use super::copying::Votes;

/// How often a source of which nothing is known is taken to be right (Dong, Berti-Équille, Srivastava, 2009).
const UNKNOWN: f64 = 0.8;

/// How often sources spoke about attributes and how often they were right.
pub(super) struct Tally {
    sources: usize,
    attributes: usize,
    /// All claims.
    claims: Vec<u32>,
    /// Those about items that others speak about too.
    spoken: Vec<f64>,
    right: Vec<f64>,
    /// For each source and attribute how many of the claims are its own.
    voices: Vec<f64>,
}

/// Accuracies, between 0 and 1, source by source and attribute by attribute.
#[derive(Clone, Debug, Default)]
pub(super) struct Trust {
    attributes: usize,
    accuracy: Vec<f64>,
}

/// What is believed when claims are counted.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    /// For each cell how likely it is.
    pub(super) belief: &'a [f64],
    /// What each vote counts.
    pub(super) votes: &'a Votes,
    /// The part of each source's log-odds, by attribute, that is taken out.
    pub(super) own: Option<&'a [f64]>,
}

/// Which evidence about a source counts for an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Regard {
    /// Only what it says about other attributes: a crowd that is wrong together about one attribute cannot vouch for
    /// itself there, and who is good elsewhere leads.
    Elsewhere,
    /// Both, its own record there weighing most.
    Everywhere,
}

impl Tally {
    /// Counts the claims about `items`; a claim counts as right with the probability that its cell is true. Where
    /// trust is known already, that is the probability with a part of the source's own vote taken out: a source must
    /// not be found right because it was believed. Who speaks alone is judged by nobody.
    pub(super) fn count(
        cells: &Cells,
        seen: Seen<'_>,
        (sources, attributes): (usize, usize),
        items: impl Iterator<Item = usize>,
    ) -> Tally {
        let width = sources * attributes;
        let zeros = || vec![0.0; width];
        let mut tally = Tally {
            sources,
            attributes,
            claims: vec![0; width],
            spoken: zeros(),
            right: zeros(),
            voices: zeros(),
        };
        for item in items {
            let attribute = cells.attribute[item] as usize;
            let of = cells.of(item);
            let votes = cells.votes(of.start).start..cells.votes(of.end - 1).end;
            if let [alone] = cells.voters[votes] {
                tally.claims[alone as usize * attributes + attribute] += 1;
                continue;
            }
            for cell in of {
                let belief = seen.belief[cell];
                for (vote, &voter) in cells.votes(cell).zip(cells.voters(cell)) {
                    let at = voter as usize * attributes + attribute;
                    tally.claims[at] += 1;
                    tally.spoken[at] += 1.0;
                    tally.voices[at] += seen.votes.voice[vote];
                    tally.right[at] += match seen.own {
                        Some(odds) if belief < 1.0 => {
                            let without = belief * (-odds[at] * seen.votes.weight[vote]).exp();
                            without / (without + 1.0 - belief)
                        }
                        _ => belief,
                    };
                }
            }
        }
        tally
    }

    /// Accuracies with shrinkage, in three layers: an attribute is as hard as its claims are wrong on the whole;
    /// sources that say about as much as this one are so much better or worse than all (a name seen once is not the
    /// peer of an archive); and the source itself is so much better or worse than they are. A source of few claims
    /// stands where its layers put it. Layers add up in log-odds.
    pub(super) fn trust(&self, regard: Regard, constants: &Constants) -> Trust {
        let ease = self.ease();
        let sizes = self.sizes(&ease, constants);
        let mut trust = Trust { attributes: self.attributes, accuracy: vec![0.5; self.spoken.len()] };
        for source in 0..self.sources {
            let row = source * self.attributes..(source + 1) * self.attributes;
            let all = Record::of(row.clone().map(|at| (at, at - row.start)), self, &ease);
            let size = sizes[self.size_class(row.clone())];
            for at in row.clone() {
                let attribute = at - row.start;
                if self.claims[at] == 0 {
                    continue;
                }
                let here = Record::of(std::iter::once((at, attribute)), self, &ease);
                let elsewhere = self.attributes > 1;
                let base = log_odds(ease[attribute]) + size;
                let known = |record: Record| base + record.offset(size, constants);
                let general = if elsewhere { known(all.without(here)) } else { known(all) };
                let odds = match regard {
                    Regard::Elsewhere => general,
                    Regard::Everywhere => {
                        let prior = logistic(known(all)) * constants.attribute_prior;
                        let own = (here.right + prior) / (here.spoken + constants.attribute_prior);
                        let own = log_odds(own.clamp(constants.least, 1.0 - constants.least));
                        if elsewhere { constants.own * own + (1.0 - constants.own) * general } else { own }
                    }
                };
                trust.accuracy[at] = logistic(odds).clamp(constants.least, 1.0 - constants.least);
            }
        }
        trust
    }

    /// For each attribute the share of its claims that are right.
    fn ease(&self) -> Vec<f64> {
        let share = |attribute: usize| {
            let (mut spoken, mut right) = (1.25, 1.0);
            for at in (attribute..self.spoken.len()).step_by(self.attributes.max(1)) {
                let share = self.own_share(at);
                spoken += self.spoken[at] * share;
                right += self.right[at] * share;
            }
            right / spoken
        };
        (0..self.attributes).map(share).collect()
    }

    /// For each class of size how much better, in log-odds, its sources are than all.
    fn sizes(&self, ease: &[f64], constants: &Constants) -> Vec<f64> {
        let mut classes = vec![Record::default(); u32::BITS as usize + 1];
        for source in 0..self.sources {
            let row = source * self.attributes..(source + 1) * self.attributes;
            let all = Record::of(row.clone().map(|at| (at, at - row.start)), self, ease);
            let class = &mut classes[self.size_class(row.clone())];
            let share = row.clone().map(|at| self.voices[at]).sum::<f64>() / all.spoken.max(1.0);
            class.spoken += all.spoken * share;
            class.right += all.right * share;
            class.expected += all.expected * share;
        }
        classes.iter().map(|class| class.offset_with(0.0, constants.size_prior)).collect()
    }

    /// Which part of a source's claims about an attribute is its own, so that copies count once where sources are
    /// taken together.
    fn own_share(&self, at: usize) -> f64 {
        if self.spoken[at] > 0.0 { self.voices[at] / self.spoken[at] } else { 0.0 }
    }

    /// Sources with about the same number of claims: one, two or three, four to seven, and so on.
    fn size_class(&self, row: std::ops::Range<usize>) -> usize {
        let claims = self.claims[row].iter().fold(0u32, |sum, claims| sum.saturating_add(*claims));
        (u32::BITS - claims.leading_zeros()) as usize
    }

    /// How many claims the source makes about the attribute.
    pub(super) fn claims(&self, source: usize, attribute: usize) -> u32 {
        self.claims[source * self.attributes + attribute]
    }
}

impl Trust {
    /// What is taken before anything is known.
    pub(super) fn unknown(size: (usize, usize)) -> Trust {
        Trust::known(size, |_, _| None)
    }

    /// What is known of each source and attribute.
    pub(super) fn known(
        (sources, attributes): (usize, usize),
        accuracy: impl Fn(u32, u32) -> Option<f64>,
    ) -> Trust {
        let known =
            |at: usize| accuracy((at / attributes) as u32, (at % attributes) as u32).unwrap_or(UNKNOWN);
        Trust { attributes, accuracy: (0..sources * attributes).map(known).collect() }
    }

    /// How many sources there are.
    pub(super) fn sources(&self) -> usize {
        self.accuracy.len() / self.attributes.max(1)
    }

    /// The accuracy of a source about an attribute.
    pub(super) fn of(&self, source: u32, attribute: u32) -> f64 {
        self.accuracy[source as usize * self.attributes + attribute as usize]
    }

    /// A share of the log-odds of each accuracy, in their layout.
    pub(super) fn odds(&self, share: f64) -> Vec<f64> {
        self.accuracy.iter().map(|accuracy| log_odds(*accuracy) * share).collect()
    }

    /// The logarithms of a right and of a wrong claim's probability, in the layout of the accuracies.
    pub(super) fn logarithms(&self) -> Vec<(f64, f64)> {
        self.accuracy.iter().map(|accuracy| (accuracy.ln(), (1.0 - accuracy).ln())).collect()
    }
}

/// What is known of a source: claims, right ones, and how many of them would be right if it were like all.
#[derive(Clone, Copy, Default)]
struct Record {
    spoken: f64,
    right: f64,
    expected: f64,
}

impl Record {
    fn of(places: impl Iterator<Item = (usize, usize)>, tally: &Tally, ease: &[f64]) -> Record {
        places.fold(Record::default(), |record, (at, attribute)| Record {
            spoken: record.spoken + tally.spoken[at],
            right: record.right + tally.right[at],
            expected: record.expected + tally.spoken[at] * ease[attribute],
        })
    }

    fn without(self, part: Record) -> Record {
        Record {
            spoken: self.spoken - part.spoken,
            right: self.right - part.right,
            expected: self.expected - part.expected,
        }
    }

    /// How much better than its peers, in log-odds.
    fn offset(self, peers: f64, constants: &Constants) -> f64 {
        self.offset_with(peers, constants.source_prior)
    }

    fn offset_with(self, peers: f64, prior: f64) -> f64 {
        if self.spoken <= 0.0 {
            return 0.0;
        }
        let expected = logistic(log_odds(self.expected / self.spoken) + peers);
        let seen = (self.right + prior * expected) / (self.spoken + prior);
        log_odds(seen) - log_odds(expected)
    }
}

fn log_odds(share: f64) -> f64 {
    let share = share.clamp(0.001, 0.999);
    (share / (1.0 - share)).ln()
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}
