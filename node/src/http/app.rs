//! What the handlers share.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use parlor_protocol::ident::RoomId;
use tokio_util::sync::CancellationToken;

use super::attempts::Attempts;
use super::guard::AllowedHosts;
use super::guests::GuestSessions;
use super::hls::Written;
use super::invited::Invited;
use super::session::HostSessions;
use super::talk::check::Checks;
use super::visitor::{Visitor, VisitorKey};
use crate::app::Studio;
use crate::room::Room;
use crate::secret::Secret;
use crate::store::Comers;
use crate::webrtc::{Gateway, SessionId};

/// What the handlers share; clones are handles to the same.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What stands behind an [`App`]; only this module's handlers see into it.
pub struct Shared {
    /// The room's id as paths write it: compared with every request, and so not parsed from each.
    pub(super) room_id: String,
    pub(super) studio: Arc<Studio>,
    pub(super) gateway: Gateway,
    pub(super) hosts: AllowedHosts,
    pub(super) sessions: HostSessions,
    pub(super) guests: GuestSessions,
    pub(super) visitor_key: VisitorKey,
    pub(super) attempts: Mutex<Attempts>,
    pub(super) checks: Checks,
    pub(super) playlists: Written,
    /// Who publishes over WHIP.
    pub(super) publisher: Mutex<Option<SessionId>>,
    /// Told when the node stops, for answers that wait.
    pub(super) closing: CancellationToken,
    /// The same for answers that never end: they look at it with every chunk, and a flag costs them no lock.
    pub(super) is_closing: Arc<AtomicBool>,
}

impl App {
    /// The node's HTTP side. `shutdown` ends answers that wait for something.
    #[must_use]
    pub fn new(
        studio: Arc<Studio>,
        gateway: Gateway,
        hosts: AllowedHosts,
        shutdown: CancellationToken,
    ) -> Self {
        Self(Arc::new(Shared {
            room_id: studio.room().id().to_string(),
            studio,
            gateway,
            hosts,
            sessions: HostSessions::default(),
            guests: GuestSessions::default(),
            visitor_key: VisitorKey::random(),
            attempts: Mutex::default(),
            checks: Checks::default(),
            playlists: Written::default(),
            publisher: Mutex::default(),
            closing: shutdown,
            is_closing: Arc::default(),
        }))
    }

    /// A secret that opens the studio once, at `/studio/login/SECRET`.
    #[must_use]
    pub fn issue_login(&self) -> Secret {
        self.sessions.issue_link()
    }

    /// The room.
    pub(super) fn room(&self) -> &Arc<Room> {
        self.studio.room()
    }

    /// Whether it is this node's own room.
    pub(super) fn is_own(&self, room: RoomId) -> bool {
        self.room().id() == room
    }

    /// Whether this node's room is there for this visitor: for all, for those with an invite or an account, or for those
    /// alone whom the host knows. To be asked again after every wait.
    pub(super) fn admits(&self, visitor: &Visitor) -> bool {
        let is_in = || visitor.guest.as_ref().is_some_and(|guest| self.guests.is_open(&guest.token));
        visitor.host.is_some()
            || match self.studio.comers() {
                Comers::Whoever => true,
                Comers::Invited => is_in() || self.stays_invited(visitor),
                Comers::Known => is_in(),
            }
    }

    fn stays_invited(&self, visitor: &Visitor) -> bool {
        let stays = |invited: &Invited| self.studio.stays_with_invite(&invited.invite, invited.id);
        visitor.invited.as_ref().is_some_and(stays)
    }

    /// Lets somebody through the locked door of this node's room whose invite opens it.
    pub(super) fn let_in(&self, visitor: &Visitor) {
        let unlocks = |invited: &&Invited| self.studio.unlocks_with_invite(&invited.invite, invited.id);
        if let Some(invited) = visitor.invited.as_ref().filter(unlocks) {
            self.room().entry().let_in(invited.id);
        }
    }

    /// The tries at the password that are left.
    pub(super) fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().expect("no holder of the attempts' lock panics")
    }

    /// Who publishes over WHIP.
    pub(super) fn publisher(&self) -> MutexGuard<'_, Option<SessionId>> {
        self.publisher.lock().expect("no holder of the publisher's lock panics")
    }

    /// Cuts off whoever publishes over WHIP.
    pub(super) fn end_publisher(&self) {
        if let Some(session) = self.publisher().take() {
            // It may have ended by itself.
            self.gateway.end(&session);
        }
    }

    /// Tells every answer that it is time to end.
    pub(super) fn begin_closing(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
        self.closing.cancel();
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
