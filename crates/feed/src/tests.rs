use consilience_claim::{Claim, Date, DocumentRecord};
use consilience_reconcile::{Audit, ClaimGraph, Config, reconcile};
use rusqlite::{Connection, MAIN_DB};
use serde_json::Value;

use crate::{Earlier, Feed, Policy};

/// Documents that each tell one figure of Toyota's: name, metric, value, day.
fn audit(told: &[(&str, &str, &str, &str)]) -> Audit {
    let mut graph = ClaimGraph::default();
    for (doc, metric, value, published) in told {
        graph.insert_document(DocumentRecord {
            doc: (*doc).to_owned(),
            source: Some(format!("={doc}")),
            published: Some((*published).to_owned()),
            ..DocumentRecord::default()
        });
        let line = format!(
            r#"{{"doc":"{doc}","source":"={doc}","start":0,"end":4,"quote":"5.1 ","entity":"Toyota","metric":"{metric}",
                "period":"2023-Q2","value":"{value}","unit":"JPY","precision":"50000","confidence":0.95,"published":"{published}"}}"#
        );
        graph.insert(Claim::from_json(&line).unwrap());
    }
    reconcile(&graph, &Config::default())
}

fn agreed() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    vec![
        ("a.txt", "revenue", "5100000", "2023-08-01"),
        ("b.txt", "revenue", "5100000", "2023-08-02"),
        ("c.txt", "net_income", "700000", "2023-08-03"),
    ]
}

/// The files of a feed.
struct Written {
    csv: String,
    json: String,
    withdrawn: String,
    parquet: Vec<u8>,
    sqlite: Vec<u8>,
}

fn written(told: &[(&str, &str, &str, &str)], policy: &str, as_of: Option<&str>, earlier: &str) -> Written {
    let earlier = if earlier.is_empty() { Earlier::default() } else { Earlier::read(earlier).unwrap() };
    let day = as_of.map(|day| day.parse::<Date>().unwrap());
    let feed = Feed::new(&audit(told), &Policy::read(policy).unwrap(), day, &earlier);
    let bytes = |fill: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut out = Vec::new();
        fill(&mut out).unwrap();
        out
    };
    let text = |fill: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| String::from_utf8(bytes(fill)).unwrap();
    Written {
        csv: text(&|out| feed.csv(out)),
        json: text(&|out| feed.json(out)),
        withdrawn: text(&|out| feed.withdrawn_csv(out)),
        parquet: bytes(&|out| feed.parquet(out)),
        sqlite: bytes(&|out| feed.sqlite(out)),
    }
}

fn rows(csv: &str) -> usize {
    csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).count()
}

fn database(bytes: &[u8]) -> Connection {
    let mut database = Connection::open_in_memory().unwrap();
    database.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true).unwrap();
    database
}

#[test]
fn only_what_passes_the_policy_is_published() {
    let contested = [
        ("a.txt", "revenue", "5100000", "2023-08-01"),
        ("b.txt", "revenue", "5100000", "2023-08-02"),
        ("c.txt", "revenue", "5700000", "2023-08-03"),
    ];
    let agreed = agreed();
    for (told, policy, published) in [
        (&agreed[..], "", 1),
        (&agreed, "min_origins = 3", 0),
        (&agreed, "min_confidence = 1.0", 0),
        (&agreed, "min_origins = 1\nverdicts = ['agreed', 'single_origin']", 2),
        (&agreed, "min_origins = 1", 1),
        (&agreed, "max_age_days = 1", 1),
        (&agreed, "max_age_days = 0", 0),
        (&contested, "", 0),
        (&contested, "verdicts = ['contested']\nmin_confidence = 0", 0),
        (&contested, "verdicts = ['contested']\nmin_confidence = 0\nworst_conflict = 'error'", 1),
    ] {
        assert_eq!(rows(&written(told, policy, None, "").csv), published, "{policy}");
    }
    assert_eq!(rows(&written(&agreed, "max_age_days = 30", Some("2023-08-20"), "").csv), 1);
    assert_eq!(rows(&written(&agreed, "max_age_days = 30", Some("2023-10-20"), "").csv), 0);
}

#[test]
fn every_format_holds_the_same_and_the_same_input_gives_the_same_bytes() {
    let one = written(&agreed(), "", None, "");
    let two = written(&agreed(), "", None, &one.json);
    assert_eq!((&one.csv, &one.json, &one.withdrawn), (&two.csv, &two.json, &two.withdrawn));
    assert_eq!(one.parquet, two.parquet);
    assert_eq!(one.sqlite, two.sqlite);
    let feed: Value = serde_json::from_str(&one.json).unwrap();
    let figure = &feed["figures"][0];
    assert_eq!((&feed["schema_version"], &figure["schema_version"]), (&1.into(), &1.into()));
    assert_eq!((&figure["value"], &figure["verdict"]), (&"5100000".into(), &"agreed".into()));
    assert_eq!((&figure["n_origins"], &figure["told"]), (&2.into(), &"2023-08-02".into()));
    assert_eq!((&figure["first_day"], &figure["last_day"]), (&"2023-04-01".into(), &"2023-06-30".into()));
    let id = figure["id"].as_str().unwrap();
    assert_eq!(figure["proof"], format!("report.html#row-{id}"));
    assert!(one.csv.contains(",'=a.txt|=b.txt,"), "a formula of an outlet's name: {}", one.csv);
    let database = database(&one.sqlite);
    let found: (String, String, f64, i64, String) = database
        .query_row("SELECT id, value, number, n_origins, sources FROM consensus", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .unwrap();
    assert_eq!(found, (id.to_owned(), "5100000".into(), 5_100_000.0, 2, "=a.txt|=b.txt".into()));
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    for (sql, expected) in [
        ("SELECT count(*) FROM claims", 2),
        ("SELECT count(*) FROM provenance WHERE stance = 'supports' AND verdict = 'agreed'", 2),
        ("SELECT count(*) FROM sources", 3),
        ("SELECT sum(n_supported) FROM sources", 2),
        ("SELECT count(*) FROM conflicts", 0),
        ("SELECT count(*) FROM withdrawn", 0),
    ] {
        assert_eq!(count(sql), expected, "{sql}");
    }
    for view in ["consensus", "conflicts", "claims", "provenance", "sources", "withdrawn"] {
        let sql = format!("SELECT count(*) FROM pragma_table_info('{view}') WHERE name = 'schema_version'");
        assert_eq!(count(&sql), 1, "{view}");
    }
}

#[test]
fn what_is_not_published_any_more_is_withdrawn_with_the_reason_until_it_is_again() {
    let first = written(&agreed(), "", None, "").json;
    let reason = |feed: &Written| {
        let json: Value = serde_json::from_str(&feed.json).unwrap();
        let all = json["withdrawn"].as_array().unwrap().clone();
        let told = |w: &Value| {
            let text = |name: &str| w[name].as_str().unwrap_or("").to_owned();
            (text("value"), text("reason"), text("since"), text("explain"))
        };
        all.iter().map(told).collect::<Vec<_>>()
    };
    let mut disputed = agreed();
    disputed.push(("d.txt", "revenue", "5700000", "2023-09-01"));
    let gone = [("c.txt", "net_income", "700000", "2023-08-03")];
    let other =
        [("a.txt", "revenue", "5200000", "2023-10-01"), ("b.txt", "revenue", "5200000", "2023-10-01")];
    for (told, policy, expected, since) in [
        (&disputed[..], "", "contested", "2023-09-01"),
        (&agreed(), "min_origins = 3", "below_policy", "2023-08-03"),
        (&gone, "", "source_gone", "2023-08-03"),
        (&other, "", "revised", "2023-10-01"),
    ] {
        let feed = written(told, policy, None, &first);
        let found = reason(&feed);
        assert_eq!(found.len(), 1, "{expected}: {found:?}");
        let (value, why, day, explain) = &found[0];
        assert_eq!((value.as_str(), why.as_str(), day.as_str()), ("5100000", expected, since), "{explain}");
        assert_eq!(rows(&feed.withdrawn), 1);
        let again = written(told, policy, None, &feed.json);
        assert_eq!((&again.json, &again.withdrawn), (&feed.json, &feed.withdrawn), "{expected}");
        assert_eq!(again.sqlite, feed.sqlite, "{expected}");
        let back = written(&agreed(), "", None, &feed.json);
        let left: Vec<String> = reason(&back).into_iter().map(|(value, ..)| value).collect();
        // What was published in its place is withdrawn in its turn.
        let expected: &[&str] = if expected == "revised" { &["5200000"] } else { &[] };
        assert_eq!(left, expected);
    }
}

#[test]
fn an_earlier_feed_that_is_none_is_refused() {
    for (text, message) in [
        ("", "no figures of an earlier export"),
        ("{}", "schema_version is null"),
        ("{\"schema_version\":2}", "schema_version is 2"),
        ("{\"schema_version\":1,\"figures\":[{}],\"withdrawn\":[]}", "figures: missing field"),
    ] {
        let error = Earlier::read(text).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}
