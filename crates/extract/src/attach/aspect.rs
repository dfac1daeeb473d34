//! Whether a figure is an amount, a movement or a running total.

use super::*;
use crate::scan::{is_comma, is_ideographic, is_semicolon};

/// The length of a word, in the unit of [`Attacher::stride`].
pub(super) const WORD: usize = 3;
/// What growth is told without stands at most so many words behind it.
const ADJUSTED: usize = 4;

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
        // "Cucumbers rose by 5 %, tomatoes — by 3 %": behind a dash the verb goes without saying.
        let led = self.before_at(q, Cue::By).filter(|t| *t > self.sentence.start);
        if matches!(q.kind, Kind::Percent | Kind::Fraction | Kind::Points)
            && led.is_some_and(|t| matches!(self.word(t - 1), "—" | "–" | "-" | "−"))
            && let Some(found) = self.clause_movement(q, &moved)
        {
            return Some(found);
        }
        let mut before = None;
        let mut steps = 0;
        let mut t = q.at.start;
        while t > self.sentence.start && steps < 9 * WORD {
            t -= 1;
            if self.quantities.iter().any(|other| other.at.end == t + 1 && other.at.start < q.at.start)
                || is_semicolon(self.word(t))
            {
                break;
            }
            if let Some(found) = moved(t) {
                before = Some((steps, found));
                break;
            }
            let pause = is_comma(self.word(t)) || matches!(self.word(t), "(" | "（");
            steps += if pause { 3 * WORD } else { self.stride(t) };
        }
        let mut after = None;
        let mut t = q.at.end;
        let mut steps = 0;
        let mut joined = false;
        while t < self.sentence.end && steps < 4 * WORD {
            if self.quantities.iter().any(|other| other.at.start == t)
                || is_semicolon(self.word(t))
                || is_comma(self.word(t))
                || matches!(self.word(t), "." | "。")
            {
                break;
            }
            if let Some(found) = moved(t) {
                // "stood at 12.2 % and fell 0.6 points": behind a joiner the movement is that of the figure after it.
                let own = self
                    .quantities
                    .iter()
                    .any(|n| n.at.start >= found.0.end && n.at.start - found.0.end <= 2);
                after = Some((steps, found)).filter(|_| !(joined && own));
                break;
            }
            joined |= self.is_joiner(t) && !self.lang.verb_last;
            let phrase = self.scan.hits_at(t).iter().filter(|h| h.to - h.from > 1).map(|h| h.to).max();
            steps += if phrase.is_some() { WORD } else { self.stride(t) };
            t = phrase.unwrap_or(t + 1);
        }
        match (before, after) {
            // "a 21 % increase": the noun right behind; a verb before it has its own figure.
            (Some((b, found)), Some((a, behind))) => Some(if a + WORD < b { behind } else { found }),
            (Some((_, found)), None) | (None, Some((_, found))) => Some(found),
            // "sank in the third quarter of 2023 by 452 million": by says that something moved, however far off.
            (None, None) => self
                .joined_movement(q)
                .or_else(|| self.moved_by(q).then(|| self.clause_movement(q, &moved)).flatten()),
        }
    }

    /// "売上高は5%、利益は7%それぞれ減った": where the verb stands last, that of a row is told once, behind it.
    fn shared_direction(&self, i: usize) -> Option<(Range<usize>, bool)> {
        let q = &self.quantities[i];
        let row = matches!(q.kind, Kind::Percent | Kind::Factor | Kind::Points);
        if !self.lang.verb_last || !row {
            return None;
        }
        let each = (q.at.end..self.sentence.end).find_map(|t| self.scan.cue_at(t, Cue::Respectively))?;
        let alike = self.quantities[i..]
            .iter()
            .take_while(|other| other.at.start < each)
            .all(|other| other.kind == q.kind);
        (each..(each + 4).min(self.sentence.end)).filter(|_| alike).find_map(|t| {
            let up = self.scan.cue_at(t, Cue::Up).map(|to| (t..to, false));
            up.or(self.scan.cue_at(t, Cue::Down).map(|to| (t..to, true)))
        })
    }

    /// Whether a word that can only mean "by" leads to a quantity; "of" and "de" mean more than that.
    fn moved_by(&self, q: &Quantity) -> bool {
        self.before_at(q, Cue::By).is_some_and(|t| {
            ![Cue::Of, Cue::To, Cue::From, Cue::Beneficiary].iter().any(|c| self.cue(t, *c))
                && !self.term(t, Term::Partitive)
        })
    }

    /// The movement behind a percentage that a quantity is joined to: "by 362 thousand tonnes or by 17 % less".
    fn joined_movement(&self, q: &Quantity) -> Option<(Range<usize>, bool)> {
        let end = q.noun.as_ref().map_or(q.at.end, |n| n.end.max(q.at.end));
        let next = self.quantities.iter().find(|next| next.at.start >= end)?;
        let gap = end..next.at.start;
        let joined = !gap.is_empty() && gap.len() <= 3 && gap.clone().all(|t| self.is_small(t));
        (joined && next.kind == Kind::Percent && q.kind != Kind::Percent && self.before(q, Cue::By))
            .then(|| self.direction(next))
            .flatten()
            .filter(|(at, _)| at.start >= next.at.end)
    }

    /// The movement of the clause around a quantity, the nearest before it or else behind it.
    fn clause_movement(
        &self,
        q: &Quantity,
        moved: &impl Fn(usize) -> Option<(Range<usize>, bool)>,
    ) -> Option<(Range<usize>, bool)> {
        let ends = |t: usize| is_semicolon(self.word(t)) || self.cue(t, Cue::Clause);
        let before = (self.sentence.start..q.at.start).rev().take_while(|t| !ends(*t)).find_map(moved);
        before.or_else(|| {
            let behind = q.at.end..self.sentence.end;
            behind.take_while(|t| !ends(*t) && !is_comma(self.word(*t))).find_map(moved)
        })
    }

    /// What a token counts for in a distance: where no blanks are, a word is a few characters.
    pub(super) fn stride(&self, t: usize) -> usize {
        if self.word(t).chars().all(is_ideographic) { 1 } else { WORD }
    }

    /// The prepositions and small words right before a quantity.
    pub(super) fn before(&self, q: &Quantity, cue: Cue) -> bool {
        self.before_at(q, cue).is_some()
    }

    /// Where the phrase right before a quantity starts; it may be long, what stands between is short.
    fn before_at(&self, q: &Quantity, cue: Cue) -> Option<usize> {
        (1..=9).find_map(|back| {
            let t = q.at.start.checked_sub(back).filter(|t| *t >= self.sentence.start)?;
            let to = self.scan.cue_at(t, cue)?;
            let leads = to <= q.at.start
                && q.at.start - to <= 2
                && (to..q.at.start).all(|g| self.is_small(g) || self.is_bound_word(g));
            // The "than" of "more than" belongs to the bound.
            let bound = (t.saturating_sub(2)..t).any(|s| {
                [Cue::AtLeastBefore, Cue::AtMostBefore]
                    .iter()
                    .any(|c| self.scan.cue_at(s, *c).is_some_and(|to| to > t))
            });
            (leads && !bound).then_some(t)
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
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Option<(Aspect, bool)> {
        let q = &self.quantities[i];
        let direction = self.direction(q).or_else(|| self.shared_direction(i));
        let quarter_before = self.whens.iter().any(|w| {
            matches!(w.what, What::Relative(TimeWord::PreviousQuarter))
                && w.at.start >= q.at.end
                && w.at.start - q.at.end <= 6
                && self.in_reach(i, &w.at)
        });
        let near = |cue: Cue| self.near(i, cue) || (cue == Cue::Qoq && quarter_before);
        // "down 1,300 or 7 %": the percentage says of the same fall how large it is.
        let same_fall = direction.is_none()
            && earlier.last().is_some_and(|r| {
                r.falls
                    && r.quantity + 1 == i
                    && r.aspect == Aspect::Change
                    && self.in_other_terms(&self.quantities[r.quantity], q)
            });
        let falls = (direction.as_ref().is_some_and(|(_, down)| *down) || same_fall) && !q.signed;
        let mut say = |aspect: Aspect, at: Option<Range<usize>>, why: &str| {
            steps.push(("aspect", at, format!("{aspect}: {why}")));
        };
        match q.kind {
            Kind::Percent | Kind::Fraction => {
                let ratio =
                    matches!(metric.kind, MetricKind::Ratio | MetricKind::Rate) && q.kind == Kind::Percent;
                if ratio && metric.growth == Some(Growth::Yearly) && !self.leads_to(i) {
                    // "In May they rose by 0.4 %" is by the month before, unless it says otherwise.
                    let month =
                        near(Cue::Mom) || near(Cue::Qoq) || self.before(q, Cue::By) && !near(Cue::Yoy);
                    let aspect = if month { Aspect::Change } else { Aspect::YoyGrowth };
                    say(aspect, direction.map(|(at, _)| at), "a rise of prices");
                    return Some((aspect, falls));
                }
                // "4.5 % / +0.4 %": a share with a plus behind its level is by how much that moved.
                let added = q.signed
                    && q.value.is_sign_positive()
                    && earlier.last().is_some_and(|r| {
                        r.aspect == Aspect::Level && self.lexicon.metric(r.metric).id == metric.id
                    });
                if ratio && metric.unit == MetricUnit::Percent && added {
                    say(Aspect::Change, None, "what a share has gained");
                    return Some((Aspect::Change, false));
                }
                if ratio && metric.unit == MetricUnit::Percent {
                    let level = metric.growth == Some(Growth::Level) || self.leads_to(i);
                    let relative = self.before(q, Cue::By) && direction.is_some() && !level;
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
                    if let Some((aspect, falls)) = self.gapped(i, earlier) {
                        say(aspect, None, "as the figure before");
                        return Some((aspect, falls));
                    }
                    if metric.unit != MetricUnit::Percent && self.is_adjusted(i) {
                        let grown = earlier.iter().rev().find(|r| {
                            matches!(r.aspect, Aspect::YoyGrowth | Aspect::QoqGrowth) && r.quantity < i
                        });
                        let (aspect, falls) =
                            grown.map_or((Aspect::YoyGrowth, false), |r| (r.aspect, r.falls));
                        say(aspect, None, "growth without what currencies or purchases add");
                        return Some((aspect, falls));
                    }
                    // A percentage with no movement is a share of something; only lay-offs are told that way.
                    return (metric.id == "workforce_reduction"
                        && metric_at.is_some_and(|at| at.end <= q.at.start))
                    .then_some((Aspect::Level, false));
                }
                let at = direction.as_ref().map(|(at, _)| at.clone());
                let aspect = self.growth(i, metric, near);
                say(aspect, at, "percent of movement");
                Some((aspect, falls))
            }
            Kind::Points => {
                say(Aspect::Change, direction.map(|(at, _)| at), "points are a difference");
                Some((Aspect::Change, falls))
            }
            Kind::Factor if self.is_multiple(metric) => {
                say(Aspect::Level, None, "so many times");
                Some((Aspect::Level, false))
            }
            // "Production rose 1.3 times": how many times what it was before.
            Kind::Factor => {
                let moves =
                    direction.as_ref().filter(|(at, _)| self.is_beside(at, q)).map(|(at, _)| at.clone());
                if moves.is_none() && ![Cue::Yoy, Cue::Qoq, Cue::Mom].iter().any(|c| near(*c)) {
                    let (aspect, falls) = self.gapped(i, earlier)?;
                    say(aspect, None, "as the figure before");
                    return Some((aspect, falls));
                }
                let aspect = self.growth(i, metric, near);
                say(aspect, moves, "so many times what it was");
                Some((aspect, falls))
            }
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
                            && !self.lang.verb_last
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
                // "5620億円増": where the verb stands last, the movement is behind, with nothing between.
                let changed = changed
                    || direction.as_ref().is_some_and(|(at, _)| {
                        self.lang.verb_last
                            && at.start == q.noun.as_ref().map_or(q.at.end, |n| n.end.max(q.at.end))
                            && !self.before(q, Cue::To)
                            && !self.before(q, Cue::From)
                    })
                    || direction.is_some() && self.moved_by(q)
                    || self.joined_movement(q).is_some();
                // "148,000 more than a year earlier"
                let more = direction.as_ref().is_some_and(|(at, _)| {
                    let end = q.noun.as_ref().map_or(q.at.end, |n| n.end.max(q.at.end));
                    let than = |t: usize| {
                        self.term(t, Term::Time(TimeWord::BaseBefore)) || self.cue(t, Cue::Against)
                    };
                    // "21 165 visiteurs en plus"
                    let added = at.len() > 1 && q.noun.is_some() && !self.lang.verb_last;
                    at.start == end
                        && !self.before(q, Cue::To)
                        && (added || than(at.end) || than(at.end.saturating_sub(1)) && at.len() > 1)
                });
                // "126 people, or 11.8 %, more than a year ago": a difference told twice.
                let twice = direction.is_none() && !self.before(q, Cue::To);
                let twice = if twice { self.told_in_percent(i) } else { None };
                if let Some((at, falls)) = twice {
                    say(Aspect::Change, Some(at), "moved by this much, told in percent too");
                    return Some((Aspect::Change, falls));
                }
                if changed || more {
                    say(Aspect::Change, direction.map(|(at, _)| at), "moved by this much");
                    return Some((Aspect::Change, falls));
                }
                Some((Aspect::Level, false))
            }
        }
    }

    /// The movement of the percentage that tells an amount once more behind it: "126 people or 11.8 % more".
    fn told_in_percent(&self, i: usize) -> Option<(Range<usize>, bool)> {
        let next = self.quantities.get(i + 1).filter(|next| next.kind == Kind::Percent)?;
        let q = &self.quantities[i];
        let from = q.noun.as_ref().map_or(q.at.end, |n| n.end.max(q.at.end));
        let gap = from..next.at.start.max(from);
        // "100 million, or 5 % more" is an amount and what it grew by.
        let or = gap.len() <= 2 && self.commas(gap.clone()) == 0 && gap.clone().any(|t| self.cue(t, Cue::Or));
        let (at, falls) = self.direction(next)?;
        (or && at.start >= next.at.end && at.start - next.at.end <= 1).then_some((at, falls))
    }

    /// Which growth a figure of movement tells, by the words around it.
    fn growth(&self, i: usize, metric: &Metric, near: impl Fn(Cue) -> bool) -> Aspect {
        match metric.kind {
            MetricKind::Price | MetricKind::Open | MetricKind::Tally | MetricKind::Event
                if !near(Cue::Yoy) =>
            {
                Aspect::Change
            }
            // What is said behind the figure is closer than what stands before it.
            _ if self.says_behind(i, Cue::Yoy) => Aspect::YoyGrowth,
            _ if near(Cue::Qoq) => Aspect::QoqGrowth,
            _ if near(Cue::Mom) => Aspect::Change,
            _ => Aspect::YoyGrowth,
        }
    }

    /// "2.78 billion, against 2.83 billion in the quarter before, a fall of 1.7 %": growth told right behind the figure of
    /// the time before is growth from then.
    pub(super) fn against_time_before(
        &self,
        i: usize,
        aspect: Aspect,
        period: &Period,
        earlier: &[Reading],
    ) -> Aspect {
        let base = earlier.last().filter(|r| r.quantity + 1 == i && r.aspect == Aspect::Level);
        let Some(base) = base.filter(|_| aspect == Aspect::YoyGrowth) else { return aspect };
        let figure = &self.quantities[base.quantity];
        let compared = self.before(figure, Cue::Against) || self.before(figure, Cue::From);
        let just_before = period.previous().is_some_and(|p| p == base.period);
        if !compared || !just_before || self.says_behind(i, Cue::Yoy) {
            return aspect;
        }
        match period.whole_months() {
            Some(3) => Aspect::QoqGrowth,
            _ => aspect,
        }
    }

    /// Whether a word of movement belongs to a multiple: right behind it, or a few small words before it.
    fn is_beside(&self, moved: &Range<usize>, q: &Quantity) -> bool {
        let gap = between(moved, &q.at);
        let reach = if moved.end <= q.at.start { 4 } else { 2 };
        gap.len() <= reach && self.commas(gap.clone()) + self.semicolons(gap) == 0
    }

    /// "… or 6.1 % in constant currency": only growth is told so.
    fn is_adjusted(&self, i: usize) -> bool {
        let q = &self.quantities[i];
        let behind = q.at.end..self.quantities.get(i + 1).map_or(self.sentence.end, |n| n.at.start);
        behind.take(ADJUSTED).any(|t| {
            self.scan.hits_at(t).iter().any(|h| {
                let Term::Qualifier(k) = h.term else { return false };
                matches!(self.lexicon.qualifiers[k as usize].as_str(), "constant_currency" | "organic")
                    && self.commas(q.at.end..t) == 0
            })
        })
    }

    /// "Revenue fell by 26 %, costs by 14": a percentage without a movement of its own takes that of the figure before
    /// it in the sentence; one that the other is compared with has no direction.
    fn gapped(&self, i: usize, earlier: &[Reading]) -> Option<(Aspect, bool)> {
        let q = &self.quantities[i];
        let prior = earlier.last().filter(|r| r.quantity + 1 == i)?;
        let before = &self.quantities[prior.quantity];
        let grew = matches!(prior.aspect, Aspect::YoyGrowth | Aspect::QoqGrowth | Aspect::Change);
        // "40 % of the total" is a share, whatever rose before it.
        let share = self.term(q.at.end, Term::Partitive) || self.cue(q.at.end, Cue::Of);
        // "up 1,700 (9.7 percent)", "12 million more, or 4 %": the difference in percent.
        let told_so = q.kind == Kind::Percent
            && prior.aspect == Aspect::Change
            && !matches!(before.kind, Kind::Percent | Kind::Fraction | Kind::Points)
            && !share
            && self.in_other_terms(before, q);
        if told_so {
            let month = prior.period.whole_months() == Some(1) && self.near(i, Cue::Mom);
            return Some((if month { Aspect::Change } else { Aspect::YoyGrowth }, prior.falls));
        }
        let grows = matches!(q.kind, Kind::Percent | Kind::Factor);
        if !grew || !grows || before.kind != q.kind || share {
            return None;
        }
        let compared = self.before(q, Cue::Against) || self.before(q, Cue::From);
        Some((prior.aspect, prior.falls && !compared))
    }

    /// Whether one figure stands right behind another to say the same: in brackets, or joined by "or".
    fn in_other_terms(&self, one: &Quantity, other: &Quantity) -> bool {
        let from = one.noun.as_ref().map_or(one.at.end, |n| n.end.max(one.at.end));
        let gap = from..other.at.start.max(from);
        let bracket = gap.clone().any(|t| matches!(self.word(t), "(" | "（" | "/"));
        // "by 265 thousand tonnes or by 13 %"
        let by = !gap.is_empty() && gap.clone().all(|t| self.is_small(t)) && self.before(other, Cue::By);
        let joined = by || gap.clone().any(|t| self.term(t, Term::Joiner));
        gap.len() <= 2 && (bracket || joined)
    }

    pub(super) fn is_link(&self, t: usize) -> bool {
        [Cue::To, Cue::From, Cue::Against].iter().any(|c| self.cue(t, *c))
    }

    pub(super) fn is_adjective(&self, t: usize) -> bool {
        self.scan.tokens[t].kind == TokenKind::Word && self.scan.hits_at(t).is_empty()
    }

    /// "Rose from 5.6 % to 10.4 %": whether another figure follows that this one led to.
    fn leads_to(&self, i: usize) -> bool {
        let q = &self.quantities[i];
        self.quantities.get(i + 1).is_some_and(|next| {
            let gap = q.at.end..next.at.start.max(q.at.end);
            next.kind == q.kind
                && gap.len() <= 2
                && gap.clone().any(|t| self.cue(t, Cue::To))
                && (self.before(q, Cue::From) || self.before(q, Cue::Of))
        })
    }

    /// Whether a cue stands behind a quantity before any pause or other figure.
    fn says_behind(&self, i: usize, cue: Cue) -> bool {
        let from = self.quantities[i].at.end;
        let next = self.quantities.get(i + 1).map_or(self.sentence.end, |n| n.at.start.max(from));
        (from..next.min(from + 8))
            .any(|t| self.cue(t, cue) && self.commas(from..t) + self.semicolons(from..t) == 0)
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
