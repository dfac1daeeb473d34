//! What other programs read of ours: each output against what its format demands.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod schema;
mod util;

use std::path::{Path, PathBuf};

use schema::departures;
use serde_json::{Value, json};
use util::Folder;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")
}

/// What the program says of the sample.
fn said(arguments: &[&str]) -> String {
    let sample = sample();
    let mut all = vec![arguments[0], sample.to_str().unwrap()];
    all.extend(&arguments[1..]);
    Folder::with(&[]).run(&all).out
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn everything_written_as_json_is_as_its_schema_has_it() {
    let object = |text: String| vec![serde_json::from_str::<Value>(&text).unwrap()];
    let table = |name| lines(&said(&["audit", "--format", "jsonl", "--table", name]));
    for (name, values) in [
        ("claim", lines(&said(&["extract"]))),
        ("claim-input", lines(&said(&["extract"]))),
        ("extract", object(said(&["extract", "--format", "json"]))),
        ("audit", object(said(&["audit", "--format", "json", "--as-of", "2023-10-20"]))),
        ("audit", object(said(&["audit", "--format", "json"]))),
        ("consensus", table("consensus")),
        ("conflict", table("conflicts")),
        ("claim", table("claims")),
        ("pair", table("pairs")),
    ] {
        assert!(!values.is_empty(), "{name}");
        for value in values {
            assert_eq!(departures(name, &value), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn decisions_and_what_became_of_them_are_as_their_schemas_have_it() {
    let sample = sample();
    let sample = sample.to_str().unwrap();
    let folder = Folder::with(&[]);
    let audit = folder.run(&["audit", sample, "--format", "json", "--fail-on", "never"]).exits(0).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let claim = text(&audit["consensus"][0]["claims"][0]);
    let conflict = text(&audit["conflicts"][0]["id"]);
    let who = ["--by", "ana", "--because", "looked at it"];
    let decide = |arguments: &[&str]| {
        let all: Vec<&str> = ["decide"].iter().chain(arguments).chain(&who).copied().collect();
        folder.run(&all).exits(0);
    };
    decide(&["accept", &claim, sample]);
    decide(&["reject", &conflict, sample]);
    decide(&["merge", "Netflix", "Netflix Inc"]);
    let written = std::fs::read_to_string(folder.path().join("decisions.jsonl")).unwrap();
    assert_eq!(written.lines().count(), 3);
    for decision in lines(&written) {
        assert_eq!(departures("decision", &decision), Vec::<String>::new(), "{decision}");
    }
    let run = folder.run(&[
        "audit",
        sample,
        "--decisions",
        "decisions.jsonl",
        "--format",
        "json",
        "--fail-on",
        "never",
    ]);
    let run = run.exits(0);
    assert_eq!(run.problems(), Vec::<String>::new());
    let audit = run.json();
    assert_eq!(audit["decisions"].as_array().unwrap().len(), 3);
    assert_eq!(departures("audit", &audit), Vec::<String>::new());
}

/// What is not as the formats page has it is found: the schemas are closed.
#[test]
fn a_schema_refuses_what_the_program_never_writes() {
    let audit: Value = serde_json::from_str(&said(&["audit", "--format", "json"])).unwrap();
    let claim = lines(&said(&["extract"])).remove(0);
    #[track_caller]
    fn check(name: &str, sound: &Value, place: &str, change: impl Fn(&mut Value)) {
        let mut value = sound.clone();
        change(value.pointer_mut(place).unwrap());
        assert!(!departures(name, &value).is_empty(), "{name} {place}");
    }
    let without = |field: &'static str| {
        move |value: &mut Value| {
            value.as_object_mut().unwrap().remove(field).unwrap();
        }
    };
    let with = |field: &'static str, new: Value| move |value: &mut Value| value[field] = new.clone();
    for field in ["conflicts", "notes", "schema_version"] {
        check("audit", &audit, "", without(field));
    }
    check("audit", &audit, "", with("schema_version", json!(2)));
    check("audit", &audit, "", with("extra", json!(1)));
    check("audit", &audit, "/consensus/0", with("verdict", json!("disputed")));
    check("audit", &audit, "/consensus/0", with("value", json!(5.5)));
    check("audit", &audit, "/consensus/0", with("interval", json!(["1"])));
    check("audit", &audit, "/consensus/0/key", without("unit"));
    check("audit", &audit, "/conflicts/0", with("id", json!("1")));
    check("audit", &audit, "/conflicts/0", with("kind", json!("typo")));
    check("audit", &audit, "/documents/0", with("claims", json!(-1)));
    check("claim", &claim, "", with("value", json!(12)));
    check("claim", &claim, "", with("confidence", json!(1.5)));
    check("claim", &claim, "", without("quote"));
    check("claim", &claim, "/reading/0", with("note", json!("x")));
    check("claim-input", &claim, "", without("unit"));
    assert_eq!(
        departures("claim", &json!({"model": "x1"})).len(),
        23,
        "every field but one of others is needed"
    );
    let decision = json!({"at": "2026-11-22", "by": "ana", "decision": "merge", "entities": ["A", "B"], "because": "one"});
    assert_eq!(departures("decision", &decision), Vec::<String>::new());
    check("decision", &decision, "", without("entities"));
    check("decision", &decision, "", with("metrics", json!(["a", "b"])));
    check("decision", &decision, "", with("why", json!("x")));
    check("decision", &decision, "", with("at", json!("yesterday")));
}

#[test]
fn schemas_are_printed_and_listed() {
    let folder = Folder::with(&[]);
    let list = folder.run(&["schema"]).exits(0).out;
    let names: Vec<&str> = list.lines().filter_map(|l| l.split(' ').next()).collect();
    assert!(names.len() > 5 && names.contains(&"audit"), "{list}");
    for name in names {
        let schema = folder.run(&["schema", name]).exits(0).json();
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        assert_eq!(schema["$id"], format!("urn:consilience:{name}:1"));
    }
    folder.run(&["schema", "nothing"]).exits(2).says("audit");
}
