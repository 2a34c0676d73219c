//! How the engine's thread learns that there is something to do. It holds no more than that, so nothing queues up.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// Rung by anybody, heard by one.
#[derive(Debug, Default)]
pub(super) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    /// Wakes the one who waits, or the next one who would.
    pub(super) fn ring(&self) {
        *self.rung.lock().expect("no holder of the bell's lock panics") = true;
        self.changed.notify_all();
    }

    /// Waits for the bell; `limit` at most, if there is one.
    pub(super) fn wait(&self, limit: Option<Duration>) {
        let rung = self.rung.lock().expect("no holder of the bell's lock panics");
        let waited = match limit {
            Some(limit) => {
                self.changed.wait_timeout_while(rung, limit, |rung| !*rung).map(|(rung, _)| rung).ok()
            }
            None => self.changed.wait_while(rung, |rung| !*rung).ok(),
        };
        *waited.expect("no holder of the bell's lock panics") = false;
    }
}
