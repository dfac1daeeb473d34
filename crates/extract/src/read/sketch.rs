//! Traces of a text that survive copying and cutting: a bottom-k sketch (Cohen & Kaplan 2007) of its shingles,
//! and the passages that one file prints twice.

use std::collections::HashMap;

use consilience_claim::Fingerprint;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::words::{is_word_char, push_lower};
use crate::document::{Block, BlockKind};
use crate::language::is_unspaced;

/// How many hashes a sketch keeps.
const KEPT: usize = 256;
/// Up to so many distinct shingles are counted; beyond, their number is estimated with an error of about 1 %.
const COUNTED: usize = 8192;
/// Words of a shingle, and characters where no blanks part the words.
const WORDS: usize = 4;
const CHARS: usize = 6;
/// Shorter passages recur by chance: in letters, of which a syllable or an ideograph says two.
const REPEAT_AT_LEAST: usize = 40;

/// The sketch of what the blocks say, furniture and repeats left out; other fields stay empty.
pub(super) fn fingerprint(text: &str, blocks: &[Block]) -> Fingerprint {
    let mut smallest = Smallest::default();
    let (mut words, mut chars) = (Window::<WORDS>::default(), Window::<CHARS>::default());
    let mut wide = String::new();
    for block in blocks.iter().filter(|b| b.kind != BlockKind::Furniture && b.repeat_of.is_none()) {
        let passage = &text[block.range.clone()];
        let bytes = passage.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !is_word_byte(bytes[at]) {
                at += 1;
                continue;
            }
            let start = at;
            let mut all = 0;
            while at < bytes.len() && is_word_byte(bytes[at]) {
                all |= bytes[at];
                at += 1;
            }
            if all < 0x80 {
                smallest.add(words.push(hash_ascii(&bytes[start..at])));
                continue;
            }
            // Letters beyond ASCII stand together with punctuation beyond ASCII.
            for word in passage[start..at].split(|c: char| !is_word_char(c)).filter(|w| !w.is_empty()) {
                if word.chars().next().is_some_and(is_unspaced) {
                    for c in word.chars() {
                        smallest.add(chars.push(u64::from(c)));
                    }
                } else if word.is_ascii() {
                    smallest.add(words.push(hash_ascii(word.as_bytes())));
                } else {
                    wide.clear();
                    push_lower(word, &mut wide);
                    smallest.add(words.push(xxh3_64(wide.as_bytes())));
                }
            }
        }
    }
    let (sketch, shingles) = smallest.finish();
    Fingerprint { sketch, shingles, ..Fingerprint::default() }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn hash_ascii(word: &[u8]) -> u64 {
    let mut lower = [0u8; 32];
    match lower.get_mut(..word.len()) {
        Some(slot) => {
            slot.copy_from_slice(word);
            slot.make_ascii_lowercase();
            xxh3_64(slot)
        }
        None => xxh3_64(&word.to_ascii_lowercase()),
    }
}

/// The last `N` words, as hashes.
struct Window<const N: usize> {
    last: [u64; N],
    filled: usize,
}

impl<const N: usize> Default for Window<N> {
    fn default() -> Self {
        Window { last: [0; N], filled: 0 }
    }
}

impl<const N: usize> Window<N> {
    /// Takes in the next word and gives the hash of the shingle that it ends.
    fn push(&mut self, word: u64) -> Option<u64> {
        self.last.rotate_left(1);
        self.last[N - 1] = word;
        self.filled += 1;
        if self.filled < N {
            return None;
        }
        let mut bytes = [[0u8; 8]; N];
        for (slot, word) in bytes.iter_mut().zip(self.last) {
            *slot = word.to_le_bytes();
        }
        Some(xxh3_64(bytes.as_flattened()))
    }
}

/// The smallest distinct hashes of a stream.
#[derive(Default)]
struct Smallest {
    hashes: Vec<u64>,
    /// Nothing from here on is among the smallest.
    limit: Option<u64>,
}

impl Smallest {
    fn add(&mut self, hash: Option<u64>) {
        let Some(hash) = hash else { return };
        if self.limit.is_some_and(|limit| hash >= limit) {
            return;
        }
        self.hashes.push(hash);
        if self.hashes.len() >= 4 * COUNTED {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        if self.hashes.len() > COUNTED {
            self.limit = Some(self.hashes[COUNTED]);
            self.hashes.truncate(COUNTED);
        }
    }

    fn finish(mut self) -> (Vec<u64>, u32) {
        self.shrink();
        let shingles = match (self.limit, self.hashes.last()) {
            // As many hashes lie below the largest kept one as its share of all hashes tells.
            (Some(_), Some(largest)) => ((COUNTED as u128 - 1) << 64) / (u128::from(*largest) + 1),
            _ => self.hashes.len() as u128,
        };
        self.hashes.truncate(KEPT);
        (self.hashes, u32::try_from(shingles).unwrap_or(u32::MAX))
    }
}

/// Marks the blocks that say word for word what an earlier block of the file says. A short passage recurs by
/// chance, so it counts only between passages that recur in the same order.
pub(super) fn mark_repeats(text: &str, blocks: &mut [Block]) {
    let mut seen: HashMap<u128, usize> = HashMap::new();
    let mut buffer = String::new();
    for i in 0..blocks.len() {
        if blocks[i].range.len() < REPEAT_AT_LEAST {
            continue;
        }
        normalise(&text[blocks[i].range.clone()], &mut buffer);
        let said = buffer.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 });
        if said.take(REPEAT_AT_LEAST).sum::<usize>() < REPEAT_AT_LEAST {
            continue;
        }
        let first = *seen.entry(xxh3_128(buffer.as_bytes())).or_insert(i);
        blocks[i].repeat_of = (first != i).then_some(first);
    }
    let mut other = String::new();
    let mut same = |a: &Block, b: &Block| {
        normalise(&text[a.range.clone()], &mut buffer);
        normalise(&text[b.range.clone()], &mut other);
        buffer == other
    };
    // Forwards: what follows a repeat and is the same as what followed there. Backwards: what no repeat follows is taken back.
    let mut inherited = Vec::new();
    for i in 1..blocks.len() {
        let Some(before) = blocks[i - 1].repeat_of.filter(|_| blocks[i].repeat_of.is_none()) else {
            continue;
        };
        if before + 1 < i && same(&blocks[before + 1], &blocks[i]) {
            blocks[i].repeat_of = Some(before + 1);
            inherited.push(i);
        }
    }
    for i in inherited.into_iter().rev() {
        let follows =
            |next: &Block| next.repeat_of.is_some() && next.repeat_of == blocks[i].repeat_of.map(|r| r + 1);
        if blocks.get(i + 1).is_some_and(|next| !follows(next)) {
            blocks[i].repeat_of = None;
        }
    }
}

/// Lower case, one blank for many.
fn normalise(passage: &str, into: &mut String) {
    into.clear();
    for word in passage.split_whitespace() {
        if !into.is_empty() {
            into.push(' ');
        }
        if word.is_ascii() {
            let from = into.len();
            into.push_str(word);
            into[from..].make_ascii_lowercase();
        } else {
            push_lower(word, into);
        }
    }
}
