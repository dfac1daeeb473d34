//! Writes claims for measuring truth discovery at size, as CSV, the same for the same numbers:
//!
//! ```sh
//! cargo run --release -p consilience-reconcile --example claims -- 100000000 100000 > claims.csv
//! cargo run --release -p consilience-reconcile --example claims -- truth 1000000 > truth.csv
//! ```
//!
//! So many claims of so many sources, about ten claims an item, four attributes an entity. A few sources say much and most
//! little. Each is right more or less often, from half of the time to nearly always; wrong values of an item come from
//! a handful, so that sources agree on mistakes too. `truth` writes what is right for the items of so many claims.

use std::io::{self, BufWriter, Write};

/// Claims of an item.
const EACH: u64 = 10;
/// Wrong values of an item.
const WRONG: u64 = 5;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    match (number(0), number(1)) {
        (Some(claims), Some(sources)) => write_claims(claims, sources, &mut out)?,
        (None, Some(claims)) => write_truth(claims, &mut out)?,
        _ => return Err(io::Error::other("usage: claims CLAIMS SOURCES | claims truth CLAIMS")),
    }
    out.flush()
}

fn write_claims(claims: u64, sources: u64, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "source,entity,attribute,value")?;
    for claim in 0..claims {
        let item = claim / EACH;
        // The cube of an even share: a thousandth of the sources makes a tenth of the claims.
        let share = unit(mixed(claim, 1));
        let source = (share * share * share * sources as f64) as u64;
        let right = 0.5 + 0.49 * unit(mixed(source, 2));
        let value = if unit(mixed(claim, 3)) < right { 0 } else { 1 + mixed(claim, 4) % WRONG };
        writeln!(out, "s{source},e{},a{},{}", item / 4, item % 4, value_of(item, value))?;
    }
    Ok(())
}

fn write_truth(claims: u64, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "entity,attribute,value")?;
    for item in 0..claims.div_ceil(EACH) {
        writeln!(out, "e{},a{},{}", item / 4, item % 4, value_of(item, 0))?;
    }
    Ok(())
}

/// The true value of an item, or one of its wrong ones.
fn value_of(item: u64, which: u64) -> u64 {
    mixed(item * (WRONG + 1) + which, 5) % 100_000
}

/// Numbers that look drawn at random (SplitMix64).
fn mixed(number: u64, stream: u64) -> u64 {
    let mut z = number.wrapping_add(stream << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(stream);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// From 0 to 1.
fn unit(number: u64) -> f64 {
    (number >> 11) as f64 / (1u64 << 53) as f64
}
