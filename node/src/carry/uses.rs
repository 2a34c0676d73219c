//! Who came with which invite since the node started: nodes by their names on the network, browsers by the numbers that
//! their sessions stand for. In memory alone: each start counts anew.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use libp2p::PeerId;
use parlor_protocol::invite::InviteSecret;
use parlor_protocol::media::UnixMs;

use super::guests::{HostInvite, MAX_GUESTS};
use crate::room::VisitorId;

/// Somebody who came with an invite.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum User {
    /// With a node of their own.
    Node(PeerId),
    /// With a browser.
    Browser(VisitorId),
}

/// Why somebody may not enter with an invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteRefusal {
    /// There is no such invite, or none that counts any more.
    NoInvite,
    /// Its end is past.
    Ended,
    /// As many as it is for have used it.
    UsedUp,
    /// The node counts no more people.
    Full,
}

/// Who came with which invite.
#[derive(Default)]
pub struct Uses(Mutex<Vec<(InviteSecret, HashMap<User, Use>)>>);

/// One person's use of one invite.
#[derive(Clone, Copy)]
struct Use {
    /// Whether they came in during this show: then they may stay until it ends, whatever becomes of the invite.
    in_show: bool,
    /// How often everybody had been sent out when they came.
    round: u64,
}

impl Uses {
    /// Lets somebody in with this invite: one who has a place keeps it. `round` is how often everybody was sent out so far.
    ///
    /// # Errors
    /// An [`InviteRefusal`].
    pub fn admit(
        &self,
        invite: &HostInvite,
        user: User,
        now: UnixMs,
        round: u64,
    ) -> Result<(), InviteRefusal> {
        let mut all = self.lock();
        let total: usize = all.iter().map(|(_, users)| users.len()).sum();
        let at = all.iter().position(|(secret, _)| *secret == invite.secret).unwrap_or_else(|| {
            all.push((invite.secret.clone(), HashMap::new()));
            all.len() - 1
        });
        let users = &mut all[at].1;
        if let Some(known) = users.get_mut(&user) {
            if !known.in_show && invite.is_ended(now) {
                return Err(InviteRefusal::Ended);
            }
            known.in_show = true;
            return Ok(());
        }
        if invite.is_ended(now) {
            return Err(InviteRefusal::Ended);
        }
        if invite.limit.is_some_and(|limit| users.len() >= limit as usize) {
            return Err(InviteRefusal::UsedUp);
        }
        if total >= MAX_GUESTS {
            return Err(InviteRefusal::Full);
        }
        users.insert(user, Use { in_show: true, round });
        Ok(())
    }

    /// Whether somebody who came in with this invite may be there: until it ends, and until the end of the show in which
    /// they were.
    #[must_use]
    pub fn stays(&self, invite: &HostInvite, user: User, now: UnixMs) -> bool {
        let mut all = self.lock();
        let users = all.iter_mut().find(|(secret, _)| *secret == invite.secret).map(|(_, users)| users);
        let Some(known) = users.and_then(|users| users.get_mut(&user)) else { return false };
        known.in_show |= !invite.is_ended(now);
        known.in_show
    }

    /// Whether this invite opens a locked door to somebody who came with it: not once they were sent out.
    #[must_use]
    pub fn unlocks(&self, invite: &HostInvite, user: User, round: u64) -> bool {
        let all = self.lock();
        let users = all.iter().find(|(secret, _)| *secret == invite.secret).map(|(_, users)| users);
        let known = users.and_then(|users| users.get(&user));
        invite.opens_lock && known.is_some_and(|known| known.round == round)
    }

    /// How many have used it.
    #[must_use]
    pub fn count(&self, invite: &HostInvite) -> u32 {
        let all = self.lock();
        let users = all.iter().find(|(secret, _)| *secret == invite.secret);
        users.map_or(0, |(_, users)| u32::try_from(users.len()).unwrap_or(u32::MAX))
    }

    /// The browsers that came with it.
    #[must_use]
    pub fn browsers(&self, invite: &HostInvite) -> Vec<VisitorId> {
        let all = self.lock();
        let users = all.iter().filter(|(secret, _)| *secret == invite.secret);
        let browser = |user: &User| match user {
            User::Browser(visitor) => Some(*visitor),
            User::Node(_) => None,
        };
        users.flat_map(|(_, users)| users.keys()).filter_map(browser).collect()
    }

    /// A show begins: who was in the last one has stayed long enough, and may come through a locked door again. Of an
    /// invite for any number of people nobody needs to be known any more.
    pub(super) fn begin_show(&self, invites: &[HostInvite], round: u64) {
        let mut all = self.lock();
        keep(&mut all, invites);
        for (secret, users) in all.iter_mut() {
            let is_limited = invites.iter().any(|invite| invite.secret == *secret && invite.limit.is_some());
            // Browsers may wait on their pages for the show.
            users.retain(|user, known| is_limited || known.in_show && matches!(user, User::Browser(_)));
            for known in users.values_mut() {
                *known = Use { in_show: false, round };
            }
        }
    }

    /// Forgets who came with invites that were revoked.
    pub(super) fn keep(&self, invites: &[HostInvite]) {
        keep(&mut self.lock(), invites);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(InviteSecret, HashMap<User, Use>)>> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

fn keep(all: &mut Vec<(InviteSecret, HashMap<User, Use>)>, invites: &[HostInvite]) {
    all.retain(|(secret, _)| invites.iter().any(|invite| invite.secret == *secret));
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: User = User::Browser(VisitorId(1));
    const BEN: User = User::Browser(VisitorId(2));
    const NOON: UnixMs = UnixMs(1000);

    fn invite(limit: Option<u32>, ends: Option<UnixMs>) -> HostInvite {
        let secret = InviteSecret::new([7; 16]);
        HostInvite { id: "id".into(), name: "Anna".into(), limit, ends, opens_lock: true, secret }
    }

    #[test]
    fn an_invite_is_used_up_and_who_has_a_place_keeps_it() {
        let (uses, one) = (Uses::default(), invite(Some(1), None));
        assert_eq!(uses.admit(&one, ANNA, NOON, 0), Ok(()));
        assert_eq!(uses.admit(&one, BEN, NOON, 0), Err(InviteRefusal::UsedUp));
        assert_eq!(uses.admit(&one, ANNA, NOON, 0), Ok(()));
        uses.begin_show(std::slice::from_ref(&one), 0);
        assert_eq!(uses.admit(&one, BEN, NOON, 0), Err(InviteRefusal::UsedUp));
        assert!(uses.stays(&one, ANNA, NOON) && !uses.stays(&one, BEN, NOON));
        assert!(uses.count(&one) == 1 && uses.browsers(&one) == [VisitorId(1)]);
        uses.keep(&[]);
        assert!(!uses.stays(&one, ANNA, NOON), "revoked");
    }

    #[test]
    fn after_the_end_who_is_in_stays_until_the_show_is_over() {
        let (uses, one) = (Uses::default(), invite(None, Some(UnixMs(2000))));
        let [last, past] = [UnixMs(1999), UnixMs(2000)];
        assert_eq!(uses.admit(&one, ANNA, last, 0), Ok(()));
        assert_eq!(uses.admit(&one, BEN, past, 0), Err(InviteRefusal::Ended));
        assert!(uses.stays(&one, ANNA, past) && uses.admit(&one, ANNA, past, 0) == Ok(()));
        uses.begin_show(std::slice::from_ref(&one), 0);
        assert!(!uses.stays(&one, ANNA, past));
        assert_eq!(uses.admit(&one, ANNA, past, 0), Err(InviteRefusal::Ended));
    }

    #[test]
    fn who_was_sent_out_comes_through_no_locked_door_until_the_next_show() {
        let (uses, one) = (Uses::default(), invite(None, None));
        uses.admit(&one, ANNA, NOON, 3).unwrap();
        assert!(uses.unlocks(&one, ANNA, 3) && !uses.unlocks(&one, BEN, 3));
        assert!(!uses.unlocks(&one, ANNA, 4));
        uses.admit(&one, ANNA, NOON, 4).unwrap();
        assert!(!uses.unlocks(&one, ANNA, 4), "with the same link");
        uses.begin_show(std::slice::from_ref(&one), 4);
        assert!(uses.unlocks(&one, ANNA, 4));
        assert!(!uses.unlocks(&HostInvite { opens_lock: false, ..one }, ANNA, 4));
    }

    #[test]
    fn people_are_counted_up_to_a_limit() {
        let (uses, one) = (Uses::default(), invite(None, None));
        for number in 0..MAX_GUESTS as u64 {
            assert_eq!(uses.admit(&one, User::Browser(VisitorId(number)), NOON, 0), Ok(()));
        }
        let another = User::Browser(VisitorId(u64::MAX));
        assert_eq!(uses.admit(&one, another, NOON, 0), Err(InviteRefusal::Full));
    }
}
