//! Tables of HTML: which headers apply to which cell.

use std::ops::Range;

use super::words::words_up_to;
use crate::document::{Block, BlockKind};

/// Tables inside tables are layout; deeper than this they are noise.
const DEEPEST: usize = 32;
/// A cell spans no more columns or rows than this.
const WIDEST: usize = 100;
/// Header cells of one table beyond this are left out.
const HEADERS: usize = 512;
/// Headers of one cell on either side.
const HEADERS_OF_CELL: usize = 4;
/// A passage this long is text laid out in a table.
const TEXT: usize = 400;
/// Rows before the first figures that may be headers.
const HEADER_ROWS: usize = 4;

/// The tables that are open, the innermost last.
#[derive(Default)]
pub(super) struct Tables {
    open: Vec<Table>,
    /// Tables opened beyond the deepest.
    ignored: usize,
    /// How many bytes of headers may still be handed out: every cell gets copies, and a file made to be all
    /// cells under long headers must not grow without bound.
    budget: usize,
}

#[derive(Default)]
struct Table {
    caption: Option<String>,
    in_head: bool,
    headers: Vec<(Range<usize>, String)>,
    header_rows: usize,
    has_data: bool,
    /// A row of one label that speaks for the rows under it.
    section: Option<String>,
    row: Vec<Cell>,
    in_cell: bool,
    /// Cells of rows above that reach into this one.
    carried: Vec<Carried>,
    layout: bool,
}

struct Carried {
    columns: Range<usize>,
    rows: usize,
    label: Option<String>,
}

/// A cell of the row being read.
#[derive(Default)]
pub(super) struct Cell {
    blocks: Vec<usize>,
    text: String,
    bytes: usize,
    header: bool,
    columns: usize,
    rows: usize,
}

impl Cell {
    /// A header is no longer than this many characters.
    pub(super) const LONGEST_HEADER: usize = 120;

    fn is_label(&self) -> bool {
        self.text.chars().any(char::is_alphabetic) && !is_figure(&self.text)
    }
}

impl Tables {
    /// For a file of this many bytes.
    pub(super) fn new(bytes: usize) -> Tables {
        Tables { budget: 4 * bytes + (1 << 16), ..Tables::default() }
    }

    pub(super) fn open(&mut self) {
        if self.open.len() >= DEEPEST {
            self.ignored += 1;
            return;
        }
        if let Some(outer) = self.open.last_mut() {
            outer.layout = true;
        }
        self.open.push(Table::default());
    }

    pub(super) fn close(&mut self) {
        if self.ignored > 0 {
            self.ignored -= 1;
        } else {
            self.open.pop();
        }
    }

    pub(super) fn caption(&mut self, text: &str) {
        if let Some(table) = self.open.last_mut()
            && !text.is_empty()
        {
            table.caption = Some(text.chars().take(Cell::LONGEST_HEADER).collect());
        }
    }

    pub(super) fn head(&mut self, inside: bool) {
        if let Some(table) = self.open.last_mut() {
            table.in_head = inside;
        }
    }

    pub(super) fn open_cell(&mut self, header: bool, columns: usize, rows: usize) {
        if let Some(table) = self.open.last_mut() {
            table.in_cell = true;
            // A span of 0 reaches to the end of the table.
            let rows = if rows == 0 { WIDEST } else { rows.min(WIDEST) };
            table.row.push(Cell { header, columns: columns.clamp(1, WIDEST), rows, ..Cell::default() });
        }
    }

    pub(super) fn close_cell(&mut self) {
        if let Some(table) = self.open.last_mut() {
            table.in_cell = false;
        }
    }

    pub(super) fn in_cell(&self) -> bool {
        self.open.last().is_some_and(|table| table.in_cell)
    }

    /// Adds a passage to the open cell.
    pub(super) fn add(&mut self, block: usize, text: &str, bytes: usize) {
        let Some(cell) = self.open.last_mut().and_then(|table| table.row.last_mut()) else { return };
        cell.blocks.push(block);
        cell.bytes += bytes;
        if cell.text.chars().count() < Cell::LONGEST_HEADER {
            if !cell.text.is_empty() {
                cell.text.push(' ');
            }
            cell.text.push_str(text);
        }
    }

    /// Gives the cells of the row their headers, or takes them as headers of what follows.
    pub(super) fn end_row(&mut self, blocks: &mut [Block]) {
        let Some(table) = self.open.last_mut() else { return };
        table.in_cell = false;
        if !table.row.is_empty() {
            table.end_row(blocks, &mut self.budget);
        }
    }

    /// Ends whatever is still open.
    pub(super) fn finish(&mut self, blocks: &mut [Block]) {
        while !self.open.is_empty() {
            self.end_row(blocks);
            self.open.pop();
        }
    }
}

impl Table {
    fn end_row(&mut self, blocks: &mut [Block], budget: &mut usize) {
        let row = std::mem::take(&mut self.row);
        if self.layout || row.iter().any(|cell| cell.bytes > TEXT && !cell.header) {
            for block in row.iter().flat_map(|cell| &cell.blocks) {
                if matches!(blocks[*block].kind, BlockKind::Cell { .. }) {
                    blocks[*block].kind = BlockKind::Paragraph;
                }
            }
            return;
        }
        let places = self.places(&row);
        let filled = || row.iter().filter(|cell| !cell.blocks.is_empty());
        let figures = filled().any(|cell| is_figure(&cell.text) && !is_period(&cell.text));
        let all_headers = filled().all(|cell| cell.header) && filled().next().is_some();
        let above_figures = !self.has_data && !figures && self.header_rows < HEADER_ROWS && row.len() > 1;
        let is_header = self.in_head || (all_headers && !figures) || above_figures;
        // A line across the table speaks for what follows; at the top it often gives the unit.
        let across = row.len() == 1 && row[0].columns > 1;
        let one_label = filled().count() == 1
            && !figures
            && (self.has_data || self.header_rows > 0 || across)
            && !self.in_head;
        let mut labels: Vec<String> = self.section.iter().cloned().collect();
        labels.extend(self.carried.iter().filter_map(|c| c.label.clone()));
        if one_label {
            self.section = filled().next().filter(|cell| cell.is_label()).map(|cell| cell.text.clone());
        } else if is_header {
            self.header_rows += 1;
            for (cell, columns) in row.iter().zip(&places) {
                if !cell.text.is_empty() && self.headers.len() < HEADERS {
                    self.headers.push((columns.clone(), cell.text.clone()));
                }
            }
        } else {
            self.has_data = true;
        }
        let is_data = !one_label && !is_header;
        for (i, (cell, columns)) in row.iter().zip(&places).enumerate() {
            let label = is_data && cell.is_label() && (cell.header || i == 0);
            for block in &cell.blocks {
                let (row_headers, column) =
                    if is_data { self.headers_of(&labels, columns, label) } else { Default::default() };
                let size: usize = row_headers.iter().chain(&column).map(String::len).sum();
                let caption = self.caption.clone().filter(|_| *budget > size);
                let cost = size + caption.as_ref().map_or(0, String::len);
                let kind = if cost <= *budget {
                    *budget -= cost;
                    BlockKind::Cell { row: row_headers, column, caption }
                } else {
                    BlockKind::Cell { row: Vec::new(), column: Vec::new(), caption: None }
                };
                if matches!(blocks[*block].kind, BlockKind::Cell { .. }) {
                    blocks[*block].kind = kind;
                }
            }
            if label {
                labels.push(cell.text.clone());
            }
        }
        self.carried.retain_mut(|c| {
            c.rows -= 1;
            c.rows > 0
        });
        for (i, (cell, columns)) in row.iter().zip(places).enumerate() {
            if cell.rows > 1 && self.carried.len() < WIDEST {
                let label =
                    (is_data && cell.is_label() && (cell.header || i == 0)).then(|| cell.text.clone());
                self.carried.push(Carried { columns, rows: cell.rows - 1, label });
            }
        }
    }

    /// The columns each cell stands in, past those that cells from above take up.
    fn places(&self, row: &[Cell]) -> Vec<Range<usize>> {
        let mut column = 0;
        row.iter()
            .map(|cell| {
                while let Some(taken) = self.carried.iter().find(|c| c.columns.contains(&column)) {
                    column = taken.columns.end;
                }
                let place = column..column + cell.columns;
                column = place.end;
                place
            })
            .collect()
    }

    fn headers_of(
        &self,
        labels: &[String],
        columns: &Range<usize>,
        is_label: bool,
    ) -> (Vec<String>, Vec<String>) {
        // A label has no headers but those that speak for its rows; the corner above it says nothing of it.
        let column =
            self.headers.iter().filter(|(place, _)| place.start < columns.end && columns.start < place.end);
        let mut column: Vec<String> = column.map(|(_, text)| text.clone()).take(HEADERS_OF_CELL).collect();
        if is_label {
            column.clear();
        }
        let from = labels.len().saturating_sub(HEADERS_OF_CELL);
        (labels[from..].to_vec(), column)
    }
}

/// Whether a cell holds a figure and not words: at most a unit beside the digits.
pub(super) fn is_figure(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && words_up_to(text, 4) < 4 && {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        starts_with_money(text) || (letters <= digits + 3 && !text.starts_with(char::is_alphabetic))
    }
}

/// "US$ 5", "Rp5.000", "EUR 1,200": letters before a figure that are money, unlike those of "Q3" or "MAR 31".
fn starts_with_money(text: &str) -> bool {
    let letters = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (head, rest) = text.split_at(letters);
    let rest = rest.trim_start();
    let code = head.len() == 3 && head.bytes().all(|b| b.is_ascii_uppercase());
    rest.starts_with(['$', '€', '£', '¥'])
        || (rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '−' | '('))
            && (head == "Rp" || (code && rest.contains(['.', ',']) && !is_period(rest))))
}

/// A year or a date: a figure that heads columns.
fn is_period(text: &str) -> bool {
    let year = |token: &str| {
        token.len() == 4
            && (token.starts_with("19") || token.starts_with("20"))
            && token.bytes().all(|b| b.is_ascii_digit())
    };
    // "2022/21, %" heads a column of change; in "2022%" the sign belongs to the digits.
    let percent =
        text.match_indices('%').any(|(at, _)| text[..at].trim_end().ends_with(|c: char| c.is_ascii_digit()));
    !percent
        && !text.contains(['$', '€', '£', '¥'])
        && text.split(|c: char| !c.is_alphanumeric()).any(|token| {
            // "3Q22", "9M2023": months and year in one word
            let short = token.split_once(['Q', 'H', 'M', 'T', 'S']).is_some_and(|(part, year)| {
                let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
                matches!(part.len(), 1 | 2) && digits(part) && matches!(year.len(), 2 | 4) && digits(year)
            });
            short || year(token) || year(token.trim_end_matches(['年', 'E', 'e', 'F', 'A']))
        })
}
