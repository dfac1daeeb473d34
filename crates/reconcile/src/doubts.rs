//! What one origin says that no other can contradict, and that a careful reader would ask about. Notes only.

use std::collections::{BTreeMap, BTreeSet};

use consilience_claim::{Aspect, Decimal, Modality, Unit};

use rayon::slice::ParallelSliceMut;

use crate::agreement::RowWork;
use crate::catalogue::Catalogue;
use crate::corpus::Corpus;
use crate::lineage::significant_digits;
use crate::metrics::{self, Kind};
use crate::{Conflict, ConflictKind, Severity, lookalike, readable};

/// Notes of each sort that are told.
const TOLD: usize = 64;
/// Figures in the usual currency for one in another, before that one is unusual.
const USUAL: usize = 5;

/// Amounts in a currency that the text uses nowhere else for that country, and figures told of two things.
pub(crate) fn notes(corpus: &Corpus<'_>, catalogue: &Catalogue, rows: &[RowWork<'_>]) -> Vec<Conflict> {
    let mut notes = unusual_currencies(corpus, catalogue, rows);
    notes.extend(told_of_two_things(corpus, rows));
    notes
}

/// A translation easily keeps an amount and changes its currency: where a text tells everything of a country's
/// companies in dollars and one amount in yuan, that one is worth a look.
fn unusual_currencies(corpus: &Corpus<'_>, catalogue: &Catalogue, rows: &[RowWork<'_>]) -> Vec<Conflict> {
    let mut told: BTreeMap<(usize, &str), BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_filed_only()) {
        // Shares are quoted wherever they are listed, in the money of that place.
        let (Some(country), Unit::Money(currency)) = (catalogue.country(&row.item.entity), &row.key.unit)
        else {
            continue;
        };
        if metrics::kind(&row.item.metric) == Kind::Price {
            continue;
        }
        let origins: BTreeSet<usize> = row.readings.iter().map(|r| r.origin).collect();
        for origin in origins {
            told.entry((origin, country)).or_default().entry(currency.as_str()).or_default().push(i);
        }
    }
    // An amount told in both currencies was converted by the text.
    let amount = |i: usize| (&rows[i].item.entity, &rows[i].item.metric, &rows[i].item.period);
    let mut found = Vec::new();
    for currencies in told.values().filter(|c| c.len() > 1) {
        let Some((usual, most)) = currencies.iter().max_by_key(|(_, rows)| rows.len()) else { continue };
        let told_in_usual: BTreeSet<_> = most.iter().map(|&i| amount(i)).collect();
        for (odd, few) in currencies.iter().filter(|(_, few)| few.len() * USUAL <= most.len()) {
            let alone = |&&i: &&usize| {
                rows[i].groups.iter().all(|g| g.origins.len() == 1) && !told_in_usual.contains(&amount(i))
            };
            let Some(&first) = few.iter().find(alone) else { continue };
            let row = &rows[first];
            let docs: BTreeSet<usize> =
                few.iter().flat_map(|&i| rows[i].readings.iter().map(|r| r.doc)).collect();
            found.push(Conflict {
                code: ConflictKind::Currency.code(),
                key: row.key.clone(),
                kind: ConflictKind::Currency,
                severity: Severity::Note,
                docs: corpus.doc_names(docs),
                odd_docs: Vec::new(),
                claims: corpus.claim_ids(few.iter().flat_map(|&i| rows[i].readings.iter().map(|r| r.claim))),
                explain: format!(
                    "{}: {} is in {odd}, where the same text tells {} other figures of companies from there in {usual}; perhaps the currency was changed in translation.",
                    row.key,
                    readable::figure(row.groups[0].value, &row.key.unit),
                    most.len(),
                ),
                explanations: Vec::new(),
                flips: None,
            });
        }
    }
    found.truncate(TOLD);
    found
}

/// The same telling amount, by one origin of one entity, for two times of which one holds the other, of one metric or
/// of two: the text restates it as something else, or one of the two was meant.
fn told_of_two_things(corpus: &Corpus<'_>, rows: &[RowWork<'_>]) -> Vec<Conflict> {
    // Origin, entity, amount and what it counts.
    type Telling<'a> = (usize, &'a str, Decimal, &'a str);
    let mut told: Vec<(Telling<'_>, (usize, usize))> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let item = row.item;
        let adds_up = matches!(metrics::kind(&item.metric), Kind::Flow | Kind::Unknown);
        if item.aspect != Aspect::Level || item.modality != Modality::Actual || item.is_undated() || !adds_up
        {
            continue;
        }
        for (g, group) in row.groups.iter().enumerate().filter(|(_, g)| significant_digits(g.value) >= 3) {
            // A filing tells every figure in its place.
            let told_by: BTreeSet<usize> = group
                .members
                .iter()
                .map(|&m| &row.readings[m])
                .filter(|r| !r.filed)
                .map(|r| r.origin)
                .collect();
            for origin in told_by {
                let key = (origin, item.entity.as_str(), group.value.abs(), item.dimension.as_str());
                told.push((key, (i, g)));
            }
        }
    }
    told.par_sort_unstable();
    let mut found: BTreeMap<(usize, usize), Conflict> = BTreeMap::new();
    let same = told.chunk_by(|a, b| a.0 == b.0);
    for same in same.filter(|same| (2..=8).contains(&same.len())) {
        for (n, &(_, (i, g))) in same.iter().enumerate() {
            for &(_, (j, h)) in &same[n + 1..] {
                let (a, b) = (&rows[i], &rows[j]);
                let nested = a.item.period.contains(&b.item.period) || b.item.period.contains(&a.item.period);
                let apart =
                    a.item.period != b.item.period && !a.item.period.is_day() && !b.item.period.is_day();
                if !nested || !apart || a.item.qualifiers != b.item.qualifiers || one_place(corpus, a, b) {
                    continue;
                }
                let same = lookalike::family(&a.item.metric) == lookalike::family(&b.item.metric);
                let kind = if same { ConflictKind::WrongPeriod } else { ConflictKind::WrongMetric };
                let members = |row: usize, group: usize| {
                    rows[row].groups[group].members.iter().map(move |&m| rows[row].readings[m].claim)
                };
                let docs = a.groups[g].docs.union(&b.groups[h].docs).copied();
                found.entry((i, j)).or_insert_with(|| Conflict {
                    code: kind.code(),
                    key: b.key.clone(),
                    kind,
                    severity: Severity::Note,
                    docs: corpus.doc_names(docs),
                    odd_docs: Vec::new(),
                    claims: corpus.claim_ids(members(i, g).chain(members(j, h))),
                    explain: format!(
                        "One text tells {} both as {} and as {}.",
                        readable::figure(b.groups[h].value, &b.key.unit),
                        a.key,
                        b.key
                    ),
                    explanations: Vec::new(),
                    flips: None,
                });
            }
        }
    }
    found.into_values().take(TOLD).collect()
}

/// Whether one place of a text was read as both: then the readers differ, and not the text.
fn one_place(corpus: &Corpus<'_>, a: &RowWork<'_>, b: &RowWork<'_>) -> bool {
    let place = |row: &RowWork<'_>| -> BTreeSet<_> {
        row.readings.iter().map(|r| (r.doc, corpus.claims[r.claim].span)).collect()
    };
    !place(a).is_disjoint(&place(b))
}

#[cfg(test)]
mod tests {
    use crate::tests::notation::{graph, tell_conflict};
    use crate::{Catalogue, Config, reconcile};
    use consilience_claim::EntityRecord;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let listed = [("Northwind", "US"), ("Kestrel", "US"), ("Sakura", "JP")];
        let catalogue = Catalogue::new(listed.map(|(name, country)| EntityRecord {
            name: name.into(),
            country: country.into(),
            ..EntityRecord::default()
        }));
        let audit = reconcile(&graph(text), &Config { catalogue, ..Config::default() });
        let told: Vec<String> = audit.conflicts.iter().map(tell_conflict).collect();
        assert_eq!(told, expected, "\n{text}\n{:#?}", audit.conflicts);
    }

    #[test]
    fn an_amount_in_a_currency_that_the_text_uses_nowhere_else_is_a_note() {
        let dollars = "Northwind revenue 2023-Q1 = 4.21bn USD @a
             Northwind revenue 2023-Q2 = 4.32bn USD @a
             Northwind net_income 2023-Q1 = 1.13bn USD @a
             Northwind net_income 2023-Q2 = 1.22bn USD @a
             Northwind cash 2023-06-30 = 2.51bn USD @a\n";
        check(&format!("{dollars}Kestrel acquisition_offer 2008 = 500m CNY @a"), &["note currency"]);
        // Another country's company, another text, or too few figures to tell what is usual.
        check(&format!("{dollars}Sakura acquisition_offer 2008 = 500m JPY @a"), &[]);
        check(&format!("{dollars}Kestrel acquisition_offer 2008 = 500m CNY @b"), &[]);
        // A listing abroad, and an amount that the text converts.
        check(&format!("{dollars}Northwind share_price 2023-06-30 = 31.5 EUR/share @a"), &[]);
        check(&format!("{dollars}Northwind revenue 2023-Q2 = 3.97bn EUR @a"), &[]);
        check("Northwind revenue 2023 = 4.21bn USD @a\nKestrel acquisition_offer 2008 = 500m CNY @a", &[]);
    }

    #[test]
    fn a_figure_that_one_text_tells_of_two_things_is_a_note() {
        let loss = "Northwind operating_loss 2023-Q2 = 3.73bn USD @a\n";
        check(&format!("{loss}Northwind spending 2023 = 3.73bn USD @a"), &["note wrong_metric"]);
        check(&format!("{loss}Northwind operating_loss 2023 = 3.73bn USD @a"), &["note wrong_period"]);
        // Two texts, another year, the same time, few digits, moments.
        check(&format!("{loss}Northwind spending 2023 = 3.73bn USD @b"), &[]);
        check(&format!("{loss}Northwind spending 2022 = 3.73bn USD @a"), &[]);
        check(
            "Northwind registrations 2023-Q2 = 500 vehicles @a\nNorthwind deliveries 2023 = 500 vehicles @a",
            &[],
        );
        check(&format!("{loss}Northwind spending 2023-Q2 = 3.73bn USD @a"), &[]);
        check(
            "Northwind headcount 2023-06-30 = 71469 people @a\nNorthwind headcount 2023-06 = 71469 people @a",
            &[],
        );
    }
}
