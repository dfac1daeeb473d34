use std::io::{self, Write};

use consilience_columns::{Cell, Column, Writer};
use consilience_report::table::defused;
use serde_json::{Map, Value};

use crate::policy::is_number;

/// A table of the feed.
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

pub(crate) fn text(text: impl ToString) -> Cell {
    Cell::Text(text.to_string())
}

pub(crate) fn optional(text: Option<impl ToString>) -> Cell {
    text.map_or(Cell::Nothing, |text| Cell::Text(text.to_string()))
}

pub(crate) fn count(count: usize) -> Cell {
    i64::try_from(count).map_or(Cell::Nothing, Cell::Integer)
}

pub(crate) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> Cell {
    Cell::List(items.into_iter().map(|item| item.to_string()).collect())
}

impl Sheet {
    /// With a head line; lists are joined by `|`, and text that a spreadsheet would take for a formula is defused.
    pub(crate) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|(name, _)| name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Cell::Nothing => String::new(),
                Cell::Integer(number) => number.to_string(),
                Cell::Number(number) => number.to_string(),
                Cell::Text(text) if is_number(text) => text.clone(),
                Cell::Text(text) => defused(text).into_owned(),
                Cell::List(items) => defused(&items.join("|")).into_owned(),
            }))?;
        }
        writer.flush()
    }

    /// An object per row.
    pub(crate) fn objects(&self) -> Value {
        let value = |cell: &Cell| match cell {
            Cell::Nothing => Value::Null,
            Cell::Integer(number) => Value::from(*number),
            Cell::Number(number) => Value::from(*number),
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::List(items) => Value::from(items.clone()),
        };
        let object = |row: &Vec<Cell>| -> Map<String, Value> {
            self.columns.iter().zip(row).map(|((name, _), cell)| ((*name).to_owned(), value(cell))).collect()
        };
        self.rows.iter().map(object).collect()
    }

    pub(crate) fn parquet(&self, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let mut writer = Writer::new(&self.columns, out)?;
        self.rows.iter().try_for_each(|row| writer.row(row.iter().cloned()))?;
        writer.finish()
    }
}
