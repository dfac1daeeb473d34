//! Numbers with scale, unit and noun: what a sentence counts.

use std::ops::Range;

use consilience_claim::{Bound, Decimal, Unit, exact};

use crate::lexicon::{Cue, Lexicon, Term};
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

/// All numbers of a sentence with their scale, whatever they count: tokens and value.
pub(crate) fn numbers(scan: &Scan, text: &str, sentence: &Range<usize>) -> Vec<(Range<usize>, Decimal)> {
    let finder = Finder { scan, text, sentence };
    let mut found = Vec::new();
    let mut t = sentence.start;
    while t < sentence.end {
        match finder.opens(t).then(|| finder.core(t)).flatten() {
            Some(Ok(core)) => {
                let mut at = core.from..core.to;
                let mut value = core.value;
                if let Some((negative, start)) = finder.glued_sign(core.from) {
                    (at.start, value) = (start, if negative { -value } else { value });
                }
                t = at.end.max(t + 1);
                found.push((at, value));
            }
            Some(Err(end)) => t = end.max(t + 1),
            None => t += 1,
        }
    }
    found
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
struct Core {
    value: Decimal,
    precision: Option<Decimal>,
    decimals: u32,
    digits: u32,
    other: Option<Decimal>,
    from: usize,
    to: usize,
    spelled: bool,
    scaled: bool,
    bound: Option<Bound>,
    plain: bool,
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
                    | Term::NumberWhole(_)
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
        Some(self.with_unit(core))
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
        let (hundredths, to) = self.term(t, |term| match term {
            Term::Fraction(h) => Some(h),
            _ => None,
        })?;
        // "half" of a year or of a thing that is no amount says nothing here.
        if self
            .term(to, |term| matches!(term, Term::NotCounted(_) | Term::Year | Term::Scale(_)).then_some(()))
            .is_some()
        {
            return None;
        }
        Some(Quantity {
            at: t..to,
            bytes: self.scan.tokens[t].start..self.scan.tokens[to - 1].end,
            value: Decimal::new(i64::from(hundredths), 2).normalize(),
            precision: None,
            kind: Kind::Fraction,
            noun: None,
            bound: None,
            vague: false,
            signed: false,
            scaled: false,
            other: None,
        })
    }

    /// The number that starts here with its scale words; `Err` where it cannot be kept exactly.
    fn core(&self, t: usize) -> Option<Result<Core, usize>> {
        let (mut core, mut power) = match self.piece(t)? {
            Ok(piece) => piece,
            Err(end) => return Some(Err(end)),
        };
        // "4兆700億", "1 млрд 250 млн", "deux millions trois cent mille": smaller pieces add up.
        while power > 0 && core.decimals == 0 && core.bound.is_none() {
            let Some((next, smaller)) = self.smaller_piece(&core, power) else { break };
            match exact::add(core.value, next.value) {
                Ok(sum) => core.value = sum,
                Err(_) => return Some(Err(next.to)),
            }
            (core.to, core.precision, core.other) = (next.to, next.precision, None);
            (core.decimals, core.plain) = (next.decimals, false);
            power = smaller;
        }
        Some(Ok(core))
    }

    /// The piece of a number behind a greater one that belongs to it, and its power of ten.
    fn smaller_piece(&self, core: &Core, power: u8) -> Option<(Core, u8)> {
        let bound = |t: usize| self.scan.tokens.get(t).is_some_and(|n| n.start == self.scan.tokens[t - 1].end);
        let joined = self.has(core.to, Term::Joiner).filter(|_| core.spelled).unwrap_or(core.to);
        let t = [core.to, joined].into_iter().find(|t| *t < self.sentence.end && self.opens(*t))?;
        let Ok((next, smaller)) = self.piece(t)? else { return None };
        // Digits without a scale go on only in scripts without blanks: "3万5000".
        let unspaced = bound(t) && self.scan.word(self.text, t - 1).chars().all(is_ideographic);
        let fits = (next.scaled && smaller < power || !next.scaled && (next.spelled && core.spelled || unspaced))
            && next.bound.is_none()
            && next.spelled == core.spelled
            && exact::power_of_ten(i32::from(power)).is_ok_and(|p| next.value.abs() < p);
        fits.then_some((next, smaller))
    }

    /// Whether digits or words of number stand here.
    fn opens(&self, t: usize) -> bool {
        matches!(self.scan.tokens[t].kind, TokenKind::Number(_)) || self.number_word(t)
    }

    /// One number with its scale words, and the power of ten they make.
    fn piece(&self, t: usize) -> Option<Result<(Core, u8), usize>> {
        let (mut core, vague) = if let Some(n) = self.scan.number(t) {
            let core = Core {
                value: n.value,
                precision: None,
                decimals: n.decimals,
                digits: n.digits,
                other: n.other,
                from: t,
                to: t + 1,
                spelled: false,
                scaled: false,
                bound: None,
                plain: !n.grouped && n.decimals == 0,
            };
            (core, false)
        } else if let Some((factor, to)) = self.term(t, |term| match term {
            Term::Vague(f) => Some(f),
            _ => None,
        }) {
            // "dizaines de milliards": one ten, at least.
            (self.word_core(t, to, Decimal::from(factor)), true)
        } else if let Some((tenths, to)) = self.term(t, |term| match term {
            Term::NumberTenths(n) => Some(n),
            _ => None,
        }) {
            let value = Decimal::new(i64::from(tenths), 1);
            (Core { decimals: 1, digits: 2, ..self.word_core(t, to, value) }, false)
        } else {
            let spelled = spell::read(self.scan, t, self.sentence.end)?;
            (self.word_core(t, spelled.to, Decimal::from(spelled.value)), false)
        };
        let mut power = 0u8;
        let mut at = core.to;
        if vague {
            at = self.has(at, Term::Partitive).unwrap_or(at);
        }
        while let Some((scale, to)) = self.scale(at, &core) {
            power = power.saturating_add(scale);
            core.to = to;
            core.scaled = true;
            at = to;
        }
        if vague && !core.scaled {
            return None;
        }
        if let Some((_, to)) = self
            .term(core.to, |term| (term == Term::AndAHalf).then_some(()))
            .filter(|_| core.scaled && core.decimals == 0)
        {
            core.value = exact::add(core.value, Decimal::new(5, 1)).ok()?;
            core.decimals = 1;
            core.to = to;
        }
        let scaled =
            |value: Decimal| exact::power_of_ten(i32::from(power)).and_then(|p| exact::mul(value, p));
        core.precision = number::precision(core.value, core.decimals, core.digits, power);
        core.other = core.other.and_then(|o| scaled(o).ok());
        if vague {
            core.bound = Some(Bound::AtLeast);
            core.precision = None;
        }
        match scaled(core.value) {
            Ok(value) => core.value = value,
            Err(_) => return Some(Err(core.to)),
        }
        Some(Ok((core, power)))
    }

    fn word_core(&self, from: usize, to: usize, value: Decimal) -> Core {
        Core {
            value,
            precision: None,
            decimals: 0,
            digits: 1,
            other: None,
            from,
            to,
            spelled: true,
            scaled: false,
            bound: None,
            plain: false,
        }
    }

    fn scale(&self, t: usize, core: &Core) -> Option<(u8, usize)> {
        if let Some(found) = self.term(t, |term| match term {
            Term::Scale(s) => Some(s),
            _ => None,
        }) {
            return Some(found);
        }
        if core.spelled || core.scaled {
            return None;
        }
        let (scale, to) = self.term(t, |term| match term {
            Term::ScaleSuffix(s) => Some(s),
            _ => None,
        })?;
        let glued = self.scan.tokens[t].start == self.scan.tokens[t - 1].end;
        let long = self.scan.word(self.text, t).chars().count() > 1;
        let money = self.prefix(core.from).is_some() || self.currency(to).is_some();
        (glued || long || money).then_some((scale, to))
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
                && self.scan.tokens[*start].end != self.scan.tokens[*start + 1].start;
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
        self.sign(&mut q);
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
        let prefix = self.prefix(q.at.start);
        let currency = self.currency(unit_at);
        if let Some(((c, shared), from, to)) = match (prefix, currency) {
            (Some((c, start)), None) => Some((c, start, core.to)),
            (None, Some((c, end))) => Some((c, q.at.start, end)),
            // "US$2.91 dollars" or "2,91 $ US": the one that leaves no doubt.
            (Some((a, start)), Some((b, end))) => Some((if a.1 { b } else { a }, start, end)),
            (None, None) => None,
        } {
            q.at = from..to;
            let mut at = to;
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
        } else if let Some(to) = self.has(unit_at, Term::Cents) {
            let hundredth = Decimal::new(1, 2);
            let Ok(value) = exact::mul(q.value, hundredth) else { return Found::Nothing(to) };
            q.value = value;
            q.precision = q.precision.and_then(|p| exact::mul(p, hundredth).ok());
            q.at.end = to;
            q.noun = self.has(to, Term::PerShare).map(|end| to..end);
            q.kind = Kind::Cents;
        } else if let Some(to) = self.has(unit_at, Term::PercentagePoints) {
            q.at.end = to;
            q.kind = Kind::Points;
        } else if let Some(to) = self.has(unit_at, Term::BasisPoints) {
            q.at.end = to;
            q.kind = Kind::Points;
            let hundredth = Decimal::new(1, 2);
            let (Ok(value), precision) =
                (exact::mul(q.value, hundredth), q.precision.and_then(|p| exact::mul(p, hundredth).ok()))
            else {
                return Found::Nothing(to);
            };
            (q.value, q.precision) = (value, precision);
        } else if let Some(to) = self.has(unit_at, Term::Percent) {
            q.at.end = to;
            q.kind = Kind::Percent;
        } else if let Some((_, to)) = self
            .term(unit_at, |term| matches!(term, Term::NotCounted(_)).then_some(()))
            .filter(|_| !core.scaled)
        {
            return Found::Nothing(to);
        } else if let Some(to) = self.has(unit_at, Term::Times) {
            q.at.end = to;
            q.kind = Kind::Factor;
        } else if let Some((unit, noun)) = self.noun(core.to) {
            q.kind = Kind::Count(unit);
            q.noun = Some(noun);
        } else if !self.stands_alone(&core) {
            return Found::Nothing(core.to);
        }
        // Small spelled numbers count lists ("two apps") unless something else makes them figures.
        if core.spelled && !core.scaled && matches!(q.kind, Kind::Bare | Kind::Factor) {
            return Found::Nothing(core.to);
        }
        q.bytes = self.scan.tokens[q.at.start].start..self.scan.tokens[q.at.end - 1].end;
        Found::Quantity(q)
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
        let negative = match self.scan.word(self.text, t) {
            "-" | "−" | "–" | "－" => true,
            "+" | "＋" => false,
            _ => return None,
        };
        let glued = token.end == self.scan.tokens[at].start;
        let free = t == self.sentence.start
            || self.scan.tokens[t - 1].end < token.start
            || self.scan.word(self.text, t - 1) == "(";
        (glued && free).then_some((negative, t))
    }

    /// The noun counted: right behind the figure, past "of" and at most two adjectives.
    fn noun(&self, t: usize) -> Option<(u16, Range<usize>)> {
        let mut at = self.has(t, Term::Partitive).unwrap_or(t);
        let mut unknown = 0;
        let reach = at + 3;
        while at < reach {
            if at >= self.sentence.end {
                return None;
            }
            if let Some((unit, to)) = self.term(at, |term| match term {
                Term::Noun(u) => Some(u),
                _ => None,
            }) {
                return Some((unit, at..to));
            }
            let adjective = self.scan.tokens[at].kind == TokenKind::Word
                && self.scan.word(self.text, at).chars().next().is_some_and(char::is_lowercase)
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
        let year = core.plain && core.digits == 4 && (1900..=2100).contains(&core.value.mantissa());
        if year || core.spelled {
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
        let listed = opens && core.plain && core.digits <= 2;
        !after_name && !label && !listed
    }

    /// Adds a quantity, joining it with the one before into a range where the words say so.
    fn push(&self, found: &mut Vec<Quantity>, mut q: Quantity) {
        if let Some(first) = found.last_mut() {
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
                    (first.kind, first.scaled) = (q.kind, true);
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
                if first.kind == Kind::Bare || scale_missing || matches!(q.kind, Kind::MoneyPerShare(..)) {
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

    /// Whether "from 1 533 to 1 916 million" makes the second figure's scale and unit the first's too.
    fn leans(&self, first: &Quantity, second: &Quantity) -> bool {
        let gap = first.at.end..second.at.start;
        let link = gap.len() == 1
            && [Cue::To, Cue::RangeTo]
                .iter()
                .any(|c| self.scan.cue_at(gap.start, *c).is_some_and(|to| to <= gap.end));
        let bare = matches!(first.kind, Kind::Bare | Kind::Money(..)) && !first.scaled && second.scaled;
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
        if dash {
            return Some(first.at.start);
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
        if joined && between.is_some() && (leaning || !moved) {
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
        (joined && !moved && !from && told).then_some(first.at.start)
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
