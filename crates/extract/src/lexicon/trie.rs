//! Finds the phrases of a lexicon that start at a given place of a text.
//!
//! Text is compared as it is read: letters in lower case, any white space as one blank, typographic
//! apostrophes and full-width forms as their plain ones, the letters of Arabic without their variants and vowel
//! marks. Nothing is copied, so byte offsets survive.
//!
//! A `*` at the end of a word of a phrase stands for any ending: `чист* прибыл*` is every case of net profit.

/// A phrase table. Each phrase carries any number of values.
///
/// Bytes that have one continuation and no value make a label (a radix tree), and nodes lie in the order of a walk:
/// most steps stay within a cache line.
#[derive(Debug)]
pub(crate) struct Trie<V> {
    nodes: Vec<Node>,
    /// The bytes of all edges, and where each leads: a search reads the bytes alone.
    bytes: Vec<u8>,
    targets: Vec<u32>,
    values: Vec<V>,
    labels: Vec<u8>,
    /// Root edges by byte, `u32::MAX` where there are none: most walks end here.
    root: Box<[u32; 256]>,
    filter: Filter,
}

/// Says quickly that no phrase begins with the letters at hand; most words of a text begin none. It knows phrases by
/// the plain letters and digits they begin with, four of them at most; where a text has others, it does not say no.
#[derive(Debug)]
struct Filter {
    /// By the first letter, for phrases known by one.
    one: [bool; 256],
    /// By the first two, for phrases known by two or three; a bit for each value.
    two: Box<[u64; 1024]>,
    /// By a hash of the first four.
    four: Box<[u64; 1024]>,
}

impl Filter {
    fn new() -> Filter {
        Filter { one: [false; 256], two: Box::new([0; 1024]), four: Box::new([0; 1024]) }
    }

    fn add(&mut self, phrase: &str) {
        let plain = phrase.bytes().take(4).take_while(u8::is_ascii_alphanumeric).map(|b| b | 0x20);
        let mut key = [0u8; 4];
        let mut len = 0;
        for byte in plain {
            key[len] = byte;
            len += 1;
        }
        let set = |bits: &mut [u64; 1024], at: usize| bits[at / 64] |= 1 << (at % 64);
        match len {
            // Such a phrase is found where the text begins so, too, and there the filter says nothing.
            0 => {}
            1 => self.one[key[0] as usize] = true,
            2 | 3 => set(&mut self.two, usize::from(u16::from_le_bytes([key[0], key[1]]))),
            _ => set(&mut self.four, Filter::hash(u32::from_le_bytes(key))),
        }
    }

    fn hash(key: u32) -> usize {
        (key.wrapping_mul(0x9e37_79b1) >> 16) as usize
    }

    /// Whether a phrase may start here.
    #[inline]
    fn may(&self, text: &[u8], start: usize) -> bool {
        let Some(first) = text.get(start..).and_then(|rest| rest.first_chunk::<4>()) else { return true };
        let key = u32::from_le_bytes(*first);
        if key & 0x8080_8080 != 0 || !first[0].is_ascii_alphanumeric() {
            return true;
        }
        let key = key | 0x2020_2020;
        let has = |bits: &[u64; 1024], at: usize| bits[at / 64] >> (at % 64) & 1 != 0;
        self.one[(key & 0xff) as usize]
            || has(&self.two, (key & 0xffff) as usize)
            || has(&self.four, Filter::hash(key))
    }
}

/// The edge that any ending of a word takes; the byte stands in no phrase.
const ENDING: u8 = 2;

/// So many marks that make no difference may stand in a phrase: a vowel sign on every letter.
const MOST_IGNORED: usize = 64;

/// An ending has at most this many letters.
const LONGEST_ENDING: usize = 6;

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Bytes that must follow before the node counts as reached.
    label: (u32, u32),
    edges: (u32, u32),
    values: (u32, u32),
    /// Where any ending leads, `u32::MAX` where the word must end here.
    ending: u32,
}

/// Phrases in the order of the files, as long as nobody has looked for one: collecting them costs a copy, a table of
/// them many times that.
#[derive(Debug)]
pub(crate) struct Phrases<V> {
    /// All of them, one behind the other, and where each ends.
    text: String,
    ends: Vec<(usize, V)>,
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

impl<V> Default for Phrases<V> {
    fn default() -> Self {
        Phrases { text: String::new(), ends: Vec::new(), listed: None, file: String::new() }
    }
}

impl<V: Copy> Phrases<V> {
    pub(crate) fn insert(&mut self, phrase: &str, value: V) {
        if let Some(listed) = &mut self.listed {
            listed.push(Listed { file: self.file.clone(), phrase: phrase.to_owned(), value });
        }
        self.text.push_str(phrase);
        self.ends.push((self.text.len(), value));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, V)> {
        let mut start = 0;
        self.ends.iter().map(move |(end, value)| {
            let phrase = &self.text[start..*end];
            start = *end;
            (phrase, *value)
        })
    }
}

/// A node that still takes edges and values. Both hang in chains within the builder, so that a node costs no memory
/// of its own; `NONE` ends a chain.
#[derive(Debug, Clone, Copy)]
struct Growing {
    /// What leads here.
    byte: u8,
    /// The next node with the same parent.
    sibling: u32,
    /// The first of the nodes that follow this one.
    child: u32,
    /// The first of its values.
    value: u32,
}

const NONE: u32 = u32::MAX;

impl Growing {
    fn new(byte: u8) -> Growing {
        Growing { byte, sibling: NONE, child: NONE, value: NONE }
    }
}

/// Collects phrases before they are frozen into a [`Trie`].
#[derive(Debug)]
pub(crate) struct TrieBuilder<V> {
    nodes: Vec<Growing>,
    /// Values, and the next one of the same node.
    values: Vec<(V, u32)>,
    filter: Filter,
}

impl<V> Default for TrieBuilder<V> {
    fn default() -> Self {
        TrieBuilder { nodes: vec![Growing::new(0)], values: Vec::new(), filter: Filter::new() }
    }
}

impl<V: Copy + PartialEq> TrieBuilder<V> {
    /// Adds a phrase; adding it again with the same value changes nothing.
    pub(crate) fn insert(&mut self, phrase: &str, value: V) {
        self.filter.add(phrase);
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
                node = self.child(node, byte);
            }
        }
        self.add(node, value);
    }

    /// The node that a byte leads to.
    fn child(&mut self, node: usize, byte: u8) -> usize {
        let mut last = None;
        let mut child = self.nodes[node].child;
        while child != NONE {
            let at = child as usize;
            if self.nodes[at].byte == byte {
                return at;
            }
            last = Some(at);
            child = self.nodes[at].sibling;
        }
        let new = self.nodes.len();
        let place = u32::try_from(new).unwrap_or(NONE);
        match last {
            Some(last) => self.nodes[last].sibling = place,
            None => self.nodes[node].child = place,
        }
        self.nodes.push(Growing::new(byte));
        new
    }

    /// Adds a value behind those that the node has: what was listed first is found first.
    fn add(&mut self, node: usize, value: V) {
        let mut last = None;
        let mut next = self.nodes[node].value;
        while next != NONE {
            let at = next as usize;
            if self.values[at].0 == value {
                return;
            }
            last = Some(at);
            next = self.values[at].1;
        }
        let place = u32::try_from(self.values.len()).unwrap_or(NONE);
        match last {
            Some(last) => self.values[last].1 = place,
            None => self.nodes[node].value = place,
        }
        self.values.push((value, NONE));
    }

    /// The finished table.
    pub(crate) fn build(self) -> Trie<V> {
        let mut trie = Trie {
            nodes: Vec::new(),
            bytes: Vec::new(),
            targets: Vec::new(),
            values: Vec::with_capacity(self.values.len()),
            labels: Vec::new(),
            root: Box::new([u32::MAX; 256]),
            filter: self.filter,
        };
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        // Depth first, each node placed before what it leads to; an edge learns its node's place when that comes up.
        let mut waiting: Vec<(u32, Option<usize>)> = vec![(0, None)];
        let mut edges: Vec<(u8, u32)> = Vec::new();
        while let Some((start, edge)) = waiting.pop() {
            let place = at(trie.nodes.len());
            if let Some(edge) = edge {
                trie.targets[edge] = place;
            }
            let label = trie.labels.len();
            let mut growing = self.nodes[start as usize];
            // The root keeps its edges: its table needs them.
            while edge.is_some()
                && growing.value == NONE
                && let Some(only) = self.nodes.get(growing.child as usize)
                && only.sibling == NONE
                && only.byte != ENDING
            {
                trie.labels.push(only.byte);
                growing = *only;
            }
            let first = (trie.bytes.len(), trie.values.len());
            edges.clear();
            let mut child = growing.child;
            while let Some(node) = self.nodes.get(child as usize) {
                edges.push((node.byte, child));
                child = node.sibling;
            }
            edges.sort_unstable();
            trie.bytes.extend(edges.iter().map(|(byte, _)| *byte));
            trie.targets.extend(edges.iter().map(|(_, next)| *next));
            let mut value = growing.value;
            while let Some((one, next)) = self.values.get(value as usize) {
                trie.values.push(*one);
                value = *next;
            }
            for (i, (_, next)) in edges.iter().enumerate().rev() {
                waiting.push((*next, Some(first.0 + i)));
            }
            trie.nodes.push(Node {
                label: (at(label), at(trie.labels.len())),
                edges: (at(first.0), at(trie.bytes.len())),
                values: (at(first.1), at(trie.values.len())),
                ending: u32::MAX,
            });
        }
        for node in &mut trie.nodes {
            let mut edges = node.edges.0 as usize..node.edges.1 as usize;
            node.ending = edges.find(|e| trie.bytes[*e] == ENDING).map_or(u32::MAX, |e| trie.targets[e]);
        }
        for edge in trie.nodes[0].edges.0 as usize..trie.nodes[0].edges.1 as usize {
            trie.root[trie.bytes[edge] as usize] = trie.targets[edge];
        }
        trie
    }
}

impl<V: Copy> Trie<V> {
    /// Calls `found(end, value)` for every phrase that starts at byte `start`.
    #[inline]
    pub(crate) fn walk(&self, text: &str, start: usize, mut found: impl FnMut(usize, V)) {
        if self.filter.may(text.as_bytes(), start) {
            self.walk_from(Place { node: 0, label: &[] }, text, start, &mut found);
        }
    }

    /// As [`Trie::walk`], for a word whose beginning `restored` is not written.
    pub(crate) fn walk_behind(
        &self,
        restored: &str,
        text: &str,
        start: usize,
        mut found: impl FnMut(usize, V),
    ) {
        let mut place = Place { node: 0, label: &[] };
        if restored.bytes().all(|byte| self.step(&mut place, byte)) {
            self.walk_from(place, text, start, &mut found);
        }
    }

    #[inline]
    fn walk_from<'t>(&'t self, from: Place<'t>, text: &str, start: usize, found: &mut impl FnMut(usize, V)) {
        let bytes = text.as_bytes();
        let mut place = from;
        let mut at = start;
        let mut ignored = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_graphic() {
                if !self.step(&mut place, byte.to_ascii_lowercase()) {
                    return;
                }
                at += 1;
            } else {
                let (folded, next_at) = fold(text, at);
                at = next_at;
                if folded == IGNORED {
                    // No phrase begins with such marks, and a row of them ends every one.
                    ignored += 1;
                    if ignored > MOST_IGNORED || place.node == 0 && place.label.is_empty() {
                        return;
                    }
                    continue;
                }
                let mut buffer = [0; 4];
                for &byte in folded.encode_utf8(&mut buffer).as_bytes() {
                    if !self.step(&mut place, byte) {
                        return;
                    }
                }
            }
            if place.label.is_empty() {
                let Node { values, ending, .. } = self.nodes[place.node as usize];
                self.values(values).for_each(|value| found(at, value));
                if ending != u32::MAX {
                    self.walk_ending(ending, text, at, found);
                }
            }
        }
    }

    /// Goes on behind the word that `at` is in, where it ends soon.
    #[cold]
    fn walk_ending(&self, node: u32, text: &str, at: usize, found: &mut impl FnMut(usize, V)) {
        let rest = &text[at..];
        let letters = rest.chars().take_while(|c| c.is_alphabetic()).take(LONGEST_ENDING + 1);
        let (count, end) = letters.fold((0, 0), |(n, bytes), c| (n + 1, bytes + c.len_utf8()));
        if count <= LONGEST_ENDING {
            let at = at + end;
            let place = self.place(node);
            if place.label.is_empty() {
                self.values(self.nodes[node as usize].values).for_each(|value| found(at, value));
            }
            // The word has ended, so only what is not a letter leads on: this does not come back here at once.
            self.walk_from(place, text, at, found);
        }
    }

    fn values(&self, (from, to): (u32, u32)) -> impl Iterator<Item = V> {
        self.values[from as usize..to as usize].iter().copied()
    }

    /// Follows a byte; `false` where nothing goes on with it.
    #[inline(always)]
    fn step<'t>(&'t self, place: &mut Place<'t>, byte: u8) -> bool {
        if let [next, rest @ ..] = place.label {
            place.label = rest;
            return *next == byte;
        }
        let to = if place.node == 0 {
            self.root[byte as usize]
        } else {
            let (from, to) = self.nodes[place.node as usize].edges;
            let edge = self.bytes[from as usize..to as usize].iter().position(|b| *b == byte);
            edge.map_or(u32::MAX, |e| self.targets[from as usize + e])
        };
        if to == u32::MAX {
            return false;
        }
        *place = self.place(to);
        true
    }

    /// A node that was just entered.
    #[inline]
    fn place(&self, node: u32) -> Place<'_> {
        let (from, to) = self.nodes[node as usize].label;
        Place { node, label: &self.labels[from as usize..to as usize] }
    }
}

/// A node, and what of its label has not been met yet.
struct Place<'t> {
    node: u32,
    label: &'t [u8],
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
        // Control characters are no letters; one of them has a meaning in the table.
        _ if c.is_control() => char::REPLACEMENT_CHARACTER,
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        'ё' | 'Ё' => 'е',
        // Ways to write one Chinese character, by country and by hand.
        '恒' => '恆',
        '臺' => '台',
        '衞' => '衛',
        '説' => '說',
        '税' => '稅',
        '戸' | '户' => '戶',
        '産' => '產',
        '着' => '著',
        '裏' => '裡',
        '峯' => '峰',
        '羣' => '群',
        '綫' => '線',
        '爲' => '為',
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
