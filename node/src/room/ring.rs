//! One track's bounded memory: a writer that never waits for a reader, readers that learn what they missed.
//!
//! Groups start where a decoder can start. The ring drops whole groups from its old end, so it begins at a group
//! as long as the newest group alone is within the ceilings. Knows nothing of rooms, HTTP or codecs: it keeps
//! chunks for this node's own sinks.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[cfg(feature = "loom")]
use loom::sync::{Arc, Mutex, MutexGuard};
#[cfg(not(feature = "loom"))]
use std::sync::{Arc, Mutex, MutexGuard};

use parlor_protocol::media::{Chunk, MediaTime};

/// How much a ring remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Ceiling of the payloads, in bytes.
    pub bytes: usize,
    /// Ceiling of the media time from the oldest piece's start to the newest one's end.
    pub span: Duration,
}

impl Default for Limits {
    /// 16 s and 16 MiB: a playlist's window (12 s) and the longest group that we cut by ourselves (4 s), at up to
    /// 8 Mbit/s; faster streams remember less.
    fn default() -> Self {
        Self { bytes: 16 * 1024 * 1024, span: Duration::from_secs(16) }
    }
}

/// The most readers of one track: each is a connection of this node, and a home uplink carries far fewer.
pub const MAX_READERS: usize = 2000;

/// What a ring keeps: a piece of a track.
pub trait Item: Clone {
    /// Whether a decoder can start here.
    fn starts_group(&self) -> bool;
    /// Where it starts on the track's timeline.
    fn start(&self) -> MediaTime;
    /// Where it ends on the track's timeline.
    fn end(&self) -> MediaTime;
    /// What it counts for against the ceiling, in bytes.
    fn bytes(&self) -> usize;
}

impl Item for Chunk {
    fn starts_group(&self) -> bool {
        self.starts_group
    }

    fn start(&self) -> MediaTime {
        self.time
    }

    fn end(&self) -> MediaTime {
        self.time + self.duration
    }

    fn bytes(&self) -> usize {
        self.payload.len()
    }
}

/// A track's ring; clones are handles to the same one.
pub struct Ring<T = Chunk>(Arc<Mutex<State<T>>>);

impl<T> Clone for Ring<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What a reader gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next<T = Chunk> {
    /// The next piece in order.
    Item(T),
    /// The reader was too slow: so many pieces are lost to it, and it goes on at the newest group's start.
    Lagged(u64),
}

/// Where a reader starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the oldest group that is remembered.
    Oldest,
    /// At the start of the newest group.
    NewestGroup,
    /// At the start of the newest group that began by this time; where all began later, of the oldest.
    By(MediaTime),
    /// At the next group that starts.
    NextGroup,
    /// At the first piece that ends after this time, for tracks of which every piece can be decoded.
    At(MediaTime),
}

/// The ring has [`MAX_READERS`] already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this track has as many viewers as the node can serve")]
pub struct Full;

struct State<T> {
    items: VecDeque<T>,
    /// The position of the oldest piece; positions count pushes, from 0.
    oldest: u64,
    bytes: usize,
    limits: Limits,
    closed: bool,
    readers: usize,
    next_reader: u64,
    /// Readers that wait for a push; at most one entry each.
    waiting: BTreeMap<u64, Waker>,
}

impl<T: Item> Ring<T> {
    /// An empty ring.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Mutex::new(State {
            items: VecDeque::new(),
            oldest: 0,
            bytes: 0,
            limits,
            closed: false,
            readers: 0,
            next_reader: 0,
            waiting: BTreeMap::new(),
        })))
    }

    /// Adds the newest piece and forgets what is above the ceilings. Never waits for a reader.
    pub fn push(&self, item: T) {
        let waiting = {
            let mut state = self.lock();
            if state.closed {
                return;
            }
            state.push(item);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }

    /// Ends every reader, and forgets every piece.
    pub fn close(&self) {
        let waiting = {
            let mut state = self.lock();
            state.closed = true;
            state.oldest = state.end();
            state.items = VecDeque::new();
            state.bytes = 0;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }

    /// A new reader.
    ///
    /// # Errors
    /// [`Full`] where there are [`MAX_READERS`].
    pub fn reader(&self, start: Start) -> Result<Reader<T>, Full> {
        let mut state = self.lock();
        if state.readers == MAX_READERS {
            return Err(Full);
        }
        state.readers += 1;
        state.next_reader += 1;
        let newest_group = || state.newest_group().unwrap_or(state.end());
        let (position, seeks_group) = match start {
            Start::Oldest => (state.oldest, true),
            Start::NewestGroup => (newest_group(), true),
            Start::By(time) => (state.group_by(time).unwrap_or(state.oldest), true),
            Start::NextGroup => (state.end(), true),
            Start::At(time) => (state.first_after(time), false),
        };
        Ok(Reader { ring: self.clone(), id: state.next_reader, position, seeks_group })
    }

    /// The first piece of the newest group, and the newest piece.
    #[must_use]
    pub fn newest(&self) -> Option<(T, T)> {
        let state = self.lock();
        let group = state.newest_group()?;
        Some((state.items.get((group - state.oldest) as usize)?.clone(), state.items.back()?.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().expect("no holder of the ring's lock panics")
    }
}

impl<T: Item> State<T> {
    fn end(&self) -> u64 {
        self.oldest + self.items.len() as u64
    }

    fn newest_group(&self) -> Option<u64> {
        self.items.iter().rposition(Item::starts_group).map(|at| self.oldest + at as u64)
    }

    fn group_by(&self, time: MediaTime) -> Option<u64> {
        let began = |item: &T| item.starts_group() && item.start() <= time;
        self.items.iter().rposition(began).map(|at| self.oldest + at as u64)
    }

    fn first_after(&self, time: MediaTime) -> u64 {
        let before = self.items.partition_point(|item| item.end() <= time);
        self.oldest + before as u64
    }

    fn push(&mut self, item: T) {
        self.bytes += item.bytes();
        self.items.push_back(item);
        while self.is_above_limits() {
            self.forget_oldest();
        }
    }

    fn is_above_limits(&self) -> bool {
        let (Some(oldest), Some(newest)) = (self.items.front(), self.items.back()) else {
            return false;
        };
        let span = newest.end().since(oldest.start());
        self.items.len() > 1 && (self.bytes > self.limits.bytes || span > self.limits.span)
    }

    /// Forgets the oldest group; where there is only one, its oldest piece.
    fn forget_oldest(&mut self) {
        let next_group = self.items.iter().skip(1).position(Item::starts_group);
        for _ in 0..next_group.map_or(1, |after| after + 1) {
            let Some(item) = self.items.pop_front() else {
                return;
            };
            self.bytes -= item.bytes();
            self.oldest += 1;
        }
    }
}

/// A place in a ring that moves on with each piece read.
pub struct Reader<T: Item = Chunk> {
    ring: Ring<T>,
    id: u64,
    /// The position of the piece to be read next.
    position: u64,
    /// Whether pieces are passed over until a group starts.
    seeks_group: bool,
}

impl<T: Item> Reader<T> {
    /// The next piece, or how many were lost; `None` once the ring is closed.
    pub async fn next(&mut self) -> Option<Next<T>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// The time of the piece to be read next, where it is there already.
    #[must_use]
    pub fn time(&self) -> Option<MediaTime> {
        let state = self.ring.lock();
        let at = self.position.checked_sub(state.oldest)?;
        state.items.get(at as usize).map(Item::start)
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Next<T>>> {
        let mut state = self.ring.0.lock().expect("no holder of the ring's lock panics");
        if state.closed {
            return Poll::Ready(None);
        }
        if self.position < state.oldest {
            let resume = state.newest_group().unwrap_or(state.end());
            let lost = resume - self.position;
            self.position = resume;
            self.seeks_group = true;
            return Poll::Ready(Some(Next::Lagged(lost)));
        }
        while let Some(item) = state.items.get((self.position - state.oldest) as usize) {
            self.position += 1;
            if item.starts_group() || !self.seeks_group {
                self.seeks_group = false;
                return Poll::Ready(Some(Next::Item(item.clone())));
            }
        }
        state.waiting.insert(self.id, context.waker().clone());
        Poll::Pending
    }
}

impl<T: Item> Drop for Reader<T> {
    fn drop(&mut self) {
        // A poisoned lock means that the process is going down; nothing to give back then.
        if let Ok(mut state) = self.ring.0.lock() {
            state.readers -= 1;
            state.waiting.remove(&self.id);
        }
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
