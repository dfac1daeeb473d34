//! Tables of rows, read as a stream: CSV (RFC 4180) and JSON Lines, plain or packed with gzip or zstd.
//!
//! What a file is, its content says. Nothing but one row and a few blocks is held, so that a table may be larger than
//! memory; unpacking runs on a thread of its own. A row that is not as it should be is named by its line, with what
//! to do about it, and either ends the reading or is skipped and counted ([`Options::lenient`]).

mod csv;
mod fault;
mod jsonl;
mod pieces;
mod unpack;

use std::io::Read;

pub use fault::{Fault, Kind};
use pieces::Pieces;

/// The longest row, in bytes: more is a quote that is not closed, or no table.
pub const LONGEST_ROW: usize = 4 << 20;

/// The longest cell of those that are asked for, in bytes.
pub const LONGEST_CELL: usize = 64 << 10;

/// How a table is read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What parts the cells of a CSV table: one ASCII character.
    pub delimiter: u8,
    /// Whether bad rows are skipped and counted; else the first ends the reading.
    pub lenient: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { delimiter: b',', lenient: false }
    }
}

/// How much of a table was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows handed on.
    pub rows: u64,
    /// Rows skipped, as [`Options::lenient`] allows.
    pub skipped: u64,
    /// What was wrong with the first of those.
    pub first_skipped: Option<Fault>,
}

/// Hands the cells of the named columns to `take`, row by row. In JSON Lines a column is a field: texts are given
/// unquoted, numbers exactly as they are written, null as an empty cell. A row that `take` refuses, saying why, is
/// a bad row too.
///
/// # Errors
/// The first bad row, unless bad rows are skipped; a column that is not there; an input that cannot be read.
pub fn read<const N: usize>(
    input: impl Read + Send + 'static,
    columns: [&str; N],
    options: Options,
    take: &mut dyn FnMut([&str; N]) -> Result<(), String>,
) -> Result<Tally, Fault> {
    let mut pieces = Pieces::new(input);
    pieces.fetch_to(HEAD)?;
    let is_json = opens_json(&mut pieces)?;
    if is_json {
        let mut rows = jsonl::Rows::new(pieces, columns);
        all(&mut |take| rows.next(take), options, take)
    } else {
        let mut rows = csv::Rows::new(pieces, columns, options.delimiter)?;
        all(&mut |take| rows.next(take), options, take)
    }
}

/// Where a row goes; a refusal says why.
type Take<'t, const N: usize> = dyn FnMut([&str; N]) -> Result<(), String> + 't;

fn all<'t, const N: usize>(
    next: &mut dyn FnMut(&mut Take<'t, N>) -> Result<bool, Fault>,
    options: Options,
    take: &mut Take<'t, N>,
) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    loop {
        match next(take) {
            Ok(true) => tally.rows += 1,
            Ok(false) => return Ok(tally),
            Err(fault) if options.lenient && fault.kind == Kind::Row => {
                tally.skipped += 1;
                tally.first_skipped.get_or_insert(fault);
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// How many bytes tell what a table is.
const HEAD: usize = 1024;

/// Whether the table is JSON Lines; leaves a byte-order mark behind and refuses what is no table.
fn opens_json(pieces: &mut Pieces) -> Result<bool, Fault> {
    let head = pieces.rest();
    let refused = |message: &str, help: &str| Err(Fault::new(Kind::Input, message, help));
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return refused("UTF-16, and tables are read in UTF-8", "iconv -f UTF-16 -t UTF-8 converts it");
    }
    if head.starts_with(b"PAR1") {
        return refused("a Parquet file, which is no stream", "name the file itself, unpacked");
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        pieces.advance(3);
    }
    let head = pieces.rest().trim_ascii_start();
    if let Some(inside) = head.strip_prefix(b"[")
        && inside.trim_ascii_start().starts_with(b"{")
    {
        return refused("one JSON array, and not an object a line", "jq -c '.[]' writes one object a line");
    }
    Ok(head.starts_with(b"{"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    /// The cells `a` and `b` of each row as `a/b`, then what was skipped, or the fault.
    fn rows(bytes: &[u8], lenient: bool) -> String {
        let mut rows = Vec::new();
        let options = Options { lenient, ..Options::default() };
        let tally = read(std::io::Cursor::new(bytes.to_vec()), ["a", "b"], options, &mut |[a, b]| {
            if a == "refused" {
                return Err("refused".to_owned());
            }
            rows.push(format!("{a}/{b}"));
            Ok(())
        });
        match tally {
            Ok(tally) => {
                assert_eq!(tally.rows, rows.len() as u64);
                let skipped = tally.first_skipped.map(|fault| format!("skipped {}: {fault}", tally.skipped));
                rows.into_iter().chain(skipped).collect::<Vec<_>>().join(" ")
            }
            Err(fault) => fault.to_string(),
        }
    }

    fn check(bytes: impl AsRef<[u8]>, expected: &str) {
        let bytes = bytes.as_ref();
        let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        assert_eq!(rows(bytes, false), expected, "{}", shown());
    }

    #[test]
    fn csv_is_read_by_its_head() {
        check("a,b\n1,2\n3,4\n", "1/2 3/4");
        check("b,x,a\r\n1,2,3\r\n4,5,6", "3/1 6/4");
        check("\u{feff}a,b\n1,2", "1/2");
        check("a, b\n\n1,2\n\r\n,\n", "1/2 /");
        check("\"a\",\"b\"\n\"x,\"\"y\"\"\n\",\"\"\n5\" disk,é\n", "x,\"y\"\n/ 5\" disk/é");
        check("a,b\n\"1\",2\r\n3,\"4\"\r\n5,\"6\"", "1/2 3/4 5/6");
        check("a,b\n", "");
    }

    #[test]
    fn json_lines_give_texts_and_numbers_as_written() {
        check("{\"a\":\"x\",\"b\":1.50}\n", "x/1.50");
        check(" {\"b\":1e3,\"a\":-0.10,\"c\":[1,{}]}\r\n\n{\"a\":true,\"b\":null}", "-0.10/1e3 true/");
        check("\u{feff}{\"a\":\"\\u00e9\\\"\",\"b\":\"é\"}", "é\"/é");
        check("{\"a\":12345678901234567890123456789.10,\"b\":0}", "12345678901234567890123456789.10/0");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        check("", "empty: a head line names the columns");
        check("a;b\n1;2\n", "no column «a»; its head has «a;b»");
        check("a,b,a\n", "more than one column «a»; its head has «a», «b», «a»");
        check("a,b\n1,2\n\n3\n", "line 4: 1 cells, and the head has 2");
        check("a,b\n\"1\n\",2\n3,4,5\n", "line 4: 3 cells, and the head has 2");
        check("a,b\n1,\"2\n3,4\n", "line 2: a quote that opens here is not closed before the end");
        check("a,b\n1,\"2\"x\n", "line 2: text behind the closing quote of a cell");
        check(b"a,b\n1,2\n1,caf\xe9\n", "line 3: not UTF-8: byte 0xE9, 6 of the row");
        check("a,b\n1,\0\n", "line 2: a NUL byte");
        check("a,b\nx,1\nrefused,1\n", "line 3: refused");
        check(format!("a,b\n1,{}\n", "9".repeat(70_000)), "line 2: b has 70000 bytes, more than 65536");
        check(format!("a,b\n1,{}\n", "9".repeat(10 << 20)), "line 2: a row of more than 4 MiB");
        check(format!("a,b\n1,\"{}", "9,9\n".repeat(3 << 20)), "line 2: a row of more than 4 MiB");
        check(b"\xff\xfea\0,\0", "UTF-16, and tables are read in UTF-8");
        check("[\n {\"a\":1}]", "one JSON array, and not an object a line");
        check("{\"a\":1}", "line 1: no field «b»");
        check(
            "{\"a\":1,\"b\":2}\n[1]",
            "line 2: not such a JSON object: invalid type: sequence, expected an object",
        );
        check("{\"a\":1,\"b\":{}}", "line 1: «b» is neither a text nor a number");
        check("{\"a\":1,\"b\":2,\"a\":3}", "line 1: not such a JSON object: «a» twice");
        check("{\"a\":1,\"b\":2} x", "line 1: not such a JSON object: trailing characters");
        check(b"{\"a\":\"\xe9\",\"b\":2}", "line 1: not UTF-8: byte 0xE9, 7 of the row");
        check("{\"a\":1,\"b\":\"\\u0000\"}", "line 1: a NUL byte");
    }

    #[test]
    fn a_lenient_reader_skips_bad_rows_and_no_others() {
        let check = |text: &str, expected: &str| assert_eq!(rows(text.as_bytes(), true), expected, "{text}");
        check("a,b\n1\n3,4\n5,6,7\n", "3/4 skipped 2: line 2: 1 cells, and the head has 2");
        check(
            "a,b\n1,\"2\n3,4\n",
            "3/4 skipped 1: line 2: a quote that opens here is not closed before the end",
        );
        check("a,b\n1,\"2\"x\n3,4\n", "3/4 skipped 1: line 2: text behind the closing quote of a cell");
        check("a,b\nrefused,1\n3,4\n", "3/4 skipped 1: line 2: refused");
        check("{\"a\":1}\n{\"a\":1,\"b\":2}\n{", "1/2 skipped 2: line 1: no field «b»");
        let long = format!("a,b\n1,\"{}\n3,4\n", "9".repeat(10 << 20));
        check(&long, "3/4 skipped 1: line 2: a row of more than 4 MiB");
        check("x,y\n1,2\n", "no column «a»; its head has «x», «y»");
    }

    fn gzipped(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    fn zstandard(text: &str) -> Vec<u8> {
        let mut packer = zstd::Encoder::new(Vec::new(), 0).unwrap();
        packer.include_checksum(true).unwrap();
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn packed_tables_are_told_by_their_bytes() {
        let parts = ["a,b\n1,2\n", "3,4\n"];
        for pack in [gzipped, zstandard] {
            let whole = parts.map(pack).concat();
            check(&whole, "1/2 3/4");
            // Broken off anywhere, or with a bit turned over, a packed table is never read as a shorter one.
            for end in 5..pack(parts[0]).len() {
                assert!(rows(&whole[..end], true).starts_with("cannot be read"), "{end}");
            }
            let mut turned = whole.clone();
            turned[whole.len() / 4] ^= 1;
            assert!(!rows(&turned, true).starts_with("1/2 3/4"), "a damaged table was read");
        }
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &zstandard(parts[1])].concat();
        check([zstandard(parts[0]), skippable].concat(), "1/2 3/4");
    }

    #[test]
    fn rows_across_blocks_are_whole() {
        let text: String = (0..200_000)
            .map(|n| if n % 7 == 0 { format!("\"{n}\",\"x\ny\"\n") } else { format!("{n},z\n") })
            .collect();
        let expected: Vec<String> =
            (0..200_000).map(|n| if n % 7 == 0 { format!("{n}/x\ny") } else { format!("{n}/z") }).collect();
        assert!(rows(format!("a,b\n{text}").as_bytes(), false) == expected.join(" "));
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_read_as_it_was(
            cells in prop::collection::vec(("[a\",\r\né ]{0,5}", "[a\",\r\né ]{1,5}"), 0..20),
        ) {
            let mut writer = ::csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b"]).unwrap();
            for (a, b) in &cells {
                writer.write_record([a, b]).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let mut read_back = Vec::new();
            let mut take = |[a, b]: [&str; 2]| {
                read_back.push((a.to_owned(), b.to_owned()));
                Ok(())
            };
            read(std::io::Cursor::new(bytes), ["a", "b"], Options::default(), &mut take).unwrap();
            prop_assert_eq!(read_back, cells);
        }
    }
}
