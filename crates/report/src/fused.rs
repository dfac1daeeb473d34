//! What a method of truth discovery decided, as CSV, JSON and JSON Lines.
//!
//! Entities, attributes and values are written exactly as they were claimed, so that the output joins with the table
//! that it was made from; unlike in [`crate::table`], nothing is done against spreadsheets that compute cells.

use std::collections::BTreeMap;
use std::io::{self, Write};

use consilience_reconcile::fusion::{Answer, Auto, Evidence, Face, Fused, Method, Outcome, Slip, Table};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::safe;

/// A table of claims and what was made of it.
pub struct Fusion<'a> {
    table: &'a Table,
    method: &'static str,
    answers: Vec<Answer>,
    belief: &'a [f64],
    trust: &'a [f64],
    /// What `auto` knows beside that.
    outcome: Option<&'a Outcome>,
}

impl<'a> Fusion<'a> {
    /// What a method made of the table.
    pub fn of(table: &'a Table, method: &dyn Method, fused: &'a Fused) -> Fusion<'a> {
        Fusion {
            table,
            method: method.name(),
            answers: fused.answers(method.beliefs(), table),
            belief: &fused.belief,
            trust: &fused.trust,
            outcome: None,
        }
    }

    /// What `auto` made of the table.
    pub fn of_auto(table: &'a Table, outcome: &'a Outcome) -> Fusion<'a> {
        Fusion {
            table,
            method: Auto.name(),
            answers: outcome.answers.clone(),
            belief: &outcome.belief,
            trust: &outcome.overall,
            outcome: Some(outcome),
        }
    }

    /// The claims.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// The name of the method.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The value decided on for an item.
    pub fn value(&self, item: usize) -> &str {
        &self.answers[item].text
    }

    /// How many items only the order of the texts decided.
    pub fn ties(&self) -> usize {
        self.answers.iter().filter(|answer| answer.tied).count()
    }

    /// How many items have more than one candidate.
    pub fn conflicts(&self) -> usize {
        (0..self.answers.len()).filter(|item| self.table.candidates(*item).len() > 1).count()
    }

    /// `entity,attribute,value,confidence`, a row an item.
    ///
    /// # Errors
    /// Those of the output.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["entity", "attribute", "value", "confidence"])?;
        for (item, answer) in self.answers.iter().enumerate() {
            let (entity, attribute) = self.names(item);
            csv.write_record([entity, attribute, &answer.text, &format!("{:.4}", answer.confidence)])?;
        }
        csv.flush()
    }

    /// An object an item, each with its rivals.
    ///
    /// # Errors
    /// Those of the output.
    pub fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        for item in 0..self.answers.len() {
            self.item_json(item, out)?;
        }
        Ok(())
    }

    /// What speaks for each value of an item, as an object on a line.
    ///
    /// # Errors
    /// Those of the output.
    pub fn explain_json(&self, item: usize, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Explained<'s> {
            #[serde(flatten)]
            item: Item<'s, 's>,
            #[serde(skip_serializing_if = "Option::is_none")]
            evidence: Option<Vec<Shown<'s>>>,
        }
        #[derive(Serialize)]
        struct Shown<'s> {
            value: &'s str,
            belief: f64,
            voices: Vec<Voice<'s>>,
            wider: f64,
            others: f64,
            sum: f64,
        }
        #[derive(Serialize)]
        struct Voice<'s> {
            source: &'s str,
            accuracy: f64,
            weight: f64,
            odds: f64,
        }
        let evidence = self.outcome.map(|outcome| outcome.evidence(item));
        let voice = |voice: &consilience_reconcile::fusion::Voice| Voice {
            source: self.table.sources.get(voice.source),
            accuracy: rounded(voice.accuracy),
            weight: rounded(voice.weight),
            odds: rounded(voice.odds),
        };
        let shown = |evidence| -> Vec<Shown<'_>> {
            let evidence: &Vec<Evidence> = evidence;
            evidence
                .iter()
                .map(|of| Shown {
                    value: self.face(&of.value),
                    belief: rounded(of.belief),
                    voices: of.voices.iter().map(voice).collect(),
                    wider: rounded(of.wider),
                    others: rounded(of.others),
                    sum: rounded(sum(of)),
                })
                .collect()
        };
        let explained =
            Explained { item: Item { fusion: self, item }, evidence: evidence.as_ref().map(shown) };
        serde_json::to_writer(safe::PlainJson(&mut *out), &explained)?;
        writeln!(out)
    }

    /// One item as an object on a line.
    fn item_json(&self, item: usize, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(safe::PlainJson(&mut *out), &Item { fusion: self, item })?;
        writeln!(out)
    }

    /// One object with all items.
    ///
    /// # Errors
    /// Those of the output.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(safe::PlainJson(&mut *out), &Whole(self))?;
        writeln!(out)
    }

    /// What speaks for each value of an item, for reading.
    ///
    /// # Errors
    /// Those of the output.
    pub fn explain(&self, item: usize, out: &mut dyn Write) -> io::Result<()> {
        let (entity, attribute) = self.names(item);
        let Answer { candidate, text, confidence, tied } = &self.answers[item];
        let (entity, attribute, text) = (safe::line(entity), safe::line(attribute), safe::line(text));
        let tied = if *tied { ", the first of equals" } else { "" };
        let method = self.method;
        writeln!(out, "{entity} {attribute}: {text} (by {method}, confidence {confidence:.4}{tied})")?;
        if let Some(outcome) = self.outcome {
            return outcome.evidence(item).iter().try_for_each(|evidence| self.tell_evidence(evidence, out));
        }
        for rival in self.ranked(item) {
            let mark = if Some(rival) == *candidate { '*' } else { ' ' };
            let value = safe::line(self.table.text(rival));
            writeln!(out, "{mark} {value}  belief {}", short(self.belief[rival]))?;
            for &voter in self.table.voters(rival) {
                let source = safe::line(self.table.sources.get(voter));
                writeln!(out, "    {source}, trusted {}", short(self.trust[voter as usize]))?;
            }
        }
        Ok(())
    }

    /// The sum of the log-odds for a value, part by part.
    fn tell_evidence(&self, evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
        let value = safe::line(self.face(&evidence.value));
        writeln!(out, "  {value}  likely by {:.4}", evidence.belief)?;
        let mut line = |odds: f64, words: &str| writeln!(out, "    {odds:+8.3}  {words}");
        for voice in &evidence.voices {
            let source = safe::line(self.table.sources.get(voice.source));
            let shared = match voice.weight {
                weight if weight > 0.995 => String::new(),
                weight => format!(", {weight:.2} of a voice"),
            };
            line(voice.odds, &format!("{source}, right {:.3} of the time{shared}", voice.accuracy))?;
        }
        if evidence.wider != 0.0 {
            line(evidence.wider, "who gives something wider, which this does not contradict")?;
        }
        line(evidence.others, "that all others would be wrong in just their ways")?;
        line(sum(evidence), "sum of the log-odds")
    }

    /// A value as it is written.
    fn face<'f>(&'f self, face: &'f Face) -> &'f str {
        match face {
            Face::Claimed(candidate) => self.table.text(*candidate as usize),
            Face::Meant(text) => text,
        }
    }

    /// `source,attribute,trust,claims,slip,depends`: for each source a row over all it says, without an attribute,
    /// and, where the method tells them apart, a row for each attribute.
    ///
    /// # Errors
    /// Those of the output.
    pub fn sources_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["source", "attribute", "trust", "claims", "slip", "depends"])?;
        for source in self.sources() {
            let depends: Vec<String> =
                source.depends.iter().map(|on| format!("{} {}", on.source, on.dependence)).collect();
            let (trust, claims) = (short(source.trust), source.claims.to_string());
            csv.write_record([source.source, "", &trust, &claims, "", &depends.join("|")])?;
            for of in &source.attributes {
                let slip = match of.slip {
                    None => String::new(),
                    Some(SlipTold::Factor(factor)) => format!("times {factor}"),
                    Some(SlipTold::Minutes(minutes)) => format!("{minutes:+} min"),
                };
                let (trust, claims) = (short(of.trust), of.claims.to_string());
                csv.write_record([source.source, of.attribute, &trust, &claims, &slip, ""])?;
            }
        }
        csv.flush()
    }

    /// The sources as one object.
    ///
    /// # Errors
    /// Those of the output.
    pub fn sources_json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct All<'a> {
            schema_version: u8,
            method: &'a str,
            sources: Vec<Source<'a>>,
        }
        let all = All { schema_version: 1, method: self.method, sources: self.sources() };
        serde_json::to_writer_pretty(safe::PlainJson(&mut *out), &all)?;
        writeln!(out)
    }

    fn sources(&self) -> Vec<Source<'a>> {
        let table = self.table;
        let attributes = table.attributes.len();
        // By source and attribute, as trust is.
        let mut claims = vec![0; table.sources.len() * attributes];
        for (at, item) in table.items().iter().enumerate() {
            for candidate in table.candidates(at) {
                for voter in table.voters(candidate) {
                    claims[*voter as usize * attributes + item.attribute as usize] += 1;
                }
            }
        }
        let mut sources: Vec<Source<'a>> = (0..table.sources.len())
            .map(|at| Source {
                source: table.sources.get(at as u32),
                trust: rounded(self.trust[at]),
                claims: claims[at * attributes..(at + 1) * attributes].iter().sum(),
                attributes: Vec::new(),
                depends: Vec::new(),
            })
            .collect();
        let Some(outcome) = self.outcome else { return sources };
        let slips: BTreeMap<(u32, u32), &Slip> = outcome.slips.iter().map(|(of, slip)| (*of, slip)).collect();
        for (at, source) in sources.iter_mut().enumerate() {
            for attribute in 0..attributes {
                let place = at * attributes + attribute;
                let Some(trust) = outcome.trust[place] else { continue };
                let slip = slips.get(&(at as u32, attribute as u32));
                source.attributes.push(OfAttribute {
                    attribute: table.attributes.get(attribute as u32),
                    trust: rounded(trust),
                    claims: claims[place],
                    slip: slip.map(|slip| match slip {
                        Slip::Factor { factor, .. } => SlipTold::Factor(rounded(*factor)),
                        Slip::Shift { minutes } => SlipTold::Minutes(*minutes),
                    }),
                });
            }
        }
        for &(one, other, dependence) in &outcome.copies {
            for (one, other) in [(one, other), (other, one)] {
                let dependence = rounded(f64::from((dependence * 1e4).round()) / 1e4);
                sources[one as usize].depends.push(On { source: table.sources.get(other), dependence });
            }
        }
        sources
    }

    fn names(&self, item: usize) -> (&'a str, &'a str) {
        let item = self.table.items()[item];
        (self.table.entities.get(item.entity), self.table.attributes.get(item.attribute))
    }

    /// The candidates of an item, the chosen one first, then the more believed ones, then those with more voters.
    fn ranked(&self, item: usize) -> Vec<usize> {
        let chosen = self.answers[item].candidate;
        let mut candidates: Vec<usize> = self.table.candidates(item).collect();
        candidates.sort_by(|&a, &b| {
            let voters = |candidate: usize| self.table.voters(candidate).len();
            (chosen == Some(b))
                .cmp(&(chosen == Some(a)))
                .then(self.belief[b].total_cmp(&self.belief[a]))
                .then(voters(b).cmp(&voters(a)))
        });
        candidates
    }
}

fn sum(evidence: &Evidence) -> f64 {
    evidence.voices.iter().map(|voice| voice.odds).sum::<f64>() + evidence.wider + evidence.others
}

/// A figure on a method's own scale, to six digits.
fn rounded(figure: f64) -> f64 {
    let rounded = format!("{figure:.5e}").parse().unwrap_or(figure);
    // No sign before a zero.
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn short(figure: f64) -> String {
    rounded(figure).to_string()
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
    trust: f64,
    claims: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<OfAttribute<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends: Vec<On<'a>>,
}

/// A source about one attribute.
#[derive(Serialize)]
struct OfAttribute<'a> {
    attribute: &'a str,
    trust: f64,
    claims: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    slip: Option<SlipTold>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum SlipTold {
    Factor(f64),
    Minutes(i32),
}

/// Another source that one shares its mistakes with.
#[derive(Serialize)]
struct On<'a> {
    source: &'a str,
    dependence: f64,
}

struct Whole<'f, 'a>(&'f Fusion<'a>);

impl Serialize for Whole<'_, '_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let fusion = self.0;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("schema_version", &1)?;
        map.serialize_entry("method", fusion.method)?;
        map.serialize_entry("claims", &fusion.table.claim_count())?;
        map.serialize_entry("repeats", &fusion.table.repeats())?;
        map.serialize_entry("sources", &fusion.table.sources.len())?;
        map.serialize_entry("conflicts", &fusion.conflicts())?;
        map.serialize_entry("ties", &fusion.ties())?;
        map.serialize_entry("items", &Items(fusion))?;
        map.end()
    }
}

struct Items<'f, 'a>(&'f Fusion<'a>);

impl Serialize for Items<'_, '_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut items = out.serialize_seq(Some(self.0.answers.len()))?;
        for item in 0..self.0.answers.len() {
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
        struct Shown<'s> {
            entity: &'s str,
            attribute: &'s str,
            value: &'s str,
            confidence: f64,
            tied: bool,
            #[serde(skip_serializing_if = "Option::is_none")]
            belief: Option<f64>,
            voters: Vec<&'s str>,
            rivals: Vec<Rival<'s>>,
        }
        #[derive(Serialize)]
        struct Rival<'s> {
            value: &'s str,
            belief: f64,
            voters: Vec<&'s str>,
        }
        let Item { fusion, item } = *self;
        let table = fusion.table;
        let (entity, attribute) = fusion.names(item);
        let voters = |candidate: usize| {
            table.voters(candidate).iter().map(|voter| table.sources.get(*voter)).collect::<Vec<_>>()
        };
        let Answer { candidate, text, confidence, tied } = &fusion.answers[item];
        let rivals = fusion.ranked(item).into_iter().filter(|rival| Some(*rival) != *candidate);
        let rival = |rival: usize| Rival {
            value: table.text(rival),
            belief: rounded(fusion.belief[rival]),
            voters: voters(rival),
        };
        let shown = Shown {
            entity,
            attribute,
            value: text,
            confidence: (confidence * 1e4).round() / 1e4,
            tied: *tied,
            belief: candidate.map(|candidate| rounded(fusion.belief[candidate])),
            voters: candidate.map(voters).unwrap_or_default(),
            rivals: rivals.map(rival).collect(),
        };
        shown.serialize(out)
    }
}
