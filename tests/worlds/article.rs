//! Reports on what is true: each tells a selection, in its own order, rounding and language.

use consilience_claim::{Bound, Decimal, Quantity};
use rust_decimal::RoundingStrategy;

use super::chance::Chance;
use super::figures::{Item, Truth};

pub(crate) const LANGUAGES: [&str; 5] = ["en", "fr", "id", "de", "es"];

/// One figure as a report tells it.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) item: Item,
    pub(crate) value: Decimal,
    pub(crate) bound: Bound,
    /// The power of ten of its scale word.
    pub(crate) power: u32,
    /// Digits written after the decimal mark.
    pub(crate) decimals: u32,
    /// Which sentence tells it: copies have the same, translations and other reports others.
    pub(crate) wording: u64,
    /// Number of the slip that it is, if it is one.
    pub(crate) slip: Option<usize>,
}

/// A report.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub(crate) name: String,
    pub(crate) lang: &'static str,
    /// Which text it goes back to.
    pub(crate) origin: usize,
    pub(crate) paragraphs: Vec<Vec<Statement>>,
}

impl Article {
    pub(crate) fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.paragraphs.iter().flatten()
    }
}

impl Statement {
    /// Half a unit of the last digit that counts.
    pub(crate) fn precision(&self) -> Option<Decimal> {
        match self.bound {
            Bound::AtLeast | Bound::AtMost => None,
            _ => Some(Decimal::new(5, 1) * self.step()),
        }
    }

    /// One unit of the last digit that counts.
    pub(crate) fn step(&self) -> Decimal {
        if self.power == 0 && self.decimals == 0 && self.value.abs() >= Decimal::from(1000) {
            // Zeros at the end of a whole number may be rounding.
            let mut step = Decimal::ONE;
            while (self.value / (step * Decimal::TEN)).fract().is_zero() && step < self.value.abs() {
                step *= Decimal::TEN;
            }
            return step;
        }
        Decimal::from(10u64.pow(self.power)) * Decimal::new(1, self.decimals)
    }

    pub(crate) fn quantity(&self) -> Quantity {
        Quantity::new(self.value, self.precision(), self.bound, self.item.unit.parse().unwrap())
    }

    /// The number without its scale: 23.35 of 23.35 billion.
    pub(crate) fn mantissa(&self) -> Decimal {
        self.value / Decimal::from(10u64.pow(self.power))
    }

    /// The digits that are written, without marks.
    pub(crate) fn digits(&self) -> String {
        let mut digits = self.mantissa().abs();
        digits.rescale(self.decimals);
        digits.mantissa().unsigned_abs().to_string()
    }

    /// The same figure with other digits.
    pub(crate) fn with_digits(&self, digits: &str) -> Statement {
        let number = Decimal::from_i128_with_scale(digits.parse().unwrap(), self.decimals);
        let sign = if self.value.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE };
        Statement {
            value: (sign * number * Decimal::from(10u64.pow(self.power))).normalize(),
            ..self.clone()
        }
    }
}

/// How a report writes its figures.
pub(crate) struct Style {
    /// Digits after the mark of billions; `None` writes whole millions.
    pub(crate) billions: Option<u32>,
    /// Digits after the mark of percent.
    pub(crate) percent: u32,
}

impl Style {
    pub(crate) fn random(chance: &mut Chance) -> Style {
        Style {
            billions: *chance.pick(&[Some(2), Some(2), Some(3), Some(1), None]),
            percent: u32::from(chance.percent(60)),
        }
    }
}

/// A true figure as a report of this style rounds it.
pub(crate) fn told(chance: &mut Chance, truth: &Truth, style: &Style) -> Statement {
    let billion = Decimal::from(1_000_000_000u64);
    let is_money = truth.item.unit.len() == 3;
    let (power, decimals) = match truth.item.unit {
        "percent" | "percentage_points" => (
            0,
            if truth.item.metric == "share_price" {
                1
            } else {
                style.percent.max(u32::from(truth.item.aspect == "change"))
            },
        ),
        unit if unit.contains('/') => (0, 2),
        _ if is_money && truth.value.abs() < billion => (6, 0),
        _ if is_money => style.billions.map_or((6, 0), |decimals| (9, decimals)),
        _ if truth.value >= billion => (9, 2),
        _ if truth.value >= Decimal::from(10_000_000) => (6, 1),
        _ => (0, 0),
    };
    let mut statement = Statement {
        item: truth.item.clone(),
        value: truth.value,
        bound: Bound::Exact,
        power,
        decimals,
        wording: chance.next(),
        slip: None,
    };
    let rounded = |s: &Statement, strategy| {
        let unit = Decimal::from(10u64.pow(s.power));
        ((s.value / unit).round_dp_with_strategy(s.decimals, strategy) * unit).normalize()
    };
    // Now and then a figure is hedged, rightly: on the safe side of the truth.
    if is_money && chance.percent(5) {
        statement.bound = *chance.pick(&[Bound::AtLeast, Bound::Approx]);
        statement.decimals = statement.decimals.min(1);
        let strategy = if statement.bound == Bound::AtLeast {
            RoundingStrategy::ToZero
        } else {
            RoundingStrategy::MidpointAwayFromZero
        };
        statement.value = rounded(&statement, strategy);
        return statement;
    }
    statement.value = rounded(&statement, RoundingStrategy::MidpointAwayFromZero);
    if truth.item.metric.ends_with("growth") && statement.value.is_zero() {
        statement.value = truth.value;
    }
    statement
}

/// Independent reports: the more salient a figure the more of them tell it.
pub(crate) fn independents(chance: &mut Chance, truths: &[Truth], number: usize) -> Vec<Article> {
    let companies: Vec<&str> = {
        let mut names: Vec<&str> = truths.iter().map(|t| t.item.entity).collect();
        names.dedup();
        names
    };
    (0..number)
        .map(|origin| {
            let style = Style::random(chance);
            // Most reports are on the first company, some on both.
            let both = chance.percent(35);
            let main = usize::from(origin % 4 == 3 && !both) * 2;
            let mut chosen: Vec<&Truth> = truths
                .iter()
                .filter(|t| {
                    let of = companies.iter().position(|c| *c == t.item.entity).unwrap();
                    let counts = if of / 2 == main / 2 {
                        100
                    } else if both {
                        45
                    } else {
                        0
                    };
                    counts > 0 && chance.percent(t.told * counts / 100)
                })
                .collect();
            // Headlines first, the rest as each likes.
            chance.shuffle(&mut chosen);
            chosen.sort_by_key(|t| usize::from(t.told < 60) + usize::from(t.told < 35));
            if chance.percent(50) {
                chance.shuffle(&mut chosen);
            }
            let mut paragraphs: Vec<Vec<Statement>> = Vec::new();
            for truth in chosen {
                let statement = told(chance, truth, &style);
                match paragraphs.last_mut().filter(|p| p.len() < 4 && !p.is_empty()) {
                    Some(paragraph) if chance.percent(65) => paragraph.push(statement),
                    _ => paragraphs.push(vec![statement]),
                }
            }
            Article { name: format!("d{origin:02}"), lang: LANGUAGES[chance.below(5)], origin, paragraphs }
        })
        .collect()
}
