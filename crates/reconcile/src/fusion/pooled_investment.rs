//! PooledInvestment.

use super::investment::invest;
use super::{Fused, Method, Table};

/// As [`super::Investment`], but the candidates of an item share one pool: each gets what was laid out on it
/// times its share of the pool after growth by the power 1.4. So the sum of beliefs over an item grows only in
/// proportion to what is laid out on it. Beliefs start even; ten rounds.
pub struct PooledInvestment;

impl Method for PooledInvestment {
    fn name(&self) -> &'static str {
        "pooledinvestment"
    }

    fn paper(&self) -> &'static str {
        "PooledInvestment: Pasternack & Roth, Knowing What to Believe (when you already know something), \
         COLING 2010"
    }

    fn fuse(&self, table: &Table) -> Fused {
        let even = (0..table.items().len()).flat_map(|item| {
            let candidates = table.candidates(item).len();
            std::iter::repeat_n(1.0 / candidates as f64, candidates)
        });
        invest(table, even.collect(), 10, |laid_out| {
            let pool: f64 = laid_out.iter().map(|amount| amount.powf(1.4)).sum();
            if pool > 0.0 {
                laid_out.iter_mut().for_each(|amount| *amount *= amount.powf(1.4) / pool);
            }
        })
    }
}
