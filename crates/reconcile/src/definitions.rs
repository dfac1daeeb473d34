//! What a metric may mean in figures that companies file, from `data/definitions.csv`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One way to draw the line of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) formula: Formula,
    /// Whether the line is drawn in more ways than the table has: then a figure that fits none is not opposed.
    pub(crate) open: bool,
    /// In words.
    pub(crate) says: &'static str,
}

/// How a metric follows from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Formula {
    /// Metrics added up, those marked `true` taken off.
    Sum(Vec<(&'static str, bool)>),
    /// One metric over another, in percent.
    Share(&'static str, &'static str),
}

/// What a metric may mean besides itself, in the order of the table.
pub(crate) fn of(metric: &str) -> &'static [Definition] {
    table().get(metric).map_or(&[], Vec::as_slice)
}

fn table() -> &'static BTreeMap<&'static str, Vec<Definition>> {
    static TABLE: OnceLock<BTreeMap<&'static str, Vec<Definition>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: BTreeMap<&'static str, Vec<Definition>> = BTreeMap::new();
        for line in include_str!("../../../data/definitions.csv").lines().skip(1) {
            let mut cells = line.splitn(4, ',');
            if let (Some(metric), Some(means), Some(others), Some(says)) =
                (cells.next(), cells.next(), cells.next(), cells.next())
            {
                let definition = Definition { formula: formula(means), open: others == "leave", says };
                table.entry(metric).or_default().push(definition);
            }
        }
        table
    })
}

fn formula(text: &'static str) -> Formula {
    if let Some((part, whole)) = text.split_once(" / ") {
        return Formula::Share(part, whole);
    }
    let mut taken_off = false;
    let mut terms = Vec::new();
    for word in text.split(' ') {
        match word {
            "+" => taken_off = false,
            "-" => taken_off = true,
            metric => terms.push((metric, taken_off)),
        }
    }
    Formula::Sum(terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;

    #[test]
    fn formulas_name_metrics_that_are_known() {
        for (metric, definitions) in table() {
            for definition in definitions {
                let names: Vec<&str> = match &definition.formula {
                    Formula::Sum(terms) => terms.iter().map(|t| t.0).collect(),
                    Formula::Share(part, whole) => vec![part, whole],
                };
                for name in names.into_iter().chain([*metric]) {
                    assert!(metrics::known(name), "{metric}: {name}");
                }
            }
        }
        assert_eq!(
            of("free_cash_flow")[0].formula,
            Formula::Sum(vec![("operating_cash_flow", false), ("purchases_of_property", true)])
        );
    }
}
