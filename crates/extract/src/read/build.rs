//! Building a readable text out of pieces of a decoded one.

use std::ops::Range;

use crate::document::{Block, BlockKind, ByteMap};

/// A text in the making: every piece is either copied from the decoded text or put in place of a part of it, so
/// that each byte knows where in the file it comes from.
pub(super) struct Builder<'a> {
    pub(super) source: &'a str,
    below: &'a ByteMap,
    pub(super) text: String,
    map: ByteMap,
    pub(super) blocks: Vec<Block>,
    /// Where the open block starts.
    open: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a str, below: &'a ByteMap) -> Builder<'a> {
        Builder {
            source,
            below,
            text: String::with_capacity(source.len() / 2),
            map: ByteMap::default(),
            blocks: Vec::new(),
            open: 0,
        }
    }

    /// Copies a part of the source.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        self.text.push_str(&self.source[range.clone()]);
        self.below.copy_into(range, &mut self.map);
    }

    /// Puts `text` in place of a part of the source.
    pub(super) fn put(&mut self, text: &str, range: Range<usize>) {
        if !text.is_empty() {
            let raw = self.below.raw(range);
            self.text.push_str(text);
            self.map.push_units(1, text.len(), raw.start, raw.end - raw.start);
        }
    }

    /// Copies running text: a run of blanks becomes one, none at the start of a block.
    pub(super) fn flow(&mut self, range: Range<usize>) {
        let source = self.source;
        let mut at = range.start;
        while at < range.end {
            let rest = &source[at..range.end];
            let word = rest.bytes().position(is_blank).unwrap_or(rest.len());
            // A single blank between words stays in the run.
            let mut end = word;
            let bytes = rest.as_bytes();
            while end < bytes.len()
                && bytes[end] == b' '
                && bytes.get(end + 1).is_some_and(|b| !is_blank(*b))
                && end > 0
            {
                end += 1;
                end += rest[end..].bytes().position(is_blank).unwrap_or(rest.len() - end);
            }
            if end > 0 {
                self.copy(at..at + end);
                at += end;
                continue;
            }
            let blanks = rest.bytes().position(|b| !is_blank(b)).unwrap_or(rest.len());
            self.space(at..at + blanks);
            at += blanks;
        }
    }

    /// A blank between words, unless there is one already or the block is empty.
    pub(super) fn space(&mut self, range: Range<usize>) {
        if !self.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.put(" ", range);
        }
    }

    /// A line break inside a block.
    pub(super) fn line_break(&mut self, range: Range<usize>) {
        if !self.is_empty() && !self.text.ends_with('\n') {
            self.put("\n", range);
        }
    }

    /// Whether nothing stands in the open block yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.len() == self.open
    }

    /// What stands in the open block.
    pub(super) fn open_text(&self) -> &str {
        &self.text[self.open..]
    }

    /// Takes back what was added since the text had this length.
    pub(super) fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        self.map.truncate(len);
    }

    /// Sets a text that stands nowhere in the source before what was added since the text had this length.
    pub(super) fn insert(&mut self, len: usize, text: &str) {
        let after = self.text.split_off(len);
        let mut map = ByteMap::default();
        self.map.copy_into(len..len + after.len(), &mut map);
        self.map.truncate(len);
        self.map.push_units(1, text.len(), map.raw(0..1).start, 0);
        map.copy_into(0..after.len(), &mut self.map);
        self.text.push_str(text);
        self.text.push_str(&after);
    }

    /// Ends the open block at this place of the source; nothing happens where it holds no words.
    pub(super) fn close(&mut self, kind: BlockKind, at: usize) -> Option<usize> {
        let range = trimmed(&self.text, self.open..self.text.len());
        if range.is_empty() {
            self.truncate(self.open);
            return None;
        }
        self.blocks.push(Block { range, kind, lang: None, repeat_of: None });
        self.put("\n", at..at);
        self.open = self.text.len();
        Some(self.blocks.len() - 1)
    }

    pub(super) fn finish(self) -> (String, ByteMap, Vec<Block>) {
        (self.text, self.map, self.blocks)
    }
}

/// White space of HTML and Markdown; a no-break space is a character of the text.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 12)
}

/// A range of a text without the blanks at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    start..end.max(start)
}
