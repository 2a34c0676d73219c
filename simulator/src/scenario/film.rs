//! What the host sends in a run: chunks of media, cut into the objects that travel (`spec/object.md`).

use super::{Scenario, Stream};
use crate::engine::{MS, Micros};
use crate::protocol::Sequence;

/// The media of a run, object for object.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    objects: Vec<Object>,
    chunks: u32,
}

/// A piece of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// Its size, as its header and its signature have it.
    pub bytes: u32,
    /// When the last of the chunk was captured.
    pub captured: Micros,
    /// Which chunk it is a piece of.
    pub chunk: u32,
    /// The first object of that chunk.
    pub first: Sequence,
    /// How many there are of it.
    pub pieces: u32,
    /// Whether a group starts with it.
    pub starts_group: bool,
    /// Whether its chunk goes on in the next one.
    pub continues: bool,
}

impl Object {
    /// All objects of its chunk.
    pub fn siblings(self) -> impl Iterator<Item = Sequence> {
        self.first..self.first + self.pieces
    }
}

impl Film {
    /// Everything that the host makes in this scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let stream = &scenario.stream;
        let chunks = scenario.seconds * 1000 / stream.chunk_ms;
        let mut objects = Vec::new();
        for chunk in 0..chunks {
            let size = stream.chunk_size(chunk);
            let pieces = size.div_ceil(stream.piece_bytes().max(1)).max(1) as u32;
            let first = objects.len() as Sequence;
            objects.extend((0..pieces).map(|piece| Object {
                bytes: size.div_ceil(u64::from(pieces)) as u32,
                captured: stream.captured(chunk),
                chunk,
                first,
                pieces,
                starts_group: piece == 0 && stream.starts_group(chunk),
                continues: piece + 1 < pieces,
            }));
        }
        Self { objects, chunks }
    }

    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.objects.len() as u32
    }

    /// Whether nothing is sent at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// How many chunks they are pieces of.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.chunks
    }

    /// One of the objects.
    ///
    /// # Panics
    /// If the host does not make it.
    #[must_use]
    pub fn object(&self, sequence: Sequence) -> Object {
        self.objects[sequence as usize]
    }

    /// Every object, from the first on.
    pub fn objects(&self) -> impl Iterator<Item = (Sequence, Object)> + '_ {
        (0..).zip(self.objects.iter().copied())
    }
}

impl Stream {
    /// The mean size of a chunk.
    fn chunk_bytes(&self) -> u64 {
        self.bitrate_bps * u64::from(self.chunk_ms) / 8_000
    }

    /// No object is longer.
    fn piece_bytes(&self) -> u64 {
        self.bitrate_bps * u64::from(self.piece_ms) / 8_000
    }

    fn chunk_size(&self, chunk: u32) -> u64 {
        let mean = self.chunk_bytes() as f64;
        if self.group_chunks < 2 {
            return mean as u64;
        }
        let others = f64::from(self.group_chunks - 1);
        let factor = self.keyframe_factor.min(f64::from(self.group_chunks));
        let share = if self.starts_group(chunk) { factor } else { (others + 1.0 - factor) / others };
        (mean * share) as u64
    }

    fn starts_group(&self, chunk: u32) -> bool {
        chunk.is_multiple_of(self.group_chunks.max(1))
    }

    /// When a chunk is whole. The stream begins with the run.
    #[must_use]
    pub fn captured(&self, chunk: u32) -> Micros {
        u64::from(chunk + 1) * u64::from(self.chunk_ms) * MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load;

    #[test]
    fn a_film_has_the_rate_of_its_stream_in_pieces_of_like_size() {
        let mut scenario = load("steady").unwrap();
        scenario.seconds = 20;
        let film = Film::of(&scenario);
        assert_eq!(film.chunks(), 200);
        let sum: u64 = film.objects().map(|(_, object)| u64::from(object.bytes)).sum();
        let rate = sum as f64 * 8.0 / 20.0 / scenario.stream.bitrate_bps as f64;
        assert!((0.999..1.001).contains(&rate), "{rate}");
        let longest = scenario.stream.piece_bytes();
        assert!(film.objects().all(|(_, object)| u64::from(object.bytes) <= longest));
        for (sequence, object) in film.objects() {
            assert!(object.siblings().any(|sibling| sibling == sequence));
            assert!(object.siblings().all(|sibling| film.object(sibling).chunk == object.chunk));
            assert_eq!(object.starts_group, sequence == object.first && object.chunk % 20 == 0);
        }
        assert_eq!(film.objects().filter(|(_, object)| object.starts_group).count(), 10);

        scenario.stream.piece_ms = 10_000;
        let whole = Film::of(&scenario);
        assert_eq!((whole.len(), whole.chunks()), (200, 200));
    }
}
