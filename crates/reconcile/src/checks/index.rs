//! Where each figure is told, by entity, metric, time and qualifiers, so that a rule finds its inputs at once.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use consilience_claim::{Aspect, Bound, Date, Decimal, Interval, Modality, Unit, exact};
use indexmap::{IndexMap, IndexSet};

use crate::agreement::{Group, RowWork};
use crate::catalogue::Catalogue;
use crate::metrics::{self, Kind};
use crate::rules::RuleSet;
use crate::{RowKey, readable};

use super::{CheckStatus, ConflictKind, Force, Tried, judge, outward, percent_of};

/// A level that somebody states, or that follows from others.
pub(super) struct Spot<'x> {
    pub(super) entity: usize,
    pub(super) metric: usize,
    qualifiers: usize,
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) dimension: &'x str,
    from: From,
}

#[derive(Clone, Copy)]
enum From {
    /// A row.
    Stated(usize),
    /// An entry of [`Index::derived`].
    Derived(usize),
}

/// A figure that nobody states.
pub(crate) struct Implied {
    /// The row that it would be.
    pub(crate) key: RowKey,
    /// In the sign of that row.
    pub(crate) interval: Interval,
    /// Rows and groups that it follows from.
    pub(crate) inputs: Vec<(usize, usize)>,
    pub(crate) explain: String,
}

/// A figure that follows from others, before it is an [`Implied`].
pub(super) struct Derived<'x> {
    pub(super) rule: &'x str,
    /// Numbers of its entity, metric and qualifiers.
    pub(super) place: Place,
    pub(super) dimension: &'x str,
    /// Key of the row that it would be, in words of those it follows from.
    pub(super) key: RowKey,
    /// Whether that row is worded as a loss.
    pub(super) turned: bool,
    /// In the sign of the canonical metric.
    pub(super) interval: Interval,
    pub(super) inputs: Vec<(usize, usize)>,
    pub(super) explain: String,
}

/// What and when a level is told of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) entity: usize,
    pub(super) metric: usize,
    pub(super) qualifiers: usize,
    pub(super) first: Date,
    pub(super) last: Date,
}

/// One of the figures of a spot, as it goes into a sum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Operand {
    pub(super) spot: usize,
    pub(super) group: usize,
}

/// Which figures go into a sum.
#[derive(Clone)]
pub(super) struct Choice {
    /// Levels, in the order of their spots.
    pub(super) levels: Vec<Operand>,
    /// The figure that is held against what they give.
    pub(super) stated: Stated,
}

/// A figure that a sum is held against.
#[derive(Clone, Copy)]
pub(super) enum Stated {
    /// A level.
    Level(Operand),
    /// Row and group of a growth, a change or a running total.
    Other(usize, usize),
}

/// What a sum gave on one choice of figures.
pub(super) struct Outcome<'x> {
    pub(super) rule: &'x str,
    pub(super) choice: Choice,
    pub(super) computed: Interval,
    /// The stated figure in the unit and sign of what was computed.
    pub(super) stated: Interval,
    /// How far off the two may be and the matter stay open.
    pub(super) slack: Decimal,
    pub(super) kind: ConflictKind,
    pub(super) force: Force,
}

/// All levels, and what was found from them.
pub(super) struct Index<'x> {
    pub(super) rows: &'x [RowWork<'x>],
    pub(super) rules: &'x RuleSet,
    pub(super) catalogue: &'x Catalogue,
    pub(super) spots: Vec<Spot<'x>>,
    derived: Vec<Derived<'x>>,
    tried: Vec<Tried>,
    entities: IndexSet<&'x str>,
    metrics: IndexSet<&'x str>,
    qualifiers: IndexSet<&'x [String]>,
    /// Entity, metric and qualifiers to spots in the order of time.
    series: IndexMap<(usize, usize, usize), Vec<usize>>,
    /// The rules that a metric of an entity may go into.
    pub(super) applicable: super::formula::Applicable,
    round: usize,
}

impl<'x> Index<'x> {
    pub(super) fn new(rows: &'x [RowWork<'x>], rules: &'x RuleSet, catalogue: &'x Catalogue) -> Index<'x> {
        let mut index = Index {
            rows,
            rules,
            catalogue,
            spots: Vec::new(),
            derived: Vec::new(),
            tried: Vec::new(),
            entities: IndexSet::new(),
            metrics: IndexSet::new(),
            qualifiers: IndexSet::new(),
            series: IndexMap::new(),
            applicable: super::formula::Applicable::default(),
            round: 0,
        };
        for (i, row) in rows.iter().enumerate() {
            let item = row.item;
            if item.aspect != Aspect::Level || item.modality != Modality::Actual {
                continue;
            }
            let (Some(first), Some(last)) = (item.period.first(), item.period.last()) else { continue };
            let spot = Spot {
                entity: index.entities.insert_full(item.entity.as_str()).0,
                metric: index.metrics.insert_full(item.metric.as_str()).0,
                qualifiers: index.qualifiers.insert_full(item.qualifiers.as_slice()).0,
                first,
                last,
                dimension: &item.dimension,
                from: From::Stated(i),
            };
            index.place(spot);
        }
        index.sort();
        index
    }

    fn place(&mut self, spot: Spot<'x>) {
        let key = (spot.entity, spot.metric, spot.qualifiers);
        self.series.entry(key).or_default().push(self.spots.len());
        self.spots.push(spot);
    }

    fn sort(&mut self) {
        let spots = &self.spots;
        for series in self.series.values_mut() {
            series.sort_by_key(|&s| (spots[s].first, spots[s].last, s));
        }
        self.applicable = super::formula::Applicable::new(
            self.rules,
            self.series.keys().map(|&(entity, metric, _)| (entity, metric)),
            &self.entities,
            &self.metrics,
        );
    }

    /// The number of a metric that somebody tells.
    pub(super) fn metric(&self, name: &str) -> Option<usize> {
        self.metrics.get_index_of(name)
    }

    pub(super) fn metric_name(&self, metric: usize) -> &'x str {
        self.metrics[metric]
    }

    pub(super) fn entity(&self, name: &str) -> Option<usize> {
        self.entities.get_index_of(name)
    }

    pub(super) fn entity_name(&self, entity: usize) -> &'x str {
        self.entities[entity]
    }

    /// The place of a row of any aspect among levels of a metric; `None` where nobody tells such a level.
    pub(super) fn place_of(&self, row: usize, metric: &str) -> Option<Place> {
        let item = self.rows[row].item;
        Some(Place {
            entity: self.entity(&item.entity)?,
            metric: self.metric(metric)?,
            qualifiers: self.qualifiers.get_index_of(item.qualifiers.as_slice())?,
            first: item.period.first()?,
            last: item.period.last()?,
        })
    }

    /// The series that a row of any aspect and time belongs to, as a place of no time.
    pub(super) fn series_of(&self, row: usize) -> Option<Place> {
        let item = self.rows[row].item;
        Some(Place {
            entity: self.entity(&item.entity)?,
            metric: self.metric(&item.metric)?,
            qualifiers: self.qualifiers.get_index_of(item.qualifiers.as_slice())?,
            first: Date::ZERO,
            last: Date::ZERO,
        })
    }

    /// A range in the sign and unit of a spot's row, for a reader.
    pub(super) fn range(&self, interval: &Interval, spot: usize) -> String {
        let shown = if self.is_turned(spot) { interval.negated() } else { *interval };
        readable::range(&shown, self.unit(spot))
    }

    pub(super) fn place_of_spot(&self, spot: usize) -> Place {
        let s = &self.spots[spot];
        Place { entity: s.entity, metric: s.metric, qualifiers: s.qualifiers, first: s.first, last: s.last }
    }

    /// The spots of an entity's metric in the order of time.
    pub(super) fn series(&self, place: &Place) -> &[usize] {
        self.series.get(&(place.entity, place.metric, place.qualifiers)).map_or(&[], Vec::as_slice)
    }

    /// Spots of a place in whatever units.
    pub(super) fn all_at(&self, place: &Place) -> impl Iterator<Item = usize> + '_ {
        let series = self.series(place);
        let span = (place.first, place.last);
        let start = series.partition_point(|&s| (self.spots[s].first, self.spots[s].last) < span);
        let same = move |s: &usize| (self.spots[*s].first, self.spots[*s].last) == span;
        series[start..].iter().copied().take_while(same)
    }

    /// The spot of a place in units of a dimension.
    pub(super) fn at(&self, place: &Place, dimension: &str) -> Option<usize> {
        self.all_at(place).find(|&s| self.spots[s].dimension == dimension)
    }

    /// A spot of another metric at the time of a place, in units of a dimension where one is asked for; what stands at
    /// a moment is looked up at the end of the time.
    pub(super) fn beside(&self, place: &Place, metric: usize, dimension: Option<&str>) -> Option<usize> {
        let fits = |s: &usize| dimension.is_none_or(|d| self.spots[*s].dimension == d);
        let there = Place { metric, ..place.clone() };
        self.all_at(&there).find(fits).or_else(|| self.all_at(&self.moment(there)?).find(fits))
    }

    /// The place at which a figure that stands at a moment is told, where the metric has such.
    pub(super) fn moment(&self, place: Place) -> Option<Place> {
        let momentary = matches!(metrics::kind(self.metrics[place.metric]), Kind::Stock | Kind::Price);
        momentary.then_some(Place { first: place.last, ..place })
    }

    /// Whether sums over these figures are to be tried now: all of them once, those with derived figures in the
    /// round after these were found.
    pub(super) fn is_due(&self, spots: &[usize]) -> bool {
        self.round == 0 || spots.iter().any(|&s| matches!(self.spots[s].from, From::Derived(_)))
    }

    pub(super) fn is_last_round(&self) -> bool {
        self.round + 1 == super::ROUNDS
    }

    pub(super) fn row(&self, spot: usize) -> Option<usize> {
        match self.spots[spot].from {
            From::Stated(row) => Some(row),
            From::Derived(_) => None,
        }
    }

    /// The key that a spot has, or would have.
    pub(super) fn key(&self, spot: usize) -> &RowKey {
        match self.spots[spot].from {
            From::Stated(row) => &self.rows[row].key,
            From::Derived(d) => &self.derived[d].key,
        }
    }

    pub(super) fn unit(&self, spot: usize) -> &Unit {
        &self.key(spot).unit
    }

    /// Whether a spot is worded as the loss that its canonical metric is the negative of.
    pub(super) fn is_turned(&self, spot: usize) -> bool {
        match self.spots[spot].from {
            From::Stated(row) => self.rows[row].is_turned(),
            From::Derived(d) => self.derived[d].turned,
        }
    }

    /// The room that an operand leaves, in the sign of the canonical metric and counted in a unit.
    pub(super) fn interval(&self, operand: Operand, unit: &Unit) -> Option<Interval> {
        let own = match self.spots[operand.spot].from {
            From::Stated(row) => return self.stated(row, operand.group, unit),
            From::Derived(d) => self.derived[d].interval,
        };
        convert(&own, self.unit(operand.spot), unit)
    }

    /// The room that a figure of any row leaves, in the sign of the canonical metric and counted in a unit.
    pub(super) fn stated(&self, row: usize, group: usize, unit: &Unit) -> Option<Interval> {
        let work = &self.rows[row];
        let interval = work.groups[group].interval;
        convert(&if work.is_turned() { interval.negated() } else { interval }, &work.key.unit, unit)
    }

    /// One unit of the last digit of an operand, counted in a unit.
    pub(super) fn step(&self, operand: Operand, unit: &Unit) -> Decimal {
        let From::Stated(row) = self.spots[operand.spot].from else { return Decimal::ZERO };
        let half = self.rows[row].groups[operand.group].half_width;
        let half = self.unit(operand.spot).convert(half, unit).unwrap_or_default();
        exact::add(half, half).unwrap_or_default()
    }

    /// An operand for a reader, with its unit.
    pub(super) fn tell(&self, operand: Operand) -> String {
        match self.spots[operand.spot].from {
            From::Stated(row) => tell_group(&self.rows[row], operand.group),
            From::Derived(d) => readable::range(&self.derived[d].shown(), &self.derived[d].key.unit),
        }
    }

    /// Rows and groups behind operands, each once, in order.
    pub(super) fn inputs(&self, operands: &[Operand]) -> Vec<(usize, usize)> {
        let mut all: Vec<(usize, usize)> = Vec::new();
        // The last place counts: the stated figure stands last.
        for operand in operands.iter().rev() {
            let behind: Cow<'_, [(usize, usize)]> = match self.spots[operand.spot].from {
                From::Stated(row) => Cow::Owned(vec![(row, operand.group)]),
                From::Derived(d) => Cow::Borrowed(&self.derived[d].inputs),
            };
            for input in behind.iter().rev() {
                if !all.contains(input) {
                    all.push(*input);
                }
            }
        }
        all.reverse();
        all
    }

    /// Choices of one figure per spot, and of one of a row or the last spot to hold them against. At most one departs
    /// from the leading figures: more would explain anything. Only what they are held against may be a bound.
    pub(super) fn choices(&self, spots: &[usize], row: Option<usize>, bounded: bool) -> Vec<Choice> {
        let last = spots.len().saturating_sub(1);
        let of_spot = |(place, &spot): (usize, &usize)| match self.spots[spot].from {
            From::Stated(own) => usable(&self.rows[own], bounded && row.is_none() && place == last),
            From::Derived(_) => vec![0],
        };
        let mut groups: Vec<Vec<usize>> = spots.iter().enumerate().map(of_spot).collect();
        groups.extend(row.map(|row| usable(&self.rows[row], bounded)));
        if groups.iter().any(|g| g.first() != Some(&0)) {
            return Vec::new();
        }
        let choice = |departs: Option<(usize, usize)>| {
            let group = |place: usize| departs.filter(|(p, _)| *p == place).map_or(0, |(_, group)| group);
            let operand = |(place, &spot): (usize, &usize)| Operand { spot, group: group(place) };
            let mut levels: Vec<Operand> = spots.iter().enumerate().map(operand).collect();
            let stated = match row {
                Some(row) => Stated::Other(row, group(spots.len())),
                None => Stated::Level(levels.pop()?),
            };
            Some(Choice { levels, stated })
        };
        let departures =
            groups.iter().enumerate().flat_map(|(p, g)| g.iter().skip(1).map(move |&g| Some((p, g))));
        std::iter::once(None).chain(departures).filter_map(choice).collect()
    }

    /// The leading figures of spots where nobody doubts them: what others may be derived from.
    pub(super) fn undoubted(&self, spots: &[usize]) -> Option<Vec<Operand>> {
        let sole = |spot: usize| self.row(spot).is_none_or(|row| self.undoubted_row(row).is_some());
        spots.iter().all(|&s| sole(s)).then(|| spots.iter().map(|&spot| Operand { spot, group: 0 }).collect())
    }

    /// The one figure of a row that is no level, where nobody doubts it.
    pub(super) fn undoubted_row(&self, row: usize) -> Option<&'x Group> {
        let work = &self.rows[row];
        let sole = work.groups.len() == 1 && !usable(work, false).is_empty() && is_sure(work, 0);
        sole.then(|| &work.groups[0])
    }

    /// Keeps what a sum gave, with its words where they may be read: of sums on rival figures those that fail.
    pub(super) fn tried(&mut self, outcome: Outcome<'x>, tell: impl FnOnce(&Index<'x>, &Choice) -> String) {
        let Outcome { rule, choice, computed, stated, mut slack, kind, force } = outcome;
        let by = choice.stated;
        let mut levels = choice.levels.clone();
        let own = match by {
            Stated::Level(operand) => {
                levels.push(operand);
                None
            }
            Stated::Other(row, group) => Some((row, group)),
        };
        let mut inputs = self.inputs(&levels);
        inputs.extend(own);
        let each: usize = levels.iter().map(|&o| self.inputs(&[o]).len()).sum();
        // A figure that follows from another says nothing of it; and what companies filed is not put to the test by
        // itself.
        if each + usize::from(own.is_some()) > inputs.len()
            || own.is_some_and(|o| inputs.iter().filter(|i| **i == o).count() > 1)
            || inputs.iter().all(|&(row, _)| self.rows[row].is_filed_only())
        {
            return;
        }
        let derived = levels.iter().any(|o| self.row(o.spot).is_none());
        if derived {
            // What was derived from restated or loosely defined figures is off by as much.
            slack = exact::add(slack, percent_of(&stated, Decimal::from(3))).unwrap_or(slack);
        }
        let mut status = judge(&computed, &stated, slack);
        // That a sum fails may lie in how its figures were read; that it holds does not.
        if status == CheckStatus::Fails && !inputs.iter().all(|&(row, group)| is_sure(&self.rows[row], group))
        {
            status = CheckStatus::Undecided;
        }
        if let (CheckStatus::Holds, Stated::Level(operand)) = (status, by)
            && let From::Derived(known) = self.spots[operand.spot].from
        {
            self.narrow(known, &choice.levels, computed, rule);
        }
        let turned = match by {
            Stated::Level(operand) => self.is_turned(operand.spot),
            Stated::Other(row, _) => self.rows[row].is_turned(),
        };
        let read = status == CheckStatus::Fails || inputs.iter().all(|(_, group)| *group == 0);
        let explain = if read { tell(self, &choice) } else { String::new() };
        let shown = |interval: Interval| if turned { interval.negated() } else { interval };
        self.tried.push(Tried {
            rule: rule.to_owned(),
            status,
            inputs,
            telling: !derived && super::is_sharp(&computed),
            computed: shown(computed),
            stated: Some(shown(stated)),
            explain,
            kind,
            force: if derived { Force::Hint } else { force },
        });
    }

    /// Whether a spot has a figure that may go into a sum.
    pub(super) fn is_usable(&self, spot: usize) -> bool {
        self.row(spot).is_none_or(|row| !usable(&self.rows[row], false).is_empty())
    }

    /// Whether figures rest on filings alone: what companies filed is not put to the test by itself.
    pub(super) fn is_filed_only(&self, operands: &[Operand]) -> bool {
        self.inputs(operands).iter().all(|&(row, _)| self.rows[row].is_filed_only())
    }

    /// Keeps a sum whose outcome was judged already.
    pub(super) fn judged(&mut self, tried: Tried) {
        self.tried.push(tried);
    }

    /// A second way to a derived figure narrows it.
    fn narrow(&mut self, known: usize, parts: &[Operand], computed: Interval, rule: &'x str) {
        let old = &self.derived[known];
        let inputs = self.inputs(parts);
        let again = Derived {
            rule,
            place: old.place.clone(),
            dimension: old.dimension,
            key: old.key.clone(),
            turned: old.turned,
            interval: computed,
            inputs,
            explain: format!(
                "What it follows from besides leaves {}.",
                readable::range(&if old.turned { computed.negated() } else { computed }, &old.key.unit)
            ),
        };
        self.derived.push(again);
    }

    /// Keeps a figure that nobody states, where it is known closely enough to be worth telling.
    pub(super) fn derive(&mut self, derived: Derived<'x>) {
        let close = derived.interval.width().is_some_and(|w| {
            let middle = derived.interval.low().zip(derived.interval.high());
            let near = middle.map(|(l, h)| l.abs().min(h.abs())).unwrap_or_default();
            near > Decimal::ZERO && w <= percent_of(&Interval::point(near), WIDEST)
        });
        let filed_only = derived.inputs.iter().all(|&(row, _)| self.rows[row].is_filed_only());
        if close && !filed_only && self.at(&derived.place, derived.dimension).is_none() {
            self.derived.push(derived);
        }
    }

    /// Lets what this round derived go into the sums of the next.
    pub(super) fn next_round(&mut self) {
        self.round += 1;
        if self.round == super::ROUNDS {
            return;
        }
        self.derived = merged(std::mem::take(&mut self.derived));
        for d in 0..self.derived.len() {
            let Derived { place, dimension, .. } = &self.derived[d];
            let spot = Spot {
                entity: place.entity,
                metric: place.metric,
                qualifiers: place.qualifiers,
                first: place.first,
                last: place.last,
                dimension,
                from: From::Derived(d),
            };
            self.place(spot);
        }
        self.sort();
    }

    /// The number of a name that a rule brings in.
    pub(super) fn named(&mut self, name: &'x str) -> usize {
        self.metrics.insert_full(name).0
    }

    /// The number of an entity that a rule brings in.
    pub(super) fn entity_named(&mut self, name: &'x str) -> usize {
        self.entities.insert_full(name).0
    }

    pub(super) fn done(self) -> (Vec<Tried>, Vec<Implied>) {
        let implied = merged(self.derived).into_iter().map(|d| Implied {
            interval: d.shown(),
            key: d.key,
            inputs: d.inputs,
            explain: d.explain,
        });
        (self.tried, implied.collect())
    }
}

/// A derived figure is told where it is known to a fifth of itself, in percent.
const WIDEST: Decimal = Decimal::from_parts(20, 0, 0, false, 0);

impl Derived<'_> {
    fn shown(&self) -> Interval {
        if self.turned { self.interval.negated() } else { self.interval }
    }
}

/// One entry per place: ways that allow a common figure narrow it, the closest one first.
fn merged(derived: Vec<Derived<'_>>) -> Vec<Derived<'_>> {
    let mut places: BTreeMap<(Place, String), Vec<Derived<'_>>> = BTreeMap::new();
    for one in derived {
        places.entry((one.place.clone(), one.dimension.to_owned())).or_default().push(one);
    }
    places
        .into_values()
        .filter_map(|mut ways| {
            ways.sort_by(|a, b| closer(a, b));
            let mut ways = ways.into_iter();
            let mut first = ways.next()?;
            for way in ways {
                let Some(both) = convert(&way.interval, &way.key.unit, &first.key.unit)
                    .and_then(|i| i.intersection(&first.interval))
                else {
                    continue;
                };
                if both != first.interval {
                    first.interval = both;
                    first.explain = format!("{} {}", first.explain, way.explain);
                    first.inputs.extend(
                        way.inputs.iter().filter(|i| !first.inputs.contains(i)).copied().collect::<Vec<_>>(),
                    );
                }
            }
            Some(first)
        })
        .collect()
}

fn closer(a: &Derived<'_>, b: &Derived<'_>) -> Ordering {
    let width = |d: &Derived<'_>| d.interval.width().unwrap_or(Decimal::MAX);
    (a.inputs.len(), width(a), a.rule, &a.inputs).cmp(&(b.inputs.len(), width(b), b.rule, &b.inputs))
}

/// The groups of a row worth trying: the leading one and its first rivals; exact figures, where bounds are none.
fn usable(row: &RowWork<'_>, bounds: bool) -> Vec<usize> {
    let fit = |g: usize| {
        let group = &row.groups[g];
        bounds || group.bound == Bound::Exact
    };
    (0..row.groups.len().min(4)).filter(|&g| fit(g)).collect()
}

/// Whether a figure was likelier read right than wrong.
pub(super) fn is_sure(row: &RowWork<'_>, group: usize) -> bool {
    row.groups[group].confidence(&row.readings) >= 500
}

/// A group's figure for a reader, with its bound and unit.
pub(super) fn tell_group(row: &RowWork<'_>, group: usize) -> String {
    let group = &row.groups[group];
    let figure = readable::figure(group.value, &row.key.unit);
    match group.bound {
        Bound::Exact => figure,
        Bound::Approx => format!("about {figure}"),
        Bound::AtLeast => format!("at least {figure}"),
        Bound::AtMost => format!("at most {figure}"),
    }
}

fn convert(interval: &Interval, from: &Unit, to: &Unit) -> Option<Interval> {
    if from == to {
        return Some(*interval);
    }
    let end = |x: Option<Decimal>| x.map(|x| from.convert(x, to)).transpose().ok();
    let converted = Interval::new(end(interval.low())?, end(interval.high())?);
    Some(outward(&converted))
}
