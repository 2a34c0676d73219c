//! Which tracks somebody in the room wants. The host publishes those, and a node hears of them from its neighbours, so
//! that neither camera nor encoder runs for nobody (`spec/network.md`, section 5.4).

use std::collections::BTreeMap;
use std::time::Duration;

use parlor_protocol::control::Wish;
use parlor_protocol::media::TrackName;
use tokio::time::Instant;

use super::lanes::lane;

/// How often a node says which tracks are wanted; at once, where one was not before.
pub(super) const SAY_EVERY: Duration = Duration::from_secs(10);
/// How long a wish counts after whoever has it has said so: five nodes may each keep it for as long as they may.
const LIFE: Duration = Duration::from_mins(1);

/// The wishes that were heard: one for each track that has a number, the newest.
#[derive(Default)]
pub(super) struct Wishes(BTreeMap<TrackName, Instant>);

impl Wishes {
    /// A neighbour says that these are wanted. Whether one of them was not.
    pub(super) fn hear(&mut self, now: Instant, wishes: Vec<Wish>) -> bool {
        self.forget(now);
        let mut is_new = false;
        for Wish { track, age } in wishes {
            let age = Duration::from_secs(age.into());
            // Before the machine was started nobody wished anything.
            let Some(made) = now.checked_sub(age).filter(|_| age < LIFE && lane(&track).is_some()) else {
                continue;
            };
            is_new |= !self.0.contains_key(&track);
            let known = self.0.entry(track).or_insert(made);
            *known = made.max(*known);
        }
        is_new
    }

    /// What is wanted elsewhere, and how long ago that was said.
    pub(super) fn alive(&mut self, now: Instant) -> impl Iterator<Item = Wish> + '_ {
        self.forget(now);
        self.0.iter().map(move |(track, made)| {
            // Rounded up: who passes it on never makes it newer.
            let age = now.duration_since(*made).as_secs() + 1;
            Wish { track: track.clone(), age: age.min(255) as u8 }
        })
    }

    fn forget(&mut self, now: Instant) {
        self.0.retain(|_, made| now.duration_since(*made) < LIFE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wish_goes_around_and_ends() {
        let wish = |age| vec![Wish { track: TrackName::VIDEO, age }];
        let mut nodes = [Wishes::default(), Wishes::default()];
        tokio::time::advance(LIFE).await;
        let now = Instant::now();
        assert!(nodes[0].hear(now, wish(0)));
        assert!(!nodes[0].hear(now, wish(7)), "it is known");
        assert!(!nodes[1].hear(now, wish(60)), "too old");
        // They go on telling each other.
        let mut passed = 0;
        loop {
            let now = Instant::now();
            let said: Vec<_> = nodes[passed % 2].alive(now).collect();
            if said.is_empty() {
                break;
            }
            nodes[(passed + 1) % 2].hear(now, said);
            passed += 1;
            tokio::time::advance(SAY_EVERY).await;
        }
        assert_eq!(passed, 6);
        let unknown = vec![Wish { track: "other".parse().unwrap(), age: 0 }];
        assert!(!nodes[0].hear(Instant::now(), unknown));
    }
}
