//! What keeps two figures of one data item apart.

use super::*;

impl Attacher<'_> {
    pub(super) fn qualifiers(
        &self,
        i: usize,
        metric_at: Option<&Range<usize>>,
        of_places: bool,
    ) -> Vec<String> {
        let q = &self.quantities[i];
        let mut found: Vec<String> = Vec::new();
        let floor = self.quantities[..i]
            .iter()
            .rev()
            .find(|p| p.at.end <= q.at.start)
            .map_or(self.sentence.start, |p| p.at.end);
        let ceiling = self.quantities[i + 1..]
            .iter()
            .find(|n| n.at.start >= q.at.end)
            .map_or(self.sentence.end, |n| n.at.start);
        let metric_from = metric_at.map_or(floor, |at| at.start.saturating_sub(3).max(self.sentence.start));
        for t in self.tokens() {
            for hit in self.scan.hits_at(t) {
                let behind = hit.from >= q.at.end
                    && hit.to <= ceiling
                    && hit.from - q.at.end <= 6
                    && self.commas(q.at.end..hit.from) == 0;
                let ahead =
                    hit.to <= q.at.start && hit.from >= floor.min(metric_from) && hit.from >= metric_from;
                // "Core inflation" is a metric's own name.
                let named = metric_at.is_some_and(|m| hit.from >= m.start && hit.to <= m.end);
                match hit.term {
                    Term::Qualifier(_) if named => {}
                    Term::Qualifier(k) => {
                        let name = &self.lexicon.qualifiers[k as usize];
                        let wide = name.starts_with("session:");
                        if behind || ahead || (wide && hit.from >= q.at.end && hit.from - q.at.end <= 6) {
                            found.push(name.clone());
                        }
                    }
                    Term::Region(k) if self.in_region(i, hit, metric_at) => {
                        found.push(format!("region:{}", self.lexicon.regions[k as usize]));
                    }
                    // A company's figure for a country is not its figure for the world.
                    Term::Entity(e, kind)
                        if kind != NameKind::Adjective
                            && self.cast.entity(e).kind == EntityKind::Place
                            && !of_places
                            && self.in_region(i, hit, metric_at) =>
                    {
                        found.push(format!("region:{}", self.cast.entity(e).id.trim_start_matches("PLACE-")));
                    }
                    _ => {}
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether a place narrows a figure: named before it in its clause, or right behind it, by a preposition.
    fn in_region(&self, i: usize, hit: &crate::scan::Hit, metric_at: Option<&Range<usize>>) -> bool {
        let q = &self.quantities[i];
        // "US dollars" and "Wall Street" name no region.
        let inside = (hit.from.saturating_sub(3)..=hit.from).any(|s| {
            self.scan.hits_at(s).iter().any(|h| {
                h.from <= hit.from
                    && h.to >= hit.to
                    && matches!(h.term, Term::Currency(..))
                    && h.to - h.from > hit.to - hit.from
            })
        });
        let led = hit.from > self.sentence.start
            && (self
                .scan
                .hits_at(hit.from - 1)
                .iter()
                .any(|h| matches!(h.term, Term::Cue(Cue::Beneficiary | Cue::Of) | Term::Partitive))
                || hit.to - hit.from > 1
                || self.is_small(hit.from - 1));
        if inside || !(led || hit.from == self.sentence.start) {
            return false;
        }
        if hit.from >= q.at.end {
            let gap = q.at.end..hit.from;
            return gap.len() <= 4 && self.commas(gap.clone()) == 0 && self.quantities_in(&gap, i) == 0;
        }
        let gap = hit.to..q.at.start;
        let metric_between = metric_at.is_none_or(|m| m.start >= hit.to || hit.from >= m.end);
        metric_between
            && self.quantities_in(&gap, i) == 0
            && self.clauses(gap.clone()) == 0
            && self.semicolons(gap.clone()) == 0
            && gap.len() <= 16
    }
}
