//! How sure a claim is: logistic regression over the evidence that its reading rests on.
//!
//! Each [`Fact`] that holds of a claim adds a weight in log-odds; the sum, through the logistic function, is the
//! probability that the claim is read right in every field. The weights are data, `data/confidence.toml`, fitted by
//! `tools/fit-confidence.py` over annotated articles. All is computed in integers, so that equal claims are equally
//! sure on every machine.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use consilience_claim::{Aspect, Bound, Claim, Confidence, Modality, Unit};

use crate::attach::OF_NO_LIST;
use crate::table;

/// Weights of what ships with the program.
const SHIPPED: &str = include_str!("../../../data/confidence.toml");
/// A metric further than this many bytes from its figure is far.
const FAR: usize = 60;
/// The largest weight, in thousandths of a nat: beyond it one fact would decide alone.
const LARGEST: i64 = 10_000;

/// Something that is or is not so of a claim, and bears on whether it is read right.
pub struct Fact {
    /// Its name in the table of weights.
    pub name: &'static str,
    /// Whether it can only make a reading less sure.
    pub doubt: bool,
    holds: fn(&Claim) -> bool,
}

/// All facts. What is carried is also not near and what has no period has none of its own, so that the larger want
/// never counts for less than the smaller one.
pub const FACTS: [Fact; 17] = [
    Fact { name: "table", doubt: false, holds: in_table },
    // The metric: in whose words, and where they stand.
    Fact { name: "metric_carried", doubt: true, holds: |c| !in_table(c) && place(c, "metric").is_none() },
    Fact { name: "metric_not_near", doubt: true, holds: |c| !in_table(c) && !near(c) },
    Fact {
        name: "metric_behind",
        doubt: true,
        holds: |c| !in_table(c) && place(c, "metric").is_some_and(|(start, _)| start >= c.span.end),
    },
    Fact {
        name: "metric_open",
        doubt: true,
        holds: |c| c.reading.iter().any(|step| step.because == OF_NO_LIST),
    },
    // The entity: named beside the figure, or what the text is about; known or made out from its words.
    Fact { name: "entity_carried", doubt: true, holds: |c| place(c, "entity").is_none() },
    Fact { name: "entity_open", doubt: true, holds: |c| c.entity_id.is_none() },
    // The period.
    Fact { name: "period_carried", doubt: true, holds: |c| place(c, "period").is_none() },
    Fact { name: "period_none", doubt: true, holds: |c| c.period.is_unspecified() },
    // What is said of the metric.
    Fact {
        name: "aspect_growth",
        doubt: false,
        holds: |c| matches!(c.aspect, Aspect::YoyGrowth | Aspect::QoqGrowth),
    },
    Fact { name: "aspect_change", doubt: false, holds: |c| c.aspect == Aspect::Change },
    Fact {
        name: "aspect_unsaid",
        doubt: true,
        holds: |c| c.aspect != Aspect::Level && place(c, "aspect").is_none(),
    },
    Fact { name: "not_actual", doubt: false, holds: |c| c.modality != Modality::Actual },
    Fact { name: "not_exact", doubt: false, holds: |c| c.bound != Bound::Exact },
    Fact { name: "qualified", doubt: false, holds: |c| !c.qualifiers.is_empty() },
    // The figure itself.
    Fact {
        name: "of_a_count",
        doubt: false,
        holds: |c| !matches!(c.unit, Unit::Money(_) | Unit::MoneyPer(..)) && c.unit.to_string() != "percent",
    },
    Fact {
        name: "mark_two_ways",
        doubt: true,
        holds: |c| c.reading.iter().any(|step| step.because.contains(TWO_WAYS)),
    },
];

/// What the evidence says of a value whose decimal mark could be one of thousands.
pub(crate) const TWO_WAYS: &str = "with its mark read the other way";

fn in_table(claim: &Claim) -> bool {
    claim.rule == table::RULE
}

/// Where the words stand that gave a field, or `None` where it was carried over or assumed.
fn place(claim: &Claim, field: &str) -> Option<(usize, usize)> {
    claim.reading.iter().rfind(|step| step.field == field)?.span.map(|span| (span.start, span.end))
}

/// Whether the words of the metric stand close by.
fn near(claim: &Claim) -> bool {
    place(claim, "metric").is_some_and(|(start, end)| {
        claim.span.start.saturating_sub(end) <= FAR && start.saturating_sub(claim.span.end) <= FAR
    })
}

/// Which of the facts hold of a claim, in the order of [`FACTS`].
pub fn facts(claim: &Claim) -> [bool; FACTS.len()] {
    std::array::from_fn(|i| (FACTS[i].holds)(claim))
}

/// The probability that a claim is read right in every field.
pub(crate) fn of(claim: &Claim) -> Confidence {
    Weights::shipped().confidence(claim)
}

/// The table of weights, in thousandths of a nat.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Weights {
    base: i64,
    facts: [i64; FACTS.len()],
}

impl Weights {
    fn shipped() -> &'static Weights {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(|| match Weights::parse(SHIPPED) {
            Ok(weights) => weights,
            Err(error) => panic!("the shipped weights are broken: {error}"),
        })
    }

    /// Reads a table and checks that it has every weight, no other, and no doubt that makes surer.
    fn parse(text: &str) -> Result<Weights, String> {
        #[derive(serde::Deserialize)]
        struct File {
            weights: BTreeMap<String, i64>,
        }
        let said = |e: String| format!("data/confidence.toml: {e}");
        let mut file: File = toml::from_str(text).map_err(|e| said(e.to_string()))?;
        let mut take = |name: &str| {
            let weight = file.weights.remove(name).ok_or_else(|| said(format!("no weight for `{name}`")))?;
            if weight.abs() > LARGEST {
                return Err(said(format!("`{name}` is {weight}, beyond ±{LARGEST} thousandths")));
            }
            Ok(weight)
        };
        let base = take("base")?;
        let mut facts = [0; FACTS.len()];
        for (slot, fact) in facts.iter_mut().zip(&FACTS) {
            *slot = take(fact.name)?;
            if fact.doubt && *slot > 0 {
                return Err(said(format!(
                    "`{}` is a doubt and cannot make a claim surer: {slot}",
                    fact.name
                )));
            }
        }
        match file.weights.keys().next() {
            Some(name) => Err(said(format!("`{name}` is no fact known of a claim"))),
            None => Ok(Weights { base, facts }),
        }
    }

    fn confidence(&self, claim: &Claim) -> Confidence {
        let weights = facts(claim).into_iter().zip(self.facts);
        logistic(self.base + weights.filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum::<i64>())
    }
}

/// 1 / (1 + e⁻ˣ) of thousandths, in thousandths from 1 to 999.
fn logistic(x: i64) -> Confidence {
    const ONE: u128 = 1 << 62;
    /// e to the power of −0.001, times 2⁶².
    const STEP: u128 = 4_607_076_637_483_547_509;
    let mut odds_against = ONE;
    let mut factor = STEP;
    // Fits: the tables bound every weight.
    let mut steps = x.unsigned_abs().min(40_000);
    while steps > 0 {
        if steps & 1 == 1 {
            odds_against = (odds_against * factor) >> 62;
        }
        factor = (factor * factor) >> 62;
        steps >>= 1;
    }
    let whole = ONE + odds_against;
    let share = (1000 * ONE + whole / 2) / whole;
    let share = u16::try_from(share).unwrap_or(1000);
    Confidence::per_mille(if x < 0 { 1000 - share } else { share }.clamp(1, 999))
}

#[cfg(test)]
mod tests {
    use super::*;

    use consilience_claim::{Evidence, Span};

    fn claim() -> Claim {
        let mut claim = Claim::from_json(
            r#"{"doc":"a.txt","start":100,"end":109,"entity":"Toyota","entity_id":"X","metric":"revenue",
            "period":"2023-Q2","value":"45","unit":"USD","rule":"reader/sentence"}"#,
        )
        .unwrap();
        for (field, start) in [("value", 100), ("metric", 80), ("entity", 70), ("period", 120)] {
            let span = Some(Span { start, end: start + 7 });
            claim.reading.push(Evidence { field: field.into(), span, because: String::new() });
        }
        claim
    }

    fn carried(field: &str, mut claim: Claim) -> Claim {
        claim.reading.iter_mut().filter(|step| step.field == field).for_each(|step| step.span = None);
        claim
    }

    #[test]
    fn the_logistic_function_is_that_of_the_books() {
        for x in -12_000..12_000 {
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let exact = 1000.0 / (1.0 + (-(x as f64) / 1000.0).exp());
            let got = f64::from(logistic(x).thousandths());
            assert!((got - exact.clamp(1.0, 999.0)).abs() <= 0.51, "{x}: {got} for {exact}");
        }
    }

    #[test]
    fn what_is_carried_is_never_surer_than_what_is_named() {
        let named = claim();
        for field in ["metric", "entity", "period"] {
            assert!(of(&carried(field, named.clone())) <= of(&named), "{field}");
        }
        let mut far = named.clone();
        far.reading[1].span = Some(Span { start: 0, end: 7 });
        assert!(of(&far) <= of(&named));
        assert!(of(&carried("metric", named.clone())) <= of(&far));
        let mut timeless = carried("period", named.clone());
        timeless.period = consilience_claim::Period::Unspecified;
        assert!(of(&timeless) <= of(&carried("period", named)));
    }

    #[test]
    fn a_doubt_never_makes_surer_whatever_else_holds() {
        let weights = Weights::shipped();
        for (fact, weight) in FACTS.iter().zip(weights.facts) {
            assert!(!fact.doubt || weight <= 0, "{}", fact.name);
        }
        let all = weights.facts.iter().map(|w| w.abs()).sum::<i64>() + weights.base.abs();
        assert!((1..1000).contains(&logistic(-all).thousandths()));
        assert!((1..1000).contains(&logistic(all).thousandths()));
    }

    #[test]
    fn a_broken_table_says_what_is_wrong() {
        for (from, to, message) in [
            ("period_none", "period_noon", "no weight for `period_none`"),
            ("[weights]", "[weights]\nluck = 3", "`luck` is no fact known of a claim"),
            ("base = ", "base = 99", "beyond ±10000"),
            ("base = ", "base = x", "TOML parse error"),
            ("period_none = -", "period_none = ", "cannot make a claim surer"),
        ] {
            let error = Weights::parse(&SHIPPED.replace(from, to)).unwrap_err();
            assert!(error.starts_with("data/confidence.toml: ") && error.contains(message), "{to}: {error}");
        }
    }
}
