//! Drawings in SVG that take any width: places are percentages, so that words and lines keep their size.

use consilience_claim::{Decimal, Interval, Unit, exact};
use maud::{Markup, html};

use crate::{figure, safe};

/// A stretch of numbers laid out from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    to: f64,
    logarithmic: bool,
}

/// Ends of the drawing, in percent: room for arrowheads and for words at the last mark.
const LEFT: f64 = 3.0;
const RIGHT: f64 = 97.0;
/// Figures further apart than this are told apart on a logarithmic scale only.
const WIDE: f64 = 50.0;

impl Scale {
    /// Room for all of these numbers, with a margin.
    pub(super) fn over(numbers: impl IntoIterator<Item = Decimal>) -> Option<Scale> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers.into_iter().filter_map(drawn) {
            (low, high) = (low.min(number), high.max(number));
        }
        if !low.is_finite() || !high.is_finite() {
            return None;
        }
        if low > 0.0 && high / low > WIDE {
            let margin = (high / low).powf(0.06);
            return Some(Scale { from: low / margin, to: high * margin, logarithmic: true });
        }
        let margin = if high > low { (high - low) * 0.06 } else { high.abs().max(1.0) * 0.06 };
        Some(Scale { from: low - margin, to: high + margin, logarithmic: false })
    }

    pub(super) fn is_logarithmic(self) -> bool {
        self.logarithmic
    }

    /// The place of a number, in percent of the width.
    pub(super) fn at(self, number: Decimal) -> f64 {
        let number = drawn(number).unwrap_or(self.from);
        self.at_number(number)
    }

    fn at_number(self, number: f64) -> f64 {
        let share = if self.logarithmic {
            (number.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (number - self.from) / (self.to - self.from)
        };
        LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    /// Round numbers along the scale, at most six, with their places.
    pub(super) fn ticks(self) -> Vec<(f64, Decimal)> {
        let (numbers, step): (Vec<f64>, f64) = if self.logarithmic {
            let (from, to) = (self.from.log10().ceil(), self.to.log10().floor());
            let step = ((to - from) / 5.0).ceil().max(1.0);
            let powers = (0..6).map(|i| from + f64::from(i) * step).take_while(|p| *p <= to);
            (powers.map(|p| 10f64.powf(p)).collect(), 10f64.powf(from))
        } else {
            let rough = (self.to - self.from) / 4.0;
            let power = 10f64.powf(rough.log10().floor());
            let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= rough);
            let step = step.unwrap_or(rough);
            let first = (self.from / step).ceil();
            ((0..6).map(|i| (first + f64::from(i)) * step).take_while(|n| *n <= self.to).collect(), step)
        };
        // As many decimals as the step needs, so that 0.30000000000000004 is 0.3.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 20")]
        let decimals = (2.0 - step.log10().floor()).clamp(0.0, 20.0) as usize;
        let exact = |n: f64| exact::parse(&format!("{n:.decimals$}")).ok();
        numbers.into_iter().filter_map(|n| Some((self.at_number(n), exact(n)?.normalize()))).collect()
    }
}

/// A number as a place in a drawing, which needs no more digits than a screen has.
fn drawn(number: Decimal) -> Option<f64> {
    number.to_string().parse().ok()
}

/// A place in percent, with as many digits as a screen can show.
pub(super) fn percent(place: f64) -> String {
    format!("{place:.2}%")
}

/// One figure on a number line.
pub(super) struct Mark {
    /// Document or place that tells it.
    pub(super) label: Markup,
    /// The figure as told.
    pub(super) says: String,
    /// The value, in the unit of the line; none where only a range is known.
    pub(super) value: Decimal,
    /// What the wording leaves room for.
    pub(super) room: Interval,
    /// Whether it stands against what leads.
    pub(super) odd: bool,
}

/// Figures on one line each over one axis, with what the leading ones share as a band behind them.
pub(super) fn number_line(marks: &[Mark], band: Option<&Interval>, unit: &Unit) -> Option<Markup> {
    let ends = marks.iter().flat_map(|m| [Some(m.value), m.room.low(), m.room.high()]).flatten();
    let scale = Scale::over(ends)?;
    let band = band.and_then(|b| Some((scale.at(b.low()?), scale.at(b.high()?))));
    Some(html! {
        ol.line {
            @for mark in marks {
                li {
                    span.who { (mark.label) }
                    span.says.odd[mark.odd] { (safe::line(&mark.says)) }
                    svg.track width="100%" height="20" aria-hidden="true" {
                        @if let Some((low, high)) = band { (band_of(low, high)) }
                        (one(scale, mark))
                    }
                }
            }
            li.axis aria-hidden="true" {
                span.who {} span.says {}
                svg.track width="100%" height="22" {
                    line.rule x1="0%" x2="100%" y1="1" y2="1" {}
                    @for (at, number) in scale.ticks() {
                        line.rule x1=(percent(at)) x2=(percent(at)) y1="0" y2="5" {}
                        text x=(percent(at)) y="17" text-anchor=(anchor(at)) { (figure::amount(number, unit)) }
                    }
                }
            }
        }
        @if scale.is_logarithmic() { p.muted.small { "Logarithmic: each step to the right multiplies." } }
    })
}

fn anchor(at: f64) -> &'static str {
    match at {
        a if a < 12.0 => "start",
        a if a > 88.0 => "end",
        _ => "middle",
    }
}

fn band_of(low: f64, high: f64) -> Markup {
    html! { rect.band x=(percent(low - 0.15)) width=(percent((high - low).max(0.0) + 0.3)) y="0" height="20" {} }
}

fn one(scale: Scale, mark: &Mark) -> Markup {
    let (low, high) = (mark.room.low().map(|v| scale.at(v)), mark.room.high().map(|v| scale.at(v)));
    let (from, to) = (low.unwrap_or(0.5), high.unwrap_or(99.5));
    let value = scale.at(mark.value);
    html! {
        g.odd[mark.odd] {
            line.room x1=(percent(from)) x2=(percent(to)) y1="10" y2="10" {}
            @if low.is_some() { line.end x1=(percent(from)) x2=(percent(from)) y1="5" y2="15" {} }
            @else { svg x="0.5%" y="10" overflow="visible" { path.arrow d="M6 -5 L0 0 L6 5" {} } }
            @if high.is_some() { line.end x1=(percent(to)) x2=(percent(to)) y1="5" y2="15" {} }
            @else { svg x="99.5%" y="10" overflow="visible" { path.arrow d="M-6 -5 L0 0 L-6 5" {} } }
            circle.dot cx=(percent(value)) cy="10" r="4" {}
        }
    }
}

/// A bar from one sum to the next, of a waterfall that starts at zero; `reach` is the furthest from zero it comes.
pub(super) fn step(from: i64, to: i64, reach: (i64, i64), total: bool) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
    let at = |sum: i64| {
        let (low, high) = (reach.0 as f64, reach.1 as f64);
        2.0 + (sum as f64 - low) / (high - low).max(1.0) * 96.0
    };
    let (a, b) = (at(from.min(to)), at(from.max(to)));
    let class = match (total, to >= from) {
        (true, _) => "sum",
        (false, true) => "up",
        (false, false) => "down",
    };
    html! {
        svg.track width="100%" height="16" aria-hidden="true" {
            line.rule x1=(percent(at(0))) x2=(percent(at(0))) y1="0" y2="16" {}
            rect class={ "bar " (class) } x=(percent(a)) width=(percent((b - a).max(0.4))) y="3" height="10" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        exact::parse(text).unwrap()
    }

    #[test]
    fn figures_far_apart_get_a_logarithmic_scale() {
        let check = |numbers: &[&str], expected: bool| {
            let scale = Scale::over(numbers.iter().map(|n| d(n))).unwrap();
            assert_eq!(scale.is_logarithmic(), expected, "{numbers:?}");
            let places: Vec<f64> = numbers.iter().map(|n| scale.at(d(n))).collect();
            assert!(places.is_sorted() && places.iter().all(|p| (LEFT..=RIGHT).contains(p)), "{places:?}");
        };
        check(&["4536000000", "4536000000000"], true);
        check(&["-1", "1000"], false);
        check(&["1.5", "1.6"], false);
        check(&["7", "7"], false);
        check(&["0", "0"], false);
    }

    #[test]
    fn ticks_are_round_and_few() {
        let check = |numbers: &[&str], expected: &[&str]| {
            let ticks = Scale::over(numbers.iter().map(|n| d(n))).unwrap().ticks();
            assert_eq!(ticks.iter().map(|t| t.1.to_string()).collect::<Vec<_>>(), expected, "{numbers:?}");
        };
        check(&["25", "45"], &["30", "40"]);
        check(&["1000", "1000000000"], &["1000", "100000", "10000000", "1000000000"]);
        check(&["0", "1"], &["0", "0.5", "1"]);
    }

    proptest::proptest! {
        #[test]
        fn no_number_breaks_a_scale(a in -1_000_000_000_000i64..1_000_000_000_000, b in -100i64..100, s in 0u32..20) {
            let (a, b) = (Decimal::new(a, s), Decimal::from(b));
            let scale = Scale::over([a, b]).unwrap();
            for place in [scale.at(a), scale.at(b)] {
                proptest::prop_assert!((LEFT..=RIGHT).contains(&place), "{}", place);
            }
            proptest::prop_assert!(scale.ticks().len() <= 6);
        }
    }
}
