//! The work grows with the claims and not with their square, however they are spread: all in one document, or all in one
//! row. What it takes is printed by the example `scale`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[expect(dead_code, reason = "the example draws more")]
#[path = "../examples/scale/drawn.rs"]
mod drawn;

use consilience_claim::Claim;
use consilience_reconcile::{ClaimGraph, Config, reconcile};
use drawn::{claim_of_one_row, claims_of_one_text, processor};

/// So many times the claims, and at most so many times the work: their square would be 64 times.
const TIMES: u64 = 8;
const AT_MOST: f64 = 24.0;

#[test]
fn the_work_grows_with_the_claims() {
    let one_row = |size: u64| (0..size).map(claim_of_one_row).collect();
    for (what, draw, size) in
        [("one text", &claims_of_one_text as &dyn Fn(u64) -> Vec<Claim>, 4_000), ("one row", &one_row, 8_000)]
    {
        let (few, many) = (taken(draw(size)), taken(draw(size * TIMES)));
        // Ticks of the clock are hundredths.
        assert!(many < AT_MOST * few.max(0.2), "{what}: {few:.2} s and {many:.2} s of processor");
    }
}

fn taken(claims: Vec<Claim>) -> f64 {
    let mut graph = ClaimGraph::default();
    claims.into_iter().for_each(|claim| graph.insert(claim));
    let start = processor();
    reconcile(&graph, &Config::default());
    processor() - start
}
