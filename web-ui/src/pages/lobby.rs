//! The lobby's page and its cards.

use askama::Template;

use super::document;
use crate::assets;
use crate::languages;
use crate::lobby::{Filter, PriceFilter, Sort};
use crate::view::{Adults, Lobby, LobbyCards, Page, Price, RoomCard};
use crate::words;

impl Lobby {
    /// The page at `/`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let cards = &self.cards;
        document(&LobbyHtml { page: &cards.page, filter: &cards.filter, cards, view: self })
    }
}

impl LobbyCards {
    /// The document at `/lobby/cards`, which takes the same parameters as the page and which scripts take the cards
    /// from while that is open.
    #[must_use]
    pub fn render(&self) -> String {
        document(&CardsHtml { fragment: self.fragment() })
    }

    /// What stands within that document's `#cards`.
    #[must_use]
    pub fn fragment(&self) -> String {
        document(&CardsFragment { view: self })
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
        choices(&self.view.languages, &self.filter.language, |tag| languages::language(tag).name)
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
    fragment: String,
}

#[derive(Template)]
#[template(path = "lobby_cards.html")]
struct CardsFragment<'a> {
    view: &'a LobbyCards,
}

/// What stands where rooms could.
struct Empty {
    what: &'static str,
    more: String,
}

impl CardsFragment<'_> {
    /// How many rooms there are to see; a stranger, who sees one alone, needs no number.
    fn tally(&self) -> String {
        let rooms = self.view.rooms.len() + self.view.more_rooms;
        if rooms == 0 || self.view.peers.is_none() { String::new() } else { words::counted(rooms, "room") }
    }

    fn empty(&self) -> Option<Empty> {
        let view = self.view;
        let known = view.found > 0 || !view.rooms.is_empty();
        if view.rooms.is_empty() && view.filter.is_narrow() && known {
            let more = "Take a word away, or choose “any” in one of the lists.".to_owned();
            return Some(Empty { what: "No room is like this", more });
        }
        match view.peers {
            _ if view.found > 0 => None,
            None if !view.rooms.is_empty() => None,
            None => Some(Empty { what: "It is quiet here", more: "No room is open at this door.".to_owned() }),
            Some(0) => Some(Empty {
                what: "No other node is found yet",
                more: "The network is being searched. An invite leads into it too: it knows the way to its host."
                    .to_owned(),
            }),
            Some(peers) => Some(Empty {
                what: "No other room is found yet",
                more: format!(
                    "The network is being searched; {} connected. A room appears here as soon as it is found.",
                    if peers == 1 { "1 peer is".to_owned() } else { format!("{peers} peers are") }
                ),
            }),
        }
    }
}
