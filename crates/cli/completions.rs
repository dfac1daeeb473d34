//! `consilience completions`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::exit::Exit;

/// Write a completion script for a shell
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience completions bash > ~/.local/share/bash-completion/completions/consilience
  consilience completions zsh > ~/.zfunc/_consilience
  consilience completions fish > ~/.config/fish/completions/consilience.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Exit {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Program::command(), "consilience", &mut script);
        Exit::Clean.after(std::io::stdout().write_all(&script), "standard output")
    }
}
