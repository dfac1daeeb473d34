//! Claims that come in batches.

use super::super::names::Names;
use super::super::table::{Table, TableBuilder};
use super::trust::Trust;
use super::{Constants, Knowledge, Outcome, discover_from};

/// What was learned of sources, by their names.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    sources: Names,
    attributes: Names,
    accuracy: Vec<Option<f64>>,
}

impl Learned {
    /// What an outcome over a table says of its sources.
    pub fn of(table: &Table, outcome: &Outcome) -> Learned {
        Learned {
            sources: table.sources.clone(),
            attributes: table.attributes.clone(),
            accuracy: outcome.trust.clone(),
        }
    }

    /// The trust in the sources of a table; whoever is new is taken as nobody is known.
    pub(super) fn trust(&self, table: &Table) -> Trust {
        let accuracy = |source: u32, attribute: u32| {
            let source = self.sources.find(table.sources.get(source))?;
            let attribute = self.attributes.find(table.attributes.get(attribute))?;
            self.accuracy[source as usize * self.attributes.len() + attribute as usize]
        };
        Trust::known((table.sources.len(), table.attributes.len()), accuracy)
    }
}

/// Claims that are added to from time to time. Each time the rounds begin with the trust of the time before, so that
/// a batch costs a few of them and not all; the result is that of starting over to within 0.02 of each accuracy, and
/// the same value for all items but those few that stand between two values.
#[derive(Clone, Debug, Default)]
pub struct Online {
    claims: TableBuilder,
    learned: Option<Learned>,
}

impl Online {
    /// Takes a claim.
    pub fn add(&mut self, source: &str, entity: &str, attribute: &str, value: &str) {
        self.claims.add(source, entity, attribute, value);
    }

    /// What is true by all claims so far, and how far each source can be trusted.
    pub fn settle(&mut self, knowledge: &Knowledge, constants: &Constants) -> (Table, Outcome) {
        let table = self.claims.clone().finish();
        let outcome = discover_from(&table, knowledge, constants, self.learned.as_ref());
        self.learned = Some(Learned::of(&table, &outcome));
        (table, outcome)
    }
}
