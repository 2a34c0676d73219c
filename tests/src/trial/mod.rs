//! The simulator's scenarios with real nodes: as many processes as the scenario has viewers and a host, on emulated lines
//! ([`crate::links`]) that are as the simulator's are, who come and go as they do there. What comes out stands beside what
//! the simulator says of the same lines ([`Compared`]).

mod compared;
mod count;
mod source;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parlor_sim::measure::Figures;
use parlor_sim::protocol::NodeId;
use parlor_sim::scenario::{MassLeave, Network, Scenario};
use parlor_sim::world::Site;
use tokio::time::{Instant, sleep_until};

pub use self::compared::Compared;
use self::count::{Count, Told};
pub use self::source::Source;
use crate::links::{Line, Links, Plan};
use crate::program::{Program, send};
use crate::{Node, Place};

/// The host has been there for so long when the first viewer comes, as in the simulator.
const HOST_AHEAD: Duration = Duration::from_secs(1);

/// Where packets go on later than this, the machine had other work: what processes come to that wait for a processor says
/// nothing of the mesh. Between two nodes a packet is 27 ms under way, mostly.
const LATE: Duration = Duration::from_millis(10);

/// What a trial came to.
pub struct Outcome {
    /// Counted as the simulator counts.
    pub figures: Figures,
    /// How much later than planned 99 % of the packets went on, since the machine had other work.
    pub packets_late: Duration,
}

impl Outcome {
    /// Whether the machine had time for it.
    #[must_use]
    pub fn is_undisturbed(&self) -> bool {
        self.packets_late <= LATE
    }
}

/// A viewer's process.
struct Viewer {
    id: NodeId,
    program: Program,
    up_bps: u64,
    /// How many stripes it may send at once, as the simulator has it.
    slots: u16,
    came_ms: u64,
    /// When it left or fell silent.
    left_ms: Option<u64>,
}

/// The scenario with so many viewers on the lines of this seed, for this stream; they come by the host's link, and nobody is
/// behind a NAT.
#[must_use]
pub fn scenario(scenario: &Scenario, nodes: u32, topology: u64, source: &Source) -> Scenario {
    let network = Network { natted: 0.0, ..scenario.network };
    let sized = scenario.of_size(nodes);
    Scenario { invited: true, topology: Some(topology), stream: source.stream(), network, ..sized }
}

/// Runs the scenario with real nodes; `None`, and a loud word, where the system grants no namespaces. Nobody is behind a
/// NAT or means harm, and nobody leaves but with the many, whatever the scenario says.
///
/// # Panics
/// If a node does not start, or the scenario leaves the lines to the simulator's dice (`topology`).
pub async fn run(scenario: &Scenario, source: &Source) -> Option<Outcome> {
    let topology = scenario.topology.expect("the simulator's lines are these, whatever its dice say");
    let sites: Vec<_> = (0..=scenario.nodes).map(|id| Site::of(scenario, topology, id)).collect();
    let links = Links::start(plan(&sites, scenario, topology))?;
    let place = |id: NodeId| Place::In(&links.machine(id as usize).namespace);
    let (camera, host_upload) = (source.camera(), Source::upload_mbps(&sites[0]));
    let args = ["--camera", &camera, "--live", "--visibility", "invite", "--upload-mbps", &host_upload];
    let host = Node::start_in(place(0), &args, Source::media()).await;
    let invite = host.ready().invite.clone();

    let (start, start_ms) = (Instant::now(), unix_ms());
    let mut count = Count::new(scenario, source, start_ms);
    let mut viewers: Vec<Viewer> = Vec::new();
    let mut leaving = scenario.mass_leave;
    for tick in 0..=scenario.seconds * TICKS_PER_S {
        let passed = TICK * tick;
        sleep_until(start + passed).await;
        count.host_sent(passed, links.count(0).sent_bytes());
        let mut ids = (1..).zip(&sites[1..]).skip(viewers.len());
        while let Some((id, site)) = ids.next().filter(|(id, _)| comes(*id, scenario) <= passed) {
            let args =
                ["watch", &invite, "--stats", "--no-mdns", "--upload-mbps", &Source::upload_mbps(site)];
            let program = Program::start(place(id), &args);
            let Site { up_bps, slots, .. } = *site;
            viewers.push(Viewer { id, program, up_bps, slots, came_ms: unix_ms(), left_ms: None });
        }
        if let Some(leave) = leaving.take_if(|leave| passed.as_secs() >= u64::from(leave.at_s)) {
            many_leave(&mut viewers, leave, scenario.polite, topology).await;
        }
    }
    let end_ms = unix_ms();
    let stays: Vec<_> = viewers.into_iter().map(|viewer| viewer.told(end_ms)).collect();
    Some(Outcome { figures: count.figures(&stays), packets_late: links.lateness().quantile(0.99) })
}

/// How often it is looked who comes and goes, and what went over the host's line.
const TICKS_PER_S: u32 = 20;
const TICK: Duration = Duration::from_millis(1000 / TICKS_PER_S as u64);

/// When a viewer comes.
fn comes(id: NodeId, scenario: &Scenario) -> Duration {
    let place = (f64::from(id) - 0.5) / f64::from(scenario.nodes);
    HOST_AHEAD + Duration::from_secs_f64(place * scenario.fill_s)
}

/// So many viewers leave at once. Some say so; the others stop where they stand, so that nothing tells the others.
async fn many_leave(viewers: &mut [Viewer], leave: MassLeave, polite: f64, seed: u64) {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut order: Vec<_> = (0..viewers.len()).collect();
    chance.shuffle(&mut order);
    order.truncate((viewers.len() as f64 * leave.share).round() as usize);
    for (place, number) in (0..).zip(&order) {
        let says_so = f64::from(place) < order.len() as f64 * polite;
        let viewer = &mut viewers[*number];
        viewer.left_ms = Some(unix_ms());
        send(if says_so { "TERM" } else { "STOP" }, viewer.program.pid()).await;
    }
}

impl Viewer {
    /// What it told of its stay.
    ///
    /// # Panics
    /// If it reckons with another number of stripes than the simulator: then they run different houses.
    fn told(mut self, end_ms: u64) -> Told {
        let reports = self.program.reports();
        // An overloaded node says less for a while.
        let slots = reports.iter().map(|report| report.slots).max();
        assert!(slots.is_none_or(|slots| slots == self.slots), "{slots:?} slots instead of {}", self.slots);
        Told {
            id: self.id,
            came_ms: self.came_ms,
            left_ms: self.left_ms.unwrap_or(end_ms),
            up_bps: self.up_bps,
            chunks: reports.into_iter().flat_map(|report| report.chunks).collect(),
        }
    }
}

/// The lines of these sites, and the ways between them.
fn plan(sites: &[Site], scenario: &Scenario, seed: u64) -> Plan {
    let line = |site: &Site| Line { up_bps: site.up_bps, down_bps: site.down_bps, loss_ppm: site.loss_ppm };
    let ways_of =
        |from: &Site| sites.iter().map(|to| Duration::from_micros(from.latency(to))).collect::<Vec<_>>();
    Plan {
        lines: sites.iter().map(line).collect(),
        ways: sites.iter().map(ways_of).collect(),
        jitter: Duration::from_millis(scenario.network.jitter_ms.into()),
        seed,
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("the clock is past 1970").as_millis() as u64
}
