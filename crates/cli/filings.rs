//! Filings among the documents: who files, in the words of the catalogue.

use std::collections::BTreeSet;

use consilience_claim::{Claim, ClaimId, Problem};
use consilience_extract::{Extraction, Lexicon};
use consilience_filing::{Filing, Name, Names, read};

use crate::guard::guarded;

/// The catalogue of a lexicon.
struct Catalogue<'a>(&'a Lexicon);

impl Names for Catalogue<'_> {
    fn name(&self, id: &str) -> Option<String> {
        self.0.entity_name(id).map(str::to_owned)
    }

    fn part(&self, company: &str, called: &str) -> Option<Name> {
        // "I Phone" is the iPhone, and what Apple calls Services the catalogue calls Apple Services.
        let folded = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let owner = self.0.entity_name(company).map(folded).unwrap_or_default();
        let wanted = folded(called);
        let fits = |name: &str| {
            let name = folded(name);
            name == wanted || name.strip_prefix(owner.as_str()).is_some_and(|rest| rest == wanted)
        };
        let found = self.0.parts_of(company).find(|(_, name)| fits(name));
        found.map(|(id, name)| Name { id: id.to_owned(), name: name.to_owned() })
    }
}

/// Reads a file as a filing, or gives `None` where it is none.
pub(crate) fn extracted(doc: &str, bytes: &[u8], lexicon: &Lexicon) -> Result<Option<Extraction>, Problem> {
    let filing = guarded(doc, || read(doc, bytes, &Catalogue(lexicon)))?;
    Ok(filing.map(|Filing { record, claims }| Extraction { record, claims }))
}

/// Of the claims that a table gives for a filing, those that its tags say too, as they are read here, and how many they do
/// not: a table has no authority of its own, whatever its fields say.
pub(crate) fn confirmed(filed: &[Claim], told: &[Claim]) -> (Vec<Claim>, usize) {
    let name = |claim: &Claim| ClaimId::derive("", claim);
    let asked: BTreeSet<ClaimId> = told.iter().map(name).collect();
    let kept: Vec<Claim> = filed.iter().filter(|c| asked.contains(&name(c))).cloned().collect();
    let known: BTreeSet<ClaimId> = kept.iter().map(name).collect();
    let others = told.iter().filter(|c| !known.contains(&name(c))).count();
    (kept, others)
}
