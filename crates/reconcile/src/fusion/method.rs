//! What a method of truth discovery takes and gives.

use super::table::Table;

/// A way to tell which of the claimed values are true.
pub trait Method: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// Where it was published: authors, title, place and year.
    fn paper(&self) -> &'static str;

    /// Weighs the candidates of all items and the sources. The same table gives the same bits, whatever the
    /// number of threads: sums over items that run in parallel are taken in fixed point or in a fixed order.
    fn fuse(&self, table: &Table) -> Fused;
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
        let mut ties = 0;
        let chosen = (0..table.items().len()).map(|item| {
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
            ties += usize::from(tied);
            best
        });
        (chosen.collect(), ties)
    }

    /// How sure the method is of a candidate of an item, 0 to 1: the candidate's share of what it believes of all
    /// candidates of the item. Where beliefs fall below 0 they are taken as logarithms. No promise that so many
    /// of the answers are right.
    pub fn confidence(&self, table: &Table, item: usize, candidate: usize) -> f64 {
        let beliefs = &self.belief[table.candidates(item)];
        let belief = self.belief[candidate];
        let share = if beliefs.iter().all(|belief| *belief >= 0.0) {
            belief / beliefs.iter().sum::<f64>()
        } else {
            1.0 / beliefs.iter().map(|other| (other - belief).exp()).sum::<f64>()
        };
        // Where nothing is believed at all, nor is one candidate more than another.
        if share.is_finite() { share } else { 1.0 / beliefs.len() as f64 }
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
    fn confidence_is_the_share_of_belief() {
        let check = |belief: &[f64], expected: &str| {
            let mut builder = TableBuilder::default();
            for at in 0..belief.len() {
                builder.add(&format!("source {at}"), "x", "p", &format!("value {at}"));
            }
            let table = builder.finish();
            let fused = Fused { belief: belief.to_vec(), trust: Vec::new(), rounds: 0 };
            assert_eq!(format!("{:.3}", fused.confidence(&table, 0, 0)), expected, "{belief:?}");
        };
        check(&[3.0, 1.0], "0.750");
        check(&[0.0, 0.0, 0.0], "0.333");
        check(&[0.0, -1.0], "0.731");
        check(&[-2000.0, -1000.0], "0.000");
        check(&[f64::INFINITY, 1.0], "0.500");
        check(&[0.4], "1.000");
    }
}
