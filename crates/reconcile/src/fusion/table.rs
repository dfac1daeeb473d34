//! Ready claims in columns: which source gives which value for which attribute of which entity.

use super::names::Names;
use rayon::prelude::*;
use std::ops::Range;

/// What is asked about: one attribute of one entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Item {
    /// Which of [`Table::entities`].
    pub entity: u32,
    /// Which of [`Table::attributes`].
    pub attribute: u32,
}

/// Claims in columns. Everything in it is in the order of the texts, so that the order in which the claims came
/// leaves no trace: sources, entities, attributes and texts by their bytes, items by entity and attribute, the
/// candidates of an item by their texts, the voters of a candidate by their names.
///
/// ```text
/// item ── value_start ──▶ candidates (one text each) ── voter_start ──▶ voters (sources)
/// ```
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Who says something.
    pub sources: Names,
    /// What something is said of.
    pub entities: Names,
    /// What is said of it.
    pub attributes: Names,
    /// The values as they were written.
    pub texts: Names,
    items: Vec<Item>,
    value_start: Vec<u32>,
    value_text: Vec<u32>,
    voter_start: Vec<u32>,
    voters: Vec<u32>,
    repeats: usize,
}

impl Table {
    /// The items, in their order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The candidates of an item: the values that somebody gives for it.
    pub fn candidates(&self, item: usize) -> Range<usize> {
        self.value_start[item] as usize..self.value_start[item + 1] as usize
    }

    /// How many candidates there are over all items.
    pub fn candidate_count(&self) -> usize {
        self.value_text.len()
    }

    /// The number of a candidate's text among [`Table::texts`].
    pub fn text_of(&self, candidate: usize) -> u32 {
        self.value_text[candidate]
    }

    /// A candidate as it was written.
    pub fn text(&self, candidate: usize) -> &str {
        self.texts.get(self.value_text[candidate])
    }

    /// The sources that give a candidate, ascending.
    pub fn voters(&self, candidate: usize) -> &[u32] {
        &self.voters[self.voter_start[candidate] as usize..self.voter_start[candidate + 1] as usize]
    }

    /// Where the claims of an item lie among all claims: the voters of its first candidate, then of the next.
    pub fn claims(&self, item: usize) -> Range<usize> {
        let candidates = self.candidates(item);
        self.voter_start[candidates.start] as usize..self.voter_start[candidates.end] as usize
    }

    /// How many claims there are.
    pub fn claim_count(&self) -> usize {
        self.voters.len()
    }

    /// How many claims were left out because their source gives the same item more than once
    /// (see [`TableBuilder::finish`]).
    pub fn repeats(&self) -> usize {
        self.repeats
    }

    /// The item of this name, if anything is claimed for it.
    pub fn find(&self, entity: &str, attribute: &str) -> Option<usize> {
        let item = Item { entity: self.entities.find(entity)?, attribute: self.attributes.find(attribute)? };
        self.items.binary_search(&item).ok()
    }
}

/// Takes claims one by one and makes a [`Table`] of them.
#[derive(Clone, Default, Debug)]
pub struct TableBuilder {
    sources: Names,
    entities: Names,
    attributes: Names,
    texts: Names,
    claims: Vec<Claim>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Claim {
    entity: u32,
    attribute: u32,
    text: u32,
    source: u32,
}

impl TableBuilder {
    /// Takes a claim.
    pub fn add(&mut self, source: &str, entity: &str, attribute: &str, value: &str) {
        self.claims.push(Claim {
            entity: self.entities.intern(entity),
            attribute: self.attributes.intern(attribute),
            text: self.texts.intern(value),
            source: self.sources.intern(source),
        });
    }

    /// The table. A source that gives an item twice is heard once: with the value it gives most often and, of
    /// those, with the one whose text comes first, so that the order of rows decides nothing.
    pub fn finish(self) -> Table {
        let (sources, source) = in_order(self.sources);
        let (entities, entity) = in_order(self.entities);
        let (attributes, attribute) = in_order(self.attributes);
        let (texts, text) = in_order(self.texts);
        let mut claims = self.claims;
        claims.par_iter_mut().for_each(|claim| {
            *claim = Claim {
                entity: entity[claim.entity as usize],
                attribute: attribute[claim.attribute as usize],
                text: text[claim.text as usize],
                source: source[claim.source as usize],
            }
        });
        claims.par_sort_unstable();
        let given = claims.len();
        once_each(&mut claims);
        let mut table =
            Table { sources, entities, attributes, texts, repeats: given - claims.len(), ..Table::default() };
        table.voters.reserve_exact(claims.len());
        let mut before: Option<Claim> = None;
        for claim in &claims {
            let item = Item { entity: claim.entity, attribute: claim.attribute };
            let same_item = table.items.last() == Some(&item);
            if !same_item {
                table.items.push(item);
                table.value_start.push(table.value_text.len() as u32);
            }
            if !same_item || before.is_none_or(|before| before.text != claim.text) {
                table.value_text.push(claim.text);
                table.voter_start.push(table.voters.len() as u32);
            }
            table.voters.push(claim.source);
            before = Some(*claim);
        }
        table.value_start.push(table.value_text.len() as u32);
        table.voter_start.push(table.voters.len() as u32);
        table
    }
}

/// The texts in their own order, and for each old number the new one.
fn in_order(names: Names) -> (Names, Vec<u32>) {
    let order = names.sorted();
    let mut sorted = Names::default();
    let mut new = vec![0; names.len()];
    for old in order {
        new[old as usize] = sorted.intern(names.get(old));
    }
    (sorted, new)
}

/// Leaves each source one claim an item. The claims are sorted, so that equal ones stand together.
fn once_each(claims: &mut Vec<Claim>) {
    let mut kept = Vec::new();
    let mut write = 0;
    let mut start = 0;
    while start < claims.len() {
        let item = |claim: &Claim| (claim.entity, claim.attribute);
        let mut end = start + 1;
        while end < claims.len() && item(&claims[end]) == item(&claims[start]) {
            end += 1;
        }
        // (source, how often it gives this text, text), the best of each source first.
        kept.clear();
        for claim in &claims[start..end] {
            match kept.last_mut() {
                Some((source, times, text)) if (*source, *text) == (claim.source, claim.text) => *times += 1,
                _ => kept.push((claim.source, 1u32, claim.text)),
            }
        }
        kept.sort_unstable_by_key(|&(source, times, text)| (source, std::cmp::Reverse(times), text));
        kept.dedup_by_key(|&mut (source, _, _)| source);
        kept.sort_unstable_by_key(|&(source, _, text)| (text, source));
        let (entity, attribute) = item(&claims[start]);
        for &(source, _, text) in &kept {
            claims[write] = Claim { entity, attribute, text, source };
            write += 1;
        }
        start = end;
    }
    claims.truncate(write);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(rows: &[(&str, &str, &str, &str)]) -> Table {
        let mut builder = TableBuilder::default();
        for (source, entity, attribute, value) in rows {
            builder.add(source, entity, attribute, value);
        }
        builder.finish()
    }

    /// An item a line: `entity attribute: value=source,source value=source`.
    fn shown(table: &Table) -> Vec<String> {
        let line = |at: usize| {
            let item = table.items()[at];
            let candidates = table.candidates(at).map(|candidate| {
                let voters: Vec<_> =
                    table.voters(candidate).iter().map(|&voter| table.sources.get(voter)).collect();
                format!("{}={}", table.text(candidate), voters.join(","))
            });
            let name =
                format!("{} {}", table.entities.get(item.entity), table.attributes.get(item.attribute));
            format!("{name}: {}", candidates.collect::<Vec<_>>().join(" "))
        };
        (0..table.items().len()).map(line).collect()
    }

    #[test]
    fn columns_hold_what_was_claimed() {
        let table = table(&[
            ("b", "y", "p", "2"),
            ("a", "y", "p", "10"),
            ("c", "y", "p", "2"),
            ("a", "x", "q", "7"),
            ("a", "x", "p", ""),
        ]);
        assert_eq!(shown(&table), ["x p: =a", "x q: 7=a", "y p: 10=a 2=b,c"]);
        assert_eq!((table.claim_count(), table.candidate_count(), table.repeats()), (5, 4, 0));
        assert_eq!(table.find("y", "p"), Some(2));
        assert_eq!(table.find("y", "q"), None);
        assert_eq!(table.claims(2), 2..5);
    }

    #[test]
    fn a_source_is_heard_once_with_what_it_says_most_often() {
        let table = table(&[
            ("a", "x", "p", "1"),
            ("a", "x", "p", "2"),
            ("a", "x", "p", "2"),
            ("b", "x", "p", "3"),
            ("b", "x", "p", "1"),
        ]);
        assert_eq!(shown(&table), ["x p: 1=b 2=a"]);
        assert_eq!(table.repeats(), 3);
    }

    #[test]
    fn nothing_claimed_is_an_empty_table() {
        let table = TableBuilder::default().finish();
        assert_eq!((table.items().len(), table.claim_count(), table.candidate_count()), (0, 0, 0));
    }

    proptest! {
        #[test]
        fn the_order_of_rows_leaves_no_trace(
            rows in prop::collection::vec((0..5u8, 0..4u8, 0..3u8, 0..4u8), 0..60),
            seed in any::<u64>(),
        ) {
            let build = |rows: &[(u8, u8, u8, u8)]| {
                let mut builder = TableBuilder::default();
                for (source, entity, attribute, value) in rows {
                    let [source, entity, attribute, value] = [source, entity, attribute, value].map(u8::to_string);
                    builder.add(&source, &entity, &attribute, &value);
                }
                shown(&builder.finish())
            };
            let mut turned = rows.clone();
            turned.sort_by_key(|row| xxhash_rust::xxh3::xxh3_64_with_seed(format!("{row:?}").as_bytes(), seed));
            prop_assert_eq!(build(&rows), build(&turned));
        }
    }
}
