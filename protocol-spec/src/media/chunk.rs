//! A chunk: at most 100 ms of one track, and the header that says where it belongs.

use std::io::Cursor;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{MediaTime, UnixMs};

/// The most media that one chunk may hold; it is sent when it is whole, so longer ones would add to the delay.
pub const MAX_CHUNK_MEDIA: Duration = Duration::from_millis(100);
/// The largest payload: a keyframe of a 4K stream at 50 Mbit/s stays below it.
pub const MAX_PAYLOAD_BYTES: usize = 2 * 1024 * 1024;
/// The longest encoded header: seven integers of nine bytes and the array's head.
pub const MAX_HEADER_BYTES: usize = 64;

/// At most 100 ms of one track.
///
/// Within a track, sequences count up by one, and times never run backwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its place in the track, from 0, without gaps.
    pub sequence: u64,
    /// The group it belongs to, from 0.
    pub group: u64,
    /// Whether the group starts here: a decoder that has the initialization can start with this chunk.
    pub starts_group: bool,
    /// The [`Track::init_version`](super::Track::init_version) that it needs.
    pub init_version: u32,
    /// Decode time of its first sample.
    pub time: MediaTime,
    /// Media time that it covers, [`MAX_CHUNK_MEDIA`] at most.
    pub duration: Duration,
    /// When its first sample was captured, by the host's clock.
    pub captured: UnixMs,
    /// One `moof` and one `mdat` box, or one JPEG picture.
    pub payload: Bytes,
}

/// Why bytes are not a chunk. The sender is at fault; nothing of the chunk may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// The header is not the CBOR array that `spec/media.md` describes.
    #[error("the chunk's header is malformed")]
    Header,
    /// The media time is longer than [`MAX_CHUNK_MEDIA`].
    #[error("the chunk covers more than 100 ms")]
    TooLong,
    /// The payload is larger than [`MAX_PAYLOAD_BYTES`].
    #[error("the chunk is larger than 2 MiB")]
    TooLarge,
    /// There is no payload.
    #[error("the chunk is empty")]
    Empty,
}

/// The header as it stands on the wire: a CBOR array of seven (RFC 8949), `chunk-header` in `spec/media.cddl`.
#[derive(Serialize, Deserialize)]
struct Header(u64, u64, bool, u32, u64, u32, u64);

impl Chunk {
    /// The chunk in its binary form: the header, then the payload up to the end.
    ///
    /// # Errors
    /// [`ChunkError::TooLong`], [`ChunkError::TooLarge`] or [`ChunkError::Empty`] for a chunk that no receiver
    /// would take.
    pub fn encode(&self) -> Result<Vec<u8>, ChunkError> {
        self.check()?;
        let mut bytes = Vec::with_capacity(MAX_HEADER_BYTES + self.payload.len());
        self.write_header(&mut bytes);
        bytes.extend_from_slice(&self.payload);
        Ok(bytes)
    }

    /// The chunk that these bytes hold; its payload shares their memory.
    ///
    /// # Errors
    /// A [`ChunkError`] that names what is wrong with them.
    pub fn decode(bytes: &Bytes) -> Result<Self, ChunkError> {
        let mut head = Cursor::new(&bytes[..bytes.len().min(MAX_HEADER_BYTES)]);
        let Header(sequence, group, starts_group, init_version, time, duration, captured) =
            ciborium::from_reader(&mut head).map_err(|_| ChunkError::Header)?;
        let chunk = Self {
            sequence,
            group,
            starts_group,
            init_version,
            time: MediaTime::from_micros(time),
            duration: Duration::from_micros(duration.into()),
            captured: UnixMs(captured),
            payload: bytes.slice(head.position() as usize..),
        };
        // Only the deterministic encoding: a chunk has one binary form, whoever signs or compares it.
        let mut canonical = Vec::with_capacity(MAX_HEADER_BYTES);
        chunk.write_header(&mut canonical);
        if !bytes.starts_with(&canonical) || canonical.len() != head.position() as usize {
            return Err(ChunkError::Header);
        }
        chunk.check()?;
        Ok(chunk)
    }

    fn write_header(&self, bytes: &mut Vec<u8>) {
        let header = Header(
            self.sequence,
            self.group,
            self.starts_group,
            self.init_version,
            self.time.as_micros(),
            // Checked to be 100 000 at most, or read from 32 bits.
            self.duration.as_micros() as u32,
            self.captured.0,
        );
        ciborium::into_writer(&header, bytes).expect("a vector takes every write");
    }

    fn check(&self) -> Result<(), ChunkError> {
        match self {
            _ if self.duration > MAX_CHUNK_MEDIA => Err(ChunkError::TooLong),
            _ if self.payload.len() > MAX_PAYLOAD_BYTES => Err(ChunkError::TooLarge),
            _ if self.payload.is_empty() => Err(ChunkError::Empty),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn any_chunk()(
            sequence: u64, group: u64, starts_group: bool, init_version: u32, time: u64,
            micros in 0..=100_000_u64, captured: u64, payload in prop::collection::vec(any::<u8>(), 1..200),
        ) -> Chunk {
            Chunk {
                sequence, group, starts_group, init_version,
                time: MediaTime::from_micros(time),
                duration: Duration::from_micros(micros),
                captured: UnixMs(captured),
                payload: payload.into(),
            }
        }
    }

    #[test]
    fn vectors() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../vectors/chunk.json")).unwrap();
        let hex = |value: &serde_json::Value| {
            Bytes::from(data_encoding::HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap())
        };
        for vector in vectors["chunks"].as_array().unwrap() {
            let chunk = Chunk {
                sequence: vector["sequence"].as_u64().unwrap(),
                group: vector["group"].as_u64().unwrap(),
                starts_group: vector["starts_group"].as_bool().unwrap(),
                init_version: vector["init_version"].as_u64().unwrap() as u32,
                time: MediaTime::from_micros(vector["time_us"].as_u64().unwrap()),
                duration: Duration::from_micros(vector["duration_us"].as_u64().unwrap()),
                captured: UnixMs(vector["captured_ms"].as_u64().unwrap()),
                payload: hex(&vector["payload"]),
            };
            assert_eq!(chunk.encode().unwrap(), hex(&vector["encoded"]));
            assert_eq!(Chunk::decode(&hex(&vector["encoded"])), Ok(chunk));
        }
        for vector in vectors["refused"].as_array().unwrap() {
            let error = Chunk::decode(&hex(&vector["encoded"])).unwrap_err();
            assert_eq!(format!("{error:?}"), vector["error"].as_str().unwrap());
        }
    }

    #[test]
    fn limits_hold_in_both_directions() {
        let chunk = |micros, bytes: usize| Chunk {
            sequence: 0,
            group: 0,
            starts_group: true,
            init_version: 0,
            time: MediaTime::ZERO,
            duration: Duration::from_micros(micros),
            captured: UnixMs(0),
            payload: vec![0; bytes].into(),
        };
        assert_eq!(chunk(100_001, 1).encode(), Err(ChunkError::TooLong));
        assert_eq!(chunk(0, 0).encode(), Err(ChunkError::Empty));
        assert_eq!(chunk(0, MAX_PAYLOAD_BYTES + 1).encode(), Err(ChunkError::TooLarge));
        assert!(chunk(100_000, MAX_PAYLOAD_BYTES).encode().is_ok());
    }

    proptest! {
        #[test]
        fn round_trips(chunk in any_chunk()) {
            let bytes = Bytes::from(chunk.encode().unwrap());
            prop_assert!(bytes.len() - chunk.payload.len() <= MAX_HEADER_BYTES);
            prop_assert_eq!(Chunk::decode(&bytes), Ok(chunk));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Chunk::decode(&bytes.into());
        }
    }
}
