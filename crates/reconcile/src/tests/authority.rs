//! Filings and what articles say beside them.

use super::notation::{check_conflicts, check_quiet, check_rows, graph};
use crate::{Config, reconcile};

/// A filing by A in a document `f`.
fn filed(lines: &str) -> String {
    format!("doc f filer=A\n{lines}")
}

#[test]
fn a_filing_holds_whatever_the_votes() {
    let text = filed(
        "A revenue 2023-Q2 = 31.999bn USD @f on=2023-07-27
         A revenue 2023-Q2 = 33.2bn USD @x
         A revenue 2023-Q2 = 33.2bn USD @y
         A revenue 2023-Q2 = 32bn USD @z",
    );
    check_rows(&text, "A/revenue/level/2023-Q2: authoritative 31999000000 USD (4) | 33200000000");
    check_conflicts(&text, &["error value x,y"]);
}

#[test]
fn rounding_is_judged_as_between_articles() {
    for (said, rivals) in [
        ("32bn", ""),
        ("32.0bn", ""),
        ("31.999bn", ""),
        ("31998.4m ±50k", " | 31998400000"),
        ("31998.7m ±50k", ""),
        // Cut instead of rounded.
        ("31.9bn", ""),
        ("32.1bn", " | 32100000000"),
    ] {
        let mut words = said.split(' ');
        let (value, half) = (words.next().unwrap(), words.next().unwrap_or_default());
        check_rows(
            &filed(&format!("A revenue 2023 = 31.999bn USD @f\nA revenue 2023 = {value} USD {half} @x")),
            &format!("A/revenue/level/2023: authoritative 31999000000 USD (2){rivals}"),
        );
    }
    // A bound and a hedge that the filed figure satisfies.
    check_quiet(&filed(
        "A revenue 2023 = 31.999bn USD @f\nA revenue 2023 > 30bn USD @x\nA revenue 2023 ~ 31bn USD @y",
    ));
}

#[test]
fn of_several_filings_the_latest_holds_and_what_it_replaced_stays() {
    let restated = "A net_income 2022 = 5.2bn USD @f on=2023-02-01
                    A net_income 2022 = 5.4bn USD @f on=2024-02-01";
    check_rows(&filed(restated), "A/net_income/level/2022: authoritative 5400000000 USD (1)");
    // An article of before the restatement was right; one of after it is not.
    let before = format!("{restated}\nA net_income 2022 = 5.2bn USD @x on=2023-03-01");
    check_conflicts(&filed(&before), &["note stale x"]);
    let after = format!("{restated}\nA net_income 2022 = 5.2bn USD @x on=2024-03-01");
    check_conflicts(&filed(&after), &["error stale x"]);
    let note = reconcile(&graph(&filed(restated)), &Config::default()).consensus[0].note.clone().unwrap();
    assert!(note.contains("replaces 5.2 billion USD of the filing of 2023-02-01"), "{note}");
    // As known in between.
    let mut config = Config::default();
    config.as_of = Some("2023-06-30".parse().unwrap());
    let then = reconcile(&graph(&filed(restated)), &config);
    assert_eq!(then.consensus[0].value.unwrap().to_string(), "5200000000");
}

#[test]
fn files_of_one_filer_are_one_origin_and_articles_no_copies_of_them() {
    let figures: String = (1..20)
        .map(|i| {
            format!("A revenue 20{i:02} = {i}.{i}37bn USD @f\nA revenue 20{i:02} = {i}.{i}37bn USD @x\n")
        })
        .collect();
    let text = format!("doc f filer=A\ndoc g filer=A\ndoc x\n{figures}\nA cash 2023-12-31 = 3.217bn USD @g");
    let audit = reconcile(&graph(&text), &Config::default());
    let origins: Vec<String> = audit.origins.iter().map(|o| o.documents.join("+")).collect();
    assert_eq!(origins, ["f+g", "x"]);
    assert_eq!(audit.lineage.len(), 1);
}

#[test]
fn forecasts_are_not_opposed_by_a_filing() {
    check_quiet(&filed(
        "A revenue 2024 = 31.999bn USD @f
         A revenue 2024 = 36bn USD expected @x
         A revenue 2024 = 39bn USD guidance @x",
    ));
}

#[test]
fn the_same_number_in_another_currency_is_the_articles_slip() {
    check_conflicts(
        &filed(
            "A revenue 2024 = 31.999bn USD @f\nA revenue 2024 = 31.999bn EUR @x\nA revenue 2024 = 31.999bn EUR @y",
        ),
        &["error currency x,y"],
    );
}
