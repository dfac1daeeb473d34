//! Worlds of articles: what is true in them is known, and so is every slip, copy and translation.
//!
//! [`world::World::new`] draws two companies with figures that fit together, reports on them in five languages, each
//! with its own selection, order and rounding, plants slips of every kind, then copies and translates some of the
//! reports. Whatever else differs between the reports (other quarters, forecasts, segments, definitions, sessions,
//! versions, rounding, bounds) is a look-alike: an alarm about it is false. Nothing here is shared with the
//! lexicons.

pub(crate) mod article;
pub(crate) mod chance;
pub(crate) mod direct;
pub(crate) mod figures;
pub(crate) mod score;
pub(crate) mod slips;
pub(crate) mod words;
pub(crate) mod world;
