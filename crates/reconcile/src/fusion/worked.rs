//! The methods against tables small enough to work them out by hand or with a few lines straight from the papers'
//! equations, and against what the papers say of them.

use super::*;

/// A claim a word: `source:entity=value`, the attribute is always the same.
fn table(claims: &str) -> Table {
    let mut builder = TableBuilder::default();
    for claim in claims.split_whitespace() {
        let (source, rest) = claim.split_once(':').expect("source:entity=value");
        let (entity, value) = rest.split_once('=').expect("source:entity=value");
        builder.add(source, entity, "p", value);
    }
    builder.finish()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs().max(1e-3)
}

/// Beliefs in the order of items and values, trust in the order of sources.
fn check(method: &dyn Method, claims: &str, belief: &[f64], trust: &[f64]) {
    let fused = method.fuse(&table(claims));
    let alike = |found: &[f64], expected: &[f64]| {
        found.len() == expected.len()
            && found.iter().zip(expected).all(|(&found, &expected)| near(found, expected))
    };
    assert!(alike(&fused.belief, belief), "{}: belief {:?}, not {belief:?}", method.name(), fused.belief);
    assert!(alike(&fused.trust, trust), "{}: trust {:?}, not {trust:?}", method.name(), fused.trust);
}

/// The values chosen, item by item, and each source's trust.
fn told(method: &dyn Method, claims: &str) -> (String, Vec<f64>) {
    let table = table(claims);
    let fused = method.fuse(&table);
    let chosen = fused.chosen(&table).0;
    let values: Vec<&str> = chosen.into_iter().map(|candidate| table.text(candidate)).collect();
    (values.join(" "), fused.trust)
}

/// Three sources, three items: a is 1 for two against one, b 2 for two against one, c is one against one.
const THREE: &str = "s1:a=1 s1:b=1 s1:c=1 s2:a=1 s2:b=2 s2:c=2 s3:a=2 s3:b=2";

#[test]
fn sums_finds_the_strongest_eigenvector() {
    // s1 gives a and b, s2 gives a. Trusts t1 : t2 that reproduce themselves: t1 ∝ 2·t1 + t2, t2 ∝ t1 + t2,
    // which is the golden ratio φ : 1; a gets t1 + t2, b gets t1. What s3 says has no part in it and decays
    // with 1 / φ² a round: (1 / φ²)^20 = φ^-40, times a factor of the start.
    let golden = (1.0 + 5f64.sqrt()) / 2.0;
    let fused = Sums.fuse(&table("s1:a=1 s1:b=1 s2:a=1 s3:c=1"));
    for (found, expected) in
        fused.belief.iter().chain(&fused.trust).zip([1.0, 1.0 / golden, 0.0, 1.0, 1.0 / golden, 0.0])
    {
        assert!((found - expected).abs() < 1e-7, "{fused:?}");
    }
}

#[test]
fn average_log_gives_nothing_for_one_claim() {
    // ln 1 = 0, so only s1 counts: both its values are as believed as can be.
    check(&AverageLog, "s1:a=1 s1:b=1 s2:a=1 s3:c=1", &[1.0, 1.0, 0.0], &[1.0, 0.0, 0.0]);
}

#[test]
fn investment_grows_by_its_power() {
    // s1 and s2 lay all their trust on 1, s3 on 2. With b the binary logarithm of the belief in 2 over that in 1,
    // returns make the trust of s3 over that of s1 b + 1 (2 pays b more, 1 is shared by two), so that what is laid
    // out is b apart again and grows to 1.2 b. It starts with votes, b = -1: after 20 rounds b = -1.2^20,
    // and the trust is that of the round before, 1 - 1.2^19.
    let belief = 2f64.powf(-(1.2f64.powi(20)));
    let trust = 2f64.powf(1.0 - 1.2f64.powi(19));
    check(&Investment, "s1:a=1 s2:a=1 s3:a=2", &[1.0, belief], &[1.0, 1.0, trust]);
}

#[test]
fn pooled_investment_shares_out_what_was_laid_on_an_item() {
    // As above, but it starts even, b = 0: trusts 1 : 2, stakes on the values 2 · 1 and 2, so that b stays 0.
    check(&PooledInvestment, "s1:a=1 s2:a=1 s3:a=2", &[1.0, 1.0], &[0.5, 0.5, 1.0]);
    // An item with one value keeps what was laid on it; the beliefs of an item never sum to more than its stakes.
    let (_, trust) = told(&PooledInvestment, "s1:a=1 s2:b=1 s2:c=1");
    assert_eq!(trust, [0.5, 1.0]);
}

#[test]
fn one_coin_methods() {
    // Each from its equations in a few lines that hold no more than loops over facts.
    check(
        &SimpleLca,
        THREE,
        &[-6.214358482, 6.906754779, -6.906754779, 7.599151076, -6.906754779, 0.692396297],
        &[0.001, 0.666500292, 0.999],
    );
    check(
        &DawidSkene,
        THREE,
        &[-6.214356921, 6.906754779, -6.906754779, 7.599152637, -6.906754779, 0.692397858],
        &[0.001, 0.666500292, 0.999],
    );
    check(
        &SlimFast,
        THREE,
        &[-2.53638737, 3.316433146, -3.171777203, 3.951822979, -3.171777203, 0.635389832],
        &[0.040195478, 0.65375416, 0.964998312],
    );
}

#[test]
fn accu_counts_votes_by_accuracy() {
    check(
        &Accu { similar: false, copies: false },
        THREE,
        &[13.12260256, 4.605305954, 3.922312524, 13.805595991, 3.922312524, 9.200290036],
        &[0.334893354, 0.99, 0.500024458],
    );
    // 1 and 2 are one usual deviation apart: alike as e^-1.
    check(
        &Accu { similar: true, copies: false },
        THREE,
        &[13.978597977, 7.021696352, 6.470606719, 14.52968761, 5.623320296, 9.923361036],
        &[0.337534542, 0.99, 0.500293251],
    );
}

#[test]
fn truth_finder_adds_scores_and_dampens_them() {
    check(
        &TruthFinder,
        THREE,
        &[2.485206979, 1.098558, 1.022083693, 2.561681285, 1.105865708, 1.293415155].map(|score| 0.3 * score),
        &[0.61215323, 0.652405089, 0.632425694],
    );
}

#[test]
fn estimates_of_truth_error_and_hardness() {
    check(
        &TwoEstimates,
        THREE,
        &[0.135895723, 0.864104277, 0.0, 1.0, 0.011539104, 0.988460896],
        &[0.0, 0.873184143, 1.0],
    );
    check(
        &ThreeEstimates,
        THREE,
        &[0.873893346, 0.126106654, 0.0, 1.0, 0.130332849, 0.869667151],
        &[0.521629769, 1.0, 0.5],
    );
}

#[test]
fn ltm_weighs_what_is_left_out() {
    check(
        &Ltm,
        THREE,
        &[7.14768966, 2.547264271, 2.54356305, 7.15139088, 3.226688521, 3.236529788],
        &[0.962726725, 0.986872277, 0.963303176],
    );
}

#[test]
fn where_another_implementation_agrees() {
    // The same figures to the digits shown come out of a Python package (truthdiscovery 1.0.4), which scales in
    // the same way and starts from the same beliefs. For Sums they are those of the heptagon: trusts repeat themselves
    // under 3 1 0 / 1 3 1 / 0 1 2, what the sources have in common.
    check(
        &Sums,
        THREE,
        &[1.0, 0.24697928, 0.445042127, 0.801937153, 0.445042127, 0.554957873],
        &[0.801938578, 1.0, 0.445041493],
    );
    check(
        &AverageLog,
        THREE,
        &[1.0, 0.22343561, 0.449754443, 0.773681167, 0.449754443, 0.550245557],
        &[0.817370423, 1.0, 0.406065269],
    );
    check(
        &Investment,
        THREE,
        &[0.71458459, 0.254839153, 0.045250327, 1.0, 0.045250327, 0.629462896],
        &[0.111483258, 1.0, 0.313801794],
    );
    check(
        &PooledInvestment,
        THREE,
        &[1.0, 2.06074578e-5, 3.01633697e-5, 0.997631883, 3.06406674e-5, 0.986444932],
        &[0.013236116, 1.0, 0.007535804],
    );
}

/// Numbers: a 10, 11, 14; b 20, 21, 22.5; c 30, 30.5, 33. None lies two deviations from its median.
const NUMBERS: &str = "s1:a=10 s1:b=20 s1:c=30 s2:a=11 s2:b=21 s2:c=30.5 s3:a=14 s3:b=22.5 s3:c=33";

#[test]
fn numeric_methods() {
    check(&Median, NUMBERS, &[-1.0, 0.0, -3.0, -1.0, 0.0, -1.5, -0.5, 0.0, -2.5], &[1.0; 3]);
    // s2 is right throughout, so its loss counts as 1e-5 of the largest: its weight is ln 1e5.
    let medians = [-1.0, 0.0, -3.0, -1.0, 0.0, -1.5, -0.5, 0.0, -2.5];
    check(&Crh, NUMBERS, &medians, &[0.971046359, 1e5f64.ln(), 0.0]);
    let gaussian = [
        -1.388304092,
        -0.388304092,
        -2.611695908,
        -1.063229657,
        -0.063229657,
        -1.436770343,
        -0.910868336,
        -0.410868336,
        -2.089131664,
    ];
    check(&Gtm, NUMBERS, &gaussian, &[1.125118449, 1.240448485, 0.931065054]);
    let means = [
        -0.996457716,
        -0.003542284,
        -3.003542284,
        -0.994781306,
        -0.005218694,
        -1.505218694,
        -0.499346465,
        -0.000653535,
        -2.500653535,
    ];
    check(&Catd, NUMBERS, &means, &[0.151329719, 21.579528262, 0.024246354]);
}

#[test]
fn times_of_day_lie_on_a_circle() {
    for method in [&Median as &dyn Method, &Crh, &Gtm, &Catd] {
        let (chosen, _) = told(method, "s1:a=23:50 s2:a=23:50 s3:a=00:10 s4:a=00:20 s5:a=23:58 s6:b=9:00");
        assert_eq!(chosen, "23:58 9:00", "{}", method.name());
    }
}

#[test]
fn sums_favours_who_says_much_and_average_log_does_not() {
    // One source of 21 claims against three of three claims each: by Sums 21 counts against 3 · 3, by AverageLog
    // ln 21 = 3.0 against 3 · ln 3 = 3.3.
    let mut claims = String::from("big:a=1 ");
    claims.extend((0..20).map(|item| format!("big:i{item}=1 ")));
    for small in ["x", "y", "z"] {
        claims += &format!("{small}:a=2 {small}:j=1 {small}:k=1 ");
    }
    assert!(told(&Sums, &claims).0.starts_with('1'));
    assert!(told(&AverageLog, &claims).0.starts_with('2'));
}

/// Four sources copy from one another, wrong on every third item in one voice; four go by themselves, each wrong
/// on a quarter of the items in its own way.
fn copied() -> String {
    let mut claims = String::new();
    for item in 0..48 {
        for source in 0..4 {
            let copied = if item % 3 == 0 { "w" } else { "t" };
            let own = if item % 4 == source { format!("own{source}") } else { "t".to_owned() };
            claims += &format!("c{source}:i{item:02}={copied} g{source}:i{item:02}={own} ");
        }
    }
    claims
}

#[test]
fn copied_errors_count_less_where_copying_is_detected() {
    let right =
        |method: &dyn Method| told(method, &copied()).0.split(' ').filter(|value| *value == "t").count();
    assert_eq!(right(&Accu { similar: false, copies: false }), 32);
    assert_eq!(right(&Accu { similar: false, copies: true }), 48);
    assert_eq!(right(&Accu { similar: true, copies: true }), 48);
}

#[test]
fn truth_finder_saturates() {
    // Ten sources on one value and eleven on another are both all but certain; the score still tells them apart.
    let claims: String =
        (0..21).map(|source| format!("s{source}:{}=1 ", if source < 10 { "a" } else { "b" })).collect();
    let fused = TruthFinder.fuse(&table(&claims));
    assert!(fused.trust.iter().all(|trust| *trust > 0.999), "{:?}", fused.trust);
    assert!(fused.belief[0] < fused.belief[1]);
}

#[test]
fn wrong_where_it_is_hard_says_less_against_a_source() {
    // y is wrong on an easy item, where all others agree, z on a hard one, where they are divided.
    let mut claims = String::new();
    for item in 0..8 {
        for source in ["u", "v", "w", "x", "y", "z"] {
            let wrong = match (item, source) {
                (0, "y") | (1, "z" | "w") => true,
                (item, "x") => item > 5,
                _ => false,
            };
            claims += &format!("{source}:i{item}={} ", if wrong { "n" } else { "m" });
        }
    }
    let trust = told(&ThreeEstimates, &claims).1;
    assert!(trust[5] > trust[4], "{trust:?}");
}

#[test]
fn ltm_may_hold_several_values_of_an_item_true() {
    let fused = Ltm.fuse(&table("a:book=x b:book=x c:book=y d:book=y e:book=z"));
    assert!(fused.belief[0] > 0.0 && fused.belief[1] > 0.0 && fused.belief[2] < fused.belief[1], "{fused:?}");
}

#[test]
fn catd_trusts_who_has_said_much_more_than_who_was_right_once() {
    let mut claims = String::from("once:i0=1 ");
    claims.extend((0..30).map(|item| format!("often:i{item}=1 ")));
    let trust = told(&Catd, &claims).1;
    // Both without an error: the quantiles of 30 and of 1 degree of freedom, over the same hundredth.
    assert!(near(trust[0], 1679.077226557), "{trust:?}");
    assert!(near(trust[1], 0.098206911718), "{trust:?}");
}

#[test]
fn dawid_and_skene_understand_who_errs_in_one_direction() {
    // Values of a closed set. u and v are right but on one item in five each; turned takes x for y, y for z and z
    // for x. Where only turned speaks against one of them, what it says is known to mean another value.
    let mut claims = String::new();
    let value = |at: usize| ["x", "y", "z"][at % 3];
    for item in 0..60 {
        for (source, shift) in
            [("u", usize::from(item % 5 == 0)), ("v", usize::from(item % 5 == 1)), ("turned", 1)]
        {
            claims += &format!("{source}:i{item:02}={} ", value(item + shift));
        }
    }
    // w, who was right three times, says x on j, and turned says y, which is what it says for x.
    claims += "turned:j=y w:j=x w:i02=z w:i03=x w:i04=y";
    let (chosen, trust) = told(&DawidSkene, &claims);
    let right =
        chosen.split(' ').enumerate().filter(|(item, chosen)| *item < 60 && *chosen == value(*item)).count();
    assert_eq!(right, 60, "{chosen}");
    assert!(chosen.ends_with(" x"), "{chosen}");
    // The same from the equations in a few lines, in as many rounds.
    assert!(
        trust.iter().zip([0.001, 0.8, 0.8, 0.999]).all(|(&found, expected)| near(found, expected)),
        "{trust:?}"
    );
    assert_eq!(DawidSkene.fuse(&table(&claims)).rounds, 11);
}

#[test]
fn outliers_do_not_pull_gaussian_truths() {
    let (chosen, _) = told(&Gtm, "a:x=10 b:x=10.2 c:x=10.4 d:x=500");
    assert_eq!(chosen, "10.2");
}

#[test]
fn nothing_claimed_is_nothing_fused() {
    for method in METHODS {
        let fused = method.fuse(&TableBuilder::default().finish());
        assert!(fused.belief.is_empty() && fused.trust.is_empty(), "{}", method.name());
    }
}

mod whatever_the_names {
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<(u8, u8, u8, u8)>;

    /// Sources go by names in one order or in the reverse one.
    fn built(rows: &Rows, reversed: bool) -> Table {
        let mut builder = TableBuilder::default();
        for &(source, entity, attribute, value) in rows {
            let source = if reversed { 99 - source } else { source };
            // Numbers, times, sets and texts.
            let text = match attribute {
                0 => format!("{}", 10 + u32::from(value) * u32::from(value)),
                1 => format!("{:02}:{:02}", (22 + value) % 24, value * 7),
                2 => format!("x{value}; y{}", value / 2),
                _ => format!("w{value} v"),
            };
            builder.add(&format!("{source:02}"), &entity.to_string(), &attribute.to_string(), &text);
        }
        builder.finish()
    }

    fn rows(sources: u8) -> impl Strategy<Value = Rows> {
        prop::collection::vec((0..sources, 0..8u8, 0..4u8, 0..5u8), 1..200).prop_map(|mut rows| {
            // One claim of a source an item: which of several is heard goes by the text.
            rows.sort_unstable();
            rows.dedup_by_key(|row| (row.0, row.1, row.2));
            rows
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_same_answers(few in rows(9), many in rows(80)) {
            for rows in [few, many] {
                let (one, other) = (built(&rows, false), built(&rows, true));
                for method in METHODS {
                    let (left, right) = (method.fuse(&one), method.fuse(&other));
                    prop_assert_eq!(left.chosen(&one), right.chosen(&other), "{}", method.name());
                    prop_assert!(left.belief.iter().all(|belief| !belief.is_nan()), "{}", method.name());
                    prop_assert!(left.trust.iter().all(|trust| trust.is_finite()), "{}", method.name());
                }
            }
        }

        #[test]
        fn the_same_bits_for_rows_turned_or_repeated_and_any_threads(rows in rows(9)) {
            let table = built(&rows, false);
            let mut turned: Rows = rows.iter().rev().copied().collect();
            turned.extend(&rows);
            let turned = built(&turned, false);
            let threads = |count: usize| rayon::ThreadPoolBuilder::new().num_threads(count).build();
            for method in METHODS {
                let one = threads(1).expect("a pool").install(|| method.fuse(&table));
                let three = threads(3).expect("a pool").install(|| method.fuse(&turned));
                prop_assert_eq!(one, three, "{}", method.name());
            }
        }
    }
}
