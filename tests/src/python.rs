//! The WebRTC clients that are not ours: aiortc's, in `tests/webrtc/`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::in_time;

/// A running client; killed when dropped.
pub struct Client {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Client {
    /// Starts a script of `tests/webrtc/` with these arguments.
    ///
    /// # Panics
    /// If the set-up has not made the Python environment.
    #[must_use]
    pub fn start(script: &str, args: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("webrtc").join(script);
        let mut command = Command::new(interpreter());
        command.arg(script).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child =
            command.spawn().expect("the WebRTC clients' Python is set up: contrib/setup/setup test");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, lines }
    }

    /// The next thing that the client reports.
    ///
    /// # Panics
    /// If it ends instead.
    pub async fn next(&mut self) -> Value {
        let line =
            in_time("the client's next report", self.lines.next_line()).await.expect("reports are UTF-8");
        let line = line.expect("the client goes on");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"))
    }

    /// The first report that is as wanted.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            loop {
                let report = self.next().await;
                if wanted(&report) {
                    return report;
                }
            }
        };
        in_time(what, search).await
    }

    /// Closes the client's input, upon which it takes its session down: what it reports of that.
    pub async fn hang_up(mut self) -> Value {
        drop(self.child.stdin.take());
        self.until("the client's goodbye", |report| report["deleted"].is_u64()).await
    }
}

/// Python in the environment that the set-up made: `PARLOR_PYTHON`, or the one beside cargo's output.
///
/// # Panics
/// If the set-up has not made it.
#[must_use]
pub fn interpreter() -> PathBuf {
    let beside = || {
        let tests = std::env::current_exe().expect("a running program has a path");
        let found = tests.ancestors().map(|dir| dir.join("venv/bin/python")).find(|path| path.exists());
        found.expect("the WebRTC clients' Python is set up: contrib/setup/setup test")
    };
    std::env::var_os("PARLOR_PYTHON").map_or_else(beside, PathBuf::from)
}
