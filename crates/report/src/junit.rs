//! The consensus as a run of tests, in the XML that build servers take from JUnit: a suite per entity, a case per row.

use std::collections::BTreeMap;
use std::io::{self, Write};

use consilience_reconcile::{Audit, Conflict, RowKey, Severity, Verdict};
use indexmap::IndexMap;

use crate::finding::{Finding, Spot, says};
use crate::words::{against, aspect, count, metric, modality, period};
use crate::{Sources, safe, text};

/// What happened to a row, in the words of JUnit.
enum Outcome<'a> {
    Passed,
    /// Nobody else tells it.
    Skipped,
    Failed(Vec<&'a Conflict>),
}

struct Case<'a> {
    name: String,
    outcome: Outcome<'a>,
    /// What is worth knowing of it and is no failure.
    aside: Vec<&'a Conflict>,
    told: String,
}

/// A case per row: failed where a conflict of at least the given severity is keyed at it, skipped where it stands on
/// one origin only, else passed.
///
/// # Errors
/// Those of the output.
pub fn junit(
    audit: &Audit,
    least: Option<Severity>,
    sources: &dyn Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let suites = suites(audit, least);
    let failed = |case: &&Case<'_>| matches!(case.outcome, Outcome::Failed(_));
    let skipped = |case: &&Case<'_>| matches!(case.outcome, Outcome::Skipped);
    let counts = |cases: &[&Case<'_>]| {
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
            cases.len(),
            cases.iter().copied().filter(failed).count(),
            cases.iter().copied().filter(skipped).count()
        )
    };
    let all: Vec<&Case<'_>> = suites.values().flatten().collect();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"consilience\" {}>", counts(&all))?;
    for (entity, cases) in &suites {
        let cases: Vec<&Case<'_>> = cases.iter().collect();
        writeln!(out, "  <testsuite name=\"{}\" {}>", attribute(entity), counts(&cases))?;
        for case in cases {
            write_case(audit, entity, case, sources, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn suites<'a>(audit: &'a Audit, least: Option<Severity>) -> IndexMap<&'a str, Vec<Case<'a>>> {
    let mut found: BTreeMap<&RowKey, Vec<&Conflict>> = BTreeMap::new();
    for conflict in &audit.conflicts {
        found.entry(&conflict.key).or_default().push(conflict);
    }
    let mut suites: IndexMap<&str, Vec<Case<'a>>> = IndexMap::new();
    let case = |key: &RowKey, conflicts: Vec<&'a Conflict>, verdict: Option<Verdict>, told: String| {
        let failing = |c: &&Conflict| least.is_some_and(|least| c.severity >= least);
        let (failures, aside): (Vec<&Conflict>, Vec<&Conflict>) = conflicts.into_iter().partition(failing);
        let outcome = match verdict {
            _ if !failures.is_empty() => Outcome::Failed(failures),
            Some(Verdict::SingleOrigin) => Outcome::Skipped,
            _ => Outcome::Passed,
        };
        Case { name: name(key), outcome, aside, told }
    };
    for row in &audit.consensus {
        let conflicts = found.remove(&row.key).unwrap_or_default();
        let values = against(&text::values(audit, row), " against ");
        let told = format!(
            "{}: {values}; {}, {}, {}",
            row.verdict.as_str().replace('_', " "),
            count(row.n_claims, "claim"),
            count(row.n_documents, "document"),
            count(row.n_origins, "origin")
        );
        suites.entry(&row.key.entity).or_default().push(case(&row.key, conflicts, Some(row.verdict), told));
    }
    // A conflict between rows, or with a figure that nobody states, is keyed at no row.
    for (key, conflicts) in found {
        suites.entry(&key.entity).or_default().push(case(key, conflicts, None, String::new()));
    }
    suites
}

/// The row without its entity, which names the suite.
fn name(key: &RowKey) -> String {
    let mut parts = vec![metric(&key.metric)];
    parts.extend(aspect(key.aspect).map(str::to_owned));
    parts.extend(modality(key.modality).map(str::to_owned));
    parts.extend(key.qualifiers.iter().map(|q| q.replace('_', "-").replace(':', " ")));
    parts.push(period(&key.period));
    parts.push(key.unit.to_string());
    parts.join(", ")
}

fn write_case(
    audit: &Audit,
    entity: &str,
    case: &Case<'_>,
    sources: &dyn Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "    <testcase classname=\"{}\" name=\"{}\">", attribute(entity), attribute(&case.name))?;
    match &case.outcome {
        Outcome::Passed => {}
        Outcome::Skipped => {
            writeln!(out, "      <skipped message=\"one origin only: nothing to hold it against\"/>")?;
        }
        Outcome::Failed(conflicts) => {
            let first = conflicts.first().map(|c| Finding::new(audit, c));
            let (message, code) = first.as_ref().map_or(("", ""), |f| (&f.title, f.conflict.code));
            writeln!(out, "      <failure type=\"{code}\" message=\"{}\">", attribute(message))?;
            write!(out, "{}", content(&told(audit, conflicts, sources)))?;
            writeln!(out, "</failure>")?;
        }
    }
    let mut aside = case.told.clone();
    if !case.aside.is_empty() {
        aside.push('\n');
        aside.push_str(&told(audit, &case.aside, sources));
    }
    if !aside.is_empty() {
        writeln!(out, "      <system-out>{}</system-out>", content(&aside))?;
    }
    writeln!(out, "    </testcase>")
}

fn told(audit: &Audit, conflicts: &[&Conflict], sources: &dyn Sources) -> String {
    let mut out = String::new();
    for conflict in conflicts {
        let finding = Finding::new(audit, conflict);
        out.push_str(&format!("{}[{}]: {}\n", conflict.severity.as_str(), conflict.code, finding.title));
        for claim in &finding.claims {
            let place = Spot::of(claim, sources);
            let at = place.lines.map_or_else(String::new, |(line, column, _)| format!(":{line}:{column}"));
            out.push_str(&format!("  {}{at}: {}\n", safe::line(&place.path), says(claim)));
        }
        for reason in finding.reasons() {
            out.push_str(&format!("  {reason}\n"));
        }
    }
    out
}

/// Text as it may stand in an attribute: safe, on one line, without markup.
fn attribute(text: &str) -> String {
    escaped(&safe::line(text))
}

/// Text of several safe lines between tags.
fn content(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(attribute).collect();
    lines.join("\n")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // No XML may hold these, not even as references.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup_and_holds_no_character_that_xml_forbids() {
        for (text, expected) in [
            ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;"),
            ("]]></failure>", "]]&gt;&lt;/failure&gt;"),
            ("\u{0}\u{1b}[1m\u{ffff}", "␀␛[1m\u{fffd}"),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(attribute(text), expected);
        }
    }
}
