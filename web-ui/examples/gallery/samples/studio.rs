//! The studio.

use parlor_web::view::{Ban, FileSenders, Graph, Ingest, Notice, QualityForm, Studio, StudioFacts};

use super::{ROOM, network, page};

pub(super) fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("studio.html", studio(false).render()),
        ("studio-on-air.html", studio(true).render()),
        ("studio-facts.html", studio_facts(true).render(&page(true))),
        ("studio-network.html", network::facts(true).render(&page(true))),
    ]
}

fn studio_facts(on_air: bool) -> StudioFacts {
    let wave =
        |middle: f64, swing: f64| (0..120).map(|at| middle + swing * (f64::from(at) / 7.0).sin()).collect();
    let graph =
        |label: &str, now: &str, values, top| Graph { label: label.into(), now: now.into(), values, top };
    StudioFacts {
        reports: 2,
        on_air_secs: on_air.then_some(5025),
        source: "Logitech C920, 1280 × 720 at 30 fps".into(),
        notice: if on_air { String::new() } else { "The microphone is in use by another program.".into() },
        encoder: "x264enc".into(),
        pictures: on_air,
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
    let off = |kind, label, hint: &str| Ingest {
        kind,
        label,
        hint: String::from(hint),
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
        languages: "en fr".into(),
        adult: false,
        source: "v4l2:/dev/video0".into(),
        sources: vec![
            ("auto".into(), "The first camera that works".into()),
            ("v4l2:/dev/video0".into(), "Logitech C920".into()),
            ("test".into(), "Test picture".into()),
            ("none".into(), "No camera: other programs only".into()),
        ],
        quality: QualityForm { width: 1280, height: 720, fps: 30, bitrate_kbps: 2500 },
        ingests: ingests(),
        bans: vec![Ban {
            id: 1,
            name: "Loud Larry".into(),
            mark: Some("h5j3rb273v".into()),
            has_node: true,
            note: "Shouted at everybody, twice.".into(),
            made_secs: 90_000,
        }],
        has_password: live,
        files: FileSenders::Everybody,
        caption: String::new(),
        emotes: vec!["wave".into()],
        emote: String::new(),
        counts_only: false,
        has_stated: false,
        facts: studio_facts(live),
        network: network::network(live),
    }
}
