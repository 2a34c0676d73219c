//! A rate as people write it.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// Faster than any line that a home has: a typing mistake.
const MOST_MBPS: f64 = 10_000.0;

/// A rate in Mbit/s: `8`, or `0.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mbps {
    bps: u64,
}

/// It is no such rate. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rate is a number of Mbit/s from 0 to {MOST_MBPS}, such as 8 or 0.5")]
pub struct RateError;

impl Mbps {
    /// In bits per second.
    #[must_use]
    pub fn bps(self) -> u64 {
        self.bps
    }

    fn of(mbps: f64) -> Result<Self, RateError> {
        if !(0.0..=MOST_MBPS).contains(&mbps) {
            return Err(RateError);
        }
        Ok(Self { bps: (mbps * 1e6).round() as u64 })
    }
}

impl FromStr for Mbps {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        Self::of(text.parse().map_err(|_| RateError)?)
    }
}

impl fmt::Display for Mbps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.bps as f64 / 1e6)
    }
}

impl<'de> Deserialize<'de> for Mbps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Mbps;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of Mbit/s")
            }

            fn visit_f64<E: de::Error>(self, mbps: f64) -> Result<Mbps, E> {
                Mbps::of(mbps).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, mbps: i64) -> Result<Mbps, E> {
                self.visit_f64(mbps as f64)
            }

            fn visit_u64<E: de::Error>(self, mbps: u64) -> Result<Mbps, E> {
                self.visit_f64(mbps as f64)
            }
        }
        deserializer.deserialize_any(Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        let bps = |text: &str| text.parse::<Mbps>().map(Mbps::bps);
        assert_eq!(bps("8"), Ok(8_000_000));
        assert_eq!(bps("0.5"), Ok(500_000));
        assert_eq!(bps("0"), Ok(0));
        for wrong in ["", "-1", "10001", "fast", "NaN", "inf", "1,5"] {
            assert_eq!(bps(wrong), Err(RateError), "{wrong}");
        }
        for text in ["8", "0.5", "2.43", "0"] {
            assert_eq!(text.parse::<Mbps>().unwrap().to_string(), text);
        }
    }
}
