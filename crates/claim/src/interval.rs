use std::fmt;

use rust_decimal::Decimal;

use crate::exact::{self, ExactError};

/// A closed range of decimals; an end that is `None` is unbounded.
///
/// Arithmetic rounds outward, so the true result of exact inputs always lies inside
/// (Moore, *Interval Analysis*, 1966).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    low: Option<Decimal>,
    high: Option<Decimal>,
}

impl Interval {
    /// The range from `low` to `high`, whichever way round they are given.
    pub fn new(low: Option<Decimal>, high: Option<Decimal>) -> Self {
        match (low, high) {
            (Some(a), Some(b)) if b < a => Interval { low: Some(b), high: Some(a) },
            _ => Interval { low, high },
        }
    }

    /// The range that holds one value.
    pub fn point(value: Decimal) -> Self {
        Interval { low: Some(value), high: Some(value) }
    }

    /// `center ± half_width`.
    ///
    /// # Errors
    /// [`ExactError::Overflow`] where an end cannot be represented.
    pub fn around(center: Decimal, half_width: Decimal) -> Result<Self, ExactError> {
        let half_width = half_width.abs();
        Ok(Interval {
            low: Some(exact::sub(center, half_width)?),
            high: Some(exact::add(center, half_width)?),
        })
    }

    /// The lower end, `None` where unbounded.
    pub fn low(&self) -> Option<Decimal> {
        self.low
    }

    /// The upper end, `None` where unbounded.
    pub fn high(&self) -> Option<Decimal> {
        self.high
    }

    /// Whether `value` lies inside, ends included.
    pub fn contains(&self, value: Decimal) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }

    /// Whether the two ranges share a point.
    pub fn meets(&self, other: &Interval) -> bool {
        self.intersection(other).is_some()
    }

    /// The points in both, `None` where there are none.
    pub fn intersection(&self, other: &Interval) -> Option<Interval> {
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (low, high) {
            (Some(a), Some(b)) if b < a => None,
            _ => Some(Interval { low, high }),
        }
    }

    /// Length of the range, `None` where unbounded or not representable.
    pub fn width(&self) -> Option<Decimal> {
        exact::sub(self.high?, self.low?).ok()
    }

    /// Every `-x`.
    pub fn negated(&self) -> Interval {
        Interval { low: self.high.map(|h| -h), high: self.low.map(|l| -l) }
    }

    /// Every `x + y`.
    ///
    /// # Errors
    /// [`ExactError::Overflow`].
    pub fn plus(&self, other: &Interval) -> Result<Interval, ExactError> {
        let end =
            |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).map(|(a, b)| exact::add(a, b)).transpose();
        Ok(Interval { low: end(self.low, other.low)?, high: end(self.high, other.high)? })
    }

    /// Every `x − y`.
    ///
    /// # Errors
    /// [`ExactError::Overflow`].
    pub fn minus(&self, other: &Interval) -> Result<Interval, ExactError> {
        self.plus(&other.negated())
    }

    /// Every `x × y`, for bounded ranges; an unbounded factor gives an unbounded product.
    ///
    /// # Errors
    /// [`ExactError::Overflow`].
    pub fn times(&self, other: &Interval) -> Result<Interval, ExactError> {
        let (Some(a), Some(b), Some(c), Some(d)) = (self.low, self.high, other.low, other.high) else {
            return self.times_half_line(other);
        };
        let products = [exact::mul(a, c)?, exact::mul(a, d)?, exact::mul(b, c)?, exact::mul(b, d)?];
        Ok(Interval { low: products.iter().min().copied(), high: products.iter().max().copied() })
    }

    /// Products with a half-line, exact only where both ranges lie at or above zero.
    fn times_half_line(&self, other: &Interval) -> Result<Interval, ExactError> {
        let (Some(a), Some(c)) = (self.low, other.low) else { return Ok(Interval { low: None, high: None }) };
        if a < Decimal::ZERO || c < Decimal::ZERO {
            return Ok(Interval { low: None, high: None });
        }
        let high = self.high.zip(other.high).map(|(b, d)| exact::mul(b, d)).transpose()?;
        Ok(Interval { low: Some(exact::mul(a, c)?), high })
    }

    /// Every `x / y`.
    ///
    /// # Errors
    /// [`ExactError::DivisionByZero`] where the divisor holds zero or is unbounded, [`ExactError::Overflow`].
    pub fn over(&self, other: &Interval) -> Result<Interval, ExactError> {
        let (Some(c), Some(d)) = (other.low, other.high) else { return Err(ExactError::DivisionByZero) };
        if other.contains(Decimal::ZERO) {
            return Err(ExactError::DivisionByZero);
        }
        let reciprocal_sign = c > Decimal::ZERO;
        let ends = |x: Option<Decimal>| -> Result<Option<[(Decimal, Decimal); 2]>, ExactError> {
            x.map(|x| Ok([exact::div_outward(x, c)?, exact::div_outward(x, d)?])).transpose()
        };
        let (low, high) = (ends(self.low)?, ends(self.high)?);
        let least = |e: Option<[(Decimal, Decimal); 2]>| e.map(|e| e[0].0.min(e[1].0));
        let greatest = |e: Option<[(Decimal, Decimal); 2]>| e.map(|e| e[0].1.max(e[1].1));
        Ok(if reciprocal_sign {
            Interval { low: least(low), high: greatest(high) }
        } else {
            Interval { low: least(high), high: greatest(low) }
        })
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Some(a), Some(b)) if a == b => write!(f, "{}", a.normalize()),
            (Some(a), Some(b)) => write!(f, "[{}, {}]", a.normalize(), b.normalize()),
            (Some(a), None) => write!(f, "≥ {}", a.normalize()),
            (None, Some(b)) => write!(f, "≤ {}", b.normalize()),
            (None, None) => f.write_str("any"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        exact::parse(text).unwrap()
    }

    fn i(low: &str, high: &str) -> Interval {
        let end = |t: &str| (!t.is_empty()).then(|| d(t));
        Interval::new(end(low), end(high))
    }

    #[test]
    fn closed_intervals_meet_at_their_ends() {
        for (a, b, expected) in [
            (i("31.5", "32.5"), i("31.9985", "31.9995"), true),
            (i("31.5", "32.5"), i("32.5", "33.5"), true),
            (i("31.5", "32.5"), i("32.6", "33.5"), false),
            (i("42", ""), i("31.5", "31.7"), false),
            (i("", "42"), i("42", ""), true),
            (i("", ""), i("1", "1"), true),
        ] {
            assert_eq!(a.meets(&b), expected, "{a} {b}");
            assert_eq!(b.meets(&a), expected, "{b} {a}");
        }
    }

    #[test]
    fn arithmetic_rounds_outward() {
        // 32 bn up 11 %: the year before lies in [31.5/1.115, 32.5/1.105].
        let before = i("31.5", "32.5").over(&i("1.105", "1.115")).unwrap();
        assert!(before.low().unwrap() <= d("28.2512") && before.low().unwrap() >= d("28.2511"));
        assert!(before.high().unwrap() >= d("29.4117") && before.high().unwrap() <= d("29.4118"));
        assert_eq!(i("1", "2").plus(&i("-1", "3")).unwrap(), i("0", "5"));
        assert_eq!(i("1", "2").minus(&i("-1", "3")).unwrap(), i("-2", "3"));
        assert_eq!(i("-1", "2").times(&i("-3", "4")).unwrap(), i("-6", "8"));
        assert_eq!(i("2", "").times(&i("3", "4")).unwrap(), i("6", ""));
        assert_eq!(i("1", "2").over(&i("-1", "1")), Err(ExactError::DivisionByZero));
        assert_eq!(i("2", "4").over(&i("-2", "-1")).unwrap(), i("-4", "-1"));
        assert_eq!(i("2", "").over(&i("2", "4")).unwrap(), i("0.5", ""));
    }
}
