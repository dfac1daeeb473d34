//! Names that may be one: told as doubts that only a person can settle, never joined.
//!
//! Names are compared as people misspell and transcribe them: folded, without legal form, in Latin letters. Sorted in
//! three ways, each is compared with its next neighbours only (sorted neighbourhoods: Hernández & Stolfo, *The
//! merge/purge problem for large databases*, 1995), so the work is that of sorting. Nearness is strsim's Jaro-Winkler
//! and normalised Damerau-Levenshtein, over floors; and because near names are common and mean little, there must be
//! figures that would meet if the two were one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use consilience_claim::{Aspect, ClaimId, Modality, Period};

use crate::agreement::RowWork;
use crate::catalogue::Catalogue;
use crate::corpus::Corpus;
use crate::decisions::Rulings;
use crate::graph::ItemKey;
use crate::lineage::significant_digits;
use crate::{Note, NoteTopic, metrics, readable};

/// How near two names in one script must be: Jaro-Winkler, and edits over length.
const FLOOR: (f64, f64) = (0.92, 0.8);
/// The same across scripts, where sounds are transcribed in many ways; figures must agree besides.
const TRANSCRIBED: (f64, f64) = (0.85, 0.7);
/// A word of fewer letters must be the same in both: North is not South, nor Iran Iraq.
const SHORT: usize = 5;
/// How many neighbours in each order are compared.
const WINDOW: usize = 4;
/// Doubts that are told of entities, and of metrics.
const TOLD: usize = 64;

/// Doubts about entities and about metrics, but for names that a person holds to be two.
pub(crate) fn notes(
    corpus: &Corpus<'_>,
    catalogue: &Catalogue,
    rows: &[RowWork<'_>],
    rulings: &Rulings<'_>,
) -> Vec<Note> {
    let mut notes = Vec::new();
    for sort in [Sort::Entities, Sort::Metrics] {
        let mut names = Named::all(sort, catalogue, rows);
        let doubts = names.doubts(rows, rulings);
        notes.extend(doubts.into_iter().take(TOLD).map(|doubt| doubt.note(corpus, &names, rows)));
    }
    notes
}

/// What the names are names of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Entities,
    Metrics,
}

impl Sort {
    fn of(self, item: &ItemKey) -> &str {
        match self {
            Sort::Entities => &item.entity,
            Sort::Metrics => &item.metric,
        }
    }

    fn are_two(self, rulings: &Rulings<'_>, a: &str, b: &str) -> bool {
        match self {
            Sort::Entities => rulings.are_two(|d| d.entities.as_ref(), a, b),
            Sort::Metrics => rulings.are_two(|d| d.metrics.as_ref(), a, b),
        }
    }

    fn topic(self) -> NoteTopic {
        match self {
            Sort::Entities => NoteTopic::EntitiesMayBeOne,
            Sort::Metrics => NoteTopic::MetricsMayBeOne,
        }
    }
}

/// What must be the same of two rows for their figures to meet if their names were one.
type Rest<'r> = (&'r str, &'r Period, Aspect, Modality, &'r [String], &'r str);

/// A name, and its rows once they are asked for.
struct Name<'r> {
    name: &'r str,
    /// As most write it.
    shown: String,
    form: Form,
    known: bool,
    rows: BTreeMap<Rest<'r>, usize>,
}

struct Named<'r> {
    sort: Sort,
    names: Vec<Name<'r>>,
}

/// A doubt between two names.
struct Doubt {
    a: usize,
    b: usize,
    why: String,
    /// Rows of both that would meet.
    meetings: Vec<(usize, usize)>,
}

impl<'r> Named<'r> {
    fn all(sort: Sort, catalogue: &Catalogue, rows: &'r [RowWork<'_>]) -> Named<'r> {
        let mut names: BTreeMap<&str, Name<'r>> = BTreeMap::new();
        for row in rows.iter().filter(|r| !r.item.is_undated()) {
            let name = sort.of(row.item);
            names.entry(name).or_insert_with(|| Name {
                name,
                shown: if sort == Sort::Entities { row.key.entity.clone() } else { row.key.metric.clone() },
                form: Form::of(name),
                known: match sort {
                    Sort::Entities => catalogue.has_name(name),
                    Sort::Metrics => metrics::known(name),
                },
                rows: BTreeMap::new(),
            });
        }
        Named { sort, names: names.into_values().collect() }
    }

    /// Finds the rows of some of the names.
    fn take_in(&mut self, wanted: &BTreeSet<usize>, rows: &'r [RowWork<'_>]) {
        let places: BTreeMap<&str, usize> = wanted.iter().map(|&n| (self.names[n].name, n)).collect();
        if places.is_empty() {
            return;
        }
        for (i, row) in rows.iter().enumerate().filter(|(_, r)| !r.item.is_undated()) {
            let item = row.item;
            let Some(&place) = places.get(self.sort.of(item)) else { continue };
            let other = if self.sort == Sort::Entities { &item.metric } else { &item.entity };
            let rest: Rest<'r> =
                (other, &item.period, item.aspect, item.modality, &item.qualifiers, &item.dimension);
            self.names[place].rows.entry(rest).or_insert(i);
        }
    }

    /// Pairs of names worth a closer look, each once.
    fn candidates(&self) -> BTreeSet<(usize, usize)> {
        let mut pairs = BTreeSet::new();
        let orders: [fn(&Form) -> String; 3] = [
            |form| form.joined.clone(),
            |form| form.joined.chars().rev().collect(),
            |form| {
                let mut words = form.words.clone();
                words.sort_unstable();
                words.join(" ")
            },
        ];
        for order in orders {
            let mut sorted: Vec<(String, usize)> =
                self.names.iter().enumerate().map(|(i, name)| (order(&name.form), i)).collect();
            sorted.sort_unstable();
            for (at, (_, a)) in sorted.iter().enumerate() {
                for (_, b) in sorted.iter().skip(at + 1).take(WINDOW) {
                    pairs.insert((*a.min(b), *a.max(b)));
                }
            }
        }
        pairs
    }

    fn doubts(&mut self, rows: &'r [RowWork<'_>], rulings: &Rulings<'_>) -> Vec<Doubt> {
        let mut near: Vec<(usize, usize, Nearness)> = Vec::new();
        for (a, b) in self.candidates() {
            let (x, y) = (&self.names[a], &self.names[b]);
            // The catalogue holds two that it knows to be two.
            if !(x.known && y.known)
                && let Some(nearness) = nearness(&x.form, &y.form)
                && !self.sort.are_two(rulings, &x.shown, &y.shown)
            {
                near.push((a, b, nearness));
            }
        }
        self.take_in(&near.iter().flat_map(|(a, b, _)| [*a, *b]).collect(), rows);
        let mut found: Vec<Doubt> = Vec::new();
        for (a, b, nearness) in near {
            let (x, y) = (&self.names[a], &self.names[b]);
            let meetings = meetings(x, y);
            let agreeing = meetings.iter().filter(|(i, j)| agree(&rows[*i], &rows[*j])).count();
            let enough = match nearness {
                Nearness::Spelling(_) if self.sort == Sort::Entities => !meetings.is_empty(),
                Nearness::Spelling(_) | Nearness::Sound(_) => agreeing >= 1,
                Nearness::Beginning => agreeing >= 2 && agreeing == meetings.len(),
            };
            if enough {
                let figures = if meetings.len() == 1 {
                    "1 figure".to_owned()
                } else {
                    format!("{} figures", meetings.len())
                };
                let why =
                    format!("{}; {figures} of both would meet, {agreeing} of them the same", nearness.told());
                found.push(Doubt { a, b, why, meetings });
            }
        }
        found
    }
}

/// Rows that differ in nothing but the two names.
fn meetings(x: &Name<'_>, y: &Name<'_>) -> Vec<(usize, usize)> {
    let (fewer, more, turned) = if x.rows.len() <= y.rows.len() { (x, y, false) } else { (y, x, true) };
    let both = fewer.rows.iter().filter_map(|(rest, &i)| Some((i, *more.rows.get(rest)?)));
    both.map(|(i, j)| if turned { (j, i) } else { (i, j) }).collect()
}

/// Whether two rows have one telling figure: short ones meet by chance.
fn agree(x: &RowWork<'_>, y: &RowWork<'_>) -> bool {
    let (a, b) = (&x.groups[0], &y.groups[0]);
    significant_digits(a.value).min(significant_digits(b.value)) >= 3
        && x.key.unit == y.key.unit
        && a.interval.meets(&b.interval)
}

impl Doubt {
    fn note(&self, corpus: &Corpus<'_>, names: &Named<'_>, rows: &[RowWork<'_>]) -> Note {
        let (x, y) = (&names.names[self.a].shown, &names.names[self.b].shown);
        let of: BTreeSet<usize> = self.meetings.iter().flat_map(|&(i, j)| [i, j]).collect();
        let docs: BTreeSet<usize> = of.iter().flat_map(|&r| rows[r].readings.iter().map(|r| r.doc)).collect();
        let claims: Vec<ClaimId> =
            corpus.claim_ids(of.iter().filter_map(|&r| rows[r].readings.first().map(|r| r.claim)));
        let (thing, option) = match names.sort {
            Sort::Entities => ("entity", ""),
            Sort::Metrics => ("metric", " --metrics"),
        };
        let plain = readable::harmless_in_a_shell;
        let command = if plain(x) && plain(y) {
            format!("decide with consilience decide merge '{x}' '{y}'{option}, or split in place of merge")
        } else {
            "decide with consilience decide merge or split".to_owned()
        };
        Note {
            topic: names.sort.topic(),
            docs: corpus.doc_names(docs),
            claims,
            explain: format!("«{x}» and «{y}» may be one {thing}: {}. They are kept apart.", self.why),
            help: command,
        }
    }
}

/// In what way two names are near.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Nearness {
    /// One looks like a slip of the other; how near, 0 to 1.
    Spelling(f64),
    /// One sounds like the other in another script.
    Sound(f64),
    /// One is the beginning of the other, in whole words.
    Beginning,
}

impl Nearness {
    fn told(self) -> String {
        match self {
            Nearness::Spelling(score) => format!("the names are near ({score:.2})"),
            Nearness::Sound(score) => format!("the names sound alike in Latin letters ({score:.2})"),
            Nearness::Beginning => "one name begins with the other".to_owned(),
        }
    }
}

/// A name in the form in which spellings are compared.
#[derive(Debug, Clone, PartialEq)]
struct Form {
    /// In Latin letters without marks.
    words: Vec<String>,
    joined: String,
    /// Whether letters other than Latin ones were transcribed.
    transcribed: bool,
}

impl Form {
    fn of(name: &str) -> Form {
        let (latin, transcribed) = latin(name);
        let words: Vec<String> = latin
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect();
        Form { joined: words.concat(), words, transcribed }
    }

    fn letters(&self) -> usize {
        self.joined.chars().count()
    }
}

fn nearness(a: &Form, b: &Form) -> Option<Nearness> {
    if digits(&a.joined) != digits(&b.joined) || a.letters().min(b.letters()) < SHORT - 1 {
        return None;
    }
    let winkler = strsim::jaro_winkler(&a.joined, &b.joined);
    let damerau = strsim::normalized_damerau_levenshtein(&a.joined, &b.joined);
    let over = |floor: (f64, f64)| winkler >= floor.0 && damerau >= floor.1;
    if a.transcribed != b.transcribed {
        return over(TRANSCRIBED).then_some(Nearness::Sound(winkler));
    }
    if over(FLOOR) && (a.words.len() != b.words.len() && damerau > 0.9 || words_are_near(&a.words, &b.words))
    {
        return Some(Nearness::Spelling(winkler));
    }
    let (short, long) = if a.words.len() < b.words.len() { (a, b) } else { (b, a) };
    let begins = short.words.len() < long.words.len() && long.words.starts_with(&short.words);
    (begins && short.letters() >= SHORT).then_some(Nearness::Beginning)
}

/// Whether every word is the same in both or a slip of its counterpart, in any order.
fn words_are_near(a: &[String], b: &[String]) -> bool {
    let mut left: Vec<&String> = b.iter().filter(|w| !a.contains(w)).collect();
    let odd: Vec<&String> = a.iter().filter(|w| !b.contains(w)).collect();
    a.len() == b.len()
        && odd.len() == left.len()
        && odd.into_iter().all(|word| {
            let like = |other: &&String| {
                word.chars().count().min(other.chars().count()) >= SHORT
                    && strsim::normalized_damerau_levenshtein(word, other) >= FLOOR.1
            };
            left.iter().position(like).map(|at| left.remove(at)).is_some()
        })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A folded name in Latin letters, and whether letters of another script were among them.
fn latin(name: &str) -> (String, bool) {
    let mut out = String::new();
    let mut transcribed = false;
    for letter in name.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else if let Some(latin) = table().get(&letter) {
            transcribed |= !is_latin(letter);
            match latin.strip_prefix('~') {
                // A small letter that changes the vowel before it: フ and ァ are fa.
                Some(vowel) => {
                    if out.ends_with(['a', 'e', 'i', 'o', 'u']) {
                        out.pop();
                    }
                    out.push_str(vowel);
                }
                None => out.push_str(latin),
            }
        } else if let Some(syllable) = hangul(letter) {
            transcribed = true;
            out.push_str(&syllable);
        } else {
            out.push(letter);
        }
    }
    (out, transcribed)
}

fn is_latin(letter: char) -> bool {
    matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Letters of other alphabets in Latin ones, from `data/romanization.csv`.
fn table() -> &'static BTreeMap<char, &'static str> {
    static TABLE: OnceLock<BTreeMap<char, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("../../../data/romanization.csv").lines().skip(1);
        lines
            .filter_map(|line| line.split_once(','))
            .filter_map(|(l, t)| Some((l.chars().next()?, t)))
            .collect()
    })
}

/// A syllable of Hangul, which is composed of its letters by rule (Unicode, 3.12), in the Revised Romanization.
fn hangul(letter: char) -> Option<String> {
    const FIRST: [&str; 19] =
        ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
    const VOWELS: [&str; 21] = [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
        "yu", "eu", "ui", "i",
    ];
    const LAST: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t",
        "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    let index = usize::try_from(u32::from(letter).checked_sub(0xAC00)?).ok().filter(|i| *i < 11_172)?;
    Some(format!("{}{}{}", FIRST[index / 588], VOWELS[index % 588 / 28], LAST[index % 28]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fold_name;
    use crate::tests::notation::audit;

    #[test]
    fn names_that_may_be_one_are_near() {
        for (a, b, expected) in [
            ("Toyota Motor", "Toyotta Motor", "spelling"),
            ("Wolkenwerk AG", "Wolkenwrek", "spelling"),
            ("Nestlé", "Nestle", "spelling"),
            ("Bergmann Stahl", "Stahl Bergman", ""),
            ("Silverpine", "Silver Pine", "spelling"),
            ("Газпром", "Gazprom", "sound"),
            ("Микрософт", "Microsoft", "sound"),
            ("ソニック", "Sonikku", "sound"),
            ("ファルコン", "Farukon", "sound"),
            ("한화", "Hanhwa", "sound"),
            ("Ελλάς", "Ellas", "sound"),
            ("Northwind Power", "Northwind", "beginning"),
            // Near to the eye and not the same.
            ("Bank of Korea", "Bank of Japan", ""),
            ("East Harbour", "West Harbour", ""),
            ("Northern Rail", "Southern Rail", ""),
            ("Iran", "Iraq", ""),
            ("Slovakia", "Slovenia", ""),
            ("Austria", "Australia", ""),
            ("General Motors", "General Mills", ""),
            ("Fund 2020", "Fund 2021", ""),
            ("Kite A", "Kite B", ""),
            ("Mexico", "New Mexico", ""),
            ("increase", "decrease", ""),
        ] {
            let found = nearness(&Form::of(&fold_name(a)), &Form::of(&fold_name(b)));
            let told = match found {
                Some(Nearness::Spelling(_)) => "spelling",
                Some(Nearness::Sound(_)) => "sound",
                Some(Nearness::Beginning) => "beginning",
                None => "",
            };
            assert_eq!(told, expected, "{a} | {b}: {found:?}");
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let audit = audit(text);
        let told: Vec<&str> = audit.notes.iter().map(|n| n.explain.as_str()).collect();
        assert_eq!(told.len(), expected.len(), "{text}\n{told:?}");
        for (note, words) in told.iter().zip(expected) {
            assert!(note.contains(words), "{text}\n{note}");
        }
    }

    #[test]
    fn a_doubt_is_told_where_figures_would_meet_and_joins_nothing() {
        let near = "Wolkenwerk revenue 2023 = 5.12bn USD @a\nWolkenwrek revenue 2023 = 5.12bn USD @b";
        check(
            near,
            &[
                "«Wolkenwerk» and «Wolkenwrek» may be one entity: the names are near (0.98); 1 figure of both would meet, 1 of them the same. They are kept apart.",
            ],
        );
        let found = audit(near);
        assert_eq!(found.consensus.len(), 2);
        assert!(
            found.notes[0].help.contains("decide merge 'Wolkenwerk' 'Wolkenwrek'"),
            "{}",
            found.notes[0].help
        );
        // Nothing would meet; figures of a name that sounds alike differ; too few of one that begins alike.
        check("Wolkenwerk revenue 2023 = 5.12bn USD @a\nWolkenwrek revenue 2022 = 5.12bn USD @b", &[]);
        check("Газпром revenue 2023 = 5.12bn USD @a\nGazprom revenue 2023 = 5.12bn USD @b", &["sound alike"]);
        check("Газпром revenue 2023 = 5.12bn USD @a\nGazprom revenue 2023 = 7.34bn USD @b", &[]);
        check("Northwind revenue 2023 = 5.12bn USD @a\nNorthwind Power revenue 2023 = 5.12bn USD @b", &[]);
        let more = "Northwind headcount 2023-12-31 = 12345 people @a\nNorthwind Power headcount 2023-12-31 = 12345 people @b\n";
        check(
            &format!(
                "{more}Northwind revenue 2023 = 5.12bn USD @a\nNorthwind Power revenue 2023 = 5.12bn USD @b"
            ),
            &["one name begins with the other; 2 figures"],
        );
        // Metrics: only where one is outside the catalogue and a telling figure is the same.
        check(
            "A parcels_shipped 2023 = 12345 units @a\nA parcel_shipped 2023 = 12345 units @b",
            &["«parcel_shipped» and «parcels_shipped» may be one metric"],
        );
        check("A parcels_shipped 2023 = 12345 units @a\nA parcel_shipped 2023 = 22345 units @b", &[]);
        check("A employment_rate 2023 = 71.5 percent @a\nA unemployment_rate 2023 = 71.5 percent @b", &[]);
    }
}
