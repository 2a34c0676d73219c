//! Why words were not taken, as a sentence for whoever wrote them, and as it travels.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::order::MAX_UNWANTED_CHARS;
use crate::denylist::MAX_WORDS_CHARS;
use crate::text::is_line;

/// Why words were not taken. They are not lost: whoever wrote them may send them again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Refusal {
    /// More lines than one person can mean.
    #[error("That was fast. Wait {} s, then send it again.", seconds(*.0))]
    TooFast(Duration),
    /// The host wants pauses between one person's lines.
    #[error("The host has slowed the talk down. You can send this in {} s.", seconds(*.0))]
    Slow(Duration),
    /// The room as a whole has more lines than anybody reads.
    #[error("Everybody talks at once. Wait {} s, then send it again.", seconds(*.0))]
    Crowded(Duration),
    /// A word that the host does not want said.
    #[error("The host does not want “{0}” said here.")]
    Unwanted(String),
    /// The words of the speaker's last line.
    #[error("You have just said that.")]
    Again,
    /// The host has sent them to a time-out.
    #[error("The host asks you to be silent for {} s more.", seconds(*.0))]
    Silenced(Duration),
    /// The host does not want them here.
    #[error("The host has closed the talk to you.")]
    Barred,
    /// They are on a list that the host subscribes to (`spec/denylist.md`).
    #[error("You are on the list “{list}”, which the host follows{}", because(.reason))]
    Listed {
        /// What the list is called.
        list: String,
        /// Why they are on it; may be empty.
        reason: String,
    },
    /// The room is off air, or the speaker is not in it.
    #[error("You can talk here once you are in the room and it is on air.")]
    NotHere,
    /// They wanted something of others that they have not the power for.
    #[error("Only the host does that, or whom they have given the power.")]
    NotAllowed,
    /// A reason that a newer version has.
    #[error("The host did not take it.")]
    Other,
}

/// A refusal as it travels.
#[derive(Serialize, Deserialize)]
struct Written {
    why: String,
    /// When it would be taken, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wait: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<Refusal> for Written {
    fn from(refusal: Refusal) -> Self {
        let millis = |span: Duration| Some(u32::try_from(span.as_millis()).unwrap_or(u32::MAX));
        let (why, wait, word) = match refusal {
            Refusal::TooFast(span) => ("too_fast", millis(span), None),
            Refusal::Slow(span) => ("slow", millis(span), None),
            Refusal::Crowded(span) => ("crowded", millis(span), None),
            Refusal::Unwanted(word) => ("unwanted", None, Some(word)),
            Refusal::Again => ("again", None, None),
            Refusal::Silenced(span) => ("silenced", millis(span), None),
            Refusal::Barred => ("barred", None, None),
            Refusal::Listed { list, reason } => {
                let reason = Some(reason).filter(|reason| !reason.is_empty());
                return Self { why: "listed".to_owned(), wait: None, word: None, list: Some(list), reason };
            }
            Refusal::NotHere => ("not_here", None, None),
            Refusal::NotAllowed => ("not_allowed", None, None),
            Refusal::Other => ("other", None, None),
        };
        Self { why: why.to_owned(), wait, word, list: None, reason: None }
    }
}

impl From<Written> for Refusal {
    fn from(Written { why, wait, word, list, reason }: Written) -> Self {
        let span = Duration::from_millis(wait.unwrap_or(0).into());
        match (why.as_str(), word) {
            ("too_fast", _) => Self::TooFast(span),
            ("slow", _) => Self::Slow(span),
            ("crowded", _) => Self::Crowded(span),
            ("unwanted", Some(word)) if is_line(&word, MAX_UNWANTED_CHARS) => Self::Unwanted(word),
            ("again", _) => Self::Again,
            ("silenced", _) => Self::Silenced(span),
            ("barred", _) => Self::Barred,
            ("listed", _) => {
                let words = |text: Option<String>| text.filter(|text| is_line(text, MAX_WORDS_CHARS));
                let (list, reason) = (words(list), words(reason).unwrap_or_default());
                list.map_or(Self::Barred, |list| Self::Listed { list, reason })
            }
            ("not_here", _) => Self::NotHere,
            ("not_allowed", _) => Self::NotAllowed,
            _ => Self::Other,
        }
    }
}

/// The end of a sentence that gives a reason, where there is one.
fn because(reason: &str) -> String {
    if reason.is_empty() { ".".to_owned() } else { format!(": {reason}") }
}

/// Whole seconds, at least one: what people are told to wait.
fn seconds(span: Duration) -> u64 {
    span.as_millis().div_ceil(1000).max(1) as u64
}
