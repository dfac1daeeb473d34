//! Conflicts as SARIF 2.1.0 (OASIS), for code scanning and editors: one result per conflict, at the words most
//! likely wrong, with the other sources beside it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use consilience_claim::{Claim, Problem, sha256_hex};
use consilience_reconcile::{Audit, Conflict, ConflictKind, Severity};
use serde_json::{Map, Value, json};

use crate::finding::{Finding, Spot, says};
use crate::words::{advice, kind, meaning};
use crate::{Sources, safe};

/// The conflicts of an audit as a SARIF log with one run.
///
/// # Errors
/// Those of the output.
pub fn sarif(audit: &Audit, sources: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
    let artifacts = Artifacts::new(audit, sources);
    let results: Vec<Value> =
        audit.conflicts.iter().map(|conflict| result(audit, conflict, sources, &artifacts)).collect();
    let notifications: Vec<Value> = audit.problems.iter().map(|p| notification(p, &artifacts)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "consilience",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": ConflictKind::ALL.map(rule),
            } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts.listed,
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(safe::PlainJson(&mut *out), &log)?;
    writeln!(out)
}

/// The documents, with the place of each in the list.
struct Artifacts {
    listed: Vec<Value>,
    places: BTreeMap<String, (usize, String)>,
}

impl Artifacts {
    fn new(audit: &Audit, sources: &dyn Sources) -> Artifacts {
        let mut places = BTreeMap::new();
        let listed = audit.documents.iter().enumerate().map(|(i, document)| {
            let path = sources.file(&document.doc).map_or_else(|| document.doc.clone(), |file| file.path);
            let uri = safe::file_address(&path);
            places.insert(document.doc.clone(), (i, uri.clone()));
            let mut artifact = json!({ "location": { "uri": uri }, "roles": ["analysisTarget"] });
            if !document.sha256.is_empty() {
                artifact["hashes"] = json!({ "sha-256": document.sha256 });
            }
            artifact["properties"] = json!({
                "doc": document.doc, "source": document.source, "lang": document.lang,
                "published": document.published, "origin": document.origin, "claims": document.claims,
            });
            artifact
        });
        let listed = listed.collect();
        Artifacts { listed, places }
    }

    fn location(&self, doc: &str) -> Value {
        match self.places.get(doc) {
            Some((index, uri)) => json!({ "uri": uri, "index": index }),
            None => json!({ "uri": safe::file_address(doc) }),
        }
    }
}

/// What a conflict of a kind is, as code scanning shows it beside each of its results.
fn rule(found: ConflictKind) -> Value {
    let level = if found == ConflictKind::Truncated { "note" } else { "error" };
    json!({
        "id": found.code(),
        "name": name(found),
        "shortDescription": { "text": capital(kind(found)) },
        "fullDescription": { "text": meaning(found) },
        "help": { "text": advice(found) },
        "defaultConfiguration": { "level": level },
    })
}

/// `LocaleMisread` for `locale_misread`: rules are named in Pascal case.
fn name(kind: ConflictKind) -> String {
    kind.as_str().split('_').map(capital).collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn result(audit: &Audit, conflict: &Conflict, sources: &dyn Sources, artifacts: &Artifacts) -> Value {
    let finding = Finding::new(audit, conflict);
    let index = ConflictKind::ALL.iter().position(|kind| *kind == conflict.kind);
    let mut text = vec![finding.title.clone()];
    text.extend(finding.reasons());
    let mut result = json!({
        "ruleId": conflict.code,
        "ruleIndex": index,
        "level": level(conflict.severity),
        "message": message(&sentences(&text)),
    });
    if let Some((first, others)) = finding.claims.split_first() {
        result["locations"] = json!([location(first, sources, artifacts)]);
        let others = others.iter().enumerate().map(|(i, claim)| {
            let mut related = location(claim, sources, artifacts);
            related["id"] = json!(i + 1);
            related
        });
        result["relatedLocations"] = others.collect();
    }
    result["partialFingerprints"] = fingerprints(conflict, finding.claims.first().copied());
    result["properties"] = json!({
        "kind": conflict.kind.as_str(), "key": conflict.key, "oddDocs": conflict.odd_docs,
        "claims": conflict.claims, "explanations": conflict.explanations,
    });
    result
}

/// Texts one after the other, with a full stop where none ends one.
fn sentences(texts: &[String]) -> String {
    let ended = |text: &String| {
        let stop = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
        format!("{text}{stop}")
    };
    texts.iter().map(ended).collect::<Vec<_>>().join(" ")
}

/// One changes with any word of the documents; the other stays as long as the suspect tells this of the row.
fn fingerprints(conflict: &Conflict, suspect: Option<&Claim>) -> Value {
    let mut prints = Map::new();
    prints.insert("conflict/v1".into(), conflict.id().into());
    if let Some(claim) = suspect {
        let unit = conflict.key.unit.to_string();
        let of =
            [conflict.code, &conflict.key.to_string(), &unit, &claim.doc, &claim.quote].map(str::to_owned);
        prints.insert("figure/v1".into(), sha256_hex(of.join("\n").as_bytes())[..16].into());
    }
    Value::Object(prints)
}

fn location(claim: &Claim, sources: &dyn Sources, artifacts: &Artifacts) -> Value {
    let place = Spot::of(claim, sources);
    let mut region = Map::new();
    if let Some((line, column, after)) = place.lines {
        region.insert("startLine".into(), line.into());
        region.insert("startColumn".into(), column.into());
        if let Some(after) = after {
            region.insert("endLine".into(), line.into());
            region.insert("endColumn".into(), after.into());
        }
    }
    if let Some((start, end)) = place.bytes {
        region.insert("byteOffset".into(), start.into());
        region.insert("byteLength".into(), end.saturating_sub(start).into());
    }
    let mut physical = json!({ "artifactLocation": artifacts.location(&claim.doc) });
    if !region.is_empty() {
        if !claim.quote.is_empty() {
            region.insert("snippet".into(), json!({ "text": claim.quote }));
        }
        physical["region"] = Value::Object(region);
    }
    let mut location = json!({ "physicalLocation": physical, "message": message(&says(claim)) });
    let mut properties = json!({ "claim": claim.id, "doc": claim.doc });
    if let Some(page) = claim.page {
        properties["page"] = json!(page);
    }
    location["properties"] = properties;
    location
}

fn notification(problem: &Problem, artifacts: &Artifacts) -> Value {
    let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
    let help = if problem.help.is_empty() { String::new() } else { format!(" ({})", problem.help) };
    json!({
        "level": "warning",
        "message": message(&safe::line(&format!("{place}{}{help}", problem.message))),
        "locations": [{ "physicalLocation": { "artifactLocation": artifacts.location(&problem.doc) } }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A message of safe text in which nothing is a link or a place to fill in (SARIF 2.1.0, 3.11.5 and 3.11.6).
fn message(text: &str) -> Value {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    json!({ "text": out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_holds_a_link_or_a_place_to_fill_in() {
        assert_eq!(
            message("see [here](https://a.b) {0} \\"),
            json!({ "text": "see \\[here\\](https://a.b) {{0}} \\\\" })
        );
    }

    #[test]
    fn every_kind_has_a_rule_with_words_of_its_own() {
        let mut texts: Vec<String> = Vec::new();
        for rule in ConflictKind::ALL.map(rule) {
            // Digits are compared with the source whichever way they differ.
            for field in ["shortDescription", "fullDescription"] {
                let text = rule[field]["text"].as_str().unwrap().to_owned();
                assert!(!texts.contains(&text), "{text}");
                texts.push(text);
            }
        }
        assert_eq!(name(ConflictKind::LocaleMisread), "LocaleMisread");
    }
}
