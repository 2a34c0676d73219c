//! Signed lists of people whom others refuse (`spec/denylist.md`): the compact denylist format of IPFS (IPIP-383), with
//! Parlor's items and a signature in its header.
//!
//! Reading and writing alone: who subscribes to what, and what follows, is the node's.

mod csv;
mod header;
mod read;
mod write;

use std::fmt;
use std::str::FromStr;

use crate::ident::RoomId;
use crate::invite::Invite;
use crate::report::ReportKey;
use crate::talk::Mark;
use crate::text::is_line;

pub use csv::csv;
pub use read::SignedList;
pub use write::text as key_text;

/// The longest list, in bytes: its entries at their usual length, with reasons. A host's node keeps a few.
pub const MAX_LIST_BYTES: usize = 128 * 1024;
/// The most entries of a list: more than anybody looks through, and what goes into its bytes.
pub const MAX_ENTRIES: usize = 1000;
/// The longest name, author or description of a list, and the longest reason, in characters: what people read at a glance.
pub const MAX_WORDS_CHARS: usize = 200;
/// Separates these signatures from everything else that a key signs.
const CONTEXT: &[u8] = b"parlor denylist v1";

/// Whom a list names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Whoever has the node of this libp2p peer id, as text.
    Node(String),
    /// Whoever knows the phrase behind this mark.
    Mark(Mark),
    /// A room, which is not shown in lobbies then.
    Room(RoomId),
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whom it names.
    pub item: Item,
    /// Why; may be empty.
    pub reason: String,
}

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// What it is called, 1 to [`MAX_WORDS_CHARS`] characters.
    pub name: String,
    /// What is on it; may be empty.
    pub description: String,
    /// Who keeps it; may be empty.
    pub author: String,
    /// Where whoever keeps it takes reports, if they do.
    pub reports: Option<Reports>,
    /// Larger for each newer version: milliseconds since 1970, if nothing speaks for another number.
    pub sequence: u64,
    /// The entries, no two of one item.
    pub entries: Vec<Entry>,
}

/// How reports come to whoever keeps a list (`spec/report.md`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reports {
    /// The key for which they are sealed.
    pub key: ReportKey,
    /// Whose node takes them; `None`: they are passed on as text. Without a secret, for the list is no secret.
    pub at: Option<Invite>,
}

/// What is wrong with a list. Whoever wrote or passed it on is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It is longer than [`MAX_LIST_BYTES`].
    #[error("A list has {MAX_LIST_BYTES} bytes at most.")]
    TooLong,
    /// It has characters that no text has.
    #[error("The list has characters in line {0} that are not allowed.")]
    Characters(usize),
    /// It has no header that a line of `---` ends.
    #[error("The list has no header that ends with a line of ---.")]
    NoHeader,
    /// A line of the header is not `name: value`, or there twice.
    #[error("Line {0} of the list’s header cannot be understood.")]
    Header(usize),
    /// It is of another version of the format.
    #[error("The list is of another version of the format than 1.")]
    Version,
    /// Its name is missing, or its name, author or description too long.
    #[error("A list has a name; name, author and description have {MAX_WORDS_CHARS} characters at most.")]
    Words,
    /// It has no key, or none that is one.
    #[error("The list does not say by which key it is signed, or names none that is one.")]
    Key,
    /// It has no number.
    #[error("The list does not say by a number which version of it this is.")]
    Sequence,
    /// It names a key for reports that is none, or a place without a key, or one that is no link without a secret.
    #[error("The list takes reports, and does not say rightly how.")]
    Reports,
    /// It has no signature, or one that is not its key's.
    #[error("The list’s signature does not fit: something was changed, or is missing.")]
    Signature,
    /// An item of Parlor's cannot be read, or its reason.
    #[error("Line {0} of the list names nobody, or gives a reason that cannot be read.")]
    Item(usize),
    /// There are more than [`MAX_ENTRIES`].
    #[error("A list has {MAX_ENTRIES} entries at most.")]
    TooMany,
}

/// What is no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an item is /parlor/node/ and a peer id, /parlor/mark/ and a mark, or /parlor/room/ and a room")]
pub struct ItemError;

const NODE: &str = "/parlor/node/";
const MARK: &str = "/parlor/mark/";
const ROOM: &str = "/parlor/room/";

impl FromStr for Item {
    type Err = ItemError;

    fn from_str(text: &str) -> Result<Self, ItemError> {
        if let Some(id) = text.strip_prefix(NODE) {
            // The peer id of an Ed25519 key, in base58 (the alphabet of Bitcoin).
            let is_base58 =
                |letter: u8| letter.is_ascii_alphanumeric() && !matches!(letter, b'0' | b'O' | b'I' | b'l');
            let is_one = id.len() == 52 && id.starts_with("12D3KooW") && id.bytes().all(is_base58);
            return if is_one { Ok(Self::Node(id.to_owned())) } else { Err(ItemError) };
        }
        if let Some(id) = text.strip_prefix(ROOM) {
            // One room has one name in a list.
            let room = id.parse::<RoomId>().ok().filter(|room| room.to_string() == id);
            return room.map(Self::Room).ok_or(ItemError);
        }
        let mark = text.strip_prefix(MARK).ok_or(ItemError)?;
        Ok(Self::Mark(Mark::try_from(mark.to_owned()).map_err(|_| ItemError)?))
    }
}

/// As a list has it.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(id) => write!(f, "{NODE}{id}"),
            Self::Mark(mark) => write!(f, "{MARK}{mark}"),
            Self::Room(room) => write!(f, "{ROOM}{room}"),
        }
    }
}

impl Reports {
    /// Whether it gives no secret away.
    fn is_open(&self) -> bool {
        self.at.as_ref().is_none_or(|at| at.secret().is_none())
    }
}

impl List {
    fn check(&self) -> Result<(), ListError> {
        let words = [&self.name, &self.description, &self.author];
        if self.name.is_empty() || !words.iter().all(|words| is_line(words, MAX_WORDS_CHARS)) {
            return Err(ListError::Words);
        }
        if self.reports.as_ref().is_some_and(|reports| !reports.is_open()) {
            return Err(ListError::Reports);
        }
        if self.entries.len() > MAX_ENTRIES {
            return Err(ListError::TooMany);
        }
        let broken = self.entries.iter().position(|entry| !is_line(&entry.reason, MAX_WORDS_CHARS));
        broken.map_or(Ok(()), |at| Err(ListError::Item(at + 1)))
    }
}

#[cfg(test)]
mod tests;
