//! Who may know that a room is carried here.
//!
//! Of an open room anybody may. A room by invitation is there only for peers that have knocked (`spec/control.md`,
//! section 2): to everybody else the node answers as if it had never heard of it.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

use libp2p::PeerId;
use parlor_protocol::card::Access;
use parlor_protocol::ident::{RoomId, SessionId};
use parlor_protocol::invite::{InviteSecret, Proof};

/// Peers that are kept in each of the lists: more than there can be connections.
const MAX_PEERS: usize = 2048;

/// The door of one carried room.
#[derive(Default)]
pub(super) struct Door(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    /// The invites of a room of ours.
    secrets: Vec<InviteSecret>,
    /// Those who hold an invite.
    invited: BTreeSet<PeerId>,
    /// Those who know the card, and those to whom this node has spoken of the room.
    familiar: BTreeSet<PeerId>,
    /// Those who asked for the card while the room was off air.
    waiting: BTreeSet<PeerId>,
}

impl Door {
    /// From now on these invites count.
    pub(super) fn set_secrets(&self, secrets: Vec<InviteSecret>) {
        self.lock().secrets = secrets;
    }

    /// The card of the last show admits nobody any more. The room stays there for those in `stay`.
    pub(super) fn begin_show(&self, stay: &BTreeSet<PeerId>) {
        self.lock().familiar.retain(|peer| stay.contains(peer));
    }

    /// Somebody is shut out: everybody must knock anew, but for those in `stay`.
    pub(super) fn shut(&self, stay: &BTreeSet<PeerId>) {
        let mut inside = self.lock();
        inside.familiar.retain(|peer| stay.contains(peer));
        inside.invited.clear();
        inside.waiting.clear();
    }

    /// A peer knocks: with an invite, or as one that knows the card and with it the session.
    pub(super) fn knock(&self, peer: PeerId, proof: &Proof, room: RoomId, session: Option<SessionId>) {
        let name = peer.to_bytes();
        let mut inside = self.lock();
        // Every one is compared: the time must not tell which fits.
        let fits = inside.secrets.iter().filter(|secret| secret.hears(proof, &room, &name)).count();
        if fits > 0 {
            add(&mut inside.invited, peer);
        } else if session.is_some_and(|session| proof.knows_card(session, &room, &name)) {
            add(&mut inside.familiar, peer);
        }
    }

    /// This node speaks to a peer about the room: it is there for it.
    pub(super) fn let_in(&self, peer: PeerId) {
        add(&mut self.lock().familiar, peer);
    }

    /// Whether the room is there for this peer. Before there is a card it is not known whether it is open.
    pub(super) fn admits(&self, peer: PeerId, access: Option<Access>) -> bool {
        let inside = self.lock();
        is_open(access) || inside.invited.contains(&peer) || inside.familiar.contains(&peer)
    }

    /// A peer waits for the room to go on air. Who knows no more than the card of the last show waits in vain.
    pub(super) fn wait(&self, peer: PeerId, access: Option<Access>) {
        let mut inside = self.lock();
        if is_open(access) || inside.invited.contains(&peer) {
            add(&mut inside.waiting, peer);
        }
    }

    /// Those who wait, who then do no more.
    pub(super) fn take_waiting(&self) -> BTreeSet<PeerId> {
        std::mem::take(&mut self.lock().waiting)
    }

    /// A peer is gone.
    pub(super) fn forget(&self, peer: PeerId) {
        let mut inside = self.lock();
        inside.invited.remove(&peer);
        inside.familiar.remove(&peer);
        inside.waiting.remove(&peer);
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("no holder of the door's lock panics")
    }
}

fn is_open(access: Option<Access>) -> bool {
    access.is_some_and(|access| access != Access::Invited)
}

fn add(list: &mut BTreeSet<PeerId>, peer: PeerId) {
    if list.len() < MAX_PEERS {
        list.insert(peer);
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;

    const INVITED: Option<Access> = Some(Access::Invited);

    fn key(seed: u8) -> [u8; 32] {
        SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()
    }

    fn room() -> RoomId {
        RoomId::from_public_key(key(1)).unwrap()
    }

    fn session(seed: u8) -> SessionId {
        SessionId::from_public_key(key(seed)).unwrap()
    }

    #[test]
    fn an_invited_room_is_there_for_those_alone_who_hold_an_invite_or_know_the_card() {
        let [anna, ben, carl, dora] = [(); 4].map(|()| PeerId::random());
        let (room, secret) = (room(), InviteSecret::new([7; 16]));
        let door = Door::default();
        door.set_secrets(vec![InviteSecret::new([8; 16]), secret.clone()]);
        let knock = |peer, proof| door.knock(peer, &proof, room, Some(session(2)));
        knock(anna, secret.knock(&room, &anna.to_bytes()));
        knock(ben, Proof::of_card(session(2), &room, &ben.to_bytes()));
        // Somebody else's, and those of another invite and of another show.
        knock(carl, secret.knock(&room, &anna.to_bytes()));
        knock(carl, InviteSecret::new([9; 16]).knock(&room, &carl.to_bytes()));
        knock(carl, Proof::of_card(session(3), &room, &carl.to_bytes()));
        door.let_in(dora);
        let admitted = |access| [anna, ben, carl, dora].map(|peer| door.admits(peer, access));
        assert_eq!(admitted(INVITED), [true, true, false, true]);
        assert_eq!(admitted(None), [true, true, false, true]);
        assert_eq!(admitted(Some(Access::Open)), [true; 4]);

        door.begin_show(&BTreeSet::from([dora]));
        assert_eq!(admitted(INVITED), [true, false, false, true]);
        door.set_secrets(Vec::new());
        door.shut(&BTreeSet::from([dora]));
        knock(anna, secret.knock(&room, &anna.to_bytes()));
        assert_eq!(admitted(INVITED), [false, false, false, true]);
        door.forget(dora);
        assert_eq!(admitted(INVITED), [false; 4]);
    }

    #[test]
    fn who_waits_is_told_once_and_only_with_an_invite() {
        let [anna, ben] = [(); 2].map(|()| PeerId::random());
        let (door, secret) = (Door::default(), InviteSecret::new([7; 16]));
        door.set_secrets(vec![secret.clone()]);
        door.knock(anna, &secret.knock(&room(), &anna.to_bytes()), room(), None);
        door.let_in(ben);
        let wait = |access| [anna, ben].map(|peer| door.wait(peer, access));
        wait(INVITED);
        assert_eq!(door.take_waiting(), BTreeSet::from([anna]));
        assert_eq!(door.take_waiting(), BTreeSet::new());
        wait(Some(Access::Open));
        door.forget(anna);
        assert_eq!(door.take_waiting(), BTreeSet::from([ben]));
        wait(INVITED);
        door.shut(&BTreeSet::from([anna, ben]));
        assert_eq!(door.take_waiting(), BTreeSet::new());
    }
}
