//! How two documents depend on each other, or that they do not, with every figure that both tell.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use consilience_claim::Claim;

use crate::lineage::sort_of;
use crate::{Audit, DocumentOutcome, Lineage, Pair};

/// Longest sequences of claims that are set side by side.
const ALIGNED: usize = 512;

/// Two documents side by side.
#[derive(Debug, Clone)]
pub struct Kinship<'a> {
    /// The document whose name sorts first.
    pub a: &'a DocumentOutcome,
    /// The other.
    pub b: &'a DocumentOutcome,
    /// The dependences that lead from the one to the other; empty where they are of two origins.
    pub path: Vec<&'a Lineage>,
    /// How they compare in data items.
    pub pair: Option<&'a Pair>,
    /// The claims of both with one value, in an order that both have.
    pub shared: Vec<[&'a Claim; 2]>,
    /// Claims of the first one without a counterpart.
    pub only_a: Vec<&'a Claim>,
    /// Claims of the second one without a counterpart.
    pub only_b: Vec<&'a Claim>,
    /// How many claims of the first and of the second were not set side by side: only the start of a long text is.
    pub beyond: [usize; 2],
}

/// Sets two documents side by side.
pub fn kinship<'a>(audit: &'a Audit, one: &'a DocumentOutcome, other: &'a DocumentOutcome) -> Kinship<'a> {
    let (a, b) = if one.doc <= other.doc { (one, other) } else { (other, one) };
    let of = |doc: &DocumentOutcome| -> Vec<&'a Claim> {
        audit.claims.values().filter(|c| c.doc == doc.doc).take(ALIGNED).collect()
    };
    let (x, y) = (of(a), of(b));
    let beyond = [(a, &x), (b, &y)].map(|(doc, claims)| {
        let all = audit.claims.values().skip_while(|c| c.doc != doc.doc).take_while(|c| c.doc == doc.doc);
        all.count() - claims.len()
    });
    let matched = aligned(&x, &y);
    let (in_a, in_b): (BTreeSet<usize>, BTreeSet<usize>) = matched.iter().copied().unzip();
    let rest = |claims: &[&'a Claim], told: &BTreeSet<usize>| -> Vec<&'a Claim> {
        claims.iter().enumerate().filter(|(i, _)| !told.contains(i)).map(|(_, c)| *c).collect()
    };
    Kinship {
        a,
        b,
        path: path(audit, &a.doc, &b.doc),
        pair: audit.pairs.iter().find(|p| p.a == a.doc && p.b == b.doc),
        only_a: rest(&x, &in_a),
        only_b: rest(&y, &in_b),
        beyond,
        shared: matched.into_iter().map(|(i, j)| [x[i], y[j]]).collect(),
    }
}

/// The shortest way of dependences from one document to another.
fn path<'a>(audit: &'a Audit, from: &str, to: &str) -> Vec<&'a Lineage> {
    let mut edges: BTreeMap<&str, Vec<(&str, &'a Lineage)>> = BTreeMap::new();
    for lineage in &audit.lineage {
        edges.entry(&lineage.a).or_default().push((&lineage.b, lineage));
        edges.entry(&lineage.b).or_default().push((&lineage.a, lineage));
    }
    let mut came: BTreeMap<&str, (&str, &'a Lineage)> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(at) = next.pop_front() {
        if at == to {
            break;
        }
        for &(other, lineage) in edges.get(at).into_iter().flatten() {
            if other != from && !came.contains_key(other) {
                came.insert(other, (at, lineage));
                next.push_back(other);
            }
        }
    }
    let mut way = Vec::new();
    let mut at = to;
    while let Some(&(before, lineage)) = came.get(at) {
        way.push(lineage);
        at = before;
    }
    way.reverse();
    if at == from { way } else { Vec::new() }
}

/// The longest common subsequence of two sequences of figures; the sign is left to the words.
fn aligned(x: &[&Claim], y: &[&Claim]) -> Vec<(usize, usize)> {
    let same = |i: usize, j: usize| {
        x[i].value.abs() == y[j].value.abs() && sort_of(&x[i].unit) == sort_of(&y[j].unit)
    };
    let columns = y.len() + 1;
    let mut best = vec![0u32; (x.len() + 1) * columns];
    for i in (0..x.len()).rev() {
        for j in (0..y.len()).rev() {
            let skip = best[(i + 1) * columns + j].max(best[i * columns + j + 1]);
            let take = if same(i, j) { best[(i + 1) * columns + j + 1] + 1 } else { 0 };
            best[i * columns + j] = skip.max(take);
        }
    }
    let (mut i, mut j, mut matched) = (0, 0, Vec::new());
    while i < x.len() && j < y.len() {
        if same(i, j) && best[i * columns + j] == best[(i + 1) * columns + j + 1] + 1 {
            matched.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[i * columns + j] == best[(i + 1) * columns + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    matched
}
