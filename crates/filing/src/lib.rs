//! Filings with tagged figures -> claims.
//!
//! Two forms are read: the `companyfacts` answers of the SEC (JSON) and inline XBRL (a 10-K or 10-Q as filed). Which
//! one a file is, its content says. Every figure is tagged, so nothing is guessed: what `data/filings` knows becomes a
//! claim with the exact bytes of its figure, and all else (text blocks, concepts without a metric) is left out.
//!
//! ```text
//! bytes ─ companyfacts | ixbrl ─▶ facts ─ claims ─▶ Filing
//! ```

mod companyfacts;
mod fact;
mod ixbrl;
mod tables;
mod transform;

use consilience_claim::{Claim, DocumentRecord, Fingerprint, Problem, Rank, sha256_hex};

use fact::Facts;

/// A filing, or a file of many by one company.
#[derive(Debug)]
pub struct Filing {
    /// What is known of the file; its fingerprint names the filer and nothing else.
    pub record: DocumentRecord,
    /// Its figures, in the order of the bytes.
    pub claims: Vec<Claim>,
}

/// An entity as articles call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Its id in a catalogue.
    pub id: String,
    /// Its common name.
    pub name: String,
}

/// Who knows how articles call filers and their parts.
pub trait Names {
    /// The common name of the entity with an id of the catalogue.
    fn name(&self, id: &str) -> Option<String>;
    /// The segment or product of a company (by its id), by what the filing calls it.
    fn part(&self, company: &str, called: &str) -> Option<Name>;
}

/// Reads a file, or gives `None` where it is no filing.
pub fn read(doc: &str, bytes: &[u8], names: &dyn Names) -> Option<Filing> {
    let facts = companyfacts::read(bytes).or_else(|| ixbrl::read(bytes))?;
    Some(filing(doc, bytes, facts, names))
}

fn filing(doc: &str, bytes: &[u8], facts: Facts, names: &dyn Names) -> Filing {
    let filer = facts.filer(names);
    let problems = facts
        .problems
        .iter()
        .map(|(place, message, help)| Problem {
            doc: doc.to_owned(),
            place: place.clone(),
            message: message.clone(),
            help: (*help).to_owned(),
        })
        .collect();
    let mut record = DocumentRecord {
        doc: doc.to_owned(),
        sha256: sha256_hex(bytes),
        source: Some(filer.name.clone()),
        lang: Some(facts.lang.clone()),
        rank: Rank::Filing,
        problems,
        fingerprint: Fingerprint { names: vec![filer.name.clone()], ..Fingerprint::default() },
        ..DocumentRecord::default()
    };
    let claims = facts.claims(&record, &filer, bytes, names);
    record.published = claims.iter().filter_map(|c| c.published.clone()).max();
    Filing { record, claims }
}
