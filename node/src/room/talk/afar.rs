//! The talk of another host's room: what they tell, and what goes up to them.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::talk::{Author, Keeping, Name, Order, Refusal, Transcript, Words};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{Sign, Talker, Unsaid};

/// How many lines may wait for their way to the host: more than one person has at once.
const MAX_OUTGOING: usize = 8;
/// How long the host has to answer: some round trips through a relay, and a lost packet or two.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// A talk that another host keeps.
pub(super) struct Afar {
    state: Mutex<State>,
    way: mpsc::Sender<Outgoing>,
    outgoing: Mutex<Option<mpsc::Receiver<Outgoing>>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) transcript: Transcript,
    /// As whom this node's user talks there.
    me: Option<(Author, Arc<Sign>)>,
    /// What this node's user may do to keep order there.
    pub(super) keeping: Keeping,
}

/// Something on its way to the host.
pub struct Outgoing {
    /// What it is.
    pub wish: Wish,
    /// What the host made of it.
    pub answer: oneshot::Sender<Result<(), Refusal>>,
}

/// What somebody wants of the host.
pub enum Wish {
    /// To say something.
    Say {
        /// What is said.
        words: Words,
        /// What the speaker is called.
        name: Name,
        /// By what they are known again.
        sign: Arc<Sign>,
    },
    /// To keep order, as an order travels.
    Order(Bytes),
    /// That the host looks at something, as a report travels.
    Report(Bytes),
}

impl Default for Afar {
    fn default() -> Self {
        let (way, outgoing) = mpsc::channel(MAX_OUTGOING);
        Self { state: Mutex::default(), way, outgoing: Mutex::new(Some(outgoing)) }
    }
}

impl Afar {
    pub(super) async fn say(&self, talker: Talker, words: Words) -> Result<(), Unsaid> {
        let name = self.author(talker).name;
        let sign = self.lock().me.as_ref().map_or_else(|| Arc::new(Sign::None), |(_, sign)| sign.clone());
        self.ask(Wish::Say { words, name, sign }).await
    }

    pub(super) async fn obey(&self, order: &Order) -> Result<(), Unsaid> {
        match order {
            Order::Trust(..) | Order::Distrust(_) => Err(Refusal::NotAllowed.into()),
            order => self.ask(Wish::Order(order.encode().ok_or(Unsaid::TooLong)?)).await,
        }
    }

    pub(super) async fn ask(&self, wish: Wish) -> Result<(), Unsaid> {
        let (answer, answered) = oneshot::channel();
        let outgoing = Outgoing { wish, answer };
        self.way.try_send(outgoing).map_err(|_| Unsaid::NoAnswer)?;
        match timeout(ANSWER_WITHIN, answered).await {
            Ok(Ok(result)) => Ok(result?),
            _ => Err(Unsaid::NoAnswer),
        }
    }

    /// As whom this node's user talks: the host of this node is nobody there.
    pub(super) fn author(&self, talker: Talker) -> Author {
        let named = self.lock().me.as_ref().map(|(author, _)| author.clone());
        named.unwrap_or_else(|| Author::called(talker.visitor.guest_name()))
    }

    pub(super) fn rename(&self, author: Author, sign: Sign) {
        self.lock().me = Some((author, Arc::new(sign)));
    }

    pub(super) fn outgoing(&self) -> Option<mpsc::Receiver<Outgoing>> {
        self.outgoing.lock().expect("no holder of this lock panics").take()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the talk's lock panics")
    }
}
