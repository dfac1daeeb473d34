//! Conflicts as annotations of a GitHub workflow: commands on standard output that put a message at a line of a file.

use std::io::{self, Write};

use consilience_reconcile::{Audit, Severity};

use crate::finding::{Finding, Spot, says};
use crate::{Sources, safe};

/// So many of the other places are named in a message.
const OTHERS: usize = 4;

/// One command a conflict, worst first.
///
/// # Errors
/// Those of the output.
pub fn annotations(audit: &Audit, sources: &dyn Sources, out: &mut dyn Write) -> io::Result<()> {
    for conflict in &audit.conflicts {
        let finding = Finding::new(audit, conflict);
        let level = match conflict.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties: Vec<(&str, String)> = Vec::new();
        let mut lines = finding.reasons();
        if let Some((first, others)) = finding.claims.split_first() {
            let place = Spot::of(first, sources);
            properties.push(("file", safe::line(&place.path).into_owned()));
            if let Some((line, column, after)) = place.lines {
                properties.push(("line", line.to_string()));
                properties.push(("col", column.to_string()));
                if let Some(after) = after {
                    properties.push(("endLine", line.to_string()));
                    // The last column, and not the one after it.
                    properties.push(("endColumn", after.saturating_sub(1).max(column).to_string()));
                }
            }
            lines.extend(others.iter().take(OTHERS).map(|claim| {
                let place = Spot::of(claim, sources);
                let line = place.lines.map_or_else(String::new, |(line, ..)| format!(":{line}"));
                format!("{}{line}: {}", safe::line(&place.path), says(claim))
            }));
            if others.len() > OTHERS {
                lines.push(format!("and {} more", others.len() - OTHERS));
            }
        }
        properties.push(("title", format!("{} {}", conflict.code, finding.title)));
        let properties: Vec<String> =
            properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
        writeln!(out, "::{level} {}::{}", properties.join(","), data(&lines.join("\n")))?;
    }
    Ok(())
}

/// Text as it may stand behind a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text as it may stand among the properties of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command_or_starts_another() {
        for (text, as_data, as_property) in [
            ("50 %", "50 %25", "50 %25"),
            ("a\r\n::error::b", "a%0D%0A::error::b", "a%0D%0A%3A%3Aerror%3A%3Ab"),
            ("a,line=1", "a,line=1", "a%2Cline=1"),
            ("%0A", "%250A", "%250A"),
        ] {
            assert_eq!((data(text), property(text)), (as_data.to_owned(), as_property.to_owned()));
        }
    }
}
