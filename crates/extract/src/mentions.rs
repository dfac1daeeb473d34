//! The figures and times of a text by themselves, before anything is asked of what they are about.
//!
//! This is the lower half of extraction, for whoever wants numbers, money, percentages and periods recognised and
//! nothing more, and for measuring that half against suites that test no more than it.

use std::ops::Range;

use consilience_claim::{Date, Decimal, Period};

use crate::lexicon::{Lexicon, Term};
use crate::number::Habit;
use crate::quantity::{self, Kind};
use crate::scan::Scan;
use crate::when::{self, Running};

/// A figure and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Value with its scale: 7788000000 for "7,788 milliards".
    pub value: Decimal,
    /// What it counts.
    pub of: AmountOf,
}

/// What a figure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountOf {
    /// Money by its ISO 4217 code; `shared` where the words name the money of several countries ("$", "pesos").
    Money {
        /// The code, the likeliest where it is shared.
        code: String,
        /// Whether other countries' money is called so too.
        shared: bool,
    },
    /// Hundredths of a money that is not named.
    Cents,
    /// Per cent.
    Percent,
    /// Percentage points.
    Points,
    /// Anything else, or nothing in so many words.
    Other,
}

/// What a text mentions.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// Every number, whatever it counts, with its scale: dates and list marks too.
    pub numbers: Vec<Amount>,
    /// Numbers that count something: money, shares, things.
    pub amounts: Vec<Amount>,
    /// Stretches of time, resolved against the reference day where they lean on one: what each may mean, the
    /// likeliest first.
    pub periods: Vec<(Range<usize>, Vec<Period>)>,
}

/// Finds what a text in a language mentions; `reference` is the day it speaks from. Nothing is found in a
/// language that the lexicon does not have.
pub fn mentions(text: &str, lang: &str, reference: Option<Date>, lexicon: &Lexicon) -> Mentions {
    let Some(lang) = lexicon.lang(lang) else { return Mentions::default() };
    let mut habit = Habit::default();
    habit.observe(text);
    let mut scan = Scan::pooled();
    scan.run(text, 0..text.len(), lang, habit, &[]);
    let mut found = Mentions::default();
    let running = Running { published: reference, ..Running::default() };
    for sentence in &scan.sentences {
        let mut used = Vec::new();
        let times = when::find(&scan, text, sentence, lang, &mut used);
        let bytes = |tokens: &Range<usize>| scan.tokens[tokens.start].start..scan.tokens[tokens.end - 1].end;
        for time in &times {
            let readings = time.readings(&running);
            if !readings.is_empty() {
                found.periods.push((bytes(&time.at), readings));
            }
        }
        let mut shares = Vec::new();
        for (at, value) in quantity::numbers(&scan, text, sentence) {
            let percent = scan.term_at(at.end, |term| (term == Term::Percent).then_some(()));
            if let Some((_, hit)) = percent.filter(|(_, hit)| at.len() >= 3 && hit.to <= sentence.end) {
                let span = bytes(&(at.start..hit.to));
                shares.push(Amount { span, value, of: AmountOf::Percent });
            }
            found.numbers.push(Amount { span: bytes(&at), value, of: AmountOf::Other });
        }
        let known = found.amounts.len();
        for q in quantity::find(&scan, text, sentence, &used, &mut Vec::new()) {
            let of = match q.kind {
                Kind::Money(c, shared) | Kind::MoneyPerShare(c, shared) => {
                    AmountOf::Money { code: lexicon.currencies[c as usize].code.clone(), shared }
                }
                Kind::Cents => AmountOf::Cents,
                Kind::Percent => AmountOf::Percent,
                Kind::Points => AmountOf::Points,
                _ => AmountOf::Other,
            };
            found.amounts.push(Amount { span: q.bytes.clone(), value: q.value, of });
        }
        // "2/3%": where only a part of the figure was taken for the amount, the whole figure is it.
        for share in shares {
            let in_part = |a: &Amount| {
                let within = share.span.start <= a.span.start && a.span.end <= share.span.end;
                within && a.span != share.span
            };
            let read = found.amounts[known..].iter().any(|a| a.span.end >= share.span.end && !in_part(a));
            if !read {
                let earlier: Vec<Amount> = found.amounts.drain(known..).filter(|a| !in_part(a)).collect();
                found.amounts.extend(earlier);
                found.amounts.push(share);
            }
        }
    }
    scan.recycle();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lang: &str, text: &str, expected: &str) {
        let found = mentions(text, lang, None, Lexicon::builtin());
        let amounts: Vec<String> = found
            .amounts
            .iter()
            .map(|a| {
                let unit = match &a.of {
                    AmountOf::Money { code, .. } => code.as_str(),
                    AmountOf::Cents => "cents",
                    AmountOf::Percent => "%",
                    AmountOf::Points => "pp",
                    AmountOf::Other => "",
                };
                format!("{} {unit} «{}»", a.value.normalize(), &text[a.span.clone()])
            })
            .collect();
        assert_eq!(amounts.join("; "), expected, "{text}");
    }

    #[test]
    fn digits_and_words_add_up_to_one_number() {
        check("es", "217 mil 340 millones de pesos", "217340000000 MXN «217 mil 340 millones de pesos»");
        check("es", "siete mil 315 millones de pesos", "7315000000 MXN «siete mil 315 millones de pesos»");
        check("es", "3 mil 500 pesos", "3500 MXN «3 mil 500 pesos»");
        check("pt", "mil e quinhentos reais", "1500 BRL «mil e quinhentos reais»");
        check("en", "Rs 5 lakh crore", "5000000000000 INR «Rs 5 lakh crore»");
        check("en", "1200k euros", "1200000 EUR «1200k euros»");
        check("ja", "1億2千万円", "120000000 JPY «1億2千万円»");
        check("ja", "一万五千億円", "1500000000000 JPY «一万五千億円»");
        check("zh", "四千三百一十一亿元", "431100000000 CNY «四千三百一十一亿元»");
        check("zh", "五亿零六元", "500000006 CNY «五亿零六元»");
        check("ar", "مليار و200 مليون دولار", "1200000000 USD «مليار و200 مليون دولار»");
        check(
            "de",
            "zwei Millionen fünfhunderttausend Euro",
            "2500000 EUR «zwei Millionen fünfhunderttausend Euro»",
        );
        check("de", "anderthalb Milliarden Euro", "1500000000 EUR «anderthalb Milliarden Euro»");
    }

    fn numbers(lang: &str, text: &str, expected: &str) {
        let found = mentions(text, lang, None, Lexicon::builtin());
        let numbers: Vec<String> =
            found.numbers.iter().map(|n| n.value.round_dp(6).normalize().to_string()).collect();
        assert_eq!(numbers.join("; "), expected, "{text}");
    }

    #[test]
    fn numbers_by_themselves_have_fractions_powers_and_places() {
        numbers("en", "-4/5", "-0.8");
        numbers("en", "on 3/4/2023", "");
        numbers("en", "- 1 4/5", "-1.8");
        numbers("en", "three and one fourth", "3.25");
        numbers("en", "1 over 20", "0.05");
        numbers("en", "1 point 1", "1.1");
        numbers("en", "point 77", "0.77");
        numbers("en", "-1.1^2", "-1.21");
        numbers("en", "-12e-1", "-1.2");
        numbers("en", "40 000 is the same as 40 000", "40000; 40000");
        numbers("en", "2.33 k", "2330");
        numbers("en", "3 hundred and 21 is one", "321; 1");
        numbers("en", "3 hundred and 2 hundred", "300; 200");
        numbers("es", ",08", "0.08");
        numbers("es", "ciento tres con dos tercios", "103.666667");
        numbers("ja", "答えは20と5分の3です。", "20.6");
        numbers("ja", "二百・七一", "200.71");
        numbers("zh", "二百五", "250");
        numbers("zh", "二百零五", "205");
        numbers("zh", "九十二万四", "924000");
        numbers("zh", "十余万", "100000");
        numbers("ja", "百三", "103");
    }

    #[test]
    fn periods_are_read_in_figures_set_apart_and_in_words() {
        let check = |lang: &str, text: &str, expected: &str| {
            let found = mentions(text, lang, "2016-11-07".parse().ok(), Lexicon::builtin());
            let periods: Vec<String> = found.periods.iter().map(|(_, p)| p[0].to_string()).collect();
            assert_eq!(periods.join("; "), expected, "{text}");
        };
        check("en", "I'll be out 11 / 2016", "2016-11");
        check("es", "en mil setecientos ochenta y nueve", "1789");
        check("en", "In nineteen twenty eight", "1928");
        check("en", "eighty nine", "");
    }

    #[test]
    fn parts_and_signs_in_words_are_read() {
        check("en", "half a billion dollars", "500000000 USD «half a billion dollars»");
        check(
            "en",
            "three quarters of a million dollars",
            "750000 USD «three quarters of a million dollars»",
        );
        check("en", "two and a half million euros", "2500000 EUR «two and a half million euros»");
        check("en", "fell minus 0.3%", "-0.3 % «minus 0.3%»");
        check("en", "zero point three percent", "0.3 % «zero point three percent»");
        check("en", "half a percent", "0.5 % «half a percent»");
        check("en", "in three fifths of cases", "60  «three fifths»");
        check("fr", "deux virgule cinq pour cent", "2.5 % «deux virgule cinq pour cent»");
        check("fr", "au moins 5 %", "5 % «5 %»");
        check("id", "sasaran 2,5 persen plus minus 1 persen", "2.5 % «2,5 persen»");
        check("en", "off by ±3 percent", "");
        check("es", "más o menos 5%", "5 % «5%»");
        check("fr", "un demi-milliard d'euros", "500000000 EUR «un demi-milliard d'euros»");
        check("ja", "2割5分", "25 % «2割5分»");
        check("ja", "8割引", "");
        check("zh", "百分之三点五", "3.5 % «百分之三点五»");
        check("zh", "三成七", "37 % «三成七»");
        check("vi", "hai triệu rưỡi đồng", "2500000 VND «hai triệu rưỡi đồng»");
    }

    #[test]
    fn money_is_read_on_either_side_in_ranges_and_with_its_cents() {
        check(
            "en",
            "$1.2-$1.4 billion",
            "1200000000 USD «$1.2-$1.4 billion»; 1400000000 USD «$1.2-$1.4 billion»",
        );
        check(
            "id",
            "Rp 1,2-1,5 triliun",
            "1200000000000 IDR «Rp 1,2-1,5 triliun»; 1500000000000 IDR «Rp 1,2-1,5 triliun»",
        );
        check("en", "six dollars and 50 cents", "6.5 USD «six dollars and 50 cents»");
        check("en", "It costs 15 dollars and 50.", "15.5 USD «15 dollars and 50»");
        check("en", "75 USD million", "75000000 USD «75 USD million»");
        check("es", "2/3% de descuento", "0.6666666666666666666666666667 % «2/3%»");
        check("zh", "千分之一", "0.1 % «千分之一»");
        check("en", "25p a share", "0.25 GBP «25p»");
        check("en", "2 to 3 percent", "2 % «2 to 3 percent»; 3 % «2 to 3 percent»");
        check("es", "$4,260 millones", "4260000000 USD «$4,260 millones»");
        check("es", "4,260 millones de euros", "4260000 EUR «4,260 millones de euros»");
        check("es", "18,640 mdp", "18640000000 MXN «18,640 mdp»");
        check("de", "2023 Fr. 3.00", "3 CHF «Fr. 3.00»");
        check("ar", "(مليون ريال)", "");
        check("pt", "99,1% do PIB", "99.1  «99,1%»");
    }
}
