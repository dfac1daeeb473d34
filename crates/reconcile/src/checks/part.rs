//! A part against the whole that it cannot exceed: a product line and all revenue, a segment and its company, a
//! quarter and its year.

use consilience_claim::{Decimal, Interval, Period, exact};

use super::index::{Index, Place, Stated, is_sure};
use super::{CheckStatus, Force, Tried, outward, percent_of};
use crate::metrics::{self, Kind};
use crate::{ConflictKind, readable};

/// A part of the time.
const OF_TIME: &str = "part_of_period";
/// How much of the whole a part may exceed it by before that fails, in percent: definitions differ.
const ROOM: Decimal = Decimal::from_parts(2, 0, 0, false, 0);

pub(super) fn check(index: &mut Index<'_>, part: usize) {
    let rules = index.rules;
    let place = index.place_of_spot(part);
    let metric = index.metric_name(place.metric);
    let dimension = index.spots[part].dimension;
    if dimension.starts_with("percent") || metrics::is_signed(metric) || rules.signed.contains(metric) {
        return;
    }
    for rule in rules.part.iter().filter(|r| r.parts.iter().any(|p| p == metric)) {
        let whole = index.metric(&rule.whole).and_then(|m| index.beside(&place, m, Some(dimension)));
        if let Some(whole) = whole {
            hold_against(index, &rule.rule, part, whole);
        }
    }
    for rule in rules.part_of_group.iter().filter(|r| r.metrics.iter().any(|m| m == metric)) {
        if let Some(whole) = of_group(index, &place, dimension) {
            hold_against(index, &rule.rule, part, whole);
        }
    }
    if metrics::kind(metric) == Kind::Flow
        && let Some(whole) = of_time(index, &place, dimension)
    {
        hold_against(index, OF_TIME, part, whole);
    }
}

/// The same level of the nearest whole that an entity is a part of.
fn of_group(index: &Index<'_>, place: &Place, dimension: &str) -> Option<usize> {
    let mut name = index.entity_name(place.entity);
    // A chain of wholes is a few links long; a table of the user's might go round in circles.
    for _ in 0..4 {
        name = index.catalogue.whole_of(name)?;
        let there = index.entity(name).map(|entity| Place { entity, ..place.clone() });
        if let Some(whole) = there.and_then(|there| index.at(&there, dimension)) {
            return Some(whole);
        }
    }
    None
}

/// The same level of the shortest calendar period around, or of the year up to the same day.
fn of_time(index: &Index<'_>, place: &Place, dimension: &str) -> Option<usize> {
    let year = place.first.year();
    let month = place.first.month();
    let around = [
        Period::quarter(year, (month - 1) / 3 + 1),
        Period::half(year, (month - 1) / 6 + 1),
        Period::year(year).and_then(|y| Some(Period::days(y.first()?, place.last))),
        Period::year(year),
    ];
    let own = (place.first, place.last);
    around.into_iter().flatten().find_map(|period| {
        let (first, last) = (period.first()?, period.last()?);
        let holds = first <= own.0 && own.1 <= last && (first, last) != own;
        holds.then(|| index.at(&Place { first, last, ..place.clone() }, dimension)).flatten()
    })
}

fn hold_against<'x>(index: &mut Index<'x>, rule: &'x str, part: usize, whole: usize) {
    if index.row(part).is_none() || index.row(whole).is_none() || !index.is_due(&[part, whole]) {
        return;
    }
    let unit = index.unit(whole).clone();
    for choice in index.choices(&[part, whole], None, false) {
        let ([one], Stated::Level(all)) = (choice.levels.as_slice(), choice.stated) else { continue };
        let (Some(x), Some(y)) = (index.interval(*one, &unit), index.interval(all, &unit)) else { continue };
        let positive = [&x, &y].iter().all(|i| i.low().is_some_and(|l| l >= Decimal::ZERO));
        let Ok(rest) = y.minus(&x) else { continue };
        if !positive || index.is_filed_only(&[*one, all]) {
            continue;
        }
        let room = exact::add(percent_of(&y, ROOM), index.step(all, &unit)).unwrap_or_default();
        let inputs = index.inputs(&[all, *one]);
        let sure = inputs.iter().all(|&(row, group)| is_sure(&index.rows[row], group));
        let status = if sure && rest.high().is_some_and(|h| h < -room) {
            CheckStatus::Fails
        } else if rest.low().is_some_and(|l| l >= Decimal::ZERO) {
            CheckStatus::Holds
        } else {
            CheckStatus::Undecided
        };
        let explain = match status {
            CheckStatus::Fails => format!(
                "{} ({}) is more than {} ({}), of which it is a part.",
                index.tell(*one),
                index.key(part),
                index.tell(all),
                index.key(whole)
            ),
            _ => format!(
                "{} ({}) of {} ({}) leaves {}.",
                index.tell(*one),
                index.key(part),
                index.tell(all),
                index.key(whole),
                readable::range(&rest, &unit)
            ),
        };
        index.judged(Tried {
            rule: rule.to_owned(),
            status,
            inputs,
            computed: outward_if_long(rest),
            stated: None,
            explain,
            kind: ConflictKind::SumOfParts,
            force: Force::Doubt,
            telling: false,
        });
    }
}

/// A difference is exact; only what is too long to read is rounded.
fn outward_if_long(rest: Interval) -> Interval {
    let long = [rest.low(), rest.high()].into_iter().flatten().any(|e| e.normalize().scale() > 9);
    if long { outward(&rest) } else { rest }
}
