//! Conflicts as cards: the figures on one line, why, the words side by side, the votes, what would flip it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use consilience_claim::Claim;
use consilience_reconcile::{Conflict, ConflictKind, Row, Severity};
use maud::{Markup, html};

use super::chart::{Mark, number_line, step};
use super::page::piece;
use super::{Report, claim_anchor, conflict_anchor, foreign, lang};
use crate::conflict::{Side, figures, label, sides};
use crate::explain::{because, flip, log_odds, share, side, sum};
use crate::words::{count, headline, kind, rivals_in, told};
use crate::{figure, safe};

/// Conflicts that are written as cards; the rest are listed.
pub(super) const CARDS: usize = 200;
/// Conflicts that are listed after them.
const LISTED: usize = 500;
/// Passages of one side that stand on a card.
const QUOTES: usize = 3;
/// Figures on one number line.
const MARKS: usize = 14;
/// Votes of one waterfall.
const VOTES: usize = 30;

pub(super) fn section(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let all = &report.audit.conflicts;
    out.write_all(b"<section id=\"conflicts\" aria-labelledby=\"conflicts-title\">")?;
    let n = |s: Severity| all.iter().filter(|c| c.severity == s).count();
    let opening = html! {
        h1 #conflicts-title { "Conflicts" }
        @if all.is_empty() {
            p { "Nothing contradicts." }
        } @else {
            p.muted {
                (count(n(Severity::Error), "error")) " (cannot both be true), "
                (count(n(Severity::Warning), "warning")) " (probably not), "
                (count(n(Severity::Note), "note")) " (worth knowing)."
                span.script { " " kbd { "n" } " and " kbd { "p" } " go to the next and the previous one." }
                @if all.len() > CARDS {
                    " The worst " (CARDS) " are told in full; all " (all.len()) " are in conflicts.csv."
                }
            }
        }
    };
    piece(out, opening)?;
    for conflict in all.iter().take(CARDS) {
        piece(out, card(report, conflict))?;
    }
    if all.len() > CARDS {
        let rest = html! {
            h2 { "The others" }
            ul.rest {
                @for conflict in all.iter().skip(CARDS).take(LISTED) {
                    li id=(conflict_anchor(conflict)) {
                        (severity_tag(conflict)) " " (title(report, conflict)) " " (row_link(report, conflict))
                    }
                }
            }
            @if all.len() > CARDS + LISTED { p { "And " (all.len() - CARDS - LISTED) " more." } }
        };
        piece(out, rest)?;
    }
    out.write_all(b"</section>")
}

pub(super) fn severity_tag(conflict: &Conflict) -> Markup {
    let (class, sign) = match conflict.severity {
        Severity::Error => ("error", "▲"),
        Severity::Warning => ("warning", "△"),
        Severity::Note => ("note", "·"),
    };
    html! {
        span class={ "tag " (class) } {
            span aria-hidden="true" { (sign) } " " (conflict.severity.as_str()) " " (conflict.code)
        }
    }
}

/// What it is about, with the figures that stand against each other.
pub(super) fn title(report: &Report<'_>, conflict: &Conflict) -> Markup {
    html! {
        (foreign(&headline(&conflict.key)))
        @if let Some(figures) = figures(report.audit, conflict, " against ") { ": " b { (safe::line(&figures)) } }
    }
}

/// The documents on the odd side, or how many there are.
pub(super) fn documents(conflict: &Conflict) -> Markup {
    html! {
        @match conflict.odd_docs.as_slice() {
            [] => (count(conflict.docs.len(), "document")),
            [one] => { (foreign(one)) " is odd" }
            odd => { (foreign(&odd[0])) " and " (odd.len() - 1) " more are odd" }
        }
    }
}

fn row_link(report: &Report<'_>, conflict: &Conflict) -> Markup {
    html! {
        @if let Some(row) = report.row_at(&conflict.key) {
            a href={ "#" (report.anchors[row]) } { "in the table" }
        }
    }
}

fn card(report: &Report<'_>, conflict: &Conflict) -> Markup {
    let audit = report.audit;
    let row = report.row_at(&conflict.key).map(|i| &audit.consensus[i]);
    let sides = sides(audit, conflict);
    let anchor = conflict_anchor(conflict);
    let head = format!("{anchor}-title");
    html! {
        article.card id=(anchor) tabindex="-1" aria-labelledby=(head) {
            header {
                p.kind {
                    (severity_tag(conflict))
                    @if conflict.kind != ConflictKind::Value { " " (kind(conflict.kind)) }
                    " " (row_link(report, conflict))
                    " " a.self href={ "#" (anchor) } { "link" span.unseen { " to this conflict" } }
                }
                h2 id=(head) { (title(report, conflict)) }
            }
            p.why { (foreign(told(conflict))) }
            @if let Some(line) = row.and_then(|row| line(report, conflict, row)) { (line) }
            div.sides {
                @for (i, side) in sides.iter().enumerate() { (quotes(report, conflict, side, i)) }
            }
            @if let Some(row) = row {
                @if row.votes.len() > 1 { (waterfall(report, row)) }
                p.flip { b { "What would flip it: " } (safe::line(&flip(row, &[conflict]))) }
            } @else if let Some(flips) = &conflict.flips {
                p.flip { b { "What would flip it: " } (safe::line(flips)) }
            }
            @if conflict.explanations.len() > 1 {
                details {
                    summary { "How it may have come about" }
                    ul {
                        @for way in &conflict.explanations {
                            li { (way.probability) " " (kind(way.kind)) @if !way.because.is_empty() { ": " (foreign(&way.because)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The figures of a row that the conflict is between, on one line.
fn line(report: &Report<'_>, conflict: &Conflict, row: &Row) -> Option<Markup> {
    let audit = report.audit;
    if !rivals_in(row, conflict) {
        return None;
    }
    let mut told = BTreeSet::new();
    let mut marks: Vec<Mark> = Vec::new();
    for claim in row.claims.iter().filter_map(|id| audit.claims.get(id)) {
        let Ok(counted) = claim.quantity().convert(&row.key.unit) else { continue };
        let Ok(room) = counted.interval() else { continue };
        let rival = row.rivals.iter().find(|r| r.claims.contains(&claim.id));
        let stands = rival.map_or(row.value, |r| Some(r.value));
        // A loss of five told in a row of income is minus five there.
        let turned =
            claim.metric != row.key.metric && stands.is_some_and(|v| !room.contains(v) && room.contains(-v));
        let (value, room) = if turned { (-counted.value(), room.negated()) } else { (counted.value(), room) };
        if told.insert((claim.doc.as_str(), value)) {
            marks.push(Mark {
                label: html! { a href={ "#" (claim_anchor(&claim.id)) } { (foreign(&claim.doc)) } },
                says: figure::claim(claim),
                value,
                room,
                odd: rival.is_some(),
            });
        }
    }
    marks.sort_by_key(|m| (m.odd, m.value));
    let left = marks.len().saturating_sub(MARKS);
    // Of many that agree the first tell enough; who stands apart is always shown.
    if left > 0 {
        let apart = marks.iter().filter(|m| m.odd).count().min(MARKS - 1);
        let from = marks.iter().position(|m| m.odd).unwrap_or(marks.len());
        marks.drain((MARKS - apart).min(from)..from);
        marks.truncate(MARKS);
    }
    let band = row.value.is_some().then_some(&row.interval);
    let drawing = number_line(&marks, band, &row.key.unit)?;
    Some(html! {
        (drawing)
        @if left > 0 { p.muted.small { "and " (count(left, "more figure")) } }
    })
}

fn quotes(report: &Report<'_>, conflict: &Conflict, side: &Side<'_>, place: usize) -> Markup {
    let odd = |claim: &Claim| conflict.odd_docs.contains(&claim.doc);
    let suspect = place == 0 && side.claims.iter().any(|c| odd(c));
    html! {
        div.side.odd[suspect] {
            @if let Some(says) = &side.says { h3 { (safe::line(says)) } }
            @else if let Some(claim) = side.claims.first() { h3 { (safe::line(&label(conflict, claim))) } }
            @for claim in side.claims.iter().take(QUOTES) { (quote(report, conflict, side, claim)) }
            @if side.claims.len() > QUOTES {
                p.small {
                    "and in "
                    @for (i, claim) in side.claims.iter().enumerate().skip(QUOTES) {
                        @if i > QUOTES { ", " }
                        a href={ "#" (claim_anchor(&claim.id)) } { (foreign(&claim.doc)) }
                    }
                }
            }
        }
    }
}

/// Bytes of a passage on either side of the figure.
const AROUND: usize = 220;

fn quote(report: &Report<'_>, conflict: &Conflict, side: &Side<'_>, claim: &Claim) -> Markup {
    let passage = report.sources.passage(&claim.doc, claim.span);
    let (text, mark) = match &passage {
        Some(passage) => (passage.text.as_str(), passage.mark.clone()),
        None => (claim.quote.as_str(), 0..claim.quote.len()),
    };
    let from = word_start(text, mark.start.saturating_sub(AROUND));
    let to = word_end(text, mark.end.saturating_add(AROUND), mark.end);
    html! {
        figure.quote {
            figcaption {
                a href={ "#" (claim_anchor(&claim.id)) } { (foreign(&claim.doc)) }
                span.muted {
                    @for fact in [claim.source.as_deref(), claim.published.as_deref()].into_iter().flatten() { " · " (foreign(fact)) }
                    @if let Some(passage) = &passage { " · line " (passage.line) }
                }
                @if conflict.odd_docs.contains(&claim.doc) { " " span.tag.error { "odd" } }
            }
            blockquote dir="auto" lang=[lang(&claim.lang)] {
                @if from > 0 { "…" }
                (safe::line(&text[from..mark.start]))
                mark { (safe::line(&text[mark.clone()])) }
                (safe::line(&text[mark.end..to]))
                @if to < text.len() { "…" }
            }
            @if side.says.as_deref() != Some(figure::claim(claim).as_str()) {
                p.small.muted { "read as " (safe::line(&label(conflict, claim))) }
            }
        }
    }
}

/// The start of a word at or before a place that is some way before a figure.
fn word_start(text: &str, at: usize) -> usize {
    let at = safe::boundary_before(text, at);
    let blank = text[..at].rfind(' ').map_or(0, |i| i + 1);
    if at - blank < 40 { blank } else { at }
}

fn word_end(text: &str, at: usize, least: usize) -> usize {
    let at = safe::boundary_before(text, at).max(least);
    let blank = text[at..].find(' ').map_or(text.len(), |i| at + i);
    if blank - at < 40 { blank } else { at }
}

/// The votes of a row, each from where the one before it ended.
fn waterfall(report: &Report<'_>, row: &Row) -> Markup {
    let mut at = 0i64;
    let mut steps = Vec::new();
    let (mut low, mut high) = (0i64, 0i64);
    for vote in &row.votes {
        let next = at.saturating_add(share(vote).0);
        steps.push((vote, at, next));
        (low, high) = (low.min(next), high.max(next));
        at = next;
    }
    let reach = (low, high);
    html! {
        details.votes {
            summary { "The evidence: " (log_odds(sum(&row.votes)).trim()) ", a confidence of " (row.confidence) }
            div.scroll tabindex="0" role="group" aria-label="Votes" {
                table {
                    caption.unseen { "Votes in log-odds, one per origin" }
                    thead { tr {
                        th.number scope="col" { "Log-odds" } th scope="col" { span.unseen { "Bar" } }
                        th scope="col" { "Vote" } th scope="col" { "Origin" } th scope="col" { "Document" } th scope="col" { "Because" }
                    } }
                    tbody {
                        @for (vote, from, to) in steps.iter().take(VOTES) {
                            @let claim = report.audit.claims.get(&vote.claim);
                            @let doc = claim.map_or("", |c| c.doc.as_str());
                            tr {
                                td.number { (log_odds(share(vote))) }
                                td.bar { (step(*from, *to, reach, false)) }
                                td { (side(vote.stance)) }
                                td { (vote.origin) }
                                td { @if let Some(claim) = claim { a href={ "#" (claim_anchor(&claim.id)) } { (foreign(doc)) } } }
                                td { (foreign(because(vote, doc))) }
                            }
                        }
                        @if steps.len() > VOTES { tr { td colspan="6" { "and " (count(steps.len() - VOTES, "more vote")) } } }
                    }
                    tfoot { tr {
                        th.number scope="row" { (log_odds(sum(&row.votes))) }
                        td.bar { (step(0, at, reach, true)) }
                        td colspan="4" { "sum, a confidence of " (row.confidence) }
                    } }
                }
            }
        }
    }
}
