use consilience_claim::{Bound, Modality};

use crate::{Article, Lexicon};

/// Reads an article on Tesla's third quarter of 2023 with a table in it; claims of the table only, as
/// `QUOTE: ENTITY METRIC ASPECT PERIOD VALUE UNIT` and what else differs from the usual.
fn read(lang: &str, inside: &str) -> Vec<String> {
    let intro = match lang {
        "fr" => "Tesla a publié ses résultats du troisième trimestre 2023 et les commente dans le détail.",
        "id" => "Tesla melaporkan hasil kuartal ketiga 2023 dan menjelaskan angka-angka ini dengan rinci.",
        "de" => "Tesla hat die Ergebnisse des dritten Quartals 2023 vorgelegt und erläutert sie ausführlich.",
        "es" => "Tesla presentó los resultados del tercer trimestre de 2023 y los comentó con mucho detalle.",
        "pt" => "A Tesla apresentou os resultados do terceiro trimestre de 2023 e comentou-os em detalhe.",
        "ru" => {
            "Компания Tesla опубликовала результаты третьего квартала 2023 года и подробно о них рассказала."
        }
        "uk" => {
            "Компанія Tesla оприлюднила результати третього кварталу 2023 року та докладно про них розповіла."
        }
        "vi" => "Tesla công bố kết quả kinh doanh quý III năm 2023 và giải thích chi tiết những con số này.",
        "ja" => "テスラは2023年7〜9月期の決算を発表し、その内容を詳しく説明した。",
        "zh" => "特斯拉公布了2023年第三季度业绩，并对这些数字作了详细说明。",
        "ar" => "أعلنت تسلا نتائج الربع الثالث من عام 2023 وعلقت على هذه الأرقام بالتفصيل.",
        _ => "Tesla reported its results for the third quarter of 2023 and commented on them in detail.",
    };
    let html = format!(
        "<!DOCTYPE html><html lang={lang}><head><meta property=\"article:published_time\" \
         content=\"2023-10-19\"><title>Tesla</title></head><body><article><h1>Tesla</h1><p>{intro}</p>\
         {inside}<p>{intro}</p></article></body></html>"
    );
    let lexicon = Lexicon::builtin();
    let article = Article { doc: "a.html", bytes: html.as_bytes() };
    let extraction = crate::extract(crate::read(&article, lexicon), &article, lexicon);
    let of_table = extraction.claims.iter().filter(|c| c.rule == super::RULE);
    of_table
        .map(|c| {
            assert_eq!(&html[c.span.start..c.span.end], c.quote);
            let mut line = format!(
                "{}: {} {} {} {} {} {}",
                c.quote,
                c.entity,
                c.metric,
                c.aspect,
                c.period,
                c.value.normalize(),
                c.unit
            );
            if c.bound != Bound::Exact {
                line += &format!(" {}", c.bound);
            }
            if c.modality != Modality::Actual {
                line += &format!(" {}", c.modality);
            }
            for qualifier in &c.qualifiers {
                line += &format!(" {qualifier}");
            }
            line
        })
        .collect()
}

/// A table in short: one line per row, cells between bars; the first row heads the columns.
fn table(caption: &str, rows: &str) -> String {
    let mut html = String::from("<table>");
    if !caption.is_empty() {
        html += &format!("<caption>{caption}</caption>");
    }
    for (i, row) in rows.lines().map(str::trim).filter(|r| !r.is_empty()).enumerate() {
        let tag = if i == 0 { "th" } else { "td" };
        html += "<tr>";
        for cell in row.trim_matches('|').split('|') {
            html += &format!("<{tag}>{}</{tag}>", cell.trim());
        }
        html += "</tr>";
    }
    html + "</table>"
}

#[track_caller]
fn check(lang: &str, caption: &str, rows: &str, expected: &[&str]) {
    assert_eq!(read(lang, &table(caption, rows)), expected, "{caption}{rows}");
}

#[test]
fn rows_give_the_metric_and_columns_the_time() {
    check(
        "en",
        "In millions of US dollars, except per share",
        "| | Q3 2023 | Q3 2022 |
         | Total revenue | 23,350 | 21,454 |
         | Net income | 1,853 | 3,292 |
         | Diluted EPS | 0.53 | 0.95 |
         | Gross margin | 17.9% | 25.1% |
         | Deliveries | 435,059 | 343,830 |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
            "3,292: Tesla net_income level 2022-Q3 3292000000 USD",
            "0.53: Tesla eps_diluted level 2023-Q3 0.53 USD/share",
            "0.95: Tesla eps_diluted level 2022-Q3 0.95 USD/share",
            "17.9%: Tesla gross_margin level 2023-Q3 17.9 percent",
            "25.1%: Tesla gross_margin level 2022-Q3 25.1 percent",
            "435,059: Tesla deliveries level 2023-Q3 435059 vehicles",
            "343,830: Tesla deliveries level 2022-Q3 343830 vehicles",
        ],
    );
}

#[test]
fn columns_may_give_the_metric_and_rows_the_time() {
    let expected = [
        "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
        "1,764: Tesla operating_income level 2023-Q3 1764000000 USD",
        "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
        "2,399: Tesla operating_income level 2023-Q2 2399000000 USD",
    ];
    check(
        "en",
        "",
        "| Quarter | Revenue ($m) | Operating income ($m) |
         | Q3 2023 | 23,350 | 1,764 |
         | Q2 2023 | 24,927 | 2,399 |",
        &expected,
    );
    check(
        "en",
        "",
        "| Year | Revenue (US$ million) |
         | 2022 | 81,462 |
         | 2021 | 53,823 |",
        &[
            "81,462: Tesla revenue level 2022 81462000000 USD",
            "53,823: Tesla revenue level 2021 53823000000 USD",
        ],
    );
}

#[test]
fn a_column_of_change_is_growth_between_the_periods_beside_it() {
    check(
        "en",
        "US$ million",
        "| | Q3 2023 | Q3 2022 | Change |
         | Revenue | 23,350 | 21,454 | +9% |
         | Net income | 1,853 | 3,292 | (44)% |
         | Operating income | 1,764 | 3,688 | (1,924) |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "+9%: Tesla revenue yoy_growth 2023-Q3 9 percent",
            "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
            "3,292: Tesla net_income level 2022-Q3 3292000000 USD",
            "(44)%: Tesla net_income yoy_growth 2023-Q3 -44 percent",
            "1,764: Tesla operating_income level 2023-Q3 1764000000 USD",
            "3,688: Tesla operating_income level 2022-Q3 3688000000 USD",
            "(1,924): Tesla operating_income change 2023-Q3 -1924000000 USD",
        ],
    );
    // The nearest period of the same length before it, whichever it is.
    check(
        "en",
        "US$ million",
        "| | Q3 2023 | Q2 2023 | QoQ | Q3 2022 | YoY | 9M 2023 | 9M 2022 | Var. |
         | Revenue | 23,350 | 24,927 | -6.3% | 21,454 | 8.8% | 71,606 | 57,144 | 25% |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
            "-6.3%: Tesla revenue qoq_growth 2023-Q3 -6.3 percent",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "8.8%: Tesla revenue yoy_growth 2023-Q3 8.8 percent",
            "71,606: Tesla revenue level 2023-01-01/2023-09-30 71606000000 USD",
            "57,144: Tesla revenue level 2022-01-01/2022-09-30 57144000000 USD",
            "25%: Tesla revenue yoy_growth 2023-01-01/2023-09-30 25 percent",
        ],
    );
    // Percent is in the header; a share of revenue is no growth; points are points.
    check(
        "en",
        "US$ million",
        "| | Q3 2023 | Q3 2022 | YoY % | % of revenue |
         | Operating income | 1,764 | 3,688 | -52 | 7.6% |
         | Gross margin | 17.9% | 25.1% | -719 bp | |",
        &[
            "1,764: Tesla operating_income level 2023-Q3 1764000000 USD",
            "3,688: Tesla operating_income level 2022-Q3 3688000000 USD",
            "-52: Tesla operating_income yoy_growth 2023-Q3 -52 percent",
            "17.9%: Tesla gross_margin level 2023-Q3 17.9 percent",
            "25.1%: Tesla gross_margin level 2022-Q3 25.1 percent",
            "-719 bp: Tesla gross_margin change 2023-Q3 -7.19 percentage_points",
        ],
    );
    check(
        "en",
        "US$ million",
        "| | Q3 2023 | Q2 2023 |
         | Revenue | 23,350 | 24,927 |
         | growth, year-on-year | 9% | 47% |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
            "9%: Tesla revenue yoy_growth 2023-Q3 9 percent",
            "47%: Tesla revenue yoy_growth 2023-Q2 47 percent",
        ],
    );
}

#[test]
fn unit_and_scale_come_from_the_nearest_that_says_them() {
    let one = |unit: &str| format!("23,350: Tesla revenue level 2023-Q3 23350000000 {unit}");
    for (caption, corner, row, column) in [
        ("(in millions of US dollars)", "", "Revenue", "Q3 2023"),
        ("", "US$ million", "Revenue", "Q3 2023"),
        ("", "USDm", "Revenue", "Q3 2023"),
        ("", "", "Revenue, US$ m", "Q3 2023"),
        ("", "", "Revenue (million US dollars)", "Q3 2023"),
        ("", "", "Revenue", "Q3 2023, US$ millions"),
        ("in thousands of euros", "", "Revenue", "Q3 2023 (US$ million)"),
        ("US$; in millions", "", "Revenue", "Q3 2023"),
    ] {
        let rows = format!("|{corner}|{column}|\n|{row}|23,350|");
        check("en", caption, &rows, &[&one("USD")]);
    }
    // The sign stands in the cells, in cells of their own, or in the first of them only.
    check(
        "en",
        "(in millions)",
        "| | | Q3 2023 | | | Q3 2022 | |
         | Revenue | $ | 23,350 | | $ | 21,454 | |
         | Operating loss | | (1,764 | ) | | (3,688 | ) |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "(1,764: Tesla operating_loss level 2023-Q3 1764000000 USD",
            "(3,688: Tesla operating_loss level 2022-Q3 3688000000 USD",
        ],
    );
    // Thousands with an apostrophe; a cell that says it all.
    check(
        "en",
        "",
        "| US$'000 | Q3 2023 |
         | Revenue | 23,350,000 |
         | Net income | $1.853bn |",
        &[
            "23,350,000: Tesla revenue level 2023-Q3 23350000000 USD",
            "$1.853bn: Tesla net_income level 2023-Q3 1853000000 USD",
        ],
    );
    check(
        "en",
        "(in thousands of US dollars, except headcount)",
        "| | Q3 2023 |
         | Revenue | 23,350,000 |
         | Headcount | 140,473 |",
        &[
            "23,350,000: Tesla revenue level 2023-Q3 23350000000 USD",
            "140,473: Tesla headcount level 2023-Q3 140473 people",
        ],
    );
    // No unit in sight: nothing is guessed.
    check("en", "", "| | Q3 2023 |\n| Revenue | 23,350 |", &[]);
    check("en", "US$", "| | Q3 2023 |\n| Revenue | 23,350 |", &[]);
    let beside = format!(
        "<p>All figures in millions of dollars.</p>{}",
        table("", "| | Q3 2023 |\n| Revenue | 23,350 |")
    );
    assert_eq!(read("en", &beside), [one("USD")]);
}

#[test]
fn a_line_across_the_top_gives_the_unit() {
    let html = "<table><tr><td colspan=3>In millions of dollars</td></tr>\
                <tr><td></td><td>Q3 2023</td><td>Q3 2022</td></tr>\
                <tr><td>Revenue</td><td>23,350</td><td>21,454</td></tr>\
                <tr><td colspan=3>Profits</td></tr>\
                <tr><td>Net income</td><td>1,853</td><td>3,292</td></tr></table>";
    assert_eq!(
        read("en", html),
        [
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
            "3,292: Tesla net_income level 2022-Q3 3292000000 USD",
        ]
    );
}

#[test]
fn figures_are_read_as_tables_write_them() {
    let cell = |cell: &str| read("en", &table("US$ million", &format!("||Q3 2023|\n|Net income|{cell}|")));
    let of = |quote: &str, value: &str| vec![format!("{quote}: Tesla net_income level 2023-Q3 {value} USD")];
    for (text, quote, value) in [
        ("1,853", "1,853", "1853000000"),
        ("12", "12", "12000000"),
        ("-12.5", "-12.5", "-12500000"),
        ("−12.5", "−12.5", "-12500000"),
        ("(12.5)", "(12.5)", "-12500000"),
        ("$(12.5)", "$(12.5)", "-12500000"),
        ("($12.5)", "($12.5)", "-12500000"),
        ("1,853*", "1,853", "1853000000"),
        ("1,853 (1)", "1,853", "1853000000"),
        ("1,853 [a]", "1,853", "1853000000"),
        ("1,853 (7.9%)", "1,853", "1853000000"),
        ("1,853<sup>2</sup>", "1,853", "1853000000"),
        ("<b>1,853</b>", "1,853", "1853000000"),
        ("US$1.9 billion", "US$1.9 billion", "1900000000"),
    ] {
        assert_eq!(cell(text), of(quote, value), "{text}");
    }
    assert_eq!(cell("~1,850"), ["1,850: Tesla net_income level 2023-Q3 1850000000 USD approx"]);
    assert_eq!(cell("&gt;1,850"), ["1,850: Tesla net_income level 2023-Q3 1850000000 USD at_least"]);
    for nothing in ["—", "-", "n/a", "n.m.", "", "*", "see note 5", "Q3 2023", "12 October 2023", "3/4", "$"]
    {
        assert_eq!(cell(nothing), Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn headers_of_several_rows_are_read_together() {
    let head = "<tr><th></th><th colspan=2>Three Months Ended September 30,</th>\
                <th colspan=2>Nine Months Ended September 30,</th></tr>\
                <tr><th></th><th>2023</th><th>2022</th><th>2023</th><th>2022</th></tr>";
    let body = "<tr><td>Revenues</td><td>23,350</td><td>21,454</td><td>71,606</td><td>57,144</td></tr>\
                <tr><td colspan=5>Net income per share:</td></tr>\
                <tr><td>Diluted</td><td>0.53</td><td>0.95</td><td>2.07</td><td>2.55</td></tr>\
                <tr><td>Basic</td><td>0.58</td><td>1.05</td><td>2.30</td><td>2.82</td></tr>";
    let html = format!(
        "<table><caption>In millions of dollars, except per share data</caption>{head}{body}</table>"
    );
    let nine = "2023-01-01/2023-09-30";
    let before = "2022-01-01/2022-09-30";
    let mut expected = Vec::new();
    for (metric, figures, unit) in [
        ("revenue", ["23,350", "21,454", "71,606", "57,144"], "000000 USD"),
        ("eps_diluted", ["0.53", "0.95", "2.07", "2.55"], " USD/share"),
        ("eps_basic", ["0.58", "1.05", "2.30", "2.82"], " USD/share"),
    ] {
        for (figure, period) in figures.iter().zip(["2023-Q3", "2022-Q3", nine, before]) {
            let value = figure.replace(',', "");
            let value = if value.contains('.') { value.trim_end_matches('0') } else { &value };
            expected.push(format!("{figure}: Tesla {metric} level {period} {value}{unit}"));
        }
    }
    assert_eq!(read("en", &html), expected);
}

#[test]
fn a_quarter_around_the_table_and_years_over_its_columns_belong_together() {
    for caption in ["Third quarter, US$ million", "Q3 2023 results in millions of dollars"] {
        check(
            "en",
            caption,
            "| | 2023 | 2022 |
             | Revenue | 23,350 | 21,454 |",
            &[
                "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
                "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            ],
        );
    }
    check(
        "en",
        "Revenue, US$ million",
        "| | 2022 | 2023 |
         | Q1 | 18,756 | 23,329 |
         | Q2 | 16,934 | 24,927 |",
        &[
            "18,756: Tesla revenue level 2022-Q1 18756000000 USD",
            "23,329: Tesla revenue level 2023-Q1 23329000000 USD",
            "16,934: Tesla revenue level 2022-Q2 16934000000 USD",
            "24,927: Tesla revenue level 2023-Q2 24927000000 USD",
        ],
    );
    check(
        "en",
        "US$ million",
        "| | Q3'23 | 3Q22 | FY22 |
         | Revenue | 23,350 | 21,454 | 81,462 |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "81,462: Tesla revenue level 2022 81462000000 USD",
        ],
    );
}

#[test]
fn forecasts_are_told_from_what_was_reported() {
    check(
        "en",
        "Q3 2023, US$ million",
        "| | Actual | Consensus | Surprise |
         | Revenue | 23,350 | 24,100 | -3.1% |
         | Net income | 1,853 | 2,290 | -19.1% |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "24,100: Tesla revenue level 2023-Q3 24100000000 USD expected",
            "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
            "2,290: Tesla net_income level 2023-Q3 2290000000 USD expected",
        ],
    );
    check(
        "en",
        "US$ million",
        "| | 2022A | 2023E | 2024F |
         | Revenue | 81,462 | 97,000 | 115,000 |",
        &[
            "81,462: Tesla revenue level 2022 81462000000 USD",
            "97,000: Tesla revenue level 2023 97000000000 USD expected",
            "115,000: Tesla revenue level 2024 115000000000 USD expected",
        ],
    );
}

#[test]
fn rows_may_be_of_other_entities() {
    check(
        "en",
        "US$ million",
        "| | Revenue Q3 2023 | Net income Q3 2023 |
         | Tesla | 23,350 | 1,853 |
         | Netflix | 8,542 | 1,677 |
         | Acme Widgets | 999 | 12 |",
        &[
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "1,853: Tesla net_income level 2023-Q3 1853000000 USD",
            "8,542: Netflix revenue level 2023-Q3 8542000000 USD",
            "1,677: Netflix net_income level 2023-Q3 1677000000 USD",
        ],
    );
    // A part of the company by its own name or behind the company's; other words make it another metric.
    check(
        "en",
        "US$ million",
        "| | Q3 2023 |
         | Automotive revenue | 19,625 |
         | Deferred revenue | 2,200 |
         | Services and other revenue | 2,166 |
         | Revenue | 23,350 |",
        &[
            "19,625: Tesla Automotive revenue level 2023-Q3 19625000000 USD",
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
        ],
    );
}

#[test]
fn what_no_header_accounts_for_is_left_unread() {
    // Layout, a column of notes, two columns that nothing tells apart.
    check("en", "", "| 23,350 | 21,454 |\n| 1 | 2 |", &[]);
    check(
        "en",
        "US$ million",
        "| | Note | Q3 2023 |
         | Revenue | 5 | 23,350 |",
        &["23,350: Tesla revenue level 2023-Q3 23350000000 USD"],
    );
    check(
        "en",
        "US$ million",
        "| | Region A | Region B |
         | Revenue | 11,111 | 12,222 |",
        &[],
    );
    check(
        "en",
        "US$ million",
        "| | Q3 2023 | Q3 2023 |
         | Revenue | 11,111 | 12,222 |",
        &[],
    );
}

#[test]
fn a_line_between_rows_speaks_for_those_under_it() {
    let html = "<table><caption>US$ million</caption>\
                <tr><th></th><th>Q3 2023</th><th>Q3 2022</th></tr>\
                <tr><td colspan=3>Revenue:</td></tr>\
                <tr><td>Automotive</td><td>19,625</td><td>18,692</td></tr>\
                <tr><td>Licences</td><td>11</td><td>12</td></tr>\
                <tr><td>Total</td><td>23,350</td><td>21,454</td></tr>\
                <tr><td colspan=3>Income (loss) from operations:</td></tr>\
                <tr><td>Automotive</td><td>(12)</td><td>34</td></tr>\
                <tr><td colspan=3>Shares used to compute earnings per share:</td></tr>\
                <tr><td>Diluted</td><td>3,493</td><td>3,468</td></tr></table>";
    assert_eq!(
        read("en", html),
        [
            "19,625: Tesla Automotive revenue level 2023-Q3 19625000000 USD",
            "18,692: Tesla Automotive revenue level 2022-Q3 18692000000 USD",
            "23,350: Tesla revenue level 2023-Q3 23350000000 USD",
            "21,454: Tesla revenue level 2022-Q3 21454000000 USD",
            "(12): Tesla Automotive operating_income level 2023-Q3 -12000000 USD",
            "34: Tesla Automotive operating_income level 2022-Q3 34000000 USD",
        ]
    );
}

#[test]
fn countries_are_what_is_measured_or_where() {
    check(
        "en",
        "Population (millions)",
        "| Rank | Country | 2022 | 2023 |
         | 1 | India | 1,417 | 1,429 |
         | 2 | China | 1,426 | 1,425 |",
        &[
            "1,417: India population level 2022 1417000000 people",
            "1,429: India population level 2023 1429000000 people",
            "1,426: China population level 2022 1426000000 people",
            "1,425: China population level 2023 1425000000 people",
        ],
    );
    check(
        "en",
        "Tesla, revenue by country, US$ million",
        "| | Q3 2023 |
         | United States | 11,111 |
         | China | 5,555 |",
        &[
            "11,111: Tesla revenue level 2023-Q3 11111000000 USD region:US",
            "5,555: Tesla revenue level 2023-Q3 5555000000 USD region:CN",
        ],
    );
}

#[test]
fn a_margin_may_be_an_amount() {
    check(
        "fr",
        "En millions d'euros",
        "| | S1 2023 | S1 2022 | Évolution |
         | Marge opérationnelle | 2 040 | 988 | +1 052 |
         | Marge opérationnelle (%) | 7,6 % | 4,7 % | +2,9 pp |",
        &[
            "2 040: Tesla operating_income level 2023-H1 2040000000 EUR",
            "988: Tesla operating_income level 2022-H1 988000000 EUR",
            "+1 052: Tesla operating_income change 2023-H1 1052000000 EUR",
            "7,6 %: Tesla operating_margin level 2023-H1 7.6 percent",
            "4,7 %: Tesla operating_margin level 2022-H1 4.7 percent",
            "+2,9 pp: Tesla operating_margin change 2023-H1 2.9 percentage_points",
        ],
    );
    // A year beside a half is the whole year.
    check(
        "en",
        "H1 2023 results, US$ million",
        "| | H1 2022 | 2022 | H1 2023 |
         | Revenue | 35,690 | 81,462 | 48,256 |",
        &[
            "35,690: Tesla revenue level 2022-H1 35690000000 USD",
            "81,462: Tesla revenue level 2022 81462000000 USD",
            "48,256: Tesla revenue level 2023-H1 48256000000 USD",
        ],
    );
}

#[test]
fn a_very_wide_row_is_left_alone() {
    let cells = "<td>1,234</td>".repeat(20_000);
    let html = format!("<table><tr><th>Revenue, US$ million</th>{cells}</tr></table>");
    assert!(read("en", &html).is_empty());
}

#[test]
fn names_beside_values_make_a_table_too() {
    let html = "<table><tr><th>Revenue</th><td>$23.35bn</td></tr>\
                <tr><th>Net income</th><td>$1.85bn</td></tr></table>";
    assert_eq!(
        read("en", html),
        [
            "$23.35bn: Tesla revenue level 2023-Q3 23350000000 USD",
            "$1.85bn: Tesla net_income level 2023-Q3 1850000000 USD",
        ]
    );
}

#[test]
fn other_languages_are_read_by_the_same_rules() {
    check(
        "fr",
        "En millions d'euros",
        "| | T3 2023 | T3 2022 | Variation |
         | Chiffre d'affaires | 1 682,4 | 1 529,0 | +10,0 % |
         | Résultat net | (12,5) | 48,2 | |",
        &[
            "1 682,4: Tesla revenue level 2023-Q3 1682400000 EUR",
            "1 529,0: Tesla revenue level 2022-Q3 1529000000 EUR",
            "+10,0 %: Tesla revenue yoy_growth 2023-Q3 10 percent",
            "(12,5): Tesla net_income level 2023-Q3 -12500000 EUR",
            "48,2: Tesla net_income level 2022-Q3 48200000 EUR",
        ],
    );
    check(
        "fr",
        "",
        "| M€ | S1 2023 | S1 2022 |
         | Chiffre d’affaires | 3 098 | 2 295 |",
        &[
            "3 098: Tesla revenue level 2023-H1 3098000000 EUR",
            "2 295: Tesla revenue level 2022-H1 2295000000 EUR",
        ],
    );
    check(
        "id",
        "Dalam juta",
        "| | 9M23 | 9M22 |
         | Pendapatan | Rp1.525.445 | Rp1.290.992 |",
        &[
            "Rp1.525.445: Tesla revenue level 2023-01-01/2023-09-30 1525445000000 IDR",
            "Rp1.290.992: Tesla revenue level 2022-01-01/2022-09-30 1290992000000 IDR",
        ],
    );
    check(
        "id",
        "(dalam jutaan rupiah)",
        "| | 2022 | 2021 |
         | Pendapatan | 1.525.445 | 1.290.992 |
         | Laba bersih | 395.798 | 364.972 |",
        &[
            "1.525.445: Tesla revenue level 2022 1525445000000 IDR",
            "1.290.992: Tesla revenue level 2021 1290992000000 IDR",
            "395.798: Tesla net_income level 2022 395798000000 IDR",
            "364.972: Tesla net_income level 2021 364972000000 IDR",
        ],
    );
}

#[test]
fn tables_of_markdown_are_read_too() {
    let text = "# Tesla\n\nTesla reported its results for the third quarter of 2023.\n\n\
                | US$ million | Q3 2023 | Q3 2022 |\n|---|---|---|\n| Revenue | 23,350 | 21,454 |\n";
    let article = Article { doc: "a.md", bytes: text.as_bytes() };
    let lexicon = Lexicon::builtin();
    let claims = crate::extract(crate::read(&article, lexicon), &article, lexicon).claims;
    let read: Vec<String> = claims.iter().map(|c| format!("{} {} {}", c.quote, c.period, c.value)).collect();
    assert_eq!(read, ["23,350 2023-Q3 23350000000", "21,454 2022-Q3 21454000000"]);
}

#[test]
fn rows_outside_the_catalogue_go_by_their_own_names() {
    // A word for the kind of things over them, or a metric that is every row's.
    check(
        "ru",
        "Продажи автомобилей в России, тыс. шт.",
        "| Марка | Сентябрь 2022 | Сентябрь 2023 | Изменение, % |
         | Рябинка | 3,1 | 4,2 | +35,5 |
         | Прочие | 1,0 | 1,1 | +10,0 |",
        &[
            "3,1: Рябинка vehicle_sales level 2022-09 3100 vehicles",
            "4,2: Рябинка vehicle_sales level 2023-09 4200 vehicles",
            "+35,5: Рябинка vehicle_sales yoy_growth 2023-09 35.5 percent",
        ],
    );
    check(
        "vi",
        "Doanh số theo thương hiệu (đơn vị: xe)",
        "| Thương hiệu | Tháng 9/2023 | 9 tháng 2023 |
         | Sao Biển | 1.234 | 9.870 |",
        &[
            "1.234: Sao Biển vehicle_sales level 2023-09 1234 vehicles",
            "9.870: Sao Biển vehicle_sales level 2023-01-01/2023-09-30 9870 vehicles",
        ],
    );
    check(
        "pt",
        "",
        "| Vendas (milhões de euros) | 2021 | 2022 | Variação |
         | Mercado Andorinha | 410 | 451 | +10,0% |
         | Total | 1.200 | 1.260 | +5,0% |",
        &[
            "410: Mercado Andorinha revenue level 2021 410000000 EUR",
            "451: Mercado Andorinha revenue level 2022 451000000 EUR",
            "+10,0%: Mercado Andorinha revenue yoy_growth 2022 10 percent",
            "1.200: Tesla revenue level 2021 1200000000 EUR",
            "1.260: Tesla revenue level 2022 1260000000 EUR",
            "+5,0%: Tesla revenue yoy_growth 2022 5 percent",
        ],
    );
    // No word says what the rows are: they may be anything.
    check(
        "de",
        "In Mio. Euro",
        "| | Umsatz 2022 |
         | Vorauszahlungen | 410 |",
        &[],
    );
    // Other metrics among the rows: not a list of things.
    check(
        "de",
        "",
        "| Umsatz (Mio. Euro) | 2022 |
         | Rabatte | 12 |
         | EBIT | 57 |",
        &["57: Tesla operating_income level 2022 57000000 EUR"],
    );
}

#[test]
fn units_and_scales_are_said_around_the_table_in_any_language() {
    check(
        "es",
        "Producción por provincias (miles de toneladas)",
        "| Provincia | 2021 | 2022 | Var. % |
         | Villarrubia | 21,5 | 23,0 | 7,0 |",
        &[
            "21,5: Villarrubia production level 2021 21500 tonnes",
            "23,0: Villarrubia production level 2022 23000 tonnes",
            "7,0: Villarrubia production yoy_growth 2022 7 percent",
        ],
    );
    check(
        "de",
        "Passagiere nach Standorten (in Tausend)",
        "| Standort | August 2023 | August 2022 | Veränderung in % | Jän.–Aug. 2023 | Veränderung in % |
         | Neustetten | 208,4 | 171,2 | +21,7 | 1.602,0 | +11,9 |",
        &[
            "208,4: Neustetten passengers level 2023-08 208400 passengers",
            "171,2: Neustetten passengers level 2022-08 171200 passengers",
            "+21,7: Neustetten passengers yoy_growth 2023-08 21.7 percent",
            "1.602,0: Neustetten passengers level 2023-01-01/2023-08-31 1602000 passengers",
            "+11,9: Neustetten passengers yoy_growth 2023-01-01/2023-08-31 11.9 percent",
        ],
    );
    check(
        "ja",
        "2023年8月の路線別実績（旅客数の単位：千人、▲は減少）",
        "| 路線 | 旅客数 | 前年同月 | 増減率（％） | 利用率（％） |
         | 青海―白浜 | 17.9 | 18.6 | ▲3.8 | 76.2 |",
        &[
            "17.9: 青海―白浜 passengers level 2023-08 17900 passengers",
            "18.6: 青海―白浜 passengers level 2022-08 18600 passengers",
            "▲3.8: 青海―白浜 passengers yoy_growth 2023-08 -3.8 percent",
            "76.2: 青海―白浜 load_factor level 2023-08 76.2 percent",
        ],
    );
    check(
        "uk",
        "Виручка у січні–червні, млн євро",
        "| Сегмент | 2022 | 2023 | Зміна, % |
         | Насіння | 40 | 44 | +10,0 |",
        &[
            "40: Насіння revenue level 2022-H1 40000000 EUR",
            "44: Насіння revenue level 2023-H1 44000000 EUR",
            "+10,0: Насіння revenue yoy_growth 2023-H1 10 percent",
        ],
    );
}

#[test]
fn what_is_no_thing_of_its_kind_is_left_unread() {
    // Rows with metrics of their own under a word that may mean anything.
    check(
        "es",
        "Ingresos y gastos, en millones de euros",
        "| Área | 2022 |
         | Otras partidas | 12 |
         | Beneficio neto | 57 |",
        &["57: Tesla net_income level 2022 57000000 EUR"],
    );
    // What is left over, and parts of the row above.
    check(
        "en",
        "US$ million",
        "| Segment | Revenue 2022 |
         | Lighthouses | 410 |
         | of which harbours | 110 |
         | Other | 12 |
         | Total | 422 |",
        &["410: Lighthouses revenue level 2022 410000000 USD", "422: Tesla revenue level 2022 422000000 USD"],
    );
    // A column of notes and one that nothing accounts for.
    check(
        "pt",
        "Produção (mil toneladas)",
        "| Estado | Nota | 2022 | Xisto |
         | Vila Serena | 3 | 21,5 | 7,7 |",
        &["21,5: Vila Serena production level 2022 21500 tonnes"],
    );
    // Parts of a people are not places.
    check(
        "ar",
        "معدل البطالة في المغرب حسب الفئات (بالمائة)",
        "| الفئة | 2021 | 2022 |
         | الرجال | 10,9 | 10,3 |
         | المجموع | 12,3 | 11,8 |",
        &[
            "10,9: Morocco unemployment_rate level 2021 10.9 percent group:الرجال",
            "10,3: Morocco unemployment_rate level 2022 10.3 percent group:الرجال",
            "12,3: Morocco unemployment_rate level 2021 12.3 percent",
            "11,8: Morocco unemployment_rate level 2022 11.8 percent",
        ],
    );
}

#[test]
fn companies_side_by_side_share_the_calendar() {
    // Nine months of one that has a business year of its own are those of all.
    check(
        "vi",
        "Doanh số theo thương hiệu (đơn vị: xe)",
        "| Thương hiệu | 9 tháng 2023 |
         | Toyota | 48.410 |",
        &["48.410: Toyota vehicle_sales level 2023-01-01/2023-09-30 48410 vehicles"],
    );
    // A season that still runs is an estimate, and so is its change.
    check(
        "es",
        "Producción (miles de toneladas)",
        "| Provincia | Campaña 2022/23 | Campaña 2023/24 | Variación (%) |
         | Villarrubia | 20,0 | 25,0 | 25,0 |",
        &[
            "20,0: Villarrubia production level 2022-07-01/2023-06-30 20000 tonnes",
            "25,0: Villarrubia production level 2023-07-01/2024-06-30 25000 tonnes expected",
            "25,0: Villarrubia production yoy_growth 2023-07-01/2024-06-30 25 percent expected",
        ],
    );
}

#[test]
fn rows_of_months_have_growth_of_their_own() {
    check(
        "zh",
        "特斯拉2023年下半年月度交付量（单位：辆）",
        "| 月份 | 交付量 | 上年同期 | 同比（%） |
         | 7月 | 50,129 | 22,093 | 127 |
         | 8月 | 57,066 | 30,305 | 88 |",
        &[
            "50,129: Tesla deliveries level 2023-07 50129 vehicles",
            "22,093: Tesla deliveries level 2022-07 22093 vehicles",
            "127: Tesla deliveries yoy_growth 2023-07 127 percent",
            "57,066: Tesla deliveries level 2023-08 57066 vehicles",
            "30,305: Tesla deliveries level 2022-08 30305 vehicles",
            "88: Tesla deliveries yoy_growth 2023-08 88 percent",
        ],
    );
}

#[test]
fn columns_of_change_are_headed_in_many_ways() {
    for head in [
        "Δ",
        "Δ %",
        "+/-",
        "+/- %",
        "+/– in %",
        "Veränd.",
        "Veränderung",
        "Abw. in %",
        "2022/2021",
        "2022/21, %",
        "%",
    ] {
        check(
            "de",
            "In Mio. Euro",
            &format!("| | 2022 | 2021 | {head} |\n| Umsatz | 1.260 | 1.200 | +5,0% |"),
            &[
                "1.260: Tesla revenue level 2022 1260000000 EUR",
                "1.200: Tesla revenue level 2021 1200000000 EUR",
                "+5,0%: Tesla revenue yoy_growth 2022 5 percent",
            ],
        );
    }
}

proptest::proptest! {
    /// Any cells under any headers: no panic, and every quote is the bytes it points at.
    #[test]
    fn no_cells_make_it_fall(cells in proptest::collection::vec("[-()$€%0-9., ]{0,9}|[A-Za-zé/' ]{0,12}|Q3 2023|Revenue|\\PC{0,6}", 0..24), wide in 1usize..6) {
        let escaped: Vec<String> =
            cells.iter().map(|c| c.replace('&', "&amp;").replace('<', "&lt;")).collect();
        let rows: Vec<String> = escaped.chunks(wide).map(|row| format!("|{}|", row.join("|"))).collect();
        read("en", &table("US$ million", &rows.join("\n")));
    }
}
