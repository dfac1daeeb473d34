//! Every language's own examples: what a reader must find in a few sentences, one mechanism each.

use std::path::Path;

use consilience_claim::{Bound, Claim, Modality};
use consilience_extract::{Article, Lexicon, extract, read};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    example: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    text: String,
    claims: Vec<String>,
}

#[test]
fn every_language_reads_its_own_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/lang");
    let mut languages: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    languages.sort();
    let lexicon = Lexicon::builtin();
    let (mut read_right, mut failures) = (0, Vec::new());
    for language in languages.iter().filter(|p| p.join("examples.toml").exists()) {
        let code = language.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(language.join("examples.toml")).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|e| panic!("{code}/examples.toml: {e}"));
        for example in file.example {
            let found = claims(&example.text, code, lexicon);
            if found == example.claims {
                read_right += 1;
            } else {
                failures.push(format!(
                    "{code}: {}\n  expected {:#?}\n  found {found:#?}",
                    example.text.trim(),
                    example.claims
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} examples misread:\n{}", failures.len(), failures.join("\n"));
    assert!(read_right >= 60, "only {read_right} examples were found in {}", folder.display());
}

/// The claims of a text in the examples' notation. A short text may look like several languages, so its front
/// matter says which it is; an example with front matter of its own is taken as it stands.
fn claims(text: &str, lang: &str, lexicon: &Lexicon) -> Vec<String> {
    let text =
        if text.starts_with("---") { text.to_owned() } else { format!("---\nlang: {lang}\n---\n{text}") };
    let article = Article { doc: "example.txt", bytes: text.as_bytes() };
    let extraction = extract(read(&article, lexicon), &article, lexicon);
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
