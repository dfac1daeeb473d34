use super::notation::{audit, check_conflicts, check_quiet, check_rows};
use crate::{CheckStatus, Stance, Verdict, find};

#[test]
fn rounded_and_precise_figures_agree_and_the_precise_one_is_the_value() {
    check_rows(
        "Toyota revenue 2023-Q2 = 32bn USD @a
         Toyota revenue 2023-Q2 = 31.999bn USD @b
         Toyota revenue 2023-Q2 = 32.0bn USD @c",
        "Toyota/revenue/level/2023-Q2: agreed 31999000000 USD (3)",
    );
}

#[test]
fn figures_of_one_precision_must_be_equal() {
    // 3.73 and 3.75 differ by more than rounding; 3.73 and 3.74 by what rounding might explain.
    check_conflicts("A revenue 2023 = 3.73bn USD @a\nA revenue 2023 = 3.95bn USD @b", &["error value"]);
    check_conflicts("A revenue 2023 = 3.73bn USD @a\nA revenue 2023 = 3.74bn USD @b", &["note digit"]);
    // Whole counts are not rounded.
    check_conflicts(
        "A deliveries 2023 = 435059 vehicles @a\nA deliveries 2023 = 435058 vehicles @b",
        &["error digit"],
    );
}

#[test]
fn a_set_agrees_only_if_all_its_intervals_share_a_point() {
    // 31.6 and 32 meet, 32 and 32.4 meet, 31.6 and 32.4 do not.
    check_rows(
        "A revenue 2023 = 31.6bn USD @a
         A revenue 2023 = 32bn USD @b
         A revenue 2023 = 32.4bn USD @c
         A revenue 2023 = 32.4bn USD @d",
        "A/revenue/level/2023: contested 32400000000 USD (4) | 31600000000",
    );
    check_rows(
        "A revenue 2023 = 31.6bn USD @a
         A revenue 2023 = 32bn USD @b
         A revenue 2023 = 32.4bn USD @c",
        "A/revenue/level/2023: contested - USD (3) | 32400000000",
    );
}

#[test]
fn one_against_one_has_no_value_and_names_nobody() {
    let text = "A revenue 2023 = 30.1bn USD @a\nA revenue 2023 = 34.6bn USD @b";
    check_rows(text, "A/revenue/level/2023: contested - USD (2) | 34600000000");
    check_conflicts(text, &["error value"]);
}

#[test]
fn a_loss_meets_the_income_that_is_its_negative() {
    check_rows(
        "Labs operating_loss 2023-Q2 = 3.73bn USD @a
         Labs operating_income 2023-Q2 = -3.73bn USD @b",
        "Labs/operating_loss/level/2023-Q2: agreed 3730000000 USD (2)",
    );
    check_rows(
        "A net_income 2023-Q2 = -3.73bn USD @a
         A net_income 2023-Q2 = -3.73bn USD @b
         A net_loss 2023-Q2 = 3.73bn USD @c",
        "A/net_income/level/2023-Q2: agreed -3730000000 USD (3)",
    );
    // A vague word of losses does not turn a stated profit into a negative loss.
    check_rows(
        "A net_income 2023 = 7.788bn USD @a\nA net_loss 2023 > 10bn USD @a",
        "A/net_income/level/2023: contested - USD (1) | 7788000000",
    );
    // The growth of a loss is not that of an income.
    check_rows(
        "A net_loss 2023 = 7 percent yoy_growth @a\nA net_income 2023 = -7 percent yoy_growth @b",
        "A/net_income/yoy_growth/2023: single_origin -7 percent (1)
         A/net_loss/yoy_growth/2023: single_origin 7 percent (1)",
    );
}

#[test]
fn a_stock_of_a_quarter_stands_for_its_last_day_and_flows_never_meet_instants() {
    check_rows(
        "A headcount 2023-Q2 = 71469 people @a
         A headcount 2023-06-30 = 71469 people @b
         A headcount 2023-Q2 = 71469 people @c
         A revenue 2023-Q2 = 5.12bn USD @a
         A revenue 2023-06-30 = 6.34bn USD @b",
        "A/headcount/level/2023-Q2: agreed 71469 people (3)
         A/revenue/level/2023-Q2: single_origin 5120000000 USD (1)
         A/revenue/level/2023-06-30: single_origin 6340000000 USD (1)",
    );
}

#[test]
fn what_is_not_dated_meets_nothing_outside_its_origin() {
    check_rows(
        "A revenue unspecified = 5.12bn USD @a
         A revenue unspecified = 9.99bn USD @b
         A users launch+unspecified = 7m users @a
         A users launch+unspecified = 9m users @b",
        "A/revenue/level/unspecified: single_origin 5120000000 USD (1)
         A/revenue/level/unspecified: single_origin 9990000000 USD (1)
         A/users/level/launch+unspecified: single_origin 7000000 users (1)
         A/users/level/launch+unspecified: single_origin 9000000 users (1)",
    );
    check_conflicts("A price unspecified = 5.12 USD @a\nA price unspecified = 7.34 USD @a", &[]);
}

#[test]
fn bounds_support_a_value_and_are_not_chosen_where_there_is_one() {
    check_rows(
        "A revenue 2023 > 10 percent yoy_growth @a\nA revenue 2023 = 11 percent yoy_growth @b",
        "A/revenue/yoy_growth/2023: agreed 11 percent (2)",
    );
    check_rows(
        "A users 2023 > 95m users @a\nA users 2023 > 100m users @b",
        "A/users/level/2023: agreed 100000000 users (2)",
    );
    check_conflicts("A loss 2023 > 42bn USD @a\nA loss 2023 = 31.6bn USD @b", &["warning bound"]);
    check_conflicts("A users 2023 > 3bn users @a\nA users 2023 = 2.98bn users @b", &["note bound"]);
    // A range is two bounds.
    check_quiet("A revenue 2023 > 86bn USD guidance @a\nA revenue 2023 < 90bn USD guidance @a");
}

#[test]
fn a_hedged_figure_is_wider() {
    let text = "A revenue 2023 ~ 31.6bn USD @a\nA revenue 2023 = 31.712bn USD @b";
    check_rows(text, "A/revenue/level/2023: agreed 31712000000 USD (2)");
    assert!(audit(text).consensus[0].note.as_ref().is_some_and(|n| n.contains("31.6 billion USD")));
}

#[test]
fn a_cut_figure_is_a_note_and_no_rival() {
    let text =
        "A revenue 2023 = 31.999bn USD @a\nA revenue 2023 = 31.9bn USD @b\nA revenue 2023 = 32.0bn USD @c";
    check_rows(text, "A/revenue/level/2023: agreed 31999000000 USD (3)");
    check_conflicts(text, &["note truncated"]);
}

#[test]
fn each_slip_is_called_by_its_name() {
    for (right, odd, expected) in [
        ("= 23.35bn USD", "= 23.35m USD", "error magnitude odd"),
        ("= 23.35bn USD", "= 23350bn USD \"23.350_milliards\"", "error locale_misread odd"),
        ("= 71469 people", "= 71.469 people \"71,469\"", "error locale_misread odd"),
        ("= 48.385bn USD", "= 48.835bn USD", "error digit_transposition odd"),
        ("= 48.385bn USD", "= 43.385bn USD", "error digit odd"),
        ("= 4.31bn USD", "= -4.31bn USD", "error sign odd"),
        ("= 4.31bn USD", "= 5.97bn USD", "error value odd"),
        // Far off with no slip that explains it: another scope, likelier than a contradiction.
        ("= 4.31bn USD", "= 9.97bn USD", "warning value odd"),
        ("= 4.31bn USD", "= 9.97bn USD c=0.7", "warning value odd"),
        // As likely misread as wrong; of another size altogether.
        ("= 4.31bn USD", "= 9.97bn USD c=0.69", "note value odd"),
        ("= 4.31bn USD", "= 99.7bn USD c=0.8", "note value odd"),
        ("= 4.31bn USD", "= 99.7bn USD c=0.84", "warning value odd"),
        // One digit is not another figure in millions.
        ("= 1.4761m USD", "= 1k USD c=0.8", "note value odd"),
        ("= 4.31bn USD", "> 5bn USD", "warning bound odd"),
        ("= 4.31bn USD", "~ 6.97bn USD", "warning value odd"),
        ("= 4.31bn USD", "= 5.97bn USD c=0.3", "warning value odd"),
    ] {
        let text = format!("A x 2023 {right} @a\nA x 2023 {right} @b\nA x 2023 {odd} @odd");
        check_conflicts(&text, &[expected]);
    }
}

/// Another extractor's table without a word of confidence is no table of doubts: what contradicts in it is an alarm.
#[test]
fn claims_without_confidence_count_as_plainly_read() {
    for (odd, expected) in
        [("9.97", "warning value"), ("5.97", "error value"), ("0.00431", "error magnitude")]
    {
        let line = |doc: &str, value: &str| {
            let value = consilience_claim::exact::parse(value).unwrap()
                * consilience_claim::Decimal::from(1_000_000_000);
            format!(
                r#"{{"doc":"{doc}","entity":"A","metric":"revenue","period":"2023","value":"{value}","unit":"USD","precision":"5000"}}"#
            )
        };
        let mut graph = crate::ClaimGraph::default();
        for line in [line("a", "4.31"), line("b", odd)] {
            graph.insert(consilience_claim::Claim::from_json(&line).unwrap());
        }
        let audit = crate::reconcile(&graph, &crate::Config::default());
        let told: Vec<String> = audit.conflicts.iter().map(super::notation::tell_conflict).collect();
        assert_eq!(told, [expected], "{odd}");
    }
}

#[test]
fn a_factor_of_a_thousand_is_laid_to_the_scale_word_or_to_the_mark() {
    for (right, odd, lang, expected) in [
        ("23.35 billion", "23.35 million", "en", "magnitude"),
        ("1.853 billion", "1.853 million", "en", "magnitude"),
        ("1,85 milliard", "1.853 million", "en", "magnitude"),
        ("23.35 billion", "23,350 juta", "id", "locale_misread"), // no one writes 23.35 with a last zero
        ("1.853 billion", "1.853 juta", "id", "locale_misread"),  // in Indonesian the point groups
        ("1,853 million", "1,853 billion", "en", "magnitude"),    // the same number with another word
        ("71,469", "71.469", "fr", "locale_misread"),
        ("", "", "en", "magnitude"),
    ] {
        // The odd figure is a thousandth whatever its words, so that only the words decide.
        let number =
            |q: &str| if q.is_empty() { String::new() } else { format!("\"{}\"", q.replace(' ', "_")) };
        let text = format!(
            "A x 2023 = 1.853bn USD {} @a\nA x 2023 = 1.853bn USD @b\nA x 2023 = 1.853m USD {} @odd",
            number(right),
            number(odd)
        );
        let mut graph = crate::ClaimGraph::default();
        for mut claim in super::notation::parse(&text).1 {
            claim.lang = if claim.doc == "odd" { lang.into() } else { "en".into() };
            graph.insert(claim);
        }
        let audit = crate::reconcile(&graph, &crate::Config::default());
        assert_eq!(audit.conflicts[0].kind.as_str(), expected, "{right} | {odd} {lang}");
    }
}

#[test]
fn a_figure_that_others_tell_of_something_else_names_its_slip() {
    let base = "A revenue 2023 = 48.385bn USD @a\nA revenue 2023 = 48.385bn USD @b\n";
    for (other, odd, expected) in [
        (
            "A revenue 2023 = 46.99bn USD expected @a",
            "A revenue 2023 = 46.99bn USD @odd",
            "error modality odd",
        ),
        ("A revenue 2022 = 41.12bn USD @a", "A revenue 2023 = 41.12bn USD @odd", "error wrong_period odd"),
        (
            "A gross_profit 2023 = 31.27bn USD @a",
            "A revenue 2023 = 31.27bn USD @odd",
            "error wrong_metric odd",
        ),
        ("B revenue 2023 = 17.46bn USD @a", "A revenue 2023 = 17.46bn USD @odd", "error wrong_entity odd"),
        (
            "A revenue 2023 = 48.12bn USD [superseded] @a",
            "A revenue 2023 = 48.12bn USD @odd",
            "error stale odd",
        ),
    ] {
        check_conflicts(&format!("{base}{other}\n{odd}"), &[expected]);
    }
}

#[test]
fn a_forecast_told_as_fact_settles_a_tie() {
    let text = "A revenue 2023 = 48.385bn USD @a
         A revenue 2023 = 46.99bn USD expected @a
         A revenue 2023 = 46.99bn USD @b";
    check_rows(
        text,
        "A/revenue/level/2023: contested 48385000000 USD (2) | 46990000000
         A/revenue/level/2023 expected: single_origin 46990000000 USD (1)",
    );
    check_conflicts(text, &["error modality b"]);
}

#[test]
fn the_same_number_in_two_currencies_is_told_across_rows() {
    check_conflicts(
        "A offer 2008 = 512m USD @a\nA offer 2008 = 512m USD @b\nA offer 2008 = 512m CNY @c",
        &["error currency c"],
    );
    check_conflicts("A offer 2008 = 512m USD @a\nA offer 2008 = 3.6bn CNY @b", &[]);
}

#[test]
fn contradictions_inside_one_document_warn_only_where_a_slip_shows_and_both_are_read_surely() {
    check_conflicts("A revenue 2023 = 5.12bn USD @a\nA revenue 2023 = 7.34bn USD @a", &["note value a"]);
    check_conflicts(
        "A revenue 2023 = 48.385bn USD @a\nA revenue 2023 = 48.835bn USD @a",
        &["warning digit_transposition a"],
    );
    check_conflicts(
        "A revenue 2023 = 48.385bn USD @a\nA revenue 2023 = 48.835bn USD c=0.4 @a",
        &["note digit_transposition a"],
    );
    check_conflicts(
        "A revenue 2023 = 5.12bn USD expected @a\nA revenue 2023 = 7.34bn USD expected @a",
        &["note value a"],
    );
}

#[test]
fn forecasts_of_different_people_may_differ() {
    check_conflicts(
        "A revenue 2023 = 5.12bn USD expected @a\nA revenue 2023 = 5.34bn USD expected @b",
        &["note value"],
    );
}

#[test]
fn look_alikes_are_left_alone() {
    for text in [
        // windows, quarters, years
        "L loss 2021-01-01/2023-06-30 = 31.6bn USD cumulative @a\nL loss 2021-01-01/2023-12-31 > 42bn USD cumulative @b",
        "L operating_loss 2023-Q1 = 3.992bn USD @a\nL operating_loss 2023-Q2 = 3.73bn USD @b\nL operating_loss 2022 = 13.717bn USD @c",
        "A deliveries 2023-Q3 = 435059 vehicles @a\nA deliveries 2023-01-01/2023-09-30 = 1324074 vehicles @b",
        // forecast and outcome
        "A revenue 2023-Q2 = 31.06bn USD expected @a\nA revenue 2023-Q2 = 32bn USD @b",
        // other day
        "A market_cap 2024-02-02 > 1.22tn USD @a\nA market_cap 2025-01-29 = 1.71tn USD @b\nA market_cap 2024-02-02 = 196bn USD change @a",
        // other metric, other entity, other region
        "T registered_users 2023-07 = 100m users @a\nT monthly_active_users 2024-Q4 = 320m users @b",
        "M daily_active_people 2024-Q4 = 3.35bn people @a\nF monthly_active_users 2024-Q4 > 3bn users @b",
        "W monthly_active_users 2024-Q4 > 100m users [region:US] @a\nW monthly_active_users 2024-Q4 > 2bn users @b",
        // parts and wholes
        "A revenue 2024-Q4 = 48.385bn USD @a\nSegment revenue 2024-Q4 = 47.302bn USD @b\nA advertising_revenue 2024-Q4 = 46.783bn USD @c",
        // sessions, definitions, currencies held constant
        "A share_price 2025-01-29 = 0.32 percent change @a\nA share_price 2025-01-29 > -2 percent change [session:after-hours] @b",
        "A eps_diluted 2024-Q4 = 8.02 USD/share @a\nA eps_diluted 2024-Q4 = 8.61 USD/share [non_gaap] @b",
        "A revenue 2024-Q4 = 21 percent yoy_growth @a\nA revenue 2024-Q4 = 24 percent yoy_growth [constant_currency] @b",
        "A operating_margin 2024-Q4 = 48 percent @a\nA operating_margin 2023-Q4 = 41 percent @b",
        // equal numbers under other keys, double-digit and exact, growth that share counts explain
        "A revenue 2023 = 21 percent yoy_growth @a\nA eps_diluted 2023 = 21 percent yoy_growth @b",
        "A revenue 2023 > 10 percent yoy_growth @a\nA revenue 2023 = 11 percent yoy_growth @b",
        "A net_income 2023 = 16 percent yoy_growth @a\nA eps_diluted 2023 = 21 percent yoy_growth @b",
        "A offer 2008 = 500m CNY @a\nA offer 2008 = 500m CNY @b",
    ] {
        check_quiet(text);
    }
}

#[test]
fn what_looks_alike_is_listed_with_the_reason() {
    for (text, expected) in [
        (
            "A revenue 2023 = 32bn USD @a\nA revenue 2023 = 31.06bn USD expected @b",
            "one is actual and the other expected",
        ),
        (
            "A eps 2023 = 2.98 USD/share @a\nA eps_diluted 2023 = 2.98 USD/share @b",
            "one is eps and the other eps diluted",
        ),
        (
            "A eps_diluted 2023 = 2.98 USD/share @a\nA eps_diluted 2023 = 3.1 USD/share [non_gaap] @b",
            "one is unqualified and the other non_gaap",
        ),
        (
            "A loss 2021-01-01/2023-06-30 = 31.6bn USD cumulative @a\nA loss 2021-01-01/2023-12-31 > 42bn USD cumulative @b",
            "one speaks of 2021-01-01/2023-06-30 and the other of 2021-01-01/2023-12-31",
        ),
        ("A revenue 2023 = 32bn USD @a\nA revenue 2023 = 30bn EUR @b", "one is in EUR and the other in USD"),
    ] {
        let reasons: Vec<String> = audit(text).not_comparable.into_iter().map(|n| n.reason).collect();
        assert_eq!(reasons, [expected], "{text}");
    }
    // Every two quarters are not look-alikes, nor is what one document tells itself.
    for text in [
        "A revenue 2023-Q1 = 32bn USD @a\nA revenue 2023-Q2 = 30bn USD @b\nA revenue 2022 = 99bn USD @c",
        "A revenue 2023 = 32bn USD @a\nA revenue 2023 = 31.06bn USD expected @a",
    ] {
        assert!(audit(text).not_comparable.is_empty(), "{text}");
    }
}

#[test]
fn growth_is_checked_against_levels() {
    let levels = "A revenue 2024-Q4 = 48.385bn USD @a\nA revenue 2023-Q4 = 40.111bn USD @b\n";
    let of = |growth: &str| audit(&format!("{levels}A revenue 2024-Q4 = {growth} percent yoy_growth @c"));
    for (growth, status, conflicts) in [
        ("21", CheckStatus::Holds, 0),
        ("20", CheckStatus::Undecided, 0),
        ("24", CheckStatus::Fails, 1),
        ("12", CheckStatus::Fails, 1),
        ("-21", CheckStatus::Fails, 1),
    ] {
        let audit = of(growth);
        assert_eq!(audit.checks.len(), 1, "{growth}");
        assert_eq!((audit.checks[0].status, audit.conflicts.len()), (status, conflicts), "{growth}");
    }
    // Both levels are told twice, so the growth stands alone.
    let text = format!(
        "{levels}A revenue 2024-Q4 = 48.385bn USD @d\nA revenue 2023-Q4 = 40.111bn USD @d\nA revenue 2024-Q4 = 12 percent yoy_growth @c"
    );
    check_conflicts(&text, &["error growth_vs_levels c"]);
    // Growth of another definition is not that of these levels; nor is growth into the black a percentage.
    check_quiet(&format!("{levels}A revenue 2024-Q4 = 44 percent yoy_growth [constant_currency] @c"));
    check_quiet(
        "A net_income 2024 = 3.1bn USD @a\nA net_income 2023 = -2.2bn USD @a\nA net_income 2024 = 55 percent yoy_growth @a",
    );
    // The growth of a loss is that of its size.
    let loss = audit(
        "L operating_loss 2024 = 4.97bn USD @a\nL operating_loss 2023 = 4.645bn USD @a\nL operating_loss 2024 = 7 percent yoy_growth @a",
    );
    assert_eq!(loss.checks[0].status, CheckStatus::Holds);
}

#[test]
fn the_arithmetic_settles_a_tie() {
    let text = "A revenue 2024 = 48.385bn USD @a
         A revenue 2023 = 40.111bn USD @a
         A revenue 2024 = 21 percent yoy_growth @a
         A revenue 2024 = 31 percent yoy_growth @b";
    check_conflicts(text, &["error growth_vs_levels b"]);
    let audit = audit(text);
    let row = audit.consensus.iter().find(|r| r.key.aspect.as_str() == "yoy_growth").unwrap();
    assert_eq!(row.value.unwrap().to_string(), "21");
}

#[test]
fn parts_are_checked_against_wholes_and_margins_against_profits() {
    let quarters = "A revenue 2023-Q1 = 10.1bn USD @a\nA revenue 2023-Q2 = 11.2bn USD @a\nA revenue 2023-Q3 = 12.3bn USD @b\nA revenue 2023-Q4 = 13.4bn USD @b\n";
    check_conflicts(&format!("{quarters}A revenue 2023 = 47.0bn USD @c"), &[]);
    check_conflicts(&format!("{quarters}A revenue 2023 = 52.6bn USD @c"), &["warning sum_of_parts"]);
    let margin = "A revenue 2024 = 48.385bn USD @a\nA operating_income 2024 = 23.364bn USD @b\n";
    check_conflicts(&format!("{margin}A operating_margin 2024 = 48 percent @c"), &[]);
    check_conflicts(&format!("{margin}A operating_margin 2024 = 38 percent @c"), &["warning value"]);
    // Earnings per share do not add up.
    check_quiet(
        "A eps_diluted 2023-H1 = 5.18 USD/share @a\nA eps_diluted 2023-H2 = 9.72 USD/share @a\nA eps_diluted 2023 = 14.2 USD/share @b",
    );
}

#[test]
fn one_cause_is_one_conflict() {
    // The wrong level breaks its own row and two sums; only the row is told, with the sum named.
    let text = "A revenue 2024 = 48.385bn USD @a
         A revenue 2024 = 48.385bn USD @b
         A revenue 2024 = 84.385bn USD @c
         A revenue 2023 = 40.111bn USD @a
         A revenue 2024 = 21 percent yoy_growth @a";
    check_conflicts(text, &["error digit_transposition c"]);
    assert!(audit(text).conflicts[0].explain.contains("arithmetic"));
}

#[test]
fn a_level_that_nobody_states_is_derived() {
    let audit = audit("A revenue 2024-Q4 = 48.385bn USD @a\nA revenue 2024-Q4 = 21 percent yoy_growth @a");
    let row = audit.consensus.iter().find(|r| r.verdict == Verdict::Derived).unwrap();
    assert_eq!(row.key.to_string(), "A/revenue/level/2023-Q4");
    // 48.3855 / 1.205 and 48.3845 / 1.215
    let (low, high) = (row.interval.low().unwrap(), row.interval.high().unwrap());
    assert!((39_822_000_000..39_823_000_000).contains(&i64::try_from(low.trunc()).unwrap()), "{low}");
    assert!((40_153_000_000..40_155_000_000).contains(&i64::try_from(high.trunc()).unwrap()), "{high}");
    assert_eq!(row.value.unwrap().to_string(), "40000000000");
    assert!(row.note.as_ref().is_some_and(|n| n.contains("48.385 billion USD in 2024-Q4")));
}

#[test]
fn votes_are_per_origin_and_add_up() {
    let audit = audit(
        "doc a sha=same
         doc b sha=same
         A revenue 2024 = 48.385bn USD @a
         A revenue 2024 = 48.385bn USD @b
         A revenue 2024 = 48.385bn USD @c
         A revenue 2024 = 47.212bn USD @d",
    );
    let row = &audit.consensus[0];
    let stances: Vec<(Stance, bool)> = row.votes.iter().map(|v| (v.stance, v.weight.0 == 0)).collect();
    assert_eq!(
        stances,
        [
            (Stance::Supports, false),
            (Stance::Echoes, true),
            (Stance::Supports, false),
            (Stance::Opposes, false)
        ]
    );
    // Two votes for, one as strong against: what one vote of 0.855 leaves.
    assert_eq!(row.confidence.thousandths(), 855);
    assert_eq!((row.n_claims, row.n_documents, row.n_origins), (4, 4, 3));
}

#[test]
fn pairs_count_common_rows() {
    let audit = audit(
        "A revenue 2024 = 48.385bn USD @a
         A net_income 2024 = 7.12bn USD @a
         A revenue 2024 = 48.4bn USD @b
         A net_income 2024 = 9.34bn USD @b
         A revenue 2024 = 46.1bn USD expected @c",
    );
    let told: Vec<String> = audit
        .pairs
        .iter()
        .map(|p| format!("{}{} {} {} {} {}", p.a, p.b, p.comparable, p.agree, p.contradict, p.not_comparable))
        .collect();
    assert_eq!(told, ["ab 2 1 1 0", "ac 0 0 0 1", "bc 0 0 0 1"]);
}

#[test]
fn keys_are_found_by_any_part() {
    let audit = audit(
        "Toyota revenue 2024 = 48.385bn USD @a
         Toyota revenue 2024 = 41.212bn USD @b
         Toyota net_income 2024 = 5bn USD @a
         Honda revenue 2024 = 8bn USD @a",
    );
    let rows = |key: &str| find(&audit, key).rows.len();
    for (key, expected) in [
        ("toyota", 2),
        ("Toyota/revenue/level/2024", 1),
        ("revenue", 2),
        ("toyota/2024", 2),
        ("C100", 1),
        (&*audit.claims.keys().next().unwrap().0, 1),
        ("", 0),
        ("2031", 0),
    ] {
        assert_eq!(rows(key), expected, "{key}");
    }
    assert_eq!(find(&audit, "toyota/revenue").conflicts.len(), 1);
    assert!(find(&audit, "Toyotta").suggestions[0].starts_with("Toyota/"));
    assert!(find(&audit, "zzzz").suggestions.is_empty());
}

#[test]
fn claims_that_share_an_id_are_kept_apart() {
    let mut graph = crate::ClaimGraph::default();
    let (_, claims) = super::notation::parse("A revenue 2024 = 5bn USD @a\nB revenue 2024 = 6bn USD @b");
    for mut claim in claims {
        claim.id = consilience_claim::ClaimId("1".into());
        graph.insert(claim);
    }
    assert_eq!(crate::reconcile(&graph, &crate::Config::default()).claims.len(), 2);
}

#[test]
fn what_was_published_later_can_be_left_out() {
    let graph = super::notation::graph(
        "doc b on=2024-02-01\nA revenue 2023 = 5bn USD @a\nA revenue 2023 = 7bn USD @b",
    );
    let config = crate::Config { as_of: "2024-01-31".parse().ok(), ..crate::Config::default() };
    assert_eq!(crate::reconcile(&graph, &config).consensus[0].n_documents, 1);
}
