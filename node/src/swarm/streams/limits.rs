//! How many streams a peer may open, and how fast.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use parlor_protocol::clock::Time;
use parlor_protocol::limit::TokenBucket;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Streams that a peer may open at once, closed ones counted …
const OPENS_AT_ONCE: u32 = 128;
/// … and per second in the long run: somebody who walks through the rooms opens a few with each.
const OPENS_PER_SECOND: u32 = 16;
/// Streams that may be refused to a peer at once before it counts as a flood. A peer that closes and opens may be ahead
/// of us by as many as are open …
const REFUSALS_AT_ONCE: u32 = 64;
/// … and per second in the long run. One that goes on against refusals is broken or hostile.
const REFUSALS_PER_SECOND: u32 = 1;

/// Ceilings of a node's streams.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Streams that one peer has opened to us and that are still open.
    pub(crate) inbound_per_peer: usize,
    /// Streams that all peers together have opened to us and that are still open.
    pub(crate) inbound: usize,
    /// Streams of one protocol that wait for the program to take them.
    pub(crate) queue: usize,
    /// Streams to one peer that are being opened at a time.
    pub(crate) opening_per_peer: usize,
    /// How long opening a stream may take.
    pub(crate) opening_time: Duration,
}

impl Default for Limits {
    /// * 64 per peer: one for control, and the eight stripes of seven rooms.
    /// * 4096 in all: forty neighbours of twelve rooms, each with control and eight stripes.
    /// * 1024 in a queue: everybody comes at once when a room goes live, or when a node takes over for a dead one.
    /// * 64 at a time to one peer, who would take no more.
    /// * 10 s: a relay, a bad path, and a busy program at its end.
    fn default() -> Self {
        Self {
            inbound_per_peer: 64,
            inbound: 4096,
            queue: 1024,
            opening_per_peer: 64,
            opening_time: Duration::from_secs(10),
        }
    }
}

/// What one peer may still open to us, over all its connections.
#[derive(Debug)]
pub(super) struct Quota {
    streams: Arc<Semaphore>,
    /// The same for all peers.
    all: Arc<Semaphore>,
    pace: Mutex<Pace>,
}

#[derive(Debug)]
struct Pace {
    opens: TokenBucket,
    refusals: TokenBucket,
    is_flooding: bool,
}

/// What becomes of a stream that a peer opens.
#[derive(Debug)]
pub(super) enum Admission {
    /// It may come in.
    Granted(Permits),
    /// It may not.
    Refused,
    /// It may not, and the peer has been refused often enough. Said once.
    Flood,
}

/// A stream's place among those that are open. Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permits {
    _of_peer: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Quota {
    /// What a peer may open that has opened nothing yet. `all` counts the streams of all peers.
    pub(super) fn new(limits: &Limits, all: Arc<Semaphore>, now: Time) -> Self {
        Self {
            streams: Arc::new(Semaphore::new(limits.inbound_per_peer)),
            all,
            pace: Mutex::new(Pace {
                opens: TokenBucket::new(OPENS_AT_ONCE, OPENS_PER_SECOND, now),
                refusals: TokenBucket::new(REFUSALS_AT_ONCE, REFUSALS_PER_SECOND, now),
                is_flooding: false,
            }),
        }
    }

    /// Whether a stream that the peer opens may come in.
    pub(super) fn admit(&self, now: Time) -> Admission {
        let mut pace = self.pace.lock().expect("no holder of a quota's lock panics");
        let of_peer = match pace.opens.take(now, 1) {
            Ok(()) => self.streams.clone().try_acquire_owned().ok(),
            Err(_) => None,
        };
        let Some(of_peer) = of_peer else {
            let is_patient = pace.refusals.take(now, 1).is_ok();
            if is_patient || std::mem::replace(&mut pace.is_flooding, true) {
                return Admission::Refused;
            }
            return Admission::Flood;
        };
        // That the node is full is not this peer's fault.
        match self.all.clone().try_acquire_owned() {
            Ok(of_all) => Admission::Granted(Permits { _of_peer: of_peer, _of_all: of_all }),
            Err(_) => Admission::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(limits: &Limits) -> Quota {
        Quota::new(limits, Arc::new(Semaphore::new(limits.inbound)), Time::ZERO)
    }

    fn granted(quota: &Quota, now: Time) -> Option<Permits> {
        match quota.admit(now) {
            Admission::Granted(permits) => Some(permits),
            Admission::Refused | Admission::Flood => None,
        }
    }

    #[test]
    fn a_place_is_free_again_when_its_stream_is_gone() {
        let quota = quota(&Limits { inbound_per_peer: 2, ..Limits::default() });
        let held: Vec<_> = (0..2).filter_map(|_| granted(&quota, Time::ZERO)).collect();
        assert_eq!(held.len(), 2);
        assert!(granted(&quota, Time::ZERO).is_none());
        drop(held);
        assert!(granted(&quota, Time::ZERO).is_some());
    }

    #[test]
    fn opening_and_closing_has_a_pace() {
        let quota = quota(&Limits::default());
        let at_once = (0..1000).filter(|_| granted(&quota, Time::ZERO).is_some()).count();
        assert_eq!(at_once, OPENS_AT_ONCE as usize);
        let later = Time::ZERO + Duration::from_secs(2);
        let then = (0..1000).filter(|_| granted(&quota, later).is_some()).count();
        assert_eq!(then, 2 * OPENS_PER_SECOND as usize);
    }

    #[test]
    fn a_flood_is_told_once() {
        let quota = quota(&Limits { inbound_per_peer: 0, ..Limits::default() });
        let told: Vec<usize> =
            (0..1000).filter(|_| matches!(quota.admit(Time::ZERO), Admission::Flood)).collect();
        assert_eq!(told, [REFUSALS_AT_ONCE as usize]);
    }

    #[test]
    fn a_full_node_blames_nobody() {
        let quota = quota(&Limits { inbound: 0, ..Limits::default() });
        assert!((0..OPENS_AT_ONCE).all(|_| matches!(quota.admit(Time::ZERO), Admission::Refused)));
    }
}
