//! The reconciler alone, on claims handed in: 200 worlds whose slips, copies and look-alikes are known.
//!
//! `cargo test --release -p consilience-reconcile --test worlds -- --nocapture` prints the table; with
//! `WORLDS_CASES=1` also every miss and every false alarm.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the table is for reading")]

#[path = "../../../tests/worlds/mod.rs"]
mod worlds;

use consilience_reconcile::{Config, reconcile};
use worlds::score::Tally;
use worlds::world::World;

/// The least that is let pass, a little below what was measured last.
const FLOORS: [(&str, f64); 7] = [
    ("conflict_recall", 0.985),
    ("copy_differences", 0.98),
    ("kind_right", 0.96),
    ("odd_document", 0.97),
    ("cut_figures", 0.99),
    ("quiet", 0.999),
    ("lineage_f1", 0.99),
];

#[test]
fn slips_are_found_and_named_and_nothing_else_is_alarmed() {
    let mut tally = Tally::default();
    for seed in 1..=200 {
        let world = World::new(seed);
        let audit = reconcile(&worlds::direct::graph(&world, seed), &Config::default());
        tally.add(seed, &world, &audit);
    }
    println!("{tally}");
    if std::env::var_os("WORLDS_CASES").is_some() {
        tally.cases().iter().for_each(|case| println!("{case}"));
    }
    let scores = tally.scores();
    let below: Vec<String> = FLOORS
        .iter()
        .filter(|(name, floor)| scores[name] < *floor)
        .map(|(name, floor)| format!("{name} {:.4} is below {floor}", scores[name]))
        .collect();
    assert!(below.is_empty(), "{}", below.join("\n"));
}
