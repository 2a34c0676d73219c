//! What peers say to this node, and where each word goes.

use libp2p::PeerId;
use parlor_protocol::card::{CardError, SignedCard, Tag};
use parlor_protocol::control::{MAX_CARDS, Message, NoEntry};
use parlor_protocol::ident::CertificateError;
use parlor_protocol::ident::RoomId;
use parlor_protocol::talk::Refusal;
use tokio::sync::mpsc;

use super::carrier::{Carrier, Chat, Guest, Word};
use super::conductor::Event;
use super::intake;
use super::links::Heard;
use crate::room::now;
use crate::swarm::streams::Stream;
use crate::swarm::{self, Duty, Inlets};

impl Carrier {
    /// Hears peers until the network or the carrier is gone.
    pub(super) async fn listen(self, mut hearing: mpsc::Receiver<Heard>, inlets: Inlets) {
        let Inlets { mut events, mut control, mut objects } = inlets;
        loop {
            tokio::select! {
                Some(heard) = hearing.recv() => self.hear(heard),
                Some(event) = events.recv() => self.on_network(&event),
                Some(inbound) = control.next() => self.means().links.accept(inbound.peer, inbound.stream),
                Some(inbound) = objects.next() => self.accept_objects(inbound.peer, inbound.stream),
                else => return,
            }
        }
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Message(peer, message) => self.on_message(peer, *message),
            Heard::Misbehaved(peer) => self.means().misbehaved(peer),
        }
    }

    fn on_message(&self, peer: PeerId, message: Message) {
        let links = &self.means().links;
        match message {
            Message::Mesh { room, show, message } => {
                if self.takes_part(peer, room) {
                    self.tell(room, Event::Said(peer, show, message));
                }
            }
            Message::Want { room, tracks } => {
                if self.takes_part(peer, room) {
                    self.tell(room, Event::Wants(peer, tracks));
                }
            }
            Message::Card(bytes) => self.on_card(peer, &bytes),
            Message::AskCards { tag } => {
                let cards = self.cards_for_others(tag.as_ref());
                links.send(peer, Message::cards_that_fit(cards.into_iter().map(|card| card.bytes().clone())));
            }
            Message::AskCard { room } => {
                let card = self.card_for(peer, room);
                links.send(
                    peer,
                    card.map_or(Message::NoCard { room }, |card| Message::Card(card.bytes().clone())),
                );
            }
            Message::NoCard { room } => self.questions().hear(peer, room, None),
            Message::Knock { room, proof } => {
                if let Some(carriage) = self.carriage(room) {
                    carriage.knocked(peer, &proof);
                }
            }
            Message::Cards(cards) => self.on_cards(peer, &cards),
            Message::Enter { room, proof } => {
                let is_there = self.room_for(peer, room).is_some();
                if !(is_there && self.tell_host(room, Guest::Enter(peer, proof))) {
                    links.send(peer, Message::NoEntry { room, reason: NoEntry::NotHost });
                }
            }
            Message::Left { room } => drop(self.tell_host(room, Guest::Left(peer))),
            Message::AskSnapshot { room } => self.on_ask_snapshot(peer, room),
            Message::Snapshot { room, jpeg } => self.snapshots().hear(peer, room, jpeg),
            Message::Keys { room, passes } => self.tell_viewer(room, Word::Keys(peer, passes)),
            Message::NoEntry { room, reason } => self.tell_viewer(room, Word::NoEntry(peer, reason)),
            Message::Announce(bytes) => self.on_announce(peer, &bytes),
            Message::Chat { room, number, name, mark, trip_phrase, reply_to, text } => {
                let chat = Chat { number, name, mark, trip_phrase, reply_to, text };
                let is_there = self.room_for(peer, room).is_some();
                if !(is_there && self.tell_host(room, Guest::Chat(peer, chat))) {
                    links.send(peer, Message::Heard { room, number, refused: Some(Refusal::NotHere) });
                }
            }
            Message::Heard { room, number, refused } => {
                if self.deliveries().hear(peer, room, number, refused.as_ref()) {
                    return;
                }
                self.tell_viewer(room, Word::Heard(peer, number, refused));
            }
            Message::Order { room, number, body } => {
                let is_there = self.room_for(peer, room).is_some();
                if !(is_there && self.tell_host(room, Guest::Order(peer, number, body))) {
                    links.send(peer, Message::Heard { room, number, refused: Some(Refusal::NotHere) });
                }
            }
            Message::Report { room, number, report } => {
                let is_there = self.room_for(peer, room).is_some();
                if !(is_there && self.tell_host(room, Guest::Report(peer, number, report))) {
                    links.send(peer, Message::Heard { room, number, refused: Some(Refusal::NotHere) });
                }
            }
            // Of anybody who has the list: it names the room.
            Message::SealedReport { room, number, sealed } => {
                if !self.tell_host(room, Guest::SealedReport(peer, number, sealed)) {
                    links.send(peer, Message::Heard { room, number, refused: Some(Refusal::NotHere) });
                }
            }
            Message::Keeping { room, keeping } => self.tell_viewer(room, Word::Keeping(peer, keeping)),
            // Out of place, and not worth a quarrel.
            Message::Objects { .. } => {}
        }
    }

    /// The card of a room that is carried or published here, as far as this peer may know of it.
    fn card_for(&self, peer: PeerId, room: RoomId) -> Option<SignedCard> {
        let Some(carriage) = self.room_for(peer, room) else { return self.announced().card(room) };
        let card = carriage.card().borrow().clone();
        if let Some(card) = card.as_ref().map(SignedCard::card).filter(|card| !card.is_on_air()) {
            carriage.door().wait(peer, Some(card.access));
        }
        card
    }

    fn cards_for_others(&self, tag: Option<&Tag>) -> Vec<SignedCard> {
        let fits = |card: &SignedCard| {
            card.card().is_on_air() && tag.is_none_or(|tag| card.card().tags.contains(tag))
        };
        self.own_listed().into_iter().chain(self.announced().cards()).filter(fits).take(MAX_CARDS).collect()
    }

    /// A host answers for its own room, and a relay for those of its hosts. Nobody else does: which pictures a node
    /// has tells what its user looked at.
    fn on_ask_snapshot(&self, peer: PeerId, room: RoomId) {
        if self.room_for(peer, room).is_some() && self.tell_host(room, Guest::AskSnapshot(peer)) {
            return;
        }
        let snapshot = self.announced().card(room).and_then(|card| self.snapshot(&card));
        let snapshot = snapshot.filter(|_| self.snapshots().may_answer());
        let jpeg = snapshot.map(|snapshot| snapshot.jpeg().clone()).unwrap_or_default();
        self.means().links.send(peer, Message::Snapshot { room, jpeg });
    }

    /// The card of a room that this node asked for, is in, or waits for.
    fn on_card(&self, peer: PeerId, bytes: &bytes::Bytes) {
        match SignedCard::decode(bytes, now()) {
            Ok(card) => {
                if self.carriage(card.room()).is_some() {
                    self.cards().set_named(card.clone());
                }
                self.set_card(&card);
                self.questions().hear(peer, card.room(), Some(&card));
            }
            Err(error) => self.on_bad_card(peer, error),
        }
    }

    fn on_cards(&self, peer: PeerId, cards: &[bytes::Bytes]) {
        let decoded: Result<Vec<_>, _> = cards.iter().map(|bytes| SignedCard::decode(bytes, now())).collect();
        match decoded {
            Ok(cards) => {
                for card in &cards {
                    self.cards().set_named(card.clone());
                    self.set_card(card);
                }
                self.cards().set_list(peer, cards);
            }
            Err(error) => self.on_bad_card(peer, error),
        }
    }

    fn on_bad_card(&self, peer: PeerId, error: CardError) {
        // A card out of its time may be honest: it was on its way, or a clock is wrong.
        let is_about_time = matches!(
            error,
            CardError::Early
                | CardError::Expired
                | CardError::Certificate(CertificateError::NotYet | CertificateError::Expired)
        );
        if !is_about_time {
            self.means().misbehaved(peer);
        }
    }

    fn on_announce(&self, peer: PeerId, bytes: &bytes::Bytes) {
        if self.duty() != Duty::Relay {
            return;
        }
        match SignedCard::decode(bytes, now()) {
            Ok(card) => {
                let network = self.means().network.clone();
                let topics = self.announced().take(peer, card.clone());
                if topics.is_some() {
                    // Whoever sees the card asks for the picture soon; what is kept by then is not needed here.
                    let _ = self.snapshot(&card);
                }
                match topics {
                    Some(topics) => drop(tokio::spawn(async move { network.publish(card, topics).await })),
                    None => drop(tokio::spawn(async move { network.withdraw(card.room()).await })),
                }
            }
            Err(error) => self.on_bad_card(peer, error),
        }
    }

    fn on_network(&self, event: &swarm::Event) {
        match *event {
            swarm::Event::Connected(_) => {}
            swarm::Event::Met(peer) => {
                self.meet(peer);
                self.means().links.send(peer, Message::AskCards { tag: None });
            }
            swarm::Event::Disconnected(peer) => {
                self.part(peer);
                self.means().links.forget(peer);
                for room in self.announced().forget(peer) {
                    let network = self.means().network.clone();
                    tokio::spawn(async move { network.withdraw(room).await });
                }
                self.tell_gone(peer);
            }
            swarm::Event::Flood(peer) => self.means().misbehaved(peer),
        }
    }

    fn accept_objects(&self, peer: PeerId, stream: Stream) {
        let carrier = self.clone();
        tokio::spawn(async move {
            let Some(opened) = intake::opened(stream).await else { return };
            if let Some((carriage, events)) =
                carrier.served_room(opened.room).filter(|(room, _)| room.takes_part(peer))
            {
                intake::take(carriage, peer, opened, events).await;
            }
        });
    }
}
