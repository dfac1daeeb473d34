//! Conflicts as reviews and build servers take them: one place to look at first, the others beside it.

use consilience_claim::Claim;
use consilience_reconcile::{Audit, Conflict};

use crate::conflict::about;
use crate::words::told;
use crate::{Sources, figure, safe};

/// A conflict with the claims that it is between.
pub(crate) struct Finding<'a> {
    pub(crate) conflict: &'a Conflict,
    /// What it is about, in one line of safe text.
    pub(crate) title: String,
    /// Suspects first; the same place told twice stands once.
    pub(crate) claims: Vec<&'a Claim>,
}

/// Where a claim stands, as far as it is known.
pub(crate) struct Spot {
    /// The path of the file, or the name of the document where no file holds it alone.
    pub(crate) path: String,
    /// Bytes of that file; `None` where the span counts in something else, such as the text of a PDF.
    pub(crate) bytes: Option<(usize, usize)>,
    /// Line, column of the first character, and column after the last one where that is on the same line; from 1.
    pub(crate) lines: Option<(usize, usize, Option<usize>)>,
}

impl<'a> Finding<'a> {
    pub(crate) fn new(audit: &'a Audit, conflict: &'a Conflict) -> Finding<'a> {
        let mut claims: Vec<&Claim> = conflict.claims.iter().filter_map(|id| audit.claims.get(id)).collect();
        claims.sort_by_key(|claim| !conflict.odd_docs.contains(&claim.doc));
        let mut seen = std::collections::BTreeSet::new();
        claims.retain(|claim| seen.insert((&claim.doc, claim.span)));
        Finding { conflict, title: about(audit, conflict), claims }
    }

    /// Why it is one and what would help, in safe text.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let help = self.conflict.flips.iter().map(|flips| format!("What would settle it: {flips}"));
        let all = std::iter::once(told(self.conflict).to_owned()).chain(help);
        all.map(|text| safe::line(&text).into_owned()).collect()
    }
}

/// What a claim says and who says it, in safe text: `4.54 tn JPY (Wire)`.
pub(crate) fn says(claim: &Claim) -> String {
    let who = claim.source.as_deref().map_or_else(String::new, |source| format!(" ({source})"));
    safe::line(&format!("{}{who}", figure::claim(claim))).into_owned()
}

impl Spot {
    pub(crate) fn of(claim: &Claim, sources: &dyn Sources) -> Spot {
        let file = sources.file(&claim.doc);
        let in_file = claim.page.is_none() && file.is_some();
        let lines = sources.passage(&claim.doc, claim.span).filter(|_| in_file).map(|passage| {
            let on_one_line = !claim.quote.contains('\n') && !claim.quote.contains('\r');
            let after = passage.column + claim.quote.chars().count();
            (passage.line, passage.column, on_one_line.then_some(after))
        });
        Spot {
            // Nobody has the file of a claim that was handed in alone: its document has the name for a path.
            bytes: (claim.page.is_none()).then_some((claim.span.start, claim.span.end)),
            path: file.map_or_else(|| claim.doc.clone(), |file| file.path),
            lines,
        }
    }
}
