//! The outcome as GitHub Markdown, with foreign text that cannot become markup, links or mentions.

use std::io::{self, Write};

use consilience_reconcile::{Audit, Row, Severity};

use crate::safe;
use crate::text::{reasons, summary, values};
use crate::words::{count, headline, kind, subject, told};

/// Summary, conflicts and consensus.
///
/// # Errors
/// Those of the output.
pub fn markdown(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Audit\n\n{}.\n", escaped(&summary(audit)))?;
    conflicts(audit, out)?;
    writeln!(out)?;
    consensus(audit, out)?;
    notes(audit, out)?;
    not_comparable(audit, out)?;
    if !audit.problems.is_empty() {
        writeln!(out, "\n## Problems\n")?;
        for problem in &audit.problems {
            let place = if problem.place.is_empty() { String::new() } else { format!(", {}", problem.place) };
            let text = format!("{}{place}: {}", problem.doc, problem.message);
            writeln!(out, "- {}", item(&text))?;
        }
    }
    Ok(())
}

fn notes(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    if audit.notes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Notes\n")?;
    for note in &audit.notes {
        let help = if note.help.is_empty() { String::new() } else { format!(" ({})", note.help) };
        writeln!(out, "- {}", item(&format!("{}{help}", note.explain)))?;
    }
    Ok(())
}

/// Each reason once, the commonest first, folded away: there can be many, and none of them is news.
fn not_comparable(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    if audit.not_comparable.is_empty() {
        return Ok(());
    }
    let n = count(audit.not_comparable.len(), "case");
    writeln!(out, "\n<details><summary>Look alike, not comparable: {n}</summary>\n")?;
    for (reason, n) in reasons(audit) {
        let times = if n > 1 { format!(" ({n}×)") } else { String::new() };
        writeln!(out, "- {}{times}", item(reason))?;
    }
    writeln!(out, "\n</details>")
}

/// The conflicts as a table, worst first.
///
/// # Errors
/// Those of the output.
pub fn conflicts(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Conflicts\n")?;
    if audit.conflicts.is_empty() {
        return writeln!(out, "None.");
    }
    writeln!(out, "| severity | code | what | about | suspect | why |\n|---|---|---|---|---|---|")?;
    for conflict in &audit.conflicts {
        let severity = match conflict.severity {
            Severity::Error => "**error**",
            other => other.as_str(),
        };
        let cells = [
            kind(conflict.kind).to_owned(),
            headline(&conflict.key),
            conflict.odd_docs.join(", "),
            told(conflict).to_owned(),
        ];
        writeln!(out, "| {severity} | {} | {} |", conflict.code, cells.map(|c| escaped(&c)).join(" | "))?;
    }
    Ok(())
}

/// The consensus as a table.
///
/// # Errors
/// Those of the output.
pub fn consensus(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Consensus\n")?;
    if audit.consensus.is_empty() {
        return writeln!(out, "No claims.");
    }
    writeln!(
        out,
        "| entity | metric | period | value | verdict | claims | documents | origins |\n|---|---|---|---:|---|---:|---:|---:|"
    )?;
    for row in &audit.consensus {
        let [entity, metric, period] = subject(&row.key);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            [entity, metric, period, value(audit, row)].map(|c| escaped(&c)).join(" | "),
            row.verdict.as_str().replace('_', " "),
            row.n_claims,
            row.n_documents,
            row.n_origins
        )?;
    }
    Ok(())
}

fn value(audit: &Audit, row: &Row) -> String {
    values(audit, row).join(if row.value.is_some() { " against " } else { " or " })
}

/// [`escaped`] text as it may open a line of its own: no list in the list, no rule, no heading.
fn item(text: &str) -> String {
    let text = escaped(text);
    match text.chars().next() {
        Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '=') => {
            format!("&#{};{}", u32::from(c), &text[c.len_utf8()..])
        }
        _ => text,
    }
}

/// Text as it may stand in a cell or a line: no markup, no HTML, no links, mentions or issue numbers.
pub fn escaped(text: &str) -> String {
    let text = safe::line(text);
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    let mut run_of_w = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let inside_word = previous.is_alphanumeric() && next.is_alphanumeric();
        let live = match c {
            '&' | '<' | '>' | '|' | '`' | '*' | '[' | ']' | '\\' | '@' | '#' | '~' | '$' | '!' => true,
            // Inside a word an underscore is a letter to GitHub.
            '_' => !inside_word,
            // `https://` and `www.` become links on their own.
            ':' => next == '/',
            '.' => run_of_w == 3,
            _ => false,
        };
        if live {
            out.push_str(&format!("&#{};", u32::from(c)))
        } else {
            out.push(c)
        }
        run_of_w = if c.eq_ignore_ascii_case(&'w') { run_of_w + 1 } else { 0 };
        previous = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_opens_no_list() {
        for (text, expected) in
            [("- a", "&#45; a"), ("1. a", "&#49;. a"), ("===", "&#61;=="), ("a - b", "a - b")]
        {
            assert_eq!(item(text), expected, "{text}");
        }
    }

    #[test]
    fn foreign_text_is_text() {
        for (text, expected) in [
            ("a|b", "a&#124;b"),
            ("`x`", "&#96;x&#96;"),
            ("<script>", "&#60;script&#62;"),
            ("[a](https://b.c)", "&#91;a&#93;(https&#58;//b.c)"),
            ("www.example.com", "www&#46;example.com"),
            ("![i](u)", "&#33;&#91;i&#93;(u)"),
            ("preview.txt", "preview.txt"),
            ("@someone #12", "&#64;someone &#35;12"),
            ("operating_loss", "operating_loss"),
            ("_x_", "&#95;x&#95;"),
            ("one\ntwo", "one two"),
            ("48.385 bn USD", "48.385 bn USD"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }
}
