//! What of all known rooms a visitor gets to see: filter, order, and the choices that the form offers.
//!
//! Pure: cards in, cards out. Which rooms a visitor may know of at all is the node's.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::view::{Price, RoomCard};

/// Cards on one page. A lobby of more is searched, not scrolled; and 200 snapshots are what a phone bears.
pub const MAX_CARDS: usize = 200;
/// Tags and languages that the form offers, each: what a list that opens on a phone holds.
pub const MAX_CHOICES: usize = 40;
/// Characters of a search; more is no search.
const MAX_WORDS_CHARS: usize = 100;
/// Characters of a tag or a language in an address; no card has longer ones.
const MAX_CHOICE_CHARS: usize = 64;

/// What the visitor asked to see: the parameters of the page's address. The default is every room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// `q`: words that all stand in title, description or tags.
    pub words: String,
    /// `tag`: a tag that the room has; empty: any.
    pub tag: String,
    /// `lang`: the primary subtag of a language of the room (BCP 47: `pt` finds `pt-BR`); empty: any.
    pub language: String,
    /// `price`.
    pub price: PriceFilter,
    /// `air=1`: rooms on air only.
    pub on_air: bool,
    /// `sort`.
    pub sort: Sort,
}

/// Which prices are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PriceFilter {
    /// Any, also rooms by invitation.
    #[default]
    Any,
    /// `free`.
    Free,
    /// `paid`.
    Paid,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// `viewers`: on air first, those with most viewers before others.
    #[default]
    Viewers,
    /// `newest`: those that went on air last come first.
    Newest,
    /// `title`: by title.
    Title,
}

impl PriceFilter {
    /// As the address has it.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Free => "free",
            Self::Paid => "paid",
        }
    }
}

impl Sort {
    /// As the address has it.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Viewers => "",
            Self::Newest => "newest",
            Self::Title => "title",
        }
    }
}

/// What [`arrange`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arranged {
    /// Rooms that match, in order; at most [`MAX_CARDS`].
    pub rooms: Vec<RoomCard>,
    /// Rooms that match beyond those.
    pub more_rooms: usize,
    /// Rooms of other hosts, whether or not they match.
    pub found: usize,
    /// Tags of all rooms and how many have each, the most frequent first; at most [`MAX_CHOICES`].
    pub tags: Vec<(String, usize)>,
    /// Primary subtags of the languages of all rooms, likewise.
    pub languages: Vec<(String, usize)>,
}

impl Filter {
    /// Reads the parameters of an address; `parameter` gives each by its name. What makes no sense means "any".
    #[must_use]
    pub fn read<'a>(parameter: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name, most| {
            let text = parameter(name).unwrap_or_default().trim();
            text.chars().take(most).collect::<String>()
        };
        Self {
            words: text("q", MAX_WORDS_CHARS),
            tag: text("tag", MAX_CHOICE_CHARS),
            language: primary(&text("lang", MAX_CHOICE_CHARS)).to_owned(),
            price: match parameter("price") {
                Some("free") => PriceFilter::Free,
                Some("paid") => PriceFilter::Paid,
                _ => PriceFilter::Any,
            },
            on_air: parameter("air") == Some("1"),
            sort: match parameter("sort") {
                Some("newest") => Sort::Newest,
                Some("title") => Sort::Title,
                _ => Sort::Viewers,
            },
        }
    }

    /// Whether it leaves any room out.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        *self != Self { sort: self.sort, ..Self::default() }
    }

    /// Whether a room is wanted.
    #[must_use]
    pub fn matches(&self, room: &RoomCard) -> bool {
        let price = match self.price {
            PriceFilter::Any => true,
            PriceFilter::Free => room.price == Price::Free,
            PriceFilter::Paid => matches!(room.price, Price::Paid { .. }),
        };
        let tag = self.tag.is_empty() || room.tags.iter().any(|tag| same(tag, &self.tag));
        let spoken = |language: &String| same(primary(language), primary(&self.language));
        let language = self.language.is_empty() || room.languages.iter().any(spoken);
        price && tag && language && (!self.on_air || room.on_air_secs.is_some()) && self.says(room)
    }

    /// Whether all words stand in the room's own words, whatever their case.
    fn says(&self, room: &RoomCard) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let said = format!("{}\n{}\n{}", room.title, room.description, room.tags.join("\n")).to_lowercase();
        self.words.to_lowercase().split_whitespace().all(|word| said.contains(word))
    }
}

/// Filters, sorts and cuts the rooms, and gathers what they may be filtered by.
#[must_use]
pub fn arrange(mut rooms: Vec<RoomCard>, filter: &Filter) -> Arranged {
    let found = rooms.iter().filter(|room| !room.is_own).count();
    let tags = choices(rooms.iter().flat_map(|room| distinct(room.tags.iter().map(String::as_str))));
    let languages =
        choices(rooms.iter().flat_map(|room| distinct(room.languages.iter().map(|tag| primary(tag)))));
    rooms.retain(|room| filter.matches(room));
    sort(&mut rooms, filter.sort);
    let more_rooms = rooms.len().saturating_sub(MAX_CARDS);
    rooms.truncate(MAX_CARDS);
    Arranged { rooms, more_rooms, found, tags, languages }
}

fn sort(rooms: &mut [RoomCard], by: Sort) {
    // The id last: two rooms that are alike in all else never change places between two looks.
    let title = |room: &RoomCard| (room.title.is_empty(), room.title.to_lowercase(), room.id.clone());
    let off_air = |room: &RoomCard| room.on_air_secs.is_none();
    match by {
        Sort::Viewers => {
            rooms.sort_by_cached_key(|room| (off_air(room), Reverse(room.viewers.count()), title(room)));
        }
        Sort::Newest => {
            rooms.sort_by_cached_key(|room| (off_air(room), room.on_air_secs.unwrap_or(0), title(room)));
        }
        Sort::Title => rooms.sort_by_cached_key(title),
    }
}

/// The values in lower case with how often each comes, the most frequent first.
fn choices(values: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by(|(one, ones), (other, others)| others.cmp(ones).then_with(|| one.cmp(other)));
    counts.truncate(MAX_CHOICES);
    counts
}

/// A room's values in lower case, each once.
fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut values: Vec<String> = values.map(str::to_lowercase).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// A language tag's primary subtag (BCP 47, section 2.2.1): `pt` of `pt-BR`.
fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// Whether two words are the same, whatever their case.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
