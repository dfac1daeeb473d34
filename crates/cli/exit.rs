//! How the program ends.

use std::io;
use std::process::ExitCode;

/// The exit codes, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Ran; nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// Usage error, an argument that does not exist, or an output that cannot be written.
    Usage = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    /// The exit after an attempt to write: a reader that went away (`| head`) ends the work quietly and
    /// changes nothing, any other failure is said.
    pub(crate) fn after(self, written: io::Result<()>, what: &str) -> Exit {
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                crate::progress::error(&format!("{what}: {error}"), "");
                Exit::Usage
            }
            _ => self,
        }
    }
}
