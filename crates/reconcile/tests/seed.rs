//! Reconciles the hand-made claims of the seed articles, where these are at hand.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use consilience_claim::{Claim, ClaimId};
use consilience_reconcile::{Audit, ClaimGraph, Config, Relation, Severity, Verdict, find, reconcile};
use serde_json::Value;

/// The audit of the salient gold claims, or `None` (said on standard error) where the folder is missing.
fn seed() -> Option<Audit> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/gold/seed-claims.jsonl");
    let Ok(lines) = std::fs::read_to_string(&path) else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
        return None;
    };
    let mut graph = ClaimGraph::default();
    for line in lines.lines() {
        let mut gold: Value = serde_json::from_str(line).unwrap();
        if gold["salient"] != true {
            continue;
        }
        let note = gold["note"].as_str().unwrap_or_default().to_owned();
        let qualifiers: Vec<Value> = note
            .split("; ")
            .filter_map(|part| part.strip_prefix("qual:"))
            .map(|q| Value::from(q.replace('=', ":")))
            .collect();
        gold["qualifiers"] = qualifiers.into();
        gold["confidence"] = 0.9.into();
        let mut claim = Claim::from_json(&gold.to_string()).unwrap();
        claim.id = ClaimId::derive("", &claim);
        graph.insert(claim);
    }
    Some(reconcile(&graph, &Config::default()))
}

#[test]
fn the_seed_articles_are_three_origins_without_contradiction() {
    let Some(audit) = seed() else { return };
    let origins: Vec<usize> = audit.origins.iter().map(|o| o.documents.len()).collect();
    assert_eq!(origins, [1, 1, 2], "{:#?}", audit.origins);
    assert_eq!(audit.lineage.len(), 1);
    assert_eq!(audit.lineage[0].relation, Relation::Translation);
    let loud: Vec<_> = audit.conflicts.iter().filter(|c| c.severity > Severity::Note).collect();
    assert!(loud.is_empty(), "{loud:#?}");
    assert!(audit.consensus.iter().all(|r| !matches!(r.verdict, Verdict::Agreed | Verdict::Contested)));
    let failing: Vec<_> =
        audit.checks.iter().filter(|c| c.status == consilience_reconcile::CheckStatus::Fails).collect();
    assert!(failing.is_empty(), "{failing:#?}");
}

#[test]
fn the_year_before_follows_from_level_and_growth() {
    let Some(audit) = seed() else { return };
    for (key, low, high) in [
        ("Meta Platforms/revenue/level/2022-Q2", 28_251_000_000i64, 29_412_000_000i64),
        ("Meta Platforms/revenue/level/2023-Q4", 39_822_000_000, 40_155_000_000),
        ("Reality Labs/operating_loss/level/2023-Q4", 4_618_000_000, 4_672_000_000),
        ("Meta Platforms/headcount/level/2023-12-31", 67_028, 67_642),
        ("Meta Platforms/daily_active_people/level/2023-Q4", 3_170_000_000, 3_211_000_000),
        ("Meta Platforms/eps_diluted/level/2022-Q2", 2, 3),
    ] {
        let rows = find(&audit, key).rows;
        let row = rows.first().unwrap_or_else(|| panic!("{key} is not derived"));
        assert_eq!(row.verdict, Verdict::Derived, "{key}");
        assert!(
            row.interval.low() >= Some(low.into()) && row.interval.high() <= Some(high.into()),
            "{key}: {}",
            row.interval
        );
    }
}
