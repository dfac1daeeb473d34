use rust_decimal::Decimal;

use crate::exact::{self, ExactError};
use crate::{Bound, Interval, Unit};

/// A figure with the room its wording leaves: `value ± precision`, or a half-line.
///
/// There is no `PartialEq`: "32 billion" and "31.999 billion" agree, and agreement of pairs is not
/// transitive, so it is asked for by name ([`Quantity::meets`]) and judged for a whole set by the reconciler.
#[derive(Debug, Clone)]
pub struct Quantity {
    value: Decimal,
    precision: Option<Decimal>,
    bound: Bound,
    unit: Unit,
}

/// A hedged figure ("about 31.6 billion") may be off by this share of its magnitude, unless its digits leave more.
const APPROX_SHARE: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

impl Quantity {
    /// A figure as written. `precision` is half a unit of its last significant digit, in base units.
    pub fn new(value: Decimal, precision: Option<Decimal>, bound: Bound, unit: Unit) -> Quantity {
        Quantity { value, precision: precision.map(|p| p.abs()), bound, unit }
    }

    /// The figure itself, in base units.
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// Half a unit of the last significant digit, where stated.
    pub fn precision(&self) -> Option<Decimal> {
        self.precision
    }

    /// The wording's bound.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// The unit.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// By how much the figure may be off to either side: its stated precision, half a unit of the last
    /// digit kept where none is stated, or a twentieth of the magnitude where it is hedged.
    ///
    /// # Errors
    /// [`ExactError::Overflow`].
    pub fn half_width(&self) -> Result<Decimal, ExactError> {
        let stated = self.precision.unwrap_or_else(|| {
            // A spelled fraction ("two thirds") is kept with two decimals: half of the last of them.
            if self.value.scale() > 0 { Decimal::new(5, self.value.scale() + 1) } else { Decimal::ZERO }
        });
        Ok(match self.bound {
            Bound::Approx => stated.max(exact::mul(self.value.abs(), APPROX_SHARE)?),
            _ => stated,
        })
    }

    /// Every value the wording allows. Bounds are on the magnitude: "fell by more than 2 %" is all from
    /// −2 away from zero; "at most" reaches from zero.
    ///
    /// # Errors
    /// [`ExactError::Overflow`].
    pub fn interval(&self) -> Result<Interval, ExactError> {
        let negative = self.value.is_sign_negative() && !self.value.is_zero();
        Ok(match (self.bound, negative) {
            (Bound::Exact | Bound::Approx, _) => Interval::around(self.value, self.half_width()?)?,
            (Bound::AtLeast, false) => Interval::new(Some(self.value), None),
            (Bound::AtLeast, true) => Interval::new(None, Some(self.value)),
            (Bound::AtMost, false) => Interval::new(Some(Decimal::ZERO), Some(self.value)),
            (Bound::AtMost, true) => Interval::new(Some(self.value), Some(Decimal::ZERO)),
        })
    }

    /// The same figure counted in another unit.
    ///
    /// # Errors
    /// [`crate::ConversionError`] where the units measure different things.
    pub fn convert(&self, unit: &Unit) -> Result<Quantity, crate::ConversionError> {
        Ok(Quantity {
            value: self.unit.convert(self.value, unit)?,
            precision: self.precision.map(|p| self.unit.convert(p, unit)).transpose()?,
            bound: self.bound,
            unit: unit.clone(),
        })
    }

    /// Whether the two can both be true (contract, *Agreement*, rules 2 and 3): figures of the same stated
    /// precision must be equal, of different precision their closed rounding intervals must meet; bounds are
    /// half-lines. `None` where the units do not convert or a figure cannot be represented.
    pub fn meets(&self, other: &Quantity) -> Option<bool> {
        let other = other.convert(&self.unit).ok()?;
        let both_exact = self.bound == Bound::Exact && other.bound == Bound::Exact;
        if both_exact && self.precision.is_some() && self.precision == other.precision {
            return Some(self.value == other.value);
        }
        Some(self.interval().ok()?.meets(&other.interval().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(text: &str) -> Quantity {
        // "value ± precision bound unit", the middle parts optional
        let mut bound = Bound::Exact;
        let mut precision = None;
        let mut words = text.split(' ').peekable();
        let value = exact::parse(words.next().unwrap()).unwrap();
        let mut unit = Unit::Money("USD".into());
        while let Some(word) = words.next() {
            match word {
                "±" => precision = Some(exact::parse(words.next().unwrap()).unwrap()),
                _ => match word.parse::<Bound>() {
                    Ok(b) => bound = b,
                    Err(_) => unit = word.parse().unwrap(),
                },
            }
        }
        Quantity::new(value, precision, bound, unit)
    }

    #[test]
    fn agreement_follows_precision_and_bound() {
        for (a, b, expected) in [
            // 32 bn and the filing's 31.999
            ("32000000000 ± 500000000", "31999000000 ± 500000", Some(true)),
            ("3.73 ± 0.005", "3.74 ± 0.005", Some(false)), // same precision: the intervals touch, the figures differ
            ("3.73 ± 0.005", "3.735 ± 0.0005", Some(true)),
            ("3.73 ± 0.005", "3.739 ± 0.0005", Some(false)), // cut, not rounded
            ("42 at_least", "40.9 ± 0.05", Some(false)),
            ("42 at_least", "42 ± 0.5", Some(true)),
            ("-2 at_least percent", "-2.5 ± 0.05 percent", Some(true)),
            ("-2 at_least percent", "-1.5 ± 0.05 percent", Some(false)),
            ("200000 at_most people", "150000 ± 5000 users", Some(true)),
            ("31.6 ± 0.05 approx", "31.632 ± 0.0005", Some(true)),
            ("31.6 ± 0.05 approx", "34 ± 0.5", Some(false)),
            ("-66.67 approx percent", "-66.7 ± 0.05 percent", Some(true)),
            ("0.5 ± 0.05 percentage_points", "50 ± 0.5 basis_points", Some(true)),
            ("500 ± 0.5 USD", "500 ± 0.5 CNY", None),
        ] {
            assert_eq!(q(a).meets(&q(b)), expected, "{a} | {b}");
            assert_eq!(q(b).meets(&q(a)), expected, "{b} | {a}");
        }
    }

    #[test]
    fn a_figure_that_cannot_be_held_is_an_error() {
        let huge = Quantity::new(Decimal::MAX, Some(Decimal::MAX), Bound::Exact, Unit::percent());
        assert_eq!(huge.interval().unwrap_err(), ExactError::Overflow);
        assert_eq!(huge.meets(&q("1 percent")), None);
    }
}
