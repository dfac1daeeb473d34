//! What an audit says of a world against what is true of it.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::Claim;
use consilience_reconcile::{Audit, Conflict, Severity};

use super::article::{Article, Statement};
use super::slips::Slip;
use super::world::World;

/// Counts over worlds.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Of each kind: planted, found, called by its kind, told of the right document.
    kinds: BTreeMap<(bool, &'static str), [usize; 4]>,
    /// The same, planted and found, by how far off, of how many digits, and how surely read.
    strata: BTreeMap<&'static str, [usize; 2]>,
    /// Why slips were missed, by what the reader made of them.
    causes: BTreeMap<String, (usize, String)>,
    /// Kinds given instead of the right one.
    taken_for: BTreeMap<(&'static str, &'static str), usize>,
    /// False alarms by kind.
    false_alarms: BTreeMap<&'static str, usize>,
    comparable: usize,
    /// Dependent pairs: told and true, told, true.
    lineage: [usize; 3],
    /// Cases of what went wrong, for reading.
    cases: Vec<String>,
}

impl Tally {
    /// Takes in what an audit says of a world; `words` gives the sentence that tells a statement, for reading.
    pub(crate) fn add(
        &mut self,
        seed: u64,
        world: &World,
        audit: &Audit,
        words: impl Fn(&Article, &Statement) -> String,
    ) {
        let read = Read::new(audit);
        let alarms: Vec<&Conflict> = audit.conflicts.iter().filter(|c| c.severity > Severity::Note).collect();
        let mut explained = BTreeSet::new();
        for (number, slip) in world.slips.iter().enumerate() {
            // A figure that was cut is worth a note.
            let among: Vec<&Conflict> =
                if slip.kind == "truncated" { audit.conflicts.iter().collect() } else { alarms.clone() };
            let telling: Vec<&Conflict> = among.into_iter().filter(|c| tells(c, slip)).collect();
            for alarm in &telling {
                explained.insert(std::ptr::from_ref::<Conflict>(alarm));
            }
            let planted: Vec<(&Article, &Statement)> = world
                .articles
                .iter()
                .flat_map(|a| a.statements().map(move |s| (a, s)))
                .filter(|(_, s)| s.slip == Some(number))
                .collect();
            let surely = read.surely(&planted);
            for stratum in slip.size.into_iter().chain([surely]).filter(|_| slip.kind != "truncated") {
                let entry = self.strata.entry(stratum).or_default();
                entry[0] += 1;
                entry[1] += usize::from(!telling.is_empty());
            }
            let entry = self.kinds.entry((slip.in_a_copy, slip.kind)).or_default();
            entry[0] += 1;
            let Some(first) = telling.first() else {
                let noted = audit.conflicts.iter().any(|c| tells(c, slip));
                let (cause, of) = read.cause(world, slip, &planted, noted);
                let known = self.causes.entry(cause).or_default();
                known.0 += 1;
                if let (Some((article, statement)), true) = (of, known.1.is_empty()) {
                    known.1 = words(article, statement);
                }
                self.cases.push(format!(
                    "{seed} missed {} {} {:?} {:?}",
                    slip.kind, slip.told, slip.item, slip.odd
                ));
                continue;
            };
            let kind = telling.iter().any(|c| c.kind.as_str() == slip.kind);
            let odd = slip.kind == "truncated"
                || telling
                    .iter()
                    .any(|c| !c.odd_docs.is_empty() && c.odd_docs.iter().all(|d| slip.odd.contains(d)));
            entry[1] += 1;
            entry[2] += usize::from(kind);
            entry[3] += usize::from(odd);
            if !kind {
                *self.taken_for.entry((slip.kind, first.kind.as_str())).or_default() += 1;
                self.cases.push(format!(
                    "{seed} {} called {}: {} {}",
                    slip.kind,
                    first.kind.as_str(),
                    slip.told,
                    first.explain
                ));
            }
            if !odd {
                self.cases.push(format!(
                    "{seed} {} of {:?} laid to {:?}: {}",
                    slip.kind, slip.odd, first.odd_docs, first.explain
                ));
            }
        }
        for alarm in alarms.iter().filter(|a| !explained.contains(&std::ptr::from_ref::<Conflict>(**a))) {
            *self.false_alarms.entry(alarm.kind.as_str()).or_default() += 1;
            self.cases.push(format!(
                "{seed} false {} {:?}: {} {:?}",
                alarm.kind.as_str(),
                alarm.severity,
                alarm.explain,
                alarm.odd_docs
            ));
        }
        self.comparable += audit.pairs.iter().map(|p| p.comparable).sum::<usize>();
        let said = pairs(audit.origins.iter().map(|o| o.documents.iter().map(String::as_str).collect()));
        let mut origins: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for article in &world.articles {
            origins.entry(article.origin).or_default().push(&article.name);
        }
        let truly = pairs(origins.into_values());
        for pair in said.symmetric_difference(&truly) {
            self.cases.push(format!(
                "{seed} lineage {pair:?} {}",
                if said.contains(pair) { "told" } else { "missed" }
            ));
        }
        self.lineage[0] += said.intersection(&truly).count();
        self.lineage[1] += said.len();
        self.lineage[2] += truly.len();
    }

    /// Prints the table, with `WORLDS_CASES` set also every case, and stops where a score is below its floor.
    pub(crate) fn check(&self, floors: &[(&str, f64)]) {
        println!("{self}");
        if std::env::var_os("WORLDS_CASES").is_some() {
            self.cases.iter().for_each(|case| println!("{case}"));
        }
        let scores = self.scores();
        let low = floors.iter().filter(|(name, floor)| scores[name] < *floor);
        let low: Vec<String> =
            low.map(|(name, floor)| format!("{name} {:.4} is below {floor}", scores[name])).collect();
        assert!(low.is_empty(), "{}", low.join("\n"));
    }

    fn scores(&self) -> BTreeMap<&'static str, f64> {
        let sum = |copies: bool, column: usize| -> usize {
            self.kinds
                .iter()
                .filter(|((c, kind), _)| *c == copies && *kind != "truncated")
                .map(|(_, n)| n[column])
                .sum()
        };
        let all = |column| sum(false, column) + sum(true, column);
        let well_read = |column: usize| -> usize {
            ["read at 0.7 to 0.84", "read at 0.84 and more"]
                .iter()
                .filter_map(|stratum| self.strata.get(stratum))
                .map(|n| n[column])
                .sum()
        };
        let truncated: [usize; 4] = self.kinds.get(&(false, "truncated")).copied().unwrap_or_default();
        let [both, said, truly] = self.lineage;
        [
            ("conflict_recall", share(sum(false, 1), sum(false, 0))),
            ("recall_where_well_read", share(well_read(1), well_read(0))),
            ("copy_differences", share(sum(true, 1), sum(true, 0))),
            ("kind_right", share(all(2), all(1))),
            ("odd_document", share(all(3), all(1))),
            ("cut_figures", share(truncated[1], truncated[0])),
            ("quiet", 1.0 - share(self.false_alarms.values().sum(), self.comparable)),
            ("lineage_f1", share(2 * both, said + truly)),
        ]
        .into()
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:28} planted  found   kind    odd", "slip")?;
        for ((copy, kind), [planted, found, named, odd]) in &self.kinds {
            let name = if *copy { format!("{kind} (copies)") } else { (*kind).to_owned() };
            writeln!(f, "{name:28} {planted:7} {found:6} {named:6} {odd:6}")?;
        }
        for (stratum, [planted, found]) in &self.strata {
            writeln!(f, "  {stratum:26} {planted:7} {found:6}   {:.3}", share(*found, *planted))?;
        }
        for (cause, (n, words)) in &self.causes {
            writeln!(f, "  missed {n:4}: {cause} {words}")?;
        }
        for ((kind, other), n) in &self.taken_for {
            writeln!(f, "  {kind} called {other}: {n}")?;
        }
        let all: usize = self.false_alarms.values().sum();
        writeln!(f, "false alarms {all} of {} comparable pairs {:?}", self.comparable, self.false_alarms)?;
        let [both, said, truly] = self.lineage;
        writeln!(f, "dependent pairs: {both} right of {said} told, {truly} true")?;
        for (name, score) in self.scores() {
            writeln!(f, "{name:20} {score:.4}")?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// What was read of a world.
struct Read<'a> {
    claims: BTreeMap<&'a str, Vec<&'a Claim>>,
}

impl<'a> Read<'a> {
    fn new(audit: &'a Audit) -> Read<'a> {
        let mut claims: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
        for claim in audit.claims.values() {
            claims.entry(&claim.doc).or_default().push(claim);
        }
        Read { claims }
    }

    /// The claim that a statement was read as, or what was made of it instead.
    fn of(&self, article: &Article, statement: &Statement) -> Result<&'a Claim, String> {
        let item = &statement.item;
        let same_value =
            |c: &&Claim| c.value.abs() == statement.value.abs() && c.unit.to_string() == item.unit;
        let claims = self.claims.get(article.name.as_str()).map_or(&[][..], Vec::as_slice);
        let told: Vec<&Claim> = claims.iter().copied().filter(same_value).collect();
        let fields = |c: &Claim| {
            let metric = c.metric.replace("_loss", "_income") == item.metric.replace("_loss", "_income");
            [
                (c.entity == item.entity, "entity", c.entity.clone()),
                (metric, "metric", c.metric.clone()),
                (c.aspect.as_str() == item.aspect, "aspect", c.aspect.as_str().to_owned()),
                (c.period.to_string() == item.period, "period", c.period.to_string()),
                (c.modality.as_str() == item.modality, "modality", c.modality.as_str().to_owned()),
                (c.qualifiers.join(" ") == item.qualifier, "qualifiers", c.qualifiers.join(" ")),
            ]
        };
        let wrong = |c: &Claim| fields(c).iter().filter(|f| !f.0).count();
        let best = told.into_iter().min_by_key(|c| wrong(c)).ok_or("not read")?;
        let others: Vec<String> = fields(best)
            .into_iter()
            .filter(|f| !f.0)
            .map(|(_, field, told)| format!("{field} {told}"))
            .collect();
        if others.is_empty() { Ok(best) } else { Err(format!("read with {}", others.join(", "))) }
    }

    /// How surely the planted figure was read, where it is read in the likeliest of the documents that have it.
    fn surely(&self, planted: &[(&Article, &Statement)]) -> &'static str {
        let read = planted.iter().filter_map(|(a, s)| self.of(a, s).ok());
        match read.map(|c| c.confidence.thousandths()).max() {
            None => "read as something else",
            Some(0..500) => "read at less than 0.5",
            Some(500..700) => "read at 0.5 to 0.7",
            Some(700..840) => "read at 0.7 to 0.84",
            Some(_) => "read at 0.84 and more",
        }
    }

    /// Why a slip was missed, with the statement that it comes from.
    fn cause<'w>(
        &self,
        world: &'w World,
        slip: &Slip,
        planted: &[(&'w Article, &'w Statement)],
        noted: bool,
    ) -> (String, Option<(&'w Article, &'w Statement)>) {
        let told = |statement: &Statement| {
            let item = &statement.item;
            format!("{} {} {}", item.metric, item.aspect, item.modality)
        };
        let unread = planted.iter().find_map(|&(a, s)| Some((a, s, self.of(a, s).err()?)));
        if let Some((article, statement, how)) = unread {
            return (
                format!("reader, {} {}: {how}", article.lang, told(statement)),
                Some((article, statement)),
            );
        }
        let all = || world.articles.iter().flat_map(|a| a.statements().map(move |s| (a, s)));
        let others = all().filter(|(_, s)| s.item == slip.item && s.slip.is_none());
        let unread = others.filter_map(|(a, s)| Some((a, s, self.of(a, s).err()?))).next();
        if let Some((article, statement, how)) = unread {
            let of = format!("{} {}: {how}", article.lang, told(statement));
            return (format!("reader, of a right figure, {of}"), Some((article, statement)));
        }
        let how = if noted { "only a note" } else { "nothing said" };
        (
            format!("reconciler, {} {} {}: {how}", slip.kind, slip.size[0], slip.size[1]),
            planted.first().copied(),
        )
    }
}

/// Whether a conflict is about a slip: the row that it stands in, and one of the documents that have it.
fn tells(conflict: &Conflict, slip: &Slip) -> bool {
    let (key, item) = (&conflict.key, &slip.item);
    let metric = key.metric.replace("_loss", "_income");
    let loss = metric == item.metric || metric == "net_income" && item.metric == "net_loss";
    let docs = if conflict.odd_docs.is_empty() { &conflict.docs } else { &conflict.odd_docs };
    key.entity == item.entity
        && loss
        && key.aspect.as_str() == item.aspect
        && key.period.to_string() == item.period
        && key.modality.as_str() == item.modality
        && docs.iter().any(|d| slip.odd.contains(d))
}

fn pairs<'a>(origins: impl Iterator<Item = Vec<&'a str>>) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for docs in origins {
        for (i, a) in docs.iter().enumerate() {
            all.extend(docs[i + 1..].iter().map(|b| ((*a).min(*b).to_owned(), (*a).max(*b).to_owned())));
        }
    }
    all
}
