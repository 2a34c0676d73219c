//! Sound without seams, from pieces whose times are only nearly right. Pure: time is an argument.

use std::time::Duration;

use parlor_protocol::media::MediaTime;

pub(super) const SAMPLE_RATE: u64 = 48_000;
/// How far a piece may lie from the end of the one before and still be joined to it: about a piece of AAC. Containers
/// round times to a millisecond, and clocks drift apart by less than this in minutes.
const TOLERANCE: Duration = Duration::from_millis(20);

/// Joins pieces of sound; where the times part for good, leaves a gap, or leaves a piece out.
#[derive(Debug, Default)]
pub(super) struct Seam {
    /// Where the run of joined pieces began, and its samples.
    run: Option<(MediaTime, u64)>,
}

impl Seam {
    /// When a piece of `samples` with this time is heard; `None` if what came before has taken its place.
    pub(super) fn place(&mut self, pts: MediaTime, samples: u64) -> Option<MediaTime> {
        if let Some((start, length)) = &mut self.run {
            let end = *start + Duration::from_micros(*length * 1_000_000 / SAMPLE_RATE);
            if end.since(pts) > TOLERANCE {
                return None;
            }
            if pts.since(end) <= TOLERANCE {
                *length += samples;
                return Some(end);
            }
        }
        self.run = Some((pts, samples));
        Some(pts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(pieces: impl IntoIterator<Item = u64>) -> Vec<Option<u64>> {
        let mut seam = Seam::default();
        let pieces = pieces.into_iter();
        pieces
            .map(|ms| seam.place(MediaTime::from_micros(ms * 1000), 480).map(|time| time.as_micros() / 1000))
            .collect()
    }

    #[test]
    fn rounded_times_are_joined() {
        assert_eq!(heard([100, 111, 119, 131]), [100, 110, 120, 130].map(Some));
    }

    #[test]
    fn a_gap_stays_a_gap() {
        assert_eq!(heard([100, 110, 500, 510]), [100, 110, 500, 510].map(Some));
    }

    #[test]
    fn a_burst_is_thinned_to_what_fits() {
        let heard = heard([100; 6]);
        assert_eq!(heard, [Some(100), Some(110), Some(120), None, None, None]);
    }
}
