use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{Cell, Column, Kind, ReadError, Table, Writer};

const COLUMNS: &[Column] =
    &[("name", Kind::Text), ("count", Kind::Integer), ("share", Kind::Number), ("marks", Kind::List)];

fn written(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(COLUMNS, &mut bytes).unwrap();
    rows.iter().for_each(|row| writer.row(row.clone()).unwrap());
    writer.finish().unwrap();
    bytes
}

/// A file with these bytes in a folder that lives as long as the test.
fn file(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("table.parquet");
    fs::write(&path, bytes).unwrap();
    path
}

/// What a row is when it is read again.
fn expected(row: &[Cell]) -> Map<String, Value> {
    let value = |cell: &Cell| match cell {
        Cell::Nothing => None,
        Cell::Text(text) => Some(json!(text)),
        Cell::Integer(number) => Some(json!(number)),
        Cell::Number(number) => Some(json!(number)),
        Cell::List(texts) => Some(json!(texts)),
    };
    let cells = COLUMNS.iter().zip(row);
    let known = cells.filter_map(|((name, kind), cell)| {
        // A list is never missing: it is empty.
        let cell = if *kind == Kind::List && *cell == Cell::Nothing { &Cell::List(vec![]) } else { cell };
        Some(((*name).to_owned(), value(cell)?))
    });
    known.collect()
}

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    (
        prop_oneof![Just(Cell::Nothing), "\\PC{0,12}".prop_map(Cell::Text)],
        prop_oneof![Just(Cell::Nothing), any::<i64>().prop_map(Cell::Integer)],
        prop_oneof![Just(Cell::Nothing), (-1e300..1e300).prop_map(Cell::Number)],
        prop_oneof![Just(Cell::Nothing), prop::collection::vec("\\PC{0,6}", 0..4).prop_map(Cell::List)],
    )
        .prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_come_back_as_they_were(rows in prop::collection::vec(cells(), 0..40)) {
        let bytes = written(&rows);
        prop_assert_eq!(&bytes, &written(&rows), "the same rows gave other bytes");
        let folder = tempfile::tempdir().unwrap();
        let table = Table::open(&file(&folder, &bytes)).unwrap();
        prop_assert_eq!(table.columns(), ["name", "count", "share", "marks"]);
        let read: Vec<_> = table.into_rows().unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(read, rows.iter().map(|row| expected(row)).collect::<Vec<_>>());
    }

    #[test]
    fn bytes_of_any_kind_end_in_an_answer(at in 0usize..600, byte in any::<u8>(), cut in 0usize..600) {
        let rows: Vec<Vec<Cell>> = (0..20).map(|i| vec![Cell::Text(format!("n{i}")), Cell::Integer(i), Cell::Number(0.5), Cell::List(vec!["a".into()])]).collect();
        let mut bytes = written(&rows);
        let last = bytes.len() - 1;
        bytes[at.min(last)] = byte;
        bytes.truncate(bytes.len() - cut.min(last) / 7 * usize::from(cut > 400));
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, &bytes);
        // A panic is an answer too, for the caller to guard; what must not be is work without end.
        let _ = std::panic::catch_unwind(|| {
            let rows = Table::open(&path).and_then(Table::into_rows);
            rows.map(|rows| rows.take(1000).count())
        });
    }
}

#[test]
fn many_rows_are_written_in_groups_and_all_of_them_come_back() {
    let rows: Vec<Vec<Cell>> = (0..70_000)
        .map(|i| vec![Cell::Text(format!("n{}", i % 7)), Cell::Integer(i), Cell::Nothing, Cell::Nothing])
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, &written(&rows));
    let texts = Table::open(&path).unwrap().into_texts(["count", "name"]).unwrap();
    let mut last = None;
    for (i, row) in texts.enumerate() {
        assert_eq!(row.unwrap(), [i.to_string(), format!("n{}", i % 7)]);
        last = Some(i);
    }
    assert_eq!(last, Some(69_999));
}

#[test]
fn what_is_lacking_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, &written(&[]));
    let lacking = Table::open(&path).unwrap().into_texts(["name", "source", "entity"]).err().unwrap();
    assert_eq!(lacking.to_string(), "no column source, entity");
    for bytes in [&b""[..], b"PAR1", b"entity,metric\n", b"PAR1 and no more PAR1"] {
        let error = Table::open(&file(&folder, bytes)).err().unwrap();
        assert!(matches!(error, ReadError::Broken(_)), "{error}");
    }
}

#[test]
fn a_cell_that_its_column_cannot_hold_is_refused() {
    let mut writer = Writer::new(COLUMNS, Vec::new()).unwrap();
    let error = writer.row([Cell::Integer(1)]).unwrap_err().to_string();
    assert!(error.contains("column name cannot hold"), "{error}");
}

/// Written by other programs (`tests/make.py`).
#[test]
fn what_other_programs_write_is_read() {
    for (name, expected) in [
        // Dictionaries, zstd, decimals, lists, moments in nanoseconds.
        (
            "arrow.parquet",
            json!([
                {"source": "Wire", "value": "48385000000.50", "share": 0.1, "day": "2023-10-19", "marks": ["a", "b"],
                 "moment": "2023-10-19T12:30:00Z", "clock": "2023-10-19T12:30:00", "count": 7, "odd": {"x": 1}},
                {"source": "Blog", "value": "-0.05", "count": -7, "marks": []},
            ]),
        ),
        // Floats with gaps, as data frames have them.
        (
            "pandas.parquet",
            json!([
                {"source": "Wire", "value": 48_385_000_000.0},
                {"source": "Blog"},
                {"source": "Blog", "value": 0.1},
            ]),
        ),
        ("polars.parquet", json!([{"source": "Wire", "value": 1}, {"source": "Blog", "value": 2}])),
        ("duckdb.parquet", json!([{"source": "Wire", "value": "1.50"}, {"source": "Blog", "value": "2.25"}])),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
        let rows = Table::open(&path).unwrap().into_rows().unwrap();
        let read: Vec<Value> = rows.map(|row| Value::Object(row.unwrap())).collect();
        assert_eq!(Value::from(read), expected, "{name}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pandas.parquet");
    let texts = Table::open(&path).unwrap().into_texts(["value", "source"]).unwrap();
    let texts: Vec<[String; 2]> = texts.map(Result::unwrap).collect();
    assert_eq!(texts[0], ["48385000000", "Wire"]);
    assert_eq!(texts[1], ["", "Blog"]);
    assert_eq!(texts[2], ["0.1", "Blog"]);
}
