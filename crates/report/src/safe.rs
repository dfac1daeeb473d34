//! Makes foreign text harmless on a terminal.
//!
//! An article may hold escape sequences that recolour, overwrite or type into a terminal, and direction
//! overrides that make text read other than it is (Boucher & Anderson, *Trojan Source*, 2021).

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text on one line, with line breaks and tabs as spaces and everything a terminal would act on as a
/// visible substitute (`␛`, `<U+202E>`).
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !needs_substitute(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\n' if after_return => {}
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            // A soft hyphen is drawn by some terminals and not by others; the word is the same without.
            '\u{ad}' => {}
            '\u{7f}' => out.push('\u{2421}'),
            c if u32::from(c) < 0x20 => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            c if needs_substitute(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
        after_return = c == '\r';
    }
    Cow::Owned(out)
}

fn needs_substitute(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x61c | 0x180e | 0x200b | 0x200e | 0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
            | 0xfff9..=0xfffb | 0xe0000..=0xe0fff)
}

/// Writes JSON in which characters that a terminal would act on and JSON lets stand (those of the C1 range, such as
/// U+009B, and marks of direction) are escaped; what is read from it is the same. Each write must end between characters.
pub struct PlainJson<W>(pub W);

impl<W: Write> Write for PlainJson<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        let mut at = 0;
        while at < bytes.len() {
            let acted_on = match bytes[at..] {
                [0x7f, ..] => Some((1, 0x7f)),
                [0xc2, last @ 0x80..=0x9f, ..] => Some((2, u32::from(last))),
                [0xe2, middle @ 0x80..=0x81, last, ..] => {
                    let code = 0x2000 + (u32::from(middle) - 0x80) * 0x40 + u32::from(last & 0x3f);
                    matches!(code, 0x200e..=0x200f | 0x202a..=0x202e | 0x2066..=0x2069).then_some((3, code))
                }
                _ => None,
            };
            let Some((length, code)) = acted_on else {
                at += 1;
                continue;
            };
            self.0.write_all(&bytes[written..at])?;
            write!(self.0, "\\u{code:04x}")?;
            at += length;
            written = at;
        }
        self.0.write_all(&bytes[written..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A path as a reference (RFC 3986), whatever is in it: `a%20b.txt`, and `file:///a` where it is absolute.
pub fn file_address(path: &str) -> String {
    let mut out = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into())
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// How many columns a line of safe text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The last character boundary at or before a byte position, at most the end.
pub fn boundary_before(text: &str, position: usize) -> usize {
    (0..=position.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// The longest start of `text` that fits into `columns`, and what is left; never cuts a character from its
/// combining marks.
pub(crate) fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (i, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            return text.split_at(i);
        }
    }
    (text, "")
}

/// The text cut to `columns`, with `…` where something is missing.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    format!("{}…", split_at_width(text, columns.saturating_sub(1)).0)
}

/// A path cut at its front, where it says least, to `columns`.
pub(crate) fn shortened_path(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut rest = text;
    while width(rest) + 1 > columns {
        let mut chars = rest.chars();
        if chars.next().is_none() {
            break;
        }
        rest = chars.as_str();
    }
    format!("…{rest}")
}

/// A name cut in its middle, where it says least, to `columns`.
pub(crate) fn shortened_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let (head, _) = split_at_width(text, columns.saturating_sub(1) / 2);
    format!("{head}{}", shortened_path(text, columns.saturating_sub(width(head))))
}

/// Words laid out in lines of at most `columns`; a longer word is broken.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let mut word = word;
        let used = lines.last().map_or(0, |l| width(l));
        if used > 0 && used + 1 + width(word) > columns {
            lines.push(String::new());
        }
        while let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            if width(last) + width(word) <= columns {
                last.push_str(word);
                break;
            }
            let (head, tail) = split_at_width(word, columns);
            // A character wider than the column still has to go somewhere.
            let cut =
                if head.is_empty() { word.chars().next().map_or(0, char::len_utf8) } else { head.len() };
            last.push_str(&word[..cut]);
            word = if head.is_empty() { &word[cut..] } else { tail };
            if word.is_empty() {
                break;
            }
            lines.push(String::new());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_becomes_visible() {
        for (text, expected) in [
            ("plain «€» 兆", "plain «€» 兆"),
            ("\u{1b}[31mred", "␛[31mred"),
            ("a\r\nb\nc\td", "a b c d"),
            ("\u{7f}\u{0}", "␡␀"),
            ("\u{9b}31m", "<U+009B>31m"),
            ("12\u{202e}34", "12<U+202E>34"),
            ("x\u{2066}y\u{feff}", "x<U+2066>y<U+FEFF>"),
            ("Umsatz\u{ad}erlös", "Umsatzerlös"),
            // Joiners carry meaning in Persian and Hindi and in emoji.
            ("می\u{200c}شود", "می\u{200c}شود"),
        ] {
            assert_eq!(line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn json_holds_nothing_a_terminal_acts_on_and_says_the_same() {
        for (text, expected) in [
            ("plain 兆 é “x”", "\"plain 兆 é “x”\""),
            ("a\u{9b}31m\u{7f}", "\"a\\u009b31m\\u007f\""),
            ("12\u{202e}34\u{2066}\u{200f}", "\"12\\u202e34\\u2066\\u200f\""),
            ("می\u{200c}شود", "\"می\u{200c}شود\""),
        ] {
            let mut out = Vec::new();
            serde_json::to_writer(PlainJson(&mut out), text).unwrap();
            assert_eq!(String::from_utf8(out.clone()).unwrap(), expected);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }

    #[test]
    fn paths_are_addresses_whatever_is_in_them() {
        for (path, expected) in [
            ("a/b.txt", "a/b.txt"),
            ("a b#c?.txt", "a%20b%23c%3F.txt"),
            ("javascript:alert(1)", "javascript%3Aalert%281%29"),
            ("\u{1b}]8;;x\u{7}", "%1B%5D8%3B%3Bx%07"),
            ("東.md", "%E6%9D%B1.md"),
            ("/tmp/x", "file:///tmp/x"),
        ] {
            assert_eq!(file_address(path), expected);
        }
    }

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(shortened_middle("2023-one-two-three.txt", 11), "2023-…e.txt");
        assert_eq!(shortened_middle("売上高売上高", 7), "売…上高");
        assert_eq!(shortened_middle("short", 5), "short");
    }

    #[test]
    fn lines_are_wrapped_by_columns_not_bytes() {
        assert_eq!(wrapped("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrapped("売上高は四十億円", 6), ["売上高", "は四十", "億円"]);
        assert_eq!(wrapped("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("兆", 1), ["兆"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    proptest::proptest! {
        #[test]
        fn no_control_character_survives(text in "[\\x00-\\x{ffff}]{0,40}") {
            proptest::prop_assert!(!line(&text).chars().any(|c| c.is_control() || needs_substitute(c)));
        }

        #[test]
        fn wrapping_loses_nothing_but_blanks(text in "[a-z兆é ]{0,60}", columns in 2usize..12) {
            let lines = wrapped(&text, columns);
            proptest::prop_assert!(lines.iter().all(|l| width(l) <= columns));
            proptest::prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
