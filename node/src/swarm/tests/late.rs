//! Bytes that take their time.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};

/// How long each byte is on its way: half of a round trip across a continent.
pub(super) const ONE_WAY: Duration = Duration::from_millis(25);

/// A connection's end to which everything comes [`ONE_WAY`] later.
pub(super) struct Late<S> {
    stream: S,
    coming: VecDeque<(Instant, Vec<u8>)>,
    next: Pin<Box<Sleep>>,
    is_over: bool,
}

impl<S> Late<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, coming: VecDeque::new(), next: Box::pin(sleep(Duration::ZERO)), is_over: false }
    }
}

impl<S: AsyncRead + Unpin> Late<S> {
    /// Takes in what has been sent, each with the time at which it arrives.
    fn collect(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let mut buffer = [0; 4096];
        while !self.is_over {
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(read) => {
                    let read = read?;
                    self.is_over = read == 0;
                    self.coming.push_back((Instant::now() + ONE_WAY, buffer[..read].to_vec()));
                }
                Poll::Pending => break,
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Late<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut [u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.collect(cx)?;
        let Some((due, bytes)) = this.coming.front_mut() else {
            return if this.is_over { Poll::Ready(Ok(0)) } else { Poll::Pending };
        };
        this.next.as_mut().reset(*due);
        ready!(this.next.as_mut().poll(cx));
        let taken = bytes.len().min(to.len());
        to[..taken].copy_from_slice(&bytes[..taken]);
        bytes.drain(..taken);
        if bytes.is_empty() {
            this.coming.pop_front();
        }
        Poll::Ready(Ok(taken))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Late<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(cx)
    }
}
