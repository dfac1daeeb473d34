//! What a careful reader concludes from five real articles, line by line of `seed-reconciliation.md` beside their gold:
//! who is independent, what agrees, what to ask about, what to leave alone, and the arithmetic. The gold claims are
//! handed in as ready claims, so that the reconciler is held to this apart from the reader, and the articles as well.
//!
//! Articles and gold lie in a folder beside the repository, `../shared`; where it is missing the tests say so and pass.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[expect(dead_code, reason = "the tests of the commands need more of it")]
mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use util::Folder;

/// The audit of the articles as they are.
fn articles() -> Option<Value> {
    let folder = shared("articles")?;
    let nowhere = Folder::with(&[]);
    Some(audit(&nowhere, &folder.display().to_string()))
}

/// The audit of the salient gold claims.
fn gold() -> Option<Value> {
    gold_with(&[])
}

/// The same, where the claims that may as well be read so (`alt:FIELD=VALUE` in their note) are read so.
fn gold_with(alternatives: &[(&str, &str)]) -> Option<Value> {
    let mut lines = String::new();
    let mut taken = 0;
    for mut claim in salient()? {
        let note = claim["note"].as_str().unwrap_or_default().to_owned();
        let may = |(field, value): &(&str, &str)| note.contains(&format!("alt:{field}={value}"));
        if !alternatives.is_empty() && alternatives.iter().all(may) {
            for (field, value) in alternatives {
                claim[*field] = (*value).into();
            }
            taken += 1;
        }
        let qualifiers = note.split("; ").filter_map(|part| part.strip_prefix("qual:"));
        claim["qualifiers"] = qualifiers.map(|q| q.replace('=', ":")).collect::<Vec<_>>().into();
        claim["confidence"] = 0.9.into();
        lines.push_str(&claim.to_string());
        lines.push('\n');
    }
    assert!(taken > 0 || alternatives.is_empty(), "{alternatives:?}");
    let folder = Folder::with(&[("gold.jsonl", lines.as_bytes())]);
    Some(audit(&folder, "gold.jsonl"))
}

fn salient() -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(shared("gold/seed-claims.jsonl")?).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    Some(lines.filter(|claim| claim["salient"] == true).collect())
}

fn audit(folder: &Folder, what: &str) -> Value {
    let run = folder.run(&["audit", what, "--format", "json", "--quiet", "--fail-on", "never"]).exits(0);
    serde_json::from_str(&run.out).unwrap()
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: {} is not there", path.display());
    }
    None
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|v| v.parse().ok()).unwrap_or(f64::NAN)
}

/// `ENTITY/METRIC/ASPECT/PERIOD`, then what keeps rows apart.
fn key(row: &Value) -> String {
    let key = &row["key"];
    let mut told: Vec<&str> =
        ["entity", "metric", "aspect", "period"].iter().filter_map(|f| key[f].as_str()).collect();
    if key["modality"] != "actual" {
        told.extend(key["modality"].as_str());
    }
    told.extend(list(key, "qualifiers").iter().filter_map(Value::as_str));
    told.join("/")
}

/// Line (a): the French and the Indonesian are one text, and 003 holds it twice and counts once.
#[test]
fn three_sources_have_claims() {
    let of = |audit: &Value| -> Vec<Vec<String>> {
        let names = |o: &Value| {
            list(o, "documents").iter().filter_map(|d| Some(d.as_str()?[..3].to_owned())).collect()
        };
        list(audit, "origins").iter().map(names).collect()
    };
    if let Some(audit) = articles() {
        assert_eq!(of(&audit), [vec!["000"], vec!["001"], vec!["002", "003"], vec!["004"]]);
        let silent = list(&audit, "documents").iter().find(|d| d["doc"].as_str().unwrap().starts_with("004"));
        assert_eq!(silent.unwrap()["claims"], 0);
    }
    if let Some(audit) = gold() {
        assert_eq!(of(&audit), [vec!["000"], vec!["001"], vec!["002", "003"]]);
        assert_eq!(list(&audit, "lineage").len(), 1);
        assert_eq!(list(&audit, "lineage")[0]["relation"], "translation");
    }
}

/// Line (b): what the copies agree on has one origin, and nothing two.
#[test]
fn copies_agree_and_that_is_no_evidence() {
    let (Some(audit), Some(claims)) = (gold(), salient()) else { return };
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for claim in &claims {
        let text = |field: &str| claim[field].as_str().unwrap_or_default();
        let note = text("note");
        let apart = note.split("; ").find_map(|p| p.strip_prefix("qual:")).unwrap_or_default();
        let mut parts = vec![text("entity"), text("metric"), text("aspect"), text("period")];
        if text("modality") != "actual" {
            parts.push(text("modality"));
        }
        let apart = apart.replace('=', ":");
        parts.extend(Some(apart.as_str()).filter(|a| !a.is_empty()));
        told.entry(parts.join("/")).or_default().insert(text("doc")[..3].to_owned());
    }
    let both: BTreeSet<&String> =
        told.iter().filter(|(_, docs)| docs.len() > 1).map(|(key, _)| key).collect();
    assert_eq!((told.len(), both.len()), (74, 32), "keys, keys in both copies");
    for row in list(&audit, "consensus") {
        let key = key(row);
        assert!(["single_origin", "derived"].contains(&row["verdict"].as_str().unwrap()), "{key}");
        if both.contains(&key) {
            assert_eq!((&row["n_origins"], &row["n_documents"]), (&1.into(), &2.into()), "{key}");
            assert!(list(row, "rivals").is_empty(), "{key}");
        }
    }
}

/// Lines (c): what a careful reader would ask about is a note or a warning.
#[test]
fn what_is_doubtful_is_noted() {
    let noted = |audit: &Value, kind: &str, words: &[&str]| {
        list(audit, "conflicts").iter().any(|c| {
            c["kind"] == kind
                && c["severity"] != "error"
                && words.iter().all(|w| c["explain"].as_str().unwrap().contains(w))
        })
    };
    // C3: 31.6 billion are told since the change of name, and are the sum since the start of that year.
    if let Some(audit) = gold_with(&[("period", "2021-10-28/2023-06-30")]) {
        assert!(noted(&audit, "wrong_period", &["31.6 billion USD", "2021-01-01/2023-06-30"]), "{audit:#}");
    }
    // C5: two quarters' losses told as a year's spending.
    if let Some(audit) = gold_with(&[("metric", "spending"), ("period", "2023")]) {
        for figure in ["3.73 billion USD", "3.992 billion USD"] {
            assert!(noted(&audit, "wrong_metric", &[figure, "Reality Labs/spending/level/2023"]), "{figure}");
        }
    }
    // C6: a deal between two American companies in yuan.
    for audit in [gold(), articles()].into_iter().flatten() {
        assert!(noted(&audit, "currency", &["500 million CNY"]));
    }
    if let Some(audit) = articles() {
        assert!(noted(&audit, "wrong_metric", &["3.73 billion USD", "spending"]));
    }
}

/// Lines (d): none of the look-alikes is an alarm, nor is anything else.
#[test]
fn there_is_no_alarm() {
    let read_otherwise = [
        gold_with(&[("period", "unspecified")]),
        gold_with(&[("metric", "daily_active_users")]),
        gold_with(&[("entity", "Family of Apps")]),
        gold_with(&[("metric", "capital_expenditure")]),
        gold_with(&[("period", "2025-01-29")]),
    ];
    for audit in [gold(), articles()].into_iter().chain(read_otherwise).flatten() {
        let loud: Vec<&Value> =
            list(&audit, "conflicts").iter().filter(|c| c["severity"] != "note").collect();
        assert!(loud.is_empty(), "{loud:#?}");
        assert!(list(&audit, "checks").iter().all(|c| c["status"] != "fails"));
    }
}

/// Whether a check of a rule came out so, with what was computed inside a range and words in its explanation.
#[track_caller]
fn finds(audit: &Value, rule: &str, status: &str, (low, high): (f64, f64), words: &str) {
    let found = list(audit, "checks").iter().filter(|c| c["rule"] == rule).any(|c| {
        let ends = list(c, "computed");
        c["status"] == status
            && number(&ends[0]) >= low
            && number(&ends[1]) <= high
            && c["explain"].as_str().unwrap().contains(words)
    });
    assert!(found, "{rule} {status} {low}..{high} {words}: {:#?}", audit["checks"]);
}

#[track_caller]
fn derives(audit: &Value, wanted: &str, (low, high): (f64, f64)) {
    let row = list(audit, "consensus").iter().find(|r| key(r) == wanted);
    let row = row.unwrap_or_else(|| panic!("{wanted} is not derived"));
    assert_eq!(row["verdict"], "derived", "{wanted}");
    let ends = list(row, "interval");
    assert!(number(&ends[0]) >= low && number(&ends[1]) <= high, "{wanted}: {ends:?}");
}

/// Lines (e): the arithmetic, found by rules that know nothing of these texts, to the last digit given there.
#[test]
fn the_arithmetic_is_found() {
    for (audit, users) in [(gold(), "daily_active_people"), (articles(), "daily_active_users")] {
        let Some(audit) = audit else { return };
        let segments = "segments_of_meta_platforms";
        finds(&audit, "running_total", "holds", (31.6255e9, 31.6385e9), "31.6 billion USD"); // E1
        finds(&audit, "yoy_growth_vs_levels", "holds", (16.445, 16.485), "7.788 billion USD"); // E4
        finds(&audit, segments, "holds", (48.384e9, 48.386e9), "48.385 billion USD"); // E13
        finds(&audit, segments, "holds", (39.995e9, 40.345e9), "39.8226 billion to 40.1539 billion USD"); // E17
        for (figures, range) in [
            ("32 billion USD is above expected 31.06", (0.435e9, 1.445e9)), // E11
            ("2.98 USD/share is above expected 2.91", (0.06, 0.08)),
            ("7.788 billion USD is above expected 7.504", (0.283e9, 0.285e9)),
            ("3.73 billion USD is above expected 3.68", (0.04e9, 0.06e9)),
            ("48.385 billion USD is above expected 46.99", (1.389e9, 1.401e9)), // E21
            ("39.23 billion USD is above expected 38.2", (0.975e9, 1.085e9)),
        ] {
            finds(&audit, "outcome_vs_expectation", "holds", range, figures);
        }
        finds(&audit, "level_vs_year_before", "holds", (30.65, 35.85), "3.73 billion USD"); // E10, E11
        for (row, range) in [
            ("Meta Platforms/revenue/level/2022-Q2", (28.245e9, 29.415e9)), // E5
            ("Meta Platforms/eps_diluted/level/2022-Q2", (2.4485, 2.4775)), // E6
            ("Meta Platforms/headcount/level/2022-Q2", (82622.5, 83590.5)), // E9
            ("Meta Platforms/revenue/level/2023-Q4", (39.995e9, 40.155e9)), // E17, narrowed by the parts
            ("Family of Apps/revenue/level/2023-Q4", (38.925e9, 39.265e9)),
            ("Reality Labs/revenue/level/2023-Q4", (1.0655e9, 1.0795e9)),
            ("Meta Platforms/net_income/level/2023-Q4", (13.9375e9, 14.0335e9)), // E18
            ("Meta Platforms/eps_diluted/level/2023-Q4", (5.3255, 5.3685)),
            ("Meta Platforms/headcount/level/2023-12-31", (67028.5, 67641.6)),
            ("Reality Labs/operating_loss/level/2023-Q4", (4.6185e9, 4.6715e9)),
            ("Meta Platforms/operating_income/level/2024-Q4", (22.975e9, 23.475e9)), // E19
            ("Meta Platforms/operating_income/level/2023-Q4", (16.125e9, 16.665e9)),
        ] {
            derives(&audit, row, range);
        }
        derives(&audit, &format!("Meta Platforms/{users}/level/2023-Q4"), (3.1705e9, 3.2115e9));
    }
    let Some(audit) = gold() else { return };
    // E3: a quarter is missing that nobody states.
    finds(&audit, "running_total", "undecided", (36.2e9, 36.4e9), "at least 42 billion USD would leave");
    // E11: each of two years above ten.
    finds(&audit, "parts_vs_whole", "holds", (23.9e9, 23.92e9), "at least 10 billion USD");
    // E14: the advertising of the apps, where it is read as theirs.
    let Some(audit) = gold_with(&[("entity", "Family of Apps")]) else { return };
    finds(&audit, "part_of_revenue", "holds", (0.518e9, 0.52e9), "47.302 billion USD");
}

/// Lines (f): what only one of the copies says is a note.
#[test]
fn what_one_copy_lacks_is_noted() {
    for audit in [gold(), articles()].into_iter().flatten() {
        let lacks = list(&audit, "conflicts").iter().any(|c| {
            let explain = c["explain"].as_str().unwrap();
            c["severity"] == "note" && explain.contains("100 million") && explain.contains("launch+5d")
        });
        assert!(lacks, "{:#?}", audit["conflicts"]);
    }
}
