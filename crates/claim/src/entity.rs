//! What a list of entities says of one of them.

use crate::Period;

/// An entity with everything that it is called.
#[derive(Debug, Clone, Default)]
pub struct EntityRecord {
    /// Its id in the list.
    pub id: String,
    /// Its common name, as claims have it.
    pub name: String,
    /// The common name of the whole it is a part of: of a company for its segment, of a segment for its product.
    pub part_of: Option<String>,
    /// ISO 3166, two capitals; empty where nobody says.
    pub country: String,
    /// Its other names, each behind the language in which it holds; empty for all.
    pub aliases: Vec<(String, String)>,
    /// Names that it had once, with the days from and to which it had them.
    pub former: Vec<(String, Period)>,
}
