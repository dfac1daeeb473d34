//! From bytes to a readable document.
//!
//! Reading cannot fail. The bytes are decoded ([`decode`]), metadata is taken off ([`front_matter`]), and the rest is
//! cut into passages by what kind of file it is ([`plain`], [`markdown`], [`html`]); a [`pdf`] is taken apart first. Each of these keeps the way back to
//! the bytes. What all of them need comes last: the language of each passage, repeats, and traces of the whole.

mod build;
mod dates;
mod decode;
mod front_matter;
mod furniture;
mod html;
mod linked_data;
mod markdown;
mod pdf;
mod plain;
mod sketch;
mod table;
mod words;

use consilience_claim::{DocumentRecord, Problem, sha256_hex};

use crate::document::{Article, Block, BlockKind, ByteMap, Document};
use crate::language::Detector;
use crate::lexicon::{UNIVERSAL, region};
use decode::{Decoded, NoText};
pub(crate) use words::{first_bytes, is_word_char, push_lower};

/// What a file says of itself as a whole.
#[derive(Debug, Clone, Default)]
struct Metadata {
    title: Option<String>,
    source: Option<String>,
    published: Option<String>,
    lang: Option<String>,
}

impl Metadata {
    /// These fields, with those of `other` where they are empty.
    fn or(self, other: Metadata) -> Metadata {
        Metadata {
            title: self.title.or(other.title),
            source: self.source.or(other.source),
            published: self.published.or(other.published),
            lang: self.lang.or(other.lang),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Plain,
    Markdown,
    Html,
}

/// Makes an article readable, whatever its bytes are; what stood in the way is in the record's problems.
pub(crate) fn read(article: &Article<'_>, languages: &Detector) -> Document {
    let record = DocumentRecord {
        doc: article.doc.to_owned(),
        sha256: sha256_hex(article.bytes),
        ..DocumentRecord::default()
    };
    let mut document = Document {
        record,
        title: None,
        text: String::new(),
        map: ByteMap::default(),
        blocks: Vec::new(),
        paged: false,
        region: None,
    };
    if pdf::is_pdf(article.bytes) {
        let pdf = pdf::read(article.doc, article.bytes);
        (document.text, document.blocks, document.paged) = (pdf.text, pdf.blocks, true);
        document.record.problems = pdf.problems;
        finish(&mut document, pdf.metadata, languages);
        return document;
    }
    let decoded = match decode::decode(article.bytes) {
        Ok(decoded) => decoded,
        Err(reason) => {
            document.record.problems.push(no_text(article.doc, reason));
            return document;
        }
    };
    document.record.problems.extend(guessed_encoding(article.doc, &decoded));
    document.record.problems.extend(invalid_bytes(article.doc, &decoded));
    let metadata = passages(article.doc, decoded, &mut document);
    finish(&mut document, metadata, languages);
    document
}

/// What every kind of file needs once it is cut into passages: languages, what it says of itself, traces.
fn finish(document: &mut Document, metadata: Metadata, languages: &Detector) {
    let said = metadata.lang.as_deref().and_then(|lang| languages.known(lang));
    document.record.lang =
        mark_languages(&document.text, &mut document.blocks, languages, said).map(str::to_owned);
    if document.record.lang.as_deref().is_none_or(|lang| languages.codes().all(|code| code != lang)) {
        without_language(document, languages);
    }
    let tagged = metadata.lang.as_deref().and_then(region).map(str::to_owned);
    document.region = tagged.or_else(|| country_of_host(metadata.source.as_deref()?));
    document.title = metadata.title;
    document.record.source = metadata.source;
    document.record.published = metadata.published;
    sketch::mark_repeats(&document.text, &mut document.blocks);
    document.record.fingerprint = sketch::fingerprint(&document.text, &document.blocks);
}

/// Cuts the text into blocks and gives the metadata found on the way.
fn passages(doc: &str, decoded: Decoded<'_>, document: &mut Document) -> Metadata {
    let Decoded { text, map, .. } = decoded;
    let format = format(doc, &text);
    let front = if format == Format::Html { None } else { front_matter::read(&text) };
    let (start, mut metadata) = match front {
        Some(front) => {
            if let Some((line, message)) = front.problem {
                document.record.problems.push(Problem {
                    doc: doc.to_owned(),
                    place: format!("line {line}"),
                    message: format!("the front matter is no valid YAML: {message}"),
                    help: "its metadata is left out; the text after it is read".to_owned(),
                });
            }
            if text[front.end..].trim().is_empty() {
                document.record.problems.push(whole(
                    doc,
                    "front matter only: the file holds metadata and no article text",
                    "check how the file was made; the article itself may not have been saved",
                ));
            }
            (front.end, front.metadata)
        }
        None => (0, Metadata::default()),
    };
    let too_large = format != Format::Plain && text.len() > ByteMap::LIMIT;
    match format {
        _ if too_large => document.record.problems.push(no_text(doc, NoText::TooLarge)),
        Format::Plain => {
            document.blocks = plain::blocks(&text, start, &mut metadata);
            (document.text, document.map) = (text.into_owned(), map);
        }
        Format::Markdown => {
            (document.text, document.map, document.blocks) =
                markdown::read(&text, start, &map, &mut metadata);
        }
        Format::Html => {
            (document.text, document.map, document.blocks) = html::read(&text, &map, &mut metadata);
        }
    }
    metadata
}

/// By the ending of the name; text that begins as HTML does is HTML.
fn format(doc: &str, text: &str) -> Format {
    let name = doc.rsplit(['/', '\\']).next().unwrap_or(doc);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is = |endings: &[&str]| endings.iter().any(|e| ending.eq_ignore_ascii_case(e));
    if is(&["html", "htm", "xhtml", "xht"]) || begins_as_html(text) {
        Format::Html
    } else if is(&["md", "markdown"]) {
        Format::Markdown
    } else {
        Format::Plain
    }
}

fn begins_as_html(text: &str) -> bool {
    let start = text.trim_start();
    let head = words::first_bytes(start, 1024).to_ascii_lowercase();
    let head = match head.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, after)| after).trim_start(),
        None => &head,
    };
    // Comments may stand before the document type.
    let head = match head.strip_prefix("<!--") {
        Some(rest) => rest.split_once("-->").map_or("", |(_, after)| after).trim_start(),
        None => head,
    };
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// Gives every block its language and returns the one that most of the text is in.
fn mark_languages<'a>(
    text: &str,
    blocks: &mut [Block],
    languages: &'a Detector,
    said: Option<&'a str>,
) -> Option<&'a str> {
    let mut shares: Vec<(&str, usize)> = Vec::new();
    let mut running = said;
    for block in blocks.iter_mut() {
        let found = languages.detect(&text[block.range.clone()], running);
        block.lang = found.map(str::to_owned);
        if block.kind == BlockKind::Furniture {
            continue;
        }
        let Some(lang) = found else { continue };
        running = found;
        match shares.iter_mut().find(|(code, _)| *code == lang) {
            Some((_, share)) => *share += block.range.len(),
            None => shares.push((lang, block.range.len())),
        }
    }
    // Passages before the first telling one are in the language that it tells.
    let main =
        shares.iter().reduce(|most, s| if s.1 > most.1 { s } else { most }).map(|(code, _)| *code).or(said);
    for block in blocks.iter_mut().take_while(|b| b.lang.is_none()) {
        block.lang = languages.detect(&text[block.range.clone()], main).map(str::to_owned);
    }
    // What holds in any language is read in one that is not told, too.
    let has_letters = |b: &Block| text[b.range.clone()].contains(char::is_alphabetic);
    for block in blocks.iter_mut().filter(|b| b.lang.is_none()).filter(|b| has_letters(b)) {
        block.lang = Some(UNIVERSAL.to_owned());
    }
    main
}

/// Says that a text is in no language that can be read. Figures without a word around them are in all of them:
/// they are left to the first, so that the scanner sees them.
fn without_language(document: &mut Document, languages: &Detector) {
    let Document { record, text, blocks, .. } = document;
    let mut codes = languages.codes().peekable();
    let Some(first) = codes.peek().map(|code| (*code).to_owned()) else { return };
    let readable = || blocks.iter().filter(|b| b.kind != BlockKind::Furniture);
    if readable().any(|b| text[b.range.clone()].contains(char::is_alphabetic)) {
        let told =
            record.lang.as_ref().map(|lang| format!(", it seems, but in «{lang}»")).unwrap_or_default();
        record.problems.push(whole(
            &record.doc,
            &format!(
                "in none of the languages that can be read ({}){told}: only figures, names of the catalogue and \
                 abbreviations such as EBITDA are read",
                codes.collect::<Vec<_>>().join(", ")
            ),
            "name the language in the front matter (`lang: …`) or in <html lang>, or add it with --lexicon DIR",
        ));
    } else {
        blocks.iter_mut().for_each(|b| b.lang = Some(first.clone()));
    }
}

/// The country that the address of a source ends with: MX of `eldiario.com.mx`.
pub(crate) fn country_of_host(source: &str) -> Option<String> {
    let host = source.trim().trim_end_matches('/');
    let host = host.split_once("://").map_or(host, |(_, rest)| rest).split('/').next()?;
    let (name, ending) = host.rsplit_once('.')?;
    let is_host =
        name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    // Some countries' endings are used by everybody.
    let is_country = ending.len() == 2 && ending.bytes().all(|b| b.is_ascii_lowercase());
    let is_own =
        !matches!(ending, "io" | "co" | "tv" | "me" | "ai" | "eu" | "fm" | "ly" | "to" | "cc" | "ws");
    let code = if ending == "uk" { "GB".to_owned() } else { ending.to_ascii_uppercase() };
    (is_host && is_country && is_own).then_some(code)
}

fn whole(doc: &str, message: &str, help: &str) -> Problem {
    Problem { doc: doc.to_owned(), place: String::new(), message: message.to_owned(), help: help.to_owned() }
}

fn no_text(doc: &str, reason: NoText) -> Problem {
    match reason {
        NoText::Empty => whole(doc, "empty file", "nothing to read; check how the file was made"),
        NoText::Binary => {
            whole(doc, "looks like a binary file", "give the article as text, Markdown or HTML")
        }
        NoText::TooLarge => {
            whole(doc, "too large to be mapped byte by byte", "split it, or give it as plain text in UTF-8")
        }
    }
}

fn guessed_encoding(doc: &str, decoded: &Decoded<'_>) -> Option<Problem> {
    let first = decoded.guessed?;
    Some(Problem {
        doc: doc.to_owned(),
        place: format!("byte {first}"),
        message: format!("not UTF-8 (first at byte {first}); read as {}", decoded.encoding),
        help: "nothing in the file names its encoding: save it in UTF-8, or declare it (<meta charset=…>)"
            .to_owned(),
    })
}

fn invalid_bytes(doc: &str, decoded: &Decoded<'_>) -> Option<Problem> {
    let (first, count) = decoded.invalid?;
    Some(Problem {
        doc: doc.to_owned(),
        place: format!("byte {first}"),
        message: format!(
            "{count} invalid byte sequence{} for {} ({}at byte {first})",
            if count == 1 { "" } else { "s" },
            decoded.encoding,
            if count == 1 { "" } else { "first " },
        ),
        help: "each is read as U+FFFD; save the file in UTF-8 to be sure of its text".to_owned(),
    })
}

#[cfg(test)]
mod tests;
