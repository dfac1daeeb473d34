//! `consilience explain`.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use consilience_reconcile::{Audit, Row, find, kinship};
use consilience_report::safe::PlainJson;
use consilience_report::{Topic, explain_json, explain_text};

use crate::audit::screen;
use crate::exit::Exit;
use crate::input::{Reading, Tables};
use crate::judging::{Judging, Votes};
use crate::progress;

/// Show how one figure came about: words, number, unit, period, comparison, votes
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience explain 'Toyota/revenue/level/2023-Q2' articles/
  consilience explain toyota/revenue articles/     any part that fits one row only
  consilience explain 4be1c09a articles/           a claim, by its id or the start of it
  consilience explain C101 articles/               every conflict of this code; or one, by its id
  consilience explain parts_vs_whole articles/     every sum of this rule; or one, by its id
  consilience explain 'wire.txt <-> post.html' articles/   do two documents go back to one text?")]
pub(crate) struct Explain {
    /// ENTITY/METRIC/ASPECT/PERIOD, a part of it that fits one row, the id of a claim, conflict or check, the code of
    /// conflicts, the rule of checks, or two documents: A <-> B
    #[arg(value_name = "KEY")]
    key: String,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    judging: Judging,

    /// How to write the derivation
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// One object, as consilience schema explain has it
    Json,
}

impl Explain {
    pub(crate) fn run(&self) -> Exit {
        let lexicon = match self.reading.lexicon() {
            Ok(lexicon) => lexicon,
            Err(exit) => return exit,
        };
        let mut collection = match self.reading.collect(lexicon.get(), Tables::Accepted) {
            Ok(collection) => collection,
            Err(exit) => return exit,
        };
        let audit = match self.judging.audit(&mut collection, Votes::Kept) {
            Ok(audit) => audit,
            Err(exit) => return exit,
        };
        if !self.reading.quiet {
            progress::warn(&audit.problems);
        }
        let exit = match topic(&audit, &self.key) {
            Ok(topic) => {
                let mut out = BufWriter::new(io::stdout().lock());
                let written = match self.format {
                    Format::Text => explain_text(&audit, &topic, &collection.library, &screen(0), &mut out),
                    Format::Json => {
                        serde_json::to_writer_pretty(PlainJson(&mut out), &explain_json(&audit, &topic))
                            .map_err(io::Error::from)
                            .and_then(|()| writeln!(out))
                    }
                };
                Exit::Clean.after(written.and_then(|()| out.flush()), "standard output")
            }
            Err(Lost { message, help }) => {
                progress::error(&message, "");
                for line in help {
                    progress::note(&format!("  {line}"));
                }
                Exit::Usage
            }
        };
        self.reading.close(&collection, "", exit)
    }
}

/// Why a key leads nowhere, or to several places.
struct Lost {
    message: String,
    help: Vec<String>,
}

const CANDIDATES: usize = 20;

fn topic<'a>(audit: &'a Audit, key: &str) -> Result<Topic<'a>, Lost> {
    let found = find(audit, key);
    let code = key.trim();
    if let [claim] = found.claims[..] {
        return Ok(Topic::claim(audit, claim));
    }
    if !found.claims.is_empty() {
        let ids = found.claims.iter().map(|c| format!("{} {}: «{}»", c.id, c.doc, c.quote));
        let message = format!("{} claims have ids that start with «{code}»", found.claims.len());
        return Err(Lost { message, help: listed(ids) });
    }
    if let Some([a, b]) = found.documents {
        return Ok(Topic::kinship(kinship(audit, a, b)));
    }
    if !found.checks.is_empty() {
        return Ok(Topic::checks(audit, found.checks));
    }
    // Conflicts that a code or an id names; those of a row come with it.
    let id = code.to_lowercase();
    if found
        .conflicts
        .iter()
        .any(|c| c.code.eq_ignore_ascii_case(code) || id.len() >= 6 && c.id().starts_with(&id))
    {
        return Ok(Topic::conflicts(audit, found.conflicts));
    }
    // A key that runs to the end of a row's name means that row, not its forecast or its variants.
    let ends = |row: &&&Row| row.key.to_string().to_lowercase().ends_with(&code.to_lowercase());
    if let [row] = found.rows.iter().filter(ends).collect::<Vec<_>>()[..] {
        return Ok(Topic::row(audit, row));
    }
    match found.rows[..] {
        [row] => Ok(Topic::row(audit, row)),
        [] => Err(Lost {
            message: format!("nothing is known of «{code}»"),
            help: near(audit, code, found.suggestions),
        }),
        _ => Err(Lost {
            message: format!("«{code}» fits {} rows; name one of them", found.rows.len()),
            help: listed(found.rows.iter().map(|r| candidate(&found.rows, r))),
        }),
    }
}

/// A row's name; where an undated one shares it with others, the claim that leads to this one alone.
fn candidate(rows: &[&Row], row: &Row) -> String {
    let name = row.key.to_string();
    let shared = rows.iter().filter(|other| other.key.to_string() == name).count() > 1;
    match row.claims.first().filter(|_| shared) {
        Some(claim) => format!("{name}: explain {claim}"),
        None => name,
    }
}

fn listed(candidates: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let more = candidates.len().saturating_sub(CANDIDATES);
    let mut lines: Vec<String> = candidates.take(CANDIDATES).collect();
    if more > 0 {
        lines.push(format!("… and {more} more"));
    }
    lines
}

/// What the user may have meant.
fn near(audit: &Audit, key: &str, suggestions: Vec<String>) -> Vec<String> {
    let code = key.len() == 4 && key.starts_with(['c', 'C']) && key[1..].bytes().all(|b| b.is_ascii_digit());
    if code && !audit.conflicts.is_empty() {
        let codes: BTreeSet<&str> = audit.conflicts.iter().map(|c| c.code).collect();
        return vec![format!("conflicts found: {}", codes.into_iter().collect::<Vec<_>>().join(", "))];
    }
    if audit.consensus.is_empty() {
        return vec!["no claims were read".to_owned()];
    }
    if suggestions.is_empty() {
        return vec![format!("{} rows are known; consilience audit lists them", audit.consensus.len())];
    }
    std::iter::once("did you mean".to_owned())
        .chain(suggestions.into_iter().map(|s| format!("  {s}")))
        .collect()
}
