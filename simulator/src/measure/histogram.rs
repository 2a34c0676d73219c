//! How often which delay was seen.

/// Up to here each millisecond is counted by itself.
const FINE_MS: usize = 8_000;
/// Above, each hundred of them, up to [`MOST_MS`].
const COARSE_MS: usize = 100;
/// What is above counts as this.
const MOST_MS: usize = 120_000;

/// Delays in milliseconds, and how many were of each.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; FINE_MS + (MOST_MS - FINE_MS) / COARSE_MS + 1], total: 0 }
    }
}

impl Histogram {
    /// Counts a delay of so many milliseconds.
    pub fn add(&mut self, ms: u64) {
        let ms = (ms as usize).min(MOST_MS);
        let place = if ms < FINE_MS { ms } else { FINE_MS + (ms - FINE_MS) / COARSE_MS };
        self.counts[place] += 1;
        self.total += 1;
    }

    /// Adds what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, others)| *count += others);
        self.total += other.total;
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The delay that this share of them does not exceed, in milliseconds; `None` where there are none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let wanted = (share * self.total as f64).ceil().max(1.0) as u64;
        let mut passed = 0;
        for (place, count) in self.counts.iter().enumerate() {
            passed += count;
            if passed >= wanted {
                return Some(value(place));
            }
        }
        None
    }

    /// Shares of all, in `steps` steps of `width_ms` from 0; what is beyond is in the last.
    #[must_use]
    pub fn shares(&self, width_ms: u64, steps: usize) -> Vec<f64> {
        let mut shares = vec![0.0; steps];
        for (place, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let step = (value(place) / width_ms.max(1)) as usize;
            shares[step.min(steps - 1)] += *count as f64 / self.total as f64;
        }
        shares
    }
}

fn value(place: usize) -> u64 {
    let ms = if place < FINE_MS { place } else { FINE_MS + (place - FINE_MS) * COARSE_MS };
    ms as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_below_eight_seconds() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), None);
        (1..=1000).for_each(|ms| histogram.add(ms));
        assert_eq!(histogram.quantile(0.5), Some(500));
        assert_eq!(histogram.quantile(0.99), Some(990));
        assert_eq!(histogram.quantile(1.0), Some(1000));
        histogram.add(1_000_000);
        assert_eq!(histogram.quantile(1.0), Some(120_000));
        let shares = histogram.shares(500, 4);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9 && shares[0] > 0.49);
    }
}
