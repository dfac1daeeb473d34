use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The time a figure speaks of, in the one notation that all outputs share.
///
/// Days are inclusive. Construction is canonical: a span of days whose both ends lie within a week of a
/// calendar quarter, half or year *is* that calendar period (a 13-week quarter July–September is
/// `2023-Q3` whatever the company calls it), so equal periods have equal notation and `==` is safe.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Period {
    /// First and last day.
    Days {
        /// The first day.
        first: Date,
        /// The last day, included.
        last: Date,
    },
    /// Time since an event, such as `launch+4h`.
    Elapsed(Elapsed),
    /// The text does not say.
    #[default]
    Unspecified,
}

/// A stretch of time after an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elapsed {
    /// The event, a snake_case word such as `launch`.
    pub event: String,
    /// How long after; `None` where the text does not say.
    pub after: Option<(u32, ElapsedUnit)>,
}

/// The unit of an [`Elapsed`] stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElapsedUnit {
    /// Hours, `h`.
    Hours,
    /// Days, `d`.
    Days,
    /// Months, `mo`; years are written as twelve of them.
    Months,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "«{0}» is not a period; write 2023, 2023-H1, 2023-Q2, 2023-06, 2023-06-30, START/END, launch+4h or unspecified"
)]
pub struct PeriodError(pub String);

/// Ends within this many days of a calendar quarter, half or year count as that period.
const SNAP_DAYS: i32 = 7;

impl Period {
    /// The period from `first` to `last`, both included, in either order.
    pub fn days(first: Date, last: Date) -> Period {
        let (first, last) = if last < first { (last, first) } else { (first, last) };
        for months in [3, 6, 12] {
            // The candidate period is the one that the middle of the span falls into.
            let middle = first.saturating_add((days_between(first, last) / 2).days());
            let start_month = (middle.month() - 1) / months * months + 1;
            let Some((start, end)) = month_span(middle.year(), start_month, months) else { continue };
            if days_between(start, first).abs() <= SNAP_DAYS && days_between(end, last).abs() <= SNAP_DAYS {
                return Period::Days { first: start, last: end };
            }
        }
        Period::Days { first, last }
    }

    /// A calendar year.
    pub fn year(year: i16) -> Option<Period> {
        month_span(year, 1, 12).map(Period::from)
    }

    /// A calendar half, 1 or 2.
    pub fn half(year: i16, half: i8) -> Option<Period> {
        (1..=2).contains(&half).then(|| month_span(year, (half - 1) * 6 + 1, 6)).flatten().map(Period::from)
    }

    /// A calendar quarter, 1 to 4.
    pub fn quarter(year: i16, quarter: i8) -> Option<Period> {
        (1..=4)
            .contains(&quarter)
            .then(|| month_span(year, (quarter - 1) * 3 + 1, 3))
            .flatten()
            .map(Period::from)
    }

    /// A calendar month, 1 to 12.
    pub fn month(year: i16, month: i8) -> Option<Period> {
        (1..=12).contains(&month).then(|| month_span(year, month, 1)).flatten().map(Period::from)
    }

    /// The given number of months up to and including a day: whole months where the day ends one.
    pub fn months_ending(last: Date, months: i32) -> Option<Period> {
        let first = if last.day() == last.days_in_month() {
            last.first_of_month().checked_sub((months - 1).months()).ok()?
        } else {
            last.checked_sub(months.months()).ok()?.tomorrow().ok()?
        };
        Some(Period::days(first, last))
    }

    /// One day.
    pub fn day(date: Date) -> Period {
        Period::Days { first: date, last: date }
    }

    /// The first day, where the period has days.
    pub fn first(&self) -> Option<Date> {
        match self {
            Period::Days { first, .. } => Some(*first),
            _ => None,
        }
    }

    /// The last day, where the period has days.
    pub fn last(&self) -> Option<Date> {
        match self {
            Period::Days { last, .. } => Some(*last),
            _ => None,
        }
    }

    /// Number of days, both ends included.
    pub fn length(&self) -> Option<i32> {
        Some(days_between(self.first()?, self.last()?) + 1)
    }

    /// Whether this is a single day.
    pub fn is_day(&self) -> bool {
        self.length() == Some(1)
    }

    /// Whether the text said nothing of the time.
    pub fn is_unspecified(&self) -> bool {
        matches!(self, Period::Unspecified)
    }

    /// The same stretch a number of months earlier (negative: later); whole months stay whole.
    pub fn months_earlier(&self, months: i32) -> Option<Period> {
        let Period::Days { first, last } = self else { return None };
        let whole = last.day() == last.days_in_month();
        let start = first.checked_sub(months.months()).ok()?;
        let mut end = last.checked_sub(months.months()).ok()?;
        if whole {
            end = end.last_of_month();
        }
        Some(Period::days(start, end))
    }

    /// The same period of the year before.
    pub fn year_before(&self) -> Option<Period> {
        self.months_earlier(12)
    }

    /// The period of the same length just before; quarters, halves, months and years stay such.
    pub fn previous(&self) -> Option<Period> {
        let Period::Days { first, last } = self else { return None };
        match self.whole_months() {
            Some(months) => self.months_earlier(months),
            None => {
                let length = self.length()?;
                Some(Period::days(
                    first.checked_sub(length.days()).ok()?,
                    last.checked_sub(length.days()).ok()?,
                ))
            }
        }
    }

    /// How many whole calendar months the period covers.
    pub fn whole_months(&self) -> Option<i32> {
        let Period::Days { first, last } = self else { return None };
        (first.day() == 1 && last.day() == last.days_in_month()).then(|| {
            (i32::from(last.year()) - i32::from(first.year())) * 12
                + i32::from(last.month() - first.month())
                + 1
        })
    }

    /// Whether every day of `other` lies inside.
    pub fn contains(&self, other: &Period) -> bool {
        match (self, other) {
            (Period::Days { first, last }, Period::Days { first: f, last: l }) => first <= f && l <= last,
            _ => false,
        }
    }
}

impl From<(Date, Date)> for Period {
    fn from((first, last): (Date, Date)) -> Period {
        Period::days(first, last)
    }
}

fn month_span(year: i16, month: i8, months: i8) -> Option<(Date, Date)> {
    let first = Date::new(year, month, 1).ok()?;
    let last = Date::new(year, month + months - 1, 1).ok()?.last_of_month();
    Some((first, last))
}

/// Days from `a` to `b`; negative where `b` is earlier.
fn days_between(a: Date, b: Date) -> i32 {
    (b - a).get_days()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Period::Unspecified => "unspecified".to_owned(),
            Period::Elapsed(elapsed) => elapsed.to_string(),
            Period::Days { first, last } if first == last => first.to_string(),
            Period::Days { first, last } => {
                let same_year = first.year() == last.year();
                match (same_year, self.whole_months(), first.month()) {
                    (true, Some(12), _) => format!("{:04}", first.year()),
                    (true, Some(6), m) if m % 6 == 1 => format!("{:04}-H{}", first.year(), m / 6 + 1),
                    (true, Some(3), m) if m % 3 == 1 => format!("{:04}-Q{}", first.year(), m / 3 + 1),
                    (true, Some(1), m) => format!("{:04}-{:02}", first.year(), m),
                    _ => format!("{first}/{last}"),
                }
            }
        };
        f.pad(&text)
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after {
            None => write!(f, "{}+unspecified", self.event),
            Some((n, unit)) => {
                let unit = match unit {
                    ElapsedUnit::Hours => "h",
                    ElapsedUnit::Days => "d",
                    ElapsedUnit::Months => "mo",
                };
                write!(f, "{}+{n}{unit}", self.event)
            }
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Period, PeriodError> {
        let parsed = if text.is_empty() || text == "unspecified" {
            Some(Period::Unspecified)
        } else if let Some((event, after)) = text.split_once('+') {
            parse_elapsed(event, after)
        } else if let Some((start, end)) = text.split_once('/') {
            let (start, end) = (parse_calendar(start), parse_calendar(end));
            start.zip(end).and_then(|(a, b)| Some(Period::days(a.first()?, b.last()?)))
        } else {
            parse_calendar(text)
        };
        parsed.ok_or_else(|| PeriodError(text.to_owned()))
    }
}

fn parse_elapsed(event: &str, after: &str) -> Option<Period> {
    let named = !event.is_empty() && event.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let after = if after == "unspecified" {
        None
    } else {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let unit = match &after[digits..] {
            "h" => ElapsedUnit::Hours,
            "d" => ElapsedUnit::Days,
            "mo" => ElapsedUnit::Months,
            _ => return None,
        };
        Some((after[..digits].parse().ok()?, unit))
    };
    named.then(|| Period::Elapsed(Elapsed { event: event.to_owned(), after }))
}

fn parse_calendar(text: &str) -> Option<Period> {
    let mut parts = text.split('-');
    let year = parts.next()?;
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let period = match (parts.next(), parts.next()) {
        (None, _) => Period::year(year)?,
        (Some(part), None) => match (part.as_bytes().first()?, part.len()) {
            (b'Q' | b'q', 2) => Period::quarter(year, part[1..].parse().ok()?)?,
            (b'H' | b'h', 2) => Period::half(year, part[1..].parse().ok()?)?,
            (b'0'..=b'9', 2) => Period::month(year, part.parse().ok()?)?,
            _ => return None,
        },
        (Some(month), Some(day)) => {
            Period::day(Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?)
        }
    };
    parts.next().is_none().then_some(period)
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Which calendar year a fiscal year is named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FiscalYearName {
    /// The year it ends in (most of the world).
    #[default]
    End,
    /// The year it starts in (Japan).
    Start,
}

/// When a company's fiscal year ends, and so which days its quarters cover.
///
/// Quarters are whole months ending in the year-end month; 52/53-week years differ by some days, which
/// [`Period::days`] absorbs where it snaps to the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiscalCalendar {
    year_end_month: i8,
    name: FiscalYearName,
}

impl Default for FiscalCalendar {
    fn default() -> Self {
        FiscalCalendar { year_end_month: 12, name: FiscalYearName::End }
    }
}

impl FiscalCalendar {
    /// The calendar whose year ends in the given month (1 to 12).
    pub fn ending_in(month: i8, name: FiscalYearName) -> Option<FiscalCalendar> {
        (1..=12).contains(&month).then_some(FiscalCalendar { year_end_month: month, name })
    }

    /// The calendar of a year that ends on `MMDD`; a day up to the tenth belongs to the month before
    /// (a 52-week year that ends on the Saturday nearest to January's end may end in February).
    pub fn from_mmdd(mmdd: &str, name: FiscalYearName) -> Option<FiscalCalendar> {
        let (month, day): (i8, i8) = (mmdd.get(..2)?.parse().ok()?, mmdd.get(2..4)?.parse().ok()?);
        let month = if day <= 10 { if month == 1 { 12 } else { month - 1 } } else { month };
        FiscalCalendar::ending_in(month, name)
    }

    /// Whether fiscal and calendar years are the same.
    pub fn is_calendar(&self) -> bool {
        self.year_end_month == 12
    }

    /// The days of a fiscal year.
    pub fn year(&self, fiscal_year: i16) -> Option<Period> {
        let (first, last) = self.month_range(fiscal_year, 0, 12)?;
        Some(Period::days(first, last))
    }

    /// The days of a fiscal half, 1 or 2.
    pub fn half(&self, fiscal_year: i16, half: i8) -> Option<Period> {
        let (first, last) =
            (1..=2).contains(&half).then(|| self.month_range(fiscal_year, (half - 1) * 6, 6))??;
        Some(Period::days(first, last))
    }

    /// The days of a fiscal quarter, 1 to 4.
    pub fn quarter(&self, fiscal_year: i16, quarter: i8) -> Option<Period> {
        let (first, last) =
            (1..=4).contains(&quarter).then(|| self.month_range(fiscal_year, (quarter - 1) * 3, 3))??;
        Some(Period::days(first, last))
    }

    fn month_range(&self, fiscal_year: i16, skip: i8, months: i8) -> Option<(Date, Date)> {
        // A year named after its end starts twelve months before the month after its end.
        let starts_in_named_year = self.is_calendar() || self.name == FiscalYearName::Start;
        let start_year = if starts_in_named_year { fiscal_year } else { fiscal_year.checked_sub(1)? };
        let start_month = self.year_end_month % 12 + 1;
        let start = Date::new(start_year, start_month, 1).ok()?.checked_add(i32::from(skip).months()).ok()?;
        let last = start.checked_add(i32::from(months - 1).months()).ok()?.last_of_month();
        Some((start, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.to_string(), expected, "{text}");
        assert_eq!(expected.parse::<Period>().unwrap(), period, "{text}: the notation reads back");
    }

    #[test]
    fn the_notation_is_canonical() {
        for (text, expected) in [
            ("2023", "2023"),
            ("2023-H1", "2023-H1"),
            ("2023-Q2", "2023-Q2"),
            ("2023-06", "2023-06"),
            ("2023-06-30", "2023-06-30"),
            ("2023-01-01/2023-12-31", "2023"),
            ("2023-Q1/2023-Q2", "2023-H1"),
            ("2023-04-02/2023-07-01", "2023-Q2"),
            ("2022-09-25/2022-12-31", "2022-Q4"),
            ("2024-07-29/2024-10-27", "2024-07-29/2024-10-27"),
            ("2021-01-01/2023-06-30", "2021-01-01/2023-06-30"),
            ("launch+4h", "launch+4h"),
            ("launch+62mo", "launch+62mo"),
            ("launch+unspecified", "launch+unspecified"),
            ("", "unspecified"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn nonsense_is_refused_with_the_notation_in_the_message() {
        for text in
            ["2023-Q5", "2023-13", "2023-02-30", "23", "Q2 2023", "2023-06-30-1", "+4h", "x+", "a/b", "20２3"]
        {
            let error = text.parse::<Period>().unwrap_err();
            assert!(error.to_string().contains("2023-Q2"), "{text}");
        }
    }

    #[test]
    fn neighbours_are_whole_periods() {
        for (period, year_before, previous) in [
            ("2023-Q1", "2022-Q1", "2022-Q4"),
            ("2024-02", "2023-02", "2024-01"),
            ("2024-02-29", "2023-02-28", "2024-02-28"),
            ("2023-H2", "2022-H2", "2023-H1"),
            ("2023", "2022", "2022"),
        ] {
            let p: Period = period.parse().unwrap();
            assert_eq!(p.year_before().unwrap().to_string(), year_before, "{period}");
            assert_eq!(p.previous().unwrap().to_string(), previous, "{period}");
        }
    }

    #[test]
    fn months_up_to_a_day_are_whole_where_it_ends_one() {
        for (last, months, expected) in [
            ("2023-06-30", 3, "2023-Q2"),
            ("2024-09-28", 3, "2024-Q3"),
            ("2024-03-31", 12, "2023-04-01/2024-03-31"),
            ("2024-02-29", 1, "2024-02"),
        ] {
            let period = Period::months_ending(last.parse().unwrap(), months).unwrap();
            assert_eq!(period.to_string(), expected, "{months} months to {last}");
        }
    }

    #[test]
    fn fiscal_quarters_cover_their_days() {
        let apple = FiscalCalendar::from_mmdd("0927", FiscalYearName::End).unwrap();
        assert_eq!(apple.quarter(2024, 1).unwrap().to_string(), "2023-Q4");
        assert_eq!(apple.year(2024).unwrap().to_string(), "2023-10-01/2024-09-30");
        let nvidia = FiscalCalendar::from_mmdd("0126", FiscalYearName::End).unwrap();
        assert_eq!(nvidia.quarter(2025, 3).unwrap().to_string(), "2024-08-01/2024-10-31");
        let toyota = FiscalCalendar::from_mmdd("0331", FiscalYearName::Start).unwrap();
        assert_eq!(toyota.year(2023).unwrap().to_string(), "2023-04-01/2024-03-31");
        assert_eq!(FiscalCalendar::default().half(2023, 2).unwrap().to_string(), "2023-H2");
        assert_eq!(FiscalCalendar::from_mmdd("0202", FiscalYearName::End).unwrap().year_end_month, 1);
        assert!(FiscalCalendar::from_mmdd("13", FiscalYearName::End).is_none());
    }

    proptest::proptest! {
        #[test]
        fn every_period_reads_back(start in -3000i32..3000, length in 0i32..2000) {
            let base = Date::constant(2020, 1, 1);
            let first = base.checked_add(start.days()).unwrap();
            let period = Period::days(first, first.checked_add(length.days()).unwrap());
            proptest::prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = text.parse::<Period>();
        }
    }
}
