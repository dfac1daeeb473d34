//! Claims in a line: `Toyota revenue 2023-Q2 = 45.1bn USD ±50m expected [non_gaap] @a`.
//!
//! The value may carry `k`, `m`, `bn` or `tn`; `>` and `<` in place of `=` are bounds, `~` is a hedge. The precision
//! defaults to half the last written digit. Words after the unit, in any order: an aspect, a modality,
//! `[qualifiers]`, `c=0.4` for the confidence, `"quote"` without blanks. `@a` names the document; several
//! lines are several claims. A line `doc a lang=fr on=2023-07-01 by=Wire` gives a document a record whose
//! figures are those of its claims; with `filer=Toyota` it is a filing. `on=2023-07-01` on a claim dates it alone.

use std::collections::BTreeMap;

use consilience_claim::{Bound, Claim, ClaimId, Confidence, Decimal, DocumentRecord, Figure, Rank, exact};

use crate::{Audit, ClaimGraph, Config, Conflict, Row, Severity, reconcile};

pub(crate) fn graph(text: &str) -> ClaimGraph {
    let (documents, claims) = parse(text);
    let mut graph = ClaimGraph::default();
    documents.into_iter().for_each(|d| graph.insert_document(d));
    claims.into_iter().for_each(|c| graph.insert(c));
    graph
}

pub(crate) fn audit(text: &str) -> Audit {
    reconcile(&graph(text), &Config::default())
}

pub(crate) fn parse(text: &str) -> (Vec<DocumentRecord>, Vec<Claim>) {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (mut documents, mut claims) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        match line.strip_prefix("doc ") {
            Some(rest) => documents.push(document(rest)),
            None => {
                let mut c = claim(line);
                let place = places.entry(c.doc.clone()).or_default();
                *place += 10;
                (c.span.start, c.span.end) = (*place, *place + 5);
                c.id = ClaimId::derive("", &c);
                claims.push(c);
            }
        }
    }
    for d in &mut documents {
        d.fingerprint.figures = claims
            .iter()
            .filter(|c| c.doc == d.doc)
            .map(|c| Figure {
                value: c.value,
                unit: c.unit.clone(),
                paragraph: u32::try_from(c.span.start / 30).unwrap(),
            })
            .collect();
    }
    (documents, claims)
}

fn document(rest: &str) -> DocumentRecord {
    let mut words = rest.split(' ');
    let mut record = DocumentRecord { doc: words.next().unwrap().to_owned(), ..DocumentRecord::default() };
    for word in words {
        match word.split_once('=') {
            Some(("lang", lang)) => record.lang = Some(lang.to_owned()),
            Some(("on", day)) => record.published = Some(day.to_owned()),
            Some(("by", source)) => record.source = Some(source.to_owned()),
            Some(("sha", hash)) => record.sha256 = hash.to_owned(),
            Some(("filer", name)) => {
                record.rank = Rank::Filing;
                record.fingerprint.names = vec![name.to_owned()];
            }
            _ => panic!("{word}?"),
        }
    }
    record
}

fn claim(line: &str) -> Claim {
    let (what, said) =
        line.split_once([' ', '=']).map(|_| line).unwrap().split_at(line.find(['=', '<', '>', '~']).unwrap());
    let mut what: Vec<&str> = what.split_whitespace().collect();
    let period = what.pop().unwrap();
    let metric = what.pop().unwrap();
    let bound = match said.chars().next().unwrap() {
        '>' => Bound::AtLeast,
        '<' => Bound::AtMost,
        '~' => Bound::Approx,
        _ => Bound::Exact,
    };
    let mut words = said[1..].split_whitespace();
    let (value, half) = number(words.next().unwrap());
    let unit = words.next().unwrap();
    let json = format!(
        r#"{{"doc":"?","start":0,"end":0,"entity":"{}","metric":"{metric}","period":"{period}","value":"{value}","unit":"{unit}"}}"#,
        what.join(" ")
    );
    let mut claim = Claim::from_json(&json).unwrap_or_else(|e| panic!("{line}: {e}"));
    claim.bound = bound;
    claim.precision = matches!(bound, Bound::Exact | Bound::Approx).then_some(half);
    claim.confidence = Confidence::per_mille(900);
    for word in words {
        if let Some(doc) = word.strip_prefix('@') {
            claim.doc = doc.to_owned();
        } else if let Some(half) = word.strip_prefix('±') {
            claim.precision = Some(number(half).0);
        } else if let Some(day) = word.strip_prefix("on=") {
            claim.published = Some(day.to_owned());
        } else if let Some(c) = word.strip_prefix("c=") {
            claim.confidence = serde_json::from_str(c).unwrap();
        } else if let Some(q) = word.strip_prefix('[') {
            claim.qualifiers = q.trim_end_matches(']').split(',').map(str::to_owned).collect();
        } else if let Some(q) = word.strip_prefix('"') {
            claim.quote = q.trim_end_matches('"').replace('_', " ");
        } else if let Ok(modality) = word.parse() {
            claim.modality = modality;
        } else {
            claim.aspect = word.parse().unwrap_or_else(|e| panic!("{line}: {e}"));
        }
    }
    claim
}

/// A number with its scale, and half a unit of its last digit.
fn number(text: &str) -> (Decimal, Decimal) {
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic());
    let power = match &text[digits.len()..] {
        "" => 0,
        "k" => 3,
        "m" => 6,
        "bn" => 9,
        "tn" => 12,
        other => panic!("{other}?"),
    };
    let scale = exact::power_of_ten(power).unwrap();
    let value = exact::parse(digits).unwrap();
    let half = Decimal::new(5, value.scale() + 1);
    (exact::mul(value, scale).unwrap(), exact::mul(half, scale).unwrap())
}

/// A row in a line: `KEY: verdict value (origins) | rivals`.
pub(crate) fn tell(row: &Row) -> String {
    let value = row.value.map_or("-".to_owned(), |v| v.normalize().to_string());
    let rivals: String = row.rivals.iter().map(|r| format!(" | {}", r.value.normalize())).collect();
    format!("{}: {} {value} {} ({}){rivals}", row.key, row.verdict.as_str(), row.key.unit, row.n_origins)
}

/// A conflict in a line: `severity kind odd,docs`.
pub(crate) fn tell_conflict(conflict: &Conflict) -> String {
    format!("{} {} {}", conflict.severity.as_str(), conflict.kind.as_str(), conflict.odd_docs.join(","))
        .trim()
        .to_owned()
}

/// Rows in lines, derived ones left out.
#[track_caller]
pub(crate) fn check_rows(text: &str, expected: &str) {
    let audit = audit(text);
    let told: Vec<String> =
        audit.consensus.iter().filter(|r| r.verdict.as_str() != "derived").map(tell).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(told, expected, "\n{text}\n{:#?}", audit.conflicts);
}

/// Conflicts in lines, worst first.
#[track_caller]
pub(crate) fn check_conflicts(text: &str, expected: &[&str]) {
    let audit = audit(text);
    let told: Vec<String> = audit.conflicts.iter().map(tell_conflict).collect();
    assert_eq!(told, expected, "\n{text}\n{:#?}", audit.conflicts);
}

/// No error and no warning; notes are allowed.
#[track_caller]
pub(crate) fn check_quiet(text: &str) {
    let audit = audit(text);
    let loud: Vec<&Conflict> = audit.conflicts.iter().filter(|c| c.severity > Severity::Note).collect();
    assert!(loud.is_empty(), "{text}\n{loud:#?}");
}
