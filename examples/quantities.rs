//! Reads a suite of quantity recognition and writes what the engine finds, one line a case:
//! `cargo run --release --example quantities -- INDIR OUTDIR`.
//!
//! INDIR holds one `LANG.jsonl` a language with `task`, `text` and, for periods, `reference`; OUTDIR gets files of the
//! same names whose lines are lists of `{"value","unit"}`. The end of a period is exclusive, as such suites have it.
#![expect(clippy::print_stderr, reason = "an example talks to whoever runs it")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use consilience_claim::{Date, Decimal, Period, days};
use consilience_extract::{AmountOf, Lexicon, Mentions, mentions};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let [from, to] =
        <[PathBuf; 2]>::try_from(std::env::args_os().skip(1).map(PathBuf::from).collect::<Vec<_>>())
            .map_err(|_| "usage: quantities INDIR OUTDIR")?;
    fs::create_dir_all(&to)?;
    let lexicon = Lexicon::builtin();
    let mut files: Vec<PathBuf> = fs::read_dir(&from)?.filter_map(Result::ok).map(|e| e.path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    for path in files {
        let lang = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut out = String::new();
        for line in fs::read_to_string(&path)?.lines() {
            let case: Value = serde_json::from_str(line)?;
            let field = |name: &str| case[name].as_str().unwrap_or_default();
            let reference = field("reference").parse::<Date>().ok();
            let found = mentions(field("text"), &lang, reference, lexicon);
            out += &answer(field("task"), &found).to_string();
            out.push('\n');
        }
        let name = path.file_name().unwrap_or_default();
        fs::write(to.join(name), out)?;
        eprintln!("{}", to.join(name).display());
    }
    Ok(())
}

fn answer(task: &str, found: &Mentions) -> Value {
    let amounts = |wanted: fn(&AmountOf) -> Option<String>| {
        let of_kind = found.amounts.iter().filter_map(|a| {
            // The suites count cents as such.
            let value = if a.of == AmountOf::Cents { a.value * Decimal::ONE_HUNDRED } else { a.value };
            Some(json!({ "value": value.normalize().to_string(), "unit": wanted(&a.of)? }))
        });
        of_kind.collect::<Vec<_>>()
    };
    Value::from(match task {
        // The suites tell no points from per cent.
        "percent" => amounts(|of| matches!(of, AmountOf::Percent | AmountOf::Points).then(|| "%".to_owned())),
        "currency" | "currency_range" => amounts(|of| match of {
            // Where the words leave open whose money it is, the likeliest is among the codes the suites take.
            AmountOf::Money { code, .. } => Some(code.clone()),
            AmountOf::Cents => Some("cent".to_owned()),
            _ => None,
        }),
        "period" => {
            let said = |(_, readings): &(_, Vec<Period>)| {
                let readings: Vec<String> = readings.iter().filter_map(exclusive).collect();
                (!readings.is_empty()).then(|| json!({ "value": readings }))
            };
            found.periods.iter().filter_map(said).collect()
        }
        _ => found.numbers.iter().map(|n| json!({ "value": n.value.normalize().to_string() })).collect(),
    })
}

fn exclusive(period: &Period) -> Option<String> {
    let end = period.last()?.checked_add(days(1)).ok()?;
    Some(format!("{}/{end}", period.first()?))
}
