//! What a method of truth discovery decided, as CSV, JSON and JSON Lines.
//!
//! Entities, attributes and values are written exactly as they were claimed, so that the output joins with the table
//! that it was made from; unlike in [`crate::table`], nothing is done against spreadsheets that compute cells.

use std::io::{self, Write};

use consilience_reconcile::fusion::{Fused, Method, Table};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A table of claims and what a method made of it.
pub struct Fusion<'a> {
    /// The claims.
    pub table: &'a Table,
    /// The method.
    pub method: &'a dyn Method,
    /// What it made of them.
    pub fused: &'a Fused,
    chosen: Vec<usize>,
    /// How many items only the order of the texts decided.
    pub ties: usize,
}

impl<'a> Fusion<'a> {
    /// Decides each item.
    pub fn new(table: &'a Table, method: &'a dyn Method, fused: &'a Fused) -> Fusion<'a> {
        let (chosen, ties) = fused.chosen(table);
        Fusion { table, method, fused, chosen, ties }
    }

    /// The value decided on for an item.
    pub fn value(&self, item: usize) -> &'a str {
        self.table.text(self.chosen[item])
    }

    /// How many items have more than one candidate.
    pub fn conflicts(&self) -> usize {
        (0..self.chosen.len()).filter(|item| self.table.candidates(*item).len() > 1).count()
    }

    /// How sure the method is of a candidate of an item.
    fn confidence(&self, item: usize, candidate: usize) -> f64 {
        self.fused.confidence(self.method.beliefs(), self.table, item, candidate)
    }

    /// `entity,attribute,value,confidence`, a row an item.
    ///
    /// # Errors
    /// Those of the output.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["entity", "attribute", "value", "confidence"])?;
        for (item, candidate) in self.chosen.iter().enumerate() {
            let (entity, attribute) = self.names(item);
            let confidence = format!("{:.4}", self.confidence(item, *candidate));
            csv.write_record([entity, attribute, self.table.text(*candidate), &confidence])?;
        }
        csv.flush()
    }

    /// An object an item, each with its rivals.
    ///
    /// # Errors
    /// Those of the output.
    pub fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        for item in 0..self.chosen.len() {
            self.item_json(item, out)?;
        }
        Ok(())
    }

    /// One item as an object on a line.
    ///
    /// # Errors
    /// Those of the output.
    pub fn item_json(&self, item: usize, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &Item { fusion: self, item })?;
        writeln!(out)
    }

    /// One object with all items.
    ///
    /// # Errors
    /// Those of the output.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &Whole(self))?;
        writeln!(out)
    }

    /// What speaks for each value of an item, for reading.
    ///
    /// # Errors
    /// Those of the output.
    pub fn explain(&self, item: usize, out: &mut dyn Write) -> io::Result<()> {
        let (entity, attribute) = self.names(item);
        let chosen = self.chosen[item];
        let confidence = self.confidence(item, chosen);
        let line = |text: &str| crate::safe::line(text).into_owned();
        writeln!(
            out,
            "{} {}: {} (by {}, confidence {confidence:.4})",
            line(entity),
            line(attribute),
            line(self.value(item)),
            self.method.name()
        )?;
        for candidate in self.ranked(item) {
            let mark = if candidate == chosen { '*' } else { ' ' };
            let belief = self.fused.belief[candidate];
            writeln!(out, "{mark} {}  belief {}", line(self.table.text(candidate)), short(belief))?;
            for &voter in self.table.voters(candidate) {
                let trust = short(self.fused.trust[voter as usize]);
                writeln!(out, "    {}, trusted {trust}", line(self.table.sources.get(voter)))?;
            }
        }
        Ok(())
    }

    /// `source,trust,claims`, a row a source.
    ///
    /// # Errors
    /// Those of the output.
    pub fn sources_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["source", "trust", "claims"])?;
        for source in self.sources() {
            csv.write_record([source.source, &short(source.trust), &source.claims.to_string()])?;
        }
        csv.flush()
    }

    /// The sources as one object.
    ///
    /// # Errors
    /// Those of the output.
    pub fn sources_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let sources: Vec<Source<'_>> = self.sources().collect();
        let all = serde_json::json!({
            "schema_version": 1,
            "method": self.method.name(),
            "sources": sources,
        });
        serde_json::to_writer_pretty(&mut *out, &all)?;
        writeln!(out)
    }

    fn sources(&self) -> impl Iterator<Item = Source<'a>> {
        let mut claims = vec![0; self.table.sources.len()];
        for candidate in 0..self.table.candidate_count() {
            self.table.voters(candidate).iter().for_each(|voter| claims[*voter as usize] += 1);
        }
        let (table, fused) = (self.table, self.fused);
        claims.into_iter().enumerate().map(move |(at, claims)| Source {
            source: table.sources.get(at as u32),
            trust: fused.trust[at],
            claims,
        })
    }

    fn names(&self, item: usize) -> (&'a str, &'a str) {
        let item = self.table.items()[item];
        (self.table.entities.get(item.entity), self.table.attributes.get(item.attribute))
    }

    /// The candidates of an item, the chosen one first, then the more believed ones, then those with more voters.
    fn ranked(&self, item: usize) -> Vec<usize> {
        let mut candidates: Vec<usize> = self.table.candidates(item).collect();
        let belief = |candidate: &usize| self.fused.belief[*candidate];
        candidates.sort_by(|a, b| {
            let voters = |candidate: usize| self.table.voters(candidate).len();
            let chosen = |candidate: usize| candidate == self.chosen[item];
            chosen(*b)
                .cmp(&chosen(*a))
                .then(belief(b).total_cmp(&belief(a)))
                .then(voters(*b).cmp(&voters(*a)))
        });
        candidates
    }
}

/// A figure on a method's own scale, to six digits.
fn short(figure: f64) -> String {
    let rounded = format!("{figure:.5e}").parse().unwrap_or(figure);
    // No sign before a zero.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
    trust: f64,
    claims: usize,
}

struct Whole<'f, 'a>(&'f Fusion<'a>);

impl Serialize for Whole<'_, '_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let fusion = self.0;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("schema_version", &1)?;
        map.serialize_entry("method", fusion.method.name())?;
        map.serialize_entry("claims", &fusion.table.claim_count())?;
        map.serialize_entry("repeats", &fusion.table.repeats())?;
        map.serialize_entry("sources", &fusion.table.sources.len())?;
        map.serialize_entry("conflicts", &fusion.conflicts())?;
        map.serialize_entry("ties", &fusion.ties)?;
        map.serialize_entry("items", &Items(fusion))?;
        map.end()
    }
}

struct Items<'f, 'a>(&'f Fusion<'a>);

impl Serialize for Items<'_, '_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut items = out.serialize_seq(Some(self.0.chosen.len()))?;
        for item in 0..self.0.chosen.len() {
            items.serialize_element(&Item { fusion: self.0, item })?;
        }
        items.end()
    }
}

struct Item<'f, 'a> {
    fusion: &'f Fusion<'a>,
    item: usize,
}

impl Serialize for Item<'_, '_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            entity: &'a str,
            attribute: &'a str,
            value: &'a str,
            confidence: f64,
            belief: f64,
            voters: Vec<&'a str>,
            rivals: Vec<Rival<'a>>,
        }
        #[derive(Serialize)]
        struct Rival<'a> {
            value: &'a str,
            belief: f64,
            voters: Vec<&'a str>,
        }
        let Item { fusion, item } = *self;
        let table = fusion.table;
        let (entity, attribute) = fusion.names(item);
        let voters = |candidate: usize| {
            table.voters(candidate).iter().map(|voter| table.sources.get(*voter)).collect::<Vec<_>>()
        };
        let belief = |candidate: usize| fusion.fused.belief[candidate];
        let chosen = fusion.chosen[item];
        let rivals = fusion.ranked(item).into_iter().skip(1);
        let confidence = fusion.confidence(item, chosen);
        let shown = Shown {
            entity,
            attribute,
            value: table.text(chosen),
            confidence: (confidence * 1e4).round() / 1e4,
            belief: belief(chosen),
            voters: voters(chosen),
            rivals: rivals
                .map(|rival| Rival { value: table.text(rival), belief: belief(rival), voters: voters(rival) })
                .collect(),
        };
        shown.serialize(out)
    }
}
