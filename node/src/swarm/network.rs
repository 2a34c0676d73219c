//! The handle to the network that the rest of the node holds.

use std::collections::BTreeSet;
use std::io;

use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId, StreamProtocol};
use parlor_protocol::card::SignedCard;
use parlor_protocol::directory::Topic;
use parlor_protocol::ident::RoomId;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use super::driver::Driver;
use super::reach::Standing;
use super::settings::Settings;
use super::streams::{Control, Incoming, OpenError, Stream};

/// Commands that wait for the driver: it takes hundreds between two packets, and whoever sends one waits for a place.
const MAX_COMMANDS: usize = 256;
/// Events that wait for the node. It takes them at once; a node that does not is told nothing of further peers.
const MAX_EVENTS: usize = 1024;

/// What becomes of peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// There is a connection to this peer, where there was none.
    Connected(PeerId),
    /// This peer speaks Parlor's protocols.
    Met(PeerId),
    /// The last connection to this peer is gone.
    Disconnected(PeerId),
    /// The peer opens streams without end.
    Flood(PeerId),
}

/// Why a peer can't be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// None of its addresses answers, or somebody else does.
    #[error("nobody answers there")]
    Unreachable,
    /// The network has ended.
    #[error("the node is stopping")]
    Closed,
}

/// Why there is no network. The sentence is for the user.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The system refused a socket or another need.
    #[error("the node cannot join its peers: {0}; choose another port with --p2p-port")]
    System(#[from] io::Error),
    /// A relay's address lacks its peer id, or the host is to be hidden and no relay is named.
    #[error("{0}")]
    Relays(&'static str),
}

/// What the driver is asked to do.
pub(super) enum Command {
    /// Connect to a peer, known by its id or by its addresses alone.
    Dial { peer: Option<PeerId>, addresses: Vec<Multiaddr>, done: oneshot::Sender<Result<PeerId, DialError>> },
    /// Close every connection to it.
    Disconnect(PeerId),
    /// Refuse it for a while.
    Bar(PeerId),
    /// Keep this card in the table, and provide these topics.
    Publish { card: Box<SignedCard>, topics: BTreeSet<Topic> },
    /// Publish nothing of this room any more.
    Withdraw(RoomId),
    /// Look up a room's card.
    Find { room: RoomId, done: oneshot::Sender<Option<SignedCard>> },
    /// Provide this topic for as long as the other end is there.
    Provide { topic: Topic, provided: oneshot::Sender<()> },
    /// Look up peers that provide a topic, and connect to so many; the sender is told each once it is connected.
    Providers { topic: Topic, most: usize, found: mpsc::Sender<PeerId> },
    /// Be reachable through this relay too, or no longer.
    Relay(Multiaddr, bool),
}

/// The network; clones are handles to the same. It ends when the last is dropped.
#[derive(Clone)]
pub struct Network {
    me: PeerId,
    commands: mpsc::Sender<Command>,
    streams: Control,
    standing: watch::Receiver<Standing>,
}

/// This node provides a topic; dropping it ends that.
pub struct Provision(#[expect(dead_code, reason = "that it is there is what it says")] oneshot::Receiver<()>);

/// What the network brings in, each to be taken by one task.
pub(crate) struct Inlets {
    /// What becomes of peers.
    pub(crate) events: mpsc::Receiver<Event>,
    /// Control streams that peers open.
    pub(crate) control: Incoming,
    /// Streams of objects that peers open.
    pub(crate) objects: Incoming,
}

impl Network {
    /// Joins the network, and returns once the node listens.
    ///
    /// # Errors
    /// A [`NetworkError`] where it can't.
    pub(crate) async fn start(
        key: Keypair,
        settings: Settings,
    ) -> Result<(Self, Inlets, AbortHandle), NetworkError> {
        let (commands, orders) = mpsc::channel(MAX_COMMANDS);
        let (events, told) = mpsc::channel(MAX_EVENTS);
        let me = key.public().to_peer_id();
        let (mut driver, parts) = Driver::new(&key, settings, orders, events)?;
        driver.listen().await?;
        let standing = driver.standing();
        let task = tokio::spawn(driver.run()).abort_handle();
        let [control, objects] = parts.incoming;
        let network = Self { me, commands, streams: parts.control, standing };
        Ok((network, Inlets { events: told, control, objects }, task))
    }

    /// Who the node is among its peers.
    #[must_use]
    pub fn me(&self) -> PeerId {
        self.me
    }

    /// How the node is reached, now and whenever it changes.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.clone()
    }

    /// Connects to a peer; returns at once where there is a connection. `peer` may be left out where an address is
    /// known: whoever answers there is told.
    ///
    /// # Errors
    /// A [`DialError`] where nobody answers.
    pub async fn dial(&self, peer: Option<PeerId>, addresses: Vec<Multiaddr>) -> Result<PeerId, DialError> {
        let (done, answer) = oneshot::channel();
        self.command(Command::Dial { peer, addresses, done }).await;
        answer.await.unwrap_or(Err(DialError::Closed))
    }

    /// Opens a stream to a connected peer.
    ///
    /// # Errors
    /// An [`OpenError`] where it is not connected or refuses.
    pub(crate) async fn open(&self, peer: PeerId, protocol: StreamProtocol) -> Result<Stream, OpenError> {
        self.streams.open(peer, protocol).await
    }

    /// Whether a stream that we opened to this peer is relayed although there is a direct connection by now.
    pub(crate) fn is_outdone(&self, peer: PeerId, stream: &Stream) -> bool {
        stream.is_relayed() && self.streams.is_direct(peer)
    }

    /// Closes every connection to a peer.
    pub async fn disconnect(&self, peer: PeerId) {
        self.command(Command::Disconnect(peer)).await;
    }

    /// Refuses a peer for ten minutes ([`BARRED_FOR`](parlor_protocol::limit::BARRED_FOR)).
    pub async fn bar(&self, peer: PeerId) {
        self.command(Command::Bar(peer)).await;
    }

    /// Keeps this card in the table in place of an older one, and this node among the providers of the topics.
    pub async fn publish(&self, card: SignedCard, topics: BTreeSet<Topic>) {
        self.command(Command::Publish { card: Box::new(card), topics }).await;
    }

    /// Publishes nothing of this room any more. What others keep expires within three minutes.
    pub async fn withdraw(&self, room: RoomId) {
        self.command(Command::Withdraw(room)).await;
    }

    /// A room's newest card in the table, where it has one.
    pub async fn find(&self, room: RoomId) -> Option<SignedCard> {
        let (done, answer) = oneshot::channel();
        self.command(Command::Find { room, done }).await;
        answer.await.ok().flatten()
    }

    /// Makes this node one of those that provide a topic, until a few seconds after what is given back is dropped. Others
    /// forget it within three minutes more.
    pub async fn provide(&self, topic: Topic) -> Provision {
        let (provided, provision) = oneshot::channel();
        self.command(Command::Provide { topic, provided }).await;
        Provision(provision)
    }

    /// Peers that provide a topic, so many at most, each as soon as it is connected; ends when the search does.
    pub async fn providers(&self, topic: Topic, most: usize) -> mpsc::Receiver<PeerId> {
        // As many as a search finds at a time; it waits for none of them.
        let (found, told) = mpsc::channel(64);
        self.command(Command::Providers { topic, most, found }).await;
        told
    }

    /// Is reachable through this relay too, or no longer.
    pub async fn relay(&self, address: Multiaddr, on: bool) {
        self.command(Command::Relay(address, on)).await;
    }

    async fn command(&self, command: Command) {
        // The driver ends only with the node.
        let _ = self.commands.send(command).await;
    }
}
