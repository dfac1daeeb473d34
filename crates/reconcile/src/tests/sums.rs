//! The arithmetic witness on companies, countries and statistics of all sorts.

use consilience_claim::EntityRecord;

use super::notation::{audit, check_conflicts, check_quiet, graph, tell_conflict};
use crate::{Audit, Catalogue, Config, Verdict, find, reconcile};

/// Checks in lines: `rule status low..high`.
fn told(audit: &Audit) -> Vec<String> {
    let end = |e: Option<consilience_claim::Decimal>| e.map_or("".into(), |e| e.normalize().to_string());
    let checks = audit.checks.iter().map(|c| {
        let status = format!("{:?}", c.status).to_lowercase();
        format!("{} {status} {}..{}", c.rule, end(c.computed.low()), end(c.computed.high()))
    });
    checks.collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let audit = audit(text);
    assert_eq!(told(&audit), expected, "\n{text}\n{:#?}", audit.checks);
}

/// Derived rows in lines: `KEY low..high`.
#[track_caller]
fn check_derived(text: &str, expected: &[&str]) {
    let audit = audit(text);
    let rows = audit.consensus.iter().filter(|r| r.verdict == Verdict::Derived).map(|r| {
        let end = |e: Option<consilience_claim::Decimal>| e.map_or("".into(), |e| e.normalize().to_string());
        format!("{} {}..{}", r.key, end(r.interval.low()), end(r.interval.high()))
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected, "\n{text}");
}

/// A way of too many parts is no dead end for a way that gets to the same day with fewer.
#[test]
fn a_long_time_is_filled_by_few_parts_where_many_do_not_go() {
    let mut text = "A revenue 2021-01-01/2023-04-30 = 28.0bn USD @a
         A revenue 2021-Q1 = 3.0bn USD @b
         A revenue 2021-01-01/2021-02-28 = 2.0bn USD @b
         A revenue 2021-03-01/2022-02-28 = 12.0bn USD @b\n"
        .to_owned();
    for month in 3..28 {
        text.push_str(&format!("A revenue {}-{:02} = 1.0bn USD @c\n", 2021 + month / 12, month % 12 + 1));
    }
    let audit = audit(&text);
    let parts: Vec<&str> = audit.checks.iter().map(|c| c.explain.as_str()).collect();
    assert!(
        parts.iter().any(|p| p.starts_with("The 16 parts of 2021-01-01/2023-04-30 add up")),
        "{parts:#?}"
    );
}

#[test]
fn periods_add_up_in_any_mixture() {
    for (text, expected) in [
        (
            "A revenue 2023-H1 = 21.3bn USD @a\nA revenue 2023-Q3 = 12.3bn USD @a\nA revenue 2023-Q4 = 13.4bn USD @b\nA revenue 2023 = 47.0bn USD @c",
            "parts_vs_whole holds 46850000000..47150000000",
        ),
        (
            "A deliveries 2024-01-01/2024-09-30 = 1324074 vehicles @a\nA deliveries 2024-Q4 = 484507 vehicles @a\nA deliveries 2024 = 1808581 vehicles @c",
            "parts_vs_whole holds 1808580..1808582",
        ),
        (
            "A births 2024-01 = 51200 births @a\nA births 2024-02 = 48900 births @a\nA births 2024-03 = 50100 births @a\nA births 2024-Q1 = 150200 births @b",
            "parts_vs_whole holds 150198.5..150201.5",
        ),
        // A fiscal year from April to March.
        (
            "A net_income 2023-04-01/2023-09-30 = 2.59tn JPY @a\nA net_income 2023-10-01/2024-03-31 = 2.35tn JPY @a\nA net_income 2023-04-01/2024-03-31 = 4.94tn JPY @b",
            "parts_vs_whole holds 4930000000000..4950000000000",
        ),
    ] {
        let audit = audit(text);
        assert!(told(&audit).contains(&expected.to_owned()), "{text}\n{:#?}", told(&audit));
        assert!(audit.conflicts.is_empty(), "{:#?}", audit.conflicts);
    }
    // A stock does not add up, nor do moments.
    check_quiet(
        "A headcount 2023-Q3 = 5100 people @a\nA headcount 2023-Q4 = 5200 people @a\nA headcount 2023-H2 = 5200 people @b",
    );
}

#[test]
fn the_part_that_nobody_states_is_what_the_others_leave() {
    check_derived(
        "A revenue 2023 = 47.02bn USD @a\nA revenue 2023-01-01/2023-09-30 = 33.61bn USD @b",
        &["A/revenue/level/2023-Q4 13400000000..13420000000"],
    );
    check_derived(
        "A net_loss 2023 = 812m EUR @a\nA net_loss 2023-H2 = 301m EUR @a",
        &["A/net_loss/level/2023-H1 510000000..512000000"],
    );
    // Earnings per share do not add up; half a year is no calendar month; too coarse to be worth telling.
    check_derived("A eps 2023 = 23.86 USD/share @a\nA eps 2023-01-01/2023-09-30 = 15.88 USD/share @a", &[]);
    check_derived("A revenue 2023 = 47bn USD @a\nA revenue 2023-01-01/2023-09-30 = 46bn USD @b", &[]);
}

#[test]
fn running_totals_are_held_against_the_levels_of_their_window() {
    let years = "L net_loss 2021 = 10.193bn USD @a\nL net_loss 2022 = 13.717bn USD @a\nL net_loss 2023-H1 = 7.722bn USD @a\n";
    let total = |said: &str| format!("{years}L net_loss {said}");
    for (said, expected) in [
        ("2021-01-01/2023-06-30 = 31.6bn USD cumulative @b", "running_total holds 31630500000..31633500000"),
        ("2021-01-01/2023-06-30 = 35.1bn USD cumulative @b", "running_total fails 31630500000..31633500000"),
        ("2021-01-01/2023-06-30 > 30bn USD cumulative @b", "running_total holds 31630500000..31633500000"),
        ("2021-01-01/2023-06-30 > 42bn USD cumulative @b", "running_total fails 31630500000..31633500000"),
        // A quarter is missing: nothing can be said.
        (
            "2021-01-01/2023-09-30 > 42bn USD cumulative @b",
            "running_total undecided 31630500000..31633500000",
        ),
        // The text does not say since when, but one window of the same text fits.
        ("unspecified = 31.6bn USD cumulative @a", "running_total holds 31630500000..31633500000"),
        // The window starts late in the first year, the sum takes all of it.
        ("2021-10-28/2023-06-30 = 31.6bn USD cumulative @b", "running_total fails 31630500000..31633500000"),
    ] {
        let audit = audit(&total(said));
        let checks: Vec<String> = told(&audit).into_iter().filter(|c| c.starts_with("running")).collect();
        assert_eq!(checks, [expected], "{said}");
    }
    check_conflicts(&total("2021-10-28/2023-06-30 = 31.6bn USD cumulative @b"), &["note wrong_period"]);
    check_conflicts(&total("2021-01-01/2023-06-30 = 35.1bn USD cumulative @b"), &["warning sum_of_parts"]);
    // No window of another text, none of few digits, none that does not fit.
    for said in [
        "unspecified = 31.6bn USD cumulative @b",
        "unspecified = 32bn USD cumulative @a",
        "unspecified = 33.4bn USD cumulative @a",
        "2021-10-28/2023-06-30 = 25.1bn USD cumulative @b",
    ] {
        let audit = audit(&total(said));
        assert!(!told(&audit).iter().any(|c| c.starts_with("running")), "{said}");
    }
}

#[test]
fn changes_are_held_against_levels() {
    let year = "A net_income 2023 = 728m EUR @a\nA net_income 2024 = 276m EUR @b\n";
    for (change, expected) in [
        ("A net_income 2024 = -452m EUR change @c", "change_vs_levels holds -453000000..-451000000"),
        ("A net_income 2024 = -542m EUR change @c", "change_vs_levels fails -453000000..-451000000"),
        ("A net_income 2024 > -450m EUR change @c", "change_vs_levels holds -453000000..-451000000"),
        ("A net_income 2024 = -62 percent change @c", "change_vs_levels holds -62.1999999..-61.9767"),
    ] {
        let audit = audit(&format!("{year}{change}"));
        let checks: Vec<String> = told(&audit).into_iter().filter(|c| c.starts_with("change")).collect();
        assert_eq!(checks.len(), 1, "{change}");
        assert_eq!(checks[0].split(' ').nth(1), expected.split(' ').nth(1), "{change}: {}", checks[0]);
    }
    check_conflicts(&format!("{year}A net_income 2024 = -542m EUR change @c"), &["warning growth_vs_levels"]);
    // Points between rates; a percentage that fits nothing may be one of anything.
    check(
        "C unemployment_rate 2024-05 = 5.9 percent @a\nC unemployment_rate 2024-06 = 6.2 percent @a\nC unemployment_rate 2024-06 = 0.3 percentage_points change @a",
        &["change_vs_levels holds 0.2..0.4"],
    );
    check_quiet(&format!("{year}A net_income 2024 = -9 percent change @c"));
    // A quarter may be compared with the quarter or the year before: one of the two known decides nothing.
    check_quiet(
        "A revenue 2024-Q1 = 9.1bn USD @a\nA revenue 2024-Q2 = 9.5bn USD @a\nA revenue 2024-Q2 = 1.2bn USD change @b",
    );
}

#[test]
fn metrics_of_one_time_are_held_against_each_other() {
    for (text, expected) in [
        (
            "Chile exports 2024-05 = 8.41bn USD @a\nChile imports 2024-05 = 6.93bn USD @a\nChile trade_balance 2024-05 = 1.48bn USD @b",
            "trade_balance holds",
        ),
        (
            "Japan births 2023 = 727277 births @a\nJapan deaths 2023 = 1575936 deaths @a\nJapan natural_decrease 2023 = 848659 people @b",
            "natural_decrease holds",
        ),
        (
            "Z total_assets 2023-12-31 = 812.4m EUR @a\nZ total_liabilities 2023-12-31 = 502.1m EUR @a\nZ equity 2023-12-31 = 310.3m EUR @a",
            "balance_sheet holds",
        ),
        (
            "I loss_ratio 2024 = 62.3 percent @a\nI expense_ratio 2024 = 30.1 percent @a\nI combined_ratio 2024 = 92.4 percent @b",
            "combined_ratio holds",
        ),
        (
            "R turnout 2024-06-09 = 51.5 percent @a\nR abstention_rate 2024-06-09 = 48.5 percent @b",
            "turnout_and_abstention holds",
        ),
        (
            "R votes 2024-06-09 = 24.71m votes @a\nR registered_voters 2024-06-09 = 49.5m people @a\nR turnout 2024-06-09 = 49.9 percent @b",
            "turnout holds",
        ),
        (
            "S share_price 2024-05-03 = 41.2 EUR/share @a\nS shares_outstanding 2024-05-03 = 120m shares @a\nS market_cap 2024-05-03 = 4.94bn EUR @b",
            "shares_and_price holds",
        ),
        (
            "N population 2023-12-31 = 1.412bn people @a\nN births 2023 = 9.02m births @a\nN birth_rate 2023 = 6.39 per_mille @b",
            "birth_rate holds",
        ),
        (
            "T tourism_revenue 2023 = 5.4bn EUR @a\nT visitors 2023 = 9m visitors @a\nT spending_per_visitor 2023 = 600 EUR @b",
            "spending_per_visitor holds",
        ),
        (
            "K free_cash_flow 2024 = 1.31bn USD @a\nK operating_cash_flow 2024 = 2.06bn USD @a\nK capital_expenditure 2024 = 0.75bn USD @a",
            "free_cash_flow holds",
        ),
    ] {
        let audit = audit(text);
        let checks = told(&audit);
        assert!(checks.iter().any(|c| c.starts_with(expected)), "{text}\n{checks:#?}");
        assert!(audit.conflicts.is_empty(), "{:#?}", audit.conflicts);
    }
    check_conflicts(
        "Chile exports 2024-05 = 8.41bn USD @a\nChile imports 2024-05 = 6.93bn USD @a\nChile trade_balance 2024-05 = 2.48bn USD @b",
        &["warning sum_of_parts"],
    );
    // Other times, other currencies, other qualifiers.
    for text in [
        "Chile exports 2024-05 = 8.41bn USD @a\nChile imports 2024-04 = 6.93bn USD @a\nChile trade_balance 2024-05 = 2.48bn USD @b",
        "Chile exports 2024-05 = 8.41bn EUR @a\nChile imports 2024-05 = 6.93bn USD @a\nChile trade_balance 2024-05 = 2.48bn USD @b",
        "Chile exports 2024-05 = 8.41bn USD [region:CN] @a\nChile imports 2024-05 = 6.93bn USD @a\nChile trade_balance 2024-05 = 2.48bn USD @b",
        "S share_price 2024-05-03 = 41.2 EUR/share @a\nS shares_outstanding 2024-05-03 = 120m shares @a\nS market_cap 2024-05-03 = 7.1bn USD @b",
    ] {
        check(text, &[]);
    }
}

#[test]
fn metrics_that_nobody_states_follow_from_others() {
    check_derived(
        "Chile exports 2024-05 = 8.41bn USD @a\nChile imports 2024-05 = 6.93bn USD @a",
        &["Chile/trade_balance/level/2024-05 1440200000..1519800000"],
    );
    // With the twentieth that definitions of both leave.
    check_derived(
        "S share_price 2024-05-03 = 41.20 EUR/share @a\nS shares_outstanding 2024-05-03 = 120.0m shares @a",
        &["S/market_cap/level/2024-05-03 4694007230..5193993270"],
    );
    check_derived(
        "R registered_voters 2024-06-09 = 49.5m people @a\nR turnout 2024-06-09 = 49.9 percent @b",
        &["R/votes/level/2024-06-09 23413313.7..25987736.3"],
    );
    check_derived(
        "A operating_margin 2024 = 12.5 percent @a\nA revenue 2024 = 8.00bn EUR @b",
        &["A/operating_income/level/2024 995377500..1004627500"],
    );
    // What somebody states is not derived, nor what follows from contested figures.
    check_derived(
        "Chile exports 2024-05 = 8.41bn USD @a\nChile exports 2024-05 = 7.12bn USD @b\nChile imports 2024-05 = 6.93bn USD @a",
        &[],
    );
}

#[test]
fn derived_figures_go_into_further_sums_once() {
    // Last year's revenue follows from this year's and the growth, last year's profit from that and the margin.
    check_derived(
        "A revenue 2024 = 11.00bn EUR @a\nA revenue 2024 = 10.0 percent yoy_growth @a\nA operating_margin 2023 = 20.0 percent @a",
        &[
            "A/operating_income/level/2023 1993187180..2006823570",
            "A/revenue/level/2023 9990913220..10009095100",
        ],
    );
    // What was derived is not held against what it was derived from.
    check("A revenue 2024 = 11.00bn EUR @a\nA revenue 2024 = 10.0 percent yoy_growth @a", &[]);
    // A growth forward: last year is told, this year is not.
    check_derived(
        "A revenue 2023 = 10.00bn EUR @a\nA revenue 2024 = 10.0 percent yoy_growth @a",
        &["A/revenue/level/2024 10989502500..11010502500"],
    );
}

fn with_parts(text: &str) -> Audit {
    let listed = [("Gadgets", Some("Northwind")), ("Cloud", Some("Northwind")), ("Northwind", None)];
    let catalogue = Catalogue::new(listed.map(|(name, whole)| EntityRecord {
        name: name.into(),
        part_of: whole.map(str::to_owned),
        ..EntityRecord::default()
    }));
    reconcile(&graph(text), &Config { catalogue, ..Config::default() })
}

#[test]
fn segments_that_are_all_there_is_add_up() {
    let text = "Intelligent Cloud revenue 2024-Q2 = 28.5bn USD @a
         Productivity and Business Processes revenue 2024-Q2 = 20.3bn USD @a
         More Personal Computing revenue 2024-Q2 = 15.9bn USD @b\n";
    let audit_of = |whole: &str| audit(&format!("{text}Microsoft revenue 2024-Q2 = {whole}bn USD @c"));
    assert!(told(&audit_of("64.7")).iter().any(|c| c.starts_with("segments_of_microsoft holds")));
    let failing: Vec<String> = audit_of("67.4").conflicts.iter().map(tell_conflict).collect();
    assert_eq!(failing, ["warning sum_of_parts"]);
    // One of them is not told, or the whole.
    check_derived(text, &["Microsoft/revenue/level/2024-Q2 64550000000..64850000000"]);
}

#[test]
fn a_part_does_not_exceed_its_whole() {
    for (text, expected) in [
        ("Cloud revenue 2024 = 3.1bn USD @a\nNorthwind revenue 2024 = 8.4bn USD @b", None),
        (
            "Cloud revenue 2024 = 9.1bn USD @a\nNorthwind revenue 2024 = 8.4bn USD @b",
            Some("warning sum_of_parts"),
        ),
        ("Cloud operating_income 2024 = 9.1bn USD @a\nNorthwind operating_income 2024 = 8.4bn USD @b", None),
        (
            "A advertising_revenue 2024 = 9.1bn USD @a\nA revenue 2024 = 8.4bn USD @b",
            Some("warning sum_of_parts"),
        ),
        ("A revenue 2024-Q3 = 9.1bn USD @a\nA revenue 2024 = 8.4bn USD @b", Some("warning sum_of_parts")),
        ("A deaths 2024-03 = 910 deaths @a\nA deaths 2024-Q1 = 1840 deaths @b", None),
        ("A trade_balance 2024-Q3 = 9.1bn USD @a\nA trade_balance 2024 = 8.4bn USD @b", None),
        // Within what definitions leave open.
        ("A advertising_revenue 2024 = 8.5bn USD @a\nA revenue 2024 = 8.4bn USD @b", None),
    ] {
        let loud: Vec<String> = with_parts(text).conflicts.iter().map(tell_conflict).collect();
        assert_eq!(loud, Vec::from_iter(expected), "{text}");
    }
    let audit = with_parts("Cloud revenue 2024 = 3.1bn USD @a\nNorthwind revenue 2024 = 8.4bn USD @b");
    assert_eq!(told(&audit), ["part_of_group holds 5200000000..5400000000"]);
}

#[test]
fn outcomes_are_set_beside_what_was_expected() {
    check(
        "A revenue 2024-Q4 = 48.385bn USD @a\nA revenue 2024-Q4 = 46.99bn USD expected @a",
        &["outcome_vs_expectation holds 1389500000..1400500000"],
    );
    check(
        "C inflation 2024-05 = 3.3 percent @a\nC inflation 2024-05 = 3.4 percent expected @b",
        &["outcome_vs_expectation undecided -0.2..0"],
    );
    // A loss is compared as the loss that it is.
    check(
        "L operating_loss 2023-Q2 = 3.73bn USD @a\nL operating_loss 2023-Q2 = 3.68bn USD expected @a",
        &["outcome_vs_expectation holds 40000000..60000000"],
    );
    check_quiet(
        "A revenue 2024 > 86bn USD guidance @a\nA revenue 2024 < 90bn USD guidance @a\nA revenue 2024 = 91.2bn USD @b",
    );
    // Another year's forecast is no expectation of this one's outcome.
    check("A revenue 2024 = 48.385bn USD @a\nA revenue 2025 = 46.99bn USD expected @a", &[]);
}

#[test]
fn a_level_is_set_beside_that_of_the_year_before_where_one_text_tells_both() {
    check(
        "A deliveries 2024-Q3 = 462890 vehicles @a\nA deliveries 2023-Q3 = 435059 vehicles @a",
        &["level_vs_year_before holds 6.39682618..6.3973006"],
    );
    check("A deliveries 2024-Q3 = 462890 vehicles @a\nA deliveries 2023-Q3 = 435059 vehicles @b", &[]);
}

#[test]
fn a_sum_that_misses_by_a_hair_is_left_open_and_one_that_misses_widely_is_a_conflict() {
    let parts = "A revenue 2023-H1 = 21.3bn USD @a\nA revenue 2023-H2 = 25.7bn USD @a\n";
    for (whole, status, conflicts) in
        [("47.0", "holds", 0), ("47.1", "holds", 0), ("47.2", "undecided", 0), ("48.9", "fails", 1)]
    {
        let audit = audit(&format!("{parts}A revenue 2023 = {whole}bn USD @b"));
        let checks = told(&audit);
        assert!(
            checks.iter().any(|c| c.starts_with(&format!("parts_vs_whole {status}"))),
            "{whole}: {checks:?}"
        );
        assert_eq!(audit.conflicts.len(), conflicts, "{whole}");
    }
    // What was read unsurely may be misread: the sum says nothing against the texts.
    check_quiet(&format!("{parts}A revenue 2023 = 48.9bn USD c=0.4 @b"));
}

#[test]
fn every_derived_row_can_be_explained() {
    let audit = audit(
        "A revenue 2024-Q4 = 48.385bn USD @a\nA revenue 2024-Q4 = 21 percent yoy_growth @a\nA operating_margin 2023-Q4 = 41 percent @a",
    );
    for row in audit.consensus.iter().filter(|r| r.verdict == Verdict::Derived) {
        assert!(!row.claims.is_empty() && row.note.is_some(), "{}", row.key);
        assert_eq!(find(&audit, &row.key.to_string()).rows.len(), 1);
    }
}

#[test]
fn a_sum_that_holds_speaks_for_its_figures_where_others_tell_the_rest() {
    let confidence = |text: &str, key: &str| {
        let audit = audit(text);
        let row = find(&audit, key).rows[0];
        (
            row.confidence.thousandths(),
            row.votes.iter().filter(|v| v.stance == crate::Stance::BearsOut).count(),
        )
    };
    let now = "A revenue 2024 = 48.385bn USD @a\n";
    let alone = confidence(now, "A/revenue/level/2024");
    let then = |doc: &str| {
        format!("A revenue 2023 = 40.111bn USD @{doc}\nA revenue 2024 = 20.63 percent yoy_growth @{doc}")
    };
    // Another text's figures fit; a text's own figures fitting says no more than that it was read well.
    let borne_out = confidence(&format!("{now}{}", then("b")), "A/revenue/level/2024");
    assert!(borne_out.0 > alone.0 && borne_out.1 == 1, "{alone:?} {borne_out:?}");
    assert_eq!(confidence(&format!("{now}{}", then("a")), "A/revenue/level/2024"), alone);
    // A second text with the same figures is a second vote for them, but copies of it are none.
    let twice = confidence(
        &format!("{now}doc b sha=x\ndoc c sha=x\n{}\n{}", then("b"), then("c")),
        "A/revenue/level/2024",
    );
    assert_eq!(twice, borne_out);
    // A sum that hardly could fail says nothing.
    let loose = "A revenue 2023 = 40bn USD @b\nA revenue 2024 = 20 percent yoy_growth @b";
    assert_eq!(confidence(&format!("{now}{loose}"), "A/revenue/level/2024"), alone);
}
