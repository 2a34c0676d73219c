//! What a program asks the kernel to do to files, as `strace(1)` hears it: also what is written and deleted again.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::process::Command;

use crate::{Scratch, in_time, say};

/// Longest string that is shown whole, in bytes; the node writes none as long into a file.
const LONGEST: &str = "4194304";
/// The calls with which bytes or names come into a file system, or to a service of the system's. Newer processors do not
/// have those with a question mark.
const CALLS: &str = "trace=?open,openat,openat2,?creat,write,pwrite64,writev,pwritev,pwritev2,sendfile,\
    copy_file_range,splice,?rename,?renameat,renameat2,?link,linkat,?symlink,symlinkat,?mkdir,mkdirat,?mknod,\
    mknodat,truncate,setxattr,lsetxattr,fsetxattr,mmap,connect,io_uring_setup,exit_group";

/// A program under observation, with all that it starts.
pub struct Trace {
    scratch: Scratch,
    env: Vec<(String, String)>,
    options: Vec<String>,
    heard: JoinHandle<Heard>,
}

/// What was heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// The bytes that were written into each file, one after the other; also into such as were deleted again.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Standard output and standard error.
    pub output: Vec<u8>,
    /// What was opened to be written, made, renamed, linked or mapped to be written.
    pub changed: BTreeSet<String>,
    /// The sockets in the file system that were spoken to, such as the system's log.
    pub services: BTreeSet<String>,
}

impl Trace {
    /// Observes the next program that is started [under it](crate::Place::Under), which gets these variables; `None`, and a
    /// loud word, where the system lets nobody observe.
    ///
    /// # Panics
    /// If `strace` is not installed.
    #[must_use]
    pub fn new(env: &[(&str, &str)]) -> Option<Self> {
        Self::with(env, &[])
    }

    /// The same for a program that is held where it ends: its last call does not return, and its memory is as it leaves it.
    /// It ends only if it is killed.
    ///
    /// # Panics
    /// If `strace` is not installed.
    #[must_use]
    pub fn holding_the_end(env: &[(&str, &str)]) -> Option<Self> {
        // For longer than a test lasts.
        Self::with(env, &["--inject=exit_group:delay_enter=600s"])
    }

    fn with(env: &[(&str, &str)], options: &[&str]) -> Option<Self> {
        let tried = std::process::Command::new("strace").args(["-o", "/dev/null", "true"]).output();
        let tried = tried.expect("strace is installed");
        if !tried.status.success() {
            let words = String::from_utf8_lossy(&tried.stderr).trim().to_owned();
            say(&format!("SKIPPED: this test needs to trace processes, and is UNTESTED here ({words}).\n"));
            return None;
        }
        let scratch = Scratch::default();
        let pipe = scratch.path("trace");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is everywhere");
        assert!(made.success(), "the scratch directory is writable");
        let owned = |text: &&str| (*text).to_owned();
        Some(Self {
            heard: std::thread::spawn(move || hear(pipe)),
            env: env.iter().map(|(name, value)| (owned(name), owned(value))).collect(),
            options: options.iter().map(owned).collect(),
            scratch,
        })
    }

    /// A command that runs under observation. Its process's id is the program's.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("strace");
        command.args(["-D", "-f", "-qq", "--seccomp-bpf", "-y", "-s", LONGEST, "-e", CALLS]);
        command.args(&self.options).arg("-o").arg(self.scratch.path("trace")).arg(program);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Waits until a program that is [held](Self::holding_the_end) makes its last call.
    pub async fn until_held(pid: u32) {
        let last = format!("{} ", nix::libc::SYS_exit_group);
        let is_held = || {
            std::fs::read_to_string(format!("/proc/{pid}/syscall")).is_ok_and(|call| call.starts_with(&last))
        };
        let held = async {
            while !is_held() {
                // Not a delay that the outcome depends on: nobody is told of another process's calls.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        in_time("the program's last call", held).await;
    }

    /// What was heard, once the program has ended.
    pub async fn end(self) -> Heard {
        let ended = tokio::task::spawn_blocking(move || self.heard.join());
        in_time("the end of the trace", ended)
            .await
            .expect("it is not given up")
            .expect("strace writes lines")
    }
}

fn hear(pipe: PathBuf) -> Heard {
    let mut lines = BufReader::new(File::open(pipe).expect("it was just made"));
    let mut heard = Heard::default();
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).expect("a pipe can be read") > 0 {
        heard.take(&line);
        line.clear();
    }
    heard
}

impl Heard {
    /// Takes a line: `PID CALL(ARGUMENTS) = RESULT`, or its first half, which has the arguments.
    fn take(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let call = text.trim_start_matches(|letter: char| letter.is_ascii_digit()).trim_start();
        let Some((name, arguments)) = call.split_once('(') else { return };
        match name {
            "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" => self.written(arguments),
            "open" | "openat" | "openat2" | "creat" => {
                let is_to_write = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag));
                if (is_to_write || name == "creat") && !call.contains(") = -1 ") {
                    self.changed(arguments);
                }
            }
            "mmap" => {
                if arguments.contains("PROT_WRITE") && arguments.contains("MAP_SHARED") {
                    self.changed
                        .extend(descriptors(arguments).filter(|path| is_file(path)).map(str::to_owned));
                }
            }
            "sendfile" | "splice" | "copy_file_range" => {
                self.changed.extend(descriptors(arguments).filter(|path| is_file(path)).map(str::to_owned));
            }
            "connect" => {
                if arguments.contains("AF_UNIX") {
                    self.services
                        .extend(strings(arguments).map(|path| String::from_utf8_lossy(&path).into_owned()));
                }
            }
            "io_uring_setup" => drop(self.changed.insert("anything, through io_uring".to_owned())),
            // The second half of a call, signals, and the end.
            _ if name.starts_with(['<', '-', '+']) || name == "exit_group" => {}
            _ => self.changed(arguments),
        }
    }

    fn written(&mut self, arguments: &str) {
        let (number, rest) = arguments.split_once('<').unwrap_or((arguments, ""));
        let target = rest.split_once('>').map_or("", |(target, _)| target);
        let into = match number {
            _ if is_file(target) => self.files.entry(target.to_owned()).or_default(),
            "1" | "2" => &mut self.output,
            _ => return,
        };
        strings(arguments).for_each(|bytes| into.extend(bytes));
    }

    fn changed(&mut self, arguments: &str) {
        self.changed.extend(strings(arguments).map(|path| String::from_utf8_lossy(&path).into_owned()));
    }
}

/// Whether a descriptor's target is a file, and no socket, pipe or piece of memory.
fn is_file(target: &str) -> bool {
    target.starts_with('/') && !target.starts_with("/memfd:")
}

/// What stands behind the descriptors among a call's arguments.
fn descriptors(arguments: &str) -> impl Iterator<Item = &str> {
    arguments.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(target, _)| target)
}

/// The strings among a call's arguments, which are written as in C.
fn strings(arguments: &str) -> impl Iterator<Item = Vec<u8>> {
    let mut rest = arguments.bytes().peekable();
    std::iter::from_fn(move || {
        rest.find(|byte| *byte == b'"')?;
        let mut string = Vec::new();
        loop {
            match rest.next()? {
                b'"' => return Some(string),
                b'\\' => string.push(match rest.next()? {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'v' => 0x0b,
                    b'f' => 0x0c,
                    digit @ b'0'..=b'7' => {
                        let mut value = u32::from(digit - b'0');
                        for _ in 0..2 {
                            let Some(digit) = rest.next_if(|next| (b'0'..=b'7').contains(next)) else {
                                break;
                            };
                            value = value * 8 + u32::from(digit - b'0');
                        }
                        value as u8
                    }
                    itself => itself,
                }),
                byte => string.push(byte),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_and_deleted_again_is_heard() {
        let Some(trace) = Trace::new(&[("WORD", "canary \u{e9}1")]) else { return };
        let scratch = Scratch::default();
        let file = scratch.path("gone");
        let script = format!(r#"echo "\"$WORD\"" > {0}; rm {0}; echo out; echo err >&2"#, file.display());
        let output = trace.command("sh").args(["-c", &script]).output().await.unwrap();
        assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"out\n"[..], &b"err\n"[..]));
        let heard = trace.end().await;
        assert!(!file.exists());
        assert_eq!(heard.files.values().collect::<Vec<_>>(), ["\"canary \u{e9}1\"\n".as_bytes()]);
        assert_eq!(heard.output, b"out\nerr\n");
        assert!(heard.changed.contains(file.to_str().unwrap()), "{:?}", heard.changed);
        assert!(heard.services.is_empty());
    }
}
