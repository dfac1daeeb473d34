//! Inline XBRL: a 10-K or 10-Q as filed, its figures tagged where they are printed.
//!
//! The tokenizer gives tags and runs of text with their places, in one pass and without a tree: neither depth nor
//! broken nesting costs more than that pass. What a figure means stands apart from it (contexts, units), before or
//! behind it, so figures are put together at the end. Prose is left unread: what is not tagged is no filed figure.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;

use consilience_claim::{Date, Decimal, Span, Unit, exact};
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span as Place, Tokenizer};

use crate::fact::{self, Fact, Facts};
use crate::{tables, transform};

pub(crate) const RULE: &str = "ixbrl";

/// The namespace of what stands on the cover, without its year.
const COVER: &str = "http://xbrl.sec.gov/dei/";
/// On the cover: the filer's name as registered, its Central Index Key, and which form the file is.
const REGISTRANT: &str = "EntityRegistrantName";
const KEY: &str = "EntityCentralIndexKey";
const FORM: &str = "DocumentType";
/// The scheme of identifiers that are Central Index Keys.
const REGISTER: &str = "http://www.sec.gov/CIK";
/// Forms with accounts, without the mark of an amendment: of years and quarters, short years, foreign filers, and
/// current reports, which tell results first.
const FORMS: [&str; 8] = ["10-K", "10-KT", "10-Q", "10-QT", "20-F", "40-F", "6-K", "8-K"];

/// Figures inside figures, deeper than this, are no filing.
const DEEPEST: usize = 16;
/// A printed figure, a date or a name is no longer than this.
const LONGEST: usize = 400;
/// So many bad figures are named; the rest is counted.
const NAMED: usize = 20;

/// Reads a file, or gives `None` where it is no filing, whatever tags it has.
pub(crate) fn read(bytes: &[u8]) -> Option<Facts> {
    // Editions of the specification of 2008 to 2013 have namespaces that differ in the year.
    memchr::memmem::find(bytes, b"/inlineXBRL\"").or_else(|| memchr::memmem::find(bytes, b"/inlineXBRL'"))?;
    let text = readable(bytes);
    let mut walker = Walker::default();
    let mut tag = Tag::default();
    let emitter =
        CallbackEmitter::new(|event: CallbackEvent<'_>, place: Place<usize>| -> Option<Infallible> {
            match event {
                CallbackEvent::OpenStartTag { name } => tag.open(name),
                CallbackEvent::AttributeName { name } => tag.attribute(name),
                CallbackEvent::AttributeValue { value } => tag.value(value),
                CallbackEvent::CloseStartTag { self_closing } => walker.start(&tag, self_closing),
                CallbackEvent::EndTag { name } => walker.end(&lossy(name)),
                CallbackEvent::String { value } => walker.text(place.start..place.end, value),
                _ => {}
            }
            None
        });
    // The emitter takes everything in and gives nothing out.
    let _: usize = Tokenizer::new_with_emitter(text.as_ref(), emitter).count();
    walker.facts(bytes)
}

/// The bytes as text of the same length: what is not UTF-8 stands as question marks, so that places stay.
fn readable(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let plain = bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' });
    plain.collect::<String>().into()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A start tag as it comes in: name and attributes in lower case.
#[derive(Default)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn open(&mut self, name: &[u8]) {
        self.name = lossy(name);
        self.attributes.clear();
    }

    fn attribute(&mut self, name: &[u8]) {
        // One beyond the bound keeps its place for its value, under a name that nobody asks for.
        let kept = self.attributes.len() < 64 || name.starts_with(b"xmlns:");
        if kept {
            self.attributes.push((lossy(name), String::new()));
        } else if self.attributes.last().is_none_or(|(name, _)| !name.is_empty()) {
            self.attributes.push((String::new(), String::new()));
        }
    }

    fn value(&mut self, value: &[u8]) {
        if let Some((_, slot)) = self.attributes.last_mut()
            && value.len() <= LONGEST
        {
            *slot = lossy(value);
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn owned(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().trim().to_owned()
    }
}

/// Who, when, and in which dimensions.
#[derive(Debug, Default)]
struct Context {
    /// What the identifier of who is spoken of is one of: the namespace of its scheme.
    scheme: String,
    cik: String,
    start: String,
    end: String,
    members: Vec<(String, String)>,
    /// A dimension without members of its own: no figure of it has a meaning here.
    typed: bool,
}

/// A tagged figure before its context and unit are known.
#[derive(Debug, Default)]
struct Printed {
    name: String,
    context: String,
    unit: String,
    scale: String,
    decimals: String,
    format: String,
    negative: bool,
    nil: bool,
    text: String,
    place: Option<Range<usize>>,
}

/// A tagged word that is needed of a filing: who files, and for when.
#[derive(Debug, Default)]
struct Word {
    name: String,
    text: String,
}

/// What the text that comes next belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Into {
    Cik,
    Start,
    End,
    Member,
    Measure,
}

#[derive(Default)]
struct Walker {
    /// Prefix, in lower case, to namespace; the first binding holds.
    namespaces: BTreeMap<String, String>,
    lang: String,
    contexts: BTreeMap<String, Context>,
    /// Numerator and denominator of a unit.
    units: BTreeMap<String, (String, String)>,
    printed: Vec<Printed>,
    words: Vec<Word>,
    context: Option<(String, Context)>,
    unit: Option<(String, (String, String))>,
    below: bool,
    axis: String,
    into: Option<Into>,
    held: String,
    /// Open figures, outermost first.
    open: Vec<Printed>,
    open_word: Option<Word>,
    too_deep: usize,
    /// Running head of the submission that the file stands in, before its markup.
    filed: Option<Date>,
    is_ours: bool,
}

impl Walker {
    /// The local name of an element of inline XBRL or of XBRL; empty for all others.
    fn local<'n>(&self, name: &'n str) -> &'n str {
        let Some((prefix, local)) = name.split_once(':') else { return "" };
        let known = match self.namespaces.get(prefix) {
            Some(namespace) => namespace.ends_with("/inlineXBRL") || namespace.contains("xbrl.org/"),
            None => matches!(prefix, "ix" | "xbrli" | "xbrldi"),
        };
        if known { local } else { "" }
    }

    fn start(&mut self, tag: &Tag, self_closing: bool) {
        for (name, value) in &tag.attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.is_ours |= value.ends_with("/inlineXBRL");
                self.namespaces.entry(prefix.to_owned()).or_insert_with(|| value.clone());
            } else if name == "xml:lang" && self.lang.is_empty() {
                self.lang.clone_from(value);
            }
        }
        match self.local(&tag.name) {
            "nonfraction" => self.start_figure(tag, self_closing),
            "nonnumeric" if !self_closing => {
                let name = tag.owned("name");
                if let Some((prefix, name @ (REGISTRANT | KEY | FORM))) = name.split_once(':')
                    && self.namespaces.get(&prefix.to_lowercase()).is_some_and(|n| n.starts_with(COVER))
                {
                    self.open_word = Some(Word { name: name.to_owned(), text: String::new() });
                }
            }
            "context" => self.context = Some((tag.owned("id"), Context::default())),
            "identifier" => {
                if let Some((_, context)) = &mut self.context {
                    context.scheme = tag.owned("scheme");
                }
                self.take(Into::Cik);
            }
            "startdate" => self.take(Into::Start),
            "enddate" | "instant" => self.take(Into::End),
            "explicitmember" => {
                self.axis = tag.owned("dimension");
                self.take(Into::Member);
            }
            "typedmember" => {
                if let Some((_, context)) = &mut self.context {
                    context.typed = true;
                }
            }
            "unit" => {
                self.unit = Some((tag.owned("id"), Default::default()));
                self.below = false;
            }
            "unitdenominator" => self.below = true,
            "measure" => self.take(Into::Measure),
            _ => {}
        }
    }

    fn start_figure(&mut self, tag: &Tag, self_closing: bool) {
        let figure = Printed {
            name: tag.owned("name"),
            context: tag.owned("contextref"),
            unit: tag.owned("unitref"),
            scale: tag.owned("scale"),
            decimals: tag.owned("decimals"),
            format: tag.owned("format"),
            negative: tag.get("sign").is_some_and(|s| s.trim() == "-"),
            nil: tag.get("xsi:nil").is_some_and(|n| matches!(n.trim(), "true" | "1")),
            ..Printed::default()
        };
        if self_closing {
            self.printed.push(figure);
        } else if self.open.len() < DEEPEST {
            self.open.push(figure);
        } else {
            self.too_deep += 1;
        }
    }

    fn take(&mut self, into: Into) {
        self.into = Some(into);
        self.held.clear();
    }

    fn end(&mut self, name: &str) {
        match self.local(name) {
            "nonfraction" => self.printed.extend(self.open.pop()),
            "nonnumeric" => self.words.extend(self.open_word.take()),
            "context" => {
                if let Some((id, context)) = self.context.take() {
                    self.contexts.entry(id).or_insert(context);
                }
            }
            "unit" => {
                if let Some((id, unit)) = self.unit.take() {
                    self.units.entry(id).or_insert(unit);
                }
            }
            "unitdenominator" => self.below = false,
            "identifier" | "startdate" | "enddate" | "instant" | "explicitmember" | "measure" => self.put(),
            _ => {}
        }
    }

    /// Files the text that was held.
    fn put(&mut self) {
        let Some(into) = self.into.take() else { return };
        let text = self.held.trim().to_owned();
        match (into, &mut self.context, &mut self.unit) {
            (Into::Cik, Some((_, context)), _) => context.cik = text,
            (Into::Start, Some((_, context)), _) => context.start = text,
            (Into::End, Some((_, context)), _) => context.end = text,
            (Into::Member, Some((_, context)), _) => {
                context.members.push((std::mem::take(&mut self.axis), text));
            }
            (Into::Measure, _, Some((_, unit))) => {
                let side = if self.below { &mut unit.1 } else { &mut unit.0 };
                // A product of measures is no unit that is known here.
                if !side.is_empty() {
                    side.push('*');
                }
                side.push_str(&text);
            }
            _ => {}
        }
    }

    fn text(&mut self, place: Range<usize>, value: &[u8]) {
        if self.into.is_some() && self.held.len() < LONGEST {
            self.held.push_str(&lossy(value));
        }
        if let Some(word) = &mut self.open_word
            && word.text.len() < LONGEST
        {
            word.text.push_str(&lossy(value));
        }
        if self.open.is_empty() {
            if self.filed.is_none() && self.namespaces.is_empty() {
                self.filed = submission_date(&lossy(value));
            }
            return;
        }
        let blank = |b: &&u8| b.is_ascii_whitespace();
        let before = value.iter().take_while(blank).count();
        let behind = value[before..].iter().rev().take_while(blank).count();
        // Where characters are written as references, the text is shorter than its place.
        let plain = place.len() == value.len();
        let inner = if plain { place.start + before..place.end - behind } else { place };
        for figure in self.open.iter_mut().filter(|f| f.text.len() < LONGEST) {
            figure.text.push_str(&lossy(value));
            if before < value.len() {
                let start = figure.place.as_ref().map_or(inner.start, |p| p.start);
                figure.place = Some(start..inner.end);
            }
        }
    }

    fn facts(mut self, bytes: &[u8]) -> Option<Facts> {
        if !self.is_ours || self.printed.is_empty() && self.contexts.is_empty() {
            return None;
        }
        let left_open = self.open.len();
        let mut facts = Facts { rule: RULE, ..Facts::default() };
        facts.lang = if self.lang.is_empty() { "en".to_owned() } else { self.lang.clone() };
        facts.registered = self.word(REGISTRANT).unwrap_or_default().to_owned();
        facts.cik = Some(self.filer()?);
        let form = self.word(FORM).unwrap_or_default().to_owned();
        let filed = self.filed.or_else(|| self.cover_date());
        let (mut bad, mut lost) = (0, BTreeMap::<&str, usize>::new());
        for printed in &self.printed {
            match self.fact(printed, filed, &form, bytes) {
                Ok(fact) => facts.facts.extend(fact),
                Err(why @ ("its context is missing" | "its unit is missing")) => {
                    *lost.entry(why).or_default() += 1;
                }
                Err(why) => {
                    bad += 1;
                    if bad <= NAMED {
                        let at = printed.place.as_ref().map(|p| format!("byte {}", p.start));
                        let message = format!("a figure of {} was left out: {why}", printed.name);
                        facts.problems.push((at.unwrap_or_default(), message, ""));
                    }
                }
            }
        }
        if bad > NAMED {
            facts.problems.push((
                String::new(),
                format!("{} more figures that could not be read", bad - NAMED),
                "",
            ));
        }
        const WHOLE: &str = "the file may be cut; fetch the filing's main document whole";
        for (why, n) in lost {
            let figures = if n == 1 { "1 figure was".to_owned() } else { format!("{n} figures were") };
            facts.problems.push((String::new(), format!("{figures} left out: {why}"), WHOLE));
        }
        if self.too_deep + left_open > 0 {
            let n = self.too_deep + left_open;
            facts.problems.push((
                String::new(),
                format!("{n} figures are tagged one inside another too deeply, or their tags stay open"),
                WHOLE,
            ));
        }
        self.open.clear();
        Some(facts)
    }

    /// What a word of the cover says.
    fn word(&self, name: &str) -> Option<&str> {
        self.words.iter().find(|w| w.name == name).map(|w| w.text.trim())
    }

    /// The Central Index Key of who filed, or `None` where the file is no filing but only carries tags: any page can. The
    /// cover of a filing gives the key and a form with accounts, and every figure in it is of that key.
    fn filer(&self) -> Option<u64> {
        let form = self.word(FORM)?.to_uppercase();
        let key: u64 = self.word(KEY)?.parse().ok()?;
        let of_filer = |c: &Context| c.scheme == REGISTER && c.cik.parse() == Ok(key);
        let accounts = FORMS.contains(&form.trim_end_matches("/A"));
        (accounts && !self.contexts.is_empty() && self.contexts.values().all(of_filer)).then_some(key)
    }

    /// An inline filing does not say when it was filed. Its cover counts the shares on a day shortly before; a file
    /// without that count is known from the end of its time on.
    fn cover_date(&self) -> Option<Date> {
        let end = |printed: &Printed| self.contexts.get(&printed.context)?.end.get(..10)?.parse().ok();
        let counted = |name: &str| self.printed.iter().filter(|p| p.name == name).filter_map(end).max();
        counted("dei:EntityCommonStockSharesOutstanding").or_else(|| {
            let known = |p: &&Printed| tables::concept(&self.usual(&p.name)).is_some();
            self.printed.iter().filter(known).filter_map(end).max()
        })
    }

    /// A name with the usual prefix of its taxonomy, whatever prefix the file has for it.
    fn usual(&self, name: &str) -> String {
        let Some((prefix, local)) = name.split_once(':') else { return name.to_owned() };
        const TAXONOMIES: [(&str, &str); 5] = [
            ("/us-gaap/", "us-gaap"),
            ("/srt/", "srt"),
            ("/dei/", "dei"),
            ("/country/", "country"),
            ("/ifrs", "ifrs-full"),
        ];
        let namespace = self.namespaces.get(&prefix.to_lowercase()).map_or("", String::as_str);
        match TAXONOMIES.iter().find(|(part, _)| namespace.contains(part)) {
            Some((_, usual)) => format!("{usual}:{local}"),
            None => name.to_owned(),
        }
    }

    fn fact(
        &self,
        printed: &Printed,
        filed: Option<Date>,
        form: &str,
        bytes: &[u8],
    ) -> Result<Option<Fact>, &'static str> {
        let concept = self.usual(&printed.name);
        let Some((metric, rank)) = tables::concept(&concept) else { return Ok(None) };
        if printed.nil {
            return Ok(None);
        }
        let context = self.contexts.get(&printed.context).ok_or("its context is missing")?;
        let (above, below) = self.units.get(&printed.unit).ok_or("its unit is missing")?;
        if context.typed {
            return Ok(None);
        }
        let local = |measure: &str| measure.rsplit(':').next().unwrap_or_default().to_owned();
        let measure =
            if below.is_empty() { local(above) } else { format!("{}/{}", local(above), local(below)) };
        let Some(unit) = fact::unit(&measure) else { return Ok(None) };
        let (value, precision) = printed.value(&unit)?;
        let day = |text: &str| text.get(..10).unwrap_or(text).parse::<Date>();
        let end = day(&context.end).map_err(|_| "its context has no date")?;
        let start = match context.start.as_str() {
            "" => None,
            text => Some(day(text).map_err(|_| "its context starts on no date")?),
        };
        if start.is_some_and(|start| start > end) {
            return Err("its context ends before it starts");
        }
        let place = printed.place.clone().ok_or("nothing is printed")?;
        if bytes.get(place.clone()).is_none_or(|quote| std::str::from_utf8(quote).is_err()) {
            return Err("it is not in UTF-8");
        }
        let mut members: Vec<(String, String)> =
            context.members.iter().map(|(axis, member)| (self.usual(axis), self.usual(member))).collect();
        members.sort();
        Ok(Some(Fact {
            concept,
            metric,
            rank,
            span: Span { start: place.start, end: place.end },
            value,
            precision,
            unit,
            start,
            end,
            filed,
            accession: String::new(),
            form: form.to_owned(),
            members,
        }))
    }
}

impl Printed {
    /// The value in base units, and half a unit of the last digit that is meant.
    fn value(&self, unit: &Unit) -> Result<(Decimal, Option<Decimal>), &'static str> {
        let format = self.format.rsplit(':').next().unwrap_or_default();
        let printed = transform::value(format, &self.text).ok_or("it is not printed in its format")?;
        let power = |text: &str| -> Result<i32, &'static str> {
            if text.is_empty() {
                Ok(0)
            } else {
                text.parse().map_err(|_| "its scale or decimals is no number")
            }
        };
        let too_long = |_| "it has more digits than are kept exactly";
        let scale = power(&self.scale)?;
        let value = exact::power_of_ten(scale).and_then(|f| exact::mul(printed, f)).map_err(too_long)?;
        let value = if self.negative { -value } else { value };
        let places = match self.decimals.as_str() {
            // Exact as printed.
            "INF" | "" => i32::try_from(printed.normalize().scale()).unwrap_or(0) - scale,
            text => power(text)?,
        };
        let places = if matches!(unit, Unit::MoneyPer(..)) { places.max(2) } else { places };
        let half =
            exact::power_of_ten(places.saturating_neg()).and_then(|u| exact::mul(u, Decimal::new(5, 1)));
        Ok((value, half.ok()))
    }
}

/// The day of filing in the head of a whole submission as EDGAR keeps it.
fn submission_date(text: &str) -> Option<Date> {
    let at = text.find("FILED AS OF DATE:")?;
    let digits: String = text[at + 17..].trim_start().chars().take_while(char::is_ascii_digit).collect();
    let part = |range: Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let small = |range| i8::try_from(part(range)?).ok();
    Date::new(part(0..4)?, small(4..6)?, small(6..8)?).ok().filter(|_| digits.len() == 8)
}
