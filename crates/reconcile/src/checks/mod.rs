//! The arithmetic witness: what claims of different rows say about each other.
//!
//! Every rule finds its inputs by itself, computes in outward-rounded intervals and gives [`Tried`]s. A rule
//! that fails by no more than one unit of the last stated digit leaves the matter undecided: sources cut as
//! well as round, and restate.

mod growth;
mod margin;
mod parts;

pub(crate) use growth::{RESTATED, rate};

use std::collections::BTreeMap;

use consilience_claim::{Aspect, Decimal, Interval, Modality, Period};
use rust_decimal::RoundingStrategy;

use crate::agreement::{Group, RowWork};
use crate::{CheckStatus, ConflictKind, graph};

/// One sum that was tried, on one choice of figures.
pub(crate) struct Tried {
    pub(crate) rule: &'static str,
    pub(crate) status: CheckStatus,
    /// Row and group of each input; the stated figure last.
    pub(crate) inputs: Vec<(usize, usize)>,
    pub(crate) computed: Interval,
    pub(crate) stated: Interval,
    pub(crate) explain: String,
    /// What a failure is called.
    pub(crate) kind: ConflictKind,
    /// Whether a failure is beyond doubt, and not perhaps a matter of definition.
    pub(crate) strict: bool,
}

/// What follows from other rows where nobody states it.
pub(crate) struct Implied {
    /// The row of today, whose key the implied one has but for its period.
    pub(crate) like: usize,
    pub(crate) period: Period,
    pub(crate) interval: Interval,
    pub(crate) inputs: Vec<(usize, usize)>,
    pub(crate) explain: String,
}

/// Tries every rule on the leading figures and, where a row is contested, on its rivals.
pub(crate) fn try_all(rows: &[RowWork<'_>]) -> (Vec<Tried>, Vec<Implied>) {
    let index = Index::new(rows);
    let (mut tried, mut implied) = (Vec::new(), Vec::new());
    for (i, row) in rows.iter().enumerate() {
        if row.item.modality != Modality::Actual || row.item.is_undated() {
            continue;
        }
        match row.item.aspect {
            Aspect::YoyGrowth | Aspect::QoqGrowth => growth::check(&index, i, &mut tried, &mut implied),
            Aspect::Level => {
                parts::check(&index, i, &mut tried);
                margin::check(&index, i, &mut tried);
            }
            _ => {}
        }
    }
    (tried, implied)
}

/// Entity, metric, period and qualifiers of a level.
type LevelKey<'a> = (&'a str, &'a str, &'a Period, &'a [String]);

/// Rows by what they tell.
struct Index<'r, 'a> {
    rows: &'r [RowWork<'a>],
    /// Sorted by key.
    levels: Vec<(LevelKey<'a>, Vec<usize>)>,
}

impl<'r, 'a> Index<'r, 'a> {
    fn new(rows: &'r [RowWork<'a>]) -> Index<'r, 'a> {
        let mut levels: BTreeMap<LevelKey<'a>, Vec<usize>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let item = row.item;
            if item.aspect == Aspect::Level && item.modality == Modality::Actual {
                levels
                    .entry((
                        item.entity.as_str(),
                        item.metric.as_str(),
                        &item.period,
                        item.qualifiers.as_slice(),
                    ))
                    .or_default()
                    .push(i);
            }
        }
        Index { rows, levels: levels.into_iter().collect() }
    }

    /// Rows that give the level of a metric, in whatever units.
    fn levels(&self, like: usize, metric: &str, period: &Period) -> &[usize] {
        let item = self.rows[like].item;
        let key: LevelKey<'_> = (&item.entity, metric, period, &item.qualifiers);
        match self.levels.binary_search_by(|(k, _)| k.cmp(&key)) {
            Ok(at) => &self.levels[at].1,
            Err(_) => &[],
        }
    }

    /// A group's interval in the sign of the canonical metric.
    fn interval(&self, row: usize, group: usize) -> Interval {
        let work = &self.rows[row];
        let interval = work.groups[group].interval;
        if self.is_turned(row) { interval.negated() } else { interval }
    }

    fn is_turned(&self, row: usize) -> bool {
        let work = &self.rows[row];
        graph::fold_metric(&work.key.metric) != work.item.metric
    }
}

/// The groups of a row worth trying: the leading one and its first rivals, exact figures only, read surely.
fn choices(row: &RowWork<'_>) -> Vec<usize> {
    let usable = |g: &Group| g.bound == consilience_claim::Bound::Exact && g.confidence(&row.readings) >= 500;
    (0..row.groups.len().min(4)).filter(|&g| usable(&row.groups[g])).collect()
}

/// At most one input departs from the leading figures: more would explain anything.
fn combinations(rows: &[RowWork<'_>], inputs: &[usize]) -> Vec<Vec<(usize, usize)>> {
    let choices: Vec<Vec<usize>> = inputs.iter().map(|&i| choices(&rows[i])).collect();
    if choices.iter().any(|c| c.first() != Some(&0)) {
        return Vec::new();
    }
    let leading: Vec<(usize, usize)> = inputs.iter().map(|&i| (i, 0)).collect();
    let mut all = vec![leading.clone()];
    for (position, groups) in choices.iter().enumerate() {
        for &group in groups.iter().skip(1) {
            let mut one = leading.clone();
            one[position].1 = group;
            all.push(one);
        }
    }
    all
}

/// Ends rounded outward to nine digits: a quotient has no end, and no input is that fine.
pub(crate) fn outward(interval: &Interval) -> Interval {
    let end = |x: Option<Decimal>, up| {
        let strategy =
            if up { RoundingStrategy::ToPositiveInfinity } else { RoundingStrategy::ToNegativeInfinity };
        x.map(|x| x.round_sf_with_strategy(9, strategy).unwrap_or(x).normalize())
    };
    Interval::new(end(interval.low(), false), end(interval.high(), true))
}

/// Whether computed and stated meet; a miss by up to `slack` stays open.
fn judge(computed: &Interval, stated: &Interval, slack: Decimal) -> CheckStatus {
    if computed.meets(stated) {
        return CheckStatus::Holds;
    }
    let room = Interval::new(Some(-slack), Some(slack));
    match stated.plus(&room) {
        Ok(wide) if !computed.meets(&wide) => CheckStatus::Fails,
        _ => CheckStatus::Undecided,
    }
}
