//! Everything the engine knows of languages, metrics, units and names: data, compiled into phrase tables.
//!
//! A language is one folder (`lang.toml`, `numbers.toml`, `units.toml`, `metrics.toml`, `nouns.toml`, `categories.toml`,
//! `cues.toml`, `periods.toml`, `examples.toml`); metrics and entities are tables shared by all of them.

mod catalog;
mod lint;
#[cfg(test)]
mod ontology;
mod tables;
mod trie;

use std::collections::HashSet;
use std::panic::UnwindSafe;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use consilience_claim::{ElapsedUnit, EntityRecord, FiscalCalendar, Period, Unit};
use indexmap::IndexMap;

pub use lint::{Lint, LintFinding, lint};
pub(crate) use tables::{Currency, Entity, EntityKind, Growth, Metric, MetricKind, MetricUnit};
pub(crate) use trie::{IGNORED, Trie, fold};

use crate::language::Detector;
use crate::latin::Letters;

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// In `data/metrics.csv`, what stands for every noun of no list.
const OPEN_COUNT: &str = "count";

/// What a phrase of a lexicon means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// Index of the metric, and whether the word is too common to reach far.
    Metric(u16, bool),
    /// Contains a metric's word and means something else.
    NoMetric,
    /// How something was measured, in words that would name a metric by themselves: at comparable prices.
    Basis,
    /// Index of the metric that a noun is by itself where a figure counts it, and whether it counts things, which a text
    /// lists in small numbers.
    Counted(u16, bool),
    /// Index of a category that metrics are told for.
    Category(u16),
    /// Index of the entity, and how its name must be written to count.
    Entity(u16, NameKind),
    Scale(u8),
    /// A scale only right behind the digits.
    ScaleSuffix(u8),
    /// Index of the currency, and whether several countries use the name.
    Currency(u16, bool),
    Percent,
    PercentagePoints,
    BasisPoints,
    PerShare,
    /// Per month, a year: a rate of pay or price, no amount of a period.
    PerTime,
    /// Hundredths of the text's money: cents.
    Cents,
    Times,
    Noun(u16),
    /// Durations, characters, list counts: the number is no claim. Elapsed units say which.
    NotCounted(Option<Duration>),
    NumberAdd(u8),
    NumberTimes(i16),
    /// A whole number with zeros behind it: 25 and 2 for 2500.
    NumberWhole(u32, u8),
    /// Tenths: one and a half in a word.
    NumberTenths(u16),
    Vague(u16),
    Joiner,
    /// A joiner that may stand between units and tens: fünf-und-zwanzig.
    TensJoiner,
    /// The word for the decimal mark: point, virgule, 点.
    DecimalPoint,
    /// A sign before a number, in a word or mark: minus, âm, △.
    Minus,
    /// Before how far a figure may be off: plus or minus, ±.
    PlusMinus,
    /// Behind the denominator, before the numerator: 百分之六.
    FractionMark,
    /// Stands between numerator and denominator: one over three.
    Over,
    /// Stands between a whole number and its fraction: ciento tres con dos tercios.
    Mixed,
    /// Between a number and its scale, where a few more are meant: 十余万.
    Some,
    /// Behind a numerator: fifths.
    Denominator(u16),
    /// Tenths of a whole and their parts: 三割五分, 三成七.
    Share(SharePlace),
    /// Hundredths of a money by its index: pence, Eurocent.
    Minor(u16),
    /// Makes a percentage one of a country's product; the index of that unit.
    OfProduct(u16),
    /// Tenths of a percentage point: cuatro décimas.
    TenthPoints,
    AndAHalf,
    /// Hundredths of a percent.
    Fraction(u16),
    PercentAtLeast(u16),
    Ordinal(u8),
    Partitive,
    Cue(Cue),
    Qualifier(u16),
    Region(u16),
    Month(u8),
    /// In a short form that is a month only before a year behind a stroke: "dez/23".
    MonthShort(u8),
    /// 1 is Monday.
    Weekday(u8),

    Quarter,
    Half,
    Year,
    Fiscal,
    /// Behind the number of a year, month or day, where no blank and no other word is: 2023年7月26日.
    YearMark,
    MonthMark,
    DayMark,
    /// Behind the number of the month that a business year ends with: 2024年3月期.
    FiscalMonthMark,
    /// Makes the number behind it an ordinal: 第2四半期.
    OrdinalMark,
    QuarterLetter,
    HalfLetter,
    /// Of the first months of a year next to their number: 9M23.
    MonthsLetter,
    /// A part of a year of so many months that is neither quarter nor half: bimestre.
    MonthGroup(u8),
    /// A part of a year that goes by its own name, with its first and last month: winter season.
    Season(u8, u8),
    /// The month that the split years ("2016/17") of what it names open with: coffee, pupils.
    YearOpening(u8),
    /// A number that is one before the word for months alone.
    NumberOfMonths(u8),
    /// What is added to its years to get the calendar's: 民國112年.
    Era(i16),
    Connector,
    Time(TimeWord),
}

/// Which part of a whole a share counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SharePlace {
    /// Whether the digit behind it is the next place without a name of its own.
    Tenths {
        digit: bool,
    },
    Hundredths,
    Thousandths,
}

/// How a name must be written to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// With a capital, where the script has them.
    Proper,
    /// An everyday word besides: with a capital, inside a sentence.
    Weak,
    /// A description in small letters: "metaverse division".
    Common,
    /// The adjective of a place: "Brazilian".
    Adjective,
}

/// Units of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duration {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

impl Duration {
    /// `n` of this unit in the notation of elapsed periods.
    pub(crate) fn elapsed(self, n: u32) -> Option<(u32, ElapsedUnit)> {
        Some(match self {
            Duration::Hours => (n, ElapsedUnit::Hours),
            Duration::Days => (n, ElapsedUnit::Days),
            Duration::Weeks => (n.checked_mul(7)?, ElapsedUnit::Days),
            Duration::Months => (n, ElapsedUnit::Months),
            Duration::Years => (n.checked_mul(12)?, ElapsedUnit::Months),
        })
    }
}

/// Relative and other words of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeWord {
    FirstThreeMonths,
    LastThreeMonths,
    /// The last quarter of the year reported on.
    FinalQuarter,
    NineMonths,
    /// Before a number of months: they are the first of a year if those were just over.
    OverMonths,
    SixMonths,
    EndOfQuarter,
    FullYear,
    YearToDate,
    MonthToDate,
    SamePeriodLastYear,
    /// The same period of a year to be named.
    SamePeriod,
    LastYear,
    /// Last year with words for all of it, whatever part of a year the text runs on.
    LastWholeYear,
    /// The one before that the text runs on.
    PreviousYear,
    /// The business year under way, and the one before it.
    ThisFiscalYear,
    LastFiscalYear,
    ThisYear,
    NextYear,
    PreviousQuarter,
    ThisQuarter,
    NextQuarter,
    PreviousMonth,
    EndOf,
    AsOf,
    Since,
    Within,
    DayOf,
    /// Up to the end of: "through the third quarter".
    Through,

    /// Between two months: to, and.
    MonthRange,
    /// Next to a number of months: the first so many of a year.
    FirstMonths,
    /// Right before or behind a time: it is what is compared with.
    BaseBefore,
    BaseBehind,
    /// Behind the time of a comparison: the figure to come is of that time ("when it was").
    BaseThen,
    /// The quarter that runs while the text is written.
    CurrentQuarter,
    /// Before or behind a stretch of years or months: so long ago.
    AgoBefore,
    AgoBehind,
    /// Beside a month: the one to come.
    NextOne,
    ThisMonth,
    NextMonth,
    Today,
    Yesterday,
    /// Of trade before or after the day's, which may be told the day after.
    OutOfHours,
    Launch,
    /// A stretch in one word: a week, a day, a month.
    One(Duration),
}

macro_rules! cues {
    ($($(#[$meta:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// What a word near a number says of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Cue { $($(#[$meta])* $variant),+ }

        impl Cue {
            const ALL: &'static [(&'static str, Cue)] = &[$(($name, Cue::$variant)),+];
            /// How many there are.
            pub(crate) const COUNT: usize = Self::ALL.len();
        }
    };
}

cues! {
    AtLeastBefore = "at_least_before",
    AtLeastAfter = "at_least_after",
    AtMostBefore = "at_most_before",
    AtMostAfter = "at_most_after",
    ApproxBefore = "approx_before",
    ApproxAfter = "approx_after",
    Between = "between",
    RangeTo = "range_to",
    Analyst = "analyst",
    ExpectedNoun = "expected_noun",
    ExpectVerb = "expect_verb",
    ExpectPassive = "expect_passive",
    ExpectedAfter = "expected_after",
    Guidance = "guidance",
    Hypothetical = "hypothetical",
    Up = "up",
    Down = "down",
    By = "by",
    To = "to",
    From = "from",
    Of = "of",
    Against = "against",
    Beat = "beat",
    Yoy = "yoy",
    Qoq = "qoq",
    Mom = "mom",
    Cumulative = "cumulative",
    Since = "since",
    FirstSince = "first_since",
    Each = "each",
    Including = "including",
    Beneficiary = "beneficiary",
    Sector = "sector",
    Took = "took",
    Negation = "negation",
    Results = "results",
    Company = "company",
    Person = "person",
    /// With, as well as: joins a figure to the one before.
    Along = "along",
    /// Trading on the day of publication.
    Today = "today",
    /// A pronoun that stands for whoever was spoken of last.
    Pronoun = "pronoun",
    Apposition = "apposition",
    Clause = "clause",
    /// Before a round number of people or things that a rate is told for: 12 per 100,000.
    PerMany = "per_many",
    /// Rows answer each other in the order told.
    Respectively = "respectively",
    /// What was measured last, said again by a word for "the same": 同利益.
    SameMetric = "same_metric",
    /// A sentence that only says what the figures behind it are: "were as follows".
    AsFollows = "as_follows",
    /// Between an amount and the same in other terms: or.
    Or = "or",
    /// What is named behind it is left out of what is counted: before, excluding.
    Excluding = "excluding",
    /// Behind a figure that is a plan, where the verb stands last: 見込む.
    GuidanceAfter = "guidance_after",
    /// What was told last, pointed at: "this figure", "the number".
    Anaphor = "anaphor",
    /// Something goes from one figure to another, up or down: "passant de".
    Shift = "shift",
    /// All of a market, which is a country's and no company's.
    Market = "market",
}

/// What may be bound to the beginning of a word, and what it swallowed of it.
#[derive(Debug, Clone)]
pub(crate) struct Prefix {
    pub(crate) written: String,
    pub(crate) restored: String,
}

/// How names outside the catalogue are told in a language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Naming {
    /// Small words inside names: the do of Banco do Brasil.
    pub(crate) glue: Vec<String>,
    /// Kinds of things that bear the name behind them and belong to it: بنك.
    pub(crate) heads: Vec<String>,
    /// Kinds of things that bear the name behind them and are no part of it: شركة.
    pub(crate) titles: Vec<String>,
    /// What names of companies end with where no blank does: 公司, 銀行.
    pub(crate) tails: Vec<String>,
    /// How names outside the catalogue are written in Latin letters.
    pub(crate) latin: Letters,
    /// Words that no name goes over.
    pub(crate) stops: Vec<String>,
    /// The most frequent words, in small letters: no name, however often a sentence begins with one.
    pub(crate) small: Vec<String>,
    /// Where every noun has a capital: words before a noun that stand before hardly any name.
    pub(crate) articles: Vec<String>,
    /// There, too: how adjectives end, and what stands behind the name of a company.
    pub(crate) adjectives: Vec<String>,
    pub(crate) companies: Vec<String>,
    /// There, too: what nouns for companies end with (hersteller), and other nouns (ung).
    pub(crate) kinds: Vec<String>,
    pub(crate) nouns: Vec<String>,
    /// How verbs end that have several subjects.
    pub(crate) plurals: Vec<String>,
    /// What a title says a company does with its figures, where every word of it has a capital: "posts".
    pub(crate) reports: Vec<String>,
    /// Adjectives that are no part of what a noun is called: "new", "additional".
    pub(crate) plain: Vec<String>,
    /// How nouns end that several are counted of, where a noun of no list is a metric by itself.
    pub(crate) plural_nouns: Vec<String>,
    /// Endings that a name takes in place of nothing or of another one.
    pub(crate) endings: Vec<String>,
}

/// What headers of tables say in a language, in small letters.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableWords {
    /// Over a column of names: region, brand, segment.
    pub(crate) kinds: Vec<String>,
    /// Before a row that sums up the others: total.
    pub(crate) totals: Vec<String>,
    /// In a row that is only part of another, or whatever is left: other, of which.
    pub(crate) rests: Vec<String>,
    /// Words that make no difference: figure, in the year.
    pub(crate) plain: Vec<String>,
    /// Over a column of parts of a people: category, group.
    pub(crate) groups: Vec<String>,
    /// Beside two years: one that runs from summer to summer.
    pub(crate) seasons: Vec<String>,
    /// Headers that are nothing but the year, quarter or month a year before.
    pub(crate) year_before: Vec<String>,
}

/// One language.
#[derive(Debug, Clone)]
pub(crate) struct Lang {
    pub(crate) code: String,
    /// Everything but names that begin with a capital.
    pub(crate) trie: Arc<Trie<Term>>,
    /// Those names.
    pub(crate) named: Arc<Trie<Term>>,
    pub(crate) decimal: char,
    pub(crate) groups: Vec<char>,
    pub(crate) abbreviations: Vec<String>,
    /// The words of all phrases: a word that stands in one is no name that only this text knows.
    pub(crate) vocabulary: Arc<HashSet<Box<str>>>,
    /// Endings that may follow a word without making it another one.
    pub(crate) clitics: Vec<String>,
    /// What may be bound to the beginning of a word: the article and prepositions of Arabic.
    pub(crate) prefixes: Vec<Prefix>,
    pub(crate) names: Naming,
    pub(crate) table: TableWords,
    /// Whether month names are written with a capital.
    pub(crate) capital_months: bool,
    /// Whether "2 quarter" is the second quarter, as a noun in the singular tells.
    pub(crate) numbered_quarters: bool,
    /// The country that most texts in the language are from, where that is one.
    pub(crate) home: Option<u16>,
    /// Whether the verb stands last, so that what is said of a figure stands behind it.
    pub(crate) verb_last: bool,
    /// Whether 6/7/2023 is a day of July.
    pub(crate) day_first: bool,
    /// Whether numbers are written in one word: zweihundertfünf.
    pub(crate) compounds: bool,
    /// Bit by index: money of countries that write this language with a decimal point though most of it has a comma.
    pub(crate) point_money: u128,
    /// Bit by index: units of measure, whose numbers may have decimals; counts of things have none.
    pub(crate) measures: u128,
    /// Whether a mark that does not group here divides: in Switzerland neither point nor comma groups.
    pub(crate) groups_only: bool,
    /// Whether pairs of digits are groups too: 12,34,567.
    pub(crate) pairs: bool,
    /// The same language as single countries write it, by their codes.
    pub(crate) regions: Vec<(String, Lang)>,
}

impl Lang {
    /// Whether a word is one that the lexicon uses; where every noun has a capital, also whether it ends as nouns do or
    /// with such a word: Beteiligungsergebnis.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        const TAIL: usize = 5;
        // No word of a lexicon is longer; what is longer in a text has no end worth looking for.
        const LONGEST: usize = 64;
        if word.len() > LONGEST {
            return false;
        }
        let word = word.to_lowercase();
        let known = |part: &str| self.vocabulary.contains(part);
        let tail = |(at, _): (usize, char)| word.get(at..).filter(|t| t.len() >= TAIL).is_some_and(known);
        let noun =
            || self.names.nouns.iter().any(|e| word.ends_with(e.as_str())) || word.char_indices().any(tail);
        known(&word) || !self.names.articles.is_empty() && noun()
    }

    /// The language as a country writes it, where that differs.
    pub(crate) fn of(&self, region: Option<&str>) -> &Lang {
        let own = region.and_then(|code| self.regions.iter().find(|(r, _)| r == code));
        own.map_or(self, |(_, lang)| lang)
    }

    /// Every phrase and name that a text begins with, as in [`Trie::walk`].
    pub(crate) fn walk_all(&self, text: &str, mut found: impl FnMut(usize, Term)) {
        self.trie.walk(text, 0, &mut found);
        self.named.walk(text, 0, &mut found);
    }
}

/// A language whose files are read and found right, and whose phrase tables are built when a text needs them: most
/// runs read one language or two, and the tables are what takes long.
pub(crate) type LazyLang = LazyLock<Lang, Box<dyn FnOnce() -> Lang + Send + UnwindSafe>>;

/// Everything the engine knows of languages, metrics, units and names.
#[derive(Debug)]
pub struct Lexicon {
    langs: IndexMap<String, LazyLang>,
    pub(crate) metrics: Vec<Metric>,
    /// What metrics are told for each by itself: products, activities, groups of people.
    pub(crate) categories: Vec<Category>,
    pub(crate) composed: Vec<Composed>,
    pub(crate) entities: Vec<Entity>,
    names: Arc<tables::EntityNames>,
    /// Names that entities had once, and when.
    former: Vec<(String, u16, Period)>,
    pub(crate) currencies: Vec<Currency>,
    pub(crate) units: Vec<Unit>,
    pub(crate) qualifiers: Vec<String>,
    pub(crate) regions: Vec<String>,
    pub(crate) shared_money: Vec<SharedMoney>,
    /// Country and the calendar of most of its companies, where that is not the year's.
    pub(crate) business_years: Vec<(String, FiscalCalendar)>,
    pub(crate) public_years: Vec<(String, i8)>,
    pub(crate) detector: Detector,
}

/// The country in the tag of a language: MX of `es-MX` and `es_Latn_MX`.
pub(crate) fn region(tag: &str) -> Option<&str> {
    tag.split(['-', '_']).skip(1).find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase()))
}

/// The folder of what holds in any language, for passages in one that has no folder.
pub(crate) const UNIVERSAL: &str = "und";

/// Money of a country whose name or sign is another's too.
#[derive(Debug, Clone, serde::Deserialize)]
pub(crate) struct SharedMoney {
    /// The money that the name stands for where nothing tells: code of ISO 4217.
    pub(crate) name_of: String,
    /// The country in which it stands for its own: code of ISO 3166.
    pub(crate) country: String,
    pub(crate) local: String,
    /// The language in which that is so; empty for all.
    pub(crate) lang: String,
}

/// One of a classification: wheat among products, construction among activities, women among groups of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Category {
    pub(crate) id: String,
    /// The classification, a section of `categories.toml`.
    pub(crate) of: String,
}

/// A metric of which each category has its own.
#[derive(Debug, Clone)]
pub(crate) struct Composed {
    pub(crate) metric: u16,
    /// The id of a category's own, with `{}` for the category; empty where the category is a qualifier.
    pub(crate) id: String,
    /// The classifications whose categories it is told for.
    pub(crate) by: Vec<String>,
    /// Whether it is measured without a category too.
    pub(crate) alone: bool,
}

/// The id of the share of a metric: `loan_share` of `loans`.
pub(crate) fn share_id(id: &str) -> String {
    let one = id.strip_suffix('s').filter(|_| !id.ends_with("sales") && !id.ends_with("ss")).unwrap_or(id);
    format!("{one}_share")
}

/// Why a lexicon could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct LexiconError {
    /// File of the lexicon.
    pub path: String,
    /// What is wrong, with line and column where known.
    pub message: String,
}

impl Lexicon {
    /// The lexicon that ships with the program.
    ///
    /// # Panics
    /// Where the shipped files are broken, which the crate's tests rule out.
    pub fn builtin() -> &'static Lexicon {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON.get_or_init(|| match Lexicon::with_overlays(&[]) {
            Ok(lexicon) => lexicon,
            Err(error) => panic!("the shipped lexicon is broken: {error}"),
        })
    }

    /// The shipped lexicon with a user's folders laid over it. Each is laid out like `data/`: `lang/CODE/*.toml`,
    /// `entities.csv`, `metrics.csv`; what it holds is added to what ships.
    ///
    /// # Errors
    /// [`LexiconError`] naming file and place.
    pub fn with_overlays(folders: &[PathBuf]) -> Result<Lexicon, LexiconError> {
        tables::load(folders, &[])
    }

    /// As [`Lexicon::with_overlays`], with a user's own tables of entities: the columns of `data/entities.csv`, of which
    /// `id` and `name` are needed. A name that they give belongs to their entity, whoever bears it in what ships; an
    /// id that is known already adds names to its entity.
    ///
    /// # Errors
    /// [`LexiconError`] naming file, line and column, and what to write instead.
    pub fn with_catalogs(folders: &[PathBuf], catalogs: &[PathBuf]) -> Result<Lexicon, LexiconError> {
        tables::load(folders, catalogs)
    }

    /// Codes of the languages that can be read.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.langs.keys().map(String::as_str).filter(|code| *code != UNIVERSAL)
    }

    /// Every entity that can be named.
    pub fn entities(&self) -> Vec<EntityRecord> {
        let mut all: Vec<EntityRecord> = self.entities.iter().map(|e| self.listed(e)).collect();
        for (lang, text, entity) in self.names.sure() {
            if let Some(listed) = all.get_mut(usize::from(entity)) {
                listed.aliases.push((lang.to_owned(), text.to_owned()));
            }
        }
        for (text, entity, time) in &self.former {
            if let Some(listed) = all.get_mut(usize::from(*entity)) {
                listed.former.push((text.clone(), time.clone()));
            }
        }
        all
    }

    fn listed(&self, entity: &Entity) -> EntityRecord {
        let whole = entity.parent.filter(|_| entity.kind == EntityKind::Part);
        EntityRecord {
            id: entity.id.clone(),
            name: entity.name.clone(),
            part_of: whole.and_then(|p| self.entities.get(usize::from(p))).map(|p| p.name.clone()),
            country: entity.country.clone(),
            aliases: Vec::new(),
            former: Vec::new(),
        }
    }

    /// The common name of the entity with an id.
    pub fn entity_name(&self, id: &str) -> Option<&str> {
        self.entities.iter().find(|e| e.id == id).map(|e| e.name.as_str())
    }

    /// Id and common name of every segment, product and subsidiary below an entity, at any depth.
    pub fn parts_of(&self, id: &str) -> impl Iterator<Item = (&str, &str)> {
        let whole = self.entities.iter().position(|e| e.id == id).and_then(|at| u16::try_from(at).ok());
        let below = move |entity: &&Entity| {
            // A chain of parents is short, and a ring of them must not hold us.
            let parents = std::iter::successors(entity.parent, |&p| self.entities.get(p as usize)?.parent);
            whole.is_some_and(|whole| parents.take(8).any(|p| p == whole))
        };
        self.entities.iter().filter(below).map(|e| (e.id.as_str(), e.name.as_str()))
    }

    /// The words of a language; those of any language where it has no folder. A country behind its code, as in
    /// `es-MX`, makes it that country's.
    pub(crate) fn lang(&self, code: &str) -> Option<&Lang> {
        let lang = |code: &str| self.langs.get(code).map(|lang| &**lang);
        let found = lang(code).or_else(|| Some(lang(code.split('-').next()?)?.of(region(code))));
        found.or_else(|| lang(UNIVERSAL))
    }

    pub(crate) fn metric(&self, index: u16) -> &Metric {
        &self.metrics[index as usize]
    }

    /// The metric of that id, where the table has it.
    pub(crate) fn metric_by_id(&self, id: &str) -> Option<u16> {
        self.metrics.iter().position(|m| m.id == id).and_then(|i| u16::try_from(i).ok())
    }

    /// The id of a metric told for a category: `wheat_price` of `price`; its own where the category is a qualifier.
    pub(crate) fn metric_id(&self, metric: u16, category: Option<u16>) -> String {
        let own = category.zip(self.composed(metric).filter(|c| !c.id.is_empty()));
        own.map_or_else(
            || self.metric(metric).id.clone(),
            |(category, own)| own.id.replace("{}", &self.categories[category as usize].id),
        )
    }

    /// The metric of what is counted and has no name in any list; the noun itself is its name.
    pub(crate) fn open_count(&self) -> Option<u16> {
        self.metric_by_id(OPEN_COUNT)
    }

    /// The qualifier that a category is of a metric, where the two have no id of their own.
    pub(crate) fn category_qualifier(&self, metric: u16, category: Option<u16>) -> Option<String> {
        self.composed(metric).filter(|c| c.id.is_empty())?;
        Some(format!("group:{}", self.categories[category? as usize].id))
    }

    /// How categories have a metric each for itself; `None` where they do not.
    ///
    /// Each is of one classification, so that foreign students are of a group and foreign loans of an activity.
    pub(crate) fn composed(&self, metric: u16) -> Option<&Composed> {
        self.composed.iter().find(|c| c.metric == metric)
    }

    /// The margin that a result is the numerator of: `operating_income` of `operating_margin`.
    pub(crate) fn margin(&self, metric: u16) -> Option<u16> {
        let id = &self.metric(metric).id;
        let stem = ["_income", "_profit", "_loss"].iter().find_map(|end| id.strip_suffix(end)).unwrap_or(id);
        self.metric_by_id(&format!("{stem}_margin"))
    }

    /// What a percentage of a metric measures: `revenue_share` of `revenue`.
    pub(crate) fn share(&self, metric: u16) -> Option<u16> {
        self.metric_by_id(&share_id(&self.metric(metric).id))
    }

    /// Money of a country that shares its name or sign with `code`, in texts of a language.
    pub(crate) fn local_currency(&self, code: &str, country: &str, lang: &str) -> Option<&str> {
        let row = self
            .shared_money
            .iter()
            .find(|m| m.name_of == code && m.country == country && (m.lang.is_empty() || m.lang == lang))?;
        Some(&row.local)
    }

    /// The month that the split years of a country's public bodies open with.
    pub(crate) fn public_year_opening(&self, country: &str) -> Option<i8> {
        self.public_years.iter().find(|(c, _)| c == country).map(|(_, month)| *month)
    }

    /// The business year of most companies of a country.
    pub(crate) fn business_year(&self, country: &str) -> FiscalCalendar {
        self.business_years
            .iter()
            .find(|(c, _)| c == country)
            .map(|(_, calendar)| *calendar)
            .unwrap_or_default()
    }

    /// The place that a country code stands for.
    pub(crate) fn country(&self, code: &str) -> Option<u16> {
        let id = |e: &Entity| e.id.strip_prefix("PLACE-").is_some_and(|c| c == code);
        let at = self.entities.iter().position(|e| e.kind == EntityKind::Place && id(e))?;
        u16::try_from(at).ok()
    }

    /// What the same words mean of one share, where they mean something.
    pub(crate) fn per_share(&self, metric: u16) -> Option<u16> {
        self.metric_by_id(match self.metric(metric).id.as_str() {
            "net_income" | "profit" => "eps",
            "dividend" => "dividend_per_share",
            _ => return None,
        })
    }

    /// What a word that leaves it open means of a whole company, or of a `part` of one: a segment has no net result.
    pub(crate) fn settled(&self, metric: u16, part: bool) -> u16 {
        let id = match self.metric(metric).id.as_str() {
            "loss" if part => "operating_loss",
            "loss" => "net_loss",
            "profit" if part => "operating_income",
            "profit" => "net_income",
            "eps" => "eps_diluted",
            _ => return metric,
        };
        self.metric_by_id(id).unwrap_or(metric)
    }
}
