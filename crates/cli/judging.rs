//! What a user may decide about the conclusions; shared by `audit` and `explain`.

use clap::Args;
use consilience_claim::Date;
use consilience_extract::Lexicon;
use consilience_reconcile::{Audit, Catalogue, ClaimGraph, Config, Listed, reconcile};

use crate::input::Collection;

/// How to conclude.
#[derive(Args)]
pub(crate) struct Judging {
    /// What was known on a day, such as 2023-10-31: documents published later are left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a date such as 2023-10-31".to_owned())
}

impl Judging {
    /// Draws the conclusions from all that was read. Claims and fingerprints move into the graph.
    pub(crate) fn audit(&self, collection: &mut Collection<'_>) -> Audit {
        let mut graph = ClaimGraph::default();
        for record in std::mem::take(&mut collection.records) {
            graph.insert_document(record);
        }
        for claim in std::mem::take(&mut collection.claims) {
            graph.insert(claim);
        }
        let mut config = Config::default();
        config.as_of = self.as_of;
        config.catalogue = catalogue(collection.library.lexicon);
        let mut audit = reconcile(&graph, &config);
        audit.problems.append(&mut collection.problems);
        audit.problems.sort();
        audit.problems.dedup();
        audit
    }
}

/// The entities of the lexicon, those that the user added among them.
fn catalogue(lexicon: &Lexicon) -> Catalogue {
    Catalogue::new(lexicon.entities().map(|(name, whole, country)| Listed {
        name: name.to_owned(),
        part_of: whole.map(str::to_owned),
        country: country.to_owned(),
    }))
}
