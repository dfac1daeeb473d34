//! How long and how much memory it takes to reconcile many claims:
//!
//! ```sh
//! cargo run --release -p consilience-reconcile --example scale -- 1000000 10000000
//! cargo run --release -p consilience-reconcile --example scale -- documents 100000
//! cargo run --release -p consilience-reconcile --example scale -- text 25000 50000 100000
//! cargo run --release -p consilience-reconcile --example scale -- row 25000 50000 100000
//! ```
//!
//! Claims are drawn from a fixed seed: twenty to a document, each row told by five documents or so, one claim in
//! fifty with a wrong digit, one document in ten a copy of the one before. Each size runs in a process of its own, so
//! that the peak is its own. Seconds are of the processor, on all threads together, but for `elapsed`. `documents`
//! gives each document a full sketch of its words and one claim. `text` puts all claims into one document, which tells half
//! of its figures twice and a quarter without a time; `row` puts them into one row, told by half as many sources that all
//! change their mind, in as many figures.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the figures are for reading")]

mod drawn;

use std::process::Command;
use std::time::Instant;

use consilience_claim::{Claim, DocumentRecord};
use consilience_reconcile::{ClaimGraph, Config, reconcile};
use drawn::{PER_DOCUMENT, SKETCH, claim_of_one_row, claims, claims_of_one_text, processor, record};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, sizes) = match arguments.first().map(String::as_str) {
        Some(what @ ("documents" | "text" | "row")) => (what, &arguments[1..]),
        Some("run") => {
            let size: u64 = arguments[2].parse().unwrap();
            return match arguments[1].as_str() {
                "documents" => run_documents(size),
                "text" => report(size, 1, std::iter::once((record(0, 0), claims_of_one_text(size)))),
                "row" => report(size, size, (0..size).map(|d| (record(d, 0), vec![claim_of_one_row(d)]))),
                _ => run_claims(size),
            };
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

/// Most memory that this process held, as Linux tells it; 0 elsewhere.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) << 10
}
