//! What the host tells a room of its talk, as it travels: an object of the track `talk` holds one bulletin.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::MAX_LINES;
use super::caption::{Caption, MAX_CAPTIONS};
use super::emote::{Emote, MAX_EMOTES};
use super::line::{Line, News};
use crate::cbor;
use crate::mesh::few;

/// The longest bulletin that a host sends, in bytes: some screens of lines, and a tenth of a second of a small uplink.
pub const MAX_BULLETIN_BYTES: usize = 16 * 1024;
/// The number below which all are where no line can be seen.
const NOTHING: u64 = u64::MAX;
/// The longest that a reader takes: all lines that a desk keeps, of 500 characters of four bytes each.
const MAX_READ_BYTES: usize = 512 * 1024;

/// What has changed since the bulletin before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bulletin {
    /// Reading can begin here: the newest of all that can be seen is in it, and no line of before with a number below
    /// this is to be seen any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// Numbers of lines that are to be seen no more, [`MAX_LINES`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "few::<_, _, MAX_LINES>")]
    pub hidden: Vec<u64>,
    /// What was said, oldest first, [`MAX_LINES`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "few::<_, _, MAX_LINES>")]
    pub said: Vec<Line>,
    /// What is said in the picture, a few at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "few::<_, _, MAX_CAPTIONS>")]
    pub captions: Vec<Caption>,
    /// Where reading can begin, all emotes that there are, [`MAX_EMOTES`] at most; otherwise those whose pictures come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "few::<_, _, MAX_EMOTES>")]
    pub emotes: Vec<Emote>,
}

/// What is wrong with a bulletin. The host is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BulletinError {
    /// It is longer than any may be, or no bulletin at all.
    #[error("the bulletin is malformed")]
    Malformed,
    /// A line that the host must not have taken.
    #[error("the bulletin has a line that nobody may say")]
    Line,
    /// A caption that is none.
    #[error("the bulletin has a caption that is none")]
    Caption,
    /// An emote that is none.
    #[error("the bulletin has an emote that is none")]
    Emote,
}

impl Bulletin {
    /// All that can be seen, for those who begin: as many of the newest of these lines, oldest first, as go into
    /// [`MAX_BULLETIN_BYTES`]; and what was hidden lately, for those who have not heard of it, [`MAX_LINES`] at most.
    #[must_use]
    pub fn of_all<'a>(
        lines: impl DoubleEndedIterator<Item = &'a Arc<Line>>,
        hidden: impl IntoIterator<Item = u64>,
    ) -> Self {
        let mut left = Some(MAX_BULLETIN_BYTES);
        let mut since = NOTHING;
        let mut said = Vec::new();
        for line in lines.rev() {
            since = line.number;
            left = left.and_then(|left| left.checked_sub(bytes_of(line)));
            if left.is_some() {
                said.push(Line::clone(line));
            }
        }
        said.reverse();
        Self {
            since: Some(since),
            hidden: hidden.into_iter().take(MAX_LINES).collect(),
            said,
            captions: Vec::new(),
            emotes: Vec::new(),
        }
    }

    /// Whether reading can begin with it.
    #[must_use]
    pub fn begins_anew(&self) -> bool {
        self.since.is_some()
    }

    /// Adds what happened; gives it back where this one is full, for the next.
    ///
    /// # Errors
    /// The news themselves.
    pub fn add(&mut self, news: News) -> Result<(), News> {
        match news {
            News::Said(line) => {
                let taken: usize = self.said.iter().map(bytes_of).sum();
                if !self.said.is_empty() && taken + bytes_of(&line) > MAX_BULLETIN_BYTES {
                    return Err(News::Said(line));
                }
                self.said.push(Line::clone(&line));
            }
            News::Hidden(number) => {
                if self.hidden.len() == MAX_LINES {
                    return Err(News::Hidden(number));
                }
                self.said.retain(|line| line.number != number);
                self.hidden.push(number);
            }
            News::Cleared => {
                let captions = std::mem::take(&mut self.captions);
                *self = Self { since: Some(NOTHING), captions, ..Self::default() };
            }
            News::Caption(caption) => {
                if self.captions.len() == MAX_CAPTIONS {
                    return Err(News::Caption(caption));
                }
                self.captions.push(Caption::clone(&caption));
            }
        }
        Ok(())
    }

    /// The bulletin in CBOR.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        cbor::to_vec(self)
    }

    /// The bulletin that these bytes hold.
    ///
    /// # Errors
    /// A [`BulletinError`] that says what is wrong with them.
    pub fn decode(bytes: &Bytes) -> Result<Self, BulletinError> {
        if bytes.len() > MAX_READ_BYTES {
            return Err(BulletinError::Malformed);
        }
        let bulletin: Self = cbor::from_slice(bytes).ok_or(BulletinError::Malformed)?;
        if !bulletin.said.iter().all(Line::may_be) {
            return Err(BulletinError::Line);
        }
        if !bulletin.captions.iter().all(Caption::may_be) {
            return Err(BulletinError::Caption);
        }
        if bulletin.emotes.iter().all(Emote::may_be) { Ok(bulletin) } else { Err(BulletinError::Emote) }
    }
}

/// What a line takes, rounded up: its numbers, its fields' names, and what was written.
fn bytes_of(line: impl AsRef<Line>) -> usize {
    let line = line.as_ref();
    let mark = line.by.mark.as_ref().map_or(0, |_| 20);
    let tripcode = line.by.tripcode.as_ref().map_or(0, |_| 24);
    100 + line.text.len() + line.by.name.bytes() + mark + tripcode
}
