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
}

/// A belief to nine significant digits.
pub(super) fn rounded(belief: f64) -> f64 {
    if belief == 0.0 || !belief.is_finite() {
        return belief;
    }
    let unit = 10f64.powi(belief.abs().log10().floor() as i32 - 8);
    (belief / unit).round() * unit
}
