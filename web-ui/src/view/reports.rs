//! What the pages about reports show: the form with which somebody reports, and what has come.

use super::{Notice, Page, TalkAuthor, TalkCheck};

/// What is reported.
pub enum ReportAbout {
    /// Something that was said.
    Line {
        /// Its number.
        number: u64,
        /// When it was said: milliseconds since 1970.
        at_ms: u64,
        /// Who said it.
        author: TalkAuthor,
        /// What was said.
        text: String,
    },
    /// Somebody in the room.
    Person(TalkAuthor),
    /// The room, by its title, which may be empty.
    Room(String),
}

/// The form with which somebody reports something.
pub struct ReportForm {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// What is reported.
    pub about: ReportAbout,
    /// Whether it can go to the host: not from the host.
    pub has_host: bool,
    /// Whether the visitor is on the host's own pages.
    pub is_own: bool,
    /// Who keeps a list that this node follows, and takes reports.
    pub keepers: Vec<Keeper>,
    /// What was typed and chosen, where it could not be used.
    pub typed: ReportTyped,
    /// What the visitor is called.
    pub name: String,
    /// Why it was refused.
    pub notice: Option<Notice>,
    /// What the visitor is asked to show that they are no flood.
    pub check: Option<TalkCheck>,
    /// Whether the visitor is at it.
    pub is_at_it: bool,
}

/// Who keeps a list, and takes reports.
pub struct Keeper {
    /// The list's key, which names it in forms.
    pub key: String,
    /// What the list is called.
    pub list: String,
    /// Who keeps it; may be empty.
    pub author: String,
    /// Whether their node takes reports by itself.
    pub takes: bool,
}

/// What was typed into the form, and chosen.
#[derive(Clone, Default)]
pub struct ReportTyped {
    /// The word of the reason.
    pub reason: String,
    /// Their own words.
    pub words: String,
    /// `host`, or a list's key.
    pub to: String,
    /// Whether they want to be named.
    pub is_named: bool,
}

/// A report that was taken, or is to be passed on as text.
pub struct ReportDone {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// What happened.
    pub notice: Notice,
    /// The sealed report as text, where the visitor passes it on, and for which list.
    pub text: Option<(String, String)>,
}

/// The reports that wait for the host.
pub struct Reports {
    /// What every page needs.
    pub page: Page,
    /// What was done or refused just now.
    pub notice: Option<Notice>,
    /// A text that could not be opened, to stand in its field again.
    pub typed: String,
    /// The reports, the oldest first; 64 at most.
    pub reports: Vec<ReceivedReport>,
}

/// A report that has come.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ReceivedReport {
    /// What names it in forms.
    pub number: u64,
    /// When it came: seconds since 1970.
    pub at_secs: u64,
    /// What it is about.
    pub about: ReportAbout,
    /// The word of the reason.
    pub reason: &'static str,
    /// The reporter's own words; may be empty.
    pub words: String,
    /// Who reports it, where they say so.
    pub from: Option<String>,
    /// The room's id, where it is for the keeper of the host's list.
    pub room: Option<String>,
    /// Whether this node knows by itself that it is so.
    pub is_proved: bool,
    /// Whether the line can still be hidden.
    pub can_hide: bool,
    /// Whether the person can be silenced and barred.
    pub can_bar: bool,
    /// Whether they would be known again after the next start.
    pub can_last: bool,
    /// Whether there is something that the host's list can name.
    pub can_list: bool,
}
