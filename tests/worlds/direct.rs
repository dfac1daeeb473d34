//! Claims as a reader without fault would hand them in, with the traces of the text that they come from.

use consilience_claim::{Claim, DocumentRecord, Figure, Fingerprint};
use consilience_reconcile::ClaimGraph;
use serde_json::json;

use super::article::{Article, Statement};
use super::chance::mixed;
use super::words::written;
use super::world::World;

/// Shingles of a sentence.
const SHINGLES: u64 = 11;
/// Hashes that a sketch keeps.
const KEPT: usize = 256;

pub(crate) fn graph(world: &World) -> ClaimGraph {
    let mut graph = ClaimGraph::default();
    for article in &world.articles {
        graph.insert_document(record(article));
        let mut start = 0;
        for statement in article.statements() {
            start += 100;
            graph.insert(claim(article, statement, start));
        }
    }
    graph
}

fn claim(article: &Article, statement: &Statement, start: usize) -> Claim {
    let item = &statement.item;
    let quote = written(article.lang, statement);
    let qualifiers: Vec<&str> = Some(item.qualifier).filter(|q| !q.is_empty()).into_iter().collect();
    let json = json!({
        "doc": article.name, "start": start, "end": start + quote.len(), "quote": quote, "lang": article.lang,
        "entity": item.entity, "metric": item.metric, "aspect": item.aspect, "period": item.period,
        "modality": item.modality, "qualifiers": qualifiers, "unit": item.unit,
        "value": statement.value.to_string(), "precision": statement.precision().map(|p| p.to_string()),
        "bound": statement.bound.as_str(),
    });
    // One claim in ten comes without.
    let mut json = json;
    if let Some(percent) = confidence(article, statement) {
        json["confidence"] = (f64::from(percent) / 100.0).into();
    }
    Claim::from_json(&json.to_string()).unwrap()
}

/// From 30 to 99 in a hundred, most of them high, or none; of one text the same in every copy.
fn confidence(article: &Article, statement: &Statement) -> Option<u8> {
    let words = format!("{} {:?}", article.origin, statement.item);
    let hash = words.bytes().fold(0, |hash, byte| mixed(hash ^ u64::from(byte)));
    let within = |low: u64, high: u64| u8::try_from(low + hash / 100 % (high - low + 1)).ok();
    match hash % 100 {
        0..10 => None,
        10..20 => within(30, 49),
        20..35 => within(50, 69),
        35..60 => within(70, 83),
        _ => within(84, 99),
    }
}

fn record(article: &Article) -> DocumentRecord {
    let mut sketch: Vec<u64> =
        article.statements().flat_map(|s| (0..SHINGLES).map(|k| mixed(s.wording.wrapping_add(k)))).collect();
    let shingles = u32::try_from(sketch.len()).unwrap();
    sketch.sort_unstable();
    sketch.truncate(KEPT);
    let mut names: Vec<String> = Vec::new();
    let mut figures = Vec::new();
    for (paragraph, statements) in (0..).zip(&article.paragraphs) {
        for statement in statements {
            if !names.iter().any(|n| n == statement.item.entity) {
                names.push(statement.item.entity.to_owned());
            }
            figures.push(Figure {
                value: statement.value,
                unit: statement.item.unit.parse().unwrap(),
                paragraph,
            });
        }
    }
    DocumentRecord {
        doc: article.name.clone(),
        lang: Some(article.lang.to_owned()),
        fingerprint: Fingerprint { sketch, shingles, figures, names },
        ..DocumentRecord::default()
    }
}
