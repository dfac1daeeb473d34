//! Metrics that follow from others of one time: sums and differences, quotients, and a whole from the parts of a group.

use std::collections::BTreeMap;

use consilience_claim::{Decimal, Interval, Unit, exact};
use indexmap::{IndexMap, IndexSet};

use super::index::{Choice, Derived, Index, Operand, Outcome, Place, Stated};
use super::{Force, outward, percent_of};
use crate::rules::{Division, Ratio, RuleSet, Sum};
use crate::{ConflictKind, RowKey, metrics, readable};

/// A rule with the figures it speaks of, the result first.
#[derive(Clone, Copy)]
enum Formula<'x> {
    Sum(&'x Sum),
    Ratio(&'x Ratio),
}

impl<'x> Formula<'x> {
    fn all(rules: &'x RuleSet) -> impl Iterator<Item = Formula<'x>> {
        rules.sum.iter().map(Formula::Sum).chain(rules.ratio.iter().map(Formula::Ratio))
    }

    fn nth(rules: &'x RuleSet, n: usize) -> Option<Formula<'x>> {
        match rules.sum.get(n) {
            Some(sum) => Some(Formula::Sum(sum)),
            None => rules.ratio.get(n - rules.sum.len()).map(Formula::Ratio),
        }
    }

    fn members(self) -> Vec<&'x str> {
        match self {
            Formula::Sum(s) => {
                std::iter::once(&s.whole).chain(&s.plus).chain(&s.minus).map(String::as_str).collect()
            }
            Formula::Ratio(r) => vec![&r.quotient, &r.of, &r.to],
        }
    }

    fn derives(self) -> &'x [String] {
        match self {
            Formula::Sum(s) => &s.derives,
            Formula::Ratio(r) => &r.derives,
        }
    }
}

/// Which formulas a metric of an entity may start: those of which the entity has all members but one at most, and the
/// metric is the first or, where that is lacking, the second.
#[derive(Default)]
pub(super) struct Applicable {
    by_metric: IndexMap<(usize, usize), Vec<usize>>,
    /// Entity to the divisions that it is the whole or a part of.
    divisions: BTreeMap<usize, Vec<usize>>,
}

impl Applicable {
    pub(super) fn new(
        rules: &RuleSet,
        told: impl Iterator<Item = (usize, usize)>,
        entities: &IndexSet<&str>,
        metrics: &IndexSet<&str>,
    ) -> Applicable {
        let mut tellers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (entity, metric) in told {
            tellers.entry(metric).or_default().push(entity);
        }
        let mut found = Applicable::default();
        for (n, formula) in Formula::all(rules).enumerate() {
            let members: Vec<Option<usize>> =
                formula.members().iter().map(|m| metrics.get_index_of(m)).collect();
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            for metric in members.iter().flatten() {
                let mut entities = tellers.get(metric).cloned().unwrap_or_default();
                entities.sort_unstable();
                entities.dedup();
                for entity in entities {
                    *counts.entry(entity).or_default() += 1;
                }
            }
            for (entity, _) in counts.into_iter().filter(|(_, count)| count + 1 >= members.len()) {
                for metric in members.iter().take(2).flatten() {
                    found.by_metric.entry((entity, *metric)).or_default().push(n);
                }
            }
        }
        for (n, division) in rules.division.iter().enumerate() {
            for entity in division.folded.iter().filter_map(|name| entities.get_index_of(name.as_str())) {
                found.divisions.entry(entity).or_default().push(n);
            }
        }
        found
    }
}

/// Tries the formulas that a level starts.
pub(super) fn check(index: &mut Index<'_>, spot: usize) {
    let (entity, metric) = (index.spots[spot].entity, index.spots[spot].metric);
    let formulas = index.applicable.by_metric.get(&(entity, metric)).cloned().unwrap_or_default();
    for formula in formulas.into_iter().filter_map(|n| Formula::nth(index.rules, n)) {
        formula.start(index, spot);
    }
    let divisions = index.applicable.divisions.get(&entity).cloned().unwrap_or_default();
    let rules = index.rules;
    for division in divisions.into_iter().filter_map(|n| rules.division.get(n)) {
        divide(index, division, spot);
    }
}

impl<'x> Formula<'x> {
    fn start(self, index: &mut Index<'x>, spot: usize) {
        let members = self.members();
        let place = index.place_of_spot(spot);
        let own = index.metric_name(place.metric);
        let Some(position) = members.iter().position(|m| *m == own) else { return };
        // Members of a sum are counted alike; so are both of a quotient, where they are money.
        let mut dimension = matches!(self, Formula::Sum(_)).then(|| index.spots[spot].dimension);
        let mut spots: Vec<Option<usize>> = Vec::with_capacity(members.len());
        for (at, member) in members.iter().enumerate() {
            let found = if at == position {
                Some(spot)
            } else {
                let find = |m, d| index.beside(&place, m, d);
                index.metric(member).and_then(|m| match self {
                    Formula::Sum(_) => find(m, dimension),
                    Formula::Ratio(_) => find(m, dimension).or_else(|| find(m, None)),
                })
            };
            if at < position && found.is_some() {
                return; // That one starts it.
            }
            if let (Formula::Ratio(_), 1, Some(of)) = (self, at, found)
                && currency(index.spots[of].dimension).is_some()
            {
                dimension = currency(index.spots[of].dimension);
            }
            spots.push(found);
        }
        let known: Vec<usize> = spots.iter().copied().flatten().collect();
        if !index.is_due(&known) {
            return;
        }
        match spots.iter().filter(|s| s.is_none()).count() {
            0 => match self {
                Formula::Sum(sum) => sum.compare(index, &known),
                Formula::Ratio(ratio) => ratio.compare(index, &known),
            },
            1 => {
                let missing = spots.iter().position(Option::is_none).unwrap_or_default();
                let metric = members[missing];
                let Some(operands) = index.undoubted(&known) else { return };
                if self.derives().iter().any(|m| m == metric) {
                    let found = match self {
                        Formula::Sum(sum) => sum.solve(index, &operands, missing),
                        Formula::Ratio(ratio) => ratio.solve(index, &operands, missing),
                    };
                    let (rule, tolerance) = match self {
                        Formula::Sum(sum) => (&sum.rule, sum.tolerance),
                        Formula::Ratio(ratio) => (&ratio.rule, ratio.tolerance),
                    };
                    if let Some(solved) = found.and_then(|s| s.widened(tolerance)) {
                        solved.keep(index, rule, metric, spot, &operands);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A member of a formula that nobody states.
struct Solved<'x> {
    interval: Interval,
    unit: Unit,
    dimension: &'x str,
}

impl<'x> Solved<'x> {
    /// With the room that definitions leave, in percent.
    fn widened(mut self, tolerance: Decimal) -> Option<Solved<'x>> {
        if !tolerance.is_zero() {
            let room = percent_of(&self.interval, tolerance);
            self.interval = self.interval.plus(&Interval::new(Some(-room), Some(room))).ok()?;
        }
        Some(self)
    }

    fn keep(
        self,
        index: &mut Index<'x>,
        rule: &'x str,
        metric: &'x str,
        beside: usize,
        operands: &[Operand],
    ) {
        let interval = outward(&self.interval);
        let told: Vec<String> = operands
            .iter()
            .map(|&o| format!("{} ({})", index.tell(o), index.key(o.spot).metric.replace('_', " ")))
            .collect();
        let key = RowKey { metric: metric.to_owned(), unit: self.unit, ..index.key(beside).clone() };
        let place = Place { metric: index.named(metric), ..index.place_of_spot(beside) };
        let place = index.moment(place.clone()).unwrap_or(place);
        let explain = format!(
            "{} in {} leave {} for {}.",
            told.join(" and "),
            key.period,
            readable::range(&interval, &key.unit),
            metric.replace('_', " "),
        );
        let inputs = index.inputs(operands);
        let derived =
            Derived { rule, place, dimension: self.dimension, key, turned: false, interval, inputs, explain };
        index.derive(derived);
    }
}

impl Sum {
    /// Signs of the terms, in the order of the members after the whole.
    fn signs(&self) -> impl Iterator<Item = bool> + '_ {
        self.plus.iter().map(|_| true).chain(self.minus.iter().map(|_| false))
    }

    fn compare<'x>(&'x self, index: &mut Index<'x>, members: &[usize]) {
        let Some((&whole, terms)) = members.split_first() else { return };
        let unit = index.unit(whole).clone();
        let order: Vec<usize> = terms.iter().copied().chain([whole]).collect();
        for choice in index.choices(&order, None, false) {
            let Stated::Level(operand) = choice.stated else { continue };
            let computed = choice.levels.iter().zip(self.signs()).try_fold(
                Interval::point(self.constant),
                |sum, (&term, plus)| {
                    let term = index.interval(term, &unit)?;
                    if plus { sum.plus(&term).ok() } else { sum.minus(&term).ok() }
                },
            );
            let (Some(computed), Some(stated)) = (computed, index.interval(operand, &unit)) else { continue };
            let tell = |index: &Index<'x>, choice: &Choice| {
                let mut written = String::new();
                if !self.constant.is_zero() {
                    written = readable::figure(self.constant, &unit);
                }
                for (&term, plus) in choice.levels.iter().zip(self.signs()) {
                    let name = index.key(term.spot).metric.replace('_', " ");
                    let sign = if written.is_empty() && plus {
                        ""
                    } else if plus {
                        " plus "
                    } else {
                        " less "
                    };
                    written.push_str(&format!("{sign}{} ({name})", index.tell(term)));
                }
                format!("{written} is {}; stated {}.", index.range(&computed, whole), index.tell(operand))
            };
            let step = index.step(operand, &unit);
            index.tried(
                Outcome {
                    rule: &self.rule,
                    choice,
                    computed,
                    slack: exact::add(step, percent_of(&stated, self.tolerance)).unwrap_or(step),
                    stated,
                    kind: ConflictKind::SumOfParts,
                    force: Force::Doubt,
                },
                tell,
            );
        }
    }

    /// The member that is missing, from the others.
    fn solve<'x>(&self, index: &Index<'x>, known: &[Operand], missing: usize) -> Option<Solved<'x>> {
        let like = known.first()?.spot;
        let unit = index.unit(like).clone();
        let (mut left, mut terms) = (Interval::point(Decimal::ZERO), known.iter());
        if missing > 0 {
            left = index.interval(*terms.next()?, &unit)?.minus(&Interval::point(self.constant)).ok()?;
        }
        let mut own = true;
        let mut rest = Interval::point(if missing > 0 { Decimal::ZERO } else { self.constant });
        for (at, plus) in self.signs().enumerate() {
            if at + 1 == missing {
                own = plus;
                continue;
            }
            let term = index.interval(*terms.next()?, &unit)?;
            rest = if plus { rest.plus(&term).ok()? } else { rest.minus(&term).ok()? };
        }
        let interval = match (missing, own) {
            (0, _) => rest,
            (_, true) => left.minus(&rest).ok()?,
            (_, false) => rest.minus(&left).ok()?,
        };
        Some(Solved { interval, unit, dimension: index.spots[like].dimension })
    }
}

impl Ratio {
    fn compare<'x>(&'x self, index: &mut Index<'x>, members: &[usize]) {
        let [quotient, of, to] = *members else { return };
        let Some(scale) = scale(index, quotient, of, to) else { return };
        for choice in index.choices(&[of, to, quotient], None, false) {
            let ([a, b], Stated::Level(operand)) = (choice.levels.as_slice(), choice.stated) else {
                continue;
            };
            let unit = index.unit(quotient).clone();
            let computed = parts(index, *a, *b)
                .filter(|(_, to)| to.low().is_some_and(|l| l > Decimal::ZERO))
                .and_then(|(of, to)| of.over(&to).ok()?.times(&Interval::point(scale)).ok());
            let (Some(computed), Some(stated)) = (computed, index.interval(operand, &unit)) else { continue };
            let computed = outward(&computed);
            let (a, b) = (*a, *b);
            let tell = |index: &Index<'x>, _: &Choice| {
                format!(
                    "{} ({}) to {} ({}) is {}; stated {}.",
                    index.tell(a),
                    index.key(of).metric.replace('_', " "),
                    index.tell(b),
                    index.key(to).metric.replace('_', " "),
                    index.range(&computed, quotient),
                    index.tell(operand),
                )
            };
            let step = index.step(operand, &unit);
            index.tried(
                Outcome {
                    rule: &self.rule,
                    choice,
                    computed,
                    slack: exact::add(step, percent_of(&stated, self.tolerance)).unwrap_or(step),
                    stated,
                    kind: ConflictKind::Value,
                    force: Force::Doubt,
                },
                tell,
            );
        }
    }

    /// What goes over or under the line, from the quotient and the other.
    fn solve<'x>(&self, index: &Index<'x>, known: &[Operand], missing: usize) -> Option<Solved<'x>> {
        let [quotient, other] = *known else { return None };
        let share = index.interval(quotient, index.unit(quotient.spot))?;
        let (of_quotient, of_other) =
            (index.spots[quotient.spot].dimension, index.spots[other.spot].dimension);
        let scale = Interval::point(share_of(of_quotient).unwrap_or(Decimal::ONE));
        let unit = index.unit(other.spot).clone();
        let other_interval = index.interval(other, &unit)?;
        let money = currency(of_quotient);
        let solved = |interval, unit, dimension| Some(Solved { interval, unit, dimension });
        match (missing, money) {
            // Percent of a figure are of its kind.
            (1, None) if share_of(of_quotient).is_some() => {
                solved(share.times(&other_interval).ok()?.over(&scale).ok()?, unit, of_other)
            }
            (2, None) if share_of(of_quotient).is_some() => {
                solved(other_interval.times(&scale).ok()?.over(&share).ok()?, unit, of_other)
            }
            // So much money each, times how many, is money; and so much money in all, by how much each, is a count.
            (1, Some(code)) if currency(of_other).is_none() && unit.is_base() => {
                solved(share.times(&other_interval).ok()?, Unit::Money(code.to_owned()), code)
            }
            (2, Some(code)) if of_other == code => {
                let (unit, dimension) = metrics::counted_in(&self.to)?;
                solved(other_interval.over(&share).ok()?, unit.clone(), dimension)
            }
            _ => None,
        }
    }
}

/// Both parts of a quotient, in one unit where they are counted alike.
fn parts(index: &Index<'_>, of: Operand, to: Operand) -> Option<(Interval, Interval)> {
    let (own, common) = (index.unit(of.spot), index.unit(to.spot));
    let alike = index.spots[of.spot].dimension == index.spots[to.spot].dimension;
    if !(alike || own.is_base() && common.is_base()) {
        return None;
    }
    Some((index.interval(of, if alike { common } else { own })?, index.interval(to, common)?))
}

/// What a plain quotient is multiplied with to be counted as the stated one, where the units fit together.
fn scale(index: &Index<'_>, quotient: usize, of: usize, to: usize) -> Option<Decimal> {
    let dimension = |spot: usize| index.spots[spot].dimension;
    let (q, a, b) = (currency(dimension(quotient)), currency(dimension(of)), currency(dimension(to)));
    let fits = match (a, b) {
        (Some(_), Some(_)) => dimension(of) == dimension(to) && q.is_none(),
        (Some(a), None) => q == Some(a),
        (None, None) => q.is_none(),
        (None, Some(_)) => false,
    };
    let share = share_of(dimension(quotient)).unwrap_or(Decimal::ONE);
    fits.then_some(share)
}

/// How many of a dimension are one whole.
fn share_of(dimension: &str) -> Option<Decimal> {
    match dimension {
        "percent" => Some(Decimal::ONE_HUNDRED),
        "per_mille" => Some(Decimal::ONE_THOUSAND),
        "factor" => Some(Decimal::ONE),
        _ => None,
    }
}

/// The currency that a dimension counts, alone or per something.
pub(super) fn currency(dimension: &str) -> Option<&str> {
    let code = dimension.split('/').next()?;
    (code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())).then_some(code)
}

/// A metric of a group against the same of all its parts.
fn divide<'x>(index: &mut Index<'x>, division: &'x Division, spot: usize) {
    let place = index.place_of_spot(spot);
    let metric = index.metric_name(place.metric);
    if !division.metrics.iter().any(|m| m == metric) {
        return;
    }
    let dimension = index.spots[spot].dimension;
    let own = index.entity_name(place.entity);
    let mut spots: Vec<Option<usize>> = Vec::with_capacity(division.folded.len());
    for name in &division.folded {
        let found = if name == own {
            Some(spot)
        } else {
            let entity = index.entity(name);
            entity.and_then(|entity| index.at(&Place { entity, ..place.clone() }, dimension))
        };
        if found.is_some() && found != Some(spot) && !spots.contains(&Some(spot)) {
            return; // That one starts it.
        }
        spots.push(found);
    }
    let known: Vec<usize> = spots.iter().copied().flatten().collect();
    if !index.is_due(&known) {
        return;
    }
    let missing: Vec<usize> = (0..spots.len()).filter(|&i| spots[i].is_none()).collect();
    match *missing {
        [] => compare_division(index, division, &known),
        [at] if known.len() > 1 => solve_division(index, division, &known, at),
        _ => {}
    }
}

fn compare_division<'x>(index: &mut Index<'x>, division: &'x Division, members: &[usize]) {
    let Some((&whole, parts)) = members.split_first() else { return };
    let unit = index.unit(whole).clone();
    let order: Vec<usize> = parts.iter().copied().chain([whole]).collect();
    for choice in index.choices(&order, None, false) {
        let Stated::Level(operand) = choice.stated else { continue };
        let computed = choice.levels.iter().try_fold(Interval::point(Decimal::ZERO), |sum, &part| {
            sum.plus(&index.interval(part, &unit)?).ok()
        });
        let (Some(computed), Some(stated)) = (computed, index.interval(operand, &unit)) else { continue };
        let tell = |index: &Index<'x>, choice: &Choice| {
            let part = |&p: &Operand| format!("{} ({})", index.tell(p), index.key(p.spot).entity);
            let told: Vec<String> = choice.levels.iter().map(part).collect();
            format!(
                "{} add up to {}; stated {} for {}.",
                told.join(" and "),
                index.range(&computed, whole),
                index.tell(operand),
                division.whole,
            )
        };
        let step = index.step(operand, &unit);
        index.tried(
            Outcome {
                rule: &division.rule,
                choice,
                computed,
                slack: exact::add(step, percent_of(&stated, division.tolerance)).unwrap_or(step),
                stated,
                kind: ConflictKind::SumOfParts,
                force: Force::Doubt,
            },
            tell,
        );
    }
}

fn solve_division<'x>(index: &mut Index<'x>, division: &'x Division, known: &[usize], missing: usize) {
    let Some(operands) = index.undoubted(known) else { return };
    let like = known[0];
    let unit = index.unit(like).clone();
    let intervals: Option<Vec<Interval>> = operands.iter().map(|&o| index.interval(o, &unit)).collect();
    let Some(intervals) = intervals else { return };
    let add = |all: &[Interval]| {
        all.iter().try_fold(Interval::point(Decimal::ZERO), |sum, part| sum.plus(part).ok())
    };
    let left = if missing == 0 {
        add(&intervals)
    } else {
        add(&intervals[1..]).and_then(|parts| intervals[0].minus(&parts).ok())
    };
    let name = if missing == 0 { &division.whole } else { &division.parts[missing - 1] };
    let Some(interval) = left else { return };
    let solved = Solved { interval, unit: unit.clone(), dimension: index.spots[like].dimension };
    let Some(Solved { interval, dimension, .. }) = solved.widened(division.tolerance) else { return };
    let told: Vec<String> =
        operands.iter().map(|&o| format!("{} ({})", index.tell(o), index.key(o.spot).entity)).collect();
    let metric = index.metric_name(index.spots[like].metric);
    let key = RowKey { entity: name.clone(), metric: metric.to_owned(), ..index.key(like).clone() };
    let explain = format!(
        "{} in {} leave {} for {name}.",
        told.join(" and "),
        key.period,
        readable::range(&interval, &unit)
    );
    let entity = index.entity_named(&division.folded[missing]);
    let derived = Derived {
        rule: &division.rule,
        place: Place { entity, ..index.place_of_spot(like) },
        dimension,
        key,
        turned: false,
        interval,
        inputs: index.inputs(&operands),
        explain,
    };
    index.derive(derived);
}
