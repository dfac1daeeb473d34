//! What is wrong with a table.

use std::{fmt, io};

/// What a fault is a fault of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One row: the others can be read without it.
    Row,
    /// The head: a column is not there, or not to be told.
    Head,
    /// The input as a whole.
    Input,
}

/// Why a table cannot be read, or a row of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// What it is a fault of.
    pub kind: Kind,
    /// The line that the row starts on, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl Fault {
    pub(crate) fn new(kind: Kind, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { kind, line: None, message: message.into(), help: help.into() }
    }

    pub(crate) fn row(line: u64, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { line: Some(line), ..Fault::new(Kind::Row, message, help) }
    }

    /// A row in which bytes are no text.
    pub(crate) fn not_utf8(line: u64, bytes: &[u8], error: std::str::Utf8Error) -> Fault {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        Fault::row(
            line,
            format!("not UTF-8: byte 0x{byte:02X}, {} of the row", at + 1),
            "if the whole table is in an older encoding, iconv -f WINDOWS-1252 -t UTF-8 converts it",
        )
    }

    /// A row that is no text at all.
    pub(crate) fn nul(line: u64) -> Fault {
        Fault::row(
            line,
            "a NUL byte",
            "a table holds text; UTF-16 is converted by iconv -f UTF-16LE -t UTF-8",
        )
    }

    pub(crate) fn long_cell(line: u64, column: &str, length: usize) -> Fault {
        Fault::row(
            line,
            format!("{column} has {length} bytes, more than {}", super::LONGEST_CELL),
            "cells hold names and values, not documents",
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "line {line}: {}", self.message),
            None => write!(out, "{}", self.message),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        let help = match error.kind() {
            io::ErrorKind::UnexpectedEof => "the packed file breaks off: fetch it again",
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                "the packed file is damaged: fetch it again"
            }
            _ => "",
        };
        Fault::new(Kind::Input, format!("cannot be read: {error}"), help)
    }
}
