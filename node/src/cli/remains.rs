//! What a process leaves of its memory: nothing on disk where it crashes (`core(5)`), and no keys where it ends. What stood
//! on the heap is overwritten as it is given back (`main.rs`).

use nix::errno::Errno;
use nix::sys::resource::{Resource, setrlimit};

/// How far down the stack calls of the main thread come, several times over: some 100 kB in a build for tests. Systems
/// give it megabytes.
const STACK_BYTES: usize = 512 * 1024;

/// Forbids the system to write this process's memory to disk, whatever happens to it; nor may other programs of the same
/// user look into it.
///
/// # Errors
/// A sentence, where the system refuses.
pub(super) fn forbid() -> Result<(), String> {
    let sentence = |error: Errno| {
        format!("the system would write memory to disk in a crash: {error}; set the limit with `ulimit -c 0`")
    };
    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(sentence)?;
    // The limit does not count where the system hands the memory to another program (`core_pattern`).
    #[cfg(any(target_os = "linux", target_os = "android"))]
    nix::sys::prctl::set_dumpable(false).map_err(sentence)?;
    Ok(())
}

/// Overwrites what the calls that have returned left on this thread's stack, such as keys that were handed on. Called last.
#[inline(never)]
#[allow(clippy::large_stack_arrays, reason = "that is what it is for")]
pub(super) fn overwrite_stack() {
    let mut left = [0_u8; STACK_BYTES];
    // Nobody reads it; the compiler is not to know.
    std::hint::black_box(&mut left);
}
