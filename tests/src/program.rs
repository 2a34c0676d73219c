//! The node's other commands as processes that run on: `parlor relay`, `parlor watch`.

use std::process::Output;
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::mpsc;

use crate::tape::Tape;
use crate::{Place, binary, in_time};

/// What `parlor watch --stats` says each second.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stats {
    /// Objects that arrived, were verified and taken.
    pub objects: u64,
    /// Objects that were refused.
    pub refused: u64,
    /// Objects that never came.
    pub missed: u64,
    /// Bytes of film written.
    pub bytes: u64,
    /// Nodes between the host and this one, this one included, on the longest way.
    pub hops: Option<usize>,
    /// From capture until here.
    pub delay_ms: Option<u64>,
    /// Chunks that became whole: when each was captured, in Unix milliseconds, and how many milliseconds later it was here.
    pub chunks: Vec<(u64, u64)>,
    /// Nodes that get parts of the stream from this one.
    pub children: usize,
    /// How many stripes this one sends at once at most.
    pub slots: u16,
    /// The peer ids of those from whom this one gets them.
    pub parents: Vec<String>,
}

/// What `parlor relay --json` says once it serves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RelayReady {
    /// Its peer id.
    pub peer: String,
    /// Where it is reached, peer id included.
    pub p2p: Vec<String>,
    /// The rooms that it carries.
    pub rooms: Vec<String>,
}

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    stdout: Option<ChildStdout>,
    stats: mpsc::UnboundedReceiver<Stats>,
    words: Arc<Mutex<String>>,
}

/// Runs one of the node's commands until it ends by itself; fails the test if it does not.
pub async fn run_in(place: Place<'_>, args: &[&str]) -> Output {
    let output = place.command(binary()).args(args).output();
    in_time("the program's end", output).await.expect("the node's binary can be started")
}

impl Program {
    /// Starts the node's binary with these arguments.
    #[must_use]
    pub fn start(place: Place<'_>, args: &[&str]) -> Self {
        let mut child = place.command(binary()).args(args).spawn().expect("the node's binary can be started");
        let stdout = child.stdout.take();
        // Bounded by what a program says in a test: a line a second.
        let (sender, stats) = mpsc::unbounded_channel();
        let words = Arc::<Mutex<String>>::default();
        tokio::spawn(sort(child.stderr.take().expect("it is piped"), sender, words.clone()));
        Self { child, stdout, stats, words }
    }

    /// A relay that nobody finds by chance, and what it said once it served.
    pub async fn relay(place: Place<'_>, args: &[&str]) -> (Self, RelayReady) {
        let always = ["relay", "--ephemeral", "--json", "--no-mdns"];
        let mut relay = Self::start(place, &[&always[..], args].concat());
        let mut stdout = BufReader::new(relay.stdout.take().expect("nobody has taken it"));
        let mut line = String::new();
        in_time("the relay's ready line", stdout.read_line(&mut line)).await.expect("stdout is UTF-8");
        let ready = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{error} in {line:?}: {}", relay.words()));
        relay.stdout = Some(stdout.into_inner());
        (relay, ready)
    }

    /// What it writes to standard output, taken as a film.
    ///
    /// # Panics
    /// If it has been asked for before.
    pub fn film(&mut self) -> Tape {
        Tape::of(self.stdout.take().expect("nobody has taken it"))
    }

    /// The first report that is as wanted, from where the last search ended.
    ///
    /// # Panics
    /// With what the program said, if it ends instead.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Stats) -> bool) -> Stats {
        let mut last = None;
        let search = async {
            loop {
                match self.stats.recv().await {
                    Some(stats) if wanted(&stats) => return Some(stats),
                    Some(stats) => last = Some(stats),
                    None => return None,
                }
            }
        };
        let found = tokio::time::timeout(crate::HANG, search).await;
        match found {
            Ok(Some(stats)) => stats,
            Ok(None) => panic!("{what}: the program ended: {}", self.words()),
            Err(tokio::time::error::Elapsed { .. }) => {
                panic!("{what}: nothing came; the last was {last:?}; {}", self.words())
            }
        }
    }

    /// The next report; where several wait, the last of them.
    pub async fn report(&mut self) -> Stats {
        let next = self.until("a report", |_| true).await;
        self.reports().pop().unwrap_or(next)
    }

    /// The reports that nobody has asked for yet.
    pub fn reports(&mut self) -> Vec<Stats> {
        std::iter::from_fn(|| self.stats.try_recv().ok()).collect()
    }

    /// The process's id.
    ///
    /// # Panics
    /// If it has ended.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id().expect("the program runs")
    }

    /// Everything else that it wrote to standard error.
    #[must_use]
    pub fn words(&self) -> String {
        self.words.lock().unwrap().clone()
    }

    /// Waits until it ends by itself: its exit code and words.
    pub async fn end(mut self) -> (Option<i32>, String) {
        let status = in_time("the program's end", self.child.wait()).await.expect("it can be waited for");
        // Its words come over another pipe; they are whole once that is closed.
        in_time("the program's last words", async { while self.stats.recv().await.is_some() {} }).await;
        (status.code(), self.words())
    }

    /// Sends a signal (`TERM`, `KILL`) and waits for the end.
    pub async fn stop(self, signal: &str) -> (Option<i32>, String) {
        send(signal, self.pid()).await;
        self.end().await
    }
}

/// Sends a signal to a process of the tests.
pub async fn send(signal: &str, pid: u32) {
    let kill = format!("kill -{signal} {pid}");
    let sent = Command::new("sh").args(["-c", &kill]).status().await.expect("there is a shell");
    assert!(sent.success(), "{kill}");
}

/// Reports and words come on the same pipe.
async fn sort(stderr: ChildStderr, stats: mpsc::UnboundedSender<Stats>, words: Arc<Mutex<String>>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Ok(report) = serde_json::from_str(&line) {
            // Nobody waits for it if the test is over.
            let _ = stats.send(report);
        } else {
            let mut words = words.lock().unwrap();
            words.push_str(&line);
            words.push('\n');
        }
    }
}
