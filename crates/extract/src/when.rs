//! Finds what a sentence says of time, before it is known against which running period it is to be resolved.

use std::ops::Range;

use consilience_claim::{Date, Elapsed, FiscalCalendar, FiscalYearName, Period};

use crate::lexicon::{Cue, Duration, Lang, Term, TimeWord};
use crate::scan::{Scan, TokenKind, duration_unit, is_ideographic};
use crate::spell;

/// The last month of a split year, where nothing says when it ends: when most harvests are over.
const HARVEST_OVER: i8 = 6;
/// A quarter told in weeks has so many.
const QUARTER_WEEKS: i32 = 12;
/// A business year told in weeks has at most so many.
const YEAR_WEEKS: u32 = 53;

/// A mention of time.
#[derive(Debug, Clone)]
pub(crate) struct When {
    /// Tokens.
    pub at: Range<usize>,
    pub what: What,
    /// "Since …": opens a window.
    pub since: bool,
    /// "At the end of …", "as of …": its last day.
    pub end_of: bool,
}

/// What a mention of time says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Part of a year that may or may not be named.
    Part { part: Part, year: YearRef, fiscal: bool },
    /// Days.
    Days(Period),
    /// From the first day of a month to the last of another, in a year that may be named.
    Months(i8, i8, YearRef),
    /// From a day to another, as month and day, in a year that goes without saying.
    Stretch((i8, i8), (i8, i8)),
    /// So many weeks up to a day of a month, in a year that may be named.
    Weeks(i32, (i8, i8), YearRef),
    /// The running period in another year.
    SameIn(YearRef),
    /// Relative to the running period.
    Relative(TimeWord),
    /// So many months before.
    Ago(i32),
    /// Time after an event.
    After(u32, Duration),
    /// The stretch it took to reach something, in months, days or hours.
    Took(Elapsed),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Quarter(i8),
    Half(i8),
    NineMonths,
    SixMonths,
    /// So many months from the beginning of a business year.
    FirstMonths(i8),
    Year,
    /// The year that two make and that ends in the second: "2016/17".
    SplitYear,
    Month(i8),
    Day(i8, i8),
    /// A day of a month that goes without saying: "26日".
    DayOfMonth(i8),
    /// A day of the week, 1 for Monday: nothing without a date.
    Weekday(i8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YearRef {
    Given(i16),
    This,
    Last,
    Next,
    /// Beside a month of this year that is named with it; whether they stand together.
    Near(i16, i8, bool),
    /// A business year over the turn of the year, by the year that it ends in.
    Split(i16),
    /// The first to come.
    Coming,
    /// Before the one that the text runs on: "the previous year".
    Before,
    /// The one whose first months these are, if they were over not long before the text: "9 months".
    Fitting,
    Unsaid,
}

/// What mentions of time are resolved against.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running {
    /// The reporting period the text speaks of.
    pub period: Option<Period>,
    /// When the document was published.
    pub published: Option<Date>,
    /// The first month of the split years of what the text speaks of.
    pub opening: Option<i8>,
}

impl Running {
    /// The year the text speaks from.
    fn year(&self) -> Option<i16> {
        self.published.map(Date::year).or_else(|| self.period.as_ref()?.last().map(Date::year))
    }
}

impl When {
    /// Whether this names the period of a comparison rather than that of the report.
    pub(crate) fn is_prior(&self) -> bool {
        matches!(self.what, What::SameIn(_) | What::Ago(_))
            || matches!(
                self.what,
                What::Relative(
                    TimeWord::SamePeriodLastYear
                        | TimeWord::LastYear
                        | TimeWord::LastWholeYear
                        | TimeWord::PreviousYear
                        | TimeWord::LastFiscalYear
                        | TimeWord::PreviousQuarter
                        | TimeWord::PreviousMonth
                )
            )
    }

    /// The year behind the one that the same stretch is compared with: "than in the same period of 2014".
    pub(crate) fn year_after_base(&self) -> Option<i16> {
        match self.what {
            What::SameIn(YearRef::Given(year)) => year.checked_add(1),
            _ => None,
        }
    }

    /// Whether this is "last year", which an annual report may be about.
    pub(crate) fn is_last_year(&self) -> bool {
        matches!(self.what, What::Relative(TimeWord::LastYear | TimeWord::LastWholeYear))
            && !self.since
            && !self.end_of
    }

    /// Whether this can be what a report is about: a quarter, half or year in so many words.
    pub(crate) fn is_reporting(&self) -> bool {
        !self.since
            && match &self.what {
                What::Part { part, year, .. } => match part {
                    Part::Quarter(_) => !matches!(year, YearRef::Last | YearRef::Before) && !self.end_of,
                    // What ended with the first half or nine months lasted as long.
                    Part::Half(_) | Part::NineMonths | Part::SixMonths | Part::FirstMonths(_) => {
                        !matches!(year, YearRef::Last | YearRef::Before)
                    }
                    Part::Year | Part::SplitYear => matches!(year, YearRef::Given(_)) && !self.end_of,
                    _ => false,
                },
                What::Days(p) => p.length().is_some_and(|d| d > 80),
                What::Months(..) => true,
                What::Weeks(weeks, ..) => *weeks >= QUARTER_WEEKS,
                _ => false,
            }
    }

    /// The period meant where a text reports on it: all of it, though only its end may be named.
    pub(crate) fn reported(&self, running: &Running, calendar: FiscalCalendar) -> Option<Period> {
        if self.is_reporting() {
            self.resolve_whole(running, calendar)
        } else {
            self.resolve(running, calendar)
        }
    }

    /// Whether this is a row of days, of which what comes weekly is told.
    pub(crate) fn is_row_of_days(&self) -> bool {
        !self.since
            && match &self.what {
                What::Stretch(..) => true,
                What::Days(period) => period.length().is_some_and(|days| (2..=31).contains(&days)),
                _ => false,
            }
    }

    /// Whether this is the end of a month: what flows is counted up to it.
    pub(crate) fn is_end_of_month(&self) -> bool {
        self.end_of
            && matches!(
                self.what,
                What::Part { part: Part::Month(_), .. }
                    | What::Relative(TimeWord::PreviousMonth | TimeWord::ThisMonth)
            )
    }

    /// Whether this is a month in so many words, and all of it.
    pub(crate) fn is_month(&self) -> bool {
        let said = |year: &YearRef| {
            !matches!(year, YearRef::Last | YearRef::Before | YearRef::Next | YearRef::Coming)
        };
        let month = matches!(&self.what, What::Part { part: Part::Month(_), year, .. } if said(year));
        month && !self.since && !self.end_of
    }

    /// The periods that may be meant, the likeliest first: what has no year may be the one to come.
    pub(crate) fn readings(&self, running: &Running) -> Vec<Period> {
        let first = self.resolve(running, FiscalCalendar::default());
        let unsaid = matches!(
            self.what,
            What::Part {
                part: Part::Month(_) | Part::Quarter(_) | Part::Half(_) | Part::Day(..),
                year: YearRef::Unsaid,
                ..
            } | What::Months(_, _, YearRef::Unsaid)
        );
        let second = first.as_ref().filter(|_| unsaid).and_then(|first| first.months_earlier(-12));
        first.into_iter().chain(second).collect()
    }

    /// The period meant, against what is running; `None` where the text leaves it open.
    pub(crate) fn resolve(&self, running: &Running, calendar: FiscalCalendar) -> Option<Period> {
        // "The end of last year" is the end of a year, whatever the report is on.
        if self.end_of
            && let What::Relative(word @ (TimeWord::LastYear | TimeWord::PreviousYear)) = self.what
        {
            let year = match (word, running.period.as_ref().and_then(Period::last)) {
                (TimeWord::PreviousYear, Some(last)) => last.year(),
                _ => running.year()?,
            };
            return Some(Period::day(Period::year(year.checked_sub(1)?)?.last()?));
        }
        let period = self.resolve_whole(running, calendar)?;
        if self.end_of { Some(Period::day(period.last()?)) } else { Some(period) }
    }

    /// The same without regard to whether only its end is meant.
    pub(crate) fn resolve_whole(&self, running: &Running, calendar: FiscalCalendar) -> Option<Period> {
        let base = running.period.as_ref();
        // Without a reporting quarter the day of publication says which quarter and month are meant.
        let quarter = base.filter(|p| p.whole_months() == Some(3)).cloned().or_else(|| {
            let month = base.filter(|p| p.whole_months() == Some(1)).and_then(Period::last);
            let day = month.or(running.published.filter(|_| base.is_none()))?;
            Period::quarter(day.year(), (day.month() - 1) / 3 + 1)
        });
        match &self.what {
            What::Days(period) => Some(period.clone()),
            What::Ago(months) => match base {
                Some(period) => period.months_earlier(*months),
                None => Period::month(running.published?.year(), running.published?.month())?
                    .months_earlier(*months),
            },
            What::Took(elapsed) => Some(Period::Elapsed(elapsed.clone())),
            What::After(n, unit) => {
                Some(Period::Elapsed(Elapsed { event: "launch".into(), after: unit.elapsed(*n) }))
            }
            What::Part { part, year, fiscal } => {
                let year = match year {
                    YearRef::Split(y) if calendar.is_calendar() => return latest_part(*part, *y, running),
                    YearRef::Given(y) | YearRef::Split(y) => Some(*y),
                    YearRef::This => running.year(),
                    YearRef::Last => running.year().and_then(|y| y.checked_sub(1)),
                    YearRef::Next => running.year().and_then(|y| y.checked_add(1)),
                    YearRef::Coming => running.published.and_then(|day| match part {
                        Part::Month(m) if *m <= day.month() => day.year().checked_add(1),
                        _ => Some(day.year()),
                    }),
                    YearRef::Near(y, m, close) => match part {
                        Part::Month(own) => near_year(*own, (*y, *m), *close, running.published),
                        _ => None,
                    },
                    YearRef::Before => {
                        let from = base.and_then(Period::last).or(running.published);
                        from.and_then(|day| day.year().checked_sub(1))
                    }
                    YearRef::Fitting => {
                        let usual = matches!(part, Part::Quarter(_) | Part::Half(_));
                        return fitting(*part, running, calendar).or_else(|| {
                            resolve_part(*part, None, *fiscal, running, calendar).filter(|_| usual)
                        });
                    }
                    YearRef::Unsaid => None,
                };
                resolve_part(*part, year, *fiscal, running, calendar)
            }
            What::Months(from, to, year) => {
                let build = |year: i16| {
                    let last = Period::month(year, *to)?.last()?;
                    Period::months_ending(last, i32::from((to - from).rem_euclid(12)) + 1)
                };
                match year {
                    YearRef::Given(y) => build(*y),
                    YearRef::Last => build(running.year()?.checked_sub(1)?),
                    YearRef::Before => {
                        build(base.and_then(Period::last).or(running.published)?.year().checked_sub(1)?)
                    }
                    YearRef::This => build(running.year()?),
                    YearRef::Next => build(running.year()?.checked_add(1)?),
                    YearRef::Near(y, m, close)
                        if near_year(*to, (*y, *m), *close, running.published).is_some() =>
                    {
                        build(near_year(*to, (*y, *m), *close, running.published)?)
                    }
                    YearRef::Split(year) => build(*year),
                    YearRef::Near(..) | YearRef::Coming | YearRef::Fitting | YearRef::Unsaid => {
                        match running.published {
                            Some(day) => [day.year(), day.year() - 1]
                                .into_iter()
                                .filter_map(build)
                                .find(|p| is_over(p, day)),
                            None => build(base?.last()?.year()),
                        }
                    }
                }
            }
            What::Stretch(from, to) => {
                let build = |year: i16| {
                    let begun = if from > to { year.checked_sub(1)? } else { year };
                    let (first, last) =
                        (Date::new(begun, from.0, from.1).ok()?, Date::new(year, to.0, to.1).ok()?);
                    Some(Period::days(first, last))
                };
                match running.published {
                    Some(day) => [day.year().checked_add(1)?, day.year(), day.year().checked_sub(1)?]
                        .into_iter()
                        .filter_map(build)
                        .find(|p| p.first() <= Some(day)),
                    None => build(base?.last()?.year()),
                }
            }
            What::Weeks(weeks, (month, day), year) => {
                let part = Part::Day(*month, *day);
                let end = When { what: What::Part { part, year: *year, fiscal: false }, ..self.clone() };
                let last = end.resolve_whole(running, FiscalCalendar::default())?.last()?;
                weeks_ending(last, *weeks)
            }
            What::SameIn(year) => {
                let period = base?;
                let from = period.last()?.year();
                let to = match year {
                    YearRef::Given(y) => *y,
                    _ => from.checked_sub(1)?,
                };
                period.months_earlier((i32::from(from) - i32::from(to)) * 12)
            }
            What::Relative(word) => match word {
                TimeWord::SamePeriodLastYear => base?.year_before(),
                TimeWord::LastYear | TimeWord::LastWholeYear => match base.and_then(|p| p.whole_months()) {
                    Some(months) if months < 12 && *word == TimeWord::LastWholeYear => {
                        business_year(base, base?.last()?, calendar)?.year_before()
                    }
                    // "Last year" in a quarter's report is the same quarter a year before, told loosely;
                    // only a report on a year, or none, makes it the year.
                    Some(months) if months < 12 => base?.year_before(),
                    Some(12) if running.published.is_some() => {
                        around(base?, running.published?)?.year_before()
                    }
                    _ => Period::year(running.year()?.checked_sub(1)?),
                },
                // Counted from what the text runs on, where "last year" is counted from its day.
                TimeWord::PreviousYear => match base {
                    Some(period) => period.year_before(),
                    None => Period::year(running.year()?.checked_sub(1)?),
                },
                TimeWord::ThisYear => Period::year(running.year()?),
                TimeWord::NextYear => Period::year(running.year()?.checked_add(1)?),
                // Of the year reported on, or the quarter itself.
                TimeWord::FinalQuarter | TimeWord::PreviousQuarter
                    if base.and_then(Period::whole_months) == Some(12) =>
                {
                    Period::months_ending(base?.last()?, 3)
                }
                TimeWord::FinalQuarter => quarter,
                TimeWord::PreviousQuarter => quarter?.previous(),
                TimeWord::ThisQuarter => quarter,
                TimeWord::NextQuarter => quarter?.months_earlier(-3),
                TimeWord::PreviousMonth => match base.filter(|p| p.whole_months() == Some(1)) {
                    Some(month) => month.previous(),
                    None => Period::month(running.published?.year(), running.published?.month())?.previous(),
                },
                // Behind the quarter that was reported on, if that is over.
                TimeWord::CurrentQuarter => {
                    let day = running.published;
                    let over = base.is_none()
                        || day.is_none_or(|d| quarter.as_ref().and_then(Period::last) < Some(d));
                    if base.is_some() && over { quarter?.months_earlier(-3) } else { quarter }
                }
                TimeWord::ThisMonth | TimeWord::NextMonth => {
                    let month = Period::month(running.published?.year(), running.published?.month())?;
                    if *word == TimeWord::ThisMonth { Some(month) } else { month.months_earlier(-1) }
                }
                TimeWord::Today => running.published.map(Period::day),
                TimeWord::Yesterday => Some(Period::day(running.published?.yesterday().ok()?)),
                TimeWord::FullYear => {
                    let last = base?.last()?;
                    business_year(base, last, calendar)
                }
                TimeWord::ThisFiscalYear => {
                    business_year(base, running.published.or(base.and_then(Period::last))?, calendar)
                }
                TimeWord::LastFiscalYear => match base.filter(|p| p.whole_months() == Some(12)) {
                    Some(year) => year.year_before(),
                    None => {
                        let day = base.and_then(Period::last).or(running.published)?;
                        business_year(base, day, calendar)?.year_before()
                    }
                },
                TimeWord::EndOfQuarter => {
                    Some(Period::day(base.filter(|p| p.length().is_some_and(|d| d > 80))?.last()?))
                }
                TimeWord::MonthToDate => {
                    let last = base.and_then(Period::last).or(running.published)?;
                    Some(Period::days(Date::new(last.year(), last.month(), 1).ok()?, last))
                }
                TimeWord::YearToDate => {
                    let last = base.and_then(Period::last).or(running.published)?;
                    Some(Period::days(Date::new(last.year(), 1, 1).ok()?, last))
                }
                _ => None,
            },
        }
    }
}

/// A part of a business year that ends in the given one, of a company whose year is not known: the last that was over
/// when the text came out, of those that end with a quarter.
fn latest_part(part: Part, year: i16, running: &Running) -> Option<Period> {
    let past = running.published.or(running.period.as_ref().and_then(Period::last))?;
    let of = |month: i8| {
        let own = FiscalCalendar::ending_in(month, FiscalYearName::End)?;
        resolve_part(part, Some(year), true, running, own).filter(|p| p.last().is_some_and(|l| l <= past))
    };
    [3, 6, 9].into_iter().filter_map(of).max_by_key(|p| p.last())
}

/// So many weeks up to and including a day.
fn weeks_ending(last: Date, weeks: i32) -> Option<Period> {
    let before = i64::from(weeks.checked_mul(7)?.checked_sub(1)?);
    Some(Period::days(last.checked_sub(consilience_claim::days(before)).ok()?, last))
}

/// The first months of a year that are over: those that the text runs on, or were over at most a quarter before.
fn fitting(part: Part, running: &Running, calendar: FiscalCalendar) -> Option<Period> {
    let day = running.period.as_ref().and_then(Period::last).or(running.published)?;
    [day.year().checked_add(1)?, day.year(), day.year().checked_sub(1)?]
        .into_iter()
        .filter_map(|year| resolve_part(part, Some(year), false, running, calendar))
        .find(|period| just_over(period, running))
}

/// Some statistics of a month, and of what ends with it, come out so many days before its end.
const EARLY: i64 = 4;

/// Whether a period was over when a text came out.
pub(crate) fn is_over(period: &Period, published: Date) -> bool {
    let Some(last) = period.last() else { return true };
    let early = if period.is_day() { 0 } else { EARLY };
    last <= published.checked_add(consilience_claim::days(early)).unwrap_or(published)
}

/// Whether a period ends with the one that the text runs on, or at most a quarter before the day of the text.
fn just_over(period: &Period, running: &Running) -> bool {
    let Some(last) = period.last() else { return false };
    let reported = running.period.as_ref().and_then(Period::last);
    reported == Some(last)
        || running.published.or(reported).is_some_and(|past| {
            is_over(period, past) && (0..=3).contains(&(months_of(past) - months_of(last)))
        })
}

/// Which year a word means.
fn year_ref(word: TimeWord) -> Option<YearRef> {
    Some(match word {
        TimeWord::ThisYear => YearRef::This,
        TimeWord::LastYear => YearRef::Last,
        TimeWord::PreviousYear => YearRef::Before,
        TimeWord::NextYear => YearRef::Next,
        _ => return None,
    })
}

/// The year of a month beside another whose year is named. Where the text is of that time, its day says more.
fn near_year(own: i8, (year, month): (i16, i8), close: bool, published: Option<Date>) -> Option<i16> {
    let ago = |day: Date| months_of(day) - i32::from(year) * 12 - i32::from(month);
    if published.is_some_and(|day| !close || ago(day) < 12) {
        return None;
    }
    if own <= month { Some(year) } else { year.checked_sub(1) }
}

/// Months counted through the years.
pub(crate) fn months_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month())
}

/// The year that a day falls into, where years are cut as the given one is.
fn around(year: &Period, day: Date) -> Option<Period> {
    let last = year.last()?;
    let since = months_of(day) - months_of(last);
    year.months_earlier(-12 * (since + 11).div_euclid(12))
}

/// The business year that a day falls into: the company's own, or as the period reported on shows it, where that is
/// a year or the first months of one.
fn business_year(base: Option<&Period>, day: Date, calendar: FiscalCalendar) -> Option<Period> {
    let shown = base.filter(|_| calendar.is_calendar()).and_then(|p| {
        let (first, months) = (p.first()?, p.whole_months()?);
        match months {
            12 => Some(p.clone()),
            6 | 9 if first.month() != 1 && first.month() != 7 => Period::months_ending(p.last()?, months)?
                .months_earlier(months - 12)
                .and_then(|end| Period::months_ending(end.last()?, 12)),
            _ => None,
        }
    });
    match shown {
        Some(year) => around(&year, day),
        None => calendar_year_of(day, calendar),
    }
}

/// The business year that nine months show which do not begin with January.
fn shown_calendar(reported: &Period) -> Option<FiscalCalendar> {
    let first = reported.first().filter(|first| reported.whole_months() == Some(9) && first.month() != 1)?;
    FiscalCalendar::ending_in(first.month() - 1, FiscalYearName::End)
}

/// The fiscal year that a day falls into.
fn calendar_year_of(day: Date, calendar: FiscalCalendar) -> Option<Period> {
    (-1..=1)
        .filter_map(|shift| calendar.year(day.year().checked_add(shift)?))
        .find(|year| year.first().is_some_and(|f| f <= day) && year.last().is_some_and(|l| day <= l))
}

/// The year that ends within the given one: the company's own, else from the month that such years open with.
fn split_year(year: i16, opening: Option<i8>, own: FiscalCalendar) -> Option<Period> {
    let calendar = match opening {
        _ if !own.is_calendar() => own,
        Some(month) => FiscalCalendar::ending_in((month + 10) % 12 + 1, FiscalYearName::End)?,
        None => FiscalCalendar::ending_in(HARVEST_OVER, FiscalYearName::End)?,
    };
    let ends = |period: &Period| period.last().is_some_and(|day| day.year() == year);
    [calendar.year(year), calendar.year(year - 1)].into_iter().flatten().find(ends)
}

fn resolve_part(
    part: Part,
    year: Option<i16>,
    fiscal: bool,
    running: &Running,
    calendar: FiscalCalendar,
) -> Option<Period> {
    if let Part::Weekday(day) = part {
        // The last such day up to the day of publication.
        let published = running.published?;
        let back = (i64::from(published.weekday().to_monday_one_offset()) - i64::from(day)).rem_euclid(7);
        return published.checked_sub(consilience_claim::days(back)).ok().map(Period::day);
    }
    if let Part::DayOfMonth(day) = part {
        let published = running.published?;
        let of = |month: Period| Date::new(month.last()?.year(), month.last()?.month(), day).ok();
        let this = Period::month(published.year(), published.month())?;
        let before = this.previous();
        return [Some(this), before]
            .into_iter()
            .flatten()
            .filter_map(of)
            .find(|d| *d <= published)
            .map(Period::day);
    }
    // A company whose year is not the calendar's speaks of its own quarters and halves; a plain year is the
    // calendar's unless it is called fiscal.
    let mut own = if fiscal || !matches!(part, Part::Year) { calendar } else { FiscalCalendar::default() };
    // "The third quarter" beside nine months from April to December is its last three.
    if own.is_calendar()
        && year.is_none()
        && matches!(part, Part::Quarter(_) | Part::Half(_) | Part::NineMonths | Part::SixMonths)
        && let Some(shown) = running.period.as_ref().and_then(shown_calendar)
    {
        own = shown;
    }
    let build = |year: i16| match part {
        Part::Quarter(q) => own.quarter(year, q),
        Part::Half(h) => own.half(year, h),
        Part::NineMonths => {
            let (first, last) = (own.quarter(year, 1)?.first()?, own.quarter(year, 3)?.last()?);
            Some(Period::days(first, last))
        }
        Part::SixMonths => own.half(year, 1),
        Part::FirstMonths(n) => {
            let year = own.year(year)?;
            Period::months_ending(year.months_earlier(12 - i32::from(n))?.last()?, i32::from(n))
        }
        Part::Year => own.year(year),
        Part::SplitYear => split_year(year, running.opening, own),
        Part::Month(m) => Period::month(year, m),
        Part::Day(m, d) => Some(Period::day(Date::new(year, m, d).ok()?)),
        Part::Weekday(_) | Part::DayOfMonth(_) => None,
    };
    if let Some(year) = year {
        return build(year);
    }
    // Without a year: the one that the text runs on, else the latest that had ended when it was published.
    if let Some(published) = running.published {
        let latest = [published.year(), published.year() - 1].into_iter().find_map(|y| {
            let period = build(y)?;
            let reached = match part {
                Part::Day(..) | Part::Month(_) => period.first()? <= published,
                _ => is_over(&period, published),
            };
            reached.then_some(period)
        });
        let last = running.period.as_ref().and_then(Period::last);
        // A company's own quarter lies in the business year that the text runs on.
        let near = last.and_then(|last| {
            let away = |p: &Period| p.last().map_or(i32::MAX, |end| (months_of(last) - months_of(end)).abs());
            if own.is_calendar() || matches!(part, Part::Day(..) | Part::Month(_)) {
                build(last.year())
            } else {
                (last.year() - 1..=last.year() + 1).filter_map(build).min_by_key(away)
            }
        });
        return match (part, near) {
            (Part::Day(..) | Part::Month(_), _) | (_, None) => latest,
            (_, near) => near,
        };
    }
    let year = running.period.as_ref()?.last()?.year();
    if own.is_calendar() {
        return build(year);
    }
    let away = |p: &Period| p.last().map_or(i16::MAX, |end| (end.year() - year).abs());
    [Some(year), year.checked_add(1)].into_iter().flatten().filter_map(build).min_by_key(away)
}

/// All mentions of time of a sentence, in order, and which number tokens they use up.
pub(crate) fn find(
    scan: &Scan,
    text: &str,
    sentence: &Range<usize>,
    lang: &Lang,
    used: &mut Vec<usize>,
) -> Vec<When> {
    let finder = Finder { scan, text, lang, end: sentence.end };
    let mut found: Vec<When> = Vec::new();
    let mut t = sentence.start;
    while t < sentence.end {
        match finder.mention(t) {
            Some(when) => {
                let to = when.at.end.max(t + 1);
                used.extend(
                    (when.at.start..to).filter(|t| matches!(scan.tokens[*t].kind, TokenKind::Number(_))),
                );
                // A day may stand before its month: the mention then reaches back.
                if found.last().is_some_and(|last| last.at.end > when.at.start) {
                    found.pop();
                }
                found.push(when);
                t = to;
            }
            None => t += 1,
        }
    }
    for i in 0..found.len() {
        if !matches!(
            found[i].what,
            What::Part { part: Part::Month(_), year: YearRef::Unsaid, .. }
                | What::Months(_, _, YearRef::Unsaid)
        ) {
            continue;
        }
        let dated = |j: usize| {
            let other = found.get(j).filter(|other| !other.since)?;
            let gap = found[i].at.start.max(other.at.start) - found[i].at.end.min(other.at.end);
            let (year, month) = match &other.what {
                What::Part { part: Part::Month(m), year: YearRef::Given(y), .. } => (*y, *m),
                What::Days(day) if day.is_day() => day.last().map(|d| (d.year(), d.month()))?,
                _ => return None,
            };
            Some(YearRef::Near(year, month, gap <= 3))
        };
        let beside = i.checked_sub(1).and_then(dated).or_else(|| dated(i + 1));
        if let Some(beside) = beside
            && let What::Part { year, .. } | What::Months(_, _, year) = &mut found[i].what
        {
            *year = beside;
        }
    }
    found
}

struct Finder<'a> {
    scan: &'a Scan,
    text: &'a str,
    lang: &'a Lang,
    end: usize,
}

impl Finder<'_> {
    fn mention(&self, t: usize) -> Option<When> {
        // Most words open no mention of time: those without a phrase of the lexicon and without a digit.
        let digit = self
            .text
            .as_bytes()
            .get(self.scan.tokens[t].start)
            .is_some_and(|b| !b.is_ascii() || b.is_ascii_digit());
        if !digit && self.scan.hits_at(t).is_empty() {
            return None;
        }
        // "Compared with the first quarter", where "with" is "since" too.
        let compared = (t.saturating_sub(3)..t).any(|s| {
            self.scan.hits_at(s).iter().any(|h| {
                matches!(h.term, Term::Time(TimeWord::BaseBefore) | Term::Cue(Cue::Against)) && h.to > t
            })
        });
        let since = self.time(t, |w| w == TimeWord::Since).filter(|_| !compared);
        if let Some(core) = since.and_then(|(_, hit)| self.dated(self.skip_connectors(hit.to))) {
            // "Since January through September" names both ends.
            let open = !matches!(core.what, What::Months(..)) && !core.is_row_of_days();
            return Some(When { at: t..core.at.end, since: open, ..core });
        }
        if self.scan.cue_at(t, Cue::Took).is_some()
            && let Some(when) = self.took(t)
        {
            return Some(when);
        }
        if let Some(when) = self.within(t).or_else(|| self.ago(t)) {
            return Some(when);
        }
        self.dated(t)
    }

    /// A mention with days, or the end of one.
    fn dated(&self, t: usize) -> Option<When> {
        if let Some((_, hit)) = self.time(t, |w| w == TimeWord::Through)
            && let Some(core) = self.core(self.skip_connectors(hit.to))
            && let What::Part { part, year, fiscal } = core.what
            && let Some((part, end_of)) = match part {
                Part::Quarter(2) => Some((Part::SixMonths, false)),
                Part::Quarter(3) => Some((Part::NineMonths, false)),
                Part::Quarter(4) => Some((Part::Year, false)),
                Part::Month(_) => Some((part, true)),
                _ => None,
            }
        {
            return Some(When {
                at: t..core.at.end,
                what: What::Part { part, year, fiscal },
                end_of,
                ..core
            });
        }
        // "Hasta septiembre", "bis September": the months from the beginning of the year.
        if let Some((_, hit)) = self.time(t, |w| w == TimeWord::Through)
            && !self.is_in_comparison(t)
            // "Bis Ende September" says a day first of all.
            && !(t..hit.to).any(|s| self.time(s, |w| w == TimeWord::EndOf).is_some())
            && let Some(core) = self.core(self.skip_connectors(hit.to))
            && let What::Part { part: Part::Month(month @ 2..), year, .. } = core.what
            && !matches!(year, YearRef::Next | YearRef::Coming)
        {
            return Some(When { at: t..core.at.end, what: What::Months(1, month, year), ..core });
        }
        if let Some((_, hit)) = self.time(t, |w| w == TimeWord::EndOf)
            && let Some(core) = self.core(self.skip_connectors(hit.to))
            && matches!(
                core.what,
                What::Part { .. }
                    | What::Days(_)
                    | What::Months(..)
                    | What::Relative(
                        TimeWord::ThisQuarter
                            | TimeWord::ThisYear
                            | TimeWord::LastYear
                            | TimeWord::PreviousYear
                            | TimeWord::NextYear
                            | TimeWord::PreviousQuarter
                            | TimeWord::ThisMonth
                            | TimeWord::PreviousMonth
                    )
            )
        {
            return Some(When { at: t..core.at.end, end_of: true, ..core });
        }
        self.core(t).map(|core| self.with_what_follows(core))
    }

    /// Whether a word is the last of a phrase that compares or bounds: "frente a septiembre".
    fn is_in_comparison(&self, t: usize) -> bool {
        (t.saturating_sub(5)..t).any(|s| {
            let inside = |h: &crate::scan::Hit| h.from < t && h.to > t && matches!(h.term, Term::Cue(_));
            self.scan.hits_at(s).iter().any(inside)
        })
    }

    /// Scripts without blanks say behind a time that its end is meant, that it opens a window, or that a
    /// stretch ends with it: "2022年末", "2020年以来", "9月30日止三个月".
    fn with_what_follows(&self, core: When) -> When {
        let Some(last) = core.at.end.checked_sub(1).filter(|t| self.is_unspaced(*t)) else { return core };
        let mut when = core;
        let whole = matches!(
            when.what,
            What::Part {
                part: Part::Year
                    | Part::Quarter(_)
                    | Part::Half(_)
                    | Part::Month(_)
                    | Part::SixMonths
                    | Part::NineMonths,
                ..
            } | What::Days(_)
                | What::Months(..)
                | What::Relative(_)
        ) && !matches!(&when.what, What::Days(p) if p.is_day());
        // The word may share its first letters with the time: 年末, 季度末.
        let end = (last.saturating_sub(1).max(when.at.start)..=last + 1)
            .filter_map(|s| self.has(s, Term::Time(TimeWord::EndOf)))
            .find(|to| *to > when.at.end);
        if let Some(to) = end.filter(|_| whole) {
            (when.end_of, when.at.end) = (true, to);
        }
        if let What::Days(day) = &when.what
            && day.is_day()
            && let Some(last) = day.last()
            && let Some((months, to)) = self.length(self.skip_connectors(when.at.end))
            && let Some(period) = Period::months_ending(last, months)
        {
            return When { at: when.at.start..to, what: What::Days(period), ..when };
        }
        if let Some(to) = self.has(when.at.end, Term::Time(TimeWord::Since)) {
            (when.since, when.at.end) = (true, to);
        }
        when
    }

    /// The three, six, nine or twelve months that a report may be on.
    fn length(&self, t: usize) -> Option<(i32, usize)> {
        if let Some(to) = self.has(t, Term::Year).filter(|_| self.year(t + 1).is_none()) {
            return Some((12, to));
        }
        let (n, to) = self.small_number(t)?;
        let unit = self.scan.hits_at(to).iter().find(|h| duration_unit(h.term) == Some(Duration::Months))?;
        Some((i32::try_from(n).ok().filter(|n| matches!(n, 3 | 6 | 9 | 12))?, unit.to))
    }

    fn time(&self, t: usize, want: impl Fn(TimeWord) -> bool) -> Option<(TimeWord, crate::scan::Hit)> {
        if t >= self.end {
            return None;
        }
        self.scan.term_at(t, |term| match term {
            Term::Time(word) if want(word) => Some(word),
            _ => None,
        })
    }

    fn has(&self, t: usize, want: Term) -> Option<usize> {
        if t >= self.end || !self.scan.may_start(t, want) {
            return None;
        }
        self.scan.hits_at(t).iter().find(|h| h.term == want).map(|h| h.to)
    }

    fn ordinal(&self, t: usize) -> Option<(i8, usize)> {
        if t >= self.end {
            return None;
        }
        if let Some(at) = self.has(t, Term::OrdinalMark) {
            let (n, to) = self.small_number(at)?;
            return Some((i8::try_from(n).ok()?, to));
        }
        self.scan
            .term_at(t, |term| match term {
                Term::Ordinal(n) => i8::try_from(n).ok(),
                _ => None,
            })
            .map(|(n, hit)| (n, hit.to))
    }

    fn small_number(&self, t: usize) -> Option<(u32, usize)> {
        if t >= self.end {
            return None;
        }
        if let Some(n) = self.scan.number(t) {
            let value = n.value.normalize();
            return (value.scale() == 0).then(|| u32::try_from(value.mantissa()).ok().map(|v| (v, t + 1)))?;
        }
        let spelled = spell::read(self.scan, t, self.end)?;
        Some((u32::try_from(spelled.value).ok()?, spelled.to))
    }

    /// A year in four digits.
    fn year(&self, t: usize) -> Option<i16> {
        if t >= self.end {
            return None;
        }
        let n = self.scan.number(t)?;
        let plain = !n.grouped && n.decimals == 0 && n.digits == 4;
        let value = i16::try_from(n.value.mantissa()).ok().filter(|y| plain && (1900..=2100).contains(y))?;
        let unit_follows = self.counts(t + 1);
        let sign_before = t > 0
            && self.scan.tokens[t - 1].end == n.start
            && self.scan.hits_at(t - 1).iter().any(|h| matches!(h.term, Term::Currency(..)));
        // "2,700 employees" has a mark; "2015 employees" is a count where the noun is not a word of time.
        (!unit_follows && !sign_before).then_some(value)
    }

    /// Whether what stands here makes the number before it a quantity.
    fn counts(&self, t: usize) -> bool {
        self.scan.hits_at(t).iter().any(|h| {
            matches!(
                h.term,
                Term::Scale(_) | Term::Percent | Term::Currency(..) | Term::Noun(_) | Term::PercentagePoints
            )
        })
    }

    /// "mil novecientos noventa", "nineteen ninety", where nothing follows that could be counted.
    fn spelled_year(&self, t: usize) -> Option<(i16, usize)> {
        let first = spell::read(self.scan, t, self.end).filter(|_| self.scan.number(t).is_none())?;
        let thousand = self.scan.term_at(first.to, |term| (term == Term::Scale(3)).then_some(()));
        let (value, to, pair) = if (11..=20).contains(&first.value) {
            let rest = spell::read(self.scan, first.to, self.end).filter(|r| (10..100).contains(&r.value))?;
            (first.value * 100 + rest.value, rest.to, true)
        } else if let Some((_, hit)) = thousand.filter(|_| first.value < 3) {
            let rest = spell::read(self.scan, hit.to, self.end).filter(|r| r.value < 1000)?;
            (first.value * 1000 + rest.value, rest.to, false)
        } else {
            (first.value, first.to, false)
        };
        let ends = self.scan.tokens.get(to).is_none_or(|next| next.kind == TokenKind::Mark);
        // Round ones are amounts more often.
        let year = (1500..2100).contains(&value) && (pair || !value.is_multiple_of(10));
        let short = to - t <= 12 && !self.counts(to);
        (ends && year && short).then_some((i16::try_from(value).ok()?, to))
    }

    /// The digits of a token that is nothing else, be it read as a number or kept as part of a composition.
    fn digits(&self, t: usize) -> Option<(i16, usize)> {
        if t >= self.end {
            return None;
        }
        let word = self.scan.word(self.text, t);
        if word.is_empty() || word.len() > 4 || !word.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Some((word.parse().ok()?, word.len()))
    }

    /// A year in four digits, or in two behind a mark that joins it to its month or quarter.
    fn joined_year(&self, t: usize, short: bool) -> Option<i16> {
        let glued = |t: usize| {
            t > 0 && self.scan.tokens.get(t).is_some_and(|next| next.start == self.scan.tokens[t - 1].end)
        };
        match self.digits(t).filter(|_| glued(t) && glued(t - 1))? {
            (year, 4) if (1900..=2100).contains(&year) => Some(year),
            (year, 2) if short => Some(2000 + year),
            _ => None,
        }
    }

    fn skip_connectors(&self, mut t: usize) -> usize {
        for _ in 0..4 {
            match self.has(t, Term::Connector).or_else(|| self.has(t, Term::Time(TimeWord::AsOf))) {
                Some(to) => t = to,
                None if self.scan.word(self.text, t) == "," && t < self.end => t += 1,
                None => break,
            }
        }
        t
    }

    /// Where brackets end that say a part of a year again in short: "the third quarter (Q3) of 2023", "nine months (9M)".
    fn short_form(&self, open: usize) -> Option<usize> {
        let word = |t: usize| if t < self.end { self.scan.word(self.text, t) } else { "" };
        let close = (open + 2..=open + 3).find(|t| word(*t) == ")").filter(|_| word(open) == "(")?;
        let short: String = (open + 1..close).map(word).collect();
        let digits = short.chars().filter(char::is_ascii_digit).count();
        let letters = short.chars().filter(char::is_ascii_uppercase).count();
        let is_short = (1..=2).contains(&digits) && letters == 1 && digits + letters == short.chars().count();
        is_short.then_some(close + 1)
    }

    /// The year behind a part of one, past connectors.
    fn year_behind(&self, t: usize) -> (YearRef, bool, usize) {
        let t = self.short_form(t).unwrap_or(t);
        let mut at = self.skip_connectors(t);
        let said = at;
        let mut fiscal = false;
        for _ in 0..2 {
            if let Some(to) = self.has(at, Term::Fiscal) {
                fiscal = true;
                at = self.skip_connectors(to);
            } else if let Some(to) = self.has(at, Term::Year) {
                at = self.skip_connectors(to);
            }
        }
        if let Some(year) = self.year(at) {
            // "Premier semestre 2021-2022": a part of a business year that goes over the turn of the year.
            if let Some(to) = self.next_year_joined(at, year) {
                return (YearRef::Split(year + 1), true, to);
            }
            return (YearRef::Given(year), fiscal, at + 1);
        }
        // "FY2024" is one word.
        if let Some(year) = self.fiscal_word(at) {
            return (YearRef::Given(year), true, at + 1);
        }
        // "de l'année précédente" has the word for year in it.
        for start in [at, said, t] {
            if let Some((word, hit)) = self.time(start, |w| year_ref(w).is_some()) {
                let year = year_ref(word).unwrap_or(YearRef::Unsaid);
                return (year, fiscal, hit.to);
            }
            // "Of the current business year": which is under way shows by what of it is over.
            if let Some((_, hit)) = self.time(start, |w| w == TimeWord::ThisFiscalYear) {
                return (YearRef::Fitting, true, hit.to);
            }
        }
        (YearRef::Unsaid, false, t)
    }

    /// Where the second of two years ends that are joined by a mark: "2021-2022", "2021/22".
    fn next_year_joined(&self, t: usize, year: i16) -> Option<usize> {
        let glued =
            |t: usize| self.scan.tokens.get(t + 1).is_some_and(|n| n.start == self.scan.tokens[t].end);
        let joined = matches!(self.scan.word(self.text, t + 1), "-" | "/" | "–") && glued(t) && glued(t + 1);
        let (next, digits) = self.digits(t + 2).filter(|_| joined)?;
        let follows = digits == 4 && next == year + 1 || digits == 2 && next == (year + 1) % 100;
        follows.then_some(t + 3)
    }

    /// `FY2024`, `FY24`.
    fn fiscal_word(&self, t: usize) -> Option<i16> {
        self.has(t, Term::Fiscal)?;
        let word = self.scan.word(self.text, t);
        let digits = word.find(|c: char| c.is_ascii_digit()).map(|i| &word[i..])?;
        short_or_long_year(digits)
    }

    fn part(&self, from: usize, to: usize, part: Part) -> When {
        // "III/2023", "Q2-2023"
        let mark = self.scan.word(self.text, to);
        // "set/23", "Q3'23"; "3/24" with a figure for the month is a day or a ratio more often.
        let short = mark == "'" || mark == "’" || mark == "/" && !self.ends_in_digit(to - 1);
        // "December '05"
        let set_off = matches!(mark, "'" | "’") && self.scan.tokens[to].start > self.scan.tokens[to - 1].end;
        let apart = || {
            let glued = self.scan.tokens.get(to + 1)?.start == self.scan.tokens[to].end;
            self.digits(to + 1).filter(|(_, n)| glued && *n == 2).map(|(year, _)| 2000 + year)
        };
        if matches!(mark, "/" | "-" | "'" | "’")
            && let Some(year) = self.joined_year(to + 1, short).or_else(|| apart().filter(|_| set_off))
        {
            let what = What::Part { part, year: YearRef::Given(year), fiscal: false };
            return When { at: from..to + 2, what, since: false, end_of: false };
        }
        // "tháng 6.2021" is one token with its year.
        if to > from + 1
            && let Some(n) = self.scan.number(to - 1).filter(|n| n.decimals == 4)
            && let Some(year) =
                self.scan.word(self.text, to - 1).rsplit('.').next().and_then(short_or_long_year)
            && n.digits <= 6
        {
            let what = What::Part { part, year: YearRef::Given(year), fiscal: false };
            return When { at: from..to, what, since: false, end_of: false };
        }
        let (year, fiscal, to_year) = self.year_behind(to);
        let to = if year == YearRef::Unsaid { self.short_form(to).unwrap_or(to) } else { to_year };
        When { at: from..to, what: What::Part { part, year, fiscal }, since: false, end_of: false }
    }

    fn ends_in_digit(&self, t: usize) -> bool {
        self.scan.word(self.text, t).ends_with(|c: char| c.is_ascii_digit())
    }

    fn core(&self, t: usize) -> Option<When> {
        if t >= self.end {
            return None;
        }
        self.year_first(t)
            .or_else(|| self.relative(t))
            .or_else(|| self.first_months(t))
            .or_else(|| self.next_month_by_name(t))
            .or_else(|| self.row_of_days(t))
            .or_else(|| self.months_of_years(t))
            .or_else(|| self.months(t))
            .or_else(|| self.ended(t))
            .or_else(|| self.quarter_or_half(t))
            .or_else(|| self.season(t))
            .or_else(|| self.date_in_digits(t))
            .or_else(|| self.month(t))
            .or_else(|| self.plain_year(t))
            .or_else(|| self.day_of_month(t))
            .or_else(|| {
                let (day, hit) = self.scan.term_at(t, |term| match term {
                    Term::Weekday(d) => i8::try_from(d).ok(),
                    _ => None,
                })?;
                let to = hit.to;
                let what = What::Part { part: Part::Weekday(day), year: YearRef::Unsaid, fiscal: false };
                Some(When { at: t..to, what, since: false, end_of: false })
            })
    }

    /// "2023年第二季度", "去年7月", "2024年3月期": the year stands first, with a mark or no blank behind it.
    fn year_first(&self, t: usize) -> Option<When> {
        let short = self.short_year(t);
        let named = self
            .year(t)
            .map(|y| (YearRef::Given(y), t + 1))
            .or_else(|| self.year_of_era(t))
            .or_else(|| short.map(|y| (YearRef::Given(y), t + 1)));
        let (year, at, fiscal) = if let Some((year, at)) = named {
            match (self.has(at, Term::Fiscal), self.has(at, Term::YearMark)) {
                (Some(to), None) if self.is_unspaced(at) => (year, to, true),
                (Some(fiscal), Some(mark)) if fiscal > mark => (year, fiscal, true),
                (_, Some(mark)) => (year, mark, false),
                _ => return None,
            }
        } else {
            let (word, hit) = self.time(t, |w| year_ref(w).is_some()).filter(|_| self.is_unspaced(t))?;
            (year_ref(word)?, hit.to, false)
        };
        if let Some(when) = self.fiscal_year_to(t, year, at) {
            return Some(when);
        }
        let at = self.has(at, Term::Connector).filter(|_| self.is_unspaced(at)).unwrap_or(at);
        let part = self
            .relative(at)
            .or_else(|| self.first_months(at))
            .or_else(|| self.half_to(at))
            .or_else(|| self.months(at))
            .or_else(|| self.quarter_or_half(at))
            .or_else(|| self.month(at));
        let what = part.as_ref().and_then(|part| match part.what {
            What::Part { part: Part::Day(m, d), year: YearRef::Unsaid, .. } => match year {
                YearRef::Given(y) => Date::new(y, m, d).ok().map(|day| What::Days(Period::day(day))),
                _ => Some(What::Part { part: Part::Day(m, d), year, fiscal }),
            },
            What::Part { part, year: YearRef::Unsaid, .. } => Some(What::Part { part, year, fiscal }),
            What::Months(from, to, YearRef::Unsaid) => Some(What::Months(from, to, year)),
            What::Relative(TimeWord::FullYear) => Some(What::Part { part: Part::Year, year, fiscal }),
            _ => None,
        });
        let (what, to) = match (what, part) {
            (Some(what), Some(part)) => (what, part.at.end),
            // "Last year" alone is loose where the report is on a quarter; a year by its number never is.
            _ if named.is_none() => return None,
            // "24年" alone is a stretch more often.
            _ if short.is_some() && !fiscal => return None,
            _ => (What::Part { part: Part::Year, year, fiscal }, at),
        };
        Some(When { at: t..to, what, since: false, end_of: false })
    }

    /// The "24" of "24年3月期".
    fn short_year(&self, t: usize) -> Option<i16> {
        let n = self.scan.number(t).filter(|n| n.digits == 2 && n.decimals == 0 && t < self.end)?;
        let marked = self.has(t + 1, Term::YearMark).is_some();
        i16::try_from(n.value.mantissa()).ok().filter(|y| marked && *y < 60).map(|y| 2000 + y)
    }

    /// "民國112年", "令和5年": years counted from another one.
    fn year_of_era(&self, t: usize) -> Option<(YearRef, usize)> {
        if t >= self.end {
            return None;
        }
        let (before, hit) = self.scan.term_at(t, |term| match term {
            Term::Era(years) => Some(years),
            _ => None,
        })?;
        let (n, to) = self.small_number(hit.to)?;
        self.has(to, Term::YearMark)?;
        let year = before.checked_add(i16::try_from(n).ok()?).filter(|y| (1868..=2100).contains(y))?;
        Some((YearRef::Given(year), to))
    }

    /// "first four months", "7 tháng đầu năm 2023", "前4个月", "9M23".
    fn first_months(&self, t: usize) -> Option<When> {
        if let Some(when) = self.months_in_short(t) {
            return Some(when);
        }
        let first = |t: usize| self.time(t, |w| w == TimeWord::FirstMonths).map(|(_, hit)| hit.to);
        let over = self.time(t, |w| w == TimeWord::OverMonths).map(|(_, hit)| hit.to);
        let before = first(t).or(over);
        let at = before.unwrap_or(t);
        let (n, to) = self.small_number(at).or_else(|| self.number_of_months(at))?;
        let n = i8::try_from(n).ok().filter(|n| (2..=12).contains(n))?;
        let between = first(to);
        let unit_at = between.unwrap_or(to);
        let unit = self.scan.hits_at(unit_at).iter().find(|h| {
            duration_unit(h.term) == Some(Duration::Months) || before.is_some() && h.term == Term::MonthMark
        })?;
        let behind = first(unit.to);
        let to = behind.unwrap_or(unit.to);
        let said = before.or(between).or(behind).is_some();
        let (year, fiscal, to_year) = self.year_behind(to);
        if year == YearRef::Unsaid {
            // "The first five months after the launch" are no part of a year; "11 months" alone none at all.
            if !said || self.time(to, |w| w == TimeWord::Within).is_some() {
                return None;
            }
            // "In ten months" without "the first": where they were just over.
            if over == before && over.is_some() && between.is_none() && behind.is_none() {
                let what = match first_of_year(n, YearRef::Fitting, fiscal) {
                    What::Part { part: Part::Quarter(_) | Part::Year, .. } => return None,
                    what => what,
                };
                return Some(When { at: t..to, what, since: false, end_of: false });
            }
        } else if !(said || fiscal || matches!(year, YearRef::Given(_)) && self.has(to, Term::Year).is_some())
        {
            return None;
        }
        let to = if year == YearRef::Unsaid { self.short_form(to).unwrap_or(to) } else { to_year };
        Some(When { at: t..to, what: first_of_year(n, year, fiscal), since: false, end_of: false })
    }

    /// A word that counts nothing but months, since alone it means something else: "năm tháng đầu năm".
    fn number_of_months(&self, t: usize) -> Option<(u32, usize)> {
        let (n, hit) = self.scan.term_at(t, |term| match term {
            Term::NumberOfMonths(n) => Some(u32::from(n)),
            _ => None,
        })?;
        (t < self.end).then_some((n, hit.to))
    }

    /// The year behind the mark that joins it to the short form of a part of a year: "9M-22", "Q3'22".
    fn year_after_mark(&self, mark: usize) -> Option<(i16, usize)> {
        let joins = matches!(self.scan.word(self.text, mark), "-" | "/" | "'" | "’");
        let year = self.joined_year(mark + 1, true).filter(|year| joins && *year >= 2010)?;
        Some((year, mark + 2))
    }

    /// "9M23", "9M 2023", "9M-23".
    fn months_in_short(&self, t: usize) -> Option<When> {
        let token = self.scan.tokens.get(t).filter(|_| t < self.end)?;
        let word = self.scan.word(self.text, t);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let n: i8 = word.get(..digits)?.parse().ok().filter(|n| matches!(n, 3 | 6 | 9 | 12))?;
        let (year, to) = if digits == word.len() {
            // A number and a letter right behind it.
            let letter = self.has(t + 1, Term::MonthsLetter)?;
            if self.scan.tokens[t + 1].start != token.end {
                return None;
            }
            self.year(letter).map(|year| (year, letter + 1)).or_else(|| self.year_after_mark(letter))?
        } else {
            let mut end = None;
            self.lang.trie.walk(self.text, token.start + digits, |at, term| {
                end = if term == Term::MonthsLetter { Some(at - token.start) } else { end };
            });
            match word.get(end?..)? {
                "" => self.year(t + 1).map(|year| (year, t + 2)).or_else(|| self.year_after_mark(t + 1))?,
                year => (short_or_long_year(year)?, t + 1),
            }
        };
        let what = first_of_year(n, YearRef::Given(year), false);
        Some(When { at: t..to, what, since: false, end_of: false })
    }

    /// "2024年3月期", "2024年3月期第1四半期": the business year that ends with a month, or a part of it.
    fn fiscal_year_to(&self, t: usize, year: YearRef, at: usize) -> Option<When> {
        let YearRef::Given(year) = year else { return None };
        let (month, mark) = self.small_number(at)?;
        let to = self.has(mark, Term::FiscalMonthMark)?;
        let last = Period::month(year, i8::try_from(month).ok()?)?.last()?;
        let whole = Period::months_ending(last, 12)?;
        let quarter = |n: i8| {
            let end = Period::months_ending(last, 1)?.months_earlier(3 * (4 - i32::from(n)))?;
            Period::months_ending(end.last()?, 3)
        };
        let rest = self.relative(to).or_else(|| self.quarter_or_half(to));
        let part = rest.as_ref().and_then(|rest| match rest.what {
            What::Part { part, year: YearRef::Unsaid, .. } => match part {
                // Accounts of "the third quarter of the year to March" run from its beginning.
                Part::Quarter(n @ 2..=3) => Some(Period::days(quarter(1)?.first()?, quarter(n)?.last()?)),
                Part::Quarter(n) => quarter(n),
                Part::Half(1) | Part::SixMonths => {
                    Some(Period::days(quarter(1)?.first()?, quarter(2)?.last()?))
                }
                Part::Half(2) => Some(Period::days(quarter(3)?.first()?, last)),
                Part::NineMonths => Some(Period::days(quarter(1)?.first()?, quarter(3)?.last()?)),
                Part::Year => Some(whole.clone()),
                _ => None,
            },
            _ => None,
        });
        let (period, to) = match (part, rest) {
            (Some(part), Some(rest)) => (part, rest.at.end),
            _ => (whole, to),
        };
        Some(When { at: t..to, what: What::Days(period), since: false, end_of: false })
    }

    /// "26日": the day of publication's month, or of the one before.
    fn day_of_month(&self, t: usize) -> Option<When> {
        let n = self.scan.number(t).filter(|n| n.decimals == 0 && n.digits <= 2 && t < self.end)?;
        let day = i8::try_from(n.value.mantissa()).ok().filter(|d| (1..=31).contains(d))?;
        let to = self.has(t + 1, Term::DayMark)?;
        let counted = self.scan.hits_at(t + 1).iter().any(|h| matches!(h.term, Term::NotCounted(_)));
        let what = What::Part { part: Part::DayOfMonth(day), year: YearRef::Unsaid, fiscal: false };
        (!counted).then_some(When { at: t..to, what, since: false, end_of: false })
    }

    fn is_unit(&self, t: usize, unit: Duration) -> bool {
        self.scan.hits_at(t).iter().any(|h| duration_unit(h.term) == Some(unit))
    }

    /// Whether a token is written in a script without blanks between words.
    fn is_unspaced(&self, t: usize) -> bool {
        self.scan.word(self.text, t).chars().next_back().is_some_and(is_ideographic)
    }

    fn relative(&self, t: usize) -> Option<When> {
        let simple = |w| {
            !matches!(
                w,
                TimeWord::EndOf
                    | TimeWord::AsOf
                    | TimeWord::Since
                    | TimeWord::Within
                    | TimeWord::DayOf
                    | TimeWord::Launch
                    | TimeWord::Through
                    | TimeWord::MonthRange
                    | TimeWord::FirstMonths
                    | TimeWord::OverMonths
                    | TimeWord::BaseBefore
                    | TimeWord::BaseBehind
                    | TimeWord::BaseThen
                    | TimeWord::OutOfHours
                    | TimeWord::AgoBefore
                    | TimeWord::AgoBehind
                    | TimeWord::NextOne
                    | TimeWord::One(_)
            )
        };
        let (word, hit) = self.time(t, simple)?;
        let part = match word {
            TimeWord::SamePeriod => {
                let (year, _, to) = self.year_behind(hit.to);
                let to = if year == YearRef::Unsaid { hit.to } else { to };
                return Some(When { at: t..to, what: What::SameIn(year), since: false, end_of: false });
            }
            TimeWord::FirstThreeMonths => Part::Quarter(1),
            TimeWord::LastThreeMonths => Part::Quarter(4),
            TimeWord::NineMonths => Part::NineMonths,
            TimeWord::SixMonths => Part::SixMonths,
            TimeWord::FullYear => {
                // "For the year ending March 2024" names its end.
                if let Some(when) = self.ended(hit.to - 1) {
                    return Some(When { at: t..when.at.end, ..when });
                }
                let when = self.part(t, hit.to, Part::Year);
                if matches!(when.what, What::Part { year: YearRef::Unsaid, .. }) {
                    return Some(When { what: What::Relative(word), ..when });
                }
                return Some(when);
            }
            _ => {
                // "In the quarter ended September 2023", where "the quarter ended" alone says when.
                if matches!(word, TimeWord::ThisQuarter | TimeWord::EndOfQuarter)
                    && let Some(when) = (t..hit.to).find_map(|s| self.ended(s))
                {
                    return Some(When { at: t..when.at.end, ..when });
                }
                return Some(When { at: t..hit.to, what: What::Relative(word), since: false, end_of: false });
            }
        };
        let months = match part {
            Part::NineMonths => 9,
            Part::SixMonths => 6,
            _ => 3,
        };
        if let Some(when) = self.ending(t, hit.to, months) {
            return Some(when);
        }
        let mut when = self.part(t, hit.to, part);
        // "After nine months" without a year is a duration unless it says "first", or a report comes right behind.
        let said = !matches!(when.what, What::Part { year: YearRef::Unsaid, .. })
            || matches!(part, Part::Quarter(_))
            || hit.to - t > 2;
        if !said {
            (t..hit.to).find(|t| self.is_unit(*t, Duration::Months))?;
            when.what = What::Part { part, year: YearRef::Fitting, fiscal: false };
        }
        Some(when)
    }

    /// "three months ended June 30, 2023", "26 weeks to 28 December", "quarter ended …", "year ended …".
    fn ended(&self, t: usize) -> Option<When> {
        let in_weeks = self.small_number(t).filter(|(n, _)| (4..=YEAR_WEEKS).contains(n));
        if let Some((weeks, to)) = in_weeks
            && let Some(to) = self.unit_behind(to, Duration::Weeks)
        {
            let day = self.end_of_stretch(to)?;
            let weeks = i32::try_from(weeks).ok()?;
            let what = match day.what {
                What::Days(period) if period.is_day() => What::Days(weeks_ending(period.last()?, weeks)?),
                What::Part { part: Part::Day(month, day), year, .. } => {
                    What::Weeks(weeks, (month, day), year)
                }
                _ => return None,
            };
            return Some(When { at: t..day.at.end, what, since: false, end_of: false });
        }
        let (months, to) = if let Some(to) = self.has(t, Term::Quarter) {
            (3, to)
        } else if let Some(to) = self.has(t, Term::Year).or_else(|| self.has(t, Term::Fiscal)) {
            (12, to)
        } else {
            let (n, to) = self.small_number(t)?;
            let to = self.unit_behind(to, Duration::Months)?;
            (i32::try_from(n).ok().filter(|n| (2..=12).contains(n))?, to)
        };
        self.ending(t, to, months)
    }

    /// So many months up to a day or month that is named behind them: "… ended June 30, 2023".
    fn ending(&self, t: usize, to: usize, months: i32) -> Option<When> {
        let day = self.end_of_stretch(to)?;
        let span = |month: i8| i8::try_from(months - 1).ok().map(|m| (month - 1 - m).rem_euclid(12) + 1);
        let what = match &day.what {
            What::Days(period) if period.is_day() => {
                What::Days(Period::months_ending(period.last()?, months)?)
            }
            What::Part { part: Part::Month(m), year, .. }
            | What::Part { part: Part::Day(m, 28..), year, .. } => What::Months(span(*m)?, *m, *year),
            _ => return None,
        };
        Some(When { at: t..day.at.end, what, since: false, end_of: false })
    }

    /// Where a unit of time ends behind its number: "26 weeks", "26-week".
    fn unit_behind(&self, t: usize, unit: Duration) -> Option<usize> {
        let at = if self.scan.word(self.text, t) == "-" { t + 1 } else { t };
        Some(self.scan.hits_at(at).iter().find(|h| duration_unit(h.term) == Some(unit))?.to)
    }

    /// The day or month that a stretch ends with, behind a word that says so.
    fn end_of_stretch(&self, t: usize) -> Option<When> {
        let linked = [Term::Connector, Term::Time(TimeWord::MonthRange), Term::Time(TimeWord::EndOf)]
            .into_iter()
            .find_map(|term| self.has(t, term))?;
        self.month(self.skip_connectors(linked))
    }

    /// "July to September", "entre juillet et septembre", "Januari-Maret 2023".
    fn months(&self, t: usize) -> Option<When> {
        let first = self.month_name(t).or_else(|| self.bare_month(t))?;
        // The word may share a letter with the month: 4月から.
        let shared = || self.has(first.1 - 1, Term::Time(TimeWord::MonthRange)).filter(|to| *to > first.1);
        let link = self.has(first.1, Term::Time(TimeWord::MonthRange)).or_else(shared).or_else(|| {
            let word = self.scan.word(self.text, first.1);
            matches!(word, "-" | "–" | "—" | "~" | "〜" | "～" | "－").then_some(first.1 + 1)
        })?;
        // "July-to-September" has dashes around the word.
        let link = self.has(link, Term::Time(TimeWord::MonthRange)).unwrap_or(link);
        let link = if self.scan.word(self.text, link) == "-" { link + 1 } else { link };
        // "From the beginning of July to the end of May"
        let link = self.has(link, Term::Time(TimeWord::EndOf)).unwrap_or(link);
        let second = self.month_name(link)?;
        // "August and July" are two months and no stretch.
        if second.0 < first.0 && self.has(link - 1, Term::Joiner).is_some() {
            return None;
        }
        let end = self.has(second.1, Term::MonthMark).unwrap_or(second.1);
        let (year, _, to) = self.year_behind(end);
        let to = if year == YearRef::Unsaid { end } else { to };
        Some(When { at: t..to, what: What::Months(first.0, second.0, year), since: false, end_of: false })
    }

    /// "November 2021 to November 2022": both with their years.
    fn months_of_years(&self, t: usize) -> Option<When> {
        let month = |t: usize| {
            let (month, to) = self.month_name(t)?;
            match self.year_behind(to) {
                (YearRef::Given(year), _, to) => Some((Period::month(year, month)?, to)),
                _ => None,
            }
        };
        let (first, to) = month(t)?;
        let link = self.has(to, Term::Time(TimeWord::MonthRange))?;
        let (last, to) = month(link).filter(|(last, _)| last.first() > first.last())?;
        let what = What::Days(Period::days(first.first()?, last.last()?));
        Some(When { at: t..to, what, since: false, end_of: false })
    }

    /// "20–27 October", "from 28 September to 4 October", "October 20-27, 2025": days in a row.
    fn row_of_days(&self, t: usize) -> Option<When> {
        let from = self.end_of_row(t)?;
        let link = match self.has(from.at.end, Term::Time(TimeWord::MonthRange)) {
            Some(_) if self.has(from.at.end, Term::Joiner).is_some() => return None,
            Some(to) => to,
            None if matches!(self.scan.word(self.text, from.at.end), "-" | "–" | "—" | "~" | "～") => {
                from.at.end + 1
            }
            None => return None,
        };
        let mut to = self.end_of_row(self.day_word(link))?;
        // "October 20-27, 2025": the month stands before both, the year behind.
        if let (
            What::Part { part: Part::Day(month, _), .. },
            What::Part { part: Part::DayOfMonth(last), .. },
        ) = (&from.what, &to.what)
        {
            if !self.is_free_day(to.at.end - 1) {
                return None;
            }
            to = self.day(to.at.start, to.at.end, *month, *last);
        }
        let (first, last) = (Self::day_of(&from.what)?, Self::day_of(&to.what)?);
        let month = last.0?;
        let (first, last) = ((first.0.unwrap_or(month), first.1), (month, last.1));
        let year = match &to.what {
            What::Days(day) => Some(day.last()?.year()),
            What::Part { year: YearRef::Unsaid, .. } => None,
            _ => return None,
        };
        let what = match year {
            Some(year) => {
                let begun = if first > last { year.checked_sub(1)? } else { year };
                let days = (Date::new(begun, first.0, first.1).ok()?, Date::new(year, last.0, last.1).ok()?);
                What::Days(Period::days(days.0, days.1))
            }
            None => What::Stretch(first, last),
        };
        // A day and itself, or one before it, are no row.
        let ordered = first < last || first.0 > last.0;
        ordered.then_some(When { at: t..to.at.end, what, since: false, end_of: false })
    }

    /// Past a word for day that stands before its number: "ngày 15".
    fn day_word(&self, t: usize) -> usize {
        let unit = self.scan.hits_at(t).iter().find(|h| duration_unit(h.term) == Some(Duration::Days));
        unit.filter(|_| t < self.end).map_or(t, |h| h.to)
    }

    /// A day that opens or closes a row: with its month, or a number alone.
    fn end_of_row(&self, t: usize) -> Option<When> {
        let dated = self
            .date_in_digits(t)
            .or_else(|| self.month(t))
            .filter(|w| Self::day_of(&w.what).is_some_and(|(month, _)| month.is_some()));
        dated.or_else(|| {
            let n = self.scan.number(t).filter(|n| n.decimals == 0 && n.digits <= 2 && t < self.end)?;
            let day = i8::try_from(n.value.mantissa()).ok().filter(|d| (1..=31).contains(d))?;
            let to = self.has(t + 1, Term::DayMark).unwrap_or(t + 1);
            let what = What::Part { part: Part::DayOfMonth(day), year: YearRef::Unsaid, fiscal: false };
            Some(When { at: t..to, what, since: false, end_of: false })
        })
    }

    /// Month, where it is said, and day of what names a day.
    fn day_of(what: &What) -> Option<(Option<i8>, i8)> {
        match what {
            What::Days(day) if day.is_day() => day.last().map(|d| (Some(d.month()), d.day())),
            What::Part { part: Part::Day(month, day), .. } => Some((Some(*month), *day)),
            What::Part { part: Part::DayOfMonth(day), .. } => Some((None, *day)),
            _ => None,
        }
    }

    /// The first number of "4〜6月".
    fn bare_month(&self, t: usize) -> Option<(i8, usize)> {
        let n = self.scan.number(t).filter(|n| n.decimals == 0 && n.digits <= 2 && t < self.end)?;
        let month = i8::try_from(n.value.mantissa()).ok().filter(|m| (1..=12).contains(m))?;
        let numbered = self.month_name(t + 2).filter(|_| self.scan.number(t + 2).is_some());
        numbered.map(|_| (month, t + 1))
    }

    fn month_name(&self, t: usize) -> Option<(i8, usize)> {
        if t >= self.end {
            return None;
        }
        let (m, hit) = self.scan.term_at(t, |term| match term {
            Term::Month(m) => i8::try_from(m).ok(),
            _ => None,
        })?;
        let first = self.text[hit.start..].chars().next();
        let capital = first.is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
        (capital || !self.lang.capital_months).then_some((m, hit.to))
    }

    /// "9月中間期": the half of a business year that ends with a month.
    fn half_to(&self, t: usize) -> Option<When> {
        let (month, to) = self.month_name(t).filter(|(_, to)| self.is_unspaced(*to))?;
        let half = self.relative(to).filter(|half| {
            matches!(half.what, What::Part { part: Part::SixMonths, year: YearRef::Unsaid, .. })
        })?;
        let what = What::Months((month - 6).rem_euclid(12) + 1, month, YearRef::Unsaid);
        Some(When { at: t..half.at.end, what, since: false, end_of: false })
    }

    fn quarter_or_half(&self, t: usize) -> Option<When> {
        // "二季度", "2분기": the number is bound to the word.
        if let Some((n @ 1..=4, to)) = self.small_number(t)
            && (self.lang.numbered_quarters
                || self.scan.tokens.get(to).is_some_and(|next| next.start == self.scan.tokens[to - 1].end))
            && let Some(end) = self.has(to, Term::Quarter)
        {
            return Some(self.part(t, end, Part::Quarter(i8::try_from(n).ok()?)));
        }
        // "second quarter", "deuxième trimestre"
        if let Some((n, to)) = self.ordinal(t) {
            let to = self.has(to, Term::Fiscal).unwrap_or(to);
            if let Some(to) = self.has(to, Term::Quarter) {
                return (1..=4).contains(&n).then(|| self.part(t, to, Part::Quarter(n)));
            }
            if let Some(to) = self.has(to, Term::Half) {
                let n = if n == 4 { 2 } else { n };
                return (1..=2).contains(&n).then(|| self.part(t, to, Part::Half(n)));
            }
            // "primer cuatrimestre"
            let (months, hit) = self.scan.term_at(to, |term| match term {
                Term::MonthGroup(months) => i8::try_from(months).ok(),
                _ => None,
            })?;
            let last = n.checked_mul(months).filter(|last| (1..=12).contains(last) && to < self.end)?;
            let (year, _, to_year) = self.year_behind(hit.to);
            let to = if year == YearRef::Unsaid { hit.to } else { to_year };
            let what = What::Months(last - months + 1, last, year);
            return Some(When { at: t..to, what, since: false, end_of: false });
        }
        // "kuartal kedua", "kuartal Q2", "triwulan II", "quarter 2"
        let named = [(Term::Quarter, true), (Term::Half, false)];
        for (term, quarter) in named {
            if let Some(to) = self.has(t, term) {
                let n = self
                    .ordinal(to)
                    .or_else(|| self.letter_part(to).map(|(_, n, _)| (n, to + 1)))
                    .or_else(|| {
                        let (n, _) = self.digits(to).filter(|(_, digits)| *digits == 1)?;
                        Some((i8::try_from(n).ok()?, to + 1))
                    });
                let (n, to) = n?;
                let part = if quarter { Part::Quarter(n) } else { Part::Half(n) };
                let limit = if quarter { 4 } else { 2 };
                return (1..=limit).contains(&n).then(|| self.part(t, to, part));
            }
        }
        // "Q2 2023", "2Q23", "H1"
        let (quarter, n, year) = self.letter_part(t)?;
        let part = if quarter { Part::Quarter(n) } else { Part::Half(n) };
        if let Some(year) = year {
            let what = What::Part { part, year: YearRef::Given(year), fiscal: false };
            return Some(When { at: t..t + 1, what, since: false, end_of: false });
        }
        // "Q2-23"
        if let Some((year, to)) = self.year_after_mark(t + 1) {
            let what = What::Part { part, year: YearRef::Given(year), fiscal: false };
            return Some(When { at: t..to, what, since: false, end_of: false });
        }
        // "Q2-2023"
        let dash = self.scan.word(self.text, t + 1) == "-" && self.year(t + 2).is_some();
        Some(self.part(t, if dash { t + 2 } else { t + 1 }, part))
    }

    /// `Q2`, `2Q23`, `H1`, `T42023` as one word: whether a quarter, which, and the year where it is in the word.
    fn letter_part(&self, t: usize) -> Option<(bool, i8, Option<i16>)> {
        if t >= self.end {
            return None;
        }
        let word = self.scan.word(self.text, t);
        let digit_first = word.starts_with(|c: char| c.is_ascii_digit());
        let token = self.scan.tokens.get(t)?;
        // "2023Q3"
        if let Some(year) = word.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit())) {
            let year = short_or_long_year(year)?;
            let mut found = None;
            self.lang.trie.walk(self.text, token.start + 4, |end, term| match term {
                Term::QuarterLetter => found = Some((true, end - token.start)),
                Term::HalfLetter => found = Some((false, end - token.start)),
                _ => {}
            });
            let (quarter, at) = found?;
            let n: i8 = word.get(at..)?.parse().ok()?;
            return (1..=if quarter { 4 } else { 2 }).contains(&n).then_some((quarter, n, Some(year)));
        }
        let (is_quarter, n, rest) = if digit_first {
            let n = word.get(..1)?.parse().ok()?;
            let mut quarter = None;
            let mut length = 0;
            self.lang.trie.walk(self.text, token.start + 1, |end, term| match term {
                Term::QuarterLetter => (quarter, length) = (Some(true), end - token.start),
                Term::HalfLetter => (quarter, length) = (Some(false), end - token.start),
                _ => {}
            });
            (quarter?, n, word.get(length..)?)
        } else {
            let (quarter, hit) = self.scan.term_at(t, |term| match term {
                Term::QuarterLetter => Some(true),
                Term::HalfLetter => Some(false),
                _ => None,
            })?;
            let rest = word.get(hit.end - token.start..)?;
            (quarter, rest.get(..1)?.parse().ok()?, rest.get(1..)?)
        };
        let limit = if is_quarter { 4 } else { 2 };
        if !(1..=limit).contains(&n) {
            return None;
        }
        match rest {
            "" => (!digit_first).then_some((is_quarter, n, None)),
            year => Some((is_quarter, n, Some(short_or_long_year(year)?))),
        }
    }

    /// 2023-06-30, 30/06/2023, 31.12.2022; 03/2024 and 2024-03; 2022/23, the business year.
    fn date_in_digits(&self, t: usize) -> Option<When> {
        let day = |year: i16, month: i16, day: i16, to: usize| {
            let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
            Some(When { at: t..to, what: What::Days(Period::day(date)), since: false, end_of: false })
        };
        // With points it is one token.
        let word = self.scan.word(self.text, t);
        if word.len() >= 8 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.') && t < self.end {
            let mut parts = word.split('.').map(|part| part.parse::<i16>().ok());
            let (Some(Some(d)), Some(Some(m)), Some(Some(y)), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return None;
            };
            return if d >= 1900 { day(d, m, y, t + 1) } else { day(y, m, d, t + 1).filter(|_| y >= 1900) };
        }
        // "05.2016", where a point parts no decimals
        if self.lang.decimal == ','
            && t < self.end
            && let Some((month, year)) = word.split_once('.')
            && year.len() == 4
            && month.len() <= 2
            && let (Ok(month), Ok(year)) = (month.parse::<i8>(), year.parse::<i16>())
            && (1..=12).contains(&month)
            && (1990..=2099).contains(&year)
            && !self.counts(t + 1)
        {
            let what = What::Part { part: Part::Month(month), year: YearRef::Given(year), fiscal: false };
            return Some(When { at: t..t + 1, what, since: false, end_of: false });
        }
        let glued = |from: usize, to: usize| {
            to < self.scan.tokens.len()
                && (from..to).all(|i| self.scan.tokens[i].end == self.scan.tokens[i + 1].start)
        };
        let mark = self.scan.word(self.text, t + 1);
        let ((a, a_digits), (b, b_digits)) = (self.digits(t)?, self.digits(t + 2)?);
        // "11 / 2016", "2016 -11" with nothing before or behind that could be counted
        let year = |n: i16, digits: usize| digits == 4 && (1900..=2100).contains(&n);
        let apart = matches!(mark, "-" | "/")
            && year(a, a_digits) != year(b, b_digits)
            && (t == 0 || self.scan.tokens[t - 1].kind == TokenKind::Word)
            && self.scan.tokens.get(t + 3).is_none_or(|next| {
                next.kind == TokenKind::Mark && !matches!(self.scan.word(self.text, t + 3), "-" | "/" | "%")
            });
        if !(glued(t, t + 2) || apart) || !matches!(mark, "-" | "/" | ".") {
            return None;
        }
        let third =
            self.digits(t + 4).filter(|_| glued(t + 2, t + 4) && self.scan.word(self.text, t + 3) == mark);
        if let Some((c, c_digits)) = third {
            return if a >= 1900 {
                day(a, b, c, t + 5)
            } else if c_digits == 4 && c >= 1900 && (a > 12 || self.lang.day_first) {
                day(c, b, a, t + 5)
            } else if c_digits == 2 && a_digits == 2 && mark == "/" && self.lang.day_first {
                day(2000 + c, b, a, t + 5)
            } else {
                None
            };
        }
        let part = |part: Part, year: YearRef, fiscal: bool| {
            let what = What::Part { part, year, fiscal };
            Some(When { at: t..t + 3, what, since: false, end_of: false })
        };
        if a_digits == 4 && (1900..=2100).contains(&a) {
            // "2022/23", "2022/2023", "2023-24": the year that ends in the second.
            let next = a + 1;
            if b_digits == 4 && b == next || b_digits == 2 && b == next % 100 {
                return part(Part::SplitYear, YearRef::Given(next), true);
            }
            let month = i8::try_from(b).ok().filter(|m| (1..=12).contains(m) && b_digits <= 2)?;
            return part(Part::Month(month), YearRef::Given(a), false);
        }
        if b_digits == 4 && (1900..=2100).contains(&b) && mark != "." {
            let month = i8::try_from(a).ok().filter(|m| (1..=12).contains(m) && a_digits <= 2)?;
            return part(Part::Month(month), YearRef::Given(b), false);
        }
        // "ngày 30/9"
        let of_day = t > 0
            && self
                .scan
                .hits_at(t - 1)
                .iter()
                .any(|h| duration_unit(h.term) == Some(Duration::Days) && h.to == t);
        if of_day && mark == "/" && self.lang.day_first {
            let (d, m) = (i8::try_from(a).ok()?, i8::try_from(b).ok()?);
            Date::new(2000, m, d).ok()?;
            return part(Part::Day(m, d), YearRef::Unsaid, false);
        }
        None
    }

    /// "Wintersaison 2017/18", "Sommersaison 2018": of a split year the one that ends in its second.
    fn season(&self, t: usize) -> Option<When> {
        let ((first, last), hit) = self.scan.term_at(t, |term| match term {
            Term::Season(first, last) => Some((i8::try_from(first).ok()?, i8::try_from(last).ok()?)),
            _ => None,
        })?;
        let at = self.skip_connectors(hit.to);
        let (year, to) = match self.date_in_digits(at) {
            Some(When { at, what: What::Part { part: Part::SplitYear, year, .. }, .. }) => (year, at.end),
            _ => match self.year_behind(hit.to) {
                (YearRef::Unsaid, ..) => (YearRef::Unsaid, hit.to),
                (year, _, to) => (year, to),
            },
        };
        let what = What::Months(first, last, year);
        (t < self.end).then_some(When { at: t..to, what, since: false, end_of: false })
    }

    fn month(&self, t: usize) -> Option<When> {
        let day_number = |t: usize| {
            let n = self.scan.number(t)?;
            let value = i8::try_from(n.value.mantissa()).ok()?;
            (t < self.end && n.decimals == 0 && n.digits <= 2 && (1..=31).contains(&value)).then_some(value)
        };
        let month_at = |t: usize| self.month_name(t);
        // "dez/23", "Sep-23"
        let short = self.scan.term_at(t, |term| match term {
            Term::MonthShort(m) => i8::try_from(m).ok(),
            _ => None,
        });
        if let Some((month, hit)) = short
            && matches!(self.scan.word(self.text, hit.to), "/" | "-")
            && let Some(year) = self.joined_year(hit.to + 1, true)
        {
            let what = What::Part { part: Part::Month(month), year: YearRef::Given(year), fiscal: false };
            return Some(When { at: t..hit.to + 2, what, since: false, end_of: false });
        }
        // "7月26日"
        if self.scan.number(t).is_some()
            && let Some((month, to)) = month_at(t)
        {
            if let Some(day) = day_number(to)
                && let Some(end) = self.has(to + 1, Term::DayMark)
            {
                return Some(self.day(t, end, month, day));
            }
            return Some(self.part(t, to, Part::Month(month)));
        }
        // "19 juillet 2023", "1er juillet", "8th of July"
        let first = day_number(t).map(|d| (d, t + 1)).or_else(|| {
            let (n, to) = self.ordinal(t)?;
            self.scan.word(self.text, t).starts_with(|c: char| c.is_ascii_digit()).then_some((n, to))
        });
        if let Some((day, to)) = first {
            let at = self.has(to, Term::Connector).unwrap_or(to);
            let (month, to) = month_at(at)?;
            return Some(self.day(t, to, month, day));
        }
        let (month, mut to) = month_at(t)?;
        // "Sept. 30"
        if self.scan.word(self.text, to) == "." && day_number(to + 1).is_some() && self.year(to + 1).is_none()
        {
            to += 1;
        }
        // "July 8, 2021", "January 29"
        if let Some(day) = day_number(to)
            && self.year(to).is_none()
            && self.is_free_day(to)
        {
            return Some(self.day(t, to + 1, month, day));
        }
        let when = self.part(t, to, Part::Month(month));
        Some(when)
    }

    /// Whether the number behind a month is a day and not the start of a quantity.
    fn is_free_day(&self, t: usize) -> bool {
        !self.scan.hits_at(t + 1).iter().any(|h| {
            matches!(
                h.term,
                Term::Scale(_) | Term::Percent | Term::Currency(..) | Term::Noun(_) | Term::NotCounted(_)
            )
        })
    }

    fn day(&self, from: usize, to: usize, month: i8, day: i8) -> When {
        let (year, _, to_year) = self.year_behind(to);
        let (what, to) = match year {
            YearRef::Given(y) => match Date::new(y, month, day) {
                Ok(date) => (What::Days(Period::day(date)), to_year),
                Err(_) => (What::Part { part: Part::Month(month), year, fiscal: false }, to_year),
            },
            YearRef::Unsaid => (What::Part { part: Part::Day(month, day), year, fiscal: false }, to),
            _ => (What::Part { part: Part::Day(month, day), year, fiscal: false }, to_year),
        };
        When { at: from..to, what, since: false, end_of: false }
    }

    fn plain_year(&self, t: usize) -> Option<When> {
        if let Some(year) = self.fiscal_word(t) {
            let what = What::Part { part: Part::Year, year: YearRef::Given(year), fiscal: true };
            return Some(When { at: t..t + 1, what, since: false, end_of: false });
        }
        let mut at = t;
        let mut fiscal = false;
        if let Some(to) = self.has(at, Term::Fiscal) {
            fiscal = true;
            at = self.has(to, Term::Year).unwrap_or(to);
        } else if let Some(to) = self.has(at, Term::Year) {
            at = to;
        }
        // "Geschäftsjahr 2022/23"
        if at > t
            && let Some(when) = self.date_in_digits(at)
            && let What::Part { part: Part::SplitYear, .. } = when.what
        {
            return Some(When { at: t..when.at.end, ..when });
        }
        if let Some((year, to)) = self.spelled_year(at) {
            let what = What::Part { part: Part::Year, year: YearRef::Given(year), fiscal };
            return Some(When { at: t..to, what, since: false, end_of: false });
        }
        let year = self.year(at)?;
        // "2023-Q3", as the notation has it
        if at == t
            && self.scan.word(self.text, t + 1) == "-"
            && let Some((quarter, n, None)) = self.letter_part(t + 2)
        {
            let part = if quarter { Part::Quarter(n) } else { Part::Half(n) };
            let what = What::Part { part, year: YearRef::Given(year), fiscal: false };
            return Some(When { at: t..t + 3, what, since: false, end_of: false });
        }
        // "2023 second quarter", "2023 Q2"
        if at == t
            && let Some(When { at: range, what: What::Part { part, year: YearRef::Unsaid, fiscal }, .. }) =
                self.quarter_or_half(self.skip_connectors(t + 1))
            && matches!(part, Part::Quarter(_) | Part::Half(_))
            && range.start <= t + 2
        {
            let what = What::Part { part, year: YearRef::Given(year), fiscal };
            return Some(When { at: t..range.end, what, since: false, end_of: false });
        }
        // "2016 November"
        if at == t
            && let Some((month, to)) = self.month_name(t + 1)
            && self.scan.number(t + 1).is_none()
            && self.year(to).is_none()
        {
            let what = What::Part { part: Part::Month(month), year: YearRef::Given(year), fiscal: false };
            return Some(When { at: t..to, what, since: false, end_of: false });
        }
        let what = What::Part { part: Part::Year, year: YearRef::Given(year), fiscal };
        Some(When { at: t..at + 1, what, since: false, end_of: false })
    }

    /// "within 24 hours", "in a week", "on the fifth day".
    fn within(&self, t: usize) -> Option<When> {
        if let Some((n, to)) = self.ordinal(t) {
            let (_, hit) = self.time(to, |w| w == TimeWord::DayOf)?;
            let n = u32::try_from(n).ok()?;
            return Some(When {
                at: t..hit.to,
                what: What::After(n, Duration::Days),
                since: false,
                end_of: false,
            });
        }
        let (_, hit) = self.time(t, |w| w == TimeWord::Within)?;
        // "In the first nine months of 2023" is a stretch of the calendar.
        // The word of the stretch may be part of the phrase: "nos primeiros | nove meses de 2023".
        let stretch = |w| {
            matches!(
                w,
                TimeWord::NineMonths
                    | TimeWord::SixMonths
                    | TimeWord::FirstThreeMonths
                    | TimeWord::LastThreeMonths
            )
        };
        if (t + 1..=hit.to).any(|s| self.time(s, stretch).is_some() || self.first_months(s).is_some())
            || self.ended(hit.to).is_some()
        {
            return None;
        }
        let (n, unit, to) = self.stretch(hit.to)?;
        Some(When { at: t..to, what: What::After(n, unit), since: false, end_of: false })
    }

    /// "two years ago", "vor zwei Jahren".
    fn ago(&self, t: usize) -> Option<When> {
        let before = self.time(t, |w| w == TimeWord::AgoBefore).map(|(_, hit)| hit.to);
        let (n, to) = self.small_number(before.unwrap_or(t))?;
        let n = i32::try_from(n).ok().filter(|n| (1..=30).contains(n))?;
        let (unit, to) = self.scan.hits_at(to).iter().find_map(|h| match duration_unit(h.term)? {
            Duration::Years => Some((12, h.to)),
            Duration::Months => Some((1, h.to)),
            _ => None,
        })?;
        let behind = self.time(to, |w| w == TimeWord::AgoBehind).map(|(_, hit)| hit.to);
        let to = behind.or(before.map(|_| to))?;
        (to <= self.end).then_some(When { at: t..to, what: What::Ago(n * unit), since: false, end_of: false })
    }

    /// "next March"
    fn next_month_by_name(&self, t: usize) -> Option<When> {
        let (_, hit) = self.time(t, |w| w == TimeWord::NextOne)?;
        let (month, to) = self.month_name(hit.to)?;
        let what = What::Part { part: Part::Month(month), year: YearRef::Coming, fiscal: false };
        Some(When { at: t..to, what, since: false, end_of: false })
    }

    /// "24 hours", "a week".
    fn stretch(&self, t: usize) -> Option<(u32, Duration, usize)> {
        if let Some((TimeWord::One(unit), hit)) = self.time(t, |w| matches!(w, TimeWord::One(_))) {
            return Some((1, unit, hit.to));
        }
        let (n, to) = self.small_number(t)?;
        let hit = self.scan.hits_at(to).iter().find(|h| to < self.end && duration_unit(h.term).is_some())?;
        Some((n, duration_unit(hit.term)?, hit.to))
    }

    /// "it took five years and two months".
    fn took(&self, t: usize) -> Option<When> {
        let mut at = self.scan.cue_at(t, Cue::Took)?;
        // The subject may stand between: "it took Twitter five years".
        let mut first = None;
        for skip in 0..4 {
            if let Some(stretch) = self.stretch(at + skip) {
                first = Some(stretch);
                break;
            }
        }
        let (mut n, mut unit, to) = first?;
        at = to;
        let joined = self.has(at, Term::Joiner).unwrap_or(at);
        if let Some((m, second, to)) = self.stretch(joined)
            && (unit, second) == (Duration::Years, Duration::Months)
        {
            (n, unit, at) = (n.checked_mul(12)?.checked_add(m)?, Duration::Months, to);
        }
        let elapsed = Elapsed { event: "launch".into(), after: unit.elapsed(n) };
        Some(When { at: t..at, what: What::Took(elapsed), since: false, end_of: false })
    }
}

/// The first months of a year.
fn first_of_year(n: i8, year: YearRef, fiscal: bool) -> What {
    let part = match n {
        3 => Part::Quarter(1),
        6 => Part::SixMonths,
        9 => Part::NineMonths,
        12 => Part::Year,
        _ if fiscal => Part::FirstMonths(n),
        _ => return What::Months(1, n, year),
    };
    What::Part { part, year, fiscal }
}

fn short_or_long_year(digits: &str) -> Option<i16> {
    match (digits.len(), digits.parse::<i16>().ok()?) {
        (2, short) => Some(2000 + short),
        (4, long) if (1900..=2100).contains(&long) => Some(long),
        _ => None,
    }
}
