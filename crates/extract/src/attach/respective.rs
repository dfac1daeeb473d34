//! Rows that answer each other: "exports and imports rose 6.2 % and 0.3 %, respectively".

use super::*;

/// What a row of figures answers, for one of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Mate {
    pub metric: Option<(u16, Range<usize>)>,
    pub name: Option<(u16, Range<usize>)>,
    /// Index of the mention of time.
    pub when: Option<usize>,
}

/// Figures of one row stand at most so many tokens apart.
const STEP: usize = 5;
/// The word for it stands at most so far from its row.
const REACH: usize = 6;

impl Attacher<'_> {
    /// For each quantity what it answers, where the sentence says that its rows answer each other.
    pub(super) fn mates(&self, names: &[Name], measures: &[Measure]) -> Vec<Mate> {
        let mut mates = vec![Mate::default(); self.quantities.len()];
        for t in self.tokens() {
            let Some(to) = self.scan.cue_at(t, Cue::Respectively) else { continue };
            let Some(row) = self.row_beside(t, to) else { continue };
            let first = self.quantities[row[0]].at.start;
            let count = row.len();
            // What the row answers stands before it, each thing once. One word may name two: 产销.
            let once = self.measured_before(first, measures, |_, _| false);
            let mut metrics = if once.len() == count {
                once
            } else {
                let fits = |m: u16| self.fit(self.lexicon.metric(m), &self.quantities[row[0]]).is_some();
                self.measured_before(first, measures, |m, last| {
                    m.metric != last && fits(m.metric) && fits(last)
                })
            };
            let mut things: Vec<(u16, Range<usize>)> = names
                .iter()
                .filter(|n| !n.aside && n.at.end <= first)
                .map(|n| (n.entity, n.at.clone()))
                .collect();
            things.dedup_by_key(|n| n.0);
            let times: Vec<usize> = (0..self.whens.len())
                .filter(|w| self.whens[*w].at.end <= first && self.whens[*w].is_reporting())
                .collect();
            // Of more things than figures, the last ones named are meant, where each of them has a figure of its own.
            let counted = |m: &(u16, Range<usize>)| {
                self.quantities
                    .iter()
                    .any(|q| q.noun.as_ref().is_some_and(|n| n.start < m.1.end && m.1.start < n.end))
            };
            if metrics.len() > count && metrics.iter().filter(|m| counted(m)).count() == count {
                metrics.retain(counted);
            }
            for (place, i) in row.iter().enumerate() {
                if metrics.len() == count {
                    mates[*i].metric = Some(metrics[place].clone());
                } else if things.len() == count {
                    mates[*i].name = Some(things[place].clone());
                } else if times.len() == count {
                    mates[*i].when = Some(times[place]);
                }
            }
        }
        mates
    }

    /// The metrics named before a token, each thing once; `twin` tells whether what one word names besides another
    /// is a thing of its own.
    fn measured_before(
        &self,
        first: usize,
        measures: &[Measure],
        twin: impl Fn(&Measure, u16) -> bool,
    ) -> Vec<(u16, Range<usize>)> {
        let mut metrics: Vec<(u16, Range<usize>)> = Vec::new();
        for m in measures.iter().filter(|m| m.at.end <= first && !m.moves) {
            match metrics.last_mut() {
                Some(last) if m.at == last.1 && twin(m, last.0) => metrics.push((m.metric, m.at.clone())),
                // A longer name holds a shorter one: "net profit".
                Some(last) if m.at.start < last.1.end => {
                    if m.at.len() > last.1.len() {
                        *last = (m.metric, m.at.clone());
                    }
                }
                _ => metrics.push((m.metric, m.at.clone())),
            }
        }
        metrics.dedup_by_key(|m| m.0);
        metrics
    }

    /// The row of two figures or more, of one kind, right before or behind the word for "respectively".
    fn row_beside(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let near = |i: &usize| {
            let at = &self.quantities[*i].at;
            at.end <= from && from - at.end <= REACH || at.start >= to && at.start - to <= REACH
        };
        let joined = |i: usize| {
            let (a, b) = (&self.quantities[i], &self.quantities[i + 1]);
            let gap = a.at.end..b.at.start.max(a.at.end);
            std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind)
                && b.at.start >= a.at.end
                && gap.len() <= STEP
                && gap.clone().any(|t| is_comma(self.word(t)) || self.cue(t, Cue::RangeTo))
                && !gap
                    .clone()
                    .any(|t| self.scan.hits_at(t).iter().any(|h| matches!(h.term, Term::Metric(..))))
        };
        let seed = (0..self.quantities.len()).filter(near).min_by_key(|i| {
            let at = &self.quantities[*i].at;
            if at.end <= from { from - at.end } else { at.start - to }
        })?;
        let mut row = vec![seed];
        while row[0] > 0 && joined(row[0] - 1) {
            row.insert(0, row[0] - 1);
        }
        while row.last().is_some_and(|last| last + 1 < self.quantities.len() && joined(*last)) {
            row.push(row[row.len() - 1] + 1);
        }
        (row.len() > 1).then_some(row)
    }
}
