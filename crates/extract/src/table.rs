//! Claims out of tables: a figure, the headers of its row and column, and what stands around the table.
//!
//! Every header is read with the phrases of its language, and every word of a row's and a column's header must
//! be accounted for before a figure is read: "Deferred revenue" is not revenue, a column of note numbers is no
//! period. What a header does not say comes from those around it, in order: the cell itself, its column, its
//! row, the rows that speak for it, the corner, the caption, the heading or short paragraph beside the table.

use std::ops::Range;
use std::rc::Rc;

use consilience_claim::{
    Aspect, Bound, Claim, ClaimId, Confidence, Decimal, Evidence, Figure, Modality, Period, Unit, exact,
};
use indexmap::{IndexMap, IndexSet};

use crate::attach::Topic;
use crate::cast::Cast;
use crate::claims::local_currency;
use crate::document::{Block, BlockKind, Document};
use crate::lexicon::{Cue, EntityKind, Lang, Lexicon, Metric, MetricKind, MetricUnit, Term};
use crate::number::{self, Habit, Written};
use crate::scan::{Hit, Scan, TokenKind};
use crate::when::{self, Part, Running, What, When, YearRef};

/// The name of this reader in `rule`.
const RULE: &str = "reader/table";
/// A paragraph longer than this says more than the units of the table beside it.
const NOTE_BYTES: usize = 240;
/// A cell longer than this is text.
const CELL_BYTES: usize = 80;
/// Money below this without any scale in sight is a table whose unit was not found.
const UNSCALED_MONEY: i64 = 100_000;

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
}

/// A figure of a row.
struct Entry {
    block: usize,
    amount: Amount,
    column: Rc<Label>,
    /// The level period that its column names, once known.
    period: Option<Period>,
}

/// What a cell holds.
enum Cell {
    Amount(Amount),
    /// A sign that stands in a cell of its own before the figure.
    Sign {
        currency: Option<(u16, bool)>,
        opens: bool,
    },
    /// What stands in a cell of its own behind the figure.
    Tail {
        closes: bool,
        kind: Option<Kind>,
    },
    Other,
}

/// A figure as written in a cell.
#[derive(Debug, Clone)]
struct Amount {
    bytes: Range<usize>,
    written: Written,
    negative: bool,
    signed: bool,
    /// A bracket that opens in this cell and closes in another.
    open: bool,
    /// Power of ten written in the cell.
    scale: Option<u8>,
    kind: Kind,
    bound: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bare,
    Money(u16, bool),
    Percent,
    Points,
    BasisPoints,
    Count(u16),
}

/// A header, read.
#[derive(Debug, Default)]
struct Label {
    text: String,
    metric: Option<u16>,
    /// The words of the metric.
    phrase: String,
    /// Metrics named behind a scale: "in millions, except headcount".
    excepted: Vec<u16>,
    entity: Option<u16>,
    place: Option<u16>,
    whens: Vec<When>,
    currency: Option<(u16, bool)>,
    /// Power of ten, and whether it is tied to a currency.
    scale: Option<(u8, bool)>,
    percent: bool,
    points: bool,
    per_share: bool,
    partitive: bool,
    yoy: bool,
    qoq: bool,
    other_step: bool,
    moves: bool,
    expected: bool,
    guidance: bool,
    compares: bool,
    qualifiers: Vec<String>,
    /// Words that nothing accounts for, outside brackets.
    rest: Vec<String>,
    /// Contains a phrase that looks like a metric and means something else, or two metrics at once.
    misleading: bool,
}

impl Label {
    /// Whether the header tells one column from another.
    fn tells(&self) -> bool {
        self.metric.is_some()
            || self.entity.is_some()
            || self.place.is_some()
            || !self.whens.is_empty()
            || self.expected
            || self.guidance
            || !self.qualifiers.is_empty()
    }

    fn grows(&self) -> bool {
        self.yoy || self.qoq || self.moves
    }
}

/// What the headers of a cell make of its figure.
struct Reading {
    metric: u16,
    entity: u16,
    aspect: Aspect,
    period: Period,
    modality: Modality,
    qualifiers: Vec<String>,
    value: Decimal,
    precision: Option<Decimal>,
    unit: Unit,
    doubt: u16,
    steps: Vec<(&'static str, String, String)>,
}

impl<'a> Reader<'a> {
    fn text(&self, block: usize) -> &'a str {
        &self.document.text[self.document.blocks[block].range.clone()]
    }

    fn lang(&self, block: usize) -> Option<&'a Lang> {
        let block = &self.document.blocks[block];
        let code = block.lang.as_deref().or(self.document.record.lang.as_deref())?;
        self.lexicon.lang(code)
    }

    // ---- the table -------------------------------------------------------------------------------------

    fn table(&mut self, blocks: Range<usize>) {
        let Some(lang) = blocks.clone().find_map(|b| self.lang(b)) else { return };
        self.places.clear();
        let rows = self.rows(blocks.clone());
        let context = self.context(&blocks, &rows, lang);
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
            .filter(|(index, text)| !heads.contains(text) && !(index + 1 == data && label == Some(*text)));
        let mut titles: Vec<&str> = corner.map(|(_, text)| text).take(4).collect();
        titles.extend(caption.map(String::as_str));
        let mut notes: Vec<&str> = Vec::new();
        let beside = |index: usize| {
            let block = document.blocks.get(index)?;
            let text = document.text[block.range.clone()].trim();
            match block.kind {
                BlockKind::Heading(_) | BlockKind::Title => Some((text, true)),
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
        Context {
            titles: titles.into_iter().map(|t| self.label(t, lang)).collect(),
            notes: notes.into_iter().map(|t| self.label(t, lang)).collect(),
        }
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
        let mut entries = self.entries(row, &mut labels, lang);
        if entries.is_empty() {
            return;
        }
        labels.reverse();
        // "growth" under "Revenue" speaks of the row above.
        let mut carried = false;
        if let Some(own) = labels.first() {
            if own.metric.is_some() {
                *above = Some(own.clone());
            } else if own.rest.is_empty()
                && own.grows()
                && entries.iter().all(|e| e.amount.kind == Kind::Percent)
            {
                if let Some(above) = above.as_ref() {
                    labels.insert(1, above.clone());
                    carried = true;
                }
            } else {
                *above = None;
            }
        }
        for entry in &mut entries {
            entry.period = self.period(&entry.column, &labels, &context.titles, None).map(|(p, _)| p);
        }
        let mut readings: Vec<(usize, Reading)> = Vec::new();
        for index in 0..entries.len() {
            let row = RowOf { labels: &labels, context, entries: &entries, currency: table_currency };
            if let Some(mut reading) = self.read(index, &row, lang) {
                reading.doubt += if carried { 100 } else { 0 };
                readings.push((index, reading));
            }
        }
        // Two figures of one row that came out as the same statement: something tells them apart that was not read.
        let same = |a: &Reading, b: &Reading| {
            (a.metric, a.entity, a.aspect, &a.period, a.modality, &a.qualifiers)
                == (b.metric, b.entity, b.aspect, &b.period, b.modality, &b.qualifiers)
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
                    if let (Kind::Bare, Some((currency, at))) = (amount.kind, sign.take()) {
                        if at + 1 == block {
                            amount.kind = Kind::Money(currency.0, currency.1);
                        }
                    }
                    amount.negative |= std::mem::take(&mut opened) || amount.open;
                    let column = self.label(&column.join(" "), lang);
                    entries.push(Entry { block, amount, column, period: None });
                }
                Cell::Other => {
                    sign = None;
                    opened = false;
                    // A row may open with a name that the file does not mark as its header.
                    if place == 0 && row_headers.is_empty() {
                        labels.push(self.label(self.text(block).trim(), lang));
                    }
                }
            }
        }
        entries
    }

    // ---- one figure ------------------------------------------------------------------------------------

    fn read(&self, index: usize, row: &RowOf<'_>, lang: &Lang) -> Option<Reading> {
        let entry = &row.entries[index];
        let (amount, column) = (&entry.amount, &entry.column);
        let own = row.labels.first();
        if own.is_some_and(|l| l.misleading) || column.misleading || column.compares {
            return None;
        }
        let mut steps = Vec::new();
        let mut doubt = u16::from(amount.written.other.is_some()) * 150;
        // The metric: row, column, the rows above, what stands around the table.
        let headers = || row.labels.iter().take(1).chain([column]).chain(row.labels.iter().skip(1));
        let named =
            headers().chain(row.context.titles.iter()).find(|l| l.metric.is_some() && !l.misleading)?;
        let mut metric = named.metric?;
        if row.context.titles.iter().any(|c| Rc::ptr_eq(c, named)) {
            doubt += 80;
        }
        let mut entity: Option<u16> = None;
        // Words that no phrase accounts for: part of a longer name of the metric, or of a part of the company.
        for label in own.into_iter() {
            if label.rest.is_empty() {
                continue;
            }
            let words = label.rest.join(" ");
            if let Some(longer) = longer_name(lang, &words, named) {
                metric = longer;
            } else if let Some(part) = self.part(lang, label.entity, &words) {
                entity = Some(part);
            } else {
                return None;
            }
        }
        let change_column = self.is_change_column(index, row);
        if !column.rest.is_empty() && !change_column {
            let words = column.rest.join(" ");
            if let Some(longer) = longer_name(lang, &words, named) {
                metric = longer;
            } else if let Some(part) = self.part(lang, column.entity, &words) {
                entity = Some(part);
            } else if !self.is_sole_column(index, row) {
                return None;
            } else {
                doubt += 60;
            }
        }
        let per_share = headers().any(|l| l.per_share) && !named.text.is_empty();
        metric =
            self.per_share(metric, per_share && (named.per_share || own.is_some_and(|l| l.per_share)))?;
        steps.push(("metric", named.text.clone(), format!("header: {}", self.lexicon.metric(metric).id)));

        let of_places = self.lexicon.metric(metric).of_places;
        let entity = match entity {
            Some(part) => {
                let name = &self.cast.entity(part).name;
                steps.push(("entity", String::new(), format!("part of the company, by its header: {name}")));
                part
            }
            None => self.entity(of_places, row, column, &mut steps, &mut doubt)?,
        };
        let metric = self.settle(metric, entity, amount);
        let info = self.lexicon.metric(metric);
        if info.company_only && self.cast.entity(entity).kind == EntityKind::Part {
            return None;
        }
        if (info.id == "index_level") != (self.cast.entity(entity).kind == EntityKind::Index) {
            return None;
        }

        let grows = headers().any(|l| l.grows()) || row.context.titles.iter().any(|l| l.yoy || l.qoq);
        let (aspect, unit) = self.aspect(index, row, info, entity, grows, change_column, &mut doubt)?;
        let (mut value, precision) = self.value(amount, info, &unit, row, column, &mut doubt)?;
        let (period, aspect) = match aspect {
            Growth::None => {
                let aspect = if info.kind == MetricKind::Tally { Aspect::Cumulative } else { Aspect::Level };
                (self.level_period(entry, row, info, entity, &mut steps, &mut doubt)?, aspect)
            }
            Growth::Percent | Growth::Difference => {
                let (period, by_distance, from) = self.growth_period(index, row, entity)?;
                if let Some(from) = from {
                    steps.push(("period", from, period.to_string()));
                } else {
                    steps.push(("period", column.text.clone(), period.to_string()));
                }
                let named = headers().find_map(|l| match (l.qoq, l.yoy, l.other_step) {
                    (_, _, true) => Some(Aspect::Change),
                    (true, ..) => Some(Aspect::QoqGrowth),
                    (_, true, _) => Some(Aspect::YoyGrowth),
                    _ => None,
                });
                let aspect = match aspect {
                    Growth::Difference => Aspect::Change,
                    _ => named.or(by_distance)?,
                };
                steps.push(("aspect", column.text.clone(), format!("{aspect}: a column of change")));
                (period, aspect)
            }
        };
        let modality = self.modality(column, row, &period, &mut steps);
        let mut qualifiers: Vec<String> = headers().flat_map(|l| l.qualifiers.iter().cloned()).collect();
        if !of_places {
            qualifiers.extend(self.regions(row, column));
        }
        qualifiers.sort();
        qualifiers.dedup();
        // What is worded as a loss or a cost is positive, brackets or not.
        if aspect == Aspect::Level && value.is_sign_negative() && is_outflow(&info.id) {
            value = -value;
        }
        Some(Reading {
            metric,
            entity,
            aspect,
            period,
            modality,
            qualifiers,
            value,
            precision: if matches!(amount.bound, Bound::AtLeast | Bound::AtMost) { None } else { precision },
            unit,
            doubt,
            steps,
        })
    }

    /// The metric per share where the header says so.
    fn per_share(&self, metric: u16, per_share: bool) -> Option<u16> {
        let info = self.lexicon.metric(metric);
        if !per_share || info.unit != MetricUnit::Money {
            return Some(metric);
        }
        let id = match info.id.as_str() {
            "net_income" | "profit" => "eps",
            "dividend" => "dividend_per_share",
            _ => return None,
        };
        self.lexicon.metric_by_id(id)
    }

    /// Settles words that mean different metrics for different entities or units.
    fn settle(&self, metric: u16, entity: u16, amount: &Amount) -> u16 {
        let part = self.cast.entity(entity).kind == EntityKind::Part;
        let large = amount.written.value > Decimal::ONE_HUNDRED;
        let id = match self.lexicon.metric(metric).id.as_str() {
            "loss" if part => "operating_loss",
            "loss" => "net_loss",
            "profit" if part => "operating_income",
            "profit" => "net_income",
            "eps" => "eps_diluted",
            // Some call the amount a margin too.
            "gross_margin" if large && matches!(amount.kind, Kind::Bare | Kind::Money(..)) => "gross_profit",
            _ => return metric,
        };
        self.lexicon.metric_by_id(id).unwrap_or(metric)
    }

    fn entity(
        &self,
        of_places: bool,
        row: &RowOf<'_>,
        column: &Label,
        steps: &mut Vec<(&'static str, String, String)>,
        doubt: &mut u16,
    ) -> Option<u16> {
        // Populations and rates are of places, whoever reports them.
        let named = |label: &'_ Label| if of_places { label.place.or(label.entity) } else { label.entity };
        let own = row.labels.first().and_then(|l| named(l).map(|e| (e, &l.text)));
        let across = named(column).map(|e| (e, &column.text));
        let chosen = match (own, across) {
            (Some(a), Some(b)) if a.0 == b.0 || self.cast.is_part_of(a.0, b.0) => Some(a),
            (Some(a), Some(b)) if self.cast.is_part_of(b.0, a.0) => Some(b),
            (Some(_), Some(_)) => return None,
            (one, other) => one.or(other),
        };
        let mut around = row.labels.iter().skip(1).chain(&row.context.titles);
        let chosen = chosen.or_else(|| around.find_map(|l| named(l).map(|e| (e, &l.text))));
        if let Some((entity, text)) = chosen {
            steps.push(("entity", text.clone(), format!("named: {}", self.cast.entity(entity).name)));
            return Some(entity);
        }
        *doubt += 40;
        let place = self.topic.place.filter(|_| of_places);
        let entity = place.or(self.topic.entity)?;
        let because = format!("what the text is about: {}", self.cast.entity(entity).name);
        steps.push(("entity", String::new(), because));
        Some(entity)
    }

    /// The countries that row and column name: of a company's figure they tell which part of it.
    fn regions(&self, row: &RowOf<'_>, column: &Label) -> Vec<String> {
        let places = row.labels.iter().map(|l| &**l).chain([column]).filter_map(|l| l.place);
        places.map(|p| format!("region:{}", self.cast.entity(p).country)).collect()
    }

    /// The part of the company that goes by these words.
    fn part(&self, lang: &Lang, named: Option<u16>, words: &str) -> Option<u16> {
        let company = self.cast.company_of(named.or(self.topic.entity)?);
        let name = &self.cast.entity(company).name;
        [words.to_owned(), format!("{name} {words}")].iter().find_map(|text| {
            let mut found = None;
            lang.trie.walk(text, 0, |end, term| {
                if let Term::Entity(entity, _) = term
                    && end == text.len()
                    && self.cast.is_part_of(entity, company)
                {
                    found = Some(entity);
                }
            });
            found
        })
    }

    /// Value and precision in base units.
    fn value(
        &self,
        amount: &Amount,
        info: &Metric,
        unit: &Unit,
        row: &RowOf<'_>,
        column: &Label,
        doubt: &mut u16,
    ) -> Option<(Decimal, Option<Decimal>)> {
        let mut power = amount.scale.unwrap_or(0);
        let money = matches!(unit, Unit::Money(_));
        let scales = match unit {
            Unit::Money(_) => info.kind != MetricKind::Ratio,
            Unit::MoneyPer(..) => false,
            Unit::Named(_) => matches!(info.unit, MetricUnit::Count(_)) && !unit.is_percent(),
        };
        if scales && amount.scale.is_none() {
            let labels = row.nearest(column);
            let said = labels
                .filter(|l| !l.excepted.iter().any(|m| self.lexicon.metric(*m).id == info.id))
                .find_map(|l| l.scale.filter(|(_, tied)| money || !tied));
            match said {
                Some((scale, _)) => power = scale,
                None if money && matches!(info.kind, MetricKind::Flow | MetricKind::Stock) => {
                    if amount.written.value < Decimal::from(UNSCALED_MONEY) {
                        return None;
                    }
                    *doubt += 100;
                }
                None => {}
            }
        }
        let mut place = i32::from(power);
        if amount.kind == Kind::BasisPoints {
            place -= 2;
        }
        let factor = exact::power_of_ten(place).ok()?;
        let written = &amount.written;
        let value = exact::mul(written.value, factor).ok()?;
        let precision = number::precision(written.value, written.decimals, written.digits, 0)
            .and_then(|p| exact::mul(p, factor).ok());
        Some((if amount.negative { -value } else { value }, precision))
    }

    /// Whether the figure is a change, and in what unit it is.
    fn aspect(
        &self,
        index: usize,
        row: &RowOf<'_>,
        info: &Metric,
        entity: u16,
        grows: bool,
        change_column: bool,
        doubt: &mut u16,
    ) -> Option<(Growth, Unit)> {
        let entry = &row.entries[index];
        let (amount, column) = (&entry.amount, &entry.column);
        let growth_row = row.labels.first().is_some_and(|l| l.grows());
        match amount.kind {
            Kind::Points | Kind::BasisPoints => (info.unit == MetricUnit::Percent)
                .then(|| (Growth::Difference, Unit::named("percentage_points"))),
            Kind::Percent => match info.unit {
                MetricUnit::Percent if column.points => {
                    Some((Growth::Difference, Unit::named("percentage_points")))
                }
                // How much a share changed, in percent, may be points or relative: left unread.
                MetricUnit::Percent => {
                    (!change_column && !growth_row).then(|| (Growth::None, Unit::percent()))
                }
                _ if column.partitive && column.metric.is_some() => None,
                _ => (grows || change_column).then(|| (Growth::Percent, Unit::percent())),
            },
            _ if growth_row || (change_column && column.percent) => {
                // Percent is said by the header, not by the cell.
                let percent = column.percent || row.labels.first().is_some_and(|l| l.percent);
                (percent && info.unit != MetricUnit::Percent).then(|| (Growth::Percent, Unit::percent()))
            }
            _ => {
                let unit = self.unit(amount, info, row, column, entity, doubt)?;
                if change_column {
                    return self.is_difference(index, row).then_some((Growth::Difference, unit));
                }
                Some((Growth::None, unit))
            }
        }
    }

    fn unit(
        &self,
        amount: &Amount,
        info: &Metric,
        row: &RowOf<'_>,
        column: &Label,
        entity: u16,
        doubt: &mut u16,
    ) -> Option<Unit> {
        match (info.unit, amount.kind) {
            (MetricUnit::Percent, Kind::Bare) => {
                let said = row.nearest(column).any(|l| l.percent);
                if !said {
                    *doubt += 100;
                }
                let fraction = amount.written.value < Decimal::ONE && amount.written.decimals >= 2;
                (said || !fraction).then(Unit::percent)
            }
            (MetricUnit::Percent, _) => None,
            (MetricUnit::Count(unit), Kind::Bare) => Some(self.lexicon.units[unit as usize].clone()),
            (MetricUnit::Count(unit), Kind::Count(said)) => {
                let (own, said) = (&self.lexicon.units[unit as usize], &self.lexicon.units[said as usize]);
                Some(if own.dimension() == said.dimension() { own.clone() } else { said.clone() })
            }
            (MetricUnit::Count(_), _) | (_, Kind::Count(_)) => None,
            (money, kind) => {
                let labels = row.nearest(column);
                let (currency, shared) = match kind {
                    Kind::Money(c, shared) => {
                        // A plain sign may be spelled out by a header: "$" under "in US dollars".
                        let fuller = labels.filter_map(|l| l.currency).find(|(d, s)| !s && shared && *d == c);
                        fuller.unwrap_or((c, shared))
                    }
                    _ => match labels.filter_map(|l| l.currency).next() {
                        Some(currency) => currency,
                        None => {
                            *doubt += 80;
                            row.currency?
                        }
                    },
                };
                let code = self.currency(currency, shared, entity);
                Some(match money {
                    MetricUnit::MoneyPerShare => Unit::MoneyPer(code, "share".into()),
                    _ => Unit::Money(code),
                })
            }
        }
    }

    fn currency(&self, currency: u16, shared: bool, entity: u16) -> String {
        let code = &self.lexicon.currencies[currency as usize].code;
        let country = &self.cast.entity(self.cast.company_of(entity)).country;
        let local = if shared { local_currency(code, country) } else { None };
        local.map_or_else(|| code.clone(), str::to_owned)
    }

    // ---- change ----------------------------------------------------------------------------------------

    /// Whether a column says how much something changed: in so many words, or by standing beside two periods
    /// with a header that names neither a time nor a thing.
    fn is_change_column(&self, index: usize, row: &RowOf<'_>) -> bool {
        let entry = &row.entries[index];
        let column = &entry.column;
        if column.grows() || column.other_step {
            return true;
        }
        if column.tells() || column.partitive || column.text.is_empty() {
            return false;
        }
        let marked = entry.amount.signed || entry.amount.negative || entry.amount.kind != Kind::Bare;
        (marked || column.percent || self.is_difference(index, row)) && self.neighbours(index, row).is_some()
    }

    /// The two periods that a change is between, the later first, and the cells that hold them.
    fn neighbours(&self, index: usize, row: &RowOf<'_>) -> Option<(usize, usize)> {
        let dated = |i: &usize| {
            row.entries[*i].period.is_some()
                && !row.entries[*i].column.grows()
                && row.entries[*i].column.rest.is_empty()
        };
        let mut before: Vec<usize> = (0..index).filter(dated).collect();
        before.reverse();
        let list =
            if before.len() >= 2 { before } else { (index + 1..row.entries.len()).filter(dated).collect() };
        let period = |i: usize| row.entries[i].period.as_ref();
        let length = |i: usize| period(i).and_then(|p| p.whole_months());
        let first = *list.first()?;
        let alike: Vec<usize> = list.iter().copied().filter(|i| length(*i) == length(first)).collect();
        let end = |i: &usize| period(*i).and_then(Period::last);
        let latest = alike.iter().copied().max_by_key(end)?;
        let other = alike.iter().copied().find(|i| end(i) < end(&latest))?;
        Some((latest, other))
    }

    /// Whether a figure is the difference of the two periods beside it, to the digit.
    fn is_difference(&self, index: usize, row: &RowOf<'_>) -> bool {
        let Some((later, earlier)) = self.neighbours(index, row) else { return false };
        let signed = |i: usize| {
            let amount = &row.entries[i].amount;
            if amount.negative { -amount.written.value } else { amount.written.value }
        };
        exact::sub(signed(later), signed(earlier)).is_ok_and(|d| d == signed(index))
    }

    /// The period of a change, which aspect the distance of the periods makes it, and the header it comes from.
    fn growth_period(
        &self,
        index: usize,
        row: &RowOf<'_>,
        entity: u16,
    ) -> Option<(Period, Option<Aspect>, Option<String>)> {
        let column = &row.entries[index].column;
        let by_distance = |later: &Period, earlier: &Period| {
            if later.year_before().as_ref() == Some(earlier) {
                Some(Aspect::YoyGrowth)
            } else if later.whole_months() == Some(3) && later.previous().as_ref() == Some(earlier) {
                Some(Aspect::QoqGrowth)
            } else {
                None
            }
        };
        if !column.whens.is_empty() {
            let running = self.running();
            let calendar = self.cast.calendar(entity);
            let mut periods: Vec<Period> =
                column.whens.iter().filter_map(|w| w.resolve(&running, calendar)).collect();
            periods.sort_by_key(|p| std::cmp::Reverse(p.last()));
            if let [later, earlier, ..] = periods.as_slice() {
                return Some((later.clone(), by_distance(later, earlier), None));
            }
            let (period, _) = self.period(column, row.labels, &row.context.titles, Some(entity))?;
            // The growth that a whole row or table is about is against the year before.
            return Some((period, Some(Aspect::YoyGrowth), None));
        }
        if let Some((later, earlier)) = self.neighbours(index, row) {
            let (a, b) = (row.entries[later].period.clone()?, row.entries[earlier].period.as_ref()?);
            let aspect = by_distance(&a, b);
            return Some((a, aspect, Some(row.entries[later].column.text.clone())));
        }
        // One level beside it: the change is that level's.
        let dated: Vec<&Entry> =
            row.entries.iter().filter(|e| !e.column.whens.is_empty() && !e.column.grows()).collect();
        if let [only] = dated.as_slice() {
            return Some((only.period.clone()?, Some(Aspect::YoyGrowth), Some(only.column.text.clone())));
        }
        let (period, _) = self.period(column, row.labels, &row.context.titles, Some(entity))?;
        Some((period, Some(Aspect::YoyGrowth), None)).filter(|_| dated.is_empty())
    }

    /// Whether a column whose header says nothing known is the only one of its row that could be the figure.
    fn is_sole_column(&self, index: usize, row: &RowOf<'_>) -> bool {
        row.entries.iter().enumerate().all(|(i, e)| {
            i == index
                || e.column.expected
                || e.column.guidance
                || matches!(e.amount.kind, Kind::Percent | Kind::Points | Kind::BasisPoints)
        }) && row.entries[index].amount.kind != Kind::Percent
    }

    // ---- time and modality -----------------------------------------------------------------------------

    fn running(&self) -> Running {
        Running { period: self.topic.period.clone(), published: self.topic.published }
    }

    /// The period that headers give a level, with the header's text.
    fn period(
        &self,
        column: &Label,
        labels: &[Rc<Label>],
        context: &[Rc<Label>],
        entity: Option<u16>,
    ) -> Option<(Period, String)> {
        let headings = context.iter().map(|l| &**l);
        let all: Vec<&Label> =
            [column].into_iter().chain(labels.iter().map(|l| &**l)).chain(headings).collect();
        let usable = |w: &&When| !w.since;
        let (source, when) = all.iter().find_map(|l| l.whens.iter().find(usable).map(|w| (*l, w)))?;
        let mut when = when.clone();
        if let What::Months(first, last, YearRef::Unsaid) = when.what {
            let given = all.iter().flat_map(|l| l.whens.iter()).find_map(|w| match w.what {
                What::Part { year: YearRef::Given(year), .. } => Some(year),
                _ => None,
            });
            if let Some(given) = given {
                when.what = What::Months(first, last, YearRef::Given(given));
            }
        }
        if let What::Part { part, year, fiscal: false } = when.what {
            let others = || all.iter().filter(|l| !std::ptr::eq(**l, source)).flat_map(|l| l.whens.iter());
            match (part, year) {
                // "Q3" over or beside "2023" and "2022"
                (Part::Year, YearRef::Given(given)) if when.at.len() == 1 => {
                    let inner = others().find_map(|w| match w.what {
                        What::Part { part, fiscal, .. } if !matches!(part, Part::Year | Part::Weekday(_)) => {
                            Some((part, fiscal))
                        }
                        _ => None,
                    });
                    if let Some((part, fiscal)) = inner {
                        when.what = What::Part { part, year: YearRef::Given(given), fiscal };
                    }
                }
                (_, YearRef::Unsaid) => {
                    let given = others().find_map(|w| match w.what {
                        What::Part { year: YearRef::Given(year), fiscal, .. } => Some((year, fiscal)),
                        _ => None,
                    });
                    if let Some((given, fiscal)) = given {
                        when.what = What::Part { part, year: YearRef::Given(given), fiscal };
                    }
                }
                _ => {}
            }
        }
        let calendar = entity.or(self.topic.entity).map(|e| self.cast.calendar(e)).unwrap_or_default();
        let period = when.resolve(&self.running(), calendar)?;
        Some((period, source.text.clone()))
    }

    fn level_period(
        &self,
        entry: &Entry,
        row: &RowOf<'_>,
        info: &Metric,
        entity: u16,
        steps: &mut Vec<(&'static str, String, String)>,
        doubt: &mut u16,
    ) -> Option<Period> {
        let flow = matches!(
            info.kind,
            MetricKind::Flow | MetricKind::PerShare | MetricKind::Ratio | MetricKind::CountFlow
        );
        if let Some((mut period, text)) =
            self.period(&entry.column, row.labels, &row.context.titles, Some(entity))
        {
            if flow && period.is_day() {
                // A closing day heads a column of flows: of what length is left to what the text reports on.
                let topic = self.topic.period.as_ref()?;
                let (day, last) = (period.last()?, topic.last()?);
                if (day.month(), day.day()) != (last.month(), last.day()) {
                    return None;
                }
                period = Period::months_ending(day, topic.whole_months()?)?;
                *doubt += 80;
            }
            steps.push(("period", text, period.to_string()));
            return Some(period);
        }
        if !entry.column.whens.is_empty() {
            return None;
        }
        *doubt += 100;
        if matches!(info.kind, MetricKind::Open | MetricKind::Event | MetricKind::Tally | MetricKind::Price) {
            return Some(Period::Unspecified);
        }
        match self.topic.period.clone().filter(|_| !entry.column.guidance) {
            Some(period) => {
                steps.push(("period", String::new(), format!("what the text reports on: {period}")));
                Some(period)
            }
            None => Some(Period::Unspecified),
        }
    }

    fn modality(
        &self,
        column: &Label,
        row: &RowOf<'_>,
        period: &Period,
        steps: &mut Vec<(&'static str, String, String)>,
    ) -> Modality {
        for label in [column].into_iter().chain(row.labels.iter().map(|l| &**l)) {
            let modality = if label.expected {
                Modality::Expected
            } else if label.guidance {
                Modality::Guidance
            } else {
                continue;
            };
            steps.push(("modality", label.text.clone(), format!("headed as {modality}")));
            return modality;
        }
        let ahead = self.topic.published.zip(period.first()).is_some_and(|(p, first)| first > p);
        if ahead {
            steps.push(("modality", column.text.clone(), "expected: the period had not begun".into()));
            return Modality::Expected;
        }
        Modality::Actual
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
            aspect,
            period,
            modality,
            qualifiers,
            value,
            precision,
            unit,
            doubt,
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
        self.found.claims.push(Claim {
            id: ClaimId::default(),
            doc: record.doc.clone(),
            source: record.source.clone(),
            span,
            quote: document.text[amount.bytes.clone()].to_owned(),
            lang: document.blocks[entry.block].lang.clone().unwrap_or_else(|| lang.code.clone()),
            entity: entity.name.clone(),
            entity_id: Some(entity.id.clone()).filter(|id| !id.is_empty()),
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
            confidence: Confidence::per_mille(950u16.saturating_sub(doubt).max(100)),
            rule: RULE.into(),
            repeat_of: None,
            reading: evidence,
            extra: serde_json::Map::new(),
        });
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
        read_cell(scan, text)
    }

    fn label(&mut self, text: &str, lang: &Lang) -> Rc<Label> {
        let key = (lang.code.clone(), text.to_owned());
        if let Some(known) = self.labels.get(&key) {
            return known.clone();
        }
        let label = Rc::new(read_label(text, lang, self.lexicon, self.cast, self.habit));
        self.labels.insert(key, label.clone());
        label
    }
}

/// A row while its figures are read; labels innermost first.
struct RowOf<'r> {
    labels: &'r [Rc<Label>],
    context: &'r Context,
    entries: &'r [Entry],
    currency: Option<(u16, bool)>,
}

impl<'r> RowOf<'r> {
    /// Where a unit may be said, nearest first.
    fn nearest(&self, column: &'r Label) -> impl Iterator<Item = &'r Label> {
        let around = self.context.titles.iter().chain(&self.context.notes);
        [column].into_iter().chain(self.labels.iter().chain(around).map(|l| &**l))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Growth {
    None,
    Percent,
    Difference,
}

/// Metrics whose brackets mean that they are taken off, not that they are below zero.
fn is_outflow(metric: &str) -> bool {
    ["loss", "cost", "expens", "expenditure", "charges", "provisions", "dividend", "repurchases"]
        .iter()
        .any(|part| metric.contains(part))
}

/// The metric that a word and a metric's phrase name together: "total" and "revenue", "basic" and "earnings per share".
fn longer_name(lang: &Lang, words: &str, of: &Label) -> Option<u16> {
    let (phrase, per_share) = (&of.phrase, of.per_share);
    if phrase.is_empty() {
        return None;
    }
    [format!("{words} {phrase}"), format!("{phrase} {words}"), format!("{words} EPS")]
        .iter()
        .take(if per_share { 3 } else { 2 })
        .find_map(|text| {
            let mut found = None;
            lang.trie.walk(text, 0, |end, term| {
                if let Term::Metric(metric, _) = term
                    && end == text.len()
                {
                    found = Some(metric);
                }
            });
            found
        })
}

/// What a cell's tokens are: a figure, a mark that belongs to the figure beside it, or neither.
fn read_cell(scan: &Scan, text: &str) -> Cell {
    let count = scan.tokens.len();
    let Some(at) = (0..count).find(|t| scan.number(*t).is_some()) else { return loose_mark(scan, text) };
    let Some(written) = scan.number(at).cloned() else { return Cell::Other };
    let mut amount = Amount {
        bytes: 0..0,
        negative: false,
        signed: false,
        open: false,
        scale: None,
        kind: Kind::Bare,
        bound: Bound::Exact,
        written,
    };
    // Before the number: signs, a bracket, a currency, a word that bounds.
    let mut from = at;
    let mut t = 0;
    while t < at {
        let hits = scan.hits_at(t);
        let bound = hits.iter().find_map(|h| match h.term {
            Term::Cue(Cue::AtLeastBefore) => Some((Bound::AtLeast, h.to)),
            Term::Cue(Cue::AtMostBefore) => Some((Bound::AtMost, h.to)),
            Term::Cue(Cue::ApproxBefore) => Some((Bound::Approx, h.to)),
            _ => None,
        });
        let currency = currency_at(scan, t);
        match scan.word(text, t) {
            "(" | "（" => {
                amount.open = true;
                from = from.min(t);
            }
            "-" | "−" | "–" | "－" | "▼" | "△" => {
                (amount.signed, amount.negative) = (true, true);
                from = from.min(t);
            }
            "+" | "＋" => {
                amount.signed = true;
                from = from.min(t);
            }
            ">" | "≥" => amount.bound = Bound::AtLeast,
            "<" | "≤" => amount.bound = Bound::AtMost,
            _ => {
                if let Some((found, to)) = currency {
                    amount.kind = Kind::Money(found.0, found.1);
                    from = from.min(t);
                    t = to;
                    continue;
                }
                let Some((found, to)) = bound else { return Cell::Other };
                amount.bound = found;
                t = to.max(t + 1);
                continue;
            }
        }
        t += 1;
    }
    // Behind it: scale, currency, percent, what is counted, the closing bracket.
    let mut to = at + 1;
    let mut closed = false;
    while to < count {
        let hits = scan.hits_at(to);
        let pick = |want: fn(Term) -> Option<Kind>| hits.iter().find_map(|h| want(h.term).map(|k| (k, h.to)));
        let scale = hits.iter().find_map(|h| match h.term {
            Term::Scale(s) | Term::ScaleSuffix(s) => Some((s, h.to)),
            _ => None,
        });
        let kind = pick(|term| match term {
            Term::PercentagePoints => Some(Kind::Points),
            Term::BasisPoints => Some(Kind::BasisPoints),
            _ => None,
        })
        .or_else(|| pick(|term| (term == Term::Percent).then_some(Kind::Percent)))
        .or_else(|| currency_at(scan, to).map(|(c, end)| (Kind::Money(c.0, c.1), end)))
        .or_else(|| {
            pick(|term| match term {
                Term::Noun(unit) => Some(Kind::Count(unit)),
                _ => None,
            })
        });
        if let Some((scale, end)) =
            scale.filter(|_| amount.scale.is_none() && matches!(amount.kind, Kind::Bare | Kind::Money(..)))
        {
            amount.scale = Some(scale);
            to = end;
        } else if let Some((kind, end)) = kind.filter(|(k, _)| {
            amount.kind == Kind::Bare
                || (matches!(k, Kind::Money(..)) && matches!(amount.kind, Kind::Money(..)))
        }) {
            amount.kind = kind;
            to = end;
        } else if amount.open && !closed && matches!(scan.word(text, to), ")" | "）") {
            closed = true;
            to += 1;
        } else if matches!(scan.hits_at(to).first().map(|h| h.term), Some(Term::Partitive | Term::PerShare)) {
            to = scan.hits_at(to)[0].to;
        } else {
            break;
        }
    }
    if amount.open {
        amount.negative = true;
        amount.open = !closed;
    }
    if !only_notes(scan, text, to) {
        return Cell::Other;
    }
    amount.bytes = scan.tokens[from].start..scan.tokens[to - 1].end;
    Cell::Amount(amount)
}

/// Whether what stands behind a figure are footnote marks or an aside in brackets.
fn only_notes(scan: &Scan, text: &str, from: usize) -> bool {
    let mut depth = 0u32;
    for t in from..scan.tokens.len() {
        match scan.word(text, t) {
            "(" | "[" => depth += 1,
            ")" | "]" if depth > 0 => depth -= 1,
            "*" | "†" | "‡" | "§" | "¹" | "²" | "³" | "⁴" | "⁵" | "." | "^" => {}
            _ if depth > 0 => {}
            _ => return false,
        }
    }
    true
}

/// A cell without digits: a sign for the next cell, or the end of the one before.
fn loose_mark(scan: &Scan, text: &str) -> Cell {
    let (mut currency, mut opens, mut closes, mut kind) = (None, false, false, None);
    let mut t = 0;
    while t < scan.tokens.len() {
        if let Some((found, to)) = currency_at(scan, t) {
            currency = Some(found);
            t = to;
            continue;
        }
        let mark = scan.hits_at(t).iter().find_map(|h| match h.term {
            Term::Percent => Some((Kind::Percent, h.to)),
            Term::PercentagePoints => Some((Kind::Points, h.to)),
            Term::BasisPoints => Some((Kind::BasisPoints, h.to)),
            _ => None,
        });
        if let Some((found, to)) = mark {
            kind = Some(found);
            t = to;
            continue;
        }
        match scan.word(text, t) {
            "(" => opens = true,
            ")" => closes = true,
            _ => return Cell::Other,
        }
        t += 1;
    }
    match (currency.is_some() || opens, closes || kind.is_some()) {
        (true, false) => Cell::Sign { currency, opens },
        (false, true) => Cell::Tail { closes, kind },
        _ => Cell::Other,
    }
}

/// The currency whose sign or name starts at a token, the longest, and where it ends.
fn currency_at(scan: &Scan, t: usize) -> Option<((u16, bool), usize)> {
    scan.hits_at(t)
        .iter()
        .filter_map(|h| match h.term {
            Term::Currency(c, shared) => Some(((c, shared), h.to.max(t + 1))),
            _ => None,
        })
        .max_by_key(|(_, to)| *to)
}

// ---- headers -------------------------------------------------------------------------------------------

/// Reads a header.
fn read_label(written: &str, lang: &Lang, lexicon: &Lexicon, cast: &Cast<'_>, habit: Habit) -> Label {
    let (text, mut whens, estimate) = plain_periods(written);
    let mut scan = Scan::default();
    scan.run(&text, 0..text.len(), lang, habit, &cast.written);
    let all = 0..scan.tokens.len();
    whens.extend(when::find(&scan, &text, &all, lang, &mut Vec::new()));
    let mut label = Label { text: written.to_owned(), expected: estimate, ..Label::default() };
    let mut covered = vec![false; scan.tokens.len()];
    let bracketed = brackets(&scan, &text);
    for when in &whens {
        covered[when.at.clone()].fill(true);
    }
    let dated = covered.clone();
    let mut metrics: Vec<(u16, Hit)> = Vec::new();
    for hit in &scan.hits {
        let place = hit.from..hit.to.min(covered.len());
        let inside = bracketed[hit.from];
        let mut known = true;
        match hit.term {
            Term::Metric(metric, _) => metrics.push((metric, *hit)),
            Term::NoMetric => {
                label.misleading |= !inside;
                known = false;
            }
            Term::Entity(entity, _) => {
                // "US$" names money, not a country.
                let money = |h: &Hit| {
                    matches!(h.term, Term::Currency(..)) && h.start <= hit.start && hit.end <= h.end
                };
                if scan.hits.iter().any(money) {
                } else if cast.entity(entity).kind == EntityKind::Place {
                    label.place = label.place.or(Some(entity));
                } else if label.entity.is_none_or(|e| cast.is_part_of(entity, e)) {
                    // Of a whole and its part the part.
                    label.entity = Some(entity);
                }
            }
            Term::Currency(c, shared) if !dated[hit.from] => {
                if label.currency.is_none_or(|(_, s)| s && !shared) {
                    label.currency = Some((c, shared));
                }
            }
            Term::Scale(scale) | Term::ScaleSuffix(scale) => {
                known = read_scale(&scan, hit, scale, &bracketed, &mut label);
            }
            Term::Percent => label.percent = true,
            Term::PercentagePoints | Term::BasisPoints => label.points = true,
            Term::PerShare => label.per_share = true,
            Term::Partitive => label.partitive = true,
            Term::Noun(_) => known = inside,
            Term::Qualifier(q) => label.qualifiers.push(lexicon.qualifiers[q as usize].clone()),
            Term::Region(r) => label.qualifiers.push(format!("region:{}", lexicon.regions[r as usize])),
            Term::Cue(cue) => match cue {
                Cue::Yoy => label.yoy = true,
                Cue::Qoq => label.qoq = true,
                Cue::Mom => label.other_step = true,
                Cue::Up | Cue::Down => label.moves = true,
                Cue::Analyst | Cue::ExpectedNoun | Cue::ExpectVerb | Cue::ExpectedAfter => {
                    label.expected = true
                }
                Cue::Guidance => label.guidance = true,
                Cue::Beat => label.compares = true,
                Cue::Of | Cue::Beneficiary | Cue::By | Cue::To | Cue::From | Cue::Against | Cue::RangeTo => {}
                _ => known = false,
            },
            Term::Connector | Term::Joiner => {}
            _ => known = false,
        }
        if known {
            covered[place].fill(true);
        }
    }
    // A cue that is part of a metric's name is not said by itself: "economic growth", "ex-items".
    let first = metrics.iter().find(|(_, h)| !bracketed[h.from]).or(metrics.first()).copied();
    if let Some((metric, hit)) = first {
        label.metric = Some(metric);
        let per_share = scan.hits_at(hit.to).iter().find(|h| h.term == Term::PerShare);
        label.phrase = text[hit.start..per_share.map_or(hit.end, |h| h.end)].to_owned();
        label.moves &= scan.hits.iter().any(|h| {
            matches!(h.term, Term::Cue(Cue::Up | Cue::Down)) && (h.to <= hit.from || h.from >= hit.to)
        });
        label.misleading |=
            metrics.iter().any(|(m, h)| *m != metric && !bracketed[h.from] && !label.per_share);
    }
    if let Some(scale) = scan.hits.iter().find(|h| matches!(h.term, Term::Scale(_) | Term::ScaleSuffix(_))) {
        label.excepted = metrics.iter().filter(|(_, h)| h.from >= scale.to).map(|(m, _)| *m).collect();
        if first.is_some_and(|(_, hit)| hit.from >= scale.to)
            && label.scale.is_some()
            && label.excepted.len() == metrics.len()
        {
            // "US$ million, revenue": named behind the unit without being set apart, it may be either.
            label.excepted.retain(|m| matches!(lexicon.metric(*m).unit, MetricUnit::Count(_)));
        }
    }
    label.guidance &= !label.expected;
    for t in all {
        let token = scan.tokens[t];
        let word = scan.word(&text, t);
        if token.kind != TokenKind::Word || covered[t] {
            continue;
        }
        if read_joined_unit(&text, token.start..token.end, lang, &mut label) {
            continue;
        }
        if word.trim_end_matches('s') == "000" {
            label.scale = label.scale.or(Some((3, label.currency.is_some())));
            continue;
        }
        let letters = word.chars().count();
        let small = letters <= 3 && word.chars().all(char::is_lowercase) || letters == 1 && word.is_ascii();
        if !small && !bracketed[t] {
            label.rest.push(word.to_owned());
        }
    }
    for t in 0..scan.tokens.len() {
        let thousands = scan.word(&text, t) == "000" && !covered[t];
        if thousands {
            label.scale = label.scale.or(Some((3, label.currency.is_some())));
        } else if !covered[t] && !bracketed[t] && scan.number(t).is_some_and(|n| n.digits > 1) {
            // A number that is no time: part of a name.
            label.rest.push(scan.word(&text, t).to_owned());
        }
    }
    label.whens = whens;
    label
}

/// Takes a scale word for the unit of the table, unless it belongs to a number of its own. Tells whether it is one.
fn read_scale(scan: &Scan, hit: &Hit, scale: u8, bracketed: &[bool], label: &mut Label) -> bool {
    let is_currency = |t: usize| scan.hits_at(t).iter().any(|h| matches!(h.term, Term::Currency(..)));
    let ends_currency = scan.hits.iter().any(|h| matches!(h.term, Term::Currency(..)) && h.to == hit.from);
    let of = scan.hits_at(hit.to).iter().find(|h| h.term == Term::Partitive).map_or(hit.to, |h| h.to);
    let tied = ends_currency || is_currency(of) || is_currency(hit.to);
    let counted = (hit.from.saturating_sub(1)..hit.from).any(|t| scan.number(t).is_some());
    let plain = matches!(hit.term, Term::Scale(_));
    let alone = bracketed[hit.from] || scan.tokens.len() == hit.to - hit.from;
    if counted || !(plain || tied || alone) {
        return false;
    }
    if label.scale.is_none() {
        label.scale = Some((scale, tied));
    }
    true
}

/// "EURm", "MUSD": a code and a scale in one word.
fn read_joined_unit(text: &str, word: Range<usize>, lang: &Lang, label: &mut Label) -> bool {
    let mut found = None;
    lang.trie.walk(text, word.start, |middle, first| {
        if middle >= word.end {
            return;
        }
        lang.trie.walk(text, middle, |end, second| {
            if end != word.end {
                return;
            }
            match (first, second) {
                (Term::Currency(c, shared), Term::ScaleSuffix(s) | Term::Scale(s))
                | (Term::ScaleSuffix(s) | Term::Scale(s), Term::Currency(c, shared)) => {
                    found = Some(((c, shared), s));
                }
                _ => {}
            }
        });
    });
    let Some((currency, scale)) = found else { return false };
    label.currency = label.currency.or(Some(currency));
    label.scale = label.scale.or(Some((scale, true)));
    true
}

/// For every token, whether it stands in brackets.
fn brackets(scan: &Scan, text: &str) -> Vec<bool> {
    let mut depth = 0u32;
    (0..scan.tokens.len())
        .map(|t| {
            match scan.word(text, t) {
                "(" | "[" | "（" => depth += 1,
                ")" | "]" | "）" => {
                    depth = depth.saturating_sub(1);
                    return true;
                }
                _ => {}
            }
            depth > 0
        })
        .collect()
}

/// Writes out what tables shorten in any language: `Q3'23`, `2024E`, `9M23`. The last becomes a mention of
/// time of its own; an `E` or `F` behind a year says that it is an estimate or a forecast.
fn plain_periods(text: &str) -> (String, Vec<When>, bool) {
    let mut out = String::with_capacity(text.len());
    let mut whens = Vec::new();
    let mut estimate = false;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !out.is_empty() {
            out.push(' ');
        }
        let core = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if let Some((part, year)) = months_to_date(core) {
            let year = year.or_else(|| {
                let next = words.peek().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))?;
                let year = full_year(next)?;
                words.next();
                Some(year)
            });
            let year = year.map_or(YearRef::Unsaid, YearRef::Given);
            whens.push(When {
                at: 0..0,
                what: What::Part { part, year, fiscal: false },
                since: false,
                end_of: false,
            });
            continue;
        }
        let marked = core.strip_suffix(['E', 'e', 'F', 'A']).filter(|stem| {
            let tail = stem.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '\'');
            full_year(stem).is_some()
                || (tail.len() < stem.len() && digits(tail) && matches!(tail.len(), 2 | 4))
        });
        if let Some(stem) = marked {
            estimate |= !core.ends_with('A');
            out.push_str(&word.replacen(core, stem, 1));
            continue;
        }
        match core.split_once(['\'', '’']) {
            Some((head, short)) if short.len() == 2 && digits(short) => {
                let plain = if head.is_empty() { format!("20{short}") } else { format!("{head} 20{short}") };
                out.push_str(&word.replacen(core, &plain, 1));
            }
            _ => out.push_str(word),
        }
    }
    (out, whens, estimate)
}

fn full_year(word: &str) -> Option<i16> {
    let year = word.parse::<i16>().ok().filter(|_| word.len() == 4)?;
    (1900..=2100).contains(&year).then_some(year)
}

/// `9M`, `9M23`, `6M2023`, `12M`.
fn months_to_date(word: &str) -> Option<(Part, Option<i16>)> {
    let (months, rest) = word.split_once('M')?;
    let part = match months {
        "6" => Part::SixMonths,
        "9" => Part::NineMonths,
        "12" => Part::Year,
        _ => return None,
    };
    let rest = rest.trim_start_matches(['\'', '’']);
    let year = match rest.len() {
        0 => None,
        2 => Some(2000 + rest.parse::<i16>().ok().filter(|n| *n >= 0)?),
        _ => Some(full_year(rest)?),
    };
    Some((part, year))
}

#[cfg(test)]
mod tests {
    use consilience_claim::{Bound, Modality};

    use crate::{Article, Lexicon};

    /// Reads an article on Tesla's third quarter of 2023 with a table in it; claims of the table only, as
    /// `QUOTE: ENTITY METRIC ASPECT PERIOD VALUE UNIT` and what else differs from the usual.
    fn read(lang: &str, inside: &str) -> Vec<String> {
        let intro = match lang {
            "fr" => {
                "Tesla a publié ses résultats du troisième trimestre 2023 et les commente dans le détail."
            }
            "id" => {
                "Tesla melaporkan hasil kuartal ketiga 2023 dan menjelaskan angka-angka ini dengan rinci."
            }
            _ => "Tesla reported its results for the third quarter of 2023 and commented on them in detail.",
        };
        let html = format!(
            "<!DOCTYPE html><html lang={lang}><head><meta property=\"article:published_time\" \
             content=\"2023-10-19\"><title>Tesla</title></head><body><article><h1>Tesla</h1><p>{intro}</p>\
             {inside}<p>{intro}</p></article></body></html>"
        );
        let lexicon = Lexicon::builtin();
        let article = Article { doc: "a.html", bytes: html.as_bytes() };
        let extraction = crate::extract(crate::read(&article, lexicon), &article, lexicon);
        let of_table = extraction.claims.iter().filter(|c| c.rule == super::RULE);
        of_table
            .map(|c| {
                assert_eq!(&html[c.span.start..c.span.end], c.quote);
                let mut line = format!(
                    "{}: {} {} {} {} {} {}",
                    c.quote,
                    c.entity,
                    c.metric,
                    c.aspect,
                    c.period,
                    c.value.normalize(),
                    c.unit
                );
                if c.bound != Bound::Exact {
                    line += &format!(" {}", c.bound);
                }
                if c.modality != Modality::Actual {
                    line += &format!(" {}", c.modality);
                }
                for qualifier in &c.qualifiers {
                    line += &format!(" {qualifier}");
                }
                line
            })
            .collect()
    }

    /// A table in short: one line per row, cells between bars; the first row heads the columns.
    fn table(caption: &str, rows: &str) -> String {
        let mut html = String::from("<table>");
        if !caption.is_empty() {
            html += &format!("<caption>{caption}</caption>");
        }
        for (i, row) in rows.lines().map(str::trim).filter(|r| !r.is_empty()).enumerate() {
            let tag = if i == 0 { "th" } else { "td" };
            html += "<tr>";
            for cell in row.trim_matches('|').split('|') {
                html += &format!("<{tag}>{}</{tag}>", cell.trim());
            }
            html += "</tr>";
        }
        html + "</table>"
    }

    #[track_caller]
    fn check(lang: &str, caption: &str, rows: &str, expected: &[&str]) {
        assert_eq!(read(lang, &table(caption, rows)), expected, "{caption}{rows}");
    }

    #[test]
    fn rows_give_the_metric_and_columns_the_time() {
        check(
            "en",
            "In millions of US dollars, except per share",
            "| | Q3 2023 | Q3 2022 |
             | Total revenue | 23,350 | 21,454 |
             | Net income | 1,853 | 3,292 |
             | Diluted EPS | 0.53 | 0.95 |
             | Gross margin | 17.9% | 25.1% |
             | Deliveries | 435,059 | 343,830 |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
                "3,292: Tesla net_income level 2022-Q3 3292000000 USD",
                "0.53: Tesla eps_diluted level 2023-Q3 0.53 USD/share",
                "0.95: Tesla eps_diluted level 2022-Q3 0.95 USD/share",
                "17.9%: Tesla gross_margin level 2023-Q3 17.9 percent",
                "25.1%: Tesla gross_margin level 2022-Q3 25.1 percent",
                "435,059: Tesla deliveries level 2023-Q3 435059 vehicles",
                "343,830: Tesla deliveries level 2022-Q3 343830 vehicles",
            ],
        );
    }

    #[test]
    fn columns_may_give_the_metric_and_rows_the_time() {
        let expected = [
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "1,764: Tesla operating_income level 2023-Q3 1764000000 USD",
            "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
            "2,399: Tesla operating_income level 2023-Q2 2399000000 USD",
        ];
        check(
            "en",
            "",
            "| Quarter | Revenue ($m) | Operating income ($m) |
             | Q3 2023 | 23,350 | 1,764 |
             | Q2 2023 | 24,927 | 2,399 |",
            &expected,
        );
        check(
            "en",
            "",
            "| Year | Revenue (US$ million) |
             | 2022 | 81,462 |
             | 2021 | 53,823 |",
            &[
                "81,462: Tesla revenue level 2022 81462000000 USD",
                "53,823: Tesla revenue level 2021 53823000000 USD",
            ],
        );
    }

    #[test]
    fn a_column_of_change_is_growth_between_the_periods_beside_it() {
        check(
            "en",
            "US$ million",
            "| | Q3 2023 | Q3 2022 | Change |
             | Revenue | 23,350 | 21,454 | +9% |
             | Net income | 1,853 | 3,292 | (44)% |
             | Operating income | 1,764 | 3,688 | (1,924) |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                "+9%: Tesla revenue yoy_growth 2023-Q3 9 percent",
                "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
                "3,292: Tesla net_income level 2022-Q3 3292000000 USD",
                "(44)%: Tesla net_income yoy_growth 2023-Q3 -44 percent",
                "1,764: Tesla operating_income level 2023-Q3 1764000000 USD",
                "3,688: Tesla operating_income level 2022-Q3 3688000000 USD",
                "(1,924): Tesla operating_income change 2023-Q3 -1924000000 USD",
            ],
        );
        // The nearest period of the same length before it, whichever it is.
        check(
            "en",
            "US$ million",
            "| | Q3 2023 | Q2 2023 | QoQ | Q3 2022 | YoY | 9M 2023 | 9M 2022 | Var. |
             | Revenue | 23,350 | 24,927 | -6.3% | 21,454 | 8.8% | 71,606 | 57,144 | 25% |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
                "-6.3%: Tesla revenue qoq_growth 2023-Q3 -6.3 percent",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                "8.8%: Tesla revenue yoy_growth 2023-Q3 8.8 percent",
                "71,606: Tesla revenue level 2023-01-01/2023-09-30 71606000000 USD",
                "57,144: Tesla revenue level 2022-01-01/2022-09-30 57144000000 USD",
                "25%: Tesla revenue yoy_growth 2023-01-01/2023-09-30 25 percent",
            ],
        );
        // Percent is in the header; a share of revenue is no growth; points are points.
        check(
            "en",
            "US$ million",
            "| | Q3 2023 | Q3 2022 | YoY % | % of revenue |
             | Operating income | 1,764 | 3,688 | -52 | 7.6% |
             | Gross margin | 17.9% | 25.1% | -719 bp | |",
            &[
                "1,764: Tesla operating_income level 2023-Q3 1764000000 USD",
                "3,688: Tesla operating_income level 2022-Q3 3688000000 USD",
                "-52: Tesla operating_income yoy_growth 2023-Q3 -52 percent",
                "17.9%: Tesla gross_margin level 2023-Q3 17.9 percent",
                "25.1%: Tesla gross_margin level 2022-Q3 25.1 percent",
                "-719 bp: Tesla gross_margin change 2023-Q3 -7.19 percentage_points",
            ],
        );
        check(
            "en",
            "US$ million",
            "| | Q3 2023 | Q2 2023 |
             | Revenue | 23,350 | 24,927 |
             | growth, year-on-year | 9% | 47% |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
                "9%: Tesla revenue yoy_growth 2023-Q3 9 percent",
                "47%: Tesla revenue yoy_growth 2023-Q2 47 percent",
            ],
        );
    }

    #[test]
    fn unit_and_scale_come_from_the_nearest_that_says_them() {
        let one = |unit: &str| format!("23,350: Tesla revenue level 2023-Q3 23350000000 {unit}");
        for (caption, corner, row, column) in [
            ("(in millions of US dollars)", "", "Revenue", "Q3 2023"),
            ("", "US$ million", "Revenue", "Q3 2023"),
            ("", "USDm", "Revenue", "Q3 2023"),
            ("", "", "Revenue, US$ m", "Q3 2023"),
            ("", "", "Revenue (million US dollars)", "Q3 2023"),
            ("", "", "Revenue", "Q3 2023, US$ millions"),
            ("in thousands of euros", "", "Revenue", "Q3 2023 (US$ million)"),
            ("US$; in millions", "", "Revenue", "Q3 2023"),
        ] {
            let rows = format!("|{corner}|{column}|\n|{row}|23,350|");
            check("en", caption, &rows, &[&one("USD")]);
        }
        // The sign stands in the cells, in cells of their own, or in the first of them only.
        check(
            "en",
            "(in millions)",
            "| | | Q3 2023 | | | Q3 2022 | |
             | Revenue | $ | 23,350 | | $ | 21,454 | |
             | Operating loss | | (1,764 | ) | | (3,688 | ) |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                "(1,764: Tesla operating_loss level 2023-Q3 1764000000 USD",
                "(3,688: Tesla operating_loss level 2022-Q3 3688000000 USD",
            ],
        );
        // Thousands with an apostrophe; a cell that says it all.
        check(
            "en",
            "",
            "| US$'000 | Q3 2023 |
             | Revenue | 23,350,000 |
             | Net income | $1.853bn |",
            &[
                "23,350,000: Tesla revenue level 2023-Q3 23350000000 USD",
                "$1.853bn: Tesla net_income level 2023-Q3 1853000000 USD",
            ],
        );
        // No unit in sight: nothing is guessed.
        check("en", "", "| | Q3 2023 |\n| Revenue | 23,350 |", &[]);
        check("en", "US$", "| | Q3 2023 |\n| Revenue | 23,350 |", &[]);
        let beside = format!(
            "<p>All figures in millions of dollars.</p>{}",
            table("", "| | Q3 2023 |\n| Revenue | 23,350 |")
        );
        assert_eq!(read("en", &beside), [one("USD")]);
    }

    #[test]
    fn a_line_across_the_top_gives_the_unit() {
        let html = "<table><tr><td colspan=3>In millions of dollars</td></tr>\
                    <tr><td></td><td>Q3 2023</td><td>Q3 2022</td></tr>\
                    <tr><td>Revenue</td><td>23,350</td><td>21,454</td></tr>\
                    <tr><td colspan=3>Profits</td></tr>\
                    <tr><td>Net income</td><td>1,853</td><td>3,292</td></tr></table>";
        assert_eq!(
            read("en", html),
            [
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
                "3,292: Tesla net_income level 2022-Q3 3292000000 USD",
            ]
        );
    }

    #[test]
    fn figures_are_read_as_tables_write_them() {
        let cell =
            |cell: &str| read("en", &table("US$ million", &format!("||Q3 2023|\n|Net income|{cell}|")));
        let of =
            |quote: &str, value: &str| vec![format!("{quote}: Tesla net_income level 2023-Q3 {value} USD")];
        for (text, quote, value) in [
            ("1,853", "1,853", "1853000000"),
            ("12", "12", "12000000"),
            ("-12.5", "-12.5", "-12500000"),
            ("−12.5", "−12.5", "-12500000"),
            ("(12.5)", "(12.5)", "-12500000"),
            ("$(12.5)", "$(12.5)", "-12500000"),
            ("($12.5)", "($12.5)", "-12500000"),
            ("1,853*", "1,853", "1853000000"),
            ("1,853 (1)", "1,853", "1853000000"),
            ("1,853 [a]", "1,853", "1853000000"),
            ("1,853 (7.9%)", "1,853", "1853000000"),
            ("1,853<sup>2</sup>", "1,853", "1853000000"),
            ("<b>1,853</b>", "1,853", "1853000000"),
            ("US$1.9 billion", "US$1.9 billion", "1900000000"),
        ] {
            assert_eq!(cell(text), of(quote, value), "{text}");
        }
        assert_eq!(cell("~1,850"), ["1,850: Tesla net_income level 2023-Q3 1850000000 USD approx"]);
        assert_eq!(cell("&gt;1,850"), ["1,850: Tesla net_income level 2023-Q3 1850000000 USD at_least"]);
        for nothing in
            ["—", "-", "n/a", "n.m.", "", "*", "see note 5", "Q3 2023", "12 October 2023", "3/4", "$"]
        {
            assert_eq!(cell(nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    #[test]
    fn headers_of_several_rows_are_read_together() {
        let head = "<tr><th></th><th colspan=2>Three Months Ended September 30,</th>\
                    <th colspan=2>Nine Months Ended September 30,</th></tr>\
                    <tr><th></th><th>2023</th><th>2022</th><th>2023</th><th>2022</th></tr>";
        let body = "<tr><td>Revenues</td><td>23,350</td><td>21,454</td><td>71,606</td><td>57,144</td></tr>\
                    <tr><td colspan=5>Net income per share:</td></tr>\
                    <tr><td>Diluted</td><td>0.53</td><td>0.95</td><td>2.07</td><td>2.55</td></tr>\
                    <tr><td>Basic</td><td>0.58</td><td>1.05</td><td>2.30</td><td>2.82</td></tr>";
        let html = format!(
            "<table><caption>In millions of dollars, except per share data</caption>{head}{body}</table>"
        );
        let nine = "2023-01-01/2023-09-30";
        let before = "2022-01-01/2022-09-30";
        let mut expected = Vec::new();
        for (metric, figures, unit) in [
            ("revenue", ["23,350", "21,454", "71,606", "57,144"], "000000 USD"),
            ("eps_diluted", ["0.53", "0.95", "2.07", "2.55"], " USD/share"),
            ("eps_basic", ["0.58", "1.05", "2.30", "2.82"], " USD/share"),
        ] {
            for (figure, period) in figures.iter().zip(["2023-Q3", "2022-Q3", nine, before]) {
                let value = figure.replace(',', "");
                let value = if value.contains('.') { value.trim_end_matches('0') } else { &value };
                expected.push(format!("{figure}: Tesla {metric} level {period} {value}{unit}"));
            }
        }
        assert_eq!(read("en", &html), expected);
    }

    #[test]
    fn a_quarter_around_the_table_and_years_over_its_columns_belong_together() {
        for caption in ["Third quarter, US$ million", "Q3 2023 results in millions of dollars"] {
            check(
                "en",
                caption,
                "| | 2023 | 2022 |
                 | Revenue | 23,350 | 21,454 |",
                &[
                    "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                    "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                ],
            );
        }
        check(
            "en",
            "Revenue, US$ million",
            "| | 2022 | 2023 |
             | Q1 | 18,756 | 23,329 |
             | Q2 | 16,934 | 24,927 |",
            &[
                "18,756: Tesla revenue level 2022-Q1 18756000000 USD",
                "23,329: Tesla revenue level 2023-Q1 23329000000 USD",
                "16,934: Tesla revenue level 2022-Q2 16934000000 USD",
                "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
            ],
        );
        check(
            "en",
            "US$ million",
            "| | Q3'23 | 3Q22 | FY22 |
             | Revenue | 23,350 | 21,454 | 81,462 |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
                "81,462: Tesla revenue level 2022 81462000000 USD",
            ],
        );
    }

    #[test]
    fn forecasts_are_told_from_what_was_reported() {
        check(
            "en",
            "Q3 2023, US$ million",
            "| | Actual | Consensus | Surprise |
             | Revenue | 23,350 | 24,100 | -3.1% |
             | Net income | 1,853 | 2,290 | -19.1% |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "24,100: Tesla revenue level 2023-Q3 24100000000 USD expected",
                "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
                "2,290: Tesla net_income level 2023-Q3 2290000000 USD expected",
            ],
        );
        check(
            "en",
            "US$ million",
            "| | 2022A | 2023E | 2024F |
             | Revenue | 81,462 | 97,000 | 115,000 |",
            &[
                "81,462: Tesla revenue level 2022 81462000000 USD",
                "97,000: Tesla revenue level 2023 97000000000 USD expected",
                "115,000: Tesla revenue level 2024 115000000000 USD expected",
            ],
        );
    }

    #[test]
    fn rows_may_be_of_other_entities() {
        check(
            "en",
            "US$ million",
            "| | Revenue Q3 2023 | Net income Q3 2023 |
             | Tesla | 23,350 | 1,853 |
             | Netflix | 8,542 | 1,677 |
             | Acme Widgets | 999 | 12 |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
                "8,542: Netflix revenue level 2023-Q3 8542000000 USD",
                "1,677: Netflix net_income level 2023-Q3 1677000000 USD",
            ],
        );
        // A part of the company by its own name or behind the company's; other words make it another metric.
        check(
            "en",
            "US$ million",
            "| | Q3 2023 |
             | Automotive revenue | 19,625 |
             | Deferred revenue | 2,200 |
             | Services and other revenue | 2,166 |
             | Revenue | 23,350 |",
            &[
                "19,625: Tesla Automotive revenue level 2023-Q3 19625000000 USD",
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            ],
        );
    }

    #[test]
    fn what_no_header_accounts_for_is_left_unread() {
        // Layout, a column of notes, two columns that nothing tells apart.
        check("en", "", "| 23,350 | 21,454 |\n| 1 | 2 |", &[]);
        check(
            "en",
            "US$ million",
            "| | Note | Q3 2023 |
             | Revenue | 5 | 23,350 |",
            &["23,350: Tesla revenue level 2023-Q3 23350000000 USD"],
        );
        check(
            "en",
            "US$ million",
            "| | Region A | Region B |
             | Revenue | 11,111 | 12,222 |",
            &[],
        );
        check(
            "en",
            "US$ million",
            "| | Q3 2023 | Q3 2023 |
             | Revenue | 11,111 | 12,222 |",
            &[],
        );
    }

    #[test]
    fn names_beside_values_make_a_table_too() {
        let html = "<table><tr><th>Revenue</th><td>$23.35bn</td></tr>\
                    <tr><th>Net income</th><td>$1.85bn</td></tr></table>";
        assert_eq!(
            read("en", html),
            [
                "$23.35bn: Tesla revenue level 2023-Q3 23350000000 USD",
                "$1.85bn: Tesla net_income level 2023-Q3 1850000000 USD",
            ]
        );
    }

    #[test]
    fn other_languages_are_read_by_the_same_rules() {
        check(
            "fr",
            "En millions d'euros",
            "| | T3 2023 | T3 2022 | Variation |
             | Chiffre d'affaires | 1 682,4 | 1 529,0 | +10,0 % |
             | Résultat net | (12,5) | 48,2 | |",
            &[
                "1 682,4: Tesla revenue level 2023-Q3 1682400000 EUR",
                "1 529,0: Tesla revenue level 2022-Q3 1529000000 EUR",
                "+10,0 %: Tesla revenue yoy_growth 2023-Q3 10 percent",
                "(12,5): Tesla net_income level 2023-Q3 -12500000 EUR",
                "48,2: Tesla net_income level 2022-Q3 48200000 EUR",
            ],
        );
        check(
            "fr",
            "",
            "| M€ | S1 2023 | S1 2022 |
             | Chiffre d’affaires | 3 098 | 2 295 |",
            &[
                "3 098: Tesla revenue level 2023-H1 3098000000 EUR",
                "2 295: Tesla revenue level 2022-H1 2295000000 EUR",
            ],
        );
        check(
            "id",
            "Dalam juta",
            "| | 9M23 | 9M22 |
             | Pendapatan | Rp1.525.445 | Rp1.290.992 |",
            &[
                "Rp1.525.445: Tesla revenue level 2023-01-01/2023-09-30 1525445000000 IDR",
                "Rp1.290.992: Tesla revenue level 2022-01-01/2022-09-30 1290992000000 IDR",
            ],
        );
        check(
            "id",
            "(dalam jutaan rupiah)",
            "| | 2022 | 2021 |
             | Pendapatan | 1.525.445 | 1.290.992 |
             | Laba bersih | 395.798 | 364.972 |",
            &[
                "1.525.445: Tesla revenue level 2022 1525445000000 IDR",
                "1.290.992: Tesla revenue level 2021 1290992000000 IDR",
                "395.798: Tesla net_income level 2022 395798000000 IDR",
                "364.972: Tesla net_income level 2021 364972000000 IDR",
            ],
        );
    }

    #[test]
    fn tables_of_markdown_are_read_too() {
        let text = "# Tesla\n\nTesla reported its results for the third quarter of 2023.\n\n\
                    | US$ million | Q3 2023 | Q3 2022 |\n|---|---|---|\n| Revenue | 23,350 | 21,454 |\n";
        let article = Article { doc: "a.md", bytes: text.as_bytes() };
        let lexicon = Lexicon::builtin();
        let claims = crate::extract(crate::read(&article, lexicon), &article, lexicon).claims;
        let read: Vec<String> =
            claims.iter().map(|c| format!("{} {} {}", c.quote, c.period, c.value)).collect();
        assert_eq!(read, ["23,350 2023-Q3 23350000000", "21,454 2022-Q3 21454000000"]);
    }

    proptest::proptest! {
        /// Any cells under any headers: no panic, and every quote is the bytes it points at.
        #[test]
        fn no_cells_make_it_fall(cells in proptest::collection::vec("[-()$€%0-9., ]{0,9}|[A-Za-zé/' ]{0,12}|Q3 2023|Revenue|\\PC{0,6}", 0..24), wide in 1usize..6) {
            let escaped: Vec<String> =
                cells.iter().map(|c| c.replace('&', "&amp;").replace('<', "&lt;")).collect();
            let rows: Vec<String> = escaped.chunks(wide).map(|row| format!("|{}|", row.join("|"))).collect();
            read("en", &table("US$ million", &rows.join("\n")));
        }
    }
}
