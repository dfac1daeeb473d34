//! The tables that `fuse` reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use consilience_columns::{ReadError, Table};
use consilience_reconcile::fusion::{self, Known, TableBuilder};
use consilience_tables::{Fault, Kind, Options, Tally, read};

use crate::exit::Exit;
use crate::guard::guarded;
use crate::progress;

/// How tables are read.
pub(crate) struct Tables<'a> {
    pub(crate) columns: &'a [(columns::Claim, String)],
    pub(crate) delimiter: u8,
    pub(crate) lenient: bool,
    pub(crate) quiet: bool,
}

/// What tables of claims call their columns.
pub(crate) mod columns {
    /// A column of a table of claims.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(crate) enum Claim {
        Source,
        Entity,
        Attribute,
        Value,
    }

    impl Claim {
        pub(super) const ALL: [Claim; 4] = [Claim::Source, Claim::Entity, Claim::Attribute, Claim::Value];

        pub(super) fn name(self) -> &'static str {
            match self {
                Claim::Source => "source",
                Claim::Entity => "entity",
                Claim::Attribute => "attribute",
                Claim::Value => "value",
            }
        }
    }

    /// `source=site`
    pub(crate) fn renamed(text: &str) -> Result<(Claim, String), String> {
        let (ours, theirs) = text.split_once('=').ok_or("a pair such as source=site is needed")?;
        let column = Claim::ALL.into_iter().find(|column| column.name() == ours);
        let column = column.ok_or_else(|| format!("«{ours}» is none of source, entity, attribute, value"))?;
        Ok((column, theirs.to_owned()))
    }

    /// One ASCII character, or a tab by its escape.
    pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
        match text.as_bytes() {
            b"\\t" => Ok(b'\t'),
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Ok(*byte),
            _ => Err("one ASCII character, other than a quote or line end, or \\t".to_owned()),
        }
    }
}

impl Tables<'_> {
    /// The claims of all tables, but for those of dropped sources.
    pub(crate) fn claims(&self, paths: &[PathBuf], dropped: &[String]) -> Result<fusion::Table, Exit> {
        let dropped: BTreeSet<&str> = dropped.iter().map(String::as_str).collect();
        let mut absent = dropped.clone();
        let mut builder = TableBuilder::default();
        for path in paths {
            self.read(path, columns::Claim::ALL.map(|column| self.called(column)), &mut |cells| {
                let [source, entity, attribute, value] = cells;
                if !dropped.is_empty() && dropped.contains(source) {
                    absent.remove(source);
                    return Ok(());
                }
                for (cell, column) in cells.into_iter().zip(columns::Claim::ALL) {
                    if cell.is_empty() && column != columns::Claim::Value {
                        return Err(format!("an empty {}", column.name()));
                    }
                }
                if !value.is_empty() {
                    builder.add(source, entity, attribute, value);
                }
                Ok(())
            })?;
        }
        if !self.quiet {
            for name in absent {
                progress::note(&format!("--drop-sources: no claims by {name}"));
            }
        }
        Ok(builder.finish())
    }

    /// Values known to be right, in columns of the names that `fuse` itself writes.
    pub(crate) fn known(&self, path: &Path) -> Result<Known, Exit> {
        let mut known = Known::default();
        let [_, columns @ ..] = columns::Claim::ALL.map(columns::Claim::name);
        self.read(path, columns, &mut |[entity, attribute, value]| {
            if !value.is_empty() {
                known.add(entity, attribute, value);
            }
            Ok(())
        })?;
        Ok(known)
    }

    /// Pairs (narrower, wider) of a tree of values: columns ID, name and parentID.
    pub(crate) fn hierarchy(&self, path: &Path) -> Result<Vec<(String, String)>, Exit> {
        let mut nodes = BTreeMap::new();
        self.read(path, ["ID", "name", "parentID"], &mut |[id, name, parent]| match nodes
            .insert(id.to_owned(), (name.to_owned(), parent.to_owned()))
        {
            None => Ok(()),
            Some((other, _)) => Err(format!("the ID {id} is that of «{other}» already")),
        })?;
        // What has no parent in the table is at the top.
        let pair = |(name, parent): &(String, String)| {
            nodes.get(parent).map(|(wider, _)| (name.clone(), wider.clone()))
        };
        Ok(nodes.values().filter_map(pair).collect())
    }

    fn called(&self, column: columns::Claim) -> &str {
        let renamed = self.columns.iter().rev().find(|(ours, _)| *ours == column);
        renamed.map_or(column.name(), |(_, theirs)| theirs)
    }

    /// Reads a table; what is wrong with it is said.
    fn read<const N: usize>(
        &self,
        path: &Path,
        columns: [&str; N],
        take: &mut dyn FnMut([&str; N]) -> Result<(), String>,
    ) -> Result<(), Exit> {
        let name = path.to_string_lossy();
        let refused = |message: &str, help: &str| {
            progress::error(&format!("{name}: {message}"), help);
            Exit::Usage
        };
        let input = self.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => refused("no such file", ""),
            _ => refused(&error.to_string(), ""),
        })?;
        let options = Options { delimiter: self.delimiter, lenient: self.lenient };
        let tally = match input {
            Input::Stream(input) => read(input, columns, options, take),
            Input::Parquet => guarded(&name, || rows_of_parquet(path, columns, self.lenient, take))
                .map_err(|problem| refused(&problem.message, &problem.help))?,
        };
        let tally = tally.map_err(|fault| refused(&fault.to_string(), &help(&fault)))?;
        if let Some(first) = tally.first_skipped.filter(|_| !self.quiet) {
            let (rows, skipped) = (tally.rows, tally.skipped);
            progress::note(&format!("{name}: {skipped} rows skipped, {rows} read; the first: {first}"));
        }
        Ok(())
    }

    fn open(&self, path: &Path) -> io::Result<Input> {
        if path.as_os_str() == "-" {
            return Ok(Input::Stream(Box::new(io::stdin())));
        }
        if path.is_dir() {
            return Err(io::Error::other("a folder, and not a table"));
        }
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        file.by_ref().take(PARQUET.len() as u64).read_to_end(&mut head)?;
        let parquet = head == PARQUET;
        Ok(if parquet { Input::Parquet } else { Input::Stream(Box::new(io::Cursor::new(head).chain(file))) })
    }
}

/// What opens a Parquet file.
const PARQUET: &[u8] = b"PAR1";

/// What a table is read from.
enum Input {
    /// Text, which may be packed.
    Stream(Box<dyn Read + Send>),
    /// A file that is read from its end.
    Parquet,
}

/// Hands the cells of the named columns on, as `consilience_tables::read` does.
fn rows_of_parquet<const N: usize>(
    path: &Path,
    columns: [&str; N],
    lenient: bool,
    take: &mut dyn FnMut([&str; N]) -> Result<(), String>,
) -> Result<Tally, Fault> {
    let whole = |error: ReadError| {
        let kind = if matches!(error, ReadError::Lacking(_)) { Kind::Head } else { Kind::Input };
        Fault { kind, line: None, message: error.to_string(), help: String::new() }
    };
    let rows = Table::open(path).and_then(|table| table.into_texts(columns)).map_err(whole)?;
    let mut tally = Tally::default();
    for (number, row) in rows.enumerate() {
        let outcome = match row {
            Ok(cells) => take(cells.each_ref().map(String::as_str)),
            Err(ReadError::Value { column, message }) => Err(format!("{column}: {message}")),
            Err(error) => return Err(whole(error)),
        };
        match outcome {
            Ok(()) => tally.rows += 1,
            Err(message) => {
                let message = format!("row {}: {message}", number + 1);
                let fault = Fault { kind: Kind::Row, line: None, message, help: String::new() };
                if !lenient {
                    return Err(fault);
                }
                tally.skipped += 1;
                tally.first_skipped.get_or_insert(fault);
            }
        }
    }
    Ok(tally)
}

/// What to do about a fault, with the options that may help.
fn help(fault: &Fault) -> String {
    let option = match fault.kind {
        Kind::Row => "--lenient skips such rows and counts them",
        Kind::Head => "--columns source=NAME,… says what its columns are called, --delimiter what parts them",
        Kind::Input => "",
    };
    let parts: Vec<&str> =
        [fault.help.as_str(), option].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}
