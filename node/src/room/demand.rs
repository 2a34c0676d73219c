//! Who wants the stream: which tracks must come in at the moment, from the engine or from another node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parlor_protocol::media::TrackName;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// How many want anything at all.
    pub readers: usize,
    /// The tracks that at least one of them wants.
    pub tracks: BTreeSet<TrackName>,
}

/// Counts who wants the stream; clones are handles to the same count.
#[derive(Clone, Default)]
pub struct Demand(Arc<Shared>);

#[derive(Default)]
struct Shared {
    wanted: watch::Sender<Wanted>,
    counts: Mutex<BTreeMap<TrackName, usize>>,
    /// Until when a track is wanted by players that fetch piece by piece; set while a task waits for it.
    lingering: Mutex<BTreeMap<TrackName, Instant>>,
}

/// Somebody's demand; dropping it takes it back.
#[must_use]
pub struct Held {
    demand: Demand,
    track: TrackName,
}

impl Demand {
    /// Wants this track until the guard is dropped.
    pub fn hold(&self, track: TrackName) -> Held {
        let is_first = {
            let mut counts = self.counts();
            let count = counts.entry(track.clone()).or_default();
            *count += 1;
            *count == 1
        };
        self.0.wanted.send_modify(|wanted| {
            wanted.readers += 1;
            if is_first {
                wanted.tracks.insert(track.clone());
            }
        });
        Held { demand: self.clone(), track }
    }

    /// Wants this track for the next `span`, however often it is called.
    pub fn linger(&self, runtime: &Handle, track: TrackName, span: Duration) {
        let is_waited_for = self.lingering().insert(track.clone(), Instant::now() + span).is_some();
        if !is_waited_for {
            let held = self.hold(track);
            runtime.spawn(async move {
                while let Some(deadline) = held.demand.lingers_on(&held.track) {
                    sleep_until(deadline).await;
                }
            });
        }
    }

    /// Until when to wait on; `None`, and nobody waits any more, once that has passed.
    fn lingers_on(&self, track: &TrackName) -> Option<Instant> {
        let mut lingering = self.lingering();
        let until = lingering.get(track).copied().filter(|until| *until > Instant::now());
        if until.is_none() {
            lingering.remove(track);
        }
        until
    }

    /// What is wanted, now and whenever it changes.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Wanted> {
        self.0.wanted.subscribe()
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<TrackName, usize>> {
        self.0.counts.lock().expect("no holder of this lock panics")
    }

    fn lingering(&self) -> MutexGuard<'_, BTreeMap<TrackName, Instant>> {
        self.0.lingering.lock().expect("no holder of this lock panics")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let is_last = {
            let mut counts = self.demand.counts();
            let count = counts.get_mut(&self.track).expect("a held track is counted");
            *count -= 1;
            let is_last = *count == 0;
            if is_last {
                counts.remove(&self.track);
            }
            is_last
        };
        self.demand.0.wanted.send_modify(|wanted| {
            wanted.readers -= 1;
            if is_last {
                wanted.tracks.remove(&self.track);
            }
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
        let (a, b) = (demand.hold(TrackName::VIDEO), demand.hold(TrackName::PREVIEW));
        let again = demand.hold(TrackName::PREVIEW);
        let both = BTreeSet::from([TrackName::VIDEO, TrackName::PREVIEW]);
        assert_eq!(*wanted.borrow(), Wanted { readers: 3, tracks: both.clone() });
        drop(b);
        assert_eq!(*wanted.borrow(), Wanted { readers: 2, tracks: both });
        drop(again);
        assert_eq!(*wanted.borrow(), Wanted { readers: 1, tracks: BTreeSet::from([TrackName::VIDEO]) });
        drop(a);
        assert_eq!(*wanted.borrow(), Wanted::default());
    }

    #[tokio::test(start_paused = true)]
    async fn lingers_as_long_as_it_was_last_asked_to() {
        let demand = Demand::default();
        let mut wanted = demand.changes();
        let start = Instant::now();
        demand.linger(&Handle::current(), TrackName::VIDEO, Duration::from_secs(10));
        sleep_until(start + Duration::from_secs(9)).await;
        demand.linger(&Handle::current(), TrackName::VIDEO, Duration::from_secs(10));
        assert_eq!(wanted.borrow_and_update().readers, 1);
        wanted.wait_for(|wanted| wanted.readers == 0).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 19);
    }
}
