//! What holds for every text, however strange.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use consilience_extract::{Article, Extraction, Lexicon, extract, read};
use proptest::prelude::*;
use proptest::sample::select;

/// The folders of languages; what needs none (`und`) has too few words and examples of its own to mix.
fn language_folders() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/lang");
    let mut folders: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    folders.retain(|f| !f.ends_with("und"));
    folders.sort();
    folders
}

fn tables(folder: &Path) -> Vec<toml::Value> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let parse = |path: &PathBuf| toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    files.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")).map(parse).collect()
}

/// Every word and phrase of a table, keys included: number words stand there.
fn phrases(value: &toml::Value, out: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => out.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|v| phrases(v, out)),
        toml::Value::Table(table) => {
            for (key, value) in table {
                out.push(key.clone());
                phrases(value, out);
            }
        }
        _ => {}
    }
}

/// One of the words of a language that mean something to the reader, as written there or with a capital.
fn word(folder: &Path) -> impl Strategy<Value = String> + use<> {
    let mut words = Vec::new();
    tables(folder).iter().for_each(|table| phrases(table, &mut words));
    (select(words), any::<bool>()).prop_map(|(word, capital)| match word.chars().next() {
        Some(first) if capital => first.to_uppercase().chain(word.chars().skip(1)).collect(),
        _ => word,
    })
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,4}",
        "[0-9]{1,3}([., '\u{a0}][0-9]{3}){1,3}",
        "[0-9]{1,3}[.,][0-9]{1,3}",
        "[0-9.,/:-]{1,12}",
        "(19|20)[0-9]{2}",
        "[0-9]{26,60}",
        "[٠-٩]{1,3}|[０-９]{1,3}|[二三十百億]{1,3}|[½¼⅔²]",
    ]
}

fn mark() -> impl Strategy<Value = String> {
    let marks = [
        ".",
        ",",
        ";",
        ":",
        "!",
        "?",
        "%",
        "‰",
        "$",
        "€",
        "£",
        "¥",
        "₹",
        "US$",
        "Rp",
        "(",
        ")",
        "«",
        "»",
        "\"",
        "'",
        "’",
        "-",
        "–",
        "—",
        "+",
        "−",
        "~",
        "≈",
        "/",
        "|",
        "&",
        "#",
        "*",
        "_",
        "<b>",
        "</b>",
        "&nbsp;",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "- ",
        "# ",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "---\n",
        "\0",
        "\u{1b}[31m",
        "\u{a0}",
        "\u{202f}",
        "\u{feff}",
        "\u{200d}",
        "\u{200f}",
        "\u{202e}",
        "e\u{301}",
        "\u{327}",
        "売上高",
        "億",
        "ارتفعت الإيرادات",
        "אחוז",
        "İ",
        "ǆ",
        "ﬁ",
        "👩\u{200d}💻",
        "Netflix",
        "Reality Labs",
        "Tesla",
        "Meta",
        "Canada",
        "Threads",
        "Apple",
    ];
    select(marks.map(str::to_owned).to_vec())
}

fn text(folder: &Path) -> impl Strategy<Value = String> + use<> {
    let token = prop_oneof![5 => word(folder), 3 => number(), 3 => mark()];
    let piece = (token, select(vec!["", " ", " ", " ", " "])).prop_map(|(token, blank)| token + blank);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn claims_of(doc: &str, text: &str) -> Extraction {
    let article = Article { doc, bytes: text.as_bytes() };
    let lexicon = Lexicon::builtin();
    extract(read(&article, lexicon), &article, lexicon)
}

/// Figures are quoted from where they stand, have a name of their own, and do not depend on the run.
#[track_caller]
fn assert_laws(doc: &str, text: &str) {
    let Extraction { record, claims } = claims_of(doc, text);
    let mut ids = BTreeSet::new();
    for claim in &claims {
        let quoted = text.as_bytes().get(claim.span.start..claim.span.end);
        assert_eq!(quoted, Some(claim.quote.as_bytes()), "{doc}: {text:?}");
        assert!(claim.quote.chars().any(char::is_alphanumeric), "{doc}: «{}» of {text:?}", claim.quote);
        assert!(ids.insert(&claim.id), "{doc}: {} stands twice: {text:?}", claim.id);
        assert!(claim.precision.is_none_or(|p| p.is_sign_positive()), "{doc}: {text:?}");
    }
    assert!(claims.is_sorted_by_key(|c| c.span), "{doc}: {text:?}");
    for claim in &claims {
        let first = claim.repeat_of.as_ref();
        assert!(first.is_none_or(|id| *id != claim.id && ids.contains(id)), "{doc}: {text:?}");
    }
    let again = claims_of(doc, text);
    assert_eq!(serde_json::to_string(&again.claims).unwrap(), serde_json::to_string(&claims).unwrap());
    assert_eq!(again.record, record);
}

#[test]
fn random_text_of_every_language_is_read_within_the_laws() {
    for folder in language_folders() {
        let lang = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let config = ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(text in text(&folder), doc in select(vec!["a.txt", "a.txt", "a.md", "a.html"]))| {
            assert_laws(doc, &text);
            assert_laws(doc, &format!("---\nlang: {lang}\ndate: 2024-02-01\n---\n{text}"));
        });
    }
}

/// The passages of a language's examples, long enough to be told as repeats, with the one name they speak of.
fn passages(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("examples.toml")).unwrap_or_default();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let examples = table.get("example").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let name = |claim: &toml::Value| claim.as_str()?.split(" | ").next().map(str::to_owned);
    let read = |e: &toml::Value| {
        let names: BTreeSet<String> = e.get("claims")?.as_array()?.iter().filter_map(name).collect();
        Some((e.get("text")?.as_str()?.trim().to_owned(), Vec::from_iter(names).join(" and ")))
    };
    let said = |text: &str| text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum::<usize>();
    let long = |text: &str| said(text) >= 40 && !text.contains('\n');
    examples.iter().filter_map(read).filter(|(text, _)| long(text)).collect()
}

#[test]
fn the_examples_meet_the_laws_in_every_order() {
    for folder in language_folders().iter().filter(|f| f.join("examples.toml").exists()) {
        let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
        let texts: Vec<_> = passages(folder).into_iter().map(|(text, _)| text).collect();
        let some = prop::sample::subsequence(texts, 1..12).prop_shuffle();
        proptest!(config, |(passages in some)| assert_laws("a.txt", &passages.join("\n\n")));
    }
}

/// A text printed twice says nothing more than the text.
#[test]
fn a_text_about_one_company_after_itself_adds_only_repeats() {
    after_itself(|name| name == "Netflix");
}

#[test]
fn a_text_after_itself_adds_only_repeats() {
    after_itself(|_| true);
}

#[track_caller]
fn after_itself(about: fn(&str) -> bool) {
    for folder in language_folders().iter().filter(|f| f.join("examples.toml").exists()) {
        let config = ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
        let texts = passages(folder).into_iter().filter(|(_, name)| about(name)).map(|(text, _)| text);
        let texts: Vec<_> = texts.collect();
        assert!(texts.len() > 3, "too few examples in {}", folder.display());
        let most = texts.len().min(8);
        let some = prop::sample::subsequence(texts, 1..=most).prop_shuffle();
        proptest!(config, |(passages in some)| {
            let once = passages.join("\n\n");
            let twice = format!("{once}\n\n{once}\n");
            let claims = claims_of("a.txt", &twice).claims;
            let (first, second): (Vec<_>, Vec<_>) = claims.iter().partition(|c| c.span.start < once.len());
            prop_assert_eq!(first.len(), second.len(), "{}", twice);
            for claim in second {
                prop_assert!(
                    claim.repeat_of.is_some(),
                    "«{}» at {} says something new: {} {} {} {}\n{}",
                    claim.quote, claim.span.start, claim.entity, claim.metric, claim.aspect, claim.period, once
                );
            }
        });
    }
}
