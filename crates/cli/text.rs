//! `consilience text`: what is read of a document.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::Args;
use consilience_extract::{Article, Lexicon, read};

use crate::exit::Exit;
use crate::guard::guarded;
use crate::{progress, walk};

/// Print the text that is read of a document; of a PDF, the text that its claims' spans count in
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience text report.pdf > report.txt         pages are parted by form feeds
  consilience text page.html | less")]
pub(crate) struct Text {
    /// A document, or - for standard input
    #[arg(value_name = "FILE")]
    path: PathBuf,
}

impl Text {
    pub(crate) fn run(&self) -> Exit {
        let doc = self.path.to_string_lossy();
        let mut bytes = Vec::new();
        let input = if doc == "-" {
            io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
        } else {
            std::fs::read(&self.path).map(|read| bytes = read)
        };
        if let Err(error) = input {
            let problem = walk::unreadable(&doc, &error);
            progress::error(&format!("{doc}: {}", problem.message), &problem.help);
            return Exit::Usage;
        }
        let document = match guarded(&doc, || read(&Article { doc: &doc, bytes: &bytes }, Lexicon::builtin()))
        {
            Ok(document) => document,
            Err(problem) => {
                progress::warn(&[problem]);
                return Exit::Clean;
            }
        };
        progress::warn(&document.record.problems);
        let mut out = io::stdout().lock();
        let written = out.write_all(document.text.as_bytes()).and_then(|()| out.flush());
        Exit::Clean.after(written, "standard output")
    }
}
