//! 2-Estimates and 3-Estimates.

use super::by_source::{BySource, each_item, largest_change};
use super::{Fused, Method, Table};
use rayon::prelude::*;

const PAPER: &str =
    "Galland, Abiteboul, Marian & Senellart, Corroborating Information from Disagreeing Views, WSDM 2010";
/// The paper's λ: how much of a normalised figure is stretched to [0, 1] and how much is rounded.
const STRETCHED: f64 = 0.5;
const MOST_ROUNDS: usize = 50;
const SETTLED: f64 = 1e-4;

/// A source that gives a value denies the others of its item. The truth of a value is the mean of what its item's
/// sources make it: one less the error of who gives it, the error of who denies it. The error of a source is
/// the mean falsity of what it gives and the truth of what it denies. After each step the figures are
/// normalised: half stretched linearly to [0, 1], half rounded to 0 or 1. No source starts with an error,
/// so that the first round is a vote. Its trust is one less the error.
pub struct TwoEstimates;

/// As [`TwoEstimates`], with a third figure: how hard a value is to get right. A source is wrong about a value
/// with its error times the hardness, so that being wrong where it is hard says less about a source than being
/// wrong where it is easy. All three figures are normalised. The paper leaves the start open; here errors start at
/// 0.1 and hardness at 0.4, which the first normalisation all but forgets.
pub struct ThreeEstimates;

impl Method for TwoEstimates {
    fn name(&self) -> &'static str {
        "2-estimates"
    }

    fn paper(&self) -> &'static str {
        PAPER
    }

    fn fuse(&self, table: &Table) -> Fused {
        estimate(table, 0.0, None)
    }
}

impl Method for ThreeEstimates {
    fn name(&self) -> &'static str {
        "3-estimates"
    }

    fn paper(&self) -> &'static str {
        PAPER
    }

    fn fuse(&self, table: &Table) -> Fused {
        estimate(table, 0.1, Some(0.4))
    }
}

/// With no hardness every value is as hard as any.
fn estimate(table: &Table, error: f64, hardness: Option<f64>) -> Fused {
    let by_source = BySource::new(table);
    let facts = facts_seen(table, &by_source);
    let mut error = vec![error; table.sources.len()];
    let mut hard = vec![hardness.unwrap_or(1.0); table.candidate_count()];
    let mut truth = vec![0.0; table.candidate_count()];
    let mut rounds = 0;
    while rounds < MOST_ROUNDS {
        rounds += 1;
        // For each candidate: errors of those who give it, and the mean over all sources of the item.
        each_item(table, &mut truth, |item, truth| {
            let first = table.candidates(item).start;
            let errors = of_voters(table, item, |source| error[source]);
            let all: f64 = errors.iter().sum();
            let voters = table.claims(item).len() as f64;
            for (at, truth) in truth.iter_mut().enumerate() {
                let given = table.voters(first + at).len() as f64;
                *truth = (given + hard[first + at] * (all - 2.0 * errors[at])) / voters;
            }
        });
        normalise(&mut truth);
        if hardness.is_some() {
            each_item(table, &mut hard, |item, hard| {
                let first = table.candidates(item).start;
                let inverse = |source: usize| if error[source] > 0.0 { 1.0 / error[source] } else { 0.0 };
                let inverses = of_voters(table, item, inverse);
                let all: f64 = inverses.iter().sum();
                let voters = table.claims(item).len() as f64;
                for (at, hard) in hard.iter_mut().enumerate() {
                    let truth = truth[first + at];
                    *hard = ((1.0 - truth) * inverses[at] + truth * (all - inverses[at])) / voters;
                }
            });
            normalise(&mut hard);
        }
        // What it says against a source that it gives this candidate and denies the others.
        let mut wrong = truth.clone();
        each_item(table, &mut wrong, |item, wrong| {
            let first = table.candidates(item).start;
            let over = |figure: f64, at: usize| {
                let hard = hard[first + at];
                if hard > 0.0 { figure / hard } else { 0.0 }
            };
            let all: f64 = wrong.iter().enumerate().map(|(at, &truth)| over(truth, at)).sum();
            for (at, wrong) in wrong.iter_mut().enumerate() {
                *wrong = all + over(1.0 - 2.0 * *wrong, at);
            }
        });
        let mut next = by_source.sums(|candidate| wrong[candidate]);
        next.iter_mut().zip(&facts).for_each(|(sum, facts)| *sum /= facts);
        normalise(&mut next);
        let change = largest_change(&error, &next);
        error = next;
        if change < SETTLED {
            break;
        }
    }
    Fused { belief: truth, trust: error.iter().map(|error| 1.0 - error).collect(), rounds }
}

/// For each source how many candidates it gives or denies.
fn facts_seen(table: &Table, by_source: &BySource) -> Vec<f64> {
    let mut candidates = vec![0.0; table.candidate_count()];
    each_item(table, &mut candidates, |item, held| held.fill(table.candidates(item).len() as f64));
    by_source.sums(|candidate| candidates[candidate])
}

fn of_voters(table: &Table, item: usize, figure: impl Fn(usize) -> f64) -> Vec<f64> {
    let sum = |candidate| table.voters(candidate).iter().map(|&source| figure(source as usize)).sum();
    table.candidates(item).map(sum).collect()
}

/// Half the place between the smallest and the largest, half the figure rounded. Where all are alike there
/// is nothing to stretch. Figures are held to [0, 1] for rounding, as they stand for probabilities; and to nine
/// digits throughout, so that the order of a sum decides neither on which side of a half a figure lies nor
/// whether it is nought, which the next step divides by.
fn normalise(figures: &mut [f64]) {
    let nine_digits = |figure: f64| (figure * 1e9).round() / 1e9;
    figures.par_iter_mut().for_each(|figure| *figure = nine_digits(*figure));
    let (low, high) = figures
        .par_iter()
        .map(|&figure| (figure, figure))
        .reduce(|| (f64::MAX, f64::MIN), |left, right| (left.0.min(right.0), left.1.max(right.1)));
    figures.par_iter_mut().for_each(|figure| {
        let held = figure.clamp(0.0, 1.0);
        let stretched = if high > low { (*figure - low) / (high - low) } else { held };
        *figure = nine_digits(STRETCHED * stretched + (1.0 - STRETCHED) * held.round());
    });
}
