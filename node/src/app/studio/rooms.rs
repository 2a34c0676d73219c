//! Rooms of other hosts, opened by this node's owner.

use std::sync::Arc;

use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::{Invite, InviteError};
use parlor_protocol::mesh::Role;

use super::Studio;
use crate::carry::CarrierError;
use crate::room::Room;

/// Why a room of another host can't be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// What was typed leads to no room.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// This node carries as many rooms as it can.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
}

/// A room as people give it: an invite link, a room's id, or the address of its page.
///
/// # Errors
/// An [`InviteError`] where it is none of them.
pub fn room_named(text: &str) -> Result<Invite, InviteError> {
    let text = text.trim();
    let in_page = text.split("/room/").nth(1).map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(rest));
    in_page.unwrap_or(text).parse()
}

impl Studio {
    /// Opens the room that a text names (see [`room_named`]), and says which it is. Our own needs no opening.
    ///
    /// # Errors
    /// An [`OpenError`] where there is none, or no place for it.
    pub fn open_room(&self, text: &str) -> Result<RoomId, OpenError> {
        let invite = room_named(text)?;
        let id = invite.room();
        if id != self.room.id() {
            self.peers.open(invite, Role::Viewer)?;
        }
        Ok(id)
    }

    /// The room of this id, our own or another host's, which is opened where it is not yet.
    ///
    /// # Errors
    /// [`CarrierError::Full`].
    pub fn enter_room(&self, id: RoomId) -> Result<Arc<Room>, CarrierError> {
        if id == self.room.id() {
            return Ok(self.room.clone());
        }
        match self.peers.find(id) {
            Some(room) => Ok(room),
            None => self.peers.open(id.into(), Role::Viewer),
        }
    }
}
