//! Numbers with scale, unit and noun: what a sentence counts.

use std::ops::Range;

use consilience_claim::{Bound, Decimal, Unit, exact};

use crate::lexicon::{Cue, Lexicon, SharePlace, Term};
use crate::number;
use crate::scan::{Scan, TokenKind, is_ideographic};
use crate::spell;

/// A quantity as the words give it, not yet about anything.
#[derive(Debug, Clone)]
pub(crate) struct Quantity {
    /// Tokens of the value expression.
    pub at: Range<usize>,
    /// Bytes of the value expression in the text.
    pub bytes: Range<usize>,
    pub value: Decimal,
    pub precision: Option<Decimal>,
    pub kind: Kind,
    /// Tokens of the noun that is counted, or of "per share".
    pub noun: Option<Range<usize>>,
    /// A bound that lies in the expression itself: a range, "double-digit", "tens of billions".
    pub bound: Option<Bound>,
    /// "Tens of billions": a magnitude and no figure.
    pub vague: bool,
    /// Whether a sign was written.
    pub signed: bool,
    /// Whether a scale word was written.
    pub scaled: bool,
    /// The value where its mark is read the other way.
    pub other: Option<Decimal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Index of the currency; whether the sign is one of several countries'.
    Money(u16, bool),
    MoneyPerShare(u16, bool),
    Percent,
    Points,
    /// Index of the unit.
    Count(u16),
    /// Hundredths of the text's money, already divided.
    Cents,
    /// Nothing counted in so many words.
    Bare,
    Factor,
    /// A fraction of a whole, in percent.
    Fraction,
}

impl Quantity {
    /// The unit, where the quantity tells it itself.
    pub(crate) fn unit(&self, lexicon: &Lexicon) -> Option<Unit> {
        let code = |c: u16| lexicon.currencies[c as usize].code.clone();
        Some(match self.kind {
            Kind::Money(c, _) => Unit::Money(code(c)),
            Kind::MoneyPerShare(c, _) => Unit::MoneyPer(code(c), "share".into()),
            Kind::Percent | Kind::Fraction => Unit::percent(),
            Kind::Points => Unit::named("percentage_points"),
            Kind::Count(u) => lexicon.units[u as usize].clone(),
            Kind::Factor => Unit::named("x"),
            Kind::Bare | Kind::Cents => return None,
        })
    }

    pub(crate) fn is_money(&self) -> bool {
        matches!(self.kind, Kind::Money(..) | Kind::MoneyPerShare(..))
    }
}

/// Numbers that could not be kept exactly, by their bytes.
pub(crate) type Overflow = Range<usize>;

/// All quantities of a sentence, in order. `used` are number tokens that belong to mentions of time.
pub(crate) fn find(
    scan: &Scan,
    text: &str,
    sentence: &Range<usize>,
    used: &[usize],
    overflow: &mut Vec<Overflow>,
) -> Vec<Quantity> {
    let finder = Finder { scan, text, sentence };
    let mut found: Vec<Quantity> = Vec::new();
    let mut t = sentence.start;
    while t < sentence.end {
        // Only digits and words of number open a quantity.
        let opens = matches!(scan.tokens[t].kind, TokenKind::Number(_)) || finder.number_word(t);
        let next =
            if !opens || used.contains(&t) || finder.in_name(t) { None } else { finder.at(t, overflow) };
        match next {
            Some(Found::Quantity(q)) => {
                let end = q.at.end.max(t + 1);
                finder.push(&mut found, q);
                t = end;
            }
            Some(Found::Nothing(end)) => t = end.max(t + 1),
            None => t += 1,
        }
    }
    found
}

/// Fewer things than this are a list: "twelve schools in four districts".
const LISTED: Decimal = Decimal::from_parts(20, 0, 0, false, 0);

/// A half, in hundredths of a percent.
const HALF: u16 = 5000;

/// All numbers of a sentence with their scale, whatever they count: tokens and value.
pub(crate) fn numbers(scan: &Scan, text: &str, sentence: &Range<usize>) -> Vec<(Range<usize>, Decimal)> {
    let finder = Finder { scan, text, sentence };
    let mut found = Vec::new();
    let mut t = sentence.start;
    while t < sentence.end {
        match finder.figure(t) {
            Some(Ok((value, to))) => {
                let (mut at, mut value) = (t..to, value);
                if let Some((negative, start)) = finder.glued_sign(t).or_else(|| finder.opening_sign(t)) {
                    (at.start, value) = (start, if negative { -value } else { value });
                }
                t = to.max(t + 1);
                found.push((at, value.normalize()));
            }
            Some(Err(end)) => t = end.max(t + 1),
            None => t += 1,
        }
    }
    found
}

/// A fraction from hundredths of its percentage: 6667 are two thirds.
fn fraction(hundredths: u16) -> Decimal {
    let plain = Decimal::new(i64::from(hundredths), 4).normalize();
    [3i64, 6, 7, 9]
        .into_iter()
        .flat_map(|under| (1..under).map(move |over| Decimal::from(over) / Decimal::from(under)))
        .find(|exact| exact.round_dp(4) == plain)
        .unwrap_or(plain)
}

enum Found {
    Quantity(Quantity),
    /// Something with a number that is no quantity; where it ends.
    Nothing(usize),
}

struct Finder<'a> {
    scan: &'a Scan,
    text: &'a str,
    sentence: &'a Range<usize>,
}

/// The number itself, before its unit.
#[derive(Clone)]
struct Core {
    value: Decimal,
    precision: Option<Decimal>,
    decimals: u32,
    digits: u32,
    other: Option<Decimal>,
    /// The other reading of its mark where only the language has told.
    swap: Option<Decimal>,
    from: usize,
    to: usize,
    spelled: bool,
    scaled: bool,
    bound: Option<Bound>,
    plain: bool,
    /// The power of ten below which another piece may follow a word like "thousand".
    room: u8,
    /// The power of ten of the last piece.
    power: u8,
}

impl Core {
    /// Reads the mark the other way, where the number has one mark and nothing but the language told how.
    fn swap_marks(&self, q: &mut Quantity, doubtful: bool) {
        let Some(swap) = self.swap else { return };
        let negative = q.value.is_sign_negative() && !q.value.is_zero();
        q.other = doubtful.then_some(q.value.abs());
        q.value = if negative { -swap } else { swap };
        q.precision = number::precision(swap, 0, self.digits, 0).filter(|_| self.power == 0).or_else(|| {
            exact::power_of_ten(i32::from(self.power)).and_then(|p| exact::mul(p, Decimal::new(5, 1))).ok()
        });
    }
}

/// Whether a number by its looks is a year.
fn is_year(core: &Core) -> bool {
    core.plain && !core.spelled && !core.scaled && core.digits == 4 && year_like(core.value)
}

fn year_like(value: Decimal) -> bool {
    (1900..=2100).contains(&value.mantissa())
}

/// The bit of an index in a set of small indexes.
fn bit(index: u16) -> u128 {
    1u128.checked_shl(u32::from(index)).unwrap_or(0)
}

impl Finder<'_> {
    fn term<T>(&self, t: usize, pick: impl Fn(Term) -> Option<T>) -> Option<(T, usize)> {
        if t >= self.sentence.end {
            return None;
        }
        self.scan.term_at(t, pick).map(|(value, hit)| (value, hit.to))
    }

    fn number_word(&self, t: usize) -> bool {
        self.scan.hits_at(t).iter().any(|h| {
            matches!(
                h.term,
                Term::NumberAdd(_)
                    | Term::NumberTimes(_)
                    | Term::NumberWhole(..)
                    | Term::NumberTenths(_)
                    | Term::Vague(_)
                    | Term::Fraction(_)
                    | Term::PercentAtLeast(_)
            )
        })
    }

    /// Whether a token is part of a name: the 2 of "Llama 2".
    fn in_name(&self, t: usize) -> bool {
        (t.saturating_sub(4)..=t).any(|s| {
            self.scan
                .hits_at(s)
                .iter()
                .any(|h| matches!(h.term, Term::Entity(..)) && t < h.to && h.to - h.from > 1)
        })
    }

    fn has(&self, t: usize, want: Term) -> Option<usize> {
        if !self.scan.may_start(t, want) {
            return None;
        }

        self.term(t, |term| (term == want).then_some(())).map(|(_, to)| to)
    }

    fn at(&self, t: usize, overflow: &mut Vec<Overflow>) -> Option<Found> {
        if let Some((percent, to)) = self.term(t, |term| match term {
            Term::PercentAtLeast(p) => Some(p),
            _ => None,
        }) {
            return Some(Found::Quantity(self.idiom(t, to, percent)));
        }
        if let Some(q) = self.fraction(t) {
            return Some(Found::Quantity(q));
        }
        let core = match self.core(t)? {
            Ok(core) => core,
            Err(end) => {
                let from = self.scan.tokens[t].start;
                overflow.push(from..self.scan.tokens[end - 1].end);
                return Some(Found::Nothing(end));
            }
        };
        if let Some(found) = self.with_outer_unit(&core) {
            return Some(found);
        }
        Some(self.with_unit(core))
    }

    /// "445.2 (previous year: 398.5) million euros": what stands behind a figure in brackets is of both.
    fn with_outer_unit(&self, core: &Core) -> Option<Found> {
        const ASIDE: usize = 4;
        let word = |t: usize| self.scan.word(self.text, t);
        let is_number = |t: usize| matches!(self.scan.tokens[t].kind, TokenKind::Number(_));
        let last = self.sentence.end;
        let unit_at = match word(core.to) {
            "(" | "（" => {
                let inner = (core.to + 1..last.min(core.to + 1 + ASIDE)).find(|t| is_number(*t))?;
                let inner = self.core(inner)?.ok()?;
                matches!(word(inner.to), ")" | "）").then_some(inner.to + 1)?
            }
            ")" | "）" => {
                let first = self.sentence.start.max(core.from.saturating_sub(ASIDE));
                let open = (first..core.from)
                    .rev()
                    .take_while(|t| !is_number(*t))
                    .find(|t| matches!(word(*t), "(" | "（"))?;
                (open > self.sentence.start && is_number(open - 1)).then_some(core.to + 1)?
            }
            _ => return None,
        };
        if core.scaled || unit_at >= last {
            return None;
        }
        let mut whole = core.clone();
        whole.to = unit_at;
        if let Some((scale, to)) = self.scale(unit_at, core) {
            let size = exact::power_of_ten(i32::from(scale)).ok()?;
            whole.value = exact::mul(core.value, size).ok()?;
            whole.precision = core.precision.and_then(|p| exact::mul(p, size).ok());
            (whole.to, whole.scaled, whole.other, whole.swap) = (to, true, None, None);
        }
        let Found::Quantity(mut q) = self.with_unit(whole) else { return None };
        // Without a scale, it must be a unit that stands there.
        if !q.scaled && q.kind == Kind::Bare {
            return None;
        }
        q.at = q.at.start.min(core.from)..core.to;
        q.bytes = q.bytes.start..self.scan.tokens[core.to - 1].end;
        q.noun = None;
        Some(Found::Quantity(q))
    }

    fn idiom(&self, t: usize, to: usize, percent: u16) -> Quantity {
        // "à deux chiffres": the figure is the words, not the preposition.
        let from = if to - t > 2 { t + 1 } else { t };
        let from =
            if self.scan.term_at(from, |term| matches!(term, Term::NumberAdd(_)).then_some(())).is_some() {
                from
            } else {
                t
            };
        Quantity {
            at: t..to,
            bytes: self.scan.tokens[from].start..self.scan.tokens[to - 1].end,
            value: Decimal::from(percent),
            precision: None,
            kind: Kind::Percent,
            noun: None,
            bound: Some(Bound::AtLeast),
            vague: false,
            signed: false,
            scaled: false,
            other: None,
        }
    }

    fn fraction(&self, t: usize) -> Option<Quantity> {
        let (hundredths, to) = self.fraction_word(t)?;
        // "The first half", "first-half profit": a time.
        let before =
            t.checked_sub(1).map(|b| if self.scan.word(self.text, b) == "-" && b > 0 { b - 1 } else { b });
        let ordinal = |term| matches!(term, Term::Ordinal(_)).then_some(());
        if hundredths == HALF
            && before.is_some_and(|b| b >= self.sentence.start && self.term(b, ordinal).is_some())
        {
            return None;
        }
        // "half" of a year or of a thing that is no amount says nothing here.
        if self
            .term(to, |term| matches!(term, Term::NotCounted(_) | Term::Year | Term::Scale(_)).then_some(()))
            .is_some()
            || self.piece(t).is_some()
        {
            return None;
        }
        let plain = |kind: Kind, value: Decimal, to: usize| Quantity {
            at: t..to,
            bytes: self.scan.tokens[t].start..self.scan.tokens[to - 1].end,
            value: value.normalize(),
            precision: None,
            kind,
            noun: None,
            bound: None,
            vague: false,
            signed: false,
            scaled: false,
            other: None,
        };
        // "half a percentage point", "three quarters of a percent": past "of" and an article.
        for unit in to..(to + 3).min(self.sentence.end) {
            if let Some((kind, end)) = self.term(unit, |term| match term {
                Term::PercentagePoints => Some(Kind::Points),
                Term::Percent => Some(Kind::Percent),
                _ => None,
            }) {
                return Some(plain(kind, Decimal::new(i64::from(hundredths), 4), end));
            }
            let word = self.scan.word(self.text, unit);
            let article = self.scan.tokens[unit].kind == TokenKind::Word && word.chars().count() <= 3;
            if !(article || word == "-") {
                break;
            }
        }
        Some(plain(Kind::Fraction, Decimal::new(i64::from(hundredths), 2), to))
    }

    /// The number that starts here with its scale words; `Err` where it cannot be kept exactly.
    ///
    /// It is a sum of pieces, digits or words: "4兆700億", "217 mil 340 millones", "deux millions trois cent mille".
    /// A scale word multiplies whatever stands before it that is smaller than itself.
    fn core(&self, t: usize) -> Option<Result<Core, usize>> {
        let (mut core, vague) = self.piece(t)?;
        // What stands before the last piece; the last piece by itself; the power of ten it was multiplied with.
        let (mut before, mut last, mut power) = (Decimal::ZERO, core.value, 0u8);
        let mut pieces = 1;
        // The power of ten below which another piece may follow.
        let mut room = core.room;
        if vague {
            core.to = self.has(core.to, Term::Partitive).unwrap_or(core.to);
        }
        loop {
            if let Some((scale, to)) = self.scale(core.to, &core) {
                let unit = exact::power_of_ten(i32::from(scale)).ok()?;
                let below = before.checked_rem(unit).unwrap_or(Decimal::ZERO);
                let sum = exact::sub(core.value, before).and_then(|last| {
                    let tail = exact::add(below, last)?;
                    exact::add(exact::sub(core.value, tail)?, exact::mul(tail, unit)?)
                });
                match sum {
                    Ok(sum) => core.value = sum,
                    Err(_) => return Some(Err(to)),
                }
                power = power.saturating_add(scale);
                (core.to, core.scaled, core.power, room) = (to, true, power, power);
                continue;
            }
            if vague || core.decimals > 0 {
                break;
            }
            // "3 dozen": no power of ten, so no scale.
            if !core.spelled
                && !core.scaled
                && let Some((times, to)) = self.factor(core.to).filter(|(n, _)| *n == Decimal::from(12))
            {
                match exact::mul(core.value, times) {
                    Ok(value) => (core.value, last, core.to, core.scaled) = (value, value, to, true),
                    Err(_) => return Some(Err(to)),
                }
                continue;
            }
            if let Some((part, to)) = self.part(core.to, &core) {
                // "một tỷ rưỡi": the scale may lie in the word itself.
                let place = if power == 0 { room } else { power };
                let Ok(value) = exact::power_of_ten(i32::from(place))
                    .and_then(|p| exact::mul(part, p))
                    .and_then(|part| exact::add(core.value, part))
                else {
                    return Some(Err(to));
                };
                (core.value, core.to, core.decimals) = (value, to, 1);
                last = exact::add(last, part).unwrap_or(last);
                continue;
            }
            let Some(mut next) = self.next_piece(&core, room) else { break };
            // "九万四" are 94,000.
            let digit = next.spelled && next.to == next.from + 1 && next.value < Decimal::TEN;
            let more = self.scale(next.to, &next).is_some();
            if self.scan.next_place && digit && !more && room >= 4 && power == room && next.from == core.to {
                next.value = exact::power_of_ten(i32::from(room) - 1)
                    .and_then(|p| exact::mul(next.value, p))
                    .unwrap_or(next.value);
            }
            (before, last, power, core.power) = (core.value, next.value, 0, 0);
            match exact::add(core.value, next.value) {
                Ok(sum) => core.value = sum,
                Err(_) => return Some(Err(next.to)),
            }
            (core.to, core.digits, core.decimals, core.plain) = (next.to, next.digits, next.decimals, false);
            core.spelled &= next.spelled;
            (core.other, core.swap, room) = (None, None, next.room);
            pieces += 1;
        }
        if vague && !core.scaled {
            return None;
        }
        if let Some((scale, from)) = self.scale_before(&core) {
            match exact::power_of_ten(i32::from(scale)).and_then(|p| exact::mul(core.value, p)) {
                Ok(value) => (core.value, core.from, core.scaled, power) = (value, from, true, scale),
                Err(_) => return Some(Err(core.to)),
            }
        }
        core.precision = number::precision(last, core.decimals, core.digits, power);
        let scaled =
            |value: Decimal| exact::power_of_ten(i32::from(power)).and_then(|p| exact::mul(value, p));
        core.other = core.other.filter(|_| pieces == 1).and_then(|o| scaled(o).ok());
        core.swap = core.swap.filter(|_| pieces == 1).and_then(|o| scaled(o).ok());
        if vague {
            core.bound = Some(Bound::AtLeast);
            core.precision = None;
        }
        Some(Ok(core))
    }

    /// A half or another part behind a number, in units of its last scale.
    fn part(&self, t: usize, core: &Core) -> Option<(Decimal, usize)> {
        if t >= self.sentence.end {
            return None;
        }
        // "四半期" is a quarter: where words are not set apart, a half follows a scale only.
        let apart = core.scaled || !self.scan.word(self.text, t).chars().all(is_ideographic);
        // "a billion and a half million" is a sum of two.
        let ends = |to: usize| !core.scaled || self.scale(to, core).is_none();
        if let Some(to) = self.has(t, Term::AndAHalf).filter(|to| apart && ends(*to)) {
            return Some((Decimal::new(5, 1), to));
        }
        let at = self.has(t, Term::Joiner)?;
        let (hundredths, to) = self.fraction_word(at).filter(|(_, to)| ends(*to))?;
        // "5 million and half of the stores" is no such sum.
        if self.has(to, Term::Partitive).is_some() || self.is_time(to) {
            return None;
        }
        Some((Decimal::new(i64::from(hundredths), 4).normalize(), to))
    }

    fn fraction_word(&self, t: usize) -> Option<(u16, usize)> {
        self.term(t, |term| match term {
            Term::Fraction(h) => Some(h),
            _ => None,
        })
    }

    fn is_time(&self, t: usize) -> bool {
        self.term(t, |term| {
            matches!(term, Term::NotCounted(_) | Term::Year | Term::Quarter | Term::Half).then_some(())
        })
        .is_some()
    }

    /// The piece of a number behind a greater one that belongs to it.
    fn next_piece(&self, core: &Core, room: u8) -> Option<Core> {
        if room == 0 {
            return None;
        }
        let bound =
            |t: usize| self.scan.tokens.get(t).is_some_and(|n| n.start == self.scan.tokens[t - 1].end);
        let joiner = self.has(core.to, Term::Joiner).filter(|to| core.spelled || bound(*to) || room == 2);
        let t = [core.to, joiner.unwrap_or(core.to)]
            .into_iter()
            .find(|t| *t < self.sentence.end && self.opens(*t))?;
        let unspaced = bound(t) && self.scan.word(self.text, t - 1).chars().all(is_ideographic);
        let (mut next, vague) = self.piece(t)?;
        // "5億零六", "2千零30万": the nought only says that a place is empty.
        if next.spelled && next.value.is_zero() && self.scan.number(next.to).is_some() && unspaced {
            (next, _) = self.piece(next.to)?;
        }
        if vague || !exact::power_of_ten(i32::from(room)).is_ok_and(|p| next.value.abs() < p) {
            return None;
        }
        let scale = self.scale(next.to, &next).map(|(scale, _)| scale);
        let fits = match scale {
            // "217 mil 340 millones", "一万五千億": thousands alone stand before a greater scale.
            Some(_) if room == 2 && joiner.is_some() => false,
            Some(scale) => scale < room || room <= 4,
            None if next.decimals > 0 => next.spelled && unspaced,
            None if next.spelled => core.spelled || unspaced,
            // Digits without a scale go on in scripts without blanks ("3万5000") and behind thousands ("350 mil 200").
            // "3 hundred and 21"
            None if room == 2 && joiner.is_some() => next.digits <= 2 && next.plain && !next.value.is_zero(),
            None => unspaced || room == 3 && next.digits <= 3 && next.plain && joiner.is_none_or(bound),
        };
        fits.then_some(next)
    }

    /// Whether digits or words of number stand here.
    fn opens(&self, t: usize) -> bool {
        matches!(self.scan.tokens[t].kind, TokenKind::Number(_)) || self.number_word(t)
    }

    /// One number before its scale words, and whether it is no more than a magnitude.
    fn piece(&self, t: usize) -> Option<(Core, bool)> {
        if let Some(n) = self.scan.number(t) {
            let core = Core {
                value: n.value,
                precision: None,
                decimals: n.decimals,
                digits: n.digits,
                other: n.other,
                swap: n.swap,
                from: t,
                to: t + 1,
                spelled: false,
                scaled: false,
                bound: None,
                plain: !n.grouped && n.decimals == 0,
                room: 0,
                power: 0,
            };
            return Some((core, false));
        }
        if let Some((factor, to)) = self.term(t, |term| match term {
            Term::Vague(f) => Some(f),
            _ => None,
        }) {
            // "dizaines de milliards": one ten, at least.
            return Some((self.word_core(t, to, Decimal::from(factor)), true));
        }
        if let Some((tenths, to)) = self.term(t, |term| match term {
            Term::NumberTenths(n) => Some(n),
            _ => None,
        }) {
            let value = Decimal::new(i64::from(tenths), 1);
            return Some((Core { decimals: 1, digits: 2, ..self.word_core(t, to, value) }, false));
        }
        if let Some((hundredths, to)) = self.fraction_word(t) {
            // "half a billion", "a quarter of a million"
            let value = Decimal::new(i64::from(hundredths), 4).normalize();
            let core = Core { decimals: 1, digits: 2, ..self.word_core(t, to, value) };
            if self.scale(to, &core).is_some() {
                return Some((core, false));
            }
            let at = self.has(to, Term::Partitive).unwrap_or(to);
            let (whole, to) = self.term(at, |term| match term {
                Term::NumberWhole(n, zeros) if zeros >= 3 => {
                    Some(Decimal::from(n).checked_mul(exact::power_of_ten(i32::from(zeros)).ok()?)?)
                }
                _ => None,
            })?;
            let value = exact::mul(value, whole).ok()?;
            return Some((Core { to, value, scaled: true, ..core }, false));
        }
        // "(مليون ريال)" is the unit of a table, not one million.
        let one_scale = self.term(t, |term| matches!(term, Term::NumberWhole(1, _)).then_some(())).is_some()
            && self.term(t, |term| matches!(term, Term::Scale(_)).then_some(())).is_some();
        if one_scale && t > self.sentence.start && matches!(self.scan.word(self.text, t - 1), "(" | "/" | "[")
        {
            return None;
        }
        let spelled = spell::read(self.scan, t, self.sentence.end)?;
        let value = Decimal::from(spelled.value);
        if let Some((digits, to)) =
            spell::decimals(self.scan, spelled.to, self.sentence.end).filter(|(_, to)| !self.is_time(*to))
        {
            let (value, decimals) = (exact::parse(&format!("{value}.{digits}")).ok()?, digits.len());
            let decimals = u32::try_from(decimals).ok()?;
            return Some((
                Core { value, decimals, digits: decimals + 1, ..self.word_core(t, to, value) },
                false,
            ));
        }
        let zeros = spelled.value.checked_ilog10().map_or(0, |_| {
            let mut zeros = 0u8;
            let mut rest = spelled.value;
            while rest.is_multiple_of(10) && rest > 0 {
                (rest, zeros) = (rest / 10, zeros + 1);
            }
            zeros
        });
        // "mil" leaves room for "340 millones"; "cien" does not: spelled numbers below a thousand are one piece.
        let room = if zeros >= 3 { zeros } else { 0 };
        Some((Core { room, scaled: zeros >= 3, ..self.word_core(t, spelled.to, value) }, false))
    }

    fn word_core(&self, from: usize, to: usize, value: Decimal) -> Core {
        Core {
            value,
            precision: None,
            decimals: 0,
            digits: 1,
            other: None,
            swap: None,
            from,
            to,
            spelled: true,
            scaled: false,
            bound: None,
            plain: false,
            room: 0,
            power: 0,
        }
    }

    fn scale(&self, t: usize, core: &Core) -> Option<(u8, usize)> {
        if t >= self.sentence.end {
            return None;
        }
        // "half-million", "demi-milliard"
        let bound =
            |t: usize| self.scan.tokens.get(t).is_some_and(|n| n.start == self.scan.tokens[t - 1].end);
        // "二万千百": behind a scale, a factor opens a piece of its own.
        if core.power > 0 && self.factor(t).is_some() {
            return None;
        }
        // "十余万"
        let past = |to: &usize| self.term(*to, |term| matches!(term, Term::Scale(_)).then_some(())).is_some();
        let t = self.has(t, Term::Some).filter(past).unwrap_or(t);
        let hyphen = matches!(self.scan.word(self.text, t), "-" | "‑") && bound(t) && bound(t + 1);
        if let Some(found) = self.term(t + usize::from(hyphen), |term| match term {
            Term::Scale(s) => Some(s),
            _ => None,
        }) {
            return Some(found);
        }
        if core.spelled {
            return None;
        }
        // "3 hundred", "4百": behind digits a factor is a scale.
        // "بالمئة" is per cent.
        if !self.scan.may_start(t, Term::Percent)
            && !self.scan.may_start(t, Term::Cents)
            && let Some(found) = self.term(t, |term| match term {
                Term::NumberTimes(10) => Some(1),
                Term::NumberTimes(100) => Some(2),
                Term::NumberTimes(1000) => Some(3),
                _ => None,
            })
        {
            return Some(found);
        }
        let (scale, to) = self.term(t, |term| match term {
            Term::ScaleSuffix(s) => Some(s),
            _ => None,
        })?;
        let glued = self.scan.tokens[t].start == self.scan.tokens[t - 1].end;
        let long = self.scan.word(self.text, t).chars().count() > 1;
        let money = self.prefix(core.from).is_some() || self.currency(to).is_some();
        // "46,1 mil M€": behind a scale only where money follows.
        (money || !core.scaled && (glued || long)).then_some((scale, to))
    }

    /// A scale that stands between the sign of money and its figure, and where: "€m 1,407".
    fn scale_before(&self, core: &Core) -> Option<(u8, usize)> {
        let at = core.from.checked_sub(1).filter(|at| *at > self.sentence.start)?;
        let glued = self.scan.tokens[at - 1].end == self.scan.tokens[at].start;
        let money =
            self.scan.hits_at(at - 1).iter().any(|h| h.to == at && matches!(h.term, Term::Currency(..)));
        let (scale, to) = self.term(at, |term| match term {
            Term::Scale(s) | Term::ScaleSuffix(s) => Some(s),
            _ => None,
        })?;
        (glued && money && to == core.from && !core.scaled && !core.spelled).then_some((scale, at))
    }

    /// A factor of spelled numbers: hundred, dozen.
    fn factor(&self, t: usize) -> Option<(Decimal, usize)> {
        if !self.scan.may_start(t, Term::NumberTimes(0)) || self.scan.may_start(t, Term::Percent) {
            return None;
        }
        self.term(t, |term| match term {
            Term::NumberTimes(n) if n > 0 => Some(Decimal::from(n)),
            _ => None,
        })
    }

    /// The currency sign or code right before a token, and where it starts.
    fn prefix(&self, t: usize) -> Option<((u16, bool), usize)> {
        let mut best: Option<((u16, bool), usize)> = None;
        let mut edge = t;
        for _ in 0..2 {
            let found = (edge.saturating_sub(3).max(self.sentence.start)..edge).find_map(|s| {
                self.scan.hits_at(s).iter().find_map(|h| match h.term {
                    Term::Currency(c, shared) if h.to == edge => Some(((c, shared), s)),
                    _ => None,
                })
            });
            let Some((currency, start)) = found else { break };
            // "US$ $2,98": the plainer sign repeats the fuller one.
            if best.is_none_or(|(b, _)| b.1) {
                best = Some((currency, start));
            } else if let Some(best) = &mut best {
                best.1 = start;
            }
            edge = start;
        }
        // A sign that belongs to the figure before it ("5 $ 3") is not a prefix.
        best.filter(|(_, start)| {
            let stands_behind_number = *start > self.sentence.start
                && matches!(self.scan.tokens[*start - 1].kind, TokenKind::Number(_))
                && self.scan.tokens[*start].end != self.scan.tokens[*start + 1].start
                && !self
                    .scan
                    .number(*start - 1)
                    .is_some_and(|n| n.digits == 4 && n.decimals == 0 && !n.grouped && year_like(n.value));
            !stands_behind_number
        })
    }

    /// The currency behind a figure, past "of".
    fn currency(&self, t: usize) -> Option<((u16, bool), usize)> {
        let at = self.has(t, Term::Partitive).unwrap_or(t);
        self.term(at, |term| match term {
            Term::Currency(c, shared) => Some((c, shared)),
            _ => None,
        })
    }

    /// The money of an abbreviation that is scale and money at once: mdp.
    fn fused_money(&self, core: &Core) -> Option<((u16, bool), usize)> {
        core.scaled.then_some(())?;
        (core.from + 1..core.to).rev().take(6).find_map(|t| {
            let hits = self.scan.hits_at(t);
            let scale = hits
                .iter()
                .any(|h| h.to == core.to && matches!(h.term, Term::Scale(_) | Term::ScaleSuffix(_)));
            hits.iter().filter(|h| scale && h.to == core.to).find_map(|h| match h.term {
                Term::Currency(c, shared) => Some(((c, shared), core.to)),
                _ => None,
            })
        })
    }

    fn with_unit(&self, core: Core) -> Found {
        let mut q = Quantity {
            at: core.from..core.to,
            bytes: 0..0,
            value: core.value,
            precision: core.precision,
            kind: Kind::Bare,
            noun: None,
            bound: core.bound,
            vague: core.bound.is_some(),
            signed: false,
            scaled: core.scaled,
            other: core.other,
        };
        // "2.5 plus or minus 1 percent": how far the figure before may be off.
        let tolerance = |s: usize| self.has(s, Term::PlusMinus) == Some(core.from);
        if (core.from.saturating_sub(4).max(self.sentence.start)..core.from).any(tolerance) {
            return Found::Nothing(core.to);
        }
        self.sign(&mut q);
        if let Some(found) = self.parts(&core, &q) {
            return found;
        }
        let glued_hyphen = |t: usize| {
            self.scan.word(self.text, t) == "-"
                && t > 0
                && self.scan.tokens[t].start == self.scan.tokens[t - 1].end
        };
        let unit_at = if glued_hyphen(core.to)
            && self.term(core.to, |t| matches!(t, Term::NotCounted(_)).then_some(())).is_none()
        {
            core.to + 1
        } else {
            core.to
        };
        // Words of number stand behind no name of money: "reais um" is the end of one thing and an article.
        let letter = self.scan.tokens.get(unit_at).is_some_and(|t| t.end - t.start == 1);
        let glued_unit = letter && self.scan.tokens[unit_at].start == self.scan.tokens[unit_at - 1].end;
        let prefix = self.prefix(q.at.start).filter(|_| !core.spelled || core.scaled);
        // "2023 Fr. 3.00": a year before a sign that has its own figure.
        // "$1.2-$1.4 billion": behind a hyphen, a sign belongs to its own figure too.
        let own = is_year(&core) || unit_at > core.to;
        let currency = self
            .currency(unit_at)
            .filter(|(_, to)| !(own && self.scan.number(*to).is_some()))
            .or_else(|| self.fused_money(&core));
        if let Some(((c, shared), from, to)) = match (prefix, currency) {
            (Some((c, start)), None) => Some((c, start, core.to)),
            (None, Some((c, end))) => Some((c, q.at.start, end)),
            // "US$2.91 dollars" or "2,91 $ US": the one that leaves no doubt.
            (Some((a, start)), Some((b, end))) => Some((if a.1 { b } else { a }, start, end)),
            (None, None) => None,
        } {
            q.at = from..to;
            let mut at = to;
            // "75 USD million"
            if !core.scaled
                && to > core.to
                && let Some((scale, end)) = self.term(to, |term| match term {
                    Term::Scale(s) => Some(s),
                    _ => None,
                })
                && let Ok(size) = exact::power_of_ten(i32::from(scale))
                && let Ok(value) = exact::mul(q.value, size)
            {
                (q.value, q.precision) = (value, q.precision.and_then(|p| exact::mul(p, size).ok()));
                (q.scaled, q.at.end, at) = (true, end, end);
            }
            if core.decimals == 3 && self.scan.point_money & bit(c) != 0 {
                core.swap_marks(&mut q, true);
            }
            // A scale may stand behind the sign: "$48.4 billion" has it before, "48.4 $ bn" hardly ever.
            if let Some(to) = self.has(at, Term::PerShare) {
                q.noun = Some(at..to);
                at = to;
                q.kind = Kind::MoneyPerShare(c, shared);
            } else {
                q.kind = Kind::Money(c, shared);
            }
            let _ = at;
            self.signed_before(&mut q);
        } else if let Some((minor, to)) = self
            .term(unit_at, |term| match term {
                Term::Cents => Some(None),
                // A single letter stands right behind its figure: 25p.
                Term::Minor(currency) if glued_unit || !letter => Some(Some(currency)),
                _ => None,
            })
            .filter(|_| !self.scan.may_start(unit_at, Term::Percent))
        {
            let hundredth = Decimal::new(1, 2);
            let Ok(value) = exact::mul(q.value, hundredth) else { return Found::Nothing(to) };
            q.value = value;
            q.precision = q.precision.and_then(|p| exact::mul(p, hundredth).ok());
            q.at.end = to;
            q.noun = self.has(to, Term::PerShare).map(|end| to..end);
            // "10 Eurocent", "25 pence" name their money.
            q.kind = match (minor, q.noun.is_some()) {
                (None, _) => Kind::Cents,
                (Some(c), true) => Kind::MoneyPerShare(c, false),
                (Some(c), false) => Kind::Money(c, false),
            };
        } else if let Some(to) = self.has(unit_at, Term::PercentagePoints) {
            q.at.end = to;
            q.kind = Kind::Points;
        } else if let Some((hundredth, to)) = self.term(unit_at, |term| match term {
            Term::BasisPoints => Some(Decimal::new(1, 2)),
            Term::TenthPoints => Some(Decimal::new(1, 1)),
            _ => None,
        }) {
            q.at.end = to;
            q.kind = Kind::Points;
            let (Ok(value), precision) =
                (exact::mul(q.value, hundredth), q.precision.and_then(|p| exact::mul(p, hundredth).ok()))
            else {
                return Found::Nothing(to);
            };
            (q.value, q.precision) = (value, precision);
        } else if let Some(to) = self.has(unit_at, Term::Percent) {
            q.at.end = to;
            q.kind = Kind::Percent;
            // A share of a country's product is no rate of change and no share of the metric.
            if let Some((unit, _)) = self.term(to, |term| match term {
                Term::OfProduct(unit) => Some(unit),
                _ => None,
            }) {
                q.kind = Kind::Count(unit);
            }
        } else if let Some(to) = self.has(unit_at, Term::Times).filter(|_| core.decimals > 0) {
            // Three times may be on three occasions, 2.5 times cannot.
            q.at.end = to;
            q.kind = Kind::Factor;
        } else if let Some((_, to)) = self
            .term(unit_at, |term| matches!(term, Term::NotCounted(_)).then_some(()))
            .filter(|_| !core.scaled || core.spelled && core.power == 0)
            .filter(|_| core.value < LISTED || self.things(core.to).is_none())
        {
            return Found::Nothing(to);
        } else if let Some(to) = self.things(core.to).filter(|_| core.value < LISTED) {
            return Found::Nothing(to);
        } else if let Some(to) = self.has(unit_at, Term::Times) {
            q.at.end = to;
            q.kind = Kind::Factor;
        } else if let Some((unit, noun)) =
            self.noun(core.to).filter(|_| !core.spelled || core.value >= Decimal::ONE)
        {
            q.kind = Kind::Count(unit);
            q.noun = Some(noun);
            // Vehicles have no decimals: "412,358 vehículos".
            if core.decimals == 3 && !core.scaled && self.scan.measures & bit(unit) == 0 {
                core.swap_marks(&mut q, false);
            }
        } else if !self.stands_alone(&core) {
            return Found::Nothing(core.to);
        }
        // Small spelled numbers count lists ("two apps") unless something else makes them figures.
        if core.spelled && !core.scaled && q.kind == Kind::Bare {
            return Found::Nothing(core.to);
        }
        q.bytes = self.scan.tokens[q.at.start].start..self.scan.tokens[q.at.end - 1].end;
        Found::Quantity(q)
    }

    /// A number that is a part of a whole: 百分之六, 三成七, 2割5分, three fifths.
    fn parts(&self, core: &Core, q: &Quantity) -> Option<Found> {
        if core.to >= self.sentence.end {
            return None;
        }
        let (percent, precision, to, kind) = self.hundredths(core)?;
        let Some(percent) = percent else { return Some(Found::Nothing(to)) };
        let from = q.at.start;
        Some(Found::Quantity(Quantity {
            at: from..to,
            bytes: self.scan.tokens[from].start..self.scan.tokens[to - 1].end,
            value: if q.signed && q.value < Decimal::ZERO { -percent } else { percent },
            precision,
            kind,
            other: None,
            scaled: false,
            ..q.clone()
        }))
    }

    /// How many hundredths of a whole a number of its parts is, with its precision and end.
    fn hundredths(&self, core: &Core) -> Option<(Option<Decimal>, Option<Decimal>, usize, Kind)> {
        let percent = |over: Decimal, under: Decimal| -> Option<Decimal> {
            let hundredfold = exact::mul(over, Decimal::ONE_HUNDRED).ok()?;
            Some(hundredfold.checked_div(under)?.round_dp(2).normalize())
        };
        if let Some(at) = self.has(core.to, Term::FractionMark) {
            let at = at.min(self.sentence.end);
            let over = match (at < self.sentence.end && self.opens(at)).then(|| self.core(at)).flatten() {
                Some(Ok(over)) => over,
                _ => return None,
            };
            // Hundredths are percent as written, any other part is a fraction.
            if core.value == Decimal::ONE_HUNDRED {
                return Some((Some(over.value), over.precision, over.to, Kind::Percent));
            }
            // "千分之一", "万分之三"
            let rate = [1_000i64, 10_000, 100_000, 1_000_000, 10_000_000];
            if rate.into_iter().any(|under| core.value == Decimal::from(under)) {
                let value = over.value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(core.value)?;
                return Some((Some(value.normalize()), None, over.to, Kind::Percent));
            }
            let value = if core.value.is_zero() { None } else { percent(over.value, core.value) };
            return Some((value, None, over.to, Kind::Fraction));
        }
        if let Some((under, to)) = self.term(core.to, |term| match term {
            Term::Denominator(n) => Some(n),
            _ => None,
        }) && core.decimals == 0
            && !core.scaled
            && core.value < Decimal::from(under)
        {
            return Some((percent(core.value, Decimal::from(under)), None, to, Kind::Fraction));
        }
        let place_of = |t: usize| {
            self.term(t, |term| match term {
                Term::Share(place) => Some(place),
                _ => None,
            })
        };
        let (SharePlace::Tenths { digit: unmarked }, mut to) = place_of(core.to)? else { return None };
        // "割引" and other longer words are something else.
        if self
            .term(core.to, |term| matches!(term, Term::NotCounted(_)).then_some(()))
            .is_some_and(|(_, end)| end > to)
            || core.value > Decimal::TEN
        {
            return None;
        }
        let mut value = exact::mul(core.value, Decimal::TEN).ok()?;
        let mut place = 1;
        // "三成七", "2割5分", "3割8分7厘", "三成半"
        if self.has(to, Term::AndAHalf).is_some() {
            (value, to, place) = (exact::add(value, Decimal::from(5)).ok()?, to + 1, 0);
        } else if core.decimals == 0 {
            for (unit, mark) in
                [(Decimal::ONE, SharePlace::Hundredths), (Decimal::new(1, 1), SharePlace::Thousandths)]
            {
                let next = (to < self.sentence.end && self.opens(to)).then(|| self.piece(to)).flatten();
                let Some((digit, _)) = next.filter(|(n, _)| n.value < Decimal::TEN && n.decimals == 0) else {
                    break;
                };
                // Behind 割 the next place has its own name, behind 成 it has none.
                let end = match place_of(digit.to) {
                    Some((place, end)) if place == mark => end,
                    _ if unmarked && mark == SharePlace::Hundredths => digit.to,
                    _ => break,
                };
                value = exact::add(value, exact::mul(digit.value, unit).ok()?).ok()?;
                (to, place) = (end, place - 1);
            }
        } else {
            place -= i32::try_from(core.decimals).ok()?;
        }
        let precision = exact::power_of_ten(place).and_then(|p| exact::mul(p, Decimal::new(5, 1))).ok();
        Some((Some(value), precision, to, Kind::Percent))
    }

    /// The number that starts here, with all that belongs to it: fraction, power, decimals; where it ends.
    fn figure(&self, t: usize) -> Option<Result<(Decimal, usize), usize>> {
        if let Some(part) = self.fraction_at(t) {
            return Some(Ok(part));
        }
        if t == self.sentence.start
            && let Some(to) = self.has(t, Term::DecimalPoint)
            && let Some((digits, to)) = self.decimals(t, to).filter(|(_, to)| *to == self.sentence.end)
        {
            return Some(Ok((exact::parse(&format!("0.{digits}")).ok()?, to)));
        }
        let core = match self.opens(t).then(|| self.core(t)).flatten()? {
            Ok(core) => core,
            Err(end) => return Some(Err(end)),
        };
        let (mut value, mut to) = (core.value, core.to);
        let plain = core.plain && !core.scaled && to == t + 1;
        if plain && let Some((grouped, end)) = self.blank_groups(t, &core) {
            (value, to) = (grouped, end);
        } else if plain
            && let Some(point) = self.has(to, Term::DecimalPoint)
            && let Some((digits, end)) = self.decimals(to, point)
        {
            (value, to) = (exact::parse(&format!("{value}.{digits}")).ok()?, end);
        }
        if let Some((raised, end)) = self.power(value, to) {
            return Some(Ok((raised, end)));
        }
        if value.fract().is_zero() {
            let joined = self.has(to, Term::Mixed).unwrap_or(to);
            if let Some((part, end)) = self.fraction_at(joined).filter(|_| joined > to || plain) {
                return Some(Ok((value.checked_add(part)?, end)));
            }
        }
        // "2.33 k": nothing follows that the letter could be the beginning of.
        if let Some((suffix, end)) = self.term(to, |term| match term {
            Term::ScaleSuffix(s) => Some(s),
            _ => None,
        }) && !core.spelled
            && !core.scaled
            && end == self.sentence.end
        {
            value = exact::mul(value, exact::power_of_ten(i32::from(suffix)).ok()?).ok()?;
            to = end;
        }
        Some(Ok((value, to)))
    }

    /// A part of one that is written as such: 3/4, three fifths, 三分之一, one over three.
    fn fraction_at(&self, t: usize) -> Option<(Decimal, usize)> {
        if t >= self.sentence.end {
            return None;
        }
        if let Some(found) = self.slashed(t) {
            return Some(found);
        }
        if let Some(found) = self.opens(t).then(|| self.core(t)).flatten().and_then(|core| {
            let core = core.ok()?;
            self.divided(&core).or_else(|| self.over(&core))
        }) {
            return Some(found);
        }
        // "half a billion" is a number of its own.
        let (hundredths, to) = self.fraction_word(t).filter(|_| self.piece(t).is_none())?;
        Some((fraction(hundredths), to))
    }

    /// "3/4", but no date.
    fn slashed(&self, t: usize) -> Option<(Decimal, usize)> {
        let word = |t: usize| if t < self.sentence.end { self.scan.word(self.text, t) } else { "" };
        let glued = |t: usize| self.scan.tokens[t].start == self.scan.tokens[t - 1].end;
        let slash = |t: usize| matches!(word(t), "/" | "／") && glued(t);
        let digits = |t: usize| -> Option<Decimal> {
            let plain: Option<String> =
                word(t).chars().map(|c| Some(char::from(b'0' + number::digit_value(c)?))).collect();
            exact::parse(&plain.filter(|p| (1..=9).contains(&p.len()))?).ok()
        };
        let over = digits(t)?;
        let begins = t == self.sentence.start || !(glued(t) && slash(t - 1));
        if !begins || !slash(t + 1) || !glued(t + 2) || slash(t + 3) {
            return None;
        }
        Some((over.checked_div(digits(t + 2)?)?, t + 3))
    }

    /// "one over three"
    fn over(&self, core: &Core) -> Option<(Decimal, usize)> {
        let at = self.has(core.to, Term::Over).filter(|at| *at < self.sentence.end && self.opens(*at))?;
        let under = self.core(at)?.ok().filter(|under| under.value > core.value)?;
        (core.decimals == 0 && under.decimals == 0).then_some(())?;
        Some((core.value.checked_div(under.value)?, under.to))
    }

    /// "1.1^23"
    fn power(&self, value: Decimal, t: usize) -> Option<(Decimal, usize)> {
        let word = |t: usize| self.scan.word(self.text, t);
        (t < self.sentence.end && word(t) == "^").then_some(())?;
        let mut at = t + 1;
        let mut negative = false;
        while matches!(word(at), "-" | "+") {
            negative ^= word(at) == "-";
            at += 1;
        }
        let n = self.scan.number(at).filter(|n| n.decimals == 0 && n.value <= Decimal::ONE_HUNDRED)?;
        let mut raised = Decimal::ONE;
        for _ in 0..n.value.mantissa() {
            raised = raised.checked_mul(value)?;
        }
        Some((if negative { Decimal::ONE.checked_div(raised)? } else { raised }, at + 1))
    }

    /// The digits behind the word for the mark at `point`, which ends at `t`.
    fn decimals(&self, point: usize, t: usize) -> Option<(String, usize)> {
        match self.scan.number(t).filter(|_| t < self.sentence.end) {
            Some(n) if n.decimals == 0 && !n.grouped => {
                let width = usize::try_from(n.digits).ok()?;
                Some((format!("{:0>width$}", n.value.normalize().to_string()), t + 1))
            }
            Some(_) => None,
            None => spell::decimals(self.scan, point, self.sentence.end),
        }
    }

    /// "1 234 567" where the language does not group so.
    fn blank_groups(&self, t: usize, core: &Core) -> Option<(Decimal, usize)> {
        let mut to = t + 1;
        let mut value = core.value;
        while let Some(n) = self.scan.number(to).filter(|_| to < self.sentence.end) {
            let gap = &self.text[self.scan.tokens[to - 1].end..self.scan.tokens[to].start];
            if gap != " " || n.digits != 3 || n.decimals != 0 || n.grouped {
                break;
            }
            value = value.checked_mul(Decimal::ONE_THOUSAND)?.checked_add(n.value)?;
            to += 1;
        }
        (to > t + 1 && core.digits <= 3).then_some((value, to))
    }

    /// A minus that opens the text, set apart from its figure.
    fn opening_sign(&self, t: usize) -> Option<(bool, usize)> {
        let start = self.sentence.start;
        (t == start + 1 && matches!(self.scan.word(self.text, start), "-" | "−" | "－"))
            .then_some((true, start))
    }

    /// The value of a number with its denominator, by itself, and where it ends: three fifths are 0.6.
    fn divided(&self, core: &Core) -> Option<(Decimal, usize)> {
        if core.to >= self.sentence.end {
            return None;
        }
        if let Some(at) = self.has(core.to, Term::FractionMark).filter(|at| *at < self.sentence.end) {
            let over = self.opens(at).then(|| self.core(at)).flatten()?.ok()?;
            return Some((over.value.checked_div(core.value)?, over.to));
        }
        let (under, to) = self.term(core.to, |term| match term {
            Term::Denominator(n) => Some(n),
            _ => None,
        })?;
        Some((core.value.checked_div(Decimal::from(under))?, to))
    }

    /// A minus or plus glued to the figure, with nothing glued before it.
    fn sign(&self, q: &mut Quantity) {
        self.signed_before(q);
    }

    fn signed_before(&self, q: &mut Quantity) {
        if q.signed {
            return;
        }
        if let Some((negative, start)) = self.glued_sign(q.at.start) {
            q.signed = true;
            q.at.start = start;
            if negative {
                q.value = -q.value;
            }
        }
    }

    /// Whether a sign glued to the token is a minus, and where it stands.
    fn glued_sign(&self, at: usize) -> Option<(bool, usize)> {
        let t = at.checked_sub(1).filter(|t| *t >= self.sentence.start)?;
        let token = self.scan.tokens[t];
        let glued = token.end == self.scan.tokens[at].start;
        // "minus 0.3", "マイナス0.3", "△3.8": but not "al menos 3".
        for start in (t.saturating_sub(3).max(self.sentence.start)..=t)
            .rev()
            .filter(|s| self.scan.may_start(*s, Term::Minus))
        {
            let word = self.scan.tokens[start].kind == TokenKind::Word;
            let minus = self.has(start, Term::Minus) == Some(at) && (word || glued);
            let inside = (start.saturating_sub(3)..start)
                .any(|s| self.scan.hits_at(s).iter().any(|h| h.to > start && matches!(h.term, Term::Cue(_))));
            if minus && !inside {
                return Some((true, start));
            }
        }
        let negative = match self.scan.word(self.text, t) {
            "-" | "−" | "–" | "－" => true,
            "+" | "＋" => false,
            _ => return None,
        };
        let free = t == self.sentence.start
            || self.scan.tokens[t - 1].end < token.start
            || matches!(self.scan.word(self.text, t - 1), "(" | "（")
            || self
                .scan
                .word(self.text, t - 1)
                .chars()
                .all(|c| is_ideographic(c) || matches!(c, ',' | '，' | '、' | '：'));
        (glued && free).then_some((negative, t))
    }

    /// Where the noun ends that is counted, if it is a thing that a text lists in small numbers.
    fn things(&self, t: usize) -> Option<usize> {
        let (_, noun) = self.noun(t)?;
        let thing = |h: &crate::scan::Hit| matches!(h.term, Term::Counted(_, true)) && h.to == noun.end;
        self.scan.hits_at(noun.start).iter().any(thing).then_some(noun.end)
    }

    /// The noun counted: right behind the figure, past "of" and at most two adjectives.
    fn noun(&self, t: usize) -> Option<(u16, Range<usize>)> {
        let noun = |at: usize| {
            self.term(at, |term| match term {
                Term::Noun(u) => Some(u),
                _ => None,
            })
        };
        // "家医院": the word between may be part of the noun's entry.
        if let Some((unit, to)) = noun(t).filter(|_| t < self.sentence.end) {
            return Some((unit, t..to));
        }
        let mut at = self.has(t, Term::Partitive).unwrap_or(t);
        let mut unknown = 0;
        let reach = at + 3;
        while at < reach {
            if at >= self.sentence.end {
                return None;
            }
            if let Some((unit, to)) = noun(at) {
                return Some((unit, at..to));
            }
            let adjective = self.scan.tokens[at].kind == TokenKind::Word
                // Scripts without capitals tell nothing; where words are not set apart, one sign is no adjective.
                && self.scan.word(self.text, at).chars().next().is_some_and(|c| !c.is_uppercase() && !is_ideographic(c))
                && self.scan.hits_at(at).iter().all(|h| {
                    matches!(
                        h.term,
                        Term::Qualifier(_)
                            | Term::Metric(..)
                            | Term::Entity(..)
                            | Term::NumberAdd(_)
                            | Term::Ordinal(_)
                    )
                });
            unknown += usize::from(self.scan.hits_at(at).is_empty());
            if !adjective || unknown > 1 {
                return None;
            }
            at += 1;
        }
        None
    }

    /// Whether a figure without unit or noun can be a count at all: not a year, a name's number or a list mark.
    fn stands_alone(&self, core: &Core) -> bool {
        if core.scaled {
            return true;
        }
        if is_year(core) || core.spelled {
            return false;
        }
        let opens = core.from == self.sentence.start;
        let before = if !opens { self.scan.word(self.text, core.from - 1) } else { "" };
        let after_name = before.chars().next().is_some_and(char::is_uppercase)
            && core.from >= 1
            && self
                .scan
                .hits_at(core.from - 1)
                .iter()
                .all(|h| !matches!(h.term, Term::Metric(..) | Term::Cue(_)));
        let label = matches!(before, "." | "#" | "№" | "n°" | "no" | "No")
            && core.from >= 1
            && core.plain
            && core.digits < 4;
        // "2. Revenue" is a mark of a list, "2 to 3 percent" is none.
        let goes_on = self.scan.cue_at(core.to, Cue::RangeTo).is_some();
        let listed = opens && core.plain && core.digits <= 2 && !goes_on;
        // "December '05" is a year.
        let short_year = matches!(before, "'" | "’")
            && core.plain
            && core.digits == 2
            && self.scan.tokens[core.from - 1].end == self.scan.tokens[core.from].start;
        !after_name && !label && !listed && !short_year
    }

    /// Adds a quantity, joining it with the one before into a range where the words say so.
    fn push(&self, found: &mut Vec<Quantity>, mut q: Quantity) {
        if let Some(first) = found.last_mut() {
            let mut cents = q.clone();
            if self.bare_cents(&q) {
                (cents.value, cents.kind) = (q.value / Decimal::ONE_HUNDRED, Kind::Cents);
            }
            if cents.value.abs() < Decimal::ONE && self.with_cents(first, &cents) {
                return;
            }
            let range = self.range(first, &q);
            if range.is_none() && self.leans(first, &q) {
                let plain = self.scan.number(q.number_token(self)).map(|n| n.value);
                let factor = plain
                    .filter(|p| !p.is_zero())
                    .and_then(|p| exact::div_outward(q.value.abs(), p).ok())
                    .map(|d| d.0);
                if let Some(f) = factor
                    && let (Ok(value), precision) =
                        (exact::mul(first.value, f), first.precision.and_then(|p| exact::mul(p, f).ok()))
                {
                    (first.value, first.precision) = (value, precision);
                    (first.kind, first.scaled) = (q.kind, q.scaled);
                    first.noun.clone_from(&q.noun);
                }
            }
            if let Some(start) = range {
                let scale_missing =
                    !first.scaled && q.scaled && matches!(first.kind, Kind::Bare | Kind::Money(..));
                if scale_missing {
                    // "86–90 billion": the scale belongs to both.
                    let plain = self.scan.number(q.number_token(self)).map(|n| n.value);
                    let factor = plain
                        .filter(|p| !p.is_zero())
                        .and_then(|p| exact::div_outward(q.value.abs(), p).ok())
                        .map(|d| d.0);
                    if let Some(value) = factor.and_then(|f| exact::mul(first.value, f).ok()) {
                        first.value = value;
                    }
                }
                if q.kind == Kind::Bare {
                    // "Rp 1,2-1,5 triliun": the money stands once, before both.
                    q.kind = first.kind;
                } else if first.kind == Kind::Bare
                    || scale_missing
                    || matches!(q.kind, Kind::MoneyPerShare(..))
                {
                    first.kind = q.kind;
                }
                first.noun.clone_from(&q.noun);
                first.scaled = q.scaled;
                let at = start..q.at.end;
                let bytes = self.scan.tokens[at.start].start..self.scan.tokens[at.end - 1].end;
                for (end, bound) in [(first, Bound::AtLeast), (&mut q, Bound::AtMost)] {
                    end.at = at.clone();
                    end.bytes = bytes.clone();
                    end.bound = Some(bound);
                    end.precision = None;
                }
            }
        }
        found.push(q);
    }

    /// Whether a figure may be the hundredths of the money before it with nothing said: "15 dollars 50."
    fn bare_cents(&self, q: &Quantity) -> bool {
        let t = q.at.start;
        let ends = q.at.end >= self.sentence.end || self.scan.tokens[q.at.end].kind == TokenKind::Mark;
        let number = self.scan.number(t).is_some_and(|n| n.digits == 2 && n.decimals == 0);
        q.kind == Kind::Bare && number && q.at.len() == 1 && ends && !q.signed && !q.scaled
    }

    fn names_minor(&self, q: &Quantity) -> bool {
        q.at.clone().any(|t| self.term(t, |term| matches!(term, Term::Minor(_)).then_some(())).is_some())
    }

    /// Adds hundredths to the money they stand behind: "two euros and five cents".
    fn with_cents(&self, money: &mut Quantity, cents: &Quantity) -> bool {
        let gap = money.at.end..cents.at.start;
        let joined = gap.is_empty()
            || self.has(gap.start, Term::Joiner).or_else(|| self.has(gap.start, Term::Partitive))
                == Some(gap.end)
            || self.has(gap.start, Term::Mixed) == Some(gap.end);
        let whole = money.value.fract().is_zero()
            && !money.scaled
            && money.bound.is_none()
            && cents.value.abs() < Decimal::ONE;
        if !joined || !whole || !matches!(money.kind, Kind::Money(..)) || cents.signed {
            return false;
        }
        let same = match (money.kind, cents.kind) {
            (_, Kind::Cents) => true,
            (Kind::Money(a, _), Kind::Money(b, _) | Kind::MoneyPerShare(b, _)) => {
                a == b && self.names_minor(cents)
            }
            _ => false,
        };
        if !same {
            return false;
        }
        let Ok(value) = exact::add(money.value, cents.value) else { return false };
        (money.value, money.precision, money.at.end) = (value, cents.precision, cents.at.end);
        money.bytes.end = cents.bytes.end;
        if let (Kind::Money(c, shared), Some(per)) = (money.kind, &cents.noun) {
            (money.kind, money.noun) = (Kind::MoneyPerShare(c, shared), Some(per.clone()));
        }
        true
    }

    /// Whether "from 1 533 to 1 916 million" makes the second figure's scale and unit the first's too.
    fn leans(&self, first: &Quantity, second: &Quantity) -> bool {
        let gap = first.at.end..second.at.start;
        let link = gap.len() == 1
            && [Cue::To, Cue::RangeTo]
                .iter()
                .any(|c| self.scan.cue_at(gap.start, *c).is_some_and(|to| to <= gap.end));
        // "Fell by 3,000 to 30.3 million": a difference and a level.
        let by = (1..=2).filter_map(|back| first.at.start.checked_sub(back)).any(|t| {
            let cue = |c| self.scan.cue_at(t, c).is_some();
            t >= self.sentence.start
                && cue(Cue::By)
                && ![Cue::Of, Cue::From, Cue::Between].into_iter().any(cue)
        });
        if by {
            return false;
        }
        // "from 4.9 to 5.4 percent"
        let opens = (first.at.start.saturating_sub(3).max(self.sentence.start)..first.at.start)
            .any(|t| [Cue::From, Cue::Shift].iter().any(|c| self.scan.cue_at(t, *c) == Some(first.at.start)));
        let share = first.kind == Kind::Bare && second.kind == Kind::Percent && opens;
        let scaled = matches!(first.kind, Kind::Bare | Kind::Money(..)) && second.scaled;
        let bare = (scaled || share) && !first.scaled;
        let near = first.value.abs() < 10_000.into();
        link && bare && near && first.bound.is_none() && !first.signed
    }

    /// Where the range starts that the two figures make, if they make one.
    fn range(&self, first: &Quantity, second: &Quantity) -> Option<usize> {
        let gap = first.at.end..second.at.start;
        if first.bound.is_some()
            || first.value >= second.value && first.scaled == second.scaled
            || gap.is_empty() && first.signed
        {
            return None;
        }
        let same = first.kind == second.kind
            || first.kind == Kind::Bare
            || (first.is_money() && (second.kind == Kind::Bare || second.is_money()));
        if !same || gap.len() > 2 {
            return None;
        }
        let dash = gap.len() == 1
            && matches!(self.scan.word(self.text, gap.start), "-" | "–" | "—" | "~" | "〜" | "～");
        // "1-4-2019" is a day.
        let dated = matches!(self.scan.word(self.text, second.at.end), "-" | "–")
            && self.scan.number(second.at.end + 1).is_some();
        if dash && dated {
            return None;
        }
        if dash {
            return Some(first.at.start);
        }
        // "passant de 4,9 à 5,4 %" is a way, not a stretch.
        let shifted = (first.at.start.saturating_sub(3).max(self.sentence.start)..first.at.start)
            .any(|t| self.scan.cue_at(t, Cue::Shift) == Some(first.at.start));
        if shifted {
            return None;
        }
        let joined = self.scan.cue_at(gap.start, Cue::RangeTo).is_some_and(|to| to >= gap.end);
        let between = (first.at.start > self.sentence.start)
            .then(|| {
                (first.at.start.saturating_sub(2)..first.at.start)
                    .find(|t| self.scan.cue_at(*t, Cue::Between) == Some(first.at.start))
            })
            .flatten();
        // "from 32 to 34.5 billion" is a range only where the first figure leans on the second for its unit.
        let leaning = first.kind == Kind::Bare && second.kind != Kind::Bare;
        let moved = (first.at.start.saturating_sub(5).max(self.sentence.start)..first.at.start)
            .any(|t| self.scan.cue_at(t, Cue::Up).is_some() || self.scan.cue_at(t, Cue::Down).is_some());
        // A word that also means "from" opens a movement as well as a range: "a progressé de 5 % à 10 %".
        let movement = moved
            && between.is_some_and(|t| {
                self.scan.cue_at(t, Cue::From).is_some()
                    || self.scan.cue_at(t, Cue::By).is_some()
                    || self.has(t, Term::Partitive).is_some()
            });
        if joined && between.is_some() && (leaning || !movement) {
            return Some(between.unwrap_or(first.at.start) + 1);
        }
        // "1.85 to 1.95 billion", told as a plan or an estimate and not as a movement.
        let told = (first.at.start.saturating_sub(14).max(self.sentence.start)..first.at.start).any(|t| {
            [Cue::Guidance, Cue::ExpectVerb, Cue::ExpectedNoun, Cue::ExpectPassive, Cue::Between]
                .iter()
                .any(|c| self.scan.cue_at(t, *c).is_some_and(|to| to > t + 1 || *c != Cue::Between))
        });
        let from = (1..=2).any(|back| {
            first
                .at
                .start
                .checked_sub(back)
                .is_some_and(|t| self.scan.cue_at(t, Cue::From) == Some(first.at.start))
        });
        // "rose 20 to 30 percent": the first figure has no unit but the second's.
        let shared = leaning && second.kind == Kind::Percent && first.at.start + 1 == first.at.end;
        (joined && !from && (shared || !moved && told)).then_some(first.at.start)
    }
}

impl Quantity {
    /// The token of the quantity that is a number in digits.
    fn number_token(&self, finder: &Finder<'_>) -> usize {
        self.at
            .clone()
            .find(|t| matches!(finder.scan.tokens[*t].kind, TokenKind::Number(_)))
            .unwrap_or(self.at.start)
    }
}
