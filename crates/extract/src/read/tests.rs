use proptest::prelude::*;

use super::*;
use crate::language::tests::some_languages;

fn document(doc: &str, bytes: &[u8]) -> Document {
    read(&Article { doc, bytes }, &some_languages())
}

/// `T` title, `H2` heading, `P` paragraph, `L` list item, `F` furniture, `C[row|column|caption]` cell; a blank;
/// the text with its line breaks as `⏎`.
fn shape(document: &Document) -> Vec<String> {
    let line = |block: &Block| {
        let kind = match &block.kind {
            BlockKind::Title => "T".to_owned(),
            BlockKind::Heading(level) => format!("H{level}"),
            BlockKind::Paragraph => "P".to_owned(),
            BlockKind::ListItem => "L".to_owned(),
            BlockKind::Furniture => "F".to_owned(),
            BlockKind::Cell { row, column, caption } => {
                format!(
                    "C[{}|{}|{}]",
                    row.join("/"),
                    column.join("/"),
                    caption.as_deref().unwrap_or_default()
                )
            }
        };
        format!("{kind} {}", document.text[block.range.clone()].replace('\n', "⏎"))
    };
    document.blocks.iter().map(line).collect()
}

#[track_caller]
fn check(doc: &str, bytes: impl AsRef<[u8]>, expected: &[&str]) {
    let document = document(doc, bytes.as_ref());
    assert_eq!(shape(&document), expected);
    assert_law(&document, bytes.as_ref());
}

/// What holds of every document: blocks stand in order inside the text, and every character leads to bytes of the
/// file, in order; a span of plain letters leads to those very letters.
#[track_caller]
fn assert_law(document: &Document, bytes: &[u8]) {
    let mut end = 0;
    let mut raw_end = 0;
    for (i, block) in document.blocks.iter().enumerate() {
        assert!(
            block.range.start >= end && block.range.start < block.range.end,
            "{:?} after {end}",
            block.range
        );
        end = block.range.end;
        assert!(block.repeat_of.is_none_or(|of| of < i));
        for (at, c) in document.text[block.range.clone()].char_indices() {
            let at = block.range.start + at;
            let span = document.map.raw(at..at + c.len_utf8());
            assert!(
                span.start <= span.end && span.end <= bytes.len(),
                "{c:?} at {at}: {span:?} of {}",
                bytes.len()
            );
            assert!(span.start >= raw_end || span.end >= raw_end, "{c:?} at {at}: {span:?} before {raw_end}");
            raw_end = raw_end.max(span.start);
        }
    }
    assert!(end <= document.text.len());
}

/// The raw bytes of the only place of the text where these words stand.
#[track_caller]
fn raw<'a>(document: &Document, bytes: &'a [u8], words: &str) -> &'a [u8] {
    let at = document.text.find(words).unwrap_or_else(|| panic!("{words:?} in {:?}", document.text));
    let span = document.map.raw(at..at + words.len());
    &bytes[span.start..span.end]
}

const PARAGRAPH: &str = "The company said that its revenue in the second quarter was up by 12 percent from the year before, to 3.2 billion dollars.";

#[test]
fn plain_text_is_cut_at_blank_lines_and_at_long_lines() {
    check(
        "a.txt",
        format!(
            "A title without an end\n\n{PARAGRAPH}\n\nWhat comes next\n\n{PARAGRAPH}\n{PARAGRAPH} More.\r\n- an item of 5\n"
        ),
        &[
            "T A title without an end",
            &format!("P {PARAGRAPH}"),
            "H2 What comes next",
            &format!("P {PARAGRAPH}"),
            &format!("P {PARAGRAPH} More."),
            "L - an item of 5",
        ],
    );
}

#[test]
fn lines_wrapped_by_hand_are_one_paragraph() {
    check(
        "a.txt",
        "The company said that its revenue in the second quarter rose\nby 12 percent, to 3.2 billion dollars. Analysts had expected\n\
         less than that, and they had said so.\n\nDer Umsatz stieg im zweiten Quartal auf 3,2 Milliarden Euro, wie das\n\
         Unternehmen am Montag mitteilte. Analysten hatten im Durchschnitt nur\nmit 3,0 Milliarden gerechnet.\n",
        &[
            "P The company said that its revenue in the second quarter rose⏎by 12 percent, to 3.2 billion dollars. Analysts had \
             expected⏎less than that, and they had said so.",
            "P Der Umsatz stieg im zweiten Quartal auf 3,2 Milliarden Euro, wie das⏎Unternehmen am Montag mitteilte. Analysten \
             hatten im Durchschnitt nur⏎mit 3,0 Milliarden gerechnet.",
        ],
    );
}

#[test]
fn menus_counters_credits_and_lists_of_other_articles_are_furniture() {
    check(
        "a.txt",
        format!(
            "Home\nWorld\nMarkets\nSales of the maker rise again\n2025.02.03 15:49\nSource: The Daily\n(Image credit: Some Agency)\n\n{PARAGRAPH}\n\n\
             Outlook\n\n{PARAGRAPH} It was 5.\n\nRelated News:\n\nOther maker sells 20 percent more cars\n\nTag:· Cars· Sales\n\nComment\n0/400\n\
             • English\n• Deutsch\n• 日本語\n"
        ),
        &[
            "F Home",
            "F World",
            "F Markets",
            "T Sales of the maker rise again",
            "F 2025.02.03 15:49",
            "F Source: The Daily",
            "F (Image credit: Some Agency)",
            &format!("P {PARAGRAPH}"),
            "H2 Outlook",
            &format!("P {PARAGRAPH} It was 5."),
            "F Related News:",
            "F Other maker sells 20 percent more cars",
            "F Tag:· Cars· Sales",
            "F Comment",
            "F 0/400",
            "F • English",
            "F • Deutsch",
            "F • 日本語",
        ],
    );
}

#[test]
fn short_lines_with_figures_are_never_a_menu() {
    check(
        "a.txt",
        "Key figures\n\nRevenue: $3.2bn\nProfit: $1bn\nStaff: 71,469\nDividend 0.5\n",
        &["T Key figures", "P Revenue: $3.2bn", "P Profit: $1bn", "P Staff: 71,469", "P Dividend 0.5"],
    );
}

#[track_caller]
fn metadata(doc: &str, bytes: &[u8], source: Option<&str>, published: Option<&str>, lang: Option<&str>) {
    let record = document(doc, bytes).record;
    assert_eq!(
        (record.source.as_deref(), record.published.as_deref(), record.lang.as_deref()),
        (source, published, lang)
    );
    assert_eq!(record.problems, [], "{doc}");
    assert_eq!(record.sha256, sha256_hex(bytes));
}

#[test]
fn metadata_is_found_where_each_format_keeps_it() {
    let plain = format!("Title of it\nSource : The Daily\n3 February 2025\n\n{PARAGRAPH}\n");
    metadata("a.txt", plain.as_bytes(), Some("The Daily"), Some("2025-02-03"), Some("en"));
    let front = format!("---\ntitle: T\ndate: 2024-01-02\nsite: The Post\n---\n\n{PARAGRAPH}\n");
    metadata("a.txt", front.as_bytes(), Some("The Post"), Some("2024-01-02"), Some("en"));
    metadata("a.md", front.as_bytes(), Some("The Post"), Some("2024-01-02"), Some("en"));
    let meta = format!(
        "<!doctype html><html lang=en-GB><head><meta property='og:site_name' content='The Post &amp; Co'>\
         <meta property=article:published_time content='2024-01-02T03:04:05Z'></head><body><time datetime=2020-01-01>x</time><p>{PARAGRAPH}"
    );
    metadata("a.html", meta.as_bytes(), Some("The Post & Co"), Some("2024-01-02T03:04:05Z"), Some("en"));
    // A name that ends in .txt does not make HTML plain text.
    metadata("a.txt", meta.as_bytes(), Some("The Post & Co"), Some("2024-01-02T03:04:05Z"), Some("en"));
    let linked = format!(
        "<html><script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@graph\":[{{\"@type\":\"BreadcrumbList\"}},\
         {{\"@type\":[\"NewsArticle\"],\"headline\":\"H\",\"datePublished\":\"2024-05-06\",\"publisher\":{{\"name\":\"The Wire\"}},\
         \"inLanguage\":\"en\"}}]}}</script><p>{PARAGRAPH}"
    );
    metadata("a.html", linked.as_bytes(), Some("The Wire"), Some("2024-05-06"), Some("en"));
    let time = format!("<html><p>{PARAGRAPH}<p><time datetime='2024-05-06'>May 6</time>");
    metadata("a.html", time.as_bytes(), None, Some("2024-05-06"), Some("en"));
}

#[test]
fn the_title_is_what_metadata_calls_it_or_what_stands_at_the_top() {
    for (doc, head, expected) in [
        ("a.txt", "Sales rise\n\n", Some("Sales rise")),
        ("a.txt", "---\ntitle: Sales fall\n---\nSales rise\n\n", Some("Sales fall")),
        ("a.md", "# Sales *rise*\n\n", Some("Sales rise")),
        ("a.html", "<title>Window</title><h1>Sales rise</h1><p>", Some("Sales rise")),
        (
            "a.html",
            "<meta property=og:title content='Sales rise'><title>Window</title><p>",
            Some("Sales rise"),
        ),
        ("a.html", "<title>Window</title><p>", Some("Window")),
        (
            "a.html",
            "<header role=banner><h1>The Post</h1></header><h1>Sales rise</h1><p>",
            Some("Sales rise"),
        ),
        ("a.txt", "", None),
    ] {
        let found = document(doc, format!("{head}{PARAGRAPH}\n").as_bytes());
        assert_eq!(found.title.as_deref(), expected, "{doc} {head}");
    }
}

#[track_caller]
fn problem(doc: &str, bytes: &[u8], place: &str, message: &str, blocks: usize) {
    let document = document(doc, bytes);
    let [problem] = &document.record.problems[..] else { panic!("{:?}", document.record.problems) };
    assert_eq!((problem.doc.as_str(), problem.place.as_str()), (doc, place));
    assert!(problem.message.contains(message), "{}", problem.message);
    assert_eq!(document.blocks.len(), blocks);
    assert_law(&document, bytes);
}

#[test]
fn what_cannot_be_read_is_named() {
    problem("a.txt", b"", "", "empty file", 0);
    problem("a.html", b" \r\n\t\n", "", "empty file", 0);
    problem("a.txt", b"\xef\xbb\xbf", "", "empty file", 0);
    problem("a.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0", "", "looks like a binary file", 0);
    problem("a.txt", b"%PDF-1.7 stream endstream", "", "is broken", 0);
    problem("a.txt", b"---\ntitle: only\n---\n\n", "", "front matter only", 0);
    problem(
        "a.txt",
        b"---\ntitle: \"never closed\nsource: a\n---\nThe text of it goes on.\n",
        "line 3",
        "front matter",
        1,
    );
    let cut =
        [PARAGRAPH.as_bytes(), " C’est ça, voilà l’été à É".as_bytes().split_last().unwrap().1].concat();
    problem("a.txt", &cut, &format!("byte {}", cut.len() - 1), "1 invalid byte sequence for UTF-8", 1);
    // A few broken sequences among whole ones, as when two files are joined: it stays UTF-8.
    let damaged = "Le bénéfice a reculé à 3,2 milliards d’euros l’été précédent, a déclaré".as_bytes();
    let damaged = [PARAGRAPH.as_bytes(), damaged, b" la soci\xe9t\xe9 mardi.\n"].concat();
    let first = damaged.len() - 11;
    let message = format!("2 invalid byte sequences for UTF-8 (first at byte {first})");
    problem("a.txt", &damaged, &format!("byte {first}"), &message, 1);
    // None whole: it is something else.
    let legacy = [PARAGRAPH.as_bytes(), b" Caf\xe9 cr\xe8me.\n"].concat();
    let first = PARAGRAPH.len() + 4;
    let message = format!("not UTF-8 (first at byte {first}); read as windows-1252");
    problem("a.txt", &legacy, &format!("byte {first}"), &message, 1);
    problem(
        "a.txt",
        "Yhtiön liikevaihto kasvoi viisi prosenttia.".as_bytes(),
        "",
        "in none of the languages",
        1,
    );
}

#[test]
fn offsets_lead_to_the_bytes_in_every_encoding() {
    let french =
        "Le chiffre d’affaires s’élève à 3,2 milliards d’euros, soit 5 % de plus qu’à l’été précédent.";
    let japanese = "売上高は前年同期比５％増の３兆２０００億円だった。営業利益は減少した。";
    let russian = "Выручка компании за второй квартал выросла на 5 процентов, до 3,2 миллиарда рублей.";
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(french.encode_utf16().flat_map(u16::to_le_bytes));
    let big: Vec<u8> = french.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bom = [b"\xef\xbb\xbf", french.as_bytes()].concat();
    let legacy = |encoding: &'static encoding_rs::Encoding, text: &str| encoding.encode(text).0.into_owned();
    for (name, bytes, text, words, as_written) in [
        ("UTF-16 with mark", utf16.clone(), french, "3,2", b"3\x00,\x002\x00".to_vec()),
        ("UTF-16 without mark", big, french, "5 %", b"\x005\x00 \x00%".to_vec()),
        ("UTF-8 with mark", bom, french, "s’élève à", "s’élève à".as_bytes().to_vec()),
        ("UTF-8", french.as_bytes().to_vec(), french, "s’élève à", "s’élève à".as_bytes().to_vec()),
        (
            "windows-1252",
            legacy(encoding_rs::WINDOWS_1252, french),
            french,
            "élève à 3",
            b"\xe9l\xe8ve \xe0 3".to_vec(),
        ),
        ("windows-1251", legacy(encoding_rs::WINDOWS_1251, russian), russian, "на 5", b"\xed\xe0 5".to_vec()),
        (
            "Shift_JIS",
            legacy(encoding_rs::SHIFT_JIS, japanese),
            japanese,
            "３兆",
            legacy(encoding_rs::SHIFT_JIS, "３兆"),
        ),
        (
            "EUC-JP",
            legacy(encoding_rs::EUC_JP, japanese),
            japanese,
            "３兆",
            legacy(encoding_rs::EUC_JP, "３兆"),
        ),
        (
            "ISO-2022-JP",
            legacy(encoding_rs::ISO_2022_JP, japanese),
            japanese,
            "３兆",
            legacy(encoding_rs::EUC_JP, "３兆").iter().map(|b| b & 0x7f).collect(),
        ),
        (
            "GB18030",
            legacy(encoding_rs::GB18030, "公司营业收入同比增长5%，达到320亿元。净利润下降。"),
            "公司营业收入同比增长5%，达到320亿元。净利润下降。",
            "320亿",
            legacy(encoding_rs::GB18030, "320亿"),
        ),
    ] {
        let document = document("a.txt", &bytes);
        assert_eq!(document.text, text, "{name}");
        // An encoding that neither the bytes nor a declaration name is said to be guessed.
        let first = std::str::from_utf8(&bytes).err().map(|e| e.valid_up_to());
        let guessed = first.filter(|_| !name.starts_with("UTF-16"));
        let said: Vec<&str> = document.record.problems.iter().map(|p| p.message.as_str()).collect();
        let expected = guessed.map(|first| format!("not UTF-8 (first at byte {first}); read as "));
        assert!(
            said.len() == usize::from(expected.is_some())
                && said.iter().all(|s| s.starts_with(expected.as_deref().unwrap_or_default())),
            "{name}: {said:?}"
        );
        assert_eq!(raw(&document, &bytes, words), as_written, "{name}");
        assert_law(&document, &bytes);
        // The same inside HTML, where two maps are laid over one another.
        if name.starts_with("UTF-16") || name == "ISO-2022-JP" || name == "UTF-8 with mark" {
            continue;
        }
        let mut page = Vec::from(format!("<html><meta charset={name}><title>&eacute;</title><p>A&nbsp;<b>"));
        page.extend_from_slice(&bytes);
        page.extend_from_slice(b"</b>");
        let document = super::tests::document("a.html", &page);
        assert_eq!(raw(&document, &page, words), as_written, "{name}");
        assert_eq!(raw(&document, &page, "\u{a0}"), b"&nbsp;", "{name}");
        assert_law(&document, &page);
    }
}

#[test]
fn an_old_declaration_does_not_spoil_utf8() {
    let text =
        "<html><meta charset=iso-8859-1><p>L’été dernier, à Genève, l’économie a été très forte : 5 %.";
    check("a.html", text, &["P L’été dernier, à Genève, l’économie a été très forte : 5 %."]);
    // Too little to be sure: the declaration stands.
    check("a.html", b"<html><meta charset=gbk><p>\xc1\xaa\xcd\xa8 5".as_slice(), &["P 联通 5"]);
}

#[test]
fn markdown_keeps_words_and_leaves_marks_out() {
    check(
        "a.md",
        "# Sales *rise*\n\nRevenue was **7,788** mil**liards** of [euros](https://e.example/2024/12/31), up&nbsp;5 %\nsays `Q2`[^1].\n\n- one of 3\n- two\n\n\
         | Quarter | Revenue | Profit |\n|---|---|---|\n| Q1 | 12.5 | 3 |\n| Q2 | 13 | **4** |\n\n```\nlet x = 5;\n```\n\n    indented 77\n\n> A quote of 9.\n\n\
         <div>\n<p>Raw <b>HTML</b> &amp; 8</p>\n</div>\n\n![A picture of 2](x.png)\n\n[^1]: A note of 6.\n",
        &[
            "T Sales rise",
            "P Revenue was 7,788 milliards of euros, up\u{a0}5 % says Q2.",
            "L one of 3",
            "L two",
            "C[||] Quarter",
            "C[||] Revenue",
            "C[||] Profit",
            "C[|Quarter|] Q1",
            "C[Q1|Revenue|] 12.5",
            "C[Q1|Profit|] 3",
            "C[|Quarter|] Q2",
            "C[Q2|Revenue|] 13",
            "C[Q2|Profit|] 4",
            "P A quote of 9.",
            "P Raw HTML & 8",
            "P A note of 6.",
        ],
    );
}

#[test]
fn markdown_offsets_lead_past_the_marks() {
    for (text, read, expected) in [
        (
            "---\ndate: 2024-01-02\n---\nRevenue was **7,788** mil**liards** of AT&amp;T \\$5 now.\n",
            "Revenue was 7,788 milliards of AT&T $5 now.",
            &[
                ("7,788", "7,788"),
                ("7,788 milliards", "7,788** mil**liards"),
                ("T&T", "T&amp;T"),
                ("$5", "$5"),
            ] as &[_],
        ),
        // Code over several lines of a quote.
        (
            "> - Revenue `of 7\n>       é9` and ``  `5\n> ` `` of `a\\|b`\n",
            "Revenue of 7 é9 and `5 ` of a\\|b",
            &[("7 é9", "7\n>       é9"), ("é9", "é9"), ("9", "9"), ("`5", "`5")],
        ),
    ] {
        let document = document("a.md", text.as_bytes());
        assert_eq!(document.text.trim(), read);
        for (words, as_written) in expected {
            assert_eq!(raw(&document, text.as_bytes(), words), as_written.as_bytes());
        }
    }
}

#[test]
fn html_shows_the_article_and_sets_the_page_aside() {
    check(
        "a.html",
        "<!DOCTYPE html>\n<html lang=en><head><title>Sales rise &ndash; The Post</title><style>p{color:red}</style></head>\n<body class=has-sidebar>\
         <nav><ul><li><a href=/>Home</a></ul></nav>\n<div class=\"cookie-banner\"><p>We use 12 cookies.</p></div>\n<main><article>\n<h1>Sales <em>rise</em></h1>\n\
         <p>Revenue was <b>3.2</b>&nbsp;bil<i>lion</i>\n   dollars<sup>[1]</sup>,<br>up 5&thinsp;%<sup><a href=#n>2</a></sup> &amp; more; 10<sup>6</sup> m<sup>2</sup>.\n\
         <p hidden>Not 7 to be seen<p>A second paragraph of 8.<ul><li>Item of 4<li>Item two</ul>\
         <ul><li><a href=/x>Another story of 99</a></li></ul><figure><img src=x.png><figcaption>A chart of 6</figcaption></figure>\
         <div>Loose text of 3<div>and more</div>end</div>\n<script>var x = '<p>5</p>';</script></article></main>\
         <aside><p>Aside 9</p></aside><div id=relatedStories><h3>Related</h3><p>Others sold 20 more cars.</p></div><footer>Copyright 2024</footer></body></html>",
        &[
            "F Sales rise – The Post",
            "F We use 12 cookies.",
            "T Sales rise",
            "P Revenue was 3.2\u{a0}billion dollars,⏎up 5\u{2009}% & more; 10^6 m2.",
            "P A second paragraph of 8.",
            "L Item of 4",
            "L Item two",
            "F Another story of 99",
            "P A chart of 6",
            "P Loose text of 3",
            "P and more",
            "P end",
            "F Related",
            "F Others sold 20 more cars.",
        ],
    );
}

#[test]
fn html_offsets_lead_past_tags_and_references() {
    let page = "<html><p>Sold <b>3.2</b>&nbsp;bil<i>lion</i>\n   dol&#108;ars &notit; &unknown; 4&euro;</p>";
    let document = document("a.html", page.as_bytes());
    for (words, as_written) in [
        ("3.2\u{a0}billion", "3.2</b>&nbsp;bil<i>lion"),
        ("lion dol", "lion</i>\n   dol"),
        ("dollars", "dol&#108;ars"),
        ("¬it;", "&notit;"),
        ("&unknown;", "&unknown;"),
        ("4€", "4&euro;"),
    ] {
        assert_eq!(raw(&document, page.as_bytes(), words), as_written.as_bytes());
    }
}

#[test]
fn cells_know_their_headers() {
    check(
        "a.html",
        "<table><caption>In millions</caption><thead><tr><th rowspan=2>Segment<th colspan=2>Revenue<th>Staff<tr><th>2023<th>2022<th>2023</thead>\
         <tbody><tr><th>Apps<td>$40<td>31.5<td>100<tr><td rowspan=2>Labs<td>2<td>1<td>7<tr><td>(3)<td>4</table>",
        &[
            "P In millions",
            "C[||In millions] Segment",
            "C[||In millions] Revenue",
            "C[||In millions] Staff",
            "C[||In millions] 2023",
            "C[||In millions] 2022",
            "C[||In millions] 2023",
            "C[||In millions] Apps",
            "C[Apps|Revenue/2023|In millions] $40",
            "C[Apps|Revenue/2022|In millions] 31.5",
            "C[Apps|Staff/2023|In millions] 100",
            "C[||In millions] Labs",
            "C[Labs|Revenue/2023|In millions] 2",
            "C[Labs|Revenue/2022|In millions] 1",
            "C[Labs|Staff/2023|In millions] 7",
            "C[Labs|Revenue/2023|In millions] (3)",
            "C[Labs|Revenue/2022|In millions] 4",
        ],
    );
}

#[test]
fn headers_without_header_cells_and_sections_are_found() {
    check(
        "a.html",
        "<table><tr><td></td><td>2023</td><td>2022</td></tr><tr><td colspan=3>Income</td></tr><tr><td>Sales</td><td>48</td><td>40</td></tr></table>",
        &[
            "C[||] 2023",
            "C[||] 2022",
            "C[||] Income",
            "C[Income||] Sales",
            "C[Income/Sales|2023|] 48",
            "C[Income/Sales|2022|] 40",
        ],
    );
}

#[test]
fn old_and_broken_pages_are_read_too() {
    check(
        "a.htm",
        "<HTML><BODY BGCOLOR=white><CENTER><B>Maker sells more</B></CENTER>First of 3 lines<BR>second<br>\n<BR/>A new paragraph of 4.<P>Next one<LI>Item 1<LI>Item 2\
         <TABLE><TR><TD>Cars<TD>12<TR><TD>Vans<TD>7</TABLE></I></DIV>After <a href=#top>5</a> <!-- 6 --> <script>if (a < 7) { '</p>' }</SCRIPT>8 < 9 & 10 <",
        &[
            "P Maker sells more",
            "P First of 3 lines⏎second",
            "P A new paragraph of 4.",
            "P Next one",
            "L Item 1",
            "L Item 2",
            "C[||] Cars",
            "C[Cars||] 12",
            "C[||] Vans",
            "C[Vans||] 7",
            "L After 5 8 < 9 & 10 <",
        ],
    );
}

#[test]
fn preformatted_text_keeps_its_lines() {
    check(
        "a.html",
        "<pre>NEW YORK -- The maker sold\n12,000 cars in May.\n\nIt had sold 9,000 in April.\n</pre>",
        &["P NEW YORK -- The maker sold⏎12,000 cars in May.", "P It had sold 9,000 in April."],
    );
}

#[test]
fn a_table_that_lays_out_text_is_text() {
    let page = format!(
        "<table><tr><td><h1>Title</h1><p>{PARAGRAPH}</p><table><tr><td>Q1<td>5</table></td></tr></table>"
    );
    check("a.html", page, &["T Title", &format!("P {PARAGRAPH}"), "C[||] Q1", "C[Q1||] 5"]);
}

#[test]
fn an_article_inside_what_looks_like_furniture_is_still_read() {
    let page =
        format!("<html><body><form><div class=share-page><p>{PARAGRAPH}<p>{PARAGRAPH} Twice.</div></form>");
    check("a.html", page, &[&format!("P {PARAGRAPH}"), &format!("P {PARAGRAPH} Twice.")]);
}

#[test]
fn a_text_printed_twice_is_found() {
    let text = format!(
        "{PARAGRAPH}\n\nNorth\n\nThe segment of the north said that it had lost 4 billion, more than a year before.\n\nSouth\n\n{PARAGRAPH}\n\nNorth\n\n\
         The SEGMENT of the north said that it  had lost 4 billion, more than a year before.\n\nWest\n\nSomething else is here at the end of the text.\n"
    );
    let document = document("a.txt", text.as_bytes());
    let repeats: Vec<Option<usize>> = document.blocks.iter().map(|b| b.repeat_of).collect();
    assert_eq!(repeats, [None, None, None, None, Some(0), Some(1), Some(2), None, None]);
}

#[test]
fn copies_share_their_sketch_and_other_texts_do_not() {
    let sentence = |i: usize| {
        format!("In year {i} the plant number {} made {} cars for the market of {}. ", i * 7, i * i, i + 3)
    };
    let text: String = (0..200).map(sentence).collect();
    let copy = format!("<html><body><p>{}</p>", text.replace(". ", ".</p>\n<p>"));
    let cut: String = (0..100).map(sentence).collect();
    let other: String = (500..700).map(sentence).collect();
    let sketch = |doc: &str, text: &str| document(doc, text.as_bytes()).record.fingerprint;
    let (whole, copied, half, none) =
        (sketch("a.txt", &text), sketch("a.html", &copy), sketch("a.txt", &cut), sketch("a.txt", &other));
    assert_eq!(whole.sketch.len(), 256);
    assert!(whole.sketch.is_sorted() && whole.shingles > 2000);
    assert_eq!(whole, copied);
    let shared = |a: &[u64], b: &[u64]| a.iter().filter(|h| b.binary_search(h).is_ok()).count();
    assert!(
        (90..170).contains(&shared(&whole.sketch, &half.sketch)),
        "{}",
        shared(&whole.sketch, &half.sketch)
    );
    assert!(shared(&whole.sketch, &none.sketch) < 20);
}

#[test]
fn the_number_of_shingles_is_estimated_well_where_it_is_not_counted() {
    let words: String =
        (0..50_000u64).map(|i| format!("w{} ", i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32)).collect();
    let shingles = document("a.txt", words.as_bytes()).record.fingerprint.shingles;
    assert!((48_000..52_000).contains(&shingles), "{shingles}");
}

#[test]
fn languages_are_told_by_passage_and_counted_by_length() {
    let text = "Le groupe a vu son chiffre d’affaires progresser de 5 % sur un an, à 3 milliards d’euros, et il est en hausse pour la suite.\n\n\
                The company said that it was up.\n\n71 469\n";
    let document = document("a.txt", text.as_bytes());
    let langs: Vec<Option<&str>> = document.blocks.iter().map(|b| b.lang.as_deref()).collect();
    assert_eq!(langs, [Some("fr"), Some("en"), Some("en")]);
    assert_eq!(document.record.lang.as_deref(), Some("fr"));
}

#[test]
fn hostile_files_take_linear_time() {
    let unit = 20_000;
    for (doc, piece) in [
        ("a.html", "<div>"),
        ("a.html", "<table><tr><td>"),
        ("a.html", "<ul><li>"),
        ("a.html", "<sup>1"),
        ("a.html", "<a href=x>y"),
        ("a.html", "&amp"),
        ("a.html", "<tr><th colspan=100 rowspan=100>x"),
        ("a.html", "</p>"),
        ("a.html", "<p hidden>"),
        ("a.html", "<pre>\n\n"),
        ("a.md", "> "),
        ("a.md", "[a](b "),
        ("a.md", "*a **b "),
        ("a.md", "- "),
        ("a.md", "|a|b|\n|-|-|\n"),
        ("a.txt", "a\n"),
        ("a.txt", "related\n"),
        ("a.txt", "\r"),
    ] {
        let bytes = piece.repeat(unit);
        let start = std::time::Instant::now();
        let document = document(doc, bytes.as_bytes());
        assert!(start.elapsed().as_secs() < 10, "{doc} {piece:?}: {:?}", start.elapsed());
        assert_law(&document, bytes.as_bytes());
    }
}

const HTML_PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=nav>",
    "</div>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<th colspan=3>",
    "<td rowspan=2>",
    "</td>",
    "<ul>",
    "<li>",
    "</ul>",
    "<a href=x>",
    "</a>",
    "<sup>",
    "</sup>",
    "2",
    "[1]",
    "10",
    "&nbsp;",
    "&amp",
    "&#x1F600;",
    "&#0;",
    "&bne;",
    "&notit;",
    "<b>",
    "</b>",
    "word ",
    "  ",
    "\r\n",
    "é",
    "兆",
    "<br>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<title>",
    "</title>",
    "<h1>",
    "</h1>",
    "<p hidden>",
    "<pre>",
    "</pre>",
    "<nav>",
    "</nav>",
    "<body>",
    "12.5 %",
    "<caption>",
    "</caption>",
    "<thead>",
    "</thead>",
    "\u{fffd}",
    "<",
    ">",
    "\"",
    "<![CDATA[",
    "<textarea>",
    "<time datetime=2024-01-02>",
    "<meta charset=utf-8>",
    "<html lang=en>",
    "<aside>",
    "</aside>",
    "<form>",
    "</form>",
];
const MARKDOWN_PIECES: &[&str] = &[
    "# ",
    "\n",
    "\n\n",
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "| a | b |\n|---|---|\n",
    "| ",
    " |\n",
    "- ",
    "1. ",
    "> ",
    "[",
    "](",
    ")",
    "<b>",
    "</b>",
    "<div>\n",
    "</div>\n",
    "&amp;",
    "&nbsp;",
    "\\",
    "é",
    "兆",
    "word ",
    "12.5 %",
    "---\n",
    "a: b\n",
    "    ",
    "~~",
    "[^1]",
    "[^1]: ",
    "![",
    "\r\n",
    "<br>",
    "- [ ] ",
];

fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(of), 0..60).prop_map(|pieces| pieces.concat())
}

fn law(doc: &str, bytes: &[u8]) {
    let document = document(doc, bytes);
    assert_law(&document, bytes);
    // Letters and digits of the text stand in the file as they are, where the file is UTF-8 and no reference made them.
    if std::str::from_utf8(bytes).is_ok()
        && !bytes.iter().any(|b| matches!(b, b'&' | 0x1b))
        && !bytes.starts_with(b"\xef\xbb\xbf")
    {
        for block in &document.blocks {
            for (at, c) in
                document.text[block.range.clone()].char_indices().filter(|(_, c)| c.is_alphanumeric())
            {
                let at = block.range.start + at;
                let span = document.map.raw(at..at + c.len_utf8());
                assert_eq!(
                    &bytes[span.start..span.end],
                    c.to_string().as_bytes(),
                    "at {at} of {:?}",
                    document.text
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_are_read_within_their_bounds(bytes in proptest::collection::vec(any::<u8>(), 0..400), ending in 0..3usize) {
        law(["a.txt", "a.md", "a.html"][ending], &bytes);
    }

    #[test]
    fn random_legacy_text_is_read_within_its_bounds(bytes in proptest::collection::vec(0x20..=0xffu8, 0..400), charset in 0..8usize) {
        let name = ["gbk", "gb18030", "big5", "shift_jis", "euc-kr", "euc-jp", "iso-2022-jp", "koi8-r"][charset];
        let bytes = [format!("<meta charset={name}><p>").as_bytes(), &bytes].concat();
        assert_law(&document("a.html", &bytes), &bytes);
    }

    #[test]
    fn random_text_is_read_within_its_bounds(text in "\\PC{0,200}", ending in 0..3usize) {
        law(["a.txt", "a.md", "a.html"][ending], text.as_bytes());
    }

    #[test]
    fn random_html_is_read_within_its_bounds(text in pieces(HTML_PIECES)) {
        law("a.html", text.as_bytes());
    }

    #[test]
    fn random_markdown_is_read_within_its_bounds(text in pieces(MARKDOWN_PIECES)) {
        law("a.md", text.as_bytes());
        law("a.txt", text.as_bytes());
    }

    #[test]
    fn encodings_of_one_text_give_one_text(text in "[a-zé à0-9.,%А-яЁё\n]{1,200}") {
        prop_assume!(!text.trim().is_empty());
        let mut utf16 = vec![0xfe, 0xff];
        utf16.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        let (plain, wide) = (document("a.txt", text.as_bytes()), document("a.txt", &utf16));
        prop_assert_eq!(&plain.text, &wide.text);
        prop_assert_eq!(shape(&plain), shape(&wide));
        prop_assert_eq!(plain.record.fingerprint, wide.record.fingerprint);
    }
}
