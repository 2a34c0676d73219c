//! A track: its name, what it carries, and what a decoder must be given before its first chunk.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Longest name of a track, in bytes: enough to read, short enough to repeat in every message.
pub const MAX_NAME_BYTES: usize = 24;
/// Largest initialization segment. Those of H.264 with Opus are near 1 kB.
pub const MAX_INIT_BYTES: usize = 16 * 1024;

/// The name of a track within its room: 1 to 24 of `a`–`z`, `0`–`9` and `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrackName(std::borrow::Cow<'static, str>);

/// A track name that is empty, too long, or has a character that names do not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a track's name is 1 to {MAX_NAME_BYTES} of a-z, 0-9 and '-'")]
pub struct TrackNameError;

impl TrackName {
    /// The picture at its full quality, H.264.
    pub const VIDEO: Self = Self(std::borrow::Cow::Borrowed("video"));
    /// The picture for small screens and slow lines, H.264.
    pub const VIDEO_SMALL: Self = Self(std::borrow::Cow::Borrowed("video-small"));
    /// The sound, Opus.
    pub const AUDIO: Self = Self(std::borrow::Cow::Borrowed("audio"));
    /// The sound again, AAC, for Apple's HLS players.
    pub const AUDIO_AAC: Self = Self(std::borrow::Cow::Borrowed("audio-aac"));
    /// Still pictures, JPEG; encoded only while somebody watches them.
    pub const PREVIEW: Self = Self(std::borrow::Cow::Borrowed("preview"));
    /// The catalogue itself, where it travels as a track of objects; no track of media is called so.
    pub const CATALOGUE: Self = Self(std::borrow::Cow::Borrowed("catalogue"));

    /// What is said in the room, where it travels as a track of objects; no track of media is called so.
    pub const TALK: Self = Self(std::borrow::Cow::Borrowed("talk"));

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TrackName {
    type Err = TrackNameError;

    fn from_str(text: &str) -> Result<Self, TrackNameError> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for TrackName {
    type Error = TrackNameError;

    fn try_from(text: String) -> Result<Self, TrackNameError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=MAX_NAME_BYTES).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(TrackNameError)
        }
    }
}

impl From<TrackName> for String {
    fn from(name: TrackName) -> Self {
        name.0.into_owned()
    }
}

impl fmt::Display for TrackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TrackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// What a track carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// H.264 in CMAF chunks.
    Video(Video),
    /// Opus or AAC in CMAF chunks.
    Audio(Audio),
    /// JPEG pictures, one per chunk.
    Picture(Picture),
}

/// The picture of a video track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Video {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Frames per 1000 s, 30 000 for 30 fps; 0 where the source does not say.
    pub frame_rate_milli: u32,
    /// Whether frames are shown in another order than they are decoded (B-frames), which WebRTC can't carry.
    pub reordered: bool,
}

/// The sound of an audio track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audio {
    /// Samples per second and channel.
    pub sample_rate: u32,
    /// Channels, 1 or 2.
    pub channels: u8,
}

/// The pictures of a picture track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// One track as the catalogue lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Its name, unique within the room.
    pub name: TrackName,
    /// What it carries.
    pub medium: Medium,
    /// The codec as RFC 6381 writes it: `avc1.42c01f`, `opus`, `mp4a.40.2`, `jpeg`.
    pub codec: String,
    /// What the track is expected to need, in bits per second.
    pub bitrate_bps: u32,
    /// Which initialization this is. It counts up whenever the decoder's set-up changes (another source, another
    /// size); a chunk says which one it needs.
    pub init_version: u32,
    /// The CMAF header (`ftyp` and `moov`), [`MAX_INIT_BYTES`] at most; empty for pictures.
    pub init: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["video", "audio-aac", "a", "0-9"] {
            assert_eq!(good.parse::<TrackName>().unwrap().as_str(), good);
        }
        for bad in ["", "Video", "video small", "../video", "ü", "aaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(bad.parse::<TrackName>(), Err(TrackNameError));
        }
    }
}
