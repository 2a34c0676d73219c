//! The host's own small pictures for the talk: `:name:` in a line stands for one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

/// The most emotes of a room: nobody remembers more names. Each picture has 40 KiB at most (`parlor_pictures::clean_small`).
pub const MAX_EMOTES: usize = 64;
/// The longest name, in characters.
pub const MAX_EMOTE_NAME_CHARS: usize = 24;

/// A room's emotes: each by its name, with its picture, a PNG that was made here.
pub type Emotes = BTreeMap<EmoteName, Bytes>;

/// What an emote is called: lower-case letters of ASCII, digits and `_`. So it means the same in every place, an address and an
/// attribute too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EmoteName(String);

impl EmoteName {
    /// The name that somebody typed, with or without its colons, in whatever case; `None` for one that is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let name = text.trim().trim_matches(':').to_ascii_lowercase();
        let is_name = (1..=MAX_EMOTE_NAME_CHARS).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        is_name.then_some(Self(name))
    }

    /// As text, without colons.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The emotes of a room as they are now.
#[derive(Default)]
pub(super) struct Shown(Mutex<Arc<Emotes>>);

impl Shown {
    pub(super) fn get(&self) -> Arc<Emotes> {
        self.0.lock().expect("no holder of the emotes' lock panics").clone()
    }

    pub(super) fn set(&self, emotes: Emotes) {
        *self.0.lock().expect("no holder of the emotes' lock panics") = Arc::new(emotes);
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
}
