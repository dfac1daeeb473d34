//! A flow of a longer time against the shorter ones that it is made of: years, halves, quarters, months, in any
//! mixture; and running totals, whose window the text may leave open or misstate.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Bound, Date, Decimal, Interval, Period, exact};

use super::index::{Choice, Derived, Index, Operand, Outcome, Place, Stated};
use super::{CheckStatus, Force, Tried, is_sharp, judge, outward, percent_of};
use crate::lineage::significant_digits;
use crate::metrics::{self, Kind};
use crate::{ConflictKind, RowKey, readable};

const PARTS: &str = "parts_vs_whole";
const TOTAL: &str = "running_total";
/// A time falls into so many parts at most: the months of two years.
const MOST_PARTS: usize = 24;
/// Lengths, in months, of a part that may be derived.
const DERIVED_MONTHS: [i32; 6] = [1, 3, 6, 9, 12, 24];
/// How much of its first part a running total must leave out to be told from one that starts with it, in percent.
const LEFT_OUT: i32 = 10;

pub(super) fn parts(index: &mut Index<'_>, whole: usize) {
    if metrics::kind(index.metric_name(index.spots[whole].metric)) != Kind::Flow {
        return;
    }
    let place = index.place_of_spot(whole);
    let line = Line { index, place: &place, dimension: index.spots[whole].dimension, sayers: None };
    let window = (place.first, place.last);
    if !line.has_parts(window) {
        return;
    }
    let coarse = line.tiling(window, true);
    let fine = coarse.as_ref().and_then(|_| line.tiling(window, false));
    let gap = if coarse.is_none() { line.gap(window) } else { None };
    let mut tilings: Vec<Vec<usize>> = [coarse, fine].into_iter().flatten().collect();
    tilings.dedup();
    for mut spots in tilings {
        spots.push(whole);
        if index.is_due(&spots) {
            add_up(index, &spots);
        }
    }
    if let Some(gap) = gap {
        remainder(index, whole, &gap);
    }
}

fn add_up(index: &mut Index<'_>, spots: &[usize]) {
    let Some((&whole, parts)) = spots.split_last() else { return };
    let unit = index.unit(whole).clone();
    for choice in index.choices(spots, None, true) {
        let Stated::Level(operand) = choice.stated else { continue };
        let (Some(computed), Some(stated)) =
            (sum(index, &choice.levels, &unit), index.interval(operand, &unit))
        else {
            continue;
        };
        let tell = |index: &Index<'_>, _: &Choice| {
            format!(
                "The {} parts of {} add up to {}; stated {}.",
                parts.len(),
                index.key(whole).period,
                index.range(&computed, whole),
                index.tell(operand),
            )
        };
        index.tried(
            Outcome {
                rule: PARTS,
                choice,
                computed,
                slack: slack(index, operand, &stated),
                stated,
                kind: ConflictKind::SumOfParts,
                force: Force::Doubt,
            },
            tell,
        );
    }
}

/// One unit of the last digit, and for a bound a fiftieth of it.
fn slack(index: &Index<'_>, operand: Operand, stated: &Interval) -> Decimal {
    let step = index.step(operand, index.unit(operand.spot));
    if stated.width().is_none() { percent_of(stated, Decimal::TWO) } else { step }
}

fn sum(index: &Index<'_>, parts: &[Operand], unit: &consilience_claim::Unit) -> Option<Interval> {
    parts
        .iter()
        .try_fold(Interval::point(Decimal::ZERO), |sum, &part| sum.plus(&index.interval(part, unit)?).ok())
}

/// What the known parts of a whole leave for the one that nobody states.
fn remainder(index: &mut Index<'_>, whole: usize, gap: &Gap) {
    let mut spots = gap.parts.clone();
    spots.push(whole);
    let period = Period::days(gap.first, gap.last);
    if !index.is_due(&spots) || !period.whole_months().is_some_and(|m| DERIVED_MONTHS.contains(&m)) {
        return;
    }
    let Some(operands) = index.undoubted(&spots) else { return };
    let Some((&total, parts)) = operands.split_last() else { return };
    let unit = index.unit(whole).clone();
    let left = index.interval(total, &unit).zip(sum(index, parts, &unit));
    let Some(Ok(left)) = left.map(|(total, known)| total.minus(&known)) else { return };
    let explain = format!(
        "{} in {} less {} in the {} known parts of it leaves {} for {period}.",
        index.tell(total),
        index.key(whole).period,
        sum(index, parts, &unit).map(|s| index.range(&s, whole)).unwrap_or_default(),
        parts.len(),
        index.range(&left, whole),
    );
    let (Some(first), Some(last)) = (period.first(), period.last()) else { return };
    index.derive(Derived {
        rule: PARTS,
        place: Place { first, last, ..index.place_of_spot(whole) },
        dimension: index.spots[whole].dimension,
        key: RowKey { period, ..index.key(whole).clone() },
        turned: index.is_turned(whole),
        interval: left,
        inputs: index.inputs(&operands),
        explain,
    });
}

/// A running total against the levels of its window.
pub(super) fn running_total(index: &mut Index<'_>, total: usize) {
    let row = &index.rows[total];
    let item = row.item;
    if metrics::kind(&item.metric) != Kind::Flow {
        return;
    }
    match index.place_of(total, &item.metric) {
        Some(place) => dated_total(index, total, &place),
        None if item.period.is_unspecified() => undated_total(index, total),
        None => {}
    }
}

fn dated_total(index: &mut Index<'_>, total: usize, place: &Place) {
    let window = (place.first, place.last);
    let line = Line { index, place, dimension: &index.rows[total].item.dimension, sayers: None };
    let whole = line.tiling(window, true);
    let gap = if whole.is_none() { line.gap(window) } else { None };
    let wider = if whole.is_none() { line.wider(window) } else { None };
    if let Some(spots) = whole {
        if index.is_due(&spots) {
            total_against(index, total, &spots, None);
        }
    } else if let Some(spots) = wider {
        if index.is_due(&spots) {
            total_against(index, total, &spots, Some(window));
        }
    } else if let Some(gap) = gap.filter(|_| index.is_last_round()) {
        open_total(index, total, &gap);
    }
}

/// Holds a running total against levels: those of its window, or, where the window as told starts later, those that it
/// adds up to. The latter says that the window was misstated, and nothing where the sum does not fit.
fn total_against(index: &mut Index<'_>, total: usize, spots: &[usize], told: Option<(Date, Date)>) {
    for choice in index.choices(spots, Some(total), true) {
        let Stated::Other(row, group) = choice.stated else { continue };
        let unit = index.rows[row].key.unit.clone();
        let (Some(computed), Some(stated)) =
            (sum(index, &choice.levels, &unit), index.stated(row, group, &unit))
        else {
            continue;
        };
        let work = &index.rows[row];
        let figure = &work.groups[group];
        let step = exact::add(figure.half_width, figure.half_width).unwrap_or_default();
        let slack = if figure.is_bound() { percent_of(&stated, Decimal::TWO) } else { step };
        let window = period_of(index, spots);
        let is_turned = work.is_turned();
        let shown = if is_turned { computed.negated() } else { computed };
        let mut explain = format!(
            "{} of {window} add up to {}; stated {}.",
            list(index, &choice.levels),
            readable::range(&shown, &unit),
            super::index::tell_group(work, group),
        );
        let Some((first, _)) = told else {
            index.tried(
                Outcome {
                    rule: TOTAL,
                    choice,
                    computed,
                    stated,
                    slack,
                    kind: if figure.is_bound() { ConflictKind::Bound } else { ConflictKind::SumOfParts },
                    force: Force::Doubt,
                },
                |_, _| explain,
            );
            continue;
        };
        if figure.is_bound() || judge(&computed, &stated, Decimal::ZERO) != CheckStatus::Holds {
            continue;
        }
        explain = format!("{explain} The text counts from {first}; what fits is the whole of {window}.",);
        let inputs = inputs(index, &choice, total);
        index.judged(Tried {
            rule: TOTAL.to_owned(),
            status: CheckStatus::Fails,
            inputs,
            computed: shown,
            stated: Some(if is_turned { stated.negated() } else { stated }),
            explain,
            kind: ConflictKind::WrongPeriod,
            force: Force::Hint,
            telling: false,
        });
    }
}

/// A running total of which one part is not known: what it would have to be.
fn open_total(index: &mut Index<'_>, total: usize, gap: &Gap) {
    let Some(choice) = index.choices(&gap.parts, Some(total), true).into_iter().next() else { return };
    let Stated::Other(row, group) = choice.stated else { return };
    let work = &index.rows[row];
    let unit = work.key.unit.clone();
    let (Some(known), Some(stated)) = (sum(index, &choice.levels, &unit), index.stated(row, group, &unit))
    else {
        return;
    };
    let Ok(left) = stated.minus(&known) else { return };
    let turned = |i: &Interval| if work.is_turned() { i.negated() } else { *i };
    let computed = outward(&turned(&known));
    let explain = format!(
        "{} add up to {}; {} would leave {} for {}, which nobody states.",
        list(index, &choice.levels),
        readable::range(&computed, &unit),
        super::index::tell_group(work, group),
        readable::range(&outward(&turned(&left)), &unit),
        Period::days(gap.first, gap.last),
    );
    let inputs = inputs(index, &choice, total);
    index.judged(Tried {
        rule: TOTAL.to_owned(),
        status: CheckStatus::Undecided,
        inputs,
        computed,
        stated: Some(turned(&stated)),
        explain,
        kind: ConflictKind::SumOfParts,
        force: Force::Hint,
        telling: false,
    });
}

/// A running total whose text does not say since when: the levels of the same texts up to the last may tell.
fn undated_total(index: &mut Index<'_>, total: usize) {
    let row = &index.rows[total];
    let (Some(figure), true) = (row.groups.first(), index.is_due(&[])) else { return };
    let half = |i: &Interval| i.width().is_some_and(|w| w <= percent_of(i, Decimal::ONE));
    if matches!(figure.bound, Bound::AtLeast | Bound::AtMost)
        || !half(&figure.interval)
        || significant_digits(figure.value) < 3
    {
        return;
    }
    let Some(place) = index.series_of(total) else { return };
    let sayers = figure.docs.clone();
    let line = Line { index, place: &place, dimension: &row.item.dimension, sayers: Some(&sayers) };
    let Some(last) = line.latest() else { return };
    let unit = row.key.unit.clone();
    let Some(stated) = index.stated(total, 0, &unit) else { return };
    let fits = |spots: &[usize]| {
        let choice = index.choices(spots, Some(total), true).into_iter().next()?;
        let computed = sum(index, &choice.levels, &unit)?;
        (computed.meets(&stated) && is_sharp(&computed)).then_some((choice, computed))
    };
    let mut found: Vec<_> =
        line.runs_to(last).into_iter().filter(|r| r.len() > 2).filter_map(|r| fits(&r)).collect();
    let (Some((choice, computed)), true) = (found.pop(), found.is_empty()) else { return };
    let spots: Vec<usize> = choice.levels.iter().map(|o| o.spot).collect();
    let shown = if row.is_turned() { computed.negated() } else { computed };
    let explain = format!(
        "{} add up to {}; stated {} without a date, which fits {}.",
        list(index, &choice.levels),
        readable::range(&shown, &unit),
        super::index::tell_group(row, 0),
        period_of(index, &spots),
    );
    index.tried(
        Outcome {
            rule: TOTAL,
            choice,
            computed,
            stated,
            slack: Decimal::ZERO,
            kind: ConflictKind::SumOfParts,
            force: Force::Hint,
        },
        |_, _| explain,
    );
}

fn inputs(index: &Index<'_>, choice: &Choice, row: usize) -> Vec<(usize, usize)> {
    let mut inputs = index.inputs(&choice.levels);
    if let Stated::Other(_, group) = choice.stated {
        inputs.push((row, group));
    }
    inputs
}

/// "10.193 billion USD in 2021, 13.717 billion USD in 2022".
fn list(index: &Index<'_>, parts: &[Operand]) -> String {
    let told: Vec<String> =
        parts.iter().map(|&p| format!("{} in {}", index.tell(p), index.key(p.spot).period)).collect();
    told.join(", ")
}

fn period_of(index: &Index<'_>, spots: &[usize]) -> Period {
    let ends = spots.first().zip(spots.last());
    ends.map_or(Period::Unspecified, |(&a, &b)| Period::days(index.spots[a].first, index.spots[b].last))
}

/// The levels of one metric along time.
struct Line<'i, 'x> {
    index: &'i Index<'x>,
    place: &'i Place,
    dimension: &'i str,
    /// Only what these documents say, where they are given.
    sayers: Option<&'i BTreeSet<usize>>,
}

/// A window with one part unknown.
struct Gap {
    /// The known parts, in order.
    parts: Vec<usize>,
    /// First day of the unknown part.
    first: Date,
    /// Its last day.
    last: Date,
}

impl Line<'_, '_> {
    fn ends(&self, spot: usize) -> (Date, Date) {
        (self.index.spots[spot].first, self.index.spots[spot].last)
    }

    fn is_said(&self, spot: usize) -> bool {
        let index = self.index;
        index.spots[spot].dimension == self.dimension
            && index.is_usable(spot)
            && self.sayers.is_none_or(|docs| {
                index
                    .row(spot)
                    .is_some_and(|r| index.rows[r].groups.first().is_some_and(|g| !g.docs.is_disjoint(docs)))
            })
    }

    /// Whether any level lies inside a window and is not all of it.
    fn has_parts(&self, window: (Date, Date)) -> bool {
        let series = self.index.series(self.place);
        let start = series.partition_point(|&s| self.ends(s).0 < window.0);
        let inside = series[start..].iter().map(|&s| self.ends(s)).take_while(|ends| ends.0 <= window.1);
        inside.into_iter().any(|ends| ends.1 <= window.1 && ends != window)
    }

    /// Levels that start on a day, the longest first, inside a window and not all of it.
    fn starting(&self, day: Date, window: (Date, Date)) -> Vec<usize> {
        let series = self.index.series(self.place);
        let start = series.partition_point(|&s| self.ends(s).0 < day);
        let mut found: Vec<usize> = series[start..]
            .iter()
            .copied()
            .take_while(|&s| self.ends(s).0 == day)
            .filter(|&s| self.ends(s).1 <= window.1 && self.ends(s) != window && self.is_said(s))
            .take(MOST_PARTS)
            .collect();
        found.reverse();
        found.dedup_by_key(|s| self.ends(*s));
        found
    }

    /// Levels that fill a window without a gap, by the longest or the shortest that go.
    fn tiling(&self, window: (Date, Date), longest: bool) -> Option<Vec<usize>> {
        let mut path = Vec::new();
        let mut dead = BTreeMap::new();
        (self.step(window, window.0, longest, &mut path, &mut dead) && path.len() > 1).then_some(path)
    }

    fn step(
        &self,
        window: (Date, Date),
        from: Date,
        longest: bool,
        path: &mut Vec<usize>,
        dead: &mut BTreeMap<Date, usize>,
    ) -> bool {
        // A day from which so many parts did not suffice may be reached by fewer.
        if path.len() == MOST_PARTS || dead.get(&from).is_some_and(|&before| before <= path.len()) {
            return false;
        }
        let mut next = self.starting(from, window);
        if !longest {
            next.reverse();
        }
        for spot in next {
            path.push(spot);
            let end = self.ends(spot).1;
            if end == window.1 {
                return true;
            }
            if let Ok(after) = end.tomorrow()
                && self.step(window, after, longest, path, dead)
            {
                return true;
            }
            path.pop();
        }
        dead.insert(from, path.len());
        false
    }

    /// The days reached from the start of a window by levels one after the other, with the levels.
    fn reach(&self, window: (Date, Date)) -> BTreeMap<Date, Vec<usize>> {
        let mut reached: BTreeMap<Date, Vec<usize>> = BTreeMap::from([(window.0, Vec::new())]);
        let mut at = Some(window.0);
        while let Some(day) = at {
            let path = reached.get(&day).cloned().unwrap_or_default();
            if path.len() < MOST_PARTS {
                for spot in self.starting(day, window) {
                    if let Ok(after) = self.ends(spot).1.tomorrow() {
                        reached.entry(after).or_insert_with(|| [path.as_slice(), &[spot]].concat());
                    }
                }
            }
            at = reached.range(day..).map(|(d, _)| *d).find(|d| *d > day);
        }
        reached
    }

    /// A window of which the levels leave one stretch open: the shortest such stretch.
    fn gap(&self, window: (Date, Date)) -> Option<Gap> {
        let forward = self.reach(window);
        // Where the part after the gap may start: levels inside the window from which its end is reached.
        let series = self.index.series(self.place);
        let start = series.partition_point(|&s| self.ends(s).0 <= window.0);
        let mut starts: Vec<Date> = series[start..]
            .iter()
            .map(|&s| self.ends(s).0)
            .take_while(|first| *first <= window.1)
            .take(4 * MOST_PARTS)
            .collect();
        starts.dedup();
        let mut best: Option<(i32, Gap)> = None;
        let mut consider = |parts: Vec<usize>, first: Date, last: Date| {
            let length = (last - first).get_days();
            if first <= last && !parts.is_empty() && best.as_ref().is_none_or(|(l, _)| length < *l) {
                best = Some((length, Gap { parts, first, last }));
            }
        };
        for (day, path) in &forward {
            if *day <= window.1 {
                consider(path.clone(), *day, window.1);
            }
        }
        for &from in starts.iter().rev() {
            let mut path = Vec::new();
            let rest = (from, window.1);
            // A single level may be all that follows the gap.
            let alone = self.starting(from, window).into_iter().find(|&s| self.ends(s).1 == window.1);
            let follows = match alone {
                Some(spot) => Some(vec![spot]),
                None => self.step(rest, from, true, &mut path, &mut BTreeMap::new()).then_some(path),
            };
            let (Some(after), Ok(last)) = (follows, from.yesterday()) else { continue };
            if let Some((day, before)) = forward.range(..from).next_back() {
                consider([before.as_slice(), &after].concat(), *day, last);
            }
        }
        best.map(|(_, gap)| gap)
    }

    /// Levels that end with a window but start well before it, where the window starts inside the first of them.
    fn wider(&self, window: (Date, Date)) -> Option<Vec<usize>> {
        let series = self.index.series(self.place);
        let end = series.partition_point(|&s| self.ends(s).0 < window.0);
        let days = |from: Date, to: Date| (to - from).get_days();
        let first = series[..end].iter().rev().take(MOST_PARTS).copied().find(|&s| {
            let (first, last) = self.ends(s);
            let left_out = days(first, window.0);
            self.is_said(s)
                && last >= window.0
                && last < window.1
                && left_out * 100 > days(first, last) * LEFT_OUT
        })?;
        self.tiling((self.ends(first).0, window.1), true)
    }

    /// The last day of which a level is told.
    fn latest(&self) -> Option<Date> {
        self.index.series(self.place).iter().filter(|&&s| self.is_said(s)).map(|&s| self.ends(s).1).max()
    }

    /// Levels one after the other up to a day, from each day that they can start on.
    fn runs_to(&self, last: Date) -> Vec<Vec<usize>> {
        let series = self.index.series(self.place);
        let mut starts: Vec<Date> = series
            .iter()
            .rev()
            .filter(|&&s| self.is_said(s))
            .map(|&s| self.ends(s).0)
            .take(MOST_PARTS)
            .collect();
        starts.dedup();
        starts.into_iter().filter_map(|first| self.tiling((first, last), true)).collect()
    }
}
