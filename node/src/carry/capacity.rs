//! How many stripes a node can send.

use parlor_protocol::card::Card;
use parlor_protocol::media::TrackName;
use parlor_protocol::mesh::STRIPES;

/// What a stream is taken to need where its card says nothing, in bits per second.
const UNKNOWN_BPS: u64 = 2_500_000;
/// Boxes, signature, seal and header, in percent of the media.
const OVERHEAD_PERCENT: u64 = 5;
/// How much of its ceiling a node promises, in percent: the rest is for packets, for messages, and for what is sent again.
const PROMISED_PERCENT: u64 = 90;
/// The most stripes that a node sends at once, whatever its uplink: each is a place in memory, and more neighbours than
/// forty it does not have.
const MAX_SLOTS: u64 = 40 * STRIPES as u64;

/// What one copy of the room takes, in bits per second, with picture and sound.
pub(super) fn room_bps(card: &Card) -> u64 {
    let is_usual = |name: &TrackName| [TrackName::VIDEO, TrackName::AUDIO].contains(name);
    let listed = card.tracks.iter().filter(|track| is_usual(&track.name));
    let media: u64 = listed.map(|track| u64::from(track.bitrate_bps)).sum();
    let media = if media == 0 { UNKNOWN_BPS } else { media };
    media + media * OVERHEAD_PERCENT / 100
}

/// How many stripes of the room fit below a ceiling of so many bits per second.
pub(super) fn slots(ceiling_bps: u64, card: &Card) -> u16 {
    let promised_bps = ceiling_bps / 100 * PROMISED_PERCENT;
    (promised_bps.saturating_mul(STRIPES as u64) / room_bps(card)).min(MAX_SLOTS) as u16
}
