//! JSON Lines: an object a line, its fields the cells.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::pieces::Pieces;
use crate::{LONGEST_CELL, LONGEST_ROW, Take};

/// The objects of a table.
pub(crate) struct Rows<'c, const N: usize> {
    pieces: Pieces,
    columns: [&'c str; N],
    line: u64,
    /// Bytes of the last line, which are left behind when the next is looked for.
    used: usize,
}

impl<'c, const N: usize> Rows<'c, N> {
    pub(crate) fn new(pieces: Pieces, columns: [&'c str; N]) -> Rows<'c, N> {
        Rows { pieces, columns, line: 0, used: 0 }
    }

    /// Hands the next row on; false at the end.
    pub(crate) fn next(&mut self, take: &mut Take<'_, N>) -> Result<bool, Fault> {
        let Some(length) = self.find()? else { return Ok(false) };
        let line = self.line;
        let bytes = self.pieces.rest()[..length].trim_ascii();
        let text = std::str::from_utf8(bytes).map_err(|error| Fault::not_utf8(line, bytes, error))?;
        let cells = cells(text, &self.columns).map_err(|message| Fault::row(line, message, EXPECTED))?;
        for (cell, column) in cells.iter().zip(self.columns) {
            if cell.len() > LONGEST_CELL {
                return Err(Fault::long_cell(line, column, cell.len()));
            }
            if cell.contains('\0') {
                return Err(Fault::nul(line));
            }
        }
        take(cells.each_ref().map(|cell| &**cell)).map_err(|message| Fault::row(line, message, ""))?;
        Ok(true)
    }

    /// Finds the next line that is not blank.
    fn find(&mut self) -> Result<Option<usize>, Fault> {
        loop {
            self.pieces.advance(std::mem::take(&mut self.used));
            let mut length = None;
            while length.is_none() {
                let rest = self.pieces.rest();
                length = memchr::memchr(b'\n', rest).or(self.pieces.ended().then_some(rest.len()));
                if length.unwrap_or(rest.len()) > LONGEST_ROW {
                    self.pieces.skip_line()?;
                    self.line += 1;
                    let message = format!("a row of more than {} MiB", LONGEST_ROW >> 20);
                    return Err(Fault::row(self.line, message, EXPECTED));
                }
                if length.is_none() {
                    self.pieces.fetch()?;
                }
            }
            let rest = self.pieces.rest();
            let Some(length) = length.filter(|_| !rest.is_empty()) else { return Ok(None) };
            self.used = rest.len().min(length + 1);
            self.line += 1;
            if !rest[..length].trim_ascii().is_empty() {
                return Ok(Some(length));
            }
        }
    }
}

const EXPECTED: &str = "a line holds one object with texts or numbers in these fields";

fn cells<'t, const N: usize>(text: &'t str, columns: &[&str; N]) -> Result<[Cow<'t, str>; N], String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let fields = Fields { columns }.deserialize(&mut json).and_then(|fields| json.end().map(|()| fields));
    let fields = fields.map_err(|error| {
        let words = error.to_string();
        let words = words.rfind(" at line 1 column ").map_or(words.as_str(), |at| &words[..at]);
        format!("not such a JSON object: {words}")
    })?;
    let mut cells = std::array::from_fn(|_| Cow::Borrowed(""));
    for (slot, field) in fields.into_iter().enumerate() {
        let column = columns[slot];
        cells[slot] = cell(field.ok_or_else(|| format!("no field «{column}»"))?)
            .ok_or_else(|| format!("«{column}» is neither a text nor a number"))?;
    }
    Ok(cells)
}

/// A text without its quotes, a number as it is written.
fn cell(raw: &RawValue) -> Option<Cow<'_, str>> {
    let raw = raw.get();
    match raw.as_bytes().first()? {
        b'"' if !raw.contains('\\') => Some(Cow::Borrowed(&raw[1..raw.len() - 1])),
        b'"' => serde_json::from_str(raw).ok().map(Cow::Owned),
        b'{' | b'[' => None,
        b'n' => Some(Cow::Borrowed("")),
        _ => Some(Cow::Borrowed(raw)),
    }
}

/// Takes the wanted fields out of an object.
struct Fields<'c, const N: usize> {
    columns: &'c [&'c str; N],
}

impl<'de, const N: usize> DeserializeSeed<'de> for Fields<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Fields<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = [None; N];
        while let Some(slot) = map.next_key_seed(Slot { columns: self.columns })? {
            match slot {
                Some(slot) if fields[slot].is_some() => {
                    return Err(serde::de::Error::custom(format!("«{}» twice", self.columns[slot])));
                }
                Some(slot) => fields[slot] = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

/// Which of the wanted fields a key names.
struct Slot<'c, const N: usize> {
    columns: &'c [&'c str; N],
}

impl<'de, const N: usize> DeserializeSeed<'de> for Slot<'_, N> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for Slot<'_, N> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a field name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.columns.iter().position(|column| *column == key))
    }
}
