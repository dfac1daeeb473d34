//! Figures that one copy has and the other left out: one note per two documents, never an alarm.
//!
//! Of figures only whole passages count: a paragraph none of whose figures the other text holds was cut. A single
//! figure that one reading found and the other did not says more of the reading than of the texts. But a figure that
//! both hold, and that only one of them dates or qualifies, lost a word on the way.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::Decimal;

use crate::agreement::RowWork;
use crate::corpus::Corpus;
use crate::lineage::{Dependence, significant_digits};
use crate::{Conflict, ConflictKind, Severity, readable};

/// Pairs that are told; a thousand copies need no thousand notes.
const PAIRS: usize = 64;
/// Figures that a note lists.
const LISTED: usize = 6;

pub(crate) fn notes(corpus: &Corpus<'_>, dependences: &[Dependence], rows: &[RowWork<'_>]) -> Vec<Conflict> {
    let mut row_of: Vec<Option<usize>> = vec![None; corpus.claims.len()];
    for (i, row) in rows.iter().enumerate() {
        row.readings.iter().for_each(|r| row_of[r.claim] = Some(i));
    }
    let pairs = dependences.iter().flat_map(|d| [(d.a, d.b), (d.b, d.a)]);
    let mut notes: Vec<Conflict> =
        pairs.filter_map(|(has, lacks)| note(corpus, rows, &row_of, has, lacks)).take(PAIRS).collect();
    notes.extend(lost_words(corpus, dependences, rows));
    notes
}

/// Figures that copies tell alike but for a time or a qualifier that only one of them gives.
fn lost_words(corpus: &Corpus<'_>, dependences: &[Dependence], rows: &[RowWork<'_>]) -> Vec<Conflict> {
    let dependent: BTreeSet<(usize, usize)> =
        dependences.iter().flat_map(|d| [(d.a, d.b), (d.b, d.a)]).collect();
    let mut told: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate().filter(|_| !dependent.is_empty()) {
        let (item, group) = (row.item, &row.groups[0]);
        let figure = (group.value.abs().normalize(), &item.dimension, item.modality);
        told.entry((&item.entity, &item.metric, item.aspect, figure)).or_default().push(i);
    }
    let mut found = Vec::new();
    for alike in told.values().filter(|rows| (2..=16).contains(&rows.len())) {
        for (&i, &j) in alike.iter().flat_map(|i| alike.iter().map(move |j| (i, j))) {
            let (full, bare) = (&rows[i], &rows[j]);
            let dated = !full.item.is_undated() && bare.item.is_undated();
            let more = |a: &[String], b: &[String]| a.len() > b.len() && b.iter().all(|q| a.contains(q));
            let qualified =
                full.item.period == bare.item.period && more(&full.item.qualifiers, &bare.item.qualifiers);
            if !(dated && full.item.qualifiers == bare.item.qualifiers || qualified) {
                continue;
            }
            let docs = |row: &RowWork<'_>| row.groups[0].docs.clone();
            let (has, lacks) = (docs(full), docs(bare));
            let pairs = has.iter().flat_map(|&a| lacks.iter().map(move |&b| (a, b)));
            let lost = |(a, b): &(usize, usize)| {
                dependent.contains(&(*a, *b)) && !lacks.contains(a) && !has.contains(b)
            };
            let Some((a, b)) = pairs.take(PAIRS * PAIRS).find(lost) else { continue };
            let claims = [(full, a), (bare, b)]
                .into_iter()
                .flat_map(|(row, doc)| row.readings.iter().filter(move |r| r.doc == doc).map(|r| r.claim));
            found.push(Conflict {
                code: ConflictKind::Value.code(),
                key: full.key.clone(),
                kind: ConflictKind::Value,
                severity: Severity::Note,
                docs: corpus.doc_names([a.min(b), a.max(b)]),
                odd_docs: Vec::new(),
                claims: corpus.claim_ids(claims),
                explain: format!(
                    "{} tells {} as {}; its copy {} only as {}.",
                    corpus.docs[a].name,
                    readable::figure(full.groups[0].value, &full.key.unit),
                    full.key,
                    corpus.docs[b].name,
                    bare.key
                ),
                explanations: Vec::new(),
                flips: None,
            });
        }
    }
    found.truncate(PAIRS);
    found
}

fn note(
    corpus: &Corpus<'_>,
    rows: &[RowWork<'_>],
    row_of: &[Option<usize>],
    has: usize,
    lacks: usize,
) -> Option<Conflict> {
    let cut = cut_values(corpus, has, lacks)?;
    let mut seen = BTreeSet::new();
    let claims: Vec<usize> = corpus.docs[has]
        .claims
        .clone()
        .filter(|&c| cut.contains(&corpus.claims[c].value.abs().normalize()))
        .filter(|c| {
            row_of[*c].is_some_and(|r| rows[r].readings.iter().all(|x| x.doc != lacks) && seen.insert(r))
        })
        .collect();
    let key = rows[row_of[*claims.first()?]?].key.clone();
    let listed: Vec<String> = claims
        .iter()
        .take(LISTED)
        .map(|&c| readable::figure(corpus.claims[c].value, &corpus.claims[c].unit))
        .collect();
    let more = claims.len() - listed.len();
    let names = [corpus.docs[has].name, corpus.docs[lacks].name];
    Some(Conflict {
        code: ConflictKind::Value.code(),
        key,
        kind: ConflictKind::Value,
        severity: Severity::Note,
        docs: corpus.doc_names([has.min(lacks), has.max(lacks)]),
        odd_docs: Vec::new(),
        claims: corpus.claim_ids(claims),
        explain: format!(
            "{} goes back to the same text as {} and lacks a passage with {}{}.",
            names[1],
            names[0],
            listed.join(", "),
            if more > 0 { format!(" and {more} more") } else { String::new() }
        ),
        explanations: Vec::new(),
        flips: None,
    })
}

/// Values of the paragraphs of one text of which the other holds none.
fn cut_values(corpus: &Corpus<'_>, has: usize, lacks: usize) -> Option<BTreeSet<Decimal>> {
    let figures =
        |doc: usize| corpus.docs[doc].record.map(|r| r.fingerprint.figures.as_slice()).unwrap_or_default();
    if figures(has).is_empty() || figures(lacks).is_empty() {
        return None;
    }
    let held: BTreeSet<Decimal> = figures(lacks).iter().map(|f| f.value.abs().normalize()).collect();
    let mut paragraphs: BTreeMap<u32, Vec<Decimal>> = BTreeMap::new();
    for figure in figures(has) {
        paragraphs.entry(figure.paragraph).or_default().push(figure.value.abs().normalize());
    }
    let cut = paragraphs.into_values().filter(|values| {
        values.iter().all(|v| !held.contains(v)) && values.iter().any(|v| significant_digits(*v) >= 3)
    });
    Some(cut.flatten().collect())
}
