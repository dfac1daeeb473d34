//! Figures: what the headers of a cell make of what is written in it.

use std::rc::Rc;

use consilience_claim::{Aspect, Bound, Decimal, FiscalCalendar, Modality, Period, Unit, exact};

use super::cell::{Amount, Kind};
use super::header::{Label, is_bare_year, longer_name};
use super::{Context, Entry, Reader};
use crate::lexicon::{EntityKind, Lang, Metric, MetricKind, MetricUnit, Term, TimeWord};
use crate::number;
use crate::when::{Part, Running, What, When, YearRef};

/// Money below this without any scale in sight is a table whose unit was not found.
const UNSCALED_MONEY: i64 = 100_000;

/// A name longer than this is a sentence.
const NAME_BYTES: usize = 60;

/// What the headers of a cell make of its figure.
pub(super) struct Reading {
    pub(super) metric: u16,
    pub(super) entity: u16,
    /// The name of a row that the catalogue does not know.
    pub(super) called: Option<String>,
    pub(super) aspect: Aspect,
    pub(super) period: Period,
    pub(super) modality: Modality,
    pub(super) qualifiers: Vec<String>,
    pub(super) value: Decimal,
    pub(super) precision: Option<Decimal>,
    pub(super) unit: Unit,
    pub(super) steps: Vec<(&'static str, String, String)>,
}

/// A row while its figures are read; labels innermost first.
pub(super) struct RowOf<'r> {
    /// The figure in question, in `entries`.
    pub(super) at: usize,
    pub(super) labels: &'r [Rc<Label>],
    /// How many of the labels are the row's own; the others speak for several rows.
    pub(super) own: usize,
    /// Whether all columns are years.
    pub(super) years: bool,
    pub(super) context: &'r Context,
    pub(super) entries: &'r [Entry],
    pub(super) currency: Option<(u16, bool)>,
}

impl<'r> RowOf<'r> {
    /// Where a unit may be said, nearest first.
    fn nearest(&self, column: &'r Label) -> impl Iterator<Item = &'r Label> {
        let around = self.context.titles.iter().chain(&self.context.notes);
        [column].into_iter().chain(self.labels.iter().chain(around).map(|l| &**l))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Growth {
    None,
    Percent,
    Difference,
}

/// Metrics whose brackets mean that they are taken off, not that they are below zero.
fn is_outflow(metric: &str) -> bool {
    ["loss", "cost", "expens", "expenditure", "charges", "provisions", "dividend", "repurchases"]
        .iter()
        .any(|part| metric.contains(part))
}

impl Reader<'_> {
    pub(super) fn read(&self, row: &RowOf<'_>, lang: &Lang) -> Option<Reading> {
        let entry = &row.entries[row.at];
        let (amount, column) = (&entry.amount, &entry.column);
        let own = &row.labels[..row.own.min(row.labels.len())];
        if own.iter().any(|l| l.misleading) || column.misleading || column.compares {
            return None;
        }
        let mut steps = Vec::new();
        // The metric: row, column, the rows above, what stands around the table.
        let headers = || own.iter().chain([column]).chain(&row.labels[own.len()..]);
        let tells = |l: &&Rc<Label>| l.metric.is_some() && !l.misleading;
        // A column of change or of another time goes on with what the column before it is of.
        let beside = || {
            let goes_on =
                |l: &Label| l.metric.is_none() && l.rest.is_empty() && (l.grows() || !l.whens.is_empty());
            let left = row.entries[..row.at].iter().rev().map(|e| &e.column).find(|l| !goes_on(l));
            left.filter(|l| goes_on(column) && l.metric.is_some() && !l.misleading && l.rest.is_empty())
        };
        let named =
            headers().find(tells).or_else(beside).or_else(|| row.context.titles.iter().find(tells))?;
        let mut metric = named.metric?;
        // Where rows have metrics of their own, what the caption names is not every row's.
        let around = row.context.titles.iter().any(|t| Rc::ptr_eq(t, named));
        let called = self.called(row, own).filter(|_| row.context.pure || !around);
        let placed = self.lexicon.metric(metric).of_places;
        let mut entity: Option<u16> = None;
        // Words that no phrase accounts for: part of a longer name of the metric, or of a part of the company.
        let above = row.labels[own.len()..].iter().filter(|l| Rc::ptr_eq(l, named));
        for label in own.iter().chain(above).filter(|l| !l.rest.is_empty()) {
            let words = label.rest.join(" ");
            if (called.is_some() || self.group(row, own, placed).is_some()) && Rc::ptr_eq(label, &own[0]) {
                continue;
            }
            if let Some(longer) = longer_name(lang, &words, named) {
                metric = longer;
            } else if let Some(part) = self.part(lang, label.entity, &words) {
                entity = Some(part);
            } else {
                return None;
            }
        }
        let change_column = self.is_change_column(row);
        if !column.rest.is_empty() && !change_column {
            let words = column.rest.join(" ");
            if let Some(longer) = longer_name(lang, &words, named) {
                metric = longer;
            } else if let Some(part) = self.part(lang, column.entity, &words) {
                entity = Some(part);
            } else if !self.is_sole_column(row) {
                return None;
            }
        } else if !column.tells() && !change_column && !self.is_sole_column(row) {
            return None;
        }
        let per_share = headers().any(|l| l.per_share) && !named.text.is_empty();
        metric = self.per_share(metric, per_share && (named.per_share || own.iter().any(|l| l.per_share)))?;
        steps.push(("metric", named.text.clone(), format!("header: {}", self.lexicon.metric(metric).id)));

        let of_places = self.lexicon.metric(metric).of_places;
        let group = self.group(row, own, of_places);
        let info = self.lexicon.metric(metric);
        let entity = match entity {
            Some(part) => {
                let name = &self.cast.entity(part).name;
                steps.push(("entity", String::new(), format!("part of the company, by its header: {name}")));
                part
            }
            None if called.is_some() => {
                let text = own.first().map(|l| l.text.clone()).unwrap_or_default();
                steps.push(("entity", text, "named: one of the things that the table lists".into()));
                self.topic.entity.or(self.topic.place)?
            }
            None => {
                // Where no company is spoken of, places are what is measured.
                let company =
                    |e: u16| !matches!(self.cast.entity(e).kind, EntityKind::Place | EntityKind::Authority);
                let alone =
                    row.context.things && !self.topic.entity.is_some_and(company) && !info.company_only;
                self.entity(of_places || alone, row, column, &mut steps)?
            }
        };
        let metric = self.settle(metric, entity, amount);
        let metric = self.counted(metric, row, column)?;
        let info = self.lexicon.metric(metric);
        if info.company_only && self.cast.entity(entity).kind == EntityKind::Part {
            return None;
        }
        if (info.id == "index_level") != (self.cast.entity(entity).kind == EntityKind::Index) {
            return None;
        }

        let grows = headers().any(|l| l.grows()) || row.context.titles.iter().any(|l| l.yoy || l.qoq);
        let (aspect, unit) = self.aspect(row, info, entity, grows, change_column)?;
        let (mut value, precision) = self.value(amount, info, &unit, row, column)?;
        let (period, aspect) = match aspect {
            Growth::None => {
                let period = self.level_period(entry, row, info, entity, &mut steps)?;
                // So many cases in a year are that year's; so many at a day or at no time are all so far.
                let all = info.kind == MetricKind::Tally && period.whole_months().is_none();
                (period, if all { Aspect::Cumulative } else { Aspect::Level })
            }
            Growth::Percent | Growth::Difference => {
                let (period, by_distance, from) = self.growth_period(row, entity)?;
                if let Some(from) = from {
                    steps.push(("period", from, period.to_string()));
                } else {
                    steps.push(("period", column.text.clone(), period.to_string()));
                }
                let named = headers().find_map(|l| match (l.qoq, l.yoy, l.other_step) {
                    (_, _, true) => Some(Aspect::Change),
                    (true, ..) => Some(Aspect::QoqGrowth),
                    (_, true, _) => Some(Aspect::YoyGrowth),
                    _ => None,
                });
                let aspect = match aspect {
                    Growth::Difference => Aspect::Change,
                    _ => named.or(by_distance)?,
                };
                steps.push(("aspect", column.text.clone(), format!("{aspect}: a column of change")));
                (period, aspect)
            }
        };
        let modality = self.modality(column, row, &period, called.is_some(), &mut steps);
        let mut qualifiers: Vec<String> = headers().flat_map(|l| l.qualifiers.iter().cloned()).collect();
        qualifiers.extend(group);
        if !of_places {
            qualifiers.extend(self.regions(row, column));
        }
        qualifiers.sort();
        qualifiers.dedup();
        // What is worded as a loss or a cost is positive, brackets or not.
        if aspect == Aspect::Level && value.is_sign_negative() && is_outflow(&info.id) {
            value = -value;
        }
        Some(Reading {
            metric,
            entity,
            called,
            aspect,
            period,
            modality,
            qualifiers,
            value,
            precision: if matches!(amount.bound, Bound::AtLeast | Bound::AtMost) { None } else { precision },
            unit,
            steps,
        })
    }

    /// The metric per share where the header says so.
    fn per_share(&self, metric: u16, per_share: bool) -> Option<u16> {
        let info = self.lexicon.metric(metric);
        if !per_share || info.unit != MetricUnit::Money {
            return Some(metric);
        }
        self.lexicon.per_share(metric)
    }

    /// Settles words that mean different metrics for different entities or units.
    fn settle(&self, metric: u16, entity: u16, amount: &Amount) -> u16 {
        let large = amount.written.value > Decimal::ONE_HUNDRED;
        let amount_of_money = large && matches!(amount.kind, Kind::Bare | Kind::Money(..));
        let id = match self.lexicon.metric(metric).id.as_str() {
            // Some call the amount a margin too.
            "gross_margin" if amount_of_money => "gross_profit",
            "operating_margin" if amount_of_money => "operating_income",
            _ => return self.lexicon.settled(metric, self.cast.entity(entity).kind == EntityKind::Part),
        };
        self.lexicon.metric_by_id(id).unwrap_or(metric)
    }

    /// The name of the row where the table is a list of things that the catalogue does not know, each under its
    /// own name.
    fn called(&self, row: &RowOf<'_>, own: &[Rc<Label>]) -> Option<String> {
        let label = own.first().filter(|_| row.context.things && !row.context.groups)?;
        // Among provinces that the catalogue does not know, a country is a province of the same name.
        let namesake = row.context.unknown
            && label.place.is_some_and(|p| {
                Some(p) != self.topic.place && self.cast.entity(p).id.trim_start_matches("PLACE-").len() == 2
            });
        let more = !label.rest.is_empty() || label.several || namesake;
        let plain = label.metric.is_none()
            && label.whens.is_empty()
            && !label.grows()
            && !label.total
            && !label.remainder
            && !label.percent;
        let name = label.text.split(['(', '（', '[', '*', '†', '¹', '²', '³']).next()?.trim();
        let fits = (2..=NAME_BYTES).contains(&name.len()) && !name.contains([':', '：', ';', '：']);
        (more && plain && fits && name.chars().any(char::is_alphabetic)).then(|| name.to_owned())
    }

    /// The part of a people that a row of a place's table is about.
    fn group(&self, row: &RowOf<'_>, own: &[Rc<Label>], of_places: bool) -> Option<String> {
        let label = own.first().filter(|_| row.context.groups && of_places)?;
        let plain = label.metric.is_none() && label.whens.is_empty() && !label.grows() && !label.remainder;
        (plain && !label.total && !label.rest.is_empty())
            .then(|| format!("group:{}", label.text.to_lowercase()))
    }

    /// Sales that a header counts in things are no revenue.
    fn counted(&self, metric: u16, row: &RowOf<'_>, column: &Label) -> Option<u16> {
        if self.lexicon.metric(metric).id != "revenue" || row.currency.is_some() {
            return Some(metric);
        }
        let said = row.nearest(column).find(|l| l.noun.is_some() || l.currency.is_some());
        let Some(label) = said.filter(|l| l.currency.is_none()) else { return Some(metric) };
        if label.vehicles { self.lexicon.metric_by_id("vehicle_sales") } else { None }
    }

    fn entity(
        &self,
        of_places: bool,
        row: &RowOf<'_>,
        column: &Label,
        steps: &mut Vec<(&'static str, String, String)>,
    ) -> Option<u16> {
        // Populations and rates are of places, whoever reports them.
        let named = |label: &'_ Label| if of_places { label.place.or(label.entity) } else { label.entity };
        let own = row.labels.first().and_then(|l| named(l).map(|e| (e, &l.text)));
        let across = named(column).map(|e| (e, &column.text));
        let chosen = match (own, across) {
            (Some(a), Some(b)) if a.0 == b.0 || self.cast.is_part_of(a.0, b.0) => Some(a),
            (Some(a), Some(b)) if self.cast.is_part_of(b.0, a.0) => Some(b),
            (Some(_), Some(_)) => return None,
            (one, other) => one.or(other),
        };
        let mut around = row.labels.iter().skip(1).chain(&row.context.titles);
        let chosen = chosen.or_else(|| around.find_map(|l| named(l).map(|e| (e, &l.text))));
        if let Some((entity, text)) = chosen {
            steps.push(("entity", text.clone(), format!("named: {}", self.cast.entity(entity).name)));
            return Some(entity);
        }
        let place = self.topic.place.filter(|_| of_places);
        let entity = place.or(self.topic.entity)?;
        let because = format!("what the text is about: {}", self.cast.entity(entity).name);
        steps.push(("entity", String::new(), because));
        Some(entity)
    }

    /// The countries that row and column name: of a company's figure they tell which part of it.
    fn regions(&self, row: &RowOf<'_>, column: &Label) -> Vec<String> {
        let places = row.labels.iter().map(|l| &**l).chain([column]).filter_map(|l| l.place);
        places.map(|p| format!("region:{}", self.cast.entity(p).id.trim_start_matches("PLACE-"))).collect()
    }

    /// The part of the company that goes by these words.
    fn part(&self, lang: &Lang, named: Option<u16>, words: &str) -> Option<u16> {
        let company = self.cast.company_of(named.or(self.topic.entity)?);
        let name = &self.cast.entity(company).name;
        [words.to_owned(), format!("{name} {words}")].iter().find_map(|text| {
            let mut found = None;
            lang.walk_all(text, |end, term| {
                if let Term::Entity(entity, _) = term
                    && end == text.len()
                    && self.cast.is_part_of(entity, company)
                {
                    found = Some(entity);
                }
            });
            found
        })
    }

    /// Value and precision in base units.
    fn value(
        &self,
        amount: &Amount,
        info: &Metric,
        unit: &Unit,
        row: &RowOf<'_>,
        column: &Label,
    ) -> Option<(Decimal, Option<Decimal>)> {
        let mut power = amount.scale.unwrap_or(0);
        let money = matches!(unit, Unit::Money(_));
        let scales = match unit {
            Unit::Money(_) => info.kind != MetricKind::Ratio,
            Unit::MoneyPer(..) => false,
            Unit::Named(_) => matches!(info.unit, MetricUnit::Count(_)) && !unit.is_percent(),
        };
        if scales && amount.scale.is_none() {
            let labels = row.nearest(column);
            let said = labels
                .filter(|l| !l.excepted.iter().any(|m| self.lexicon.metric(*m).id == info.id))
                .find_map(|l| l.scale.filter(|(_, tied)| money || !tied));
            match said {
                Some((scale, _)) => power = scale,
                None if money
                    && matches!(info.kind, MetricKind::Flow | MetricKind::Stock)
                    && amount.written.value < Decimal::from(UNSCALED_MONEY) =>
                {
                    return None;
                }
                None => {}
            }
        }
        let mut place = i32::from(power);
        if amount.kind == Kind::BasisPoints {
            place -= 2;
        }
        let factor = exact::power_of_ten(place).ok()?;
        let written = &amount.written;
        let value = exact::mul(written.value, factor).ok()?;
        let precision = number::precision(written.value, written.decimals, written.digits, 0)
            .and_then(|p| exact::mul(p, factor).ok());
        Some((if amount.negative { -value } else { value }, precision))
    }

    /// Whether the figure is a change, and in what unit it is.
    fn aspect(
        &self,
        row: &RowOf<'_>,
        info: &Metric,
        entity: u16,
        grows: bool,
        change_column: bool,
    ) -> Option<(Growth, Unit)> {
        let entry = &row.entries[row.at];
        let (amount, column) = (&entry.amount, &entry.column);
        let growth_row = row.labels.first().is_some_and(|l| l.grows());
        match amount.kind {
            Kind::Points | Kind::BasisPoints => (info.unit == MetricUnit::Percent)
                .then(|| (Growth::Difference, Unit::named("percentage_points"))),
            Kind::Count(u) if change_column && self.lexicon.units[u as usize].to_string() == "points" => {
                (info.unit == MetricUnit::Percent)
                    .then(|| (Growth::Difference, Unit::named("percentage_points")))
            }
            Kind::Percent => match info.unit {
                MetricUnit::Percent if column.points => {
                    Some((Growth::Difference, Unit::named("percentage_points")))
                }
                // How much a share changed, in percent, may be points or relative: left unread.
                MetricUnit::Percent => {
                    (!change_column && !growth_row).then(|| (Growth::None, Unit::percent()))
                }
                _ if column.partitive && column.metric.is_some() => None,
                _ => (grows || change_column).then(|| (Growth::Percent, Unit::percent())),
            },
            _ if growth_row || (change_column && column.percent) => {
                // Percent is said by the header, not by the cell.
                let percent = column.percent || row.labels.first().is_some_and(|l| l.percent);
                (percent && info.unit != MetricUnit::Percent).then(|| (Growth::Percent, Unit::percent()))
            }
            _ => {
                let unit = self.unit(amount, info, row, column, entity)?;
                if change_column {
                    return self.is_difference(row).then_some((Growth::Difference, unit));
                }
                Some((Growth::None, unit))
            }
        }
    }

    fn unit(
        &self,
        amount: &Amount,
        info: &Metric,
        row: &RowOf<'_>,
        column: &Label,
        entity: u16,
    ) -> Option<Unit> {
        match (info.unit, amount.kind) {
            (MetricUnit::Percent, Kind::Bare) => {
                let said = row.nearest(column).any(|l| l.percent);
                // Under a unit of money, or as a fraction, a bare figure may be anything.
                let fraction = amount.written.value < Decimal::ONE && amount.written.decimals >= 2;
                let money = row.nearest(column).any(|l| l.currency.is_some());
                (said || !(fraction || money)).then(Unit::percent)
            }
            (MetricUnit::Percent, _) => None,
            (MetricUnit::Count(unit), Kind::Bare) => {
                let own = &self.lexicon.units[unit as usize];
                let said = row.nearest(column).find_map(|l| l.noun).map(|n| &self.lexicon.units[n as usize]);
                match said {
                    // A metric of things in general is of those that the table counts.
                    Some(said) if own.to_string() == "units" => Some(said.clone()),
                    _ => Some(own.clone()),
                }
            }
            (MetricUnit::Count(unit), Kind::Count(said)) => {
                let (own, said) = (&self.lexicon.units[unit as usize], &self.lexicon.units[said as usize]);
                Some(if own.same_size(said) { own.clone() } else { said.clone() })
            }
            (MetricUnit::Count(_), _) | (_, Kind::Count(_)) => None,
            (money, kind) => {
                let labels = row.nearest(column);
                let (currency, shared) = match kind {
                    Kind::Money(c, shared) => {
                        // A plain sign may be spelled out by a header: "$" under "in US dollars".
                        let fuller = labels.filter_map(|l| l.currency).find(|(d, s)| !s && shared && *d == c);
                        fuller.unwrap_or((c, shared))
                    }
                    _ => match labels.filter_map(|l| l.currency).next() {
                        Some(currency) => currency,
                        None => row.currency?,
                    },
                };
                let lang = self.document.record.lang.as_deref().unwrap_or_default();
                let code = self.cast.money(currency, shared, entity, self.topic.place, lang);
                Some(match money {
                    MetricUnit::MoneyPerShare => Unit::MoneyPer(code, "share".into()),
                    _ => Unit::Money(code),
                })
            }
        }
    }

    // ---- change ----------------------------------------------------------------------------------------

    /// Whether a column says how much something changed: in so many words, or by standing beside two periods
    /// with a header that names neither a time nor a thing.
    fn is_change_column(&self, row: &RowOf<'_>) -> bool {
        let entry = &row.entries[row.at];
        let column = &entry.column;
        if column.grows() || column.other_step || self.compares_years(row, row.at) {
            return true;
        }
        if column.tells() || column.partitive || column.text.is_empty() {
            return false;
        }
        let marked = entry.amount.signed || entry.amount.negative || entry.amount.kind != Kind::Bare;
        (marked || column.percent || self.is_difference(row))
            && (self.lone_level(row).is_some() || self.neighbours(row).is_some())
    }

    /// The level right before a figure, where no other column is of a time as long.
    fn lone_level<'r>(&self, row: &RowOf<'r>) -> Option<&'r Entry> {
        let level = |e: &&Entry| !e.column.grows() && !e.column.whens.is_empty() && e.period.is_some();
        let length = |e: &Entry| e.period.as_ref().and_then(Period::whole_months);
        let before = row.at.checked_sub(1).map(|i| &row.entries[i]).filter(|e| level(e))?;
        let others = || row.entries.iter().filter(level);
        let alone = others().count() > 1 && others().filter(|e| length(e) == length(before)).count() == 1;
        alone.then_some(before)
    }

    /// Whether a header of two years compares the columns of these years: "2022/21" over a change, not a season.
    fn compares_years(&self, row: &RowOf<'_>, at: usize) -> bool {
        let entry = &row.entries[at];
        let Some((one, other)) = entry.column.pair else { return false };
        let marked = entry.amount.signed || entry.amount.negative || entry.amount.kind != Kind::Bare;
        let headed = |year: i16| {
            row.entries.iter().any(|e| {
                e.column.pair.is_none()
                    && e.column.whens.iter().any(
                        |w| matches!(w.what, What::Part { year: YearRef::Given(given), .. } if given == year),
                    )
            })
        };
        (marked || entry.column.percent) && headed(one) && headed(other)
    }

    /// The two periods that a change is between, the later first, and the cells that hold them.
    fn neighbours(&self, row: &RowOf<'_>) -> Option<(usize, usize)> {
        let dated = |i: &usize| {
            row.entries[*i].period.is_some()
                && !row.entries[*i].column.grows()
                && row.entries[*i].column.rest.is_empty()
                && !self.compares_years(row, *i)
        };
        let mut before: Vec<usize> = (0..row.at).filter(dated).collect();
        before.reverse();
        let list =
            if before.len() >= 2 { before } else { (row.at + 1..row.entries.len()).filter(dated).collect() };
        let period = |i: usize| row.entries[i].period.as_ref();
        let length = |i: usize| period(i).and_then(|p| p.whole_months());
        let first = *list.first()?;
        let alike: Vec<usize> = list.iter().copied().filter(|i| length(*i) == length(first)).collect();
        let end = |i: &usize| period(*i).and_then(Period::last);
        let latest = alike.iter().copied().max_by_key(end)?;
        let other = alike.iter().copied().find(|i| end(i) < end(&latest))?;
        Some((latest, other))
    }

    /// Whether a figure is the difference of the two periods beside it, to the digit.
    fn is_difference(&self, row: &RowOf<'_>) -> bool {
        let Some((later, earlier)) = self.neighbours(row) else { return false };
        let signed = |i: usize| {
            let amount = &row.entries[i].amount;
            if amount.negative { -amount.written.value } else { amount.written.value }
        };
        exact::sub(signed(later), signed(earlier)).is_ok_and(|d| d == signed(row.at))
    }

    /// The period of a change, which aspect the distance of the periods makes it, and the header it comes from.
    fn growth_period(
        &self,
        row: &RowOf<'_>,
        entity: u16,
    ) -> Option<(Period, Option<Aspect>, Option<String>)> {
        let column = &row.entries[row.at].column;
        let by_distance = |later: &Period, earlier: &Period| {
            if later.year_before().as_ref() == Some(earlier) {
                Some(Aspect::YoyGrowth)
            } else if later.whole_months() == Some(3) && later.previous().as_ref() == Some(earlier) {
                Some(Aspect::QoqGrowth)
            } else {
                None
            }
        };
        if !column.whens.is_empty() && !self.compares_years(row, row.at) {
            let running = self.topic.running();
            let calendar = self.calendar(Some(entity));
            let mut periods: Vec<Period> =
                column.whens.iter().filter_map(|w| w.resolve(&running, calendar)).collect();
            periods.sort_by_key(|p| std::cmp::Reverse(p.last()));
            if let [later, earlier, ..] = periods.as_slice() {
                return Some((later.clone(), by_distance(later, earlier), None));
            }
            let (period, _) =
                self.period(column, row.labels, &row.context.titles, row.years, Some(entity))?;
            // The growth that a whole row or table is about is against the year before.
            return Some((period, Some(Aspect::YoyGrowth), None));
        }
        // The row is of a time of its own, whatever its columns compare it with.
        let own = &row.labels[..row.own.min(row.labels.len())];
        if own.iter().any(|l| !l.whens.is_empty()) {
            let (period, text) =
                self.period(column, row.labels, &row.context.titles, row.years, Some(entity))?;
            return Some((period, Some(Aspect::YoyGrowth), Some(text)));
        }
        // Right behind a level of a length that no other column has, the change is that level's.
        if let Some(before) = self.lone_level(row) {
            return Some((before.period.clone()?, Some(Aspect::YoyGrowth), Some(before.column.text.clone())));
        }
        if let Some((later, earlier)) = self.neighbours(row) {
            let (a, b) = (row.entries[later].period.clone()?, row.entries[earlier].period.as_ref()?);
            let aspect = by_distance(&a, b);
            return Some((a, aspect, Some(row.entries[later].column.text.clone())));
        }
        // One level beside it: the change is that level's.
        let dated: Vec<&Entry> =
            row.entries.iter().filter(|e| !e.column.whens.is_empty() && !e.column.grows()).collect();
        if let [only] = dated.as_slice() {
            return Some((only.period.clone()?, Some(Aspect::YoyGrowth), Some(only.column.text.clone())));
        }
        let said = self.period(column, row.labels, &row.context.titles, row.years, Some(entity));
        let (period, text) = match said {
            Some((period, _)) => (period, None),
            // Nothing says a time: that which the text reports on, as for the level beside it.
            None => (self.topic.period.clone().filter(|_| row.at > 0)?, Some(String::new())),
        };
        Some((period, Some(Aspect::YoyGrowth), text)).filter(|_| dated.is_empty())
    }

    /// Whether a column whose header says nothing known is the only one of its row that could be the figure.
    fn is_sole_column(&self, row: &RowOf<'_>) -> bool {
        row.entries.iter().enumerate().all(|(i, e)| {
            i == row.at
                || e.column.expected
                || e.column.guidance
                || matches!(e.amount.kind, Kind::Percent | Kind::Points | Kind::BasisPoints)
        }) && row.entries[row.at].amount.kind != Kind::Percent
    }

    // ---- time and modality -----------------------------------------------------------------------------

    /// The business year that headers speak of: the company's, or nobody's where several companies stand in one table.
    fn calendar(&self, entity: Option<u16>) -> FiscalCalendar {
        let company = |e: u16| self.cast.company_of(e);
        let stranger = |e: u16| self.topic.entity.is_none_or(|t| company(t) != company(e));
        match entity.or(self.topic.entity) {
            Some(entity) if !(self.things && stranger(entity)) => self.cast.calendar(entity),
            _ => FiscalCalendar::default(),
        }
    }

    /// The period that headers give a level, with the header's text.
    pub(super) fn period(
        &self,
        column: &Label,
        labels: &[Rc<Label>],
        context: &[Rc<Label>],
        years: bool,
        entity: Option<u16>,
    ) -> Option<(Period, String)> {
        let headings = context.iter().map(|l| &**l);
        let all: Vec<&Label> =
            [column].into_iter().chain(labels.iter().map(|l| &**l)).chain(headings).collect();
        let usable = |w: &&When| !w.since;
        let (source, when) = all.iter().find_map(|l| l.whens.iter().find(usable).map(|w| (*l, w)))?;
        let mut when = when.clone();
        // "A year before" is before the row's time or the table's, if they say one.
        let before =
            |w: &When| matches!(w.what, What::SameIn(_) | What::Relative(TimeWord::SamePeriodLastYear));
        if before(&when) {
            let inner = |l: &&Label| l.whens.iter().any(|w| usable(&w) && !before(w));
            if let Some(from) = all.iter().skip(1).find(|l| inner(l)) {
                let (period, _) = self.period(from, labels, context, years, entity)?;
                let calendar = self.calendar(entity);
                let running = Running { period: Some(period), ..self.topic.running() };
                return Some((when.resolve(&running, calendar)?, source.text.clone()));
            }
        }
        if let What::Months(first, last, YearRef::Unsaid) = when.what {
            let given = all.iter().flat_map(|l| l.whens.iter()).find_map(|w| match w.what {
                What::Part { year: YearRef::Given(year), .. } => Some(year),
                _ => None,
            });
            if let Some(given) = given {
                when.what = What::Months(first, last, YearRef::Given(given));
            }
        }
        if let What::Part { part, year, fiscal: false } = when.what {
            let others = || all.iter().filter(|l| !std::ptr::eq(**l, source)).flat_map(|l| l.whens.iter());
            match (part, year) {
                // "Q3" over or beside "2023" and "2022"
                (Part::Year, YearRef::Given(given)) if years && is_bare_year(&when) => {
                    let inner = others().find_map(|w| match w.what {
                        What::Part { part, fiscal, .. } if !matches!(part, Part::Year | Part::Weekday(_)) => {
                            Some((part, fiscal))
                        }
                        _ => None,
                    });
                    let months = others().find_map(|w| match w.what {
                        What::Months(first, last, YearRef::Unsaid) => Some((first, last)),
                        _ => None,
                    });
                    if let Some((part, fiscal)) = inner {
                        when.what = What::Part { part, year: YearRef::Given(given), fiscal };
                    } else if let Some((first, last)) = months {
                        when.what = What::Months(first, last, YearRef::Given(given));
                    }
                }
                (_, YearRef::Unsaid) => {
                    // "Q3 – 2024": the year in the same header, or in another.
                    let given = source.whens.iter().chain(others()).find_map(|w| match w.what {
                        What::Part { year: YearRef::Given(year), fiscal, .. } => Some((year, fiscal)),
                        _ => None,
                    });
                    if let Some((given, fiscal)) = given {
                        when.what = What::Part { part, year: YearRef::Given(given), fiscal };
                    }
                }
                _ => {}
            }
        }
        let calendar = self.calendar(entity);
        let period = when.resolve(&self.topic.running(), calendar)?;
        Some((period, source.text.clone()))
    }

    fn level_period(
        &self,
        entry: &Entry,
        row: &RowOf<'_>,
        info: &Metric,
        entity: u16,
        steps: &mut Vec<(&'static str, String, String)>,
    ) -> Option<Period> {
        let flow = matches!(
            info.kind,
            MetricKind::Flow | MetricKind::PerShare | MetricKind::Ratio | MetricKind::CountFlow
        );
        if let Some((mut period, text)) =
            self.period(&entry.column, row.labels, &row.context.titles, row.years, Some(entity))
        {
            if flow && period.is_day() {
                // A closing day heads a column of flows: of what length is left to what the text reports on.
                let topic = self.topic.period.as_ref()?;
                let (day, last) = (period.last()?, topic.last()?);
                if (day.month(), day.day()) != (last.month(), last.day()) {
                    return None;
                }
                period = Period::months_ending(day, topic.whole_months()?)?;
            }
            steps.push(("period", text, period.to_string()));
            return Some(period);
        }
        if !entry.column.whens.is_empty() {
            return None;
        }
        if matches!(info.kind, MetricKind::Open | MetricKind::Event | MetricKind::Tally | MetricKind::Price) {
            return Some(Period::Unspecified);
        }
        match self.topic.period.clone().filter(|_| !entry.column.guidance) {
            Some(period) => {
                steps.push(("period", String::new(), format!("what the text reports on: {period}")));
                Some(period)
            }
            None => Some(Period::Unspecified),
        }
    }

    fn modality(
        &self,
        column: &Label,
        row: &RowOf<'_>,
        period: &Period,
        called: bool,
        steps: &mut Vec<(&'static str, String, String)>,
    ) -> Modality {
        // A name says nothing of the kind: Mercado, Prognos.
        let labels = row.labels.iter().skip(usize::from(called));
        for label in [column].into_iter().chain(labels.map(|l| &**l)) {
            let modality = if label.expected {
                Modality::Expected
            } else if label.guidance {
                Modality::Guidance
            } else {
                continue;
            };
            steps.push(("modality", label.text.clone(), format!("headed as {modality}")));
            return modality;
        }
        let ahead = self.topic.published.zip(period.first()).is_some_and(|(p, first)| first > p);
        // Of a season that still runs there are only estimates.
        let columns = row.entries.iter().map(|e| &e.column);
        let season = columns.chain(row.labels).any(|l| l.season);
        let ahead =
            ahead || season && self.topic.published.zip(period.last()).is_some_and(|(p, last)| last > p);
        if ahead {
            steps.push(("modality", column.text.clone(), "expected: the period was still to come".into()));
            return Modality::Expected;
        }
        Modality::Actual
    }
}
