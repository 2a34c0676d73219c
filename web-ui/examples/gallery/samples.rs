//! Every page in every state that looks different, filled with sample values. The crate's tests check these too.

use parlor_web::view::{
    Graph, Ingest, Lobby, Login, Notice, Page, Person, Problem, QualityForm, RoomCard, RoomFacts, RoomPage,
    Studio, StudioFacts, Watch,
};

/// A room id of the right length and letters.
const ROOM: &str = "pmfzwi3tbonsgc43emfzwi3tbonsgc43emfzwi3tbonsgc43emfzwi3tbon";

/// Each page as a file name and its HTML; `index.html` is the lobby.
pub(crate) fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("index.html", lobby(cards()).render()),
        ("lobby-one.html", lobby(vec![on_air()]).render()),
        ("lobby-empty.html", lobby(Vec::new()).render()),
        ("room.html", room(on_air(), Watch::Video).render()),
        ("room-off-air.html", room(off_air(), Watch::Video).render()),
        ("room-pictures.html", room(on_air(), Watch::Mjpeg(10)).render()),
        ("room-facts.html", facts(on_air()).render()),
        ("studio.html", studio(false).render()),
        ("studio-on-air.html", studio(true).render()),
        ("studio-facts.html", studio_facts(true).render()),
        ("login.html", login(true).render()),
        ("login-link-only.html", login(false).render()),
        ("problem.html", problem().render()),
    ]
}

fn page(is_host: bool) -> Page {
    Page { csrf: "sample-token".into(), is_host }
}

fn card(title: &str, description: &str, tags: &[&str], on_air_secs: Option<u64>, viewers: usize) -> RoomCard {
    RoomCard {
        id: ROOM.into(),
        title: title.into(),
        description: description.into(),
        tags: tags.iter().map(|&tag| tag.into()).collect(),
        on_air_secs,
        viewers,
    }
}

fn on_air() -> RoomCard {
    card(
        "Rainy evening at the piano",
        "Slow pieces until midnight, requests welcome.\nTea is on, the window is open, and the cat may sit on the keys.",
        &["piano", "quiet", "requests"],
        Some(5025),
        12,
    )
}

fn off_air() -> RoomCard {
    card("Letters and ink", "Copperplate for beginners, every Thursday at eight.", &["calligraphy"], None, 0)
}

fn cards() -> Vec<RoomCard> {
    let long = "A title that somebody wrote without thinking of small screens, and then went on writing";
    vec![
        on_air(),
        card(long, "", &["talk"], Some(42), 1),
        card(
            "Life drawing",
            "Two-minute poses, then long ones. Bring charcoal.",
            &["drawing", "art"],
            Some(176_523),
            340,
        ),
        off_air(),
        card("", "", &[], None, 0),
    ]
}

fn lobby(rooms: Vec<RoomCard>) -> Lobby {
    Lobby { page: page(false), rooms }
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
    RoomFacts { card, people, more_people }
}

fn room(card: RoomCard, watch: Watch) -> RoomPage {
    RoomPage {
        page: page(false),
        facts: facts(card),
        qualities: vec![("video".into(), "720p".into()), ("video-small".into(), "360p".into())],
        quality: "video".into(),
        watch,
    }
}

fn studio_facts(on_air: bool) -> StudioFacts {
    let wave =
        |middle: f64, swing: f64| (0..120).map(|at| middle + swing * (f64::from(at) / 7.0).sin()).collect();
    let graph =
        |label: &str, now: &str, values, top| Graph { label: label.into(), now: now.into(), values, top };
    StudioFacts {
        on_air_secs: on_air.then_some(5025),
        source: "Logitech C920, 1280 × 720 at 30 fps".into(),
        notice: if on_air { String::new() } else { "The microphone is in use by another program.".into() },
        encoder: "x264enc".into(),
        graphs: vec![
            graph("Latency", "84 ms", wave(82.0, 14.0), 200.0),
            graph("Bitrate", "2.4 Mbit/s", wave(2.4, 0.3), 3.0),
            graph("Frame rate", "30 fps", wave(29.8, 0.4), 30.0),
            graph("Viewers", "12", (0..40).map(f64::from).collect(), 10.0),
            graph("CPU", "38 %", wave(38.0, 9.0), 100.0),
            graph("Memory", "96 MiB", Vec::new(), 200.0),
        ],
    }
}

fn ingests() -> Vec<Ingest> {
    let off = |kind, label, hint| Ingest {
        kind,
        label,
        hint,
        on: false,
        address: String::new(),
        key: String::new(),
        state: String::new(),
    };
    vec![
        Ingest {
            on: true,
            address: "rtmp://192.168.1.20:1935/live".into(),
            key: "k7h2-m4qx-9r5t-w8zp".into(),
            state: "OBS is broadcasting, 1920 × 1080 at 30 fps.".into(),
            ..off("rtmp", "RTMP", "OBS, ffmpeg and most streaming programs and phones.")
        },
        off("srt", "SRT", "OBS and ffmpeg, over lines that lose packets."),
        off("whip", "WHIP", "Browsers and OBS 30 or newer, with the least delay."),
    ]
}

fn studio(live: bool) -> Studio {
    let text = "The title was changed.".into();
    Studio {
        page: page(true),
        room: ROOM.into(),
        notice: live.then_some(Notice { is_error: false, text }),
        title: "Rainy evening at the piano".into(),
        description: "Slow pieces until midnight, requests welcome.".into(),
        tags: "piano quiet requests".into(),
        source: "v4l2:/dev/video0".into(),
        sources: vec![
            ("auto".into(), "The first camera that works".into()),
            ("v4l2:/dev/video0".into(), "Logitech C920".into()),
            ("test".into(), "Test picture".into()),
            ("none".into(), "No camera: other programs only".into()),
        ],
        quality: QualityForm { width: 1280, height: 720, fps: 30, bitrate_kbps: 2500 },
        ingests: ingests(),
        has_password: live,
        facts: studio_facts(live),
    }
}

fn login(has_password: bool) -> Login {
    let text = "That is not the password. Try again in two seconds.".into();
    Login { page: page(false), has_password, notice: has_password.then_some(Notice { is_error: true, text }) }
}

fn problem() -> Problem {
    Problem {
        page: page(false),
        status: 404,
        what: "There is nothing behind this door".into(),
        remedy: "The link may be mistyped or too old. Ask the host for a new one.".into(),
    }
}
