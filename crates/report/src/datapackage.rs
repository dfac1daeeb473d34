//! The CSV tables described for programs, as a Frictionless Data Package: what each column holds and means.

use std::io::{self, Write};

use consilience_columns::Kind;
use consilience_reconcile::ConflictKind;
use serde_json::{Map, Value, json};

use crate::table::Table;

/// Writes the `datapackage.json` that lies beside CSV files, each given by its table and its path from there.
///
/// # Errors
/// Those of the output.
pub fn datapackage(files: &[(Table, &str)], out: &mut dyn Write) -> io::Result<()> {
    let resources: Vec<Value> = files.iter().map(|(table, path)| resource(*table, path)).collect();
    let package = json!({
        "profile": "tabular-data-package",
        "name": "consilience-audit",
        "title": "What documents claim, who agrees and who contradicts",
        "resources": resources,
    });
    serde_json::to_writer_pretty(&mut *out, &package)?;
    writeln!(out)
}

fn resource(table: Table, path: &str) -> Value {
    let fields: Vec<Value> = table.columns().iter().map(|(name, kind)| field(table, name, *kind)).collect();
    let mut schema = json!({ "fields": fields, "missingValues": [""] });
    if !key(table).is_empty() {
        schema["primaryKey"] = json!(key(table));
    }
    json!({
        "profile": "tabular-data-resource",
        "name": name(table),
        "title": title(table),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": { "delimiter": ",", "doubleQuote": true, "header": true },
        "schema": schema,
    })
}

fn name(table: Table) -> &'static str {
    match table {
        Table::Consensus => "consensus",
        Table::Conflicts => "conflicts",
        Table::Claims => "claims",
        Table::Pairs => "pairs",
    }
}

fn title(table: Table) -> &'static str {
    match table {
        Table::Consensus => "One row per figure, with its verdict",
        Table::Conflicts => "Figures that cannot, or probably cannot, all be true",
        Table::Claims => "Each quantitative statement with the place it was read from",
        Table::Pairs => "How documents compare two by two",
    }
}

/// The columns that no two rows have alike.
fn key(table: Table) -> &'static [&'static str] {
    match table {
        Table::Consensus => &["entity", "metric", "aspect", "period", "modality", "qualifiers", "unit"],
        Table::Pairs => &["a", "b"],
        // Claims of other programs bring ids of their own, and a conflict has none among its columns.
        Table::Claims | Table::Conflicts => &[],
    }
}

fn field(table: Table, name: &str, kind: Kind) -> Value {
    let mut field = Map::new();
    field.insert("name".into(), name.into());
    let kind = match kind {
        // Exact decimals are text in other tables, so that no reader rounds them; here they are plain digits.
        Kind::Text if ["value", "low", "high", "precision"].contains(&name) => "number",
        Kind::Text | Kind::List => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
    };
    field.insert("type".into(), kind.into());
    field.insert("description".into(), meaning(table, name).into());
    let constraints = constraints(name);
    if !constraints.is_null() {
        field.insert("constraints".into(), constraints);
    }
    Value::Object(field)
}

fn constraints(name: &str) -> Value {
    match name {
        "aspect" => json!({ "enum": ["level", "yoy_growth", "qoq_growth", "change", "cumulative"] }),
        "modality" => json!({ "enum": ["actual", "expected", "guidance", "hypothetical"] }),
        "bound" => json!({ "enum": ["exact", "approx", "at_least", "at_most"] }),
        "verdict" => {
            json!({ "enum": ["agreed", "single_origin", "contested", "authoritative", "derived"] })
        }
        "severity" => json!({ "enum": ["error", "warning", "note"] }),
        "kind" => json!({ "enum": ConflictKind::ALL.map(ConflictKind::as_str) }),
        "confidence" => json!({ "minimum": 0, "maximum": 1 }),
        "n_claims" | "n_documents" | "n_origins" | "comparable" | "agree" | "contradict"
        | "not_comparable" | "start" | "end" => json!({ "minimum": 0 }),
        "page" => json!({ "minimum": 1 }),
        _ => Value::Null,
    }
}

/// What a column holds, in a sentence. Lists are joined by `|`, and a text that a spreadsheet would take for a formula
/// starts with an apostrophe.
fn meaning(table: Table, name: &str) -> &'static str {
    match (table, name) {
        (Table::Claims, "value") => "The figure in base units, exact; percent in points; a fall is negative.",
        (_, "value") => "The consensus in the unit of the row, as a claim states it; empty on a tie.",
        (Table::Claims, "confidence") => "How likely every field of the claim is right.",
        (_, "confidence") => "How likely the value is right.",
        (_, "id") => "The id of the claim, from its content.",
        (_, "doc") => "The document.",
        (_, "source") => "Who says it: an outlet, a filer.",
        (_, "start") => {
            "First byte of the words in the file as received; for a PDF, in the text read from it."
        }
        (_, "end") => "One past the last byte of the words.",
        (_, "quote") => "The words: number, scale, currency or percent sign, as written.",
        (_, "lang") => "Language of the passage, BCP 47.",
        (_, "entity") => "Whom or what it is about, by common name.",
        (_, "entity_id") => "Its id in the catalogue.",
        (_, "metric") => "What is measured, by id.",
        (_, "aspect") => "Level, growth, another change, or a running total.",
        (_, "period") => {
            "The time: 2023, 2023-Q2, 2023-06-30, START/END; unspecified where the text does not say."
        }
        (_, "period_label") => "A fiscal label as written, where it differs from the calendar.",
        (_, "unit") => "Currency by ISO 4217, USD/share, percent, people and others.",
        (_, "precision") => {
            "Half a unit of the last significant digit: the claim stands for the value and this to either side."
        }
        (_, "bound") => "What the wording says of the figure.",
        (_, "modality") => "Fact, forecast of others, outlook of the company, or supposition.",
        (_, "qualifiers") => "What keeps figures of one data item apart, joined by |.",
        (_, "attributed_to") => "Who is quoted as saying it.",
        (_, "published") => "Day of the document.",
        (_, "rule") => "What read it.",
        (_, "repeat_of") => "The earlier claim of the same document that this one repeats.",
        (_, "page") => "Page of a PDF.",
        (_, "verdict") => "The outcome.",
        (_, "low") => "Low end of what all supporting claims share; empty is unbounded.",
        (_, "high") => "High end of it; empty is unbounded.",
        (_, "n_claims") => "Claims, repeats included.",
        (_, "n_documents") => "Documents.",
        (_, "n_origins") => "Independent origins: copies and translations count once.",
        (_, "rivals") => "Other values, strongest first, joined by |.",
        (Table::Conflicts, "claims") => "Ids of the claims involved, joined by |.",
        (_, "claims") => "Ids of the claims, supporting ones first, joined by |.",
        (_, "related") => "Figures tied to it in time with what they are to it, joined by |: forecast 3.49.",
        (_, "code") => "Stable code of the kind.",
        (_, "severity") => "error: cannot both be true; warning: probably not; note: worth knowing.",
        (_, "kind") => "What slip it looks like.",
        (_, "docs") => "The documents involved, joined by |.",
        (_, "odd_docs") => "Those that the evidence speaks against, joined by |.",
        (_, "explain") => "Why, in a sentence or two.",
        (_, "a") => "The document whose name sorts first.",
        (_, "b") => "The other document.",
        (_, "comparable") => "Rows that both speak of.",
        (_, "agree") => "Of these, how many agree.",
        (_, "contradict") => "Of these, how many contradict.",
        (_, "not_comparable") => "Near meetings that cannot be compared.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_described() {
        let tables = [Table::Consensus, Table::Conflicts, Table::Claims, Table::Pairs];
        for table in tables {
            for (name, _) in table.columns() {
                assert!(meaning(table, name).ends_with('.'), "{table:?} {name}");
            }
            for name in key(table) {
                assert!(table.columns().iter().any(|(column, _)| column == name), "{table:?} {name}");
            }
        }
        let mut out = Vec::new();
        datapackage(&tables.map(|table| (table, "x.csv")), &mut out).unwrap();
        let package: Value = serde_json::from_slice(&out).unwrap();
        let types = |resource: usize, name: &str| {
            let fields = package["resources"][resource]["schema"]["fields"].as_array().unwrap();
            fields.iter().find(|f| f["name"] == name).unwrap()["type"].clone()
        };
        assert_eq!(
            [types(0, "low"), types(1, "explain"), types(2, "start")],
            ["number", "string", "integer"]
        );
    }
}
