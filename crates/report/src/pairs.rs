//! How documents compare two by two, and their names in little room.

use std::collections::BTreeSet;

use consilience_reconcile::{Audit, Pair, Relation};

use crate::safe;
use crate::screen::{BOLD, Cell, DIM, GREEN, RED, Screen, layout};
use crate::words::count;

/// A long list of pairs opens with so many.
const SHOWN: usize = 6;

/// The pairs as a table, those that contradict most first.
pub(crate) fn pairs(audit: &Audit, screen: &Screen) -> String {
    if audit.pairs.is_empty() {
        return String::new();
    }
    let mut pairs: Vec<&Pair> = audit.pairs.iter().collect();
    pairs.sort_by_key(|p| (std::cmp::Reverse((p.contradict, p.comparable, p.not_comparable)), &p.a, &p.b));
    // One more pair takes no more room than to say that there is one.
    let all = screen.limit == 0 || pairs.len() <= SHOWN + 1;
    let (shown, rest) = pairs.split_at(if all { pairs.len() } else { SHOWN });
    let relations: Vec<&str> = shown.iter().map(|pair| relation(audit, pair)).collect();
    let related = relations.iter().any(|r| !r.is_empty());
    let numbers = |all: bool| {
        let mut head = vec!["CONTRADICT", "AGREE"];
        head.extend(all.then_some("NOT COMPARABLE"));
        head.extend(related.then_some("ONE ORIGIN"));
        head
    };
    let taken = |all: bool| {
        let longest = relations.iter().map(|r| safe::width(r)).max().unwrap_or(0);
        let heads = numbers(all).iter().map(|h| h.len() + 2).sum::<usize>();
        heads + if related { longest.saturating_sub("ONE ORIGIN".len()) } else { 0 }
    };
    let fits =
        |names: &[String], all: bool| names.iter().all(|n| safe::width(n) + taken(all) <= screen.width);
    let full: Vec<String> = shown.iter().map(|p| joined(&safe::line(&p.a), &safe::line(&p.b))).collect();
    let names = shortened(audit, shown);
    let short: Vec<String> = names.iter().map(|(a, b)| joined(a, b)).collect();
    let (names, wide) = if fits(&full, true) {
        (full, true)
    } else if fits(&full, false) {
        (full, false)
    } else if fits(&short, true) {
        (short, true)
    } else if fits(&short, false) {
        (short, false)
    } else {
        let room = screen.width.saturating_sub(taken(false)).max(24);
        (names.iter().map(|(a, b)| cut(a, b, room)).collect(), false)
    };
    let mut rows = vec![vec![Cell::styled("PAIR OF DOCUMENTS", BOLD).firm()]];
    for head in numbers(wide) {
        let cell = Cell::styled(head, BOLD).firm();
        rows[0].push(if head == "ONE ORIGIN" { cell } else { cell.right() });
    }
    for ((pair, name), relation) in shown.iter().zip(names).zip(relations) {
        let number =
            |n: usize, style| if n > 0 { Cell::styled(n.to_string(), style) } else { Cell::styled("0", DIM) };
        let mut row = vec![
            Cell::plain(name).firm(),
            number(pair.contradict, RED).right(),
            number(pair.agree, GREEN).right(),
        ];
        if wide {
            row.push(Cell::styled(pair.not_comparable.to_string(), DIM).right());
        }
        if related {
            row.push(Cell::plain(relation));
        }
        rows.push(row);
    }
    let mut out = layout(screen, 0, &rows);
    if !rest.is_empty() {
        let n = |f: fn(&Pair) -> bool| rest.iter().filter(|p| f(p)).count();
        let (contradict, agree) = (n(|p| p.contradict > 0), n(|p| p.contradict == 0 && p.agree > 0));
        let line = format!(
            "… and {}: {contradict} contradict somewhere, {agree} agree, {} do not meet; --table pairs lists all",
            count(rest.len(), "more pair"),
            rest.len() - contradict - agree
        );
        for line in safe::wrapped(&line, screen.width) {
            out.push_str(&format!("{}\n", screen.paint(DIM, &line)));
        }
    }
    out
}

/// Two names in so many columns; the shorter one takes no more than it needs.
fn cut(a: &str, b: &str, columns: usize) -> String {
    let room = columns.saturating_sub(safe::width(&joined("", "")));
    let half = room / 2;
    let (wide_a, wide_b) = (safe::width(a), safe::width(b));
    let for_a = if wide_b < half { room - wide_b } else { half.min(wide_a) };
    joined(&safe::shortened_middle(a, for_a), &safe::shortened_middle(b, room - for_a.min(wide_a)))
}

fn joined(a: &str, b: &str) -> String {
    format!("{a} ↔ {b}")
}

/// How two documents of one origin depend on each other; empty where they do not.
fn relation(audit: &Audit, pair: &Pair) -> &'static str {
    let lineage = audit.lineage.iter().find(|l| l.a == pair.a && l.b == pair.b);
    let one_origin =
        || audit.origins.iter().any(|o| o.documents.contains(&pair.a) && o.documents.contains(&pair.b));
    match lineage.map(|l| l.relation) {
        Some(Relation::Copy) => "copy",
        Some(Relation::Translation) => "translation",
        _ if one_origin() => "yes",
        _ => "",
    }
}

/// Names without extensions where they stay apart, the second without the beginning that it shares with the
/// first: `a-b-one ↔ …two` for `a-b-one.txt` and `a-b-two.txt`.
fn shortened(audit: &Audit, pairs: &[&Pair]) -> Vec<(String, String)> {
    let stems: BTreeSet<&str> = audit.documents.iter().map(|d| stem(&d.doc)).collect();
    let apart = stems.len() == audit.documents.len() && !stems.is_empty();
    let name = |doc: &str| safe::line(if apart { stem(doc) } else { doc }).into_owned();
    pairs
        .iter()
        .map(|pair| {
            let (a, b) = (name(&pair.a), name(&pair.b));
            let shared = shared_beginning(&a, &b);
            // A few letters are not worth the mark in their place.
            let b = if shared < 4 { b } else { format!("…{}", &b[shared..]) };
            (a, b)
        })
        .collect()
}

fn stem(doc: &str) -> &str {
    match doc.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && !stem.ends_with('/') && !extension.contains('/') => {
            stem
        }
        _ => doc,
    }
}

/// The length of what two names share up to the last separator in it.
fn shared_beginning(a: &str, b: &str) -> usize {
    let same: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let cut = b[..same].rfind(['/', '-', '_', '.', ' ']).map_or(0, |i| i + 1);
    if cut == b.len() { 0 } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_name_drops_what_it_shares_with_the_first() {
        for (a, b, expected) in [
            ("netflix-2023q3-en-one", "netflix-2023q3-id-two", "id-two"),
            ("reuters", "reuter", "reuter"),
            ("x/a", "x/b", "b"),
            ("a-b", "a-b-c", "b-c"),
            ("a-", "a-", "a-"),
            ("日本-甲", "日本-乙", "乙"),
        ] {
            assert_eq!(&b[shared_beginning(a, b)..], expected, "{a} {b}");
        }
    }

    #[test]
    fn a_stem_is_a_name_without_its_extension() {
        for (doc, expected) in
            [("a/b.txt", "a/b"), ("a.b/c", "a.b/c"), (".hidden", ".hidden"), ("a/.x", "a/.x"), ("-", "-")]
        {
            assert_eq!(stem(doc), expected);
        }
    }
}
