//! What people report of a room of ours, to its host; and what reaches the host as the keeper of a list. In memory alone, and
//! gone with the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use parlor_protocol::clock::Time;
use parlor_protocol::limit::TokenBucket;
use parlor_protocol::media::UnixMs;
use parlor_protocol::report::{About, Report, ReportSecret, SealedReport};
use parlor_protocol::talk::{Name, Refusal};

use super::{Room, Talker, VisitorId, now};

/// Reports that wait for the host: more than anybody looks through, and with 8 KiB each half a megabyte.
pub const MAX_REPORTS: usize = 64;
/// One person has three reports at once, and one more each minute: tokens for one, of which there is one a second.
const OF_ONE: u32 = 60;
const OF_ONE_BURST: u32 = 3 * OF_ONE;
/// All together have twenty at once, and one more every three seconds.
const OF_ALL: u32 = 3;
const OF_ALL_BURST: u32 = 20 * OF_ALL;
/// People whose reports are counted; of more, the count of some begins anew, and that of all together still holds.
const MAX_PEOPLE: usize = 1024;
/// When there may be room for more: the host has to look through what there is.
const FULL: Duration = Duration::from_mins(1);

/// The reports that wait for the host of a room of ours.
pub struct Reports {
    state: Mutex<State>,
    started: Instant,
}

struct State {
    waiting: Vec<Received>,
    last: u64,
    people: BTreeMap<VisitorId, TokenBucket>,
    all: TokenBucket,
    opener: Option<Opener>,
}

/// Whoever keeps a list, and takes reports by the network.
pub struct Opener {
    /// The key that signs the list.
    pub list: [u8; 32],
    /// What opens the reports.
    pub secret: ReportSecret,
}

/// A report that has come.
#[derive(Clone)]
pub struct Received {
    /// What names it.
    pub number: u64,
    /// When it came.
    pub at: UnixMs,
    /// What it says.
    pub report: Report,
    /// For what the host has it.
    pub to: To,
}

/// For what somebody has a report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// As the host of the room.
    Host {
        /// Whom it is about, where they are known.
        person: Option<VisitorId>,
        /// Whether the node knows by itself that it was said, or that there is such a person; otherwise it is only the
        /// reporter's word.
        is_proved: bool,
    },
    /// As the keeper of their list: nothing of it is more than the reporter's word.
    Keeper,
}

impl Default for Reports {
    fn default() -> Self {
        let state = State {
            waiting: Vec::new(),
            last: 0,
            people: BTreeMap::new(),
            all: TokenBucket::new(OF_ALL_BURST, 1, Time::ZERO),
            opener: None,
        };
        Self { state: Mutex::new(state), started: Instant::now() }
    }
}

impl Reports {
    /// Those that wait, the oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Received> {
        self.lock().waiting.clone()
    }

    /// How many wait.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().waiting.len()
    }

    /// The one of this number, while it waits.
    #[must_use]
    pub fn find(&self, number: u64) -> Option<Received> {
        self.lock().waiting.iter().find(|received| received.number == number).cloned()
    }

    /// The host has dealt with the one of this number; whether it waited still.
    pub fn dismiss(&self, number: u64) -> bool {
        self.lock().waiting.extract_if(.., |received| received.number == number).count() > 0
    }

    /// The host wants to see none of them any more.
    pub fn clear(&self) {
        self.lock().waiting.clear();
    }

    /// Who opens reports for the host's own list, as they come by the network; `None`: nobody does.
    pub fn set_opener(&self, opener: Option<Opener>) {
        self.lock().opener = opener;
    }

    /// Whether this person may report something now; it is counted.
    ///
    /// # Errors
    /// [`Refusal::TooFast`] or [`Refusal::Crowded`].
    pub fn allow(&self, by: VisitorId) -> Result<(), Refusal> {
        let now = Time::from_micros(self.started.elapsed().as_micros() as u64);
        let mut state = self.lock();
        if state.people.len() >= MAX_PEOPLE && !state.people.contains_key(&by) {
            state.people.pop_first();
        }
        let own = state.people.entry(by).or_insert_with(|| TokenBucket::new(OF_ONE_BURST, 1, now));
        own.take(now, OF_ONE).map_err(Refusal::TooFast)?;
        state.all.take(now, OF_ALL).map_err(Refusal::Crowded)
    }

    /// Keeps a report for the host. One that is there already is not kept twice.
    ///
    /// # Errors
    /// [`Refusal::Crowded`] where [`MAX_REPORTS`] wait.
    pub fn keep(&self, report: Report, to: To) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.waiting.iter().any(|kept| kept.report == report && kept.to == to) {
            return Ok(());
        }
        if state.waiting.len() >= MAX_REPORTS {
            return Err(Refusal::Crowded(FULL));
        }
        state.last += 1;
        let received = Received { number: state.last, at: now(), report, to };
        state.waiting.push(received);
        Ok(())
    }

    /// Takes a report for the keeper of the host's own list, as it came by the network.
    ///
    /// # Errors
    /// [`Refusal::NotHere`] where none are taken, [`Refusal::Other`] for one that can't be opened, and those of
    /// [`Reports::allow`] and [`Reports::keep`].
    pub fn take_sealed(&self, by: VisitorId, sealed: &[u8]) -> Result<(), Refusal> {
        if self.lock().opener.is_none() {
            return Err(Refusal::NotHere);
        }
        // Before it is opened, which costs more than to send one.
        self.allow(by)?;
        let sealed = SealedReport::try_from(sealed.to_vec()).map_err(|_| Refusal::Other)?;
        let opened = {
            let state = self.lock();
            let opener = state.opener.as_ref().ok_or(Refusal::NotHere)?;
            sealed.open(&opener.list, &opener.secret).map_err(|_| Refusal::Other)?
        };
        self.keep(opened, To::Keeper)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the reports' lock panics")
    }
}

impl Room {
    /// What people report of a room of ours.
    #[must_use]
    pub fn reports(&self) -> &Reports {
        &self.reports
    }

    /// Keeps a report of somebody in a room of ours for its host: with what was said as the room knows it, where it does.
    ///
    /// # Errors
    /// [`Refusal::Other`] for a report of another room, and those of [`Reports::keep`].
    pub fn report_here(&self, report: Report) -> Result<(), Refusal> {
        if report.room != self.id {
            return Err(Refusal::Other);
        }
        let Report { about, .. } = &report;
        let (about, to) = match about {
            About::Line(line) => {
                let same = |ours: &std::sync::Arc<parlor_protocol::talk::Line>| {
                    (&ours.text, &ours.by.name) == (&line.text, &line.by.name)
                };
                match self.talk.line(line.number).filter(same) {
                    Some(ours) => {
                        let person = self.talk.speaker(line.number);
                        (About::Line((*ours).clone()), To::Host { person, is_proved: true })
                    }
                    None => (about.clone(), To::Host { person: None, is_proved: false }),
                }
            }
            About::Person(person) => {
                let (person, is_proved) = self.person_of(&person.name);
                (about.clone(), To::Host { person, is_proved })
            }
            About::Room { .. } => (about.clone(), To::Host { person: None, is_proved: true }),
        };
        self.reports.keep(Report { about, ..report }, to)
    }

    /// The one person in the room who is called so, and whether there is any.
    fn person_of(&self, name: &Name) -> (Option<VisitorId>, bool) {
        let here = self.presence.here(Instant::now());
        let author = |visitor| self.talk.author(Talker { visitor, is_host: false });
        let mut called: Vec<_> = here.into_iter().filter(|visitor| author(*visitor).name == *name).collect();
        let is_there = !called.is_empty();
        (called.pop().filter(|_| called.is_empty()), is_there)
    }
}

#[cfg(test)]
#[cfg(not(feature = "loom"))]
mod tests {
    use ed25519_dalek::SigningKey;
    use parlor_protocol::ident::RoomId;
    use parlor_protocol::report::Reason;
    use parlor_protocol::talk::{Author, Line, Order, Speaker, Words};

    use super::*;
    use crate::room::About as RoomAbout;

    fn room() -> Room {
        let key = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
        Room::new(RoomId::from_public_key(key).unwrap(), RoomAbout::default())
    }

    fn report(room: &Room, about: About, words: &str) -> Report {
        Report { room: room.id(), about, reason: Reason::Spam, words: words.into(), from: None }
    }

    fn of_room(room: &Room, words: &str) -> Report {
        report(room, About::Room { title: String::new() }, words)
    }

    #[tokio::test]
    async fn a_line_is_told_as_the_room_knows_it_and_its_author_found() {
        let room = room();
        let rude = VisitorId(7);
        let words = Words::new("Buy", None).unwrap();
        room.talk().say(Talker { visitor: rude, is_host: false }, words).await.unwrap();
        let said: Line = (*room.talk().line(1).unwrap()).clone();
        let earlier = Line { at: UnixMs(1), ..said.clone() };
        room.report_here(report(&room, About::Line(earlier), "")).unwrap();
        let forged = Line { text: "Worse".into(), ..said.clone() };
        room.report_here(report(&room, About::Line(forged), "")).unwrap();
        let [first, second] = &room.reports().waiting()[..] else { panic!("two") };
        assert_eq!(first.report.about, About::Line(said));
        assert!(first.to == To::Host { person: Some(rude), is_proved: true });
        assert!(second.to == To::Host { person: None, is_proved: false });

        let host = Talker { visitor: VisitorId(0), is_host: true };
        room.obey(host, Order::Exclude(Speaker(rude.0))).await.unwrap();
        assert!(room.talk().line(1).is_none());
        assert!(room.talk().hears(Talker { visitor: rude, is_host: false }).is_err());
    }

    #[tokio::test]
    async fn somebody_is_found_by_their_name_where_nobody_else_has_it() {
        let room = room();
        let (anna, ben) = (VisitorId(1), VisitorId(2));
        let _here = [room.presence().visit(anna), room.presence().visit(ben)];
        let of = |name: Name| room.report_here(report(&room, About::Person(Author::called(name)), ""));
        of(anna.guest_name()).unwrap();
        let only = To::Host { person: Some(anna), is_proved: true };
        assert!(room.reports().find(1).is_some_and(|received| received.to == only));
        of(Name::given("Nobody").unwrap()).unwrap();
        room.talk().rename(ben, Author::called(anna.guest_name()), crate::room::Sign::None);
        room.reports().dismiss(1);
        of(anna.guest_name()).unwrap();
        let to: Vec<_> = room.reports().waiting().into_iter().map(|received| received.to).collect();
        let several = To::Host { person: None, is_proved: true };
        assert!(to == [To::Host { person: None, is_proved: false }, several]);
    }

    #[tokio::test]
    async fn reports_are_bounded_and_none_is_there_twice() {
        let room = room();
        let reports = room.reports();
        for _ in 0..2 {
            room.report_here(of_room(&room, "the same")).unwrap();
        }
        assert_eq!(reports.count(), 1);
        for number in 1..MAX_REPORTS {
            room.report_here(of_room(&room, &number.to_string())).unwrap();
        }
        assert!(matches!(room.report_here(of_room(&room, "one more")), Err(Refusal::Crowded(_))));
        assert!(reports.dismiss(1) && !reports.dismiss(1));
        room.report_here(of_room(&room, "one more")).unwrap();
        reports.clear();
        assert_eq!(reports.count(), 0);
        let other = SigningKey::from_bytes(&[2; 32]).verifying_key().to_bytes();
        let elsewhere = Report { room: RoomId::from_public_key(other).unwrap(), ..of_room(&room, "") };
        assert_eq!(room.report_here(elsewhere), Err(Refusal::Other));
    }

    #[test]
    fn one_person_and_all_together_report_only_so_fast() {
        let reports = Reports::default();
        let of_one = (0..10).filter(|_| reports.allow(VisitorId(1)).is_ok()).count();
        assert_eq!(of_one, 3);
        assert!(matches!(reports.allow(VisitorId(1)), Err(Refusal::TooFast(_))));
        let of_all = (2..5000).filter(|id| reports.allow(VisitorId(*id)).is_ok()).count();
        assert_eq!(of_all, 17);
        assert!(reports.lock().people.len() <= MAX_PEOPLE);
    }

    #[tokio::test]
    async fn reports_for_a_list_are_opened_where_the_host_takes_them() {
        let room = room();
        let key = SigningKey::from_bytes(&[5; 32]);
        let list = key.verifying_key().to_bytes();
        let report = of_room(&room, "for the list");
        let opener = || Opener { list, secret: ReportSecret::of_list(&key) };
        let seal = || SealedReport::seal(&report, &list, &opener().secret.key(), [9; 32]).unwrap();
        let by = VisitorId(1);
        assert_eq!(room.reports().take_sealed(by, seal().as_bytes()), Err(Refusal::NotHere));
        room.reports().set_opener(Some(opener()));
        assert_eq!(room.reports().take_sealed(by, b"short"), Err(Refusal::Other));
        room.reports().take_sealed(by, seal().as_bytes()).unwrap();
        let [received] = &room.reports().waiting()[..] else { panic!("one") };
        assert_eq!(received.report, report);
        assert!(received.to == To::Keeper);
    }
}
