//! The sessions of people with an account: in memory only, few, and gone when they log out or the host changes something
//! about the account.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::attempts::Attempts;
use crate::room::VisitorId;
use crate::secret::Secret;

/// Sessions of one account: a phone, a computer, and another; beyond that the one unused for longest ends.
const MAX_OF_ONE: usize = 4;
/// A session unused for so long ends, as a host's does.
const IDLE: Duration = Duration::from_hours(12);
/// Names that are told apart when passwords are guessed: so a guesser keeps few of the others out. Names that there are not
/// count like those that there are.
const BUCKETS: usize = 64;

/// Somebody who has logged in with an account.
#[derive(Clone)]
pub(super) struct Guest {
    /// What their cookie holds.
    pub(super) token: Secret,
    /// The account's name.
    pub(super) account: String,
    /// Who they are in the room, on each of their devices.
    pub(super) id: VisitorId,
}

/// Who is logged in.
pub(super) struct GuestSessions {
    sessions: Mutex<Vec<(Guest, Instant)>>,
    attempts: Mutex<Vec<Attempts>>,
    /// Which bucket a name is in, and which number an account has, is another with every start.
    keys: [RandomState; 2],
}

impl Default for GuestSessions {
    fn default() -> Self {
        let attempts = Mutex::new((0..BUCKETS).map(|_| Attempts::default()).collect());
        Self { sessions: Mutex::default(), attempts, keys: [RandomState::new(), RandomState::new()] }
    }
}

impl GuestSessions {
    /// Takes a try at the password of a name, or says how long to wait for one.
    pub(super) fn attempt(&self, name: &str, now: Instant) -> Result<(), Duration> {
        self.with_attempts(name, |attempts| attempts.take(now))
    }

    /// A new session for whoever knew the account's password.
    pub(super) fn open(&self, account: String, now: Instant) -> Guest {
        self.with_attempts(&account, Attempts::forgive);
        let mut sessions = self.lock();
        sessions.retain(|(_, used)| now.saturating_duration_since(*used) < IDLE);
        let own = sessions.iter().enumerate().filter(|(_, (guest, _))| guest.account == account);
        if own.clone().count() >= MAX_OF_ONE
            && let Some((oldest, _)) = own.min_by_key(|(_, (_, used))| *used)
        {
            sessions.swap_remove(oldest);
        }
        let id = VisitorId(self.keys[1].hash_one(&account));
        let guest = Guest { token: Secret::generate(), account, id };
        sessions.push((guest.clone(), now));
        guest
    }

    /// Whose session this secret is; it was used now.
    pub(super) fn find(&self, token: &str, now: Instant) -> Option<Guest> {
        let mut sessions = self.lock();
        let (guest, used) = sessions.iter_mut().find(|(guest, used)| {
            guest.token.matches(token) && now.saturating_duration_since(*used) < IDLE
        })?;
        *used = now;
        Some(guest.clone())
    }

    /// Whether a session is still open, without using it.
    pub(super) fn is_open(&self, token: &Secret) -> bool {
        self.lock().iter().any(|(guest, _)| guest.token == *token)
    }

    /// Ends a session.
    pub(super) fn close(&self, token: &Secret) {
        self.lock().retain(|(guest, _)| guest.token != *token);
    }

    /// Ends every session of an account, and gives the number that they had in the room.
    pub(super) fn close_all(&self, account: &str) -> Option<VisitorId> {
        let mut sessions = self.lock();
        let id = sessions.iter().find(|(guest, _)| guest.account == account).map(|(guest, _)| guest.id);
        sessions.retain(|(guest, _)| guest.account != account);
        id
    }

    /// Who somebody with this account is in the room, while they are logged in.
    pub(super) fn visitor(&self, account: &str) -> Option<VisitorId> {
        self.lock().iter().find(|(guest, _)| guest.account == account).map(|(guest, _)| guest.id)
    }

    fn with_attempts<T>(&self, name: &str, act: impl FnOnce(&mut Attempts) -> T) -> T {
        let bucket = self.keys[0].hash_one(name.trim().to_lowercase()) as usize % BUCKETS;
        act(&mut self.attempts.lock().expect("no holder of the attempts' lock panics")[bucket])
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Guest, Instant)>> {
        self.sessions.lock().expect("no holder of the guests' lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_one_person_on_a_few_devices() {
        let (guests, start) = (GuestSessions::default(), Instant::now());
        let at = |second| start + Duration::from_secs(second);
        let anna: Vec<_> =
            (0..=MAX_OF_ONE as u64).map(|second| guests.open("Anna".into(), at(second))).collect();
        let ben = guests.open("Ben".into(), at(9));
        assert!(anna.iter().all(|guest| guest.id == anna[0].id) && ben.id != anna[0].id);
        assert!(guests.find(anna[0].token.reveal(), at(10)).is_none(), "the oldest ends");
        assert!(guests.find(anna[1].token.reveal(), at(10)).is_some_and(|guest| guest.account == "Anna"));
        assert!(guests.find("", at(10)).is_none());
        assert!(guests.close_all("Anna").is_some_and(|id| id == anna[0].id));
        assert!(!guests.is_open(&anna[1].token) && guests.visitor("Anna").is_none());
        assert!(guests.find(ben.token.reveal(), at(10) + IDLE).is_none());
        guests.close(&ben.token);
        assert!(!guests.is_open(&ben.token));
    }

    #[test]
    fn who_guesses_at_one_name_waits_and_the_name_s_case_does_not_help() {
        let (guests, now) = (GuestSessions::default(), Instant::now());
        let tries = (0..100).filter(|_| guests.attempt("Anna", now).is_ok()).count();
        assert_eq!(tries, 5);
        assert!(guests.attempt(" anna ", now).is_err());
        let free = (0..BUCKETS).filter(|number| guests.attempt(&number.to_string(), now).is_ok()).count();
        assert!(free > BUCKETS / 2, "others are not kept out");
        guests.open("anna".into(), now);
        assert!(guests.attempt("Anna", now).is_ok());
    }
}
