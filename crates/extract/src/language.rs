//! Which language a passage is in.
//!
//! First the script, then what tells the languages of one script apart: function words and distinctive letters.
//! Both come from the language folders; a word counts the more, the fewer languages know it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::read::{first_bytes, is_word_char, push_lower};

/// What tells a language.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Profile {
    /// Code of the language, as the passages get it.
    pub(crate) code: String,
    /// How it is written.
    pub(crate) script: Script,
    /// Its most frequent small words, in lower case.
    #[serde(default, alias = "function_words")]
    pub(crate) words: Vec<String>,
    /// Letters that other languages of the script lack.
    #[serde(default)]
    pub(crate) letters: String,
}

/// A writing system, as far as it narrows down the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Script {
    #[serde(alias = "Latn")]
    Latin,
    #[serde(alias = "Cyrl")]
    Cyrillic,
    #[serde(alias = "Grek")]
    Greek,
    #[serde(alias = "Arab")]
    Arabic,
    #[serde(alias = "Hebr")]
    Hebrew,
    #[serde(alias = "Deva")]
    Devanagari,
    #[serde(alias = "Beng")]
    Bengali,
    #[serde(alias = "Taml")]
    Tamil,
    Thai,
    #[serde(alias = "Kore", alias = "Hang")]
    Hangul,
    /// Han together with kana: Japanese.
    #[serde(alias = "Jpan", alias = "japanese")]
    Kana,
    #[serde(alias = "Hani", alias = "Hans", alias = "Hant")]
    Han,
}

const SCRIPTS: usize = Script::Han as usize + 1;
/// Bytes looked at to tell the script, and words to tell the language; more would not tell more.
const SAMPLE_BYTES: usize = 2000;
const SAMPLE_WORDS: usize = 300;
/// Bytes looked at of one word; where no blanks part the words it is a whole clause.
const SAMPLE_WORD: usize = 120;
/// After so many words a small lead is enough.
const WORDS_FOR_ANY_LEAD: usize = 64;
/// Weight of a word that only one language knows; shared words share it.
const WORD: u32 = 120;
/// A lead that further words would not turn.
const DECISIVE: u32 = 5 * WORD;

/// Tells the languages of its profiles.
#[derive(Debug)]
pub(crate) struct Detector {
    profiles: Vec<Profile>,
    /// So many of them, the first, are of languages that can be read; the others are told from them.
    readable: usize,
    /// Profiles that know a word, and what the word weighs.
    words: HashMap<u64, Vec<(usize, u32)>, BuildHasherDefault<Identity>>,
    letters: HashMap<char, Vec<(usize, u32)>, BuildHasherDefault<Identity>>,
}

impl Detector {
    /// A detector of these languages; of two with equal evidence the earlier one wins.
    /// `others` are told, and cannot be read.
    pub(crate) fn new(mut profiles: Vec<Profile>, others: Vec<Profile>) -> Detector {
        let readable = profiles.len();
        profiles.extend(others);
        let mut words: HashMap<u64, Vec<(usize, u32)>, _> = HashMap::default();
        let mut letters: HashMap<char, Vec<(usize, u32)>, _> = HashMap::default();
        let add = |known: &mut Vec<(usize, u32)>, profile: usize| {
            if known.last().is_none_or(|(last, _)| *last != profile) {
                known.push((profile, 0));
                let weight = WORD / u32::try_from(known.len()).unwrap_or(WORD);
                known.iter_mut().for_each(|k| k.1 = weight);
            }
        };
        for (i, profile) in profiles.iter().enumerate() {
            for word in &profile.words {
                // "l'" and "qu’" stand before an apostrophe, which is no part of the word in a text.
                let word = word.trim_end_matches(['\'', '’']);
                add(words.entry(xxh3_64(word.as_bytes())).or_default(), i);
            }
            for letter in profile.letters.chars().filter(|c| c.is_alphabetic()) {
                add(letters.entry(letter).or_default(), i);
            }
        }
        Detector { profiles, readable, words, letters }
    }

    /// The language of a passage. `prior` is the running language of the document: a short passage that does not
    /// say otherwise is in it. `None` where none of the profiles fits.
    pub(crate) fn detect(&self, text: &str, prior: Option<&str>) -> Option<&str> {
        let prior = prior.and_then(|code| self.profiles.iter().position(|p| p.code == code));
        let code = |i: usize| self.profiles[i].code.as_str();
        let Some(script) = script(text) else { return prior.map(code) };
        let mut of_script = (0..self.profiles.len()).filter(|i| self.profiles[*i].script == script);
        let first = of_script.next()?;
        let alone = of_script.next().is_none();
        if alone && script != Script::Latin {
            return Some(code(first));
        }
        let Evidence { scores, hits, words } = self.evidence(text, script, prior);
        let score = |i: usize| scores[i] + if Some(i) == prior { WORD } else { 0 };
        let best = (0..scores.len())
            .filter(|i| self.profiles[*i].script == script)
            // Equal evidence does not turn the running language.
            .reduce(|best, i| {
                if (score(i), Some(i) == prior) > (score(best), Some(best) == prior) { i } else { best }
            })?;
        if script != Script::Latin {
            return Some(code(best));
        }
        // A long passage with hardly a word of the best language is in one that is not known here.
        if words >= 20 && hits[best] * 20 < words {
            return None;
        }
        match scores[best] {
            0 => prior.map(code),
            // One word shared by several languages tells nothing without a prior.
            few if few < WORD && prior.is_none() => None,
            _ => Some(code(best)),
        }
    }

    /// The codes of the languages that can be read.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.profiles[..self.readable].iter().map(|p| p.code.as_str())
    }

    /// The code of the profile that a tag such as `en-GB` or `pt_BR` names.
    pub(crate) fn known(&self, tag: &str) -> Option<&str> {
        let tag = tag.trim().replace('_', "-");
        let base = tag.split('-').next().unwrap_or_default();
        let traditional =
            ["zh-tw", "zh-hk", "zh-mo", "zh-hant"].iter().any(|t| tag.to_ascii_lowercase().starts_with(t));
        let names = [tag.as_str(), if traditional { "zh-Hant" } else { base }];
        names
            .iter()
            .find_map(|name| self.profiles.iter().find(|p| p.code.eq_ignore_ascii_case(name)))
            .map(|p| p.code.as_str())
    }

    fn evidence(&self, text: &str, script: Script, prior: Option<usize>) -> Evidence {
        let mut found =
            Evidence { scores: vec![0; self.profiles.len()], hits: vec![0; self.profiles.len()], words: 0 };
        let spaced = !matches!(script, Script::Han | Script::Kana | Script::Thai);
        // Capitals among small letters are an abbreviation, whatever small word they spell: "dolar AS".
        let abbreviates = first_bytes(text, SAMPLE_BYTES).bytes().any(|b| b.is_ascii_lowercase());
        let mut lower = [0u8; 32];
        let mut wide = String::new();
        for word in words(text).take(SAMPLE_WORDS) {
            found.words += 1;
            let hash = if word.is_ascii() {
                let Some(slot) = lower.get_mut(..word.len()) else { continue };
                if abbreviates && word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase()) {
                    continue;
                }
                slot.copy_from_slice(word.as_bytes());
                slot.make_ascii_lowercase();
                xxh3_64(slot)
            } else {
                wide.clear();
                push_lower(first_bytes(word, SAMPLE_WORD), &mut wide);
                for letter in wide.chars().filter(|c| !c.is_ascii()) {
                    for (profile, weight) in self.letters.get(&letter).into_iter().flatten() {
                        // A letter counts less than a word: names carry foreign letters.
                        found.scores[*profile] += weight / 3;
                    }
                }
                xxh3_64(wide.as_bytes())
            };
            for (profile, weight) in self.words.get(&hash).filter(|_| spaced).into_iter().flatten() {
                found.scores[*profile] += weight;
                found.hits[*profile] += 1;
            }
            if found.words.is_multiple_of(16) && found.decided(prior) {
                break;
            }
        }
        found
    }
}

struct Evidence {
    scores: Vec<u32>,
    hits: Vec<usize>,
    words: usize,
}

impl Evidence {
    fn decided(&self, prior: Option<usize>) -> bool {
        let mut best = (0, usize::MAX);
        let mut second = 0;
        for (i, score) in self.scores.iter().enumerate() {
            let score = score + if Some(i) == prior { WORD } else { 0 };
            if score > best.0 {
                second = best.0;
                best = (score, i);
            } else {
                second = second.max(score);
            }
        }
        let enough = if self.words < WORDS_FOR_ANY_LEAD { DECISIVE } else { WORD };
        best.0 - second >= enough && self.hits.get(best.1).is_some_and(|hits| hits * 10 >= self.words)
    }
}

/// The words of a passage, figures left out.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word_char(c)).filter(|w| w.bytes().next().is_some_and(|b| !b.is_ascii_digit()))
}

/// The script most letters of a passage belong to; `None` without letters.
fn script(text: &str) -> Option<Script> {
    let mut sample = first_bytes(text, SAMPLE_BYTES);
    if sample.len() < text.len() && !sample.contains(char::is_alphabetic) {
        sample = first_bytes(&text[text.find(char::is_alphabetic)?..], SAMPLE_BYTES);
    }
    if sample.is_ascii() {
        return sample.bytes().any(|b| b.is_ascii_alphabetic()).then_some(Script::Latin);
    }
    let mut counts = [0usize; SCRIPTS];
    for c in sample.chars() {
        if let Some(script) = script_of(c) {
            counts[script as usize] += 1;
        }
    }
    let (kana, han) = (counts[Script::Kana as usize], counts[Script::Han as usize]);
    // A Chinese character says as much as a few letters, and Japanese mixes in many of them.
    let (kana, han) = if kana * 20 >= han && kana > 0 { ((kana + han) * 3, 0) } else { (kana * 3, han * 3) };
    counts[Script::Kana as usize] = kana;
    counts[Script::Han as usize] = han;
    counts[Script::Hangul as usize] *= 3;
    let most = counts.iter().enumerate().reduce(|most, c| if c.1 > most.1 { c } else { most })?;
    (*most.1 > 0).then(|| ALL[most.0])
}

const ALL: [Script; SCRIPTS] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Greek,
    Script::Arabic,
    Script::Hebrew,
    Script::Devanagari,
    Script::Bengali,
    Script::Tamil,
    Script::Thai,
    Script::Hangul,
    Script::Kana,
    Script::Han,
];

fn script_of(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z' | 'A'..='Z' => Script::Latin,
        '\0'..='\u{bf}' => return None,
        '\u{c0}'..='\u{24f}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{ff21}'..='\u{ff3a}'
        | '\u{ff41}'..='\u{ff5a}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => {
            Script::Arabic
        }
        '\u{900}'..='\u{97f}' => Script::Devanagari,
        '\u{980}'..='\u{9ff}' => Script::Bengali,
        '\u{b80}'..='\u{bff}' => Script::Tamil,
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Script::Kana,
        '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' => Script::Han,
        _ => return None,
    })
}

/// Whether a character belongs to a script that writes no blanks between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}' && matches!(script_of(c), Some(Script::Han | Script::Kana | Script::Thai))
}

/// The keys are hashes already, or letters.
#[derive(Debug, Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write_u32(&mut self, letter: u32) {
        self.0 = u64::from(letter).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Profiles good enough to tell apart what the tests of reading are written in.
    pub(crate) fn some_languages() -> Detector {
        let profile = |code: &str, script, words: &str, letters: &str| Profile {
            code: code.into(),
            words: words.split(' ').filter(|w| !w.is_empty()).map(Into::into).collect(),
            script,
            letters: letters.into(),
        };
        Detector::new(
            vec![
                profile(
                    "en",
                    Script::Latin,
                    "the of and to in that is was for on with as by at from its it which year than said",
                    "",
                ),
                profile(
                    "fr",
                    Script::Latin,
                    "le la les des du et en est une un que qui dans pour sur au avec par plus l' d' sont ce",
                    "éèêàçœùâîô",
                ),
                profile(
                    "de",
                    Script::Latin,
                    "der die das und in von zu mit den im für auf ist ein eine des dem nicht sich bei auch",
                    "äöüß",
                ),
                profile(
                    "es",
                    Script::Latin,
                    "el la los las de y en que un una por con para del se su al más como fue",
                    "ñáíóú¿",
                ),
                profile(
                    "id",
                    Script::Latin,
                    "yang dan di dari pada untuk dengan ini itu adalah akan tahun telah sebesar dalam ke juga",
                    "",
                ),
                profile("ru", Script::Cyrillic, "и в на не что с по за из к от", "ыэъё"),
                profile("uk", Script::Cyrillic, "і в на не що з по за із до від", "іїєґ"),
                profile("ja", Script::Kana, "", ""),
                profile("zh", Script::Han, "", "这国为与们说时长发经营业个东车产亿万总额"),
                profile("zh-Hant", Script::Han, "", "這國為與們說時長發經營業個東車產億萬總額"),
                profile("ko", Script::Hangul, "", ""),
                profile("ar", Script::Arabic, "في من على", ""),
            ],
            Vec::new(),
        )
    }

    #[test]
    fn passages_are_told_by_script_words_and_letters() {
        let detector = some_languages();
        for (text, prior, expected) in [
            ("The company said that revenue was up by a fifth from the year before.", None, Some("en")),
            ("Le chiffre d’affaires du groupe est en hausse de 5 % sur un an.", None, Some("fr")),
            (
                "Der Umsatz ist im zweiten Quartal um 5 Prozent auf 3 Milliarden gestiegen.",
                Some("en"),
                Some("de"),
            ),
            ("Las ventas de la empresa crecieron un 5 % en el segundo trimestre.", None, Some("es")),
            (
                "Pendapatan perusahaan pada kuartal ini naik sebesar 5 persen dari tahun lalu.",
                Some("en"),
                Some("id"),
            ),
            ("Выручка компании выросла на 5 процентов", Some("en"), Some("ru")),
            ("Виручка компанії зросла на 5 відсотків", Some("ru"), Some("uk")),
            ("売上高は前年同期比5%増の3兆円だった", None, Some("ja")),
            ("公司营业收入同比增长5%", None, Some("zh")),
            ("公司營業收入同比增長5%", Some("en"), Some("zh-Hant")),
            ("매출은 전년 대비 5% 증가했다", None, Some("ko")),
            ("ارتفعت الإيرادات في الربع الثاني", None, Some("ar")),
            // names, figures and headings take the running language
            ("Reality Labs", Some("fr"), Some("fr")),
            ("Reality Labs", None, None),
            ("71 469", Some("id"), Some("id")),
            ("71 469", None, None),
            ("", None, None),
            ("Alphabet Inc. (Nasdaq: GOOG)", Some("ja"), Some("ja")),
            // an abbreviation in capitals is no small word, and equal evidence does not turn the running language
            ("Pendapatan: 8,54 miliar dolar AS", Some("id"), Some("id")),
            ("Laba: 1,92 miliar dolar AS (1,53 miliar dolar AS)", Some("id"), Some("id")),
            ("REVENUE WAS UP IN THE QUARTER", Some("id"), Some("en")),
            ("A year of X", Some("id"), Some("en")),
            // mixed: what most of the passage is in
            ("Meta 的 Reality Labs 部门这个季度经营亏损", None, Some("zh")),
            // a language without a profile is not forced into one that has
            (
                "Yhtiön liikevaihto kasvoi viisi prosenttia edellisestä vuodesta ja liikevoitto parani selvästi, kertoo \
                 tänään julkaistu osavuosikatsaus, jonka mukaan myös tilauskanta vahvistui kaikilla markkinoilla",
                Some("en"),
                None,
            ),
            ("ไตรมาสที่สอง รายได้เพิ่มขึ้น", Some("en"), None),
        ] {
            assert_eq!(detector.detect(text, prior), expected, "{text}");
        }
    }

    #[test]
    fn without_profiles_nothing_is_told() {
        assert_eq!(
            Detector::new(Vec::new(), Vec::new()).detect("The year was good for the company.", Some("en")),
            None
        );
    }
}
