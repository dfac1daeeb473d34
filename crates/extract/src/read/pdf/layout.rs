//! From characters on pages to a text: lines, columns, paragraphs and tables, told by where things stand.

use std::collections::HashMap;
use std::ops::Range;

use super::glyphs::Glyph;
use crate::document::{Block, BlockKind};
use crate::language::is_unspaced;
use crate::read::Metadata;
use crate::read::build::trimmed;
use crate::read::plain::{self, Draft};
use crate::read::table::{Cell, Tables, is_figure};
use crate::read::words::words_up_to;

/// Blanks between words are wider than this, in heights of the font.
const WORD_GAP: f32 = 0.18;
/// Gaps wider than this part columns or cells.
const CELL_GAP: f32 = 1.0;
/// Lines that repeat from page to page stand within this share of the page's height from its top or bottom.
const MARGIN: f32 = 0.12;
/// So many columns of text may stand side by side: each split halves them at least once.
const SPLITS: usize = 6;
/// Places of a page where it may part into columns, tried at most.
const GUTTERS: usize = 64;

/// Characters that stand together in one line.
#[derive(Debug, Clone)]
struct Segment {
    left: f32,
    right: f32,
    base: f32,
    size: f32,
    text: String,
}

impl Segment {
    fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// A page as found.
pub(super) struct PageText {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) height: f32,
    pub(super) width: f32,
}

/// The text of pages, parted by form feeds, and its passages.
pub(super) fn text(pages: Vec<PageText>, metadata: &mut Metadata) -> (String, Vec<Block>) {
    let glyphs: usize = pages.iter().map(|p| p.glyphs.len()).sum();
    let mut lines: Vec<(Vec<Segment>, f32)> = Vec::with_capacity(pages.len());
    for page in pages {
        let mut segments = segments(page.glyphs);
        if is_right_to_left(&segments) {
            // Seen in a mirror, what is read from the right is in order; each text is in order already.
            for segment in &mut segments {
                (segment.left, segment.right) = (page.width - segment.right, page.width - segment.left);
            }
        }
        lines.push((segments, page.height));
    }
    drop_running_heads(&mut lines);
    let mut writer = Writer {
        text: String::with_capacity(glyphs * 2),
        drafts: Vec::new(),
        cells: Vec::new(),
        tables: Tables::new(glyphs),
        lines: 0,
    };
    for (number, (segments, _)) in lines.into_iter().enumerate() {
        if number > 0 {
            writer.new_page();
        }
        let mut columns = Vec::new();
        columns_of(segments, SPLITS, &mut columns);
        for column in columns {
            writer.column(&column);
        }
    }
    let Writer { text, mut drafts, cells, .. } = writer;
    plain::classify(&text, &mut drafts, metadata);
    let passages =
        drafts.into_iter().map(|d| Block { range: d.range, kind: d.kind, lang: None, repeat_of: None });
    let mut blocks: Vec<Block> = passages.chain(cells).collect();
    blocks.sort_by_key(|b| b.range.start);
    (text, blocks)
}

/// Whether what follows in a list of lines stands on another line.
fn is_below(base: f32, anchor: f32, size: f32) -> bool {
    base - anchor > 0.4 * size
}

/// Puts characters in lines, and parts lines at wide gaps.
fn segments(mut glyphs: Vec<Glyph>) -> Vec<Segment> {
    drop_note_marks(&mut glyphs);
    glyphs.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut out = Vec::new();
    let mut from = 0;
    for at in 1..=glyphs.len() {
        let anchor = glyphs[from];
        if at < glyphs.len() && !is_below(glyphs[at].base, anchor.base, anchor.size.max(glyphs[at].size)) {
            continue;
        }
        let line = &mut glyphs[from..at];
        line.sort_by(|a, b| a.left.total_cmp(&b.left));
        cut_line(line, &mut out);
        from = at;
    }
    out
}

/// Small digits raised behind a word lead to a note; read with the word they would be part of a figure.
fn drop_note_marks(glyphs: &mut Vec<Glyph>) {
    let mut sizes: Vec<f32> = glyphs.iter().map(|g| g.size).collect();
    sizes.sort_by(f32::total_cmp);
    let Some(&usual) = sizes.get(sizes.len() / 2) else { return };
    let is_mark =
        |g: &Glyph| g.size < 0.8 * usual && (g.c.is_ascii_digit() || matches!(g.c, '*' | '†' | '‡'));
    let marks = glyphs.iter().filter(|g| is_mark(g)).count();
    // A page full of small digits is a table in small print.
    if marks == 0 || marks * 20 > glyphs.len() {
        return;
    }
    let large: Vec<Glyph> = glyphs.iter().copied().filter(|g| !is_mark(g) && g.size >= usual * 0.9).collect();
    glyphs.retain(|g| {
        !is_mark(g)
            || !large.iter().any(|w| {
                let raised = w.base - g.base;
                (0.15 * w.size..0.8 * w.size).contains(&raised)
                    && g.left - w.right < 1.5 * w.size
                    && g.left > w.left
            })
    });
}

fn cut_line(line: &[Glyph], out: &mut Vec<Segment>) {
    let mut chars: Vec<char> = Vec::new();
    let mut open: Option<Segment> = None;
    let mut blank = false;
    let mut last = ('\0', f32::MIN);
    for glyph in line {
        if glyph.c.is_whitespace() || glyph.c == '\u{ad}' && open.is_none() {
            blank = true;
            continue;
        }
        // Drawn twice, a little apart, a letter looks bold.
        if last.0 == glyph.c && glyph.left - last.1 < 0.12 * glyph.size {
            continue;
        }
        last = (glyph.c, glyph.left);
        let gap = open.as_ref().map_or(f32::MAX, |s| glyph.left - s.right);
        if gap > CELL_GAP * glyph.size {
            close(open.take(), &mut chars, out);
        }
        match &mut open {
            Some(segment) => {
                let unspaced = is_unspaced(glyph.c) && chars.last().copied().is_some_and(is_unspaced);
                let wide = if unspaced { 0.5 } else { WORD_GAP };
                if blank && !unspaced || gap > wide * glyph.size {
                    chars.push(' ');
                }
                segment.right = segment.right.max(glyph.right);
                segment.size = segment.size.max(glyph.size);
            }
            None => {
                open = Some(Segment {
                    left: glyph.left,
                    right: glyph.right,
                    base: glyph.base,
                    size: glyph.size,
                    text: String::new(),
                });
            }
        }
        chars.push(glyph.c);
        blank = false;
    }
    close(open, &mut chars, out);
}

fn close(segment: Option<Segment>, chars: &mut Vec<char>, out: &mut Vec<Segment>) {
    if let Some(segment) = segment {
        out.push(Segment { text: in_reading_order(chars).into_iter().collect(), ..segment });
    }
    chars.clear();
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{65f}' | '\u{66e}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
}

/// Text read from the right, as it stands from the left, turned around; figures and foreign words stay as they are.
fn in_reading_order(chars: &[char]) -> Vec<char> {
    if !chars.iter().copied().any(is_rtl) {
        return chars.to_vec();
    }
    let mut turned: Vec<char> = chars.iter().rev().copied().collect();
    let runs_on = |c: char| c.is_numeric() || c.is_alphabetic() && !is_rtl(c);
    let mut at = 0;
    while at < turned.len() {
        if !runs_on(turned[at]) {
            at += 1;
            continue;
        }
        // Marks between the digits and letters of a run are part of it, as is a sign at its end.
        let mut end = at + 1;
        for (next, c) in turned.iter().copied().enumerate().skip(at + 1).take_while(|(_, c)| !is_rtl(*c)) {
            if runs_on(c) || matches!(c, '%' | '٪' | '$' | '€' | '£') {
                end = next + 1;
            }
        }
        turned[at..end].reverse();
        at = end;
    }
    turned
}

fn is_right_to_left(segments: &[Segment]) -> bool {
    let (mut right, mut left) = (0usize, 0usize);
    for c in segments.iter().flat_map(|s| s.text.chars()).filter(|c| c.is_alphabetic()) {
        if is_rtl(c) { right += 1 } else { left += 1 }
    }
    right > left
}

/// Takes off what stands at the same place of the margin on many pages, digits aside: heads, feet, page numbers.
fn drop_running_heads(pages: &mut [(Vec<Segment>, f32)]) {
    let in_margin = |s: &Segment, height: f32| s.base < MARGIN * height || s.base > (1.0 - MARGIN) * height;
    let pattern = |s: &Segment| -> (String, i32) {
        let words = s.text.chars().map(|c| if c.is_numeric() { '#' } else { c });
        let mut words: String = words.collect();
        while words.contains("##") {
            words = words.replace("##", "#");
        }
        #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
        let place = (s.base / 12.0) as i32;
        (words, place)
    };
    let mut seen: HashMap<(String, i32), usize> = HashMap::new();
    let count = pages.len();
    for (segments, height) in pages.iter() {
        let mut of_page: Vec<_> = segments.iter().filter(|s| in_margin(s, *height)).map(pattern).collect();
        of_page.sort();
        of_page.dedup();
        for key in of_page {
            *seen.entry(key).or_default() += 1;
        }
    }
    for (number, (segments, height)) in pages.iter_mut().enumerate() {
        segments.retain(|s| {
            if !in_margin(s, *height) {
                return true;
            }
            // Left and right pages may have heads of their own, and a chapter has a head of its own.
            let repeats = seen.get(&pattern(s)).copied().unwrap_or(0);
            let is_head = repeats >= 2 && (repeats * 3 >= count || repeats >= 4);
            let is_number = s.text.trim_matches(['-', '–', '—', ' ']) == (number + 1).to_string();
            !is_head && !is_number
        });
    }
}

/// Lines of a part of a page, from its top.
type Column = Vec<Vec<Segment>>;

fn lines_of(mut segments: Vec<Segment>) -> Column {
    segments.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut lines: Column = Vec::new();
    for segment in segments {
        match lines.last_mut() {
            Some(line) if !is_below(segment.base, line[0].base, line[0].size.max(segment.size)) => {
                line.push(segment)
            }
            _ => lines.push(vec![segment]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    lines
}

/// Parts a page into columns of running text, in the order they are read. Columns of a table stay together.
fn columns_of(segments: Vec<Segment>, splits: usize, out: &mut Vec<Column>) {
    let Some(gutter) = (splits > 0).then(|| gutter(&segments)).flatten() else {
        out.push(lines_of(segments));
        return;
    };
    // Lines that run across both columns part the page into bands.
    let mut sorted = segments;
    sorted.sort_by(|a, b| a.base.total_cmp(&b.base));
    let (mut left, mut right, mut across) = (Vec::new(), Vec::new(), Vec::new());
    let flush = |left: &mut Vec<Segment>, right: &mut Vec<Segment>, out: &mut Vec<Column>| {
        if left.len() < 2 || right.len() < 2 {
            left.append(right);
            if !left.is_empty() {
                out.push(lines_of(std::mem::take(left)));
            }
            return;
        }
        columns_of(std::mem::take(left), splits - 1, out);
        columns_of(std::mem::take(right), splits - 1, out);
    };
    for segment in sorted {
        let crosses = segment.left < gutter && gutter < segment.right;
        if crosses {
            flush(&mut left, &mut right, out);
            across.push(segment);
            continue;
        }
        if !across.is_empty() {
            out.push(lines_of(std::mem::take(&mut across)));
        }
        if segment.right <= gutter { left.push(segment) } else { right.push(segment) }
    }
    if !across.is_empty() {
        out.push(lines_of(across));
    }
    flush(&mut left, &mut right, out);
}

/// A place with running text on both sides and hardly a line across it.
fn gutter(segments: &[Segment]) -> Option<f32> {
    let mut starts: Vec<f32> = segments.iter().map(|s| s.left).collect();
    starts.sort_by(f32::total_cmp);
    starts.dedup_by(|a, b| (*a - *b).abs() < 2.0);
    let step = starts.len().div_ceil(GUTTERS).max(1);
    let mut best: Option<(usize, f32)> = None;
    for start in starts.into_iter().skip(1).step_by(step) {
        let place = start - 1.0;
        let sides = [
            segments.iter().filter(|s| s.right <= place).collect::<Vec<_>>(),
            segments.iter().filter(|s| s.left >= place).collect::<Vec<_>>(),
        ];
        let across = segments.len() - sides[0].len() - sides[1].len();
        if sides.iter().any(|side| !is_running_text(side)) || across * 2 > segments.len() {
            continue;
        }
        let score = sides[0].len().min(sides[1].len()) * 4 + segments.len() - across;
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, place));
        }
    }
    best.map(|(_, place)| place)
}

/// Whether lines are those of a column of text and not of a table: several, long, and mostly words.
fn is_running_text(side: &[&Segment]) -> bool {
    if side.len() < 4 {
        return false;
    }
    let long = side.iter().filter(|s| s.width() > 9.0 * s.size && !is_figure(&s.text)).count();
    let mut bases: Vec<f32> = side.iter().map(|s| s.base).collect();
    bases.sort_by(f32::total_cmp);
    bases.dedup_by(|a, b| (*a - *b).abs() < 2.0);
    // One piece of text to a line, but for a few.
    long * 10 >= side.len() * 6 && bases.len() * 10 >= side.len() * 8
}

struct Writer {
    text: String,
    drafts: Vec<Draft>,
    cells: Vec<Block>,
    tables: Tables,
    lines: usize,
}

impl Writer {
    fn new_page(&mut self) {
        self.text.push('\u{c}');
    }

    fn column(&mut self, lines: &Column) {
        let right = lines.iter().flatten().map(|s| s.right).fold(f32::MIN, f32::max);
        let left = lines.iter().flatten().map(|s| s.left).fold(f32::MAX, f32::min);
        let mut at = 0;
        while at < lines.len() {
            let rows = table_rows(&lines[at..], right - left);
            if rows > 0 {
                self.table(&lines[at..at + rows]);
                at += rows;
                continue;
            }
            let mut end = at + 1;
            while end < lines.len()
                && table_rows(&lines[end..], right - left) == 0
                && runs_on(&lines[at..=end], left, right)
            {
                end += 1;
            }
            self.paragraph(&lines[at..end]);
            at = end;
        }
    }

    fn paragraph(&mut self, lines: &[Vec<Segment>]) {
        let start = self.text.len();
        for segment in lines.iter().flatten() {
            let words = segment.text.trim();
            if self.text.len() > start {
                join(&mut self.text, words);
            }
            self.text.push_str(words);
        }
        let range = trimmed(&self.text, start..self.text.len());
        if !range.is_empty() {
            let kind = if plain::is_list_item(&self.text[range.clone()]) {
                BlockKind::ListItem
            } else {
                BlockKind::Paragraph
            };
            self.drafts.push(Draft { range, kind, apart: true, line: self.lines });
        }
        self.lines += 2;
        self.text.push_str("\n\n");
    }

    fn table(&mut self, rows: &[Vec<Segment>]) {
        let columns = figure_columns(rows);
        self.tables.open();
        for row in rows {
            if let [label] = &row[..] {
                self.cell(&label.text, columns.len() + 1);
            } else {
                let mut place = 0;
                for segment in row {
                    let reach = reach(segment, &columns);
                    let reach = reach.start.max(place)..reach.end.max(place + 1);
                    for _ in place..reach.start {
                        self.tables.open_cell(false, 1, 1);
                        self.tables.close_cell();
                    }
                    self.cell(&segment.text, reach.len());
                    place = reach.end;
                }
            }
            self.tables.end_row(&mut self.cells);
            self.text.push('\n');
            self.lines += 1;
        }
        self.tables.close();
        self.text.push('\n');
        self.lines += 1;
    }

    fn cell(&mut self, words: &str, columns: usize) {
        let words = words.trim();
        self.tables.open_cell(false, columns, 1);
        if !words.is_empty() {
            if !self.text.ends_with(['\n', '\u{c}']) && !self.text.is_empty() {
                self.text.push('\t');
            }
            let start = self.text.len();
            self.text.push_str(words);
            let kind = BlockKind::Cell { row: Vec::new(), column: Vec::new(), caption: None };
            self.cells.push(Block { range: start..self.text.len(), kind, lang: None, repeat_of: None });
            let header: String = words.chars().take(Cell::LONGEST_HEADER).collect();
            self.tables.add(self.cells.len() - 1, &header, words.len());
        }
        self.tables.close_cell();
    }
}

/// Puts what belongs between two lines of a paragraph: a blank; nothing where words have none between them or a
/// word goes on.
fn join(text: &mut String, next: &str) {
    let Some(first) = next.chars().next() else { return };
    let mut ends = text.chars().rev();
    let (last, before) = (ends.next().unwrap_or(' '), ends.next().unwrap_or(' '));
    if is_unspaced(last) && is_unspaced(first) {
        return;
    }
    let parted = matches!(last, '-' | '\u{ad}' | '‐') && before.is_alphabetic() && first.is_lowercase();
    if !parted {
        text.push(' ');
        return;
    }
    // A word with a hyphen of its own keeps the one it was parted at.
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let hyphens = word.chars().filter(|c| matches!(c, '-' | '‐')).count();
    if last == '\u{ad}' || hyphens == 1 {
        text.pop();
    }
}

/// Whether the last of these lines belongs to the paragraph of those before it.
fn runs_on(lines: &[Vec<Segment>], left: f32, right: f32) -> bool {
    let [.., before, line] = lines else { return false };
    let (Some(first), Some(last), Some(next)) = (before.first(), before.last(), line.first()) else {
        return false;
    };
    let size = first.size.max(1.0);
    let alike = (next.size - size).abs() < 0.15 * size;
    let near = next.base - first.base < 1.75 * size;
    let full = last.right > left + 0.75 * (right - left) || right - left < 12.0 * size;
    let indented = next.left > first.left + 0.8 * size && next.left > left + 0.8 * size && lines.len() > 2;
    alike && near && full && !indented && !plain::is_list_item(&next.text)
}

/// How many of these lines are a table: rows of cells with figures, and labels between them.
fn table_rows(lines: &[Vec<Segment>], width: f32) -> usize {
    if lines[0].len() < 2 {
        return 0;
    }
    let (mut end, mut figures, mut rows) = (0, 0, 0);
    for (i, line) in lines.iter().enumerate() {
        let size = line[0].size.max(1.0);
        if i > 0 && line[0].base - lines[i - 1][0].base > 4.0 * size {
            break;
        }
        if line.len() == 1 {
            let long = line[0].width() > 0.6 * width && words_up_to(&line[0].text, 9) >= 9;
            if long || i - end >= 2 {
                break;
            }
            continue;
        }
        rows += 1;
        figures += usize::from(line[1..].iter().any(|s| is_figure(&s.text)));
        end = i + 1;
    }
    if rows >= 2 && figures >= 1 && figures * 3 >= rows { end } else { 0 }
}

/// Where the columns of figures stand; what is left of them are labels.
fn figure_columns(rows: &[Vec<Segment>]) -> Vec<Range<f32>> {
    let figures = rows.iter().filter(|r| r.len() > 1).flat_map(|r| &r[1..]);
    let mut places: Vec<Range<f32>> =
        figures.filter(|s| is_figure(&s.text)).map(|s| s.left..s.right).collect();
    places.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut columns: Vec<Range<f32>> = Vec::new();
    for place in places {
        match columns.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            _ => columns.push(place),
        }
    }
    columns
}

/// The columns that a cell stands in or over; the first is that of the labels.
fn reach(segment: &Segment, columns: &[Range<f32>]) -> Range<usize> {
    let over = |c: &Range<f32>| segment.left < c.end && c.start < segment.right;
    let first = columns.iter().position(over);
    let last = columns.iter().rposition(over);
    if let (Some(first), Some(last)) = (first, last) {
        return first + 1..last + 2;
    }
    let middle = (segment.left + segment.right) / 2.0;
    match columns.first() {
        Some(column) if middle > column.start => {
            let nearest = columns.iter().rposition(|c| c.start < middle).unwrap_or(0);
            nearest + 1..nearest + 2
        }
        _ => 0..1,
    }
}
