//! What everybody on the way can read of an object.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use super::ObjectError;
use crate::ident::RoomId;
use crate::keys::Epoch;
use crate::media::{TrackName, UnixMs};

/// The longest encoded header: room (34), track (26), two integers of nine bytes and a third for the time, three of
/// five, the flags (2), and the array's head.
pub const MAX_HEADER_BYTES: usize = 105;
/// The group starts with this object.
const STARTS_GROUP: u8 = 1;
/// The chunk goes on in the next object.
const CONTINUES: u8 = 2;

/// What everybody on the way can read of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The room that it is of.
    pub room: RoomId,
    /// The track that it is of; [`TrackName::CATALOGUE`] for the catalogue.
    pub track: TrackName,
    /// Its place among the objects of the track, within the session; a gap means that something was left out.
    pub sequence: u64,
    /// The group that it belongs to, from 0.
    pub group: u64,
    /// The generation of the tree that it is sealed under.
    pub generation: u32,
    /// The epoch whose leaf opens it.
    pub epoch: Epoch,
    /// When its chunk's first sample was captured, by the host's clock.
    pub captured: UnixMs,
    /// Whether the group starts here: with the first piece of its first chunk.
    pub starts_group: bool,
    /// Whether the chunk goes on in the object with the next sequence.
    pub continues: bool,
}

/// The header as it stands on the wire: a CBOR array of nine (RFC 8949), `object-header` in `spec/object.cddl`.
#[derive(Serialize, Deserialize)]
struct Wire(RoomId, TrackName, u64, u64, u32, u32, u64, u8, u32);

impl Header {
    /// Appends the header of an object with so many bytes of sealed payload.
    pub(super) fn write(&self, sealed_bytes: usize, bytes: &mut Vec<u8>) {
        let wire = Wire(
            self.room,
            self.track.clone(),
            self.sequence,
            self.group,
            self.generation,
            self.epoch.index(),
            self.captured.0,
            self.flags(),
            // Whoever seals has kept the limit; whoever reads has it from 32 bits.
            sealed_bytes as u32,
        );
        ciborium::into_writer(&wire, bytes).expect("a vector takes every write");
    }

    fn flags(&self) -> u8 {
        let starts_group = if self.starts_group { STARTS_GROUP } else { 0 };
        let continues = if self.continues { CONTINUES } else { 0 };
        starts_group | continues
    }

    /// The header at the start of these bytes, its length, and that of the sealed payload behind it.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, usize, usize), ObjectError> {
        let mut head = Cursor::new(&bytes[..bytes.len().min(MAX_HEADER_BYTES)]);
        let wire = ciborium::from_reader(&mut head).map_err(|error| cut_or_malformed(&error, bytes))?;
        let Wire(room, track, sequence, group, generation, epoch, captured, flags, sealed_bytes) = wire;
        if flags & !(STARTS_GROUP | CONTINUES) != 0 {
            return Err(ObjectError::UnknownFlag);
        }
        let header = Self {
            room,
            track,
            sequence,
            group,
            generation,
            epoch: Epoch::new(epoch).ok_or(ObjectError::Malformed)?,
            captured: UnixMs(captured),
            starts_group: flags & STARTS_GROUP != 0,
            continues: flags & CONTINUES != 0,
        };
        // Only the deterministic encoding: an object has one binary form.
        let mut canonical = Vec::with_capacity(MAX_HEADER_BYTES);
        header.write(sealed_bytes as usize, &mut canonical);
        if head.get_ref().get(..head.position() as usize) != Some(&canonical[..]) {
            return Err(ObjectError::Malformed);
        }
        Ok((header, canonical.len(), sealed_bytes as usize))
    }
}

/// Bytes that end within a header are cut short; where more than a header is there, it is wrong.
fn cut_or_malformed<E>(error: &ciborium::de::Error<E>, bytes: &[u8]) -> ObjectError {
    match error {
        ciborium::de::Error::Io(_) if bytes.len() < MAX_HEADER_BYTES => ObjectError::Truncated,
        _ => ObjectError::Malformed,
    }
}
