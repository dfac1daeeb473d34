//! JSON-LD: what a page tells search engines of its article.

use serde_json::Value;

use super::Metadata;
use super::dates::date;

/// Nodes looked at before giving up; an article's description is near the top.
const NODES: usize = 1000;

/// The article's metadata, out of one script of linked data; nothing where it describes no article.
pub(super) fn read(json: &str) -> Metadata {
    let Ok(root) = serde_json::from_str::<Value>(json.trim()) else { return Metadata::default() };
    let mut found = Metadata::default();
    let mut open = vec![&root];
    let mut seen = 0;
    while let Some(node) = open.pop().filter(|_| seen < NODES) {
        seen += 1;
        match node {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(fields) => {
                if fields.get("@type").is_some_and(is_article) {
                    found = found.or(article(node));
                }
                open.extend(fields.get("@graph").into_iter().chain(fields.get("mainEntity")));
            }
            _ => {}
        }
    }
    found
}

fn is_article(kind: &Value) -> bool {
    match kind {
        Value::String(name) => {
            name.ends_with("Article") || matches!(name.as_str(), "BlogPosting" | "Report" | "WebPage")
        }
        Value::Array(names) => names.iter().any(|name| name.is_string() && is_article(name)),
        _ => false,
    }
}

fn article(node: &Value) -> Metadata {
    let text = |value: &Value| value.as_str().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let name =
        |value: &Value| text(value).or_else(|| text(&value["name"])).or_else(|| text(&value[0]["name"]));
    Metadata {
        title: text(&node["headline"]),
        source: name(&node["publisher"]),
        published: text(&node["datePublished"]).as_deref().and_then(date),
        lang: name(&node["inLanguage"]),
    }
}
