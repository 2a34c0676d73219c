//! The world: nodes on their lines, what goes over their links, who comes and goes. It drives any
//! [`Protocol`], event by event, and counts.
//!
//! What it leaves out: congestion control (a line takes what it can carry, in the order in which it was given; QUIC
//! with BBR comes near to that) and packets (an object arrives whole, with the time that its packets take).

mod arrive;
mod check;
mod come;
mod connect;
mod fault;
mod node;
mod send;
mod site;

use std::collections::VecDeque;
use std::sync::Arc;

use fastrand::Rng;

pub use check::Violation;
pub use site::{MEDIAN_LATENCY, Site};

use self::check::Loops;
use self::node::{Load, NEVER, Node};
use crate::engine::{MS, Micros, Queue, SECOND, Slab, Trace, rng};
use crate::measure::Tally;
use crate::protocol::{HOST, Input, NodeId, Output, Protocol, Sequence};
use crate::scenario::Scenario;

/// A timer does not come again sooner: a node that is never content must not stop time.
const SHORTEST_TIMER: Micros = MS;

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
    Timer,
    /// A message, by its number, came from this node over this link.
    Message {
        from: NodeId,
        link: u32,
        number: u32,
    },
    /// An object came.
    Object {
        from: NodeId,
        link: u32,
        load: Load,
    },
    /// The object on its way out is out.
    Sent,
    /// Dialing this node is over.
    Dialed {
        peer: NodeId,
        through: bool,
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
    Comes,
    /// The lookup is over.
    Looked,
    /// A seek that had to wait.
    Seeks,
    Leaves,
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
            Self::Object { from, load, .. } => (3, from ^ load.bits().rotate_left(12)),
            Self::Sent => (4, 0),
            Self::Dialed { peer, through } => (5, peer ^ u32::from(through) << 31),
            Self::Closed { peer, .. } => (6, peer),
            Self::Dropped { peer, sequence } => (7, peer ^ sequence.rotate_left(12)),
            Self::Comes => (8, 0),
            Self::Looked => (9, 0),
            Self::Seeks => (10, 0),
            Self::Leaves => (11, 0),
            Self::Fault(_) => (12, 0),
            Self::CheckLoops => (13, 0),
        }
    }
}

/// A run in progress.
pub struct World<'a, P: Protocol> {
    scenario: &'a Scenario,
    seed: u64,
    queue: Queue<Event>,
    nodes: Vec<Node<P>>,
    under_way: Slab<P::Message>,
    /// Chance of the links, and of who comes and goes.
    link_chance: Rng,
    life_chance: Rng,
    links_made: u32,
    /// Who came lately: whom the host would name.
    lately: VecDeque<(Micros, NodeId)>,
    /// The hostile ones that name each other.
    gang: Arc<[NodeId]>,
    split: Option<fault::Split>,
    loops: Loops,
    tally: Tally,
    trace: Trace,
}

impl<'a, P: Protocol> World<'a, P> {
    /// A world in which nothing has happened yet.
    #[must_use]
    pub fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let tally = Tally::new(scenario);
        let objects = tally.film().len();
        let sites = (0..=scenario.nodes).map(|id| Site::of(scenario, seed, id));
        let nodes: Vec<_> = sites.map(|site| Node::new(site, objects)).collect();
        let gang =
            (0..).zip(&nodes).filter(|(_, node)| node.site.conduct.has_gang()).map(|(id, _)| id).collect();
        let mut world = Self {
            scenario,
            seed,
            queue: Queue::default(),
            nodes,
            under_way: Slab::default(),
            link_chance: rng(seed, 1),
            life_chance: rng(seed, 2),
            links_made: 0,
            lately: VecDeque::new(),
            gang,
            split: None,
            loops: Loops::default(),
            tally,
            trace: Trace::default(),
        };
        world.plan();
        world
    }

    /// What is known beforehand.
    fn plan(&mut self) {
        self.at(0, HOST, What::Comes);
        for sequence in 0..self.tally.film().len() {
            self.at(self.tally.object(sequence).captured, HOST, What::Captured(sequence));
        }
        for id in 1..=self.scenario.nodes {
            let turn = (f64::from(id - 1) + self.life_chance.f64()) / f64::from(self.scenario.nodes);
            // The host has been there for a second when the first one comes.
            let at = SECOND + (turn * self.scenario.fill_s * SECOND as f64) as Micros;
            self.at(at, id, What::Comes);
        }
        self.plan_faults();
        self.plan_loop_checks();
    }

    /// Runs to the end, and gives what was counted. `progress` hears now and then how much of the time is over, from
    /// 0 to 1.
    pub fn run(mut self, progress: &dyn Fn(f64)) -> Result<(Tally, Trace), Violation> {
        let end = self.scenario.end();
        let mut next_word = 0;
        while let Some((at, event)) = self.queue.pop(end) {
            if at >= next_word {
                progress(at as f64 / end as f64);
                next_word = at + SECOND / 2;
            }
            let (kind, about) = event.what.trace();
            self.trace.add(at, event.node, kind, about);
            self.happen(event)?;
        }
        progress(1.0);
        for id in 0..self.nodes.len() as NodeId {
            if self.nodes[id as usize].is_in() {
                self.close_books(id, end);
            }
        }
        Ok((self.tally, self.trace))
    }

    fn happen(&mut self, Event { node, what }: Event) -> Result<(), Violation> {
        match what {
            What::Captured(sequence) => self.captured(sequence),
            What::Timer => self.timer(node),
            What::Message { from, link, number } => self.message_arrives(node, from, link, number),
            What::Object { from, link, load } => self.object_arrives(node, from, link, load),
            What::Sent => self.sent(node),
            What::Dialed { peer, through } => self.dialed(node, peer, through),
            What::Closed { peer, link } => self.closed(node, peer, link),
            What::Dropped { peer, sequence } => self.tell(node, Input::Dropped(peer, sequence)),
            What::Comes => self.comes(node),
            What::Looked => self.looked(node),
            What::Seeks => {
                self.nodes[node as usize].looking = false;
                self.seek(node);
                Ok(())
            }
            What::Leaves => self.leaves(node),
            What::Fault(fault) => self.fault(fault),
            What::CheckLoops => self.check_loops(),
        }
    }

    fn now(&self) -> Micros {
        self.queue.now()
    }

    fn at(&mut self, at: Micros, node: NodeId, what: What) {
        self.queue.push(at, Event { node, what });
    }

    /// Tells a node what happened, and does what it asks for.
    fn tell(&mut self, id: NodeId, input: Input<P::Message>) -> Result<(), Violation> {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        let Some(protocol) = &mut node.protocol else { return Ok(()) };
        protocol.set_backlog(node.site.sending(node.uplink.queued_bytes.min(u64::from(u32::MAX)) as u32));
        protocol.handle(node.site.clock.read(now), input);
        let most = protocol.most_outputs();
        let mut outputs = 0;
        while let Some(output) =
            self.nodes[id as usize].protocol.as_mut().and_then(|protocol| protocol.poll())
        {
            outputs += 1;
            if outputs > most {
                return Err(self.violation(id, format!("more than {most} outputs for one input")));
            }
            self.act(id, output)?;
        }
        self.set_timer(id);
        Ok(())
    }

    fn act(&mut self, id: NodeId, output: Output<P::Message>) -> Result<(), Violation> {
        match output {
            Output::Connect(peer) => self.dial(id, peer),
            Output::Send(peer, message) => self.send(id, peer, message),
            Output::Push(peer, sequence) => return self.push(id, peer, sequence),
            Output::Disconnect(peer) => self.disconnect(id, peer),
            Output::Seek => self.seek(id),
        }
        Ok(())
    }

    /// Sets the node's one timer. One that is set already comes too, and sets the next.
    fn set_timer(&mut self, id: NodeId) {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        let deadline = node.protocol.as_ref().and_then(|protocol| protocol.deadline());
        if deadline == node.deadline && node.timer != NEVER {
            return;
        }
        node.deadline = deadline;
        let Some(deadline) = deadline else { return };
        let at = node.site.clock.when(deadline).max(now + SHORTEST_TIMER);
        if at < node.timer {
            node.timer = at;
            self.at(at, id, What::Timer);
        }
    }

    fn timer(&mut self, id: NodeId) -> Result<(), Violation> {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        if node.timer != now {
            return Ok(());
        }
        node.timer = NEVER;
        if node.deadline.is_some_and(|deadline| deadline <= node.site.clock.read(now)) {
            return self.tell(id, Input::Timeout);
        }
        self.set_timer(id);
        Ok(())
    }
}
