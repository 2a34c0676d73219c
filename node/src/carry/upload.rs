//! What goes out to neighbours: counted, and held below the ceiling that the user set.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use parlor_protocol::clock::Time;
use parlor_protocol::limit::TokenBucket;
use tokio::time::{Instant, sleep};

/// The ceiling where the user set none: half of a common home uplink of 20 Mbit/s.
pub const DEFAULT_CEILING_BPS: u64 = 10_000_000;
/// How much may go out at once. What goes out faster than the user's line takes it waits in the router, ahead of all that
/// comes later, and nobody sees it; what is held back here waits in its neighbour's queue, where the mesh does.
const BURST: Duration = Duration::from_millis(100);
/// However low the ceiling is, so much: a few packets.
const MIN_BURST_BYTES: u32 = 8 * 1024;
/// What QUIC, UDP and IP add to an object, one part in so many: sixty bytes for each packet.
const PACKETS_SHARE: usize = 20;

/// The node's upload; shared by everything that is sent to neighbours.
pub struct Upload {
    start: Instant,
    ceiling_bps: AtomicU64,
    sent_bytes: AtomicU64,
    bucket: Mutex<TokenBucket>,
    /// Who waits for the bucket goes out in the order in which they came.
    turn: tokio::sync::Mutex<()>,
}

impl Upload {
    /// Nothing sent yet, and this many bits per second at most.
    #[must_use]
    pub fn new(ceiling_bps: u64) -> Self {
        Self {
            start: Instant::now(),
            ceiling_bps: AtomicU64::new(ceiling_bps),
            sent_bytes: AtomicU64::new(0),
            bucket: Mutex::new(bucket(ceiling_bps, Time::ZERO)),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// The most bits per second.
    #[must_use]
    pub fn ceiling_bps(&self) -> u64 {
        self.ceiling_bps.load(Ordering::Relaxed)
    }

    /// Allows this many bits per second from now on.
    pub fn set_ceiling_bps(&self, ceiling_bps: u64) {
        self.ceiling_bps.store(ceiling_bps, Ordering::Relaxed);
        *self.lock() = bucket(ceiling_bps, self.now());
    }

    /// Bytes sent since the start.
    #[must_use]
    pub fn sent_bytes(&self) -> u64 {
        self.sent_bytes.load(Ordering::Relaxed)
    }

    /// Waits until an object of so many bytes may go out, and counts what it takes on the line.
    pub(super) async fn take(&self, object_bytes: usize) {
        let bytes = object_bytes + object_bytes / PACKETS_SHARE;
        let mut left = bytes as u32;
        let turn = self.turn.lock().await;
        while left > 0 {
            let now = self.now();
            let wait = {
                let mut bucket = self.lock();
                let part = left.min(bucket.capacity());
                bucket.take(now, part).map(|()| left -= part).err()
            };
            if let Some(wait) = wait {
                sleep(wait).await;
            }
        }
        drop(turn);
        self.sent_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn now(&self) -> Time {
        Time::ZERO + self.start.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, TokenBucket> {
        self.bucket.lock().expect("no holder of the bucket's lock panics")
    }
}

/// A token is a byte: 32 bits of them last for 34 Gbit/s.
fn bucket(ceiling_bps: u64, now: Time) -> TokenBucket {
    let per_second = u32::try_from(ceiling_bps / 8).unwrap_or(u32::MAX);
    let burst = (u64::from(per_second) * BURST.as_millis() as u64 / 1000) as u32;
    TokenBucket::new(burst.max(MIN_BURST_BYTES), per_second, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn more_than_the_ceiling_waits_and_a_burst_does_not() {
        let upload = Upload::new(840_000);
        let start = Instant::now();
        upload.take(10_000).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        // More than a bucket holds.
        upload.take(100_000).await;
        let took = start.elapsed().as_millis();
        assert!((990..1010).contains(&took), "{took} ms for a second of the ceiling");
        assert_eq!(upload.sent_bytes(), 115_500, "with what packets add");
    }

    #[tokio::test(start_paused = true)]
    async fn small_objects_take_no_more_than_they_are() {
        let upload = Upload::new(840_000);
        let start = Instant::now();
        for _ in 0..1100 {
            upload.take(100).await;
        }
        let took = start.elapsed().as_millis();
        assert!((990..1010).contains(&took), "{took} ms");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_first_goes_first() {
        let upload = Upload::new(800_000);
        upload.take(9_000).await;
        let start = Instant::now();
        let large = async {
            upload.take(100_000).await;
            start.elapsed()
        };
        let small = async {
            upload.take(1).await;
            start.elapsed()
        };
        let (large, small) = tokio::join!(large, small);
        assert!(large < small, "{large:?} and {small:?}");
    }
}
