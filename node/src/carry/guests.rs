//! Who may enter a room of ours that takes an invite: the invites, and who came with which.

use std::collections::HashMap;
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::ident::SessionId;
use parlor_protocol::invite::{InviteSecret, Proof};
use tokio::time::Instant;

/// The most invites of a room: a host who wants more makes one that many may use.
pub const MAX_INVITES: usize = 64;
/// Guests that are counted. Each asks for keys once a minute.
pub(super) const MAX_GUESTS: usize = 20_000;
/// A guest who has not asked for keys for so long has left: those that they have are used up by then.
pub(super) const GUEST_LIFE: Duration = Duration::from_mins(3);

/// An invite as the host made it.
#[derive(Debug, Clone)]
pub struct HostInvite {
    /// What the host calls it; viewers never see it.
    pub name: String,
    /// How many may be in the room with it at a time; `None`: any number.
    pub limit: Option<u32>,
    /// What its link carries.
    pub secret: InviteSecret,
}

/// The guests of one show.
#[derive(Default)]
pub(super) struct Guests {
    /// With which invite each came, and when it asked for keys last. `None` where it needed none.
    entered: HashMap<PeerId, (Option<usize>, Instant)>,
}

/// Why somebody may not enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The proof fits no invite.
    NoInvite,
    /// As many as the invite allows are here.
    Full,
}

impl Guests {
    /// Lets a peer in that proves one of these invites: by which it came.
    pub(super) fn enter<'a>(
        &mut self,
        invites: &'a [HostInvite],
        peer: PeerId,
        proof: Option<&Proof>,
        session: SessionId,
    ) -> Result<&'a HostInvite, Refusal> {
        let proof = proof.ok_or(Refusal::NoInvite)?;
        let name = peer.to_bytes();
        // Every one is compared: the time must not tell which fits.
        let fitting = invites.iter().enumerate().fold(None, |found, one| {
            if one.1.secret.matches(proof, session, &name) { Some(one) } else { found }
        });
        let (at, invite) = fitting.ok_or(Refusal::NoInvite)?;
        self.tidy();
        let others =
            self.entered.iter().filter(|(guest, (with, _))| *with == Some(at) && **guest != peer).count();
        if invite.limit.is_some_and(|limit| others >= limit as usize) {
            return Err(Refusal::Full);
        }
        self.add(peer, Some(at))?;
        Ok(invite)
    }

    /// Lets a peer in that needs no invite: the host knows it, or it was there when the door was locked.
    pub(super) fn enter_without(&mut self, peer: PeerId) -> Result<(), Refusal> {
        self.tidy();
        self.add(peer, None)
    }

    fn add(&mut self, peer: PeerId, with: Option<usize>) -> Result<(), Refusal> {
        if self.entered.len() >= MAX_GUESTS && !self.entered.contains_key(&peer) {
            return Err(Refusal::Full);
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

    /// Everybody enters anew: the invites are others now.
    pub(super) fn forget(&mut self) {
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
    async fn an_invite_lets_as_many_in_as_it_says() {
        let secret = InviteSecret::new([7; 16]);
        let invites = [HostInvite { name: "friends".into(), limit: Some(1), secret: secret.clone() }];
        let session =
            SessionId::from_public_key(SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes()).unwrap();
        let (anna, ben) = (PeerId::random(), PeerId::random());
        let mut guests = Guests::default();
        let mut enter = |peer: PeerId, proof: Option<Proof>| {
            guests.enter(&invites, peer, proof.as_ref(), session).map(|_| ())
        };
        let proof = |peer: PeerId| Some(secret.proof(session, &peer.to_bytes()));
        assert_eq!(enter(anna, None), Err(Refusal::NoInvite));
        assert_eq!(enter(anna, proof(ben)), Err(Refusal::NoInvite));
        assert_eq!(enter(anna, proof(anna)), Ok(()));
        assert_eq!(enter(anna, proof(anna)), Ok(()));
        assert_eq!(enter(ben, proof(ben)), Err(Refusal::Full));
        tokio::time::advance(GUEST_LIFE).await;
        assert_eq!(enter(ben, proof(ben)), Ok(()));
        assert_eq!(guests.counts(1), [1]);
        assert!(guests.enter_without(anna).is_ok() && guests.is_in(anna));
        assert_eq!(guests.counts(1), [1], "a friend takes no place of an invite's");
    }
}
