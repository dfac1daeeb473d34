//! What people decided: who, when, why and about what; one decision a line, appended and never changed.
//!
//! A decision names what it is about by content: a claim by its id and by where it stands in which bytes, a
//! conflict by its id, a row by its key and what it rested on, entities and metrics by their names. So it holds
//! when the same texts are read again, in any order and beside others, and is told as stale where what it was
//! about is no longer there. Of two decisions about one thing the later one holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use consilience_claim::{Claim, ClaimId, Confidence, Date, Decimal, Interval, exact, sha256_hex};
use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::{Audit, Conflict, Note, NoteTopic, Row, Severity, Verdict, readable};

/// How surely a figure holds that a person vouches for, in thousandths.
const VOUCHED: u16 = 999;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// The claim is read right, the conflict is one, the value of the row is right.
    Accept,
    /// The claim does not count, the conflict is none.
    Reject,
    /// The row has this value, whatever its claims say.
    Override,
    /// The two names are one.
    Merge,
    /// The two names are two.
    Split,
}

impl Verb {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Accept => "accept",
            Verb::Reject => "reject",
            Verb::Override => "override",
            Verb::Merge => "merge",
            Verb::Split => "split",
        }
    }
}

/// A claim as it was when it was decided on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSeen {
    /// Its id.
    pub id: ClaimId,
    /// Its document.
    pub doc: String,
    /// The hash of the document's bytes; empty where nobody read it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// First byte of the words.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The words.
    pub quote: String,
    /// What was read, for people: `Toyota/revenue/level/2023-Q2 = 45100000000 USD`.
    pub says: String,
}

/// A conflict as it was when it was decided on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictSeen {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// The key it stood under.
    pub key: String,
}

/// A row as it was when it was decided on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowSeen {
    /// Its key.
    pub key: String,
    /// Its unit.
    pub unit: String,
    /// Its value; none where it was tied.
    #[serde(default)]
    pub value: Option<String>,
    /// 16 hex digits of its claims: whether it rests on the same ones.
    pub basis: String,
}

/// One decision, as its line has it. It is about exactly one of the optional things.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// When: `2026-11-22`, or `2026-11-22T08:12:00Z`.
    pub at: String,
    /// Who.
    pub by: String,
    /// What.
    pub decision: Verb,
    /// The claim that was accepted or rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimSeen>,
    /// The conflict that was accepted or rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ConflictSeen>,
    /// The row that was accepted or overridden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RowSeen>,
    /// The entities that were merged or split; of merged ones the first name stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entities: Option<[String; 2]>,
    /// The metrics that were merged or split; of merged ones the first name stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<[String; 2]>,
    /// The value that overrides the row's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why.
    pub because: String,
}

/// Why a line is no decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for DecisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for DecisionError {}

impl Decision {
    /// A decision about nothing yet.
    pub fn new(decision: Verb, by: &str, at: &str, because: &str) -> Decision {
        Decision {
            at: at.to_owned(),
            by: by.to_owned(),
            decision,
            claim: None,
            conflict: None,
            row: None,
            entities: None,
            metrics: None,
            value: None,
            because: because.to_owned(),
        }
    }

    /// Reads a file of decisions: one JSON object a line, empty lines left out.
    ///
    /// # Errors
    /// [`DecisionError`] at the first line that is none: a decision that is not understood must not be passed over.
    pub fn read(text: &str) -> Result<Vec<Decision>, DecisionError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines
            .map(|(number, line)| {
                let wrong = |message: String| DecisionError { line: number + 1, message };
                let decision: Decision = serde_json::from_str(line).map_err(|e| wrong(e.to_string()))?;
                match decision.wrong() {
                    Some(message) => Err(wrong(message)),
                    None => Ok(decision),
                }
            })
            .collect()
    }

    /// The line of the file, without its end.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What is wrong with a decision, where anything is.
    pub fn wrong(&self) -> Option<String> {
        let about = [
            ("claim", self.claim.is_some()),
            ("conflict", self.conflict.is_some()),
            ("row", self.row.is_some()),
            ("entities", self.entities.is_some()),
            ("metrics", self.metrics.is_some()),
        ];
        let named: Vec<&str> = about.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        let [about] = named[..] else {
            return Some(
                "a decision is about one claim, conflict, row, pair of entities or pair of metrics".into(),
            );
        };
        let fits = match self.decision {
            Verb::Accept => matches!(about, "claim" | "conflict" | "row"),
            Verb::Reject => matches!(about, "claim" | "conflict"),
            Verb::Override => about == "row",
            Verb::Merge | Verb::Split => matches!(about, "entities" | "metrics"),
        };
        let value = self.value.as_deref().map(exact::parse);
        let names = self.entities.as_ref().or(self.metrics.as_ref());
        if !fits {
            return Some(format!("«{}» cannot be said of {about}", self.decision.as_str()));
        }
        match (self.decision, value) {
            (Verb::Override, None) => return Some("an override needs a value".into()),
            (Verb::Override, Some(Err(error))) => return Some(format!("value: {error}")),
            (Verb::Override, _) | (_, None) => {}
            (verb, Some(_)) => return Some(format!("«{}» takes no value", verb.as_str())),
        }
        if names.is_some_and(|[a, b]| a.trim().is_empty() || b.trim().is_empty() || a == b) {
            return Some("two different names are needed".into());
        }
        if self.by.trim().is_empty() || self.because.trim().is_empty() {
            return Some("who decided and why are needed".into());
        }
        (!is_moment(&self.at))
            .then(|| format!("«{}» is no time such as 2026-11-22 or 2026-11-22T08:12:00Z", self.at))
    }

    /// `ana on 2026-11-22: the table is in millions`.
    fn told(&self) -> String {
        format!("{} on {}: {}", self.by, self.at.get(..10).unwrap_or(&self.at), self.because)
    }

    /// What a later decision about the same thing replaces.
    fn about(&self) -> (&'static str, String) {
        let pair = |names: &[String; 2]| {
            let mut sorted: Vec<String> = names.iter().map(|n| n.trim().to_lowercase()).collect();
            sorted.sort();
            sorted.join("\n")
        };
        let claim = self.claim.as_ref().map(|c| ("claim", c.id.0.to_string()));
        claim
            .or_else(|| self.conflict.as_ref().map(|c| ("conflict", c.id.clone())))
            .or_else(|| self.row.as_ref().map(|r| ("row", format!("{}\n{}", r.key, r.unit))))
            .or_else(|| self.entities.as_ref().map(|names| ("entities", pair(names))))
            .or_else(|| self.metrics.as_ref().map(|names| ("metrics", pair(names))))
            .unwrap_or_default()
    }
}

/// Whether a text is a day, or a second of universal time.
fn is_moment(text: &str) -> bool {
    let (day, time) = text.split_once('T').map_or((text, None), |(d, t)| (d, Some(t)));
    let clock = |t: &str| {
        let parts: Vec<&str> = t.strip_suffix('Z').unwrap_or_default().split(':').collect();
        let below = |part: &str, end: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|n| n < end);
        matches!(parts[..], [h, m, s] if below(h, 24) && below(m, 60) && below(s, 61))
    };
    day.len() == 10 && day.parse::<Date>().is_ok() && time.is_none_or(clock)
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It holds.
    Applied,
    /// It holds, and what it rests on has changed since.
    Outdated,
    /// What it is about is no longer there, or not as it was.
    Stale,
    /// A later decision about the same thing holds instead.
    Replaced,
    /// It was taken after the day that was asked for.
    Later,
}

impl Standing {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Applied => "applied",
            Standing::Outdated => "outdated",
            Standing::Stale => "stale",
            Standing::Replaced => "replaced",
            Standing::Later => "later",
        }
    }
}

/// A decision and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
    /// What became of it.
    pub status: Standing,
    /// Why, where it does not simply hold.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub explain: String,
    /// What can be done about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
}

/// The decisions that hold, in the order of time.
pub(crate) struct Rulings<'d> {
    /// With what became of each so far; `None` is still open.
    all: Vec<(&'d Decision, Option<Outcome>)>,
}

/// What became of a decision: how it stands, why, and what can be done.
type Outcome = (Standing, String, String);

impl<'d> Rulings<'d> {
    pub(crate) fn new(decisions: &'d [Decision], as_of: Option<Date>) -> Rulings<'d> {
        let mut all: Vec<&Decision> = decisions.iter().collect();
        // A day without a time of day is over when it is taken.
        let moment = |d: &'d Decision| (d.at.get(..10), d.at.get(11..).is_none(), &d.at, &d.by);
        all.sort_by(|a, b| moment(a).cmp(&moment(b)));
        let mut last: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let too_late = |d: &Decision| {
            let day = d.at.get(..10).and_then(|day| day.parse::<Date>().ok());
            d.row.is_some() && day.zip(as_of).is_some_and(|(day, last)| day > last)
        };
        for (i, decision) in all.iter().enumerate().filter(|(_, d)| !too_late(d)) {
            last.insert(decision.about(), i);
        }
        let outcome = |i: usize, decision: &Decision| {
            if too_late(decision) {
                let why = "it was taken after the day that was asked for".to_owned();
                return Some((Standing::Later, why, String::new()));
            }
            let newest = last.get(&decision.about()) == Some(&i);
            (!newest)
                .then(|| (Standing::Replaced, "a later decision holds instead".to_owned(), String::new()))
        };
        let all = all.into_iter().enumerate().map(|(i, d)| (d, outcome(i, d))).collect();
        Rulings { all }
    }

    /// The decisions that are still to be applied.
    fn open(&mut self) -> impl Iterator<Item = (&'d Decision, &mut Option<Outcome>)> {
        self.all.iter_mut().filter(|(_, outcome)| outcome.is_none()).map(|(d, outcome)| (*d, outcome))
    }

    /// Pairs of names that hold: entities or metrics, merged or split, in the order of time.
    pub(crate) fn names(
        &self,
        verb: Verb,
        of: impl Fn(&Decision) -> Option<&[String; 2]>,
    ) -> Vec<[String; 2]> {
        let open = self.all.iter().filter(|(d, outcome)| outcome.is_none() && d.decision == verb);
        open.filter_map(|(d, _)| of(d).cloned()).collect()
    }

    /// Whether people hold two names, as written, to be two.
    pub(crate) fn are_two(&self, of: impl Fn(&Decision) -> Option<&[String; 2]>, a: &str, b: &str) -> bool {
        let same = |x: &str, y: &str| x.trim().to_lowercase() == y.trim().to_lowercase();
        self.all.iter().any(|(decision, outcome)| {
            let holds = !matches!(outcome, Some((Standing::Replaced, ..)));
            let names = of(decision).filter(|_| holds && decision.decision == Verb::Split);
            names.is_some_and(|[x, y]| same(x, a) && same(y, b) || same(x, b) && same(y, a))
        })
    }

    /// Applies what was decided of names: `known` says whether anything bears one.
    pub(crate) fn settle_names(&mut self, entity: impl Fn(&str) -> bool, metric: impl Fn(&str) -> bool) {
        for (decision, outcome) in self.open() {
            let names = match (&decision.entities, &decision.metrics) {
                (Some(names), _) => (names, &entity as &dyn Fn(&str) -> bool),
                (_, Some(names)) => (names, &metric as &dyn Fn(&str) -> bool),
                _ => continue,
            };
            let unknown: Vec<&str> = names.0.iter().map(String::as_str).filter(|n| !(names.1)(n)).collect();
            *outcome = Some(if unknown.is_empty() {
                (Standing::Applied, String::new(), String::new())
            } else {
                let why = format!("no claim speaks of {}", unknown.join(" or of "));
                (
                    Standing::Stale,
                    why,
                    "nothing need be done; it holds again where the name comes back".to_owned(),
                )
            });
        }
    }

    /// Finds the claims that were decided on among those that were read: their numbers, accepted or not.
    pub(crate) fn settle_claims(
        &mut self,
        claims: &[&Arc<Claim>],
        ids: &[ClaimId],
        sha256: impl Fn(usize) -> &'d str,
    ) -> BTreeMap<usize, bool> {
        let mut found = BTreeMap::new();
        if !self.all.iter().any(|(d, _)| d.claim.is_some()) {
            return found;
        }
        let by_id: BTreeMap<&ClaimId, usize> = ids.iter().enumerate().map(|(i, id)| (id, i)).collect();
        for (decision, outcome) in self.open() {
            let Some(seen) = &decision.claim else { continue };
            // The same bytes under another name hold the same statement.
            let moved = || {
                let same = |i: &usize| {
                    !seen.sha256.is_empty()
                        && sha256(*i) == seen.sha256
                        && (claims[*i].span.start, claims[*i].span.end) == (seen.start, seen.end)
                        && reading(claims[*i]) == seen.says
                };
                (0..claims.len()).find(same)
            };
            match by_id.get(&seen.id).copied().or_else(moved) {
                Some(claim) => {
                    found.insert(claim, decision.decision == Verb::Accept);
                    *outcome = Some((Standing::Applied, String::new(), String::new()));
                }
                None => {
                    let alike = (0..claims.len())
                        .find(|&i| {
                            claims[i].doc == seen.doc
                                && claims[i].quote == seen.quote
                                && reading(claims[i]) == seen.says
                        })
                        .or_else(|| {
                            (0..claims.len())
                                .find(|&i| claims[i].doc == seen.doc && claims[i].quote == seen.quote)
                        });
                    let why = format!(
                        "claim {} of {} is not there any more: «{}», {}",
                        seen.id, seen.doc, seen.quote, seen.says
                    );
                    let help = match alike {
                        Some(i) if !readable::harmless_in_a_shell(&ids[i].to_string()) => {
                            format!("the document holds «{}» under another id; decide on that one", seen.quote)
                        }
                        Some(i) => format!(
                            "the document holds «{}» as claim {}; consilience decide {} '{}' decides on that one",
                            seen.quote,
                            ids[i],
                            decision.decision.as_str(),
                            ids[i]
                        ),
                        None => "the document changed, is missing, or is read otherwise now; decide again where need be".to_owned(),
                    };
                    *outcome = Some((Standing::Stale, why, help));
                }
            }
        }
        found
    }

    /// Applies what was decided of conflicts and rows, and lists every decision with what became of it.
    pub(crate) fn conclude(mut self, corpus: &Corpus<'_>, audit: &mut Audit) {
        for (decision, outcome) in self.open() {
            *outcome = Some(match (&decision.conflict, &decision.row) {
                (Some(seen), _) => on_conflict(decision, seen, &mut audit.conflicts),
                (_, Some(seen)) => on_row(decision, seen, audit),
                _ => (Standing::Applied, String::new(), String::new()),
            });
        }
        if self.all.is_empty() {
            return;
        }
        audit.conflicts.sort_by_key(|c| std::cmp::Reverse(c.severity));
        let claims: BTreeSet<&ClaimId> = corpus.ids.iter().collect();
        for (decision, outcome) in self.all {
            let (status, explain, help) =
                outcome.unwrap_or((Standing::Applied, String::new(), String::new()));
            if matches!(status, Standing::Stale | Standing::Outdated) {
                let id = decision.claim.as_ref().map(|c| c.id.clone()).filter(|id| claims.contains(id));
                audit.notes.push(Note {
                    topic: NoteTopic::StaleDecision,
                    docs: decision.claim.iter().map(|c| c.doc.clone()).collect(),
                    claims: id.into_iter().collect(),
                    explain: format!(
                        "The decision to {} by {} is {}: {explain}.",
                        decision.decision.as_str(),
                        decision.told(),
                        status.as_str()
                    ),
                    help: help.clone(),
                });
            }
            audit.decisions.push(Decided { decision: decision.clone(), status, explain, help });
        }
    }
}

fn applied() -> Outcome {
    (Standing::Applied, String::new(), String::new())
}

fn on_conflict(decision: &Decision, seen: &ConflictSeen, conflicts: &mut [Conflict]) -> Outcome {
    if let Some(conflict) = conflicts.iter_mut().find(|c| c.id() == seen.id) {
        let word = if decision.decision == Verb::Reject {
            conflict.severity = Severity::Note;
            "Held to be none"
        } else {
            "Confirmed"
        };
        conflict.explain.push_str(&format!(" {word} by {}.", decision.told()));
        return applied();
    }
    match conflicts.iter().find(|c| c.code == seen.code && c.key.to_string() == seen.key) {
        Some(other) => {
            let id = other.id();
            let why = format!("the conflict {} of {} rests on other claims now", seen.code, seen.key);
            let help = format!(
                "look at it again: consilience explain {id}; consilience decide {} {id}",
                decision.decision.as_str()
            );
            (Standing::Stale, why, help)
        }
        None => {
            let why = format!("no conflict {} of {} is found any more", seen.code, seen.key);
            (Standing::Stale, why, "nothing need be done".to_owned())
        }
    }
}

fn on_row(decision: &Decision, seen: &RowSeen, audit: &mut Audit) -> Outcome {
    let is_it = |row: &&mut Row| row.key.to_string() == seen.key && row.key.unit.to_string() == seen.unit;
    let Some(row) = audit.consensus.iter_mut().find(is_it) else {
        let why = format!("no row {} in {} is there any more", seen.key, seen.unit);
        return (
            Standing::Stale,
            why,
            "decide on the row that took its place, where there is one".to_owned(),
        );
    };
    let now = row.value.map(|v| v.normalize().to_string());
    let again = if readable::harmless_in_a_shell(&seen.key) {
        format!("look at it again: consilience explain '{}'", seen.key)
    } else {
        "look at it again with consilience explain".to_owned()
    };
    let value: Option<Decimal> = match decision.decision {
        Verb::Override => decision.value.as_deref().and_then(|v| exact::parse(v).ok()),
        _ if now != seen.value => {
            let why = format!(
                "{} was {} then and is {} now",
                seen.key,
                seen.value.as_deref().unwrap_or("without a value"),
                now.as_deref().unwrap_or("without a value")
            );
            return (Standing::Stale, why, again);
        }
        _ => row.value,
    };
    let Some(value) = value else {
        return (Standing::Stale, format!("{} has no value", seen.key), again);
    };
    row.verdict = Verdict::Authoritative;
    row.confidence = Confidence::per_mille(VOUCHED);
    if row.value != Some(value) {
        row.value = Some(value);
        row.interval = Interval::point(value);
    }
    let told = format!(
        "{} {} {}.",
        readable::figure(value, &row.key.unit),
        if decision.decision == Verb::Override { "was set by" } else { "was accepted by" },
        decision.told()
    );
    row.note = Some(row.note.take().map_or(told.clone(), |note| format!("{told} {note}")));
    row.decision = Some(decision.clone());
    let key = row.key.clone();
    let changed = basis(row) != seen.basis;
    for conflict in audit.conflicts.iter_mut().filter(|c| c.key == key && c.severity > Severity::Note) {
        conflict.severity = Severity::Note;
        conflict.explain.push_str(&format!(" {told}"));
    }
    if changed {
        let why = format!("{} rests on other claims than when it was decided on", seen.key);
        return (Standing::Outdated, why, again);
    }
    applied()
}

/// What a row rests on, in 16 hex digits.
fn basis(row: &Row) -> String {
    let mut ids: Vec<&str> = row.claims.iter().map(|id| &*id.0).collect();
    ids.sort_unstable();
    sha256_hex(ids.join("\n").as_bytes())[..16].to_owned()
}

/// What a claim says, for people and for telling whether it still says it.
fn reading(claim: &Claim) -> String {
    let mut key = format!("{}/{}/{}/{}", claim.entity, claim.metric, claim.aspect, claim.period);
    if claim.modality != consilience_claim::Modality::Actual {
        key.push_str(&format!(" {}", claim.modality));
    }
    for qualifier in &claim.qualifiers {
        key.push_str(&format!(" {qualifier}"));
    }
    format!("{key} = {} {}", claim.value.normalize(), claim.unit)
}

impl ClaimSeen {
    /// A claim as an audit has it.
    pub fn of(audit: &Audit, claim: &Claim) -> ClaimSeen {
        let document = audit.documents.iter().find(|d| d.doc == claim.doc);
        ClaimSeen {
            id: claim.id.clone(),
            doc: claim.doc.clone(),
            sha256: document.map(|d| d.sha256.clone()).unwrap_or_default(),
            start: claim.span.start,
            end: claim.span.end,
            quote: claim.quote.clone(),
            says: reading(claim),
        }
    }
}

impl ConflictSeen {
    /// A conflict as an audit has it.
    pub fn of(conflict: &Conflict) -> ConflictSeen {
        ConflictSeen { id: conflict.id(), code: conflict.code.to_owned(), key: conflict.key.to_string() }
    }
}

impl RowSeen {
    /// A row as an audit has it.
    pub fn of(row: &Row) -> RowSeen {
        RowSeen {
            key: row.key.to_string(),
            unit: row.key.unit.to_string(),
            value: row.value.map(|v| v.normalize().to_string()),
            basis: basis(row),
        }
    }
}
