//! The ideal: an oracle that knows what everybody has. Each free line sends the latest object that somebody lacks to
//! one of those, chosen at random; nothing is said, nobody leaves, and everybody is there from the start. Random-peer,
//! latest-useful-chunk is optimal in rate, and in delay up to a constant.

use std::sync::Arc;
use std::time::Instant;

use fastrand::Rng;

use crate::engine::{Queue, Trace, rng};
use crate::measure::{Arrival, Figures, Stay, Tally};
use crate::protocol::{Conduct, HOST, NodeId, Sequence};
use crate::run::RunError;
use crate::scenario::{Film, Scenario};
use crate::world::Site;

/// How many of the newest objects are still sent: what is older is too late.
const WINDOW: usize = 96;

#[derive(Debug, Clone, Copy)]
enum Event {
    Captured(Sequence),
    /// The node's line is free.
    Free(NodeId),
    Arrives(NodeId, Sequence, u8),
}

struct Node {
    site: Site,
    /// Which objects it has, over how many hops, and when it had them in time.
    depths: Vec<Option<u8>>,
    in_time: Vec<bool>,
    busy: bool,
    started: bool,
}

struct Oracle<'a> {
    scenario: &'a Scenario,
    queue: Queue<Event>,
    nodes: Vec<Node>,
    /// For each of the newest objects, who lacks it and is not being sent it.
    lacking: Vec<(Sequence, Vec<NodeId>)>,
    /// How many lack what is new.
    viewers: usize,
    chance: Rng,
    tally: Tally,
}

/// Runs the ideal in the scenario's world.
pub fn ideal(scenario: &Scenario, seed: u64, progress: &dyn Fn(f64)) -> Result<Figures, Box<RunError>> {
    let started = Instant::now();
    let tally = Tally::new(scenario, Arc::new(Film::of(scenario)));
    let objects = tally.film().len();
    let node = |id| Node {
        site: Site::of(scenario, seed, id),
        depths: vec![None; objects as usize],
        in_time: vec![false; objects as usize],
        busy: false,
        started: false,
    };
    let mut oracle = Oracle {
        scenario,
        queue: Queue::default(),
        nodes: (0..=scenario.nodes).map(node).collect(),
        lacking: Vec::new(),
        viewers: 0,
        chance: rng(seed, 5),
        tally,
    };
    let trace = oracle.run(progress);
    let mut figures = Figures::of(scenario, "ideal push", seed, &oracle.tally, trace);
    figures.wall_s = started.elapsed().as_secs_f64();
    Ok(figures)
}

impl Oracle<'_> {
    fn run(&mut self, progress: &dyn Fn(f64)) -> Trace {
        let mut trace = Trace::default();
        for sequence in 0..self.tally.film().len() {
            self.queue.push(self.tally.object(sequence).captured, Event::Captured(sequence));
        }
        while let Some((at, event)) = self.queue.pop_before(self.scenario.end()) {
            let (node, kind, about) = match event {
                Event::Captured(sequence) => (HOST, 0, sequence),
                Event::Free(node) => (node, 1, 0),
                Event::Arrives(node, sequence, _) => (node, 2, sequence),
            };
            trace.add(at, node, kind, about);
            match event {
                Event::Captured(sequence) => {
                    progress(at as f64 / self.scenario.end() as f64);
                    self.captured(sequence);
                }
                Event::Free(node) => {
                    self.nodes[node as usize].busy = false;
                    self.send(node);
                }
                Event::Arrives(node, sequence, depth) => self.arrives(node, sequence, depth),
            }
        }
        self.close();
        trace
    }

    fn captured(&mut self, sequence: Sequence) {
        self.nodes[HOST as usize].depths[sequence as usize] = Some(0);
        if self.lacking.len() == WINDOW {
            self.lacking.remove(0);
        }
        let viewers = (1..).zip(&self.nodes[1..]).filter(|(_, node)| !node.site.conduct.is_hostile());
        let viewers: Vec<NodeId> = viewers.map(|(id, _)| id).collect();
        self.viewers = viewers.len();
        self.lacking.push((sequence, viewers));
        self.send(HOST);
    }

    /// If its line is free, it sends something that somebody lacks: what nobody has yet, else of the latest chunk, and of
    /// that the piece that most lack.
    fn send(&mut self, id: NodeId) {
        let now = self.queue.now();
        let node = &self.nodes[id as usize];
        if node.busy || node.site.slots == 0 || !matches!(node.site.conduct, Conduct::Honest) {
            return;
        }
        let (film, depths) = (self.tally.film(), &node.depths);
        let useful = self
            .lacking
            .iter_mut()
            .filter(|(sequence, lacking)| !lacking.is_empty() && depths[*sequence as usize].is_some())
            .max_by_key(|(sequence, lacking)| {
                (lacking.len() == self.viewers, film.object(*sequence).chunk, lacking.len())
            });
        let Some((sequence, lacking)) = useful else { return };
        let to = lacking.swap_remove(self.chance.usize(..lacking.len()));
        let sequence = *sequence;
        let bytes = self.tally.object(sequence).bytes;
        let depth = node.depths[sequence as usize].unwrap_or(0).saturating_add(1);
        let out = now + node.site.sending(bytes);
        let at = out + node.site.latency(&self.nodes[to as usize].site);
        self.nodes[id as usize].busy = true;
        self.tally.sent_object(out, id, self.tally.object(sequence), bytes);
        self.tally.received(at, Arrival { bytes, from_host: id == HOST, hostile: false });
        self.queue.push(out, Event::Free(id));
        self.queue.push(at, Event::Arrives(to, sequence, depth));
    }

    fn arrives(&mut self, id: NodeId, sequence: Sequence, depth: u8) {
        let now = self.queue.now();
        let object = self.tally.object(sequence);
        let node = &mut self.nodes[id as usize];
        node.depths[sequence as usize] = Some(depth);
        node.in_time[sequence as usize] = now <= object.captured + self.tally.deadline();
        if object.siblings().all(|sibling| node.depths[sibling as usize].is_some()) {
            if !node.started && self.tally.object(object.first).starts_group {
                node.started = true;
                self.tally.started(now);
            }
            self.tally.delayed(object.chunk, now - object.captured, depth);
        }
        self.send(id);
    }

    fn close(&mut self) {
        for (id, node) in (0..).zip(&self.nodes) {
            let stay = Stay {
                id,
                hostile: node.site.conduct.is_hostile(),
                came: 0,
                left: self.scenario.end(),
                first_frame: Some(0),
                first_chunk: 0,
                capacity_bps: node.site.up_bps,
            };
            let in_time = |sequence| node.in_time[sequence as usize];
            self.tally.stayed(stay, in_time, in_time);
        }
    }
}
