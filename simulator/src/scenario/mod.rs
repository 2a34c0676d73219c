//! What a run is about: who comes, over which links, and what goes wrong. A scenario is a TOML file; those of
//! `simulator/scenarios/` are built in.

mod builtin;
mod conversation;
mod file;
mod film;

use serde::Deserialize;

pub use builtin::{built_in, names};
pub use conversation::Conversation;
pub use file::{ScenarioError, load};
pub use film::{Film, Object};

use crate::engine::{Micros, SECOND};
use crate::protocol::Conduct;

/// A scenario. Every key has a default except `about` and `upload`; a key that is none of these is an error.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name: the file's, without `.toml`.
    #[serde(skip)]
    pub name: String,
    /// One sentence for `parlor-sim list`.
    pub about: String,
    /// How many come to watch, hostile ones among them; `--nodes` overrides it.
    #[serde(default = "thousand")]
    pub nodes: u32,
    /// Several sizes, each run by itself, instead of `nodes`.
    #[serde(default)]
    pub sizes: Vec<u32>,
    /// How long it goes, in seconds of virtual time; `--seconds` overrides it.
    #[serde(default = "ninety")]
    pub seconds: u32,
    /// From when on is measured, in seconds. Start-up is measured from the beginning.
    #[serde(default = "thirty")]
    pub warm_up_s: u32,
    /// The viewers come evenly over so many seconds.
    #[serde(default = "twenty")]
    pub fill_s: f64,
    /// No more than so many come in a second: where `nodes` and `fill_s` ask for more, filling takes longer, and
    /// everything else happens that much later.
    #[serde(default = "hundred")]
    pub most_per_second: f64,
    /// Whether viewers come by the host's link, and know nobody but the host; else they look the room up.
    #[serde(default)]
    pub invited: bool,
    /// The seed of the nodes' lines, where they are to be the same whatever the run's seed; else that is the run's.
    pub topology: Option<u64>,
    /// What the host can send, as a multiple of the stream.
    #[serde(default = "host_upload")]
    pub host_upload: f64,
    /// What the viewers can send: classes whose shares sum to 1.
    pub upload: Vec<Class>,
    /// Which share of them is hostile.
    #[serde(default)]
    pub hostile: f64,
    /// The kinds of the hostile ones, in equal parts.
    #[serde(default = "every_kind")]
    pub hostile_kinds: Vec<Kind>,
    /// Which share of the viewers leaves within a minute, each replaced by a newcomer. Stays are exponential.
    #[serde(default)]
    pub churn_per_minute: f64,
    /// Which share of those that leave says so; the others vanish.
    #[serde(default = "half")]
    pub polite: f64,
    /// Many leave at once.
    pub mass_leave: Option<MassLeave>,
    /// Regions are cut off from the others for a time.
    pub partition: Option<Partition>,
    /// The stream.
    #[serde(default)]
    pub stream: Stream,
    /// Who talks, if anybody.
    pub talk: Option<Talk>,
    /// The links.
    #[serde(default)]
    pub network: Network,
    /// What should be reached.
    #[serde(default)]
    pub aims: Aims,
}

/// Nodes with the same upload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Which share of the viewers.
    pub share: f64,
    /// What each can send, as a multiple of the stream. Below 0.1 it still sends its messages, at 0.1.
    pub rate: f64,
}

/// A kind of hostile node; see [`Conduct`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Promises and sends nothing.
    Liar,
    /// Sends half.
    Half,
    /// Sends bad objects.
    Polluter,
    /// Names only its own kind.
    Eclipse,
    /// Crowds the host.
    Sybil,
}

impl From<Kind> for Conduct {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Liar => Self::Liar,
            Kind::Half => Self::Half,
            Kind::Polluter => Self::Polluter,
            Kind::Eclipse => Self::Eclipse,
            Kind::Sybil => Self::Sybil,
        }
    }
}

/// Many leave at once.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MassLeave {
    /// When, in seconds.
    pub at_s: u32,
    /// Which share of the viewers. `polite` says how many of them say so.
    pub share: f64,
}

/// Regions are cut off for a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partition {
    /// From when on, in seconds.
    pub at_s: u32,
    /// For how long, in seconds.
    pub seconds: u32,
    /// Which regions, 0 to 4; the host is in 0.
    pub regions: Vec<u8>,
}

/// The stream: one track of groups of chunks.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stream {
    /// Its mean rate.
    pub bitrate_bps: u64,
    /// How much media a chunk holds.
    pub chunk_ms: u32,
    /// How many chunks a group has; the first holds the keyframe.
    pub group_chunks: u32,
    /// How much bigger the first chunk of a group is than the mean. The others are smaller, so that the mean is kept.
    pub keyframe_factor: f64,
    /// A chunk longer than the stream is in so many milliseconds is cut into as many objects of equal length as it
    /// takes.
    pub piece_ms: u32,
    /// How much sound an object holds, in milliseconds; 0: there is none.
    pub sound_ms: u32,
    /// The rate of the sound, where there is any.
    pub sound_bps: u64,
}

/// Viewers who talk.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// Which share of the viewers.
    pub share: f64,
    /// How many lines each says in a minute.
    pub lines_per_minute: f64,
}

impl Talk {
    /// How many lines come to the host in a second, from so many viewers.
    #[must_use]
    pub fn lines_per_second(&self, viewers: u32) -> f64 {
        f64::from(viewers) * self.share * self.lines_per_minute / 60.0
    }
}

/// The links.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Packets lost on the best link, as a share.
    pub loss_min: f64,
    /// And on the worst.
    pub loss_max: f64,
    /// How much longer than its link's latency a packet takes at most, in milliseconds.
    pub jitter_ms: u32,
    /// Which share of the nodes sits behind NAT.
    pub natted: f64,
    /// Which share of the pairs behind NAT never gets through to each other.
    pub punch_fails: f64,
    /// What a viewer can receive, as a multiple of the stream.
    pub download: f64,
}

/// What should be reached. What is absent is not judged.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aims {
    /// What the host sends, as a multiple of the stream, at most.
    pub source_upload_ratio: Option<f64>,
    /// The share of objects that come in time, at least.
    pub continuity: Option<f64>,
    /// The 99th percentile of the delay, at most: this many times the bound, plus the link time.
    pub delay_bounds: Option<f64>,
    /// Objects received twice, as a share, at most.
    pub duplicate_ratio: Option<f64>,
    /// Messages, as a share of all that is sent, at most.
    pub control_ratio: Option<f64>,
    /// From click to first frame, the median at most.
    pub startup_p50_ms: Option<f64>,
    /// And the 95th percentile.
    pub startup_p95_ms: Option<f64>,
    /// The longest start-up, at most so much more than with one server on the same line.
    pub startup_over_server_ms: Option<f64>,
    /// How long after many left at once all is well again, at most.
    pub recovery_ms: Option<f64>,
    /// The share of what is said that those who stay read, at least.
    pub lines_read: Option<f64>,
    /// What the host sends for the talk, as a share of the stream, at most.
    pub talk_host_ratio: Option<f64>,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            bitrate_bps: 2_500_000,
            chunk_ms: 100,
            group_chunks: 20,
            keyframe_factor: 3.0,
            piece_ms: 50,
            sound_ms: 0,
            sound_bps: 64_000,
        }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self { loss_min: 0.001, loss_max: 0.01, jitter_ms: 4, natted: 0.65, punch_fails: 0.3, download: 8.0 }
    }
}

impl Scenario {
    /// When it ends.
    #[must_use]
    pub fn end(&self) -> Micros {
        u64::from(self.seconds) * SECOND
    }

    /// From when on is measured.
    #[must_use]
    pub fn measured_from(&self) -> Micros {
        u64::from(self.warm_up_s) * SECOND
    }

    /// The same scenario with so many viewers.
    #[must_use]
    pub fn of_size(&self, nodes: u32) -> Self {
        let fill_s = self.fill_s.max(f64::from(nodes) / self.most_per_second);
        let later_s = (fill_s - self.fill_s).ceil() as u32;
        let mut sized = Self {
            nodes,
            sizes: Vec::new(),
            fill_s,
            seconds: self.seconds + later_s,
            warm_up_s: self.warm_up_s + later_s,
            ..self.clone()
        };
        if let Some(leave) = &mut sized.mass_leave {
            leave.at_s += later_s;
        }
        if let Some(partition) = &mut sized.partition {
            partition.at_s += later_s;
        }
        sized
    }

    /// The viewers' mean upload, as a multiple of the stream.
    #[must_use]
    pub fn mean_upload(&self) -> f64 {
        self.upload.iter().map(|class| class.share * class.rate).sum()
    }
}

fn thousand() -> u32 {
    1000
}

fn ninety() -> u32 {
    90
}

fn hundred() -> f64 {
    100.0
}

fn thirty() -> u32 {
    30
}

fn twenty() -> f64 {
    20.0
}

fn host_upload() -> f64 {
    2.5
}

fn half() -> f64 {
    0.5
}

fn every_kind() -> Vec<Kind> {
    vec![Kind::Liar, Kind::Half, Kind::Polluter, Kind::Eclipse, Kind::Sybil]
}
