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

/// No number is written in more words.
const MOST_WORDS: usize = 40;

/// Reads the spelled number that starts at a token, scale words apart.
pub(crate) fn read(scan: &Scan, token: usize, end: usize) -> Option<Spelled> {
    // "〇〇〇…" never grows and never ends; no number has so many words.
    let end = end.min(token + MOST_WORDS);
    if let Some(spelled) = positional(scan, token, end) {
        return Some(spelled);
    }
    let mut total = 0u64;
    let mut t = token;
    let mut any = false;
    // Whether a joiner stands before this token that may lead from units to tens.
    let mut tens = false;
    // The factor that ends right here.
    let mut place = 0u64;
    // "بالمئة" is per cent and no factor.
    while t < end && !(any && scan.may_start(t, Term::Percent)) {
        match scan.term_at(t, word) {
            Some((Word::Add(n), hit)) => {
                // "two three" is two numbers, "twenty three" one: an addend must be smaller than what stands.
                let units_first = tens && (1..10).contains(&(total % 100)) && n < 100 && n.is_multiple_of(10);
                let follows = total.is_multiple_of(10) && (total == 0 || n < lowest_place(total));
                if any && n >= 1 && !units_first && !follows {
                    break;
                }
                let last = hit.to >= end || scan.term_at(hit.to, word).is_none();
                let below = scan.next_place && place >= 100 && (1..10).contains(&n) && last;
                total = total.checked_add(if below { n * place / 10 } else { n })?;
                place = 0;
                t = hit.to;
            }
            // A negative factor of ten adds it: Indonesian "lima belas" is 5 + 10.
            Some((Word::Times(n), hit)) if n < 0 => {
                total = total.checked_add(u64::from(n.unsigned_abs()))?;
                t = hit.to;
            }
            Some((Word::Times(n), hit)) => {
                let factor = u64::from(n.unsigned_abs()).max(1);
                // Dozens count what is below a hundred, powers of ten what is below themselves.
                let unit = total % if is_power_of_ten(factor) { factor } else { 100 };
                let times = if unit == 0 { 1 } else { unit };
                total = total.checked_sub(unit)?.checked_add(times.checked_mul(factor)?)?;
                place = if is_power_of_ten(factor) { factor } else { 0 };
                t = hit.to;
            }
            None if any && joins(scan, t, end) => {
                tens = scan.may_start(t, Term::TensJoiner);
                t += 1;
                continue;
            }
            None => break,
        }
        tens = false;
        any = true;
    }
    any.then_some(Spelled { value: total, to: t })
}

/// The digits behind a spelled decimal mark and where they end: "point zero five", "coma setenta y cinco".
pub(crate) fn decimals(scan: &Scan, token: usize, end: usize) -> Option<(String, usize)> {
    let mut t = token;
    scan.may_start(t, Term::DecimalPoint).then_some(())?;
    t = scan.term_at(t, |term| (term == Term::DecimalPoint).then_some(()))?.1.to;
    let mut digits = String::new();
    while t < end && digits.len() < 12 {
        let Some((Word::Add(n), hit)) = scan.term_at(t, word) else { break };
        if n < 10 {
            digits.push_str(&n.to_string());
            t = hit.to;
            continue;
        }
        // A number of two or three digits ends the row.
        let rest = read(scan, t, end)?;
        digits.push_str(&rest.value.to_string());
        t = rest.to;
        break;
    }
    (!digits.is_empty()).then_some((digits, t))
}

/// A row of digits in a script that writes numbers so: 二〇二三, 九八九九.
fn positional(scan: &Scan, token: usize, end: usize) -> Option<Spelled> {
    let mut t = token;
    let mut value = 0u64;
    while t < end {
        let single = scan.tokens[t].end - scan.tokens[t].start == 3;
        let Some((Word::Add(n), _)) = scan.term_at(t, word).filter(|(_, hit)| single && hit.to == t + 1)
        else {
            break;
        };
        if n > 9 || t > token && scan.tokens[t].start != scan.tokens[t - 1].end {
            break;
        }
        value = value.checked_mul(10)?.checked_add(n)?;
        t += 1;
    }
    // "三四千" is three or four thousand, not 34,000.
    let more = t < end && matches!(scan.term_at(t, word), Some((Word::Times(_), _)));
    (t > token + 1 && !more).then_some(Spelled { value, to: t })
}

enum Word {
    Add(u64),
    Times(i16),
}

fn word(term: Term) -> Option<Word> {
    match term {
        Term::NumberAdd(n) => Some(Word::Add(u64::from(n))),
        Term::NumberTimes(n) => Some(Word::Times(n)),
        Term::NumberWhole(n, zeros) => {
            10u64.checked_pow(u32::from(zeros)).and_then(|p| p.checked_mul(u64::from(n))).map(Word::Add)
        }
        _ => None,
    }
}

fn is_power_of_ten(n: u64) -> bool {
    n == 10u64.pow(n.ilog10())
}

/// The value of the lowest digit that is not zero.
fn lowest_place(n: u64) -> u64 {
    let mut place = 1u64;
    while place < 1_000_000_000_000_000_000 && n.is_multiple_of(place * 10) {
        place *= 10;
    }
    place
}

/// Whether a hyphen or an "and" here leads on to more of the number.
fn joins(scan: &Scan, t: usize, end: usize) -> bool {
    let joiner = scan.hits_at(t).iter().any(|h| matches!(h.term, Term::Joiner | Term::TensJoiner));
    let glued = scan
        .tokens
        .get(t)
        .zip(scan.tokens.get(t + 1))
        .is_some_and(|(a, b)| a.end == b.start && a.end - a.start == 1)
        && scan.hits_at(t).iter().all(|h| !matches!(h.term, Term::Metric(..)));
    t + 1 < end
        && (joiner || glued)
        // "twenty and three fifths" are 20.6, "twenty-three fifths" 4.6.
        && scan.term_at(t + 1, word).is_some_and(|(_, hit)| {
            glued && !joiner || scan.hits_at(hit.to).iter().all(|h| !matches!(h.term, Term::Denominator(_)))
        })
        // "one hundred and three quarters"
        && scan.hits_at(t + 1).iter().all(|h| !matches!(h.term, Term::Fraction(_)))
        && scan.hits_at(t).iter().all(|h| h.term != Term::AndAHalf)
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
        check("en", "one hundred and three quarters", Some(100));
        check("en", "two dozen", Some(24));
        check("zh", "二〇二三", Some(2023));
        check("zh", "三百十二", Some(312));
        check("zh", "百十", Some(110));
        check("pt", "mil e quinhentos", Some(1500));
        check("de", "zweihundertfünfundzwanzig", Some(225));
        check("de", "dreiundzwanzigtausend", Some(23_000));
        check("de", "hundert und fünf und zwanzig", Some(125));
        check("fr", "soixante et onze", Some(71));
        check("fr", "cent quatre-vingt-douze", Some(192));
        check("id", "lima belas", Some(15));
        check("id", "dua puluh tiga", Some(23));
        check("id", "dua ratus lima puluh", Some(250));
        check("id", "seratus dua", Some(102));
    }
}
