//! What the project promises of its answers: the scores against gold stay above `floors.toml`, every quote is the
//! bytes at its span, look-alikes raise no alarm, the same input gives the same bytes, and the README shows what
//! the program prints.
//!
//! The scorers and the real articles live in a folder beside the repository, `../shared`. Where that folder or
//! `python3` is missing, the tests that need it say so and pass. To see the scores:
//! `cargo test --release --test scores -- --nocapture --test-threads 1`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the scores are for reading")]

#[expect(dead_code, reason = "the tests of the commands need more of it")]
mod util;

#[expect(dead_code, reason = "the example prints more of it")]
mod reliability;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Figures of the real articles that look alike and differ in period, modality, metric, entity or qualifier: no
/// alarm may set two values of a group against each other. The groups are those of section (d) of the notes that
/// come with the gold.
const LOOK_ALIKES: [(&str, &[&str]); 20] = [
    ("running totals to different days", &["31600000000", "42000000000"]),
    ("expected and actual revenue, 2023", &["31060000000", "32000000000"]),
    ("expected and actual EPS", &["2.91", "2.98"]),
    ("expected and actual profit", &["7504000000", "7788000000"]),
    ("expected and actual loss", &["3680000000", "3730000000"]),
    ("expected and actual revenue, 2024", &["46990000000", "48385000000"]),
    ("expected and actual spending", &["38200000000", "39230000000"]),
    (
        "losses of other quarters and years",
        &["2800000000", "3992000000", "3730000000", "4970000000", "13717000000", "10193000000"],
    ),
    ("a bound and the values inside it", &["10000000000", "13717000000", "10193000000"]),
    ("market value of other days, and its change", &["1220000000000", "1710000000000", "196000000000"]),
    ("headcount of other days", &["71469", "74067"]),
    ("growth of headcount of other days", &["-14", "10"]),
    ("registered and monthly users", &["100000000", "320000000"]),
    ("users of the group and of its products", &["3350000000", "3000000000", "1000000000"]),
    ("a whole and its parts", &["48385000000", "47302000000", "46783000000", "1083000000"]),
    ("margins of other years and kinds", &["48", "41", "43"]),
    ("growth of profit and of EPS", &["16", "21"]),
    ("growth of profit and of EPS, 2024", &["49", "50"]),
    ("share price in the session and after hours", &["0.32", "-2"]),
    ("spending of the year and the plan for the next", &["39230000000", "60000000000"]),
];

#[test]
fn scores_stay_above_their_floors() {
    let mut below = Vec::new();
    for set in ["seed", "sample", "corpus", "results", "languages", "unseen"] {
        let (articles, gold) = match set {
            "seed" => (shared("articles"), shared("gold/seed-claims.jsonl")),
            "sample" => (Some(root("data/sample")), Some(root("data/sample-gold.jsonl"))),
            _ => {
                (Some(root(&format!("tests/{set}/articles"))), Some(root(&format!("tests/{set}/gold.jsonl"))))
            }
        };
        let (Some(articles), Some(gold)) = (articles, gold) else { continue };
        let Some(mut scores) = claims_scored(&articles, &gold) else { continue };
        match set {
            "seed" => {
                scores.insert("look_alikes_read".to_owned(), look_alikes(&articles));
            }
            "sample" => scores.extend(conflicts_scored(&articles)),
            _ => {}
        }
        below.extend(compared(set, &scores));
    }
    assert!(below.is_empty(), "{}", below.join("\n"));
}

/// Every contradiction that is planted is alarmed, and nothing else is: in the sample corpus some are, in all other articles
/// none. Of the articles that nobody looks at only the numbers are shown.
#[test]
fn what_is_planted_is_alarmed_and_nothing_else() {
    println!("{:10} articles  compared  planted  found  false alarms  notes", "articles");
    let mut wrong = Vec::new();
    for set in ["sample", "corpus", "results", "languages", "unseen"] {
        let articles =
            if set == "sample" { root("data/sample") } else { root(&format!("tests/{set}/articles")) };
        let audit = audited(&articles, i32::from(set == "sample"));
        let list = |of: &Value, name: &str| of[name].as_array().unwrap().clone();
        let (alarms, notes): (Vec<Value>, Vec<Value>) =
            list(&audit, "conflicts").into_iter().partition(|c| c["severity"] != "note");
        let planted: Vec<Value> = match set {
            "sample" => lines(&std::fs::read_to_string(root("data/sample-expected.jsonl")).unwrap()),
            _ => Vec::new(),
        };
        let planted: Vec<Value> = planted.into_iter().filter(|e| e["is_conflict"] == true).collect();
        let tells = |alarm: &Value, expected: &Value| {
            let (odd, meant) = (list(alarm, "odd_docs"), list(expected, "odd_docs"));
            let same = |field: &str| alarm["key"][field] == expected["key"][field];
            ["entity", "metric", "aspect", "period"].into_iter().all(same)
                && odd.iter().any(|d| meant.contains(d))
        };
        let missed: Vec<&Value> = planted.iter().filter(|e| !alarms.iter().any(|a| tells(a, e))).collect();
        let false_alarms: Vec<&Value> =
            alarms.iter().filter(|a| !planted.iter().any(|e| tells(a, e))).collect();
        let compared: u64 = list(&audit, "pairs").iter().map(|p| p["comparable"].as_u64().unwrap()).sum();
        println!(
            "{set:10} {:8}  {compared:8}  {:7}  {:5}  {:12}  {:5}",
            list(&audit, "documents").len(),
            planted.len(),
            planted.len() - missed.len(),
            false_alarms.len(),
            notes.len()
        );
        match set {
            "unseen" => {
                wrong.extend((!false_alarms.is_empty()).then(|| "an alarm on unseen articles".to_owned()))
            }
            _ => {
                wrong.extend(missed.iter().map(|e| format!("{set}: missed {}", e["key"])));
                wrong.extend(false_alarms.iter().map(|a| format!("{set}: false alarm {}", a["explain"])));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Over the articles that the weights were fitted on, and over those that nobody looks at.
#[test]
fn claims_are_as_often_right_as_they_say() {
    let (mut fitted, mut unseen) = (Vec::new(), Vec::new());
    for set in reliability::SETS {
        let claims = reliability::measure(&root(""), set).unwrap().claims;
        match set {
            ("unseen", ..) => unseen = claims,
            (.., true) => fitted.extend(claims),
            _ => {}
        }
    }
    let mut scores = BTreeMap::new();
    for (name, claims) in [("", fitted), ("unseen_", unseen)] {
        assert!(claims.iter().all(|c| (1..1000).contains(&c.confidence)));
        let error = reliability::calibration_error(&reliability::bins(&claims));
        scores.insert(format!("{name}calibrated"), 1.0 - error);
        scores.insert(format!("{name}brier"), 1.0 - reliability::brier(&claims));
    }
    let below = compared("confidence", &scores);
    assert!(below.is_empty(), "{}", below.join("\n"));
}

#[test]
fn every_article_is_read_and_every_quote_is_the_bytes_at_its_span() {
    for folder in [
        Some(root("data/sample")),
        Some(root("tests/corpus/articles")),
        Some(root("tests/results/articles")),
        Some(root("tests/languages/articles")),
        Some(root("tests/unseen/articles")),
        shared("articles"),
    ] {
        let Some(folder) = folder else { continue };
        let json = consilience(&["extract", "--format", "json", "--quiet"], &[&folder], 0);
        let extraction: Value = serde_json::from_str(&json).unwrap();
        let problems = extraction["problems"].to_string();
        assert!(!problems.contains("failed inside the program"), "{problems}");
        let claims = extraction["claims"].as_array().unwrap();
        assert!(!claims.is_empty(), "{}", folder.display());
        for claim in claims {
            let bytes = std::fs::read(folder.join(text(&claim["doc"]))).unwrap();
            let (start, end) = (claim["start"].as_u64().unwrap(), claim["end"].as_u64().unwrap());
            let slice = &bytes[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
            assert_eq!(slice, text(&claim["quote"]).as_bytes(), "{claim}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for folder in [Some(root("data/sample")), shared("articles")] {
        let Some(folder) = folder else { continue };
        let files = files(&folder);
        for start in [
            ["extract", "--format", "jsonl"],
            ["extract", "--format", "json"],
            ["audit", "--format", "json"],
            ["audit", "--format", "text"],
            ["audit", "--format", "csv"],
        ] {
            let run = |threads: &str, paths: &[&PathBuf]| {
                let fixed = ["--quiet", "--threads", threads];
                let more: &[&str] = if start[0] == "audit" { &["--fail-on", "never"] } else { &[] };
                consilience(&[&start, fixed.as_slice(), more].concat(), paths, 0)
            };
            let expected = run("1", &[&folder]);
            for (round, threads) in ["1", "2", "4", "1", "2", "4"].into_iter().enumerate() {
                let order = shuffled(&files, round as u64);
                assert!(run(threads, &order) == expected, "{start:?}, {threads} threads, order {order:?}");
            }
        }
    }
}

#[test]
fn a_page_of_metadata_yields_no_claim_and_says_why() {
    let Some(folder) = shared("articles") else { return };
    let json = consilience(&["extract", "--format", "json", "--quiet"], &[&folder], 0);
    let extraction: Value = serde_json::from_str(&json).unwrap();
    let documents = extraction["documents"].as_array().unwrap();
    let page = documents.iter().find(|d| text(&d["doc"]).starts_with("004_")).unwrap();
    assert!(page["problems"].to_string().contains("front matter only"), "{page}");
    let claims = extraction["claims"].as_array().unwrap();
    assert!(!claims.is_empty() && claims.iter().all(|c| c["doc"] != page["doc"]), "{page}");
}

#[test]
fn copies_and_translations_agree_as_one_origin() {
    let Some(folder) = shared("articles") else { return };
    let audit = audited(&folder, 0);
    let row = audit["consensus"].as_array().unwrap().iter().find(|r| {
        let key = &r["key"];
        (text(&key["entity"]), text(&key["metric"])) == ("Meta Platforms", "revenue")
            && (text(&key["aspect"]), text(&key["period"])) == ("level", "2023-Q2")
            && (text(&key["modality"]), text(&key["unit"])) == ("actual", "USD")
            && key["qualifiers"] == serde_json::json!([])
    });
    let row = row.expect("no row for the revenue of Meta Platforms, 2023-Q2");
    assert_eq!((text(&row["verdict"]), text(&row["value"])), ("single_origin", "32000000000"), "{row}");
    assert!(row["n_claims"].as_u64().unwrap() >= 3, "{row}");
    assert_eq!((&row["n_documents"], &row["n_origins"]), (&2.into(), &1.into()), "{row}");
    assert_eq!(audit["lineage"].as_array().unwrap().len(), 1, "{}", audit["lineage"]);
}

/// Each block of the README that follows `<!-- consilience … -->` is what that command prints; a line with
/// nothing but `…` stands for lines left out.
#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = std::fs::read_to_string(root("README.md")).unwrap();
    let mut shown = 0;
    for part in readme.split("<!-- consilience ").skip(1) {
        let (arguments, rest) = part.split_once(" -->").unwrap();
        let block = rest.split("```").nth(1).unwrap().split_once('\n').unwrap().1;
        let run = util::command(&root(""), &arguments.split(' ').collect::<Vec<_>>()).output().unwrap();
        let printed = [run.stdout, run.stderr].concat();
        let printed = String::from_utf8(printed).unwrap();
        for piece in block.split("\n…\n").map(|p| p.trim_matches('\n')).filter(|p| *p != "…") {
            assert!(printed.contains(piece), "`consilience {arguments}` does not print\n{piece}");
            shown += 1;
        }
    }
    assert!(shown > 0, "the README shows no output");
}

/// Strict and quantity F1 of all claims, strict F1 of each language.
fn claims_scored(articles: &Path, gold: &Path) -> Option<BTreeMap<String, f64>> {
    let folder = tempfile::tempdir().unwrap();
    let claims = folder.path().join("claims.jsonl");
    std::fs::write(&claims, consilience(&["extract", "--quiet"], &[articles], 0)).unwrap();
    let said = scorer("score_claims.py", &[gold, &claims], &["--closed", "--by", "lang"])?;
    let mut scores = BTreeMap::new();
    for line in said.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [lang, "gold", .., "strict", strict] = words[..] {
            scores.insert(lang.to_owned(), strict.parse().unwrap());
        }
    }
    let last = said.lines().last().unwrap();
    scores.insert("strict".to_owned(), named(last, "strict_f1="));
    scores.insert("quantity".to_owned(), named(last, "quantity_f1="));
    Some(scores)
}

fn conflicts_scored(articles: &Path) -> BTreeMap<String, f64> {
    let folder = tempfile::tempdir().unwrap();
    let audit = folder.path().join("audit.json");
    std::fs::write(&audit, audited(articles, 1).to_string()).unwrap();
    let lineage = root("data/sample-lineage.jsonl");
    let said = scorer(
        "score_conflicts.py",
        &[&root("data/sample-expected.jsonl"), &audit],
        &["--lineage", lineage.to_str().unwrap()],
    );
    let Some(said) = said else { return BTreeMap::new() };
    let share = |what: &str| {
        let (_, rest) = said.split_once(what).unwrap_or_else(|| panic!("no «{what}» in {said}"));
        let (right, all) = rest.split_whitespace().next().unwrap().split_once('/').unwrap();
        right.parse::<f64>().unwrap() / all.parse::<f64>().unwrap()
    };
    let last = said.lines().last().unwrap();
    [
        ("conflicts_recall", named(last, "recall=")),
        ("conflicts_precision", named(last, "precision=")),
        ("odd_document", share("odd document named ")),
        ("consensus_right", share("consensus right on settled conflicts ")),
        ("lineage", share("lineage right ")),
    ]
    .map(|(name, score)| (name.to_owned(), score))
    .into()
}

/// How many groups of look-alikes could be told apart at all, having found no alarm on any of them.
fn look_alikes(articles: &Path) -> f64 {
    let audit = audited(articles, 0);
    let claims = consilience(
        &["audit", "--format", "jsonl", "--table", "claims", "--fail-on", "never", "--quiet"],
        &[articles],
        0,
    );
    let values: BTreeMap<String, String> =
        lines(&claims).iter().map(|c| (text(&c["id"]).to_owned(), text(&c["value"]).to_owned())).collect();
    for conflict in audit["conflicts"].as_array().unwrap().iter().filter(|c| c["severity"] != "note") {
        let ids = conflict["claims"].as_array().unwrap().iter();
        let said: Vec<&str> = ids.filter_map(|id| values.get(text(id))).map(String::as_str).collect();
        for (what, group) in LOOK_ALIKES {
            let met = group.iter().filter(|v| said.contains(v)).count();
            assert!(met < 2, "{what}: {conflict}");
        }
    }
    let read = |group: &[&str]| group.iter().filter(|v| values.values().any(|w| w == **v)).count();
    f64::from(u8::try_from(LOOK_ALIKES.iter().filter(|(_, group)| read(group) >= 2).count()).unwrap())
}

/// Prints scores beside their floors; returns the lines of those that are below, or are not measured.
fn compared(set: &str, scores: &BTreeMap<String, f64>) -> Vec<String> {
    let floors: BTreeMap<String, BTreeMap<String, f64>> =
        toml::from_str(&std::fs::read_to_string(root("tests/floors.toml")).unwrap()).unwrap();
    let floors = &floors[set];
    let mut below = Vec::new();
    for (name, score) in scores {
        let Some(floor) = floors.get(name) else {
            below.push(format!("{set} {name} {score:.3} has no floor in tests/floors.toml"));
            continue;
        };
        println!("{set:8} {name:20} {score:7.3}   floor {floor:.3}");
        if score < floor {
            below.push(format!("{set} {name} {score:.3} is below its floor {floor:.3}"));
        }
    }
    let missing = floors.keys().filter(|name| !scores.contains_key(*name));
    below.extend(missing.map(|name| format!("{set} {name} was not measured")));
    below
}

/// What a scorer of `../shared/tools` prints, or `None` where it cannot run.
fn scorer(name: &str, paths: &[&Path], options: &[&str]) -> Option<String> {
    let script = shared("tools")?.join(name);
    let Ok(run) = Command::new("python3").arg(script).args(paths).args(options).output() else {
        skipped("python3");
        return None;
    };
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    println!("{name} {}\n{said}", paths[0].file_name().unwrap().display());
    Some(said)
}

/// The number behind `name=` in a line of scores.
fn named(line: &str, name: &str) -> f64 {
    line.split_whitespace().find_map(|word| word.strip_prefix(name)).unwrap().parse().unwrap()
}

fn audited(folder: &Path, code: i32) -> Value {
    serde_json::from_str(&consilience(&["audit", "--format", "json", "--quiet"], &[folder], code)).unwrap()
}

#[track_caller]
fn consilience(arguments: &[&str], paths: &[impl AsRef<Path>], code: i32) -> String {
    let run = util::command(&root(""), arguments).args(paths.iter().map(AsRef::as_ref)).output().unwrap();
    let err = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(code), "{arguments:?}: {err}");
    String::from_utf8(run.stdout).unwrap()
}

fn lines(jsonl: &str) -> Vec<Value> {
    jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = root("../shared").join(path);
    if !path.exists() {
        skipped(&path.display().to_string());
        return None;
    }
    Some(path)
}

/// Says so past the test harness, which keeps the output of tests that pass to itself.
fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what} is not there");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

/// The files in an order of their own for each seed, the same on every run.
fn shuffled(files: &[PathBuf], seed: u64) -> Vec<&PathBuf> {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut keyed: Vec<(u64, &PathBuf)> = files
        .iter()
        .map(|file| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random, file)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, file)| file).collect()
}
