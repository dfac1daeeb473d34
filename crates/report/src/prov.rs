//! Where every figure comes from, as W3C PROV in its JSON (PROV-JSON, W3C member submission of 2013): documents and
//! their sources, the claims quoted from them, and the values that the consensus takes from claims.

use std::collections::BTreeMap;
use std::io::{self, Write};

use consilience_claim::{Claim, sha256_hex};
use consilience_reconcile::{Audit, RowKey};
use serde_json::{Map, Value, json};

use crate::safe;

/// The namespace of our own attributes.
const OURS: &str = "urn:consilience:";
const READING: &str = "c:reading";
const JUDGING: &str = "c:reconciling";
const PROGRAM: &str = "c:program";

/// The provenance of an audit.
///
/// # Errors
/// Those of the output.
pub fn prov(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut graph = Graph::default();
    graph.agent(PROGRAM, json!({ "prov:type": qualified("prov:SoftwareAgent"), "prov:label": "consilience", "c:version": env!("CARGO_PKG_VERSION") }));
    for activity in [READING, JUDGING] {
        graph.record("activity", activity, json!({}));
        graph.tie("wasAssociatedWith", json!({ "prov:activity": activity, "prov:agent": PROGRAM }));
    }
    documents(audit, &mut graph);
    for claim in audit.claims.values() {
        quoted(claim, &mut graph);
    }
    rows(audit, &mut graph);
    serde_json::to_writer_pretty(safe::PlainJson(&mut *out), &graph.json())?;
    writeln!(out)
}

/// The records of a PROV document, by kind and then by name.
#[derive(Default)]
struct Graph {
    records: BTreeMap<&'static str, Map<String, Value>>,
    ties: usize,
}

impl Graph {
    fn record(&mut self, kind: &'static str, name: &str, attributes: Value) {
        let mut attributes = attributes;
        if let Some(fields) = attributes.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        self.records.entry(kind).or_default().insert(name.to_owned(), attributes);
    }

    fn agent(&mut self, name: &str, attributes: Value) {
        self.record("agent", name, attributes);
    }

    /// A relation, which needs no name of its own.
    fn tie(&mut self, kind: &'static str, attributes: Value) {
        self.ties += 1;
        self.record(kind, &format!("_:t{}", self.ties), attributes);
    }

    fn json(self) -> Value {
        let mut all = Map::new();
        let prefixes = json!({ "c": OURS, "prov": "http://www.w3.org/ns/prov#", "xsd": "http://www.w3.org/2001/XMLSchema#" });
        all.insert("prefix".into(), prefixes);
        all.extend(self.records.into_iter().map(|(kind, records)| (kind.to_owned(), Value::Object(records))));
        Value::Object(all)
    }
}

fn documents(audit: &Audit, graph: &mut Graph) {
    for document in &audit.documents {
        let name = named("document", &document.doc);
        let sha256 = Some(&document.sha256).filter(|hash| !hash.is_empty());
        graph.record(
            "entity",
            &name,
            json!({
                "prov:type": qualified("prov:PrimarySource"), "prov:label": document.doc, "c:sha256": sha256,
                "c:lang": document.lang, "c:published": document.published, "c:origin": document.origin,
            }),
        );
        graph.tie("used", json!({ "prov:activity": READING, "prov:entity": name }));
        if let Some(source) = &document.source {
            let agent = named("source", source);
            graph.agent(&agent, json!({ "prov:type": qualified("prov:Organization"), "prov:label": source }));
            graph.tie("wasAttributedTo", json!({ "prov:entity": name, "prov:agent": agent }));
        }
    }
    // Which of two copies was first is not known; that both are one text is.
    for tie in &audit.lineage {
        let [a, b] = [&tie.a, &tie.b].map(|doc| named("document", doc));
        graph.tie("alternateOf", json!({ "prov:alternate1": a, "prov:alternate2": b }));
    }
}

fn quoted(claim: &Claim, graph: &mut Graph) {
    let name = claim_name(&claim.id.0);
    let attributes = json!({
        "prov:type": qualified("c:Claim"),
        "prov:value": decimal(&claim.value.normalize().to_string()),
        "c:quote": claim.quote, "c:entity": claim.entity, "c:metric": claim.metric, "c:aspect": claim.aspect.as_str(),
        "c:period": claim.period.to_string(), "c:unit": claim.unit.to_string(), "c:bound": claim.bound.as_str(),
        "c:modality": claim.modality.as_str(), "c:start": claim.span.start, "c:end": claim.span.end,
        "c:page": claim.page, "c:confidence": claim.confidence, "c:rule": claim.rule,
        "c:repeatOf": claim.repeat_of.as_ref().map(|id| claim_name(&id.0)),
    });
    graph.record("entity", &name, attributes);
    let document = named("document", &claim.doc);
    graph.tie(
        "wasDerivedFrom",
        json!({
            "prov:generatedEntity": name, "prov:usedEntity": document, "prov:activity": READING,
            "prov:type": qualified("prov:Quotation"),
        }),
    );
    graph.tie("wasGeneratedBy", json!({ "prov:entity": name, "prov:activity": READING }));
}

fn rows(audit: &Audit, graph: &mut Graph) {
    for row in &audit.consensus {
        let name = row_name(&row.key);
        graph.record("entity", &name, json!({
            "prov:type": qualified("c:Row"), "prov:label": row.key.to_string(),
            "prov:value": row.value.map(|value| decimal(&value.normalize().to_string())),
            "c:unit": row.key.unit.to_string(), "c:verdict": row.verdict.as_str(), "c:confidence": row.confidence,
            "c:origins": row.n_origins,
        }));
        graph.tie("wasGeneratedBy", json!({ "prov:entity": name, "prov:activity": JUDGING }));
        for id in &row.claims {
            let claim = claim_name(&id.0);
            graph.tie(
                "wasDerivedFrom",
                json!({ "prov:generatedEntity": name, "prov:usedEntity": claim, "prov:activity": JUDGING }),
            );
        }
        if let Some(decision) = &row.decision {
            let person = named("person", &decision.by);
            graph.agent(&person, json!({ "prov:type": qualified("prov:Person"), "prov:label": decision.by }));
            graph.tie("wasAttributedTo", json!({ "prov:entity": name, "prov:agent": person }));
        }
    }
}

/// A name that any reader of qualified names takes, whatever is in the words it stands for.
fn named(kind: &str, words: &str) -> String {
    format!("c:{kind}-{}", &sha256_hex(words.as_bytes())[..16])
}

fn row_name(key: &RowKey) -> String {
    format!("c:row-{}", key.id())
}

/// Ids of our own as they are; those of others are whatever they are.
fn claim_name(id: &str) -> String {
    if !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        format!("c:claim-{id}")
    } else {
        named("claim", id)
    }
}

fn qualified(name: &str) -> Value {
    json!({ "$": name, "type": "prov:QUALIFIED_NAME" })
}

fn decimal(text: &str) -> Value {
    json!({ "$": text, "type": "xsd:decimal" })
}
