//! A viewer of low-latency HLS: blocking reload of each rendition's playlist, and the part that it brought.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use parlor_e2e::hls::{resolve, variants};
use parlor_e2e::{Node, Scratch};
use tokio::time::{Instant, sleep_until};

/// The moments, since its start, at which a viewer asked for each rendition's steps; a step is a playlist and a part.
pub(crate) type Script = Arc<[Vec<Duration>]>;

/// The playlists of picture and sound that a player picks first.
pub(crate) async fn playlists(node: &Node) -> Vec<String> {
    let master = node.room_url("/live.m3u8");
    let (variants, media) = variants(&node.text("/live.m3u8").await);
    let (picture, attributes) = &variants[0];
    let group = attributes.get("AUDIO");
    let sound = media.iter().find(|rendition| group.is_some() && rendition.get("GROUP-ID") == group);
    let sound = sound.map(|rendition| resolve(&master, &rendition["URI"]));
    std::iter::once(resolve(&master, picture)).chain(sound).collect()
}

/// Watches until dropped.
pub(crate) async fn watch(playlists: Vec<String>, bytes: Arc<AtomicU64>) {
    let rendition = async |url: String| {
        let mut player = Player::new(url);
        loop {
            let (list, part) = player.step().await;
            bytes.fetch_add((list.len() + part.len()) as u64, Ordering::Relaxed);
        }
    };
    join_all(playlists.into_iter().map(rendition)).await;
}

/// Watches for so long, and writes every step's bytes into files.
pub(crate) async fn record(playlists: &[String], files: &Scratch, span: Duration) -> Script {
    let start = Instant::now();
    let mut script = vec![Vec::new(); playlists.len()];
    let mut players: Vec<_> = playlists.iter().cloned().map(Player::new).collect();
    // The renditions in turn: they advance at the same pace, each waits for its own next part.
    while start.elapsed() < span {
        for (number, player) in players.iter_mut().enumerate() {
            let (list, part) = player.step().await;
            let moments = &mut script[number];
            files.write(&format!("{number}-{}.m3u8", moments.len()), list);
            files.write(&format!("{number}-{}.m4s", moments.len()), part);
            moments.push(start.elapsed());
        }
    }
    script.into()
}

/// Asks for the files of a script at its moments, over and over, until dropped.
pub(crate) async fn replay(base: String, script: Script, bytes: Arc<AtomicU64>) {
    let rendition = async |(number, moments): (usize, &Vec<Duration>)| {
        let http = reqwest::Client::new();
        loop {
            let start = Instant::now();
            for (at, moment) in moments.iter().enumerate() {
                sleep_until(start + *moment).await;
                for kind in ["m3u8", "m4s"] {
                    let file = fetch(&http, &format!("{base}/{number}-{at}.{kind}")).await;
                    bytes.fetch_add(file.len() as u64, Ordering::Relaxed);
                }
            }
        }
    };
    join_all(script.iter().enumerate().map(rendition)).await;
}

/// Where a viewer is in one rendition.
struct Player {
    http: reqwest::Client,
    url: String,
    /// What to wait for: segment and part. `None` before the first playlist.
    next: Option<(u64, usize)>,
}

impl Player {
    fn new(url: String) -> Self {
        Self { http: reqwest::Client::new(), url, next: None }
    }

    /// Waits for the next part: the playlist that lists it, and the newest part in it.
    async fn step(&mut self) -> (Bytes, Bytes) {
        let query =
            self.next.map_or(String::new(), |(msn, part)| format!("?_HLS_msn={msn}&_HLS_part={part}"));
        let list = fetch(&self.http, &format!("{}{query}", self.url)).await;
        let (next, newest) = newest(std::str::from_utf8(&list).expect("a playlist is text"));
        self.next = Some(next);
        let part = fetch(&self.http, &resolve(&self.url, newest.expect("a live playlist has parts"))).await;
        (list, part)
    }
}

/// What comes after the newest part of a playlist, and that part's address.
fn newest(list: &str) -> ((u64, usize), Option<&str>) {
    let (mut msn, mut parts, mut newest) = (0, 0, None);
    for line in list.lines() {
        if let Some(first) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            msn = first.parse().expect("a number");
        } else if line.starts_with("#EXTINF") {
            (msn, parts) = (msn + 1, 0);
        } else if let Some(attributes) = line.strip_prefix("#EXT-X-PART:") {
            let address = attributes.split("URI=\"").nth(1).and_then(|rest| rest.split('"').next());
            (parts, newest) = (parts + 1, address);
        }
    }
    ((msn, parts), newest)
}

async fn fetch(http: &reqwest::Client, url: &str) -> Bytes {
    let answer = http.get(url).send().await.expect("the server answers");
    assert_eq!(answer.status(), 200, "{url}");
    answer.bytes().await.expect("the body arrives whole")
}
