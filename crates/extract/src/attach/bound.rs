//! How the wording limits a figure.

use super::*;

impl Attacher<'_> {
    pub(super) fn bound(
        &self,
        i: usize,
        modality: Modality,
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Bound {
        let q = &self.quantities[i];
        if let Some(bound) = q.bound {
            return bound;
        }
        let mut found: Option<(Range<usize>, Bound)> = None;
        for back in 1..=9 {
            let Some(t) = q.at.start.checked_sub(back).filter(|t| *t >= self.sentence.start) else { break };
            for (cue, bound) in [
                (Cue::AtLeastBefore, Bound::AtLeast),
                (Cue::AtMostBefore, Bound::AtMost),
                (Cue::ApproxBefore, Bound::Approx),
            ] {
                let Some(to) = self.scan.cue_at(t, cue) else { continue };
                // "出超" is a surplus and bounds nothing, where "賺逾" is what has been earned and more.
                let metric = |h: &crate::scan::Hit| matches!(h.term, Term::Metric(..)) && h.from < t;
                let hits =
                    || (t.saturating_sub(4)..t).flat_map(|s| self.scan.hits_at(s)).filter(|h| metric(h));
                if hits().any(|h| h.to >= to) && !hits().any(|h| h.to == t) {
                    continue;
                }
                let gap = to..q.at.start;
                let reaches = to <= q.at.start
                    && gap.len() <= 1
                    && gap.clone().all(|g| self.is_small(g) && !self.is_when(g));
                if reaches && found.as_ref().is_none_or(|(at, _)| to - t > at.len()) {
                    found = Some((t..to, bound));
                }
            }
        }
        if let Some((at, bound)) = found {
            // "above the 3.68 billion expected" compares, it does not bound.
            let definite = at.end < q.at.start;
            let compares = (modality == Modality::Expected || definite) && self.cue(at.start, Cue::Beat);
            let negated = (at.start.saturating_sub(2).max(self.sentence.start)..at.start)
                .any(|t| self.cue(t, Cue::Negation));
            // "anjlok hingga 15,31 persen", "вырос до 5 %": behind a movement it says how far that went.
            let reached = at.start > self.sentence.start
                && (self.cue(at.start, Cue::To) || self.cue(at.start, Cue::RangeTo))
                && (at.start.saturating_sub(3)..at.start)
                    .any(|t| [Cue::Up, Cue::Down].iter().any(|c| self.scan.cue_at(t, *c) == Some(at.start)));
            if negated || reached && bound == Bound::AtMost {
                return Bound::Exact;
            }
            if !compares {
                steps.push(("bound", Some(at), bound.to_string()));
                return bound;
            }
        }
        // "6万6000人以上": behind what is counted, or right behind the number.
        let noun = q.noun.as_ref().map_or(q.at.end, |n| n.end.max(q.at.end));
        let behind = |cue| [q.at.end, noun].into_iter().find(|t| self.scan.cue_at(*t, cue).is_some());
        for (cue, bound) in [
            (Cue::AtLeastAfter, Bound::AtLeast),
            (Cue::AtMostAfter, Bound::AtMost),
            (Cue::ApproxAfter, Bound::Approx),
        ] {
            if let Some(at) = behind(cue) {
                steps.push(("bound", Some(at..at + 1), bound.to_string()));
                return bound;
            }
        }
        Bound::Exact
    }

    pub(super) fn is_joiner(&self, t: usize) -> bool {
        self.cue(t, Cue::RangeTo) || self.term(t, Term::Joiner)
    }

    pub(super) fn is_when(&self, t: usize) -> bool {
        self.whens.iter().any(|w| w.at.contains(&t))
    }
}
