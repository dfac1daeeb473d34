//! The claims as the automatic method sees them: what means the same is one.

use super::super::table::Table;
use super::super::value::{Kind, Value};
use super::ancestry::Ancestry;
use super::slips::{Slip, Slips};
use std::ops::Range;

/// A value of an item: all candidates that mean the same, with everyone who gives one of them.
///
/// Cells are in the order of items, the voters of a cell ascending. A cell *covers* another one of its item when it
/// says the same less precisely: `30.3` from a source that prints one decimal covers `30.27`, `Texas` covers
/// `Houston`. Who gives a covering value does not contradict the covered one.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// For each item its attribute.
    pub(super) attribute: Vec<u32>,
    /// For each item where its cells begin, and where the last one ends.
    pub(super) start: Vec<u32>,
    /// For each cell where its voters begin, and where the last one ends.
    pub(super) voter_start: Vec<u32>,
    /// The sources, cell by cell.
    pub(super) voters: Vec<u32>,
    /// For each cell how it is written.
    pub(super) face: Vec<Face>,
    /// For each cell where the cells that cover it begin in `wider`, and where the last one ends.
    pub(super) wider_start: Vec<u32>,
    /// The covering cells.
    pub(super) wider: Vec<u32>,
}

/// How a cell is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Face {
    /// As this candidate of the table: of those that mean the same the one with most voters, then the first.
    Claimed(u32),
    /// As nobody wrote it: what a source meant whose slip is undone.
    Meant(Box<str>),
}

impl Cells {
    pub(super) fn items(&self) -> usize {
        self.attribute.len()
    }

    pub(super) fn of(&self, item: usize) -> Range<usize> {
        self.start[item] as usize..self.start[item + 1] as usize
    }

    pub(super) fn votes(&self, cell: usize) -> Range<usize> {
        self.voter_start[cell] as usize..self.voter_start[cell + 1] as usize
    }

    pub(super) fn voters(&self, cell: usize) -> &[u32] {
        &self.voters[self.votes(cell)]
    }

    pub(super) fn wider(&self, cell: usize) -> &[u32] {
        &self.wider[self.wider_start[cell] as usize..self.wider_start[cell + 1] as usize]
    }

    /// Gathers the candidates of each item into cells.
    pub(super) fn gather(table: &Table, kinds: &[Kind], slips: &Slips, ancestry: &Ancestry) -> Cells {
        let mut cells =
            Cells { start: vec![0], voter_start: vec![0], wider_start: vec![0], ..Cells::default() };
        cells.voters.reserve_exact(table.claim_count());
        let mut groups: Vec<Group> = Vec::new();
        for (at, item) in table.items().iter().enumerate() {
            let attribute = item.attribute as usize;
            groups.clear();
            for candidate in table.candidates(at) {
                let value = kinds[attribute].read(table.text(candidate));
                for &source in table.voters(candidate) {
                    match slips.of(source, item.attribute) {
                        Some(slip) => join(&mut groups, slip.undone(&value), None, source),
                        None => join(&mut groups, value.clone(), Some(candidate as u32), source),
                    }
                }
            }
            settle(&mut groups);
            cells.push(table, item.attribute, &mut groups, slips, ancestry);
        }
        cells
    }

    fn push(
        &mut self,
        table: &Table,
        attribute: u32,
        groups: &mut [Group],
        slips: &Slips,
        ancestry: &Ancestry,
    ) {
        let first = self.face.len() as u32;
        for group in groups.iter_mut() {
            group.voters.sort_unstable();
            self.face.push(match group.best {
                Some((candidate, _)) => Face::Claimed(candidate),
                None => Face::Meant(group.value.to_string().into()),
            });
            self.voters.extend_from_slice(&group.voters);
            self.voter_start.push(self.voters.len() as u32);
        }
        for covered in 0..groups.len() {
            for (wide, group) in groups.iter().enumerate() {
                if wide != covered && covers(table, attribute, group, &groups[covered], slips, ancestry) {
                    self.wider.push(first + wide as u32);
                }
            }
            self.wider_start.push(self.wider.len() as u32);
        }
        self.attribute.push(attribute);
        self.start.push(self.face.len() as u32);
    }
}

struct Group {
    value: Value,
    /// The candidate that shows it and how many give it.
    best: Option<(u32, u32)>,
    /// How many give the candidate that is being counted.
    counting: (u32, u32),
    voters: Vec<u32>,
}

fn join(groups: &mut Vec<Group>, value: Value, candidate: Option<u32>, source: u32) {
    let group = match groups.iter_mut().position(|group| group.value == value) {
        Some(at) => &mut groups[at],
        None => {
            groups.push(Group { value, best: None, counting: (0, 0), voters: Vec::new() });
            let last = groups.len() - 1;
            &mut groups[last]
        }
    };
    group.voters.push(source);
    if let Some(candidate) = candidate {
        let counted = if group.counting.0 == candidate { group.counting.1 + 1 } else { 1 };
        group.counting = (candidate, counted);
        if group.best.is_none_or(|(_, best)| counted > best) {
            group.best = Some((candidate, counted));
        }
    }
}

/// A meant value that nobody wrote joins the one written value it can be, if it can be just one.
fn settle(groups: &mut Vec<Group>) {
    let mut at = 0;
    while at < groups.len() {
        let meant = match (&groups[at].value, groups[at].best) {
            (Value::Number(number), None) => *number,
            _ => {
                at += 1;
                continue;
            }
        };
        let mut near = (0..groups.len()).filter(|&other| match (&groups[other].value, groups[other].best) {
            (Value::Number(number), Some(_)) => (number.to_f64() - meant.to_f64()).abs() <= meant.half_unit(),
            _ => false,
        });
        match (near.next(), near.next()) {
            (Some(only), None) => {
                let voters = std::mem::take(&mut groups[at].voters);
                groups[only].voters.extend(voters);
                groups.remove(at);
            }
            _ => at += 1,
        }
    }
}

/// Whether everyone who gives `wide` may mean `narrow`.
fn covers(
    table: &Table,
    attribute: u32,
    wide: &Group,
    narrow: &Group,
    slips: &Slips,
    ancestry: &Ancestry,
) -> bool {
    match (&wide.value, &narrow.value) {
        (Value::Number(wide_number), Value::Number(number)) => {
            let usual = slips.usual_places(attribute);
            let printed =
                wide.voters.iter().map(|&source| slips.places(source, attribute)).max().unwrap_or(usual);
            let places = if printed < usual {
                printed
            } else if wide_number.places > usual && number.places <= usual {
                usual
            } else {
                return false;
            };
            let half_unit = 0.5 / 10f64.powi(i32::from(places));
            number.places <= usual
                && (wide_number.to_f64() - number.to_f64()).abs() <= half_unit * (1.0 + 1e-9)
        }
        (Value::Text(_), Value::Text(_)) => match (wide.best, narrow.best) {
            (Some((wide, _)), Some((narrow, _))) => {
                ancestry.above(table.text_of(wide as usize), table.text_of(narrow as usize))
            }
            _ => false,
        },
        _ => false,
    }
}

impl Slip {
    /// What somebody with this slip meant.
    fn undone(&self, value: &Value) -> Value {
        match (self, value) {
            (Slip::Factor { factor, places }, Value::Number(number)) => {
                number.divided(*factor, *places).map_or_else(|| value.clone(), Value::Number)
            }
            (Slip::Shift { minutes }, Value::Time(time)) => {
                Value::Time((i32::from(*time) - minutes).rem_euclid(1440) as u16)
            }
            _ => value.clone(),
        }
    }
}
