//! A socket that does not wait for ever: a peer that stops reading is dropped after a while.
//!
//! Reads need no such limit: hyper has one for request headers, and bodies are read under one of their own.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A socket whose writes fail once none has gone forward for [`Patience::stall`].
pub(super) struct Patience<S> {
    socket: S,
    stall: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patience<S> {
    /// A socket that waits at most `stall` for its peer to take bytes.
    pub(super) fn new(socket: S, stall: Duration) -> Self {
        Self { socket, stall, waiting: None }
    }

    /// Passes progress on; while there is none, runs the clock.
    fn watch<T>(&mut self, context: &mut Context<'_>, write: Poll<Result<T>>) -> Poll<Result<T>> {
        if write.is_ready() {
            self.waiting = None;
            return write;
        }
        let deadline = self.waiting.get_or_insert_with(|| Box::pin(sleep(self.stall)));
        ready!(deadline.as_mut().poll(context));
        deadline.as_mut().reset(Instant::now() + self.stall);
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the peer takes no more bytes")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patience<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patience<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let write = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.watch(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let write = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.watch(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_stops_reading_is_given_up() {
        let (near, _far) = duplex(4);
        let started = Instant::now();
        let error = Patience::new(near, Duration::from_secs(20)).write_all(&[0; 5]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(started.elapsed().as_secs(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_peer_that_reads_is_not() {
        let (near, mut far) = duplex(4);
        let reading = async {
            for _ in 0..5 {
                sleep(Duration::from_secs(15)).await;
                far.read_exact(&mut [0; 4]).await.unwrap();
            }
        };
        let mut near = Patience::new(near, Duration::from_secs(20));
        let (written, ()) = tokio::join!(near.write_all(&[0; 24]), reading);
        written.unwrap();
    }
}
