//! Figures as printed -> decimals, by the formats of the inline XBRL transformation registries.

use consilience_claim::{Decimal, exact};

/// The value of a printed figure, before scale and sign. `format` is the local name, of whatever registry.
pub(crate) fn value(format: &str, text: &str) -> Option<Decimal> {
    // The registries wrote the names together once and with hyphens since.
    let format: String = format.chars().filter(|c| *c != '-').collect::<String>().to_lowercase();
    let kept = |mark: Option<char>| -> String {
        let plain = text.chars().filter(|c| c.is_ascii_digit() || Some(*c) == mark);
        plain.map(|c| if c.is_ascii_digit() { c } else { '.' }).collect()
    };
    let only =
        |marks: &[char]| text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || marks.contains(&c));
    const APOSTROPHES: [char; 4] = ['\'', '’', '`', '´'];
    let number = match format.as_str() {
        "fixedzero" | "zerodash" | "numdash" | "fixedempty" => return Some(Decimal::ZERO),
        "" => text.trim().to_owned(),
        "numdotdecimal" | "numdotdecimalapos" | "numcommadot" | "numspacedot" | "numdotdecimalin"
        | "numdotdecimalinin" => {
            if !only(&[',', '.', APOSTROPHES[0], APOSTROPHES[1], APOSTROPHES[2], APOSTROPHES[3]]) {
                return None;
            }
            kept(Some('.'))
        }
        "numcommadecimal" | "numcommadecimalapos" | "numdotcomma" | "numspacecomma" | "numcomma" => {
            if !only(&[',', '.', APOSTROPHES[0], APOSTROPHES[1], APOSTROPHES[2], APOSTROPHES[3]]) {
                return None;
            }
            kept(Some(','))
        }
        _ => return None,
    };
    exact::parse(&number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_figures_are_read_by_their_format() {
        for (format, text, expected) in [
            ("num-dot-decimal", "164,501", Some("164501")),
            ("numdotdecimal", "23.86", Some("23.86")),
            ("num-dot-decimal", " 1 234.5 ", Some("1234.5")),
            ("num-dot-decimal-apos", "1’234.5", Some("1234.5")),
            ("num-comma-decimal", "1.234,5", Some("1234.5")),
            ("numspacecomma", "1\u{a0}234,5", Some("1234.5")),
            ("fixed-zero", "—", Some("0")),
            ("zerodash", "-", Some("0")),
            ("", "0.000006", Some("0.000006")),
            ("", "1,234", None),
            ("num-dot-decimal", "n/a", None),
            ("num-dot-decimal", "1.2.3", None),
            ("num-dot-decimal", "", None),
            ("numwordsen", "two", None),
            ("", "1e9", None),
        ] {
            let value = value(format, text).map(|v| v.to_string());
            assert_eq!(value.as_deref(), expected, "{format} {text}");
        }
    }
}
