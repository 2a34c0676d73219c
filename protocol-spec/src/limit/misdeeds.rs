//! Who did wrong, and how much of it is forgiven by now.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Time;

/// The most peers of which misdeeds are remembered. Whoever comes with a new name for each misdeed pushes out only
/// the mildest of what is known.
pub const MAX_REMEMBERED: usize = 1024;
/// The weight that bars a peer at once: a bad object can't happen by mistake.
pub const BARRING: u32 = 100;
/// How long a barred peer stays so. Long enough that an attacker needs many names, short enough that a node that
/// was repaired is welcome again in the same show.
pub const BARRED_FOR: Duration = Duration::from_mins(10);
/// A point of weight is forgiven in this time, so that [`BARRING`] points fade in ten minutes as well.
const POINT_FADES_IN: Duration = Duration::from_secs(6);

/// Misdeeds per peer, which fade with time. Nothing here is ever written down.
#[derive(Debug, Clone)]
pub struct Misdeeds<P> {
    peers: BTreeMap<P, Record>,
}

/// What is known of one peer.
#[derive(Debug, Clone, Copy)]
struct Record {
    /// When all points will have faded.
    forgiven: Time,
    /// Until when it is barred, whatever fades.
    barred: Time,
}

impl<P> Default for Misdeeds<P> {
    /// Knows of nobody.
    fn default() -> Self {
        Self { peers: BTreeMap::new() }
    }
}

impl<P: Ord + Clone> Misdeeds<P> {
    /// Remembers a misdeed of this weight. Those that add up to [`BARRING`] before they fade bar the peer for
    /// [`BARRED_FOR`].
    pub fn add(&mut self, now: Time, peer: &P, weight: u32) {
        let known = self.peers.get(peer).copied().unwrap_or(Record { forgiven: now, barred: Time::ZERO });
        let weight = weight.min(BARRING);
        let forgiven = known.forgiven.max(now) + POINT_FADES_IN * weight;
        let bars = forgiven.since(now) >= POINT_FADES_IN * BARRING;
        let barred = if bars { now + BARRED_FOR } else { known.barred };
        // Not above what bars: time in bar is not served twice.
        let forgiven = forgiven.min(now + POINT_FADES_IN * BARRING);
        self.peers.insert(peer.clone(), Record { forgiven, barred });
        if self.peers.len() > MAX_REMEMBERED {
            self.forget_mildest();
        }
    }

    /// Whether the peer is not to be dealt with for now.
    #[must_use]
    pub fn bars(&self, now: Time, peer: &P) -> bool {
        self.peers.get(peer).is_some_and(|record| now < record.barred)
    }

    /// Whether the peer has done something that is not forgiven yet.
    #[must_use]
    pub fn suspects(&self, now: Time, peer: &P) -> bool {
        self.peers.get(peer).is_some_and(|record| now < record.forgiven)
    }

    fn forget_mildest(&mut self) {
        let mildest = self.peers.iter().min_by_key(|(_, record)| (record.barred, record.forgiven));
        if let Some((peer, _)) = mildest {
            let peer = peer.clone();
            self.peers.remove(&peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: u64) -> Time {
        Time::from_micros(minutes * 60_000_000)
    }

    #[test]
    fn a_grave_misdeed_bars_at_once_and_for_ten_minutes() {
        let mut misdeeds = Misdeeds::default();
        misdeeds.add(minutes(1), &"a", BARRING);
        assert!(misdeeds.bars(minutes(1), &"a") && !misdeeds.bars(minutes(1), &"b"));
        assert!(misdeeds.bars(minutes(10), &"a") && !misdeeds.bars(minutes(11), &"a"));
    }

    #[test]
    fn small_ones_add_up_or_fade() {
        let mut misdeeds = Misdeeds::default();
        for minute in 0..100 {
            misdeeds.add(minutes(10 * minute), &"now and then", 50);
            assert!(!misdeeds.bars(minutes(10 * minute), &"now and then"));
        }
        misdeeds.add(minutes(0), &"again", 60);
        misdeeds.add(minutes(1), &"again", 60);
        assert!(misdeeds.bars(minutes(2), &"again") && !misdeeds.bars(minutes(11), &"again"));
        misdeeds.add(minutes(0), &"once", 50);
        assert!(misdeeds.suspects(minutes(4), &"once") && !misdeeds.suspects(minutes(5), &"once"));
        assert!(!misdeeds.suspects(minutes(0), &"never"));
    }

    #[test]
    fn the_worst_are_remembered() {
        let mut misdeeds = Misdeeds::default();
        misdeeds.add(Time::ZERO, &0, BARRING);
        for peer in 1..3000 {
            misdeeds.add(minutes(1), &peer, 1);
        }
        assert_eq!(misdeeds.peers.len(), MAX_REMEMBERED);
        assert!(misdeeds.bars(minutes(2), &0));
    }
}
