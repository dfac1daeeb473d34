//! One pass over a passage: tokens, the lexicon's phrases among them, and sentences.

use std::ops::Range;

use crate::cast::Written as NameForm;
use crate::lexicon::{Cue, Duration, IGNORED, Lang, NameKind, Term, TimeWord, fold};
use crate::number::{self, Habit, NotRead, Written};

/// A word, a number or a mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub start: usize,
    pub end: usize,
    pub kind: TokenKind,
    /// Hits that start at this token, in [`Scan::hits`].
    hits: (u32, u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Word,
    /// Index in [`Scan::numbers`].
    Number(u32),
    Mark,
}

/// A phrase of the lexicon in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub start: usize,
    pub end: usize,
    /// First token.
    pub from: usize,
    /// One past its last token.
    pub to: usize,
    pub term: Term,
}

/// What a pass over a passage found; buffers are reused from passage to passage.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    pub tokens: Vec<Token>,
    pub hits: Vec<Hit>,
    pub numbers: Vec<Written>,
    /// Token ranges.
    pub sentences: Vec<Range<usize>>,
    /// Which kinds of phrase start at each token, by class: a quick no to most questions.
    masks: Vec<u128>,
    /// What the language says of numbers with one mark: [`Lang::point_money`] and [`Lang::measures`].
    pub point_money: u128,
    pub measures: u128,
    /// Whether a last digit stands for the place below the one named before it: 二百五 is 250.
    pub next_place: bool,
    /// Numbers that could not be read: byte range and why.
    pub unread: Vec<(Range<usize>, NotRead)>,
}

thread_local! {
    /// Buffers of finished passes: their memory serves the next document, their content never does.
    static POOL: std::cell::RefCell<Vec<Scan>> = const { std::cell::RefCell::new(Vec::new()) };
}

impl Scan {
    /// An empty pass with the buffers of an earlier one where there are any.
    pub(crate) fn pooled() -> Scan {
        POOL.with_borrow_mut(Vec::pop).unwrap_or_default()
    }

    /// Gives the buffers back.
    pub(crate) fn recycle(self) {
        // A passage of a megabyte leaves buffers that are not worth keeping.
        if self.tokens.capacity() < 100_000 {
            POOL.with_borrow_mut(|pool| {
                if pool.len() < 64 {
                    pool.push(self);
                }
            });
        }
    }

    /// Reads `text[range]`.
    pub(crate) fn run(
        &mut self,
        text: &str,
        range: Range<usize>,
        lang: &Lang,
        habit: Habit,
        names: &[NameForm],
    ) {
        self.tokens.clear();
        self.masks.clear();
        self.hits.clear();
        self.numbers.clear();
        self.sentences.clear();
        self.unread.clear();
        (self.point_money, self.measures) = (lang.point_money, lang.measures);
        self.next_place = lang.code.starts_with("zh");
        let text = &text[..range.end];
        let mut at = range.start;
        while let Some(c) = next_char(text, at) {
            if c.is_whitespace() {
                at += c.len_utf8();
                continue;
            }
            at = self.token(text, at, c, lang, habit);
        }
        self.find_hits(text, lang, names);
        self.cut_sentences(text, lang);
    }

    /// Hits that start at a token.
    pub(crate) fn hits_at(&self, token: usize) -> &[Hit] {
        match self.tokens.get(token) {
            Some(t) => &self.hits[t.hits.0 as usize..t.hits.1 as usize],
            None => &[],
        }
    }

    /// The first hit at a token for which `pick` has an answer.
    pub(crate) fn term_at<T>(&self, token: usize, pick: impl Fn(Term) -> Option<T>) -> Option<(T, Hit)> {
        self.hits_at(token).iter().find_map(|hit| pick(hit.term).map(|t| (t, *hit)))
    }

    /// Whether the cue starts at the token; where it ends.
    pub(crate) fn cue_at(&self, token: usize, cue: Cue) -> Option<usize> {
        if self.masks.get(token).is_none_or(|m| m & (1 << (32 + cue as usize)) == 0) {
            return None;
        }
        self.hits_at(token).iter().find(|h| matches!(h.term, Term::Cue(c) if c == cue)).map(|h| h.to)
    }

    /// Whether a phrase like this one may start at the token; a quick no where none of its class does.
    pub(crate) fn may_start(&self, token: usize, term: Term) -> bool {
        self.masks.get(token).is_some_and(|m| m & (1 << class(term)) != 0)
    }

    /// The number that a token is.
    pub(crate) fn number(&self, token: usize) -> Option<&Written> {
        match self.tokens.get(token)?.kind {
            TokenKind::Number(n) => self.numbers.get(n as usize),
            _ => None,
        }
    }

    /// The text of a token.
    pub(crate) fn word<'t>(&self, text: &'t str, token: usize) -> &'t str {
        self.tokens.get(token).map_or("", |t| &text[t.start..t.end])
    }

    fn push(&mut self, start: usize, end: usize, kind: TokenKind) -> usize {
        self.tokens.push(Token { start, end, kind, hits: (0, 0) });
        end
    }

    fn token(&mut self, text: &str, at: usize, c: char, lang: &Lang, habit: Habit) -> usize {
        if number::digit_value(c).is_some()
            || number::vulgar(c).is_some()
            || ((c == '.' || c == ',' && lang.decimal == ',') && starts_bare_fraction(text, at))
        {
            return self.number_token(text, at, lang, habit);
        }
        if c.is_alphanumeric() {
            if (c == 'h' || c == 'w')
                && let Some(end) = address_end(text, at)
            {
                return self.push(at, end, TokenKind::Word);
            }
            if is_ideographic(c) {
                return self.push(at, at + c.len_utf8(), TokenKind::Word);
            }
            let end = word_end(text, at);
            // "Rp23" is a sign and a number; any other letters before digits are a name.
            let letters =
                at + text[at..end].find(|c: char| number::digit_value(c).is_some()).unwrap_or(end - at);
            if letters < end && letters > at {
                let mut sign = false;
                lang.trie
                    .walk(text, at, |e, term| sign |= e == letters && matches!(term, Term::Currency(..)));
                // "ب5 %" is a preposition and a number.
                let bound = lang
                    .prefixes
                    .iter()
                    .any(|p| fold_equal(text[at..letters].trim_end_matches('ـ'), &p.written));
                // "إلى3.6": in a script whose words bear no digits the blank was forgotten.
                let word = |c: char| c.is_alphabetic() && !c.is_ascii();
                let glued = !lang.prefixes.is_empty() && text[at..letters].chars().all(word);
                if sign || bound || glued {
                    return self.push(at, letters, TokenKind::Word);
                }
            }
            return self.push(at, end, TokenKind::Word);
        }
        self.push(at, at + c.len_utf8(), TokenKind::Mark)
    }

    fn number_token(&mut self, text: &str, at: usize, lang: &Lang, habit: Habit) -> usize {
        let before = text[..at].chars().next_back();
        let in_name = before.is_some_and(|b| {
            let glued = matches!(b, '-' | '‑' | '–' | '_' | '#' | '@' | '/' | ':' | '\\' | '=' | '&');
            let earlier = text[..at - b.len_utf8()].chars().next_back();
            match b {
                // "GPT-4" is a name, "5-6" a range, " -5" a negative number.
                '-' | '‑' | '–' => {
                    earlier.is_some_and(|e| e.is_alphabetic() && !is_ideographic(e))
                        && !roman_before(&text[..at - b.len_utf8()])
                }
                '/' | ':' => earlier.is_some_and(|e| number::digit_value(e).is_some()),
                _ => glued,
            }
        });
        let read = number::read(text, at, lang, habit).map(|n| number::with_exponent(text, n));
        let end = match &read {
            Ok(n) => n.end,
            Err((_, end)) => *end,
        };
        let after = next_char(text, end);
        let ratio = matches!(after, Some('/' | ':'))
            && next_char(text, end + 1).is_some_and(|c| number::digit_value(c).is_some());
        let glued_letters = after.is_some_and(|c| c.is_alphabetic() && !is_ideographic(c));
        let known_suffix = glued_letters && {
            let stop = word_end(text, end);
            let mut known = false;
            lang.trie.walk(text, end, |e, term| {
                let unit = matches!(
                    term,
                    Term::ScaleSuffix(_)
                        | Term::Scale(_)
                        | Term::Currency(..)
                        | Term::NotCounted(_)
                        | Term::Percent
                        | Term::BasisPoints
                        | Term::Cents
                        | Term::Minor(_)
                        | Term::Noun(_)
                        | Term::Times
                        | Term::Month(_)
                        | Term::YearMark
                        | Term::MonthMark
                        | Term::DayMark
                        | Term::Quarter
                );
                // "31,06Md$" and "5M€": a mark may follow, letters may not, but for the endings of words ("3702억원을").
                let ending = || lang.clitics.iter().any(|c| text.get(e..stop) == Some(c.as_str()));
                known |= unit && (e >= stop || ending());
                let currency_rest = unit && e < stop && matches!(term, Term::ScaleSuffix(_) | Term::Scale(_));
                known |= currency_rest && {
                    let mut rest = false;
                    lang.trie.walk(text, e, |e2, t2| rest |= e2 >= stop && matches!(t2, Term::Currency(..)));
                    rest
                };
            });
            known
        };
        // "10-year" keeps its number, "5-star" is a word.
        let hyphenated = after == Some('-') && next_char(text, end + 1).is_some_and(char::is_alphabetic) && {
            let mut known = false;
            for start in [end, end + 1] {
                lang.trie.walk(text, start, |_, term| {
                    known |= matches!(
                        term,
                        Term::NotCounted(_)
                            | Term::Scale(_)
                            | Term::Percent
                            | Term::Currency(..)
                            | Term::Month(_)
                            | Term::QuarterLetter
                            | Term::HalfLetter
                    );
                });
            }
            !known
        };
        if in_name || ratio || hyphenated || (glued_letters && !known_suffix) {
            let stop = if glued_letters { word_end(text, end) } else { end };
            return self.push(at, stop.max(end), TokenKind::Word);
        }
        match read {
            Ok(n) => {
                let index = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
                self.numbers.push(n);
                self.push(at, end, TokenKind::Number(index))
            }
            Err((why, end)) => {
                self.unread.push((at..end, why));
                self.push(at, end, TokenKind::Word)
            }
        }
    }

    fn find_hits(&mut self, text: &str, lang: &Lang, names: &[NameForm]) {
        let mut found: Vec<(usize, Term)> = Vec::new();
        let mut reach = [0usize; CLASSES];
        for t in 0..self.tokens.len() {
            let first = self.hits.len();
            let token = self.tokens[t];
            found.clear();
            let mut part = false;
            let mut add = |end, term| {
                part |= end < token.end
                    && matches!(term, Term::NumberAdd(_) | Term::NumberTimes(_) | Term::Scale(3));
                if ends_well(text, end, term, lang) && !found.contains(&(end, term)) {
                    found.push((end, term));
                }
            };
            lang.trie.walk(text, token.start, &mut add);
            if token.kind != TokenKind::Mark && !text.as_bytes()[token.start].is_ascii_lowercase() {
                lang.named.walk(text, token.start, &mut add);
            }
            for prefix in lang.prefixes.iter().filter(|_| token.kind == TokenKind::Word) {
                match behind_prefix(text, token, &prefix.written) {
                    Some(rest) if prefix.restored.is_empty() => {
                        lang.trie.walk(text, rest, &mut add);
                        lang.named.walk(text, rest, &mut add);
                    }
                    Some(rest) => {
                        lang.trie.walk_behind(&prefix.restored, text, rest, &mut add);
                        lang.named.walk_behind(&prefix.restored, text, rest, &mut add);
                    }
                    None => {}
                }
            }
            found.sort_by_key(|(end, _)| *end);
            if part
                && lang.compounds
                && token.kind == TokenKind::Word
                && let Some((n, zeros)) = compound(text, token, lang)
            {
                found.push((token.end, Term::NumberWhole(n, zeros)));
            }
            if lang.compounds && token.kind == TokenKind::Word {
                category_compound(text, token, lang, &mut found);
            }
            // "Alexandria Pharmaceuticals" is no Alexandria.
            let named = self.open_name(text, t, names).filter(|_| reach[ENTITY] <= token.start);
            let named = named.map(|(entity, words)| (entity, words, self.tokens[t + words - 1].end));
            if let Some((_, _, end)) = named {
                found.retain(|(other, term)| !matches!(term, Term::Entity(..)) || *other >= end);
            }
            for &(end, term) in &found {
                let class = class(term);
                // The longest phrase of a class counts, and none inside a longer one that began before.
                let longest =
                    found.iter().filter(|(_, other)| self::class(*other) == class).map(|f| f.0).max();
                if longest != Some(end) || reach[class] >= end {
                    continue;
                }
                // Where words are not parted, a name that begins inside another is none (中国|航空), nor is one
                // that begins inside a word of kana.
                if (class == ENTITY || class == CATEGORY) && cuts_word(text, token.start, reach[class]) {
                    continue;
                }
                if let Term::Entity(_, kind) = term
                    && !is_name(&text[token.start..end], kind, t == 0 || self.opens_sentence(text, t))
                {
                    continue;
                }
                let to = t + self.tokens[t..].iter().take_while(|other| other.start < end).count();
                self.hits.push(Hit { start: token.start, end, from: t, to, term });
            }
            if let Some((entity, words, end)) = named
                && !found.iter().any(|(_, t)| matches!(t, Term::Entity(..)))
            {
                let term = Term::Entity(entity, NameKind::Proper);
                self.hits.push(Hit { start: token.start, end, from: t, to: t + words, term });
            }
            for hit in &self.hits[first..] {
                let class = class(hit.term);
                reach[class] = reach[class].max(hit.end);
            }
            let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            self.tokens[t].hits = (at(first), at(self.hits.len()));
            self.masks.push(self.hits[first..].iter().fold(0, |mask, h| mask | 1 << class(h.term)));
        }
    }

    /// Whether a place opens a passage as the place it was written in: "Berlin, 3 May 2022 – …".
    pub(crate) fn in_dateline(&self, text: &str, at: std::ops::Range<usize>) -> bool {
        let month =
            |t: usize| self.hits_at(t).iter().any(|h| matches!(h.term, Term::Month(_) | Term::MonthMark));
        let mark = |t: usize| {
            matches!(
                self.word(text, t),
                "–" | "—" | "-" | "―" | "－" | "(" | ")" | "（" | "）" | "】" | "/" | ":" | "："
            )
        };
        // 〔記者林小明／台北報導〕, "新华社北京1月26日电": who wrote from where, in brackets or up to the word for a wire.
        let opens = !self.tokens.is_empty()
            && matches!(self.word(text, 0), "〔" | "（" | "(" | "【" | "[" | "［" | "〈" | "《");
        let closes =
            |t: usize| matches!(self.word(text, t), "〕" | "）" | ")" | "】" | "]" | "］" | "〉" | "》");
        let bracket = opens && (at.end..(at.end + 16).min(self.tokens.len())).any(closes);
        let wired = at.start <= 8
            && (at.end..at.end + 8).any(month)
            && (at.end..at.end + 9).any(|t| matches!(self.word(text, t), "电" | "電" | "讯" | "訊"));
        let reporter = at.start <= 16 && bracket && !(0..at.start).any(closes);
        reporter
            || wired
            || at.start <= 1
                && (at.end..at.end + 6).any(month)
                && (self.tokens.len() <= 16 || (at.end..at.end + 12).any(mark))
    }

    /// The name of this document's own that starts at a token, and how many tokens it has.
    fn open_name(&self, text: &str, t: usize, names: &[NameForm]) -> Option<(u16, usize)> {
        if !self
            .word(text, t)
            .starts_with(|c: char| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase())
        {
            return None;
        }
        let same =
            |name: &&NameForm| name.words.iter().enumerate().all(|(i, word)| self.word(text, t + i) == word);
        names.iter().find(same).map(|name| (name.entity, name.words.len()))
    }

    fn opens_sentence(&self, text: &str, t: usize) -> bool {
        t == 0 || matches!(self.word(text, t - 1), "." | "!" | "?" | "\"" | "“" | "«" | ":" | "•")
    }

    fn cut_sentences(&mut self, text: &str, lang: &Lang) {
        let mut first = 0;
        for t in 0..self.tokens.len() {
            // Quotes and brackets behind a full stop went with its sentence.
            if t < first {
                continue;
            }
            // What runs on without a full stop is cut at a comma, or in the end anywhere: nothing is left out.
            let comma = self.tokens[t].kind == TokenKind::Mark && is_comma(self.word(text, t));
            if (comma && t - first >= LONG) || t - first >= 4 * LONG {
                self.sentences.push(first..t + 1);
                first = t + 1;
                continue;
            }
            if self.tokens[t].kind != TokenKind::Mark {
                continue;
            }
            let ends = match self.word(text, t) {
                "。" | "！" | "？" | "!" | "?" | "؟" | "।" => true,
                "." => self.full_stop(text, t, first, lang),
                _ => false,
            };
            if ends {
                // Closing quotes and brackets belong to the sentence they close.
                let mut next = t + 1;
                while matches!(self.word(text, next), "”" | "»" | ")" | "」" | "』") {
                    next += 1;
                }
                self.sentences.push(first..next);
                first = next;
            }
        }
        if first < self.tokens.len() {
            self.sentences.push(first..self.tokens.len());
        }
        self.sentences.retain(|s| !s.is_empty());
    }

    fn full_stop(&self, text: &str, t: usize, first: usize, lang: &Lang) -> bool {
        let Some(next) = self.tokens.get(t + 1) else { return true };
        let stop = self.tokens[t];
        let spaced = next.start > stop.end;
        let next_char = text[next.start..].chars().next().unwrap_or(' ');
        if self.word(text, t + 1) == "." || (t > first && self.word(text, t - 1) == "." && !spaced) {
            return false;
        }
        // Machine text runs sentences together ("… Meta.Although"): a capital behind a small letter tells.
        if !spaced {
            let before = text[..stop.start].chars().next_back().unwrap_or(' ');
            let after = text[next.start..].chars().nth(1).unwrap_or(' ');
            return before.is_lowercase() && next_char.is_uppercase() && after.is_lowercase();
        }
        // A number rarely opens a sentence; a stop before one is more often an abbreviation's or a translator's slip.
        if next_char.is_lowercase() || number::digit_value(next_char).is_some() {
            return false;
        }
        if t > first && self.tokens[t - 1].end == stop.start {
            let word = self.word(text, t - 1);
            let lower = word.to_lowercase();
            let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
            if initial && t >= 2 && self.word(text, t - 2) == "." {
                // "U.S. Revenue" may or may not end a sentence; an entity's name goes on more often.
                return false;
            }
            if lang.abbreviations.contains(&lower) {
                return false;
            }
        }
        true
    }
}

/// A sentence longer than this many tokens is cut at its next comma.
const LONG: usize = 300;
/// As many as a mask has bits.
const CLASSES: usize = 128;
/// The first class of cues, and the first of other terms behind them.
const CUES: usize = 32;
const BEHIND_CUES: usize = 101;
const _: () = assert!(CUES + Cue::COUNT <= BEHIND_CUES, "a cue has the class of another term");
const ENTITY: usize = 1;
const CATEGORY: usize = class(Term::Category(0));

/// Terms that exclude each other where one phrase lies inside another.
pub(crate) const fn class(term: Term) -> usize {
    match term {
        Term::Metric(..) | Term::NoMetric | Term::Basis => 0,
        Term::Entity(..) => 1,
        Term::Scale(_) | Term::ScaleSuffix(_) => 2,
        Term::Currency(..) => 3,
        Term::Percent | Term::PercentagePoints | Term::BasisPoints => 4,
        Term::PerShare | Term::PerTime => 5,
        Term::Cents | Term::Minor(_) => 127,
        Term::Times => 6,
        Term::Noun(_) | Term::Counted(..) => 7,
        Term::NotCounted(_) => 8,
        Term::NumberAdd(_) | Term::NumberTimes(_) | Term::NumberWhole(..) | Term::NumberTenths(_) => 9,
        Term::Vague(_) => 10,
        Term::Joiner => 11,
        Term::AndAHalf => 12,
        Term::Fraction(_) | Term::PercentAtLeast(_) => 13,
        Term::Ordinal(_) => 14,
        Term::Partitive => 15,
        Term::Qualifier(_) => 16,
        Term::Region(_) => 17,
        Term::Month(_) => 18,
        Term::Weekday(_) => 19,
        Term::Quarter | Term::Half | Term::MonthGroup(_) | Term::NumberOfMonths(_) | Term::Season(..) => 20,
        Term::Year | Term::Fiscal => 21,
        Term::QuarterLetter | Term::HalfLetter | Term::MonthsLetter => 22,
        Term::Connector => 23,
        Term::YearMark | Term::MonthMark | Term::DayMark | Term::FiscalMonthMark => 102,
        Term::OrdinalMark => 103,
        Term::Era(_) => 111,
        Term::MonthShort(_) => 112,
        Term::TensJoiner => 104,
        Term::DecimalPoint => 105,
        Term::Minus | Term::PlusMinus => 106,
        Term::FractionMark => 107,
        Term::Over => 121,
        Term::Mixed => 122,
        Term::Some => 123,
        Term::YearOpening(_) => 124,
        Term::Category(_) => 125,
        Term::Denominator(_) => 108,
        Term::OfProduct(_) => 110,
        Term::Share(_) | Term::TenthPoints => 109,
        Term::Time(word) => match word {
            TimeWord::EndOf => 25,
            TimeWord::AsOf => 26,
            TimeWord::Since => 27,
            TimeWord::Within => 28,
            TimeWord::Launch => 29,
            TimeWord::DayOf => 30,
            TimeWord::One(_) => 31,
            TimeWord::MonthRange => 101,
            TimeWord::Through => 126,
            TimeWord::FirstMonths => 113,
            TimeWord::BaseBefore => 114,
            TimeWord::BaseBehind => 115,
            TimeWord::BaseThen => 116,
            TimeWord::OutOfHours => 117,
            TimeWord::AgoBefore => 118,
            TimeWord::AgoBehind => 119,
            TimeWord::NextOne => 120,
            _ => 24,
        },
        Term::Cue(cue) => CUES + cue as usize,
    }
}

/// The category and the metric that make one word, both told of the whole of it: Weizenpreise.
fn category_compound(text: &str, token: Token, lang: &Lang, found: &mut Vec<(usize, Term)>) {
    if found.iter().any(|(end, term)| *end >= token.end && class(*term) == class(Term::NoMetric)) {
        return;
    }
    let mut categories = Vec::new();
    lang.trie.walk(text, token.start, |end, term| {
        if matches!(term, Term::Category(_)) && end < token.end {
            categories.push((end, term));
        }
    });
    for (end, category) in categories.into_iter().rev() {
        for link in LINKS {
            let Some(rest) = text[end..token.end].strip_prefix(link).map(|_| end + link.len()) else {
                continue;
            };
            let mut metrics = Vec::new();
            lang.trie.walk(text, rest, |to, term| {
                if matches!(term, Term::Metric(..)) && to == token.end {
                    metrics.push((to, term));
                }
            });
            if !metrics.is_empty() {
                found.push((token.end, category));
                found.append(&mut metrics);
                return;
            }
        }
    }
}

/// What may join the parts of a compound.
const LINKS: [&str; 5] = ["", "s", "n", "en", "er"];

/// The number that a word of several words of number makes: zweihundertfünfundzwanzig.
fn compound(text: &str, token: Token, lang: &Lang) -> Option<(u32, u8)> {
    let (mut at, mut done, mut total, mut joined) = (token.start, 0u64, 0u64, false);
    while at < token.end {
        // The longest word of number that starts here; "ein" of "eine" is not one.
        let mut best: Option<(usize, Term)> = None;
        lang.trie.walk(text, at, |end, term| {
            let fits = matches!(
                term,
                Term::NumberAdd(_)
                    | Term::NumberTimes(_)
                    | Term::NumberWhole(..)
                    | Term::Scale(3)
                    | Term::TensJoiner
            );
            if fits && end <= token.end && best.is_none_or(|(longest, _)| end > longest) {
                best = Some((end, term));
            }
        });
        let (end, term) = best?;
        let add = match term {
            Term::NumberAdd(n) => u64::from(n),
            Term::NumberWhole(n, zeros) => u64::from(n).checked_mul(10u64.checked_pow(u32::from(zeros))?)?,
            Term::NumberTimes(n) => {
                let (unit, factor) = (total % 100, u64::try_from(n).ok()?);
                total = (total - unit).checked_add(unit.max(1).checked_mul(factor)?)?;
                0
            }
            Term::Scale(_) => {
                (done, total) = (done.checked_add(total.max(1).checked_mul(1000)?)?, 0);
                0
            }
            _ => 0,
        };
        let tens = (1..10).contains(&(total % 100)) && joined && add < 100 && add.is_multiple_of(10);
        if add > 0 && total > 0 && !total.is_multiple_of(100) && !tens {
            return None;
        }
        total = total.checked_add(add)?;
        joined = term == Term::TensJoiner;
        at = end;
    }
    let mut value = done.checked_add(total)?;
    let mut zeros = 0;
    while value >= 10 && value.is_multiple_of(10) {
        (value, zeros) = (value / 10, zeros + 1);
    }
    (!joined && value > 0).then_some((u32::try_from(value).ok()?, zeros))
}

/// A phrase ends at the end of a word, before a clitic, or, for signs, before a digit.
fn ends_well(text: &str, end: usize, term: Term, lang: &Lang) -> bool {
    let Some(next) = next_char(text, end) else {
        return !matches!(term, Term::QuarterLetter | Term::HalfLetter);
    };
    let digit = number::digit_value(next);
    match term {
        Term::QuarterLetter => return digit.is_some_and(|d| (1..=4).contains(&d)),
        Term::HalfLetter => return digit.is_some_and(|d| (1..=2).contains(&d)),
        Term::Currency(..) | Term::Fiscal if digit.is_some() => return true,
        _ => {}
    }
    let Some(last) = text[..end].chars().next_back() else { return false };
    // A bound conjunction or preposition before digits is a word of its own: و34.
    if digit.is_some() && !last.is_ascii() && last.is_alphabetic() && !lang.prefixes.is_empty() {
        return true;
    }
    // タイ is no country in タイヤ.
    if matches!(term, Term::Entity(..)) && is_katakana(last) && is_katakana(next) {
        // No ending is long: a text of nothing but kana is not read to its end from each of them.
        let rest: String = text[end..].chars().take_while(|c| is_katakana(*c)).take(8).collect();
        return lang.clitics.contains(&rest);
    }
    if !next.is_alphanumeric() || !last.is_alphanumeric() || is_ideographic(last) || is_ideographic(next) {
        return true;
    }
    // "5Mds$", "31,06Md$": a scale may stand before a sign, which is no letter; letters join only as clitics.
    if matches!(term, Term::ScaleSuffix(_)) {
        return false;
    }
    // A short word with an ending is another word: Ukrainian "з" and "за".
    let syllables = matches!(last, '\u{ac00}'..='\u{d7a3}');
    if !syllables && text[..end].chars().rev().take(3).any(|c| !c.is_alphanumeric()) {
        return false;
    }
    let rest = &text[end..word_end(text, end)];
    // Ta marbuta is folded as the pronoun is, and makes another word: الرياض, الرياضة.
    rest != "ة" && lang.clitics.iter().any(|c| fold_equal(rest, c))
}

/// Whether a name at `start` would cut a word in a script that does not part words; names found so far reach to `reach`.
fn cuts_word(text: &str, start: usize, reach: usize) -> bool {
    let Some(first) = next_char(text, start).filter(|c| is_ideographic(*c)) else { return false };
    reach > start || is_katakana(first) && text[..start].chars().next_back().is_some_and(is_katakana)
}

/// Katakana with its mark of length.
fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | 'ー')
}

/// Where the word goes on behind a bound prefix, if it begins with it and has two letters more.
fn behind_prefix(text: &str, token: Token, prefix: &str) -> Option<usize> {
    let mut at = token.start;
    for c in prefix.chars() {
        loop {
            let (folded, next) = fold(text, at);
            (at < token.end).then_some(())?;
            at = next;
            match folded {
                IGNORED => {}
                _ if folded == c => break,
                _ => return None,
            }
        }
    }
    (text.get(at..token.end)?.chars().nth(1).is_some()).then_some(at)
}

fn fold_equal(a: &str, b: &str) -> bool {
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let ((one, next_i), (other, next_j)) = (fold(a, i), fold(b, j));
        if one != other {
            return false;
        }
        (i, j) = (next_i, next_j);
    }
    i >= a.len() && j >= b.len()
}

/// Whether a matched name is written as its kind asks.
fn is_name(written: &str, kind: NameKind, opens_sentence: bool) -> bool {
    let cased = written.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    // "三菱UFJ" begins with no letter that could be one.
    let capital =
        written.chars().take(2).any(|c| c.is_uppercase() || !c.is_lowercase() && c.is_alphabetic()) || !cased;
    let all_capitals = cased && !written.chars().any(char::is_lowercase);
    // "the Fed", "dona do Facebook"
    let inner = || {
        // "банк «Санкт-Петербург»": in quotation marks or not.
        let bare = |word: &str| word.trim_start_matches(['«', '"', '“', '„']).starts_with(char::is_uppercase);
        written.split(' ').skip(1).any(bare)
    };
    match kind {
        NameKind::Common | NameKind::Adjective => true,
        NameKind::Proper => capital || inner(),
        NameKind::Weak if written.chars().count() <= 3 => all_capitals,
        NameKind::Weak => capital && (!opens_sentence || all_capitals),
    }
}

/// Whether a text ends in a Roman numeral: the III of "III-2024".
fn roman_before(text: &str) -> bool {
    let word = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
}

fn starts_bare_fraction(text: &str, at: usize) -> bool {
    let after = next_char(text, at + 1).is_some_and(|c| c.is_ascii_digit());
    let mut before = text[..at].chars().rev();
    after
        && match before.next() {
            // "-.5"
            Some('-' | '−') => before.next().is_none_or(char::is_whitespace),
            b => b.is_none_or(|b| b.is_whitespace() || matches!(b, '(' | '$' | '€' | '£')),
        }
}

/// Where an address of the web that starts here ends.
fn address_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let address = rest.starts_with(b"http://") || rest.starts_with(b"https://") || rest.starts_with(b"www.");
    address.then(|| at + text[at..].find(char::is_whitespace).unwrap_or(text.len() - at))
}

/// A comma of any script.
pub(crate) fn is_comma(word: &str) -> bool {
    matches!(word, "," | "，" | "、" | "،")
}

/// A semicolon of any script.
pub(crate) fn is_semicolon(word: &str) -> bool {
    matches!(word, ";" | "；" | "؛")
}

fn word_end(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut syllable = false;
    for c in text[at..].chars() {
        // Syllables end a number and begin another: 67조4050억원.
        if syllable && c.is_ascii_digit() {
            break;
        }
        syllable = matches!(c, '\u{ac00}'..='\u{d7a3}');
        let inside = c.is_alphanumeric() && !is_ideographic(c)
            || matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200c}' | '\u{200d}');
        if !inside {
            break;
        }
        end += c.len_utf8();
    }
    end.max(at + next_char(text, at).map_or(1, char::len_utf8))
}

#[inline]
pub(crate) fn next_char(text: &str, at: usize) -> Option<char> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() { Some(char::from(byte)) } else { text[at..].chars().next() }
}

/// Scripts whose words are not set apart by blanks.
pub(crate) fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{0e00}'..='\u{0e7f}')
}

/// The stretch of time that a hit names as a unit.
pub(crate) fn duration_unit(term: Term) -> Option<Duration> {
    match term {
        Term::NotCounted(Some(duration)) => Some(duration),
        _ => None,
    }
}
