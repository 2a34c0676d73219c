//! The shelf itself, without a clock: how much is on it, whose it is, and how fast more may come.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parlor_protocol::clock::Time;
use parlor_protocol::limit::TokenBucket;
use parlor_protocol::media::UnixMs;
use parlor_protocol::talk::Author;

use super::{Content, FileName, NotTaken, SharedFile, Standing};
use crate::room::VisitorId;

/// The most bytes of a file: a photo as a phone takes it, or a song.
pub const MAX_FILE_BYTES: usize = 8 << 20;
/// The most files of one person, and their bytes: an evening's photos, and never more than a third of the shelf.
pub(crate) const MAX_OF_ONE: usize = 12;
pub(crate) const MAX_OF_ONE_BYTES: usize = 20 << 20;
/// The most files of a room: a page of them is still looked through.
const MAX_FILES: usize = 100;
/// The bytes of all of them: a Raspberry Pi with 1 GB has that to spare beside the picture.
const MAX_BYTES: usize = 64 << 20;
/// A bucket gets a token back each second, and a file takes ten of one's own and three of the room's: so one person has
/// three at once and then one each ten seconds, the room ten at once and then one each three.
const OF_ONE: (u32, u32) = (30, 10);
const OF_ROOM: (u32, u32) = (30, 3);
/// Senders whose pace is remembered; the room's own holds for all.
const MAX_SENDERS: usize = 1024;

/// The files of a room, and the pace of those who send them.
#[derive(Default)]
pub(super) struct Shelf {
    files: VecDeque<Arc<SharedFile>>,
    last_number: u64,
    room: Option<TokenBucket>,
    senders: BTreeMap<VisitorId, TokenBucket>,
}

impl Shelf {
    /// The files, oldest first.
    pub(super) fn files(&self) -> impl Iterator<Item = &Arc<SharedFile>> {
        self.files.iter()
    }

    /// Whether somebody's file may come. A host sends as fast as they like.
    pub(super) fn admit(&mut self, now: Time, sender: VisitorId, standing: Standing) -> Result<(), NotTaken> {
        self.check(sender, standing, 1)?;
        if standing == Standing::Host {
            return Ok(());
        }
        if self.senders.len() >= MAX_SENDERS && !self.senders.contains_key(&sender) {
            self.senders.pop_first();
        }
        let of_one = self.senders.entry(sender).or_insert_with(|| TokenBucket::new(OF_ONE.0, 1, now));
        of_one.take(now, OF_ONE.1).map_err(NotTaken::TooFast)?;
        let of_room = self.room.get_or_insert_with(|| TokenBucket::new(OF_ROOM.0, 1, now));
        of_room.take(now, OF_ROOM.1).map_err(NotTaken::Crowded)
    }

    /// Puts a file there that has come.
    pub(super) fn put(
        &mut self,
        at: UnixMs,
        (by, sender, standing): (Author, VisitorId, Standing),
        name: FileName,
        content: Content,
    ) -> Result<Arc<SharedFile>, NotTaken> {
        // Others may have been faster while it came.
        self.check(sender, standing, content.weight())?;
        self.last_number += 1;
        let file = Arc::new(SharedFile { number: self.last_number, at, by, sender, name, content });
        self.files.push_back(file.clone());
        Ok(file)
    }

    /// Whether so many bytes of theirs have room.
    fn check(&self, sender: VisitorId, standing: Standing, bytes: usize) -> Result<(), NotTaken> {
        let weigh = |of: &dyn Fn(&SharedFile) -> bool| {
            let weights = self.files.iter().filter(|file| of(file)).map(|file| file.content.weight());
            weights.fold((0, bytes), |(count, sum), weight| (count + 1, sum + weight))
        };
        let (count, sum) = weigh(&|file| file.sender == sender);
        if standing != Standing::Host {
            if count >= MAX_OF_ONE {
                return Err(NotTaken::TooMany);
            }
            if sum > MAX_OF_ONE_BYTES {
                return Err(NotTaken::TooMuch);
            }
        }
        let (count, sum) = weigh(&|_| true);
        if count >= MAX_FILES || sum > MAX_BYTES { Err(NotTaken::Full) } else { Ok(()) }
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, number: u64) -> bool {
        let before = self.files.len();
        self.files.retain(|file| file.number != number);
        self.files.len() < before
    }

    /// Nothing is left. Numbers go on, so that no page shows one file for another.
    pub(super) fn clear(&mut self) {
        self.files.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;

    const ANNA: VisitorId = VisitorId(1);

    fn put(shelf: &mut Shelf, sender: VisitorId, standing: Standing, bytes: usize) -> Result<u64, NotTaken> {
        let by = (Author::named("Anna").unwrap(), sender, standing);
        let content = Content::Other(Bytes::from(vec![0; bytes]));
        shelf.put(UnixMs(0), by, FileName::of("a.txt"), content).map(|file| file.number)
    }

    #[test]
    fn one_person_does_not_fill_the_shelf() {
        let mut shelf = Shelf::default();
        for number in 1..=MAX_OF_ONE as u64 {
            assert_eq!(put(&mut shelf, ANNA, Standing::Visitor, 1), Ok(number));
        }
        assert_eq!(put(&mut shelf, ANNA, Standing::Visitor, 1), Err(NotTaken::TooMany));
        assert_eq!(shelf.admit(Time::ZERO, ANNA, Standing::Visitor), Err(NotTaken::TooMany));
        assert!(shelf.remove(3) && !shelf.remove(3));
        let rest = MAX_OF_ONE_BYTES - MAX_OF_ONE + 1;
        assert_eq!(put(&mut shelf, ANNA, Standing::Visitor, rest + 1), Err(NotTaken::TooMuch));
        assert_eq!(put(&mut shelf, ANNA, Standing::Visitor, rest), Ok(13));
        assert_eq!(put(&mut shelf, VisitorId(2), Standing::Visitor, 1), Ok(14));
    }

    #[test]
    fn the_shelf_has_an_end_for_the_host_too() {
        let mut shelf = Shelf::default();
        for _ in 0..MAX_BYTES / MAX_FILE_BYTES {
            put(&mut shelf, ANNA, Standing::Host, MAX_FILE_BYTES).unwrap();
        }
        assert_eq!(put(&mut shelf, ANNA, Standing::Host, 1), Err(NotTaken::Full));
        shelf.clear();
        for _ in 0..MAX_FILES {
            put(&mut shelf, ANNA, Standing::Host, 1).unwrap();
        }
        assert_eq!(put(&mut shelf, ANNA, Standing::Host, 1), Err(NotTaken::Full));
        assert_eq!(shelf.admit(Time::ZERO, ANNA, Standing::Host), Err(NotTaken::Full));
    }

    #[test]
    fn who_floods_waits_and_so_does_a_crowd() {
        let (mut shelf, start) = (Shelf::default(), Time::ZERO);
        let mut admit = |now, sender| shelf.admit(now, VisitorId(sender), Standing::Visitor);
        for _ in 0..3 {
            assert_eq!(admit(start, 1), Ok(()));
        }
        assert_eq!(admit(start, 1), Err(NotTaken::TooFast(Duration::from_secs(10))));
        for sender in 2..9 {
            assert_eq!(admit(start, sender), Ok(()));
        }
        assert_eq!(admit(start, 9), Err(NotTaken::Crowded(Duration::from_secs(3))));
        assert_eq!(admit(start + Duration::from_secs(10), 1), Ok(()));
        for sender in 100..100 + 2 * MAX_SENDERS as u64 {
            let _ = admit(start, sender);
        }
        assert!(shelf.senders.len() <= MAX_SENDERS);
        assert_eq!(shelf.admit(start, VisitorId(1), Standing::Host), Ok(()));
    }
}
