//! Finds the phrases of a lexicon that start at a given place of a text.
//!
//! Text is compared as it is read: letters in lower case, any white space as one blank, typographic
//! apostrophes and full-width forms as their plain ones, the letters of Arabic without their variants and vowel
//! marks. Nothing is copied, so byte offsets survive.
//!
//! A `*` at the end of a word of a phrase stands for any ending: `чист* прибыл*` is every case of net profit.

/// A phrase table. Each phrase carries any number of values.
#[derive(Debug)]
pub(crate) struct Trie<V> {
    nodes: Vec<Node>,
    edges: Vec<(u8, u32)>,
    values: Vec<V>,
    /// Root edges by byte, `u32::MAX` where there are none: most walks end here.
    root: Box<[u32; 256]>,
    /// Next node by byte, for nodes with many edges.
    wide: Vec<[u32; 128]>,
}

/// From this many edges on, a table is quicker than a search.
const WIDE: usize = 5;

/// The edge that any ending of a word takes; the byte stands in no phrase.
const ENDING: u8 = 2;

/// An ending has at most this many letters.
const LONGEST_ENDING: usize = 6;

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Range in the edges; where it is long, `wide` has a table of the plain bytes.
    edges: (u32, u32),
    wide: u32,
    values: (u32, u32),
    /// Where any ending leads, `u32::MAX` where the word must end here.
    ending: u32,
}

/// A node that still takes edges and values.
type Growing<V> = (Vec<(u8, u32)>, Vec<V>);

/// Collects phrases before they are frozen into a [`Trie`].
#[derive(Debug)]
pub(crate) struct TrieBuilder<V> {
    nodes: Vec<Growing<V>>,
    /// Every phrase with where it was listed, where someone wants to check them.
    pub(crate) listed: Option<Vec<Listed<V>>>,
    /// The file whose phrases come next.
    pub(crate) file: String,
}

/// A phrase as a file lists it.
#[derive(Debug, Clone)]
pub(crate) struct Listed<V> {
    pub(crate) file: String,
    pub(crate) phrase: String,
    pub(crate) value: V,
}

impl<V> Default for TrieBuilder<V> {
    fn default() -> Self {
        TrieBuilder { nodes: vec![(Vec::new(), Vec::new())], listed: None, file: String::new() }
    }
}

impl<V: Copy + PartialEq> TrieBuilder<V> {
    /// Adds a phrase; adding it again with the same value changes nothing.
    pub(crate) fn insert(&mut self, phrase: &str, value: V) {
        if let Some(listed) = &mut self.listed {
            listed.push(Listed { file: self.file.clone(), phrase: phrase.to_owned(), value });
        }
        let mut node = 0;
        let mut at = 0;
        while at < phrase.len() {
            let (folded, next) = fold(phrase, at);
            let ending = folded == '*' && phrase[..at].ends_with(char::is_alphabetic);
            at = next;
            if folded == IGNORED {
                continue;
            }
            let folded = if ending { char::from(ENDING) } else { folded };
            let mut buffer = [0; 4];
            for &byte in folded.encode_utf8(&mut buffer).as_bytes() {
                let known = self.nodes[node].0.iter().find(|(b, _)| *b == byte).map(|(_, n)| *n as usize);
                node = known.unwrap_or_else(|| {
                    let new = self.nodes.len();
                    self.nodes.push((Vec::new(), Vec::new()));
                    self.nodes[node].0.push((byte, u32::try_from(new).unwrap_or(u32::MAX)));
                    new
                });
            }
        }
        if !self.nodes[node].1.contains(&value) {
            self.nodes[node].1.push(value);
        }
    }

    /// The finished table.
    pub(crate) fn build(self) -> Trie<V> {
        let mut trie = Trie {
            nodes: Vec::new(),
            edges: Vec::new(),
            values: Vec::new(),
            root: Box::new([u32::MAX; 256]),
            wide: Vec::new(),
        };
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for (mut edges, values) in self.nodes {
            edges.sort_unstable();
            let first = (trie.edges.len(), trie.values.len());
            let mut wide = u32::MAX;
            if edges.len() >= WIDE {
                let mut table = [u32::MAX; 128];
                for (byte, node) in edges.iter().filter(|(byte, _)| *byte < 128) {
                    table[*byte as usize] = *node;
                }
                wide = at(trie.wide.len());
                trie.wide.push(table);
            }
            let ending = edges.iter().find(|(byte, _)| *byte == ENDING).map_or(u32::MAX, |(_, node)| *node);
            trie.edges.extend(edges);
            trie.values.extend(values);
            trie.nodes.push(Node {
                ending,
                wide,
                edges: (at(first.0), at(trie.edges.len())),
                values: (at(first.1), at(trie.values.len())),
            });
        }
        for &(byte, node) in &trie.edges[trie.nodes[0].edges.0 as usize..trie.nodes[0].edges.1 as usize] {
            trie.root[byte as usize] = node;
        }
        trie
    }
}

impl<V: Copy> Trie<V> {
    /// Calls `found(end, value)` for every phrase that starts at byte `start`.
    #[inline]
    pub(crate) fn walk(&self, text: &str, start: usize, mut found: impl FnMut(usize, V)) {
        self.walk_from(0, text, start, &mut found);
    }

    #[inline]
    fn walk_from(&self, from: u32, text: &str, start: usize, found: &mut impl FnMut(usize, V)) {
        let bytes = text.as_bytes();
        let mut node = from;
        let mut at = start;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_graphic() {
                match self.step(node, byte.to_ascii_lowercase()) {
                    Some(next) => node = next,
                    None => return,
                }
                at += 1;
            } else {
                let (folded, next_at) = fold(text, at);
                at = next_at;
                if folded == IGNORED {
                    continue;
                }
                let mut buffer = [0; 4];
                for &byte in folded.encode_utf8(&mut buffer).as_bytes() {
                    match self.step(node, byte) {
                        Some(next) => node = next,
                        None => return,
                    }
                }
            }
            let Node { values, ending, .. } = self.nodes[node as usize];
            self.values(values).for_each(|value| found(at, value));
            if ending != u32::MAX {
                self.walk_ending(ending, text, at, found);
            }
        }
    }

    /// Goes on behind the word that `at` is in, where it ends soon.
    #[cold]
    fn walk_ending(&self, node: u32, text: &str, at: usize, found: &mut impl FnMut(usize, V)) {
        let rest = &text[at..];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        if rest[..end].chars().count() <= LONGEST_ENDING {
            let at = at + end;
            self.values(self.nodes[node as usize].values).for_each(|value| found(at, value));
            // The word has ended, so only what is not a letter leads on: this does not come back here at once.
            self.walk_from(node, text, at, found);
        }
    }

    fn values(&self, (from, to): (u32, u32)) -> impl Iterator<Item = V> {
        self.values[from as usize..to as usize].iter().copied()
    }

    #[inline]
    fn step(&self, node: u32, byte: u8) -> Option<u32> {
        if node == 0 {
            let next = self.root[byte as usize];
            return (next != u32::MAX).then_some(next);
        }
        let node = self.nodes[node as usize];
        if node.wide != u32::MAX && byte < 128 {
            let next = self.wide[node.wide as usize][byte as usize];
            return (next != u32::MAX).then_some(next);
        }
        let (from, to) = node.edges;
        self.edges[from as usize..to as usize].iter().find(|(b, _)| *b == byte).map(|(_, n)| *n)
    }
}

/// What stands for a character that makes no difference to a word.
pub(crate) const IGNORED: char = '\0';

/// The character at `at` in folded form, and where the next one starts; a run of white space is one blank, a mark
/// that makes no difference is [`IGNORED`].
#[inline]
pub(crate) fn fold(text: &str, at: usize) -> (char, usize) {
    let Some(c) = text[at..].chars().next() else { return (IGNORED, at + 1) };
    let next = at + c.len_utf8();
    if c.is_whitespace() {
        let rest = &text[next..];
        return (' ', text.len() - rest.trim_start().len());
    }
    let folded = match c {
        '’' | '‘' | 'ʼ' | '＇' | '`' | '´' => '\'',
        '‐' | '‑' | '‒' => '-',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_lowercase(),
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        'ё' | 'Ё' => 'е',
        // Arabic: forms of alef, final ya and ta marbuta are written loosely, vowel marks hardly ever.
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{ad}' | '\u{200b}'..='\u{200f}' => IGNORED,
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    };
    (folded, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrases: &[&str], text: &str, start: usize, expected: &[&str]) {
        let mut builder = TrieBuilder::default();
        for (i, phrase) in phrases.iter().enumerate() {
            builder.insert(phrase, i);
        }
        let trie = builder.build();
        let mut found = Vec::new();
        trie.walk(text, start, |end, i| found.push(format!("{}={}", phrases[i], &text[start..end])));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn phrases_match_in_any_dress() {
        check(
            &["net income", "net"],
            "Net\u{a0} Income rose",
            0,
            &["net=Net", "net income=Net\u{a0} Income"],
        );
        check(&["chiffre d'affaires"], "Chiffre d’affaires", 0, &["chiffre d'affaires=Chiffre d’affaires"]);
        check(&["été"], "ÉTÉ", 0, &["été=ÉTÉ"]);
        check(&["q2"], "Ｑ２", 0, &["q2=Ｑ２"]);
        check(&["利益"], "純利益", 3, &["利益=利益"]);
        check(&["abc"], "ab", 0, &[]);
        check(&["إيرادات"], "ايراداتٌ", 0, &["إيرادات=ايرادات"]);
        check(&["الربح"], "الرِّبْح", 0, &["الربح=الرِّبْح"]);
    }

    #[test]
    fn a_star_stands_for_any_ending() {
        check(&["чист* прибыл*"], "Чистой прибылью", 0, &["чист* прибыл*=Чистой прибылью"]);
        check(&["чист* прибыл*"], "чистая  прибыль.", 0, &["чист* прибыл*=чистая  прибыль"]);
        check(&["чист* прибыл*"], "чистоплотность", 0, &[]);
        check(&["umsatz*", "umsatz"], "Umsatz", 0, &["umsatz=Umsatz", "umsatz*=Umsatz"]);
        check(&["umsatz*"], "Umsatzwachstum", 0, &[]);
        check(&["a* b*", "a c"], "ax b", 0, &["a* b*=ax b"]);
        check(&["a* b*", "a c"], "a c", 0, &["a c=a c"]);
    }
}
