//! The world: nodes on their lines, what goes over their links, who comes and goes. It drives any
//! [`Protocol`], event by event, and counts.
//!
//! It runs in strides that are as short as the shortest way between two nodes: what happens within one reaches nobody
//! else before the next, so the districts run side by side, and every run is the same on any number of processors. What
//! concerns everybody, such as who comes and who goes, happens between strides.
//!
//! What it leaves out: congestion control (a line takes what it can carry, in the order in which it was given; QUIC
//! with BBR comes near to that) and packets (an object arrives whole, with the time that its packets take).

mod arrive;
mod check;
mod come;
mod common;
mod connect;
mod district;
mod fault;
mod node;
mod seek;
mod send;
mod site;

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use rayon::prelude::*;

pub use check::Violation;
pub use site::{MEDIAN_LATENCY, Site};

use self::check::Loops;
use self::common::Common;
use self::district::{DISTRICTS, District, Local};
use self::node::{Coming, Node, Queued};
use crate::engine::{MS, Micros, SECOND, Trace, rng};
use crate::measure::Tally;
use crate::protocol::{HOST, Input, NodeId, Protocol, Sequence};
use crate::scenario::{Film, Scenario};

/// A timer does not come again sooner: a node that is never content must not stop time.
const SHORTEST_TIMER: Micros = MS;
/// How long a stride is: nothing takes less from one node to another.
const LOOKAHEAD: Micros = site::ONE_WAY.0;

/// Something that happens at a node.
#[derive(Debug, Clone, Copy)]
struct Event {
    node: NodeId,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// The host has made the object.
    Captured(Sequence),
    /// The host hears what somebody wants to say.
    Heard,
    Timer,
    /// A message of so many bytes, by its number, came from this node over this link.
    Message {
        from: NodeId,
        link: u32,
        bytes: u32,
        number: u32,
    },
    /// An object reaches the downlink.
    Object(Coming),
    /// It is through the downlink.
    Received(Coming),
    /// The stream is open on which this object goes.
    Opened(Queued),
    /// The object on its way out is out.
    Sent,
    /// This node wants a connection.
    Knocks {
        from: NodeId,
    },
    /// Dialing this node is over.
    Dialed {
        peer: NodeId,
        through: bool,
    },
    /// This node has made a connection.
    Linked {
        peer: NodeId,
        link: u32,
    },
    /// The other end of this link is gone.
    Closed {
        peer: NodeId,
        link: u32,
    },
    /// An object could not be sent to this node.
    Dropped {
        peer: NodeId,
        sequence: Sequence,
    },
    /// The lookup is over.
    Looked,
    /// A seek that had to wait.
    Seeks,
}

/// Something that concerns everybody.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Comes(NodeId),
    Leaves(NodeId),
    Fault(fault::Fault),
    CheckLoops,
}

impl What {
    /// What of it stands in the trace.
    fn trace(self) -> (u8, u32) {
        match self {
            Self::Captured(sequence) => (0, sequence),
            Self::Timer => (1, 0),
            Self::Message { from, .. } => (2, from),
            Self::Object(Coming { from, load, .. }) => (3, from ^ load.bits().rotate_left(12)),
            Self::Sent => (4, 0),
            Self::Dialed { peer, through } => (5, peer ^ u32::from(through) << 31),
            Self::Closed { peer, .. } => (6, peer),
            Self::Dropped { peer, sequence } => (7, peer ^ sequence.rotate_left(12)),
            Self::Looked => (8, 0),
            Self::Seeks => (9, 0),
            Self::Received(Coming { from, load, .. }) => (10, from ^ load.bits().rotate_left(12)),
            Self::Knocks { from } => (11, from),
            Self::Linked { peer, .. } => (12, peer),
            // Kinds that concern everybody have the numbers between.
            Self::Heard => (17, 0),
            Self::Opened(Queued { to, load, .. }) => (18, to ^ load.bits().rotate_left(12)),
        }
    }
}

impl Turn {
    /// At which node, and what of it stands in the trace.
    fn trace(self) -> (NodeId, u8) {
        match self {
            Self::Comes(id) => (id, 13),
            Self::Leaves(id) => (id, 14),
            Self::Fault(_) => (HOST, 15),
            Self::CheckLoops => (HOST, 16),
        }
    }
}

/// A run in progress.
pub struct World<'a, P: Protocol> {
    now: Micros,
    common: Common<'a>,
    districts: Vec<District<P>>,
    /// What concerns everybody, by its time, and by the order in which it was put in.
    turns: BTreeMap<(Micros, u64), Turn>,
    turns_made: u64,
    /// Chance of who comes and goes.
    chance: Rng,
    loops: Loops,
    trace: Trace,
}

impl<'a, P: Protocol> World<'a, P> {
    /// A world in which nothing has happened yet.
    #[must_use]
    pub fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let film = Arc::new(Film::of(scenario));
        let tally = Tally::new(scenario, film.clone());
        let common = Common::new(scenario, seed, film);
        let mut districts: Vec<_> =
            (0..DISTRICTS).map(|number| District::new(number, tally.clone())).collect();
        for (id, site) in (0..).zip(&common.sites) {
            districts[District::<P>::of(id)].add(Node::new(&common, id, site.clone()));
        }
        let mut world = Self {
            now: 0,
            common,
            districts,
            turns: BTreeMap::new(),
            turns_made: 0,
            chance: rng(seed, 2),
            loops: Loops::default(),
            trace: Trace::default(),
        };
        world.plan();
        world
    }

    /// What is known beforehand.
    fn plan(&mut self) {
        let scenario = self.common.scenario;
        self.turn_at(0, Turn::Comes(HOST));
        for (sequence, object) in self.common.film.clone().objects() {
            self.local(HOST).at(object.captured, HOST, What::Captured(sequence));
        }
        for at in self.common.film.clone().conversation().heard() {
            self.local(HOST).at(*at, HOST, What::Heard);
        }
        for id in 1..=scenario.nodes {
            let place = (f64::from(id - 1) + self.chance.f64()) / f64::from(scenario.nodes);
            // The host has been there for a second when the first one comes.
            let at = SECOND + (place * scenario.fill_s * SECOND as f64) as Micros;
            self.turn_at(at, Turn::Comes(id));
        }
        self.plan_faults();
        self.plan_loop_checks();
    }

    /// Runs to the end, and gives what was counted. `progress` hears now and then how much of the time is over, from
    /// 0 to 1.
    pub fn run(mut self, progress: &dyn Fn(f64)) -> Result<(Tally, Trace), Violation> {
        let end = self.common.scenario.end();
        let mut next_word = 0;
        while self.now < end {
            if self.now >= next_word {
                progress(self.now as f64 / end as f64);
                next_word = self.now + SECOND / 2;
            }
            self.take_turns()?;
            let next = self.turns.first_key_value().map_or(end, |((at, _), _)| *at);
            self.stride(next.min(self.now + LOOKAHEAD).min(end))?;
        }
        progress(1.0);
        for id in 0..self.common.sites.len() as NodeId {
            if self.common.is_in(id) {
                self.close_books(id, end);
            }
        }
        Ok(self.sum())
    }

    /// What concerns everybody, and is due.
    fn take_turns(&mut self) -> Result<(), Violation> {
        while let Some(turn) = self.turns.first_entry().filter(|turn| turn.key().0 <= self.now) {
            let turn = turn.remove();
            let (node, kind) = turn.trace();
            self.trace.add(self.now, node, kind, 0);
            match turn {
                Turn::Comes(id) => self.comes(id)?,
                Turn::Leaves(id) => self.leaves(id)?,
                Turn::Fault(fault) => self.fault(fault)?,
                Turn::CheckLoops => self.check_loops()?,
            }
        }
        Ok(())
    }

    /// Lets every district run up to `until`, and then carries to each what came out of the others.
    fn stride(&mut self, until: Micros) -> Result<(), Violation> {
        let common = &self.common;
        let runs = self.districts.par_iter_mut().map(|district| district.run(common, until));
        let broken: Vec<_> = runs.filter_map(Result::err).collect();
        if let Some(first) = broken.into_iter().min_by_key(|violation| (violation.at, violation.node)) {
            return Err(first);
        }
        for to in 0..DISTRICTS {
            for from in 0..DISTRICTS {
                let post = self.districts[from].take_out(to);
                self.districts[to].take_in(post);
            }
        }
        self.now = until;
        Ok(())
    }

    fn turn_at(&mut self, at: Micros, turn: Turn) {
        self.turns.insert((at, self.turns_made), turn);
        self.turns_made += 1;
    }

    fn node(&self, id: NodeId) -> &Node<P> {
        self.districts[District::<P>::of(id)].node(id)
    }

    /// The district of a node, between strides.
    fn local(&mut self, id: NodeId) -> Local<'_, 'a, P> {
        Local { common: &self.common, district: &mut self.districts[District::<P>::of(id)] }
    }

    fn tell(&mut self, id: NodeId, input: Input<P::Message>) -> Result<(), Violation> {
        self.local(id).tell(id, input)
    }

    /// What all districts counted, together.
    fn sum(self) -> (Tally, Trace) {
        let mut districts = self.districts.into_iter();
        let first = districts.next().expect("there are several");
        let start = (first.tally, self.trace.join(first.trace));
        districts.fold(start, |(mut tally, trace), district| {
            tally.add(district.tally);
            (tally, trace.join(district.trace))
        })
    }
}
