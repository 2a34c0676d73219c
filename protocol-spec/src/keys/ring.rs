//! The passes that a node holds, and the keys that it has derived from them.

use std::collections::VecDeque;

use super::{ContentKey, Epoch, Pass};
use crate::media::TrackName;

/// The most passes that are kept: an hour of slices of a minute, and the odd longer one.
pub const MAX_PASSES: usize = 64;
/// The most derived keys that are kept: every track of a room and its catalogue, in the epoch that ends and the one
/// that begins, with room for a straggler.
const MAX_DERIVED: usize = 32;

/// The passes of one session, with a small memory of derived keys: a leaf is found once per epoch and track, not
/// once per object.
#[derive(Debug, Default)]
pub struct KeyRing {
    passes: Vec<Pass>,
    derived: VecDeque<ContentKey>,
}

impl KeyRing {
    /// Adds a pass. Above [`MAX_PASSES`], the one of the oldest generation that ends first is forgotten.
    pub fn add(&mut self, pass: Pass) {
        if self.passes.contains(&pass) {
            return;
        }
        self.passes.push(pass);
        if self.passes.len() > MAX_PASSES {
            let first = (0..self.passes.len())
                .min_by_key(|at| (self.passes[*at].generation(), self.passes[*at].last()))
                .expect("there are passes");
            self.passes.swap_remove(first);
        }
    }

    /// The passes that are kept, in no order.
    #[must_use]
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// The key of this track during this epoch of this generation, where a pass opens it.
    pub fn key(&mut self, generation: u32, epoch: Epoch, track: &TrackName) -> Option<&ContentKey> {
        let fits =
            |key: &ContentKey| key.epoch() == epoch && key.generation() == generation && key.track() == track;
        if let Some(at) = self.derived.iter().position(fits) {
            return self.derived.get(at);
        }
        let mut of_generation = self.passes.iter().filter(|pass| pass.generation() == generation);
        let key = of_generation.find_map(|pass| pass.key(epoch, track))?;
        if self.derived.len() == MAX_DERIVED {
            self.derived.pop_front();
        }
        self.derived.push_back(key);
        self.derived.back()
    }
}
