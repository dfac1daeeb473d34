//! A growth rate against the two levels it lies between; the one of them that nobody states follows.

use consilience_claim::{Aspect, Decimal, Interval, Unit, exact};

use super::index::{Choice, Derived, Index, Operand, Outcome, Place, Stated};
use super::{Force, outward};
use crate::{ConflictKind, RowKey, metrics, readable};

/// Misses up to this many percentage points may come from restated figures.
pub(crate) const RESTATED: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

pub(super) fn check(index: &mut Index<'_>, growth: usize) {
    let rules = index.rules;
    let item = index.rows[growth].item;
    let Some(rule) = rules.growth.iter().find(|r| r.aspect == item.aspect) else { return };
    if item.dimension != "percent" || index.rows[growth].groups.is_empty() {
        return;
    }
    // Growth worded as that of a loss belongs to the income's levels with the sign turned.
    let income = metrics::income_of(&item.metric);
    let Some(now) = index.place_of(growth, income.unwrap_or(&item.metric)) else { return };
    let shifted = match item.aspect {
        Aspect::YoyGrowth => item.period.year_before(),
        _ => item.period.previous(),
    };
    let Some((first, last)) = shifted.and_then(|p| p.first().zip(p.last())) else { return };
    let then = Place { first, last, ..now.clone() };
    let case = Case { rule: &rule.rule, restated: rule.restated, growth, loss: income.is_some() };
    let (nows, thens): (Vec<usize>, Vec<usize>) =
        (index.all_at(&now).collect(), index.all_at(&then).collect());
    for &n in &nows {
        // A margin that "grows by 2 %" may mean points.
        if index.spots[n].dimension.starts_with("percent") {
            continue;
        }
        match thens.iter().find(|&&t| index.spots[t].dimension == index.spots[n].dimension) {
            Some(&t) => case.compare(index, n, t),
            None if thens.is_empty() => case.other_level(index, n, &then, false),
            None => {}
        }
    }
    if nows.is_empty() {
        for &t in &thens {
            if !index.spots[t].dimension.starts_with("percent") {
                case.other_level(index, t, &now, true);
            }
        }
    }
}

/// A growth with the rule it is held against.
struct Case<'x> {
    rule: &'x str,
    restated: Decimal,
    /// Its row.
    growth: usize,
    /// Whether it is worded as that of a loss.
    loss: bool,
}

impl<'x> Case<'x> {
    fn level(&self, index: &Index<'x>, operand: Operand, unit: &Unit) -> Option<Interval> {
        let interval = index.interval(operand, unit)?;
        let level = if self.loss { interval.negated() } else { interval };
        // Growth from or into a loss is not a percentage.
        level.low().is_some_and(|l| l > Decimal::ZERO).then_some(level)
    }

    fn compare(&self, index: &mut Index<'x>, now: usize, then: usize) {
        if !index.is_due(&[now, then]) {
            return;
        }
        let unit = index.unit(now).clone();
        for choice in index.choices(&[now, then], Some(self.growth), false) {
            let ([a, b], Stated::Other(_, group)) = (choice.levels.as_slice(), choice.stated) else {
                continue;
            };
            let (a, b) = (*a, *b);
            let (Some(x), Some(y)) = (self.level(index, a, &unit), self.level(index, b, &unit)) else {
                continue;
            };
            let Ok(computed) = rate(&x, &y).map(|r| outward(&r)) else { continue };
            let figure = &index.rows[self.growth].groups[group];
            let stated = figure.interval;
            let miss = Interval::new(Some(-self.restated), Some(self.restated));
            let beyond = stated.plus(&miss).is_ok_and(|wide| !wide.meets(&computed));
            let tell = |index: &Index<'x>, _: &Choice| {
                format!(
                    "{} in {} against {} in {} is {}; stated {}.",
                    index.tell(a),
                    index.key(now).period,
                    index.tell(b),
                    index.key(then).period,
                    readable::range(&computed, &Unit::percent()),
                    readable::figure(figure.value, &Unit::percent()),
                )
            };
            let slack = exact::add(figure.half_width, figure.half_width).unwrap_or_default();
            index.tried(
                Outcome {
                    rule: self.rule,
                    choice,
                    computed,
                    stated,
                    slack,
                    kind: ConflictKind::GrowthVsLevels,
                    force: if beyond { Force::Proof } else { Force::Doubt },
                },
                tell,
            );
        }
    }

    /// The level before from the one now, `now / (1 + growth / 100)`, or the other way round.
    fn other_level(&self, index: &mut Index<'x>, known: usize, place: &Place, later: bool) {
        if !index.is_due(&[known]) {
            return;
        }
        let row = &index.rows[self.growth];
        let (Some(operands), Some(growth)) = (index.undoubted(&[known]), index.undoubted_row(self.growth))
        else {
            return;
        };
        // In the form in which the known level is dated: a quarter's headcount implies a quarter's.
        let dated = &index.key(known).period;
        let period = match (row.item.aspect, later) {
            (Aspect::YoyGrowth, false) => dated.year_before(),
            (Aspect::YoyGrowth, true) => dated.months_earlier(-12),
            (_, false) => dated.previous(),
            (_, true) => dated.whole_months().and_then(|m| dated.months_earlier(-m)),
        };
        let unit = index.unit(known).clone();
        let (Some(period), Some(level)) = (period, self.level(index, operands[0], &unit)) else { return };
        let rate = growth.interval;
        if rate.low().is_none_or(|l| l <= -Decimal::ONE_HUNDRED) {
            return;
        }
        let hundred = Interval::point(Decimal::ONE_HUNDRED);
        let other = hundred.plus(&rate).and_then(|factor| match later {
            true => level.times(&factor)?.over(&hundred),
            false => level.times(&hundred)?.over(&factor),
        });
        let Ok(other) = other.map(|o| outward(&o)) else { return };
        let turned = index.is_turned(known);
        // Back into the sign in which the row of the known level is shown.
        let shown = if self.loss == turned { other } else { other.negated() };
        let key = RowKey { period: period.clone(), ..index.key(known).clone() };
        let link = match (row.item.aspect, later) {
            (Aspect::YoyGrowth, false) => "against a year before, leaves",
            (_, false) => "against the period before, leaves",
            (Aspect::YoyGrowth, true) => "a year later, makes",
            (_, true) => "in the period after, makes",
        };
        let explain = format!(
            "{} in {}, {} {link} {} for {period}.",
            index.tell(operands[0]),
            index.key(known).period,
            readable::figure(growth.value, &row.key.unit),
            readable::range(&shown, &unit),
        );
        let mut inputs = index.inputs(&operands);
        inputs.push((self.growth, 0));
        index.derive(Derived {
            rule: self.rule,
            place: place.clone(),
            dimension: index.spots[known].dimension,
            key,
            turned,
            interval: if self.loss { other.negated() } else { other },
            inputs,
            explain,
        });
    }
}

/// `(now / then − 1) × 100`.
pub(crate) fn rate(now: &Interval, then: &Interval) -> Result<Interval, exact::ExactError> {
    let hundred = Interval::point(Decimal::ONE_HUNDRED);
    now.over(then)?.minus(&Interval::point(Decimal::ONE))?.times(&hundred)
}
