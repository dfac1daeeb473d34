//! What is known of entities beyond their names: other names, who is a part of whom, and where it is at home.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use consilience_claim::{Claim, EntityRecord, Period};

use crate::graph::{ItemKey, fold_name};
use crate::metrics;

/// Entities by name, in the form in which spellings meet.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entities: BTreeMap<String, Facts>,
    /// Folded names by id.
    names: HashMap<String, String>,
    others: HashMap<String, OtherNames>,
}

#[derive(Debug, Clone)]
struct Facts {
    country: String,
    part_of: Option<String>,
}

/// What a name that is not an entity's common name may stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct OtherNames {
    /// Language and folded common name.
    aliases: BTreeSet<(String, String)>,
    former: Vec<(Period, String)>,
    /// Whether it is some entity's common name as well.
    is_common: bool,
}

impl Catalogue {
    /// A catalogue of the listed entities; of two with one name the first stays.
    pub fn new(listed: impl IntoIterator<Item = EntityRecord>) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for entity in listed {
            let name = fold_name(&entity.name);
            for (lang, alias) in entity.aliases {
                let alias = fold_name(&alias);
                if alias != name {
                    catalogue.others.entry(alias).or_default().aliases.insert((lang, name.clone()));
                }
            }
            for (former, time) in entity.former {
                let former = fold_name(&former);
                if former != name {
                    catalogue.others.entry(former).or_default().former.push((time, name.clone()));
                }
            }
            catalogue.names.entry(entity.id).or_insert_with(|| name.clone());
            let part_of = entity.part_of.as_deref().map(fold_name);
            catalogue.entities.entry(name).or_insert(Facts { country: entity.country, part_of });
        }
        for name in catalogue.entities.keys() {
            if let Some(other) = catalogue.others.get_mut(name) {
                other.is_common = true;
            }
        }
        catalogue
    }

    /// The whole that an entity is a part of; both names folded.
    pub(crate) fn whole_of(&self, entity: &str) -> Option<&str> {
        self.entities.get(entity)?.part_of.as_deref()
    }

    /// The country in which an entity is at home; its name folded.
    pub(crate) fn country(&self, entity: &str) -> Option<&str> {
        self.entities.get(entity).map(|e| e.country.as_str()).filter(|c| !c.is_empty())
    }

    /// The folded name of the entity with an id.
    pub(crate) fn name_of(&self, id: &str) -> Option<String> {
        self.names.get(id).cloned()
    }

    /// Whether an entity bears the folded name.
    pub(crate) fn has_name(&self, folded: &str) -> bool {
        self.entities.contains_key(folded)
    }

    /// What an entity is a part of, the nearest first; all names folded.
    pub(crate) fn wholes<'c>(&'c self, entity: &str) -> impl Iterator<Item = &'c str> {
        let above = |name: &str| self.entities.get(name).and_then(|e| e.part_of.as_deref());
        // A list that goes round in circles ends all the same.
        std::iter::successors(above(entity), move |name| above(name)).take(8)
    }

    /// What else than its own entity a folded name may stand for.
    pub(crate) fn other_name(&self, folded: &str) -> Option<&OtherNames> {
        self.others.get(folded)
    }
}

impl OtherNames {
    /// The folded common name of the entity that a claim without an id means by the name; `None` in any doubt.
    pub(crate) fn at(&self, claim: &Claim, key: &ItemKey) -> Option<String> {
        if claim.entity_id.as_deref().is_some_and(|id| !id.is_empty()) {
            return None;
        }
        let of_company = metrics::is_of_companies(&key.metric);
        let renamed = || {
            let told = claim.published.as_deref().and_then(|p| p.get(..10)?.parse().ok());
            let told = told.map(Period::day);
            let mut then = self.former.iter().filter(|(time, _)| {
                let within = |p: &Period| {
                    p.first().zip(time.last()).is_some_and(|(a, b)| a <= b)
                        && p.last().zip(time.first()).is_some_and(|(a, b)| a >= b)
                };
                within(&claim.period) || told.as_ref().is_some_and(within)
            });
            let only = then.next()?;
            then.next().is_none().then(|| only.1.clone())
        };
        // What bears the name today is meant, but where only a company can have the metric.
        if self.is_common {
            return of_company.then(renamed).flatten();
        }
        let lang = claim.lang.split(['-', '_']).next().unwrap_or_default();
        let holds = |l: &str| l.is_empty() || l == claim.lang || l.split('-').next() == Some(lang);
        let mut meant: BTreeSet<&str> =
            self.aliases.iter().filter(|(l, _)| holds(l)).map(|(_, name)| name.as_str()).collect();
        match meant.pop_first() {
            Some(name) => meant.is_empty().then(|| name.to_owned()),
            None => renamed(),
        }
    }
}
