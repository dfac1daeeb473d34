//! The program as a user meets it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod schema;
mod util;

use std::fs;
use std::io::Read;
use std::path::Path;

use schema::departures;
use util::{Folder, Run, command};

const WIRE: &[u8] =
    b"Toyota results\n\nToyota said revenue for the second quarter of 2023 was $45.1 billion, up 12%.\n";
const BLOG: &[u8] = b"Second look\n\nIn the second quarter of 2023, Toyota had revenue of $45.1 billion.\n";

fn claim(doc: &str, value: &str, more: &str) -> String {
    let quote = match value {
        "45100000000" => "45.1 billion",
        "45100000" => "45.1 million",
        other => other,
    };
    format!(
        r#"{{"doc":"{doc}","start":41,"end":53,"quote":"{quote}","lang":"en","entity":"Toyota","metric":"revenue","period":"2023-Q2","value":"{value}","unit":"USD","precision":"50000000","confidence":0.9{more}}}"#
    ) + "\n"
}

/// Two origins against one, by a factor of a thousand.
fn table() -> Vec<u8> {
    [
        claim("a.txt", "45100000000", ""),
        claim("b.txt", "45100000000", ""),
        claim("c.txt", "45100000", r#","model":"x1""#),
    ]
    .concat()
    .into_bytes()
}

fn articles() -> Folder {
    Folder::with(&[
        ("in/wire.txt", WIRE),
        ("in/deep/blog.md", BLOG),
        ("in/.hidden.txt", WIRE),
        ("in/photo.jpg", b"x"),
    ])
}

fn docs(run: &Run) -> Vec<String> {
    let json = run.json();
    let documents = json["documents"].as_array().unwrap().iter();
    documents.map(|d| d["doc"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn help_is_as_written() {
    let folder = Folder::with(&[]);
    for name in [
        "",
        "extract",
        "audit",
        "explain",
        "decide",
        "export",
        "fuse",
        "text",
        "schema",
        "lint-lexicon",
        "completions",
    ] {
        let arguments: Vec<&str> = [name, "--help"].into_iter().filter(|a| !a.is_empty()).collect();
        let run = folder.run(&arguments).exits(0);
        assert!(run.out.contains("EXAMPLES"), "{name}: {}", run.out);
        insta::assert_snapshot!(format!("help_{name}"), run.out);
        if !name.is_empty() {
            page_of_the_book(name, &run.out);
        }
    }
    assert!(folder.run(&["--version"]).exits(0).out.starts_with("consilience 0."));
}

/// The page of a command in the book is its help. `UPDATE_BOOK=1` writes the pages anew.
fn page_of_the_book(name: &str, help: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/commands/{name}.md"));
    let written = format!("# consilience {name}\n\n```text\n{}\n```\n", help.trim_end());
    if std::env::var_os("UPDATE_BOOK").is_some() {
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(&page, &written).unwrap();
    }
    let there = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        there == written,
        "docs/commands/{name}.md is not the help: UPDATE_BOOK=1 cargo test --test cli help"
    );
}

/// A folder of a language of its own: found sound, then with a clash, a phrase nothing matches and a misread example.
#[test]
fn a_lexicon_is_checked_before_it_is_used() {
    let lang = ("mine/lang/xx/lang.toml", "code = \"xx\"\nname = \"Test\"\nfunction_words = [\"da\"]\n");
    let metrics = |more: &str| format!("revenue = [\"omsa*\"]\nheadcount = [\"folk\"]\n{more}");
    let example = |value: &str| {
        format!(
            "[[example]]\ntext = \"Netflix omsatning Q2 2023: 5000000 USD.\"\nclaims = [\"Netflix | revenue | level | 2023-Q2 | {value} USD\"]\n"
        )
    };
    let periods = ("mine/lang/xx/periods.toml", "quarter_letters = [\"q\"]\n");
    let check = |more: &str, value: &str, exit: i32, expected: &[&str]| {
        let (metrics, example) = (metrics(more), example(value));
        let folder = Folder::with(&[
            (lang.0, lang.1.as_bytes()),
            (periods.0, periods.1.as_bytes()),
            ("mine/lang/xx/metrics.toml", metrics.as_bytes()),
            ("mine/lang/xx/examples.toml", example.as_bytes()),
        ]);
        let run = folder.run(&["lint-lexicon", "--lexicon", "mine", "xx"]).exits(exit);
        for words in expected {
            assert!(run.out.contains(words) || run.err.contains(words), "{words}: {}{}", run.out, run.err);
        }
    };
    check("", "5000000", 0, &["1 examples read as they should be", "0 findings"]);
    check("ebitda = [\"omsa*\", \" omsa\"]\n", "6", 1, &["means both", "ends with a blank", "is misread"]);
    check("nonsense = [\"x\"]\n", "5000000", 2, &["metrics.toml", "«nonsense» is not in data/metrics.csv"]);
    Folder::with(&[]).run(&["lint-lexicon", "--lexicon", "absent"]).exits(2);
    Folder::with(&[]).run(&["lint-lexicon", "qq"]).exits(2);
}

#[test]
fn usage_errors_exit_with_2() {
    let folder = articles();
    for arguments in [
        vec!["extract"],
        vec!["audit"],
        vec!["explain", "x"],
        vec!["nonsense"],
        vec!["audit", "--format", "docx", "in"],
        vec!["extract", "--min-confidence", "2", "in"],
        vec!["extract", "--threads", "-1", "in"],
        vec!["extract", "--lexicon", "nowhere", "in"],
    ] {
        folder.run(&arguments).exits(2);
    }
    assert!(folder.run(&[]).exits(2).err.contains("Usage"));
}

#[test]
fn an_argument_that_does_not_exist_is_said_after_the_rest() {
    let folder = articles();
    let run = folder
        .run(&["extract", "--format", "json", "nowhere.txt", "in/wire.txt"])
        .exits(2)
        .says("error: nowhere.txt: no such file");
    assert_eq!(docs(&run), ["wire.txt"]);
}

#[test]
fn documents_are_named_from_the_deepest_common_folder() {
    let folder = articles();
    for (arguments, expected) in [
        (vec!["in"], vec!["deep/blog.md", "wire.txt"]),
        (vec!["in/wire.txt"], vec!["wire.txt"]),
        (vec!["in/wire.txt", "in/deep/blog.md"], vec!["deep/blog.md", "wire.txt"]),
        (vec!["in/deep", "in/wire.txt", "in"], vec!["deep/blog.md", "wire.txt"]),
        (vec!["in/deep/../wire.txt", "./in/wire.txt"], vec!["wire.txt"]),
        (vec!["in/deep"], vec!["blog.md"]),
    ] {
        let all: Vec<&str> =
            ["extract", "--format", "json"].into_iter().chain(arguments.iter().copied()).collect();
        let run = folder.run(&all).exits(0);
        assert_eq!(docs(&run), expected, "{arguments:?}");
    }
    let run =
        folder.run(&["extract", "in"]).exits(0).says("2 documents").says("1 file of another kind skipped");
    assert!(!run.err.contains("hidden"), "{}", run.err);
}

#[test]
fn any_order_and_any_number_of_threads_gives_the_same_bytes() {
    let many: Vec<(String, Vec<u8>)> = (0..30)
        .map(|i| {
            (
                format!("d/{i}.txt"),
                format!("Report {i}\n\nToyota had revenue of ${i}.5 billion in 2023.\n").into_bytes(),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let folder = Folder::with(&files);
    let names: Vec<&str> = files.iter().map(|(n, _)| *n).collect();
    let reversed: Vec<&str> = names.iter().rev().copied().collect();
    for (command, format) in [
        ("extract", "jsonl"),
        ("extract", "text"),
        ("audit", "json"),
        ("audit", "text"),
        ("audit", "csv"),
        ("audit", "md"),
    ] {
        let run = |threads: &str, names: &[&str]| {
            let start = [command, "--format", format, "--threads", threads];
            let all: Vec<&str> = start.into_iter().chain(names.iter().copied()).collect();
            folder.run(&all).out
        };
        let expected = run("1", &names);
        assert_eq!(run("4", &reversed), expected, "{command} {format}");
        assert_eq!(run("0", &["d"]), expected, "{command} {format}");
    }
}

#[test]
fn a_bad_document_costs_that_document() {
    let wide: Vec<u8> = "\u{feff}Toyota had revenue of 45.1 billion in 2023."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let folder = Folder::with(&[
        ("in/good.txt", WIRE),
        ("in/empty.txt", b""),
        ("in/broken.txt", b"Toyota \xff\xfe\x80 had revenue of $45.1 billion in 2023.\n"),
        ("in/wide.txt", &wide),
        ("in/mark.txt", b"\xef\xbb\xbfToyota had revenue of $45.1 billion in 2023.\n"),
        ("in/digits.txt", format!("Toyota had revenue of ${} in 2023.\n", "9".repeat(400)).as_bytes()),
        ("in/binary.txt", b"\0\x01\x02\0\0\xff\0PNG\0"),
    ]);
    let run = folder.run(&["extract", "--format", "json", "in"]).exits(0).says("warning: empty.txt: ");
    assert_eq!(docs(&run).len(), 7);
    assert!(run.problems().iter().any(|p| p.starts_with("empty.txt: ")), "{:?}", run.problems());
    // The law of every claim, whatever the encoding: the bytes at its span are where it was read.
    for claim in run.json()["claims"].as_array().unwrap() {
        let bytes = std::fs::read(folder.path().join("in").join(claim["doc"].as_str().unwrap())).unwrap();
        let span = claim["start"].as_u64().unwrap() as usize..claim["end"].as_u64().unwrap() as usize;
        if claim["doc"] != "wide.txt" {
            assert_eq!(&bytes[span], claim["quote"].as_str().unwrap().as_bytes(), "{claim}");
        }
    }
    for format in ["text", "csv", "jsonl"] {
        folder.run(&["extract", "--format", format, "in"]).exits(0);
    }
    let quiet = folder.run(&["extract", "--quiet", "in"]).exits(0);
    assert_eq!(quiet.err, "");
}

#[test]
fn a_folder_without_articles_is_a_problem() {
    let folder = Folder::with(&[("bare/photo.jpg", b"x"), ("in/wire.txt", WIRE)]);
    folder.run(&["extract", "bare", "in"]).exits(0).says("warning: bare: no articles (.txt .md .html");
    let run = folder.run(&["audit", "--format", "json", "bare"]).exits(0);
    assert_eq!(run.problems().len(), 1);
}

#[test]
fn formats_that_are_not_read_say_what_to_do() {
    let folder = Folder::with(&[("paper.docx", b"PK"), ("README", WIRE)]);
    folder
        .run(&["extract", "paper.docx"])
        .exits(0)
        .says("warning: paper.docx: .docx files are not read")
        .says("help: save it");
    let run = folder.run(&["extract", "--format", "json", "README"]).exits(0);
    assert_eq!(docs(&run), ["README"], "a file that was named is read as text");
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read_are_problems() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = articles();
    let inside = folder.path().join("in");
    symlink("loop.txt", inside.join("loop.txt")).unwrap();
    symlink("gone.txt", inside.join("dangling.md")).unwrap();
    symlink("..", inside.join("up")).unwrap();
    std::fs::create_dir(inside.join("folder.txt")).unwrap();
    let locked = inside.join("locked.txt");
    std::fs::write(&locked, WIRE).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    let mut expected = vec!["dangling.md", "loop.txt", "up"];
    if std::fs::read(&locked).is_err() {
        expected.insert(1, "locked.txt");
        expected.sort_unstable();
    }
    let run =
        folder.run(&["extract", "--format", "json", "in"]).exits(0).says("warning: loop.txt: cannot be read");
    let named: Vec<String> = run.problems().iter().map(|p| p.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(named, expected);
    assert!(docs(&run).contains(&"wire.txt".to_owned()));
}

#[test]
fn documents_come_by_the_line_too() {
    let lines = concat!(
        "{\"doc\":\"one\",\"text\":\"Toyota had revenue of $45.1 billion in 2023.\",\"source\":\"Wire\",\"published\":\"2024-01-05\"}\n",
        "\n",
        "{\"doc\":\"two\"}\n",
        "not json\n",
        "{\"text\":\"no name\"}\n",
        "[1,2]\n",
        "\u{1b}[31m\n",
    );
    let folder = Folder::with(&[("bulk.jsonl", lines.as_bytes())]);
    let run = folder
        .run(&["extract", "--format", "json", "bulk.jsonl"])
        .exits(0)
        .says("bulk.jsonl: line 3: neither a document");
    assert_eq!(docs(&run), ["one"]);
    assert_eq!(run.json()["documents"][0]["source"], "Wire");
    assert_eq!(run.json()["problems"].as_array().unwrap().len(), 5);
    assert!(!run.err.contains("\u{1b}[31m"), "an escape sequence came through");
    let piped = folder.run_with_input(&["extract", "--format", "json", "-"], lines.as_bytes()).exits(0);
    assert_eq!(docs(&piped), ["one"]);
    let text =
        folder.run_with_input(&["extract", "--format", "json", "--source", "Pipe", "-"], WIRE).exits(0);
    assert_eq!((docs(&text), &text.json()["documents"][0]["source"]), (vec!["-".to_owned()], &"Pipe".into()));
}

#[test]
fn a_line_dates_what_its_text_leaves_without_a_year() {
    let line = r#"{"doc":"a","text":"Tesla had revenue of $25.1 billion in the third quarter.","published":"2024-01-05"}"#;
    let folder = Folder::with(&[("bulk.jsonl", line.as_bytes())]);
    let run = folder.run(&["extract", "--format", "json", "bulk.jsonl"]).exits(0);
    assert_eq!(run.json()["claims"][0]["published"], "2024-01-05");
    assert_eq!(run.json()["claims"][0]["period"], "2023-Q3");
}

#[test]
fn tables_of_claims_are_for_audit() {
    let folder = Folder::with(&[("claims.jsonl", &table())]);
    let run = folder
        .run(&["extract", "claims.jsonl"])
        .exits(0)
        .says("holds claims, not articles")
        .says("help: consilience audit");
    assert_eq!(run.out, "");
    let run = folder
        .run(&["audit", "--format", "jsonl", "--table", "claims", "--fail-on", "never", "claims.jsonl"])
        .exits(0);
    assert_eq!(run.out.lines().count(), 3);
    assert!(run.out.contains(r#""model":"x1""#), "unknown fields are passed through: {}", run.out);
}

#[test]
fn a_csv_of_claims_says_the_same_as_its_json() {
    let folder = Folder::with(&[("t/claims.jsonl", &table())]);
    let csv = folder
        .run(&["audit", "--format", "csv", "--table", "claims", "--fail-on", "never", "t"])
        .exits(0)
        .out;
    std::fs::create_dir(folder.path().join("s")).unwrap();
    std::fs::write(folder.path().join("s/claims.csv"), csv).unwrap();
    let audit = |path: &str| {
        let json = folder.run(&["audit", "--format", "json", "--fail-on", "never", path]).exits(0).json();
        (json["consensus"].clone(), json["conflicts"].clone(), json["problems"].clone())
    };
    assert_eq!(audit("s"), audit("t"));
    let other = Folder::with(&[
        ("other.csv", b"a,b\n1,2\n"),
        ("bad.csv", b"doc,entity,metric,value,unit\nx,Toyota,revenue,many,USD\n"),
    ]);
    let run = other.run(&["audit", "other.csv", "bad.csv"]).exits(0);
    let folder =
        other.run(&["audit", "--format", "json", "."]).exits(0).says("1 file of another kind skipped");
    assert_eq!(folder.problems().len(), 1, "a table of other things in a folder is nobody's fault");
    run.says("other.csv: no table of claims: no column doc").says("bad.csv: line 2: not a claim");
}

#[test]
fn a_parquet_of_claims_says_the_same_as_its_json() {
    let folder = Folder::with(&[("in/wire.txt", WIRE), ("t/claims.jsonl", &table())]);
    let written = |arguments: &[&str]| {
        let output = command(folder.path(), arguments).output().unwrap();
        assert!(output.stdout.starts_with(b"PAR1"), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let table = |path: &str| {
        written(&["audit", "--format", "parquet", "--table", "claims", "--fail-on", "never", path])
    };
    std::fs::create_dir(folder.path().join("p")).unwrap();
    std::fs::write(folder.path().join("p/claims.parquet"), table("t")).unwrap();
    assert_eq!(table("p"), table("t"), "the same table, byte by byte");
    let audit = |path: &str| {
        let json = folder.run(&["audit", "--format", "json", "--fail-on", "never", path]).exits(0).json();
        (json["consensus"].clone(), json["conflicts"].clone(), json["problems"].clone())
    };
    assert_eq!(audit("p"), audit("t"));
    written(&["audit", "--format", "parquet", "--fail-on", "never", "t"]);
    let extracted = written(&["extract", "--format", "parquet", "in"]);
    std::fs::write(folder.path().join("extracted.parquet"), extracted).unwrap();
    let claims = |path: &str| {
        let run = folder.run(&["audit", "--format", "csv", "--table", "claims", path]).exits(0);
        run.out.replace("in/wire.txt", "wire.txt")
    };
    assert_eq!(claims("extracted.parquet"), claims("in"));
    folder.run(&["extract", "extracted.parquet"]).exits(0).says("holds claims, not articles");
}

/// Data frames have numbers where a claim has text.
#[test]
fn columns_of_other_programs_are_taken_as_they_are_meant() {
    use consilience_columns::{Cell, Kind, Writer};
    let columns = [
        ("doc", Kind::Text),
        ("entity", Kind::Text),
        ("metric", Kind::Text),
        ("value", Kind::Number),
        ("unit", Kind::Text),
        ("period", Kind::Integer),
        ("page", Kind::Number),
        ("qualifiers", Kind::Text),
        ("model", Kind::Text),
    ];
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |doc: &str, value: f64| {
        let (value, qualifiers) = (Cell::Number(value), text("organic|region:US"));
        let [toyota, revenue, unit, model] = ["Toyota", "revenue", "JPY", "x1"].map(text);
        [text(doc), toyota, revenue, value, unit, Cell::Integer(2023), Cell::Number(3.0), qualifiers, model]
    };
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&columns, &mut bytes).unwrap();
    writer.row(row("a.txt", 45_100_000_000.5)).unwrap();
    writer.row(row("b.txt", 0.1 + 0.2)).unwrap();
    writer.finish().unwrap();
    let mut other = Vec::new();
    Writer::new(&columns[..2], &mut other).unwrap().finish().unwrap();
    let files: [(&str, &[u8]); 3] =
        [("claims.parquet", &bytes), ("other.parquet", &other), ("cut.parquet", &bytes[..bytes.len() / 2])];
    let folder = Folder::with(&files);
    let run = folder.run(&["audit", "--format", "jsonl", "--table", "claims", "claims.parquet"]).exits(0);
    let claim: serde_json::Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    for (field, expected) in [
        ("value", serde_json::json!("45100000000.5")),
        ("period", "2023".into()),
        ("page", 3.into()),
        ("qualifiers", serde_json::json!(["organic", "region:US"])),
        ("model", "x1".into()),
    ] {
        assert_eq!(claim[field], expected, "{field}");
    }
    assert_eq!(run.out.lines().count(), 1);
    run.says("claims.parquet: row 2: value «0.30000000000000004»: more digits than a floating number keeps");
    let run = folder.run(&["audit", "other.parquet", "cut.parquet"]).exits(0);
    run.says("other.parquet: no table of claims: no column metric, value, unit")
        .says("help: a table of claims has at least the columns doc, entity")
        .says("cut.parquet: no Parquet table, or a broken one");
}

#[test]
fn exit_codes_follow_fail_on() {
    let folder = Folder::with(&[
        ("claims.jsonl", &table()),
        ("calm.jsonl", claim("a.txt", "45100000000", "").as_bytes()),
    ]);
    for (arguments, code) in [
        (vec!["audit", "claims.jsonl"], 1),
        (vec!["audit", "--fail-on", "note", "claims.jsonl"], 1),
        (vec!["audit", "--fail-on", "never", "claims.jsonl"], 0),
        (vec!["audit", "calm.jsonl"], 0),
        (vec!["audit", "claims.jsonl", "nowhere"], 2),
    ] {
        let run = folder.run(&arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
    }
}

#[test]
fn an_audit_reads_well() {
    let a = "First line\nToyota booked revenue of 4.51 in all\n";
    let start = a.find("4.51").unwrap();
    let lines = ["a.txt", "b.txt", "c.txt"].map(|doc| {
        let value = if doc == "c.txt" { "45100000" } else { "45100000000" };
        format!(
            r#"{{"doc":"{doc}","source":"{}","start":{start},"end":{},"quote":"4.51","lang":"en","entity":"Toyota","metric":"revenue","period":"2023-Q2","value":"{value}","unit":"USD","precision":"5000","confidence":0.9}}"#,
            doc[..1].to_uppercase(),
            start + 4
        )
    });
    let folder = Folder::with(&[
        ("claims.jsonl", lines.join("\n").as_bytes()),
        ("a.txt", a.as_bytes()),
        ("c.txt", a.as_bytes()),
    ]);
    let run = folder.run(&["audit", "--format", "text", "claims.jsonl"]).exits(1);
    assert!(
        run.out.contains("a.txt:2:26") && run.out.contains("2 | Toyota booked revenue of 4.51 in all"),
        "{}",
        run.out
    );
    let full = folder.run(&["audit", "--format", "text", "--limit", "0", "claims.jsonl"]).exits(1).out;
    assert!(full.contains("b.txt: bytes "), "no file, no line: {full}");
    assert!(run.out.contains("45.1 bn USD against 45.1 m USD"), "{}", run.out);
    assert_eq!(run.out.lines().last(), Some("Exit code 1: 1 error; see --fail-on."), "{}", run.out);
    let calm = folder.run(&["audit", "--format", "text", "--fail-on", "never", "claims.jsonl"]).exits(0).out;
    assert!(calm.lines().last().unwrap().contains("1 error"), "{calm}");
    let pairs = folder.run(&["audit", "--format", "text", "--table", "pairs", "claims.jsonl"]).exits(1).out;
    assert_eq!(pairs.lines().count(), 4, "a head and three pairs: {pairs}");
    assert!(!run.out.contains('\u{1b}'), "no colours into a pipe");
}

#[test]
fn a_table_leads_to_no_file_outside_its_folder() {
    let line = r#"{"doc":"../secret.txt","start":0,"end":6,"quote":"secret","entity":"Toyota","metric":"revenue","period":"2023","value":"1","unit":"USD"}"#;
    let folder =
        Folder::with(&[("in/claims.jsonl", line.as_bytes()), ("secret.txt", b"secret words of the house")]);
    for arguments in [vec!["audit", "--format", "text", "in"], vec!["explain", "toyota", "in"]] {
        let run = folder.run(&arguments).exits(0);
        assert!(!run.out.contains("words of the house"), "{}", run.out);
    }
}

#[test]
fn out_writes_a_folder_that_is_no_input() {
    let folder = Folder::with(&[("in/claims.jsonl", &table())]);
    folder.run(&["audit", "--out", "in/report", "in"]).exits(1);
    for name in
        ["audit.json", "claims.jsonl", "consensus.csv", "conflicts.csv", "conflicts.md", "datapackage.json"]
    {
        assert!(folder.path().join("in/report").join(name).is_file(), "{name}");
    }
    let once = std::fs::read(folder.path().join("in/report/audit.json")).unwrap();
    let run = folder.run(&["audit", "--out", "in/report", "in"]).exits(1);
    assert_eq!(std::fs::read(folder.path().join("in/report/audit.json")).unwrap(), once);
    assert_eq!(run.out.as_bytes(), once);
    folder.run(&["audit", "--out", "in/claims.jsonl/x", "in"]).exits(2).says("error: in/claims.jsonl/x");
}

#[test]
fn explain_finds_what_is_meant_or_says_what_there_is() {
    let more = claim("a.txt", "7", "").replace("revenue", "net_income");
    let folder = Folder::with(&[("claims.jsonl", [table(), more.into_bytes()].concat().as_slice())]);
    let explain = |key: &str| folder.run(&["explain", key, "claims.jsonl"]);
    let audit = folder.run(&["audit", "--format", "json", "claims.jsonl"]).exits(1).json();
    let code = audit["conflicts"][0]["code"].as_str().unwrap();
    for key in ["Toyota/revenue/level/2023-Q2", "toyota/revenue", "REVENUE", code] {
        let run = explain(key).exits(0);
        assert!(
            run.out.contains("Toyota revenue, 2023-Q2") && run.out.contains("45.1 bn USD"),
            "{key}: {}",
            run.out
        );
    }
    let id = folder.run(&["audit", "--format", "jsonl", "--table", "claims", "claims.jsonl"]).out[7..23]
        .to_owned();
    assert!(explain(&id[..10]).exits(0).out.contains(&id));
    explain("toyota").exits(2).says("fits 2 rows").says("Toyota/net_income/level/2023-Q2");
    explain("toyota/revnue").exits(2).says("did you mean").says("Toyota/revenue/level/2023-Q2");
    explain("C999").exits(2).says("nothing is known of «C999»").says(code);
    explain("").exits(2);
    let json = folder.run(&["explain", "--format", "json", "revenue", "claims.jsonl"]).exits(0).json();
    assert_eq!(json["rows"][0]["row"]["key"]["metric"], "revenue");
    assert_eq!(json["claims"].as_array().unwrap().len(), 3);
}

#[test]
fn a_reader_that_goes_away_ends_the_work_quietly() {
    let lines: String = (0..4000).map(|i| claim(&format!("{i}.txt"), "45100000000", "")).collect();
    let folder = Folder::with(&[("claims.jsonl", lines.as_bytes())]);
    let mut child = command(
        folder.path(),
        &["audit", "--format", "jsonl", "--table", "claims", "--fail-on", "never", "claims.jsonl"],
    )
    .spawn()
    .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!err.contains("panicked") && !err.contains("ipe"), "{err}");
}

#[test]
fn names_of_documents_cannot_steer_a_terminal() {
    let line = claim("a\\u001b]0;owned\\u0007.txt", "45100000000", "").replace("Toyota", "Toy\\u202eota");
    let folder = Folder::with(&[("claims.jsonl", line.as_bytes())]);
    for arguments in [
        vec!["audit", "--format", "text", "claims.jsonl"],
        vec!["audit", "--format", "md", "claims.jsonl"],
        vec!["explain", "revenue", "claims.jsonl"],
    ] {
        let run = folder.run(&arguments).exits(0);
        let both = format!("{}{}", run.out, run.err);
        assert!(!both.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{arguments:?}: {both:?}");
    }
}

#[test]
fn completions_name_the_commands() {
    let folder = Folder::with(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(folder.run(&["completions", shell]).exits(0).out.contains("audit"), "{shell}");
    }
    folder.run(&["completions", "tcsh"]).exits(2);
}

/// A PDF of one line a page; its table of parts is left out, as in many files that were sent around.
fn pdf(pages: &[&str]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 4 + 2 * i)).collect();
    let mut out = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[{kids}]/Count {}>>endobj\n\
         3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
        pages.len()
    );
    for (i, words) in pages.iter().enumerate() {
        let content = format!("BT /F 10 Tf 40 700 Td ({words}) Tj ET");
        out += &format!(
            "{} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents {} 0 R>>endobj\n\
             {} 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n",
            4 + 2 * i,
            5 + 2 * i,
            5 + 2 * i,
            content.len()
        );
    }
    (out + "trailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

#[test]
fn claims_of_a_pdf_lead_to_its_text_and_page() {
    let paper = pdf(&[
        "A cover with no figure on it.",
        "Toyota said revenue for the second quarter of 2023 was $54.1 billion.",
    ]);
    let folder =
        Folder::with(&[("in/paper.pdf", &paper), ("in/wire.txt", WIRE), ("in/bad.pdf", b"%PDF-1.4 nothing")]);
    let text = folder.run(&["text", "in/paper.pdf"]).exits(0).out;
    assert!(text.contains("on it.\n\n\u{c}Toyota said"), "{text:?}");
    let run = folder.run(&["extract", "in/paper.pdf"]).exits(0);
    let claim: serde_json::Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    let place = |name: &str| usize::try_from(claim[name].as_u64().unwrap()).unwrap();
    assert_eq!(&text[place("start")..place("end")], "$54.1 billion");
    assert_eq!(claim["page"], 2);
    std::fs::write(
        folder.path().join("claims.jsonl"),
        run.out.replace("54.1", "45.1").replace("54100", "45100"),
    )
    .unwrap();
    let audit =
        folder.run(&["audit", "--format", "text", "in"]).exits(1).says("warning: bad.pdf: the PDF is broken");
    assert!(audit.out.contains("  (page 2, en)"), "{}", audit.out);
    let csv = folder.run(&["extract", "--format", "csv", "in/paper.pdf"]).exits(0).out;
    std::fs::write(folder.path().join("paper.csv"), &csv).unwrap();
    let again = folder
        .run(&["audit", "--table", "claims", "--format", "csv", "paper.csv", "in/paper.pdf"])
        .exits(0)
        .out;
    assert!(again.contains("in/paper.pdf") && again.contains(",2\n"), "{again}");
    assert_eq!(folder.run_with_input(&["text", "-"], &paper).exits(0).out, text);
    folder.run(&["text", "nowhere.pdf"]).exits(2);
}

#[test]
fn a_catalogue_of_ones_own_names_entities() {
    let article = b"Quuxwerk results\n\nNorthstar said revenue for the second quarter of 2023 was $45.1 billion.\n\nMeta said revenue for the second quarter of 2023 was $7 billion.\n";
    let folder = Folder::with(&[
        ("a.txt", article),
        ("mine.csv", b"id;name;aliases;country\nN-1;Quuxwerk;Northstar;DE\nN-2;Metaform;Meta;\n"),
        ("bad.csv", b"id,name,kind\nX,Acme,company\nY,Other,firm\n"),
    ]);
    let run = folder.run(&["extract", "--catalog", "mine.csv", "a.txt"]).exits(0);
    let found: Vec<(String, String)> = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|c| (c["entity"].as_str().unwrap().to_owned(), c["entity_id"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(found, [("Quuxwerk".to_owned(), "N-1".to_owned()), ("Metaform".to_owned(), "N-2".to_owned())]);
    for command in [vec!["extract"], vec!["audit"], vec!["explain", "Quuxwerk"]] {
        let arguments: Vec<&str> = [&command[..], &["--catalog", "bad.csv", "a.txt"]].concat();
        folder
            .run(&arguments)
            .exits(2)
            .says("--catalog: bad.csv: line 3, column 3 (kind): «firm» is no kind; write one of company");
    }
    folder.run(&["lint-lexicon", "--catalog", "bad.csv", "xx"]).exits(2).says("bad.csv: line 3, column 3");
    folder.run(&["extract", "--catalog", "absent.csv", "a.txt"]).exits(2).says("absent.csv");
    let explained = folder.run(&["explain", "Quuxwerk", "--catalog", "mine.csv", "a.txt"]).exits(0);
    assert!(explained.out.contains("45.1"), "{}", explained.out);
}

#[test]
fn a_decision_is_appended_and_applied() {
    let folder = Folder::with(&[("t.jsonl", &table())]);
    let audit = folder.run(&["audit", "t.jsonl", "--format", "json"]).exits(1).json();
    let conflict = audit["conflicts"][0]["id"].as_str().unwrap().to_owned();
    let wrong = audit["consensus"][0]["rivals"][0]["claims"][0].as_str().unwrap().to_owned();
    let decide = |arguments: &[&str]| {
        let signed = ["--by", "ana", "--at", "2026-11-22", "--because", "seen in the report"];
        folder.run(&[&["decide"], arguments, &signed].concat())
    };
    let decided = |exit: i32| {
        let run = folder.run(&["audit", "t.jsonl", "--decisions", "decisions.jsonl", "--format", "json"]);
        run.exits(exit).json()
    };
    let line = decide(&["reject", &wrong[..8], "t.jsonl"]).exits(0).says("appended to decisions.jsonl").out;
    assert!(line.contains(&format!(r#""decision":"reject","claim":{{"id":"{wrong}""#)), "{line}");
    let after = decided(0);
    assert_eq!(after["consensus"][0]["verdict"], "agreed");
    assert_eq!(after["decisions"][0]["status"], "applied");

    // The file of a user who forgot the last line's end is still one decision a line.
    let path = folder.path().join("decisions.jsonl");
    std::fs::write(&path, line.trim_end()).unwrap();
    decide(&["accept", &wrong[..8], "t.jsonl"]).exits(0);
    decide(&["reject", &conflict, "t.jsonl"]).exits(0);
    decide(&["merge", "Toyota", "Toyoda Works"]).exits(0);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
    let after = decided(0);
    let of = |key: &str| -> Vec<String> {
        let all = after["decisions"].as_array().unwrap().iter();
        all.map(|d| d[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(of("status"), ["replaced", "applied", "applied", "stale"]);
    assert_eq!(after["conflicts"][0]["severity"], "note");
    decide(&["override", "toyota/revenue", "45200000000", "t.jsonl"]).exits(0);
    let row = &decided(0)["consensus"][0];
    assert_eq!((&row["verdict"], &row["value"]), (&"authoritative".into(), &"45200000000".into()));
    let text =
        folder.run(&["explain", "toyota/revenue", "t.jsonl", "--decisions", "decisions.jsonl"]).exits(0).out;
    assert!(text.contains("45.2 billion USD was set by ana on 2026-11-22: seen in the report"), "{text}");
}

#[test]
fn a_decision_that_is_none_is_refused() {
    let folder = Folder::with(&[("t.jsonl", &table()), ("bad.jsonl", b"{\"at\":\"2026-11-22\"}\n")]);
    let because = ["--because", "x", "--by", "ana"];
    for (arguments, words) in [
        (vec!["accept", "nothing", "t.jsonl"], "nothing is known of «nothing»"),
        (vec!["reject", "toyota/revenue", "t.jsonl"], "a row is accepted or overridden"),
        (vec!["override", "toyota/revenue", "much", "t.jsonl"], "«much»"),
        (vec!["merge", "A", "A"], "two different names"),
        (vec!["merge", "A", "B", "--at", "today"], "«today» is no time"),
    ] {
        folder.run(&[&["decide"], &arguments[..], &because].concat()).exits(2).says(words);
    }
    assert!(!folder.path().join("decisions.jsonl").exists(), "nothing was decided");
    let said = "--decisions bad.jsonl: line 1: missing field";
    folder.run(&["audit", "t.jsonl", "--decisions", "bad.jsonl"]).exits(2).says(said);
    folder.run(&["audit", "t.jsonl", "--decisions", "none.jsonl"]).exits(2).says("--decisions none.jsonl");
}

#[test]
fn a_day_answers_as_known_then() {
    let folder = Folder::with(&[(
        "t.jsonl",
        [
            claim("a.txt", "45100000000", r#","published":"2023-08-01""#),
            claim("b.txt", "45100000", r#","published":"2023-09-01""#),
        ]
        .concat()
        .as_bytes(),
    )]);
    let run = folder.run(&["audit", "t.jsonl", "--as-of", "2023-08-15", "--format", "json"]).exits(0);
    assert_eq!(docs(&run), ["a.txt"]);
    assert_eq!(run.json()["notes"][0]["docs"][0], "b.txt");
    folder.run(&["audit", "t.jsonl", "--as-of", "August"]).exits(2).says("not a date");
}

/// The sample corpus, explained in every way that there is; each output is as its schema has it, and each
/// claim in it leads to the bytes it was read from.
#[test]
fn everything_can_be_explained_down_to_the_bytes() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = root.join("data/sample");
    let sample_name = sample.to_str().unwrap();
    let folder = Folder::with(&[]);
    let audit = folder.run(&["audit", sample_name, "--format", "json", "--fail-on", "never"]).exits(0).json();
    let first = |list: &str, field: &str| audit[list][0][field].as_str().unwrap().to_owned();
    let pair = format!("{} <-> {}", first("lineage", "a"), first("lineage", "b"));
    let stranger = "tesla-2023q3-en-dockyard <-> netflix-2023q3-en-larkfield".to_owned();
    for (key, list, words) in [
        ("Netflix/eps_diluted/level/2023-Q3".to_owned(), "rows", "Votes"),
        (audit["consensus"][0]["claims"][0].as_str().unwrap().to_owned(), "claims", "stands for"),
        (first("conflicts", "code"), "conflicts", "why: "),
        (first("conflicts", "id"), "conflicts", "why: "),
        (first("checks", "rule"), "checks", "computed: "),
        (first("checks", "id"), "checks", "computed: "),
        (pair, "lineage", "one origin, O"),
        (stranger, "lineage", "two origins, O"),
    ] {
        let json = folder.run(&["explain", &key, sample_name, "--format", "json"]).exits(0).json();
        assert_eq!(departures("explain", &json), Vec::<String>::new(), "{key}");
        let told = &json[list];
        assert!(told.is_object() || told.as_array().is_some_and(|t| !t.is_empty()), "{key}: {json}");
        for claim in json["claims"].as_array().unwrap() {
            let bytes = std::fs::read(sample.join(claim["doc"].as_str().unwrap())).unwrap();
            let at = |end: &str| usize::try_from(claim[end].as_u64().unwrap()).unwrap();
            assert_eq!(bytes[at("start")..at("end")], *claim["quote"].as_str().unwrap().as_bytes(), "{key}");
        }
        let inputs = json["checks"].as_array().unwrap().iter().flat_map(|c| c["inputs"].as_array().unwrap());
        let ids: Vec<_> = json["claims"].as_array().unwrap().iter().map(|c| &c["id"]).collect();
        assert!(inputs.clone().all(|id| ids.contains(&id)), "{key}: a sum of what is not there");
        let text = folder.run(&["explain", &key, sample_name]).exits(0).out;
        assert!(text.contains(words), "{key}: {text}");
    }
    folder.run(&["explain", "tesla <-> netflix", sample_name]).exits(2);
}
