//! A room's page and what changes on it.

use askama::Template;

use super::document;
use super::stage::{Slate, StageHtml};
use crate::assets;
use crate::view::{
    Adults, Doing, Entrance, Notice, Page, Person, Relaying, RemoteState, RoomCard, RoomFacts, RoomPage,
    RosterCounts, Shut,
};
use crate::words;

impl RoomPage {
    /// The page at `/room/ROOM`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let card = &self.facts.card;
        if self.facts.covered {
            let declined = self.adults == Adults::Hidden;
            return document(&GateHtml { page: &self.page, room: &card.id, declined });
        }
        let stage = StageHtml {
            room: &card.id,
            on_air: self.facts.plays(),
            slate: self.facts.slate(),
            rehearsal: false,
            qualities: &self.qualities,
            quality: &self.quality,
            watch: self.watch,
        };
        document(&RoomHtml {
            page: &self.page,
            notice: self.notice.as_ref(),
            entrance: &self.entrance,
            invite: &self.invite,
            facts: &self.facts,
            stage,
        })
    }
}

impl RoomFacts {
    /// The document at `/room/ROOM/facts`, which reloads itself in an `iframe` for pages without scripts.
    #[must_use]
    pub fn render(&self) -> String {
        document(&RoomFactsHtml { room: &self.card.id, fragment: self.fragment() })
    }

    /// What stands within that document's `<main>`: the data of the event `facts` at `/room/ROOM/events`.
    #[must_use]
    pub fn fragment(&self) -> String {
        let doing = |doing| {
            let people = self.roster.names.iter().flat_map(|names| &names.people);
            people.filter(|person| person.doing == doing).collect()
        };
        document(&RoomFactsFragment {
            facts: self,
            card: &self.card,
            slate: self.slate(),
            groups: [
                ("Watching", "", doing(Doing::Watching)),
                ("Listening in", "present", doing(Doing::Listening)),
                ("Only the page open", "present", doing(Doing::Looking)),
            ],
            counts: self.roster.counts,
        })
    }

    /// Whether there is a picture to play.
    fn plays(&self) -> bool {
        match &self.remote {
            _ if self.covered || self.shut.is_some() => false,
            Some(remote) => remote.state == RemoteState::Watching,
            None => self.card.on_air_secs.is_some(),
        }
    }

    /// What stands in the picture's place while there is none.
    fn slate(&self) -> Slate {
        match self.shut {
            Some(Shut::Locked) => return Slate::LOCKED,
            Some(Shut::SentOut) => return Slate::SENT_OUT,
            None => {}
        }
        match self.remote.as_ref().map(|remote| remote.state) {
            _ if self.covered => Slate {
                title: "For adults",
                text: "The host labels the room as for adults. Load this page again and say whether you are one.",
                plain: "The host labels the room as for adults. Load this page again and say whether you are one.",
            },
            None | Some(RemoteState::Watching) => Slate::OFF_AIR,
            Some(RemoteState::Joining) => Slate {
                title: "Joining…",
                text: "Your node looks for the host, or for somebody who passes the room on. The picture starts by itself.",
                plain: "Your node looks for the host, or for somebody who passes the room on. Load this page again in a few seconds.",
            },
            Some(RemoteState::NeedsInvite) => Slate {
                title: "Needs an invite",
                text: "This room is private. Ask its host for a link and paste it on this page.",
                plain: "This room is private. Ask its host for a link and paste it on this page.",
            },
            Some(RemoteState::Full) => Slate {
                title: "Every place is taken",
                text: "The host lets no more people in for now. Your node asks again every minute, and the picture starts by itself.",
                plain: "The host lets no more people in for now. Your node asks again every minute; load this page again then.",
            },
            Some(RemoteState::Locked) => Slate {
                title: "The door is locked",
                text: "The host lets nobody new in now. Your node asks again every minute, and the picture starts by itself.",
                plain: "The host lets nobody new in now. Your node asks again every minute; load this page again then.",
            },
            Some(RemoteState::Removed) => Slate {
                title: "The host has sent everybody out",
                text: "Your node asks again every minute. If you may come in again, the picture starts by itself.",
                plain: "Your node asks again every minute. Load this page again then.",
            },
            Some(RemoteState::OffAir) => Slate {
                title: "The host is off air",
                text: "Leave this page open: the picture starts by itself.",
                plain: "Load this page again when the room is on air.",
            },
        }
    }
}

#[derive(Template)]
#[template(path = "room.html")]
struct RoomHtml<'a> {
    page: &'a Page,
    notice: Option<&'a Notice>,
    entrance: &'a Entrance,
    invite: &'a str,
    facts: &'a RoomFacts,
    stage: StageHtml<'a>,
}

/// The question that stands before a room for adults.
#[derive(Template)]
#[template(path = "gate.html")]
struct GateHtml<'a> {
    page: &'a Page,
    room: &'a str,
    /// Whether it was answered with no before.
    declined: bool,
}

#[derive(Template)]
#[template(path = "room_facts_document.html")]
struct RoomFactsHtml<'a> {
    room: &'a str,
    fragment: String,
}

#[derive(Template)]
#[template(path = "room_facts.html")]
struct RoomFactsFragment<'a> {
    facts: &'a RoomFacts,
    card: &'a RoomCard,
    slate: Slate,
    /// Of each: its heading, its class, and who is in it.
    groups: [(&'static str, &'static str, Vec<&'a Person>); 3],
    counts: RosterCounts,
}
