//! What is true in a world: random figures of two companies that fit together.

use consilience_claim::{Decimal, Period};

use super::chance::Chance;

/// What a figure is about; the key under which claims meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    pub(crate) entity: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) aspect: &'static str,
    pub(crate) period: String,
    pub(crate) modality: &'static str,
    pub(crate) qualifier: &'static str,
    pub(crate) unit: &'static str,
}

/// A true figure, and in how many of a hundred reports it stands.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    pub(crate) item: Item,
    pub(crate) value: Decimal,
    pub(crate) told: usize,
}

/// Company, a segment of it, money, and what it counts.
type Company = (&'static str, &'static str, &'static str, (&'static str, &'static str));

/// Of the calendar year all of them: "the second quarter" of others is told by years of their own.
const COMPANIES: [Company; 10] = [
    ("Tesla", "Tesla Automotive", "USD", ("deliveries", "vehicles")),
    ("Netflix", "YouTube", "USD", ("subscribers", "subscribers")),
    ("Alphabet", "Google Cloud", "USD", ("monthly_active_users", "users")),
    ("Amazon", "Amazon Web Services", "USD", ("customers", "customers")),
    ("Renault", "Dacia", "EUR", ("deliveries", "vehicles")),
    ("Volkswagen", "Audi", "EUR", ("deliveries", "vehicles")),
    ("Meta Platforms", "Reality Labs", "USD", ("daily_active_people", "people")),
    ("Airbus", "Airbus Helicopters", "EUR", ("deliveries", "aircraft")),
    ("Intel", "Mobileye", "USD", ("monthly_active_users", "users")),
    ("Nestlé", "Nespresso", "CHF", ("customers", "customers")),
];

/// The quarter that a world speaks of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Season {
    pub(crate) year: i16,
    pub(crate) quarter: i8,
}

impl Season {
    fn period(self, quarters_back: i8) -> Period {
        let n = self.year * 4 + i16::from(self.quarter) - 1 - i16::from(quarters_back);
        Period::quarter(n / 4, i8::try_from(n % 4).unwrap() + 1).unwrap()
    }
}

/// The season of a world and all that is true in it.
pub(crate) fn figures(chance: &mut Chance) -> (Season, Vec<Truth>) {
    let season = Season {
        year: i16::try_from(chance.between(2019, 2024)).unwrap(),
        quarter: i8::try_from(chance.between(1, 4)).unwrap(),
    };
    let first = chance.below(COMPANIES.len());
    // Of one currency, so that the figure of one can be told as the other's.
    let same: Vec<usize> =
        (0..COMPANIES.len()).filter(|&i| i != first && COMPANIES[i].2 == COMPANIES[first].2).collect();
    let second = if same.is_empty() { (first + 1) % COMPANIES.len() } else { *chance.pick(&same) };
    let mut truths = Vec::new();
    for company in [COMPANIES[first], COMPANIES[second]] {
        of_company(chance, season, company, &mut truths);
    }
    (season, truths)
}

const NOW: i8 = 0;
const BEFORE: i8 = 1;
const YEAR_BEFORE: i8 = 4;

#[expect(clippy::too_many_lines, reason = "a list of what a report on results tells")]
fn of_company(
    chance: &mut Chance,
    season: Season,
    (name, part, money, counted): Company,
    truths: &mut Vec<Truth>,
) {
    let mut add = |told: usize, metric, aspect, period: String, modality, qualifier, unit, value: Decimal| {
        let item = Item { entity: name, metric, aspect, period, modality, qualifier, unit };
        truths.push(Truth { item, value: value.normalize(), told });
    };
    let quarter = |back: i8| season.period(back).to_string();
    let end = |back: i8| season.period(back).last().unwrap().to_string();
    let per_share = if money == "USD" {
        "USD/share"
    } else if money == "EUR" {
        "EUR/share"
    } else {
        "CHF/share"
    };
    let millions = |n: i64| Decimal::from(n) * Decimal::from(1_000_000);

    // Flows: eight quarters, so that years, halves and rates fit.
    let size = [chance.between(1_200, 9_800), chance.between(10_100, 92_000)][chance.below(2)];
    let mut flow = |share: i64| -> Vec<i64> {
        let base = size * share / 100;
        (0..9).map(|_| base * chance.between(82, 124) / 100 + chance.between(1, 9)).collect()
    };
    let (revenue, operating, net, spent) = (flow(100), flow(22), flow(15), flow(11));
    let part_revenue: Vec<i64> =
        revenue.iter().enumerate().map(|(i, r)| r * (31 + 3 * i as i64) / 100).collect();
    let rate =
        |now: i64, then: i64| (Decimal::from(now) / Decimal::from(then) - Decimal::ONE) * Decimal::from(100);

    for (metric, values, told) in [
        ("revenue", &revenue, 95),
        ("operating_income", &operating, 75),
        ("net_income", &net, 90),
        ("capital_expenditure", &spent, 40),
    ] {
        let at = |back: i8| values[usize::try_from(back).unwrap()];
        add(told, metric, "level", quarter(NOW), "actual", "", money, millions(at(NOW)));
        add(told / 2, metric, "level", quarter(YEAR_BEFORE), "actual", "", money, millions(at(YEAR_BEFORE)));
        add(told / 3, metric, "level", quarter(BEFORE), "actual", "", money, millions(at(BEFORE)));
        let growth = rate(at(NOW), at(YEAR_BEFORE));
        add(told / 2, metric, "yoy_growth", quarter(NOW), "actual", "", "percent", growth);
        if metric == "revenue" {
            let sequential = rate(at(NOW), at(BEFORE));
            add(20, metric, "qoq_growth", quarter(NOW), "actual", "", "percent", sequential);
            let steady = growth + Decimal::from(chance.between(2, 6));
            add(25, metric, "yoy_growth", quarter(NOW), "actual", "constant_currency", "percent", steady);
            let home = values[0] * chance.between(35, 60) / 100;
            add(30, metric, "level", quarter(NOW), "actual", "region:US", money, millions(home));
            // Restated since: what was told then is no longer right.
            let then = values[4] * 100 / chance.between(103, 109);
            add(30, metric, "level", quarter(YEAR_BEFORE), "actual", "superseded", money, millions(then));
        }
        if metric != "operating_income" {
            let expected = values[0] * chance.between(1_020, 1_090) / 1_000;
            add(45, metric, "level", quarter(NOW), "expected", "", money, millions(expected));
        }
        // The last full year: the four quarters before this season's year, where all lie in the nine known.
        let back = season.quarter;
        let year: i64 = (back..back + 4).map(|b| values[usize::try_from(b).unwrap()]).sum();
        add(35, metric, "level", (season.year - 1).to_string(), "actual", "", money, millions(year));
        if metric == "revenue" {
            for b in back..back + 4 {
                if ![NOW, BEFORE, YEAR_BEFORE].contains(&b) {
                    add(45, metric, "level", quarter(b), "actual", "", money, millions(at(b)));
                }
            }
            let plan = year * chance.between(105, 125) / 100;
            add(30, metric, "level", season.year.to_string(), "guidance", "", money, millions(plan));
        }
    }
    let margin = |back: usize| Decimal::from(operating[back] * 100) / Decimal::from(revenue[back]);
    add(50, "operating_margin", "level", quarter(NOW), "actual", "", "percent", margin(0));
    add(35, "operating_margin", "level", quarter(YEAR_BEFORE), "actual", "", "percent", margin(4));
    let wider = (margin(0) - margin(4)).round_dp(1);
    add(30, "operating_margin", "change", quarter(NOW), "actual", "", "percentage_points", wider);

    // Per share: never adds up.
    let shares = chance.between(400, 3_000);
    let eps = |n: i64| (Decimal::from(n) / Decimal::from(shares)).round_dp(2);
    add(70, "eps_diluted", "level", quarter(NOW), "actual", "", per_share, eps(net[0]));
    add(40, "eps_diluted", "level", quarter(YEAR_BEFORE), "actual", "", per_share, eps(net[4]));
    add(40, "eps_diluted", "level", quarter(NOW), "expected", "", per_share, eps(net[0] * 106 / 100));
    add(40, "eps_diluted", "level", quarter(NOW), "actual", "non_gaap", per_share, eps(net[0] * 117 / 100));

    // Stocks, told of a quarter or of its last day.
    let people = chance.between(12_000, 190_000);
    let people_before = people * chance.between(84, 118) / 100;
    add(50, "headcount", "level", quarter(NOW), "actual", "", "people", people.into());
    add(25, "headcount", "level", end(YEAR_BEFORE), "actual", "", "people", people_before.into());
    add(25, "headcount", "yoy_growth", quarter(NOW), "actual", "", "percent", rate(people, people_before));
    let cash = chance.between(1_500, 60_000);
    add(40, "cash", "level", end(NOW), "actual", "", money, millions(cash));
    add(25, "cash", "level", end(BEFORE), "actual", "", money, millions(cash * chance.between(80, 96) / 100));

    // Counts.
    let (metric, unit) = counted;
    let count = if metric == "deliveries" {
        chance.between(110_000, 990_000)
    } else {
        chance.between(81_000_000, 2_900_000_000)
    };
    let earlier = count * chance.between(76, 95) / 100;
    add(60, metric, "level", quarter(NOW), "actual", "", unit, count.into());
    add(35, metric, "level", quarter(YEAR_BEFORE), "actual", "", unit, earlier.into());
    add(35, metric, "yoy_growth", quarter(NOW), "actual", "", "percent", rate(count, earlier));
    let made = chance.between(210_000, 880_000);
    add(35, "production", "level", quarter(NOW), "actual", "", "tonnes", made.into());
    add(25, "production", "level", quarter(YEAR_BEFORE), "actual", "", "tonnes", (made * 91 / 100).into());

    // The market: other days, other sessions.
    let day = season.period(NOW).last().unwrap();
    let (day, next) = (day.to_string(), day.tomorrow().unwrap().to_string());
    let worth = chance.between(20_000, 1_400_000);
    add(30, "market_cap", "level", day.clone(), "actual", "", money, millions(worth));
    add(20, "market_cap", "level", next, "actual", "", money, millions(worth * chance.between(85, 97) / 100));
    let moved = Decimal::new(chance.between(-95, 95) | 1, 1);
    add(30, "share_price", "change", day.clone(), "actual", "", "percent", moved);
    let after = Decimal::new(-chance.between(11, 79), 1);
    add(25, "share_price", "change", day, "actual", "session:after-hours", "percent", after);

    // A part, beside the whole.
    for (told, back) in [(45, NOW), (25, YEAR_BEFORE)] {
        let item = Item {
            entity: part,
            metric: "revenue",
            aspect: "level",
            period: quarter(back),
            modality: "actual",
            qualifier: "",
            unit: money,
        };
        let value = millions(part_revenue[usize::try_from(back).unwrap()]);
        truths.push(Truth { item, value, told });
    }
}
