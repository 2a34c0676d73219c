//! The words by which rooms are found: tags and languages.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::is_line;

/// The longest tag, in code points: a word, or two.
pub const MAX_TAG_CHARS: usize = 24;
/// The longest language tag: what RFC 5646, section 4.4.1, tells everybody to have room for.
pub const MAX_LANGUAGE_BYTES: usize = 35;

/// A tag: 1 to [`MAX_TAG_CHARS`] characters of any script, without white space, control characters, capitals of
/// ASCII, and ASCII punctuation other than `-`.
///
/// Rooms are found by the exact tag, so a host SHOULD write it in lower case and in Unicode's form NFC.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// A language as BCP 47 (RFC 5646) writes it, in lower case: `de`, `pt-br`, `zh-hant`.
///
/// Its form is checked (parts of 1 to 8 letters and digits, the first of 2 or more letters), its parts are not looked
/// up in the registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// The text is no tag, or no language. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// Not a tag.
    #[error("a tag is a word of {MAX_TAG_CHARS} characters at most, in lower case and without spaces")]
    Tag,
    /// Not a language.
    #[error("a language is written like de, pt-br or zh-hant")]
    Language,
}

impl TryFrom<String> for Tag {
    type Error = WordError;

    fn try_from(text: String) -> Result<Self, WordError> {
        let plain = |c: char| match c {
            '-' | 'a'..='z' | '0'..='9' => true,
            _ => !c.is_ascii() && !c.is_whitespace(),
        };
        if !text.is_empty() && is_line(&text, MAX_TAG_CHARS) && text.chars().all(plain) {
            Ok(Self(text))
        } else {
            Err(WordError::Tag)
        }
    }
}

impl TryFrom<String> for Language {
    type Error = WordError;

    fn try_from(text: String) -> Result<Self, WordError> {
        let part = |part: &str| {
            (1..=8).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let mut parts = text.split('-');
        let first = parts.next().is_some_and(|first| {
            (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase())
        });
        if text.len() <= MAX_LANGUAGE_BYTES && first && parts.all(part) {
            Ok(Self(text))
        } else {
            Err(WordError::Language)
        }
    }
}

/// What both kinds of words can do.
macro_rules! word {
    ($word:ident) => {
        impl $word {
            /// The word as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $word {
            type Err = WordError;

            fn from_str(text: &str) -> Result<Self, WordError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$word> for String {
            fn from(word: $word) -> Self {
                word.0
            }
        }

        impl fmt::Display for $word {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(Tag);
word!(Language);
