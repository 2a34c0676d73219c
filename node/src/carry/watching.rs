//! Another host's room on this node: found, entered, joined, and opened for this node's own viewers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::card::{Access, SignedCard};
use parlor_protocol::control::{Message, NoEntry};
use parlor_protocol::invite::{Address, Invite};
use parlor_protocol::keys::{Epoch, Tree};
use parlor_protocol::mesh::{Contact, MAX_ADDRESSES, Role};
use parlor_protocol::talk::Refusal;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::carriage::Carriage;
use super::carrier::{Carrier, CarrierError, Place, Word};
use super::conductor::{Event, name, read};
use super::locate::{ANSWER_WAIT, Located, host_of, knock, locate};
use super::members::{self, be_found};
use super::open::{Keys, open};
use crate::room::{About, Emotes, Outgoing, Room, Sign, Wish};

/// How often keys are asked for: three times before those that there are run out.
const ENTER_AGAIN: Duration = Duration::from_mins(1);
/// How often a room is looked for that can't be found or is off air.
const FIND_AGAIN: Duration = Duration::from_secs(5);

/// Lines that may wait for the host's answer: as many as anybody types meanwhile.
const MAX_ASKED: usize = 16;

/// How far the node has come with another host's room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nobody has answered yet.
    #[default]
    Finding,
    /// The host is off air.
    OffAir,
    /// The host does not let this node in. [`NoEntry::Invite`] also where whoever answers knows of no such room: that
    /// is all that a host says to who has no invite that counts.
    Refused(NoEntry),
    /// The node has its place and its keys.
    Joined,
}

/// Another host's room, carried for as long as this lives.
pub struct Watching {
    room: Arc<Room>,
    carriage: Arc<Carriage>,
    phase: watch::Receiver<Phase>,
    task: AbortHandle,
}

impl Watching {
    /// Looks for the room that the invite leads to, and joins it as a viewer, or as a relay that opens nothing.
    ///
    /// # Errors
    /// [`CarrierError::Full`].
    pub fn start(carrier: &Carrier, invite: Invite, role: Role) -> Result<Self, CarrierError> {
        let id = invite.room();
        let (place, words) = carrier.carry(id, carrier.cards().newest(id), role, false, None)?;
        let room = Arc::new(Room::afar(id));
        let carriage = place.carriage.clone();
        let (phase, seen) = watch::channel(Phase::default());
        let keys = Arc::<Keys>::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(be_found(carrier.network().clone(), carriage.clone()));
        if role == Role::Viewer {
            tasks.spawn(open(room.clone(), carriage.clone(), keys.clone()));
        }
        let visit = Visit {
            carrier: carrier.clone(),
            invite,
            role,
            room: room.clone(),
            place,
            keys,
            phase,
            entered: None,
            enter_at: Instant::now(),
            tasks,
            asked: BTreeMap::new(),
            last_number: 0,
        };
        let task = tokio::spawn(visit.run(words)).abort_handle();
        Ok(Self { room, carriage, phase: seen, task })
    }

    /// The room as this node's own viewers see it.
    #[must_use]
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// The room as it is carried.
    #[must_use]
    pub fn carriage(&self) -> &Arc<Carriage> {
        &self.carriage
    }

    /// How far the node has come, now and whenever it changes.
    #[must_use]
    pub fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.clone()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
        self.room.set_on_air(false);
    }
}

/// The task's state.
struct Visit {
    carrier: Carrier,
    invite: Invite,
    role: Role,
    room: Arc<Room>,
    place: Place,
    keys: Arc<Keys>,
    phase: watch::Sender<Phase>,
    /// The session and the generation that there are keys for, or were asked for.
    entered: Option<(parlor_protocol::ident::SessionId, u32)>,
    enter_at: Instant,
    /// What ends with the visit.
    tasks: JoinSet<()>,
    /// Lines of which the host has not said yet what became of them, by the number that they went with.
    asked: BTreeMap<u32, oneshot::Sender<Result<(), Refusal>>>,
    last_number: u32,
}

impl Visit {
    async fn run(mut self, mut words: mpsc::Receiver<Word>) {
        let mut cards = self.place.carriage.card();
        let mut find_at = Instant::now();
        let mut outgoing = self.room.talk().outgoing().expect("nobody else takes it");
        loop {
            tokio::select! {
                Some(line) = outgoing.recv() => self.say(line),
                () = sleep_until(find_at) => {
                    self.find().await;
                    find_at = Instant::now() + FIND_AGAIN;
                    if matches!(*self.phase.borrow(), Phase::Joined) {
                        // The mesh says when it needs more.
                        find_at += Duration::from_hours(24);
                    }
                }
                Some(()) = self.place.seek.recv() => find_at = Instant::now(),
                Some(word) = words.recv() => self.on_word(word),
                // Searches that have ended are put away.
                Some(_) = self.tasks.join_next() => {}
                () = sleep_until(self.enter_at), if self.entered.is_some() => self.ask_entry(),
                changed = cards.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let card = cards.borrow_and_update().clone();
                    if let Some(card) = card {
                        let was_off_air = *self.phase.borrow() == Phase::OffAir;
                        self.on_card(&card);
                        if !card.card().is_on_air() {
                            find_at = Instant::now() + FIND_AGAIN;
                        } else if was_off_air {
                            // The host has told.
                            find_at = Instant::now();
                        }
                    }
                }
            }
        }
    }

    /// Looks for the room, and tells the mesh whom to ask.
    async fn find(&mut self) {
        let Located { card, helpers, is_denied } = locate(&self.carrier, &self.invite).await;
        if let Some(card) = &card {
            self.carrier.set_card(card);
        }
        if is_denied {
            self.room.set_on_air(false);
            self.set_phase(Phase::Refused(NoEntry::Invite));
            return;
        }
        let known = self.place.carriage.card().borrow().clone();
        let Some(card) = known else { return };
        self.on_card(&card);
        if !card.card().is_on_air() {
            return;
        }
        let host = host_of(&card).map(|peer| Contact { peer: name(peer), addresses: self.addresses(&card) });
        let helpers = helpers.into_iter().map(|peer| Contact { peer: name(peer), addresses: Vec::new() });
        let mut contacts: Vec<Contact> = host.into_iter().collect();
        for helper in helpers {
            if contacts.iter().all(|known| known.peer != helper.peer) {
                contacts.push(helper);
            }
        }
        // The conductor ends only with the place.
        let _ = self.place.events.send(Event::Contacts(contacts)).await;
        let (network, events) = (self.carrier.network().clone(), self.place.events.clone());
        self.tasks.spawn(members::find(network, card.session(), events));
    }

    /// Where the host may be reached, by its card and by the invite.
    fn addresses(&self, card: &SignedCard) -> Vec<Address> {
        let mut addresses: Vec<Address> = Vec::new();
        for address in card.card().reach.iter().chain(self.invite.addresses()) {
            if !addresses.contains(address) && addresses.len() < MAX_ADDRESSES {
                addresses.push(address.clone());
            }
        }
        addresses
    }

    fn on_card(&mut self, card: &SignedCard) {
        let said = card.card();
        self.room.set_about(About {
            title: said.title.clone(),
            description: said.description.clone(),
            tags: said.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        });
        // Another session is another show, also where the end of the last was not heard of: nothing of it goes on,
        // and its keys open nothing any more.
        if self.entered.is_none_or(|(session, _)| session != card.session()) {
            self.room.set_on_air(false);
            self.room.talk().forget();
            self.room.set_emotes(Emotes::default());
            self.keys.forget();
        }
        self.room.set_on_air_since(said.on_air_since);
        if !said.is_on_air() {
            self.entered = None;
            self.set_phase(Phase::OffAir);
            return;
        }
        if self.entered == Some((card.session(), said.generation)) {
            return;
        }
        self.entered = Some((card.session(), said.generation));
        if said.access == Access::Open {
            let tree = Tree::public(&card.room(), &card.session(), said.generation, said.epoch);
            self.keys.add([tree.cover(Epoch::FIRST..=Epoch::LAST)]);
            self.set_phase(Phase::Joined);
            self.enter_at = Instant::now() + Duration::from_hours(24);
        } else if self.role == Role::Viewer {
            self.ask_entry();
        } else {
            // A relay opens nothing, and needs no key.
            self.set_phase(Phase::Joined);
        }
    }

    /// Asks the host for keys; the answer comes as a word.
    fn ask_entry(&mut self) {
        self.enter_at = Instant::now() + ENTER_AGAIN;
        let card = self.place.carriage.card().borrow().clone();
        let Some(card) = card else { return };
        let Some(host) = host_of(&card) else { return };
        let (carrier, invite, room) = (self.carrier.clone(), self.invite.clone(), self.room.id());
        let me = carrier.network().me().to_bytes();
        let proof = invite.secret().map(|secret| secret.proof(card.session(), &me));
        let addresses = read(&self.addresses(&card));
        tokio::spawn(async move {
            let dialled = timeout(ANSWER_WAIT, carrier.network().dial(Some(host), addresses)).await;
            if dialled.is_ok_and(|dialled| dialled.is_ok()) {
                knock(&carrier, &invite, Some(&card), host);
                carrier.means().links.send(host, Message::Enter { room, proof });
            }
        });
    }

    fn on_word(&mut self, word: Word) {
        let card = self.place.carriage.card().borrow().clone();
        let host = card.as_ref().and_then(host_of);
        match word {
            // Only the host's own word counts; its connection proves who speaks.
            Word::Keys(peer, passes) if Some(peer) == host => {
                self.keys.add(passes);
                self.room.set_on_air_since(card.and_then(|card| card.card().on_air_since));
                self.set_phase(Phase::Joined);
            }
            Word::NoEntry(peer, reason) if Some(peer) == host => {
                // Who is out sees that, and not the last picture for ever.
                self.room.set_on_air(false);
                self.set_phase(if reason == NoEntry::OffAir {
                    Phase::OffAir
                } else {
                    Phase::Refused(reason)
                });
            }
            Word::Heard(peer, number, refused) if Some(peer) == host => {
                if let Some(answer) = self.asked.remove(&number) {
                    // Whoever said it may have gone.
                    let _ = answer.send(refused.map_or(Ok(()), Err));
                }
            }
            Word::Keeping(peer, keeping) if Some(peer) == host => self.room.talk().set_keeping(keeping),
            Word::Keys(..) | Word::NoEntry(..) | Word::Heard(..) | Word::Keeping(..) => {}
        }
    }

    /// Brings to the host what somebody here says, or wants done. Without an answer it was not.
    fn say(&mut self, line: Outgoing) {
        // Nobody waits for those any more.
        self.asked.retain(|_, answer| !answer.is_closed());
        if self.asked.len() == MAX_ASKED {
            return;
        }
        let card = self.place.carriage.card().borrow().clone();
        let Some((card, host)) = card.and_then(|card| host_of(&card).map(|host| (card, host))) else {
            return;
        };
        let (carrier, room) = (self.carrier.clone(), self.room.id());
        let Outgoing { wish, answer } = line;
        self.last_number = self.last_number.wrapping_add(1);
        let number = self.last_number;
        self.asked.insert(number, answer);
        let message = match wish {
            Wish::Say { words, name, sign } => {
                let me = carrier.network().me().to_bytes();
                let (mark, trip_phrase) = match &*sign {
                    Sign::None => (None, None),
                    Sign::Mark(identity) => (Some(identity.prove(room, &me)), None),
                    Sign::Tripcode(phrase) => (None, Some(phrase.clone())),
                };
                let (reply_to, text) = (words.reply_to(), words.text().to_owned());
                Message::Chat { room, number, name: Some(name), mark, trip_phrase, reply_to, text }
            }
            Wish::Order(body) => Message::Order { room, number, body },
            Wish::Report(report) => Message::Report { room, number, report },
        };
        let addresses = read(&self.addresses(&card));
        let invite = self.invite.clone();
        tokio::spawn(async move {
            let dialled = timeout(ANSWER_WAIT, carrier.network().dial(Some(host), addresses)).await;
            if dialled.is_ok_and(|dialled| dialled.is_ok()) {
                knock(&carrier, &invite, Some(&card), host);
                carrier.means().links.send(host, message);
            }
        });
    }

    fn set_phase(&self, phase: Phase) {
        self.phase.send_if_modified(|now| std::mem::replace(now, phase) != phase);
    }
}
