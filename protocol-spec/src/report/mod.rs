//! Reports: what somebody in a room lets its host know, or who keeps a list of people whom others refuse
//! (`spec/report.md`).
//!
//! [`Report`] is what is said. To a host it goes over the control stream; for who keeps a list it is sealed
//! ([`SealedReport`]), so that whoever passes it on reads nothing. Left out: who may report how often, and what follows.

mod seal;

use serde::{Deserialize, Serialize};

use crate::card::MAX_TITLE_CHARS;
use crate::cbor;
use crate::ident::RoomId;
use crate::talk::{Author, Line, MAX_CHAT_CHARS, Name};
use crate::text::{is_line, is_paragraphs};

pub use seal::{ArmourError, ReportKey, ReportSecret, SealedReport, UnsealError};

/// The longest report, in bytes: a line and words at their longest (2000 bytes each), names, and room for newer fields.
pub const MAX_REPORT_BYTES: usize = 8 * 1024;
/// The most characters that somebody adds in their own words: as much as a line of the talk has.
pub const MAX_REPORT_CHARS: usize = MAX_CHAT_CHARS;

/// What somebody lets a host, or the keeper of a list, know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The room in which it happened.
    pub room: RoomId,
    /// What is reported.
    pub about: About,
    /// Why.
    pub reason: Reason,
    /// The same in their own words, [`MAX_REPORT_CHARS`] at most; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Who reports it, where they want to say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Name>,
}

/// What is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Something that was said, as it stood.
    Line(Line),
    /// Somebody in the room.
    Person(Author),
    /// The room itself.
    Room {
        /// What it is called; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        title: String,
    },
}

/// Why something is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Reason {
    /// Insults, pestering, hate.
    Harassment,
    /// Somebody is threatened, or in danger.
    Threat,
    /// Somebody on camera or in the talk is, or seems to be, under age.
    Minor,
    /// Something is shown or told about somebody who has not agreed to it.
    Consent,
    /// Advertising, fraud, floods.
    Spam,
    /// Something else, or a reason that a newer version has.
    Other,
}

/// What is wrong with a report. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It is longer than [`MAX_REPORT_BYTES`], or not a map with these fields.
    #[error("the report is malformed")]
    Malformed,
    /// A name, a title, the line or the words are longer than they may be, or have characters that no text has.
    #[error("the report has a text that is too long, or has characters that are not allowed")]
    Text,
}

impl Report {
    /// The report in CBOR.
    ///
    /// # Errors
    /// [`ReportError::Text`].
    pub fn encode(&self) -> Result<Vec<u8>, ReportError> {
        self.check()?;
        Ok(cbor::to_vec(self))
    }

    /// The report that these bytes hold.
    ///
    /// # Errors
    /// A [`ReportError`] that says what is wrong with them.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReportError> {
        if bytes.len() > MAX_REPORT_BYTES {
            return Err(ReportError::Malformed);
        }
        let report: Self = cbor::from_slice(bytes).ok_or(ReportError::Malformed)?;
        report.check().map(|()| report)
    }

    fn check(&self) -> Result<(), ReportError> {
        let is_about = match &self.about {
            About::Line(line) => line.may_be(),
            About::Person(person) => person.name.may_be(),
            About::Room { title } => is_line(title, MAX_TITLE_CHARS),
        };
        let holds = is_about
            && is_paragraphs(&self.words, MAX_REPORT_CHARS)
            && self.from.as_ref().is_none_or(Name::may_be);
        if holds { Ok(()) } else { Err(ReportError::Text) }
    }
}

impl About {
    /// Whom it is about; `None` for a room.
    #[must_use]
    pub fn person(&self) -> Option<&Author> {
        match self {
            Self::Line(line) => Some(&line.by),
            Self::Person(person) => Some(person),
            Self::Room { .. } => None,
        }
    }
}

impl Reason {
    /// All of them, in the order in which people choose.
    pub const ALL: [Self; 6] =
        [Self::Harassment, Self::Threat, Self::Minor, Self::Consent, Self::Spam, Self::Other];

    /// The word for it, on the wire and in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Harassment => "harassment",
            Self::Threat => "threat",
            Self::Minor => "minor",
            Self::Consent => "consent",
            Self::Spam => "spam",
            Self::Other => "other",
        }
    }

    /// The reason of this word; `None` where there is none.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl From<String> for Reason {
    fn from(word: String) -> Self {
        Self::named(&word).unwrap_or(Self::Other)
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests;
