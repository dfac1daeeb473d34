//! Markdown: its structure as blocks, its marks left out of the text.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::build::Builder;
use super::{Metadata, furniture, html};
use crate::document::{Block, BlockKind, ByteMap};

/// Headers longer than this are text, not headers.
const LONGEST_HEADER: usize = 200;

/// Reads Markdown from `start` on.
pub(super) fn read(
    text: &str,
    start: usize,
    below: &ByteMap,
    metadata: &mut Metadata,
) -> (String, ByteMap, Vec<Block>) {
    let mut builder = Builder::new(text, below);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS;
    let mut state = State::default();
    for (event, range) in Parser::new_ext(&text[start..], options).into_offset_iter() {
        let range = start + range.start..start + range.end;
        state.event(event, range, &mut builder, metadata);
    }
    state.end_block(&mut builder, text.len());
    for block in &mut builder.blocks {
        if matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem)
            && furniture::is_furniture(&builder.text[block.range.clone()])
        {
            block.kind = BlockKind::Furniture;
        }
    }
    builder.finish()
}

#[derive(Default)]
struct State {
    heading: Option<u8>,
    items: usize,
    code: bool,
    /// Inside an image's or a link's description that is left out.
    muted: usize,
    table: Option<Table>,
    /// An HTML block being gathered.
    markup: Option<Range<usize>>,
    link_bytes: usize,
    link_from: Option<usize>,
    titled: bool,
}

#[derive(Default)]
struct Table {
    columns: Vec<String>,
    row_header: Option<String>,
    in_head: bool,
    column: usize,
}

impl State {
    fn event(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
        builder: &mut Builder<'_>,
        metadata: &mut Metadata,
    ) {
        match event {
            Event::Start(tag) => self.start(&tag, range, builder),
            Event::End(tag) => self.end(tag, range, builder, metadata),
            Event::Text(text) if !self.code && self.muted == 0 => put(builder, &text, range),
            // Code inside a line is often a figure or a name in another type face.
            Event::Code(text) if self.muted == 0 => put_code(builder, &text, range),
            Event::SoftBreak => builder.space(range),
            Event::HardBreak => builder.line_break(range),
            Event::InlineHtml(tag) if tag.to_ascii_lowercase().starts_with("<br") => {
                builder.line_break(range)
            }
            Event::Html(_) => {
                let open = self.markup.get_or_insert_with(|| range.clone());
                open.end = range.end;
            }
            Event::Rule => self.end_block(builder, range.start),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>, builder: &mut Builder<'_>) {
        match tag {
            Tag::Paragraph | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) | Tag::HtmlBlock => {
                self.end_block(builder, range.start)
            }
            Tag::List(_) => self.end_block(builder, range.start),
            Tag::Heading { level, .. } => {
                self.end_block(builder, range.start);
                self.heading = Some(number(*level));
            }
            Tag::Item => {
                self.end_block(builder, range.start);
                self.items += 1;
            }
            Tag::CodeBlock(_) | Tag::MetadataBlock(_) => {
                self.end_block(builder, range.start);
                self.code = true;
            }
            Tag::Table(_) => {
                self.end_block(builder, range.start);
                self.table = Some(Table::default());
            }
            Tag::TableHead => self.row(true),
            Tag::TableRow => self.row(false),
            Tag::Link { .. } => self.link_from = Some(builder.text.len()),
            Tag::Image { .. } => self.muted += 1,
            _ => {}
        }
    }

    fn row(&mut self, in_head: bool) {
        if let Some(table) = &mut self.table {
            (table.in_head, table.column, table.row_header) = (in_head, 0, None);
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>, builder: &mut Builder<'_>, metadata: &mut Metadata) {
        match tag {
            TagEnd::Heading(level) => {
                let title = !self.titled && number(level) == 1;
                if title {
                    let _ = metadata.title.get_or_insert_with(|| builder.open_text().trim().to_owned());
                    self.titled = true;
                }
                let kind = if title { BlockKind::Title } else { BlockKind::Heading(number(level)) };
                self.heading = None;
                self.link_bytes = 0;
                builder.close(kind, range.end);
            }
            TagEnd::Item => {
                self.end_block(builder, range.end);
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition | TagEnd::List(_) => {
                self.end_block(builder, range.end)
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => self.code = false,
            TagEnd::HtmlBlock => {
                if let Some(markup) = self.markup.take() {
                    html::fragment(builder, markup);
                }
            }
            TagEnd::TableCell => self.end_cell(range.end, builder),
            TagEnd::Table => self.table = None,
            TagEnd::Link => {
                if let Some(from) = self.link_from.take() {
                    self.link_bytes += builder.text.len().saturating_sub(from);
                }
            }
            TagEnd::Image => self.muted = self.muted.saturating_sub(1),
            _ => {}
        }
    }

    fn end_cell(&mut self, at: usize, builder: &mut Builder<'_>) {
        let Some(table) = &mut self.table else { return };
        let text: String = builder.open_text().trim().chars().take(LONGEST_HEADER).collect();
        let column = table.column;
        table.column += 1;
        let (row, columns) = if table.in_head {
            table.columns.push(text);
            (Vec::new(), Vec::new())
        } else {
            let headers = table.columns.get(column).filter(|h| !h.is_empty()).cloned().into_iter().collect();
            let row = table.row_header.clone().into_iter().collect();
            if column == 0 && !text.is_empty() {
                table.row_header = Some(text);
            }
            (row, headers)
        };
        builder.close(BlockKind::Cell { row, column: columns, caption: None }, at);
    }

    fn end_block(&mut self, builder: &mut Builder<'_>, at: usize) {
        let words = builder.open_text().trim().len();
        let linked = std::mem::take(&mut self.link_bytes);
        let kind = match self.items {
            // A list of links leads elsewhere.
            1.. if words > 0 && linked * 10 > words * 8 => BlockKind::Furniture,
            0 => BlockKind::Paragraph,
            _ => BlockKind::ListItem,
        };
        builder.close(kind, at);
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Text that stands in the source as it is, is copied; what was decoded takes the place of what it was written as.
fn put(builder: &mut Builder<'_>, text: &str, range: Range<usize>) {
    if builder.source.get(range.clone()) == Some(text) {
        builder.flow(range);
    } else {
        builder.put(text, range);
    }
}

/// Code inside a line, without its ticks. It may run over several lines: the parser reads their ends as blanks and
/// leaves out what stands before a continued line (indentation, the marks of a quote), so what it gives is laid over
/// the source character by character.
fn put_code(builder: &mut Builder<'_>, text: &str, range: Range<usize>) {
    let source = builder.source;
    let ticks = source[range.clone()].bytes().take_while(|b| *b == b'`').count();
    let mut at = range.start + ticks;
    let end = range.end.saturating_sub(ticks).max(at);
    let mut run = at..at;
    for c in text.chars() {
        let found = source[at..end].char_indices().find(|(_, s)| *s == c || (c == ' ' && *s == '\n'));
        // Every character it gives stands in the source; were one missing, the rest would still lose nothing.
        let Some((skipped, s)) = found else { continue };
        if skipped > 0 {
            builder.flow(run);
            run = at + skipped..at + skipped;
        }
        at += skipped + s.len_utf8();
        run.end = at;
    }
    builder.flow(run);
}
