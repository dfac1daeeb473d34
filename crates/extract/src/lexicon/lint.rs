//! Checks a lexicon: entries that contradict each other or are not found as
//! written, and each language's own examples.

use std::path::PathBuf;

use consilience_claim::{Bound, Claim, Modality};
use serde::Deserialize;

use super::tables::{self, load_listed};
use super::trie::Listed;
use super::{Lexicon, LexiconError, Term};
use crate::document::Article;
use crate::scan::class;

/// What a check of a lexicon found.
#[derive(Debug, Default)]
pub struct Lint {
    /// What is wrong, in the order of files.
    pub findings: Vec<LintFinding>,
    /// Phrases looked at.
    pub phrases: usize,
    /// Examples read as they should be.
    pub examples: usize,
}

/// Something wrong in a lexicon.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFinding {
    /// File of the lexicon.
    pub path: String,
    /// What is wrong with which entry.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    #[serde(default)]
    example: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    text: String,
    claims: Vec<String>,
}

/// Checks the shipped lexicon with `overlays` and `catalogs` laid over it; of all languages, or of those named.
///
/// # Errors
/// [`LexiconError`] where it does not load.
pub fn lint(overlays: &[PathBuf], catalogs: &[PathBuf], languages: &[String]) -> Result<Lint, LexiconError> {
    let (lexicon, listing) = load_listed(overlays, catalogs, true)?;
    if let Some(unknown) = languages.iter().find(|l| !listing.phrases.contains_key(*l)) {
        let known: Vec<&str> = lexicon.languages().collect();
        return Err(LexiconError {
            path: unknown.clone(),
            message: format!("no such language; there are {}", known.join(", ")),
        });
    }
    let mut lint = Lint::default();
    let wanted = |code: &String| languages.is_empty() || languages.contains(code);
    for (code, phrases) in listing.phrases.iter().filter(|(code, _)| wanted(code)) {
        lint.phrases += phrases.len();
        lint.findings.extend(clashes(&lexicon, code, phrases));
    }
    for (code, files) in listing.examples.iter().filter(|(code, _)| wanted(code)) {
        for (path, text) in files {
            let file: ExampleFile = tables::parse(path, text)?;
            for example in file.example {
                let found = claims(&example.text, code, &lexicon);
                if found == example.claims {
                    lint.examples += 1;
                } else {
                    let message = format!(
                        "«{}» is misread\n  expected {:#?}\n  found {found:#?}",
                        example.text.trim(),
                        example.claims
                    );
                    lint.findings.push(LintFinding { path: path.clone(), message });
                }
            }
        }
    }
    Ok(lint)
}

/// Phrases that mean two things of one kind, and phrases that cannot be found as they are written.
fn clashes(lexicon: &Lexicon, code: &str, listed: &[Listed<Term>]) -> Vec<LintFinding> {
    let Some(lang) = lexicon.lang(code) else { return Vec::new() };
    let mut found: Vec<LintFinding> = Vec::new();
    for (place, Listed { file, phrase, value }) in listed.iter().enumerate() {
        let mut add = |message: String| found.push(LintFinding { path: file.clone(), message });
        if phrase.trim() != phrase || phrase.is_empty() {
            add(format!("«{phrase}» begins or ends with a blank, so nothing matches it"));
            continue;
        }
        // The word with no ending at all is a form the phrase stands for.
        let written = phrase.replace('*', "");
        let mut reached = false;
        let mut others: Vec<Term> = Vec::new();
        lang.trie.walk(&written, 0, |end, term| {
            if end == written.len() {
                reached |= term == *value;
                if term != *value && clash(lexicon, term, *value) && !others.contains(&term) {
                    others.push(term);
                }
            }
        });
        if !reached {
            add(format!("«{phrase}» is not found where it is written"));
        }
        // Each clash is told once, where the later of the two is listed.
        for other in others {
            let by = |l: &Listed<Term>| l.value == other && l.phrase.replace('*', "") == written;
            if listed[..place].iter().any(by) {
                add(format!(
                    "«{phrase}» means both {} and {}",
                    describe(lexicon, other),
                    describe(lexicon, *value)
                ));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a phrase cannot mean both. The unit tells metrics apart that differ in it: a gross margin is an amount
/// or a share of revenue.
fn clash(lexicon: &Lexicon, a: Term, b: Term) -> bool {
    match (a, b) {
        (Term::Metric(a, _), Term::Metric(b, _)) => lexicon.metric(a).unit == lexicon.metric(b).unit,
        (Term::Category(a), Term::Category(b)) => {
            lexicon.categories[a as usize].of == lexicon.categories[b as usize].of
        }
        // What is counted, and which metric that is.
        (Term::Noun(_), Term::Counted(..)) | (Term::Counted(..), Term::Noun(_)) => false,
        _ => class(a) == class(b),
    }
}

fn describe(lexicon: &Lexicon, term: Term) -> String {
    match term {
        Term::Metric(m, _) | Term::Counted(m, _) => lexicon.metric(m).id.clone(),
        Term::Category(c) => lexicon.categories[c as usize].id.clone(),
        Term::Noun(u) => lexicon.units[u as usize].to_string(),
        Term::Currency(c, _) => lexicon.currencies[c as usize].code.clone(),
        Term::Region(r) => lexicon.regions[r as usize].clone(),
        Term::Qualifier(q) => lexicon.qualifiers[q as usize].clone(),
        other => format!("{other:?}"),
    }
}

/// The claims of a text in the examples' notation. A short text may look like several languages, so its front
/// matter says which it is; an example with front matter of its own is taken as it stands.
fn claims(text: &str, lang: &str, lexicon: &Lexicon) -> Vec<String> {
    let text =
        if text.starts_with("---") { text.to_owned() } else { format!("---\nlang: {lang}\n---\n{text}") };
    let article = Article { doc: "example.txt", bytes: text.as_bytes() };
    let extraction = crate::extract(crate::read(&article, lexicon), &article, lexicon);
    extraction.claims.iter().map(notation).collect()
}

fn notation(claim: &Claim) -> String {
    let Claim { entity, metric, aspect, period, unit, .. } = claim;
    let mut line = format!("{entity} | {metric} | {aspect} | {period} | {} {unit}", claim.value.normalize());
    if claim.bound != Bound::Exact {
        line += &format!(" {}", claim.bound);
    }
    if claim.modality != Modality::Actual {
        line += &format!(" {}", claim.modality);
    }
    line
}
