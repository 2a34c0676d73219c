//! What can be wrong with an object, and who is at fault.

use crate::media::{CatalogueError, ChunkError};
use crate::talk::BulletinError;

/// Who is to blame for an object that can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The peer that sent it: had it checked, it would have noticed. Drop and remember it.
    Peer,
    /// The host, which signed it so. No peer on the way can have noticed.
    Host,
    /// Nobody: it happens between honest nodes.
    Nobody,
}

/// Why an object can't be used. Nothing of it may be forwarded, and nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// The object is longer than [`MAX_OBJECT_BYTES`](super::MAX_OBJECT_BYTES), or says that it is. The peer is at
    /// fault.
    #[error("the object is larger than its limit")]
    TooLarge,
    /// It ends before it is complete. The peer is at fault: streams lose nothing in the middle.
    #[error("the object is cut short")]
    Truncated,
    /// The header is not the deterministic CBOR that `spec/object.md` describes, or something stands after the
    /// signature. The peer is at fault.
    #[error("the object is malformed")]
    Malformed,
    /// The header has a flag that this version does not know. The peer is at fault: it should not have forwarded
    /// what it could not read.
    #[error("the object has an unknown flag")]
    UnknownFlag,
    /// It is of another room than the one that it was sent for. The peer is at fault.
    #[error("the object is of another room")]
    OtherRoom,
    /// The session's key did not sign it: it was altered, made up, or is of another show. The peer is at fault.
    #[error("the object is not signed by the room's session")]
    Forged,
    /// It has been here already. Nobody is at fault: a new parent begins with what the old one had sent.
    #[error("the object has been here already")]
    Replayed,
    /// It is far behind what has been here. The peer is at fault: no ring remembers so much.
    #[error("the object is much too old")]
    TooOld,
    /// Its generation, epoch or capture time runs against its sequence. The host is at fault.
    #[error("the object's numbers run backwards")]
    Disordered,
    /// No pass opens it. Nobody is at fault: the time is not paid for, or the pass still on its way.
    #[error("no key opens this object")]
    NoKey,
    /// The key is that of another track, epoch or generation. The caller mixed them up.
    #[error("the key is for another object")]
    OtherKey,
    /// The key does not open it. The host is at fault, which both signed the object and gave the key.
    #[error("the object was sealed with another key")]
    Sealed,
    /// The media time is not of the epoch under which it is sealed. The host is at fault.
    #[error("the object's media time is not of its epoch")]
    WrongEpoch,
    /// What is inside says something else than the header, or a piece something else than the one before it. The host
    /// is at fault.
    #[error("the object's header contradicts its content, or that of the piece before it")]
    Mismatch,
    /// The chunk is in more pieces than [`MAX_PIECES`](super::MAX_PIECES). The host is at fault.
    #[error("the chunk is in too many pieces")]
    TooManyPieces,
    /// What is inside is no chunk. The host is at fault.
    #[error("the object's content is unusable: {0}")]
    Chunk(#[from] ChunkError),
    /// What is inside is no catalogue. The host is at fault.
    #[error("the object's content is unusable: {0}")]
    Catalogue(#[from] CatalogueError),
    /// What is inside is no bulletin of the talk. The host is at fault.
    #[error("the object's content is unusable: {0}")]
    Talk(#[from] BulletinError),
}

impl ObjectError {
    /// Who is at fault.
    #[must_use]
    pub fn fault(self) -> Fault {
        match self {
            Self::TooLarge
            | Self::Truncated
            | Self::Malformed
            | Self::UnknownFlag
            | Self::OtherRoom
            | Self::Forged
            | Self::TooOld => Fault::Peer,
            Self::Disordered
            | Self::Sealed
            | Self::WrongEpoch
            | Self::Mismatch
            | Self::TooManyPieces
            | Self::Chunk(_)
            | Self::Catalogue(_)
            | Self::Talk(_) => Fault::Host,
            Self::Replayed | Self::NoKey | Self::OtherKey => Fault::Nobody,
        }
    }
}
