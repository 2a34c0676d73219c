//! The lobby's page and its cards.

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::lobby::{Filter, PriceFilter, Sort};
use crate::spoken;
use crate::view::{Adults, Lobby, LobbyCards, Page, Price, RoomCard};
use crate::words;

impl Lobby {
    /// The page at `/`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let cards = &self.cards;
        document(&LobbyHtml {
            say: cards.page.language,
            page: &cards.page,
            filter: &cards.filter,
            cards,
            view: self,
        })
    }
}

impl LobbyCards {
    /// The document at `/lobby/cards`, which takes the same parameters as the page and which scripts take the cards
    /// from while that is open.
    #[must_use]
    pub fn render(&self) -> String {
        document(&CardsHtml { say: self.page.language, fragment: self.fragment() })
    }

    /// What stands within that document's `#cards`.
    #[must_use]
    pub fn fragment(&self) -> String {
        document(&CardsFragment { say: self.page.language, view: self })
    }

    /// Whether the 18+ question is put: it was not answered, and a picture is covered.
    fn asks(&self) -> bool {
        self.adults == Adults::Unasked
            && self.rooms.iter().any(|room| self.adults.covers(room, self.page.is_host))
    }

    /// Whether the answer to it can be changed here.
    fn answered(&self) -> bool {
        self.adults != Adults::Unasked && self.rooms.iter().any(|room| room.adult)
    }
}

impl Adults {
    /// Whether the room's picture is covered. Hosts see their own.
    #[must_use]
    pub fn covers(self, room: &RoomCard, is_host: bool) -> bool {
        room.adult && self != Self::Shown && !(room.is_own && is_host)
    }
}

#[derive(Template)]
#[template(path = "lobby.html")]
struct LobbyHtml<'a> {
    say: Language,
    page: &'a Page,
    filter: &'a Filter,
    cards: &'a LobbyCards,
    view: &'a Lobby,
}

/// An option of a list: value, label, whether it is chosen.
type Choice = (String, String, bool);

impl LobbyHtml<'_> {
    fn tags(&self) -> Vec<Choice> {
        choices(&self.view.tags, &self.filter.tag, str::to_owned)
    }

    fn languages(&self) -> Vec<Choice> {
        choices(&self.view.languages, &self.filter.language, |tag| spoken::language(tag).name)
    }
}

/// The options of a list; what is chosen is among them even where no room has it any more.
fn choices(offered: &[(String, usize)], chosen: &str, name: impl Fn(&str) -> String) -> Vec<Choice> {
    let chosen = chosen.to_lowercase();
    let choice = |(value, count): &(String, usize)| {
        (value.clone(), format!("{} ({count})", name(value)), *value == chosen)
    };
    let mut choices: Vec<Choice> = offered.iter().map(choice).collect();
    if !chosen.is_empty() && !choices.iter().any(|(_, _, is_chosen)| *is_chosen) {
        choices.insert(0, (chosen.clone(), name(&chosen), true));
    }
    choices
}

#[derive(Template)]
#[template(path = "lobby_cards_document.html")]
struct CardsHtml {
    say: Language,
    fragment: String,
}

#[derive(Template)]
#[template(path = "lobby_cards.html")]
struct CardsFragment<'a> {
    say: Language,
    view: &'a LobbyCards,
}

/// What stands where rooms could.
struct Empty {
    what: String,
    more: String,
}

impl CardsFragment<'_> {
    /// How many rooms there are to see; a stranger, who sees one alone, needs no number.
    fn tally(&self) -> String {
        let rooms = self.view.rooms.len() + self.view.more_rooms;
        if rooms == 0 || self.view.peers.is_none() { String::new() } else { self.say.lobby_tally(rooms) }
    }

    fn empty(&self) -> Option<Empty> {
        let view = self.view;
        let say = self.say;
        let known = view.found > 0 || !view.rooms.is_empty();
        let (what, more) = match view.peers {
            _ if view.rooms.is_empty() && view.filter.is_narrow() && known => {
                (say.lobby_none_like_this(), say.lobby_none_like_this_hint())
            }
            _ if view.found > 0 => return None,
            None if !view.rooms.is_empty() => return None,
            None => (say.lobby_quiet(), say.lobby_quiet_hint()),
            Some(0) => (say.lobby_no_node(), say.lobby_no_node_hint()),
            Some(peers) => (say.lobby_no_room(), say.lobby_no_room_hint(peers)),
        };
        Some(Empty { what, more })
    }
}
