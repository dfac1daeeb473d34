//! `consilience text`: what is read of a document.

use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;

use clap::Args;
use consilience_extract::{Article, Lexicon, read};
use consilience_report::safe;

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
        let written = shown(&document.text, out.is_terminal(), &mut out).and_then(|()| out.flush());
        Exit::Clean.after(written, "standard output")
    }
}

/// The text byte by byte, for spans count in it; on a terminal, which would act on some of them, as safe lines.
fn shown(text: &str, terminal: bool, out: &mut dyn Write) -> io::Result<()> {
    if !terminal {
        return out.write_all(text.as_bytes());
    }
    text.lines().try_for_each(|line| writeln!(out, "{}", safe::line(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_to_act_on_and_a_file_every_byte() {
        for (terminal, expected) in [(true, "a␛[31m\nb c\n"), (false, "a\u{1b}[31m\nb\u{c}c")] {
            let mut out = Vec::new();
            shown("a\u{1b}[31m\nb\u{c}c", terminal, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
