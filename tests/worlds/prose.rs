//! Reports as text, from sentences of their own in `prose/`.

use std::collections::BTreeMap;

use consilience_claim::{Bound, Date, Period};
use toml::Value;

use crate::worlds::article::{Article, LANGUAGES, Statement};
use crate::worlds::figures::Item;
use crate::worlds::words::written;

/// The sentences of each language.
pub(crate) struct Prose(BTreeMap<&'static str, toml::Table>);

impl Prose {
    pub(crate) fn load() -> Prose {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/worlds/prose");
        let load = |lang: &&'static str| {
            let text = std::fs::read_to_string(format!("{folder}/{lang}.toml")).unwrap();
            (*lang, text.parse().unwrap())
        };
        Prose(LANGUAGES.iter().map(load).collect())
    }

    /// Whether there are sentences for an item.
    pub(crate) fn tells(item: &Item) -> bool {
        let plain = item.qualifier.is_empty() && item.aspect != "qoq_growth";
        let metric = matches!(
            item.metric,
            "revenue"
                | "net_income"
                | "operating_income"
                | "capital_expenditure"
                | "operating_margin"
                | "eps_diluted"
                | "headcount"
                | "cash"
                | "deliveries"
                | "market_cap"
        );
        let growth = matches!(item.metric, "revenue" | "net_income" | "operating_income");
        let foreseen = matches!(item.metric, "revenue" | "net_income" | "eps_diluted");
        plain
            && metric
            && item.unit != "aircraft"
            && (item.aspect == "level" || growth && item.aspect == "yoy_growth")
            && (item.modality == "actual" || foreseen)
    }

    /// The sentence that tells a statement.
    pub(crate) fn sentence(&self, article: &Article, statement: &Statement) -> String {
        sentence(&self.0[article.lang], article.lang, statement)
    }

    pub(crate) fn text(&self, article: &Article) -> String {
        let words = &self.0[article.lang];
        let first = article.statements().next().map_or("", |s| s.item.entity);
        let mut text = fill(word(words, "title"), &[("{E}", first)]);
        for paragraph in &article.paragraphs {
            let sentences: Vec<String> = paragraph.iter().map(|s| sentence(words, article.lang, s)).collect();
            text.push_str("\n\n");
            text.push_str(&sentences.join(" "));
        }
        text.push('\n');
        text
    }
}

fn sentence(words: &toml::Table, lang: &str, statement: &Statement) -> String {
    let item = &statement.item;
    let negative = statement.value.is_sign_negative();
    let key = match (item.aspect, item.modality) {
        ("yoy_growth", _) => format!("{}.{}", item.metric, if negative { "down" } else { "up" }),
        (_, "actual") if negative => format!("{}.level.negative", item.metric),
        (_, "actual") => format!("{}.level", item.metric),
        (_, modality) => format!("{}.level.{modality}", item.metric),
    };
    let sentences = words[&key].as_array().unwrap();
    let sentence =
        sentences[usize::try_from(statement.wording % sentences.len() as u64).unwrap()].as_str().unwrap();
    let hedge = match statement.bound {
        Bound::Approx => word(words, "about"),
        Bound::AtLeast => word(words, "more"),
        _ => "",
    };
    let size = Statement { value: statement.value.abs(), ..statement.clone() };
    let figure = format!("{hedge}{}", written(lang, &size));
    fill(sentence, &[("{E}", item.entity), ("{V}", &figure), ("{P}", &period(words, &item.period))])
}

/// A time with its preposition.
fn period(words: &toml::Table, period: &str) -> String {
    let year = &period[..4];
    if let Ok(day) = period.parse::<Date>() {
        let months = words["months"].as_array().unwrap();
        let month = months[usize::try_from(day.month()).unwrap() - 1].as_str().unwrap();
        return fill(word(words, "day"), &[("{D}", &day.day().to_string()), ("{M}", month), ("{Y}", year)]);
    }
    let whole = period.parse::<Period>().unwrap().whole_months() == Some(12);
    if whole {
        return fill(word(words, "year"), &[("{Y}", year)]);
    }
    let quarter: usize = period[6..].parse().unwrap();
    fill(words["quarters"].as_array().unwrap()[quarter - 1].as_str().unwrap(), &[("{Y}", year)])
}

fn word<'t>(words: &'t toml::Table, key: &str) -> &'t str {
    words.get(key).and_then(Value::as_str).unwrap()
}

fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(sentence.to_owned(), |text, (name, value)| text.replace(name, value))
}
