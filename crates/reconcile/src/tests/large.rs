//! How the work grows; run with `cargo test --release -- --ignored --nocapture large`.

use super::notation;
use crate::{ClaimGraph, Config, reconcile};
use std::time::Instant;

#[test]
#[ignore = "a measurement, not a check"]
#[expect(clippy::print_stdout, reason = "it is what the measurement is for")]
fn large() {
    for n in [2_000usize, 20_000] {
        let mut text = String::new();
        for d in 0..n {
            for k in 0..10 {
                let company = (d / 8 * 10 + k) % n;
                text.push_str(&format!(
                    "Company{company} revenue 20{:02} = {}.{:03}bn USD @doc{d}\n",
                    10 + (d / 8) % 10,
                    1 + company % 97,
                    (company * 7919 + usize::from((d + k) % 50 == 0)) % 1000
                ));
            }
        }
        let (_, claims) = notation::parse(&text);
        let t = Instant::now();
        let mut graph = ClaimGraph::default();
        claims.into_iter().for_each(|c| graph.insert(c));
        let built = t.elapsed();
        let audit = reconcile(&graph, &Config::default());
        println!(
            "{} claims: built {built:?}, all {:?}; {} rows {} conflicts {} origins {} pairs",
            n * 10,
            t.elapsed(),
            audit.consensus.len(),
            audit.conflicts.len(),
            audit.origins.len(),
            audit.pairs.len()
        );
    }
}
