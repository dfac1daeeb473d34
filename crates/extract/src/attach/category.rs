//! Which category a metric is of, where each has its own: the price of wheat is not that of coffee.

use super::*;
use crate::lexicon::Composed;

/// At most so many words part a category that is named anew from the figure before it, or from its own.
const NEAR: usize = 4;

/// At most so many small words stand between a metric and its category: "exports of the".
const APART: usize = 3;

impl Attacher<'_> {
    /// The category that a figure's metric is of.
    pub(super) fn category(
        &self,
        i: usize,
        metric: u16,
        metric_at: Option<&Range<usize>>,
        discourse: &Discourse,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Option<u16> {
        let of = self.lexicon.composed(metric)?;
        let q = &self.quantities[i];
        let end = |p: &Quantity| p.noun.as_ref().map_or(p.at.end, |n| n.end.max(p.at.end));
        let floor = self.quantities[..i].last().map_or(self.sentence.start, end).min(q.at.start);
        let beside = metric_at.and_then(|at| self.categories_beside(at, of));
        let before = earlier.iter().rev().find(|r| r.metric == metric).and_then(|r| r.category);
        // "Wheat exports fell by 5 %, those of barley by 3 %": named since, it is another one's of the same kind.
        let since = || {
            let passed = metric_at.is_none_or(|at| at.end <= floor);
            let classes = |c: u16| &self.lexicon.categories[c as usize].of;
            let told = before.or(beside.as_ref().map(|(c, _)| *c));
            let near = |at: &Range<usize>| at.start - floor <= NEAR || q.at.start - at.end <= NEAR;
            let named =
                (floor..q.at.start).rev().find_map(|t| self.category_at(t, of)).filter(|(category, at)| {
                    passed && near(at) && told.is_some_and(|told| classes(told) == classes(*category))
                });
            named.and_then(|(category, at)| self.alone(category, at, of))
        };
        let counted = || self.category_counted(q, of);
        let carried = || {
            let last = discourse.last.as_ref().filter(|l| l.metric == metric && !of.id.is_empty());
            let told = before.or_else(|| last.and_then(|l| l.category)).filter(|_| metric_at.is_none());
            told.map(|category| (category, None))
        };
        // "… 15 million tonnes of wheat, 3 million of barley": what is counted is closest.
        let (category, at) = counted()
            .or_else(since)
            .or_else(|| beside.and_then(|(category, at)| self.alone(category, at, of)))
            .or_else(carried)?;
        steps.push((
            "metric",
            at,
            format!(
                "of {}: {}",
                self.lexicon.categories[category as usize].id,
                self.lexicon.metric_id(metric, Some(category))
            ),
        ));
        Some(category)
    }

    /// The category that stands beside a metric: "wheat exports", "production de blé", 小麦产量.
    pub(super) fn category_beside(&self, metric: &Range<usize>, of: &Composed) -> Option<u16> {
        let (category, at) = self.categories_beside(metric, of)?;
        self.alone(category, at, of).map(|(category, _)| category)
    }

    fn categories_beside(&self, metric: &Range<usize>, of: &Composed) -> Option<(u16, Range<usize>)> {
        let floor = self.sentence.start.max(metric.start.saturating_sub(4));
        let linked = |t: usize| self.word(t) == "-" || self.joins(t) && !self.lang.names.tails.is_empty();
        // In a compound, both are one word.
        let before = (floor..=metric.start).rev().filter_map(|t| self.category_at(t, of)).find(|(_, at)| {
            at.end == metric.start || *at == *metric || at.end + 1 == metric.start && linked(at.end)
        });
        before.or_else(|| self.category_behind(metric.end, of))
    }

    /// "three million tonnes of wheat"
    fn category_counted(&self, q: &Quantity, of: &Composed) -> Option<(u16, Option<Range<usize>>)> {
        let noun = q.noun.as_ref().filter(|_| matches!(q.kind, Kind::Count(_)))?;
        let (category, at) = self.category_behind(noun.end.max(q.at.end), of)?;
        self.alone(category, at, of)
    }

    /// A category behind a word that it belongs to, with nothing but small words between.
    fn category_behind(&self, end: usize, of: &Composed) -> Option<(u16, Range<usize>)> {
        let gap = |t: &usize| *t < self.sentence.end && (self.joins(*t) || self.is_small(*t));
        let first = (end..).find(|t| self.category_at(*t, of).is_some() || !gap(t))?;
        self.category_at(first, of).filter(|(_, at)| at.start - end <= APART && at.end <= self.sentence.end)
    }

    fn category_at(&self, t: usize, of: &Composed) -> Option<(u16, Range<usize>)> {
        let pick = |term: Term| match term {
            Term::Category(c) => Some(c).filter(|c| of.by.contains(&self.lexicon.categories[*c as usize].of)),
            _ => None,
        };
        let (category, hit) =
            self.scan.may_start(t, Term::Category(0)).then(|| self.scan.term_at(t, pick)).flatten()?;
        // "công ty" begins as "công" does and is another word; a metric may hold its category.
        if self
            .scan
            .hits_at(t)
            .iter()
            .any(|h| h.end > hit.end && !matches!(h.term, Term::Metric(..) | Term::Noun(_)))
        {
            return None;
        }
        // "Нафтогаз" names a company.
        let named = (hit.from.saturating_sub(2)..=hit.from).any(|s| {
            self.scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Entity(..)) && h.end >= hit.end)
        });
        (!named).then_some((category, hit.from..hit.to))
    }

    /// "Wheat and barley exports" are of neither alone.
    fn alone(&self, category: u16, at: Range<usize>, of: &Composed) -> Option<(u16, Option<Range<usize>>)> {
        let and = |t: usize| {
            self.cue(t, Cue::RangeTo) || self.term(t, Term::Joiner) || matches!(self.word(t), "/" | "、")
        };
        let before = at.start.checked_sub(2).is_some_and(|t| {
            t >= self.sentence.start
                && and(t + 1)
                && (t.saturating_sub(2)..=t)
                    .any(|s| self.category_at(s, of).is_some_and(|(_, o)| o.end == t + 1))
        });
        let behind = and(at.end) && self.category_at(at.end + 1, of).is_some();
        (!before && !behind).then_some((category, Some(at)))
    }

    fn joins(&self, t: usize) -> bool {
        self.cue(t, Cue::Of) || self.term(t, Term::Partitive)
    }
}
