//! consilience: reads figures out of articles in several languages, finds who agrees and who contradicts, and
//! writes the consensus with its provenance.

mod audit;
mod completions;
mod decide;
mod exit;
mod explain;
mod export;
mod extract;
mod filings;
mod fuse;
mod fuse_tables;
mod guard;
mod input;
mod judging;
mod library;
mod links;
mod lint;
mod progress;
mod schema;
mod text;
mod walk;

use clap::{Parser, Subcommand};

/// Reads figures out of articles in several languages, finds who agrees and who contradicts, and writes the
/// consensus with its provenance.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_long_help = EXAMPLES)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Extract(extract::Extract),
    Audit(audit::Audit),
    Explain(explain::Explain),
    Export(export::Export),
    Decide(decide::Decide),
    Fuse(fuse::Fuse),
    Text(text::Text),
    Schema(schema::Schema),
    LintLexicon(lint::LintLexicon),
    Completions(completions::Completions),
}

const EXAMPLES: &str = "\
EXAMPLES
  consilience extract article.html                 the claims of one article, a JSON object a line
  consilience audit articles/                      who agrees, who contradicts, what stands
  consilience explain 'Toyota/revenue' articles/   one figure from the words to the verdict
  consilience fuse claims.csv                      which value is true, over a ready table

EXIT CODES
  0  ran, and found nothing at or above --fail-on (audit; default: error)
  1  findings at or above --fail-on
  2  usage error, an argument that does not exist, or an output that cannot be written";

fn main() -> std::process::ExitCode {
    guard::quiet_guarded_panics();
    let exit = match Program::parse().command {
        Command::Extract(command) => command.run(),
        Command::Audit(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Decide(command) => command.run(),
        Command::Fuse(command) => command.run(),
        Command::Text(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::LintLexicon(command) => command.run(),
        Command::Completions(command) => command.run(),
    };
    exit.into()
}
