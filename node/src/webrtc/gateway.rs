//! The gateway: makes sessions from offers, counts them, and ends them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio_util::sync::CancellationToken;

use super::addresses::Addresses;
use super::session::SessionId;

/// The most sessions at once: 64 of them at 2.5 Mbit/s are 160 Mbit/s of uplink, more than a home has, and about half
/// a core and 40 MB. Further viewers are served by the other sinks.
pub const MAX_SESSIONS: usize = 64;

/// What a client gets for its offer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The SDP answer with every candidate in it; nothing trickles.
    pub sdp: String,
    /// What the client deletes to end the session.
    pub session: SessionId,
}

/// Makes WebRTC sessions; clones are handles to the same one. Dropping the last handle ends every session.
#[derive(Clone)]
pub struct Gateway(Arc<Owner>);

/// Ends the sessions with the last handle; the sessions themselves hold [`Sessions`] only.
struct Owner {
    addresses: Addresses,
    sessions: Sessions,
    #[cfg(feature = "gstreamer")]
    publisher: Arc<tokio::sync::Semaphore>,
}

/// The one publisher's place; dropping it gives the place back.
#[cfg(feature = "gstreamer")]
pub(super) type Publisher = tokio::sync::OwnedSemaphorePermit;

/// The sessions that run, with what stops each.
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<HashMap<SessionId, CancellationToken>>>);

/// A place among the sessions; dropping it gives the place back.
pub(super) struct Place {
    /// Its name.
    pub(super) id: SessionId,
    /// Cancelled when the session must end.
    pub(super) stop: CancellationToken,
    sessions: Sessions,
}

impl Gateway {
    /// A gateway that offers these addresses.
    #[must_use]
    pub fn new(addresses: Addresses) -> Self {
        Self(Arc::new(Owner {
            addresses,
            sessions: Sessions::default(),
            #[cfg(feature = "gstreamer")]
            publisher: Arc::new(tokio::sync::Semaphore::new(1)),
        }))
    }

    /// Ends a session; without effect where it has ended, or there is none of this name.
    pub fn end(&self, session: &SessionId) {
        if let Some(stop) = self.0.sessions.lock().get(session) {
            stop.cancel();
        }
    }

    /// How many sessions run.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.0.sessions.lock().len()
    }

    /// The addresses that are offered.
    pub(super) fn addresses(&self) -> &Addresses {
        &self.0.addresses
    }

    /// The publisher's place, if nobody has it.
    #[cfg(feature = "gstreamer")]
    pub(super) fn publisher(&self) -> Option<Publisher> {
        self.0.publisher.clone().try_acquire_owned().ok()
    }

    /// A place for one more session, if there is any.
    pub(super) fn place(&self) -> Option<Place> {
        self.0.sessions.place()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.sessions.lock().values().for_each(CancellationToken::cancel);
    }
}

impl Sessions {
    fn place(&self) -> Option<Place> {
        let (id, stop) = (SessionId::random(), CancellationToken::new());
        let mut sessions = self.lock();
        if sessions.len() >= MAX_SESSIONS {
            return None;
        }
        sessions.insert(id, stop.clone());
        Some(Place { id, stop, sessions: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, CancellationToken>> {
        self.0.lock().expect("no holder of the sessions' lock panics")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.sessions.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn gateway() -> Gateway {
        Gateway::new(Addresses::new(IpAddr::V4(Ipv4Addr::LOCALHOST), None, 0))
    }

    #[test]
    fn places_are_bounded_and_come_back() {
        let gateway = gateway();
        let places: Vec<_> = std::iter::from_fn(|| gateway.place()).collect();
        assert_eq!(places.len(), MAX_SESSIONS);
        assert_eq!(gateway.sessions(), MAX_SESSIONS);
        drop(places);
        assert_eq!(gateway.sessions(), 0);
        assert!(gateway.place().is_some());
    }

    #[test]
    fn a_session_is_ended_by_its_name() {
        let gateway = gateway();
        let (one, other) = (gateway.place().unwrap(), gateway.place().unwrap());
        gateway.end(&SessionId::random());
        assert!(!one.stop.is_cancelled());
        gateway.end(&one.id);
        assert!(one.stop.is_cancelled() && !other.stop.is_cancelled());
    }

    #[test]
    fn the_last_handle_ends_every_session() {
        let gateway = gateway();
        let place = gateway.place().unwrap();
        let second = gateway.clone();
        drop(gateway);
        assert!(!place.stop.is_cancelled());
        drop(second);
        assert!(place.stop.is_cancelled());
    }
}
