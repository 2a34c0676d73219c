//! The lobby: as strangers see it, and as the node's owner does.

use parlor_web::lobby::Filter;
use parlor_web::view::{Adults, Lobby, Notice, Price, RoomCard, Viewers};

use super::{ROOM, page};

pub(super) fn pages() -> Vec<(&'static str, String)> {
    let all = Filter::default;
    let search = |words: &str| Filter { words: words.into(), ..all() };
    let piano = Filter { tag: "piano".into(), language: "fr".into(), on_air: true, ..all() };
    vec![
        ("index.html", lobby(cards(), all(), Adults::Unasked, Some(23)).render()),
        ("lobby-adults-shown.html", lobby(cards(), all(), Adults::Shown, Some(23)).render()),
        ("lobby-adults-hidden.html", lobby(cards(), all(), Adults::Hidden, Some(23)).render()),
        ("lobby-filtered.html", lobby(cards(), piano, Adults::Shown, Some(23)).render()),
        ("lobby-nothing.html", lobby(cards(), search("accordion"), Adults::Shown, Some(23)).render()),
        ("lobby-many.html", lobby(crowd(), all(), Adults::Shown, Some(61)).render()),
        ("lobby-alone.html", lobby(vec![own()], all(), Adults::Unasked, Some(0)).render()),
        ("lobby-searching.html", lobby(Vec::new(), all(), Adults::Unasked, Some(3)).render()),
        ("lobby-refused.html", refused().render()),
        ("lobby-one.html", lobby(vec![on_air()], all(), Adults::Unasked, None).render()),
        ("lobby-empty.html", lobby(Vec::new(), all(), Adults::Unasked, None).render()),
        ("lobby-cards.html", lobby(cards(), all(), Adults::Unasked, Some(23)).cards.render()),
    ]
}

/// Strangers, to whom `peers` is not told, are no hosts.
fn lobby(rooms: Vec<RoomCard>, filter: Filter, adults: Adults, peers: Option<usize>) -> Lobby {
    Lobby::new(page(peers.is_some()), rooms, filter, adults, peers)
}

fn refused() -> Lobby {
    let text =
        "This is no invite: it should begin with parlor:// and end with its checksum. Copy it once more.";
    let notice = Notice { is_error: true, text: text.into() };
    Lobby { notice: Some(notice), ..lobby(cards(), Filter::default(), Adults::Shown, Some(23)) }
}

/// A free room of another host.
fn card(
    title: &str,
    description: &str,
    tags: &[&str],
    on_air_secs: Option<u64>,
    viewers: Viewers,
) -> RoomCard {
    // Ids tell cards apart, so each has its own.
    let sum = title.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    RoomCard {
        id: format!("{}{sum:010}", &ROOM[..49]),
        title: title.into(),
        description: description.into(),
        tags: tags.iter().map(|&tag| tag.into()).collect(),
        languages: vec!["en".into()],
        adult: false,
        price: Price::Free,
        on_air_secs,
        viewers,
        snapshot: on_air_secs.map_or(String::new(), |_| format!("{sum:x}")),
        is_own: false,
    }
}

/// The node's own room, on air.
pub(super) fn on_air() -> RoomCard {
    RoomCard { id: ROOM.into(), is_own: true, languages: vec!["en".into(), "fr".into()], ..piano() }
}

fn piano() -> RoomCard {
    card(
        "Rainy evening at the piano",
        "Slow pieces until midnight, requests welcome.\nTea is on, the window is open, and the cat may sit on the keys.",
        &["piano", "quiet", "requests"],
        Some(5025),
        Viewers::Exactly(12),
    )
}

/// The node's own room, off air.
pub(super) fn off_air() -> RoomCard {
    RoomCard { id: ROOM.into(), is_own: true, ..letters() }
}

fn letters() -> RoomCard {
    let about = "Copperplate for beginners, every Thursday at eight.";
    card("Letters and ink", about, &["calligraphy"], None, Viewers::Exactly(0))
}

fn own() -> RoomCard {
    RoomCard { snapshot: String::new(), ..off_air() }
}

fn cards() -> Vec<RoomCard> {
    let long = "A title that somebody wrote without thinking of small screens, and then went on writing";
    let drawing = "Two-minute poses, then long ones. Bring charcoal.";
    vec![
        on_air(),
        RoomCard {
            languages: vec!["de".into(), "pt-BR".into(), "tlh".into()],
            ..card(long, "", &["talk"], Some(42), Viewers::AtLeast(1))
        },
        RoomCard {
            adult: true,
            price: Price::Paid { sats: 500, secs: 300 },
            ..card("Life drawing", drawing, &["drawing", "art"], Some(176_523), Viewers::AtLeast(300))
        },
        RoomCard { languages: vec!["ja".into()], ..letters() },
        RoomCard {
            price: Price::Invitation,
            ..card(
                "Rehearsal",
                "Our quartet, among friends.",
                &["strings", "quiet"],
                Some(612),
                Viewers::AtLeast(3),
            )
        },
        RoomCard {
            adult: true,
            ..card("After hours", "Doors open at eleven.", &[], None, Viewers::Exactly(0))
        },
        RoomCard { languages: Vec::new(), ..card("", "", &[], None, Viewers::Exactly(0)) },
    ]
}

/// More rooms than a page holds.
fn crowd() -> Vec<RoomCard> {
    let room = |at: usize| RoomCard {
        id: format!("{}{at:010}", &ROOM[..49]),
        title: format!("Room number {at}"),
        ..card("", "", &["talk"], Some(at as u64 * 60), Viewers::AtLeast(at))
    };
    (0..212).map(room).collect()
}
