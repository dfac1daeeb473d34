//! A user's own table of entities, checked before it is used: it was written by hand, so what is wrong is said with
//! line, column and what to do.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::LexiconError;

/// The columns of `data/entities.csv`.
const COLUMNS: [&str; 10] =
    ["id", "name", "kind", "parent", "country", "fiscal_year_end", "tickers", "former", "aliases", "weak"];
/// What a table must have.
const NEEDED: [&str; 2] = ["id", "name"];
const KINDS: [&str; 8] =
    ["company", "subsidiary", "segment", "product", "brand", "index", "authority", "place"];

/// Reads a table and gives it back in the columns of the shipped one.
pub(super) fn read(path: &Path) -> Result<String, LexiconError> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|e| LexiconError { path: name.clone(), message: e.to_string() })?;
    checked(&bytes).map_err(|message| LexiconError { path: name, message })
}

fn checked(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        format!("line {line}, byte {column} of it: not UTF-8; save the table in UTF-8 (in a spreadsheet: «CSV UTF-8»)")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    // Spreadsheets of many countries part columns by semicolons.
    let mark = [b',', b';', b'\t'].into_iter().max_by_key(|m| head.bytes().filter(|b| b == m).count());
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(mark.unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| format!("line 1: {e}"))?.clone();
    let columns: Vec<Option<usize>> = COLUMNS.iter().map(|c| head.iter().position(|h| h == *c)).collect();
    for (place, column) in head.iter().enumerate() {
        if !column.is_empty() && !COLUMNS.contains(&column) {
            let near = COLUMNS.iter().max_by_key(|c| common_letters(c, column)).unwrap_or(&"");
            return Err(format!(
                "line 1, column {}: «{column}» is no column of a catalogue; did you mean {near}? There are {}",
                place + 1,
                COLUMNS.join(", ")
            ));
        }
    }
    if let Some(lacking) = NEEDED.iter().find(|n| !head.iter().any(|h| h == **n)) {
        return Err(format!(
            "line 1: no column {lacking}; a catalogue has at least the columns {}",
            NEEDED.join(", ")
        ));
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    let written = |e: csv::Error| e.to_string();
    out.write_record(COLUMNS).map_err(written)?;
    let mut ids: HashSet<String> = HashSet::new();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        // The reader counts from before the empty lines that it leaves out.
        let start = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let start = text.len() - text.get(start..).unwrap_or_default().trim_start_matches(['\r', '\n']).len();
        let line = text[..start].matches('\n').count() + 1;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() > head.len() {
            return Err(format!(
                "line {line}, column {}: a cell more than the head line has columns; put «\"…\"» around a cell with a comma",
                head.len() + 1
            ));
        }
        let mut row: Vec<String> =
            columns.iter().map(|c| c.and_then(|c| record.get(c)).unwrap_or_default().to_owned()).collect();
        if row[2].is_empty() {
            "company".clone_into(&mut row[2]);
        }
        for (at, cell) in row.iter().enumerate() {
            if let Some(wrong) = wrong(COLUMNS[at], cell) {
                let place = columns[at].map_or(0, |c| c + 1);
                return Err(format!("line {line}, column {place} ({}): {wrong}", COLUMNS[at]));
            }
        }
        if !ids.insert(row[0].clone()) {
            return Err(format!(
                "line {line}, column {} (id): «{}» stands here a second time; put its names in one row",
                columns[0].map_or(0, |c| c + 1),
                row[0]
            ));
        }
        out.write_record(&row).map_err(written)?;
    }
    if ids.is_empty() {
        return Err("line 2: no rows; write one per entity".to_owned());
    }
    out.into_inner()
        .map_err(|e| e.to_string())
        .and_then(|out| String::from_utf8(out).map_err(|e| e.to_string()))
}

/// What is wrong with a cell, and what to write.
fn wrong(column: &str, cell: &str) -> Option<String> {
    match column {
        "id" | "name" if cell.is_empty() => {
            Some(format!("empty; every entity has {}", if column == "id" { "an id" } else { "a name" }))
        }
        "name" if cell.contains('|') => Some("«|» parts names; write the others in aliases".to_owned()),
        "kind" if !KINDS.contains(&cell) => {
            Some(format!("«{cell}» is no kind; write one of {}", KINDS.join(", ")))
        }
        "country"
            if !(cell.is_empty() || cell.len() == 2 && cell.bytes().all(|b| b.is_ascii_uppercase())) =>
        {
            Some(format!("«{cell}» is no country; write two capitals (ISO 3166), such as DE, or nothing"))
        }
        "fiscal_year_end" if !cell.is_empty() => {
            let part = |range| cell.get(range).and_then(|p: &str| p.parse::<u8>().ok());
            let is_day = cell.len() == 4
                && part(0..2).is_some_and(|m| (1..=12).contains(&m))
                && part(2..4).is_some_and(|d| (1..=31).contains(&d));
            (!is_day).then(|| {
                format!("«{cell}» is no day of a year; write month and day, such as 0331, or nothing")
            })
        }
        _ => None,
    }
}

fn common_letters(a: &str, b: &str) -> usize {
    let longest = a.len().max(b.len()).max(1);
    a.chars().filter(|c| b.contains(*c)).count() * 100 / longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (table, expected) in [
            ("id,name\nX,Acme\n", "ok"),
            ("\u{feff}name;id;aliases\r\nAcme;X;Acme Works|de:Akme\r\n", "ok"),
            ("id,nam\nX,Acme\n", "line 1, column 2: «nam» is no column of a catalogue; did you mean name?"),
            ("id,kind\nX,company\n", "line 1: no column name"),
            ("id,name\n", "line 2: no rows"),
            ("id,name\nX,Acme\n\nY,\n", "line 4, column 2 (name): empty"),
            (
                "id,name,kind\nX,Acme,firm\n",
                "line 2, column 3 (kind): «firm» is no kind; write one of company",
            ),
            ("id,name,country\nX,Acme,Germany\n", "line 2, column 3 (country): «Germany» is no country"),
            (
                "id,name,fiscal_year_end\nX,Acme,3103\n",
                "line 2, column 3 (fiscal_year_end): «3103» is no day",
            ),
            ("id,name\nX,Acme\nX,Acme 2\n", "line 3, column 1 (id): «X» stands here a second time"),
            ("id,name\nX,Acme, Inc.\n", "line 2, column 3: a cell more"),
        ] {
            let said = checked(table.as_bytes()).map_or_else(|e| e, |_| "ok".to_owned());
            assert!(said.starts_with(expected), "{table}: {said}");
        }
        assert!(checked(b"id,name\nX,Caf\xe9\n").unwrap_err().starts_with("line 2, byte 6 of it: not UTF-8"));
    }
}
