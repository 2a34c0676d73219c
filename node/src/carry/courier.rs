//! What waits for one neighbour: a bounded queue of objects, written to a stream for each stripe, so that a lost packet
//! of one holds up no other.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::AsyncWriteExt;
use libp2p::PeerId;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Kind, encode_head};
use parlor_protocol::mesh::{Place, STRIPES};
use parlor_protocol::object::Object;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::means::Means;
use crate::swarm::OBJECTS;
use crate::swarm::streams::Stream;

/// How much media may wait for one neighbour, as a part of the room's bitrate: more than a second of it nobody catches
/// up with.
const MOST_WAITING: Duration = Duration::from_secs(1);
/// That is so many bytes at least: a group's start, and what follows it.
const MIN_WAITING_BYTES: u64 = 256 * 1024;
/// And so many objects at most: small ones have a place in memory too.
const MAX_OBJECTS: usize = 512;
/// A stream on which nothing was sent for so long is closed: a stripe has an object each second, mostly.
const IDLE: Duration = Duration::from_secs(10);
/// A stream that broke is opened again after so long, and so often before what waits is given up.
const AGAIN: Duration = Duration::from_millis(200);
const MAX_FAILURES: usize = 3;
/// Up to here an object is copied behind its head: each write may become a packet, and sound comes fifty times a second.
const SMALL: usize = 1024;
/// How often it is measured what the connections take.
const MEASURE_EVERY: Duration = Duration::from_millis(100);
/// Slower than this no line is taken to be, in bits per second.
const MIN_BPS: u64 = 64_000;

/// What one room sends, over all its neighbours.
#[derive(Default)]
pub(super) struct Line {
    waiting_bytes: AtomicU64,
    sent_bytes: AtomicU64,
}

/// How much the connections take, measured while something waits for them.
pub(super) struct Gauge {
    at: Instant,
    sent_bytes: u64,
    was_waiting: bool,
    /// `None` as long as nothing ever waited: then it is the ceiling.
    taken_bps: Option<u64>,
}

/// One neighbour's queue. What waits still goes out when it is dropped.
pub(super) struct Courier(Arc<Shared>);

struct Shared {
    means: Means,
    peer: PeerId,
    /// The first frame of each stream.
    opening: Vec<u8>,
    line: Arc<Line>,
    queue: Mutex<Queue>,
    pushed: [Notify; STRIPES],
}

#[derive(Default)]
struct Queue {
    stripes: [VecDeque<(Place, Object)>; STRIPES],
    count: usize,
    /// Of all that wait, and of those that are being written.
    bytes: u64,
    /// Stripes that have a task which writes them.
    written: [bool; STRIPES],
    /// What waits still goes out.
    is_ending: bool,
}

impl Gauge {
    pub(super) fn new() -> Self {
        Self { at: Instant::now(), sent_bytes: 0, was_waiting: false, taken_bps: None }
    }

    /// How long what is sent now waits for what was sent before.
    pub(super) fn backlog(&mut self, line: &Line, ceiling_bps: u64) -> Duration {
        let waiting = line.waiting_bytes.load(Ordering::Relaxed);
        let elapsed = self.at.elapsed();
        if elapsed >= MEASURE_EVERY {
            let sent = line.sent_bytes.load(Ordering::Relaxed);
            if self.was_waiting && waiting > 0 {
                let bps = (sent - self.sent_bytes).saturating_mul(8000) / elapsed.as_millis().max(1) as u64;
                let before = self.taken_bps.unwrap_or(ceiling_bps);
                self.taken_bps = Some((before * 3 + bps) / 4);
            }
            (self.at, self.sent_bytes, self.was_waiting) = (Instant::now(), sent, waiting > 0);
        }
        // What was set counts again as soon as nothing waits: a line that was slow once may not be any more.
        if waiting == 0 {
            self.taken_bps = None;
        }
        let bps = self.taken_bps.unwrap_or(ceiling_bps).clamp(MIN_BPS, ceiling_bps.max(MIN_BPS));
        Duration::from_millis(waiting.saturating_mul(8000) / bps)
    }
}

impl Courier {
    /// Nothing waits yet; `opening` says what comes on each stream.
    pub(super) fn new(means: &Means, peer: PeerId, opening: &Message, line: &Arc<Line>) -> Self {
        let body = opening.encode().expect("a room is within the limits");
        Self(Arc::new(Shared {
            means: means.clone(),
            peer,
            opening: [&encode_head(Kind::Message, body.len())[..], &body].concat(),
            line: line.clone(),
            queue: Mutex::default(),
            pushed: Default::default(),
        }))
    }

    /// Sends an object as soon as there is a place on the line. Where too much of a room of so many bits per second waits
    /// already, the oldest is given up, which may be this one: what it was.
    pub(super) fn push(&self, place: Place, object: Object, room_bps: u64) -> Vec<Place> {
        let most = (room_bps / 8 * MOST_WAITING.as_secs()).max(MIN_WAITING_BYTES);
        let stripe = place.stripe();
        let mut queue = self.0.lock();
        // Who shows the start of a group, and is asked for its stripe a moment later, has it here twice.
        if queue.stripes[stripe].iter().any(|(other, _)| *other == place) {
            return Vec::new();
        }
        let bytes = object.bytes().len() as u64;
        queue.stripes[stripe].push_back((place, object));
        queue.count += 1;
        queue.bytes += bytes;
        self.0.line.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let mut dropped = Vec::new();
        // One may wait on any line, however large it is.
        while (queue.bytes > most || queue.count > MAX_OBJECTS) && queue.count > 1 {
            let Some((place, given_up)) = queue.take_oldest() else { break };
            self.0.line.waiting_bytes.fetch_sub(given_up, Ordering::Relaxed);
            dropped.push(place);
        }
        if !std::mem::replace(&mut queue.written[stripe], true) {
            tokio::spawn(write(self.0.clone(), stripe));
        }
        drop(queue);
        self.0.pushed[stripe].notify_one();
        dropped
    }

    /// Nothing more will come; what waits goes out.
    pub(super) fn end(&self) {
        self.0.lock().is_ending = true;
        self.0.pushed.iter().for_each(Notify::notify_one);
    }

    /// Something may come again.
    pub(super) fn resume(&self) {
        self.0.lock().is_ending = false;
    }

    /// Gives up what waits.
    pub(super) fn abandon(&self) {
        for stripe in 0..STRIPES {
            self.0.give_up(stripe);
        }
        self.end();
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.end();
    }
}

impl Queue {
    /// Takes out what was captured first: its length too.
    fn take_oldest(&mut self) -> Option<(Place, u64)> {
        let fronts = self.stripes.iter().enumerate();
        let firsts = fronts.flat_map(|(stripe, queue)| {
            queue.iter().enumerate().map(move |(at, (_, object))| (object.header().captured, stripe, at))
        });
        let (_, stripe, at) = firsts.min()?;
        let (place, object) = self.stripes[stripe].remove(at)?;
        let bytes = object.bytes().len() as u64;
        self.count -= 1;
        self.bytes -= bytes;
        Some((place, bytes))
    }
}

impl Shared {
    /// The next object of a stripe; `None` once there is no use for the task that writes it.
    async fn next(&self, stripe: usize) -> Option<Object> {
        loop {
            let is_over = {
                let mut queue = self.lock();
                if let Some((_, object)) = queue.stripes[stripe].pop_front() {
                    queue.count -= 1;
                    return Some(object);
                }
                if queue.is_ending {
                    queue.written[stripe] = false;
                }
                queue.is_ending
            };
            if is_over {
                return None;
            }
            if timeout(IDLE, self.pushed[stripe].notified()).await.is_err() {
                let mut queue = self.lock();
                if queue.stripes[stripe].is_empty() {
                    queue.written[stripe] = false;
                    return None;
                }
            }
        }
    }

    /// It is out, or lost.
    fn done(&self, object: &Object) {
        let bytes = object.bytes().len() as u64;
        self.lock().bytes -= bytes;
        self.line.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// What waits in a stripe goes to nobody.
    fn give_up(&self, stripe: usize) {
        let mut queue = self.lock();
        let lost = std::mem::take(&mut queue.stripes[stripe]);
        let bytes: u64 = lost.iter().map(|(_, object)| object.bytes().len() as u64).sum();
        queue.count -= lost.len();
        queue.bytes -= bytes;
        self.line.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Writes an object, on a better stream where there is one by now.
    async fn send(&self, open: &mut Option<Stream>, object: &Object) -> io::Result<()> {
        let network = &self.means.network;
        if let Some(stream) = open.take_if(|stream| network.is_outdone(self.peer, stream)) {
            // What is on its way still arrives.
            let mut stream = stream;
            let _ = stream.close().await;
        }
        let stream = if let Some(stream) = open {
            stream
        } else {
            let mut stream = network.open(self.peer, OBJECTS).await.map_err(io::Error::other)?;
            stream.write_all(&self.opening).await?;
            open.insert(stream)
        };
        let bytes = object.bytes();
        let head = encode_head(Kind::Object, bytes.len());
        if bytes.len() <= SMALL {
            stream.write_all(&[&head, &bytes[..]].concat()).await?;
        } else {
            stream.write_all(&head).await?;
            stream.write_all(bytes).await?;
        }
        stream.flush().await
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("no holder of the queue's lock panics")
    }
}

/// Writes one stripe as long as something comes.
async fn write(shared: Arc<Shared>, stripe: usize) {
    let mut stream: Option<Stream> = None;
    while let Some(object) = shared.next(stripe).await {
        shared.means.upload.take(object.bytes().len()).await;
        let mut failures = 0;
        while shared.send(&mut stream, &object).await.is_err() {
            // Half of it may be out: the stream can't be written on.
            stream = None;
            failures += 1;
            if failures == MAX_FAILURES {
                // Whoever is there all the same asks for what it lacks.
                shared.give_up(stripe);
                break;
            }
            sleep(AGAIN).await;
        }
        shared.done(&object);
        if failures < MAX_FAILURES {
            shared.line.sent_bytes.fetch_add(object.bytes().len() as u64, Ordering::Relaxed);
        }
    }
    if let Some(mut stream) = stream {
        // The neighbour may have gone first.
        let _ = stream.close().await;
    }
}
