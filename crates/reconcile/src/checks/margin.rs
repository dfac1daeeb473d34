//! A margin against the profit and the revenue that it relates.

use consilience_claim::{Decimal, Interval, exact};

use super::{Index, Tried, combinations, judge, outward};
use crate::{ConflictKind, readable};

/// Margin, profit: `margin = profit / revenue`.
const MARGINS: [(&str, &str); 3] = [
    ("operating_margin", "operating_income"),
    ("net_margin", "net_income"),
    ("gross_margin", "gross_profit"),
];

pub(super) fn check(index: &Index<'_, '_>, margin: usize, tried: &mut Vec<Tried>) {
    let row = &index.rows[margin];
    let Some((_, profit)) = MARGINS.iter().find(|(m, _)| *m == row.item.metric) else { return };
    let find = |metric: &str| index.levels(margin, metric, &row.item.period).first().copied();
    let (Some(revenue), Some(profit)) = (find("revenue"), find(profit)) else { return };
    if index.rows[revenue].item.dimension != index.rows[profit].item.dimension {
        return;
    }
    for choice in combinations(index.rows, &[profit, revenue, margin]) {
        let over = index.interval(choice[0].0, choice[0].1).over(&index.interval(choice[1].0, choice[1].1));
        let Ok(computed) =
            over.and_then(|share| share.times(&Interval::point(Decimal::ONE_HUNDRED))).map(|c| outward(&c))
        else {
            continue;
        };
        let group = &index.rows[margin].groups[choice[2].1];
        let Ok(slack) = exact::add(group.half_width, group.half_width) else { continue };
        let (p, r) = (&index.rows[choice[0].0], &index.rows[choice[1].0]);
        tried.push(Tried {
            rule: "margin_vs_profit_and_revenue",
            status: judge(&computed, &group.interval, slack),
            explain: format!(
                "{} of {} is {}; stated {}.",
                readable::figure(p.groups[choice[0].1].value, &p.key.unit),
                readable::figure(r.groups[choice[1].1].value, &r.key.unit),
                readable::range(&computed, &row.key.unit),
                readable::figure(group.value, &row.key.unit),
            ),
            stated: group.interval,
            inputs: choice,
            computed,
            kind: ConflictKind::Value,
            strict: false,
        });
    }
}
