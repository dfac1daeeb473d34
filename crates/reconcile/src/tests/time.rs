//! Corrections, earlier versions, forecasts and outcomes, and what was known on a day.

use super::notation::{audit, check_conflicts, check_rows, graph, tell};
use crate::{Config, Tie, reconcile};

/// Documents `a`, `b` … by the source and on the day that each word names: `Wire@1` is the first of a month.
fn told(documents: &str, claims: &str) -> String {
    let mut text = String::new();
    for (name, word) in ('a'..='z').zip(documents.split_whitespace()) {
        let (source, day) = word.split_once('@').unwrap();
        let on = if day == "?" { String::new() } else { format!(" on=2024-03-{day:0>2}") };
        text.push_str(&format!("doc {name}{on} by={source}\n"));
    }
    for line in claims.split(';').map(str::trim) {
        let (figure, rest) = line.split_once(' ').unwrap();
        text.push_str(&format!("A revenue 2023 = {figure} USD {rest}\n"));
    }
    text
}

#[test]
fn a_later_figure_of_one_source_takes_the_place_of_its_earlier_one() {
    for (documents, claims, row, conflicts) in [
        // The source alone, and with one who followed it.
        ("Wire@1 Wire@9", "5.12bn @a; 5.34bn @b", "single_origin 5340000000 USD (2)", vec!["note stale"]),
        (
            "Wire@1 Wire@9 Post@10",
            "5.12bn @a; 5.34bn @b; 5.34bn @c",
            "agreed 5340000000 USD (3)",
            vec!["note stale"],
        ),
        // Who told the older figure before is not wrong; who repeats it later is.
        (
            "Wire@1 Post@2 Wire@9 Echo@10",
            "5.12bn @a; 5.12bn @b; 5.34bn @c; 5.34bn @d",
            "agreed 5340000000 USD (4)",
            vec!["note stale"],
        ),
        (
            "Wire@1 Wire@9 Echo@10 Late@12",
            "5.12bn @a; 5.34bn @b; 5.34bn @c; 5.12bn @d",
            "contested 5340000000 USD (4) | 5120000000",
            vec!["error stale d", "note stale"],
        ),
        // Nobody confirms the change and another source has the older figure: a slip looks the same.
        (
            "Wire@1 Post@2 Wire@9",
            "5.12bn @a; 5.12bn @b; 5.34bn @c",
            "contested 5120000000 USD (3) | 5340000000",
            vec!["error value c"],
        ),
        // Too far apart for a correction; back and forth; on one day; of two sources; without a day.
        ("Wire@1 Wire@9", "5.12bn @a; 5.12m @b", "contested - USD (2) | 5120000000", vec!["error magnitude"]),
        ("Wire@1 Wire@9", "5.12bn @a; -5.12bn @b", "contested - USD (2) | 5120000000", vec!["error sign"]),
        (
            "Wire@1 Wire@5 Wire@9",
            "5.12bn @a; 5.34bn @b; 5.12bn @c",
            "contested 5120000000 USD (3) | 5340000000",
            vec!["error value b"],
        ),
        ("Wire@1 Wire@1", "5.12bn @a; 5.34bn @b", "contested - USD (2) | 5340000000", vec!["error value"]),
        ("Wire@1 Post@9", "5.12bn @a; 5.34bn @b", "contested - USD (2) | 5340000000", vec!["error value"]),
        ("Wire@1 Wire@?", "5.12bn @a; 5.34bn @b", "contested - USD (2) | 5340000000", vec!["error value"]),
    ] {
        let text = told(documents, claims);
        check_rows(&text, &format!("A/revenue/level/2023: {row}"));
        check_conflicts(&text, &conflicts);
    }
}

#[test]
fn who_calls_his_figure_restated_takes_back_his_own_and_nobody_elses() {
    for (documents, claims, row, conflicts) in [
        (
            "Wire@1 Wire@9",
            "5.12bn @a; 5.34bn [restated] @b",
            "single_origin 5340000000 USD (2)",
            vec!["note stale"],
        ),
        // Others have the earlier figure: one, or several.
        (
            "Wire@1 Post@2 Wire@9",
            "5.12bn @a; 5.12bn @b; 5.34bn [restated] @c",
            "contested - USD (3) | 5340000000",
            vec!["error value", "note stale"],
        ),
        (
            "Wire@1 Post@2 Echo@3 Wire@9",
            "5.12bn @a; 5.12bn @b; 5.12bn @c; 5.34bn [restated] @d",
            "contested 5120000000 USD (4) | 5340000000",
            vec!["error value d", "note stale"],
        ),
        // One who never told the earlier figure takes back nothing.
        (
            "Post@2 Wire@9",
            "5.12bn @a; 5.34bn [restated] @b",
            "contested - USD (2) | 5340000000",
            vec!["error value"],
        ),
        // Somebody follows.
        (
            "Wire@1 Post@2 Wire@9 Echo@10",
            "5.12bn @a; 5.12bn @b; 5.34bn [restated] @c; 5.34bn @d",
            "agreed 5340000000 USD (4)",
            vec!["note stale"],
        ),
        // It is his own figure that he restates.
        (
            "A@1 Post@2 A@9",
            "5.12bn @a; 5.12bn @b; 5.34bn [restated] @c",
            "single_origin 5340000000 USD (3)",
            vec!["note stale"],
        ),
    ] {
        let text = told(documents, claims);
        check_rows(&text, &format!("A/revenue/level/2023: {row}"));
        check_conflicts(&text, &conflicts);
    }
}

#[test]
fn what_was_replaced_is_kept() {
    let text = &told("A@1 Post@2 A@9", "5.12bn @a; 5.12bn @b; 5.34bn [restated] @c");
    let audit = audit(text);
    let row = &audit.consensus[0];
    assert_eq!((row.claims.len(), row.votes.len()), (3, 3), "both are kept");
    let earlier = &row.related[0];
    assert_eq!(
        (earlier.relation, earlier.value.normalize().to_string()),
        (Tie::Superseded, "5120000000".into())
    );
    assert_eq!(earlier.docs, ["a", "b"]);
    assert_eq!(earlier.published.as_deref(), Some("2024-03-01"));
    // The two that changed places neither agree nor contradict.
    let pair = audit.pairs.iter().find(|p| p.a == "a" && p.b == "c").unwrap();
    assert_eq!((pair.comparable, pair.contradict, pair.not_comparable), (0, 0, 1));
}

/// What a row is tied to: `relation value in words`.
fn ties(text: &str, row: usize) -> Vec<String> {
    let told = |r: &crate::Related| {
        format!("{} {} of {}: {}", r.relation.as_str(), r.value.normalize(), r.key.modality, r.explain)
    };
    audit(text).consensus[row].related.iter().map(told).collect()
}

#[test]
fn a_forecast_and_its_outcome_are_tied_and_not_opposed() {
    for (forecast, outcome, expected) in [
        ("= 46.99bn USD expected", "= 48.385bn USD", "above it"),
        ("= 50.1bn USD expected", "= 48.385bn USD", "below it"),
        ("= 48bn USD expected", "= 48.385bn USD", "within its range"),
        ("> 45bn USD guidance", "= 48.385bn USD", "within its range"),
        ("< 45bn USD guidance", "= 48.385bn USD", "above it"),
    ] {
        let text = format!("A revenue 2024 {forecast} @a\nA revenue 2024 {outcome} @b");
        let words = format!("the outcome is {expected}");
        assert!(ties(&text, 0)[0].ends_with(&words), "{text}: {:?}", ties(&text, 0));
        assert!(ties(&text, 1)[0].starts_with("outcome") && ties(&text, 1)[0].ends_with(&words), "{text}");
        check_conflicts(&text, &[]);
    }
    // A loss is the negative of an income, on either side of the tie.
    let text = "L operating_loss 2024 = 3.68bn USD expected @a\nL operating_income 2024 = -3.73bn USD @b";
    assert_eq!(ties(text, 0), ["forecast -3680000000 of expected: the outcome is below it"]);
    assert_eq!(ties(text, 1), ["outcome 3730000000 of actual: the outcome is above it"]);
    // Of another period, qualifier or unit: nothing is tied.
    for other in
        ["2023 = 46.99bn USD expected", "2024 = 46.99bn USD expected [non_gaap]", "2024 = 9 percent expected"]
    {
        assert!(
            ties(&format!("A revenue {other} @a\nA revenue 2024 = 48.385bn USD @b"), 1).is_empty(),
            "{other}"
        );
    }
}

#[test]
fn an_earlier_version_is_shown_with_the_later_one() {
    let text = "A revenue 2024 = 2.4bn USD [preliminary] @a\nA revenue 2024 = 2.1bn USD @b";
    assert_eq!(ties(text, 0), ["superseded 2400000000 of actual: an earlier version"]);
    assert_eq!(ties(text, 1), ["superseded_by 2100000000 of actual: the later version"]);
    check_conflicts(text, &[]);
}

#[test]
fn a_day_shows_what_was_known_then() {
    let text = told("Wire@1 Wire@9 Post@12", "5.12bn @a; 5.34bn @b; 5.34bn @c");
    for (day, expected) in [
        ("2024-02-29", ""),
        ("2024-03-01", "single_origin 5120000000 USD (1)"),
        ("2024-03-09", "single_origin 5340000000 USD (2)"),
        ("2024-03-31", "agreed 5340000000 USD (3)"),
    ] {
        let config = Config { as_of: day.parse().ok(), ..Config::default() };
        let audit = reconcile(&graph(&text), &config);
        let rows: Vec<String> = audit.consensus.iter().map(tell).collect();
        assert_eq!(
            rows.join(""),
            if expected.is_empty() { String::new() } else { format!("A/revenue/level/2023: {expected}") },
            "{day}"
        );
    }
}

#[test]
fn what_a_day_leaves_out_is_said() {
    let text = told("Wire@1 Wire@? Post@12", "5.12bn @a; 5.12bn @b; 5.34bn @c");
    let config = Config { as_of: "2024-03-09".parse().ok(), ..Config::default() };
    let audit = reconcile(&graph(&text), &config);
    let notes: Vec<(&str, String)> =
        audit.notes.iter().map(|n| (n.topic.as_str(), n.docs.join(" "))).collect();
    assert_eq!(notes, [("left_out", "c".to_owned()), ("undated", "b".to_owned())]);
    assert!(audit.notes[0].explain.contains("2024-03-09"), "{:?}", audit.notes);
    // A table's documents have the days of their claims.
    let (_, mut claims) = super::notation::parse("A revenue 2023 = 5bn USD @a\nA revenue 2023 = 6bn USD @b");
    claims[1].published = Some("2024-03-12T08:00:00Z".into());
    let mut table = crate::ClaimGraph::default();
    claims.into_iter().for_each(|c| table.insert(c));
    let audit = reconcile(&table, &config);
    let docs: Vec<&str> = audit.documents.iter().map(|d| d.doc.as_str()).collect();
    assert_eq!((docs, audit.notes.len(), audit.consensus[0].n_documents), (vec!["a"], 2, 1));
}
