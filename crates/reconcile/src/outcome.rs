//! What a reconciliation says: plain tables, sorted, ready to be written out. Nothing here computes.
//!
//! The shapes serialise to the JSON of the contract field by field; what the contract does not name but a
//! report needs (votes, waterfall, claims themselves) is skipped there and reached through methods.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use consilience_claim::{
    Aspect, Claim, ClaimId, Confidence, Decimal, Interval, Modality, Period, Problem, Unit, sha256_hex,
};
use rayon::slice::ParallelSliceMut;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::decisions::{Decided, Decision};

/// The whole outcome of reconciling a set of documents.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// Version of this shape; a breaking change bumps it.
    pub schema_version: u32,
    /// Every document that was read, sorted by `doc`.
    pub documents: Vec<DocumentOutcome>,
    /// Documents grouped by the text they go back to.
    pub origins: Vec<Origin>,
    /// One entry per two documents with claims.
    pub pairs: Vec<Pair>,
    /// Dependent pairs only, at least a spanning tree of each origin.
    pub lineage: Vec<Lineage>,
    /// The consensus table, sorted by key.
    pub consensus: Vec<Row>,
    /// What contradicts, worst first.
    #[serde(serialize_with = "with_ids")]
    pub conflicts: Vec<Conflict>,
    /// The arithmetic that was tried.
    #[serde(serialize_with = "checks_with_ids")]
    pub checks: Vec<Check>,
    /// What looks alike and cannot be compared, with the reason.
    pub not_comparable: Vec<NotComparable>,
    /// What is worth knowing and contradicts nothing: what was left out, doubts that only a person can settle.
    pub notes: Vec<Note>,
    /// What people decided, in the order of time, and what became of it.
    pub decisions: Vec<Decided>,
    /// What could not be read, of all documents.
    pub problems: Vec<Problem>,
    /// Every claim, in the order of documents and bytes.
    #[serde(skip)]
    pub claims: Claims,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteTopic {
    /// Documents published after the day that was asked for.
    LeftOut,
    /// Documents of which no day of publication is known, where a day was asked for.
    Undated,
    /// Two names of entities that may mean one.
    EntitiesMayBeOne,
    /// Two metrics that may be one.
    MetricsMayBeOne,
    /// A decision of a person that no longer holds, or no longer rests on the same claims.
    StaleDecision,
}

impl NoteTopic {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            NoteTopic::LeftOut => "left_out",
            NoteTopic::Undated => "undated",
            NoteTopic::EntitiesMayBeOne => "entities_may_be_one",
            NoteTopic::MetricsMayBeOne => "metrics_may_be_one",
            NoteTopic::StaleDecision => "stale_decision",
        }
    }
}

/// Something worth knowing that contradicts nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// What it is about.
    pub topic: NoteTopic,
    /// The documents concerned.
    pub docs: Vec<String>,
    /// The claims concerned.
    pub claims: Vec<ClaimId>,
    /// A sentence or two for a reader.
    pub explain: String,
    /// What can be done about it; empty where nothing need be.
    pub help: String,
}

/// The claims of an audit, each once, to be found by id. They are those of the graph and not copies of them.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    all: Vec<Arc<Claim>>,
    /// Places in `all`, sorted by id.
    by_id: Vec<u32>,
}

impl Claims {
    /// The claim with an id.
    pub fn get(&self, id: &ClaimId) -> Option<&Claim> {
        let at = self.by_id.binary_search_by(|&i| self.all[i as usize].id.cmp(id)).ok()?;
        Some(&self.all[self.by_id[at] as usize])
    }

    /// Every claim, in order.
    pub fn values(&self) -> impl Iterator<Item = &Claim> {
        self.all.iter().map(Arc::as_ref)
    }

    /// Every id, in the order of the claims.
    pub fn keys(&self) -> impl Iterator<Item = &ClaimId> {
        self.values().map(|claim| &claim.id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl FromIterator<Arc<Claim>> for Claims {
    /// Of claims with one id the last is found by it.
    fn from_iter<I: IntoIterator<Item = Arc<Claim>>>(claims: I) -> Claims {
        let all: Vec<Arc<Claim>> = claims.into_iter().collect();
        let mut by_id: Vec<u32> = (0..u32::try_from(all.len()).unwrap_or(u32::MAX)).collect();
        by_id.par_sort_unstable_by(|&a, &b| (&all[a as usize].id, a).cmp(&(&all[b as usize].id, b)));
        by_id.dedup_by(|next, kept| {
            let same = all[*next as usize].id == all[*kept as usize].id;
            if same {
                *kept = *next;
            }
            same
        });
        Claims { all, by_id }
    }
}

impl Index<usize> for Claims {
    type Output = Claim;

    fn index(&self, place: usize) -> &Claim {
        &self.all[place]
    }
}

/// A document's line in the outcome.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentOutcome {
    /// Its name.
    pub doc: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Outlet or filer.
    pub source: Option<String>,
    /// Main language.
    pub lang: Option<String>,
    /// Publication date.
    pub published: Option<String>,
    /// Id of its origin.
    pub origin: String,
    /// How many claims it makes, repeats included.
    pub claims: usize,
    /// What stood in the way of reading it.
    pub problems: Vec<Problem>,
}

/// The documents that go back to one text.
#[derive(Debug, Clone, Serialize)]
pub struct Origin {
    /// `O1`, `O2` … in the order of their first document.
    pub id: String,
    /// Their names, sorted.
    pub documents: Vec<String>,
}

/// How two documents compare, in data items.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// The document whose name sorts first.
    pub a: String,
    /// The other.
    pub b: String,
    /// Rows that both speak of.
    pub comparable: usize,
    /// Of these, how many agree.
    pub agree: usize,
    /// Of these, how many contradict.
    pub contradict: usize,
    /// Near meetings that cannot be compared.
    pub not_comparable: usize,
}

/// How two documents depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// One text, same language, perhaps cut or spun.
    Copy,
    /// One text, different languages.
    Translation,
    /// Both go back to a text that is not in the collection.
    SharedOrigin,
}

/// Two documents found dependent.
#[derive(Debug, Clone, Serialize)]
pub struct Lineage {
    /// The document whose name sorts first.
    pub a: String,
    /// The other.
    pub b: String,
    /// In what way.
    pub relation: Relation,
    /// How sure, 0 to 1.
    pub score: Confidence,
    /// What says so, in words.
    pub evidence: String,
}

/// The key of a row of the consensus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RowKey {
    /// Common name.
    pub entity: String,
    /// Metric id.
    pub metric: String,
    /// Level, growth, change, running total.
    pub aspect: Aspect,
    /// The time.
    pub period: Period,
    /// Fact, forecast, plan.
    pub modality: Modality,
    /// What keeps figures apart, sorted.
    pub qualifiers: Vec<String>,
    /// The unit in which the row's values are given.
    pub unit: Unit,
}

impl RowKey {
    /// The id of the row with this key: 16 hex digits from the key and its unit, so that it stays from run to run.
    pub fn id(&self) -> String {
        content_id(&[&self.to_string(), &self.unit.to_string()], &[])
    }
}

impl fmt::Display for RowKey {
    /// `ENTITY/METRIC/ASPECT/PERIOD`, then modality where not actual, then qualifiers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.entity, self.metric, self.aspect, self.period)?;
        if self.modality != Modality::Actual {
            write!(f, " {}", self.modality)?;
        }
        for qualifier in &self.qualifiers {
            write!(f, " {qualifier}")?;
        }
        Ok(())
    }
}

/// The outcome of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Two or more origins, all of one mind.
    Agreed,
    /// One origin only, however many documents.
    SingleOrigin,
    /// A rival remains.
    Contested,
    /// An authority says so.
    Authoritative,
    /// Follows from other rows; nobody states it.
    Derived,
}

impl Verdict {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Agreed => "agreed",
            Verdict::SingleOrigin => "single_origin",
            Verdict::Contested => "contested",
            Verdict::Authoritative => "authoritative",
            Verdict::Derived => "derived",
        }
    }
}

/// One row of the consensus table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What it is about.
    pub key: RowKey,
    /// The outcome.
    pub verdict: Verdict,
    /// The most precise value inside the shared interval, taken from a claim; `None` on a tie.
    #[serde(serialize_with = "decimal_or_null")]
    pub value: Option<Decimal>,
    /// What all supporting claims share.
    #[serde(serialize_with = "ends")]
    pub interval: Interval,
    /// How sure the value is, 0 to 1.
    pub confidence: Confidence,
    /// Claims, repeats included.
    pub n_claims: usize,
    /// Documents.
    pub n_documents: usize,
    /// Origins: the count that matters.
    pub n_origins: usize,
    /// Ids of all claims of the row, supporting ones first.
    pub claims: Vec<ClaimId>,
    /// Other values, strongest first.
    pub rivals: Vec<Rival>,
    /// Figures tied to the row in time that do not stand against it: what was expected, what it replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// What a person decided about the row, where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Each claim's share in the verdict.
    #[serde(skip)]
    pub votes: Vec<Vote>,
    /// How a derived value was derived, or what else is worth saying of the row.
    #[serde(skip)]
    pub note: Option<String>,
}

/// A value that competes with the row's.
#[derive(Debug, Clone, Serialize)]
pub struct Rival {
    /// The value, in the row's unit.
    #[serde(serialize_with = "decimal")]
    pub value: Decimal,
    /// What its claims share.
    #[serde(serialize_with = "ends")]
    pub interval: Interval,
    /// Its origins.
    pub n_origins: usize,
    /// Its claims.
    pub claims: Vec<ClaimId>,
    /// Its documents.
    pub docs: Vec<String>,
}

/// How a figure is tied to a row's in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// An earlier figure that its source, or a later version, took the place of.
    Superseded,
    /// The later figure that took this one's place.
    SupersededBy,
    /// What was expected, or what the company planned.
    Forecast,
    /// What came of the forecast.
    Outcome,
}

impl Tie {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Tie::Superseded => "superseded",
            Tie::SupersededBy => "superseded_by",
            Tie::Forecast => "forecast",
            Tie::Outcome => "outcome",
        }
    }
}

/// A figure tied to a row's in time: linked and not opposed.
#[derive(Debug, Clone, Serialize)]
pub struct Related {
    /// In what way.
    pub relation: Tie,
    /// The row it stands in; the row's own key where it is an earlier figure of it.
    pub key: RowKey,
    /// The value, in the unit and sign of the row that shows it.
    #[serde(serialize_with = "decimal")]
    pub value: Decimal,
    /// What its claims share.
    #[serde(serialize_with = "ends")]
    pub interval: Interval,
    /// The first day on which it was told, where one is known.
    pub published: Option<String>,
    /// Its claims.
    pub claims: Vec<ClaimId>,
    /// Its documents.
    pub docs: Vec<String>,
    /// How the two compare, in words.
    pub explain: String,
}

/// Log-odds in micro-nats (millionths of the natural unit): integer, so that sums have one value in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct LogOdds(pub i64);

/// What a claim does for the leading value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It can be true together with the leading value.
    Supports,
    /// It cannot.
    Opposes,
    /// It says the same as another claim of its origin, which has the vote.
    Echoes,
    /// Its own source has told another figure since.
    Withdrawn,
    /// It speaks of something else than the leading value, under one name.
    Apart,
    /// It tells of something else, and the value follows from it: a sum holds.
    BearsOut,
}

/// One claim's share in a verdict.
#[derive(Debug, Clone)]
pub struct Vote {
    /// The claim.
    pub claim: ClaimId,
    /// The origin in whose name it votes.
    pub origin: String,
    /// For or against.
    pub stance: Stance,
    /// How much it weighs; zero for an echo.
    pub weight: LogOdds,
    /// Why it weighs so, in words.
    pub because: String,
}

/// How bad a conflict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing, never an alarm.
    Note,
    /// Probably not both true.
    Warning,
    /// Cannot both be true.
    Error,
}

impl Severity {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What slip a conflict looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Off by a power of a thousand: million for billion.
    Magnitude,
    /// A decimal mark read as a group mark or the other way.
    LocaleMisread,
    /// One digit differs.
    Digit,
    /// Two neighbouring digits swapped.
    DigitTransposition,
    /// Plus for minus.
    Sign,
    /// Same figure, other currency.
    Currency,
    /// Same figure, other unit.
    Unit,
    /// The neighbouring period's figure.
    WrongPeriod,
    /// Another entity's figure.
    WrongEntity,
    /// Another metric's figure.
    WrongMetric,
    /// A forecast or plan told as fact.
    Modality,
    /// A figure that was superseded.
    Stale,
    /// A growth rate that its levels do not give.
    GrowthVsLevels,
    /// Parts that do not make the whole.
    SumOfParts,
    /// A value outside a stated bound.
    Bound,
    /// Cut instead of rounded (a note).
    Truncated,
    /// None of these.
    Value,
}

impl ConflictKind {
    /// Every kind, in the order of the codes.
    pub const ALL: [ConflictKind; 17] = [
        ConflictKind::Value,
        ConflictKind::Magnitude,
        ConflictKind::LocaleMisread,
        ConflictKind::Digit,
        ConflictKind::DigitTransposition,
        ConflictKind::Sign,
        ConflictKind::Currency,
        ConflictKind::Unit,
        ConflictKind::WrongPeriod,
        ConflictKind::WrongEntity,
        ConflictKind::WrongMetric,
        ConflictKind::Modality,
        ConflictKind::Stale,
        ConflictKind::GrowthVsLevels,
        ConflictKind::SumOfParts,
        ConflictKind::Bound,
        ConflictKind::Truncated,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            ConflictKind::Magnitude => "magnitude",
            ConflictKind::LocaleMisread => "locale_misread",
            ConflictKind::Digit => "digit",
            ConflictKind::DigitTransposition => "digit_transposition",
            ConflictKind::Sign => "sign",
            ConflictKind::Currency => "currency",
            ConflictKind::Unit => "unit",
            ConflictKind::WrongPeriod => "wrong_period",
            ConflictKind::WrongEntity => "wrong_entity",
            ConflictKind::WrongMetric => "wrong_metric",
            ConflictKind::Modality => "modality",
            ConflictKind::Stale => "stale",
            ConflictKind::GrowthVsLevels => "growth_vs_levels",
            ConflictKind::SumOfParts => "sum_of_parts",
            ConflictKind::Bound => "bound",
            ConflictKind::Truncated => "truncated",
            ConflictKind::Value => "value",
        }
    }

    /// Whether the kind is a slip in writing one figure, and not in what the figure is about.
    pub fn is_slip_of_the_pen(self) -> bool {
        matches!(
            self,
            ConflictKind::Magnitude
                | ConflictKind::LocaleMisread
                | ConflictKind::Digit
                | ConflictKind::DigitTransposition
                | ConflictKind::Sign
                | ConflictKind::GrowthVsLevels
                | ConflictKind::SumOfParts
        )
    }

    /// Whether the kind is a figure of something else, told of this: the digits are right, what they are about is not.
    pub fn is_of_another_key(self) -> bool {
        matches!(
            self,
            ConflictKind::WrongPeriod
                | ConflictKind::WrongEntity
                | ConflictKind::WrongMetric
                | ConflictKind::Modality
                | ConflictKind::Stale
        )
    }

    /// The stable code of a conflict of this kind, such as `C101`.
    pub fn code(self) -> &'static str {
        match self {
            ConflictKind::Value => "C100",
            ConflictKind::Magnitude => "C101",
            ConflictKind::LocaleMisread => "C102",
            ConflictKind::Digit => "C103",
            ConflictKind::DigitTransposition => "C104",
            ConflictKind::Sign => "C105",
            ConflictKind::Currency => "C106",
            ConflictKind::Unit => "C107",
            ConflictKind::WrongPeriod => "C201",
            ConflictKind::WrongEntity => "C202",
            ConflictKind::WrongMetric => "C203",
            ConflictKind::Modality => "C204",
            ConflictKind::Stale => "C205",
            ConflictKind::GrowthVsLevels => "C301",
            ConflictKind::SumOfParts => "C302",
            ConflictKind::Bound => "C303",
            ConflictKind::Truncated => "C401",
        }
    }
}

/// Figures that cannot, or probably cannot, all be true.
#[derive(Debug, Clone, Serialize)]
pub struct Conflict {
    /// Stable code of the kind.
    pub code: &'static str,
    /// The figure most likely wrong.
    pub key: RowKey,
    /// What slip it looks like.
    pub kind: ConflictKind,
    /// How bad.
    pub severity: Severity,
    /// The documents involved.
    pub docs: Vec<String>,
    /// Those that the evidence speaks against, where it says which.
    pub odd_docs: Vec<String>,
    /// The claims involved.
    pub claims: Vec<ClaimId>,
    /// A sentence or two for a reader.
    pub explain: String,
    /// How the odd figure may have come about, likeliest first; empty where no two figures are set against each
    /// other.
    pub explanations: Vec<Explanation>,
    /// What would flip the verdict, in a sentence.
    pub flips: Option<String>,
}

impl Conflict {
    /// The id of the conflict: 16 hex digits from its code, its key and its claims, never from order.
    pub fn id(&self) -> String {
        content_id(&[self.code, &self.key.to_string(), &self.key.unit.to_string()], &self.claims)
    }
}

impl Check {
    /// The id of the check: 16 hex digits from its rule and its claims, never from order.
    pub fn id(&self) -> String {
        content_id(&[&self.rule], &self.inputs)
    }
}

fn content_id(words: &[&str], claims: &[ClaimId]) -> String {
    let mut sorted: Vec<&str> = claims.iter().map(|id| &*id.0).collect();
    sorted.sort_unstable();
    let all: Vec<&str> = words.iter().copied().chain(sorted).collect();
    sha256_hex(all.join("\n").as_bytes())[..16].to_owned()
}

/// Writes each item with its id before its own fields.
fn identified<T: Serialize, S: Serializer>(
    items: &[T],
    id: fn(&T) -> String,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(items.iter().map(|item| Identified { id: id(item), item }))
}

/// An item of an output with the id that its content gives.
#[derive(Debug, Serialize)]
pub struct Identified<'a, T: Serialize> {
    /// The id.
    pub id: String,
    /// The item.
    #[serde(flatten)]
    pub item: &'a T,
}

fn with_ids<S: Serializer>(conflicts: &[Conflict], serializer: S) -> Result<S::Ok, S::Error> {
    identified(conflicts, Conflict::id, serializer)
}

fn checks_with_ids<S: Serializer>(checks: &[Check], serializer: S) -> Result<S::Ok, S::Error> {
    identified(checks, Check::id, serializer)
}

/// One way in which a wrong figure may have come about.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// What slip it would be; `value` where no slip explains the figure.
    pub kind: ConflictKind,
    /// How likely it is among all explanations.
    pub probability: Confidence,
    /// What gives it away, as a sentence; empty where nothing does.
    pub because: String,
}

/// How a check of the arithmetic came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// Computed and stated meet.
    Holds,
    /// They cannot.
    Fails,
    /// The inputs leave it open.
    Undecided,
}

/// One piece of arithmetic between claims.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// Id of the rule.
    pub rule: String,
    /// How it came out.
    pub status: CheckStatus,
    /// The claims that went in.
    pub inputs: Vec<ClaimId>,
    /// What follows from the inputs.
    #[serde(serialize_with = "ends")]
    pub computed: Interval,
    /// What a claim states, where one does.
    #[serde(serialize_with = "optional_ends")]
    pub stated: Option<Interval>,
    /// The sum written out.
    pub explain: String,
}

/// Claims that look alike but are not compared.
#[derive(Debug, Clone, Serialize)]
pub struct NotComparable {
    /// The claims.
    pub claims: Vec<ClaimId>,
    /// Why, in words that follow "not comparable, because".
    pub reason: String,
}

fn decimal<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.normalize())
}

fn decimal_or_null<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => decimal(value, serializer),
        None => serializer.serialize_none(),
    }
}

fn ends<S: Serializer>(interval: &Interval, serializer: S) -> Result<S::Ok, S::Error> {
    let mut seq = serializer.serialize_seq(Some(2))?;
    for end in [interval.low(), interval.high()] {
        seq.serialize_element(&end.map(|e| e.normalize().to_string()))?;
    }
    seq.end()
}

fn optional_ends<S: Serializer>(interval: &Option<Interval>, serializer: S) -> Result<S::Ok, S::Error> {
    match interval {
        Some(interval) => ends(interval, serializer),
        None => serializer.serialize_none(),
    }
}
