//! Counting, chunk by chunk: of a chunk that is cut, all pieces must be there. Every sum begins at the end of the warm-up, except that of start-up.

use std::sync::Arc;

use super::{Histogram, Reading};
use crate::engine::{MS, Micros, SECOND};
use crate::protocol::{HOST, NodeId, Sequence};
use crate::scenario::{Film, Object, Scenario};

/// A chunk that comes later than this after its capture is missed.
const DEADLINE: Micros = 4 * SECOND;
/// Who has seen no frame for so long counts as a viewer to whom everything is missing.
const PATIENCE: Micros = 10 * SECOND;
/// The delays of a second are counted in steps of so many milliseconds.
pub const STEP_MS: u64 = 50;
/// And so many steps; the last is for all that is later.
const STEPS: usize = 100;
/// The most hops that are told apart.
const HOPS: usize = 128;

/// What came over a link.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Its size, without what the network adds.
    pub bytes: u32,
    /// Whether the host sent it.
    pub from_host: bool,
    /// Whether who received it means harm.
    pub hostile: bool,
}

/// A node's stay in the room, once it is over.
#[derive(Debug, Clone, Copy)]
pub struct Stay {
    /// Which node.
    pub id: NodeId,
    /// Whether it means harm: then it is no viewer.
    pub hostile: bool,
    /// When it came.
    pub came: Micros,
    /// When it left, or the run ended.
    pub left: Micros,
    /// When it had the first start of a group.
    pub first_frame: Option<Micros>,
    /// Which chunk that was.
    pub first_chunk: u32,
    /// What its line carries.
    pub capacity_bps: u64,
}

/// What a node sent of what it could.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Its capacity, as a multiple of the stream.
    pub capacity: f64,
    /// What it sent on average, as a multiple of the stream.
    pub used: f64,
}

/// Bytes sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent {
    /// Objects, with what the network adds.
    pub objects: u64,
    /// Messages, and what making connections costs.
    pub messages: u64,
}

impl Sent {
    /// All of it.
    #[must_use]
    pub fn total(self) -> u64 {
        self.objects + self.messages
    }
}

/// What was counted.
#[derive(Debug, Clone)]
pub struct Tally {
    /// From when on, and until when.
    pub from: Micros,
    /// When the run ends.
    pub end: Micros,
    film: Arc<Film>,
    chunk_period: Micros,
    bitrate_bps: u64,
    /// From capture to arrival.
    pub delay: Histogram,
    /// The same for each second of capture, in steps of [`STEP_MS`].
    pub delay_by_second: Vec<[u32; STEPS]>,
    /// From click to the first frame.
    pub startup: Histogram,
    /// First arrivals by the hops that they took.
    pub hops: [u64; HOPS],
    /// For each chunk, how many viewers should have had it, and how many had it in time.
    pub due: Vec<u32>,
    /// How many had it in time.
    pub in_time: Vec<u32>,
    /// What the host sent.
    pub host: Sent,
    /// What all sent, the host too.
    pub all: Sent,
    /// Bytes of objects that honest nodes received.
    pub received: u64,
    /// Those of them that came from the host.
    pub from_host: u64,
    /// Those of them that were there already.
    pub again: u64,
    /// Bad objects that arrived and were refused.
    pub bad_arrived: u64,
    /// Objects that somebody took and the host never made.
    pub bad_delivered: u64,
    /// Objects for which there was no room in a queue.
    pub dropped: u64,
    /// What was read of the talk.
    pub reading: Reading,
    /// What each node sent of what it could.
    pub usage: Vec<Usage>,
    sent_by_node: Vec<u64>,
}

impl Tally {
    /// Nothing is counted yet of what the host makes in this scenario.
    #[must_use]
    pub fn new(scenario: &Scenario, film: Arc<Film>) -> Self {
        let chunks = film.chunks() as usize;
        Self {
            from: scenario.measured_from(),
            end: scenario.end(),
            film,
            chunk_period: u64::from(scenario.stream.chunk_ms) * MS,
            bitrate_bps: scenario.stream.total_bps(),
            delay: Histogram::default(),
            delay_by_second: vec![[0; STEPS]; scenario.seconds as usize + 1],
            startup: Histogram::default(),
            hops: [0; HOPS],
            due: vec![0; chunks],
            in_time: vec![0; chunks],
            host: Sent::default(),
            all: Sent::default(),
            received: 0,
            from_host: 0,
            again: 0,
            bad_arrived: 0,
            bad_delivered: 0,
            dropped: 0,
            reading: Reading::default(),
            usage: Vec::new(),
            sent_by_node: Vec::new(),
        }
    }

    /// Adds what was counted of other nodes in the same run.
    pub fn add(&mut self, other: Self) {
        self.delay.merge(&other.delay);
        self.startup.merge(&other.startup);
        for (second, others) in self.delay_by_second.iter_mut().zip(&other.delay_by_second) {
            add_each(second, others);
        }
        add_each(&mut self.hops, &other.hops);
        add_each(&mut self.due, &other.due);
        add_each(&mut self.in_time, &other.in_time);
        for (sent, others) in [(&mut self.host, other.host), (&mut self.all, other.all)] {
            sent.objects += others.objects;
            sent.messages += others.messages;
        }
        self.received += other.received;
        self.from_host += other.from_host;
        self.again += other.again;
        self.bad_arrived += other.bad_arrived;
        self.bad_delivered += other.bad_delivered;
        self.dropped += other.dropped;
        self.reading.add(&other.reading);
        self.usage.extend(other.usage);
        if self.sent_by_node.len() < other.sent_by_node.len() {
            self.sent_by_node.resize(other.sent_by_node.len(), 0);
        }
        add_each(&mut self.sent_by_node, &other.sent_by_node);
    }

    /// What the host makes.
    #[must_use]
    pub fn film(&self) -> &Film {
        &self.film
    }

    /// One of the objects that the host makes.
    #[must_use]
    pub fn object(&self, sequence: Sequence) -> Object {
        self.film.object(sequence)
    }

    /// A chunk that comes later after its capture is missed.
    #[must_use]
    pub fn deadline(&self) -> Micros {
        DEADLINE
    }

    /// When a chunk was captured.
    #[must_use]
    pub fn captured(&self, chunk: u32) -> Micros {
        u64::from(chunk + 1) * self.chunk_period
    }

    /// A node sent a message of so many bytes.
    pub fn sent_message(&mut self, now: Micros, id: NodeId, bytes: u32) {
        if now >= self.from {
            self.all.messages += u64::from(bytes);
            if id == HOST {
                self.host.messages += u64::from(bytes);
            }
            self.sent_by(id, bytes);
        }
    }

    /// A node sent an object, which took so many bytes.
    pub fn sent_object(&mut self, now: Micros, id: NodeId, object: Object, bytes: u32) {
        if now >= self.from {
            self.all.objects += u64::from(bytes);
            if id == HOST {
                self.host.objects += u64::from(bytes);
                self.reading.host_bytes += if object.is_talk() { u64::from(bytes) } else { 0 };
            }
            self.sent_by(id, bytes);
        }
    }

    /// The host answered somebody who talks, with so many bytes, which count as messages besides.
    pub fn answered(&mut self, now: Micros, bytes: u32) {
        if now >= self.from {
            self.reading.host_bytes += u64::from(bytes);
        }
    }

    /// A bulletin came to a viewer.
    pub fn told(&mut self, captured: Micros, now: Micros) {
        if captured >= self.from {
            self.reading.told(now - captured);
        }
    }

    fn sent_by(&mut self, id: NodeId, bytes: u32) {
        let id = id as usize;
        if id >= self.sent_by_node.len() {
            self.sent_by_node.resize(id + 1, 0);
        }
        self.sent_by_node[id] += u64::from(bytes);
    }

    /// A node acknowledged objects with so many bytes, which count as what carrying objects takes.
    pub fn acknowledged(&mut self, now: Micros, id: NodeId, bytes: u32) {
        if now >= self.from {
            self.all.objects += u64::from(bytes);
            self.sent_by(id, bytes);
        }
    }

    /// A node had no room for an object in a queue.
    pub fn dropped(&mut self, now: Micros) {
        if now >= self.from {
            self.dropped += 1;
        }
    }

    /// An object came that was not there yet.
    pub fn received(&mut self, now: Micros, arrival: Arrival) {
        if now >= self.from && !arrival.hostile {
            self.received += u64::from(arrival.bytes);
            if arrival.from_host {
                self.from_host += u64::from(arrival.bytes);
            }
        }
    }

    /// An object came that was there already.
    pub fn received_again(&mut self, now: Micros, arrival: Arrival) {
        self.received(now, arrival);
        if now >= self.from && !arrival.hostile {
            self.again += u64::from(arrival.bytes);
        }
    }

    /// An object came that the host did not make.
    pub fn received_bad(&mut self, now: Micros, arrival: Arrival) {
        if now >= self.from && !arrival.hostile {
            self.bad_arrived += 1;
        }
    }

    /// A viewer saw its first frame, so long after it clicked.
    pub fn started(&mut self, after: Micros) {
        self.startup.add(after / MS);
    }

    /// A chunk was whole at a viewer so long after its capture; its last piece came over so many hops.
    pub fn delayed(&mut self, chunk: u32, delay: Micros, depth: u8) {
        let ms = delay / MS;
        let second = (self.captured(chunk) / SECOND) as usize;
        if let Some(second) = self.delay_by_second.get_mut(second) {
            second[((ms / STEP_MS) as usize).min(STEPS - 1)] += 1;
        }
        if self.counts(chunk) {
            self.delay.add(ms);
            self.hops[usize::from(depth).min(HOPS - 1)] += 1;
        }
    }

    /// Whether a chunk was captured after the warm-up, and early enough that its fate is known at the end.
    fn counts(&self, chunk: u32) -> bool {
        let captured = self.captured(chunk);
        captured >= self.from && captured + DEADLINE <= self.end
    }

    /// A stay is over: `in_time` says which objects it had in time, and `has` which it had at all.
    pub fn stayed(&mut self, stay: Stay, in_time: impl Fn(Sequence) -> bool, has: impl Fn(Sequence) -> bool) {
        let was_in_time = |object: Object| object.siblings().all(&in_time);
        self.use_of_line(stay);
        if stay.hostile || stay.id == HOST {
            return;
        }
        let waited = stay.came + PATIENCE;
        let patience_ends = (waited / self.chunk_period) as u32;
        if stay.first_frame.is_none() {
            if waited > stay.left {
                return;
            }
            // Longer than anything that is counted.
            self.startup.add(u64::MAX);
        }
        if let Some(first_frame) = stay.first_frame {
            let until = stay.left.saturating_sub(DEADLINE);
            self.reading.stayed(&self.film, first_frame.max(self.from), until, has);
        }
        let seen = stay.first_frame.map_or(u32::MAX, |_| stay.first_chunk);
        let first = seen.min(patience_ends);
        for (sequence, object) in self.film.objects() {
            // Each chunk of the picture once.
            if !object.is_picture() || object.chunk < first || object.first != sequence {
                continue;
            }
            if object.captured + DEADLINE > stay.left {
                break;
            }
            self.due[object.chunk as usize] += 1;
            self.in_time[object.chunk as usize] += u32::from(was_in_time(object));
        }
    }

    fn use_of_line(&mut self, stay: Stay) {
        let span = stay.left.saturating_sub(stay.came.max(self.from));
        if span < SECOND {
            return;
        }
        let sent = self.sent_by_node.get(stay.id as usize).copied().unwrap_or(0);
        let bitrate = self.bitrate_bps as f64;
        self.usage.push(Usage {
            capacity: stay.capacity_bps as f64 / bitrate,
            used: sent as f64 * 8.0 / (span as f64 / SECOND as f64) / bitrate,
        });
    }

    /// The chunks that count.
    pub fn counted(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.film.chunks()).filter(|chunk| self.counts(*chunk))
    }
}

/// Adds each number to the one in its place.
fn add_each<N: Copy + std::ops::AddAssign>(sums: &mut [N], others: &[N]) {
    sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += *other);
}
