//! Where the values of an item lie on a line, for methods that reckon with distances.

use super::by_source::each_item;
use super::{Kind, Table, Value};
use std::ops::Range;

/// For each candidate of numeric items its place on a line. Times of day are unrolled around the value that most
/// sources give, so that 23:50 and 00:10 lie twenty minutes apart.
pub(super) struct Scale {
    /// NaN where a value is no number.
    places: Vec<f64>,
    numeric: Vec<bool>,
}

impl Scale {
    pub(super) fn new(table: &Table) -> Scale {
        let kinds = Kind::learn(table);
        let kind = |item: usize| kinds[table.items()[item].attribute as usize];
        let mut places = vec![f64::NAN; table.candidate_count()];
        each_item(table, &mut places, |item, places| {
            let kind = kind(item);
            if matches!(kind, Kind::Number | Kind::Time) {
                for (candidate, place) in table.candidates(item).zip(&mut *places) {
                    *place = match kind.read(table.text(candidate)) {
                        Value::Number(number) => number.to_f64(),
                        Value::Time(minutes) => f64::from(minutes),
                        _ => f64::NAN,
                    };
                }
            }
            if kind == Kind::Time {
                unroll(places, table, table.candidates(item).start);
            }
        });
        let numeric = |item: usize| table.candidates(item).any(|candidate| !places[candidate].is_nan());
        let numeric = (0..table.items().len()).map(numeric).collect();
        Scale { places, numeric }
    }

    /// Whether any value of the item is a number.
    pub(super) fn is_numeric(&self, item: usize) -> bool {
        self.numeric[item]
    }

    /// The places of these candidates, NaN for those without.
    pub(super) fn places(&self, candidates: Range<usize>) -> &[f64] {
        &self.places[candidates]
    }

    /// The claims of an item that have a place: which candidate of the item, where it lies, and who says it.
    pub(super) fn claims<'a>(
        &'a self,
        table: &'a Table,
        item: usize,
    ) -> impl Iterator<Item = (usize, f64, usize)> + 'a {
        let first = table.candidates(item).start;
        let placed = table.candidates(item).filter(|&candidate| !self.places[candidate].is_nan());
        placed.flat_map(move |candidate| {
            let place = self.places[candidate];
            table.voters(candidate).iter().map(move |&source| (candidate - first, place, source as usize))
        })
    }

    /// The standard deviation of an item's claims; 0 where they agree.
    pub(super) fn spread(&self, table: &Table, item: usize) -> f64 {
        let count = self.claims(table, item).count().max(1) as f64;
        let mean = self.claims(table, item).map(|(_, place, _)| place).sum::<f64>() / count;
        (self.claims(table, item).map(|(_, place, _)| (place - mean).powi(2)).sum::<f64>() / count).sqrt()
    }

    /// The median of an item's claims, each with the weight of its source: of two middle ones the mean.
    pub(super) fn median(&self, table: &Table, item: usize, weight: impl Fn(usize) -> f64) -> f64 {
        let mut claims: Vec<(f64, f64)> =
            self.claims(table, item).map(|(_, place, source)| (place, weight(source))).collect();
        claims.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
        let half = claims.iter().map(|claim| claim.1).sum::<f64>() / 2.0;
        let mut seen = 0.0;
        for (at, &(place, weight)) in claims.iter().enumerate() {
            seen += weight;
            if seen > half * (1.0 + 1e-12) {
                return place;
            }
            if seen >= half * (1.0 - 1e-12) {
                return claims.get(at + 1).map_or(place, |next| (place + next.0) / 2.0);
            }
        }
        f64::NAN
    }

    /// Beliefs in an item's candidates: how near they lie to the truth, those without a place last.
    pub(super) fn nearest(&self, candidates: Range<usize>, truth: f64, belief: &mut [f64]) {
        for (place, belief) in self.places(candidates).iter().zip(belief) {
            *belief = if place.is_nan() { f64::NEG_INFINITY } else { -(place - truth).abs() };
        }
    }
}

const DAY: f64 = 1440.0;

fn unroll(places: &mut [f64], table: &Table, first: usize) {
    let placed = (0..places.len()).filter(|&at| !places[at].is_nan());
    let most = placed.max_by_key(|&at| (table.voters(first + at).len(), std::cmp::Reverse(at)));
    let Some(around) = most.map(|at| places[at]) else { return };
    for place in places {
        if *place - around > DAY / 2.0 {
            *place -= DAY;
        } else if around - *place > DAY / 2.0 {
            *place += DAY;
        }
    }
}
