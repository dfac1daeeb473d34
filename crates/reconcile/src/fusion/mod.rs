//! Truth discovery over ready claims: which value is true when sources disagree, and how far each can be trusted.

mod method;
mod names;
mod table;
mod value;
mod vote;

pub use method::{Fused, Method};
pub use names::Names;
pub use table::{Item, Table, TableBuilder};
pub use value::{Kind, Number, Value};
pub use vote::Vote;

/// All methods, in the order in which they are listed.
pub const METHODS: &[&dyn Method] = &[&Vote];
