//! Values known to be right, and how often a method finds them.

use std::collections::BTreeMap;

use super::Number;
use super::table::Table;

/// Values known to be right; several for one item mean that any of them is.
#[derive(Clone, Default, Debug)]
pub struct Known {
    /// Attribute, then entity, then values.
    values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// How many of the known items of an attribute are answered rightly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The attribute.
    pub attribute: String,
    /// Right answers.
    pub right: usize,
    /// Known items for which something is claimed.
    pub items: usize,
}

impl Known {
    /// Takes a value that is right for an item.
    pub fn add(&mut self, entity: &str, attribute: &str, value: &str) {
        let entities = match self.values.get_mut(attribute) {
            Some(entities) => entities,
            None => self.values.entry(attribute.to_owned()).or_default(),
        };
        entities.entry(entity.to_owned()).or_default().push(value.to_owned());
    }

    /// The values of each item of the table for which one is known.
    pub fn items<'k>(&'k self, table: &'k Table) -> impl Iterator<Item = (usize, &'k [String])> {
        self.values.iter().flat_map(move |(attribute, entities)| {
            entities
                .iter()
                .filter_map(move |(entity, values)| Some((table.find(entity, attribute)?, values.as_slice())))
        })
    }

    /// Compares the answer for each item with what is known, attribute by attribute. Where all that is known of an
    /// attribute are numbers, equal numbers are right however they are written; else texts must be the same.
    pub fn score<'v>(&self, table: &Table, answer: impl Fn(usize) -> &'v str) -> Vec<Score> {
        let of_attribute = |(attribute, entities): (&String, &BTreeMap<String, Vec<String>>)| {
            let numeric = entities.values().flatten().all(|value| Number::read(value).is_some());
            let same = |given: &str, value: &str| {
                given == value
                    || (numeric && Number::read(given).is_some_and(|n| Some(n) == Number::read(value)))
            };
            let mut score = Score { attribute: attribute.clone(), right: 0, items: 0 };
            for (entity, values) in entities {
                let Some(item) = table.find(entity, attribute) else { continue };
                score.items += 1;
                score.right += usize::from(values.iter().any(|value| same(answer(item), value)));
            }
            score
        };
        self.values.iter().map(of_attribute).filter(|score| score.items > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fusion::TableBuilder;

    #[test]
    fn answers_are_right_where_any_known_value_is_given() {
        let mut builder = TableBuilder::default();
        for (entity, attribute, value) in [
            ("x", "length", "7.50"),
            ("y", "length", "8"),
            ("x", "gate", "05"),
            ("y", "gate", "A1"),
            ("z", "gate", "B2"),
        ] {
            builder.add("s", entity, attribute, value);
        }
        let table = builder.finish();
        let mut known = Known::default();
        for (entity, attribute, value) in [
            ("x", "length", "7.5"),
            ("y", "length", "9"),
            ("unheard", "length", "1"),
            ("x", "gate", "5"),
            ("y", "gate", "A2"),
            ("y", "gate", "A1"),
            ("z", "colour", "red"),
        ] {
            known.add(entity, attribute, value);
        }
        let scores = known.score(&table, |item| table.text(table.candidates(item).start));
        let shown: Vec<_> =
            scores.iter().map(|s| format!("{} {}/{}", s.attribute, s.right, s.items)).collect();
        // The gates are names, of which one is written otherwise; the lengths are numbers.
        assert_eq!(shown, ["gate 1/2", "length 1/2"]);
        assert_eq!(known.items(&table).count(), 4);
    }
}
