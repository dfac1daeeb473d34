//! Sets the confidence of claims against how often they are right, over the annotated articles of the repository:
//! `cargo run --release --example reliability -- [OUT.svg]` prints the tables of `docs/confidence.md` and draws the
//! reliability diagram; `-- --facts OUT.csv` writes what the weights are fitted on, for `tools/fit-confidence.py`.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

#[path = "../tests/reliability/mod.rs"]
mod reliability;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use consilience_extract::FACTS;
use reliability::{Bin, Judged, SETS, bins, brier, calibration_error, measure};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut claims, mut wanted) = (Vec::new(), Vec::new());
    for set in SETS {
        let measured = measure(root, set)?;
        claims.extend(measured.claims);
        wanted.push((set.0, measured.wanted));
    }
    if let [flag, out] = arguments.as_slice()
        && flag == "--facts"
    {
        return Ok(std::fs::write(out, facts_csv(&claims))?);
    }
    let fitted: Vec<&Judged> = claims.iter().filter(|c| is_fitted(c.set)).collect();
    let all = bins(fitted.iter().copied());
    println!("| confidence | claims | mean confidence | share right |\n|---|---|---|---|");
    for (i, bin) in all.iter().enumerate().filter(|(_, b)| b.claims > 0) {
        println!(
            "| 0.{i} to {:.1} | {} | {:.3} | {:.3} |",
            (i as f64 + 1.0) / 10.0,
            bin.claims,
            bin.mean(),
            bin.share()
        );
    }
    println!(
        "\n| articles | claims | mean confidence | share right | ECE | Brier |\n|---|---|---|---|---|---|"
    );
    row("fitted on", &fitted);
    for (set, ..) in SETS {
        row(set, &claims.iter().filter(|c| c.set == set).collect::<Vec<_>>());
    }
    println!(
        "\n| language | claims | mean confidence | share right | ECE | Brier |\n|---|---|---|---|---|---|"
    );
    for lang in fitted.iter().map(|c| c.lang.as_str()).collect::<BTreeSet<_>>() {
        row(lang, &fitted.iter().copied().filter(|c| c.lang == lang).collect::<Vec<_>>());
    }
    println!(
        "\n| `--min-confidence` | claims kept | precision | recall | unseen: kept | precision | recall |"
    );
    println!("|---|---|---|---|---|---|---|");
    for least in [0u16, 300, 400, 500, 600, 700, 800, 900] {
        let part = |among: &dyn Fn(&str) -> bool| {
            let kept = claims.iter().filter(|c| among(c.set) && c.confidence >= least);
            let (n, right) = kept.fold((0, 0), |(n, right), c| (n + 1, right + usize::from(c.right)));
            let all: usize = wanted.iter().filter(|(set, _)| among(set)).map(|(_, n)| n).sum();
            let precision = if n == 0 { "–".to_owned() } else { format!("{:.3}", right as f64 / n as f64) };
            format!("{n} | {precision} | {:.3}", right as f64 / all.max(1) as f64)
        };
        println!(
            "| {} | {} | {} |",
            f64::from(least) / 1000.0,
            part(&is_fitted),
            part(&|set| set == "unseen")
        );
    }
    if let Some(out) = arguments.first() {
        std::fs::write(out, svg(&all))?;
    }
    Ok(())
}

fn is_fitted(set: &str) -> bool {
    SETS.iter().any(|(name, .., fitted)| *name == set && *fitted)
}

fn row(name: &str, claims: &[&Judged]) {
    let bins = bins(claims.iter().copied());
    let whole = bins.iter().fold(Bin::default(), |a, b| Bin {
        claims: a.claims + b.claims,
        right: a.right + b.right,
        confidence: a.confidence + b.confidence,
    });
    println!(
        "| {name} | {} | {:.3} | {:.3} | {:.3} | {:.3} |",
        whole.claims,
        whole.mean(),
        whole.share(),
        calibration_error(&bins),
        brier(claims.iter().copied())
    );
}

fn facts_csv(claims: &[Judged]) -> String {
    let mut out = String::from("set,article,fitted,right");
    for fact in &FACTS {
        let _ = write!(out, ",{}", if fact.doubt { format!("{}-", fact.name) } else { fact.name.to_owned() });
    }
    out.push('\n');
    for claim in claims {
        let fitted = u8::from(is_fitted(claim.set));
        let _ = write!(out, "{},{},{fitted},{}", claim.set, claim.doc, u8::from(claim.right));
        for holds in claim.facts {
            let _ = write!(out, ",{}", u8::from(holds));
        }
        out.push('\n');
    }
    out
}

/// The reliability diagram: a dot for each bin, as large as it has claims; on the diagonal, confidence is the share
/// that is right. A line through a dot is the standard error of its share.
fn svg(bins: &[Bin]) -> String {
    const LEFT: f64 = 60.0;
    const TOP: f64 = 20.0;
    const SIDE: f64 = 400.0;
    let x = |p: f64| LEFT + SIDE * p;
    let y = |p: f64| TOP + SIDE * (1.0 - p);
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 480\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Reliability of confidence: share of claims right in every field, by confidence</title>\n\
         <rect width=\"480\" height=\"480\" fill=\"#fff\"/>\n",
    );
    for i in 0..=5 {
        let p = f64::from(i) / 5.0;
        let _ = writeln!(
            out,
            "<path d=\"M{:.0} {TOP:.0}V{:.0}M{LEFT:.0} {:.0}H{:.0}\" stroke=\"#ddd\"/>",
            x(p),
            y(0.0),
            y(p),
            x(1.0)
        );
        let _ = writeln!(out, "<text x=\"{:.0}\" y=\"438\" text-anchor=\"middle\">{p:.1}</text>", x(p));
        let _ = writeln!(out, "<text x=\"52\" y=\"{:.0}\" text-anchor=\"end\">{p:.1}</text>", y(p) + 4.0);
    }
    let _ = writeln!(
        out,
        "<path d=\"M{:.0} {:.0}L{:.0} {:.0}\" stroke=\"#888\" stroke-dasharray=\"5 4\"/>",
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    for bin in bins.iter().filter(|b| b.claims > 0) {
        let (share, n) = (bin.share(), f64::from(bin.claims));
        let error = (share * (1.0 - share) / n).sqrt();
        let _ = writeln!(
            out,
            "<path d=\"M{0:.1} {1:.1}V{2:.1}\" stroke=\"#2a5d9f\"/>",
            x(bin.mean()),
            y((share - error).max(0.0)),
            y((share + error).min(1.0))
        );
        let _ = writeln!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"#2a5d9f\" fill-opacity=\"0.7\"><title>{} claims, confidence {:.3}, right {share:.3}</title></circle>",
            x(bin.mean()),
            y(share),
            2.0 + n.sqrt() / 3.0,
            bin.claims,
            bin.mean()
        );
    }
    out.push_str("<text x=\"260\" y=\"464\" text-anchor=\"middle\">confidence</text>\n");
    out.push_str(
        "<text x=\"18\" y=\"220\" text-anchor=\"middle\" transform=\"rotate(-90 18 220)\">share right</text>\n</svg>\n",
    );
    out
}
