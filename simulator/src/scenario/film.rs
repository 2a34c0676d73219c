//! What the host sends in a run: chunks of media, cut into the objects that travel (`spec/object.md`), and what is said.

use std::collections::BTreeMap;

use super::{Conversation, Scenario, Stream};
use crate::engine::{MS, Micros};
use crate::protocol::Sequence;

/// The numbers of the tracks, as nodes have them (`spec/network.md`, section 5.3).
const PICTURE: u8 = 0;
const SOUND: u8 = 2;
const TALK: u8 = 14;
/// Header, seal and signature of an object.
const AROUND_BYTES: u64 = 160;

/// Everything that the host sends, object for object, in the order of their capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    objects: Vec<Object>,
    /// Of each track, where its objects stand among all.
    tracks: BTreeMap<u8, Vec<Sequence>>,
    chunks: u32,
    conversation: Conversation,
}

/// A piece of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// Its track.
    pub track: u8,
    /// Its place in the track.
    pub number: u64,
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

    /// Whether it is a piece of the picture.
    #[must_use]
    pub fn is_picture(self) -> bool {
        self.track == PICTURE
    }

    /// Whether it holds a bulletin.
    #[must_use]
    pub fn is_talk(self) -> bool {
        self.track == TALK
    }
}

impl Film {
    /// Everything that the host sends in this scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let conversation = scenario.talk.map_or_else(Conversation::default, |talk| {
            Conversation::of(talk.lines_per_second(scenario.nodes), scenario.seconds)
        });
        let mut objects: Vec<_> = scenario.stream.pictures(scenario.seconds).collect();
        objects.extend(scenario.stream.sounds(scenario.seconds));
        objects.extend(bulletins(&conversation));
        objects.sort_by_key(|object| (object.captured, object.track, object.number));
        let mut tracks: BTreeMap<u8, Vec<Sequence>> = BTreeMap::new();
        for (sequence, object) in (0..).zip(&objects) {
            tracks.entry(object.track).or_default().push(sequence);
        }
        // Pieces of a chunk are captured at a time, so they stand side by side.
        for (sequence, object) in (0..).zip(&mut objects) {
            object.first = sequence - object.first;
        }
        let chunks = scenario.stream.chunks(scenario.seconds);
        Self { objects, tracks, chunks, conversation }
    }

    /// Which object has this place in this track.
    #[must_use]
    pub fn find(&self, track: u8, number: u64) -> Option<Sequence> {
        self.tracks.get(&track)?.get(usize::try_from(number).ok()?).copied()
    }

    /// Which object holds this bulletin.
    #[must_use]
    pub fn find_talk(&self, number: u64) -> Option<Sequence> {
        self.find(TALK, number)
    }

    /// What is said.
    #[must_use]
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
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

/// Bulletins as they travel: each is a chunk of its own, and a group begins where reading can.
fn bulletins(conversation: &Conversation) -> impl Iterator<Item = Object> + '_ {
    (0..).zip(conversation.bulletins()).map(|(number, (captured, bulletin))| Object {
        track: TALK,
        number: u64::from(number),
        bytes: (bulletin.encode().len() as u64 + AROUND_BYTES) as u32,
        captured: *captured,
        chunk: number,
        first: 0,
        pieces: 1,
        starts_group: bulletin.begins_anew(),
        continues: false,
    })
}

impl Stream {
    /// The picture, with how far each piece is behind the first of its chunk for `first`.
    fn pictures(self, seconds: u32) -> impl Iterator<Item = Object> {
        let mut number = 0;
        (0..self.chunks(seconds)).flat_map(move |chunk| {
            let size = self.chunk_size(chunk);
            let pieces = size.div_ceil(self.piece_bytes().max(1)).max(1) as u32;
            number += u64::from(pieces);
            let before = number - u64::from(pieces);
            (0..pieces).map(move |piece| Object {
                track: PICTURE,
                number: before + u64::from(piece),
                bytes: size.div_ceil(u64::from(pieces)) as u32,
                captured: self.captured(chunk),
                chunk,
                first: piece,
                pieces,
                starts_group: piece == 0 && self.starts_group(chunk),
                continues: piece + 1 < pieces,
            })
        })
    }

    /// The sound: each object is a chunk and a group of its own.
    fn sounds(self, seconds: u32) -> impl Iterator<Item = Object> {
        let count = (seconds * 1000).checked_div(self.sound_ms).unwrap_or(0);
        (0..count).map(move |number| Object {
            track: SOUND,
            number: u64::from(number),
            bytes: (self.sound_bps * u64::from(self.sound_ms) / 8_000 + AROUND_BYTES) as u32,
            captured: u64::from(number + 1) * u64::from(self.sound_ms) * MS,
            chunk: number,
            first: 0,
            pieces: 1,
            starts_group: true,
            continues: false,
        })
    }

    /// How many chunks of the picture there are.
    fn chunks(&self, seconds: u32) -> u32 {
        seconds * 1000 / self.chunk_ms
    }

    /// The rate of all of it.
    #[must_use]
    pub fn total_bps(&self) -> u64 {
        let sound = if self.sound_ms == 0 {
            0
        } else {
            self.sound_bps + AROUND_BYTES * 8_000 / u64::from(self.sound_ms)
        };
        self.bitrate_bps + sound
    }

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

    #[test]
    fn tracks_stand_side_by_side_and_are_counted_apart() {
        let mut scenario = load("talk").unwrap();
        scenario.seconds = 20;
        let film = Film::of(&scenario);
        let of = |track: u8| film.objects().filter(|(_, object)| object.track == track).count();
        assert_eq!((of(SOUND), film.chunks()), (1000, 200));
        assert_eq!(of(TALK), film.conversation().bulletins().len());
        assert_eq!(of(PICTURE) + of(SOUND) + of(TALK), film.len() as usize);
        for (sequence, object) in film.objects() {
            assert_eq!(film.find(object.track, object.number), Some(sequence));
            let first = film.object(object.first);
            assert_eq!((first.track, first.chunk), (object.track, object.chunk));
        }
        assert_eq!(film.find(TALK, u64::from(film.len())), None);
        let rate = film.objects().map(|(_, object)| u64::from(object.bytes) * 8).sum::<u64>() / 20;
        assert!(rate.abs_diff(scenario.stream.total_bps()) < scenario.stream.total_bps() / 20, "{rate}");
    }
}
