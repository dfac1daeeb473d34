use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use consilience_claim::{Claim, ClaimId, Date};
use consilience_columns::{Cell, Column, Kind};
use consilience_reconcile::{Audit, Row, RowKey, Severity, Stance, Verdict};
use consilience_report::{anchor, table};
use indexmap::IndexMap;
use serde_json::json;

use crate::ledger::{Earlier, Told};
use crate::policy::{Policy, Refusal, digits};
use crate::sheet::{Sheet, count, list, optional, text};
use crate::{REPORT, SCHEMA_VERSION, sqlite};

const KEY: [Column; 7] = [
    ("entity", Kind::Text),
    ("metric", Kind::Text),
    ("aspect", Kind::Text),
    ("period", Kind::Text),
    ("modality", Kind::Text),
    ("qualifiers", Kind::List),
    ("unit", Kind::Text),
];

/// What is published of an outcome.
pub struct Feed {
    figures: Sheet,
    withdrawn: Sheet,
    rest: [Sheet; 4],
    today: Option<Date>,
    withheld: Vec<(&'static str, usize)>,
}

/// An outcome with what is looked up in it.
struct Outcome<'a> {
    audit: &'a Audit,
    rows: HashMap<&'a RowKey, &'a Row>,
    worst: HashMap<&'a RowKey, Severity>,
    today: Option<Date>,
}

impl Feed {
    /// What the policy lets through, as of a day, else of the latest day on which a document was published; and what
    /// became of what an earlier feed published.
    pub fn new(audit: &Audit, policy: &Policy, as_of: Option<Date>, earlier: &Earlier) -> Feed {
        let today =
            as_of.or_else(|| audit.documents.iter().filter_map(|d| day(d.published.as_deref()?)).max());
        let mut worst: HashMap<&RowKey, Severity> = HashMap::new();
        for conflict in &audit.conflicts {
            let known = worst.entry(&conflict.key).or_insert(conflict.severity);
            *known = (*known).max(conflict.severity);
        }
        let rows = audit.consensus.iter().map(|row| (&row.key, row)).collect();
        let outcome = Outcome { audit, rows, worst, today };
        let mut published = Vec::new();
        let mut withheld: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut refused: HashMap<String, (&Row, Option<Refusal>)> = HashMap::new();
        for row in &audit.consensus {
            let refusal =
                policy.refuses(row, outcome.worst.get(&row.key).copied(), outcome.last_told(row), today);
            match refusal {
                None => published.push(row),
                Some(refusal) => *withheld.entry(reason(refusal)).or_default() += 1,
            }
            refused.insert(row.key.id(), (row, refusal));
        }
        Feed {
            figures: outcome.figures(&published),
            withdrawn: outcome.withdrawn(earlier, &refused),
            rest: [
                outcome.conflicts(),
                outcome.claims(&published),
                outcome.support(&published),
                outcome.documents(),
            ],
            today,
            withheld: withheld.into_iter().collect(),
        }
    }

    /// `37 figures published, 81 withheld (68 with the verdict, 13 …), 2 withdrawn`.
    pub fn summary(&self) -> String {
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let published = self.figures.rows.len();
        let withheld: usize = self.withheld.iter().map(|(_, n)| n).sum();
        let why: Vec<String> = self.withheld.iter().map(|(reason, n)| format!("{n} by {reason}")).collect();
        let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
        let withdrawn = self.withdrawn.rows.len();
        format!(
            "{published} figure{} published, {withheld} withheld{why}, {withdrawn} withdrawn",
            s(published)
        )
    }

    /// The figures as CSV.
    ///
    /// # Errors
    /// Those of the output.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.figures.csv(out)
    }

    /// What was published once and is no longer, as CSV.
    ///
    /// # Errors
    /// Those of the output.
    pub fn withdrawn_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.withdrawn.csv(out)
    }

    /// Figures and what was withdrawn as one object: also what the next feed is held against ([`Earlier`]).
    ///
    /// # Errors
    /// Those of the output.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let all = json!({
            "schema_version": SCHEMA_VERSION,
            "as_of": self.today.map(|day| day.to_string()),
            "figures": self.figures.objects(),
            "withdrawn": self.withdrawn.objects(),
        });
        serde_json::to_writer_pretty(&mut *out, &all)?;
        writeln!(out)
    }

    /// The figures as Parquet.
    ///
    /// # Errors
    /// Those of the output.
    pub fn parquet(&self, out: &mut (dyn Write + Send)) -> io::Result<()> {
        self.figures.parquet(out)
    }

    /// Everything as a SQLite database, to be read through its views: `consensus`, `conflicts`, `claims`, `provenance`,
    /// `sources`, `withdrawn`.
    ///
    /// # Errors
    /// Those of the output, and of the database.
    pub fn sqlite(&self, out: &mut dyn Write) -> io::Result<()> {
        let sheets = [&self.figures, &self.withdrawn].into_iter().chain(&self.rest);
        let bytes = sqlite::bytes(sheets, self.today).map_err(io::Error::other)?;
        out.write_all(&bytes)
    }
}

impl<'a> Outcome<'a> {
    /// The claims that a row stands on: those of its value, without rivals'.
    fn supporting(&self, row: &'a Row) -> impl Iterator<Item = &'a Claim> {
        let against: BTreeSet<&ClaimId> = row.rivals.iter().flat_map(|r| &r.claims).collect();
        let claims = &self.audit.claims;
        row.claims.iter().filter(move |id| !against.contains(id)).filter_map(|id| claims.get(id))
    }

    /// The last day on which the value of a row was told.
    fn last_told(&self, row: &'a Row) -> Option<Date> {
        self.supporting(row).filter_map(|claim| day(claim.published.as_deref()?)).max()
    }

    fn figures(&self, published: &[&'a Row]) -> Sheet {
        let mut columns =
            vec![("schema_version", Kind::Integer), ("id", Kind::Text), ("entity_id", Kind::Text)];
        columns.extend(KEY);
        columns.extend([
            ("first_day", Kind::Text),
            ("last_day", Kind::Text),
            ("verdict", Kind::Text),
            ("value", Kind::Text),
            ("low", Kind::Text),
            ("high", Kind::Text),
            ("confidence", Kind::Number),
            ("n_claims", Kind::Integer),
            ("n_documents", Kind::Integer),
            ("n_origins", Kind::Integer),
            ("told", Kind::Text),
            ("sources", Kind::List),
            ("proof", Kind::Text),
        ]);
        let row = |row: &&'a Row| {
            let entity_id = self.supporting(row).find_map(|claim| claim.entity_id.clone());
            let mut cells = vec![Cell::Integer(SCHEMA_VERSION), text(row.key.id()), optional(entity_id)];
            cells.extend(key(&row.key));
            cells.extend([
                optional(row.key.period.first()),
                optional(row.key.period.last()),
                text(row.verdict.as_str()),
                optional(row.value.map(digits)),
                optional(row.interval.low().map(digits)),
                optional(row.interval.high().map(digits)),
                Cell::Number(f64::from(row.confidence.thousandths()) / 1000.0),
                count(row.n_claims),
                count(row.n_documents),
                count(row.n_origins),
                optional(self.last_told(row)),
                list(self.supporting(row).filter_map(|c| c.source.as_deref()).collect::<BTreeSet<_>>()),
                text(proof(&anchor::row(&row.key))),
            ]);
            cells
        };
        Sheet { name: "figures", columns, rows: published.iter().map(row).collect() }
    }

    /// What was published once, with a value that is not published now.
    fn withdrawn(&self, earlier: &Earlier, now: &HashMap<String, (&'a Row, Option<Refusal>)>) -> Sheet {
        let mut columns = vec![("schema_version", Kind::Integer), ("id", Kind::Text)];
        columns.extend(KEY);
        columns.extend([
            ("value", Kind::Text),
            ("reason", Kind::Text),
            ("explain", Kind::Text),
            ("verdict", Kind::Text),
            ("n_origins", Kind::Integer),
            ("since", Kind::Text),
            ("proof", Kind::Text),
        ]);
        let mut rows: IndexMap<(&str, &str), Vec<Cell>> = IndexMap::new();
        for told in &earlier.told {
            let row = now.get(&told.id);
            let Some((reason, explain)) = withdrawal(told, row) else { continue };
            let since = if told.gone { told.since.clone() } else { self.today.map(|day| day.to_string()) };
            let row = row.map(|(row, _)| *row);
            let mut cells = vec![Cell::Integer(SCHEMA_VERSION), text(&told.id)];
            cells.extend([&told.entity, &told.metric, &told.aspect, &told.period, &told.modality].map(text));
            cells.extend([list(&told.qualifiers), text(&told.unit), text(&told.value)]);
            cells.extend([text(reason), text(explain)]);
            cells.extend([
                optional(row.map(|row| row.verdict.as_str())),
                row.map_or(Cell::Nothing, |row| count(row.n_origins)),
                optional(since),
                optional(row.map(|row| proof(&anchor::row(&row.key)))),
            ]);
            // What is withdrawn now, though it was once before, is of today.
            rows.entry((&told.id, &told.value)).or_insert(cells);
        }
        rows.sort_keys();
        Sheet { name: "withdrawn", columns, rows: rows.into_values().collect() }
    }

    fn conflicts(&self) -> Sheet {
        let mut columns = vec![
            ("schema_version", Kind::Integer),
            ("id", Kind::Text),
            ("code", Kind::Text),
            ("kind", Kind::Text),
            ("severity", Kind::Text),
        ];
        columns.extend(KEY);
        columns.extend([
            ("verdict", Kind::Text),
            ("n_origins", Kind::Integer),
            ("docs", Kind::List),
            ("odd_docs", Kind::List),
            ("claims", Kind::List),
            ("explain", Kind::Text),
            ("proof", Kind::Text),
        ]);
        let conflicts = self.audit.conflicts.iter().map(|conflict| {
            let row = self.rows.get(&conflict.key);
            let mut cells = vec![Cell::Integer(SCHEMA_VERSION), text(conflict.id()), text(conflict.code)];
            cells.extend([text(conflict.kind.as_str()), text(conflict.severity.as_str())]);
            cells.extend(key(&conflict.key));
            cells.extend([
                optional(row.map(|row| row.verdict.as_str())),
                row.map_or(Cell::Nothing, |row| count(row.n_origins)),
                list(&conflict.docs),
                list(&conflict.odd_docs),
                list(&conflict.claims),
                text(&conflict.explain),
                text(proof(&anchor::conflict(conflict))),
            ]);
            cells
        });
        Sheet { name: "conflicts", columns, rows: conflicts.collect() }
    }

    /// The claims that something published rests on, or that contradict.
    fn claims(&self, published: &[&'a Row]) -> Sheet {
        let needed: BTreeSet<&ClaimId> = published
            .iter()
            .flat_map(|row| &row.claims)
            .chain(self.audit.conflicts.iter().flat_map(|conflict| &conflict.claims))
            .collect();
        let mut rows: HashMap<&ClaimId, &Row> = HashMap::new();
        // A claim that a derived figure rests on stands in the row that it speaks of itself.
        let (derived, stated): (Vec<&Row>, Vec<&Row>) =
            self.audit.consensus.iter().partition(|row| row.verdict == Verdict::Derived);
        for row in stated.into_iter().chain(derived) {
            row.claims.iter().for_each(|id| {
                rows.entry(id).or_insert(row);
            });
        }
        let mut columns = vec![("schema_version", Kind::Integer)];
        columns.extend(table::CLAIMS);
        columns.extend([("verdict", Kind::Text), ("n_origins", Kind::Integer), ("proof", Kind::Text)]);
        let claims = self.audit.claims.values().filter(|claim| needed.contains(&claim.id)).map(|claim| {
            let row = rows.get(&claim.id);
            let mut cells = vec![Cell::Integer(SCHEMA_VERSION)];
            cells.extend(table::claim_row(claim));
            cells.extend([
                optional(row.map(|row| row.verdict.as_str())),
                row.map_or(Cell::Nothing, |row| count(row.n_origins)),
                text(proof(&anchor::claim(&claim.id))),
            ]);
            cells
        });
        Sheet { name: "claims", columns, rows: claims.collect() }
    }

    /// Which claim does what for which figure.
    fn support(&self, published: &[&'a Row]) -> Sheet {
        let columns = vec![("figure", Kind::Text), ("claim", Kind::Text), ("stance", Kind::Text)];
        let mut rows = Vec::new();
        for row in published {
            let stances: HashMap<&ClaimId, Stance> =
                row.votes.iter().map(|vote| (&vote.claim, vote.stance)).collect();
            let against: BTreeSet<&ClaimId> = row.rivals.iter().flat_map(|rival| &rival.claims).collect();
            for id in &row.claims {
                let assumed = if against.contains(id) { Stance::Opposes } else { Stance::Supports };
                let stance = stances.get(id).copied().unwrap_or(assumed);
                rows.push(vec![text(row.key.id()), text(id), text(word(stance))]);
            }
        }
        Sheet { name: "support", columns, rows }
    }

    fn documents(&self) -> Sheet {
        let columns =
            ["doc", "sha256", "source", "lang", "published", "origin"].map(|name| (name, Kind::Text));
        let documents = self.audit.documents.iter().map(|document| {
            let some = |text: &str| optional((!text.is_empty()).then_some(text));
            vec![
                text(&document.doc),
                some(&document.sha256),
                optional(document.source.as_deref()),
                optional(document.lang.as_deref()),
                optional(document.published.as_deref()),
                some(&document.origin),
            ]
        });
        Sheet { name: "documents", columns: columns.to_vec(), rows: documents.collect() }
    }
}

/// Why a figure that was published is not any more, in a word and a sentence; `None` where it is.
fn withdrawal(told: &Told, now: Option<&(&Row, Option<Refusal>)>) -> Option<(&'static str, String)> {
    let Some((row, refusal)) = now else {
        return Some(("source_gone", "no document that was read tells it any more".to_owned()));
    };
    match refusal {
        None => {
            let value = row.value.map(digits)?;
            (value != told.value).then(|| ("revised", format!("the value is {value} now")))
        }
        Some(Refusal::Verdict(Verdict::Contested)) => {
            let rivals: Vec<String> = row.rivals.iter().map(|rival| digits(rival.value)).collect();
            let leading =
                row.value.map_or_else(|| "no value leads".to_owned(), |v| format!("{} leads", digits(v)));
            Some(("contested", format!("{leading}, against {}", rivals.join(", "))))
        }
        Some(refusal) => Some(("below_policy", refusal.to_string())),
    }
}

/// What of the policy a figure does not pass.
fn reason(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Verdict(_) | Refusal::NoValue => "verdict",
        Refusal::Origins { .. } => "origins",
        Refusal::Confidence { .. } => "confidence",
        Refusal::Conflict(_) => "conflict",
        Refusal::Age { .. } | Refusal::Undated => "age",
    }
}

fn word(stance: Stance) -> &'static str {
    match stance {
        Stance::Supports => "supports",
        Stance::Opposes => "opposes",
        Stance::Echoes => "echoes",
        Stance::Withdrawn => "withdrawn",
        Stance::Apart => "apart",
        Stance::BearsOut => "bears_out",
    }
}

fn key(key: &RowKey) -> Vec<Cell> {
    vec![
        text(&key.entity),
        text(&key.metric),
        text(key.aspect),
        text(&key.period),
        text(key.modality),
        list(&key.qualifiers),
        text(&key.unit),
    ]
}

fn proof(anchor: &str) -> String {
    format!("{REPORT}#{anchor}")
}

fn day(published: &str) -> Option<Date> {
    published.get(..10)?.parse().ok()
}
