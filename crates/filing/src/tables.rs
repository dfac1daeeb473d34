//! What tags mean, from `data/filings`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The metric of a concept, and how it ranks among the concepts of that metric: where a filing has several for one
/// period, the first of the table is meant.
pub(crate) fn concept(name: &str) -> Option<(&'static str, usize)> {
    static TABLE: OnceLock<BTreeMap<&'static str, (&'static str, usize)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let lines = include_str!("../../../data/filings/concepts.csv").lines().skip(1).enumerate();
        lines.filter_map(|(rank, line)| line.split_once(',').map(|(c, m)| (c, (m, rank)))).collect()
    });
    table.get(name).copied()
}

/// The id in the catalogue of the company with a Central Index Key of the SEC, where it is not made from that.
pub(crate) fn catalogue_id(cik: u64) -> Option<&'static str> {
    static TABLE: OnceLock<BTreeMap<u64, &'static str>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let lines = include_str!("../../../data/filings/filers.csv").lines().skip(1);
        lines
            .filter_map(|line| line.split_once(',').and_then(|(c, id)| Some((c.parse().ok()?, id))))
            .collect()
    });
    table.get(&cik).copied()
}

/// What a member of a dimension makes of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It is of a part of the filer.
    Part,
    /// It is of one region, by its code.
    Region(String),
    /// It is another metric, where it is tagged with the first.
    Metric(&'static str, &'static str),
    /// Nothing.
    Same,
}

/// What a member of an axis means, where the table has it.
pub(crate) fn member(axis: &str, member: &str) -> Option<Meaning> {
    let (prefix, name) = member.split_once(':').unwrap_or(("", member));
    let fits = |pattern: &str| match pattern.split_once(':') {
        Some((p, "*")) => p == prefix,
        Some(("*", n)) => n == name,
        _ => pattern == "*" || pattern == member,
    };
    let [_, _, becomes, value] = *rows().iter().find(|row| row[0] == axis && fits(row[1]))?;
    Some(match becomes {
        "part" => Meaning::Part,
        "region" if value.is_empty() => Meaning::Region(name.to_owned()),
        "region" => Meaning::Region(value.to_owned()),
        "same" => Meaning::Same,
        metric => Meaning::Metric(metric, value),
    })
}

fn rows() -> &'static [[&'static str; 4]] {
    static TABLE: OnceLock<Vec<[&'static str; 4]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        include_str!("../../../data/filings/members.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok())
            .collect()
    })
}

/// Whether values of a metric are percent, where filings give them as shares of one.
pub(crate) fn in_percent(metric: &str) -> bool {
    metric.ends_with("_rate") || metric.ends_with("_margin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_concept_has_a_metric_that_is_known() {
        let metrics: Vec<&str> =
            include_str!("../../../data/metrics.csv").lines().filter_map(|l| l.split(',').next()).collect();
        for line in include_str!("../../../data/filings/concepts.csv").lines().skip(1) {
            let (concept, metric) = line.split_once(',').unwrap();
            assert!(metrics.contains(&metric), "{concept}: {metric}");
            assert_eq!(self::concept(concept).map(|c| c.0), Some(metric), "{concept} stands twice");
        }
    }

    #[test]
    fn members_mean_parts_regions_and_metrics() {
        for (axis, name, expected) in [
            ("us-gaap:StatementBusinessSegmentsAxis", "meta:RealityLabsMember", Some(Meaning::Part)),
            (
                "srt:ProductOrServiceAxis",
                "us-gaap:AdvertisingMember",
                Some(Meaning::Metric("revenue", "advertising_revenue")),
            ),
            ("srt:ProductOrServiceAxis", "aapl:IPhoneMember", Some(Meaning::Part)),
            ("srt:StatementGeographicalAxis", "country:US", Some(Meaning::Region("US".into()))),
            ("srt:StatementGeographicalAxis", "meta:USCanadaMember", Some(Meaning::Region("UCAN".into()))),
            ("srt:StatementGeographicalAxis", "meta:RestOfWorldMember", None),
            ("us-gaap:StatementEquityComponentsAxis", "us-gaap:RetainedEarningsMember", None),
        ] {
            assert_eq!(member(axis, name), expected, "{axis} {name}");
        }
    }
}
