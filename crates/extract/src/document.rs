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
    /// What the article is called, in its metadata or at its top; context for the passages, never a claim by itself.
    pub title: Option<String>,
    /// The readable text: what a person would read, in order; blocks refer to it.
    pub text: String,
    /// Where each piece of the text stands in the file.
    pub map: ByteMap,
    /// The text's passages, in order, without overlap.
    pub blocks: Vec<Block>,
    /// Made from a file whose bytes are no text (a PDF): spans count in [`Document::text`], where a form feed
    /// parts the pages.
    pub paged: bool,
    /// The country it was written in or for, by its code (ISO 3166), where its language's tag or its source's address
    /// says so.
    pub region: Option<String>,
}

impl Document {
    /// What the spans of its claims count in: the bytes as received, or the text where those are none.
    pub fn quotable<'a>(&'a self, bytes: &'a [u8]) -> &'a [u8] {
        if self.paged { self.text.as_bytes() } else { bytes }
    }

    /// Takes over what is known of the article beside its text: it outranks what the text says of itself, and times
    /// without a year are told from it.
    pub fn know(&mut self, source: Option<&str>, published: Option<&str>) {
        if let Some(source) = source {
            self.record.source = Some(source.to_owned());
            self.region = self.region.take().or_else(|| crate::read::country_of_host(source));
        }
        if let Some(published) = published {
            self.record.published = Some(published.to_owned());
        }
    }

    /// The page, from 1, that a place of the text is on, where there are pages.
    pub fn page(&self, at: usize) -> Option<usize> {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        self.paged.then(|| memchr::memchr_iter(b'\x0c', before).count() + 1)
    }
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

/// `count` units of `text_step` bytes each, made from units of `raw_step` bytes each: a verbatim run has steps
/// of 1, a Cyrillic word of a single-byte encoding 2 and 1, a character reference is one unit. Small, because a
/// file in a legacy encoding needs a few pieces per line.
#[derive(Debug, Clone, Copy)]
struct Piece {
    text: u32,
    raw: u32,
    count: u32,
    text_step: u32,
    raw_step: u32,
}

impl Piece {
    fn text_end(self) -> usize {
        self.text as usize + self.count as usize * self.text_step as usize
    }

    fn raw_end(self) -> usize {
        self.raw as usize + self.count as usize * self.raw_step as usize
    }

    /// The whole units before a position of the text inside the piece, and whether it cuts a unit.
    fn units_before(self, text: usize) -> (usize, bool) {
        let inside = text.saturating_sub(self.text as usize);
        if inside >= self.count as usize * self.text_step as usize {
            return (self.count as usize, false);
        }
        (inside / self.text_step as usize, !inside.is_multiple_of(self.text_step as usize))
    }
}

impl ByteMap {
    /// Positions beyond this many bytes cannot be mapped; only a map without pieces reaches further.
    pub(crate) const LIMIT: usize = u32::MAX as usize;

    /// Declares that the next `text_len` bytes of the text come from `raw`; pieces are pushed in text order.
    pub fn push(&mut self, text_len: usize, raw: Range<usize>) {
        if text_len == raw.len() {
            self.push_units(text_len, 1, raw.start, 1);
        } else {
            self.push_units(1, text_len, raw.start, raw.len());
        }
    }

    /// Declares that the next `count` units of `text_step` bytes come from units of `raw_step` bytes from `raw` on.
    pub(crate) fn push_units(&mut self, count: usize, text_step: usize, raw: usize, raw_step: usize) {
        if count == 0 || text_step == 0 {
            return;
        }
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let text = self.pieces.last().map_or(0, |p| p.text_end());
        if let Some(last) = self.pieces.last_mut()
            && (last.text_step as usize, last.raw_step as usize) == (text_step, raw_step)
            && raw_step > 0
            && last.raw_end() == raw
        {
            last.count += narrow(count);
            return;
        }
        self.pieces.push(Piece {
            text: narrow(text),
            raw: narrow(raw),
            count: narrow(count),
            text_step: narrow(text_step),
            raw_step: narrow(raw_step),
        });
    }

    /// Forgets everything from a position of the text on.
    pub(crate) fn truncate(&mut self, text: usize) {
        while let Some(last) = self.pieces.last_mut() {
            if last.text as usize >= text {
                self.pieces.pop();
                continue;
            }
            last.count = u32::try_from(last.units_before(text).0).unwrap_or(u32::MAX).max(1);
            return;
        }
    }

    /// Appends the way of `range` in this map's text to a map built on top of it.
    pub(crate) fn copy_into(&self, range: Range<usize>, above: &mut ByteMap) {
        if self.pieces.is_empty() {
            above.push_units(range.len(), 1, range.start, 1);
            return;
        }
        let first = self.pieces.partition_point(|p| p.text_end() <= range.start);
        for piece in self.pieces[first..].iter().take_while(|p| (p.text as usize) < range.end) {
            let (from, to) = (range.start.max(piece.text as usize), range.end.min(piece.text_end()));
            let (skipped, cut_front) = piece.units_before(from);
            let (kept, cut_back) = piece.units_before(to);
            let raw = piece.raw as usize + skipped * piece.raw_step as usize;
            if cut_front || cut_back {
                let span = self.raw(from..to);
                above.push(to - from, span.start..span.end);
            } else {
                above.push_units(kept - skipped, piece.text_step as usize, raw, piece.raw_step as usize);
            }
        }
    }

    /// The bytes of the file that a range of the text was made from.
    pub fn raw(&self, range: Range<usize>) -> Span {
        if self.pieces.is_empty() {
            return Span { start: range.start, end: range.end };
        }
        let start = self.raw_start(range.start);
        Span { start, end: self.raw_end(range.end).max(start) }
    }

    fn raw_start(&self, text: usize) -> usize {
        // The piece that has the byte, or the last one.
        let i = self.pieces.partition_point(|p| p.text_end() <= text).min(self.pieces.len() - 1);
        let p = self.pieces[i];
        p.raw as usize + p.units_before(text).0 * p.raw_step as usize
    }

    fn raw_end(&self, text: usize) -> usize {
        let i = self.pieces.partition_point(|p| (p.text as usize) < text).saturating_sub(1);
        let p = self.pieces[i];
        let (whole, cut) = p.units_before(text);
        p.raw as usize + (whole + usize::from(cut)) * p.raw_step as usize
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
    fn runs_of_equal_characters_map_character_by_character() {
        // file: five Cyrillic letters and "ab" in a single-byte encoding, two bytes each in the text
        let mut map = ByteMap::default();
        for letter in 0..5 {
            map.push(2, letter..letter + 1);
        }
        map.push(2, 5..7);
        assert_eq!(map.pieces.len(), 2);
        for (text, raw) in [(0..2, 0..1), (2..6, 1..3), (3..5, 1..3), (8..12, 4..7), (10..11, 5..6)] {
            assert_eq!(map.raw(text.clone()), Span { start: raw.start, end: raw.end }, "{text:?}");
        }
        let mut above = ByteMap::default();
        map.copy_into(4..11, &mut above);
        assert_eq!(above.raw(0..7), Span { start: 2, end: 6 });
        assert_eq!(above.raw(2..4), Span { start: 3, end: 4 });
        above.truncate(4);
        above.push(1, 9..12);
        assert_eq!(above.raw(2..5), Span { start: 3, end: 12 });
    }

    #[test]
    fn an_empty_map_is_the_identity() {
        assert_eq!(ByteMap::default().raw(3..7), Span { start: 3, end: 7 });
    }
}
