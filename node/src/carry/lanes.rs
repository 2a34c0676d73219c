//! The numbers under which tracks travel between nodes (`spec/network.md`, section 5.3).

use parlor_protocol::media::TrackName;

/// Each track's number is its place here. They are the same in every room and for ever: what a card lists changes in
/// the middle of a show, and a number that changed its track with it would mix up two tracks' sequences. The first that
/// there is tells how late everything is, so the dense ones come first.
const LANES: [TrackName; 5] =
    [TrackName::VIDEO, TrackName::VIDEO_SMALL, TrackName::AUDIO, TrackName::AUDIO_AAC, TrackName::PREVIEW];
/// Those that every room has and no card lists, behind all others.
const ALWAYS: [(TrackName, u8); 2] = [(TrackName::TALK, 14), (TrackName::CATALOGUE, 15)];

/// Whether every room has this track, beside those that its card lists.
pub(super) fn is_always_there(track: &TrackName) -> bool {
    ALWAYS.iter().any(|(always, _)| always == track)
}

/// A track's number; `None` for one that does not travel between nodes.
pub(super) fn lane(track: &TrackName) -> Option<u8> {
    let always = ALWAYS.iter().find(|(always, _)| always == track).map(|(_, number)| *number);
    always.or_else(|| LANES.iter().position(|known| known == track).map(|at| at as u8))
}

/// The track of a number.
pub(super) fn track(lane: u8) -> Option<TrackName> {
    let always = ALWAYS.iter().find(|(_, number)| *number == lane).map(|(track, _)| track);
    always.or_else(|| LANES.get(usize::from(lane))).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_their_tracks() {
        for number in 0..=u8::MAX {
            if let Some(track) = track(number) {
                assert_eq!(lane(&track), Some(number));
            }
        }
        assert_eq!(lane(&TrackName::VIDEO), Some(0));
        assert_eq!(lane(&"other".parse().unwrap()), None);
    }
}
