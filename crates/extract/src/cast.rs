//! Who a document speaks of: the entities of the catalogue, and names outside it that the document itself
//! makes known by repeating them.

use std::ops::Range;

use consilience_claim::FiscalCalendar;
use indexmap::IndexMap;

use crate::lexicon::{Cue, Entity, EntityKind, Lang, Lexicon, MetricUnit, NameKind, Naming, Term};
use crate::scan::{Scan, TokenKind, is_ideographic};

/// The catalogue, with the names that only this document knows behind it.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    lexicon: &'a Lexicon,
    open: Vec<Entity>,
    /// Code of the country that the document speaks of most; empty where that is none.
    pub country: String,
    /// How the open names are written, longest first: words and the entity.
    pub written: Vec<Written>,
}

/// One way to write an open name.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub words: Vec<String>,
    pub entity: u16,
}

/// Legal forms and titles that are no part of a common name.
const LEGAL: &[&str] = &[
    "PT",
    "Tbk",
    "Inc",
    "Corp",
    "Corporation",
    "Co",
    "Ltd",
    "Limited",
    "PLC",
    "plc",
    "SA",
    "S.A",
    "AG",
    "SE",
    "NV",
    "N.V",
    "SpA",
    "GmbH",
    "LLC",
    "AB",
    "ASA",
    "Oyj",
    "Persero",
    "SAS",
    "SCA",
    "Berhad",
    "Bhd",
    "ООО",
    "ОАО",
    "ПАО",
    "ЗАО",
    "АО",
    "НАО",
    "МКПАО",
    "ТОО",
    "ПрАТ",
    "ПАТ",
    "АТ",
    "ТОВ",
    "ДП",
    "CTCP",
];
/// The subject of a title stands behind at most this many words: "Profit of …".
const LEADING_WORDS: usize = 2;
/// More acronyms, or more ways to write one name, than this are no names.
const MOST_FORMS: usize = 16;
/// The subject of a title stands in its first bytes.
const TITLE_BYTES: usize = 300;
/// More open names than this are a list, not a cast.
const MOST: usize = 8;

impl<'a> Cast<'a> {
    pub(crate) fn new(lexicon: &'a Lexicon) -> Cast<'a> {
        Cast { lexicon, open: Vec::new(), country: String::new(), written: Vec::new() }
    }

    pub(crate) fn entity(&self, index: u16) -> &Entity {
        let known = self.lexicon.entities.len();
        match (index as usize).checked_sub(known) {
            Some(open) => &self.open[open],
            None => &self.lexicon.entities[index as usize],
        }
    }

    /// Whether only this document knows an entity.
    pub(crate) fn is_open(&self, entity: u16) -> bool {
        entity as usize >= self.lexicon.entities.len()
    }

    /// The company an entity belongs to: itself, or its nearest ancestor that is one.
    pub(crate) fn company_of(&self, entity: u16) -> u16 {
        let mut at = entity;
        // Ownership chains are short; the bound keeps a cycle in a user's table from hanging the reader.
        for _ in 0..8 {
            let e = self.entity(at);
            if e.kind != EntityKind::Part {
                return at;
            }
            match e.parent {
                Some(parent) => at = parent,
                None => return at,
            }
        }
        at
    }

    /// Whether `entity` is a part of `whole`, at any depth.
    pub(crate) fn is_part_of(&self, entity: u16, whole: u16) -> bool {
        let mut at = entity;
        for _ in 0..8 {
            match self.entity(at).parent {
                Some(parent) if parent == whole => return true,
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    /// The fiscal calendar of an entity's company; that of most companies of the country spoken of, where only this
    /// document knows the company.
    pub(crate) fn calendar(&self, entity: u16) -> FiscalCalendar {
        if self.is_open(entity) {
            return self.lexicon.business_year(&self.country);
        }
        self.entity(self.company_of(entity)).calendar
    }

    /// The code of the money meant: a name or sign that countries share is that of the entity's country, or else of
    /// the place that the text speaks of, where that is one of them.
    pub(crate) fn money(
        &self,
        currency: u16,
        shared: bool,
        entity: u16,
        place: Option<u16>,
        lang: &str,
    ) -> String {
        let code = &self.lexicon.currencies[currency as usize].code;
        if shared {
            let country = match self.entity(self.company_of(entity)).country.as_str() {
                "" if !self.country.is_empty() => self.country.as_str(),
                "" => place.map_or("", |p| self.entity(p).country.as_str()),
                country => country,
            };
            if let Some(local) = self.lexicon.local_currency(code, country, lang) {
                return local.to_owned();
            }
        }
        code.clone()
    }

    /// Learns the names that the passages repeat; `title` is the document's.
    pub(crate) fn learn(&mut self, passages: &[Passage<'_>], text: &str, title: Option<&str>) {
        let mut companies: IndexMap<u16, i32> = IndexMap::new();
        for hit in passages.iter().flat_map(|p| &p.scan.hits) {
            // Who is named by a product alone ("an A320") is nobody the text is about.
            if let Term::Entity(entity, _) = hit.term
                && self.entity(entity).kind == EntityKind::Company
            {
                *companies.entry(entity).or_default() += 1;
            }
        }
        let known = companies.values().copied().max().unwrap_or(0);
        // "Deliveries rose": a capital that only opens a sentence is no name where the word stands small elsewhere.
        let stands_small = |word: &str| {
            let lower = word.to_lowercase();
            lower != word
                && passages.iter().flat_map(|p| p.scan.tokens.iter()).any(|t| text[t.start..t.end] == lower)
        };
        let placed = |entity: u16| self.entity(entity).kind == EntityKind::Place;
        let mut names: IndexMap<Vec<String>, Tally> = IndexMap::new();
        let mut acronyms: Vec<(Vec<String>, String)> = Vec::new();
        // "PT Unilever Indonesia Tbk (UNVR)": the short form of a name that the catalogue has is its bearer's.
        let mut short_forms: Vec<(String, u16)> = Vec::new();
        for Passage { scan, .. } in passages {
            for hit in &scan.hits {
                if let Term::Entity(entity, NameKind::Proper | NameKind::Weak) = hit.term
                    && self.entity(entity).kind == EntityKind::Company
                    && let Some(acronym) = acronym_behind(scan, text, hit.to)
                    && short_forms.len() < MOST_FORMS
                    && !short_forms.iter().any(|(known, _)| *known == acronym)
                {
                    short_forms.push((acronym, entity));
                }
            }
        }
        for (index, Passage { scan, lang, heading }) in passages.iter().enumerate() {
            // A heading with a capital on every word tells no names; another one does by whom it begins with, and
            // where the script has no capitals it is as good as the rest.
            let cased = lang.names.tails.is_empty() && lang.names.heads.is_empty();
            if *heading && cased && !in_sentence_case(scan, text) {
                continue;
            }
            for sentence in &scan.sentences {
                let mut t = sentence.start;
                while t < sentence.end {
                    let named = name_at(scan, text, t, sentence.end, lang, placed)
                        .or_else(|| headed_name(scan, text, t, sentence.end, lang, placed))
                        .or_else(|| quoted_name(scan, text, t, sentence.end, &lang.names, placed))
                        .or_else(|| tailed_name(scan, text, t, sentence, &lang.names));
                    match named {
                        Some((to, words)) => {
                            let (words, kind) = without_kind(words, &lang.names);
                            let introduced = kind || is_introduced(scan, t, sentence.start);
                            let first = t == sentence.start || scan.word(text, t - 1) == ":";
                            let leads = t <= sentence.start + LEADING_WORDS;
                            if !words.is_empty() && (leads || introduced || !(*heading && cased)) {
                                let tally = names.entry(stemmed(&words, &lang.names)).or_default();
                                // A heading says how a name is written, not how often it is told.
                                let spoken = tally.person;
                                if introduced || !(*heading && cased) {
                                    tally.count(scan, text, t, to, first, lang);
                                }
                                tally.borne |= introduced;
                                tally.measured += i32::from(introduced);
                                tally.common |= (words.len() == 1 || !lang.names.articles.is_empty())
                                    && lang.is_common(&words[0]);
                                *tally.forms.entry(words.clone()).or_default() += 1;
                                let titled = t > 0
                                    && lang.names.titles.iter().any(|w| w == scan.word(text, t))
                                    || t > sentence.start
                                        && lang.names.titles.iter().any(|w| w == scan.word(text, t - 1));
                                // "компания «Икс»", "ООО «Икс»"
                                let called = (t.saturating_sub(4).max(sentence.start)..t).any(|s| {
                                    scan.cue_at(s, Cue::Company).is_some()
                                        || LEGAL.contains(&scan.word(text, s))
                                });
                                let quoted =
                                    t > 0 && matches!(scan.word(text, t - 1), "«" | "“" | "\"" | "„");
                                if titled || quoted && called {
                                    // Companies speak too.
                                    tally.person = spoken;
                                    tally.opening |= index < OPENING;
                                }
                                tally.headed |= words.first().is_some_and(|w| lang.names.heads.contains(w));
                                if acronyms.len() < MOST_FORMS
                                    && let Some(acronym) = acronym_behind(scan, text, to)
                                {
                                    acronyms.push((words, acronym));
                                }
                            }
                            t = to.max(t + 1);
                        }
                        None => t += 1,
                    }
                }
            }
        }
        let subject = passages.iter().find(|p| p.heading).and_then(|p| title_subject(p, text, self.lexicon));
        // Where every noun has a capital, a title looks as if it told no names.
        let subject = subject.filter(|words| {
            words.len() > 1 || !passages.iter().any(|p| p.heading && p.lang.is_common(&words[0]))
        });
        if let Some((words, lang)) = subject.as_ref().zip(passages.first().map(|p| p.lang)) {
            let tally = names.entry(stemmed(words, &lang.names)).or_default();
            tally.forms.entry(words.clone()).or_default();
        }
        // Who stands before the first mark of the title, "Musterhafen Kiel: …", and again in the text.
        for Passage { scan, lang, .. } in passages.iter().filter(|p| p.heading).take(2) {
            let Some(head) = title_head(scan, text, lang).or_else(|| title_lead(scan, text, lang)) else {
                continue;
            };
            let words: Vec<String> = head.map(|t| scan.word(text, t).to_owned()).collect();
            let mut again = Tally { borne: true, ..Tally::default() };
            for Passage { scan, lang, .. } in passages.iter().filter(|p| !p.heading) {
                for (from, form) in standing(scan, text, &words) {
                    again.count(scan, text, from, from + form.len(), false, lang);
                    *again.forms.entry(form).or_default() += 1;
                }
            }
            if again.times > 0 {
                again.forms.entry(words.clone()).or_default();
                (again.noun, again.opened) = (0, 0);
                names.insert(stemmed(&words, &lang.names), again);
            }
        }
        let title = title.unwrap_or_default();
        let end = title.char_indices().map(|(at, _)| at).find(|at| *at >= TITLE_BYTES).unwrap_or(title.len());
        let title = &title[..end];
        // "Beispiel Versicherung (BEVE)": both are forms of one name.
        for (words, acronym) in &acronyms {
            let (key, short) = (stemmed_by(&names, words), vec![acronym.clone()]);
            if let Some(key) = key.filter(|k| **k != short)
                && let Some(tally) = names.swap_remove(&short)
                && let Some(full) = names.get_mut(&key)
            {
                full.join(tally);
            }
        }
        for (acronym, entity) in short_forms {
            names.swap_remove(&vec![acronym.clone()]);
            self.written.push(Written { words: vec![acronym], entity });
        }
        let chosen = |alone: bool, opening: bool| -> Vec<(i32, Vec<String>, Vec<Vec<String>>)> {
            let choose = |(stem, tally): (&Vec<String>, &Tally)| {
                let mut forms: Vec<Vec<String>> = tally.forms.keys().cloned().collect();
                // Without its company word it is the same name: 遠山科技, 遠山.
                let bare: Vec<String> = match stem.as_slice() {
                    [one] if one.chars().all(is_ideographic) => one.chars().map(String::from).collect(),
                    _ => Vec::new(),
                };
                if bare.len() > 1 && !forms.contains(&bare) {
                    forms.push(bare);
                }
                let place_in_title = |words: &Vec<String>| {
                    let behind_head = words.get(1..).filter(|rest| !rest.is_empty() && tally.headed);
                    title.find(&joined(words)).or_else(|| behind_head.and_then(|r| title.find(&joined(r))))
                };
                let opens = forms.iter().filter_map(&place_in_title).min();
                let first_word = |words: &Vec<String>| {
                    words.len() > 1
                        && words.first().is_some_and(|w| w.chars().count() > 1 && title.contains(w.as_str()))
                };
                let named = opens.is_some() || forms.iter().any(first_word);
                // Whoever opens the title is whom the text is about.
                let leads_title = opens
                    .is_some_and(|at| title[..at].split_whitespace().count() <= LEADING_WORDS && at < 40);
                let is_subject = subject.as_ref().is_some_and(|s| forms.contains(s)) && !tally.common;
                let alone_there = leads_title && known == 0 && tally.nouns(is_subject) == 0;
                let score = tally.score(named, is_subject) + if alone_there { 4 } else { 0 };
                // Beside a protagonist that the catalogue knows, other names are people and places.
                let leads =
                    tally.times + if named { 3 } else { 0 } > known && (tally.times > 0 || known == 0);
                let chosen = leads && score >= 4 && (tally.times >= 2 || named);
                // Where nobody is known, whoever stands beside the figures is the one they are of.
                let beside = alone && tally.measured > 0 && score >= 3;
                // Else whom the first sentences call a company.
                let opens = opening && tally.opening;
                if !(chosen || beside || opens) {
                    return None;
                }
                // What it is called: as the title has it, else the form told most, the shorter of equals.
                // A ticker in the title stands for the name that it was made known with.
                let short = |f: &Vec<String>| acronyms.iter().any(|(_, acronym)| *f == [acronym.clone()]);
                let rank = |f: &&Vec<String>| {
                    let told = tally.forms.get(*f).copied().unwrap_or(0);
                    let named = place_in_title(f).is_some();
                    (!short(f), named, told, std::cmp::Reverse((joined(f).len(), (*f).clone())))
                };
                let words = forms.iter().max_by_key(rank)?.clone();
                let opens_only = tally.opens_only() && !is_subject;
                let no_name = stands_small(&words[0]) || opens_only || tally.common && !tally.borne;
                let common = words.len() == 1 && no_name || tally.common && !tally.borne && !named;
                (!common).then_some((score, words, forms))
            };
            names.iter().filter_map(choose).collect()
        };
        let mut best = chosen(false, false);
        if best.is_empty() && known == 0 {
            best = chosen(true, false);
        }
        if best.is_empty() && known == 0 {
            best = chosen(false, true);
        }
        // By score, then by name: the same whatever came first.
        best.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        for (_, words, forms) in best.into_iter().take(MOST) {
            // "Ryanair" after "Ryanair Holdings" is the same one.
            let spaced = !words.iter().all(|w| w.chars().all(is_ideographic));
            let shared = self
                .written
                .iter()
                .find(|w| spaced && (w.words.first() == words.first() || w.words.ends_with(&words)))
                .map(|w| w.entity);
            let entity = match shared {
                Some(entity) => {
                    // The shorter of two forms is the common name.
                    let known = self.lexicon.entities.len();
                    let short = joined(&words);
                    let open = &mut self.open[entity as usize - known];
                    if short.len() < open.name.len() && !short.is_empty() && open.name.starts_with(&short) {
                        open.name = short;
                    }
                    Some(entity)
                }
                None => self.add(joined(&words), EntityKind::Company),
            };
            if let Some(entity) = entity {
                self.written
                    .extend(forms.into_iter().take(MOST_FORMS).map(|words| Written { words, entity }));
            }
        }
        for words in coded_names(passages, text) {
            if !self.written.iter().any(|w| w.words == words)
                && let Some(entity) = self.add(joined(&words), EntityKind::Company)
            {
                self.written.push(Written { words, entity });
            }
        }
        for words in listed_names(passages, text, |e| self.entity(e).kind == EntityKind::Company) {
            if !self.written.iter().any(|w| w.words == words)
                && let Some(entity) = self.add(joined(&words), EntityKind::Company)
            {
                self.written.push(Written { words, entity });
            }
        }
        if companies.is_empty() && self.written.is_empty() {
            self.learn_place(passages, text);
        }
        for (words, acronym) in acronyms {
            let entity = self.written.iter().find(|w| w.words == words).map(|w| w.entity);
            if let Some(entity) =
                entity.filter(|_| !self.written.iter().any(|w| w.words == [acronym.clone()]))
            {
                self.written.push(Written { words: vec![acronym], entity });
            }
        }
        self.written.sort_by(|a, b| b.words.len().cmp(&a.words.len()).then_with(|| a.words.cmp(&b.words)));
        if let Some(lang) = passages.first().map(|p| p.lang) {
            for open in &mut self.open {
                let latin = latin_beside(text, &open.name).or_else(|| lang.names.latin.write(&open.name));
                open.name = latin.unwrap_or_else(|| std::mem::take(&mut open.name));
            }
        }
    }

    /// Learns the place that the title of a text on places names behind a preposition, if it is none of the catalogue's:
    /// "Unemployment falls in Upper Franconia".
    fn learn_place(&mut self, passages: &[Passage<'_>], text: &str) {
        let measured = |of_places: bool| {
            let metric = |hit: &&crate::scan::Hit| match hit.term {
                Term::Metric(m, _) => {
                    let metric = self.lexicon.metric(m);
                    if of_places { metric.of_places } else { metric.company_only }
                }
                _ => false,
            };
            passages.iter().flat_map(|p| &p.scan.hits).filter(metric).count()
        };
        let Some(Passage { scan, lang, .. }) = passages.iter().find(|p| p.heading) else { return };
        let known = scan.hits.iter().any(|h| match h.term {
            Term::Entity(e, _) => self.entity(e).kind == EntityKind::Place,
            _ => false,
        });
        if known || measured(true) <= measured(false) {
            return;
        }
        let end = scan.tokens.len();
        let named = (1..end).find_map(|t| {
            let before = scan.word(text, t - 1);
            let led = scan.cue_at(t - 1, Cue::Beneficiary) == Some(t)
                && before.chars().count() <= 3
                && before.starts_with(char::is_lowercase);
            let (_, mut words) = name_at(scan, text, t, end, lang, |_| false).filter(|_| led)?;
            // "Im Bereich Bamberg": what kind of place it is.
            while words.len() > 1 && lang.is_common(&words[0]) {
                words.remove(0);
            }
            let name = words.first().is_some_and(|w| !lang.vocabulary.contains(w.to_lowercase().as_str()));
            name.then_some(words)
        });
        if let Some(words) = named
            && let Some(entity) = self.add(joined(&words), EntityKind::Place)
        {
            self.written.push(Written { words, entity });
        }
    }

    fn add(&mut self, name: String, kind: EntityKind) -> Option<u16> {
        let index = u16::try_from(self.lexicon.entities.len() + self.open.len()).ok()?;
        self.open.push(Entity {
            id: String::new(),
            name,
            kind,
            parent: None,
            country: String::new(),
            calendar: FiscalCalendar::default(),
        });
        Some(index)
    }
}

/// A passage of a document, for [`Cast::learn`].
pub(crate) struct Passage<'a> {
    pub scan: &'a Scan,
    pub lang: &'a Lang,
    pub heading: bool,
}

/// How often and how a name stands in the text.
#[derive(Debug, Default)]
struct Tally {
    /// The forms it is written in.
    forms: IndexMap<Vec<String>, i32>,
    /// Behind an article, as nouns are.
    noun: i32,
    /// At the beginning of a sentence, where every noun has a capital.
    opened: i32,
    /// Whether it is a word that the lexicon uses otherwise, or begins with one where every noun has a capital.
    common: bool,
    /// Whether its first word says what bears it.
    headed: bool,
    /// Whether it stands in quotation marks, before a legal form, or behind a word for a company.
    borne: bool,
    times: i32,
    inside: i32,
    measured: i32,
    person: i32,
    place: i32,
    /// Whether the first passages call it a company.
    opening: bool,
}

impl Tally {
    fn count(&mut self, scan: &Scan, text: &str, from: usize, to: usize, first: bool, lang: &Lang) {
        self.times += 1;
        let before = if from > 0 { scan.word(text, from - 1) } else { "" };
        // "des Konzerns", "ein neuer Rekord": where all nouns have capitals, an article or adjective tells a noun; so
        // does anything at the beginning of a sentence, which a name need not be.
        let compound =
            || (from + 1..to - 1).step_by(2).all(|t| scan.word(text, t) == "-") && (to - from) % 2 == 1;
        if !lang.names.articles.is_empty() && to > from && (to - from == 1 || compound()) {
            let word = scan.word(text, to - 1);
            let abbreviation = word.chars().skip(1).any(char::is_uppercase);
            let behind = scan.word(text, to);
            let borne = LEGAL.contains(&behind) || lang.names.companies.iter().any(|w| w == behind);
            let lower = before.to_lowercase();
            let adjective = before.starts_with(char::is_lowercase)
                && lang.names.adjectives.iter().any(|e| before.ends_with(e.as_str()));
            self.noun +=
                i32::from(!abbreviation && !borne && (lang.names.articles.contains(&lower) || adjective));
            // "911 Ukrainer": what is counted is no name.
            let counted = from > 0 && matches!(scan.tokens[from - 1].kind, TokenKind::Number(_));
            self.noun += i32::from(counted);
            self.opened += i32::from(!abbreviation && !borne && (before.is_empty() || before == ":"));
        }
        self.inside += i32::from(!first);
        let mark = |word: &str| matches!(word, "«" | "“" | "\"" | "„");
        self.borne |= mark(before) || LEGAL.contains(&scan.word(text, to));
        let around = from.saturating_sub(2)..(to + 2).min(scan.tokens.len());
        let near = from.saturating_sub(4)..(to + 5).min(scan.tokens.len());
        self.measured += i32::from(
            near.into_iter().any(|t| scan.hits_at(t).iter().any(|h| matches!(h.term, Term::Metric(..)))),
        );
        self.person += i32::from(around.into_iter().any(|t| scan.cue_at(t, Cue::Person).is_some()));
        let led =
            from > 0 && scan.hits_at(from - 1).iter().any(|h| matches!(h.term, Term::Cue(Cue::Beneficiary)));
        self.place += i32::from(led && scan.word(text, from - 1).chars().count() <= 4);
    }

    fn join(&mut self, other: Tally) {
        self.times += other.times;
        self.inside += other.inside;
        self.measured += other.measured;
        self.person += other.person;
        self.place += other.place;
        self.noun += other.noun;
        self.opened += other.opened;
        self.common &= other.common;
        self.borne |= other.borne;
        self.opening |= other.opening;
        for (form, times) in other.forms {
            *self.forms.entry(form).or_default() += times;
        }
    }

    /// Whether a word with a capital stands at the beginning of sentences alone, as any word does there.
    fn opens_only(&self) -> bool {
        let cased = |form: &Vec<String>| form.iter().any(|w| w.chars().any(char::is_lowercase));
        self.inside == 0 && !self.headed && !self.borne && self.forms.keys().all(cased)
    }

    /// How often it stands as nouns do; the subject of the title may open sentences.
    fn nouns(&self, subject: bool) -> i32 {
        self.noun + if subject { 0 } else { self.opened }
    }

    fn score(&self, in_title: bool, subject: bool) -> i32 {
        let place = if self.place * 2 > self.times && !in_title { 3 } else { 0 };
        if self.nouns(subject) * 4 > self.times {
            return 0;
        }
        self.times.min(8) + self.measured.min(4) + i32::from(self.inside > 0) + if in_title { 4 } else { 0 }
            - 3 * self.person.min(4)
            - place
    }
}

/// The capitalised words that start at a token, without legal forms; where they end.
fn name_at(
    scan: &Scan,
    text: &str,
    t: usize,
    end: usize,
    lang: &Lang,
    placed: impl Fn(u16) -> bool,
) -> Option<(usize, Vec<String>)> {
    // In quotation marks a place is part of the name: «Обувь России».
    let quoted = t > 0 && matches!(scan.word(text, t - 1), "«" | "“" | "\"" | "„");
    let capital = |t: usize, inner: bool| {
        let word = scan.word(text, t);
        let token = scan.tokens.get(t)?;
        let named = token.kind == TokenKind::Word
            && word.chars().next().is_some_and(char::is_uppercase)
            && (word.chars().count() > 1 || inner)
            && !is_roman(word)
            // Among ideographs, a few capitals are an abbreviation: AI, 5G, EPS.
            && (lang.names.tails.is_empty() || word.chars().count() > 3 || !word.chars().all(char::is_uppercase))
            && !word.ends_with(|c: char| c.is_ascii_digit())
            && !lang.names.tails.iter().any(|tail| tail == word)
            && (inner || !lang.names.small.contains(&word.to_lowercase()));
        if !named {
            return None;
        }
        let known = (t.saturating_sub(4)..=t).flat_map(|s| scan.hits_at(s)).filter(|h| h.to > t).any(|h| {
            matches!(
                h.term,
                Term::Entity(..)
                    | Term::Month(_)
                    | Term::Weekday(_)
                    | Term::Currency(..)
                    | Term::Metric(..)
                    | Term::Region(_)
                    | Term::Quarter
                    | Term::QuarterLetter
                    | Term::Time(_)
                    | Term::Cue(Cue::Company | Cue::Analyst | Cue::Up | Cue::Down | Cue::Clause)
                    | Term::NumberAdd(_)
                    | Term::Year
                    | Term::Fiscal
                    | Term::Scale(_)
                    | Term::ScaleSuffix(_)
                    | Term::Percent
                    | Term::PercentagePoints
                    | Term::Half
                    | Term::Noun(_)
                    | Term::NotCounted(_)
            ) && !(inner && is_title_case(word) && matches!(h.term, Term::Currency(..)))
                && !(inner
                    && matches!(
                        h.term,
                        Term::Cue(Cue::Company) | Term::Entity(_, crate::lexicon::NameKind::Adjective)
                    ))
                && !(inner && quoted && matches!(h.term, Term::Entity(e, _) if placed(e)))
                || !lang.names.articles.is_empty()
                    && !inner
                    && !matches!(h.term, Term::Connector | Term::Partitive)
        });
        (!known).then(|| word.to_owned())
    };
    if scan.tokens[t].kind != TokenKind::Word || !scan.word(text, t).starts_with(char::is_uppercase) {
        return None;
    }
    let covered = (t.saturating_sub(4)..t)
        .any(|s| scan.hits_at(s).iter().any(|h| matches!(h.term, Term::Entity(..)) && h.to > t));
    if covered {
        return None;
    }
    let mut words = vec![capital(t, false)?];
    let mut at = t + 1;
    while at < end && words.len() < 6 {
        let word = scan.word(text, at);
        let glue = matches!(word, "&" | "-" | "'" | "’" | ".") || lang.names.glue.iter().any(|g| g == word);
        if let Some(word) = capital(at, true) {
            words.push(word);
            at += 1;
        } else if glue && at + 1 < end {
            let tight = scan.tokens[at].start == scan.tokens[at - 1].end
                && scan.tokens[at + 1].start == scan.tokens[at].end;
            let Some(word) = capital(at + 1, false)
                .filter(|_| tight || !matches!(scan.word(text, at), "-" | "'" | "’" | "."))
            else {
                break;
            };
            let glue = scan.word(text, at).to_owned();
            words.push(glue);
            words.push(word);
            at += 2;
        } else {
            break;
        }
    }
    while words.first().is_some_and(|w| LEGAL.contains(&w.as_str())) {
        words.remove(0);
    }
    while words.last().is_some_and(|w| LEGAL.contains(&w.as_str()) || matches!(w.as_str(), "." | "&" | "-")) {
        words.pop();
    }
    Some((at, words))
}

/// A name without the noun before it that says what bears it, where nouns have capitals, and whether there was one:
/// "Maschinenbauer Dürr". The noun alone is no name.
fn without_kind(mut words: Vec<String>, naming: &Naming) -> (Vec<String>, bool) {
    let is_kind = words.first().is_some_and(|word| {
        let word = word.to_lowercase();
        let stem = |ending: &str| word.strip_suffix(ending).unwrap_or(&word).to_owned();
        let forms = [word.clone(), stem("s"), stem("es"), stem("n")];
        naming.kinds.iter().any(|kind| forms.iter().any(|f| f.ends_with(kind.as_str())))
    });
    if is_kind {
        words.remove(0);
    }
    let named = is_kind && !words.is_empty();
    (words, named)
}

/// Whether a word for a company leads to a name: "la empresa X", "a fabricante de bebidas X".
fn is_introduced(scan: &Scan, t: usize, floor: usize) -> bool {
    const REACH: usize = 6;
    (t.saturating_sub(REACH).max(floor)..t).any(|s| {
        scan.cue_at(s, Cue::Company).filter(|to| *to <= t).is_some_and(|to| {
            let of = scan.hits_at(to).iter().any(|h| matches!(h.term, Term::Partitive | Term::Cue(Cue::Of)));
            let words = (to..t).all(|g| scan.tokens[g].kind == TokenKind::Word);
            to == t || of && words && t - to <= 3
        })
    })
}

/// The name that a title begins with, where a verb with one subject follows: "Musterwerk steigert Gewinn". Where every
/// word of a title has a capital, the verb is one that titles have: "Hartwell Mills Posts Record Profit"; or what
/// companies alone have follows: "Hartwell Sales Decline".
fn title_subject(passage: &Passage<'_>, text: &str, lexicon: &Lexicon) -> Option<Vec<String>> {
    let Passage { scan, lang, .. } = passage;
    let end = scan.sentences.first()?.end;
    let (to, words) = name_at(scan, text, 0, end, lang, |_| false)?;
    let reports = |word: &str| lang.names.reports.contains(&word.to_lowercase());
    if let Some(verb) = words.iter().position(|w| reports(w)) {
        return (verb > 0).then(|| words[..verb].to_vec());
    }
    let verb = scan.word(text, to);
    let plural = lang.names.plurals.iter().any(|e| verb.ends_with(e.as_str()));
    let said = to < end
        && verb.chars().count() > 1
        && verb.chars().all(char::is_lowercase)
        && !plural
        && !lang.names.small.iter().any(|s| s == verb);
    let earned = || {
        let of_companies = scan.hits_at(to).iter().any(|h| match h.term {
            Term::Metric(m, _) => {
                let metric = lexicon.metric(m);
                metric.unit == MetricUnit::Money && !metric.of_places
            }
            _ => false,
        });
        of_companies && !in_sentence_case(scan, text) && !words.iter().any(|w| lang.is_common(w))
    };
    ((said || reports(verb) || to < end && earned()) && !words.is_empty()).then_some(words)
}

/// The name behind a word that says what bears it, where no capital tells: بنك الجزيرة.
fn headed_name(
    scan: &Scan,
    text: &str,
    t: usize,
    end: usize,
    lang: &Lang,
    placed: impl Fn(u16) -> bool,
) -> Option<(usize, Vec<String>)> {
    let naming = &lang.names;
    let word = scan.word(text, t);
    let head = naming.heads.iter().any(|h| h == word);
    if !head && !naming.titles.iter().any(|h| h == word) {
        return None;
    }
    let belongs = |at: &usize| {
        scan.tokens[*at].kind == TokenKind::Word
            && in_a_name(scan, *at, &placed)
            && !naming.stops.iter().any(|s| s == scan.word(text, *at))
    };
    // What is bound to the words before it, as adjectives and "for" are, may go on: مصر الجديدة للإسكان والتعمير.
    let bound = |at: usize| {
        let word = scan.word(text, at);
        lang.prefixes
            .iter()
            .filter(|p| p.restored.is_empty() && p.written.chars().count() > 1)
            .any(|p| word.starts_with(p.written.as_str()))
    };
    let goes_on = |at: &usize| belongs(at) && (*at < t + SHORT_HEADED || bound(*at));
    let to = (t + 1..end.min(t + LONGEST_HEADED)).take_while(goes_on).last()? + 1;
    // Only a place is whose company it is: شركة مصر.
    let known = |at: usize| scan.hits_at(at).iter().any(|h| matches!(h.term, Term::Entity(..)));
    if (t + 1..to).all(known) {
        return None;
    }
    let from = if head { t } else { t + 1 };
    Some((to, (from..to).map(|at| scan.word(text, at).to_owned()).collect()))
}

/// A name behind a word for a company has so many words, and more only where they are bound to it.
const SHORT_HEADED: usize = 4;
/// … and at most so many.
const LONGEST_HEADED: usize = 8;

/// Whether a word may be part of a name although it is known: places are, and what says nothing of figures.
fn in_a_name(scan: &Scan, at: usize, placed: &impl Fn(u16) -> bool) -> bool {
    scan.hits_at(at).iter().all(|h| match h.term {
        Term::NoMetric | Term::Qualifier(_) | Term::Noun(_) | Term::Region(_) => true,
        Term::Entity(entity, kind) => kind == NameKind::Adjective || placed(entity),
        _ => false,
    })
}

/// A name in quotation marks, where no capital tells: «البحر الأزرق».
fn quoted_name(
    scan: &Scan,
    text: &str,
    t: usize,
    end: usize,
    naming: &Naming,
    placed: impl Fn(u16) -> bool,
) -> Option<(usize, Vec<String>)> {
    if naming.heads.is_empty() || !matches!(scan.word(text, t), "«" | "“" | "\"") {
        return None;
    }
    let close = (t + 1..end.min(t + 6)).find(|at| matches!(scan.word(text, *at), "»" | "”" | "\""))?;
    let words = t + 1..close;
    let name =
        words.clone().all(|at| scan.tokens[at].kind == TokenKind::Word && in_a_name(scan, at, &placed))
            && !words.clone().all(|at| scan.hits_at(at).iter().any(|h| matches!(h.term, Term::Entity(..))));
    let words: Vec<String> = words.map(|at| scan.word(text, at).to_owned()).collect();
    (name && !words.is_empty()).then_some((close + 1, words))
}

/// The name that starts here and ends with a word for a company, where words are not set apart: 遠山科技.
fn tailed_name(
    scan: &Scan,
    text: &str,
    t: usize,
    sentence: &Range<usize>,
    naming: &Naming,
) -> Option<(usize, Vec<String>)> {
    if naming.tails.is_empty() || !starts_name(scan, text, t, sentence.start, naming) {
        return None;
    }
    let mut to = t;
    while to < sentence.end && to - t < LONGEST_UNSPACED && in_name(scan, text, to, naming) {
        let start = scan.tokens[to].start;
        let tail = naming
            .tails
            .iter()
            .filter(|tail| text[start..].starts_with(tail.as_str()))
            .map(String::len)
            .max();
        if let Some(length) = tail.filter(|_| to > t) {
            let end = (to..sentence.end).find(|at| scan.tokens[*at].end >= start + length)? + 1;
            return Some((end, (t..end).map(|at| scan.word(text, at).to_owned()).collect()));
        }
        to += 1;
    }
    None
}

/// Names without blanks behind which the number of a share stands in brackets: 遠山(00012), 遠山（002264.SZ）.
fn coded_names(passages: &[Passage<'_>], text: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for Passage { scan, lang, .. } in passages.iter().filter(|p| !p.lang.names.tails.is_empty()) {
        for sentence in &scan.sentences {
            for t in
                sentence.clone().filter(|t| is_share_code(scan, text, *t) || is_legal_mark(scan, text, *t))
            {
                let nobody = |s: &usize| in_name(scan, text, *s, &lang.names);
                let from = (sentence.start..t).rev().take_while(nobody).last().unwrap_or(t);
                if (2..=LONGEST_UNSPACED).contains(&(t - from)) {
                    found.push((from..t).map(|s| scan.word(text, s).to_owned()).collect());
                }
            }
        }
    }
    found.dedup();
    found.truncate(MOST);
    found
}

/// Whether the sign of a legal form stands here: 遠山化成(株).
fn is_legal_mark(scan: &Scan, text: &str, t: usize) -> bool {
    ["(株)", "（株）", "㈱"].iter().any(|mark| text[scan.tokens[t].start..].starts_with(mark))
}

/// Whether a bracket opens here that holds the number of a share, with the exchange or without.
fn is_share_code(scan: &Scan, text: &str, t: usize) -> bool {
    const EXCHANGES: &[&str] = &["SZ", "SH", "BJ", "HK", "TW", "TWO", "T"];
    let word = |t: usize| if t < scan.tokens.len() { scan.word(text, t) } else { "" };
    let code = word(t + 1);
    let digits = (4..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let year = code.len() == 4 && (code.starts_with("19") || code.starts_with("20"));
    let closes = |t: usize| matches!(word(t), ")" | "）" | ">" | "＞" | "〉");
    matches!(word(t), "(" | "（" | "<" | "＜" | "〈")
        && digits
        && (closes(t + 2) && !year || word(t + 2) == "." && EXCHANGES.contains(&word(t + 3)) && closes(t + 4))
}

/// In a row of names and figures without blanks, most of whose names are companies of the catalogue, the names that
/// nobody knows: 甲公司66.35元、乙公司52.62元.
fn listed_names(passages: &[Passage<'_>], text: &str, is_company: impl Fn(u16) -> bool) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for Passage { scan, lang, .. } in passages.iter().filter(|p| !p.lang.names.tails.is_empty()) {
        for sentence in &scan.sentences {
            let mut known = 0;
            let mut open: Vec<Vec<String>> = Vec::new();
            for t in sentence.clone().filter(|t| matches!(scan.tokens[*t].kind, TokenKind::Number(_))) {
                let company = (t.saturating_sub(LONGEST_LISTED).max(sentence.start)..t).any(|s| {
                    scan.hits_at(s)
                        .iter()
                        .any(|h| h.to == t && matches!(h.term, Term::Entity(e, _) if is_company(e)))
                });
                known += usize::from(company);
                let nobody = |s: &usize| scan.hits_at(*s).is_empty() && in_name(scan, text, *s, &lang.names);
                let from = (sentence.start..t).rev().take_while(nobody).last().unwrap_or(t);
                let behind = from > sentence.start
                    && matches!(scan.word(text, from - 1), "、" | "，" | "," | "；" | "是" | "為" | "为");
                if !company && behind && (2..=LONGEST_LISTED).contains(&(t - from)) {
                    open.push((from..t).map(|s| scan.word(text, s).to_owned()).collect());
                }
            }
            if known >= 2 && open.len() <= 2 * known {
                found.extend(open);
            }
        }
    }
    found.dedup();
    found.truncate(MOST);
    found
}

/// A name in a row has at most this many characters.
const LONGEST_LISTED: usize = 6;

/// A name without blanks has at most this many characters before its last word.
const LONGEST_UNSPACED: usize = 10;

/// Whether a name may start at a token: at the beginning, behind a mark or a word that no name goes over.
fn starts_name(scan: &Scan, text: &str, t: usize, first: usize, naming: &Naming) -> bool {
    in_name(scan, text, t, naming) && (t == first || !in_name(scan, text, t - 1, naming))
}

/// Whether a token may be part of a name without blanks.
fn in_name(scan: &Scan, text: &str, t: usize, naming: &Naming) -> bool {
    let letters = scan.tokens[t].kind == TokenKind::Word;
    let known = (t.saturating_sub(5)..=t).flat_map(|s| scan.hits_at(s)).any(|h| {
        h.to > t
            && matches!(
                h.term,
                Term::Entity(..)
                    | Term::Metric(..)
                    | Term::Time(_)
                    | Term::Currency(..)
                    | Term::YearMark
                    | Term::MonthMark
                    | Term::DayMark
                    | Term::Quarter
                    | Term::Cue(Cue::Clause | Cue::Analyst | Cue::Company | Cue::Person)
            )
    });
    letters && !known && !is_stopped(scan, text, t, naming)
}

/// Whether a token is, or is inside, a word that no name goes over.
fn is_stopped(scan: &Scan, text: &str, t: usize, naming: &Naming) -> bool {
    let end = scan.tokens[t].end;
    naming.stops.iter().any(|stop| {
        let longest = stop.chars().count();
        (t.saturating_sub(longest)..=t).any(|s| {
            let start = scan.tokens[s].start;
            text[start..].starts_with(stop.as_str()) && start + stop.len() >= end
        })
    })
}

/// What the title says before its first colon, or comma where words are not set apart, if that can be a name.
fn title_head(scan: &Scan, text: &str, lang: &Lang) -> Option<Range<usize>> {
    let spaced = lang.names.tails.is_empty();
    let ends = |t: &usize| match scan.word(text, *t) {
        ":" | "：" => true,
        "、" | "，" => !spaced,
        _ => false,
    };
    let end = (0..scan.tokens.len().min(LONGEST_HEAD)).find(ends)?;
    let katakana = |t: usize| scan.word(text, t).chars().all(|c| matches!(c, '\u{30a0}'..='\u{30ff}'));
    let no_name = |t: usize| {
        // A word inside a row of katakana is part of a longer one.
        let inside = t > 0 && katakana(t) && katakana(t - 1);
        !inside && scan.hits_at(t).iter().any(|h| {
            matches!(h.term, Term::Metric(..) | Term::Time(_) | Term::Currency(..) | Term::Quarter | Term::Month(_))
                // A company of the catalogue needs no learning; a place may be part of a name.
                || matches!(h.term, Term::Entity(..)) && (!spaced || h.from == 0 && h.to == end)
        })
    };
    let word = |t: usize| match scan.tokens[t].kind {
        TokenKind::Word if spaced => scan.word(text, t).starts_with(char::is_uppercase),
        TokenKind::Word => !lang.names.stops.iter().any(|s| s == scan.word(text, t)),
        _ => matches!(scan.word(text, t), "-" | "&" | "・"),
    };
    let letters: usize = (0..end).map(|t| scan.word(text, t).chars().count()).sum();
    let long = if spaced { end >= 2 } else { letters >= 3 };
    (long && (0..end).all(|t| word(t) && !no_name(t))).then_some(0..end)
}

/// So many passages tell whom a text is about.
const OPENING: usize = 3;

/// Where words are not set apart: what a title begins with before its first word that is known, if no word of it is.
fn title_lead(scan: &Scan, text: &str, lang: &Lang) -> Option<Range<usize>> {
    if lang.names.tails.is_empty() {
        return None;
    }
    let nobody = |t: &usize| scan.hits_at(*t).is_empty() && in_name(scan, text, *t, &lang.names);
    let end = (0..scan.tokens.len()).take_while(nobody).last()? + 1;
    let told = end < scan.tokens.len()
        && scan
            .hits_at(end)
            .iter()
            .any(|h| matches!(h.term, Term::Time(_) | Term::Metric(..) | Term::Month(_)))
        || end + 1 < scan.tokens.len() && matches!(scan.tokens[end].kind, TokenKind::Number(_));
    (told && (2..=LONGEST_UNSPACED).contains(&end)).then_some(0..end)
}

/// A name in a title has at most so many tokens.
const LONGEST_HEAD: usize = 14;

/// Where words stand in a passage, hyphens between them or not, and how.
fn standing(scan: &Scan, text: &str, words: &[String]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for from in (0..scan.tokens.len()).filter(|t| scan.word(text, *t) == words[0]) {
        let mut at = from;
        let whole = words.iter().all(|word| {
            if at > from && scan.word(text, at) == "-" && word != "-" {
                at += 1;
            }
            at += 1;
            scan.word(text, at - 1) == word
        });
        if whole {
            found.push((from, (from..at).map(|t| scan.word(text, t).to_owned()).collect()));
        }
    }
    found
}

/// Whether small words stand in a heading where one with capitals throughout would have none.
fn in_sentence_case(scan: &Scan, text: &str) -> bool {
    let long = scan.tokens.iter().filter(|t| t.kind == TokenKind::Word).map(|t| &text[t.start..t.end]);
    let (mut small, mut all) = (0, 0);
    for word in long.filter(|w| w.chars().count() > 4) {
        all += 1;
        small += i32::from(word.starts_with(char::is_lowercase));
    }
    small >= 2 && small * 3 >= all
}

/// The key under which a name in this form was counted.
fn stemmed_by(names: &IndexMap<Vec<String>, Tally>, words: &Vec<String>) -> Option<Vec<String>> {
    names.iter().find(|(_, tally)| tally.forms.contains_key(words)).map(|(key, _)| key.clone())
}

/// Whether a word has one capital, its first: in capitals the code of money, "TRY" is a word of a name so.
fn is_title_case(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase)
}

fn is_roman(word: &str) -> bool {
    word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
}

/// A name as it is written: with blanks where its script has them.
fn joined(words: &[String]) -> String {
    let mut name = String::new();
    for word in words {
        let unspaced = |c: Option<char>| c.is_some_and(is_ideographic);
        // Hyphens and apostrophes that glue are written without blanks.
        let glues = |c: Option<char>| matches!(c, Some('-' | '\'' | '’')) || unspaced(c);
        if !(name.is_empty() || glues(name.chars().next_back()) || glues(word.chars().next())) {
            name.push(' ');
        }
        name += word;
    }
    name
}

/// A name without the ending of its case, so that its forms count as one.
fn stemmed(words: &[String], naming: &Naming) -> Vec<String> {
    if !naming.tails.is_empty() {
        let name = joined(words);
        let stem =
            naming.tails.iter().filter_map(|tail| name.strip_suffix(tail.as_str())).min_by_key(|s| s.len());
        return vec![stem.filter(|s| s.chars().count() >= 2).unwrap_or(&name).to_owned()];
    }
    words
        .iter()
        .map(|word| {
            let stem = naming
                .endings
                .iter()
                .filter_map(|e| word.strip_suffix(e.as_str()))
                .filter(|stem| stem.chars().count() >= 3)
                .min_by_key(|stem| stem.len());
            stem.unwrap_or(word).to_owned()
        })
        .collect()
}

/// What an exchange calls a company stands in brackets of at most so many tokens.
const LONGEST_TICKER: usize = 8;

/// The name in Latin letters that a text gives in brackets behind one in another script: ドウシシャ（Doshisha）.
fn latin_beside(text: &str, name: &str) -> Option<String> {
    if name.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let behind = |at: usize| {
        let rest = text[at + name.len()..].trim_start_matches(['»', '”', '"', '」', '』', '》', ' ']);
        let inner = rest.strip_prefix(['(', '（'])?;
        let given = inner[..inner.find([')', '）'])?].trim();
        let fits = (3..=40).contains(&given.len())
            && given.starts_with(|c: char| c.is_ascii_uppercase())
            && given.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '.' | '&' | '-' | '\''))
            // A sign of the stock exchange is no name.
            && given.chars().any(|c| c.is_ascii_lowercase() || given.len() > 5);
        fits.then(|| given.to_owned())
    };
    text.match_indices(name).take(20).find_map(|(at, _)| behind(at))
}

/// The acronym in brackets behind a name: "Bank Central Asia (BCA)".
fn acronym_behind(scan: &Scan, text: &str, at: usize) -> Option<String> {
    let legal = |t: usize| LEGAL.contains(&scan.word(text, t));
    let mut at = at;
    loop {
        if legal(at) || scan.word(text, at) == "." {
            at += 1;
        } else if scan.word(text, at) == "(" && legal(at + 1) && scan.word(text, at + 2) == ")" {
            // "PT Semen Indonesia (Persero) Tbk (SMGR)"
            at += 3;
        } else {
            break;
        }
    }
    if scan.word(text, at) != "(" {
        return None;
    }
    // "(mã chứng khoán: BMP)", "(NYSE: BMP)"
    let close = (at + 2..at + LONGEST_TICKER).find(|t| scan.word(text, *t) == ")")?;
    let word = scan.word(text, close - 1);
    let capitals =
        word.chars().count() >= 2 && word.chars().count() <= 6 && word.chars().all(char::is_uppercase);
    let figures = (at + 1..close).any(|t| scan.number(t).is_some());
    // "(in USD)", "(a unit of ABC)": it stands alone or behind what it is called.
    let set_apart = close - 1 == at + 1 || matches!(scan.word(text, close - 2), ":" | "：");
    let means = scan.hits_at(close - 1).iter().any(|h| !matches!(h.term, Term::Entity(..)));
    (capitals && !figures && set_apart && !means).then(|| word.to_owned())
}
