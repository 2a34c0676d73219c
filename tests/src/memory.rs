//! A process's memory, as Linux shows it to root (`proc_pid_mem(5)`): what it knows, and how much it takes.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;

use crate::say;

/// Bytes read at a time.
const STEP: usize = 1 << 20;

/// Whether we may look into the process's memory; where not, a loud word.
#[must_use]
pub fn may_look(pid: u32) -> bool {
    match File::open(format!("/proc/{pid}/mem")) {
        Ok(_) => true,
        Err(error) => {
            say(&format!(
                "SKIPPED: this test needs root to look into memory, and is UNTESTED here ({error}).\n"
            ));
            false
        }
    }
}

/// Which of these byte sequences stand anywhere in what the process may write to.
///
/// # Panics
/// If the system does not let us look; that takes root.
#[must_use]
pub fn found<'a>(pid: u32, needles: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let maps = File::open(format!("/proc/{pid}/maps")).expect("the process runs");
    let memory = File::open(format!("/proc/{pid}/mem")).expect("root may look");
    let mut found = Vec::new();
    for line in BufReader::new(maps).lines() {
        let line = line.expect("maps are text");
        let mut words = line.split(' ');
        let range = words.next().expect("a range");
        if !words.next().is_some_and(|rights| rights.starts_with("rw")) {
            continue;
        }
        let (from, to) = range.split_once('-').expect("two addresses");
        let number = |text| u64::from_str_radix(text, 16).expect("a hexadecimal address");
        search(&memory, number(from), number(to), needles, &mut found);
    }
    found
}

/// Whether the needle stands anywhere in these bytes.
#[must_use]
pub fn is_in(bytes: &[u8], needle: &[u8]) -> bool {
    // Found by its largest byte: small ones are everywhere in a process. The system's own search for a byte is fast
    // in a build for tests too.
    let Some((at, rarest)) = needle.iter().enumerate().max_by_key(|(_, byte)| **byte) else { return true };
    let mut rest = bytes;
    while rest.skip_until(*rarest).is_ok_and(|skipped| skipped > 0) {
        let found = bytes.len() - rest.len() - 1;
        if found >= at && bytes[found - at..].starts_with(needle) {
            return true;
        }
    }
    false
}

/// Looks in one range. What can't be read holds nothing: the process may have given it back meanwhile.
fn search<'a>(memory: &File, from: u64, to: u64, needles: &[&'a [u8]], found: &mut Vec<&'a [u8]>) {
    let longest = needles.iter().map(|needle| needle.len()).max().unwrap_or(1);
    let mut buffer = vec![0; STEP + longest];
    let mut at = from;
    while at < to {
        let wanted = buffer.len().min((to - at) as usize);
        let Ok(count) = memory.read_at(&mut buffer[..wanted], at) else { return };
        for needle in needles {
            if !found.contains(needle) && is_in(&buffer[..count], needle) {
                found.push(needle);
            }
        }
        if count <= longest {
            return;
        }
        // A needle may lie across the border.
        at += (count - longest + 1) as u64;
    }
}

/// The memory that the process takes now, in bytes (`VmRSS`).
///
/// # Panics
/// If it has ended.
#[must_use]
pub fn resident_bytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_is_found_wherever_it_lies() {
        for hay in ["needle", "a needle", "needle in hay", "neneedle"] {
            assert!(is_in(hay.as_bytes(), b"needle"), "{hay}");
        }
        for hay in ["", "needl", "eedle", "need le", "nee"] {
            assert!(!is_in(hay.as_bytes(), b"needle"), "{hay}");
        }
    }

    #[test]
    fn what_is_there_is_found() {
        let words = String::from("words that stand here");
        assert_eq!(found(std::process::id(), &[words.as_bytes()]), [words.as_bytes()]);
        assert!(resident_bytes(std::process::id()) > 1 << 20);
    }
}
