//! A film as it arrives: its bytes, and each chunk with the moment at which it came.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};
use reqwest::Response;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::in_time;
use crate::mp4::{Chunk, Cutter, whole_boxes};

/// The track of the picture.
const PICTURE: u32 = 1;

/// A film being recorded, until this is dropped or the film ends.
pub struct Tape {
    recorded: Arc<Mutex<Recorded>>,
    pictures: watch::Receiver<usize>,
    task: tokio::task::AbortHandle,
}

#[derive(Default)]
struct Recorded {
    bytes: BytesMut,
    pictures: Vec<Arrival>,
}

/// A picture's chunk and when it came.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When its last byte was there.
    pub at: Instant,
    /// The chunk.
    pub chunk: Chunk,
}

impl Tape {
    /// Records what is read here.
    #[must_use]
    pub fn of(reader: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let pieces = unfold(reader, async |mut reader| {
            let mut piece = BytesMut::with_capacity(64 * 1024);
            let count = reader.read_buf(&mut piece).await.ok().filter(|count| *count > 0);
            count.map(|_| (piece.freeze(), reader))
        });
        Self::start(pieces)
    }

    /// Records the body of this response.
    ///
    /// # Panics
    /// If it is a refusal.
    #[must_use]
    pub fn of_response(response: Response) -> Self {
        assert_eq!(response.status(), 200, "{}", response.url());
        let pieces = unfold(response, async |mut response| {
            let piece = response.chunk().await.ok().flatten();
            piece.map(|piece| (piece, response))
        });
        Self::start(pieces)
    }

    fn start(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        let recorded = Arc::<Mutex<Recorded>>::default();
        let (count, pictures) = watch::channel(0);
        let task = tokio::spawn(record(pieces, recorded.clone(), count)).abort_handle();
        Self { recorded, pictures, task }
    }

    /// The pictures so far.
    #[must_use]
    pub fn pictures(&self) -> Vec<Arrival> {
        self.recorded.lock().unwrap().pictures.clone()
    }

    /// Every byte so far, up to the last whole box.
    #[must_use]
    pub fn whole_bytes(&self) -> Bytes {
        let recorded = self.recorded.lock().unwrap();
        Bytes::copy_from_slice(whole_boxes(&recorded.bytes))
    }

    /// Waits until so many more pictures have come.
    ///
    /// # Panics
    /// If the film ends before.
    pub async fn more(&mut self, count: usize) {
        let wanted = *self.pictures.borrow() + count;
        let come = self.pictures.wait_for(|have| *have >= wanted);
        in_time("more pictures", come).await.expect("the film goes on");
    }

    /// The media time of the newest picture; 0 before there is one.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.recorded.lock().unwrap().pictures.last().map_or(0, |last| last.chunk.time)
    }

    /// Waits until a picture of this media time or a later one has come.
    pub async fn reaches(&mut self, time: u64) {
        while self.newest() < time {
            self.more(1).await;
        }
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The longest pause between two pictures, and at which place the second of them stands; `None` for fewer than two.
#[must_use]
pub fn longest_pause(pictures: &[Arrival]) -> Option<(Duration, usize)> {
    let pauses = pictures.windows(2).enumerate().map(|(at, pair)| (pair[1].at - pair[0].at, at + 1));
    pauses.max()
}

/// The places at which a picture is not the one right after that before it: chunks are missing in between.
#[must_use]
pub fn breaks(pictures: &[Arrival]) -> Vec<usize> {
    let follows = |pair: &[Arrival]| pair[0].chunk.sequence.wrapping_add(1) == pair[1].chunk.sequence;
    pictures.windows(2).enumerate().filter(|(_, pair)| !follows(pair)).map(|(at, _)| at + 1).collect()
}

async fn record(
    pieces: impl Stream<Item = Bytes>,
    recorded: Arc<Mutex<Recorded>>,
    count: watch::Sender<usize>,
) {
    let mut pieces = pin!(pieces);
    let mut cutter = Cutter::default();
    while let Some(piece) = pieces.next().await {
        let at = Instant::now();
        cutter.push(&piece);
        let mut recorded = recorded.lock().unwrap();
        recorded.bytes.extend_from_slice(&piece);
        while let Some(chunk) = cutter.next_chunk() {
            if chunk.track == PICTURE {
                recorded.pictures.push(Arrival { at, chunk });
            }
        }
        count.send_replace(recorded.pictures.len());
    }
}
