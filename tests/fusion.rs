//! `consilience fuse` as a user meets it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(dead_code, reason = "the helpers serve other tests too")]

mod util;

use std::io::Write;

use consilience_columns::{Cell, Kind, Writer};
use util::Folder;

const CITIES: &str = include_str!("../data/fusion/cities.csv");
const TRUTH: &str = include_str!("../data/fusion/cities-truth.csv");

fn cities() -> Folder {
    Folder::with(&[("cities.csv", CITIES.as_bytes()), ("truth.csv", TRUTH.as_bytes())])
}

fn methods(folder: &Folder) -> Vec<String> {
    let listed = folder.run(&["fuse", "--list-methods"]).exits(0).out;
    listed.lines().map(|line| line.split("  ").next().unwrap().to_owned()).collect()
}

/// The rows below the head, in another order, and some of them twice.
fn shuffled(table: &str) -> String {
    let (head, rows) = table.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_by_key(|row| row.bytes().rev().collect::<Vec<u8>>());
    let again: Vec<&str> = rows.iter().copied().step_by(3).collect();
    [&[head], &rows[..], &again[..]].concat().join("\n")
}

#[test]
fn a_vote_is_written_in_every_format() {
    let folder = cities();
    let run = |arguments: &[&str]| {
        let all = [&["fuse", "cities.csv", "--method", "vote", "--quiet"], arguments].concat();
        folder.run(&all).exits(0).out
    };
    insta::assert_snapshot!("fuse_csv", run(&[]));
    insta::assert_snapshot!("fuse_explain", run(&["--explain", "Lyon", "population"]));
    let lines = run(&["--format", "jsonl"]);
    insta::assert_snapshot!("fuse_jsonl", lines.lines().take(2).collect::<Vec<_>>().join("\n"));
    let whole: serde_json::Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let items: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(whole["items"], serde_json::Value::from(items));
    assert_eq!((&whole["claims"], &whole["sources"], &whole["ties"]), (&177.into(), &7.into(), &3.into()));
}

#[test]
fn scores_and_counts_are_told_on_standard_error() {
    let run = cities().run(&["fuse", "cities.csv", "--method", "vote", "--truth", "truth.csv"]).exits(0);
    let told: Vec<&str> =
        run.err.lines().map(|line| line.rsplit_once("; ").map_or(line, |(told, _)| told)).collect();
    assert_eq!(
        told,
        [
            "area: 9 of 10 right, 0.9000",
            "population: 9 of 10 right, 0.9000",
            "region: 9 of 10 right, 0.9000",
            "all: 27 of 30 right, 0.9000",
            "177 claims of 7 sources on 30 items by vote: 26 in conflict, 0 repeats left out, 3 ties that the order \
             of texts decided",
        ]
    );
}

#[test]
fn sources_are_written_beside() {
    let folder = cities();
    for file in ["trust.csv", "trust.json"] {
        folder.run(&["fuse", "cities.csv", "--method", "vote", "--sources", file]).exits(0);
    }
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    let head = "source,attribute,trust,claims,slip,depends\nAggregata,,1,18,,\nCityfacts,,1,30,,\n";
    assert!(read("trust.csv").starts_with(head), "{}", read("trust.csv"));
    let json: serde_json::Value = serde_json::from_str(&read("trust.json")).unwrap();
    assert_eq!(json["sources"][0], serde_json::json!({"source": "Aggregata", "trust": 1.0, "claims": 18}));
    folder.run(&["fuse", "cities.csv", "--sources", "no/folder.csv"]).exits(2).says("no/folder.csv");
}

/// The same claims in every wrapping are the same output.
#[test]
fn a_table_is_what_its_content_says() {
    let folder = cities();
    let expected = folder.run(&["fuse", "cities.csv"]).exits(0).out;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(CITIES.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let lines: String = CITIES
        .lines()
        .skip(1)
        .map(|row| {
            let [source, entity, attribute, value] = row.split(',').collect::<Vec<_>>()[..] else {
                panic!("{row}");
            };
            // Numbers as numbers: what is written is what counts.
            let value = if value.parse::<f64>().is_ok() { value.to_owned() } else { format!("\"{value}\"") };
            format!(
                "{{\"source\":\"{source}\",\"entity\":\"{entity}\",\"value\":{value},\"attribute\":\"{attribute}\"}}\n"
            )
        })
        .collect();
    let sheet = format!("\u{feff}{}", CITIES.replace(',', ";").replacen("source;entity", "site;city", 1));
    let check = |input: &[u8], more: &[&str]| {
        let arguments = [&["fuse", "-"], more].concat();
        let run = folder.run_with_input(&arguments, input).exits(0);
        assert_eq!(run.out, expected, "{}", String::from_utf8_lossy(&input[..20]));
    };
    check(&packed, &[]);
    check(lines.as_bytes(), &[]);
    check(sheet.as_bytes(), &["--columns", "source=site,entity=city", "--delimiter", ";"]);
    check(CITIES.replace('\n', "\r\n").as_bytes(), &[]);
    std::fs::write(folder.path().join("named.csv"), parquet()).unwrap();
    assert_eq!(folder.run(&["fuse", "named.csv"]).exits(0).out, expected);
    folder.run_with_input(&["fuse", "-"], &parquet()).exits(2).says("name the file itself");
    folder.run(&["fuse", "named.csv", "--columns", "source=site"]).exits(2).says("no column site");
    std::fs::write(folder.path().join("broken.parquet"), &parquet()[..500]).unwrap();
    folder.run(&["fuse", "broken.parquet"]).exits(2).says("broken.parquet: no Parquet table");
}

fn parquet() -> Vec<u8> {
    let mut bytes = Vec::new();
    let columns = ["source", "entity", "attribute", "value"].map(|name| (name, Kind::Text));
    let mut writer = Writer::new(&columns, &mut bytes).unwrap();
    for row in CITIES.lines().skip(1) {
        writer.row(row.split(',').map(|cell| Cell::Text(cell.to_owned()))).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_line() {
    let check = |input: &[u8], expected: &[&str]| {
        let folder = Folder::with(&[("t.csv", input)]);
        let run = folder.run(&["fuse", "t.csv"]).exits(2);
        assert!(run.out.is_empty(), "{}", run.out);
        for words in expected {
            assert!(run.err.contains(words), "no «{words}» in {}", run.err);
        }
    };
    let row = |line: &str| format!("source,entity,attribute,value\na,x,p,1\n{line}\n").into_bytes();
    check(b"source,entity,value\n", &["t.csv: no column «attribute»", "--columns", "--delimiter"]);
    check(b"source;entity;attribute;value\n", &["seem to be parted by ;"]);
    check(b"", &["t.csv: empty"]);
    check(&row("a,x,p"), &["t.csv: line 3: 3 cells, and the head has 4", "--lenient"]);
    check(&row(",x,p,1"), &["t.csv: line 3: an empty source"]);
    check(&row(&format!("a,x,p,{}", "9".repeat(10 << 20))), &["t.csv: line 3: a row of more than 4 MiB"]);
    check(&[row("a,y,p,1"), b"a,z,p,caf\xe9\n".to_vec()].concat(), &["t.csv: line 4: not UTF-8", "iconv"]);
    check(&[0x1f, 0x8b, 8, 0, 0], &["t.csv: cannot be read", "breaks off"]);
    let folder = cities();
    folder.run(&["fuse", "absent.csv"]).exits(2).says("absent.csv: no such file");
    folder.run(&["fuse", "."]).exits(2).says("a folder");
    folder.run(&["fuse"]).exits(2);
    folder.run(&["fuse", "cities.csv", "--method", "nonsense"]).exits(2).says("no such method; there are");
    folder.run(&["fuse", "cities.csv", "--columns", "who=x"]).exits(2).says("«who» is none of");
    folder.run(&["fuse", "cities.csv", "--delimiter", "ab"]).exits(2).says("one ASCII character");
    folder
        .run(&["fuse", "cities.csv", "--explain", "Rome", "area"])
        .exits(2)
        .says("nothing is claimed of that");
    folder
        .run(&["fuse", "cities.csv", "--explain", "Lyon", "mayor"])
        .exits(2)
        .says("area, population, region");
}

#[test]
fn a_lenient_run_skips_and_counts() {
    let table = b"source,entity,attribute,value\na,x,p,1\nb,x,p\nb,x,p,caf\xe9\n,x,p,2\nc,x,p,1\n";
    let folder = Folder::with(&[("t.csv", table)]);
    let run = folder.run(&["fuse", "t.csv", "--method", "vote", "--lenient"]).exits(0);
    assert_eq!(run.out, "entity,attribute,value,confidence\nx,p,1,1.0000\n");
    run.says("t.csv: 3 rows skipped, 2 read; the first: line 3: 3 cells, and the head has 4");
}

/// What the published methods cannot do: undo a unit, tell copies, be told what is known.
#[test]
fn auto_is_the_default_and_can_be_told_more() {
    let known = "entity,attribute,value\nLille,region,Hauts-de-France\n";
    let tree = "ID,name,parentID\n1,France,-1\n2,Occitanie,1\n3,Midi-Pyrénées,2\n";
    let folder = cities();
    for (name, text) in
        [("known.csv", known), ("tree.csv", tree), ("twice.csv", "ID,name,parentID\n1,a,0\n1,b,0\n")]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let run = |arguments: &[&str]| folder.run(&[&["fuse", "cities.csv"], arguments].concat());
    let plain = run(&[]).exits(0);
    assert_eq!(plain.out, run(&["--method", "auto"]).exits(0).out);
    // Three give one value and three another, two of whom copy the third.
    assert!(plain.out.contains("Nantes,population,320732,"), "{}", plain.out);
    let told = run(&["--explain", "Nantes", "population"]).exits(0).out;
    assert!(told.starts_with("Nantes population: 320732 (by auto, confidence "), "{told}");
    assert!(told.contains("of a voice") && told.contains("sum of the log-odds"), "{told}");
    let explained = run(&["--explain", "Nantes", "population", "--format", "json"]).exits(0).json();
    assert_eq!(explained["evidence"][0]["value"], explained["value"]);
    let told = run(&["--known", "known.csv", "--hierarchy", "tree.csv"]).exits(0);
    assert!(told.out.contains("Lille,region,Hauts-de-France,1.0000\n"), "{}", told.out);
    run(&["--sources", "auto.csv"]).exits(0);
    let trust = std::fs::read_to_string(folder.path().join("auto.csv")).unwrap();
    let cityfacts = trust.lines().find(|row| row.starts_with("Cityfacts,,")).unwrap();
    assert!(cityfacts.contains("Mirrorpedia 0."), "{cityfacts}");
    assert!(trust.lines().any(|row| row.starts_with("Cityfacts,population,")), "{trust}");
    run(&["--hierarchy", "twice.csv"]).exits(2).says("line 3: the ID 1 is that of «a» already");
    run(&["--method", "vote", "--known", "known.csv"]).exits(2).says("--method auto learns from it");
}

#[test]
fn sources_can_be_left_out() {
    let folder = cities();
    let value = |dropped: &str| {
        let arguments = ["fuse", "cities.csv", "--method", "vote", "--drop-sources", dropped];
        let run = folder.run(&arguments).exits(0);
        let row = run.out.lines().find(|row| row.starts_with("Nantes,population")).unwrap().to_owned();
        (row, run.err)
    };
    assert_eq!(value("Gazette").0, "Nantes,population,302732,0.5000");
    assert_eq!(value("Mirrorpedia,Aggregata").0, "Nantes,population,320732,0.6000");
    assert!(value("Nobody").1.contains("no claims by Nobody"));
}

#[test]
fn neither_order_nor_repetition_nor_threads_change_a_byte() {
    let shuffled = shuffled(CITIES);
    let folder = Folder::with(&[("plain.csv", CITIES.as_bytes()), ("shuffled.csv", shuffled.as_bytes())]);
    for method in methods(&folder) {
        let run = |table: &str, threads: &str| {
            let arguments = ["fuse", table, "--method", &method, "--format", "jsonl", "--threads", threads];
            let out = folder.run(&[&arguments[..], &["--sources", "trust.csv"]].concat()).exits(0).out;
            out + &std::fs::read_to_string(folder.path().join("trust.csv")).unwrap()
        };
        let expected = run("plain.csv", "1");
        for (table, threads) in [("shuffled.csv", "1"), ("plain.csv", "2"), ("shuffled.csv", "5")] {
            assert_eq!(run(table, threads), expected, "{method}, {table}, {threads} threads");
        }
    }
}
