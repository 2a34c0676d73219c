//! The link that people pass on (`spec/invite.md`): which room, where to find it, and what opens it.

mod address;
mod secret;

use std::fmt;
use std::str::FromStr;

pub use address::{Address, AddressError, MAX_ADDRESS_BYTES};
pub use secret::{InviteSecret, Proof};

use crate::ident::{RoomId, RoomIdError};
use secret::SECRET_TEXT_LENGTH;

/// The most addresses of an invite: the host on IPv4 and IPv6, over QUIC and TCP, and as many relays.
pub const MAX_ADDRESSES: usize = 8;
/// What every invite link begins with.
pub const SCHEME: &str = "parlor://";
/// The longest link: a QR code of this length can still be scanned from a screen.
pub const MAX_LINK_BYTES: usize = SCHEME.len()
    + RoomId::TEXT_LENGTH
    + MAX_ADDRESSES * (ADDRESS.len() + 1 + MAX_ADDRESS_BYTES)
    + SECRET.len()
    + SECRET_TEXT_LENGTH;

/// Stands before each address in the query.
const ADDRESS: &str = "a=";
/// Stands before the secret.
const SECRET: &str = "#k=";

/// An invitation to a room.
///
/// Its text form is `parlor://ROOM?a=ADDRESS&a=ADDRESS#k=SECRET`, of which everything after the room may be absent.
/// The secret stands in the fragment, the part of a link that no browser sends to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    room: RoomId,
    addresses: Vec<Address>,
    secret: Option<InviteSecret>,
}

/// Why a text is not an invite, or an invite not possible. Always the fault of whoever wrote or copied it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// It does not begin with `parlor://`, is longer than [`MAX_LINK_BYTES`], or has a part that links do not have.
    #[error("this is not an invite: it should begin with {SCHEME}; copy the whole link again")]
    Form,
    /// The room in it is none.
    #[error(transparent)]
    Room(#[from] RoomIdError),
    /// An address in it is none, or there are more than [`MAX_ADDRESSES`].
    #[error("this invite holds an address that is none, or too many of them")]
    Address,
    /// The secret is cut short, mistyped, or of another room's invite.
    #[error("this invite's secret has a typing mistake, or is cut short; copy the whole link again")]
    Secret,
}

impl Invite {
    /// An invite to this room, with addresses in the order in which they should be tried.
    ///
    /// # Errors
    /// [`InviteError::Address`] for more than [`MAX_ADDRESSES`].
    pub fn new(
        room: RoomId,
        addresses: Vec<Address>,
        secret: Option<InviteSecret>,
    ) -> Result<Self, InviteError> {
        if addresses.len() > MAX_ADDRESSES {
            return Err(InviteError::Address);
        }
        Ok(Self { room, addresses, secret })
    }

    /// The room.
    #[must_use]
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// Where its host, or a relay of it, may be reached, best first. It may have moved since.
    #[must_use]
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// What opens a private room.
    #[must_use]
    pub fn secret(&self) -> Option<&InviteSecret> {
        self.secret.as_ref()
    }
}

/// The room alone, as where somebody typed a room id.
impl From<RoomId> for Invite {
    fn from(room: RoomId) -> Self {
        Self { room, addresses: Vec::new(), secret: None }
    }
}

/// The link, with the secret in it.
impl fmt::Display for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.room)?;
        for (at, address) in self.addresses.iter().enumerate() {
            write!(f, "{}{ADDRESS}{address}", if at == 0 { '?' } else { '&' })?;
        }
        if let Some(secret) = &self.secret {
            write!(f, "{SECRET}{}", secret.text(&self.room).as_str())?;
        }
        Ok(())
    }
}

/// Takes a link, or the bare id of a room.
impl FromStr for Invite {
    type Err = InviteError;

    fn from_str(text: &str) -> Result<Self, InviteError> {
        if text.len() > MAX_LINK_BYTES {
            return Err(InviteError::Form);
        }
        let Some(rest) = text.strip_prefix(SCHEME) else {
            // The mistakes of a room id are named only for what looks like one.
            return match text.parse::<RoomId>() {
                Err(RoomIdError::Form) => Err(InviteError::Form),
                room => Ok(room?.into()),
            };
        };
        let (rest, secret) = split(rest, SECRET);
        let (room, query) = split(rest, "?");
        let room: RoomId = room.parse()?;
        let address = |part: &str| match part.strip_prefix(ADDRESS) {
            Some(text) => Ok(text.parse()?),
            None => Err(InviteError::Form),
        };
        let addresses = match query {
            Some(query) if query.split('&').count() > MAX_ADDRESSES => return Err(InviteError::Address),
            Some(query) => query.split('&').map(address).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let secret = secret.map(|text| InviteSecret::from_text(text, &room).ok_or(InviteError::Secret));
        Ok(Self { room, addresses, secret: secret.transpose()? })
    }
}

impl From<AddressError> for InviteError {
    fn from(_: AddressError) -> Self {
        Self::Address
    }
}

fn split<'text>(text: &'text str, at: &str) -> (&'text str, Option<&'text str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests;
