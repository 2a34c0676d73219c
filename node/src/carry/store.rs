//! The sealed objects of one track that this node has: in any order in, for pushes by their sequence, and in order out
//! for whoever opens them here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parlor_protocol::media::UnixMs;
use parlor_protocol::mesh::WINDOW;
use parlor_protocol::object::Object;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How many objects of a track are kept, counted from the newest: twice those that the mesh pushes and pulls, for
/// readers here that are behind.
const KEPT: u64 = 2 * WINDOW;
/// What they take at most. A track of 20 Mbit/s still has six seconds of it.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// How long a reader waits for an object that others came before, and how much may come behind it meanwhile: as long as
/// neighbours are asked for it (`spec/mesh.md`, section 5).
const HOLE_WAIT: Duration = Duration::from_secs(4);
/// For how long a reader that begins with a hole goes on with a newer group instead: what was before it is not asked
/// for then.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

/// One track's objects; clones are handles to the same.
#[derive(Clone)]
pub(super) struct Store(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Counts what came.
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<u64, Object>,
    bytes: usize,
    closed: bool,
}

/// What a reader gets.
#[derive(Debug)]
pub(super) enum Next {
    /// The next object in order.
    Object(Object),
    /// So many never came; the next one is behind them.
    Skipped(u64),
}

/// A place in a track that moves on with each object read.
pub(super) struct Reader {
    store: Store,
    changes: watch::Receiver<u64>,
    begun: Instant,
    /// The sequence to be read next; `None` before a group has started.
    next: Option<u64>,
    /// When what was read last was captured.
    captured: UnixMs,
    /// Since when something is here that comes after what is missing.
    hole: Option<Instant>,
}

enum Look {
    Found(Next),
    Closed,
    /// Nothing yet; look again when something came, or then.
    Wait(Option<Instant>),
}

impl Store {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// Adds an object that was verified and is new, and forgets what is above the limits, the oldest first.
    pub(super) fn add(&self, object: Object) {
        {
            let mut state = self.lock();
            if state.closed {
                return;
            }
            state.bytes += object.bytes().len();
            if let Some(before) = state.objects.insert(object.header().sequence, object) {
                state.bytes -= before.bytes().len();
            }
            state.forget();
        }
        self.0.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The object of this sequence, where it is still here.
    pub(super) fn get(&self, sequence: u64) -> Option<Object> {
        self.lock().objects.get(&sequence).cloned()
    }

    /// The newest object with which a group starts, and the newest of all.
    pub(super) fn newest(&self) -> Option<(Object, Object)> {
        let state = self.lock();
        let (_, newest) = state.objects.last_key_value()?;
        Some((state.newest_group()?.1.clone(), newest.clone()))
    }

    /// Ends every reader, and forgets every object.
    pub(super) fn close(&self) {
        *self.lock() = State { closed: true, ..State::default() };
        self.0.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A reader that begins with the newest group.
    pub(super) fn reader(&self) -> Reader {
        let changes = self.0.changes.subscribe();
        Reader {
            store: self.clone(),
            changes,
            begun: Instant::now(),
            next: None,
            captured: UnixMs(0),
            hole: None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no holder of the store's lock panics")
    }
}

impl State {
    fn newest_group(&self) -> Option<(u64, &Object)> {
        let found = self.objects.iter().rev().find(|(_, object)| object.header().starts_group);
        found.map(|(sequence, object)| (*sequence, object))
    }

    fn forget(&mut self) {
        while let (Some((first, _)), Some((last, _))) =
            (self.objects.first_key_value(), self.objects.last_key_value())
        {
            let is_over = self.bytes > MAX_BYTES && self.objects.len() > 1;
            if !is_over && last - first < KEPT {
                return;
            }
            if let Some((_, old)) = self.objects.pop_first() {
                self.bytes -= old.bytes().len();
            }
        }
    }
}

impl Reader {
    /// The next object in order, or how many are missing before it; `None` once the store is closed. Where nothing is
    /// missing, nothing is waited for.
    pub(super) async fn next(&mut self) -> Option<Next> {
        loop {
            self.changes.mark_unchanged();
            let until = match self.look(Instant::now()) {
                Look::Found(next) => return Some(next),
                Look::Closed => return None,
                Look::Wait(until) => until,
            };
            tokio::select! {
                // The store outlives its readers, which hold it.
                _ = self.changes.changed() => {}
                () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {}
            }
        }
    }

    fn look(&mut self, now: Instant) -> Look {
        let state = self.store.lock();
        if state.closed {
            return Look::Closed;
        }
        let Some(next) = self.next.or_else(|| state.newest_group().map(|(sequence, _)| sequence)) else {
            return Look::Wait(None);
        };
        if let Some(object) = state.objects.get(&next) {
            (self.next, self.captured, self.hole) = (next.checked_add(1), object.header().captured, None);
            return Look::Found(Next::Object(object.clone()));
        }
        let Some((&behind, _)) = state.objects.range(next..).next() else {
            self.hole = None;
            return Look::Wait(None);
        };
        let until = *self.hole.get_or_insert(now) + HOLE_WAIT;
        let newer_group = state.newest_group().map(|(sequence, _)| sequence).filter(|group| *group > next);
        let newest = state.objects.last_key_value();
        // Neighbours give it up by its age, whenever it was missed here.
        let is_old = newest.is_some_and(|(newest, object)| {
            let span = object.header().captured.0.saturating_sub(self.captured.0);
            *newest - next >= WINDOW || span >= HOLE_WAIT.as_millis() as u64
        });
        let resume = match newer_group {
            Some(group) if now < self.begun + SETTLES_WITHIN => group,
            _ if now >= until || is_old => behind,
            _ => return Look::Wait(Some(until)),
        };
        (self.next, self.hole) = (Some(resume), None);
        Look::Found(Next::Skipped(resume - next))
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
