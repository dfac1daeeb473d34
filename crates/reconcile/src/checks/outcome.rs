//! What was expected or planned against what came, and what a text tells of a time beside the same a year before.

use std::collections::BTreeMap;

use consilience_claim::{Aspect, Decimal, Interval, Modality, Unit};

use super::growth::rate;
use super::index::{Index, is_sure, tell_group};
use super::{CheckStatus, Force, Tried, outward};
use crate::agreement::RowWork;
use crate::{ConflictKind, readable};

const EXPECTED: &str = "outcome_vs_expectation";
const YEAR: &str = "level_vs_year_before";

pub(super) fn check(index: &mut Index<'_>) {
    against_expectations(index);
    against_year_before(index);
}

fn key<'a>(
    row: &RowWork<'a>,
) -> (&'a str, &'a str, Aspect, &'a consilience_claim::Period, &'a [String], &'a str) {
    let item = row.item;
    (&item.entity, &item.metric, item.aspect, &item.period, &item.qualifiers, &item.dimension)
}

/// Every expectation and plan beside its outcome: above, below, or as foreseen.
fn against_expectations(index: &mut Index<'_>) {
    let rows = index.rows;
    let mut foreseen: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, row)| !row.item.is_undated()) {
        if matches!(row.item.modality, Modality::Expected | Modality::Guidance) {
            foreseen.entry(key(row)).or_default().push(i);
        }
    }
    if foreseen.is_empty() {
        return;
    }
    for (actual, row) in rows.iter().enumerate().filter(|(_, row)| row.item.modality == Modality::Actual) {
        for &expected in foreseen.get(&key(row)).into_iter().flatten() {
            let other = &rows[expected];
            let (Some(came), Some(was)) = (row.groups.first(), other.groups.first()) else { continue };
            let factor =
                if row.is_turned() == other.is_turned() { was.interval } else { was.interval.negated() };
            let same_unit = row.key.unit == other.key.unit;
            let Ok(difference) = came.interval.minus(&factor) else { continue };
            if !same_unit || !is_sure(row, 0) || !is_sure(other, 0) {
                continue;
            }
            let (status, word) = direction(&difference);
            let explain = format!(
                "{} {word} {} {}; the difference is {}.",
                tell_group(row, 0),
                if other.item.modality == Modality::Expected { "expected" } else { "guided" },
                tell_group(other, 0),
                readable::range(&difference, &row.key.unit),
            );
            index.judged(comparison(EXPECTED, status, vec![(expected, 0), (actual, 0)], difference, explain));
        }
    }
}

fn direction(difference: &Interval) -> (CheckStatus, &'static str) {
    match (difference.low(), difference.high()) {
        (Some(low), _) if low > Decimal::ZERO => (CheckStatus::Holds, "is above"),
        (_, Some(high)) if high < Decimal::ZERO => (CheckStatus::Holds, "is below"),
        _ => (CheckStatus::Undecided, "is about"),
    }
}

fn comparison(
    rule: &str,
    status: CheckStatus,
    inputs: Vec<(usize, usize)>,
    computed: Interval,
    explain: String,
) -> Tried {
    Tried {
        rule: rule.to_owned(),
        status,
        inputs,
        computed,
        stated: None,
        explain,
        kind: ConflictKind::Value,
        force: Force::Hint,
        telling: false,
    }
}

/// A level and that of a year before, where one document tells both and nobody the growth between them.
fn against_year_before(index: &mut Index<'_>) {
    let rows = index.rows;
    let growths: std::collections::BTreeSet<_> = rows
        .iter()
        .filter(|r| r.item.aspect == Aspect::YoyGrowth && r.item.modality == Modality::Actual)
        .map(|r| {
            let metric = crate::metrics::income_of(&r.item.metric).unwrap_or(&r.item.metric);
            (r.item.entity.as_str(), metric, &r.item.period, r.item.qualifiers.as_slice())
        })
        .collect();
    for spot in 0..index.spots.len() {
        let Some(now) = index.row(spot) else { continue };
        let item = rows[now].item;
        let told = (item.entity.as_str(), item.metric.as_str(), &item.period, item.qualifiers.as_slice());
        if item.dimension.starts_with("percent") || growths.contains(&told) {
            continue;
        }
        let place = index.place_of_spot(spot);
        let before = item.period.year_before().and_then(|p| p.first().zip(p.last()));
        let Some((first, last)) = before else { continue };
        let there = super::index::Place { first, last, ..place };
        let Some(then) = index.at(&there, &item.dimension).and_then(|s| index.row(s)) else { continue };
        let (a, b) = (&rows[now], &rows[then]);
        let together = a.groups[0].docs.iter().any(|d| b.groups[0].docs.contains(d));
        let unit = a.key.unit.clone();
        let (Some(x), Some(y)) = (index.stated(now, 0, &unit), index.stated(then, 0, &unit)) else {
            continue;
        };
        // Both losses: their size grew.
        let both_negative =
            x.high().is_some_and(|h| h < Decimal::ZERO) && y.high().is_some_and(|h| h < Decimal::ZERO);
        let (x, y) = if both_negative { (x.negated(), y.negated()) } else { (x, y) };
        let positive = |i: &Interval| i.low().is_some_and(|l| l > Decimal::ZERO) && i.high().is_some();
        if !together || !positive(&x) || !positive(&y) || !is_sure(a, 0) || !is_sure(b, 0) {
            continue;
        }
        let Ok(growth) = rate(&x, &y) else { continue };
        let growth = outward(&growth);
        let (status, word) = direction(&growth);
        let explain = format!(
            "{} in {} {word} {} in {}, a change of {}.",
            tell_group(a, 0),
            a.key.period,
            tell_group(b, 0),
            b.key.period,
            readable::range(&growth, &Unit::percent()),
        );
        index.judged(comparison(YEAR, status, vec![(then, 0), (now, 0)], growth, explain));
    }
}
