//! `consilience decide`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use consilience_claim::exact;
use consilience_reconcile::{Audit, ClaimSeen, ConflictSeen, Decision, RowSeen, Verb, find};

use crate::exit::Exit;
use crate::input::{Reading, Tables};
use crate::judging::{Judging, Votes};
use crate::progress;

/// Decide what no program can: accept or reject a claim or conflict, set a value, join or part names
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience decide reject 4be1c09a articles/ --because 'the table is in millions'
  consilience decide reject c81e728d articles/ --because 'two different quarters'   a conflict, by its id
  consilience decide accept 'Toyota/revenue/level/2023-Q2' articles/ --because 'seen in the report'
  consilience decide override 'Toyota/revenue/level/2023-Q2' 10546800000000 articles/ --because 'filing of 1 August'
  consilience decide merge 'Meta Platforms' 'Facebook Inc' --because 'renamed in October 2021'
  consilience decide split 'Delta Corp' 'Delta Inc' --because 'an airline and a maker of taps'
  consilience audit articles/ --decisions decisions.jsonl

Each decision is a line appended to a file, with who, when and why. audit and explain apply it with --decisions.")]
pub(crate) struct Decide {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The claim is read right, the conflict is one, or the value of the row is right
    Accept(Found),
    /// The claim does not count, or the conflict is none
    Reject(Found),
    /// The row has this value, whatever its claims say
    Override(Overridden),
    /// The two names are one; the first one stays
    Merge(Named),
    /// The two names are two, whatever their spelling or the catalogue says
    Split(Named),
}

#[derive(Args)]
struct Found {
    /// A claim or a conflict by its id or the start of it, or a row by its key or a part that fits one row
    #[arg(value_name = "KEY")]
    key: String,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
struct Overridden {
    /// The key of a row, or a part of it that fits one row
    #[arg(value_name = "KEY")]
    key: String,

    /// The value, in the unit of the row: 45100000000
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    value: String,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
struct Named {
    /// The name that stays
    #[arg(value_name = "NAME")]
    first: String,

    /// The other name
    #[arg(value_name = "OTHER")]
    second: String,

    /// The names are those of metrics, not of entities
    #[arg(long)]
    metrics: bool,

    #[command(flatten)]
    signed: Signed,
}

/// Who decides, when and why, and where that is written.
#[derive(Args)]
struct Signed {
    /// Why
    #[arg(long, value_name = "TEXT")]
    because: String,

    /// The file that the decision is appended to
    #[arg(long, value_name = "FILE", default_value = "decisions.jsonl")]
    decisions: PathBuf,

    /// Who decides [default: the name you are logged in with]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    /// When, as 2026-11-22 or 2026-11-22T08:12:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl Decide {
    pub(crate) fn run(&self) -> Exit {
        match &self.what {
            What::Accept(found) => found.decide(Verb::Accept),
            What::Reject(found) => found.decide(Verb::Reject),
            What::Override(found) => found.decide(),
            What::Merge(named) => named.decide(Verb::Merge),
            What::Split(named) => named.decide(Verb::Split),
        }
    }
}

impl Found {
    fn decide(&self, verb: Verb) -> Exit {
        about(&self.reading, &self.signed, verb, |audit| {
            let found = find(audit, &self.key);
            let mut decision = self.signed.decision(verb)?;
            match (&found.claims[..], &found.conflicts[..], &found.rows[..]) {
                ([claim], ..) => decision.claim = Some(ClaimSeen::of(audit, claim)),
                ([], [conflict], _) if conflict.id().starts_with(&self.key.to_lowercase()) => {
                    decision.conflict = Some(ConflictSeen::of(conflict));
                }
                ([], _, [row]) if verb == Verb::Accept => decision.row = Some(RowSeen::of(row)),
                ([], _, [_]) => {
                    return Err(
                        "a row is accepted or overridden; reject one of its claims or conflicts".into()
                    );
                }
                _ => return Err(not_one(&self.key, found.claims.len().max(found.rows.len()))),
            }
            if decision.row.as_ref().is_some_and(|r| r.value.is_none()) {
                return Err(format!("«{}» has no value to accept; override it", self.key));
            }
            Ok(decision)
        })
    }
}

impl Overridden {
    fn decide(&self) -> Exit {
        about(&self.reading, &self.signed, Verb::Override, |audit| {
            let value = exact::parse(&self.value).map_err(|e| format!("«{}»: {e}", self.value))?;
            let found = find(audit, &self.key);
            let [row] = found.rows[..] else { return Err(not_one(&self.key, found.rows.len())) };
            let mut decision = self.signed.decision(Verb::Override)?;
            decision.row = Some(RowSeen::of(row));
            decision.value = Some(value.normalize().to_string());
            Ok(decision)
        })
    }
}

impl Named {
    fn decide(&self, verb: Verb) -> Exit {
        let decision = self.signed.decision(verb).map(|mut decision| {
            let names = Some([self.first.trim().to_owned(), self.second.trim().to_owned()]);
            if self.metrics {
                decision.metrics = names;
            } else {
                decision.entities = names;
            }
            decision
        });
        self.signed.append(decision)
    }
}

fn not_one(key: &str, n: usize) -> String {
    match n {
        0 => format!("nothing is known of «{key}»; consilience audit lists what is"),
        n => format!("«{key}» fits {n} rows or claims; name one of them (consilience explain lists them)"),
    }
}

/// Decides on something that stands in an audit.
fn about(
    reading: &Reading,
    signed: &Signed,
    verb: Verb,
    decision: impl FnOnce(&Audit) -> Result<Decision, String>,
) -> Exit {
    if let Err(message) = signed.decision(verb) {
        progress::error(&message, "");
        return Exit::Usage;
    }
    let lexicon = match reading.lexicon() {
        Ok(lexicon) => lexicon,
        Err(exit) => return exit,
    };
    let mut collection = match reading.collect(lexicon.get(), Tables::Accepted) {
        Ok(collection) => collection,
        Err(exit) => return exit,
    };
    // What was decided before holds: a conflict between merged names is only there under them.
    let before = signed.decisions.exists().then(|| signed.decisions.clone());
    let audit = match Judging::by(before).audit(&mut collection, Votes::LeftOut) {
        Ok(audit) => audit,
        Err(exit) => return exit,
    };
    let exit = signed.append(decision(&audit));
    reading.close(&collection, "", exit)
}

impl Signed {
    fn decision(&self, verb: Verb) -> Result<Decision, String> {
        let by = self.by.clone().or_else(|| {
            let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
            names.filter_map(|name| std::env::var(name).ok()).find(|name| !name.trim().is_empty())
        });
        let by = by.ok_or("nobody knows who decides; say so with --by NAME")?;
        let at = self.at.clone().unwrap_or_else(now);
        let decision = Decision::new(verb, &by, &at, &self.because);
        // What it is about is not known yet; the rest can be wrong already.
        let names = Some(["a".to_owned(), "b".to_owned()]);
        let probe = Decision { decision: Verb::Merge, entities: names, ..decision.clone() };
        match probe.wrong() {
            Some(message) => Err(message),
            None => Ok(decision),
        }
    }

    fn append(&self, decision: Result<Decision, String>) -> Exit {
        let checked = decision.and_then(|d| d.wrong().map_or(Ok(d), Err));
        let line = match checked {
            Ok(decision) => decision.line(),
            Err(message) => {
                progress::error(&message, "");
                return Exit::Usage;
            }
        };
        let name = self.decisions.display().to_string();
        if let Err(error) = append(&self.decisions, &line) {
            progress::error(&format!("{name}: {error}"), "");
            return Exit::Usage;
        }
        progress::note(&format!("appended to {name}; apply it with --decisions {name}"));
        Exit::Clean.after(writeln!(io::stdout(), "{line}"), "standard output")
    }
}

/// Adds a line to a file, behind the end of a last line that has none.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let unended = match std::fs::read(path) {
        Ok(bytes) => !bytes.is_empty() && !bytes.ends_with(b"\n"),
        Err(_) => false,
    };
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(format!("{}{line}\n", if unended { "\n" } else { "" }).as_bytes())
}

/// The second of universal time at which the program runs.
fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}
