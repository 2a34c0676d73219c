//! What the host says about the room: title, description, tags, on air or not.

use parlor_protocol::media::UnixMs;
use serde::{Deserialize, Serialize};

/// Longest title, in characters: two lines on a phone.
pub const MAX_TITLE_CHARS: usize = 120;
/// Longest description, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 2000;
/// The most tags, and the longest one in characters.
pub const MAX_TAGS: usize = 8;
/// Longest tag, in characters.
pub const MAX_TAG_CHARS: usize = 24;

/// The host's words about the room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct About {
    /// One line; may be empty.
    pub title: String,
    /// A few paragraphs; may be empty.
    pub description: String,
    /// Tags, without `#`, in lower case.
    pub tags: Vec<String>,
}

/// Why the host's words are not taken. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AboutError {
    /// The title is too long.
    #[error("The title is longer than {MAX_TITLE_CHARS} characters; please shorten it.")]
    Title,
    /// The description is too long.
    #[error("The description is longer than {MAX_DESCRIPTION_CHARS} characters; please shorten it.")]
    Description,
    /// There are too many tags.
    #[error("There are more than {MAX_TAGS} tags; please remove some.")]
    TooManyTags,
    /// A tag is too long.
    #[error("A tag is longer than {MAX_TAG_CHARS} characters; please shorten it.")]
    Tag,
    /// There is a control character.
    #[error("There is a character that cannot be shown; please remove it.")]
    Control,
}

impl About {
    /// The host's words as they were typed: tags are separated by spaces or commas, with or without `#`.
    ///
    /// # Errors
    /// An [`AboutError`] where they are longer than a card carries or hold control characters.
    pub fn parse(title: &str, description: &str, tags: &str) -> Result<Self, AboutError> {
        let mut about = Self {
            title: title.trim().to_owned(),
            // Browsers send line ends as CR LF (HTML, form submission).
            description: description.replace("\r\n", "\n").trim().to_owned(),
            tags: Vec::new(),
        };
        for tag in tags.split([' ', ',', '\t']) {
            let tag = tag.trim_start_matches('#').to_lowercase();
            if !tag.is_empty() && !about.tags.contains(&tag) {
                about.tags.push(tag);
            }
        }
        about.check()?;
        Ok(about)
    }

    fn check(&self) -> Result<(), AboutError> {
        let has_control = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
        match self {
            Self { title, .. } if title.chars().count() > MAX_TITLE_CHARS => Err(AboutError::Title),
            Self { description, .. } if description.chars().count() > MAX_DESCRIPTION_CHARS => {
                Err(AboutError::Description)
            }
            Self { tags, .. } if tags.len() > MAX_TAGS => Err(AboutError::TooManyTags),
            Self { tags, .. } if tags.iter().any(|tag| tag.chars().count() > MAX_TAG_CHARS) => {
                Err(AboutError::Tag)
            }
            Self { title, description, tags } => {
                let words = tags.iter().chain([title, description]);
                if title.contains('\n') || words.into_iter().any(|text| has_control(text)) {
                    return Err(AboutError::Control);
                }
                Ok(())
            }
        }
    }
}

/// The room as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The host's words.
    pub about: About,
    /// Since when the room is on air; `None` while it is off air.
    pub on_air_since: Option<UnixMs>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_tidied() {
        let about = About::parse("  Tea \n", "one\r\ntwo", "#Tea, late-night tea  ").unwrap();
        assert_eq!(about.title, "Tea");
        assert_eq!(about.description, "one\ntwo");
        assert_eq!(about.tags, ["tea", "late-night"]);
    }

    #[test]
    fn what_a_card_cannot_carry_is_refused() {
        let long = |chars| "ü".repeat(chars);
        assert!(About::parse(&long(MAX_TITLE_CHARS), &long(MAX_DESCRIPTION_CHARS), "").is_ok());
        assert_eq!(About::parse(&long(MAX_TITLE_CHARS + 1), "", ""), Err(AboutError::Title));
        assert_eq!(About::parse("", &long(MAX_DESCRIPTION_CHARS + 1), ""), Err(AboutError::Description));
        assert_eq!(About::parse("", "", "a b c d e f g h i"), Err(AboutError::TooManyTags));
        assert_eq!(About::parse("", "", &long(MAX_TAG_CHARS + 1)), Err(AboutError::Tag));
        assert_eq!(About::parse("a\u{7}", "", ""), Err(AboutError::Control));
        assert_eq!(About::parse("a\nb", "", ""), Err(AboutError::Control));
    }
}
