//! From arguments to claims: every article read, every table of claims taken in, every failure named.

use std::collections::btree_map::Entry as Slot;
use std::collections::hash_map::Entry as Seen;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use clap::Args;
use consilience_claim::{Claim, DocumentRecord, Problem, Rank, sha256_hex};
use consilience_columns::{Kind as Holds, ReadError, Table};
use consilience_extract::{Article, Extraction, Lexicon, extract, read};
use consilience_reconcile::Rules;
use consilience_report::table;
use indexmap::IndexMap;
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::exit::Exit;
use crate::filings;
use crate::guard::guarded;
use crate::library::{Library, Place};
use crate::progress;
use crate::walk::{self, Entry, Kind};

/// What is added to the lexicon; shared by all commands that use one.
#[derive(Args)]
pub(crate) struct Added {
    /// A folder laid out like data/ whose entries add to or override the built-in lexicon; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) lexicon: Vec<PathBuf>,

    /// A table of entities of your own, CSV with the columns of data/entities.csv (id and name are needed); its names
    /// outrank those that ship; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Vec<PathBuf>,
}

/// What to read and how; shared by all commands that read.
#[derive(Args)]
pub(crate) struct Reading {
    /// Articles (.txt .md .html .htm .xhtml .pdf), .jsonl of documents, filings (SEC companyfacts .json, inline XBRL),
    /// folders, or - for standard input; audit and explain take .jsonl, .csv and .parquet tables of
    /// claims too
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Who says it, whatever the documents name as their source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,

    #[command(flatten)]
    added: Added,

    /// Leave out claims less sure than this, 0 to 1
    #[arg(long, value_name = "X", value_parser = share)]
    min_confidence: Option<u16>,

    /// Threads to read with; 0 takes one per processor. The output is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,

    /// Say nothing on standard error but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// No colours; so does the variable NO_COLOR
    #[arg(long)]
    no_color: bool,
}

/// Whether tables of claims are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tables {
    /// `audit` and `explain`.
    Accepted,
    /// `extract`, which makes claims.
    Refused,
}

/// What is told of a run whose claims were handed on as they were read.
pub(crate) struct Counts {
    pub(crate) documents: usize,
    /// Documents without claims.
    pub(crate) silent: usize,
    pub(crate) claims: usize,
    pub(crate) problems: usize,
    rest: Rest,
}

/// What is said at the end of every run.
#[derive(Default)]
struct Rest {
    missing: Vec<PathBuf>,
    skipped: usize,
}

/// Where claims go while a run goes on, so that none are held.
struct Stream<'s> {
    out: &'s mut dyn FnMut(Vec<Claim>) -> io::Result<()>,
    /// Why nothing more can be written.
    failed: Option<io::Error>,
    /// Names of documents and what they hold, as hashes: a name counts once.
    seen: HashMap<u64, u64>,
    source: Option<&'s str>,
    least: u16,
    quiet: bool,
    counts: [usize; 4],
}

impl Stream<'_> {
    fn take(&mut self, extraction: Extraction) {
        let Extraction { record, mut claims } = extraction;
        match self.seen.entry(hashed(&record.doc)) {
            Seen::Occupied(first) => {
                if *first.get() != hashed(&record.sha256) {
                    self.problems(vec![same_name(record.doc)]);
                }
                return;
            }
            Seen::Vacant(new) => {
                new.insert(hashed(&record.sha256));
            }
        }
        if let Some(source) = self.source {
            claims.iter_mut().for_each(|c| c.source = Some(source.to_owned()));
        }
        in_order(&mut claims);
        self.counts[0] += 1;
        // What a document says counts, whatever is left out of the output.
        claims.retain(|c| c.confidence.thousandths() >= self.least);
        self.counts[1] += usize::from(claims.is_empty());
        self.counts[2] += claims.len();
        self.problems(record.problems);
        if self.failed.is_none() && !claims.is_empty() {
            self.failed = (self.out)(claims).err();
        }
    }

    fn problems(&mut self, problems: Vec<Problem>) {
        self.counts[3] += problems.len();
        if !self.quiet {
            progress::warn(&problems);
        }
    }
}

/// The same in every run.
fn hashed(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn no_filing(doc: &str) -> Problem {
    Problem {
        doc: doc.to_owned(),
        place: String::new(),
        message: "JSON that is no companyfacts file of the SEC (an object with cik and facts)".to_owned(),
        help: "fetch https://data.sec.gov/api/xbrl/companyfacts/CIK##########.json; claims and documents go into .jsonl, one object a line".to_owned(),
    }
}

fn same_name(doc: String) -> Problem {
    Problem {
        doc,
        place: String::new(),
        message: "another document of this name was read already; this one is left out".to_owned(),
        help: "give each document a doc of its own".to_owned(),
    }
}

/// Sorts claims by document and bytes; extractors may give one claim twice, which is one claim then. Two that bear one
/// id and say different things are both kept.
fn in_order(claims: &mut Vec<Claim>) {
    let key = |c: &Claim| {
        (c.period.to_string(), c.unit.to_string(), format!("{:?}", (c.aspect, c.bound, c.modality)))
    };
    claims.sort_by(|a, b| {
        let place =
            (&a.doc, a.span, &a.id, &a.entity, &a.metric).cmp(&(&b.doc, b.span, &b.id, &b.entity, &b.metric));
        place.then_with(|| a.value.cmp(&b.value)).then_with(|| key(a).cmp(&key(b)))
    });
    claims.dedup_by(|a, b| {
        let place =
            (&a.doc, a.span, &a.id, &a.entity, &a.metric) == (&b.doc, b.span, &b.id, &b.entity, &b.metric);
        place && a.value == b.value && key(a) == key(b)
    });
}

/// Everything that was read, in the order of names and bytes.
pub(crate) struct Collection<'a> {
    pub(crate) records: Vec<DocumentRecord>,
    pub(crate) claims: Vec<Claim>,
    /// Problems of no document that is listed; those of documents stand in their records.
    pub(crate) problems: Vec<Problem>,
    pub(crate) library: Library<'a>,
    /// The arithmetic that claims are held against.
    pub(crate) rules: Rules,
    rest: Rest,
}

fn share(text: &str) -> Result<u16, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if !(0.0..=1.0).contains(&share) {
        return Err("not between 0 and 1".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in 0..=1000, checked above")]
    Ok((share * 1000.0).round() as u16)
}

impl Reading {
    /// The lexicon asked for, or the exit where it does not load.
    pub(crate) fn lexicon(&self) -> Result<LexiconChoice, Exit> {
        if self.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        let Added { lexicon, catalog } = &self.added;
        if lexicon.is_empty() && catalog.is_empty() {
            return Ok(LexiconChoice::BuiltIn);
        }
        if let Some(absent) = lexicon.iter().find(|folder| !folder.is_dir()) {
            progress::error(&format!("--lexicon {}: no such folder", absent.display()), "");
            return Err(Exit::Usage);
        }
        match Lexicon::with_catalogs(lexicon, catalog) {
            Ok(lexicon) => Ok(LexiconChoice::Overlaid(Box::new(lexicon))),
            Err(error) => {
                let option = if catalog.iter().any(|c| error.path == c.display().to_string()) {
                    "--catalog"
                } else {
                    "--lexicon"
                };
                progress::error(&format!("{option}: {error}"), "");
                Err(Exit::Usage)
            }
        }
    }

    /// Reads everything and hands the claims of each document on when it is read: the order is that of the names of
    /// files, and of the lines of a file of documents. No more is held than what tells one document from another.
    pub(crate) fn stream(
        &self,
        lexicon: &Lexicon,
        out: &mut dyn FnMut(Vec<Claim>) -> io::Result<()>,
    ) -> Result<(Counts, io::Result<()>), Exit> {
        let mut stream = Stream {
            out,
            failed: None,
            seen: HashMap::new(),
            source: self.source.as_deref(),
            least: self.min_confidence.unwrap_or(0),
            quiet: self.quiet,
            counts: [0; 4],
        };
        let (reader, missing) = self.read_all(lexicon, Tables::Refused, Some(&mut stream))?;
        let Reader { mut problems, skipped, .. } = reader;
        problems.sort();
        problems.dedup();
        stream.problems(problems);
        let [documents, silent, claims, problems] = stream.counts;
        let counts = Counts { documents, silent, claims, problems, rest: Rest { missing, skipped } };
        Ok((counts, stream.failed.map_or(Ok(()), Err)))
    }

    /// Reads everything.
    pub(crate) fn collect<'a>(&self, lexicon: &'a Lexicon, tables: Tables) -> Result<Collection<'a>, Exit> {
        let rules = Rules::with_folders(&self.added.lexicon).map_err(|error| {
            progress::error(&format!("--lexicon: {error}"), "");
            Exit::Usage
        })?;
        let (reader, missing) = self.read_all(lexicon, tables, None)?;
        let mut collection = reader.collection(self.source.as_deref());
        collection.rules = rules;
        collection.rest.missing = missing;
        if let Some(least) = self.min_confidence {
            collection.claims.retain(|c| c.confidence.thousandths() >= least);
        }
        Ok(collection)
    }

    fn read_all<'a, 's, 'o>(
        &self,
        lexicon: &'a Lexicon,
        tables: Tables,
        stream: Option<&'s mut Stream<'o>>,
    ) -> Result<(Reader<'a, 's, 'o>, Vec<PathBuf>), Exit> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build().map_err(|error| {
            progress::error(&format!("--threads {}: {error}", self.threads), "");
            Exit::Usage
        })?;
        let found = walk::find(&self.paths);
        let mut reader = Reader {
            lexicon,
            tables,
            bar: progress::bar(found.entries.len(), self.quiet),
            read: Vec::new(),
            table: Vec::new(),
            folders: BTreeMap::new(),
            problems: found.problems,
            skipped: found.skipped,
            stream,
            pool,
        };
        if found.stdin {
            reader.stdin();
        }
        reader.articles(&found.entries);
        for entry in &found.entries {
            match entry.kind {
                Kind::Article | Kind::Json => {}
                Kind::Lines => reader.lines(entry),
                Kind::Sheet => reader.sheet(entry),
                Kind::Columns => reader.columns(entry),
            }
        }
        reader.bar.finish_and_clear();
        Ok((reader, found.missing))
    }

    /// Says what was counted, and turns arguments that do not exist into the exit.
    pub(crate) fn close(&self, collection: &Collection<'_>, summary: &str, exit: Exit) -> Exit {
        self.close_rest(&collection.rest, summary, exit)
    }

    /// The same where claims were handed on.
    pub(crate) fn close_stream(&self, counts: &Counts, summary: &str, exit: Exit) -> Exit {
        self.close_rest(&counts.rest, summary, exit)
    }

    fn close_rest(&self, rest: &Rest, summary: &str, exit: Exit) -> Exit {
        if !self.quiet {
            let skipped = match rest.skipped {
                0 => None,
                1 => Some("1 file of another kind skipped".to_owned()),
                n => Some(format!("{n} files of other kinds skipped")),
            };
            let parts: Vec<&str> =
                [summary, skipped.as_deref().unwrap_or("")].into_iter().filter(|p| !p.is_empty()).collect();
            if !parts.is_empty() {
                progress::note(&parts.join("; "));
            }
        }
        for path in &rest.missing {
            progress::error(&format!("{}: no such file or folder", path.display()), "");
        }
        if rest.missing.is_empty() { exit } else { Exit::Usage }
    }
}

impl Collection<'_> {
    /// Every problem, those of documents included, sorted.
    pub(crate) fn all_problems(&self) -> Vec<Problem> {
        let of_documents = self.records.iter().flat_map(|r| r.problems.iter().cloned());
        let mut all: Vec<Problem> = of_documents.chain(self.problems.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// The built-in lexicon, or one with overlays.
pub(crate) enum LexiconChoice {
    BuiltIn,
    Overlaid(Box<Lexicon>),
}

impl LexiconChoice {
    pub(crate) fn get(&self) -> &Lexicon {
        match self {
            LexiconChoice::BuiltIn => Lexicon::builtin(),
            LexiconChoice::Overlaid(lexicon) => lexicon,
        }
    }
}

/// An article that was read, and where its bytes lie.
struct ReadArticle {
    extraction: Extraction,
    place: Place,
}

struct Reader<'a, 's, 'o> {
    lexicon: &'a Lexicon,
    tables: Tables,
    bar: ProgressBar,
    read: Vec<ReadArticle>,
    /// Claims of tables, with the folder of their table.
    table: Vec<Claim>,
    folders: BTreeMap<String, PathBuf>,
    problems: Vec<Problem>,
    skipped: usize,
    /// Where documents go at once, where they are not held.
    stream: Option<&'s mut Stream<'o>>,
    pool: rayon::ThreadPool,
}

/// So many lines of JSON are held at once, and no more bytes of them but for one long line.
const BATCH: usize = 1024;
const BATCH_BYTES: usize = 16 << 20;
/// So many articles are read before their claims are handed on.
const ARTICLES: usize = 256;

/// So many bad lines of one file are named; the rest is counted.
const NAMED: usize = 20;

impl<'a> Reader<'a, '_, '_> {
    /// Takes a document that was read.
    fn take(&mut self, read: ReadArticle) {
        match &mut self.stream {
            Some(stream) => stream.take(read.extraction),
            None => self.read.push(read),
        }
    }

    /// Whether what is read cannot be written any more.
    fn is_over(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.failed.is_some())
    }

    /// Articles, one file per task: bytes live only while they are read.
    fn articles(&mut self, entries: &[Entry]) {
        let articles: Vec<&Entry> =
            entries.iter().filter(|e| matches!(e.kind, Kind::Article | Kind::Json)).collect();
        let size = if self.stream.is_some() { ARTICLES } else { articles.len().max(1) };
        for some in articles.chunks(size) {
            if !self.is_over() {
                self.some_articles(some);
            }
        }
    }

    fn some_articles(&mut self, articles: &[&Entry]) {
        let (lexicon, bar) = (self.lexicon, self.bar.clone());
        let read = articles.par_iter().map(|entry| {
            let bytes = file(entry).map_err(|error| walk::unreadable(&entry.doc, &error));
            let outcome = bytes.map_err(Some).and_then(|bytes| {
                let extraction = match entry.kind {
                    Kind::Json => filings::extracted(&entry.doc, &bytes, lexicon)?
                        // A folder may hold JSON of all sorts.
                        .ok_or_else(|| entry.named.then(|| no_filing(&entry.doc)))?,
                    _ => article(&entry.doc, &bytes, lexicon)?,
                };
                let regular = entry.path.is_file();
                let place = if regular { Place::File(entry.path.clone()) } else { Place::Kept(bytes) };
                Ok(ReadArticle { extraction, place })
            });
            bar.inc(1);
            outcome
        });
        let outcomes: Vec<Result<ReadArticle, Option<Problem>>> = self.pool.install(|| read.collect());
        for outcome in outcomes {
            match outcome {
                Ok(read) => self.take(read),
                Err(Some(problem)) => self.problems.push(problem),
                Err(None) => self.skipped += 1,
            }
        }
    }

    fn stdin(&mut self) {
        let mut bytes = Vec::new();
        if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
            self.problems.push(walk::unreadable("-", &error));
            return;
        }
        let first = bytes.split(|b| *b == b'\n').find(|l| !l.trim_ascii().is_empty()).unwrap_or_default();
        let object = first.trim_ascii_start().starts_with(b"{")
            && serde_json::from_slice::<Map<String, Value>>(first).is_ok();
        let filing = filings::extracted("-", &bytes, self.lexicon);
        if object && !matches!(filing, Ok(Some(_))) {
            self.line_stream("-", None, &bytes[..]);
            return;
        }
        match article("-", &bytes, self.lexicon) {
            Ok(extraction) => self.take(ReadArticle { extraction, place: Place::Kept(bytes) }),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn lines(&mut self, entry: &Entry) {
        match File::open(&entry.path) {
            Ok(file) => self.line_stream(&entry.doc, Some(entry), BufReader::with_capacity(1 << 16, file)),
            Err(error) => self.problems.push(walk::unreadable(&entry.doc, &error)),
        }
        self.bar.inc(1);
    }

    /// Lines of JSON: documents, or claims, which each line tells.
    fn line_stream(&mut self, doc: &str, entry: Option<&Entry>, mut input: impl BufRead) {
        let (mut number, mut offset, mut bad, mut refused, mut any) = (0, 0u64, 0, 0, false);
        loop {
            let (mut batch, mut size) = (Vec::new(), 0);
            while batch.len() < BATCH && size < BATCH_BYTES && !self.is_over() {
                let mut line = Vec::new();
                match input.read_until(b'\n', &mut line) {
                    Ok(0) => break,
                    Ok(n) => {
                        number += 1;
                        batch.push((number, offset, line));
                        offset += n as u64;
                        size += n;
                    }
                    Err(error) => {
                        self.problems.push(walk::unreadable(doc, &error));
                        break;
                    }
                }
            }
            if batch.is_empty() {
                break;
            }
            let lexicon = self.lexicon;
            let read = batch.into_par_iter().map(|(number, offset, line)| {
                let place = |text: &str| match entry {
                    Some(entry) => Place::Line(entry.path.clone(), offset),
                    None => Place::Kept(text.as_bytes().to_vec()),
                };
                (number, one_line(&line, place, lexicon))
            });
            let outcomes: Vec<(usize, Line)> = self.pool.install(|| read.collect());
            for (number, outcome) in outcomes {
                any |= !matches!(outcome, Line::Blank);
                match outcome {
                    Line::Blank => {}
                    Line::Document(read) => self.take(*read),
                    Line::Claim(claim) if self.tables == Tables::Accepted => self.claim(*claim, entry),
                    Line::Claim(_) => refused += 1,
                    Line::Bad { message, help } => {
                        bad += 1;
                        if bad <= NAMED {
                            self.problems.push(Problem {
                                doc: doc.to_owned(),
                                place: format!("line {number}"),
                                message,
                                help: help.to_owned(),
                            });
                        }
                    }
                }
            }
        }
        if bad > NAMED {
            self.problem(doc, &format!("{} more lines that could not be read", bad - NAMED), "");
        }
        if refused > 0 {
            self.refuse(doc);
        }
        if !any {
            self.problem(doc, "empty file", "");
        }
    }

    /// A CSV table of claims, with the columns of the contract in any order.
    fn sheet(&mut self, entry: &Entry) {
        self.bar.inc(1);
        let reader = csv::ReaderBuilder::new().flexible(true).from_path(&entry.path);
        let mut reader = match reader {
            Ok(reader) => reader,
            Err(error) => {
                self.problem(&entry.doc, &format!("cannot be read: {error}"), "");
                return;
            }
        };
        let head: Vec<String> = match reader.headers() {
            Ok(head) => head.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_owned()).collect(),
            Err(error) => {
                self.problem(&entry.doc, &format!("is no CSV table: {error}"), "");
                return;
            }
        };
        let rows = reader.into_byte_records().map(|record| {
            let line = record.as_ref().ok().and_then(|r| r.position()).map_or(0, csv::Position::line);
            let claim = record.map_err(|e| e.to_string()).and_then(|record| {
                let record = csv::StringRecord::from_byte_record(record).map_err(|e| e.to_string())?;
                from_cells(&head, &record)
            });
            (if line > 0 { format!("line {line}") } else { String::new() }, claim)
        });
        self.claims_of(entry, &head, rows);
    }

    /// A Parquet table of claims, with the columns of the contract in any order.
    fn columns(&mut self, entry: &Entry) {
        self.bar.inc(1);
        let opened = guarded(&entry.doc, || {
            let table = Table::open(&entry.path)?;
            let head: Vec<String> = table.columns().into_iter().map(str::to_owned).collect();
            Ok((head, table.into_rows()?))
        });
        let (head, mut rows) = match opened {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => return self.problem(&entry.doc, &ReadError::to_string(&error), ""),
            Err(problem) => return self.problems.push(problem),
        };
        let mut broken = None;
        let claims = (1..).map_while(|number| match guarded(&entry.doc, || rows.next()) {
            Ok(row) => {
                let claim = row?.map_err(|e| e.to_string()).and_then(from_row);
                Some((format!("row {number}"), claim))
            }
            Err(problem) => {
                broken = Some(problem);
                None
            }
        });
        self.claims_of(entry, &head, claims);
        self.problems.extend(broken);
    }

    /// The claims of a table whose columns have these names, each with its place in it.
    fn claims_of(
        &mut self,
        entry: &Entry,
        head: &[String],
        rows: impl Iterator<Item = (String, Result<Claim, String>)>,
    ) {
        let needed = ["doc", "entity", "metric", "value", "unit"];
        let lacking: Vec<&str> = needed.into_iter().filter(|n| !head.iter().any(|h| h == n)).collect();
        if !lacking.is_empty() && !entry.named {
            // A folder may hold tables of all sorts.
            self.skipped += 1;
            return;
        }
        if !lacking.is_empty() {
            let help = format!("a table of claims has at least the columns {}", needed.join(", "));
            self.problem(&entry.doc, &format!("no table of claims: no column {}", lacking.join(", ")), &help);
            return;
        }
        if self.tables == Tables::Refused {
            self.refuse(&entry.doc);
            return;
        }
        let mut bad = 0;
        for (place, claim) in rows {
            match claim {
                Ok(claim) => self.claim(claim, Some(entry)),
                Err(message) => {
                    bad += 1;
                    if bad <= NAMED {
                        let (doc, help) = (entry.doc.clone(), String::new());
                        self.problems.push(Problem { doc, place, message, help });
                    }
                }
            }
        }
        if bad > NAMED {
            self.problem(&entry.doc, &format!("{} more rows that could not be read", bad - NAMED), "");
        }
    }

    fn claim(&mut self, claim: Claim, table: Option<&Entry>) {
        if let Some(folder) = table.and_then(|t| t.path.parent()) {
            self.folders.entry(claim.doc.clone()).or_insert_with(|| folder.to_owned());
        }
        self.table.push(claim);
    }

    fn problem(&mut self, doc: &str, message: &str, help: &str) {
        self.problems.push(Problem {
            doc: doc.to_owned(),
            place: String::new(),
            message: message.to_owned(),
            help: help.to_owned(),
        });
    }

    fn refuse(&mut self, doc: &str) {
        self.problem(doc, "holds claims, not articles", "consilience audit takes tables of claims");
    }

    /// Puts everything in order: the same for any order of arguments and any number of threads.
    fn collection(mut self, source: Option<&str>) -> Collection<'a> {
        let mut library = Library::new(self.lexicon);
        let mut records: BTreeMap<String, DocumentRecord> = BTreeMap::new();
        let mut claims = Vec::new();
        self.read.sort_by(|a, b| {
            (&a.extraction.record.doc, &a.extraction.record.sha256)
                .cmp(&(&b.extraction.record.doc, &b.extraction.record.sha256))
        });
        for ReadArticle { extraction, place } in self.read {
            let doc = extraction.record.doc.clone();
            if let Some(first) = records.get(&doc) {
                if first.sha256 != extraction.record.sha256 {
                    self.problems.push(same_name(doc));
                }
                continue;
            }
            library.places.insert(doc.clone(), place);
            if extraction.record.rank == Rank::Filing {
                library.filings.insert(doc.clone());
            }
            claims.extend(extraction.claims);
            records.insert(doc, extraction.record);
        }
        if let Some(source) = source {
            records.values_mut().for_each(|r| r.source = Some(source.to_owned()));
            claims.iter_mut().for_each(|c: &mut Claim| c.source = Some(source.to_owned()));
        }
        let refused =
            take_in_tables(self.table, &self.folders, source, &mut library, &mut records, &mut claims);
        self.problems.extend(refused);
        in_order(&mut claims);
        self.problems.sort();
        self.problems.dedup();
        Collection {
            records: records.into_values().collect(),
            claims,
            problems: self.problems,
            library,
            rules: Rules::default(),
            rest: Rest { missing: Vec::new(), skipped: self.skipped },
        }
    }
}

/// Files the claims of tables under their documents: under a document that was read, where the name or its
/// end fits and the quote stands there; else under a file next to the table; else under the name alone. Of a filing only
/// what its tags say is taken.
fn take_in_tables(
    table: Vec<Claim>,
    folders: &BTreeMap<String, PathBuf>,
    source: Option<&str>,
    library: &mut Library<'_>,
    records: &mut BTreeMap<String, DocumentRecord>,
    claims: &mut Vec<Claim>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut by_doc: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    for claim in table {
        by_doc.entry(claim.doc.clone()).or_default().push(claim);
    }
    let given: Vec<String> = library.places.keys().cloned().collect();
    for (doc, mut mine) in by_doc {
        let ends_so =
            |name: &&String| name.strip_suffix(doc.as_str()).is_some_and(|rest| rest.ends_with('/'));
        let candidates: Vec<&String> = given.iter().filter(ends_so).collect();
        let name = match (library.places.contains_key(&doc), &candidates[..]) {
            (false, [one]) if library.places.get(*one).is_some_and(|p| stands(p, &mine, library.lexicon)) => {
                (*one).clone()
            }
            _ => doc.clone(),
        };
        for claim in &mut mine {
            claim.doc.clone_from(&name);
            if let Some(source) = source.filter(|_| claim.source.is_none()) {
                claim.source = Some(source.to_owned());
            }
        }
        if library.filings.contains(&name) {
            let filed: Vec<Claim> = claims.iter().filter(|c| c.doc == name).cloned().collect();
            let (_, others) = filings::confirmed(&filed, &mine);
            problems.extend(not_of_its_tags(&name, others));
            continue;
        }
        if let Slot::Vacant(vacant) = records.entry(name.clone()) {
            let beside =
                folders.get(&doc).filter(|_| inside(&doc)).map(|folder| Place::File(folder.join(&doc)));
            let mut known = record(&name, &mine);
            if let Some(place) = beside.filter(|p| stands(p, &mine, library.lexicon)) {
                let text = place.bytes().and_then(|bytes| article(&name, &bytes, library.lexicon).ok());
                if let Some(Extraction { record, claims: filed }) = text {
                    if record.rank == Rank::Filing {
                        let (kept, others) = filings::confirmed(&filed, &mine);
                        problems.extend(not_of_its_tags(&name, others));
                        mine = kept;
                        library.filings.insert(name.clone());
                        known = record;
                    } else {
                        known = completed(known, record);
                    }
                }
                library.places.insert(name, place);
            }
            vacant.insert(known);
        }
        claims.extend(mine);
    }
    problems
}

/// Says that a table tells of a filing what it does not say.
fn not_of_its_tags(doc: &str, others: usize) -> Option<Problem> {
    let are = if others == 1 {
        "1 claim of a table is".to_owned()
    } else {
        format!("{others} claims of a table are")
    };
    (others > 0).then(|| Problem {
        doc: doc.to_owned(),
        place: String::new(),
        message: format!("{are} not what the tags of this filing say, and left out"),
        help: "a filing speaks by its tags; give what else was read in it as of a document of another name"
            .to_owned(),
    })
}

/// A name from a table may lead down from the table's folder and nowhere else.
fn inside(doc: &str) -> bool {
    std::path::Path::new(doc).components().all(|c| matches!(c, std::path::Component::Normal(_)))
}

/// Whether the claims' words stand in these bytes where the claims say.
fn stands(place: &Place, claims: &[Claim], lexicon: &Lexicon) -> bool {
    if let Place::File(path) = place
        && !path.is_file()
    {
        return false;
    }
    let Some(bytes) = place.bytes() else { return false };
    let quoted: Vec<&Claim> = claims.iter().filter(|c| !c.quote.is_empty()).collect();
    let bytes = if bytes.starts_with(b"%PDF-") { quotable("", bytes, lexicon) } else { bytes };
    !quoted.is_empty()
        && quoted.iter().all(|c| bytes.get(c.span.start..c.span.end) == Some(c.quote.as_bytes()))
}

/// What the spans of claims count in: the bytes, or the text that is read from them.
fn quotable(doc: &str, bytes: Vec<u8>, lexicon: &Lexicon) -> Vec<u8> {
    match guarded(doc, || read(&Article { doc, bytes: &bytes }, lexicon)) {
        Ok(document) if document.paged => document.text.into_bytes(),
        _ => bytes,
    }
}

/// What a table tells of a document.
fn record(doc: &str, claims: &[Claim]) -> DocumentRecord {
    let mut languages: IndexMap<&str, usize> = IndexMap::new();
    for claim in claims.iter().filter(|c| !c.lang.is_empty()) {
        *languages.entry(&claim.lang).or_default() += 1;
    }
    languages.sort_by(|a, n, b, m| m.cmp(n).then_with(|| a.cmp(b)));
    DocumentRecord {
        doc: doc.to_owned(),
        source: claims.iter().filter_map(|c| c.source.clone()).min(),
        published: claims.iter().filter_map(|c| c.published.clone()).min(),
        lang: languages.first().map(|(lang, _)| (*lang).to_owned()),
        ..DocumentRecord::default()
    }
}

/// The record of a document whose text lies beside its table: what the text says of itself, with what the
/// table says outranking it. Its claims are the table's alone.
fn completed(known: DocumentRecord, record: DocumentRecord) -> DocumentRecord {
    DocumentRecord {
        source: known.source.or(record.source.clone()),
        published: known.published.or(record.published.clone()),
        lang: record.lang.clone().or(known.lang),
        ..record
    }
}

fn file(entry: &Entry) -> io::Result<Vec<u8>> {
    std::fs::read(&entry.path)
}

fn article(doc: &str, bytes: &[u8], lexicon: &Lexicon) -> Result<Extraction, Problem> {
    known_article(doc, bytes, (None, None), lexicon)
}

/// An article whose source and date are known from elsewhere.
fn known_article(
    doc: &str,
    bytes: &[u8],
    (source, published): (Option<&str>, Option<&str>),
    lexicon: &Lexicon,
) -> Result<Extraction, Problem> {
    if let Some(filing) = filings::extracted(doc, bytes, lexicon)? {
        return Ok(filing);
    }
    let article = Article { doc, bytes };
    let mut extraction = guarded(doc, || {
        let mut document = read(&article, lexicon);
        document.know(source, published);
        extract(document, &article, lexicon)
    })?;
    if extraction.record.sha256.is_empty() {
        extraction.record.sha256 = sha256_hex(bytes);
    }
    Ok(extraction)
}

enum Line {
    Blank,
    Document(Box<ReadArticle>),
    Claim(Box<Claim>),
    Bad { message: String, help: &'static str },
}

const LINE: &str = "a line holds a document (doc, text) or a claim (doc, entity, metric, value, unit, …)";

fn bad(message: String, help: &'static str) -> Line {
    Line::Bad { message, help }
}

/// What the JSON parser says, without its own place: it saw one line only.
fn parser_words(error: &impl ToString) -> String {
    let words = error.to_string();
    match words.rfind(" at line 1 column ") {
        Some(at) => words[..at].to_owned(),
        None => words,
    }
}

fn one_line(line: &[u8], place: impl Fn(&str) -> Place, lexicon: &Lexicon) -> Line {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Line::Blank;
    }
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => return bad(format!("not UTF-8: {error}"), ""),
    };
    let object: Map<String, Value> = match serde_json::from_str(text) {
        Ok(object) => object,
        Err(error) => return bad(format!("not a JSON object: {}", parser_words(&error)), LINE),
    };
    let string = |name: &str| object.get(name).and_then(Value::as_str);
    if object.get("value").is_some_and(|v| !v.is_null()) {
        return match Claim::from_json(text) {
            Ok(claim) if claim.span.end < claim.span.start => {
                bad(format!("end {} lies before start {}", claim.span.end, claim.span.start), "")
            }
            Ok(claim) => Line::Claim(Box::new(claim)),
            Err(error) => bad(format!("not a claim: {}", parser_words(&error)), ""),
        };
    }
    let Some(body) = string("text") else {
        return bad("neither a document (no text) nor a claim (no value)".to_owned(), LINE);
    };
    let Some(doc) = string("doc").filter(|d| !d.is_empty()) else {
        return bad("a document without doc, its name".to_owned(), LINE);
    };
    // What the line says of its document outranks what the text says.
    let known = (string("source"), string("published"));
    let extraction = match known_article(doc, body.as_bytes(), known, lexicon) {
        Ok(extraction) => extraction,
        Err(problem) => return bad(format!("{doc}: {}", problem.message), ""),
    };
    Line::Document(Box::new(ReadArticle { extraction, place: place(body) }))
}

/// A claim from a row of a CSV table.
fn from_cells(head: &[String], record: &csv::StringRecord) -> Result<Claim, String> {
    let cells = head.iter().zip(record).map(|(name, cell)| (name, table::restored(cell.trim())));
    let filled = cells.filter(|(name, cell)| !name.is_empty() && !cell.is_empty());
    from_row(filled.map(|(name, cell)| (name.clone(), Value::from(cell))).collect())
}

/// A claim from a row of a table: the same object as a line of JSON, so that one reader judges both.
fn from_row(row: Map<String, Value>) -> Result<Claim, String> {
    let fields = row.into_iter().map(|(name, value)| {
        let value = fitted(&name, value).map_err(|message| format!("{name} {message}"))?;
        Ok((name, value))
    });
    let object = Value::Object(fields.collect::<Result<_, String>>()?);
    let claim =
        Claim::from_json(&object.to_string()).map_err(|e| format!("not a claim: {}", parser_words(&e)))?;
    if claim.span.end < claim.span.start {
        return Err(format!("end {} lies before start {}", claim.span.end, claim.span.start));
    }
    Ok(claim)
}

/// What stands in a column, as the contract writes it: a CSV has everything as text, and other programs may have numbers
/// where a claim has text (a year as a period) or floating ones where it has whole ones.
fn fitted(column: &str, value: Value) -> Result<Value, String> {
    let Some((_, holds)) = table::CLAIMS.iter().find(|(name, _)| *name == column) else { return Ok(value) };
    match (holds, value) {
        (Holds::Integer, Value::String(text)) => {
            text.parse::<u64>().map(Value::from).map_err(|e| format!("«{text}»: {e}"))
        }
        (Holds::Integer, Value::Number(number)) => {
            whole(&number).map(Value::from).ok_or_else(|| format!("«{number}»: no whole number"))
        }
        (Holds::Number, Value::String(text)) => {
            text.parse::<f64>().map(Value::from).map_err(|e| format!("«{text}»: {e}"))
        }
        (Holds::List, Value::String(text)) => Ok(text.split('|').map(|q| Value::from(q.trim())).collect()),
        (Holds::Text, Value::Number(number)) => plain_number(&number).map(Value::from),
        (_, value) => Ok(value),
    }
}

/// A number that says no fraction.
fn whole(number: &serde_json::Number) -> Option<u64> {
    // Beyond these a floating number no longer tells its neighbours apart.
    let exact = number.as_f64().filter(|f| f.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(f));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range, checked above"
    )]
    number.as_u64().or_else(|| exact.map(|f| f as u64))
}

/// A number as text, where its digits are surely those that were written.
fn plain_number(number: &serde_json::Number) -> Result<String, String> {
    if !number.is_f64() {
        return Ok(number.to_string());
    }
    let text = number.as_f64().unwrap_or_default().to_string();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.trim_matches('0').len() > 15 {
        return Err(format!(
            "«{text}»: more digits than a floating number keeps; write the column as text or as decimals"
        ));
    }
    Ok(text)
}
