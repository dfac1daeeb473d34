//! Cells: a figure with its marks and unit, or a mark that belongs to the figure beside it.

use std::ops::Range;

use consilience_claim::Bound;

use crate::lexicon::{Cue, Term};
use crate::number::Written;
use crate::scan::Scan;

/// What a cell holds.
pub(super) enum Cell {
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
pub(super) struct Amount {
    pub(super) bytes: Range<usize>,
    pub(super) written: Written,
    pub(super) negative: bool,
    pub(super) signed: bool,
    /// A bracket that opens in this cell and closes in another.
    pub(super) open: bool,
    /// Power of ten written in the cell.
    pub(super) scale: Option<u8>,
    pub(super) kind: Kind,
    pub(super) bound: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bare,
    Money(u16, bool),
    Percent,
    Points,
    BasisPoints,
    Count(u16),
}

/// What a cell's tokens are: a figure, a mark that belongs to the figure beside it, or neither.
pub(super) fn read(scan: &Scan, text: &str) -> Cell {
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
            _ if hits.iter().any(|h| h.term == Term::Minus) => {
                (amount.signed, amount.negative) = (true, true);
                from = from.min(t);
            }
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
