//! What a source says later takes the place of what it said before; what was expected meets what came.
//!
//! One source that tells another figure of the same data item on a later day has corrected or restated it: its
//! older figure is withdrawn, kept and shown, and has no vote. A later slip of the pen looks the same, so that
//! a change alone is believed only where nobody else speaks for the older figure: else somebody must confirm
//! the newer one, or the text must call it restated, which takes back that source's own figure and nobody else's:
//! only whoever the figure is about can restate it for all. Who tells the older figure after that day tells it stale.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Date, Decimal, Interval, Modality};

use crate::agreement::{Group, RowWork};
use crate::corpus::Corpus;
use crate::diagnose::is_gross;
use crate::graph::{self, ItemKey};
use crate::{Conflict, ConflictKind, Note, NoteTopic, Related, Severity, Tie, readable};

/// A figure that its own source has replaced.
#[derive(Debug, Clone)]
pub(crate) struct Withdrawn {
    /// Who told it before the day of the change, or on no day that is known.
    pub(crate) group: Group,
    /// What the source tells instead.
    pub(crate) newer: Decimal,
    /// Since when.
    pub(crate) since: Date,
    /// Who changed it.
    pub(crate) source: String,
    /// The documents that tell of the change.
    pub(crate) docs: BTreeSet<usize>,
    /// Whether it holds for everybody, so that who tells the older figure later tells it stale; else for its source alone.
    pub(crate) for_all: bool,
}

/// Sets aside, in every row, the figures that their own source has replaced.
pub(crate) fn supersede(corpus: &Corpus<'_>, rows: &mut [RowWork<'_>]) {
    for row in rows.iter_mut().filter(|r| may_change(r)) {
        let tellers = tellers(corpus, row);
        if tellers.is_empty() {
            continue;
        }
        let mut figures: Vec<Figure> = row.groups.iter().map(|g| Figure::of(corpus, row, g)).collect();
        // The same figure may have been changed by several sources; the first of them tells of it.
        let withdrawn: Vec<Withdrawn> =
            tellers.iter().flat_map(|teller| teller.withdraw(row, &mut figures)).collect();
        let gone: BTreeSet<usize> = withdrawn.iter().flat_map(|w| w.group.members.iter().copied()).collect();
        let left: Vec<usize> = (0..row.readings.len()).filter(|m| !gone.contains(m)).collect();
        if withdrawn.is_empty() || left.is_empty() {
            continue;
        }
        row.regroup(left);
        row.withdrawn = withdrawn;
    }
}

/// Whether a row has figures that may have replaced each other; filings settle their rows by themselves.
fn may_change(row: &RowWork<'_>) -> bool {
    row.groups.len() > 1 && !row.item.is_undated() && row.authority.is_none()
}

/// When a figure was told, and by whom.
struct Figure {
    /// Day and number of the readings that nobody has taken back.
    left: BTreeSet<(Option<Date>, usize)>,
    /// Each origin with the last day on which it told the figure.
    last: BTreeMap<usize, Option<Date>>,
    /// Those days in order.
    days: Vec<Option<Date>>,
}

impl Figure {
    fn of(corpus: &Corpus<'_>, row: &RowWork<'_>, group: &Group) -> Figure {
        let mut figure = Figure { left: BTreeSet::new(), last: BTreeMap::new(), days: Vec::new() };
        for &m in &group.members {
            let reading = &row.readings[m];
            let day = corpus.day(reading.doc);
            figure.left.insert((day, m));
            let last = figure.last.entry(reading.origin).or_default();
            *last = day.max(*last);
        }
        figure.days = figure.last.values().copied().collect();
        figure.days.sort_unstable();
        figure
    }

    /// Origins, but for the given ones, that tell the figure on a day or later; on no day, all.
    fn tellers(&self, since: Option<Date>, but_for: &BTreeSet<usize>) -> usize {
        let late = |last: &Option<Date>| *last >= since;
        let all = self.days.len() - self.days.partition_point(|last| !late(last));
        all - but_for.iter().filter_map(|origin| self.last.get(origin)).filter(|last| late(last)).count()
    }
}

/// A source that told several figures of a row one after the other.
struct Teller<'c> {
    /// As it writes itself, and folded.
    name: &'c str,
    source: String,
    /// The group of the figure that it told last, and since when.
    newer: usize,
    since: Date,
    /// Whether the text itself calls that figure revised.
    marked: bool,
    /// The groups of the figures that it told before and never since.
    older: Vec<usize>,
    /// Its readings in the row.
    own: BTreeSet<usize>,
}

/// Every source that told one figure up to some day and another one from a later day on, in the order of these days.
fn tellers<'c>(corpus: &Corpus<'c>, row: &RowWork<'_>) -> Vec<Teller<'c>> {
    /// Per group the first and the last day, and whether the figure is marked.
    type Days = BTreeMap<usize, (Date, Date, bool)>;
    let mut told: BTreeMap<String, (&'c str, Days, BTreeSet<usize>)> = BTreeMap::new();
    for (number, group) in row.groups.iter().enumerate() {
        for &m in &group.members {
            let reading = &row.readings[m];
            let Some(name) = corpus.source(reading.doc) else { continue };
            let (first, days, own) =
                told.entry(graph::fold_name(name)).or_insert((name, Days::new(), BTreeSet::new()));
            *first = name.min(*first);
            own.insert(m);
            let Some(day) = corpus.day(reading.doc) else { continue };
            let days = days.entry(number).or_insert((day, day, false));
            let marked = graph::is_restated(corpus.claims[reading.claim]);
            *days = (days.0.min(day), days.1.max(day), days.2 || marked);
        }
    }
    let mut found = Vec::new();
    for (source, (name, groups, own)) in told {
        let Some((&newer, &(since, _, marked))) = groups.iter().max_by_key(|(_, days)| days.0) else {
            continue;
        };
        // Back and forth is no correction.
        let before = groups.iter().filter(|(n, days)| **n != newer && days.1 < since);
        let older: Vec<usize> = before.map(|(n, _)| *n).collect();
        if !older.is_empty() {
            found.push(Teller { name, source, newer, since, marked, older, own });
        }
    }
    found.sort_by(|a, b| (a.since, &a.source).cmp(&(b.since, &b.source)));
    found
}

impl Teller<'_> {
    /// What the source takes back.
    fn withdraw(&self, row: &RowWork<'_>, figures: &mut [Figure]) -> Vec<Withdrawn> {
        let newer = &row.groups[self.newer];
        let origins: BTreeSet<usize> = self.own.iter().map(|&m| row.readings[m].origin).collect();
        let confirmed = figures[self.newer].tellers(Some(self.since), &origins);
        let docs: BTreeSet<usize> = {
            let own = self.own.iter().filter(|m| newer.members.binary_search(m).is_ok());
            own.map(|&m| row.readings[m].doc).collect()
        };
        let mut found = Vec::new();
        for &number in &self.older {
            let (older, figure) = (&row.groups[number], &mut figures[number]);
            let repeated = figure.tellers(self.since.tomorrow().ok(), &origins);
            let contested = figure.tellers(None, &origins) > 0;
            let followed = confirmed > 0 && confirmed >= repeated;
            let believed = self.marked || !is_gross(older, newer) && (followed || !contested);
            if older.is_bound() || newer.is_bound() || !believed {
                continue;
            }
            // Whoever calls his own figure corrected takes back his own; what others said stands until they follow, unless
            // it is said of whoever corrects it.
            let own_only = contested && !followed && self.source != row.item.entity;
            let told = figure.left.range(..=(Some(self.since), usize::MAX));
            let before = told.filter(|(day, m)| {
                let is_own = self.own.contains(m);
                (*day < Some(self.since) || !is_own) && (is_own || !own_only)
            });
            let taken: Vec<(Option<Date>, usize)> = before.copied().collect();
            let mut members: Vec<usize> = taken.iter().map(|(_, m)| *m).collect();
            taken.iter().for_each(|one| _ = figure.left.remove(one));
            members.sort_unstable();
            if !members.is_empty() {
                found.push(Withdrawn {
                    group: Group::of(&row.readings, members),
                    newer: newer.value,
                    since: self.since,
                    source: self.name.to_owned(),
                    docs: docs.clone(),
                    for_all: !own_only,
                });
            }
        }
        found
    }
}

impl Withdrawn {
    /// `Wire has said 2.1 % since 2024-03-01`.
    pub(crate) fn told(&self, row: &RowWork<'_>) -> String {
        format!(
            "{} has said {} since {}",
            self.source,
            readable::figure(self.newer, &row.key.unit),
            self.since
        )
    }
}

/// One note for every figure that its own source replaced: both are kept.
pub(crate) fn notes(corpus: &Corpus<'_>, rows: &[RowWork<'_>]) -> Vec<Conflict> {
    let of_row = |row: &RowWork<'_>, w: &Withdrawn| Conflict {
        code: ConflictKind::Stale.code(),
        key: row.key.clone(),
        kind: ConflictKind::Stale,
        severity: Severity::Note,
        docs: corpus.doc_names(w.group.docs.union(&w.docs).copied()),
        odd_docs: Vec::new(),
        claims: corpus.claim_ids(w.group.members.iter().map(|&m| row.readings[m].claim)),
        explain: format!(
            "{}: {} was told before; {}. The later figure stands, the earlier one is kept.",
            row.key,
            readable::figure(w.group.value, &row.key.unit),
            w.told(row)
        ),
        explanations: Vec::new(),
        flips: None,
    };
    rows.iter().flat_map(|row| row.withdrawn.iter().map(move |w| of_row(row, w))).collect()
}

/// Says what a day that was asked for leaves out, and what it cannot place.
pub(crate) fn as_of(corpus: &Corpus<'_>, day: Option<Date>) -> Vec<Note> {
    let Some(day) = day else { return Vec::new() };
    let undated: Vec<usize> = (0..corpus.docs.len()).filter(|&d| corpus.day(d).is_none()).collect();
    let several = |n: usize| if n == 1 { "1 document".to_owned() } else { format!("{n} documents") };
    let mut notes = Vec::new();
    if !corpus.left_out.is_empty() {
        let n = corpus.left_out.len();
        notes.push(Note {
            topic: NoteTopic::LeftOut,
            docs: corpus.left_out.iter().map(|&d| d.to_owned()).collect(),
            claims: Vec::new(),
            explain: format!("As known on {day}: {} published later left out.", several(n)),
            help: String::new(),
        });
    }
    if !undated.is_empty() {
        notes.push(Note {
            topic: NoteTopic::Undated,
            explain: format!(
                "{} without a day of publication taken in: whether known on {day} cannot be told.",
                several(undated.len())
            ),
            docs: corpus.doc_names(undated),
            claims: Vec::new(),
            help: "give the document a date, in its front matter or metadata, or leave it out".to_owned(),
        });
    }
    notes
}

/// What differs between rows that speak of one data item at other times: the rest of their keys.
type Thing<'a> =
    (&'a str, &'a str, consilience_claim::Aspect, &'a consilience_claim::Period, Vec<&'a str>, &'a str);

fn thing(item: &ItemKey) -> Thing<'_> {
    let qualifiers = item.qualifiers.iter().map(String::as_str).filter(|q| !is_earlier_version(q)).collect();
    (&item.entity, &item.metric, item.aspect, &item.period, qualifiers, &item.dimension)
}

/// Qualifiers of a figure that another one took the place of.
fn is_earlier_version(qualifier: &str) -> bool {
    matches!(qualifier, "preliminary" | "superseded")
}

/// Per row, the figures that it is tied to in time, in the order of their rows.
pub(crate) fn related(corpus: &Corpus<'_>, rows: &[RowWork<'_>]) -> Vec<Vec<Related>> {
    let mut things: BTreeMap<Thing<'_>, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, r)| !r.item.is_undated()) {
        things.entry(thing(row.item)).or_default().push(i);
    }
    let mut all: Vec<Vec<Related>> = rows
        .iter()
        .map(|row| {
            let filed = |group| {
                Tied { corpus, row, group }.with(row, Tie::Superseded, "an earlier filing".to_owned())
            };
            let withdrawn = |w: &Withdrawn| Tied { corpus, row, group: &w.group }.withdrawn(w);
            row.superseded.iter().map(filed).chain(row.withdrawn.iter().map(withdrawn)).collect()
        })
        .collect();
    for same in things.values() {
        for &i in same {
            for &j in same.iter().filter(|j| **j != i) {
                all[i].extend(tie(corpus, &rows[i], &rows[j]));
            }
        }
    }
    all
}

/// How another row of the same thing is tied to this one, where it is.
fn tie(corpus: &Corpus<'_>, row: &RowWork<'_>, other: &RowWork<'_>) -> Option<Related> {
    let earlier = |r: &RowWork<'_>| r.item.qualifiers.iter().any(|q| is_earlier_version(q));
    let is_forecast = |r: &RowWork<'_>| matches!(r.item.modality, Modality::Expected | Modality::Guidance);
    if row.key.unit != other.key.unit {
        return None;
    }
    let tied = Tied { corpus, row: other, group: &other.groups[0] };
    match (row.item.modality, other.item.modality) {
        (Modality::Actual, _) if is_forecast(other) && !earlier(row) => {
            Some(tied.outcome(row, Tie::Forecast, &row.groups[0], &other.groups[0]))
        }
        (_, Modality::Actual) if is_forecast(row) && !earlier(other) => {
            Some(tied.outcome(row, Tie::Outcome, &other.groups[0], &row.groups[0]))
        }
        (a, b) if a == b && earlier(other) && !earlier(row) => {
            Some(tied.with(row, Tie::Superseded, "an earlier version".to_owned()))
        }
        (a, b) if a == b && earlier(row) && !earlier(other) => {
            Some(tied.with(row, Tie::SupersededBy, "the later version".to_owned()))
        }
        _ => None,
    }
}

/// A group of a row on its way to another row's list.
struct Tied<'c, 'a, 'g> {
    corpus: &'c Corpus<'a>,
    row: &'g RowWork<'a>,
    group: &'g Group,
}

impl Tied<'_, '_, '_> {
    fn withdrawn(&self, w: &Withdrawn) -> Related {
        self.with(self.row, Tie::Superseded, format!("told before; {}", w.told(self.row)))
    }

    /// Says on which side of the forecast the outcome lies, as far as both leave it open.
    fn outcome(&self, row: &RowWork<'_>, tie: Tie, came: &Group, expected: &Group) -> Related {
        let turned = graph::fold_metric(&self.row.key.metric) != graph::fold_metric(&row.key.metric);
        let own = |group: &Group, other: bool| {
            if other && turned { group.interval.negated() } else { group.interval }
        };
        let (came, expected) = (own(came, tie == Tie::Outcome), own(expected, tie == Tie::Forecast));
        let side = side(&came, &expected);
        self.with(row, tie, format!("the outcome is {side}"))
    }

    /// In the sign of the row that shows it.
    fn with(&self, row: &RowWork<'_>, tie: Tie, what: String) -> Related {
        let turned = graph::fold_metric(&self.row.key.metric) != graph::fold_metric(&row.key.metric);
        let group = self.group;
        let value = if turned { -group.value } else { group.value };
        let days = group.docs.iter().filter_map(|&d| self.corpus.day(d));
        let published = days.min().map(|d| d.to_string());
        let docs = self.corpus.doc_names(group.docs.iter().copied());
        Related {
            relation: tie,
            key: self.row.key.clone(),
            value,
            interval: if turned { group.interval.negated() } else { group.interval },
            published,
            claims: self.corpus.claim_ids(group.members.iter().map(|&m| self.row.readings[m].claim)),
            docs,
            explain: what,
        }
    }
}

/// Where an outcome lies, seen from the forecast.
fn side(came: &Interval, expected: &Interval) -> &'static str {
    let above = came.low().zip(expected.high()).is_some_and(|(low, high)| low > high);
    let below = came.high().zip(expected.low()).is_some_and(|(high, low)| high < low);
    match (above, below) {
        (true, _) => "above it",
        (_, true) => "below it",
        _ => "within its range",
    }
}
