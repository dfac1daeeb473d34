//! Loading: TOML folders and CSV tables into a [`Lexicon`].

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use consilience_claim::{FiscalCalendar, FiscalYearName, Period, Unit};
use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::catalog;
use super::trie::{Listed, Phrases, TrieBuilder};
use super::{
    Category, Composed, Cue, Duration, LANGUAGES, Lang, LazyLang, Lexicon, LexiconError, NameKind, Naming,
    Prefix, SharePlace, SharedMoney, TableWords, Term, TimeWord, Trie, UNIVERSAL,
};
use crate::language::{Detector, Profile, Script};
use crate::latin::Letters;

/// How a metric behaves over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricKind {
    /// An amount over a period.
    Flow,
    /// An amount at a time.
    Stock,
    /// A quotation at a time.
    Price,
    /// A share, per cent.
    Ratio,
    /// A statistical rate, per cent, of any entity.
    Rate,
    PerShare,
    CountStock,
    CountFlow,
    /// An amount of one occasion: an offer, a fine; no reporting period of the text applies to it.
    Event,
    /// A running total that only grows: posts, downloads.
    Tally,
    /// Outside the catalogue.
    Open,
}

/// What a metric's level is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricUnit {
    Money,
    MoneyPerShare,
    Percent,
    /// Index into the units table.
    Count(u16),
}

#[derive(Debug, Clone)]
pub(crate) struct Metric {
    pub(crate) id: String,
    pub(crate) kind: MetricKind,
    pub(crate) unit: MetricUnit,
    /// Whether only whole companies have it.
    pub(crate) company_only: bool,
    /// Whether places have it: population, unemployment.
    pub(crate) of_places: bool,
    /// What its percentages are, where it is a growth itself.
    pub(crate) growth: Option<Growth>,
}

/// What a percentage of a metric is that measures a growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Growth {
    /// Its level, however it is told: prices that rose by 2.4 % are an inflation of 2.4 %.
    Level,
    /// A growth: food prices rose by 3 %.
    Yearly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityKind {
    Company,
    Part,
    Index,
    Place,
    /// A central bank: it has rates of its own, and what else it reports is its country's.
    Authority,
    /// Who counts, surveys, rates or reports, a statistical office or a news agency: no figure is its own.
    Agency,
}

#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: EntityKind,
    pub(crate) parent: Option<u16>,
    pub(crate) country: String,
    pub(crate) calendar: FiscalCalendar,
}

#[derive(Debug, Clone)]
pub(crate) struct Currency {
    pub(crate) code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LangFile {
    code: String,
    #[serde(rename = "name")]
    _name: String,
    script: Option<Script>,
    decimal: String,
    group: Vec<String>,
    letters: String,
    function_words: Vec<String>,
    abbreviations: Vec<String>,
    clitics: Vec<String>,
    prefixes: Vec<String>,
    name_endings: Vec<String>,
    latin: Vec<String>,
    name_glue: Vec<String>,
    name_heads: Vec<String>,
    name_titles: Vec<String>,
    name_tails: Vec<String>,
    name_stops: Vec<String>,
    table_kinds: Vec<String>,
    table_totals: Vec<String>,
    table_rests: Vec<String>,
    table_plain: Vec<String>,
    table_groups: Vec<String>,
    table_seasons: Vec<String>,
    table_year_before: Vec<String>,
    articles: Vec<String>,
    adjective_endings: Vec<String>,
    company_words: Vec<String>,
    company_nouns: Vec<String>,
    noun_endings: Vec<String>,
    plural_verbs: Vec<String>,
    title_verbs: Vec<String>,
    plain_adjectives: Vec<String>,
    plural_endings: Vec<String>,
    partitive: Vec<String>,
    capital_months: bool,
    numbered_quarters: bool,
    day_first: bool,
    verb_last: bool,
    home: String,
    point_money: Vec<String>,
    group_pairs: bool,
    others: IndexMap<String, OtherFile>,
    region: IndexMap<String, RegionFile>,
}

/// What is different in one country that writes a language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RegionFile {
    /// All that another country of the file has.
    like: Option<String>,
    decimal: Option<String>,
    group: Option<Vec<String>>,
    day_first: Option<bool>,
    point_money: Option<Vec<String>>,
}

/// A language that is told but has no folder.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OtherFile {
    #[serde(rename = "name")]
    _name: String,
    script: Option<Script>,
    words: Vec<String>,
    letters: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NumbersFile {
    add: IndexMap<String, u8>,
    times: IndexMap<String, i16>,
    whole: IndexMap<String, u64>,
    decimal: IndexMap<String, String>,
    ordinal: IndexMap<String, u8>,
    scale: IndexMap<String, u8>,
    scale_suffix: IndexMap<String, u8>,
    vague: IndexMap<String, u16>,
    fraction: IndexMap<String, String>,
    percent_at_least: IndexMap<String, u16>,
    denominator: IndexMap<String, u16>,
    joiner: Words,
    tens_joiner: Words,
    point: Words,
    minus: Words,
    plus_minus: Words,
    fraction_mark: Words,
    over: Words,
    mixed: Words,
    some: Words,
    and_a_half: Words,
    compounds: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    words: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct UnitsFile {
    percent: Vec<String>,
    percentage_points: Vec<String>,
    basis_points: Vec<String>,
    tenth_points: Vec<String>,
    of_gdp: Vec<String>,
    minor: IndexMap<String, Vec<String>>,
    tenths: Vec<String>,
    tenths_and_digit: Vec<String>,
    hundredths: Vec<String>,
    thousandths: Vec<String>,
    per_share: Vec<String>,
    per_time: Vec<String>,
    cents: Vec<String>,
    times: Vec<String>,
    currency: IndexMap<String, Vec<String>>,
    noun: IndexMap<String, Vec<String>>,
    not_counted: IndexMap<String, Vec<String>>,
}

/// What is counted and has no other entry: each noun is a metric of its own, `5,000 hospitals`, and so is how many
/// there are of it, `the number of hospitals`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NounsFile {
    /// What stands between a number and each noun, where a language counts so: `か所の`.
    counters: Vec<String>,
    /// How a language says how many there are of `{}`.
    number_of: Vec<String>,
    nouns: IndexMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PhraseEntry {
    List(Vec<String>),
    Table(Words),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum CueEntry {
    List(Vec<String>),
    Table(IndexMap<String, Vec<String>>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PeriodsFile {
    months: Vec<Vec<String>>,
    months_short: Vec<String>,
    weekdays: Vec<Names>,
    quarter: Vec<String>,
    half: Vec<String>,
    year: Vec<String>,
    fiscal: Vec<String>,
    year_mark: Vec<String>,
    month_mark: Vec<String>,
    day_mark: Vec<String>,
    fiscal_month_mark: Vec<String>,
    ordinal_mark: Vec<String>,
    quarter_letters: Vec<String>,
    half_letters: Vec<String>,
    months_letters: Vec<String>,
    month_groups: IndexMap<String, u8>,
    seasons: IndexMap<String, (u8, u8)>,
    year_openings: IndexMap<String, u8>,
    numbers_of_months: IndexMap<String, u8>,
    eras: IndexMap<String, i16>,
    first_months: Vec<String>,
    base_before: Vec<String>,
    base_behind: Vec<String>,
    base_then: Vec<String>,
    ago_before: Vec<String>,
    ago_behind: Vec<String>,
    next_one: Vec<String>,
    current_quarter: Vec<String>,
    this_month: Vec<String>,
    next_month: Vec<String>,
    today: Vec<String>,
    out_of_hours: Vec<String>,
    yesterday: Vec<String>,
    connectors: Vec<String>,
    first_three_months: Vec<String>,
    last_three_months: Vec<String>,
    end_of_quarter: Vec<String>,
    month_range: Vec<String>,
    nine_months: Vec<String>,
    final_quarter: Vec<String>,
    over_months: Vec<String>,
    six_months: Vec<String>,
    full_year: Vec<String>,
    year_to_date: Vec<String>,
    month_to_date: Vec<String>,
    same_period_last_year: Vec<String>,
    same_period: Vec<String>,
    last_year: Vec<String>,
    last_whole_year: Vec<String>,
    previous_year: Vec<String>,
    this_fiscal_year: Vec<String>,
    last_fiscal_year: Vec<String>,
    this_year: Vec<String>,
    next_year: Vec<String>,
    previous_quarter: Vec<String>,
    this_quarter: Vec<String>,
    next_quarter: Vec<String>,
    previous_month: Vec<String>,
    end_of: Vec<String>,
    as_of: Vec<String>,
    since: Vec<String>,
    within: Vec<String>,
    day_of: Vec<String>,
    through: Vec<String>,
    hours: Vec<String>,
    days: Vec<String>,
    weeks: Vec<String>,
    months_unit: Vec<String>,
    years: Vec<String>,
    one_week: Vec<String>,
    one_day: Vec<String>,
    one_month: Vec<String>,
    launch: Vec<String>,
}

/// A name, or all there are.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Several(Vec<String>),
}

/// One language's files, shipped and overlaid, by stem.
type Files = Vec<(String, String, String)>; // (stem, path for messages, text)

pub(super) fn load(overlays: &[PathBuf], catalogs: &[PathBuf]) -> Result<Lexicon, LexiconError> {
    Ok(load_listed(overlays, catalogs, false)?.0)
}

/// What a lexicon was built from, for those who check it.
pub(super) struct Listing {
    /// Phrases by language, where asked for.
    pub(super) phrases: IndexMap<String, Vec<Listed<Term>>>,
    /// Example files by language: path and text.
    pub(super) examples: IndexMap<String, Vec<(String, String)>>,
}

pub(super) fn load_listed(
    overlays: &[PathBuf],
    catalogs: &[PathBuf],
    listed: bool,
) -> Result<(Lexicon, Listing), LexiconError> {
    let mut sources: IndexMap<String, Files> = LANGUAGES
        .iter()
        .map(|(code, files)| {
            let files = files
                .iter()
                .map(|(stem, text)| {
                    ((*stem).to_owned(), format!("data/lang/{code}/{stem}.toml"), (*text).to_owned())
                })
                .collect();
            ((*code).to_owned(), files)
        })
        .collect();
    let mut metric_tables =
        vec![("data/metrics.csv".to_owned(), include_str!("../../../../data/metrics.csv").to_owned())];
    let mut entity_tables = vec![
        ("data/entities.csv".to_owned(), include_str!("../../../../data/entities.csv").to_owned()),
        ("data/places.csv".to_owned(), include_str!("../../../../data/places.csv").to_owned()),
        ("data/agencies.csv".to_owned(), include_str!("../../../../data/agencies.csv").to_owned()),
    ];
    // What comes after these is the user's.
    let shipped_tables = entity_tables.len();
    for folder in overlays {
        overlay_languages(folder, &mut sources)?;
        for (name, tables) in [("metrics.csv", &mut metric_tables), ("entities.csv", &mut entity_tables)] {
            let path = folder.join(name);
            if path.exists() {
                tables.push((path.display().to_string(), read_file(&path)?));
            }
        }
    }
    for path in catalogs {
        entity_tables.push((path.display().to_string(), catalog::read(path)?));
    }
    let mut listing = Listing { phrases: IndexMap::new(), examples: IndexMap::new() };
    for (code, files) in &sources {
        let examples = files.iter().filter(|(stem, ..)| stem == "examples");
        listing
            .examples
            .insert(code.clone(), examples.map(|(_, path, text)| (path.clone(), text.clone())).collect());
        if listed {
            listing.phrases.insert(code.clone(), Vec::new());
        }
    }
    let lexicon = Builder::default().build(
        sources,
        &metric_tables,
        (&entity_tables, shipped_tables),
        &mut listing.phrases,
    )?;
    Ok((lexicon, listing))
}

fn overlay_languages(folder: &Path, sources: &mut IndexMap<String, Files>) -> Result<(), LexiconError> {
    let error = |path: &Path, e: std::io::Error| LexiconError {
        path: path.display().to_string(),
        message: e.to_string(),
    };
    if !folder.is_dir() {
        return Err(LexiconError { path: folder.display().to_string(), message: "no such folder".into() });
    }
    let lang = folder.join("lang");
    if !lang.is_dir() {
        return Ok(());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(&lang).map_err(|e| error(&lang, e))? {
        let sub = entry.map_err(|e| error(&lang, e))?.path();
        if sub.is_dir() {
            for file in fs::read_dir(&sub).map_err(|e| error(&sub, e))? {
                paths.push(file.map_err(|e| error(&sub, e))?.path());
            }
        }
    }
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let name = |p: Option<&std::ffi::OsStr>| p.unwrap_or_default().to_string_lossy().into_owned();
        let (code, stem) = (name(path.parent().and_then(Path::file_name)), name(path.file_stem()));
        sources.entry(code).or_default().push((stem, path.display().to_string(), read_file(path)?));
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<String, LexiconError> {
    fs::read_to_string(path)
        .map_err(|e| LexiconError { path: path.display().to_string(), message: e.to_string() })
}

/// Tables that grow while files are read.
#[derive(Default)]
struct Builder {
    metrics: Vec<Metric>,
    categories: Vec<Category>,
    entities: Vec<Entity>,
    names: Vec<Name>,
    /// Languages that a name of an entity does not hold in.
    barred: Vec<(String, String, u16)>,
    /// Names that entities had once.
    former: Vec<(String, u16)>,
    /// The same with the days from and to which they had them, where those are known.
    renamed: Vec<(String, u16, Period)>,
    currencies: Vec<Currency>,
    units: Vec<Unit>,
    qualifiers: Vec<String>,
    regions: Vec<String>,
}

/// A name of an entity; `lang` is empty where it holds in all languages.
#[derive(Debug)]
struct Name {
    lang: String,
    text: String,
    entity: u16,
    kind: NameKind,
}

/// The names of all entities.
#[derive(Debug)]
pub(crate) struct EntityNames {
    all: Vec<Name>,
    /// Languages that a name of an entity does not hold in.
    barred: Vec<(String, String, u16)>,
    /// Adjectives of places: the place, language, words.
    demonyms: Vec<(u16, String, String)>,
}

/// Currency signs and codes that mean the same in every language; `?` marks a shared sign.
const CURRENCY_SIGNS: &[(&str, &[&str])] = &[
    ("USD", &["us$", "$us", "$ us", "u.s.$", "usd", "$?", "us $"]),
    ("EUR", &["€", "eur"]),
    ("GBP", &["£", "gbp"]),
    ("JPY", &["jpy", "jp¥"]),
    ("CNY", &["cny", "rmb", "cn¥", "¥?"]),
    ("IDR", &["rp", "idr", "rp."]),
    ("INR", &["inr", "₹", "rs.", "rs?"]),
    ("KRW", &["krw", "₩"]),
    ("CHF", &["chf", "sfr"]),
    ("CAD", &["cad", "c$", "ca$", "cdn$"]),
    ("AUD", &["aud", "a$", "au$"]),
    ("NZD", &["nzd", "nz$"]),
    ("SGD", &["sgd", "s$"]),
    ("HKD", &["hkd", "hk$"]),
    ("TWD", &["twd", "nt$"]),
    ("BRL", &["brl", "r$"]),
    ("MXN", &["mxn", "mex$"]),
    ("RUB", &["rub", "₽"]),
    ("UAH", &["uah", "₴"]),
    ("VND", &["vnd", "₫"]),
    ("MYR", &["myr", "rm"]),
    ("THB", &["thb", "฿"]),
    ("TRY", &["try", "₺"]),
    ("SEK", &["sek"]),
    ("NOK", &["nok"]),
    ("DKK", &["dkk"]),
    ("PLN", &["pln", "zł"]),
    ("CZK", &["czk", "kč"]),
    ("HUF", &["huf"]),
    ("ILS", &["ils", "₪"]),
    ("SAR", &["sar"]),
    ("AED", &["aed"]),
    ("ZAR", &["zar"]),
    ("PHP", &["php", "₱"]),
    ("NGN", &["ngn", "₦"]),
    ("EGP", &["egp"]),
    ("ARS", &["ars"]),
    ("CLP", &["clp"]),
    ("COP", &["cop"]),
    ("QAR", &["qar"]),
    ("KWD", &["kwd"]),
    ("BGN", &["bgn"]),
];

impl EntityNames {
    /// Names that are no everyday words: language, name, index of the entity.
    pub(crate) fn sure(&self) -> impl Iterator<Item = (&str, &str, u16)> {
        let sure = self.all.iter().filter(|n| n.kind != NameKind::Weak);
        sure.map(|n| (n.lang.as_str(), n.text.as_str(), n.entity))
    }
}

/// The days that `2005..2021-10-28` runs over; each end is a day, a month or a year.
fn span(text: &str) -> Option<Period> {
    let (from, to) = text.split_once("..")?;
    let end = |text: &str| text.trim().parse::<Period>().ok();
    Some(Period::days(end(from)?.first()?, end(to)?.last()?))
}

impl Builder {
    fn build(
        mut self,
        sources: IndexMap<String, Files>,
        metric_tables: &[(String, String)],
        (entity_tables, shipped_tables): (&[(String, String)], usize),
        listed: &mut IndexMap<String, Vec<Listed<Term>>>,
    ) -> Result<Lexicon, LexiconError> {
        // Units of measure come first: a language's are kept as a set of their indexes.
        for unit in Unit::convertible() {
            position_or_push(&mut self.units, unit);
        }
        for (path, text) in metric_tables {
            self.metric_table(path, text)?;
        }
        self.shares();
        for (place, (path, text)) in entity_tables.iter().enumerate() {
            self.entity_table(path, text, place >= shipped_tables)?;
        }
        // A former name counts only where nobody bears it today: Facebook is the app now, not the company.
        let mut borne: HashSet<String> = self.names.iter().map(|n| n.text.to_ascii_lowercase()).collect();
        for (text, entity) in std::mem::take(&mut self.former) {
            if borne.insert(text.to_ascii_lowercase()) {
                self.names.push(Name { lang: String::new(), text, entity, kind: NameKind::Proper });
            }
        }
        let names = Arc::new(EntityNames {
            all: std::mem::take(&mut self.names),
            barred: std::mem::take(&mut self.barred),
            demonyms: self.demonyms()?,
        });
        let mut langs = IndexMap::new();
        let mut profiles = Vec::new();
        let mut others = IndexMap::new();
        for (code, files) in &sources {
            let (lang, lang_profile) =
                self.language(code, files, &names, listed.get_mut(code), &mut others)?;
            langs.insert(code.clone(), lang);
            if code != UNIVERSAL {
                profiles.push(lang_profile);
            }
        }
        // A folder of its own, be it the user's, makes a language one of those that are read.
        others.retain(|code, _| !sources.contains_key(code));
        let known: HashSet<String> = profiles.iter().flat_map(|p| p.words.iter().cloned()).collect();
        let told = others.iter().map(|(code, other): (&String, &OtherFile)| Profile {
            code: code.clone(),
            script: other.script.unwrap_or(Script::Latin),
            // A word of a language that is read tells nothing of one that is not.
            words: other.words.iter().filter(|w| !known.contains(*w)).cloned().collect(),
            letters: other.letters.clone(),
        });
        let detector = Detector::new(profiles, told.collect());
        let business_years =
            csv_rows("data/business-years.csv", include_str!("../../../../data/business-years.csv"))?
                .iter()
                .filter_map(|(_, row)| {
                    let country = row.get("country");
                    let name = if country == "JP" { FiscalYearName::Start } else { FiscalYearName::End };
                    Some((country.to_owned(), FiscalCalendar::from_mmdd(row.get("fiscal_year_end"), name)?))
                })
                .collect();
        let public_years =
            csv_rows("data/business-years.csv", include_str!("../../../../data/business-years.csv"))?
                .iter()
                .filter_map(|(_, row)| {
                    let last: i8 = row.get("public_year_end").get(..2)?.parse().ok()?;
                    Some((row.get("country").to_owned(), last % 12 + 1))
                })
                .collect();
        let composed = self.composed()?;
        let path = "data/shared-money.csv";
        let shared_money =
            csv::Reader::from_reader(include_str!("../../../../data/shared-money.csv").as_bytes())
                .deserialize()
                .collect::<Result<Vec<SharedMoney>, _>>()
                .map_err(|e| LexiconError { path: path.to_owned(), message: e.to_string() })?;
        Ok(Lexicon {
            langs,
            shared_money,
            business_years,
            public_years,
            composed,
            categories: self.categories,
            metrics: self.metrics,
            entities: self.entities,
            names,
            former: self.renamed,
            currencies: self.currencies,
            units: self.units,
            qualifiers: self.qualifiers,
            regions: self.regions,
            detector,
        })
    }

    fn metric_table(&mut self, path: &str, text: &str) -> Result<(), LexiconError> {
        for (line, row) in csv_rows(path, text)? {
            let field = |name: &str| row.get(name);
            let bad = |what: &str, word: &str| LexiconError {
                path: path.to_owned(),
                message: format!("line {line}: {what} «{word}» is not known"),
            };
            let kind = match field("kind") {
                "flow" => MetricKind::Flow,
                "stock" => MetricKind::Stock,
                "price" => MetricKind::Price,
                "ratio" => MetricKind::Ratio,
                "rate" | "growth" | "price_index" => MetricKind::Rate,
                "per_share" => MetricKind::PerShare,
                "count_stock" => MetricKind::CountStock,
                "count_flow" => MetricKind::CountFlow,
                "event" => MetricKind::Event,
                "tally" => MetricKind::Tally,
                "open" => MetricKind::Open,
                other => return Err(bad("kind", other)),
            };
            let unit = match field("unit") {
                "money" => MetricUnit::Money,
                "money/share" => MetricUnit::MoneyPerShare,
                "percent" => MetricUnit::Percent,
                "" => return Err(bad("unit", "")),
                noun => MetricUnit::Count(self.unit(path, noun)?),
            };
            let metric = Metric {
                id: field("metric").to_owned(),
                kind,
                unit,
                company_only: field("of") == "company",
                of_places: field("of") == "place",
                growth: match field("kind") {
                    "growth" => Some(Growth::Level),
                    "price_index" => Some(Growth::Yearly),
                    _ => None,
                },
            };
            match self.metrics.iter_mut().find(|m| m.id == metric.id) {
                Some(known) => *known = metric,
                None => self.metrics.push(metric),
            }
        }
        Ok(())
    }

    /// Beside each amount stands the share of it: percent of revenue, of passengers.
    fn shares(&mut self) {
        let amount = |m: &&Metric| {
            matches!(
                m.kind,
                MetricKind::Flow | MetricKind::Stock | MetricKind::CountFlow | MetricKind::CountStock
            )
        };
        let whole: Vec<Metric> = self.metrics.iter().filter(amount).cloned().collect();
        for metric in whole {
            let id = super::share_id(&metric.id);
            if !self.metrics.iter().any(|m| m.id == id) {
                let share = Metric { id, kind: MetricKind::Ratio, unit: MetricUnit::Percent, ..metric };
                self.metrics.push(share);
            }
        }
    }

    /// Metrics of which each category has its own, with the ids they take.
    fn composed(&self) -> Result<Vec<Composed>, LexiconError> {
        let path = "data/composed.csv";
        let rows = csv_rows(path, include_str!("../../../../data/composed.csv"))?;
        let read = |(line, row): &(u64, Row)| {
            let known = (0..=u16::MAX).zip(&self.metrics).find(|(_, m)| m.id == row.get("metric"));
            let (index, _) = known.ok_or_else(|| LexiconError {
                path: path.to_owned(),
                message: format!("line {line}: metric «{}» is not in data/metrics.csv", row.get("metric")),
            })?;
            Ok(Composed {
                metric: index,
                id: row.get("id").to_owned(),
                by: row.get("by").split_whitespace().map(str::to_owned).collect(),
                alone: row.get("alone") == "yes",
            })
        };
        rows.iter().map(read).collect()
    }

    fn entity_table(&mut self, path: &str, text: &str, by_user: bool) -> Result<(), LexiconError> {
        let rows = csv_rows(path, text)?;
        let shipped_names = self.names.len();
        let mut given: HashSet<(String, String)> = HashSet::new();
        // A row with an id that is known already speaks of that entity.
        let mut ids: IndexMap<String, u16> = IndexMap::new();
        for entity in &self.entities {
            let next = u16::try_from(ids.len()).unwrap_or(u16::MAX);
            ids.insert(entity.id.clone(), next);
        }
        for (line, row) in &rows {
            let next = u16::try_from(ids.len()).map_err(|_| LexiconError {
                path: path.to_owned(),
                message: format!("line {line}: more than 65,535 entities"),
            })?;
            ids.entry(row.get("id").to_owned()).or_insert(next);
        }
        for (line, row) in &rows {
            let field = |name: &str| row.get(name);
            let bad = |message: String| LexiconError {
                path: path.to_owned(),
                message: format!("line {line}: {message}"),
            };
            let index = ids.get(field("id")).copied().unwrap_or(u16::MAX);
            let parent = match field("parent") {
                "" => None,
                id => Some(*ids.get(id).ok_or_else(|| bad(format!("parent «{id}» is not in the table")))?),
            };
            let kind = match field("kind") {
                "company" | "subsidiary" if parent.is_none() || field("kind") == "company" => {
                    EntityKind::Company
                }
                "index" => EntityKind::Index,
                "place" => EntityKind::Place,
                "authority" => EntityKind::Authority,
                "agency" => EntityKind::Agency,
                _ => EntityKind::Part,
            };
            let fiscal_name =
                if field("country") == "JP" { FiscalYearName::Start } else { FiscalYearName::End };
            let calendar =
                FiscalCalendar::from_mmdd(field("fiscal_year_end"), fiscal_name).unwrap_or_default();
            let name = field("name").to_owned();
            let weak: Vec<&str> = field("weak").split('|').filter(|w| !w.is_empty()).collect();
            for alias in std::iter::once(name.as_str()).chain(field("aliases").split('|')) {
                // "!de:Pool": a word of its own there.
                if let Some((lang, text)) = alias.strip_prefix('!').and_then(|a| a.split_once(':')) {
                    self.barred.push((lang.to_owned(), text.to_owned(), index));
                    continue;
                }
                let (lang, text) = match alias.split_once(':') {
                    Some((lang, text)) if lang.len() == 2 || lang.starts_with("zh-") => (lang, text),
                    _ => ("", alias),
                };
                if text.chars().count() > 1 {
                    let kind = if weak.contains(&text) {
                        NameKind::Weak
                    } else if text.chars().any(char::is_uppercase) || !text.chars().any(char::is_lowercase) {
                        NameKind::Proper
                    } else {
                        NameKind::Common
                    };
                    given.insert((lang.to_owned(), text.to_lowercase()));
                    self.names.push(Name {
                        lang: lang.to_owned(),
                        text: text.to_owned(),
                        entity: index,
                        kind,
                    });
                }
            }
            for (former, time) in field("former").split('|').filter_map(|f| f.split_once('@')) {
                self.renamed.extend(span(time).map(|time| (former.to_owned(), index, time)));
            }
            for former in
                field("former").split('|').filter_map(|f| f.split('@').next()).filter(|f| f.len() > 1)
            {
                self.former.push((former.to_owned(), index));
            }
            let country = field("country").to_owned();
            let entity = Entity { id: field("id").to_owned(), name, kind, parent, country, calendar };
            match self.entities.get_mut(index as usize) {
                Some(known) => *known = entity,
                None => self.entities.push(entity),
            }
        }
        if by_user {
            // Who writes a table of his own means his entities by the names in it.
            let mut place = 0;
            self.names.retain(|name| {
                place += 1;
                let everywhere = (String::new(), name.text.to_lowercase());
                let taken = given.contains(&everywhere) || given.contains(&(name.lang.clone(), everywhere.1));
                place > shipped_names || !taken
            });
        }
        Ok(())
    }

    /// Adjectives of the places that there are.
    fn demonyms(&self) -> Result<Vec<(u16, String, String)>, LexiconError> {
        let mut places: HashMap<&str, u16> = HashMap::new();
        for (place, entity) in (0..=u16::MAX).zip(&self.entities).filter(|(_, e)| e.kind == EntityKind::Place)
        {
            places.entry(&entity.id).or_insert(place);
        }
        let rows = csv::Reader::from_reader(include_str!("../../../../data/demonyms.csv").as_bytes())
            .into_deserialize()
            .collect::<Result<Vec<(String, String, String)>, _>>()
            .map_err(|e| LexiconError { path: "data/demonyms.csv".to_owned(), message: e.to_string() })?;
        let place = |country: &str| places.get(format!("PLACE-{country}").as_str()).copied();
        let known = |(country, lang, words): (String, String, String)| Some((place(&country)?, lang, words));
        Ok(rows.into_iter().filter_map(known).collect())
    }

    fn unit(&mut self, path: &str, name: &str) -> Result<u16, LexiconError> {
        let unit: Unit =
            name.parse().map_err(|e| LexiconError { path: path.to_owned(), message: format!("{e}") })?;
        Ok(position_or_push(&mut self.units, unit))
    }

    fn currency(&mut self, code: &str) -> u16 {
        match self.currencies.iter().position(|c| c.code == code) {
            Some(i) => u16::try_from(i).unwrap_or(u16::MAX),
            None => {
                self.currencies.push(Currency { code: code.to_owned() });
                u16::try_from(self.currencies.len() - 1).unwrap_or(u16::MAX)
            }
        }
    }

    fn language(
        &mut self,
        code: &str,
        files: &Files,
        names: &Arc<EntityNames>,
        listed: Option<&mut Vec<Listed<Term>>>,
        others: &mut IndexMap<String, OtherFile>,
    ) -> Result<(LazyLang, Profile), LexiconError> {
        let mut trie = Phrases::default();
        trie.listed = listed.is_some().then(Vec::new);
        let mut head = LangFile::default();
        let mut compounds = false;
        for (stem, path, text) in files {
            trie.file.clone_from(path);
            match stem.as_str() {
                "lang" => head = parse(path, text)?,
                "numbers" => {
                    let file: NumbersFile = parse(path, text)?;
                    compounds |= file.compounds;
                    numbers(&mut trie, path, file)?;
                }
                "units" => self.units_file(&mut trie, path, parse(path, text)?)?,
                "metrics" => self.metrics_file(&mut trie, path, parse(path, text)?)?,
                "categories" => {
                    let sections: IndexMap<String, IndexMap<String, Vec<String>>> = parse(path, text)?;
                    for (of, categories) in &sections {
                        for (id, words) in categories {
                            let category = Category { id: id.clone(), of: of.clone() };
                            let index = position_or_push(&mut self.categories, category);
                            insert_all(&mut trie, words, Term::Category(index));
                        }
                    }
                }
                "cues" => self.cues_file(&mut trie, path, parse(path, text)?)?,
                // What the other files say of a word outranks it.
                "nouns" => {}
                "periods" => periods(&mut trie, parse(path, text)?),
                // Texts with the claims a reader must find in them: the lint reads those.
                "examples" => {}
                other => {
                    return Err(LexiconError {
                        path: path.clone(),
                        message: format!("«{other}.toml» is not a file of a language folder"),
                    });
                }
            }
        }
        for word in &head.partitive {
            trie.insert(word, Term::Partitive);
        }
        for (_, path, text) in files.iter().filter(|(stem, ..)| stem == "nouns") {
            trie.file.clone_from(path);
            self.nouns_file(&mut trie, path, parse(path, text)?)?;
        }
        // What a folder lists is checked; signs and names hold for all languages.
        if let (Some(listed), Some(of_trie)) = (listed, trie.listed.take()) {
            *listed = of_trie;
        }
        for (iso, signs) in CURRENCY_SIGNS {
            let index = self.currency(iso);
            for sign in *signs {
                let plain = sign.trim_end_matches('?');
                trie.insert(plain, Term::Currency(index, plain != *sign));
            }
        }
        for sign in ["%", "％", "٪"] {
            trie.insert(sign, Term::Percent);
        }
        let first = |text: &str, default: char| text.chars().next().unwrap_or(default);
        others.extend(std::mem::take(&mut head.others));
        let lang_profile = Profile {
            code: code.to_owned(),
            script: head.script.unwrap_or(Script::Latin),
            words: head.function_words.clone(),
            letters: head.letters,
        };
        let bits = |indexes: &mut dyn Iterator<Item = usize>| {
            indexes.filter(|i| *i < 128).fold(0u128, |bits, i| bits | 1 << i)
        };
        let is_point = |c: &Currency| head.point_money.contains(&c.code);
        let point_money = bits(&mut (0..self.currencies.len()).filter(|i| is_point(&self.currencies[*i])));
        let measures = bits(&mut (0..self.units.len()).filter(|i| is_measure(&self.units[*i])));
        let unbuilt = Arc::new(TrieBuilder::default().build());
        let mut lang = Lang {
            code: code.to_owned(),
            trie: Arc::clone(&unbuilt),
            vocabulary: Arc::default(),
            named: unbuilt,
            decimal: first(&head.decimal, '.'),
            groups: head.group.iter().map(|g| first(g, ',')).collect(),
            abbreviations: head.abbreviations,
            clitics: head.clitics.clone(),
            prefixes: combined(&head.prefixes),
            capital_months: head.capital_months,
            numbered_quarters: head.numbered_quarters,
            names: Naming {
                glue: head.name_glue,
                heads: head.name_heads,
                titles: head.name_titles,
                tails: head.name_tails,
                latin: Letters::new(&head.latin),
                stops: head.name_stops,
                small: head.function_words.iter().map(|w| w.to_lowercase()).collect(),
                articles: head.articles,
                adjectives: head.adjective_endings,
                companies: head.company_words,
                kinds: head.company_nouns,
                nouns: head.noun_endings,
                plurals: head.plural_verbs,
                reports: head.title_verbs,
                plain: head.plain_adjectives,
                plural_nouns: head.plural_endings,
                endings: if head.name_endings.is_empty() {
                    Vec::new()
                } else {
                    head.name_endings.iter().chain(&head.clitics).cloned().collect()
                },
            },
            table: TableWords {
                kinds: head.table_kinds,
                totals: head.table_totals,
                rests: head.table_rests,
                plain: head.table_plain,
                groups: head.table_groups,
                seasons: head.table_seasons,
                year_before: head.table_year_before,
            },
            day_first: head.day_first,
            home: self
                .entities
                .iter()
                .position(|e| e.kind == EntityKind::Place && !head.home.is_empty() && e.id == head.home)
                .and_then(|i| u16::try_from(i).ok()),
            verb_last: head.verb_last,
            compounds,
            point_money,
            measures,
            groups_only: false,
            pairs: head.group_pairs,
            regions: Vec::new(),
        };
        let mut regions = Vec::new();
        for (country, file) in &head.region {
            let file = match &file.like {
                Some(other) => head.region.get(other).ok_or_else(|| LexiconError {
                    path: format!("data/lang/{code}/lang.toml"),
                    message: format!("region.{country} is like «{other}», which is no region of the file"),
                })?,
                None => file,
            };
            let mut own = lang.clone();
            if let Some(decimal) = &file.decimal {
                own.decimal = first(decimal, '.');
            }
            if let Some(group) = &file.group {
                own.groups = group.iter().map(|g| first(g, ',')).collect();
                own.groups_only = true;
            }
            own.day_first = file.day_first.unwrap_or(own.day_first);
            if let Some(money) = &file.point_money {
                let is_point = |i: &usize| money.contains(&self.currencies[*i].code);
                own.point_money = bits(&mut (0..self.currencies.len()).filter(is_point));
            }
            regions.push((country.clone(), own));
        }
        lang.regions = regions;
        if !head.code.is_empty() && head.code != code {
            return Err(LexiconError {
                path: format!("data/lang/{code}/lang.toml"),
                message: format!("code «{}» is not the folder's name", head.code),
            });
        }
        let (names, name_endings) = (Arc::clone(names), head.name_endings);
        let lazy: LazyLang = LazyLock::new(Box::new(move || {
            lang.vocabulary = Arc::new(vocabulary(&trie));
            let (trie, named) = tries(&trie, &names, &lang.code, &name_endings, &lang.clitics);
            (lang.trie, lang.named) = (Arc::new(trie), Arc::new(named));
            for (_, region) in &mut lang.regions {
                (region.trie, region.named) = (Arc::clone(&lang.trie), Arc::clone(&lang.named));
                region.vocabulary = Arc::clone(&lang.vocabulary);
            }
            lang
        }));
        Ok((lazy, lang_profile))
    }

    fn units_file(
        &mut self,
        trie: &mut Phrases<Term>,
        path: &str,
        file: UnitsFile,
    ) -> Result<(), LexiconError> {
        insert_all(trie, &file.percent, Term::Percent);
        insert_all(trie, &file.percentage_points, Term::PercentagePoints);
        insert_all(trie, &file.basis_points, Term::BasisPoints);
        insert_all(trie, &file.tenth_points, Term::TenthPoints);
        if !file.of_gdp.is_empty() {
            let unit = self.unit(path, "percent_of_gdp")?;
            insert_all(trie, &file.of_gdp, Term::OfProduct(unit));
        }
        for (iso, names) in &file.minor {
            let index = self.currency(iso);
            insert_all(trie, names, Term::Minor(index));
        }
        insert_all(trie, &file.tenths, Term::Share(SharePlace::Tenths { digit: false }));
        insert_all(trie, &file.tenths_and_digit, Term::Share(SharePlace::Tenths { digit: true }));
        insert_all(trie, &file.hundredths, Term::Share(SharePlace::Hundredths));
        insert_all(trie, &file.thousandths, Term::Share(SharePlace::Thousandths));
        insert_all(trie, &file.per_share, Term::PerShare);
        insert_all(trie, &file.per_time, Term::PerTime);
        insert_all(trie, &file.cents, Term::Cents);
        insert_all(trie, &file.times, Term::Times);
        for (iso, names) in &file.currency {
            let index = self.currency(iso);
            for name in names {
                let plain = name.trim_end_matches('?');
                trie.insert(plain, Term::Currency(index, plain != name));
            }
        }
        for (unit, nouns) in &file.noun {
            let index = self.unit(path, unit)?;
            insert_all(trie, nouns, Term::Noun(index));
        }
        for (unit, nouns) in &file.not_counted {
            let duration = match unit.as_str() {
                "hours" => Some(Duration::Hours),
                "days" => Some(Duration::Days),
                "weeks" => Some(Duration::Weeks),
                "months" => Some(Duration::Months),
                "years" => Some(Duration::Years),
                _ => None,
            };
            insert_all(trie, nouns, Term::NotCounted(duration));
        }
        Ok(())
    }

    fn nouns_file(
        &mut self,
        trie: &mut Phrases<Term>,
        path: &str,
        file: NounsFile,
    ) -> Result<(), LexiconError> {
        let known: HashSet<String> = trie
            .iter()
            .filter(|(_, term)| matches!(term, Term::Noun(_) | Term::Metric(..)))
            .map(|(phrase, _)| phrase.to_lowercase())
            .collect();
        let none = vec![String::new()];
        let counters = if file.counters.is_empty() { &none } else { &file.counters };
        for (id, nouns) in &file.nouns {
            let metric = self.metric_index(path, id)?;
            let MetricUnit::Count(unit) = self.metrics[metric as usize].unit else {
                let message = format!("«{id}» is no count in data/metrics.csv");
                return Err(LexiconError { path: path.to_owned(), message });
            };
            let thing = self.units[unit as usize].dimension().as_str() != "persons";
            for noun in nouns {
                for counter in counters {
                    let counted = format!("{counter}{noun}");
                    let fresh = !known.contains(&counted.to_lowercase());
                    if fresh {
                        trie.insert(&counted, Term::Noun(unit));
                    }
                    // Who people are is told by the noun, be they counted as people by another file too.
                    if fresh || !thing {
                        trie.insert(&counted, Term::Counted(metric, thing));
                    }
                }
                for pattern in &file.number_of {
                    let phrase = pattern.replace("{}", noun);
                    if !known.contains(&phrase.to_lowercase()) {
                        trie.insert(&phrase, Term::Metric(metric, false));
                    }
                }
            }
        }
        Ok(())
    }

    fn metric_index(&self, path: &str, id: &str) -> Result<u16, LexiconError> {
        let index = self.metrics.iter().position(|m| m.id == id).and_then(|i| u16::try_from(i).ok());
        index.ok_or_else(|| LexiconError {
            path: path.to_owned(),
            message: format!("metric «{id}» is not in data/metrics.csv"),
        })
    }

    fn metrics_file(
        &mut self,
        trie: &mut Phrases<Term>,
        path: &str,
        file: IndexMap<String, PhraseEntry>,
    ) -> Result<(), LexiconError> {
        for (id, phrases) in file {
            let (PhraseEntry::List(words) | PhraseEntry::Table(Words { words })) = phrases;
            if id == "none" {
                insert_all(trie, &words, Term::NoMetric);
                continue;
            }
            if id == "basis" {
                insert_all(trie, &words, Term::Basis);
                continue;
            }
            let (id, weak) = (id.trim_end_matches('?'), id.ends_with('?'));
            let index = self.metric_index(path, id)?;
            insert_all(trie, &words, Term::Metric(index, weak));
        }
        Ok(())
    }

    fn cues_file(
        &mut self,
        trie: &mut Phrases<Term>,
        path: &str,
        file: IndexMap<String, CueEntry>,
    ) -> Result<(), LexiconError> {
        for (name, entry) in file {
            match entry {
                CueEntry::Table(table) => {
                    for (value, phrases) in table {
                        let term = match name.as_str() {
                            "qualifiers" => Term::Qualifier(position_or_push(&mut self.qualifiers, value)),
                            "regions" => Term::Region(position_or_push(&mut self.regions, value)),
                            other => return Err(unknown_cue(path, other)),
                        };
                        insert_all(trie, &phrases, term);
                    }
                }
                CueEntry::List(phrases) => {
                    let cue = Cue::ALL.iter().find(|(n, _)| *n == name).map(|(_, c)| *c);
                    let cue = cue.ok_or_else(|| unknown_cue(path, &name))?;
                    insert_all(trie, &phrases, Term::Cue(cue));
                }
            }
        }
        Ok(())
    }
}

/// The phrase tables of a language: of everything but names with a capital, and of those.
fn tries(
    phrases: &Phrases<Term>,
    names: &EntityNames,
    code: &str,
    name_endings: &[String],
    clitics: &[String],
) -> (Trie<Term>, Trie<Term>) {
    let (mut trie, mut named) = (TrieBuilder::default(), TrieBuilder::default());
    phrases.iter().for_each(|(phrase, term)| trie.insert(phrase, term));
    for (place, _, words) in names.demonyms.iter().filter(|(_, lang, _)| lang == code) {
        for word in words.split('|').filter(|w| !w.is_empty()) {
            trie.insert(word, Term::Entity(*place, NameKind::Adjective));
        }
    }
    let barred: Vec<_> = names.barred.iter().filter(|(lang, ..)| lang == code).collect();
    let barred = |n: &Name| barred.iter().any(|(_, text, entity)| *entity == n.entity && *text == n.text);
    let mut formed = String::new();
    for name in names.all.iter().filter(|n| (n.lang.is_empty() && !barred(n)) || n.lang == code) {
        // Names with a capital are looked for only where a word has one, or has no letters that could.
        let into = if name.text.starts_with(char::is_lowercase) { &mut trie } else { &mut named };
        let term = Term::Entity(name.entity, name.kind);
        into.insert(&name.text, term);
        // Россия, России, Россией: a final vowel gives way to the endings that names take.
        let stem = name_endings.iter().find_map(|e| name.text.strip_suffix(e.as_str()));
        let Some(stem) = stem.filter(|s| name.kind == NameKind::Proper && s.chars().count() >= 3) else {
            continue;
        };
        for clitic in clitics {
            formed.clear();
            formed.push_str(stem);
            formed.push_str(clitic);
            into.insert(&formed, term);
        }
    }
    (trie.build(), named.build())
}

/// Whether a unit measures instead of counting.
fn is_measure(unit: &Unit) -> bool {
    matches!(
        unit.dimension().as_str(),
        "mass" | "length" | "energy" | "power" | "volume" | "area" | "points" | "barrels"
    )
}

/// Prefixes and what two of them make, longest first: a conjunction before a preposition or the article. `لل>ال` is
/// a preposition that swallows the beginning of what follows.
fn combined(prefixes: &[String]) -> Vec<Prefix> {
    let read = |text: &String| {
        let (written, restored) = text.split_once('>').unwrap_or((text, ""));
        Prefix { written: written.to_owned(), restored: restored.to_owned() }
    };
    let single: Vec<Prefix> = prefixes.iter().map(read).collect();
    let mut all = single.clone();
    for a in single.iter().filter(|a| a.restored.is_empty()) {
        for b in single.iter().filter(|b| b.written != a.written) {
            all.push(Prefix { written: format!("{}{}", a.written, b.written), restored: b.restored.clone() });
        }
    }
    all.sort_by_key(|p| std::cmp::Reverse(p.written.chars().count()));
    all
}

fn unknown_cue(path: &str, name: &str) -> LexiconError {
    let nearest = Cue::ALL.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
    LexiconError { path: path.to_owned(), message: format!("cue «{name}» is none of {nearest}") }
}

fn numbers(trie: &mut Phrases<Term>, path: &str, file: NumbersFile) -> Result<(), LexiconError> {
    insert_table(trie, file.add.into_iter().map(|(w, n)| (w, Term::NumberAdd(n))).collect());
    insert_table(trie, file.times.into_iter().map(|(w, n)| (w, Term::NumberTimes(n))).collect());
    for (word, whole) in file.whole {
        let (mut digits, mut zeros) = (whole, 0u8);
        while digits >= 10 && digits.is_multiple_of(10) {
            (digits, zeros) = (digits / 10, zeros + 1);
        }
        let digits = u32::try_from(digits).map_err(|_| LexiconError {
            path: path.to_owned(),
            message: format!("whole «{word}»: {whole} has more than nine digits that are not zero"),
        })?;
        trie.insert(&word, Term::NumberWhole(digits, zeros));
    }
    insert_table(trie, file.ordinal.into_iter().map(|(w, n)| (w, Term::Ordinal(n))).collect());
    insert_table(trie, file.scale.into_iter().map(|(w, n)| (w, Term::Scale(n))).collect());
    insert_table(trie, file.scale_suffix.into_iter().map(|(w, n)| (w, Term::ScaleSuffix(n))).collect());
    insert_table(trie, file.vague.into_iter().map(|(w, n)| (w, Term::Vague(n))).collect());
    insert_table(trie, file.denominator.into_iter().map(|(w, n)| (w, Term::Denominator(n))).collect());
    insert_table(
        trie,
        file.percent_at_least.into_iter().map(|(w, n)| (w, Term::PercentAtLeast(n))).collect(),
    );
    for (word, value) in file.decimal {
        let tenths = consilience_claim::exact::parse(&value)
            .ok()
            .map(|v| (v * consilience_claim::Decimal::TEN).normalize());
        let tenths = tenths.filter(|t| t.is_integer()).and_then(|t| u16::try_from(t.mantissa()).ok());
        let tenths = tenths.ok_or_else(|| LexiconError {
            path: path.to_owned(),
            message: format!("decimal «{word}»: «{value}» is not a number with one decimal"),
        })?;
        trie.insert(&word, Term::NumberTenths(tenths));
    }
    for (word, percent) in file.fraction {
        let hundredths = percent.parse::<f64>().ok().map(|p| (p * 100.0).round());
        let hundredths = hundredths.filter(|h| (0.0..=10_000.0).contains(h)).ok_or_else(|| LexiconError {
            path: path.to_owned(),
            message: format!("fraction «{word}»: «{percent}» is not a percentage up to 100"),
        })?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in 0..=10000, checked above"
        )]
        trie.insert(&word, Term::Fraction(hundredths as u16));
    }
    insert_all(trie, &file.joiner.words, Term::Joiner);
    insert_all(trie, &file.tens_joiner.words, Term::TensJoiner);
    insert_all(trie, &file.point.words, Term::DecimalPoint);
    insert_all(trie, &file.minus.words, Term::Minus);
    insert_all(trie, &file.plus_minus.words, Term::PlusMinus);
    trie.insert("±", Term::PlusMinus);
    insert_all(trie, &file.fraction_mark.words, Term::FractionMark);
    insert_all(trie, &file.over.words, Term::Over);
    insert_all(trie, &file.mixed.words, Term::Mixed);
    insert_all(trie, &file.some.words, Term::Some);
    insert_all(trie, &file.and_a_half.words, Term::AndAHalf);
    Ok(())
}

fn insert_table(trie: &mut Phrases<Term>, words: IndexMap<String, Term>) {
    words.iter().for_each(|(word, term)| trie.insert(word, *term));
}

fn periods(trie: &mut Phrases<Term>, file: PeriodsFile) {
    for (month, names) in (1u8..).zip(&file.months) {
        insert_all(trie, names, Term::Month(month));
    }
    for (month, name) in (1u8..).zip(&file.months_short) {
        trie.insert(name, Term::MonthShort(month));
    }
    for (day, name) in (1u8..).zip(&file.weekdays) {
        match name {
            Names::One(name) => trie.insert(name, Term::Weekday(day)),
            Names::Several(names) => insert_all(trie, names, Term::Weekday(day)),
        }
    }
    insert_all(trie, &file.quarter, Term::Quarter);
    insert_all(trie, &file.half, Term::Half);
    insert_all(trie, &file.year, Term::Year);
    insert_all(trie, &file.fiscal, Term::Fiscal);
    insert_all(trie, &file.year_mark, Term::YearMark);
    insert_all(trie, &file.month_mark, Term::MonthMark);
    insert_all(trie, &file.day_mark, Term::DayMark);
    insert_all(trie, &file.fiscal_month_mark, Term::FiscalMonthMark);
    insert_all(trie, &file.ordinal_mark, Term::OrdinalMark);
    insert_all(trie, &file.quarter_letters, Term::QuarterLetter);
    insert_all(trie, &file.half_letters, Term::HalfLetter);
    insert_all(trie, &file.months_letters, Term::MonthsLetter);
    for (word, months) in &file.month_groups {
        trie.insert(word, Term::MonthGroup(*months));
    }
    for (word, (first, last)) in &file.seasons {
        trie.insert(word, Term::Season(*first, *last));
    }
    for (word, month) in &file.year_openings {
        trie.insert(word, Term::YearOpening(*month));
    }
    for (word, months) in &file.numbers_of_months {
        trie.insert(word, Term::NumberOfMonths(*months));
    }
    for (name, before) in &file.eras {
        trie.insert(name, Term::Era(*before));
    }
    insert_all(trie, &file.connectors, Term::Connector);
    for (phrases, word) in [
        (&file.first_three_months, TimeWord::FirstThreeMonths),
        (&file.last_three_months, TimeWord::LastThreeMonths),
        (&file.end_of_quarter, TimeWord::EndOfQuarter),
        (&file.month_range, TimeWord::MonthRange),
        (&file.nine_months, TimeWord::NineMonths),
        (&file.final_quarter, TimeWord::FinalQuarter),
        (&file.over_months, TimeWord::OverMonths),
        (&file.six_months, TimeWord::SixMonths),
        (&file.full_year, TimeWord::FullYear),
        (&file.year_to_date, TimeWord::YearToDate),
        (&file.month_to_date, TimeWord::MonthToDate),
        (&file.same_period_last_year, TimeWord::SamePeriodLastYear),
        (&file.same_period, TimeWord::SamePeriod),
        (&file.last_year, TimeWord::LastYear),
        (&file.last_whole_year, TimeWord::LastWholeYear),
        (&file.previous_year, TimeWord::PreviousYear),
        (&file.this_fiscal_year, TimeWord::ThisFiscalYear),
        (&file.last_fiscal_year, TimeWord::LastFiscalYear),
        (&file.this_year, TimeWord::ThisYear),
        (&file.next_year, TimeWord::NextYear),
        (&file.previous_quarter, TimeWord::PreviousQuarter),
        (&file.this_quarter, TimeWord::ThisQuarter),
        (&file.next_quarter, TimeWord::NextQuarter),
        (&file.previous_month, TimeWord::PreviousMonth),
        (&file.this_month, TimeWord::ThisMonth),
        (&file.next_month, TimeWord::NextMonth),
        (&file.today, TimeWord::Today),
        (&file.out_of_hours, TimeWord::OutOfHours),
        (&file.yesterday, TimeWord::Yesterday),
        (&file.first_months, TimeWord::FirstMonths),
        (&file.base_before, TimeWord::BaseBefore),
        (&file.base_behind, TimeWord::BaseBehind),
        (&file.base_then, TimeWord::BaseThen),
        (&file.ago_before, TimeWord::AgoBefore),
        (&file.ago_behind, TimeWord::AgoBehind),
        (&file.next_one, TimeWord::NextOne),
        (&file.current_quarter, TimeWord::CurrentQuarter),
        (&file.end_of, TimeWord::EndOf),
        (&file.as_of, TimeWord::AsOf),
        (&file.since, TimeWord::Since),
        (&file.within, TimeWord::Within),
        (&file.day_of, TimeWord::DayOf),
        (&file.through, TimeWord::Through),
        (&file.launch, TimeWord::Launch),
        (&file.one_week, TimeWord::One(Duration::Weeks)),
        (&file.one_day, TimeWord::One(Duration::Days)),
        (&file.one_month, TimeWord::One(Duration::Months)),
    ] {
        insert_all(trie, phrases, Term::Time(word));
    }
    for (phrases, duration) in [
        (&file.hours, Duration::Hours),
        (&file.days, Duration::Days),
        (&file.weeks, Duration::Weeks),
        (&file.months_unit, Duration::Months),
        (&file.years, Duration::Years),
    ] {
        insert_all(trie, phrases, Term::NotCounted(Some(duration)));
    }
}

/// The words of all phrases, without those that go by many endings.
fn vocabulary(phrases: &Phrases<Term>) -> HashSet<Box<str>> {
    let words = phrases.iter().flat_map(|(phrase, _)| phrase.split_whitespace());
    words
        .filter(|word| word.len() > 2 && !word.ends_with('*'))
        .map(|word| word.to_lowercase().into())
        .collect()
}

fn insert_all(trie: &mut Phrases<Term>, phrases: &[String], term: Term) {
    for phrase in phrases {
        trie.insert(phrase, term);
    }
}

fn position_or_push<T: PartialEq>(table: &mut Vec<T>, value: T) -> u16 {
    let index = table.iter().position(|v| *v == value).unwrap_or_else(|| {
        table.push(value);
        table.len() - 1
    });
    u16::try_from(index).unwrap_or(u16::MAX)
}

pub(super) fn parse<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, LexiconError> {
    toml::from_str(text).map_err(|e| LexiconError { path: path.to_owned(), message: e.to_string() })
}

/// A row of a CSV table, whose fields go by the name of their column.
struct Row {
    /// Names of the columns, once for the table.
    header: Rc<csv::StringRecord>,
    record: csv::StringRecord,
}

impl Row {
    /// The field of that column; nothing where the table has none.
    fn get(&self, column: &str) -> &str {
        self.header.iter().position(|h| h == column).and_then(|i| self.record.get(i)).unwrap_or_default()
    }
}

/// Rows of a CSV table, each with its line.
fn csv_rows(path: &str, text: &str) -> Result<Vec<(u64, Row)>, LexiconError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let error = |e: csv::Error| LexiconError { path: path.to_owned(), message: e.to_string() };
    let header = Rc::new(reader.headers().map_err(error)?.clone());
    reader
        .into_records()
        .map(|record| {
            let record = record.map_err(error)?;
            let line = record.position().map_or(0, csv::Position::line);
            Ok((line, Row { header: Rc::clone(&header), record }))
        })
        .collect()
}
