//! Who goes back to whom: copies and translations.
//!
//! Two traces are followed. Copies in one language share word shingles: bottom-k sketches estimate how much
//! (Cohen & Kaplan, *Summarizing data using bottom-k sketches*, 2007). Translations share no words but tell
//! the same figures in the same order: their sequences are aligned by a weighted longest common subsequence.
//! Independent reports of one event share facts too, but select, order and round on their own, so what
//! counts is how much of the *shorter* sequence the alignment explains, weighed by how telling its figures
//! are: "48.385" more than "5 %". An error that two texts share and the rest do not weighs most.
//!
//! Candidates come from postings of sketch values and of figure pairs, each linked to its next few
//! neighbours only, so the work grows with the text and not with the square of the documents.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Confidence, Decimal, Unit};
use petgraph::unionfind::UnionFind;
use xxhash_rust::xxh3::xxh3_64;

use crate::Relation;
use crate::agreement::FILED;
use crate::corpus::Corpus;

/// Two documents found dependent, by number.
pub(crate) struct Dependence {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) relation: Relation,
    pub(crate) score: Confidence,
    pub(crate) evidence: String,
}

/// The origin of each document (numbered by first document), and the pairs that say so.
pub(crate) fn trace(corpus: &Corpus<'_>) -> (Vec<usize>, Vec<Dependence>) {
    let mut traces: Vec<Trace<'_>> = (0..corpus.docs.len()).map(|d| Trace::of(corpus, d)).collect();
    let mut union = UnionFind::<usize>::new(corpus.docs.len());
    let mut found: BTreeMap<(usize, usize), Dependence> = BTreeMap::new();
    // What most tell is counted in origins, so it takes a first round without shared errors to know it:
    // otherwise copies of a right text would make others look wrong together.
    for round in 0..2 {
        if round == 1 {
            let origins: Vec<usize> = (0..corpus.docs.len()).map(|d| union.find(d)).collect();
            let mut errors = odd_values(corpus, &origins);
            if errors.is_empty() {
                break;
            }
            for (doc, trace) in traces.iter_mut().enumerate() {
                trace.errors = errors.remove(&doc).unwrap_or_default();
            }
        }
        for (a, b) in candidates(&traces) {
            if !found.contains_key(&(a, b))
                && (round == 0 || !traces[a].errors.is_disjoint(&traces[b].errors))
                && let Some(dependence) = compare(corpus, &traces, a, b)
            {
                union.union(a, b);
                found.insert((a, b), dependence);
            }
        }
    }
    for dependence in filers(corpus) {
        union.union(dependence.a, dependence.b);
        found.entry((dependence.a, dependence.b)).or_insert(dependence);
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let origins = (0..corpus.docs.len())
        .map(|d| {
            let next = numbers.len();
            *numbers.entry(union.find(d)).or_insert(next)
        })
        .collect();
    (origins, found.into_values().collect())
}

/// Files of filings by one company, each tied to the first: whatever they say, the company says it.
fn filers(corpus: &Corpus<'_>) -> Vec<Dependence> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (b, doc) in corpus.docs.iter().enumerate().filter(|(_, d)| d.is_filing()) {
        let Some(filer) = doc.record.and_then(|r| r.fingerprint.names.first()) else { continue };
        let a = *first.entry(filer.as_str()).or_insert(b);
        if a != b {
            found.push(Dependence {
                a,
                b,
                relation: Relation::SharedOrigin,
                score: Confidence::per_mille(FILED),
                evidence: format!("both are filings of {filer}"),
            });
        }
    }
    found
}

/// Longest sequences that are aligned; a longer text is judged by its start.
const ALIGNED: usize = 256;
/// How many neighbours in a posting list are looked at.
const WINDOW: usize = 3;

struct Trace<'a> {
    sha256: &'a str,
    sketch: &'a [u64],
    shingles: u32,
    figures: Vec<TraceFigure>,
    has_paragraphs: bool,
    names: BTreeSet<&'a str>,
    /// Values that most others contradict, as hashes of item and value.
    errors: BTreeSet<u64>,
}

#[derive(Clone, Copy)]
struct TraceFigure {
    hash: u64,
    /// Telling power in quarters of a fully distinctive figure.
    weight: u32,
    paragraph: u32,
}

impl<'a> Trace<'a> {
    fn of(corpus: &Corpus<'a>, doc: usize) -> Trace<'a> {
        let record = corpus.docs[doc].record;
        // A filing is a table of figures: that an article tells some of them makes it no copy.
        let filed = corpus.docs[doc].is_filing();
        let print = record.map(|r| &r.fingerprint).filter(|_| !filed);
        let mut figures: Vec<TraceFigure> = print
            .map(|p| p.figures.iter().map(|f| TraceFigure::new(f.value, &f.unit, f.paragraph)).collect())
            .unwrap_or_default();
        let has_paragraphs = figures.iter().any(|f| f.paragraph > 0);
        if figures.is_empty() && !filed {
            let claims = &corpus.claims[corpus.docs[doc].claims.clone()];
            figures = claims.iter().map(|c| TraceFigure::new(c.value, &c.unit, 0)).collect();
        }
        figures.truncate(ALIGNED);
        Trace {
            sha256: record.map_or("", |r| r.sha256.as_str()),
            sketch: print.map_or(&[], |p| p.sketch.as_slice()),
            shingles: print.map_or(0, |p| p.shingles),
            figures,
            has_paragraphs,
            names: print.map(|p| p.names.iter().map(String::as_str).collect()).unwrap_or_default(),
            errors: BTreeSet::new(),
        }
    }

    fn weight(&self) -> u32 {
        self.figures.iter().map(|f| f.weight).sum()
    }
}

impl TraceFigure {
    fn new(value: Decimal, unit: &Unit, paragraph: u32) -> TraceFigure {
        // Languages name what is counted differently; whether it is money, a share or a count they agree on.
        let class = match unit {
            Unit::Money(_) => '$',
            Unit::MoneyPer(..) => '/',
            unit if unit.is_percent() => '%',
            _ => '#',
        };
        let value = value.abs().normalize();
        let hash = xxh3_64(format!("{class}{value}").as_bytes());
        let weight = match significant_digits(value) {
            0 | 1 => 1,
            2 => 2,
            3 => 4,
            _ => 6,
        };
        TraceFigure { hash, weight, paragraph }
    }
}

/// Digits of a figure without leading and trailing zeros.
pub(crate) fn significant_digits(value: Decimal) -> u32 {
    let mut mantissa = value.normalize().mantissa().unsigned_abs();
    while mantissa > 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
    }
    mantissa.checked_ilog10().map_or(0, |d| d + 1)
}

/// Per document, the values that at least two origins share and that more origins contradict.
fn odd_values(corpus: &Corpus<'_>, origins: &[usize]) -> BTreeMap<usize, BTreeSet<u64>> {
    let mut odd: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
    for (number, (key, claims)) in corpus.items.iter().enumerate() {
        if key.is_undated() {
            continue;
        }
        let mut by_value: BTreeMap<Decimal, Vec<usize>> = BTreeMap::new();
        for &c in claims {
            by_value.entry(corpus.claims[c].value.normalize()).or_default().push(c);
        }
        let told_by = |claims: &[usize]| {
            claims.iter().map(|c| origins[corpus.doc_of[*c]]).collect::<BTreeSet<_>>().len()
        };
        let Some(usual) = by_value.values().max_by_key(|claims| told_by(claims)) else { continue };
        let quantity = corpus.claims[usual[0]].quantity();
        for (value, claims) in &by_value {
            let differs = corpus.claims[claims[0]].quantity().meets(&quantity) == Some(false);
            if differs && (2..told_by(usual)).contains(&told_by(claims)) {
                let hash = xxh3_64(format!("{number} {value}").as_bytes());
                for &c in claims {
                    odd.entry(corpus.doc_of[c]).or_default().insert(hash);
                }
            }
        }
    }
    odd
}

/// Pairs worth comparing, sorted.
fn candidates(traces: &[Trace<'_>]) -> BTreeSet<(usize, usize)> {
    let mut postings: BTreeMap<(u8, u64), Vec<usize>> = BTreeMap::new();
    for (doc, trace) in traces.iter().enumerate() {
        let mut post = |kind: u8, hash: u64| {
            let list = postings.entry((kind, hash)).or_default();
            if list.last() != Some(&doc) {
                list.push(doc);
            }
        };
        if !trace.sha256.is_empty() {
            post(0, xxh3_64(trace.sha256.as_bytes()));
        }
        // The smallest values of a sketch are the likeliest to be shared with any copy.
        trace.sketch.iter().take(64).for_each(|&h| post(1, h));
        let telling: Vec<&TraceFigure> = trace.figures.iter().filter(|f| f.weight >= 4).collect();
        for pair in telling.windows(2) {
            post(2, pair[0].hash ^ pair[1].hash.rotate_left(17));
        }
        telling.iter().filter(|f| f.weight >= 6).for_each(|f| post(3, f.hash));
        trace.errors.iter().for_each(|&h| post(4, h));
    }
    let mut meetings: BTreeMap<(usize, usize), [u32; 5]> = BTreeMap::new();
    for ((kind, _), docs) in &postings {
        for (i, &a) in docs.iter().enumerate() {
            for &b in docs.iter().skip(i + 1).take(WINDOW) {
                meetings.entry((a, b)).or_default()[usize::from(*kind)] += 1;
            }
        }
    }
    meetings
        .into_iter()
        .filter(|(_, m)| m[0] + m[4] > 0 || m[1] >= 3 || m[2] + m[3] >= 2)
        .map(|(pair, _)| pair)
        .collect()
}

fn compare(corpus: &Corpus<'_>, traces: &[Trace<'_>], a: usize, b: usize) -> Option<Dependence> {
    let (x, y) = (&traces[a], &traces[b]);
    let same_language = match (corpus.lang(a), corpus.lang(b)) {
        (Some(p), Some(q)) => primary(p) == primary(q),
        _ => true,
    };
    let relation = if same_language { Relation::Copy } else { Relation::Translation };
    let found = |share: u64, evidence: String| {
        let score = Confidence::per_mille(u16::try_from(share.min(999)).unwrap_or(999));
        Some(Dependence { a, b, relation, score, evidence })
    };
    if !x.sha256.is_empty() && x.sha256 == y.sha256 {
        return found(999, "the two files are the same byte for byte".into());
    }

    let words = shared_words(x, y);
    let figures = align(x, y);
    let share = figures.share();
    if let Some((jaccard, contained)) = words {
        if jaccard >= 300 || contained >= 600 {
            return found(
                jaccard.max(contained),
                format!("{} % of the word sequences of the shorter text stand in the other", contained / 10),
            );
        }
        if same_language && contained >= 300 && share >= 750 && figures.matched >= 4 {
            return found(
                share.max(contained),
                format!(
                    "{} % of the word sequences of the shorter text and {} of its figures in the same order stand in the other",
                    contained / 10,
                    figures.matched
                ),
            );
        }
    }

    let errors = x.errors.intersection(&y.errors).count();
    let names = shared_names(x, y);
    let structured = figures.paragraphs_agree >= 700;
    let by_figures = share >= 800 && structured && figures.distinct >= 8 && figures.weight >= 28
        || share >= 650
            && structured
            && figures.distinct >= 16
            && figures.weight >= 56
            && figures.adjacent >= 600
        || share >= 900
            && structured
            && figures.balanced >= 700
            && figures.distinct >= 5
            && figures.weight >= 20
            && names.is_none_or(|n| n >= 500);
    let by_errors = errors >= 1
        && (share >= 750 && figures.matched >= 3
            || share >= 500 && figures.matched >= 6 && figures.adjacent >= 500);
    let shared_error = if errors > 0 {
        format!(", and {errors} of them that most others contradict")
    } else {
        String::new()
    };
    (by_figures || by_errors).then_some(())?;
    found(
        share,
        format!(
            "{} figures follow in the same order in both, {} % of the shorter text's by weight{shared_error}",
            figures.matched,
            share / 10
        ),
    )
}

fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Jaccard similarity and containment of the shingle sets, per mille, where both have sketches long enough to tell.
fn shared_words(x: &Trace<'_>, y: &Trace<'_>) -> Option<(u64, u64)> {
    const ENOUGH: u32 = 30;
    if x.shingles.min(y.shingles) < ENOUGH || x.sketch.is_empty() || y.sketch.is_empty() {
        return None;
    }
    let k = x.sketch.len().max(y.sketch.len());
    let (p, q): (BTreeSet<u64>, BTreeSet<u64>) =
        (x.sketch.iter().copied().collect(), y.sketch.iter().copied().collect());
    // A sketch shorter than k holds all its text's shingles, so the union's k smallest are known either way,
    // unless the shorter one was cut: then only values up to its largest can be judged.
    let complete = |t: &Trace<'_>| t.sketch.len() >= usize::try_from(t.shingles).unwrap_or(usize::MAX);
    let mut reach = u64::MAX;
    for (trace, set) in [(x, &p), (y, &q)] {
        if !complete(trace) {
            reach = reach.min(set.last().copied().unwrap_or(0));
        }
    }
    let union: Vec<u64> = p.union(&q).copied().take_while(|h| *h <= reach).take(k).collect();
    let both = union.iter().filter(|h| p.contains(h) && q.contains(h)).count() as u64;
    let total = union.len() as u64;
    if total == 0 {
        return None;
    }
    // |A ∩ B| = J (|A| + |B|) / (1 + J), with J = both / total.
    let sizes = u64::from(x.shingles) + u64::from(y.shingles);
    let shared = both * sizes / (total + both);
    Some((both * 1000 / total, (shared * 1000 / u64::from(x.shingles.min(y.shingles))).min(1000)))
}

/// Share of the smaller set of names that the larger has, per mille, where there are enough to tell.
fn shared_names(x: &Trace<'_>, y: &Trace<'_>) -> Option<usize> {
    let fewer = x.names.len().min(y.names.len());
    (fewer >= 3).then(|| x.names.intersection(&y.names).count() * 1000 / fewer)
}

#[derive(Default)]
struct Alignment {
    matched: usize,
    distinct: usize,
    weight: u32,
    /// Weight of the lighter sequence.
    lighter: u32,
    /// Shared weight over the heavier sequence, per mille.
    balanced: u64,
    /// Of neighbouring matches, how many agree on whether a paragraph ends between them; per mille.
    paragraphs_agree: usize,
    /// Of neighbouring matches, how many have nothing between them in either text; per mille.
    adjacent: usize,
}

impl Alignment {
    /// How much of the lighter sequence is explained, per mille.
    fn share(&self) -> u64 {
        u64::from(self.weight) * 1000 / u64::from(self.lighter.max(1))
    }
}

/// The heaviest common subsequence of the two figure sequences.
fn align(x: &Trace<'_>, y: &Trace<'_>) -> Alignment {
    let (a, b) = (&x.figures, &y.figures);
    let columns = b.len() + 1;
    let mut best = vec![0u32; (a.len() + 1) * columns];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let skip = best[(i + 1) * columns + j].max(best[i * columns + j + 1]);
            let take = if a[i].hash == b[j].hash { best[(i + 1) * columns + j + 1] + a[i].weight } else { 0 };
            best[i * columns + j] = skip.max(take);
        }
    }
    let mut matches = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let here = best[i * columns + j];
        if a[i].hash == b[j].hash && here == best[(i + 1) * columns + j + 1] + a[i].weight {
            matches.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if here == best[(i + 1) * columns + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let steps = matches.windows(2).count().max(1);
    let adjacent = matches.windows(2).filter(|w| w[1].0 - w[0].0 == 1 && w[1].1 - w[0].1 == 1).count();
    let paragraphs = matches.windows(2).filter(|w| {
        let stays = |f: &[TraceFigure], p: usize, q: usize| f[p].paragraph == f[q].paragraph;
        stays(a, w[0].0, w[1].0) == stays(b, w[0].1, w[1].1)
    });
    let weight = best[0];
    Alignment {
        matched: matches.len(),
        distinct: matches.iter().map(|m| a[m.0].hash).collect::<BTreeSet<_>>().len(),
        weight,
        lighter: x.weight().min(y.weight()),
        balanced: u64::from(weight) * 1000 / u64::from(x.weight().max(y.weight()).max(1)),
        paragraphs_agree: if x.has_paragraphs && y.has_paragraphs {
            paragraphs.count() * 1000 / steps
        } else {
            1000
        },
        adjacent: adjacent * 1000 / steps,
    }
}
