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
        let mut withdrawn: Vec<Withdrawn> =
            changes(corpus, row).into_iter().filter_map(|change| withdraw(corpus, row, change)).collect();
        // The same figure may have been changed by several sources; the first of them tells of it.
        withdrawn.sort_by(|a, b| (a.since, &a.source).cmp(&(b.since, &b.source)));
        let mut gone: BTreeSet<usize> = BTreeSet::new();
        for one in &mut withdrawn {
            one.group.members.retain(|m| gone.insert(*m));
        }
        withdrawn.retain(|w| !w.group.members.is_empty());
        let left: Vec<usize> = (0..row.readings.len()).filter(|m| !gone.contains(m)).collect();
        if withdrawn.is_empty() || left.is_empty() {
            continue;
        }
        for one in &mut withdrawn {
            one.group = Group::of(&row.readings, std::mem::take(&mut one.group.members));
        }
        row.regroup(left);
        row.withdrawn = withdrawn;
    }
}

/// Whether a row has figures that may have replaced each other; filings settle their rows by themselves.
fn may_change(row: &RowWork<'_>) -> bool {
    row.groups.len() > 1 && !row.item.is_undated() && row.authority.is_none()
}

/// A source that went over from one group of a row to another.
struct Change {
    source: String,
    since: Date,
    older: usize,
    newer: usize,
    /// Whether the text itself calls the newer figure revised.
    marked: bool,
}

/// Every source that told one figure up to some day and another one from a later day on.
fn changes(corpus: &Corpus<'_>, row: &RowWork<'_>) -> Vec<Change> {
    // Per source and group the first and the last day.
    let mut told: BTreeMap<String, BTreeMap<usize, (Date, Date, bool)>> = BTreeMap::new();
    for (number, group) in row.groups.iter().enumerate() {
        for reading in group.members.iter().map(|&m| &row.readings[m]) {
            let claim = corpus.claims[reading.claim];
            let (Some(source), Some(day)) = (corpus.source(reading.doc), corpus.day(reading.doc)) else {
                continue;
            };
            let days =
                told.entry(graph::fold_name(source)).or_default().entry(number).or_insert((day, day, false));
            *days = (days.0.min(day), days.1.max(day), days.2 || graph::is_restated(claim));
        }
    }
    let mut found = Vec::new();
    for (source, groups) in told {
        let Some((&newer, &(since, _, marked))) = groups.iter().max_by_key(|(_, days)| days.0) else {
            continue;
        };
        // Back and forth is no correction.
        for (&older, _) in groups.iter().filter(|(n, days)| **n != newer && days.1 < since) {
            found.push(Change { source: source.clone(), since, older, newer, marked });
        }
    }
    found
}

fn withdraw(corpus: &Corpus<'_>, row: &RowWork<'_>, change: Change) -> Option<Withdrawn> {
    let (older, newer) = (&row.groups[change.older], &row.groups[change.newer]);
    if older.is_bound() || newer.is_bound() {
        return None;
    }
    let own = |doc: usize| corpus.source(doc).is_some_and(|s| graph::fold_name(s) == change.source);
    let day = |m: usize| corpus.day(row.readings[m].doc);
    let own_origins: BTreeSet<usize> = row.readings.iter().filter(|r| own(r.doc)).map(|r| r.origin).collect();
    let others = |group: &Group, when: &dyn Fn(Option<Date>) -> bool| {
        let speaking = group.members.iter().filter(|&&m| when(day(m)));
        let origins: BTreeSet<usize> = speaking.map(|&m| row.readings[m].origin).collect();
        origins.difference(&own_origins).count()
    };
    let confirmed = others(newer, &|d| d.is_some_and(|d| d >= change.since));
    let repeated = others(older, &|d| d.is_some_and(|d| d > change.since));
    let contested = others(older, &|_| true) > 0;
    let followed = confirmed > 0 && confirmed >= repeated;
    let of_itself = change.source == row.item.entity;
    if !change.marked && (is_gross(older, newer) || contested && !followed) {
        return None;
    }
    // Whoever calls his own figure corrected takes back his own; what others said stands until they follow, unless it is
    // said of whoever corrects it.
    let own_only = contested && !followed && !of_itself;
    let before = |m: &usize| {
        day(*m).is_none_or(|d| d < change.since || d == change.since && !own(row.readings[*m].doc))
    };
    let members: Vec<usize> = older
        .members
        .iter()
        .copied()
        .filter(before)
        .filter(|&m| !own_only || own(row.readings[m].doc))
        .collect();
    let docs = newer.members.iter().map(|&m| row.readings[m].doc).filter(|&d| own(d)).collect();
    let source = newer.members.iter().find_map(|&m| {
        let doc = row.readings[m].doc;
        corpus.source(doc).filter(|_| own(doc))
    })?;
    Some(Withdrawn {
        group: Group::of(&row.readings, members),
        newer: newer.value,
        since: change.since,
        source: source.to_owned(),
        docs,
        for_all: !own_only,
    })
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
