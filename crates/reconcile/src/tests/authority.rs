//! Filings and what articles say beside them.

use super::notation::{check_conflicts, check_quiet, check_rows, graph, tell};
use crate::{Audit, Config, reconcile};

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
    let config = Config { as_of: Some("2023-06-30".parse().unwrap()), ..Config::default() };
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

/// The row of an audit that has a key, in a line.
fn row(audit: &Audit, key: &str) -> String {
    audit.consensus.iter().find(|r| r.key.to_string() == key).map(tell).unwrap_or_default()
}

const YEAR: &str = "A revenue 2024 = 164501m USD @f on=2025-01-30
    A revenue 2024-01-01/2024-09-30 = 116116m USD @f on=2024-10-31
    A revenue 2023 = 134902m USD @f on=2025-01-30
    A revenue 2023-01-01/2023-09-30 = 94791m USD @f on=2024-10-31
    A eps_diluted 2024 = 23.86 USD/share @f on=2025-01-30
    A eps_diluted 2024-01-01/2024-09-30 = 15.88 USD/share @f on=2024-10-31
    A operating_income 2024 = 69380m USD @f on=2025-01-30
    A operating_income 2024-01-01/2024-09-30 = 46016m USD @f on=2024-10-31
    A purchases_of_property 2024 = 37256m USD @f on=2025-01-30
    A finance_lease_principal 2024 = 1969m USD @f on=2025-01-30";

#[test]
fn a_fourth_quarter_follows_from_the_year_and_nine_months() {
    for (said, expected) in [
        ("revenue 2024-Q4 = 48.385bn USD", "A/revenue/level/2024-Q4: authoritative 48385000000 USD (2)"),
        // Within half a unit of either operand.
        ("revenue 2024-Q4 = 48.386bn USD", "A/revenue/level/2024-Q4: authoritative 48385000000 USD (2)"),
        (
            "revenue 2024-Q4 = 48.835bn USD",
            "A/revenue/level/2024-Q4: authoritative 48385000000 USD (2) | 48835000000",
        ),
        // Earnings per share do not add up.
        (
            "eps_diluted 2024-Q4 = 8.02 USD/share",
            "A/eps_diluted/level/2024-Q4: single_origin 8.02 USD/share (1)",
        ),
        // Nothing was filed of the third quarter alone.
        ("revenue 2024-Q3 = 40.589bn USD", "A/revenue/level/2024-Q3: single_origin 40589000000 USD (1)"),
        (
            "revenue 2024-Q4 = 21 percent yoy_growth",
            "A/revenue/yoy_growth/2024-Q4: authoritative 20.63 percent (2)",
        ),
        (
            "revenue 2024-Q4 = 31 percent yoy_growth",
            "A/revenue/yoy_growth/2024-Q4: authoritative 20.63 percent (2) | 31",
        ),
        (
            "operating_margin 2024-Q4 = 48 percent",
            "A/operating_margin/level/2024-Q4: authoritative 48.29 percent (2)",
        ),
    ] {
        let audit = reconcile(&graph(&filed(&format!("{YEAR}\nA {said} @x"))), &Config::default());
        let key = expected.split(": ").next().unwrap();
        assert_eq!(row(&audit, key), expected, "{said}");
        assert!(audit.consensus.iter().all(|r| r.key.period.to_string() != "2024"), "what nobody asked");
    }
    let text = filed(&format!("{YEAR}\nA revenue 2024-Q4 = 48.835bn USD @x"));
    check_conflicts(&text, &["error digit_transposition x"]);
    let audit = reconcile(&graph(&text), &Config::default());
    let told = audit.consensus[0].note.clone().unwrap();
    assert_eq!(
        told,
        "By f, filed 2025-01-30: 164.501 billion USD in 2024 less 116.116 billion USD in 2024-01-01/2024-09-30."
    );
    // The filed figures that it rests on go out with it.
    assert_eq!(audit.consensus[0].claims.len(), 3);
    assert!(audit.consensus[0].claims.iter().all(|id| audit.claims.get(id).is_some()));
    check_conflicts(
        &filed(&format!("{YEAR}\nA revenue 2024-Q4 = 31 percent yoy_growth @x")),
        &["warning growth_vs_levels x"],
    );
    check_conflicts(
        &filed(&format!("{YEAR}\nA revenue 2024-Q4 = 19 percent yoy_growth @x")),
        &["note growth_vs_levels x"],
    );
}

#[test]
fn a_fiscal_year_of_weeks_is_met_by_its_days() {
    // A year that ends on the last Saturday of September, and its last quarter.
    check_rows(
        &filed(
            "A revenue 2022-09-25/2023-09-30 = 383285m USD @f
             A revenue 2022-09-25/2023-07-01 = 293787m USD @f
             A revenue 2023-Q3 = 89.5bn USD @x",
        ),
        "A/revenue/level/2023-Q3: authoritative 89498000000 USD (2)",
    );
}

#[test]
fn what_companies_define_themselves_is_supported_or_left_alone() {
    for (said, expected, apart) in [
        ("39.23bn", "authoritative 39225000000 USD (2)", 0),
        ("37.3bn", "authoritative 37256000000 USD (2)", 0),
        ("45.1bn", "single_origin 45100000000 USD (1)", 1),
    ] {
        let text = filed(&format!("{YEAR}\nA capital_expenditure 2024 = {said} USD @x"));
        check_quiet(&text);
        let audit = reconcile(&graph(&text), &Config::default());
        let key = "A/capital_expenditure/level/2024";
        assert_eq!(row(&audit, key), format!("{key}: {expected}"));
        assert_eq!(audit.not_comparable.len(), apart, "{:#?}", audit.not_comparable);
    }
    // Net income with the share of minorities is another figure; a third one is wrong.
    let text = filed(
        "A net_income 2024 = 7.13bn USD @f
         A net_income_with_minorities 2024 = 7.15bn USD @f
         A net_income 2024 = 7.15bn USD @x
         A net_income 2024 = 7.75bn USD @y",
    );
    check_rows(&text, "A/net_income/level/2024: authoritative 7130000000 USD (3) | 7750000000");
    check_conflicts(&text, &["error value y"]);
    assert_eq!(reconcile(&graph(&text), &Config::default()).not_comparable.len(), 1);
    // Cash with securities is not cash alone.
    let cash = "A cash 2024-12-31 = 43.889bn USD @f\nA cash 2024-12-31 = 77.81bn USD @x";
    check_quiet(&filed(cash));
    check_rows(&filed(cash), "A/cash/level/2024-12-31: authoritative 43889000000 USD (2)");
}

#[test]
fn a_loss_told_as_one_meets_the_filed_income() {
    check_rows(
        &filed(
            "Labs operating_income 2024 = -17729m USD @f
             Labs operating_income 2024-01-01/2024-09-30 = -12762m USD @f
             Labs operating_loss 2024-Q4 = 4.97bn USD @x",
        ),
        "Labs/operating_loss/level/2024-Q4: authoritative 4967000000 USD (2)",
    );
}

#[test]
fn filings_alone_are_shown_whole_and_beside_articles_as_far_as_they_are_spoken_of() {
    let alone = reconcile(&graph(&filed(YEAR)), &Config::default());
    assert_eq!((alone.consensus.len(), alone.claims.len()), (10, 10));
    let beside =
        reconcile(&graph(&filed(&format!("{YEAR}\nB revenue 2024 = 1bn USD @x"))), &Config::default());
    assert_eq!((beside.consensus.len(), beside.claims.len()), (1, 1));
}
