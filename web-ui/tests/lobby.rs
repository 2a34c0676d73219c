//! Which rooms a visitor sees, and in which order.

use parlor_web::lobby::{Filter, MAX_CARDS, MAX_CHOICES, PriceFilter, Sort, arrange};
use parlor_web::view::{Price, RoomCard, Viewers};

fn room(title: &str, on_air_secs: Option<u64>, viewers: usize) -> RoomCard {
    RoomCard {
        id: format!("p{title}"),
        title: title.into(),
        description: String::new(),
        tags: Vec::new(),
        languages: Vec::new(),
        adult: false,
        price: Price::Free,
        on_air_secs,
        viewers: Viewers::AtLeast(viewers),
        snapshot: String::new(),
        is_own: false,
    }
}

fn titles(rooms: Vec<RoomCard>, filter: &Filter) -> Vec<String> {
    arrange(rooms, filter).rooms.into_iter().map(|room| room.title).collect()
}

#[test]
fn an_address_is_read() {
    let parameters = [
        ("q", " Tea  "),
        ("tag", "Piano"),
        ("lang", "de-AT"),
        ("price", "paid"),
        ("air", "1"),
        ("sort", "newest"),
    ];
    let filter =
        Filter::read(|name| parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| *value));
    let wanted = Filter {
        words: "Tea".into(),
        tag: "Piano".into(),
        language: "de".into(),
        price: PriceFilter::Paid,
        on_air: true,
        sort: Sort::Newest,
    };
    assert_eq!(filter, wanted);
    assert!(filter.is_narrow());
}

#[test]
fn nonsense_in_an_address_means_any() {
    let long = "ü".repeat(5000);
    assert_eq!(Filter::read(|_| None), Filter::default());
    assert_eq!(Filter::read(|name| (name != "q").then_some("")), Filter::default());
    let filter = Filter::read(|_| Some(&long));
    assert_eq!((filter.words.chars().count(), filter.tag.chars().count()), (100, 64));
    assert_eq!((filter.price, filter.on_air, filter.sort), (PriceFilter::Any, false, Sort::Viewers));
    assert!(!Filter { sort: Sort::Title, ..Filter::default() }.is_narrow(), "an order leaves nothing out");
}

#[test]
fn rooms_are_found_by_what_they_say() {
    let mut tea = room("Tea at Émile’s", None, 0);
    tea.description = "Late.".into();
    tea.tags = vec!["Piano".into()];
    for (words, found) in
        [("", true), ("émile TEA", true), ("late piano", true), ("tea coffee", false), ("  ", true)]
    {
        let filter = Filter { words: words.into(), ..Filter::default() };
        assert_eq!(filter.matches(&tea), found, "{words}");
    }
    for (tag, found) in [("piano", true), ("pian", false)] {
        assert_eq!(Filter { tag: tag.into(), ..Filter::default() }.matches(&tea), found, "{tag}");
    }
}

#[test]
fn a_language_is_found_in_all_its_countries() {
    let speaks = RoomCard { languages: vec!["en".into(), "pt-BR".into()], ..room("Tea", None, 0) };
    for (language, found) in [("pt", true), ("PT", true), ("pt-PT", true), ("de", false)] {
        let filter = Filter { language: language.into(), ..Filter::default() };
        assert_eq!(filter.matches(&speaks), found, "{language}");
    }
}

#[test]
fn an_invitation_is_neither_free_nor_paid() {
    let rooms = || {
        vec![
            room("free", None, 0),
            RoomCard { price: Price::Paid { sats: 5, secs: 60 }, ..room("paid", None, 0) },
            RoomCard { price: Price::Invitation, ..room("invited", None, 0) },
        ]
    };
    let of = |price| titles(rooms(), &Filter { price, ..Filter::default() });
    assert_eq!(of(PriceFilter::Any), ["free", "invited", "paid"]);
    assert_eq!(of(PriceFilter::Free), ["free"]);
    assert_eq!(of(PriceFilter::Paid), ["paid"]);
}

#[test]
fn every_order_is_kept() {
    let rooms = || {
        vec![
            room("", Some(5), 2),
            room("Off", None, 0),
            room("busy", Some(500), 40),
            room("Calm", Some(50), 3),
        ]
    };
    let by = |sort| titles(rooms(), &Filter { sort, ..Filter::default() });
    assert_eq!(by(Sort::Viewers), ["busy", "Calm", "", "Off"]);
    assert_eq!(by(Sort::Newest), ["", "Calm", "busy", "Off"]);
    assert_eq!(by(Sort::Title), ["busy", "Calm", "Off", ""]);
    let on_air = Filter { on_air: true, sort: Sort::Title, ..Filter::default() };
    assert_eq!(titles(rooms(), &on_air), ["busy", "Calm", ""]);
}

#[test]
fn a_page_is_bounded_and_says_what_it_leaves_out() {
    let own = RoomCard { is_own: true, ..room("own", None, 0) };
    let rooms: Vec<_> = (0..250).map(|at| room(&format!("{at:03}"), Some(1), at)).chain([own]).collect();
    let arranged = arrange(rooms, &Filter::default());
    assert_eq!((arranged.rooms.len(), arranged.more_rooms, arranged.found), (MAX_CARDS, 51, 250));
    assert_eq!(arranged.rooms[0].title, "249");
}

#[test]
fn choices_are_counted_once_a_room() {
    let tags = |tags: &[&str]| RoomCard {
        tags: tags.iter().map(|&tag| tag.into()).collect(),
        languages: vec!["en-GB".into(), "en-US".into()],
        ..room("Tea", None, 0)
    };
    let rooms = vec![tags(&["Tea", "tea", "late"]), tags(&["tea"]), tags(&["art"])];
    let arranged = arrange(rooms, &Filter { tag: "art".into(), ..Filter::default() });
    let counts = |name: &str, count| (name.to_owned(), count);
    assert_eq!(arranged.tags, [counts("tea", 2), counts("art", 1), counts("late", 1)]);
    assert_eq!(arranged.languages, [counts("en", 3)]);
    let many = tags(&(0..100).map(|_| "x").collect::<Vec<_>>());
    let crowd = (0..100).map(|at| RoomCard { tags: vec![format!("tag{at}")], ..many.clone() }).collect();
    assert_eq!(arrange(crowd, &Filter::default()).tags.len(), MAX_CHOICES);
}
