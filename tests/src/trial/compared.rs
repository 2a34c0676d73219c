//! What real nodes came to, beside what the simulator says of the same lines.

use std::fmt;

use parlor_sim::measure::Figures;
use parlor_sim::ours::Ours;
use parlor_sim::scenario::Scenario;

/// So many runs of the simulator, each with other dice: a single one strays by more than that.
const SEEDS: u64 = 20;
/// How far real nodes may be from the simulator's.
const TOLERANCE: f64 = 0.15;

/// A figure of real nodes beside the simulator's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Which figure.
    pub name: &'static str,
    /// What real nodes came to: the middle of some runs.
    pub real: f64,
    /// What the simulator says: the middle of its runs.
    pub simulated: f64,
    /// The least and the greatest of its runs.
    pub range: (f64, f64),
}

impl Compared {
    /// Each figure of some runs with real nodes beside the simulator's.
    ///
    /// # Panics
    /// If a rule of the simulator is broken, or there is no run.
    #[must_use]
    pub fn all(scenario: &Scenario, real: &[Figures]) -> Vec<Self> {
        let simulated: Vec<_> = (1..=SEEDS)
            .map(|seed| parlor_sim::run::run::<Ours>(scenario, seed, &|_| ()).expect("no rule is broken"))
            .collect();
        let compared = |name, of: &dyn Fn(&Figures) -> f64| {
            let sorted = |runs: &[Figures]| {
                let mut values: Vec<_> = runs.iter().map(of).collect();
                values.sort_unstable_by(f64::total_cmp);
                values
            };
            let (real, simulated) = (sorted(real), sorted(&simulated));
            let range = (simulated[0], simulated[simulated.len() - 1]);
            Self { name, real: real[real.len() / 2], simulated: simulated[simulated.len() / 2], range }
        };
        vec![
            compared("source upload", &|figures| figures.source_upload_ratio),
            compared("continuity", &|figures| figures.continuity),
            compared("delay p50", &|figures| figures.delay_p50_ms),
            compared("delay p99", &|figures| figures.delay_p99_ms),
        ]
    }

    /// What real nodes came to, as a multiple of what the simulator says.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.real / self.simulated
    }

    /// Whether the simulator may come to that as well: it lies among its runs, or no more than 15 % beside.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        let (least, most) = self.range;
        (least * (1.0 - TOLERANCE)..=most * (1.0 + TOLERANCE)).contains(&self.real)
    }

    /// Whether it is a time.
    #[must_use]
    pub fn is_delay(&self) -> bool {
        self.name.starts_with("delay")
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, real, simulated, range: (least, most) } = self;
        let ratio = self.ratio();
        write!(
            f,
            "{name}: {real:.4} with real nodes, {simulated:.4} ({least:.4} to {most:.4}) simulated: {ratio:.2} ×"
        )
    }
}
