//! One stream of a connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{AsyncRead, AsyncWrite, ready};
use quinn::{RecvStream, SendStream};

/// One bidirectional stream.
///
/// Closing it ends our half in good order: what was written still gets through, as long as the connection stands. So does
/// dropping it, as with stock libp2p-quic: libp2p's table and its `autonat` answer and let go without closing, and a reset
/// would take the answer back. Whoever must know a whole message from half of one says how long it is. The other half is
/// told to stop.
#[derive(Debug)]
pub(super) struct Substream {
    send: SendStream,
    receive: RecvStream,
    is_closed: bool,
    /// The other end has reset its half; quinn says so once.
    was_reset: bool,
}

impl Substream {
    pub(super) fn new((send, receive): (SendStream, RecvStream)) -> Self {
        Self { send, receive, is_closed: false, was_reset: false }
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
