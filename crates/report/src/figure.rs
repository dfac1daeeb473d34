//! Figures for people: short, and with every digit that the claim has.
//!
//! The one place that knows how a number is written in text outputs. Point for decimals, comma for groups,
//! scale letters of the English press: `tn` 10¹², `bn` 10⁹, `m` 10⁶.

use consilience_claim::{Aspect, Bound, Claim, Decimal, Interval, Unit, exact};

/// A value in its unit: `48.385 bn USD`, `16%`, `71,469 people`, `2.98 USD per share`. Exact: no digit is dropped.
pub fn amount(value: Decimal, unit: &Unit) -> String {
    match unit {
        Unit::Named(name) => match name.as_str() {
            "percent" => format!("{}%", number(value)),
            "x" => format!("{}x", number(value)),
            name => format!("{} {}", number(value), noun(name)),
        },
        Unit::Money(code) => format!("{} {code}", number(value)),
        Unit::MoneyPer(code, per) => format!("{} {code} per {}", number(value), noun(per)),
    }
}

/// As [`amount`], with a `+` before a rise where the aspect is a difference.
pub fn amount_of(value: Decimal, unit: &Unit, aspect: Aspect) -> String {
    let difference = matches!(aspect, Aspect::YoyGrowth | Aspect::QoqGrowth | Aspect::Change);
    let rise = difference && value > Decimal::ZERO;
    format!("{}{}", if rise { "+" } else { "" }, amount(value, unit))
}

/// What a claim says: value, unit and the wording's bound.
pub fn claim(claim: &Claim) -> String {
    format!("{}{}", mark(claim.bound, claim.value), amount_of(claim.value, &claim.unit, claim.aspect))
}

/// The sign of a bound. Bounds are on the magnitude, so "fell by more than 2 %" is `< -2%`.
pub fn mark(bound: Bound, value: Decimal) -> &'static str {
    match (bound, value < Decimal::ZERO) {
        (Bound::Exact, _) => "",
        (Bound::Approx, _) => "≈ ",
        (Bound::AtLeast, false) | (Bound::AtMost, true) => "> ",
        (Bound::AtLeast, true) | (Bound::AtMost, false) => "< ",
    }
}

/// A range of values: `3.725 bn USD to 3.735 bn USD`, `42 bn USD or more`.
pub fn range(interval: &Interval, unit: &Unit) -> String {
    match (interval.low(), interval.high()) {
        (Some(low), Some(high)) if low == high => amount(low, unit),
        (Some(low), Some(high)) => {
            let (low, high) = (amount(low, unit), amount(high, unit));
            // "3.725 to 3.735 bn USD" where both ends end in the same words.
            match (low.split_once(' '), high.split_once(' ')) {
                (Some((number, a)), Some((_, b))) if a == b => format!("{number} to {high}"),
                _ => format!("{low} to {high}"),
            }
        }
        (Some(low), None) => format!("{} or more", amount(low, unit)),
        (None, Some(high)) => format!("{} or less", amount(high, unit)),
        (None, None) => "any value".to_owned(),
    }
}

/// A number with a scale letter where at most four decimals remain, else in full with groups.
fn number(value: Decimal) -> String {
    let value = value.normalize();
    for (power, letter) in [(12, "tn"), (9, "bn"), (6, "m")] {
        let scaled = exact::power_of_ten(-power).and_then(|factor| exact::mul(value, factor));
        if let Ok(scaled) = scaled
            && scaled.abs() >= Decimal::ONE
            && scaled.abs() < Decimal::ONE_THOUSAND
            && scaled.normalize().scale() <= 4
        {
            return format!("{} {letter}", scaled.normalize());
        }
    }
    grouped(value)
}

fn grouped(value: Decimal) -> String {
    let text = value.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |t| ("-", t));
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        // A year-like figure of four digits reads as one word, larger ones in groups of three.
        if i > 0 && (whole.len() - i) % 3 == 0 && whole.len() > 4 {
            out.push(',');
        }
        out.push(digit);
    }
    if !decimals.is_empty() {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

fn noun(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, unit: &str, expected: &str) {
        assert_eq!(amount(exact::parse(value).unwrap(), &unit.parse().unwrap()), expected, "{value} {unit}");
    }

    #[test]
    fn figures_read_as_people_write_them_and_keep_every_digit() {
        for (value, unit, expected) in [
            ("48385000000", "USD", "48.385 bn USD"),
            ("1220000000000", "USD", "1.22 tn USD"),
            ("-3992000000", "USD", "-3.992 bn USD"),
            ("452000000", "EUR", "452 m EUR"),
            ("13985234899", "USD", "13,985,234,899 USD"),
            ("1234500000", "JPY", "1.2345 bn JPY"),
            ("1234560000", "JPY", "1,234,560,000 JPY"),
            ("999999", "USD", "999,999 USD"),
            ("0", "USD", "0 USD"),
            ("71469", "people", "71,469 people"),
            ("3350000000", "people", "3.35 bn people"),
            ("150000", "download_requests", "150,000 download requests"),
            ("2.98", "USD/share", "2.98 USD per share"),
            ("16", "percent", "16%"),
            ("-66.67", "percent", "-66.67%"),
            ("0.50", "percentage_points", "0.5 percentage points"),
            ("10", "x", "10x"),
            ("5000000000000000", "IDR", "5,000,000,000,000,000 IDR"),
            ("0.0000000001", "USD", "0.0000000001 USD"),
            ("4536", "vehicles", "4536 vehicles"),
        ] {
            check(value, unit, expected);
        }
    }

    #[test]
    fn bounds_follow_the_sign() {
        for (bound, value, expected) in [
            (Bound::AtLeast, 42, "> "),
            (Bound::AtLeast, -2, "< "),
            (Bound::AtMost, 200, "< "),
            (Bound::AtMost, -2, "> "),
            (Bound::Approx, 31, "≈ "),
            (Bound::Exact, 31, ""),
        ] {
            assert_eq!(mark(bound, Decimal::from(value)), expected, "{bound} {value}");
        }
    }

    #[test]
    fn ranges_say_the_unit_once() {
        let d = |t: &str| Some(exact::parse(t).unwrap());
        let usd: Unit = "USD".parse().unwrap();
        for (low, high, expected) in [
            (d("3725000000"), d("3735000000"), "3.725 to 3.735 bn USD"),
            (d("999000000"), d("1001000000"), "999 m USD to 1.001 bn USD"),
            (d("5"), d("5"), "5 USD"),
            (d("42000000000"), None, "42 bn USD or more"),
            (None, d("-2"), "-2 USD or less"),
            (None, None, "any value"),
        ] {
            assert_eq!(range(&Interval::new(low, high), &usd), expected);
        }
    }

    #[test]
    fn a_rise_shows_its_sign_where_the_figure_is_a_difference() {
        let d = exact::parse("16").unwrap();
        assert_eq!(amount_of(d, &Unit::percent(), Aspect::YoyGrowth), "+16%");
        assert_eq!(amount_of(-d, &Unit::percent(), Aspect::YoyGrowth), "-16%");
        assert_eq!(amount_of(d, &Unit::percent(), Aspect::Level), "16%");
    }

    proptest::proptest! {
        #[test]
        fn no_digit_is_lost(mantissa in -10_000_000_000_000i64..10_000_000_000_000, scale in 0u32..6, zeros in 0i32..9) {
            let value = exact::mul(Decimal::new(mantissa, scale), exact::power_of_ten(zeros).unwrap()).unwrap();
            let text = amount(value, &"USD".parse().unwrap());
            let mut words = text.split(' ');
            let read = exact::parse(&words.next().unwrap().replace(',', "")).unwrap();
            let power = match words.next().unwrap() { "tn" => 12, "bn" => 9, "m" => 6, _ => 0 };
            let back = exact::mul(read, exact::power_of_ten(power).unwrap()).unwrap();
            proptest::prop_assert_eq!(back, value, "{}", text);
        }
    }
}
