//! Metadata that stands before an article: YAML between two lines of `---`.

use serde_json::Value;

use super::Metadata;
use super::dates::date;

/// Front matter longer than this is no front matter.
const LONGEST: usize = 64 << 10;
/// Where a field may stand, best first; a dot goes one level down.
const TITLE: &[&str] = &["title", "headline"];
const SOURCE: &[&str] = &[
    "provider.name",
    "publisher.name",
    "publisher",
    "site",
    "site_name",
    "source.name",
    "source",
    "outlet",
    "author.name",
    "author",
];
const PUBLISHED: &[&str] = &[
    "publishedDateTime",
    "published_at",
    "publishedAt",
    "datePublished",
    "pubDate",
    "date",
    "published",
    "created",
];
const LANG: &[&str] = &["lang", "language", "locale"];

/// Front matter and where the text after it begins.
pub(super) struct FrontMatter {
    pub(super) end: usize,
    pub(super) metadata: Metadata,
    /// Line and message of YAML that does not parse.
    pub(super) problem: Option<(u64, String)>,
}

/// Reads front matter; `None` where the text does not begin with any.
pub(super) fn read(text: &str) -> Option<FrontMatter> {
    let first =
        text.split_inclusive('\n').next().filter(|line| line.trim_end() == "---" && line.ends_with('\n'))?;
    let mut at = first.len();
    let yaml = loop {
        let line = text[at..].split_inclusive('\n').next()?;
        if matches!(line.trim_end(), "---" | "...") {
            let yaml = &text[first.len()..at];
            at += line.len();
            break yaml;
        }
        at += line.len();
        if at > LONGEST {
            return None;
        }
    };
    let parsed = parse(yaml);
    // Two rules around prose are no front matter: that begins with a key.
    let begins_with_key =
        yaml.lines().find(|l| !l.trim().is_empty() && !l.starts_with('#')).is_none_or(|line| {
            line.split_once(':').is_some_and(|(key, rest)| {
                !key.trim().contains(' ') && (rest.is_empty() || rest.starts_with(' '))
            })
        });
    match parsed {
        Ok(fields @ (Value::Object(_) | Value::Null)) => {
            Some(FrontMatter { end: at, metadata: metadata(&fields), problem: None })
        }
        Ok(_) => None,
        Err(_) if !begins_with_key => None,
        Err((line, message)) => {
            Some(FrontMatter { end: at, metadata: Metadata::default(), problem: Some((line + 1, message)) })
        }
    }
}

fn parse(yaml: &str) -> Result<Value, (u64, String)> {
    if yaml.trim().is_empty() {
        return Ok(Value::Null);
    }
    // An alias repeats what its anchor holds, and aliases of aliases multiply: metadata needs none.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_aliases: 0, max_depth: 32, max_nodes: 20_000, max_documents: 1, },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::FirstWins,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(yaml, options).map_err(|error| {
        let line = error.location().map_or(1, |place| place.line());
        (line, error.to_string().lines().next().unwrap_or_default().chars().take(200).collect())
    })
}

fn metadata(fields: &Value) -> Metadata {
    let first = |paths: &[&str]| paths.iter().find_map(|path| field(fields, path));
    Metadata {
        title: first(TITLE),
        source: first(SOURCE),
        published: PUBLISHED.iter().find_map(|path| date(&field(fields, path)?)),
        lang: first(LANG),
    }
}

/// The text of a field, one level down per dot; the first of a list.
fn field(fields: &Value, path: &str) -> Option<String> {
    let mut value = fields;
    for key in path.split('.') {
        value = match value {
            Value::Array(items) => items.first()?,
            other => other,
        }
        .get(key)?;
    }
    match value {
        Value::Array(items) => text(items.first()?),
        other => text(other),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_under_their_many_names() {
        let text = "---\ntitle: \"A: B\"\npublished: false\npublishedDateTime: 2023-05-03T12:24:00Z\nprovider:\n  name: The Post\n  \
                    domain: post.example\nauthor: Ann\nlanguage: en-GB\n---\nText\n";
        let front = read(text).unwrap();
        assert_eq!(&text[front.end..], "Text\n");
        let found = front.metadata;
        assert_eq!(
            (
                found.title.as_deref(),
                found.source.as_deref(),
                found.published.as_deref(),
                found.lang.as_deref()
            ),
            (Some("A: B"), Some("The Post"), Some("2023-05-03T12:24:00Z"), Some("en-GB"))
        );
    }

    #[test]
    fn what_is_no_front_matter_stays_text() {
        for text in [
            "---\nA paragraph between two rules.\n---\nMore.\n",
            "---\ntitle: x\nno closing line\n",
            "text\n---\na: b\n---\n",
            "---",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn broken_or_hostile_yaml_is_named_with_its_line() {
        let bomb = "---\na: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n---\nText\n";
        let deep = format!("---\na: {}\n---\nText\n", "[".repeat(2000));
        let broken = "---\ntitle: fine\nsource: \"never closed\n---\nText\n";
        for (text, line) in [(bomb, None), (deep.as_str(), Some(2)), (broken, None)] {
            let front = read(text).unwrap();
            let (at, message) = front.problem.unwrap();
            assert!(line.is_none_or(|l| l == at) && at >= 2 && !message.is_empty(), "line {at}: {message}");
            assert_eq!(&text[front.end..], "Text\n");
        }
    }
}
