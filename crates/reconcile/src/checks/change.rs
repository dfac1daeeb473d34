//! A change ("fell by 452 million", "two points more") against the levels it lies between.
//!
//! The text says less often than with growth since when: a change holds where it fits the year or the period before,
//! and fails only where both are known, or are one, and neither fits. A change in percent that fits neither may be one
//! of anything, and says nothing.

use consilience_claim::Unit;

use super::growth::rate;
use super::index::{Index, Outcome, Place, Stated};
use super::{CheckStatus, Force, judge, outward};
use crate::{ConflictKind, readable};

const RULE: &str = "change_vs_levels";

pub(super) fn check(index: &mut Index<'_>, change: usize) {
    let row = &index.rows[change];
    let item = row.item;
    let Some(now) = index.place_of(change, &item.metric) else { return };
    let before = [item.period.year_before(), item.period.previous()];
    let mut thens: Vec<Place> = before
        .into_iter()
        .flatten()
        .filter_map(|p| Some(Place { first: p.first()?, last: p.last()?, ..now.clone() }))
        .collect();
    thens.dedup();
    let bases = thens.len();
    let measure = Measure::of(&item.dimension);
    let found: Vec<(usize, usize)> = thens
        .iter()
        .filter_map(|then| {
            let level =
                index.all_at(&now).find(|&s| measure.fits(index.spots[s].dimension, &item.dimension))?;
            Some((level, index.at(then, index.spots[level].dimension)?))
        })
        .collect();
    let mut outcomes: Vec<(Outcome<'_>, String)> =
        found.iter().filter_map(|&(now, then)| measure.outcome(index, change, now, then)).collect();
    if let Some(at) =
        outcomes.iter().position(|(o, _)| judge(&o.computed, &o.stated, o.slack) == CheckStatus::Holds)
    {
        let (outcome, explain) = outcomes.swap_remove(at);
        index.tried(outcome, |_, _| explain);
    } else if outcomes.len() == bases
        && measure != Measure::Percent
        && let Some((nearest, explain)) = outcomes.into_iter().next()
    {
        index.tried(nearest, |_, _| explain);
    }
}

/// What a change is counted in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// As the level itself.
    Plain,
    /// In percent of the level before.
    Percent,
    /// In points between levels in percent.
    Points,
}

impl Measure {
    fn of(dimension: &str) -> Measure {
        match dimension {
            "percent" => Measure::Percent,
            "percentage_points" => Measure::Points,
            _ => Measure::Plain,
        }
    }

    fn fits(self, level: &str, change: &str) -> bool {
        match self {
            Measure::Plain => level == change,
            Measure::Percent => !level.starts_with("percent"),
            Measure::Points => level == "percent",
        }
    }

    fn outcome<'x>(
        self,
        index: &Index<'x>,
        change: usize,
        now: usize,
        then: usize,
    ) -> Option<(Outcome<'x>, String)> {
        let choice = index.choices(&[now, then], Some(change), true).into_iter().next()?;
        let ([a, b], Stated::Other(row, group)) = (choice.levels.as_slice(), choice.stated) else {
            return None;
        };
        let (work, unit) = (&index.rows[row], index.unit(now));
        let (x, y) = (index.interval(*a, unit)?, index.interval(*b, unit)?);
        let computed = match self {
            Measure::Percent => rate(&x, &y).ok()?,
            Measure::Plain | Measure::Points => x.minus(&y).ok()?,
        };
        let own = match self {
            Measure::Plain => unit,
            Measure::Percent | Measure::Points => &work.key.unit,
        };
        let stated = index.stated(row, group, own)?;
        let shown = match self {
            Measure::Points => Unit::named("percentage_points"),
            _ => own.clone(),
        };
        let explain = format!(
            "From {} in {} to {} in {} is a change of {}; stated {}.",
            index.tell(*b),
            index.key(then).period,
            index.tell(*a),
            index.key(now).period,
            readable::range(&outward(&computed), &shown),
            super::index::tell_group(work, group),
        );
        let outcome = Outcome {
            rule: RULE,
            computed: outward(&computed),
            slack: stated.width().unwrap_or_default(),
            stated,
            choice,
            kind: ConflictKind::GrowthVsLevels,
            force: Force::Doubt,
        };
        Some((outcome, explain))
    }
}
