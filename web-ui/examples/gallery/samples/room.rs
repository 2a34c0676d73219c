//! The room: one's own, and those of other hosts.

use parlor_web::view::{
    Adults, Entrance, Notice, Person, Relaying, RemoteRoom, RemoteState, RoomCard, RoomFacts, RoomPage,
    Viewers, Watch,
};

use super::lobby::{off_air, on_air};
use super::{language, page};

pub(super) fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("room.html", room(on_air(), Watch::Video).render()),
        ("room-off-air.html", room(off_air(), Watch::Video).render()),
        ("room-pictures.html", room(on_air(), Watch::Mjpeg(10)).render()),
        ("room-facts.html", facts(on_air()).render(language())),
        ("room-remote.html", remote(RemoteState::Watching).render()),
        ("room-remote-joining.html", remote(RemoteState::Joining).render()),
        ("room-remote-invite.html", remote(RemoteState::NeedsInvite).render()),
        ("room-remote-full.html", remote(RemoteState::Full).render()),
        ("room-remote-locked.html", remote(RemoteState::Locked).render()),
        ("room-remote-removed.html", remote(RemoteState::Removed).render()),
        ("room-remote-off-air.html", remote(RemoteState::OffAir).render()),
        ("room-remote-facts.html", remote(RemoteState::Watching).facts.render(language())),
        ("room-adult.html", adult(Adults::Unasked).render()),
        ("room-adult-declined.html", adult(Adults::Hidden).render()),
    ]
}

fn remote(state: RemoteState) -> RoomPage {
    let watching = state == RemoteState::Watching;
    let mut page = room(RoomCard { is_own: false, viewers: Viewers::AtLeast(10), ..on_air() }, Watch::Video);
    let text = "This invite has a typing mistake, or is cut short; copy the whole link again.".into();
    page.notice = (state == RemoteState::NeedsInvite).then_some(Notice { is_error: true, text });
    page.facts.people.clear();
    page.facts.more_people = 0;
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
    let person = |name: &str, watching, is_self| Person { name: name.into(), watching, is_self };
    let people = if card.on_air_secs.is_some() {
        vec![
            person("Émile", true, false),
            person("Quiet Heron", true, true),
            person("anna_of_the_north", true, false),
            person("Blue Lantern", true, false),
            person("Somebody-with-a-rather-long-name-that-does-not-fit", true, false),
            person("7of9", false, false),
            person("Moss", false, false),
        ]
    } else {
        vec![person("Quiet Heron", false, true)]
    };
    let more_people = if card.on_air_secs.is_some() { 7 } else { 0 };
    RoomFacts { card, people, more_people, files: true, remote: None, covered: false, shut: None }
}

fn room(card: RoomCard, watch: Watch) -> RoomPage {
    RoomPage {
        page: page(!card.is_own),
        notice: None,
        entrance: Entrance::Open,
        invite: String::new(),
        adults: Adults::Unasked,
        facts: facts(card),
        qualities: vec![("video".into(), "720p".into()), ("video-small".into(), "360p".into())],
        quality: "video".into(),
        watch,
    }
}
