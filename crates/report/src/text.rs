//! The outcome for a person at a terminal: pairs, conflicts, consensus, checks, problems, one closing line.

use std::io::{self, Write};

use consilience_claim::{Bound, Claim, ClaimId, Decimal, DocumentRecord, Problem};
use consilience_reconcile::{
    Audit, CheckStatus, Conflict, ConflictKind, Pair, Relation, Rival, Row, RowKey, Severity, Verdict,
};

use crate::excerpt::{self, Shown};
use crate::screen::{BOLD, CYAN, Cell, DIM, GREEN, RED, Screen, YELLOW, layout};
use crate::{Sources, figure, safe};

/// The whole outcome on a screen.
///
/// # Errors
/// Those of the output.
pub fn audit_text(
    audit: &Audit,
    sources: &dyn Sources,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sections = vec![pairs(audit, screen)];
    sections.extend(conflicts(audit, sources, screen));
    sections.push(consensus(audit, screen));
    sections.push(checks(audit, screen));
    sections.push(not_comparable(audit, screen));
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
        "{}{}, {}, {}: {}; {}, {}, {}{}",
        count(audit.documents.len(), "document"),
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

/// `1 claim`, `2 claims`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

const PAIRS_SHOWN: usize = 12;

fn pairs(audit: &Audit, screen: &Screen) -> String {
    let mut pairs: Vec<&Pair> = audit.pairs.iter().collect();
    let many = pairs.len() > PAIRS_SHOWN && screen.limit > 0;
    if many {
        pairs
            .sort_by_key(|p| (std::cmp::Reverse((p.contradict, p.comparable, p.not_comparable)), &p.a, &p.b));
    }
    let (shown, rest) = pairs.split_at(if many { PAIRS_SHOWN } else { pairs.len() });
    // The counts come first to the eye, so names give way: each may take what is left of the line.
    let room = (screen.width.saturating_sub(40) / 2).max(16);
    let rows: Vec<Vec<Cell>> = shown
        .iter()
        .map(|pair| {
            let name = |doc: &str| safe::shortened_path(&safe::line(doc), room);
            let style = if pair.contradict > 0 {
                RED
            } else if pair.agree > 0 {
                GREEN
            } else {
                DIM
            };
            vec![
                Cell::plain(format!("{} ↔ {}:", name(&pair.a), name(&pair.b))).firm(),
                Cell::styled(pair_words(audit, pair), style),
            ]
        })
        .collect();
    let mut out = layout(screen, 0, &rows);
    if !rest.is_empty() {
        let sum = |f: fn(&Pair) -> usize| rest.iter().map(|p| f(p)).sum::<usize>();
        let line = format!(
            "… and {}: {} agree, {} contradict, {} not comparable (--table pairs --format csv lists them)",
            count(rest.len(), "more pair"),
            sum(|p| p.agree),
            sum(|p| p.contradict),
            sum(|p| p.not_comparable)
        );
        out.push_str(&format!("{}\n", screen.paint(DIM, &line)));
    }
    out
}

fn pair_words(audit: &Audit, pair: &Pair) -> String {
    let mut words = if pair.agree + pair.contradict + pair.not_comparable == 0 {
        "nothing in common".to_owned()
    } else {
        let contradicts = if pair.contradict == 1 { "contradicts" } else { "contradict" };
        let agrees = if pair.agree == 1 { "agrees" } else { "agree" };
        format!(
            "{} {agrees}, {} {contradicts}, {} not comparable",
            pair.agree, pair.contradict, pair.not_comparable
        )
    };
    let one_origin =
        audit.origins.iter().any(|o| o.documents.contains(&pair.a) && o.documents.contains(&pair.b));
    let lineage = audit.lineage.iter().find(|l| l.a == pair.a && l.b == pair.b);
    match lineage.map(|l| l.relation) {
        Some(Relation::Copy) => words.push_str(" (one origin: copy)"),
        Some(Relation::Translation) => words.push_str(" (one origin: translation)"),
        _ if one_origin => words.push_str(" (one origin)"),
        _ => {}
    }
    words
}

fn conflicts(audit: &Audit, sources: &dyn Sources, screen: &Screen) -> Vec<String> {
    let (notes, alarms): (Vec<&Conflict>, Vec<&Conflict>) =
        audit.conflicts.iter().partition(|c| c.severity == Severity::Note);
    let mut sections: Vec<String> =
        alarms[..screen.shown(alarms.len())].iter().map(|c| conflict(audit, c, sources, screen)).collect();
    if screen.shown(alarms.len()) < alarms.len() {
        let more = count(alarms.len() - screen.shown(alarms.len()), "more conflict");
        sections.push(format!("{}\n", screen.paint(DIM, &format!("… and {more}; --limit 0 shows all"))));
    }
    if alarms.is_empty() && audit.pairs.iter().any(|p| p.comparable > 0) {
        sections.push(format!("{}\n", screen.paint(GREEN, "No contradictions.")));
    }
    // A note is no alarm: a heading and its sentence, the words are in `explain CODE`.
    let mut out = String::new();
    for note in &notes[..screen.shown(notes.len())] {
        out.push_str(&title(audit, note, screen));
        out.push_str(&labelled(screen, 2, "=", DIM, "", &note.explain));
    }
    if screen.shown(notes.len()) < notes.len() {
        let more = count(notes.len() - screen.shown(notes.len()), "more note");
        out.push_str(&format!("{}\n", screen.paint(DIM, &format!("… and {more}; --limit 0 shows all"))));
    }
    sections.push(out);
    sections
}

/// At most so many excerpts stand under one conflict.
const EXCERPTS: usize = 6;

pub(crate) fn conflict(audit: &Audit, conflict: &Conflict, sources: &dyn Sources, screen: &Screen) -> String {
    let mut out = title(audit, conflict, screen);
    let mut claims: Vec<&Claim> = Vec::new();
    let mut more = 0;
    for claim in conflict.claims.iter().filter_map(|id| audit.claims.get(id)) {
        // The same figure of the same document again says nothing new.
        let told = claims.iter().any(|c| {
            c.doc == claim.doc
                && c.value == claim.value
                && c.unit == claim.unit
                && c.metric == claim.metric
                && c.period == claim.period
                && c.aspect == claim.aspect
        });
        if told || claims.len() == EXCERPTS { more += 1 } else { claims.push(claim) }
    }
    claims.sort_by_key(|c| !conflict.odd_docs.contains(&c.doc));
    let shown: Vec<Shown<'_>> = claims
        .iter()
        .map(|claim| Shown {
            claim,
            suspect: conflict.odd_docs.contains(&claim.doc),
            label: label(&conflict.key, claim),
        })
        .collect();
    out.push_str(&excerpt::render(screen, sources, &shown));
    let gutter = 2;
    if more > 0 {
        out.push_str(&labelled(
            screen,
            gutter,
            "=",
            DIM,
            "",
            &format!("{} more of the same", count(more, "claim")),
        ));
    }
    out.push_str(&labelled(screen, gutter, "=", BOLD, "why: ", &conflict.explain));
    if let Some(flips) = &conflict.flips {
        out.push_str(&labelled(screen, gutter, "=", CYAN, "help: ", flips));
    }
    out
}

/// The reading, with what of the key differs from the conflict's.
fn label(key: &RowKey, claim: &Claim) -> String {
    let mut parts = vec![figure::claim(claim)];
    if claim.entity != key.entity {
        parts.push(claim.entity.clone());
    }
    if claim.metric != key.metric {
        parts.push(claim.metric.clone());
    }
    if claim.aspect != key.aspect {
        parts.push(claim.aspect.to_string());
    }
    if claim.period != key.period {
        parts.push(claim.period.to_string());
    }
    if claim.modality != key.modality {
        parts.push(claim.modality.to_string());
    }
    parts.join(" · ")
}

fn title(audit: &Audit, conflict: &Conflict, screen: &Screen) -> String {
    let style = severity_style(conflict.severity);
    let tag = format!("{}[{}]", conflict.severity.as_str(), conflict.code);
    let headline = format!(
        "{}{} ({})",
        subject(&conflict.key).join(" "),
        sides(audit, conflict),
        kind_words(conflict.kind)
    );
    let mut lines =
        safe::wrapped(&safe::line(&headline), screen.width.saturating_sub(tag.len() + 2)).into_iter();
    let mut out = format!(
        "{}{}\n",
        screen.paint(style, &tag),
        screen.paint(BOLD, &format!(": {}", lines.next().unwrap_or_default()))
    );
    for line in lines {
        out.push_str(&format!("{}{}\n", " ".repeat(tag.len() + 2), screen.paint(BOLD, &line)));
    }
    out
}

/// One figure per side: `: 3.73 bn USD against 3.37 bn USD`; nothing where there are no two sides.
fn sides(audit: &Audit, conflict: &Conflict) -> String {
    let about = |row: &&Row| {
        let mut rival_claims = row.rivals.iter().flat_map(|r| &r.claims);
        row.key == conflict.key && rival_claims.any(|id| conflict.claims.contains(id))
    };
    let row = audit.consensus.iter().find(about);
    let figures: Vec<String> = match row {
        Some(row) => values(audit, row),
        None => {
            let mut all: Vec<String> = Vec::new();
            for claim in conflict.claims.iter().filter_map(|id| audit.claims.get(id)) {
                let text = figure::claim(claim);
                if !all.contains(&text) {
                    all.push(text);
                }
            }
            all
        }
    };
    if (2..=3).contains(&figures.len()) { format!(": {}", figures.join(" against ")) } else { String::new() }
}

fn severity_style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => CYAN,
    }
}

/// What a conflict of this kind looks like, in words.
pub(crate) fn kind_words(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Magnitude => "off by thousands or millions",
        ConflictKind::LocaleMisread => "decimal and group mark confused",
        ConflictKind::Digit => "one digit differs",
        ConflictKind::DigitTransposition => "two digits swapped",
        ConflictKind::Sign => "opposite sign",
        ConflictKind::Currency => "same figure, other currency",
        ConflictKind::Unit => "same figure, other unit",
        ConflictKind::WrongPeriod => "figure of another period",
        ConflictKind::WrongEntity => "figure of another entity",
        ConflictKind::WrongMetric => "figure of another metric",
        ConflictKind::Modality => "forecast told as fact",
        ConflictKind::Stale => "superseded figure",
        ConflictKind::GrowthVsLevels => "growth does not follow from its levels",
        ConflictKind::SumOfParts => "parts do not add up",
        ConflictKind::Bound => "outside a stated bound",
        ConflictKind::Truncated => "cut instead of rounded",
        ConflictKind::Value => "figures differ",
    }
}

/// Entity, metric with what is out of the ordinary, and period.
pub(crate) fn subject(key: &RowKey) -> [String; 3] {
    let mut metric = vec![key.metric.clone()];
    if key.aspect != consilience_claim::Aspect::Level {
        metric.push(key.aspect.to_string());
    }
    if key.modality != consilience_claim::Modality::Actual {
        metric.push(key.modality.to_string());
    }
    metric.extend(key.qualifiers.iter().cloned());
    [&key.entity, &metric.join(" · "), &key.period.to_string()].map(|t| safe::line(t).into_owned())
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
fn rank(verdict: Verdict) -> u8 {
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
    let mut out = format!(
        "{} {}\n",
        screen.paint(BOLD, "Consensus"),
        screen.paint(DIM, "(support: claims/documents/independent origins)")
    );
    out.push_str(&layout(screen, 0, &rows));
    if shown < order.len() {
        let more = count(order.len() - shown, "more row");
        out.push_str(&format!("{}\n", screen.paint(DIM, &format!("… and {more}; --limit 0 shows all"))));
    }
    let first = order.first().map(|r| r.key.to_string()).filter(|k| harmless_in_a_shell(k));
    let hint = format!(
        "How a row came about: consilience explain '{}' PATH…",
        first.as_deref().unwrap_or("ENTITY/METRIC/ASPECT/PERIOD")
    );
    for line in safe::wrapped(&hint, screen.width) {
        out.push_str(&format!("{}\n", screen.paint(DIM, &line)));
    }
    out
}

/// Names come from articles, and people copy commands: nothing that ends a quotation or looks other than it is.
fn harmless_in_a_shell(key: &str) -> bool {
    key.chars().all(|c| c.is_alphanumeric() || " /_-.:+&,()".contains(c))
}

/// At most so many values of one row stand in the table; `explain` lists all.
const VALUES: usize = 4;

/// The value of a row, and under it each rival.
fn value_with_rivals(audit: &Audit, row: &Row) -> String {
    let [first, next] = if row.value.is_some() { ["", "against "] } else { ["either ", "or "] };
    let all = values(audit, row);
    let told = all.len().min(VALUES);
    let value = |(i, value)| format!("{}{value}", if i == 0 { first } else { next });
    let mut lines: Vec<String> = all[..told].iter().enumerate().map(value).collect();
    if told < all.len() {
        lines.push(format!("and {} more", all.len() - told));
    }
    safe_lines(&lines)
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
    let fail_words = if fails == 1 { "1 fails".to_owned() } else { format!("{fails} fail") };
    let hold_words = if holds == 1 { "1 holds".to_owned() } else { format!("{holds} hold") };
    let mut out = format!(
        "{} {}\n",
        screen.paint(BOLD, "Arithmetic"),
        screen.paint(DIM, &format!("({hold_words}, {fail_words}, {open} undecided)"))
    );
    for check in audit.checks.iter().filter(|c| c.status == CheckStatus::Fails).take(screen.shown(fails)) {
        out.push_str(&labelled(screen, 2, "-", RED, "fails: ", &check.explain));
    }
    out
}

/// Reasons are summed up: what is not compared is context, not news.
fn not_comparable(audit: &Audit, screen: &Screen) -> String {
    if audit.not_comparable.is_empty() {
        return String::new();
    }
    let mut reasons: indexmap::IndexMap<&str, usize> = indexmap::IndexMap::new();
    for entry in &audit.not_comparable {
        *reasons.entry(entry.reason.as_str()).or_default() += 1;
    }
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let mut out = format!(
        "{} {}\n",
        screen.paint(BOLD, "Look alike, not comparable"),
        screen.paint(DIM, &format!("({})", count(audit.not_comparable.len(), "case")))
    );
    const REASONS: usize = 8;
    let shown = if screen.limit == 0 { reasons.len() } else { reasons.len().min(REASONS) };
    for (reason, n) in &reasons[..shown] {
        out.push_str(&labelled(
            screen,
            2,
            "-",
            DIM,
            "",
            &if *n > 1 { format!("{reason} ({n}×)") } else { (*reason).to_owned() },
        ));
    }
    if shown < reasons.len() {
        let more = count(reasons.len() - shown, "more reason");
        out.push_str(&format!("  {}\n", screen.paint(DIM, &format!("… and {more}; --limit 0 shows all"))));
    }
    out
}

fn problems(problems: &[Problem], screen: &Screen) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let mut out = format!("{}\n", screen.paint(BOLD, "Problems"));
    for problem in problems {
        let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
        let help = if problem.help.is_empty() { String::new() } else { format!(" ({})", problem.help) };
        let text = format!("{}: {place}{}{help}", problem.doc, problem.message);
        out.push_str(&labelled(screen, 2, "-", DIM, "", &text));
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
