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
//! neighbours only, so the work grows with the text and not with the square of the documents. A posting is sorted
//! by a signature that copies share, so that in a long one they stand side by side.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Confidence, Decimal, Unit};
use petgraph::unionfind::UnionFind;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
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
    let mut traces: Vec<Trace<'_>> =
        (0..corpus.docs.len()).into_par_iter().map(|d| Trace::of(corpus, d)).collect();
    let mut union = UnionFind::<usize>::new(corpus.docs.len());
    let mut join = |dependences: &[Dependence]| {
        for dependence in dependences {
            union.union(dependence.a, dependence.b);
        }
        (0..corpus.docs.len()).map(|d| union.find(d)).collect::<Vec<usize>>()
    };
    let mut found = compared(corpus, &traces, candidates(&traces, |trace| trace.tokens()));
    let mut roots = join(&found);
    // What most tell is counted in origins, so it takes a first round without shared errors to know it:
    // otherwise copies of a right text would make others look wrong together.
    let errors = odd_values(corpus, &roots);
    if !errors.is_empty() {
        for (doc, errors) in errors {
            traces[doc].errors = errors;
        }
        let mut pairs = candidates(&traces, |trace| trace.error_tokens());
        pairs.retain(|pair| found.binary_search_by_key(pair, |d| (d.a, d.b)).is_err());
        found.extend(compared(corpus, &traces, pairs));
        found.sort_by_key(|d| (d.a, d.b));
        roots = join(&found);
    }
    name_lost_originals(&traces, &roots, &mut found);
    let mut filed = filers(corpus);
    if !filed.is_empty() {
        filed.retain(|f| found.binary_search_by_key(&(f.a, f.b), |d| (d.a, d.b)).is_err());
        found.extend(filed);
        found.sort_by_key(|d| (d.a, d.b));
        roots = join(&found);
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let origins = roots
        .into_iter()
        .map(|root| {
            let next = numbers.len();
            *numbers.entry(root).or_insert(next)
        })
        .collect();
    (origins, found)
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

/// Of the given pairs, in order, those that are dependent.
fn compared(corpus: &Corpus<'_>, traces: &[Trace<'_>], pairs: Vec<(usize, usize)>) -> Vec<Dependence> {
    pairs.into_par_iter().filter_map(|(a, b)| compare(corpus, traces, a, b)).collect()
}

/// Two texts of which each has passages that the other lacks go back to a third; where the collection does not hold
/// it, that is said.
fn name_lost_originals(traces: &[Trace<'_>], roots: &[usize], found: &mut [Dependence]) {
    let lacks = |a: usize, b: usize| traces[a].has_more_than(&traces[b]);
    let torn: Vec<usize> = (0..found.len())
        .filter(|&i| lacks(found[i].a, found[i].b) && lacks(found[i].b, found[i].a))
        .collect();
    if torn.is_empty() {
        return;
    }
    let mut family: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let wanted: BTreeSet<usize> = torn.iter().map(|&i| roots[found[i].a]).collect();
    for (doc, root) in roots.iter().enumerate().filter(|(_, root)| wanted.contains(root)) {
        family.entry(*root).or_default().push(doc);
    }
    for i in torn {
        let (a, b) = (found[i].a, found[i].b);
        let others = family.get(&roots[a]).into_iter().flatten().filter(|d| **d != a && **d != b);
        let has_all = |&&d: &&usize| !lacks(a, d) && !lacks(b, d);
        if !others.take(RELATIVES).any(|d| has_all(&d)) {
            found[i].relation = Relation::SharedOrigin;
            found[i].evidence.push_str("; each has passages that the other lacks");
        }
    }
}

/// Longest sequences that are aligned; a longer text is judged by its start.
const ALIGNED: usize = 256;
/// How many neighbours in a posting list are looked at.
const WINDOW: usize = 3;
/// Values of a sketch that are posted: the smallest are the likeliest to be shared with any copy.
const POSTED: usize = 32;
/// Documents of one origin among which an original is looked for.
const RELATIVES: usize = 32;

struct Trace<'a> {
    sha256: &'a str,
    /// Sorted.
    sketch: &'a [u64],
    shingles: u32,
    figures: Vec<TraceFigure>,
    has_paragraphs: bool,
    /// Sorted.
    names: Vec<&'a str>,
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

/// What two documents may meet under, from weak to strong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Figure,
    Figures,
    Words,
    Bytes,
    Error,
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
        let mut names: Vec<&str> =
            print.map(|p| p.names.iter().map(String::as_str).collect()).unwrap_or_default();
        names.sort_unstable();
        names.dedup();
        Trace {
            sha256: record.map_or("", |r| r.sha256.as_str()),
            sketch: print.map_or(&[], |p| p.sketch.as_slice()),
            shingles: print.map_or(0, |p| p.shingles),
            figures,
            has_paragraphs,
            names,
            errors: BTreeSet::new(),
        }
    }

    fn weight(&self) -> u32 {
        self.figures.iter().map(|f| f.weight).sum()
    }

    /// Hashes under which copies and translations meet.
    fn tokens(&self) -> Vec<(Kind, u64)> {
        let mut tokens = Vec::new();
        if !self.sha256.is_empty() {
            tokens.push((Kind::Bytes, xxh3_64(self.sha256.as_bytes())));
        }
        tokens.extend(self.sketch.iter().take(POSTED).map(|&h| (Kind::Words, h)));
        tokens.extend(self.neighbours().map(|h| (Kind::Figures, h)));
        let telling = self.figures.iter().filter(|f| f.weight >= 6);
        tokens.extend(telling.map(|f| (Kind::Figure, f.hash)));
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    fn error_tokens(&self) -> Vec<(Kind, u64)> {
        self.errors.iter().map(|&h| (Kind::Error, h)).collect()
    }

    /// Telling figures that follow one another, as hashes.
    fn neighbours(&self) -> impl Iterator<Item = u64> {
        let telling: Vec<u64> = self.figures.iter().filter(|f| f.weight >= 4).map(|f| f.hash).collect();
        (1..telling.len()).map(move |i| telling[i - 1] ^ telling[i].rotate_left(17))
    }

    /// One number that a copy or translation very likely shares, so that in a list sorted by it they stand side by
    /// side (MinHash: Broder, *On the resemblance and containment of documents*, 1997).
    fn signature(&self) -> u64 {
        self.neighbours().min().or_else(|| self.sketch.first().copied()).unwrap_or_default()
    }

    /// Whether a whole paragraph with telling figures has none of them in the other text.
    fn has_more_than(&self, other: &Trace<'_>) -> bool {
        if !self.has_paragraphs
            || other.figures.is_empty()
            || self.figures.len().max(other.figures.len()) == ALIGNED
        {
            return false;
        }
        let mut theirs: Vec<u64> = other.figures.iter().map(|f| f.hash).collect();
        theirs.sort_unstable();
        self.figures.chunk_by(|a, b| a.paragraph == b.paragraph).any(|paragraph| {
            paragraph.iter().any(|f| f.weight >= 4)
                && paragraph.iter().all(|f| theirs.binary_search(&f.hash).is_err())
        })
    }
}

impl TraceFigure {
    fn new(value: Decimal, unit: &Unit, paragraph: u32) -> TraceFigure {
        let value = value.abs().normalize();
        let hash = xxh3_64(format!("{}{value}", sort_of(unit)).as_bytes());
        let weight = match significant_digits(value) {
            0 | 1 => 1,
            2 => 2,
            3 => 4,
            _ => 6,
        };
        TraceFigure { hash, weight, paragraph }
    }
}

/// What sort of figure a unit makes. Languages name what is counted differently; whether it is money, a share or a count
/// they agree on.
pub(crate) fn sort_of(unit: &Unit) -> char {
    match unit {
        Unit::Money(_) => '$',
        Unit::MoneyPer(..) => '/',
        unit if unit.is_percent() => '%',
        _ => '#',
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
        let first = corpus.claims[claims[0]].value;
        if key.is_undated() || claims.iter().all(|&c| corpus.claims[c].value == first) {
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

/// Pairs worth comparing, sorted: documents that meet under strong tokens, or under several.
fn candidates(
    traces: &[Trace<'_>],
    tokens: impl Fn(&Trace<'_>) -> Vec<(Kind, u64)> + Sync,
) -> Vec<(usize, usize)> {
    let mut postings: Vec<(Kind, u64, u64, usize)> = traces
        .par_iter()
        .enumerate()
        .flat_map_iter(|(doc, trace)| {
            let signature = trace.signature();
            tokens(trace).into_iter().map(move |(kind, hash)| (kind, hash, signature, doc))
        })
        .collect();
    postings.par_sort_unstable();
    let mut meetings: Vec<(usize, usize, Kind)> = Vec::new();
    for posting in postings.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        for (i, &(kind, .., a)) in posting.iter().enumerate() {
            let next = posting.iter().skip(i + 1).take(WINDOW);
            meetings.extend(next.map(|&(.., b)| (a.min(b), a.max(b), kind)));
        }
    }
    drop(postings);
    meetings.par_sort_unstable();
    let enough = |met: &[(usize, usize, Kind)]| {
        let count = |kind| met.iter().filter(|m| m.2 == kind).count();
        count(Kind::Bytes) + count(Kind::Error) > 0
            || count(Kind::Words) >= 2
            || count(Kind::Figures) + count(Kind::Figure) >= 2
    };
    let pairs = meetings.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    pairs.filter(|met| enough(met)).map(|met| (met[0].0, met[0].1)).collect()
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
    // A sketch shorter than k holds all its text's shingles, so the union's k smallest are known either way,
    // unless the shorter one was cut: then only values up to its largest can be judged.
    let complete = |t: &Trace<'_>| t.sketch.len() >= usize::try_from(t.shingles).unwrap_or(usize::MAX);
    let mut reach = u64::MAX;
    for trace in [x, y].into_iter().filter(|t| !complete(t)) {
        reach = reach.min(trace.sketch.last().copied().unwrap_or(0));
    }
    let (mut i, mut j, mut both, mut total) = (0, 0, 0u64, 0u64);
    while usize::try_from(total).is_ok_and(|t| t < k) {
        let (a, b) = (x.sketch.get(i).copied(), y.sketch.get(j).copied());
        let Some(next) = a.into_iter().chain(b).min().filter(|h| *h <= reach) else { break };
        i += usize::from(a == Some(next));
        j += usize::from(b == Some(next));
        both += u64::from(a == b);
        total += 1;
    }
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
    let shared = x.names.iter().filter(|name| y.names.binary_search(name).is_ok()).count();
    (fewer >= 3).then(|| shared * 1000 / fewer)
}

/// Alignments that explain less of the lighter text, per mille, tell nothing.
const LEAST_ALIGNED: u64 = 500;

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

/// The heaviest common subsequence of the two figure sequences, where enough is common in any order.
fn align(x: &Trace<'_>, y: &Trace<'_>) -> Alignment {
    let (a, b) = (&x.figures, &y.figures);
    let mut theirs: Vec<u64> = b.iter().map(|f| f.hash).collect();
    theirs.sort_unstable();
    let common: u32 = a.iter().filter(|f| theirs.binary_search(&f.hash).is_ok()).map(|f| f.weight).sum();
    let lighter = x.weight().min(y.weight());
    if u64::from(common) * 1000 < u64::from(lighter) * LEAST_ALIGNED {
        return Alignment::default();
    }
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
        lighter,
        balanced: u64::from(weight) * 1000 / u64::from(x.weight().max(y.weight()).max(1)),
        paragraphs_agree: if x.has_paragraphs && y.has_paragraphs {
            paragraphs.count() * 1000 / steps
        } else {
            1000
        },
        adjacent: adjacent * 1000 / steps,
    }
}
