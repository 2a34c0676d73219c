//! The last minutes in numbers: what the studio's small graphs show. Totals only, nothing about a single viewer.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use serde::Serialize;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Readings kept: two minutes at one a second, as much as a small graph shows.
pub const MAX_READINGS: usize = 120;

/// One second of the node.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Reading {
    /// From a frame's capture until its chunk was in the room, in milliseconds.
    pub latency_ms: f64,
    /// Bits per second of all tracks together.
    pub bitrate_bps: u64,
    /// Bits per second that went out to other nodes.
    pub upload_bps: u64,
    /// Frames per second of the full picture.
    pub fps: f64,
    /// People watching.
    pub viewers: usize,
    /// Processor time of the node, in percent of one core.
    pub cpu_percent: f64,
    /// Memory of the node, in bytes.
    pub memory_bytes: u64,
}

/// The readings of the last minutes.
#[derive(Default)]
pub struct Meters(Mutex<VecDeque<Reading>>);

impl Meters {
    /// Adds the newest reading and forgets the oldest beyond [`MAX_READINGS`].
    pub fn add(&self, reading: Reading) {
        let mut readings = self.lock();
        if readings.len() == MAX_READINGS {
            readings.pop_front();
        }
        readings.push_back(reading);
    }

    /// The readings, oldest first.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        self.lock().iter().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Reading>> {
        self.0.lock().expect("no holder of the meters' lock panics")
    }
}

/// Reads this process's own use of the machine.
pub struct Machine {
    /// The system's tables and our place in them; `None` on a system that does not tell.
    us: Option<(System, Pid)>,
}

impl Default for Machine {
    fn default() -> Self {
        Self { us: System::new().ok().zip(sysinfo::get_current_pid().ok()) }
    }
}

impl Machine {
    /// Processor time since the last call, in percent of one core, and memory in bytes; zeros where the system
    /// does not tell.
    pub fn read(&mut self) -> (f64, u64) {
        let Some((system, process)) = &mut self.us else {
            return (0.0, 0);
        };
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[*process]), false, what);
        let ours = system.process(*process);
        ours.map_or((0.0, 0), |process| (f64::from(process.cpu_usage()), process.memory()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_bounded() {
        let meters = Meters::default();
        for viewers in 0..MAX_READINGS + 5 {
            meters.add(Reading { viewers, ..Reading::default() });
        }
        let readings = meters.readings();
        assert_eq!(readings.len(), MAX_READINGS);
        assert_eq!((readings[0].viewers, readings[MAX_READINGS - 1].viewers), (5, MAX_READINGS + 4));
    }

    #[test]
    fn the_machine_tells_our_memory() {
        assert!(Machine::default().read().1 > 0);
    }
}
