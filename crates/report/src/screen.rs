use anstyle::{AnsiColor, Style};

use crate::safe;

/// What a text report is laid out for.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Whether places are links (OSC 8).
    pub links: bool,
    /// Entries of a long list before it is cut; 0 shows all, and each in full.
    pub limit: usize,
}

impl Default for Screen {
    fn default() -> Self {
        Screen { width: 100, color: false, links: false, limit: 20 }
    }
}

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const BLUE: Style = AnsiColor::Blue.on_default().bold();
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default().bold();

impl Screen {
    /// The text in a style, where the screen has colours.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }

    /// Safe text that leads to an address, where the screen has links. The address is of letters, digits and signs
    /// alone, as [`safe::file_address`] gives it.
    pub(crate) fn link(&self, text: &str, address: Option<&str>) -> String {
        let sound = |a: &&str| a.bytes().all(|b| b.is_ascii_graphic());
        match address.filter(|_| self.links).filter(sound) {
            Some(address) => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }

    /// How many of `n` rows are shown.
    pub(crate) fn shown(&self, n: usize) -> usize {
        if self.limit == 0 { n } else { n.min(self.limit) }
    }
}

/// A cell: lines of safe text in one style.
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) style: Option<Style>,
    pub(crate) right: bool,
    /// Whether the column keeps its width while any other can give way: figures are not to be broken.
    pub(crate) firm: bool,
}

impl Cell {
    pub(crate) fn plain(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), style: None, right: false, firm: false }
    }

    pub(crate) fn styled(text: impl Into<String>, style: Style) -> Cell {
        Cell { text: text.into(), style: Some(style), right: false, firm: false }
    }

    pub(crate) fn firm(mut self) -> Cell {
        self.firm = true;
        self
    }

    pub(crate) fn right(mut self) -> Cell {
        self.right = true;
        self
    }
}

const GAP: usize = 2;
const NARROWEST: usize = 8;

/// Rows laid out in columns without rules; a cell that does not fit is wrapped, and a line break in a cell
/// starts a new line. Words break after `_`, `/` and `·`, which is where ids and periods are long.
pub(crate) fn layout(screen: &Screen, indent: usize, rows: &[Vec<Cell>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..columns)
        .map(|c| {
            let lines = rows.iter().filter_map(|r| r.get(c)).flat_map(|cell| cell.text.split('\n'));
            lines.map(safe::width).max().unwrap_or(0)
        })
        .collect();
    let room = screen.width.saturating_sub(indent + GAP * columns.saturating_sub(1));
    let firm: Vec<bool> =
        (0..columns).map(|c| rows.iter().any(|r| r.get(c).is_some_and(|cell| cell.firm))).collect();
    while widths.iter().sum::<usize>() > room {
        // The widest gives way, firm columns last; of equals the first, where names stand.
        let gives = |i: usize| widths[i] > if firm[i] { NARROWEST } else { NARROWEST + 2 };
        let loose = (0..columns).filter(|i| !firm[*i] && gives(*i)).max_by_key(|i| (widths[*i], columns - i));
        let widest =
            loose.or_else(|| (0..columns).filter(|i| gives(*i)).max_by_key(|i| (widths[*i], columns - i)));
        let Some(widest) = widest else { break };
        widths[widest] -= 1;
    }
    let mut out = String::new();
    for row in rows {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| cell.text.split('\n').flat_map(|line| cell_lines(line, *width)).collect())
            .collect();
        for i in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = " ".repeat(indent);
            for ((cell, lines), width) in row.iter().zip(&cells).zip(&widths) {
                let text = lines.get(i).map_or("", String::as_str);
                let fill = " ".repeat(width.saturating_sub(safe::width(text)));
                let text = cell.style.map_or_else(|| text.to_owned(), |style| screen.paint(style, text));
                if cell.right {
                    line.push_str(&fill);
                    line.push_str(&text);
                } else {
                    line.push_str(&text);
                    line.push_str(&fill);
                }
                line.push_str(&" ".repeat(GAP));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

fn cell_lines(text: &str, width: usize) -> Vec<String> {
    if safe::width(text) <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for piece in text.split_inclusive([' ', '_', '/', '·']) {
        let fits = |line: &str| safe::width(line) + safe::width(piece.trim_end()) <= width;
        if !lines.last().is_some_and(|l| l.is_empty() || fits(l)) {
            lines.push(String::new());
        }
        let mut rest = piece;
        while safe::width(rest.trim_end()) > width {
            let (head, tail) = safe::split_at_width(rest, width);
            if head.is_empty() {
                break;
            }
            if let Some(last) = lines.last_mut() {
                last.push_str(head);
            }
            lines.push(String::new());
            rest = tail;
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(rest);
        }
    }
    lines.iter().map(|l| l.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_across_scripts_and_wrap_where_they_must() {
        let screen = Screen { width: 30, ..Screen::default() };
        let rows = vec![
            vec![Cell::plain("東京電力"), Cell::plain("revenue"), Cell::plain("5").right()],
            vec![Cell::plain("Bob"), Cell::plain("daily_active_people"), Cell::plain("71,469").right()],
        ];
        let expected = [
            "東京電力  revenue            5",
            "Bob       daily_        71,469",
            "          active_",
            "          people",
            "",
        ];
        assert_eq!(layout(&screen, 0, &rows), expected.join("\n"));
    }
}
