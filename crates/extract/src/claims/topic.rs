//! What a document is about, told from its beginning: the names only it knows, the company named most, the
//! period it reports on, its date, place and money.

use super::*;
use crate::lexicon::TimeWord;

/// A dateline has at most this many tokens.
const DATELINE: usize = 20;
/// … and fewer letters than this, where it is a line of its own.
const DATELINE_LETTERS: usize = 90;
/// How many mentions it outweighs that a text is in the language of a country.
const HOME: i32 = 4;
/// How many mentions it outweighs that the statistical office of a country is named.
const REPORTER: i32 = 3;
/// Statistics of a month come out within so many months.
const MONTHLY: i32 = 3;
/// The weight of a period that is named in the first lines.
const LEADS: i32 = 4;
/// The first blocks say what a text is about.
const LEAD: usize = 2;
/// How many mentions of places the country outweighs that a text is written for it.
const MARKED: i32 = 5;
/// The weight of whom the title names.
const TITLED: i32 = 3;
/// Reports are on the last few years.
const OLDEST: i16 = 3;

impl Reader<'_> {
    pub(super) fn heads(block: &Block, index: usize) -> bool {
        matches!(block.kind, BlockKind::Title | BlockKind::Heading(_)) || index == 0
    }

    /// Passes over the beginning of the document, keeping them for the reading.
    pub(super) fn scan_beginning(&mut self) {
        let mut seen = 0;
        for block in &self.document.blocks {
            self.scans.push(None);
            let Some(lang) = self.lang(block).filter(|_| Self::readable(block)) else { continue };
            if seen > TOPIC_BYTES || block.range.len() > 20 * TOPIC_BYTES {
                break;
            }
            seen += block.range.len();
            let mut scan = Scan::pooled();
            scan.run(&self.document.text, block.range.clone(), lang, self.habit, &[]);
            if let Some(last) = self.scans.last_mut() {
                *last = Some(scan);
            }
        }
    }

    /// Takes the date of publication from a short line at the top that names a day, where metadata has none.
    pub(super) fn dateline(&mut self) {
        if self.published.is_some() {
            return;
        }
        let text = &self.document.text;
        let Some(lang) = self.document.record.lang.as_deref().and_then(|l| self.lexicon.lang(l)) else {
            return;
        };
        let mut scan = Scan::default();
        for block in self.document.blocks.iter().take(8).filter(|b| is_short(&text[b.range.clone()])) {
            scan.run(text, block.range.clone(), lang, self.habit, &[]);
            // A caption may name a day too; a dateline has little else in it, or begins with place and day.
            let short = scan.tokens.len() <= 16;
            let whens = when::find(&scan, text, &(0..scan.tokens.len()), lang, &mut Vec::new());
            let begins = |w: &when::When| {
                w.at.start <= 4
                    && matches!(
                        scan.word(text, w.at.end),
                        "." | "," | "–" | "—" | "-" | "|" | "/" | "(" | "·"
                    )
            };
            self.published = whens.iter().find_map(|w| match &w.what {
                What::Days(period) if period.is_day() && (short || begins(w)) => period.last(),
                // "Agency07 Nov, 2017": the day is stuck to what stands before it.
                What::Part { part: when::Part::Month(month), year: when::YearRef::Given(year), .. }
                    if short =>
                {
                    let before = w.at.start.checked_sub(1).map(|t| scan.word(text, t))?;
                    let digits = before.trim_start_matches(|c: char| !c.is_ascii_digit());
                    let day =
                        digits.parse().ok().filter(|_| digits.len() == 2 && digits.len() < before.len())?;
                    Date::new(*year, *month, day).ok()
                }
                _ => None,
            });
            if self.published.is_some() {
                return;
            }
        }
        // "Vigo, 3 may 2022 (Redacción).- …", "【仙台＝2022年5月3日】…": a day at the very beginning of a paragraph, set
        // off from what follows.
        for (scan, block) in self.scans.iter().zip(&self.document.blocks).take(6) {
            let (Some(scan), Some(lang)) = (scan, self.lang(block)) else { continue };
            let head = 0..scan.tokens.len().min(DATELINE);
            let whens = when::find(scan, text, &head, lang, &mut Vec::new());
            let day = whens.iter().find_map(|w| match &w.what {
                What::Days(period) if period.is_day() => Some((w.at.clone(), period.last()?)),
                _ => None,
            });
            // "САМАРА, 3 мая 2022 г. …": nothing but a place before it.
            let only_place = |start: usize| {
                let place = |t: usize| {
                    let name = scan.word(text, t).starts_with(char::is_uppercase);
                    let known =
                        scan.hits_at(t).iter().all(|h| matches!(h.term, Term::Entity(..) | Term::Region(_)));
                    scan.tokens[t].kind == TokenKind::Mark || name && known
                };
                let said = |t: usize| {
                    let word = scan.word(text, t);
                    let capitals = word.chars().count() > 2 && !word.chars().any(char::is_lowercase);
                    let known = scan.hits_at(t).iter().any(|h| match h.term {
                        Term::Entity(e, _) => self.cast.entity(e).kind == EntityKind::Place,
                        Term::Region(_) => true,
                        _ => false,
                    });
                    known || capitals && word.starts_with(char::is_uppercase)
                };
                start > 0 && start <= 6 && (0..start).all(place) && (0..start).any(said)
            };
            let set_off = |end: usize| {
                (end..end + 4).any(|t| {
                    matches!(
                        scan.word(text, t),
                        "–" | "—"
                            | "-"
                            | "―"
                            | "－"
                            | "("
                            | "（"
                            | ")"
                            | "）"
                            | "】"
                            | "]"
                            | "/"
                            | "|"
                            | ":"
                            | "："
                            // "…9月7日电": the word for a wire.
                            | "电"
                            | "電"
                            | "讯"
                            | "訊"
                    )
                })
            };
            // "04.11.2022. Although …"
            let opens = |at: &Range<usize>| at.start == 0 && scan.word(text, at.end) == ".";
            let dated = |at: &Range<usize>| set_off(at.end) || only_place(at.start) || opens(at);
            if let Some((_, day)) = day.filter(|(at, _)| dated(at)) {
                self.published = Some(day);
                return;
            }
        }
    }

    /// Code of the country whose places, indexes and offices are named most in the beginning, or that the text is
    /// written for.
    fn country(&self) -> String {
        let mut countries: IndexMap<&str, i32> = IndexMap::new();
        if let Some(code) = self.document.region.as_deref() {
            *countries.entry(code).or_default() += MARKED;
        }
        for (scan, block) in self.scans.iter().zip(&self.document.blocks) {
            let Some(scan) = scan.as_ref().filter(|_| block.repeat_of.is_none()) else { continue };
            for hit in &scan.hits {
                let Term::Entity(entity, _) = hit.term else { continue };
                let known = self.cast.entity(entity);
                let local = matches!(
                    known.kind,
                    EntityKind::Place | EntityKind::Index | EntityKind::Agency | EntityKind::Authority
                );
                if local && !known.country.is_empty() {
                    *countries.entry(&known.country).or_default() += 1;
                }
            }
        }
        let most = countries.values().copied().max();
        countries.into_iter().find(|(_, n)| Some(*n) == most).map(|(c, _)| c.to_owned()).unwrap_or_default()
    }

    /// The first month of the split years of what is named first that has years of its own.
    fn opening(&self) -> Option<i8> {
        let blocks = self.scans.iter().flatten();
        blocks.flat_map(|scan| &scan.hits).find_map(|hit| match hit.term {
            Term::YearOpening(month) => i8::try_from(month).ok(),
            _ => None,
        })
    }

    /// The title: as metadata has it, else the first heading.
    fn title(document: &Document) -> Option<&str> {
        let head = |b: &&Block| matches!(b.kind, BlockKind::Title | BlockKind::Heading(_));
        let heading = document.blocks.iter().find(head).map(|b| &document.text[b.range.clone()]);
        document.title.as_deref().or(heading)
    }

    fn titled(&self, name: &str) -> bool {
        Self::title(self.document).is_some_and(|title| title.contains(name))
    }

    /// The metric that a text is about: named in its first lines, and more often than any other.
    fn measure(&self) -> Option<u16> {
        let mut named: IndexMap<u16, i32> = IndexMap::new();
        let mut first: Vec<u16> = Vec::new();
        for (index, scan) in self.scans.iter().enumerate() {
            for hit in scan.iter().flat_map(|s| &s.hits) {
                let Term::Metric(metric, false) = hit.term else { continue };
                *named.entry(metric).or_default() += 1;
                if index <= LEAD {
                    first.push(metric);
                }
            }
        }
        let most = named.values().copied().max()?;
        let mut leading = named.iter().filter(|(_, n)| **n == most).map(|(m, _)| *m);
        let metric = leading.next().filter(|m| most > 1 && leading.next().is_none() && first.contains(m))?;
        (!self.lexicon.metric(metric).company_only).then_some(metric)
    }

    /// Learns the names that only this document knows, and marks them in its beginning.
    pub(super) fn learn_names(&mut self) {
        let text = &self.document.text;
        let passages: Vec<Passage<'_>> = self
            .scans
            .iter()
            .zip(&self.document.blocks)
            .enumerate()
            .filter_map(|(index, (scan, block))| {
                Some(Passage {
                    scan: scan.as_ref()?,
                    lang: self.lang(block)?,
                    heading: Self::heads(block, index),
                })
            })
            .collect();
        self.cast.learn(&passages, text, Self::title(self.document));
        if self.cast.written.is_empty() {
            return;
        }
        for (scan, block) in self.scans.iter_mut().zip(&self.document.blocks) {
            if let (Some(scan), Some(lang)) = (scan, block.lang.as_deref().and_then(|l| self.lexicon.lang(l)))
            {
                scan.run(text, block.range.clone(), lang, self.habit, &self.cast.written);
            }
        }
    }

    /// The year that a text without a date speaks from, by the year that it compares with.
    fn compared_with(&self) -> Option<i16> {
        if self.published.is_some() {
            return None;
        }
        let text = &self.document.text;
        let told = self.scans.iter().zip(&self.document.blocks).take(LEAD).filter_map(|(scan, block)| {
            let (scan, lang) = (scan.as_ref()?, self.lang(block)?);
            Some(scan.sentences.iter().flat_map(move |sentence| {
                let whens = when::find(scan, text, sentence, lang, &mut Vec::new());
                whens.iter().filter_map(when::When::year_after_base).collect::<Vec<_>>()
            }))
        });
        let mut years: Vec<i16> = told.flatten().collect();
        years.dedup();
        // A text that compares with two years leaves open which one was a year ago.
        match years.as_slice() {
            [year] => Some(*year),
            _ => None,
        }
    }

    /// The period that a mention of time reports on: at the end of a month, what has flowed since the year began.
    fn reported(
        &self,
        when: &when::When,
        whens: &[when::When],
        (scan, sentence): (&Scan, &Range<usize>),
        (running, calendar): (&Running, FiscalCalendar),
    ) -> Option<Period> {
        let period = when.reported(running, calendar)?;
        if !when.is_end_of_month() {
            return Some(period);
        }
        let flows = |t: usize| {
            scan.hits_at(t).iter().any(|h| match h.term {
                Term::Metric(m, _) => {
                    let kind = self.lexicon.metric(m).kind;
                    matches!(kind, MetricKind::Flow | MetricKind::CountFlow)
                }
                _ => false,
            })
        };
        // A crop year ends with a month of its own.
        let seasonal = whens.iter().any(|w| {
            matches!(
                w.what,
                What::Part { part: when::Part::Year, fiscal: true, .. }
                    | What::Part { part: when::Part::SplitYear, .. }
            )
        });
        let last = period.last().filter(|_| !seasonal && sentence.clone().any(flows))?;
        Some(Period::days(Date::new(last.year(), 1, 1).ok()?, last))
    }

    /// What the document is about, from its beginning: the company named most and the period it reports on.
    pub(super) fn topic(&mut self) -> Topic {
        self.scan_beginning();
        self.dateline();
        self.learn_names();
        self.cast.country = self.country();
        let split_years = self.opening().or_else(|| self.lexicon.public_year_opening(&self.cast.country));
        let mut companies: IndexMap<u16, i32> = IndexMap::new();
        let mut owners: IndexMap<u16, i32> = IndexMap::new();
        // The block that names each first.
        let mut first: IndexMap<u16, usize> = IndexMap::new();
        let mut periods: IndexMap<Period, i32> = IndexMap::new();
        // What of that is only "last year".
        let mut loose: IndexMap<Period, i32> = IndexMap::new();
        let mut monies: IndexMap<u16, i32> = IndexMap::new();
        let mut months: IndexMap<Period, i32> = IndexMap::new();
        // Months that sentences with figures speak of: how much, and whether in the title or more than once.
        let mut monthly: IndexMap<Period, (i32, bool)> = IndexMap::new();
        let mut places: IndexMap<u16, i32> = IndexMap::new();
        let mut reporters: IndexMap<u16, i32> = IndexMap::new();
        let mut sector = false;
        let anchor = self.compared_with();
        for (index, (scan, block)) in self.scans.iter().zip(&self.document.blocks).enumerate() {
            self.times.push(Vec::new());
            let (Some(scan), Some(lang)) = (scan, self.lang(block)) else { continue };
            // What the file prints again says nothing more about its topic.
            if block.repeat_of.is_some() {
                continue;
            }
            let title = Self::heads(block, index);
            let place = if title {
                3
            } else if index <= 3 {
                2
            } else {
                1
            };
            let mut opening_place = index == 0 || matches!(block.kind, BlockKind::Title);
            let mut opening = index == 0 || matches!(block.kind, BlockKind::Title);
            for hit in &scan.hits {
                sector |= index <= LEAD && matches!(hit.term, Term::Cue(Cue::Sector));
                if let Term::Currency(currency, _) = hit.term {
                    *monies.entry(currency).or_default() += 1;
                }
                if let Term::Entity(entity, kind) = hit.term {
                    // Where a text was written is not what it is about.
                    let place = self.cast.entity(entity).kind == EntityKind::Place;
                    if place && !title && scan.in_dateline(&self.document.text, hit.from..hit.to) {
                        continue;
                    }
                    if self.cast.entity(entity).kind == EntityKind::Place {
                        // "Chinese visitors" are told of where they went.
                        let beside = kind == NameKind::Adjective;
                        *places.entry(entity).or_default() += match (beside, opening_place, title) {
                            (false, true, _) => 8,
                            (false, _, true) => 3,
                            _ => 1,
                        };
                        opening_place &= beside;
                    }
                    // Who counts for a country speaks of it.
                    let known = self.cast.entity(entity);
                    if matches!(known.kind, EntityKind::Agency | EntityKind::Authority)
                        && let Some(country) = self.lexicon.country(&known.country)
                    {
                        reporters.entry(country).or_insert(REPORTER);
                        // "The office of statistics said that France …": whose office opens the text.
                        if opening_place && known.kind == EntityKind::Agency {
                            *places.entry(country).or_default() += 8;
                            opening_place = false;
                        }
                    }
                    let company = self.cast.company_of(entity);
                    if self.cast.entity(company).kind == EntityKind::Company && kind != NameKind::Weak {
                        // Whoever opens the title is whom the text is about.
                        let weight = if opening {
                            8
                        } else if title {
                            3
                        } else {
                            1
                        };
                        first.entry(company).or_insert(index);
                        let named = if company == entity { &mut companies } else { &mut owners };
                        *named.entry(company).or_default() += weight;
                        opening = false;
                    }
                }
            }
            let entity = companies.iter().max_by_key(|(_, n)| **n).map(|(e, _)| *e);
            let calendar = entity.map(|e| self.cast.calendar(e)).unwrap_or_default();
            let running = Running { period: None, published: self.published, opening: split_years };
            for sentence in &scan.sentences {
                let results = sentence.clone().any(|t| scan.cue_at(t, Cue::Results).is_some());
                let mut used = Vec::new();
                let whens = when::find(scan, &self.document.text, sentence, lang, &mut used);
                for when in &whens {
                    let month = when
                        .resolve(&running, calendar)
                        .filter(|p| p.whole_months() == Some(1) && !when.since);
                    if let Some(month) = month.filter(|m| self.published.is_none_or(|p| when::is_over(m, p)))
                    {
                        *months.entry(month).or_default() += place;
                    }
                }
                let mut told: Vec<Period> = Vec::new();
                for when in whens.iter().filter(|w| tells_topic(w)) {
                    let reported = self.reported(when, &whens, (scan, sentence), (&running, calendar));
                    // Where no year is said, it is the one behind that it is compared with.
                    let anchored = || {
                        let year = anchor.and_then(Period::year).filter(|_| when.is_reporting())?;
                        when.reported(&Running { period: Some(year), ..running.clone() }, calendar)
                    };
                    let Some(mut period) = reported.or_else(anchored) else { continue };
                    // "Compared with the first half of 2020" tells of the first half of 2021.
                    let base = follows_comparison(scan, &self.document.text, sentence.start, &when.at);
                    if base && when.is_reporting() {
                        let Some(later) = period.months_earlier(-12) else { continue };
                        let over = |p: Date| later.last().is_some_and(|l| l <= p);
                        // A text without a date may compare with anything, but brackets hold the year before.
                        let bracketed = leads_bracket(scan, &self.document.text, &when.at);
                        if !self.published.map_or(bracketed, over) {
                            continue;
                        }
                        period = later;
                    }
                    // A sentence that names a period twice ("the fourth quarter (Q4)") names one.
                    if told.contains(&period) {
                        continue;
                    }
                    told.push(period.clone());
                    // A split year is reported on once more than half of it is over.
                    let split = matches!(when.what, What::Part { part: when::Part::SplitYear, .. });
                    let told_from = if split { period.months_earlier(6) } else { Some(period.clone()) };
                    let past =
                        self.published.is_none_or(|p| told_from.is_none_or(|told| when::is_over(&told, p)));
                    // What lies years back is history: no report is on it.
                    let old = self
                        .published
                        .is_some_and(|p| period.last().is_some_and(|l| l.year() + OLDEST < p.year()));
                    if old {
                        continue;
                    }
                    let plan =
                        (sentence.start..when.at.start).any(|t| scan.cue_at(t, Cue::Guidance).is_some());
                    if !past || plan {
                        continue;
                    }
                    // A year is a report's where the sentence speaks of results or gives figures for it.
                    let measured = sentence
                        .clone()
                        .any(|t| scan.hits_at(t).iter().any(|h| matches!(h.term, Term::Metric(..))));
                    let recent = self
                        .published
                        .is_none_or(|p| period.last().is_some_and(|l| l.year() + 1 >= p.year()));
                    let whole = matches!(
                        when.what,
                        What::Part { part: when::Part::Year | when::Part::SplitYear, .. } | What::Relative(_)
                    );
                    let said_whole = when.at.len() > 1 || when.at.start <= sentence.start + 2;
                    // Statistics come monthly; a month long gone is told for comparison.
                    if when.is_month() || when.is_row_of_days() {
                        let ago = self
                            .published
                            .zip(period.last())
                            .map(|(p, l)| when::months_of(p) - when::months_of(l));
                        if (measured || title) && ago.is_none_or(|n| n <= MONTHLY) {
                            let (weight, often) = monthly.entry(period).or_default();
                            *weight += 2 * place;
                            *often |= title || *weight > 2 * place;
                        }
                        continue;
                    }
                    let weight = match (whole, results, measured) {
                        (false, true, _) => 4,
                        (false, false, _) => 2,
                        (true, true, true) if said_whole => 4,
                        (true, _, true) if said_whole && recent => 3,
                        (true, true, _) => 2,
                        (true, false, true) if recent => 1,
                        (true, false, _) => 0,
                    };
                    if when.is_last_year() {
                        *loose.entry(period.clone()).or_default() += weight * place;
                    }
                    *periods.entry(period).or_default() += weight * place;
                }
                if let Some(times) = self.times.last_mut() {
                    times.push((whens, used));
                }
            }
        }
        // The same period a year before is what a report compares with, however often it is named.
        // "Last year" in the report of a company whose year is not the calendar's is that year.
        let own: Option<Period> = periods
            .iter()
            .filter(|(p, n)| {
                **n > 0 && p.whole_months() == Some(12) && p.first().is_some_and(|d| d.month() != 1)
            })
            .max_by_key(|(_, n)| **n)
            .map(|(p, _)| p.clone());
        if let Some(own) = own {
            for (year, weight) in loose {
                if let Some(all) = periods.get_mut(&year).filter(|_| overlap(&year, &own)) {
                    *all -= weight;
                    *periods.entry(own.clone()).or_default() += weight;
                }
            }
        }
        let named: Vec<Period> = periods.keys().cloned().collect();
        for later in &named {
            if let Some(before) = later.year_before().filter(|b| periods.contains_key(b)) {
                let moved = periods.get_mut(&before).map(std::mem::take).unwrap_or(0);
                *periods.entry(later.clone()).or_default() += moved / 2;
            }
        }
        // So is a year where the report is on a quarter or half that began after it.
        let later = |year: &Period| {
            periods.iter().any(|(p, n)| {
                *n >= LEADS && p.whole_months().is_some_and(|m| m < 12) && p.first() > year.last()
            })
        };
        let over: Vec<Period> =
            periods.keys().filter(|p| p.whole_months() == Some(12) && later(p)).cloned().collect();
        for year in over {
            if let Some(weight) = periods.get_mut(&year) {
                *weight /= 2;
            }
        }
        // A month is what the text is about where no later one is.
        for (month, (weight, often)) in &monthly {
            let compared = monthly.keys().any(|later| {
                [later.previous(), later.year_before()].iter().flatten().any(|before| before == month)
            });
            // One that is named once, in the first lines, where no other time is.
            let alone = *weight >= LEADS
                && monthly.values().all(|(other, _)| other <= weight)
                && periods.values().all(|n| *n <= 0);
            if *often || alone {
                *periods.entry(month.clone()).or_default() += if compared { weight / 2 } else { *weight };
            }
        }
        // So are the same month a year before and the month before.
        let named: Vec<Period> = months.keys().cloned().collect();
        for later in &named {
            for before in [later.year_before(), later.previous()].into_iter().flatten() {
                if let Some(weight) = months.get(&before).copied() {
                    *months.entry(later.clone()).or_default() += weight / 2;
                }
            }
        }
        // The first of equals: what is named first is what the text is about.
        let first_best = |counts: IndexMap<Period, i32>| {
            let most = counts.values().copied().max().filter(|n| *n > 0)?;
            counts.into_iter().find(|(_, n)| *n == most).map(|(p, _)| p)
        };
        // Products speak for a company that is named itself, or where no company is: "an A320" alone is none of Airbus.
        let nobody = companies.is_empty();
        for (company, weight) in owners {
            if nobody || companies.contains_key(&company) {
                *companies.entry(company).or_default() += weight;
            }
        }
        let weights: Vec<(u16, i32)> = companies.iter().map(|(e, n)| (*e, *n)).collect();
        let most = companies.values().copied().max();
        let entity = companies.into_iter().find(|(_, n)| Some(*n) == most).map(|(e, _)| e);
        // A company named once in passing is not what a text on a place is about.
        let place_leads = places.values().any(|n| *n >= TITLED);
        let early = |e: u16| first.get(&e).is_some_and(|block| *block <= LEAD);
        let entity = entity.filter(|e| !(most == Some(1) && place_leads && !early(*e)));
        let said = !places.is_empty();
        // What is told of a country without its name is told of where the language is at home, or of whose statistics
        // are told.
        let home =
            self.document.record.lang.as_deref().and_then(|l| self.lexicon.lang(l)).and_then(|l| l.home);
        if let Some(home) = home {
            reporters.insert(home, HOME);
        }
        for (country, weight) in reporters {
            *places.entry(country).or_default() += weight;
        }
        // A name that only this text knows may be a town: better than a country that nobody has spoken of.
        let town = entity.is_some_and(|e| self.cast.is_open(e) && self.titled(&self.cast.entity(e).name));
        if !said && town {
            places.clear();
        }
        let most = places.values().copied().max();
        let place = places.into_iter().find(|(_, n)| Some(*n) == most).map(|(p, _)| p);
        let most = monies.values().copied().max();
        let money = monies.into_iter().find(|(_, n)| Some(*n) == most).map(|(c, _)| c);
        Topic {
            entity,
            period: first_best(periods),
            month: first_best(months),
            published: self.published,
            place,
            money,
            opening: split_years,
            measure: self.measure(),
            companies: weights,
            sector: sector && entity.is_none(),
        }
    }
}

/// Whether a mention of time can tell what a text reports on.
fn tells_topic(when: &when::When) -> bool {
    when.is_reporting()
        || when.is_last_year()
        || when.is_month()
        || when.is_row_of_days()
        || when.is_end_of_month()
}

/// Whether a line is no longer than a dateline, in any script.
fn is_short(line: &str) -> bool {
    line.chars().take(DATELINE_LETTERS).count() < DATELINE_LETTERS
}

/// Whether two periods have days in common.
fn overlap(a: &Period, b: &Period) -> bool {
    a.first() <= b.last() && b.first() <= a.last()
}

/// Whether a time opens a bracket for the figure that the one before it is compared with: "679 million (H1 2022: 594
/// million)".
fn leads_bracket(scan: &Scan, text: &str, at: &Range<usize>) -> bool {
    const NEAR: usize = 8;
    let figure = |t: usize| matches!(scan.tokens[t].kind, crate::scan::TokenKind::Number(_));
    at.start > 0
        && (at.start.saturating_sub(NEAR)..at.start).any(figure)
        && matches!(scan.word(text, at.start - 1), "(" | "（")
        && matches!(scan.word(text, at.end), ":" | "：")
}

/// Whether a time is what something is compared with: behind a word for that, or before a figure in brackets.
fn follows_comparison(scan: &Scan, text: &str, floor: usize, at: &Range<usize>) -> bool {
    leads_bracket(scan, text, at)
        || (at.start.saturating_sub(4).max(floor)..at.start).any(|t| {
            scan.hits_at(t).iter().any(|h| {
                matches!(h.term, Term::Time(TimeWord::BaseBefore) | Term::Cue(Cue::Against))
                    && h.to <= at.start
                    && at.start - h.to <= 1
            })
        })
}
