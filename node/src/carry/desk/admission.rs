//! Whom the host lets in, of other nodes, and who is shut out: by other terms, or at the door.

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::card::Access;
use parlor_protocol::control::{Message, NoEntry};
use parlor_protocol::invite::Proof;
use parlor_protocol::keys::Epoch;
use parlor_protocol::report::Report;
use parlor_protocol::talk::{self, Name, Words};
use tokio::time::Instant;

use super::Desk;
use crate::carry::carrier::{Chat, Guest};
use crate::carry::conductor::Event;
use crate::carry::guests::{GUEST_LIFE, fitting};
use crate::carry::publish::present;
use crate::carry::uses::InviteRefusal;
use crate::room::{self, Talker, VisitorId, now};

/// Nobody tells the host of a listed room that they are in it. Once it is locked, whoever asks for keys within this time
/// was in: the word goes from neighbour to neighbour, and a way to the host through a relay takes some seconds.
const SETTLE: Duration = Duration::from_secs(15);

impl Desk {
    /// Other terms may shut somebody out, and so may the door: everybody asks anew then, for keys of a new generation.
    /// Who is in stays where only an invite or a label was added, or the door was opened.
    pub(super) async fn admit_anew(&mut self) {
        let (is_locked, sent_out) = {
            let entry = self.room.entry().changes();
            let rules = entry.borrow();
            (rules.is_locked(), rules.sent_out())
        };
        let was_locked = std::mem::replace(&mut self.is_locked, is_locked);
        let sends_out = std::mem::replace(&mut self.sent_out, sent_out) != sent_out;
        let locks = is_locked && !was_locked;
        if locks {
            let until = self.admitted.is_listed().then(|| Instant::now() + SETTLE);
            self.place.carriage.door().lock(self.inside(), until);
        } else if !is_locked {
            self.place.carriage.door().unlock();
        }
        let terms = self.terms.borrow_and_update().behind(is_locked);
        let listed = terms.is_listed();
        self.carrier.set_listed(self.room.id(), listed);
        self.pictures.wanted.send_replace(terms.picture());
        self.place.carriage.door().set_secrets(terms.secrets());
        self.place.carriage.door().set_friends(terms.friends.clone());
        let before = std::mem::replace(&mut self.admitted, terms.clone());
        if !(locks || sends_out || before.shut_out(&terms)) {
            return;
        }
        self.generation += 1;
        if sends_out {
            self.send_out().await;
        }
        let out = self.place.carriage.shut();
        self.guests.forget(&terms.invites);
        self.show.renew(terms.access(), self.generation);
        if terms.access() == Access::Invited {
            self.turn_out(out, NoEntry::Invite).await;
        }
    }

    /// The nodes that are in the room, as far as they are known: guests, and neighbours, which may be relays.
    fn inside(&self) -> BTreeSet<PeerId> {
        let neighbours = self.place.carriage.partners().borrow().clone();
        self.guests.inside().chain(neighbours).collect()
    }

    /// Everybody goes but who keeps order. The host's relays stay: they open nothing, and those who stay may need them.
    async fn send_out(&self) {
        let relays: BTreeSet<_> = self.carrier.network().standing().borrow().reserved().collect();
        let stays = |peer: &PeerId| relays.contains(peer) || self.keeps_order(*peer);
        let (stay, out) = self.inside().into_iter().partition(stays);
        self.place.carriage.door().lock_anew(stay);
        self.turn_out(out, NoEntry::Removed).await;
    }

    /// They hear so at once, and whoever asks next may have the place.
    async fn turn_out(&self, out: BTreeSet<PeerId>, reason: NoEntry) {
        let room = self.room.id();
        for peer in out {
            self.carrier.means().links.send(peer, Message::NoEntry { room, reason });
            // Before the next card, which is for those who stay.
            self.place.carriage.set_partner(peer, false);
            // The conductor ends only with the place.
            let _ = self.place.events.send(Event::Dismiss(peer)).await;
        }
    }

    pub(super) fn on_guest(&mut self, guest: &Guest) {
        match *guest {
            Guest::Enter(peer, ref proof) => {
                let answer = self.enter(peer, proof.as_ref());
                self.carrier.means().links.send(peer, answer);
                self.show_guests();
            }
            Guest::Left(peer) => {
                self.guests.leave(peer);
                self.show_guests();
            }
            Guest::AskSnapshot(peer) => {
                let snapshot = self.listed_snapshot().filter(|_| self.carrier.snapshots().may_answer());
                let jpeg = snapshot.map(|snapshot| snapshot.jpeg().clone()).unwrap_or_default();
                self.carrier.means().links.send(peer, Message::Snapshot { room: self.room.id(), jpeg });
            }
            Guest::Chat(peer, ref chat) => {
                let (room, number) = (self.room.id(), chat.number);
                let refused = self.hear(peer, chat).err();
                self.carrier.means().links.send(peer, Message::Heard { room, number, refused });
                self.tell_again(peer);
            }
            Guest::Order(peer, number, ref body) => {
                let refused = self.obey(peer, body).err();
                let room = self.room.id();
                self.carrier.means().links.send(peer, Message::Heard { room, number, refused });
            }
            Guest::Report(peer, number, ref report) => {
                let refused = self.take_report(peer, report).err();
                let room = self.room.id();
                self.carrier.means().links.send(peer, Message::Heard { room, number, refused });
            }
            Guest::SealedReport(peer, number, ref sealed) => {
                let by = self.talker(peer).visitor;
                let refused = self.room.reports().take_sealed(by, sealed).err();
                let room = self.room.id();
                self.carrier.means().links.send(peer, Message::Heard { room, number, refused });
            }
        }
    }

    /// Takes what a guest reports, who is in the room while it is on air.
    fn take_report(&self, peer: PeerId, report: &[u8]) -> Result<(), talk::Refusal> {
        if !self.is_in(peer) {
            return Err(talk::Refusal::NotHere);
        }
        self.room.reports().allow(self.talker(peer).visitor)?;
        let report = Report::decode(report).map_err(|_| talk::Refusal::Other)?;
        self.room.report_here(report)
    }

    /// Takes what a guest says, who is in the room while it is on air.
    fn hear(&mut self, peer: PeerId, chat: &Chat) -> Result<(), talk::Refusal> {
        if !self.is_in(peer) {
            return Err(talk::Refusal::NotHere);
        }
        // The message was checked as it came: what is left is nothing but space.
        let words = Words::new(&chat.text, chat.reply_to).map_err(|_| talk::Refusal::Other)?;
        let id = peer.to_bytes();
        self.moderators.met(self.talker(peer).visitor, peer);
        let given = chat.name.as_ref().and_then(Name::as_given).or_else(|| self.guest_name(peer));
        let number = || chat.name.clone().filter(|name| name.as_given().is_none());
        let speaker = room::Peer {
            visitor: self.talker(peer).visitor,
            id: &id,
            name: given.and_then(Name::given).or_else(number),
            mark: chat.mark.as_ref(),
            trip_phrase: chat.trip_phrase.as_deref(),
        };
        self.room.talk().say_for(self.room.id(), &speaker, words)
    }

    /// What the room calls a peer that came with an invite for one person.
    fn guest_name(&self, peer: PeerId) -> Option<&str> {
        self.admitted.invites.get(self.guests.came_with(peer)?)?.guest()
    }

    /// Whether the peer is in the room, and that is on air.
    pub(super) fn is_in(&self, peer: PeerId) -> bool {
        let is_guest = match self.admitted.access() {
            Access::Open => true,
            Access::Invited | Access::Paid => self.guests.is_in(peer),
        };
        is_guest && self.room.is_on_air()
    }

    /// As whom the talk knows the peer.
    pub(super) fn talker(&self, peer: PeerId) -> Talker {
        Talker { visitor: VisitorId(self.peers.hash_one(peer)), is_host: false }
    }

    fn keeps_order(&self, peer: PeerId) -> bool {
        self.room.talk().powers(self.talker(peer)).is_some()
    }

    fn enter(&mut self, peer: PeerId, proof: Option<&Proof>) -> Message {
        let room = self.room.id();
        let refuse = |reason| Message::NoEntry { room, reason };
        if !self.room.is_on_air() {
            return refuse(NoEntry::OffAir);
        }
        let terms = self.terms.borrow().clone();
        let is_friend = terms.is_friend(peer);
        if is_friend == Some(false) {
            return refuse(NoEntry::Invite);
        }
        let with = fitting(&self.admitted.invites, peer, proof, self.show.session.id());
        let takes_invite = is_friend.is_none() && terms.access() == Access::Invited;
        if self.is_locked && !self.place.carriage.door().takes(peer) && !self.keeps_order(peer) {
            let opens = with.filter(|at| self.admitted.invites[*at].opens_lock);
            match opens.map(|at| self.enter_with(peer, at)) {
                Some(Ok(true)) => {}
                Some(Err(reason)) => return refuse(reason),
                Some(Ok(false)) | None => return refuse(NoEntry::Locked),
            }
        } else if takes_invite {
            match with.ok_or(NoEntry::Invite).and_then(|at| self.enter_with(peer, at)) {
                Ok(_) => {}
                Err(reason) => return refuse(reason),
            }
        } else if (is_friend.is_some() || self.is_locked) && self.guests.enter_without(peer).is_err() {
            return refuse(NoEntry::Full);
        }
        self.place.carriage.door().let_through(peer);
        let (first, _) = present(self.room.catalogue().epoch, self.show.length);
        // From a little before, for what nodes keep, to when a guest who does not ask again has left.
        let back = 2;
        let ahead = GUEST_LIFE.as_secs() as u32 / u32::from(self.show.length.seconds()) + 1;
        let from = Epoch::new(first.index().saturating_sub(back)).unwrap_or(Epoch::FIRST);
        let until = Epoch::new(first.index().saturating_add(ahead)).unwrap_or(Epoch::LAST);
        let pass = self.show.tree.borrow().cover(from..=until);
        Message::Keys { room, passes: vec![pass] }
    }

    /// Lets a peer in with the invite at this place: whether that opens a locked door to it.
    fn enter_with(&mut self, peer: PeerId, at: usize) -> Result<bool, NoEntry> {
        let invites = &self.admitted.invites;
        self.guests.enter(invites, at, peer, now(), self.sent_out).map_err(|refusal| match refusal {
            InviteRefusal::NoInvite => NoEntry::Invite,
            InviteRefusal::Ended => NoEntry::Ended,
            InviteRefusal::UsedUp => NoEntry::UsedUp,
            InviteRefusal::Full => NoEntry::Full,
        })?;
        self.place.carriage.door().invite(peer, invites[at].secret.clone());
        Ok(self.guests.unlocks(invites, at, peer, self.sent_out))
    }
}
