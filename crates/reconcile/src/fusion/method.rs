//! What a method of truth discovery takes and gives.

use super::auto::Answer;
use super::table::Table;

/// A way to tell which of the claimed values are true.
pub trait Method: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// Where it was published: authors, title, place and year.
    fn paper(&self) -> &'static str;

    /// What its beliefs are.
    fn beliefs(&self) -> Beliefs {
        Beliefs::Weights
    }

    /// Weighs the candidates of all items and the sources. The same table gives the same bits, whatever the
    /// number of threads: sums over items that run in parallel are taken in fixed point or in a fixed order.
    fn fuse(&self, table: &Table) -> Fused;
}

/// What the beliefs of a method are, and so what confidence they come to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Beliefs {
    /// Weights from 0 up: the confidence is the share of the item's weight.
    Weights,
    /// Probabilities: the confidence is the belief.
    Probabilities,
    /// Log-odds of answers of which one is right, up to a constant an item. So many `answers` are possible, claimed
    /// or not, those nobody claims with log-odds 0; the confidence is the probability among all.
    LogOdds {
        /// How many answers are possible at least; 0 for those claimed only.
        answers: f64,
    },
    /// Log-odds of each candidate by itself.
    Separate,
    /// Minus the distance from the truth that is reckoned, where values are numbers: the confidence is the share
    /// of nearness, 1 / (1 + distance / mean distance). Weights elsewhere.
    Distances,
}

/// What a method makes of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Fused {
    /// For each candidate how far the method believes it; the scale is the method's own, higher is likelier.
    pub belief: Vec<f64>,
    /// For each source how far the method trusts it, on the method's own scale.
    pub trust: Vec<f64>,
    /// After how many rounds it stopped; 0 where it needs none.
    pub rounds: usize,
}

impl Fused {
    /// For each item its most believed candidate. Among equally believed ones (to nine digits, so that the order
    /// of a sum decides nothing) the one with more voters wins, then the one whose text comes first;
    /// the number of items that only the text decided is told as well.
    pub fn chosen(&self, table: &Table) -> (Vec<usize>, usize) {
        let chosen: Vec<(usize, bool)> = self.choices(table).collect();
        let ties = chosen.iter().filter(|(_, tied)| *tied).count();
        (chosen.into_iter().map(|(candidate, _)| candidate).collect(), ties)
    }

    /// The same as answers, with how sure the method is of each ([`Fused::confidence`]).
    pub fn answers(&self, beliefs: Beliefs, table: &Table) -> Vec<Answer> {
        let answer = |(item, (candidate, tied))| Answer {
            candidate: Some(candidate),
            text: table.text(candidate).into(),
            confidence: self.confidence(beliefs, table, item, candidate),
            tied,
        };
        self.choices(table).enumerate().map(answer).collect()
    }

    /// For each item its candidate, and whether only the text chose it.
    fn choices(&self, table: &Table) -> impl Iterator<Item = (usize, bool)> {
        (0..table.items().len()).map(|item| {
            let rank = |candidate: usize| (rounded(self.belief[candidate]), table.voters(candidate).len());
            let mut candidates = table.candidates(item);
            let mut best = candidates.start;
            let mut tied = false;
            candidates.next();
            for candidate in candidates {
                match rank(candidate).partial_cmp(&rank(best)) {
                    Some(std::cmp::Ordering::Greater) => (best, tied) = (candidate, false),
                    Some(std::cmp::Ordering::Equal) => tied = true,
                    _ => {}
                }
            }
            (best, tied)
        })
    }

    /// How sure the method is of a candidate of an item, 0 to 1, by what its beliefs are.
    /// No promise that so many of the answers are right.
    pub fn confidence(&self, beliefs: Beliefs, table: &Table, item: usize, candidate: usize) -> f64 {
        let own = self.belief[candidate];
        let all = &self.belief[table.candidates(item)];
        let share = |weight: &dyn Fn(f64) -> f64| {
            let share = weight(own) / all.iter().map(|&belief| weight(belief)).sum::<f64>();
            // Where nothing is believed at all, nor is one candidate more than another.
            if share.is_finite() { share } else { 1.0 / all.len() as f64 }
        };
        match beliefs {
            Beliefs::Probabilities => own,
            Beliefs::Separate => 1.0 / (1.0 + (-own).exp()),
            Beliefs::LogOdds { answers } => {
                let claimed = all.iter().map(|other| (other - own).exp()).sum::<f64>();
                let unclaimed = answers - all.len() as f64;
                1.0 / if unclaimed > 0.0 { claimed + unclaimed * (-own).exp() } else { claimed }
            }
            Beliefs::Distances if all.iter().any(|belief| *belief < 0.0) => {
                let finite = || all.iter().filter(|belief| belief.is_finite());
                let mean = -finite().sum::<f64>() / finite().count() as f64;
                share(&|distance| if distance == 0.0 { 1.0 } else { 1.0 / (1.0 - distance / mean) })
            }
            Beliefs::Distances | Beliefs::Weights => share(&|weight| weight),
        }
    }
}

/// A belief to nine significant digits.
pub(super) fn rounded(belief: f64) -> f64 {
    if belief == 0.0 || !belief.is_finite() {
        return belief;
    }
    let unit = 10f64.powi(belief.abs().log10().floor() as i32 - 8);
    (belief / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fusion::TableBuilder;

    #[test]
    fn confidence_is_what_the_beliefs_come_to() {
        let check = |beliefs: Beliefs, belief: &[f64], expected: &str| {
            let mut builder = TableBuilder::default();
            for at in 0..belief.len() {
                builder.add(&format!("source {at}"), "x", "p", &format!("value {at}"));
            }
            let table = builder.finish();
            let fused = Fused { belief: belief.to_vec(), trust: Vec::new(), rounds: 0 };
            assert_eq!(format!("{:.3}", fused.confidence(beliefs, &table, 0, 0)), expected, "{belief:?}");
        };
        check(Beliefs::Weights, &[3.0, 1.0], "0.750");
        check(Beliefs::Weights, &[0.0, 0.0, 0.0], "0.333");
        check(Beliefs::Weights, &[0.4], "1.000");
        check(Beliefs::Probabilities, &[0.4], "0.400");
        check(Beliefs::LogOdds { answers: 0.0 }, &[0.0, -1.0], "0.731");
        check(Beliefs::LogOdds { answers: 0.0 }, &[9.0, 8.0], "0.731");
        check(Beliefs::LogOdds { answers: 0.0 }, &[-2000.0, -1000.0], "0.000");
        check(Beliefs::LogOdds { answers: 4.0 }, &[0.0, 0.0], "0.250");
        check(Beliefs::Separate, &[1.0, 1.0], "0.731");
        check(Beliefs::Distances, &[0.0, -2.0], "0.750");
        check(Beliefs::Distances, &[-5.0, -5.0], "0.500");
        check(Beliefs::Distances, &[0.0, f64::NEG_INFINITY], "1.000");
        check(Beliefs::Distances, &[3.0, 1.0], "0.750");
    }
}
