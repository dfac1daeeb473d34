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
        &[2.485206979, 1.098558, 1.022083693, 2.561681285, 1.105865708, 1.293415155],
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
