//! The boxes of a fragmented MP4 (ISO/IEC 14496-12), as far as the tests look into them.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::in_time;

/// A box: its type and what is in it, without the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mp4Box {
    /// The four letters.
    pub kind: [u8; 4],
    /// The content.
    pub body: Bytes,
}

impl Mp4Box {
    /// The boxes within this one.
    #[must_use]
    pub fn children(&self) -> Vec<Self> {
        split(&self.body)
    }

    /// The first box of this type at the end of a path such as `["traf", "tfhd"]`.
    #[must_use]
    pub fn find(&self, path: &[&[u8; 4]]) -> Option<Self> {
        let (first, rest) = path.split_first()?;
        let found = self.children().into_iter().find(|child| child.kind == **first)?;
        if rest.is_empty() { Some(found) } else { found.find(rest) }
    }

    fn u32_at(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.body[at..at + 4].try_into().expect("four bytes"))
    }
}

/// Cuts bytes that hold whole boxes and nothing else.
///
/// # Panics
/// If they hold anything else.
#[must_use]
pub fn split(bytes: &Bytes) -> Vec<Mp4Box> {
    let mut rest = BytesMut::from(&bytes[..]);
    let boxes = std::iter::from_fn(|| take(&mut rest)).collect();
    assert!(rest.is_empty(), "{} bytes after the last whole box", rest.len());
    boxes
}

/// A film that was cut off in the middle of a box, without that box, and without a `moof` of which the `mdat` is missing.
#[must_use]
pub fn whole_boxes(film: &[u8]) -> &[u8] {
    let (mut whole, mut at) = (0, 0);
    while let Some(head) = film.get(at..at + 8) {
        let size = u32::from_be_bytes(head[..4].try_into().expect("four bytes")) as usize;
        if size < 8 || at + size > film.len() {
            break;
        }
        at += size;
        if &head[4..] != b"moof" {
            whole = at;
        }
    }
    &film[..whole]
}

/// Takes the first box off if it is whole.
fn take(buffer: &mut BytesMut) -> Option<Mp4Box> {
    let size = u32::from_be_bytes(buffer.get(..4)?.try_into().ok()?) as usize;
    let kind = buffer.get(4..8)?.try_into().ok()?;
    assert!(size >= 8, "a box of {size} bytes: {kind:?}");
    let whole = (buffer.len() >= size).then(|| buffer.split_to(size).freeze())?;
    Some(Mp4Box { kind, body: whole.slice(8..) })
}

/// A chunk of one track: a `moof` with its `mdat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The track's number: 1 the picture, 2 the sound.
    pub track: u32,
    /// Its number within the track (`mfhd`): the one before it had one less.
    pub sequence: u32,
    /// Media time of the first sample (`tfdt`), in the track's ticks.
    pub time: u64,
    /// The samples, one after the other.
    pub data: Bytes,
}

/// Cuts a film into its chunks, of bytes that come in pieces.
#[derive(Debug, Default)]
pub struct Cutter {
    buffer: BytesMut,
    head: Option<Mp4Box>,
}

impl Cutter {
    /// Takes a piece.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next box, once it is whole.
    pub fn next_box(&mut self) -> Option<Mp4Box> {
        take(&mut self.buffer)
    }

    /// The next chunk, once it is whole; boxes between chunks are passed over.
    pub fn next_chunk(&mut self) -> Option<Chunk> {
        loop {
            let found = self.next_box()?;
            match (&found.kind, self.head.take()) {
                (b"moof", _) => self.head = Some(found),
                (b"mdat", Some(head)) => return Some(chunk(&head, found.body)),
                _ => {}
            }
        }
    }
}

/// An endless MP4 as it arrives.
pub struct Stream {
    response: Response,
    cutter: Cutter,
}

impl Stream {
    /// Reads the body of this response.
    ///
    /// # Panics
    /// If it is a refusal.
    #[must_use]
    pub fn new(response: Response) -> Self {
        assert_eq!(response.status(), 200, "{}", response.url());
        Self { response, cutter: Cutter::default() }
    }

    /// The next box; `None` where the stream ends.
    pub async fn next_box(&mut self) -> Option<Mp4Box> {
        loop {
            if let Some(found) = self.cutter.next_box() {
                return Some(found);
            }
            self.read().await?;
        }
    }

    /// The next chunk; boxes between chunks are passed over. `None` where the stream ends.
    pub async fn next_chunk(&mut self) -> Option<Chunk> {
        loop {
            if let Some(found) = self.cutter.next_chunk() {
                return Some(found);
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Option<()> {
        let more =
            in_time("more of the stream", self.response.chunk()).await.expect("the stream is not torn")?;
        self.cutter.push(&more);
        Some(())
    }
}

/// The chunks in these bytes.
#[must_use]
pub fn chunks(bytes: &Bytes) -> Vec<Chunk> {
    let boxes = split(bytes);
    let pair = |pair: &[Mp4Box]| {
        (pair[0].kind == *b"moof" && pair[1].kind == *b"mdat").then(|| chunk(&pair[0], pair[1].body.clone()))
    };
    boxes.windows(2).filter_map(pair).collect()
}

fn chunk(moof: &Mp4Box, data: Bytes) -> Chunk {
    let tfhd = moof.find(&[b"traf", b"tfhd"]).expect("a moof has a tfhd");
    let tfdt = moof.find(&[b"traf", b"tfdt"]).expect("a CMAF chunk has a tfdt");
    // Version 1 of tfdt has 64 bits.
    let time = match tfdt.body[0] {
        0 => tfdt.u32_at(4).into(),
        _ => u64::from(tfdt.u32_at(4)) << 32 | u64::from(tfdt.u32_at(8)),
    };
    let mfhd = moof.find(&[b"mfhd"]).expect("a moof has an mfhd");
    Chunk { track: tfhd.u32_at(4), sequence: mfhd.u32_at(4), time, data }
}
