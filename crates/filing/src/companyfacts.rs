//! The `companyfacts` answers of the SEC: one JSON object per company with all it ever tagged.
//!
//! The file is walked once and kept nowhere; each figure is borrowed from it, so its place is known. What is wrong
//! with an entry costs that entry, and a file that breaks off keeps what stood before.

use std::collections::BTreeMap;
use std::fmt;

use consilience_claim::{Date, Decimal, Span, Unit, exact};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::fact::{self, Fact, Facts};
use crate::tables;

pub(crate) const RULE: &str = "companyfacts";

/// So many bad entries are named; the rest is counted.
const NAMED: usize = 20;

/// Reads a file, or gives `None` where it is none of these.
pub(crate) fn read(bytes: &[u8]) -> Option<Facts> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_object = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
    let named = |key: &[u8]| memchr::memmem::find(body, key).is_some();
    if !is_object || !named(b"\"facts\"") || !named(b"\"cik\"") {
        return None;
    }
    let (text, broken) = match std::str::from_utf8(body) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = error.valid_up_to();
            (std::str::from_utf8(&body[..valid]).unwrap_or_default(), Some(bytes.len() - body.len() + valid))
        }
    };
    let mut found = Found {
        base: text.as_ptr() as usize - (bytes.len() - body.len()),
        facts: Facts { rule: RULE, lang: "en".to_owned(), ..Facts::default() },
        is_ours: false,
        bad: 0,
    };
    let mut parser = serde_json::Deserializer::from_str(text);
    let outcome = Company(&mut found).deserialize(&mut parser).and_then(|()| parser.end());
    if !found.is_ours {
        return None;
    }
    let mut facts = found.facts;
    if found.bad > NAMED {
        let more = format!("{} more figures that could not be read", found.bad - NAMED);
        facts.problems.push((String::new(), more, ""));
    }
    const AGAIN: &str = "fetch it again; what stands before that place was read";
    if let Some(at) = broken {
        facts.problems.push((format!("byte {at}"), "not UTF-8 from there on".to_owned(), AGAIN));
    } else if let Err(error) = outcome {
        facts.problems.push((
            format!("line {}, column {}", error.line(), error.column()),
            format!("the JSON breaks off or is malformed: {}", words(&error)),
            AGAIN,
        ));
    }
    set_precisions(&mut facts.facts);
    Some(facts)
}

/// What the parser says, without its own place.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rfind(" at line ").map_or(words.clone(), |at| words[..at].to_owned())
}

/// Filers count in thousands or millions and these files do not say in which: the figures of one filing show it by
/// the zeros that most of them end in. The few that are given more finely show that by themselves.
fn set_precisions(facts: &mut [Fact]) {
    let is_money = |f: &Fact| matches!(f.unit, Unit::Money(_));
    let mut by_filing: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for fact in facts.iter().filter(|f| is_money(f) && !f.value.is_zero()) {
        by_filing.entry(&fact.accession).or_default().push(zeros(fact.value));
    }
    let usual: BTreeMap<String, i32> = by_filing
        .into_iter()
        .map(|(accession, mut zeros)| {
            zeros.sort_unstable();
            (accession.to_owned(), zeros[zeros.len() / 4])
        })
        .collect();
    for fact in facts {
        fact.precision = if is_money(fact) {
            let power = usual.get(&fact.accession).copied().unwrap_or(0).min(zeros(fact.value));
            exact::power_of_ten(power).and_then(|unit| exact::mul(unit, Decimal::new(5, 1))).ok()
        } else {
            // JSON drops the zeros behind the point, so 2.5 per share is 2.50.
            let digits = fact.value.normalize().scale();
            let per_share = matches!(fact.unit, Unit::MoneyPer(..));
            Some(Decimal::new(5, if per_share { digits.max(2) + 1 } else { digits + 1 }))
        };
    }
}

/// 6, 3 or 0: whether a figure ends in so many zeros.
fn zeros(value: Decimal) -> i32 {
    let value = value.normalize();
    let ends_in = |zeros: u32| value.scale() == 0 && value.mantissa() % 10i128.pow(zeros) == 0;
    if ends_in(6) {
        6
    } else if ends_in(3) {
        3
    } else {
        0
    }
}

/// What was found so far.
struct Found {
    /// Address of byte 0 of the file.
    base: usize,
    facts: Facts,
    is_ours: bool,
    bad: usize,
}

impl Found {
    fn span(&self, raw: &str) -> Span {
        let start = raw.as_ptr() as usize - self.base;
        Span { start, end: start + raw.len() }
    }

    fn entry(&mut self, raw: &RawValue, concept: &str, unit: &str) {
        let place = self.span(raw.get()).start;
        match self.fact(raw, concept, unit) {
            Ok(Some(fact)) => self.facts.facts.push(fact),
            Ok(None) => {}
            Err(why) => {
                self.bad += 1;
                if self.bad <= NAMED {
                    let message = format!("a figure of {concept} was left out: {why}");
                    self.facts.problems.push((format!("byte {place}"), message, ""));
                }
            }
        }
    }

    fn fact(&self, raw: &RawValue, concept: &str, unit: &str) -> Result<Option<Fact>, String> {
        let Some((metric, rank)) = tables::concept(concept) else { return Ok(None) };
        let Some(unit) = fact::unit(unit) else { return Ok(None) };
        let entry: Entry<'_> = serde_json::from_str(raw.get()).map_err(|e| words(&e))?;
        let number = entry.val.ok_or("it has no val")?.get();
        let value = exact::parse(number).map_err(|e| format!("val {number}: {e}"))?;
        let day = |name: &str, raw: Option<&RawValue>| -> Result<Option<Date>, String> {
            let Some(raw) = raw.filter(|r| r.get() != "null") else { return Ok(None) };
            let text: String =
                serde_json::from_str(raw.get()).map_err(|e| format!("{name}: {}", words(&e)))?;
            text.parse().map(Some).map_err(|_| format!("{name} «{text}» is no date"))
        };
        let text = |raw: Option<&RawValue>| -> String {
            raw.and_then(|r| serde_json::from_str(r.get()).ok()).unwrap_or_default()
        };
        let start = day("start", entry.start)?;
        let end = day("end", entry.end)?.ok_or("it has no end")?;
        if start.is_some_and(|start| start > end) {
            return Err(format!("it ends on {end}, before it starts"));
        }
        Ok(Some(Fact {
            concept: concept.to_owned(),
            metric,
            rank,
            span: self.span(number),
            value,
            precision: None,
            unit,
            start,
            end,
            filed: day("filed", entry.filed)?,
            accession: text(entry.accn),
            form: text(entry.form),
            members: Vec::new(),
        }))
    }
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    start: Option<&'a RawValue>,
    #[serde(borrow, default)]
    end: Option<&'a RawValue>,
    #[serde(borrow, default)]
    val: Option<&'a RawValue>,
    #[serde(borrow, default)]
    accn: Option<&'a RawValue>,
    #[serde(borrow, default)]
    form: Option<&'a RawValue>,
    #[serde(borrow, default)]
    filed: Option<&'a RawValue>,
}

/// The object of the file.
struct Company<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Company<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Company<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with cik and facts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "cik" => {
                    let raw: &RawValue = map.next_value()?;
                    self.0.facts.cik = raw.get().trim_matches('"').trim_start_matches('0').parse().ok();
                }
                "entityName" => {
                    let raw: &RawValue = map.next_value()?;
                    self.0.facts.registered = serde_json::from_str(raw.get()).unwrap_or_default();
                }
                "facts" => map.next_value_seed(Level { found: self.0, path: Path::Taxonomies })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Where in the tree of facts an object stands.
#[derive(Clone)]
enum Path {
    /// Taxonomies with their concepts.
    Taxonomies,
    /// Concepts of a taxonomy.
    Concepts(String),
    /// The label, description and units of a concept.
    Concept(String),
    /// The units of a concept with their figures.
    Units(String),
}

struct Level<'f> {
    found: &'f mut Found,
    path: Path,
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let found = self.found;
        while let Some(key) = map.next_key::<String>()? {
            match &self.path {
                Path::Taxonomies => {
                    found.is_ours = true;
                    map.next_value_seed(Level { found, path: Path::Concepts(key) })?;
                }
                Path::Concepts(taxonomy) => {
                    let name = format!("{taxonomy}:{key}");
                    if tables::concept(&name).is_some() {
                        map.next_value_seed(Level { found, path: Path::Concept(name) })?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Path::Concept(name) if key == "units" => {
                    map.next_value_seed(Level { found, path: Path::Units(name.clone()) })?;
                }
                Path::Concept(_) => drop(map.next_value::<IgnoredAny>()?),
                Path::Units(concept) => map.next_value_seed(Figures { found, concept, unit: &key })?,
            }
        }
        Ok(())
    }
}

/// The figures of a concept in one unit.
struct Figures<'f, 'p> {
    found: &'f mut Found,
    concept: &'p str,
    unit: &'p str,
}

impl<'de> DeserializeSeed<'de> for Figures<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Figures<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of figures")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<&RawValue>()? {
            self.found.entry(raw, self.concept, self.unit);
        }
        Ok(())
    }
}
