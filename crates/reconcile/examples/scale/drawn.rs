//! Claims and documents drawn from a fixed seed.

use consilience_claim::{
    Claim, ClaimId, Confidence, Date, Decimal, DocumentRecord, Figure, Fingerprint, Period, Span, Unit,
};

/// Claims of a document.
pub(crate) const PER_DOCUMENT: u64 = 20;
/// Documents that tell one row.
const PER_ROW: u64 = 5;
/// Hashes of a sketch, as the reader keeps them.
pub(crate) const SKETCH: u64 = 256;

/// Seconds of processor that this process has used on all its threads, as Linux tells it; 0 elsewhere.
pub(crate) fn processor() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = status.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A number in which every bit of the given one counts (SplitMix64).
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The document whose text a document has: one in ten is a copy of the one before.
fn text_of(document: u64) -> u64 {
    if document % 10 == 9 { document - 1 } else { document }
}

fn name(document: u64) -> String {
    format!("2024/{:03}/report-{document:08}.html", document % 1000)
}

/// A document with so many hashes of its words.
pub(crate) fn record(document: u64, sketch: u64) -> DocumentRecord {
    let text = text_of(document);
    let mut hashes: Vec<u64> = (0..sketch).map(|k| mixed(text << 10 | k)).collect();
    hashes.sort_unstable();
    DocumentRecord {
        doc: name(document),
        sha256: format!("{:016x}{:016x}{:032x}", mixed(document), mixed(!document), document),
        lang: Some("en".into()),
        fingerprint: Fingerprint {
            sketch: hashes,
            shingles: u32::try_from(sketch * 2).unwrap(),
            figures: claims_of(text, PER_DOCUMENT)
                .map(|c| Figure { value: c.2, unit: Unit::Money("USD".into()), paragraph: 0 })
                .collect(),
            names: Vec::new(),
        },
        ..DocumentRecord::default()
    }
}

/// Row, place in the row and value of each claim of a text.
fn claims_of(text: u64, number: u64) -> impl Iterator<Item = (u64, u64, Decimal)> {
    // Five texts in a row of a block tell the same figures, each in an order of its own.
    let (block, teller) = (text / PER_ROW, text % PER_ROW);
    (0..number).map(move |n| {
        let row = block * PER_DOCUMENT + (n * (2 * teller + 1) + teller) % PER_DOCUMENT;
        let millions = i64::try_from(mixed(row) % 90_000 + 1_000).unwrap();
        let slip = if mixed(text << 6 | n).is_multiple_of(50) { 3_000 } else { 0 };
        (row, n, Decimal::from(millions + slip) * Decimal::from(1_000_000))
    })
}

/// Claims of one document about one company, of many days; half of them say another figure of what the one before said.
pub(crate) fn claims_of_one_text(size: u64) -> Vec<Claim> {
    (0..size)
        .map(|n| {
            let mut claim = claims(n, 1).remove(0);
            let thing = n / 2;
            claim.doc = name(0);
            claim.span =
                Span { start: usize::try_from(n * 90).unwrap(), end: usize::try_from(n * 90 + 14).unwrap() };
            claim.entity = "Company".into();
            claim.entity_id = None;
            claim.metric = format!("metric_{}", thing % 40);
            let days = consilience_claim::days(i64::try_from(thing / 40).unwrap());
            let day = Date::constant(2000, 1, 1).checked_add(days).unwrap();
            claim.period = if n % 8 < 6 { Period::day(day) } else { Period::Unspecified };
            claim.value = Decimal::from(mixed(n) % 900_000 + 100_000);
            claim.precision = Some(Decimal::new(5, 1));
            claim.unit = Unit::named("people");
            claim.id = ClaimId::derive("", &claim);
            claim
        })
        .collect()
}

/// One of the claims of one row: each source first tells one figure and a year later another.
pub(crate) fn claim_of_one_row(n: u64) -> Claim {
    let (source, later) = (n / 2, n % 2 == 1);
    let mut claim = claims(n, 1).remove(0);
    claim.entity = "Company".into();
    claim.entity_id = None;
    claim.metric = "revenue".into();
    claim.period = Period::year(2023).unwrap();
    claim.source = Some(format!("Outlet {source}"));
    claim.published = Some(if later { "2025-05-02".into() } else { "2024-05-02".into() });
    claim.value = Decimal::from(mixed(n) % 300 + 1_000) * Decimal::from(1_000_000);
    claim.id = ClaimId::derive("", &claim);
    claim
}

/// The claims of a document of its own.
pub(crate) fn claims(document: u64, number: u64) -> Vec<Claim> {
    const METRICS: [&str; 5] =
        ["revenue", "net_income", "operating_income", "capital_expenditure", "free_cash_flow"];
    claims_of(text_of(document), number)
        .map(|(row, n, value)| {
            let quarter = row / 5 % 40;
            let mut claim = Claim {
                id: ClaimId::default(),
                doc: name(document),
                source: Some(format!("Outlet {}", document % 900)),
                span: Span {
                    start: usize::try_from(n * 90).unwrap(),
                    end: usize::try_from(n * 90 + 14).unwrap(),
                },
                quote: format!("${} million", value / Decimal::from(1_000_000)),
                lang: "en".into(),
                entity: format!("Company {}", row / 200),
                entity_id: Some(format!("CIK{:010}", row / 200)),
                metric: METRICS[usize::try_from(row % 5).unwrap()].into(),
                aspect: Default::default(),
                period: Period::quarter(
                    i16::try_from(2014 + quarter / 4).unwrap(),
                    i8::try_from(quarter % 4 + 1).unwrap(),
                )
                .unwrap(),
                period_label: None,
                value,
                unit: Unit::Money("USD".into()),
                precision: Some(Decimal::from(500_000)),
                bound: Default::default(),
                modality: Default::default(),
                qualifiers: Vec::new(),
                attributed_to: None,
                published: Some("2024-05-02T08:00:00Z".into()),
                confidence: Confidence::per_mille(870),
                rule: "clause".into(),
                page: None,
                repeat_of: None,
                reading: Vec::new(),
                extra: Default::default(),
            };
            claim.id = ClaimId::derive("", &claim);
            claim
        })
        .collect()
}
