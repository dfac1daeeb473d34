use std::fmt;

use consilience_claim::{Date, Decimal, days, exact};
use consilience_reconcile::{Row, Severity, Verdict};
use serde::Deserialize;

const DEFAULT: &str = include_str!("../../../data/publishing.toml");

const VERDICTS: [Verdict; 5] =
    [Verdict::Agreed, Verdict::SingleOrigin, Verdict::Contested, Verdict::Authoritative, Verdict::Derived];

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(String);

/// What a figure has to be to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    verdicts: Vec<Verdict>,
    min_origins: usize,
    authority_suffices: bool,
    /// In thousandths.
    min_confidence: u16,
    worst_conflict: Option<Severity>,
    max_age_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    verdicts: Option<Vec<String>>,
    min_origins: Option<usize>,
    authority_suffices: Option<bool>,
    min_confidence: Option<f64>,
    worst_conflict: Option<String>,
    max_age_days: Option<u32>,
}

/// Why a figure is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Verdict(Verdict),
    NoValue,
    Origins { has: usize, needs: usize },
    Confidence { has: u16, needs: u16 },
    Conflict(Severity),
    Age { days: u32 },
    Undated,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Verdict(verdict) => write!(f, "its verdict is {}", verdict.as_str()),
            Refusal::NoValue => write!(f, "no value leads"),
            Refusal::Origins { has, needs } => {
                write!(f, "{has} independent text{} of {needs} that the policy asks for", plural(*has))
            }
            Refusal::Confidence { has, needs } => {
                write!(f, "its confidence is {} and the policy asks for {}", share(*has), share(*needs))
            }
            Refusal::Conflict(severity) => write!(f, "it stands in a conflict ({})", severity.as_str()),
            Refusal::Age { days } => write!(f, "it was last told {days} days before the feed"),
            Refusal::Undated => write!(f, "no document that tells it has a day"),
        }
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn share(thousandths: u16) -> Decimal {
    Decimal::new(i64::from(thousandths), 3).normalize()
}

impl Default for Policy {
    /// That of `data/publishing.toml`.
    fn default() -> Policy {
        let strictest = Policy {
            verdicts: Vec::new(),
            min_origins: usize::MAX,
            authority_suffices: false,
            min_confidence: 1000,
            worst_conflict: None,
            max_age_days: None,
        };
        // A test reads the file: what ships is sound.
        strictest.clone().with(DEFAULT).unwrap_or(strictest)
    }
}

impl Policy {
    /// A policy from a file; what it leaves out is as in the one that ships.
    ///
    /// # Errors
    /// [`PolicyError`] naming the line or the field.
    pub fn read(text: &str) -> Result<Policy, PolicyError> {
        Policy::default().with(text)
    }

    fn with(mut self, text: &str) -> Result<Policy, PolicyError> {
        let written: Written =
            toml::from_str(text).map_err(|e| PolicyError(e.to_string().trim().to_owned()))?;
        if let Some(names) = written.verdicts {
            self.verdicts = names.iter().map(|name| verdict(name)).collect::<Result<_, _>>()?;
        }
        if let Some(confidence) = written.min_confidence {
            if !(0.0..=1.0).contains(&confidence) {
                return Err(PolicyError(format!("min_confidence {confidence} is not between 0 and 1")));
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "in 0..=1000, checked above"
            )]
            let thousandths = (confidence * 1000.0).round() as u16;
            self.min_confidence = thousandths;
        }
        if let Some(worst) = written.worst_conflict {
            self.worst_conflict = match worst.as_str() {
                "none" => None,
                "note" => Some(Severity::Note),
                "warning" => Some(Severity::Warning),
                "error" => Some(Severity::Error),
                other => {
                    return Err(PolicyError(format!(
                        "worst_conflict «{other}» is none of none, note, warning, error"
                    )));
                }
            };
        }
        self.min_origins = written.min_origins.unwrap_or(self.min_origins);
        self.authority_suffices = written.authority_suffices.unwrap_or(self.authority_suffices);
        self.max_age_days = written.max_age_days.or(self.max_age_days);
        Ok(self)
    }

    /// Why a row may not be published; `None` where it may. `conflict` is the worst that is keyed at it, `told` the day it
    /// was last told, `today` the day of the feed.
    pub(crate) fn refuses(
        &self,
        row: &Row,
        conflict: Option<Severity>,
        told: Option<Date>,
        today: Option<Date>,
    ) -> Option<Refusal> {
        if !self.verdicts.contains(&row.verdict) {
            return Some(Refusal::Verdict(row.verdict));
        }
        if row.value.is_none() {
            return Some(Refusal::NoValue);
        }
        let excused = self.authority_suffices && row.verdict == Verdict::Authoritative;
        if row.n_origins < self.min_origins && !excused {
            return Some(Refusal::Origins { has: row.n_origins, needs: self.min_origins });
        }
        let confidence = row.confidence.thousandths();
        if confidence < self.min_confidence {
            return Some(Refusal::Confidence { has: confidence, needs: self.min_confidence });
        }
        if let Some(severity) = conflict.filter(|severity| self.worst_conflict.is_none_or(|w| *severity > w))
        {
            return Some(Refusal::Conflict(severity));
        }
        let limit = self.max_age_days?;
        let (Some(told), Some(today)) = (told, today) else { return Some(Refusal::Undated) };
        let oldest = today.checked_sub(days(i64::from(limit))).ok()?;
        let age = u32::try_from((today - told).get_days()).unwrap_or(0);
        (told < oldest).then_some(Refusal::Age { days: age })
    }
}

fn verdict(name: &str) -> Result<Verdict, PolicyError> {
    VERDICTS.into_iter().find(|v| v.as_str() == name).ok_or_else(|| {
        let known = VERDICTS.map(Verdict::as_str).join(", ");
        PolicyError(format!("verdicts: «{name}» is none of {known}"))
    })
}

/// The plain decimal of a value.
pub(crate) fn digits(value: Decimal) -> String {
    value.normalize().to_string()
}

/// Whether a text is a plain number, which no spreadsheet takes for a formula.
pub(crate) fn is_number(text: &str) -> bool {
    exact::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_sound() {
        let shipped = Policy::default();
        assert_eq!(shipped.verdicts, [Verdict::Agreed, Verdict::Authoritative]);
        assert_eq!((shipped.min_origins, shipped.min_confidence), (2, 800));
        assert_eq!(Policy::read("").unwrap(), shipped);
    }

    #[test]
    fn a_policy_that_is_none_says_why() {
        for (text, message) in [
            ("min_origin = 2", "unknown field `min_origin`"),
            ("verdicts = [\"sure\"]", "verdicts: «sure» is none of agreed, single_origin"),
            ("min_confidence = 80", "min_confidence 80 is not between 0 and 1"),
            ("worst_conflict = \"bad\"", "worst_conflict «bad» is none of none, note, warning, error"),
            ("min_origins = -1", "min_origins"),
        ] {
            let error = Policy::read(text).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
