//! Who may be in a room of ours: everybody; or, once the host has locked the door, those alone who were in. In memory only.
//! Other nodes come in by another door, which does the same (`carry`'s desk).

use std::collections::BTreeSet;

use tokio::sync::watch;

use super::VisitorId;

/// A room's door, as its visitors find it.
pub struct Entry(watch::Sender<Rules>);

/// Who may be in.
#[derive(Default)]
pub struct Rules {
    /// Who may be in while the door is locked; `None` while it is open. No more than there can be people and moderators.
    inside: Option<BTreeSet<VisitorId>>,
    /// Those who were sent out, until they come in again. No more than there can be people.
    out: BTreeSet<VisitorId>,
    /// How often everybody was sent out.
    sent_out: u64,
}

/// Why somebody may not be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// The door is locked, and they were not in.
    Locked,
    /// Everybody was sent out. They may come in again.
    SentOut,
}

/// What an open answer holds: as long as it counts, whoever has it may be in.
pub struct Ticket {
    rules: watch::Receiver<Rules>,
    visitor: VisitorId,
}

impl Default for Entry {
    fn default() -> Self {
        Self(watch::Sender::new(Rules::default()))
    }
}

impl Entry {
    /// Locks the door behind these.
    pub(super) fn lock(&self, inside: BTreeSet<VisitorId>) {
        // Locked once more, nobody gets in who came since.
        self.0.send_modify(|rules| {
            rules.inside.get_or_insert(inside);
        });
    }

    /// Opens the door, also to those who were sent out.
    pub(super) fn unlock(&self) {
        self.0.send_modify(|rules| *rules = Rules { sent_out: rules.sent_out, ..Rules::default() });
    }

    /// Sends these out, of whom none is in `stay`. Where the door is locked, nobody but those in `stay` may be in.
    pub(super) fn send_out(&self, out: BTreeSet<VisitorId>, stay: BTreeSet<VisitorId>) {
        self.0.send_modify(|rules| {
            rules.sent_out += 1;
            match &mut rules.inside {
                Some(inside) => *inside = stay,
                None => rules.out = out,
            }
        });
    }

    /// Lets one through a locked door.
    pub fn let_in(&self, visitor: VisitorId) {
        self.0.send_if_modified(|rules| rules.inside.as_mut().is_some_and(|inside| inside.insert(visitor)));
    }

    /// Behind a locked door, these are out.
    pub fn turn_out(&self, visitors: &[VisitorId]) {
        self.0.send_if_modified(|rules| {
            let Some(inside) = &mut rules.inside else { return false };
            let before = inside.len();
            inside.retain(|visitor| !visitors.contains(visitor));
            inside.len() < before
        });
    }

    /// How often everybody was sent out since the node started.
    #[must_use]
    pub fn sent_out(&self) -> u64 {
        self.0.borrow().sent_out
    }

    /// Whether the visitor may be in.
    ///
    /// # Errors
    /// [`Shut`] says why not.
    pub fn check(&self, visitor: VisitorId) -> Result<(), Shut> {
        self.0.borrow().check(visitor)
    }

    /// The visitor wants to come in, again if need be.
    ///
    /// # Errors
    /// [`Shut::Locked`].
    pub fn come_in(&self, visitor: VisitorId) -> Result<(), Shut> {
        let answer = self.check(visitor);
        if answer == Err(Shut::SentOut) {
            // Nobody's ticket ends by this.
            self.0.send_if_modified(|rules| {
                rules.out.remove(&visitor);
                false
            });
        }
        self.check(visitor)
    }

    /// What the visitor's open answers hold.
    #[must_use]
    pub fn ticket(&self, visitor: VisitorId) -> Ticket {
        let mut rules = self.0.subscribe();
        // Something may have happened since they were let in.
        rules.mark_changed();
        Ticket { rules, visitor }
    }

    /// Whether the door is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.borrow().is_locked()
    }

    /// The rules, now and whenever they change.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Rules> {
        self.0.subscribe()
    }
}

impl Rules {
    /// Whether the door is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.inside.is_some()
    }

    /// How often everybody was sent out since the node started.
    #[must_use]
    pub fn sent_out(&self) -> u64 {
        self.sent_out
    }

    fn check(&self, visitor: VisitorId) -> Result<(), Shut> {
        match &self.inside {
            Some(inside) if !inside.contains(&visitor) => Err(Shut::Locked),
            None if self.out.contains(&visitor) => Err(Shut::SentOut),
            _ => Ok(()),
        }
    }
}

impl Ticket {
    /// Whether it still counts; cheap enough to be asked with every chunk.
    pub fn counts(&mut self) -> bool {
        if matches!(self.rules.has_changed(), Ok(false)) {
            return true;
        }
        self.rules.borrow_and_update().check(self.visitor).is_ok()
    }

    /// Waits until it does not count any more.
    pub async fn ended(&mut self) {
        let visitor = self.visitor;
        // Without a room nobody is in it.
        let _ = self.rules.wait_for(|rules| rules.check(visitor).is_err()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: VisitorId = VisitorId(1);
    const BEN: VisitorId = VisitorId(2);
    const CARL: VisitorId = VisitorId(3);

    #[test]
    fn nobody_new_comes_through_a_locked_door() {
        let entry = Entry::default();
        let (mut annas, mut bens) = (entry.ticket(ANNA), entry.ticket(BEN));
        entry.lock(BTreeSet::from([ANNA]));
        assert!(entry.is_locked() && annas.counts() && !bens.counts());
        assert_eq!((entry.come_in(ANNA), entry.come_in(BEN)), (Ok(()), Err(Shut::Locked)));
        entry.lock(BTreeSet::from([ANNA, BEN]));
        assert_eq!(entry.check(BEN), Err(Shut::Locked), "it was locked before they came");
        entry.let_in(BEN);
        assert_eq!((entry.come_in(BEN), entry.check(CARL)), (Ok(()), Err(Shut::Locked)));
        let mut bens = entry.ticket(BEN);
        entry.turn_out(&[BEN]);
        assert!(!bens.counts());
        entry.unlock();
        entry.turn_out(&[BEN]);
        assert_eq!((entry.is_locked(), entry.come_in(BEN)), (false, Ok(())));
    }

    #[test]
    fn who_is_sent_out_may_come_in_again_unless_the_door_is_locked() {
        let entry = Entry::default();
        let mut ticket = entry.ticket(BEN);
        entry.send_out(BTreeSet::from([BEN]), BTreeSet::from([ANNA]));
        assert!(!ticket.counts());
        assert_eq!([ANNA, BEN, CARL].map(|who| entry.check(who)), [Ok(()), Err(Shut::SentOut), Ok(())]);
        assert_eq!((entry.come_in(BEN), entry.check(BEN)), (Ok(()), Ok(())));

        entry.lock(BTreeSet::from([ANNA, BEN, CARL]));
        entry.send_out(BTreeSet::from([BEN, CARL]), BTreeSet::from([ANNA]));
        let locked = Err(Shut::Locked);
        assert_eq!([ANNA, BEN, CARL].map(|who| entry.come_in(who)), [Ok(()), locked, locked]);
        entry.unlock();
        assert_eq!(entry.check(BEN), Ok(()));
        assert_eq!(entry.changes().borrow().sent_out(), 2);
    }

    #[tokio::test]
    async fn a_ticket_ends_when_its_holder_is_sent_out() {
        let entry = Entry::default();
        let (mut annas, mut bens) = (entry.ticket(ANNA), entry.ticket(BEN));
        entry.send_out(BTreeSet::from([BEN]), BTreeSet::from([ANNA]));
        bens.ended().await;
        let annas = tokio::time::timeout(std::time::Duration::from_millis(50), annas.ended());
        assert!(annas.await.is_err());
    }
}
