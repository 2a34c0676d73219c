//! The host's wishes about the room in the network: who learns of it, who may enter, how it is reached.

use data_encoding::BASE32_NOPAD;
use libp2p::Multiaddr;
use parlor_protocol::card::Language;
use parlor_protocol::invite::InviteSecret;
use parlor_protocol::media::UnixMs;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use super::{Comers, Studio, StudioError};
use crate::app::servers::remember;
use crate::carry::{
    DEFAULT_CEILING_BPS, HostInvite, InviteRefusal, LobbyPicture, MAX_INVITES, Snapshot, Terms, User,
    Visibility,
};
use crate::config::{Mbps, NetworkConfig, names_peer};
use crate::room::{VisitorId, now};
use crate::secret::Secret;
use crate::store::{InviteSettings, NetworkSettings};
use crate::swarm::{MAX_RELAYS, Reach, Standing};

/// Longest name of an invite, in characters.
pub const MAX_INVITE_NAME_CHARS: usize = 40;
/// The highest ceiling of the upload, in Mbit/s: ten gigabits.
pub(crate) const MAX_UPLOAD_MBPS: u32 = 10_000;
/// What the first invite is called; pages have it in their own language.
pub(crate) const FIRST_INVITE: &str = "Everybody I give it to";

/// Why the network can't be as the host wishes. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkWishError {
    /// There are [`MAX_INVITES`].
    #[error("There are {MAX_INVITES} invites already; revoke one first.")]
    Invites,
    /// The name is too long, or not one line.
    #[error("An invite's name is one line of at most {MAX_INVITE_NAME_CHARS} characters.")]
    InviteName,
    /// No such invite.
    #[error("This invite is gone already.")]
    NoInvite,
    /// The address is none, or lacks the relay's peer id.
    #[error("A relay's address looks like /dns/relay.example/udp/4001/quic-v1/p2p/12D3…; copy all of it.")]
    Relay,
    /// There are [`MAX_RELAYS`].
    #[error("There are {MAX_RELAYS} relays already; remove one first.")]
    Relays,
    /// To be hidden takes a relay.
    #[error("To be reached through relays only, add a relay first.")]
    NoRelay,
    /// Too much.
    #[error("The upload's ceiling is at most {MAX_UPLOAD_MBPS} Mbit/s.")]
    Upload,
    /// A language is none.
    #[error("A language is a code such as en, de or pt-BR; at most four of them.")]
    Language,
}

/// An invite as the studio shows it.
#[derive(Debug, Clone)]
pub struct InviteStatus {
    /// What names it for as long as it holds; tells nothing of its secret.
    pub id: String,
    /// What the host set.
    pub settings: InviteSettings,
    /// People who are in the room with it now.
    pub here: u32,
    /// People who have used it since the node started.
    pub used: u32,
    /// The link that it is, with its secret.
    pub link: String,
    /// The same for a browser: a path on this node.
    pub path: String,
}

/// An invite that the host wishes for.
#[derive(Debug, Clone, Default)]
pub struct InviteWish<'a> {
    /// What it is called.
    pub name: &'a str,
    /// How many people may use it; `None`: any number.
    pub limit: Option<u32>,
    /// For how long it lets people in, in milliseconds; `None`: until it is revoked.
    pub lasts_ms: Option<u64>,
    /// Whether it lets people in while the door is locked, too.
    pub opens_lock: bool,
}

/// The room in the network, as the studio shows it.
#[derive(Debug, Clone)]
pub struct NetworkStatus {
    /// What the host decided, a flag's word above it.
    pub terms: Terms,
    /// What the host set, for what takes effect at the next start.
    pub settings: NetworkSettings,
    /// How the node is reached.
    pub standing: Standing,
    /// The invites, oldest first.
    pub invites: Vec<InviteStatus>,
    /// The room's place among its neighbours.
    pub carried: crate::carry::Standing,
    /// The ceiling of the upload, in bits per second.
    pub allowed_bps: u64,
    /// Bits per second that go out to other nodes.
    pub used_bps: u64,
    /// Bytes that went out to other nodes since the start.
    pub sent_bytes: u64,
}

/// The ceiling that configuration and studio lead to, in bits per second.
#[must_use]
pub(in crate::app) fn ceiling_bps(config: &NetworkConfig, host: &NetworkSettings) -> u64 {
    let of_studio = || host.upload_mbps.map(|mbps| u64::from(mbps) * 1_000_000);
    config.upload_mbps.map(Mbps::bps).or_else(of_studio).unwrap_or(DEFAULT_CEILING_BPS)
}

/// What the settings mean for the room.
#[must_use]
pub(super) fn terms(config: &NetworkConfig, host: &NetworkSettings) -> Terms {
    Terms {
        visibility: config.visibility.unwrap_or(host.visibility),
        lobby_picture: config.lobby_picture.unwrap_or(host.lobby_picture),
        adult: host.adult,
        friends: None,
        invited_only: false,
        languages: host.languages.iter().filter_map(|language| language.parse().ok()).collect(),
        invites: host.invites.iter().flatten().filter_map(invite).collect(),
    }
}

/// The first invite, for a host who has made none yet.
pub(super) fn with_first_invite(host: &mut NetworkSettings) {
    host.invites
        .get_or_insert_with(|| vec![new_invite(&InviteWish { name: FIRST_INVITE, ..InviteWish::default() })]);
}

impl Studio {
    /// Keeps every server that the node meets, for as long as it is polled.
    pub(in crate::app) async fn remember_servers(&self) {
        remember(self.peers.carrier().network(), &self.store).await;
    }

    /// The room in the network as it stands.
    #[must_use]
    pub fn network_status(&self) -> NetworkStatus {
        let terms = self.hosting.terms();
        let carrier = self.peers.carrier();
        let place = carrier.carriage(self.room.id()).map(|carriage| carriage.standing().borrow().clone());
        let settings = self.store.settings().network;
        NetworkStatus {
            invites: self.invites(&settings),
            settings,
            standing: carrier.network().standing().borrow().clone(),
            carried: place.unwrap_or_default(),
            allowed_bps: carrier.upload().ceiling_bps(),
            used_bps: self.meters.readings().last().map_or(0, |reading| reading.upload_bps),
            sent_bytes: carrier.upload().sent_bytes(),
            terms,
        }
    }

    /// What the host decided about the room in the network.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.hosting.terms()
    }

    /// The room's picture, while it is on air and listed.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.hosting.snapshot()
    }

    fn invites(&self, settings: &NetworkSettings) -> Vec<InviteStatus> {
        let guests = self.hosting.hosted().guests;
        let whole =
            settings.invites.iter().flatten().filter_map(|settings| Some((settings, invite(settings)?)));
        let status = |(at, (settings, invite)): (usize, (&InviteSettings, HostInvite))| InviteStatus {
            settings: settings.clone(),
            here: guests.get(at).copied().unwrap_or(0) + self.browsers_here(&invite),
            used: self.hosting.uses().count(&invite),
            path: format!("/room/{}/invite/{}", self.room.id(), invite.secret.text(&self.room.id()).as_str()),
            link: self.hosting.link(Some(&invite)).to_string(),
            id: invite.id,
        };
        whole.enumerate().map(status).collect()
    }

    fn browsers_here(&self, invite: &HostInvite) -> u32 {
        let now = std::time::Instant::now();
        let here = self.hosting.uses().browsers(invite).into_iter();
        here.filter(|visitor| self.room.presence().is_here(*visitor, now)).count() as u32
    }

    /// The [id](HostInvite::id) of the invite that a link for browsers carries; `None` where it carries none that counts.
    #[must_use]
    pub fn invite_of(&self, secret: &InviteSecret) -> Option<String> {
        // Every one is compared: the time must not tell which fits.
        let fitting = self.hosting.terms().invites.into_iter().fold(None, |found, invite| {
            if bool::from(invite.secret.reveal().ct_eq(secret.reveal())) { Some(invite.id) } else { found }
        });
        fitting.filter(|_| self.comers() != Comers::Known)
    }

    /// Lets a browser in with the invite of this id: what the room calls the one person for whom it is.
    ///
    /// # Errors
    /// An [`InviteRefusal`].
    pub fn come_with_invite(&self, id: &str, visitor: VisitorId) -> Result<Option<String>, InviteRefusal> {
        let terms = self.hosting.terms();
        let invite = terms.invites.iter().find(|invite| invite.id == id && terms.friends.is_none());
        let invite = invite.ok_or(InviteRefusal::NoInvite)?;
        let round = self.room.entry().sent_out();
        self.hosting.uses().admit(invite, User::Browser(visitor), now(), round)?;
        Ok(invite.guest().map(str::to_owned))
    }

    /// Whether a browser that came in with the invite of this id may be there still.
    #[must_use]
    pub fn stays_with_invite(&self, id: &str, visitor: VisitorId) -> bool {
        let stays = |invite: &HostInvite| self.hosting.uses().stays(invite, User::Browser(visitor), now());
        self.hosting.with_invite(id, stays).unwrap_or(false)
    }

    /// Whether the invite of this id opens a locked door to a browser that came in with it.
    #[must_use]
    pub fn unlocks_with_invite(&self, id: &str, visitor: VisitorId) -> bool {
        let round = self.room.entry().sent_out();
        let unlocks =
            |invite: &HostInvite| self.hosting.uses().unlocks(invite, User::Browser(visitor), round);
        self.stays_with_invite(id, visitor) && self.hosting.with_invite(id, unlocks).unwrap_or(false)
    }

    /// The link that invites people into the room: the oldest invite's, or a listed room's own.
    #[must_use]
    pub fn invite_link(&self) -> String {
        let terms = self.hosting.terms();
        let invite = terms.invites.first().filter(|_| !terms.is_listed());
        self.hosting.link(invite).to_string()
    }

    /// Decides who learns of the room.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_visibility(&self, visibility: Visibility) -> Result<(), StudioError> {
        self.hosting.set_terms(|terms| terms.visibility = visibility);
        Ok(self.store.change(|settings| settings.network.visibility = visibility)?)
    }

    /// Decides what picture of the room stands in lobbies, where it is listed.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_lobby_picture(&self, picture: LobbyPicture) -> Result<(), StudioError> {
        self.hosting.set_terms(|terms| terms.lobby_picture = picture);
        Ok(self.store.change(|settings| settings.network.lobby_picture = picture)?)
    }

    /// Labels the room: for adults only or not, and its languages as they were typed.
    ///
    /// # Errors
    /// [`NetworkWishError::Language`], and [`StudioError::Store`] where it can't be kept.
    pub fn set_labels(&self, adult: bool, languages: &str) -> Result<(), StudioError> {
        let parsed: Result<Vec<Language>, _> = languages
            .to_lowercase()
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .map(str::parse)
            .collect();
        let parsed = parsed.ok().filter(|all| all.len() <= parlor_protocol::card::MAX_LANGUAGES);
        let parsed = parsed.ok_or(NetworkWishError::Language)?;
        let written = parsed.iter().map(|language| language.as_str().to_owned()).collect();
        self.hosting.set_terms(|terms| {
            terms.adult = adult;
            terms.languages = parsed;
        });
        Ok(self.store.change(|settings| {
            settings.network.adult = adult;
            settings.network.languages = written;
        })?)
    }

    /// Makes an invite.
    ///
    /// # Errors
    /// A [`NetworkWishError`] where there are too many or the name is none, and [`StudioError::Store`].
    pub fn make_invite(&self, wish: &InviteWish<'_>) -> Result<(), StudioError> {
        let name = wish.name.trim();
        if name.chars().count() > MAX_INVITE_NAME_CHARS || name.chars().any(char::is_control) {
            return Err(NetworkWishError::InviteName.into());
        }
        if self.hosting.terms().invites.len() >= MAX_INVITES {
            return Err(NetworkWishError::Invites.into());
        }
        let made = new_invite(&InviteWish { name, ..wish.clone() });
        self.hosting.set_terms(|terms| terms.invites.extend(invite(&made)));
        Ok(self.store.change(|settings| settings.network.invites.get_or_insert_default().push(made))?)
    }

    /// Revokes the invite of this [id](InviteStatus::id): whoever came with it is out at once, nodes with the keys that
    /// change.
    ///
    /// # Errors
    /// [`NetworkWishError::NoInvite`], and [`StudioError::Store`].
    pub fn revoke_invite(&self, id: &str) -> Result<(), StudioError> {
        let mut left = None;
        let stored = self.store.change(|settings| {
            let invites = settings.network.invites.get_or_insert_default();
            let before = invites.len();
            invites.retain(|invite| invite_id(&invite.secret) != id);
            left = (invites.len() < before).then(|| invites.iter().filter_map(invite).collect());
        });
        let left = left.ok_or(NetworkWishError::NoInvite)?;
        let revoked = self.hosting.with_invite(id, |invite| self.hosting.uses().browsers(invite));
        self.hosting.set_terms(|terms| terms.invites = left);
        if let Some(browsers) = revoked.filter(|browsers| !browsers.is_empty()) {
            self.room.entry().turn_out(&browsers);
            self.shut_out();
        }
        Ok(stored?)
    }

    /// Decides how peers reach the node, from the next start on.
    ///
    /// # Errors
    /// [`NetworkWishError::NoRelay`], and [`StudioError::Store`].
    pub fn set_reach(&self, reach: Reach) -> Result<(), StudioError> {
        if reach == Reach::Relayed && self.peers.carrier().network().standing().borrow().relays.is_empty() {
            return Err(NetworkWishError::NoRelay.into());
        }
        Ok(self.store.change(|settings| settings.network.reach = reach)?)
    }

    /// Is reachable through this relay too.
    ///
    /// # Errors
    /// A [`NetworkWishError`] where it is none or there are too many, and [`StudioError::Store`].
    pub async fn add_relay(&self, address: &str) -> Result<(), StudioError> {
        let address: Multiaddr = address.trim().parse().map_err(|_| NetworkWishError::Relay)?;
        if !names_peer(&address) {
            return Err(NetworkWishError::Relay.into());
        }
        let network = self.peers.carrier().network().clone();
        if network.standing().borrow().relays.len() >= MAX_RELAYS {
            return Err(NetworkWishError::Relays.into());
        }
        network.relay(address.clone(), true).await;
        Ok(self.store.change(|settings| settings.network.relays.push(address))?)
    }

    /// Is reachable through this relay no longer.
    ///
    /// # Errors
    /// [`NetworkWishError::Relay`], and [`StudioError::Store`].
    pub async fn remove_relay(&self, address: &str) -> Result<(), StudioError> {
        let address: Multiaddr = address.trim().parse().map_err(|_| NetworkWishError::Relay)?;
        self.peers.carrier().network().relay(address.clone(), false).await;
        Ok(self.store.change(|settings| settings.network.relays.retain(|relay| *relay != address))?)
    }

    /// Lets so many Mbit/s out to other nodes.
    ///
    /// # Errors
    /// [`NetworkWishError::Upload`], and [`StudioError::Store`].
    pub fn set_upload(&self, mbps: u32) -> Result<(), StudioError> {
        if mbps > MAX_UPLOAD_MBPS {
            return Err(NetworkWishError::Upload.into());
        }
        self.peers.carrier().set_upload_ceiling(u64::from(mbps) * 1_000_000);
        Ok(self.store.change(|settings| settings.network.upload_mbps = Some(mbps))?)
    }

    /// Bits per second that go out to other nodes, since the last call.
    pub(in crate::app) fn measure_upload(&self) -> u64 {
        let mut last = self.sent.lock().expect("no holder of this lock panics");
        let (bytes, at) = (self.peers.carrier().upload().sent_bytes(), Instant::now());
        let (before, then) = std::mem::replace(&mut *last, (bytes, at));
        let span = at.duration_since(then).as_secs_f64().max(0.001);
        ((bytes - before) as f64 * 8.0 / span) as u64
    }
}

/// What names an invite in forms: some bytes of its secret's hash, from which nobody finds the secret.
fn invite_id(secret: &Secret) -> String {
    let hash = Sha256::new().chain_update(b"parlor invite id").chain_update(secret.reveal()).finalize();
    BASE32_NOPAD.encode(&hash[..10]).to_lowercase()
}

fn new_invite(wish: &InviteWish<'_>) -> InviteSettings {
    let made = now();
    InviteSettings {
        name: wish.name.to_owned(),
        limit: wish.limit,
        ends: wish.lasts_ms.map(|lasts_ms| UnixMs(made.0.saturating_add(lasts_ms))),
        opens_lock: wish.opens_lock,
        made,
        secret: Secret::generate(),
    }
}

/// An invite as the network has it; `None` where the settings were damaged.
fn invite(settings: &InviteSettings) -> Option<HostInvite> {
    let bytes = BASE32_NOPAD.decode(settings.secret.reveal().to_ascii_uppercase().as_bytes()).ok()?;
    let secret = InviteSecret::new(*bytes.first_chunk()?);
    Some(HostInvite {
        id: invite_id(&settings.secret),
        name: settings.name.clone(),
        limit: settings.limit,
        ends: settings.ends,
        opens_lock: settings.opens_lock,
        secret,
    })
}
