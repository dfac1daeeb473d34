//! What kind of value an attribute has, and what its values mean.

use super::table::Table;

/// What kind of values an attribute has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Decimal numbers; `30`, `30.0` and `30.00` are one value, printed to different precision.
    Number,
    /// Times of day, `HH:MM`, on a circle of 1,440 minutes.
    Time,
    /// Sets of texts between semicolons or bars, their order without meaning.
    Set,
    /// Anything else: values are the same or not.
    Text,
}

/// What a text means under its attribute's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A decimal number.
    Number(Number),
    /// Minutes since midnight.
    Time(u16),
    /// The elements, lower-cased, sorted, each once.
    Set(Vec<String>),
    /// A text, spaces at its ends dropped.
    Text(String),
}

/// A decimal number as printed: `digits` × 10<sup>-`places`</sup>.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// All digits as one whole number, with the sign.
    pub digits: i64,
    /// How many of them stand after the point.
    pub places: u8,
}

impl Number {
    /// Reads a plain decimal number, `,` allowed between groups of three digits.
    pub fn read(text: &str) -> Option<Number> {
        let (negative, body) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let grouped = whole.contains(',');
        let well_grouped = |groups: &str| {
            let mut groups = groups.split(',');
            groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
                && groups.all(|group| group.len() == 3)
        };
        if (whole.is_empty() && fraction.is_empty()) || (grouped && !well_grouped(whole)) {
            return None;
        }
        let mut digits: i64 = 0;
        for byte in whole.bytes().filter(|byte| *byte != b',').chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            digits = digits.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
        }
        let places = u8::try_from(fraction.len()).ok()?;
        Some(Number { digits: if negative { -digits } else { digits }, places })
    }

    /// The number, as near as a float comes to it.
    pub fn to_f64(self) -> f64 {
        self.digits as f64 / 10f64.powi(i32::from(self.places))
    }

    /// Half a unit of the last printed digit.
    pub fn half_unit(self) -> f64 {
        0.5 / 10f64.powi(i32::from(self.places))
    }

    fn shortest(self) -> (i64, u8) {
        let Number { mut digits, mut places } = self;
        while places > 0 && digits % 10 == 0 {
            digits /= 10;
            places -= 1;
        }
        (digits, places)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.shortest() == other.shortest()
    }
}

impl Eq for Number {}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(Number { digits, places: 0 }) => write!(f, "{digits}"),
            Value::Number(Number { digits, places }) => {
                let unit = 10u64.pow(u32::from(*places).min(18));
                let (whole, rest) = (digits.unsigned_abs() / unit, digits.unsigned_abs() % unit);
                let sign = if *digits < 0 { "-" } else { "" };
                write!(f, "{sign}{whole}.{rest:0width$}", width = usize::from(*places))
            }
            Value::Time(minutes) => write!(f, "{:02}:{:02}", minutes / 60, minutes % 60),
            Value::Set(elements) => write!(f, "{}", elements.join("; ")),
            Value::Text(text) => write!(f, "{text}"),
        }
    }
}

impl Kind {
    /// Learns the kind of each attribute from its values: numbers or times where all but a twentieth of the
    /// candidates are, sets where a twentieth has a separator.
    pub fn learn(table: &Table) -> Vec<Kind> {
        #[derive(Clone, Default)]
        struct Seen {
            all: usize,
            numbers: usize,
            times: usize,
            sets: usize,
        }
        let mut seen = vec![Seen::default(); table.attributes.len()];
        for (at, item) in table.items().iter().enumerate() {
            let seen = &mut seen[item.attribute as usize];
            for candidate in table.candidates(at) {
                let text = table.text(candidate).trim();
                seen.all += 1;
                seen.numbers += usize::from(Number::read(text).is_some());
                seen.times += usize::from(time_of_day(text).is_some());
                seen.sets += usize::from(text.contains([';', '|']));
            }
        }
        let kind = |seen: &Seen| match seen {
            Seen { all, numbers, .. } if numbers * 20 >= all * 19 => Kind::Number,
            Seen { all, times, .. } if times * 20 >= all * 19 => Kind::Time,
            Seen { all, sets, .. } if sets * 20 >= *all => Kind::Set,
            _ => Kind::Text,
        };
        seen.iter().map(kind).collect()
    }

    /// What a text means; one that is not of this kind is a text like any other.
    pub fn read(self, text: &str) -> Value {
        let text = text.trim();
        let read = match self {
            Kind::Number => Number::read(text).map(Value::Number),
            Kind::Time => time_of_day(text).map(Value::Time),
            Kind::Set => Some(Value::Set(elements(text))),
            Kind::Text => None,
        };
        read.unwrap_or_else(|| Value::Text(text.to_owned()))
    }
}

/// Minutes since midnight of `7:05`, `07:05` or `07:05:30`.
fn time_of_day(text: &str) -> Option<u16> {
    let part = |digits: &str, below: u16| -> Option<u16> {
        let well = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|number: &u16| well && *number < below)
    };
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    part(seconds, 60)?;
    Some(part(hours, 24)? * 60 + part(minutes, 60)?)
}

fn elements(text: &str) -> Vec<String> {
    let mut elements: Vec<String> = text
        .split([';', '|'])
        .map(|part| part.trim().to_lowercase())
        .filter(|part| !part.is_empty())
        .collect();
    elements.sort_unstable();
    elements.dedup();
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_by_kind() {
        let number = |digits, places| Value::Number(Number { digits, places });
        let set =
            |elements: &[&str]| Value::Set(elements.iter().map(|element| element.to_string()).collect());
        let text = |text: &str| Value::Text(text.to_owned());
        let check =
            |kind: Kind, input: &str, expected: Value| assert_eq!(kind.read(input), expected, "{input}");
        check(Kind::Number, "30.00", number(30, 0));
        check(Kind::Number, " -1,234.5 ", number(-12345, 1));
        check(Kind::Number, ".5", number(5, 1));
        check(Kind::Number, "1,23", text("1,23"));
        check(Kind::Number, ".", text("."));
        check(Kind::Number, "99999999999999999999", text("99999999999999999999"));
        check(Kind::Time, "7:05", Value::Time(425));
        check(Kind::Time, "23:59:30", Value::Time(1439));
        check(Kind::Time, "24:00", text("24:00"));
        check(Kind::Time, "7:5:3:1", text("7:5:3:1"));
        check(Kind::Set, "Perry; O'Leary|perry", set(&["o'leary", "perry"]));
        check(Kind::Text, " A12 ", text("A12"));
    }

    #[test]
    fn printed_precision_is_kept() {
        let number = Number::read("30.10").map(|number| (number.to_f64(), number.half_unit()));
        assert_eq!(number, Some((30.1, 0.005)));
    }
}
