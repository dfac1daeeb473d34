//! The walk through a document: passage by passage, sentence by sentence, from words to claims.

mod topic;

use std::ops::Range;

use consilience_claim::{
    Bound, Claim, ClaimId, Confidence, Date, Decimal, Evidence, Figure, Period, Problem, Unit, exact,
};
use indexmap::IndexMap;

use crate::attach::{Attacher, Discourse, Reading, Topic};
use crate::cast::{Cast, Passage};
use crate::confidence::{self, TWO_WAYS};
use crate::document::{Article, Block, BlockKind, Document};
use crate::lexicon::{Cue, EntityKind, Lexicon, MetricUnit, NameKind, Term};
use crate::number::Habit;
use crate::quantity::{self, Kind, Quantity};
use crate::scan::{Scan, TokenKind};
use crate::table;
use crate::when::{self, Running, What};
use crate::{Extraction, lexicon::Lang};

/// The name of the built-in reader in `rule`.
const RULE: &str = "reader/sentence";
/// How much of a document is looked at to tell what it is about.
const TOPIC_BYTES: usize = 24_000;

/// Finds the claims of a document.
pub(crate) fn extract(document: Document, article: &Article<'_>, lexicon: &Lexicon) -> Extraction {
    let mut reader = Reader::new(&document, lexicon);
    let topic = reader.topic();
    for index in 0..document.blocks.len() {
        reader.passage(index, &topic);
    }
    let cells = table::cell_claims(&document, lexicon, &reader.cast, reader.habit, &topic);
    let Reader { mut claims, mut figures, names, problems, published, .. } = reader;
    figures.extend(cells.figures);
    claims.extend(cells.claims);
    claims.sort_by_key(|claim| claim.span);
    let mut record = document.record;
    record.published = record.published.or_else(|| published.map(|d| d.to_string()));
    for claim in &mut claims {
        let raw = article.bytes.get(claim.span.start..claim.span.end).unwrap_or_default();
        // Bytes of another encoding are quoted as the text they were read as.
        claim.quote = match std::str::from_utf8(raw) {
            Ok(quote) if !quote.contains('\0') => quote.to_owned(),
            _ => std::mem::take(&mut claim.quote),
        };
        claim.id = ClaimId::derive(&record.sha256, claim);
    }
    mark_repeats(&mut claims);
    record.problems.extend(problems);
    if claims.is_empty() && record.problems.is_empty() && !figures.is_empty() {
        record.problems.push(Problem {
            doc: record.doc.clone(),
            place: String::new(),
            message: format!("{} figures, none of which could be read as a claim", figures.len()),
            help: "no entity and metric that are known stand near them; --lexicon DIR adds names and words"
                .into(),
        });
    }
    record.fingerprint.figures = figures;
    record.fingerprint.names = names;
    Extraction { record, claims }
}

/// A claim whose whole content stands earlier in the document repeats it.
fn mark_repeats(claims: &mut [Claim]) {
    let mut first: IndexMap<String, ClaimId> = IndexMap::new();
    for claim in claims {
        let content = format!(
            "{}|{}|{}|{}|{}|{}|{}|{:?}|{}",
            claim.entity,
            claim.metric,
            claim.aspect,
            claim.period,
            claim.value.normalize(),
            claim.unit,
            claim.bound,
            claim.precision.map(|p| p.normalize()),
            claim.modality,
        );
        match first.get(&content) {
            Some(id) => claim.repeat_of = Some(id.clone()),
            None => {
                first.insert(content, claim.id.clone());
            }
        }
    }
}

/// Mentions of time of a sentence, and the number tokens they use up.
type Times = (Vec<when::When>, Vec<usize>);

struct Reader<'a> {
    document: &'a Document,
    lexicon: &'a Lexicon,
    cast: Cast<'a>,

    habit: Habit,
    /// Passes over the first passages, kept from the look at the topic.
    scans: Vec<Option<Scan>>,
    /// The mentions of time of those passages, by sentence, with the number tokens they use up.
    times: Vec<Vec<Times>>,

    claims: Vec<Claim>,
    /// Claims of passages that the file prints again, each with the number of its figure in the passage.
    printed: IndexMap<usize, Vec<(usize, Claim)>>,
    figures: Vec<Figure>,
    names: Vec<String>,
    problems: Vec<Problem>,
    discourse: Discourse,
    /// Whom the last heading names.
    section: Option<u16>,
    published: Option<Date>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document, lexicon: &'a Lexicon) -> Self {
        let mut habit = Habit::default();
        habit.observe(&document.text);
        let published =
            document.record.published.as_deref().and_then(|p| p.get(..10)).and_then(|p| p.parse().ok());
        Reader {
            document,
            lexicon,
            cast: Cast::new(lexicon),
            habit,
            scans: Vec::new(),
            times: Vec::new(),

            claims: Vec::new(),
            printed: document.blocks.iter().filter_map(|b| Some((b.repeat_of?, Vec::new()))).collect(),
            figures: Vec::new(),
            names: Vec::new(),
            problems: Vec::new(),
            discourse: Discourse::default(),
            section: None,
            published,
        }
    }

    fn lang(&self, block: &Block) -> Option<&'a Lang> {
        self.lexicon.lang(block.lang.as_deref()?)
    }

    fn readable(block: &Block) -> bool {
        !matches!(block.kind, BlockKind::Furniture | BlockKind::Cell { .. })
    }

    fn passage(&mut self, index: usize, topic: &Topic) {
        let block = &self.document.blocks[index];
        let Some(lang) = self.lang(block).filter(|_| Self::readable(block)) else { return };
        let text = &self.document.text;
        let mut scan = match self.scans.get_mut(index).and_then(Option::take) {
            Some(scan) => scan,
            None => {
                let mut scan = Scan::pooled();
                scan.run(text, block.range.clone(), lang, self.habit, &self.cast.written);
                scan
            }
        };
        // The paragraph's own time ends with it; its subject lives on.
        let heading = matches!(block.kind, BlockKind::Heading(_) | BlockKind::Title);
        if !heading {
            self.discourse.period = None;
            self.discourse.month = None;
        }
        // So does a part of the company: the next paragraph is about the whole until it says otherwise. Who was only
        // named in passing gives way to whom the section or the document is about.
        let subject = self.discourse.entity.map(|e| self.cast.company_of(e)).filter(|e| topic.carries(*e));
        self.discourse.entity = if heading { None } else { subject.or(self.section) };
        if let Some(last) = &mut self.discourse.last {
            last.here = false;
        }
        self.discourse.plan = None;
        self.discourse.day = None;
        self.discourse.launch = false;
        for (span, why) in &scan.unread {
            if *why == crate::number::NotRead::TooLong {
                self.too_long(span.clone());
            }
        }
        for hit in &scan.hits {
            if let Term::Entity(entity, _) = hit.term {
                let name = &self.cast.entity(entity).name;
                if !self.names.contains(name) {
                    self.names.push(name.clone());
                }
            }
        }
        let sentences = std::mem::take(&mut scan.sentences);
        let mut times = self.times.get_mut(index).map(std::mem::take).unwrap_or_default().into_iter();
        let mut figure = 0;
        for sentence in &sentences {
            let known = times.next();
            self.sentence(index, (lang, &scan), sentence.clone(), topic, known, &mut figure);
        }
        if heading {
            self.section = self.discourse.entity;
        }
        scan.sentences = sentences;
        scan.recycle();
    }

    fn too_long(&mut self, span: Range<usize>) {
        let raw = self.document.map.raw(span.clone());
        self.problems.push(Problem {
            doc: self.document.record.doc.clone(),
            place: format!("bytes {}..{}", raw.start, raw.end),
            message: format!(
                "a number of {} characters is left out: it cannot be kept exactly (28 digits at most)",
                span.len()
            ),
            help: "shorten the number, or write it with a scale word".into(),
        });
    }

    fn sentence(
        &mut self,
        index: usize,
        (lang, scan): (&Lang, &Scan),
        sentence: Range<usize>,
        topic: &Topic,
        known: Option<Times>,
        figure: &mut usize,
    ) {
        let text = &self.document.text;
        let (whens, used) = known.unwrap_or_else(|| {
            let mut used = Vec::new();
            (when::find(scan, text, &sentence, lang, &mut used), used)
        });
        let mut overflow = Vec::new();
        let mut quantities = quantity::find(scan, text, &sentence, &used, &mut overflow);
        self.percentage_points(scan, &sentence, &mut quantities);
        for span in overflow {
            self.too_long(span);
        }
        let attacher = Attacher {
            scan,
            text,
            lexicon: self.lexicon,
            lang,
            cast: &self.cast,
            sentence,
            quantities: &quantities,
            whens: &whens,
            topic,
        };
        let readings = attacher.readings(&mut self.discourse);
        let paragraph = u32::try_from(index).unwrap_or(u32::MAX);
        let repeated = self.document.blocks[index].repeat_of.is_some();
        for q in &quantities {
            if !repeated && (q.scaled || q.kind != Kind::Bare || q.value.abs() >= Decimal::from(1000)) {
                let unit = q.unit(self.lexicon).unwrap_or_else(|| Unit::named("count"));
                self.figures.push(Figure { value: q.value, unit, paragraph });
            }
        }
        let first = *figure;
        *figure += quantities.len();
        if let Some(earlier) = self.document.blocks[index].repeat_of.and_then(|b| self.printed.get(&b)) {
            // The same words again say the same: whatever stands around this copy changes nothing.
            let again = earlier.iter().filter_map(|(n, claim)| {
                let q = quantities.get(n.checked_sub(first)?)?;
                let span = self.document.map.raw(q.bytes.clone());
                let mut claim = Claim { span, quote: text[q.bytes.clone()].to_owned(), ..claim.clone() };
                for step in &mut claim.reading {
                    step.span = (step.field == "value").then_some(span);
                }
                Some(claim)
            });
            let again: Vec<Claim> = again.collect();
            self.claims.extend(again);
            return;
        }
        for reading in readings {
            let number = first + reading.quantity;
            let q = &quantities[reading.quantity];
            if let Some(claim) = self.claim(scan, lang, q, reading, topic) {
                if let Some(printed) = self.printed.get_mut(&index) {
                    printed.push((number, claim.clone()));
                }
                self.claims.push(claim);
            }
        }
    }

    /// "The rate fell by 0.7 points to 17.3 %": points in a sentence on shares in percent are percentage points.
    fn percentage_points(&self, scan: &Scan, sentence: &Range<usize>, quantities: &mut [Quantity]) {
        let bare = |q: &Quantity| matches!(q.kind, Kind::Count(u) if self.lexicon.units[u as usize].to_string() == "points");
        if !quantities.iter().any(bare) {
            return;
        }
        let mut percent = quantities.iter().any(|q| q.kind == Kind::Percent);
        for hit in sentence.clone().flat_map(|t| scan.hits_at(t)) {
            match hit.term {
                // An index has points of its own.
                Term::Entity(e, _) if self.cast.entity(e).kind == EntityKind::Index => return,
                Term::Metric(m, _) => match self.lexicon.metric(m).unit {
                    MetricUnit::Percent => percent = true,
                    MetricUnit::Count(u) if self.lexicon.units[u as usize].to_string() == "points" => return,
                    _ => {}
                },
                _ => {}
            }
        }
        if percent {
            quantities.iter_mut().filter(|q| bare(q)).for_each(|q| q.kind = Kind::Points);
        }
    }

    fn claim(
        &self,
        scan: &Scan,
        lang: &Lang,
        q: &Quantity,
        reading: Reading,
        topic: &Topic,
    ) -> Option<Claim> {
        let money = topic.money;
        let lexicon = self.lexicon;
        let metric = lexicon.metric(reading.metric);
        let entity = self.cast.entity(reading.entity);
        let mut factor = Decimal::ONE;
        let mut unit = match (q.kind, metric.unit) {
            (Kind::Bare, MetricUnit::Count(unit)) => lexicon.units[unit as usize].clone(),
            (Kind::Bare, MetricUnit::Money) => Unit::Money(lexicon.currencies[money? as usize].code.clone()),
            (Kind::Bare | Kind::Cents, MetricUnit::MoneyPerShare) => {
                Unit::MoneyPer(lexicon.currencies[money? as usize].code.clone(), "share".into())
            }
            (Kind::Bare | Kind::Cents, _) => return None,
            // Employees, jobs and staff are people whoever counts them; a metric's own noun says it better.
            (Kind::Count(_), MetricUnit::Count(unit)) => {
                let own = &lexicon.units[unit as usize];
                let said = q.unit(lexicon)?;
                // Megawatts of a metric in watts are so many watts.
                match said.convert(Decimal::ONE, own) {
                    Ok(size) => {
                        factor = size;
                        own.clone()
                    }
                    Err(_) => said,
                }
            }
            _ => q.unit(lexicon)?,
        };
        if let Kind::Money(currency, shared) | Kind::MoneyPerShare(currency, shared) = q.kind {
            let code = self.cast.money(currency, shared, reading.entity, topic.place, &lang.code);
            unit = match (metric.unit, q.kind) {
                (MetricUnit::MoneyPerShare, _) | (_, Kind::MoneyPerShare(..)) => {
                    Unit::MoneyPer(code, "share".into())
                }
                _ => Unit::Money(code),
            };
        }
        let value = exact::mul(if reading.falls { -q.value.abs() } else { q.value }, factor).ok()?;
        let precision = match reading.bound {
            Bound::AtLeast | Bound::AtMost => None,
            _ => q.precision.and_then(|p| exact::mul(p, factor).ok()),
        };
        let span = self.document.map.raw(q.bytes.clone());
        let record = &self.document.record;
        let byte = |t: usize| scan.tokens.get(t).map(|t| (t.start, t.end));
        let mut steps = vec![Evidence {
            field: "value".into(),
            span: Some(span),
            because: match q.other {
                Some(other) => {
                    format!("reads as {} {unit}; {TWO_WAYS}, {}", value.normalize(), other.normalize())
                }
                None => format!("reads as {} {unit}", value.normalize()),
            },
        }];
        for (field, tokens, because) in reading.steps {
            let place = tokens.filter(|r| !r.is_empty()).and_then(|r| {
                let (start, end) = (byte(r.start)?.0, byte(r.end - 1)?.1);
                Some(self.document.map.raw(start..end))
            });
            steps.push(Evidence { field: field.into(), span: place, because });
        }
        let mut claim = Claim {
            id: ClaimId::default(),
            doc: record.doc.clone(),
            source: record.source.clone(),
            span,
            quote: self.document.text[q.bytes.clone()].to_owned(),
            lang: lang.code.clone(),
            entity: entity.name.clone(),
            entity_id: Some(entity.id.clone()).filter(|id| !id.is_empty()),
            metric: metric.id.clone(),
            aspect: reading.aspect,
            period: reading.period,
            period_label: reading.label,
            value,
            unit,
            precision,
            bound: reading.bound,
            modality: reading.modality,
            qualifiers: reading.qualifiers,
            attributed_to: None,
            published: record.published.clone().or_else(|| self.published.map(|d| d.to_string())),
            confidence: Confidence::default(),
            rule: RULE.into(),
            repeat_of: None,
            reading: steps,
            extra: serde_json::Map::new(),
        };
        claim.confidence = confidence::of(&claim);
        Some(claim)
    }
}
