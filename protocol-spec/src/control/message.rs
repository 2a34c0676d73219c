//! The messages, and their limits.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    MAX_CARD_BYTES, MAX_CARDS, MAX_CHAT_CHARS, MAX_MESSAGE_BYTES, MAX_ORDER_BYTES, MAX_PASSES,
    MAX_REPORT_BYTES, MAX_SNAPSHOT_BYTES,
};
use crate::card::Tag;
use crate::cbor;
use crate::ident::{RoomId, SessionId};
use crate::invite::Proof;
use crate::keys::Pass;
use crate::media::TrackName;
use crate::mesh::{self, few};
use crate::talk::{Keeping, MarkProof, Name, Refusal, Tripcode};
use crate::text::is_paragraphs;

/// A message between two nodes.
///
/// [`Self::Objects`] stands on streams of objects, all others on the control stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Between neighbours in a room.
    Mesh {
        /// The room.
        room: RoomId,
        /// Which of its shows: what is said of another is of no use.
        show: ShowMark,
        /// What the mesh says.
        message: mesh::Message,
    },
    /// Between neighbours in a room: somebody wants these tracks, here or further away.
    Want {
        /// The room.
        room: RoomId,
        /// [`MAX_LANES`](mesh::MAX_LANES) at most.
        #[serde(deserialize_with = "few::<_, _, { mesh::MAX_LANES }>")]
        tracks: Vec<Wish>,
    },
    /// The card of a room that the receiver asked for or watches, as
    /// [`SignedCard::bytes`](crate::card::SignedCard::bytes) gives it.
    Card(Bytes),
    /// For the cards that the receiver knows: of all rooms, or of those with this tag. The answer is [`Self::Cards`].
    AskCards {
        /// The tag.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<Tag>,
    },
    /// Cards, [`MAX_CARDS`] at most, as many as fit.
    Cards(Vec<Bytes>),
    /// For the card of one room. The answer is [`Self::Card`] or [`Self::NoCard`].
    AskCard {
        /// The room.
        room: RoomId,
    },
    /// There is no card of this room here, or none for the receiver.
    NoCard {
        /// The room.
        room: RoomId,
    },
    /// I know of this room: before anything else that is said of a room by invitation, which is not there for anybody
    /// who has not knocked. There is no answer.
    Knock {
        /// The room.
        room: RoomId,
        /// [`InviteSecret::knock`](crate::invite::InviteSecret::knock), or [`Proof::of_card`].
        proof: Proof,
    },
    /// From a viewer to the host: let me in. The answer is [`Self::Keys`] or [`Self::NoEntry`].
    Enter {
        /// The room.
        room: RoomId,
        /// Shows that the viewer holds an invite.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Proof>,
    },
    /// From the host: what opens the room, also whenever it changes.
    Keys {
        /// The room.
        room: RoomId,
        /// [`MAX_PASSES`] at most.
        passes: Vec<Pass>,
    },
    /// From the host: you may not enter, or not any more.
    NoEntry {
        /// The room.
        room: RoomId,
        /// Why.
        reason: NoEntry,
    },
    /// From a viewer to the host: I am gone.
    Left {
        /// The room.
        room: RoomId,
    },
    /// From a viewer to the host: a line of chat. The answer is [`Self::Heard`].
    Chat {
        /// The room.
        room: RoomId,
        /// What the answer will name; the sender counts as it likes.
        number: u32,
        /// What the speaker is called; where there is none, by the number that the host gives them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
        /// Shows that the speaker knows the phrase of a mark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<MarkProof>,
        /// The phrase of an old tripcode, which the host makes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trip_phrase: Option<String>,
        /// The line that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<u64>,
        /// [`MAX_CHAT_CHARS`] at most.
        text: String,
    },
    /// From the host: what became of a line of chat, of an order or a report.
    Heard {
        /// The room.
        room: RoomId,
        /// The number of the `Chat`, the `Order`, the `Report` or the `SealedReport`.
        number: u32,
        /// Why it was not taken, or not done; it was, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<Refusal>,
    },
    /// From a moderator to the host: an order. The answer is [`Self::Heard`].
    Order {
        /// The room.
        room: RoomId,
        /// What the answer will name; the sender counts it with the lines of chat.
        number: u32,
        /// What [`Order::encode`](crate::talk::Order::encode) gives.
        /// [`MAX_ORDER_BYTES`] at most.
        body: Bytes,
    },
    /// From a viewer to the host: something that they should look at. The answer is [`Self::Heard`].
    Report {
        /// The room.
        room: RoomId,
        /// What the answer will name; the sender counts it with the lines of chat.
        number: u32,
        /// What [`Report::encode`](crate::report::Report::encode) gives. [`MAX_REPORT_BYTES`] at most.
        report: Bytes,
    },
    /// From anybody to the host of the room that a list names for reports: one for whoever keeps that list. The answer is
    /// [`Self::Heard`].
    SealedReport {
        /// The room, where whoever keeps the list takes reports.
        room: RoomId,
        /// What the answer will name.
        number: u32,
        /// [`SealedReport::as_bytes`](crate::report::SealedReport::as_bytes). [`MAX_REPORT_BYTES`] at most.
        sealed: Bytes,
    },
    /// From the host to a moderator: what they may do to keep order, and how it stands. Again, whenever that changes.
    Keeping {
        /// The room.
        room: RoomId,
        /// What they may do; nothing, where they were one before.
        keeping: Keeping,
    },
    /// From a host to its relay: publish this card for me, in place of the one before.
    Announce(Bytes),
    /// For the picture whose hash is on the room's card.
    AskSnapshot {
        /// The room.
        room: RoomId,
    },
    /// The picture, a JPEG.
    Snapshot {
        /// The room.
        room: RoomId,
        /// [`MAX_SNAPSHOT_BYTES`] at most; empty where there is none.
        jpeg: Bytes,
    },
    /// The first on a stream of objects, from the one that opened it: here come objects of this room.
    Objects {
        /// The room.
        room: RoomId,
        /// Which of its shows they are of.
        show: ShowMark,
    },
}

/// Which show of a room: the first four bytes of its session's public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShowMark(u32);

impl From<SessionId> for ShowMark {
    fn from(session: SessionId) -> Self {
        let [a, b, c, d, ..] = session.public_key();
        Self(u32::from_be_bytes([a, b, c, d]))
    }
}

/// Somebody wants a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The track.
    pub track: TrackName,
    /// How many seconds ago whoever wants it said so; 255 for longer.
    pub age: u8,
}

/// Why somebody may not enter a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum NoEntry {
    /// It takes an invite, and there was no proof of one, or of one that does not count any more.
    Invite,
    /// The invite that was proved has ended.
    Ended,
    /// As many as the invite that was proved is for have used it.
    UsedUp,
    /// It takes a payment.
    Payment,
    /// It is off air.
    OffAir,
    /// The host sent this viewer away.
    Removed,
    /// The host has all the viewers that it can have.
    Full,
    /// The host has locked the door: nobody new comes in.
    Locked,
    /// The receiver is not the room's host.
    NotHost,
    /// A reason that a newer version has.
    Other,
}

/// What is wrong with a message. The sender is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It is longer than [`MAX_MESSAGE_BYTES`].
    #[error("the message is longer than 256 KiB")]
    TooLong,
    /// It is not a CBOR map of one entry whose key is a text.
    #[error("the message is malformed")]
    Malformed,
    /// It is of a known kind, whose fields are not there or of another type.
    #[error("the message '{0}' is malformed")]
    Fields(&'static str),
    /// More than [`MAX_CARDS`] cards, or one longer than [`MAX_CARD_BYTES`].
    #[error("the message holds too many cards, or too long ones")]
    Cards,
    /// More than [`MAX_PASSES`] passes.
    #[error("the message holds too many passes")]
    Passes,
    /// The chat is longer than [`MAX_CHAT_CHARS`], or its name than
    /// [`MAX_NAME_CHARS`](crate::talk::MAX_NAME_CHARS), empty, or has control
    /// characters; or it has a phrase of which no tripcode is made.
    #[error("a line of chat has 500 characters at most, a name 24, and a tripcode's phrase 128 of ASCII")]
    Chat,
    /// The order is longer than [`MAX_ORDER_BYTES`].
    #[error("the order is longer than 4 KiB")]
    Order,
    /// The report is longer than [`MAX_REPORT_BYTES`].
    #[error("the report is longer than 8 KiB")]
    Report,
    /// The snapshot is larger than [`MAX_SNAPSHOT_BYTES`].
    #[error("the snapshot is larger than 64 KiB")]
    Snapshot,
}

/// Every kind, as it stands on the wire.
pub(super) const KINDS: [&str; 22] = [
    "mesh",
    "want",
    "card",
    "ask_cards",
    "cards",
    "ask_card",
    "no_card",
    "knock",
    "enter",
    "keys",
    "no_entry",
    "left",
    "chat",
    "heard",
    "order",
    "report",
    "sealed_report",
    "keeping",
    "announce",
    "ask_snapshot",
    "snapshot",
    "objects",
];

impl Message {
    /// As many of these cards, from the first on, as one message takes.
    #[must_use]
    pub fn cards_that_fit(cards: impl IntoIterator<Item = Bytes>) -> Self {
        // `{"cards": [` and the heads of the byte strings, rounded up.
        let mut left = MAX_MESSAGE_BYTES - 16 - MAX_CARDS * 3;
        let fits = |card: &Bytes| {
            left = left.checked_sub(card.len())?;
            Some(())
        };
        let mut fits = fits;
        Self::Cards(cards.into_iter().take(MAX_CARDS).take_while(|card| fits(card).is_some()).collect())
    }

    /// The message in CBOR.
    ///
    /// # Errors
    /// A [`MessageError`] for one that no receiver would take.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        self.check()?;
        let bytes = cbor::to_vec(self);
        if bytes.len() > MAX_MESSAGE_BYTES { Err(MessageError::TooLong) } else { Ok(bytes) }
    }

    /// The message that these bytes hold; `None` for a kind that this version does not know, which is to be skipped.
    ///
    /// # Errors
    /// A [`MessageError`] that names what is wrong with them.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, MessageError> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(MessageError::TooLong);
        }
        let Some(message) = cbor::from_slice::<Self>(bytes) else {
            let kind = cbor::single_key(bytes).ok_or(MessageError::Malformed)?;
            let known = KINDS.into_iter().find(|known| *known == kind);
            return known.map_or(Ok(None), |known| Err(MessageError::Fields(known)));
        };
        message.check()?;
        Ok(Some(message))
    }

    fn check(&self) -> Result<(), MessageError> {
        let cards = |cards: &[Bytes]| {
            cards.len() <= MAX_CARDS && cards.iter().all(|card| card.len() <= MAX_CARD_BYTES)
        };
        let (holds, error) = match self {
            Self::Card(card) | Self::Announce(card) => {
                (cards(std::slice::from_ref(card)), MessageError::Cards)
            }
            Self::Cards(list) => (cards(list), MessageError::Cards),
            Self::Keys { passes, .. } => (passes.len() <= MAX_PASSES, MessageError::Passes),
            Self::Chat { text, name, trip_phrase, .. } => {
                let is_chat = !text.is_empty() && is_paragraphs(text, MAX_CHAT_CHARS);
                let is_phrase = |phrase: &String| Tripcode::of(phrase).is_some();
                let is_author =
                    name.as_ref().is_none_or(Name::may_be) && trip_phrase.as_ref().is_none_or(is_phrase);
                (is_chat && is_author, MessageError::Chat)
            }
            Self::Order { body, .. } => (body.len() <= MAX_ORDER_BYTES, MessageError::Order),
            Self::Report { report, .. } => (report.len() <= MAX_REPORT_BYTES, MessageError::Report),
            Self::SealedReport { sealed, .. } => (sealed.len() <= MAX_REPORT_BYTES, MessageError::Report),
            Self::Snapshot { jpeg, .. } => (jpeg.len() <= MAX_SNAPSHOT_BYTES, MessageError::Snapshot),
            _ => return Ok(()),
        };
        if holds { Ok(()) } else { Err(error) }
    }
}

impl NoEntry {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Ended => "ended",
            Self::UsedUp => "used_up",
            Self::Payment => "payment",
            Self::OffAir => "off_air",
            Self::Removed => "removed",
            Self::Full => "full",
            Self::Locked => "locked",
            Self::NotHost => "not_host",
            Self::Other => "other",
        }
    }
}

impl From<String> for NoEntry {
    fn from(text: String) -> Self {
        [
            Self::Invite,
            Self::Ended,
            Self::UsedUp,
            Self::Payment,
            Self::OffAir,
            Self::Removed,
            Self::Full,
            Self::Locked,
            Self::NotHost,
        ]
        .into_iter()
        .find(|reason| reason.as_str() == text)
        .unwrap_or(Self::Other)
    }
}

impl From<NoEntry> for String {
    fn from(reason: NoEntry) -> Self {
        reason.as_str().to_owned()
    }
}
