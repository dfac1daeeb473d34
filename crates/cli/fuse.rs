//! `consilience fuse`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use consilience_reconcile::fusion::{
    Ancestry, Auto, Constants, Knowledge, Known, METHODS, Method, Score, Table, discover,
};
use consilience_report::fused::Fusion;

use crate::exit::Exit;
use crate::fuse_tables::{Tables, columns};
use crate::progress;

/// Decide which value is true where sources disagree, over a ready table of claims
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience fuse claims.csv > values.csv             entity,attribute,value,confidence
  consilience fuse claims.csv.gz --sources trust.csv   how far each source is trusted, too
  consilience fuse claims.jsonl --format jsonl         each value with its rivals and who gives them
  consilience fuse claims.csv --method sums --truth known.csv > values.csv
  consilience fuse claims.csv --explain Lyon population
  consilience fuse sheet.csv --columns source=site,entity=city,attribute=field --delimiter ';'

A table has the columns source, entity, attribute and value, and any others; CSV or JSON Lines,
plain, gzip or zstd, told by its content. Values are written exactly as they were claimed. A row
with an empty value claims nothing; a source that gives an item more than once is heard once.
The order of rows and the number of threads change nothing.")]
pub(crate) struct Fuse {
    /// Tables of claims, or - for standard input
    #[arg(value_name = "CLAIMS", required_unless_present = "list_methods")]
    claims: Vec<PathBuf>,

    /// How to decide; --list-methods lists them
    #[arg(long, value_name = "NAME", default_value = Auto.name(), value_parser = method)]
    method: &'static dyn Method,

    /// List the methods with the papers they are from
    #[arg(long)]
    list_methods: bool,

    /// How to write the values
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,

    /// Write how far each source is trusted: a table, or JSON where the name ends in .json
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,

    /// Values that are right (columns entity, attribute, value; of several for one item any is): say how many of them
    /// were found
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,

    /// Values that are known (columns as for --truth): they tell whom to trust, and are taken as they are; auto only
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// Which values are parts of which, a table with the columns ID, name and parentID; auto learns it where it is not told
    #[arg(long, value_name = "FILE")]
    hierarchy: Option<PathBuf>,

    /// Leave out what these sources say
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    drop_sources: Vec<String>,

    /// Say what speaks for and against each value of one item, and write nothing else
    #[arg(long, num_args = 2, value_names = ["ENTITY", "ATTRIBUTE"])]
    explain: Option<Vec<String>>,

    /// Columns that have other names in the tables of claims
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = columns::renamed)]
    columns: Vec<(columns::Claim, String)>,

    /// What parts the cells of a CSV table; \t is a tab
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = columns::delimiter)]
    delimiter: u8,

    /// Skip rows that cannot be read, and say how many
    #[arg(long)]
    lenient: bool,

    /// Threads to compute with; 0 takes one per processor. The output is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,

    /// Say nothing on standard error but errors and scores
    #[arg(long, short)]
    quiet: bool,

    /// No colours; so does the variable NO_COLOR
    #[arg(long)]
    no_color: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table with a head line
    Csv,
    /// One object with all items, their rivals and who gives them
    Json,
    /// One JSON object an item
    Jsonl,
}

fn method(name: &str) -> Result<&'static dyn Method, String> {
    let found = METHODS.iter().find(|method| method.name() == name);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = METHODS.iter().map(|method| method.name()).collect();
        format!("no such method; there are {}", names.join(", "))
    })
}

impl Fuse {
    pub(crate) fn run(&self) -> Exit {
        if self.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        if self.list_methods {
            return Exit::Clean.after(list(&mut io::stdout().lock()), "standard output");
        }
        let pool = match rayon::ThreadPoolBuilder::new().num_threads(self.threads).build() {
            Ok(pool) => pool,
            Err(error) => {
                progress::error(&format!("--threads {}: {error}", self.threads), "");
                return Exit::Usage;
            }
        };
        pool.install(|| self.fuse().unwrap_or_else(|exit| exit))
    }

    fn fuse(&self) -> Result<Exit, Exit> {
        let start = Instant::now();
        let tables = Tables {
            columns: &self.columns,
            delimiter: self.delimiter,
            lenient: self.lenient,
            quiet: self.quiet,
        };
        let table = tables.claims(&self.claims, &self.drop_sources)?;
        let truth = self.truth.as_deref().map(|path| tables.known(path)).transpose()?;
        let item = self.item(&table)?;
        let (outcome, fused);
        let fusion = if self.method.name() == Auto.name() {
            outcome = discover(&table, &self.knowledge(&tables, &table)?, &Constants::default());
            Fusion::of_auto(&table, &outcome)
        } else {
            self.told_nothing()?;
            fused = self.method.fuse(&table);
            Fusion::of(&table, self.method, &fused)
        };
        let mut exit = Exit::Clean.after(self.write(&fusion, item), "standard output");
        if let Some(path) = &self.sources {
            exit = exit.after(write_sources(&fusion, path), &path.to_string_lossy());
        }
        if let Some(truth) = &truth {
            tell_scores(&fusion, truth);
        }
        if !self.quiet {
            tell_summary(&fusion, start);
        }
        Ok(exit)
    }

    /// What the method is told beside the claims.
    fn knowledge(&self, tables: &Tables<'_>, table: &Table) -> Result<Knowledge, Exit> {
        let known = self.known.as_deref().map(|path| tables.known(path)).transpose()?.unwrap_or_default();
        let known = known.items(table);
        let known = known.flat_map(|(item, values)| values.iter().map(move |value| (item, value.clone())));
        let pairs = self.hierarchy.as_deref().map(|path| tables.hierarchy(path)).transpose()?;
        let ancestry = pairs.map(|pairs| {
            let pairs = pairs.iter().map(|(narrow, wide)| (narrow.as_str(), wide.as_str()));
            Ancestry::from_pairs(table, pairs)
        });
        Ok(Knowledge { known: known.collect(), ancestry })
    }

    /// The published methods take claims and nothing else.
    fn told_nothing(&self) -> Result<(), Exit> {
        let given = [("--known", &self.known), ("--hierarchy", &self.hierarchy)];
        let Some((option, _)) = given.into_iter().find(|(_, file)| file.is_some()) else { return Ok(()) };
        let message = format!("{option}: the method {} takes claims and nothing else", self.method.name());
        progress::error(&message, "--method auto learns from it");
        Err(Exit::Usage)
    }

    /// The item to explain.
    fn item(&self, table: &Table) -> Result<Option<usize>, Exit> {
        let Some([entity, attribute]) = self.explain.as_deref() else { return Ok(None) };
        if let Some(item) = table.find(entity, attribute) {
            return Ok(Some(item));
        }
        let help = match table.entities.find(entity) {
            None => "nothing is claimed of that entity; names are written as in the table".to_owned(),
            Some(known) => {
                let items = table.items().iter().filter(|item| item.entity == known);
                let attributes: Vec<&str> = items.map(|item| table.attributes.get(item.attribute)).collect();
                format!("what is claimed of {entity}: {}", attributes.join(", "))
            }
        };
        progress::error(&format!("no claims on {attribute} of {entity}"), &help);
        Err(Exit::Usage)
    }

    fn write(&self, fusion: &Fusion<'_>, item: Option<usize>) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        match (item, self.format) {
            (Some(item), Format::Csv) => fusion.explain(item, &mut out)?,
            (Some(item), Format::Json | Format::Jsonl) => fusion.explain_json(item, &mut out)?,
            (None, Format::Csv) => fusion.csv(&mut out)?,
            (None, Format::Json) => fusion.json(&mut out)?,
            (None, Format::Jsonl) => fusion.jsonl(&mut out)?,
        }
        out.flush()
    }
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let width = METHODS.iter().map(|method| method.name().len()).max().unwrap_or_default();
    METHODS.iter().try_for_each(|method| writeln!(out, "{:width$}  {}", method.name(), method.paper()))
}

fn write_sources(fusion: &Fusion<'_>, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    if path.extension().is_some_and(|extension| extension == "json") {
        fusion.sources_json(&mut out)?;
    } else {
        fusion.sources_csv(&mut out)?;
    }
    out.flush()
}

fn tell_scores(fusion: &Fusion<'_>, truth: &Known) {
    let scores = truth.score(fusion.table(), |item| fusion.value(item));
    let tell = |what: &str, right: usize, items: usize| {
        let share = right as f64 / items.max(1) as f64;
        progress::note(&format!("{what}: {right} of {items} right, {share:.4}"));
    };
    for score in &scores {
        tell(&score.attribute, score.right, score.items);
    }
    let sum = |of: fn(&Score) -> usize| scores.iter().map(of).sum();
    tell("all", sum(|score| score.right), sum(|score| score.items));
}

fn tell_summary(fusion: &Fusion<'_>, start: Instant) {
    let table = fusion.table();
    progress::note(&format!(
        "{} claims of {} sources on {} items by {}: {} in conflict, {} repeats left out, {} ties that the order of \
         texts decided; {:.2} s",
        table.claim_count(),
        table.sources.len(),
        table.items().len(),
        fusion.method(),
        fusion.conflicts(),
        table.repeats(),
        fusion.ties(),
        start.elapsed().as_secs_f64(),
    ));
}
