//! How a thread that watches a pipeline learns that it is to stop, or that the pipeline failed.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::trouble::Trouble;
use gstreamer::glib;

/// What happened to a pipeline.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// Its owner was dropped; nothing else will happen.
    Stop,
    /// Every sink has reached the end of the stream.
    Ended,
    /// An element failed.
    Failed(glib::Error),
    /// The graph could not be made for what the source sends.
    Trouble(Trouble),
}

/// Holds the order to stop, and the first thing that happened since somebody last asked.
///
/// What follows a failure is its consequence, so one place is enough and nothing queues up.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    stop: bool,
    event: Option<Event>,
}

impl Signals {
    /// Tells the watching thread to stop, for good.
    pub(crate) fn stop(&self) {
        self.state().stop = true;
        self.changed.notify_all();
    }

    /// Forgets what happened to the pipeline before the next.
    pub(crate) fn forget(&self) {
        self.state().event = None;
    }

    /// Tells the watching thread what happened.
    pub(crate) fn raise(&self, event: Event) {
        self.state().event.get_or_insert(event);
        self.changed.notify_all();
    }

    /// Waits for something to happen, `limit` at most.
    pub(crate) fn wait(&self, limit: Duration) -> Option<Event> {
        let deadline = Instant::now().checked_add(limit);
        let mut state = self.state();
        loop {
            if state.stop {
                return Some(Event::Stop);
            }
            if let Some(event) = state.event.take() {
                return Some(event);
            }
            let left = deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return None;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for the order to stop, `limit` at most, and forgets whatever else happens; says whether it came.
    pub(crate) fn stopped_within(&self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        loop {
            let left = deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
            match self.wait(left) {
                Some(Event::Stop) => return true,
                Some(_) => {}
                None => return false,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
