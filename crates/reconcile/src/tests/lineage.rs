use super::notation::{audit, check_conflicts, check_rows};
use crate::Relation;

const ARTICLE: &str = "A revenue 2023-Q2 = 31.987bn USD @DOC
    A revenue 2023-Q2 = 11 percent yoy_growth @DOC
    A revenue 2023-Q2 = 31.06bn USD expected @DOC
    A eps_diluted 2023-Q2 = 2.98 USD/share @DOC
    A net_income 2023-Q2 = 7.788bn USD @DOC
    A net_income 2022-Q2 = 6.687bn USD @DOC
    A net_income 2023-Q2 = 16 percent yoy_growth @DOC
    L operating_loss 2023-Q2 = 3.73bn USD @DOC
    L operating_loss 2022 = 13.717bn USD @DOC
    L operating_loss 2021 = 10.193bn USD @DOC
    A headcount 2023-Q2 = 71469 people @DOC
    A headcount 2023-Q2 = -14 percent yoy_growth @DOC\n";

fn article(doc: &str) -> String {
    ARTICLE.replace("@DOC", &format!("@{doc}"))
}

/// Own selection, order and rounding of the same results.
const REPORT: &str = "A net_income 2023-Q2 = 7.79bn USD @r
    A net_income 2023-Q2 = 16 percent yoy_growth @r
    A revenue 2023-Q2 = 32bn USD @r
    A eps_diluted 2023-Q2 = 2.98 USD/share @r
    A capital_expenditure 2023-Q2 = 6.35bn USD @r
    L operating_loss 2023-Q2 = 3.73bn USD @r
    A revenue 2023-Q2 = 11 percent yoy_growth @r
    A headcount 2023-Q2 = 71469 people @r
    A costs_and_expenses 2023-Q2 = 22.607bn USD @r
    A cash 2023-Q2 = 53.45bn USD @r\n";

#[test]
fn a_translation_is_found_by_its_figures() {
    let text = format!("doc a lang=en\ndoc b lang=fr\n{}{}", article("a"), article("b"));
    let audit = audit(&text);
    assert_eq!(audit.origins.len(), 1);
    assert_eq!(audit.lineage.len(), 1);
    assert_eq!(audit.lineage[0].relation, Relation::Translation);
    assert!(audit.consensus.iter().all(|r| r.n_origins == 1 && r.verdict.as_str() != "agreed"));
}

#[test]
fn a_translation_that_lost_a_paragraph_is_still_one() {
    let cut: String = article("b").lines().skip(3).map(|l| format!("{l}\n")).collect();
    let audit = audit(&format!("doc a lang=en\ndoc b lang=id\n{}{cut}", article("a")));
    assert_eq!(audit.origins.len(), 1);
    let notes: Vec<&str> = audit.conflicts.iter().map(|c| c.explain.as_str()).collect();
    // The forecast shares its paragraph with figures that b kept: that paragraph was not cut.
    assert_eq!(
        notes,
        ["b goes back to the same text as a and lacks a passage with 31.987 billion USD, 11 %."],
    );
    assert_eq!(audit.conflicts[0].severity, crate::Severity::Note);
}

#[test]
fn independent_reports_of_one_event_are_not_merged() {
    for records in ["", "doc a lang=en\ndoc r lang=en\n", "doc a lang=en\ndoc r lang=fr\n"] {
        let audit = audit(&format!("{records}{}{REPORT}", article("a")));
        assert_eq!(audit.origins.len(), 2, "{records}");
        assert!(audit.lineage.is_empty());
    }
}

#[test]
fn two_short_notes_with_the_same_headline_figures_are_not_merged() {
    let note = |doc: &str| {
        format!(
            "A revenue 2023-Q2 = 31.999bn USD @{doc}\nA revenue 2023-Q2 = 11 percent yoy_growth @{doc}\n\
             A net_income 2023-Q2 = 7.788bn USD @{doc}\nA eps_diluted 2023-Q2 = 2.98 USD/share @{doc}\n"
        )
    };
    assert_eq!(audit(&format!("{}{}", note("a"), note("b"))).origins.len(), 2);
}

#[test]
fn a_figure_that_differs_between_copies_is_an_error_in_the_odd_one() {
    let altered = article("b").replace("10.193bn", "10.913bn");
    let two = format!("doc a lang=en\ndoc b lang=fr\n{}{altered}", article("a"));
    check_conflicts(&two, &["error digit_transposition"]);
    let three = format!("{two}doc c lang=id\n{}", article("c"));
    check_conflicts(&three, &["error digit_transposition b"]);
    let row = audit(&three).consensus.into_iter().find(|r| r.key.period.to_string() == "2021").unwrap();
    assert_eq!((row.verdict.as_str(), row.n_origins), ("contested", 1));
    assert_eq!(row.value.unwrap().to_string(), "10193000000");
    // The growth that both state settles it where it can.
    let altered = article("b").replace("6.687bn", "6.867bn");
    let two_with_growth = format!("doc a lang=en\ndoc b lang=fr\n{}{altered}", article("a"));
    check_conflicts(&two_with_growth, &["error digit_transposition b"]);
    // Another origin settles it between two.
    check_conflicts(
        &format!("{two}L operating_loss 2021 = 10.193bn USD @z"),
        &["error digit_transposition b"],
    );
}

#[test]
fn figures_that_both_copies_hold_but_that_were_read_into_other_rows_are_no_alarm() {
    // In b the year's loss was taken for the quarter's; both texts hold both figures.
    let misread = article("b").replace("L operating_loss 2023-Q2 = 3.73bn", "L operating_loss 2022 = 3.73bn");
    let audit = audit(&format!("doc a lang=en\ndoc b lang=fr\n{}{misread}", article("a")));
    assert!(audit.conflicts.iter().all(|c| c.severity == crate::Severity::Note), "{:#?}", audit.conflicts);
}

#[test]
fn copies_that_share_a_wrong_figure_do_not_outvote_independent_sources() {
    let wrong = |doc: &str| article(doc).replace("7.788bn", "7.288bn");
    let spun: String = ["s1", "s2", "s3", "s4", "s5"].iter().map(|d| wrong(d)).collect();
    let text = format!(
        "{spun}A net_income 2023-Q2 = 7.788bn USD @x\nA net_income 2023-Q2 = 7.79bn USD @y\nA net_income 2023-Q2 = 7.788bn USD @z"
    );
    let audit = audit(&text);
    let row = audit.consensus.iter().find(|r| r.key.to_string() == "A/net_income/level/2023-Q2").unwrap();
    assert_eq!((row.value.unwrap().to_string().as_str(), row.n_origins), ("7788000000", 4));
    assert_eq!(audit.conflicts[0].odd_docs, ["s1", "s2", "s3", "s4", "s5"]);
}

#[test]
fn files_of_the_same_bytes_are_one_origin_whatever_they_hold() {
    check_rows(
        "doc a sha=11\ndoc b sha=11\nA revenue 2023 = 5bn USD @a\nA revenue 2023 = 5bn USD @b",
        "A/revenue/level/2023: single_origin 5000000000 USD (1)",
    );
    let audit = audit("doc a\ndoc b\ndoc c sha=1\ndoc d sha=1");
    let origins: Vec<String> =
        audit.origins.iter().map(|o| format!("{}:{}", o.id, o.documents.join("+"))).collect();
    assert_eq!(origins, ["O1:a", "O2:b", "O3:c+d"]);
    assert!(audit.pairs.is_empty());
}

#[test]
fn copies_in_one_language_are_found_by_their_words() {
    use consilience_claim::{DocumentRecord, Fingerprint};
    let hash = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let record = |doc: &str, words: std::ops::Range<u64>| {
        let mut sketch: Vec<u64> = words.clone().map(hash).collect();
        sketch.sort_unstable();
        sketch.truncate(128);
        let shingles = u32::try_from(words.end - words.start).unwrap();
        DocumentRecord {
            doc: doc.into(),
            lang: Some("en".into()),
            fingerprint: Fingerprint { sketch, shingles, ..Fingerprint::default() },
            ..DocumentRecord::default()
        }
    };
    for (a, b, origins) in [
        (0..400, 0..400, 1),
        (0..400, 0..300, 1),   // cut
        (0..400, 300..900, 2), // a common quotation
        (0..400, 120..520, 1), // much in common
        (0..400, 1000..1400, 2),
        (0..20, 0..20, 2), // too short to tell
    ] {
        let mut graph = crate::ClaimGraph::default();
        graph.insert_document(record("a", a.clone()));
        graph.insert_document(record("b", b.clone()));
        let audit = crate::reconcile(&graph, &crate::Config::default());
        assert_eq!(audit.origins.len(), origins, "{a:?} {b:?}");
    }
}

#[test]
fn an_error_that_two_texts_share_makes_them_dependent_where_right_figures_would_not() {
    let origins = |income: &str| {
        let note = |doc: &str| {
            format!(
                "A revenue 2023-Q2 = 31.999bn USD @{doc}\nA net_income 2023-Q2 = {income} USD @{doc}\n\
                 A eps_diluted 2023-Q2 = 2.98 USD/share @{doc}\n"
            )
        };
        let others = "A net_income 2023-Q2 = 7.788bn USD @x\nA net_income 2023-Q2 = 7.788bn USD @y\n\
                      A net_income 2023-Q2 = 7.788bn USD @z";
        audit(&format!("{}{}{others}", note("s1"), note("s2"))).origins.len()
    };
    assert_eq!(origins("7.288bn"), 4);
    assert_eq!(origins("7.788bn"), 5);
}

#[test]
fn a_word_that_one_copy_lost_is_a_note() {
    let base = "doc a lang=fr sha=same\ndoc b lang=id sha=same\n";
    for (a, b, expected) in [
        ("T users launch+5d > 100m users @a", "T users launch+unspecified > 100m users @b", 1),
        ("T users 2023-07 = 100m users @a", "T users unspecified = 100m users @b", 1),
        ("T offer 2008 = 500m USD [preliminary] @a", "T offer 2008 = 500m USD @b", 1),
        // The copy says both, the figures differ, or the times do.
        (
            "T users 2023-07 = 100m users @a\nT users unspecified = 100m users @a",
            "T users unspecified = 100m users @b",
            0,
        ),
        ("T users 2023-07 = 100m users @a", "T users unspecified = 95m users @b", 0),
        ("T revenue 2023-07 = 100m USD @a", "T revenue 2023-08 = 100m USD @b", 0),
    ] {
        let audit = audit(&format!("{base}{a}\n{b}"));
        let notes = audit.conflicts.iter().filter(|c| c.explain.contains("its copy")).count();
        assert_eq!(notes, expected, "{a} | {b}\n{:#?}", audit.conflicts);
    }
    // Independent texts need not say the same.
    assert!(
        audit("T users 2023-07 = 100m users @a\nT users unspecified = 100m users @b").conflicts.is_empty()
    );
}
