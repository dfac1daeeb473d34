//! Filings beside articles, through the built program.
//!
//! The filings here are small ones of our own making with figures that were filed; the real ones lie in
//! `../shared/authority`, beside the repository, and their tests are skipped with a word where that is missing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what was found and skipped is for reading")]

mod util;

use std::path::{Path, PathBuf};

use serde_json::Value;
use util::Folder;

/// Facts of Meta for the year 2024, its first nine months, and the second quarter of 2023.
const FACTS: &[u8] = br#"{"cik":1326801,"entityName":"Meta Platforms, Inc.","facts":{"us-gaap":{
"RevenueFromContractWithCustomerExcludingAssessedTax":{"units":{"USD":[
 {"start":"2023-04-01","end":"2023-06-30","val":31999000000,"accn":"0001326801-23-000093","form":"10-Q","filed":"2023-07-27"},
 {"start":"2024-01-01","end":"2024-09-30","val":116116000000,"accn":"0001326801-24-000081","form":"10-Q","filed":"2024-10-31"},
 {"start":"2024-01-01","end":"2024-12-31","val":164501000000,"accn":"0001326801-25-000017","form":"10-K","filed":"2025-01-30"}]}},
"EarningsPerShareDiluted":{"units":{"USD/shares":[
 {"start":"2024-01-01","end":"2024-09-30","val":15.88,"accn":"0001326801-24-000081","form":"10-Q","filed":"2024-10-31"},
 {"start":"2024-01-01","end":"2024-12-31","val":23.86,"accn":"0001326801-25-000017","form":"10-K","filed":"2025-01-30"}]}}}}}"#;

const RIGHT: &[u8] =
    b"Meta Platforms reported revenue of $48.39 billion for the fourth quarter of 2024. Diluted earnings per share were $8.02.";
const WRONG: &[u8] =
    b"In the fourth quarter of 2024 revenue of Meta Platforms was $84.39 billion, it said on Wednesday.";

/// The row of an audit with a key `ENTITY/METRIC/ASPECT/PERIOD`.
fn row<'a>(audit: &'a Value, key: &str) -> &'a Value {
    let parts = |row: &Value| -> Vec<String> {
        let part = |name: &str| row["key"][name].as_str().unwrap_or_default().to_owned();
        ["entity", "metric", "aspect", "period"].map(part).to_vec()
    };
    let rows = audit["consensus"].as_array().unwrap();
    rows.iter().find(|r| parts(r).join("/") == key).unwrap_or_else(|| panic!("{key}: {audit:#}"))
}

#[test]
fn an_article_that_contradicts_a_filing_is_the_odd_one() {
    let folder = Folder::with(&[("facts.json", FACTS), ("right.txt", RIGHT), ("wrong.txt", WRONG)]);
    let audit = folder.run(&["audit", "--format", "json", "."]).exits(1).json();
    let revenue = row(&audit, "Meta Platforms/revenue/level/2024-Q4");
    assert_eq!(revenue["verdict"], "authoritative");
    assert_eq!(revenue["value"], "48385000000");
    assert_eq!(revenue["interval"], serde_json::json!(["48384000000", "48386000000"]));
    assert_eq!(revenue["rivals"][0]["docs"], serde_json::json!(["wrong.txt"]));
    assert_eq!(audit["conflicts"][0]["odd_docs"], serde_json::json!(["wrong.txt"]));
    assert_eq!(audit["conflicts"][0]["severity"], "error");
    // Nothing is subtracted that does not add up, and what nobody asked is not told.
    assert_eq!(row(&audit, "Meta Platforms/eps_diluted/level/2024-Q4")["verdict"], "single_origin");
    assert!(audit["consensus"].as_array().unwrap().iter().all(|r| r["key"]["period"] == "2024-Q4"));

    // The other outputs say it too.
    let text = folder.run(&["audit", "--format", "text", "."]).out;
    assert!(text.contains("by authority") && text.contains("facts.json"), "{text}");
    let csv = folder.run(&["audit", "--format", "csv", "."]).out;
    let line = csv.lines().find(|l| l.contains("revenue,level,2024-Q4")).unwrap();
    assert!(line.contains(",authoritative,48385000000,"), "{line}");
    let explained = folder.run(&["explain", "Meta Platforms/revenue/level/2024-Q4", "."]).out;
    for words in ["164.501 billion USD in 2024 less 116.116 billion USD", "right.txt", "wrong.txt"] {
        assert!(explained.contains(words), "{words}\n{explained}");
    }
    let explained = ["explain", "--format", "json", "Meta Platforms/revenue/level/2024-Q4", "."];
    let explained = folder.run(&explained).exits(0).json();
    assert!(explained.to_string().contains("\"authoritative\""), "{explained:#}");
}

#[test]
fn what_a_file_is_its_content_says() {
    let folder = Folder::with(&[
        ("folder/facts.txt", FACTS),
        ("folder/config.json", b"{\"name\": 1}"),
        ("other.json", b"{\"name\": 1}"),
        ("right.txt", RIGHT),
    ]);
    let read = folder.run(&["extract", "folder"]).exits(0).says("1 file of another kind skipped");
    assert_eq!(read.out.lines().count(), 5);
    let named = folder.run(&["audit", "--format", "json", "other.json"]).exits(0).says("data.sec.gov");
    assert!(named.problems()[0].contains("no companyfacts file"), "{:?}", named.problems());
    let piped = folder.run_with_input(&["audit", "--format", "json", "-", "right.txt"], FACTS);
    let verdict = row(&piped.json(), "Meta Platforms/revenue/level/2024-Q4")["verdict"].clone();
    assert_eq!(verdict, "authoritative", "{}", piped.err);
}

#[test]
fn a_table_has_the_rank_of_a_filing_only_where_the_filing_bears_it_out() {
    const KEY: &str = "Meta Platforms/revenue/level/2024-Q4";
    let folder = Folder::with(&[("facts.json", FACTS), ("right.txt", RIGHT)]);
    let claims = folder.run(&["extract", "facts.json"]).out;
    let forged = claims.replace("\"value\":\"164501000000\"", "\"value\":\"264501000000\"");
    let elsewhere = Folder::with(&[("claims.jsonl", claims.as_bytes()), ("right.txt", RIGHT)]);
    std::fs::write(folder.path().join("claims.jsonl"), &claims).unwrap();
    std::fs::write(folder.path().join("forged.jsonl"), &forged).unwrap();
    // Beside its filing, which is read again.
    let run = folder.run(&["audit", "--format", "json", "claims.jsonl", "right.txt"]);
    assert_eq!(row(&run.json(), KEY)["verdict"], "authoritative", "{}", run.err);
    // Without it: `rule` is a word that anybody can write.
    let run = elsewhere.run(&["audit", "--format", "json", "claims.jsonl", "right.txt"]);
    let audit = run.json();
    assert!(
        audit["consensus"].as_array().unwrap().iter().all(|r| r["verdict"] != "authoritative"),
        "{audit:#}"
    );
    // With other figures under the name of the filing, read itself or not.
    for files in [&["forged.jsonl", "right.txt"][..], &["forged.jsonl", "facts.json", "right.txt"]] {
        let run = folder.run(&[&["audit", "--format", "json"], files].concat());
        let audit = run.json();
        let said = run.problems();
        assert!(
            said.iter().any(|p| p.contains("not what the tags of this filing say")),
            "{files:?}: {said:?}"
        );
        assert!(!audit.to_string().contains("264501000000"), "{files:?}: {audit:#}");
    }
}

#[test]
fn before_the_year_was_filed_its_last_quarter_does_not_follow() {
    let folder = Folder::with(&[("facts.json", FACTS), ("right.txt", RIGHT)]);
    let audit = folder.run(&["audit", "--format", "json", "--as-of", "2024-12-31", "."]).json();
    assert_eq!(row(&audit, "Meta Platforms/revenue/level/2024-Q4")["verdict"], "single_origin");
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
    }
    path.exists().then_some(path)
}

/// The claims of the real articles that were checked by hand: what company facts and tags alone support is
/// authoritative, nothing else is alarmed, and of the rest nothing is claimed.
#[test]
fn the_claims_of_the_real_articles_are_judged_as_by_hand() {
    let (Some(articles), Some(authority)) = (shared("articles"), shared("authority")) else { return };
    let folder = Folder::with(&[]);
    let filings =
        [authority.join("companyfacts/CIK0001326801.json"), authority.join("ixbrl/meta-20241231.htm")];
    let [facts, report] = filings.map(|p| p.to_string_lossy().into_owned());
    let articles = articles.to_string_lossy().into_owned();
    let audit = folder.run(&["audit", "--format", "json", &articles, &facts, &report]).exits(0).json();
    let claims =
        folder.run(&["audit", "--format", "jsonl", "--table", "claims", &articles, &facts, &report]).out;
    let claims: Vec<Value> = claims.lines().map(|l| serde_json::from_str(l).unwrap()).collect();

    let loud: Vec<&Value> =
        audit["conflicts"].as_array().unwrap().iter().filter(|c| c["severity"] != "note").collect();
    assert!(loud.is_empty(), "{loud:#?}");

    let mut table = csv::Reader::from_path(authority.join("meta-seed-claims.csv")).unwrap();
    let head = table.headers().unwrap().clone();
    let (mut supported, mut left, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for record in table.records() {
        let record = record.unwrap();
        let cell = |name: &str| record.get(head.iter().position(|h| h == name).unwrap()).unwrap();
        let (id, verdict, basis) = (cell("id"), cell("verdict"), cell("basis"));
        let period = cell("period").replace("-FY", "");
        let asked = |row: &&Value| {
            let key = &row["key"];
            let entity = key["entity"].as_str().unwrap().starts_with(cell("entity"));
            let value = |id: &Value| {
                claims.iter().any(|c| {
                    &c["id"] == id
                        && c["value"].as_str().unwrap().trim_start_matches('-')
                            == cell("claimed").trim_start_matches('-')
                })
            };
            // What follows from a claim is another figure.
            let stated = row["verdict"] != "derived";
            stated
                && entity
                && key["period"] == *period
                && row["claims"].as_array().unwrap().iter().any(value)
        };
        let rows: Vec<&Value> = audit["consensus"].as_array().unwrap().iter().filter(asked).collect();
        // Earnings per share do not add up, prices are not filed, and prose is not tagged.
        let elsewhere = ["third-party", "prose", "market", "676.49", "5.33", "EPS is not additive"];
        // Nine months of a segment stand in a quarterly report that is not among the files.
        let other_report = basis.contains("iXBRL") && basis.contains("9M");
        let by_filing =
            verdict.starts_with("supported") && !other_report && !elsewhere.iter().any(|w| basis.contains(w));
        match (rows.first(), by_filing) {
            (None, _) => unread.push(id.to_owned()),
            (Some(_), true) => {
                for row in rows {
                    assert_eq!(row["verdict"], "authoritative", "{id}: {row:#}");
                    assert!(row["rivals"].as_array().unwrap().is_empty(), "{id}: {row:#}");
                }
                supported.push(id.to_owned());
            }
            (Some(_), false) => {
                assert!(rows.iter().all(|r| r["verdict"] != "authoritative"), "{id}: {rows:#?}");
                left.push(id.to_owned());
            }
        }
    }
    println!("authoritative: {supported:?}\nleft alone: {left:?}\nnot read or of another key: {unread:?}");
    assert!(supported.len() >= 14, "{supported:?}; not read: {unread:?}");
}
