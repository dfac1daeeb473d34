//! A document: an article made readable, with the way back to its bytes.

use std::ops::Range;

use consilience_claim::{DocumentRecord, Span};

/// An article as received.
#[derive(Debug, Clone, Copy)]
pub struct Article<'a> {
    /// Its name in every output; the ending (`.html`, `.md`, `.txt`) tells how to read it, unless the bytes say otherwise.
    pub doc: &'a str,
    /// The bytes, untouched.
    pub bytes: &'a [u8],
}

/// An article made readable.
#[derive(Debug, Clone)]
pub struct Document {
    /// Metadata, problems and traces.
    pub record: DocumentRecord,
    /// The readable text: what a person would read, in order; blocks refer to it.
    pub text: String,
    /// Where each piece of the text stands in the file.
    pub map: ByteMap,
    /// The text's passages, in order, without overlap.
    pub blocks: Vec<Block>,
}

/// A passage: paragraph, heading, list item or table cell, in one language.
#[derive(Debug, Clone)]
pub struct Block {
    /// Byte range in [`Document::text`].
    pub range: Range<usize>,
    /// What it is.
    pub kind: BlockKind,
    /// Language code as in `data/lang/`; `None` where none of those fits.
    pub lang: Option<String>,
    /// The earlier block (by index) that this one repeats word for word, where the file prints a text twice.
    pub repeat_of: Option<usize>,
}

/// What a passage is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// The title of the document.
    Title,
    /// A heading; the number is its level, 1 to 6.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A cell of a table with the headers that apply to it, outermost first.
    Cell {
        /// Headers of its row.
        row: Vec<String>,
        /// Headers of its column.
        column: Vec<String>,
        /// Caption of the table.
        caption: Option<String>,
    },
    /// Menus, cookie boxes, counters, related articles: never a claim.
    Furniture,
}

/// Maps byte positions of the readable text to byte positions of the file as received.
///
/// Piecewise: a run copied byte for byte maps byte for byte; any other piece (a decoded character, a
/// character reference) maps as a whole. Empty means that text and file are the same bytes.
#[derive(Debug, Clone, Default)]
pub struct ByteMap {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    text: usize,
    raw: usize,
    raw_len: usize,
    text_len: usize,
}

impl ByteMap {
    /// Declares that the next `text_len` bytes of the text come from `raw`; pieces are pushed in text order.
    pub fn push(&mut self, text_len: usize, raw: Range<usize>) {
        let text = self.pieces.last().map_or(0, |p| p.text + p.text_len);
        let verbatim = text_len == raw.len();
        if let Some(last) = self.pieces.last_mut() {
            let last_verbatim = last.text_len == last.raw_len;
            if verbatim && last_verbatim && last.raw + last.raw_len == raw.start {
                last.text_len += text_len;
                last.raw_len += text_len;
                return;
            }
        }
        self.pieces.push(Piece { text, raw: raw.start, raw_len: raw.len(), text_len });
    }

    /// The bytes of the file that a range of the text was made from.
    pub fn raw(&self, range: Range<usize>) -> Span {
        if self.pieces.is_empty() {
            return Span { start: range.start, end: range.end };
        }
        Span { start: self.raw_start(range.start), end: self.raw_end(range.end).max(self.raw_start(range.start)) }
    }

    fn raw_start(&self, text: usize) -> usize {
        // The last piece that starts at or before the position; of empty pieces the one that has the byte.
        let i = self.pieces.partition_point(|p| p.text + p.text_len <= text).min(self.pieces.len() - 1);
        let p = self.pieces[i];
        let inside = text.saturating_sub(p.text);
        if p.text_len == p.raw_len { p.raw + inside.min(p.raw_len) } else { p.raw }
    }

    fn raw_end(&self, text: usize) -> usize {
        let i = self.pieces.partition_point(|p| p.text < text).saturating_sub(1);
        let p = self.pieces[i];
        let inside = text.saturating_sub(p.text);
        if p.text_len == p.raw_len { p.raw + inside.min(p.raw_len) } else { p.raw + p.raw_len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_map_back_to_the_file() {
        // file:  "<b>3&nbsp;2</b>"   text: "3\u{a0}2"
        let mut map = ByteMap::default();
        map.push(1, 3..4);
        map.push(2, 4..10);
        map.push(1, 10..11);
        for (text, raw) in [(0..1, 3..4), (1..3, 4..10), (0..4, 3..11), (3..4, 10..11), (0..3, 3..10)] {
            let span = map.raw(text.clone());
            assert_eq!((span.start, span.end), (raw.start, raw.end), "{text:?}");
        }
    }

    #[test]
    fn an_empty_map_is_the_identity() {
        assert_eq!(ByteMap::default().raw(3..7), Span { start: 3, end: 7 });
    }
}
