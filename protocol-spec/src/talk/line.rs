//! What somebody said, and what changes about it later.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Caption, Mark, Name, Tripcode};
use crate::control::MAX_CHAT_CHARS;
use crate::media::UnixMs;
use crate::text::is_paragraphs;

/// What somebody wants to say: checked, and not yet in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    text: String,
    /// The number of the line that is answered.
    reply_to: Option<u64>,
    announces: bool,
}

/// Why words can't be said. Whoever wrote them is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// There is nothing but space.
    #[error("There is nothing in it. Write something first.")]
    Empty,
    /// More than [`MAX_CHAT_CHARS`] characters.
    #[error("A line has {MAX_CHAT_CHARS} characters at most. Make two of it.")]
    TooLong,
    /// A character that rearranges what stands beside it, or none that can be seen.
    #[error("It has characters that can’t be shown.")]
    Characters,
}

impl Words {
    /// The words of `text`, without the space around them.
    ///
    /// # Errors
    /// A [`WordsError`] that says what is wrong with them.
    pub fn new(text: &str, reply_to: Option<u64>) -> Result<Self, WordsError> {
        // Forms end a line as HTTP does (RFC 7578 has it from RFC 2046).
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(WordsError::Empty);
        }
        if text.chars().count() > MAX_CHAT_CHARS {
            return Err(WordsError::TooLong);
        }
        if !is_paragraphs(text, MAX_CHAT_CHARS) {
            return Err(WordsError::Characters);
        }
        Ok(Self { text: text.to_owned(), reply_to, announces: false })
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of the line that is answered.
    #[must_use]
    pub fn reply_to(&self) -> Option<u64> {
        self.reply_to
    }

    /// The same, to stand out from the talk. Of somebody without a badge it does not.
    #[must_use]
    pub fn to_all(self) -> Self {
        Self { announces: true, ..self }
    }

    pub(super) fn into_parts(self) -> (String, Option<u64>, bool) {
        (self.text, self.reply_to, self.announces)
    }
}

/// Who said something, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// What they are called.
    pub name: Name,
    /// By what they are known again, where they gave a phrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// What they brought from an image board; it proves little, and nothing is decided by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tripcode: Option<Tripcode>,
    /// What they are in this room.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "known_badge")]
    pub badge: Option<Badge>,
}

impl Author {
    /// Somebody who calls themselves so; `None` for what is no name, as [`Name::given`] has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Name::given(name).map(Self::called)
    }

    /// Somebody of whom nothing is known but what they are called.
    #[must_use]
    pub fn called(name: Name) -> Self {
        Self { name, mark: None, tripcode: None, badge: None }
    }
}

/// What somebody is in a room. The host gives it; no name can claim it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// Whose room it is.
    Host,
    /// Who keeps order for the host.
    Moderator,
    /// Somebody whom the host knows by an account.
    Guest,
}

impl Badge {
    /// Whether they keep order.
    #[must_use]
    pub fn keeps_order(self) -> bool {
        matches!(self, Self::Host | Self::Moderator)
    }
}

/// A badge; `None` for one that a newer version has.
fn known_badge<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Badge>, D::Error> {
    Ok(match String::deserialize(deserializer)?.as_str() {
        "host" => Some(Badge::Host),
        "moderator" => Some(Badge::Moderator),
        "guest" => Some(Badge::Guest),
        _ => None,
    })
}

/// Something that was said, in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place: lines are numbered from 1, as the host took them.
    pub number: u64,
    /// When the host took it.
    pub at: UnixMs,
    /// Who said it.
    pub by: Author,
    /// What was said: plain text, [`MAX_CHAT_CHARS`] characters at most, of as many lines as it likes.
    pub text: String,
    /// The line that it answers, as far as that was still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// Whether it is for everybody to notice: a word of the host or of a moderator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub announces: bool,
}

impl Line {
    /// Whether a host may have taken it: a reader shows nothing that a desk would not.
    pub(crate) fn may_be(&self) -> bool {
        self.by.name.may_be() && !self.text.is_empty() && is_paragraphs(&self.text, MAX_CHAT_CHARS)
    }
}

impl AsRef<Self> for Line {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Something happened that everybody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Somebody said something.
    Said(Arc<Line>),
    /// The line of this number is to be seen no more.
    Hidden(u64),
    /// No line is to be seen any more.
    Cleared,
    /// Something is said in the picture.
    Caption(Arc<Caption>),
}
