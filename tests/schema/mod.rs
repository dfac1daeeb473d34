//! Checks JSON against the schemas that the program prints.

use consilience_report::schema;
use serde_json::Value;

/// Where a value is not as the schema of that name has it.
pub(crate) fn departures(name: &str, value: &Value) -> Vec<String> {
    let schema = schema::get(name).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
