//! Which metric a figure measures.

use super::time::is_growth;
use super::*;

/// No word further away than this many tokens is what a figure measures: it would score too little, and in a sentence
/// without an end the search must not take in all of it.
const FAR: usize = 250;

/// The precision of a whole number.
const HALF: consilience_claim::Decimal = consilience_claim::Decimal::from_parts(5, 0, 0, false, 1);

/// At most so many words that nothing is known of stand between what is new in a sentence that leaves its metric out
/// and its figure.
const UNKNOWN: usize = 2;

/// A metric before a figure scores less than this where it is not close: some words off, or past a comma.
const CLOSE: i32 = -8;
/// Fewer than this many things are a list, not a figure.
const LIST: i64 = 50;
/// What the evidence says of a metric that only a noun of the text names.
pub(crate) const OF_NO_LIST: &str = "what is counted, a noun of no list";

impl Attacher<'_> {
    /// How well a metric and a quantity go together by type; `None` where they cannot.
    pub(super) fn fit(&self, metric: &Metric, q: &Quantity) -> Option<i32> {
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
            (MetricUnit::Count(_), Kind::Factor) if self.is_multiple(metric) => weight::SAME_UNIT,
            (
                MetricUnit::Money | MetricUnit::MoneyPerShare | MetricUnit::Count(_),
                Kind::Percent | Kind::Fraction | Kind::Factor,
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
            // "A deficit of 5.5 % of GDP"
            (MetricUnit::Money, Kind::Count(u)) if points(u) == "percent_of_gdp" => 0,
            (MetricUnit::Count(_), Kind::Bare) => 0,
            (MetricUnit::MoneyPerShare, Kind::Cents) if self.topic.money.is_some() => weight::SAME_UNIT,
            // "3.7 billion" in a text that has named its money.
            (MetricUnit::Money, Kind::Bare) if q.scaled && self.topic.money.is_some() => -10,
            (MetricUnit::MoneyPerShare, Kind::Bare)
                if !q.scaled && q.precision.is_some_and(|p| p < HALF) && self.topic.money.is_some() =>
            {
                -30
            }
            _ => return None,
        })
    }

    /// Whether a metric counts how many times one thing is another: debt to EBITDA.
    pub(super) fn is_multiple(&self, metric: &Metric) -> bool {
        matches!(metric.unit, MetricUnit::Count(u) if self.lexicon.units[u as usize].to_string() == "x")
    }

    pub(super) fn metric(
        &self,
        i: usize,
        names: &[Name],
        measures: &[Measure],
        discourse: &Discourse,
        earlier: &[Reading],
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Option<(u16, Option<Range<usize>>)> {
        let q = &self.quantities[i];
        let mut best: Option<(i32, &Measure)> = None;
        let near = |m: &&Measure| between(&q.at, &m.at).len() <= FAR && !self.is_whole_of(i, &m.at);
        for measure in measures.iter().filter(near) {
            // Exports of wheat are told in tonnes as well as in money.
            let amount = measure.category.is_some() && matches!(q.kind, Kind::Count(_)) && !measure.moves;
            let fit = self.fit(self.lexicon.metric(measure.metric), q);
            let Some(fit) = fit.or_else(|| amount.then_some(weight::SAME_UNIT)) else { continue };
            if fit < 0 && matches!(q.kind, Kind::Money(..)) && self.per_share_before(i) {
                continue;
            }
            let percent = matches!(q.kind, Kind::Percent | Kind::Fraction);
            if percent && measure.moves && !self.is_rate(measure.metric) {
                continue;
            }
            // "… fell by 3.04 %, the margin was 1.26 %": what moved is told before.
            if percent
                && measure.at.start >= q.at.end
                && self.is_rate(measure.metric)
                && self.commas(q.at.end..measure.at.start) > 0
                && self.direction(q).is_some_and(|(at, _)| at.end <= q.at.start && q.at.start - at.end <= 1)
            {
                continue;
            }
            // "operating profit of 5 billion, up 8 %, net profit of 4 billion": what follows has its own figure.
            if percent && self.has_own_figure(i, &measure.at) {
                continue;
            }
            // "laid off three hundred employees": the verb right before counts, not the noun's own metric.
            let verb = self.lexicon.metric(measure.metric).kind == MetricKind::CountFlow
                && matches!(q.kind, Kind::Count(_))
                && measure.at.end <= q.at.start
                && q.at.start - measure.at.end <= 2
                && self.commas(measure.at.end..q.at.start) == 0;
            let score = fit + self.place(i, &measure.at) + if verb { weight::COUNTED } else { 0 }
                - if measure.weak { weight::WEAK } else { 0 };
            if score >= weight::LEAST
                && best.is_none_or(|(b, m)| score > b || score == b && self.closer(measure, m))
            {
                best = Some((score, measure));
            }
        }
        let best = best.map(|(score, measure)| (score, self.head_of(measure, measures, q)));
        // "a 24 % rally in the S&P 500": an index has one metric of its own.
        if matches!(q.kind, Kind::Percent | Kind::Points | Kind::Bare | Kind::Count(_)) {
            let index = names.iter().find(|n| {
                self.cast.entity(n.entity).kind == EntityKind::Index
                    && ((n.at.start >= q.at.end && n.at.start - q.at.end <= 5)
                        || (n.at.end <= q.at.start && q.at.start - n.at.end <= 8))
                    && self.commas(between(&q.at, &n.at)) == 0
            });
            if let (Some(name), Some(level)) = (index, self.lexicon.metric_by_id("index_level"))
                && best.is_none_or(|(b, _)| b < weight::ADJACENT_AFTER)
            {
                steps.push(("metric", Some(name.at.clone()), "an index is measured by its level".into()));
                return Some((level, Some(name.at.clone())));
            }
        }
        // "5,000 farmers": the noun says what they are, unless a metric says so close by.
        if let Some(metric) = self.counted_noun(q)
            && best.as_ref().is_none_or(|(score, _)| *score < CLOSE)
        {
            steps.push((
                "metric",
                q.noun.clone(),
                format!("what is counted: {}", self.lexicon.metric(metric).id),
            ));
            return Some((metric, q.noun.clone()));
        }
        // "400 attacks were carried out": a noun of no list right behind a figure is what it counts, unless a metric says
        // so close by.
        if let Some(noun) = self.open_noun(q)
            && best.as_ref().is_none_or(|(score, _)| *score < CLOSE)
            && let Some(count) = self.lexicon.open_count()
        {
            steps.push(("metric", Some(noun.clone()), OF_NO_LIST.into()));
            return Some((count, Some(noun)));
        }
        // The nearest words name something that is no metric: the figure is of that, or of the noun that it counts.
        let other = if self.per_share_before(i) { None } else { self.no_metric_before(i) };
        let best = match &other {
            Some(at) if best.as_ref().is_none_or(|(_, m)| m.at.end <= at.start && at.end > m.at.end) => {
                if !matches!(q.kind, Kind::Count(_)) || q.noun.is_none() {
                    return None;
                }
                None
            }
            _ => best,
        };
        if let Some((_, measure)) = &best
            && let Some(grown) = self.grown(q, measure, earlier)
        {
            let id = &self.lexicon.metric(grown).id;
            steps.push(("metric", None, format!("by how much the figure before it has grown: {id}")));
            return Some((grown, None));
        }
        if let Some((_, measure)) = best {
            // "a dividend of 118 cents, up 10.3 %": one word, one metric, whatever else it may mean.
            let told = earlier.iter().rev().find(|r| {
                r.metric != measure.metric
                    && r.steps
                        .iter()
                        .any(|(field, at, _)| *field == "metric" && at.as_ref() == Some(&measure.at))
                    && is_growth(q)
                    && self.fit(self.lexicon.metric(r.metric), q).is_some()
            });
            if let Some(told) = told {
                let id = &self.lexicon.metric(told.metric).id;
                steps.push((
                    "metric",
                    Some(measure.at.clone()),
                    format!("named with the figure before: {id}"),
                ));
                return Some((told.metric, Some(measure.at.clone())));
            }
            let metric = self.of_trade(measure, measures, q.at.start, discourse).unwrap_or(measure.metric);
            let id = &self.lexicon.metric(metric).id;
            steps.push(("metric", Some(measure.at.clone()), format!("named: {id}")));
            return Some((metric, Some(measure.at.clone())));
        }
        // "net income of 1.68 billion, 3.73 dollars per share": per share, it is another metric.
        let each = matches!(q.kind, Kind::MoneyPerShare(..) | Kind::Cents)
            || (matches!(q.kind, Kind::Money(..)) && !q.scaled && self.per_share_before(i));
        if each {
            let nearest = measures
                .iter()
                .filter(|m| between(&q.at, &m.at).len() <= FAR)
                .filter_map(|m| Some((self.lexicon.per_share(m.metric)?, m, self.place(i, &m.at))))
                .max_by_key(|(_, m, place)| (*place, std::cmp::Reverse(m.at.start)));
            if let Some((metric, measure, _)) = nearest {
                let id = &self.lexicon.metric(metric).id;
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
        let alike = |r: &&Reading| {
            std::mem::discriminant(&self.quantities[r.quantity].kind) == std::mem::discriminant(&q.kind)
        };
        let last = earlier.last().filter(|r| i > 0 && Some(r.metric) != self.lexicon.open_count());
        // "A with 3 billion, up 5 %; B with 2 billion": past a percentage of the same, the figure of its own kind.
        let paired = earlier.iter().rev().find(alike).filter(|r| last.is_some_and(|l| l.metric == r.metric));
        let same_sentence = paired.or(last).map(|r| (r.metric, r.quantity));
        if let Some((metric, before)) = same_sentence {
            let prior = &self.quantities[before];
            let alike = std::mem::discriminant(&prior.kind) == std::mem::discriminant(&q.kind)
                || (matches!(prior.kind, Kind::Count(_)) && q.kind == Kind::Bare && q.scaled)
                || matches!(q.kind, Kind::Percent);
            if alike && self.fit(self.lexicon.metric(metric), q).is_some() {
                steps.push((
                    "metric",
                    None,
                    format!("carried over within the sentence: {}", self.lexicon.metric(metric).id),
                ));
                return Some((metric, None));
            }
        }
        let last = discourse.last.as_ref()?;
        let metric = last.metric;
        self.elided(i, names, measures, discourse, last)?;
        steps.push((
            "metric",
            None,
            format!("carried over from the sentence before: {}", self.lexicon.metric(metric).id),
        ));
        Some((metric, None))
    }

    /// "Profit of the maker of dairy products rose to 218 million, by 50 %": a percentage of movement with nothing
    /// measured since the amount before it is that amount's, whatever the words before the two are nearest to.
    fn grown(&self, q: &Quantity, measure: &Measure, earlier: &[Reading]) -> Option<u16> {
        let before = earlier.last()?;
        let amount = &self.quantities[before.quantity];
        let gap = amount.at.end..q.at.start;
        let tied = q.kind == Kind::Percent
            && self.moves(q)
            && before.aspect == Aspect::Level
            && matches!(amount.kind, Kind::Money(..) | Kind::Count(_))
            && measure.at.end <= amount.at.start
            && self.lexicon.metric(before.metric).id != self.lexicon.metric(measure.metric).id
            && self.semicolons(gap.clone()) == 0
            && !gap.clone().any(|t| self.cue(t, Cue::Clause));
        (tied && self.fit(self.lexicon.metric(before.metric), q).is_some()).then_some(before.metric)
    }

    /// Whether a metric is only what another figure before it is a share of: "EBITDA of 345 million, or 18 % of turnover,
    /// up from 222 million".
    pub(super) fn is_whole_of(&self, i: usize, at: &Range<usize>) -> bool {
        const REACH: usize = 3;
        self.quantities.iter().enumerate().filter(|(j, p)| *j != i && p.kind == Kind::Percent).any(
            |(_, p)| {
                let gap = p.at.end..at.start.max(p.at.end);
                p.at.end <= at.start
                    && self.quantities[i].at.start >= at.end
                    && (1..=REACH).contains(&gap.len())
                    && gap.clone().all(|t| self.is_small(t))
                    && (self.cue(gap.start, Cue::Of) || self.term(gap.start, Term::Partitive))
                    && !self.moves(p)
            },
        )
    }

    /// The metric that the noun of a count is by itself.
    fn counted_noun(&self, q: &Quantity) -> Option<u16> {
        let noun = q.noun.as_ref().filter(|_| matches!(q.kind, Kind::Count(_)))?;
        self.scan.hits_at(noun.start).iter().find_map(|h| match h.term {
            Term::Counted(metric, _) if h.to == noun.end => Some(metric),
            _ => None,
        })
    }

    /// The noun of no list that a bare figure counts, with what stands before it that is part of its name.
    fn open_noun(&self, q: &Quantity) -> Option<Range<usize>> {
        const LONGEST: usize = 4;
        let naming = &self.lang.names;
        let whole = q.scaled || q.precision.is_none_or(|p| p >= HALF);
        if q.kind != Kind::Bare || !whole || q.value.abs() < LIST.into() || naming.plural_nouns.is_empty() {
            return None;
        }
        let of = self.scan.hits_at(q.at.end).iter().find(|h| h.term == Term::Partitive && q.scaled);
        let from = of.map_or(q.at.end, |h| h.to);
        let plain = |t: &usize| {
            let word = self.word(*t);
            let known = |h: &crate::scan::Hit| {
                !matches!(
                    h.term,
                    Term::Qualifier(_)
                        | Term::Category(_)
                        | Term::Metric(..)
                        | Term::Ordinal(_)
                        | Term::Entity(_, NameKind::Adjective)
                )
            };
            self.scan.tokens[*t].kind == TokenKind::Word
                && word.len() > 2
                && word.bytes().all(|b| b.is_ascii_lowercase())
                && !naming.small.iter().any(|s| s == word)
                && !self.scan.hits_at(*t).iter().any(known)
        };
        let reach = (from + LONGEST).min(self.sentence.end);
        let head = (from..reach).take_while(plain).find(|t| {
            let word = self.word(*t);
            self.scan.hits_at(*t).iter().all(|h| !matches!(h.term, Term::Metric(..) | Term::Category(_)))
                && naming.plural_nouns.iter().any(|e| word.ends_with(e.as_str()))
        })?;
        let named = (from..=head).find(|t| !naming.plain.iter().any(|w| w == self.word(*t)))?;
        Some(named..head + 1)
    }

    /// Whether what stands behind a figure and a comma is the metric of the figure right behind it.
    fn has_own_figure(&self, i: usize, at: &Range<usize>) -> bool {
        let q = &self.quantities[i];
        let Some(next) = self.quantities.get(i + 1) else { return false };
        let own = at.end..next.at.start.max(at.end);
        at.start >= q.at.end
            && next.at.start >= at.end
            && self.commas(q.at.end..at.start) > 0
            && own.len() <= 2
            && self.commas(own.clone()) + self.semicolons(own) == 0
            && !matches!(next.kind, Kind::Percent | Kind::Fraction | Kind::Points | Kind::Factor)
    }

    /// Whether a sentence leaves out what its figure measures because the sentence before has said it.
    fn elided(
        &self,
        i: usize,
        names: &[Name],
        measures: &[Measure],
        discourse: &Discourse,
        last: &Last,
    ) -> Option<()> {
        let q = &self.quantities[i];
        let info = self.lexicon.metric(last.metric);
        if self.fit(info, q)? < 0 || measures.iter().any(|m| m.at.start < q.at.start) {
            return None;
        }
        if last.announced {
            return Some(());
        }
        let comparing = self.tokens().any(|t| {
            [Cue::ExpectVerb, Cue::ExpectedNoun, Cue::Against, Cue::Yoy, Cue::Qoq]
                .iter()
                .any(|c| self.cue(t, *c))
                || (t <= self.sentence.start + 1 && (self.cue(t, Cue::Up) || self.cue(t, Cue::Down)))
        });
        let gained = q.kind == Kind::Bare
            && q.scaled
            && self.direction(q).is_some_and(|(at, _)| at.end <= q.at.start && q.at.start - at.end <= 2);
        if comparing && q.kind != Kind::Bare || (comparing || gained) && q.scaled {
            return Some(());
        }
        let moved = self.direction(q).is_some() || q.signed;
        let topical = self.topic.measure == Some(last.metric);
        let alike = match q.kind {
            Kind::Money(..) => q.scaled,
            Kind::Percent | Kind::Points => {
                let share = info.unit == MetricUnit::Percent;
                share && self.is_rate(last.metric) || !share && moved
            }
            // "Australia up 3,100 to 114,400" in a list that says above it what is counted.
            Kind::Bare if discourse.listed => moved || self.before(q, Cue::To),
            // "Le Valais (3,2 millions/+6,4%)"
            Kind::Bare => topical && q.scaled && self.bracket(q.at.start).is_some(),
            Kind::Count(_) => {
                let of_kind = q.scaled && self.fit(info, q).is_some_and(|fit| fit > 0);
                discourse.listed || topical || of_kind
            }
            _ => false,
        };
        // "This figure fell by 88.8 %"
        // "Il est en hausse de 2,7 %", where a pronoun opens the sentence and no person is spoken of
        let opening = self.sentence.start..(self.sentence.start + 2).min(q.at.start);
        let pointed = self.tokens().take_while(|t| *t < q.at.start).any(|t| self.cue(t, Cue::Anaphor))
            || last.here && opening.into_iter().any(|t| self.cue(t, Cue::Pronoun)) && names.is_empty();
        if alike && pointed {
            return Some(());
        }
        // Only what goes on through a text is left out: not a price, nor what happened once.
        let runs = matches!(
            info.kind,
            MetricKind::Flow
                | MetricKind::CountFlow
                | MetricKind::Stock
                | MetricKind::CountStock
                | MetricKind::Ratio
                | MetricKind::Rate
        );
        // What is new in such a sentence stands before the figure: whose it is, or of which time.
        // Between it and the figure stands no other word that could be what is measured.
        let close = |at: &Range<usize>| {
            let unknown = |t: &usize| {
                let plain = self.scan.tokens[*t].kind == TokenKind::Word && self.scan.hits_at(*t).is_empty();
                plain && (!self.is_small(*t) || self.word(*t).chars().all(crate::scan::is_ideographic))
            };
            at.end <= q.at.start && (at.end..q.at.start).filter(unknown).count() <= UNKNOWN
        };
        let contrasted =
            names.iter().any(|n| !n.aside && close(&n.at)) || self.whens.iter().any(|w| close(&w.at));
        let goes_on = last.here || topical;
        (runs && alike && contrasted && goes_on).then_some(())
    }

    /// "445.2 (398.5) million": a figure of the same unit in brackets right behind another is that of the year before.
    pub(super) fn bracketed_period(
        &self,
        i: usize,
        period: Period,
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Period {
        let q = &self.quantities[i];
        let own = steps.iter().rev().any(|(field, at, _)| {
            *field == "period"
                && at.as_ref().is_some_and(|at| i > 0 && at.start >= self.quantities[i - 1].at.end)
        });
        let pair = i.checked_sub(1).map(|p| &self.quantities[p]).filter(|p| {
            p.at.end + 1 == q.at.start
                && matches!(self.word(p.at.end), "(" | "（")
                && matches!(self.word(q.at.end), ")" | "）")
                && p.kind == q.kind
                && p.scaled == q.scaled
                && !q.signed
                && !matches!(q.kind, Kind::Bare)
        });
        let before = pair.filter(|_| !own).and_then(|_| period.year_before());
        let Some(before) = before else { return period };
        steps.retain(|(field, ..)| *field != "period");
        steps.push(("period", None, format!("in brackets behind the figure of the year after: {before}")));
        before
    }

    /// A figure whose metric the sentence before has said is of its time too, where none is known for it.
    pub(super) fn carried_period(
        &self,
        period: Period,
        metric: u16,
        metric_at: Option<&Range<usize>>,
        discourse: &Discourse,
        steps: &mut Vec<(&'static str, Option<Range<usize>>, String)>,
    ) -> Period {
        let own = steps.iter().any(|(field, at, _)| *field == "period" && at.is_some());
        let last = discourse.last.as_ref().filter(|l| {
            l.here
                && l.metric == metric
                && metric_at.is_none()
                && !own
                && period == Period::Unspecified
                && l.period != Period::Unspecified
        });
        let Some(last) = last else { return period };
        steps.retain(|(field, ..)| *field != "period");
        steps.push(("period", None, format!("the time of the figure before: {}", last.period)));
        last.period.clone()
    }

    /// Which of two metrics that are placed alike is meant: the longer name, or of one name the amount of money.
    fn closer(&self, one: &Measure, other: &Measure) -> bool {
        let money = |m: &Measure| self.lexicon.metric(m.metric).unit == MetricUnit::Money;
        match one.at.len().cmp(&other.at.len()) {
            std::cmp::Ordering::Equal => one.at == other.at && money(one) && !money(other),
            order => order.is_gt(),
        }
    }

    /// "The average wage of employees rose": of two metrics joined by "of", the first is spoken of.
    fn head_of<'m>(&self, measure: &'m Measure, measures: &'m [Measure], q: &Quantity) -> &'m Measure {
        let head = measures.iter().rev().find(|m| {
            let gap = m.at.end..measure.at.start.max(m.at.end);
            let of = |t: usize| self.cue(t, Cue::Of) || self.term(t, Term::Partitive);
            m.at.end <= measure.at.start
                && measure.at.end <= q.at.start
                && !m.weak
                && (1..=2).contains(&gap.len())
                && gap.clone().any(of)
                && gap.clone().all(|t| of(t) || self.is_small(t))
                && self.fit(self.lexicon.metric(m.metric), q).is_some()
        });
        // Where words are not set apart, what "of" joins stands the other way round.
        head.filter(|_| self.lang.names.tails.is_empty()).unwrap_or(measure)
    }

    /// Whether a metric behind a figure begins what is said next: "thefts fell by 2 % and robberies rose by 6 %".
    fn opens_next(&self, at: &Range<usize>, gap: &Range<usize>) -> bool {
        let joined = gap.clone().any(|t| {
            self.cue(t, Cue::RangeTo)
                && self.word(t).chars().all(char::is_alphabetic)
                && !self.cue(t, Cue::Of)
        });
        joined
            && self.quantities.iter().any(|next| {
                next.at.start >= at.end
                    && next.at.start - at.end <= 6
                    && self.commas(at.end..next.at.start) + self.semicolons(at.end..next.at.start) == 0
            })
    }

    /// "EBITDA was 1.5 billion, a margin of 17 %": a margin that is not named is that of the result told before it.
    pub(super) fn margin_of(&self, i: usize, measures: &[Measure], discourse: &Discourse) -> Option<u16> {
        let q = &self.quantities[i];
        let of = |m: u16| self.lexicon.margin(m);
        let here = measures.iter().rev().filter(|m| m.at.end <= q.at.start).find_map(|m| of(m.metric));
        here.or_else(|| of(discourse.last.as_ref()?.metric))
    }

    /// A deficit that is not called one of the budget is one of trade where the text speaks of that: "the balance of
    /// trade in oil had a deficit of 1.3 billion".
    fn of_trade(
        &self,
        measure: &Measure,
        measures: &[Measure],
        at: usize,
        discourse: &Discourse,
    ) -> Option<u16> {
        let id = |m: u16| self.lexicon.metric(m).id.as_str();
        // "The balance of trade of August had a deficit of 1.02 billion"
        let short = |m: &Measure| {
            m.weak && id(m.metric) == "budget_deficit" && measure.at.end <= m.at.start && m.at.end <= at
        };
        if id(measure.metric) == "trade_balance" && measures.iter().any(short) {
            return self.lexicon.metric_by_id("trade_deficit");
        }
        if !measure.weak || id(measure.metric) != "budget_deficit" {
            return None;
        }
        let trade = |m: u16| matches!(id(m), "trade_balance" | "trade_deficit" | "exports" | "imports");
        let here = measures.iter().any(|m| trade(m.metric));
        let before = discourse.last.as_ref().is_some_and(|l| trade(l.metric));
        (here || before).then(|| self.lexicon.metric_by_id("trade_deficit")).flatten()
    }

    /// "62 % of revenue": a percentage of an amount that is told right behind it is a share of it.
    /// Of what result, where one was told before it.
    pub(super) fn share_of(
        &self,
        i: usize,
        metric: u16,
        metric_at: Option<&Range<usize>>,
        told: Option<u16>,
    ) -> Option<u16> {
        let q = &self.quantities[i];
        let at = metric_at.filter(|at| at.start >= q.at.end)?;
        let gap = q.at.end..at.start;
        let of = |t: usize| self.cue(t, Cue::Of) || self.term(t, Term::Partitive);
        let moved =
            self.direction(q).is_some() || self.near(i, Cue::Yoy) || self.near(i, Cue::Qoq) || q.signed;
        let tied = gap.len() <= 4
            && gap.clone().any(of)
            && self.commas(gap.clone()) == 0
            && self.quantities_in(&gap, i) == 0;
        if q.kind != Kind::Percent || !tied || moved {
            return None;
        }
        // "Operating income came to 48.8 million, or 6.9 % of revenue": of a result it is the margin.
        let of_result = self.lexicon.metric(metric).id == "revenue";
        let result = told.filter(|_| of_result).and_then(|m| self.lexicon.margin(m));
        result.or_else(|| self.lexicon.share(metric))
    }

    /// Words right before a figure that name no metric, with no comma and no other figure between.
    fn no_metric_before(&self, i: usize) -> Option<Range<usize>> {
        let q = &self.quantities[i];
        let floor = self.quantities[..i].last().map_or(self.sentence.start, |p| p.at.end);
        (floor..q.at.start).rev().take(12).find_map(|t| {
            let hit = self.scan.hits_at(t).iter().find(|h| h.term == Term::NoMetric)?;
            let gap = hit.to..q.at.start;
            (hit.to <= q.at.start && self.commas(gap.clone()) + self.semicolons(gap) == 0)
                .then_some(t..hit.to)
        })
    }

    /// Whether "per share" stands before a figure with no other figure between: "per diluted share it earned $3.73".
    pub(super) fn per_share_before(&self, i: usize) -> bool {
        let floor = self.quantities[..i].last().map_or(self.sentence.start, |p| p.at.end);
        (floor..self.quantities[i].at.start).any(|t| self.term(t, Term::PerShare))
    }

    pub(super) fn is_rate(&self, metric: u16) -> bool {
        matches!(self.lexicon.metric(metric).kind, MetricKind::Ratio | MetricKind::Rate)
    }

    /// How well a mention is placed for a quantity.
    pub(super) fn place(&self, i: usize, at: &Range<usize>) -> i32 {
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
            // "profit of 415 million on revenue of 4.2 billion": each figure has the metric that it is said to be of.
            // Where the verb stands last, what follows the figure says it as closely.
            let said = !self.lang.verb_last && !gap.is_empty() && gap.len() <= 4 && self.says(&gap);
            let tied = if said { weight::ADJACENT_BEFORE } else { 0 };
            return score + tied + self.length(&gap) * weight::STEP_BEFORE;
        }
        let clear =
            between_quantities == 0 && self.commas(gap.clone()) == 0 && self.semicolons(gap.clone()) == 0;
        if clear && self.leads_on(&gap) && !self.opens_next(at, &gap) {
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
    pub(super) fn length(&self, gap: &Range<usize>) -> i32 {
        let mut length = 0;
        let mut t = gap.start;
        while t < gap.end {
            let when = self.whens.iter().find(|w| w.at.start == t).map(|w| w.at.end);
            let phrase = self.scan.hits_at(t).iter().filter(|h| h.to - h.from > 1).map(|h| h.to).max();
            let aside = self.aside_end(t, gap.end);
            t = aside.or(when).or(phrase).unwrap_or(t + 1).max(t + 1);
            length += 1;
        }
        length
    }

    /// Whether a gap behind a quantity leads straight on to what it measures: "in Q4 revenue", "de hausse du".
    pub(super) fn leads_on(&self, gap: &Range<usize>) -> bool {
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
            // "2.8 billion against a net profit of 8.1": what is compared has a figure of its own.
            if hits.iter().any(|h| matches!(h.term, Term::Cue(Cue::Against | Cue::Clause))) {
                return false;
            }
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

    /// Whether a gap holds nothing but "of", and what bounds the figure behind it.
    fn says(&self, gap: &Range<usize>) -> bool {
        let of = |t: usize| self.cue(t, Cue::Of) || self.term(t, Term::Partitive);
        gap.clone().any(of) && gap.clone().all(|t| of(t) || self.is_bound_word(t))
    }

    /// Settles words that mean different metrics for different entities or units.
    pub(super) fn settle(&self, metric: u16, entity: u16, q: &Quantity, last: Option<&Last>) -> u16 {
        let share = matches!(q.kind, Kind::Percent) && q.value.abs() < 100.into() && !self.moves(q);
        if share && self.lexicon.metric(metric).id == "gross_profit" {
            return self.lexicon.metric_by_id("gross_margin").unwrap_or(metric);
        }
        // What a place sends abroad by weight brings in money: "exported 1.2 million tonnes, earning 4.6 billion".
        let place = self.cast.entity(entity).kind == EntityKind::Place;
        let shipped = |last: &&Last| last.here && self.lexicon.metric(last.metric).id == "export_volume";
        if place && self.lexicon.metric(metric).id == "revenue" && last.filter(shipped).is_some() {
            return self.lexicon.metric_by_id("exports").unwrap_or(metric);
        }
        self.lexicon.settled(metric, self.cast.entity(entity).kind == EntityKind::Part)
    }

    pub(super) fn moves(&self, q: &Quantity) -> bool {
        self.direction(q).is_some()
    }
}
