//! What a process costs, as the kernel counts it: CPU time and resident memory, its children's included.

use std::fs;
use std::time::Duration;

use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

/// CPU time of a process and its children so far, user's and system's, to the nanosecond; threads that have ended since count
/// too.
pub(crate) fn cpu(pid: u32) -> Duration {
    let of = |pid: u32| {
        let clock = clock_getcpuclockid(Pid::from_raw(pid.try_into().ok()?)).ok()?;
        clock.now().ok().map(Duration::from)
    };
    family(pid).into_iter().filter_map(of).sum()
}

/// Resident memory of a process and its children now.
pub(crate) fn rss_bytes(pid: u32) -> u64 {
    let of = |pid: u32| {
        let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default().to_owned();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
    };
    family(pid).into_iter().map(of).sum()
}

fn family(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    std::iter::once(pid).chain(children.flat_map(family)).collect()
}

/// The machine's time since it started, in ticks: `(busy, all)`.
pub(crate) fn machine_ticks() -> (u64, u64) {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().to_owned();
    let ticks: Vec<u64> =
        line.split_whitespace().skip(1).take(8).filter_map(|word| word.parse().ok()).collect();
    let total: u64 = ticks.iter().sum();
    // The fourth and fifth are idle time and waiting for disks.
    (total - ticks.iter().skip(3).take(2).sum::<u64>(), total)
}
