//! The walk through a document: passage by passage, sentence by sentence, from words to claims.

mod topic;

use std::ops::Range;

use consilience_claim::{
    Aspect, Bound, Claim, ClaimId, Confidence, Date, Decimal, Evidence, Figure, FiscalCalendar, Period,
    Problem, Unit, exact,
};
use indexmap::IndexMap;

use crate::attach::{Attacher, Discourse, Reading, Topic};
use crate::cast::{Cast, Passage};
use crate::confidence::{self, TWO_WAYS};
use crate::document::{Article, Block, BlockKind, Document};
use crate::lexicon::{Cue, EntityKind, Lexicon, MetricKind, MetricUnit, NameKind, Term, UNIVERSAL};
use crate::number::Habit;
use crate::quantity::{self, Kind, Quantity};
use crate::scan::{Scan, TokenKind};
use crate::table;
use crate::when::{self, Running, What};
use crate::{Extraction, lexicon::Lang};

/// The name of the built-in reader in `rule`.
const RULE: &str = "reader/sentence";
/// What a rate is told of stands at most so many words before "per 100,000".
const NEAR: usize = 6;
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
    for claim in &mut claims {
        claim.page = document.page(claim.span.start).and_then(|page| page.try_into().ok());
        let raw = document.quotable(article.bytes).get(claim.span.start..claim.span.end).unwrap_or_default();
        // Bytes of another encoding are quoted as the text they were read as.
        claim.quote = match std::str::from_utf8(raw) {
            Ok(quote) if !quote.contains('\0') => quote.to_owned(),
            _ => std::mem::take(&mut claim.quote),
        };
        claim.id = ClaimId::derive(&document.record.sha256, claim);
    }
    let mut record = document.record;
    record.published = record.published.or_else(|| published.map(|d| d.to_string()));
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
        Some(self.lexicon.lang(block.lang.as_deref()?)?.of(self.document.region.as_deref()))
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
        let listed = matches!(block.kind, BlockKind::ListItem);
        if !heading && !listed {
            self.discourse.period = None;
            self.discourse.month = None;
        }
        // So does a part of the company: the next paragraph is about the whole until it says otherwise. Who was only
        // named in passing gives way to whom the section or the document is about.
        let subject = self.discourse.entity.map(|e| self.cast.company_of(e)).filter(|e| topic.carries(*e));
        self.discourse.entity = if heading { None } else { subject.or(self.section) };
        // A list goes on with what stands before it.
        self.discourse.listed = listed;
        if let Some(last) = self.discourse.last.as_mut().filter(|_| !listed) {
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
            if let Term::Entity(entity, kind) = hit.term
                && kind != NameKind::Adjective
            {
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
        converted(scan, text, &mut quantities);
        self.rates(scan, &mut quantities);
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
            if lang.code == UNIVERSAL && !self.is_certain(q, &reading, &quantities) {
                continue;
            }
            if let Some(mut claim) = self.claim(scan, lang, q, reading, topic) {
                if let Some(lang) = &self.document.blocks[index].lang {
                    claim.lang.clone_from(lang);
                }
                if let Some(printed) = self.printed.get_mut(&index) {
                    printed.push((number, claim.clone()));
                }
                self.claims.push(claim);
            }
        }
    }

    /// Whether a figure is its metric's where no word of the language is known: none but it in the sentence is of
    /// its kind, so that it is no change of another and nothing it is compared with.
    fn is_certain(&self, q: &Quantity, reading: &Reading, quantities: &[Quantity]) -> bool {
        let of_kind = |q: &Quantity| std::mem::discriminant(&q.kind);
        let is_level = reading.aspect == Aspect::Level;
        let fits = match self.lexicon.metric(reading.metric).unit {
            MetricUnit::Percent => q.kind == Kind::Percent,
            _ => !matches!(q.kind, Kind::Percent | Kind::Bare),
        };
        is_level && fits && quantities.iter().filter(|other| of_kind(other) == of_kind(q)).count() == 1
    }

    /// "23.3 cases per 100,000 inhabitants": neither counts anything; what it is a rate of is not read.
    fn rates(&self, scan: &Scan, quantities: &mut Vec<Quantity>) {
        let round = |q: &Quantity| {
            [100, 1000, 10_000, 100_000, 1_000_000].iter().any(|n| q.value == Decimal::from(*n))
                && matches!(q.kind, Kind::Bare | Kind::Count(_))
        };
        let per = |q: &Quantity| {
            (1..=2).filter_map(|back| q.at.start.checked_sub(back)).any(|t| {
                scan.cue_at(t, Cue::PerMany).is_some_and(|to| to == q.at.start || to + 1 == q.at.start)
            })
        };
        while let Some(i) = quantities.iter().position(|q| round(q) && per(q)) {
            let start = quantities[i].at.start;
            quantities.remove(i);
            let told = i.checked_sub(1).filter(|p| {
                let q = &quantities[*p];
                start.saturating_sub(q.at.end) <= NEAR && matches!(q.kind, Kind::Bare | Kind::Count(_))
            });
            if let Some(told) = told {
                quantities.remove(told);
            }
        }
    }

    /// "The rate fell by 0.7 points to 17.3 %": points in a sentence on shares in percent are percentage points.
    fn percentage_points(&self, scan: &Scan, sentence: &Range<usize>, quantities: &mut [Quantity]) {
        let bare = |q: &Quantity| matches!(q.kind, Kind::Count(u) if self.lexicon.units[u as usize].to_string() == "points");
        if !quantities.iter().any(bare) {
            return;
        }
        // … or right behind one: "The rate rose in 31 provinces. The largest rise was 20.4 points in Lampung."
        let last = self.discourse.last.as_ref().map(|l| self.lexicon.metric(l.metric).unit);
        let mut percent =
            quantities.iter().any(|q| q.kind == Kind::Percent) || last == Some(MetricUnit::Percent);
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
            // Where the text speaks of no place, it is the one it is written for.
            let place = topic.place.or_else(|| lexicon.country(self.document.region.as_deref()?));
            let code = self.cast.money(currency, shared, reading.entity, place, &lang.code);
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
        let mut metric_id = lexicon.metric_id(reading.metric, reading.category);
        if Some(reading.metric) == lexicon.open_count() {
            let noun = reading.steps.iter().rev().find(|(field, ..)| *field == "metric")?.1.clone()?;
            let words: Vec<&str> = noun.map(|t| scan.word(&self.document.text, t)).collect();
            unit = Unit::named(*words.last()?);
            metric_id = words.join("_");
        }
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
            metric: metric_id,
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
            page: None,
            repeat_of: None,
            reading: steps,
            extra: serde_json::Map::new(),
        };
        claim.confidence = confidence::of(&claim);
        Some(claim)
    }
}

/// "4.6 billion rand ($277 million)": a dollar that an amount of other money is told in is the one of the world.
fn converted(scan: &Scan, text: &str, quantities: &mut [Quantity]) {
    for i in 1..quantities.len() {
        let (before, rest) = quantities.split_at_mut(i);
        let (Some(before), Some(q)) = (before.last(), rest.first_mut()) else { continue };
        if let (Kind::Money(one, false), Kind::Money(other, true)) = (before.kind, q.kind)
            && one != other
            && before.at.end + 1 == q.at.start
            && matches!(scan.word(text, before.at.end), "(" | "（")
        {
            q.kind = Kind::Money(other, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Article, Lexicon};

    /// What a text of a language without a folder gives: claims, and figures as traces.
    #[test]
    fn languages_without_a_folder_give_what_is_the_same_everywhere() {
        for (lang, text, claims, figures) in [
            (
                "nl",
                "Het bedrijf Volkswagen meldde dat de EBITDA in Q2 2023 uitkwam op €6,5 miljard. De omzet van het bedrijf steeg volgens \
                 de directie met 5,2 procent naar 80.100 miljoen euro, tegen 76.200 miljoen een jaar eerder.",
                "Volkswagen ebitda level 2023-Q2 6500000000 EUR",
                "6500000000 EUR, 5.2 percent, 80100000000 EUR, 76200000000 count",
            ),
            (
                "sv",
                "Bolaget Volkswagens EBITDA uppgick till 6,5 mld EUR i Q2 2023, och antalet anställda ökade jämfört med året innan till 675 000.",
                "Volkswagen ebitda level 2023-Q2 6500000000 EUR",
                "6500000000 EUR, 675000 count",
            ),
            (
                "pl",
                "Według spółki zysk EBITDA Volkswagena wyniósł 6,5 mld euro w Q2 2023, a przychody wzrosły także o 5,2 procent.",
                "Volkswagen ebitda level 2023-Q2 6500000000 EUR",
                "6500000000 EUR, 5.2 percent",
            ),
            (
                "tr",
                "Netflix'in EBITDA'sı için şirketin verdiği rakam Q3 2023 çeyreğinde 1,9 milyar dolar oldu ve gelir 8,5 milyar liraya göre arttı.",
                "",
                "1900000000 USD, 8500000000 TRY",
            ),
            (
                "hi",
                "कंपनी Netflix का EBITDA Q3 2023 में 1.9 अरब डॉलर रहा।",
                "Netflix ebitda level 2023-Q3 1900000000 USD",
                "1900000000 USD",
            ),
            // what is a billion is not known
            (
                "nl",
                "Het bedrijf Volkswagen meldde voor Q2 2023 een EBITDA van 5 biljoen euro, en niet meer dan een jaar eerder.",
                "",
                "",
            ),
            // two figures of one kind: which is the change?
            (
                "nl",
                "Het EBITDA van Volkswagen daalde in Q2 2023 met 2 miljard euro naar 6,5 miljard euro.",
                "",
                "2000000000 EUR, 6500000000 EUR",
            ),
        ] {
            let article = Article { doc: "a.txt", bytes: text.as_bytes() };
            let lexicon = Lexicon::builtin();
            let extraction = crate::extract(crate::read(&article, lexicon), &article, lexicon);
            let record = &extraction.record;
            assert_eq!(record.lang.as_deref(), Some(lang), "{text}");
            assert!(record.problems[0].message.contains("in none of the languages"), "{:?}", record.problems);
            let shown: Vec<String> = extraction
                .claims
                .iter()
                .map(|c| {
                    format!(
                        "{} {} {} {} {} {}",
                        c.entity,
                        c.metric,
                        c.aspect,
                        c.period,
                        c.value.normalize(),
                        c.unit
                    )
                })
                .collect();
            assert_eq!(shown.join("; "), claims, "{text}");
            assert!(extraction.claims.iter().all(|c| c.lang == lang));
            let traces = record.fingerprint.figures.iter();
            let traces: Vec<String> = traces.map(|f| format!("{} {}", f.value.normalize(), f.unit)).collect();
            assert_eq!(traces.join(", "), figures, "{text}");
        }
    }

    #[test]
    fn a_region_is_told_by_the_tag_of_the_language_or_the_address_of_the_source() {
        let sentence = "Netflix tenía 12,800 empleados a finales de 2022.";
        for (head, expected) in [
            ("lang: es-MX", "12800"),
            ("lang: es_PE", "12800"),
            ("lang: es-ES", "12.8"),
            ("lang: es\nsource: eldiario.com.mx", "12800"),
            ("lang: es\nsource: https://www.periodico.es/", "12.8"),
        ] {
            // A count has no decimals whatever the mark, so it is money that shows how the mark is read.
            let text = format!(
                "---\n{head}\n---\n{}",
                sentence.replace("12,800 empleados", "un valor en bolsa de 12,800 euros")
            );
            let article = Article { doc: "a.md", bytes: text.as_bytes() };
            let lexicon = Lexicon::builtin();
            let claims = crate::extract(crate::read(&article, lexicon), &article, lexicon).claims;
            let values: Vec<String> = claims.iter().map(|c| c.value.normalize().to_string()).collect();
            assert_eq!(values, [expected], "{head}");
        }
    }
}
