//! The host's sessions: made by a one-time link or a password, in memory only, few.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::secret::Secret;

/// A host has a computer, a phone and a tablet or two; beyond that the session unused for longest ends.
const MAX_SESSIONS: usize = 16;
/// Links that wait to be used: one from the start, and a few that were asked for on the command line.
const MAX_LINKS: usize = 4;
/// A session unused for so long ends: longer than any show with its pauses, shorter than a forgotten browser.
const IDLE: Duration = Duration::from_hours(12);

/// A sentence that the host is to read on the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// Whether something was refused.
    pub(super) is_error: bool,
    /// The sentence.
    pub(super) text: String,
}

/// Who is logged in as the host.
#[derive(Default)]
pub(super) struct HostSessions(Mutex<State>);

#[derive(Default)]
struct State {
    sessions: Vec<Session>,
    /// Links not yet used, oldest first.
    links: Vec<Secret>,
}

struct Session {
    token: Secret,
    used: Instant,
    notice: Option<Notice>,
    has_stated: bool,
}

impl HostSessions {
    /// A new one-time link's secret. Of more than [`MAX_LINKS`] the oldest dies unused.
    pub(super) fn issue_link(&self) -> Secret {
        let mut state = self.lock();
        if state.links.len() == MAX_LINKS {
            state.links.remove(0);
        }
        state.links.push(Secret::generate());
        state.links.last().expect("one was just added").clone()
    }

    /// Exchanges a link's secret for a session; the link dies. `None` for one that is unknown or was used.
    pub(super) fn redeem(&self, link: &str, now: Instant) -> Option<Secret> {
        let mut state = self.lock();
        let at = state.links.iter().position(|issued| issued.matches(link))?;
        state.links.remove(at);
        Some(state.open(now))
    }

    /// A new session, for whoever knew the password.
    pub(super) fn open(&self, now: Instant) -> Secret {
        self.lock().open(now)
    }

    /// The open session of this secret; it was used now.
    pub(super) fn find(&self, token: &str, now: Instant) -> Option<Secret> {
        let mut state = self.lock();
        state.end_idle(now);
        let session = state.find(token)?;
        session.used = now;
        Some(session.token.clone())
    }

    /// Ends a session.
    pub(super) fn close(&self, token: &str) {
        self.lock().sessions.retain(|session| !session.token.matches(token));
    }

    /// Ends every session but this one: after the password changed.
    pub(super) fn close_others(&self, token: &str) {
        self.lock().sessions.retain(|session| session.token.matches(token));
    }

    /// Leaves a sentence for the session's next page, in place of one that was not read.
    pub(super) fn leave_notice(&self, token: &str, notice: Notice) {
        if let Some(session) = self.lock().find(token) {
            session.notice = Some(notice);
        }
    }

    /// The sentence that was left for the session, once.
    pub(super) fn take_notice(&self, token: &str) -> Option<Notice> {
        self.lock().find(token)?.notice.take()
    }

    /// Whether the host has stated in this session that everybody on camera is an adult and consents.
    pub(super) fn has_stated(&self, token: &str) -> bool {
        self.lock().find(token).is_some_and(|session| session.has_stated)
    }

    /// The host states it, for as long as the session lasts.
    pub(super) fn state(&self, token: &str) {
        if let Some(session) = self.lock().find(token) {
            session.has_stated = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of the sessions' lock panics")
    }
}

impl State {
    fn open(&mut self, now: Instant) -> Secret {
        self.end_idle(now);
        if self.sessions.len() == MAX_SESSIONS {
            let oldest = self.sessions.iter().enumerate().min_by_key(|(_, session)| session.used);
            let (at, _) = oldest.expect("there are MAX_SESSIONS");
            self.sessions.swap_remove(at);
        }
        let token = Secret::generate();
        self.sessions.push(Session { token: token.clone(), used: now, notice: None, has_stated: false });
        token
    }

    fn end_idle(&mut self, now: Instant) {
        self.sessions.retain(|session| now.saturating_duration_since(session.used) < IDLE);
    }

    fn find(&mut self, token: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.token.matches(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_open(sessions: &HostSessions, session: &Secret, now: Instant) -> bool {
        sessions.find(session.reveal(), now).is_some()
    }

    #[test]
    fn a_link_opens_one_session() {
        let (sessions, now) = (HostSessions::default(), Instant::now());
        let link = sessions.issue_link();
        let session = sessions.redeem(link.reveal(), now).unwrap();
        assert!(is_open(&sessions, &session, now));
        assert!(!is_open(&sessions, &link, now));
        assert!(sessions.redeem(link.reveal(), now).is_none());
        assert!(sessions.redeem("", now).is_none());
        sessions.close(session.reveal());
        assert!(!is_open(&sessions, &session, now));
    }

    #[test]
    fn a_session_ends_when_it_is_not_used() {
        let (sessions, start) = (HostSessions::default(), Instant::now());
        let session = sessions.open(start);
        let almost = IDLE.saturating_sub(Duration::from_secs(1));
        let later = start + almost;
        assert!(is_open(&sessions, &session, later));
        assert!(is_open(&sessions, &session, later + almost));
        assert!(!is_open(&sessions, &session, later + IDLE + IDLE));
    }

    #[test]
    fn links_and_sessions_are_few() {
        let (sessions, start) = (HostSessions::default(), Instant::now());
        let links: Vec<_> = (0..=MAX_LINKS).map(|_| sessions.issue_link()).collect();
        assert!(sessions.redeem(links[0].reveal(), start).is_none());
        assert!(sessions.redeem(links[1].reveal(), start).is_some());
        sessions.lock().sessions.clear();
        let at = |second| start + Duration::from_secs(second);
        let opened: Vec<_> = (0..=MAX_SESSIONS as u64).map(|second| sessions.open(at(second))).collect();
        assert!(!is_open(&sessions, &opened[0], at(100)));
        assert!(opened[1..].iter().all(|session| is_open(&sessions, session, at(100))));
    }

    #[test]
    fn a_notice_is_read_once_by_its_session() {
        let (sessions, now) = (HostSessions::default(), Instant::now());
        let (mine, other) = (sessions.open(now), sessions.open(now));
        let notice = Notice { is_error: false, text: "Saved.".into() };
        sessions.leave_notice(mine.reveal(), notice.clone());
        assert_eq!(sessions.take_notice(other.reveal()), None);
        assert_eq!(sessions.take_notice(mine.reveal()), Some(notice));
        assert_eq!(sessions.take_notice(mine.reveal()), None);
        sessions.close_others(mine.reveal());
        assert!(is_open(&sessions, &mine, now) && !is_open(&sessions, &other, now));
    }
}
