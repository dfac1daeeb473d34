//! Which figures of a row can be true together (contract, *Agreement*, rules 1 to 6, 8 and 9).
//!
//! Overlap is not transitive, so a set agrees only if all its intervals share a point; figures of one stated
//! precision must besides be equal. The leading group is found by a sweep over interval ends: the point that
//! most origins allow. Ties go to the greater weight of votes, then to the finer figure, then to the smaller
//! value; where two groups have as many origins and about the same weight, the row is tied and has no value.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use consilience_claim::{Bound, Date, Decimal, Interval, Modality, Period, Unit, exact};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::authority::{Apart, Authority};
use crate::corpus::Corpus;
use crate::graph::{self, ItemKey};
use crate::time::Withdrawn;
use crate::{LogOdds, RowKey, odds};

/// How far a single origin is believed at most, in thousandths: even a well-read source may be wrong.
const SOURCE_TRUST: u32 = 950;
/// How surely a filed figure is read, in thousandths: it is tagged.
pub(crate) const FILED: u16 = 999;
/// Two groups with as many origins are tied unless their votes differ by more than this (odds of two to one).
const TIE_MARGIN: i64 = 693_147;
/// Groups found by full search; what is left after them stays one group per figure.
const SEARCHED_GROUPS: usize = 24;

/// A row while it is being judged.
pub(crate) struct RowWork<'a> {
    pub(crate) item: &'a ItemKey,
    pub(crate) key: RowKey,
    pub(crate) readings: Vec<Reading>,
    /// The leading group first, then rivals, strongest first.
    pub(crate) groups: Vec<Group>,
    /// Figures cut instead of rounded: they support the leading value with a note.
    pub(crate) truncated: Vec<Group>,
    /// Figures that a filing gave and a later one replaced.
    pub(crate) superseded: Vec<Group>,
    /// Figures that their own source has replaced: kept, without a vote.
    pub(crate) withdrawn: Vec<Withdrawn>,
    /// Figures that are not compared with what was filed, with the reason.
    pub(crate) apart: Vec<Apart>,
    /// Whether the leading group leads by its votes; further evidence may still settle a tie.
    pub(crate) tied: bool,
    /// What filings say of the row: then it leads, whatever the votes.
    pub(crate) authority: Option<Box<Authority>>,
}

impl RowWork<'_> {
    /// Whether all readings are of filings: nobody else speaks of the row.
    pub(crate) fn is_filed_only(&self) -> bool {
        self.readings.iter().all(|r| r.filed)
    }

    /// Groups the given readings anew; the others have no say.
    pub(crate) fn regroup(&mut self, speaking: Vec<usize>) {
        self.groups = sort_into_groups(&self.readings, speaking);
        self.truncated = set_truncated_aside(&mut self.groups);
        self.tied = self.groups.len() > 1 && is_tie(&self.readings, &self.groups[0], &self.groups[1]);
    }
}

impl RowWork<'_> {
    /// Whether the row is worded as the loss that its canonical metric is the negative of.
    pub(crate) fn is_turned(&self) -> bool {
        graph::fold_metric(&self.key.metric) != self.item.metric
    }
}

/// A claim as its row sees it: in the row's unit and sign.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) claim: usize,
    pub(crate) doc: usize,
    pub(crate) origin: usize,
    pub(crate) value: Decimal,
    pub(crate) precision: Option<Decimal>,
    pub(crate) half_width: Decimal,
    pub(crate) interval: Interval,
    pub(crate) bound: Bound,
    pub(crate) confidence: u16,
    pub(crate) repeat: bool,
    /// Whether a filing says it.
    pub(crate) filed: bool,
    /// The day on which it was said.
    pub(crate) published: Option<Date>,
}

/// Readings that can be true together.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// Numbers of readings, in order.
    pub(crate) members: Vec<usize>,
    /// What they share.
    pub(crate) interval: Interval,
    /// The most precise value of a claim inside it.
    pub(crate) value: Decimal,
    /// The room that this value's wording leaves to either side.
    pub(crate) half_width: Decimal,
    /// How the value is bounded: `Exact` unless no exact figure is among the members.
    pub(crate) bound: Bound,
    pub(crate) precision: Option<Decimal>,
    pub(crate) origins: BTreeSet<usize>,
    pub(crate) docs: BTreeSet<usize>,
    /// Sum of the origins' votes.
    pub(crate) weight: i64,
    /// Whether filings say it, among others or alone; a filing's figure may follow from others and have no members.
    pub(crate) is_authority: bool,
}

/// Groups the claims of every data item into rows, sorted by key.
pub(crate) fn rows<'a>(corpus: &Corpus<'a>, origins: &[usize]) -> Vec<RowWork<'a>> {
    let mut rows: Vec<RowWork<'a>> = corpus
        .items
        .par_iter()
        .flat_map_iter(|(item, claims)| rows_of(corpus, origins, item, claims))
        .collect();
    rows.par_sort_by(|a, b| {
        let first =
            |r: &RowWork<'_>| r.groups.first().and_then(|g| g.members.first()).map(|&m| r.readings[m].claim);
        a.key.cmp(&b.key).then_with(|| first(a).cmp(&first(b)))
    });
    rows
}

/// What is dated is one row; what is not dated meets nothing outside its own origin.
fn rows_of<'a>(
    corpus: &Corpus<'a>,
    origins: &[usize],
    item: &'a ItemKey,
    claims: &[usize],
) -> Vec<RowWork<'a>> {
    if !item.is_undated() {
        return vec![row(corpus, origins, item, claims)];
    }
    let mut rows = Vec::new();
    let mut by_origin: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &c in claims {
        by_origin.entry(origins[corpus.doc_of[c]]).or_default().push(c);
    }
    for claims in by_origin.into_values() {
        undated_rows(corpus, origins, item, &claims, &mut rows);
    }
    rows
}

fn row<'a>(corpus: &Corpus<'a>, origins: &[usize], item: &'a ItemKey, claims: &[usize]) -> RowWork<'a> {
    let (key, turned) = display_key(corpus, origins, item, claims);
    let readings: Vec<Reading> =
        claims.iter().map(|&c| Reading::new(corpus, origins, c, &key.unit, turned)).collect();
    let (groups, truncated, tied) = (Vec::new(), Vec::new(), false);
    let (superseded, withdrawn, apart) = (Vec::new(), Vec::new(), Vec::new());
    let mut row = RowWork {
        item,
        key,
        readings,
        groups,
        truncated,
        superseded,
        withdrawn,
        apart,
        tied,
        authority: None,
    };
    row.regroup((0..row.readings.len()).collect());
    row
}

/// Undated figures of one origin need not speak of one time: each is a row of its own, unless one document
/// has a figure exactly where its copy has another.
fn undated_rows<'a>(
    corpus: &Corpus<'a>,
    origins: &[usize],
    item: &'a ItemKey,
    claims: &[usize],
    rows: &mut Vec<RowWork<'a>>,
) {
    let whole = row(corpus, origins, item, claims);
    let mut left: VecDeque<Group> = whole.groups.into_iter().chain(whole.truncated).collect();
    while let Some(leading) = left.pop_front() {
        let mut groups = vec![leading];
        // With one left, it may be what a copy has in its place.
        let is_copied = |other: &Group| {
            other.docs.is_disjoint(&groups[0].docs)
                && !reading_differs(corpus, &whole.readings, &groups[0], other, &whole.key.unit)
        };
        if left.len() == 1 && left.front().is_some_and(is_copied) {
            groups.extend(left.pop_front());
        }
        // Only the readings of these groups belong to the row.
        let mut readings = Vec::new();
        for group in &mut groups {
            for member in &mut group.members {
                readings.push(whole.readings[*member].clone());
                *member = readings.len() - 1;
            }
        }
        let tied = groups.len() > 1 && is_tie(&readings, &groups[0], &groups[1]);
        rows.push(RowWork {
            item,
            key: whole.key.clone(),
            readings,
            groups,
            truncated: Vec::new(),
            superseded: Vec::new(),
            withdrawn: Vec::new(),
            apart: Vec::new(),
            tied,
            authority: None,
        });
    }
}

/// The form in which a row is shown: each part as most origins write it, ties to the first in order;
/// on a tie between income and loss, the wording of exact figures that are positive. Counting origins keeps copies from renaming a row.
fn display_key(corpus: &Corpus<'_>, origins: &[usize], item: &ItemKey, claims: &[usize]) -> (RowKey, bool) {
    let first = corpus.claims[claims[0]];
    let alike = |c: &usize| {
        let claim = corpus.claims[*c];
        !graph::turns(claim)
            && claim.entity == first.entity
            && claim.unit == first.unit
            && claim.period == first.period
    };
    // Nearly every row is worded one way.
    if claims.iter().all(alike) {
        let key = RowKey {
            entity: first.entity.clone(),
            metric: item.metric.clone(),
            aspect: item.aspect,
            period: first.period.clone(),
            modality: item.modality,
            qualifiers: item.qualifiers.clone(),
            unit: first.unit.clone(),
        };
        return (key, false);
    }
    let mut losses: BTreeMap<bool, BTreeSet<usize>> = BTreeMap::new();
    let mut exact: BTreeMap<bool, Vec<Decimal>> = BTreeMap::new();
    let mut entities: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut units: BTreeMap<&Unit, BTreeSet<usize>> = BTreeMap::new();
    let mut periods: BTreeMap<&Period, BTreeSet<usize>> = BTreeMap::new();
    for &c in claims {
        let (claim, origin) = (corpus.claims[c], origins[corpus.doc_of[c]]);
        losses.entry(graph::turns(claim)).or_default().insert(origin);
        if claim.bound == Bound::Exact {
            exact.entry(graph::turns(claim)).or_default().push(claim.value);
        }
        entities.entry(&claim.entity).or_default().insert(origin);
        units.entry(&claim.unit).or_default().insert(origin);
        periods.entry(&claim.period).or_default().insert(origin);
    }
    let count = |turned: bool| losses.get(&turned).map_or(0, BTreeSet::len);
    // On a tie the wording under which the exact figures are positive: a profit is no negative loss.
    let positive = |turned: bool| {
        exact.get(&turned).is_none_or(|values| values.iter().all(|value| !value.is_sign_negative()))
    };
    let turned = match count(true).cmp(&count(false)) {
        Ordering::Greater => true,
        Ordering::Equal => {
            exact.contains_key(&true) && positive(true) && !(exact.contains_key(&false) && positive(false))
        }
        Ordering::Less => false,
    };
    let metric = claims
        .iter()
        .map(|&c| corpus.claims[c])
        .find(|c| turned && graph::turns(c))
        .map_or_else(|| item.metric.clone(), |c| graph::fold_metric(&c.metric));
    let key = RowKey {
        entity: most(entities).map_or_else(|| item.entity.clone(), str::to_owned),
        metric,
        aspect: item.aspect,
        period: most(periods).cloned().unwrap_or_default(),
        modality: item.modality,
        qualifiers: item.qualifiers.clone(),
        unit: most(units).cloned().unwrap_or_else(|| Unit::named(item.dimension.clone())),
    };
    (key, turned)
}

fn most<T: Ord + Copy>(counts: BTreeMap<T, BTreeSet<usize>>) -> Option<T> {
    counts.into_iter().max_by_key(|(form, origins)| (origins.len(), Reverse(*form))).map(|(form, _)| form)
}

impl Reading {
    fn new(corpus: &Corpus<'_>, origins: &[usize], claim: usize, unit: &Unit, row_turned: bool) -> Reading {
        let c = corpus.claims[claim];
        // Where a factor does not fit, the figure stays as written: it then meets only its like.
        let quantity = c.quantity().convert(unit).unwrap_or_else(|_| c.quantity());
        let mut value = quantity.value().normalize();
        let mut interval = quantity.interval().unwrap_or_else(|_| Interval::point(value));
        let half_width = quantity.half_width().unwrap_or_default();
        let turns = graph::turns(c) != row_turned;
        if turns {
            value = -value;
            interval = interval.negated();
        }
        let doc = corpus.doc_of[claim];
        Reading {
            claim,
            doc,
            origin: origins[doc],
            value,
            precision: quantity.precision().map(|p| p.normalize()),
            half_width,
            interval,
            bound: quantity.bound(),
            confidence: corpus.confidence(claim),
            repeat: c.repeat_of.is_some(),
            filed: corpus.docs[doc].is_filing(),
            published: c.published.as_deref().and_then(|p| p.get(..10)?.parse().ok()),
        }
    }
}

/// The vote of an origin that is read with the given confidence: never against what it says.
pub(crate) fn vote(confidence: u16) -> LogOdds {
    let believed = u32::from(confidence) * SOURCE_TRUST / 1000;
    LogOdds(odds::log_odds(u16::try_from(believed).unwrap_or(0)).0.max(50_000))
}

/// Readings of one value, precision and bound.
struct Node {
    members: Vec<usize>,
    value: Decimal,
    /// Set where figures of the same precision must be equal.
    strict: Option<Decimal>,
    half_width: Decimal,
    interval: Interval,
    origins: BTreeSet<usize>,
    weight: i64,
}

/// Sorts some of the readings of a row into groups that can be true together, the leading one first.
pub(crate) fn sort_into_groups(readings: &[Reading], members: impl IntoIterator<Item = usize>) -> Vec<Group> {
    let mut same: BTreeMap<(Decimal, Option<Decimal>, Bound), Vec<usize>> = BTreeMap::new();
    let mut origins = BTreeSet::new();
    for i in members {
        let r = &readings[i];
        origins.insert(r.origin);
        same.entry((r.value, r.precision, r.bound)).or_default().push(i);
    }
    if same.len() == 1 {
        return same.into_values().map(|members| Group::of(readings, members)).collect();
    }
    let nodes: Vec<Node> = same
        .into_iter()
        .map(|((value, precision, bound), members)| {
            let first = &readings[members[0]];
            Node {
                value,
                strict: if bound == Bound::Exact { precision } else { None },
                half_width: first.half_width,
                interval: first.interval,
                origins: members.iter().map(|&m| readings[m].origin).collect(),
                weight: Group::of(readings, members.clone()).weight,
                members,
            }
        })
        .collect();
    let one_origin = origins.len() <= 1;
    let mut left: Vec<usize> = (0..nodes.len()).collect();
    let mut groups = Vec::new();
    while !left.is_empty() {
        if groups.len() == SEARCHED_GROUPS {
            groups.extend(left.drain(..).map(|n| Group::of(readings, nodes[n].members.clone())));
            break;
        }
        let chosen = leading(readings, &nodes, &left, one_origin);
        left.retain(|n| !chosen.contains(n));
        let mut members: Vec<usize> = chosen.iter().flat_map(|&n| nodes[n].members.iter().copied()).collect();
        members.sort_unstable();
        groups.push(Group::of(readings, members));
    }
    groups
}

/// The best of the largest consistent sets among the given nodes.
fn leading(readings: &[Reading], nodes: &[Node], left: &[usize], one_origin: bool) -> BTreeSet<usize> {
    let mut points: Vec<Decimal> =
        left.iter().flat_map(|&n| [nodes[n].interval.low(), nodes[n].interval.high()]).flatten().collect();
    points.sort_unstable();
    points.dedup();
    let mut by_low: Vec<usize> = left.to_vec();
    by_low.sort_by_key(|&n| (nodes[n].interval.low(), n));
    let mut by_high: Vec<usize> = left.to_vec();
    by_high.sort_by_key(|&n| (nodes[n].interval.high().is_none(), nodes[n].interval.high(), n));

    // A first sweep counts the origins that allow each point; a second notes who allows the best of them.
    let mut best: (usize, Vec<Decimal>) = (0, Vec::new());
    let mut open: BTreeMap<usize, usize> = BTreeMap::new();
    sweep(nodes, &points, (&by_low, &by_high), |point, change| match change {
        Change::Opens(n) => nodes[n].origins.iter().for_each(|&o| *open.entry(o).or_default() += 1),
        Change::Closes(n) => {
            for o in &nodes[n].origins {
                if let Some(n) = open.get_mut(o) {
                    *n -= 1;
                    if *n == 0 {
                        open.remove(o);
                    }
                }
            }
        }
        Change::Settled => match open.len().cmp(&best.0) {
            Ordering::Greater => best = (open.len(), vec![point]),
            Ordering::Equal if best.1.len() < 64 => best.1.push(point),
            _ => {}
        },
    });
    if points.is_empty() {
        return left.iter().copied().collect();
    }
    let mut open: BTreeSet<usize> = BTreeSet::new();
    let mut allowing: Vec<Vec<usize>> = Vec::new();
    sweep(nodes, &best.1, (&by_low, &by_high), |_, change| match change {
        Change::Opens(n) => _ = open.insert(n),
        Change::Closes(n) => _ = open.remove(&n),
        Change::Settled => allowing.push(open.iter().copied().collect()),
    });
    allowing
        .into_iter()
        .map(|here| consistent(nodes, here))
        .max_by_key(|set| {
            let members: Vec<usize> = set.iter().flat_map(|&n| nodes[n].members.iter().copied()).collect();
            let group = Group::of(readings, members);
            // Inside one origin the documents decide, then the mentions: there are no other votes.
            let inside = if one_origin { (group.docs.len(), group.members.len()) } else { (0, 0) };
            (group.origins.len(), inside, group.weight, Reverse(group.half_width), Reverse(group.value))
        })
        .unwrap_or_default()
}

/// What happens on the way over points in rising order.
enum Change {
    /// A node allows the next point.
    Opens(usize),
    /// A node does no longer.
    Closes(usize),
    /// All that allow the point are open.
    Settled,
}

/// Goes over points in rising order and tells which nodes, sorted by their low and by their high ends, allow each.
fn sweep(
    nodes: &[Node],
    points: &[Decimal],
    (by_low, by_high): (&[usize], &[usize]),
    mut tell: impl FnMut(Decimal, Change),
) {
    let (mut entered, mut gone) = (0, 0);
    for &point in points {
        while entered < by_low.len() && nodes[by_low[entered]].interval.low().is_none_or(|l| l <= point) {
            tell(point, Change::Opens(by_low[entered]));
            entered += 1;
        }
        while gone < by_high.len() && nodes[by_high[gone]].interval.high().is_some_and(|h| h < point) {
            tell(point, Change::Closes(by_high[gone]));
            gone += 1;
        }
        tell(point, Change::Settled);
    }
}

/// Of nodes that allow one point, all without those that clash in strict equality with a stronger one.
fn consistent(nodes: &[Node], mut here: Vec<usize>) -> BTreeSet<usize> {
    here.sort_by_key(|&n| {
        (Reverse(nodes[n].origins.len()), Reverse(nodes[n].weight), nodes[n].half_width, nodes[n].value)
    });
    let mut taken: BTreeMap<Decimal, Decimal> = BTreeMap::new();
    here.into_iter()
        .filter(|&n| match nodes[n].strict {
            Some(precision) => *taken.entry(precision).or_insert(nodes[n].value) == nodes[n].value,
            None => true,
        })
        .collect()
}

impl Group {
    pub(crate) fn of(readings: &[Reading], members: Vec<usize>) -> Group {
        let all = || members.iter().map(|&m| &readings[m]);
        let mut interval = Interval::new(None, None);
        for r in all() {
            interval = interval.intersection(&r.interval).unwrap_or(interval);
        }
        // An exact figure before a hedged one before a bound; inside the shared range before outside; the
        // finest; of bounds the tightest.
        let kind = |b: Bound| match b {
            Bound::Exact => 0,
            Bound::Approx => 1,
            Bound::AtLeast | Bound::AtMost => 2,
        };
        let best = all().min_by_key(|r| {
            let looseness = match r.bound {
                Bound::AtLeast => -r.value.abs(),
                Bound::AtMost => r.value.abs(),
                _ => r.half_width,
            };
            (kind(r.bound), !interval.contains(r.value), looseness, r.value)
        });
        let origins: BTreeSet<usize> = all().map(|r| r.origin).collect();
        // An origin votes once, with its surest reading.
        let mut surest: BTreeMap<usize, u16> = BTreeMap::new();
        for r in all() {
            let best = surest.entry(r.origin).or_default();
            *best = r.confidence.max(*best);
        }
        let weight = surest.values().map(|confidence| vote(*confidence).0).sum();
        Group {
            interval,
            value: best.map(|r| r.value).unwrap_or_default(),
            half_width: best.map(|r| r.half_width).unwrap_or_default(),
            bound: best.map(|r| r.bound).unwrap_or_default(),
            precision: best.and_then(|r| r.precision),
            docs: all().map(|r| r.doc).collect(),
            origins,
            weight,
            is_authority: false,
            members,
        }
    }

    pub(crate) fn is_bound(&self) -> bool {
        matches!(self.bound, Bound::AtLeast | Bound::AtMost)
    }

    /// How surely the group's figure was read, at best.
    pub(crate) fn confidence(&self, readings: &[Reading]) -> u16 {
        if self.is_authority {
            return FILED;
        }
        self.members.iter().map(|&m| readings[m].confidence).max().unwrap_or(0)
    }
}

/// Who stands for the first of two groups and not the second, and the other way.
pub(crate) struct Standing {
    pub(crate) origins: (usize, usize),
    pub(crate) docs: (usize, usize),
    weights: (i64, i64),
}

/// Weighs two groups against each other. Members of the first that the second allows too do not tell them
/// apart and do not count; nor do origins that are on both sides.
pub(crate) fn standing(readings: &[Reading], first: &Group, second: &Group) -> Standing {
    let apart: Vec<usize> = first
        .members
        .iter()
        .copied()
        .filter(|&m| {
            let r = &readings[m];
            let strict =
                r.bound == Bound::Exact && second.bound == Bound::Exact && r.precision == second.precision;
            strict || !r.interval.meets(&second.interval)
        })
        .collect();
    let narrowed = if apart.is_empty() { None } else { Some(Group::of(readings, apart)) };
    let first = narrowed.as_ref().unwrap_or(first);
    Standing {
        origins: (
            first.origins.difference(&second.origins).count(),
            second.origins.difference(&first.origins).count(),
        ),
        docs: (first.docs.difference(&second.docs).count(), second.docs.difference(&first.docs).count()),
        weights: (first.weight, second.weight),
    }
}

/// Whether votes leave it open which of two groups is right.
fn is_tie(readings: &[Reading], first: &Group, second: &Group) -> bool {
    let standing = standing(readings, first, second);
    match standing.origins {
        (0, 0) => standing.docs.0 == standing.docs.1,
        (a, b) => a == b && (standing.weights.0 - standing.weights.1).abs() < TIE_MARGIN,
    }
}

/// A coarse figure that is the finer one cut after its last digit is no rival (31.9 for 31.999).
pub(crate) fn set_truncated_aside(groups: &mut Vec<Group>) -> Vec<Group> {
    if groups.len() < 2 {
        return Vec::new();
    }
    let leading = groups[0].clone();
    let (aside, rivals) = groups
        .drain(1..)
        .partition(|g: &Group| is_cut(g, &leading) || is_cut(&leading, g) && g.origins.len() == 1);
    groups.extend::<Vec<Group>>(rivals);
    aside
}

/// Whether the first figure is the second cut after the first's last digit.
fn is_cut(coarse: &Group, fine: &Group) -> bool {
    let exact_figures = coarse.bound == Bound::Exact && fine.bound == Bound::Exact;
    let (Some(p), Some(f)) = (coarse.precision, fine.precision) else { return false };
    let Ok(step) = exact::add(p, p) else { return false };
    let same_sign = coarse.value.is_sign_negative() == fine.value.is_sign_negative();
    let (c, v) = (coarse.value.abs(), fine.value.abs());
    exact_figures && same_sign && f < p && c <= v && exact::sub(v, c).is_ok_and(|d| d < step)
}

/// Whether two documents of one origin hold both figures alike, so that only the reading put them into
/// different rows: then the texts agree.
pub(crate) fn reading_differs(
    corpus: &Corpus<'_>,
    readings: &[Reading],
    a: &Group,
    b: &Group,
    unit: &Unit,
) -> bool {
    let mut docs: BTreeMap<usize, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
    for &m in &a.members {
        docs.entry(readings[m].origin).or_default().0.insert(readings[m].doc);
    }
    for &m in &b.members {
        docs.entry(readings[m].origin).or_default().1.insert(readings[m].doc);
    }
    docs.values()
        .filter_map(|(x, y)| {
            // Any two different documents, one for each figure.
            let first = *x.first()?;
            let other = y.iter().find(|d| **d != first);
            other.map(|d| (first, *d)).or_else(|| Some((*x.iter().find(|d| !y.contains(d))?, *y.first()?)))
        })
        .any(|(x, y)| {
            let n = |doc, g: &Group| corpus.mentions(doc, g.value, unit);
            let counts = [n(x, a), n(x, b), n(y, a), n(y, b)];
            counts.iter().all(|c| *c > 0) && counts[0] * counts[3] == counts[1] * counts[2]
        })
}

/// Whether a row tells what was, and not what someone expects or plans.
pub(crate) fn is_fact(item: &ItemKey) -> bool {
    item.modality == Modality::Actual
}
