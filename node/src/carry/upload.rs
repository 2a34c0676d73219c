//! What goes out to neighbours: counted, and held below the ceiling that the user set.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use parlor_protocol::clock::Time;
use parlor_protocol::limit::TokenBucket;
use tokio::time::{Instant, sleep};

/// The ceiling where the user set none: half of a common home uplink of 20 Mbit/s.
pub const DEFAULT_CEILING_BPS: u64 = 10_000_000;
/// Tokens are kilobytes, so that 32 bits of them last for any ceiling.
const TOKEN_BYTES: usize = 1024;
/// How much may go out at once: a keyframe to each neighbour, before the ceiling spreads them.
const BURST: Duration = Duration::from_secs(1);

/// The node's upload; shared by everything that is sent to neighbours.
pub struct Upload {
    start: Instant,
    ceiling_bps: AtomicU64,
    sent_bytes: AtomicU64,
    bucket: Mutex<TokenBucket>,
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

    /// Waits until so many bytes may go out, and counts them.
    pub(super) async fn take(&self, bytes: usize) {
        let tokens = bytes.div_ceil(TOKEN_BYTES) as u32;
        loop {
            let taken = self.lock().take(self.now(), tokens);
            match taken {
                Ok(()) => break,
                Err(wait) => sleep(wait).await,
            }
        }
        self.sent_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn now(&self) -> Time {
        Time::ZERO + self.start.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, TokenBucket> {
        self.bucket.lock().expect("no holder of the bucket's lock panics")
    }
}

fn bucket(ceiling_bps: u64, now: Time) -> TokenBucket {
    let per_second = u32::try_from(ceiling_bps / 8 / TOKEN_BYTES as u64).unwrap_or(u32::MAX).max(1);
    // Never less than the largest object, or it would wait for ever.
    let largest = (parlor_protocol::object::MAX_OBJECT_BYTES / TOKEN_BYTES + 1) as u32;
    let burst = per_second.saturating_mul(BURST.as_secs() as u32).max(largest);
    TokenBucket::new(burst, per_second, now)
}
