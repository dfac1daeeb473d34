//! Metrics over time: what was told of each period with the room it leaves, facts and expectations apart.

use std::collections::BTreeMap;

use consilience_claim::{Aspect, Date, Modality};
use consilience_reconcile::{Row, Verdict};
use maud::{Markup, html};

use super::chart::{Scale, percent};
use super::{Report, foreign, verdict, verdict_tag};
use crate::words::{aspect, count, metric, period};
use crate::{figure, safe};

/// Series that are drawn.
const SERIES: usize = 60;
/// Periods that make a series.
const LEAST: usize = 3;
/// Height of a drawing, and of the part in which values lie.
const HEIGHT: f64 = 150.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 125.0;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let all = series(report);
    html! {
        section #series aria-labelledby="series-title" {
            h1 #series-title { "Over time" }
            p.muted {
                "Figures of one kind for periods of one length: a dot is a fact, a square what was expected or planned; bars are the room \
                 that the figures leave."
                @if all.len() > SERIES { " Drawn are the " (SERIES) " longest of " (all.len()) " series." }
            }
            @if all.is_empty() { p { "No figure is told for " (LEAST) " periods or more." } }
            @for points in all.iter().take(SERIES) {
                @if let Some(drawing) = one(report, points) { (drawing) }
            }
        }
    }
}

/// Rows of one entity, metric, aspect, unit and length of period, by the day the period ends; longest first.
fn series<'a>(report: &Report<'a>) -> Vec<Vec<(usize, &'a Row)>> {
    type Key<'k> = (&'k str, &'k str, Aspect, String, &'k [String], i32);
    let mut by: BTreeMap<Key<'_>, Vec<(usize, &Row)>> = BTreeMap::new();
    for (i, row) in report.audit.consensus.iter().enumerate().filter(|(_, r)| r.value.is_some()) {
        // Months, quarters and years differ by a few days; whole months tell them apart.
        let Some(length) = row.key.period.whole_months().or(row.key.period.length().map(|days| -days)) else {
            continue;
        };
        if row.key.modality == Modality::Hypothetical {
            continue;
        }
        let key = (
            row.key.entity.as_str(),
            row.key.metric.as_str(),
            row.key.aspect,
            row.key.unit.to_string(),
            row.key.qualifiers.as_slice(),
            length,
        );
        by.entry(key).or_default().push((i, row));
    }
    let mut all: Vec<Vec<(usize, &Row)>> = by.into_values().collect();
    for points in &mut all {
        points.sort_by_key(|(i, row)| (row.key.period.last(), row.key.modality != Modality::Actual, *i));
    }
    let periods = |points: &[(usize, &Row)]| {
        let mut ends: Vec<Option<Date>> = points.iter().map(|(_, row)| row.key.period.last()).collect();
        ends.dedup();
        ends.len()
    };
    all.retain(|points| periods(points) >= LEAST);
    all.sort_by_key(|points| std::cmp::Reverse(periods(points)));
    all
}

fn one(report: &Report<'_>, points: &[(usize, &Row)]) -> Option<Markup> {
    let key = &points.first()?.1.key;
    let day = |row: &Row| row.key.period.last();
    let (first, last) = (day(points.first()?.1)?, day(points.last()?.1)?);
    let days = |from: Date, to: Date| (to - from).get_days();
    let whole = f64::from(days(first, last).max(1));
    // Words of the scale stand on the left.
    let x = |row: &Row| day(row).map_or(50.0, |d| 18.0 + f64::from(days(first, d)) / whole * 76.0);
    let ends = points.iter().flat_map(|(_, r)| [r.value, r.interval.low(), r.interval.high()]).flatten();
    let scale = Scale::over(ends)?;
    let y = |value| BOTTOM - scale.at(value) / 100.0 * (BOTTOM - TOP);
    let pixels = |place: f64| format!("{place:.1}");
    let facts: Vec<&Row> =
        points.iter().map(|p| p.1).filter(|r| r.key.modality == Modality::Actual).collect();
    let title = std::iter::once(format!("{} {}", key.entity, metric(&key.metric)))
        .chain(aspect(key.aspect).map(str::to_owned))
        .chain(key.qualifiers.iter().map(|q| q.replace('_', "-").replace(':', " ")));
    let title = title.collect::<Vec<_>>().join(", ");
    Some(html! {
        article.series {
            h2 { (foreign(&title)) }
            svg.chart width="100%" height=(HEIGHT) aria-hidden="true" {
                line.rule x1="0" x2="100%" y1=(BOTTOM + 4.0) y2=(BOTTOM + 4.0) {}
                @for (place, number) in scale.ticks().into_iter().step_by(2) {
                    @let y = BOTTOM - place / 100.0 * (BOTTOM - TOP);
                    line.rule x1="0" x2="100%" y1=(pixels(y)) y2=(pixels(y)) {}
                    text x="0" y=(pixels(y - 3.0)) { (figure::amount(number, &key.unit)) }
                }
                @for pair in facts.windows(2) {
                    @if let (Some(a), Some(b)) = (pair[0].value, pair[1].value) {
                        line.path x1=(percent(x(pair[0]))) y1=(pixels(y(a))) x2=(percent(x(pair[1]))) y2=(pixels(y(b))) {}
                    }
                }
                @for (_, row) in points {
                    @let at = percent(x(row));
                    g.(verdict(row.verdict).0).rival[row.verdict == Verdict::Contested] {
                        line.room x1=(at) x2=(at) y1=(pixels(row.interval.low().map_or(BOTTOM, y))) y2=(pixels(row.interval.high().map_or(TOP, y))) {}
                        @if let Some(value) = row.value {
                            @if row.key.modality == Modality::Actual { circle.dot cx=(at) cy=(pixels(y(value))) r="4.5" {} }
                            @else { svg x=(at) y=(pixels(y(value))) overflow="visible" { rect.dot.hollow x="-4" y="-4" width="8" height="8" {} } }
                        }
                    }
                }
                @for (place, words) in labels(&points.iter().map(|(_, r)| (x(r), period(&r.key.period))).collect::<Vec<_>>()) {
                    text x=(percent(place)) y=(HEIGHT - 6.0) text-anchor="middle" { (words) }
                }
            }
            details {
                summary { (count(points.len(), "figure")) }
                table {
                    thead { tr { th scope="col" { "Time" } th scope="col" { "Told as" } th.number scope="col" { "Value" } th scope="col" { "Verdict" } } }
                    tbody {
                        @for (i, row) in points {
                            tr {
                                th scope="row" { a href={ "#" (report.anchors[*i]) } { (safe::line(&period(&row.key.period))) } }
                                td { (crate::words::modality(row.key.modality).unwrap_or("fact")) }
                                td.number { @if let Some(value) = row.value { (safe::line(&figure::amount_of(value, &row.key.unit, row.key.aspect))) } }
                                td { (verdict_tag(row.verdict)) }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// Labels that leave each other room.
fn labels(all: &[(f64, String)]) -> Vec<(f64, String)> {
    let mut kept: Vec<(f64, String)> = Vec::new();
    for (place, words) in all {
        if kept.last().is_none_or(|(before, _)| place - before > 12.0) {
            kept.push((*place, words.clone()));
        }
    }
    kept
}
