//! A room of ours in the network.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Invite;
use parlor_protocol::mesh::Role;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::carrier::{Carrier, CarrierError};
use super::conductor::written;
use super::desk::{Desk, Pictures};
use super::guests::HostInvite;
use super::picture::take;
use super::snapshot::Snapshot;
use super::terms::Terms;
use super::uses::Uses;
use crate::room::Room;

/// Guests that wait to be let in.
const MAX_WAITING: usize = 1024;

/// The room in the network, as the host sees it.
#[derive(Debug, Clone, Default)]
pub struct Hosted {
    /// Guests in the room by invite, in the order of [`Terms::invites`].
    pub guests: Vec<u32>,
    /// How often the keys were changed in this show.
    pub generation: u32,
}

/// A room of ours, in the network for as long as this lives.
pub struct Hosting {
    carrier: Carrier,
    room: RoomId,
    terms: watch::Sender<Terms>,
    hosted: watch::Receiver<Hosted>,
    snapshot: watch::Receiver<Option<Snapshot>>,
    uses: Arc<Uses>,
    tasks: [AbortHandle; 2],
}

impl Hosting {
    /// Brings a room into the network.
    ///
    /// # Errors
    /// [`CarrierError::Full`].
    pub fn start(
        carrier: &Carrier,
        room: Arc<Room>,
        key: SigningKey,
        terms: Terms,
    ) -> Result<Self, CarrierError> {
        let (guests, waiting) = mpsc::channel(MAX_WAITING);
        let listed = terms.is_listed();
        let (place, _) = carrier.carry(room.id(), None, Role::Host, listed, Some(guests))?;
        let id = room.id();
        let (terms, changes) = watch::channel(terms);
        let (hosted, seen) = watch::channel(Hosted::default());
        let (picture, snapshot) = watch::channel(None);
        let wanted = watch::Sender::new(terms.borrow().picture());
        let taking = tokio::spawn(take(room.clone(), wanted.subscribe(), picture));
        let pictures = Pictures { wanted, snapshot: snapshot.clone() };
        let desk = Desk::new(carrier.clone(), room, key, place, changes, hosted, pictures);
        let uses = desk.uses();
        let running = tokio::spawn(desk.run(waiting));
        let tasks = [taking.abort_handle(), running.abort_handle()];
        Ok(Self { carrier: carrier.clone(), room: id, terms, hosted: seen, snapshot, uses, tasks })
    }

    /// What the host decided.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.terms.borrow().clone()
    }

    /// Whether only those may enter whom the host knows.
    #[must_use]
    pub fn is_for_friends_only(&self) -> bool {
        self.terms.borrow().friends.is_some()
    }

    /// Whether those alone may enter who come with an invite, or with an account.
    #[must_use]
    pub fn is_for_invited_only(&self) -> bool {
        self.terms.borrow().invited_only
    }

    /// Looks at the invite of this [id](HostInvite::id), where it counts.
    pub fn with_invite<T>(&self, id: &str, look: impl FnOnce(&HostInvite) -> T) -> Option<T> {
        self.terms.borrow().invites.iter().find(|invite| invite.id == id).map(look)
    }

    /// Decides something else, at once.
    pub fn set_terms(&self, change: impl FnOnce(&mut Terms)) {
        self.terms.send_modify(change);
    }

    /// Who is there, and more that only the host sees.
    #[must_use]
    pub fn hosted(&self) -> Hosted {
        self.hosted.borrow().clone()
    }

    /// Who came with which invite.
    #[must_use]
    pub fn uses(&self) -> &Uses {
        &self.uses
    }

    /// The room's picture, while it is on air and listed.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.snapshot.borrow().clone()
    }

    /// The link for an invite of ours; without one, the link to a listed room.
    #[must_use]
    pub fn link(&self, invite: Option<&HostInvite>) -> Invite {
        let standing = self.carrier.network().standing().borrow().clone();
        Invite::new(self.room, written(&standing.for_invites()), invite.map(|invite| invite.secret.clone()))
            .expect("there are no more addresses than an invite takes")
    }
}

impl Drop for Hosting {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}
