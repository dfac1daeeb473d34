//! Which entity, metric, time and modality belong to which number.
//!
//! For every quantity of a sentence the candidates near it are scored by type, order, distance and the cue
//! words between; the best one wins where it is good enough, else the figure is left unread. What a sentence
//! leaves out comes from the running discourse: its entity, reporting period and metric.

mod aspect;
mod bound;
mod category;
mod entity;
mod metric;
mod modality;
mod qualifiers;
mod respective;
mod time;

use std::ops::Range;

use consilience_claim::{Aspect, Bound, Date, Elapsed, Modality, Period};

use crate::cast::Cast;
use crate::lexicon::{
    Cue, Duration, EntityKind, Growth, Lang, Lexicon, Metric, MetricKind, MetricUnit, NameKind, Term,
    TimeWord,
};
use crate::quantity::{Kind, Quantity};
use crate::scan::{Scan, TokenKind, is_comma, is_semicolon};
use crate::when::{Running, What, When};

pub(crate) use metric::OF_NO_LIST;
use time::{Told, Trail};

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
    /// The first month of the split years of what it speaks of.
    pub opening: Option<i8>,
    /// The metric that it speaks of most, from its title on.
    pub measure: Option<u16>,
    /// How much it speaks of each company.
    pub companies: Vec<(u16, i32)>,
    /// Whether it speaks of all companies of a trade, and of none by name: "banks earned …".
    pub sector: bool,
}

impl Topic {
    /// What mentions of time are resolved against where nothing but the document as a whole is known.
    pub(crate) fn running(&self) -> Running {
        Running { period: self.period.clone(), published: self.published, opening: self.opening }
    }

    /// Whether the document speaks of a company enough for it to be spoken of on in the next paragraph.
    pub(crate) fn carries(&self, company: u16) -> bool {
        let weight = |c: u16| self.companies.iter().find(|(e, _)| *e == c).map_or(0, |(_, n)| *n);
        self.entity.is_none_or(|topic| weight(company) * 3 >= weight(topic))
    }
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
    /// What the last figure said.
    pub last: Option<Last>,
    /// How many months lie between what the text reports on and what it compares that with.
    pub base: Option<i32>,
    /// Period of the last plan of this paragraph.
    pub plan: Option<Period>,
    /// Whether a launch was mentioned in this paragraph.
    pub launch: bool,
    /// Whether this is an item of a list, which goes on with what was told before it.
    pub listed: bool,
}

/// What the last figure was of, for a sentence that leaves it out.
#[derive(Debug, Clone)]
pub(crate) struct Last {
    pub metric: u16,
    pub category: Option<u16>,
    pub entity: u16,
    pub period: Period,
    /// Whether this paragraph said it.
    pub here: bool,
    /// Whether a sentence of its own said that figures of it follow.
    pub announced: bool,
}

/// A quantity with everything it is about.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub quantity: usize,
    pub metric: u16,
    /// The category that the metric is of, where it is of one.
    pub category: Option<u16>,
    pub entity: u16,
    pub aspect: Aspect,
    pub period: Period,
    /// Whether the sentence itself says the period.
    pub dated: bool,
    /// The fiscal name of the period, where it differs from the calendar's.
    pub label: Option<String>,
    pub modality: Modality,
    pub bound: Bound,
    /// Whether the figure is a fall, so that its sign is to be negative.
    pub falls: bool,
    pub qualifiers: Vec<String>,
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
    /// Led by a preposition of place: no subject.
    led: bool,
    /// The adjective of a place, which speaks for the word beside it alone.
    adjective: bool,
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
    /// What it is of, where each category has its own.
    category: Option<u16>,
}

/// Reads the quantities of a sentence.
pub(crate) struct Attacher<'a> {
    pub scan: &'a Scan,
    pub text: &'a str,
    pub lexicon: &'a Lexicon,
    pub lang: &'a Lang,
    pub cast: &'a Cast<'a>,

    pub sentence: Range<usize>,
    pub quantities: &'a [Quantity],
    pub whens: &'a [When],
    pub topic: &'a Topic,
}

/// An explanation in brackets has at least so many tokens; a shorter one is another name of the same.
const GLOSS: usize = 4;

/// Scores are in tenths, so that sums are exact.
mod weight {
    pub(super) const ADJACENT_AFTER: i32 = 45;
    pub(super) const ADJACENT_BEFORE: i32 = 50;
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
        let measures = self.measures(discourse);
        let mates = self.mates(&names, &measures);
        let mut readings: Vec<Reading> = Vec::new();

        discourse.launch |= self.tokens().any(|t| self.term(t, Term::Time(TimeWord::Launch)));
        for (i, mate) in mates.iter().enumerate() {
            if let Some(reading) = self.read(i, mate, &names, &measures, discourse, &readings) {
                // What only a noun of this sentence names is not told on.
                if Some(reading.metric) != self.lexicon.open_count() {
                    discourse.last = Some(Last {
                        metric: reading.metric,
                        category: reading.category,
                        entity: reading.entity,
                        period: reading.period.clone(),
                        here: true,
                        announced: discourse
                            .last
                            .as_ref()
                            .is_some_and(|last| last.announced && last.metric == reading.metric),
                    });
                }
                discourse.base = self.base_said(&reading, discourse).or(discourse.base);
                if reading.modality == Modality::Guidance && reading.dated {
                    discourse.plan = Some(reading.period.clone());
                }
                readings.push(reading);
            }
        }
        // "The numbers of visitors by country were as follows."
        let announces = self.quantities.is_empty() && self.tokens().any(|t| self.cue(t, Cue::AsFollows));
        if readings.is_empty() {
            // "Net profit? Up 14 %": a fragment names the metric of the next sentence, and so does a sentence that
            // speaks of one metric alone: "The rate rose in 31 provinces. The largest rise …".
            let entity = discourse.last.as_ref().map(|l| l.entity).or(self.topic.entity).or(self.topic.place);
            let fragment = self.quantities.is_empty() && self.sentence.len() <= 8;
            let alone =
                measures.first().is_some_and(|m| !m.weak && measures.iter().all(|n| n.metric == m.metric));
            if let (Some(measure), Some(entity), true) =
                (measures.last(), entity, announces || fragment || alone)
            {
                let (metric, category) = (measure.metric, measure.category);
                let period = Period::Unspecified;
                discourse.last =
                    Some(Last { metric, category, entity, period, here: true, announced: announces });
            }
        }
        self.share_periods(&mut readings);
        self.remember(&names, discourse);
        readings
    }

    /// "rose 0.32 % to 676.49 on January 29": a movement and the level it led to are of one time.
    fn share_periods(&self, readings: &mut [Reading]) {
        for i in 0..readings.len() {
            // What something moved from is of another time.
            let q = &self.quantities[readings[i].quantity];
            let from = self.before(q, Cue::From) && !(q.at.start > 0 && self.is_when(q.at.start - 1));
            if readings[i].dated || from || readings[i].modality != Modality::Actual {
                continue;
            }
            // A stock is told with all of its day: "jumped $1.81, or 9.8 percent, to close at $20.22 Tuesday".
            let price = self.lexicon.metric(readings[i].metric).kind == MetricKind::Price;
            let mate = [i.wrapping_sub(1), i + 1].into_iter().find(|j| {
                readings.get(*j).is_some_and(|other| {
                    let levels = [&readings[i], other].iter().filter(|r| r.aspect == Aspect::Level).count();
                    let (first, second) = if *j > i { (i, *j) } else { (*j, i) };
                    let gap = between(
                        &self.quantities[readings[first].quantity].at,
                        &self.quantities[readings[second].quantity].at,
                    );
                    // "In the second quarter it reached 224.9 million, … with growth of 7.8 %".
                    let growth_behind = *j < i
                        && readings[i].aspect != Aspect::Level
                        && other.aspect == Aspect::Level
                        && self.semicolons(gap.clone()) == 0
                        && !gap.clone().any(|t| self.cue(t, Cue::Clause));
                    // A level of before is what the movement is measured from, not its time.
                    let before = other.period.whole_months().is_some()
                        && other.period.whole_months() == readings[i].period.whole_months()
                        && other.period.last() < readings[i].period.last();
                    other.dated
                        && !before
                        && other.modality == Modality::Actual
                        && (other.metric, other.category, other.entity)
                            == (readings[i].metric, readings[i].category, readings[i].entity)
                        && levels == 1
                        && gap.len() <= if price || growth_behind { 12 } else { 6 }
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
            !n.aside
                && !n.led
                && !n.adjective
                && !matches!(self.cast.entity(n.entity).kind, EntityKind::Index | EntityKind::Place)
        }) {
            // A part of a company that is not the subject of its sentence is told in passing.
            let part = self.cast.entity(subject.entity).kind == EntityKind::Part;
            let leads = subject.at.start <= self.sentence.start + 7;
            discourse.entity =
                Some(if part && !leads { self.cast.company_of(subject.entity) } else { subject.entity });
        }
        let running = self.running(self.sentence.start, discourse);
        // "By quarter, it grew 6.7 % in the first, 6.7 % in the second …": parts of what the text runs on.
        let whole = discourse.period.clone().or_else(|| self.topic.period.clone());
        let mut parts: Vec<Period> = Vec::new();
        for when in self.whens.iter().filter(|w| self.reports_on(w)) {
            if let Some(part) = when.resolve(&running, self.calendar(discourse))
                && whole.as_ref().is_some_and(|whole| whole.contains(&part) && *whole != part)
                && !parts.contains(&part)
            {
                parts.push(part);
            }
        }
        let breakdown = parts.len() > 1;
        for when in self.whens {
            let calendar = self.calendar(discourse);
            let Some(period) = when.reported(&running, calendar) else { continue };
            let past = self.topic.published.is_none_or(|p| period.last().is_none_or(|l| l <= p));
            if period.whole_months() == Some(1) && !self.is_older_month(&period) {
                discourse.month = Some(period.clone());
            }
            if self.reports_on(when) && past && !self.is_plan(when) && !self.is_compared(when, usize::MAX) {
                if self.takes_over(when, &period, &running) && !breakdown {
                    discourse.period = Some(period);
                }
            } else if period.is_day() {
                discourse.day = period.last();
            }
        }
    }

    /// Whether a month lies before the one that the text is about: it is named to compare with.
    fn is_older_month(&self, month: &Period) -> bool {
        self.topic.month.as_ref().and_then(Period::last).zip(month.last()).is_some_and(|(t, m)| m < t)
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
        let parts = |w: &str| is_comma(w) || matches!(w, "(" | ")" | "（" | "）" | "–" | "—" | ":" | "：");
        let (mut commas, mut t) = (0, range.start);
        while t < range.end {
            let aside = self.aside_end(t, range.end);
            commas += i32::from(aside.is_some() || parts(self.word(t)));
            t = aside.unwrap_or(t + 1);
        }
        commas
    }

    /// Where brackets end that open at a token and have no figure in them: what they say parts nothing.
    fn aside_end(&self, open: usize, end: usize) -> Option<usize> {
        if !matches!(self.word(open), "(" | "（") {
            return None;
        }
        let close = (open + 1..end).find(|t| matches!(self.word(*t), ")" | "）"))?;
        let figure = self.quantities.iter().any(|q| (open..close).contains(&q.at.start));
        (!figure).then_some(close + 1)
    }

    fn semicolons(&self, range: Range<usize>) -> i32 {
        range
            .filter(|t| match self.word(*t) {
                word if is_semicolon(word) => true,
                "•" | "…" => true,
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
            let named_here = (t..=self.scan.cue_at(t, Cue::Company).unwrap_or(t))
                .any(|s| self.scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Entity(..))));
            // "Bank Rakyat" and "la plateforme Threads" are named, not pointed at.
            if let Some(to) = self.scan.cue_at(t, Cue::Company).filter(|_| !named_here) {
                // "the group" is whose company was spoken of.
                let company = |e: u16| {
                    Some(self.cast.company_of(e)).filter(|c| self.cast.entity(*c).kind == EntityKind::Company)
                };
                // … in this sentence, where it names one alone.
                let mut here = names.iter().filter(|n| !n.aside && !n.led).filter_map(|n| company(n.entity));
                let only = here.next().filter(|first| here.all(|other| other == *first));
                if let Some(entity) = only.or(discourse.entity.and_then(company)).or(self.topic.entity) {
                    names.push(Name { at: t..to, entity, aside: false, led: false, adjective: false });
                }
                continue;
            }
            let Some((entity, hit)) = self.scan.term_at(t, |term| match term {
                Term::Entity(e, NameKind::Common) if Some(self.cast.company_of(e)) != self.topic.entity => {
                    None
                }
                Term::Entity(e, _) if self.cast.entity(e).kind == EntityKind::Agency => None,
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
                    is_comma(self.word(t))
                        || matches!(self.word(t), "\"" | "“" | "«")
                        || self.scan.tokens[t].end - self.scan.tokens[t].start <= 3
                })
            };
            if listed {
                including_until = at.end;
            }
            // "Threads, Meta's Twitter competitor, …": names between commas that only describe another.
            let comma = |t: &usize| is_comma(self.word(*t)) || matches!(self.word(*t), "(" | "–" | "—");
            let opened = (self.sentence.start..at.start).rev().take(5).find(comma);
            let closed = (at.end..self.sentence.end).take(6).find(|t| comma(t) || self.word(*t) == ")");
            let apposed =
                opened.zip(closed).is_some_and(|(o, c)| (o..c).any(|t| self.cue(t, Cue::Apposition)));
            // "US dollars" names no country.
            let in_money = (t.saturating_sub(3)..=t).any(|s| {
                self.scan
                    .hits_at(s)
                    .iter()
                    .any(|h| matches!(h.term, Term::Currency(..)) && h.from <= t && h.to >= hit.to)
            });
            if in_money {
                continue;
            }
            let led = t > self.sentence.start
                && self
                    .scan
                    .hits_at(t - 1)
                    .iter()
                    .any(|h| matches!(h.term, Term::Cue(Cue::Beneficiary)) && h.to == t)
                && !matches!(self.word(t - 1).to_lowercase().as_str(), "for" | "pour" | "untuk" | "bagi");
            // "Vigo (Redacción)", "(NYSE: XYZ)": alone in brackets.
            let bracketed = at.start > self.sentence.start
                && matches!(self.word(at.start - 1), "(" | "（")
                && matches!(self.word(at.end), ")" | "）" | ":");
            // "… overtook Lidl": who is outdone is told of for comparison.
            let outdone = (t.saturating_sub(3).max(self.sentence.start)..t)
                .any(|s| self.scan.cue_at(s, Cue::Beat) == Some(t) && self.scan.cue_at(s, Cue::Up).is_none());
            let adjective = matches!(hit.term, Term::Entity(_, NameKind::Adjective));
            let dateline = self.cast.entity(entity).kind == EntityKind::Place
                && self.scan.in_dateline(self.text, at.clone());
            names.push(Name {
                at,
                entity,
                aside: listed || apposed || bracketed || dateline || outdone,
                led,
                adjective,
            });
        }
        names
    }

    fn measures(&self, discourse: &Discourse) -> Vec<Measure> {
        let mut measures: Vec<Measure> = Vec::new();
        let mut same = 0;
        for t in self.tokens() {
            // "通期の同利益": what was measured last, whatever the word for it would be by itself.
            if let Some(to) = self.scan.cue_at(t, Cue::SameMetric) {
                let before = measures.last().map(|m| (m.metric, m.category));
                let last = before.or_else(|| discourse.last.as_ref().map(|l| (l.metric, l.category)));
                if let Some((metric, category)) = last {
                    measures.push(Measure { at: t..to, metric, moves: false, weak: false, category });
                    same = to;
                }
            }
            if t < same {
                continue;
            }
            for hit in self.scan.hits_at(t) {
                if let Term::Metric(metric, weak) = hit.term {
                    let at = hit.from..hit.to;
                    let composed = self.lexicon.composed(metric);
                    let category = composed.and_then(|of| self.category_beside(&at, of));
                    if composed.is_some_and(|c| !c.alone) && category.is_none() {
                        continue;
                    }
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
                    // "EBITDA (profit before interest, tax and amortisation)" says what the one before it is.
                    if self.is_gloss(hit.from, &measures) {
                        continue;
                    }
                    // All of it is a word of movement: 增加 moves, 增加值 is an amount.
                    let moves = [Cue::Down, Cue::Up]
                        .iter()
                        .any(|c| self.scan.cue_at(t, *c).is_some_and(|to| to >= hit.to));
                    measures.push(Measure { at, metric, moves, weak, category });
                }
            }
        }
        self.without_glosses(measures)
    }

    /// Leaves out what is named only to say how another metric is counted: "Ebitda (profit before interest, tax and
    /// depreciation)", "profit before special income and expenses".
    fn without_glosses(&self, mut measures: Vec<Measure>) -> Vec<Measure> {
        let mut renamed: Vec<(usize, usize)> = Vec::new();
        let mut left_out = vec![false; measures.len()];
        for (n, measure) in measures.iter().enumerate() {
            let outer = |open: usize| {
                measures.iter().any(|m| m.at.len() == 1 && m.at.end <= open && open - m.at.end <= 1)
            };
            let explained = self.bracket(measure.at.start).is_some_and(|at| {
                at.len() >= GLOSS
                    && outer(at.start - 1)
                    && !self.quantities.iter().any(|q| at.contains(&q.at.start))
            });
            // In a row behind the word that takes things out, each is taken out.
            let in_row = n > 0 && left_out[n - 1] && {
                let gap = measures[n - 1].at.end..measure.at.start.max(measures[n - 1].at.end);
                gap.len() <= 2 && gap.clone().all(|t| is_comma(self.word(t)) || self.is_small(t))
            };
            let near = measure.at.start.saturating_sub(3).max(self.sentence.start)..measure.at.start;
            let excluded = near.clone().any(|t| {
                self.scan.cue_at(t, Cue::Excluding).is_some_and(|to| {
                    to <= measure.at.start && (to..measure.at.start).all(|g| self.is_small(g))
                })
            });
            left_out[n] = explained || excluded || in_row;
            // "The operating profit (EBITDA)": a short bracket says more exactly which one is meant.
            let renames = measure.at.len() == 1
                && self
                    .bracket(measure.at.start)
                    .is_some_and(|at| at.len() < GLOSS && n > 0 && measures[n - 1].at.end + 1 == at.start);
            if renames {
                left_out[n - 1] = true;
                renamed.push((n, measures[n - 1].at.start));
            }
        }
        for (n, start) in renamed {
            measures[n].at.start = start;
        }
        let mut left_out = left_out.into_iter();
        measures.into_iter().filter(|_| !left_out.next().unwrap_or(false)).collect()
    }

    /// Whether a token stands in brackets that open right behind a metric and hold no figure.
    fn is_gloss(&self, t: usize, measures: &[Measure]) -> bool {
        const LONGEST: usize = 24;
        measures.iter().any(|m| {
            let open = m.at.end;
            let near = open < t && t - open < LONGEST;
            let close = || {
                (open..(open + LONGEST).min(self.sentence.end)).find(|s| matches!(self.word(*s), ")" | "）"))
            };
            near && matches!(self.word(open), "(" | "（")
                && close()
                    .is_some_and(|close| t < close && self.quantities_in(&(open..close), usize::MAX) == 0)
        })
    }

    /// The last quarter of what the text runs on, where a sentence without a time of its own tells growth from
    /// quarter to quarter: that of nine months is none.
    fn quarter_told(&self, running: &Period) -> Option<Period> {
        let longer = running.whole_months().is_some_and(|months| months > 3);
        let told = self.tokens().any(|t| self.cue(t, Cue::Qoq));
        let timeless = self.whens.iter().all(When::is_prior);
        if !(longer && told && timeless) {
            return None;
        }
        let topic = self.topic.period.clone().filter(|p| p.whole_months() == Some(3) && running.contains(p));
        topic.or_else(|| Period::months_ending(running.last()?, 3))
    }

    fn running(&self, before: usize, discourse: &Discourse) -> Running {
        let mut running = Running {
            period: discourse.period.clone().or_else(|| self.topic.period.clone()),
            published: self.topic.published,
            opening: self.topic.opening,
        };
        let calendar = self.calendar(discourse);
        for when in self.whens.iter().filter(|w| self.reports_on(w) && !self.is_compared(w, usize::MAX)) {
            let first_of_sentence = running.period.is_none();
            if (when.at.start < before || first_of_sentence)
                && let Some(period) =
                    when.reported(&running, calendar).filter(|p| self.takes_over(when, p, &running))
            {
                running.period = Some(period);
            }
        }
        if let Some(quarter) = running.period.as_ref().and_then(|p| self.quarter_told(p)) {
            running.period = Some(quarter);
        }
        running
    }

    /// Whether a mention of time can be what a text reports on: a month or a week too where its subject is one.
    fn reports_on(&self, when: &When) -> bool {
        let topic = self.topic.period.as_ref();
        let monthly = topic.and_then(Period::whole_months) == Some(1);
        let weekly = topic.and_then(Period::length).is_some_and(|days| days < 28);
        when.is_reporting() || monthly && when.is_month() || weekly && when.is_row_of_days()
    }

    /// Whether a reporting period replaces the running one. A year named in passing ("the highest of 2021")
    /// does not replace a quarter; one that opens its sentence, or is called full, does.
    fn takes_over(&self, when: &When, period: &Period, running: &Running) -> bool {
        let known = running.period.as_ref().and_then(Period::length);
        // "Nine months" in a report on a quarter are as much reported on as the quarter.
        let year = period.whole_months() == Some(12);
        let longer = year && known.zip(period.length()).is_some_and(|(known, new)| new > known);
        let opens = when.at.start <= self.sentence.start + 2 || when.at.len() > 2;
        // What lies before the time reported on is told for comparison, unless it is a part of it.
        let older = self.topic.period.as_ref().is_some_and(|topic| {
            topic.last().zip(period.last()).is_some_and(|(t, p)| p < t) && !topic.contains(period)
        });
        // Where months are reported on, what is longer is told beside them.
        let month = self.topic.period.as_ref().and_then(Period::whole_months) == Some(1);
        let beside = month && period.length().is_some_and(|days| days > 31);
        (!older || beside) && (!longer || opens)
    }

    fn read(
        &self,
        i: usize,
        mate: &respective::Mate,
        names: &[Name],
        measures: &[Measure],
        discourse: &Discourse,
        earlier: &[Reading],
    ) -> Option<Reading> {
        let q = &self.quantities[i];
        let mut steps = Vec::new();
        let paired = mate.metric.clone().filter(|(m, _)| self.fit(self.lexicon.metric(*m), q).is_some());
        let (mut metric, metric_at) = match paired {
            Some((metric, at)) => {
                let id = &self.lexicon.metric(metric).id;
                steps.push(("metric", Some(at.clone()), format!("named in the same place of its row: {id}")));
                (metric, Some(at))
            }
            None => self.metric(i, names, measures, discourse, earlier, &mut steps)?,
        };
        let entity = match &mate.name {
            Some((entity, at)) => {
                let name = &self.cast.entity(*entity).name;
                steps.push((
                    "entity",
                    Some(at.clone()),
                    format!("named in the same place of its row: {name}"),
                ));
                *entity
            }
            None => {
                let at = metric_at.as_ref();
                self.entity(i, metric, at, names, discourse, earlier, &mut steps)?.0
            }
        };
        metric = self.settle(metric, entity, q, discourse.last.as_ref());
        if self.lexicon.metric(metric).id == "margin" {
            metric = self.margin_of(i, measures, discourse)?;
        }
        let mut metric_at = metric_at;
        let before = |m: &&Measure| m.at.end <= q.at.start && !self.is_whole_of(i, &m.at);
        let named = measures.iter().rev().find(before).map(|m| m.metric);
        let pointed = || discourse.last.as_ref().filter(|l| l.here).map(|l| l.metric);
        let result = named.or_else(pointed);
        if let Some(share) = self.share_of(i, metric, metric_at.as_ref(), result) {
            metric = share;
            metric_at = None;
        }
        let category = self.category(i, metric, metric_at.as_ref(), discourse, earlier, &mut steps);
        let info = self.lexicon.metric(metric);
        // "$22.99 a month" is a tariff, whatever verb stands before it.
        if q.is_money()
            && self.term(q.at.end, Term::PerTime)
            // "£4 million a year ago" is no rate.
            && !self.whens.iter().any(|w| w.at.start == q.at.end)
            && !matches!(info.kind, MetricKind::Price | MetricKind::Ratio)
        {
            return None;
        }
        let entity = if info.company_only { self.cast.company_of(entity) } else { entity };
        // No country has revenue or a dividend, if its banks have: "the country earned 46 billion shillings".
        let of_sector = self.tokens().any(|t| self.cue(t, Cue::Sector))
            || discourse.last.as_ref().is_some_and(|l| l.metric == metric && l.entity == entity);
        if info.company_only && self.cast.entity(entity).kind == EntityKind::Place && !of_sector {
            return None;
        }
        let (aspect, falls) = self.aspect(i, info, metric_at.as_ref(), earlier, &mut steps)?;
        let modality = self.modality(i, metric_at.as_ref(), earlier, &mut steps);
        let modality = self.planned_on(modality, discourse);
        let told = Told {
            i,
            metric: info,
            metric_at: metric_at.as_ref(),
            entity,
            aspect,
            modality,
            discourse,
            earlier,
        };
        let (aspect, period) = self.period(&told, &mut Trail { steps: &mut steps });
        let period = match mate.when.map(|w| &self.whens[w]) {
            Some(when) => {
                let running = self.running(q.at.start, discourse);
                let own = when.resolve(&running, self.cast.calendar(entity)).unwrap_or(period);
                steps.retain(|(field, ..)| *field != "period");
                steps.push(("period", Some(when.at.clone()), "named in the same place of its row".into()));
                own
            }
            None => period,
        };
        let period = self.bracketed_period(i, period, &mut steps);
        let period = self.carried_period(period, metric, metric_at.as_ref(), discourse, &mut steps);
        let aspect = self.against_time_before(i, aspect, &period, earlier);
        let modality = match modality {
            Modality::Actual => self.told_ahead(i, &period, entity, &mut steps),
            told => told,
        };
        let bound = self.bound(i, modality, &mut steps);
        let mut qualifiers = self.qualifiers(i, metric_at.as_ref(), info.of_places);
        qualifiers.extend(self.lexicon.category_qualifier(metric, category));
        qualifiers.sort();
        Some(Reading {
            quantity: i,
            metric,
            category,
            entity,
            aspect,
            dated: steps.iter().any(|(field, at, _)| *field == "period" && at.is_some()),
            label: self.fiscal_label(&steps, entity),
            period,
            modality,
            bound,
            falls,
            qualifiers,
            steps,
        })
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
