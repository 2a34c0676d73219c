//! The end of a node: nothing of its keys, or of what its host set, is left on the disk.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::path::PathBuf;

use parlor_e2e::disk::Disk;
use parlor_e2e::host::Host;
use parlor_e2e::trace::Trace;
use parlor_e2e::visitor::Visitor;
use parlor_e2e::{Node, Place, Scratch, memory, run};
use reqwest::Method;
use reqwest::header::{CONNECTION, COOKIE};
use sha2::{Digest, Sha512};

/// What the host says of their room, before and after they change their mind.
const TITLES: [&str; 2] = ["Canary in the coal mine", "Canary on the roof"];

/// A node that keeps what it keeps on a disk of its own.
struct Kept {
    node: Node,
    dir: PathBuf,
    /// What must not be found once it is destroyed.
    secrets: Vec<Vec<u8>>,
    /// The cookie of the host, who is logged in, and their form token.
    host: (String, String),
}

impl Kept {
    async fn on(disk: &Disk) -> Self {
        let dir = disk.path().join("parlor");
        let args = ["--camera", "test", "--data-dir", dir.to_str().unwrap()];
        let node = Node::start(&args, "[whip]\non = true").await;
        let host = Host::new(&node).await;
        for title in TITLES {
            host.post("/studio/card", &[("title", title), ("description", ""), ("tags", "")]).await;
        }
        let key = host.way_in("whip").await.key;
        let mut secrets: Vec<_> = TITLES.iter().map(|title| title.as_bytes().to_vec()).collect();
        secrets.push(key.into_bytes());
        for file in ["room.key", "node.key"] {
            secrets.push(std::fs::read(dir.join(file)).unwrap());
        }
        let host = (host.cookie().to_owned(), host.csrf().to_owned());
        Self { node, dir, secrets, host }
    }
}

#[tokio::test]
async fn nothing_is_left_after_nuke() {
    let Some(disk) = Disk::new() else { return };
    let Kept { node, dir, secrets, .. } = Kept::on(&disk).await;
    let dir = dir.to_str().unwrap();
    let busy = run(&["nuke", "--yes", "--data-dir", dir]).await;
    let words = String::from_utf8(busy.stderr).unwrap();
    assert_eq!(busy.status.code(), Some(1));
    assert!(words.contains("another Parlor runs with") && words.contains(dir), "{words}");
    node.stop("TERM").await;

    let found: Vec<bool> = disk.search(&secrets);
    assert_eq!(found, [false, true, true, true, true], "only what the host took back is gone before");
    let unasked = run(&["nuke", "--data-dir", dir]).await;
    assert_eq!(unasked.status.code(), Some(2), "nobody was there to ask");
    assert!(disk.path().join("parlor/room.key").exists());

    let done = run(&["nuke", "--yes", "--data-dir", dir]).await;
    let words = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{words}");
    assert!(words.lines().next().unwrap().ends_with("room.key"), "the keys go first: {words}");
    assert!(!disk.path().join("parlor").exists());
    assert_eq!(disk.search(&secrets), [false; 5]);
    let again = run(&["nuke", "--yes", "--data-dir", dir]).await;
    assert!(String::from_utf8(again.stdout).unwrap().contains("There is nothing at"));
}

#[tokio::test]
async fn the_studio_destroys_everything_and_the_node_ends() {
    let Some(disk) = Disk::new() else { return };
    let Kept { node, dir, secrets, host: (cookie, csrf) } = Kept::on(&disk).await;
    let request = node.request(Method::POST, &node.url("/studio/destroy")).header(COOKIE, cookie);
    let answer = request.form(&[("csrf", csrf.as_str()), ("confirm", "destroy")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[CONNECTION], "close", "no request may follow on it");
    assert!(answer.text().await.unwrap().contains("It is destroyed"));
    // The keys are in its memory until it ends: the answer was its last.
    let more = node.request(Method::GET, &node.url("/")).send().await;
    assert!(more.is_err(), "it goes on: {more:?}");
    let (code, stderr) = node.end().await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!dir.exists());
    assert_eq!(disk.search(&secrets), [false; 5]);
}

/// The halves of what Ed25519 makes of a seed (RFC 8032, section 5.1.5): the first of them, clamped, signs.
fn signing_half(seed: &[u8]) -> Vec<u8> {
    let mut half = Sha512::digest(seed)[..32].to_vec();
    half[0] &= 0xf8;
    half[31] = half[31] & 0x7f | 0x40;
    half
}

#[tokio::test]
async fn nothing_of_it_is_in_the_memory_that_the_node_gives_back() {
    let Some(trace) = Trace::holding_the_end(&[]) else { return };
    let scratch = Scratch::default();
    let dir = scratch.path("parlor");
    let args = ["--camera", "test", "--live", "--data-dir", dir.to_str().unwrap()];
    let node = Node::start_in(Place::Under(&trace), &args, "[whip]\non = true").await;
    let host = Host::new(&node).await;
    let (title, password, said) = (word(), word(), word());
    host.post("/studio/card", &[("title", &title), ("description", ""), ("tags", "")]).await;
    host.post("/studio/password", &[("password", &password)]).await;
    let mut visitor = Visitor::from(&node, [127, 0, 0, 1].into(), &[]).await;
    visitor.look("/chat/form").await;
    let (name, phrase) = (word(), word());
    assert_eq!(visitor.post("/chat/name", &[("name", &name), ("phrase", &phrase)]).await.0, 303);
    assert_eq!(visitor.post("/chat", &[("text", &said)]).await.0, 303);

    let invite = &node.ready().invite;
    let link = invite.split_once('#').map_or(invite.as_str(), |(_, secret)| secret);
    let key = host.way_in("whip").await.key;
    let mut canaries = vec![
        ("the title", title.into_bytes()),
        ("the password", password.into_bytes()),
        ("a phrase", phrase.into_bytes()),
        ("a name", name.into_bytes()),
        ("what was said", said.into_bytes()),
        ("the invite", link.as_bytes().to_vec()),
        ("the publish key", key.into_bytes()),
        ("the interface's token", node.ready().api_token.clone().into_bytes()),
        ("the host's session", host.cookie().split_once('=').unwrap().1.as_bytes().to_vec()),
    ];
    for (what, signs, file) in [
        ("the room's key", "what signs for the room", "room.key"),
        ("the node's key", "what signs for the node", "node.key"),
    ] {
        let seed = std::fs::read(dir.join(file)).unwrap();
        canaries.push((signs, signing_half(&seed)));
        canaries.push((what, seed));
    }
    let found = |pid| {
        let needles: Vec<&[u8]> = canaries.iter().map(|(_, canary)| &canary[..]).collect();
        let found = memory::found(pid, &needles);
        let named = canaries.iter().filter(|(_, canary)| found.contains(&&canary[..])).map(|(what, _)| *what);
        named.collect::<Vec<_>>()
    };
    let pid = node.pid();
    if !memory::may_look(pid) {
        return;
    }
    let known = found(pid);
    for what in
        ["the room's key", "the node's key", "the title", "what was said", "the invite", "the publish key"]
    {
        assert!(known.contains(&what), "{what} is not found where it must be: {known:?}");
    }
    let request = node.request(Method::POST, &node.url("/studio/destroy")).header(COOKIE, host.cookie());
    let answer = request.form(&[("csrf", host.csrf()), ("confirm", "destroy")]).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("It is destroyed"));
    Trace::until_held(pid).await;
    assert_eq!(found(pid), [""; 0]);
}

/// A word that nobody else uses.
fn word() -> String {
    format!("w{:015x}", fastrand::u64(..) >> 4)
}
