//! Decimal arithmetic that is exact or says that it is not.
//!
//! `rust_decimal` holds 96 bits (28 full digits) and rounds silently where a result would need more,
//! so the plain operators and even `checked_*` can give a wrong figure. The functions here return an
//! error instead. Division has no exact result in general; [`div_outward`] returns the pair of
//! neighbours that enclose the quotient, which is what interval arithmetic needs.

use rust_decimal::Decimal;

/// Why a figure could not be represented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// The magnitude is beyond 7.9 × 10²⁸ or the digits beyond 28.
    #[error("the figure needs more than the 28 digits that are kept exactly")]
    Overflow,
    /// The divisor is zero, or an interval that holds zero.
    #[error("division by zero")]
    DivisionByZero,
    /// The text is not a decimal number.
    #[error("not a decimal number")]
    Syntax,
}

/// Reads a plain decimal (`-12.50`), refusing what would have to be rounded.
///
/// # Errors
/// [`ExactError::Overflow`] beyond 28 digits, [`ExactError::Syntax`] for anything but an optional sign,
/// digits and one point.
pub fn parse(text: &str) -> Result<Decimal, ExactError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let well_formed = digits.bytes().any(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1;
    if !well_formed {
        return Err(ExactError::Syntax);
    }
    Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).map_err(|_| ExactError::Overflow)
}

/// `a + b`, exactly.
///
/// # Errors
/// [`ExactError::Overflow`] where the sum needs more digits than are kept.
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, ExactError> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    let wide = |d: Decimal| {
        let factor = 10i128.checked_pow(scale - d.scale())?;
        d.mantissa().checked_mul(factor)
    };
    let sum = wide(a).zip(wide(b)).and_then(|(x, y)| x.checked_add(y)).ok_or(ExactError::Overflow)?;
    from_parts(sum, scale)
}

/// `a - b`, exactly.
///
/// # Errors
/// As [`add`].
pub fn sub(a: Decimal, b: Decimal) -> Result<Decimal, ExactError> {
    add(a, -b)
}

/// `a × b`, exactly.
///
/// # Errors
/// [`ExactError::Overflow`] where the product needs more digits than are kept.
pub fn mul(a: Decimal, b: Decimal) -> Result<Decimal, ExactError> {
    let (a, b) = (a.normalize(), b.normalize());
    let mantissa = a.mantissa().checked_mul(b.mantissa()).ok_or(ExactError::Overflow)?;
    from_parts(mantissa, a.scale() + b.scale())
}

/// `10^power`, for the powers that a decimal can hold.
///
/// # Errors
/// [`ExactError::Overflow`] outside −28 ..= 28.
pub fn power_of_ten(power: i32) -> Result<Decimal, ExactError> {
    let magnitude = power.unsigned_abs();
    if magnitude > 28 {
        return Err(ExactError::Overflow);
    }
    if power < 0 { from_parts(1, magnitude) } else { from_parts(10i128.pow(magnitude), 0) }
}

/// The two decimals that enclose `a / b`, equal where the quotient is exact to 20 places.
///
/// # Errors
/// [`ExactError::DivisionByZero`], or [`ExactError::Overflow`].
pub fn div_outward(a: Decimal, b: Decimal) -> Result<(Decimal, Decimal), ExactError> {
    if b.is_zero() {
        return Err(ExactError::DivisionByZero);
    }
    let quotient = a.checked_div(b).ok_or(ExactError::Overflow)?;
    if mul(quotient, b) == Ok(a.normalize()) {
        return Ok((quotient.normalize(), quotient.normalize()));
    }
    // One unit of a place that the quotient is surely right in, on either side.
    let magnitude = quotient.trunc().mantissa().unsigned_abs().checked_ilog10().map_or(0, |d| d + 1);
    let places = 20.min(26u32.saturating_sub(magnitude));
    let rounded = quotient.round_dp(places);
    let step = Decimal::new(1, places);
    Ok((sub(rounded, step)?.normalize(), add(rounded, step)?.normalize()))
}

fn from_parts(mantissa: i128, scale: u32) -> Result<Decimal, ExactError> {
    let (mut mantissa, mut scale) = (mantissa, scale);
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| ExactError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        parse(text).unwrap()
    }

    #[test]
    fn parses_plain_decimals_only() {
        for (text, expected) in [("0", "0"), ("-12.50", "-12.50"), ("+3", "3"), (".5", "0.5")] {
            assert_eq!(parse(text).unwrap().to_string(), expected, "{text}");
        }
        for text in ["", "-", ".", "1e5", "1,5", "1.2.3", " 1", "NaN"] {
            assert_eq!(parse(text), Err(ExactError::Syntax), "{text}");
        }
        assert_eq!(parse(&"9".repeat(400)), Err(ExactError::Overflow));
        assert_eq!(parse("0.00000000000000000000000000001"), Err(ExactError::Overflow));
    }

    #[test]
    fn sums_and_products_are_exact_or_refused() {
        assert_eq!(add(d("0.1"), d("0.2")), Ok(d("0.3")));
        assert_eq!(sub(d("1.00"), d("1")), Ok(d("0")));
        assert_eq!(mul(d("1.21"), d("39.99")), Ok(d("48.3879")));
        // The plain operators would drop the small addend and round the product.
        assert_eq!(add(d("10000000000000000000000000000"), d("0.001")), Err(ExactError::Overflow));
        assert_eq!(mul(d("1.2345678901234567890123456789"), d("1.1")), Err(ExactError::Overflow));
        assert_eq!(mul(d("70000000000000000000000000000"), d("10")), Err(ExactError::Overflow));
        assert_eq!(power_of_ten(12), Ok(d("1000000000000")));
        assert_eq!(power_of_ten(-2), Ok(d("0.01")));
        assert_eq!(power_of_ten(29), Err(ExactError::Overflow));
    }

    #[test]
    fn quotients_are_enclosed() {
        assert_eq!(div_outward(d("1"), d("4")), Ok((d("0.25"), d("0.25"))));
        assert_eq!(div_outward(d("1"), d("0")), Err(ExactError::DivisionByZero));
        let (low, high) = div_outward(d("1"), d("3")).unwrap();
        assert!(mul(low, d("3")).unwrap() < d("1") && d("1") < mul(high, d("3")).unwrap());
        let (low, high) = div_outward(d("20838000000"), d("1.49")).unwrap();
        assert!(low < high && low > d("13985234899") && high < d("13985234900"));
    }

    proptest::proptest! {
        #[test]
        fn division_encloses_the_quotient(a in -10_000_000_000i64..10_000_000_000, b in 1i64..1_000_000, s in 0u32..6) {
            let (a, b) = (Decimal::new(a, s), Decimal::new(b, 3));
            let (low, high) = div_outward(a, b).unwrap();
            proptest::prop_assert!(mul(low, b).map_or(true, |x| x <= a));
            proptest::prop_assert!(mul(high, b).map_or(true, |x| x >= a));
        }
    }
}
