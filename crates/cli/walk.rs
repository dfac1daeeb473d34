//! From arguments to files, each with the name under which it stands in every output.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use consilience_claim::Problem;

/// What a file holds, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An article.
    Article,
    /// JSON Lines: documents or claims, which its lines tell.
    Lines,
    /// A CSV table of claims.
    Sheet,
    /// A Parquet table of claims.
    Columns,
    /// JSON: a file of filings, or nothing that is read.
    Json,
}

/// A file to read.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Its name: the path relative to the deepest folder common to all arguments, `/` separators.
    pub(crate) doc: String,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Whether it was an argument itself, and not met in a folder.
    pub(crate) named: bool,
}

/// What the arguments lead to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files, sorted by name.
    pub(crate) entries: Vec<Entry>,
    /// Whether `-` was given.
    pub(crate) stdin: bool,
    /// Arguments that do not exist.
    pub(crate) missing: Vec<PathBuf>,
    /// What stood in the way.
    pub(crate) problems: Vec<Problem>,
    /// Files in folders whose ending is none of ours.
    pub(crate) skipped: usize,
}

/// Endings of articles.
const ARTICLES: [&str; 6] = ["txt", "md", "html", "htm", "xhtml", "pdf"];

/// Endings that name a format with no text to read as it stands.
const UNREADABLE: [(&str, &str); 5] = [
    ("docx", "save it as .html or .txt"),
    ("doc", "save it as .html or .txt"),
    ("xlsx", "save it as .csv"),
    ("gz", "unpack it first"),
    ("zip", "unpack it first"),
];

/// Follows the arguments.
pub(crate) fn find(arguments: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut files: Vec<(PathBuf, bool)> = Vec::new();
    let mut folders = Vec::new();
    let mut special = Vec::new();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            found.stdin = true;
            continue;
        }
        match fs::metadata(argument) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                found.missing.push(argument.clone());
            }
            Err(error) => found.problems.push(unreadable(&argument.to_string_lossy(), &error)),
            Ok(meta) if meta.is_dir() => match fs::canonicalize(argument) {
                Ok(path) => folders.push((path, argument.clone())),
                Err(error) => found.problems.push(unreadable(&argument.to_string_lossy(), &error)),
            },
            Ok(meta) if meta.is_file() => files.push((absolute(argument), true)),
            // A pipe, as in `consilience extract <(curl …)`.
            Ok(_) => special.push(argument.clone()),
        }
    }
    let places = files.iter().filter_map(|(f, _)| f.parent()).chain(folders.iter().map(|(f, _)| f.as_path()));
    let base = common(places);
    for (folder, argument) in &folders {
        let before = (files.len(), found.problems.len());
        walk(folder, &base, &mut files, &mut found);
        if (files.len(), found.problems.len()) == before {
            found.problems.push(Problem {
                doc: argument.to_string_lossy().into_owned(),
                place: String::new(),
                message: format!(
                    "no articles (.{}), no tables (.jsonl .csv .parquet) and no filings (.json) in it",
                    ARTICLES.join(" .")
                ),
                help: "name a file to have it read as text whatever its ending".to_owned(),
            });
        }
    }
    // One file may be reached by several arguments; an ending that nobody knows counts where a file was named.
    let mut by_path: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for (path, named) in files {
        *by_path.entry(path).or_default() |= named;
    }
    for (path, named) in by_path {
        let doc = name(&path, &base);
        let ending = ending(&path);
        if let Some((_, help)) = UNREADABLE.iter().find(|(e, _)| named && *e == ending) {
            found.problems.push(Problem {
                doc,
                place: String::new(),
                message: format!(".{ending} files are not read"),
                help: (*help).to_owned(),
            });
            continue;
        }
        let kind = match ending.as_str() {
            "jsonl" | "ndjson" => Kind::Lines,
            "csv" => Kind::Sheet,
            "parquet" => Kind::Columns,
            "json" => Kind::Json,
            _ => Kind::Article,
        };
        found.entries.push(Entry { path, doc, kind, named });
    }
    for path in special {
        let doc = path.to_string_lossy().replace('\\', "/");
        found.entries.push(Entry { path, doc, kind: Kind::Article, named: true });
    }
    found.entries.sort_by(|a, b| a.doc.cmp(&b.doc).then_with(|| a.path.cmp(&b.path)));
    found.entries.dedup_by(|a, b| a.path == b.path);
    found.missing.sort();
    found.missing.dedup();
    found
}

/// A file that could not be read.
pub(crate) fn unreadable(doc: &str, error: &std::io::Error) -> Problem {
    let help = match error.kind() {
        ErrorKind::PermissionDenied => "check who may read it",
        ErrorKind::NotFound => "the link leads nowhere",
        _ => "",
    };
    Problem {
        doc: doc.to_owned(),
        place: String::new(),
        message: format!("cannot be read: {error}"),
        help: help.to_owned(),
    }
}

fn walk(folder: &Path, base: &Path, files: &mut Vec<(PathBuf, bool)>, found: &mut Found) {
    // A stack of our own: a folder tree may be deeper than the program's.
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let listed = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) => {
                found.problems.push(unreadable(&name(&folder, base), &error));
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let link = entry.file_type().is_ok_and(|t| t.is_symlink());
            let readable = matches!(ending(&path).as_str(), "jsonl" | "ndjson" | "csv" | "parquet" | "json")
                || ARTICLES.contains(&ending(&path).as_str());
            match fs::metadata(&path) {
                Err(error) if readable || !link => {
                    found.problems.push(unreadable(&name(&path, base), &error))
                }
                Err(_) => found.skipped += 1,
                // What `audit --out` or `export` wrote is an outcome, not a source.
                Ok(meta) if meta.is_dir() && is_outcome(&path) => {
                    found.skipped += 1;
                }
                // A link to a folder may lead back up.
                Ok(meta) if meta.is_dir() && link => found.problems.push(Problem {
                    doc: name(&path, base),
                    place: String::new(),
                    message: "a link to a folder, not followed".to_owned(),
                    help: "name it as an argument to have it read".to_owned(),
                }),
                Ok(meta) if meta.is_dir() => open.push(path),
                Ok(meta) if meta.is_file() && readable => files.push((path, false)),
                Ok(_) => found.skipped += 1,
            }
        }
    }
}

fn is_outcome(folder: &Path) -> bool {
    let has = |names: [&str; 2]| names.iter().all(|name| folder.join(name).is_file());
    has(["audit.json", "claims.jsonl"]) || has(["figures.json", "figures.sqlite"])
}

fn ending(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The path of a file with its folder resolved; the file's own name stays, be it a link.
fn absolute(path: &Path) -> PathBuf {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (fs::canonicalize(parent), path.file_name()) {
        (Ok(parent), Some(file)) => parent.join(file),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// The deepest folder that holds all.
fn common<'a>(folders: impl Iterator<Item = &'a Path>) -> PathBuf {
    folders
        .map(|folder| folder.components().collect::<Vec<_>>())
        .reduce(|a, b| a.into_iter().zip(b).take_while(|(x, y)| x == y).map(|(x, _)| x).collect())
        .map(|parts: Vec<Component<'_>>| parts.iter().collect())
        .unwrap_or_default()
}

fn name(path: &Path, base: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_deepest_common_folder() {
        for (folders, expected) in [
            (vec!["/a/b"], "/a/b"),
            (vec!["/a/b", "/a/b/c"], "/a/b"),
            (vec!["/a/bc", "/a/bd"], "/a"),
            (vec!["/a", "/b"], "/"),
            (vec![], ""),
        ] {
            assert_eq!(common(folders.iter().map(Path::new)), Path::new(expected), "{folders:?}");
        }
        assert_eq!(name(Path::new("/a/b/c d.txt"), Path::new("/a")), "b/c d.txt");
    }
}
