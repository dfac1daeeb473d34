//! Plain text: paragraphs, headings and the lines that are neither.

use std::ops::Range;

use super::build::trimmed;
use super::furniture;
use super::words::{is_short, words_up_to};
use super::{Metadata, dates};
use crate::document::{Block, BlockKind};
use crate::language::is_unspaced;

/// Within so many lines from the top a line with nothing but a date or a source says so of the whole text.
const TOP_LINES: usize = 15;
/// A title has no more words than this.
const TITLE_WORDS: usize = 30;
/// A heading inside the text has no more words than this.
const HEADING_WORDS: usize = 12;
/// Lines wrapped by hand are between these many bytes long.
const WRAPPED: Range<usize> = 40..110;

/// Words before a colon that name the source; data.
const SOURCE_LABELS: &[&str] = &[
    "source",
    "sources",
    "sumber",
    "quelle",
    "fuente",
    "fonte",
    "bron",
    "źródło",
    "источник",
    "джерело",
    "来源",
    "來源",
    "出典",
    "출처",
];

/// A passage in the making, with what its neighbours need to know of it.
pub(super) struct Draft {
    pub(super) range: Range<usize>,
    pub(super) kind: BlockKind,
    /// A blank line stands before it.
    pub(super) apart: bool,
    /// Which line of the text it starts in, counted from 0.
    pub(super) line: usize,
}

/// Reads the text from `start` on into blocks; fills what the first lines say of the whole into `metadata`.
pub(super) fn blocks(text: &str, start: usize, metadata: &mut Metadata) -> Vec<Block> {
    let mut drafts = paragraphs(text, start);
    classify(text, &mut drafts, metadata);
    drafts.into_iter().map(|d| Block { range: d.range, kind: d.kind, lang: None, repeat_of: None }).collect()
}

/// Tells datelines, furniture, the title and headings from running text.
pub(super) fn classify(text: &str, drafts: &mut [Draft], metadata: &mut Metadata) {
    top(text, drafts, metadata);
    furniture::mark(text, drafts);
    headings(text, drafts, metadata);
}

/// Cuts at blank lines, and at every line where lines are whole paragraphs.
fn paragraphs(text: &str, start: usize) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut group: Vec<Range<usize>> = Vec::new();
    let mut at = start;
    let mut line = 0;
    let body = &text[start..];
    // Files of an old kind end their lines with a bare carriage return.
    let end_of_line = if !body.contains('\n') && body.contains('\r') { '\r' } else { '\n' };
    for piece in body.split(end_of_line) {
        let range = trimmed(text, at..at + piece.len());
        at += piece.len() + 1;
        if range.is_empty() {
            flush(text, &mut group, line, &mut drafts);
        } else {
            group.push(range);
        }
        line += 1;
    }
    flush(text, &mut group, line, &mut drafts);
    drafts
}

fn flush(text: &str, group: &mut Vec<Range<usize>>, next_line: usize, drafts: &mut Vec<Draft>) {
    let first_line = next_line - group.len();
    let wrapped = is_wrapped(text, group);
    let mut apart = true;
    for (i, line) in group.drain(..).enumerate() {
        let item = is_list_item(&text[line.clone()]);
        match drafts.last_mut() {
            Some(last) if wrapped && !apart && !item => last.range.end = line.end,
            _ => drafts.push(Draft {
                range: line,
                kind: if item { BlockKind::ListItem } else { BlockKind::Paragraph },
                apart,
                line: first_line + i,
            }),
        }
        apart = false;
    }
}

/// Whether the lines of a group are one paragraph cut at a margin: all of about one length, and often cut where
/// no sentence ends.
fn is_wrapped(text: &str, lines: &[Range<usize>]) -> bool {
    let Some((last, full)) = lines.split_last() else { return false };
    // Scripts that take three bytes per character have wider lines in bytes.
    let widest = full.iter().map(|l| l.len()).max().unwrap_or(0);
    let unspaced = text[lines[0].clone()].chars().take(20).filter(|c| is_unspaced(*c)).count() >= 10;
    let scale = if unspaced { 2 } else { 1 };
    if full.is_empty()
        || !(WRAPPED.start..WRAPPED.end * scale).contains(&widest)
        || last.len() > widest + widest / 8
    {
        return false;
    }
    if full.iter().filter(|l| l.len() * 10 < widest * 6).count() * 8 > full.len() {
        return false;
    }
    let cut = lines.windows(2).filter(|pair| goes_on(&text[pair[0].clone()], &text[pair[1].clone()])).count();
    cut * 4 >= full.len() && cut > 0
}

/// Whether a sentence runs over the end of a line.
fn goes_on(line: &str, next: &str) -> bool {
    let ends = line.chars().next_back().is_some_and(is_final);
    let begins = next.chars().next();
    !ends && begins.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || is_unspaced(c))
}

/// Punctuation that ends a sentence or a clause.
pub(super) fn is_final(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | ';'
            | ':'
            | ','
            | '…'
            | '。'
            | '！'
            | '？'
            | '；'
            | '：'
            | '，'
            | '、'
            | '؟'
            | '।'
            | '॥'
    )
}

/// Whether a passage ends as a sentence does, quotes and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', '«', ')', '）', '」', '』', '*', '_', ' ', '“', ']'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।', ';', '；'])
}

pub(super) fn is_list_item(line: &str) -> bool {
    let mut chars = line.chars();
    match chars.next() {
        Some('•' | '·' | '◦' | '▪' | '‣' | '●' | '○' | '■') => true,
        Some('-' | '*' | '–' | '—' | '+') => chars.next().is_some_and(|c| c == ' ' || c == '\t'),
        Some('0'..='9') => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            digits <= 2 && line[digits..].starts_with([')', '.']) && line[digits + 1..].starts_with(' ')
        }
        _ => false,
    }
}

/// Dates and sources that stand alone on a line near the top.
fn top(text: &str, drafts: &mut [Draft], metadata: &mut Metadata) {
    for draft in drafts.iter_mut().take_while(|d| d.line < TOP_LINES).filter(|d| d.range.len() <= 120) {
        let line = &text[draft.range.clone()];
        let date = dates::dateline(line);
        let source = source_line(line);
        if date.is_none() && source.is_none() {
            continue;
        }
        draft.kind = BlockKind::Furniture;
        metadata.published = metadata.published.take().or(date);
        metadata.source = metadata.source.take().or(source.map(str::to_owned));
    }
}

/// `Source: The Daily`, in the languages of the table.
fn source_line(line: &str) -> Option<&str> {
    let (label, name) = line.split_once([':', '：'])?;
    let label = label.trim().trim_matches(['*', '_', '(']).to_lowercase();
    let name = name.trim().trim_matches(['*', '_', ')', ' ']);
    let is_name =
        !name.is_empty() && words_up_to(name, 7) < 7 && !name.contains("//") && !ends_sentence(name);
    (SOURCE_LABELS.contains(&label.as_str()) && is_name).then_some(name)
}

/// Tells the title and the headings from short paragraphs: they do not end like a sentence, and a longer
/// passage follows.
fn headings(text: &str, drafts: &mut [Draft], metadata: &mut Metadata) {
    let mut before_text = true;
    let mut candidates = 5;
    for i in 0..drafts.len() {
        let passage = &text[drafts[i].range.clone()];
        let is_open = drafts[i].kind == BlockKind::Paragraph;
        if !is_open || passage.len() > 300 {
            before_text &= drafts[i].kind == BlockKind::Furniture;
            continue;
        }
        let ends = ends_sentence(passage) || passage.ends_with([':', ',', '：', '，']);
        let next = drafts[i + 1..].iter().find(|d| d.kind != BlockKind::Furniture);
        let followed = next.is_some_and(|n| n.range.len() > 2 * passage.len() && n.range.len() > 80);
        if before_text && candidates > 0 {
            candidates -= 1;
            let asks = passage.ends_with(['?', '!', '？', '！']);
            if (!ends || asks) && words_up_to(passage, TITLE_WORDS + 1) <= TITLE_WORDS && next.is_some() {
                before_text = false;
                let _ = metadata.title.get_or_insert_with(|| passage.to_owned());
                drafts[i].kind = BlockKind::Title;
                continue;
            }
            before_text = passage.len() < 60;
        }
        if !ends && followed && is_short(passage, HEADING_WORDS) {
            drafts[i].kind = BlockKind::Heading(2);
        }
    }
}
