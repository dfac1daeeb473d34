//! What came out, in words and counts, and the worst conflicts.

use consilience_reconcile::{CheckStatus, Severity, Verdict};
use maud::{Markup, html};

use super::{Report, conflict_anchor, conflicts, verdict};
use crate::words::count;

/// Conflicts that the overview names.
const WORST: usize = 10;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let audit = report.audit;
    let n = |v: Verdict| audit.consensus.iter().filter(|r| r.verdict == v).count();
    let order = [
        Verdict::Agreed,
        Verdict::Authoritative,
        Verdict::Contested,
        Verdict::SingleOrigin,
        Verdict::Derived,
    ];
    let severity = |s: Severity| audit.conflicts.iter().filter(|c| c.severity == s).count();
    let checks = |s: CheckStatus| audit.checks.iter().filter(|c| c.status == s).count();
    let alarms: Vec<_> = audit.conflicts.iter().filter(|c| c.severity != Severity::Note).collect();
    html! {
        section #overview aria-labelledby="overview-title" {
            h1 #overview-title { (sentence(report)) }
            p.lead {
                (count(audit.documents.len(), "document")) " from " (count(audit.origins.len(), "independent origin"))
                " make " (count(audit.claims.len(), "claim")) " about " (count(audit.consensus.len(), "figure")) ". "
                @if alarms.is_empty() { "Nothing contradicts." }
                @else {
                    (count(severity(Severity::Error), "contradiction")) " cannot be true on both sides, "
                    (count(severity(Severity::Warning), "other")) " probably not."
                }
            }
            @if !audit.consensus.is_empty() {
                (bar(&order.map(|v| (v, n(v)))))
            }
            dl.counts {
                @for v in order {
                    @if n(v) > 0 {
                        @let (class, sign, word) = verdict(v);
                        div {
                            dt class=(class) { span aria-hidden="true" { (sign) " " } (word) }
                            dd { (n(v)) }
                        }
                    }
                }
                div { dt { "not comparable" } dd { a href="#notes" { (audit.not_comparable.len()) } } }
                div {
                    dt { "sums that hold / fail" }
                    dd { a href="#checks" { (checks(CheckStatus::Holds)) " / " (checks(CheckStatus::Fails)) } }
                }
                div { dt { "problems" } dd { a href="#notes" { (audit.problems.len()) } } }
            }
            @if !alarms.is_empty() {
                h2 { "Worst first" }
                ol.worst {
                    @for conflict in alarms.iter().take(WORST) {
                        li {
                            (conflicts::severity_tag(conflict))
                            " " a href={ "#" (conflict_anchor(conflict)) } { (conflicts::title(report, conflict)) }
                            " " span.muted { (conflicts::documents(conflict)) }
                        }
                    }
                }
                @if alarms.len() > WORST {
                    p { a href="#conflicts" { "All " (alarms.len()) } }
                }
            }
        }
    }
}

/// `12 figures agree, 2 are contested, 31 stand on one origin.`
fn sentence(report: &Report<'_>) -> String {
    let n = |v: Verdict| report.audit.consensus.iter().filter(|r| r.verdict == v).count();
    if report.audit.consensus.is_empty() {
        return "No figures were found to compare.".to_owned();
    }
    let verb = |n: usize, verb: &str| if n == 1 { format!("{verb}s") } else { verb.to_owned() };
    let (agree, contested, single) = (n(Verdict::Agreed), n(Verdict::Contested), n(Verdict::SingleOrigin));
    let mut parts = vec![
        format!("{} {}", count(agree, "figure"), verb(agree, "agree")),
        format!("{contested} {} contested", if contested == 1 { "is" } else { "are" }),
        format!("{single} {} on one origin", verb(single, "stand")),
    ];
    for (verdict, words) in [
        (Verdict::Authoritative, ["is as filed", "are as filed"]),
        (Verdict::Derived, ["follows from others", "follow from others"]),
    ] {
        match n(verdict) {
            0 => {}
            n => parts.push(format!("{n} {}", words[usize::from(n != 1)])),
        }
    }
    format!("{}.", parts.join(", "))
}

/// The verdicts as shares of one bar.
fn bar(counts: &[(Verdict, usize)]) -> Markup {
    let all: usize = counts.iter().map(|(_, n)| n).sum::<usize>().max(1);
    let mut from = 0;
    let pieces: Vec<(&str, usize, usize)> = counts
        .iter()
        .map(|(v, n)| {
            from += n;
            (verdict(*v).0, from - n, *n)
        })
        .filter(|p| p.2 > 0)
        .collect();
    // In tenths of a percent, which is what a screen shows.
    let share = |n: usize| format!("{}.{}%", n * 1000 / all / 10, n * 1000 / all % 10);
    html! {
        svg.shares width="100%" height="10" aria-hidden="true" {
            @for (class, from, n) in pieces {
                rect class={ "fill " (class) } x=(share(from)) y="0" width=(share(n)) height="10" {}
            }
        }
    }
}
