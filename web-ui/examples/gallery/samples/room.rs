//! The room: one's own, and those of other hosts.

use parlor_web::view::{
    Adults, Doing, Entrance, Notice, Person, Relaying, RemoteRoom, RemoteState, RoomCard, RoomFacts,
    RoomPage, Roster, RosterCounts, RosterNames, Viewers, Watch,
};

use super::lobby::{off_air, on_air};
use super::{fitted, page};

pub(super) fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("room.html", room(on_air(), Watch::Video).render()),
        ("room-off-air.html", room(off_air(), Watch::Video).render()),
        ("room-arranged.html", arranged().render()),
        ("room-pictures.html", room(on_air(), Watch::Mjpeg(10)).render()),
        ("room-facts.html", facts(on_air()).render(&page(false))),
        ("room-remote.html", remote(RemoteState::Watching).render()),
        ("room-remote-joining.html", remote(RemoteState::Joining).render()),
        ("room-remote-invite.html", remote(RemoteState::NeedsInvite).render()),
        ("room-remote-invite-ended.html", remote(RemoteState::InviteEnded).render()),
        ("room-remote-invite-used-up.html", remote(RemoteState::InviteUsedUp).render()),
        ("room-remote-full.html", remote(RemoteState::Full).render()),
        ("room-remote-locked.html", remote(RemoteState::Locked).render()),
        ("room-remote-removed.html", remote(RemoteState::Removed).render()),
        ("room-remote-off-air.html", remote(RemoteState::OffAir).render()),
        ("room-remote-facts.html", remote(RemoteState::Watching).facts.render(&page(false))),
        ("room-adult.html", adult(Adults::Unasked).render()),
        ("room-adult-declined.html", adult(Adults::Hidden).render()),
    ]
}

/// As somebody arranged it, and is about to again.
fn arranged() -> RoomPage {
    let mut page = RoomPage { page: fitted(), arranging: true, ..room(on_air(), Watch::Video) };
    assert!(page.page.fit.change("hide-files") && page.page.fit.change("later-picture"));
    page
}

fn remote(state: RemoteState) -> RoomPage {
    let watching = state == RemoteState::Watching;
    let mut page = room(RoomCard { is_own: false, viewers: Viewers::AtLeast(10), ..on_air() }, Watch::Video);
    let text = "This invite has a typing mistake, or is cut short; copy the whole link again.".into();
    page.notice = (state == RemoteState::NeedsInvite).then_some(Notice { is_error: true, text });
    page.facts.roster = Roster::default();
    page.facts.remote = Some(RemoteRoom {
        state,
        hops: watching.then_some(3),
        delay_ms: watching.then_some(184),
        peers: if watching { 6 } else { 0 },
        children: if watching { 2 } else { 0 },
        relaying: if watching { Relaying::On } else { Relaying::WhileWatching },
    });
    page
}

fn adult(answer: Adults) -> RoomPage {
    let mut page = room(RoomCard { adult: true, ..on_air() }, Watch::Video);
    page.adults = answer;
    page.facts.covered = true;
    page
}

fn facts(card: RoomCard) -> RoomFacts {
    let person = |name: &str, doing, is_self| Person { name: name.into(), guest: None, doing, is_self };
    let people = if card.on_air_secs.is_some() {
        vec![
            person("Émile", Doing::Watching, false),
            person("Guest 417", Doing::Watching, true),
            person("anna_of_the_north", Doing::Watching, false),
            person("Guest 8001", Doing::Watching, false),
            person("Somebody-with-a-rather-long-name-that-does-not-fit", Doing::Watching, false),
            person("7of9", Doing::Listening, false),
            person("Moss", Doing::Looking, false),
        ]
    } else {
        vec![person("Guest 417", Doing::Looking, true)]
    };
    let (more, watching) = if card.on_air_secs.is_some() { (7, 12) } else { (0, 0) };
    let counts = RosterCounts { watching, listening: 1, looking: 1, with_node: more };
    let names = RosterNames { people, more, left: vec!["Guest 52".into()] };
    let roster = Roster { counts, names: Some(names) };
    let qualities = vec![("video".into(), "720p".into()), ("video-small".into(), "360p".into())];
    RoomFacts { card, roster, files: true, qualities, remote: None, covered: false, shut: None }
}

fn room(card: RoomCard, watch: Watch) -> RoomPage {
    RoomPage {
        page: page(!card.is_own),
        notice: None,
        entrance: Entrance::Open,
        invite: String::new(),
        adults: Adults::Unasked,
        facts: facts(card),
        quality: "video".into(),
        watch,
        arranging: false,
    }
}
