//! A room's members in the table (`spec/network.md`, section 4.3): this node as one of them, and others that it meets there.
//!
//! So who comes does not need the host for it, who may be out of reach, or have no line left for one more.

use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::card::Viewers;
use parlor_protocol::directory::Topic;
use parlor_protocol::ident::SessionId;
use parlor_protocol::mesh::{Contact, View};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::carriage::Carriage;
use super::conductor::{Event, name};
use crate::swarm::{Nat, Network, Provision, Reach};

/// How often a node looks whether it should be found.
const LOOK: Duration = Duration::from_secs(5);
/// So many members of a room stand in the table, and up to ten times as many, for the card tells how many watch to a
/// power of ten: enough that some are still there, and no more than are kept under one key.
const FINDABLE: u64 = 12;
/// So many a newcomer connects to: with the host and those of whom they tell it, as many as the mesh looks for.
const MET: usize = 7;

/// Lets newcomers find this node while it has something of the show to give them, until the task is aborted.
pub(super) async fn be_found(network: Network, carriage: Arc<Carriage>) {
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut lot = [0; 4];
    getrandom::fill(&mut lot).expect("the operating system has randomness");
    let lot = u32::from_le_bytes(lot);
    let mut found: Option<(SessionId, Provision)> = None;
    loop {
        look.tick().await;
        let show = if is_reachable(&network) { show_to_give(&carriage, lot) } else { None };
        if found.as_ref().map(|(session, _)| *session) != show {
            found = match show {
                Some(session) => Some((session, network.provide(Topic::Show(session)).await)),
                None => None,
            };
        }
    }
}

/// Brings members of the show, as the table names them, to the room's conductor.
pub(super) async fn find(network: Network, session: SessionId, events: mpsc::Sender<Event>) {
    let mut members = network.providers(Topic::Show(session), MET).await;
    while let Some(peer) = members.recv().await {
        let contact = Contact { peer: name(peer), addresses: Vec::new() };
        // The conductor ends only with the place.
        let _ = events.send(Event::Contacts(vec![contact])).await;
    }
}

/// Whether strangers get through to this node. Who hides tells the table nothing.
fn is_reachable(network: &Network) -> bool {
    let standing = network.standing();
    let standing = standing.borrow();
    standing.reach == Reach::Direct && matches!(standing.nat(), Nat::Open | Nat::Relayed)
}

/// The show of which this node has something to give, where the lot fell on it.
fn show_to_give(carriage: &Carriage, lot: u32) -> Option<SessionId> {
    let has_to_give = carriage.standing().borrow().view.as_ref().is_some_and(View::has_to_give);
    let card = carriage.card().borrow().clone()?;
    let is_one = card.card().is_on_air() && has_to_give && is_chosen(lot, card.card().viewers);
    is_one.then(|| card.session())
}

/// Whether a node that drew this lot is one of those that are found, of all who watch.
fn is_chosen(lot: u32, viewers: Viewers) -> bool {
    u64::from(lot).saturating_mul(viewers.at_least()) < FINDABLE << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dozen_are_found_of_however_many() {
        let chosen = |count| {
            let lots = (0..10_000).map(|step| (2 * step + 1) * (u32::MAX / 20_000));
            lots.filter(|lot| is_chosen(*lot, Viewers::of(count))).count()
        };
        assert_eq!([0, 9, 10, 99].map(chosen), [10_000; 4]);
        // Shares of ten thousand: of 100 and of 999, of 10 000.
        assert_eq!([100, 999, 10_000].map(chosen), [1200, 1200, 12]);
    }
}
