//! What the talk's pages show.

use super::Page;

/// Who said something.
pub struct TalkAuthor {
    /// What they are called.
    pub name: String,
    /// Their number, where they gave no name: the name is made of it.
    pub guest: Option<u16>,
    /// The mark by which they are known again, where they have one.
    pub mark: Option<String>,
    /// The old tripcode that they brought, which proves little.
    pub tripcode: Option<String>,
    /// What they are in the room: `Host`, `Moderator`, `Guest`.
    pub badge: Option<&'static str>,
}

impl TalkAuthor {
    /// Whether they keep order, so that no moderator has power over them.
    pub(crate) fn keeps_order(&self) -> bool {
        matches!(self.badge, Some("Host" | "Moderator"))
    }
}

/// Something that was said.
pub struct TalkLine {
    /// Its number.
    pub number: u64,
    /// Who said it.
    pub author: TalkAuthor,
    /// What was said, plain text of any number of lines.
    pub text: String,
    /// Whether it is for everybody to notice.
    pub announces: bool,
    /// The names of the room's emotes.
    pub emotes: Vec<String>,
    /// The line that it answers: who said that, and what.
    pub answers: Option<(String, String)>,
}

/// How the page begins on which everything is said. What is said later follows it line by line.
pub struct TalkPage {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// What the visitor may do to keep order.
    pub powers: Option<TalkPowers>,
    /// What was said before, oldest first.
    pub lines: Vec<TalkLine>,
}

/// How the page begins on which captions are shown. Each follows it.
pub struct CaptionsPage {
    /// What every page needs.
    pub page: Page,
}

/// The form with which something is said.
pub struct TalkForm {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// As whom the visitor speaks.
    pub author: TalkAuthor,
    /// What was typed and could not be said; empty otherwise.
    pub text: String,
    /// The line that is to be answered.
    pub answers: Option<TalkLine>,
    /// The name that was typed and could not be taken.
    pub name: Option<String>,
    /// Why something was refused.
    pub notice: Option<String>,
    /// Whether the visitor is at it, so that the field waits for what is typed.
    pub is_at_it: bool,
    /// What the visitor is asked to show that they are no flood.
    pub check: Option<TalkCheck>,
    /// How order is kept, for who keeps it.
    pub order: Option<TalkOrder>,
    /// The names of the room's emotes.
    pub emotes: Vec<String>,
}

/// A flood check: digits to copy from a picture or to count from a sound, or work for the browser.
pub struct TalkCheck {
    /// What names it: 32 hexadecimal digits.
    pub id: String,
    /// Bits of zero that each digest of the work begins with.
    pub bits: u32,
    /// Parts of the work.
    pub parts: u32,
    /// Whether the browser leaves it to the visitor: what was answered before was not right.
    pub by_hand: bool,
}

/// How order is kept.
pub struct TalkOrder {
    /// What of it the visitor may do.
    pub powers: TalkPowers,
    /// Seconds between one person's lines; 0 for none.
    pub slow_secs: u64,
    /// Words that are not to be said, one a line; where others were typed and could not be taken, those.
    pub unwanted: String,
    /// Whether they were refused, and stand there to be mended.
    pub is_refused: bool,
    /// Whether the room's door is locked.
    pub locked: bool,
    /// Who may not talk.
    pub barred: Vec<TalkBarred>,
    /// Who keeps order beside the host: number and name.
    pub moderators: Vec<(u64, String)>,
}

/// Somebody who may not talk.
pub struct TalkBarred {
    /// Their number.
    pub number: u64,
    /// Their name.
    pub name: String,
    /// Whether they would be known again after the next start.
    pub can_last: bool,
    /// Whether it is saved for good.
    pub lasts: bool,
}

/// What somebody may do to keep order.
#[expect(clippy::struct_excessive_bools, reason = "each is a power of its own")]
pub struct TalkPowers {
    /// Hide lines.
    pub hide: bool,
    /// Send people to a time-out.
    pub silence: bool,
    /// Bar people, and let them talk again.
    pub bar: bool,
    /// Set the pause between lines, unwanted words, and clear everything.
    pub pace: bool,
    /// Lock the room's door, and send everybody out.
    pub door: bool,
    /// Say who keeps order.
    pub trust: bool,
}
