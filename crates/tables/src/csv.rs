//! CSV by RFC 4180, strict where leniency would move cells: a quote that is not closed, text behind a closing
//! quote, and a row with too few or too many cells are faults. Lines end with LF or CR LF; empty ones are left out.

use crate::fault::{Fault, Kind};
use crate::pieces::Pieces;
use crate::{LONGEST_CELL, LONGEST_ROW, Take};

/// The rows of a table with a head.
pub(crate) struct Rows<'c, const N: usize> {
    pieces: Pieces,
    delimiter: u8,
    columns: [&'c str; N],
    /// For each column of the table which of the wanted ones it is.
    slots: Vec<Option<usize>>,
    unquoted: Unquoted,
    /// The line that the next row starts on.
    line: u64,
    /// Bytes of the last row, which are left behind when the next is looked for.
    used: usize,
}

/// The cells of a row with quotes, without them.
#[derive(Default)]
struct Unquoted {
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// How a row ends.
enum End {
    /// Without quotes: at this length, its line end not counted.
    Plain(usize),
    /// With quotes: its cells are in [`Unquoted`].
    Quoted,
    Nothing,
}

/// What a look at the bytes that are there found.
enum Scan {
    Row {
        used: usize,
        lines: u64,
    },
    /// More bytes are needed; whether a quote is open.
    More {
        open: bool,
    },
    /// Text behind a closing quote.
    Behind,
}

impl<'c, const N: usize> Rows<'c, N> {
    pub(crate) fn new(pieces: Pieces, columns: [&'c str; N], delimiter: u8) -> Result<Rows<'c, N>, Fault> {
        let unquoted = Unquoted::default();
        let mut rows = Rows { pieces, delimiter, columns, slots: Vec::new(), unquoted, line: 1, used: 0 };
        let head = rows.head()?;
        let names: Vec<&str> = head.iter().map(|name| name.trim()).collect();
        rows.slots = names.iter().map(|name| columns.iter().position(|column| column == name)).collect();
        for (slot, column) in columns.iter().enumerate() {
            let count = rows.slots.iter().filter(|of| **of == Some(slot)).count();
            let has = || names.iter().map(|name| format!("«{name}»")).collect::<Vec<_>>().join(", ");
            let message = match count {
                1 => continue,
                0 if names.is_empty() => "empty: a head line names the columns".to_owned(),
                0 => format!("no column «{column}»; its head has {}", has()),
                _ => format!("more than one column «{column}»; its head has {}", has()),
            };
            return Err(Fault::new(Kind::Head, message, other_delimiter(&names)));
        }
        Ok(rows)
    }

    /// Hands the next row on; false at the end.
    pub(crate) fn next(&mut self, take: &mut Take<'_, N>) -> Result<bool, Fault> {
        let (line, end) = self.find()?;
        let mut cells = [""; N];
        let mut count = 0;
        let mut fill = |index: usize, cell| {
            count = index + 1;
            if let Some(Some(slot)) = self.slots.get(index) {
                cells[*slot] = cell;
            }
        };
        match end {
            End::Nothing => return Ok(false),
            End::Plain(length) => {
                let bytes = &self.pieces.rest()[..length];
                let text = text(bytes, line)?;
                let mut start = 0;
                let mut index = 0;
                for (at, byte) in bytes.iter().enumerate() {
                    if *byte == self.delimiter {
                        fill(index, &text[start..at]);
                        start = at + 1;
                        index += 1;
                    }
                }
                fill(index, &text[start..]);
            }
            End::Quoted => {
                let text = text(&self.unquoted.text, line)?;
                let mut start = 0;
                for (index, end) in self.unquoted.ends.iter().enumerate() {
                    // A cell ends where a delimiter or quote stood, which is no part of a character.
                    fill(index, text.get(start..*end).unwrap_or_default());
                    start = *end;
                }
            }
        }
        if count != self.slots.len() {
            let message = format!("{count} cells, and the head has {}", self.slots.len());
            return Err(Fault::row(
                line,
                message,
                "a cell with the delimiter or a line end in it needs quotes",
            ));
        }
        for (cell, column) in cells.iter().zip(self.columns) {
            if cell.len() > LONGEST_CELL {
                return Err(Fault::long_cell(line, column, cell.len()));
            }
        }
        take(cells).map_err(|message| Fault::row(line, message, ""))?;
        Ok(true)
    }

    fn head(&mut self) -> Result<Vec<String>, Fault> {
        let in_head = |mut fault: Fault| {
            fault.kind = Kind::Head;
            fault
        };
        let (line, end) = self.find().map_err(in_head)?;
        match end {
            End::Nothing => Ok(Vec::new()),
            End::Plain(length) => {
                let text = text(&self.pieces.rest()[..length], line).map_err(in_head)?;
                Ok(text.split(char::from(self.delimiter)).map(str::to_owned).collect())
            }
            End::Quoted => {
                let text = text(&self.unquoted.text, line).map_err(in_head)?;
                let starts = std::iter::once(&0).chain(&self.unquoted.ends);
                let cells = starts.zip(&self.unquoted.ends).map(|(start, end)| text[*start..*end].to_owned());
                Ok(cells.collect())
            }
        }
    }

    /// Finds the next row and the line that it starts on.
    fn find(&mut self) -> Result<(u64, End), Fault> {
        self.pieces.advance(std::mem::take(&mut self.used));
        loop {
            let rest = self.pieces.rest();
            let scan = match memchr::memchr2(b'\n', b'"', rest) {
                Some(at) if rest[at] == b'\n' => {
                    if at > LONGEST_ROW {
                        return Err(self.too_long(false));
                    }
                    (self.used, self.line) = (at + 1, self.line + 1);
                    let length = at - usize::from(at > 0 && rest[at - 1] == b'\r');
                    if length > 0 {
                        return Ok((self.line - 1, End::Plain(length)));
                    }
                    self.pieces.advance(std::mem::take(&mut self.used));
                    continue;
                }
                Some(_) => self.unquoted.scan(rest, self.delimiter, self.pieces.ended()),
                None if self.pieces.ended() => {
                    self.used = rest.len();
                    let length = rest.len() - usize::from(rest.ends_with(b"\r"));
                    let end = if length == 0 { End::Nothing } else { End::Plain(length) };
                    return Ok((self.line, end));
                }
                None => Scan::More { open: false },
            };
            match scan {
                Scan::Row { used, .. } if used > LONGEST_ROW => return Err(self.too_long(true)),
                Scan::Row { used, lines } => {
                    let line = self.line;
                    (self.used, self.line) = (used, line + lines);
                    return Ok((line, End::Quoted));
                }
                Scan::Behind => return Err(self.without("text behind the closing quote of a cell", TWICE)),
                Scan::More { open } if self.pieces.rest().len() > LONGEST_ROW => {
                    return Err(self.too_long(open));
                }
                Scan::More { .. } if self.pieces.ended() => {
                    return Err(self.without("a quote that opens here is not closed before the end", TWICE));
                }
                Scan::More { .. } => self.pieces.fetch()?,
            }
        }
    }

    fn too_long(&mut self, open: bool) -> Fault {
        let help = if open { "is a quote not closed?" } else { "is this a table, with lines?" };
        self.without(&format!("a row of more than {} MiB", LONGEST_ROW >> 20), help)
    }

    /// Leaves the line that a row starts on behind, where the row has no end to be told: reading goes on with the
    /// next line.
    fn without(&mut self, message: &str, help: &str) -> Fault {
        let fault = Fault::row(self.line, message, help);
        self.line += 1;
        match self.pieces.skip_line() {
            Ok(()) => fault,
            Err(error) => error.into(),
        }
    }
}

const TWICE: &str = "a quote inside a quoted cell is written twice";

impl Unquoted {
    /// Takes the quotes off the row that `bytes` begin with.
    fn scan(&mut self, bytes: &[u8], delimiter: u8, ended: bool) -> Scan {
        #[derive(PartialEq)]
        enum Cell {
            Start,
            Bare,
            Open,
            Closed,
        }
        self.text.clear();
        self.ends.clear();
        let mut cell = Cell::Start;
        let mut lines = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            lines += u64::from(byte == b'\n');
            match (&cell, byte) {
                (Cell::Open, b'"') => cell = Cell::Closed,
                (Cell::Open, _) => self.text.push(byte),
                (Cell::Start, b'"') => cell = Cell::Open,
                (Cell::Closed, b'"') => {
                    self.text.push(byte);
                    cell = Cell::Open;
                }
                (_, b'\n') => {
                    if cell == Cell::Bare && self.text.last() == Some(&b'\r') {
                        self.text.pop();
                    }
                    self.ends.push(self.text.len());
                    return Scan::Row { used: at + 1, lines };
                }
                (_, _) if byte == delimiter => {
                    self.ends.push(self.text.len());
                    cell = Cell::Start;
                }
                (Cell::Closed, b'\r') if bytes.get(at + 1).is_none_or(|next| *next == b'\n') => {}
                (Cell::Closed, _) => return Scan::Behind,
                (_, _) => {
                    self.text.push(byte);
                    cell = Cell::Bare;
                }
            }
        }
        if cell == Cell::Open || !ended {
            return Scan::More { open: cell == Cell::Open };
        }
        self.ends.push(self.text.len());
        Scan::Row { used: bytes.len(), lines: lines + 1 }
    }
}

fn text(bytes: &[u8], line: u64) -> Result<&str, Fault> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(Fault::nul(line));
    }
    std::str::from_utf8(bytes).map_err(|error| Fault::not_utf8(line, bytes, error))
}

/// What may help where the head is one column: another delimiter stands in it.
fn other_delimiter(names: &[&str]) -> String {
    let [name] = names else { return String::new() };
    let found = [(';', ";"), ('\t', "a tab"), ('|', "|")].into_iter().find(|(mark, _)| name.contains(*mark));
    found.map(|(_, words)| format!("its cells seem to be parted by {words}")).unwrap_or_default()
}
