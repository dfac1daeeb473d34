//! What a user may decide about the conclusions; shared by `audit` and `explain`.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use consilience_claim::Date;
use consilience_extract::Lexicon;
use consilience_reconcile::{Audit, Catalogue, ClaimGraph, Config, Decision, reconcile};

use crate::exit::Exit;
use crate::input::Collection;
use crate::progress;

/// Whether each claim's share in its verdict will be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Votes {
    Kept,
    LeftOut,
}

/// How to conclude.
#[derive(Args)]
pub(crate) struct Judging {
    /// What was known on a day, such as 2023-10-31: documents published later are left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// Apply what was decided with consilience decide
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a date such as 2023-10-31".to_owned())
}

impl Judging {
    /// The day that was asked for.
    pub(crate) fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// By nothing but decisions.
    pub(crate) fn by(decisions: Option<PathBuf>) -> Judging {
        Judging { as_of: None, decisions }
    }

    /// Draws the conclusions from all that was read. Claims and fingerprints move into the graph.
    ///
    /// Decisions that cannot be read stop everything: verdicts without them would be others.
    pub(crate) fn audit(&self, collection: &mut Collection<'_>, votes: Votes) -> Result<Audit, Exit> {
        let decisions = self.decided()?;
        let mut graph = ClaimGraph::default();
        for record in std::mem::take(&mut collection.records) {
            graph.insert_document(record);
        }
        for claim in std::mem::take(&mut collection.claims) {
            graph.insert(claim);
        }
        let mut config = Config::default();
        config.as_of = self.as_of;
        config.decisions = decisions;
        config.catalogue = catalogue(collection.library.lexicon);
        config.without_votes = votes == Votes::LeftOut;
        config.rules = collection.rules.clone();
        let mut audit = reconcile(&graph, &config);
        audit.problems.append(&mut collection.problems);
        audit.problems.sort();
        audit.problems.dedup();
        Ok(audit)
    }

    fn decided(&self) -> Result<Vec<Decision>, Exit> {
        let Some(path) = &self.decisions else { return Ok(Vec::new()) };
        let said = |message: &str, help: &str| {
            progress::error(&format!("--decisions {}: {message}", path.display()), help);
            Exit::Usage
        };
        let text = fs::read_to_string(path).map_err(|e| said(&e.to_string(), ""))?;
        Decision::read(&text)
            .map_err(|e| said(&e.to_string(), "each line is a decision that consilience decide wrote"))
    }
}

/// The entities of the lexicon, those that the user added among them.
fn catalogue(lexicon: &Lexicon) -> Catalogue {
    Catalogue::new(lexicon.entities())
}
