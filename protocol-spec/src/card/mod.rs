//! How a room presents itself (`spec/card.md`): what the lobby shows of it, and how it is reached.
//!
//! A [`Card`] is what the host says; a [`SignedCard`] is that with the proof that the host said it, which is what
//! travels. Anybody may keep and pass on a signed card, nobody can change one.

mod signed;
mod terms;
mod words;

use serde::{Deserialize, Serialize};

pub use signed::{CardError, MAX_CARD_BYTES, SignedCard};
pub use terms::{
    Access, MAX_PRICE_MINUTES, MAX_PRICE_SATS, Price, PriceError, SnapshotHash, Viewers, ViewersError,
};
pub use words::{Language, MAX_LANGUAGE_BYTES, MAX_TAG_CHARS, Tag, WordError};

use crate::invite::Address;
use crate::keys::EpochLength;
use crate::media::{MAX_TRACKS, TrackName, UnixMs};
use crate::mesh::PeerName;
use crate::text::{is_line, is_paragraphs};

/// The longest title: one line in the lobby on a wide screen, two on a phone.
pub const MAX_TITLE_CHARS: usize = 120;
/// The longest description: a page of a small book.
pub const MAX_DESCRIPTION_CHARS: usize = 2000;
/// The most tags. Each costs the host an announcement of its own, every few minutes.
pub const MAX_TAGS: usize = 8;
/// The most languages.
pub const MAX_LANGUAGES: usize = 4;
/// The most addresses, as in an invite.
pub const MAX_REACH: usize = crate::invite::MAX_ADDRESSES;
/// The longest name of a codec, as in the catalogue.
pub const MAX_CODEC_BYTES: usize = 64;
/// The longest life of a card: a day. The card of a host that is gone is forgotten after it, wherever it was kept.
pub const MAX_LIFE_MS: u64 = 24 * 60 * 60 * 1000;

/// What a host says of its room. Characters are Unicode code points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// One line, [`MAX_TITLE_CHARS`] at most.
    pub title: String,
    /// Lines of text, [`MAX_DESCRIPTION_CHARS`] at most.
    pub description: String,
    /// What it is about, [`MAX_TAGS`] at most, none twice.
    pub tags: Vec<Tag>,
    /// What is spoken, [`MAX_LANGUAGES`] at most, the first one most.
    pub languages: Vec<Language>,
    /// Whether the host labels it as for adults.
    pub adult: bool,
    /// What it sends, [`MAX_TRACKS`] at most; those of the last show while it is off air, or none.
    pub tracks: Vec<TrackSummary>,
    /// Since when it is on air; `None` while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_air_since: Option<UnixMs>,
    /// About how many watch.
    pub viewers: Viewers,
    /// Who may enter.
    pub access: Access,
    /// What it costs; where, and only where, `access` is [`Access::Paid`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// The hash of a small picture, which peers of the room have ([`Message::AskSnapshot`](crate::control::Message)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotHash>,
    /// The generation of the key tree.
    pub generation: u32,
    /// How much media time one leaf of the key tree opens.
    #[serde(rename = "epoch_s")]
    pub epoch: EpochLength,
    /// The host's own node, also where it is reached through relays alone; without it, nobody can ask it for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerName>,
    /// Where the host or its relays may be reached, best first, [`MAX_REACH`] at most.
    pub reach: Vec<Address>,
    /// Counts up with every card of a session.
    pub sequence: u64,
    /// When it was made, by the host's clock.
    pub issued: UnixMs,
    /// When it ends, [`MAX_LIFE_MS`] after `issued` at most.
    pub expires: UnixMs,
}

/// What a seeker needs to know of a track before it asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackSummary {
    /// Its name, unique within the card.
    pub name: TrackName,
    /// The codec as RFC 6381 writes it, of letters, digits and `.`, `-`, `_`; 1 to [`MAX_CODEC_BYTES`].
    pub codec: String,
    /// What it needs, in bits per second.
    pub bitrate_bps: u32,
    /// The picture's size, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

/// The size of a picture in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

impl Card {
    /// Whether the room is on air.
    #[must_use]
    pub fn is_on_air(&self) -> bool {
        self.on_air_since.is_some()
    }

    /// Names the first field that is not within its limits.
    fn check(&self) -> Result<(), CardError> {
        let none_twice = |tags: &[Tag]| (1..tags.len()).all(|at| !tags[..at].contains(&tags[at]));
        let rules = [
            (is_line(&self.title, MAX_TITLE_CHARS), CardError::Title),
            (is_paragraphs(&self.description, MAX_DESCRIPTION_CHARS), CardError::Description),
            (self.tags.len() <= MAX_TAGS && none_twice(&self.tags), CardError::Tags),
            (self.languages.len() <= MAX_LANGUAGES, CardError::Languages),
            (self.tracks.len() <= MAX_TRACKS && are_tracks(&self.tracks), CardError::Tracks),
            (self.price.is_some() == (self.access == Access::Paid), CardError::Price),
            (self.reach.len() <= MAX_REACH, CardError::Reach),
            (self.lives_short(), CardError::Life),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, error)| Err(error))
    }

    fn lives_short(&self) -> bool {
        self.expires.0.checked_sub(self.issued.0).is_some_and(|life| (1..=MAX_LIFE_MS).contains(&life))
    }
}

fn are_tracks(tracks: &[TrackSummary]) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    tracks.iter().enumerate().all(|(at, track)| {
        (1..=MAX_CODEC_BYTES).contains(&track.codec.len())
            && track.codec.bytes().all(allowed)
            && tracks[..at].iter().all(|other| other.name != track.name)
    })
}

#[cfg(test)]
mod tests;
