//! When a packet is where. Pure: time is an argument, and chance comes from a seed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use fastrand::Rng;

/// A packet that would wait longer than this for a line is lost: about what home routers hold.
const MOST_WAITING: Duration = Duration::from_secs(1);
/// However slow the line is, so many bytes may wait for it: a burst of a connection that begins.
const LEAST_WAITING_BYTES: u64 = 32 * 1024;

/// A machine's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What it can send, in bits per second.
    pub up_bps: u64,
    /// What it can receive.
    pub down_bps: u64,
    /// How many of a million packets are lost. Between two machines it is the mean of theirs.
    pub loss_ppm: u32,
}

/// The lines of all machines, and the ways between them.
#[derive(Debug, Clone)]
pub struct Plan {
    /// One for each machine.
    pub lines: Vec<Line>,
    /// How long a packet takes from one machine to another, besides its time on the lines.
    pub ways: Vec<Vec<Duration>>,
    /// How much longer at most. Packets between the same two do not overtake each other.
    pub jitter: Duration,
    /// Decides who strays and what is lost.
    pub seed: u64,
}

/// Packets under way.
pub(super) struct Wires {
    plan: Plan,
    chance: Rng,
    ends: Vec<End>,
    /// When the last packet from one to another is there.
    last: Vec<Vec<Duration>>,
    under_way: BinaryHeap<Reverse<Packet>>,
    /// Keeps packets of the same time in their order.
    count: u64,
}

/// Until when a machine's line is taken.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    up_free: Duration,
    down_free: Duration,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Packet {
    at: Duration,
    number: u64,
    to: usize,
    /// Whether it has come to the downlink only.
    waits: bool,
    bytes: Vec<u8>,
}

impl Wires {
    pub(super) fn new(plan: Plan) -> Self {
        let count = plan.lines.len();
        Self {
            chance: Rng::with_seed(plan.seed),
            ends: vec![End::default(); count],
            last: vec![vec![Duration::ZERO; count]; count],
            under_way: BinaryHeap::new(),
            count: 0,
            plan,
        }
    }

    /// A machine sends a packet; whether its line had room for it. Packets to nobody are lost behind the line.
    pub(super) fn send(&mut self, now: Duration, from: usize, to: Option<usize>, bytes: &[u8]) -> bool {
        let Some(out) = take(&mut self.ends[from].up_free, now, self.plan.lines[from].up_bps, bytes.len())
        else {
            return false;
        };
        let Some(to) = to.filter(|to| *to < self.ends.len()) else { return true };
        let loss_ppm = u64::from(self.plan.lines[from].loss_ppm) + u64::from(self.plan.lines[to].loss_ppm);
        if self.chance.u64(..2_000_000) < loss_ppm {
            return true;
        }
        let jitter = Duration::from_nanos(self.chance.u64(..=self.plan.jitter.as_nanos() as u64));
        let last = &mut self.last[from][to];
        *last = (*last).max(out + self.plan.ways[from][to] + jitter);
        let at = *last;
        self.put(at, to, true, bytes.to_vec());
        true
    }

    /// The next packet that is there by now: to whom it goes, since when, and what it is.
    pub(super) fn due(&mut self, now: Duration) -> Option<(usize, Duration, Vec<u8>)> {
        loop {
            if self.next()? > now {
                return None;
            }
            let Reverse(Packet { at, to, waits, bytes, .. }) = self.under_way.pop()?;
            if !waits {
                return Some((to, at, bytes));
            }
            let down_bps = self.plan.lines[to].down_bps;
            if let Some(at) = take(&mut self.ends[to].down_free, at, down_bps, bytes.len()) {
                self.put(at, to, false, bytes);
            }
        }
    }

    /// When there is something to do.
    pub(super) fn next(&self) -> Option<Duration> {
        self.under_way.peek().map(|Reverse(packet)| packet.at)
    }

    fn put(&mut self, at: Duration, to: usize, waits: bool, bytes: Vec<u8>) {
        self.count += 1;
        self.under_way.push(Reverse(Packet { at, number: self.count, to, waits, bytes }));
    }
}

/// Takes a line of this rate for so many bytes: when they are through, unless too many wait already.
fn take(free: &mut Duration, now: Duration, bps: u64, bytes: usize) -> Option<Duration> {
    let time = |bytes: u64| Duration::from_nanos(bytes * 8 * 1_000_000_000 / bps.max(1));
    let waiting = free.saturating_sub(now);
    if waiting > MOST_WAITING.max(time(LEAST_WAITING_BYTES)) {
        return None;
    }
    *free = now + waiting + time(bytes as u64);
    Some(*free)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: Line = Line { up_bps: 1_000_000, down_bps: 8_000_000, loss_ppm: 0 };

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn wires(loss_ppm: u32, jitter: Duration) -> Wires {
        let line = Line { loss_ppm, ..SLOW };
        Wires::new(Plan { lines: vec![line; 2], ways: vec![vec![ms(20); 2]; 2], jitter, seed: 7 })
    }

    /// Sends packets of 1250 bytes, which take the uplink for 10 ms and the downlink for 1.25 ms: when each is there.
    fn sent(wires: &mut Wires, count: u8) -> Vec<(u8, Duration)> {
        for number in 0..count {
            wires.send(ms(0), 0, Some(1), &[number; 1250]);
        }
        std::iter::from_fn(|| wires.due(Duration::MAX)).map(|(_, at, bytes)| (bytes[0], at)).collect()
    }

    #[test]
    fn packets_take_their_time_on_both_lines_and_on_the_way() {
        let there = |count: u64| Duration::from_micros(count * 10_000 + 20_000 + 1_250);
        let came = sent(&mut wires(0, ms(0)), 3);
        assert_eq!(came, [(0, there(1)), (1, there(2)), (2, there(3))]);
        let mut early = wires(0, ms(0));
        early.send(ms(0), 0, Some(1), &[0; 1250]);
        assert_eq!((early.due(ms(31)), early.next()), (None, Some(there(1))));
    }

    #[test]
    fn a_line_holds_a_second() {
        let mut wires = wires(0, ms(0));
        let held = (0..300).filter(|_| wires.send(ms(0), 0, Some(1), &[0; 1250])).count();
        assert_eq!(held, 101);
        assert!(wires.send(ms(500), 0, Some(1), &[0; 1250]));
        assert!(wires.send(ms(500), 1, None, &[0; 1250]), "what goes to nobody takes the line as well");
    }

    #[test]
    fn what_strays_keeps_its_order_and_some_is_lost() {
        let came = sent(&mut wires(0, ms(30)), 90);
        assert_eq!(came.len(), 90);
        assert!(came.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
        let mut lossy = wires(100_000, ms(0));
        let came = (0..5000).filter(|turn| {
            lossy.send(ms(20) * *turn, 0, Some(1), &[0; 1250]);
            lossy.due(Duration::MAX).is_some()
        });
        let came = came.count();
        assert!((4300..4700).contains(&came), "{came} of 5000 where a tenth is lost");
        assert_eq!(sent(&mut wires(100_000, ms(4)), 50), sent(&mut wires(100_000, ms(4)), 50));
    }
}
