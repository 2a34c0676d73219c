//! One stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{AsyncRead, AsyncWrite};

use super::limits::Permits;

/// What the side that was asked sends first, once its program has the stream.
pub(crate) const TAKEN: u8 = 1;

/// A stream to or from a peer. Closing it ends our half in good order, and so does dropping it.
#[derive(Debug)]
pub(crate) struct Stream {
    inner: libp2p::Stream,
    greeting: Greeting,
    relayed: bool,
    _permits: Option<Permits>,
}

/// How far the [`TAKEN`] byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Greeting {
    /// Not written.
    Owed,
    /// Written, and perhaps still in a buffer.
    Written,
    /// Sent, or not ours to send.
    Done,
}

impl Stream {
    /// A stream that the peer has taken.
    pub(super) fn outbound(stream: libp2p::Stream, relayed: bool) -> Self {
        Self { inner: stream, greeting: Greeting::Done, relayed, _permits: None }
    }

    /// A stream that the peer opened, and that we have not taken yet.
    pub(super) fn inbound(stream: libp2p::Stream, permits: Permits) -> Self {
        Self { inner: stream, greeting: Greeting::Owed, relayed: false, _permits: Some(permits) }
    }

    /// Whether we opened it over a relay's circuit; there may be a better way by now.
    pub(crate) fn is_relayed(&self) -> bool {
        self.relayed
    }

    fn poll_greet(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut stream = Pin::new(&mut self.inner);
        if self.greeting == Greeting::Owed {
            if ready!(stream.as_mut().poll_write(cx, &[TAKEN]))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.greeting = Greeting::Written;
        }
        if self.greeting == Greeting::Written {
            ready!(stream.poll_flush(cx))?;
            self.greeting = Greeting::Done;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        // What the peer has sent can be read while our byte still waits.
        if let Poll::Ready(Err(error)) = self.poll_greet(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_greet(cx))?;
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_greet(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_greet(cx))?;
        Pin::new(&mut self.inner).poll_close(cx)
    }
}
