//! A flow of a longer time against the quarters, or halves, that it is made of.

use consilience_claim::{Decimal, Interval, Period, exact};

use super::{Index, Tried, combinations, judge};
use crate::metrics::{self, Kind};
use crate::{ConflictKind, readable};

pub(super) fn check(index: &Index<'_, '_>, whole: usize, tried: &mut Vec<Tried>) {
    let row = &index.rows[whole];
    if metrics::kind(&row.item.metric) != Kind::Flow {
        return;
    }
    for months in [3, 6] {
        let Some(tiles) = tiles(&row.item.period, months) else { continue };
        let parts: Option<Vec<usize>> = tiles
            .iter()
            .map(|p| {
                let levels = index.levels(whole, &row.item.metric, p);
                levels.iter().copied().find(|&i| index.rows[i].item.dimension == row.item.dimension)
            })
            .collect();
        let Some(mut inputs) = parts else { continue };
        inputs.push(whole);
        sum(index, &inputs, tried);
    }
}

fn sum(index: &Index<'_, '_>, inputs: &[usize], tried: &mut Vec<Tried>) {
    for choice in combinations(index.rows, inputs) {
        let Some(((row, group), parts)) = choice.split_last().map(|(l, p)| (*l, p)) else { continue };
        let total = parts
            .iter()
            .try_fold(Interval::point(Decimal::ZERO), |sum, &(r, g)| sum.plus(&index.interval(r, g)));
        let Ok(computed) = total else { continue };
        let stated = index.interval(row, group);
        let finest = &index.rows[row].groups[group];
        let Ok(slack) = exact::add(finest.half_width, finest.half_width) else { continue };
        let unit = &index.rows[row].key.unit;
        tried.push(Tried {
            rule: "parts_vs_whole",
            status: judge(&computed, &stated, slack),
            explain: format!(
                "The {} parts of {} add up to {}; stated {}.",
                parts.len(),
                index.rows[row].key.period,
                readable::range(&computed, unit),
                readable::range(&stated, unit),
            ),
            inputs: choice,
            computed,
            stated,
            kind: ConflictKind::SumOfParts,
            strict: false,
        });
    }
}

/// The stretches of so many months that a longer period of whole months consists of.
fn tiles(period: &Period, months: i32) -> Option<Vec<Period>> {
    let (length, first) = (period.whole_months()?, period.first()?);
    if length <= months || length > 24 || length % months != 0 {
        return None;
    }
    let mut start = first;
    (0..length / months)
        .map(|_| {
            let probe = Period::days(start, start.last_of_month());
            // A month stretched to `months` ends that many months on; going back from the next start gives it.
            let next = probe.months_earlier(-months)?.first()?;
            let tile = Period::days(start, next.yesterday().ok()?);
            start = next;
            Some(tile)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_periods_fall_into_quarters_and_halves() {
        for (period, months, expected) in [
            ("2023", 3, "2023-Q1 2023-Q2 2023-Q3 2023-Q4"),
            ("2023", 6, "2023-H1 2023-H2"),
            ("2023-H2", 3, "2023-Q3 2023-Q4"),
            ("2023-01-01/2023-09-30", 3, "2023-Q1 2023-Q2 2023-Q3"),
            ("2023-04-01/2024-03-31", 3, "2023-Q2 2023-Q3 2023-Q4 2024-Q1"),
            ("2023-Q1", 3, ""),
            ("2023-06-30", 3, ""),
            ("2023-01-05/2023-09-30", 3, ""),
        ] {
            let found = tiles(&period.parse().unwrap(), months).unwrap_or_default();
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{period}");
        }
    }
}
