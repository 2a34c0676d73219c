//! Bytes that came from a peer, not to be trusted yet.

use bytes::Bytes;

use super::sealed::{CONTEXT, MAX_SEALED_BYTES, SIGNATURE_BYTES, TAG_BYTES};
use super::{Header, MAX_OBJECT_BYTES, Object, ObjectError};
use crate::ident::{RoomId, SessionId};

/// An object as a peer sent it: taken apart, not verified. It can be neither forwarded nor opened.
#[derive(Debug, Clone)]
pub struct Received {
    bytes: Bytes,
    header: Header,
    header_bytes: usize,
}

impl Received {
    /// Takes the bytes apart, without copying them.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`], [`ObjectError::Truncated`], [`ObjectError::Malformed`] or
    /// [`ObjectError::UnknownFlag`].
    pub fn read(bytes: Bytes) -> Result<Self, ObjectError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(ObjectError::TooLarge);
        }
        let (header, header_bytes, sealed_bytes) = Header::read(&bytes)?;
        if sealed_bytes > MAX_SEALED_BYTES {
            return Err(ObjectError::TooLarge);
        }
        if sealed_bytes < TAG_BYTES {
            return Err(ObjectError::Malformed);
        }
        match bytes.len().cmp(&(header_bytes + sealed_bytes + SIGNATURE_BYTES)) {
            std::cmp::Ordering::Less => Err(ObjectError::Truncated),
            std::cmp::Ordering::Equal => Ok(Self { bytes, header, header_bytes }),
            std::cmp::Ordering::Greater => Err(ObjectError::Malformed),
        }
    }

    /// What the header claims.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The object, where this session signed it for this room. Whether the session speaks for the room is for its
    /// [`Certificate`](crate::ident::Certificate).
    ///
    /// # Errors
    /// [`ObjectError::OtherRoom`] or [`ObjectError::Forged`].
    pub fn verify(self, session: &SessionId, room: &RoomId) -> Result<Object, ObjectError> {
        if self.header.room != *room {
            return Err(ObjectError::OtherRoom);
        }
        let (signed, signature) =
            self.bytes.split_last_chunk::<SIGNATURE_BYTES>().expect("read with room for a signature");
        session.verify(CONTEXT, signed, signature).map_err(|_| ObjectError::Forged)?;
        Ok(Object::verified(self.bytes, self.header, self.header_bytes))
    }
}
