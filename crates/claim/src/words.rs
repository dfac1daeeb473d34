//! The small closed vocabularies of a claim.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! closed_vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// The word used in every output.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok($name::$variant),)+
                    _ => Err(format!("«{text}» is none of {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}

closed_vocabulary! {
    /// Which side of a data item a figure gives.
    Aspect {
        /// The amount itself.
        #[default]
        Level = "level",
        /// Percent against the same period a year before; negative for a fall.
        YoyGrowth = "yoy_growth",
        /// Percent against the quarter before.
        QoqGrowth = "qoq_growth",
        /// Any other difference: money, points, relative percent of a day.
        Change = "change",
        /// A running total since an event.
        Cumulative = "cumulative",
    }
}

closed_vocabulary! {
    /// How the wording limits the figure; on the magnitude, so "fell by more than 2 %" is −2, `at_least`.
    Bound {
        /// The figure as rounded.
        #[default]
        Exact = "exact",
        /// Hedged: about, around, some.
        Approx = "approx",
        /// More than, over, at least.
        AtLeast = "at_least",
        /// Less than, under, at most.
        AtMost = "at_most",
    }
}

closed_vocabulary! {
    /// Whether the figure is told as fact, forecast, plan or supposition.
    Modality {
        /// Reported as fact.
        #[default]
        Actual = "actual",
        /// What the market or analysts expect.
        Expected = "expected",
        /// What the company itself plans or forecasts.
        Guidance = "guidance",
        /// A supposition.
        Hypothetical = "hypothetical",
    }
}
