//! Conflicts as compilers tell errors: headline, the words where they stand, why, and what would help.

use std::collections::BTreeSet;

use consilience_claim::{Claim, ClaimId, Decimal};
use consilience_reconcile::{Audit, Conflict, ConflictKind, Row, Severity};
use indexmap::IndexMap;

use crate::excerpt::{self, Shown};
use crate::screen::{BOLD, CYAN, DIM, RED, Screen, YELLOW};
use crate::text::{labelled, values};
use crate::words::{
    advice, against, aspect, count, headline, kind, metric, modality, period, rivals_in, told,
};
use crate::{Sources, figure, safe};

/// Where two sides stand against each other, one excerpt of each shows it.
const SIDES: usize = 2;
/// A sum has more figures than two.
const INPUTS: usize = 4;
/// Of so many claims of a side the one that reads best is chosen.
const CANDIDATES: usize = 8;
/// A passage of fewer columns (a cell of a table) says little of what it is about.
const TELLING: usize = 30;

/// A conflict in full. With `screen.limit` 0 every claim is shown in its source, else one of each side.
pub(crate) fn conflict(audit: &Audit, conflict: &Conflict, sources: &dyn Sources, screen: &Screen) -> String {
    let mut out = title(audit, conflict, screen);
    let sides = sides(audit, conflict);
    let (shown, left) = chosen(conflict, &sides, sources, screen);
    out.push_str(&excerpt::render(screen, sources, &shown));
    if let Some(line) = also(&sides, &left) {
        out.push_str(&labelled(screen, GUTTER, "=", DIM, "", &line));
    }
    out.push_str(&reasons(conflict, screen, true));
    out
}

/// A conflict whose words stand elsewhere: headline and reasons; `help` where what would help does not.
pub(crate) fn in_short(audit: &Audit, conflict: &Conflict, screen: &Screen, help: bool) -> String {
    format!("{}{}", title(audit, conflict, screen), reasons(conflict, screen, help))
}

/// A note on one line, cut to the screen.
pub(crate) fn note(audit: &Audit, conflict: &Conflict, screen: &Screen) -> String {
    let about = headline(&conflict.key);
    let line = match (figures(audit, conflict, " vs "), conflict.kind) {
        (Some(figures), ConflictKind::Value) => format!("{about}: {figures}"),
        (Some(figures), found) => format!("{about}: {figures} ({})", kind(found)),
        // A passage that is missing: the first figure in it says little.
        (None, ConflictKind::Value) => told(conflict).to_owned(),
        (None, _) => format!("{about}: {}", told(conflict)),
    };
    let room = screen.width.saturating_sub(conflict.code.len() + 1);
    let line = safe::shortened(&safe::line(&line), room);
    format!("{} {line}\n", screen.paint(style(conflict.severity), conflict.code))
}

const GUTTER: usize = 2;

fn reasons(conflict: &Conflict, screen: &Screen, help: bool) -> String {
    let mut out = labelled(screen, GUTTER, "=", BOLD, "why: ", told(conflict));
    if !help {
        return out;
    }
    out.push_str(&labelled(screen, GUTTER, "=", CYAN, "help: ", advice(conflict.kind)));
    if let Some(flips) = &conflict.flips {
        out.push_str(&labelled(screen, GUTTER, "=", CYAN, "flip: ", flips));
    }
    out
}

fn tag(conflict: &Conflict) -> String {
    format!("{}[{}]", conflict.severity.as_str(), conflict.code)
}

fn style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => CYAN,
    }
}

/// What a conflict is about, in one line of safe text: the key, the figures and what slip they look like.
pub(crate) fn about(audit: &Audit, conflict: &Conflict) -> String {
    let figures = figures(audit, conflict, " against ");
    // Where no figures stand against each other there is nothing that could differ.
    let words = match (&figures, conflict.kind) {
        (None, ConflictKind::Value) => String::new(),
        (_, found) => format!(" ({})", kind(found)),
    };
    let figures = figures.map_or_else(String::new, |f| format!(": {f}"));
    safe::line(&format!("{}{figures}{words}", headline(&conflict.key))).into_owned()
}

pub(crate) fn title(audit: &Audit, conflict: &Conflict, screen: &Screen) -> String {
    let tag = tag(conflict);
    let mut lines =
        safe::wrapped(&about(audit, conflict), screen.width.saturating_sub(tag.len() + 2)).into_iter();
    let mut out = format!(
        "{}{}\n",
        screen.paint(style(conflict.severity), &tag),
        screen.paint(BOLD, &format!(": {}", lines.next().unwrap_or_default()))
    );
    for line in lines {
        out.push_str(&format!("{}{}\n", " ".repeat(tag.len() + 2), screen.paint(BOLD, &line)));
    }
    out
}

/// The figures that stand against each other; `None` where it is not figures of one item that do.
pub(crate) fn figures(audit: &Audit, conflict: &Conflict, between: &str) -> Option<String> {
    let touched = |claims: &[ClaimId]| claims.iter().any(|id| conflict.claims.contains(id));
    let figures: Vec<String> = match audit.consensus.iter().find(|row| rivals_in(row, conflict)) {
        Some(row) => {
            let rivals: Vec<_> = row.rivals.iter().filter(|r| touched(&r.claims)).cloned().collect();
            values(audit, &Row { rivals, ..row.clone() })
        }
        None => {
            let claims: Vec<&Claim> = conflict.claims.iter().filter_map(|id| audit.claims.get(id)).collect();
            let one_item = claims.windows(2).all(|pair| item(pair[0]) == item(pair[1]));
            let mut all: Vec<String> = Vec::new();
            for text in claims.iter().filter(|_| one_item).map(|claim| figure::claim(claim)) {
                if !all.contains(&text) {
                    all.push(text);
                }
            }
            all
        }
    };
    (2..=3).contains(&figures.len()).then(|| against(&figures, between))
}

fn item(claim: &Claim) -> impl PartialEq + use<'_> {
    (&claim.entity, &claim.metric, claim.aspect, claim.period.to_string())
}

/// Claims that say one thing; between sides lies the conflict.
pub(crate) struct Side<'a> {
    /// What they say, where all of them do.
    pub(crate) says: Option<String>,
    pub(crate) claims: Vec<&'a Claim>,
}

/// The claims by what they say, repeats left out, suspects first.
pub(crate) fn sides<'a>(audit: &'a Audit, conflict: &Conflict) -> Vec<Side<'a>> {
    let mut sides: IndexMap<String, Side<'a>> = IndexMap::new();
    let mut told: BTreeSet<(String, &str, Decimal, String)> = BTreeSet::new();
    let row = audit.consensus.iter().find(|row| rivals_in(row, conflict));
    for claim in conflict.claims.iter().filter_map(|id| audit.claims.get(id)) {
        let (name, says) = match row {
            Some(row) => {
                let rival = row.rivals.iter().position(|r| r.claims.contains(&claim.id));
                let value = rival.map_or(row.value, |r| Some(row.rivals[r].value));
                let says = value.map(|v| figure::amount_of(v, &row.key.unit, row.key.aspect));
                (format!("{rival:?}"), says)
            }
            None => {
                let item =
                    (&claim.entity, &claim.metric, claim.aspect, &claim.period, claim.unit.to_string());
                (format!("{item:?} {}", claim.modality), None)
            }
        };
        // The same figure of the same document again says nothing new.
        if told.insert((name.clone(), claim.doc.as_str(), claim.value, claim.unit.to_string())) {
            sides.entry(name).or_insert_with(|| Side { says, claims: Vec::new() }).claims.push(claim);
        }
    }
    let mut sides: Vec<Side<'a>> = sides.into_values().collect();
    let odd = |claim: &Claim| conflict.odd_docs.contains(&claim.doc);
    for side in &mut sides {
        side.claims.sort_by_key(|c| !odd(c));
    }
    // Nobody but suspects, then some, then none.
    sides.sort_by_key(|s| (!s.claims.iter().all(|c| odd(c)), !s.claims.iter().any(|c| odd(c))));
    sides
}

/// What is shown in its source, and how many documents of each side are not.
fn chosen<'a>(
    conflict: &Conflict,
    sides: &[Side<'a>],
    sources: &dyn Sources,
    screen: &Screen,
) -> (Vec<Shown<'a>>, Vec<usize>) {
    let most = if sides.iter().any(|s| s.says.is_some()) { SIDES } else { INPUTS };
    let mut shown: Vec<Shown<'a>> = Vec::new();
    let mut left = Vec::new();
    let suspect_side =
        sides.first().is_some_and(|s| s.claims.iter().all(|c| conflict.odd_docs.contains(&c.doc)));
    for (i, side) in sides.iter().enumerate() {
        let mut picked: Vec<&'a Claim> = Vec::new();
        if screen.limit == 0 {
            picked.clone_from(&side.claims);
        } else if i < most {
            picked.extend(best(conflict, side, i == 0, sources));
        }
        let mut unseen: Vec<&str> = side.claims.iter().map(|c| c.doc.as_str()).collect();
        unseen.retain(|doc| !picked.iter().any(|p| p.doc == *doc));
        unseen.sort_unstable();
        unseen.dedup();
        left.push(unseen.len());
        shown.extend(picked.into_iter().map(|claim| Shown {
            claim,
            suspect: conflict.odd_docs.contains(&claim.doc) && (i == 0 || !suspect_side),
            label: label(conflict, claim),
        }));
    }
    (shown, left)
}

/// The claim of a side that tells most: a sentence before a cell of a table, and the figure to the last digit
/// before a rounded one. Of the first side a suspect, of others none.
fn best<'a>(conflict: &Conflict, side: &Side<'a>, first: bool, sources: &dyn Sources) -> Option<&'a Claim> {
    let odd = |c: &Claim| conflict.odd_docs.contains(&c.doc);
    let wanted = |c: &&&Claim| odd(c) == (first && side.claims.iter().any(|c| odd(c)));
    let mut candidates: Vec<&'a Claim> =
        side.claims.iter().filter(wanted).take(CANDIDATES).copied().collect();
    if candidates.is_empty() {
        candidates = side.claims.iter().take(CANDIDATES).copied().collect();
    }
    let telling = |claim: &Claim| {
        let passage = sources.passage(&claim.doc, claim.span);
        passage.is_none_or(|p| safe::width(&p.text) >= TELLING)
    };
    let exact = |claim: &Claim| side.says.as_ref().is_none_or(|s| *s == figure::claim(claim));
    candidates.into_iter().min_by_key(|claim| (!telling(claim), !exact(claim)))
}

/// Who else is on which side.
fn also(sides: &[Side<'_>], left: &[usize]) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut others = 0;
    // The larger camp, which stands last, is said first.
    for (side, n) in sides.iter().zip(left).rev().filter(|(_, n)| **n > 0) {
        match &side.says {
            Some(says) if parts.is_empty() => {
                let say = if *n == 1 { "agrees" } else { "agree" };
                parts.push(format!("{} {say} with {says}", count(*n, "more document")));
            }
            Some(says) => parts.push(format!("{n} more with {says}")),
            None => others += n,
        }
    }
    if others > 0 {
        parts.push(format!("{} tell these figures too", count(others, "more document")));
    }
    (!parts.is_empty()).then(|| format!("and {}", parts.join(", ")))
}

/// The reading, with what of the key differs from the conflict's.
pub(crate) fn label(conflict: &Conflict, claim: &Claim) -> String {
    let key = &conflict.key;
    let mut parts = vec![figure::claim(claim)];
    if claim.entity != key.entity {
        parts.push(claim.entity.clone());
    }
    if claim.metric != key.metric {
        parts.push(metric(&claim.metric));
    }
    if claim.aspect != key.aspect {
        parts.push(aspect(claim.aspect).unwrap_or("level").to_owned());
    }
    if claim.period != key.period {
        parts.push(period(&claim.period));
    }
    if claim.modality != key.modality {
        parts.push(modality(claim.modality).unwrap_or("actual").to_owned());
    }
    parts.join(" · ")
}
