//! What the host set in the studio, as the folder keeps it.

mod known;
mod lists;
mod network;
mod picture;

use parlor_media::{Quality, Source};
use serde::{Deserialize, Serialize};

use crate::room::{About, Senders};
use crate::secret::Secret;

pub use known::{AccountSettings, Comers, FriendSettings, KnownSettings};
pub use lists::{BanSettings, ListSettings, ListsSettings, RoomSettings, TakesReports};
pub use network::{InviteSettings, NetworkSettings};
pub use picture::KeptPicture;

/// What the host set in the studio.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The Argon2id hash of the studio's password (PHC string), where one is set.
    pub password_hash: Option<String>,
    /// Where the picture comes from.
    pub source: Source,
    /// The host's words about the room.
    pub about: About,
    /// The full picture.
    pub quality: Quality,
    /// RTMP.
    pub rtmp: IngestSettings,
    /// SRT.
    pub srt: IngestSettings,
    /// WHIP.
    pub whip: IngestSettings,
    /// Whom the host lets send files.
    pub files: Senders,
    /// Whether visitors are told how many are in the room, and not who.
    pub counts_only: bool,
    /// Whom the host knows.
    pub known: KnownSettings,
    /// The room in the network.
    pub network: NetworkSettings,
    /// Whom the host barred from the talk for good.
    pub bans: Vec<BanSettings>,
    /// The host's own small pictures for the talk.
    pub emotes: Vec<EmoteSettings>,
    /// The lists of others that the host follows.
    pub lists: ListsSettings,
}

/// One of the host's own small pictures for the talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmoteSettings {
    /// What it is called.
    pub name: String,
    /// The picture, a PNG.
    pub picture: KeptPicture,
}

/// What the host set about one way in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IngestSettings {
    /// Whether it is switched on.
    pub on: bool,
    /// The publish key.
    pub key: Secret,
}
