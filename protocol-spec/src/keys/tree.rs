//! The whole tree, which the host has; of a free room, everybody.

use std::ops::RangeInclusive;

use sha2::{Digest, Sha256};

use super::seed::Secret;
use super::{ContentKey, DEPTH, Epoch, EpochLength, Pass, Seed};
use crate::ident::{RoomId, SessionId};
use crate::media::TrackName;

/// Separates roots from everything else that might be derived from the same secret.
const ROOT_CONTEXT: &[u8] = b"parlor key tree v1";
/// Separates the secret of an open room, which is none, from every other use of the room's id.
const OPEN_CONTEXT: &[u8] = b"parlor open room v1";

/// The tree of one generation of one session.
#[derive(Debug, Clone)]
pub struct Tree {
    generation: u32,
    length: EpochLength,
    root: Seed,
}

impl Tree {
    /// The tree that grows from a secret of 32 random bytes.
    ///
    /// Session, generation and length go into its root, so that one secret never gives the same key for two things.
    #[must_use]
    pub fn new(secret: &[u8; 32], session: &SessionId, generation: u32, length: EpochLength) -> Self {
        let info = [ROOT_CONTEXT, &generation.to_be_bytes(), &[length.seconds()]];
        let root = Seed::root(Secret::derive(secret, &session.public_key(), &info));
        Self { generation, length, root }
    }

    /// The tree of a free, open room, which everybody who knows the room's id can grow: objects are sealed there too, so
    /// that there is one form of them, but it keeps nothing secret.
    #[must_use]
    pub fn public(room: &RoomId, session: &SessionId, generation: u32, length: EpochLength) -> Self {
        let secret = Sha256::new().chain_update(OPEN_CONTEXT).chain_update(room.public_key()).finalize();
        Self::new(&secret.into(), session, generation, length)
    }

    /// Which generation of the session it is.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// How long each epoch is.
    #[must_use]
    pub fn length(&self) -> EpochLength {
        self.length
    }

    /// The pass that opens these epochs, first and last included, and no other. An empty range gives a pass that
    /// opens nothing; `FIRST..=LAST` one that opens everything.
    #[must_use]
    pub fn cover(&self, epochs: RangeInclusive<Epoch>) -> Pass {
        let seeds = places(epochs.start().index(), epochs.end().index())
            .into_iter()
            .map(|(depth, index)| {
                self.root.descend(depth, index).expect("every place of the tree lies below its root")
            })
            .collect();
        Pass::new(self.generation, self.length, seeds).expect("a cover is minimal and in order")
    }

    /// The key of this track during this epoch.
    #[must_use]
    pub fn key(&self, epoch: Epoch, track: &TrackName) -> ContentKey {
        self.root.key(self.generation, self.length, epoch, track).expect("every leaf lies below the root")
    }
}

/// The places (depth and index) of the fewest seeds that cover the leaves from `first` to `last`, from left to right.
///
/// Level by level from the leaves: a right child at the left end and a left child at the right end stand for
/// themselves, everything between them is covered by the parents.
fn places(first: u32, last: u32) -> Vec<(u8, u32)> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut start, mut end) = (first, last + 1);
    for depth in (0..=DEPTH).rev() {
        if start >= end {
            break;
        }
        if start & 1 == 1 {
            left.push((depth, start));
            start += 1;
        }
        if end & 1 == 1 {
            end -= 1;
            right.push((depth, end));
        }
        (start, end) = (start / 2, end / 2);
    }
    left.extend(right.into_iter().rev());
    left
}
