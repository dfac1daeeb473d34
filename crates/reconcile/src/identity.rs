//! Which names mean one entity or metric: what the spelling, the catalogue, ids and people's decisions say.
//!
//! Claims meet by the key that the graph gives them, in which spellings and legal forms are folded. What is
//! known beyond that gives single claims another key. Nothing is guessed here: a doubt joins nothing.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::Claim;

use crate::Catalogue;
use crate::decisions::{Rulings, Verb};
use crate::graph::{ClaimGraph, ItemKey, fold_metric, fold_name};

/// The claims whose key is another one than their spelling gives.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    /// By the number of a claim within its graph.
    rekeyed: BTreeMap<usize, ItemKey>,
}

impl Identities {
    pub(crate) fn resolve(
        graph: &ClaimGraph,
        items: &[(&ItemKey, Vec<usize>)],
        catalogue: &Catalogue,
        rulings: &mut Rulings<'_>,
    ) -> Identities {
        let entities = Names::new(rulings, |d| d.entities.as_ref(), fold_name);
        let metrics = Names::new(rulings, |d| d.metrics.as_ref(), fold_metric);
        let by_id = ById::new(graph, items, catalogue);
        let mut rekeyed = BTreeMap::new();
        let (mut named, mut measured) = (BTreeSet::new(), BTreeSet::new());
        for (key, numbers) in items {
            let listed = catalogue.other_name(&key.entity);
            if by_id.is_empty() && listed.is_none() && !entities.is_any() && !metrics.is_any() {
                continue;
            }
            for &number in numbers {
                let Some(claim) = graph.numbered(number) else { continue };
                let known =
                    by_id.name(claim, &key.entity).or_else(|| listed.and_then(|names| names.at(claim, key)));
                let entity = entities.of(&claim.entity, known);
                let metric = metrics.of(&claim.metric, None);
                if entities.is_any() {
                    named.extend(entities.spoken(&claim.entity));
                }
                if metrics.is_any() {
                    measured.extend(metrics.spoken(&claim.metric));
                }
                if entity.is_some() || metric.is_some() {
                    rekeyed.insert(number, ItemKey::named(claim, entity, metric));
                }
            }
        }
        rulings.settle_names(
            |name| named.contains(name) || named.contains(&fold_name(name)),
            |name| measured.contains(name) || measured.contains(&fold_metric(name)),
        );
        Identities { rekeyed }
    }

    /// The keys of a claim that its spelling does not give.
    pub(crate) fn key(&self, number: usize) -> Option<&ItemKey> {
        self.rekeyed.get(&number)
    }
}

/// Names of one sort that people merged or split.
struct Names {
    fold: fn(&str) -> String,
    /// Folded or written name to the one that stands for it.
    merged: BTreeMap<String, String>,
    /// Names, as written, that are not what their fold says.
    split: BTreeSet<String>,
}

impl Names {
    fn new(
        rulings: &Rulings<'_>,
        of: impl Fn(&crate::Decision) -> Option<&[String; 2]> + Copy,
        fold: fn(&str) -> String,
    ) -> Names {
        let split: BTreeSet<String> =
            rulings.names(Verb::Split, of).into_iter().flatten().map(|n| written(&n)).collect();
        let mut names = Names { fold, merged: BTreeMap::new(), split };
        for [stays, goes] in rulings.names(Verb::Merge, of) {
            let (stays, goes) = (names.stands_for(&names.own(&stays)), names.stands_for(&names.own(&goes)));
            if stays != goes {
                names.merged.insert(goes, stays);
            }
        }
        names
    }

    fn is_any(&self) -> bool {
        !self.merged.is_empty() || !self.split.is_empty()
    }

    /// The names under which a decision may speak of one.
    fn spoken(&self, name: &str) -> [String; 2] {
        [name.to_owned(), (self.fold)(name)]
    }

    fn own(&self, name: &str) -> String {
        let written = written(name);
        if self.split.contains(&written) { written } else { (self.fold)(name) }
    }

    fn stands_for(&self, name: &str) -> String {
        let mut at = name;
        while let Some(next) = self.merged.get(at) {
            at = next;
        }
        at.to_owned()
    }

    /// The name that stands for one, where it is not the fold of its own; `known` is what is known of it otherwise.
    fn of(&self, name: &str, known: Option<String>) -> Option<String> {
        if !self.is_any() {
            return known;
        }
        let is_split = self.split.contains(&written(name));
        let own = if is_split { written(name) } else { known.clone().unwrap_or_else(|| (self.fold)(name)) };
        let stands = self.stands_for(&own);
        (known.is_some() || stands != (self.fold)(name)).then_some(stands)
    }
}

fn written(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Names of one id are one: those that other extractors give, and those that carry an id of the catalogue.
struct ById<'a> {
    /// The name that stands for an id, where several bear it or the catalogue has another.
    names: BTreeMap<&'a str, String>,
    /// A name that goes with one id only, for claims without an id.
    ids: BTreeMap<&'a str, &'a str>,
}

impl<'a> ById<'a> {
    fn new(graph: &'a ClaimGraph, items: &[(&'a ItemKey, Vec<usize>)], catalogue: &Catalogue) -> ById<'a> {
        // Neighbours in the order of items mostly repeat one another.
        let mut pairs: Vec<(&'a str, &'a str)> = Vec::new();
        for (key, numbers) in items {
            for claim in numbers.iter().filter_map(|n| graph.numbered(*n)) {
                if let Some(id) = claim.entity_id.as_deref().filter(|id| !id.is_empty())
                    && pairs.last() != Some(&(id, key.entity.as_str()))
                {
                    pairs.push((id, &key.entity));
                }
            }
        }
        let mut borne: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
        for (id, name) in pairs {
            borne.entry(id).or_default().insert(name);
        }
        let mut names = BTreeMap::new();
        let mut ids: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
        for (id, folded) in borne {
            let first = folded.first().map(|name| (*name).to_owned());
            let stands = catalogue.name_of(id).or(first).unwrap_or_default();
            let several = folded.iter().any(|name| *name != stands);
            for name in folded {
                ids.entry(name).or_default().insert(id);
            }
            if several {
                names.insert(id, stands);
            }
        }
        let ids = ids
            .into_iter()
            .filter(|(name, ids)| ids.len() == 1 && !catalogue.has_name(name))
            .filter_map(|(name, ids)| Some((name, *ids.first()?)))
            .filter(|(_, id)| names.contains_key(id))
            .collect();
        ById { names, ids }
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn name(&self, claim: &Claim, folded: &str) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let id = match claim.entity_id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => id,
            None => *self.ids.get(folded)?,
        };
        self.names.get(id).cloned()
    }
}
