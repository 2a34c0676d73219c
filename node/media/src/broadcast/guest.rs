//! A publisher's side of the engine: its frames go to the stage while it holds the seat, and dropping it frees that.

use std::sync::{Arc, Mutex, MutexGuard, Weak};

use super::Shared;
use super::orders::AskPublisher;
use super::stage::SourceId;
use crate::frame::Captured;
use crate::ingest::Published;
use crate::origin::Publisher;

/// A publisher that has, had or will have the seat.
pub(super) struct Guest {
    /// Not held on to: publishers may outlive the engine.
    shared: Weak<Shared>,
    id: Mutex<Option<SourceId>>,
    /// One who could not sit down when it came.
    waiting: Mutex<Option<Publisher>>,
}

impl Guest {
    /// A guest without a seat.
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::downgrade(shared), id: Mutex::default(), waiting: Mutex::default() }
    }

    /// Takes the picture over for this publisher; false if another one has it.
    pub(super) fn sit(&self, publisher: Publisher, ask: Option<AskPublisher>) -> bool {
        let Some(shared) = self.shared.upgrade() else { return false };
        let mut id = lock(&self.id);
        *id = shared.desk.take_seat(publisher, ask, |id| shared.stage.adopt(id, None));
        id.is_some()
    }

    /// Shows what the publisher sends, if it holds the seat.
    pub(super) fn show(&self, captured: Captured) {
        let id = *lock(&self.id);
        if let (Some(id), Some(shared)) = (id, self.shared.upgrade()) {
            shared.stage.captured(id, captured);
        }
    }

    /// Follows a listener that has one publisher after the other.
    pub(super) fn published(&self, published: Published) {
        match published {
            Published::Connected(by) => {
                let seated = self.sit(by.clone(), None);
                *lock(&self.waiting) = (!seated).then_some(by);
            }
            Published::Captured(captured) => {
                let waiting = lock(&self.waiting).clone();
                let is_key = matches!(&captured, Captured::AccessUnit(unit) if unit.key);
                // The other publisher may have left, and a picture can begin here.
                if let Some(publisher) = waiting.filter(|_| is_key)
                    && self.sit(publisher, None)
                {
                    *lock(&self.waiting) = None;
                }
                self.show(captured);
            }
            // The listener says so itself.
            Published::Refused => {}
            Published::Left(trouble) => {
                self.show(Captured::Lost(trouble));
                self.rise();
            }
        }
    }

    /// Gives the seat back.
    fn rise(&self) {
        *lock(&self.waiting) = None;
        if let (Some(id), Some(shared)) = (lock(&self.id).take(), self.shared.upgrade()) {
            shared.desk.leave_seat(id);
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.rise();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of a guest's lock panics")
}
