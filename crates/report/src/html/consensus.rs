//! The table of figures: written out as far as a page should be, the rest shown by the script.

use consilience_reconcile::Row;
use maud::{Markup, html};

use super::{Report, foreign, verdict_tag};
use crate::text::{rank, values};
use crate::words::{detail, metric, period};
use crate::{figure, safe};

/// Rows that are written out as HTML.
pub(super) const WRITTEN: usize = 200;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let rows = &report.audit.consensus;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|i| rank(rows[*i].verdict));
    order.truncate(WRITTEN);
    html! {
        section #figures aria-labelledby="figures-title" {
            h1 #figures-title { "Figures" }
            p.muted.plain {
                "What needs a decision first."
                @if rows.len() > WRITTEN { " " (WRITTEN) " of " (rows.len()) " are written out here; consensus.csv has all." }
            }
            #browser.script hidden {}
            table.plain #figures-plain {
                caption.unseen { "Figures with their verdicts" }
                thead {
                    tr {
                        th scope="col" { "Of" } th scope="col" { "Figure" } th scope="col" { "Time" }
                        th.number scope="col" { "Value" } th scope="col" { "Verdict" }
                        th scope="col" { "Claims / documents / origins" } th.number scope="col" { "Confidence" }
                    }
                }
                tbody {
                    @for i in order { (line(report, i, &rows[i])) }
                }
            }
        }
    }
}

fn line(report: &Report<'_>, place: usize, row: &Row) -> Markup {
    html! {
        tr id=(report.anchors[place]) {
            th scope="row" { (foreign(&row.key.entity)) }
            td { (foreign(&metric(&row.key.metric))) @for word in detail(&row.key) { ", " (safe::line(&word)) } }
            td { (safe::line(&period(&row.key.period))) }
            td.number { (value(report, row)) }
            td { (verdict_tag(row.verdict)) }
            td {
                (row.n_claims) " / " (row.n_documents) " / " (row.n_origins) ": "
                @for (n, id) in row.claims.iter().take(LINKED).enumerate() {
                    @if n > 0 { " " }
                    @if let Some(claim) = report.audit.claims.get(id) {
                        a href={ "#" (super::claim_anchor(id)) } title=(safe::line(&claim.doc)) { (n + 1) }
                    }
                }
                @if row.claims.len() > LINKED { " …" }
            }
            td.number { (row.confidence) }
        }
    }
}

/// Claims that a written row links to.
const LINKED: usize = 12;

/// The value of a row with its rivals.
pub(super) fn value(report: &Report<'_>, row: &Row) -> Markup {
    let all = values(report.audit, row);
    html! {
        @for (n, value) in all.iter().take(SHOWN).enumerate() {
            @if n > 0 { span.muted { " against " } }
            span.figure { (safe::line(value)) }
        }
        @if all.len() > SHOWN { span.muted { " and " (all.len() - SHOWN) " more" } }
        @if all.is_empty() { (safe::line(&figure::range(&row.interval, &row.key.unit))) }
    }
}

/// Values of one row that the table shows.
const SHOWN: usize = 3;
