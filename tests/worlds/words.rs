//! Figures as each language writes them.

use super::article::Statement;

/// The number with its scale and unit, in the marks and words of a language.
pub(crate) fn written(lang: &str, statement: &Statement) -> String {
    let number = number(lang, statement);
    let scale = scale(lang, statement.power);
    let unit = statement.item.unit;
    match unit.split('/').next().unwrap_or(unit) {
        "percent" => format!("{number}{}", if lang == "en" { "%" } else { " %" }),
        "percentage_points" => format!("{number} {}", points(lang)),
        money @ ("USD" | "EUR" | "CHF") => money_written(lang, money, &number, scale),
        _ => [number.as_str(), scale].join(" ").trim_end().to_owned(),
    }
}

/// The digits of a figure with the marks of a language.
fn number(lang: &str, statement: &Statement) -> String {
    let (decimal, group) = match lang {
        "en" => ('.', ","),
        "fr" => (',', "\u{a0}"),
        _ => (',', "."),
    };
    let digits = statement.digits();
    let digits = format!("{digits:0>width$}", width = statement.decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - statement.decimals as usize);
    let mut out = if statement.value.is_sign_negative() { String::from("-") } else { String::new() };
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push_str(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(decimal);
        out.push_str(fraction);
    }
    out
}

fn scale(lang: &str, power: u32) -> &'static str {
    match (lang, power) {
        ("en", 6) => "million",
        ("en", 9) => "billion",
        ("fr", 6) => "millions",
        ("fr", 9) => "milliards",
        ("id", 6) => "juta",
        ("id", 9) => "miliar",
        ("de", 6) => "Millionen",
        ("de", 9) => "Milliarden",
        ("es", 6) => "millones",
        ("es", 9) => "mil millones",
        (_, 12) => "trillion",
        _ => "",
    }
}

fn points(lang: &str) -> &'static str {
    match lang {
        "en" => "percentage points",
        "fr" => "points de pourcentage",
        "id" => "poin persentase",
        "de" => "Prozentpunkte",
        _ => "puntos porcentuales",
    }
}

fn money_written(lang: &str, money: &str, number: &str, scale: &str) -> String {
    let words = match (lang, money) {
        ("en", "USD") => return format!("${number} {scale}").trim_end().to_owned(),
        ("en", "EUR") => return format!("€{number} {scale}").trim_end().to_owned(),
        ("id", "USD") => return format!("US${number} {scale}").trim_end().to_owned(),
        (_, "CHF") => return format!("CHF {number} {scale}").trim_end().to_owned(),
        ("fr", "USD") => "dollars",
        ("fr", _) => "euros",
        ("de", "USD") => "Dollar",
        ("de", _) => "Euro",
        ("es", "USD") => "dólares",
        ("es", _) => "euros",
        _ => "euro",
    };
    let of = match (lang, scale) {
        ("fr", "millions" | "milliards") => "de ",
        ("es", "millones" | "mil millones") => "de ",
        _ => "",
    };
    format!("{number} {scale} {of}{words}").replace("  ", " ")
}
