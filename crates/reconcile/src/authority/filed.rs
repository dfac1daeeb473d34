//! All that was filed, by what it is about and when, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Aspect, Date, Decimal, Interval, Period, Unit, exact};

use super::Authority;
use crate::agreement::RowWork;
use crate::definitions::{Definition, Formula};
use crate::graph::{self, ItemKey};
use crate::metrics::{self, Kind};
use crate::{checks, readable};

/// Fiscal periods of 52 or 53 weeks end within so many days of one another.
const DAYS: i32 = 7;

/// Levels that filings state, in the sign of the canonical metric.
pub(super) struct Filed {
    levels: BTreeMap<Series, Line>,
}

/// The levels of a series, in the order of their rows.
#[derive(Default)]
struct Line {
    levels: Vec<Level>,
    /// Their numbers by last day.
    by_end: BTreeMap<Date, Vec<usize>>,
}

impl Line {
    fn push(&mut self, level: Level) {
        if let Some(end) = level.period.last() {
            self.by_end.entry(end).or_default().push(self.levels.len());
        }
        self.levels.push(level);
    }

    /// The first level that ends about a day and fits.
    fn ending<'l, T>(&'l self, day: Date, fits: impl Fn(&'l Level) -> Option<T>) -> Option<T> {
        let days = consilience_claim::days(DAYS.into());
        let (from, to) = (day.saturating_sub(days), day.saturating_add(days));
        let mut near: Vec<usize> =
            self.by_end.range(from..=to).flat_map(|(_, levels)| levels.iter().copied()).collect();
        near.sort_unstable();
        near.into_iter().find_map(|level| fits(&self.levels[level]))
    }
}

/// Entity, metric, qualifiers and dimension.
type Series = (String, String, Vec<String>, String);

#[derive(Clone)]
struct Level {
    period: Period,
    unit: Unit,
    authority: Authority,
}

impl Filed {
    pub(super) fn new(rows: &[RowWork<'_>]) -> Filed {
        // Who nobody else speaks of is of no use.
        let spoken_of: BTreeSet<&str> =
            rows.iter().filter(|r| !r.is_filed_only()).map(|r| r.item.entity.as_str()).collect();
        let mut levels: BTreeMap<Series, Line> = BTreeMap::new();
        for row in rows {
            let item = row.item;
            let Some(authority) = &row.authority else { continue };
            if item.aspect == Aspect::Level && spoken_of.contains(item.entity.as_str()) {
                let turned = graph::fold_metric(&row.key.metric) != item.metric;
                let authority = authority.clone();
                levels.entry(series(item, &item.metric, &item.dimension)).or_default().push(Level {
                    period: item.period.clone(),
                    unit: row.key.unit.clone(),
                    authority: if turned { authority.negated() } else { *authority },
                });
            }
        }
        Filed { levels }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// What follows for an item that no filing states.
    pub(super) fn derived(&self, item: &ItemKey) -> Option<Authority> {
        match item.aspect {
            Aspect::Level => Some(self.level(item, &item.metric, &item.dimension, &item.period)?.authority),
            Aspect::YoyGrowth => self.growth(item, &item.period.year_before()?),
            Aspect::QoqGrowth => self.growth(item, &item.period.previous()?),
            _ => None,
        }
    }

    /// What a definition makes of what was filed.
    pub(super) fn by_definition(&self, item: &ItemKey, definition: &Definition) -> Option<Authority> {
        match &definition.formula {
            Formula::Sum(terms) => self.sum(item, terms),
            Formula::Share(part, whole) => self.dimensions(item, part).into_iter().find_map(|dimension| {
                let part = self.level(item, part, &dimension, &item.period)?;
                let whole = self.level(item, whole, &dimension, &item.period)?;
                let share = part.authority.interval.over(&whole.authority.interval);
                let percent = share.and_then(|s| s.times(&Interval::point(Decimal::ONE_HUNDRED))).ok()?;
                quotient(&percent, &part, &whole, |a, b| format!("{a} of {b}"))
            }),
        }
    }

    /// Dimensions in which a metric of an item's entity was filed.
    fn dimensions(&self, item: &ItemKey, metric: &str) -> Vec<String> {
        let from = series(item, metric, "");
        let same = |key: &Series| key.0 == from.0 && key.1 == from.1 && key.2 == from.2;
        self.levels
            .range(from.clone()..)
            .map(|(k, _)| k)
            .take_while(|k| same(k))
            .map(|k| k.3.clone())
            .collect()
    }

    /// A level as filed for a period, or the difference of two that start together.
    fn level(&self, item: &ItemKey, metric: &str, dimension: &str, period: &Period) -> Option<Level> {
        let levels = self.levels.get(&series(item, metric, dimension))?;
        let kind = metrics::kind(metric);
        let near = |level: &'_ Level| {
            let ((a, b), (c, d)) = ends(&level.period).zip(ends(period))?;
            (c < d && a < b && apart(a, c) <= DAYS && apart(b, d) <= DAYS).then_some(())
        };
        let ended = ends(period);
        let stated = match ended {
            Some((_, end)) => levels.ending(end, |l| (l.period == *period).then_some(l)),
            None => levels.levels.iter().find(|l| l.period == *period),
        };
        if let Some(level) = stated.or_else(|| levels.ending(ended?.1, |l| near(l).map(|()| l))) {
            return Some(level.clone());
        }
        if kind != Kind::Flow {
            return None;
        }
        let (start, end) = ended?;
        let (whole, before) = levels.ending(end, |whole| {
            let (first, last) = ends(&whole.period)?;
            if first >= start {
                return None;
            }
            let before = levels.ending(start.yesterday().ok()?, |before| {
                let (f, l) = ends(&before.period)?;
                let rest = l.tomorrow().ok().filter(|next| *next <= last)?;
                (apart(f, first) <= DAYS && Period::days(rest, last) == *period).then_some(before)
            })?;
            Some((whole, before))
        })?;
        difference(whole, before, period)
    }

    /// Several metrics of one period added up.
    fn sum(&self, item: &ItemKey, terms: &[(&str, bool)]) -> Option<Authority> {
        let levels: Vec<Level> = terms
            .iter()
            .map(|(metric, _)| self.level(item, metric, &item.dimension, &item.period))
            .collect::<Option<_>>()?;
        if let ([level], [(metric, false)]) = (&levels[..], terms) {
            let mut authority = level.authority.clone();
            if *metric != item.metric {
                let filed = told(level);
                let named = metric.replace('_', " ");
                let before = authority.derivation.take().map(|d| format!(" {d}")).unwrap_or_default();
                authority.derivation = Some(format!("{named} of {filed}.{before}"));
            }
            return Some(authority);
        }
        let mut value = Decimal::ZERO;
        let mut interval = Interval::point(Decimal::ZERO);
        let mut words = String::new();
        for (level, (metric, taken_off)) in levels.iter().zip(terms) {
            let a = &level.authority;
            let term = if *taken_off { a.clone().negated() } else { a.clone() };
            value = exact::add(value, term.value).ok()?;
            interval = interval.plus(&term.interval).ok()?;
            let sign = match (words.is_empty(), taken_off) {
                (true, _) => "",
                (false, true) => " less ",
                (false, false) => " and ",
            };
            let figure = readable::figure(a.value, &level.unit);
            words.push_str(&format!("{sign}{} of {figure}", metric.replace('_', " ")));
        }
        let inputs: Vec<&Level> = levels.iter().collect();
        Some(resting_on(&inputs, value, interval, format!("{words} in {}.", item.period)))
    }

    /// The growth between two levels, of a loss where it is worded so.
    fn growth(&self, item: &ItemKey, before: &Period) -> Option<Authority> {
        if item.dimension != "percent"
            || metrics::kind(&item.metric) == Kind::Ratio && item.metric.ends_with("margin")
        {
            return None;
        }
        let income = metrics::income_of(&item.metric);
        let metric = income.unwrap_or(&item.metric);
        self.dimensions(item, metric).into_iter().find_map(|dimension| {
            let now = self.level(item, metric, &dimension, &item.period)?;
            let then = self.level(item, metric, &dimension, before)?;
            let turned = |level: &Level| {
                let interval = level.authority.interval;
                if income.is_some() { interval.negated() } else { interval }
            };
            let (a, b) = (turned(&now), turned(&then));
            // Growth from nothing, or from a loss, is no rate.
            if b.low()? <= Decimal::ZERO {
                return None;
            }
            quotient(&checks::rate(&a, &b).ok()?, &now, &then, |a, b| format!("{a} against {b}"))
        })
    }
}

fn series(item: &ItemKey, metric: &str, dimension: &str) -> Series {
    (item.entity.clone(), metric.to_owned(), item.qualifiers.clone(), dimension.to_owned())
}

fn ends(period: &Period) -> Option<(Date, Date)> {
    period.first().zip(period.last())
}

fn apart(a: Date, b: Date) -> i32 {
    (b - a).get_days().abs()
}

/// `48.4 billion USD in 2024-Q4`.
fn told(level: &Level) -> String {
    format!("{} in {}", readable::figure(level.authority.value, &level.unit), level.period)
}

fn difference(whole: &Level, before: &Level, period: &Period) -> Option<Level> {
    let (a, b) = (&whole.authority, &before.authority);
    let value = exact::sub(a.value, b.value).ok()?;
    let words = format!("{} less {}.", told(whole), told(before));
    let authority = resting_on(&[whole, before], value, a.interval.minus(&b.interval).ok()?, words);
    Some(Level { period: period.clone(), unit: whole.unit.clone(), authority })
}

/// A rate or share in percent, with the shortest figure inside it as its value.
fn quotient(
    interval: &Interval,
    now: &Level,
    then: &Level,
    words: impl Fn(String, String) -> String,
) -> Option<Authority> {
    let interval = checks::outward(interval);
    let value = readable::representative(&interval)?;
    let range = readable::range(&interval, &Unit::percent());
    let words = format!("{} is {range}.", words(told(now), told(then)));
    Some(resting_on(&[now, then], value, interval, words))
}

/// A figure that follows from others: as old as the youngest of them, as wide as they leave it.
fn resting_on(levels: &[&Level], value: Decimal, interval: Interval, words: String) -> Authority {
    let all = || levels.iter().map(|l| &l.authority);
    let mut claims: Vec<usize> = all().flat_map(|a| a.claims.iter().copied()).collect();
    claims.sort_unstable();
    claims.dedup();
    let steps: Vec<String> =
        std::iter::once(words).chain(all().filter_map(|a| a.derivation.clone())).collect();
    let half = interval.width().and_then(|w| exact::mul(w, Decimal::new(5, 1)).ok());
    Authority {
        value,
        half_width: half.unwrap_or_default(),
        precision: None,
        interval,
        claims,
        docs: all().flat_map(|a| a.docs.iter().copied()).collect(),
        origins: all().flat_map(|a| a.origins.iter().copied()).collect(),
        filed: all().filter_map(|a| a.filed).max(),
        derivation: Some(steps.join(" ")),
    }
}
