//! `consilience extract`.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use consilience_claim::Claim;
use consilience_extract::Lexicon;
use consilience_report::safe::PlainJson;
use consilience_report::table::ClaimsParquet;
use consilience_report::{claims_text, table};
use serde_json::json;

use crate::audit::{binary_output, screen};
use crate::exit::Exit;
use crate::input::{Collection, Counts, Reading, Tables};
use crate::progress;

/// Read the figures out of articles: one claim per figure, with its words and place
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience extract article.html                 claims as JSON Lines
  consilience extract --format text articles/      claims for reading, document by document
  consilience extract --format csv articles/ > claims.csv
  curl -s https://example.org/a.html | consilience extract --source Example -

Claims are sorted by document and place; those of a .jsonl of documents stand in the order of
its lines, and jsonl, csv and parquet are written while it is read. A document is named by its path relative to the
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
    /// A table in typed columns, for a file or a pipe
    Parquet,
    /// For reading
    Text,
}

impl Extract {
    pub(crate) fn run(&self) -> Exit {
        let lexicon = match self.reading.lexicon() {
            Ok(lexicon) => lexicon,
            Err(exit) => return exit,
        };
        // What is read by programs is written as it is read: memory does not grow with the input.
        if matches!(self.format, Format::Jsonl | Format::Csv | Format::Parquet) {
            return self.run_stream(lexicon.get());
        }
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
        let summary = summary(documents, silent, collection.claims.len(), problems.len());
        self.reading.close(&collection, &summary, exit)
    }

    fn run_stream(&self, lexicon: &Lexicon) -> Exit {
        let read = match self.format {
            Format::Parquet => self.stream_parquet(lexicon),
            Format::Csv => {
                let mut out = BufWriter::new(io::stdout().lock());
                let head = table::claims_csv([], &mut out);
                let read =
                    self.reading.stream(lexicon, &mut |claims| table::more_claims_csv(&claims, &mut out));
                read.map(|(counts, outcome)| (counts, head.and(outcome).and_then(|()| out.flush())))
            }
            _ => {
                let mut out = BufWriter::new(io::stdout().lock());
                let read = self.reading.stream(lexicon, &mut |claims| table::claims_jsonl(&claims, &mut out));
                read.map(|(counts, outcome)| (counts, outcome.and_then(|()| out.flush())))
            }
        };
        let (counts, outcome) = match read {
            Ok(read) => read,
            Err(exit) => return exit,
        };
        let exit = Exit::Clean.after(outcome, "standard output");
        let summary = summary(counts.documents, counts.silent, counts.claims, counts.problems);
        self.reading.close_stream(&counts, &summary, exit)
    }

    fn stream_parquet(&self, lexicon: &Lexicon) -> Result<(Counts, io::Result<()>), Exit> {
        let mut out = ClaimsParquet::new(BufWriter::new(binary_output("parquet")?))
            .map_err(|error| Exit::Usage.after(Err(error), "standard output"))?;
        let (counts, outcome) = self.reading.stream(lexicon, &mut |claims: Vec<Claim>| out.more(&claims))?;
        Ok((counts, outcome.and_then(|()| out.finish())))
    }

    fn write(&self, collection: &Collection<'_>) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        match self.format {
            // Written while they are read.
            Format::Jsonl | Format::Csv | Format::Parquet => {}
            Format::Json => {
                let all = json!({
                    "schema_version": 1,
                    "documents": collection.records,
                    "claims": collection.claims,
                    "problems": collection.all_problems(),
                });
                serde_json::to_writer_pretty(PlainJson(&mut out), &all)?;
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

fn summary(documents: usize, silent: usize, claims: usize, problems: usize) -> String {
    let s = |n: usize| if n == 1 { "" } else { "s" };
    format!(
        "{documents} document{} ({silent} without claims), {claims} claim{}, {problems} problem{}",
        s(documents),
        s(claims),
        s(problems)
    )
}
