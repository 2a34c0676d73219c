//! Who may enter a room of ours that takes an invite: the invites, and who came with which.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::ident::SessionId;
use parlor_protocol::invite::{InviteSecret, Proof};
use parlor_protocol::media::UnixMs;
use tokio::time::Instant;

use super::uses::{InviteRefusal, User, Uses};

/// The most invites of a room: a host who wants more makes one that many may use.
pub const MAX_INVITES: usize = 64;
/// Guests that are counted. Each asks for keys once a minute.
pub(super) const MAX_GUESTS: usize = 20_000;
/// A guest who has not asked for keys for so long has left: those that they have are used up by then.
pub(super) const GUEST_LIFE: Duration = Duration::from_mins(3);

/// An invite as the host made it.
#[derive(Debug, Clone)]
pub struct HostInvite {
    /// What names it in forms, in addresses and in cookies; tells nothing of its secret.
    pub id: String,
    /// What the host calls it. Where it is for one person, that is also what the room calls them.
    pub name: String,
    /// How many people may use it; `None`: any number.
    pub limit: Option<u32>,
    /// From when on nobody comes in with it; `None`: never.
    pub ends: Option<UnixMs>,
    /// Whether it lets people in while the door is locked, too.
    pub opens_lock: bool,
    /// What its link carries.
    pub secret: InviteSecret,
}

impl HostInvite {
    /// Whether its end is past.
    #[must_use]
    pub fn is_ended(&self, now: UnixMs) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }

    /// What the room calls the one person whom it is for.
    #[must_use]
    pub fn guest(&self) -> Option<&str> {
        (self.limit == Some(1) && !self.name.is_empty()).then_some(&self.name)
    }
}

/// The invite that this proof shows, if any does.
pub(super) fn fitting(
    invites: &[HostInvite],
    peer: PeerId,
    proof: Option<&Proof>,
    session: SessionId,
) -> Option<usize> {
    let name = peer.to_bytes();
    let proof = proof?;
    // Every one is compared: the time must not tell which fits.
    invites.iter().enumerate().fold(None, |found, (at, invite)| {
        if invite.secret.matches(proof, session, &name) { Some(at) } else { found }
    })
}

/// The guests of one show.
#[derive(Default)]
pub(super) struct Guests {
    /// Who came with which invite, browsers too.
    uses: Arc<Uses>,
    /// With which invite each came, and when it asked for keys last. `None` where it needed none.
    entered: HashMap<PeerId, (Option<usize>, Instant)>,
}

impl Guests {
    /// Who came with which invite.
    pub(super) fn uses(&self) -> Arc<Uses> {
        self.uses.clone()
    }

    /// Lets a peer in with the invite at this place. `round` is how often everybody was sent out so far.
    pub(super) fn enter(
        &mut self,
        invites: &[HostInvite],
        at: usize,
        peer: PeerId,
        now: UnixMs,
        round: u64,
    ) -> Result<(), InviteRefusal> {
        let invite = invites.get(at).ok_or(InviteRefusal::NoInvite)?;
        self.uses.admit(invite, User::Node(peer), now, round)?;
        self.tidy();
        self.add(peer, Some(at))
    }

    /// Whether the invite at this place opens a locked door to this peer, which has entered with it.
    pub(super) fn unlocks(&self, invites: &[HostInvite], at: usize, peer: PeerId, round: u64) -> bool {
        invites.get(at).is_some_and(|invite| self.uses.unlocks(invite, User::Node(peer), round))
    }

    /// The place of the invite that a peer came with.
    pub(super) fn came_with(&self, peer: PeerId) -> Option<usize> {
        self.entered.get(&peer).and_then(|(with, _)| *with)
    }

    /// Lets a peer in that needs no invite: the host knows it, or it was there when the door was locked.
    pub(super) fn enter_without(&mut self, peer: PeerId) -> Result<(), InviteRefusal> {
        self.tidy();
        self.add(peer, None)
    }

    fn add(&mut self, peer: PeerId, with: Option<usize>) -> Result<(), InviteRefusal> {
        if self.entered.len() >= MAX_GUESTS && !self.entered.contains_key(&peer) {
            return Err(InviteRefusal::Full);
        }
        self.entered.insert(peer, (with, Instant::now()));
        Ok(())
    }

    /// A guest left.
    pub(super) fn leave(&mut self, peer: PeerId) {
        self.entered.remove(&peer);
    }

    /// Whether this peer is in.
    pub(super) fn is_in(&self, peer: PeerId) -> bool {
        self.entered.get(&peer).is_some_and(|(_, at)| at.elapsed() < GUEST_LIFE)
    }

    /// All who are in.
    pub(super) fn inside(&self) -> impl Iterator<Item = PeerId> + '_ {
        self.entered.keys().copied().filter(|peer| self.is_in(*peer))
    }

    /// How many are here with each of so many invites.
    pub(super) fn counts(&self, invites: usize) -> Vec<u32> {
        let mut counts = vec![0; invites];
        for (with, _) in self.entered.values().filter(|(_, at)| at.elapsed() < GUEST_LIFE) {
            if let Some(count) = with.and_then(|with| counts.get_mut(with)) {
                *count += 1;
            }
        }
        counts
    }

    /// Everybody enters anew: these invites count now.
    pub(super) fn forget(&mut self, invites: &[HostInvite]) {
        self.uses.keep(invites);
        self.entered.clear();
    }

    /// A show begins, for which nobody is in.
    pub(super) fn begin_show(&mut self, invites: &[HostInvite], round: u64) {
        self.uses.begin_show(invites, round);
        self.entered.clear();
    }

    fn tidy(&mut self) {
        self.entered.retain(|_, (_, at)| at.elapsed() < GUEST_LIFE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;

    #[tokio::test(start_paused = true)]
    async fn an_invite_lets_those_in_who_prove_it_and_as_many_as_it_says() {
        let secret = InviteSecret::new([7; 16]);
        let invites = [HostInvite {
            id: "id".into(),
            name: "friends".into(),
            limit: Some(1),
            ends: None,
            opens_lock: false,
            secret: secret.clone(),
        }];
        let session =
            SessionId::from_public_key(SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes()).unwrap();
        let (anna, ben) = (PeerId::random(), PeerId::random());
        let proof = |peer: PeerId| Some(secret.proof(session, &peer.to_bytes()));
        let fits = |peer, proof: Option<Proof>| fitting(&invites, peer, proof.as_ref(), session);
        assert_eq!(
            [fits(anna, None), fits(anna, proof(ben)), fits(anna, proof(anna))],
            [None, None, Some(0)]
        );

        let mut guests = Guests::default();
        let mut enter = |peer: PeerId| guests.enter(&invites, 0, peer, UnixMs(0), 0);
        assert_eq!([enter(anna), enter(anna)], [Ok(()), Ok(())]);
        assert_eq!(enter(ben), Err(InviteRefusal::UsedUp));
        tokio::time::advance(GUEST_LIFE).await;
        assert_eq!(guests.counts(1), [0]);
        assert_eq!(
            guests.enter(&invites, 0, ben, UnixMs(0), 0),
            Err(InviteRefusal::UsedUp),
            "her place is hers"
        );
        assert_eq!(guests.enter(&invites, 0, anna, UnixMs(0), 0), Ok(()));
        assert_eq!((guests.counts(1), guests.came_with(anna)), (vec![1], Some(0)));
        assert!(guests.enter_without(anna).is_ok() && guests.is_in(anna));
        assert_eq!(guests.counts(1), [0], "a friend takes no place of an invite's");
    }
}
