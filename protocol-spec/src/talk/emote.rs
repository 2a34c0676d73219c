//! The host's own small pictures for the talk: `:name:` in a line stands for one. What they are called, and how they travel.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The most emotes of a room: nobody remembers more names.
pub const MAX_EMOTES: usize = 64;
/// The longest name, in characters.
pub const MAX_EMOTE_NAME_CHARS: usize = 24;
/// Pixels of a picture's longest side: three lines of text, on a screen with three dots a pixel.
pub const MAX_EMOTE_SIDE: u32 = 96;
/// The most bytes of a picture: a PNG of so many pixels, of which nothing can be saved, has 37 KiB.
pub const MAX_EMOTE_BYTES: usize = 40 * 1024;

/// What an emote is called: lower-case letters of ASCII, digits and `_`. So it means the same in every place, an address and an
/// attribute too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmoteName(String);

/// Something that is no emote. The host is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an emote's name has 1 to 24 of a to z, 0 to 9 and _, and its digest 16 bytes")]
pub struct NoEmote;

/// Which picture it is: the first 16 bytes of the SHA-256 of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Bytes", into = "Bytes")]
pub struct EmoteDigest([u8; 16]);

/// An emote, as a bulletin has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emote {
    /// What it is called.
    pub name: EmoteName,
    /// Which picture it is.
    pub digest: EmoteDigest,
    /// The picture, a PNG of [`MAX_EMOTE_BYTES`] at most and of a side of [`MAX_EMOTE_SIDE`] at most; where there is none, it
    /// was told before, or will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Bytes>,
}

impl EmoteName {
    /// The name that somebody typed, with or without its colons, in whatever case; `None` for one that is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        text.trim().trim_matches(':').to_ascii_lowercase().try_into().ok()
    }

    /// What may be names in a line: some of them stand for nothing.
    pub(super) fn all_in(text: &str) -> impl Iterator<Item = Self> + '_ {
        text.split(':').filter_map(|name| name.to_owned().try_into().ok())
    }

    /// As text, without colons.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EmoteName {
    type Error = NoEmote;

    fn try_from(name: String) -> Result<Self, NoEmote> {
        let is_name = (1..=MAX_EMOTE_NAME_CHARS).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        is_name.then_some(Self(name)).ok_or(NoEmote)
    }
}

impl From<EmoteName> for String {
    fn from(name: EmoteName) -> Self {
        name.0
    }
}

impl EmoteDigest {
    /// That of this file.
    #[must_use]
    pub fn of(picture: &[u8]) -> Self {
        Self(*Sha256::digest(picture).first_chunk().expect("SHA-256 has 32 bytes"))
    }
}

impl TryFrom<Bytes> for EmoteDigest {
    type Error = NoEmote;

    fn try_from(bytes: Bytes) -> Result<Self, NoEmote> {
        bytes.as_ref().try_into().map(Self).map_err(|_| NoEmote)
    }
}

impl From<EmoteDigest> for Bytes {
    fn from(digest: EmoteDigest) -> Self {
        Self::copy_from_slice(&digest.0)
    }
}

impl Emote {
    /// Whether a host may have sent it, as far as that can be told without looking into the picture.
    pub(super) fn may_be(&self) -> bool {
        self.picture.as_ref().is_none_or(|picture| {
            (1..=MAX_EMOTE_BYTES).contains(&picture.len()) && EmoteDigest::of(picture) == self.digest
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (text, name) in [("wave", "wave"), (" :Wave_2: ", "wave_2"), ("_", "_")] {
            assert_eq!(EmoteName::of(text).unwrap().as_str(), name);
        }
        for text in ["", "::", "a b", "a:b", "ä", "a\"b", "<b>", "../a", "a-b", &"x".repeat(25)] {
            assert_eq!(EmoteName::of(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_found_in_a_line() {
        let found = |text| EmoteName::all_in(text).map(String::from).collect::<Vec<_>>();
        assert_eq!(found("Hi :wave: and :x_2::wave:, :<b>:"), ["wave", "x_2", "wave"]);
    }
}
