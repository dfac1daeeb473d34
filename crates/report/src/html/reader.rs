//! Documents as text with every claim marked; a mark leads to the row it stands in.

use std::io::{self, Write};
use std::ops::Range;

use consilience_claim::{Claim, Problem, Span};
use consilience_reconcile::DocumentOutcome;
use maud::{Markup, html};

use super::page::piece;
use super::{Report, claim_anchor, doc_anchor, foreign, lang, verdict};
use crate::words::count;
use crate::{PartKind, Reading, figure, safe};

/// Documents are written out as HTML until there are so many, with so many bytes and claims.
const DOCUMENTS: usize = 100;
const BYTES: usize = 600_000;
const CLAIMS: usize = 4_000;

/// A piece of a passage: words, or words that claims were read from.
pub(super) struct Piece {
    pub(super) text: String,
    /// Places of the claims in the document's; empty for mere words.
    pub(super) claims: Vec<usize>,
    /// Whether the mark begins here and not in a passage before.
    pub(super) first: bool,
}

/// A passage in pieces.
pub(super) struct Pieces {
    pub(super) kind: PartKind,
    pub(super) lang: Option<String>,
    pub(super) pieces: Vec<Piece>,
}

/// A document as it is shown.
pub(super) struct Shown {
    pub(super) parts: Vec<Pieces>,
    /// Places of the claims whose words the text does not hold.
    pub(super) elsewhere: Vec<usize>,
}

/// The text of a document with its claims; `None` where it is not at hand.
pub(super) fn shown(report: &Report<'_>, doc: usize) -> Option<Shown> {
    let claims = &report.claims[doc];
    let spans: Vec<Span> = claims.iter().map(|c| c.span).collect();
    let reading = report.sources.reading(&report.audit.documents[doc].doc, &spans)?;
    let marks = merged(&reading, claims.len());
    let mut seen = vec![false; claims.len()];
    let mut parts = Vec::with_capacity(reading.parts.len());
    for part in &reading.parts {
        let mut pieces = Vec::new();
        let mut at = part.range.start;
        let from = marks.partition_point(|(range, _)| range.end <= part.range.start);
        for (range, of) in marks[from..].iter().take_while(|(range, _)| range.start < part.range.end) {
            let (start, end) = (range.start.max(part.range.start), range.end.min(part.range.end));
            let first = of.iter().any(|c| !seen[*c]);
            of.iter().for_each(|c| seen[*c] = true);
            for (text, claims) in
                [(&reading.text[at..start], Vec::new()), (&reading.text[start..end], of.clone())]
            {
                if !text.is_empty() {
                    pieces.push(Piece { text: safe::line(text).into_owned(), claims, first });
                }
            }
            at = end;
        }
        let rest = &reading.text[at..part.range.end];
        if !rest.is_empty() {
            pieces.push(Piece { text: safe::line(rest).into_owned(), claims: Vec::new(), first: false });
        }
        parts.push(Pieces { kind: part.kind, lang: part.lang.clone(), pieces });
    }
    let elsewhere = (0..claims.len()).filter(|c| !seen[*c]).collect();
    Some(Shown { parts, elsewhere })
}

/// Ranges without overlap, in order, with the claims read from each: two claims may share their words, or some of them.
fn merged(reading: &Reading, claims: usize) -> Vec<(Range<usize>, Vec<usize>)> {
    let held = |r: &Range<usize>| {
        r.start < r.end && reading.text.is_char_boundary(r.start) && reading.text.is_char_boundary(r.end)
    };
    let placed = reading.marks.iter().take(claims).enumerate();
    let mut marks: Vec<(Range<usize>, Vec<usize>)> =
        placed.filter_map(|(i, r)| Some((r.clone().filter(held)?, vec![i]))).collect();
    marks.sort_by_key(|(r, of)| (r.start, r.end, of[0]));
    marks.dedup_by(|next, kept| {
        let overlap = next.0.start < kept.0.end;
        if overlap {
            kept.0.end = kept.0.end.max(next.0.end);
            kept.1.append(&mut next.1);
        }
        overlap
    });
    marks
}

/// Writes the section and says how many documents, the first ones, are in it.
pub(super) fn section(report: &Report<'_>, out: &mut dyn Write) -> io::Result<usize> {
    let documents = &report.audit.documents;
    let (mut bytes, mut claims) = (0, 0);
    let mut bodies: Vec<Markup> = Vec::new();
    while bodies.len() < documents.len().min(DOCUMENTS) {
        let doc = bodies.len();
        claims += report.claims[doc].len();
        if claims > CLAIMS {
            break;
        }
        let body = article(report, doc, shown(report, doc));
        bytes += body.0.len();
        if bytes > BYTES && doc > 0 {
            break;
        }
        bodies.push(body);
    }
    let written = bodies.len();
    let opening = html! {
        h1 #documents-title { "Documents" }
        p.muted {
            "Each figure that was read is marked; a mark leads to its row in the table."
            @if written < documents.len() {
                span.plain { " " (written) " of " (documents.len()) " are written out here; the others need scripts." }
            }
        }
        #shelf.script hidden {}
        nav.plain aria-label="Documents" {
            ul.columns { @for d in &documents[..written] { li { (report.doc_link(&d.doc)) " " span.muted { (d.claims) } } } }
        }
    };
    out.write_all(b"<section id=\"documents\" aria-labelledby=\"documents-title\">")?;
    piece(out, opening)?;
    for body in bodies {
        piece(out, body)?;
    }
    out.write_all(b"</section>")?;
    Ok(written)
}

fn article(report: &Report<'_>, doc: usize, shown: Option<Shown>) -> Markup {
    let outcome = &report.audit.documents[doc];
    let anchor = doc_anchor(&outcome.doc);
    let head = format!("{anchor}-title");
    html! {
        article.doc id=(anchor) tabindex="-1" aria-labelledby=(head) {
            h2 id=(head) { (foreign(&outcome.doc)) }
            (facts(report, outcome))
            @for problem in &outcome.problems { (told_problem(problem)) }
            @match shown {
                Some(shown) => {
                    div.text { (body(report, doc, &shown.parts)) }
                    @if !shown.elsewhere.is_empty() {
                        h3 { "Figures whose words the readable text does not hold" }
                        (list(report, doc, &shown.elsewhere))
                    }
                }
                None => {
                    p.muted { "The text is not at hand; these figures were read from it." }
                    (list(report, doc, &(0..report.claims[doc].len()).collect::<Vec<_>>()))
                }
            }
        }
    }
}

pub(super) fn told_problem(problem: &Problem) -> Markup {
    html! {
        p.problem {
            b { "Problem" } @if !problem.place.is_empty() { " at " (safe::line(&problem.place)) } ": " (foreign(&problem.message))
            @if !problem.help.is_empty() { " – " (foreign(&problem.help)) }
        }
    }
}

fn facts(report: &Report<'_>, outcome: &DocumentOutcome) -> Markup {
    let others =
        report.audit.origins.iter().find(|o| o.id == outcome.origin).map_or(1, |o| o.documents.len()) - 1;
    html! {
        dl.facts {
            @for (name, fact) in
                [("source", &outcome.source), ("published", &outcome.published), ("language", &outcome.lang)]
            {
                @if let Some(fact) = fact { div { dt { (name) } dd { (foreign(fact)) } } }
            }
            div {
                dt { "origin" }
                dd { (outcome.origin) @if others > 0 { ", shared with " (count(others, "other")) } }
            }
            div { dt { "claims" } dd { (outcome.claims) } }
            div { dt { "SHA-256" } dd.code { (outcome.sha256.get(..16).unwrap_or(&outcome.sha256)) } }
        }
    }
}

fn body(report: &Report<'_>, doc: usize, parts: &[Pieces]) -> Markup {
    let is_cell = |p: &Pieces| matches!(p.kind, PartKind::RowStart | PartKind::Cell);
    let mut rows: Vec<&[Pieces]> = Vec::new();
    let mut from = 0;
    for at in 1..=parts.len() {
        if at == parts.len() || !(is_cell(&parts[at - 1]) && parts[at].kind == PartKind::Cell) {
            rows.push(&parts[from..at]);
            from = at;
        }
    }
    html! {
        @for row in rows {
            @match row {
                [one] if !is_cell(one) => { (passage(report, doc, one)) }
                cells => { div.cells { @for cell in cells { (passage(report, doc, cell)) } } }
            }
        }
    }
}

fn passage(report: &Report<'_>, doc: usize, part: &Pieces) -> Markup {
    let tag = part.lang.as_deref().and_then(lang);
    let words = html! { @for piece in &part.pieces { (marked(report, doc, piece)) } };
    html! {
        @match part.kind {
            PartKind::Heading => { h3 dir="auto" lang=[tag] { (words) } }
            PartKind::Paragraph => { p dir="auto" lang=[tag] { (words) } }
            PartKind::Item => { p.item dir="auto" lang=[tag] { (words) } }
            PartKind::RowStart | PartKind::Cell => { span.cell dir="auto" lang=[tag] { (words) } }
            PartKind::Furniture => { p.furniture dir="auto" lang=[tag] { (words) } }
        }
    }
}

/// Words, or a link to the row of the claim read from them; further claims of the same words follow as numbers.
fn marked(report: &Report<'_>, doc: usize, piece: &Piece) -> Markup {
    let [first, others @ ..] = piece.claims.as_slice() else { return html! { (piece.text) } };
    let claim = |place: &usize| report.claims[doc][*place];
    let anchor = |place: &usize| piece.first.then(|| claim_anchor(&claim(place).id));
    html! {
        (link(report, claim(first), anchor(first), html! { mark { (piece.text) } }))
        @for (n, other) in others.iter().enumerate() {
            @if piece.first { sup { (link(report, claim(other), anchor(other), html! { (n + 2) })) } }
        }
    }
}

fn link(report: &Report<'_>, claim: &Claim, anchor: Option<String>, words: Markup) -> Markup {
    let row = report.row.get(&claim.id).copied();
    let class = row.map_or("none", |r| verdict(report.audit.consensus[r].verdict).0);
    let target = row.map(|r| format!("#{}", report.anchors[r]));
    let about = format!("{}: {}", about(claim), figure::claim(claim));
    html! {
        @match target {
            Some(target) => a.m.(class) id=[anchor] href=(target) title=(safe::line(&about)) { (words) },
            None => span.m.none id=[anchor] title=(safe::line(&about)) { (words) },
        }
    }
}

pub(super) fn about(claim: &Claim) -> String {
    let metric = crate::words::metric(&claim.metric);
    let words = [crate::words::aspect(claim.aspect), crate::words::modality(claim.modality)];
    let words: Vec<String> = words.into_iter().flatten().map(|w| format!(", {w}")).collect();
    format!("{} {metric}{}, {}", claim.entity, words.concat(), crate::words::period(&claim.period))
}

fn list(report: &Report<'_>, doc: usize, places: &[usize]) -> Markup {
    html! {
        ul.claims {
            @for place in places {
                @let claim = report.claims[doc][*place];
                li {
                    (link(report, claim, Some(claim_anchor(&claim.id)), html! { mark { (safe::line(&claim.quote)) } }))
                    " " (foreign(&about(claim))) ": " (safe::line(&figure::claim(claim)))
                }
            }
        }
    }
}
