//! A caption: what is said in the picture, as text beside it. The host writes it, or a program of theirs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::media::UnixMs;
use crate::text::is_paragraphs;

/// The longest caption, in characters: three lines on a phone.
pub const MAX_CAPTION_CHARS: usize = 160;
/// The most captions in a bulletin: more than a host has at once.
pub(super) const MAX_CAPTIONS: usize = 8;
/// How many captions a host has at once, and per second: faster, nobody reads them.
pub(super) const CAPTION_BURST: u32 = 5;
pub(super) const CAPTIONS_PER_SECOND: u32 = 2;
/// How long a caption can be seen, in milliseconds: long enough to be noticed, and gone before it belongs to something else.
const LASTS_MS: std::ops::RangeInclusive<u32> = 500..=10_000;
/// How long one is seen of which nothing else is said: the eye finds it in this, in milliseconds,
const FIND_MS: u32 = 1500;
/// reads a character in this, as subtitles have it,
const READ_MS: u32 = 60;
/// and has had enough after this.
const ENOUGH_MS: u32 = 7000;
/// How long ago what it tells may have been said: recognising speech takes some seconds.
const MAX_AGE: Duration = Duration::from_secs(30);

/// A caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    /// When what it tells was said, by the host's clock. It belongs to the picture that was captured then.
    pub at: UnixMs,
    /// How long it can be seen, in milliseconds.
    pub lasts_ms: u32,
    /// What was said: plain text, [`MAX_CAPTION_CHARS`] characters at most, of as many lines as it likes.
    pub text: String,
}

/// Why something is no caption. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptionError {
    /// There is nothing but space.
    #[error("There is nothing in the caption. Write something first.")]
    Empty,
    /// More than [`MAX_CAPTION_CHARS`] characters.
    #[error("A caption has {MAX_CAPTION_CHARS} characters at most. Make two of it.")]
    TooLong,
    /// A character that rearranges what stands beside it, or none that can be seen.
    #[error("The caption has characters that can’t be shown.")]
    Characters,
    /// Shorter or longer than a caption is seen.
    #[error("A caption is seen for {} to {} ms.", LASTS_MS.start(), LASTS_MS.end())]
    Lasts,
    /// What it tells was said in the future, or too long ago.
    #[error("What a caption tells was said within the last {} s.", MAX_AGE.as_secs())]
    At,
    /// More than anybody reads.
    #[error(
        "There are more captions than anybody reads: {CAPTIONS_PER_SECOND} a second, and {CAPTION_BURST} at once. Wait a second."
    )]
    TooFast,
}

impl Caption {
    /// A caption of this text, without the space around it: taken at `now`, and of what was said `at` then. Where `lasts_ms` is
    /// not told, it is seen as long as reading takes.
    ///
    /// # Errors
    /// A [`CaptionError`] that says what is wrong with it.
    pub fn new(
        text: &str,
        now: UnixMs,
        at: Option<UnixMs>,
        lasts_ms: Option<u32>,
    ) -> Result<Self, CaptionError> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        let chars = text.chars().count();
        if chars == 0 {
            return Err(CaptionError::Empty);
        }
        if chars > MAX_CAPTION_CHARS {
            return Err(CaptionError::TooLong);
        }
        let at = at.unwrap_or(now);
        let is_lately = now.0.checked_sub(at.0).is_some_and(|age| u128::from(age) <= MAX_AGE.as_millis());
        if !is_lately {
            return Err(CaptionError::At);
        }
        let reading = || (FIND_MS + READ_MS * u32::try_from(chars).unwrap_or(u32::MAX)).min(ENOUGH_MS);
        let caption = Self { at, lasts_ms: lasts_ms.unwrap_or_else(reading), text: text.to_owned() };
        if !LASTS_MS.contains(&caption.lasts_ms) {
            return Err(CaptionError::Lasts);
        }
        if caption.may_be() { Ok(caption) } else { Err(CaptionError::Characters) }
    }

    /// Whether a host may have sent it: a reader shows nothing that a host would not take.
    pub(super) fn may_be(&self) -> bool {
        !self.text.is_empty()
            && is_paragraphs(&self.text, MAX_CAPTION_CHARS)
            && LASTS_MS.contains(&self.lasts_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Caption, CaptionError> {
        Caption::new(text, UnixMs(100_000), None, None)
    }

    #[test]
    fn a_caption_is_seen_as_long_as_reading_takes() {
        assert_eq!(
            of(" Hello. "),
            Ok(Caption { at: UnixMs(100_000), lasts_ms: 1860, text: "Hello.".into() })
        );
        assert_eq!(of(&"ä".repeat(MAX_CAPTION_CHARS)).unwrap().lasts_ms, ENOUGH_MS);
        let told = Caption::new("Two\r\nlines", UnixMs(100_000), Some(UnixMs(97_000)), Some(900)).unwrap();
        assert_eq!((told.at.0, told.lasts_ms, told.text.as_str()), (97_000, 900, "Two\nlines"));
    }

    #[test]
    fn what_is_none_is_refused() {
        assert_eq!(of(" \n"), Err(CaptionError::Empty));
        assert_eq!(of(&"x".repeat(MAX_CAPTION_CHARS + 1)), Err(CaptionError::TooLong));
        assert_eq!(of("a\u{202e}b"), Err(CaptionError::Characters));
        let at = |at| Caption::new("x", UnixMs(100_000), Some(UnixMs(at)), None).map(|caption| caption.at.0);
        assert_eq!(
            [at(100_001), at(69_999), at(70_000)],
            [Err(CaptionError::At), Err(CaptionError::At), Ok(70_000)]
        );
        for lasts in [0, 499, 10_001, u32::MAX] {
            assert_eq!(Caption::new("x", UnixMs(0), None, Some(lasts)), Err(CaptionError::Lasts));
        }
    }
}
