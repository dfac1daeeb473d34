//! Which values say the same as others, only less precisely.

use super::super::table::Table;
use super::super::value::Kind;
use std::collections::HashMap;

/// For texts of a table which others stand above them: `Texas` above `Houston`.
#[derive(Debug, Default, Clone)]
pub struct Ancestry {
    above: HashMap<u32, Vec<u32>>,
}

/// How often a value must meet a narrower one before it can stand above it.
const MEETINGS: u32 = 3;

impl Ancestry {
    /// From pairs (narrower, wider) of a tree or graph; what stands above stands above all below it.
    pub fn from_pairs<'a>(table: &Table, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Ancestry {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut names: Vec<&str> = Vec::new();
        let mut number = |name: &'a str| {
            *numbers.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() as u32 - 1
            })
        };
        let mut parents: Vec<Vec<u32>> = Vec::new();
        for (narrow, wide) in pairs {
            let (narrow, wide) = (number(narrow), number(wide));
            let needed = narrow.max(wide) as usize + 1;
            parents.resize(needed.max(parents.len()), Vec::new());
            parents[narrow as usize].push(wide);
        }
        let known: Vec<Option<u32>> = names.iter().map(|name| table.texts.find(name)).collect();
        let mut above = HashMap::new();
        for start in 0..parents.len() {
            let Some(text) = known[start] else { continue };
            let mut reached = vec![start as u32];
            let mut next = 0;
            while next < reached.len() {
                for &parent in &parents[reached[next] as usize] {
                    if !reached.contains(&parent) {
                        reached.push(parent);
                    }
                }
                next += 1;
            }
            let mut wider: Vec<u32> = reached[1..].iter().filter_map(|&at| known[at as usize]).collect();
            wider.retain(|&wide| wide != text);
            wider.sort_unstable();
            wider.dedup();
            above.insert(text, wider);
        }
        Ancestry { above }
    }

    /// Learned from the claims: a value stands above another when the two meet again and again as answers to one
    /// question and the wider one meets many times as many different values (Jung, Kim, Shim, Crowdsourced Truth
    /// Discovery in the Presence of Hierarchies, EDBT 2019, take the hierarchy as given; here it is not).
    pub fn learn(table: &Table, kinds: &[Kind]) -> Ancestry {
        let mut met: HashMap<(u32, u32), u32> = HashMap::new();
        let mut contested: HashMap<u32, u32> = HashMap::new();
        for (at, item) in table.items().iter().enumerate() {
            let candidates = table.candidates(at);
            if kinds[item.attribute as usize] != Kind::Text || candidates.len() < 2 || candidates.len() > 12 {
                continue;
            }
            for left in candidates.clone() {
                *contested.entry(table.text_of(left)).or_default() += 1;
                for right in candidates.clone().filter(|&right| right != left) {
                    *met.entry((table.text_of(left), table.text_of(right))).or_default() += 1;
                }
            }
        }
        let mut met: Vec<((u32, u32), u32)> = met.into_iter().collect();
        met.sort_unstable();
        let mut partners: HashMap<u32, u32> = HashMap::new();
        for &((left, _), _) in &met {
            *partners.entry(left).or_default() += 1;
        }
        let mut above: HashMap<u32, Vec<u32>> = HashMap::new();
        for ((wide, narrow), times) in met {
            let often = times >= MEETINGS && times * 2 >= contested[&narrow];
            if often && partners[&wide] >= partners[&narrow] * 4 {
                above.entry(narrow).or_default().push(wide);
            }
        }
        Ancestry { above }
    }

    /// Whether one text stands above another.
    pub fn above(&self, wide: u32, narrow: u32) -> bool {
        self.above.get(&narrow).is_some_and(|wider| wider.binary_search(&wide).is_ok())
    }

    /// Whether nothing stands above anything.
    pub fn is_empty(&self) -> bool {
        self.above.is_empty()
    }
}
