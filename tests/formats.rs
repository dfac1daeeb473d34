//! What other programs read of ours: each output against what its format demands.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

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

#[test]
fn what_fuse_writes_is_as_its_schemas_have_it() {
    let rows = "source,entity,attribute,value\na,Lyon,population,520774\nb,Lyon,population,520774\nc,Lyon,population,5207740\n\
                a,Nice,population,353701\nc,Nice,population,353702\n";
    let folder = Folder::with(&[("claims.csv", rows.as_bytes())]);
    let whole =
        folder.run(&["fuse", "claims.csv", "--format", "json", "--sources", "trust.json"]).exits(0).json();
    assert_eq!(departures("fuse", &whole), Vec::<String>::new());
    let trust = std::fs::read(folder.path().join("trust.json")).unwrap();
    assert_eq!(departures("trust", &serde_json::from_slice(&trust).unwrap()), Vec::<String>::new());
    let items = lines(&folder.run(&["fuse", "claims.csv", "--format", "jsonl"]).exits(0).out);
    assert_eq!(items.len(), 2);
    for item in items {
        assert_eq!(departures("fuse-item", &item), Vec::<String>::new());
    }
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

/// Articles and claims whose names, sources and words are made to steer whatever shows them.
fn hostile() -> Folder {
    let steering = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "\u{1b}]8;;https://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "\u{9b}31mred",
        "\u{202e}gnp.exe\u{2066}",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "＝1+1",
        "\t=1",
        "{{7*7}} {0} ${x}",
        "%0A::error file=x::owned",
        "]]></failure><evil/>",
        "a|b`c`*d*",
        "&#60;b&#62;&amp;",
        "\u{fffe}\u{ffff}\u{0}",
    ];
    let mut claims = String::new();
    for (i, text) in steering.iter().enumerate() {
        for (doc, value) in [("one", "45100000000"), ("two", "45100000000"), ("three", "45100000")] {
            let claim = json!({
                "doc": format!("{doc} {text}.txt"), "source": text, "start": 0, "end": 5, "quote": text, "lang": text,
                "entity": format!("{text}{i}"), "metric": "revenue", "period": "2023-Q2", "value": value,
                "unit": "USD", "precision": "50000", "confidence": 0.9, "rule": text, "qualifiers": [text],
                "attributed_to": text,
            });
            claims.push_str(&format!("{claim}\n"));
        }
    }
    let article = |source: &str, amount: &str| {
        format!(
            "Toyota {source} results\n\nToyota said {source} revenue for the second quarter of 2023 was ${amount}.\n"
        )
    };
    let sound = article(steering[3], "45.1 billion");
    let wrong = article(steering[0], "45.1 million");
    Folder::with(&[
        ("in/claims.jsonl", claims.as_bytes()),
        ("in/::error::a,line=1%0A \u{1b}[31m.txt", sound.as_bytes()),
        ("in/=b \u{202e}.txt", sound.as_bytes()),
        ("in/<img src=x>\n::error::.md", wrong.as_bytes()),
    ])
}

/// The parts of the SARIF schema's package, which cargo fetches and nothing builds.
fn sarif_schema() -> Option<Value> {
    let cargo = std::env::var_os("CARGO")?;
    let root = env!("CARGO_MANIFEST_DIR");
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let output = std::process::Command::new(cargo).args(arguments).current_dir(root).output().ok()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    let package = metadata["packages"].as_array()?.iter().find(|p| p["name"] == "serde-sarif")?;
    let folder = Path::new(package["manifest_path"].as_str()?).parent()?;
    serde_json::from_slice(&std::fs::read(folder.join("src/schema.json")).ok()?).ok()
}

#[test]
fn sarif_is_as_its_schema_has_it() {
    let Some(mut schema) = sarif_schema() else {
        return eprintln!("skipped: the package with the SARIF schema could not be fetched");
    };
    // Browsers read this pattern, of a field that we do not write, and stricter readers of patterns refuse it.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let check = |text: &str| {
        let log: Value = serde_json::from_str(text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
        log
    };
    let log = check(&said(&["audit", "--format", "sarif"]));
    let hostile = hostile().run(&["audit", "in", "--format", "sarif", "--fail-on", "never"]).exits(0);
    assert!(check(&hostile.out)["runs"][0]["results"].as_array().unwrap().len() > 15);
    let mut wrong = log;
    wrong["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(!validator.is_valid(&wrong), "the schema is none");
}

/// Every place leads to the words: by bytes, and by lines and columns.
#[test]
fn sarif_leads_to_the_words() {
    let sample = sample();
    let folder = Folder::with(&[]);
    for file in std::fs::read_dir(&sample).unwrap() {
        let file = file.unwrap().path();
        std::fs::create_dir_all(folder.path().join("press articles")).unwrap();
        std::fs::copy(&file, folder.path().join("press articles").join(file.file_name().unwrap())).unwrap();
    }
    let arguments = ["audit", "press articles", "--format", "sarif", "--fail-on", "never"];
    let log = folder.run(&arguments).exits(0).json();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 10);
    let mut places = 0;
    for result in results {
        let rule =
            &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        let related = result["relatedLocations"].as_array().unwrap();
        for location in result["locations"].as_array().unwrap().iter().chain(related) {
            let physical = &location["physicalLocation"];
            let path = physical["artifactLocation"]["uri"].as_str().unwrap().replace("%20", " ");
            let bytes = std::fs::read(folder.path().join(path)).unwrap();
            let region = &physical["region"];
            let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
            let quote = region["snippet"]["text"].as_str().unwrap();
            let start = number("byteOffset");
            assert_eq!(&bytes[start..start + number("byteLength")], quote.as_bytes());
            let text = String::from_utf8(bytes).unwrap();
            let line = text.lines().nth(number("startLine") - 1).unwrap();
            let (from, to) = (number("startColumn") - 1, number("endColumn") - 1);
            let words: String = line.chars().skip(from).take(to - from).collect();
            assert_eq!((words.as_str(), number("endLine")), (quote, number("startLine")));
            places += 1;
        }
        let prints = &result["partialFingerprints"];
        let same = |other: &&Value| other["partialFingerprints"]["conflict/v1"] == prints["conflict/v1"];
        assert_eq!(results.iter().filter(same).count(), 1);
    }
    assert!(places > 50);
    // One document more changes no fingerprint of what it has no part in.
    let before: Vec<Value> = results.iter().map(|r| r["partialFingerprints"].clone()).collect();
    std::fs::write(folder.path().join("press articles/a.txt"), "Spotify had 574 million users in 2023.\n")
        .unwrap();
    let log = folder.run(&arguments).exits(0).json();
    let after: Vec<&Value> =
        log["runs"][0]["results"].as_array().unwrap().iter().map(|r| &r["partialFingerprints"]).collect();
    assert!(before.iter().all(|print| after.contains(&print)));
}

#[test]
fn junit_fails_where_the_exit_code_does() {
    let audit: Value = serde_json::from_str(&said(&["audit", "--format", "json"])).unwrap();
    for (least, severities) in [("error", &["error"][..]), ("warning", &["error", "warning"]), ("never", &[])]
    {
        let failing =
            |c: &&Value| severities.iter().any(|severity| c["severity"].as_str() == Some(*severity));
        let keys =
            audit["conflicts"].as_array().unwrap().iter().filter(failing).map(|c| c["key"].to_string());
        let failures = keys.collect::<std::collections::BTreeSet<String>>().len();
        let sample = sample();
        let run = Folder::with(&[]).run(&[
            "audit",
            sample.to_str().unwrap(),
            "--format",
            "junit",
            "--fail-on",
            least,
        ]);
        let document = roxmltree::Document::parse(&run.out).unwrap();
        let root = document.root_element();
        let count = |name: &str| document.descendants().filter(|n| n.has_tag_name(name)).count();
        let stated = |name: &str| root.attribute(name).unwrap().parse::<usize>().unwrap();
        assert_eq!((count("failure"), run.code), (failures, i32::from(failures > 0)), "{least}");
        assert_eq!(
            (stated("tests"), stated("failures"), stated("skipped")),
            (count("testcase"), failures, count("skipped"))
        );
        for suite in document.descendants().filter(|n| n.has_tag_name("testsuite")) {
            let cases = suite.children().filter(|n| n.has_tag_name("testcase"));
            let names: Vec<&str> = cases.map(|n| n.attribute("name").unwrap()).collect();
            let mut apart = names.clone();
            apart.sort_unstable();
            apart.dedup();
            assert_eq!(apart.len(), names.len(), "two tests of one name: {names:?}");
        }
    }
}

#[test]
fn hostile_words_are_words_in_every_format_for_reviews() {
    let folder = hostile();
    let run =
        |format: &str| folder.run(&["audit", "in", "--format", format, "--fail-on", "error"]).exits(1).out;
    let junit = run("junit");
    let document = roxmltree::Document::parse(&junit).unwrap();
    let known = ["testsuites", "testsuite", "testcase", "failure", "skipped", "system-out"];
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(known.contains(&node.tag_name().name()), "{}", node.tag_name().name());
    }
    assert!(
        !junit.contains(|c: char| c.is_control() && c != '\n') && !junit.contains(['\u{ffff}', '\u{202e}'])
    );
    let github = run("github");
    assert!(github.lines().count() > 15);
    for line in github.lines() {
        let command = line.strip_prefix("::error ").or_else(|| line.strip_prefix("::notice ")).unwrap();
        let (properties, _) = command.split_once("::").unwrap();
        let names: Vec<&str> = properties.split(',').map(|p| p.split_once('=').unwrap().0).collect();
        assert!(names.first() == Some(&"file") && names.last() == Some(&"title"), "{line}");
        assert!(names.iter().filter(|n| **n == "line").count() <= 1, "{line}");
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
    }
    let markdown = run("md");
    let template = ["<details><summary>Look alike, not comparable: ", "</summary>", "</details>"];
    let foreign = template.iter().fold(markdown.clone(), |text, ours| text.replace(ours, ""));
    assert!(!foreign.contains(['<', '`', '[', ']', '\u{1b}', '\u{202e}']), "{foreign}");
    let columns: Vec<usize> =
        markdown.lines().filter(|l| l.starts_with('|')).map(|l| l.matches('|').count()).collect();
    assert!(columns.iter().all(|n| [7, 9].contains(n)), "{columns:?}");
    let sarif = run("sarif");
    assert!(!sarif.contains(['\u{1b}', '\u{7}']));
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.replace("\\[", "").replace("\\]", "").contains(['[', ']']), "a link: {message}");
    }
}

/// Everything that a relation names is told, under names that need no quoting.
#[test]
fn every_tie_of_the_provenance_leads_to_something() {
    let hostile = hostile().run(&["audit", "in", "--format", "prov", "--fail-on", "never"]).exits(0).json();
    let sample: Value = serde_json::from_str(&said(&["audit", "--format", "prov"])).unwrap();
    for graph in [sample, hostile] {
        let names =
            |kind: &str| -> Vec<String> { graph[kind].as_object().unwrap().keys().cloned().collect() };
        let (entities, activities, agents) = (names("entity"), names("activity"), names("agent"));
        for name in entities.iter().chain(&activities).chain(&agents) {
            let local = name.strip_prefix("c:").unwrap();
            assert!(local.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{name}");
        }
        let mut quoted = 0;
        for (kind, fields) in [
            (
                "wasDerivedFrom",
                &[("generatedEntity", &entities), ("usedEntity", &entities), ("activity", &activities)][..],
            ),
            ("wasGeneratedBy", &[("entity", &entities), ("activity", &activities)]),
            ("wasAttributedTo", &[("entity", &entities), ("agent", &agents)]),
            ("wasAssociatedWith", &[("activity", &activities), ("agent", &agents)]),
            ("used", &[("activity", &activities), ("entity", &entities)]),
        ] {
            for tie in graph[kind].as_object().unwrap().values() {
                for (field, known) in fields {
                    let name = tie[format!("prov:{field}")].as_str().unwrap();
                    assert!(known.iter().any(|k| k == name), "{kind} {field}: {name}");
                }
                quoted += usize::from(tie["prov:type"]["$"] == "prov:Quotation");
            }
        }
        let claims = entities.iter().filter(|name| name.starts_with("c:claim-")).count();
        assert!(quoted == claims && claims > 50, "{quoted} of {claims}");
    }
}

#[test]
fn reviews_are_of_claims_that_others_speak_of() {
    let audit: Value = serde_json::from_str(&said(&["audit", "--format", "json"])).unwrap();
    let alarms = audit["conflicts"].as_array().unwrap().iter().filter(|c| c["severity"] != "note");
    let mut wrong: Vec<&str> = Vec::new();
    let mut contested: Vec<&str> = Vec::new();
    for conflict in alarms {
        contested.extend(conflict["claims"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()));
        wrong.extend(conflict["odd_docs"].as_array().unwrap().iter().map(|doc| doc.as_str().unwrap()));
    }
    let alone = audit["consensus"].as_array().unwrap().iter().filter(|row| row["verdict"] == "single_origin");
    let alone: Vec<&str> =
        alone.flat_map(|row| row["claims"].as_array().unwrap()).map(|id| id.as_str().unwrap()).collect();
    let reviews: Value = serde_json::from_str(&said(&["audit", "--format", "claimreview"])).unwrap();
    let reviews = reviews["@graph"].as_array().unwrap();
    assert!(reviews.len() > 50);
    for review in reviews {
        let id = review["@id"].as_str().unwrap().strip_prefix("urn:consilience:claim:").unwrap();
        let doc = review["itemReviewed"]["appearance"]["name"].as_str().unwrap();
        assert!(!alone.contains(&id), "{review}");
        let expected = match review["reviewRating"]["ratingValue"].as_u64().unwrap() {
            1 => contested.contains(&id) && wrong.contains(&doc),
            3 => contested.contains(&id),
            5 => !contested.contains(&id),
            _ => false,
        };
        assert!(expected, "{review}");
        for field in ["claimReviewed", "itemReviewed", "reviewRating", "author", "reviewBody"] {
            assert!(!review[field].is_null(), "{field}");
        }
    }
    let hostile = hostile().run(&["audit", "in", "--format", "claimreview", "--fail-on", "never"]).exits(0);
    assert!(!hostile.out.contains(['<', '\u{1b}']), "a page that holds it would end its script");
}

/// The sequences that we write ourselves are colours and links to files; apart from them nothing is left that a terminal
/// acts on or that makes text read other than it is.
#[test]
fn nothing_in_an_article_steers_a_terminal() {
    let folder = hostile();
    let run = |arguments: &[&str], colors: bool| {
        let mut command = util::command(folder.path(), arguments);
        if colors {
            command.env("CLICOLOR_FORCE", "1");
        }
        let output = command.output().unwrap();
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat()
    };
    let no_colors = |text: &str| {
        let mut parts = text.split("\u{1b}[");
        let mut plain = parts.next().unwrap().to_owned();
        for part in parts {
            let (codes, rest) = part.split_once('m').unwrap();
            assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{codes:?}");
            plain.push_str(rest);
        }
        plain
    };
    let audit = folder.run(&["audit", "in", "--format", "json", "--fail-on", "never"]).json();
    let conflict = audit["conflicts"][0]["id"].as_str().unwrap().to_owned();
    let row = audit["consensus"][0]["claims"][0].as_str().unwrap().to_owned();
    for arguments in [
        &["audit", "in", "--format", "text"][..],
        &["audit", "in", "--format", "text", "--limit", "0"],
        &["audit", "in", "--format", "text", "--table", "consensus"],
        &["audit", "in", "--format", "text", "--table", "claims"],
        &["audit", "in", "--format", "text", "--table", "pairs"],
        &["extract", "in/=b \u{202e}.txt", "in/missing\u{1b}[2J.txt", "--format", "text"],
        &["audit", "in", "--format", "json"],
        &["audit", "in", "--format", "jsonl", "--table", "claims"],
        &["audit", "in", "--format", "claimreview"],
        &["extract", "in/=b \u{202e}.txt"],
        &["explain", &conflict, "in"],
        &["explain", &conflict, "in", "--format", "json"],
        &["explain", &row, "in"],
        &["explain", "revenue", "in"],
        &["decide", "accept", "revenue", "in", "--because", "x"],
    ] {
        for colors in [false, true] {
            let text = run(arguments, colors);
            assert!(text.len() > 40, "{arguments:?}: {text}");
            let plain = no_colors(&text);
            let steering = plain.chars().find(|c| {
                (c.is_control() && *c != '\n')
                    || matches!(u32::from(*c), 0x200e..=0x200f | 0x202a..=0x202e | 0x2066..=0x2069)
            });
            assert_eq!(steering, None, "{arguments:?}: {plain:?}");
        }
    }
}
