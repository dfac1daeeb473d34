//! Figures in words for a reader: "48.385 billion USD".

use consilience_claim::{Decimal, Interval, Unit, exact};

/// Whether a name may stand in quotes in a command that a message proposes: names come from articles, and people copy
/// commands, so nothing that ends a quotation, opens an option or looks other than it is.
pub fn harmless_in_a_shell(name: &str) -> bool {
    !name.starts_with('-') && name.chars().all(|c| c.is_alphanumeric() || " /_-.:+&,()".contains(c))
}

/// A figure with its unit, scaled to thousands of millions where that is shorter.
pub(crate) fn figure(value: Decimal, unit: &Unit) -> String {
    format!("{}{}", scaled(value), suffix(unit))
}

/// A range with its unit.
pub(crate) fn range(interval: &Interval, unit: &Unit) -> String {
    match (interval.low(), interval.high()) {
        (Some(a), Some(b)) if a == b => figure(a, unit),
        (Some(a), Some(b)) => format!("{} to {}{}", scaled(short(a)), scaled(short(b)), suffix(unit)),
        (Some(a), None) => format!("at least {}", figure(short(a), unit)),
        (None, Some(b)) => format!("at most {}", figure(short(b), unit)),
        (None, None) => "any figure".into(),
    }
}

/// At most six significant digits: a quotient has no end.
fn short(value: Decimal) -> Decimal {
    value.round_sf(6).unwrap_or(value).normalize()
}

fn suffix(unit: &Unit) -> String {
    match unit {
        unit if unit.is_percent() => " %".into(),
        Unit::Named(name) if name == "x" => "-fold".into(),
        unit => format!(" {}", unit.to_string().replace('_', " ")),
    }
}

fn scaled(value: Decimal) -> String {
    let magnitude = value.abs();
    for (power, word) in [(12, " trillion"), (9, " billion"), (6, " million")] {
        let Ok(one) = exact::power_of_ten(power) else { continue };
        if magnitude >= one
            && let Ok(tenth) = exact::power_of_ten(-power)
            && let Ok(short) = exact::mul(value, tenth)
            && short.normalize().scale() <= 6
        {
            return format!("{}{word}", short.normalize());
        }
    }
    grouped(value)
}

/// Digits in groups of three: "71,469".
fn grouped(value: Decimal) -> String {
    let text = value.normalize().to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |t| ("-", t));
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// The shortest figure near the middle of a range that lies inside it.
pub(crate) fn representative(interval: &Interval) -> Option<Decimal> {
    let sum = exact::add(interval.low()?, interval.high()?).ok()?;
    let middle = exact::div_outward(sum, Decimal::TWO).ok()?.0;
    (1..=20)
        .filter_map(|digits| middle.round_sf(digits))
        .find(|v| interval.contains(*v))
        .map(|v| v.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_like_prose() {
        for (value, unit, expected) in [
            ("48385000000", "USD", "48.385 billion USD"),
            ("-500000", "USD", "-500,000 USD"),
            ("2.98", "USD/share", "2.98 USD/share"),
            ("71469", "people", "71,469 people"),
            ("11", "percent", "11 %"),
            ("10", "x", "10-fold"),
            ("1710000000000", "USD", "1.71 trillion USD"),
            ("123456789", "USD", "123.456789 million USD"),
            ("95000000", "download_requests", "95 million download requests"),
        ] {
            assert_eq!(figure(exact::parse(value).unwrap(), &unit.parse().unwrap()), expected);
        }
    }
}
