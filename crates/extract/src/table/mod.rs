//! Claims out of tables: a figure, the headers of its row and column, and what stands around the table.
//!
//! Every header is read with the phrases of its language, and every word of a row's and a column's header must
//! be accounted for before a figure is read: "Deferred revenue" is not revenue, a column of note numbers is no
//! period. What a header does not say comes from those around it, in order: the cell itself, its column, its
//! row, the rows that speak for it, the corner, the caption, the heading or short paragraph beside the table.

mod cell;
mod figure;
mod header;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::rc::Rc;

use consilience_claim::{Claim, ClaimId, Confidence, Evidence, Figure, Period};
use indexmap::{IndexMap, IndexSet};

use self::cell::{Amount, Cell, Kind};
use self::figure::{Reading, RowOf};
use self::header::{Label, is_bare_year};
use crate::attach::Topic;
use crate::cast::Cast;
use crate::confidence;
use crate::document::{Block, BlockKind, Document};
use crate::lexicon::{Lang, Lexicon};
use crate::number::Habit;
use crate::scan::Scan;

/// The name of this reader in `rule`.
pub(crate) const RULE: &str = "reader/table";
/// A paragraph longer than this says more than the units of the table beside it.
const NOTE_BYTES: usize = 240;
/// A cell longer than this is text.
const CELL_BYTES: usize = 80;

/// More figures in a row than this are data for machines.
const WIDEST: usize = 64;
/// A heading longer than this is none.
const HEADING_BYTES: usize = 400;

/// What the tables of a document say.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub claims: Vec<Claim>,
    pub figures: Vec<Figure>,
}

/// Reads all tables of a document.
pub(crate) fn cell_claims(
    document: &Document,
    lexicon: &Lexicon,
    cast: &Cast<'_>,
    habit: Habit,
    topic: &Topic,
) -> Found {
    let mut reader = Reader {
        document,
        lexicon,
        cast,
        habit,
        topic,
        labels: IndexMap::new(),
        places: IndexMap::new(),
        things: false,
        found: Found::default(),
    };
    let is_cell = |block: &Block| matches!(block.kind, BlockKind::Cell { .. });
    let mut from = 0;
    while from < document.blocks.len() {
        if !is_cell(&document.blocks[from]) {
            from += 1;
            continue;
        }
        let to = document.blocks[from..]
            .iter()
            .position(|b| !is_cell(b))
            .map_or(document.blocks.len(), |n| from + n);
        reader.table(from..to);
        from = to;
    }
    reader.found
}

struct Reader<'a> {
    document: &'a Document,
    lexicon: &'a Lexicon,
    cast: &'a Cast<'a>,
    habit: Habit,
    topic: &'a Topic,
    /// Headers already read, by language and text.
    labels: IndexMap<(String, String), Rc<Label>>,
    /// Where the table first has a text.
    places: IndexMap<String, Range<usize>>,
    /// Whether the rows of the table are things of one kind.
    things: bool,
    found: Found,
}

/// A row of the table: its headers, outermost first, and its cells with their blocks.
struct Row<'a> {
    labels: &'a [String],
    cells: Vec<usize>,
    /// Cells without headers: headers themselves, labels, or layout.
    plain: bool,
}

/// What stands around a table, nearest first.
struct Context {
    /// Corner, caption, heading.
    titles: Vec<Rc<Label>>,
    /// Short paragraphs: for the unit only.
    notes: Vec<Rc<Label>>,
    /// Whether the rows are things of one kind, each under its own name.
    things: bool,
    /// Whether no row has a metric of its own.
    pure: bool,
    /// Whether most of them are outside the catalogue.
    unknown: bool,
    /// Whether the rows are parts of a people.
    groups: bool,
}

/// A figure of a row.
struct Entry {
    block: usize,
    amount: Amount,
    column: Rc<Label>,
    /// The level period that its column names, once known.
    period: Option<Period>,
}

impl<'a> Reader<'a> {
    fn text(&self, block: usize) -> &'a str {
        &self.document.text[self.document.blocks[block].range.clone()]
    }

    fn lang(&self, block: usize) -> Option<&'a Lang> {
        let block = &self.document.blocks[block];
        let whole = self.document.record.lang.as_deref().and_then(|code| self.lexicon.lang(code));
        let own = block.lang.as_deref().and_then(|code| self.lexicon.lang(code));
        let region = self.document.region.as_deref();
        let (whole, own) = (whole.map(|l| l.of(region)), own.map(|l| l.of(region)));
        // A few ideographs do not tell Japanese from Chinese: the document does.
        let unspaced = |l: &Lang| !l.names.tails.is_empty();
        match (own, whole) {
            (Some(own), Some(whole)) if unspaced(own) && unspaced(whole) => Some(whole),
            (own, whole) => own.or(whole),
        }
    }

    // ---- the table -------------------------------------------------------------------------------------

    fn table(&mut self, blocks: Range<usize>) {
        let Some(lang) = blocks.clone().find_map(|b| self.lang(b)) else { return };
        self.places.clear();
        let rows = self.rows(blocks.clone());
        let context = self.context(&blocks, &rows, lang);
        self.things = context.things;
        let currency = self.only_currency(&rows, lang);
        let mut above: Option<Rc<Label>> = None;
        for row in &rows {
            self.row(row, &context, currency, &mut above, lang);
        }
    }

    /// Cuts the cells into rows. A row ends where the headers change, or where a column comes again.
    fn rows(&mut self, blocks: Range<usize>) -> Vec<Row<'a>> {
        let document = self.document;
        let mut rows: Vec<Row<'a>> = Vec::new();
        let (mut first, mut before): (&[String], &[String]) = (&[], &[]);
        for index in blocks {
            let BlockKind::Cell { row, column, .. } = &document.blocks[index].kind else { continue };
            let place = self.places.entry(self.text(index).trim().to_owned());
            place.or_insert_with(|| document.blocks[index].range.clone());
            // Two columns side by side may be headed alike.
            let again = !column.is_empty() && first == column.as_slice() && before != column.as_slice();
            let plain = row.is_empty() && column.is_empty();
            let goes_on = |last: &&mut Row<'a>| {
                last.labels == row.as_slice() && last.plain == plain && !again && !plain
            };
            match rows.last_mut().filter(goes_on) {
                Some(last) => last.cells.push(index),
                None => {
                    first = column;
                    rows.push(Row { labels: row, cells: vec![index], plain });
                }
            }
            before = column;
        }
        rows
    }

    /// What speaks for the whole table, nearest first: corner, caption and heading; then short paragraphs
    /// beside it, which say its unit and nothing else.
    fn context(&mut self, blocks: &Range<usize>, rows: &[Row<'a>], lang: &'a Lang) -> Context {
        let document = self.document;
        let kind = |index: usize| &document.blocks[index].kind;
        let mut heads: IndexSet<&str> = IndexSet::new();
        let mut caption = None;
        for row in rows {
            for (place, &index) in row.cells.iter().enumerate() {
                if let BlockKind::Cell { row, column, caption: said } = kind(index) {
                    // What heads the labels heads no figures: it is the corner.
                    if place > 0 || !row.is_empty() {
                        heads.extend(column.iter().map(String::as_str));
                    }
                    caption = caption.or(said.as_ref());
                }
            }
        }
        // Cells above the first figures that head no column: the corner, a line of units.
        let first = rows.iter().find(|r| !r.plain);
        let label = first.and_then(|r| r.labels.last()).map(String::as_str);
        let data = first.and_then(|r| r.cells.first()).copied().unwrap_or(blocks.end);
        let corner = (blocks.start..data).map(|index| (index, self.text(index).trim()));
        let corner = corner
            .filter(|(index, text)| !(heads.contains(text) || index + 1 == data && label == Some(*text)));
        let mut titles: Vec<&str> = corner.map(|(_, text)| text).take(4).collect();
        let corners = titles.len();
        titles.extend(caption.map(String::as_str));
        let mut notes: Vec<&str> = Vec::new();
        let beside = |index: usize| {
            let block = document.blocks.get(index)?;
            let text = document.text[block.range.clone()].trim();
            match block.kind {
                BlockKind::Heading(_) | BlockKind::Title if text.len() <= HEADING_BYTES => Some((text, true)),
                BlockKind::Paragraph if text.len() <= NOTE_BYTES => Some((text, false)),
                _ => None,
            }
        };
        for back in 1..=2 {
            match blocks.start.checked_sub(back).and_then(beside) {
                Some((text, true)) => {
                    titles.push(text);
                    break;
                }
                Some((text, false)) => notes.push(text),
                None => break,
            }
        }
        notes.extend(beside(blocks.end).filter(|(_, heading)| !heading).map(|(text, _)| text));
        let titles: Vec<Rc<Label>> = titles.into_iter().map(|t| self.label(t, lang)).collect();
        let things = self.lists_things(&titles[..corners], rows, lang);
        let names: Vec<Rc<Label>> =
            rows.iter().filter_map(|r| r.labels.last()).take(WIDEST).map(|t| self.label(t, lang)).collect();
        let pure = names.iter().all(|l| l.metric.is_none() && !l.misleading);
        let unknown = names.iter().filter(|l| !l.rest.is_empty()).count() * 2 > names.len();
        Context {
            groups: titles[..corners].iter().any(|c| c.group),
            titles,
            things,
            pure,
            unknown,
            notes: notes.into_iter().map(|t| self.label(t, lang)).collect(),
        }
    }

    /// Whether the corner says that the rows are things: by a word for their kind, or by a metric that is then
    /// every row's, where no row has one of its own.
    fn lists_things(&mut self, corners: &[Rc<Label>], rows: &[Row<'a>], lang: &'a Lang) -> bool {
        if corners.iter().any(|c| c.kind) {
            return true;
        }
        let metric = |l: &Label| l.metric.is_some() && !l.misleading && l.rest.is_empty();
        corners.iter().any(|c| metric(c))
            && rows.iter().filter_map(|r| r.labels.last()).all(|text| {
                let label = self.label(text, lang);
                label.metric.is_none() && !label.misleading && label.whens.is_empty() && !label.grows()
            })
    }

    /// The currency that cells of the table are written with, where it is one.
    fn only_currency(&self, rows: &[Row<'a>], lang: &'a Lang) -> Option<(u16, bool)> {
        let mut only = None;
        let mut scan = Scan::default();
        for index in rows.iter().flat_map(|r| &r.cells) {
            let text = self.text(*index);
            if text.len() > CELL_BYTES || text.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
                continue;
            }
            let currency = match self.cell(*index, lang, &mut scan) {
                Cell::Amount(Amount { kind: Kind::Money(c, shared), .. }) => Some((c, shared)),
                Cell::Sign { currency, .. } => currency,
                _ => None,
            };
            match (only, currency) {
                (Some(a), Some(b)) if a != b => return None,
                (None, Some(b)) => only = Some(b),
                _ => {}
            }
        }
        only
    }

    fn row(
        &mut self,
        row: &Row<'a>,
        context: &Context,
        table_currency: Option<(u16, bool)>,
        above: &mut Option<Rc<Label>>,
        lang: &'a Lang,
    ) {
        let mut labels: Vec<Rc<Label>> = row.labels.iter().map(|l| self.label(l, lang)).collect();
        let above_it = labels.len().saturating_sub(1);
        let mut entries = self.entries(row, &mut labels, lang);
        if entries.is_empty() || entries.len() > WIDEST {
            return;
        }
        let own = labels.len() - above_it;
        labels.reverse();
        // "growth" under "Revenue" speaks of the row above.
        if let Some(label) = labels.first() {
            if label.metric.is_some() {
                *above = Some(label.clone());
            } else if label.rest.is_empty()
                && label.grows()
                && entries.iter().all(|e| e.amount.kind == Kind::Percent)
            {
                if let Some(above) = above.as_ref() {
                    labels.insert(own, above.clone());
                }
            } else {
                *above = None;
            }
        }
        // "Q3" beside the table and "2023" over a column belong together where all columns are years.
        let years = entries.iter().flat_map(|e| &e.column.whens).all(is_bare_year);
        for entry in &mut entries {
            entry.period = self.period(&entry.column, &labels, &context.titles, years, None).map(|(p, _)| p);
        }
        let mut readings: Vec<(usize, Reading)> = Vec::new();
        for index in 0..entries.len() {
            let row = RowOf {
                at: index,
                labels: &labels,
                own,
                years,
                context,
                entries: &entries,
                currency: table_currency,
            };
            if let Some(reading) = self.read(&row, lang) {
                readings.push((index, reading));
            }
        }
        // Two figures of one row that came out as the same statement: something tells them apart that was not read.
        let same = |a: &Reading, b: &Reading| {
            (a.metric, a.entity, &a.called, a.aspect, &a.period, a.modality, &a.qualifiers)
                == (b.metric, b.entity, &b.called, b.aspect, &b.period, b.modality, &b.qualifiers)
                && a.unit == b.unit
        };
        let clear: Vec<bool> = readings
            .iter()
            .enumerate()
            .map(|(i, (_, a))| {
                readings.iter().enumerate().all(|(j, (_, b))| i == j || !same(a, b) || a.value == b.value)
            })
            .collect();
        for ((index, reading), clear) in readings.into_iter().zip(clear) {
            if clear {
                self.push(&entries[index], reading, lang);
            }
        }
    }

    /// The figures of a row, with signs and brackets from the cells beside them.
    fn entries(&mut self, row: &Row<'a>, labels: &mut Vec<Rc<Label>>, lang: &'a Lang) -> Vec<Entry> {
        let document = self.document;
        let mut entries: Vec<Entry> = Vec::new();
        let mut sign: Option<((u16, bool), usize)> = None;
        let mut opened = false;
        let mut scan = Scan::default();
        for (place, &block) in row.cells.iter().enumerate() {
            let BlockKind::Cell { row: row_headers, column, .. } = &document.blocks[block].kind else {
                continue;
            };
            if row_headers.is_empty() && column.is_empty() {
                continue;
            }
            let lang = self.lang(block).unwrap_or(lang);
            match self.cell(block, lang, &mut scan) {
                Cell::Sign { currency, opens } => {
                    sign = currency.map(|c| (c, block));
                    opened = opens;
                }
                Cell::Tail { closes, kind } => {
                    if let Some(last) = entries.last_mut().filter(|e| e.block + 1 == block) {
                        last.amount.negative |= closes && last.amount.open;
                        if let (Kind::Bare, Some(kind)) = (last.amount.kind, kind) {
                            last.amount.kind = kind;
                        }
                    }
                }
                Cell::Amount(mut amount) => {
                    let bare = amount.kind == Kind::Bare && amount.scale.is_none() && !amount.signed;
                    let year = bare
                        && !amount.written.grouped
                        && amount.written.decimals == 0
                        && amount.written.end - amount.written.start == 4
                        && (1900..=2100).contains(&amount.written.value.mantissa());
                    // A row that opens with a year is that year's.
                    if place == 0 && year {
                        labels.push(self.label(self.text(block).trim(), lang));
                        continue;
                    }
                    if let (Kind::Bare, Some((currency, at))) = (amount.kind, sign.take())
                        && at + 1 == block
                    {
                        amount.kind = Kind::Money(currency.0, currency.1);
                    }
                    amount.negative |= std::mem::take(&mut opened) || amount.open;
                    let column = self.label(&column.join(" "), lang);
                    entries.push(Entry { block, amount, column, period: None });
                }
                Cell::Other => {
                    sign = None;
                    opened = false;
                    // A row may have a name that the file does not mark as its header; what stands before it
                    // is a rank.
                    let text = self.text(block).trim();
                    let known = row_headers.iter().any(|header| header == text);
                    let first = entries.iter().all(|e| e.amount.kind == Kind::Bare) && entries.len() <= 1;
                    if !known && first && text.len() <= CELL_BYTES && text.chars().any(char::is_alphabetic) {
                        entries.clear();
                        labels.push(self.label(text, lang));
                    }
                }
            }
        }
        entries
    }

    // ---- the claim -------------------------------------------------------------------------------------

    fn push(&mut self, entry: &Entry, reading: Reading, lang: &Lang) {
        let amount = &entry.amount;
        let document = self.document;
        let record = &document.record;
        let span = document.map.raw(amount.bytes.clone());
        let Reading {
            metric,
            entity,
            called,
            aspect,
            period,
            modality,
            qualifiers,
            value,
            precision,
            unit,
            steps,
        } = reading;
        let entity = self.cast.entity(entity);
        let mut evidence = vec![Evidence {
            field: "value".into(),
            span: Some(span),
            because: format!("reads as {} {unit}", value.normalize()),
        }];
        for (field, header, because) in steps {
            let place = self.places.get(&header).map(|range| document.map.raw(range.clone()));
            // A header put together from several cells has no place of its own and is quoted.
            let quoted: String = header.chars().filter(|c| !c.is_control()).collect();
            let because = match place {
                None if !quoted.is_empty() => format!("{because} (header «{quoted}»)"),
                _ => because,
            };
            evidence.push(Evidence { field: field.into(), span: place, because });
        }
        self.found.figures.push(Figure {
            value,
            unit: unit.clone(),
            paragraph: u32::try_from(entry.block).unwrap_or(u32::MAX),
        });
        let mut claim = Claim {
            id: ClaimId::default(),
            doc: record.doc.clone(),
            source: record.source.clone(),
            span,
            quote: document.text[amount.bytes.clone()].to_owned(),
            lang: document.blocks[entry.block].lang.clone().unwrap_or_else(|| lang.code.clone()),
            entity_id: Some(entity.id.clone()).filter(|id| !id.is_empty() && called.is_none()),
            entity: called.unwrap_or_else(|| entity.name.clone()),
            metric: self.lexicon.metric(metric).id.clone(),
            aspect,
            period,
            period_label: None,
            value,
            unit,
            precision,
            bound: amount.bound,
            modality,
            qualifiers,
            attributed_to: None,
            published: record.published.clone(),
            confidence: Confidence::default(),
            rule: RULE.into(),
            page: None,
            repeat_of: None,
            reading: evidence,
            extra: serde_json::Map::new(),
        };
        claim.confidence = confidence::of(&claim);
        self.found.claims.push(claim);
    }

    // ---- cells -----------------------------------------------------------------------------------------

    /// Reads a cell. Only a figure with its marks and unit is one; a word beside it makes it text.
    fn cell(&self, block: usize, lang: &Lang, scan: &mut Scan) -> Cell {
        let range = self.document.blocks[block].range.clone();
        let text = &self.document.text;
        if range.len() > CELL_BYTES {
            return Cell::Other;
        }
        scan.run(text, range, lang, self.habit, &self.cast.written);
        cell::read(scan, text)
    }

    fn label(&mut self, text: &str, lang: &Lang) -> Rc<Label> {
        let key = (lang.code.clone(), text.to_owned());
        if let Some(known) = self.labels.get(&key) {
            return known.clone();
        }
        let label = Rc::new(header::read(text, lang, self.lexicon, self.cast, self.habit));
        self.labels.insert(key, label.clone());
        label
    }
}
