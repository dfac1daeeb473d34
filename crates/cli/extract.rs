//! `consilience extract`.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use consilience_report::{claims_text, table};
use serde_json::json;

use crate::audit::screen;
use crate::exit::Exit;
use crate::input::{Collection, Reading, Tables};
use crate::progress;

/// Read the figures out of articles: one claim per figure, with its words and place
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience extract article.html                 claims as JSON Lines
  consilience extract --format text articles/      claims for reading, document by document
  consilience extract --format csv articles/ > claims.csv
  curl -s https://example.org/a.html | consilience extract --source Example -

Claims are sorted by document and place. A document is named by its path relative to the
deepest folder common to all arguments.")]
pub(crate) struct Extract {
    #[command(flatten)]
    reading: Reading,

    /// How to write the claims
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
    /// One object with documents, claims and problems
    Json,
    /// A table with a head line
    Csv,
    /// For reading
    Text,
}

impl Extract {
    pub(crate) fn run(&self) -> Exit {
        let lexicon = match self.reading.lexicon() {
            Ok(lexicon) => lexicon,
            Err(exit) => return exit,
        };
        let collection = match self.reading.collect(lexicon.get(), Tables::Refused) {
            Ok(collection) => collection,
            Err(exit) => return exit,
        };
        let problems = collection.all_problems();
        if !self.reading.quiet {
            progress::warn(&problems);
        }
        let exit = Exit::Clean.after(self.write(&collection), "standard output");
        let documents = collection.records.len();
        let silent = collection
            .records
            .iter()
            .filter(|r| collection.claims.binary_search_by(|c| c.doc.cmp(&r.doc)).is_err())
            .count();
        let summary = format!(
            "{documents} document{} ({silent} without claims), {} claim{}, {} problem{}",
            if documents == 1 { "" } else { "s" },
            collection.claims.len(),
            if collection.claims.len() == 1 { "" } else { "s" },
            problems.len(),
            if problems.len() == 1 { "" } else { "s" },
        );
        self.reading.close(&collection, &summary, exit)
    }

    fn write(&self, collection: &Collection<'_>) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Jsonl => table::claims_jsonl(&collection.claims, &mut out)?,
            Format::Csv => table::claims_csv(&collection.claims, &mut out)?,
            Format::Json => {
                let all = json!({
                    "schema_version": 1,
                    "documents": collection.records,
                    "claims": collection.claims,
                    "problems": collection.all_problems(),
                });
                serde_json::to_writer_pretty(&mut out, &all)?;
                writeln!(out)?;
            }
            Format::Text => {
                claims_text(
                    &collection.records,
                    &collection.claims,
                    &collection.library,
                    &screen(0),
                    &mut out,
                )?;
            }
        }
        out.flush()
    }
}
