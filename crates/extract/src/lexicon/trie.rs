//! Finds the phrases of a lexicon that start at a given place of a text.
//!
//! Text is compared as it is read: letters in lower case, any white space as one blank, typographic
//! apostrophes and full-width forms as their plain ones. Nothing is copied, so byte offsets survive.

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

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Range in the edges; where it is long, `wide` has a table of the plain bytes.
    edges: (u32, u32),
    wide: u32,
    values: (u32, u32),
}

/// A node that still takes edges and values.
type Growing<V> = (Vec<(u8, u32)>, Vec<V>);

/// Collects phrases before they are frozen into a [`Trie`].
#[derive(Debug)]
pub(crate) struct TrieBuilder<V> {
    nodes: Vec<Growing<V>>,
}

impl<V> Default for TrieBuilder<V> {
    fn default() -> Self {
        TrieBuilder { nodes: vec![(Vec::new(), Vec::new())] }
    }
}

impl<V: Copy + PartialEq> TrieBuilder<V> {
    /// Adds a phrase; adding it again with the same value changes nothing.
    pub(crate) fn insert(&mut self, phrase: &str, value: V) {
        let mut node = 0;
        let mut at = 0;
        while at < phrase.len() {
            let (folded, next) = fold(phrase, at);
            at = next;
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
            trie.edges.extend(edges);
            trie.values.extend(values);
            trie.nodes.push(Node {
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
    /// Calls `found(end, value)` for every phrase that starts at byte `start`, shortest first.
    #[inline]
    pub(crate) fn walk(&self, text: &str, start: usize, mut found: impl FnMut(usize, V)) {
        let bytes = text.as_bytes();
        let mut node = 0u32;
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
                let mut buffer = [0; 4];
                for &byte in folded.encode_utf8(&mut buffer).as_bytes() {
                    match self.step(node, byte) {
                        Some(next) => node = next,
                        None => return,
                    }
                }
                at = next_at;
            }
            let (from, to) = self.nodes[node as usize].values;
            for &value in &self.values[from as usize..to as usize] {
                found(at, value);
            }
        }
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

/// The character at `at` in folded form, and where the next one starts; a run of white space is one blank.
#[inline]
pub(crate) fn fold(text: &str, at: usize) -> (char, usize) {
    let Some(c) = text[at..].chars().next() else { return ('\0', at + 1) };
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
    }
}
