//! The connections that this node opens: who waits for which, and that there are not several to one peer.

use std::collections::HashMap;

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use tokio::sync::{mpsc, oneshot};

use super::network::DialError;

/// The connections that this node opens. As many as the swarm may have at all.
#[derive(Default)]
pub(super) struct Dials {
    /// Who waits for which.
    waiting: HashMap<ConnectionId, Waiting>,
    /// Those that stand and lead straight to the peer.
    direct: HashMap<ConnectionId, PeerId>,
}

/// Who waits for a connection.
pub(super) enum Waiting {
    /// Somebody who wants to know whether there is one.
    Dial(oneshot::Sender<Result<PeerId, DialError>>),
    /// A lookup of providers, which is told of those that can be reached.
    Provider(mpsc::Sender<PeerId>),
}

impl Dials {
    /// From now on somebody waits for this connection.
    pub(super) fn wait(&mut self, id: ConnectionId, waiting: Waiting) {
        self.waiting.insert(id, waiting);
    }

    /// A connection that this node opened stands. `false` where it is one too many, and is to be closed: each address
    /// of a peer whose id is not known is dialled by itself, and a few of them fill what one peer may have.
    ///
    /// Only those count that this node opened. Of two that were opened from both sides at once each side would close
    /// the other's.
    pub(super) fn established(&mut self, id: ConnectionId, peer: PeerId, is_direct: bool) -> bool {
        let is_another = self.direct.values().any(|other| *other == peer);
        let is_wanted = match self.waiting.remove(&id) {
            Some(waiting) => {
                waiting.answer(Ok(peer));
                !(is_direct && is_another)
            }
            None => true,
        };
        if is_direct && is_wanted {
            self.direct.insert(id, peer);
        }
        is_wanted
    }

    /// A connection could not be opened.
    pub(super) fn failed(&mut self, id: ConnectionId) {
        if let Some(waiting) = self.waiting.remove(&id) {
            waiting.answer(Err(DialError::Unreachable));
        }
    }

    /// A connection is gone, whoever opened it.
    pub(super) fn closed(&mut self, id: ConnectionId) {
        self.direct.remove(&id);
    }
}

impl Waiting {
    /// Tells whoever waits, and may have gone meanwhile.
    pub(super) fn answer(self, result: Result<PeerId, DialError>) {
        match (self, result) {
            (Self::Dial(done), result) => drop(done.send(result)),
            (Self::Provider(told), Ok(peer)) => drop(told.try_send(peer)),
            (Self::Provider(_), Err(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_straight_connection_that_was_dialled_is_one_too_many() {
        let mut dials = Dials::default();
        let (peer, other) = (PeerId::random(), PeerId::random());
        let id = ConnectionId::new_unchecked;
        let dial = |dials: &mut Dials, number, peer, is_direct| {
            let (done, mut answer) = oneshot::channel();
            dials.wait(id(number), Waiting::Dial(done));
            let is_kept = dials.established(id(number), peer, is_direct);
            assert_eq!(answer.try_recv().unwrap().ok(), Some(peer), "who waits is told in any case");
            is_kept
        };
        assert!(dial(&mut dials, 1, peer, false), "through a relay");
        assert!(dial(&mut dials, 2, peer, true));
        assert!(!dial(&mut dials, 3, peer, true));
        assert!(dial(&mut dials, 4, peer, false), "the relayed one takes no straight one's place");
        assert!(dial(&mut dials, 5, other, true));
        // Nobody waits for one that a protocol opens for itself.
        assert!(dials.established(id(6), peer, true));
        dials.closed(id(2));
        dials.closed(id(6));
        assert!(dial(&mut dials, 7, peer, true));
    }
}
