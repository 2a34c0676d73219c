//! The network as the studio shows it: who finds the room, how people reach it, and what it costs in upload.

/// Who finds the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Only people with an invite; nothing is published.
    Invite,
    /// Everybody: the card stands in every node's lobby.
    Listed,
}

/// What picture of the room stands in lobbies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LobbyPicture {
    /// A new one each minute.
    Live,
    /// Light and colours alone.
    Blurred,
    /// One that stays.
    Frozen,
    /// None.
    None,
}

/// How people's nodes reach this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Straight, at its own address.
    Direct,
    /// Through relays that the host chose and which alone know the address.
    Relayed,
}

/// Whether nodes elsewhere get through to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nat {
    /// It is being found out.
    Unknown,
    /// Straight.
    Direct,
    /// Through a relay only.
    RelayOnly,
    /// Not at all.
    Unreachable,
}

/// An invite that the host made.
pub struct Invite {
    /// What the form that revokes it names it by.
    pub id: String,
    /// The host's name for it, empty if it has none.
    pub name: String,
    /// People who are in the room with it now.
    pub here: u32,
    /// People who have used it since the node started.
    pub used: u32,
    /// People who may use it; `None`: any number.
    pub limit: Option<u32>,
    /// When it ends; `None`: never.
    pub ends: Option<End>,
    /// Whether it lets people in while the door is locked, too.
    pub opens_lock: bool,
    /// Seconds since it was made.
    pub made_secs: u64,
    /// The link `parlor://…`; a secret, shown only here and hidden until asked for.
    pub link: String,
    /// The link for a browser, likewise.
    pub web_link: String,
}

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In so many seconds.
    In(u64),
    /// It has ended.
    Past,
}

impl End {
    /// From the present time and that of the end, both in milliseconds.
    #[must_use]
    pub fn of(now_ms: u64, end_ms: u64) -> Self {
        if end_ms <= now_ms { Self::Past } else { Self::In((end_ms - now_ms).div_ceil(1000)) }
    }
}

/// Who comes into the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comers {
    /// Whoever opens its page, or may come by the network.
    Whoever,
    /// Those with an invite or an account.
    Invited,
    /// Those whom the host knows.
    Known,
}

/// A relay that the host chose.
pub struct Relay {
    /// Its multiaddress, which also names it in the form that removes it.
    pub address: String,
    /// How it does.
    pub state: RelayState,
}

/// How a relay does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayState {
    /// It is being asked.
    Connecting,
    /// It lets people through to this node.
    Ready,
    /// It does not: a sentence that says why.
    Lost(String),
}

/// A room of another host that this node passes on.
pub struct RelayedRoom {
    /// The room's id.
    pub id: String,
    /// Its title, empty if it has none.
    pub title: String,
    /// Nodes that get it from here.
    pub children: usize,
}

/// The forms of the panel `Network`, and its live part.
pub struct Network {
    /// Who finds the room.
    pub visibility: Visibility,
    /// What picture of it stands in lobbies, where everybody finds it.
    pub lobby_picture: LobbyPicture,
    /// Who comes in: where not everybody does, the room is in no lobby, whatever `visibility` says.
    pub comers: Comers,
    /// The invites that hold, newest first; at most 100.
    pub invites: Vec<Invite>,
    /// How people shall reach this node, from its next start on where it is not so yet.
    pub reach: Reach,
    /// The relays, in the host's order; at most 16.
    pub relays: Vec<Relay>,
    /// Rooms of others that this node passes on; at most 100.
    pub relayed: Vec<RelayedRoom>,
    /// What changes by itself.
    pub facts: NetworkFacts,
    /// What stands in the fields.
    pub fields: NetworkFields,
}

/// What stands in the fields of the panel's forms: what was typed into one that was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkFields {
    /// For whom a new invite is.
    pub invite_name: String,
    /// How many may use it.
    pub invite_limit: String,
    /// When it ends, as the form's values say it.
    pub invite_ends: String,
    /// Whether it opens a locked door.
    pub invite_opens_lock: bool,
    /// Another relay's address.
    pub relay: String,
    /// The ceiling of the upload in Mbit/s, where it is not the one that holds.
    pub upload: Option<String>,
}

/// What changes in the panel `Network` by itself: the document at `/studio/network`.
pub struct NetworkFacts {
    /// How people reach this node now.
    pub reach: Reach,
    /// Whether they get through.
    pub nat: Nat,
    /// How the chosen relays do, in the host's order.
    pub relays: Vec<RelayState>,
    /// Nodes that this node is connected to, for whatever reason.
    pub peers: usize,
    /// People watching on this node's own web page.
    pub browsers: usize,
    /// Rooms of others that this node passes on.
    pub relayed: usize,
    /// What goes out now.
    pub upload: Upload,
    /// Who carries this node's own room onward.
    pub swarm: Swarm,
}

/// Upload to other nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// Bits per second now.
    pub used_bps: u64,
    /// The ceiling in bits per second. Zero: this node sends to nobody.
    pub allowed_bps: u64,
}

/// Those who carry the room, as its host knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swarm {
    /// Nodes on which somebody watches, as they say.
    pub viewers: usize,
    /// The nodes that get the room from this one. A page draws the first 24 and counts the others.
    pub branches: Vec<Branch>,
}

/// A node that gets the room from this one, and all that hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    /// Nodes in this branch, the first one included; at least 1.
    pub nodes: usize,
    /// Whether the connection to the first one goes through a relay.
    pub through_relay: bool,
}
