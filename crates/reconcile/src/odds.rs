//! Log-odds in integers, so that a sum of votes has one value on every machine and in every order.

use std::sync::OnceLock;

use consilience_claim::Confidence;

use crate::LogOdds;

/// Natural logarithm of 2 in micro-nats, times 2³².
const LN2_MICRO_Q32: i128 = 2_977_044_471_819_572;

/// The log-odds of a probability given in thousandths; 0 and 1000 count as 1 and 999.
pub(crate) fn log_odds(thousandths: u16) -> LogOdds {
    static TABLE: OnceLock<Vec<LogOdds>> = OnceLock::new();
    TABLE.get_or_init(|| (0..1000).map(computed).collect())[usize::from(thousandths.clamp(1, 999))]
}

fn computed(thousandths: u16) -> LogOdds {
    let p = u64::from(thousandths.clamp(1, 999));
    let bits = i128::from(log2_q32(p)) - i128::from(log2_q32(1000 - p));
    LogOdds(i64::try_from((bits * LN2_MICRO_Q32) >> 64).unwrap_or_default())
}

/// The probability whose log-odds come nearest from below; the inverse of [`log_odds`].
pub(crate) fn confidence(odds: LogOdds) -> Confidence {
    let (mut low, mut high) = (1u16, 999u16);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if log_odds(middle) <= odds {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Confidence::per_mille(low)
}

/// Binary logarithm with 32 fractional bits, by repeated squaring (Knuth, TAOCP 1.2.2, exercise 25).
fn log2_q32(x: u64) -> i64 {
    let whole = x.max(1).ilog2();
    let mut mantissa = u128::from(x.max(1)) << (63 - whole);
    let mut fraction = 0i64;
    for _ in 0..32 {
        mantissa = (mantissa * mantissa) >> 63;
        fraction <<= 1;
        if mantissa >= 1 << 64 {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    (i64::from(whole) << 32) | fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_are_those_of_the_books() {
        for (thousandths, nats) in
            [(500, 0.0), (900, 2.197_224_6), (100, -2.197_224_6), (990, 4.595_119_9), (731, 0.999_6)]
        {
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let got = log_odds(thousandths).0 as f64 / 1e6;
            assert!((got - nats).abs() < 2e-4, "{thousandths}: {got}");
        }
    }

    #[test]
    fn confidence_undoes_log_odds() {
        for t in 1..=999 {
            assert_eq!(confidence(log_odds(t)).thousandths(), t);
        }
        assert_eq!(confidence(LogOdds(i64::MAX)).thousandths(), 999);
        assert_eq!(confidence(LogOdds(i64::MIN)).thousandths(), 1);
    }
}
