//! The end of a node: nothing of its keys, or of what its host set, is left on the disk.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::path::PathBuf;

use parlor_e2e::disk::Disk;
use parlor_e2e::host::Host;
use parlor_e2e::{Node, run};
use reqwest::Method;
use reqwest::header::COOKIE;

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
    assert!(answer.text().await.unwrap().contains("It is destroyed"));
    let (code, stderr) = node.end().await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!dir.exists());
    assert_eq!(disk.search(&secrets), [false; 5]);
}
