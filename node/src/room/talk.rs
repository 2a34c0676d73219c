//! A room's talk: the desk (`spec/talk.md`) with a clock, the names that people gave themselves, and everybody who
//! follows. In memory only, and gone with the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use parlor_protocol::clock::Time;
use parlor_protocol::talk::{Author, Badge, Desk, Line, News, Order, Refusal, Speaker, Words};
use tokio::sync::broadcast;

use super::{VisitorId, now};

/// News that a follower may be behind. Whoever is further behind begins anew.
const MAX_BEHIND: usize = 256;
/// The most people whose names are remembered; of more, some are called as the room calls its guests again.
const MAX_NAMES: usize = 4096;

/// What is said in a room.
pub struct Talk {
    state: Mutex<State>,
    news: broadcast::Sender<News>,
    started: Instant,
}

struct State {
    desk: Desk,
    names: BTreeMap<VisitorId, Author>,
}

/// Who says or wants something.
#[derive(Clone, Copy)]
pub struct Talker {
    /// The visitor.
    pub visitor: VisitorId,
    /// Whether it is the room's host.
    pub is_host: bool,
}

/// Everything that is there to be seen, and what comes after.
pub struct Following {
    /// The lines, oldest first.
    pub lines: Vec<Arc<Line>>,
    /// What happens from then on.
    pub news: broadcast::Receiver<News>,
}

impl Default for Talk {
    fn default() -> Self {
        let state = State { desk: Desk::new(Time::ZERO), names: BTreeMap::new() };
        Self { state: Mutex::new(state), news: broadcast::Sender::new(MAX_BEHIND), started: Instant::now() }
    }
}

impl Talk {
    /// What was said, and what will be.
    #[must_use]
    pub fn follow(&self) -> Following {
        // Under the lock, so that nothing is said between the two.
        let state = self.lock();
        Following { lines: state.desk.lines().cloned().collect(), news: self.news.subscribe() }
    }

    /// The line of this number, while it can be seen.
    #[must_use]
    pub fn line(&self, number: u64) -> Option<Arc<Line>> {
        self.lock().desk.lines().find(|line| line.number == number).cloned()
    }

    /// Says it to everybody.
    ///
    /// # Errors
    /// A [`Refusal`] that says when it would be taken.
    pub fn say(&self, talker: Talker, words: Words) -> Result<(), Refusal> {
        let mut state = self.lock();
        let by = state.author(talker);
        let said = state.desk.say(self.time(), now(), Speaker(talker.visitor.0), by, words)?;
        self.tell([said]);
        Ok(())
    }

    /// Does what the host wants, or a moderator who has the power; whether they may.
    #[must_use]
    pub fn obey(&self, talker: Talker, order: Order) -> bool {
        let mut state = self.lock();
        let may = talker.is_host || state.desk.allows(Speaker(talker.visitor.0), &order);
        if may {
            self.tell(state.desk.obey(self.time(), order));
        }
        may
    }

    /// As whom this visitor speaks.
    #[must_use]
    pub fn author(&self, talker: Talker) -> Author {
        self.lock().author(talker)
    }

    /// From now on, the visitor speaks as this.
    pub fn rename(&self, visitor: VisitorId, author: Author) {
        let names = &mut self.lock().names;
        if names.len() >= MAX_NAMES && !names.contains_key(&visitor) {
            names.pop_first();
        }
        names.insert(visitor, author);
    }

    /// Looks at the desk: how slow the talk is, and who may not talk.
    pub fn look<T>(&self, look: impl FnOnce(&Desk) -> T) -> T {
        look(&self.lock().desk)
    }

    /// Under the lock, so that all hear everything in the same order. Nobody may be there to hear.
    fn tell(&self, news: impl IntoIterator<Item = News>) {
        for news in news {
            let _ = self.news.send(news);
        }
    }

    fn time(&self) -> Time {
        Time::from_micros(self.started.elapsed().as_micros() as u64)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the talk's lock panics")
    }
}

impl State {
    fn author(&self, talker: Talker) -> Author {
        let Talker { visitor, is_host } = talker;
        let named = self.names.get(&visitor).cloned();
        let usual = if is_host { "Host".to_owned() } else { visitor.guest_name() };
        let author = named.unwrap_or(Author { name: usual, mark: None, badge: None });
        let badge = match self.desk.powers(Speaker(visitor.0)) {
            _ if is_host => Some(Badge::Host),
            powers => powers.map(|_| Badge::Moderator),
        };
        Author { badge, ..author }
    }
}
