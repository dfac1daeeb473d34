//! How alike the values of an item are.

use super::by_source::each_item;
use super::{Kind, Table, Value};
use rayon::prelude::*;

/// For each two candidates of an item how alike they are: 1 for values that are equal once read (`30` and
/// `30.0`), falling to 0.
///
/// - numbers and times of day: e to the minus distance over the attribute's usual deviation, which is the median
///   distance of a claim from the middle of its item, of those that are off at all;
/// - sets and texts: how many of the elements or words of both they share.
///
/// An item with more than [`MOST`] candidates is left out: all its values are unlike.
pub(super) struct Similarity {
    start: Vec<usize>,
    /// For each item the rows of its triangle: (1,0), (2,0), (2,1), …
    alike: Vec<f32>,
}

const MOST: usize = 256;

impl Similarity {
    pub(super) fn new(table: &Table) -> Similarity {
        let kinds = Kind::learn(table);
        let mut read = vec![Read::Same; table.candidate_count()];
        each_item(table, &mut read, |item, read| {
            let kind = kinds[table.items()[item].attribute as usize];
            for (candidate, read) in table.candidates(item).zip(read) {
                *read = Read::new(kind, table.text(candidate));
            }
        });
        let usual = usual_deviations(table, &read);
        let triangle = |item: usize| {
            let candidates = table.candidates(item).len();
            if candidates > MOST { 0 } else { candidates * (candidates - 1) / 2 }
        };
        let mut start = vec![0];
        for item in 0..table.items().len() {
            start.push(start[item] + triangle(item));
        }
        let rows = |item: usize| {
            let read = if triangle(item) == 0 { &[] } else { &read[table.candidates(item)] };
            let usual = usual[table.items()[item].attribute as usize];
            (1..read.len())
                .flat_map(move |right| (0..right).map(move |left| read[left].alike(&read[right], usual)))
        };
        let alike = (0..table.items().len()).into_par_iter().flat_map_iter(rows).collect();
        Similarity { start, alike }
    }

    /// Adds to each figure of an item's candidates the others', each times how much it `speaks` for it.
    pub(super) fn spread(&self, item: usize, figures: &mut [f64], speaks: impl Fn(f64) -> f64) {
        let alike = &self.alike[self.start[item]..self.start[item + 1]];
        if alike.is_empty() {
            return;
        }
        let own = figures.to_vec();
        let pairs = (1..own.len()).flat_map(|right| (0..right).map(move |left| (left, right)));
        for ((left, right), &alike) in pairs.zip(alike) {
            let speaks = speaks(f64::from(alike));
            figures[left] += own[right] * speaks;
            figures[right] += own[left] * speaks;
        }
    }
}

#[derive(Clone)]
enum Read {
    Same,
    Number(f64),
    Time(f64),
    Words(Vec<String>),
}

impl Read {
    fn new(kind: Kind, text: &str) -> Read {
        match kind.read(text) {
            Value::Number(number) => Read::Number(number.to_f64()),
            Value::Time(minutes) => Read::Time(f64::from(minutes)),
            Value::Set(elements) => Read::Words(elements),
            Value::Text(text) => {
                let mut words: Vec<String> =
                    text.to_lowercase().split_whitespace().map(str::to_owned).collect();
                words.sort_unstable();
                words.dedup();
                Read::Words(words)
            }
        }
    }

    fn distance(&self, other: &Read) -> Option<f64> {
        match (self, other) {
            (Read::Number(left), Read::Number(right)) => Some((left - right).abs()),
            (Read::Time(left), Read::Time(right)) => {
                let apart = (left - right).abs();
                Some(apart.min(1440.0 - apart))
            }
            _ => None,
        }
    }

    fn alike(&self, other: &Read, usual: f64) -> f32 {
        if let (Read::Words(left), Read::Words(right)) = (self, other) {
            let shared = left.iter().filter(|word| right.binary_search(word).is_ok()).count();
            let all = left.len() + right.len() - shared;
            return if all == 0 { 1.0 } else { shared as f32 / all as f32 };
        }
        match self.distance(other) {
            Some(0.0) => 1.0,
            Some(distance) if usual > 0.0 => (-distance / usual).exp() as f32,
            _ => 0.0,
        }
    }
}

/// For each attribute the median distance of its claims from the middle claim of their item, among those that
/// are off; 0 where none is. Times are taken from the value most sources give, as a circle has no middle.
fn usual_deviations(table: &Table, read: &[Read]) -> Vec<f64> {
    let mut deviations: Vec<Vec<(f64, usize)>> = vec![Vec::new(); table.attributes.len()];
    for (at, item) in table.items().iter().enumerate() {
        let candidates = table.candidates(at);
        if candidates.len() < 2 {
            continue;
        }
        let Some(middle) = middle(table, candidates.clone(), read) else { continue };
        for candidate in candidates {
            if let Some(distance) = read[candidate].distance(&read[middle]).filter(|distance| *distance > 0.0)
            {
                deviations[item.attribute as usize].push((distance, table.voters(candidate).len()));
            }
        }
    }
    deviations.iter_mut().map(|deviations| weighted_median(deviations)).collect()
}

fn middle(table: &Table, candidates: std::ops::Range<usize>, read: &[Read]) -> Option<usize> {
    let mut numbers: Vec<(f64, usize)> = Vec::new();
    let mut best: Option<usize> = None;
    for candidate in candidates {
        match read[candidate] {
            Read::Number(number) => numbers.push((number, candidate)),
            Read::Time(_) => {
                let voters = |candidate: usize| table.voters(candidate).len();
                if best.is_none_or(|best| voters(candidate) > voters(best)) {
                    best = Some(candidate);
                }
            }
            _ => {}
        }
    }
    if numbers.is_empty() {
        return best;
    }
    numbers.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let all: usize = numbers.iter().map(|&(_, candidate)| table.voters(candidate).len()).sum();
    let mut seen = 0;
    numbers.iter().map(|&(_, candidate)| candidate).find(|&candidate| {
        seen += table.voters(candidate).len();
        2 * seen >= all
    })
}

fn weighted_median(figures: &mut [(f64, usize)]) -> f64 {
    figures.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let all: usize = figures.iter().map(|(_, weight)| weight).sum();
    let mut seen = 0;
    let middle = figures.iter().find(|(_, weight)| {
        seen += weight;
        2 * seen >= all
    });
    middle.map_or(0.0, |(figure, _)| *figure)
}
