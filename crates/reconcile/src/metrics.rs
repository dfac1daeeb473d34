//! What kind of thing a metric is, from `data/metrics.csv`; decides which periods meet and what adds up.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use consilience_claim::{Aspect, Unit};

/// How a metric behaves over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Adds up over time: revenue, deliveries.
    Flow,
    /// Stands at a moment: cash, headcount, users.
    Stock,
    /// Quoted at a moment and never adds up: share price, market value.
    Price,
    /// Neither adds up nor accumulates: margins, earnings per share.
    Ratio,
    /// Not in the table.
    Unknown,
}

/// The kind of a metric by its id.
pub(crate) fn kind(metric: &str) -> Kind {
    table().get(metric).map_or(Kind::Unknown, |m| m.0)
}

/// The metric under which a figure is compared, and whether its sign turns on the way: a figure worded as a
/// loss meets the income that it is the negative of.
///
/// Growth does not turn: a loss that grows by a tenth is not an income that falls by a tenth.
pub(crate) fn canonical<'a>(metric: &'a str, aspect: Aspect, percent: bool) -> (Cow<'a, str>, bool) {
    let turns = matches!(aspect, Aspect::Level | Aspect::Cumulative | Aspect::Change) && !percent;
    match income_of(metric) {
        Some(income) if turns => (Cow::Borrowed(income), true),
        _ => (Cow::Borrowed(metric), false),
    }
}

/// The income behind a metric worded as a loss.
pub(crate) fn income_of(metric: &str) -> Option<&'static str> {
    let opposite = table().get(metric)?.1;
    (metric.ends_with("loss") && !opposite.is_empty()).then_some(opposite)
}

/// Whether the catalogue has the metric.
pub(crate) fn known(metric: &str) -> bool {
    table().contains_key(metric)
}

/// Whether only companies have the metric.
pub(crate) fn is_of_companies(metric: &str) -> bool {
    table().get(metric).is_some_and(|m| m.2)
}

/// Whether a metric may be negative: it has an opposite.
pub(crate) fn is_signed(metric: &str) -> bool {
    table().get(metric).is_some_and(|m| !m.1.is_empty())
}

/// What a metric counts, as a unit and its dimension, where that is no money and no share.
pub(crate) fn counted_in(metric: &str) -> Option<(&'static Unit, &'static str)> {
    let (unit, dimension) = table().get(metric)?.3.as_ref()?;
    Some((unit, dimension))
}

type Table = BTreeMap<&'static str, (Kind, &'static str, bool, Option<(Unit, String)>)>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut lines = include_str!("../../../data/metrics.csv").lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let column = |name: &str| header.iter().position(|h| *h == name).unwrap_or(usize::MAX);
        let (metric, kind, opposite) = (column("metric"), column("kind"), column("opposite"));
        let of = column("of");
        let unit = column("unit");
        lines
            .filter_map(|line| {
                let fields: Vec<&str> = line.split(',').collect();
                let kind = match *fields.get(kind)? {
                    "flow" | "count_flow" => Kind::Flow,
                    "stock" | "count_stock" => Kind::Stock,
                    "price" => Kind::Price,
                    "ratio" | "per_share" | "rate" => Kind::Ratio,
                    _ => Kind::Unknown,
                };
                let of_companies = fields.get(of) == Some(&"company");
                let counted = fields.get(unit).filter(|u| !u.starts_with("money") && **u != "percent");
                let counted = counted.map(|u| Unit::named(*u)).map(|u| (u.clone(), u.dimension()));
                let opposite = fields.get(opposite).copied().unwrap_or_default();
                Some((*fields.get(metric)?, (kind, opposite, of_companies, counted)))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_the_usual_metrics() {
        for (metric, expected) in [
            ("revenue", Kind::Flow),
            ("deliveries", Kind::Flow),
            ("headcount", Kind::Stock),
            ("monthly_active_users", Kind::Stock),
            ("cash", Kind::Stock),
            ("share_price", Kind::Price),
            ("operating_margin", Kind::Ratio),
            ("eps_diluted", Kind::Ratio),
            ("unheard_of", Kind::Unknown),
        ] {
            assert_eq!(kind(metric), expected, "{metric}");
        }
    }

    #[test]
    fn losses_turn_into_incomes_but_their_growth_does_not() {
        assert_eq!(canonical("net_loss", Aspect::Level, false), ("net_income".into(), true));
        assert_eq!(canonical("net_loss", Aspect::YoyGrowth, true), ("net_loss".into(), false));
        assert_eq!(canonical("net_loss", Aspect::Change, true), ("net_loss".into(), false));
        assert_eq!(canonical("net_income", Aspect::Level, false), ("net_income".into(), false));
    }
}
