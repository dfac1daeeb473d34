//! The claim graph: documents by origin on the left, the figures they tell on the right, an edge for each telling.

use std::collections::BTreeMap;

use consilience_reconcile::Verdict;
use maud::{Markup, html};

use super::{Report, doc_anchor, verdict};
use crate::safe;
use crate::text::rank;
use crate::words::{count, detail, metric, period};

/// Documents and figures that one drawing holds.
const NODES: usize = 1_500;
/// Edges of one drawing.
const EDGES: usize = 6_000;

const LINE: usize = 18;
const LEFT: usize = 330;
const RIGHT: usize = 640;
const WIDTH: usize = 1_080;
/// Letters of a label.
const LABEL: usize = 42;

/// What a drawing leaves out.
#[derive(Clone, Copy)]
enum Choice {
    Contested,
    Shared,
    All,
}

/// A figure in the drawing, with the documents that tell it and whether each is on the leading side.
struct Figure {
    row: usize,
    told: BTreeMap<usize, bool>,
}

pub(super) fn section(report: &Report<'_>) -> Markup {
    html! {
        section #graph aria-labelledby="graph-title" {
            h1 #graph-title { "Claim graph" }
            p.muted {
                "Documents on the left, those of one origin in one bracket; figures on the right. A line is a telling, a broken \
                 one tells another value than the one that leads. What is chosen or pointed at stands out."
            }
            (drawing(report, Choice::Contested, "Contested figures", true))
            (drawing(report, Choice::Shared, "Figures that two documents or more tell", false))
            (drawing(report, Choice::All, "All figures", false))
        }
    }
}

fn drawing(report: &Report<'_>, choice: Choice, title: &str, open: bool) -> Markup {
    let all = figures(report, choice);
    let (figures, documents) = fitting(report, &all);
    let left = all.len() - figures.len();
    html! {
        details open[open] {
            summary { (title) " (" (all.len()) ")" }
            @if figures.is_empty() { p { "None." } }
            @else {
                @if left > 0 { p.muted { "Drawn: " (count(figures.len(), "figure")) ", those most told first; " (left) " are left out." } }
                div.scroll tabindex="0" role="group" aria-label=(title) { (drawn(report, &figures, &documents)) }
            }
        }
    }
}

fn figures(report: &Report<'_>, choice: Choice) -> Vec<Figure> {
    let rows = report.audit.consensus.iter().enumerate();
    let mut figures: Vec<Figure> = rows
        .filter(|(_, row)| match choice {
            Choice::Contested => row.verdict == Verdict::Contested,
            Choice::Shared => row.n_documents > 1,
            Choice::All => row.n_documents > 0,
        })
        .map(|(i, row)| {
            let mut told: BTreeMap<usize, bool> = BTreeMap::new();
            for id in &row.claims {
                let Some((doc, _)) = report.place.get(id) else { continue };
                let leads = !row.rivals.iter().any(|r| r.claims.contains(id));
                // Who tells both values stands against neither.
                *told.entry(*doc).or_default() |= leads;
            }
            Figure { row: i, told }
        })
        .collect();
    let key = |f: &Figure| {
        let row = &report.audit.consensus[f.row];
        (rank(row.verdict), std::cmp::Reverse(f.told.len()))
    };
    figures.sort_by_key(key);
    figures
}

/// As many of the figures as a drawing holds, and their documents by origin, both in an order that crosses few lines.
fn fitting<'f>(report: &Report<'_>, all: &'f [Figure]) -> (Vec<&'f Figure>, Vec<usize>) {
    let mut edges = 0;
    let mut seen: BTreeMap<usize, ()> = BTreeMap::new();
    let mut figures: Vec<&Figure> = Vec::new();
    for figure in all {
        edges += figure.told.len();
        seen.extend(figure.told.keys().map(|d| (*d, ())));
        if edges > EDGES || figures.len() + seen.len() >= NODES {
            break;
        }
        figures.push(figure);
    }
    let mut documents: Vec<usize> = figures.iter().flat_map(|f| f.told.keys().copied()).collect();
    documents.sort_by_key(|d| {
        let document = &report.audit.documents[*d];
        let first = report.audit.origins.iter().position(|o| o.id == document.origin);
        (first, *d)
    });
    documents.dedup();
    let height: BTreeMap<usize, usize> = documents.iter().enumerate().map(|(i, d)| (*d, i)).collect();
    // Each figure at the mean height of its documents, in thousandths of a line.
    figures.sort_by_key(|f| {
        let sum: usize = f.told.keys().filter_map(|d| height.get(d)).sum();
        (sum * 1000 / f.told.len().max(1), f.row)
    });
    (figures, documents)
}

fn drawn(report: &Report<'_>, figures: &[&Figure], documents: &[usize]) -> Markup {
    let audit = report.audit;
    let lines = figures.len().max(documents.len());
    // The shorter column is spread along the longer one.
    let at = |i: usize, n: usize| 14 + (2 * i + 1) * lines * LINE / (2 * n.max(1));
    let height: BTreeMap<usize, usize> =
        documents.iter().enumerate().map(|(i, d)| (*d, at(i, documents.len()))).collect();
    let total = lines * LINE + 28;
    let middle = (LEFT + RIGHT) / 2;
    html! {
        svg.graph width=(WIDTH) height=(total) viewBox={ "0 0 " (WIDTH) " " (total) } role="group"
            aria-label={ (count(documents.len(), "document")) " and " (count(figures.len(), "figure")) }
        {
            g.edges aria-hidden="true" {
                @for (i, figure) in figures.iter().enumerate() {
                    @let y = at(i, figures.len());
                    @for (doc, leads) in &figure.told {
                        @if let Some(from) = height.get(doc) {
                            path.edge.apart[!leads].(verdict(audit.consensus[figure.row].verdict).0)
                                data-doc=(doc) data-row=(figure.row)
                                d={ "M" (LEFT) " " (from) " C" (middle) " " (from) " " (middle) " " (y) " " (RIGHT) " " (y) } {}
                        }
                    }
                }
            }
            @for (origin, from, to) in brackets(report, documents, &height) {
                g { title { "one origin, " (origin) } path.bracket d={ "M14 " (from) " H8 V" (to) " H14" } {} }
            }
            @for doc in documents {
                @let name = &audit.documents[*doc].doc;
                a.node data-doc=(doc) href={ "#" (doc_anchor(name)) } {
                    title { (safe::line(name)) }
                    text x=(LEFT - 8) y=(height.get(doc).copied().unwrap_or(0) + 4) text-anchor="end" {
                        (safe::shortened_middle(&safe::line(name), LABEL))
                    }
                    circle cx=(LEFT) cy=(height.get(doc).copied().unwrap_or(0)) r="3.5" {}
                }
            }
            @for (i, figure) in figures.iter().enumerate() {
                @let row = &audit.consensus[figure.row];
                @let y = at(i, figures.len());
                @let words = std::iter::once(format!("{} {}", row.key.entity, metric(&row.key.metric))).chain(detail(&row.key)).chain([period(&row.key.period)]);
                @let label = safe::line(&words.collect::<Vec<_>>().join(", ")).into_owned();
                a.node data-row=(figure.row) href={ "#" (report.anchors[figure.row]) } {
                    title { (label) ", " (verdict(row.verdict).2) }
                    rect.fill.(verdict(row.verdict).0) x=(RIGHT - 3) y=(y - 4) width="8" height="8" {}
                    text x=(RIGHT + 12) y=(y + 4) { (safe::shortened_middle(&label, LABEL + 16)) }
                }
            }
        }
    }
}

/// Origins with several documents: id, and heights of the first and the last.
fn brackets(
    report: &Report<'_>,
    documents: &[usize],
    height: &BTreeMap<usize, usize>,
) -> Vec<(String, usize, usize)> {
    let origin = |d: &usize| report.audit.documents[*d].origin.as_str();
    let groups = documents.chunk_by(|a, b| origin(a) == origin(b)).filter(|g| g.len() > 1);
    groups
        .filter_map(|g| {
            Some((origin(g.first()?).to_owned(), *height.get(g.first()?)?, *height.get(g.last()?)?))
        })
        .collect()
}
