//! How order is kept in a room: in the talk, and at the door.

use std::collections::BTreeSet;
use std::time::Instant;

use parlor_protocol::talk::{Keeping, Order, Refusal};
use tokio::sync::watch;

use super::{Room, Talker, Unsaid};

impl Room {
    /// Does what the host wants, or a moderator who has the power; in another host's room it is for them to do.
    ///
    /// # Errors
    /// An [`Unsaid`] that says why it was not done.
    pub async fn obey(&self, talker: Talker, order: Order) -> Result<(), Unsaid> {
        if self.talk.is_afar() { self.talk.ask(&order).await } else { Ok(self.obey_here(talker, order)?) }
    }

    /// The same in a room of ours.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn obey_here(&self, talker: Talker, order: Order) -> Result<(), Refusal> {
        let door = match order {
            Order::Lock(_) | Order::SendOut(_) => Some(order.clone()),
            _ => None,
        };
        self.talk.obey(talker, order)?;
        if let Some(order) = door {
            self.keep_door(talker, &order);
        }
        self.orders.send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// Told whenever an order was obeyed.
    #[must_use]
    pub fn orders(&self) -> watch::Receiver<u64> {
        self.orders.subscribe()
    }

    /// What this talker may do to keep order, and how that is kept; `None` for nothing.
    #[must_use]
    pub fn keeping(&self, talker: Talker) -> Option<Keeping> {
        self.talk.keeping(talker, self.entry.is_locked())
    }

    /// Those who keep order stay inside, whether they are looking just now or not.
    fn keep_door(&self, talker: Talker, order: &Order) {
        let mut stay: BTreeSet<_> = self.talk.moderators().collect();
        stay.insert(talker.visitor);
        let here = self.presence.here(Instant::now());
        match order {
            Order::Lock(false) => self.entry.unlock(),
            Order::Lock(true) => self.entry.lock(here.union(&stay).copied().collect()),
            Order::SendOut(locks) => {
                if *locks {
                    self.entry.lock(stay.clone());
                }
                self.entry.send_out(here.difference(&stay).copied().collect(), stay);
            }
            _ => {}
        }
    }
}
