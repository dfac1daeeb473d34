//! Keys, kinds and counts in words.

use consilience_claim::{Aspect, Modality, Period};
use consilience_reconcile::{Conflict, ConflictKind, Row, RowKey};

use crate::safe;

/// `1 claim`, `2 claims`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// Entity, metric with what is out of the ordinary, and period, by their ids: what `explain` takes as key.
pub(crate) fn subject(key: &RowKey) -> [String; 3] {
    let mut metric = vec![key.metric.clone()];
    if key.aspect != Aspect::Level {
        metric.push(key.aspect.to_string());
    }
    if key.modality != Modality::Actual {
        metric.push(key.modality.to_string());
    }
    metric.extend(key.qualifiers.iter().cloned());
    [&key.entity, &metric.join(" · "), &key.period.to_string()].map(|t| safe::line(t).into_owned())
}

/// A key for reading: `Netflix operating income, year-on-year growth, 2023-Q3`.
pub(crate) fn headline(key: &RowKey) -> String {
    let mut parts = vec![format!("{} {}", key.entity, metric(&key.metric))];
    parts.extend(detail(key));
    parts.push(period(&key.period));
    safe::line(&parts.join(", ")).into_owned()
}

/// What is out of the ordinary of a key: aspect, modality and qualifiers.
pub(crate) fn detail(key: &RowKey) -> Vec<String> {
    let words = [aspect(key.aspect), modality(key.modality)];
    let mut parts: Vec<String> = words.into_iter().flatten().map(str::to_owned).collect();
    parts.extend(key.qualifiers.iter().map(|q| q.replace('_', "-").replace(':', " ")));
    parts
}

/// A metric's id as words; what the press abbreviates stands in capitals.
pub(crate) fn metric(id: &str) -> String {
    let words = id.split('_').map(|word| match word {
        "eps" | "ebit" | "ebitda" | "gdp" => word.to_uppercase(),
        word => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What of a metric is meant; `None` for its plain level.
pub(crate) fn aspect(aspect: Aspect) -> Option<&'static str> {
    match aspect {
        Aspect::Level => None,
        Aspect::YoyGrowth => Some("year-on-year growth"),
        Aspect::QoqGrowth => Some("quarter-on-quarter growth"),
        Aspect::Change => Some("change"),
        Aspect::Cumulative => Some("running total"),
    }
}

/// In what mode it is told; `None` for a fact.
pub(crate) fn modality(modality: Modality) -> Option<&'static str> {
    match modality {
        Modality::Actual => None,
        Modality::Expected => Some("expected"),
        Modality::Guidance => Some("company outlook"),
        Modality::Hypothetical => Some("hypothetical"),
    }
}

/// A period for reading: `2023-Q3`, `2023-01-01 to 2023-09-30`.
pub(crate) fn period(period: &Period) -> String {
    match period.to_string() {
        text if text == "unspecified" => "no period given".to_owned(),
        text => text.replace('/', " to "),
    }
}

/// What a conflict of this kind looks like.
pub(crate) fn kind(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Magnitude => "off by thousands or millions",
        ConflictKind::LocaleMisread => "decimal and group mark confused",
        ConflictKind::Digit => "one digit differs",
        ConflictKind::DigitTransposition => "two digits swapped",
        ConflictKind::Sign => "opposite sign",
        ConflictKind::Currency => "same figure, other currency",
        ConflictKind::Unit => "same figure, other unit",
        ConflictKind::WrongPeriod => "figure of another period",
        ConflictKind::WrongEntity => "figure of another entity",
        ConflictKind::WrongMetric => "figure of another metric",
        ConflictKind::Modality => "forecast told as fact",
        ConflictKind::Stale => "superseded figure",
        ConflictKind::GrowthVsLevels => "growth does not follow from its levels",
        ConflictKind::SumOfParts => "parts do not add up",
        ConflictKind::Bound => "outside a stated bound",
        ConflictKind::Truncated => "cut instead of rounded",
        ConflictKind::Value => "figures differ",
    }
}

/// What a conflict of this kind is, in a sentence or two for somebody who meets it for the first time.
pub(crate) fn meaning(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Magnitude => {
            "One figure is a thousand, a million or a billion times the other, as when million is written for billion."
        }
        ConflictKind::LocaleMisread => {
            "The two figures have the same digits, and the mark that parts thousands in one is the decimal mark in the other."
        }
        ConflictKind::Digit => "The two figures differ in a single digit.",
        ConflictKind::DigitTransposition => "Two neighbouring digits of the figure are swapped.",
        ConflictKind::Sign => {
            "The same amount is a rise or profit in one text and a fall or loss in the other."
        }
        ConflictKind::Currency => "The same number stands with another currency.",
        ConflictKind::Unit => "The same number stands with another unit, such as acres for hectares.",
        ConflictKind::WrongPeriod => {
            "The figure is the one that other texts tell of another time: a quarter for a year, this year for the last."
        }
        ConflictKind::WrongEntity => {
            "The figure is the one that other texts tell of another company, place or group."
        }
        ConflictKind::WrongMetric => {
            "The figure is the one that other texts tell of something else, such as revenue for profit."
        }
        ConflictKind::Modality => {
            "A forecast or an outlook is told as what came, or what came as a forecast."
        }
        ConflictKind::Stale => {
            "The figure was replaced by a later one of the same source and is repeated all the same."
        }
        ConflictKind::GrowthVsLevels => {
            "The growth that is told does not follow from the two levels it lies between."
        }
        ConflictKind::SumOfParts => "The parts that are told do not make up the whole that is told.",
        ConflictKind::Bound => {
            "The figure lies outside a bound that another text states: less than its at least."
        }
        ConflictKind::Truncated => "The figure was cut and not rounded: 31.9 for 31.999. Both can be meant.",
        ConflictKind::Value => {
            "Two figures about the same thing at the same time cannot both be true, and no single slip explains it."
        }
    }
}

/// What to do about a conflict of this kind.
pub(crate) fn advice(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Magnitude => {
            "Compare the scale words (thousand, million, billion) with the source of the figure."
        }
        ConflictKind::LocaleMisread => {
            "See which mark the source uses for thousands and for decimals, and whether the figure makes sense in its size."
        }
        ConflictKind::Digit | ConflictKind::DigitTransposition => {
            "Compare the digits with the source of the figure."
        }
        ConflictKind::Sign => "See whether the source tells of a rise or a fall, a profit or a loss.",
        ConflictKind::Currency => {
            "See which currency the source reports in, and whether one text has converted it."
        }
        ConflictKind::Unit => "See which unit the source measures in, and whether one text has converted it.",
        ConflictKind::WrongPeriod => {
            "See which time the figure is of in the source: quarter, half, year to date or year."
        }
        ConflictKind::WrongEntity => "See whom the source tells the figure of.",
        ConflictKind::WrongMetric => "See what the source measures under that name.",
        ConflictKind::Modality => "See whether the source expects the figure or reports it.",
        ConflictKind::Stale => "Take the later figure, or say that the earlier one was corrected.",
        ConflictKind::GrowthVsLevels => {
            "Compute the growth from the two levels; one of the three figures is wrong."
        }
        ConflictKind::SumOfParts => "Add the parts up; a part is missing, counted twice or wrong.",
        ConflictKind::Bound => "See whether the bound holds for the same time and scope.",
        ConflictKind::Truncated => "Nothing need be done; rounding would be closer.",
        ConflictKind::Value => {
            "Look both figures up where they come from; they may be of different scope, or one text is wrong."
        }
    }
}

/// A conflict's explanation without the key it opens with, which a headline says already.
pub(crate) fn told(conflict: &Conflict) -> &str {
    let rest = conflict.explain.strip_prefix(&conflict.key.to_string());
    rest.and_then(|r| r.strip_prefix(": ")).unwrap_or(&conflict.explain)
}

/// Figures against each other, the unit said once where they share it: `3.73 against 3.49 USD per share`.
pub(crate) fn against(figures: &[String], between: &str) -> String {
    let units: Vec<&str> = figures.iter().map(|f| f.split_once(' ').map_or("", |(_, unit)| unit)).collect();
    let marked = figures.iter().any(|f| f.starts_with(['<', '>', '≈']));
    let shared = units.first().is_some_and(|first| !first.is_empty() && units.iter().all(|u| u == first));
    if !shared || marked {
        return figures.join(between);
    }
    let numbers: Vec<&str> = figures.iter().filter_map(|f| f.split(' ').next()).collect();
    format!("{} {}", numbers.join(between), units[0])
}

/// Whether a conflict is between the figures of one row, and not between a figure and a sum or a unit.
pub(crate) fn rivals_in(row: &Row, conflict: &Conflict) -> bool {
    row.key == conflict.key
        && row.rivals.iter().any(|rival| rival.claims.iter().any(|id| conflict.claims.contains(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_words() {
        let key = |metric: &str, aspect: Aspect, period: &str, qualifiers: &[&str]| RowKey {
            entity: "Tesla".into(),
            metric: metric.into(),
            aspect,
            period: period.parse().unwrap(),
            modality: Modality::Actual,
            qualifiers: qualifiers.iter().map(|q| (*q).to_owned()).collect(),
            unit: "USD".parse().unwrap(),
        };
        for (key, expected) in [
            (
                key("eps_diluted", Aspect::Level, "2023-Q3", &["non_gaap"]),
                "Tesla EPS diluted, non-gaap, 2023-Q3",
            ),
            (
                key("operating_income", Aspect::YoyGrowth, "2023", &["region:US"]),
                "Tesla operating income, year-on-year growth, region US, 2023",
            ),
            (
                key("revenue", Aspect::Level, "2023-01-01/2023-09-30", &[]),
                "Tesla revenue, 2023-01-01 to 2023-09-30",
            ),
            (key("cash", Aspect::Level, "unspecified", &[]), "Tesla cash, no period given"),
        ] {
            assert_eq!(headline(&key), expected);
        }
    }

    #[test]
    fn a_shared_unit_is_said_once() {
        for (figures, expected) in [
            (vec!["3.73 USD per share", "3.49 USD per share"], "3.73 against 3.49 USD per share"),
            (vec!["23.35 bn USD", "23.35 m USD"], "23.35 bn USD against 23.35 m USD"),
            (vec!["+25%", "+45%"], "+25% against +45%"),
            (vec!["> 3 bn USD", "2 bn USD"], "> 3 bn USD against 2 bn USD"),
        ] {
            let figures: Vec<String> = figures.into_iter().map(str::to_owned).collect();
            assert_eq!(against(&figures, " against "), expected);
        }
    }
}
