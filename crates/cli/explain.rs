//! `consilience explain`.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use consilience_reconcile::{Audit, Row};
use consilience_report::{Topic, explain_json, explain_text};

use crate::audit::{reconciled, screen};
use crate::exit::Exit;
use crate::input::{Reading, Tables};
use crate::progress;

/// Show how one figure came about: words, number, unit, period, comparison, votes
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience explain 'Toyota/revenue/level/2023-Q2' articles/
  consilience explain toyota/revenue articles/     any part that fits one row only
  consilience explain 4be1c09a articles/           a claim, by its id or the start of it
  consilience explain C101 articles/               every conflict of this code")]
pub(crate) struct Explain {
    /// ENTITY/METRIC/ASPECT/PERIOD, a part of it that fits one row, a claim id, or the code of a conflict
    #[arg(value_name = "KEY")]
    key: String,

    #[command(flatten)]
    reading: Reading,

    /// How to write the derivation
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// One object with rows, votes, claims and conflicts
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
        let audit = reconciled(&mut collection);
        if !self.reading.quiet {
            progress::warn(&audit.problems);
        }
        let exit = match find(&audit, &self.key) {
            Ok(topic) => {
                let mut out = BufWriter::new(io::stdout().lock());
                let written = match self.format {
                    Format::Text => explain_text(&audit, &topic, &collection.library, &screen(0), &mut out),
                    Format::Json => serde_json::to_writer_pretty(&mut out, &explain_json(&topic))
                        .map_err(io::Error::from)
                        .and_then(|()| writeln!(out)),
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

fn find<'a>(audit: &'a Audit, key: &str) -> Result<Topic<'a>, Lost> {
    let folded = key.trim().to_lowercase();
    let code =
        folded.len() == 4 && folded.starts_with('c') && folded[1..].bytes().all(|b| b.is_ascii_digit());
    if code {
        let topic = Topic::conflicts(audit, &folded);
        if !topic.is_empty() {
            return Ok(topic);
        }
        let mut codes: Vec<&str> = audit.conflicts.iter().map(|c| c.code).collect();
        codes.sort_unstable();
        codes.dedup();
        let help = if codes.is_empty() {
            "there are no conflicts".to_owned()
        } else {
            format!("conflicts found: {}", codes.join(", "))
        };
        return Err(Lost { message: format!("no conflict {}", folded.to_uppercase()), help: vec![help] });
    }
    if folded.is_empty() {
        return Err(Lost { message: "the KEY is empty".to_owned(), help: Vec::new() });
    }
    let claims: Vec<_> =
        audit.claims.values().filter(|c| c.id.0.to_lowercase().starts_with(&folded)).collect();
    match claims[..] {
        [claim] => return Ok(Topic::claim(audit, claim)),
        [_, ..] if folded.len() >= 4 => {
            let help = claims
                .iter()
                .take(CANDIDATES)
                .map(|c| format!("{} {}: «{}»", c.id, c.doc, c.quote))
                .collect();
            return Err(Lost {
                message: format!("{} claims have ids that start with «{key}»", claims.len()),
                help,
            });
        }
        _ => {}
    }
    // From the narrowest sense of the key to the widest; the first that fits anything is meant.
    let names: Vec<(String, &Row)> =
        audit.consensus.iter().map(|r| (r.key.to_string().to_lowercase(), r)).collect();
    let plain = |row: &Row| {
        format!("{}/{}/{}/{}", row.key.entity, row.key.metric, row.key.aspect, row.key.period).to_lowercase()
    };
    let words: Vec<&str> = folded.split(['/', ' ']).filter(|w| !w.is_empty()).collect();
    type Sense<'s> = &'s dyn Fn(&str, &Row) -> bool;
    let senses: [Sense<'_>; 4] = [
        &|name, _| name == folded,
        &|_, row| plain(row) == folded,
        &|name, _| name.contains(&folded),
        &|name, _| words.iter().all(|w| name.contains(w)),
    ];
    for sense in senses {
        let rows: Vec<&Row> =
            names.iter().filter(|(name, row)| sense(name, row)).map(|(_, row)| *row).collect();
        match rows[..] {
            [] => {}
            [row] => return Ok(Topic::row(audit, row)),
            _ => {
                let mut help: Vec<String> = rows.iter().take(CANDIDATES).map(|r| r.key.to_string()).collect();
                if rows.len() > CANDIDATES {
                    help.push(format!("… and {} more", rows.len() - CANDIDATES));
                }
                return Err(Lost {
                    message: format!("«{key}» fits {} rows; name one of them", rows.len()),
                    help,
                });
            }
        }
    }
    Err(Lost { message: format!("nothing is known of «{key}»"), help: suggestions(&names, &folded) })
}

fn suggestions(names: &[(String, &Row)], key: &str) -> Vec<String> {
    if names.is_empty() {
        return vec!["no claims were read".to_owned()];
    }
    // Each part of the key against each part of the names, so that a slip in one word is forgiven.
    let likeness = |name: &str| -> f64 {
        let parts: Vec<&str> = key.split('/').collect();
        let best = |part: &str| name.split('/').map(|n| strsim::jaro_winkler(part, n)).fold(0.0, f64::max);
        parts.iter().map(|p| best(p)).sum::<f64>() / parts.len() as f64
    };
    let mut ranked: Vec<(f64, &Row)> = names.iter().map(|(name, row)| (likeness(name), *row)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
    let near: Vec<String> =
        ranked.iter().take_while(|(l, _)| *l >= 0.7).take(3).map(|(_, row)| row.key.to_string()).collect();
    match near.is_empty() {
        true => vec![format!("{} rows are known; consilience audit lists them", names.len())],
        false => std::iter::once("did you mean".to_owned()).chain(near).collect(),
    }
}
