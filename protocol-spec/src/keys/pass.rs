//! What a viewer is given: the seeds that open exactly a span.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::seed::Secret;
use super::{ContentKey, DEPTH, Epoch, EpochLength, Seed};
use crate::media::TrackName;

/// The most seeds of a pass: the cover of a span takes no more than two per level.
pub const MAX_SEEDS: usize = 2 * DEPTH as usize;

/// The seeds that open exactly some epochs of one generation of one session. Whoever holds passes of several
/// sessions keeps them apart.
///
/// It has one form: the fewest seeds, from left to right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Pass {
    generation: u32,
    length: EpochLength,
    seeds: Vec<Seed>,
}

/// Why seeds are not a pass. Whoever issued it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// More than [`MAX_SEEDS`] seeds.
    #[error("the pass has more seeds than any span needs")]
    TooLarge,
    /// A seed stands at a place that the tree does not have.
    #[error("the pass has a seed from outside the tree")]
    Outside,
    /// Two seeds are not in order, or one lies below the other.
    #[error("the seeds of the pass are not in order")]
    Order,
    /// Two seeds are all the children of one, which should stand in their place.
    #[error("the pass has more seeds than its span needs")]
    NotMinimal,
}

/// A pass as it is sent, `pass` in `spec/keys.cddl`.
#[derive(Serialize, Deserialize)]
struct Wire {
    generation: u32,
    epoch_s: EpochLength,
    /// Depth, index, secret.
    seeds: Vec<(u8, u32, Secret)>,
}

impl Pass {
    /// The pass of these seeds, which must be in its one form.
    pub(super) fn new(generation: u32, length: EpochLength, seeds: Vec<Seed>) -> Result<Self, PassError> {
        if seeds.len() > MAX_SEEDS {
            return Err(PassError::TooLarge);
        }
        for pair in seeds.windows(2) {
            let [left, right] = pair else { continue };
            if left.span().end() >= right.span().start() {
                return Err(PassError::Order);
            }
            let siblings = left.depth() == right.depth() && left.index() ^ 1 == right.index();
            if siblings {
                return Err(PassError::NotMinimal);
            }
        }
        Ok(Self { generation, length, seeds })
    }

    /// The generation of the tree that the seeds are of.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// How long each epoch is.
    #[must_use]
    pub fn length(&self) -> EpochLength {
        self.length
    }

    /// The seeds, from left to right.
    #[must_use]
    pub fn seeds(&self) -> &[Seed] {
        &self.seeds
    }

    /// The epochs that it opens, in order, neighbouring ones joined.
    #[must_use]
    pub fn spans(&self) -> Vec<RangeInclusive<Epoch>> {
        let mut spans: Vec<RangeInclusive<Epoch>> = Vec::new();
        for span in self.seeds.iter().map(Seed::span) {
            match spans.last_mut() {
                Some(last) if last.end().index() + 1 == span.start().index() => {
                    *last = *last.start()..=*span.end();
                }
                _ => spans.push(span),
            }
        }
        spans
    }

    /// The key of this track during this epoch, where the pass opens it.
    #[must_use]
    pub fn key(&self, epoch: Epoch, track: &TrackName) -> Option<ContentKey> {
        let seed = self.seeds.iter().find(|seed| seed.span().contains(&epoch))?;
        seed.key(self.generation, self.length, epoch, track)
    }

    /// The last epoch that it opens.
    pub(super) fn last(&self) -> Option<Epoch> {
        self.seeds.last().map(|seed| *seed.span().end())
    }
}

impl From<Pass> for Wire {
    fn from(pass: Pass) -> Self {
        let parts = |seed: &Seed| (seed.depth(), seed.index(), seed.secret().clone());
        Self {
            generation: pass.generation,
            epoch_s: pass.length,
            seeds: pass.seeds.iter().map(parts).collect(),
        }
    }
}

impl TryFrom<Wire> for Pass {
    type Error = PassError;

    fn try_from(wire: Wire) -> Result<Self, PassError> {
        let seeds = wire
            .seeds
            .into_iter()
            .map(|(depth, index, secret)| Seed::new(depth, index, secret).ok_or(PassError::Outside))
            .collect::<Result<_, _>>()?;
        Self::new(wire.generation, wire.epoch_s, seeds)
    }
}
