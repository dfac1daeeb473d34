//! GTM: the Gaussian truth model.

use super::by_source::{BySource, each_item, largest_change};
use super::median::vote;
use super::scale::Scale;
use super::{Beliefs, Fused, Method, Table};

/// For numbers: a claim is the truth plus Gaussian noise with a variance of its source. Claims of an item are taken
/// from their median in units of their standard deviation, after those are set aside that lie off by more
/// than the median itself or, one after the other, by more than two deviations. Truths have a prior of
/// mean 0 and variance 1, variances an inverse gamma prior of shape and scale 10; expectation and
/// maximisation in turn until variances settle. The claim nearest the truth is believed most. Items that are no
/// numbers are voted on. A source's trust is one over its variance.
pub struct Gtm;

const SHAPE: f64 = 10.0;
const SCALE: f64 = 10.0;
const RELATIVE_OUTLIER: f64 = 1.0;
const OUTLIER: f64 = 2.0;
const MOST_ROUNDS: usize = 100;
const SETTLED: f64 = 1e-4;

impl Method for Gtm {
    fn name(&self) -> &'static str {
        "gtm"
    }

    fn paper(&self) -> &'static str {
        "GTM: Zhao & Han, A Probabilistic Model for Estimating Real-valued Truth from Conflicting Sources, QDB 2012"
    }

    fn beliefs(&self) -> Beliefs {
        Beliefs::Distances
    }

    fn fuse(&self, table: &Table) -> Fused {
        let by_source = BySource::new(table);
        let scale = Scale::new(table);
        // For each candidate its distance from the median in deviations; NaN where it is set aside.
        let mut standard = vec![f64::NAN; table.candidate_count()];
        each_item(table, &mut standard, |item, standard| standardise(table, &scale, item, standard));
        let used = by_source.sums(|candidate| f64::from(u8::from(!standard[candidate].is_nan())));
        let mut variance = vec![SCALE / (SHAPE + 1.0); table.sources.len()];
        let mut truth = vec![0.0; table.candidate_count()];
        let mut rounds = 0;
        while rounds < MOST_ROUNDS {
            rounds += 1;
            each_item(table, &mut truth, |item, truth| {
                let (mut sum, mut precision) = (0.0, 1.0);
                for candidate in table.candidates(item).filter(|&candidate| !standard[candidate].is_nan()) {
                    for &source in table.voters(candidate) {
                        sum += standard[candidate] / variance[source as usize];
                        precision += 1.0 / variance[source as usize];
                    }
                }
                truth.fill(sum / precision);
            });
            let squares = by_source.sums(|candidate| {
                let distance = standard[candidate] - truth[candidate];
                if distance.is_nan() { 0.0 } else { distance * distance }
            });
            let next: Vec<f64> = squares
                .iter()
                .zip(&used)
                .map(|(squares, used)| (2.0 * SCALE + squares) / (2.0 * (SHAPE + 1.0) + used))
                .collect();
            let change = largest_change(&variance, &next);
            variance = next;
            if change < SETTLED {
                break;
            }
        }
        let mut belief = truth.clone();
        each_item(table, &mut belief, |item, belief| {
            if scale.is_numeric(item) {
                let middle = scale.median(table, item, |_| 1.0);
                let unit = deviation(table, &scale, item, &standard[table.candidates(item)]);
                let truth = middle + belief[0] * unit;
                scale.nearest(table.candidates(item), truth, belief);
            } else {
                vote(table, item, belief, |_| 1.0);
            }
        });
        Fused { belief, trust: variance.iter().map(|variance| 1.0 / variance).collect(), rounds }
    }
}

/// The standard deviation of the claims that are not set aside.
fn deviation(table: &Table, scale: &Scale, item: usize, standard: &[f64]) -> f64 {
    let kept =
        || scale.claims(table, item).filter(|&(at, _, _)| !standard[at].is_nan()).map(|(_, place, _)| place);
    let count = kept().count().max(1) as f64;
    let mean = kept().sum::<f64>() / count;
    (kept().map(|place| (place - mean).powi(2)).sum::<f64>() / count).sqrt()
}

fn standardise(table: &Table, scale: &Scale, item: usize, standard: &mut [f64]) {
    if !scale.is_numeric(item) {
        return;
    }
    let middle = scale.median(table, item, |_| 1.0);
    for (place, standard) in scale.places(table.candidates(item)).iter().zip(&mut *standard) {
        let far = middle != 0.0 && (place - middle).abs() > RELATIVE_OUTLIER * middle.abs();
        *standard = if far { f64::NAN } else { place - middle };
    }
    loop {
        let unit = deviation(table, scale, item, standard);
        let far = |distance: &f64| unit > 0.0 && distance.abs() > OUTLIER * unit;
        let outliers = standard.iter().filter(|distance| far(distance)).count();
        if outliers == 0 {
            let unit = if unit > 0.0 { unit } else { 1.0 };
            standard.iter_mut().for_each(|distance| *distance /= unit);
            return;
        }
        standard.iter_mut().filter(|distance| far(distance)).for_each(|distance| *distance = f64::NAN);
    }
}
