//! Small files made here, one per thing that can be met.

use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

use crate::document::{Article, BlockKind, Document};
use crate::lexicon::Lexicon;

/// A file of these objects, numbered from 1; the first is the catalogue.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).into_bytes());
    for place in &places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let trailer = format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", places.len() + 1);
    out.extend(trailer.into_bytes());
    out
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{dict}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// A file with a page per content, packed or not.
fn pages(contents: &[String], packed: bool) -> Vec<u8> {
    let kids: String = (0..contents.len()).map(|i| format!("{} 0 R ", 4 + 2 * i)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/Lang(en-GB)>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count {}>>", contents.len()).into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    for (i, content) in contents.iter().enumerate() {
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R>>",
            5 + 2 * i
        );
        objects.push(page.into_bytes());
        objects.push(if packed {
            stream("/Filter/FlateDecode", &compress_to_vec_zlib(content.as_bytes(), 6))
        } else {
            stream("", content.as_bytes())
        });
    }
    file(&objects)
}

/// Words at a place of the page, from its lower left corner.
fn at(x: i32, y: i32, words: &str) -> String {
    sized(10, x, y, words)
}

fn sized(size: i32, x: i32, y: i32, words: &str) -> String {
    // The encoding of the font has these at other places than Unicode.
    let words: String = words.chars().map(|c| if c == '€' { '\u{80}' } else { c }).collect();
    let escaped = words.replace('(', "\\(").replace(')', "\\)").replace('\u{80}', "\\200");
    format!("BT /F1 {size} Tf {x} {y} Td ({escaped}) Tj ET\n")
}

fn lines(x: i32, y: i32, lines: &[&str]) -> String {
    lines.iter().zip(0..).map(|(words, i)| at(x, y - 12 * i, words)).collect()
}

fn read(bytes: &[u8]) -> Document {
    let document = crate::read(&Article { doc: "a.pdf", bytes }, Lexicon::builtin());
    for block in &document.blocks {
        assert!(
            document.text.is_char_boundary(block.range.start)
                && document.text.get(block.range.clone()).is_some()
        );
    }
    document
}

/// The passages: kind, page, words.
fn shape(document: &Document) -> Vec<String> {
    let kind = |kind: &BlockKind| match kind {
        BlockKind::Title => "T".to_owned(),
        BlockKind::Heading(_) => "H".to_owned(),
        BlockKind::Paragraph => "P".to_owned(),
        BlockKind::ListItem => "L".to_owned(),
        BlockKind::Cell { row, column, .. } => format!("C[{}|{}]", row.join("/"), column.join("/")),
        BlockKind::Furniture => "F".to_owned(),
    };
    let block = |b: &crate::document::Block| {
        format!(
            "{} {} {}",
            document.page(b.range.start).unwrap(),
            kind(&b.kind),
            &document.text[b.range.clone()]
        )
    };
    document.blocks.iter().map(block).collect()
}

#[track_caller]
fn check(contents: &[String], expected: &[&str]) {
    for packed in [false, true] {
        let document = read(&pages(contents, packed));
        assert_eq!(shape(&document), expected, "{:?}", document.record.problems);
        assert!(document.record.problems.is_empty(), "{:?}", document.record.problems);
    }
}

#[test]
fn lines_are_joined_to_paragraphs() {
    let text = lines(
        50,
        700,
        &[
            "Netflix said that its revenue for the third quarter of 2023 was 8.54 billion dollars, a figure con-",
            "siderably above that of the year before, as the number of sub-\u{ad}scribers rose by 8.76 million to a",
            "total of 247.15 million.",
        ],
    );
    let second = lines(50, 640, &["The year-on-", "year rise was 8 percent."]);
    check(
        &[sized(18, 50, 740, "A maker of films sells more") + &text.replace('\u{ad}', "") + &second],
        &[
            "1 T A maker of films sells more",
            "1 P Netflix said that its revenue for the third quarter of 2023 was 8.54 billion dollars, a figure considerably above that of the year before, as the number of sub-scribers rose by 8.76 million to a total of 247.15 million.",
            "1 P The year-on-",
            "1 P year rise was 8 percent.",
        ],
    );
}

#[test]
fn columns_of_text_are_read_one_after_the_other() {
    let left = lines(
        50,
        600,
        &[
            "Revenue of the group was 12.4 billion",
            "euros in 2023, which is 5 percent more",
            "than in the year before, it said in its",
            "report on the year. Costs fell by 2",
            "percent to 9.1 billion euros.",
        ],
    );
    let right = lines(
        320,
        600,
        &[
            "The number of people who work for it",
            "rose to 45,000 from 43,000 at the end",
            "of 2022. It expects no more than that",
            "for the year that has begun, and said",
            "so on Monday.",
        ],
    );
    check(
        &[sized(18, 50, 740, "The group earns more in every part of its business") + &left + &right],
        &[
            "1 T The group earns more in every part of its business",
            "1 P Revenue of the group was 12.4 billion euros in 2023, which is 5 percent more than in the year before, it said in its report on the year. Costs fell by 2 percent to 9.1 billion euros.",
            "1 P The number of people who work for it rose to 45,000 from 43,000 at the end of 2022. It expects no more than that for the year that has begun, and said so on Monday.",
        ],
    );
}

#[test]
fn cells_of_a_table_know_their_headers() {
    let rows = [
        ("", "2023", "2022"),
        ("Revenue", "33,723", "31,616"),
        ("Net income", "$ 5,408", "4,492"),
        ("Free cash flow", "6,926", "(1,619)"),
    ];
    let mut table = at(50, 640, "In millions of dollars");
    for ((label, a, b), i) in rows.into_iter().zip(0..) {
        let y = 600 - 14 * i;
        table += &at(50, y, label);
        table += &at(300, y, a);
        table += &at(400, y, b);
    }
    check(
        &[table],
        &[
            "1 P In millions of dollars",
            "1 C[|] 2023",
            "1 C[|] 2022",
            "1 C[|] Revenue",
            "1 C[Revenue|2023] 33,723",
            "1 C[Revenue|2022] 31,616",
            "1 C[|] Net income",
            "1 C[Net income|2023] $ 5,408",
            "1 C[Net income|2022] 4,492",
            "1 C[|] Free cash flow",
            "1 C[Free cash flow|2023] 6,926",
            "1 C[Free cash flow|2022] (1,619)",
        ],
    );
}

#[test]
fn heads_feet_and_page_numbers_are_left_out() {
    let page = |number: i32, words: &str| {
        at(50, 780, "The group, annual report 2023")
            + &at(50, 600, words)
            + &at(290, 20, &format!("Page {number} of 3"))
            + &sized(6, 500, 604, "")
    };
    check(
        &[
            page(1, "The first page says that 5 cars were sold."),
            page(2, "The second page says that 6 cars were sold."),
            page(3, "The third page says that 7 cars were sold."),
        ],
        &[
            "1 P The first page says that 5 cars were sold.",
            "2 P The second page says that 6 cars were sold.",
            "3 P The third page says that 7 cars were sold.",
        ],
    );
}

#[test]
fn marks_of_notes_are_no_part_of_figures() {
    let mark = "BT /F1 10 Tf 50 600 Td (Sales were 45.1) Tj /F1 6 Tf 4 Ts (2) Tj /F1 10 Tf 0 Ts ( billion euros.) Tj ET\n";
    let document = read(&pages(&[mark.to_owned()], false));
    assert_eq!(shape(&document), ["1 P Sales were 45.1 billion euros."]);
    let raised = at(50, 600, "Sales were 45.1") + &sized(6, 118, 604, "2") + &at(124, 600, "billion euros.");
    let document = read(&pages(&[raised], false));
    assert_eq!(shape(&document), ["1 P Sales were 45.1 billion euros."]);
}

#[test]
fn forms_spacing_and_turned_text_are_seen_as_printed() {
    let page = "q 1 0 0 1 0 100 cm BT /F1 10 Tf 50 500 Td [(Sa)-20(les) -400 (rose 5) 30 ( %.)] TJ ET Q\n\
                BT /F1 30 Tf 0.7 0.7 -0.7 0.7 200 200 Tm (DRAFT) Tj ET\n";
    let document = read(&pages(&[page.to_owned()], true));
    assert_eq!(shape(&document), ["1 P Sales rose 5 %."]);
    assert_eq!(document.record.lang.as_deref(), Some("en"));
}

#[test]
fn claims_quote_the_text_and_name_the_page() {
    let page =
        at(50, 700, "Netflix revenue for the third quarter of 2023 was $8.54 billion, up 7.8 percent.");
    let bytes = pages(&[at(50, 700, "Nothing to count is said on this page."), page], true);
    let article = Article { doc: "a.pdf", bytes: &bytes };
    let lexicon = Lexicon::builtin();
    let document = crate::read(&article, lexicon);
    let text = document.text.clone();
    let claims = crate::extract(document, &article, lexicon).claims;
    assert_eq!(claims.iter().map(|c| c.quote.as_str()).collect::<Vec<_>>(), ["$8.54 billion", "7.8 percent"]);
    for claim in &claims {
        assert_eq!(&text[claim.span.start..claim.span.end], claim.quote);
        assert_eq!(claim.page, Some(2));
    }
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() {
    let good = pages(&[at(50, 700, "Sales rose by 5 percent.")], false);
    let bomb = compress_to_vec_zlib(&vec![b' '; 20 << 20], 1);
    let encrypted =
        String::from_utf8(good.clone()).unwrap().replace("/Root 1 0 R", "/Root 1 0 R/Encrypt 9 0 R");
    // Twelve forms, each of which shows the next one ten times.
    let mut forms = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>"
            .to_vec(),
        stream("", b"/X Do"),
    ];
    for next in 6..18 {
        let dict = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>");
        forms.push(stream(&dict, &b"/X Do ".repeat(10)));
    }
    for (bytes, message, help) in [
        (b"%PDF-1.7 stream endstream".to_vec(), "is broken", "print it"),
        (good[..good.len() / 3].to_vec(), "is broken", "print it"),
        (encrypted.into_bytes(), "is encrypted", "qpdf"),
        (pages(&[String::new()], false), "no text on 1 page", "ocrmypdf"),
        (file(&[stream("/Filter/FlateDecode", &bomb)]), "unpacks to more than", "print it"),
        (file(&forms), "too large to be read whole", "split it"),
        (file(&[b"[".repeat(200_000)]), "is broken", "print it"),
    ] {
        let start = std::time::Instant::now();
        let document = read(&bytes);
        let said =
            document.record.problems.iter().find(|p| p.message.contains(message) && p.help.contains(help));
        assert!(said.is_some(), "{message}: {:?}", document.record.problems);
        assert!(start.elapsed().as_secs() < 60, "{message}: {:?}", start.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn random_bytes_behind_a_header_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read(&[b"%PDF-1.4\n", &bytes[..]].concat());
    }

    #[test]
    fn damaged_files_are_read(places in proptest::collection::vec((0usize..2000, any::<u8>()), 1..20), cut in 0usize..2000, packed in any::<bool>()) {
        let mut bytes = pages(&[lines(50, 700, &["Sales rose by 5 percent", "to 7 billion."])], packed);
        for (place, byte) in places {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        bytes.truncate(bytes.len().max(cut + 1) - cut.min(bytes.len() / 2));
        read(&bytes);
    }

    #[test]
    fn random_content_is_read(content in "[ -~\n]{0,300}", packed in any::<bool>()) {
        read(&pages(&[format!("BT /F1 10 Tf 50 700 Td (a) Tj {content}")], packed));
    }
}
