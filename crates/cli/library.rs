//! Finds the words of a claim again, for excerpts: documents are read a second time, only those shown.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use consilience_claim::Span;
use consilience_extract::{Article, Block, BlockKind, ByteMap, Lexicon, read};
use consilience_report::safe::boundary_before;
use consilience_report::{Part, PartKind, Passage, Reading, Sources};

use crate::guard::guarded;

/// Where the bytes of a document lie.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A file.
    File(PathBuf),
    /// The `text` of a line of a JSON Lines file that starts at this byte.
    Line(PathBuf, u64),
    /// Read from standard input, which cannot be read twice.
    Kept(Vec<u8>),
}

impl Place {
    /// The bytes, or `None` where they are gone or no longer what they were.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Place::File(path) => std::fs::read(path).ok(),
            Place::Line(path, offset) => {
                let mut file = BufReader::new(File::open(path).ok()?);
                file.seek(SeekFrom::Start(*offset)).ok()?;
                let mut line = String::new();
                file.read_line(&mut line).ok()?;
                let value: serde_json::Value = serde_json::from_str(&line).ok()?;
                Some(value.get("text")?.as_str()?.as_bytes().to_vec())
            }
            Place::Kept(bytes) => Some(bytes.clone()),
        }
    }
}

/// The documents of a run.
pub(crate) struct Library<'a> {
    pub(crate) places: BTreeMap<String, Place>,
    /// Documents that are filings: their words are found in the bytes, for they are no prose.
    pub(crate) filings: BTreeSet<String>,
    pub(crate) lexicon: &'a Lexicon,
    /// The documents looked at last; excerpts of one document tend to stand together.
    open: RefCell<VecDeque<(String, Option<Rc<Open>>)>>,
}

struct Open {
    bytes: Vec<u8>,
    text: String,
    map: ByteMap,
    blocks: Vec<Block>,
    /// Bytes where lines start; empty for UTF-16, whose lines are counted in the text.
    lines: Vec<usize>,
    /// The last column asked for, since columns of one long line are asked for in order.
    last: RefCell<(usize, usize, usize)>,
}

const KEPT_OPEN: usize = 8;

/// A passage holds at most so many bytes on either side of the words.
const CONTEXT: usize = 4_000;

impl<'a> Library<'a> {
    pub(crate) fn new(lexicon: &'a Lexicon) -> Library<'a> {
        Library { places: BTreeMap::new(), filings: BTreeSet::new(), lexicon, open: RefCell::default() }
    }

    fn document(&self, doc: &str) -> Option<Rc<Open>> {
        let mut open = self.open.borrow_mut();
        if let Some(at) = open.iter().position(|(name, _)| name == doc) {
            let entry = open.remove(at)?;
            open.push_front(entry);
            return open.front()?.1.clone();
        }
        let found = self.places.get(doc).and_then(Place::bytes).and_then(|bytes| {
            if self.filings.contains(doc) {
                return Some(Rc::new(Open::new(bytes, String::new(), ByteMap::default(), Vec::new())));
            }
            let document = guarded(doc, || read(&Article { doc, bytes: &bytes }, self.lexicon)).ok()?;
            let bytes = if document.paged { document.text.clone().into_bytes() } else { bytes };
            Some(Rc::new(Open::new(bytes, document.text, document.map, document.blocks)))
        });
        open.push_front((doc.to_owned(), found));
        open.truncate(KEPT_OPEN);
        open.front()?.1.clone()
    }
}

impl Sources for Library<'_> {
    fn passage(&self, doc: &str, span: Span) -> Option<Passage> {
        let open = self.document(doc)?;
        (span.start <= span.end && span.end <= open.bytes.len()).then(|| open.passage(span))
    }

    fn file(&self, doc: &str) -> Option<consilience_report::Place> {
        let Place::File(path) = self.places.get(doc)? else { return None };
        let here = std::env::current_dir().ok();
        let below = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
        let below = below.strip_prefix("./").unwrap_or(below);
        let name = |path: &std::path::Path| path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        let absolute = std::path::absolute(path).ok()?;
        Some(consilience_report::Place { path: name(below), absolute: name(&absolute) })
    }

    fn reading(&self, doc: &str, spans: &[Span]) -> Option<Reading> {
        let open = self.document(doc)?;
        // A filing is tagged figures and no prose.
        (!open.text.is_empty()).then(|| open.reading(spans))
    }
}

impl Open {
    /// Lines and columns are those of the text where the bytes are none.
    fn new(bytes: Vec<u8>, text: String, map: ByteMap, blocks: Vec<Block>) -> Open {
        let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let starts = memchr::memchr_iter(b'\n', &bytes).map(|i| i + 1);
        let lines = if wide { Vec::new() } else { std::iter::once(0).chain(starts).collect() };
        Open { bytes, text, map, blocks, lines, last: RefCell::default() }
    }

    fn passage(&self, span: Span) -> Passage {
        let (text, mark) = self.readable(span).unwrap_or_else(|| self.raw(span));
        let (line, column) = self.place(span.start);
        Passage { line, column, text, mark }
    }

    /// The words in the readable text, with their block or line around them.
    fn readable(&self, span: Span) -> Option<(String, Range<usize>)> {
        let Range { start, end } = self.in_text(span)?;
        let around = self.blocks[..self.blocks.partition_point(|b| b.range.start <= start)]
            .last()
            .filter(|b| b.range.end >= end)
            .map(|b| b.range.clone())
            .unwrap_or_else(|| {
                let line = memchr::memrchr(b'\n', &self.text.as_bytes()[..start]).map_or(0, |i| i + 1);
                let next =
                    memchr::memchr(b'\n', &self.text.as_bytes()[end..]).map_or(self.text.len(), |i| end + i);
                line..next
            });
        let from = boundary_before(&self.text, around.start.max(start.saturating_sub(CONTEXT)));
        let to = boundary_before(&self.text, around.end.min(end.saturating_add(CONTEXT)));
        Some((self.text.get(from..to)?.to_owned(), start - from..end - from))
    }

    /// Where the words stand in the readable text, if they do.
    fn in_text(&self, span: Span) -> Option<Range<usize>> {
        let start = first(self.text.len(), |t| self.map.raw(t..t).start >= span.start);
        let end = first(self.text.len(), |t| self.map.raw(0..t).end >= span.end).max(start);
        let (start, end) = (boundary_before(&self.text, start), boundary_before(&self.text, end));
        let found = self.map.raw(start..end) == span && (start < end || span.start == span.end);
        found.then_some(start..end)
    }

    fn reading(&self, spans: &[Span]) -> Reading {
        let part = |(i, block): (usize, &Block)| Part {
            range: block.range.clone(),
            kind: self.kind(i),
            lang: block.lang.clone(),
        };
        Reading {
            parts: self.blocks.iter().enumerate().map(part).collect(),
            marks: spans.iter().map(|span| self.in_text(*span)).collect(),
            text: self.text.clone(),
        }
    }

    fn kind(&self, block: usize) -> PartKind {
        match &self.blocks[block].kind {
            BlockKind::Title | BlockKind::Heading(_) => PartKind::Heading,
            BlockKind::Paragraph => PartKind::Paragraph,
            BlockKind::ListItem => PartKind::Item,
            BlockKind::Furniture => PartKind::Furniture,
            // A cell that heads its row starts it; so does the first of a table.
            BlockKind::Cell { .. } => {
                let cell = |at: usize| match self.blocks.get(at).map(|b| &b.kind) {
                    Some(BlockKind::Cell { row, .. }) => Some(row),
                    _ => None,
                };
                let text = &self.text[self.blocks[block].range.clone()];
                let heads = cell(block + 1).is_some_and(|row| row.iter().any(|head| head == text.trim()));
                let first = block.checked_sub(1).and_then(cell).is_none();
                if heads || first { PartKind::RowStart } else { PartKind::Cell }
            }
        }
    }

    /// The words in the bytes, where the readable text does not hold them.
    fn raw(&self, span: Span) -> (String, Range<usize>) {
        let from = memchr::memrchr(b'\n', &self.bytes[..span.start]).map_or(0, |i| i + 1);
        let from = from.max(span.start.saturating_sub(CONTEXT));
        let to = memchr::memchr(b'\n', &self.bytes[span.end..]).map_or(self.bytes.len(), |i| span.end + i);
        let to = to.min(span.end.saturating_add(CONTEXT));
        let mut text = String::from_utf8_lossy(&self.bytes[from..span.start]).into_owned();
        let start = text.len();
        text.push_str(&String::from_utf8_lossy(&self.bytes[span.start..span.end]));
        let end = text.len();
        text.push_str(&String::from_utf8_lossy(&self.bytes[span.end..to]));
        (text, start..end)
    }

    /// Line and column, from 1; columns count characters.
    fn place(&self, offset: usize) -> (usize, usize) {
        if self.lines.is_empty() {
            let at = first(self.text.len(), |t| self.map.raw(t..t).start >= offset);
            let before = &self.text[..boundary_before(&self.text, at)];
            let line = before.rfind('\n').map_or(0, |i| i + 1);
            return (
                memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
                before[line..].chars().count() + 1,
            );
        }
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[line - 1];
        let mut last = self.last.borrow_mut();
        let (from, counted) = if last.0 == line && last.1 <= offset { (last.1, last.2) } else { (start, 0) };
        // Bytes that continue a character are no columns, nor is a byte order mark.
        let mark = if from == 0 && self.bytes.starts_with(b"\xef\xbb\xbf") { 1 } else { 0 };
        let characters = self.bytes[from..offset].iter().filter(|b| **b & 0xc0 != 0x80).count();
        let column = counted + characters.saturating_sub(mark);
        *last = (line, offset, column);
        (line, column + 1)
    }
}

/// The first position for which a condition holds that once true stays true.
fn first(end: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
