//! Sealed reports on their way to whoever keeps a list: to the node that the list names, over a connection of its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use libp2p::{Multiaddr, PeerId};
use parlor_protocol::control::Message;
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::{Address, Invite};
use parlor_protocol::report::SealedReport;
use parlor_protocol::talk::Refusal;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::carrier::Carrier;
use super::conductor::read;
use super::locate::{ANSWER_WAIT, host_of, knock, locate};

/// How long the other node has to answer: as long as a host has for a line of the talk.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// How long all of it may take, whatever a list names: somebody waits for a page.
const WITHIN: Duration = Duration::from_secs(25);
/// Where the numbers of deliveries begin: those of the talk count from 1, and are other questions to the same peer.
const FIRST_NUMBER: u32 = 1 << 31;

/// Why a report did not arrive. It may be passed on as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The node can't be reached, or does not answer.
    #[error("The list’s keeper cannot be reached now.")]
    NoAnswer,
    /// It does not take it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Deliveries that wait for their answer: as many as there are people who wait for a page.
pub(super) struct Deliveries {
    waiting: Mutex<Vec<Waiting>>,
    number: AtomicU32,
}

struct Waiting {
    peer: PeerId,
    room: RoomId,
    number: u32,
    answer: oneshot::Sender<Result<(), Refusal>>,
}

impl Default for Deliveries {
    fn default() -> Self {
        Self { waiting: Mutex::default(), number: AtomicU32::new(FIRST_NUMBER) }
    }
}

impl Deliveries {
    fn open(&self, peer: PeerId, room: RoomId) -> (u32, oneshot::Receiver<Result<(), Refusal>>) {
        let (answer, answered) = oneshot::channel();
        let number = self.number.fetch_add(1, Ordering::Relaxed) | FIRST_NUMBER;
        let mut waiting = self.lock();
        waiting.retain(|one| !one.answer.is_closed());
        waiting.push(Waiting { peer, room, number, answer });
        (number, answered)
    }

    /// A peer says what became of what had this number; whether that was a delivery.
    pub(super) fn hear(&self, peer: PeerId, room: RoomId, number: u32, refused: Option<&Refusal>) -> bool {
        let is_meant = |one: &mut Waiting| (one.peer, one.room, one.number) == (peer, room, number);
        let Some(one) = self.lock().extract_if(.., is_meant).next() else { return false };
        // Whoever waited may have gone.
        let _ = one.answer.send(refused.cloned().map_or(Ok(()), Err));
        true
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().expect("no holder of the deliveries' lock panics")
    }
}

impl Carrier {
    /// Brings a report to the node that takes those of a list, as the list's link names it.
    ///
    /// # Errors
    /// An [`Undelivered`] that says why it did not arrive.
    pub async fn deliver(&self, at: &Invite, sealed: &SealedReport) -> Result<(), Undelivered> {
        timeout(WITHIN, self.bring(at, sealed)).await.unwrap_or(Err(Undelivered::NoAnswer))
    }

    async fn bring(&self, at: &Invite, sealed: &SealedReport) -> Result<(), Undelivered> {
        let card = locate(self, at).await.card;
        let host = card.as_ref().and_then(host_of);
        let tries: Vec<(Option<PeerId>, Vec<Multiaddr>)> = match (&card, host) {
            (Some(card), Some(host)) => {
                let all: Vec<Address> = card.card().reach.iter().chain(at.addresses()).cloned().collect();
                vec![(Some(host), read(&all))]
            }
            // The room shows itself to nobody who was not invited, and takes reports all the same.
            _ => read(at.addresses()).into_iter().map(|address| (None, vec![address])).collect(),
        };
        let mut outcome = Err(Undelivered::NoAnswer);
        for (peer, addresses) in tries {
            outcome = self.hand_over(at, peer, addresses, sealed).await;
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    async fn hand_over(
        &self,
        at: &Invite,
        peer: Option<PeerId>,
        addresses: Vec<Multiaddr>,
        sealed: &SealedReport,
    ) -> Result<(), Undelivered> {
        let dialled = timeout(ANSWER_WAIT, self.network().dial(peer, addresses)).await;
        let peer = dialled.ok().and_then(Result::ok).ok_or(Undelivered::NoAnswer)?;
        let room = at.room();
        knock(self, at, self.cards().newest(room).as_ref(), peer);
        let (number, answered) = self.deliveries().open(peer, room);
        let sealed = Bytes::copy_from_slice(sealed.as_bytes());
        self.means().links.send(peer, Message::SealedReport { room, number, sealed });
        match timeout(ANSWER_WITHIN, answered).await {
            Ok(Ok(result)) => Ok(result?),
            _ => Err(Undelivered::NoAnswer),
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;

    #[test]
    fn an_answer_reaches_who_waits_for_it_and_nobody_else() {
        let deliveries = Deliveries::default();
        let key = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
        let room = RoomId::from_public_key(key).unwrap();
        let [peer, other] = [(); 2].map(|()| PeerId::random());
        let (number, mut answer) = deliveries.open(peer, room);
        assert!(!deliveries.hear(other, room, number, None));
        assert!(!deliveries.hear(peer, room, 1, None), "a line of the talk");
        assert!(answer.try_recv().is_err());
        assert!(deliveries.hear(peer, room, number, Some(&Refusal::NotHere)));
        assert_eq!(answer.try_recv().unwrap(), Err(Refusal::NotHere));
        assert!(!deliveries.hear(peer, room, number, None));
        drop(deliveries.open(peer, room));
        let _open = deliveries.open(peer, room);
        assert_eq!(deliveries.lock().len(), 1, "those who have gone are forgotten");
    }
}
