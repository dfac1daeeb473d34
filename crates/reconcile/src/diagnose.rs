//! Which single slip turns one figure into the other.
//!
//! Every slip that could have is weighed against the others and against no slip at all: how often it happens, and
//! how likely just this figure would come of it. Swapped digits of five leave four outcomes, another period's
//! figure as many as there are periods told, and "some other figure" as many as there are figures of that length;
//! so long figures tell their slips apart, and of short ones little is said for sure. Weights are whole numbers.

use std::cmp::Reverse;
use std::hash::Hash;

use consilience_claim::{Claim, Confidence, Decimal, Interval, Modality, exact};

use rayon::slice::ParallelSliceMut;
use xxhash_rust::xxh3::Xxh3;

use crate::agreement::{Group, RowWork};
use crate::corpus::Corpus;
use crate::graph::ItemKey;
use crate::lineage::significant_digits;
use crate::readable;
use crate::time::Withdrawn;
use crate::{ConflictKind, Explanation};

/// The explanation of one figure by a slip from another.
pub(crate) struct Slip {
    /// The likeliest kind.
    pub(crate) kind: ConflictKind,
    /// What gives it away, as a sentence.
    pub(crate) because: String,
    /// Whether the explanation says which of the two figures is the slip.
    pub(crate) directed: bool,
    /// How many times likelier the explanation is than that no slip explains the figure.
    pub(crate) beyond_chance: u128,
    /// Every explanation that is not far-fetched, likeliest first.
    pub(crate) explanations: Vec<Explanation>,
}

/// How often a wrong figure comes about in each way, in thousandths, before anything is known of it.
const PRIORS: [(ConflictKind, u128); 12] = [
    (ConflictKind::Value, 250),
    (ConflictKind::WrongPeriod, 160),
    (ConflictKind::Digit, 100),
    (ConflictKind::Magnitude, 100),
    (ConflictKind::Modality, 80),
    (ConflictKind::LocaleMisread, 60),
    (ConflictKind::DigitTransposition, 60),
    (ConflictKind::Sign, 50),
    (ConflictKind::WrongMetric, 50),
    (ConflictKind::WrongEntity, 40),
    (ConflictKind::Stale, 40),
    (ConflictKind::Unit, 10),
];
/// Weights are thousandths of this, so that their products stay whole.
const ONE: u128 = 1_000_000_000_000_000_000_000;
/// Explanations below so many thousandths are not told.
const TOLD: u16 = 50;
/// How much likelier the writing of a number can make it that a mark, and not a scale word, went wrong.
const MARK_EVIDENCE: u128 = 20;

/// A way in which the odd figure may have come about: its weight is the prior times the chance that just this
/// figure would come out (Bayes).
struct Hypothesis {
    kind: ConflictKind,
    weight: u128,
    because: String,
    directed: bool,
}

impl Hypothesis {
    /// `outcomes`: how many figures the slip could have given, all alike likely.
    fn new(kind: ConflictKind, outcomes: u128, because: String, directed: bool) -> Hypothesis {
        let prior = PRIORS.iter().find(|(k, _)| *k == kind).map_or(1, |(_, prior)| *prior);
        Hypothesis { kind, weight: prior * ONE / outcomes.max(1), because, directed }
    }
}

/// Where else the figures of a row might be told: by the same entity, of the same thing by others.
pub(crate) struct Elsewhere<'r, 'a> {
    rows: &'r [RowWork<'a>],
    /// Rows by entity and dimension, then by the size of what leads them.
    by_entity: Vec<(u64, Decimal, usize)>,
    /// Rows by metric, aspect, period and dimension, then by size.
    by_thing: Vec<(u64, Decimal, usize)>,
    /// Rows by entity, metric, aspect and dimension: one for each period.
    by_series: Vec<(u64, usize)>,
}

/// Rows looked at for one figure, to either side of it: a common one tells nothing.
const LOOKED_AT: usize = 32;
/// Times that a series is taken to have at most: with so many, another period's figure is met by chance.
const TIMES: usize = 256;

impl<'r, 'a> Elsewhere<'r, 'a> {
    pub(crate) fn new(rows: &'r [RowWork<'a>]) -> Elsewhere<'r, 'a> {
        let leading = |of: fn(&ItemKey) -> u64| {
            let mut all: Vec<(u64, Decimal, usize)> =
                rows.iter().enumerate().map(|(i, r)| (of(r.item), r.groups[0].value.abs(), i)).collect();
            all.par_sort_unstable();
            all
        };
        let mut by_series: Vec<(u64, usize)> =
            rows.iter().enumerate().map(|(i, row)| (series(row.item), i)).collect();
        by_series.par_sort_unstable();
        Elsewhere { rows, by_entity: leading(entity), by_thing: leading(thing), by_series }
    }

    /// Other rows of the same entity that differ in nothing but their period, modality and qualifiers.
    fn series(&self, row: usize) -> impl Iterator<Item = &'r RowWork<'a>> {
        let key = series(self.rows[row].item);
        let start = self.by_series.partition_point(|(k, _)| *k < key);
        let rows = self.rows;
        let same = self.by_series[start..].iter().take_while(move |(k, _)| *k == key);
        same.filter(move |(_, i)| *i != row).map(move |(_, i)| &rows[*i])
    }

    /// What leads other rows of the entity, or of the same thing told of others, allows the odd figure, and is told by a
    /// document outside the odd ones.
    fn same_figure(&self, row: usize, odd: &Group) -> Vec<(&'r RowWork<'a>, &'r Group)> {
        let item = self.rows[row].item;
        let size = odd.value.abs();
        // A figure written with fewer digits lies this much to either side at most.
        let room = exact::mul(size, Decimal::new(5, 2)).unwrap_or_default();
        let (low, high) = (exact::sub(size, room).unwrap_or(size), exact::add(size, room).unwrap_or(size));
        let interval = told(odd);
        // The nearest first, to either side.
        let near = |index: &'_ [(u64, Decimal, usize)], key: u64| -> Vec<usize> {
            let middle = index.partition_point(|(k, v, _)| (*k, *v) < (key, size));
            let (below, above) = index.split_at(middle);
            let above = above.iter().take_while(|(k, v, _)| *k == key && *v <= high).take(LOOKED_AT);
            let below = below.iter().rev().take_while(|(k, v, _)| *k == key && *v >= low).take(LOOKED_AT);
            above.chain(below).map(|(_, _, i)| *i).collect()
        };
        let mut found = near(&self.by_entity, entity(item));
        found.extend(near(&self.by_thing, thing(item)));
        found.sort_unstable();
        found.dedup();
        let rows = self.rows;
        found
            .into_iter()
            .filter(|i| *i != row)
            .map(|i| (&rows[i], &rows[i].groups[0]))
            .filter(|(_, group)| {
                group.docs.iter().any(|d| !odd.docs.contains(d))
                    && !group.is_bound()
                    && told(group).meets(&interval)
            })
            .collect()
    }
}

/// A hash of some parts of a key.
fn hashed(parts: impl Hash) -> u64 {
    let mut hash = Xxh3::new();
    parts.hash(&mut hash);
    hash.digest()
}

fn entity(item: &ItemKey) -> u64 {
    hashed((&item.entity, &item.dimension))
}

fn thing(item: &ItemKey) -> u64 {
    hashed((&item.metric, item.aspect, &item.period, &item.dimension))
}

fn series(item: &ItemKey) -> u64 {
    hashed((&item.entity, &item.metric, item.aspect, &item.dimension))
}

/// What a group's figure allows by its own digits, whatever else its members say.
fn told(group: &Group) -> Interval {
    Interval::around(group.value, group.half_width).unwrap_or_else(|_| Interval::point(group.value))
}

/// Explains `odd` as a slip from `right`, both of the row with the given number.
pub(crate) fn diagnose(
    corpus: &Corpus<'_>,
    elsewhere: &Elsewhere<'_, '_>,
    row: usize,
    right: &Group,
    odd: &Group,
) -> Slip {
    let work = &elsewhere.rows[row];
    let only = |kind, directed, because: String| {
        let all =
            vec![Explanation { kind, probability: Confidence::per_mille(999), because: because.clone() }];
        Slip { kind, because, directed, beyond_chance: u128::MAX, explanations: all }
    };
    let replaced_by_then = |w: &&Withdrawn| w.for_all && w.group.interval.meets(&odd.interval);
    if let Some(earlier) = work.withdrawn.iter().find(replaced_by_then) {
        let because = format!("The figure had been replaced by then: {}.", earlier.told(work));
        return only(ConflictKind::Stale, true, because);
    }
    if right.is_bound() || odd.is_bound() {
        return only(ConflictKind::Bound, false, "The figure lies outside the stated bound.".into());
    }
    let mut hypotheses = vec![unexplained(right, odd)];
    hypotheses.extend(sign(right, odd));
    match other_unit(corpus, work, right, odd) {
        // Where the unit alone explains the factor, neither scale word nor mark is at fault.
        Some(unit) => hypotheses.push(unit),
        None => hypotheses.extend(power(corpus, elsewhere, row, right, odd)),
    }
    hypotheses.extend(digits(right, odd));
    hypotheses.extend(told_of_something_else(elsewhere, row, odd));
    hypotheses.extend(replaced(work, odd));
    // The unexplained comes first and the sort is stable: on a tie nothing is explained.
    hypotheses.sort_by_key(|h| Reverse(h.weight));
    let chance = unexplained(right, odd).weight;
    let all: u128 = hypotheses.iter().map(|h| h.weight).sum();
    let explanations = hypotheses
        .iter()
        .map(|h| Explanation {
            kind: h.kind,
            probability: Confidence::per_mille(
                u16::try_from(h.weight * 1000 / all.max(1)).unwrap_or(999).min(999),
            ),
            because: h.because.clone(),
        })
        .filter(|e| e.probability.thousandths() >= TOLD)
        .collect();
    let best = hypotheses.swap_remove(0);
    Slip {
        kind: best.kind,
        because: best.because,
        directed: best.directed,
        beyond_chance: best.weight / chance.max(1),
        explanations,
    }
}

/// Whether two figures are too far apart for one to be a correction of the other: another sign, another power
/// of ten, or less than half.
pub(crate) fn is_gross(a: &Group, b: &Group) -> bool {
    let half = |v: Decimal| exact::mul(v.abs(), Decimal::new(5, 1));
    let (low, high) = if a.value.abs() < b.value.abs() { (a, b) } else { (b, a) };
    a.value.is_sign_negative() != b.value.is_sign_negative()
        || power_between(a, b).is_some()
        || half(high.value).is_ok_and(|half| low.value.abs() < half)
}

/// The step between neighbouring figures of a group's precision: one unit of its last digit.
fn step(group: &Group) -> Decimal {
    let written = exact::add(group.half_width, group.half_width).unwrap_or_default();
    if written.is_zero() { last_digit(group.value) } else { written }
}

/// One unit of the last digit that is not zero.
fn last_digit(value: Decimal) -> Decimal {
    let value = value.normalize();
    let mut mantissa = value.mantissa().unsigned_abs();
    let mut zeros = 0;
    while mantissa > 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
        zeros += 1;
    }
    exact::power_of_ten(zeros - i32::try_from(value.scale()).unwrap_or_default()).unwrap_or(Decimal::ONE)
}

/// How many figures of the odd one's precision the right one leaves open.
fn left_open(right: &Group, step: Decimal) -> u128 {
    let width = exact::add(right.half_width, right.half_width).unwrap_or_default();
    whole(width, step).max(1)
}

/// How often one goes into the other.
fn whole(amount: Decimal, step: Decimal) -> u128 {
    let quotient = exact::div_outward(amount.abs(), step.abs()).map(|(low, _)| low).unwrap_or_default();
    u128::try_from(quotient.trunc().mantissa()).unwrap_or_default()
}

/// Any figure at all, the less likely the further off it is.
fn unexplained(right: &Group, odd: &Group) -> Hypothesis {
    let largest = right.value.abs().max(odd.value.abs());
    Hypothesis::new(ConflictKind::Value, whole(largest, step(odd)), String::new(), false)
}

fn sign(right: &Group, odd: &Group) -> Option<Hypothesis> {
    let opposite = right.value.is_sign_negative() != odd.value.is_sign_negative();
    (opposite && !odd.value.is_zero() && told(odd).negated().meets(&told(right))).then(|| {
        let because = "The two figures differ in their sign only.".to_owned();
        Hypothesis::new(ConflictKind::Sign, left_open(right, step(odd)), because, false)
    })
}

/// Powers of ten that a scale word or a mark may be off by, to either side.
const POWERS: u128 = 8;

fn power(
    corpus: &Corpus<'_>,
    elsewhere: &Elsewhere<'_, '_>,
    row: usize,
    right: &Group,
    odd: &Group,
) -> Vec<Hypothesis> {
    let Some(power) = power_between(right, odd) else { return Vec::new() };
    let places = power.unsigned_abs();
    let plausible = nearer_to_its_series(elsewhere, row, right, odd);
    let factor = exact::power_of_ten(power).unwrap_or(Decimal::ONE);
    let room = exact::mul(right.half_width, factor).unwrap_or_default();
    let open = whole(room, last_digit(odd.value)).max(1) * POWERS;
    let mut mark = Hypothesis::new(
        ConflictKind::LocaleMisread,
        open,
        format!(
            "The figures differ by a factor of 10^{places}: a decimal mark was read as a group mark, or the other way."
        ),
        plausible,
    );
    if power % 3 != 0 {
        return vec![mark];
    }
    let mut word = Hypothesis::new(
        ConflictKind::Magnitude,
        open,
        format!("The figures differ by a factor of 10^{places}: the scale word is likely wrong."),
        plausible,
    );
    if mark_was_misread(corpus, &elsewhere.rows[row], right, odd, places) {
        word.weight /= MARK_EVIDENCE;
    } else {
        mark.weight /= MARK_EVIDENCE;
    }
    vec![word, mark]
}

/// The same number beside a unit of another size: acres for hectares.
fn other_unit(corpus: &Corpus<'_>, work: &RowWork<'_>, right: &Group, odd: &Group) -> Option<Hypothesis> {
    let claims = |group: &Group| -> Vec<&Claim> {
        group.members.iter().take(64).map(|&m| corpus.claims[work.readings[m].claim].as_ref()).collect()
    };
    let (told, slipped) = (claims(right), claims(odd));
    let pair = slipped.iter().find_map(|o| {
        let same = |r: &&&Claim| {
            !r.unit.same_size(&o.unit)
                && r.unit.dimension() == o.unit.dimension()
                && r.quantity()
                    .interval()
                    .ok()
                    .zip(o.quantity().interval().ok())
                    .is_some_and(|(a, b)| a.meets(&b))
        };
        told.iter().find(same).map(|r| (r.unit.clone(), o.unit.clone()))
    });
    pair.map(|(r, o)| {
        let because = format!("The number is the same, once in {r} and once in {o}.");
        Hypothesis::new(ConflictKind::Unit, left_open(right, step(odd)), because, false)
    })
}

/// A figure of the row's own filings that a later one replaced.
fn replaced(work: &RowWork<'_>, odd: &Group) -> Option<Hypothesis> {
    let earlier = work.superseded.iter().find(|s| s.interval.meets(&odd.interval))?;
    let figure = readable::figure(earlier.value, &work.key.unit);
    let because = format!("An earlier filing said {figure}; a later one replaced it.");
    Some(Hypothesis::new(ConflictKind::Stale, left_open(earlier, step(odd)), because, true))
}

/// Figures that others tell of another modality, version, period, metric or entity.
fn told_of_something_else(elsewhere: &Elsewhere<'_, '_>, row: usize, odd: &Group) -> Vec<Hypothesis> {
    let work = &elsewhere.rows[row];
    let digits = significant_digits(odd.value);
    // A single digit is met everywhere.
    if digits < 2 {
        return Vec::new();
    }
    let item = work.item;
    let neighbours = elsewhere.series(row).take(TIMES).count() + 1;
    let mut found: Vec<Hypothesis> = Vec::new();
    for (other, group) in elsewhere.same_figure(row, odd) {
        let o = other.item;
        let (entity, metric) = (o.entity == item.entity, o.metric == item.metric);
        let (aspect, period) = (o.aspect == item.aspect, o.period == item.period);
        if !aspect || o.dimension != item.dimension {
            continue;
        }
        let what = format!("{} as {}", readable::figure(group.value, &other.key.unit), other.key);
        let version = |q: &String| matches!(q.as_str(), "preliminary" | "superseded");
        let (kind, alternatives, because) = match (entity, metric, period) {
            (true, true, true) if o.modality != item.modality && o.modality != Modality::Hypothetical => (
                ConflictKind::Modality,
                1,
                format!("Others tell {what}: a forecast seems to be told as fact."),
            ),
            (true, true, true) if o.qualifiers.iter().any(version) => {
                (ConflictKind::Stale, 1, format!("Others tell {what}: an earlier version of the figure."))
            }
            (true, true, false) if o.modality == item.modality && !o.is_undated() => (
                ConflictKind::WrongPeriod,
                neighbours,
                format!("Others tell {what}: another period's figure."),
            ),
            (true, false, true) if o.modality == item.modality && digits >= 3 => (
                ConflictKind::WrongMetric,
                METRICS_NEAR,
                format!("Others tell {what}: another metric's figure."),
            ),
            (false, true, true) if o.modality == item.modality && digits >= 3 => (
                ConflictKind::WrongEntity,
                ENTITIES_NEAR,
                format!("Others tell {what}: another entity's figure."),
            ),
            _ => continue,
        };
        let outcomes = u128::try_from(alternatives).unwrap_or(1) * left_open(group, step(odd));
        let one = Hypothesis::new(kind, outcomes, because, digits >= 3);
        match found.iter_mut().find(|h| h.kind == kind) {
            Some(h) if h.weight < one.weight => *h = one,
            Some(_) => {}
            None => found.push(one),
        }
    }
    found
}

/// Other metrics of one entity, and other entities of one metric, that a text is likely to hold beside the right one.
const METRICS_NEAR: usize = 8;
const ENTITIES_NEAR: usize = 8;

/// The power of ten (not 0) that takes one figure to the other, within what their digits leave open.
fn power_between(right: &Group, odd: &Group) -> Option<i32> {
    if right.value.is_zero()
        || odd.value.is_zero()
        || right.value.is_sign_negative() != odd.value.is_sign_negative()
    {
        return None;
    }
    let order = |v: Decimal| {
        v.abs().normalize().mantissa().checked_ilog10().map_or(0, i64::from)
            - i64::from(v.normalize().scale())
    };
    let apart = i32::try_from(order(odd.value) - order(right.value)).ok()?;
    // Zeros at the end may have been added with the scale: "23,350 million" for 23.35 billion.
    let room = exact::mul(last_digit(odd.value), Decimal::new(5, 1)).ok()?.max(odd.half_width);
    (apart - 1..=apart + 1).filter(|p| *p != 0).find(|&power| {
        let scaled = |v: Decimal| exact::power_of_ten(-power).and_then(|f| exact::mul(v, f)).ok();
        let (Some(value), Some(width)) = (scaled(odd.value), scaled(room)) else { return false };
        // Two digits that agree by chance are no evidence for a slip by one place; one digit is none for any.
        let digits = significant_digits(odd.value).min(significant_digits(right.value));
        let enough = power.abs() >= 3 || digits >= 3;
        let near = digits >= 2 && Interval::around(value, width).is_ok_and(|a| a.meets(&told(right)));
        enough && (value == right.value || power.abs() >= 3 && near)
    })
}

/// One digit wrong, or two neighbours swapped, within what the right figure leaves open.
fn digits(right: &Group, odd: &Group) -> Vec<Hypothesis> {
    let step = step(odd);
    let Some(written) = digits_of(odd.value, step).filter(|d| d.len() >= 3) else {
        return Vec::new();
    };
    if right.value.is_sign_negative() != odd.value.is_sign_negative() {
        return Vec::new();
    }
    let length = written.len();
    // Nearer than the two roundings together: figures of one precision must be equal.
    let room = exact::mul(step, Decimal::new(5, 1)).and_then(|half| exact::add(half, right.half_width));
    let is_right = |digits: &[u8]| {
        let number = std::str::from_utf8(digits).ok().and_then(|d| exact::parse(d).ok());
        let size = number.and_then(|n| exact::mul(n, step).ok());
        let apart = size.and_then(|s| exact::sub(s, right.value.abs()).ok()).map(|d| d.abs());
        apart.zip(room.ok()).is_some_and(|(apart, room)| apart.is_zero() || apart < room)
    };
    let open = left_open(right, step);
    let mut found = Vec::new();
    let changed = (0..length).any(|place| {
        (b'0'..=b'9').any(|digit| {
            let mut other = written.clone().into_bytes();
            let same = other[place] == digit;
            other[place] = digit;
            !same && (place > 0 || digit != b'0') && is_right(&other)
        })
    });
    if changed {
        let outcomes = 9 * length as u128 * open;
        found.push(Hypothesis::new(ConflictKind::Digit, outcomes, "One digit differs.".into(), false));
    }
    let swapped = (1..length).any(|place| {
        let mut other = written.clone().into_bytes();
        other.swap(place - 1, place);
        other != written.as_bytes() && other[0] != b'0' && is_right(&other)
    });
    if swapped {
        let outcomes = (length as u128 - 1) * open;
        let because = "Two neighbouring digits are swapped.".into();
        found.push(Hypothesis::new(ConflictKind::DigitTransposition, outcomes, because, false));
    }
    found
}

/// The digits of a figure down to a step, without marks.
fn digits_of(value: Decimal, step: Decimal) -> Option<String> {
    let (low, high) = exact::div_outward(value.abs(), step).ok()?;
    (low == high && low.fract().is_zero()).then(|| low.normalize().to_string())
}

/// Languages that write the decimal mark as a point (CLDR); the others write a comma.
const POINT_LANGUAGES: [&str; 22] = [
    "en", "zh", "ja", "ko", "th", "hi", "bn", "ta", "te", "mr", "gu", "kn", "ml", "pa", "ur", "he", "ms",
    "fil", "tl", "sw", "si", "my",
];
/// Countries that write the other mark of the two than most of those who share their language (CLDR).
const OTHERWISE: [(&str, &[&str]); 5] = [
    ("de", &["CH", "LI"]),
    ("en", &["ZA", "AT", "DE", "NL", "DK", "FI", "SE", "SI", "BE"]),
    ("es", &["MX", "PE", "US", "PR", "DO", "GT", "HN", "NI", "PA", "SV", "CU", "BZ"]),
    ("it", &["CH"]),
    ("sw", &["CD"]),
];

/// Whether numbers in a language, as its tag says, have a point before their decimals.
fn writes_point(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let usual = language.is_empty() || POINT_LANGUAGES.contains(&language);
    let differ = OTHERWISE.iter().find(|(l, _)| *l == language).map_or(&[][..], |(_, countries)| countries);
    usual != parts.any(|part| differ.iter().any(|country| part.eq_ignore_ascii_case(country)))
}

/// A number as written: its digits, what stands after its last mark, and the words around it.
struct Written<'a> {
    number: &'a str,
    mark: Option<char>,
    after: &'a str,
    has_words: bool,
    point: bool,
}

fn written<'a>(corpus: &Corpus<'a>, work: &RowWork<'_>, group: &Group) -> Vec<Written<'a>> {
    let members = group.members.iter().take(64);
    members.filter_map(|&m| Written::of(corpus.claims[work.readings[m].claim])).collect()
}

impl<'a> Written<'a> {
    fn of(claim: &'a Claim) -> Option<Written<'a>> {
        let is_mark = |c: char| matches!(c, '.' | ',' | '٫' | '٬');
        let quote = claim.quote.as_str();
        let start = quote.find(char::is_numeric)?;
        let rest = &quote[start..];
        let end = rest.find(|c: char| !c.is_numeric() && !is_mark(c)).unwrap_or(rest.len());
        let number = rest[..end].trim_end_matches(is_mark);
        let last = number.rfind(is_mark);
        let mark = last.and_then(|at| number[at..].chars().next());
        Some(Written {
            number,
            mark,
            after: last.zip(mark).map_or("", |(at, mark)| &number[at + mark.len_utf8()..]),
            // Currency codes are words too, but short and in capitals.
            has_words: rest[end..].chars().any(char::is_lowercase),
            point: writes_point(&claim.lang),
        })
    }

    fn digits(&self) -> impl Iterator<Item = char> {
        self.number.trim_end_matches('0').chars().filter(|c| c.is_numeric())
    }
}

/// Whether a factor of 10^`places` comes from a mark that reads two ways rather than from a wrong scale word.
///
/// The number must end in a mark and so many digits. The same number beside another word elsewhere, by the
/// same marks, speaks for the word; a mark that is not the language's decimal mark, a last zero ("23,350" is no way to write 23.35)
/// or the lack of any scale word speak for the mark.
fn mark_was_misread(
    corpus: &Corpus<'_>,
    work: &RowWork<'_>,
    right: &Group,
    odd: &Group,
    places: u32,
) -> bool {
    let (told, slipped) = (written(corpus, work, right), written(corpus, work, odd));
    let ambiguous = |w: &&Written<'_>| w.after.chars().count() == places as usize;
    let Some(odd) = slipped.iter().find(ambiguous) else {
        // The right text may be the one with the mark: "71,469" read as 71469, and the odd one bare.
        return told.iter().any(|w| ambiguous(&w) && !w.has_words) && slipped.iter().all(|w| !w.has_words);
    };
    if odd.has_words && told.iter().any(|w| w.number == odd.number && w.has_words && w.point == odd.point) {
        return false;
    }
    let foreign = matches!((odd.mark, odd.point), (Some(','), true) | (Some('.'), false));
    foreign
        || odd.after.ends_with('0')
        || !odd.has_words && !told.iter().any(|w| w.has_words && w.digits().eq(odd.digits()))
}

/// Whether the right figure is of the order of its neighbours in time and the odd one is not.
fn nearer_to_its_series(elsewhere: &Elsewhere<'_, '_>, row: usize, right: &Group, odd: &Group) -> bool {
    let order = |v: Decimal| -> Option<i64> {
        let v = v.abs().normalize();
        Some(i64::from(v.mantissa().checked_ilog10()?) - i64::from(v.scale()))
    };
    let mut distances = Vec::new();
    for other in elsewhere.series(row).take(64) {
        let Some(group) = other.groups.first().filter(|_| other.groups.len() == 1) else { continue };
        let told_by_others = group.docs.iter().any(|d| !odd.docs.contains(d));
        if let (true, Some(n), Some(r), Some(o)) =
            (told_by_others, order(group.value), order(right.value), order(odd.value))
        {
            distances.push(((n - r).abs(), (n - o).abs()));
        }
    }
    !distances.is_empty() && distances.iter().all(|(r, o)| *r <= 1 && *o > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(value: &str, half_width: &str) -> Group {
        Group {
            members: Vec::new(),
            interval: Interval::new(None, None),
            value: exact::parse(value).unwrap(),
            half_width: exact::parse(half_width).unwrap(),
            bound: consilience_claim::Bound::Exact,
            is_authority: false,
            precision: None,
            origins: Default::default(),
            docs: Default::default(),
            weight: 0,
        }
    }

    #[test]
    fn marks_are_those_of_the_country() {
        for (tag, point) in [
            ("en", true),
            ("en-GB", true),
            ("en-ZA", false),
            ("es", false),
            ("es-AR", false),
            ("es-MX", true),
            ("de-AT", false),
            ("de-CH", true),
            ("zh-Hant-TW", true),
            ("it_CH", true),
            ("fr-CH", false),
            ("", true),
        ] {
            assert_eq!(writes_point(tag), point, "{tag}");
        }
    }

    #[test]
    fn digits_tell_slips() {
        for (right, odd, half, expected) in [
            ("48385000000", "48835000000", "500000", "digit_transposition"),
            ("435059", "435659", "0.5", "digit"),
            ("3.73", "3.78", "0.005", "digit"),
            // The odd figure is rounded: 92.56 for 92.557 with a digit wrong.
            ("92557000000", "92360000000", "5000000", "digit"),
            ("21", "12", "0.5", ""),
            ("7788", "7504", "0.5", ""),
            ("7788", "77880", "0.5", ""),
            ("-373", "373", "0.5", ""),
        ] {
            let finest = if right == "92557000000" { "500000" } else { half };
            let found = digits(&group(right, finest), &group(odd, half));
            let named: Vec<&str> = found.iter().map(|h| h.kind.as_str()).collect();
            assert_eq!(named.join(" "), expected, "{right} {odd}");
        }
    }
}
