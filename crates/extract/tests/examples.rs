//! Every language's own examples: what a reader must find in a few sentences, one mechanism each; and lists that
//! do not contradict each other.

use std::path::Path;

use consilience_extract::lint;

#[test]
fn every_language_reads_its_own_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/lang");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let language = entry.unwrap();
        let code = language.file_name().into_string().unwrap();
        let found = lint(&[], &[], std::slice::from_ref(&code)).unwrap();
        let findings: Vec<String> =
            found.findings.iter().map(|f| format!("{}: {}", f.path, f.message)).collect();
        assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
        // What holds in any language is little.
        let least = if code == "und" { 5 } else { 30 };
        assert!(found.examples >= least, "{code}: only {} examples were found", found.examples);
        read += 1;
    }
    assert!(read >= 15, "only {read} languages");
}
