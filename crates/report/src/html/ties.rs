//! What ties documents and figures together: sources and their agreement, checks, and what else is worth knowing.

use std::io::{self, Write};

use consilience_reconcile::{CheckStatus, Pair, Relation};
use maud::{Markup, html};

use super::page::piece;
use super::reader::told_problem;
use super::{Report, claim_anchor, foreign};
use crate::words::count;
use crate::{figure, safe};

/// Entries of each list that are written out.
const LISTED: usize = 500;

pub(super) fn sections(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    piece(out, sources(report))?;
    piece(out, checks(report))?;
    piece(out, notes(report))
}

fn more(n: usize) -> Markup {
    html! { @if n > LISTED { p.muted { "and " (n - LISTED) " more; audit.json has all." } } }
}

fn sources(report: &Report<'_>) -> Markup {
    let audit = report.audit;
    let mut pairs: Vec<&Pair> = audit.pairs.iter().collect();
    pairs.sort_by_key(|p| (std::cmp::Reverse((p.contradict, p.comparable)), &p.a, &p.b));
    html! {
        section #sources aria-labelledby="sources-title" {
            h1 #sources-title { "Sources" }
            div.scroll tabindex="0" role="group" aria-label="Documents and their sources" {
                table {
                    thead { tr {
                        th scope="col" { "Document" } th scope="col" { "Source" } th scope="col" { "Published" }
                        th scope="col" { "Language" } th scope="col" { "Origin" } th.number scope="col" { "Claims" }
                    } }
                    tbody {
                        @for d in audit.documents.iter().take(LISTED) {
                            tr {
                                th scope="row" { (report.doc_link(&d.doc)) }
                                @for fact in [&d.source, &d.published, &d.lang] { td { @if let Some(fact) = fact { (foreign(fact)) } } }
                                td { (d.origin) }
                                td.number { (d.claims) }
                            }
                        }
                    }
                }
            }
            (more(audit.documents.len()))
            @if !audit.lineage.is_empty() {
                h2 { "Copies and translations" }
                p.muted { "Documents of one origin have one vote together." }
                ul {
                    @for link in audit.lineage.iter().take(LISTED) {
                        li {
                            (report.doc_link(&link.a)) " and " (report.doc_link(&link.b)) ": "
                            (match link.relation {
                                Relation::Copy => "copy",
                                Relation::Translation => "translation",
                                Relation::SharedOrigin => "both go back to a text that is not here",
                            })
                            ", " span.muted { (foreign(&link.evidence)) " (score " (link.score) ")" }
                        }
                    }
                }
                (more(audit.lineage.len()))
            }
        }
    }
}

fn checks(report: &Report<'_>) -> Markup {
    let audit = report.audit;
    let n = |s: CheckStatus| audit.checks.iter().filter(|c| c.status == s).count();
    let mut order: Vec<_> = audit.checks.iter().collect();
    order.sort_by_key(|c| match c.status {
        CheckStatus::Fails => 0,
        CheckStatus::Undecided => 1,
        CheckStatus::Holds => 2,
    });
    html! {
        section #checks aria-labelledby="checks-title" {
            h1 #checks-title { "Checks" }
            p.muted {
                (n(CheckStatus::Fails)) " fail, " (n(CheckStatus::Undecided)) " are undecided, " (n(CheckStatus::Holds)) " hold: "
                "what follows from the figures, in the room that each leaves, against what is stated."
            }
            div.scroll tabindex="0" role="group" aria-label="Checks" {
                table {
                    thead { tr {
                        th scope="col" { "Outcome" } th scope="col" { "Rule" } th scope="col" { "Sum" } th scope="col" { "Figures in it" }
                    } }
                    tbody {
                        @for check in order.iter().take(LISTED) {
                            tr id={ "check-" (check.id()) } {
                                td {
                                    @match check.status {
                                        CheckStatus::Holds => span.tag.agreed { "✓ holds" },
                                        CheckStatus::Fails => span.tag.contested { "✗ fails" },
                                        CheckStatus::Undecided => span.tag.single { "? undecided" },
                                    }
                                }
                                td { (safe::line(&check.rule.replace('_', " "))) }
                                td { (foreign(&check.explain)) }
                                td {
                                    @for (i, claim) in check.inputs.iter().filter_map(|id| audit.claims.get(id)).enumerate() {
                                        @if i > 0 { ", " }
                                        a href={ "#" (claim_anchor(&claim.id)) } title=(safe::line(&claim.doc)) { (safe::line(&figure::claim(claim))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            (more(audit.checks.len()))
        }
    }
}

fn notes(report: &Report<'_>) -> Markup {
    let audit = report.audit;
    html! {
        section #notes aria-labelledby="notes-title" {
            h1 #notes-title { "Notes" }
            @if !audit.problems.is_empty() {
                h2 { (count(audit.problems.len(), "problem")) }
                @for problem in audit.problems.iter().take(LISTED) {
                    p { (report.doc_link(&problem.doc)) }
                    (told_problem(problem))
                }
                (more(audit.problems.len()))
            }
            @if !audit.notes.is_empty() {
                h2 { "Worth knowing" }
                ul { @for note in audit.notes.iter().take(LISTED) {
                    li { (foreign(&note.explain)) @if !note.help.is_empty() { " (" (foreign(&note.help)) ")" } }
                } }
                (more(audit.notes.len()))
            }
            @if !audit.decisions.is_empty() {
                h2 { "Decided by people" }
                ul { @for decided in audit.decisions.iter().take(LISTED) {
                    @let json = serde_json::to_string(decided).unwrap_or_default();
                    li.code { (safe::line(&json)) }
                } }
            }
            h2 { "Look alike and were not compared" }
            @if audit.not_comparable.is_empty() { p { "Nothing." } }
            ul { @for entry in audit.not_comparable.iter().take(LISTED) {
                li {
                    (foreign(&entry.reason)) ": "
                    @for (i, claim) in entry.claims.iter().filter_map(|id| audit.claims.get(id)).take(12).enumerate() {
                        @if i > 0 { ", " }
                        a href={ "#" (claim_anchor(&claim.id)) } title=(safe::line(&claim.doc)) { (safe::line(&figure::claim(claim))) }
                    }
                    @if entry.claims.len() > 12 { " …" }
                }
            } }
            (more(audit.not_comparable.len()))
        }
    }
}
