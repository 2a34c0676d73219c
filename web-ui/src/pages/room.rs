//! A room's page and what changes on it.

use askama::Template;

use super::document;
use super::fit::ArrangeHtml;
use super::stage::{Slate, StageHtml};
use crate::assets;
use crate::language::Language;
use crate::view::{
    Adults, Doing, Entrance, Notice, Page, Panel, Person, Relaying, RemoteState, RoomCard, RoomFacts,
    RoomPage, RosterCounts, Shut,
};
use crate::words;

impl RoomPage {
    /// The page at `/room/ROOM`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let card = &self.facts.card;
        let say = self.page.language;
        if self.facts.covered {
            let declined = self.adults == Adults::Hidden;
            return document(&GateHtml { say, page: &self.page, room: &card.id, declined });
        }
        let stage = StageHtml {
            say,
            room: &card.id,
            on_air: self.facts.plays(),
            slate: self.facts.slate(say),
            rehearsal: false,
            qualities: &self.facts.qualities,
            quality: &self.quality,
            watch: self.watch,
            page: &self.page,
        };
        let back = super::fit::arranging(&self.page.here);
        document(&RoomHtml {
            say,
            page: &self.page,
            notice: self.notice.as_ref(),
            entrance: &self.entrance,
            invite: &self.invite,
            facts: &self.facts,
            stage,
            arrange: ArrangeHtml::of(&self.page, back),
            is_arranging: self.arranging,
        })
    }
}

impl RoomFacts {
    /// The document at `/room/ROOM/facts`, which reloads itself in an `iframe` for pages without scripts.
    #[must_use]
    pub fn render(&self, page: &Page) -> String {
        let say = page.language;
        document(&RoomFactsHtml { say, page, room: &self.card.id, fragment: self.fragment(say) })
    }

    /// What stands within that document's `<main>`: the data of the event `facts` at `/room/ROOM/events`.
    #[must_use]
    pub fn fragment(&self, language: Language) -> String {
        let doing = |doing| {
            let people = self.roster.names.iter().flat_map(|names| &names.people);
            people.filter(|person| person.doing == doing).collect()
        };
        document(&RoomFactsFragment {
            say: language,
            facts: self,
            card: &self.card,
            slate: self.slate(language),
            groups: [
                (language.people_watching(), "", doing(Doing::Watching)),
                (language.people_listening(), "present", doing(Doing::Listening)),
                (language.people_looking(), "present", doing(Doing::Looking)),
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
    fn slate(&self, say: Language) -> Slate {
        match self.shut {
            Some(Shut::Locked) => {
                return Slate::new(say.slate_locked_title(), say.slate_locked(), say.slate_locked_plain());
            }
            Some(Shut::SentOut) => return Slate::alike(say.slate_sent_out_title(), say.slate_sent_out()),
            None => {}
        }
        match self.remote.as_ref().map(|remote| remote.state) {
            _ if self.covered => Slate::alike(say.slate_adults_title(), say.slate_adults()),
            None | Some(RemoteState::Watching) => Slate::off_air(say),
            Some(RemoteState::Joining) => {
                Slate::new(say.slate_joining_title(), say.slate_joining(), say.slate_joining_plain())
            }
            Some(RemoteState::InviteEnded) => {
                Slate::alike(say.slate_invite_ended_title(), say.slate_invite_ended())
            }
            Some(RemoteState::InviteUsedUp) => {
                Slate::alike(say.slate_invite_used_up_title(), say.slate_invite_used_up())
            }
            Some(RemoteState::NeedsInvite) => Slate::alike(say.slate_invite_title(), say.slate_invite()),
            Some(RemoteState::Full) => {
                Slate::new(say.slate_full_title(), say.slate_full(), say.slate_full_plain())
            }
            Some(RemoteState::Locked) => {
                Slate::new(say.slate_locked_title(), say.slate_shut(), say.slate_shut_plain())
            }
            Some(RemoteState::Removed) => {
                Slate::new(say.slate_sent_out_title(), say.slate_removed(), say.slate_removed_plain())
            }
            Some(RemoteState::OffAir) => Slate::new(
                say.slate_host_off_air_title(),
                say.slate_host_off_air(),
                say.slate_host_off_air_plain(),
            ),
        }
    }
}

#[derive(Template)]
#[template(path = "room.html")]
struct RoomHtml<'a> {
    say: Language,
    page: &'a Page,
    notice: Option<&'a Notice>,
    entrance: &'a Entrance,
    invite: &'a str,
    facts: &'a RoomFacts,
    stage: StageHtml<'a>,
    arrange: ArrangeHtml<'a>,
    is_arranging: bool,
}

/// The question that stands before a room for adults.
#[derive(Template)]
#[template(path = "gate.html")]
struct GateHtml<'a> {
    say: Language,
    page: &'a Page,
    room: &'a str,
    /// Whether it was answered with no before.
    declined: bool,
}

#[derive(Template)]
#[template(path = "room_facts_document.html")]
struct RoomFactsHtml<'a> {
    say: Language,
    page: &'a Page,
    room: &'a str,
    fragment: String,
}

#[derive(Template)]
#[template(path = "room_facts.html")]
struct RoomFactsFragment<'a> {
    say: Language,
    facts: &'a RoomFacts,
    card: &'a RoomCard,
    slate: Slate,
    /// Of each: its heading, its class, and who is in it.
    groups: [(String, &'static str, Vec<&'a Person>); 3],
    counts: RosterCounts,
}
