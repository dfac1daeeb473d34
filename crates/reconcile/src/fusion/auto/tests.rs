use super::super::table::{Table, TableBuilder};
use super::*;
use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

/// A number below `end` that looks random and is the same every time.
fn dice(of: &str, end: u64) -> u64 {
    xxh3_64(of.as_bytes()) % end
}

fn table(rows: &[(String, String, String, String)]) -> Table {
    let mut builder = TableBuilder::default();
    for (source, entity, attribute, value) in rows {
        builder.add(source, entity, attribute, value);
    }
    builder.finish()
}

fn row(
    source: &str,
    entity: usize,
    attribute: &str,
    value: impl ToString,
) -> (String, String, String, String) {
    (source.to_owned(), format!("e{entity:04}"), attribute.to_owned(), value.to_string())
}

fn found(table: &Table) -> Outcome {
    discover(table, &Knowledge::default(), &Constants::default())
}

/// How many of the entities get the value that `truth` gives for the attribute.
fn right(
    table: &Table,
    outcome: &Outcome,
    attribute: &str,
    entities: usize,
    truth: impl Fn(usize) -> String,
) -> usize {
    let answered = |entity: &usize| {
        let item = table.find(&format!("e{entity:04}"), attribute);
        item.is_some_and(|item| *outcome.answers[item].text == truth(*entity))
    };
    (0..entities).filter(answered).count()
}

/// Three honest sources with mistakes of their own, and five copies of one that is wrong about half of `gate`.
fn copies() -> Vec<(String, String, String, String)> {
    let mut rows = Vec::new();
    for entity in 0..200 {
        for attribute in ["gate", "time", "belt"] {
            let truth = dice(&format!("{entity}{attribute}"), 1000);
            for source in ["anna", "boris", "chloe"] {
                let errs = dice(&format!("{source}{entity}{attribute}"), 10) == 0;
                let value = if errs { dice(&format!("{source}{entity}{attribute}x"), 1000) } else { truth };
                rows.push(row(source, entity, attribute, format!("v{value}")));
            }
            let often = if attribute == "gate" { 2 } else { 5 };
            let errs = dice(&format!("crowd{entity}{attribute}"), often) == 0;
            let value = if errs { dice(&format!("crowd{entity}{attribute}x"), 1000) } else { truth };
            for copy in 0..5 {
                rows.push(row(&format!("copy{copy}"), entity, attribute, format!("v{value}")));
            }
        }
    }
    rows
}

#[test]
fn a_crowd_of_copies_does_not_elect_itself() {
    let table = table(&copies());
    let outcome = found(&table);
    let truth = |entity: usize| format!("v{}", dice(&format!("{entity}gate"), 1000));
    let found = right(&table, &outcome, "gate", 200, truth);
    assert!(found >= 194, "{found}");
    let name = |source: u32| table.sources.get(source).to_owned();
    let told: Vec<_> = outcome.copies.iter().map(|&(left, other, _)| (name(left), name(other))).collect();
    assert_eq!(told.len(), 10, "{told:?}");
    assert!(told.iter().all(|(left, other)| left.starts_with("copy") && other.starts_with("copy")));
}

#[test]
fn more_copies_change_nothing() {
    let answers = |copies_of_it: usize| {
        let mut rows = copies();
        for copy in 5..5 + copies_of_it {
            let added: Vec<_> = rows
                .iter()
                .filter(|row| row.0 == "copy0")
                .map(|row| (format!("copy{copy}"), row.1.clone(), row.2.clone(), row.3.clone()))
                .collect();
            rows.extend(added);
        }
        let table = table(&rows);
        found(&table).answers.into_iter().map(|answer| answer.text).collect::<Vec<_>>()
    };
    let (few, many) = (answers(0), answers(60));
    let same = few.iter().zip(&many).filter(|(few, many)| few == many).count();
    assert!(same * 100 >= few.len() * 99, "{same} of {}", few.len());
}

#[test]
fn good_sources_are_not_taken_for_copies_of_each_other() {
    // A few good sources, each by itself, among more bad ones: they agree on what is true.
    for (good, bad, of_hundred) in [(2, 3, 98), (3, 4, 98), (4, 6, 95)] {
        for attributes in [1, 3] {
            let mut rows = Vec::new();
            let attribute = |entity: usize| format!("a{}", entity % attributes);
            for entity in 0..300 {
                for source in 0..good + bad {
                    let name = format!("s{source}");
                    let hit = if source < good { of_hundred } else { 30 };
                    let right = dice(&format!("{good}{name}{entity}"), 100) < hit;
                    let other = dice(&format!("{good}{name}{entity}x"), 31);
                    let value = if right { format!("x{entity}") } else { format!("w{other}") };
                    rows.push(row(&name, entity, &attribute(entity), value));
                }
            }
            let table = table(&rows);
            let outcome = found(&table);
            let answered = |entity: &usize| {
                let item = table.find(&format!("e{entity:04}"), &attribute(*entity));
                item.is_some_and(|item| *outcome.answers[item].text == format!("x{entity}"))
            };
            let right = (0..300).filter(answered).count();
            assert!(right >= 279, "{good} of {}, {attributes} attributes: {right}", good + bad);
        }
    }
}

#[test]
fn a_slip_is_made_every_time() {
    // Right with all others 50 times, an hour ahead ten times: no clock of its own.
    let mut rows = Vec::new();
    for entity in 0..60 {
        for source in ["anna", "boris", "chloe"] {
            rows.push(row(source, entity, "departs", "10:00"));
        }
        rows.push(row("zone", entity, "departs", if entity < 10 { "11:00" } else { "10:00" }));
    }
    assert_eq!(found(&table(&rows)).slips, []);
}

#[test]
fn a_unit_of_its_own_is_undone() {
    let mut rows = Vec::new();
    for entity in 0..100 {
        let pressure = 2950 + dice(&format!("p{entity}"), 100) as i64;
        let inches = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        for source in ["anna", "boris"] {
            let errs = i64::from(dice(&format!("{source}{entity}"), 4) == 0);
            rows.push(row(source, entity, "pressure", inches(pressure + errs * 2)));
        }
        rows.push(row("metric", entity, "pressure", format!("{:.1}", pressure as f64 * 0.338_639)));
    }
    rows.push(row("metric", 100, "pressure", "1015.9"));
    let table = table(&rows);
    let outcome = found(&table);
    let [((source, _), Slip::Factor { factor, places })] = outcome.slips[..] else {
        panic!("{:?}", outcome.slips)
    };
    assert_eq!((table.sources.get(source), places), ("metric", 2));
    assert!((factor / 33.8639 - 1.0).abs() < 0.001, "{factor}");
    // Only the source with the slip speaks about the last one; its value is given in everyone's unit.
    assert_eq!(
        right(&table, &outcome, "pressure", 101, |entity| if entity == 100 {
            "30.00".into()
        } else {
            "".into()
        }),
        1
    );
}

#[test]
fn a_clock_of_its_own_is_put_right() {
    let mut rows = Vec::new();
    let clock = |minutes: u64| format!("{:02}:{:02}", minutes % 1440 / 60, minutes % 60);
    for entity in 0..60 {
        let time = dice(&format!("t{entity}"), 1440);
        let late = 5 * u64::from(dice(&format!("late{entity}"), 5) == 0);
        rows.push(row("anna", entity, "departs", clock(time)));
        rows.push(row("boris", entity, "departs", clock(time)));
        rows.push(row("chloe", entity, "departs", clock(time + late)));
        rows.push(row("zone", entity, "departs", clock(time + 120)));
    }
    let table = table(&rows);
    let outcome = found(&table);
    let zone = table.sources.find("zone").zip(table.attributes.find("departs"));
    assert_eq!(
        outcome.slips,
        zone.map(|zone| (zone, Slip::Shift { minutes: 120 })).into_iter().collect::<Vec<_>>()
    );
    assert_eq!(right(&table, &outcome, "departs", 60, |entity| clock(dice(&format!("t{entity}"), 1440))), 60);
}

#[test]
fn who_says_it_less_precisely_does_not_contradict() {
    let check = |rows: &[(&str, &str)], expected: &str| {
        let mut all: Vec<_> = rows.iter().map(|(source, value)| row(source, 999, "place", value)).collect();
        // Who is as good as who.
        for entity in 0..40 {
            for source in ["anna", "boris", "chloe", "dmitri"] {
                let errs = dice(&format!("{source}{entity}"), 6) == 0;
                let value = if errs {
                    format!("p{}", dice(&format!("{source}{entity}x"), 900))
                } else {
                    format!("q{entity}")
                };
                all.push(row(source, entity, "place", value));
            }
        }
        let table = table(&all);
        let pairs = [("Houston", "Texas"), ("Dallas", "Texas"), ("Texas", "USA")];
        let ancestry = Some(Ancestry::from_pairs(&table, pairs));
        let knowledge = Knowledge { ancestry, ..Knowledge::default() };
        let outcome = discover(&table, &knowledge, &Constants::default());
        let item = table.find("e0999", "place").expect("claimed above");
        assert_eq!(&*outcome.answers[item].text, expected, "{rows:?} {:?}", outcome.evidence(item));
    };
    check(&[("anna", "Texas"), ("boris", "Houston")], "Houston");
    check(&[("anna", "USA"), ("boris", "USA"), ("chloe", "Houston"), ("dmitri", "Paris")], "Houston");
    check(&[("anna", "Texas"), ("boris", "Texas"), ("chloe", "Paris")], "Texas");
    check(&[("anna", "Dallas"), ("boris", "Dallas"), ("chloe", "Houston"), ("dmitri", "USA")], "Dallas");
}

#[test]
fn known_values_tell_whom_to_trust() {
    // Two against two; nothing but the known values tells them apart.
    let mut rows = Vec::new();
    for entity in 0..40 {
        for (camp, sources) in [("x", ["anna", "boris"]), ("y", ["yuri", "zoe"])] {
            for source in sources {
                let errs = dice(&format!("{source}{entity}"), 8) == 0;
                let value = if errs { format!("{source}{entity}") } else { format!("{camp}{entity}") };
                rows.push(row(source, entity, "name", value));
            }
        }
    }
    let table = table(&rows);
    let check = |camp: &str, other: &str| {
        let item = |entity: usize| table.find(&format!("e{entity:04}"), "name").expect("claimed above");
        let known = (0..6).map(|entity| (item(entity), format!("{camp}{entity}"))).collect();
        let outcome = discover(&table, &Knowledge { known, ancestry: None }, &Constants::default());
        let found = |camp: &str| right(&table, &outcome, "name", 40, |entity| format!("{camp}{entity}"));
        // Where one of the two errs nothing tells which.
        assert!(found(camp) >= 30 && found(other) == 0, "{camp}: {} {:?}", found(camp), outcome.overall);
    };
    check("x", "y");
    check("y", "x");
}

#[test]
fn evidence_adds_up_to_the_belief() {
    let table = table(&copies());
    let outcome = found(&table);
    for item in 0..table.items().len() {
        let evidence = outcome.evidence(item);
        let sums: Vec<f64> = evidence
            .iter()
            .map(|value| {
                value.voices.iter().map(|voice| voice.odds).sum::<f64>() + value.wider + value.others
            })
            .collect();
        let all: f64 = sums.iter().map(|sum| (sum - sums[0]).exp()).sum();
        for (value, sum) in evidence.iter().zip(&sums) {
            assert!(((sum - sums[0]).exp() / all - value.belief).abs() < 0.02, "{evidence:?}");
        }
    }
}

#[test]
fn a_batch_more_gives_what_starting_over_gives() {
    let rows = copies();
    let whole = table(&rows);
    let over = found(&whole);
    let (knowledge, constants) = (Knowledge::default(), Constants::default());
    let mut online = Online::default();
    let add = |online: &mut Online, rows: &[(String, String, String, String)]| {
        for (source, entity, attribute, value) in rows {
            online.add(source, entity, attribute, value);
        }
    };
    let cut = rows.len() * 9 / 10;
    add(&mut online, &rows[..cut]);
    online.settle(&knowledge, &constants);
    add(&mut online, &rows[cut..]);
    let (table, outcome) = online.settle(&knowledge, &constants);
    assert_eq!(table.items(), whole.items());
    assert!(outcome.rounds < over.rounds, "{} {}", outcome.rounds, over.rounds);
    for (one, other) in outcome.trust.iter().zip(&over.trust) {
        let apart = one.zip(*other).map_or(0.0, |(one, other)| (one - other).abs());
        assert!(apart <= 0.02, "{one:?} {other:?}");
    }
    let same =
        outcome.answers.iter().zip(&over.answers).filter(|(one, other)| one.text == other.text).count();
    assert!(same * 200 >= over.answers.len() * 199, "{same} of {}", over.answers.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn order_and_repetition_of_rows_change_nothing(
        rows in prop::collection::vec((0..6u8, 0..8u8, 0..2u8, 0..4u8), 1..80),
        seed in any::<u64>(),
    ) {
        let build = |rows: &[(u8, u8, u8, u8)]| {
            let row = |&(source, entity, attribute, value): &(u8, u8, u8, u8)| {
                row(&format!("s{source}"), usize::from(entity), &format!("a{attribute}"), value)
            };
            let rows: Vec<_> = rows.iter().map(row).collect();
            let outcome = found(&table(&rows));
            (outcome.answers, outcome.trust)
        };
        let mut distinct = rows;
        distinct.sort_unstable();
        // One value a source and item: a second one would be dropped by how often it is repeated.
        distinct.dedup_by_key(|row| (row.0, row.1, row.2));
        let mut turned = [distinct.clone(), distinct.clone()].concat();
        turned.sort_by_key(|row| dice(&format!("{seed}{row:?}"), u64::MAX));
        let (once, twice) = (build(&distinct), build(&turned));
        prop_assert!(once.0.iter().all(|answer| (0.0..=1.0).contains(&answer.confidence)));
        prop_assert_eq!(once, twice);
    }
}
