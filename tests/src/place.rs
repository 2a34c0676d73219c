//! Where a program of the tests runs: on this machine as it is, or in a network of its own.
//!
//! Networks are Linux's network namespaces, joined by pairs of virtual Ethernet devices (`ip-netns(8)`, `veth(4)`),
//! with nftables for routers that translate addresses. That takes root; a test that can't have it says so and ends.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sched::{CloneFlags, setns};
use tokio::process::Command;

use crate::trace::Trace;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Where a program runs.
#[derive(Clone, Copy, Default)]
pub enum Place<'a> {
    /// On this machine as it is.
    #[default]
    Here,
    /// In this network.
    In(&'a Namespace),
    /// On this machine, under observation.
    Under(&'a Trace),
}

impl Place<'_> {
    /// A command that runs here, killed when dropped; its input is closed, its outputs are piped.
    pub fn command(self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self {
            Self::Here => Command::new(program),
            Self::Under(trace) => trace.command(program),
            Self::In(namespace) => {
                // `ip` becomes the program, so that its id is the program's.
                let mut command = Command::new("ip");
                command.args(["netns", "exec", &namespace.name]).arg(program);
                command
            }
        };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }
}

/// A network of its own; removed when dropped, with what still runs in it cut off.
#[derive(Debug)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// An empty network with its loopback up; `None`, and a loud word, where the system grants none.
    ///
    /// # Panics
    /// If root is refused one: something else is wrong then.
    #[must_use]
    pub fn new(label: &str) -> Option<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("pe{}-{number}-{label}", std::process::id());
        let made = std::process::Command::new("ip").args(["netns", "add", &name]).output();
        let words = match made {
            Ok(output) if output.status.success() => {
                let namespace = Self { name };
                namespace.ip("link set lo up");
                return Some(namespace);
            }
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        say(&format!(
            "SKIPPED: this test needs root for network namespaces, and is UNTESTED here ({words}).\n"
        ));
        None
    }

    /// What the system calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs `ip` within, with these words; must succeed.
    pub fn ip(&self, words: &str) {
        let mut command = std::process::Command::new("ip");
        command.args(["-n", &self.name]).args(words.split(' '));
        succeed(&mut command, words);
    }

    /// Joins this network to another by a cable between two devices, named from each end, and gives them addresses.
    pub fn cable(&self, mine: (&str, &[&str]), other: &Self, theirs: (&str, &[&str])) {
        let words = format!("link add {} type veth peer name {} netns {}", mine.0, theirs.0, other.name);
        self.ip(&words);
        for (network, (device, addresses)) in [(self, mine), (other, theirs)] {
            for address in addresses {
                // Without `nodad`, an IPv6 address may not be used in its first second.
                let nodad = if address.contains(':') { " nodad" } else { "" };
                network.ip(&format!("address add {address} dev {device}{nodad}"));
            }
            network.ip(&format!("link set {device} up"));
        }
    }

    /// What this gives in there. It has a thread of its own; what it opens stays in there.
    ///
    /// # Panics
    /// If it does.
    pub fn within<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let network = File::open(format!("/var/run/netns/{}", self.name)).expect("the namespace has a name");
        let thread = std::thread::spawn(move || {
            setns(network, CloneFlags::CLONE_NEWNET).expect("who makes namespaces may enter them");
            work()
        });
        thread.join().expect("the thread has said what went wrong")
    }

    /// Sets a value of the kernel's (`sysctl(8)`) within.
    pub fn sysctl(&self, assignment: &str) {
        let mut command = std::process::Command::new("ip");
        command.args(["netns", "exec", &self.name, "sysctl", "-q", "-w", assignment]);
        succeed(&mut command, assignment);
    }

    /// Loads nftables' rules within.
    pub fn rules(&self, rules: &str) {
        let mut command = std::process::Command::new("ip");
        command.args(["netns", "exec", &self.name, "nft", "-f", "-"]).stdin(Stdio::piped());
        let mut child = command.spawn().expect("ip can be started");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(rules.as_bytes()).expect("nft reads its rules");
        drop(stdin);
        let status = child.wait().expect("nft can be waited for");
        assert!(status.success(), "nft refused these rules:\n{rules}");
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Best effort: what is left over is a network that nobody is in.
        let _ = std::process::Command::new("ip").args(["netns", "delete", &self.name]).output();
    }
}

/// Says something in every run: past the test's own capture of its output.
pub fn say(words: &str) {
    std::io::stderr().write_all(words.as_bytes()).expect("standard error takes words");
}

fn succeed(command: &mut std::process::Command, what: &str) {
    let output = command.output().expect("ip can be started");
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
}
