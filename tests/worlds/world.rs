//! A world: reports on true figures, slips in some of them, copies and translations of others.

use std::collections::BTreeSet;

use super::article::{Article, LANGUAGES, Statement, independents};
use super::chance::{Chance, mixed};
use super::figures::{Item, figures};
use super::slips::{KINDS, Scene, Slip, called, size};

pub(crate) struct World {
    pub(crate) articles: Vec<Article>,
    pub(crate) slips: Vec<Slip>,
}

impl World {
    /// The world of a seed, always the same, that tells nothing but some items.
    pub(crate) fn telling(seed: u64, tells: impl Fn(&Item) -> bool) -> World {
        let mut chance = Chance::new(mixed(seed));
        let (_, mut truths) = figures(&mut chance);
        truths.retain(|truth| tells(&truth.item));
        let number = 6 + chance.below(4);
        let mut articles = independents(&mut chance, &truths, number);
        let mut slips = Vec::new();
        let mut kinds = KINDS;
        chance.shuffle(&mut kinds);
        let mut scene = Scene { truths: &truths, articles: &mut articles };
        for kind in kinds {
            if slips.len() == 5 {
                break;
            }
            scene.plant(&mut chance, kind, &mut slips);
        }
        quotation(&mut chance, &mut articles);
        let mut world = World { articles, slips };
        world.copy(&mut chance);
        world
    }

    /// Derives copies, spun copies and translations from some reports; in some a figure changes on the way.
    fn copy(&mut self, chance: &mut Chance) {
        let mut roots: Vec<usize> =
            (0..self.articles.len()).filter(|&a| self.articles[a].statements().count() >= 9).collect();
        chance.shuffle(&mut roots);
        roots.truncate(1 + chance.below(3));
        let mut gone = BTreeSet::new();
        for root in roots {
            let original = self.articles[root].clone();
            // Some originals are not in the collection: what is left are two that go back to it.
            let lost = chance.percent(20);
            let number = if lost { 2 } else { 1 + chance.below(3) };
            for n in 0..number {
                let mut copy = original.clone();
                copy.name = format!("{}{}", original.name, ['k', 'm', 'p', 'q'][n]);
                if chance.percent(50) {
                    translate(chance, &mut copy);
                } else if chance.percent(30) {
                    reword(chance, &mut copy, 55);
                } else {
                    reword(chance, &mut copy, 8);
                }
                if copy.paragraphs.len() >= 5 && (lost || chance.percent(40)) {
                    // Two copies of a lost text lack different parts of it.
                    let place = (n * 2 + 1) % copy.paragraphs.len();
                    copy.paragraphs.remove(place);
                }
                if n == 0 && chance.percent(45) {
                    self.slip_in_copy(chance, &mut copy);
                }
                for statement in copy.statements() {
                    if let Some(slip) = statement.slip {
                        self.slips[slip].odd.insert(copy.name.clone());
                    }
                }
                self.articles.push(copy);
            }
            if lost {
                gone.insert(original.name);
            }
        }
        self.articles.retain(|a| !gone.contains(&a.name));
        for slip in &mut self.slips {
            slip.odd.retain(|name| !gone.contains(name));
        }
        self.articles.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// A digit goes wrong on the way.
    fn slip_in_copy(&mut self, chance: &mut Chance, copy: &mut Article) {
        let places: Vec<(usize, usize)> = (0..copy.paragraphs.len())
            .flat_map(|p| (0..copy.paragraphs[p].len()).map(move |s| (p, s)))
            .filter(|&(p, s)| {
                let statement = &copy.paragraphs[p][s];
                let digits = statement.digits();
                let once = copy.statements().filter(|x| x.value == statement.value).count() == 1;
                statement.bound == consilience_claim::Bound::Exact
                    && once
                    && digits.trim_end_matches('0').len() >= 2
                    && !self.slips.iter().any(|slip| slip.touches(&statement.item))
            })
            .collect();
        if places.is_empty() {
            return;
        }
        let &(p, s) = chance.pick(&places);
        let right = copy.paragraphs[p][s].clone();
        let mut digits: Vec<char> = right.digits().chars().collect();
        let place = chance.below(digits.len() - 1);
        let swaps = digits[place] != digits[place + 1] && (place > 0 || digits[1] != '0');
        let kind = if swaps && chance.percent(50) {
            digits.swap(place, place + 1);
            "digit_transposition"
        } else {
            digits[place] = if digits[place] == '7' { '4' } else { '7' };
            "digit"
        };
        let mut wrong = right.with_digits(&digits.iter().collect::<String>());
        if wrong.quantity().meets(&right.quantity()) != Some(false) {
            return;
        }
        wrong.slip = Some(self.slips.len());
        self.slips.push(Slip {
            kind: called(kind, &wrong),
            item: wrong.item.clone(),
            odd: BTreeSet::new(),
            in_a_copy: true,
            size: size(&right, &wrong),
            told: format!("{} for {}", wrong.value, right.value),
        });
        copy.paragraphs[p][s] = wrong;
    }
}

/// Two reports quote one sentence of the press release word for word: that makes no copy.
fn quotation(chance: &mut Chance, articles: &mut [Article]) {
    let of = |a: &Article| a.statements().find(|s| s.slip.is_none() && s.item.metric == "revenue").cloned();
    let Some(sentence) = articles.iter().find_map(of) else { return };
    let lang = articles.iter().find(|a| of(a).is_some()).map(|a| a.lang);
    for article in articles.iter_mut().filter(|a| Some(a.lang) == lang && chance.percent(70)) {
        let same = |s: &&mut Statement| s.item == sentence.item && s.slip.is_none();
        if let Some(statement) = article.paragraphs.iter_mut().flatten().find(same) {
            *statement = sentence.clone();
        }
    }
}

fn translate(chance: &mut Chance, copy: &mut Article) {
    let others: Vec<&str> = LANGUAGES.into_iter().filter(|l| *l != copy.lang).collect();
    copy.lang = others[chance.below(others.len())];
    reword(chance, copy, 100);
}

/// Tells so many of a hundred sentences in other words.
pub(crate) fn reword(chance: &mut Chance, copy: &mut Article, share: usize) {
    for statement in copy.paragraphs.iter_mut().flatten() {
        if chance.percent(share) {
            statement.wording = chance.next();
        }
    }
}
