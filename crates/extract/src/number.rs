//! Reads numbers as people write them: digits with group and decimal marks of any habit.
//!
//! Whether a point or a comma groups or divides is decided per number from its shape, then from what the
//! rest of the document does, then from the language. Where the text leaves both readings, the other one is kept.

use consilience_claim::{Decimal, exact};

use crate::lexicon::Lang;

/// A number as written in digits, before scale and unit.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Byte range in the text.
    pub start: usize,
    pub end: usize,
    pub value: Decimal,
    /// How many digits stand behind the decimal mark.
    pub decimals: u32,
    /// Whether a mark grouped digits; a bare `2023` may be a year, `2,023` is not.
    pub grouped: bool,
    /// How many digits in all.
    pub digits: u32,
    /// What the number is where the mark is read the other way.
    pub other: Option<Decimal>,
    /// The same where only the language told how to read the mark: what is counted may know better.
    pub swap: Option<Decimal>,
}

/// Why digits were not read as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// More digits than are kept exactly.
    TooLong,
    /// A date, version, ratio or other composition of digits.
    Composite,
}

/// Which marks the document uses, from numbers that leave no doubt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Habit {
    /// Sure decimal points minus sure decimal commas.
    points: i32,
}

impl Habit {
    /// Notes the numbers of a passage that can be read in one way only.
    pub(crate) fn observe(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            if !bytes[i].is_ascii_digit() {
                i += 1;
                continue;
            }
            let start = i;
            let mut marks: Vec<(u8, usize)> = Vec::new();
            while i < bytes.len() {
                if bytes[i].is_ascii_digit() {
                    i += 1;
                } else if matches!(bytes[i], b'.' | b',') && bytes.get(i + 1).is_some_and(u8::is_ascii_digit)
                {
                    marks.push((bytes[i], i));
                    i += 1;
                } else {
                    break;
                }
            }
            let Some(&(last, at)) = marks.last() else { continue };
            let after = i - at - 1;
            let sign = if last == b'.' { 1 } else { -1 };
            let mixed = marks.iter().any(|(m, _)| *m != last);
            let repeated = marks.len() > 1 && !mixed;
            // 1.234,5 and 31,06 divide by their last mark; 1,234,567 and 0,500 say it as surely.
            if mixed || (marks.len() == 1 && (after != 3 || bytes[start] == b'0' || at - start > 3)) {
                self.points += sign;
            } else if repeated && after == 3 {
                self.points -= sign;
            }
        }
    }

    /// Whether `mark` is the decimal mark, as far as document and language tell, and how sure that is.
    fn is_decimal(self, mark: char, lang: &Lang) -> (bool, bool) {
        let by_language = lang.decimal == mark || lang.groups_only && !lang.groups.contains(&mark);
        let by_document = match (self.points, mark) {
            (n, '.') if n > 0 => Some(true),
            (n, '.') if n < 0 => Some(false),
            (n, ',') if n < 0 => Some(true),
            (n, ',') if n > 0 => Some(false),
            _ => None,
        };
        match by_document {
            // Where the language has no mark of its own the document alone tells.
            Some(document) if lang.decimal == NO_MARK => (document, true),
            // One number against the habit of a language may be a slip; more are a habit of their own.
            Some(document) if document != by_language => {
                (if self.points.abs() >= 2 { document } else { by_language }, false)
            }
            Some(_) => (by_language, true),
            None => (by_language, true),
        }
    }
}

/// What stands for the decimal mark where none is the language's.
const NO_MARK: char = '?';

/// Half a unit of the last significant digit: in a whole number of four or more digits, trailing zeros are not significant.
pub(crate) fn precision(value: Decimal, decimals: u32, digits: u32, scale: u8) -> Option<Decimal> {
    let mut place = i32::from(scale) - i32::try_from(decimals).ok()?;
    if decimals == 0 && digits >= 4 && !value.is_zero() {
        let mut mantissa = value.trunc().mantissa();
        while mantissa % 10 == 0 {
            mantissa /= 10;
            place += 1;
        }
    }
    exact::mul(exact::power_of_ten(place).ok()?, Decimal::new(5, 1)).ok()
}

/// Reads the number that starts at byte `start`, a digit or a decimal mark before one.
pub(crate) fn read(text: &str, start: usize, lang: &Lang, habit: Habit) -> Result<Written, (NotRead, usize)> {
    let run = Run::scan(text, start, lang);
    if let Some(part) =
        text[run.end..].chars().next().filter(|c| vulgar(*c).is_some() && run.marks.is_empty())
    {
        return with_fraction(&run, start, part).ok_or((NotRead::TooLong, run.end));
    }
    let end = run.end;
    if run.pieces.iter().map(String::len).sum::<usize>() > 28 {
        return Err((NotRead::TooLong, end));
    }
    let digits = u32::try_from(run.pieces.iter().map(String::len).sum::<usize>()).unwrap_or(u32::MAX);
    let whole = |pieces: &[String]| pieces.concat();
    let as_group = |pieces: &[String]| exact::parse(&whole(pieces));
    let as_decimal = |pieces: &[String]| {
        let (last, head) = pieces.split_last().map(|(l, h)| (l.as_str(), h)).unwrap_or(("", &[]));
        let head = if head.is_empty() { "0".to_owned() } else { whole(head) };
        exact::parse(&format!("{head}.{last}"))
    };
    let too_long = |_| (NotRead::TooLong, end);
    let last_len = run.pieces.last().map_or(0, String::len);
    let written = |value: Decimal, decimals: usize, grouped: bool, other: Option<Decimal>| Written {
        start,
        end,
        value,
        decimals: u32::try_from(decimals).unwrap_or(0),
        grouped,
        digits,
        other,
        swap: None,
    };
    let Some(&last_mark) = run.marks.last() else {
        return Ok(written(as_group(&run.pieces).map_err(too_long)?, 0, false, None));
    };
    let inner_groups = |pieces: &[String]| {
        pieces.first().is_some_and(|p| (1..=3).contains(&p.len()))
            && pieces[1..].iter().all(|p| p.len() == 3 || (lang.pairs && p.len() == 2))
            && pieces.last().is_none_or(|p| p.len() == 3 || pieces.len() == 1)
    };
    let uniform = run.marks.iter().all(|m| *m == last_mark);
    let divides = matches!(last_mark, '.' | ',' | '٫' | '·');
    // Marks that never group.
    let decimal_only = matches!(last_mark, '٫' | '·');
    if !uniform {
        // 1.234,5 or 1 234,5: groups, then decimals.
        let head = &run.pieces[..run.pieces.len() - 1];
        let group = run.marks[0];
        let same = run.marks[..run.marks.len() - 1].iter().all(|m| *m == group);
        if same && divides && inner_groups(head) {
            return Ok(written(as_decimal(&run.pieces).map_err(too_long)?, last_len, true, None));
        }
        return Err((NotRead::Composite, end));
    }
    if run.marks.len() > 1 {
        return if inner_groups(&run.pieces) {
            Ok(written(as_group(&run.pieces).map_err(too_long)?, 0, true, None))
        } else {
            Err((NotRead::Composite, end))
        };
    }
    if !divides {
        return Ok(written(as_group(&run.pieces).map_err(too_long)?, 0, true, None));
    }
    let groupable = last_len == 3
        && run.pieces[0].len() <= 3
        && !run.pieces[0].is_empty()
        && !run.pieces[0].starts_with('0')
        && !decimal_only;
    if !groupable {
        return Ok(written(as_decimal(&run.pieces).map_err(too_long)?, last_len, false, None));
    }
    let (group, decimal) =
        (as_group(&run.pieces).map_err(too_long)?, as_decimal(&run.pieces).map_err(too_long)?);
    let (is_decimal, sure) = habit.is_decimal(last_mark, lang);
    let other = |v: Decimal| if sure { None } else { Some(v) };
    let swap = |v: Decimal| (sure && habit.points == 0).then_some(v);
    Ok(if is_decimal {
        Written { swap: swap(group), ..written(decimal, last_len, false, other(group)) }
    } else {
        Written { swap: swap(decimal), ..written(group, 0, true, other(decimal)) }
    })
}

/// "12.3e+14": digits and a power of ten.
pub(crate) fn with_exponent(text: &str, n: Written) -> Written {
    let rest = &text.as_bytes()[n.end..];
    let sign = usize::from(matches!(rest.get(1), Some(b'+' | b'-')));
    let digits = rest.iter().skip(1 + sign).take_while(|b| b.is_ascii_digit()).count();
    let end = n.end + 1 + sign + digits;
    let bounded = text.get(end..).is_some_and(|t| !t.starts_with(|c: char| c.is_alphanumeric() || c == '-'));
    if !matches!(rest.first(), Some(b'e' | b'E')) || !(1..=2).contains(&digits) || !bounded {
        return n;
    }
    let power = text[n.end + 1..end].parse::<i32>().ok().and_then(|p| exact::power_of_ten(p).ok());
    match power.and_then(|p| exact::mul(n.value, p).ok()) {
        Some(value) => Written { value, end, other: None, swap: None, grouped: true, ..n },
        None => n,
    }
}

/// "2½", "¾": digits and a fraction in one character.
fn with_fraction(run: &Run, start: usize, part: char) -> Option<Written> {
    let (over, under) = vulgar(part)?;
    // Thirds and sixths have no end; more digits than anybody needs stand for them.
    let fraction = (Decimal::from(over).checked_div(Decimal::from(under))?).round_dp(12).normalize();
    let whole = run.pieces.concat();
    let whole = if whole.is_empty() { Decimal::ZERO } else { exact::parse(&whole).ok()? };
    let value = exact::add(whole, fraction).ok()?;
    let end = run.end + part.len_utf8();
    Some(Written { start, end, value, decimals: 1, grouped: false, digits: 2, other: None, swap: None })
}

/// Digits and the marks between them.
struct Run {
    pieces: Vec<String>,
    marks: Vec<char>,
    end: usize,
}

impl Run {
    fn scan(text: &str, start: usize, lang: &Lang) -> Run {
        let mut pieces = vec![String::new()];
        let mut marks: Vec<char> = Vec::new();
        let mut at = start;
        while let Some(c) = text[at..].chars().next() {
            if let Some(digit) = digit_value(c) {
                // Digits past what is kept are counted, not stored: a line may hold megabytes of them.
                if let Some(piece) = pieces.last_mut().filter(|p| p.len() < 64) {
                    piece.push(char::from(b'0' + digit));
                }
                at += c.len_utf8();
                continue;
            }
            let mark = match c {
                '.' | ',' | '٫' | '·' | '٬' => c,
                '，' | '،' => ',',
                // A date of two digits has a mark of its own behind it: 3・11月.
                '・' if !marks.contains(&'·') && !day_or_month(text, at + c.len_utf8()) => '·',
                '．' => '.',
                '\'' | '’' if lang.groups.contains(&'\'') => '\'',
                '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
                ' ' if lang.groups.contains(&' ') => ' ',
                _ => break,
            };
            let next = at + c.len_utf8();
            let following = text[next..].chars().take_while(|c| digit_value(*c).is_some()).take(4).count();
            let blank = matches!(mark, ' ' | '\'');
            let piece_len = pieces.last().map_or(0, String::len);
            // A blank groups only whole triples behind one to three digits, and never behind a decimal mark.
            if following == 0
                || (blank
                    && (following != 3 || piece_len > 3 || piece_len == 0 || marks.iter().any(|m| *m != ' ')))
            {
                break;
            }
            marks.push(mark);
            pieces.push(String::new());
            at = next;
        }
        // A full stop behind "2,98" ends the sentence and was not followed by a digit; nothing to undo.
        if pieces.first().is_some_and(String::is_empty) && pieces.len() == 1 {
            pieces.clear();
        }
        Run { pieces, marks, end: at }
    }
}

/// Whether digits stand here that are those of a month, day or year.
fn day_or_month(text: &str, at: usize) -> bool {
    let behind = text[at..].chars().find(|c| digit_value(*c).is_none());
    behind.is_none_or(|c| matches!(c, '月' | '日' | '年' | '・'))
}

/// Numerator and denominator of a fraction in one character.
pub(crate) fn vulgar(c: char) -> Option<(i64, i64)> {
    Some(match c {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    })
}

/// The value of a decimal digit of any script.
pub(crate) fn digit_value(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '０'..='９' => '０',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        _ => return None,
    };
    u8::try_from(c as u32 - zero as u32).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lexicon;

    fn check(lang: &str, document: &str, text: &str, expected: &str) {
        let lang = Lexicon::builtin().lang(lang).unwrap();
        let mut habit = Habit::default();
        habit.observe(document);
        let found = match read(text, 0, lang, habit) {
            Ok(n) => format!(
                "{} {}{}",
                n.value.normalize(),
                &text[n.start..n.end],
                n.other.map(|o| format!(" or {}", o.normalize())).unwrap_or_default()
            ),
            Err((why, end)) => format!("{why:?} {}", &text[..end.min(12)]),
        };
        assert_eq!(found, expected, "{lang:?} {text}", lang = lang.code);
    }

    #[test]
    fn marks_group_or_divide_by_shape_document_and_language() {
        check("en", "", "48.385 billion", "48.385 48.385");
        check("en", "", "74,067 employees", "74067 74,067");
        check("en", "", "1,234,567.89", "1234567.89 1,234,567.89");
        check("en", "", "12,34,567", "1234567 12,34,567");
        check("en", "", "0.32%", "0.32 0.32");
        check("en", "", ".5", "0.5 .5");
        check("fr", "", "7,788 milliards", "7.788 7,788");
        check("fr", "", "71 469.", "71469 71 469");
        check("fr", "", "150\u{a0}000 demandes", "150000 150\u{a0}000");
        check("fr", "", "1 234 567,8", "1234567.8 1 234 567,8");
        check("fr", "", "2023 150", "2023 2023");
        check("id", "", "71.469", "71469 71.469");
        check("id", "", "3,992 miliar", "3.992 3,992");
        check("id", "", "3992000000 dolar", "3992000000 3992000000");
        // A document that divides by points makes a lone triple doubtful.
        check("id", "US$2.98 dan 31.06 miliar", "7.788 miliar", "7.788 7.788 or 7788");
        check("id", "2.98", "7.788 miliar", "7788 7.788 or 7.788");
        check("en", "", "2025.02.03", "Composite 2025.02.03");
        check("en", "", "1.2.3", "Composite 1.2.3");
        check("en", "", "１２３", "123 １２３");
        check("en", "", "٣٤", "34 ٣٤");
        check("ar", "", "٢٫١٥٣ مليار", "2.153 ٢٫١٥٣");
        check("ar", "", "١٬٢٣٤٬٥٦٧", "1234567 ١٬٢٣٤٬٥٦٧");
        check("ar", "", "٢٬١٥٣", "2153 ٢٬١٥٣");
        check("ar", "", "3،4 مليار", "3.4 3،4");
        check("ja", "", "18・5%", "18.5 18・5");
        check("ja", "", "3・11月", "3 3");
        check("en", "", "2½ percent", "2.5 2½");
        check("en", "", "¾ of", "0.75 ¾");
        check("en", "", &"9".repeat(400), "TooLong 999999999999");
    }

    #[test]
    fn precision_is_half_of_the_last_significant_digit() {
        for (value, decimals, digits, scale, expected) in [
            ("32", 0, 2, 9, "500000000"),
            ("48.385", 3, 5, 9, "500000"),
            ("3992000000", 0, 10, 0, "500000"),
            ("200000", 0, 6, 0, "50000"),
            ("71469", 0, 5, 0, "0.5"),
            ("100", 0, 3, 6, "500000"),
            ("2.98", 2, 3, 0, "0.005"),
            ("2.50", 2, 3, 0, "0.005"),
        ] {
            let value = exact::parse(value).unwrap();
            assert_eq!(
                precision(value, decimals, digits, scale).unwrap().normalize().to_string(),
                expected,
                "{value}"
            );
        }
    }
}
