//! The task that owns libp2p's swarm: commands in, events out, and what must be done by the clock.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use libp2p::core::transport::ListenerId;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::{FromSwarm, NewExternalAddrCandidate};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, autonat, identify, kad, mdns, relay};
use parlor_protocol::limit::{BARRED_FOR, MAX_REMEMBERED};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout};

use super::behaviour::{Behaviour, BehaviourEvent};
use super::dials::{Dials, Waiting};
use super::directory::{Directory, Found};
use super::network::{Command, DialError, Event, NetworkError};
use super::reach::{Relay, RelayState, Standing, is_circuit, is_local, is_loopback, peer_of};
use super::settings::{Duty, MAX_BOOTSTRAP, MAX_RELAYS, Reach, Settings};
use super::shelf::PROTOCOL;
use super::streams::{Control, Event as StreamsEvent, Incoming, Limits};
use super::transport::{listeners, transport};
use super::{CONTROL, OBJECTS, ports, streams};

/// How often bootstrap peers and relays that are not connected are tried again.
const RETRY: Duration = Duration::from_secs(10);
/// How long a connection without streams is kept: a lookup's next question often goes to the same peer.
const IDLE: Duration = Duration::from_secs(20);
/// How long the start waits for the system to say where the node listens. It answers in milliseconds; a family that
/// the machine does not have never does.
const LISTEN_WAIT: Duration = Duration::from_secs(2);

/// How long a lookup waits for the first node that keeps the table, where none is known yet. A bootstrap peer answers
/// within a second or two, or never.
const TABLE_WAIT: Duration = Duration::from_secs(5);
/// Lookups that wait so.
const MAX_HELD: usize = 128;

/// What the driver gives to others.
pub(super) struct Parts {
    pub(super) control: Control,
    /// Control streams, and object streams.
    pub(super) incoming: [Incoming; 2],
}

/// The task's state.
pub(super) struct Driver {
    swarm: Swarm<Behaviour>,
    settings: Settings,
    directory: Directory,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    standing: watch::Sender<Standing>,
    dials: Dials,
    /// Peers that speak Parlor's protocols, as long as they are connected.
    met: HashSet<PeerId>,
    /// Circuits that are listened on, by relay.
    circuits: HashMap<ListenerId, Multiaddr>,
    retry: Interval,
    /// Peers that are refused, and until when, the first first.
    barred: VecDeque<(Instant, PeerId)>,
    /// Lookups from before anybody was known who keeps the table, and until when they wait.
    held: VecDeque<(Instant, Command)>,
}

impl Driver {
    pub(super) fn new(
        key: &Keypair,
        settings: Settings,
        commands: mpsc::Receiver<Command>,
        events: mpsc::Sender<Event>,
    ) -> Result<(Self, Parts), NetworkError> {
        check(&settings)?;
        let me = key.public().to_peer_id();
        let (transport, relay_client) = transport(key, &settings)?;
        let (streams, control, incoming) = streams::Behaviour::new([CONTROL, OBJECTS], Limits::default());
        let behaviour = Behaviour::new(key, &settings, relay_client, streams);
        let config = libp2p::swarm::Config::with_tokio_executor().with_idle_connection_timeout(IDLE);
        let mut swarm = Swarm::new(transport, behaviour, me, config);
        let mode = if settings.duty == Duty::Relay { kad::Mode::Server } else { kad::Mode::Client };
        swarm.behaviour_mut().kad.set_mode(Some(mode));
        let standing = Standing::new(me, settings.reach, &settings.relays);
        let mut retry = interval(RETRY);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let driver = Self {
            swarm,
            settings,
            directory: Directory::default(),
            commands,
            events,
            standing: watch::Sender::new(standing),
            dials: Dials::default(),
            met: HashSet::new(),
            circuits: HashMap::new(),
            retry,
            barred: VecDeque::new(),
            held: VecDeque::new(),
        };
        Ok((driver, Parts { control, incoming }))
    }

    pub(super) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Listens, and waits until the system has said where.
    pub(super) async fn listen(&mut self) -> Result<(), NetworkError> {
        if self.settings.reach == Reach::Relayed {
            return Ok(());
        }
        let mut waiting = HashSet::new();
        let mut refused = None;
        let port = match self.settings.port {
            0 => ports::free_for_all()?,
            chosen => chosen,
        };
        for address in listeners(port) {
            match self.swarm.listen_on(address) {
                Ok(listener) => drop(waiting.insert(listener)),
                Err(error) => refused = Some(error),
            }
        }
        if let (true, Some(error)) = (waiting.is_empty(), refused) {
            return Err(NetworkError::System(io::Error::other(error)));
        }
        let all_told = async {
            while !waiting.is_empty() {
                let event = self.swarm.select_next_some().await;
                if let SwarmEvent::NewListenAddr { listener_id, .. }
                | SwarmEvent::ListenerClosed { listener_id, .. } = &event
                {
                    waiting.remove(listener_id);
                }
                self.on_event(event);
            }
        };
        // What is told later still counts.
        let _ = timeout(LISTEN_WAIT, all_told).await;
        // A listener that has told one address knows the others, and loopback is mostly the first.
        while let Some(Some(event)) = self.swarm.next().now_or_never() {
            self.on_event(event);
        }
        if self.standing.borrow().listening.is_empty() {
            return Err(NetworkError::System(io::Error::from(io::ErrorKind::AddrInUse)));
        }
        Ok(())
    }

    /// Runs until every handle to the network is gone.
    pub(super) async fn run(mut self) {
        loop {
            let held_until = self.held.front().map(|(until, _)| *until);
            tokio::select! {
                event = self.swarm.select_next_some() => self.on_event(event),
                () = sleep_until(held_until.unwrap_or_else(Instant::now)), if held_until.is_some() => {
                    self.look_up_held();
                }
                command = self.commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => return,
                },
                _ = self.retry.tick() => self.keep_up(),
            }
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Dial { peer, addresses, done } => self.dial(peer, addresses, Waiting::Dial(done)),
            // There may be no connection any more.
            Command::Disconnect(peer) => drop(self.swarm.disconnect_peer_id(peer)),
            Command::Bar(peer) => self.bar(peer),
            Command::Publish { card, topics } => {
                self.directory.publish(&mut self.swarm.behaviour_mut().kad, &card, topics);
            }
            Command::Provide { topic, provided } => {
                self.directory.provide(&mut self.swarm.behaviour_mut().kad, topic, provided);
            }
            Command::Withdraw(room) => self.directory.withdraw(&mut self.swarm.behaviour_mut().kad, room),
            lookup @ (Command::Find { .. } | Command::Providers { .. }) => {
                let is_alone = self.swarm.behaviour_mut().kad.kbuckets().next().is_none();
                if is_alone && self.held.len() < MAX_HELD {
                    self.held.push_back((Instant::now() + TABLE_WAIT, lookup));
                } else {
                    self.look_up(lookup);
                }
            }
            Command::Relay(address, on) => self.set_relay(address, on),
        }
    }

    fn look_up(&mut self, lookup: Command) {
        let kad = &mut self.swarm.behaviour_mut().kad;
        match lookup {
            Command::Find { room, done } => self.directory.find(kad, room, done),
            Command::Providers { topic, most, found } => self.directory.providers(kad, &topic, most, found),
            _ => {}
        }
    }

    fn look_up_held(&mut self) {
        for (_, lookup) in std::mem::take(&mut self.held) {
            self.look_up(lookup);
        }
    }

    fn dial(&mut self, peer: Option<PeerId>, addresses: Vec<Multiaddr>, waiting: Waiting) {
        let peer = peer.or_else(|| addresses.iter().find_map(peer_of));
        if let Some(peer) = peer.filter(|peer| self.swarm.is_connected(peer)) {
            return waiting.answer(Ok(peer));
        }
        let options = match peer {
            Some(peer) => {
                DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(addresses).build()
            }
            None => match addresses.into_iter().next() {
                Some(first) => DialOpts::unknown_peer_id().address(first).build(),
                None => return waiting.answer(Err(DialError::Unreachable)),
            },
        };
        let id = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => self.dials.wait(id, waiting),
            Err(_) => waiting.answer(Err(DialError::Unreachable)),
        }
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.on_behaviour(event),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. }
                if endpoint.is_dialer() =>
            {
                let is_direct = !is_circuit(endpoint.get_remote_address());
                if !self.dials.established(connection_id, peer_id, is_direct) {
                    self.swarm.close_connection(connection_id);
                }
            }
            SwarmEvent::ConnectionClosed { connection_id, .. } => self.dials.closed(connection_id),
            SwarmEvent::OutgoingConnectionError { connection_id, .. } => self.dials.failed(connection_id),
            SwarmEvent::NewListenAddr { address, .. } if !is_circuit(&address) => {
                self.standing.send_modify(|standing| _ = standing.listening.insert(address));
                self.tell_listening();
            }
            SwarmEvent::ExpiredListenAddr { address, .. } => {
                self.swarm.remove_external_address(&address);
                self.standing.send_modify(|standing| _ = standing.listening.remove(&address));
            }
            SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                if let Some(relay) = self.circuits.remove(&listener_id) {
                    // A relay that answers gives a reason.
                    let failed = reason.map_or(RelayState::Refused, |()| RelayState::Unreachable);
                    self.mark_relay(&relay, failed);
                }
            }
            _ => {}
        }
    }

    fn on_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                self.on_identified(peer_id, info);
            }
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                for (peer, address) in found {
                    let options = DialOpts::peer_id(peer).addresses(vec![address]).build();
                    // Connected or being connected already, most of the time.
                    let _ = self.swarm.dial(options);
                }
            }
            BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed { id, result, step, .. }) => {
                let kad = &mut self.swarm.behaviour_mut().kad;
                for Found { peer, told } in self.directory.progress(kad, id, result, &step) {
                    self.dial(Some(peer), Vec::new(), Waiting::Provider(told));
                }
            }
            BehaviourEvent::Kad(kad::Event::RoutingUpdated { is_new_peer: true, .. }) => {
                let kad = &mut self.swarm.behaviour_mut().kad;
                let known: usize = kad.kbuckets().map(|bucket| bucket.num_entries()).sum();
                if known == 1 {
                    self.directory.publish_again(kad);
                    self.look_up_held();
                }
            }
            BehaviourEvent::Autonat(autonat::v2::client::Event { tested_addr, result, .. })
                if !is_circuit(&tested_addr) =>
            {
                if result.is_ok() {
                    // Who can be reached keeps a part of the table.
                    self.swarm.behaviour_mut().kad.set_mode(Some(kad::Mode::Server));
                }
                self.standing.send_modify(|standing| match result {
                    Ok(()) => {
                        standing.refused.remove(&tested_addr);
                        standing.confirmed.insert(tested_addr);
                    }
                    Err(_) => drop(standing.refused.insert(tested_addr)),
                });
            }
            BehaviourEvent::RelayClient(relay::client::Event::ReservationReqAccepted {
                relay_peer_id,
                ..
            }) => {
                let relay =
                    self.circuits.values().find(|relay| peer_of(relay) == Some(relay_peer_id)).cloned();
                if let Some(relay) = relay {
                    self.mark_relay(&relay, RelayState::Reserved);
                }
            }
            BehaviourEvent::Streams(event) => self.on_streams(&event),
            _ => {}
        }
    }

    fn on_identified(&mut self, peer: PeerId, info: identify::Info) {
        if !is_circuit(&info.observed_addr) {
            let behaviour = self.swarm.behaviour_mut();
            // The swarm keeps back what counts as our own address; but a public IPv6 address may well be behind a
            // firewall, and a hole in it is punched by knowing it.
            if let Some(dcutr) = behaviour.dcutr.as_mut() {
                let candidate = NewExternalAddrCandidate { addr: &info.observed_addr };
                dcutr.on_swarm_event(FromSwarm::NewExternalAddrCandidate(candidate));
            }
            if let Some(candidates) = behaviour.candidates.as_mut() {
                candidates.add(info.observed_addr);
            }
        }
        let speaks = |wanted: &str| info.protocols.iter().any(|protocol| protocol.as_ref() == wanted);
        // A table full of addresses of other people's homes is of use to nobody.
        let ours = self.standing.borrow().listening.iter().any(is_local);
        let mut usable = info.listen_addrs.iter().filter(|address| ours || !is_local(address));
        if speaks(PROTOCOL.as_ref()) {
            for address in usable.clone() {
                self.swarm.behaviour_mut().kad.add_address(&peer, address.clone());
            }
        }
        if speaks(relay::HOP_PROTOCOL_NAME.as_ref())
            && let Some(address) = usable.next()
        {
            let server = address.clone().with_p2p(peer);
            self.standing
                .send_if_modified(|standing| server.is_ok_and(|server| standing.servers.meet(&server)));
        }
        if speaks(CONTROL.as_ref()) && self.met.insert(peer) {
            self.tell(Event::Met(peer));
        }
    }

    fn on_streams(&mut self, event: &StreamsEvent) {
        match *event {
            StreamsEvent::Connected { peer, .. } => {
                self.standing.send_modify(|standing| standing.peers += 1);
                self.tell(Event::Connected(peer));
            }
            StreamsEvent::Disconnected(peer) => {
                self.met.remove(&peer);
                self.standing.send_modify(|standing| standing.peers = standing.peers.saturating_sub(1));
                self.tell(Event::Disconnected(peer));
            }
            StreamsEvent::Flood(peer) => self.tell(Event::Flood(peer)),
        }
    }

    fn tell(&mut self, event: Event) {
        if let Err(mpsc::error::TrySendError::Full(
            Event::Connected(peer) | Event::Met(peer) | Event::Disconnected(peer) | Event::Flood(peer),
        )) = self.events.try_send(event)
        {
            // A node that has fallen so far behind can't take this peer on.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
    }

    /// Addresses that peers need not try first: a relay's, whose user says by starting it that it can be reached, and
    /// those of a machine without a network.
    fn tell_listening(&mut self) {
        let listening: Vec<_> = self.standing.borrow().listening.iter().cloned().collect();
        let only_loopback = listening.iter().all(is_loopback);
        let is_relay = self.settings.duty == Duty::Relay;
        for address in listening {
            if only_loopback || (is_relay && !is_loopback(&address)) {
                self.swarm.add_external_address(address);
            }
        }
    }

    fn set_relay(&mut self, address: Multiaddr, on: bool) {
        if on {
            let known = self.settings.relays.contains(&address);
            if !known && self.settings.relays.len() < MAX_RELAYS && peer_of(&address).is_some() {
                self.settings.relays.push(address.clone());
                self.standing.send_modify(|standing| standing.relays.push(Relay::new(address)));
                self.keep_up();
            }
            return;
        }
        self.settings.relays.retain(|relay| *relay != address);
        self.standing.send_modify(|standing| standing.relays.retain(|relay| relay.address != address));
        let listener = self.circuits.iter().find(|(_, relay)| **relay == address).map(|(id, _)| *id);
        if let Some(listener) = listener {
            self.circuits.remove(&listener);
            self.swarm.remove_listener(listener);
        }
    }

    /// A relay holds a place for us, or does not. While it is asked again it stays as the last answer said.
    fn mark_relay(&self, address: &Multiaddr, state: RelayState) {
        self.standing.send_if_modified(|standing| {
            let Some(relay) = standing.relays.iter_mut().find(|relay| relay.address == *address) else {
                return false;
            };
            let now = match (relay.state, state) {
                (RelayState::Reserved, RelayState::Refused | RelayState::Unreachable) => RelayState::Lost,
                (_, now) => now,
            };
            std::mem::replace(&mut relay.state, now) != now
        });
    }

    fn bar(&mut self, peer: PeerId) {
        self.swarm.behaviour_mut().block(peer);
        self.barred.retain(|(_, other)| *other != peer);
        self.barred.push_back((Instant::now() + BARRED_FOR, peer));
        if self.barred.len() > MAX_REMEMBERED {
            self.take_again();
        }
    }

    /// Takes the peer again that was barred first.
    fn take_again(&mut self) {
        if let Some((_, peer)) = self.barred.pop_front() {
            self.swarm.behaviour_mut().unblock(peer);
        }
    }

    /// Provides no more what nobody here wants to, takes barred peers again whose time is over, connects to bootstrap
    /// peers and asks relays for a place, where that has not worked yet.
    fn keep_up(&mut self) {
        self.directory.tidy(&mut self.swarm.behaviour_mut().kad);
        while self.barred.front().is_some_and(|(until, _)| *until <= Instant::now()) {
            self.take_again();
        }
        let relays = self.settings.relays.clone();
        for relay in relays {
            if self.circuits.values().any(|held| *held == relay) {
                continue;
            }
            match self.swarm.listen_on(relay.clone().with(Protocol::P2pCircuit)) {
                Ok(listener) => drop(self.circuits.insert(listener, relay)),
                // An address that leads nowhere.
                Err(_) => self.mark_relay(&relay, RelayState::Unreachable),
            }
        }
        let bootstrap = self.settings.bootstrap.iter().take(MAX_BOOTSTRAP).cloned().collect::<Vec<_>>();
        for address in bootstrap {
            let options = match peer_of(&address) {
                Some(peer) if self.swarm.is_connected(&peer) => continue,
                Some(peer) => DialOpts::peer_id(peer).addresses(vec![address]).build(),
                // Without a peer id there is no telling whether it is connected; once is enough then.
                None if self.standing.borrow().peers > 0 => continue,
                None => DialOpts::unknown_peer_id().address(address).build(),
            };
            let _ = self.swarm.dial(options);
        }
    }
}

fn check(settings: &Settings) -> Result<(), NetworkError> {
    if settings.relays.iter().any(|relay| peer_of(relay).is_none()) {
        return Err(NetworkError::Relays("a relay's address must end with its peer id: /p2p/…"));
    }
    if settings.relays.len() > MAX_RELAYS {
        return Err(NetworkError::Relays("there are more than 4 relays; remove some"));
    }
    if settings.reach == Reach::Relayed && settings.relays.is_empty() {
        return Err(NetworkError::Relays("to be reached through relays only, name one with --relay"));
    }
    Ok(())
}
