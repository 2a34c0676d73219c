//! The talk of a room of ours: the desk (`spec/talk.md`) with a clock, and the names that people gave themselves.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use parlor_protocol::clock::Time;
use parlor_protocol::talk::{Author, Badge, Desk, News, Order, Powers, Refusal, Speaker, Words};
use tokio::sync::broadcast;

use super::{Talker, tell};
use crate::room::{VisitorId, now};

/// The most people whose names are remembered; of more, some are called as the room calls its guests again.
const MAX_NAMES: usize = 4096;

/// Where a talk is kept.
pub(super) struct Here {
    state: Mutex<State>,
    started: Instant,
}

pub(super) struct State {
    pub(super) desk: Desk,
    names: BTreeMap<VisitorId, Author>,
    /// Those with an account, and its name.
    pub(super) guests: BTreeMap<VisitorId, String>,
}

impl Default for Here {
    fn default() -> Self {
        let state = State { desk: Desk::new(Time::ZERO), names: BTreeMap::new(), guests: BTreeMap::new() };
        Self { state: Mutex::new(state), started: Instant::now() }
    }
}

impl Here {
    pub(super) fn say(
        &self,
        talker: Talker,
        words: Words,
        all: &broadcast::Sender<News>,
    ) -> Result<(), Refusal> {
        let mut state = self.lock();
        let by = state.author(talker);
        let said = state.desk.say(self.time(), now(), Speaker(talker.visitor.0), by, words)?;
        tell(all, [said]);
        Ok(())
    }

    pub(super) fn obey(&self, talker: Talker, order: Order, all: &broadcast::Sender<News>) -> bool {
        let mut state = self.lock();
        let may = talker.is_host || state.desk.allows(Speaker(talker.visitor.0), &order);
        if may {
            tell(all, state.desk.obey(self.time(), order));
        }
        may
    }

    pub(super) fn powers(&self, talker: Talker) -> Option<Powers> {
        let all = Powers { hide: true, silence: true, bar: true, pace: true };
        if talker.is_host { Some(all) } else { self.lock().desk.powers(Speaker(talker.visitor.0)) }
    }

    pub(super) fn hears(&self, talker: Talker) -> Result<(), Refusal> {
        let desk = &self.lock().desk;
        let speaker = Speaker(talker.visitor.0);
        if talker.is_host || desk.powers(speaker).is_some() {
            Ok(())
        } else {
            desk.hears(self.time(), speaker)
        }
    }

    pub(super) fn rename(&self, visitor: VisitorId, author: Author) {
        let names = &mut self.lock().names;
        if names.len() >= MAX_NAMES && !names.contains_key(&visitor) {
            names.pop_first();
        }
        names.insert(visitor, author);
    }

    pub(super) fn welcome(&self, visitor: VisitorId, account: &str) {
        let guests = &mut self.lock().guests;
        if guests.len() >= MAX_NAMES && !guests.contains_key(&visitor) {
            guests.pop_first();
        }
        guests.insert(visitor, account.to_owned());
    }

    fn time(&self) -> Time {
        Time::from_micros(self.started.elapsed().as_micros() as u64)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the talk's lock panics")
    }
}

impl State {
    pub(super) fn author(&self, talker: Talker) -> Author {
        let Talker { visitor, is_host } = talker;
        let named = self.names.get(&visitor).cloned();
        let usual = if is_host { "Host".to_owned() } else { visitor.guest_name() };
        let mut author = named.unwrap_or(Author { name: usual, mark: None, badge: None });
        let guest = self.guests.get(&visitor).filter(|_| !is_host);
        if let Some(name) = guest {
            author.name.clone_from(name);
        }
        let badge = match self.desk.powers(Speaker(visitor.0)) {
            _ if is_host => Some(Badge::Host),
            Some(_) => Some(Badge::Moderator),
            None => guest.map(|_| Badge::Guest),
        };
        Author { badge, ..author }
    }
}
