//! Dates of publication, as metadata and datelines write them.

/// Month names, as far as their first letters tell them apart; data, in the order of the year.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "aou", "ago", "agu"],
    &["sep", "set"],
    &["oct", "okt", "out", "ott"],
    &["nov"],
    &["dec", "déc", "dez", "dic", "des"],
];

/// The date of a metadata field as RFC 3339: a date with time and zone stays as it is, anything less becomes a
/// date alone. `None` where no day is named, or day and month could be either.
pub(super) fn date(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 80 {
        return None;
    }
    iso(text).or_else(|| in_words(text)).or_else(|| in_figures(text))
}

/// The date of a line that holds a date and little else: a label before it, a time of day after it.
pub(super) fn dateline(line: &str) -> Option<String> {
    let line = line.trim().trim_matches(|c: char| matches!(c, '*' | '_' | '|' | '(' | ')')).trim();
    if line.chars().count() > 60 || !line.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // What is left beside the date: words such as "Published:" or "Monday", no sentence.
    let letters =
        line.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().any(char::is_alphabetic)).count();
    if letters > 5 || line.ends_with(['.', '!', '?', '。']) || line.contains(['%', '$', '€', '£', '¥']) {
        return None;
    }
    // Digits beyond a date and a time of day are a statement, not a dateline.
    let numbers = line.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).count();
    if numbers > 8 {
        return None;
    }
    let labelled = line.split_once(": ").or_else(|| line.split_once('：')).map_or(line, |(_, rest)| rest);
    date(labelled).or_else(|| date(line))
}

fn valid(year: u32, month: u32, day: u32) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    ((1800..=2199).contains(&year) && (1..=days).contains(&day))
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// `2023-05-03`, alone or with `T12:24:00` and a zone.
fn iso(text: &str) -> Option<String> {
    let figures = |from: usize, to: usize| {
        text.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
    };
    if text.as_bytes().get(4) != Some(&b'-') || text.as_bytes().get(7) != Some(&b'-') {
        return None;
    }
    let day = valid(figures(0, 4)?, figures(5, 7)?, figures(8, 10)?)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(day);
    }
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let Some(time) = rest.strip_prefix(['T', 't', ' ']) else { return Some(day) };
    Some(with_zone(time).map_or(day.clone(), |time| format!("{day}T{time}")))
}

/// A time of day with its zone, where both are whole.
fn with_zone(text: &str) -> Option<String> {
    let (clock, zone) = text.split_at_checked(text.find(['Z', 'z', '+', '-', ' ']).filter(|at| *at > 0)?)?;
    let mut parts = clock.splitn(3, ':');
    let mut two = |limit: u32| {
        let part = parts.next()?;
        let whole = part.split('.').next()?;
        (whole.len() == 2
            && part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && whole.parse::<u32>().ok()? <= limit)
            .then(|| part.to_owned())
    };
    let (hour, minute) = (two(23)?, two(59)?);
    let second = if clock.matches(':').count() == 2 { two(60)? } else { "00".to_owned() };
    let zone = match zone.trim() {
        "Z" | "z" | "UTC" | "GMT" => "Z".to_owned(),
        offset if offset.len() >= 5 && offset.starts_with(['+', '-']) => {
            let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
            let (hours, minutes) = digits.split_at_checked(2)?;
            if digits.len() != 4 || hours.parse::<u32>().ok()? > 23 || minutes.parse::<u32>().ok()? > 59 {
                return None;
            }
            format!("{}{hours}:{minutes}", &offset[..1])
        }
        _ => return None,
    };
    Some(format!("{hour}:{minute}:{second}{zone}"))
}

/// `3 February 2025`, `Feb. 3, 2025`, `Wed, 03 May 2023 12:24:00 GMT`, `2025年2月3日`.
fn in_words(text: &str) -> Option<String> {
    if let Some((before, rest)) = text.split_once(['年', '년']) {
        let (month, rest) = rest.split_once(['月', '월'])?;
        let day = rest.split(['日', '일']).next()?;
        let year = before.trim().get(before.trim().len().checked_sub(4)?..)?;
        return valid(year.parse().ok()?, month.trim().parse().ok()?, day.trim().parse().ok()?);
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let (at, month) = words.iter().enumerate().find_map(|(i, word)| {
        let lower = word.to_lowercase();
        let month = MONTHS.iter().position(|names| names.iter().any(|name| lower.starts_with(name)))?;
        lower.chars().all(char::is_alphabetic).then_some((i, u32::try_from(month).ok()? + 1))
    })?;
    let figures = |i: Option<usize>| {
        let word = words.get(i?)?;
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        (word.len() - digits.len() <= 2).then(|| digits.parse::<u32>().ok())?
    };
    let skip_particle =
        |i: usize| if words.get(i).is_some_and(|w| matches!(*w, "de" | "del" | "of")) { i + 1 } else { i };
    let before =
        at.checked_sub(1).map(|i| if matches!(words[i], "de" | "of") { i.saturating_sub(1) } else { i });
    let after = skip_particle(at + 1);
    let year = |i: usize| figures(Some(i)).filter(|y| *y >= 1800);
    match (figures(before).filter(|d| *d <= 31), year(after)) {
        (Some(day), Some(year)) => valid(year, month, day),
        _ => valid(year(at + 2)?, month, figures(Some(at + 1))?),
    }
}

/// `2025.02.03`, `2025/2/3`, `03.02.2025`; of `3/2/2025` only what cannot be misread.
fn in_figures(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '/' | '-')).unwrap_or(rest.len());
    let token = rest[..end].trim_end_matches(['.', '/', '-']);
    let mark = token.find(['.', '/', '-']).and_then(|i| token[i..].chars().next())?;
    let parts: Vec<&str> = token.split(mark).collect();
    let [a, b, c] = parts[..] else { return None };
    let (x, y, z): (u32, u32, u32) = (a.parse().ok()?, b.parse().ok()?, c.parse().ok()?);
    match (a.len(), c.len()) {
        (4, 1..=2) => valid(x, y, z),
        (1..=2, 4) if mark == '.' || x > 12 => valid(z, y, x),
        (1..=2, 4) if y > 12 => valid(z, x, y),
        (1..=2, 4) if x == y => valid(z, x, y),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_ways_metadata_writes_them() {
        for (text, expected) in [
            ("2023-05-03T12:24:00Z", Some("2023-05-03T12:24:00Z")),
            ("2023-05-03T12:24:00+0200", Some("2023-05-03T12:24:00+02:00")),
            ("2023-05-03T12:24:00.123-04:00", Some("2023-05-03T12:24:00.123-04:00")),
            ("2023-05-03T12:24", Some("2023-05-03")),
            ("2023-05-03 12:24:00", Some("2023-05-03")),
            ("2023-05-03", Some("2023-05-03")),
            ("2023-02-29", None),
            ("2024-02-29", Some("2024-02-29")),
            ("2023-05-031", None),
            ("Wed, 03 May 2023 12:24:00 GMT", Some("2023-05-03")),
            ("3 February 2025", Some("2025-02-03")),
            ("February 3, 2025", Some("2025-02-03")),
            ("Feb. 3rd, 2025", Some("2025-02-03")),
            ("3 février 2025 à 15h49", Some("2025-02-03")),
            ("3. März 2025", Some("2025-03-03")),
            ("3 de marzo de 2025", Some("2025-03-03")),
            ("12 Agustus 2024", Some("2024-08-12")),
            ("2025年2月3日", Some("2025-02-03")),
            ("2025.02.03 15:49", Some("2025-02-03")),
            ("2025/2/3", Some("2025-02-03")),
            ("03.02.2025", Some("2025-02-03")),
            ("13/02/2025", Some("2025-02-13")),
            ("02/13/2025", Some("2025-02-13")),
            ("03/02/2025", None), // either
            ("May 2023", None),
            ("Q2 2023", None),
            ("false", None),
            ("", None),
        ] {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_dateline_holds_a_date_and_little_else() {
        for (line, expected) in [
            ("2025.02.03 15:49", Some("2025-02-03")),
            ("Published: 3 February 2025", Some("2025-02-03")),
            ("Published: 2025-02-03T10:00:00Z", Some("2025-02-03T10:00:00Z")),
            ("Monday, February 3, 2025 at 9:30 AM", Some("2025-02-03")),
            ("**3 February 2025**", Some("2025-02-03")),
            ("Revenue rose on 3 February 2025 by 4 percent to 12 billion.", None),
            ("On 3 February 2025 the company said that sales rose", None),
            ("$3 May 2025", None),
            ("No date here", None),
        ] {
            assert_eq!(dateline(line).as_deref(), expected, "{line}");
        }
    }
}
