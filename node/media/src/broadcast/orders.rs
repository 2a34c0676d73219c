//! What the host and the room want, and what the engine reports: written by anybody at any time, read by the engine's
//! thread. Later orders replace earlier ones, so nothing queues up however fast they come.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::bell::Bell;
use super::seat::Seat;
use super::stage::SourceId;
use super::tracks::Origin;
use crate::origin::Publisher;
use crate::settings::Settings;
use crate::source::Source;
use crate::trouble::Trouble;

/// The most failures that are remembered until the engine reads them: one for each part that can run.
const MOST_FAILURES: usize = 8;

/// Asks a publisher for a keyframe.
pub(super) type AskPublisher = Box<dyn Fn() + Send>;

/// A part of the rig that failed while it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) origin: Origin,
    /// The element it is blamed on.
    pub(super) element: &'static str,
    pub(super) reason: String,
}

/// What the engine's thread is to do.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    pub(super) settings: Settings,
    /// The host's source, and how often the host has picked one; `None` while it is not the one to show.
    pub(super) source: Option<(u64, Source)>,
    pub(super) running: bool,
    pub(super) pictures: bool,
    /// Whether somebody has asked for a keyframe since the last reading.
    pub(super) keyframe: bool,
    /// What failed since the last reading.
    pub(super) failures: Vec<Failure>,
}

/// Where orders are left.
pub(super) struct Desk {
    bell: Arc<Bell>,
    state: Mutex<State>,
}

struct State {
    orders: Orders,
    stop: bool,
    /// The host's source, and how often one was picked.
    picked: (u64, Source),
    seat: Seat,
    ask_publisher: Option<AskPublisher>,
    /// The H.264 encoder that the engine has chosen, if it has; or why there is none.
    encoder: Result<Option<&'static str>, Trouble>,
}

impl Desk {
    pub(super) fn new(bell: Arc<Bell>, settings: Settings, source: Source) -> Self {
        let orders = Orders {
            settings,
            source: None,
            running: false,
            pictures: false,
            keyframe: false,
            failures: Vec::new(),
        };
        let state = State {
            orders,
            stop: false,
            picked: (0, source),
            seat: Seat::new(),
            ask_publisher: None,
            encoder: Ok(None),
        };
        Self { bell, state: Mutex::new(state) }
    }

    /// Changes the orders.
    pub(super) fn order(&self, change: impl FnOnce(&mut Orders)) {
        change(&mut self.lock().orders);
        self.bell.ring();
    }

    /// The host picks a source.
    pub(super) fn pick(&self, source: Source) {
        let mut state = self.lock();
        state.seat.pick();
        state.picked = (state.picked.0 + 1, source);
        drop(state);
        self.bell.ring();
    }

    /// A publisher takes the picture over, unless another one has; `adopt` makes its frames the ones that are taken.
    pub(super) fn take_seat(
        &self,
        publisher: Publisher,
        ask: Option<AskPublisher>,
        adopt: impl FnOnce(SourceId),
    ) -> Option<SourceId> {
        let mut state = self.lock();
        let id = state.seat.take(publisher)?;
        state.ask_publisher = ask;
        adopt(id);
        drop(state);
        self.bell.ring();
        Some(id)
    }

    /// A publisher has left.
    pub(super) fn leave_seat(&self, id: SourceId) {
        let mut state = self.lock();
        state.seat.leave(id);
        if state.seat.publisher().is_none() {
            state.ask_publisher = None;
        }
    }

    /// A number for the host's source that is about to be opened, unless it is not the one to show any more.
    pub(super) fn open_seat(&self, adopt: impl FnOnce(SourceId)) -> Option<SourceId> {
        let id = self.lock().seat.open()?;
        adopt(id);
        Some(id)
    }

    /// Asks the publisher for a keyframe, if there is one that can be asked.
    pub(super) fn ask_publisher(&self) {
        if let Some(ask) = &self.lock().ask_publisher {
            ask();
        }
    }

    /// A part of the rig has failed.
    pub(super) fn report(&self, failure: Failure) {
        let mut state = self.lock();
        let known = state.orders.failures.iter().any(|known| known.origin == failure.origin);
        if !known && state.orders.failures.len() < MOST_FAILURES {
            state.orders.failures.push(failure);
        }
        drop(state);
        self.bell.ring();
    }

    /// Notes the encoder that is used, or why there is none.
    pub(super) fn set_encoder(&self, encoder: Result<Option<&'static str>, Trouble>) {
        self.lock().encoder = encoder;
    }

    /// The encoder that is used, or why there is none.
    pub(super) fn encoder(&self) -> Result<Option<&'static str>, Trouble> {
        self.lock().encoder.clone()
    }

    /// The publisher, if one has taken the picture over.
    pub(super) fn publisher(&self) -> Option<Publisher> {
        self.lock().seat.publisher().cloned()
    }

    /// The host's source, if it is the one to show.
    pub(super) fn source(&self) -> Option<Source> {
        let state = self.lock();
        state.seat.is_host().then(|| state.picked.1.clone())
    }

    /// The orders as they stand; `None` to stop. What is to be done once is given once.
    pub(super) fn read(&self) -> Option<Orders> {
        let mut state = self.lock();
        let source = state.seat.is_host().then(|| state.picked.clone());
        let orders = Orders { source, ..state.orders.clone() };
        state.orders.keyframe = false;
        state.orders.failures.clear();
        (!state.stop).then_some(orders)
    }

    /// The engine is to stop, for good.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.bell.ring();
    }

    /// Waits until there are other orders; `limit` at most, if there is one.
    pub(super) fn wait(&self, limit: Option<Duration>) {
        self.bell.wait(limit);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the desk's lock panics")
    }
}
