//! Where a node sits: its line, its place in the world, its clock, and how it behaves. All of it follows from the
//! run's seed and the node's number, so that every protocol meets the same population.

use crate::engine::{Clock, MS, Micros, SECOND, mix, rng};
use crate::protocol::{Conduct, HOST, NodeId, STRIPES};
use crate::scenario::{Class, Scenario};

/// Regions of the world.
const REGIONS: usize = 5;
/// Which share of the nodes is in which region; the host is in the first.
const POPULATION: [f64; REGIONS] = [0.35, 0.25, 0.2, 0.1, 0.1];
/// One-way latency between regions, in milliseconds, without the way to each node: like Western and Eastern Europe,
/// the East and the West of North America, and East Asia, shortened so that the median pair is 25 to 30 ms apart.
const LATENCY_MS: [[u64; REGIONS]; REGIONS] =
    [[3, 16, 22, 38, 64], [16, 4, 28, 44, 58], [22, 28, 4, 18, 60], [38, 44, 18, 3, 46], [64, 58, 60, 46, 6]];
/// The one-way latency of the median pair.
pub const MEDIAN_LATENCY: Micros = 27 * MS;
/// The longest and the shortest way from a node to its region's middle.
const ACCESS: std::ops::Range<Micros> = MS..6 * MS;
/// No two nodes are further apart, nor closer.
pub(super) const ONE_WAY: (Micros, Micros) = (5 * MS, 80 * MS);
/// Who has nothing to give still sends messages, at this multiple of the stream.
const LEAST_UPLOAD: f64 = 0.1;
/// How much of its upload a node promises: the rest is for messages, and for what a link is worse than it seemed.
const PROMISED: f64 = 0.9;

/// Where a node sits.
#[derive(Debug, Clone)]
pub struct Site {
    /// What it can send, in bits per second.
    pub up_bps: u64,
    /// What it can receive.
    pub down_bps: u64,
    /// The stripes that it says it sends at once.
    pub slots: u16,
    /// Its region.
    pub region: u8,
    /// Its way to the region's middle.
    pub access: Micros,
    /// Whether it is behind NAT.
    pub natted: bool,
    /// How many of a million packets its link loses.
    pub loss_ppm: u32,
    /// Its clock.
    pub clock: Clock,
    /// How it behaves.
    pub conduct: Conduct,
}

impl Site {
    /// The site of a node. The classes of upload and of conduct come in the scenario's shares, exactly: by chance alone
    /// three viewers would often be three free riders.
    #[must_use]
    pub fn of(scenario: &Scenario, seed: u64, id: NodeId) -> Self {
        let mut chance = rng(seed, 0x5173 ^ u64::from(id) << 16);
        let turn = if id == HOST { 0.0 } else { spread(seed, id) };
        let rate = if id == HOST { scenario.host_upload } else { class(&scenario.upload, turn) };
        let hostile = id != HOST && chance.f64() < scenario.hostile;
        let conduct = if hostile {
            scenario.hostile_kinds[chance.usize(..scenario.hostile_kinds.len())].into()
        } else if rate < LEAST_UPLOAD {
            Conduct::FreeRider
        } else {
            Conduct::Honest
        };
        let network = &scenario.network;
        let bitrate = scenario.stream.total_bps() as f64;
        let region = if id == HOST { 0 } else { pick(&POPULATION, chance.f64()) };
        let loss = network.loss_min + chance.f64() * (network.loss_max - network.loss_min);
        Self {
            up_bps: (rate.max(LEAST_UPLOAD) * bitrate) as u64,
            down_bps: (network.download * bitrate) as u64,
            slots: (PROMISED * rate * STRIPES as f64) as u16,
            region: region as u8,
            access: chance.u64(ACCESS),
            natted: chance.f64() < network.natted && id != HOST,
            loss_ppm: (loss * 1e6) as u32,
            clock: Clock { offset: chance.u64(..1000 * SECOND), drift_ppm: chance.i64(-100..=100) },
            conduct,
        }
    }

    /// How long a packet takes from here to there.
    #[must_use]
    pub fn latency(&self, other: &Self) -> Micros {
        let between = LATENCY_MS[self.region as usize][other.region as usize] * MS;
        (between + self.access + other.access).clamp(ONE_WAY.0, ONE_WAY.1)
    }

    /// How long it takes to send so many bytes.
    #[must_use]
    pub fn sending(&self, bytes: u32) -> Micros {
        (u64::from(bytes) * 8 * SECOND).div_ceil(self.up_bps)
    }
}

/// A number from 0 to 1 for each node, spread evenly over each run of neighbouring numbers: the golden ratio's
/// multiples, from a start that the seed says.
fn spread(seed: u64, id: NodeId) -> f64 {
    let start = mix(seed ^ 0x5eed) as f64 / u64::MAX as f64;
    (start + f64::from(id) * 0.618_033_988_749_894_9).fract()
}

fn class(classes: &[Class], turn: f64) -> f64 {
    let mut passed = 0.0;
    for class in classes {
        passed += class.share;
        if turn < passed {
            return class.rate;
        }
    }
    classes.last().map_or(0.0, |class| class.rate)
}

fn pick(shares: &[f64], turn: f64) -> usize {
    let mut passed = 0.0;
    shares
        .iter()
        .position(|share| {
            passed += share;
            turn < passed
        })
        .unwrap_or(0)
}

/// Whether two nodes behind NAT get through to each other: decided once for each pair.
#[must_use]
pub(super) fn punches(scenario: &Scenario, seed: u64, one: NodeId, other: NodeId) -> bool {
    let pair = u64::from(one.min(other)) << 32 | u64::from(one.max(other));
    mix(seed ^ mix(pair)) as f64 / u64::MAX as f64 >= scenario.network.punch_fails
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load;

    #[test]
    fn the_world_is_as_the_scenario_says() {
        let scenario = load("steady").unwrap();
        let sites: Vec<_> = (1..=4000).map(|id| Site::of(&scenario, 7, id)).collect();
        let mean = |value: &dyn Fn(&Site) -> f64| sites.iter().map(value).sum::<f64>() / 4000.0;
        let upload = mean(&|site| site.up_bps as f64) / 2_500_000.0;
        assert!((upload - 1.8).abs() < 0.02, "{upload}");
        let natted = mean(&|site| f64::from(u8::from(site.natted)));
        assert!((natted - 0.65).abs() < 0.05, "{natted}");
        let mut latencies: Vec<_> =
            sites.iter().zip(&sites[2000..]).map(|(one, other)| one.latency(other)).collect();
        latencies.sort_unstable();
        let median = latencies[latencies.len() / 2];
        assert!(median.abs_diff(MEDIAN_LATENCY) < MS, "{median}");
        assert!(latencies[0] >= 5 * MS && *latencies.last().unwrap() <= 80 * MS);
    }

    #[test]
    fn few_viewers_have_their_share_too() {
        let scenario = load("small").unwrap();
        for seed in 0..20 {
            let sending = (1..=10).filter(|id| Site::of(&scenario, seed, *id).slots > 0).count();
            assert!((4..=6).contains(&sending), "{sending} of 10");
        }
    }

    #[test]
    fn pairs_keep_their_luck() {
        let scenario = load("steady").unwrap();
        assert_eq!(punches(&scenario, 3, 5, 9), punches(&scenario, 3, 9, 5));
        let lucky = (0..1000).filter(|id| punches(&scenario, 3, 2000, *id)).count();
        assert!((650..750).contains(&lucky), "{lucky}");
    }
}
