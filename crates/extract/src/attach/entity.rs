//! Whose figure it is.

use super::*;

/// The adjective of a place stands at most so many words from what it speaks for.
const ADJECTIVE: usize = 1;
/// … and from the companies it is the adjective of.
const SECTOR: usize = 3;

impl Attacher<'_> {
    #[expect(clippy::too_many_arguments, reason = "one stage of `read`, whose state it shares")]
    pub(super) fn entity(
        &self,
        i: usize,
        metric: u16,
        metric_at: Option<&Range<usize>>,
        names: &[Name],
        discourse: &Discourse,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Option<(u16, Option<Range<usize>>)> {
        let q = &self.quantities[i];
        if let Some((place, at)) = self.market_of(i, metric, names) {
            let name = &self.cast.entity(place).name;
            steps.push(("entity", Some(at.clone()), format!("all of the market of {name}")));
            return Some((place, Some(at)));
        }
        let is_index = self.lexicon.metric(metric).id == "index_level";
        let of_places = self.lexicon.metric(metric).of_places;
        let company_only = self.lexicon.metric(metric).company_only;
        let of_exports = self.lexicon.metric(metric).id.ends_with("exports");
        let is_rate = self.lexicon.metric(metric).id == "interest_rate";
        let mut best: Option<(i32, &Name)> = None;
        for name in names {
            let kind = self.cast.entity(name.entity).kind;
            if (kind == EntityKind::Index) != is_index {
                continue;
            }
            // "German exports": the adjective of what is measured, of nothing further off.
            let beside = |at: &Range<usize>| between(at, &name.at).len() <= ADJECTIVE;
            let of_trade = self.topic.sector && !of_places;
            if of_trade && name.adjective && self.leads_sector(&name.at) {
                // "Ukrainian banks": all of the country's.
            } else if name.adjective && (company_only || !metric_at.is_some_and(beside)) {
                continue;
            }
            // Production or exports are a country's where the text is about no company; else it only says where.
            if kind == EntityKind::Place
                && !of_places
                && (company_only && !of_trade || self.topic.entity.is_some())
            {
                continue;
            }
            // Whoever watches over banks earns nothing of what they earn.
            if kind == EntityKind::Authority && of_trade {
                continue;
            }
            // A central bank sets the rate; of prices and jobs it only speaks.
            if kind == EntityKind::Authority && of_places && !is_rate {
                continue;
            }
            // "Shipments to Japan": where exports go is not whose they are.
            if of_exports && kind == EntityKind::Place && name.led && self.topic.place.is_some() {
                continue;
            }
            let gap = between(&q.at, &name.at);
            let before = name.at.end <= q.at.start;
            let length = self.length(&gap);
            let (commas, clauses) = (self.commas(gap.clone()), self.clauses(gap.clone()));
            let mut score = match (before, commas) {
                (true, 0) => 20 - length,
                (true, _) => 8 - length,
                (false, _) => -10 - 2 * length,
            };
            // The subject of its clause holds however far away the figure is.
            if before && !name.aside && self.is_subject(name, names, q) {
                score = score.max(12) + 6;
            }
            score += self.semicolons(gap.clone()) * -10 + clauses * -25;
            if let Some(at) = metric_at {
                // "Meta's revenue", "le chiffre d'affaires de Meta", "jumlah karyawan Meta"
                let near = between(at, &name.at);
                let close = near.len() <= 3
                    && self.commas(near.clone()) == 0
                    && self.quantities_in(&near, usize::MAX) == 0;
                if close {
                    score += 30 - 4 * i32::try_from(near.len()).unwrap_or(9);
                }
            }
            if !before && gap.len() <= 4 && self.commas(gap.clone()) == 0 && self.leads_on(&gap) {
                score += 22;
            }
            if self.bracketed(&name.at, q) {
                score = score.max(0) + 40;
            } else if name.aside {
                score -= 60;
            }
            // Populations and rates are of places before they are of who reports them.
            if of_places {
                score += if matches!(kind, EntityKind::Place | EntityKind::Authority) { 15 } else { -15 };
            }
            if best.is_none_or(|(b, _)| score > b) {
                best = Some((score, name));
            }
        }
        let floor = if of_places && self.topic.place.is_some() { 0 } else { -40 };
        if let Some((_, name)) = best.filter(|(score, _)| *score > floor) {
            let mut chosen = name;
            // "Meta's Reality Labs", "departemen metaverse Meta": of a whole and its part, side by side, the part.
            for other in names.iter().filter(|n| !n.aside && self.cast.is_part_of(n.entity, chosen.entity)) {
                let near = between(&chosen.at, &other.at);
                let side_by_side = near.len() <= 2 && self.commas(near.clone()) == 0;
                // "… 31.6 billion in the metaverse project": the part follows the figure as where it went,
                // past figures that are joined to it ("3.7 and 3.9 billion for …").
                let from = self.joined_end(i);
                let gap = from..other.at.start.max(from);
                let follows = other.at.start > from && gap.len() <= 4 && self.leads_on(&gap);
                if side_by_side || follows {
                    chosen = other;
                }
            }
            steps.push((
                "entity",
                Some(chosen.at.clone()),
                format!("named: {}", self.cast.entity(chosen.entity).name),
            ));
            return Some((chosen.entity, Some(chosen.at.clone())));
        }
        if is_index {
            return None;
        }
        // "the company" after a sentence about one of its products
        let company = self.tokens().take_while(|t| *t < q.at.start).any(|t| self.cue(t, Cue::Company));
        let of_trade = self.topic.sector && !of_places;
        let running = earlier.last().map(|r| r.entity).or(discourse.entity);
        // A country that the sentence before measured earns nothing where the text is about a company.
        let country = |e: u16| {
            company_only && self.topic.entity.is_some() && self.cast.entity(e).kind == EntityKind::Place
        };
        let told = |e: u16| !country(e) && (!of_trade || self.cast.entity(e).kind != EntityKind::Authority);
        let running = if of_places { self.topic.place.or(running) } else { running.filter(|e| told(*e)) };
        let entity = match running {
            Some(e) if company => self.cast.company_of(e),
            Some(e) => e,
            None => self.topic.entity.or(self.topic.place.filter(|_| !company_only || of_trade))?,
        };
        steps.push(("entity", None, format!("what the text speaks of: {}", self.cast.entity(entity).name)));
        Some((entity, None))
    }

    /// Whether the adjective of a place stands before the companies of a trade: "Ukrainian banks".
    fn leads_sector(&self, adjective: &Range<usize>) -> bool {
        let floor = adjective.start.saturating_sub(SECTOR).max(self.sentence.start);
        let end = (adjective.end + SECTOR).min(self.sentence.end);
        (floor..end).any(|t| self.cue(t, Cue::Sector))
    }

    /// "The French car market fell by 2.9 %": what is sold in all of a market is of its country, be the text about a
    /// company or not.
    fn market_of(&self, i: usize, metric: u16, names: &[Name]) -> Option<(u16, Range<usize>)> {
        let info = self.lexicon.metric(metric);
        if info.kind != MetricKind::CountFlow || info.company_only {
            return None;
        }
        let q = &self.quantities[i];
        let market = (self.sentence.start..q.at.start)
            .rev()
            .find_map(|t| Some((t, self.scan.cue_at(t, Cue::Market)?)).filter(|(_, to)| *to <= q.at.start));
        // "In Germany 252,682 cars were registered": who counts registrations counts them for a country.
        let counted = || {
            let place = |n: &Name| self.cast.entity(n.entity).kind == EntityKind::Place && !n.adjective;
            let office = |t: usize| {
                self.scan.hits_at(t).iter().any(|h| match h.term {
                    Term::Entity(e, _) => self.cast.entity(e).kind == EntityKind::Agency,
                    _ => false,
                })
            };
            let at = names.iter().find(|n| place(n)).map(|n| (n.at.start, n.at.end));
            let at = at.or_else(|| self.tokens().find(|t| office(*t)).map(|t| (t, t)));
            at.filter(|_| info.id == "registrations" && !names.iter().any(|n| !place(n) && !n.adjective))
        };
        let (t, to) = market.or_else(counted)?;
        if to > q.at.start {
            return self.topic.place.map(|place| (place, t..to));
        }
        let company = |n: &&Name| {
            !matches!(self.cast.entity(n.entity).kind, EntityKind::Place | EntityKind::Agency)
                && n.at.end <= q.at.start
        };
        if names.iter().any(|n| company(&n))
            || self.semicolons(to..q.at.start) + self.clauses(to..q.at.start) > 0
        {
            return None;
        }
        let beside = names.iter().find(|n| {
            self.cast.entity(n.entity).kind == EntityKind::Place
                && between(&n.at, &(t..to)).len() <= ADJECTIVE
        });
        beside.map(|n| n.entity).or(self.topic.place).map(|place| (place, t..to))
    }

    /// "Galicia (+20.7 %), Murcia (+18.9 %)": a figure that stands in brackets right behind a name is of its bearer.
    fn bracketed(&self, name: &Range<usize>, q: &Quantity) -> bool {
        let gap = name.end..q.at.start.max(name.end);
        matches!(self.word(gap.start), "(" | "（")
            && gap.len() <= 2
            && gap.end == q.at.start
            && matches!(self.word(q.at.end), ")" | "）" | "," | ";" | "，" | "；" | "、")
    }

    /// Whether a name is the first of its clause.
    pub(super) fn is_subject(&self, name: &Name, names: &[Name], q: &Quantity) -> bool {
        let clause = (self.sentence.start..q.at.start)
            .rev()
            .find(|t| self.cue(*t, Cue::Clause) || crate::scan::is_semicolon(self.word(*t)))
            .unwrap_or(self.sentence.start);
        let counts = |n: &&Name| !n.aside && !n.led && self.cast.entity(n.entity).kind != EntityKind::Place;
        let first = names
            .iter()
            .filter(counts)
            .filter(|n| n.at.start >= clause && n.at.end <= q.at.start)
            .map(|n| n.at.start)
            .min();
        let any = first.or_else(|| names.iter().filter(counts).map(|n| n.at.start).min());
        any == Some(name.at.start)
    }

    /// Where the row of figures ends that are joined to this one by a single small word.
    pub(super) fn joined_end(&self, i: usize) -> usize {
        let mut end = self.quantities[i].at.end;
        for next in &self.quantities[i + 1..] {
            if next.at.start == end + 1 && self.is_small(end) { end = next.at.end } else { break }
        }
        end
    }
}
