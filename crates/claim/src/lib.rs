//! What consilience talks about: claims, and the quantities, units and periods they are made of.
//!
//! Every stage of the engine shares these types and nothing else: the reader makes [`Claim`]s, the
//! reconciler compares them, the reports print them. All arithmetic is exact or outward-rounded
//! ([`exact`], [`Interval`]); a quantity has no `==`, because whether two figures agree is a judgement
//! ([`Quantity::meets`]) and not an identity.

pub mod exact;

mod claim;
mod document;
mod entity;
mod interval;
mod period;
mod quantity;
mod unit;
mod words;

pub use claim::{Claim, ClaimError, ClaimId, Confidence, Evidence, Span};
pub use document::{DocumentRecord, Figure, Fingerprint, Problem, Rank, sha256_hex};
pub use entity::EntityRecord;
pub use interval::Interval;
pub use period::{Elapsed, ElapsedUnit, FiscalCalendar, FiscalYearName, Period, PeriodError};
pub use quantity::Quantity;
pub use unit::{ConversionError, Unit, UnitError};
pub use words::{Aspect, Bound, Modality};

pub use jiff::civil::Date;
/// A span of days, for stepping from date to date.
pub fn days(n: i64) -> jiff::Span {
    jiff::Span::new().days(n.clamp(-3_000_000, 3_000_000))
}
pub use rust_decimal::Decimal;
