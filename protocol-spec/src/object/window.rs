//! Which objects of a track have been here already.

use std::time::Duration;

use super::{Header, Object, ObjectError};
use crate::keys::Epoch;
use crate::media::UnixMs;

/// How many objects behind the newest one a late one is still taken. A node keeps 256 of a track, so nobody has older ones
/// to send, even where it is seconds behind.
pub const WINDOW: u64 = 1024;
/// How far an object's capture may lie before the time that the host's clock is known to have shown: far more than
/// what a node keeps and what the way adds.
pub const MAX_AGE: Duration = Duration::from_mins(1);
/// How far capture times may run against the sequence: a source that was changed in between has another delay.
pub const MAX_STEP_BACK: Duration = Duration::from_secs(10);

const WORD_BITS: u64 = u64::BITS as u64;

/// What one track of a session has seen. Of another session, everything is new: it needs another window.
#[derive(Debug, Clone)]
pub struct Window {
    /// What is captured earlier is stale.
    not_before: UnixMs,
    newest: Option<Mark>,
    /// One bit per sequence, at its remainder by [`WINDOW`].
    seen: [u64; (WINDOW / WORD_BITS) as usize],
}

/// What must not run backwards.
#[derive(Debug, Clone, Copy)]
struct Mark {
    sequence: u64,
    generation: u32,
    epoch: Epoch,
    captured: UnixMs,
}

impl Window {
    /// Has seen nothing. The host's clock has shown `known`: a signed card of this session says so, for instance.
    /// Without this, a first parent could begin with an hour-old part of the show. [`UnixMs`]`(0)` where nothing is
    /// known.
    #[must_use]
    pub fn new(known: UnixMs) -> Self {
        let mut window = Self { not_before: UnixMs(0), newest: None, seen: Default::default() };
        window.learn(known);
        window
    }

    /// The host's clock has shown `known` in the meantime: a newer card, or an object of another track.
    pub fn learn(&mut self, known: UnixMs) {
        let not_before = UnixMs(known.0.saturating_sub(MAX_AGE.as_millis() as u64));
        self.not_before = self.not_before.max(not_before);
    }

    /// The newest sequence that was admitted.
    #[must_use]
    pub fn newest(&self) -> Option<u64> {
        self.newest.map(|newest| newest.sequence)
    }

    /// A cheap look before the signature is verified: whether an object of this sequence is still wanted.
    ///
    /// # Errors
    /// [`ObjectError::Replayed`] or [`ObjectError::TooOld`].
    pub fn check(&self, header: &Header) -> Result<(), ObjectError> {
        if header.captured < self.not_before {
            return Err(ObjectError::TooOld);
        }
        let behind = self.newest().and_then(|newest| newest.checked_sub(header.sequence));
        match behind {
            Some(WINDOW..) => Err(ObjectError::TooOld),
            Some(_) if self.has_seen(header.sequence) => Err(ObjectError::Replayed),
            _ => Ok(()),
        }
    }

    /// Admits an object, once. Only a verified one can be offered, so that nobody but the host moves the window.
    ///
    /// # Errors
    /// [`ObjectError::Replayed`], [`ObjectError::TooOld`] or [`ObjectError::Disordered`].
    pub fn admit(&mut self, object: &Object) -> Result<(), ObjectError> {
        self.check(object.header())?;
        let mark = Mark::of(object.header());
        match self.newest {
            Some(newest) if mark.sequence < newest.sequence => mark.check_before(&newest)?,
            Some(newest) => {
                newest.check_before(&mark)?;
                self.forget_between(newest.sequence, mark.sequence);
                self.newest = Some(mark);
            }
            None => self.newest = Some(mark),
        }
        let (word, bit) = place(mark.sequence);
        self.seen[word] |= bit;
        Ok(())
    }

    /// Nothing after `newest` was seen, up to `sequence`.
    fn forget_between(&mut self, newest: u64, sequence: u64) {
        if sequence - newest >= WINDOW {
            self.seen = Default::default();
            return;
        }
        for (word, bit) in (newest + 1..=sequence).map(place) {
            self.seen[word] &= !bit;
        }
    }

    fn has_seen(&self, sequence: u64) -> bool {
        let (word, bit) = place(sequence);
        self.seen[word] & bit != 0
    }
}

impl Mark {
    fn of(header: &Header) -> Self {
        let Header { sequence, generation, epoch, captured, .. } = *header;
        Self { sequence, generation, epoch, captured }
    }

    /// Whether a host that keeps the rules may have made this one before `later`.
    fn check_before(&self, later: &Self) -> Result<(), ObjectError> {
        let step_back = MAX_STEP_BACK.as_millis() as u64;
        let in_order = self.generation <= later.generation
            && self.epoch <= later.epoch
            && self.captured.0 <= later.captured.0.saturating_add(step_back);
        if in_order { Ok(()) } else { Err(ObjectError::Disordered) }
    }
}

fn place(sequence: u64) -> (usize, u64) {
    let at = sequence % WINDOW;
    ((at / WORD_BITS) as usize, 1 << (at % WORD_BITS))
}
