//! Chunks from their pieces.

use bytes::Bytes;

use super::sealed::MAX_CHUNK_BYTES;
use super::{Header, MAX_PIECES, ObjectError, Piece};
use crate::keys::Epoch;
use crate::media::{Chunk, ChunkError};

/// Makes chunks of the pieces of a track, which come in the order of their sequences. Where some are missing, the chunk
/// that they are of is left out, and nothing else; whether what follows is of use without it is for the caller.
///
/// Holds one chunk at most, of 2 MiB.
#[derive(Debug, Default)]
pub struct Assembly {
    /// What stood before the next piece.
    before: Option<Header>,
    /// What is here of the chunk that goes on with the next piece.
    begun: Option<Begun>,
}

/// The first pieces of a chunk, and none missing.
#[derive(Debug, Default)]
struct Begun {
    pieces: Vec<Bytes>,
    bytes: usize,
    starts_group: bool,
}

impl Assembly {
    /// The chunk that is whole with this piece, found to be what the headers say; `None` where it goes on, or where its
    /// start is missing.
    ///
    /// # Errors
    /// [`ObjectError::Mismatch`], [`ObjectError::TooManyPieces`], [`ObjectError::Chunk`] or
    /// [`ObjectError::WrongEpoch`]: the host is at fault, and the chunk is left out.
    pub fn add(&mut self, piece: Piece) -> Result<Option<Chunk>, ObjectError> {
        let Piece { header, length, bytes } = piece;
        let before = self.before.replace(header.clone()).filter(|before| is_next(before, &header));
        let mut begun = match (before, self.begun.take()) {
            // What was begun before never ends.
            _ if header.starts_group => Begun { starts_group: true, ..Begun::default() },
            (Some(before), _) if !before.continues => Begun::default(),
            (Some(before), Some(begun)) => {
                check_same(&before, &header)?;
                begun
            }
            _ => return Ok(None),
        };
        begun.add(bytes)?;
        if header.continues {
            self.begun = Some(begun);
            return Ok(None);
        }
        let chunk = Chunk::decode(&begun.join())?;
        let outside = (header.group, begun.starts_group, header.captured);
        if outside != (chunk.group, chunk.starts_group, chunk.captured) {
            return Err(ObjectError::Mismatch);
        }
        if Epoch::of(chunk.time, length) != header.epoch {
            return Err(ObjectError::WrongEpoch);
        }
        Ok(Some(chunk))
    }
}

impl Begun {
    fn add(&mut self, bytes: Bytes) -> Result<(), ObjectError> {
        self.bytes += bytes.len();
        if self.pieces.len() == MAX_PIECES {
            return Err(ObjectError::TooManyPieces);
        }
        if self.bytes > MAX_CHUNK_BYTES {
            return Err(ChunkError::TooLarge.into());
        }
        self.pieces.push(bytes);
        Ok(())
    }

    /// All of it; a chunk in one piece is not copied.
    fn join(&self) -> Bytes {
        match &self.pieces[..] {
            [whole] => whole.clone(),
            pieces => pieces.concat().into(),
        }
    }
}

/// Whether nothing is missing between the two.
fn is_next(before: &Header, header: &Header) -> bool {
    before.track == header.track && before.sequence.checked_add(1) == Some(header.sequence)
}

/// Whether the two may be pieces of one chunk.
fn check_same(before: &Header, header: &Header) -> Result<(), ObjectError> {
    let common = |header: &Header| (header.group, header.generation, header.epoch, header.captured);
    if common(before) == common(header) { Ok(()) } else { Err(ObjectError::Mismatch) }
}
