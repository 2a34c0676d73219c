//! The ring against a plain model, and under every interleaving that loom finds.

use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::{Chunk, MediaTime, UnixMs};

use super::*;

/// The chunk pushed as number `sequence`: 40 ms of `bytes` bytes.
fn chunk(sequence: u64, starts_group: bool, bytes: usize) -> Chunk {
    Chunk {
        sequence,
        group: 0,
        starts_group,
        init_version: 0,
        time: MediaTime::from_micros(sequence * 40_000),
        duration: Duration::from_millis(40),
        captured: UnixMs(0),
        payload: Bytes::from(vec![0; bytes]),
    }
}

#[cfg(not(feature = "loom"))]
mod model {
    use std::task::Waker;

    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { bytes: 1000, span: Duration::from_millis(400) };

    fn poll(reader: &mut Reader) -> Poll<Option<Next>> {
        reader.poll_next(&mut Context::from_waker(Waker::noop()))
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push { starts_group: bool, bytes: usize },
        Read { reader: usize },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (prop::bool::weighted(0.3), 1..400_usize)
                .prop_map(|(starts_group, bytes)| Step::Push { starts_group, bytes }),
            (0..3_usize).prop_map(|reader| Step::Read { reader }),
        ]
    }

    /// Everything ever pushed, and what the ceilings leave of it, by the plainest means.
    #[derive(Default)]
    struct Model {
        all: Vec<Chunk>,
        oldest: usize,
    }

    impl Model {
        fn push(&mut self, chunk: Chunk) {
            self.all.push(chunk);
            loop {
                let kept = &self.all[self.oldest..];
                let bytes: usize = kept.iter().map(|chunk| chunk.payload.len()).sum();
                let span = Duration::from_millis(40) * kept.len() as u32;
                if kept.len() == 1 || (bytes <= LIMITS.bytes && span <= LIMITS.span) {
                    return;
                }
                let next_group = (self.oldest + 1..self.all.len()).find(|&at| self.all[at].starts_group);
                self.oldest = next_group.unwrap_or(self.oldest + 1);
            }
        }

        /// What a reader at `position` gets, and where it is then.
        fn read(&self, position: usize, seeks_group: bool) -> (Option<Next>, usize, bool) {
            if position < self.oldest {
                let kept = self.oldest..self.all.len();
                let resume = kept.rev().find(|&at| self.all[at].starts_group).unwrap_or(self.all.len());
                return (Some(Next::Lagged((resume - position) as u64)), resume, true);
            }
            match (position..self.all.len()).find(|&at| !seeks_group || self.all[at].starts_group) {
                Some(at) => (Some(Next::Item(self.all[at].clone())), at + 1, false),
                None => (None, self.all.len(), seeks_group),
            }
        }
    }

    proptest! {
        #[test]
        fn behaves_as_the_model(steps in prop::collection::vec(step(), 1..300)) {
            let ring = Ring::new(LIMITS);
            let mut model = Model::default();
            let mut readers: Vec<_> =
                (0..3).map(|_| (ring.reader(Start::Oldest).unwrap(), 0, true)).collect();
            for step in steps {
                match step {
                    Step::Push { starts_group, bytes } => {
                        let chunk = chunk(model.all.len() as u64, starts_group, bytes);
                        ring.push(chunk.clone());
                        model.push(chunk);
                        prop_assert_eq!(ring.lock().oldest as usize, model.oldest);
                    }
                    Step::Read { reader } => {
                        let (reader, position, seeks_group) = &mut readers[reader];
                        let (expected, at, seeks) = model.read(*position, *seeks_group);
                        (*position, *seeks_group) = (at, seeks);
                        match poll(reader) {
                            Poll::Ready(next) => prop_assert_eq!(next, expected),
                            Poll::Pending => prop_assert_eq!(None, expected),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn starts_where_it_is_told_to() {
        let ring = Ring::new(Limits::default());
        for at in 0..6 {
            ring.push(chunk(at, at % 3 == 0, 1));
        }
        let first = |start| match poll(&mut ring.reader(start).unwrap()) {
            Poll::Ready(Some(Next::Item(chunk))) => Some(chunk.sequence),
            _ => None,
        };
        assert_eq!(first(Start::Oldest), Some(0));
        assert_eq!(first(Start::NewestGroup), Some(3));
        assert_eq!(first(Start::By(MediaTime::from_micros(120_000))), Some(3));
        assert_eq!(first(Start::By(MediaTime::from_micros(119_999))), Some(0));
        assert_eq!(first(Start::NextGroup), None);
        assert_eq!(first(Start::At(MediaTime::from_micros(79_999))), Some(1));
        assert_eq!(first(Start::At(MediaTime::from_micros(80_000))), Some(2));
        assert_eq!(first(Start::At(MediaTime::from_micros(1_000_000))), None);
        let reader = ring.reader(Start::NewestGroup).unwrap();
        assert_eq!(reader.time(), Some(MediaTime::from_micros(120_000)));
        assert_eq!(ring.newest().map(|(group, newest)| (group.sequence, newest.sequence)), Some((3, 5)));
    }

    #[test]
    fn closing_ends_readers_and_forgets() {
        let ring = Ring::new(Limits::default());
        ring.push(chunk(0, true, 1));
        let mut reader = ring.reader(Start::Oldest).unwrap();
        ring.close();
        ring.push(chunk(1, true, 1));
        assert_eq!(poll(&mut reader), Poll::Ready(None));
        assert_eq!(ring.newest(), None);
    }

    #[test]
    fn readers_are_bounded_and_give_their_place_back() {
        let ring = Ring::new(Limits::default());
        let mut readers: Vec<_> = (0..MAX_READERS).map(|_| ring.reader(Start::Oldest).unwrap()).collect();
        assert_eq!(ring.reader(Start::Oldest).err(), Some(Full));
        assert_eq!(poll(&mut readers[0]), Poll::Pending);
        readers.clear();
        assert!(ring.reader(Start::Oldest).is_ok());
        assert!(ring.lock().waiting.is_empty());
    }
}

#[cfg(feature = "loom")]
mod interleavings {
    use super::*;

    #[test]
    fn no_push_is_missed_and_no_reader_sleeps_on() {
        loom::model(|| {
            let ring = Ring::new(Limits::default());
            let mut reader = ring.reader(Start::Oldest).unwrap();
            let writer = loom::thread::spawn(move || {
                ring.push(chunk(0, true, 1));
                ring.push(chunk(1, false, 1));
                ring.close();
            });
            loom::future::block_on(async {
                let mut expected = 0;
                while let Some(Next::Item(chunk)) = reader.next().await {
                    assert_eq!(chunk.sequence, expected);
                    expected += 1;
                }
            });
            writer.join().unwrap();
        });
    }

    #[test]
    fn a_reader_that_lags_learns_the_exact_number() {
        loom::model(|| {
            let ring = Ring::new(Limits { bytes: 1, span: Duration::from_secs(1) });
            let mut reader = ring.reader(Start::Oldest).unwrap();
            let writer = loom::thread::spawn({
                let ring = ring.clone();
                move || (0..3).for_each(|at| ring.push(chunk(at, true, 1)))
            });
            loom::future::block_on(async {
                let mut seen = 0;
                while seen < 3 {
                    match reader.next().await {
                        Some(Next::Item(chunk)) => {
                            assert_eq!(chunk.sequence, seen);
                            seen += 1;
                        }
                        Some(Next::Lagged(lost)) => seen += lost,
                        None => unreachable!("nobody closes the ring"),
                    }
                }
            });
            writer.join().unwrap();
        });
    }
}
