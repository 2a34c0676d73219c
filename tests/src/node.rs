//! The node as a process: started with a small picture, asked over HTTP, stopped by its id.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::{Place, Scratch, in_time};

/// What every node of the tests is configured with. 640 pixels make a square of the time code one macroblock, so no
/// encoder blurs it; short keyframe intervals make short segments. Ports are free ones, and nodes of other tests on the
/// same machine are not found by chance.
const CONFIG: &str = r#"
listen = "127.0.0.1:0"
ephemeral = true
[media]
width = 640
height = 360
fps = 30
bitrate_bps = 800000
keyframe_interval_ms = 1000
[rtmp]
listen = "127.0.0.1:0"
[srt]
listen = "127.0.0.1:0"
[network]
mdns = false
"#;

/// The line that the node prints once it serves.
#[derive(Debug, Clone, Deserialize)]
pub struct Ready {
    /// Always `ready`.
    pub event: String,
    /// Where the pages are.
    pub web: String,
    /// The one-time login link.
    pub studio: String,
    /// The room's id.
    pub room: String,
    /// The invite link.
    pub invite: String,
    /// The node's peer id.
    pub peer: String,
    /// Where peers reach the node.
    pub p2p: Vec<String>,
    /// The bearer token of the programming interface.
    pub api_token: String,
}

/// A way in for publishers, as the programming interface tells it: without address and key, which stand in the studio.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ingest {
    /// `rtmp`, `srt` or `whip`.
    pub kind: String,
    /// Whether it is open.
    pub on: bool,
    /// The port that it listens on, while it is open and has one of its own.
    pub port: Option<u16>,
    /// Who publishes, or why the last one was refused; empty if neither.
    pub state: String,
}

/// A running node; killed when dropped.
pub struct Node {
    child: Child,
    ready: Ready,
    http: reqwest::Client,
    stderr: Arc<Mutex<String>>,
    _stdout: Lines<BufReader<ChildStdout>>,
    _scratch: Scratch,
}

/// The node's binary: `PARLOR_BIN`, or the one that cargo built beside the tests.
///
/// # Panics
/// If there is none: `cargo build -p parlor` makes it.
#[must_use]
pub fn binary() -> PathBuf {
    let beside = || {
        let tests = std::env::current_exe().expect("a running program has a path");
        let found = tests.ancestors().map(|dir| dir.join("parlor")).find(|path| path.is_file());
        found.expect("the node is not built: run `cargo build -p parlor` first, or set PARLOR_BIN")
    };
    std::env::var_os("PARLOR_BIN").map_or_else(beside, PathBuf::from)
}

/// Runs the node until it ends by itself; fails the test if it does not.
pub async fn run(args: &[&str]) -> Output {
    let command = Command::new(binary()).args(args).stdin(Stdio::null()).kill_on_drop(true).output();
    in_time("the node's end", command).await.expect("the node's binary can be started")
}

impl Node {
    /// A node that shows the test picture and is on air.
    pub async fn live() -> Self {
        Self::start(&["--camera", "test", "--live"], "").await
    }

    /// A node with these arguments, and these lines (TOML sections) after the tests' configuration.
    pub async fn start(args: &[&str], config: &str) -> Self {
        Self::start_in(Place::Here, args, config).await
    }

    /// The same in this place. In a network of its own, the node can't be asked over HTTP from here.
    pub async fn start_in(place: Place<'_>, args: &[&str], config: &str) -> Self {
        let scratch = Scratch::default();
        let config = scratch.write("parlor.toml", merge(CONFIG, config));
        let mut command = place.command(binary());
        command.args(["run", "--json", "--config"]).arg(config).args(args);
        let mut child = command.spawn().expect("the node's binary can be started");
        let stderr = Arc::<Mutex<String>>::default();
        tokio::spawn(collect(child.stderr.take().expect("stderr is piped"), stderr.clone()));
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let line = in_time("the node's ready line", stdout.next_line()).await.expect("stdout is UTF-8");
        let Some(line) = line else {
            let status = child.wait().await;
            panic!("the node ended before it was ready ({status:?}): {}", stderr.lock().unwrap())
        };
        let ready: Ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .read_timeout(crate::HANG)
            .build()
            .expect("a client without TLS needs nothing");
        Self { child, ready, http, stderr, _stdout: stdout, _scratch: scratch }
    }

    /// What the ready line said.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The process's id.
    ///
    /// # Panics
    /// If the node has ended.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id().expect("the node is running")
    }

    /// The whole address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready.web)
    }

    /// The whole address of a path within the room.
    #[must_use]
    pub fn room_url(&self, path: &str) -> String {
        self.url(&format!("/room/{}{path}", self.ready.room))
    }

    /// A request for a whole address, to be finished by the test. Redirects are not followed.
    pub fn request(&self, method: Method, url: &str) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// The answer to a GET within the room.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, &self.room_url(path)).send().await.expect("the node answers")
    }

    /// The body of a GET within the room, which must succeed.
    pub async fn bytes(&self, path: &str) -> bytes::Bytes {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.bytes().await.expect("the body arrives whole")
    }

    /// The body of a GET within the room as text.
    pub async fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path).await.into()).expect("the body is UTF-8")
    }

    /// What the programming interface tells of the studio.
    pub async fn status(&self) -> Value {
        let request =
            self.request(Method::GET, &self.url("/api/v1/status")).bearer_auth(&self.ready.api_token);
        let response = request.send().await.expect("the node answers");
        assert_eq!(response.status(), 200);
        response.json().await.expect("the status is JSON")
    }

    /// Asks for the status until it is as wanted.
    pub async fn status_when(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            loop {
                let status = self.status().await;
                if wanted(&status) {
                    return status;
                }
                // Not a delay that the outcome depends on: the interface has no event for a change of state.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        in_time(what, search).await
    }

    /// Goes on air or off through the programming interface.
    pub async fn set_on_air(&self, on: bool) {
        let body = serde_json::json!({ "on": on });
        let request = self.request(Method::POST, &self.url("/api/v1/air")).bearer_auth(&self.ready.api_token);
        let response = request.json(&body).send().await.expect("the node answers");
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// Shows a caption, as a program does; gives it back as it is shown.
    pub async fn caption(&self, wish: &Value) -> Value {
        let request =
            self.request(Method::POST, &self.url("/api/v1/captions")).bearer_auth(&self.ready.api_token);
        let response = request.json(wish).send().await.expect("the node answers");
        assert_eq!(response.status(), 200);
        response.json().await.expect("a caption is JSON")
    }

    /// A way in, as it is now.
    pub async fn ingest(&self, kind: &str) -> Ingest {
        ingest_of(&self.status().await, kind)
    }

    /// Waits until the way in tells something about its publisher that is as wanted.
    pub async fn ingest_when(&self, kind: &str, what: &str, wanted: impl Fn(&Ingest) -> bool) -> Ingest {
        ingest_of(&self.status_when(what, |status| wanted(&ingest_of(status, kind))).await, kind)
    }

    /// Everything that the node wrote to standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Sends a signal (`TERM`, `INT`) and waits for the end: its exit code and standard error.
    pub async fn stop(self, signal: &str) -> (Option<i32>, String) {
        crate::program::send(signal, self.pid()).await;
        self.end().await
    }

    /// Waits until it ends by itself: its exit code and standard error.
    pub async fn end(mut self) -> (Option<i32>, String) {
        let status = in_time("the node's end", self.child.wait()).await.expect("it can be waited for");
        (status.code(), self.stderr())
    }
}

fn ingest_of(status: &Value, kind: &str) -> Ingest {
    let listed = status["ingests"].as_array().unwrap_or_else(|| panic!("no `ingests` in {status}"));
    let found = listed
        .iter()
        .find(|ingest| ingest["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind} in {status}"));
    serde_json::from_value(found.clone()).unwrap_or_else(|error| panic!("{error} in {found}"))
}

/// The first text (TOML) with the second's keys over it, section by section.
fn merge(base: &str, over: &str) -> String {
    let read = |text: &str| text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error} in {text}"));
    let mut merged = read(base);
    for (name, value) in read(over) {
        match (merged.get_mut(&name), value) {
            (Some(toml::Value::Table(section)), toml::Value::Table(keys)) => section.extend(keys),
            (_, value) => drop(merged.insert(name, value)),
        }
    }
    merged.to_string()
}

async fn collect(stderr: tokio::process::ChildStderr, into: Arc<Mutex<String>>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut text = into.lock().unwrap();
        text.push_str(&line);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn keys_join_their_section_or_replace_what_it_has() {
        let merged = merge("a = 1\n[rtmp]\nb = 2\nc = 3\n", "[rtmp]\nb = 4\n[whip]\non = true");
        let wanted: toml::Table = "a = 1\n[rtmp]\nb = 4\nc = 3\n[whip]\non = true".parse().unwrap();
        assert_eq!(merged.parse::<toml::Table>().unwrap(), wanted);
    }
}
