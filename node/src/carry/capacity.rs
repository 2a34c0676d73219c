//! How many children a node can serve.

use parlor_protocol::card::Card;
use parlor_protocol::media::TrackName;

/// What a stream is taken to need where its card says nothing, in bits per second.
const UNKNOWN_BPS: u64 = 2_500_000;
/// Signature, seal, header and QUIC's own share, in percent of the media.
const OVERHEAD_PERCENT: u64 = 8;
/// The most children of a node, whatever its uplink: each has its place in memory and in the tree's messages.
const MAX_CHILDREN: u64 = 256;

/// How many children fit below a ceiling of so many bits per second, each taking picture and sound.
pub(super) fn children(ceiling_bps: u64, card: &Card) -> u16 {
    let is_usual = |name: &TrackName| [TrackName::VIDEO, TrackName::AUDIO].contains(name);
    let listed = card.tracks.iter().filter(|track| is_usual(&track.name));
    let media: u64 = listed.map(|track| u64::from(track.bitrate_bps)).sum();
    let media = if media == 0 { UNKNOWN_BPS } else { media };
    let each = media + media * OVERHEAD_PERCENT / 100;
    (ceiling_bps / each).min(MAX_CHILDREN) as u16
}
