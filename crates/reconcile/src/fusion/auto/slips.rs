//! Systematic slips of a source: a wrong unit, a clock in another zone, a coarser grain.

use super::super::table::Table;
use super::super::value::{Kind, Number, Value};
use std::collections::HashMap;

/// What a source does to every value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slip {
    /// It gives the value times this: another unit, or thousands for millions.
    Factor {
        /// Its value over everyone else's.
        factor: f64,
        /// To how many places its values are worth printing once they are in everyone's unit.
        places: u8,
    },
    /// Its clock is ahead by this.
    Shift {
        /// Minutes, negative when it is behind.
        minutes: i32,
    },
}

/// The slips of all sources, and to how many places each prints.
#[derive(Debug, Default)]
pub(super) struct Slips {
    slips: HashMap<(u32, u32), Slip>,
    /// For each source and attribute, source by source.
    places: Vec<u8>,
    /// For each attribute the places of most claims.
    usual: Vec<u8>,
    attributes: usize,
}

/// Of how many items with others to compare a slip must be learned at least.
const NEEDED: usize = 8;
/// What share of them, in tenths, must show just the same slip.
const TENTHS: usize = 9;
/// How far a factor must be from one, and within which share of itself all must lie.
const FACTOR: f64 = 1.5;
const SPREAD: f64 = 0.05;
/// Clocks go wrong by whole quarters of an hour.
const QUARTER: i32 = 15;

impl Slips {
    pub(super) fn of(&self, source: u32, attribute: u32) -> Option<&Slip> {
        if self.slips.is_empty() { None } else { self.slips.get(&(source, attribute)) }
    }

    /// To how many places a source prints the values of an attribute.
    pub(super) fn places(&self, source: u32, attribute: u32) -> u8 {
        match self.of(source, attribute) {
            Some(Slip::Factor { places, .. }) => *places,
            _ => self.places[source as usize * self.attributes + attribute as usize],
        }
    }

    /// To how many places the values of an attribute are usually printed: the median over all claims of what their
    /// sources print.
    pub(super) fn usual_places(&self, attribute: u32) -> u8 {
        self.usual[attribute as usize]
    }

    /// All slips, by source and attribute.
    pub(super) fn listed(&self) -> Vec<((u32, u32), Slip)> {
        let mut listed: Vec<_> = self.slips.iter().map(|(&key, &slip)| (key, slip)).collect();
        listed.sort_unstable_by_key(|&(key, _)| key);
        listed
    }

    /// Holds each source against the others. What one says in a fixed proportion to the median of the others, in
    /// nine items of ten, is a unit of its own; what is off by one and the same number of quarters of an hour, a
    /// clock of its own. A source that is merely wrong has no such constant.
    pub(super) fn learn(table: &Table, kinds: &[Kind]) -> Slips {
        let attributes = table.attributes.len();
        let width = table.sources.len() * attributes;
        let mut places = Places::new(width);
        let mut compared: HashMap<(u32, u32), Vec<f64>> = HashMap::new();
        let mut given: Vec<(u32, f64)> = Vec::new();
        for (at, item) in table.items().iter().enumerate() {
            let kind = kinds[item.attribute as usize];
            if !matches!(kind, Kind::Number | Kind::Time) {
                continue;
            }
            given.clear();
            for candidate in table.candidates(at) {
                match kind.read(table.text(candidate)) {
                    Value::Number(number) => {
                        for &source in table.voters(candidate) {
                            places.add(source as usize * attributes + item.attribute as usize, number.places);
                            given.push((source, number.to_f64()));
                        }
                    }
                    Value::Time(time) => {
                        given.extend(table.voters(candidate).iter().map(|&source| (source, f64::from(time))));
                    }
                    _ => {}
                }
            }
            if given.len() < 3 {
                continue;
            }
            if given.iter().all(|&(_, value)| value == given[0].1) {
                for &(source, _) in &given {
                    compared.entry((source, item.attribute)).or_default().push(0.0);
                }
                continue;
            }
            given.sort_unstable_by(|left, right| left.1.total_cmp(&right.1).then(left.0.cmp(&right.0)));
            for rank in 0..given.len() {
                let (source, value) = given[rank];
                let Some(others) = agreed(&given, rank, kind) else { continue };
                let offset = match kind {
                    Kind::Number if others * value > 0.0 => (value / others).ln(),
                    Kind::Number => f64::NAN,
                    _ => (value - others + 720.0).rem_euclid(1440.0) - 720.0,
                };
                compared.entry((source, item.attribute)).or_default().push(offset);
            }
        }
        let (places, usual) = places.usual(attributes);
        let mut slips = Slips { slips: HashMap::new(), places, usual, attributes };
        #[expect(clippy::iter_over_hash_type, reason = "each entry is judged by itself")]
        for ((source, attribute), mut offsets) in compared {
            let learned = match kinds[attribute as usize] {
                Kind::Number => factor(&mut offsets).map(|factor| {
                    let own = slips.places[source as usize * attributes + attribute as usize];
                    // A digit is worth what it was: dividing by 34 adds one place and a half, of which one counts.
                    let places = (f64::from(own) + factor.log10()).floor().clamp(0.0, 9.0) as u8;
                    Slip::Factor { factor, places }
                }),
                _ => shift(&offsets).map(|minutes| Slip::Shift { minutes }),
            };
            if let Some(slip) = learned {
                slips.slips.insert((source, attribute), slip);
            }
        }
        slips
    }
}

/// What the others say, where more than half of them say about the same: the median of all values but the one at
/// `rank`, which must not be alone. Values are sorted.
fn agreed(given: &[(u32, f64)], rank: usize, kind: Kind) -> Option<f64> {
    let others = given.len() - 1;
    let at = |place: usize| given[if place < rank { place } else { place + 1 }].1;
    let median = at(others / 2);
    let near = match kind {
        Kind::Number => median.abs() * SPREAD,
        _ => 0.0,
    };
    let alike = (0..others).filter(|&place| (at(place) - median).abs() <= near).count();
    (others >= 2 && alike * 2 > others).then_some(median)
}

fn factor(logarithms: &mut Vec<f64>) -> Option<f64> {
    let all = logarithms.len();
    logarithms.retain(|logarithm| logarithm.is_finite());
    if logarithms.len() < NEEDED {
        return None;
    }
    logarithms.sort_unstable_by(f64::total_cmp);
    let middle = logarithms[logarithms.len() / 2];
    let alike = logarithms.iter().filter(|logarithm| (**logarithm - middle).abs() <= SPREAD).count();
    (middle.abs() >= FACTOR.ln() && alike * 10 >= all * TENTHS).then(|| middle.exp())
}

fn shift(offsets: &[f64]) -> Option<i32> {
    if offsets.len() < NEEDED {
        return None;
    }
    let mut counts: HashMap<i32, usize> = HashMap::new();
    for offset in offsets {
        *counts.entry(*offset as i32).or_default() += 1;
    }
    #[expect(clippy::iter_over_hash_type, reason = "at most one can have nine tenths")]
    for (minutes, count) in counts {
        if minutes != 0 && minutes % QUARTER == 0 && count * 10 >= offsets.len() * TENTHS {
            return Some(minutes);
        }
    }
    None
}

/// How often each source prints how many places.
struct Places {
    counts: Vec<[u32; Places::MOST]>,
}

impl Places {
    const MOST: usize = 8;

    fn new(width: usize) -> Places {
        Places { counts: vec![[0; Places::MOST]; width] }
    }

    fn add(&mut self, at: usize, places: u8) {
        self.counts[at][usize::from(places).min(Places::MOST - 1)] += 1;
    }

    /// For each source and attribute the most places that it prints in at least one of fifty values (trailing zeros
    /// may be dropped, so that most values can have fewer), and for each attribute the median of that over claims.
    fn usual(self, attributes: usize) -> (Vec<u8>, Vec<u8>) {
        let mut claims = vec![[0u32; Places::MOST]; attributes];
        let mut most = Vec::with_capacity(self.counts.len());
        for (at, counts) in self.counts.iter().enumerate() {
            let all: u32 = counts.iter().sum();
            let mut more = 0;
            let enough = |&places: &usize| {
                more += counts[places];
                more > 0 && more * 50 >= all
            };
            let places = (0..Places::MOST).rev().find(enough).unwrap_or(0);
            claims[at % attributes][places] += all;
            most.push(places as u8);
        }
        let median = |claims: &[u32; Places::MOST]| {
            let all: u32 = claims.iter().sum();
            let mut fewer = 0;
            let reached = |&places: &usize| {
                fewer += claims[places];
                fewer * 2 >= all
            };
            (0..Places::MOST).find(reached).unwrap_or(0) as u8
        };
        let usual = claims.iter().map(median).collect();
        (most, usual)
    }
}

impl Number {
    /// This over a factor, to so many places.
    pub(super) fn divided(self, factor: f64, places: u8) -> Option<Number> {
        let digits = (self.to_f64() / factor * 10f64.powi(i32::from(places))).round();
        (digits.abs() < 9e15).then_some(Number { digits: digits as i64, places })
    }
}
