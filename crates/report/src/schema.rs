//! The JSON Schemas (draft 2020-12) of everything that the program writes and reads as JSON, from `data/schemas.json`,
//! where each definition stands once. What is handed out is whole: it refers to nothing outside itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

const ALL: &str = include_str!("../../../data/schemas.json");

/// The names of the schemas, as they are listed.
pub const NAMES: [&str; 13] = [
    "claim",
    "claim-input",
    "extract",
    "audit",
    "consensus",
    "conflict",
    "pair",
    "explain",
    "decision",
    "fuse",
    "fuse-item",
    "trust",
    "figures",
];

/// The schema of that name.
pub fn get(name: &str) -> Option<Value> {
    let all = all();
    let schema = all["schemas"].get(name)?;
    let mut whole = Map::new();
    whole.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("$id".into(), format!("urn:consilience:{name}:1").into());
    whole.extend(schema.as_object()?.clone());
    let mut needed = BTreeSet::new();
    collect(schema, &all["$defs"], &mut needed);
    let known = all["$defs"].as_object()?;
    // In the order of the file, which is made for reading.
    let definitions: Map<String, Value> = known
        .iter()
        .filter(|(name, _)| needed.contains(*name))
        .map(|(n, d)| (n.clone(), d.clone()))
        .collect();
    whole.insert("$defs".into(), Value::Object(definitions));
    Some(Value::Object(whole))
}

fn all() -> Value {
    // Read by every test; a file that is none would give no schema at all.
    serde_json::from_str(ALL).unwrap_or_else(|_| json!({}))
}

/// The names of all definitions that a schema needs, by way of others too.
fn collect(schema: &Value, definitions: &Value, needed: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for (keyword, value) in fields {
                let name = value.as_str().and_then(|v| v.strip_prefix("#/$defs/"));
                match name.filter(|_| keyword == "$ref") {
                    Some(name) if needed.insert(name.to_owned()) => {
                        collect(&definitions[name], definitions, needed);
                    }
                    _ => collect(value, definitions, needed),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, definitions, needed)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use consilience_reconcile::ConflictKind;

    use super::*;

    #[test]
    fn every_schema_is_whole_and_holds_no_more_than_it_needs() {
        let known: Vec<String> = all()["schemas"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(known, NAMES);
        for name in NAMES {
            let schema = get(name).unwrap();
            let text = schema.to_string();
            for (definition, _) in schema["$defs"].as_object().unwrap() {
                assert!(
                    text.contains(&format!("\"#/$defs/{definition}\"")),
                    "{name}: {definition} is not used"
                );
            }
            for used in text.split("\"#/$defs/").skip(1).filter_map(|t| t.split('"').next()) {
                assert!(schema["$defs"].get(used).is_some(), "{name}: {used} is missing");
            }
            assert!(!schema["title"].as_str().unwrap().is_empty());
        }
        assert_eq!(get("nothing"), None);
    }

    #[test]
    fn the_schema_knows_every_kind_of_conflict() {
        let kinds: Vec<Value> = ConflictKind::ALL.iter().map(|kind| kind.as_str().into()).collect();
        let schema = get("conflict").unwrap();
        let mut known = schema["$defs"]["kind"]["enum"].as_array().unwrap().clone();
        let by_name = |v: &Value| v.as_str().map(str::to_owned);
        let mut kinds = kinds;
        kinds.sort_by_key(by_name);
        known.sort_by_key(by_name);
        assert_eq!(known, kinds);
    }
}
