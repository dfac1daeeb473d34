use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::exact::{self, ExactError};

/// What a value counts. Units convert exactly, by the factors of `data/units.csv`, or not at all: money of
/// two currencies never converts here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Money, by its ISO 4217 code: `USD`.
    Money(String),
    /// Money per something: `USD/share`.
    MoneyPer(String, String),
    /// Anything else, by its snake_case name: `percent`, `people`, `x`.
    Named(String),
}

/// Why a text is not a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not a unit; write an ISO 4217 code, CODE/share, or a snake_case noun such as people")]
pub struct UnitError(pub String);

/// Why a value does not convert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    /// The units measure different things.
    #[error("{0} and {1} do not convert into one another")]
    Dimension(Unit, Unit),
    /// The result does not fit.
    #[error(transparent)]
    Exact(#[from] ExactError),
}

impl Unit {
    /// `percent`.
    pub fn percent() -> Unit {
        Unit::Named("percent".into())
    }

    /// A unit by its plain name.
    pub fn named(name: impl Into<String>) -> Unit {
        Unit::Named(name.into())
    }

    /// Whether this is money, plain or per something.
    pub fn currency(&self) -> Option<&str> {
        match self {
            Unit::Money(code) | Unit::MoneyPer(code, _) => Some(code),
            Unit::Named(_) => None,
        }
    }

    /// Whether values are percent.
    pub fn is_percent(&self) -> bool {
        matches!(self, Unit::Named(name) if name == "percent")
    }

    /// What the unit measures; values of one dimension convert into one another.
    pub fn dimension(&self) -> String {
        match self {
            Unit::Named(name) => factors().get(name.as_str()).map_or_else(|| name.clone(), |u| u.0.clone()),
            money => money.to_string(),
        }
    }

    /// Whether one of this is one of the other: people and users, but not megawatts and watts.
    pub fn same_size(&self, other: &Unit) -> bool {
        self.dimension() == other.dimension() && self.factor() == other.factor()
    }

    /// `value` of this unit, counted in `target`.
    ///
    /// # Errors
    /// [`ConversionError::Dimension`] where the two measure different things.
    pub fn convert(&self, value: Decimal, target: &Unit) -> Result<Decimal, ConversionError> {
        if self == target {
            return Ok(value);
        }
        if self.dimension() != target.dimension() {
            return Err(ConversionError::Dimension(self.clone(), target.clone()));
        }
        let value = exact::mul(value, self.factor())?;
        let (low, high) = exact::div_outward(value, target.factor())?;
        if low == high { Ok(low) } else { Err(ExactError::Overflow.into()) }
    }

    /// Whether one of this is the unit that its dimension is counted in: kilograms, but not tonnes.
    pub fn is_base(&self) -> bool {
        self.factor() == Decimal::ONE
    }

    /// The units that convert into others, in the order of `data/units.csv`.
    pub fn convertible() -> impl Iterator<Item = Unit> {
        factors().keys().map(|name| Unit::named(*name))
    }

    fn factor(&self) -> Decimal {
        match self {
            Unit::Named(name) => factors().get(name.as_str()).map_or(Decimal::ONE, |u| u.1),
            _ => Decimal::ONE,
        }
    }
}

/// Unit name to dimension and factor, from the table that ships with the crate.
fn factors() -> &'static IndexMap<&'static str, (String, Decimal)> {
    static TABLE: OnceLock<IndexMap<&'static str, (String, Decimal)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        include_str!("../../../data/units.csv")
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut fields = line.split(',');
                let (name, dimension, factor) = (fields.next()?, fields.next()?, fields.next()?);
                Some((name, (dimension.to_owned(), exact::parse(factor).ok()?)))
            })
            .collect()
    })
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unit::Money(code) => f.pad(code),
            Unit::MoneyPer(code, per) => f.pad(&format!("{code}/{per}")),
            Unit::Named(name) => f.pad(name),
        }
    }
}

impl FromStr for Unit {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Unit, UnitError> {
        let is_code = |t: &str| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase());
        let is_name = |t: &str| {
            !t.is_empty()
                && t.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '/' | '-' | '%' | '²' | '³'))
        };
        match text.split_once('/') {
            _ if is_code(text) => Ok(Unit::Money(text.to_owned())),
            Some((code, per)) if is_code(code) && is_name(per) => {
                Ok(Unit::MoneyPer(code.to_owned(), per.to_owned()))
            }
            _ if text == "%" => Ok(Unit::percent()),
            _ if is_name(text) => Ok(Unit::Named(text.to_owned())),
            _ => Err(UnitError(text.to_owned())),
        }
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unit, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn convert(value: &str, from: &str, to: &str) -> Result<String, ConversionError> {
        let (from, to): (Unit, Unit) = (from.parse().unwrap(), to.parse().unwrap());
        from.convert(exact::parse(value).unwrap(), &to).map(|d| d.normalize().to_string())
    }

    #[test]
    fn units_convert_exactly_or_not_at_all() {
        for (value, from, to, expected) in [
            ("75", "basis_points", "percentage_points", "0.75"),
            ("71469", "users", "people", "71469"),
            ("1.5", "tonnes", "kilograms", "1500"),
            ("250", "kilograms", "tonnes", "0.25"),
            ("3", "USD", "USD", "3"),
        ] {
            assert_eq!(convert(value, from, to).unwrap(), expected, "{value} {from} -> {to}");
        }
        for (from, to) in
            [("USD", "CNY"), ("percent", "percentage_points"), ("USD", "USD/share"), ("people", "vehicles")]
        {
            assert!(matches!(convert("1", from, to), Err(ConversionError::Dimension(..))), "{from} -> {to}");
        }
    }

    #[test]
    fn notation_reads_back() {
        for text in ["USD", "USD/share", "percent", "percentage_points", "x", "download_requests"] {
            assert_eq!(text.parse::<Unit>().unwrap().to_string(), text);
        }
        assert_eq!("%".parse::<Unit>().unwrap(), Unit::percent());
        assert!("".parse::<Unit>().is_err());
        assert!("two words".parse::<Unit>().is_err());
    }

    #[test]
    fn the_table_is_whole() {
        let lines = include_str!("../../../data/units.csv").lines().count();
        assert_eq!(factors().len() + 1, lines, "a line of data/units.csv does not parse or stands twice");
    }
}
