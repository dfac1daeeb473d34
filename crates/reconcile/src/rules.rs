//! The rules of arithmetic as data: `data/checks.toml`, and what a user lays over it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use consilience_claim::{Aspect, Decimal, exact};
use serde::{Deserialize, Deserializer};

use crate::graph::fold_name;

const SHIPPED: &str = include_str!("../../../data/checks.toml");
/// The name of the file in a folder of the user's.
const FILE: &str = "checks.toml";

/// Which figures follow from which, and how far off they may be.
#[derive(Debug, Clone)]
pub struct Rules(pub(crate) Arc<RuleSet>);

/// Why rules could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct RulesError {
    /// The file.
    pub path: String,
    /// What is wrong, with line and column where known.
    pub message: String,
}

impl Default for Rules {
    /// The rules that ship with the program.
    fn default() -> Rules {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| Rules(Arc::new(RuleSet::read(SHIPPED).unwrap_or_default()))).clone()
    }
}

impl Rules {
    /// The shipped rules with those of a user's folders laid over them, where these have a `checks.toml`.
    ///
    /// # Errors
    /// [`RulesError`] naming file and place.
    pub fn with_folders(folders: &[PathBuf]) -> Result<Rules, RulesError> {
        let mut rules = Rules::default();
        for path in folders.iter().map(|f| f.join(FILE)).filter(|p| p.is_file()) {
            let set = RuleSet::open(&path)
                .map_err(|message| RulesError { path: path.display().to_string(), message })?;
            Arc::make_mut(&mut rules.0).lay_over(set);
        }
        Ok(rules)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RuleSet {
    /// Metrics that may be negative.
    pub(crate) signed: BTreeSet<String>,
    pub(crate) growth: Vec<Growth>,
    pub(crate) sum: Vec<Sum>,
    pub(crate) ratio: Vec<Ratio>,
    pub(crate) part: Vec<Part>,
    pub(crate) part_of_group: Vec<PartOfGroup>,
    pub(crate) division: Vec<Division>,
}

/// A rate against the levels it lies between.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Growth {
    pub(crate) rule: String,
    pub(crate) aspect: Aspect,
    /// Points that restated figures may explain.
    #[serde(deserialize_with = "decimal")]
    pub(crate) restated: Decimal,
}

/// `whole = constant + plus − minus`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sum {
    pub(crate) rule: String,
    pub(crate) whole: String,
    #[serde(default)]
    pub(crate) plus: Vec<String>,
    #[serde(default)]
    pub(crate) minus: Vec<String>,
    #[serde(default, deserialize_with = "decimal")]
    pub(crate) constant: Decimal,
    #[serde(default)]
    pub(crate) derives: Vec<String>,
    #[serde(default, deserialize_with = "decimal")]
    pub(crate) tolerance: Decimal,
}

/// `quotient = of / to`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ratio {
    pub(crate) rule: String,
    pub(crate) quotient: String,
    pub(crate) of: String,
    pub(crate) to: String,
    #[serde(default)]
    pub(crate) derives: Vec<String>,
    #[serde(default, deserialize_with = "decimal")]
    pub(crate) tolerance: Decimal,
}

/// Metrics none of which exceeds another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) rule: String,
    pub(crate) whole: String,
    pub(crate) parts: Vec<String>,
}

/// Metrics of which a segment or product has no more than its company.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartOfGroup {
    pub(crate) rule: String,
    pub(crate) metrics: Vec<String>,
}

/// Entities that make up another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Division {
    pub(crate) rule: String,
    pub(crate) whole: String,
    pub(crate) parts: Vec<String>,
    pub(crate) metrics: Vec<String>,
    #[serde(default, deserialize_with = "decimal")]
    pub(crate) tolerance: Decimal,
    /// The names in the form in which spellings meet: the whole, then the parts.
    #[serde(skip)]
    pub(crate) folded: Vec<String>,
}

impl RuleSet {
    fn open(path: &Path) -> Result<RuleSet, String> {
        RuleSet::read(&std::fs::read_to_string(path).map_err(|e| e.to_string())?)
    }

    fn read(text: &str) -> Result<RuleSet, String> {
        let mut set: RuleSet = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        for division in &mut set.division {
            division.folded =
                std::iter::once(&division.whole).chain(&division.parts).map(|n| fold_name(n)).collect();
        }
        set.check()?;
        Ok(set)
    }

    /// What no type can say of a rule.
    fn check(&self) -> Result<(), String> {
        let mut ids = BTreeSet::new();
        if let Some(id) = self.ids().find(|id| !ids.insert(id.to_owned())) {
            return Err(format!("rule «{id}» stands here a second time"));
        }
        for sum in &self.sum {
            if sum.plus.len() + sum.minus.len() + usize::from(!sum.constant.is_zero()) < 2 {
                return Err(format!("rule «{}»: a sum has two terms or more, in plus and minus", sum.rule));
            }
            let known = |m: &&String| **m != sum.whole && !sum.plus.contains(m) && !sum.minus.contains(m);
            if let Some(stranger) = sum.derives.iter().find(known) {
                return Err(format!("rule «{}» derives {stranger}, which it does not speak of", sum.rule));
            }
        }
        for ratio in &self.ratio {
            let known = |m: &&String| ![&ratio.of, &ratio.to].contains(m);
            if let Some(stranger) = ratio.derives.iter().find(known) {
                return Err(format!(
                    "rule «{}» derives {stranger}; a ratio derives what it is made of: {} or {}",
                    ratio.rule, ratio.of, ratio.to
                ));
            }
        }
        match self.division.iter().find(|d| d.parts.len() < 2) {
            Some(division) => Err(format!("rule «{}»: a whole has two parts or more", division.rule)),
            None => Ok(()),
        }
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        let growth = self.growth.iter().map(|r| &r.rule);
        let sums = self.sum.iter().map(|r| &r.rule).chain(self.ratio.iter().map(|r| &r.rule));
        let parts = self.part.iter().map(|r| &r.rule).chain(self.part_of_group.iter().map(|r| &r.rule));
        growth.chain(sums).chain(parts).chain(self.division.iter().map(|r| &r.rule)).map(String::as_str)
    }

    /// Adds the rules of another set; its rules take the place of those with the same id.
    fn lay_over(&mut self, other: RuleSet) {
        let replaced: BTreeSet<String> = other.ids().map(str::to_owned).collect();
        self.growth.retain(|r| !replaced.contains(&r.rule));
        self.sum.retain(|r| !replaced.contains(&r.rule));
        self.ratio.retain(|r| !replaced.contains(&r.rule));
        self.part.retain(|r| !replaced.contains(&r.rule));
        self.part_of_group.retain(|r| !replaced.contains(&r.rule));
        self.division.retain(|r| !replaced.contains(&r.rule));
        self.signed.extend(other.signed);
        self.growth.extend(other.growth);
        self.sum.extend(other.sum);
        self.ratio.extend(other.ratio);
        self.part.extend(other.part);
        self.part_of_group.extend(other.part_of_group);
        self.division.extend(other.division);
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(deserializer)?;
    exact::parse(&text).map_err(|e| serde::de::Error::custom(format!("«{text}»: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;

    #[test]
    fn the_shipped_rules_speak_of_known_metrics() {
        let set = RuleSet::read(SHIPPED).unwrap();
        let sums = set.sum.iter().flat_map(|r| r.plus.iter().chain(&r.minus).chain([&r.whole]));
        let ratios = set.ratio.iter().flat_map(|r| [&r.quotient, &r.of, &r.to]);
        let parts = set.part.iter().flat_map(|r| r.parts.iter().chain([&r.whole]));
        let groups = set.part_of_group.iter().flat_map(|r| &r.metrics);
        let divisions = set.division.iter().flat_map(|r| &r.metrics);
        for metric in sums.chain(ratios).chain(parts).chain(groups).chain(divisions).chain(&set.signed) {
            assert!(metrics::known(metric), "{metric} is not in data/metrics.csv");
        }
    }

    #[test]
    fn rules_that_make_no_sense_are_refused_with_the_place() {
        for (text, message) in [
            ("[[sum]]\nrule = \"a\"\nwhole = \"b\"\nplus = [\"c\"]", "two terms"),
            ("[[sum]]\nrule = \"a\"\nwhole = \"b\"\nplus = [\"c\", \"d\"]\nderives = [\"e\"]", "derives e"),
            (
                "[[ratio]]\nrule = \"a\"\nquotient = \"q\"\nof = \"x\"\nto = \"y\"\nderives = [\"q\"]",
                "x or y",
            ),
            ("[[ratio]]\nrule = \"a\"\nquotient = \"q\"", "missing field"),
            ("[[sums]]\nrule = \"a\"", "unknown field"),
            ("[[growth]]\nrule = \"a\"\naspect = \"yoy_growth\"\nrestated = \"3,5\"", "not a decimal number"),
            (
                "[[part]]\nrule = \"a\"\nwhole = \"b\"\nparts = []\n[[part]]\nrule = \"a\"\nwhole = \"c\"\nparts = []",
                "a second time",
            ),
        ] {
            let error = RuleSet::read(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn a_rule_of_the_users_replaces_the_one_with_its_id() {
        let mut set = RuleSet::read(SHIPPED).unwrap();
        let before = (set.ids().count(), set.sum.len());
        set.lay_over(
            RuleSet::read(
                "[[sum]]\nrule = \"gross_profit\"\nwhole = \"gross_profit\"\nplus = [\"revenue\"]\nminus = [\"raw_material_costs\"]\n[[sum]]\nrule = \"new\"\nwhole = \"x\"\nplus = [\"y\", \"z\"]",
            )
            .unwrap(),
        );
        assert_eq!((set.ids().count(), set.sum.len()), (before.0 + 1, before.1 + 1));
        assert_eq!(set.sum.iter().filter(|r| r.minus.contains(&"cost_of_revenue".to_owned())).count(), 0);
    }
}
