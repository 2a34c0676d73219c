//! What the talk costs the host's node: pages of it that are held open, as browsers without scripts and the room's own frame
//! have them, while nothing is said and for each line that is said; against nginx relaying the same bytes.
//!
//! What a line costs is counted in the process's own time, from one line until it has come to everybody and the next is said. So it
//! is the same on a machine that does other work, and is told as what a line each second takes.

use std::convert::Infallible;
use std::time::Duration;

use parlor_e2e::host::Host;
use parlor_e2e::{Node, Scratch};
use tokio::time::interval;

use crate::load::{Load, cost};
use crate::origin::{Origin, Recording};
use crate::process::{cpu, rss_bytes};
use crate::reference::Nginx;
use crate::table::Table;
use crate::viewers::{PerViewer, ROUNDS};

/// Pages held open: a full house, within the connections that a node takes.
const PAGES: usize = 500;
/// So few, to see whether each page costs the same however many there are.
const FEW: usize = 100;
/// Lines of a round: so many that the clock's grain and a timer here and there are little beside them.
const LINES: usize = 40;
/// For what they take in memory: how long a line is said each second.
const SPAN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);
/// What keeps an idle page's connection comes so often. So long the idle pages are watched.
const QUIET: Duration = Duration::from_secs(25);
/// Longer than all of it takes.
const FOR_EVER: Duration = Duration::from_hours(1);
/// Until everybody has what was said before.
const WARM_UP: Duration = Duration::from_secs(2);

/// Measures all of it. Off air: no picture is encoded, whose load would drown that of the talk.
pub(crate) async fn measure(table: &mut Table) {
    let node = Node::start(&["--camera", "test"], "").await;
    let path = format!("/room/{}/chat", node.ready().room);
    let mut talk = Talk { host: Host::new(&node).await, path, said: 0 };
    let url = node.room_url("/chat");
    let mut page = node.get("/chat").await;
    let head = page.chunk().await.expect("the page begins").expect("the page goes on");
    talk.say().await;
    let line = page.chunk().await.expect("the page goes on").expect("a line comes");
    drop(page);
    let quiet: Recording =
        [(Duration::ZERO, head.clone()), (QUIET, " ".into()), (FOR_EVER, " ".into())].into();

    let before = rss_bytes(node.pid());
    let ours = Pages::of(node.pid(), &url).await;
    let many = per_line(node.pid(), PAGES, &url, async || talk.say().await).await;
    let open = Load::endless(PAGES, &url);
    open.begun().await;
    talk.during(tokio::time::sleep(SPAN)).await;
    let busy_kib = kib_each(node.pid(), before);
    open.end().await;
    let few = per_line(node.pid(), FEW, &url, async || talk.say().await).await;

    let idle = Origin::start(quiet).await;
    let (busy, prompt) = Origin::prompted(head, line).await;
    let location = |name: &str, origin: &Origin| {
        format!("location /{name} {{ proxy_pass http://{}; proxy_buffering off; }} ", origin.address)
    };
    let locations = location("idle", &idle) + &location("busy", &busy);
    let files = Scratch::default();
    let nginx = Nginx::start(&files, &locations).await;
    let theirs = Pages::of(nginx.pid(), &nginx.url("/idle")).await;
    let say = async || prompt.send_modify(|count| *count += 1);
    let relayed = per_line(nginx.pid(), PAGES, &nginx.url("/busy"), say).await;

    let (name, unit) = ("nginx relaying", "‰ of a core");
    table.row("memory per open page of the talk, 500 idle", ours.kib, theirs.kib, "KiB", name, "");
    table.row("the same, with a line each second", busy_kib, ours.kib, "KiB", "while idle", "");
    table.row("CPU with 500 idle pages of the talk", ours.idle, theirs.idle, unit, name, "");
    many.against(&relayed, "CPU per page of the talk, 500, a line each second", name, "", table);
    many.against(&few, "the same", "each of 100", "≤ 1.5 ×", table);
}

/// What a line costs a process for each of so many open pages, less what it costs without any.
async fn per_line(pid: u32, pages: usize, url: &str, mut say: impl AsyncFnMut()) -> PerViewer {
    let (mut rounds, mut bytes) = (Vec::new(), 0.0);
    for _ in 0..ROUNDS {
        let start = cpu(pid);
        for _ in 0..LINES {
            say().await;
        }
        let alone = cpu(pid).saturating_sub(start);
        let load = Load::endless(pages, url);
        load.begun().await;
        tokio::time::sleep(WARM_UP).await;
        let (start, received) = (cpu(pid), load.bytes());
        for _ in 0..LINES {
            load.brought(say()).await;
        }
        let together = cpu(pid).saturating_sub(start);
        let each = (LINES * pages) as f64;
        bytes += (load.bytes() - received) as f64 / each / ROUNDS as f64;
        load.end().await;
        rounds.push((together.as_secs_f64() - alone.as_secs_f64()) / each * 1000.0);
    }
    PerViewer::middle(rounds, bytes)
}

/// What pages that are held open cost while nothing happens.
struct Pages {
    /// The process, in thousandths of a core.
    idle: f64,
    /// Memory of each.
    kib: f64,
}

impl Pages {
    async fn of(pid: u32, url: &str) -> Self {
        let before = rss_bytes(pid);
        let load = Load::endless(PAGES, url);
        load.begun().await;
        tokio::time::sleep(WARM_UP).await;
        let kib = kib_each(pid, before);
        let idle = cost(pid, Some(&load), QUIET).await.millicores;
        load.end().await;
        Self { idle, kib }
    }
}

/// What a process has grown by since it took so many bytes, for each page.
fn kib_each(pid: u32, before: u64) -> f64 {
    rss_bytes(pid).saturating_sub(before) as f64 / 1024.0 / PAGES as f64
}

/// The host, who says something.
struct Talk<'a> {
    host: Host<'a>,
    path: String,
    said: u32,
}

impl Talk<'_> {
    /// A line each second until the future is done.
    async fn during<T>(&mut self, future: impl Future<Output = T>) -> T {
        tokio::select! {
            never = self.go_on() => match never {},
            done = future => done,
        }
    }

    async fn go_on(&mut self) -> Infallible {
        let mut pause = interval(PAUSE);
        loop {
            pause.tick().await;
            self.say().await;
        }
    }

    /// One line.
    async fn say(&mut self) {
        self.said += 1;
        let text = format!("Good evening, everybody, for the {:06}th time.", self.said);
        self.host.post(&self.path, &[("text", &text)]).await;
    }
}
