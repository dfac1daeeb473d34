//! One figure from the words to the verdict: words → number → unit → period → comparison → votes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use consilience_claim::{Claim, ClaimId, Decimal, Interval, Modality};
use consilience_reconcile::{
    Audit, Check, CheckStatus, Conflict, Decided, DocumentOutcome, Identified, Kinship, LogOdds, Related,
    Relation, Row, RowKey, Stance, Tie, Verdict, Vote,
};
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
    /// Arithmetic.
    pub checks: Vec<&'a Check>,
    /// Two documents side by side.
    pub kinship: Option<Kinship<'a>>,
}

impl<'a> Topic<'a> {
    /// A row, its claims and the conflicts they are part of.
    pub fn row(audit: &'a Audit, row: &'a Row) -> Topic<'a> {
        let claims: Vec<&Claim> = row.claims.iter().filter_map(|id| audit.claims.get(id)).collect();
        let own: BTreeSet<&ClaimId> = row.claims.iter().collect();
        let touches = |c: &&Conflict| c.key == row.key || c.claims.iter().any(|id| own.contains(id));
        let conflicts = audit.conflicts.iter().filter(touches).collect();
        Topic { rows: vec![row], conflicts, checks: checks(audit, &row.claims), claims, kinship: None }
    }

    /// A claim, its row and the conflicts it is part of.
    pub fn claim(audit: &'a Audit, claim: &'a Claim) -> Topic<'a> {
        Topic {
            rows: audit.consensus.iter().filter(|r| r.claims.contains(&claim.id)).collect(),
            claims: vec![claim],
            conflicts: audit.conflicts.iter().filter(|c| c.claims.contains(&claim.id)).collect(),
            checks: checks(audit, [&claim.id]),
            kinship: None,
        }
    }

    /// Conflicts, their claims and rows.
    pub fn conflicts(audit: &'a Audit, conflicts: Vec<&'a Conflict>) -> Topic<'a> {
        let involved: BTreeSet<&ClaimId> = conflicts.iter().flat_map(|c| &c.claims).collect();
        let keys: BTreeSet<&RowKey> = conflicts.iter().map(|c| &c.key).collect();
        Topic {
            rows: audit.consensus.iter().filter(|r| keys.contains(&r.key)).collect(),
            claims: audit.claims.values().filter(|c| involved.contains(&c.id)).collect(),
            checks: checks(audit, involved).into_iter().filter(|c| c.status == CheckStatus::Fails).collect(),
            conflicts,
            kinship: None,
        }
    }

    /// Checks, and the claims that go into them.
    pub fn checks(audit: &'a Audit, checks: Vec<&'a Check>) -> Topic<'a> {
        let inputs: BTreeSet<&ClaimId> = checks.iter().flat_map(|check| &check.inputs).collect();
        let claims = audit.claims.values().filter(|c| inputs.contains(&c.id)).collect();
        Topic { claims, checks, ..Topic::default() }
    }

    /// Two documents, and what both tell.
    pub fn kinship(kinship: Kinship<'a>) -> Topic<'a> {
        let claims = kinship.shared.iter().flatten().copied().collect();
        Topic { claims, kinship: Some(kinship), ..Topic::default() }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.claims.is_empty()
            && self.conflicts.is_empty()
            && self.checks.is_empty()
            && self.kinship.is_none()
    }
}

/// The checks that any of the claims goes into.
fn checks<'a, 'c>(audit: &'a Audit, claims: impl IntoIterator<Item = &'c ClaimId>) -> Vec<&'a Check> {
    let claims: BTreeSet<&ClaimId> = claims.into_iter().collect();
    audit.checks.iter().filter(|c| c.inputs.iter().any(|id| claims.contains(id))).collect()
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
    if let Some(kinship) = &topic.kinship {
        return out.write_all(side_by_side(kinship, sources, screen).as_bytes());
    }
    for row in &topic.rows {
        writeln!(out, "{}", heading(audit, row, screen))?;
    }
    // Where arithmetic is asked for it comes first, else behind what it is about.
    let asked = topic.rows.is_empty() && topic.conflicts.is_empty();
    if asked {
        out.write_all(arithmetic(audit, &topic.checks, screen).as_bytes())?;
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
    if !asked {
        out.write_all(arithmetic(audit, &topic.checks, screen).as_bytes())?;
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
    let stances: BTreeMap<&ClaimId, Stance> = row.votes.iter().map(|v| (&v.claim, v.stance)).collect();
    let mut rows = Vec::new();
    for claim in row.claims.iter().filter_map(|id| audit.claims.get(id)) {
        let stance = stances.get(&claim.id).copied();
        // What a filed figure was computed from is no other reading of it.
        if stance.is_none() && row.verdict == Verdict::Authoritative {
            continue;
        }
        let interval = claim.quantity().interval();
        let range = interval.map_or_else(|e| e.to_string(), |i| figure::range(&i, &claim.unit));
        let opposed = row.rivals.iter().find(|r| r.claims.contains(&claim.id));
        let (word, style) = match opposed {
            Some(_) => ("apart", RED),
            None if matches!(stance, Some(Stance::Opposes)) => ("apart", RED),
            None if matches!(stance, Some(Stance::Apart)) => ("not compared", DIM),
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
        let style = match vote.stance {
            Stance::Supports | Stance::BearsOut => GREEN,
            Stance::Opposes => RED,
            Stance::Echoes | Stance::Withdrawn | Stance::Apart => DIM,
        };
        let doc = audit.claims.get(&vote.claim).map_or("", |c| c.doc.as_str());
        rows.push(vec![
            Cell::plain(log_odds(share(vote))).right(),
            Cell::styled(side(vote.stance), style),
            Cell::plain(safe::line(&vote.origin)),
            Cell::plain(safe::shortened_middle(&safe::line(doc), NAME)).firm(),
            Cell::plain(safe::line(because(vote, doc))),
        ]);
    }
    rows.push(vec![Cell::styled(log_odds(sum(&row.votes)), BOLD).right(), Cell::styled("sum", BOLD)]);
    let rule = format!("(log-odds, one vote per origin; their sum is a confidence of {})", row.confidence);
    format!("{} {}\n{}", screen.paint(BOLD, "Votes"), screen.paint(DIM, &rule), layout(screen, 2, &rows))
}

/// What a vote is, in a word.
pub(crate) fn side(stance: Stance) -> &'static str {
    match stance {
        Stance::Supports => "for",
        Stance::Opposes => "against",
        Stance::Echoes => "echo",
        Stance::Withdrawn => "replaced",
        Stance::Apart => "apart",
        Stance::BearsOut => "sum",
    }
}

/// Why a vote weighs what it does, without the document, which is named beside it.
pub(crate) fn because<'a>(vote: &'a Vote, doc: &str) -> &'a str {
    let without = vote.because.strip_suffix(doc).and_then(|b| b.strip_suffix(" in "));
    without.unwrap_or(&vote.because)
}

/// Each piece of arithmetic with the figures that go into it, by claim.
fn arithmetic(audit: &Audit, checks: &[&Check], screen: &Screen) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let aside = "(computed from what each claim allows, against what is stated)";
    let mut out = format!("{} {}\n", screen.paint(BOLD, "Arithmetic"), screen.paint(DIM, aside));
    for check in checks {
        let (word, style) = match check.status {
            CheckStatus::Holds => ("holds", GREEN),
            CheckStatus::Fails => ("fails", RED),
            CheckStatus::Undecided => ("undecided", DIM),
        };
        let head = format!("{} {}", check.rule, check.id());
        out.push_str(&format!("  {} {}\n", screen.paint(style, word), screen.paint(DIM, &safe::line(&head))));
        out.push_str(&labelled(screen, 4, "=", DIM, "", &check.explain));
        let stated = check.stated.as_ref().map(|s| format!("; stated {}", ends(s))).unwrap_or_default();
        out.push_str(&labelled(
            screen,
            4,
            "=",
            DIM,
            "computed: ",
            &format!("{}{stated}", ends(&check.computed)),
        ));
        let inputs = check.inputs.iter().filter_map(|id| audit.claims.get(id));
        let rows: Vec<Vec<Cell>> = inputs
            .map(|claim| {
                vec![
                    Cell::styled(safe::line(&claim.id.to_string()).into_owned(), DIM).firm(),
                    Cell::plain(safe::shortened_middle(&safe::line(&claim.doc), NAME)).firm(),
                    Cell::plain(format!("«{}»", safe::shortened(&safe::line(&claim.quote), 28))),
                    Cell::plain(safe::line(&format!("{} {}", claim.metric, claim.period))),
                    Cell::plain(safe::line(&figure::claim(claim))).firm(),
                ]
            })
            .collect();
        out.push_str(&layout(screen, 6, &rows));
    }
    out.push('\n');
    out
}

/// `[47300000000, 47320000000]`; an open end is a star.
fn ends(interval: &Interval) -> String {
    let end = |e: Option<Decimal>| e.map_or_else(|| "*".to_owned(), |e| e.normalize().to_string());
    format!("[{}, {}]", end(interval.low()), end(interval.high()))
}

/// Two documents side by side: whether they go back to one text, why, and each figure that both tell.
fn side_by_side(kinship: &Kinship<'_>, sources: &dyn Sources, screen: &Screen) -> String {
    let (a, b) = (safe::line(&kinship.a.doc), safe::line(&kinship.b.doc));
    let mut out = format!("{}\n", screen.paint(BOLD, &format!("{a} ↔ {b}")));
    if kinship.a.origin == kinship.b.origin {
        let line = format!("one origin, {}: they have one vote", kinship.a.origin);
        out.push_str(&format!("  {}\n", screen.paint(GREEN, &line)));
    } else {
        let line = format!(
            "two origins, {} and {}: nothing was found that makes one go back to the other, or both to one text",
            kinship.a.origin, kinship.b.origin
        );
        out.push_str(&labelled(screen, 2, "=", DIM, "", &line));
    }
    for step in &kinship.path {
        let line = format!("{} ↔ {}, score {}: {}", step.a, step.b, step.score, step.evidence);
        out.push_str(&labelled(screen, 2, "=", DIM, &format!("{}: ", relation(step.relation)), &line));
    }
    if let Some(pair) = kinship.pair {
        let line = format!(
            "both speak of {}: {} agree, {} contradict; {} look alike and are not comparable",
            count(pair.comparable, "data item"),
            pair.agree,
            pair.contradict,
            pair.not_comparable
        );
        out.push_str(&labelled(screen, 2, "=", DIM, "", &line));
    }
    if kinship.shared.is_empty() {
        out.push_str("  No claim of one has the value of a claim of the other.\n");
    } else {
        let aside = "(the longest sequence of claims that both have in one order)";
        let title = count(kinship.shared.len(), "figure");
        out.push_str(&format!("\n{} {}\n", screen.paint(BOLD, &title), screen.paint(DIM, aside)));
    }
    let cells = |claim: &Claim| {
        let place = match sources.passage(&claim.doc, claim.span) {
            Some(passage) => format!("{}:{}", passage.line, passage.column),
            None => format!("{}..{}", claim.span.start, claim.span.end),
        };
        [
            Cell::styled(place, DIM).right().firm(),
            Cell::plain(format!("«{}»", safe::shortened(&safe::line(&claim.quote), 28))).firm(),
        ]
    };
    let rows: Vec<Vec<Cell>> = kinship
        .shared
        .iter()
        .map(|[x, y]| {
            let about = format!("{}/{}/{}", x.entity, x.metric, x.period);
            cells(x).into_iter().chain(cells(y)).chain([Cell::plain(safe::line(&about))]).collect()
        })
        .collect();
    out.push_str(&layout(screen, 2, &rows));
    for (doc, only) in [(&a, &kinship.only_a), (&b, &kinship.only_b)] {
        out.push_str(&format!("  {doc} has {} besides.\n", count(only.len(), "claim")));
    }
    for (doc, beyond) in [(&a, kinship.beyond[0]), (&b, kinship.beyond[1])] {
        if beyond > 0 {
            let line = format!("{} more of {doc} were not set side by side", count(beyond, "claim"));
            out.push_str(&labelled(screen, 2, "!", DIM, "", &line));
        }
    }
    out
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Copy => "copy",
        Relation::Translation => "translation",
        Relation::SharedOrigin => "shared origin",
    }
}

/// What a vote adds to the sum: a weight says how much, the stance in which direction.
pub(crate) fn share(vote: &Vote) -> LogOdds {
    match vote.stance {
        Stance::Opposes => LogOdds(vote.weight.0.saturating_neg()),
        Stance::Supports | Stance::Echoes | Stance::Withdrawn | Stance::Apart | Stance::BearsOut => {
            vote.weight
        }
    }
}

/// The sum that the row's confidence is computed from.
pub(crate) fn sum(votes: &[Vote]) -> LogOdds {
    LogOdds(votes.iter().fold(0i64, |sum, v| sum.saturating_add(share(v).0)))
}

/// Log-odds with two decimals, rounded half away from zero: `+2.20`.
pub(crate) fn log_odds(weight: LogOdds) -> String {
    let hundredths = (weight.0.unsigned_abs() + 5_000) / 10_000;
    let sign = match (weight.0.signum(), hundredths) {
        (_, 0) => " ",
        (-1, _) => "-",
        _ => "+",
    };
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

pub(crate) fn flip(row: &Row, conflicts: &[&Conflict]) -> String {
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
        Verdict::Authoritative if row.decision.is_some() => {
            "another decision about this row, or taking this one back; votes do not outweigh one".to_owned()
        }
        Verdict::Authoritative => "a later filing that says otherwise; votes do not outweigh one".to_owned(),
        Verdict::Derived => "a document that states the figure itself, or a change of the figures it follows from".to_owned(),
    })
}

/// A derivation as JSON: rows with their votes, claims with their reading, conflicts.
pub fn explain_json(audit: &Audit, topic: &Topic<'_>) -> Value {
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
    let conflicts: Vec<Value> =
        topic.conflicts.iter().map(|item| json!(Identified { id: item.id(), item })).collect();
    let checks: Vec<Value> =
        topic.checks.iter().map(|item| json!(Identified { id: item.id(), item })).collect();
    let claims: BTreeSet<&ClaimId> = topic.claims.iter().map(|c| &c.id).collect();
    // What goes into a sum is traced to its bytes too.
    let inputs = topic.checks.iter().flat_map(|c| &c.inputs).filter(|id| !claims.contains(id));
    let inputs: BTreeSet<&ClaimId> = inputs.collect();
    let claims: Vec<&Claim> = topic
        .claims
        .iter()
        .copied()
        .chain(inputs.into_iter().filter_map(|id| audit.claims.get(id)))
        .collect();
    let told: BTreeSet<&str> = claims.iter().map(|c| c.doc.as_str()).collect();
    let documents: Vec<&DocumentOutcome> =
        audit.documents.iter().filter(|d| told.contains(d.doc.as_str())).collect();
    let decisions: Vec<&Decided> = audit
        .decisions
        .iter()
        .filter(|d| {
            let of_claim =
                d.decision.claim.as_ref().is_some_and(|seen| claims.iter().any(|c| c.id == seen.id));
            let of_row = d.decision.row.as_ref();
            of_claim || of_row.is_some_and(|seen| topic.rows.iter().any(|r| r.key.to_string() == seen.key))
        })
        .collect();
    json!({
        "schema_version": 1,
        "rows": rows,
        "claims": claims,
        "conflicts": conflicts,
        "checks": checks,
        "documents": documents,
        "lineage": topic.kinship.as_ref().map(lineage),
        "decisions": decisions,
    })
}

fn lineage(kinship: &Kinship<'_>) -> Value {
    let ids = |claims: &[&Claim]| -> Vec<ClaimId> { claims.iter().map(|c| c.id.clone()).collect() };
    let shared: Vec<[&ClaimId; 2]> = kinship.shared.iter().map(|[x, y]| [&x.id, &y.id]).collect();
    json!({
        "a": kinship.a.doc, "b": kinship.b.doc,
        "one_origin": kinship.a.origin == kinship.b.origin,
        "path": kinship.path, "pair": kinship.pair, "shared": shared,
        "only_a": ids(&kinship.only_a), "only_b": ids(&kinship.only_b),
        "beyond": kinship.beyond,
    })
}

fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Supports => "supports",
        Stance::Opposes => "opposes",
        Stance::Echoes => "echoes",
        Stance::Withdrawn => "withdrawn",
        Stance::Apart => "apart",
        Stance::BearsOut => "bears_out",
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
