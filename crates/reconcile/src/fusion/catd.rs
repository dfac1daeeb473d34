//! CATD: confidence-aware truth discovery.

use super::by_source::{BySource, each_item, largest_change};
use super::crh::best;
use super::median::vote;
use super::scale::Scale;
use super::{Beliefs, Fused, Method, Table};
use std::collections::BTreeMap;

/// For data with a long tail of sources that say little: a source's weight is the upper end of the 95 % confidence
/// interval of one over its error variance, which is the 0.025 quantile of the chi-squared distribution with as many
/// degrees of freedom as it has claims, over the sum of its squared errors. So of two sources that are equally
/// right so far, the one with more claims weighs far more. Errors of numbers are distances from the truth over the
/// item's standard deviation, and the truth is the weighted mean (the claim nearest to it is believed most); other
/// claims err by 1 or 0, and the truth is the weighted vote. A sum of errors counts as at least a hundredth, so
/// that no weight is without bounds. It starts with medians and votes; the trust is the weight.
pub struct Catd;

const TAIL: f64 = 0.025;
const LEAST: f64 = 0.01;
const MOST_ROUNDS: usize = 20;
const SETTLED: f64 = 1e-3;

impl Method for Catd {
    fn name(&self) -> &'static str {
        "catd"
    }

    fn paper(&self) -> &'static str {
        "CATD: Li, Li, Gao, Su, Zhao, Demirbas, Fan & Han, A Confidence-Aware Approach for Truth Discovery on \
         Long-Tail Data, PVLDB 8(4), 2014"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Distances
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let scale = Scale::new(table);
        let mut quantiles = BTreeMap::new();
        for source in 0..table.sources.len() {
            let claims = by_source.candidates(source).len();
            quantiles.entry(claims).or_insert_with(|| chi_squared_quantile(TAIL, claims as f64));
        }
        let mut weight = vec![1.0; table.sources.len()];
        let mut belief = vec![0.0; table.candidate_count()];
        let mut error = vec![0.0; table.candidate_count()];
        let mut rounds = 0;
        loop {
            // The truths, and with them the error of each claim.
            each_item(table, &mut belief, |item, belief| {
                if !scale.is_numeric(item) {
                    return vote(table, item, belief, |source| weight[source]);
                }
                let truth = if rounds == 0 {
                    scale.median(table, item, |_| 1.0)
                } else {
                    let claims = || scale.claims(table, item);
                    let all: f64 = claims().map(|(_, _, source)| weight[source]).sum();
                    // From the first place on, so that large numbers close together lose no digits.
                    let origin = claims().next().map_or(0.0, |(_, place, _)| place);
                    let sum: f64 = claims().map(|(_, place, source)| weight[source] * (place - origin)).sum();
                    origin + sum / all
                };
                scale.nearest(table.candidates(item), truth, belief);
            });
            if rounds == MOST_ROUNDS {
                break;
            }
            rounds += 1;
            each_item(table, &mut error, |item, error| {
                let candidates = table.candidates(item);
                let belief = &belief[candidates.clone()];
                let spread = if scale.is_numeric(item) { scale.spread(table, item) } else { 0.0 };
                let best = best(table, candidates.start, belief);
                for (at, error) in error.iter_mut().enumerate() {
                    *error = match scale.is_numeric(item) {
                        false => f64::from(u8::from(at != best)),
                        true if !belief[at].is_finite() => 1.0,
                        true if spread > 0.0 => (belief[at] / spread).powi(2),
                        true => 0.0,
                    };
                }
            });
            let errors = by_source.sums(|candidate| error[candidate]);
            let next = errors.iter().enumerate().map(|(source, error)| {
                quantiles.get(&by_source.candidates(source).len()).copied().unwrap_or(0.0) / error.max(LEAST)
            });
            let next: Vec<f64> = next.collect();
            let largest = next.iter().copied().fold(0.0, f64::max);
            let change = largest_change(&weight, &next) / largest;
            weight = next;
            if change < SETTLED {
                break;
            }
        }
        Fused { belief, trust: weight, rounds }
    }
}

/// The value below which a chi-squared variable with these degrees of freedom stays with this probability.
fn chi_squared_quantile(probability: f64, freedom: f64) -> f64 {
    // Below the mean for every probability under a half.
    let (mut low, mut high) = (0.0, freedom);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if lower_gamma(freedom / 2.0, middle / 2.0) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The regularised lower incomplete gamma function by its series, which converges where `at` is below `shape`.
fn lower_gamma(shape: f64, at: f64) -> f64 {
    if at <= 0.0 {
        return 0.0;
    }
    let mut term = 1.0 / shape;
    let mut sum = term;
    let mut next = shape;
    while term > sum * 1e-16 {
        next += 1.0;
        term *= at / next;
        sum += term;
    }
    (sum.ln() + shape * at.ln() - at - ln_gamma(shape)).exp()
}

/// Stirling's series, shifted up to where it holds to fifteen digits.
fn ln_gamma(mut shape: f64) -> f64 {
    let mut shift = 0.0;
    while shape < 10.0 {
        shift -= shape.ln();
        shape += 1.0;
    }
    let inverse = 1.0 / (shape * shape);
    let series = (1.0 / 12.0
        - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse * (1.0 / 1680.0 - inverse / 1188.0))))
        / shape;
    shift + (shape - 0.5) * shape.ln() - shape + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (freedom, expected) in [
            (1.0, 0.0009820691171752555),
            (2.0, 0.05063561596857975),
            (10.0, 3.2469727802368413),
            (30.0, 16.79077226556663),
            (100.0, 74.22192747492373),
            (5000.0, 4805.904730862248),
        ] {
            let found = chi_squared_quantile(TAIL, freedom);
            assert!((found / expected - 1.0).abs() < 1e-9, "{freedom}: {found}, not {expected}");
        }
    }
}
