//! One stream of a connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{AsyncRead, AsyncWrite, ready};
use quinn::{RecvStream, SendStream, VarInt};

/// Why a stream is reset, as QUIC tells the other end. libp2p gives this number no meaning.
const DROPPED: VarInt = VarInt::from_u32(0);

/// One bidirectional stream.
///
/// Closing it ends our half in good order: what was written still gets through, as long as the connection stands.
/// Dropped before, it is reset: the other end reads an error (`ConnectionReset`), so that half a message is never taken for
/// a whole one. Not so where the other half has been read to its end: libp2p's Kademlia answers, sees that nothing more
/// is asked, and drops the stream; a reset would take the answer back. Whatever happens to our half, the other one can
/// be read to its end.
#[derive(Debug)]
pub(super) struct Substream {
    send: SendStream,
    receive: RecvStream,
    is_closed: bool,
    /// The other end has closed its half, and all of it was read.
    is_read: bool,
    /// The other end has reset its half; quinn says so once.
    was_reset: bool,
}

impl Substream {
    pub(super) fn new((send, receive): (SendStream, RecvStream)) -> Self {
        Self { send, receive, is_closed: false, is_read: false, was_reset: false }
    }
}

impl AsyncRead for Substream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.was_reset {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let read = ready!(self.receive.poll_read(cx, buffer)).map_err(io::Error::from);
        self.was_reset = matches!(&read, Err(error) if error.kind() == io::ErrorKind::ConnectionReset);
        self.is_read |= matches!(&read, Ok(0)) && !buffer.is_empty();
        Poll::Ready(read)
    }
}

impl AsyncWrite for Substream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.send).poll_write(cx, bytes).map_err(io::Error::from)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Everything written is on its way already.
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_closed {
            self.send.finish().map_err(io::Error::other)?;
            self.is_closed = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Substream {
    fn drop(&mut self) {
        // Either fails where there is nothing left to end.
        if !self.is_closed {
            let _ = if self.is_read { self.send.finish() } else { self.send.reset(DROPPED) };
        }
    }
}
