//! Who wants the stream: what the engine must encode at the moment.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How many want what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Readers of picture or sound.
    pub media: usize,
    /// Readers of the still pictures.
    pub pictures: usize,
}

/// Counts who wants the stream; clones are handles to the same count.
#[derive(Clone, Default)]
pub struct Demand(Arc<Shared>);

#[derive(Default)]
struct Shared {
    wanted: watch::Sender<Wanted>,
    /// Until when the stream is wanted by players that fetch piece by piece; set while a task waits for it.
    lingers_until: Mutex<Option<Instant>>,
}

/// Somebody's demand; dropping it takes it back.
#[must_use]
pub struct Held {
    demand: Demand,
    pictures: bool,
}

impl Demand {
    /// Wants the stream, and its still pictures if `pictures`, until the guard is dropped.
    pub fn hold(&self, pictures: bool) -> Held {
        self.0.wanted.send_modify(|wanted| {
            wanted.media += 1;
            wanted.pictures += usize::from(pictures);
        });
        Held { demand: self.clone(), pictures }
    }

    /// Wants the stream for the next `span`, however often it is called.
    pub fn linger(&self, runtime: &Handle, span: Duration) {
        let mut until = self.0.lingers_until.lock().expect("no holder of this lock panics");
        let is_waited_for = until.replace(Instant::now() + span).is_some();
        if !is_waited_for {
            let held = self.hold(false);
            runtime.spawn(async move {
                while let Some(deadline) = held.demand.lingers_on() {
                    sleep_until(deadline).await;
                }
            });
        }
    }

    /// Until when to wait on; `None`, and nobody waits any more, once that has passed.
    fn lingers_on(&self) -> Option<Instant> {
        let mut until = self.0.lingers_until.lock().expect("no holder of this lock panics");
        *until = until.filter(|until| *until > Instant::now());
        *until
    }

    /// The count, now and whenever it changes.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Wanted> {
        self.0.wanted.subscribe()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.demand.0.wanted.send_modify(|wanted| {
            wanted.media -= 1;
            wanted.pictures -= usize::from(self.pictures);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_who_is_there() {
        let demand = Demand::default();
        let wanted = demand.changes();
        let (a, b) = (demand.hold(false), demand.hold(true));
        assert_eq!(*wanted.borrow(), Wanted { media: 2, pictures: 1 });
        drop(b);
        assert_eq!(*wanted.borrow(), Wanted { media: 1, pictures: 0 });
        drop(a);
        assert_eq!(*wanted.borrow(), Wanted::default());
    }

    #[tokio::test(start_paused = true)]
    async fn lingers_as_long_as_it_was_last_asked_to() {
        let demand = Demand::default();
        let mut wanted = demand.changes();
        let start = Instant::now();
        demand.linger(&Handle::current(), Duration::from_secs(10));
        sleep_until(start + Duration::from_secs(9)).await;
        demand.linger(&Handle::current(), Duration::from_secs(10));
        assert_eq!(wanted.borrow_and_update().media, 1);
        wanted.wait_for(|wanted| wanted.media == 0).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 19);
    }
}
