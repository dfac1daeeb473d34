//! Whether a figure is told as fact, forecast or plan.

use super::aspect::WORD;
use super::*;
use crate::scan::{is_comma, is_semicolon};

/// What is told in one breath stands at most so many words apart.
const BREATH: usize = 12;
/// A period that ends more days than this after the text appeared has not been measured when it was written.
const AHEAD: i32 = 20;

/// So many months of a crop year are over when what is told of it is no forecast of the harvest.
const HARVESTED: i32 = 3;

impl Attacher<'_> {
    /// A figure for a time that is still to come when the text appears is no fact: a company plans it, others expect it.
    pub(super) fn told_ahead(
        &self,
        i: usize,
        period: &Period,
        entity: u16,
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Modality {
        let own = steps.iter().rev().find(|(field, ..)| *field == "period").and_then(|(_, at, _)| at.clone());
        let late = self.topic.published.zip(period.last()).is_some_and(|(published, last)| {
            Period::days(published, last).length().is_some_and(|n| last > published && n > AHEAD)
        });
        // A crop year is told of while it lasts, once the forecasts of its harvest are over.
        let under_way = |at: &Range<usize>| {
            let split = |w: &When| matches!(w.what, What::Part { part: crate::when::Part::SplitYear, .. });
            let begun = period.first().zip(self.topic.published);
            let told = begun.is_some_and(|(first, day)| {
                crate::when::months_of(day) - crate::when::months_of(first) >= HARVESTED
            });
            told && self.whens.iter().any(|w| w.at == *at && split(w))
        };
        let own = own.filter(|at| late && !period.is_day() && !under_way(at));
        let Some(at) = own else { return Modality::Actual };
        let before = self.sentence.start..self.quantities[i].at.start;
        let market = before.clone().any(|t| self.cue(t, Cue::Analyst) || self.cue(t, Cue::Hypothetical));
        let company = matches!(
            self.cast.entity(entity).kind,
            EntityKind::Company | EntityKind::Part | EntityKind::Authority
        );
        let modality = if company && !market { Modality::Guidance } else { Modality::Expected };
        steps.push(("modality", Some(at), format!("told as {modality}: a time to come")));
        modality
    }

    /// A verb of expectation, and where it ends; "an estimated 7.75 million" only rounds.
    fn expects(&self, t: usize) -> Option<usize> {
        let rounds = (t.saturating_sub(2)..t).any(|s| self.scan.cue_at(s, Cue::ApproxBefore) > Some(t));
        self.scan.cue_at(t, Cue::ExpectVerb).filter(|_| !rounds)
    }

    pub(super) fn modality(
        &self,
        i: usize,
        metric_at: Option<&Range<usize>>,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Modality {
        let q = &self.quantities[i];
        let mut say = |modality: Modality, at: Range<usize>| {
            steps.push(("modality", Some(at), format!("told as {modality}")));
            modality
        };
        // Behind the figure: "3.68 billion expected", "prévus", "that the market had expected".
        let (mut market, mut verb) = (false, None);
        let behind = q.noun.as_ref().map_or(q.at.end, |n| n.end.max(q.at.end));
        let mut words = 0;
        let bracketed = self.bracket(q.at.start).is_some();
        for t in behind..self.sentence.end {
            if self.quantities.iter().any(|other| other.at.start == t)
                || is_comma(self.word(t))
                || is_semicolon(self.word(t))
                || matches!(self.word(t), "." | "。" | "(" | "（")
                // What stands behind a bracket is said of what stands before it.
                || bracketed && matches!(self.word(t), ")" | "）")
                || self.cue(t, Cue::Clause)
                || words >= 6 * WORD
            {
                break;
            }
            let near = words < 3 * WORD;
            words += self.stride(t);
            if let Some(to) = self.scan.cue_at(t, Cue::GuidanceAfter) {
                return say(Modality::Guidance, t..to);
            }
            if let Some(to) = self.scan.cue_at(t, Cue::ExpectedAfter).filter(|_| near || market) {
                return say(Modality::Expected, t..to);
            }
            if let Some(to) = self.expects(t).filter(|_| market) {
                return say(Modality::Expected, t..to);
            }
            let of = t > behind && self.term(t - 1, Term::Partitive)
                || self.cue(t.saturating_sub(1), Cue::Of)
                || self.cue(t.saturating_sub(2), Cue::Of);
            if let Some(to) = self.scan.cue_at(t, Cue::ExpectedNoun).filter(|_| of && near || market) {
                return say(Modality::Expected, t..to);
            }
            if self.cue(t, Cue::Analyst) {
                // "… that Wall Street had written down", "sur lesquels tablait Wall Street"
                if let Some(at) = verb.or((t <= behind + 1).then_some(t)) {
                    return say(Modality::Expected, at..t + 1);
                }
                market = true;
            }
            if words <= 4 * WORD && (self.expects(t).is_some() || self.cue(t, Cue::ExpectPassive)) {
                verb = Some(t);
            }
        }
        let floor = self.quantities[..i]
            .iter()
            .rev()
            .find(|p| p.at.end <= q.at.start)
            .map_or(self.sentence.start, |p| p.at.end);
        let mut commas = 0;
        let mut t = q.at.start;
        while t > floor {
            t -= 1;
            let word = self.word(t);
            // What a bracket that has closed says is said of what stands before it.
            if is_semicolon(word) || matches!(word, ")" | "）") {
                break;
            }
            commas += i32::from(is_comma(word) || matches!(word, ":" | "：" | "(" | "（"));
            // "The provisional estimate was 35 billion": what is measured first is no forecast.
            let provisional = (t.saturating_sub(4).max(self.sentence.start)..=t).any(|s| {
                self.scan.hits_at(s).iter().any(|h| {
                    matches!(h.term, Term::Qualifier(n) if self.lexicon.qualifiers[n as usize] == "preliminary") && h.to > t
                })
            });
            let ends_before = |cue| self.scan.cue_at(t, cue).filter(|to| *to <= q.at.start && !provisional);
            // Another metric between the cue and the figure has the cue to itself.
            let own = |to: usize| {
                metric_at.is_none_or(|m| m.end <= t || m.start >= t)
                    && !self.scan.hits[..].iter().any(|h| {
                        matches!(h.term, Term::Metric(..))
                            && h.from >= to
                            && h.to <= q.at.start
                            && metric_at.is_none_or(|m| h.from != m.start)
                            && self.commas(to..h.from) > 0
                    })
            };
            let noun = ends_before(Cue::ExpectedNoun).filter(|to| commas == 0 && own(*to));
            let verb = self
                .expects(t)
                .and_then(|_| ends_before(Cue::ExpectVerb))
                .or_else(|| ends_before(Cue::ExpectPassive))
                .filter(|to| commas == 0 && own(*to));
            // Where the verb stands last, a plan's word behind a comma closed the clause before it.
            let most = if self.lang.verb_last { 0 } else { 1 };
            let plan = ends_before(Cue::Guidance).filter(|_| commas <= most);
            if let Some(to) = noun.or(verb).or(plan) {
                // "Analysts forecast" and "beat forecasts" are the market's, "the company forecasts" its own.
                let market = (t.saturating_sub(6).max(self.sentence.start)..=t)
                    .any(|s| self.cue(s, Cue::Analyst))
                    || (t.saturating_sub(3).max(self.sentence.start)..t).any(|s| self.cue(s, Cue::Beat));
                // "Netflix expects" is its own view, "is expected" anybody's.
                let active = self.expects(t).is_some()
                    && !self.cue(t, Cue::ExpectPassive)
                    && self.has_company_subject(t);
                let its_own =
                    (t.saturating_sub(3).max(self.sentence.start)..t).any(|s| self.cue(s, Cue::Pronoun));
                let own_plan = (plan.is_some() || active || its_own) && !market;
                return say(if own_plan { Modality::Guidance } else { Modality::Expected }, t..to);
            }
            if let Some(to) = ends_before(Cue::Hypothetical) {
                return say(Modality::Hypothetical, t..to);
            }
            if self.cue(t, Cue::Against) && !self.cue(t, Cue::Beat) {
                return Modality::Actual;
            }
        }
        // "… revenue of 8.69 billion and an operating margin of 13.3 %": told in one breath.
        // A figure named between only to compare does not end the breath.
        let compared = |r: &&Reading| {
            let q = &self.quantities[r.quantity];
            self.before(q, Cue::Against) || self.before(q, Cue::From)
        };
        let told = earlier.iter().rev().find(|r| !(r.modality == Modality::Actual && compared(r)));
        let last = earlier.last().filter(|r| r.quantity + 1 == i);
        if let Some((before, last)) = told.filter(|r| r.modality != Modality::Actual).zip(last) {
            let gap = self.quantities[last.quantity].at.end..q.at.start;
            // "4.7 billion → 5.2 billion": what a plan was raised to is a plan.
            let arrow = |t: usize| matches!(self.word(t), "→" | "⇒" | "➡");
            if last.modality == before.modality && gap.len() <= 2 && gap.clone().any(arrow) {
                return say(before.modality, gap);
            }
            let moved = gap
                .clone()
                .any(|t| self.cue(t, Cue::Up) || self.cue(t, Cue::Down) || self.cue(t, Cue::Against));
            // What a plan grows by is planned too; what beat a forecast grew in fact.
            let plan = before.modality == Modality::Guidance;
            let moved = if plan {
                moved && !matches!(q.kind, Kind::Percent | Kind::Points)
            } else {
                moved || gap.clone().any(|t| self.cue(t, Cue::Beat))
            };
            // "11.6 billion (9.3 billion the year before)": what has been is no plan.
            if self.whens.iter().any(|w| w.is_prior() && gap.contains(&w.at.start)) {
                return Modality::Actual;
            }
            let joined = gap.clone().any(|t| self.is_joiner(t));
            let along = gap.clone().take(3).any(|t| self.cue(t, Cue::Along));
            let commas = self.commas(gap.clone());
            let length: usize = gap.clone().map(|t| self.stride(t)).sum();
            let breaks = self.semicolons(gap.clone()) > 0 || gap.clone().any(|t| self.cue(t, Cue::Clause));
            if (joined || along || plan && commas > 0 || gap.is_empty())
                && !moved
                && !breaks
                && !(self.before(q, Cue::Against) || self.before(q, Cue::From))
                && length <= BREATH * WORD
                && commas <= if plan { 2 } else { i32::from(along || before.quantity != last.quantity) }
            {
                return say(before.modality, gap);
            }
        }
        Modality::Actual
    }

    /// Behind a plan of the same paragraph, what "is expected" without a word of who expects it is planned too.
    pub(super) fn planned_on(&self, modality: Modality, discourse: &Discourse) -> Modality {
        let market = || self.tokens().any(|t| self.cue(t, Cue::Analyst));
        if modality == Modality::Expected && discourse.plan.is_some() && !market() {
            return Modality::Guidance;
        }
        modality
    }

    /// Whether a company's name or "the company" stands right before a verb.
    pub(super) fn has_company_subject(&self, t: usize) -> bool {
        (t.saturating_sub(3).max(self.sentence.start)..t).any(|s| {
            self.cue(s, Cue::Company)
                || self.scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Entity(..)))
        })
    }
}
