//! From groups and checks to conflicts: one cause, one conflict, keyed at the figure most likely wrong.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Aspect, Bound, Decimal, Interval, Unit, exact};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::agreement::{self, Group, RowWork};
use crate::checks::{self, Force, Tried};
use crate::corpus::Corpus;
use crate::diagnose::{Elsewhere, Slip, diagnose};
use crate::lineage::significant_digits;
use crate::{CheckStatus, Conflict, ConflictKind, RowKey, Severity, metrics, money, readable};

/// Rivals of one row that become conflicts of their own.
const RIVALS_TOLD: usize = 16;

/// Which of two figures the evidence speaks against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Odd {
    Rival,
    Leading,
    Open,
}

/// Lets diagnosis and arithmetic settle what votes left tied. Says whether a leading group changed.
pub(crate) fn settle_ties(corpus: &Corpus<'_>, rows: &mut [RowWork<'_>], tried: &[Tried]) -> bool {
    let witness = Witness::new(tried);
    let elsewhere = Elsewhere::new(rows);
    let settled: Vec<(usize, Odd)> = (0..rows.len())
        .into_par_iter()
        .filter(|&i| rows[i].tied)
        .map(|i| (i, odd_one(corpus, &elsewhere, &witness, &rows[i], i, 1).0))
        .collect();
    let mut changed = false;
    for (i, odd) in settled {
        rows[i].tied = odd == Odd::Open;
        if odd == Odd::Leading {
            rows[i].groups.swap(0, 1);
            changed = true;
        }
    }
    changed
}

/// All conflicts, worst first, then by key.
pub(crate) fn conflicts(corpus: &Corpus<'_>, rows: &[RowWork<'_>], tried: &[Tried]) -> Vec<Conflict> {
    let witness = Witness::new(tried);
    let elsewhere = Elsewhere::new(rows);
    let of_row = |(i, row): (usize, &RowWork<'_>)| {
        let rivals = 1..row.groups.len().min(RIVALS_TOLD + 1);
        let rivalries = rivals.map(|rival| rivalry(corpus, &elsewhere, &witness, row, i, rival));
        let mut found: Vec<Conflict> = rivalries.collect();
        let alarm = found.iter().any(|conflict| conflict.severity > Severity::Note);
        found.extend(row.truncated.iter().map(|cut| truncation(corpus, row, cut)));
        (alarm.then_some(i), found)
    };
    let disputed = |row: &RowWork<'_>| row.groups.len() > 1 || !row.truncated.is_empty();
    let all: Vec<(Option<usize>, Vec<Conflict>)> =
        rows.par_iter().enumerate().filter(|(_, row)| disputed(row)).map(of_row).collect();
    let mut found = Vec::new();
    let mut alarmed: BTreeSet<usize> = BTreeSet::new();
    for (alarm, conflicts) in all {
        alarmed.extend(alarm);
        found.extend(conflicts);
    }
    found.extend(other_currency(corpus, rows, &mut alarmed));
    found.extend(failed_checks(corpus, rows, tried, &alarmed));
    found.sort_by(|a, b| {
        (b.severity, &a.key, a.kind, &a.docs, &a.claims)
            .cmp(&(a.severity, &b.key, b.kind, &b.docs, &b.claims))
    });
    found
}

/// What the arithmetic says of each figure: how often it fits and how often it does not.
struct Witness<'t> {
    /// Row and group to how often they fit and do not, and the sums they go into.
    fits: BTreeMap<(usize, usize), Fits<'t>>,
}

#[derive(Default)]
struct Fits<'t> {
    holds: usize,
    fails: usize,
    tried: Vec<&'t Tried>,
}

impl<'t> Witness<'t> {
    fn new(tried: &'t [Tried]) -> Witness<'t> {
        let mut fits: BTreeMap<(usize, usize), Fits<'t>> = BTreeMap::new();
        for check in tried {
            for input in &check.inputs {
                let entry = fits.entry(*input).or_default();
                match check.status {
                    CheckStatus::Holds => entry.holds += usize::from(check.stated.is_some()),
                    CheckStatus::Fails => entry.fails += 1,
                    CheckStatus::Undecided => continue,
                }
                entry.tried.push(check);
            }
        }
        Witness { fits }
    }

    fn sums(&self, row: usize, group: usize) -> &[&'t Tried] {
        self.fits.get(&(row, group)).map_or(&[], |f| f.tried.as_slice())
    }

    /// Which of two groups of a row the arithmetic speaks against.
    fn odd(&self, row: usize, rival: usize) -> Odd {
        let of = |group| self.fits.get(&(row, group)).map_or((0, 0), |f| (f.holds, f.fails));
        match (of(0), of(rival)) {
            ((holds, 0), (0, fails)) if holds > 0 && fails > 0 => Odd::Rival,
            ((0, fails), (holds, 0)) if holds > 0 && fails > 0 => Odd::Leading,
            _ => Odd::Open,
        }
    }

    /// The check that speaks against a group: it fails with the group's figure and holds with the other's in its
    /// place, so that no third figure can be at fault.
    fn against(&self, row: usize, group: usize, instead: usize) -> Option<&'t Tried> {
        let with = |t: &Tried| -> Vec<(usize, usize)> {
            t.inputs.iter().map(|&i| if i == (row, group) { (row, instead) } else { i }).collect()
        };
        self.sums(row, group).iter().copied().find(|t| {
            let holds = |h: &Tried| h.status == CheckStatus::Holds && h.rule == t.rule && h.inputs == with(t);
            t.status == CheckStatus::Fails && self.sums(row, instead).iter().any(|h| holds(h))
        })
    }
}

/// Which of the leading group and a rival is odd, and how the odd one came about.
fn odd_one(
    corpus: &Corpus<'_>,
    elsewhere: &Elsewhere<'_, '_>,
    witness: &Witness<'_>,
    row: &RowWork<'_>,
    number: usize,
    rival: usize,
) -> (Odd, Slip) {
    let (lead, other) = (&row.groups[0], &row.groups[rival]);
    let as_rival = diagnose(corpus, elsewhere, number, lead, other);
    let standing = agreement::standing(&row.readings, lead, other);
    let by_votes = match (standing.origins.0.cmp(&standing.origins.1), standing.docs.0.cmp(&standing.docs.1))
    {
        (Ordering::Greater, _) => Odd::Rival,
        (Ordering::Less, _) => Odd::Leading,
        // Inside one origin most copies are likelier right than one of them.
        (_, Ordering::Greater) if standing.origins.0 == 0 => Odd::Rival,
        (_, Ordering::Less) if standing.origins.0 == 0 => Odd::Leading,
        _ => Odd::Open,
    };
    if by_votes == Odd::Rival || lead.is_authority {
        return (Odd::Rival, as_rival);
    }
    let as_lead = diagnose(corpus, elsewhere, number, other, lead);
    let by_arithmetic = witness.odd(number, rival);
    let odd = match (by_votes, by_arithmetic, as_rival.directed, as_lead.directed) {
        (Odd::Open, Odd::Open, true, false) => Odd::Rival,
        (Odd::Open, Odd::Open, false, true) => Odd::Leading,
        (Odd::Open, arithmetic, _, _) => arithmetic,
        (votes, _, _, _) => votes,
    };
    let slip = if odd == Odd::Leading || odd == Odd::Open && as_lead.directed { as_lead } else { as_rival };
    (odd, slip)
}

fn rivalry(
    corpus: &Corpus<'_>,
    elsewhere: &Elsewhere<'_, '_>,
    witness: &Witness<'_>,
    row: &RowWork<'_>,
    number: usize,
    rival: usize,
) -> Conflict {
    let (lead, other) = (&row.groups[0], &row.groups[rival]);
    let (odd, mut slip) = odd_one(corpus, elsewhere, witness, row, number, rival);
    let odd_group = match odd {
        Odd::Rival => Some((rival, other, lead)),
        Odd::Leading => Some((0, lead, other)),
        Odd::Open => None,
    };
    let failed = odd_group.and_then(|(g, ..)| witness.against(number, g, if g == 0 { rival } else { 0 }));
    if let Some(failed) = failed
        && matches!(slip.kind, ConflictKind::Value | ConflictKind::Digit)
        && failed.kind == ConflictKind::GrowthVsLevels
        && failed.inputs.last().is_some_and(|(r, _)| *r == number)
    {
        slip.kind = ConflictKind::GrowthVsLevels;
    }
    let is_growth = matches!(row.item.aspect, Aspect::YoyGrowth | Aspect::QoqGrowth);
    if lead.is_authority && is_growth && matches!(slip.kind, ConflictKind::Value | ConflictKind::Digit) {
        slip.kind = ConflictKind::GrowthVsLevels;
    }
    let slipped = odd_group.map(|(_, group, right)| (group, right));
    let severity = severity(corpus, row, (lead, other), slipped, &slip);
    let odd_docs = match odd_group {
        Some((_, group, right)) => {
            let only: Vec<usize> = group.docs.difference(&right.docs).copied().collect();
            // A document that says both is at odds with itself.
            if only.is_empty() { group.docs.iter().copied().collect() } else { only }
        }
        None if lead.docs.len() == 1 && lead.docs == other.docs => lead.docs.iter().copied().collect(),
        None => Vec::new(),
    };
    let mut explain = tell_rivalry(corpus, row, lead, other);
    if !slip.because.is_empty() {
        explain.push(' ');
        explain.push_str(&slip.because);
    }
    if let Some(failed) = failed {
        explain.push_str(" The arithmetic speaks against it too: ");
        explain.push_str(&failed.explain);
    }
    let unit = &row.key.unit;
    let (for_lead, for_rival) = agreement::standing(&row.readings, lead, other).origins;
    let missing = for_lead.saturating_sub(for_rival) + 1;
    let rival_figure = readable::figure(other.value, unit);
    let flips = if lead.is_authority {
        format!("A later filing that says {rival_figure} would turn the verdict; votes do not.")
    } else {
        format!(
            "{missing} more independent {} for {rival_figure} would turn the verdict.",
            if missing == 1 { "source" } else { "sources" }
        )
    };
    Conflict {
        code: slip.kind.code(),
        key: row.key.clone(),
        kind: slip.kind,
        severity,
        docs: corpus.doc_names(lead.docs.union(&other.docs).copied()),
        odd_docs: corpus.doc_names(odd_docs),
        claims: corpus.claim_ids(standing_for(row, lead).chain(members(row, other))),
        explain,
        explanations: slip.explanations,
        flips: Some(flips),
    }
}

/// The claims behind a group: its members, and for a filed figure that follows from others, those.
fn standing_for<'g>(row: &'g RowWork<'_>, group: &'g Group) -> impl Iterator<Item = usize> + use<'g> {
    let filed: &[usize] = match &row.authority {
        Some(authority) if group.is_authority && authority.derivation.is_some() => &authority.claims,
        _ => &[],
    };
    members(row, group).chain(filed.iter().copied())
}

/// Whether one of a group's documents tells the same figure in another row too.
fn told_twice(corpus: &Corpus<'_>, row: &RowWork<'_>, group: &Group) -> bool {
    let mut here: BTreeMap<usize, usize> = BTreeMap::new();
    for reading in &row.readings {
        let claim = corpus.claims[reading.claim];
        if claim.value.abs() == group.value.abs() && claim.unit.dimension() == row.item.dimension {
            *here.entry(reading.doc).or_default() += 1;
        }
    }
    let told = |doc: usize| corpus.tells(doc, group.value, &row.item.dimension);
    group.docs.iter().any(|&doc| told(doc) > here.get(&doc).copied().unwrap_or(0))
}

fn members<'g>(row: &'g RowWork<'_>, group: &'g Group) -> impl Iterator<Item = usize> + use<'g> {
    let readings = &row.readings;
    group.members.iter().map(move |&m| readings[m].claim)
}

/// How bad it is that the two figures differ. Inside one document, a figure that it tells of something else too speaks
/// for a misreading.
fn severity(
    corpus: &Corpus<'_>,
    row: &RowWork<'_>,
    (lead, other): (&Group, &Group),
    odd: Option<(&Group, &Group)>,
    slip: &Slip,
) -> Severity {
    let kind = slip.kind;
    let sure = lead.confidence(&row.readings) >= 500 && other.confidence(&row.readings) >= 500;
    let fact = agreement::is_fact(row.item);
    if kind == ConflictKind::Stale && was_right(row, other) {
        return Severity::Note;
    }
    let near = is_near_miss(lead, other, &row.key.unit);
    let by_rate = row.authority.as_ref().is_some_and(|a| a.derivation.is_some())
        && matches!(row.item.aspect, Aspect::YoyGrowth | Aspect::QoqGrowth);
    if by_rate && !copies_of_one_text(lead, other) {
        return if near || differs_by_wording(lead, other) { Severity::Note } else { Severity::Warning };
    }
    let in_one_document = other.docs.is_subset(&lead.docs) || lead.docs.is_subset(&other.docs);
    let copies = other.origins.is_subset(&lead.origins) || lead.origins.is_subset(&other.origins);
    // A figure that no slip explains and that is far off is as likely of another scope (a region, a part, another
    // window) as wrong: an alarm only where both are read well, and no error even then.
    let far = kind == ConflictKind::Value
        && far_apart(lead.value, other.value)
        && (lead.origins.len() <= 1 || other.origins.len() <= 1);
    // Of another size altogether, it is hardly of the same thing: then nothing may be doubtful about either.
    let least = if of_another_size(lead.value, other.value) { PLAIN } else { MISREAD };
    let well_read = |g: &Group| g.confidence(&row.readings) >= least;
    if far && !copies {
        let clear = well_read(lead) && well_read(other) && fact && !in_one_document;
        return if clear { Severity::Warning } else { Severity::Note };
    }
    if in_one_document && !kind.is_slip_of_the_pen() {
        return Severity::Note;
    }
    if in_one_document {
        // One text rarely contradicts itself; that two of its figures were read under one key is likelier.
        let read_well = sure
            && !(told_twice(corpus, row, other) || told_twice(corpus, row, lead))
            && slip.beyond_chance >= MISREAD_IN_ONE_TEXT
            && !agreement::reading_differs(corpus, &row.readings, lead, other, &row.key.unit);
        let clear = read_well && fact && !near && !row.item.is_undated() && metrics::known(&row.item.metric);
        return if clear && kind != ConflictKind::Bound { Severity::Warning } else { Severity::Note };
    }
    if copies {
        let trouble = agreement::reading_differs(corpus, &row.readings, lead, other, &row.key.unit);
        return match (trouble, sure, kind) {
            (true, _, _) => Severity::Note,
            (_, false, _) | (_, _, ConflictKind::Bound) => Severity::Warning,
            _ => Severity::Error,
        };
    }
    if kind == ConflictKind::Bound {
        // "More than" is often said of a part or of another window: both must be read better than by half.
        let read = [lead, other].iter().all(|g| g.confidence(&row.readings) >= MISREAD);
        return if read && fact && !just_outside(lead, other) { Severity::Warning } else { Severity::Note };
    }
    if let (true, Some((odd, right))) = (kind.is_of_another_key(), odd) {
        // The reader easily makes this mistake too: it must have read the odd text well, and not both figures there.
        let alone = odd.members.iter().map(|&m| &row.readings[m]).filter(|r| !right.docs.contains(&r.doc));
        let read = alone.map(|r| r.confidence).max().unwrap_or(0);
        if read < MISREAD {
            return Severity::Note;
        }
        if read < PLAIN {
            return if fact { Severity::Warning } else { Severity::Note };
        }
    }
    let gross = matches!(kind, ConflictKind::Magnitude | ConflictKind::LocaleMisread | ConflictKind::Sign);
    if near || !fact && !gross {
        return Severity::Note;
    }
    let firm = lead.bound == Bound::Exact && other.bound == Bound::Exact;
    if fact && firm && sure { Severity::Error } else { Severity::Warning }
}

/// Whether one text says both figures.
fn copies_of_one_text(lead: &Group, other: &Group) -> bool {
    other.origins.is_subset(&lead.origins)
}

/// Growth without the effects of currencies or takeovers is some points off, and often told without saying so.
fn differs_by_wording(lead: &Group, other: &Group) -> bool {
    exact::sub(lead.value, other.value).is_ok_and(|gap| gap.abs() <= checks::RESTATED)
}

/// Whether all that say a figure said it before the filing that replaced it.
fn was_right(row: &RowWork<'_>, group: &Group) -> bool {
    let replaced = row.authority.as_ref().filter(|_| !row.superseded.is_empty()).and_then(|a| a.filed);
    replaced.is_some_and(|day| {
        group.members.iter().all(|&m| row.readings[m].published.is_none_or(|said| said < day))
    })
}

/// Whether two figures differ by at most one unit of the coarser one's last digit. Whole counts are not rounded.
fn is_near_miss(a: &Group, b: &Group, unit: &Unit) -> bool {
    let coarser = a.half_width.max(b.half_width);
    let counted = unit.currency().is_none() && !unit.is_percent() && unit.dimension() != "percentage_points";
    if coarser.is_zero()
        || counted && coarser <= Decimal::new(5, 1) && a.value.scale() == 0 && b.value.scale() == 0
    {
        return false;
    }
    let step = exact::add(coarser, coarser);
    step.is_ok_and(|step| exact::sub(a.value, b.value).is_ok_and(|d| d.abs() <= step))
}

/// How bad a failing sum is. Where one text gives all its figures and they miss by a lot, one of them was likelier
/// read under the wrong key than written wrong.
fn sum_severity(check: &Tried, docs: usize) -> Severity {
    let middle = |i: &Interval| i.low().zip(i.high()).and_then(|(l, h)| exact::add(l, h).ok());
    let wild = middle(&check.computed)
        .zip(check.stated.as_ref().and_then(middle))
        .is_none_or(|(computed, stated)| far_apart(computed, stated));
    match (check.force, docs, wild) {
        (Force::Hint, ..) | (_, 1, true) | (Force::Doubt, 1, _) => Severity::Note,
        (Force::Proof, ..) => Severity::Error,
        (Force::Doubt, ..) => Severity::Warning,
    }
}

/// Confidence, in thousandths, that only a claim read with nothing doubtful about it has: what `base` comes to in
/// data/confidence.toml is just above, what is left of it where the entity is carried over just below.
const PLAIN: u16 = 840;

/// Below this confidence, in thousandths, a figure told under the wrong key, or far off for no reason that shows, was as
/// likely read wrong as written wrong.
const MISREAD: u16 = 700;

/// How many times likelier than chance a slip must be before it, and not the reader, is blamed for two figures of one
/// text: readers put two figures under one key that much more often than writers contradict themselves.
const MISREAD_IN_ONE_TEXT: u128 = 100;

/// Whether two figures differ by more than half of the larger.
fn far_apart(a: Decimal, b: Decimal) -> bool {
    let gap = exact::sub(a, b).map(|d| d.abs());
    let room = exact::mul(a.abs().max(b.abs()), Decimal::new(5, 1));
    gap.is_ok_and(|g| room.is_ok_and(|r| g > r))
}

/// Whether one of two figures is more than ten times the other, or they differ in their sign.
fn of_another_size(a: Decimal, b: Decimal) -> bool {
    let tenfold = exact::mul(a.abs().min(b.abs()), Decimal::TEN);
    a.is_sign_negative() != b.is_sign_negative() || tenfold.is_ok_and(|ten| ten < a.abs().max(b.abs()))
}

/// Whether a figure misses a bound by less than a fiftieth of it: "more than 3 billion" for 2.98.
fn just_outside(a: &Group, b: &Group) -> bool {
    let miss = exact::sub(a.value, b.value).map(|d| d.abs());
    let room = exact::mul(a.value.abs().max(b.value.abs()), Decimal::new(2, 2));
    miss.is_ok_and(|m| room.is_ok_and(|r| m <= r))
}

fn tell_rivalry(corpus: &Corpus<'_>, row: &RowWork<'_>, lead: &Group, other: &Group) -> String {
    let unit = &row.key.unit;
    format!(
        "{}: {} say{} {}, {} say{} {}.",
        row.key,
        docs_in_words(corpus, lead),
        if lead.docs.len() == 1 { "s" } else { "" },
        told(lead, unit),
        docs_in_words(corpus, other),
        if other.docs.len() == 1 { "s" } else { "" },
        told(other, unit),
    )
}

fn told(group: &Group, unit: &Unit) -> String {
    let figure = readable::figure(group.value, unit);
    match group.bound {
        Bound::Exact => figure,
        Bound::Approx => format!("about {figure}"),
        Bound::AtLeast => format!("at least {figure}"),
        Bound::AtMost => format!("at most {figure}"),
    }
}

fn docs_in_words(corpus: &Corpus<'_>, group: &Group) -> String {
    let names: Vec<&str> = group.docs.iter().take(2).map(|&d| corpus.docs[d].name).collect();
    match group.docs.len() {
        1 | 2 => names.join(" and "),
        n => format!("{} and {} others", names[0], n - 1),
    }
}

fn truncation(corpus: &Corpus<'_>, row: &RowWork<'_>, cut: &Group) -> Conflict {
    let lead = &row.groups[0];
    let unit = &row.key.unit;
    Conflict {
        code: ConflictKind::Truncated.code(),
        key: row.key.clone(),
        kind: ConflictKind::Truncated,
        severity: Severity::Note,
        docs: corpus.doc_names(lead.docs.union(&cut.docs).copied()),
        odd_docs: Vec::new(),
        claims: corpus.claim_ids(members(row, lead).chain(members(row, cut))),
        explain: format!(
            "{}: {} and {} differ as a figure cut after its last digit differs from one that is rounded.",
            row.key,
            readable::figure(lead.value, unit),
            readable::figure(cut.value, unit)
        ),
        explanations: Vec::new(),
        flips: None,
    }
}

/// The same number told of the same item in two currencies, or in percent and in percentage points.
fn other_currency(corpus: &Corpus<'_>, rows: &[RowWork<'_>], alarmed: &mut BTreeSet<usize>) -> Vec<Conflict> {
    let mut items: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, r)| !r.item.is_undated()) {
        let item = row.item;
        items
            .entry((&item.entity, &item.metric, item.aspect, &item.period, item.modality, &item.qualifiers))
            .or_default()
            .push(i);
    }
    let mut found = Vec::new();
    for same in items.values().filter(|rows| (2..=16).contains(&rows.len())) {
        for (n, &i) in same.iter().enumerate() {
            for &j in &same[n + 1..] {
                if let Some(conflict) = same_number(corpus, &rows[i], &rows[j]) {
                    alarmed.extend([i, j]);
                    found.push(conflict);
                }
            }
        }
    }
    found
}

/// Whether two groups tell the same digits, one perhaps rounded; three of them where they are not quite equal.
fn is_one_number(a: &Group, b: &Group) -> bool {
    let digits = significant_digits(a.value).min(significant_digits(b.value));
    let rounded = || {
        let near = |g: &Group| Interval::around(g.value, g.half_width).ok();
        !a.is_bound()
            && !b.is_bound()
            && digits >= 3
            && near(a).zip(near(b)).is_some_and(|(a, b)| a.meets(&b))
    };
    !a.value.is_zero() && (a.value == b.value || rounded())
}

fn same_number(corpus: &Corpus<'_>, x: &RowWork<'_>, y: &RowWork<'_>) -> Option<Conflict> {
    let kind = match (&x.key.unit, &y.key.unit) {
        (Unit::Money(_), Unit::Money(_)) => ConflictKind::Currency,
        (Unit::MoneyPer(_, a), Unit::MoneyPer(_, b)) if a == b => ConflictKind::Currency,
        (Unit::Named(a), Unit::Named(b)) => {
            let names = [a.as_str(), b.as_str()];
            (names.contains(&"percent") && names.contains(&"percentage_points"))
                .then_some(ConflictKind::Unit)?
        }
        _ => return None,
    };
    let (a, b) = (&x.groups[0], &y.groups[0]);
    if !is_one_number(a, b) || !a.docs.is_disjoint(&b.docs) {
        return None;
    }
    let (for_a, for_b) = (a.origins.difference(&b.origins).count(), b.origins.difference(&a.origins).count());
    let docs = (a.docs.len(), b.docs.len());
    // The odd one second.
    let ((x, a), (y, b), decided) = if a.is_authority != b.is_authority {
        if a.is_authority { ((x, a), (y, b), true) } else { ((y, b), (x, a), true) }
    } else if (for_b, docs.1) > (for_a, docs.0) && (for_a != for_b || for_a == 0) {
        ((y, b), (x, a), true)
    } else {
        ((x, a), (y, b), for_a != for_b || for_a == 0 && docs.0 != docs.1)
    };
    // "$" alone does not say whose dollar it is; that it is no euro it does say.
    let currencies = x.key.unit.currency().zip(y.key.unit.currency());
    let vague = currencies.is_some_and(|(a, b)| money::share_a_name(a, b))
        && [(x, a), (y, b)].iter().any(|(row, group)| {
            members(row, group).any(|c| {
                let quote = corpus.claims[c].quote.as_str();
                quote.contains(['$', '¥', '£']) && !quote.chars().any(|c| c.is_ascii_uppercase())
            })
        });
    let sure = a.confidence(&x.readings) >= 500 && b.confidence(&y.readings) >= 500;
    let severity = match (kind, vague, sure && significant_digits(a.value) >= 2) {
        (_, true, _) | (_, _, false) => Severity::Note,
        (ConflictKind::Currency, ..) => Severity::Error,
        _ => Severity::Warning,
    };
    Some(Conflict {
        code: kind.code(),
        key: y.key.clone(),
        kind,
        severity,
        docs: corpus.doc_names(a.docs.union(&b.docs).copied()),
        odd_docs: if decided { corpus.doc_names(b.docs.iter().copied()) } else { Vec::new() },
        claims: corpus.claim_ids(members(x, a).chain(members(y, b))),
        explain: format!(
            "{}: {} say{} {}, {} say{} {}. The number is the same, the unit is not.",
            x.key,
            docs_in_words(corpus, a),
            if a.docs.len() == 1 { "s" } else { "" },
            readable::figure(a.value, &x.key.unit),
            docs_in_words(corpus, b),
            if b.docs.len() == 1 { "s" } else { "" },
            readable::figure(b.value, &y.key.unit)
        ),
        explanations: Vec::new(),
        flips: None,
    })
}

/// Sums that fail on the leading figures where no input is in a conflict already. The figure that most
/// failing and fewest holding sums share is the likely culprit, then the one with the fewest origins, then
/// the one that was stated as a result.
fn failed_checks(
    corpus: &Corpus<'_>,
    rows: &[RowWork<'_>],
    tried: &[Tried],
    alarmed: &BTreeSet<usize>,
) -> Vec<Conflict> {
    let leading = |t: &&Tried| t.inputs.iter().all(|(_, g)| *g == 0);
    let mut balance: BTreeMap<usize, i64> = BTreeMap::new();
    for check in tried.iter().filter(leading) {
        let step = match check.status {
            CheckStatus::Holds => -i64::from(check.stated.is_some()),
            CheckStatus::Fails => 1,
            CheckStatus::Undecided => 0,
        };
        for (row, _) in &check.inputs {
            *balance.entry(*row).or_default() += step;
        }
    }
    let mut told: BTreeSet<usize> = alarmed.clone();
    let mut found = Vec::new();
    for check in tried.iter().filter(leading).filter(|t| t.status == CheckStatus::Fails) {
        let inputs: Vec<usize> = check.inputs.iter().map(|(r, _)| *r).collect();
        if inputs.iter().any(|r| told.contains(r)) {
            continue;
        }
        // What was filed is not at fault, and filings alone are not put to the test.
        let accused: Vec<usize> =
            (0..inputs.len()).filter(|&p| rows[inputs[p]].authority.is_none()).collect();
        let suspicion = |position: usize| {
            let row = inputs[position];
            (
                balance.get(&row).copied().unwrap_or(0),
                std::cmp::Reverse(rows[row].groups[0].origins.len()),
                position,
            )
        };
        let Some(culprit) = accused.iter().copied().max_by_key(|&p| suspicion(p)) else { continue };
        let unique = accused
            .iter()
            .filter(|&&p| p != culprit)
            .all(|&p| (suspicion(p).0, suspicion(p).1) < (suspicion(culprit).0, suspicion(culprit).1));
        let row = &rows[inputs[culprit]];
        told.insert(inputs[culprit]);
        let docs: BTreeSet<usize> =
            inputs.iter().flat_map(|&r| rows[r].groups[0].docs.iter().copied()).collect();
        let odd: BTreeSet<usize> =
            if unique || docs.len() == 1 { row.groups[0].docs.clone() } else { BTreeSet::new() };
        found.push(Conflict {
            code: check.kind.code(),
            key: row.key.clone(),
            kind: check.kind,
            severity: sum_severity(check, docs.len()),
            docs: corpus.doc_names(docs),
            odd_docs: corpus.doc_names(odd),
            claims: corpus.claim_ids(inputs.iter().flat_map(|&r| members(&rows[r], &rows[r].groups[0]))),
            explain: format!("{}: {}", row.key, check.explain),
            explanations: Vec::new(),
            flips: Some(other_reading(check, &row.key)),
        });
    }
    found
}

fn other_reading(check: &Tried, key: &RowKey) -> String {
    format!("A figure for {key} with which the sum holds would clear this ({}).", check.rule)
}
