//! What no article should be: each is named with its place, and reading goes on.

use consilience_extract::{Article, Lexicon, extract, read};

/// Reads `bytes` and checks its problems, each given as `PLACE: beginning of the message`, and how many claims remain.
#[track_caller]
fn check(bytes: &[u8], problems: &[&str], claims: usize) {
    let article = Article { doc: "folder/a.txt", bytes };
    let lexicon = Lexicon::builtin();
    let extraction = extract(read(&article, lexicon), &article, lexicon);
    let found: Vec<String> =
        extraction.record.problems.iter().map(|p| format!("{}: {}", p.place, p.message)).collect();
    let as_expected =
        found.len() == problems.len() && found.iter().zip(problems).all(|(f, p)| f.starts_with(p));
    assert!(as_expected, "expected {problems:?}, found {found:?}");
    assert!(extraction.record.problems.iter().all(|p| p.doc == "folder/a.txt" && !p.help.is_empty()));
    assert_eq!(extraction.claims.len(), claims, "{:?}", extraction.claims);
}

const SENTENCE: &str = "Netflix had revenue of $8.5 billion in the third quarter of 2023.";

#[test]
fn what_holds_no_text_is_named() {
    check(b"", &[": empty file"], 0);
    check(b"\n \n", &[": empty file"], 0);
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &[": looks like a binary file"], 0);
    check("Yhtiön liikevaihto kasvoi viisi prosenttia.".as_bytes(), &[": in none of the languages"], 0);
}

#[test]
fn bytes_that_are_no_characters_are_named_with_their_place() {
    let legacy = [SENTENCE.as_bytes(), b" It opened a caf\xe9."].concat();
    check(&legacy, &["byte 81: not UTF-8 (first at byte 81); read as windows-1252"], 1);
    let damaged = [SENTENCE.as_bytes(), " Café, crème, été, à ".as_bytes(), b"\xff."].concat();
    check(&damaged, &["byte 91: 1 invalid byte sequence for UTF-8 (at byte 91)"], 1);
    // What names its encoding is not guessed.
    let declared = [b"<html><meta charset=iso-8859-1><p>".as_slice(), &legacy].concat();
    check(&declared, &[], 1);
}

#[test]
fn numbers_too_long_to_keep_are_named_with_their_place() {
    let digits = "7".repeat(400);
    check(digits.as_bytes(), &["bytes 0..400: a number of 400 characters is left out"], 0);
    let inside = format!("{SENTENCE} Its net income was ${digits}.");
    check(inside.as_bytes(), &["bytes 86..486: a number of 400 characters is left out"], 1);
    // More digits than are looked at to tell the language of a passage.
    let first = format!("{} {SENTENCE}", "7".repeat(50_000));
    check(first.as_bytes(), &["bytes 0..50000: a number of 50000 characters is left out"], 1);
}

/// Several megabytes in one line take no longer than in many; a quadratic step would not end here.
#[test]
fn long_lines_are_read_in_linear_time() {
    let million = 1 << 20;
    check("7".repeat(8 * million).as_bytes(), &["bytes 0..8388608: a number of"], 0);
    check("a".repeat(8 * million).as_bytes(), &[": in none of the languages"], 0);
    check("$".repeat(million).as_bytes(), &[], 0);
    check("1 ".repeat(million / 4).as_bytes(), &[], 0);
    check(".".repeat(million).as_bytes(), &[], 0);
    for row in ["タイ", "\u{200b}", "прибыль漢", "〇", "zero ", "第2024年月期", "شركة و34 "]
    {
        let text = row.repeat(million / 4 / row.len());
        let article = Article { doc: "a.txt", bytes: text.as_bytes() };
        let lexicon = Lexicon::builtin();
        let _ = extract(read(&article, lexicon), &article, lexicon);
    }
    let mut line = String::new();
    while line.len() < million {
        line += "The company said that it was so, and ";
    }
    line += "so on. ";
    line += SENTENCE;
    check(line.as_bytes(), &[], 1);
}
