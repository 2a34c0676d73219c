//! Every page with a text wherever somebody can write, told, or sent it.

use parlor_web::language::Language;
use parlor_web::lobby::Filter;
use parlor_web::view::{
    Account, Accounts, Adults, Ban, Branch, Comers, Doing, End, Enter, Entrance, FileSenders, FileView,
    FilesForm, Fit, FollowedList, Graph, Ingest, Invite, ListEntry, ListedName, Lists, Lobby, LobbyPicture,
    Login, Nat, Network, NetworkFacts, NetworkFields, Notice, Page, Person, Price, Problem, QualityForm,
    Reach, Relay, RelayState, RelayedRoom, Relaying, RemoteRoom, RemoteState, RoomCard, RoomFacts, RoomPage,
    Roster, RosterCounts, RosterNames, SentFile, Studio, StudioFacts, Swarm, TalkAuthor, Upload, Viewers,
    Visibility, Watch,
};

/// Every page with `text` wherever somebody can write, told, or sent it.
pub(crate) fn pages(text: &str) -> Vec<(&'static str, String)> {
    let studio = studio(text);
    let problem = Problem { page: page(text), status: 404, what: text.into(), remedy: text.into() };
    let mut gate = room(text, Some(1), Watch::Video);
    gate.facts.card = RoomCard { adult: true, is_own: false, ..gate.facts.card };
    vec![
        ("lobby", lobby(text).render()),
        ("lobby cards", lobby(text).cards.render()),
        ("room", room(text, Some(1), Watch::Video).render()),
        ("room off air", room(text, None, Watch::Mjpeg(5)).render()),
        ("room elsewhere", remote(text, RemoteState::Watching).render()),
        ("room that needs an invite", remote(text, RemoteState::NeedsInvite).render()),
        ("room for adults", gate.render()),
        ("room facts", facts(text, Some(1)).render(&page(text))),
        ("room fragment", facts(text, None).fragment(Language::ENGLISH)),
        ("studio", studio.render()),
        ("studio facts", studio.facts.render(&page(text))),
        ("studio fragment", studio.facts.fragment(Language::ENGLISH)),
        ("enter", enter(text).render()),
        ("accounts", accounts(text).render()),
        ("lists", lists(text).render()),
        ("files", files_form(text).render()),
        ("file", file_view(text).render()),
        ("file in the list", sent_file(text).fragment("room", &page(text))),
        ("login", Login { page: page(text), has_password: true, notice: Some(notice(text)) }.render()),
        ("problem", problem.render()),
    ]
}

fn enter(text: &str) -> Enter {
    Enter { page: page(text), room: "room".into(), name: text.into(), notice: Some(notice(text)) }
}

fn accounts(text: &str) -> Accounts {
    let account =
        |is_disabled| Account { name: text.into(), is_disabled, is_logged_in: true, is_here: !is_disabled };
    Accounts {
        page: page(text),
        room: "room".into(),
        notice: Some(notice(text)),
        typed: text.into(),
        comers: Comers::Known,
        own_key: text.into(),
        accounts: vec![account(true), account(false)],
        friends: vec![(text.into(), text.into())],
    }
}

fn lists(text: &str) -> Lists {
    let entry = |name, is_excepted: bool| ListEntry {
        item: text.into(),
        name,
        reason: text.into(),
        is_here: !is_excepted,
        is_excepted,
    };
    let names = [ListedName::Node(text.into()), ListedName::Mark(text.into())];
    let list = FollowedList {
        name: text.into(),
        description: text.into(),
        author: text.into(),
        key: text.into(),
        version_secs: u64::MAX,
        skipped: 2,
        entries: names.into_iter().zip([true, false]).map(|(name, on)| entry(name, on)).collect(),
    };
    Lists {
        page: page(text),
        notice: Some(notice(text)),
        typed: text.into(),
        lists: vec![list],
        own_key: text.into(),
        own_entries: 1,
        own_rooms: vec![(text.into(), text.into())],
        takes: parlor_web::view::TakesReports::AsText,
    }
}

fn files_form(text: &str) -> FilesForm {
    FilesForm {
        page: page(text),
        room: "room".into(),
        senders: FileSenders::Everybody,
        is_sender: true,
        max_bytes: 1,
        notice: Some(notice(text)),
    }
}

fn file_view(text: &str) -> FileView {
    FileView { page: page(text), room: "room".into(), file: sent_file(text) }
}

fn sent_file(text: &str) -> SentFile {
    let author = TalkAuthor {
        name: text.into(),
        guest: None,
        mark: Some(text.into()),
        tripcode: Some(text.into()),
        badge: Some("Host"),
    };
    let (bytes, at_secs) = (1, 0);
    let picture = Some((4, 3));
    SentFile { number: 1, name: text.into(), author, bytes, at_secs, picture, is_removable: true }
}

fn lobby(text: &str) -> Lobby {
    let filter = Filter { words: text.into(), tag: text.into(), language: text.into(), ..Filter::default() };
    let elsewhere = RoomCard { adult: true, is_own: false, ..card(text, Some(1)) };
    let rooms = vec![card(text, Some(1)), card(text, None), elsewhere];
    let mut lobby = Lobby::new(page(text), rooms, filter, Adults::Unasked, Some(1));
    lobby.tags = vec![(text.to_lowercase(), 1)];
    lobby.languages = vec![(text.to_lowercase(), 1)];
    lobby.notice = Some(notice(text));
    lobby.invite = text.into();
    // A search of nothing but spaces and signs would find none of them.
    lobby.cards.rooms = vec![card(text, Some(1)), card(text, None)];
    lobby
}

fn remote(text: &str, state: RemoteState) -> RoomPage {
    let remote = RemoteRoom {
        state,
        hops: Some(2),
        delay_ms: Some(100),
        peers: 1,
        children: 1,
        relaying: Relaying::On,
    };
    let mut page = room(text, Some(1), Watch::Video);
    page.facts.remote = Some(remote);
    page
}

fn page(text: &str) -> Page {
    Page {
        csrf: text.into(),
        is_host: true,
        language: Language::ENGLISH,
        here: text.into(),
        fit: Fit::default(),
        number: 7,
    }
}

fn notice(text: &str) -> Notice {
    Notice { is_error: true, text: text.into() }
}

fn card(text: &str, on_air_secs: Option<u64>) -> RoomCard {
    RoomCard {
        id: text.into(),
        title: text.into(),
        description: text.into(),
        tags: vec![text.into(), text.into()],
        languages: vec![text.into()],
        adult: false,
        price: Price::Free,
        on_air_secs,
        viewers: Viewers::Exactly(1),
        snapshot: text.into(),
        is_own: true,
    }
}

fn facts(text: &str, on_air_secs: Option<u64>) -> RoomFacts {
    let person = |doing| Person { name: text.into(), guest: None, doing, is_self: doing == Doing::Watching };
    let names = RosterNames {
        people: [Doing::Watching, Doing::Listening, Doing::Looking].map(person).into(),
        more: 1,
        left: vec![text.into()],
    };
    let counts = RosterCounts { watching: 1, listening: 1, looking: 1, with_node: 1 };
    RoomFacts {
        card: card(text, on_air_secs),
        roster: Roster { counts, names: Some(names) },
        remote: None,
        files: true,
        qualities: vec![(text.into(), text.into()), ("video".into(), text.into())],
        covered: false,
        shut: None,
    }
}

fn room(text: &str, on_air_secs: Option<u64>, watch: Watch) -> RoomPage {
    RoomPage {
        page: page(text),
        notice: Some(notice(text)),
        entrance: Entrance::In(text.into()),
        invite: text.into(),
        adults: Adults::Unasked,
        facts: facts(text, on_air_secs),
        quality: text.into(),
        watch,
        arranging: true,
    }
}

fn studio(text: &str) -> Studio {
    let graph = Graph { label: text.into(), now: text.into(), values: vec![1.0, 2.0], top: 2.0 };
    Studio {
        page: page(text),
        room: text.into(),
        notice: Some(notice(text)),
        title: text.into(),
        description: text.into(),
        tags: text.into(),
        languages: text.into(),
        adult: false,
        source: text.into(),
        sources: vec![(text.into(), text.into()), ("test".into(), text.into())],
        quality: QualityForm { width: 1280, height: 720, fps: 30, bitrate_kbps: 2500 },
        ingests: vec![Ingest {
            kind: "whip",
            label: "WHIP",
            hint: text.into(),
            on: true,
            address: text.into(),
            key: text.into(),
            state: text.into(),
        }],
        bans: vec![Ban {
            id: 1,
            name: text.into(),
            mark: Some(text.into()),
            has_node: true,
            note: text.into(),
            made_secs: 90_000,
        }],
        has_password: true,
        files: FileSenders::Guests,
        caption: text.into(),
        emotes: vec![text.into()],
        emote: text.into(),
        counts_only: false,
        has_stated: false,
        facts: StudioFacts {
            reports: 1,
            on_air_secs: Some(1),
            source: text.into(),
            notice: text.into(),
            encoder: text.into(),
            pictures: true,
            graphs: vec![graph],
        },
        network: network(text),
    }
}

fn network(text: &str) -> Network {
    let relay = |state| Relay { address: text.into(), state };
    let branch = Branch { nodes: 4, through_relay: true };
    Network {
        visibility: Visibility::Invite,
        lobby_picture: LobbyPicture::Live,
        comers: Comers::Known,
        invites: vec![Invite {
            id: text.into(),
            name: text.into(),
            here: 1,
            used: 1,
            limit: Some(2),
            ends: Some(End::In(7)),
            opens_lock: true,
            web_link: text.into(),
            made_secs: 3,
            link: text.into(),
        }],
        reach: Reach::Relayed,
        relays: vec![relay(RelayState::Lost(text.into())), relay(RelayState::Ready)],
        relayed: vec![RelayedRoom { id: text.into(), title: text.into(), children: 1 }],
        facts: NetworkFacts {
            reach: Reach::Relayed,
            nat: Nat::Unreachable,
            relays: vec![RelayState::Lost(text.into()), RelayState::Ready],
            peers: 1,
            browsers: 1,
            relayed: 1,
            upload: Upload { used_bps: 1, allowed_bps: 2 },
            swarm: Swarm { viewers: 8, branches: vec![branch, branch] },
        },
        fields: NetworkFields {
            invite_name: text.into(),
            invite_limit: text.into(),
            invite_ends: text.into(),
            invite_opens_lock: true,
            relay: text.into(),
            upload: Some(text.into()),
        },
    }
}
