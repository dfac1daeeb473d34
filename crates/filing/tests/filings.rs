//! Small filings of our own making, and the real ones of `../shared` where they lie there.
#![expect(clippy::print_stderr, reason = "what was skipped is for reading")]

use std::path::Path;

use consilience_filing::{Filing, Name, Names, read};
use proptest::prelude::*;

/// A catalogue of two companies.
struct Catalogue;

impl Names for Catalogue {
    fn name(&self, id: &str) -> Option<String> {
        let name = match id {
            "CIK0001326801" => "Meta Platforms",
            "X-SNAP" => "Snap, as catalogued",
            _ => return None,
        };
        Some(name.to_owned())
    }

    fn part(&self, company: &str, called: &str) -> Option<Name> {
        let known = company == "CIK0001326801" && called == "Reality Labs";
        known.then(|| Name { id: "LABS".to_owned(), name: called.to_owned() })
    }
}

/// `entity metric [qualifiers] period = value unit ±precision «quote» on day`, a line per claim that is no repeat.
fn told(filing: &Filing) -> Vec<String> {
    let first = filing.claims.iter().filter(|c| c.repeat_of.is_none());
    first
        .map(|c| {
            let qualifiers: String = c.qualifiers.iter().map(|q| format!(" [{q}]")).collect();
            let precision = c.precision.map_or("-".to_owned(), |p| p.normalize().to_string());
            let day = c.published.clone().unwrap_or_default();
            format!(
                "{} {}{qualifiers} {} = {} {} ±{precision} «{}» {day}",
                c.entity,
                c.metric,
                c.period,
                c.value.normalize(),
                c.unit,
                c.quote,
            )
        })
        .collect()
}

/// Reads a file, checks that every claim stands where it says, and tells them.
#[track_caller]
fn check(bytes: &[u8], expected: &[&str], problems: &[&str]) {
    let filing = read("f", bytes, &Catalogue).expect("a filing");
    for claim in &filing.claims {
        assert_eq!(&bytes[claim.span.start..claim.span.end], claim.quote.as_bytes());
    }
    assert_eq!(told(&filing), expected);
    let said: Vec<String> =
        filing.record.problems.iter().map(|p| format!("{} | {}", p.place, p.message)).collect();
    assert_eq!(said.len(), problems.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(problems) {
        assert!(said.contains(expected), "{said}: {expected}");
    }
}

/// A file of company facts with so many figures of one concept.
fn facts(concept: &str, unit: &str, figures: &str) -> String {
    format!(
        r#"{{"cik":7,"entityName":"ACME, INC.","facts":{{"us-gaap":{{"{concept}":{{"label":"x","units":{{"{unit}":[{figures}]}}}},"Unheard":{{"units":{{"USD":[{{"end":"2023-06-30","val":1}}]}}}}}}}}}}"#
    )
}

#[test]
fn filers_are_told_by_their_key() {
    for (key, registered, entity, id) in [
        ("1326801", "META PLATFORMS, INC.", "Meta Platforms", "CIK0001326801"),
        ("\"0001326801\"", "", "Meta Platforms", "CIK0001326801"),
        // A company whose id in the catalogue is another.
        ("1564408", "Snap Inc", "Snap, as catalogued", "X-SNAP"),
        ("7", "ACME WORKS, INC. /DE/", "Acme Works", "CIK0000000007"),
    ] {
        let text =
            facts("Assets", "USD", r#"{"end":"2023-06-30","val":5000,"accn":"a","filed":"2023-07-27"}"#)
                .replace("\"cik\":7", &format!("\"cik\":{key}"))
                .replace("ACME, INC.", registered);
        let filing = read("f", text.as_bytes(), &Catalogue).unwrap();
        let claim = &filing.claims[0];
        assert_eq!((claim.entity.as_str(), claim.entity_id.as_deref()), (entity, Some(id)), "{key}");
        assert_eq!(filing.record.source.as_deref(), Some(entity));
    }
}

#[test]
fn figures_are_told_by_their_days_and_not_by_the_year_of_the_filing() {
    // The second is the quarter of the year before, given again in a filing of fy 2023.
    let text = facts(
        "Revenues",
        "USD",
        r#"{"start":"2023-04-01","end":"2023-06-30","val":31999000000,"accn":"a","fy":2023,"fp":"Q2","form":"10-Q","filed":"2023-07-27"},
           {"start":"2022-04-01","end":"2022-06-30","val":28822000000,"accn":"a","fy":2023,"fp":"Q2","form":"10-Q","filed":"2023-07-27"},
           {"start":"2023-01-01","end":"2023-06-30","val":60644000000,"accn":"a","fy":2023,"fp":"Q2","form":"10-Q","filed":"2023-07-27"}"#,
    );
    check(
        text.as_bytes(),
        &[
            "Acme revenue 2023-Q2 = 31999000000 USD ±500000 «31999000000» 2023-07-27",
            "Acme revenue 2022-Q2 = 28822000000 USD ±500000 «28822000000» 2023-07-27",
            "Acme revenue 2023-H1 = 60644000000 USD ±500000 «60644000000» 2023-07-27",
        ],
        &[],
    );
    let marked = [b"\xef\xbb\xbf\n ", text.as_bytes()].concat();
    assert_eq!(read("f", &marked, &Catalogue).unwrap().claims.len(), 3);
}

#[test]
fn a_figure_given_again_is_one_claim_and_a_restated_one_two() {
    let entry = |val: &str, filed: &str| {
        format!(
            r#"{{"start":"2022-01-01","end":"2022-12-31","val":{val},"accn":"{filed}","form":"10-K","filed":"{filed}"}}"#
        )
    };
    let said = [
        entry("5200000000", "2023-02-01"),
        entry("5200000000", "2024-02-01"),
        entry("5417000000", "2025-02-01"),
        // Rounded in a note, and no restatement.
        entry("5400000000", "2026-02-01"),
    ];
    check(
        facts("NetIncomeLoss", "USD", &said.join(",")).as_bytes(),
        &[
            "Acme net_income 2022 = 5200000000 USD ±500000 «5200000000» 2023-02-01",
            "Acme net_income 2022 = 5417000000 USD ±500000 «5417000000» 2025-02-01",
        ],
        &[],
    );
}

#[test]
fn units_are_those_of_articles() {
    let one = |val: &str| {
        format!(r#"{{"start":"2023-04-01","end":"2023-06-30","val":{val},"accn":"a","filed":"2023-07-27"}}"#)
    };
    for (concept, unit, val, expected) in [
        ("EarningsPerShareDiluted", "USD/shares", "2.98", "eps_diluted 2023-Q2 = 2.98 USD/share ±0.005"),
        ("EarningsPerShareDiluted", "USD/shares", "2.5", "eps_diluted 2023-Q2 = 2.5 USD/share ±0.005"),
        (
            "EffectiveIncomeTaxRateContinuingOperations",
            "pure",
            "0.16",
            "effective_tax_rate 2023-Q2 = 16 percent ±0.5",
        ),
        ("Revenues", "EUR", "1500", "revenue 2023-Q2 = 1500 EUR ±0.5"),
        ("Revenues", "EUR", "-1500000", "revenue 2023-Q2 = -1500000 EUR ±500"),
    ] {
        let expected = format!("Acme {expected} «{val}» 2023-07-27");
        check(facts(concept, unit, &one(val)).as_bytes(), &[&expected], &[]);
    }
    // What no unit is known for is left out in silence, as concepts are.
    check(facts("Revenues", "USD/acre", &one("5")).as_bytes(), &[], &[]);
}

#[test]
fn what_is_wrong_costs_a_figure_and_not_the_file() {
    let good = r#"{"end":"2023-06-30","val":5000,"accn":"a","filed":"2023-07-27"}"#;
    let claim = "Acme total_assets 2023-06-30 = 5000 USD ±500 «5000» 2023-07-27";
    for (bad, problem) in [
        (r#"{"end":"2023-06-31","val":5}"#, "is no date"),
        (r#"{"val":5}"#, "no end"),
        (r#"{"end":"2023-06-30"}"#, "no val"),
        (r#"{"end":"2023-06-30","val":"5"}"#, "val \"5\""),
        (r#"{"end":"2023-06-30","val":1e99}"#, "val 1e99"),
        (r#"{"start":"2024-01-01","end":"2023-06-30","val":5}"#, "before it starts"),
        ("7", "a figure of us-gaap:Assets"),
    ] {
        check(facts("Assets", "USD", &format!("{bad},{good}")).as_bytes(), &[claim], &[problem]);
    }
    // A file that breaks off keeps what stood before.
    let whole = facts("Assets", "USD", &format!("{good},{good}"));
    let cut = &whole.as_bytes()[..whole.len() - 60];
    check(cut, &[claim], &["breaks off"]);
    let broken = [&whole.as_bytes()[..whole.len() - 10], b"\xff\xff"].concat();
    check(&broken, &[claim], &["not UTF-8"]);
}

#[test]
fn other_json_is_no_filing() {
    for text in [
        "{}",
        "[]",
        r#"{"cik":7,"facts":[]}"#,
        r#"{"taxonomy":"us-gaap","tag":"Revenues","data":[{"cik":7,"val":5}]}"#,
        r#"{"doc":"a.txt","text":"the \"cik\" and the \"facts\""}"#,
        "The article says \"cik\" and \"facts\".",
    ] {
        assert!(read("f", text.as_bytes(), &Catalogue).is_none(), "{text}");
    }
}

const ROOT: &str = r#"<?xml version='1.0' encoding='ASCII'?>
<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:us-gaap="http://fasb.org/us-gaap/2024" xmlns:srt="http://fasb.org/srt/2024" xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:meta="http://www.facebook.com/20241231" xmlns="http://www.w3.org/1999/xhtml" xml:lang="en-US"><body>"#;

/// An inline filing of Meta for 2024: contexts `y` (the year), `e` (its end), `labs`, `ads`, `us`, `odd`, `typed`.
fn inline(body: &str) -> String {
    let context = |id: &str, members: &str, period: &str| {
        let members = if members.is_empty() {
            String::new()
        } else {
            format!("<xbrli:segment>{members}</xbrli:segment>")
        };
        format!(
            r#"<xbrli:context id="{id}"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0001326801</xbrli:identifier>{members}</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context>"#
        )
    };
    let member = |axis: &str, member: &str| {
        format!(r#"<xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember>"#)
    };
    let year = "<xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-12-31</xbrli:endDate>";
    let segment = "us-gaap:StatementBusinessSegmentsAxis";
    let contexts = [
        context("y", "", year),
        context("e", "", "<xbrli:instant>2024-12-31</xbrli:instant>"),
        context("labs", &member(segment, "meta:RealityLabsMember"), year),
        context("new", &member(segment, "meta:NewThingsSegmentMember"), year),
        context(
            "ads",
            &(member(segment, "meta:FamilyOfAppsMember")
                + &member("srt:ProductOrServiceAxis", "us-gaap:AdvertisingMember")),
            year,
        ),
        context("us", &member("srt:StatementGeographicalAxis", "country:US"), year),
        context(
            "odd",
            &member("us-gaap:StatementEquityComponentsAxis", "us-gaap:RetainedEarningsMember"),
            year,
        ),
        context("typed", r#"<xbrldi:typedMember dimension="x:y"><x:z>1</x:z></xbrldi:typedMember>"#, year),
    ];
    format!(
        r#"{ROOT}<div style="display:none"><ix:header><ix:hidden><ix:nonNumeric contextRef="y" name="dei:EntityCentralIndexKey">0001326801</ix:nonNumeric><ix:nonNumeric contextRef="y" name="dei:DocumentType">10-K</ix:nonNumeric></ix:hidden><ix:resources>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="per"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unitDenominator></xbrli:divide></xbrli:unit>
{}</ix:resources></ix:header></div>{body}</body></html>"#,
        contexts.concat()
    )
}

/// A figure in millions of dollars.
fn figure(name: &str, context: &str, printed: &str) -> String {
    format!(
        r#"<ix:nonFraction unitRef="usd" contextRef="{context}" decimals="-6" name="us-gaap:{name}" format="ixt:num-dot-decimal" scale="6" id="f">{printed}</ix:nonFraction>"#
    )
}

#[test]
fn inline_figures_are_read_where_they_are_printed() {
    for (body, expected) in [
        (
            figure("Revenues", "y", "164,501"),
            vec!["Meta Platforms revenue 2024 = 164501000000 USD ±500000 «164,501» 2024-12-31"],
        ),
        // Brackets outside, the sign in the tag.
        (
            format!(
                "<td>({})</td>",
                figure("OperatingIncomeLoss", "labs", "17,729").replace("id=", "sign=\"-\" id=")
            ),
            vec!["Reality Labs operating_income 2024 = -17729000000 USD ±500000 «17,729» 2024-12-31"],
        ),
        (
            figure("Revenues", "y", "<span>\n 164,501 </span>"),
            vec!["Meta Platforms revenue 2024 = 164501000000 USD ±500000 «164,501» 2024-12-31"],
        ),
        // A figure that is two at once.
        (
            figure("Revenues", "y", &figure("CostsAndExpenses", "y", "164,501")),
            vec![
                "Meta Platforms costs_and_expenses 2024 = 164501000000 USD ±500000 «164,501» 2024-12-31",
                "Meta Platforms revenue 2024 = 164501000000 USD ±500000 «164,501» 2024-12-31",
            ],
        ),
        (
            figure("Assets", "e", "—").replace("num-dot-decimal", "fixed-zero"),
            vec!["Meta Platforms total_assets 2024-12-31 = 0 USD ±500000 «—» 2024-12-31"],
        ),
        (
            figure("EarningsPerShareDiluted", "y", "23.86")
                .replace("usd", "per")
                .replace("scale=\"6\"", "scale=\"0\"")
                .replace("decimals=\"-6\"", "decimals=\"2\""),
            vec!["Meta Platforms eps_diluted 2024 = 23.86 USD/share ±0.005 «23.86» 2024-12-31"],
        ),
        // Parts without a name of their own, products, regions; other dimensions are no figures of anybody.
        (
            figure("Revenues", "new", "5"),
            vec!["Meta Platforms New Things revenue 2024 = 5000000 USD ±500000 «5» 2024-12-31"],
        ),
        (
            figure("Revenues", "ads", "160,633"),
            vec!["Meta Platforms advertising_revenue 2024 = 160633000000 USD ±500000 «160,633» 2024-12-31"],
        ),
        (
            figure("Revenues", "us", "60"),
            vec!["Meta Platforms revenue [region:US] 2024 = 60000000 USD ±500000 «60» 2024-12-31"],
        ),
        (figure("Revenues", "odd", "60") + &figure("Revenues", "typed", "60"), vec![]),
        (figure("Revenues", "y", "").replace("id=", "xsi:nil=\"true\" id="), vec![]),
        // Of two concepts for revenue the first of the table.
        (
            figure("RevenueFromContractWithCustomerExcludingAssessedTax", "y", "94")
                + &figure("Revenues", "y", "97"),
            vec!["Meta Platforms revenue 2024 = 97000000 USD ±500000 «97» 2024-12-31"],
        ),
    ] {
        check(inline(&body).as_bytes(), &expected, &[]);
    }
}

#[test]
fn a_day_of_filing_is_taken_from_the_head_or_the_cover() {
    let text = inline(&figure("Revenues", "y", "164,501"));
    let whole = format!("<SEC-HEADER>\nFILED AS OF DATE:\t\t20250130\n</SEC-HEADER>\n{text}");
    assert_eq!(
        read("f", whole.as_bytes(), &Catalogue).unwrap().record.published.as_deref(),
        Some("2025-01-30")
    );
}

#[test]
fn prefixes_are_those_of_the_file() {
    let text = inline(&figure("Revenues", "y", "164,501"));
    let other = text
        .replace("ix:", "i:")
        .replace("xmlns:ix", "xmlns:i")
        .replace("us-gaap:", "gaap:")
        .replace("xmlns:us-gaap", "xmlns:gaap");
    assert_eq!(read("f", other.as_bytes(), &Catalogue).unwrap().claims.len(), 1);
}

#[test]
fn malformed_inline_files_are_read_as_far_as_they_go() {
    let good = figure("Revenues", "y", "164,501");
    let claim = "Meta Platforms revenue 2024 = 164501000000 USD ±500000 «164,501» 2024-12-31";
    for (bad, problem) in [
        (figure("Assets", "nowhere", "5"), "its context is missing"),
        (figure("Assets", "e", "5").replace("usd", "franc"), "its unit is missing"),
        (figure("Assets", "e", "n/a"), "not printed in its format"),
        (figure("Assets", "e", "5").replace("scale=\"6\"", "scale=\"99\""), "more digits"),
        (figure("Assets", "e", "5").replace("scale=\"6\"", "scale=\"six\""), "is no number"),
        (figure("Assets", "e", "5").replace("</ix:nonFraction>", ""), "stay open"),
        (figure("Assets", "e", ""), "not printed"),
    ] {
        let text = inline(&format!("{good}{bad}"));
        let filing = read("f", text.as_bytes(), &Catalogue).unwrap();
        assert_eq!(told(&filing), [claim], "{bad}");
        let said = &filing.record.problems;
        assert!(said.len() == 1 && said[0].message.contains(problem), "{bad}: {said:#?}");
    }
    // Figures inside figures, without end.
    let open =
        r#"<ix:nonFraction unitRef="usd" contextRef="y" name="us-gaap:Assets" format="ixt:num-dot-decimal">"#;
    let deep = inline(&format!("{good}{}", open.repeat(50_000)));
    let filing = read("f", deep.as_bytes(), &Catalogue).unwrap();
    assert_eq!(told(&filing), [claim]);
    assert!(filing.record.problems[0].message.contains("too deeply"));
}

#[test]
fn pages_that_only_speak_of_xbrl_are_no_filings() {
    for text in [
        "<html><body><p>Use http://www.xbrl.org/2013/inlineXBRL\" as the namespace.</p></body></html>",
        "<html><body>nothing</body></html>",
    ] {
        assert!(read("f", text.as_bytes(), &Catalogue).is_none(), "{text}");
    }
}

#[test]
fn tags_alone_make_no_filing() {
    let text = inline(&figure("Revenues", "y", "164,501"));
    for form in ["10-Q", "10-K/A", "20-F"] {
        let other = text.replace(">10-K<", &format!(">{form}<"));
        assert!(read("f", other.as_bytes(), &Catalogue).is_some(), "{form}");
    }
    for (part, instead) in [
        // A page that is no form with accounts, or none at all.
        (">10-K<", ">press release<"),
        (">10-K<", "><"),
        ("dei:DocumentType", "dei:DocumentFiscalYearFocus"),
        // Nobody, or somebody whose figures these are not.
        ("dei:EntityCentralIndexKey", "dei:EntityFileNumber"),
        ("dei:EntityCentralIndexKey\">0001326801", "dei:EntityCentralIndexKey\">0000320193"),
        // Tags of another register.
        ("http://www.sec.gov/CIK", "http://standards.iso.org/iso/17442"),
        ("http://xbrl.sec.gov/dei/2024", "http://example.org/our-own"),
    ] {
        let other = text.replace(part, instead);
        assert!(other != text && read("f", other.as_bytes(), &Catalogue).is_none(), "{part} -> {instead}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_read_is_out_of_place(at in 0usize..4000, cut in 0usize..4000, junk in "\\PC{0,12}") {
        let texts = [
            inline(&(figure("Revenues", "y", "164,501") + &figure("Assets", "e", "5"))),
            facts("Assets", "USD", r#"{"end":"2023-06-30","val":5000,"accn":"a","filed":"2023-07-27"}"#),
        ];
        for text in texts {
            let mut bytes = text.into_bytes();
            let at = at.min(bytes.len());
            let end = (at + cut % 40).min(bytes.len());
            bytes.splice(at..end, junk.bytes());
            for claim in read("f", &bytes, &Catalogue).into_iter().flat_map(|f| f.claims) {
                prop_assert_eq!(&bytes[claim.span.start..claim.span.end], claim.quote.as_bytes());
            }
        }
    }
}

/// A file of real filings, or `None` and a word where it is missing.
fn shared(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/authority").join(name);
    let read = std::fs::read(&path).ok();
    if read.is_none() {
        eprintln!("skipped: {} is not here", path.display());
    }
    read
}

#[test]
fn a_real_file_of_company_facts_is_read_whole() {
    let Some(bytes) = shared("companyfacts/CIK0001326801.json") else { return };
    let filing = read("f", &bytes, &Catalogue).unwrap();
    assert!(filing.record.problems.is_empty(), "{:?}", filing.record.problems);
    let lines = told(&filing);
    for expected in [
        "Meta Platforms revenue 2023-Q2 = 31999000000 USD ±500000 «31999000000» 2023-07-27",
        "Meta Platforms eps_diluted 2023-Q2 = 2.98 USD/share ±0.005 «2.98» 2023-07-27",
        "Meta Platforms revenue 2024-01-01/2024-09-30 = 116116000000 USD ±500000 «116116000000» 2024-10-31",
    ] {
        assert!(lines.iter().any(|l| l == expected), "{expected}");
    }
    for claim in &filing.claims {
        assert_eq!(&bytes[claim.span.start..claim.span.end], claim.quote.as_bytes());
    }
}

#[test]
fn a_real_annual_report_gives_what_its_tags_say() {
    let Some(bytes) = shared("ixbrl/meta-20241231.htm") else { return };
    let filing = read("f", &bytes, &Catalogue).unwrap();
    assert!(filing.record.problems.is_empty(), "{:?}", filing.record.problems);
    assert_eq!(filing.record.published.as_deref(), Some("2025-01-24"));
    let lines = told(&filing);
    for expected in [
        "Reality Labs operating_income 2022 = -13717000000 USD ±500000 «13,717» 2025-01-24",
        "Meta Platforms advertising_revenue 2024 = 160633000000 USD ±500000 «160,633» 2025-01-24",
        "Meta Platforms revenue 2024 = 164501000000 USD ±500000 «164,501» 2025-01-24",
    ] {
        assert!(lines.iter().any(|l| l == expected), "{expected}\n{lines:#?}");
    }
    // Against the table of its figures that was made with another reader.
    let Some(table) = shared("ixbrl/meta-20241231.facts.csv") else { return };
    let table = String::from_utf8(table).unwrap();
    let plain: Vec<Vec<&str>> = table.lines().skip(1).map(|l| l.split(',').collect()).collect();
    let (mut compared, kept) = (0, &filing.claims);
    for row in plain.iter().filter(|r| r[3].is_empty() && r[0] == "us-gaap:NetIncomeLoss" && r[4] == "USD") {
        let period = consilience_claim::Period::days(row[1].parse().unwrap(), row[2].parse().unwrap());
        let same = |c: &&consilience_claim::Claim| {
            c.metric == "net_income" && c.period == period && c.value.to_string() == row[5]
        };
        assert!(kept.iter().any(|c| same(&c)), "{row:?}");
        compared += 1;
    }
    assert!(compared >= 3, "{compared}");
}
