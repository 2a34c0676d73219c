//! Who may know that a room is carried here.
//!
//! Of an open room anybody may. A room by invitation is there only for peers that have knocked (`spec/control.md`,
//! section 2): to everybody else the node answers as if it had never heard of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use libp2p::PeerId;
use parlor_protocol::card::Access;
use parlor_protocol::ident::{RoomId, SessionId};
use parlor_protocol::invite::{InviteSecret, Proof};
use tokio::time::Instant;

use super::guests::MAX_GUESTS;

/// Peers that are kept in each of the lists: more than there can be connections.
const MAX_PEERS: usize = 2048;

/// The door of one carried room.
#[derive(Default)]
pub(super) struct Door(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    /// The invites of a room of ours.
    secrets: Vec<InviteSecret>,
    /// Of a room of ours that is for those alone whom the host knows: their nodes. To all others it is not there.
    friends: Option<BTreeSet<PeerId>>,
    /// Those who hold an invite, and which.
    invited: BTreeMap<PeerId, InviteSecret>,
    /// Those who know the card, and those to whom this node has spoken of the room.
    familiar: BTreeSet<PeerId>,
    /// Those who asked for the card while the room was off air.
    waiting: BTreeSet<PeerId>,
    /// Who may take part while the door is locked.
    lock: Option<Lock>,
    /// Those whose invite was taken back. They know the card, and may hear the next one from others in the room; it admits
    /// them here no more.
    out: BTreeSet<PeerId>,
}

/// A lock on the door: whoever comes later may know of the room, and takes no part in it.
struct Lock {
    inside: BTreeSet<PeerId>,
    /// Until when whoever asks was in.
    until: Option<Instant>,
}

impl Door {
    /// Locks the door behind these. Where the host does not know all who are in, those who ask before `until` were.
    pub(super) fn lock(&self, inside: BTreeSet<PeerId>, until: Option<Instant>) {
        self.inner().lock = Some(Lock { inside, until });
    }

    /// Where the door is locked, none but these are in any more.
    pub(super) fn lock_anew(&self, inside: BTreeSet<PeerId>) {
        if let Some(lock) = &mut self.inner().lock {
            *lock = Lock { inside, until: None };
        }
    }

    /// Unlocks the door.
    pub(super) fn unlock(&self) {
        self.inner().lock = None;
    }

    /// A peer asks to take part: whether it was in when the door was locked.
    pub(super) fn takes(&self, peer: PeerId) -> bool {
        let mut inside = self.inner();
        let Some(lock) = &mut inside.lock else { return true };
        if lock.until.is_some_and(|until| Instant::now() < until) && lock.inside.len() < MAX_GUESTS {
            lock.inside.insert(peer);
        }
        lock.inside.contains(&peer)
    }

    /// Lets one through a locked door.
    pub(super) fn let_through(&self, peer: PeerId) {
        if let Some(lock) = self.inner().lock.as_mut().filter(|lock| lock.inside.len() < MAX_GUESTS) {
            lock.inside.insert(peer);
        }
    }

    /// Whether the door is locked, and this peer was not in.
    pub(super) fn keeps_out(&self, peer: PeerId) -> bool {
        self.inner().lock.as_ref().is_some_and(|lock| !lock.inside.contains(&peer))
    }

    /// From now on these invites count.
    pub(super) fn set_secrets(&self, secrets: Vec<InviteSecret>) {
        self.inner().secrets = secrets;
    }

    /// From now on the room is there for these alone; `None` for whoever else may know of it.
    pub(super) fn set_friends(&self, friends: Option<BTreeSet<PeerId>>) {
        self.inner().friends = friends;
    }

    /// The card of the last show admits nobody any more. The room stays there for those in `stay`.
    pub(super) fn begin_show(&self, stay: &BTreeSet<PeerId>) {
        self.inner().familiar.retain(|peer| stay.contains(peer));
    }

    /// Shuts out those whose invite does not count any more: who they are. Everybody else without an invite must knock
    /// anew, but for those in `stay`.
    pub(super) fn shut(&self, stay: &BTreeSet<PeerId>) -> BTreeSet<PeerId> {
        let mut inside = self.inner();
        let Inside { secrets, friends, invited, familiar, waiting, out, lock: _ } = &mut *inside;
        let is_stranger = |peer: &PeerId| friends.as_ref().is_some_and(|friends| !friends.contains(peer));
        let is_out = |peer: &PeerId, invite: &InviteSecret| is_stranger(peer) || !secrets.contains(invite);
        let mut shut_out: BTreeSet<_> =
            invited.extract_if(.., |peer, invite| is_out(peer, invite)).map(|(peer, _)| peer).collect();
        shut_out.extend(familiar.iter().filter(|peer| is_stranger(peer)));
        for peer in &shut_out {
            add(out, *peer);
        }
        familiar.retain(|peer| stay.contains(peer) && !shut_out.contains(peer));
        waiting.clear();
        shut_out
    }

    /// A peer knocks: with an invite, or as one that knows the card and with it the session.
    pub(super) fn knock(&self, peer: PeerId, proof: &Proof, room: RoomId, session: Option<SessionId>) {
        let name = peer.to_bytes();
        let mut inside = self.inner();
        // Every one is compared: the time must not tell which fits.
        let invite = inside
            .secrets
            .iter()
            .fold(None, |found, secret| if secret.hears(proof, &room, &name) { Some(secret) } else { found });
        if let Some(invite) = invite.cloned() {
            inside.invite(peer, invite);
        } else if session.is_some_and(|session| proof.knows_card(session, &room, &name)) {
            add(&mut inside.familiar, peer);
        }
    }

    /// A peer has shown that it holds this invite of ours.
    pub(super) fn invite(&self, peer: PeerId, invite: InviteSecret) {
        self.inner().invite(peer, invite);
    }

    /// This node speaks to a peer about the room: it is there for it.
    pub(super) fn let_in(&self, peer: PeerId) {
        add(&mut self.inner().familiar, peer);
    }

    /// Whether the room is there for this peer. Before there is a card it is not known whether it is open.
    pub(super) fn admits(&self, peer: PeerId, access: Option<Access>) -> bool {
        let inside = self.inner();
        if let Some(friends) = &inside.friends {
            return friends.contains(&peer);
        }
        let is_familiar = inside.familiar.contains(&peer) && !inside.out.contains(&peer);
        is_open(access) || inside.invited.contains_key(&peer) || is_familiar
    }

    /// A peer waits for the room to go on air. Who knows no more than the card of the last show waits in vain.
    pub(super) fn wait(&self, peer: PeerId, access: Option<Access>) {
        let mut inside = self.inner();
        let is_friend = inside.friends.as_ref().map(|friends| friends.contains(&peer));
        if is_friend.unwrap_or_else(|| is_open(access) || inside.invited.contains_key(&peer)) {
            add(&mut inside.waiting, peer);
        }
    }

    /// Those who wait, who then do no more.
    pub(super) fn take_waiting(&self) -> BTreeSet<PeerId> {
        std::mem::take(&mut self.inner().waiting)
    }

    /// A peer is gone. One that was shut out stays so when it comes again.
    pub(super) fn forget(&self, peer: PeerId) {
        let mut inside = self.inner();
        inside.invited.remove(&peer);
        inside.familiar.remove(&peer);
        inside.waiting.remove(&peer);
    }

    fn inner(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("no holder of the door's lock panics")
    }
}

impl Inside {
    fn invite(&mut self, peer: PeerId, invite: InviteSecret) {
        if self.invited.len() < MAX_PEERS || self.invited.contains_key(&peer) {
            self.invited.insert(peer, invite);
            self.out.remove(&peer);
        }
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
    use std::time::Duration;

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
        assert_eq!(door.shut(&BTreeSet::from([dora])), BTreeSet::from([anna]));
        knock(anna, secret.knock(&room, &anna.to_bytes()));
        assert_eq!(admitted(INVITED), [false, false, false, true]);
        door.forget(dora);
        assert_eq!(admitted(INVITED), [false; 4]);
    }

    #[test]
    fn whose_invite_is_taken_back_is_out_until_there_is_another() {
        let [anna, ben, carl] = [(); 3].map(|()| PeerId::random());
        let secrets = [7, 8, 9].map(|seed| InviteSecret::new([seed; 16]));
        let door = Door::default();
        door.set_secrets(secrets[..2].to_vec());
        let knock = |peer: PeerId, secret: &InviteSecret| {
            door.knock(peer, &secret.knock(&room(), &peer.to_bytes()), room(), Some(session(2)));
        };
        let admitted = || [anna, ben, carl].map(|peer| door.admits(peer, INVITED));
        let neighbours = BTreeSet::from([anna, ben, carl]);
        // One knocks with it, one enters by it; all of them are neighbours as well.
        knock(anna, &secrets[0]);
        door.invite(carl, secrets[0].clone());
        knock(ben, &secrets[1]);
        for peer in &neighbours {
            door.let_in(*peer);
        }

        door.set_secrets(secrets[1..].to_vec());
        assert_eq!(door.shut(&neighbours), BTreeSet::from([anna, carl]));
        assert_eq!(admitted(), [false, true, false]);
        // Neither goodbye, nor the card, nor coming anew helps, also in the next show.
        door.let_in(anna);
        let by_card = Proof::of_card(session(2), &room(), &anna.to_bytes());
        door.knock(anna, &by_card, room(), Some(session(2)));
        door.forget(anna);
        door.begin_show(&neighbours);
        door.knock(anna, &by_card, room(), Some(session(2)));
        assert_eq!(admitted(), [false, true, false]);
        assert!(door.admits(anna, Some(Access::Open)));
        knock(anna, &secrets[2]);
        assert_eq!(admitted(), [true, true, false]);
        assert_eq!(door.shut(&neighbours), BTreeSet::new(), "nothing was taken back");
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_in_when_the_door_was_locked_stays() {
        let [anna, ben, carl] = [(); 3].map(|()| PeerId::random());
        let door = Door::default();
        let kept_out = || [anna, ben, carl].map(|peer| door.keeps_out(peer));
        assert_eq!(kept_out(), [false; 3]);
        door.lock(BTreeSet::from([anna]), None);
        assert_eq!(kept_out(), [false, true, true]);
        assert!(door.takes(anna) && !door.takes(ben));
        door.forget(anna);
        assert!(door.takes(anna), "they may come again");

        // In a listed room some were in of whom the host does not know.
        door.lock(BTreeSet::from([anna]), Some(Instant::now() + Duration::from_secs(1)));
        assert!(door.takes(ben));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(door.takes(ben) && !door.takes(carl));
        door.lock_anew(BTreeSet::from([carl]));
        assert_eq!(kept_out(), [true, true, false]);
        door.let_through(ben);
        assert_eq!(kept_out(), [true, false, false]);
        door.unlock();
        door.lock_anew(BTreeSet::new());
        assert_eq!(kept_out(), [false; 3]);
    }

    #[test]
    fn to_whom_the_host_does_not_know_the_room_is_not_there_whatever_they_hold() {
        let [anna, ben, carl] = [(); 3].map(|()| PeerId::random());
        let (door, secret) = (Door::default(), InviteSecret::new([7; 16]));
        door.set_secrets(vec![secret.clone()]);
        let knock = |peer: PeerId| {
            door.knock(peer, &secret.knock(&room(), &peer.to_bytes()), room(), Some(session(2)));
        };
        knock(anna);
        knock(ben);
        door.let_in(carl);
        let admitted = |access| [anna, ben, carl].map(|peer| door.admits(peer, access));
        assert_eq!(admitted(INVITED), [true; 3]);
        door.set_friends(Some(BTreeSet::from([anna])));
        assert_eq!(door.shut(&BTreeSet::from([anna, ben, carl])), BTreeSet::from([ben, carl]));
        knock(ben);
        door.let_in(ben);
        assert_eq!(admitted(INVITED), [true, false, false]);
        // The card of before may still say that it is open.
        assert_eq!(admitted(Some(Access::Open)), [true, false, false]);
        door.wait(anna, INVITED);
        door.wait(ben, Some(Access::Open));
        assert_eq!(door.take_waiting(), BTreeSet::from([anna]));
        door.set_friends(None);
        knock(ben);
        assert!(door.admits(ben, INVITED));
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
