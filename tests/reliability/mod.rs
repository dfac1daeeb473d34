//! Whether claims are as often right as they say: annotated articles are read, each claim is told right or wrong by
//! the gold, and the shares are set against the confidences.
//!
//! The rules of agreement are those of the scorer beside the repository; this one needs nothing but the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use consilience_claim::{Claim, Decimal, Period};
use consilience_extract::{Article, FACTS, Lexicon, extract, facts, read};
use serde_json::Value;

/// The annotated articles of the repository, and whether the weights were fitted on them.
pub(crate) const SETS: [(&str, &str, &str, bool); 5] = [
    ("corpus", "tests/corpus/articles", "tests/corpus/gold.jsonl", true),
    ("results", "tests/results/articles", "tests/results/gold.jsonl", true),
    ("languages", "tests/languages/articles", "tests/languages/gold.jsonl", true),
    ("sample", "data/sample", "data/sample-gold.jsonl", false),
    ("unseen", "tests/unseen/articles", "tests/unseen/gold.jsonl", false),
];

/// Names of one thing, where the catalogue does not tell.
const SAME: [(&str, &[&str]); 12] = [
    ("metric", &["net_income", "net_profit", "profit"]),
    ("metric", &["eps_diluted", "eps", "earnings_per_share", "diluted_eps"]),
    ("metric", &["capital_expenditure", "capex", "capital_expenditures"]),
    ("metric", &["market_cap", "market_capitalization", "market_value"]),
    ("metric", &["headcount", "employees", "employee_count"]),
    ("metric", &["operating_income", "operating_profit"]),
    ("metric", &["daily_active_people", "daily_active_users"]),
    ("metric", &["advertising_revenue", "ad_revenue"]),
    ("metric", &["share_price", "stock_price"]),
    ("metric", &["costs_and_expenses", "total_costs_and_expenses", "expenses"]),
    ("metric", &["share_repurchases", "share_buyback"]),
    ("unit", &["users", "people", "persons", "employees"]),
];

/// A claim and whether it is right in every field.
pub(crate) struct Judged {
    pub(crate) set: &'static str,
    pub(crate) doc: String,
    pub(crate) lang: String,
    /// In thousandths.
    pub(crate) confidence: u16,
    pub(crate) right: bool,
    pub(crate) facts: [bool; FACTS.len()],
}

/// What the gold holds, and every claim of the articles judged by it.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) claims: Vec<Judged>,
    /// Gold claims that are to be found.
    pub(crate) wanted: usize,
}

/// A gold claim: for each field the folded answers that are right.
struct Gold {
    start: usize,
    end: usize,
    wanted: bool,
    fields: BTreeMap<&'static str, BTreeSet<String>>,
}

const FIELDS: [&str; 8] = ["value", "unit", "entity", "metric", "aspect", "period", "bound", "modality"];

/// Reads the articles of a set and judges their claims.
pub(crate) fn measure(
    root: &Path,
    (set, articles, gold, _): (&'static str, &str, &str, bool),
) -> std::io::Result<Measured> {
    let names = names(root)?;
    let gold = gold_claims(&root.join(gold), &names)?;
    let lexicon = Lexicon::builtin();
    let mut measured =
        Measured { wanted: gold.values().flatten().filter(|g| g.wanted).count(), ..Measured::default() };
    let mut files: Vec<_> =
        std::fs::read_dir(root.join(articles))?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let doc = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file)?;
        let article = Article { doc: &doc, bytes: &bytes };
        let claims = extract(read(&article, lexicon), &article, lexicon).claims;
        let right = judge(gold.get(&doc).map_or(&[], Vec::as_slice), &claims, &names);
        measured.claims.extend(claims.iter().zip(right).map(|(claim, right)| Judged {
            set,
            doc: doc.clone(),
            lang: claim.lang.clone(),
            confidence: claim.confidence.thousandths(),
            right,
            facts: facts(claim),
        }));
    }
    Ok(measured)
}

/// Pairs claims with gold claims that they overlap, those that agree best first, then those that overlap most; what
/// pairs with nothing is wrong.
fn judge(gold: &[Gold], claims: &[Claim], names: &BTreeMap<String, String>) -> Vec<bool> {
    let mut pairs = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, c) in claims.iter().enumerate() {
            let overlap = g.end.min(c.span.end).saturating_sub(g.start.max(c.span.start));
            if overlap > 0 && c.span.end - c.span.start <= 3 * (g.end - g.start) + 16 {
                let wrong = FIELDS.iter().map(|field| !agrees(g, c, field, names));
                let wrong: Vec<bool> = wrong.collect();
                let figure = wrong[0] || wrong[1];
                let others = wrong[2..].iter().filter(|w| **w).count();
                pairs.push((figure, others, std::cmp::Reverse(overlap), i, j));
            }
        }
    }
    pairs.sort_unstable();
    let mut right = vec![false; claims.len()];
    let (mut met, mut used) = (vec![false; gold.len()], vec![false; claims.len()]);
    for (figure, others, _, i, j) in pairs {
        if !met[i] && !used[j] {
            (met[i], used[j]) = (true, true);
            right[j] = !figure && others == 0;
        }
    }
    right
}

fn agrees(gold: &Gold, claim: &Claim, field: &'static str, names: &BTreeMap<String, String>) -> bool {
    let answers = &gold.fields[field];
    let said = match field {
        "value" => claim.value.normalize().to_string(),
        "unit" => claim.unit.to_string(),
        "entity" => claim.entity.clone(),
        "metric" => claim.metric.clone(),
        "aspect" => claim.aspect.as_str().to_owned(),
        "period" => return answers.iter().any(|answer| same_period(answer, &claim.period)),
        "bound" => claim.bound.as_str().to_owned(),
        _ => claim.modality.as_str().to_owned(),
    };
    answers.contains(&folded(field, &said, names))
}

/// Both ends within a week, so that a fiscal quarter may be written as its days; shorter ones within a day.
fn same_period(answer: &str, said: &Period) -> bool {
    let Ok(answer) = answer.to_uppercase().parse::<Period>() else {
        return answer == folded("period", &said.to_string(), &BTreeMap::new());
    };
    let ends = |p: &Period| Some((p.first()?, p.last()?));
    let Some((a, b)) = ends(&answer).zip(ends(said)) else { return answer == *said };
    let days = |from, to| Period::days(from, to).length().map_or(i32::MAX, |n| n - 1);
    let apart = |x, y| if x <= y { days(x, y) } else { days(y, x) };
    let length = days(a.0, a.1).min(days(b.0, b.1));
    let slack = if length >= 80 { 7 } else { i32::from(length >= 1) };
    apart(a.0, b.0) <= slack && apart(a.1, b.1) <= slack
}

fn folded(field: &str, text: &str, names: &BTreeMap<String, String>) -> String {
    let text = text.replace('_', " ").to_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if field == "entity" {
        return names.get(&text).cloned().unwrap_or(text);
    }
    let same = SAME.iter().find(|(f, all)| *f == field && all.iter().any(|n| n.replace('_', " ") == text));
    same.map_or(text, |(_, all)| all[0].replace('_', " "))
}

/// Every name of the catalogue that is one entity's alone, with that entity's first name.
fn names(root: &Path) -> std::io::Result<BTreeMap<String, String>> {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut table = csv::Reader::from_path(root.join("data/entities.csv"))?;
    let none = BTreeMap::new();
    for row in table.records() {
        let row = row?;
        let own = folded("entity", &row[1], &none);
        let aliases = row[8].split('|').map(|a| a.split_once(':').map_or(a, |(_, name)| name));
        for name in aliases.chain([&row[1]]).filter(|n| !n.is_empty()) {
            owners.entry(folded("entity", name, &none)).or_default().insert(own.clone());
        }
    }
    let alone = owners.into_iter().filter(|(_, ids)| ids.len() == 1);
    Ok(alone.filter_map(|(name, ids)| Some((name, ids.into_iter().next()?))).collect())
}

fn gold_claims(
    path: &Path,
    names: &BTreeMap<String, String>,
) -> std::io::Result<BTreeMap<String, Vec<Gold>>> {
    let mut gold: BTreeMap<String, Vec<Gold>> = BTreeMap::new();
    for line in std::fs::read_to_string(path)?.lines().filter(|l| !l.trim().is_empty()) {
        let row: Value = serde_json::from_str(line)?;
        let at = |name: &str| row[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let mut fields: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for field in FIELDS {
            let usual = match field {
                "aspect" => "level",
                "bound" => "exact",
                "modality" => "actual",
                _ => "",
            };
            let said = row[field].as_str().filter(|s| !s.is_empty()).unwrap_or(usual);
            fields.entry(field).or_default().insert(answer(field, said, names));
        }
        // "alt:F=V,G=W (why)": answers that are right too.
        for part in row["note"].as_str().unwrap_or_default().split(';') {
            let Some(alternative) = part.trim().strip_prefix("alt:") else { continue };
            let alternative = alternative.split(" (").next().unwrap_or_default();
            for one in alternative.split(',') {
                let Some((field, value)) = one.split_once('=') else { continue };
                if let Some(answers) =
                    FIELDS.iter().find(|f| **f == field.trim()).and_then(|f| fields.get_mut(f))
                {
                    answers.insert(answer(field.trim(), value, names));
                }
            }
        }
        let doc = row["doc"].as_str().unwrap_or_default().to_owned();
        let wanted = row["salient"].as_bool().unwrap_or(true);
        gold.entry(doc).or_default().push(Gold { start: at("start"), end: at("end"), wanted, fields });
    }
    Ok(gold)
}

fn answer(field: &str, said: &str, names: &BTreeMap<String, String>) -> String {
    match said.trim().parse::<Decimal>() {
        Ok(value) if field == "value" => value.normalize().to_string(),
        _ => folded(field, said, names),
    }
}

/// A bar of the reliability diagram: claims of about the same confidence.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bin {
    pub(crate) claims: u32,
    pub(crate) right: u32,
    /// Sum of the confidences, in thousandths.
    pub(crate) confidence: u32,
}

impl Bin {
    pub(crate) fn mean(self) -> f64 {
        f64::from(self.confidence) / 1000.0 / f64::from(self.claims.max(1))
    }

    pub(crate) fn share(self) -> f64 {
        f64::from(self.right) / f64::from(self.claims.max(1))
    }
}

/// Ten bins of equal width.
pub(crate) fn bins<'a>(claims: impl IntoIterator<Item = &'a Judged>) -> [Bin; 10] {
    let mut bins = [Bin::default(); 10];
    for claim in claims {
        let bin = &mut bins[usize::from(claim.confidence / 100).min(9)];
        bin.claims += 1;
        bin.right += u32::from(claim.right);
        bin.confidence += u32::from(claim.confidence);
    }
    bins
}

/// Expected calibration error: how far confidence and share right lie apart, weighed by the claims of each bin.
pub(crate) fn calibration_error(bins: &[Bin]) -> f64 {
    let apart = bins.iter().map(|b| (f64::from(b.confidence) / 1000.0 - f64::from(b.right)).abs());
    apart.sum::<f64>() / f64::from(bins.iter().map(|b| b.claims).sum::<u32>().max(1))
}

/// Mean squared distance of confidence from the truth (Brier 1950).
pub(crate) fn brier<'a>(claims: impl IntoIterator<Item = &'a Judged>) -> f64 {
    let (mut sum, mut n) = (0.0, 0u32);
    for claim in claims {
        sum += (f64::from(claim.confidence) / 1000.0 - f64::from(u8::from(claim.right))).powi(2);
        n += 1;
    }
    sum / f64::from(n.max(1))
}
