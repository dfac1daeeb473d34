//! From bytes in any encoding to text, with the way back.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::document::ByteMap;

/// How far into a file its declaration of an encoding may stand, as browsers look for it.
const DECLARATION_WITHIN: usize = 1024;
/// How much of a file is looked at to tell an encoding or a binary file; more would not tell more.
const SAMPLE: usize = 1 << 20;
/// Text in a legacy encoding almost never happens to be valid UTF-8; with this many characters beyond ASCII it
/// is UTF-8, whatever an old declaration says.
const SURELY_UTF8: usize = 8;

/// A file's text.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) map: ByteMap,
    /// Bytes that are no characters: offset of the first and how many such places there are.
    pub(super) invalid: Option<(usize, usize)>,
    /// Offset of the first byte that is no UTF-8, where nothing names the encoding and it was told by its look.
    pub(super) guessed: Option<usize>,
    pub(super) encoding: &'static str,
}

/// Why a file has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoText {
    Empty,
    Binary,
    TooLarge,
}

/// Decodes a file: by its byte order mark, its declaration, as UTF-8 where it is valid, else by what it looks like.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, NoText> {
    if bytes.trim_ascii().is_empty() {
        return Err(NoText::Empty);
    }
    let decoded = match Encoding::for_bom(bytes) {
        Some((encoding, bom)) => decode_as(bytes, bom, encoding)?,
        None => without_mark(bytes)?,
    };
    if looks_binary(&decoded.text) {
        return Err(NoText::Binary);
    }
    if decoded.text.trim().is_empty() {
        return Err(NoText::Empty);
    }
    Ok(decoded)
}

fn without_mark(bytes: &[u8]) -> Result<Decoded<'_>, NoText> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(encoding) = unmarked_utf16(sample) {
        return decode_as(bytes, 0, encoding);
    }
    if sample.contains(&0) {
        return Err(NoText::Binary);
    }
    let declared = declared(&bytes[..bytes.len().min(DECLARATION_WITHIN)]);
    match std::str::from_utf8(bytes) {
        // Japanese mail and old pages: characters as pairs of ASCII, after an escape.
        Ok(_)
            if sample.contains(&0x1b)
                && bytes.is_ascii()
                && sample.windows(3).any(|w| matches!(w, b"\x1b$B" | b"\x1b$@")) =>
        {
            decode_as(bytes, 0, encoding_rs::ISO_2022_JP)
        }
        Ok(text) => {
            let legacy = declared.filter(|e| *e != UTF_8);
            match legacy.filter(|_| beyond_ascii(text) < SURELY_UTF8) {
                Some(encoding) => decode_as(bytes, 0, encoding),
                None => Ok(Decoded {
                    text: Cow::Borrowed(text),
                    map: ByteMap::default(),
                    invalid: None,
                    guessed: None,
                    encoding: "UTF-8",
                }),
            }
        }
        Err(error) => {
            let encoding = declared.unwrap_or_else(|| detect(bytes));
            let guessed = (declared.is_none() && encoding != UTF_8).then_some(error.valid_up_to());
            Ok(Decoded { guessed, ..decode_as(bytes, 0, encoding)? })
        }
    }
}

/// Characters beyond ASCII, counted no further than is needed.
fn beyond_ascii(text: &str) -> usize {
    text.bytes().filter(|b| *b >= 0xC0).take(SURELY_UTF8).count()
}

/// UTF-16 without a mark shows as zeros in every other byte.
fn unmarked_utf16(sample: &[u8]) -> Option<&'static Encoding> {
    let sample = &sample[..sample.len().min(DECLARATION_WITHIN)];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    match () {
        () if pairs < 4 => None,
        () if odd * 10 > pairs * 4 && even * 20 < pairs => Some(UTF_16LE),
        () if even * 10 > pairs * 4 && odd * 20 < pairs => Some(UTF_16BE),
        () => None,
    }
}

/// The encoding an HTML `meta` or an XML declaration names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head: String =
        head.iter().map(|b| if b.is_ascii() { b.to_ascii_lowercase() as char } else { '?' }).collect();
    let after = |key: &str, within: &str| {
        let rest = within[within.find(key)? + key.len()..].trim_start().strip_prefix('=')?.trim_start();
        let label = rest.trim_start_matches(['"', '\'']);
        let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'));
        Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])
    };
    if let Some(declaration) = head.trim_start().strip_prefix("<?xml") {
        let within = &declaration[..declaration.find("?>").unwrap_or(declaration.len())];
        if let Some(encoding) = after("encoding", within) {
            return Some(encoding);
        }
    }
    // What can be read as ASCII is not UTF-16, whatever it says.
    let meta = head.match_indices("<meta").find_map(|(at, _)| {
        let tag = &head[at..];
        after("charset", &tag[..tag.find('>').unwrap_or(tag.len())])
    });
    meta.map(|e| if e == UTF_16LE || e == UTF_16BE { UTF_8 } else { e })
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    // A damaged or cut UTF-8 file is still UTF-8. Legacy text hardly ever happens to hold a whole sequence of it:
    // in the worst case, Chinese or Japanese, there are four broken ones for each.
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes[..bytes.len().min(SAMPLE)].utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // A sequence cut off by the end of the file is no sign of another encoding.
    let cut = std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none());
    if good > 0 && (cut || good >= bad * 4) {
        return UTF_8;
    }
    let start = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0).saturating_sub(64);
    let window = &bytes[start..bytes.len().min(start + SAMPLE)];
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(window, start + window.len() == bytes.len());
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// Control characters are not text.
fn looks_binary(text: &str) -> bool {
    let bytes = &text.as_bytes()[..text.len().min(SAMPLE)];
    let control = bytes.iter().filter(|b| matches!(**b, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    bytes.contains(&0) || control * 20 > bytes.len() || bytes.starts_with(b"%PDF-")
}

fn decode_as(bytes: &[u8], start: usize, encoding: &'static Encoding) -> Result<Decoded<'static>, NoText> {
    // The text may be up to three times as long as the file, and positions of both are mapped.
    if bytes.len() > ByteMap::LIMIT / 3 {
        return Err(NoText::TooLarge);
    }
    let mut out = Output {
        text: String::with_capacity(bytes.len() + bytes.len() / 2),
        map: ByteMap::default(),
        invalid: None,
    };
    if encoding == UTF_8 {
        utf8(bytes, start, &mut out);
    } else if encoding == UTF_16LE {
        utf16(bytes, start, u16::from_le_bytes, &mut out);
    } else if encoding == UTF_16BE {
        utf16(bytes, start, u16::from_be_bytes, &mut out);
    } else if encoding.is_single_byte() {
        single_byte(bytes, encoding, &mut out);
    } else {
        multi_byte(bytes, encoding, &mut out);
    }
    let Output { text, map, invalid } = out;
    Ok(Decoded { text: Cow::Owned(text), map, invalid, guessed: None, encoding: encoding.name() })
}

struct Output {
    text: String,
    map: ByteMap,
    invalid: Option<(usize, usize)>,
}

impl Output {
    fn char(&mut self, c: char, raw: Range<usize>) {
        self.text.push(c);
        self.map.push_units(1, c.len_utf8(), raw.start, raw.len());
    }

    fn invalid(&mut self, raw: Range<usize>) {
        let (_, count) = self.invalid.get_or_insert((raw.start, 0));
        *count += 1;
        self.char(char::REPLACEMENT_CHARACTER, raw);
    }
}

fn utf8(bytes: &[u8], start: usize, out: &mut Output) {
    let mut at = start;
    for chunk in bytes[start..].utf8_chunks() {
        out.text.push_str(chunk.valid());
        out.map.push_units(chunk.valid().len(), 1, at, 1);
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            out.invalid(at..at + chunk.invalid().len());
            at += chunk.invalid().len();
        }
    }
}

fn utf16(bytes: &[u8], start: usize, unit: fn([u8; 2]) -> u16, out: &mut Output) {
    let (pairs, rest) = bytes[start..].as_chunks::<2>();
    let mut at = start;
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => {
                out.char(c, at..at + 2 * c.len_utf16());
                at += 2 * c.len_utf16();
            }
            Err(_) => {
                out.invalid(at..at + 2);
                at += 2;
            }
        }
    }
    if !rest.is_empty() {
        out.invalid(at..at + rest.len());
    }
}

fn single_byte(bytes: &[u8], encoding: &'static Encoding, out: &mut Output) {
    let table: Vec<Option<char>> = (0..=255u8)
        .map(|byte| encoding.decode_without_bom_handling_and_without_replacement(&[byte])?.chars().next())
        .collect();
    let mut at = 0;
    while at < bytes.len() {
        at = ascii_run(bytes, at, out);
        while let Some(byte) = bytes.get(at).filter(|b| !b.is_ascii()) {
            match table[usize::from(*byte)] {
                Some(c) => out.char(c, at..at + 1),
                None => out.invalid(at..at + 1),
            }
            at += 1;
        }
    }
}

/// Copies ASCII from `at` on and returns where it ends.
fn ascii_run(bytes: &[u8], at: usize, out: &mut Output) -> usize {
    let run = &bytes[at..at + Encoding::ascii_valid_up_to(&bytes[at..])];
    out.text.extend(std::str::from_utf8(run));
    out.map.push_units(run.len(), 1, at, 1);
    at + run.len()
}

fn multi_byte(bytes: &[u8], encoding: &'static Encoding, out: &mut Output) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = [0u8; 64];
    // Bytes from `from` to `at` are read but have not given a character yet.
    let (mut from, mut at) = (0, 0);
    loop {
        if from == at && encoding.is_ascii_compatible() {
            at = ascii_run(bytes, at, out);
            from = at;
        }
        let last = at >= bytes.len();
        // One byte at a time tells which bytes made which character.
        let step = &bytes[at.min(bytes.len())..(at + 1).min(bytes.len())];
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(step, &mut buffer, last);
        at += read;
        for c in std::str::from_utf8(&buffer[..written]).unwrap_or_default().chars() {
            // Of two characters of one sequence the first takes the bytes, the other stands at their end.
            out.char(c, from..at);
            from = at;
        }
        match result {
            DecoderResult::InputEmpty if last => break,
            DecoderResult::Malformed(_, after) => {
                let to = at.saturating_sub(usize::from(after)).max(from);
                out.invalid(from..to);
                from = to;
            }
            _ => {}
        }
    }
}
