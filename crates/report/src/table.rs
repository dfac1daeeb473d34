//! The tables of an outcome as CSV and JSON Lines, and the whole as JSON.
//!
//! A text cell that a spreadsheet would take for a formula gets a leading `'` ([`defused`]; CWE-1236), which
//! [`restored`] takes off again; numbers stay plain numbers.

use std::borrow::Cow;
use std::io::{self, Write};

use consilience_claim::{Claim, ClaimId, Decimal, Interval};
use consilience_reconcile::{Audit, Conflict, Identified, Pair, Row, RowKey};
use serde::Serialize;

/// One of the tables of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// The rows of the consensus.
    Consensus,
    /// What contradicts.
    Conflicts,
    /// The claims themselves.
    Claims,
    /// How documents compare two by two.
    Pairs,
}

/// The whole outcome as one JSON object of the contract.
///
/// # Errors
/// Those of the output.
pub fn json(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, audit)?;
    writeln!(out)
}

/// A table as JSON Lines.
///
/// # Errors
/// Those of the output.
pub fn jsonl(audit: &Audit, table: Table, out: &mut dyn Write) -> io::Result<()> {
    match table {
        Table::Consensus => lines(&audit.consensus, out),
        Table::Conflicts => lines(audit.conflicts.iter().map(|item| Identified { id: item.id(), item }), out),
        Table::Claims => lines(audit.claims.values(), out),
        Table::Pairs => lines(&audit.pairs, out),
    }
}

/// A table as CSV with a head line; lists are joined by `|`.
///
/// # Errors
/// Those of the output.
pub fn csv(audit: &Audit, table: Table, out: &mut dyn Write) -> io::Result<()> {
    match table {
        Table::Consensus => sheet(CONSENSUS, audit.consensus.iter().map(consensus_cells), out),
        Table::Conflicts => sheet(CONFLICTS, audit.conflicts.iter().map(conflict_cells), out),
        Table::Claims => claims_csv(audit.claims.values(), out),
        Table::Pairs => sheet(PAIRS, audit.pairs.iter().map(pair_cells), out),
    }
}

/// Claims as JSON Lines.
///
/// # Errors
/// Those of the output.
pub fn claims_jsonl<'a>(claims: impl IntoIterator<Item = &'a Claim>, out: &mut dyn Write) -> io::Result<()> {
    lines(claims, out)
}

/// Claims as CSV, in the columns of the contract. Fields of an input that the contract does not know and the
/// steps of the reading have no column; JSON Lines keeps them.
///
/// # Errors
/// Those of the output.
pub fn claims_csv<'a>(claims: impl IntoIterator<Item = &'a Claim>, out: &mut dyn Write) -> io::Result<()> {
    sheet(CLAIMS, claims.into_iter().map(claim_cells), out)
}

/// As [`claims_csv`], without the head line: the next claims of a table that is written piece by piece.
///
/// # Errors
/// Those of the output.
pub fn more_claims_csv<'a>(
    claims: impl IntoIterator<Item = &'a Claim>,
    out: &mut dyn Write,
) -> io::Result<()> {
    sheet(&[], claims.into_iter().map(claim_cells), out)
}

/// The columns of a table of claims.
pub const CLAIMS: &[&str] = &[
    "id",
    "doc",
    "source",
    "start",
    "end",
    "quote",
    "lang",
    "entity",
    "entity_id",
    "metric",
    "aspect",
    "period",
    "period_label",
    "value",
    "unit",
    "precision",
    "bound",
    "modality",
    "qualifiers",
    "attributed_to",
    "published",
    "confidence",
    "rule",
    "repeat_of",
    "page",
];

const CONSENSUS: &[&str] = &[
    "entity",
    "metric",
    "aspect",
    "period",
    "modality",
    "qualifiers",
    "unit",
    "verdict",
    "value",
    "low",
    "high",
    "confidence",
    "n_claims",
    "n_documents",
    "n_origins",
    "rivals",
    "claims",
    "related",
];

const CONFLICTS: &[&str] = &[
    "code",
    "severity",
    "kind",
    "entity",
    "metric",
    "aspect",
    "period",
    "modality",
    "qualifiers",
    "unit",
    "docs",
    "odd_docs",
    "claims",
    "explain",
];

const PAIRS: &[&str] = &["a", "b", "comparable", "agree", "contradict", "not_comparable"];

fn lines<T: Serialize>(rows: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A cell: text is defused, a number never needs to be.
enum Value {
    Text(String),
    Number(String),
}

fn text(text: impl ToString) -> Value {
    Value::Text(text.to_string())
}

fn optional(text: Option<&str>) -> Value {
    Value::Text(text.unwrap_or("").to_owned())
}

fn list<T: ToString>(items: &[T]) -> Value {
    Value::Text(items.iter().map(T::to_string).collect::<Vec<_>>().join("|"))
}

fn number(number: impl ToString) -> Value {
    Value::Number(number.to_string())
}

fn decimal(value: Option<Decimal>) -> Value {
    Value::Number(value.map_or_else(String::new, |v| v.normalize().to_string()))
}

fn sheet(head: &[&str], rows: impl Iterator<Item = Vec<Value>>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if !head.is_empty() {
        writer.write_record(head).map_err(plain)?;
    }
    for row in rows {
        for cell in &row {
            match cell {
                Value::Text(text) => writer.write_field(defused(text).as_bytes()),
                Value::Number(number) => writer.write_field(number),
            }
            .map_err(plain)?;
        }
        writer.write_record(None::<&[u8]>).map_err(plain)?;
    }
    writer.flush()
}

/// The error of the output itself, so that a closed pipe is still seen as one.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Text as it may stand in a cell of a spreadsheet.
pub fn defused(text: &str) -> Cow<'_, str> {
    if formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`defused`] was given.
pub fn restored(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if formula(text) => text,
        _ => cell,
    }
}

/// Apostrophes before the sign count too, so that defusing can be undone.
fn formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn key_cells(key: &RowKey) -> Vec<Value> {
    vec![
        text(&key.entity),
        text(&key.metric),
        text(key.aspect),
        text(&key.period),
        text(key.modality),
        list(&key.qualifiers),
        text(&key.unit),
    ]
}

fn ends(interval: &Interval) -> [Value; 2] {
    [decimal(interval.low()), decimal(interval.high())]
}

fn consensus_cells(row: &Row) -> Vec<Value> {
    let mut cells = key_cells(&row.key);
    cells.push(text(row.verdict.as_str()));
    cells.push(decimal(row.value));
    cells.extend(ends(&row.interval));
    cells.push(number(row.confidence));
    cells.extend([row.n_claims, row.n_documents, row.n_origins].map(number));
    let rivals: Vec<Decimal> = row.rivals.iter().map(|r| r.value.normalize()).collect();
    // One negative rival is a number, several are a text.
    cells.push(if let [one] = rivals[..] { number(one) } else { list(&rivals) });
    cells.push(list(&row.claims));
    let related: Vec<String> =
        row.related.iter().map(|r| format!("{} {}", r.relation.as_str(), r.value.normalize())).collect();
    cells.push(list(&related));
    cells
}

fn conflict_cells(conflict: &Conflict) -> Vec<Value> {
    let mut cells = vec![text(conflict.code), text(conflict.severity.as_str()), text(conflict.kind.as_str())];
    cells.extend(key_cells(&conflict.key));
    cells.extend([
        list(&conflict.docs),
        list(&conflict.odd_docs),
        list(&conflict.claims),
        text(&conflict.explain),
    ]);
    cells
}

fn pair_cells(pair: &Pair) -> Vec<Value> {
    let mut cells = vec![text(&pair.a), text(&pair.b)];
    cells.extend([pair.comparable, pair.agree, pair.contradict, pair.not_comparable].map(number));
    cells
}

fn claim_cells(claim: &Claim) -> Vec<Value> {
    vec![
        text(&claim.id),
        text(&claim.doc),
        optional(claim.source.as_deref()),
        number(claim.span.start),
        number(claim.span.end),
        text(&claim.quote),
        text(&claim.lang),
        text(&claim.entity),
        optional(claim.entity_id.as_deref()),
        text(&claim.metric),
        text(claim.aspect),
        text(&claim.period),
        optional(claim.period_label.as_deref()),
        decimal(Some(claim.value)),
        text(&claim.unit),
        decimal(claim.precision),
        text(claim.bound),
        text(claim.modality),
        list(&claim.qualifiers),
        optional(claim.attributed_to.as_deref()),
        optional(claim.published.as_deref()),
        number(claim.confidence),
        text(&claim.rule),
        optional(claim.repeat_of.as_ref().map(|ClaimId(id)| &**id)),
        claim.page.map_or(Value::Number(String::new()), number),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_come_back() {
        for (plain, cell) in [
            ("=1+1", "'=1+1"),
            ("+16 %", "'+16 %"),
            ("-2%", "'-2%"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("'=1", "''=1"),
            ("Toyota", "Toyota"),
            ("'s Graven", "'s Graven"),
            ("", ""),
        ] {
            assert_eq!(defused(plain), cell, "{plain:?}");
            assert_eq!(restored(cell), plain, "{cell:?}");
        }
    }

    #[test]
    fn negative_values_stay_numbers() {
        let claim = Claim::from_json(
            r#"{"doc":"=a.txt","quote":"-14 %","entity":"Toyota","metric":"headcount","aspect":"yoy_growth",
                "period":"2023-Q2","value":"-14","unit":"percent","precision":"0.5","qualifiers":["organic","region:US"]}"#,
        )
        .unwrap();
        let mut out = Vec::new();
        claims_csv([&claim], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let row = text.lines().nth(1).unwrap();
        assert!(
            row.contains(",'=a.txt,") && row.contains(",'-14 %,") && row.contains(",-14,percent,0.5,"),
            "{row}"
        );
        assert!(row.contains("organic|region:US"), "{row}");
    }

    proptest::proptest! {
        #[test]
        fn a_defused_cell_comes_back(text in "['=+@a-]{0,6}") {
            let cell = defused(&text);
            proptest::prop_assert_eq!(restored(&cell), text.as_str());
            proptest::prop_assert!(!cell.starts_with(['=', '+', '-', '@']));
        }
    }
}
