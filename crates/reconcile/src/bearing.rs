//! What sums that hold do for the figures in them: an origin that tells of other things bears a figure out where the
//! figure follows from what it tells.

use std::collections::BTreeSet;

use crate::agreement::{RowWork, vote};
use crate::checks::Tried;
use crate::corpus::Corpus;
use crate::{CheckStatus, LogOdds, Stance, Vote, table};

/// The most that a sum may say for a figure: one in ten holds by chance where it leaves a tenth of the figure open.
const MOST: LogOdds = LogOdds(2_302_585);

/// Evidence for the leading figure of a row from an origin that does not speak of the row.
pub(crate) struct Bearing {
    origin: usize,
    /// One of its claims in the sum.
    claim: usize,
    pub(crate) weight: LogOdds,
    because: String,
}

impl Bearing {
    pub(crate) fn told(&self, corpus: &Corpus<'_>) -> Vote {
        Vote {
            claim: corpus.ids[self.claim].clone(),
            origin: table::name(self.origin),
            stance: Stance::BearsOut,
            weight: self.weight,
            because: self.because.clone(),
        }
    }
}

/// Per row, what bears its leading figure out. An origin counts once for a row, with its strongest sum, and not where
/// it speaks of the row itself: that a text agrees with itself is no evidence of more than careful reading.
pub(crate) fn bearings(rows: &[RowWork<'_>], tried: &[Tried]) -> Vec<Vec<Bearing>> {
    let mut all: Vec<Vec<Bearing>> = rows.iter().map(|_| Vec::new()).collect();
    let holding = tried.iter().filter(|t| t.status == CheckStatus::Holds && t.telling);
    for check in holding.filter(|t| t.inputs.iter().all(|(_, group)| *group == 0)) {
        for &(row, _) in &check.inputs {
            if let Some(bearing) = bearing(rows, row, check) {
                let known = &mut all[row];
                match known.iter_mut().find(|b| b.origin == bearing.origin) {
                    Some(old) if old.weight < bearing.weight => *old = bearing,
                    Some(_) => {}
                    None => known.push(bearing),
                }
            }
        }
    }
    for known in &mut all {
        known.sort_by_key(|b| b.origin);
    }
    all
}

fn bearing(rows: &[RowWork<'_>], row: usize, check: &Tried) -> Option<Bearing> {
    if rows[row].authority.is_some() {
        return None;
    }
    let speaking: BTreeSet<usize> = rows[row].readings.iter().map(|r| r.origin).collect();
    let others = || check.inputs.iter().filter(|(r, _)| *r != row).map(|(r, _)| &rows[*r]);
    // A sum is as sure as the least sure of its figures.
    let weakest = others().map(|r| vote(r.groups[0].confidence(&r.readings))).min()?;
    let outside = others().flat_map(|work| {
        let of = move |m: &usize| &work.readings[*m];
        work.groups[0].members.iter().map(of).filter(|r| !speaking.contains(&r.origin))
    });
    let told = outside.min_by_key(|r| (r.origin, r.repeat, r.claim))?;
    Some(Bearing {
        origin: told.origin,
        claim: told.claim,
        weight: weakest.min(MOST),
        because: format!("the sum holds: {}", check.explain),
    })
}
