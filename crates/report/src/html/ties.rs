//! What ties documents and figures together: sources and their agreement, checks, and what else is worth knowing.

use std::collections::BTreeMap;

use consilience_reconcile::{CheckStatus, Pair, Relation};
use maud::{Markup, html};

use super::reader::told_problem;
use super::{Report, claim_anchor, foreign};
use crate::words::count;
use crate::{figure, safe};

/// Entries of each list that are written out.
const LISTED: usize = 500;

fn more(n: usize) -> Markup {
    html! { @if n > LISTED { p.muted { "and " (n - LISTED) " more; audit.json has all." } } }
}

/// Documents that stand in the matrix.
const MATRIX: usize = 40;

pub(super) fn sources(report: &Report<'_>) -> Markup {
    let audit = report.audit;
    let standing = standing(report);
    html! {
        section #sources aria-labelledby="sources-title" {
            h1 #sources-title { "Sources" }
            div.scroll tabindex="0" role="group" aria-label="Documents and their sources" {
                table {
                    thead { tr {
                        th scope="col" { "Document" } th scope="col" { "Source" } th scope="col" { "Published" }
                        th scope="col" { "Language" } th scope="col" { "Origin" } th.number scope="col" { "Claims" }
                        th.number scope="col" { "With the leading value" }
                    } }
                    tbody {
                        @for (d, (with, all)) in audit.documents.iter().zip(&standing).take(LISTED) {
                            tr {
                                th scope="row" { (report.doc_link(&d.doc)) }
                                @for fact in [&d.source, &d.published, &d.lang] { td { @if let Some(fact) = fact { (foreign(fact)) } } }
                                td { (d.origin) }
                                td.number { (d.claims) }
                                td.number { @if *all > 0 { (with) " of " (all) } @else { span.muted { "–" } } }
                            }
                        }
                    }
                }
            }
            p.muted.small { "With the leading value: of the figures that two origins or more tell, those of the document that meet the value that leads." }
            (more(audit.documents.len()))
            (matrix(report))
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

/// For each document, how many of its figures that two origins tell meet the leading value, and how many there are.
fn standing(report: &Report<'_>) -> Vec<(usize, usize)> {
    let mut counts = vec![(0, 0); report.audit.documents.len()];
    for row in report.audit.consensus.iter().filter(|r| r.n_origins > 1 && r.value.is_some()) {
        let mut told: BTreeMap<usize, bool> = BTreeMap::new();
        for id in &row.claims {
            let Some((doc, _)) = report.place.get(id) else { continue };
            let leads = !row.rivals.iter().any(|rival| rival.claims.contains(id));
            *told.entry(*doc).or_insert(true) &= leads;
        }
        for (doc, leads) in told {
            counts[doc].0 += usize::from(leads);
            counts[doc].1 += 1;
        }
    }
    counts
}

/// How the documents meet two by two; of many those that contradict most.
fn matrix(report: &Report<'_>) -> Markup {
    let audit = report.audit;
    let mut met: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for pair in &audit.pairs {
        for doc in [&pair.a, &pair.b] {
            let counts = met.entry(doc).or_default();
            counts.0 += pair.contradict;
            counts.1 += pair.comparable;
        }
    }
    let mut docs: Vec<(&str, (usize, usize))> = met.into_iter().filter(|(_, counts)| counts.1 > 0).collect();
    let all = docs.len();
    docs.sort_by_key(|(doc, counts)| (std::cmp::Reverse(*counts), *doc));
    docs.truncate(MATRIX);
    docs.sort_unstable();
    let docs: Vec<&str> = docs.into_iter().map(|d| d.0).collect();
    let pairs: BTreeMap<(&str, &str), &Pair> =
        audit.pairs.iter().map(|p| ((p.a.as_str(), p.b.as_str()), p)).collect();
    let pair = |a, b| pairs.get(&(a, b)).or_else(|| pairs.get(&(b, a))).copied().filter(|p| p.comparable > 0);
    html! {
        @if docs.len() > 1 {
            h2 { "Who agrees with whom" }
            p.muted {
                "In each cell the figures on which two documents agree, and behind a stroke those on which they contradict."
                @if all > MATRIX { " Of " (all) " documents these " (MATRIX) " contradict most." }
            }
            div.scroll tabindex="0" role="group" aria-label="Agreement of documents" {
                table.matrix {
                    thead { tr {
                        th scope="col" { "Document" }
                        @for (i, doc) in docs.iter().enumerate() { th.number scope="col" title=(safe::line(doc)) { (i + 1) } }
                    } }
                    tbody {
                        @for (i, a) in docs.iter().enumerate() {
                            tr {
                                th scope="row" { span.muted { (i + 1) " " } (report.doc_link(a)) }
                                @for b in &docs {
                                    @match pair(a, b) {
                                        Some(p) if p.contradict > 0 => { td.number.no { (p.agree) " / " b { (p.contradict) } } }
                                        Some(p) => { td.number.yes { (p.agree) } }
                                        None if a == b => { td.number.self { "·" } }
                                        None => { td.number {} }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn checks(report: &Report<'_>) -> Markup {
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

pub(super) fn notes(report: &Report<'_>) -> Markup {
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
