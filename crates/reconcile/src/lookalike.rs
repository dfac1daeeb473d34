//! What looks alike and is not compared: near meetings of rows, with the reason.
//!
//! Listed are pairs of rows of one entity, metric and aspect that differ in one respect and lie close in
//! time, and equal telling values under keys that differ; not every pair of quarters.

use std::collections::BTreeMap;

use consilience_claim::Period;

use rayon::slice::ParallelSliceMut;

use crate::agreement::RowWork;
use crate::catalogue::Catalogue;
use crate::graph::ItemKey;
use crate::lineage::significant_digits;

/// Two rows that are not compared.
pub(crate) struct Lookalike {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) reason: String,
}

/// Pairs told per row, so that a long series does not drown the rest.
const PER_ROW: usize = 6;

/// Near meetings across documents, sorted by row.
pub(crate) fn find(catalogue: &Catalogue, rows: &[RowWork<'_>]) -> Vec<Lookalike> {
    let dated = |i: usize| (rows[i].item.period.last(), i);
    let mut series: Vec<usize> = (0..rows.len()).collect();
    let thing = |&i: &usize| {
        let item = rows[i].item;
        (item.entity.as_str(), family(&item.metric), item.aspect)
    };
    series.par_sort_unstable_by(|a, b| thing(a).cmp(&thing(b)).then_with(|| dated(*a).cmp(&dated(*b))));
    let mut values: Vec<usize> =
        (0..rows.len()).filter(|&i| significant_digits(rows[i].groups[0].value) >= 3).collect();
    let figure = |&i: &usize| {
        let (item, value) = (rows[i].item, rows[i].groups[0].value.abs());
        (item.entity.as_str(), value, item.dimension.as_str())
    };
    values.par_sort_unstable_by(|a, b| figure(a).cmp(&figure(b)).then_with(|| dated(*a).cmp(&dated(*b))));
    let series: Vec<&[usize]> = series.chunk_by(|a, b| thing(a) == thing(b)).collect();
    let values: Vec<&[usize]> = values.chunk_by(|a, b| figure(a) == figure(b)).collect();
    let mut found: BTreeMap<(usize, usize), String> = BTreeMap::new();
    let mut per_row: BTreeMap<usize, usize> = BTreeMap::new();
    for (groups, equal) in [(series, false), (values, true)] {
        for sorted in groups.into_iter().filter(|group| group.len() > 1) {
            for (n, &i) in sorted.iter().enumerate() {
                for &j in sorted.iter().skip(n + 1).take(24) {
                    let reason = why_not(rows[i].item, rows[j].item, equal)
                        .filter(|_| across_documents(&rows[i], &rows[j]));
                    let room = |r: &usize| per_row.get(r).copied().unwrap_or(0) < PER_ROW;
                    if let Some(reason) = reason
                        && room(&i)
                        && room(&j)
                        && !found.contains_key(&(i.min(j), i.max(j)))
                    {
                        found.insert((i.min(j), i.max(j)), reason);
                        *per_row.entry(i).or_default() += 1;
                        *per_row.entry(j).or_default() += 1;
                    }
                }
            }
        }
    }
    for (i, j, reason) in parts_and_wholes(catalogue, rows) {
        let room = |r: &usize| per_row.get(r).copied().unwrap_or(0) < PER_ROW;
        if room(&i) && room(&j) && !found.contains_key(&(i.min(j), i.max(j))) {
            found.insert((i.min(j), i.max(j)), reason);
            *per_row.entry(i).or_default() += 1;
            *per_row.entry(j).or_default() += 1;
        }
    }
    found.into_iter().map(|((a, b), reason)| Lookalike { a, b, reason }).collect()
}

/// Rows of a segment or product and of what it is a part of, that differ in nothing else.
fn parts_and_wholes(catalogue: &Catalogue, rows: &[RowWork<'_>]) -> Vec<(usize, usize, String)> {
    let rest = |item: &'_ ItemKey, entity: &str| {
        let ItemKey { metric, aspect, period, modality, qualifiers, dimension, .. } = item.clone();
        ItemKey { entity: entity.to_owned(), metric, aspect, period, modality, qualifiers, dimension }
    };
    let dated = || rows.iter().enumerate().filter(|(_, r)| !r.item.is_undated());
    if !dated().any(|(_, row)| catalogue.whole_of(&row.item.entity).is_some()) {
        return Vec::new();
    }
    let keys: BTreeMap<&ItemKey, usize> = dated().map(|(i, row)| (row.item, i)).collect();
    let mut found = Vec::new();
    for (i, row) in dated() {
        for whole in catalogue.wholes(&row.item.entity) {
            let Some(&j) = keys.get(&rest(row.item, whole)) else { continue };
            if across_documents(row, &rows[j]) {
                let (part, whole) = (&row.key.entity, &rows[j].key.entity);
                found.push((
                    i,
                    j,
                    format!("one is of {part} and the other of {whole}, which it is a part of"),
                ));
            }
        }
    }
    found
}

/// Metrics that are taken for one another.
pub(crate) fn family(metric: &str) -> &str {
    match metric {
        "eps_basic" | "eps_diluted" => "eps",
        "daily_active_people" => "daily_active_users",
        "monthly_active_people" => "monthly_active_users",
        other => other,
    }
}

fn across_documents(a: &RowWork<'_>, b: &RowWork<'_>) -> bool {
    // What filings say of neighbouring times would drown the rest; it matters where nothing was filed on a row.
    let beside = |r: &RowWork<'_>, other: &RowWork<'_>| r.is_filed_only() && other.authority.is_some();
    if beside(a, b) || beside(b, a) {
        return false;
    }
    let mut docs = a.groups.iter().chain(&b.groups).flat_map(|g| &g.docs);
    let first = docs.next();
    docs.any(|d| Some(d) != first)
}

fn why_not(a: &ItemKey, b: &ItemKey, equal_values: bool) -> Option<String> {
    let same_time = a.period == b.period;
    if equal_values {
        return (a.metric != b.metric && same_time && a.aspect == b.aspect)
            .then(|| {
                format!("one is {} and the other {}", a.metric.replace('_', " "), b.metric.replace('_', " "))
            })
            .or_else(|| {
                let undated = a.is_undated() != b.is_undated();
                (undated && a.metric == b.metric && a.aspect == b.aspect)
                    .then(|| "one does not say of what time it speaks".to_owned())
            });
    }
    if same_time && !a.is_undated() {
        return Some(if a.metric != b.metric {
            format!("one is {} and the other {}", a.metric.replace('_', " "), b.metric.replace('_', " "))
        } else if a.modality != b.modality {
            format!("one is {} and the other {}", a.modality, b.modality)
        } else if a.qualifiers != b.qualifiers {
            format!("one is {} and the other {}", qualifiers(a), qualifiers(b))
        } else {
            format!("one is in {} and the other in {}", a.dimension, b.dimension)
        });
    }
    if a.metric != b.metric
        || a.modality != b.modality
        || a.qualifiers != b.qualifiers
        || a.dimension != b.dimension
    {
        return None;
    }
    near_in_time(&a.period, &b.period)
        .then(|| format!("one speaks of {} and the other of {}", a.period, b.period))
}

fn qualifiers(item: &ItemKey) -> String {
    if item.qualifiers.is_empty() { "unqualified".into() } else { item.qualifiers.join(", ") }
}

/// Windows that overlap without one being a small part of the other, or that nearly coincide.
fn near_in_time(a: &Period, b: &Period) -> bool {
    let (Some(x), Some(y)) = (a.length(), b.length()) else { return false };
    let (Some(a1), Some(a2), Some(b1), Some(b2)) = (a.first(), a.last(), b.first(), b.last()) else {
        return false;
    };
    let comparable = x.max(y) <= 2 * x.min(y);
    let overlap = a1 <= b2 && b1 <= a2;
    let days = |p: consilience_claim::Date, q: consilience_claim::Date| (q - p).get_days().abs();
    let close = days(a1, b1) <= 31 && days(a2, b2) <= 31 && (x > 31 || days(a2, b2) <= 3);
    comparable && overlap || close
}
