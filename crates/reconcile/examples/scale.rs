//! How long and how much memory it takes to reconcile many claims:
//!
//! ```sh
//! cargo run --release -p consilience-reconcile --example scale -- 1000000 10000000
//! cargo run --release -p consilience-reconcile --example scale -- documents 100000
//! ```
//!
//! Claims are drawn from a fixed seed: twenty to a document, each row told by five documents or so, one claim in
//! fifty with a wrong digit, one document in ten a copy of the one before. Each size runs in a process of its own, so
//! that the peak is its own. Seconds are of the processor, on all threads together, but for `elapsed`. `documents`
//! gives each document a full sketch of its words and one claim.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the figures are for reading")]

use std::process::Command;
use std::time::Instant;

use consilience_claim::{
    Claim, ClaimId, Confidence, Decimal, DocumentRecord, Figure, Fingerprint, Period, Span, Unit,
};
use consilience_reconcile::{ClaimGraph, Config, reconcile};

/// Claims of a document.
const PER_DOCUMENT: u64 = 20;
/// Documents that tell one row.
const PER_ROW: u64 = 5;
/// Hashes of a sketch, as the reader keeps them.
const SKETCH: u64 = 256;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, sizes) = match arguments.first().map(String::as_str) {
        Some("documents") => ("documents", &arguments[1..]),
        Some("run") => {
            let size: u64 = arguments[2].parse().unwrap();
            return if arguments[1] == "documents" { run_documents(size) } else { run_claims(size) };
        }
        _ => ("claims", &arguments[..]),
    };
    println!(
        "{what:>10}  documents  graph s  audit s  elapsed  MiB peak  bytes each     rows  conflicts  origins"
    );
    for size in sizes {
        let me = std::env::current_exe().unwrap();
        let run = Command::new(me).args(["run", what, size]).status().unwrap();
        assert!(run.success(), "{size} did not end well");
    }
}

fn run_claims(size: u64) {
    let documents = size.div_ceil(PER_DOCUMENT);
    report(size, documents, (0..documents).map(|d| (record(d, 0), claims(d, PER_DOCUMENT))));
}

fn run_documents(size: u64) {
    report(size, size, (0..size).map(|d| (record(d, SKETCH), claims(d, 1))));
}

fn report(size: u64, documents: u64, all: impl Iterator<Item = (DocumentRecord, Vec<Claim>)>) {
    let mut generated = 0.0;
    let start = processor();
    let mut graph = ClaimGraph::default();
    let mut all = all;
    loop {
        let before = processor();
        let Some((record, claims)) = all.next() else { break };
        generated += processor() - before;
        graph.insert_document(record);
        claims.into_iter().for_each(|c| graph.insert(c));
    }
    let built = processor() - start - generated;
    let (start, clock) = (processor(), Instant::now());
    let mut config = Config::default();
    config.without_votes = true;
    let audit = reconcile(&graph, &config);
    let (audited, elapsed) = (processor() - start, clock.elapsed().as_secs_f64());
    let peak = peak();
    println!(
        "{size:10} {documents:10} {built:8.2} {audited:8.2} {elapsed:8.2} {:9} {:11} {:8} {:10} {:8}",
        peak >> 20,
        peak / size,
        audit.consensus.len(),
        audit.conflicts.len(),
        audit.origins.len()
    );
}

/// Seconds of processor that this process has used on all its threads, as Linux tells it; 0 elsewhere.
fn processor() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = status.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Most memory that this process held, as Linux tells it; 0 elsewhere.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) << 10
}

/// A number in which every bit of the given one counts (SplitMix64).
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The document whose text a document has: one in ten is a copy of the one before.
fn text_of(document: u64) -> u64 {
    if document % 10 == 9 { document - 1 } else { document }
}

fn name(document: u64) -> String {
    format!("2024/{:03}/report-{document:08}.html", document % 1000)
}

fn record(document: u64, sketch: u64) -> DocumentRecord {
    let text = text_of(document);
    let mut hashes: Vec<u64> = (0..sketch).map(|k| mixed(text << 10 | k)).collect();
    hashes.sort_unstable();
    DocumentRecord {
        doc: name(document),
        sha256: format!("{:016x}{:016x}{:032x}", mixed(document), mixed(!document), document),
        lang: Some("en".into()),
        fingerprint: Fingerprint {
            sketch: hashes,
            shingles: u32::try_from(sketch * 2).unwrap(),
            figures: claims_of(text, PER_DOCUMENT)
                .map(|c| Figure { value: c.2, unit: Unit::Money("USD".into()), paragraph: 0 })
                .collect(),
            names: Vec::new(),
        },
        ..DocumentRecord::default()
    }
}

/// Row, place in the row and value of each claim of a text.
fn claims_of(text: u64, number: u64) -> impl Iterator<Item = (u64, u64, Decimal)> {
    // Five texts in a row of a block tell the same figures, each in an order of its own.
    let (block, teller) = (text / PER_ROW, text % PER_ROW);
    (0..number).map(move |n| {
        let row = block * PER_DOCUMENT + (n * (2 * teller + 1) + teller) % PER_DOCUMENT;
        let millions = i64::try_from(mixed(row) % 90_000 + 1_000).unwrap();
        let slip = if mixed(text << 6 | n).is_multiple_of(50) { 3_000 } else { 0 };
        (row, n, Decimal::from(millions + slip) * Decimal::from(1_000_000))
    })
}

fn claims(document: u64, number: u64) -> Vec<Claim> {
    const METRICS: [&str; 5] =
        ["revenue", "net_income", "operating_income", "capital_expenditure", "free_cash_flow"];
    claims_of(text_of(document), number)
        .map(|(row, n, value)| {
            let quarter = row / 5 % 40;
            let mut claim = Claim {
                id: ClaimId::default(),
                doc: name(document),
                source: Some(format!("Outlet {}", document % 900)),
                span: Span {
                    start: usize::try_from(n * 90).unwrap(),
                    end: usize::try_from(n * 90 + 14).unwrap(),
                },
                quote: format!("${} million", value / Decimal::from(1_000_000)),
                lang: "en".into(),
                entity: format!("Company {}", row / 200),
                entity_id: Some(format!("CIK{:010}", row / 200)),
                metric: METRICS[usize::try_from(row % 5).unwrap()].into(),
                aspect: Default::default(),
                period: Period::quarter(
                    i16::try_from(2014 + quarter / 4).unwrap(),
                    i8::try_from(quarter % 4 + 1).unwrap(),
                )
                .unwrap(),
                period_label: None,
                value,
                unit: Unit::Money("USD".into()),
                precision: Some(Decimal::from(500_000)),
                bound: Default::default(),
                modality: Default::default(),
                qualifiers: Vec::new(),
                attributed_to: None,
                published: Some("2024-05-02T08:00:00Z".into()),
                confidence: Confidence::per_mille(870),
                rule: "clause".into(),
                page: None,
                repeat_of: None,
                reading: Vec::new(),
                extra: Default::default(),
            };
            claim.id = ClaimId::derive("", &claim);
            claim
        })
        .collect()
}
