//! The host's desk: everything that the host may do, whichever page, program or key it comes from.

mod accounts;
mod bans;
mod emotes;
mod files;
mod lists;
pub(super) mod network;
mod reports;
mod rooms;
mod roster;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use ed25519_dalek::SigningKey;
use parlor_media::{Quality, Source, Status};
use parlor_protocol::media::UnixMs;
use parlor_web::language::Said;
use tokio::task::spawn_blocking;

use crate::carry::{CarrierError, Hosting, Terms};
use crate::config::{self, Config, ConfigError};
use crate::room::{About, Room};
use crate::secret::Secret;
use crate::store::{Comers, Destroyed, IngestSettings, Settings, Store, StoreError};

use super::engine::{Engine, EngineError};
use super::meters::{Meters, Reading};
use super::password::{Hasher, PasswordError};
use super::peers::Peers;

pub use accounts::{AccountChange, KnownError};
pub(crate) use accounts::{MAX_ACCOUNTS, MAX_FRIENDS};
pub use bans::BanError;
pub(crate) use bans::{MAX_BAN_NOTE_CHARS, MAX_BANS};
pub use emotes::EmoteError;
pub(crate) use lists::MAX_LISTS;
pub use lists::{FollowError, Followed, FollowedList};
pub(crate) use network::{FIRST_INVITE, MAX_UPLOAD_MBPS};
pub use network::{InviteStatus, InviteWish, MAX_INVITE_NAME_CHARS, NetworkStatus, NetworkWishError};
pub(crate) use reports::MAX_LISTED_ROOMS;
pub use reports::{Keeper, ReportMisfit};
pub use rooms::{OpenError, room_named};

/// A way in for publishers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IngestKind {
    /// RTMP.
    Rtmp,
    /// SRT.
    Srt,
    /// WHIP (RFC 9725).
    Whip,
}

impl IngestKind {
    /// All of them, in the studio's order.
    pub const ALL: [Self; 3] = [Self::Rtmp, Self::Srt, Self::Whip];
}

/// What the host does with a way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IngestAction {
    /// Opens it.
    On,
    /// Closes it; whoever publishes through it is cut off.
    Off,
    /// Makes a new key; whoever publishes with the old one is cut off.
    Renew,
}

/// A way in as the studio shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct IngestStatus {
    /// Which one.
    pub kind: IngestKind,
    /// Whether it is open.
    pub on: bool,
    /// The port it listens on; `None` while off, and for WHIP, which is on the web pages' port.
    pub port: Option<u16>,
    /// The key that a publisher needs.
    pub key: Secret,
    /// Who publishes, or why the last one was refused.
    pub state: Option<Said>,
}

/// The node as the host sees it.
#[derive(Debug, Clone)]
pub struct StudioStatus {
    /// Since when the room is on air.
    pub on_air_since: Option<UnixMs>,
    /// What the host set.
    pub settings: Settings,
    /// The source that is in use, which a flag may have chosen.
    pub source: Source,
    /// The quality that is in use.
    pub quality: Quality,
    /// The engine.
    pub engine: Status,
    /// RTMP, SRT, WHIP.
    pub ingests: Vec<IngestStatus>,
    /// The last two minutes, oldest first.
    pub readings: Vec<Reading>,
    /// People watching now.
    pub viewers: usize,
}

/// Why the host's wish can't be met. The sentence is for the host.
#[derive(Debug, thiserror::Error)]
pub enum StudioError {
    /// The value is not one that the key takes.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It holds now, but could not be kept for the next start.
    #[error("This holds until the node stops, but could not be saved: {0}.")]
    Store(#[from] StoreError),
    /// The engine or a listener can't do it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The password is not fit to be one.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Whom the host knows can't be so.
    #[error(transparent)]
    Known(#[from] KnownError),
    /// The network can't be so.
    #[error(transparent)]
    Network(#[from] NetworkWishError),
    /// Somebody can't be barred for good, or is not.
    #[error(transparent)]
    Ban(#[from] BanError),
    /// There is no such emote.
    #[error(transparent)]
    Emote(#[from] EmoteError),
    /// A list can't be followed, or is not.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// A report can't be opened, or put on the host's list.
    #[error(transparent)]
    Report(#[from] ReportMisfit),
    /// The room can't be brought into the network.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
}

/// The host's desk.
pub struct Studio {
    room: Arc<Room>,
    store: Store,
    engine: Engine,
    meters: Meters,
    hasher: Hasher,
    api_token: Secret,
    peers: Arc<Peers>,
    hosting: Hosting,
    /// Signs the host's own list.
    list_key: SigningKey,
    /// What the followed lists say of rooms and reports, read once: strangers ask for it.
    followed: Mutex<Arc<reports::Followed>>,
    /// Bytes sent to other nodes at the last reading, and when that was.
    sent: Mutex<(u64, tokio::time::Instant)>,
}

impl Studio {
    /// Goes off air, and destroys what the node keeps on disk: the keys first, then the rest.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] for the first file that could not be destroyed; the others are.
    pub fn destroy(&self) -> Result<Destroyed, StoreError> {
        self.room.set_on_air(false);
        self.store.destroy()
    }

    /// Opens the desk: starts the engine, and the ways in that are on.
    ///
    /// # Errors
    /// [`StudioError::Engine`] where the engine can't run at all or a port that is configured on is taken.
    pub async fn open(
        config: &Config,
        store: Store,
        key: SigningKey,
        room: Arc<Room>,
        peers: Arc<Peers>,
    ) -> Result<Self, StudioError> {
        store.change(|settings| network::with_first_invite(&mut settings.network))?;
        let settings = store.settings();
        let friends = accounts::friends(&settings.known);
        let invited_only = settings.known.comers == Comers::Invited;
        let list_key = store.list_key()?;
        let terms = Terms { friends, invited_only, ..network::terms(&config.network, &settings.network) };
        let hosting = Hosting::start(peers.carrier(), room.clone(), key, terms)?;
        let engine = Engine::start(config, &settings, &room)?;
        room.files().set_senders(settings.files);
        room.presence().set_counts_only(settings.counts_only);
        room.set_emotes(emotes::emotes(&settings));
        let studio = Self {
            room,
            store,
            engine,
            meters: Meters::default(),
            hasher: Hasher::default(),
            api_token: Secret::generate(),
            peers,
            hosting,
            list_key,
            followed: Mutex::default(),
            sent: Mutex::new((0, tokio::time::Instant::now())),
        };
        studio.apply_bans();
        studio.apply_opener();
        for kind in IngestKind::ALL {
            let configured = match kind {
                IngestKind::Rtmp => config.rtmp.on,
                IngestKind::Srt => config.srt.on,
                IngestKind::Whip => config.whip_on,
            };
            let IngestSettings { on, key } = ingest(&settings, kind).clone();
            if configured.unwrap_or(on) {
                studio.engine.open(kind, key).await?;
            }
        }
        Ok(studio)
    }

    /// The node among its peers.
    #[must_use]
    pub fn peers(&self) -> &Arc<Peers> {
        &self.peers
    }

    /// The room.
    #[must_use]
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// The engine, for those who publish through the web pages.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The token that opens the programming interface; new at every start.
    #[must_use]
    pub fn api_token(&self) -> &Secret {
        &self.api_token
    }

    /// Goes on air or off.
    pub fn set_on_air(&self, on_air: bool) {
        self.room.set_on_air(on_air);
    }

    /// Changes title, description and tags, for viewers at once.
    ///
    /// # Errors
    /// [`StudioError::Store`] where they can't be kept.
    pub fn set_about(&self, about: About) -> Result<(), StudioError> {
        self.room.set_about(about.clone());
        Ok(self.store.change(|settings| settings.about = about)?)
    }

    /// Shows another source. While somebody publishes, their picture stays.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_source(&self, source: Source) -> Result<(), StudioError> {
        self.engine.set_source(source.clone());
        Ok(self.store.change(|settings| settings.source = source)?)
    }

    /// The cameras of this machine, and what they are called. Looking takes some 10 ms for each.
    pub async fn cameras(&self) -> Vec<(Source, String)> {
        spawn_blocking(Engine::cameras).await.expect("looking for cameras does not panic")
    }

    /// Changes size, rate and bitrate of the full picture.
    ///
    /// # Errors
    /// [`StudioError::Config`] for a value that no encoder takes, [`StudioError::Store`] where it can't be kept.
    pub fn set_quality(&self, quality: Quality) -> Result<(), StudioError> {
        let quality = config::check_quality(quality)?;
        self.engine.set_quality(quality);
        Ok(self.store.change(|settings| settings.quality = quality)?)
    }

    /// Opens or closes a way in, or renews its key.
    ///
    /// # Errors
    /// [`StudioError::Engine`] where it can't listen, [`StudioError::Store`] where it can't be kept.
    pub async fn set_ingest(&self, kind: IngestKind, action: IngestAction) -> Result<(), StudioError> {
        let IngestSettings { key, .. } = ingest(&self.store.settings(), kind).clone();
        let was_on = self.engine.is_open(kind);
        let key = if action == IngestAction::Renew { Secret::generate() } else { key };
        let on = match action {
            IngestAction::On => true,
            IngestAction::Off => false,
            IngestAction::Renew => was_on,
        };
        self.engine.close(kind);
        if on {
            self.engine.open(kind, key.clone()).await?;
        }
        Ok(self.store.change(|settings| *ingest_mut(settings, kind) = IngestSettings { on, key })?)
    }

    /// The key for this way in, while it is open.
    #[must_use]
    pub fn publish_key(&self, kind: IngestKind) -> Option<Secret> {
        self.engine.is_open(kind).then(|| ingest(&self.store.settings(), kind).key.clone())
    }

    /// Sets the studio's password.
    ///
    /// # Errors
    /// [`StudioError::Password`] where it is not fit, [`StudioError::Store`] where it can't be kept.
    pub async fn set_password(&self, password: &str) -> Result<(), StudioError> {
        let hash = self.hasher.hash(password).await?;
        Ok(self.store.change(|settings| settings.password_hash = Some(hash))?)
    }

    /// Whether a password is set.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.store.settings().password_hash.is_some()
    }

    /// Whether this is the password; `false` where none is set.
    pub async fn check_password(&self, password: &str) -> bool {
        match self.store.settings().password_hash {
            Some(hash) => self.hasher.matches(&hash, password).await,
            None => false,
        }
    }

    /// The node as it stands.
    #[must_use]
    pub fn status(&self) -> StudioStatus {
        let settings = self.store.settings();
        let status = |kind| IngestStatus {
            kind,
            on: self.engine.is_open(kind),
            port: self.engine.port(kind),
            key: ingest(&settings, kind).key.clone(),
            state: self.engine.publisher(kind),
        };
        StudioStatus {
            on_air_since: self.room.card().borrow().on_air_since,
            source: self.engine.source(),
            quality: self.engine.quality(),
            engine: self.engine.status(),
            ingests: IngestKind::ALL.map(status).to_vec(),
            readings: self.meters.readings(),
            viewers: self.room.presence().viewers(Instant::now()),
            settings,
        }
    }

    /// Takes a reading; called once a second.
    pub(super) fn measure(&self, (cpu_percent, memory_bytes): (f64, u64)) {
        let engine = self.engine.status();
        self.meters.add(Reading {
            latency_ms: engine.encode_delay.as_secs_f64() * 1000.0,
            bitrate_bps: engine.bitrate_bps,
            upload_bps: self.measure_upload(),
            fps: f64::from(engine.frame_rate_milli) / 1000.0,
            viewers: self.room.presence().viewers(Instant::now()),
            cpu_percent,
            memory_bytes,
        });
    }
}

fn ingest(settings: &Settings, kind: IngestKind) -> &IngestSettings {
    match kind {
        IngestKind::Rtmp => &settings.rtmp,
        IngestKind::Srt => &settings.srt,
        IngestKind::Whip => &settings.whip,
    }
}

fn ingest_mut(settings: &mut Settings, kind: IngestKind) -> &mut IngestSettings {
    match kind {
        IngestKind::Rtmp => &mut settings.rtmp,
        IngestKind::Srt => &mut settings.srt,
        IngestKind::Whip => &mut settings.whip,
    }
}
