//! What people decided, and what becomes of it when the texts are read again.

use consilience_claim::{Claim, ClaimId, EntityRecord};

use super::notation::{self, graph, tell, tell_conflict};
use crate::{
    Audit, Catalogue, ClaimGraph, ClaimSeen, Config, ConflictSeen, Decision, RowSeen, Severity, Standing,
    Verb, reconcile,
};

const RIVALS: &str = "A revenue 2023 = 5.12bn USD @a
     A revenue 2023 = 5.12bn USD @b
     A revenue 2023 = 5.34bn USD @c";

fn decision(verb: Verb, at: &str) -> Decision {
    Decision::new(verb, "ana", at, "seen in the report")
}

fn decided(text: &str, decisions: Vec<Decision>) -> Audit {
    let config = Config { decisions, ..Config::default() };
    reconcile(&graph(text), &config)
}

fn rows(audit: &Audit) -> Vec<String> {
    audit.consensus.iter().map(tell).collect()
}

fn standings(audit: &Audit) -> Vec<&'static str> {
    audit.decisions.iter().map(|d| d.status.as_str()).collect()
}

fn claim_of(audit: &Audit, doc: &str) -> ClaimSeen {
    ClaimSeen::of(audit, audit.claims.values().find(|c| c.doc == doc).unwrap())
}

#[test]
fn a_rejected_claim_does_not_count_and_an_accepted_one_is_sure() {
    let before = decided(RIVALS, vec![]);
    let mut reject = decision(Verb::Reject, "2026-11-22");
    reject.claim = Some(claim_of(&before, "c"));
    let after = decided(RIVALS, vec![reject.clone()]);
    assert_eq!(rows(&after), ["A/revenue/level/2023: agreed 5120000000 USD (2)"]);
    assert_eq!((after.conflicts.len(), standings(&after), after.notes.len()), (0, vec!["applied"], 0));
    assert_eq!(after.claims.len(), 3, "it is kept");

    let mut accept = Decision { decision: Verb::Accept, at: "2026-11-23".into(), ..reject.clone() };
    accept.claim = Some(claim_of(&before, "a"));
    let surer = decided(RIVALS, vec![accept.clone()]);
    assert!(surer.consensus[0].confidence > before.consensus[0].confidence);

    // Of two decisions about one claim the later holds, in whatever order they stand in the file.
    accept.claim = reject.claim.clone();
    for both in [vec![reject.clone(), accept.clone()], vec![accept, reject]] {
        let audit = decided(RIVALS, both);
        assert_eq!((audit.consensus[0].n_origins, standings(&audit)), (3, vec!["replaced", "applied"]));
    }
}

#[test]
fn a_day_without_a_time_is_later_than_any_time_of_it() {
    let before = decided(RIVALS, vec![]);
    for (reject, accept, origins) in [
        ("2026-11-22", "2026-11-22T08:12:00Z", 2),
        ("2026-11-22T08:12:00Z", "2026-11-22", 3),
        ("2026-11-22T08:12:00Z", "2026-11-22T08:12:01Z", 3),
        ("2026-11-23T00:00:00Z", "2026-11-22", 2),
    ] {
        let taken = [(Verb::Reject, reject), (Verb::Accept, accept)].map(|(verb, at)| {
            let claim = Some(claim_of(&before, "c"));
            Decision { claim, ..decision(verb, at) }
        });
        let audit = decided(RIVALS, taken.to_vec());
        assert_eq!(audit.consensus[0].n_origins, origins, "{reject} {accept}");
    }
}

#[test]
fn a_rejected_conflict_is_a_note_and_a_confirmed_one_says_so() {
    let before = decided(RIVALS, vec![]);
    for (verb, told, words) in [
        (Verb::Reject, "note value c", "Held to be none by ana"),
        (Verb::Accept, "error value c", "Confirmed by ana"),
    ] {
        let mut on = decision(verb, "2026-11-22T08:12:00Z");
        on.conflict = Some(ConflictSeen::of(&before.conflicts[0]));
        let after = decided(RIVALS, vec![on.clone()]);
        assert_eq!(tell_conflict(&after.conflicts[0]), told);
        assert!(after.conflicts[0].explain.contains(words), "{}", after.conflicts[0].explain);
        // Another claim joins the conflict: the decision was about less.
        let more = format!("{RIVALS}\nA revenue 2023 = 5.34bn USD @d\nA revenue 2023 = 5.12bn USD @e");
        let later = decided(&more, vec![on]);
        assert_eq!(later.conflicts[0].severity, Severity::Error);
        assert_eq!(standings(&later), ["stale"]);
        assert!(later.notes[0].help.contains(&later.conflicts[0].id()), "{:?}", later.notes);
    }
}

#[test]
fn a_row_takes_the_value_that_a_person_gives_it() {
    let before = decided(RIVALS, vec![]);
    let mut on = decision(Verb::Override, "2026-11-22");
    (on.row, on.value) = (Some(RowSeen::of(&before.consensus[0])), Some("5340000000".into()));
    let after = decided(RIVALS, vec![on.clone()]);
    let row = &after.consensus[0];
    assert_eq!(tell(row), "A/revenue/level/2023: authoritative 5340000000 USD (3) | 5340000000");
    assert!(
        row.note.as_ref().is_some_and(|n| n.starts_with("5.34 billion USD was set by ana on 2026-11-22"))
    );
    assert_eq!(row.decision.as_ref(), Some(&on));
    assert!(after.conflicts.iter().all(|c| c.severity == Severity::Note), "{:?}", after.conflicts);
    assert_eq!(row.votes.len(), 3, "votes are shown all the same");
    // New claims: it holds, and is told as outdated. Before its day it was not known.
    let more = format!("{RIVALS}\nA revenue 2023 = 5.12bn USD @e");
    assert_eq!(standings(&decided(&more, vec![on.clone()])), ["outdated"]);
    let config =
        Config { decisions: vec![on.clone()], as_of: "2026-11-21".parse().ok(), ..Config::default() };
    assert_eq!(standings(&reconcile(&graph(RIVALS), &config)), ["later"]);

    // An accepted value must still be the one that was accepted.
    let accept = Decision { decision: Verb::Accept, value: None, ..on };
    assert_eq!(
        tell(&decided(RIVALS, vec![accept.clone()]).consensus[0]),
        "A/revenue/level/2023: authoritative 5120000000 USD (3) | 5340000000"
    );
    let turned =
        "A revenue 2023 = 5.34bn USD @a\nA revenue 2023 = 5.34bn USD @b\nA revenue 2023 = 5.12bn USD @c";
    assert_eq!(standings(&decided(turned, vec![accept])), ["stale"]);
}

#[test]
fn names_are_joined_and_parted() {
    let text = "Acme Works revenue 2023 = 5.12bn USD @a
         Akme revenue 2023 = 5.12bn USD @b
         Delta Corp revenue 2023 = 1.2bn USD @a
         Delta Inc revenue 2023 = 7.9bn USD @b
         A wares_sold 2023 = 12345 units @a
         A goods_sold 2023 = 12345 units @b";
    let (mut merge, mut split, mut metrics) = (
        decision(Verb::Merge, "2026-11-22"),
        decision(Verb::Split, "2026-11-22"),
        decision(Verb::Merge, "2026-11-22"),
    );
    merge.entities = Some(["Acme Works".into(), "Akme".into()]);
    split.entities = Some(["Delta Inc".into(), "Delta Corp".into()]);
    metrics.metrics = Some(["wares_sold".into(), "goods_sold".into()]);
    let after = decided(text, vec![merge.clone(), split, metrics]);
    assert_eq!(
        rows(&after),
        [
            "A/wares_sold/level/2023: agreed 12345 units (2)",
            "Acme Works/revenue/level/2023: agreed 5120000000 USD (2)",
            "Delta Corp/revenue/level/2023: single_origin 1200000000 USD (1)",
            "Delta Inc/revenue/level/2023: single_origin 7900000000 USD (1)",
        ]
    );
    assert_eq!(standings(&after), ["applied", "applied", "applied"]);
    // What was joined is parted again by a later line; what nobody speaks of is told.
    let undone = Decision { decision: Verb::Split, at: "2026-11-23".into(), ..merge.clone() };
    let audit = decided(text, vec![merge.clone(), undone]);
    assert_eq!((audit.consensus.len(), standings(&audit)), (5, vec!["replaced", "applied"]));
    let gone = decided("A revenue 2023 = 5bn USD @a", vec![merge]);
    assert_eq!(standings(&gone), ["stale"]);
    assert!(gone.notes[0].explain.contains("Acme Works or of Akme"), "{:?}", gone.notes);
}

#[test]
fn a_decision_survives_a_new_name_of_the_file_and_is_stale_where_the_words_moved() {
    let read = |doc: &str, sha256: &str, start: usize| {
        let (mut documents, mut claims) =
            notation::parse("doc x sha=\nA revenue 2023 = 5.12bn USD @x \"5.12_bn");
        (documents[0].doc, documents[0].sha256) = (doc.to_owned(), sha256.to_owned());
        let mut claim: Claim = claims.remove(0);
        claim.doc = doc.to_owned();
        (claim.span.start, claim.span.end) = (start, start + 7);
        claim.id = ClaimId::derive(sha256, &claim);
        let mut graph = ClaimGraph::default();
        graph.insert_document(documents.remove(0));
        graph.insert(claim);
        graph
    };
    let before = reconcile(&read("x", "aa", 10), &Config::default());
    let mut reject = decision(Verb::Reject, "2026-11-22");
    reject.claim = Some(claim_of(&before, "x"));
    for (doc, sha256, start, status) in [
        ("x", "aa", 10, Standing::Applied),
        ("folder/x", "aa", 10, Standing::Applied),
        ("x", "bb", 12, Standing::Stale),
        ("y", "bb", 12, Standing::Stale),
    ] {
        let config = Config { decisions: vec![reject.clone()], ..Config::default() };
        let audit = reconcile(&read(doc, sha256, start), &config);
        assert_eq!(audit.decisions[0].status, status, "{doc} {sha256}");
        assert_eq!(audit.consensus.is_empty(), status == Standing::Applied);
        let id = audit.claims.keys().next().unwrap();
        let helps = audit.notes.iter().any(|n| n.help.contains(&*id.0));
        assert_eq!(helps, doc == "x" && status == Standing::Stale, "{:?}", audit.notes);
    }
}

#[test]
fn lines_are_read_back_as_written_and_wrong_ones_are_named() {
    let mut merge = decision(Verb::Merge, "2026-11-22T08:12:00Z");
    merge.entities = Some(["Acme".into(), "Akme".into()]);
    let line = merge.line();
    assert_eq!(
        line,
        r#"{"at":"2026-11-22T08:12:00Z","by":"ana","decision":"merge","entities":["Acme","Akme"],"because":"seen in the report"}"#
    );
    assert_eq!(Decision::read(&format!("{line}\n\n{line}\n")).unwrap(), [merge.clone(), merge]);
    for (from, to, message) in [
        ("\"merge\"", "\"join\"", "line 1: unknown variant `join`"),
        ("\"merge\"", "\"reject\"", "«reject» cannot be said of entities"),
        ("\"merge\"", "\"override\"", "«override» cannot be said of entities"),
        ("2026-11-22T08:12:00Z", "yesterday", "«yesterday» is no time"),
        ("2026-11-22T08:12:00Z", "2026-11-22T08:12:00+02:00", "is no time"),
        ("2026-11-22T08:12:00Z", "2026-02-30", "is no time"),
        ("\"Akme\"", "\"Acme\"", "two different names"),
        ("\"ana\"", "\" \"", "who decided and why"),
        ("\"entities\":[\"Acme\",\"Akme\"],", "", "a decision is about one"),
        ("\"because\"", "\"value\":\"5\",\"because\"", "«merge» takes no value"),
        ("\"because\"", "\"note\":\"5\",\"because\"", "unknown field `note`"),
        ("{", "<<<<<<< HEAD", "line 1: expected value"),
    ] {
        let error = Decision::read(&line.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(message), "{from} -> {to}: {error}");
    }
}

/// A company that was renamed, its app of the old name, and a company in other scripts.
fn catalogue() -> Catalogue {
    let listed = |id: &str, name: &str, aliases: &[(&str, &str)], former: &[(&str, &str)]| EntityRecord {
        id: id.into(),
        name: name.into(),
        aliases: aliases.iter().map(|(l, n)| ((*l).to_owned(), (*n).to_owned())).collect(),
        former: former.iter().map(|(n, t)| ((*n).to_owned(), t.parse().unwrap())).collect(),
        ..EntityRecord::default()
    };
    Catalogue::new([
        listed("M", "Metaworks", &[("", "MW"), ("de", "Metawerk")], &[("Facepage", "2005-01-01/2021-10-28")]),
        listed("F", "Facepage", &[], &[]),
        listed("T", "Toyoda", &[("", "豊臣"), ("", "TY")], &[]),
        listed("Y", "Tay", &[("", "TY")], &[]),
    ])
}

#[test]
fn other_names_mean_their_entity_where_there_is_no_doubt() {
    for (claim, more, expected) in [
        // An alias, an alias of another language, one that two entities bear.
        ("MW revenue 2023", r#""lang":"en""#, "metaworks"),
        ("Metawerk revenue 2023", r#""lang":"de-CH""#, "metaworks"),
        ("Metawerk revenue 2023", r#""lang":"en""#, "metawerk"),
        ("豊臣 revenue 2023", r#""lang":"ja""#, "toyoda"),
        ("TY revenue 2023", r#""lang":"en""#, "ty"),
        // A former name in its time, told then or later of then; after it, or of what an app has too, the app.
        ("Facepage net_income 2020", r#""published":"2020-10-29""#, "metaworks"),
        ("Facepage net_income 2020", r#""published":"2024-10-29""#, "metaworks"),
        ("Facepage net_income 2023", r#""published":"2024-10-29""#, "facepage"),
        ("Facepage monthly_active_users 2020", r#""published":"2020-10-29""#, "facepage"),
        // An id outranks names.
        ("Whoever revenue 2023", r#""entity_id":"M""#, "metaworks"),
        ("Facepage net_income 2020", r#""entity_id":"F""#, "facepage"),
        ("Nobody revenue 2023", r#""lang":"en""#, "nobody"),
    ] {
        let (_, mut claims) = notation::parse(&format!("{claim} = 5.12bn USD @a"));
        let mut json = serde_json::to_value(&claims[0]).unwrap();
        let more: serde_json::Value = serde_json::from_str(&format!("{{{more}}}")).unwrap();
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims[0] = serde_json::from_value(json).unwrap();
        let reference = format!("{expected} {} = 5.12bn USD @b", claim.split_once(' ').unwrap().1);
        claims.extend(notation::parse(&reference).1.into_iter().map(|c| Claim { entity_id: None, ..c }));
        // The other document must mean just what is expected, whatever the catalogue says of the word.
        if expected == "facepage" {
            claims[1].entity_id = Some("F".into());
        }
        let mut graph = ClaimGraph::default();
        claims.into_iter().for_each(|c| graph.insert(c));
        let config = Config { catalogue: catalogue(), ..Config::default() };
        let audit = reconcile(&graph, &config);
        assert_eq!(audit.consensus.len(), 1, "{claim} {expected} {:?}", rows(&audit));
    }
}

#[test]
fn names_of_one_id_are_one() {
    let (_, mut claims) = notation::parse(
        "Acme revenue 2023 = 5.12bn USD @a\nThe Works revenue 2023 = 5.12bn USD @b\nThe Works revenue 2023 = 5.12bn USD @c",
    );
    claims[0].entity_id = Some("X1".into());
    claims[1].entity_id = Some("X1".into());
    let mut graph = ClaimGraph::default();
    claims.into_iter().for_each(|c| graph.insert(c));
    let audit = reconcile(&graph, &Config::default());
    assert_eq!(rows(&audit), ["The Works/revenue/level/2023: agreed 5120000000 USD (3)"]);
}

#[test]
fn a_part_is_told_from_its_whole() {
    let listed = |name: &str, part_of: Option<&str>| EntityRecord {
        id: name.into(),
        name: name.into(),
        part_of: part_of.map(str::to_owned),
        ..EntityRecord::default()
    };
    let catalogue = Catalogue::new([
        listed("Acme", None),
        listed("Acme Cloud", Some("Acme")),
        listed("Acme Disk", Some("Acme Cloud")),
    ]);
    let text = "Acme revenue 2023 = 5.12bn USD @a
         Acme Cloud revenue 2023 = 1.25bn USD @b
         Acme Disk revenue 2023 = 312m USD @c
         Acme Disk net_income 2023 = 31m USD @c";
    let audit = reconcile(&graph(text), &Config { catalogue, ..Config::default() });
    let reasons: Vec<&str> = audit.not_comparable.iter().map(|n| n.reason.as_str()).collect();
    let part =
        |part: &str, whole: &str| format!("one is of {part} and the other of {whole}, which it is a part of");
    assert_eq!(
        reasons,
        [part("Acme Cloud", "Acme"), part("Acme Disk", "Acme"), part("Acme Disk", "Acme Cloud")]
    );
    assert!(audit.conflicts.is_empty() && audit.notes.is_empty(), "{:?}", audit.notes);
}
