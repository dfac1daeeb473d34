//! What can be said of single claims in public, as ClaimReview of schema.org in JSON-LD: those that others bear out,
//! and those that others contradict. What stands on one origin is not reviewed: nothing was held against it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use consilience_claim::{Claim, ClaimId};
use consilience_reconcile::{Audit, Conflict, DocumentOutcome, Row, Severity, Verdict};
use serde_json::{Value, json};

use crate::words::{count, headline, told};
use crate::{figure, safe};

/// How a claim comes off, from 1 to 5.
#[derive(Clone, Copy)]
enum Rating {
    Contradicted = 1,
    Contested = 3,
    BorneOut = 5,
}

impl Rating {
    fn words(self) -> &'static str {
        match self {
            Rating::Contradicted => "Contradicted",
            Rating::Contested => "Contested",
            Rating::BorneOut => "Borne out",
        }
    }
}

/// One review per document and row: of rows that are agreed, filed or contested.
///
/// # Errors
/// Those of the output.
pub fn claim_review(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut alarms: BTreeMap<&ClaimId, &Conflict> = BTreeMap::new();
    for conflict in audit.conflicts.iter().filter(|c| c.severity > Severity::Note) {
        for id in &conflict.claims {
            alarms.entry(id).or_insert(conflict);
        }
    }
    let documents: BTreeMap<&str, &DocumentOutcome> =
        audit.documents.iter().map(|d| (d.doc.as_str(), d)).collect();
    let mut reviews = Vec::new();
    for row in &audit.consensus {
        let mut told = std::collections::BTreeSet::new();
        for claim in row.claims.iter().filter_map(|id| audit.claims.get(id)) {
            let Some((rating, why)) = rated(row, claim, &alarms) else { continue };
            // A document that says one thing twice is reviewed once.
            if told.insert((&claim.doc, claim.value)) {
                reviews.push(review(row, claim, rating, &why, documents.get(claim.doc.as_str()).copied()));
            }
        }
    }
    let all = json!({ "@context": "https://schema.org", "@graph": reviews });
    // Pages hold this in a script, which «</script>» would end.
    writeln!(safe::PlainJson(out), "{}", serde_json::to_string_pretty(&all)?.replace('<', "\\u003c"))
}

fn rated(row: &Row, claim: &Claim, alarms: &BTreeMap<&ClaimId, &Conflict>) -> Option<(Rating, String)> {
    if let Some(conflict) = alarms.get(&claim.id).filter(|conflict| conflict.key == row.key) {
        let odd = conflict.odd_docs.contains(&claim.doc);
        let rating = if odd { Rating::Contradicted } else { Rating::Contested };
        return Some((rating, told(conflict).to_owned()));
    }
    // What a rival says without an alarm may well be of another scope.
    if row.rivals.iter().any(|rival| rival.claims.contains(&claim.id)) {
        return None;
    }
    match row.verdict {
        Verdict::Agreed => Some((
            Rating::BorneOut,
            format!(
                "{} tell this figure or one that it rounds to.",
                count(row.n_origins, "independent origin")
            ),
        )),
        Verdict::Authoritative => Some((Rating::BorneOut, "What was filed says so.".to_owned())),
        Verdict::Contested | Verdict::SingleOrigin | Verdict::Derived => None,
    }
}

fn review(row: &Row, claim: &Claim, rating: Rating, why: &str, document: Option<&DocumentOutcome>) -> Value {
    let said = format!("{}: {}", headline(&row.key), figure::claim(claim));
    let mut appearance = json!({ "@type": "CreativeWork", "name": claim.doc, "inLanguage": claim.lang });
    if let Some(hash) = document.map(|d| d.sha256.as_str()).filter(|hash| !hash.is_empty()) {
        appearance["identifier"] = json!(format!("sha256:{hash}"));
    }
    let mut item = json!({ "@type": "Claim", "text": claim.quote, "appearance": appearance });
    if let Some(source) = &claim.source {
        item["author"] = json!({ "@type": "Organization", "name": source });
    }
    if let Some(published) = &claim.published {
        item["datePublished"] = json!(published);
    }
    json!({
        "@type": "ClaimReview",
        "@id": format!("urn:consilience:claim:{}", safe::file_address(&claim.id.0)),
        "claimReviewed": safe::line(&said),
        "itemReviewed": item,
        "reviewRating": {
            "@type": "Rating", "ratingValue": rating as u8, "bestRating": 5, "worstRating": 1,
            "alternateName": rating.words(),
        },
        "reviewBody": safe::line(why),
        "author": { "@type": "Organization", "name": "consilience" },
    })
}
