//! From view to HTML: which template each view fills. What the templates say is in `templates/`.

use askama::Template;

use crate::assets;
use crate::graph;
use crate::view::{
    Lobby, Login, Notice, Page, Person, Problem, RoomCard, RoomFacts, RoomPage, Studio, StudioFacts, Watch,
};
use crate::words;

impl Lobby {
    /// The page at `/`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&LobbyHtml { page: &self.page, rooms: &self.rooms })
    }
}

impl RoomPage {
    /// The page at `/room/ROOM`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let stage = StageHtml {
            room: &self.facts.card.id,
            on_air: self.facts.card.on_air_secs.is_some(),
            rehearsal: false,
            qualities: &self.qualities,
            quality: &self.quality,
            watch: self.watch,
        };
        document(&RoomHtml { page: &self.page, facts: &self.facts, stage })
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
        let (watching, present): (Vec<_>, Vec<_>) = self.people.iter().partition(|person| person.watching);
        document(&RoomFactsFragment { card: &self.card, watching, present, more_people: self.more_people })
    }
}

impl Studio {
    /// The page at `/studio`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let stage = StageHtml {
            room: &self.room,
            on_air: true,
            rehearsal: true,
            qualities: &[],
            quality: "video",
            watch: Watch::Video,
        };
        document(&StudioHtml { page: &self.page, view: self, stage })
    }
}

impl StudioFacts {
    /// The document at `/studio/facts`, which reloads itself in an `iframe` for pages without scripts.
    #[must_use]
    pub fn render(&self) -> String {
        document(&StudioFactsHtml { fragment: self.fragment() })
    }

    /// What stands within that document's `<main>`; scripts take it from there.
    #[must_use]
    pub fn fragment(&self) -> String {
        document(&StudioFactsFragment { facts: self })
    }
}

impl Login {
    /// The page at `/studio` for those who are not logged in, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&LoginHtml {
            page: &self.page,
            has_password: self.has_password,
            notice: self.notice.as_ref(),
        })
    }
}

impl Problem {
    /// A whole HTML document, to be sent with the view's status.
    #[must_use]
    pub fn render(&self) -> String {
        document(&ProblemHtml { page: &self.page, view: self })
    }
}

/// Fills a template; leading blank lines of conditionals are harmless in HTML and are left.
fn document(template: &impl Template) -> String {
    template.render().expect("templates only write into memory, and no filter in them fails")
}

#[derive(Template)]
#[template(path = "lobby.html")]
struct LobbyHtml<'a> {
    page: &'a Page,
    rooms: &'a [RoomCard],
}

#[derive(Template)]
#[template(path = "room.html")]
struct RoomHtml<'a> {
    page: &'a Page,
    facts: &'a RoomFacts,
    stage: StageHtml<'a>,
}

/// The picture with its player, in the room and in the studio.
#[derive(Template)]
#[template(path = "stage.html")]
struct StageHtml<'a> {
    room: &'a str,
    on_air: bool,
    /// In the studio: the host sees the picture whether or not the room is on air, and starts without sound.
    rehearsal: bool,
    qualities: &'a [(String, String)],
    quality: &'a str,
    watch: Watch,
}

impl StageHtml<'_> {
    /// Whether the visitor chose still pictures, and how many a second the form offers.
    fn pictures(&self) -> (bool, u32) {
        match self.watch {
            // Five a second: movement is seen, and a slow line carries it.
            Watch::Video => (false, 5),
            Watch::Mjpeg(fps) => (true, fps),
        }
    }
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
    card: &'a RoomCard,
    watching: Vec<&'a Person>,
    present: Vec<&'a Person>,
    more_people: usize,
}

#[derive(Template)]
#[template(path = "studio.html")]
struct StudioHtml<'a> {
    page: &'a Page,
    view: &'a Studio,
    stage: StageHtml<'a>,
}

impl StudioHtml<'_> {
    /// Whether the present source is among those that were found; a file or a network camera is not.
    fn lists_source(&self) -> bool {
        self.view.sources.iter().any(|(value, _)| *value == self.view.source)
    }
}

#[derive(Template)]
#[template(path = "studio_facts_document.html")]
struct StudioFactsHtml {
    fragment: String,
}

#[derive(Template)]
#[template(path = "studio_facts.html")]
struct StudioFactsFragment<'a> {
    facts: &'a StudioFacts,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginHtml<'a> {
    page: &'a Page,
    has_password: bool,
    notice: Option<&'a Notice>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemHtml<'a> {
    page: &'a Page,
    view: &'a Problem,
}
