//! Currencies that go by one name or sign, from `data/shared-money.csv`: a bare "$" does not say whose dollar it is.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Whether a name or sign may stand for either of two currencies.
pub(crate) fn share_a_name(a: &str, b: &str) -> bool {
    let named = |currency: &str| -> BTreeSet<&'static str> {
        let of = table().iter().filter(|(name_of, local)| *name_of == currency || *local == currency);
        of.map(|(name_of, _)| *name_of).collect()
    };
    !named(a).is_disjoint(&named(b))
}

/// Whose name, and who else uses it.
fn table() -> &'static [(&'static str, &'static str)] {
    static TABLE: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("../../../data/shared-money.csv").lines().skip(1);
        lines
            .filter_map(|line| {
                let mut fields = line.split(',');
                Some((fields.next()?, fields.nth(1)?))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_share_a_name_and_euros_do_not() {
        for (a, b, expected) in [
            ("USD", "CAD", true),
            ("CAD", "AUD", true),
            ("CNY", "JPY", true),
            ("USD", "EUR", false),
            ("USD", "CNY", false),
            ("CHF", "EUR", false),
        ] {
            assert_eq!(share_a_name(a, b), expected, "{a} {b}");
        }
    }
}
