//! The node among its peers: the network, what it carries, and the rooms of others that its user opened.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use libp2p::identity::Keypair;
use parlor_protocol::card::SignedCard;
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Invite;
use parlor_protocol::media::{TrackName, UnixMs};
use parlor_protocol::mesh::Role;
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::carry::{Carrier, CarrierError, Phase, Snapshot, Upload, Watching, Whole};
use crate::room::Room;
use crate::swarm::{Duty, Network, NetworkError, Settings};

/// A room of another host that nobody has looked at for so long is left: long enough to load its page again.
const LEAVE_AFTER: Duration = Duration::from_mins(1);
/// The lobby is kept fresh for so long after somebody looked at it.
const LOOK_SPAN: Duration = Duration::from_mins(1);
/// How often it is looked after what can be left.
const TIDY: Duration = Duration::from_secs(10);

/// The node among its peers.
pub struct Peers {
    carrier: Carrier,
    opened: Mutex<BTreeMap<RoomId, Opened>>,
    search: Mutex<Option<(AbortHandle, Instant)>>,
    network: AbortHandle,
}

/// A room of another host on this node.
struct Opened {
    watching: Watching,
    relaying: Relaying,
    /// When somebody here looked at it last.
    seen: Instant,
}

/// Whether a room of another host is passed on to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relaying {
    /// Not at all.
    Off,
    /// While somebody here watches: a room's viewers carry it.
    WhileWatched,
    /// Also while nobody here watches.
    On,
}

/// A room of another host, as its page shows it.
#[derive(Debug, Clone)]
pub struct OpenedRoom {
    /// How far the node has come with it.
    pub phase: Phase,
    /// What is known of it.
    pub card: Option<SignedCard>,
    /// Where the node stands among its neighbours in it.
    pub standing: crate::carry::Standing,
    /// Whether it is passed on to others.
    pub relaying: Relaying,
}

impl Peers {
    /// Joins the network.
    ///
    /// # Errors
    /// A [`NetworkError`] where it can't.
    pub async fn start(
        key: &SigningKey,
        settings: Settings,
        ceiling_bps: u64,
    ) -> Result<Arc<Self>, NetworkError> {
        let duty = settings.duty;
        let (network, inlets, task) = Network::start(keypair(key), settings).await?;
        let upload = Arc::new(Upload::new(ceiling_bps));
        let carrier = Carrier::start(network, inlets, duty, upload);
        let peers =
            Arc::new(Self { carrier, opened: Mutex::default(), search: Mutex::default(), network: task });
        tokio::spawn(tidy(Arc::downgrade(&peers)));
        Ok(peers)
    }

    /// What is carried.
    #[must_use]
    pub fn carrier(&self) -> &Carrier {
        &self.carrier
    }

    /// Looks for rooms for the next minute.
    pub fn look(&self) {
        let mut search = self.search.lock().expect("no holder of this lock panics");
        let until = Instant::now() + LOOK_SPAN;
        match &mut *search {
            Some((_, known)) => *known = until,
            None => *search = Some((self.carrier.search(), until)),
        }
    }

    /// The rooms on air that others list.
    #[must_use]
    pub fn listed(&self) -> Vec<SignedCard> {
        self.carrier.listed()
    }

    /// The newest picture of a room of another host that is here. Begins to fetch the card's own where that is another.
    #[must_use]
    pub fn snapshot(&self, card: &SignedCard) -> Option<Snapshot> {
        self.carrier.snapshot(card)
    }

    /// Opens a room of another host, or the same again with a better invite.
    ///
    /// # Errors
    /// [`CarrierError::Full`].
    pub fn open(&self, invite: Invite, role: Role) -> Result<Arc<Room>, CarrierError> {
        let id = invite.room();
        let mut opened = self.lock();
        if let Some(known) = opened.get_mut(&id) {
            known.seen = Instant::now();
            let is_refused = matches!(*known.watching.phase().borrow(), Phase::Refused(_) | Phase::Finding);
            if !is_refused || (invite.secret().is_none() && invite.addresses().is_empty()) {
                return Ok(known.watching.room().clone());
            }
        }
        // The one before gives its place up first.
        opened.remove(&id);
        let watching = Watching::start(&self.carrier, invite, role)?;
        let room = watching.room().clone();
        let relaying = if role == Role::Relay { Relaying::On } else { Relaying::WhileWatched };
        opened.insert(id, Opened { watching, relaying, seen: Instant::now() });
        Ok(room)
    }

    /// A room of another host that was opened.
    #[must_use]
    pub fn find(&self, id: RoomId) -> Option<Arc<Room>> {
        let mut opened = self.lock();
        let known = opened.get_mut(&id)?;
        known.seen = Instant::now();
        Some(known.watching.room().clone())
    }

    /// How far the node has come with a room that was opened.
    #[must_use]
    pub fn opened(&self, id: RoomId) -> Option<OpenedRoom> {
        self.lock().get(&id).map(describe)
    }

    /// Every room of others that is on this node.
    #[must_use]
    pub fn all_opened(&self) -> Vec<(RoomId, OpenedRoom)> {
        self.lock().iter().map(|(id, one)| (*id, describe(one))).collect()
    }

    /// When the newest picture of which anything is here was captured, by the host's clock.
    #[must_use]
    pub fn newest_capture(&self, id: RoomId) -> Option<UnixMs> {
        let opened = self.lock();
        let carriage = opened.get(&id)?.watching.carriage();
        let (_, newest) = carriage.newest(&TrackName::VIDEO)?;
        Some(newest.header().captured)
    }

    /// The chunks of the full picture that became whole here since the last call; the first one begins to follow them.
    #[must_use]
    pub fn wholes(&self, id: RoomId) -> Vec<Whole> {
        self.lock().get(&id).map(|one| one.watching.carriage().wholes()).unwrap_or_default()
    }

    /// How far the node comes with a room that was opened, whenever it changes.
    #[must_use]
    pub fn phase(&self, id: RoomId) -> Option<tokio::sync::watch::Receiver<Phase>> {
        self.lock().get(&id).map(|one| one.watching.phase())
    }

    /// Passes a room on, also while nobody here watches, or not at all any more.
    pub fn set_relaying(&self, id: RoomId, relaying: bool) {
        if let Some(one) = self.lock().get_mut(&id) {
            one.relaying = if relaying { Relaying::On } else { Relaying::Off };
            self.carrier.set_passing_on(id, relaying);
        }
    }

    /// Leaves a room of another host.
    pub fn leave(&self, id: RoomId) {
        self.lock().remove(&id);
    }

    fn tidy(&self) {
        let now = Instant::now();
        self.lock().retain(|_, one| {
            let is_wanted =
                one.relaying == Relaying::On || one.watching.room().demand().changes().borrow().readers > 0;
            if is_wanted {
                one.seen = now;
            }
            now.duration_since(one.seen) < LEAVE_AFTER
        });
        let mut search = self.search.lock().expect("no holder of this lock panics");
        if let Some((task, until)) = &*search
            && *until < now
        {
            task.abort();
            *search = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<RoomId, Opened>> {
        self.opened.lock().expect("no holder of the rooms' lock panics")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.network.abort();
    }
}

fn describe(one: &Opened) -> OpenedRoom {
    OpenedRoom {
        phase: *one.watching.phase().borrow(),
        card: one.watching.carriage().card().borrow().clone(),
        standing: one.watching.carriage().standing().borrow().clone(),
        relaying: one.relaying,
    }
}

async fn tidy(peers: std::sync::Weak<Peers>) {
    let mut timer = interval(TIDY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        let Some(peers) = peers.upgrade() else { return };
        peers.tidy();
    }
}

/// The node's key as libp2p has it.
fn keypair(key: &SigningKey) -> Keypair {
    Keypair::ed25519_from_bytes(key.to_bytes()).expect("32 bytes are an Ed25519 key")
}

/// What the network is to be for a node of this duty and this configuration.
#[must_use]
pub fn settings(
    duty: Duty,
    config: &crate::config::NetworkConfig,
    host: &crate::store::NetworkSettings,
) -> Settings {
    let mut relays = config.relays.clone();
    for relay in &host.relays {
        if !relays.contains(relay) && relays.len() < crate::swarm::MAX_RELAYS {
            relays.push(relay.clone());
        }
    }
    let mut bootstrap = config.bootstrap.clone();
    for server in host.servers.iter() {
        if !bootstrap.contains(server) && bootstrap.len() < crate::swarm::MAX_BOOTSTRAP {
            bootstrap.push(server.clone());
        }
    }
    Settings {
        duty,
        reach: config.reach.unwrap_or(host.reach),
        port: config.port,
        relays,
        bootstrap,
        mdns: config.mdns,
    }
}
