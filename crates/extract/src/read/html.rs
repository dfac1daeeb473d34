//! HTML: what a reader sees of the article, without building a tree.
//!
//! The tokenizer gives tags and runs of text with their places; a handful of counters stand in for the tree, so
//! that neither depth nor broken nesting costs more than a pass over the file.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::build::Builder;
use super::table::{Cell, Tables};
use super::{Metadata, dates, furniture, linked_data, plain};
use crate::document::{Block, BlockKind, ByteMap};

/// Linked data longer than this describes more than an article.
const LONGEST_LINKED_DATA: usize = 1 << 20;
/// Attribute values longer than this say nothing that is needed here.
const LONGEST_ATTRIBUTE: usize = 4096;
/// Below so many bytes of text, what was taken for furniture may be the article itself.
const HARDLY_ANY_TEXT: usize = 500;

/// Elements whose text no reader of the article sees.
const UNREAD: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "math", "nav", "footer", "aside", "button", "select",
    "textarea", "iframe", "object", "audio", "video", "canvas", "dialog", "datalist", "label",
];
const VOID: &[&str] = &[
    "br", "img", "hr", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track",
    "param", "frame",
];
/// Elements that end the passage before them and begin a new one.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "figure",
    "figcaption",
    "address",
    "form",
    "fieldset",
    "details",
    "summary",
    "body",
    "html",
    "head",
    "hr",
    "center",
    "pre",
    "li",
    "hgroup",
    "legend",
    "menu",
    "option",
    "optgroup",
];
/// Words in class names and ids that mark what a page prints around an article; data.
const FURNITURE_WORDS: &[&str] = &[
    "menu",
    "nav",
    "navbar",
    "navigation",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "related",
    "recommended",
    "share",
    "sharing",
    "social",
    "comment",
    "comments",
    "promo",
    "advert",
    "adverts",
    "advertisement",
    "ad",
    "ads",
    "newsletter",
    "breadcrumb",
    "breadcrumbs",
    "sidebar",
    "subscribe",
    "popup",
    "modal",
    "footer",
    "signup",
    "pagination",
    "tags",
    "trending",
];
const FURNITURE_ROLES: &[&str] = &[
    "navigation",
    "banner",
    "contentinfo",
    "complementary",
    "dialog",
    "alertdialog",
    "search",
    "menu",
    "menubar",
];

/// Reads a page.
pub(super) fn read(text: &str, below: &ByteMap, metadata: &mut Metadata) -> (String, ByteMap, Vec<Block>) {
    let mut builder = Builder::new(text, below);
    let found = walk(&mut builder, 0..text.len());
    *metadata = std::mem::take(metadata).or(found);
    builder.finish()
}

/// Reads a piece of HTML inside another text.
pub(super) fn fragment(builder: &mut Builder<'_>, range: Range<usize>) {
    walk(builder, range);
}

fn walk(builder: &mut Builder<'_>, range: Range<usize>) -> Metadata {
    let source = &builder.source[range.clone()];
    let mut walker = Walker::new(builder, range.clone());
    let mut tag = Start::default();
    let mut emitter =
        CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
            match event {
                CallbackEvent::OpenStartTag { name } => tag.open(name, span.start),
                CallbackEvent::AttributeName { name } => tag.attribute(name),
                CallbackEvent::AttributeValue { value } => tag.value(value),
                CallbackEvent::CloseStartTag { self_closing } => walker.start(&tag, self_closing, span.end),
                CallbackEvent::EndTag { name } => {
                    walker.end(&String::from_utf8_lossy(name), span.start..span.end)
                }
                CallbackEvent::String { value } => walker.text(span.start..span.end, value),
                _ => {}
            }
            None
        });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(source, emitter).finish();
    walker.finish(range.end)
}

/// A start tag with the attributes that matter.
#[derive(Default)]
struct Start {
    name: String,
    at: usize,
    attributes: Vec<(String, String)>,
}

impl Start {
    fn open(&mut self, name: &[u8], at: usize) {
        self.name = String::from_utf8_lossy(name).into_owned();
        self.at = at;
        self.attributes.clear();
    }

    fn attribute(&mut self, name: &[u8]) {
        const KNOWN: &[&[u8]] = &[
            b"class",
            b"id",
            b"role",
            b"hidden",
            b"aria-hidden",
            b"style",
            b"lang",
            b"xml:lang",
            b"href",
            b"datetime",
            b"property",
            b"name",
            b"itemprop",
            b"content",
            b"type",
            b"colspan",
            b"rowspan",
        ];
        // An attribute that does not matter takes up the value and is forgotten.
        if self.attributes.last().is_some_and(|(name, _)| name.is_empty()) {
            self.attributes.pop();
        }
        let name =
            if KNOWN.contains(&name) { String::from_utf8_lossy(name).into_owned() } else { String::new() };
        self.attributes.push((name, String::new()));
    }

    fn value(&mut self, value: &[u8]) {
        if let Some((name, slot)) = self.attributes.last_mut().filter(|(name, _)| !name.is_empty())
            && (value.len() <= LONGEST_ATTRIBUTE || name == "content")
        {
            slot.push_str(&String::from_utf8_lossy(value));
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    fn is_hidden(&self) -> bool {
        let style = self.get("style").unwrap_or_default();
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        self.get("hidden").is_some_and(|value| value != "until-found")
            || self.get("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || style.contains("display:none")
            || style.contains("visibility:hidden")
    }

    fn is_furniture(&self) -> bool {
        if matches!(
            self.name.as_str(),
            "html" | "body" | "main" | "article" | "a" | "span" | "b" | "i" | "em" | "strong"
        ) {
            return false;
        }
        self.name == "form"
            || self.name == "menu"
            || self
                .get("role")
                .is_some_and(|role| FURNITURE_ROLES.contains(&role.to_ascii_lowercase().as_str()))
            || [self.get("class"), self.get("id")].into_iter().flatten().any(names_furniture)
    }
}

/// Whether a class or id has one of the words, as in `main-nav`, `cookieBanner`; not as in `has-sidebar`.
fn names_furniture(names: &str) -> bool {
    let is_word = |word: &str| FURNITURE_WORDS.iter().any(|f| word.eq_ignore_ascii_case(f));
    names.split_ascii_whitespace().any(|name| {
        let mut denied = false;
        let mut start = 0;
        let bytes = name.as_bytes();
        for end in 1..=bytes.len() {
            let boundary = end == bytes.len()
                || !bytes[end].is_ascii_alphanumeric()
                || (bytes[end].is_ascii_uppercase() && bytes[end - 1].is_ascii_lowercase());
            if !boundary {
                continue;
            }
            let word =
                name.get(start..end).unwrap_or_default().trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_word(word) && !denied {
                return true;
            }
            denied =
                matches!(word, "has" | "no" | "with" | "without" | "is" | "hide" | "show" | "not" | "allow");
            start = end;
        }
        false
    })
}

/// An element whose end is awaited, by counting those of its name.
struct Scope {
    name: String,
    depth: usize,
    /// Lists and tables opened inside: an item or a cell left open ends with the one around it.
    containers: usize,
}

impl Scope {
    fn of(name: &str) -> Option<Scope> {
        Some(Scope { name: name.to_owned(), depth: 1, containers: 0 })
    }

    /// Whether this start tag closes the scope, as a block closes a paragraph left open.
    fn start(&mut self, name: &str) -> bool {
        if self.name == "p" && (BLOCKS.contains(&name) || name == "table" || is_heading(name)) {
            return true;
        }
        self.depth += usize::from(self.name == name);
        self.containers += usize::from(is_container(name));
        false
    }

    /// Whether this end tag closes the scope.
    fn end(&mut self, name: &str) -> bool {
        self.depth -= usize::from(self.name == name);
        if is_container(name) && self.name != name {
            if self.containers == 0
                && matches!(
                    self.name.as_str(),
                    "li" | "td" | "th" | "tr" | "dt" | "dd" | "p" | "tbody" | "thead"
                )
            {
                return true;
            }
            self.containers = self.containers.saturating_sub(1);
        }
        self.depth == 0 || name == "body" || name == "html"
    }
}

fn is_container(name: &str) -> bool {
    matches!(name, "ul" | "ol" | "dl" | "table" | "menu")
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

struct Walker<'w, 'a> {
    builder: &'w mut Builder<'a>,
    /// Where the piece being read starts in the source.
    base: usize,
    skip: Option<Scope>,
    around: Option<Scope>,
    heading: Option<u8>,
    /// Open items, and how many there were before each open list.
    items: usize,
    lists: Vec<usize>,
    pre: usize,
    tables: Tables,
    in_caption: bool,
    link_from: Option<usize>,
    link_bytes: usize,
    has_link: bool,
    sup_from: Option<usize>,
    title_element: bool,
    title_block: Option<usize>,
    headed: bool,
    linked_data: bool,
    /// Blocks that are furniture because of what they stand in, and what they would be otherwise.
    demoted: Vec<(usize, BlockKind)>,
    said: Said,
}

/// Metadata by where it stands.
#[derive(Default)]
struct Said {
    meta: Metadata,
    linked: Metadata,
    time: Option<String>,
    title: Option<String>,
}

impl<'w, 'a> Walker<'w, 'a> {
    fn new(builder: &'w mut Builder<'a>, range: Range<usize>) -> Walker<'w, 'a> {
        Walker {
            builder,
            base: range.start,
            skip: None,
            around: None,
            heading: None,
            items: 0,
            lists: Vec::new(),
            pre: 0,
            tables: Tables::new(range.len()),
            in_caption: false,
            link_from: None,
            link_bytes: 0,
            has_link: false,
            sup_from: None,
            title_element: false,
            title_block: None,
            headed: false,
            linked_data: false,
            demoted: Vec::new(),
            said: Said::default(),
        }
    }

    fn start(&mut self, tag: &Start, self_closing: bool, end: usize) {
        let name = tag.name.as_str();
        let is_void = VOID.contains(&name) || (self_closing && !BLOCKS.contains(&name));
        let range = self.base + tag.at..self.base + end.max(tag.at);
        if let Some(skip) = &mut self.skip {
            match name {
                // Whatever was left open, the article itself is not inside it.
                "body" | "main" => self.skip = None,
                _ if !is_void && skip.start(name) => self.skip = None,
                _ => return,
            }
        }
        match name {
            "meta" => self.meta(tag),
            "html" => self.said.meta.lang = tag.get("lang").or(tag.get("xml:lang")).map(str::to_owned),
            "time" if self.said.time.is_none() => self.said.time = tag.get("datetime").and_then(dates::date),
            "script"
                if tag.get("type").is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json")) =>
            {
                self.linked_data = true
            }
            _ => {}
        }
        if is_void {
            match name {
                // Two in a row part paragraphs, as pages did before they had better means.
                "br" if self.builder.open_text().ends_with('\n') && !self.tables.in_cell() => {
                    self.end_block(range.start)
                }
                "br" => self.builder.line_break(range),
                "hr" => self.end_block(range.start),
                // Side by side, pictures and inputs part words.
                "img" | "input" => self.builder.space(range),
                _ => {}
            }
            return;
        }
        if UNREAD.contains(&name) || tag.is_hidden() {
            if BLOCKS.contains(&name) || matches!(name, "nav" | "footer" | "aside" | "table") {
                self.end_block(range.start);
            }
            self.skip = Scope::of(name);
            return;
        }
        if self.around.as_mut().is_some_and(|around| around.start(name)) {
            self.end_block(range.start);
            self.around = None;
        }
        if self.around.is_none() && tag.is_furniture() {
            self.end_block(range.start);
            self.around = Scope::of(name);
        }
        self.open_element(tag, range);
    }

    fn open_element(&mut self, tag: &Start, range: Range<usize>) {
        let at = range.start;
        match tag.name.as_str() {
            "title" => {
                self.end_block(at);
                self.title_element = true;
            }
            name if is_heading(name) => {
                self.end_block(at);
                self.heading = tag.name.as_bytes().get(1).map(|level| level - b'0');
            }
            "a" => {
                self.end_link();
                // A link into the same page leads nowhere else.
                let leads_on = tag.get("href").is_some_and(|href| !href.starts_with('#'));
                self.link_from = leads_on.then_some(self.builder.text.len());
                self.has_link = true;
            }
            "sup" => {
                self.sup_from = Some(self.builder.text.len());
                self.has_link = false;
            }
            "table" => {
                self.end_block(at);
                self.tables.open();
            }
            "caption" => {
                self.end_block(at);
                self.in_caption = true;
            }
            "thead" => self.tables.head(true),
            "tbody" | "tfoot" => {
                self.end_row(at);
                self.tables.head(false);
            }
            "tr" => self.end_row(at),
            "td" | "th" => {
                self.end_block(at);
                let span = |name: &str| tag.get(name).and_then(|n| n.trim().parse().ok()).unwrap_or(1);
                self.tables.open_cell(tag.name == "th", span("colspan"), span("rowspan"));
            }
            "pre" => {
                self.end_block(at);
                self.pre += 1;
            }
            "li" | "dt" | "dd" => {
                self.end_block(at);
                // An item left open ends where the next one begins.
                self.items = self.lists.last().unwrap_or(&0) + 1;
            }
            "ul" | "ol" | "dl" => {
                self.end_block(at);
                self.lists.push(self.items);
            }
            name if BLOCKS.contains(&name) => self.end_block(at),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, range: Range<usize>) {
        let at = self.base + range.start;
        if name == "script" {
            self.linked_data = false;
        }
        if let Some(skip) = &mut self.skip {
            if skip.end(name) {
                self.skip = None;
            }
            return;
        }
        match name {
            "title" => {
                if self.title_element && self.title_block.is_none() && !self.headed {
                    let title = self.builder.open_text().trim().to_owned();
                    self.title_block = self.builder.close(BlockKind::Title, at);
                    self.said.title = (!title.is_empty()).then_some(title);
                }
                self.end_block(at);
                self.title_element = false;
            }
            name if is_heading(name) => {
                self.end_block(at);
                self.heading = None;
            }
            "a" => self.end_link(),
            "sup" => self.end_sup(),
            "td" | "th" => {
                self.end_block(at);
                self.tables.close_cell();
            }
            "tr" | "thead" | "tbody" | "tfoot" => {
                self.end_row(at);
                if name != "tr" {
                    self.tables.head(false);
                }
            }
            "table" => {
                self.end_row(at);
                self.tables.close();
            }
            "caption" => {
                let text = self.builder.open_text().trim().to_owned();
                self.tables.caption(&text);
                self.end_block(at);
                self.in_caption = false;
            }
            "pre" => {
                self.end_block(at);
                self.pre = self.pre.saturating_sub(1);
            }
            "li" | "dt" | "dd" => {
                self.end_block(at);
                self.items = self.items.saturating_sub(1);
            }
            "ul" | "ol" | "dl" => {
                self.end_block(at);
                self.items = self.lists.pop().unwrap_or(0);
            }
            name if BLOCKS.contains(&name) => self.end_block(at),
            _ => {}
        }
        if self.around.as_mut().is_some_and(|around| around.end(name)) {
            self.end_block(at);
            self.around = None;
        }
    }

    fn text(&mut self, range: Range<usize>, value: &[u8]) {
        if self.linked_data && value.len() <= LONGEST_LINKED_DATA {
            self.said.linked =
                std::mem::take(&mut self.said.linked).or(linked_data::read(&String::from_utf8_lossy(value)));
        }
        if self.skip.is_some() {
            return;
        }
        let range = self.base + range.start..self.base + range.end;
        if self.pre == 0 {
            self.flow(range);
            return;
        }
        // Preformatted text keeps its lines, and a blank line parts passages.
        let source = self.builder.source;
        let mut at = range.start;
        for line in source[range.clone()].split_inclusive('\n') {
            if line.trim().is_empty() && line.ends_with('\n') && self.builder.open_text().ends_with('\n') {
                self.end_block(at);
            } else {
                let words = line.trim_end_matches(['\n', '\r']).len();
                self.flow(at..at + words);
                if words < line.len() {
                    self.builder.line_break(at + words..at + line.len());
                }
            }
            at += line.len();
        }
    }

    /// Running text with its character references.
    fn flow(&mut self, range: Range<usize>) {
        let source = self.builder.source;
        let mut at = range.start;
        while let Some(amp) = source[at..range.end].find('&').map(|i| at + i) {
            self.builder.flow(at..amp);
            match reference(&source[amp..range.end]) {
                Some((len, text)) => {
                    if text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
                        self.builder.space(amp..amp + len);
                    } else {
                        self.builder.put(&text, amp..amp + len);
                    }
                    at = amp + len;
                }
                None => {
                    self.builder.copy(amp..amp + 1);
                    at = amp + 1;
                }
            }
        }
        self.builder.flow(at..range.end);
    }

    fn end_link(&mut self) {
        if let Some(from) = self.link_from.take() {
            self.link_bytes += self.builder.text.len().saturating_sub(from);
        }
    }

    /// Takes back footnote marks; an exponent gets its sign, so that 10 to the 6th is not read as 106.
    fn end_sup(&mut self) {
        let Some(from) = self.sup_from.take().filter(|from| *from <= self.builder.text.len()) else { return };
        let mark = self.builder.text[from..].trim().to_owned();
        let before = self.builder.text[..from].trim_end_matches(' ');
        let base = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let short = mark.chars().count() <= 6;
        let bracketed = mark.starts_with(['[', '(']) && mark.ends_with([']', ')']);
        let digits = !mark.is_empty() && mark.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b','));
        let symbol = !mark.is_empty() && mark.chars().all(|c| matches!(c, '*' | '†' | '‡' | '§' | '¶'));
        if !short || mark.is_empty() {
            return;
        }
        let after_letter = before.ends_with(char::is_alphabetic);
        if bracketed || symbol || self.has_link || (digits && base != "10" && !after_letter) {
            self.builder.truncate(from);
            if self.link_from.is_some_and(|link| link > from) {
                self.link_from = Some(from);
            }
        } else if digits && base == "10" {
            self.builder.insert(from, "^");
        }
    }

    fn end_row(&mut self, at: usize) {
        self.end_block(at);
        self.tables.close_cell();
        self.tables.end_row(&mut self.builder.blocks);
    }

    /// Ends the open passage and decides what it is.
    fn end_block(&mut self, at: usize) {
        if self.builder.is_empty() {
            (self.link_bytes, self.sup_from) = (0, None);
            self.link_from = self.link_from.map(|_| self.builder.text.len());
            return;
        }
        let in_link = self.link_from.is_some();
        self.end_link();
        let passage = self.builder.open_text().trim();
        let linked = std::mem::take(&mut self.link_bytes);
        let share = |percent: usize| linked * 100 > passage.len() * percent;
        let in_cell = self.tables.in_cell() && !self.in_caption;
        let mut leads_elsewhere = false;
        let natural = match self.heading {
            Some(1) if !self.headed && !passage.is_empty() => BlockKind::Title,
            Some(level) => {
                leads_elsewhere = level > 1 && share(90);
                BlockKind::Heading(level)
            }
            None if in_cell => BlockKind::Cell { row: Vec::new(), column: Vec::new(), caption: None },
            None if self.items > 0 => {
                leads_elsewhere = share(60);
                BlockKind::ListItem
            }
            None => {
                leads_elsewhere = share(90) && !plain::ends_sentence(passage);
                BlockKind::Paragraph
            }
        };
        let said_by_itself = leads_elsewhere
            || (matches!(natural, BlockKind::Paragraph | BlockKind::ListItem)
                && furniture::is_furniture(passage));
        let text: String =
            if in_cell { passage.chars().take(Cell::LONGEST_HEADER).collect() } else { String::new() };
        let around = self.around.is_some();
        if natural == BlockKind::Title && !around {
            self.headed = true;
            // The headline as printed comes before the window's title.
            self.said.title = Some(passage.to_owned());
            if let Some(title) = self.title_block {
                self.builder.blocks[title].kind = BlockKind::Furniture;
            }
        }
        let kind = if around || said_by_itself { BlockKind::Furniture } else { natural.clone() };
        if let Some(block) = self.builder.close(kind, at) {
            if around && !said_by_itself {
                self.demoted.push((block, natural));
            } else if in_cell {
                self.tables.add(block, &text, self.builder.blocks[block].range.len());
            }
        }
        self.sup_from = None;
        self.link_from = in_link.then_some(self.builder.text.len());
    }

    fn meta(&mut self, tag: &Start) {
        let name = tag
            .get("property")
            .or(tag.get("name"))
            .or(tag.get("itemprop"))
            .unwrap_or_default()
            .to_ascii_lowercase();
        let Some(content) = tag.get("content").map(str::trim).filter(|c| !c.is_empty()) else { return };
        let meta = &mut self.said.meta;
        let set = |slot: &mut Option<String>| _ = slot.get_or_insert_with(|| content.to_owned());
        match name.as_str() {
            "og:title" => set(&mut meta.title),
            "og:site_name" => set(&mut meta.source),
            "dc.publisher" | "dcterms.publisher" | "publisher" | "citation_publisher" => {
                set(&mut self.said.linked.source)
            }
            "article:published_time" | "datepublished" | "og:published_time" => {
                meta.published = dates::date(content).or(meta.published.take());
            }
            "date"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.date"
            | "dcterms.issued"
            | "pubdate"
            | "publishdate"
            | "publish-date"
            | "publish_date"
            | "parsely-pub-date"
            | "sailthru.date"
            | "citation_publication_date" => {
                meta.published = meta.published.take().or_else(|| dates::date(content));
            }
            "og:locale" | "content-language" => set(&mut self.said.linked.lang),
            _ => {}
        }
    }

    fn finish(mut self, end: usize) -> Metadata {
        self.end_row(end);
        self.tables.finish(&mut self.builder.blocks);
        let blocks = &mut self.builder.blocks;
        let bytes = |blocks: &mut dyn Iterator<Item = &Block>| blocks.map(|b| b.range.len()).sum::<usize>();
        let read = bytes(&mut blocks.iter().filter(|b| b.kind != BlockKind::Furniture));
        let set_aside = bytes(&mut self.demoted.iter().map(|(i, _)| &blocks[*i]));
        if read < HARDLY_ANY_TEXT && set_aside > 4 * read {
            for (block, kind) in self.demoted {
                blocks[block].kind = kind;
            }
        }
        let Said { meta, linked, time, title } = self.said;
        // Linked data is written for machines, so it comes before all but the open graph's own fields.
        let mut found = meta.or(linked);
        found.published = found.published.or(time);
        found.title = found.title.or(title);
        found
    }
}

/// The character reference a text begins with: its length and what it stands for.
fn reference(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let body = match bytes.get(1)? {
        b'#' if matches!(bytes.get(2), Some(b'x' | b'X')) => {
            3 + bytes[3..].iter().take(16).take_while(|b| b.is_ascii_hexdigit()).count()
        }
        b'#' => 2 + bytes[2..].iter().take(16).take_while(|b| b.is_ascii_digit()).count(),
        _ => 1 + bytes[1..].iter().take(40).take_while(|b| b.is_ascii_alphanumeric()).count(),
    };
    let len = body + usize::from(bytes.get(body) == Some(&b';'));
    let written = &text[..len];
    let plain = match written {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        "&nbsp;" | "&#160;" => "\u{a0}",
        "&#39;" | "&apos;" => "'",
        _ => "",
    };
    if !plain.is_empty() {
        return Some((len, plain.to_owned()));
    }
    let mut decoded = String::new();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        if let CallbackEvent::String { value } = event {
            decoded.push_str(&String::from_utf8_lossy(value));
        }
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(written, emitter).finish();
    if decoded == written || decoded.is_empty() {
        return None;
    }
    // A name without its semicolon may be followed by letters that are not part of it.
    let first = decoded.chars().next().map_or(0, char::len_utf8);
    let rest = &decoded[first..];
    if !rest.is_empty() && written.ends_with(rest) {
        let len = len - rest.len();
        decoded.truncate(first);
        return Some((len, decoded));
    }
    Some((len, decoded))
}
