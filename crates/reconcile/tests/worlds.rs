//! The reconciler alone, on claims handed in: 200 worlds whose slips, copies and look-alikes are known.
//!
//! `cargo test --release -p consilience-reconcile --test worlds -- --nocapture` prints the table; with
//! `WORLDS_CASES=1` also every miss and every false alarm.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the table is for reading")]

#[path = "../../../tests/worlds/mod.rs"]
mod worlds;

use consilience_reconcile::{Audit, Config, Row, reconcile};
use worlds::chance::Chance;
use worlds::score::Tally;
use worlds::world::{self, World};

/// The least that is let pass, a little below what was measured last.
///
/// What is read with a confidence below 0.7 is as likely misread as wrong, and told in a note where the reader could have made
/// the slip: such figures are among all, and not among those that are well read.
const FLOORS: [(&str, f64); 8] = [
    ("conflict_recall", 0.88),
    ("recall_where_well_read", 0.98),
    ("copy_differences", 0.98),
    ("kind_right", 0.96),
    ("odd_document", 0.97),
    ("cut_figures", 0.99),
    ("quiet", 0.999),
    ("lineage_f1", 0.99),
];

/// Up to a thousand copies of a report, each with some sentences in other words: what is concluded, and how surely,
/// stays as it was.
#[test]
fn copies_change_no_verdict_value_or_trust() {
    for (seed, copies) in [(3, 1), (4, 7), (5, 60), (6, 250), (7, 1000)] {
        let mut world = World::telling(seed, |_| true);
        let before = reconcile(&worlds::direct::graph(&world), &Config::default());
        let longest = world.articles.iter().max_by_key(|a| a.statements().count()).unwrap().clone();
        let mut chance = Chance::new(seed);
        for n in 0..copies {
            let mut copy = longest.clone();
            copy.name = format!("z{n:04}");
            world::reword(&mut chance, &mut copy, 20);
            world.articles.push(copy);
        }
        let after = reconcile(&worlds::direct::graph(&world), &Config::default());
        assert_eq!(after.origins.len(), before.origins.len(), "world {seed}, {copies} copies");
        assert_eq!(concluded(&after), concluded(&before), "world {seed}, {copies} copies");
    }
}

fn concluded(audit: &Audit) -> Vec<String> {
    let row = |r: &Row| {
        let rivals: Vec<_> = r.rivals.iter().map(|v| (v.value, v.n_origins)).collect();
        format!("{} {:?} {:?} {} {} {rivals:?}", r.key, r.verdict, r.value, r.confidence, r.n_origins)
    };
    audit.consensus.iter().map(row).collect()
}

#[test]
fn slips_are_found_and_named_and_nothing_else_is_alarmed() {
    let mut tally = Tally::default();
    for seed in 1..=200 {
        let world = World::telling(seed, |_| true);
        let audit = reconcile(&worlds::direct::graph(&world), &Config::default());
        tally.add(seed, &world, &audit, |article, statement| {
            format!("{} {:?} {}", article.name, statement.item, statement.value)
        });
    }
    tally.check(&FLOORS);
}
