//! What is known of entities beyond their names: who is a part of whom, and where it is at home.

use std::collections::BTreeMap;

use crate::graph::fold_name;

/// An entity as a list of entities has it.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// Common name, as claims have it.
    pub name: String,
    /// Common name of the whole it is a part of: of a company for its segment, of a segment for its product.
    pub part_of: Option<String>,
    /// ISO 3166, two capitals; empty where nobody says.
    pub country: String,
}

/// Entities by name, in the form in which spellings meet.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entities: BTreeMap<String, Facts>,
}

#[derive(Debug, Clone)]
struct Facts {
    country: String,
}

impl Catalogue {
    /// A catalogue of the listed entities; of two with one name the first stays.
    pub fn new(listed: impl IntoIterator<Item = Listed>) -> Catalogue {
        let mut entities = BTreeMap::new();
        for entity in listed {
            entities.entry(fold_name(&entity.name)).or_insert(Facts { country: entity.country });
        }
        Catalogue { entities }
    }

    /// The country in which an entity is at home; its name folded.
    pub(crate) fn country(&self, entity: &str) -> Option<&str> {
        self.entities.get(entity).map(|e| e.country.as_str()).filter(|c| !c.is_empty())
    }
}
