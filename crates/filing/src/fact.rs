//! Tagged figures and what they become: claims.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{
    Aspect, Bound, Claim, ClaimId, Confidence, Date, Decimal, DocumentRecord, Evidence, Modality, Period,
    Span, Unit, exact,
};

use crate::tables::{self, Meaning};
use crate::{Name, Names};

/// How surely a tagged figure is read, in thousandths.
const TAGGED: u16 = 999;

/// The figures of a file whose concepts have a metric, and what stood in the way of others.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) cik: Option<u64>,
    /// The filer's name as it is registered.
    pub(crate) registered: String,
    pub(crate) lang: String,
    pub(crate) rule: &'static str,
    pub(crate) facts: Vec<Fact>,
    /// Place, what is wrong, what to do.
    pub(crate) problems: Vec<(String, String, &'static str)>,
}

/// One tagged figure.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// With the taxonomy's usual prefix: `us-gaap:Revenues`.
    pub(crate) concept: String,
    pub(crate) metric: &'static str,
    /// Place of the concept among those of its metric.
    pub(crate) rank: usize,
    pub(crate) span: Span,
    pub(crate) value: Decimal,
    /// Half a unit of the last digit that is meant.
    pub(crate) precision: Option<Decimal>,
    pub(crate) unit: Unit,
    /// `None` for a moment.
    pub(crate) start: Option<Date>,
    pub(crate) end: Date,
    pub(crate) filed: Option<Date>,
    /// Accession number, where the file tells it.
    pub(crate) accession: String,
    pub(crate) form: String,
    /// Axes and members, sorted.
    pub(crate) members: Vec<(String, String)>,
}

impl Fact {
    fn period(&self) -> Period {
        match self.start {
            Some(start) => Period::days(start, self.end),
            None => Period::day(self.end),
        }
    }

    /// Shares of one as percent, where the metric is told so.
    fn in_base_units(mut self) -> Option<Fact> {
        if tables::in_percent(self.metric) {
            if self.unit != Unit::named("pure") {
                return None;
            }
            self.value = exact::mul(self.value, Decimal::ONE_HUNDRED).ok()?;
            self.precision = match self.precision {
                Some(p) => Some(exact::mul(p, Decimal::ONE_HUNDRED).ok()?),
                None => None,
            };
            self.unit = Unit::percent();
        }
        (self.unit != Unit::named("pure")).then_some(self)
    }
}

/// The unit of a measure or of a quotient of two: `USD`, `USD/shares`, `shares`, `pure`.
pub(crate) fn unit(text: &str) -> Option<Unit> {
    let is_code = |t: &str| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase());
    match text.split_once('/') {
        Some((code, "shares")) if is_code(code) => Some(Unit::MoneyPer(code.to_owned(), "share".to_owned())),
        None if is_code(text) => Some(Unit::Money(text.to_owned())),
        None if matches!(text, "shares" | "pure") => Some(Unit::named(text)),
        None if matches!(text, "employee" | "employees" | "people" | "person") => Some(Unit::named("people")),
        _ => None,
    }
}

/// What a figure is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    entity: String,
    entity_id: Option<String>,
    metric: &'static str,
    qualifiers: Vec<String>,
}

impl Facts {
    /// The filer as articles call it, or its registered name without legal form.
    pub(crate) fn filer(&self, names: &dyn Names) -> Name {
        let Some(cik) = self.cik else {
            return Name { id: String::new(), name: common(&self.registered) };
        };
        let own = format!("CIK{cik:010}");
        let known = [own.as_str()].into_iter().chain(tables::catalogue_id(cik));
        let found = known.filter_map(|id| Some(Name { id: id.to_owned(), name: names.name(id)? })).next();
        found.unwrap_or_else(|| Name { name: common(&self.registered), id: own })
    }

    /// The claims, in the order of the bytes.
    pub(crate) fn claims(
        self,
        record: &DocumentRecord,
        filer: &Name,
        bytes: &[u8],
        names: &dyn Names,
    ) -> Vec<Claim> {
        let shared = Shared { record, rule: self.rule, lang: &self.lang };
        let parted = products_by_segment(&self.facts);
        let mut told: BTreeMap<(Subject, Unit, Period), Vec<Fact>> = BTreeMap::new();
        for fact in self.facts {
            let subject = subject(&fact, filer, &parted, names);
            if let (Some(subject), Some(fact)) = (subject, fact.in_base_units()) {
                told.entry((subject, fact.unit.clone(), fact.period())).or_default().push(fact);
            }
        }
        let mut claims = Vec::new();
        for ((subject, _, period), mut facts) in told {
            // Where concepts of one metric differ, the first of them is meant.
            let rank = facts.iter().map(|f| f.rank).min();
            facts.retain(|f| Some(f.rank) == rank);
            facts.sort_by_key(|f| (f.filed, Reverse(f.precision.is_some()), f.precision, f.span));
            let mut last: Option<(Decimal, ClaimId, Option<Date>)> = None;
            for fact in facts {
                let said = last.as_ref().filter(|(value, ..)| rounds_to(*value, fact.value));
                // A later filing that gives the figure again adds nothing; one filing may print it many times.
                if said.is_some_and(|(_, _, filed)| *filed != fact.filed) {
                    continue;
                }
                let repeat_of = said.map(|(_, id, _)| id.clone());
                let Some(claim) = shared.claim(&subject, &period, &fact, bytes) else { continue };
                if repeat_of.is_none() {
                    last = Some((fact.value, claim.id.clone(), fact.filed));
                }
                claims.push(Claim { repeat_of, ..claim });
            }
        }
        claims.sort_by(|a, b| (a.span, &a.id).cmp(&(b.span, &b.id)));
        claims
    }
}

/// What all claims of a file have in common.
struct Shared<'a> {
    record: &'a DocumentRecord,
    rule: &'static str,
    lang: &'a str,
}

impl Shared<'_> {
    fn claim(&self, subject: &Subject, period: &Period, fact: &Fact, bytes: &[u8]) -> Option<Claim> {
        let quote = std::str::from_utf8(bytes.get(fact.span.start..fact.span.end)?).ok()?;
        let because =
            |field: &str, because: String| Evidence { field: field.to_owned(), span: None, because };
        let days = match fact.start {
            Some(start) => format!("from {start} to {}", fact.end),
            None => format!("on {}", fact.end),
        };
        let mut reading = vec![
            because("metric", format!("tagged {}", fact.concept)),
            because("period", format!("tagged as {days}")),
        ];
        for (axis, member) in &fact.members {
            let field = if subject.qualifiers.is_empty() { "entity" } else { "qualifiers" };
            reading.push(because(field, format!("tagged {axis} = {member}")));
        }
        if !fact.accession.is_empty() {
            reading.push(because("published", format!("{} {}", fact.form, fact.accession)));
        }
        let mut claim = Claim {
            id: ClaimId::default(),
            doc: self.record.doc.clone(),
            source: self.record.source.clone(),
            span: fact.span,
            quote: quote.to_owned(),
            lang: self.lang.to_owned(),
            entity: subject.entity.clone(),
            entity_id: subject.entity_id.clone(),
            metric: subject.metric.to_owned(),
            aspect: Aspect::Level,
            period: period.clone(),
            period_label: None,
            value: fact.value,
            unit: fact.unit.clone(),
            precision: fact.precision,
            bound: Bound::Exact,
            modality: Modality::Actual,
            qualifiers: subject.qualifiers.clone(),
            attributed_to: None,
            published: fact.filed.map(|day| day.to_string()),
            confidence: Confidence::per_mille(TAGGED),
            rule: self.rule.to_owned(),
            page: None,
            repeat_of: None,
            reading,
            extra: serde_json::Map::new(),
        };
        claim.id = ClaimId::derive(&self.record.sha256, &claim);
        Some(claim)
    }
}

/// Whether a figure is another one, or the other one rounded at its last significant digit.
fn rounds_to(fine: Decimal, coarse: Decimal) -> bool {
    if fine == coarse {
        return true;
    }
    let (mut mantissa, mut zeros) = (coarse.normalize().mantissa(), 0);
    while mantissa != 0 && mantissa % 10 == 0 {
        (mantissa, zeros) = (mantissa / 10, zeros + 1);
    }
    let half = exact::power_of_ten(zeros).and_then(|unit| exact::mul(unit, Decimal::new(5, 1)));
    // Filings round to thousands or coarser; ten dollars a share are ten dollars.
    zeros >= 3 && half.is_ok_and(|half| exact::sub(fine, coarse).is_ok_and(|gap| gap.abs() <= half))
}

/// The segments by which each product of the file is parted.
fn products_by_segment(facts: &[Fact]) -> BTreeMap<String, BTreeSet<String>> {
    let mut parted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for fact in facts {
        let product = fact
            .members
            .iter()
            .find(|(axis, member)| matches!(tables::member(axis, member), Some(Meaning::Metric(..))));
        let segment =
            fact.members.iter().find(|(axis, member)| tables::member(axis, member) == Some(Meaning::Part));
        if let Some((_, product)) = product {
            let segment = segment.map(|(_, s)| s.clone()).unwrap_or_default();
            parted.entry(product.clone()).or_default().insert(segment);
        }
    }
    parted
}

/// What a figure is of, by its members; `None` where one of them has no meaning here.
fn subject(
    fact: &Fact,
    filer: &Name,
    parted: &BTreeMap<String, BTreeSet<String>>,
    names: &dyn Names,
) -> Option<Subject> {
    let id = |id: &str| (!id.is_empty()).then(|| id.to_owned());
    let mut subject = Subject {
        entity: filer.name.clone(),
        entity_id: id(&filer.id),
        metric: fact.metric,
        qualifiers: Vec::new(),
    };
    let mut part: Option<&str> = None;
    let mut product: Option<&str> = None;
    for (axis, member) in &fact.members {
        match tables::member(axis, member)? {
            Meaning::Same => {}
            Meaning::Region(code) => subject.qualifiers.push(format!("region:{code}")),
            Meaning::Metric(of, becomes) if of == fact.metric => {
                subject.metric = becomes;
                product = Some(member);
            }
            Meaning::Metric(..) => return None,
            Meaning::Part if part.is_none() => part = Some(member),
            // A part of a part is neither's figure.
            Meaning::Part => return None,
        }
    }
    // What one segment alone sells is all that the company sells of it.
    let alone = product.and_then(|p| parted.get(p)).is_some_and(|segments| segments.len() == 1);
    if let Some(member) = part.filter(|_| !alone) {
        let called = spaced(member);
        match names.part(&filer.id, &called) {
            Some(name) => (subject.entity, subject.entity_id) = (name.name, id(&name.id)),
            None => (subject.entity, subject.entity_id) = (format!("{} {called}", filer.name), None),
        }
    }
    Some(subject)
}

/// The words of a member: `Reality Labs` of `meta:RealityLabsMember`.
fn spaced(member: &str) -> String {
    let name = member.rsplit(':').next().unwrap_or(member);
    let name = name.strip_suffix("Member").unwrap_or(name);
    let name = name.strip_suffix("Segment").filter(|n| !n.is_empty()).unwrap_or(name);
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (i, c) in letters.iter().enumerate() {
        let after_small = i > 0 && !letters[i - 1].is_uppercase();
        let before_small = letters.get(i + 1).is_some_and(|n| n.is_lowercase());
        if i > 0 && c.is_uppercase() && (after_small || before_small) {
            words.push(' ');
        }
        words.push(*c);
    }
    words
}

/// A registered name as articles would write it: without legal form, and not all in capitals.
fn common(registered: &str) -> String {
    const FORMS: [&str; 12] =
        ["inc", "corp", "corporation", "company", "co", "ltd", "limited", "plc", "llc", "nv", "sa", "ag"];
    let plain = |w: &str| w.to_lowercase().replace(['.', ','], "");
    let mut words: Vec<&str> = registered.split_whitespace().collect();
    while words.len() > 1
        && words.last().is_some_and(|w| FORMS.contains(&plain(w).as_str()) || w.contains('/'))
    {
        words.pop();
    }
    let name = words.join(" ").trim_end_matches(',').to_owned();
    if name.chars().any(char::is_lowercase) {
        return name;
    }
    let mut title = String::new();
    for word in name.split(' ') {
        let mut letters = word.chars();
        if !title.is_empty() {
            title.push(' ');
        }
        title.extend(letters.next());
        title.extend(letters.flat_map(char::to_lowercase));
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_as_articles_tell_them() {
        for (member, expected) in [
            ("meta:RealityLabsMember", "Reality Labs"),
            ("goog:GoogleCloudMember", "Google Cloud"),
            ("aapl:IPhoneMember", "I Phone"),
            ("tsla:AutomotiveSegmentMember", "Automotive"),
            ("amzn:AWSCloudMember", "AWS Cloud"),
        ] {
            assert_eq!(spaced(member), expected);
        }
        for (registered, expected) in [
            ("Meta Platforms, Inc.", "Meta Platforms"),
            ("AMAZON.COM, INC.", "Amazon.com"),
            ("NVIDIA CORP", "Nvidia"),
            ("MICROSOFT CORPORATION", "Microsoft"),
            ("", ""),
        ] {
            assert_eq!(common(registered), expected);
        }
    }

    #[test]
    fn rounding_is_no_restatement() {
        for (fine, coarse, expected) in [
            ("1897000000", "1900000000", true),
            ("1897000000", "1897000000", true),
            ("1897000000", "1898000000", false),
            ("1897000000", "2000000000", true),
            ("2.98", "3", false),
        ] {
            let d = |t: &str| exact::parse(t).unwrap();
            assert_eq!(rounds_to(d(fine), d(coarse)), expected, "{fine} {coarse}");
        }
    }
}
