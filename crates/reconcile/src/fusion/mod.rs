//! Truth discovery over ready claims: which value is true when sources disagree, and how far each can be trusted.

mod accu;
mod auto;
mod average_log;
mod by_source;
mod catd;
mod copying;
mod crh;
mod dawid_skene;
mod estimates;
mod gtm;
mod investment;
mod known;
mod ltm;
mod median;
mod method;
mod names;
mod pooled_investment;
mod scale;
mod similarity;
mod simple_lca;
mod slimfast;
mod sums;
mod table;
mod truth_finder;
mod value;
mod vote;
#[cfg(test)]
mod worked;

pub use accu::Accu;
pub use auto::{
    Ancestry, Answer, Auto, Constants, Evidence, Face, Knowledge, Learned, Online, Outcome, Slip, Voice,
    discover,
};
pub use average_log::AverageLog;
pub use catd::Catd;
pub use crh::Crh;
pub use dawid_skene::DawidSkene;
pub use estimates::{ThreeEstimates, TwoEstimates};
pub use gtm::Gtm;
pub use investment::Investment;
pub use known::{Known, Score};
pub use ltm::Ltm;
pub use median::Median;
pub use method::{Beliefs, Fused, Method};
pub use names::Names;
pub use pooled_investment::PooledInvestment;
pub use simple_lca::SimpleLca;
pub use slimfast::SlimFast;
pub use sums::Sums;
pub use table::{Item, Table, TableBuilder};
pub use truth_finder::TruthFinder;
pub use value::{Kind, Number, Value};
pub use vote::Vote;

/// All methods, in the order in which they are listed.
pub const METHODS: &[&dyn Method] = &[
    &Auto,
    &Vote,
    &Median,
    &DawidSkene,
    &TruthFinder,
    &Accu { similar: false, copies: false },
    &Accu { similar: false, copies: true },
    &Accu { similar: true, copies: false },
    &Accu { similar: true, copies: true },
    &TwoEstimates,
    &ThreeEstimates,
    &Sums,
    &AverageLog,
    &Investment,
    &PooledInvestment,
    &Ltm,
    &Gtm,
    &SimpleLca,
    &Crh,
    &Catd,
    &SlimFast,
];
