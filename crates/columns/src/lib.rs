//! Tables in Parquet.
//!
//! [`Writer`] writes rows of [`Cell`]s in typed columns, with the same bytes for the same rows. [`Table`] reads what any
//! other program wrote, row by row, as plain values. The one place that knows the format; what the columns mean is for
//! those who call.

mod read;
mod write;

pub use read::{ReadError, Rows, Table, Texts};
pub use write::{Cell, Column, Kind, Writer};

#[cfg(test)]
mod tests;
