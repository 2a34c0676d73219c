//! A room's talk: what is said, as its pages follow it, and the way for saying more. Of a room of ours that is the desk
//! (`here`); of another host's, what that host tells, and the way to them (`afar`). In memory only, and gone with the
//! process.

mod afar;
mod here;

use std::sync::Arc;

use bytes::Bytes;
use parlor_protocol::ident::RoomId;
use parlor_protocol::talk::{
    Author, Bulletin, Caption, CaptionError, Desk, Identity, Keeping, Line, MarkProof, Name, News, Order,
    Powers, Refusal, Tripcode, Words,
};
use tokio::sync::{broadcast, mpsc};

use self::afar::Afar;
use self::here::Here;
use super::VisitorId;

pub use self::afar::{Outgoing, Wish};
pub use self::here::{Ban, Listed};

/// News that a follower may be behind. Whoever is further behind begins anew.
const MAX_BEHIND: usize = 256;

/// What is said in a room.
pub struct Talk {
    keeper: Keeper,
    news: broadcast::Sender<News>,
}

enum Keeper {
    Here(Here),
    Afar(Afar),
}

/// Who says or wants something.
#[derive(Clone, Copy)]
pub struct Talker {
    /// The visitor.
    pub visitor: VisitorId,
    /// Whether it is this node's host.
    pub is_host: bool,
}

/// By what somebody wants to be known again. Not both: who finds the phrase of a tripcode would have the mark.
pub enum Sign {
    /// Nothing.
    None,
    /// The mark of who knows a phrase.
    Mark(Identity),
    /// The old tripcode of this phrase, which the host is told.
    Tripcode(String),
}

/// Everything that is there to be seen, and what comes after.
pub struct Following {
    /// The lines, oldest first.
    pub lines: Vec<Arc<Line>>,
    /// What happens from then on.
    pub news: broadcast::Receiver<News>,
}

/// Why something was not said. It is not lost: whoever wrote it may send it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsaid {
    /// The host, or who keeps order, does not take it now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The host is on another node, and has not answered.
    #[error("The host did not answer. Send it again in a while.")]
    NoAnswer,
    /// It does not fit into an order.
    #[error("From another node, such a list has 4000 bytes at most. Make it shorter.")]
    TooLong,
}

/// As whom a peer talks, in a room of ours.
pub struct Peer<'a> {
    /// What it is told apart by.
    pub visitor: VisitorId,
    /// Its name on the network.
    pub id: &'a [u8],
    /// What the speaker is called; by their number here, where there is none.
    pub name: Option<Name>,
    /// Shows that the speaker knows a phrase.
    pub mark: Option<&'a MarkProof>,
    /// The phrase of an old tripcode.
    pub trip_phrase: Option<&'a str>,
}

impl Talk {
    /// The talk of a room of ours.
    #[must_use]
    pub fn here() -> Self {
        Self::of(Keeper::Here(Here::default()))
    }

    /// The talk of another host's room.
    #[must_use]
    pub fn afar() -> Self {
        Self::of(Keeper::Afar(Afar::default()))
    }

    fn of(keeper: Keeper) -> Self {
        Self { keeper, news: broadcast::Sender::new(MAX_BEHIND) }
    }

    /// Whether it is another host's.
    #[must_use]
    pub fn is_afar(&self) -> bool {
        matches!(self.keeper, Keeper::Afar(_))
    }

    /// What was said, and what will be.
    #[must_use]
    pub fn follow(&self) -> Following {
        // Under the lock, so that nothing is said between the two.
        let follow = |lines: Vec<Arc<Line>>| Following { lines, news: self.news.subscribe() };
        match &self.keeper {
            Keeper::Here(here) => follow(here.lock().desk.lines().cloned().collect()),
            Keeper::Afar(afar) => follow(afar.lock().transcript.lines().cloned().collect()),
        }
    }

    /// The line of this number, while it can be seen.
    #[must_use]
    pub fn line(&self, number: u64) -> Option<Arc<Line>> {
        let is_meant = |line: &&Arc<Line>| line.number == number;
        match &self.keeper {
            Keeper::Here(here) => here.lock().desk.lines().find(is_meant).cloned(),
            Keeper::Afar(afar) => afar.lock().transcript.lines().find(is_meant).cloned(),
        }
    }

    /// Who said the line of this number in a room of ours, while it can be seen.
    #[must_use]
    pub fn speaker(&self, number: u64) -> Option<VisitorId> {
        self.look(|desk| desk.speaker(number)).flatten().map(|speaker| VisitorId(speaker.0))
    }

    /// Brings a report, as it travels, to another host.
    ///
    /// # Errors
    /// An [`Unsaid`] that says what to do.
    pub async fn report(&self, report: Bytes) -> Result<(), Unsaid> {
        match &self.keeper {
            Keeper::Here(_) => Err(Refusal::NotHere.into()),
            Keeper::Afar(afar) => afar.ask(Wish::Report(report)).await,
        }
    }

    /// Says it to everybody; it waits for a host on another node.
    ///
    /// # Errors
    /// An [`Unsaid`] that says what to do.
    pub async fn say(&self, talker: Talker, words: Words) -> Result<(), Unsaid> {
        match &self.keeper {
            Keeper::Here(here) => Ok(here.say(talker, words, &self.news)?),
            Keeper::Afar(afar) => afar.say(talker, words).await,
        }
    }

    /// Tells everybody of a caption of the host, in a room of ours; elsewhere it is for that host to do.
    ///
    /// # Errors
    /// [`CaptionError::TooFast`].
    pub fn caption(&self, caption: Caption) -> Result<(), CaptionError> {
        match &self.keeper {
            Keeper::Here(here) => here.caption(caption, &self.news),
            Keeper::Afar(_) => Ok(()),
        }
    }

    /// In a room of ours, the visitor has shown that they are no flood ([`Desk::vouch`]).
    pub fn vouch(&self, visitor: VisitorId) {
        if let Keeper::Here(here) = &self.keeper {
            here.vouch(visitor);
        }
    }

    /// Says it for a peer, in a room of ours.
    ///
    /// # Errors
    /// A [`Refusal`] that says when it would be taken.
    pub fn say_for(&self, room: RoomId, peer: &Peer<'_>, words: Words) -> Result<(), Refusal> {
        let Keeper::Here(here) = &self.keeper else { return Err(Refusal::NotHere) };
        let name = peer.name.clone().unwrap_or_else(|| peer.visitor.guest_name());
        let mark = peer.mark.and_then(|proof| proof.mark(room, peer.id));
        let tripcode = peer.trip_phrase.and_then(Tripcode::of);
        here.rename(peer.visitor, Author { name, mark, tripcode, badge: None }, Some(peer.id));
        here.say(Talker { visitor: peer.visitor, is_host: false }, words, &self.news)
    }

    /// Does what the host wants of the talk of a room of ours, or a moderator who has the power.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub(super) fn obey(&self, talker: Talker, order: Order) -> Result<(), Refusal> {
        match &self.keeper {
            Keeper::Here(here) if here.obey(talker, order, &self.news) => Ok(()),
            Keeper::Here(_) | Keeper::Afar(_) => Err(Refusal::NotAllowed),
        }
    }

    /// Asks another host to do it.
    pub(super) async fn ask(&self, order: &Order) -> Result<(), Unsaid> {
        match &self.keeper {
            Keeper::Here(_) => Err(Refusal::NotAllowed.into()),
            Keeper::Afar(afar) => afar.obey(order).await,
        }
    }

    /// What this talker may do to keep order, and how that is kept; `None` for nothing.
    pub(super) fn keeping(&self, talker: Talker, locked: bool) -> Option<Keeping> {
        match &self.keeper {
            Keeper::Here(here) => here.keeping(talker, locked),
            Keeper::Afar(afar) => {
                Some(afar.lock().keeping.clone()).filter(|keeping| keeping.powers != Powers::default())
            }
        }
    }

    /// Another host says what this node's user may do to keep order there.
    pub fn set_keeping(&self, keeping: Keeping) {
        if let Keeper::Afar(afar) = &self.keeper {
            afar.lock().keeping = keeping;
        }
    }

    /// What this talker may do to keep order; `None` for nothing.
    #[must_use]
    pub fn powers(&self, talker: Talker) -> Option<Powers> {
        match &self.keeper {
            Keeper::Here(here) => here.powers(talker),
            Keeper::Afar(_) => self.keeping(talker, false).map(|keeping| keeping.powers),
        }
    }

    /// Whether this talker is heard in a room of ours at all, for what they do there beside talking.
    ///
    /// # Errors
    /// A [`Refusal`] while they are barred or in a time-out.
    pub fn hears(&self, talker: Talker) -> Result<(), Refusal> {
        match &self.keeper {
            Keeper::Here(here) => here.hears(talker),
            Keeper::Afar(_) => Err(Refusal::NotHere),
        }
    }

    /// Who keeps order beside the host, in a room of ours.
    pub fn moderators(&self) -> impl Iterator<Item = VisitorId> {
        let moderators =
            self.look(|desk| desk.moderators().map(|(who, _)| VisitorId(who.0)).collect::<Vec<_>>());
        moderators.into_iter().flatten()
    }

    /// Those of whom this is known may not talk, whatever else is said of them; in place of those before.
    pub fn set_bans(&self, bans: Vec<Ban>) {
        if let Keeper::Here(here) = &self.keeper {
            here.set_bans(bans);
        }
    }

    /// Those of whom this is known were let talk again.
    pub fn unbar(&self, ban: &Ban) {
        if let Keeper::Here(here) = &self.keeper {
            here.unbar(ban);
        }
    }

    /// What the visitor is called, and by what they would be known again; `None` where there is nothing, as of a session
    /// without a mark.
    #[must_use]
    pub fn trace(&self, visitor: VisitorId) -> Option<(Name, Ban)> {
        match &self.keeper {
            Keeper::Here(here) => here.lock().trace(visitor),
            Keeper::Afar(_) => None,
        }
    }

    /// Whether the visitor may not talk for good, by the host's own word.
    #[must_use]
    pub fn is_banned(&self, visitor: VisitorId) -> bool {
        match &self.keeper {
            Keeper::Here(here) => here.lock().ban(visitor).is_some_and(|ban| ban.listed.is_none()),
            Keeper::Afar(_) => false,
        }
    }

    /// As whom this visitor speaks.
    #[must_use]
    pub fn author(&self, talker: Talker) -> Author {
        match &self.keeper {
            Keeper::Here(here) => here.lock().author(talker),
            Keeper::Afar(afar) => afar.author(talker),
        }
    }

    /// From now on, the visitor speaks as this, with what they are known by again.
    pub fn rename(&self, visitor: VisitorId, author: Author, sign: Sign) {
        let (mark, tripcode) = match &sign {
            Sign::None => (None, None),
            Sign::Mark(identity) => (Some(identity.mark()), None),
            Sign::Tripcode(phrase) => (None, Tripcode::of(phrase)),
        };
        let author = Author { mark, tripcode, badge: None, ..author };
        match &self.keeper {
            Keeper::Here(here) => here.rename(visitor, author, None),
            Keeper::Afar(afar) => afar.rename(author, sign),
        }
    }

    /// In a room of ours, the visitor is known by an account of this name, until [`Talk::part`].
    pub fn welcome(&self, visitor: VisitorId, account: &str) {
        if let Keeper::Here(here) = &self.keeper {
            here.welcome(visitor, account);
        }
    }

    /// Nobody is known by that account any more.
    pub fn part(&self, visitor: VisitorId) {
        if let Keeper::Here(here) = &self.keeper {
            here.lock().guests.remove(&visitor);
        }
    }

    /// Looks at the desk of a room of ours: how slow the talk is, and who may not talk.
    pub fn look<T>(&self, look: impl FnOnce(&Desk) -> T) -> Option<T> {
        match &self.keeper {
            Keeper::Here(here) => Some(look(&here.lock().desk)),
            Keeper::Afar(_) => None,
        }
    }

    /// Takes in what another host tells of their room.
    pub fn take(&self, bulletin: Bulletin) {
        if let Keeper::Afar(afar) = &self.keeper {
            let mut state = afar.lock();
            tell(&self.news, state.transcript.take(bulletin));
        }
    }

    /// Another show of another host has another talk.
    pub fn forget(&self) {
        if let Keeper::Afar(afar) = &self.keeper {
            let mut state = afar.lock();
            state.keeping = Keeping::default();
            tell(&self.news, state.transcript.forget());
        }
    }

    /// What is to be brought to another host; there is one way, for whoever asks first.
    #[must_use]
    pub fn outgoing(&self) -> Option<mpsc::Receiver<Outgoing>> {
        match &self.keeper {
            Keeper::Here(_) => None,
            Keeper::Afar(afar) => afar.outgoing(),
        }
    }
}

/// Under the keeper's lock, so that all hear everything in the same order. Nobody may be there to hear.
fn tell(all: &broadcast::Sender<News>, news: impl IntoIterator<Item = News>) {
    for news in news {
        let _ = all.send(news);
    }
}
