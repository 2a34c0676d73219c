//! The thread that moves packets from device to device, each at its time.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use tun_rs::SyncDevice;

use super::number;
use super::wires::{Plan, Wires};

/// How soon the thread sees that it is to end.
const STOPS_WITHIN: Duration = Duration::from_millis(100);
/// Packets taken from one device before the others have their turn.
const AT_ONCE: usize = 32;
/// The longest packet that a device gives: its MTU.
const MTU: usize = 1500;
/// Lateness is counted in so many steps of a tenth of a millisecond; the last is for all that is later.
const STEPS: usize = 1000;
const STEP: Duration = Duration::from_micros(100);

/// What went over a machine's line.
#[derive(Debug, Default)]
pub struct Count {
    sent_bytes: AtomicU64,
    sent_packets: AtomicU64,
    crowded_out: AtomicU64,
}

impl Count {
    /// Bytes that it sent, IP's headers among them, also those that were lost on their way.
    #[must_use]
    pub fn sent_bytes(&self) -> u64 {
        self.sent_bytes.load(Ordering::Relaxed)
    }

    /// How many packets they were.
    #[must_use]
    pub fn sent_packets(&self) -> u64 {
        self.sent_packets.load(Ordering::Relaxed)
    }

    /// Packets for which its uplink had no room.
    #[must_use]
    pub fn crowded_out(&self) -> u64 {
        self.crowded_out.load(Ordering::Relaxed)
    }
}

/// How much later than planned packets went on.
#[derive(Debug)]
pub struct Lateness([AtomicU64; STEPS]);

impl Default for Lateness {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl Lateness {
    fn add(&self, late: Duration) {
        let step = (late.as_nanos() / STEP.as_nanos()) as usize;
        self.0[step.min(STEPS - 1)].fetch_add(1, Ordering::Relaxed);
    }

    /// What this share of the packets did not exceed.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        let counts: Vec<_> = self.0.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let wanted = (counts.iter().sum::<u64>() as f64 * share).ceil() as u64;
        let mut passed = 0;
        let step = counts.iter().position(|count| {
            passed += count;
            passed >= wanted
        });
        STEP * (step.unwrap_or(STEPS) as u32 + 1)
    }
}

pub(super) struct Pump {
    wires: Wires,
    devices: Vec<SyncDevice>,
    counts: Arc<[Count]>,
    lateness: Arc<Lateness>,
    start: Instant,
}

impl Pump {
    pub(super) fn new(
        plan: Plan,
        devices: Vec<SyncDevice>,
        counts: Arc<[Count]>,
        lateness: Arc<Lateness>,
    ) -> Self {
        Self { wires: Wires::new(plan), devices, counts, lateness, start: Instant::now() }
    }

    /// Until told to stop.
    pub(super) fn run(mut self, stop: &AtomicBool) {
        let mut bytes = [0; MTU];
        while !stop.load(Ordering::Relaxed) {
            let ready = self.wait();
            for from in ready {
                for _ in 0..AT_ONCE {
                    let Ok(length) = self.devices[from].recv(&mut bytes) else { break };
                    self.take(from, &bytes[..length]);
                }
            }
            let now = self.start.elapsed();
            while let Some((to, at, bytes)) = self.wires.due(now) {
                self.lateness.add(now.saturating_sub(at));
                // A machine that takes no more loses it, as on any line.
                let _ = self.devices[to].send(&bytes);
            }
        }
    }

    /// Waits until devices have packets, or one is due somewhere.
    fn wait(&self) -> Vec<usize> {
        let left = self.wires.next().map(|at| at.saturating_sub(self.start.elapsed()));
        let timeout = TimeSpec::from_duration(left.map_or(STOPS_WITHIN, |left| left.min(STOPS_WITHIN)));
        let mut polled: Vec<_> =
            self.devices.iter().map(|device| PollFd::new(device.as_fd(), PollFlags::POLLIN)).collect();
        match ppoll(&mut polled, Some(timeout), None) {
            Ok(1..) => (0..polled.len()).filter(|place| polled[*place].any() == Some(true)).collect(),
            _ => Vec::new(),
        }
    }

    fn take(&mut self, from: usize, packet: &[u8]) {
        // The destination of an IPv4 packet (RFC 791, section 3.1).
        let Some(to) = packet.get(16..20).filter(|_| packet[0] >> 4 == 4) else { return };
        let to = number(to.try_into().expect("four bytes"));
        let count = &self.counts[from];
        if self.wires.send(self.start.elapsed(), from, to, packet) {
            count.sent_bytes.fetch_add(packet.len() as u64, Ordering::Relaxed);
            count.sent_packets.fetch_add(1, Ordering::Relaxed);
        } else {
            count.crowded_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}
