//! A verified object: sealed by the host, or received and found to be the host's.

use bytes::Bytes;
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Nonce};

use super::piece::{Piece, cut};
use super::{Header, MAX_HEADER_BYTES, ObjectError};
use crate::ident::Session;
use crate::keys::{ContentKey, Epoch, KeyRing};
use crate::media::{self, Catalogue, Chunk, MAX_PAYLOAD_BYTES, TrackName, UnixMs};
use crate::talk::Bulletin;

/// Bytes of the AEAD's tag (RFC 8439, section 2.8).
pub(super) const TAG_BYTES: usize = 16;
/// Bytes of an Ed25519 signature (RFC 8032, section 5.1.6).
pub(super) const SIGNATURE_BYTES: usize = 64;
/// The longest chunk, whether in one piece or in many.
pub(super) const MAX_CHUNK_BYTES: usize = media::MAX_HEADER_BYTES + MAX_PAYLOAD_BYTES;
/// The longest sealed payload: the longest chunk in one piece. No catalogue comes near it.
pub(super) const MAX_SEALED_BYTES: usize = MAX_CHUNK_BYTES + TAG_BYTES;
/// The longest object.
pub const MAX_OBJECT_BYTES: usize = MAX_HEADER_BYTES + MAX_SEALED_BYTES + SIGNATURE_BYTES;
/// Separates objects from everything else that a session key signs.
pub(super) const CONTEXT: &[u8] = b"parlor object v1";

/// An object that the session's key signed. Clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    bytes: Bytes,
    header: Header,
    header_bytes: usize,
}

/// What an object holds; its track's name says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A piece of a chunk: all of it, where it is short.
    Piece(Piece),
    /// The tracks that the room has from now on.
    Catalogue(Catalogue),
    /// What is new in the talk.
    Talk(Bulletin),
}

impl Object {
    /// Seals and signs a chunk with the key of its track and epoch, in pieces of `piece_bytes` at most, or of a 256th of
    /// it where that is more. The first has this sequence, each of the others the next; there is always one.
    ///
    /// The host MUST NOT seal two pieces with the same sequence under one key: it would use a nonce twice.
    ///
    /// # Errors
    /// [`ObjectError::WrongEpoch`] where the chunk's time is not of the key's epoch, [`ObjectError::OtherKey`] where
    /// the key is that of the catalogue or the talk, and [`ObjectError::Chunk`] for a chunk that no receiver would take.
    pub fn seal(
        session: &Session,
        key: &ContentKey,
        sequence: u64,
        chunk: &Chunk,
        piece_bytes: usize,
    ) -> Result<Vec<Self>, ObjectError> {
        if [TrackName::CATALOGUE, TrackName::TALK].contains(key.track()) {
            return Err(ObjectError::OtherKey);
        }
        if Epoch::of(chunk.time, key.length()) != key.epoch() {
            return Err(ObjectError::WrongEpoch);
        }
        let content = chunk.encode()?;
        let pieces = cut(&content, piece_bytes);
        let last = pieces.len() - 1;
        let seal = |(at, piece)| {
            let header = Header {
                room: session.room(),
                track: key.track().clone(),
                sequence: sequence + at as u64,
                group: chunk.group,
                generation: key.generation(),
                epoch: key.epoch(),
                captured: chunk.captured,
                starts_group: chunk.starts_group && at == 0,
                continues: at < last,
            };
            Self::sign(session, key, header, piece)
        };
        Ok(pieces.enumerate().map(seal).collect())
    }

    /// Seals and signs a catalogue, number `sequence` of the session, at the wall-clock time `now`. It is its own
    /// group. The host seals it anew in each epoch, so that every pass opens one.
    ///
    /// # Errors
    /// [`ObjectError::OtherKey`] where the key is that of another track, and [`ObjectError::Catalogue`] for a
    /// catalogue that no receiver would take.
    pub fn seal_catalogue(
        session: &Session,
        key: &ContentKey,
        sequence: u64,
        now: UnixMs,
        catalogue: &Catalogue,
    ) -> Result<Self, ObjectError> {
        if *key.track() != TrackName::CATALOGUE {
            return Err(ObjectError::OtherKey);
        }
        let header = Header {
            room: session.room(),
            track: TrackName::CATALOGUE,
            sequence,
            group: sequence,
            generation: key.generation(),
            epoch: key.epoch(),
            captured: now,
            starts_group: true,
            continues: false,
        };
        Ok(Self::sign(session, key, header, &catalogue.encode()?))
    }

    /// Seals and signs a bulletin of the talk, number `sequence` of the session, at the wall-clock time `now`. One that
    /// begins anew starts a group, whose number is its sequence; `group` is that of the newest such, this one included.
    /// The host begins anew in each epoch, so that every pass opens all that can be seen.
    ///
    /// # Errors
    /// [`ObjectError::OtherKey`] where the key is that of another track, and [`ObjectError::Mismatch`] for a bulletin
    /// of a group that is not its own, or that no bulletin has started.
    pub fn seal_talk(
        session: &Session,
        key: &ContentKey,
        sequence: u64,
        group: u64,
        now: UnixMs,
        bulletin: &Bulletin,
    ) -> Result<Self, ObjectError> {
        if *key.track() != TrackName::TALK {
            return Err(ObjectError::OtherKey);
        }
        if bulletin.begins_anew() != (group == sequence) || group > sequence {
            return Err(ObjectError::Mismatch);
        }
        let header = Header {
            room: session.room(),
            track: TrackName::TALK,
            sequence,
            group,
            generation: key.generation(),
            epoch: key.epoch(),
            captured: now,
            starts_group: bulletin.begins_anew(),
            continues: false,
        };
        Ok(Self::sign(session, key, header, &bulletin.encode()))
    }

    /// What was received and verified.
    pub(super) fn verified(bytes: Bytes, header: Header, header_bytes: usize) -> Self {
        Self { bytes, header, header_bytes }
    }

    /// Seals any content under any header: what a host should do with it is for the callers.
    pub(super) fn sign(session: &Session, key: &ContentKey, header: Header, content: &[u8]) -> Self {
        let sealed_bytes = content.len() + TAG_BYTES;
        let mut bytes = Vec::with_capacity(MAX_HEADER_BYTES + sealed_bytes + SIGNATURE_BYTES);
        header.write(sealed_bytes, &mut bytes);
        let header_bytes = bytes.len();
        bytes.extend_from_slice(content);
        let (head, payload) = bytes.split_at_mut(header_bytes);
        let tag = cipher(key)
            .encrypt_inout_detached(&nonce(header.sequence), head, payload.into())
            .expect("a chunk is shorter than 256 GiB");
        bytes.extend_from_slice(&tag);
        let signature = session.sign(CONTEXT, &bytes);
        bytes.extend_from_slice(&signature);
        Self { bytes: bytes.into(), header, header_bytes }
    }

    /// What everybody on the way can read of it.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The bytes to forward, the same that came.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The key that opens it.
    ///
    /// # Errors
    /// [`ObjectError::NoKey`] where no pass of the ring does.
    pub fn key<'ring>(&self, ring: &'ring mut KeyRing) -> Result<&'ring ContentKey, ObjectError> {
        let Header { generation, epoch, track, .. } = &self.header;
        ring.key(*generation, *epoch, track).ok_or(ObjectError::NoKey)
    }

    /// What is in it. A catalogue and a bulletin are found to be what the header says; so is a chunk, by an
    /// [`Assembly`](super::Assembly), once it is whole.
    ///
    /// # Errors
    /// [`ObjectError::OtherKey`] for the key of another object, [`ObjectError::Sealed`] where it does not open this
    /// one, and [`ObjectError::Mismatch`], [`ObjectError::Catalogue`] or [`ObjectError::Talk`] where a catalogue or a
    /// bulletin is not what it should be.
    pub fn open(&self, key: &ContentKey) -> Result<Content, ObjectError> {
        let header = &self.header;
        if (key.generation(), key.epoch(), key.track()) != (header.generation, header.epoch, &header.track) {
            return Err(ObjectError::OtherKey);
        }
        let content = Bytes::from(self.unseal(key)?);
        if header.track != TrackName::CATALOGUE && header.track != TrackName::TALK {
            return Ok(Content::Piece(Piece {
                header: header.clone(),
                length: key.length(),
                bytes: content,
            }));
        }
        if header.continues || header.starts_group != (header.group == header.sequence) {
            return Err(ObjectError::Mismatch);
        }
        if header.track == TrackName::TALK {
            let bulletin = Bulletin::decode(&content)?;
            return if bulletin.begins_anew() == header.starts_group {
                Ok(Content::Talk(bulletin))
            } else {
                Err(ObjectError::Mismatch)
            };
        }
        if !header.starts_group {
            return Err(ObjectError::Mismatch);
        }
        Ok(Content::Catalogue(Catalogue::decode(&content)?))
    }

    fn unseal(&self, key: &ContentKey) -> Result<Vec<u8>, ObjectError> {
        let (head, rest) = self.bytes.split_at(self.header_bytes);
        let (payload, tag) = rest
            .split_last_chunk::<SIGNATURE_BYTES>()
            .and_then(|(sealed, _)| sealed.split_last_chunk::<TAG_BYTES>())
            .expect("read or made with a tag and a signature");
        let mut content = payload.to_vec();
        cipher(key)
            .decrypt_inout_detached(
                &nonce(self.header.sequence),
                head,
                content.as_mut_slice().into(),
                tag.into(),
            )
            .map_err(|_| ObjectError::Sealed)?;
        Ok(content)
    }
}

/// ChaCha20-Poly1305 (RFC 8439): a Raspberry Pi 4 has no instructions for AES.
fn cipher(key: &ContentKey) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.bytes().into())
}

/// Four zero bytes and the sequence: a key is of one track and one epoch, in which no sequence comes twice.
fn nonce(sequence: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&sequence.to_be_bytes());
    nonce.into()
}
