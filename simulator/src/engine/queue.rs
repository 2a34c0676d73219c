//! Events in the order of their time and, at the same time, of their arrival in the queue.
//!
//! A wheel of buckets of a millisecond each: putting an event in is a push on a vector, and a bucket is sorted once,
//! when its turn comes. A heap over millions of events would miss the cache at every level.

use std::collections::BTreeMap;

use super::{MS, Micros};

/// How many buckets the wheel has: eight seconds, so that all but long timers go straight into it.
const BUCKETS: usize = 8192;

/// What happens, and when.
struct Entry<E> {
    at: Micros,
    event: E,
}

/// The events that are still to come.
pub struct Queue<E> {
    now: Micros,
    /// The bucket whose turn it is, in milliseconds since the start.
    bucket: u64,
    /// Its events, sorted, and how many of them are over.
    near: Vec<Entry<E>>,
    over: usize,
    wheel: Vec<Vec<Entry<E>>>,
    /// What lies further ahead than the wheel reaches, by bucket.
    far: BTreeMap<u64, Vec<Entry<E>>>,
    waiting: usize,
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self {
            now: 0,
            bucket: 0,
            near: Vec::new(),
            over: 0,
            wheel: (0..BUCKETS).map(|_| Vec::new()).collect(),
            far: BTreeMap::new(),
            waiting: 0,
        }
    }
}

impl<E> Queue<E> {
    /// The time of the event that came last.
    #[must_use]
    pub fn now(&self) -> Micros {
        self.now
    }

    /// Puts an event in. A time that is past means now, after what is due now already.
    pub fn push(&mut self, at: Micros, event: E) {
        let at = at.max(self.now);
        let bucket = at / MS;
        let entry = Entry { at, event };
        if bucket <= self.bucket {
            let place = self.over + self.near[self.over..].partition_point(|other| other.at <= at);
            self.near.insert(place, entry);
        } else {
            self.waiting += 1;
            if bucket < self.bucket + BUCKETS as u64 {
                self.wheel[bucket as usize % BUCKETS].push(entry);
            } else {
                self.far.entry(bucket).or_default().push(entry);
            }
        }
    }

    /// The next event before `until`; where there is none, it is `until` now.
    pub fn pop_before(&mut self, until: Micros) -> Option<(Micros, E)>
    where
        E: Copy,
    {
        loop {
            if let Some(entry) = self.near.get(self.over) {
                if entry.at >= until {
                    break;
                }
                self.now = entry.at;
                self.over += 1;
                return Some((entry.at, entry.event));
            }
            if self.waiting == 0 || self.bucket >= until / MS {
                break;
            }
            self.turn();
        }
        self.now = self.now.max(until);
        None
    }

    /// Goes on to the next bucket.
    fn turn(&mut self) {
        self.bucket += 1;
        self.over = 0;
        self.near.clear();
        // What was far when it came in came before all that found its bucket on the wheel.
        if self.far.first_key_value().is_some_and(|(bucket, _)| *bucket == self.bucket)
            && let Some((_, mut entries)) = self.far.pop_first()
        {
            self.near.append(&mut entries);
        }
        self.near.append(&mut self.wheel[self.bucket as usize % BUCKETS]);
        self.waiting -= self.near.len();
        // A stable sort: what was put in first stays first.
        self.near.sort_by_key(|entry| entry.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::SECOND;

    #[test]
    fn events_come_by_time_then_by_arrival() {
        let mut queue = Queue::default();
        for (event, at) in [20 * SECOND, 5, 3 * MS, 5, 20 * SECOND, 0].into_iter().enumerate() {
            queue.push(at, event);
        }
        let mut seen = Vec::new();
        while let Some((at, event)) = queue.pop_before(60 * SECOND) {
            if event == 2 {
                queue.push(3 * MS, 10);
                queue.push(3 * MS + 1, 11);
                queue.push(0, 12);
                queue.push(20 * SECOND, 13);
            }
            seen.push((at, event));
        }
        let order: Vec<_> = seen.iter().map(|(_, event)| *event).collect();
        assert_eq!(order, [5, 1, 3, 2, 10, 12, 11, 0, 4, 13]);
        assert!(seen.is_sorted_by_key(|(at, _)| *at));
    }

    #[test]
    fn nothing_comes_before_its_time() {
        let mut queue = Queue::default();
        queue.push(7 * MS, ());
        assert!(queue.pop_before(7 * MS).is_none());
        assert_eq!(queue.now(), 7 * MS);
        queue.push(6 * MS, ());
        assert_eq!(queue.pop_before(7 * MS + 1), Some((7 * MS, ())));
        assert_eq!(queue.pop_before(7 * MS + 1), Some((7 * MS, ())), "what is past means now");
    }
}
