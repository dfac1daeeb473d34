//! The outcome for a person at a terminal, what matters most first.

use std::collections::BTreeSet;
use std::io::{self, Write};

use consilience_claim::{Bound, Claim, ClaimId, Decimal, DocumentRecord, Problem};
use consilience_reconcile::{Audit, CheckStatus, Conflict, Rival, Row, RowKey, Severity, Tie, Verdict};

use crate::screen::{BOLD, Cell, DIM, GREEN, RED, Screen, YELLOW, layout};
use crate::table::Table;
use crate::words::{against, count, subject};
use crate::{Sources, conflict, figure, pairs, safe};

/// The whole outcome on a screen: what was found in two sentences, the pairs, the conflicts, the consensus,
/// and the closing line. With `screen.limit` 0 nothing is left out.
///
/// # Errors
/// Those of the output.
pub fn audit_text(
    audit: &Audit,
    sources: &dyn Sources,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sections = vec![opening(audit, screen), pairs::pairs(audit, screen)];
    sections.extend(conflicts(audit, sources, screen));
    sections.push(consensus(audit, screen));
    sections.push([checks(audit, screen), not_comparable(audit, screen)].concat());
    sections.push(asides(audit, screen));
    sections.push(problems(&audit.problems, screen));
    for section in sections.iter().filter(|s| !s.is_empty()) {
        writeln!(out, "{section}")?;
    }
    let closing = summary(audit);
    // What was scanned, then what was found, where both do not fit on one line.
    let lines = match closing.split_once(": ") {
        Some((scanned, found)) if safe::width(&closing) > screen.width => {
            vec![format!("{scanned}:"), found.to_owned()]
        }
        _ => vec![closing],
    };
    for line in lines.iter().flat_map(|l| safe::wrapped(l, screen.width)) {
        writeln!(out, "{}", screen.paint(BOLD, &line))?;
    }
    Ok(())
}

/// One table of the outcome on a screen.
///
/// # Errors
/// Those of the output.
pub fn table_text(
    audit: &Audit,
    table: Table,
    sources: &dyn Sources,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match table {
        Table::Consensus => consensus(audit, screen),
        Table::Conflicts => conflicts(audit, sources, screen).join("\n"),
        Table::Pairs => pairs::pairs(audit, screen),
        Table::Claims => {
            let records: Vec<DocumentRecord> = audit
                .documents
                .iter()
                .map(|d| DocumentRecord {
                    doc: d.doc.clone(),
                    source: d.source.clone(),
                    lang: d.lang.clone(),
                    published: d.published.clone(),
                    ..DocumentRecord::default()
                })
                .collect();
            let claims: Vec<Claim> = audit.claims.values().cloned().collect();
            return claims_text(&records, &claims, sources, screen, out);
        }
    };
    let text = if text.is_empty() { "Nothing to show.\n" } else { &text };
    out.write_all(text.as_bytes())
}

/// What was read and what came out, in sentences.
fn opening(audit: &Audit, screen: &Screen) -> String {
    let verdicts = |v| audit.consensus.iter().filter(|r| r.verdict == v).count();
    let severities = |s| audit.conflicts.iter().filter(|c| c.severity == s).count();
    let read = format!(
        "{}{} from {} make {} about {}.",
        count(audit.documents.len(), "document"),
        languages(audit),
        count(audit.origins.len(), "independent origin"),
        count(audit.claims.len(), "claim"),
        count(audit.consensus.len(), "figure"),
    );
    let agreed = verdicts(Verdict::Agreed) + verdicts(Verdict::Authoritative);
    let mut found = format!(
        "{} by independent origins, {} contested, {} from one origin only",
        if agreed == 1 { "1 is agreed".to_owned() } else { format!("{agreed} are agreed") },
        verdicts(Verdict::Contested),
        verdicts(Verdict::SingleOrigin),
    );
    if verdicts(Verdict::Derived) > 0 {
        found.push_str(&format!(", {} computed from others", verdicts(Verdict::Derived)));
    }
    let (errors, warnings) = (severities(Severity::Error), severities(Severity::Warning));
    let alarm = match (errors, warnings) {
        (0, 0) => "Nothing contradicts.".to_owned(),
        (errors, warnings) => format!(
            "Contradictions: {} (cannot both be true), {} (probably not).",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    };
    let style = if errors > 0 {
        RED
    } else if warnings > 0 {
        YELLOW
    } else {
        GREEN
    };
    let mut out = String::new();
    for line in safe::wrapped(&read, screen.width) {
        out.push_str(&format!("{}\n", screen.paint(BOLD, &line)));
    }
    if audit.consensus.is_empty() {
        return out;
    }
    for line in safe::wrapped(&format!("{found}."), screen.width) {
        out.push_str(&format!("{line}\n"));
    }
    for line in safe::wrapped(&alarm, screen.width) {
        out.push_str(&format!("{}\n", screen.paint(style, &line)));
    }
    out
}

/// Errors and warnings in full, then the notes; worst first.
fn conflicts(audit: &Audit, sources: &dyn Sources, screen: &Screen) -> Vec<String> {
    let (notes, alarms): (Vec<&Conflict>, Vec<&Conflict>) =
        audit.conflicts.iter().partition(|c| c.severity == Severity::Note);
    let shown = screen.shown(alarms.len());
    let mut sections: Vec<String> =
        alarms[..shown].iter().map(|c| conflict::conflict(audit, c, sources, screen)).collect();
    if shown < alarms.len() {
        sections.push(more(screen, "", alarms.len() - shown, "more conflict"));
    }
    if notes.is_empty() {
        return sections;
    }
    let full = screen.limit == 0;
    let aside = if full { "(no alarm)" } else { "(no alarm; --limit 0 tells each in full)" };
    let mut out = heading(screen, "Worth knowing", aside);
    let shown = screen.shown(notes.len());
    for note in &notes[..shown] {
        out.push_str(&if full {
            conflict::in_short(audit, note, screen, false)
        } else {
            conflict::note(audit, note, screen)
        });
    }
    if shown < notes.len() {
        out.push_str(&more(screen, "", notes.len() - shown, "more note"));
    }
    sections.push(out);
    sections
}

/// A section's heading and what is said beside it, broken where it does not fit.
fn heading(screen: &Screen, title: &str, aside: &str) -> String {
    let mut out = screen.paint(BOLD, title);
    let mut used = safe::width(title);
    for word in aside.split(' ') {
        if used + 1 + safe::width(word) > screen.width {
            out.push_str("\n ");
            used = 1;
        }
        out.push_str(&format!(" {}", screen.paint(DIM, word)));
        used += 1 + safe::width(word);
    }
    out.push('\n');
    out
}

fn more(screen: &Screen, indent: &str, n: usize, noun: &str) -> String {
    format!("{indent}{}\n", screen.paint(DIM, &format!("… and {}; --limit 0 shows all", count(n, noun))))
}

/// The closing line, which always says what was scanned.
pub fn summary(audit: &Audit) -> String {
    let silent = audit.documents.iter().filter(|d| d.claims == 0).count();
    let verdicts = |v| audit.consensus.iter().filter(|r| r.verdict == v).count();
    let severities = |s| audit.conflicts.iter().filter(|c| c.severity == s).count();
    let mut rows: Vec<String> = [
        (Verdict::Authoritative, "by authority"),
        (Verdict::Agreed, "agreed"),
        (Verdict::Contested, "contested"),
        (Verdict::SingleOrigin, "single origin"),
        (Verdict::Derived, "derived"),
    ]
    .into_iter()
    .filter(|(v, _)| {
        verdicts(*v) > 0 || matches!(v, Verdict::Agreed | Verdict::Contested | Verdict::SingleOrigin)
    })
    .map(|(v, word)| format!("{} {word}", verdicts(v)))
    .collect();
    if audit.consensus.is_empty() {
        rows = vec!["nothing to compare".to_owned()];
    }
    format!(
        "{}{}{}, {}, {}: {}; {}, {}, {}{}",
        count(audit.documents.len(), "document"),
        languages(audit),
        if silent > 0 { format!(" ({silent} without claims)") } else { String::new() },
        count(audit.origins.len(), "origin"),
        count(audit.claims.len(), "claim"),
        rows.join(", "),
        count(severities(Severity::Error), "error"),
        count(severities(Severity::Warning), "warning"),
        count(severities(Severity::Note), "note"),
        if audit.problems.is_empty() {
            String::new()
        } else {
            format!("; {}", count(audit.problems.len(), "problem"))
        },
    )
}

/// So many languages are named; more are counted.
const LANGUAGES: usize = 4;

/// The languages of the documents, as they follow a count of them: ` in en, fr`.
fn languages(audit: &Audit) -> String {
    let all: BTreeSet<&str> = audit.documents.iter().filter_map(|d| d.lang.as_deref()).collect();
    match all.len() {
        0 => String::new(),
        n if n <= LANGUAGES => {
            let named: Vec<&str> = all.into_iter().collect();
            format!(" in {}", safe::line(&named.join(", ")))
        }
        n => format!(" in {n} languages"),
    }
}

/// A paragraph hung behind `= why: `.
pub(crate) fn labelled(
    screen: &Screen,
    indent: usize,
    sign: &str,
    style: anstyle::Style,
    label: &str,
    text: &str,
) -> String {
    let lead = indent + sign.len() + 1 + label.len();
    let mut out = String::new();
    for (i, line) in safe::wrapped(&safe::line(text), screen.width.saturating_sub(lead)).iter().enumerate() {
        if i == 0 {
            out.push_str(&format!("{}{sign} {}{line}\n", " ".repeat(indent), screen.paint(style, label)));
        } else {
            out.push_str(&format!("{}{line}\n", " ".repeat(lead)));
        }
    }
    out
}

/// The order in which rows are read: what needs a decision first.
pub(crate) fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Contested => 0,
        Verdict::Authoritative => 1,
        Verdict::Agreed => 2,
        Verdict::SingleOrigin => 3,
        Verdict::Derived => 4,
    }
}

fn verdict_cell(verdict: Verdict) -> Cell {
    match verdict {
        Verdict::Contested => Cell::styled("contested", RED),
        Verdict::Authoritative => Cell::styled("by authority", GREEN),
        Verdict::Agreed => Cell::styled("agreed", GREEN),
        Verdict::SingleOrigin => Cell::styled("single origin", DIM),
        Verdict::Derived => Cell::styled("derived", DIM),
    }
}

fn consensus(audit: &Audit, screen: &Screen) -> String {
    if audit.consensus.is_empty() {
        return String::new();
    }
    let mut order: Vec<&Row> = audit.consensus.iter().collect();
    order.sort_by_key(|r| rank(r.verdict));
    let shown = screen.shown(order.len());
    let head = ["ENTITY", "METRIC", "PERIOD", "VALUE", "VERDICT", "SUPPORT"];
    let mut rows = vec![head.map(|h| Cell::styled(h, BOLD)).into_iter().collect::<Vec<_>>()];
    for row in &order[..shown] {
        let [entity, metric, period] = subject(&row.key);
        rows.push(vec![
            Cell::plain(entity),
            Cell::plain(metric),
            Cell::plain(period).firm(),
            Cell::plain(value_with_rivals(audit, row)).firm(),
            verdict_cell(row.verdict).firm(),
            Cell::plain(format!("{}/{}/{}", row.n_claims, row.n_documents, row.n_origins)).firm(),
        ]);
    }
    let mut out = heading(screen, "Consensus", "(support: claims/documents/independent origins)");
    out.push_str(&layout(screen, 0, &rows));
    if shown < order.len() {
        out.push_str(&more(screen, "", order.len() - shown, "more row"));
    }
    let first =
        order.first().map(|r| r.key.to_string()).filter(|k| consilience_reconcile::harmless_in_a_shell(k));
    let hint = format!(
        "How a row came about: consilience explain '{}' PATH…",
        first.as_deref().unwrap_or("ENTITY/METRIC/ASPECT/PERIOD")
    );
    for line in safe::wrapped(&hint, screen.width) {
        out.push_str(&format!("{}\n", screen.paint(DIM, &line)));
    }
    out
}

/// At most so many values of one row stand in the table; `explain` lists all.
const VALUES: usize = 4;
/// Values that take no more columns together stand on one line.
const ONE_LINE: usize = 30;

/// The value of a row and its rivals, on one line where they are short.
fn value_with_rivals(audit: &Audit, row: &Row) -> String {
    let [first, between, next] =
        if row.value.is_some() { ["", " vs ", "against "] } else { ["either ", " or ", "or "] };
    let all = values(audit, row);
    let line = format!("{first}{}", against(&all, between));
    let tied = row.related.iter().take(TIED).map(|related| {
        let value = figure::amount_of(related.value, &row.key.unit, row.key.aspect);
        format!("({} {value})", tie(related.relation))
    });
    if all.len() <= VALUES && safe::width(&line) <= ONE_LINE {
        return safe_lines(&std::iter::once(line).chain(tied).collect::<Vec<_>>());
    }
    let told = all.len().min(VALUES);
    let value = |(i, value)| format!("{}{value}", if i == 0 { first } else { next });
    let mut lines: Vec<String> = all[..told].iter().enumerate().map(value).collect();
    if told < all.len() {
        lines.push(format!("and {} more", all.len() - told));
    }
    lines.extend(tied);
    safe_lines(&lines)
}

/// At most so many figures of other times stand beside a value.
const TIED: usize = 2;

/// What a figure tied to a row is to it, in a word before it.
fn tie(tie: Tie) -> &'static str {
    match tie {
        Tie::Superseded => "was",
        Tie::SupersededBy => "now",
        Tie::Forecast => "forecast",
        Tie::Outcome => "came",
    }
}

/// Every value that a row's claims give, the leading one first; on a tie none leads.
pub(crate) fn values(audit: &Audit, row: &Row) -> Vec<String> {
    let rival = |r: &Rival| {
        let only = r.claims.iter().find_map(|id| audit.claims.get(id)).filter(|c| c.value == r.value);
        let mark = only.map_or("", |c| figure::mark(c.bound, c.value));
        format!("{mark}{}", figure::amount_of(r.value, &row.key.unit, row.key.aspect))
    };
    let first = match row.value {
        Some(value) => Some(row_value(audit, row, value)),
        // The other side of a tie is in no list of its own: it is what no rival claims.
        None => {
            let other = |id: &&ClaimId| !row.rivals.iter().any(|r| r.claims.contains(id));
            row.claims.iter().filter(other).find_map(|id| audit.claims.get(id)).map(figure::claim)
        }
    };
    let mut all: Vec<String> = first.into_iter().collect();
    for value in row.rivals.iter().map(rival) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

fn safe_lines(lines: &[String]) -> String {
    lines.iter().map(|l| safe::line(l)).collect::<Vec<_>>().join("\n")
}

/// A row's value with the mark of its bound, where no claim states it plainly.
pub(crate) fn row_value(audit: &Audit, row: &Row, value: Decimal) -> String {
    let stating: Vec<&Claim> = row
        .claims
        .iter()
        .filter_map(|id| audit.claims.get(id))
        .filter(|c| c.value.abs() == value.abs() && c.unit == row.key.unit)
        .collect();
    let plain = stating.is_empty() || stating.iter().any(|c| c.bound == Bound::Exact);
    let mark = if plain { "" } else { figure::mark(stating[0].bound, value) };
    format!("{mark}{}", figure::amount_of(value, &row.key.unit, row.key.aspect))
}

fn checks(audit: &Audit, screen: &Screen) -> String {
    if audit.checks.is_empty() {
        return String::new();
    }
    let n = |s| audit.checks.iter().filter(|c| c.status == s).count();
    let (holds, fails, open) = (n(CheckStatus::Holds), n(CheckStatus::Fails), n(CheckStatus::Undecided));
    let verb = |n: usize, verb: &str| if n == 1 { format!("1 {verb}s") } else { format!("{n} {verb}") };
    let hint = if fails > 0 && screen.limit > 0 { "; --limit 0 lists those that fail" } else { "" };
    let counts = format!("({}, {}, {open} undecided{hint})", verb(holds, "hold"), verb(fails, "fail"));
    let mut out = heading(screen, "Sums and growth rates", &counts);
    if screen.limit == 0 {
        for check in audit.checks.iter().filter(|c| c.status == CheckStatus::Fails) {
            out.push_str(&labelled(screen, 2, "-", RED, "fails: ", &check.explain));
        }
    }
    out
}

/// So many reasons are named where not all are.
const REASONS: usize = 2;

/// Reasons are summed up: what is not compared is context, not news.
fn not_comparable(audit: &Audit, screen: &Screen) -> String {
    if audit.not_comparable.is_empty() {
        return String::new();
    }
    let reasons = reasons(audit);
    let shown = if screen.limit == 0 { reasons.len() } else { reasons.len().min(REASONS) };
    let hint = if shown < reasons.len() { "; --limit 0 lists every reason" } else { "" };
    let cases = format!("({}{hint})", count(audit.not_comparable.len(), "case"));
    let mut out = heading(screen, "Look alike, not comparable", &cases);
    for (reason, n) in &reasons[..shown] {
        let text = if *n > 1 { format!("{reason} ({n}×)") } else { (*reason).to_owned() };
        out.push_str(&labelled(screen, 2, "-", DIM, "", &text));
    }
    out
}

/// Why claims are not compared and how often, the commonest reason first.
pub(crate) fn reasons(audit: &Audit) -> Vec<(&str, usize)> {
    let mut reasons: indexmap::IndexMap<&str, usize> = indexmap::IndexMap::new();
    for entry in &audit.not_comparable {
        *reasons.entry(entry.reason.as_str()).or_default() += 1;
    }
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    reasons
}

/// What contradicts nothing and is worth knowing all the same.
fn asides(audit: &Audit, screen: &Screen) -> String {
    if audit.notes.is_empty() {
        return String::new();
    }
    let mut out = heading(screen, "Notes", &format!("({})", audit.notes.len()));
    let shown = screen.shown(audit.notes.len());
    for note in &audit.notes[..shown] {
        let help = if note.help.is_empty() { String::new() } else { format!(" ({})", note.help) };
        out.push_str(&labelled(screen, 2, "-", DIM, "", &format!("{}{help}", note.explain)));
    }
    if shown < audit.notes.len() {
        out.push_str(&more(screen, "  ", audit.notes.len() - shown, "more note"));
    }
    out
}

fn problems(problems: &[Problem], screen: &Screen) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let mut out = heading(screen, "Problems", &format!("({} while reading)", problems.len()));
    let shown = screen.shown(problems.len());
    for problem in &problems[..shown] {
        let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
        let help = if problem.help.is_empty() { String::new() } else { format!(" ({})", problem.help) };
        let text = format!("{}: {place}{}{help}", problem.doc, problem.message);
        out.push_str(&labelled(screen, 2, "-", DIM, "", &text));
    }
    if shown < problems.len() {
        out.push_str(&more(screen, "  ", problems.len() - shown, "more problem"));
    }
    out
}

/// Claims document by document, one line each: place, words, reading.
///
/// # Errors
/// Those of the output.
pub fn claims_text(
    documents: &[DocumentRecord],
    claims: &[Claim],
    sources: &dyn Sources,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rest = claims;
    for record in documents {
        let about: Vec<&str> =
            [record.source.as_deref(), record.lang.as_deref(), record.published.as_deref()]
                .into_iter()
                .flatten()
                .collect();
        let about =
            if about.is_empty() { String::new() } else { format!("({})", safe::line(&about.join(", "))) };
        let doc = safe::line(&record.doc);
        let (mine, others) = rest.split_at(rest.iter().take_while(|c| c.doc == record.doc).count());
        rest = others;
        let n = count(mine.len(), "claim");
        let heading = format!("{}  {n}  {}", screen.paint(BOLD, &doc), screen.paint(DIM, &about));
        writeln!(out, "{}", heading.trim_end())?;
        let rows: Vec<Vec<Cell>> = mine.iter().map(|claim| claim_cells(claim, sources)).collect();
        out.write_all(layout(screen, 2, &rows).as_bytes())?;
        writeln!(out)?;
    }
    Ok(())
}

fn claim_cells(claim: &Claim, sources: &dyn Sources) -> Vec<Cell> {
    let place = match sources.passage(&claim.doc, claim.span) {
        Some(passage) => format!("{}:{}", passage.line, passage.column),
        None => format!("{}..{}", claim.span.start, claim.span.end),
    };
    let key = RowKey {
        entity: claim.entity.clone(),
        metric: claim.metric.clone(),
        aspect: claim.aspect,
        period: claim.period.clone(),
        modality: claim.modality,
        qualifiers: claim.qualifiers.clone(),
        unit: claim.unit.clone(),
    };
    let [entity, metric, period] = subject(&key);
    vec![
        Cell::styled(place, DIM).right().firm(),
        Cell::plain(format!("«{}»", safe::shortened(&safe::line(&claim.quote), 32))),
        Cell::plain(entity),
        Cell::plain(metric),
        Cell::plain(period).firm(),
        Cell::plain(safe::line(&figure::claim(claim))).firm(),
        Cell::styled(claim.confidence.to_string(), DIM),
    ]
}
