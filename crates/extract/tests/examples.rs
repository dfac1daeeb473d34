//! Every language's own examples: what a reader must find in a few sentences, one mechanism each; and lists that
//! do not contradict each other.

use consilience_extract::lint;

#[test]
fn every_language_reads_its_own_examples() {
    let found = lint(&[], &[]).unwrap();
    let findings: Vec<String> = found.findings.iter().map(|f| format!("{}: {}", f.path, f.message)).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    assert!(found.examples >= 60, "only {} examples were found", found.examples);
}
