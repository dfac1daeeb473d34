//! Whether a figure is an amount, a movement or a running total.

use super::*;

impl Attacher<'_> {
    /// The word of movement that governs a quantity, its tokens, and whether it is a fall.
    pub(super) fn direction(&self, q: &Quantity) -> Option<(Range<usize>, bool)> {
        let moved = |t: usize| {
            let up = self.scan.cue_at(t, Cue::Up).map(|to| (t..to, false));
            let down = self.scan.cue_at(t, Cue::Down).map(|to| (t..to, true));
            // "more than 5 billion" bounds, it does not move.
            up.or(down).filter(|(at, _)| {
                ![Cue::AtLeastBefore, Cue::AtMostBefore].iter().any(|c| {
                    (t..at.end)
                        .any(|s| self.scan.cue_at(s, *c).is_some_and(|to| to >= at.end && to <= q.at.start))
                })
            })
        };
        let mut before = None;
        let mut steps = 0;
        let mut t = q.at.start;
        while t > self.sentence.start && steps < 9 {
            t -= 1;
            if self.quantities.iter().any(|other| other.at.end == t + 1 && other.at.start < q.at.start)
                || matches!(self.word(t), ";" | "；")
            {
                break;
            }
            if let Some(found) = moved(t) {
                before = Some((steps, found));
                break;
            }
            steps += if matches!(self.word(t), "," | "(") { 3 } else { 1 };
        }
        let mut after = None;
        let mut t = q.at.end;
        let mut steps = 0;
        while t < self.sentence.end && steps < 4 {
            if self.quantities.iter().any(|other| other.at.start == t)
                || matches!(self.word(t), ";" | "；" | "," | ".")
            {
                break;
            }
            if let Some(found) = moved(t) {
                after = Some((steps, found));
                break;
            }
            let phrase = self.scan.hits_at(t).iter().filter(|h| h.to - h.from > 1).map(|h| h.to).max();
            t = phrase.unwrap_or(t + 1);
            steps += 1;
        }
        match (before, after) {
            // "a 21 % increase": the noun right behind; a verb before it has its own figure.
            (Some((b, found)), Some((a, behind))) => Some(if a + 1 < b { behind } else { found }),
            (Some((_, found)), None) | (None, Some((_, found))) => Some(found),
            (None, None) => None,
        }
    }

    /// The prepositions and small words right before a quantity.
    pub(super) fn before(&self, q: &Quantity, cue: Cue) -> bool {
        (1..=3).any(|back| {
            let Some(t) = q.at.start.checked_sub(back).filter(|t| *t >= self.sentence.start) else {
                return false;
            };
            // The "than" of "more than" belongs to the bound.
            let bound = (t.saturating_sub(2)..t).any(|s| {
                [Cue::AtLeastBefore, Cue::AtMostBefore]
                    .iter()
                    .any(|c| self.scan.cue_at(s, *c).is_some_and(|to| to > t))
            });
            !bound
                && self.scan.cue_at(t, cue).is_some_and(|to| {
                    to <= q.at.start && (to..q.at.start).all(|g| self.is_small(g) || self.is_bound_word(g))
                })
        })
    }

    pub(super) fn is_small(&self, t: usize) -> bool {
        self.scan.tokens[t].kind == TokenKind::Word && self.word(t).chars().count() <= 3
    }

    pub(super) fn is_bound_word(&self, t: usize) -> bool {
        [Cue::ApproxBefore, Cue::AtLeastBefore, Cue::AtMostBefore]
            .iter()
            .any(|c| (t.saturating_sub(2)..=t).any(|s| self.scan.cue_at(s, *c).is_some_and(|to| to > t)))
    }

    pub(super) fn aspect(
        &self,
        i: usize,
        metric: &Metric,
        metric_at: Option<&Range<usize>>,
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Option<(Aspect, bool)> {
        let q = &self.quantities[i];
        let direction = self.direction(q);
        let quarter_before = self.whens.iter().any(|w| {
            matches!(w.what, What::Relative(TimeWord::PreviousQuarter))
                && w.at.start >= q.at.end
                && w.at.start - q.at.end <= 6
                && self.in_reach(i, &w.at)
        });
        let near = |cue: Cue| self.near(i, cue) || (cue == Cue::Qoq && quarter_before);
        let falls = direction.as_ref().is_some_and(|(_, down)| *down) && !q.signed;
        let mut say = |aspect: Aspect, at: Option<Range<usize>>, why: &str| {
            steps.push(("aspect", at, format!("{aspect}: {why}")));
        };
        match q.kind {
            Kind::Percent | Kind::Fraction => {
                let ratio =
                    matches!(metric.kind, MetricKind::Ratio | MetricKind::Rate) && q.kind == Kind::Percent;
                if ratio && metric.unit == MetricUnit::Percent {
                    let relative = self.before(q, Cue::By) && direction.is_some();
                    let aspect = if relative { Aspect::Change } else { Aspect::Level };
                    say(aspect, None, "a share given in percent");
                    return Some((aspect, relative && falls));
                }
                if direction.is_none()
                    && !near(Cue::Yoy)
                    && !near(Cue::Qoq)
                    && !q.signed
                    && q.bound != Some(Bound::AtLeast)
                {
                    // A percentage with no movement is a share of something; only lay-offs are told that way.
                    return (metric.id == "workforce_reduction"
                        && metric_at.is_some_and(|at| at.end <= q.at.start))
                    .then_some((Aspect::Level, false));
                }
                let at = direction.as_ref().map(|(at, _)| at.clone());
                let aspect = match metric.kind {
                    MetricKind::Price | MetricKind::Open | MetricKind::Tally | MetricKind::Event
                        if !near(Cue::Yoy) =>
                    {
                        Aspect::Change
                    }
                    _ if q.kind == Kind::Fraction => Aspect::Change,
                    _ if near(Cue::Qoq) => Aspect::QoqGrowth,
                    _ if near(Cue::Mom) => Aspect::Change,
                    _ => Aspect::YoyGrowth,
                };
                say(aspect, at, "percent of movement");
                Some((aspect, falls))
            }
            Kind::Points => {
                say(Aspect::Change, direction.map(|(at, _)| at), "points are a difference");
                Some((Aspect::Change, falls))
            }
            Kind::Factor => None,
            _ => {
                if near(Cue::Cumulative) && metric.kind != MetricKind::CountStock {
                    say(Aspect::Cumulative, None, "a running total");
                    return Some((Aspect::Cumulative, false));
                }
                if metric.kind == MetricKind::Tally {
                    say(Aspect::Cumulative, None, "such a count only grows");
                    return Some((Aspect::Cumulative, false));
                }
                let changed = !self.before(q, Cue::From)
                    && direction.as_ref().is_some_and(|(at, _)| {
                        let own = metric_at.is_some_and(|m| m.start < at.end && at.start < m.end);
                        let gap = at.end..q.at.start;
                        at.end <= q.at.start
                            && !own
                            && !self.before(q, Cue::To)
                            && gap.len() <= 4
                            && self.commas(gap.clone()) == 0
                            && (gap.clone().all(|t| {
                                self.is_small(t)
                                    || self.is_bound_word(t)
                                    || self.is_adjective(t)
                                    || self.cue(t, Cue::By)
                            }))
                            && (gap.is_empty()
                                || self.cue(at.end, Cue::By)
                                || self.cue(at.end, Cue::Of)
                                || !self.is_link(at.end))
                    });
                if changed {
                    say(Aspect::Change, direction.map(|(at, _)| at), "moved by this much");
                    return Some((Aspect::Change, falls));
                }
                Some((Aspect::Level, false))
            }
        }
    }

    pub(super) fn is_link(&self, t: usize) -> bool {
        [Cue::To, Cue::From, Cue::Against].iter().any(|c| self.cue(t, *c))
    }

    pub(super) fn is_adjective(&self, t: usize) -> bool {
        self.scan.tokens[t].kind == TokenKind::Word && self.scan.hits_at(t).is_empty()
    }

    /// Whether a cue stands near a quantity with no other figure between.
    pub(super) fn near(&self, i: usize, cue: Cue) -> bool {
        let q = &self.quantities[i];
        let left = self.quantities[..i]
            .iter()
            .rev()
            .find(|p| p.at.end <= q.at.start)
            .map_or(self.sentence.start, |p| p.at.end);
        let right = self.quantities[i + 1..]
            .iter()
            .find(|n| n.at.start >= q.at.end)
            .map_or(self.sentence.end, |n| n.at.start);
        let from = left.max(q.at.start.saturating_sub(8));
        let to = right.min(q.at.end + 8);
        (from..q.at.start)
            .any(|t| self.cue(t, cue) && self.commas(t..q.at.start) + self.semicolons(t..q.at.start) == 0)
            || (q.at.end..to)
                .any(|t| self.cue(t, cue) && self.commas(q.at.end..t) + self.semicolons(q.at.end..t) == 0)
    }
}
