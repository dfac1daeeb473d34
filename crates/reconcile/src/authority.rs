//! What companies filed of themselves: it leads its row, and votes do not outweigh it.
//!
//! A filing states a figure for exact days; of several filings on one figure the latest holds, and what earlier
//! ones said stays in the row as superseded. Articles are sorted by it: those that can be true together with it
//! support it, the others are rivals. Their votes are counted and shown all the same.

use std::collections::BTreeSet;

use consilience_claim::{Bound, Date, Decimal, Interval};

use crate::agreement::{Group, Reading, RowWork, set_truncated_aside, sort_into_groups};

/// What filings say of a row.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(crate) value: Decimal,
    /// Half a unit of the last digit that was filed.
    pub(crate) half_width: Decimal,
    /// Set where figures of the same precision must be equal.
    pub(crate) precision: Option<Decimal>,
    pub(crate) interval: Interval,
    /// The claims of filings that it rests on.
    pub(crate) claims: Vec<usize>,
    pub(crate) docs: BTreeSet<usize>,
    pub(crate) origins: BTreeSet<usize>,
    /// The day on which it was known.
    pub(crate) filed: Option<Date>,
    /// How it follows, where no filing states it.
    pub(crate) derivation: Option<String>,
}

impl Authority {
    /// Whether a reading can be true together with it.
    fn allows(&self, reading: &Reading) -> bool {
        if reading.bound == Bound::Exact && self.precision.is_some() && reading.precision == self.precision {
            return reading.value == self.value;
        }
        reading.interval.meets(&self.interval)
    }

    /// What the filings among the readings of a row state: the latest, by the finest figure it gives.
    fn stated(readings: &[Reading]) -> Option<Authority> {
        let filed = readings.iter().filter(|r| r.filed);
        let last = filed
            .max_by_key(|r| (r.published, std::cmp::Reverse(r.half_width), std::cmp::Reverse(r.claim)))?;
        let mut authority = Authority {
            value: last.value,
            half_width: last.half_width,
            precision: last.precision,
            interval: last.interval,
            claims: Vec::new(),
            docs: BTreeSet::new(),
            origins: BTreeSet::new(),
            filed: last.published,
            derivation: None,
        };
        for reading in readings.iter().filter(|r| r.filed) {
            if authority.allows(reading) {
                authority.claims.push(reading.claim);
                authority.docs.insert(reading.doc);
                authority.origins.insert(reading.origin);
            }
        }
        Some(authority)
    }
}

/// Lets filings lead the rows that they speak of.
pub(crate) fn settle(rows: &mut [RowWork<'_>]) {
    for row in rows.iter_mut() {
        if let Some(authority) = Authority::stated(&row.readings) {
            follow(row, authority);
        }
    }
}

/// Sorts the readings of a row by what an authority says of it.
fn follow(row: &mut RowWork<'_>, authority: Authority) {
    let readings = &row.readings;
    let (with, against): (Vec<usize>, Vec<usize>) =
        (0..readings.len()).partition(|&m| authority.allows(&readings[m]));
    let earlier = |r: &Reading| r.filed && r.published < authority.filed;
    let (superseded, rest): (Vec<usize>, Vec<usize>) =
        against.into_iter().partition(|&m| earlier(&readings[m]));
    let mut leading = Group::of(readings, with);
    leading.value = authority.value;
    leading.half_width = authority.half_width;
    leading.precision = authority.precision;
    leading.bound = Bound::Exact;
    leading.interval = authority.interval;
    leading.docs.extend(&authority.docs);
    leading.origins.extend(&authority.origins);
    leading.is_authority = true;
    let mut groups = vec![leading];
    groups.extend(sort_into_groups(readings, rest));
    row.truncated = set_truncated_aside(&mut groups);
    row.superseded = sort_into_groups(readings, superseded);
    row.groups = groups;
    row.tied = false;
    row.authority = Some(authority);
}
