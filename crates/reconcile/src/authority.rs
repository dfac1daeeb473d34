//! What companies filed of themselves: it leads its row, and votes do not outweigh it.
//!
//! A filing states a figure for exact days; of several filings on one figure the latest holds, and what earlier
//! ones said stays in the row as superseded. Articles are sorted by it: those that can be true together with it
//! support it, the others are rivals. Their votes are counted and shown all the same.
//!
//! Where no filing states a figure it may follow from some: a fourth quarter from the year and nine months, growth
//! from two levels, a margin from profit and revenue, capital expenditure from what it is made of. What companies
//! define each in their own way is supported where a definition fits, and left alone where none does.

mod filed;

use std::collections::BTreeSet;

use consilience_claim::{Aspect, Bound, Date, Decimal, Interval, Modality};

use crate::agreement::{Group, Reading, RowWork, set_truncated_aside, sort_into_groups};
use crate::definitions::{self, Definition, Formula};
use crate::graph;
use filed::Filed;

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

    /// The same in the other sign, for a row told as a loss.
    fn negated(mut self) -> Authority {
        self.value = -self.value;
        self.interval = self.interval.negated();
        self
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

/// Readings that speak of something else than what was filed, under one name.
pub(crate) struct Apart {
    pub(crate) group: Group,
    /// The claims of filings that they are not compared with.
    pub(crate) filed: Vec<usize>,
    pub(crate) reason: String,
}

/// Lets filings lead the rows that they speak of, or that follow from what they say.
pub(crate) fn settle(rows: &mut [RowWork<'_>]) {
    for row in rows.iter_mut() {
        if let Some(authority) = Authority::stated(&row.readings) {
            follow(row, authority);
        }
    }
    let filed = Filed::new(rows);
    if filed.is_empty() {
        return;
    }
    for row in rows.iter_mut().filter(|r| !r.is_filed_only()) {
        if row.item.modality == Modality::Actual && !row.item.is_undated() {
            settle_row(&filed, row);
        }
    }
}

fn settle_row(filed: &Filed, row: &mut RowWork<'_>) {
    let item = row.item;
    let turned = graph::fold_metric(&row.key.metric) != item.metric;
    let shown = |authority: Authority| if turned { authority.negated() } else { authority };
    let definitions = if item.aspect == Aspect::Level { definitions::of(&item.metric) } else { &[] };
    let meanings: Vec<(Authority, &Definition)> =
        definitions.iter().filter_map(|d| Some((shown(filed.by_definition(item, d)?), d))).collect();
    let is_open = definitions.iter().any(|d| d.open);
    if row.authority.is_none()
        && !is_open
        && let Some(authority) = filed.derived(item)
    {
        follow(row, shown(authority));
    }
    if row.authority.is_none() {
        // The definition by which most of what is said fits.
        let told = |authority: &Authority| {
            row.groups.iter().position(|g| g.members.iter().any(|&m| authority.allows(&row.readings[m])))
        };
        let share = definitions.iter().any(|d| matches!(d.formula, Formula::Share(..)));
        let best = meanings
            .iter()
            .enumerate()
            .filter_map(|(i, (authority, _))| Some((told(authority).or(share.then_some(0))?, i)))
            .min();
        match best {
            Some((_, i)) => {
                let (mut authority, definition) = meanings[i].clone();
                if let Some(derivation) = authority.derivation.as_mut().filter(|_| !share) {
                    derivation.push_str(&format!(" That is {}.", definition.says));
                }
                follow(row, authority);
            }
            // Nothing fits: the line is drawn otherwise.
            None => {
                if let Some((authority, definition)) = meanings.first() {
                    let rest = std::mem::take(&mut row.groups);
                    row.groups.clone_from(&rest);
                    row.apart.extend(rest.into_iter().map(|group| apart(group, authority, definition)));
                }
                return;
            }
        }
    }
    set_apart(row, &meanings, is_open);
}

/// Takes rivals of a filed figure aside that another definition gives, or that one may give that nobody tagged.
fn set_apart(row: &mut RowWork<'_>, meanings: &[(Authority, &Definition)], is_open: bool) {
    let rivals = row.groups.split_off(1);
    for group in rivals {
        let filed = group.members.iter().any(|&m| row.readings[m].filed);
        let readings = &row.readings;
        let meant = meanings
            .iter()
            .find(|(authority, _)| group.members.iter().all(|&m| authority.allows(&readings[m])));
        match meant.or(meanings.first().filter(|_| is_open)) {
            Some((authority, definition)) if !filed => {
                row.apart.push(apart(group, authority, definition));
            }
            _ => row.groups.push(group),
        }
    }
}

fn apart(group: Group, authority: &Authority, definition: &Definition) -> Apart {
    Apart {
        group,
        filed: authority.claims.clone(),
        reason: format!(
            "companies draw the line in more ways than one, and what was filed is {}",
            definition.says
        ),
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
    row.authority = Some(Box::new(authority));
}
