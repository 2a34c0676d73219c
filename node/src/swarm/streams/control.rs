//! Opening streams.

use std::io;

use futures::AsyncReadExt;
use libp2p::{PeerId, StreamProtocol};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::registry::{Opened, Registry, Request};
use super::{Stream, TAKEN};

/// Opens streams to connected peers; clones are handles to the same swarm.
#[derive(Debug, Clone)]
pub(crate) struct Control(Registry);

/// Why there is no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    /// No connection to the peer, or it broke meanwhile: connect first.
    #[error("there is no connection to this peer")]
    NotConnected,
    /// The peer doesn't speak the protocol: it is an older or another program.
    #[error("the peer does not speak {0}")]
    Unsupported(StreamProtocol),
    /// The peer doesn't take the stream: it has as many as it serves.
    #[error("the peer takes no further stream")]
    Refused,
    /// The peer did not answer in time.
    #[error("the peer did not answer in time")]
    TimedOut,
    /// Too many streams to this peer are being opened already; the caller is at fault.
    #[error("too many streams to this peer are being opened at once")]
    TooMany,
}

impl OpenError {
    /// Why a stream ended before the peer took it.
    pub(super) fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => Self::Refused,
            _ => Self::NotConnected,
        }
    }
}

impl Control {
    pub(super) fn new(registry: Registry) -> Self {
        Self(registry)
    }

    /// Opens a stream over the best connection to the peer: a direct one before a relayed one, and of those the newest.
    /// Returns when the peer's program has taken it. Never dials.
    ///
    /// Any number of streams may be opened at once, up to [`Limits::opening_per_peer`].
    ///
    /// [`Limits::opening_per_peer`]: super::Limits::opening_per_peer
    pub(crate) async fn open(&self, peer: PeerId, protocol: StreamProtocol) -> Result<Stream, OpenError> {
        let taken = async {
            let (Opened { mut stream, permit }, relayed) = self.negotiate(peer, protocol).await?;
            let mut answer = [0];
            stream.read_exact(&mut answer).await.map_err(|error| OpenError::from_io(&error))?;
            drop(permit);
            if answer == [TAKEN] { Ok(Stream::outbound(stream, relayed)) } else { Err(OpenError::Refused) }
        };
        timeout(self.0.limits().opening_time, taken).await.unwrap_or(Err(OpenError::TimedOut))
    }

    /// Whether there is a direct connection to this peer.
    pub(crate) fn is_direct(&self, peer: PeerId) -> bool {
        self.0.is_direct(&peer)
    }

    /// How many peers are connected.
    #[cfg(test)]
    pub(super) fn known_peers(&self) -> usize {
        self.0.len()
    }

    async fn negotiate(&self, peer: PeerId, protocol: StreamProtocol) -> Result<(Opened, bool), OpenError> {
        loop {
            let (requests, permit, relayed) = self.0.best(&peer)?;
            let (reply, answer) = oneshot::channel();
            let request = Request { protocol: protocol.clone(), reply, permit };
            if requests.send(request).await.is_ok()
                && let Ok(opened) = answer.await
            {
                return opened.map(|opened| (opened, relayed));
            }
            // The connection went before it got to it, and is out of the registry by now; there may be another.
        }
    }
}
