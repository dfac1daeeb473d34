use consilience_claim::Date;
use consilience_columns::{Cell, Kind};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, MAIN_DB, ToSql, params_from_iter};

use crate::SCHEMA_VERSION;
use crate::sheet::Sheet;

const VIEWS: &str = include_str!("schema.sql");

/// A database of these tables as the bytes of its file: made in memory by the same statements, so that the same tables
/// give the same bytes.
pub(crate) fn bytes<'a>(
    sheets: impl Iterator<Item = &'a Sheet>,
    today: Option<Date>,
) -> rusqlite::Result<Vec<u8>> {
    let mut database = Connection::open_in_memory()?;
    database.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    let all = database.transaction()?;
    for sheet in sheets {
        let column = |(name, kind): &(&str, Kind)| {
            let holds = match kind {
                Kind::Text | Kind::List => "TEXT",
                Kind::Integer => "INTEGER",
                Kind::Number => "REAL",
            };
            format!("\"{name}\" {holds}")
        };
        let columns: Vec<String> = sheet.columns.iter().map(column).collect();
        all.execute(&format!("CREATE TABLE {}_table ({}) STRICT", sheet.name, columns.join(", ")), [])?;
        let places = vec!["?"; sheet.columns.len()].join(", ");
        let mut insert = all.prepare(&format!("INSERT INTO {}_table VALUES ({places})", sheet.name))?;
        for row in &sheet.rows {
            insert.execute(params_from_iter(row.iter().map(Stored)))?;
        }
    }
    all.execute_batch(VIEWS)?;
    all.execute_batch("CREATE TABLE feed (schema_version INTEGER, as_of TEXT) STRICT")?;
    all.execute("INSERT INTO feed VALUES (?, ?)", (SCHEMA_VERSION, today.map(|day| day.to_string())))?;
    all.commit()?;
    Ok(database.serialize(MAIN_DB)?.to_vec())
}

struct Stored<'c>(&'c Cell);

impl ToSql for Stored<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self.0 {
            Cell::Nothing => Ok(ToSqlOutput::from(rusqlite::types::Null)),
            Cell::Text(text) => text.to_sql(),
            Cell::Integer(number) => number.to_sql(),
            Cell::Number(number) => number.to_sql(),
            Cell::List(items) => Ok(ToSqlOutput::from(items.join("|"))),
        }
    }
}
