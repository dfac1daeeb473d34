//! Slips of each kind, planted where enough other reports tell the right figure.

use std::collections::BTreeSet;

use consilience_claim::{Bound, Decimal};
use rust_decimal::RoundingStrategy;

use super::article::{Article, Statement};
use super::chance::Chance;
use super::figures::{Item, Truth};

/// A planted slip.
#[derive(Debug, Clone)]
pub(crate) struct Slip {
    pub(crate) kind: &'static str,
    /// Where the wrong figure stands.
    pub(crate) item: Item,
    /// The documents that have it.
    pub(crate) odd: BTreeSet<String>,
    /// Whether it is a difference between copies of one text.
    pub(crate) in_a_copy: bool,
    /// How far off it is, and of how many digits.
    pub(crate) size: [&'static str; 2],
    /// What was written, and what should have been.
    pub(crate) told: String,
}

/// The kinds of the contract that a report can be made to show.
pub(crate) const KINDS: [&str; 17] = [
    "magnitude",
    "locale_misread",
    "digit",
    "digit_transposition",
    "sign",
    "currency",
    "unit",
    "wrong_period",
    "wrong_entity",
    "wrong_metric",
    "modality",
    "stale",
    "growth_vs_levels",
    "sum_of_parts",
    "bound",
    "truncated",
    "value",
];

/// The world as far as a slip needs it.
pub(crate) struct Scene<'w> {
    pub(crate) truths: &'w [Truth],
    pub(crate) articles: &'w mut Vec<Article>,
}

impl Scene<'_> {
    /// Puts a slip of a kind somewhere, if some statement allows it.
    pub(crate) fn plant(&mut self, chance: &mut Chance, kind: &'static str, slips: &mut Vec<Slip>) -> bool {
        let mut places: Vec<(usize, usize, usize)> = Vec::new();
        for (a, article) in self.articles.iter().enumerate() {
            for (p, paragraph) in article.paragraphs.iter().enumerate() {
                places.extend((0..paragraph.len()).map(|s| (a, p, s)));
            }
        }
        chance.shuffle(&mut places);
        for (a, p, s) in places {
            let right = self.articles[a].paragraphs[p][s].clone();
            if right.bound != Bound::Exact || slips.iter().any(|slip| slip.touches(&right.item)) {
                continue;
            }
            let Some(mut wrong) = self.wrong(chance, kind, a, &right) else { continue };
            if !self.shows(kind, a, &right, &wrong) {
                continue;
            }
            wrong.slip = Some(slips.len());
            slips.push(Slip {
                kind: called(kind, &wrong),
                item: wrong.item.clone(),
                odd: BTreeSet::from([self.articles[a].name.clone()]),
                in_a_copy: false,
                size: size(&right, &wrong),
                told: format!("{} for {}", wrong.value, right.value),
            });
            self.articles[a].paragraphs[p][s] = wrong;
            if kind == "sum_of_parts" {
                // Nobody else tells the whole.
                for (other, article) in self.articles.iter_mut().enumerate() {
                    let keep = |s: &Statement| other == a || s.item != right.item;
                    article.paragraphs.iter_mut().for_each(|p| p.retain(keep));
                    article.paragraphs.retain(|p| !p.is_empty());
                }
            }
            return true;
        }
        false
    }

    /// Others' exact statements of an item.
    fn others<'s>(&'s self, odd: usize, item: &'s Item) -> impl Iterator<Item = &'s Statement> {
        let articles = self.articles.iter().enumerate().filter(move |(a, _)| *a != odd);
        articles
            .flat_map(|(_, a)| a.statements())
            .filter(move |s| s.item == *item && s.bound == Bound::Exact && s.slip.is_none())
    }

    /// Whether enough others contradict the wrong figure for anyone to see it.
    fn shows(&self, kind: &str, odd: usize, right: &Statement, wrong: &Statement) -> bool {
        let clashing = self
            .others(odd, &right.item)
            .filter(|s| {
                s.quantity().unit().dimension() != wrong.quantity().unit().dimension()
                    || s.quantity().meets(&wrong.quantity()) == Some(false)
            })
            .count();
        let told = self.others(odd, &right.item).count();
        let finest = self.others(odd, &right.item).map(Statement::step).min();
        // A miss by one unit of the last digit is nothing to alarm about, but for whole counts.
        let apart = (wrong.value - right.value).abs();
        let near = apart <= right.step().max(wrong.step()) * Decimal::from(2)
            && right.item.unit == wrong.item.unit
            && kind != "truncated";
        match kind {
            "sum_of_parts" => true,
            "growth_vs_levels" => !near && clashing == told,
            _ => {
                !near
                    && clashing >= 2
                    && clashing == told
                    && finest.is_some_and(|f| kind == "truncated" || f <= right.step())
            }
        }
    }

    fn wrong(&self, chance: &mut Chance, kind: &str, odd: usize, right: &Statement) -> Option<Statement> {
        let item = &right.item;
        let value = right.value;
        let (money, digits) = (item.unit.len() == 3, right.digits());
        let with = |value: Decimal| Some(Statement { value: value.normalize(), ..right.clone() });
        let told_as = |other: &Statement| {
            Some(Statement { item: item.clone(), wording: right.wording, ..other.clone() })
        };
        let telling = |s: &&Statement| s.digits().trim_matches('0').len() >= 2;
        let thousand = Decimal::from(1000);
        match kind {
            "magnitude" if money && digits.len() >= 3 => {
                let (power, value) =
                    if right.power == 9 { (6, value / thousand) } else { (9, value * thousand) };
                Some(Statement { power, value: value.normalize(), ..right.clone() })
            }
            "locale_misread" if money && value.abs() >= Decimal::from(1_000_000_000) => {
                let rounded = (value / Decimal::from(1_000_000)).round();
                Some(Statement {
                    power: 6,
                    decimals: 3,
                    value: (rounded * thousand).normalize(),
                    ..right.clone()
                })
            }
            "locale_misread" if right.power == 0 && right.decimals == 0 && digits.len() > 3 => {
                Some(Statement { decimals: 3, value: (value / thousand).normalize(), ..right.clone() })
            }
            "digit" if digits.len() >= 2 && item.modality == "actual" => {
                let place = chance.below(digits.len() - 1);
                let new = char::from_digit(u32::try_from(chance.between(1, 9)).unwrap(), 10)?;
                let mut changed: Vec<char> = digits.chars().collect();
                (changed[place] != new).then(|| changed[place] = new)?;
                Some(right.with_digits(&changed.iter().collect::<String>()))
            }
            "digit_transposition" if digits.len() >= 2 && item.modality == "actual" => {
                let place = chance.below(digits.len() - 1);
                let mut changed: Vec<char> = digits.chars().collect();
                (changed[place] != changed[place + 1] && (place > 0 || changed[1] != '0'))
                    .then(|| changed.swap(place, place + 1))?;
                Some(right.with_digits(&changed.iter().collect::<String>()))
            }
            "sign"
                if matches!(item.metric, "net_income" | "operating_income") && item.aspect == "level"
                    || item.aspect == "yoy_growth" =>
            {
                with(-value)
            }
            "currency" if money && digits.trim_end_matches('0').len() >= 2 => {
                let unit = if item.unit == "EUR" { "USD" } else { "EUR" };
                Some(Statement { item: Item { unit, ..item.clone() }, ..right.clone() })
            }
            "unit" if item.unit == "tonnes" => {
                Some(Statement { item: Item { unit: "kilograms", ..item.clone() }, ..right.clone() })
            }
            "unit" if item.unit == "percentage_points" => {
                Some(Statement { item: Item { unit: "percent", ..item.clone() }, ..right.clone() })
            }
            "wrong_period" | "wrong_entity" | "wrong_metric" | "modality" | "stale"
                if item.modality == "actual"
                    && item.qualifier.is_empty()
                    && !item.unit.starts_with("percent") =>
            {
                let others: Vec<&Statement> = self
                    .articles
                    .iter()
                    .enumerate()
                    .filter(|(a, _)| *a != odd)
                    .flat_map(|(_, a)| a.statements())
                    .collect();
                let fits = |s: &&&Statement| {
                    let o = &s.item;
                    let same = (o.entity == item.entity, o.metric == item.metric, o.period == item.period);
                    let plain = o.modality == "actual" && o.qualifier.is_empty();
                    let kind_fits = match kind {
                        "wrong_period" => {
                            same == (true, true, false) && plain && o.period.len() == item.period.len()
                        }
                        "wrong_entity" => same == (false, true, true) && plain,
                        "wrong_metric" => same == (true, false, true) && plain,
                        "modality" => same == (true, true, true) && o.modality == "expected",
                        _ => same == (true, true, true) && o.qualifier == "superseded",
                    };
                    kind_fits
                        && o.aspect == item.aspect
                        && o.unit == item.unit
                        && s.slip.is_none()
                        && s.bound == Bound::Exact
                        && telling(s)
                };
                let fitting: Vec<&Statement> = others.iter().filter(fits).copied().collect();
                (!fitting.is_empty()).then(|| told_as(fitting[chance.below(fitting.len())]))?
            }
            "growth_vs_levels"
                if item.aspect == "yoy_growth" && item.qualifier.is_empty() && item.metric != "headcount" =>
            {
                let levels = self.truths.iter().filter(|t| {
                    let i = &t.item;
                    i.entity == item.entity
                        && i.metric == item.metric
                        && i.aspect == "level"
                        && i.modality == "actual"
                        && i.qualifier.is_empty()
                });
                let year_before: String =
                    item.period.parse::<consilience_claim::Period>().ok()?.year_before()?.to_string();
                let both = levels
                    .filter(|t| t.item.period == item.period || t.item.period == year_before)
                    .all(|t| self.others(odd, &t.item).filter(|s| s.digits().len() >= 3).count() > 0);
                let off = Decimal::from(chance.between(5, 70))
                    * if chance.percent(50) { Decimal::ONE } else { -Decimal::ONE };
                (both && value + off > Decimal::from(-60)).then(|| with(value + off))?
            }
            "sum_of_parts"
                if item.metric == "revenue"
                    && item.period.len() == 4
                    && item.modality == "actual"
                    && item.aspect == "level" =>
            {
                let quarters = self.truths.iter().filter(|t| {
                    let i = &t.item;
                    i.entity == item.entity
                        && i.metric == "revenue"
                        && i.aspect == "level"
                        && i.modality == "actual"
                        && i.qualifier.is_empty()
                        && i.unit == item.unit
                        && i.period.starts_with(&item.period)
                        && i.period.len() == 7
                });
                let told: Vec<bool> = quarters.map(|t| self.others(odd, &t.item).count() > 1).collect();
                (told.len() == 4 && told.iter().all(|t| *t)).then(|| self.off_by(chance, right, 4, 90))
            }
            "bound" if money && item.modality == "actual" => {
                let share = Decimal::from(chance.between(104, 300)) / Decimal::from(100);
                let wrong = self.rounded(right, value * share, RoundingStrategy::ToZero);
                Some(Statement { bound: Bound::AtLeast, value: wrong, ..right.clone() })
            }
            "truncated" if money && right.power == 9 => {
                let truth = self.truths.iter().find(|t| t.item == *item)?.value;
                let cut = self.rounded(right, truth, RoundingStrategy::ToZero);
                (cut != value).then(|| with(cut))?
            }
            "value" if money && item.modality == "actual" => {
                Some(self.off_by(chance, right, 2, 95)).filter(|wrong| !alike(&wrong.digits(), &digits))
            }
            _ => None,
        }
    }

    fn rounded(&self, like: &Statement, value: Decimal, strategy: RoundingStrategy) -> Decimal {
        let unit = Decimal::from(10u64.pow(like.power));
        ((value / unit).round_dp_with_strategy(like.decimals, strategy) * unit).normalize()
    }

    /// Another figure, off by some percent.
    fn off_by(&self, chance: &mut Chance, right: &Statement, least: i64, most: i64) -> Statement {
        let share = Decimal::new(chance.between(least * 10, most * 10), 3);
        let share = if chance.percent(50) { Decimal::ONE + share } else { Decimal::ONE - share };
        let value = self.rounded(right, right.value * share, RoundingStrategy::MidpointAwayFromZero);
        Statement { value, ..right.clone() }
    }
}

/// The kind that a slip shows as: of two digits, any other two differ by a digit or a swap, and are told of others too,
/// which explains nothing.
pub(crate) fn called(kind: &'static str, wrong: &Statement) -> &'static str {
    let digits = wrong.digits();
    let short = match kind {
        "digit" | "digit_transposition" => digits.len() < 3,
        "wrong_entity" | "wrong_metric" => digits.trim_end_matches('0').len() < 3,
        _ => false,
    };
    if short { "value" } else { kind }
}

/// How far off a wrong figure is from the right one, and how many digits the right one has.
pub(crate) fn size(right: &Statement, wrong: &Statement) -> [&'static str; 2] {
    let (a, b) = (right.value.abs(), wrong.value.abs());
    let apart = (right.value - wrong.value).abs() * Decimal::from(100);
    let larger = a.max(b);
    let off = [(5, "off by up to 5 %"), (20, "off by up to 20 %"), (50, "off by up to 50 %")];
    let off = off.into_iter().find(|(percent, _)| apart <= larger * Decimal::from(*percent));
    let digits = match right.digits().trim_end_matches('0').len() {
        0..=2 => "up to 2 digits",
        3 => "3 digits",
        _ => "4 digits and more",
    };
    [off.map_or("off by more", |(_, words)| words), digits]
}

/// Whether two figures could be one but for a digit or two that were swapped.
fn alike(a: &str, b: &str) -> bool {
    let apart = a.chars().zip(b.chars()).filter(|(x, y)| x != y).count();
    a.len() == b.len() && apart <= 2
}

impl Slip {
    /// Whether it has to do with an item: one cause at a time in a series of figures.
    pub(crate) fn touches(&self, item: &Item) -> bool {
        let series = |i: &Item| (i.entity, i.metric);
        series(&self.item) == series(item)
    }
}
