//! `consilience audit`.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use consilience_reconcile::Severity;
use consilience_report::{
    Screen, audit_text, claim_review, datapackage, github, html, junit, markdown, prov, sarif, summary,
    table, table_text,
};

use crate::exit::Exit;
use crate::input::{Collection, Reading, Tables};
use crate::judging::{Judging, Votes};
use crate::{links, progress};

/// Compare what documents claim: who agrees, who contradicts, and what stands
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience audit articles/                        a report for reading
  consilience audit articles/ --format json | jq .conflicts
  consilience audit articles/ --out report/          a folder with everything in it, report.html to look at
  consilience audit claims.jsonl articles/           claims of another extractor beside ours
  consilience audit articles/ --table conflicts --format csv
  consilience audit articles/ --fail-on warning      exit code 1 on warnings too")]
pub(crate) struct Audit {
    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    judging: Judging,

    /// How to write the verdicts [default: text on a terminal, else json]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Which table csv, jsonl and parquet hold [default: consensus]; text then shows nothing else
    #[arg(long, value_enum)]
    table: Option<TableName>,

    /// Exit with 1 where a conflict is at least this bad
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,

    /// Also write report.html, audit.json, claims.jsonl, consensus.csv, conflicts.csv, conflicts.md and datapackage.json
    /// (what the columns hold) into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Entries of each long list in text; 0 shows all of them, and each in full [default: 20; with --table: 0]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading
    Text,
    /// Everything as one object
    Json,
    /// A table, one JSON object a line
    Jsonl,
    /// A table with a head line
    Csv,
    /// A table in typed columns, for a file or a pipe
    Parquet,
    /// Conflicts, consensus, notes and what is not comparable as Markdown, for a pull request
    Md,
    /// SARIF 2.1.0, for code scanning and editors: a result per conflict
    Sarif,
    /// JUnit XML, for build servers: a test per row, failed by conflicts at or above --fail-on
    Junit,
    /// Annotations of a GitHub workflow: a message per conflict at its line
    Github,
    /// One page for a browser that needs nothing else
    Html,
    /// W3C PROV-JSON: which value follows from which claims, and these from which documents and sources
    Prov,
    /// schema.org ClaimReview in JSON-LD: claims that others bear out or contradict
    Claimreview,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableName {
    Consensus,
    Conflicts,
    Claims,
    Pairs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// The mildest conflict that fails a run; `None` where none does.
    fn least(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}

impl Audit {
    pub(crate) fn run(&self) -> Exit {
        let whole =
            |format: Format| !matches!(format, Format::Text | Format::Jsonl | Format::Csv | Format::Parquet);
        if self.table.is_some() && self.format.is_some_and(whole) {
            progress::error(
                "--table chooses what csv, jsonl, parquet and text hold",
                "leave it out, or take one of those formats",
            );
            return Exit::Usage;
        }
        if self.format == Some(Format::Parquet)
            && let Err(exit) = binary_output("parquet")
        {
            return exit;
        }
        let lexicon = match self.reading.lexicon() {
            Ok(lexicon) => lexicon,
            Err(exit) => return exit,
        };
        let mut collection = match self.reading.collect(lexicon.get(), Tables::Accepted) {
            Ok(collection) => collection,
            Err(exit) => return exit,
        };
        let format =
            self.format.unwrap_or(if io::stdout().is_terminal() { Format::Text } else { Format::Json });
        // The page shows what each claim weighs.
        let votes = if format == Format::Html || self.out.is_some() { Votes::Kept } else { Votes::LeftOut };
        let audit = match self.judging.audit(&mut collection, votes) {
            Ok(audit) => audit,
            Err(exit) => return exit,
        };
        // On one screen the report itself lists the problems.
        let on_screen = format == Format::Text && io::stdout().is_terminal() && io::stderr().is_terminal();
        if !self.reading.quiet && !on_screen {
            progress::warn(&audit.problems);
        }
        let mut exit = if self.fails(&audit) { Exit::Findings } else { Exit::Clean };
        if let Some(folder) = &self.out {
            exit = exit.after(files(&audit, &collection, folder), &folder.display().to_string());
        }
        exit = exit.after(self.write(&audit, &collection, format), "standard output");
        // A text report ends with this line already.
        let closing = if format == Format::Text { String::new() } else { summary(&audit) };
        self.reading.close(&collection, &closing, exit)
    }

    fn fails(&self, audit: &consilience_reconcile::Audit) -> bool {
        self.failing().any(|severity| audit.conflicts.iter().any(|c| c.severity == severity))
    }

    /// What makes the program exit with 1, worst first.
    fn failing(&self) -> impl Iterator<Item = Severity> {
        let least = self.fail_on.least();
        let all = [Severity::Error, Severity::Warning, Severity::Note];
        all.into_iter().filter(move |severity| least.is_some_and(|least| *severity >= least))
    }

    /// `2 errors, 1 warning`: why the program exits with 1.
    fn reason(&self, audit: &consilience_reconcile::Audit) -> String {
        let counted = self.failing().map(|s| (audit.conflicts.iter().filter(|c| c.severity == s).count(), s));
        let parts = counted
            .filter(|(n, _)| *n > 0)
            .map(|(n, severity)| format!("{n} {}{}", severity.as_str(), if n == 1 { "" } else { "s" }));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn write(
        &self,
        audit: &consilience_reconcile::Audit,
        collection: &Collection<'_>,
        format: Format,
    ) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        let named = self.table.map(|name| match name {
            TableName::Consensus => table::Table::Consensus,
            TableName::Conflicts => table::Table::Conflicts,
            TableName::Claims => table::Table::Claims,
            TableName::Pairs => table::Table::Pairs,
        });
        let table = named.unwrap_or(table::Table::Consensus);
        match format {
            Format::Text => match named {
                Some(table) => {
                    let screen = screen(self.limit.unwrap_or(0));
                    table_text(audit, table, &collection.library, &screen, &mut out)?;
                }
                None => {
                    let screen = screen(self.limit.unwrap_or(Screen::default().limit));
                    audit_text(audit, &collection.library, &screen, &mut out)?;
                    if self.fails(audit) {
                        writeln!(out, "Exit code 1: {}; see --fail-on.", self.reason(audit))?;
                    }
                }
            },
            Format::Json => table::json(audit, &mut out)?,
            Format::Jsonl => table::jsonl(audit, table, &mut out)?,
            Format::Csv => table::csv(audit, table, &mut out)?,
            Format::Parquet => table::parquet(audit, table, &mut BufWriter::new(io::stdout()))?,
            Format::Md => markdown::markdown(audit, &mut out)?,
            Format::Sarif => sarif::sarif(audit, &collection.library, &mut out)?,
            Format::Junit => junit::junit(audit, self.fail_on.least(), &collection.library, &mut out)?,
            Format::Prov => prov::prov(audit, &mut out)?,
            Format::Claimreview => claim_review::claim_review(audit, &mut out)?,
            Format::Github => github::annotations(audit, &collection.library, &mut out)?,
            Format::Html => html(audit, &collection.library, &mut out)?,
        }
        out.flush()
    }
}

/// Standard output for a format that is no text, which no terminal is to be filled with.
pub(crate) fn binary_output(format: &str) -> Result<io::Stdout, Exit> {
    if io::stdout().is_terminal() {
        progress::error(
            &format!("--format {format} is not for a terminal"),
            "send it to a file: consilience … > table.parquet",
        );
        return Err(Exit::Usage);
    }
    Ok(io::stdout())
}

/// The terminal, or a page where there is none.
pub(crate) fn screen(limit: usize) -> Screen {
    let asked = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = terminal.or(asked).unwrap_or(100).clamp(40, 200);
    let choice = anstream::AutoStream::choice(&io::stdout());
    let color = choice != anstream::ColorChoice::Never;
    let links = color && io::stdout().is_terminal() && links::shown(|name| std::env::var(name).ok());
    Screen { width, color, links, limit }
}

fn files(audit: &consilience_reconcile::Audit, collection: &Collection<'_>, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let write = |name: &str, fill: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        let mut out = BufWriter::new(File::create(folder.join(name))?);
        fill(&mut out)?;
        out.flush()
    };
    write("claims.jsonl", &|out| table::jsonl(audit, table::Table::Claims, out))?;
    write("consensus.csv", &|out| table::csv(audit, table::Table::Consensus, out))?;
    write("conflicts.csv", &|out| table::csv(audit, table::Table::Conflicts, out))?;
    let tables = [(table::Table::Consensus, "consensus.csv"), (table::Table::Conflicts, "conflicts.csv")];
    write("datapackage.json", &|out| datapackage(&tables, out))?;
    write("conflicts.md", &|out| markdown::conflicts(audit, out))?;
    write("report.html", &|out| html(audit, &collection.library, out))?;
    // Last, so that a folder with it is whole.
    write("audit.json", &|out| table::json(audit, out))
}
