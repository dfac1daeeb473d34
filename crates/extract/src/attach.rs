//! Which entity, metric, time and modality belong to which number.
//!
//! For every quantity of a sentence the candidates near it are scored by type, order, distance and the cue
//! words between; the best one wins where it is good enough, else the figure is left unread. What a sentence
//! leaves out comes from the running discourse: its entity, reporting period and metric.

use std::ops::Range;

use consilience_claim::{Aspect, Bound, Date, Elapsed, Modality, Period};

use crate::cast::Cast;
use crate::lexicon::{
    Cue, Duration, EntityKind, Lexicon, Metric, MetricKind, MetricUnit, NameKind, Term, TimeWord,
};
use crate::quantity::{Kind, Quantity};
use crate::scan::{Scan, TokenKind};
use crate::when::{Running, What, When};

/// What the document as a whole speaks of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topic {
    /// The company named most.
    pub entity: Option<u16>,
    /// The period it reports on.
    pub period: Option<Period>,
    pub published: Option<Date>,
    /// The month named most, for statistics that come monthly.
    pub month: Option<Period>,
    /// The place named most.
    pub place: Option<u16>,
    /// Index of the currency it names most.
    pub money: Option<u16>,
}

/// What the text so far leaves in the reader's mind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Discourse {
    /// Subject of the last sentence.
    pub entity: Option<u16>,
    /// Reporting period of this paragraph.
    pub period: Option<Period>,
    /// Last month mentioned in this paragraph.
    pub month: Option<Period>,
    /// Last day mentioned in this paragraph.
    pub day: Option<Date>,
    /// Metric, entity and modality-free reading of the last figure.
    pub last: Option<(u16, u16)>,
    /// Whether a launch was mentioned in this paragraph.
    pub launch: bool,
}

/// A quantity with everything it is about.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub quantity: usize,
    pub metric: u16,
    pub entity: u16,
    pub aspect: Aspect,
    pub period: Period,
    /// Whether the sentence itself says the period.
    pub dated: bool,
    pub modality: Modality,
    pub bound: Bound,
    /// Whether the figure is a fall, so that its sign is to be negative.
    pub falls: bool,
    pub qualifiers: Vec<String>,
    /// In thousandths.
    pub confidence: u16,
    /// Field, tokens, and what was concluded from them.
    pub steps: Vec<(&'static str, Option<Range<usize>>, String)>,
}

/// A mention of an entity.
#[derive(Debug, Clone)]
struct Name {
    at: Range<usize>,
    entity: u16,
    /// Mentioned beside the point: in a list of examples, as somebody's rival, as who says it.
    aside: bool,
}

/// A mention of a metric.
#[derive(Debug, Clone)]
struct Measure {
    at: Range<usize>,
    metric: u16,
    /// The word is a verb of movement too ("lost"): it measures money, not percent.
    moves: bool,
    /// A word so common that it must stand near.
    weak: bool,
}

/// Reads the quantities of a sentence.
pub(crate) struct Attacher<'a> {
    pub scan: &'a Scan,
    pub text: &'a str,
    pub lexicon: &'a Lexicon,
    pub cast: &'a Cast<'a>,

    pub sentence: Range<usize>,
    pub quantities: &'a [Quantity],
    pub whens: &'a [When],
    pub topic: &'a Topic,
}

/// Scores are in tenths, so that sums are exact.
mod weight {
    pub(super) const ADJACENT_AFTER: i32 = 45;
    pub(super) const MOVED_AFTER: i32 = 30;
    pub(super) const COUNTED: i32 = 80;
    pub(super) const AFTER: i32 = -20;
    pub(super) const STEP_BEFORE: i32 = -2;
    pub(super) const STEP_AFTER: i32 = -5;
    pub(super) const COMMA: i32 = -8;
    pub(super) const SEMICOLON: i32 = -60;
    pub(super) const QUANTITY: i32 = -6;
    pub(super) const SAME_UNIT: i32 = 10;
    pub(super) const SMALL_MONEY: i32 = -60;
    pub(super) const WEAK: i32 = 20;
    pub(super) const LEAST: i32 = -70;
}

impl Attacher<'_> {
    /// Reads every quantity; what cannot be attached is left out.
    pub(crate) fn readings(&self, discourse: &mut Discourse) -> Vec<Reading> {
        let names = self.names(discourse);
        let measures = self.measures();
        let mut readings: Vec<Reading> = Vec::new();
        if self.scan.tokens[self.sentence.clone()].len() > 4000 {
            // Not a sentence: a table of digits or a blob without punctuation.
            return readings;
        }
        discourse.launch |= self.tokens().any(|t| self.term(t, Term::Time(TimeWord::Launch)));
        for i in 0..self.quantities.len() {
            if let Some(reading) = self.read(i, &names, &measures, discourse, &readings) {
                discourse.last = Some((reading.metric, reading.entity));
                readings.push(reading);
            }
        }
        if readings.is_empty() && self.quantities.is_empty() {
            // "Net profit? Up 14 %": a fragment names the metric of the next sentence.
            let entity = discourse.last.map(|(_, e)| e).or(self.topic.entity);
            if let (Some(measure), Some(entity), true) = (measures.last(), entity, self.sentence.len() <= 8) {
                discourse.last = Some((measure.metric, entity));
            }
        }
        self.share_periods(&mut readings);
        self.remember(&names, discourse);
        readings
    }

    /// "rose 0.32 % to 676.49 on January 29": a movement and the level it led to are of one time.
    fn share_periods(&self, readings: &mut [Reading]) {
        for i in 0..readings.len() {
            if readings[i].dated || readings[i].modality != Modality::Actual {
                continue;
            }
            let mate = [i.wrapping_sub(1), i + 1].into_iter().find(|j| {
                readings.get(*j).is_some_and(|other| {
                    let levels = [&readings[i], other].iter().filter(|r| r.aspect == Aspect::Level).count();
                    let (first, second) = if *j > i { (i, *j) } else { (*j, i) };
                    let gap = between(
                        &self.quantities[readings[first].quantity].at,
                        &self.quantities[readings[second].quantity].at,
                    );
                    other.dated
                        && other.modality == Modality::Actual
                        && (other.metric, other.entity) == (readings[i].metric, readings[i].entity)
                        && levels == 1
                        && gap.len() <= 6
                        && !self.before(&self.quantities[other.quantity], Cue::Against)
                        && !self.before(&self.quantities[other.quantity], Cue::From)
                })
            });
            if let Some(mate) = mate {
                let period = readings[mate].period.clone();
                let said = format!("the time of the figure beside it: {period}");
                readings[i].steps.retain(|(field, ..)| *field != "period");
                readings[i].steps.push(("period", None, said));
                readings[i].period = period;
            }
        }
    }

    /// Updates the discourse from a sentence, with or without figures.
    fn remember(&self, names: &[Name], discourse: &mut Discourse) {
        if let Some(subject) = names.iter().find(|n| {
            !n.aside && !matches!(self.cast.entity(n.entity).kind, EntityKind::Index | EntityKind::Place)
        }) {
            // A part of a company that is not the subject of its sentence is told in passing.
            let part = self.cast.entity(subject.entity).kind == EntityKind::Part;
            let leads = subject.at.start <= self.sentence.start + 7;
            discourse.entity =
                Some(if part && !leads { self.cast.company_of(subject.entity) } else { subject.entity });
        }
        let running = self.running(self.sentence.start, discourse);
        for when in self.whens {
            let calendar = self.calendar(discourse);
            let Some(period) = when.resolve(&running, calendar) else { continue };
            let past = self.topic.published.is_none_or(|p| period.last().is_none_or(|l| l <= p));
            if when.is_reporting() && past && !self.is_plan(when) && !self.is_compared(when, usize::MAX) {
                if self.takes_over(when, &period, &running) {
                    discourse.period = Some(period);
                }
            } else if period.is_day() {
                discourse.day = period.last();
            } else if period.whole_months() == Some(1) {
                discourse.month = Some(period);
            }
        }
    }

    /// Whether a mention of time stands in a statement of plans.
    fn is_plan(&self, when: &When) -> bool {
        (self.sentence.start..when.at.start).any(|t| self.cue(t, Cue::Guidance))
    }

    fn tokens(&self) -> Range<usize> {
        self.sentence.clone()
    }

    fn term(&self, t: usize, want: Term) -> bool {
        if !self.scan.may_start(t, want) {
            return false;
        }

        self.scan.hits_at(t).iter().any(|h| h.term == want)
    }

    fn cue(&self, t: usize, cue: Cue) -> bool {
        self.scan.cue_at(t, cue).is_some()
    }

    fn word(&self, t: usize) -> &str {
        self.scan.word(self.text, t)
    }

    fn clauses(&self, range: Range<usize>) -> i32 {
        range.filter(|t| self.cue(*t, Cue::Clause)).count() as i32
    }

    fn commas(&self, range: Range<usize>) -> i32 {
        range.filter(|t| matches!(self.word(*t), "," | "(" | ")" | "–" | "—" | ":" | "、" | "，")).count()
            as i32
    }

    fn semicolons(&self, range: Range<usize>) -> i32 {
        range
            .filter(|t| match self.word(*t) {
                ";" | "；" | "•" | "…" => true,
                // Dots in a row break off; one alone stands behind an abbreviation.
                "." => self.word(*t + 1) == "." || (*t > self.sentence.start && self.word(*t - 1) == "."),
                _ => false,
            })
            .count() as i32
    }

    fn quantities_in(&self, range: &Range<usize>, but: usize) -> i32 {
        self.quantities
            .iter()
            .enumerate()
            .filter(|(i, q)| {
                *i != but && q.at.start >= range.start && q.at.end <= range.end && !range.is_empty()
            })
            .count() as i32
    }

    fn calendar(&self, discourse: &Discourse) -> consilience_claim::FiscalCalendar {
        discourse.entity.or(self.topic.entity).map(|e| self.cast.calendar(e)).unwrap_or_default()
    }

    fn names(&self, discourse: &Discourse) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut including_until = 0;
        for t in self.tokens().filter(|t| !self.scan.hits_at(*t).is_empty()) {
            if let Some(to) = self.scan.cue_at(t, Cue::Including) {
                including_until = to;
            }
            if let Some(to) = self.scan.cue_at(t, Cue::Company) {
                // "the group" is whose company was spoken of.
                let company = |e: u16| {
                    Some(self.cast.company_of(e)).filter(|c| self.cast.entity(*c).kind == EntityKind::Company)
                };
                if let Some(entity) = discourse.entity.and_then(company).or(self.topic.entity) {
                    names.push(Name { at: t..to, entity, aside: false });
                }
                continue;
            }
            let Some((entity, hit)) = self.scan.term_at(t, |term| match term {
                Term::Entity(e, NameKind::Common) if Some(self.cast.company_of(e)) != self.topic.entity => {
                    None
                }
                Term::Entity(e, _) => Some(e),
                _ => None,
            }) else {
                continue;
            };
            let at = hit.from..hit.to;
            // "including A, B and C": names in a row behind the cue are examples.
            let listed = including_until > 0 && {
                let gap = including_until..at.start;
                gap.clone().all(|t| {
                    matches!(self.word(t), "," | "\"" | "“" | "«")
                        || self.scan.tokens[t].end - self.scan.tokens[t].start <= 3
                })
            };
            if listed {
                including_until = at.end;
            }
            // "Threads, Meta's Twitter competitor, …": names between commas that only describe another.
            let comma = |t: &usize| matches!(self.word(*t), "," | "(" | "–" | "—");
            let opened = (self.sentence.start..at.start).rev().take(5).find(comma);
            let closed = (at.end..self.sentence.end).take(6).find(|t| comma(t) || self.word(*t) == ")");
            let apposed =
                opened.zip(closed).is_some_and(|(o, c)| (o..c).any(|t| self.cue(t, Cue::Apposition)));
            names.push(Name { at, entity, aside: listed || apposed });
        }
        names
    }

    fn measures(&self) -> Vec<Measure> {
        let mut measures = Vec::new();
        for t in self.tokens() {
            for hit in self.scan.hits_at(t) {
                if let Term::Metric(metric, weak) = hit.term {
                    let each = (hit.from.saturating_sub(3)..=hit.from).any(|s| {
                        self.scan.hits_at(s).iter().any(|h| {
                            h.term == Term::PerShare
                                && h.from <= hit.from
                                && h.to >= hit.to
                                && h.to - h.from > hit.to - hit.from
                        })
                    });
                    if each {
                        continue;
                    }
                    let moves = self.cue(t, Cue::Down) || self.cue(t, Cue::Up);
                    measures.push(Measure { at: hit.from..hit.to, metric, moves, weak });
                }
            }
        }
        measures
    }

    fn running(&self, before: usize, discourse: &Discourse) -> Running {
        let mut running = Running {
            period: discourse.period.clone().or_else(|| self.topic.period.clone()),

            published: self.topic.published,
        };
        let calendar = self.calendar(discourse);
        for when in self.whens.iter().filter(|w| w.is_reporting() && !self.is_compared(w, usize::MAX)) {
            let first_of_sentence = running.period.is_none();
            if when.at.start < before || first_of_sentence {
                if let Some(period) =
                    when.resolve(&running, calendar).filter(|p| self.takes_over(when, p, &running))
                {
                    running.period = Some(period);
                }
            }
        }
        running
    }

    /// Whether a reporting period replaces the running one. A year named in passing ("the highest of 2021")
    /// does not replace a quarter; one that opens its sentence, or is called full, does.
    fn takes_over(&self, when: &When, period: &Period, running: &Running) -> bool {
        let known = running.period.as_ref().and_then(Period::length);
        let longer = known.zip(period.length()).is_some_and(|(known, new)| new > known);
        let opens = when.at.start <= self.sentence.start + 2 || when.at.len() > 2;
        // What lies before the time reported on is told for comparison.
        let older =
            self.topic.period.as_ref().and_then(Period::last).zip(period.last()).is_some_and(|(t, p)| p < t);
        !older && (!longer || opens)
    }

    fn read(
        &self,
        i: usize,
        names: &[Name],
        measures: &[Measure],
        discourse: &Discourse,
        earlier: &[Reading],
    ) -> Option<Reading> {
        let q = &self.quantities[i];
        let mut steps = Vec::new();
        let mut doubt = 0u16;
        let (mut metric, metric_at) =
            self.metric(i, names, measures, discourse, earlier, &mut steps, &mut doubt)?;
        let (entity, _) =
            self.entity(i, metric, metric_at.as_ref(), names, discourse, earlier, &mut steps, &mut doubt)?;
        metric = self.settle(metric, entity, q);
        let info = self.lexicon.metric(metric);
        // "$22.99 a month" is a tariff, whatever verb stands before it.
        if q.is_money()
            && self.term(q.at.end, Term::PerTime)
            && !matches!(info.kind, MetricKind::Price | MetricKind::Ratio)
        {
            return None;
        }
        let entity = if info.company_only { self.cast.company_of(entity) } else { entity };
        let (aspect, falls) = self.aspect(i, info, metric_at.as_ref(), &mut steps)?;
        let modality = self.modality(i, metric_at.as_ref(), earlier, &mut steps);
        let (aspect, period) = self.period(
            i,
            info,
            aspect,
            modality,
            metric_at.as_ref(),
            discourse,
            earlier,
            entity,
            &mut steps,
            &mut doubt,
        );
        let bound = self.bound(i, modality, &mut steps);
        let qualifiers = self.qualifiers(i, metric_at.as_ref(), info.of_places);
        if q.other.is_some() {
            doubt += 150;
        }
        Some(Reading {
            quantity: i,
            metric,
            entity,
            aspect,
            dated: steps.iter().any(|(field, at, _)| *field == "period" && at.is_some()),
            period,
            modality,
            bound,
            falls,
            qualifiers,
            confidence: 960u16.saturating_sub(doubt).max(100),
            steps,
        })
    }

    // ---- metric ----------------------------------------------------------------------------------------

    /// How well a metric and a quantity go together by type; `None` where they cannot.
    fn fit(&self, metric: &Metric, q: &Quantity) -> Option<i32> {
        let small = q.value.abs() < consilience_claim::Decimal::from(1000);
        let points = |u: u16| self.lexicon.units[u as usize].to_string();
        Some(match (metric.unit, q.kind) {
            (MetricUnit::Money, Kind::Money(..))
                if !q.scaled && small && metric.kind != MetricKind::Price =>
            {
                if matches!(metric.kind, MetricKind::Ratio) { 0 } else { weight::SMALL_MONEY }
            }
            (MetricUnit::Money, Kind::Money(..)) => 0,
            (MetricUnit::MoneyPerShare, Kind::MoneyPerShare(..)) => weight::SAME_UNIT,
            (MetricUnit::MoneyPerShare, Kind::Money(..)) if !q.scaled => 0,
            (MetricUnit::Percent, Kind::Percent) => weight::SAME_UNIT,
            (MetricUnit::Percent, Kind::Points) => 0,
            (
                MetricUnit::Money | MetricUnit::MoneyPerShare | MetricUnit::Count(_),
                Kind::Percent | Kind::Fraction,
            ) => 0,
            (MetricUnit::Count(u), Kind::Count(v)) => {
                let (a, b) = (&self.lexicon.units[u as usize], &self.lexicon.units[v as usize]);
                let generic = points(v) == "units" || points(u) == "units";
                if a.dimension() == b.dimension() {
                    weight::SAME_UNIT
                } else if generic && metric.kind != MetricKind::CountStock {
                    0
                } else {
                    return None;
                }
            }
            (MetricUnit::Count(_), Kind::Bare) => 0,
            (MetricUnit::MoneyPerShare, Kind::Cents) if self.topic.money.is_some() => weight::SAME_UNIT,
            // "3.7 billion" in a text that has named its money.
            (MetricUnit::Money, Kind::Bare) if q.scaled && self.topic.money.is_some() => -10,
            (MetricUnit::MoneyPerShare, Kind::Bare)
                if !q.scaled && q.precision.is_some_and(|p| p < 1.into()) && self.topic.money.is_some() =>
            {
                -30
            }
            _ => return None,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one stage of `read`, whose state it shares")]
    fn metric(
        &self,
        i: usize,
        names: &[Name],
        measures: &[Measure],
        discourse: &Discourse,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
        doubt: &mut u16,
    ) -> Option<(u16, Option<Range<usize>>)> {
        let q = &self.quantities[i];
        let mut best: Option<(i32, &Measure)> = None;
        for measure in measures {
            let Some(fit) = self.fit(self.lexicon.metric(measure.metric), q) else { continue };
            if fit < 0 && matches!(q.kind, Kind::Money(..)) && self.per_share_before(i) {
                continue;
            }
            let percent = matches!(q.kind, Kind::Percent | Kind::Fraction);
            if percent && measure.moves && !self.is_rate(measure.metric) {
                continue;
            }
            let score = fit + self.place(i, &measure.at) - if measure.weak { weight::WEAK } else { 0 };
            if score >= weight::LEAST
                && best.is_none_or(|(b, m)| score > b || (score == b && measure.at.len() > m.at.len()))
            {
                best = Some((score, measure));
            }
        }
        // "a 24 % rally in the S&P 500": an index has one metric of its own.
        if matches!(q.kind, Kind::Percent | Kind::Points | Kind::Bare | Kind::Count(_)) {
            let index = names.iter().find(|n| {
                self.cast.entity(n.entity).kind == EntityKind::Index
                    && ((n.at.start >= q.at.end && n.at.start - q.at.end <= 5)
                        || (n.at.end <= q.at.start && q.at.start - n.at.end <= 8))
                    && self.commas(between(&q.at, &n.at)) == 0
            });
            if let (Some(name), Some(level)) = (index, self.lexicon.metric_by_id("index_level")) {
                if best.is_none_or(|(b, _)| b < weight::ADJACENT_AFTER) {
                    steps.push(("metric", Some(name.at.clone()), "an index is measured by its level".into()));
                    return Some((level, Some(name.at.clone())));
                }
            }
        }
        if let Some((_, measure)) = best {
            let id = &self.lexicon.metric(measure.metric).id;
            steps.push(("metric", Some(measure.at.clone()), format!("named: {id}")));
            return Some((measure.metric, Some(measure.at.clone())));
        }
        // "net income of 1.68 billion, 3.73 dollars per share": per share, it is another metric.
        let each = matches!(q.kind, Kind::MoneyPerShare(..) | Kind::Cents)
            || (matches!(q.kind, Kind::Money(..)) && !q.scaled && self.per_share_before(i));
        if each {
            let of = |m: &Measure| match self.lexicon.metric(m.metric).id.as_str() {
                "net_income" | "profit" => Some("eps"),
                "dividend" => Some("dividend_per_share"),
                _ => None,
            };
            let nearest = measures
                .iter()
                .filter_map(|m| Some((of(m)?, m, self.place(i, &m.at))))
                .max_by_key(|(_, m, place)| (*place, std::cmp::Reverse(m.at.start)));
            if let Some((id, measure, _)) = nearest {
                let metric = self.lexicon.metric_by_id(id)?;
                steps.push(("metric", Some(measure.at.clone()), format!("per share: {id}")));
                return Some((metric, Some(measure.at.clone())));
            }
            if self.per_share_before(i) {
                steps.push(("metric", None, "per share, with nothing else named: eps".into()));
                return Some((self.lexicon.metric_by_id("eps")?, None));
            }
        }
        // The noun counted may be a metric of its own name.
        if let Kind::Count(unit) = q.kind {
            let unit = self.lexicon.units[unit as usize].to_string();
            if let Some(metric) = self.lexicon.metric_by_id(&unit) {
                steps.push(("metric", q.noun.clone(), format!("what is counted: {unit}")));
                return Some((metric, q.noun.clone()));
            }
        }
        // "… 10 million in 7 hours": a figure in a row leans on the one before; a sentence of comparison on the last one.
        let same_sentence = earlier.last().filter(|_| i > 0).map(|r| (r.metric, r.quantity));
        if let Some((metric, before)) = same_sentence {
            let prior = &self.quantities[before];
            let alike = std::mem::discriminant(&prior.kind) == std::mem::discriminant(&q.kind)
                || (matches!(prior.kind, Kind::Count(_)) && q.kind == Kind::Bare && q.scaled)
                || matches!(q.kind, Kind::Percent);
            if alike && self.fit(self.lexicon.metric(metric), q).is_some() {
                *doubt += 150;
                steps.push((
                    "metric",
                    None,
                    format!("carried over within the sentence: {}", self.lexicon.metric(metric).id),
                ));
                return Some((metric, None));
            }
        }
        let (metric, _) = discourse.last?;
        let comparing = self.tokens().any(|t| {
            [Cue::ExpectVerb, Cue::ExpectedNoun, Cue::Against, Cue::Yoy, Cue::Qoq]
                .iter()
                .any(|c| self.cue(t, *c))
                || (t <= self.sentence.start + 1 && (self.cue(t, Cue::Up) || self.cue(t, Cue::Down)))
        });
        let fit = self.fit(self.lexicon.metric(metric), q)?;
        let gained = q.kind == Kind::Bare
            && q.scaled
            && self.direction(q).is_some_and(|(at, _)| at.end <= q.at.start && q.at.start - at.end <= 2);
        if (comparing && q.kind != Kind::Bare || (comparing || gained) && q.scaled)
            && fit >= 0
            && !measures.iter().any(|m| m.at.start < q.at.start)
        {
            *doubt += 250;
            steps.push((
                "metric",
                None,
                format!("carried over from the sentence before: {}", self.lexicon.metric(metric).id),
            ));
            return Some((metric, None));
        }
        None
    }

    /// Whether "per share" stands before a figure with no other figure between: "per diluted share it earned $3.73".
    fn per_share_before(&self, i: usize) -> bool {
        let floor = self.quantities[..i].last().map_or(self.sentence.start, |p| p.at.end);
        (floor..self.quantities[i].at.start).any(|t| self.term(t, Term::PerShare))
    }

    fn is_rate(&self, metric: u16) -> bool {
        matches!(self.lexicon.metric(metric).kind, MetricKind::Ratio | MetricKind::Rate)
    }

    /// How well a mention is placed for a quantity.
    fn place(&self, i: usize, at: &Range<usize>) -> i32 {
        let q = &self.quantities[i];
        if q.noun.as_ref().is_some_and(|n| n.start < at.end && at.start < n.end)
            || (at.start < q.at.end && q.at.start < at.end)
        {
            return weight::COUNTED;
        }
        let gap = between(&q.at, at);
        let between_quantities = self.quantities_in(&gap, i);
        let after = at.start >= q.at.end;
        let mut score = self.commas(gap.clone()) * weight::COMMA
            + self.semicolons(gap.clone()) * weight::SEMICOLON
            + between_quantities * weight::QUANTITY;
        if !after {
            return score + self.length(&gap) * weight::STEP_BEFORE;
        }
        let clear =
            between_quantities == 0 && self.commas(gap.clone()) == 0 && self.semicolons(gap.clone()) == 0;
        if clear && self.leads_on(&gap) {
            let moved = gap.clone().any(|t| self.cue(t, Cue::Up) || self.cue(t, Cue::Down));
            if !moved {
                return score + weight::ADJACENT_AFTER;
            }
            if matches!(q.kind, Kind::Percent | Kind::Fraction | Kind::Points) {
                return score + weight::MOVED_AFTER;
            }
        }
        score += weight::AFTER + self.length(&gap) * weight::STEP_AFTER;
        score
    }

    /// Words of a gap, mentions of time and cue phrases counted once.
    fn length(&self, gap: &Range<usize>) -> i32 {
        let mut length = 0;
        let mut t = gap.start;
        while t < gap.end {
            let when = self.whens.iter().find(|w| w.at.start == t).map(|w| w.at.end);
            let phrase = self.scan.hits_at(t).iter().filter(|h| h.to - h.from > 1).map(|h| h.to).max();
            t = when.or(phrase).unwrap_or(t + 1).max(t + 1);
            length += 1;
        }
        length
    }

    /// Whether a gap behind a quantity leads straight on to what it measures: "in Q4 revenue", "de hausse du".
    fn leads_on(&self, gap: &Range<usize>) -> bool {
        if gap.is_empty() {
            return true;
        }
        let mut linked = false;
        let mut free = 0;
        let mut t = gap.start;
        while t < gap.end {
            if let Some(when) = self.whens.iter().find(|w| w.at.start <= t && t < w.at.end) {
                t = when.at.end;
                continue;
            }
            let hits = self.scan.hits_at(t);
            let link = hits
                .iter()
                .find(|h| matches!(h.term, Term::Partitive | Term::Cue(Cue::Beneficiary | Cue::Of)));
            let cue = hits.iter().find(|h| {
                matches!(
                    h.term,
                    Term::Cue(Cue::Up | Cue::Down | Cue::Yoy | Cue::Qoq | Cue::Mom)
                        | Term::Qualifier(_)
                        | Term::PerShare
                )
            });
            if let Some(hit) = link {
                linked = true;
                t = hit.to;
            } else if let Some(hit) = cue {
                t = hit.to;
            } else {
                free += 1;
                t += 1;
            }
        }
        linked && free <= 2
    }

    /// Settles words that mean different metrics for different entities or units.
    fn settle(&self, metric: u16, entity: u16, q: &Quantity) -> u16 {
        let info = self.lexicon.metric(metric);
        let part = self.cast.entity(entity).kind == EntityKind::Part;
        let id = match info.id.as_str() {
            "loss" if part => "operating_loss",
            "loss" => "net_loss",
            "profit" if part => "operating_income",
            "profit" => "net_income",
            "eps" => "eps_diluted",
            "gross_profit"
                if matches!(q.kind, Kind::Percent) && q.value.abs() < 100.into() && !self.moves(q) =>
            {
                "gross_margin"
            }
            _ => return metric,
        };
        self.lexicon.metric_by_id(id).unwrap_or(metric)
    }

    fn moves(&self, q: &Quantity) -> bool {
        self.direction(q).is_some()
    }

    // ---- entity ----------------------------------------------------------------------------------------

    #[expect(clippy::too_many_arguments, reason = "one stage of `read`, whose state it shares")]
    fn entity(
        &self,
        i: usize,
        metric: u16,
        metric_at: Option<&Range<usize>>,
        names: &[Name],
        discourse: &Discourse,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
        doubt: &mut u16,
    ) -> Option<(u16, Option<Range<usize>>)> {
        let q = &self.quantities[i];
        let is_index = self.lexicon.metric(metric).id == "index_level";
        let of_places = self.lexicon.metric(metric).of_places;
        let mut best: Option<(i32, &Name)> = None;
        for name in names {
            let kind = self.cast.entity(name.entity).kind;
            if (kind == EntityKind::Index) != is_index || (kind == EntityKind::Place && !of_places) {
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
            if name.aside {
                score -= 60;
            }
            // Populations and rates are of places before they are of who reports them.
            if of_places {
                score += if kind == EntityKind::Place { 15 } else { -15 };
            }
            if best.is_none_or(|(b, _)| score > b) {
                best = Some((score, name));
            }
        }
        let floor = if of_places && self.topic.place.is_some() { 0 } else { -40 };
        if let Some((score, name)) = best.filter(|(score, _)| *score > floor) {
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
            if score < 10 {
                *doubt += 60;
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
        let running = earlier.last().map(|r| r.entity).or(discourse.entity);
        let running = if of_places { self.topic.place.or(running) } else { running };
        let entity = match running {
            Some(e) if company => self.cast.company_of(e),
            Some(e) => e,
            None => self.topic.entity?,
        };
        *doubt += 60;
        steps.push(("entity", None, format!("what the text speaks of: {}", self.cast.entity(entity).name)));
        Some((entity, None))
    }

    /// Whether a name is the first of its clause.
    fn is_subject(&self, name: &Name, names: &[Name], q: &Quantity) -> bool {
        let clause = (self.sentence.start..q.at.start)
            .rev()
            .find(|t| self.cue(*t, Cue::Clause))
            .unwrap_or(self.sentence.start);
        let counts = |n: &&Name| !n.aside && self.cast.entity(n.entity).kind != EntityKind::Place;
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
    fn joined_end(&self, i: usize) -> usize {
        let mut end = self.quantities[i].at.end;
        for next in &self.quantities[i + 1..] {
            if next.at.start == end + 1 && self.is_small(end) { end = next.at.end } else { break }
        }
        end
    }

    // ---- aspect ----------------------------------------------------------------------------------------

    /// The word of movement that governs a quantity, its tokens, and whether it is a fall.
    fn direction(&self, q: &Quantity) -> Option<(Range<usize>, bool)> {
        let moved = |t: usize| {
            let up = self.scan.cue_at(t, Cue::Up).map(|to| (t..to, false));
            let down = self.scan.cue_at(t, Cue::Down).map(|to| (t..to, true));
            // "more than 5 billion" bounds, it does not move.
            up.or(down).filter(|(at, _)| {
                ![Cue::AtLeastBefore, Cue::AtMostBefore]
                    .iter()
                    .any(|c| self.scan.cue_at(t, *c).is_some_and(|to| to >= at.end && to <= q.at.start))
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
    fn before(&self, q: &Quantity, cue: Cue) -> bool {
        (1..=3).any(|back| {
            let Some(t) = q.at.start.checked_sub(back).filter(|t| *t >= self.sentence.start) else {
                return false;
            };
            self.scan.cue_at(t, cue).is_some_and(|to| {
                to <= q.at.start && (to..q.at.start).all(|g| self.is_small(g) || self.is_bound_word(g))
            })
        })
    }

    fn is_small(&self, t: usize) -> bool {
        self.scan.tokens[t].kind == TokenKind::Word && self.word(t).chars().count() <= 3
    }

    fn is_bound_word(&self, t: usize) -> bool {
        [Cue::ApproxBefore, Cue::AtLeastBefore, Cue::AtMostBefore]
            .iter()
            .any(|c| (t.saturating_sub(2)..=t).any(|s| self.scan.cue_at(s, *c).is_some_and(|to| to > t)))
    }

    fn aspect(
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
                            && (gap
                                .clone()
                                .all(|t| self.is_small(t) || self.is_bound_word(t) || self.is_adjective(t)))
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

    fn is_link(&self, t: usize) -> bool {
        [Cue::To, Cue::From, Cue::Against].iter().any(|c| self.cue(t, *c))
    }

    fn is_adjective(&self, t: usize) -> bool {
        self.scan.tokens[t].kind == TokenKind::Word && self.scan.hits_at(t).is_empty()
    }

    /// Whether a cue stands near a quantity with no other figure between.
    fn near(&self, i: usize, cue: Cue) -> bool {
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

    // ---- modality --------------------------------------------------------------------------------------

    fn modality(
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
        for t in behind..(behind + 6).min(self.sentence.end) {
            if self.quantities.iter().any(|other| other.at.start == t)
                || matches!(self.word(t), "," | ";" | ".")
            {
                break;
            }
            let near = t < behind + 3;
            if let Some(to) = self.scan.cue_at(t, Cue::ExpectedAfter).filter(|_| near || market) {
                return say(Modality::Expected, t..to);
            }
            if let Some(to) = self.scan.cue_at(t, Cue::ExpectVerb).filter(|_| market) {
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
            if t < behind + 4 && (self.cue(t, Cue::ExpectVerb) || self.cue(t, Cue::ExpectPassive)) {
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
            match self.word(t) {
                "," | ":" | "(" => commas += 1,
                ";" => break,
                _ => {}
            }
            let ends_before = |cue| self.scan.cue_at(t, cue).filter(|to| *to <= q.at.start);
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
            let verb = ends_before(Cue::ExpectVerb)
                .or_else(|| ends_before(Cue::ExpectPassive))
                .filter(|to| commas == 0 && own(*to));
            let plan = ends_before(Cue::Guidance).filter(|_| commas <= 1);
            if let Some(to) = noun.or(verb).or(plan) {
                // "Analysts forecast" and "beat forecasts" are the market's, "the company forecasts" its own.
                let market = (t.saturating_sub(6).max(self.sentence.start)..=t)
                    .any(|s| self.cue(s, Cue::Analyst))
                    || (t.saturating_sub(3).max(self.sentence.start)..t).any(|s| self.cue(s, Cue::Beat));
                // "Netflix expects" is its own view, "is expected" anybody's.
                let active = self.cue(t, Cue::ExpectVerb)
                    && !self.cue(t, Cue::ExpectPassive)
                    && self.has_company_subject(t);
                let own_plan = (plan.is_some() || active) && !market;
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
            let moved = gap
                .clone()
                .any(|t| self.cue(t, Cue::Up) || self.cue(t, Cue::Down) || self.cue(t, Cue::Against));
            let joined = gap.clone().take(5).any(|t| self.is_joiner(t));
            let along = gap.clone().take(3).any(|t| self.cue(t, Cue::Along));
            let commas = self.commas(gap.clone());
            let between = before.quantity != last.quantity;
            if (joined || along || gap.is_empty())
                && !moved
                && gap.len() <= 12
                && commas <= i32::from(along || between)
            {
                return say(before.modality, gap);
            }
        }
        Modality::Actual
    }

    /// Whether a company's name or "the company" stands right before a verb.
    fn has_company_subject(&self, t: usize) -> bool {
        (t.saturating_sub(3).max(self.sentence.start)..t).any(|s| {
            self.cue(s, Cue::Company)
                || self.scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Entity(..)))
        })
    }

    // ---- bound -----------------------------------------------------------------------------------------

    fn bound(
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
        for back in 1..=6 {
            let Some(t) = q.at.start.checked_sub(back).filter(|t| *t >= self.sentence.start) else { break };
            for (cue, bound) in [
                (Cue::AtLeastBefore, Bound::AtLeast),
                (Cue::AtMostBefore, Bound::AtMost),
                (Cue::ApproxBefore, Bound::Approx),
            ] {
                let Some(to) = self.scan.cue_at(t, cue) else { continue };
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
            if negated {
                return Bound::Exact;
            }
            if !compares {
                steps.push(("bound", Some(at), bound.to_string()));
                return bound;
            }
        }
        let behind = |cue| self.scan.cue_at(q.at.end, cue).is_some();
        for (cue, bound) in [
            (Cue::AtLeastAfter, Bound::AtLeast),
            (Cue::AtMostAfter, Bound::AtMost),
            (Cue::ApproxAfter, Bound::Approx),
        ] {
            if behind(cue) {
                steps.push(("bound", Some(q.at.end..q.at.end + 1), bound.to_string()));
                return bound;
            }
        }
        Bound::Exact
    }

    fn is_joiner(&self, t: usize) -> bool {
        self.cue(t, Cue::RangeTo) || self.term(t, Term::Joiner)
    }

    fn is_when(&self, t: usize) -> bool {
        self.whens.iter().any(|w| w.at.contains(&t))
    }

    // ---- time ------------------------------------------------------------------------------------------

    #[expect(clippy::too_many_arguments, reason = "one stage of `read`, whose state it shares")]
    fn period(
        &self,
        i: usize,
        metric: &Metric,
        aspect: Aspect,
        modality: Modality,
        metric_at: Option<&Range<usize>>,
        discourse: &Discourse,
        earlier: &[Reading],
        entity: u16,
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
        doubt: &mut u16,
    ) -> (Aspect, Period) {
        let q = &self.quantities[i];
        let calendar = self.cast.calendar(entity);
        let running = self.running(q.at.start, discourse);
        let growth = matches!(aspect, Aspect::YoyGrowth | Aspect::QoqGrowth | Aspect::Change);
        let flow = matches!(
            metric.kind,
            MetricKind::Flow | MetricKind::PerShare | MetricKind::Ratio | MetricKind::CountFlow
        );
        // A window: "more than 42 billion since the end of 2020".
        if flow && aspect != Aspect::YoyGrowth && aspect != Aspect::QoqGrowth || aspect == Aspect::Cumulative
        {
            if let Some(when) = self
                .whens
                .iter()
                .find(|w| w.since && self.in_reach(i, &w.at) && self.commas(between(&q.at, &w.at)) == 0)
            {
                if !self.first_since(&when.at) {
                    let start = when
                        .resolve(&running, calendar)
                        .and_then(|p| if when.end_of { p.last()?.tomorrow().ok() } else { p.first() });
                    let end = running.period.as_ref().and_then(Period::last).or(self.topic.published);
                    steps.push(("period", Some(when.at.clone()), "a window that opens then".into()));
                    let period = start
                        .zip(end)
                        .filter(|(s, e)| s < e)
                        .map_or(Period::Unspecified, |(s, e)| Period::days(s, e));
                    return (Aspect::Cumulative, period);
                }
            }
        }
        let losing = metric.id.ends_with("loss") || metric.kind == MetricKind::Event;
        if losing && aspect == Aspect::Level && self.opens_window(i) {
            steps.push(("aspect", None, "cumulative: counted since an event".into()));
            return (Aspect::Cumulative, Period::Unspecified);
        }
        let mut best: Option<(i32, &When)> = None;
        for when in self.whens.iter().filter(|w| !w.since) {
            if when.is_prior() && growth || self.is_compared(when, i) {
                continue;
            }
            let score = match &when.what {
                What::After(..) if !discourse.launch => continue,
                What::After(..) | What::Took(_)
                    if !matches!(
                        metric.kind,
                        MetricKind::CountStock | MetricKind::Tally | MetricKind::CountFlow
                    ) =>
                {
                    continue;
                }
                What::Took(_) => 30,
                _ => self.time_score(i, when, metric_at),
            };
            let Some(score) = score_filter(score) else { continue };
            if let Some(period) = when.resolve(&running, calendar) {
                let instant = period.is_day();
                // The day a report came out is not the period of its flows.
                if instant && flow && aspect != Aspect::Cumulative {
                    continue;
                }
                if metric.kind == MetricKind::Price
                    && !instant
                    && !when.is_prior()
                    && period.length().is_some_and(|d| d > 31)
                    && self.whens.len() > 1
                {
                    continue;
                }
            } else if !matches!(when.what, What::Part { part: crate::when::Part::Weekday(_), .. }) || flow {
                continue;
            }
            if best.is_none_or(|(b, _)| score > b) {
                best = Some((score, when));
            }
        }
        if let Some((_, when)) = best {
            let period = when.resolve(&running, calendar).unwrap_or_default();
            steps.push(("period", Some(when.at.clone()), period.to_string()));
            // A total over a named stretch of the calendar is that stretch's level.
            let total = aspect == Aspect::Cumulative
                && metric.kind != MetricKind::Tally
                && !period.is_day()
                && !period.is_unspecified();
            return (if total { Aspect::Level } else { aspect }, period);
        }
        // "from 28.8 billion", with a year-on-year comparison in the same sentence: the year before.
        let to_follows = self.quantities.get(i + 1).is_some_and(|next| self.before(next, Cue::To));
        let moved_from = self.before(q, Cue::From)
            && matches!(
                metric.kind,
                MetricKind::Flow | MetricKind::PerShare | MetricKind::Ratio | MetricKind::CountFlow
            )
            && (to_follows || earlier.last().is_some_and(|r| self.lexicon.metric(r.metric).id == metric.id))
            && !self.tokens().any(|t| self.cue(t, Cue::Qoq));
        let from = modality == Modality::Actual
            && (moved_from
                || ((self.before(q, Cue::From) && to_follows) || self.before(q, Cue::Against))
                    && self.tokens().any(|t| self.cue(t, Cue::Yoy)));
        if from && aspect == Aspect::Level {
            if let Some(period) = running.period.as_ref().and_then(Period::year_before) {
                *doubt += 100;
                steps.push(("period", None, format!("compared with a year before: {period}")));
                return (aspect, period);
            }
        }
        // "… for two years in a row": not the period the text reports on, and no other is said.
        let stretch = (q.at.end..(q.at.end + 4).min(self.sentence.end)).any(|t| {
            self.scan.hits_at(t).iter().any(|h| {
                matches!(crate::scan::duration_unit(h.term), Some(Duration::Years | Duration::Months))
            }) && self.commas(q.at.end..t) == 0
                && !self.is_when(t)
        });
        if aspect == Aspect::Cumulative || modality == Modality::Guidance || stretch {
            return (aspect, Period::Unspecified);
        }
        let carried = earlier.last().filter(|r| self.carries(r, i)).map(|r| r.period.clone());
        let period = match metric.kind {
            MetricKind::Price if self.tokens().any(|t| self.cue(t, Cue::Today)) => {
                self.topic.published.map(Period::day)
            }
            MetricKind::Price => discourse.day.map(Period::day).or(carried.filter(Period::is_day)),
            MetricKind::Open | MetricKind::Event | MetricKind::Tally => None,
            // In a row of figures since a launch, one without its own time is since the launch too.
            MetricKind::CountStock if matches!(carried, Some(Period::Elapsed(_))) => {
                Some(Period::Elapsed(Elapsed { event: "launch".into(), after: None }))
            }
            MetricKind::Rate => discourse
                .month
                .clone()
                .or_else(|| self.topic.month.clone())
                .or_else(|| running.period.clone()),
            // A stock told in a report on nine months is that of its last day.
            MetricKind::Stock | MetricKind::CountStock => running.period.clone().map(|p| {
                let named = p.whole_months().is_some_and(|m| matches!(m, 1 | 3 | 6 | 12))
                    && !p.to_string().contains('/');
                if named { p } else { p.last().map_or(Period::Unspecified, Period::day) }
            }),
            _ => running.period.clone(),
        };
        match period {
            Some(period) => {
                *doubt += 40;
                steps.push(("period", None, format!("what the text reports on: {period}")));
                (aspect, period)
            }
            None => (aspect, Period::Unspecified),
        }
    }

    /// Whether a time stands right behind another figure that is only there to compare: "from 41 % in 2022".
    fn is_compared(&self, when: &When, but: usize) -> bool {
        let older = || {
            let running = Running { period: self.topic.period.clone(), published: self.topic.published };
            let last = when.resolve(&running, Default::default()).and_then(|p| p.last());
            self.topic.period.as_ref().and_then(Period::last).zip(last).is_some_and(|(topic, l)| l < topic)
        };
        self.quantities.iter().enumerate().any(|(j, other)| {
            j != but
                && other.at.end <= when.at.start
                && when.at.start - other.at.end <= 2
                && !(other.at.end..when.at.start).any(|t| self.cue(t, Cue::Against))
                && (but == usize::MAX || self.quantities[but].at.start > when.at.start)
                && (self.before(other, Cue::From) || self.before(other, Cue::Against) || older())
        })
    }

    /// Whether a reading passes its day on to the next figure of the sentence.
    fn carries(&self, reading: &Reading, i: usize) -> bool {
        self.quantities[reading.quantity].at.end <= self.quantities[i].at.start
    }

    /// Whether a mention of time is within reach of a figure: no semicolon and no more than one other figure between.
    fn in_reach(&self, i: usize, at: &Range<usize>) -> bool {
        let gap = between(&self.quantities[i].at, at);
        self.semicolons(gap.clone()) == 0 && self.quantities_in(&gap, i) == 0
    }

    fn first_since(&self, at: &Range<usize>) -> bool {
        (at.start.saturating_sub(4).max(self.sentence.start)..=at.start).any(|t| {
            self.scan.cue_at(t, Cue::FirstSince).is_some_and(|to| to > at.start || to + 1 >= at.start)
        })
    }

    /// Whether words before or right behind a figure open a window without a date.
    fn opens_window(&self, i: usize) -> bool {
        let q = &self.quantities[i];
        let opens = |t: usize| {
            self.cue(t, Cue::Since)
                && !self.first_since(&(t..t + 1))
                && !self.whens.iter().any(|w| w.at.contains(&t))
        };
        let floor = self.quantities[..i].last().map_or(self.sentence.start, |p| p.at.end);
        (floor..q.at.start).any(opens) || (q.at.end..(q.at.end + 3).min(self.sentence.end)).any(opens)
    }

    fn time_score(&self, i: usize, when: &When, metric_at: Option<&Range<usize>>) -> i32 {
        let q = &self.quantities[i];
        let gap = between(&q.at, &when.at);
        let others = self.quantities_in(&gap, i);
        let commas = self.commas(gap.clone());
        let semicolons = self.semicolons(gap.clone());
        let length = self.length(&gap);
        if when.at.start >= q.at.end {
            // "13.717 billion in 2022": right behind the figure.
            let noun =
                q.noun.as_ref().map_or(0, |n| i32::try_from(n.end.saturating_sub(q.at.end)).unwrap_or(0));
            let mut score = 50 - 6 * (length - noun).max(0) - 25 * commas - 60 * semicolons - 30 * others;
            if when.is_prior() && length - noun > 4 {
                score -= 30;
            }
            return score;
        }
        let mut score = 38 - length - 4 * commas - 10 * semicolons - 8 * others;
        // The time named right at the metric is the metric's: "la perte au premier trimestre".
        if let Some(at) = metric_at {
            let near = between(at, &when.at);
            let reach = if at.end <= when.at.start { 3 } else { 1 };
            if near.len() <= reach
                && self.commas(near.clone()) == 0
                && near.clone().all(|t| !self.is_joiner(t))
            {
                score += 18;
            }
        }
        if when.at.start <= self.sentence.start + 2 {
            // A time that opens the sentence holds for all of it.
            score = score.max(20);
        }
        if when.is_prior() {
            // A comparison's period belongs to the one figure beside it.
            if length > 3 || others > 0 {
                return -100;
            }
        }
        score
    }

    // ---- qualifiers ------------------------------------------------------------------------------------

    fn qualifiers(&self, i: usize, metric_at: Option<&Range<usize>>, of_places: bool) -> Vec<String> {
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
                match hit.term {
                    Term::Qualifier(k) => {
                        let name = &self.lexicon.qualifiers[k as usize];
                        let wide = name.starts_with("session:");
                        if behind || ahead || (wide && hit.from >= q.at.end && hit.from - q.at.end <= 6) {
                            found.push(name.clone());
                        }
                    }
                    Term::Region(k) if self.in_region(i, &hit, metric_at) => {
                        found.push(format!("region:{}", self.lexicon.regions[k as usize]));
                    }
                    // A company's figure for a country is not its figure for the world.
                    Term::Entity(e, _)
                        if self.cast.entity(e).kind == EntityKind::Place
                            && !of_places
                            && self.in_region(i, &hit, metric_at) =>
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
}

impl Attacher<'_> {
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

fn score_filter(score: i32) -> Option<i32> {
    (score > 0).then_some(score)
}

/// The tokens between two ranges.
fn between(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    if a.end <= b.start {
        a.end..b.start
    } else if b.end <= a.start {
        b.end..a.start
    } else {
        a.start..a.start
    }
}
