//! Decode times for streams that say only when a frame is shown. Pure: times are arguments.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many frames may be decoded before their turn to be shown; what H.264 encoders use stays below it.
const DEEPEST: usize = 4;
/// A step of this size in the times is a new start, not an order.
const NEW_START_US: u64 = 1_000_000;

/// Gives each frame, in decode order, a decode time that is not after its presentation time and never falls.
///
/// A stream without B-frames is decoded as it is shown. For one with B-frames but without decode times (RTP has
/// none), the depth of the reordering is learnt; the frames that teach it are lost.
#[derive(Debug, Default)]
pub(super) struct Order {
    depth: usize,
    /// The presentation times that have not yet served as decode times; one more than [`DEEPEST`] at most.
    waiting: BinaryHeap<Reverse<i64>>,
    last_us: Option<i64>,
    /// Frames shown before this time came too late for the depth as it was; they teach nothing more.
    learnt_us: Option<i64>,
}

impl Order {
    /// The decode time of the next frame; `None` if it can have none and must be left out.
    pub(super) fn decode_time(&mut self, pts_us: i64, dts_us: Option<i64>) -> Option<i64> {
        if self.last_us.is_some_and(|last| last.abs_diff(pts_us) > NEW_START_US) {
            *self = Self { depth: self.depth, ..Self::default() };
        }
        let turn_us = match dts_us {
            Some(dts_us) => dts_us.min(pts_us),
            None => self.turn(pts_us),
        };
        let decode_us = self.last_us.map_or(turn_us, |last| last.max(turn_us));
        if decode_us <= pts_us {
            self.last_us = Some(decode_us);
            return Some(decode_us);
        }
        if dts_us.is_none() && self.depth < DEEPEST && self.learnt_us.is_none_or(|learnt| pts_us > learnt) {
            self.depth += 1;
            // The time that was given out too early is still to serve the frame whose turn it is then.
            self.waiting.push(Reverse(decode_us));
            self.learnt_us = Some(decode_us);
        }
        None
    }

    /// The earliest of the times that wait, once as many wait as frames are decoded ahead.
    fn turn(&mut self, pts_us: i64) -> i64 {
        self.waiting.push(Reverse(pts_us));
        if self.waiting.len() > self.depth
            && let Some(Reverse(turn_us)) = self.waiting.pop()
        {
            return turn_us;
        }
        self.last_us.unwrap_or(pts_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Groups of four in decode order, each shown 1 ms after the one before: P4 B2 B1 B3, P8 B6 B5 B7, …
    fn pyramid() -> impl Iterator<Item = i64> {
        (0..20).flat_map(|group| [4, 2, 1, 3].map(|shown| (group * 4 + shown) * 1000))
    }

    #[test]
    fn without_b_frames_both_times_are_one() {
        let mut order = Order::default();
        for pts in [0, 33_000, 66_000, 67_000] {
            assert_eq!(order.decode_time(pts, None), Some(pts));
        }
    }

    #[test]
    fn decode_times_of_the_stream_are_kept() {
        let mut order = Order::default();
        for (pts, dts) in [(66, -33), (166, 0), (100, 33), (133, 66)] {
            assert_eq!(order.decode_time(pts, Some(dts)), Some(dts));
        }
    }

    #[test]
    fn the_depth_is_learnt_within_two_groups() {
        let mut order = Order::default();
        assert_eq!(order.decode_time(0, None), Some(0));
        let lost = pyramid().map(|pts| order.decode_time(pts, None).is_none()).collect::<Vec<_>>();
        assert_eq!(lost.iter().rposition(|lost| *lost), Some(6));
        assert_eq!(order.depth, 2);
    }

    proptest! {
        #[test]
        fn decode_times_never_fall_nor_pass_the_time_of_showing(
            frames in prop::collection::vec((0..3_000_000_i64, prop::option::of(0..3_000_000_i64)), 1..100),
        ) {
            let mut order = Order::default();
            for (pts, dts) in frames {
                let before = order.last_us;
                let restart = before.is_some_and(|last| last.abs_diff(pts) > NEW_START_US);
                if let Some(decode) = order.decode_time(pts, dts) {
                    prop_assert!(decode <= pts);
                    prop_assert!(restart || before.is_none_or(|last| last <= decode));
                }
                prop_assert!(order.waiting.len() <= DEEPEST + 1);
            }
        }
    }
}
