//! Source excerpts with the words in question underlined, aligned by columns of the terminal.

use consilience_claim::Claim;

use crate::screen::{BLUE, CYAN, DIM, RED, Screen};
use crate::{Passage, Sources, figure, safe};

/// A claim to be shown in its source.
pub(crate) struct Shown<'a> {
    pub(crate) claim: &'a Claim,
    /// Underlined as the suspect (`^^^^`) instead of as context (`----`).
    pub(crate) suspect: bool,
    /// What stands beside the underline.
    pub(crate) label: String,
}

/// The excerpts under one gutter, in the order given.
pub(crate) fn render(screen: &Screen, sources: &dyn Sources, shown: &[Shown<'_>]) -> String {
    let passages: Vec<(Option<usize>, Passage)> = shown
        .iter()
        .map(|s| match sources.passage(&s.claim.doc, s.claim.span) {
            Some(passage) => (Some(passage.line), passage),
            None => (None, quote_alone(s.claim)),
        })
        .collect();
    let gutter = passages.iter().filter_map(|(l, _)| *l).max().map_or(1, |l| l.to_string().len());
    let blank = " ".repeat(gutter);
    let bar = screen.paint(BLUE, "|");
    let mut out = String::new();
    for (i, (s, (line, passage))) in shown.iter().zip(&passages).enumerate() {
        let arrow = screen.paint(BLUE, if i == 0 { "-->" } else { ":::" });
        let heading = heading(screen, sources, s.claim, (*line).map(|line| (line, passage.column)));
        out.push_str(&format!("{blank}{arrow} {heading}\n"));
        let number = line.map_or_else(|| blank.clone(), |l| format!("{l:>gutter$}"));
        let room = screen.width.saturating_sub(gutter + 4).max(20);
        let window = cut_around(&passage.text, passage.mark.clone(), room);
        out.push_str(&format!("{} {bar} {}\n", screen.paint(BLUE, &number), window.text));
        for underline in underlines(screen, &window, s, room) {
            out.push_str(&format!("{blank} {bar} {underline}\n"));
        }
    }
    out
}

/// `doc:line:column  (source, language)`, with the page where there are pages.
pub(crate) fn heading(
    screen: &Screen,
    sources: &dyn Sources,
    claim: &Claim,
    at: Option<(usize, usize)>,
) -> String {
    let place = match at {
        Some((line, column)) => format!("{}:{line}:{column}", safe::line(&claim.doc)),
        None => format!("{}: bytes {}..{}", safe::line(&claim.doc), claim.span.start, claim.span.end),
    };
    let address = sources.file(&claim.doc).map(|file| safe::file_address(&file.absolute));
    let place = screen.link(&place, address.as_deref());
    let page = claim.page.map(|page| format!("page {page}")).unwrap_or_default();
    let who: Vec<&str> = [page.as_str(), claim.source.as_deref().unwrap_or(""), &claim.lang]
        .into_iter()
        .filter(|w| !w.is_empty())
        .collect();
    if who.is_empty() {
        return place;
    }
    format!("{place}  {}", screen.paint(DIM, &format!("({})", safe::line(&who.join(", ")))))
}

fn quote_alone(claim: &Claim) -> Passage {
    let text = if claim.quote.is_empty() { figure::claim(claim) } else { claim.quote.clone() };
    Passage { line: 0, column: 0, mark: 0..text.len(), text }
}

/// Safe text that fits, with the columns of the mark in it.
pub(crate) struct Window {
    pub(crate) text: String,
    before: usize,
    width: usize,
}

/// Bytes of context that are looked at on either side; a line can be of any length.
const CONTEXT: usize = 2_000;

/// The line cut to `room` columns around the mark, at word boundaries where one is near.
pub(crate) fn cut_around(text: &str, mark: std::ops::Range<usize>, room: usize) -> Window {
    let floor = |i: usize| safe::boundary_before(text, i);
    let (start, end) = (floor(mark.start), floor(mark.end.max(mark.start)));
    let (from, to) = (floor(start.saturating_sub(CONTEXT)), floor(end.saturating_add(CONTEXT)));
    // Joined as one, so that a mark that begins with a combining character keeps its base.
    let before = safe::line(&text[from..start]).trim_start().to_owned();
    let marked = safe::shortened(&safe::line(&text[start..end]), room.saturating_sub(2));
    let after = safe::line(&text[end..to]).trim_end().to_owned();
    let width = safe::width(&marked);
    let left_over = room.saturating_sub(width);
    // Two thirds of the room before the figure: what it is about tends to stand there.
    let (wants_before, wants_after) = (safe::width(&before), safe::width(&after));
    let mut give_before = wants_before.min(left_over * 2 / 3);
    let give_after = wants_after.min(left_over - give_before);
    give_before = wants_before.min(left_over - give_after);
    let before = if give_before < wants_before || from > 0 { tail(&before, give_before) } else { before };
    let after = if give_after < wants_after || to < text.len() { head(&after, give_after) } else { after };
    let before_width = safe::width(&before);
    Window { text: format!("{before}{marked}{after}"), before: before_width, width }
}

/// The end of `text` in `columns`, led by `…`.
fn tail(text: &str, columns: usize) -> String {
    let mut rest = text;
    while safe::width(rest) + 1 > columns {
        let mut chars = rest.chars();
        if chars.next().is_none() {
            return String::new();
        }
        rest = chars.as_str();
    }
    // Half a word is dropped where a blank is near, and a combining mark without its base.
    let whole = text[..text.len() - rest.len()].ends_with(' ');
    let blank = rest.char_indices().take(16).find(|(_, c)| *c == ' ').map_or(0, |(i, _)| i + 1);
    let cut = if whole { 0 } else { blank };
    let rest = rest[cut..].trim_start_matches(|c: char| safe::width(c.encode_utf8(&mut [0; 4])) == 0);
    format!("…{rest}")
}

/// The start of `text` in `columns`, followed by `…`.
fn head(text: &str, columns: usize) -> String {
    if columns == 0 {
        return String::new();
    }
    let (rest, _) = safe::split_at_width(text, columns - 1);
    let cut = rest.char_indices().rev().take(16).find(|(_, c)| *c == ' ').map_or(rest.len(), |(i, _)| i);
    format!("{}…", if cut == 0 { rest } else { &rest[..cut] })
}

fn underlines(screen: &Screen, window: &Window, shown: &Shown<'_>, room: usize) -> Vec<String> {
    let (sign, style) = if shown.suspect { ("^", RED) } else { ("-", CYAN) };
    let line = screen.paint(style, &sign.repeat(window.width.max(1)));
    let indent = " ".repeat(window.before);
    let label = safe::line(&shown.label);
    if label.is_empty() {
        return vec![format!("{indent}{line}")];
    }
    let label_width = safe::width(&label);
    let painted = screen.paint(style, &label);
    if window.before + window.width + 1 + label_width <= room {
        vec![format!("{indent}{line} {painted}")]
    } else if label_width < window.before {
        vec![format!("{}{painted} {line}", " ".repeat(window.before - label_width - 1))]
    } else {
        vec![format!("{indent}{line}"), painted]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `[` `]` around the mark, and what is expected on two lines.
    #[track_caller]
    fn check(text: &str, room: usize, expected: &str) {
        let (before, rest) = text.split_once('[').unwrap();
        let (marked, after) = rest.split_once(']').unwrap();
        let plain = format!("{before}{marked}{after}");
        let window = cut_around(&plain, before.len()..before.len() + marked.len(), room);
        let drawn = format!("{}\n{}{}", window.text, " ".repeat(window.before), "^".repeat(window.width));
        assert_eq!(drawn, expected, "{text}");
        assert!(safe::width(&window.text) <= room, "{}", window.text);
    }

    #[test]
    fn the_underline_stands_under_the_words_in_any_script() {
        check("rose to [32 bn] USD", 40, "rose to 32 bn USD\n        ^^^^^");
        check("売上高は[4兆円]だった", 40, "売上高は4兆円だった\n        ^^^^^");
        check("e\u{301}te\u{301} [5 M€]", 40, "e\u{301}te\u{301} 5 M€\n    ^^^^");
        check("a\u{1b}b [7]", 40, "a␛b 7\n    ^");
        check("one\ntwo [3\n4] five", 40, "one two 3 4 five\n        ^^^");
    }

    #[test]
    fn long_lines_are_cut_around_the_words() {
        check(
            "the first part of a long sentence says that revenue rose to [32 bn] in the quarter before last",
            40,
            "…that revenue rose to 32 bn in the…\n                      ^^^^^",
        );
        check(&format!("{}[5]", "x".repeat(5000)), 20, &format!("…{}5\n{}^", "x".repeat(18), " ".repeat(19)));
        check(&format!("[{}]", "9".repeat(400)), 20, &format!("{}…\n{}", "9".repeat(17), "^".repeat(18)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_overflows(text in "\\PC{0,80}", a in 0usize..100, b in 0usize..100, room in 8usize..60) {
            let window = cut_around(&text, a.min(b)..a.max(b), room);
            proptest::prop_assert!(safe::width(&window.text) <= room);
        }
    }
}
