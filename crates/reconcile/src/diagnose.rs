//! Which single slip turns one figure into the other.
//!
//! The most specific explanation wins: a sign, a power of ten (with or without a mark that reads two ways),
//! then a figure that others tell of something else (a forecast, another period, metric, entity), then digits.

use std::collections::BTreeMap;

use consilience_claim::{Claim, Decimal, Interval, Modality, exact};

use crate::ConflictKind;
use crate::agreement::{Group, RowWork};
use crate::corpus::Corpus;
use crate::lineage::significant_digits;
use crate::readable;

/// The explanation of one figure by a slip from another.
pub(crate) struct Slip {
    pub(crate) kind: ConflictKind,
    /// What gives it away, as a sentence.
    pub(crate) because: String,
    /// Whether the explanation says which of the two figures is the slip.
    pub(crate) directed: bool,
}

/// Where else each value is told: value and dimension to rows and groups.
pub(crate) struct Elsewhere<'r, 'a> {
    rows: &'r [RowWork<'a>],
    by_value: BTreeMap<(Decimal, &'a str), Vec<(usize, usize)>>,
    by_series: BTreeMap<(&'a str, &'a str, consilience_claim::Aspect, &'a str), Vec<usize>>,
}

impl<'r, 'a> Elsewhere<'r, 'a> {
    pub(crate) fn new(rows: &'r [RowWork<'a>]) -> Elsewhere<'r, 'a> {
        let mut by_value: BTreeMap<_, Vec<(usize, usize)>> = BTreeMap::new();
        let mut by_series: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let item = row.item;
            for (g, group) in row.groups.iter().enumerate() {
                by_value.entry((group.value.abs(), item.dimension.as_str())).or_default().push((i, g));
            }
            by_series
                .entry((item.entity.as_str(), item.metric.as_str(), item.aspect, item.dimension.as_str()))
                .or_default()
                .push(i);
        }
        Elsewhere { rows, by_value, by_series }
    }

    /// Whether one of a group's documents tells the same value in another row too.
    pub(crate) fn told_twice(&self, row: usize, group: &Group) -> bool {
        let key = (group.value.abs(), self.rows[row].item.dimension.as_str());
        let others = self.by_value.get(&key).into_iter().flatten().take(256);
        others.filter(|(i, _)| *i != row).any(|&(i, g)| !self.rows[i].groups[g].docs.is_disjoint(&group.docs))
    }

    /// Groups of other rows with the very same value that a document outside the odd ones tells.
    fn same_value(&self, row: usize, odd: &Group) -> impl Iterator<Item = (&'r RowWork<'a>, &'r Group)> {
        let key = (odd.value.abs(), self.rows[row].item.dimension.as_str());
        let docs = odd.docs.clone();
        let rows = self.rows;
        self.by_value
            .get(&key)
            .into_iter()
            .flatten()
            .take(256)
            .filter(move |(i, _)| *i != row)
            .map(move |&(i, g)| (&rows[i], &rows[i].groups[g]))
            .filter(move |(_, group)| group.docs.iter().any(|d| !docs.contains(d)))
    }
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
    let slip = |kind, directed, because: String| Slip { kind, directed, because };
    if let Some(earlier) = work.withdrawn.iter().find(|w| w.group.interval.meets(&odd.interval)) {
        return slip(
            ConflictKind::Stale,
            true,
            format!("The figure had been replaced by then: {}.", earlier.told(work)),
        );
    }
    if right.is_bound() || odd.is_bound() {
        return slip(ConflictKind::Bound, false, "The figure lies outside the stated bound.".into());
    }
    if let Some(earlier) = work.superseded.iter().find(|s| s.interval.meets(&odd.interval)) {
        let figure = readable::figure(earlier.value, &work.key.unit);
        let because = format!("An earlier filing said {figure}; a later one replaced it.");
        return slip(ConflictKind::Stale, true, because);
    }
    if -right.value == odd.value && !odd.value.is_zero() {
        return slip(ConflictKind::Sign, false, "The two figures differ in their sign only.".into());
    }
    if let Some(power) = power_between(right, odd) {
        let places = power.unsigned_abs();
        let misread = power % 3 != 0 || mark_was_misread(corpus, work, right, odd, places);
        let plausible = nearer_to_its_series(elsewhere, row, right, odd);
        return if misread {
            slip(
                ConflictKind::LocaleMisread,
                plausible,
                format!(
                    "The figures differ by a factor of 10^{places}: a decimal mark was read as a group mark, or the other way."
                ),
            )
        } else {
            slip(
                ConflictKind::Magnitude,
                plausible,
                format!("The figures differ by a factor of 10^{places}: the scale word is likely wrong."),
            )
        };
    }
    if let Some(slip) = told_of_something_else(elsewhere, row, odd) {
        return slip;
    }
    match digits_between(right.value, odd.value) {
        Some(ConflictKind::DigitTransposition) => {
            slip(ConflictKind::DigitTransposition, false, "Two neighbouring digits are swapped.".into())
        }
        Some(kind) => slip(kind, false, "One digit differs.".into()),
        None => slip(ConflictKind::Value, false, String::new()),
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

/// The odd figure is what others report of another modality, version, period, metric or entity.
fn told_of_something_else(elsewhere: &Elsewhere<'_, '_>, row: usize, odd: &Group) -> Option<Slip> {
    let work = &elsewhere.rows[row];
    // Short figures ("5 %") meet by chance.
    let digits = significant_digits(odd.value);
    if digits < 2 {
        return None;
    }
    let item = work.item;
    let mut best: Option<(u8, Slip)> = None;
    for (other, group) in elsewhere.same_value(row, odd) {
        let o = other.item;
        let (entity, metric) = (o.entity == item.entity, o.metric == item.metric);
        let (aspect, period) = (o.aspect == item.aspect, o.period == item.period);
        if !aspect || o.dimension != item.dimension {
            continue;
        }
        let what = format!("{} as {}", readable::figure(group.value, &other.key.unit), other.key);
        let version = |q: &String| matches!(q.as_str(), "preliminary" | "superseded");
        let (rank, kind, because) = match (entity, metric, period) {
            (true, true, true) if o.modality != item.modality && o.modality != Modality::Hypothetical => (
                0,
                ConflictKind::Modality,
                format!("Others tell {what}: a forecast seems to be told as fact."),
            ),
            (true, true, true) if o.qualifiers.iter().any(version) => {
                (1, ConflictKind::Stale, format!("Others tell {what}: an earlier version of the figure."))
            }
            (true, true, false) if o.modality == item.modality && !o.is_undated() => {
                (2, ConflictKind::WrongPeriod, format!("Others tell {what}: another period's figure."))
            }
            (true, false, true) if o.modality == item.modality && digits >= 3 => {
                (3, ConflictKind::WrongMetric, format!("Others tell {what}: another metric's figure."))
            }
            (false, true, true) if o.modality == item.modality && digits >= 3 => {
                (4, ConflictKind::WrongEntity, format!("Others tell {what}: another entity's figure."))
            }
            _ => continue,
        };
        if best.as_ref().is_none_or(|(r, _)| rank < *r) {
            best = Some((rank, Slip { kind, because, directed: digits >= 3 }));
        }
    }
    best.map(|(_, slip)| slip)
}

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
    (apart - 1..=apart + 1).filter(|p| *p != 0).find(|&power| {
        let scaled = |v: Decimal| exact::power_of_ten(-power).and_then(|f| exact::mul(v, f)).ok();
        let (Some(value), Some(width)) = (scaled(odd.value), scaled(odd.half_width)) else { return false };
        // Two digits that agree by chance are no evidence for a slip by one place.
        let enough =
            power.abs() >= 3 || significant_digits(odd.value).min(significant_digits(right.value)) >= 3;
        let near =
            Interval::around(value, width).ok().zip(Interval::around(right.value, right.half_width).ok());
        enough && (value == right.value || power.abs() >= 3 && near.is_some_and(|(a, b)| a.meets(&b)))
    })
}

/// How two figures of the same length differ: in one digit, or in two neighbours swapped.
fn digits_between(a: Decimal, b: Decimal) -> Option<ConflictKind> {
    if a.is_sign_negative() != b.is_sign_negative() {
        return None;
    }
    let scale = a.normalize().scale().max(b.normalize().scale());
    let digits = |v: Decimal| {
        let v = v.abs().normalize();
        let factor = 10u128.checked_pow(scale - v.scale())?;
        Some(v.mantissa().unsigned_abs().checked_mul(factor)?.to_string())
    };
    let (a, b) = (digits(a)?, digits(b)?);
    let written = |t: &str| t.trim_end_matches('0').len();
    if a.len() != b.len() || written(&a).max(written(&b)) < 3 {
        return None;
    }
    let differing: Vec<usize> = (0..a.len()).filter(|&i| a.as_bytes()[i] != b.as_bytes()[i]).collect();
    match *differing {
        [_] => Some(ConflictKind::Digit),
        [i, j] if j == i + 1 && a.as_bytes()[i] == b.as_bytes()[j] && a.as_bytes()[j] == b.as_bytes()[i] => {
            Some(ConflictKind::DigitTransposition)
        }
        _ => None,
    }
}

/// Languages that write the decimal mark as a point (CLDR); the others write a comma.
const POINT_LANGUAGES: [&str; 22] = [
    "en", "zh", "ja", "ko", "th", "hi", "bn", "ta", "te", "mr", "gu", "kn", "ml", "pa", "ur", "he", "ms",
    "fil", "tl", "sw", "si", "my",
];

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
        let language = claim.lang.split(['-', '_']).next().unwrap_or_default();
        Some(Written {
            number,
            mark,
            after: last.zip(mark).map_or("", |(at, mark)| &number[at + mark.len_utf8()..]),
            // Currency codes are words too, but short and in capitals.
            has_words: rest[end..].chars().any(char::is_lowercase),
            point: language.is_empty() || POINT_LANGUAGES.contains(&language),
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
    let item = elsewhere.rows[row].item;
    let key = (item.entity.as_str(), item.metric.as_str(), item.aspect, item.dimension.as_str());
    let order = |v: Decimal| -> Option<i64> {
        let v = v.abs().normalize();
        Some(i64::from(v.mantissa().checked_ilog10()?) - i64::from(v.scale()))
    };
    let mut distances = Vec::new();
    for &i in elsewhere.by_series.get(&key).into_iter().flatten().take(64) {
        let other = &elsewhere.rows[i];
        let Some(group) = other.groups.first().filter(|_| i != row && other.groups.len() == 1) else {
            continue;
        };
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

    #[test]
    fn digits_tell_slips() {
        let d = |t: &str| exact::parse(t).unwrap();
        for (a, b, expected) in [
            ("48385000000", "48835000000", Some(ConflictKind::DigitTransposition)),
            ("435059", "435659", Some(ConflictKind::Digit)),
            ("3.73", "3.78", Some(ConflictKind::Digit)),
            ("21", "12", None),
            ("7788", "7504", None),
            ("7788", "77880", None),
            ("-373", "373", None),
        ] {
            assert_eq!(digits_between(d(a), d(b)), expected, "{a} {b}");
        }
    }
}
