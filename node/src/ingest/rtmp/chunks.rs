//! Messages in chunks (RTMP 1.0, section 5.3): bytes to messages, and messages to bytes.

use std::collections::BTreeMap;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::Refusal;

/// The longest video message: keyframes above it would not fit into a chunk of the room anyway.
const MAX_VIDEO_BYTES: usize = 4 * 1024 * 1024;
/// The longest message of another kind: a frame of AAC has 8 kB at most, metadata and commands fewer.
const MAX_OTHER_BYTES: usize = 64 * 1024;
/// What may be kept of messages that are not complete, over all chunk streams.
const MAX_PARTIAL_BYTES: usize = MAX_VIDEO_BYTES + 4 * MAX_OTHER_BYTES;
/// The most chunk streams. Programs use three to five.
const MAX_STREAMS: usize = 16;
/// Bytes per chunk until the sender says otherwise (section 5.4.1).
const INITIAL_CHUNK_BYTES: usize = 128;
/// A timestamp field with this value is followed by the whole one in four bytes.
const EXTENDED: u32 = 0x00ff_ffff;

/// Kinds of messages (sections 5.4, 6.2 and 7.1).
pub(super) mod kind {
    pub(in super::super) const SET_CHUNK_SIZE: u8 = 1;
    pub(in super::super) const ABORT: u8 = 2;
    pub(in super::super) const ACKNOWLEDGEMENT: u8 = 3;
    pub(in super::super) const USER_CONTROL: u8 = 4;
    pub(in super::super) const WINDOW_SIZE: u8 = 5;
    pub(in super::super) const PEER_BANDWIDTH: u8 = 6;
    pub(in super::super) const AUDIO: u8 = 8;
    pub(in super::super) const VIDEO: u8 = 9;
    pub(in super::super) const DATA_AMF3: u8 = 15;
    pub(in super::super) const COMMAND_AMF3: u8 = 17;
    pub(in super::super) const DATA: u8 = 18;
    pub(in super::super) const COMMAND: u8 = 20;
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// What it is; see [`kind`].
    pub(super) kind: u8,
    /// The stream within the connection that it belongs to; 0 for the connection.
    pub(super) stream: u32,
    /// Milliseconds on the sender's clock, which wraps.
    pub(super) timestamp_ms: u32,
    /// Its content.
    pub(super) body: Bytes,
}

/// Puts messages together. It obeys the messages of its own layer (chunk size, abort) and hands on the others.
pub(super) struct ChunkReader {
    chunk_bytes: usize,
    /// Bytes that do not make a whole header yet; fewer than [`MAX_HEADER_BYTES`](Self::MAX_HEADER_BYTES).
    pending: BytesMut,
    /// The chunk whose content is being read, and how much of it is missing.
    current: Option<(u32, usize)>,
    streams: BTreeMap<u32, ChunkStream>,
    partial_bytes: usize,
}

/// What later chunks of one chunk stream leave out because it has not changed.
#[derive(Debug, Clone, Default)]
struct ChunkStream {
    kind: u8,
    stream: u32,
    timestamp_ms: u32,
    delta_ms: u32,
    extended: bool,
    length: usize,
    body: BytesMut,
}

impl Default for ChunkReader {
    fn default() -> Self {
        Self {
            chunk_bytes: INITIAL_CHUNK_BYTES,
            pending: BytesMut::new(),
            current: None,
            streams: BTreeMap::new(),
            partial_bytes: 0,
        }
    }
}

impl ChunkReader {
    /// The basic header, the message header and the extended timestamp at their longest.
    const MAX_HEADER_BYTES: usize = 3 + 11 + 4;

    /// Takes bytes and appends the messages that are complete with them.
    pub(super) fn receive(&mut self, mut bytes: &[u8], messages: &mut Vec<Message>) -> Result<(), Refusal> {
        while !bytes.is_empty() {
            let Some((id, missing)) = self.current else {
                self.receive_header(&mut bytes)?;
                messages.extend(self.complete()?);
                continue;
            };
            let (piece, rest) = bytes.split_at(missing.min(bytes.len()));
            bytes = rest;
            self.partial_bytes += piece.len();
            if self.partial_bytes > MAX_PARTIAL_BYTES {
                return Err(Refusal::TooLarge);
            }
            self.stream(id).body.extend_from_slice(piece);
            self.current = Some((id, missing - piece.len()));
            messages.extend(self.complete()?);
        }
        Ok(())
    }

    /// Takes from `bytes` until a header is whole; the rest of `bytes` is the content that follows.
    fn receive_header(&mut self, bytes: &mut &[u8]) -> Result<(), Refusal> {
        let before = self.pending.len();
        let more = (Self::MAX_HEADER_BYTES - before).min(bytes.len());
        self.pending.extend_from_slice(&bytes[..more]);
        let head = std::mem::take(&mut self.pending);
        let mut cursor = &head[..];
        if self.read_header(&mut cursor)?.is_some() {
            // A header that was not whole before ends within what was added now.
            bytes.advance(head.len() - cursor.len() - before);
        } else {
            bytes.advance(more);
            self.pending = head;
        }
        Ok(())
    }

    /// Reads a chunk's header (section 5.3.1); `None` where it is not whole.
    fn read_header(&mut self, from: &mut &[u8]) -> Result<Option<()>, Refusal> {
        let Ok(first) = from.try_get_u8() else {
            return Ok(None);
        };
        let (form, id) = (first >> 6, first & 0x3f);
        let id = match id {
            0 => from.try_get_u8().map(|id| u32::from(id) + 64),
            1 => from.try_get_u16_le().map(|id| u32::from(id) + 64),
            id => Ok(id.into()),
        };
        let Ok(id) = id else { return Ok(None) };
        let known = self.streams.get(&id);
        if known.is_none() && (form != 0 || self.streams.len() >= MAX_STREAMS) {
            return Err(Refusal::Malformed);
        }
        // The body stays where it is; only what a header says is replaced.
        let mut header = known.map_or_else(ChunkStream::default, ChunkStream::without_body);
        let continues = known.is_some_and(|known| !known.body.is_empty());
        if header.read(form, continues, from).is_none() {
            return Ok(None);
        }
        if header.length > longest(header.kind) {
            return Err(Refusal::TooLarge);
        }
        let stream = self.stream(id);
        if form != 3 && continues {
            // A new message begins before the last one is complete.
            return Err(Refusal::Malformed);
        }
        header.body = std::mem::take(&mut stream.body);
        let missing = (header.length - header.body.len()).min(self.chunk_bytes);
        self.streams.insert(id, header);
        self.current = Some((id, missing));
        Ok(Some(()))
    }

    /// The message that is complete now, if one is; ends the current chunk where it is read.
    fn complete(&mut self) -> Result<Option<Message>, Refusal> {
        let Some((id, 0)) = self.current else {
            return Ok(None);
        };
        self.current = None;
        let stream = self.stream(id);
        if stream.body.len() < stream.length {
            return Ok(None);
        }
        let body = std::mem::take(&mut stream.body).freeze();
        let message =
            Message { kind: stream.kind, stream: stream.stream, timestamp_ms: stream.timestamp_ms, body };
        self.partial_bytes -= message.body.len();
        self.obey(message)
    }

    /// Obeys a message of this layer (section 5.4) and gives back any other.
    fn obey(&mut self, message: Message) -> Result<Option<Message>, Refusal> {
        let number = || (&message.body[..]).try_get_u32().map_err(|_| Refusal::Malformed);
        match message.kind {
            kind::SET_CHUNK_SIZE => match number()? {
                size @ 1..=0x7fff_ffff => self.chunk_bytes = size as usize,
                _ => return Err(Refusal::Malformed),
            },
            kind::ABORT => {
                if let Some(aborted) = self.streams.get_mut(&number()?) {
                    self.partial_bytes -= std::mem::take(&mut aborted.body).len();
                }
            }
            _ => return Ok(Some(message)),
        }
        Ok(None)
    }

    fn stream(&mut self, id: u32) -> &mut ChunkStream {
        self.streams.entry(id).or_default()
    }
}

impl ChunkStream {
    fn without_body(&self) -> Self {
        Self { body: BytesMut::new(), ..*self }
    }

    /// Reads a message header (section 5.3.1.2) of this form; `None` where it is not whole. `continues` if it
    /// stands within a message.
    fn read(&mut self, form: u8, continues: bool, from: &mut &[u8]) -> Option<()> {
        let mut time = match form {
            3 => 0,
            _ => from.try_get_uint(3).ok()? as u32,
        };
        if form < 3 {
            self.extended = time == EXTENDED;
        }
        if form < 2 {
            self.length = from.try_get_uint(3).ok()? as usize;
            self.kind = from.try_get_u8().ok()?;
        }
        if form == 0 {
            self.stream = from.try_get_u32_le().ok()?;
        }
        if self.extended {
            time = from.try_get_u32().ok()?;
        }
        match form {
            0 => (self.timestamp_ms, self.delta_ms) = (time, 0),
            1 | 2 => {
                self.delta_ms = time;
                self.timestamp_ms = self.timestamp_ms.wrapping_add(time);
            }
            // The first chunk of another message with everything as before, even the step in time.
            _ if !continues => self.timestamp_ms = self.timestamp_ms.wrapping_add(self.delta_ms),
            _ => {}
        }
        Some(())
    }
}

fn longest(kind: u8) -> usize {
    if kind == kind::VIDEO { MAX_VIDEO_BYTES } else { MAX_OTHER_BYTES }
}

/// Writes a message in chunks of the initial size, each with the smallest header that is always right.
pub(super) fn write(message: &Message, out: &mut Vec<u8>) {
    // Chunk stream 2 is kept for the protocol itself (section 5.3.1.1); 3 is as good as any for the rest.
    let id = if message.kind <= kind::PEER_BANDWIDTH { 2 } else { 3 };
    out.put_u8(id);
    out.put_uint(message.timestamp_ms.min(EXTENDED - 1).into(), 3);
    out.put_uint(message.body.len() as u64, 3);
    out.put_u8(message.kind);
    out.put_u32_le(message.stream);
    for (at, piece) in message.body.chunks(INITIAL_CHUNK_BYTES).enumerate() {
        if at > 0 {
            out.put_u8(3 << 6 | id);
        }
        out.put_slice(piece);
    }
}

#[cfg(test)]
#[path = "chunks_tests.rs"]
mod tests;
