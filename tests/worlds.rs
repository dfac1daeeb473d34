//! Everything from the words to the verdicts: worlds of articles in five languages whose slips, copies, translations
//! and look-alikes are known. What the reconciler does with claims read without fault is counted beside its code
//! (`crates/reconcile/tests/worlds.rs`); here the reader's misses count as well.
//!
//! `cargo test --release --test worlds -- --nocapture` prints the table; with `WORLDS_CASES=1` also every miss and
//! every false alarm.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the table is for reading")]

#[path = "worlds/prose.rs"]
mod prose;
#[expect(dead_code, reason = "claims handed in directly are of the other test")]
#[path = "worlds/mod.rs"]
mod worlds;

use consilience_extract::{Article, Lexicon, extract, read};
use consilience_reconcile::{ClaimGraph, Config, reconcile};
use prose::Prose;
use worlds::score::Tally;
use worlds::world::World;

const WORLDS: u64 = 200;

/// The least that is let pass, a little below what was measured last. Few sentences make independent reports share their
/// words, so that some are taken for copies.
const FLOORS: [(&str, f64); 6] = [
    ("conflict_recall", 0.7),
    ("copy_differences", 0.65),
    ("kind_right", 0.92),
    ("odd_document", 0.91),
    ("quiet", 0.995),
    ("lineage_f1", 0.72),
];

#[test]
fn slips_are_found_through_prose() {
    let (prose, lexicon) = (Prose::load(), Lexicon::builtin());
    let mut tally = Tally::default();
    for seed in 1..=WORLDS {
        let world = World::telling(seed, Prose::tells);
        let mut graph = ClaimGraph::default();
        for article in &world.articles {
            let text = prose.text(article);
            let article = Article { doc: &article.name, bytes: text.as_bytes() };
            let found = extract(read(&article, lexicon), &article, lexicon);
            graph.insert_document(found.record);
            found.claims.into_iter().for_each(|claim| graph.insert(claim));
        }
        let audit = reconcile(&graph, &Config::default());
        tally.add(seed, &world, &audit, |article, statement| prose.sentence(article, statement));
    }
    tally.check(&FLOORS);
}
