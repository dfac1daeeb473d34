//! Filings among the documents: who files, in the words of the catalogue.

use consilience_claim::{Problem, Rank};
use consilience_extract::{Extraction, Lexicon};
use consilience_filing::{Filing, Name, Names, RULES, read};

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

/// What the word of a document counts for, by what read its claims.
pub(crate) fn rank<'a>(mut rules: impl Iterator<Item = &'a str>) -> Rank {
    let first = rules.next();
    let all_filed = first.into_iter().chain(rules).all(|rule| RULES.contains(&rule));
    if first.is_some() && all_filed { Rank::Filing } else { Rank::Report }
}
