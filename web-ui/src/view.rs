//! What the pages show, as plain values. The node fills them; the templates know nothing else.

mod accounts;
mod files;
mod fit;
mod lists;
mod lobby;
mod network;
mod reports;
mod talk;

use crate::language::Language;

pub use accounts::{Account, Accounts, Enter, Entrance};
pub use files::{FileSenders, FileView, FilesForm, FilesPage, SentFile};
pub use fit::{Fit, FitPage, MAX_FIT_BYTES, Panel, Setting};
pub use lists::{FollowedList, ListEntry, ListedName, Lists, TakesReports};
pub use lobby::{Adults, Lobby, LobbyCards, Price, RoomCard, Viewers};
pub use network::{
    Branch, Comers, End, Invite, LobbyPicture, Nat, Network, NetworkFacts, NetworkFields, Reach, Relay,
    RelayState, RelayedRoom, Swarm, Upload, Visibility,
};
pub use reports::{Keeper, ReceivedReport, ReportAbout, ReportDone, ReportForm, ReportTyped, Reports};
pub use talk::{
    CaptionsPage, TalkAuthor, TalkBarred, TalkCheck, TalkForm, TalkLine, TalkOrder, TalkPage, TalkPowers,
};

/// What makes a browser ask for a page that stays open again, at its end.
pub const BEGIN_AGAIN: &str = r#"<meta http-equiv="refresh" content="0">"#;

/// What every page needs.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The form token of the visitor's session; every form repeats it.
    pub csrf: String,
    /// Whether the visitor is the host, who sees the way to the studio.
    pub is_host: bool,
    /// The language that the visitor chose, or that their browser asks for.
    pub language: Language,
    /// The path to which they come back once they have chosen another.
    pub here: String,
    /// How they want the pages to be.
    pub fit: Fit,
    /// A number of this page alone. Firefox takes streams of one address for one file: what it has of a page before, or of
    /// another tab, it would play as the beginning of the new one, and stop where they do not fit.
    pub number: u32,
}

/// Somebody in the room.
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their number, where they gave no name: the name is made of it.
    pub guest: Option<u16>,
    /// What they do here.
    pub doing: Doing,
    /// Whether this is the visitor who reads the page.
    pub is_self: bool,
}

/// What somebody does in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Picture or sound is going to them.
    Watching,
    /// They have the talk open, and take no picture.
    Listening,
    /// They have only the page open.
    Looking,
}

/// Who is in a room.
#[derive(Default)]
pub struct Roster {
    /// How many there are.
    pub counts: RosterCounts,
    /// Who they are; `None` where the host tells visitors only how many.
    pub names: Option<RosterNames>,
}

/// How many are in a room.
#[derive(Default, Clone, Copy)]
pub struct RosterCounts {
    /// Those whom picture or sound is going to, on the host's pages and elsewhere.
    pub watching: usize,
    /// Those who have the talk open, and take no picture.
    pub listening: usize,
    /// Those who have only the page open.
    pub looking: usize,
    /// Those of the watching who watch with a node of their own.
    pub with_node: usize,
}

/// Who is in a room.
pub struct RosterNames {
    /// Those watching first; at most 100 are listed.
    pub people: Vec<Person>,
    /// People beyond those listed.
    pub more: usize,
    /// What those are called who left lately, the last first.
    pub left: Vec<String>,
}

/// What changes on a room's page while it is open: refreshed in place, with or without scripts.
pub struct RoomFacts {
    /// The room as its card shows it.
    pub card: RoomCard,
    /// Who is here.
    pub roster: Roster,
    /// Whether there may be files in the room.
    pub files: bool,
    /// The picture's qualities that there are now: name and label (`video`, `720p`).
    pub qualities: Vec<(String, String)>,
    /// How the room reaches this node; `None` for the node's own room.
    pub remote: Option<RemoteRoom>,
    /// Whether the room is for adults and the visitor has not said that they are one ([`Adults::covers`]): pages ask
    /// instead of playing, also those that are open already.
    pub covered: bool,
    /// Why the door was shut to the visitor while the page was open.
    pub shut: Option<Shut>,
}

/// Why somebody may not be in a room any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// The door is locked, and they are not among those who stay.
    Locked,
    /// Everybody was sent out. They may come in again.
    SentOut,
}

impl RoomFacts {
    /// Whether nothing of the room comes here without an invite.
    #[must_use]
    pub fn needs_invite(&self) -> bool {
        self.remote.is_some_and(|remote| remote.state.needs_invite())
    }
}

/// How a room of another host reaches this node. Its people are not known here: the page shows this instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteRoom {
    /// How far this node got.
    pub state: RemoteState,
    /// Nodes between the host and this one, this one included: 1 is straight from the host. `None` before it is known.
    pub hops: Option<u32>,
    /// From the host's camera to this node, in milliseconds; `None` before it is known.
    pub delay_ms: Option<u64>,
    /// Nodes of this room that this node is connected to.
    pub peers: usize,
    /// Nodes that get the room from this one.
    pub children: usize,
    /// Whether this node passes the room on to others.
    pub relaying: Relaying,
}

/// Whether a node passes a room of another host on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relaying {
    /// Not at all.
    Off,
    /// While its user watches: the room's own viewers carry it.
    WhileWatching,
    /// Also while nobody here watches, until the node stops.
    On,
}

/// How far a node got into a room of another host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteState {
    /// It looks for a way in, or for a new one.
    Joining,
    /// The room is private, and no invite for it is known here.
    NeedsInvite,
    /// The invite that is known here has ended.
    InviteEnded,
    /// As many people as it is for have used the invite that is known here.
    InviteUsedUp,
    /// The host lets no more viewers in for now.
    Full,
    /// The host has locked the door: nobody new comes in.
    Locked,
    /// The host has sent everybody out, or this node.
    Removed,
    /// The host is off air, or can't be found.
    OffAir,
    /// The picture comes in.
    Watching,
}

impl RemoteState {
    /// Whether another invite would open the room.
    #[must_use]
    pub fn needs_invite(self) -> bool {
        matches!(self, Self::NeedsInvite | Self::InviteEnded | Self::InviteUsedUp)
    }
}

/// How a visitor without scripts chose to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// `live.mp4` in a `video` element.
    Video,
    /// `live.mjpeg` at this many frames per second, 1 to 30.
    Mjpeg(u32),
}

/// A room's page. Where the facts are covered it asks whether the visitor is an adult, instead of showing the room.
pub struct RoomPage {
    /// What every page needs.
    pub page: Page,
    /// What was refused just now, such as an invite.
    pub notice: Option<Notice>,
    /// What accounts are to the visitor.
    pub entrance: Entrance,
    /// The invite that was refused just now, to stand in its field again; empty otherwise.
    pub invite: String,
    /// The answer to the 18+ question.
    pub adults: Adults,
    /// What changes.
    pub facts: RoomFacts,
    /// The chosen quality's track name.
    pub quality: String,
    /// How the page plays without scripts.
    pub watch: Watch,
    /// Whether the visitor is about to arrange the panels, so that what does it stands open.
    pub arranging: bool,
}

/// A line of numbers over the last minutes, drawn as a small graph.
pub struct Graph {
    /// What it shows: `Latency`, `Bitrate`, `CPU`.
    pub label: String,
    /// The newest value with its unit: `84 ms`.
    pub now: String,
    /// Values, oldest first, at most 120.
    pub values: Vec<f64>,
    /// The scale's top at least: the graph grows beyond it when a value does.
    pub top: f64,
}

/// The state of the engine in the studio: refreshed in place.
pub struct StudioFacts {
    /// On air since so many seconds, `None` while off air.
    pub on_air_secs: Option<u64>,
    /// What is captured, in words.
    pub source: String,
    /// A sentence where something is wrong with the source or it is being opened; empty when all is well.
    pub notice: String,
    /// The encoder's name, empty while resting.
    pub encoder: String,
    /// Whether JPEG pictures are encoded: somebody watches them.
    pub pictures: bool,
    /// How many reports wait for the host.
    pub reports: usize,
    /// Latency, bitrate, frame-rate, viewers, CPU, memory.
    pub graphs: Vec<Graph>,
}

/// A way to broadcast into the room from another program.
pub struct Ingest {
    /// `rtmp`, `srt` or `whip`: the form's value.
    pub kind: &'static str,
    /// `RTMP`, `SRT` or `WHIP`.
    pub label: &'static str,
    /// Which programs speak it, in words.
    pub hint: String,
    /// Whether it is switched on.
    pub on: bool,
    /// The address to enter; empty while off.
    pub address: String,
    /// The publish key; empty while off. Shown only here, hidden until asked for.
    pub key: String,
    /// Who is publishing, or why it can't be switched on; empty if neither.
    pub state: String,
}

/// The studio's main page.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Studio {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// What was done or refused just now, to be shown at the top.
    pub notice: Option<Notice>,
    /// The room's title.
    pub title: String,
    /// The room's description.
    pub description: String,
    /// The room's tags, separated by spaces.
    pub tags: String,
    /// The room's languages as tags of BCP 47, separated by spaces.
    pub languages: String,
    /// Whether the room is labelled as for adults.
    pub adult: bool,
    /// The source as `Source` writes it.
    pub source: String,
    /// Sources that were found on this machine: `(value, label)`.
    pub sources: Vec<(String, String)>,
    /// Pixels across and down, frames per second, kilobits per second.
    pub quality: QualityForm,
    /// RTMP, SRT and WHIP.
    pub ingests: Vec<Ingest>,
    /// Who is barred from the talk for good.
    pub bans: Vec<Ban>,
    /// Whether a password is set.
    pub has_password: bool,
    /// Who may send files in the room.
    pub files: FileSenders,
    /// What was typed as a caption and could not be shown; empty otherwise.
    pub caption: String,
    /// The names of the room's emotes.
    pub emotes: Vec<String>,
    /// An emote's name that was typed and could not be used; empty otherwise.
    pub emote: String,
    /// Whether visitors are told how many are in the room, and not who.
    pub counts_only: bool,
    /// Whether the host has stated in this session that everybody on camera is an adult and consents.
    pub has_stated: bool,
    /// The engine.
    pub facts: StudioFacts,
    /// The network.
    pub network: Network,
}

/// Somebody who is barred from the talk for good.
pub struct Ban {
    /// What names it in forms.
    pub id: u64,
    /// What they called themselves.
    pub name: String,
    /// Their mark, where they are known by one.
    pub mark: Option<String>,
    /// Whether they are known by their node.
    pub has_node: bool,
    /// Why, in the host's words.
    pub note: String,
    /// Since how many seconds.
    pub made_secs: u64,
}

/// The fields of the quality form.
pub struct QualityForm {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Kilobits per second.
    pub bitrate_kbps: u32,
}

/// One sentence about what was done or refused.
pub struct Notice {
    /// Whether something was refused.
    pub is_error: bool,
    /// The sentence.
    pub text: String,
}

/// The page that asks the host who they are.
pub struct Login {
    /// What every page needs.
    pub page: Page,
    /// Whether a password is set, so that the form is of use.
    pub has_password: bool,
    /// Why the last attempt failed.
    pub notice: Option<Notice>,
}

/// The last page of a node whose keys are destroyed.
pub struct Destroyed {
    /// The host's language.
    pub language: Language,
}

/// A page that says what went wrong and what to do.
pub struct Problem {
    /// What every page needs.
    pub page: Page,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do, in a sentence.
    pub remedy: String,
}
