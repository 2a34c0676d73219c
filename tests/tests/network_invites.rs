//! Invites between nodes: how many people may use one, until when, and whether it opens a locked door.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_e2e::host::Host;
use parlor_e2e::program::Program;
use parlor_e2e::{Node, Place, Scratch, in_time, run};

/// What the studio's page has as the link of its newest invite.
async fn newest(studio: &Host<'_>) -> String {
    let page = studio.page("/studio").await;
    let (_, rest) = page.split_once(r#"readonly value="parlor:"#).unwrap();
    format!("parlor:{}", rest.split_once('"').unwrap().0.replace("&#38;", "&"))
}

async fn make(studio: &Host<'_>, limit: &str, ends: &str, lock: &str) -> String {
    let fields = [("action", "make"), ("name", "Ann"), ("limit", limit), ("ends", ends), ("lock", lock)];
    studio.post("/studio/invite", &fields).await;
    newest(studio).await
}

fn watch(link: &str) -> Program {
    Program::start(Place::Here, &["watch", link, "--no-mdns", "--stats"])
}

/// A node that comes with this link is refused, with this sentence.
async fn assert_refused(link: &str, sentence: &str) {
    let (code, words) = Program::start(Place::Here, &["watch", link, "--no-mdns"]).end().await;
    assert_eq!((code, words), (Some(1), format!("parlor: {sentence}\n")));
}

#[tokio::test]
async fn an_invite_is_used_up_by_as_many_nodes_as_it_is_for() {
    let host = Node::live().await;
    let studio = Host::new(&host).await;
    let link = make(&studio, "1", "never", "").await;
    let mut ann = watch(&link);
    let first = ann.until("film", |stats| stats.bytes > 0).await;
    let sentence = "as many people as the invite is for have used it; ask for a link of your own";
    assert_refused(&link, sentence).await;
    ann.until("more film", |stats| stats.bytes > first.bytes).await;
    ann.stop("TERM").await;
    assert_refused(&link, sentence).await;
    assert!(studio.page("/studio").await.contains("1 of 1 person has used it"));
}

#[tokio::test]
async fn an_invite_that_has_ended_lets_no_node_in_also_after_a_restart() {
    let scratch = Scratch::default();
    let dir = scratch.path("parlor");
    let args = ["--camera", "test", "--live", "--data-dir", dir.to_str().unwrap()];
    let node = Node::start(&args, "").await;
    let host = Host::new(&node).await;
    let link = make(&host, "", "day", "").await;
    host.post("/studio/accounts", &[("action", "only"), ("who", "invited")]).await;
    let mut ann = watch(&link);
    ann.until("film", |stats| stats.bytes > 0).await;
    drop(ann);
    drop(host);
    node.stop("TERM").await;

    let settings = dir.join("settings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let (before, rest) = text.split_once("\nends = ").expect("the end is kept");
    std::fs::write(&settings, format!("{before}\nends = 1{}", &rest[rest.find('\n').unwrap()..])).unwrap();
    let node = Node::start(&args, "").await;
    assert_eq!(node.get("").await.status(), 404, "the room is still for those with an invite");
    let studio = Host::new(&node).await;
    assert!(studio.page("/studio").await.contains("has ended"));
    assert_refused(&newest(&studio).await, "the invite has ended; ask for a new link").await;
}

#[tokio::test]
async fn a_locked_door_of_a_listed_room_opens_to_a_node_whose_invite_says_so() {
    let host = Node::start(&["--camera", "test", "--live", "--visibility", "listed"], "").await;
    let studio = Host::new(&host).await;
    let plain = make(&studio, "", "never", "").await;
    let key = make(&studio, "", "hour", "1").await;
    let order = format!("/room/{}/chat/order", host.ready().room);
    studio.post(&order, &[("order", "lock")]).await;
    // For some seconds, whoever asks was in.
    let refused = in_time("the door to be shut", async {
        loop {
            let output = run(&["watch", &plain, "--no-mdns", "--seconds", "1"]).await;
            if !output.status.success() {
                return String::from_utf8(output.stderr).unwrap();
            }
        }
    });
    let sentence = "parlor: the host has locked the door, and lets nobody new in; try again later\n";
    assert_eq!(refused.await, sentence);
    let mut ann = watch(&key);
    ann.until("film behind the locked door", |stats| stats.bytes > 0).await;
}
