//! Captions on a node that watches: as the host's own viewers see them.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::time::Duration;

use parlor_e2e::hls::{Playlist, variants};
use parlor_e2e::host::Host;
use parlor_e2e::{Node, in_time};
use reqwest::header::COOKIE;
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// A page or a stream of events that never ends, as it comes.
struct Open {
    response: Response,
    text: String,
}

impl Open {
    async fn new(viewer: &Node, owner: &Host<'_>, room: &str, rest: &str) -> Self {
        let url = viewer.url(&format!("/room/{room}/{rest}"));
        let request = viewer.request(Method::GET, &url).header(COOKIE, owner.cookie());
        let response = in_time(rest, request.send()).await.unwrap();
        assert_eq!(response.status(), 200, "{rest}");
        Self { response, text: String::new() }
    }

    /// Reads on until this stands there; gives all that came before.
    async fn until(&mut self, what: &str) -> &str {
        let coming = async {
            while !self.text.contains(what) {
                let piece = self.response.chunk().await.unwrap().expect("it never ends");
                self.text.push_str(&String::from_utf8_lossy(&piece));
            }
        };
        in_time(what, coming).await;
        &self.text
    }
}

#[tokio::test]
async fn captions_reach_who_watches_from_another_node() {
    let viewer = Node::start(&["--camera", "test"], "").await;
    let bootstrap = &viewer.ready().p2p[0];
    let host = Node::start(&["--camera", "test", "--live", "--bootstrap", bootstrap], "").await;
    let room = &host.ready().room;
    let (desk, owner) = (Host::new(&host).await, Host::new(&viewer).await);
    owner.post("/rooms/open", &[("invite", &host.ready().invite)]).await;
    let mut events = Open::new(&viewer, &owner, room, "events").await;
    let mut page = Open::new(&viewer, &owner, room, "captions").await;
    // What is said is kept for those who come later, as captions are not: with it, the talk has come.
    desk.post(&format!("/room/{room}/chat"), &[("text", "Good evening")]).await;
    events.until("Good evening").await;

    let wish = json!({ "text": "And <b>now</b>\nfor something", "lasts_ms": 4000 });
    let shown = host.caption(&wish).await;

    page.until("And &#60;b&#62;now&#60;/b&#62;").await;
    let told = events.until(r#"for something"}"#).await;
    let (_, data) = told.split_once("event: caption\ndata: ").unwrap();
    assert_eq!(serde_json::from_str::<Value>(data.lines().next().unwrap()).unwrap(), shown);
}

#[tokio::test]
async fn captions_run_along_with_the_stream_on_another_node() {
    let viewer = Node::start(&["--camera", "test"], "").await;
    let bootstrap = &viewer.ready().p2p[0];
    let host = Node::start(&["--camera", "test", "--live", "--bootstrap", bootstrap], "").await;
    let room = &host.ready().room;
    let owner = Host::new(&viewer).await;
    owner.post("/rooms/open", &[("invite", &host.ready().invite)]).await;
    let ask = async |rest: &str| {
        let request = viewer.request(Method::GET, &viewer.url(&format!("/room/{room}/{rest}")));
        in_time(rest, request.header(COOKIE, owner.cookie()).send()).await.unwrap()
    };
    let get = async |rest: &str| {
        let answer = ask(rest).await;
        assert_eq!(answer.status(), 200, "{rest}");
        answer.text().await.unwrap()
    };
    let found = async {
        while ask("live.m3u8").await.status() != 200 {
            // Not a delay that the outcome depends on: a player has no event for a room that is found.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    in_time("the host's room", found).await;
    let (_, media) = variants(&get("live.m3u8").await);
    let captions = media.iter().find(|rendition| rendition["TYPE"] == "SUBTITLES").expect("captions");
    let folder = captions["URI"].strip_suffix("captions.m3u8").unwrap();

    // Nothing else on this node follows the talk: who plays the captions has them come.
    let mut list = Playlist::read(&get(&captions["URI"]).await);
    let found = async {
        for number in 0.. {
            host.caption(&json!({ "text": format!("Number {number}"), "lasts_ms": 1000 })).await;
            let msn = list.open_msn();
            list = Playlist::read(&get(&format!("{}?_HLS_msn={msn}", captions["URI"])).await);
            let uri = list.segments[(msn - list.first_msn) as usize].uri.clone().unwrap();
            let text = get(&format!("{folder}{uri}")).await;
            if text.contains("\nNumber ") {
                return;
            }
        }
    };
    in_time("a caption beside the stream", found).await;
}
