//! `consilience lint-lexicon`: does a lexicon hold together, and does it read its own examples?

use std::io::Write as _;

use clap::Args;
use consilience_extract::lint;

use crate::exit::Exit;
use crate::input::Added;
use crate::progress;

/// Check the lexicon: entries that contradict each other or are not found as written, and every language's examples
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct LintLexicon {
    /// Languages to check, by the names of their folders; all where none is given
    #[arg(value_name = "CODE")]
    languages: Vec<String>,

    #[command(flatten)]
    added: Added,
}

const EXAMPLES: &str = "\
EXAMPLES
  consilience lint-lexicon                        the lexicon that ships with the program
  consilience lint-lexicon --lexicon mine it      your folder mine/lang/it and its examples

Exits 1 where it finds something.";

impl LintLexicon {
    pub(crate) fn run(self) -> Exit {
        let found = match lint(&self.added.lexicon, &self.added.catalog, &self.languages) {
            Ok(found) => found,
            Err(error) => {
                progress::error(&error.to_string(), "");
                return Exit::Usage;
            }
        };
        let mut out = anstream::stdout().lock();
        for finding in &found.findings {
            if writeln!(out, "{}: {}", finding.path, finding.message).is_err() {
                return Exit::Usage;
            }
        }
        progress::note(&format!(
            "{} phrases checked, {} examples read as they should be, {} findings",
            found.phrases,
            found.examples,
            found.findings.len()
        ));
        if found.findings.is_empty() { Exit::Clean } else { Exit::Findings }
    }
}
