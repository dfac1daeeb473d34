//! Sorted tables out of the work: what leaves the crate.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use consilience_claim::{Bound, Claim, ClaimId, Confidence, Decimal};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::agreement::{FILED, Group, Reading, RowWork, vote};
use crate::bearing::{self, Bearing};
use crate::checks::{Implied, Tried};
use crate::corpus::{Corpus, Doc};
use crate::lineage::Dependence;
use crate::lookalike::Lookalike;
use crate::{
    Audit, Check, CheckStatus, Claims, Conflict, DocumentOutcome, Lineage, LogOdds, NotComparable, Origin,
    Pair, Related, Rival, Row, Stance, Verdict, Vote, odds, readable, time,
};

/// Up to so many documents every two get a pair; beyond, only those that share a row.
const ALL_PAIRS: usize = 300;
/// Rows that more documents speak of add no pairs beyond [`ALL_PAIRS`].
const PAIRED_DOCS: usize = 64;

#[expect(clippy::too_many_arguments, reason = "the one place where all stages meet")]
pub(crate) fn audit(
    corpus: &Corpus<'_>,
    origins: &[usize],
    dependences: Vec<Dependence>,
    rows: &[RowWork<'_>],
    tried: &[Tried],
    implied: Vec<Implied>,
    conflicts: Vec<Conflict>,
    lookalikes: &[Lookalike],
    with_votes: bool,
) -> Audit {
    let documents: Vec<DocumentOutcome> = corpus
        .docs
        .iter()
        .enumerate()
        .map(|(d, doc)| DocumentOutcome {
            doc: doc.name.to_owned(),
            sha256: doc.record.map(|r| r.sha256.clone()).unwrap_or_default(),
            source: corpus.source(d).map(str::to_owned),
            lang: corpus.lang(d).map(str::to_owned),
            published: corpus.published(d).map(str::to_owned),
            origin: name(origins[d]),
            claims: doc.claims.len(),
            problems: doc.record.map(|r| r.problems.clone()).unwrap_or_default(),
        })
        .collect();
    let mut members: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (d, &origin) in origins.iter().enumerate() {
        members.entry(origin).or_default().push(corpus.docs[d].name.to_owned());
    }
    let shown = Shown::new(rows);
    let related = time::related(corpus, rows);
    let mut consensus: Vec<Row> = rows
        .par_iter()
        .zip(related)
        .zip(bearing::bearings(rows, tried))
        .filter(|((row, _), _)| shown.row(row))
        .map(|((row, related), bearings)| table_row(corpus, row, related, &bearings, with_votes))
        .collect();
    consensus.extend(implied.into_iter().filter_map(|i| derived(corpus, rows, &i)));
    consensus.sort_by(|a, b| a.key.cmp(&b.key));
    let mut not_comparable: Vec<NotComparable> = lookalikes
        .iter()
        .map(|l| NotComparable { claims: spoken(corpus, rows, l), reason: l.reason.clone() })
        .collect();
    not_comparable.extend(rows.iter().flat_map(|row| {
        row.apart.iter().map(|apart| NotComparable {
            claims: corpus.claim_ids(
                apart.group.members.iter().map(|&m| row.readings[m].claim).chain(apart.filed.iter().copied()),
            ),
            reason: apart.reason.clone(),
        })
    }));
    let problems: BTreeSet<_> = documents.iter().flat_map(|d| d.problems.iter().cloned()).collect();
    let mut audit = Audit {
        schema_version: 1,
        pairs: pairs(corpus, rows, &shown, lookalikes),
        lineage: dependences
            .into_iter()
            .map(|d| Lineage {
                a: corpus.docs[d.a].name.to_owned(),
                b: corpus.docs[d.b].name.to_owned(),
                relation: d.relation,
                score: d.score,
                evidence: d.evidence,
            })
            .collect(),
        origins: members.into_iter().map(|(o, documents)| Origin { id: name(o), documents }).collect(),
        documents,
        consensus,
        conflicts,
        checks: tried
            .iter()
            .filter(|t| shown.check(t, rows))
            .filter_map(|t| check(corpus, rows, t))
            .collect(),
        not_comparable,
        notes: Vec::new(),
        decisions: Vec::new(),
        problems: problems.into_iter().collect(),
        claims: Claims::default(),
    };
    audit.claims = shown.claims(corpus, &audit);
    audit
}

/// What leaves of the rows that only filings speak of: a filing says thousands of things that nobody asked about.
struct Shown {
    /// Whether there is nothing but filings.
    all: bool,
}

impl Shown {
    fn new(rows: &[RowWork<'_>]) -> Shown {
        Shown { all: rows.iter().all(RowWork::is_filed_only) }
    }

    fn row(&self, row: &RowWork<'_>) -> bool {
        self.all || !row.is_filed_only()
    }

    /// Claims in the order of documents and bytes; of filings those that something rests on.
    fn claims(&self, corpus: &Corpus<'_>, audit: &Audit) -> Claims {
        let mut used: BTreeSet<&ClaimId> = BTreeSet::new();
        let all = self.all || !corpus.docs.iter().any(Doc::is_filing);
        if !all {
            used.extend(audit.consensus.iter().flat_map(|r| &r.claims));
            used.extend(audit.conflicts.iter().flat_map(|c| &c.claims));
            used.extend(audit.checks.iter().flat_map(|c| &c.inputs));
            used.extend(audit.not_comparable.iter().flat_map(|n| &n.claims));
        }
        let claims = corpus.claims.iter().zip(&corpus.ids).enumerate();
        claims
            .filter(|(c, (_, id))| all || !corpus.docs[corpus.doc_of[*c]].is_filing() || used.contains(id))
            .map(|(_, (&claim, id))| match claim.id == *id {
                true => claim.clone(),
                false => Arc::new(Claim { id: id.clone(), ..claim.as_ref().clone() }),
            })
            .collect()
    }

    fn check(&self, tried: &Tried, rows: &[RowWork<'_>]) -> bool {
        tried.inputs.iter().any(|(row, _)| self.row(&rows[*row]))
    }
}

fn table_row(
    corpus: &Corpus<'_>,
    work: &RowWork<'_>,
    related: Vec<Related>,
    bearings: &[Bearing],
    with_votes: bool,
) -> Row {
    let lead = &work.groups[0];
    let rivals = &work.groups[1..];
    let supporting: BTreeSet<usize> =
        lead.members.iter().chain(work.truncated.iter().flat_map(|g| &g.members)).copied().collect();
    let mut order: Vec<usize> = supporting.iter().copied().collect();
    order.extend((0..work.readings.len()).filter(|m| !supporting.contains(m)));
    // Filings from which the figure follows are no readings of the row, and stand behind it all the same.
    let basis = work.authority.as_ref().filter(|a| a.derivation.is_some());
    let filed: Vec<usize> = basis.map(|a| a.claims.clone()).unwrap_or_default();
    let count = |f: &dyn Fn(&Reading) -> usize, filed: Option<&BTreeSet<usize>>| {
        let read = order.iter().map(|&m| f(&work.readings[m]));
        read.chain(filed.into_iter().flatten().copied()).collect::<BTreeSet<_>>().len()
    };
    let ballots = ballots(work, &supporting, &order);
    let for_it: BTreeSet<usize> = supporting.iter().map(|&m| work.readings[m].origin).collect();
    let verdict = match (rivals.is_empty(), for_it.len()) {
        _ if work.authority.is_some() => Verdict::Authoritative,
        (false, _) => Verdict::Contested,
        (true, 0 | 1) => Verdict::SingleOrigin,
        (true, _) => Verdict::Agreed,
    };
    let signed = |b: &Ballot| if b.stance == Stance::Opposes { -b.weight.0 } else { b.weight.0 };
    let sum = ballots.iter().map(signed).chain(bearings.iter().map(|b| b.weight.0)).sum();
    let votes = match with_votes {
        true => {
            let own = ballots.iter().map(|ballot| ballot.told(corpus, work));
            own.chain(bearings.iter().map(|b| b.told(corpus))).collect()
        }
        false => Vec::new(),
    };
    Row {
        key: work.key.clone(),
        verdict,
        value: (!work.tied).then_some(lead.value),
        interval: lead.interval,
        confidence: match work.authority {
            Some(_) => Confidence::per_mille(FILED),
            None => odds::confidence(LogOdds(sum)),
        },
        n_claims: order.len() + filed.len(),
        n_documents: count(&|r| r.doc, basis.map(|a| &a.docs)),
        n_origins: count(&|r| r.origin, basis.map(|a| &a.origins)),
        claims: corpus.claim_ids(order.iter().map(|&m| work.readings[m].claim).chain(filed)),
        rivals: rivals.iter().map(|g| rival(corpus, work, g)).collect(),
        votes,
        related,
        decision: None,
        note: told_by_filings(corpus, work).or_else(|| hedge(work, lead)),
    }
}

/// Says which filing holds, how its figure follows where none states it, and what it replaced.
fn told_by_filings(corpus: &Corpus<'_>, work: &RowWork<'_>) -> Option<String> {
    let authority = work.authority.as_ref()?;
    let names = corpus.doc_names(authority.docs.iter().copied()).join(" and ");
    let filed = authority.filed.map(|day| format!(", filed {day}")).unwrap_or_default();
    let unit = &work.key.unit;
    let mut note = match &authority.derivation {
        Some(derivation) => format!("By {names}{filed}: {derivation}"),
        None => format!("{names}{filed}, says {}.", readable::figure(authority.value, unit)),
    };
    for group in &work.superseded {
        let days: BTreeSet<String> = group
            .members
            .iter()
            .filter_map(|&m| work.readings[m].published)
            .map(|day| day.to_string())
            .collect();
        let days: Vec<String> = days.into_iter().collect();
        let figure = readable::figure(group.value, unit);
        note.push_str(&format!(" It replaces {figure} of the filing of {}.", days.join(", ")));
    }
    Some(note)
}

/// Says by how much a hedged figure was widened.
fn hedge(work: &RowWork<'_>, lead: &Group) -> Option<String> {
    let hedged = lead.members.iter().map(|&m| &work.readings[m]).find(|r| r.bound == Bound::Approx)?;
    Some(format!(
        "\"About {}\" is taken as within {} of it.",
        readable::figure(hedged.value, &work.key.unit),
        readable::figure(hedged.half_width, &work.key.unit)
    ))
}

fn rival(corpus: &Corpus<'_>, work: &RowWork<'_>, group: &Group) -> Rival {
    Rival {
        value: group.value,
        interval: group.interval,
        n_origins: group.origins.len(),
        claims: corpus.claim_ids(group.members.iter().map(|&m| work.readings[m].claim)),
        docs: corpus.doc_names(group.docs.iter().copied()),
    }
}

/// What one reading does for the leading value.
struct Ballot {
    reading: usize,
    stance: Stance,
    weight: LogOdds,
    /// The reading that speaks for its origin.
    speaker: usize,
}

/// One vote per origin and side, cast by its surest reading; everything else echoes it.
fn ballots(work: &RowWork<'_>, supporting: &BTreeSet<usize>, order: &[usize]) -> Vec<Ballot> {
    let members = |groups: &mut dyn Iterator<Item = &Group>| -> BTreeSet<usize> {
        groups.flat_map(|g| g.members.iter().copied()).collect()
    };
    let gone = members(&mut work.withdrawn.iter().map(|w| &w.group));
    let withdrawn = |m: usize| gone.contains(&m);
    let mut voter: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    for &m in order.iter().filter(|m| !withdrawn(**m)) {
        let r = &work.readings[m];
        let rank = |m: usize| {
            (work.readings[m].confidence, !work.readings[m].repeat, std::cmp::Reverse(work.readings[m].claim))
        };
        let best = voter.entry((r.origin, supporting.contains(&m))).or_insert(m);
        if rank(m) > rank(*best) {
            *best = m;
        }
    }
    let set_apart = members(&mut work.apart.iter().filter(|_| work.authority.is_some()).map(|a| &a.group));
    let apart = |m: usize| set_apart.contains(&m);
    let ballot = |&m: &usize| {
        let r = &work.readings[m];
        let supports = supporting.contains(&m);
        let speaker = voter.get(&(r.origin, supports)).copied().unwrap_or(m);
        // An origin that says both has given its vote to the value that it supports.
        let divided = !supports && voter.contains_key(&(r.origin, true));
        let (stance, weight) = match (withdrawn(m), divided, supports) {
            (true, ..) => (Stance::Withdrawn, LogOdds(0)),
            _ if apart(m) => (Stance::Apart, LogOdds(0)),
            (_, true, _) => (Stance::Opposes, LogOdds(0)),
            _ if speaker != m => (Stance::Echoes, LogOdds(0)),
            (.., true) => (Stance::Supports, vote(r.confidence)),
            (.., false) => (Stance::Opposes, vote(r.confidence)),
        };
        Ballot { reading: m, stance, weight, speaker }
    };
    order.iter().map(ballot).collect()
}

impl Ballot {
    fn told(&self, corpus: &Corpus<'_>, work: &RowWork<'_>) -> Vote {
        let r = &work.readings[self.reading];
        let because = match self.stance {
            Stance::Withdrawn => {
                let by = work.withdrawn.iter().find(|w| w.group.members.contains(&self.reading));
                format!("told before; {}", by.map(|w| w.told(work)).unwrap_or_default())
            }
            Stance::Apart => "speaks by another definition than what was filed".into(),
            Stance::Opposes if self.weight.0 == 0 => "its origin votes for the leading value".into(),
            Stance::Echoes => {
                let speaker = work.readings[self.speaker].claim;
                format!("says the same as claim {} of its origin", corpus.ids[speaker])
            }
            _ if r.filed => {
                let day = r.published.map(|day| format!(" on {day}")).unwrap_or_default();
                format!("filed{day}; no number of votes outweighs it")
            }
            _ => format!(
                "read with confidence {}.{} % in {}",
                r.confidence / 10,
                r.confidence % 10,
                corpus.docs[r.doc].name
            ),
        };
        Vote {
            claim: corpus.ids[r.claim].clone(),
            origin: name(r.origin),
            stance: self.stance,
            weight: self.weight,
            because,
        }
    }
}

/// The id of an origin.
pub(crate) fn name(origin: usize) -> String {
    format!("O{}", origin + 1)
}

fn derived(corpus: &Corpus<'_>, rows: &[RowWork<'_>], implied: &Implied) -> Option<Row> {
    let value = readable::representative(&implied.interval)?;
    let readings: Vec<_> = implied
        .inputs
        .iter()
        .flat_map(|&(r, g)| rows[r].groups[g].members.iter().map(move |&m| &rows[r].readings[m]))
        .collect();
    let weakest = implied.inputs.iter().map(|&(r, g)| rows[r].groups[g].weight).min()?;
    let count = |ids: BTreeSet<usize>| ids.len();
    Some(Row {
        key: implied.key.clone(),
        verdict: Verdict::Derived,
        value: Some(value),
        interval: implied.interval,
        confidence: odds::confidence(LogOdds(weakest)),
        n_claims: readings.len(),
        n_documents: count(readings.iter().map(|r| r.doc).collect()),
        n_origins: count(readings.iter().map(|r| r.origin).collect()),
        claims: corpus.claim_ids(readings.iter().map(|r| r.claim)),
        rivals: Vec::new(),
        votes: Vec::new(),
        related: Vec::new(),
        decision: None,
        note: Some(implied.explain.clone()),
    })
}

/// Sums on rival figures are evidence inside; what leaves is the sum on leading figures, and failing ones.
fn check(corpus: &Corpus<'_>, rows: &[RowWork<'_>], tried: &Tried) -> Option<Check> {
    let leading = tried.inputs.iter().all(|(_, g)| *g == 0);
    if !leading && tried.status != CheckStatus::Fails {
        return None;
    }
    let inputs = tried.inputs.iter().filter_map(|&(r, g)| {
        let group = &rows[r].groups[g];
        let member = group
            .members
            .iter()
            .copied()
            .find(|&m| rows[r].readings[m].value == group.value)
            .or_else(|| group.members.first().copied())?;
        Some(rows[r].readings[member].claim)
    });
    Some(Check {
        rule: tried.rule.clone(),
        status: tried.status,
        inputs: corpus.claim_ids(inputs),
        computed: tried.computed,
        stated: tried.stated,
        explain: tried.explain.clone(),
    })
}

fn spoken(corpus: &Corpus<'_>, rows: &[RowWork<'_>], pair: &Lookalike) -> Vec<consilience_claim::ClaimId> {
    // One claim per document tells enough; repeats only lengthen the list.
    let mut seen = BTreeSet::new();
    let mut claims: Vec<usize> = Vec::new();
    for row in [pair.a, pair.b] {
        for r in rows[row].readings.iter().filter(|r| !r.repeat) {
            if seen.insert((row, r.doc)) && claims.len() < 32 {
                claims.push(r.claim);
            }
        }
    }
    corpus.claim_ids(claims)
}

fn pairs(corpus: &Corpus<'_>, rows: &[RowWork<'_>], shown: &Shown, lookalikes: &[Lookalike]) -> Vec<Pair> {
    let speaking: Vec<usize> =
        (0..corpus.docs.len()).filter(|&d| !corpus.docs[d].claims.is_empty()).collect();
    let all = speaking.len() <= ALL_PAIRS;
    // comparable, agree, not comparable
    let mut counts: BTreeMap<(usize, usize), [usize; 3]> = BTreeMap::new();
    if all {
        for (i, &a) in speaking.iter().enumerate() {
            for &b in &speaking[i + 1..] {
                counts.insert((a, b), [0; 3]);
            }
        }
    }
    for row in rows.iter().filter(|row| shown.row(row)) {
        let mut by_doc: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (m, r) in row.readings.iter().enumerate() {
            by_doc.entry(r.doc).or_default().push(m);
        }
        if by_doc.len() > PAIRED_DOCS && !all {
            continue;
        }
        let together = row.groups.len() == 1 && row.withdrawn.is_empty();
        let places = if together { Vec::new() } else { places(row) };
        let said: Vec<(usize, Said)> =
            by_doc.into_iter().map(|(doc, members)| (doc, Said::of(row, &places, &members))).collect();
        for (i, (a, x)) in said.iter().enumerate() {
            for (b, y) in &said[i + 1..] {
                let agree = together || x.agrees(y);
                let entry = counts.entry((*a, *b)).or_default();
                if !agree && (x.is_replaced || y.is_replaced) {
                    // The one figure took the other's place.
                    entry[2] += 1;
                    continue;
                }
                entry[0] += 1;
                entry[1] += usize::from(agree);
            }
        }
    }
    for pair in lookalikes {
        let docs = |r: usize| -> BTreeSet<usize> { rows[r].readings.iter().map(|r| r.doc).collect() };
        let (x, y) = (docs(pair.a), docs(pair.b));
        if x.len() * y.len() > PAIRED_DOCS * PAIRED_DOCS && !all {
            continue;
        }
        let meetings: BTreeSet<(usize, usize)> = x
            .iter()
            .flat_map(|&a| y.iter().map(move |&b| (a.min(b), a.max(b))))
            .filter(|(a, b)| a != b)
            .collect();
        for meeting in meetings {
            counts.entry(meeting).or_default()[2] += 1;
        }
    }
    counts
        .into_iter()
        .map(|((a, b), [comparable, agree, not_comparable])| Pair {
            a: corpus.docs[a].name.to_owned(),
            b: corpus.docs[b].name.to_owned(),
            comparable,
            agree,
            contradict: comparable - agree,
            not_comparable,
        })
        .collect()
}

/// Where a reading of a row ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Group(usize),
    /// Its own source has replaced it.
    Replaced,
    Elsewhere,
}

/// The place of every reading of a row.
fn places(row: &RowWork<'_>) -> Vec<Place> {
    let mut places = vec![Place::Elsewhere; row.readings.len()];
    let groups = row.groups.iter().enumerate().map(|(g, group)| (Place::Group(g), group));
    // A figure that was cut supports the leading one.
    let cut = row.truncated.iter().map(|group| (Place::Group(0), group));
    let replaced = row.withdrawn.iter().map(|w| (Place::Replaced, &w.group));
    for (place, group) in groups.chain(cut).chain(replaced) {
        group.members.iter().for_each(|&m| places[m] = place);
    }
    places
}

/// Low and high end, each open where it is `None`.
type Interval = (Option<Decimal>, Option<Decimal>);

/// What one document says in a row.
#[derive(Default)]
struct Said {
    places: BTreeSet<Place>,
    /// Intervals by the precision that makes equals of like ones demand equality, `None` for all others: low ends in
    /// order, each with the highest end up to there.
    intervals: BTreeMap<Option<Decimal>, Vec<Interval>>,
    is_replaced: bool,
}

impl Said {
    /// Without places, all of the row agrees and nothing more is asked.
    fn of(row: &RowWork<'_>, places: &[Place], members: &[usize]) -> Said {
        let mut said = Said::default();
        for &m in members.iter().filter(|_| !places.is_empty()) {
            let reading = &row.readings[m];
            said.is_replaced |= places[m] == Place::Replaced;
            said.places.insert(places[m]);
            let strict = reading.precision.filter(|_| reading.bound == Bound::Exact);
            let ends = (reading.interval.low(), reading.interval.high());
            said.intervals.entry(strict).or_default().push(ends);
        }
        for ends in said.intervals.values_mut() {
            ends.sort_unstable();
            let mut highest: Option<Option<Decimal>> = None;
            for (_, high) in ends {
                let top = match (highest, *high) {
                    (Some(None), _) | (_, None) => None,
                    (Some(Some(a)), Some(b)) => Some(a.max(b)),
                    (None, b) => b,
                };
                (*high, highest) = (top, Some(top));
            }
        }
        said
    }

    /// Two documents agree where figures of both stand in one place, or meet by themselves.
    fn agrees(&self, other: &Said) -> bool {
        if !self.places.is_disjoint(&other.places) {
            return true;
        }
        self.intervals.iter().any(|(p, mine)| {
            let comparable = |q: &Option<Decimal>| p.is_none() || p != q;
            other.intervals.iter().filter(|(q, _)| comparable(q)).any(|(_, theirs)| meet(mine, theirs))
        })
    }
}

/// Whether any of some intervals meets any of others; of both the low ends in order with the highest end up to there.
fn meet(mine: &[(Option<Decimal>, Option<Decimal>)], theirs: &[(Option<Decimal>, Option<Decimal>)]) -> bool {
    // Two intervals meet where one begins inside the other.
    let reached = |low: Option<Decimal>, upto: &[(Option<Decimal>, Option<Decimal>)]| {
        let before = upto.partition_point(|(l, _)| *l <= low);
        before > 0 && upto[before - 1].1.is_none_or(|high| low.is_none_or(|low| high >= low))
    };
    mine.iter().any(|(low, _)| reached(*low, theirs)) || theirs.iter().any(|(low, _)| reached(*low, mine))
}
