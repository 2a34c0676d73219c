//! What the pages of a room's files show.

use super::{Page, TalkAuthor};

/// Whom the host lets send files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSenders {
    /// Nobody: there are none.
    Nobody,
    /// The host alone.
    Host,
    /// The host and those whom they know.
    Guests,
    /// Everybody in the room.
    Everybody,
}

/// A file that somebody has sent.
pub struct SentFile {
    /// Its number.
    pub number: u64,
    /// What it is called.
    pub name: String,
    /// Who sent it.
    pub author: TalkAuthor,
    /// Its size.
    pub bytes: u64,
    /// When it came: seconds since 1970.
    pub at_secs: u64,
    /// Pixels across and down, where it is a picture that can be shown.
    pub picture: Option<(u32, u32)>,
    /// Whether this visitor may remove it.
    pub is_removable: bool,
}

/// How the page begins that lists the files. What comes later follows it file by file.
pub struct FilesPage {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// Whether the room is off air for this visitor, who then sees none.
    pub is_closed: bool,
    /// The files, oldest first.
    pub files: Vec<SentFile>,
}

/// The form with which a file is sent.
pub struct FilesForm {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// Who may send.
    pub senders: FileSenders,
    /// Whether this visitor may.
    pub is_sender: bool,
    /// The most bytes of a file.
    pub max_bytes: u64,
    /// What was done or refused just now.
    pub notice: Option<super::Notice>,
}

/// A picture by itself, in the place of the list.
pub struct FileView {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// The picture.
    pub file: SentFile,
}
