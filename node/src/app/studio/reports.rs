//! Reports (`spec/report.md`): sealed for who keeps a list that the host follows, and opened for the host's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use parlor_protocol::denylist;
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Invite;
use parlor_protocol::media::UnixMs;
use parlor_protocol::report::{About, Report, ReportKey, ReportSecret, SealedReport, UnsealError};

use super::bans::{BanError, MAX_BANS};
use super::{Studio, StudioError};
use crate::carry::Undelivered;
use crate::room::{MAX_REPORTS, Opener, To, VisitorId, now};
use crate::store::{BanSettings, RoomSettings, TakesReports};

/// The most rooms on the host's own list: as many as people.
pub(crate) const MAX_LISTED_ROOMS: usize = MAX_BANS;

/// What the followed lists, and the host's own, say of rooms and reports.
#[derive(Default)]
pub(super) struct Followed {
    rooms: BTreeSet<RoomId>,
    keepers: Vec<Keeper>,
}

/// Who keeps a list that the host follows, and takes reports.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// The key that signs the list.
    pub list_key: [u8; 32],
    /// What the list is called.
    pub list: String,
    /// Who keeps it; may be empty.
    pub author: String,
    /// For whom reports are sealed.
    pub key: ReportKey,
    /// Whose node takes them; `None`: they are passed on as text.
    pub at: Option<Invite>,
}

impl Keeper {
    /// The list's key as forms and people have it.
    #[must_use]
    pub fn name(&self) -> String {
        denylist::key_text(&self.list_key)
    }
}

/// Why nothing can be done with a report. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportMisfit {
    /// The text holds none.
    #[error(
        "A report begins with “-----BEGIN PARLOR REPORT-----” and ends with “-----END PARLOR REPORT-----”; copy all of it."
    )]
    Text,
    /// It is for another list.
    #[error("This report is for another list than yours.")]
    OtherList,
    /// It can't be opened.
    #[error("This report cannot be opened: something was changed, or is missing.")]
    Broken,
    /// [`MAX_REPORTS`] wait.
    #[error("{MAX_REPORTS} reports wait already; deal with one first.")]
    Full,
    /// There is none of that number any more.
    #[error("This report was dealt with already.")]
    Gone,
    /// It names nobody by a mark, and no room.
    #[error("There is no mark and no room in this report that a list could name.")]
    NoKey,
    /// There are `MAX_LISTED_ROOMS`.
    #[error("{MAX_LISTED_ROOMS} rooms are on your list already; take one off first.")]
    Rooms,
    /// There is no such room on the list.
    #[error("This room is not on your list any more.")]
    NoRoom,
}

impl Studio {
    /// Who keeps a list that the host follows, and takes reports.
    #[must_use]
    pub fn keepers(&self) -> Vec<Keeper> {
        self.followed().keepers.clone()
    }

    /// Whether a list that the host follows, or their own, names this room: then lobbies here do not show it.
    #[must_use]
    pub fn is_listed_room(&self, room: RoomId) -> bool {
        self.followed().rooms.contains(&room)
    }

    /// Seals a report for somebody who keeps a list.
    ///
    /// # Errors
    /// An [`UnsealError`] for a report that nobody takes, or a key that is none.
    pub fn seal(&self, report: &Report, keeper: &Keeper) -> Result<SealedReport, UnsealError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).expect("the operating system has randomness");
        SealedReport::seal(report, &keeper.list_key, &keeper.key, random)
    }

    /// Brings a sealed report to the node that the list names.
    ///
    /// # Errors
    /// An [`Undelivered`] that says why it did not arrive.
    pub async fn deliver(&self, at: &Invite, sealed: &SealedReport) -> Result<(), Undelivered> {
        self.peers.carrier().deliver(at, sealed).await
    }

    /// Opens a report for the host's own list that somebody has passed on, among whatever other words.
    ///
    /// # Errors
    /// A [`ReportMisfit`].
    pub fn open_report(&self, text: &str) -> Result<(), StudioError> {
        let sealed: SealedReport = text.parse().map_err(|_| ReportMisfit::Text)?;
        let Opener { list, secret } = self.opener();
        let report = sealed.open(&list, &secret).map_err(|error| match error {
            UnsealError::OtherList => ReportMisfit::OtherList,
            UnsealError::Length | UnsealError::Sealed | UnsealError::Report(_) => ReportMisfit::Broken,
        })?;
        Ok(self.room.reports().keep(report, To::Keeper).map_err(|_| ReportMisfit::Full)?)
    }

    /// Puts what a report names on the host's own list: a room, or somebody by their mark, who may not talk here any more
    /// either.
    ///
    /// # Errors
    /// A [`ReportMisfit`] or a [`BanError`], and [`StudioError::Store`] where it can't be kept.
    pub fn list_reported(&self, number: u64) -> Result<(), StudioError> {
        let received = self.room.reports().find(number).ok_or(ReportMisfit::Gone)?;
        let Report { room, about, reason, .. } = received.report;
        let note = reason.as_str().to_owned();
        let stored = match about {
            About::Room { title } => {
                let id = room.to_string();
                let rooms = self.own_rooms();
                if rooms.iter().any(|known| known.id == id) {
                    return Ok(());
                }
                if rooms.len() >= MAX_LISTED_ROOMS {
                    return Err(ReportMisfit::Rooms.into());
                }
                self.store.change(|all| all.lists.rooms.push(RoomSettings { id, title, note }))
            }
            About::Line(line) => self.list_person(line.by, note)?,
            About::Person(person) => self.list_person(person, note)?,
        };
        self.apply_bans();
        Ok(stored?)
    }

    fn list_person(
        &self,
        person: parlor_protocol::talk::Author,
        note: String,
    ) -> Result<Result<(), crate::store::StoreError>, StudioError> {
        let mark = person.mark.ok_or(ReportMisfit::NoKey)?.to_string();
        let bans = self.bans();
        if bans.iter().any(|ban| ban.mark.as_ref() == Some(&mark)) {
            return Ok(Ok(()));
        }
        if bans.len() >= MAX_BANS {
            return Err(BanError::Full.into());
        }
        let made = bans.iter().fold(now(), |made, other| made.max(UnixMs(other.made.0 + 1)));
        let ban = BanSettings { name: person.name, node: None, mark: Some(mark), note, made };
        Ok(self.store.change(|all| all.bans.push(ban)))
    }

    /// Bars the person for good whom a report is about.
    ///
    /// # Errors
    /// Those of [`Studio::ban`].
    pub fn ban_reported(&self, person: VisitorId, report: &Report) -> Result<(), StudioError> {
        self.ban(person, report.reason.as_str())
    }

    /// The rooms on the host's own list.
    #[must_use]
    pub fn own_rooms(&self) -> Vec<RoomSettings> {
        self.store.settings().lists.rooms
    }

    /// Takes a room off the host's own list.
    ///
    /// # Errors
    /// [`ReportMisfit::NoRoom`], and [`StudioError::Store`] where it can't be kept.
    pub fn unlist_room(&self, id: &str) -> Result<(), StudioError> {
        let mut was_there = false;
        let stored = self.store.change(|all| {
            was_there = all.lists.rooms.extract_if(.., |room| room.id == id).count() > 0;
        });
        if !was_there {
            return Err(ReportMisfit::NoRoom.into());
        }
        self.take_up_lists();
        Ok(stored?)
    }

    /// How the host takes reports for their own list.
    #[must_use]
    pub fn takes_reports(&self) -> TakesReports {
        self.store.settings().lists.reports
    }

    /// Decides how the host takes reports for their own list. It stands in the list as it is saved from then on.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_takes_reports(&self, takes: TakesReports) -> Result<(), StudioError> {
        let stored = self.store.change(|settings| settings.lists.reports = takes);
        self.apply_opener();
        Ok(stored?)
    }

    /// What the host's own list says of reports.
    pub(super) fn own_reports(&self) -> Option<denylist::Reports> {
        let at = match self.takes_reports() {
            TakesReports::No => return None,
            TakesReports::Text => None,
            // Without a secret: the list is none.
            TakesReports::Here => Some(self.hosting.link(None)),
        };
        Some(denylist::Reports { key: self.opener().secret.key(), at })
    }

    /// What opens the reports for the host's own list.
    fn opener(&self) -> Opener {
        Opener {
            list: self.list_key.verifying_key().to_bytes(),
            secret: ReportSecret::of_list(&self.list_key),
        }
    }

    /// What the host decided about reports counts from now on.
    pub(super) fn apply_opener(&self) {
        let takes = self.takes_reports() == TakesReports::Here;
        self.room.reports().set_opener(takes.then(|| self.opener()));
    }

    /// What the lists say counts from now on.
    pub(super) fn take_up_lists(&self) {
        let lists = self.lists();
        let entries = lists.iter().flat_map(|list| &list.signed.list().entries);
        let excepted = self.excepted();
        let listed =
            entries.filter(|entry| !excepted.contains(&entry.item.to_string())).filter_map(|entry| {
                match &entry.item {
                    denylist::Item::Room(room) => Some(*room),
                    denylist::Item::Node(_) | denylist::Item::Mark(_) => None,
                }
            });
        let own = self.own_rooms().into_iter().filter_map(|room| room.id.parse().ok());
        let rooms = listed.chain(own).collect();
        let keeper = |followed: &super::FollowedList| {
            let list = followed.signed.list();
            let denylist::Reports { key, at } = list.reports.clone()?;
            let (name, author) = (list.name.clone(), list.author.clone());
            Some(Keeper { list_key: *followed.signed.key(), list: name, author, key, at })
        };
        let keepers = lists.iter().filter_map(keeper).collect();
        *self.lock_followed() = Arc::new(Followed { rooms, keepers });
    }

    fn followed(&self) -> Arc<Followed> {
        self.lock_followed().clone()
    }

    fn lock_followed(&self) -> std::sync::MutexGuard<'_, Arc<Followed>> {
        self.followed.lock().expect("no holder of this lock panics")
    }
}
