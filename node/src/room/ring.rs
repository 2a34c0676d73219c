//! One track's bounded memory: a writer that never waits for a reader, readers that learn what they missed.
//!
//! Groups start where a decoder can start. The ring drops whole groups from its old end, so it begins at a group
//! as long as the newest group alone is within the ceilings. Knows nothing of rooms, HTTP or codecs.

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
    /// Ceiling of the media time from the oldest chunk's start to the newest one's end.
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

/// A track's ring; clones are handles to the same one.
#[derive(Clone)]
pub struct Ring(Arc<Mutex<State>>);

/// What a reader gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The next chunk in order.
    Chunk(Chunk),
    /// The reader was too slow: so many chunks are lost to it, and it goes on at the newest group's start.
    Lagged(u64),
}

/// Where a reader starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the oldest group that is remembered.
    Oldest,
    /// At the start of the newest group.
    NewestGroup,
    /// At the next group that starts.
    NextGroup,
    /// At the first chunk that ends after this time, for tracks of which every chunk can be decoded.
    At(MediaTime),
}

/// The ring has [`MAX_READERS`] already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this track has as many viewers as the node can serve")]
pub struct Full;

struct State {
    chunks: VecDeque<Chunk>,
    /// The position of the oldest chunk; positions count pushes, from 0.
    oldest: u64,
    bytes: usize,
    limits: Limits,
    closed: bool,
    readers: usize,
    next_reader: u64,
    /// Readers that wait for a push; at most one entry each.
    waiting: BTreeMap<u64, Waker>,
}

impl Ring {
    /// An empty ring.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Mutex::new(State {
            chunks: VecDeque::new(),
            oldest: 0,
            bytes: 0,
            limits,
            closed: false,
            readers: 0,
            next_reader: 0,
            waiting: BTreeMap::new(),
        })))
    }

    /// Adds the newest chunk and forgets what is above the ceilings. Never waits for a reader.
    pub fn push(&self, chunk: Chunk) {
        let waiting = {
            let mut state = self.lock();
            if state.closed {
                return;
            }
            state.push(chunk);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }

    /// Ends every reader, and forgets every chunk.
    pub fn close(&self) {
        let waiting = {
            let mut state = self.lock();
            state.closed = true;
            state.oldest = state.end();
            state.chunks = VecDeque::new();
            state.bytes = 0;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }

    /// A new reader.
    ///
    /// # Errors
    /// [`Full`] where there are [`MAX_READERS`].
    pub fn reader(&self, start: Start) -> Result<Reader, Full> {
        let mut state = self.lock();
        if state.readers == MAX_READERS {
            return Err(Full);
        }
        state.readers += 1;
        state.next_reader += 1;
        let position = match start {
            Start::Oldest => state.oldest,
            Start::NewestGroup => state.newest_group().unwrap_or(state.end()),
            Start::NextGroup => state.end(),
            Start::At(time) => state.first_after(time),
        };
        let seeks_group = !matches!(start, Start::At(_));
        Ok(Reader { ring: self.clone(), id: state.next_reader, position, seeks_group })
    }

    /// The first chunk of the newest group, and the newest chunk.
    #[must_use]
    pub fn newest(&self) -> Option<(Chunk, Chunk)> {
        let state = self.lock();
        let group = state.newest_group()?;
        Some((state.chunks.get((group - state.oldest) as usize)?.clone(), state.chunks.back()?.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of the ring's lock panics")
    }
}

impl State {
    fn end(&self) -> u64 {
        self.oldest + self.chunks.len() as u64
    }

    fn newest_group(&self) -> Option<u64> {
        self.chunks.iter().rposition(|chunk| chunk.starts_group).map(|at| self.oldest + at as u64)
    }

    fn first_after(&self, time: MediaTime) -> u64 {
        let before = self.chunks.partition_point(|chunk| chunk.time + chunk.duration <= time);
        self.oldest + before as u64
    }

    fn push(&mut self, chunk: Chunk) {
        self.bytes += chunk.payload.len();
        self.chunks.push_back(chunk);
        while self.is_above_limits() {
            self.forget_oldest();
        }
    }

    fn is_above_limits(&self) -> bool {
        let (Some(oldest), Some(newest)) = (self.chunks.front(), self.chunks.back()) else {
            return false;
        };
        let span = (newest.time + newest.duration).since(oldest.time);
        self.chunks.len() > 1 && (self.bytes > self.limits.bytes || span > self.limits.span)
    }

    /// Forgets the oldest group; where there is only one, its oldest chunk.
    fn forget_oldest(&mut self) {
        let next_group = self.chunks.iter().skip(1).position(|chunk| chunk.starts_group);
        for _ in 0..next_group.map_or(1, |after| after + 1) {
            let Some(chunk) = self.chunks.pop_front() else {
                return;
            };
            self.bytes -= chunk.payload.len();
            self.oldest += 1;
        }
    }
}

/// A place in a ring that moves on with each chunk read.
pub struct Reader {
    ring: Ring,
    id: u64,
    /// The position of the chunk to be read next.
    position: u64,
    /// Whether chunks are passed over until a group starts.
    seeks_group: bool,
}

impl Reader {
    /// The next chunk, or how many were lost; `None` once the ring is closed.
    pub async fn next(&mut self) -> Option<Next> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// The time of the chunk to be read next, where it is there already.
    #[must_use]
    pub fn time(&self) -> Option<MediaTime> {
        let state = self.ring.lock();
        let at = self.position.checked_sub(state.oldest)?;
        state.chunks.get(at as usize).map(|chunk| chunk.time)
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Next>> {
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
        while let Some(chunk) = state.chunks.get((self.position - state.oldest) as usize) {
            self.position += 1;
            if chunk.starts_group || !self.seeks_group {
                self.seeks_group = false;
                return Poll::Ready(Some(Next::Chunk(chunk.clone())));
            }
        }
        state.waiting.insert(self.id, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Reader {
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
