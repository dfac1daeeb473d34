//! Spelled-out numbers: `twenty-five`, `deux cent mille`, `tiga puluh dua`.

use crate::lexicon::Term;
use crate::scan::Scan;

/// A spelled number and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spelled {
    pub value: u64,
    /// One past its last token.
    pub to: usize,
}

/// Reads the spelled number that starts at a token, scale words apart.
pub(crate) fn read(scan: &Scan, token: usize, end: usize) -> Option<Spelled> {
    let mut total = 0u64;
    let mut t = token;
    let mut any = false;
    while t < end {
        let next = scan.term_at(t, |term| match term {
            Term::NumberAdd(n) => Some(Word::Add(u64::from(n))),
            Term::NumberTimes(n) => Some(Word::Times(n)),
            Term::NumberWhole(n) => Some(Word::Add(u64::from(n))),
            _ => None,
        });
        match next {
            Some((Word::Add(n), hit)) => {
                // "two three" is two numbers, "twenty three" one: an addend must be smaller than what stands.
                if any && (!total.is_multiple_of(10) && n >= 1 || total != 0 && n >= lowest_place(total)) {
                    break;
                }
                total = total.checked_add(n)?;
                t = hit.to;
            }
            // A negative factor of ten adds it: Indonesian "lima belas" is 5 + 10.
            Some((Word::Times(n), hit)) if n < 0 => {
                total = total.checked_add(u64::from(n.unsigned_abs()))?;
                t = hit.to;
            }
            Some((Word::Times(n), hit)) => {
                let factor = u64::from(n.unsigned_abs());
                let unit = total % factor.max(1);
                let unit = if total == 0 { 1 } else { unit };
                total = total
                    .checked_sub(if total == 0 { 0 } else { unit })?
                    .checked_add(unit.checked_mul(factor)?)?;
                t = hit.to;
            }
            None if any && joins(scan, t, end) => t += 1,
            None => break,
        }
        any = true;
    }
    any.then_some(Spelled { value: total, to: t })
}

enum Word {
    Add(u64),
    Times(i16),
}

/// The value of the lowest digit that is not zero.
fn lowest_place(n: u64) -> u64 {
    let mut place = 1;
    while n.is_multiple_of(place * 10) {
        place *= 10;
    }
    place
}

/// Whether a hyphen or an "and" here leads on to more of the number.
fn joins(scan: &Scan, t: usize, end: usize) -> bool {
    let joiner = scan.hits_at(t).iter().any(|h| h.term == Term::Joiner);
    let glued = scan
        .tokens
        .get(t)
        .zip(scan.tokens.get(t + 1))
        .is_some_and(|(a, b)| a.end == b.start && a.end - a.start == 1)
        && scan.hits_at(t).iter().all(|h| !matches!(h.term, Term::Metric(..)));
    t + 1 < end
        && (joiner || glued)
        && scan.hits_at(t + 1).iter().any(|h| matches!(h.term, Term::NumberAdd(_) | Term::NumberTimes(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lexicon;
    use crate::number::Habit;

    fn check(lang: &str, text: &str, expected: Option<u64>) {
        let lang = Lexicon::builtin().lang(lang).unwrap();
        let mut scan = Scan::default();
        scan.run(text, 0..text.len(), lang, Habit::default(), &[]);
        let found = read(&scan, 0, scan.tokens.len()).map(|s| s.value);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn spelled_numbers_are_read() {
        check("en", "twenty-five", Some(25));
        check("en", "two hundred and six", Some(206));
        check("en", "seven", Some(7));
        check("en", "seven eight", Some(7));
        check("en", "revenue", None);
        check("fr", "deux cent trente et un", Some(231));
        check("fr", "soixante-dix", Some(70));
        check("fr", "quatre-vingt-dix", Some(90));
        check("id", "lima belas", Some(15));
        check("id", "dua puluh tiga", Some(23));
        check("id", "dua ratus lima puluh", Some(250));
        check("id", "seratus dua", Some(102));
    }
}
