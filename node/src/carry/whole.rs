//! When the chunks of a track were whole on this node: what `parlor watch --stats` tells, and nobody else asks for. Pure:
//! time is an argument.

use std::collections::{BTreeMap, VecDeque};

use parlor_protocol::media::UnixMs;
use parlor_protocol::mesh::WINDOW;
use parlor_protocol::object::Header;

/// So many chunks are remembered until somebody asks: two seconds of the shortest ones, and whoever wants to know asks
/// each second.
const MAX_WHOLE: usize = 256;

/// A chunk of which every piece has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// When its first sample was captured, by the host's clock.
    pub captured: UnixMs,
    /// When its last piece came, by this node's clock.
    pub came: UnixMs,
}

/// Follows the pieces of one track.
#[derive(Debug, Default)]
pub(super) struct Wholes {
    pieces: BTreeMap<u64, Piece>,
    whole: VecDeque<Whole>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    captured: UnixMs,
    came: UnixMs,
    /// Whether its chunk begins with it for certain.
    begins: bool,
    continues: bool,
}

impl Wholes {
    /// Takes note of an object that is new here.
    pub(super) fn take(&mut self, header: &Header, now: UnixMs) {
        let sequence = header.sequence;
        let begins = header.starts_group || sequence == 0;
        let piece = Piece { captured: header.captured, came: now, begins, continues: header.continues };
        self.pieces.insert(sequence, piece);
        self.look(sequence);
        // What comes after the end of a chunk begins one, which may have waited for that to be known.
        let next = sequence.saturating_add(1);
        if !header.continues && self.pieces.get(&next).is_some_and(|next| !next.begins) {
            self.look(next);
        }
        while self.pieces.len() as u64 > WINDOW {
            self.pieces.pop_first();
        }
    }

    /// The chunks that became whole since the last call, or the newest of them where they are too many.
    pub(super) fn drain(&mut self) -> Vec<Whole> {
        self.whole.drain(..).collect()
    }

    /// Whether the chunk of which this is a piece is whole.
    fn look(&mut self, sequence: u64) {
        let Some(first) = self.first(sequence) else { return };
        let mut whole = Whole { captured: self.pieces[&first].captured, came: UnixMs(0) };
        for sequence in first..=u64::MAX {
            let Some(piece) = self.pieces.get(&sequence) else { return };
            whole.came = whole.came.max(piece.came);
            if !piece.continues {
                break;
            }
        }
        if self.whole.len() == MAX_WHOLE {
            self.whole.pop_front();
        }
        self.whole.push_back(whole);
    }

    /// The first piece of the chunk of which this is one; `None` while that is not known.
    fn first(&self, mut sequence: u64) -> Option<u64> {
        while !self.pieces.get(&sequence)?.begins {
            let before = sequence - 1;
            if !self.pieces.get(&before)?.continues {
                break;
            }
            sequence = before;
        }
        Some(sequence)
    }
}

#[cfg(test)]
mod tests {
    use parlor_protocol::ident::RoomId;
    use parlor_protocol::keys::Epoch;
    use parlor_protocol::media::TrackName;

    use super::*;

    /// Chunks of one, three, two and one pieces, of which the third starts a group.
    const PIECES: [(u64, u64, bool, bool); 7] = [
        (10, 1000, false, false),
        (11, 1100, false, true),
        (12, 1100, false, true),
        (13, 1100, false, false),
        (14, 1200, true, true),
        (15, 1200, false, false),
        (16, 1300, false, false),
    ];

    fn after(order: &[usize]) -> Vec<(u64, u64)> {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        let mut wholes = Wholes::default();
        for (now, place) in (5000..).zip(order) {
            let (sequence, captured, starts_group, continues) = PIECES[*place];
            let header = Header {
                room: RoomId::from_public_key(key).unwrap(),
                track: TrackName::VIDEO,
                sequence,
                group: 0,
                generation: 0,
                epoch: Epoch::FIRST,
                captured: UnixMs(captured),
                starts_group,
                continues,
            };
            wholes.take(&header, UnixMs(now));
        }
        wholes.drain().into_iter().map(|whole| (whole.captured.0, whole.came.0)).collect()
    }

    #[test]
    fn a_chunk_is_whole_with_its_last_piece() {
        // Where the first chunk that is seen begins is not known.
        assert_eq!(after(&[0, 1, 2, 3, 4, 5, 6]), [(1100, 5003), (1200, 5005), (1300, 5006)]);
        assert_eq!(after(&[0, 3, 1, 5, 6, 4, 2]), [(1300, 5004), (1200, 5005), (1100, 5006)]);
        assert_eq!(after(&[1, 2, 4, 6]), []);
    }

    #[test]
    fn what_waits_for_its_beginning_to_be_known_counts_from_its_own_last_piece() {
        assert_eq!(after(&[1, 2, 3, 0]), [(1100, 5002)]);
    }
}
