//! Which time a figure speaks of.

use consilience_claim::FiscalCalendar;

use super::*;

/// What is known of a figure before its time is.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// Which quantity of the sentence it is.
    pub i: usize,
    pub metric: &'a Metric,
    pub metric_at: Option<&'a Range<usize>>,
    pub entity: u16,
    pub aspect: Aspect,
    pub modality: Modality,
    pub discourse: &'a Discourse,
    /// The figures before it in the sentence.
    pub earlier: &'a [Reading],
}

/// What was concluded about a figure.
pub(super) struct Trail<'a> {
    pub steps: &'a mut Vec<(&'static str, Option<Range<usize>>, String)>,
}

impl Trail<'_> {
    fn step(&mut self, field: &'static str, at: Option<Range<usize>>, why: impl Into<String>) {
        self.steps.push((field, at, why.into()));
    }
}

impl Attacher<'_> {
    /// The time of a figure. What growth is measured from may say which growth it is.
    pub(super) fn period(&self, told: &Told<'_>, trail: &mut Trail<'_>) -> (Aspect, Period) {
        let Told { i, entity, discourse, .. } = *told;
        let (aspect, period) = self.period_of(told, trail);
        let rate = told.metric.unit == MetricUnit::Percent || told.metric.kind == MetricKind::Price;
        let percent = self.quantities[i].kind == Kind::Percent && !rate;
        if !(matches!(aspect, Aspect::YoyGrowth | Aspect::QoqGrowth) || aspect == Aspect::Change && percent) {
            return (aspect, period);
        }
        // From period to period means from month to month where the period is one.
        let aspect = if aspect == Aspect::QoqGrowth && period.whole_months() == Some(1) {
            Aspect::Change
        } else {
            aspect
        };
        let Some(base) = self.base_of(i) else { return (aspect, period) };
        let running = self.running(self.quantities[i].at.start, discourse);
        let of_base = base.resolve_whole(&running, self.cast.calendar(entity));
        let grown = of_base.and_then(|of_base| growth_between(&of_base, &period)).unwrap_or(aspect);
        if grown != aspect {
            trail.step("aspect", Some(base.at.clone()), format!("{grown}: measured from this time"));
        }
        (grown, period)
    }

    fn period_of(&self, told: &Told<'_>, trail: &mut Trail<'_>) -> (Aspect, Period) {
        let Told { i, metric, metric_at, entity, aspect, modality, discourse, earlier } = *told;
        let q = &self.quantities[i];
        let calendar = self.cast.calendar(entity);
        let running = self.running(q.at.start, discourse);
        // "11.6 billion (a year before: 9.3 billion)": before the time of the figure that it stands behind.
        let of_last = earlier.last().filter(|r| r.quantity + 1 == i && r.period.whole_months().is_some());
        let beside_last = of_last.map(|r| Running { period: Some(r.period.clone()), ..running.clone() });
        let base_of = |when: &When| {
            let floor = i.checked_sub(1).map_or(self.sentence.start, |p| self.quantities[p].at.end);
            let between = when.is_prior() && when.at.start >= floor && when.at.end <= q.at.start;
            beside_last
                .clone()
                .filter(|_| between)
                .unwrap_or_else(|| self.running(when.at.start.min(q.at.start), discourse))
        };
        let growth = matches!(aspect, Aspect::YoyGrowth | Aspect::QoqGrowth | Aspect::Change);
        let flow = matches!(
            metric.kind,
            MetricKind::Flow | MetricKind::PerShare | MetricKind::Ratio | MetricKind::CountFlow
        );
        // A window: "more than 42 billion since the end of 2020".
        if (flow && aspect != Aspect::YoyGrowth && aspect != Aspect::QoqGrowth
            || aspect == Aspect::Cumulative)
            && let Some(when) = self
                .whens
                .iter()
                .find(|w| {
                    // What opens its sentence may be set off by a comma.
                    let commas = self.commas(between(&q.at, &w.at));
                    let opens = w.at.start <= self.sentence.start + 1 && aspect == Aspect::Cumulative;
                    w.since && self.in_reach(i, &w.at) && (commas == 0 || commas == 1 && opens)
                })
                        && !self.first_since(&when.at)
            // Shares and per-share figures do not add up, and "since the quarter" is the quarter.
            && !matches!(metric.kind, MetricKind::PerShare | MetricKind::Ratio)
            && !matches!(when.what, What::Relative(TimeWord::ThisQuarter))
        {
            let start = when
                .resolve(&running, calendar)
                .and_then(|p| if when.end_of { p.last()?.tomorrow().ok() } else { p.first() });
            let stated = self
                .whens
                .iter()
                .filter(|w| !w.since && !w.is_prior())
                .find_map(|w| w.resolve(&running, calendar)?.last());
            let end = stated.or(running.period.as_ref().and_then(Period::last)).or(self.topic.published);
            trail.step("period", Some(when.at.clone()), "a window that opens then");

            let period = start
                .zip(end)
                .filter(|(s, e)| s < e)
                .map_or(Period::Unspecified, |(s, e)| Period::days(s, e));
            return (Aspect::Cumulative, period);
        }
        // "The highest since November 2018, when it was 15.7 %": the figure behind is of that time.
        let then = self.whens.iter().find(|w| {
            let gap = w.at.end..q.at.start.max(w.at.end);
            let told = |t: usize| self.term(t, Term::Time(TimeWord::BaseThen));
            w.since
                && w.at.end <= q.at.start
                && gap.len() <= 6
                && (gap.start..gap.end.min(gap.start + 2)).any(told)
                && self.quantities_in(&gap, i) == 0
        });
        if let Some(then) = then
            && let Some(period) = then.resolve(&running, calendar)
        {
            trail.step("period", Some(then.at.clone()), period.to_string());
            return (aspect, period);
        }
        let losing = metric.id.ends_with("loss") || metric.kind == MetricKind::Event;
        if losing && aspect == Aspect::Level && self.opens_window(i) {
            trail.step("aspect", None, "cumulative: counted since an event");
            return (Aspect::Cumulative, Period::Unspecified);
        }
        // "… from 12.7 %", "up from 2.7 trillion": what stands before is the other figure's time.
        let against = aspect == Aspect::Level
            && modality == Modality::Actual
            && (self.is_base_figure(told) || self.moved_on(i));
        if let Some(before) = self.compared_too(told) {
            trail.step("period", None, format!("of one time with the figure before it: {before}"));
            return (aspect, before);
        }
        let mut best: Option<(i32, &When)> = None;
        for when in self.whens.iter().filter(|w| !w.since) {
            if self.is_of_a_bracket(i, when) || self.is_excluded(i, when) {
                continue;
            }
            // "(end of 2023: 14.8 %)": inside brackets a time is that of the figure there.
            let within = self.bracket(q.at.start).is_some_and(|at| {
                at.contains(&when.at.start) && when.at.end <= q.at.start && self.quantities_in(&at, i) == 0
            });
            let beside = within || self.in_bracket_behind(i, when) && (when.is_prior() || self.is_base(when));
            if against && when.at.end <= q.at.start && !when.is_prior() && !beside {
                continue;
            }
            let base = self.is_base(when);
            let its_base = base && self.stands_behind_base(i, when, growth);
            if when.is_prior() && growth && !self.is_growth_before(told)
                || self.is_compared(when, i) && !beside && !its_base
                || base && !its_base
            {
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
                _ if beside => 60,
                _ if against && self.closes_comparison(i, when) => 45,
                _ => self.time_score(i, when, metric_at),
            };
            let Some(score) = score_filter(score) else { continue };
            // What a time means shows by what the text ran on before it.
            let before = base_of(when);
            if let Some(period) = when.resolve(&before, calendar) {
                let instant = period.is_day();
                // The day a report came out is not the period of its flows; a ratio of stocks is of a day.
                if instant && flow && aspect != Aspect::Cumulative && !self.is_as_of(when, metric, &period) {
                    continue;
                }
                // "On the 6th … it rose to 2,987, the highest since last year": the day is the price's.
                let quoted = metric.kind == MetricKind::Price && !is_of_a_stretch(metric, aspect);
                if quoted && !instant && aspect == Aspect::Level && self.day_before(i, &running) {
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
            let whole = when.end_of && flow && metric.kind != MetricKind::Ratio;
            let before = base_of(when);
            let period = match when.resolve(&before, calendar) {
                Some(day) if whole && when.is_end_of_month() => up_to(&day, &running),
                _ if whole => when.resolve_whole(&before, calendar),
                said => said,
            };
            let period = period.map(|p| if self.is_through(when) { through_month(p, metric) } else { p });
            let period = self.planned(when, period.unwrap_or_default(), modality);
            trail.step("period", Some(when.at.clone()), period.to_string());
            // A total over a named stretch of the calendar is that stretch's level.
            let total = aspect == Aspect::Cumulative
                && metric.kind != MetricKind::Tally
                && !period.is_day()
                && !period.is_unspecified();
            return (if total { Aspect::Level } else { aspect }, period);
        }
        if against {
            let period = self.base_period(told, &running);
            if let Some((period, why)) = period {
                trail.step("period", None, format!("{why}: {period}"));
                return (aspect, period);
            }
            trail.step("period", None, "compared with another time, which is not said");
            return (aspect, Period::Unspecified);
        }
        // "… for two years in a row": not the period the text reports on, and no other is said.
        let stretch = (q.at.end..(q.at.end + 4).min(self.sentence.end)).any(|t| {
            self.scan.hits_at(t).iter().any(|h| {
                matches!(crate::scan::duration_unit(h.term), Some(Duration::Years | Duration::Months))
            }) && self.is_number_before(t, q.at.end)
                && self.commas(q.at.end..t) == 0
                                && !self.is_when(t)
                // "Year on year" has years in it and is none.
                && !(q.at.end..=t).any(|s| self.scan.cue_at(s, Cue::Yoy).is_some_and(|to| to > t))
        });
        if let Some(plan) = discourse
            .plan
            .clone()
            .filter(|_| modality == Modality::Guidance && !stretch && aspect != Aspect::Cumulative)
        {
            trail.step("period", None, format!("the time of the plan told before: {plan}"));
            return (aspect, plan);
        }
        if aspect == Aspect::Cumulative || modality == Modality::Guidance || stretch || q.vague {
            return (aspect, Period::Unspecified);
        }
        if let Some(period) = self.year_after_base(told, &running) {
            trail.step("period", None, format!("a year after what it is compared with: {period}"));
            return (aspect, period);
        }
        let carried = earlier.last().filter(|r| self.carries(r, i)).map(|r| r.period.clone());
        let named = |p: &Period| p.whole_months().is_some() && !p.to_string().contains('/');
        // What is measured month by month is of the month named last, else of what the text reports on.
        let month = || {
            let said = self.month_before(i, &running).or_else(|| discourse.month.clone());
            said.or_else(|| running.period.clone().filter(named))
                .or_else(|| self.topic.month.clone())
                .or_else(|| running.period.clone())
        };
        let day = || discourse.day.or(self.topic.published).map(Period::day);
        let period = match metric.kind {
            MetricKind::Price if self.tokens().any(|t| self.cue(t, Cue::Today)) => {
                self.topic.published.map(Period::day)
            }
            // What a price has risen by over a month or a year, and an average, is of what the text reports on.
            MetricKind::Price if is_of_a_stretch(metric, aspect) => running.period.clone().or_else(day),
            // A price without a day is that of the day the text is from.
            MetricKind::Price => {
                discourse.day.map(Period::day).or(carried.filter(Period::is_day)).or_else(|| {
                    let told = |t| self.term(t, Term::Time(TimeWord::OutOfHours));
                    let day = self.topic.published.filter(|_| modality == Modality::Actual)?;
                    (!self.tokens().any(told)).then(|| Period::day(day))
                })
            }
            // Jobs are cut on the day that says so, whatever else the text reports on.
            _ if metric.id == "workforce_reduction" => day(),
            MetricKind::Event if is_spent(metric) => running.period.clone(),
            // Cases and doses that a text counts for a stretch are told of it throughout.
            MetricKind::Tally if metric.of_places && aspect != Aspect::Cumulative => running.period.clone(),
            MetricKind::Open | MetricKind::Event | MetricKind::Tally => None,
            // In a row of figures since a launch, one without its own time is since the launch too.
            MetricKind::CountStock if matches!(carried, Some(Period::Elapsed(_))) => {
                Some(Period::Elapsed(Elapsed { event: "launch".into(), after: None }))
            }
            // A bank's rate holds on the day it is told; what a remedy does or a tariff is has no period.
            MetricKind::Rate if is_set(metric) => self.topic.published.map(Period::day).or_else(day),
            MetricKind::Rate if !metric.of_places || metric.id.starts_with("tariff") => None,
            MetricKind::Rate => month(),
            // A stock told in a report on nine months is that of its last day; so is what is a share of stocks.
            _ if is_stock(metric) => running.period.clone().map(|p| {
                let named = p.whole_months().is_some_and(|m| matches!(m, 1 | 3 | 6 | 12))
                    && !p.to_string().contains('/');
                if named { p } else { p.last().map_or(Period::Unspecified, Period::day) }
            }),
            _ => running.period.clone(),
        };
        match period {
            Some(period) => {
                trail.step("period", None, format!("what the text reports on: {period}"));
                (aspect, period)
            }
            None => (aspect, Period::Unspecified),
        }
    }

    /// Whether a figure of growth is what the growth told right before it is compared with: "by 5.1 %, after 12.3 % in
    /// the year before".
    fn is_growth_before(&self, told: &Told<'_>) -> bool {
        let q = &self.quantities[told.i];
        let grew = |r: &&Reading| {
            r.quantity + 1 == told.i
                && matches!(r.aspect, Aspect::YoyGrowth | Aspect::QoqGrowth)
                && self.lexicon.metric(r.metric).id == told.metric.id
                && self.quantities[r.quantity].kind == q.kind
        };
        told.earlier.last().filter(grew).is_some()
            && (self.before(q, Cue::Against) || self.before(q, Cue::From))
    }

    /// Whether a figure is what another is compared with: right behind a word of comparison, or with only what it
    /// measures between: "up from net income of 733 million".
    fn is_base_figure(&self, told: &Told<'_>) -> bool {
        const REACH: usize = 8;
        let q = &self.quantities[told.i];
        // "from a year ago to 11.4 billion" is where it went; "compared to" is one phrase.
        let whole =
            |t: usize| [Cue::From, Cue::Against].iter().any(|c| self.scan.cue_at(t, *c) == Some(q.at.start));
        let near = q.at.start.saturating_sub(4).max(self.sentence.start)..q.at.start;
        if near.end > near.start
            && self.cue(near.end - 1, Cue::To)
            && !near.clone().any(whole)
            && !self.lang.verb_last
        {
            return false;
        }
        if self.before(q, Cue::From) || self.before(q, Cue::Against) {
            return true;
        }
        // "… while equity reached 165": two figures of one metric are compared, of two metrics only told together.
        if !told.earlier.iter().any(|r| self.lexicon.metric(r.metric).id == told.metric.id) {
            return false;
        }
        let floor = q.at.start.saturating_sub(REACH).max(self.sentence.start);
        let measured = |t: usize| {
            (floor..=t)
                .any(|s| self.scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Metric(..)) && h.to > t))
        };
        let mut named = false;
        for t in (floor..q.at.start).rev() {
            let leads = [Cue::From, Cue::Against].iter().any(|c| {
                self.scan.cue_at(t, *c).is_some_and(|to| to <= q.at.start && (to..q.at.start).any(measured))
            });
            if leads && named && !self.cue(t, Cue::Beat) {
                return true;
            }
            named |= measured(t);
            let word = self.is_small(t) && !self.word(t).chars().all(crate::scan::is_ideographic);
            if !measured(t) && !word {
                return false;
            }
        }
        false
    }

    /// Whether a figure is where something moved from: right behind it stands what it moved to, and a small word, or
    /// a word of its own behind it, leads from the one to the other: "von 219,6 auf 214,3", 「7億円から13億円へ」.
    fn moved_on(&self, i: usize) -> bool {
        let q = &self.quantities[i];
        let Some(next) = self.quantities.get(i + 1).filter(|next| q.bound.is_none() && next.bound.is_none())
        else {
            return false;
        };
        let gap = q.at.end..next.at.start;
        if gap.is_empty() || gap.len() > 3 || self.commas(gap.clone()) > 0 {
            return false;
        }
        if self.lang.verb_last {
            let leads = |h: &crate::scan::Hit| {
                matches!(h.term, Term::Time(TimeWord::MonthRange) | Term::Cue(Cue::From))
            };
            let to = next.noun.as_ref().map_or(next.at.end, |n| n.end.max(next.at.end));
            return self.scan.hits_at(q.at.end).iter().any(leads) && self.cue(to, Cue::To);
        }
        let led = q.at.start > self.sentence.start
            && self.is_small(q.at.start - 1)
            && !self.is_joiner(q.at.start - 1)
            && !self.before(q, Cue::To)
            && (!self.before(q, Cue::By) || self.before(q, Cue::Of));
        led && self.before(next, Cue::To) && !self.is_joiner(next.at.start - 1)
    }

    /// Whether the sentence names a day before a figure.
    fn day_before(&self, i: usize, running: &Running) -> bool {
        self.whens.iter().any(|w| {
            w.at.end <= self.quantities[i].at.start
                && !w.since
                && w.resolve(running, FiscalCalendar::default()).is_some_and(|p| p.is_day())
        })
    }

    /// The time of the figure before, where this one says in other terms what that was compared with: "against
    /// 310 million, or 16 cents a share".
    fn compared_too(&self, told: &Told<'_>) -> Option<Period> {
        let Told { i, metric, aspect, earlier, .. } = *told;
        let before = earlier.last().filter(|r| r.quantity + 1 == i && aspect == Aspect::Level)?;
        let other = &self.quantities[before.quantity];
        let gap = other.at.end..self.quantities[i].at.start;
        let compared = self.before(other, Cue::Against) || self.before(other, Cue::From);
        let per_share = metric.kind == MetricKind::PerShare
            && self.lexicon.metric(before.metric).kind != MetricKind::PerShare;
        let joined = gap.len() <= 3 && gap.clone().any(|t| self.is_joiner(t) || is_comma(self.word(t)));
        (compared && per_share && joined && before.aspect == Aspect::Level).then(|| before.period.clone())
    }

    /// The month that the sentence named last before a figure, if no longer time was named behind it.
    fn month_before(&self, i: usize, running: &Running) -> Option<Period> {
        let q = &self.quantities[i];
        let named = self.whens.iter().rev().find(|w| {
            w.at.end <= q.at.start && (w.is_month() || w.is_reporting()) && !self.is_compared(w, usize::MAX)
        })?;
        named.resolve(running, FiscalCalendar::default()).filter(|p| p.whole_months() == Some(1))
    }

    /// The time of what a figure is compared with, where no word near it says one: what its sentence, or the text
    /// before it, compares with.
    fn base_period(&self, told: &Told<'_>, running: &Running) -> Option<(Period, &'static str)> {
        let Told { i, metric, discourse, earlier, .. } = *told;
        let q = &self.quantities[i];
        let mate = earlier.last().filter(|r| self.lexicon.metric(r.metric).id == metric.id);
        let moved_on = self.moved_on(i);
        let from = moved_on
            || self.before(q, Cue::From)
            || self.is_base_figure(told) && !self.before(q, Cue::Against);
        if from && let Some(mate) = mate.filter(|r| r.modality == Modality::Guidance) {
            return Some((mate.period.clone(), "a plan that another takes the place of"));
        }
        let to_follows =
            moved_on || self.quantities.get(i + 1).is_some_and(|next| self.before(next, Cue::To));
        if from && !to_follows && mate.is_none() {
            return None;
        }
        // "rose by 117 % on May 2020, from 18.1 million": what the growth is measured from is the time of that.
        let measured = earlier
            .iter()
            .rev()
            .find(|r| self.lexicon.metric(r.metric).id == metric.id && r.aspect != Aspect::Level);
        if let Some(base) = measured.filter(|_| from).and_then(|r| self.base_of(r.quantity)) {
            let calendar = self.cast.calendar(told.entity);
            if let Some(period) = base.resolve_whole(running, calendar) {
                return Some((period, "what the growth is measured from"));
            }
        }
        let of_mate = mate.filter(|r| !r.period.is_unspecified()).map(|r| r.period.clone());
        let month = || discourse.month.clone().or_else(|| self.topic.month.clone());
        let now = of_mate.or_else(|| match metric.kind {
            MetricKind::Rate => month().or_else(|| running.period.clone()),
            _ => running.period.clone(),
        })?;
        let told = |cue: Cue| self.tokens().any(|t| self.cue(t, cue));
        let length = now.whole_months();
        // From period to period is the one before of the same length.
        let before = length.filter(|n| matches!(n, 1 | 3));
        let grown = earlier.iter().rev().find_map(|r| match r.aspect {
            _ if self.lexicon.metric(r.metric).id != metric.id => None,
            Aspect::YoyGrowth => Some(12),
            Aspect::QoqGrowth => before,
            _ => None,
        });
        let said = if told(Cue::Qoq) || told(Cue::Mom) {
            before
        } else if told(Cue::Yoy) {
            Some(12)
        } else {
            None
        };
        let flow = matches!(
            metric.kind,
            MetricKind::Flow | MetricKind::PerShare | MetricKind::Ratio | MetricKind::CountFlow
        );
        // Reports on a quarter or more compare their flows with the year before unless they say otherwise.
        let usual = (flow && length.is_some_and(|n| n >= 3)).then_some(12);
        let months = grown.or(said).or(discourse.base).or(usual)?;
        let stock = matches!(metric.kind, MetricKind::Stock | MetricKind::CountStock);
        if !flow && !stock && metric.kind != MetricKind::Rate {
            return None;
        }
        Some((now.months_earlier(months)?, "compared with what the text compares with"))
    }

    /// How many months before the time of the text a figure is that is told to compare with it.
    pub(super) fn base_said(&self, reading: &Reading, discourse: &Discourse) -> Option<i32> {
        if !reading.dated || reading.modality != Modality::Actual {
            return None;
        }
        let q = &self.quantities[reading.quantity];
        if !self.before(q, Cue::From) && !self.before(q, Cue::Against) {
            return None;
        }
        let running = self.running(q.at.start, discourse);
        let month = discourse.month.clone().or_else(|| self.topic.month.clone());
        let length = reading.period.whole_months()?;
        let now = [running.period, month].into_iter().flatten().find(|p| p.whole_months() == Some(length))?;
        [1, 3, 12].into_iter().find(|n| now.months_earlier(*n).as_ref() == Some(&reading.period))
    }

    /// Whether a number is written right before a word.
    fn is_number_before(&self, t: usize, floor: usize) -> bool {
        (floor.max(t.saturating_sub(3))..t).any(|s| {
            self.scan.number(s).is_some() && s + 1 == t
                || crate::spell::read(self.scan, s, t).is_some_and(|n| n.to == t)
        })
    }

    /// Whether a time is told as the end of what began with the year: "until September".
    fn is_through(&self, when: &When) -> bool {
        matches!(when.what, What::Months(1, ..)) && self.term(when.at.start, Term::Time(TimeWord::Through))
    }

    /// Whether a time belongs to another figure, with which it stands in brackets, or which stands in brackets
    /// right behind it: "1.63 % (a year before: 1.69 %)", "as in the year before (639 million)".
    fn is_of_a_bracket(&self, i: usize, when: &When) -> bool {
        let q = &self.quantities[i];
        let inside = |at: &Range<usize>, other: &Quantity| at.contains(&other.at.start);
        if let Some(at) = self.bracket(when.at.start) {
            return !inside(&at, q) && self.quantities.iter().any(|other| inside(&at, other));
        }
        (when.is_prior() || self.is_base(when))
            && self.bracket_behind(when).is_some_and(|at| {
                !inside(&at, q) && self.quantities.iter().any(|other| other.at.start == at.start)
            })
    }

    /// Whether a figure opens the brackets right behind a time: "as in the year before (639 million)".
    fn in_bracket_behind(&self, i: usize, when: &When) -> bool {
        self.bracket_behind(when).is_some_and(|at| at.start == self.quantities[i].at.start)
    }

    /// What stands in brackets that open right behind a time, or with its last sign: 前年同期(.
    fn bracket_behind(&self, when: &When) -> Option<Range<usize>> {
        let open = [when.at.end.checked_sub(1)?, when.at.end]
            .into_iter()
            .find(|t| matches!(self.word_at(*t), "(" | "（"))?;
        self.bracket(open + 1)
    }

    /// Whether a time says when that was which a figure behind the comma is told without: "Excluding the sale in the third
    /// quarter of 2000, revenue fell …".
    fn is_excluded(&self, i: usize, when: &When) -> bool {
        let q = &self.quantities[i];
        let comma = (when.at.end..q.at.start).find(|t| is_comma(self.word(*t)));
        let opens = (self.sentence.start..when.at.start).any(|t| {
            let to = self.scan.cue_at(t, Cue::Excluding);
            to.is_some_and(|to| to < when.at.start && self.commas(to..when.at.start) == 0)
        });
        opens && comma.is_some() && self.quantities_in(&(self.sentence.start..q.at.start), i) == 0
    }

    /// What stands in the brackets around a token, if it is short.
    pub(super) fn bracket(&self, t: usize) -> Option<Range<usize>> {
        const LONGEST: usize = 14;
        let floor = t.saturating_sub(LONGEST).max(self.sentence.start);
        let open = (floor..t).rev().find(|s| matches!(self.word(*s), "(" | "（" | ")" | "）"))?;
        if !matches!(self.word(open), "(" | "（") {
            return None;
        }
        let close =
            (t..self.sentence.end.min(open + LONGEST)).find(|s| matches!(self.word(*s), ")" | "）"))?;
        Some(open + 1..close)
    }

    /// The word of a token of the sentence; nothing behind its end.
    fn word_at(&self, t: usize) -> &str {
        if t < self.sentence.end { self.word(t) } else { "" }
    }

    /// Whether a time behind a figure that is compared with says when that was, be it some words off: "against
    /// the 79 million that it set aside a year ago", "against 16.4 billion, or 2.20 a share, a year before".
    fn closes_comparison(&self, i: usize, when: &When) -> bool {
        const REACH: usize = 12;
        let q = &self.quantities[i];
        if !when.is_prior() || when.at.start < q.at.end || when.at.start - q.at.end > REACH {
            return false;
        }
        let gap = q.at.end..when.at.start;
        let others = self.quantities_in(&gap, i);
        self.semicolons(gap.clone()) == 0
            && others <= 1
            && !gap.clone().any(|t| self.cue(t, Cue::Against) || self.cue(t, Cue::Clause))
            && (others == 1 || self.commas(gap) == 0)
    }

    /// A plan for a time whose year goes without saying is not for one that was reported on before.
    fn planned(&self, when: &When, period: Period, modality: Modality) -> Period {
        let unsaid = matches!(
            when.what,
            What::Part { year: crate::when::YearRef::Unsaid, .. }
                | What::Months(_, _, crate::when::YearRef::Unsaid)
        );
        let reported = self.topic.period.as_ref().and_then(Period::last);
        let over = period.last().zip(reported).is_some_and(|(last, reported)| last < reported);
        if modality == Modality::Guidance && unsaid && over {
            period.months_earlier(-12).unwrap_or(period)
        } else {
            period
        }
    }

    /// Whether a day can be the time of what is otherwise told of a stretch: a ratio that closes a period, or
    /// a flow up to the end of a part of the year, which means all of that part.
    fn is_as_of(&self, when: &When, metric: &Metric, period: &Period) -> bool {
        let closes = period.last().and_then(|day| day.tomorrow().ok()).is_some_and(|next| next.day() == 1);
        if metric.kind == MetricKind::Ratio {
            return metric.unit == MetricUnit::Percent && closes;
        }
        use crate::when::Part::Quarter;
        when.end_of
            && (when.is_end_of_month()
                || when.is_reporting()
                || matches!(when.what, What::Part { part: Quarter(_), .. }))
    }

    /// Whether a time is what something is compared with, and so the period of no figure but its own: behind a
    /// word of comparison, inside a phrase of growth, or a year before right behind a figure of growth.
    pub(super) fn is_base(&self, when: &When) -> bool {
        if when.since {
            return false;
        }
        let at = &when.at;
        // The word of comparison may be part of the phrase: "als vor einem Jahr".
        let inside = self.scan.hits_at(at.start).iter().any(|h| {
            matches!(h.term, Term::Time(TimeWord::BaseBefore) | Term::Cue(Cue::Against)) && h.to < at.end
        });
        if inside || self.is_in_growth(at) {
            return true;
        }
        // "compared with the quarter before, from May to July, …": which time that was.
        let named_before = self.whens.iter().find(|w| {
            w.at.end < at.start
                && at.start - w.at.end <= 2
                && is_comma(self.word(w.at.end))
                && w.is_prior()
                && !w.since
        });
        if named_before.is_some_and(|w| self.is_base(w)) {
            return true;
        }
        let free = |gap: Range<usize>| {
            gap.clone().all(|g| self.is_small(g) || self.term(g, Term::Connector))
                && !self.quantities.iter().any(|q| q.at.start < gap.end && gap.start < q.at.end)
        };
        let near = at.start.saturating_sub(6).max(self.sentence.start);
        let compared = (near..at.start).any(|t| {
            // "After the first half" says when, "after 3 billion" what it was before.
            let within = self.scan.hits_at(t).iter().find(|h| h.term == Term::Time(TimeWord::Within));
            let within = within.map(|h| h.to);
            let base = self.scan.hits_at(t).iter().find(|h| h.term == Term::Time(TimeWord::BaseBefore));
            [self.scan.cue_at(t, Cue::Against), base.map(|h| h.to)]
                .into_iter()
                .flatten()
                .any(|to| to <= at.start && at.start - to <= 2 && Some(to) != within && free(to..at.start))
        });
        if compared || self.term(at.end, Term::Time(TimeWord::BaseBehind)) {
            return true;
        }
        // "up 18 percent over December 2005"
        let named = matches!(when.what, What::Part { year: crate::when::YearRef::Given(_), .. });
        let over = (at.start.saturating_sub(2).max(near)..at.start).rev();
        let over = over.into_iter().find(|t| self.term(*t, Term::Over)).filter(|_| named);
        if over.is_some_and(|t| {
            free(t + 1..at.start)
                && self.quantities.iter().any(|q| q.at.end == t && is_growth(q) && self.moves(q))
        }) {
            return true;
        }
        // "up 8 % from the first quarter"
        let from = (near..at.start).rev().find(|t| {
            self.scan
                .cue_at(*t, Cue::From)
                .is_some_and(|to| to <= at.start && at.start - to <= 2 && free(to..at.start))
        });
        let moves = |t: usize| self.cue(t, Cue::Up) || self.cue(t, Cue::Down);
        let ends = |q: &Quantity, t: usize| q.at.end == t || q.noun.as_ref().is_some_and(|n| n.end == t);
        let measured = |t: usize| self.quantities.iter().any(|q| ends(q, t) && is_growth(q));
        from.is_some_and(|t| measured(t) || t > self.sentence.start && moves(t - 1))
    }

    /// Whether a time opens a bracket for the figure that another is compared with: "(H1 2022: 7.1 million)".
    fn leads_bracket(&self, when: &When) -> bool {
        const NEAR: usize = 8;
        let at = &when.at;
        at.start > self.sentence.start
            && self.quantities.iter().any(|q| q.at.end <= at.start && at.start - q.at.end <= NEAR)
            && matches!(self.word(at.start - 1), "(" | "（")
            && matches!(self.word_at(at.end), ":" | "：")
            && self.quantities.iter().any(|q| (at.end..=at.end + 2).contains(&q.at.start))
    }

    /// The time of a figure that leaves it out, a year after what it is compared with behind it: "revenue of 1.7 billion,
    /// in line with H1 2023 (1.7 billion)". What the text runs on holds where it is as long and another.
    fn year_after_base(&self, told: &Told<'_>, running: &Running) -> Option<Period> {
        let q = &self.quantities[told.i];
        let compares = |when: &&When| {
            let figure = self.quantities.iter().find(|other| {
                other.at.start >= q.at.end
                    && other.at.end <= when.at.start
                    && when.at.start - other.at.end <= 2
            });
            let against = figure.is_some_and(|f| self.before(f, Cue::Against) || self.before(f, Cue::From));
            when.at.start >= q.at.end
                && !when.since
                && matches!(when.what, What::Part { year: crate::when::YearRef::Given(_), .. })
                && self.semicolons(q.at.end..when.at.start) == 0
                && !(q.at.end..when.at.start).any(|t| self.cue(t, Cue::Clause))
                && (against || self.is_base(when) || self.leads_bracket(when))
        };
        let when = self.whens.iter().find(compares)?;
        let base = when.resolve(running, self.cast.calendar(told.entity))?;
        let months = base.whole_months().filter(|m| matches!(m, 3 | 6 | 9 | 12))?;
        let kept = running.period.as_ref().is_some_and(|p| p.whole_months() == Some(months) && *p != base);
        let later = base.months_earlier(-12).filter(|_| !kept && told.modality == Modality::Actual)?;
        let over = self.topic.published.is_none_or(|day| later.last().is_some_and(|last| last <= day));
        over.then_some(later)
    }

    /// Whether a time is part of a phrase of growth: 전년 동월 대비.
    fn is_in_growth(&self, at: &Range<usize>) -> bool {
        let floor = at.start.saturating_sub(9).max(self.sentence.start);
        (floor..=at.start).any(|t| {
            [Cue::Yoy, Cue::Qoq, Cue::Mom].iter().any(|c| {
                self.scan.cue_at(t, *c).is_some_and(|to| to >= at.end && (t < at.start || to > at.end))
            })
        })
    }

    /// Whether a phrase of growth goes on behind its time, so that a figure behind it is the growth.
    fn is_growth_behind(&self, at: &Range<usize>) -> bool {
        [Cue::Yoy, Cue::Qoq, Cue::Mom]
            .iter()
            .any(|c| self.scan.cue_at(at.start, *c).is_some_and(|to| to > at.end))
    }

    /// Whether a figure stands behind the time of a comparison as its level then: "against last year's 7.2".
    fn stands_behind_base(&self, i: usize, when: &When, growth: bool) -> bool {
        let q = &self.quantities[i];
        if growth || q.at.start < when.at.end || self.is_growth_behind(&when.at) {
            return false;
        }
        let gap = when.at.end..q.at.start;
        // "23.5 % more than in 2023 (34.1 million)"
        if self.in_bracket_behind(i, when) {
            return true;
        }
        // "…, when it was 22.3 %"
        let then =
            (gap.start..gap.end.min(gap.start + 2)).any(|t| self.term(t, Term::Time(TimeWord::BaseThen)));
        if then && gap.len() <= 8 && self.quantities_in(&gap, i) == 0 {
            return true;
        }
        gap.len() <= 6
            && self.commas(gap.clone()) + self.semicolons(gap.clone()) == 0
            && self.quantities_in(&gap, i) == 0
            && !gap.clone().any(|t| {
                // "sebesar" leads to an amount as well as to a difference.
                let by = self.cue(t, Cue::By) && !self.cue(t, Cue::Of);
                by || [Cue::Up, Cue::Down].iter().any(|c| self.cue(t, *c))
                    || self.cue(t, Cue::To) && !self.word(t).chars().all(crate::scan::is_ideographic)
            })
    }

    /// The time that a figure of growth is measured from, if it is said: behind it, or before it with no other
    /// figure between.
    pub(super) fn base_of(&self, i: usize) -> Option<&When> {
        let q = &self.quantities[i];
        let bases = || {
            self.whens.iter().filter(|w| {
                let gap = between(&q.at, &w.at);
                self.quantities_in(&gap, i) == 0 && self.semicolons(gap) == 0 && self.is_base(w)
            })
        };
        // "17 % less, than in August": where a comma parts the clause of comparison.
        let parted = |t: usize| is_comma(self.word(t)) && self.term(t + 1, Term::Time(TimeWord::BaseBefore));
        let tied = |w: &&When| {
            let gap = q.at.end..w.at.start;
            self.commas(gap.clone()) <= i32::from(gap.clone().any(parted))
        };
        bases()
            .find(|w| w.at.start >= q.at.end && tied(w))
            .or_else(|| bases().rfind(|w| w.at.end <= q.at.start))
    }

    /// Whether a time stands right behind another figure that is only there to compare: "from 41 % in 2022".
    pub(super) fn is_compared(&self, when: &When, but: usize) -> bool {
        // Nor does what is compared with set the time that the text runs on.
        if but == usize::MAX && (self.is_base(when) || self.leads_bracket(when)) {
            return true;
        }
        let older = || {
            let running = self.topic.running();
            let last = when.resolve(&running, Default::default()).and_then(|p| p.last());
            let topic = self.topic.period.as_ref();
            let period = when.resolve_whole(&running, Default::default());
            // The first months of what the text is about are no other time.
            let part = topic.zip(period).is_some_and(|(topic, period)| topic.first() == period.first());
            !part && topic.and_then(Period::last).zip(last).is_some_and(|(topic, l)| l < topic)
        };
        self.quantities.iter().enumerate().any(|(j, other)| {
            j != but
                && other.at.end <= when.at.start
                && when.at.start - other.at.end <= 2
                && self.commas(other.at.end..when.at.start) == 0
                && self.semicolons(other.at.end..when.at.start) == 0
                && !(other.at.end..when.at.start).any(|t| self.cue(t, Cue::Against))
                && (but == usize::MAX || self.quantities[but].at.start > when.at.start)
                && (self.before(other, Cue::From) || self.before(other, Cue::Against) || older())
        })
    }

    /// `FY2024-Q3` where a quarter, half or fiscal year was named of a company whose year is not the calendar's.
    pub(super) fn fiscal_label(
        &self,
        steps: &[(&'static str, Option<Range<usize>>, String)],
        entity: u16,
    ) -> Option<String> {
        if self.cast.calendar(entity).is_calendar() {
            return None;
        }
        let at = steps.iter().rev().find(|(field, ..)| *field == "period")?.1.clone()?;
        let when = self.whens.iter().find(|w| w.at == at)?;
        match &when.what {
            What::Part {
                part: crate::when::Part::Quarter(n), year: crate::when::YearRef::Given(y), ..
            } => Some(format!("FY{y}-Q{n}")),
            What::Part { part: crate::when::Part::Half(n), year: crate::when::YearRef::Given(y), .. } => {
                Some(format!("FY{y}-H{n}"))
            }
            What::Part {
                part: crate::when::Part::Year | crate::when::Part::SplitYear,
                year: crate::when::YearRef::Given(y),
                fiscal: true,
            } => Some(format!("FY{y}")),
            _ => None,
        }
    }

    /// Whether a reading passes its day on to the next figure of the sentence.
    pub(super) fn carries(&self, reading: &Reading, i: usize) -> bool {
        self.quantities[reading.quantity].at.end <= self.quantities[i].at.start
    }

    /// Whether a mention of time is within reach of a figure: no semicolon and no more than one other figure between.
    pub(super) fn in_reach(&self, i: usize, at: &Range<usize>) -> bool {
        let gap = between(&self.quantities[i].at, at);
        self.semicolons(gap.clone()) == 0 && self.quantities_in(&gap, i) == 0
    }

    pub(super) fn first_since(&self, at: &Range<usize>) -> bool {
        (at.start.saturating_sub(4).max(self.sentence.start)..=at.start).any(|t| {
            self.scan.cue_at(t, Cue::FirstSince).is_some_and(|to| to > at.start || to + 1 >= at.start)
        })
    }

    /// Whether words before or right behind a figure open a window without a date.
    pub(super) fn opens_window(&self, i: usize) -> bool {
        let q = &self.quantities[i];
        let opens = |t: usize| {
            self.cue(t, Cue::Since)
                && !self.first_since(&(t..t + 1))
                && !self.whens.iter().any(|w| w.at.contains(&t))
        };
        let floor = self.quantities[..i].last().map_or(self.sentence.start, |p| p.at.end);
        (floor..q.at.start).any(opens) || (q.at.end..(q.at.end + 3).min(self.sentence.end)).any(opens)
    }

    pub(super) fn time_score(&self, i: usize, when: &When, metric_at: Option<&Range<usize>>) -> i32 {
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
            // Behind another figure a comparison's period is that figure's.
            if when.is_prior() && others > 0 {
                return -100;
            }
            if when.is_prior() && length - noun > 4 {
                score -= 30;
            }
            // Headlines part their halves with a wide blank.
            let text = &self.text[self.scan.tokens[q.at.end - 1].end..self.scan.tokens[when.at.start].start];
            if text.contains('\u{3000}') {
                score -= 60;
            }
            // Behind a comma and with a figure of its own, a time is that figure's.
            let own = self.quantities.get(i + 1).is_some_and(|next| {
                let gap = when.at.end..next.at.start.max(when.at.end);
                // "a year earlier — only 1.4 billion"
                let dash = gap.clone().any(|t| matches!(self.word(t), "—" | "–" | ":" | "："));
                next.at.start >= when.at.end && gap.len() <= 8 && self.commas(gap.clone()) <= i32::from(dash)
            });
            if commas > 0 && own {
                score -= if when.is_prior() { 100 } else { 40 };
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
                // With another figure between, that figure's before all.
                score += if others == 0 { 18 } else { 6 };
            }
        }
        let aside = self.sentence.start..when.at.start;
        if when.at.start <= self.sentence.start + 2 || aside.len() <= 4 && self.commas(aside) == 1 {
            // A time that opens the sentence holds for all of it.
            score = score.max(20);
        }
        if when.is_prior() {
            // A comparison's period belongs to the one figure beside it, and not to what was reached since.
            let marked = gap.clone().any(|t| self.scan.tokens[t].kind == TokenKind::Mark);
            let reached = marked && !self.lang.verb_last && self.before(q, Cue::To);
            if length > 3 || others > 0 || reached {
                return -100;
            }
        }
        score
    }
}

/// What flows up to the end of a month: all of the time reported on where that ends with it, else of its year.
fn up_to(end: &Period, running: &Running) -> Option<Period> {
    let last = end.last()?;
    // Where the text runs on more than a quarter, its beginning is that of the business year.
    let long = |p: &&Period| p.whole_months().is_some_and(|n| n > 3) && p.contains(end);
    let reported = running.period.as_ref().filter(|p| p.last() == Some(last) || long(p));
    let begins = reported.and_then(Period::first);
    Some(Period::days(begins.or_else(|| Date::new(last.year(), 1, 1).ok())?, last))
}

/// Whether a price is no quotation of a day: by how much a price rose, or an average.
fn is_of_a_stretch(metric: &Metric, aspect: Aspect) -> bool {
    let quoted = metric.unit != MetricUnit::Money
        || matches!(metric.id.as_str(), "market_cap" | "valuation" | "oil_price");
    let average = matches!(metric.id.as_str(), "average_price" | "export_price");
    !quoted && (average || matches!(aspect, Aspect::YoyGrowth | Aspect::QoqGrowth | Aspect::Change))
}

/// What "until September" is for a metric: what flows does so from the beginning of the year, an amount is that of the
/// last day, and what is measured month by month is the month's.
fn through_month(stretch: Period, metric: &Metric) -> Period {
    let last = stretch.last();
    let period = match metric.kind {
        _ if is_stock(metric) => last.map(Period::day),
        MetricKind::Rate | MetricKind::Price => last.and_then(|day| Period::month(day.year(), day.month())),
        _ => None,
    };
    period.unwrap_or(stretch)
}

/// Whether a figure is of a moment: an amount, or a share of amounts.
fn is_stock(metric: &Metric) -> bool {
    let share = matches!(
        metric.id.as_str(),
        "capital_ratio" | "equity_ratio" | "non_performing_loan_ratio" | "npl_coverage"
    );
    share || matches!(metric.kind, MetricKind::Stock | MetricKind::CountStock)
}

/// Whether an amount is spent bit by bit, unlike one that is announced or paid at once.
fn is_spent(metric: &Metric) -> bool {
    matches!(metric.id.as_str(), "spending" | "investment" | "impairment")
}

/// Whether a rate is decided rather than measured.
fn is_set(metric: &Metric) -> bool {
    matches!(metric.id.as_str(), "interest_rate" | "deposit_rate" | "lending_rate")
}

/// Whether a figure says by how much something moved.
pub(super) fn is_growth(q: &Quantity) -> bool {
    matches!(q.kind, Kind::Percent | Kind::Fraction | Kind::Points)
}

/// Which growth leads from one period to another.
fn growth_between(base: &Period, period: &Period) -> Option<Aspect> {
    let (from, to) = (base.last()?, period.last()?);
    let months = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
    let length = period.whole_months()?;
    Some(match months(to) - months(from) {
        12 => Aspect::YoyGrowth,
        3 if length == 3 => Aspect::QoqGrowth,
        n if n > 0 => Aspect::Change,
        _ => return None,
    })
}
