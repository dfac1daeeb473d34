//! A growth rate against the two levels it lies between.

use consilience_claim::{Aspect, Decimal, Interval, exact};

use super::{Implied, Index, Tried, combinations, judge, outward};
use crate::metrics::{self, Kind};
use crate::{ConflictKind, readable};

/// Misses up to this many percentage points may come from restated figures.
pub(crate) const RESTATED: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

pub(super) fn check(
    index: &Index<'_, '_>,
    growth: usize,
    tried: &mut Vec<Tried>,
    implied: &mut Vec<Implied>,
) {
    let row = &index.rows[growth];
    let item = row.item;
    if item.dimension != "percent"
        || metrics::kind(&item.metric) == Kind::Ratio && item.metric.ends_with("margin")
    {
        return;
    }
    let (rule, before) = match item.aspect {
        Aspect::YoyGrowth => ("yoy_growth_vs_levels", item.period.year_before()),
        _ => ("qoq_growth_vs_levels", item.period.previous()),
    };
    let Some(before) = before else { return };
    // Growth worded as that of a loss belongs to the income's levels with the sign turned.
    let income = metrics::income_of(&item.metric);
    let metric = income.unwrap_or(&item.metric);
    for &now in index.levels(growth, metric, &item.period) {
        let unit = &index.rows[now].item.dimension;
        let earlier = index
            .levels(growth, metric, &before)
            .iter()
            .copied()
            .find(|&b| index.rows[b].item.dimension == *unit);
        match earlier {
            Some(then) => compare(index, rule, [now, then, growth], income.is_some(), tried),
            None if index.levels(growth, metric, &before).is_empty() => {
                implied.extend(level_before(index, now, growth, income.is_some()));
            }
            None => {}
        }
    }
}

fn compare(
    index: &Index<'_, '_>,
    rule: &'static str,
    inputs: [usize; 3],
    loss: bool,
    tried: &mut Vec<Tried>,
) {
    for choice in combinations(index.rows, &inputs) {
        let level = |i: usize| {
            let interval = index.interval(choice[i].0, choice[i].1);
            if loss { interval.negated() } else { interval }
        };
        let (now, then) = (level(0), level(1));
        let group = &index.rows[choice[2].0].groups[choice[2].1];
        // Growth from or into a loss is not a percentage.
        let positive = |i: &Interval| i.low().is_some_and(|l| l > Decimal::ZERO);
        if !positive(&now) || !positive(&then) {
            continue;
        }
        let Ok(computed) = rate(&now, &then).map(|r| outward(&r)) else { continue };
        let stated = group.interval;
        let Ok(slack) = exact::add(group.half_width, group.half_width) else { continue };
        let (a, b) = (&index.rows[choice[0].0], &index.rows[choice[1].0]);
        let miss = Interval::new(Some(-RESTATED), Some(RESTATED));
        tried.push(Tried {
            rule,
            status: judge(&computed, &stated, slack),
            explain: format!(
                "{} in {} against {} in {} is {}; stated {}.",
                readable::figure(a.groups[choice[0].1].value, &a.key.unit),
                a.key.period,
                readable::figure(b.groups[choice[1].1].value, &b.key.unit),
                b.key.period,
                readable::range(&computed, &consilience_claim::Unit::percent()),
                readable::figure(group.value, &consilience_claim::Unit::percent()),
            ),
            strict: stated.plus(&miss).is_ok_and(|wide| !wide.meets(&computed)),
            inputs: choice,
            computed,
            stated,
            kind: ConflictKind::GrowthVsLevels,
        });
    }
}

/// `(now / then − 1) × 100`.
pub(crate) fn rate(now: &Interval, then: &Interval) -> Result<Interval, exact::ExactError> {
    let hundred = Interval::point(Decimal::ONE_HUNDRED);
    now.over(then)?.minus(&Interval::point(Decimal::ONE))?.times(&hundred)
}

/// The level before, from the level now and the growth between: `now / (1 + growth / 100)`.
fn level_before(index: &Index<'_, '_>, now: usize, growth: usize, loss: bool) -> Option<Implied> {
    // In the form in which today's level is dated: a quarter's headcount implies a quarter's.
    let today = &index.rows[now].key.period;
    let (period, before) = match index.rows[growth].item.aspect {
        Aspect::YoyGrowth => (today.year_before()?, "a year before"),
        _ => (today.previous()?, "the quarter before"),
    };
    let inputs = [now, growth];
    let choice = combinations(index.rows, &inputs).into_iter().next()?;
    if inputs.iter().any(|&i| index.rows[i].groups.len() > 1) {
        return None;
    }
    let mut level = index.interval(now, 0);
    if loss {
        level = level.negated();
    }
    let rate = index.rows[growth].groups[0].interval;
    if level.low().is_none_or(|l| l <= Decimal::ZERO) || rate.low().is_none_or(|l| l <= -Decimal::ONE_HUNDRED)
    {
        return None;
    }
    let hundred = Interval::point(Decimal::ONE_HUNDRED);
    let earlier = outward(&level.times(&hundred).ok()?.over(&hundred.plus(&rate).ok()?).ok()?);
    // Back into the sign in which the row of today is shown.
    let shown = if loss == index.is_turned(now) { earlier } else { earlier.negated() };
    let (a, g) = (&index.rows[now], &index.rows[growth]);
    Some(Implied {
        like: now,
        interval: shown,
        explain: format!(
            "{} in {}, {} against {before}, leaves {} for {period}.",
            readable::figure(a.groups[0].value, &a.key.unit),
            a.key.period,
            readable::figure(g.groups[0].value, &g.key.unit),
            readable::range(&shown, &a.key.unit),
        ),
        inputs: choice,
        period,
    })
}
