//! The tables of an outcome as CSV, JSON Lines and Parquet, and the whole as JSON.
//!
//! A text cell that a spreadsheet would take for a formula gets a leading `'` ([`defused`]; CWE-1236), which
//! [`restored`] takes off again; numbers stay plain numbers.

use std::borrow::Cow;
use std::io::{self, Write};

use consilience_claim::{Claim, ClaimId, Confidence, Decimal, Interval};
use consilience_columns::{Cell, Column, Kind, Writer};
use consilience_reconcile::{Audit, Conflict, Identified, Pair, Row, RowKey};
use serde::Serialize;

use crate::safe::PlainJson;

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
    serde_json::to_writer_pretty(PlainJson(&mut *out), audit)?;
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
    sheet(table.columns(), rows(audit, table), out)
}

/// A table as Parquet, in the columns of its CSV: values as text with all their digits, counts as whole numbers, lists
/// as lists. The same table gives the same bytes.
///
/// # Errors
/// Those of the output.
pub fn parquet(audit: &Audit, table: Table, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let mut writer = Writer::new(table.columns(), out)?;
    rows(audit, table).try_for_each(|row| writer.row(row.into_iter().map(Value::cell)))?;
    writer.finish()
}

/// Claims as Parquet, written as they come; see [`parquet`].
pub struct ClaimsParquet<W: Write + Send>(Writer<W>);

impl<W: Write + Send> ClaimsParquet<W> {
    /// Begins the table.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(out: W) -> io::Result<Self> {
        Writer::new(CLAIMS, out).map(ClaimsParquet)
    }

    /// Adds claims.
    ///
    /// # Errors
    /// Those of the output.
    pub fn more<'a>(&mut self, claims: impl IntoIterator<Item = &'a Claim>) -> io::Result<()> {
        claims.into_iter().try_for_each(|claim| self.0.row(claim_cells(claim).into_iter().map(Value::cell)))
    }

    /// Ends the table: without this it is none.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> io::Result<()> {
        self.0.finish()
    }
}

impl Table {
    pub(crate) fn columns(self) -> &'static [Column] {
        match self {
            Table::Consensus => CONSENSUS,
            Table::Conflicts => CONFLICTS,
            Table::Claims => CLAIMS,
            Table::Pairs => PAIRS,
        }
    }
}

fn rows(audit: &Audit, table: Table) -> Box<dyn Iterator<Item = Vec<Value>> + '_> {
    match table {
        Table::Consensus => Box::new(audit.consensus.iter().map(consensus_cells)),
        Table::Conflicts => Box::new(audit.conflicts.iter().map(conflict_cells)),
        Table::Claims => Box::new(audit.claims.values().map(claim_cells)),
        Table::Pairs => Box::new(audit.pairs.iter().map(pair_cells)),
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

/// A claim as a row of typed cells, in the columns of [`CLAIMS`].
pub fn claim_row(claim: &Claim) -> Vec<Cell> {
    claim_cells(claim).into_iter().map(Value::cell).collect()
}

/// The columns of a table of claims, and what each holds.
pub const CLAIMS: &[Column] = &[
    ("id", Kind::Text),
    ("doc", Kind::Text),
    ("source", Kind::Text),
    ("start", Kind::Integer),
    ("end", Kind::Integer),
    ("quote", Kind::Text),
    ("lang", Kind::Text),
    ("entity", Kind::Text),
    ("entity_id", Kind::Text),
    ("metric", Kind::Text),
    ("aspect", Kind::Text),
    ("period", Kind::Text),
    ("period_label", Kind::Text),
    ("value", Kind::Text),
    ("unit", Kind::Text),
    ("precision", Kind::Text),
    ("bound", Kind::Text),
    ("modality", Kind::Text),
    ("qualifiers", Kind::List),
    ("attributed_to", Kind::Text),
    ("published", Kind::Text),
    ("confidence", Kind::Number),
    ("rule", Kind::Text),
    ("repeat_of", Kind::Text),
    ("page", Kind::Integer),
];

const CONSENSUS: &[Column] = &[
    ("entity", Kind::Text),
    ("metric", Kind::Text),
    ("aspect", Kind::Text),
    ("period", Kind::Text),
    ("modality", Kind::Text),
    ("qualifiers", Kind::List),
    ("unit", Kind::Text),
    ("verdict", Kind::Text),
    ("value", Kind::Text),
    ("low", Kind::Text),
    ("high", Kind::Text),
    ("confidence", Kind::Number),
    ("n_claims", Kind::Integer),
    ("n_documents", Kind::Integer),
    ("n_origins", Kind::Integer),
    ("rivals", Kind::List),
    ("claims", Kind::List),
    ("related", Kind::List),
];

const CONFLICTS: &[Column] = &[
    ("code", Kind::Text),
    ("severity", Kind::Text),
    ("kind", Kind::Text),
    ("entity", Kind::Text),
    ("metric", Kind::Text),
    ("aspect", Kind::Text),
    ("period", Kind::Text),
    ("modality", Kind::Text),
    ("qualifiers", Kind::List),
    ("unit", Kind::Text),
    ("docs", Kind::List),
    ("odd_docs", Kind::List),
    ("claims", Kind::List),
    ("explain", Kind::Text),
];

const PAIRS: &[Column] = &[
    ("a", Kind::Text),
    ("b", Kind::Text),
    ("comparable", Kind::Integer),
    ("agree", Kind::Integer),
    ("contradict", Kind::Integer),
    ("not_comparable", Kind::Integer),
];

fn lines<T: Serialize>(rows: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(PlainJson(&mut *out), &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// What stands in a row: in CSV text is defused, and a number never needs to be.
enum Value {
    Text(String),
    List(Vec<String>),
    Decimal(Option<Decimal>),
    Decimals(Vec<Decimal>),
    Share(Confidence),
    Count(Option<u64>),
}

fn text(text: impl ToString) -> Value {
    Value::Text(text.to_string())
}

fn optional(text: Option<&str>) -> Value {
    Value::Text(text.unwrap_or("").to_owned())
}

fn list<T: ToString>(items: &[T]) -> Value {
    Value::List(items.iter().map(T::to_string).collect())
}

fn count(count: usize) -> Value {
    Value::Count(u64::try_from(count).ok())
}

fn digits(value: Decimal) -> String {
    value.normalize().to_string()
}

impl Value {
    /// As a cell of CSV.
    fn written(self) -> String {
        match self {
            Value::Text(text) => defused(&text).into_owned(),
            Value::List(items) => defused(&items.join("|")).into_owned(),
            Value::Decimal(value) => value.map(digits).unwrap_or_default(),
            // One is a number, several are a text.
            Value::Decimals(values) if values.len() == 1 => values.into_iter().map(digits).collect(),
            Value::Decimals(values) => {
                defused(&values.into_iter().map(digits).collect::<Vec<_>>().join("|")).into_owned()
            }
            Value::Share(share) => share.to_string(),
            Value::Count(count) => count.map(|n| n.to_string()).unwrap_or_default(),
        }
    }

    /// As a cell of a column with a type; empty text is none.
    fn cell(self) -> Cell {
        match self {
            Value::Text(text) if text.is_empty() => Cell::Nothing,
            Value::Text(text) => Cell::Text(text),
            Value::List(items) => Cell::List(items),
            Value::Decimal(value) => value.map_or(Cell::Nothing, |value| Cell::Text(digits(value))),
            Value::Decimals(values) => Cell::List(values.into_iter().map(digits).collect()),
            Value::Share(share) => Cell::Number(f64::from(share.thousandths()) / 1000.0),
            Value::Count(count) => {
                count.and_then(|n| i64::try_from(n).ok()).map_or(Cell::Nothing, Cell::Integer)
            }
        }
    }
}

fn sheet(head: &[Column], rows: impl Iterator<Item = Vec<Value>>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if !head.is_empty() {
        writer.write_record(head.iter().map(|(name, _)| name)).map_err(plain)?;
    }
    for row in rows {
        writer.write_record(row.into_iter().map(Value::written)).map_err(plain)?;
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
    [Value::Decimal(interval.low()), Value::Decimal(interval.high())]
}

fn consensus_cells(row: &Row) -> Vec<Value> {
    let mut cells = key_cells(&row.key);
    cells.push(text(row.verdict.as_str()));
    cells.push(Value::Decimal(row.value));
    cells.extend(ends(&row.interval));
    cells.push(Value::Share(row.confidence));
    cells.extend([row.n_claims, row.n_documents, row.n_origins].map(count));
    cells.push(Value::Decimals(row.rivals.iter().map(|r| r.value).collect()));
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
    cells.extend([pair.comparable, pair.agree, pair.contradict, pair.not_comparable].map(count));
    cells
}

fn claim_cells(claim: &Claim) -> Vec<Value> {
    vec![
        text(&claim.id),
        text(&claim.doc),
        optional(claim.source.as_deref()),
        count(claim.span.start),
        count(claim.span.end),
        text(&claim.quote),
        text(&claim.lang),
        text(&claim.entity),
        optional(claim.entity_id.as_deref()),
        text(&claim.metric),
        text(claim.aspect),
        text(&claim.period),
        optional(claim.period_label.as_deref()),
        Value::Decimal(Some(claim.value)),
        text(&claim.unit),
        Value::Decimal(claim.precision),
        text(claim.bound),
        text(claim.modality),
        list(&claim.qualifiers),
        optional(claim.attributed_to.as_deref()),
        optional(claim.published.as_deref()),
        Value::Share(claim.confidence),
        text(&claim.rule),
        optional(claim.repeat_of.as_ref().map(|ClaimId(id)| &**id)),
        Value::Count(claim.page.map(u64::from)),
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
        /// Whatever a text is, its cell opens no formula and gives the text back; numbers are plain numbers.
        #[test]
        fn no_cell_is_a_formula(text in "['=+@\\t\\r\\n＝＋－＠,;\"|a1 -]{1,8}", value in -1_000_000i64..1_000_000) {
            let json = serde_json::json!({
                "doc": text, "source": text, "quote": text, "lang": text, "entity": text, "entity_id": text,
                "metric": text, "period_label": text, "value": value.to_string(), "unit": "USD",
                "precision": "0.5", "qualifiers": [text], "attributed_to": text, "published": text, "rule": text,
            });
            let claim = Claim::from_json(&json.to_string()).unwrap();
            let mut out = Vec::new();
            claims_csv([&claim], &mut out).unwrap();
            let mut reader = csv::Reader::from_reader(out.as_slice());
            let row = reader.records().next().unwrap().unwrap();
            for ((name, kind), cell) in CLAIMS.iter().zip(&row) {
                if *name == "value" || *name == "precision" || !matches!(kind, Kind::Text | Kind::List) {
                    proptest::prop_assert!(cell.is_empty() || cell.parse::<f64>().is_ok(), "{} {:?}", name, cell);
                } else {
                    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
                    proptest::prop_assert!(!cell.starts_with(signs), "{} {:?}", name, cell);
                }
            }
            proptest::prop_assert_eq!(restored(&row[1]), text.as_str());
            proptest::prop_assert_eq!(&row[13], value.to_string());
        }

        #[test]
        fn a_defused_cell_comes_back(text in "['=+@a-]{0,6}") {
            let cell = defused(&text);
            proptest::prop_assert_eq!(restored(&cell), text.as_str());
            proptest::prop_assert!(!cell.starts_with(['=', '+', '-', '@']));
        }
    }
}
