//! `consilience export`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use consilience_feed::{Earlier, Feed, Policy};
use consilience_reconcile::Audit;
use consilience_report::html;

use crate::exit::Exit;
use crate::input::{Collection, Reading, Tables};
use crate::judging::{Judging, Votes};
use crate::progress;

/// The file of a feed that the next one is held against; written last, so that a folder with it is whole.
const LEDGER: &str = "figures.json";

/// Write the figures that are verified, for dashboards: as CSV, JSON, Parquet and SQLite
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience export --out feed/ articles/
  consilience export --out feed/ --policy publishing.toml articles/ filings/
  sqlite3 feed/figures.sqlite 'select entity, metric, period, value, unit from consensus'

A figure is published where it passes the policy: by default, told by two independent texts of one mind or filed, at
a confidence of 0.8 or more, in no conflict. What was in the folder's last feed and is not published now is listed in
withdrawn.csv, with the reason. The same input leaves every byte as it is. What the files hold: docs/export.md.")]
pub(crate) struct Export {
    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    judging: Judging,

    /// The folder of the feed: figures.csv, figures.json, figures.parquet, figures.sqlite, withdrawn.csv, report.html
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// What may be published, instead of the policy that ships
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl Export {
    pub(crate) fn run(&self) -> Exit {
        let (policy, earlier) = match self.policy().and_then(|policy| Ok((policy, self.earlier()?))) {
            Ok(read) => read,
            Err(exit) => return exit,
        };
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
        let feed = Feed::new(&audit, &policy, self.judging.as_of(), &earlier);
        let written = self.write(&feed, &audit, &collection);
        let exit = Exit::Clean.after(written, &self.out.display().to_string());
        self.reading.close(&collection, &feed.summary(), exit)
    }

    fn policy(&self) -> Result<Policy, Exit> {
        let Some(path) = &self.policy else { return Ok(Policy::default()) };
        let said = |message: String| {
            let help = "data/publishing.toml is the one that ships, with every line explained";
            progress::error(&format!("--policy {}: {message}", path.display()), help);
            Exit::Usage
        };
        let text = fs::read_to_string(path).map_err(|e| said(e.to_string()))?;
        Policy::read(&text).map_err(|e| said(e.to_string()))
    }

    /// What the folder's last feed published. One that cannot be read stops everything: what it published would be
    /// forgotten instead of withdrawn.
    fn earlier(&self) -> Result<Earlier, Exit> {
        let path = self.out.join(LEDGER);
        let said = |message: String| {
            progress::error(
                &format!("{}: {message}", path.display()),
                "bring it back, or remove it: then nothing is known of earlier feeds",
            );
            Exit::Usage
        };
        match fs::read_to_string(&path) {
            Ok(text) => Earlier::read(&text).map_err(|e| said(e.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Earlier::default()),
            Err(error) => Err(said(error.to_string())),
        }
    }

    fn write(&self, feed: &Feed, audit: &Audit, collection: &Collection<'_>) -> io::Result<()> {
        fs::create_dir_all(&self.out)?;
        let write = |name: &str, fill: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
            let mut bytes = Vec::new();
            fill(&mut bytes)?;
            replace(&self.out, name, &bytes)
        };
        write("report.html", &|out| html(audit, &collection.library, out))?;
        write("figures.csv", &|out| feed.csv(out))?;
        write("figures.parquet", &|out| feed.parquet(out))?;
        write("withdrawn.csv", &|out| feed.withdrawn_csv(out))?;
        write("figures.sqlite", &|out| feed.sqlite(out))?;
        write(LEDGER, &|out| feed.json(out))
    }
}

/// Puts a file in the place of another in one step, so that whoever reads the folder meanwhile has the one or the other
/// whole; one that is as it should be stays untouched.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let mut file = File::create(&beside)?;
    let placed =
        file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&beside, &path));
    if placed.is_err() {
        let _ = fs::remove_file(&beside);
    }
    placed
}
