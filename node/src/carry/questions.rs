//! Questions for a room's card that wait for their answer.

use std::sync::{Mutex, MutexGuard};

use libp2p::PeerId;
use parlor_protocol::card::SignedCard;
use parlor_protocol::ident::RoomId;
use tokio::sync::oneshot;

/// The questions that are open. As many as there are rooms that are looked for and addresses to ask at, for nobody
/// waits longer than for an answer's time.
#[derive(Default)]
pub(super) struct Questions(Mutex<Vec<Question>>);

struct Question {
    peer: PeerId,
    room: RoomId,
    answer: oneshot::Sender<Option<SignedCard>>,
}

impl Questions {
    /// From now on what this peer says of the room's card is waited for.
    pub(super) fn open(&self, peer: PeerId, room: RoomId) -> oneshot::Receiver<Option<SignedCard>> {
        let (answer, waiting) = oneshot::channel();
        let mut open = self.lock();
        open.retain(|question| !question.answer.is_closed());
        open.push(Question { peer, room, answer });
        waiting
    }

    /// A peer says which card the room has, or that it has none for this node.
    pub(super) fn hear(&self, peer: PeerId, room: RoomId, card: Option<&SignedCard>) {
        let is_answered = |question: &mut Question| question.peer == peer && question.room == room;
        for question in self.lock().extract_if(.., is_answered) {
            // Whoever asked may have waited long enough.
            let _ = question.answer.send(card.cloned());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Question>> {
        self.0.lock().expect("no holder of the questions' lock panics")
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;

    fn room(seed: u8) -> RoomId {
        RoomId::from_public_key(SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()).unwrap()
    }

    #[test]
    fn everybody_who_waits_for_this_answer_gets_it_and_nobody_else() {
        let questions = Questions::default();
        let [peer, other] = [(); 2].map(|()| PeerId::random());
        let mut same = [(); 2].map(|()| questions.open(peer, room(1)));
        let mut elsewhere = [questions.open(peer, room(2)), questions.open(other, room(1))];
        questions.hear(peer, room(1), None);
        assert!(same.iter_mut().all(|answer| matches!(answer.try_recv(), Ok(None))));
        assert!(elsewhere.iter_mut().all(|answer| answer.try_recv().is_err()));
        // Nobody asked any more.
        questions.hear(peer, room(1), None);

        drop(elsewhere);
        let _new = questions.open(peer, room(1));
        assert_eq!(questions.lock().len(), 1, "those who have gone are forgotten");
    }
}
