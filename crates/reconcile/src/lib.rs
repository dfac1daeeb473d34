//! From claims to conclusions: who copied whom, what agrees, what contradicts, what follows.
//!
//! ```text
//! ClaimGraph ─ corpus ─ lineage ─ agreement ─ authority ─ checks ─ judge ─▶ Audit
//! ```
//!
//! Claims are stored and verdicts are derived again: [`reconcile`] is a pure function of the graph, and the
//! order in which claims came, their repetition, and the number of copies of a text leave no trace in it.
//! Everything that decides is exact or outward-rounded decimal arithmetic and integer log-odds.

mod agreement;
mod authority;
mod bearing;
mod catalogue;
mod checks;
mod corpus;
mod decisions;
mod definitions;
mod diagnose;
mod doubts;
mod find;
pub mod fusion;
mod graph;
mod identity;
mod judge;
mod kinship;
mod lineage;
mod lookalike;
mod metrics;
mod missing;
mod money;
mod near;
mod odds;
mod outcome;
mod readable;
mod rules;
mod table;
mod time;

#[cfg(test)]
mod tests;

pub use catalogue::Catalogue;
pub use decisions::{ClaimSeen, ConflictSeen, Decided, Decision, DecisionError, RowSeen, Standing, Verb};
pub use find::{Found, find};
pub use graph::ClaimGraph;
pub use kinship::{Kinship, kinship};
pub use outcome::*;
pub use readable::harmless_in_a_shell;
pub use rules::{Rules, RulesError};

use consilience_claim::Date;

/// What a user may decide about a reconciliation.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Config {
    /// Documents published after this day are left out: what could be known then.
    pub as_of: Option<Date>,
    /// What is known of the entities spoken of.
    pub catalogue: Catalogue,
    /// What people decided about earlier reconciliations.
    pub decisions: Vec<Decision>,
    /// Leaves [`Row::votes`] empty: only an explanation shows them, and they are a large part of an audit.
    pub without_votes: bool,
    /// Which figures follow from which.
    pub rules: Rules,
}

/// Draws the conclusions.
pub fn reconcile(graph: &ClaimGraph, config: &Config) -> Audit {
    let mut rulings = decisions::Rulings::new(&config.decisions, config.as_of);
    let items = graph.items();
    let identities = identity::Identities::resolve(graph, &items, &config.catalogue, &mut rulings);
    let corpus = corpus::Corpus::new(graph, items, config, &identities, &mut rulings);
    let (origins, dependences) = lineage::trace(&corpus);
    let mut rows = agreement::rows(&corpus, &origins);
    authority::settle(&mut rows);
    time::supersede(&corpus, &mut rows);
    let try_all = |rows: &[_]| checks::try_all(rows, &config.rules.0, &config.catalogue);
    let (mut tried, mut implied) = try_all(&rows);
    if judge::settle_ties(&corpus, &mut rows, &tried) {
        (tried, implied) = try_all(&rows);
    }
    // What is told of the rows is found side by side: nothing of it changes them.
    let (mut conflicts, (lookalikes, (doubts, near))) = rayon::join(
        || judge::conflicts(&corpus, &rows, &tried),
        || {
            rayon::join(
                || lookalike::find(&config.catalogue, &rows),
                || {
                    rayon::join(
                        || doubts::notes(&corpus, &config.catalogue, &rows),
                        || near::notes(&corpus, &config.catalogue, &rows, &rulings),
                    )
                },
            )
        },
    );
    // Notes come last in the order of severity already.
    conflicts.extend(time::notes(&corpus, &rows));
    conflicts.extend(missing::notes(&corpus, &dependences, &rows));
    conflicts.extend(doubts);
    let mut audit = table::audit(
        &corpus,
        &origins,
        dependences,
        &rows,
        &tried,
        implied,
        conflicts,
        &lookalikes,
        !config.without_votes,
    );
    audit.notes = time::as_of(&corpus, config.as_of);
    audit.notes.extend(near);
    rulings.conclude(&corpus, &mut audit);
    audit
}
