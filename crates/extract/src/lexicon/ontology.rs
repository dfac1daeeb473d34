//! Labels that others give to metrics, as tests: those that were rejected are not read as that metric, and the wordings
//! of a loss are read as one. The lists lie beside the repository.

use std::path::PathBuf;

use super::{Lexicon, Term};

/// Rows of a list, or nothing where the folder beside the repository is not there.
fn rows(file: &str) -> Option<Vec<csv::StringRecord>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/ontology/metrics");
    let Ok(mut reader) = csv::Reader::from_path(folder.join(file)) else {
        #[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
        {
            eprintln!("skipped: no ../shared/ontology/metrics/{file}");
        }
        return None;
    };
    Some(reader.records().map(Result::unwrap).collect())
}

/// The metrics that a whole label is read as; `far` are those whose word is not too common to reach far.
fn metrics(lang: &str, label: &str, far: bool) -> Vec<&'static str> {
    let lexicon = Lexicon::builtin();
    let mut found = Vec::new();
    lexicon.langs[lang].walk_all(label, |end, term| {
        if let Term::Metric(metric, common) = term
            && !(far && common)
            && end == label.len()
        {
            found.push(lexicon.metric(metric).id.as_str());
        }
    });
    found
}

#[test]
fn rejected_labels_are_not_their_metric() {
    let Some(rows) = rows("labels-rejected.csv") else { return };
    // Where the reason is that a property of Wikidata mixes several things, or that a label is seldom used, the words
    // themselves may be right.
    let of_words = |row: &&csv::StringRecord| !row[4].contains("property") && !row[4].contains("rare");
    let wrong: Vec<String> = rows
        .iter()
        .filter(of_words)
        .filter(|row| metrics(&row[1], &row[2], true).contains(&&row[0]))
        .map(|row| format!("{} {}: {} ({})", &row[1], &row[0], &row[2], &row[4]))
        .collect();
    assert!(wrong.is_empty(), "{} of {} are read:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(rows.len() > 200);
}

#[test]
fn wordings_of_a_loss_are_losses() {
    let Some(rows) = rows("labels-negative.csv") else { return };
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| {
            let loss = if &row[0] == "net_income" { "net_loss" } else { "operating_loss" };
            let found = metrics(&row[1], &row[2], false);
            // A loss that leaves open which is settled by whose it is.
            !found.contains(&loss) && !found.contains(&"loss") || found.contains(&&row[0])
        })
        .map(|row| format!("{} {}: {} is {:?}", &row[1], &row[0], &row[2], metrics(&row[1], &row[2], false)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} are none:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
