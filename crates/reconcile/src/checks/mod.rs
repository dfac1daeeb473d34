//! The arithmetic witness: what claims of different rows say about each other.
//!
//! Every rule (`data/checks.toml`, [`crate::rules`]) finds its inputs by itself, computes in outward-rounded intervals
//! and gives [`Tried`]s. A sum that fails by no more than one unit of the last stated digit, or by no more than what
//! definitions leave open, is undecided: sources cut as well as round, and restate.
//!
//! Figures that nobody states follow from those that somebody does ([`Implied`]), and may go into further sums once:
//! a first round knows what is stated, a second what the first derived.

mod change;
mod formula;
mod growth;
mod index;
mod outcome;
mod part;
mod time;

pub(crate) use growth::{RESTATED, rate};

use consilience_claim::{Aspect, Decimal, Interval, Modality, exact};
use rust_decimal::RoundingStrategy;

use crate::agreement::RowWork;
use crate::catalogue::Catalogue;
use crate::rules::RuleSet;
use crate::{CheckStatus, ConflictKind};

pub(crate) use index::Implied;
use index::Index;

/// One sum that was tried, on one choice of figures.
pub(crate) struct Tried {
    pub(crate) rule: String,
    pub(crate) status: CheckStatus,
    /// Row and group of each input, those behind derived figures too; the stated figure last.
    pub(crate) inputs: Vec<(usize, usize)>,
    pub(crate) computed: Interval,
    /// Where one of the inputs states what was computed.
    pub(crate) stated: Option<Interval>,
    pub(crate) explain: String,
    /// What a failure is called.
    pub(crate) kind: ConflictKind,
    /// How much a failure says.
    pub(crate) force: Force,
    /// Whether it is evidence for its inputs that it holds: by chance it hardly would.
    pub(crate) telling: bool,
}

/// How much the failure of a sum says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Force {
    /// Something to look at: derived figures went in, or the text may mean another window.
    Hint,
    /// A figure is probably wrong; perhaps a matter of definition.
    Doubt,
    /// One of the figures is wrong.
    Proof,
}

/// Tries every rule on the leading figures and, where a row is contested, on its rivals.
pub(crate) fn try_all<'x>(
    rows: &'x [RowWork<'_>],
    rules: &'x RuleSet,
    catalogue: &'x Catalogue,
) -> (Vec<Tried>, Vec<Implied>) {
    let mut index = Index::new(rows, rules, catalogue);
    for round in 0..ROUNDS {
        for (i, row) in rows.iter().enumerate() {
            if row.item.modality != Modality::Actual {
                continue;
            }
            match row.item.aspect {
                Aspect::YoyGrowth | Aspect::QoqGrowth => growth::check(&mut index, i),
                Aspect::Change if round == 0 => change::check(&mut index, i),
                Aspect::Cumulative => time::running_total(&mut index, i),
                _ => {}
            }
        }
        for spot in 0..index.spots.len() {
            time::parts(&mut index, spot);
            formula::check(&mut index, spot);
            part::check(&mut index, spot);
        }
        if round == 0 {
            outcome::check(&mut index);
        }
        index.next_round();
    }
    index.done()
}

/// What is stated, and what follows from that; figures that follow from derived ones go into no further sum.
const ROUNDS: usize = 2;

/// Ends rounded outward to nine digits: a quotient has no end, and no input is that fine.
pub(crate) fn outward(interval: &Interval) -> Interval {
    let end = |x: Option<Decimal>, up| {
        let strategy =
            if up { RoundingStrategy::ToPositiveInfinity } else { RoundingStrategy::ToNegativeInfinity };
        x.map(|x| x.round_sf_with_strategy(9, strategy).unwrap_or(x).normalize())
    };
    Interval::new(end(interval.low(), false), end(interval.high(), true))
}

/// Whether computed and stated meet; a miss by up to `slack` stays open.
fn judge(computed: &Interval, stated: &Interval, slack: Decimal) -> CheckStatus {
    if computed.meets(stated) {
        return CheckStatus::Holds;
    }
    let room = Interval::new(Some(-slack), Some(slack));
    match stated.plus(&room) {
        Ok(wide) if !computed.meets(&wide) => CheckStatus::Fails,
        _ => CheckStatus::Undecided,
    }
}

/// So many percent of a figure.
fn percent_of(figure: &Interval, percent: Decimal) -> Decimal {
    let size = [figure.low(), figure.high()].into_iter().flatten().map(|e| e.abs()).max();
    let share = exact::mul(percent, Decimal::new(1, 2));
    size.zip(share.ok()).and_then(|(size, share)| exact::mul(size, share).ok()).unwrap_or_default()
}

/// Whether a range leaves no more room than a tenth of itself: then it hardly meets another by chance.
fn is_sharp(interval: &Interval) -> bool {
    interval.width().is_some_and(|width| width <= percent_of(interval, Decimal::TEN))
}
