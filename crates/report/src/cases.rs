//! A small outcome made by hand, and what people see of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use consilience_claim::{Claim, Confidence, Decimal, Interval, Problem, Span, exact};
use consilience_reconcile::{
    Audit, Check, CheckStatus, ClaimGraph, Config, Conflict, ConflictKind, DocumentOutcome, Lineage, LogOdds,
    NotComparable, Origin, Pair, Relation, Rival, Row, RowKey, Severity, Stance, Verdict, Vote, find,
    reconcile,
};

use crate::{
    Passage, Screen, Sources, Topic, audit_text, claims_text, explain_json, explain_text, markdown, summary,
    table,
};

const ARTICLES: [(&str, &str); 3] = [
    (
        "a/tokyo.txt",
        "豊田の四半期\n豊田の売上高は第2四半期に4兆5360億円となった。営業利益は5億ユーロだった。\n",
    ),
    (
        "b/wire.html",
        "Toyota said on Thursday that its revenue for the second quarter, which ended in June and was helped by a \
         weak yen and by more sales of hybrid cars in all regions, came to 4.536 billion yen, up from 4.1 trillion yen.\n",
    ),
    ("c/blog.md", "Toyota booked 4.54 trillion yen\u{1b}[31m in the quarter.\n"),
];

struct Texts(BTreeMap<&'static str, &'static str>);

impl Sources for Texts {
    fn passage(&self, doc: &str, span: Span) -> Option<Passage> {
        let text = self.0.get(doc)?;
        let start = text[..span.start].rfind('\n').map_or(0, |i| i + 1);
        let end = text[span.end..].find('\n').map_or(text.len(), |i| span.end + i);
        Some(Passage {
            line: text[..span.start].matches('\n').count() + 1,
            column: text[start..span.start].chars().count() + 1,
            text: text[start..end].to_owned(),
            mark: span.start - start..span.end - start,
        })
    }
}

fn texts() -> Texts {
    Texts(ARTICLES.into_iter().collect())
}

fn claim(id: &str, doc: &str, quote: &str, value: &str, precision: &str, more: &str) -> Claim {
    let text = ARTICLES.iter().find(|(name, _)| *name == doc).unwrap().1;
    let start = text.find(quote).unwrap();
    let end = start + quote.len();
    Claim::from_json(&format!(
        r#"{{"id":"{id}","doc":"{doc}","source":"{}","start":{start},"end":{end},"quote":"{quote}","lang":"en",
            "entity":"Toyota","metric":"revenue","period":"2023-Q2","value":"{value}","unit":"JPY",
            "precision":"{precision}","confidence":0.9,"rule":"reader"{more}}}"#,
        doc.split('/').next().unwrap().to_uppercase(),
    ))
    .unwrap()
}

fn d(text: &str) -> Decimal {
    exact::parse(text).unwrap()
}

fn key(metric: &str, unit: &str) -> RowKey {
    RowKey {
        entity: "Toyota".into(),
        metric: metric.into(),
        aspect: consilience_claim::Aspect::Level,
        period: "2023-Q2".parse().unwrap(),
        modality: consilience_claim::Modality::Actual,
        qualifiers: vec![],
        unit: unit.parse().unwrap(),
    }
}

fn outcome() -> Audit {
    let evidence = r#","reading":[{"field":"value","start":0,"end":6,"because":"digits 4.54 with the scale word trillion"},
        {"field":"period","because":"the quarter of the heading"}]"#;
    let claims = [
        claim("aaaa000000000001", "a/tokyo.txt", "4兆5360億円", "4536000000000", "500000000", ""),
        claim(
            "aaaa000000000002",
            "a/tokyo.txt",
            "5億ユーロ",
            "500000000",
            "50000000",
            r#","metric2":"x","modality":"expected""#,
        ),
        claim("bbbb000000000001", "b/wire.html", "4.536 billion yen", "4536000000", "500000", ""),
        claim("cccc000000000001", "c/blog.md", "4.54 trillion yen", "4540000000000", "5000000000", evidence),
    ];
    let id = |i: usize| claims[i].id.clone();
    let vote = |i: usize, origin: &str, stance, weight, because: &str| Vote {
        claim: claims[i].id.clone(),
        origin: origin.into(),
        stance,
        weight: LogOdds(weight),
        because: because.into(),
    };
    let document = |doc: &str, origin: &str, claims| DocumentOutcome {
        doc: doc.into(),
        sha256: String::new(),
        source: None,
        lang: None,
        published: None,
        origin: origin.into(),
        claims,
        problems: vec![],
    };
    let pair = |a: &str, b: &str, agree, contradict, not_comparable| Pair {
        a: a.into(),
        b: b.into(),
        comparable: agree + contradict,
        agree,
        contradict,
        not_comparable,
    };
    let around = |v: &str, p: &str| Interval::around(d(v), d(p)).unwrap();
    Audit {
        schema_version: 1,
        documents: vec![
            document("a/tokyo.txt", "O1", 2),
            document("b/wire.html", "O2", 1),
            document("c/blog.md", "O3", 1),
            document("d/empty.txt", "O4", 0),
        ],
        origins: ["O1", "O2", "O3", "O4"].map(|o| Origin { id: o.into(), documents: vec![] }).into(),
        pairs: vec![
            pair("a/tokyo.txt", "b/wire.html", 0, 1, 0),
            pair("a/tokyo.txt", "c/blog.md", 1, 0, 2),
            pair("b/wire.html", "c/blog.md", 0, 0, 0),
        ],
        lineage: vec![Lineage {
            a: "a/tokyo.txt".into(),
            b: "c/blog.md".into(),
            relation: Relation::Translation,
            score: Confidence::per_mille(930),
            evidence: "figures in the same order".into(),
        }],
        consensus: vec![
            Row {
                key: RowKey { modality: consilience_claim::Modality::Expected, ..key("operating_income", "EUR") },
                verdict: Verdict::SingleOrigin,
                value: Some(d("500000000")),
                interval: around("500000000", "50000000"),
                confidence: Confidence::per_mille(700),
                n_claims: 1,
                n_documents: 1,
                n_origins: 1,
                claims: vec![id(1)],
                rivals: vec![],
                votes: vec![],
                related: vec![],
                decision: None,
                note: None,
            },
            Row {
                key: key("revenue", "JPY"),
                verdict: Verdict::Contested,
                value: Some(d("4536000000000")),
                interval: around("4536000000000", "500000000"),
                confidence: Confidence::per_mille(880),
                n_claims: 3,
                n_documents: 3,
                n_origins: 3,
                claims: vec![id(0), id(3), id(2)],
                rivals: vec![Rival {
                    value: d("4536000000"),
                    interval: around("4536000000", "500000"),
                    n_origins: 1,
                    claims: vec![id(2)],
                    docs: vec!["b/wire.html".into()],
                }],
                related: vec![],
                decision: None,
                votes: vec![
                    vote(0, "O1", Stance::Supports, 2_197_224, "read with confidence 0.9"),
                    vote(3, "O3", Stance::Supports, 2_197_224, "read with confidence 0.9"),
                    vote(2, "O2", Stance::Opposes, 2_197_224, "another value"),
                ],
                note: None,
            },
        ],
        conflicts: vec![
            Conflict {
                code: ConflictKind::Magnitude.code(),
                key: key("revenue", "JPY"),
                kind: ConflictKind::Magnitude,
                severity: Severity::Error,
                docs: vec!["a/tokyo.txt".into(), "b/wire.html".into(), "c/blog.md".into()],
                odd_docs: vec!["b/wire.html".into()],
                claims: vec![id(0), id(3), id(2)],
                explain: "The figure of b/wire.html is exactly a thousandth of the one that two other origins give; \
                          billion for trillion explains it."
                    .into(),
                explanations: Vec::new(),
                flips: Some("two more independent origins that say 4.536 bn JPY".into()),
            },
            Conflict {
                code: ConflictKind::Truncated.code(),
                key: key("revenue", "JPY"),
                kind: ConflictKind::Truncated,
                severity: Severity::Note,
                docs: vec!["c/blog.md".into()],
                odd_docs: vec![],
                claims: vec![id(3)],
                explain: "4.54 tn JPY is cut, not rounded | see https://example.org".into(),
                explanations: Vec::new(),
                flips: None,
            },
        ],
        checks: vec![
            Check {
                rule: "growth".into(),
                status: CheckStatus::Holds,
                inputs: vec![],
                computed: around("1", "1"),
                stated: None,
                explain: "holds".into(),
            },
            Check {
                rule: "growth".into(),
                status: CheckStatus::Fails,
                inputs: vec![],
                computed: around("1", "1"),
                stated: None,
                explain: "4.536 bn JPY is 11% of 4.1 tn JPY, not a rise".into(),
            },
        ],
        not_comparable: vec![
            NotComparable { claims: vec![id(0), id(1)], reason: "one is expected, one is reported".into() },
            NotComparable { claims: vec![id(3), id(1)], reason: "one is expected, one is reported".into() },
        ],
        notes: vec![],
        decisions: vec![],
        problems: vec![Problem {
            doc: "d/empty.txt".into(),
            place: String::new(),
            message: "empty file".into(),
            help: String::new(),
        }],
        claims: claims.into_iter().map(Arc::new).collect(),
    }
}

fn printed(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn an_audit_on_a_screen() {
    for width in [100, 80, 40] {
        let screen = Screen { width, ..Screen::default() };
        let text = printed(|out| audit_text(&outcome(), &texts(), &screen, out));
        insta::assert_snapshot!(format!("audit_{width}"), text);
        assert!(!text.contains('\u{1b}'), "an article's escape sequence came through");
        if width >= 80 {
            let widest = text.lines().map(crate::safe::width).max().unwrap();
            assert!(widest <= width, "{widest} columns on {width}");
        }
    }
}

#[test]
fn colours_change_no_words() {
    let plain = printed(|out| audit_text(&outcome(), &texts(), &Screen::default(), out));
    let screen = Screen { color: true, ..Screen::default() };
    let mut coloured = printed(|out| audit_text(&outcome(), &texts(), &screen, out));
    assert!(coloured.contains("\u{1b}["));
    while let Some(start) = coloured.find("\u{1b}[") {
        let end = start + coloured[start..].find('m').unwrap();
        coloured.replace_range(start..=end, "");
    }
    assert_eq!(coloured, plain);
}

/// With links the places lead to their files, and nothing else changes.
#[test]
fn links_change_no_words() {
    struct Files(Texts);
    impl Sources for Files {
        fn passage(&self, doc: &str, span: Span) -> Option<Passage> {
            self.0.passage(doc, span)
        }
        fn file(&self, doc: &str) -> Option<crate::Place> {
            Some(crate::Place { path: doc.to_owned(), absolute: format!("/press \u{1b}\u{7}/{doc}") })
        }
    }
    let files = Files(texts());
    let plain = printed(|out| audit_text(&outcome(), &files, &Screen::default(), out));
    let screen = Screen { links: true, ..Screen::default() };
    let mut linked = printed(|out| audit_text(&outcome(), &files, &screen, out));
    let open =
        "\u{1b}]8;;file:///press%20%1B%07/b/wire.html\u{1b}\\b/wire.html:1:172\u{1b}]8;;\u{1b}\\  (B, en)";
    assert!(linked.contains(open), "{linked:?}");
    while let Some(start) = linked.find("\u{1b}]8;;") {
        let end = start + linked[start..].find("\u{1b}\\").unwrap() + 2;
        linked.replace_range(start..end, "");
    }
    assert_eq!(linked, plain);
}

#[test]
fn an_audit_without_texts_shows_the_quotes() {
    let text = printed(|out| audit_text(&outcome(), &crate::NoSources, &Screen::default(), out));
    assert!(text.contains("a/tokyo.txt: bytes ") && text.contains("4兆5360億円"), "{text}");
}

#[test]
fn long_lists_say_what_is_missing() {
    let mut audit = outcome();
    for i in 0..50 {
        audit.consensus.push(Row { key: key(&format!("m{i:02}"), "JPY"), ..audit.consensus[0].clone() });
        audit.pairs.push(Pair { b: format!("x{i}"), ..audit.pairs[2].clone() });
        let problem = Problem { doc: format!("p{i}"), ..audit.problems[0].clone() };
        audit.problems.push(problem);
    }
    let text = printed(|out| audit_text(&audit, &texts(), &Screen::default(), out));
    for line in [
        "… and 32 more rows; --limit 0 shows all",
        "… and 47 more pairs: 0 contradict somewhere, 0 agree, 47 do not meet; --table pairs lists all",
        "  … and 31 more problems; --limit 0 shows all",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}: {text}");
    }
    let first = text.lines().skip_while(|l| !l.starts_with("PAIR")).nth(1).unwrap();
    assert!(first.starts_with("a/tokyo.txt ↔ b/wire.html"), "the worst pair opens: {first}");
    let all = printed(|out| audit_text(&audit, &texts(), &Screen { limit: 0, ..Screen::default() }, out));
    assert!(["m49", "x49", "p49"].iter().all(|last| all.contains(last)), "{all}");
    assert!(!all.contains("more rows") && !all.contains("--limit 0"), "{all}");
}

#[test]
fn long_names_give_way_before_figures_do() {
    let mut audit = outcome();
    let long = |n: &str| format!("{}/the-same-long-beginning-of-a-name-{n}.txt", "folder".repeat(4));
    audit.documents.iter_mut().zip(["one", "two", "three", "four"]).for_each(|(d, n)| d.doc = long(n));
    audit.pairs = vec![Pair { a: long("one"), b: long("two"), ..audit.pairs[0].clone() }];
    for (width, expected) in [
        (180, format!("{} ↔ {}           1      0               0", long("one"), long("two"))),
        (100, format!("{} ↔ …two           1      0", long("one").trim_end_matches(".txt"))),
        (60, "folderfolderfold…ing-of-a-name-one ↔ …two           1      0".to_owned()),
    ] {
        let screen = Screen { width, ..Screen::default() };
        let text = printed(|out| crate::table_text(&audit, table::Table::Pairs, &texts(), &screen, out));
        let line = text.lines().nth(1).unwrap();
        assert!(line.starts_with(&expected), "{line}\n{expected}");
        assert!(text.lines().all(|l| crate::safe::width(l) <= width), "{text}");
    }
}

#[test]
fn many_documents_of_one_mind_are_counted_and_a_suspect_is_always_shown() {
    let mut graph = ClaimGraph::default();
    for i in 0..9 {
        let value = if i == 8 { "5100" } else { "5100000" };
        let line = format!(
            r#"{{"doc":"d{i}.txt","start":0,"end":3,"quote":"5.1","entity":"Toyota","metric":"revenue","period":"2023-Q2",
                "value":"{value}","unit":"JPY","precision":"50","confidence":0.9}}"#
        );
        graph.insert(Claim::from_json(&line).unwrap());
    }
    let audit = reconcile(&graph, &Config::default());
    let shown = |limit: usize| {
        let screen = Screen { limit, ..Screen::default() };
        printed(|out| crate::table_text(&audit, table::Table::Conflicts, &crate::NoSources, &screen, out))
    };
    let text = shown(20);
    let places: Vec<&str> = text.lines().filter(|l| l.contains(": bytes 0..3")).map(str::trim).collect();
    assert_eq!(places, ["--> d8.txt: bytes 0..3", "::: d0.txt: bytes 0..3"], "{text}");
    assert!(text.contains("and 7 more documents agree with 5.1 m JPY\n"), "{text}");
    assert!(text.starts_with("error[C101]: Toyota revenue, 2023-Q2: 5.1 m JPY against 5100 JPY"), "{text}");
    assert!(!text.contains("Toyota/revenue/level"), "the headline says what it is about: {text}");
    assert_eq!(shown(0).matches(": bytes 0..3").count(), 9);
}

#[test]
fn the_summary_counts_everything() {
    assert_eq!(
        summary(&outcome()),
        "4 documents (1 without claims), 4 origins, 4 claims: 0 agreed, 1 contested, 1 single origin; \
         1 error, 0 warnings, 1 note; 1 problem"
    );
}

#[test]
fn a_derivation_on_a_screen() {
    let audit = outcome();
    let topic = Topic::row(&audit, &audit.consensus[1]);
    insta::assert_snapshot!(printed(|out| explain_text(&audit, &topic, &texts(), &Screen::default(), out)));
    let json = explain_json(&audit, &topic);
    assert_eq!(json["rows"][0]["sum"], "2.197224");
    assert_eq!(json["rows"][0]["votes"][2]["stance"], "opposes");
    assert_eq!(json["claims"][1]["reading"][0]["because"], "digits 4.54 with the scale word trillion");
}

#[test]
fn the_sum_of_votes_is_what_the_confidence_comes_from() {
    let mut graph = ClaimGraph::default();
    for (doc, value) in [("a.txt", "5100000"), ("b.txt", "5100000"), ("c.txt", "6700000")] {
        let line = format!(
            r#"{{"doc":"{doc}","start":0,"end":1,"quote":"5","entity":"Toyota","metric":"revenue","period":"2023-Q2",
                "value":"{value}","unit":"JPY","precision":"50000","confidence":0.8}}"#
        );
        graph.insert(Claim::from_json(&line).unwrap());
    }
    let audit = reconcile(&graph, &Config::default());
    let [row] = &audit.consensus[..] else { panic!("{:?}", audit.consensus) };
    let topic = Topic::row(&audit, row);
    let json = explain_json(&audit, &topic);
    let nats = |value: &serde_json::Value| value.as_str().unwrap().parse::<f64>().unwrap();
    let found = &json["rows"][0];
    let weights: Vec<f64> = found["votes"].as_array().unwrap().iter().map(|v| nats(&v["weight"])).collect();
    assert!(weights[0] > 0.0 && weights[1] > 0.0 && weights[2] < 0.0, "two for, one against: {weights:?}");
    assert!((weights.iter().sum::<f64>() - nats(&found["sum"])).abs() < 1e-9, "{found}");
    let confidence = 1.0 / (1.0 + (-nats(&found["sum"])).exp());
    let stated: f64 = row.confidence.to_string().parse().unwrap();
    assert!((confidence - stated).abs() < 0.0015, "{confidence} printed as {stated}");
    let text = printed(|out| explain_text(&audit, &topic, &crate::NoSources, &Screen::default(), out));
    let against = text.lines().find(|l| l.contains("  against  ")).unwrap();
    assert!(against.trim_start().starts_with('-'), "{text}");
}

#[test]
fn a_claim_and_a_code_are_topics_too() {
    let audit = outcome();
    let topic = Topic::claim(&audit, &audit.claims[2]);
    assert_eq!((topic.rows.len(), topic.claims.len(), topic.conflicts.len()), (1, 1, 1));
    let topic = Topic::conflicts(&audit, find(&audit, "c401").conflicts);
    assert_eq!((topic.rows.len(), topic.claims.len(), topic.conflicts.len()), (1, 1, 1));
    assert!(Topic::conflicts(&audit, find(&audit, "C999").conflicts).is_empty());
}

#[test]
fn an_audit_as_markdown() {
    let text = printed(|out| markdown::markdown(&outcome(), out));
    insta::assert_snapshot!(text);
    assert!(!text.contains("https://"), "a link of an article became live");
}

fn reader_head(sheet: &str) -> Vec<&str> {
    sheet.lines().next().unwrap().split(',').collect()
}

#[test]
fn tables_have_one_row_each() {
    let audit = outcome();
    for (name, rows, columns) in [
        (table::Table::Consensus, 2, 18),
        (table::Table::Conflicts, 2, 14),
        (table::Table::Claims, 4, 25),
        (table::Table::Pairs, 3, 6),
    ] {
        let sheet = printed(|out| table::csv(&audit, name, out));
        let mut reader = csv::Reader::from_reader(sheet.as_bytes());
        assert_eq!(reader.headers().unwrap().len(), columns, "{name:?}");
        assert_eq!(reader.records().map(Result::unwrap).count(), rows, "{name:?}");
        assert_eq!(printed(|out| table::jsonl(&audit, name, out)).lines().count(), rows, "{name:?}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.parquet");
        table::parquet(&audit, name, &mut std::fs::File::create(&path).unwrap()).unwrap();
        let parquet = consilience_columns::Table::open(&path).unwrap();
        assert_eq!(parquet.columns(), reader_head(&sheet), "{name:?}");
        assert_eq!(parquet.into_rows().unwrap().map(Result::unwrap).count(), rows, "{name:?}");
    }
    let sheet = printed(|out| table::csv(&audit, table::Table::Consensus, out));
    let row = "Toyota,revenue,level,2023-Q2,actual,,JPY,contested,4536000000000,4535500000000,4536500000000,0.88,3,3,3,4536000000,";
    assert!(sheet.contains(row), "{sheet}");
}

#[test]
fn claims_on_a_screen() {
    let audit = outcome();
    let records =
        ["a/tokyo.txt", "b/wire.html", "d/empty.txt"].map(|doc| consilience_claim::DocumentRecord {
            doc: doc.into(),
            source: Some("Wire".into()),
            ..Default::default()
        });
    let claims: Vec<Claim> = audit.claims.values().filter(|c| c.doc != "c/blog.md").cloned().collect();
    insta::assert_snapshot!(printed(|out| claims_text(&records, &claims, &texts(), &Screen::default(), out)));
}
