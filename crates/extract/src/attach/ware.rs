//! Which ware a metric is of, where each has its own: the price of wheat is not that of coffee.

use super::*;

/// At most so many small words stand between a metric and its ware: "exports of the".
const APART: usize = 3;

impl Attacher<'_> {
    /// The ware that a figure's metric is of.
    pub(super) fn ware(
        &self,
        i: usize,
        metric: u16,
        metric_at: Option<&Range<usize>>,
        discourse: &Discourse,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Option<u16> {
        self.lexicon.composed(metric)?;
        let q = &self.quantities[i];
        let end = |p: &Quantity| p.noun.as_ref().map_or(p.at.end, |n| n.end.max(p.at.end));
        let floor = self.quantities[..i].last().map_or(self.sentence.start, end).min(q.at.start);
        let beside = metric_at.and_then(|at| self.wares_beside(at));
        // "Wheat exports fell by 5 %, those of barley by 3 %": named since, it is another one's.
        let since = || {
            let passed = metric_at.is_none_or(|at| at.end <= floor);
            let ware = (floor..q.at.start).rev().find_map(|t| self.ware_at(t)).filter(|_| passed);
            ware.and_then(|(ware, at)| self.alone(ware, at))
        };
        let counted = || self.ware_counted(q);
        let carried = || {
            let same = |r: &&Reading| r.metric == metric;
            let last = discourse.last.as_ref().filter(|l| l.metric == metric && metric_at.is_none());
            let before = earlier.iter().rev().find(same).filter(|_| metric_at.is_none());
            before.map_or_else(|| last.and_then(|l| l.ware), |r| r.ware).map(|ware| (ware, None))
        };
        let (ware, at) = since()
            .or_else(|| beside.and_then(|(ware, at)| self.alone(ware, at)))
            .or_else(counted)
            .or_else(carried)?;
        steps.push((
            "metric",
            at,
            format!(
                "of {}: {}",
                self.lexicon.wares[ware as usize],
                self.lexicon.metric_id(metric, Some(ware))
            ),
        ));
        Some(ware)
    }

    /// The ware that stands beside a metric: "wheat exports", "production de blé", 小麦产量.
    pub(super) fn ware_beside(&self, metric: &Range<usize>) -> Option<u16> {
        let (ware, at) = self.wares_beside(metric)?;
        self.alone(ware, at).map(|(ware, _)| ware)
    }

    fn wares_beside(&self, metric: &Range<usize>) -> Option<(u16, Range<usize>)> {
        let floor = self.sentence.start.max(metric.start.saturating_sub(4));
        let linked = |t: usize| self.word(t) == "-" || self.joins(t) && !self.lang.names.tails.is_empty();
        // In a compound, both are one word.
        let before = (floor..=metric.start).rev().filter_map(|t| self.ware_at(t)).find(|(_, at)| {
            at.end == metric.start || *at == *metric || at.end + 1 == metric.start && linked(at.end)
        });
        before.or_else(|| self.ware_behind(metric.end))
    }

    /// "three million tonnes of wheat"
    fn ware_counted(&self, q: &Quantity) -> Option<(u16, Option<Range<usize>>)> {
        let noun = q.noun.as_ref().filter(|_| matches!(q.kind, Kind::Count(_)))?;
        let (ware, at) = self.ware_behind(noun.end.max(q.at.end))?;
        self.alone(ware, at)
    }

    /// A ware behind a word that it belongs to, with nothing but small words between.
    fn ware_behind(&self, end: usize) -> Option<(u16, Range<usize>)> {
        let gap = |t: &usize| *t < self.sentence.end && (self.joins(*t) || self.is_small(*t));
        let first = (end..).find(|t| self.ware_at(*t).is_some() || !gap(t))?;
        self.ware_at(first).filter(|(_, at)| at.start - end <= APART && at.end <= self.sentence.end)
    }

    fn ware_at(&self, t: usize) -> Option<(u16, Range<usize>)> {
        let pick = |term: Term| if let Term::Ware(ware) = term { Some(ware) } else { None };
        let (ware, hit) =
            self.scan.may_start(t, Term::Ware(0)).then(|| self.scan.term_at(t, pick)).flatten()?;
        // "Нафтогаз" names a company.
        let named = (hit.from.saturating_sub(2)..=hit.from).any(|s| {
            self.scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Entity(..)) && h.end >= hit.end)
        });
        (!named).then_some((ware, hit.from..hit.to))
    }

    /// "Wheat and barley exports" are of neither alone.
    fn alone(&self, ware: u16, at: Range<usize>) -> Option<(u16, Option<Range<usize>>)> {
        let and = |t: usize| {
            self.cue(t, Cue::RangeTo) || self.term(t, Term::Joiner) || matches!(self.word(t), "/" | "、")
        };
        let before = at.start.checked_sub(2).is_some_and(|t| {
            t >= self.sentence.start
                && and(t + 1)
                && (t.saturating_sub(2)..=t).any(|s| self.ware_at(s).is_some_and(|(_, o)| o.end == t + 1))
        });
        let behind = and(at.end) && self.ware_at(at.end + 1).is_some();
        (!before && !behind).then_some((ware, Some(at)))
    }

    fn joins(&self, t: usize) -> bool {
        self.cue(t, Cue::Of) || self.term(t, Term::Partitive)
    }
}
