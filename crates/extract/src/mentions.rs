//! The figures and times of a text by themselves, before anything is asked of what they are about.
//!
//! This is the lower half of extraction, for whoever wants numbers, money, percentages and periods recognised and
//! nothing more, and for measuring that half against suites that test no more than it.

use std::ops::Range;

use consilience_claim::{Date, Decimal, Period};

use crate::lexicon::Lexicon;
use crate::number::Habit;
use crate::quantity::{self, Kind};
use crate::scan::Scan;
use crate::when::{self, Running};

/// A figure and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Value with its scale: 7788000000 for "7,788 milliards".
    pub value: Decimal,
    /// What it counts.
    pub of: AmountOf,
}

/// What a figure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountOf {
    /// Money by its ISO 4217 code; `shared` where the words name the money of several countries ("$", "pesos").
    Money {
        /// The code, the likeliest where it is shared.
        code: String,
        /// Whether other countries' money is called so too.
        shared: bool,
    },
    /// Hundredths of a money that is not named.
    Cents,
    /// Per cent.
    Percent,
    /// Anything else, or nothing in so many words.
    Other,
}

/// What a text mentions.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// Every number, whatever it counts, with its scale: dates and list marks too.
    pub numbers: Vec<Amount>,
    /// Numbers that count something: money, shares, things.
    pub amounts: Vec<Amount>,
    /// Stretches of time, resolved against the reference day where they lean on one: what each may mean, the
    /// likeliest first.
    pub periods: Vec<(Range<usize>, Vec<Period>)>,
}

/// Finds what a text in a language mentions; `reference` is the day it speaks from. Nothing is found in a
/// language that the lexicon does not have.
pub fn mentions(text: &str, lang: &str, reference: Option<Date>, lexicon: &Lexicon) -> Mentions {
    let Some(lang) = lexicon.lang(lang) else { return Mentions::default() };
    let mut habit = Habit::default();
    habit.observe(text);
    let mut scan = Scan::pooled();
    scan.run(text, 0..text.len(), lang, habit, &[]);
    let mut found = Mentions::default();
    let running = Running { period: None, published: reference };
    for sentence in &scan.sentences {
        let mut used = Vec::new();
        let times = when::find(&scan, text, sentence, lang, &mut used);
        let bytes = |tokens: &Range<usize>| scan.tokens[tokens.start].start..scan.tokens[tokens.end - 1].end;
        for time in &times {
            let readings = time.readings(&running);
            if !readings.is_empty() {
                found.periods.push((bytes(&time.at), readings));
            }
        }
        for (at, value) in quantity::numbers(&scan, text, sentence) {
            found.numbers.push(Amount { span: bytes(&at), value, of: AmountOf::Other });
        }
        for q in quantity::find(&scan, text, sentence, &used, &mut Vec::new()) {
            let of = match q.kind {
                Kind::Money(c, shared) | Kind::MoneyPerShare(c, shared) => {
                    AmountOf::Money { code: lexicon.currencies[c as usize].code.clone(), shared }
                }
                Kind::Cents => AmountOf::Cents,
                Kind::Percent => AmountOf::Percent,
                _ => AmountOf::Other,
            };
            found.amounts.push(Amount { span: q.bytes.clone(), value: q.value, of });
        }
    }
    scan.recycle();
    found
}
