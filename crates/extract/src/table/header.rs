//! Headers: what a label of a row, a column or a whole table says.

use std::ops::Range;

use crate::cast::Cast;
use crate::lexicon::{Cue, EntityKind, Lang, Lexicon, MetricUnit, Term, TimeWord};
use crate::number::Habit;
use crate::scan::{Hit, Scan, TokenKind};
use crate::when::{self, Part, What, When, YearRef};

/// A header, read.
#[derive(Debug, Default)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) metric: Option<u16>,
    /// The words of the metric.
    pub(super) phrase: String,
    /// Metrics named behind a scale: "in millions, except headcount".
    pub(super) excepted: Vec<u16>,
    pub(super) entity: Option<u16>,
    pub(super) place: Option<u16>,
    pub(super) whens: Vec<When>,
    pub(super) currency: Option<(u16, bool)>,
    /// What is counted, where the header says it as a unit.
    pub(super) noun: Option<u16>,
    /// Whether the header names vehicles at all.
    pub(super) vehicles: bool,
    /// The header of a column of names: region, brand.
    pub(super) kind: bool,
    /// The header of a column of parts of a people: men, women.
    pub(super) group: bool,
    /// Two years with a stroke between them: a comparison or a season.
    pub(super) pair: Option<(i16, i16)>,
    /// Names a season: a year from summer to summer.
    pub(super) season: bool,
    /// The row sums up the others.
    pub(super) total: bool,
    /// The row is what is left beside the others, or a part of the one above.
    pub(super) remainder: bool,
    /// Names two things side by side: a route, a pair of companies.
    pub(super) several: bool,
    /// Power of ten, and whether it is tied to a currency.
    pub(super) scale: Option<(u8, bool)>,
    pub(super) percent: bool,
    pub(super) points: bool,
    pub(super) per_share: bool,
    pub(super) partitive: bool,
    pub(super) yoy: bool,
    pub(super) qoq: bool,
    pub(super) other_step: bool,
    pub(super) moves: bool,
    pub(super) expected: bool,
    pub(super) guidance: bool,
    pub(super) compares: bool,
    pub(super) qualifiers: Vec<String>,
    /// Words that nothing accounts for, outside brackets.
    pub(super) rest: Vec<String>,
    /// Contains a phrase that looks like a metric and means something else, or two metrics at once.
    pub(super) misleading: bool,
}

impl Label {
    /// Whether the header tells one column from another.
    pub(super) fn tells(&self) -> bool {
        self.metric.is_some()
            || self.entity.is_some()
            || self.place.is_some()
            || !self.whens.is_empty()
            || self.expected
            || self.guidance
            || !self.qualifiers.is_empty()
    }

    pub(super) fn grows(&self) -> bool {
        self.yoy || self.qoq || self.moves
    }
}

/// Reads a header.
pub(super) fn read(written: &str, lang: &Lang, lexicon: &Lexicon, cast: &Cast<'_>, habit: Habit) -> Label {
    let (text, mut whens, estimate) = plain_periods(written);
    let mut scan = Scan::default();
    scan.run(&text, 0..text.len(), lang, habit, &cast.written);
    let all = 0..scan.tokens.len();
    whens.extend(when::find(&scan, &text, &all, lang, &mut Vec::new()));
    let mut label = Label { text: written.to_owned(), expected: estimate, ..Label::default() };
    let mut covered = vec![false; scan.tokens.len()];
    if whens.is_empty() && is_kind(written, &lang.table.year_before) {
        let what = What::Relative(TimeWord::SamePeriodLastYear);
        whens.push(When { at: 0..covered.len(), what, since: false, end_of: false });
    }
    let bracketed = brackets(&scan, &text);
    for when in &whens {
        covered[when.at.clone()].fill(true);
    }
    let dated = covered.clone();
    let words = &lang.table;
    label.kind = is_kind(written, &words.kinds);
    label.pair = year_pair(written);
    label.group = is_kind(written, &words.groups);
    label.season = cover(&scan, &text, &words.seasons, &mut covered);
    label.total = cover(&scan, &text, &words.totals, &mut covered);
    label.remainder = cover(&scan, &text, &words.rests, &mut covered.clone());
    cover(&scan, &text, &words.plain, &mut covered);
    let mut metrics: Vec<(u16, Hit)> = Vec::new();
    for hit in &scan.hits {
        let place = hit.from..hit.to.min(covered.len());
        let inside = bracketed[hit.from];
        let mut known = true;
        match hit.term {
            Term::Metric(metric, _) => metrics.push((metric, *hit)),
            Term::NoMetric => {
                label.misleading |= !inside;
                known = false;
            }
            Term::Entity(entity, _) => {
                // "US$" names money, not a country.
                let money = |h: &Hit| {
                    matches!(h.term, Term::Currency(..)) && h.start <= hit.start && hit.end <= h.end
                };
                let other = |known: Option<u16>| {
                    known.is_some_and(|e| {
                        e != entity && !cast.is_part_of(entity, e) && !cast.is_part_of(e, entity)
                    })
                };
                if scan.hits.iter().any(money) {
                } else if cast.entity(entity).kind == EntityKind::Place {
                    label.several |= other(label.place);
                    label.place = label.place.or(Some(entity));
                } else if label.entity.is_none_or(|e| cast.is_part_of(entity, e)) {
                    // Of a whole and its part the part.
                    label.entity = Some(entity);
                }
            }
            Term::Currency(c, shared) if !dated[hit.from] => {
                if label.currency.is_none_or(|(_, s)| s && !shared) {
                    label.currency = Some((c, shared));
                }
            }
            Term::Scale(scale) | Term::ScaleSuffix(scale) => {
                known = read_scale(&scan, hit, scale, &bracketed, &mut label);
            }
            Term::Percent => label.percent = true,
            Term::PercentagePoints | Term::BasisPoints => label.points = true,
            Term::PerShare => label.per_share = true,
            Term::Partitive => label.partitive = true,
            Term::Noun(unit) => {
                let unit_here = is_unit_place(&scan, &text, hit, &bracketed);
                if unit_here && label.noun.is_none() {
                    label.noun = Some(unit);
                }
                label.vehicles |= lexicon.units[unit as usize].to_string() == "vehicles";
                known = inside || unit_here;
            }
            Term::Qualifier(q) => label.qualifiers.push(lexicon.qualifiers[q as usize].clone()),
            Term::Region(r) => label.qualifiers.push(format!("region:{}", lexicon.regions[r as usize])),
            Term::Cue(cue) => match cue {
                Cue::Yoy => label.yoy = true,
                Cue::Qoq => label.qoq = true,
                Cue::Mom => label.other_step = true,
                Cue::Up | Cue::Down => label.moves = true,
                Cue::Analyst | Cue::ExpectedNoun | Cue::ExpectVerb | Cue::ExpectedAfter => {
                    label.expected = true
                }
                Cue::Guidance => label.guidance = true,
                Cue::Beat => label.compares = true,
                Cue::Of | Cue::Beneficiary | Cue::By | Cue::To | Cue::From | Cue::Against | Cue::RangeTo => {}
                _ => known = false,
            },
            Term::Connector | Term::Joiner => {}
            _ => known = false,
        }
        if known {
            covered[place].fill(true);
        }
    }
    // A cue that is part of a metric's name is not said by itself: "economic growth", "ex-items".
    let first = metrics.iter().find(|(_, h)| !bracketed[h.from]).or(metrics.first()).copied();
    // One word for two things, sales in money and in vehicles: the money, unless units say otherwise.
    let same = |a: &Hit, b: &Hit| (a.from, a.to) == (b.from, b.to);
    let money = |m: u16| lexicon.metric(m).unit == MetricUnit::Money;
    let first = first.map(|(metric, hit)| {
        metrics.iter().copied().find(|(m, h)| same(h, &hit) && money(*m)).unwrap_or((metric, hit))
    });
    if let Some((metric, hit)) = first {
        label.metric = Some(metric);
        let per_share = scan.hits_at(hit.to).iter().find(|h| h.term == Term::PerShare);
        label.phrase = text[hit.start..per_share.map_or(hit.end, |h| h.end)].to_owned();
        label.moves &= scan.hits.iter().any(|h| {
            matches!(h.term, Term::Cue(Cue::Up | Cue::Down)) && (h.to <= hit.from || h.from >= hit.to)
        });
        label.misleading |= metrics
            .iter()
            .any(|(m, h)| *m != metric && !same(h, &hit) && !bracketed[h.from] && !label.per_share);
    }
    if let Some(scale) = scan.hits.iter().find(|h| matches!(h.term, Term::Scale(_) | Term::ScaleSuffix(_))) {
        label.excepted = metrics.iter().filter(|(_, h)| h.from >= scale.to).map(|(m, _)| *m).collect();
        if first.is_some_and(|(_, hit)| hit.from >= scale.to)
            && label.scale.is_some()
            && label.excepted.len() == metrics.len()
        {
            // "US$ million, revenue": named behind the unit without being set apart, it may be either.
            label.excepted.retain(|m| matches!(lexicon.metric(*m).unit, MetricUnit::Count(_)));
        }
    }
    label.guidance &= !label.expected;
    for t in all {
        let token = scan.tokens[t];
        let word = scan.word(&text, t);
        if token.kind != TokenKind::Word || covered[t] {
            continue;
        }
        if read_joined_unit(&text, token.start..token.end, lang, &mut label) {
            continue;
        }
        if word.trim_end_matches('s') == "000" {
            label.scale = label.scale.or(Some((3, label.currency.is_some())));
            continue;
        }
        let letters = word.chars().count();
        let small = letters <= 3 && word.chars().all(char::is_lowercase) || letters == 1 && word.is_ascii();
        if !small && !bracketed[t] {
            label.rest.push(word.to_owned());
        }
    }
    for t in 0..scan.tokens.len() {
        let thousands = scan.word(&text, t) == "000" && !covered[t];
        if thousands {
            label.scale = label.scale.or(Some((3, label.currency.is_some())));
        } else if !covered[t] && !bracketed[t] && scan.number(t).is_some_and(|n| n.digits > 1) {
            // A number that is no time: part of a name.
            label.rest.push(scan.word(&text, t).to_owned());
        }
    }
    label.whens = whens;
    // "Income (loss) from operations": the name goes on behind the brackets.
    if let Some(plain) = without_brackets(written) {
        let name = read(&plain, lang, lexicon, cast, habit);
        if name.metric.is_some() {
            (label.metric, label.phrase) = (name.metric, name.phrase);
            (label.misleading, label.rest) = (name.misleading, name.rest);
        }
    }
    label
}

/// Whether a header is nothing but a word for the kind of things below it.
fn is_kind(written: &str, kinds: &[String]) -> bool {
    let plain = written.split(['(', '（', '[', ',', '/']).next().unwrap_or_default().trim().to_lowercase();
    !plain.is_empty() && kinds.contains(&plain)
}

/// "2022/2021", "2022/21": two years.
fn year_pair(text: &str) -> Option<(i16, i16)> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '/')).find_map(|word| {
        let (one, other) = word.split_once('/')?;
        let one = full_year(one)?;
        let other = match other.len() {
            2 => other.parse::<i16>().ok()? + one / 100 * 100,
            _ => full_year(other)?,
        };
        (one != other).then_some((one, other))
    })
}

/// Marks the words of phrases as accounted for; tells whether there are any.
fn cover(scan: &Scan, text: &str, phrases: &[String], covered: &mut [bool]) -> bool {
    let mut found = false;
    for from in 0..scan.tokens.len() {
        for phrase in phrases {
            let start = scan.tokens[from].start;
            let mut rest = text[start..].chars().flat_map(char::to_lowercase);
            if !phrase.chars().all(|c| rest.next() == Some(c)) {
                continue;
            }
            // Small and great letters may differ in bytes, but hardly ever in number.
            let end = text[start..]
                .char_indices()
                .nth(phrase.chars().count())
                .map_or(text.len(), |(i, _)| start + i);
            let to = scan.tokens.partition_point(|t| t.end <= end);
            // A single sign may be the end of another word: 設計.
            let whole = phrase.chars().nth(1).is_some() || (from == 0 && to == scan.tokens.len());
            if whole && to > from && scan.tokens[to - 1].end == end {
                covered[from..to].fill(true);
                found = true;
            }
        }
    }
    found
}

/// Whether what is counted stands where a unit does: behind a scale word, a colon or a comma or in brackets of its own,
/// and with nothing behind it.
fn is_unit_place(scan: &Scan, text: &str, hit: &Hit, bracketed: &[bool]) -> bool {
    let word = |t: usize| if t < scan.tokens.len() { scan.word(text, t) } else { "" };
    let before = hit.from.checked_sub(1);
    let scale =
        scan.hits.iter().any(|h| matches!(h.term, Term::Scale(_) | Term::ScaleSuffix(_)) && h.to == hit.from);
    let of = before.is_some_and(|b| {
        scan.hits_at(b).iter().any(|h| matches!(h.term, Term::Partitive | Term::Cue(Cue::Of)))
            && scan.hits.iter().any(|h| matches!(h.term, Term::Scale(_)) && h.to == b)
    });
    let set_off = before.is_some_and(|b| {
        matches!(word(b), ":" | "：")
            || matches!(word(b), "(" | "（" | "[")
            || matches!(word(b), "," | "，" | "、" | ";")
    });
    let inside = bracketed[hit.from];
    let ends = match word(hit.to) {
        "" | ")" | "）" | "]" | "," | "，" | "、" | ";" => true,
        "." => hit.to + 1 == scan.tokens.len() || inside,
        _ => false,
    };
    ends && (scale || of || set_off)
}

/// Takes a scale word for the unit of the table, unless it belongs to a number of its own. Tells whether it is one.
fn read_scale(scan: &Scan, hit: &Hit, scale: u8, bracketed: &[bool], label: &mut Label) -> bool {
    let is_currency = |t: usize| scan.hits_at(t).iter().any(|h| matches!(h.term, Term::Currency(..)));
    let ends_currency = scan.hits.iter().any(|h| matches!(h.term, Term::Currency(..)) && h.to == hit.from);
    let of = scan.hits_at(hit.to).iter().find(|h| h.term == Term::Partitive).map_or(hit.to, |h| h.to);
    let tied = ends_currency || is_currency(of) || is_currency(hit.to);
    let counted = (hit.from.saturating_sub(1)..hit.from).any(|t| scan.number(t).is_some());
    let plain = matches!(hit.term, Term::Scale(_));
    let alone = bracketed[hit.from] || scan.tokens.len() == hit.to - hit.from;
    if counted || !(plain || tied || alone) {
        return false;
    }
    if label.scale.is_none() {
        label.scale = Some((scale, tied));
    }
    true
}

/// "EURm", "MUSD": a code and a scale in one word.
fn read_joined_unit(text: &str, word: Range<usize>, lang: &Lang, label: &mut Label) -> bool {
    let mut found = None;
    lang.trie.walk(text, word.start, |middle, first| {
        if middle >= word.end {
            return;
        }
        lang.trie.walk(text, middle, |end, second| {
            if end != word.end {
                return;
            }
            match (first, second) {
                (Term::Currency(c, shared), Term::ScaleSuffix(s) | Term::Scale(s))
                | (Term::ScaleSuffix(s) | Term::Scale(s), Term::Currency(c, shared)) => {
                    found = Some(((c, shared), s));
                }
                _ => {}
            }
        });
    });
    let Some((currency, scale)) = found else { return false };
    label.currency = label.currency.or(Some(currency));
    label.scale = label.scale.or(Some((scale, true)));
    true
}

/// A header without the brackets inside it, where it has some and goes on behind them.
fn without_brackets(text: &str) -> Option<String> {
    let mut depth = 0u32;
    let plain: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' | '（' => depth += 1,
                ')' | '）' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    let behind = text.rsplit([')', '）']).next().unwrap_or_default();
    let inside = plain.len() < text.len() && behind.contains(char::is_alphabetic);
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (inside && !plain.is_empty()).then_some(plain)
}

/// Whether a mention of time is a year and nothing else.
pub(super) fn is_bare_year(when: &When) -> bool {
    let year = matches!(when.what, What::Part { part: Part::Year, year: YearRef::Given(_), fiscal: false });
    year && when.at.len() == 1
}

/// For every token, whether it stands in brackets.
fn brackets(scan: &Scan, text: &str) -> Vec<bool> {
    let mut depth = 0u32;
    (0..scan.tokens.len())
        .map(|t| {
            match scan.word(text, t) {
                "(" | "[" | "（" => depth += 1,
                ")" | "]" | "）" => {
                    depth = depth.saturating_sub(1);
                    return true;
                }
                _ => {}
            }
            depth > 0
        })
        .collect()
}

/// Writes out what tables shorten in any language: `Q3'23`, `2024E`, `9M23`. The last becomes a mention of
/// time of its own; an `E` or `F` behind a year says that it is an estimate or a forecast.
fn plain_periods(text: &str) -> (String, Vec<When>, bool) {
    let mut out = String::with_capacity(text.len());
    let mut whens = Vec::new();
    let mut estimate = false;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !out.is_empty() {
            out.push(' ');
        }
        let core = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if let Some((part, year)) = months_to_date(core) {
            let year = year.or_else(|| {
                let next = words.peek().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))?;
                let year = full_year(next)?;
                words.next();
                Some(year)
            });
            let year = year.map_or(YearRef::Unsaid, YearRef::Given);
            whens.push(When {
                at: 0..0,
                what: What::Part { part, year, fiscal: false },
                since: false,
                end_of: false,
            });
            continue;
        }
        let marked = core.strip_suffix(['E', 'e', 'F', 'A']).filter(|stem| {
            let tail = stem.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '\'');
            full_year(stem).is_some()
                || (tail.len() < stem.len() && digits(tail) && matches!(tail.len(), 2 | 4))
        });
        if let Some(stem) = marked {
            estimate |= !core.ends_with('A');
            out.push_str(&word.replacen(core, stem, 1));
            continue;
        }
        match core.split_once(['\'', '’']) {
            Some((head, short)) if short.len() == 2 && digits(short) => {
                let plain = if head.is_empty() { format!("20{short}") } else { format!("{head} 20{short}") };
                out.push_str(&word.replacen(core, &plain, 1));
            }
            _ => out.push_str(word),
        }
    }
    (out, whens, estimate)
}

fn full_year(word: &str) -> Option<i16> {
    let year = word.parse::<i16>().ok().filter(|_| word.len() == 4)?;
    (1900..=2100).contains(&year).then_some(year)
}

/// `9M`, `9M23`, `6M2023`, `12M`.
fn months_to_date(word: &str) -> Option<(Part, Option<i16>)> {
    let (months, rest) = word.split_once('M')?;
    let part = match months {
        "6" => Part::SixMonths,
        "9" => Part::NineMonths,
        "12" => Part::Year,
        _ => return None,
    };
    let rest = rest.trim_start_matches(['\'', '’']);
    let year = match rest.len() {
        0 => None,
        2 => Some(2000 + rest.parse::<i16>().ok().filter(|n| *n >= 0)?),
        _ => Some(full_year(rest)?),
    };
    Some((part, year))
}

/// The metric that a word and a metric's phrase name together: "total" and "revenue", "basic" and "earnings per share".
pub(super) fn longer_name(lang: &Lang, words: &str, of: &Label) -> Option<u16> {
    let (phrase, per_share) = (&of.phrase, of.per_share);
    if phrase.is_empty() {
        return None;
    }
    [format!("{words} {phrase}"), format!("{phrase} {words}"), format!("{words} EPS")]
        .iter()
        .take(if per_share { 3 } else { 2 })
        .find_map(|text| {
            let mut found = None;
            lang.trie.walk(text, 0, |end, term| {
                if let Term::Metric(metric, _) = term
                    && end == text.len()
                {
                    found = Some(metric);
                }
            });
            found
        })
}
