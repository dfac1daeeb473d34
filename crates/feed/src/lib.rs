//! What of an outcome may be published, as tables for dashboards.
//!
//! A [`Policy`] says which figures are verified; a [`Feed`] holds them with the claims they rest on, the conflicts that
//! kept others back, and what was published before and no longer is. It is written as CSV, JSON, Parquet and SQLite, in
//! one set of columns, with the same bytes for the same input.

mod feed;
mod ledger;
mod policy;
mod sheet;
mod sqlite;

#[cfg(test)]
mod tests;

pub use feed::Feed;
pub use ledger::{Earlier, EarlierError};
pub use policy::{Policy, PolicyError};

/// The version of the columns; one that breaks a reader raises it.
pub const SCHEMA_VERSION: i64 = 1;

/// The page that every row of the feed leads to, beside the feed.
pub const REPORT: &str = "report.html";
