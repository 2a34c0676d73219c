//! Small pictures of rooms: what one is, and those of rooms in the lobby, fetched from whoever lists them and believed only
//! where the hash on the card fits.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use libp2p::PeerId;
use parlor_protocol::card::{SignedCard, SnapshotHash};
use parlor_protocol::clock::Time;
use parlor_protocol::control::{MAX_SNAPSHOT_BYTES, Message};
use parlor_protocol::ident::RoomId;
use parlor_protocol::limit::TokenBucket;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout};

use super::carrier::Carrier;
use super::conductor::{peer_id, read};

/// Pictures that are kept: those of a lobby's page and some more.
const MAX_KEPT: usize = 256;
/// What they take together: as many at the size that they usually have.
const MAX_KEPT_BYTES: usize = 8 * 1024 * 1024;
/// Rooms whose pictures are, or were last, asked for.
const MAX_ASKED: usize = 512;
/// Rooms that are asked for at a time: a lobby fills while one looks at it, and the line stays free for the stream.
const AT_ONCE: usize = 8;
/// Peers that list a room and are asked before its host, who may be far behind them.
const MAX_LISTERS: usize = 2;
/// How long a peer may take for its answer: to be found, and 64 KiB over a slow line.
const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// Pictures that go out at once, and each second from then on: they stand outside of the upload's ceiling.
const BURST: u32 = 32;
const PER_SECOND: u32 = 4;
/// How every JPEG begins (ITU-T T.81, annex B: the marker SOI, and the first byte of another).
const JPEG: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// A room's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    hash: SnapshotHash,
    jpeg: Bytes,
}

impl Snapshot {
    /// The picture in these bytes; `None` where they are no JPEG, or more than [`MAX_SNAPSHOT_BYTES`].
    #[must_use]
    pub fn new(jpeg: Bytes) -> Option<Self> {
        let is_one = jpeg.starts_with(&JPEG) && jpeg.len() <= MAX_SNAPSHOT_BYTES;
        is_one.then(|| Self { hash: SnapshotHash::of(&jpeg), jpeg })
    }

    /// What the card says of it.
    #[must_use]
    pub fn hash(&self) -> SnapshotHash {
        self.hash
    }

    /// The JPEG.
    #[must_use]
    pub fn jpeg(&self) -> &Bytes {
        &self.jpeg
    }
}

/// The pictures of other hosts' rooms that are here, and those that were asked for.
pub(super) struct Snapshots {
    state: Mutex<State>,
    fetching: Semaphore,
    answers: Answers,
}

#[derive(Default)]
struct State {
    kept: BTreeMap<RoomId, Kept>,
    kept_bytes: usize,
    asked: BTreeMap<RoomId, Asked>,
}

struct Kept {
    snapshot: Snapshot,
    wanted: Instant,
}

/// What was last asked for of a room.
struct Asked {
    /// Which; `None` where the newest card has no picture.
    hash: Option<SnapshotHash>,
    /// Whether somebody is still asked; otherwise it came, or can't be had.
    is_open: bool,
    /// Whose answer counts, and where it goes.
    from: Option<(PeerId, oneshot::Sender<Bytes>)>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self { state: Mutex::default(), fetching: Semaphore::new(AT_ONCE), answers: Answers::default() }
    }
}

impl Snapshots {
    /// The picture of a room that is here.
    pub(super) fn kept(&self, room: RoomId) -> Option<Snapshot> {
        let mut state = self.lock();
        let kept = state.kept.get_mut(&room)?;
        kept.wanted = Instant::now();
        Some(kept.snapshot.clone())
    }

    /// A peer's answer; nothing where it was not asked.
    pub(super) fn hear(&self, peer: PeerId, room: RoomId, jpeg: Bytes) {
        let asked =
            self.lock().asked.get_mut(&room).and_then(|asked| asked.from.take_if(|(from, _)| *from == peer));
        if let Some((_, waiting)) = asked {
            // Whoever asked may have waited long enough.
            let _ = waiting.send(jpeg);
        }
    }

    /// Whether one more picture may go out now.
    pub(super) fn may_answer(&self) -> bool {
        self.answers.take()
    }

    /// Notes that this picture is to be asked for; `false` where it was before.
    fn begin(&self, room: RoomId, hash: SnapshotHash) -> bool {
        let mut state = self.lock();
        let is_kept = state.kept.get(&room).is_some_and(|kept| kept.snapshot.hash == hash);
        let is_asked = state.asked.get(&room).is_some_and(|asked| asked.hash == Some(hash) || asked.is_open);
        if is_kept || is_asked {
            return false;
        }
        if state.asked.len() >= MAX_ASKED && !state.asked.contains_key(&room) {
            let Some(over) = state.asked.iter().find(|(_, asked)| !asked.is_open).map(|(room, _)| *room)
            else {
                return false;
            };
            state.asked.remove(&over);
        }
        state.asked.insert(room, Asked { hash: Some(hash), is_open: true, from: None });
        true
    }

    /// From now on this peer's answer counts.
    fn expect(&self, room: RoomId, peer: PeerId) -> oneshot::Receiver<Bytes> {
        let (answer, waiting) = oneshot::channel();
        if let Some(asked) = self.lock().asked.get_mut(&room) {
            asked.from = Some((peer, answer));
        }
        waiting
    }

    /// The room's host shows no picture: none is kept, and one that was asked for is not taken.
    fn forget(&self, room: RoomId) {
        let mut state = self.lock();
        state.forget(room);
        if let Some(asked) = state.asked.get_mut(&room) {
            asked.hash = None;
        }
    }

    /// Keeps what came, where it is still shown.
    fn end(&self, room: RoomId, snapshot: Option<Snapshot>) {
        let mut state = self.lock();
        let mut hash = snapshot.as_ref().map(|snapshot| snapshot.hash);
        if let Some(asked) = state.asked.get_mut(&room) {
            (asked.is_open, asked.from) = (false, None);
            hash = asked.hash;
        }
        if let Some(snapshot) = snapshot.filter(|snapshot| hash == Some(snapshot.hash)) {
            state.keep(room, snapshot);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the pictures' lock panics")
    }
}

impl State {
    /// Keeps a picture in place of the room's last, and of those that nobody has looked at for longest.
    fn keep(&mut self, room: RoomId, snapshot: Snapshot) {
        self.forget(room);
        while self.kept.len() >= MAX_KEPT || self.kept_bytes + snapshot.jpeg.len() > MAX_KEPT_BYTES {
            let Some(oldest) = self.kept.iter().min_by_key(|(_, kept)| kept.wanted).map(|(room, _)| *room)
            else {
                break;
            };
            self.forget(oldest);
        }
        self.kept_bytes += snapshot.jpeg.len();
        self.kept.insert(room, Kept { snapshot, wanted: Instant::now() });
    }

    fn forget(&mut self, room: RoomId) {
        if let Some(kept) = self.kept.remove(&room) {
            self.kept_bytes -= kept.snapshot.jpeg.len();
        }
    }
}

/// How many pictures may still go out.
pub(super) struct Answers {
    start: Instant,
    bucket: Mutex<TokenBucket>,
}

impl Default for Answers {
    fn default() -> Self {
        Self { start: Instant::now(), bucket: Mutex::new(TokenBucket::new(BURST, PER_SECOND, Time::ZERO)) }
    }
}

impl Answers {
    fn take(&self) -> bool {
        let now = Time::ZERO + self.start.elapsed();
        self.bucket.lock().expect("no holder of the bucket's lock panics").take(now, 1).is_ok()
    }
}

impl Carrier {
    /// The newest picture of another host's room that is here. Begins to fetch the card's own where that is another,
    /// once for each. Where the card has none, what was here is forgotten.
    #[must_use]
    pub fn snapshot(&self, card: &SignedCard) -> Option<Snapshot> {
        let Some(hash) = card.card().snapshot else {
            self.snapshots().forget(card.room());
            return None;
        };
        if self.snapshots().begin(card.room(), hash) {
            let (carrier, card) = (self.clone(), card.clone());
            tokio::spawn(async move {
                let snapshot = carrier.fetch(&card, hash).await;
                carrier.snapshots().end(card.room(), snapshot);
            });
        }
        self.kept_snapshot(card.room())
    }

    /// The newest picture of another host's room that is here.
    #[must_use]
    pub fn kept_snapshot(&self, room: RoomId) -> Option<Snapshot> {
        self.snapshots().kept(room)
    }

    async fn fetch(&self, card: &SignedCard, hash: SnapshotHash) -> Option<Snapshot> {
        let _place = self.snapshots().fetching.acquire().await.ok()?;
        let host = card.card().peer.as_ref().and_then(peer_id);
        let mut asked: Vec<PeerId> =
            self.cards().listers(card.room()).into_iter().take(MAX_LISTERS).collect();
        asked.extend(host.filter(|host| !asked.contains(host)));
        for peer in asked {
            let addresses = if Some(peer) == host { read(&card.card().reach) } else { Vec::new() };
            let asking = async {
                self.network().dial(Some(peer), addresses).await.ok()?;
                let answer = self.snapshots().expect(card.room(), peer);
                self.means().links.send(peer, Message::AskSnapshot { room: card.room() });
                answer.await.ok()
            };
            let jpeg = timeout(ANSWER_WAIT, asking).await.ok().flatten();
            // Another picture than the card's may be a newer one, whose card is on its way.
            let snapshot = jpeg.and_then(Snapshot::new).filter(|snapshot| snapshot.hash == hash);
            if snapshot.is_some() {
                return snapshot;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;

    fn room(seed: u16) -> RoomId {
        let mut bytes = [7; 32];
        bytes[..2].copy_from_slice(&seed.to_be_bytes());
        RoomId::from_public_key(SigningKey::from_bytes(&bytes).verifying_key().to_bytes()).unwrap()
    }

    fn picture(bytes: usize, last: u8) -> Snapshot {
        let mut jpeg = vec![0; bytes];
        jpeg[..3].copy_from_slice(&JPEG);
        jpeg[bytes - 1] = last;
        Snapshot::new(jpeg.into()).unwrap()
    }

    #[test]
    fn only_a_small_jpeg_is_a_picture() {
        for bad in [&b""[..], b"GIF89a", b"<svg/>", &[0xFF, 0xD8]] {
            assert_eq!(Snapshot::new(Bytes::copy_from_slice(bad)), None);
        }
        let mut large = JPEG.to_vec();
        large.resize(MAX_SNAPSHOT_BYTES + 1, 0);
        assert_eq!(Snapshot::new(large.into()), None);
    }

    #[tokio::test(start_paused = true)]
    async fn pictures_are_few_and_those_that_are_looked_at_stay() {
        let snapshots = Snapshots::default();
        for seed in 0..MAX_KEPT as u16 {
            snapshots.end(room(seed), Some(picture(100, 0)));
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(snapshots.kept(room(0)).is_some());
        snapshots.end(room(9999), Some(picture(100, 0)));
        assert!(snapshots.kept(room(0)).is_some() && snapshots.kept(room(1)).is_none());
        for seed in 0..MAX_KEPT as u16 {
            snapshots.end(room(seed), Some(picture(MAX_SNAPSHOT_BYTES, 0)));
        }
        let state = snapshots.lock();
        assert_eq!(state.kept_bytes, state.kept.values().map(|kept| kept.snapshot.jpeg.len()).sum::<usize>());
        assert!(state.kept_bytes <= MAX_KEPT_BYTES && state.kept_bytes > MAX_KEPT_BYTES / 2);
    }

    #[tokio::test]
    async fn each_picture_is_asked_for_once_and_only_the_asked_answers() {
        let (snapshots, id) = (Snapshots::default(), room(1));
        let (first, second) = (picture(100, 1), picture(100, 2));
        assert!(snapshots.begin(id, first.hash));
        assert!(!snapshots.begin(id, first.hash) && !snapshots.begin(id, second.hash), "one at a time");
        let (asked, stranger) = (PeerId::random(), PeerId::random());
        let answer = snapshots.expect(id, asked);
        snapshots.hear(stranger, id, second.jpeg.clone());
        snapshots.hear(asked, room(2), second.jpeg.clone());
        snapshots.hear(asked, id, first.jpeg.clone());
        snapshots.hear(asked, id, second.jpeg.clone());
        assert_eq!(answer.await.unwrap(), first.jpeg);
        snapshots.end(id, Some(first.clone()));
        assert!(!snapshots.begin(id, first.hash));
        assert!(snapshots.begin(id, second.hash));
        snapshots.end(id, None);
        assert!(!snapshots.begin(id, second.hash), "what can't be had is not asked for again");
        assert_eq!(snapshots.kept(id), Some(first));
    }

    #[test]
    fn a_host_who_shows_none_any_more_is_believed() {
        let (snapshots, id, picture) = (Snapshots::default(), room(1), picture(100, 1));
        assert!(snapshots.begin(id, picture.hash));
        snapshots.end(id, Some(picture.clone()));
        assert!(snapshots.kept(id).is_some());
        snapshots.forget(id);
        assert_eq!((snapshots.kept(id), snapshots.lock().kept_bytes), (None, 0));
        // Shown again it is asked for again; and what comes too late is not kept.
        assert!(snapshots.begin(id, picture.hash));
        snapshots.forget(id);
        snapshots.end(id, Some(picture));
        assert_eq!(snapshots.kept(id), None);
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_bounded() {
        let answers = Answers::default();
        assert_eq!((0..1000).filter(|_| answers.take()).count(), BURST as usize);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..1000).filter(|_| answers.take()).count(), PER_SECOND as usize);
    }
}
