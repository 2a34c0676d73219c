//! Rooms of other hosts, from finding them to their end: a relay, a host and those who watch, as processes.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::path::Path;

use parlor_e2e::ffmpeg::{ffprobe, pictures, stream};
use parlor_e2e::host::Host;
use parlor_e2e::program::{Program, run_in};
use parlor_e2e::{Namespace, Node, Place, Scratch, in_time, mp4};
use parlor_protocol::invite::{Invite, InviteSecret};
use serde_json::Value;

/// A relay to begin with, and a host on air that knows it.
async fn relay_and_host(visibility: &str) -> (Program, String, Node) {
    let (relay, ready) = Program::relay(Place::Here, &[]).await;
    let bootstrap = ready.p2p[0].clone();
    let args = ["--camera", "test", "--live", "--visibility", visibility, "--bootstrap", &bootstrap];
    (relay, bootstrap.clone(), Node::start(&args, "").await)
}

/// The rooms that a newcomer finds.
async fn rooms(place: Place<'_>, wait: &str, more: &[&str]) -> Vec<Value> {
    let output = run_in(place, &[&["rooms", "--json", "--wait", wait], more].concat()).await;
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Looks for rooms until what is found is as wanted.
async fn rooms_until(what: &str, bootstrap: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let search = async {
        loop {
            let found = rooms(Place::Here, "2", &["--no-mdns", "--bootstrap", bootstrap]).await;
            if wanted(&found) {
                return found;
            }
        }
    };
    in_time(what, search).await
}

/// Watches until a few seconds of film are in the file.
async fn watch_into(file: &Path, place: Place<'_>, room: &str, more: &[&str]) {
    let args = ["watch", room, "--out", file.to_str().unwrap(), "--stats"];
    let mut watch = Program::start(place, &[&args[..], more].concat());
    watch.until("a few seconds of film", |stats| stats.bytes > 200_000).await;
    let (code, words) = watch.stop("TERM").await;
    assert_eq!((code, words.as_str()), (Some(0), ""));
}

/// Fails unless the file is a film of the test picture with sound, whose time never stands still.
async fn assert_film(file: &Path) {
    let probed = ffprobe(&["-show_streams"], file.to_str().unwrap()).await;
    let (video, audio) = (stream(&probed, "video"), stream(&probed, "audio"));
    assert_eq!((&video["codec_name"], &audio["codec_name"]), (&"h264".into(), &"opus".into()));
    assert_eq!((&video["width"], &video["height"]), (&640.into(), &360.into()));
    let shown = pictures(None, mp4::whole_boxes(&std::fs::read(file).unwrap())).await;
    assert!(shown.len() > 30, "{} pictures", shown.len());
    let codes: Vec<_> = shown.iter().map(|picture| picture.time_code().expect("the test picture")).collect();
    assert!(codes.windows(2).all(|pair| pair[1].ms_since(pair[0]) > 0), "the time stands still: {codes:?}");
}

#[tokio::test]
async fn a_listed_room_is_found_in_the_table_and_played() {
    let (_relay, bootstrap, host) = relay_and_host("listed").await;
    let room = host.ready().room.clone();
    let found = rooms_until("the room", &bootstrap, |found| !found.is_empty()).await;
    assert_eq!((found.len(), &found[0]["room"]), (1, &room.as_str().into()), "{found:?}");
    assert!(found[0]["on_air_since_ms"].is_u64(), "{found:?}");

    let scratch = Scratch::default();
    let file = scratch.path("listed.mp4");
    watch_into(&file, Place::Here, &room, &["--no-mdns", "--bootstrap", &bootstrap]).await;
    assert_film(&file).await;

    host.set_on_air(false).await;
    rooms_until("an empty lobby", &bootstrap, <[Value]>::is_empty).await;
}

#[tokio::test]
async fn an_invite_opens_a_room_that_nobody_finds() {
    let (_relay, bootstrap, host) = relay_and_host("invite").await;
    let link = host.ready().invite.clone();
    let scratch = Scratch::default();
    let file = scratch.path("invited.mp4");
    // The link names the host's addresses: no node to begin with is needed.
    watch_into(&file, Place::Here, &link, &["--no-mdns"]).await;
    assert_film(&file).await;
    let found = rooms(Place::Here, "5", &["--no-mdns", "--bootstrap", &bootstrap]).await;
    assert!(found.is_empty(), "a private room is listed: {found:?}");
}

/// What a stranger is told at this address about the room of the link and about one that nobody has; and the title that
/// it reads once it has shown its invite.
async fn at_the_door(link: &str, address: &str) -> (Value, Value, Value) {
    let mut stranger = Place::Here.command(env!("CARGO_BIN_EXE_parlor-stranger"));
    let output =
        in_time("the stranger's end", stranger.args(["door", link, address]).output()).await.unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{words}{}", String::from_utf8_lossy(&output.stderr));
    let mut events = words.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let (mut asked, mut knocked) = (events.next().unwrap(), events.next().unwrap());
    (asked["of_none"].take(), asked["of_room"].take(), knocked["title"].take())
}

#[tokio::test]
async fn to_a_stranger_a_private_room_is_one_that_nobody_has() {
    let args = ["--camera", "test", "--live", "--visibility", "invite", "--upload-mbps", "2"];
    let host = Node::start(&args, "[media]\nbitrate_bps = 1200000").await;
    let title = "Behind the door";
    Host::new(&host).await.post("/studio/card", &[("title", title), ("description", ""), ("tags", "")]).await;
    let link = &host.ready().invite;
    let (_relay, relay) = Program::relay(Place::Here, &[link, "--upload-mbps", "2"]).await;
    // Who sends nothing on makes room at the host for who does: so both, host and relay, serve somebody.
    let mut watch =
        Program::start(Place::Here, &["watch", link, "--no-mdns", "--stats", "--upload-mbps", "0"]);
    watch.until("film through the relay", |stats| stats.bytes > 0 && stats.hops == Some(2)).await;

    for (address, knock_opens) in [(&host.ready().p2p[0], true), (&relay.p2p[0], false)] {
        let (of_none, of_room, read) = at_the_door(link, address).await;
        assert_eq!(of_none.as_array().map(Vec::len), Some(4), "{of_none}");
        assert_eq!(of_room, of_none);
        // A relay can't know whose invite that is.
        assert_eq!(read, if knock_opens { title.into() } else { Value::Null });
    }
}

#[tokio::test]
async fn who_comes_before_the_show_sees_its_start() {
    let host = Node::start(&["--camera", "test"], "").await;
    let mut watch = Program::start(Place::Here, &["watch", &host.ready().invite, "--no-mdns", "--stats"]);
    host.status_when("the viewer", |status| status["network"]["peers"] == 1).await;
    host.set_on_air(true).await;
    watch.until("film", |stats| stats.bytes > 0).await;
}

#[tokio::test]
async fn a_wrong_invite_is_refused_with_a_sentence() {
    let (_relay, _, host) = relay_and_host("invite").await;
    let link: Invite = host.ready().invite.parse().unwrap();
    let with = |secret| Invite::new(link.room(), link.addresses().to_vec(), secret).unwrap().to_string();
    for wrong in [with(Some(InviteSecret::new([7; 16]))), with(None)] {
        let (code, words) = Program::start(Place::Here, &["watch", &wrong, "--no-mdns"]).end().await;
        let sentence = "parlor: the host lets in only people with an invite; ask for a new link\n";
        assert_eq!((code, words.as_str()), (Some(1), sentence));
    }
    let mistyped = host.ready().invite.replace("#k=", "#k=a");
    let (code, words) = Program::start(Place::Here, &["watch", &mistyped, "--no-mdns"]).end().await;
    assert_eq!(code, Some(1));
    assert!(words.contains("typing mistake") && words.lines().count() == 1, "{words}");
}

/// What the studio's page names its invites by, the newest first.
fn invites(page: &str) -> Vec<String> {
    values(page, r#"<input type="hidden" name="id" value=""#)
}

/// The values that stand in a page behind this.
fn values(page: &str, before: &str) -> Vec<String> {
    page.split(before).skip(1).map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
}

#[tokio::test]
async fn who_came_with_an_invite_that_is_revoked_is_out() {
    let (_relay, _, host) = relay_and_host("invite").await;
    let link = host.ready().invite.clone();
    let mut watch = Program::start(Place::Here, &["watch", &link, "--no-mdns", "--stats"]);
    watch.until("film", |stats| stats.bytes > 0).await;

    let studio = Host::new(&host).await;
    let id = &invites(&studio.page("/studio").await)[0];
    studio.post("/studio/invite", &[("action", "revoke"), ("id", id)]).await;
    let sentence = "parlor: the host lets in only people with an invite; ask for a new link\n";
    let (code, words) = watch.end().await;
    assert_eq!((code, words.as_str()), (Some(1), sentence));
    let (code, words) = Program::start(Place::Here, &["watch", &link, "--no-mdns"]).end().await;
    assert_eq!((code, words.as_str()), (Some(1), sentence));
}

#[tokio::test]
async fn the_place_of_a_relay_whose_invite_is_revoked_is_somebody_elses() {
    // The host can send one copy and a little more, and whoever sends nothing on makes room for the relay.
    let args = ["--camera", "test", "--live", "--visibility", "invite", "--upload-mbps", "2"];
    let host = Node::start(&args, "[media]\nbitrate_bps = 1200000").await;
    let for_relay = &host.ready().invite;
    let (_relay, _) = Program::relay(Place::Here, &[for_relay, "--upload-mbps", "2"]).await;
    host.status_when("the relay", |status| status["network"]["peers"] == 1).await;

    let studio = Host::new(&host).await;
    let of_relay = invites(&studio.page("/studio").await)[0].clone();
    studio.post("/studio/invite", &[("action", "make"), ("name", "Anna"), ("limit", "")]).await;
    let page = studio.page("/studio").await;
    let links = values(&page, r#"readonly value="parlor:"#)
        .into_iter()
        .map(|rest| format!("parlor:{}", rest.replace("&#38;", "&")));
    let link = links.into_iter().find(|link| link != for_relay).expect("another link");
    let args = ["watch", &link, "--no-mdns", "--stats", "--upload-mbps", "0"];
    let mut watch = Program::start(Place::Here, &args);
    watch.until("film through the relay", |stats| stats.bytes > 0 && stats.hops == Some(2)).await;

    studio.post("/studio/invite", &[("action", "revoke"), ("id", &of_relay)]).await;
    let moved = watch.until("the relay's place", |stats| stats.hops == Some(1)).await;
    watch.until("more film", |stats| stats.bytes > moved.bytes && stats.hops == Some(1)).await;
}

#[tokio::test]
async fn on_a_local_network_nobody_has_to_be_named() {
    let Some((kitchen, attic)) = Namespace::new("kitchen").zip(Namespace::new("attic")) else { return };
    kitchen.cable(("eth0", &["192.168.7.1/24"]), &attic, ("eth0", &["192.168.7.2/24"]));
    let args = ["--camera", "test", "--live", "--visibility", "listed"];
    let host = Node::start_in(Place::In(&kitchen), &args, "[network]\nmdns = true").await;
    let found = in_time("the room", async {
        loop {
            let found = rooms(Place::In(&attic), "2", &[]).await;
            if !found.is_empty() {
                return found;
            }
        }
    });
    assert_eq!(found.await[0]["room"], host.ready().room.as_str());
    let scratch = Scratch::default();
    let file = scratch.path("home.mp4");
    watch_into(&file, Place::In(&attic), &host.ready().room, &[]).await;
    assert_film(&file).await;
}
