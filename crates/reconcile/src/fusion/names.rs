//! Texts kept once each and known by a number.

use std::hash::Hasher;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Texts numbered in the order in which they first came, each kept once, all in one piece of memory.
#[derive(Clone, Default, Debug)]
pub struct Names {
    bytes: String,
    ends: Vec<usize>,
    /// Open addressing over the numbers, plus one; 0 is a free place. Its length is a power of two.
    places: Vec<u32>,
}

impl Names {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text with this number, which must have come from here.
    pub fn get(&self, number: u32) -> &str {
        let at = number as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// The number of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        match self.places[self.place(text)] {
            0 => None,
            taken => Some(taken - 1),
        }
    }

    /// The number of a text, new or known.
    pub fn intern(&mut self, text: &str) -> u32 {
        if self.places.len() <= self.ends.len() * 2 {
            self.grow();
        }
        let place = self.place(text);
        if let Some(known) = self.places[place].checked_sub(1) {
            return known;
        }
        let number = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        self.places[place] = number + 1;
        number
    }

    /// For each text, in the order of the texts themselves, its number.
    pub fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_unstable_by(|&left, &right| self.get(left).cmp(self.get(right)));
        order
    }

    /// A fingerprint of all texts and their order.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Xxh3::new();
        hash.write(self.bytes.as_bytes());
        for end in &self.ends {
            hash.write_usize(*end);
        }
        hash.finish()
    }

    fn place(&self, text: &str) -> usize {
        let mask = self.places.len() - 1;
        let mut place = xxh3_64(text.as_bytes()) as usize & mask;
        while let Some(number) = self.places[place].checked_sub(1) {
            if self.get(number) == text {
                break;
            }
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        self.places = vec![0; (self.places.len() * 2).max(64)];
        let mask = self.places.len() - 1;
        for number in 0..self.ends.len() as u32 {
            let mut place = xxh3_64(self.get(number).as_bytes()) as usize & mask;
            while self.places[place] != 0 {
                place = (place + 1) & mask;
            }
            self.places[place] = number + 1;
        }
    }
}
