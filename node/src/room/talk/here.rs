//! The talk of a room of ours: the desk (`spec/talk.md`) with a clock, and the names that people gave themselves.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use parlor_protocol::clock::Time;
use parlor_protocol::talk::{
    Author, Badge, Caption, CaptionError, Desk, Keeping, Mark, Name, News, Order, Powers, Refusal, Speaker,
    Words,
};
use tokio::sync::broadcast;

use super::{Talker, tell};
use crate::room::{VisitorId, now};

/// The most people whose names are remembered; of more, some are called by their number again.
const MAX_NAMES: usize = 4096;

/// Where a talk is kept.
pub(super) struct Here {
    state: Mutex<State>,
    started: Instant,
}

pub(super) struct State {
    pub(super) desk: Desk,
    names: BTreeMap<VisitorId, Known>,
    /// Those with an account, and its name.
    pub(super) guests: BTreeMap<VisitorId, String>,
    /// Who may not talk, whatever happens.
    bans: Vec<Ban>,
}

/// As whom somebody talks.
struct Known {
    author: Author,
    /// Their node's name on the network, where they have one.
    node: Option<Vec<u8>>,
}

/// By what somebody is known again who may not talk; whatever of it there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ban {
    /// The name of their node on the network.
    pub node: Option<Vec<u8>>,
    /// Their mark.
    pub mark: Option<String>,
    /// Where somebody else has them on a list: which, and why. Otherwise the host barred them.
    pub listed: Option<Listed>,
}

/// Which list somebody is on, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What the list is called.
    pub list: String,
    /// Why they are on it; may be empty.
    pub reason: String,
}

impl Ban {
    fn meets(&self, known: &Known) -> bool {
        let mark = known.author.mark.as_ref().map(Mark::as_str);
        (self.node.is_some() && self.node == known.node)
            || (self.mark.is_some() && self.mark.as_deref() == mark)
    }

    /// What somebody hears whom this meets.
    fn refusal(&self) -> Refusal {
        match self.listed.clone() {
            Some(Listed { list, reason }) => Refusal::Listed { list, reason },
            None => Refusal::Barred,
        }
    }
}

impl Default for Here {
    fn default() -> Self {
        let state = State {
            desk: Desk::new(Time::ZERO),
            names: BTreeMap::new(),
            guests: BTreeMap::new(),
            bans: Vec::new(),
        };
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
        if !by.badge.is_some_and(Badge::keeps_order)
            && let Some(ban) = state.ban(talker.visitor)
        {
            return Err(ban.refusal());
        }
        let said = state.desk.say(self.time(), now(), Speaker(talker.visitor.0), by, words)?;
        tell(all, [said]);
        Ok(())
    }

    pub(super) fn caption(
        &self,
        caption: Caption,
        all: &broadcast::Sender<News>,
    ) -> Result<(), CaptionError> {
        let mut state = self.lock();
        let shown = state.desk.caption(self.time(), caption)?;
        tell(all, [shown]);
        Ok(())
    }

    pub(super) fn vouch(&self, visitor: VisitorId) {
        self.lock().desk.vouch(self.time(), Speaker(visitor.0));
    }

    pub(super) fn obey(&self, talker: Talker, order: Order, all: &broadcast::Sender<News>) -> bool {
        let mut state = self.lock();
        let may = talker.is_host || state.desk.allows(Speaker(talker.visitor.0), &order);
        if may {
            tell(all, state.desk.obey(self.time(), order));
        }
        may
    }

    /// What this talker may do, and how order is kept.
    pub(super) fn keeping(&self, talker: Talker, locked: bool) -> Option<Keeping> {
        let powers = self.powers(talker)?;
        let state = self.lock();
        let name =
            |speaker: Speaker| state.author(Talker { visitor: VisitorId(speaker.0), is_host: false }).name;
        let barred = state.desk.barred().map(|speaker| (speaker, name(speaker))).collect();
        Some(Keeping {
            powers,
            slow: state.desk.slow(),
            unwanted: state.desk.unwanted().clone(),
            locked,
            barred,
        })
    }

    pub(super) fn powers(&self, talker: Talker) -> Option<Powers> {
        if talker.is_host { Some(Powers::ALL) } else { self.lock().desk.powers(Speaker(talker.visitor.0)) }
    }

    pub(super) fn hears(&self, talker: Talker) -> Result<(), Refusal> {
        let state = self.lock();
        let speaker = Speaker(talker.visitor.0);
        if talker.is_host || state.desk.powers(speaker).is_some() {
            Ok(())
        } else if let Some(ban) = state.ban(talker.visitor) {
            Err(ban.refusal())
        } else {
            state.desk.hears(self.time(), speaker)
        }
    }

    pub(super) fn rename(&self, visitor: VisitorId, author: Author, node: Option<&[u8]>) {
        let names = &mut self.lock().names;
        if names.len() >= MAX_NAMES && !names.contains_key(&visitor) {
            names.pop_first();
        }
        names.insert(visitor, Known { author, node: node.map(<[u8]>::to_vec) });
    }

    pub(super) fn set_bans(&self, bans: Vec<Ban>) {
        self.lock().bans = bans;
    }

    /// Whoever this meets is barred no more in this run either.
    pub(super) fn unbar(&self, ban: &Ban) {
        let mut state = self.lock();
        let met: Vec<_> =
            state.names.iter().filter(|(_, known)| ban.meets(known)).map(|(visitor, _)| *visitor).collect();
        for visitor in met {
            state.desk.obey(self.time(), Order::Unbar(Speaker(visitor.0)));
        }
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
    /// What the visitor is called, and by what they would be known again; `None` where there is nothing.
    pub(super) fn trace(&self, visitor: VisitorId) -> Option<(Name, Ban)> {
        let known = self.names.get(&visitor)?;
        let mark = known.author.mark.as_ref().map(ToString::to_string);
        let ban = Ban { node: known.node.clone(), mark, listed: None };
        (ban != Ban::default()).then(|| (known.author.name.clone(), ban))
    }

    /// What was saved, or stands on a list, and keeps the visitor from talking.
    pub(super) fn ban(&self, visitor: VisitorId) -> Option<&Ban> {
        let known = self.names.get(&visitor)?;
        self.bans.iter().find(|ban| ban.meets(known))
    }

    pub(super) fn author(&self, talker: Talker) -> Author {
        let Talker { visitor, is_host } = talker;
        let named = self.names.get(&visitor).map(|known| known.author.clone());
        let mut author = named.unwrap_or_else(|| Author::called(visitor.guest_name()));
        let guest = self.guests.get(&visitor).filter(|_| !is_host);
        if let Some(name) = guest {
            author.name = Name::Given(name.clone());
        }
        let badge = match self.desk.powers(Speaker(visitor.0)) {
            _ if is_host => Some(Badge::Host),
            Some(_) => Some(Badge::Moderator),
            None => guest.map(|_| Badge::Guest),
        };
        Author { badge, ..author }
    }
}
