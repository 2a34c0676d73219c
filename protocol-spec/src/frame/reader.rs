//! Takes a stream apart into frames, in pieces of any size, without copying bodies.

use bytes::{Buf, BytesMut};

use super::{Frame, FrameError, HEAD_BYTES, Kind};

/// Reads one stream.
///
/// [`push`](Self::push) what arrives, then take every [`next`](Self::next). After an error the stream can't be read on:
/// it stays an error.
#[derive(Debug)]
pub struct Reader {
    pub(super) buffer: BytesMut,
    objects: bool,
    failed: Option<FrameError>,
}

impl Reader {
    /// Reads a stream on which messages alone are sent.
    #[must_use]
    pub fn messages() -> Self {
        Self { buffer: BytesMut::new(), objects: false, failed: None }
    }

    /// Reads a stream of objects, with messages between them.
    #[must_use]
    pub fn objects() -> Self {
        Self { objects: true, ..Self::messages() }
    }

    /// Takes in what arrived, by copying it. A long frame gets its memory as it arrives: a head alone, which costs its
    /// sender five bytes, must not cost the receiver two megabytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame, where all of it is there. Its body shares the memory into which it was pushed.
    ///
    /// # Errors
    /// A [`FrameError`] as soon as a head can't be right, before any of its body is waited for.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would be at its end where this only waits"
    )]
    pub fn next(&mut self) -> Result<Option<Frame>, FrameError> {
        let Some((kind, length)) = self.head()? else { return Ok(None) };
        if self.buffer.len() < HEAD_BYTES + length {
            return Ok(None);
        }
        self.buffer.advance(HEAD_BYTES);
        let body = self.buffer.split_to(length).freeze();
        Ok(Some(match kind {
            Kind::Object => Frame::Object(body),
            Kind::Message => Frame::Message(body),
        }))
    }

    /// Checks that the stream did not end within a frame.
    ///
    /// # Errors
    /// [`FrameError::Truncated`] where it did, or what was wrong before.
    pub fn finish(mut self) -> Result<(), FrameError> {
        self.head()?;
        if self.buffer.is_empty() { Ok(()) } else { Err(FrameError::Truncated) }
    }

    /// The kind and the length that the head at the front gives, where it is there.
    fn head(&mut self) -> Result<Option<(Kind, usize)>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let Some(&[a, b, c, d, kind]) = self.buffer.first_chunk::<HEAD_BYTES>() else { return Ok(None) };
        let length = u32::from_be_bytes([a, b, c, d]);
        let head = Kind::from_byte(kind).and_then(|kind| match kind {
            Kind::Object if !self.objects => Err(FrameError::Object),
            _ if length == 0 => Err(FrameError::Empty),
            _ if length as usize > kind.max_bytes() => Err(FrameError::TooLong(length)),
            _ => Ok(Some((kind, length as usize))),
        });
        if let Err(error) = head {
            self.failed = Some(error);
            // Nothing more will be read: what was buffered goes now.
            self.buffer = BytesMut::new();
        }
        head
    }
}
