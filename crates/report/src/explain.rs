//! One figure from the words to the verdict: words → number → unit → period → comparison → votes.

use std::io::{self, Write};

use consilience_claim::{Claim, Decimal, Modality};
use consilience_reconcile::{Audit, Conflict, LogOdds, Related, Row, Stance, Tie, Verdict, Vote};
use serde_json::{Value, json};

use crate::excerpt::{self, Shown};
use crate::screen::{BOLD, Cell, DIM, GREEN, RED, Screen, layout};
use crate::text::{labelled, row_value};
use crate::words::{count, headline};
use crate::{Sources, conflict, figure, safe};

/// What is explained, with all that touches it.
#[derive(Debug, Clone, Default)]
pub struct Topic<'a> {
    /// Rows of the consensus.
    pub rows: Vec<&'a Row>,
    /// Claims, in the order in which they are shown.
    pub claims: Vec<&'a Claim>,
    /// Conflicts.
    pub conflicts: Vec<&'a Conflict>,
}

impl<'a> Topic<'a> {
    /// A row, its claims and the conflicts they are part of.
    pub fn row(audit: &'a Audit, row: &'a Row) -> Topic<'a> {
        let claims: Vec<&Claim> = row.claims.iter().filter_map(|id| audit.claims.get(id)).collect();
        let touches = |c: &&Conflict| c.key == row.key || c.claims.iter().any(|id| row.claims.contains(id));
        Topic { rows: vec![row], claims, conflicts: audit.conflicts.iter().filter(touches).collect() }
    }

    /// A claim, its row and the conflicts it is part of.
    pub fn claim(audit: &'a Audit, claim: &'a Claim) -> Topic<'a> {
        Topic {
            rows: audit.consensus.iter().filter(|r| r.claims.contains(&claim.id)).collect(),
            claims: vec![claim],
            conflicts: audit.conflicts.iter().filter(|c| c.claims.contains(&claim.id)).collect(),
        }
    }

    /// The conflicts of one code, their claims and rows.
    pub fn conflicts(audit: &'a Audit, code: &str) -> Topic<'a> {
        let conflicts: Vec<&Conflict> =
            audit.conflicts.iter().filter(|c| c.code.eq_ignore_ascii_case(code)).collect();
        Topic {
            rows: audit.consensus.iter().filter(|r| conflicts.iter().any(|c| c.key == r.key)).collect(),
            claims: audit
                .claims
                .values()
                .filter(|c| conflicts.iter().any(|k| k.claims.contains(&c.id)))
                .collect(),
            conflicts,
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.claims.is_empty() && self.conflicts.is_empty()
    }
}

/// A derivation for a person.
///
/// # Errors
/// Those of the output.
pub fn explain_text(
    audit: &Audit,
    topic: &Topic<'_>,
    sources: &dyn Sources,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    for row in &topic.rows {
        writeln!(out, "{}", heading(audit, row, screen))?;
    }
    if !topic.claims.is_empty() {
        writeln!(
            out,
            "{} {}",
            screen.paint(BOLD, "Words"),
            screen.paint(DIM, "(each claim in its source, and how it was read)")
        )?;
        for claim in &topic.claims {
            out.write_all(words(claim, sources, screen).as_bytes())?;
            writeln!(out)?;
        }
    }
    for row in topic.rows.iter().filter(|r| r.claims.len() > 1) {
        out.write_all(comparison(audit, row, screen).as_bytes())?;
        writeln!(out)?;
    }
    for row in topic.rows.iter().filter(|r| !r.votes.is_empty()) {
        out.write_all(votes(audit, row, screen).as_bytes())?;
        writeln!(out)?;
    }
    for found in &topic.conflicts {
        // Words that stand above already are not shown again, nor is what would flip the row below.
        let above = found.claims.iter().all(|id| topic.claims.iter().any(|c| c.id == *id));
        let text = if above {
            let help = !topic.rows.iter().any(|row| row.key == found.key);
            conflict::in_short(audit, found, screen, help)
        } else {
            conflict::conflict(audit, found, sources, &Screen { limit: 1, ..*screen })
        };
        writeln!(out, "{text}")?;
    }
    for row in &topic.rows {
        writeln!(out, "{}", screen.paint(BOLD, "What would flip it"))?;
        for line in safe::wrapped(&safe::line(&flip(row, &topic.conflicts)), screen.width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

fn heading(audit: &Audit, row: &Row, screen: &Screen) -> String {
    let value = row.value.map_or_else(|| "no leading value".to_owned(), |v| row_value(audit, row, v));
    let style = if row.verdict == Verdict::Contested { RED } else { GREEN };
    let mut out = format!(
        "{}\n  {} — {}, confidence {}; {}, {}, {}\n",
        screen.paint(BOLD, &headline(&row.key)),
        screen.paint(BOLD, &safe::line(&value)),
        screen.paint(style, &row.verdict.as_str().replace('_', " ")),
        row.confidence,
        count(row.n_claims, "claim"),
        count(row.n_documents, "document"),
        count(row.n_origins, "origin"),
    );
    out.push_str(&format!("  {} {}\n", screen.paint(DIM, "key:"), safe::line(&row.key.to_string())));
    let range = figure::range(&row.interval, &row.key.unit);
    out.push_str(&format!("  {} {}\n", screen.paint(DIM, "its claims leave room for:"), safe::line(&range)));
    for rival in &row.rivals {
        let amount = figure::amount_of(rival.value, &row.key.unit, row.key.aspect);
        let docs = rival.docs.join(", ");
        let line = format!("against {amount}: {} ({docs})", count(rival.n_origins, "origin"));
        out.push_str(&format!("  {}\n", screen.paint(RED, &safe::line(&line))));
    }
    for tied in &row.related {
        let amount = figure::amount_of(tied.value, &row.key.unit, row.key.aspect);
        let on = tied.published.as_ref().map_or_else(String::new, |day| format!(" on {day}"));
        let line = format!("{amount}{on}: {} ({})", tied.explain, tied.docs.join(", "));
        out.push_str(&labelled(screen, 2, "=", DIM, &format!("{}: ", tied_as(tied)), &line));
    }
    if let Some(note) = &row.note {
        out.push_str(&labelled(screen, 2, "=", DIM, "note: ", note));
    }
    out
}

/// How a figure is tied to a row's, in a word or two.
fn tied_as(tied: &Related) -> &'static str {
    match (tied.relation, tied.key.modality) {
        (Tie::Superseded, _) => "earlier",
        (Tie::SupersededBy, _) => "later",
        (Tie::Outcome, _) => "outcome",
        (Tie::Forecast, Modality::Guidance) => "company outlook",
        (Tie::Forecast, _) => "expected",
    }
}

/// Columns for the name of a document beside its figures.
const NAME: usize = 44;

fn words(claim: &Claim, sources: &dyn Sources, screen: &Screen) -> String {
    let shown = [Shown { claim, suspect: false, label: figure::claim(claim) }];
    let mut out = excerpt::render(screen, sources, &shown);
    let mut rows = Vec::new();
    for step in &claim.reading {
        let words = step
            .span
            // A step read back from JSON has an empty span where it had none.
            .filter(|span| span.start < span.end)
            .and_then(|span| sources.passage(&claim.doc, span))
            .and_then(|p| p.text.get(p.mark).map(|t| format!("«{}»", safe::shortened(&safe::line(t), 28))))
            .unwrap_or_default();
        rows.push(vec![
            Cell::styled(safe::line(&step.field), DIM),
            Cell::plain(words),
            Cell::plain(safe::line(&step.because)),
        ]);
    }
    let mut fact = |name: &str, text: String| {
        rows.push(vec![Cell::styled(name, DIM), Cell::plain(""), Cell::plain(safe::line(&text))]);
    };
    let precision =
        claim.precision.map_or_else(String::new, |p| format!(", give or take {} as written", p.normalize()));
    fact(
        "stands for",
        format!("{} {}{precision}; bound: {}", claim.value.normalize(), claim.unit, claim.bound),
    );
    if let Some(original) = &claim.repeat_of {
        fact("repeats", format!("{original}, so it has no vote of its own"));
    }
    let rule = if claim.rule.is_empty() { String::new() } else { format!(", read by {}", claim.rule) };
    fact("claim", format!("{}, confidence {}{rule}", claim.id, claim.confidence));
    out.push_str(&layout(screen, 4, &rows));
    out
}

fn comparison(audit: &Audit, row: &Row, screen: &Screen) -> String {
    let mut rows = Vec::new();
    for claim in row.claims.iter().filter_map(|id| audit.claims.get(id)) {
        let interval = claim.quantity().interval();
        let range = interval.map_or_else(|e| e.to_string(), |i| figure::range(&i, &claim.unit));
        let opposed = row.rivals.iter().find(|r| r.claims.contains(&claim.id));
        let (word, style) = match opposed {
            Some(_) => ("apart", RED),
            None => ("meets", GREEN),
        };
        rows.push(vec![
            Cell::plain(safe::shortened_middle(&safe::line(&claim.doc), NAME)).firm(),
            Cell::plain(safe::line(&figure::claim(claim))).firm(),
            Cell::plain(safe::line(&format!("allows {range}"))),
            Cell::styled(word, style),
        ]);
    }
    format!(
        "{} {}\n{}",
        screen.paint(BOLD, "Comparison"),
        screen.paint(DIM, "(what each claim allows, and whether that meets the leading value)"),
        layout(screen, 2, &rows)
    )
}

fn votes(audit: &Audit, row: &Row, screen: &Screen) -> String {
    let mut rows = Vec::new();
    for vote in &row.votes {
        let (word, style) = match vote.stance {
            Stance::Supports => ("for", GREEN),
            Stance::Opposes => ("against", RED),
            Stance::Echoes => ("echo", DIM),
            Stance::Withdrawn => ("replaced", DIM),
            Stance::Apart => ("apart", DIM),
        };
        let doc = audit.claims.get(&vote.claim).map_or("", |c| c.doc.as_str());
        // The document has a column of its own.
        let because = vote.because.strip_suffix(doc).and_then(|b| b.strip_suffix(" in "));
        let because = because.unwrap_or(&vote.because);
        rows.push(vec![
            Cell::plain(log_odds(share(vote))).right(),
            Cell::styled(word, style),
            Cell::plain(safe::line(&vote.origin)),
            Cell::plain(safe::shortened_middle(&safe::line(doc), NAME)).firm(),
            Cell::plain(safe::line(because)),
        ]);
    }
    rows.push(vec![Cell::styled(log_odds(sum(&row.votes)), BOLD).right(), Cell::styled("sum", BOLD)]);
    let rule = format!("(log-odds, one vote per origin; their sum is a confidence of {})", row.confidence);
    format!("{} {}\n{}", screen.paint(BOLD, "Votes"), screen.paint(DIM, &rule), layout(screen, 2, &rows))
}

/// What a vote adds to the sum: a weight says how much, the stance in which direction.
fn share(vote: &Vote) -> LogOdds {
    match vote.stance {
        Stance::Opposes => LogOdds(vote.weight.0.saturating_neg()),
        Stance::Supports | Stance::Echoes | Stance::Withdrawn | Stance::Apart => vote.weight,
    }
}

/// The sum that the row's confidence is computed from.
fn sum(votes: &[Vote]) -> LogOdds {
    LogOdds(votes.iter().fold(0i64, |sum, v| sum.saturating_add(share(v).0)))
}

/// Log-odds with two decimals, rounded half away from zero: `+2.20`.
fn log_odds(weight: LogOdds) -> String {
    let hundredths = (weight.0.unsigned_abs() + 5_000) / 10_000;
    let sign = match (weight.0.signum(), hundredths) {
        (_, 0) => " ",
        (-1, _) => "-",
        _ => "+",
    };
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

fn flip(row: &Row, conflicts: &[&Conflict]) -> String {
    let said = conflicts.iter().find(|c| c.key == row.key).and_then(|c| c.flips.clone());
    said.unwrap_or_else(|| match row.verdict {
        Verdict::Contested => "another independent origin that sides with a rival".to_owned(),
        Verdict::Agreed => format!(
            "origins with another value that outweigh {} in log-odds; one such origin makes the row contested",
            log_odds(sum(&row.votes)).trim()
        ),
        Verdict::SingleOrigin => {
            "any independent origin: one with the same value makes it agreed, one with another contested".to_owned()
        }
        Verdict::Authoritative => "a later filing of the authority; votes do not outweigh it".to_owned(),
        Verdict::Derived => "a document that states the figure itself, or a change of the figures it follows from".to_owned(),
    })
}

/// A derivation as JSON: rows with their votes, claims with their reading, conflicts.
pub fn explain_json(topic: &Topic<'_>) -> Value {
    let rows: Vec<Value> = topic
        .rows
        .iter()
        .map(|row| {
            let votes: Vec<Value> = row
                .votes
                .iter()
                .map(|v| {
                    json!({
                        "claim": v.claim, "origin": v.origin, "stance": stance(v.stance),
                        "weight": nats(share(v)), "because": v.because,
                    })
                })
                .collect();
            json!({
                "row": row, "votes": votes, "sum": nats(sum(&row.votes)), "note": row.note,
                "flips": flip(row, &topic.conflicts),
            })
        })
        .collect();
    json!({ "schema_version": 1, "rows": rows, "claims": topic.claims, "conflicts": topic.conflicts })
}

fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Supports => "supports",
        Stance::Opposes => "opposes",
        Stance::Echoes => "echoes",
        Stance::Withdrawn => "withdrawn",
        Stance::Apart => "apart",
    }
}

/// Log-odds in nats as an exact decimal string.
fn nats(weight: LogOdds) -> String {
    Decimal::new(weight.0, 6).normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_have_two_decimals() {
        for (micro, expected) in [
            (2_197_224, "+2.20"),
            (-405_465, "-0.41"),
            (0, " 0.00"),
            (4_999, " 0.00"),
            (-5_000, "-0.01"),
            (i64::MIN, "-9223372036854.78"),
        ] {
            assert_eq!(log_odds(LogOdds(micro)), expected, "{micro}");
        }
    }
}
