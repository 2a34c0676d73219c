//! The memory of a program that crashes: the system may write it to disk (`core(5)`), with all that is known in the room.

use nix::errno::Errno;
use nix::sys::resource::{Resource, setrlimit};

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
