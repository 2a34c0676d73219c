//! A connection to a peer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use libp2p::PeerId;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerBox, StreamMuxerEvent};
use quinn::{ConnectionError, RecvStream, SendStream, VarInt};
use tokio::time::timeout;

use super::{Error, Substream, tls};

/// Why a connection is closed, as QUIC tells the other end. libp2p gives this number no meaning.
const CLOSED: VarInt = VarInt::from_u32(0);

/// A connection that is being made.
pub(super) type Connecting = BoxFuture<'static, Result<(PeerId, StreamMuxerBox), Error>>;

type Opening = BoxFuture<'static, Result<(SendStream, RecvStream), ConnectionError>>;

/// A connection to a peer, whose streams are QUIC's own.
pub(super) struct Connection {
    quic: quinn::Connection,
    accepting: Opening,
    opening: Option<Opening>,
    ending: BoxFuture<'static, ConnectionError>,
}

/// Waits for the handshake. `slot` is held until it is over, by whatever end.
pub(super) fn connect(connecting: quinn::Connecting, limit: Duration, slot: Option<Arc<()>>) -> Connecting {
    async move {
        let connection = timeout(limit, connecting).await.map_err(|_| Error::TimedOut)??;
        drop(slot);
        Ok((tls::peer_of(&connection)?, StreamMuxerBox::new(Connection::new(connection))))
    }
    .boxed()
}

impl Connection {
    fn new(connection: quinn::Connection) -> Self {
        let ended = connection.clone();
        Self {
            accepting: accept(&connection),
            opening: None,
            ending: async move { ended.closed().await }.boxed(),
            quic: connection,
        }
    }
}

fn accept(connection: &quinn::Connection) -> Opening {
    let connection = connection.clone();
    async move { connection.accept_bi().await }.boxed()
}

fn open(connection: &quinn::Connection) -> Opening {
    let connection = connection.clone();
    async move { connection.open_bi().await }.boxed()
}

impl StreamMuxer for Connection {
    type Substream = Substream;
    type Error = Error;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Substream, Error>> {
        let halves = ready!(self.accepting.poll_unpin(cx));
        self.accepting = accept(&self.quic);
        Poll::Ready(Ok(Substream::new(halves?)))
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Substream, Error>> {
        let this = &mut *self;
        let opening = this.opening.get_or_insert_with(|| open(&this.quic));
        let halves = ready!(opening.poll_unpin(cx));
        this.opening = None;
        Poll::Ready(Ok(Substream::new(halves?)))
    }

    /// Nothing but the connection's end: addresses don't change, and there are no streams of other kinds.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Error>> {
        let reason = match self.quic.close_reason() {
            Some(reason) => reason,
            None => ready!(self.ending.poll_unpin(cx)),
        };
        Poll::Ready(Err(reason.into()))
    }

    /// Tells the other end at once. What it has not got by then is lost, so a protocol that must be sure asks for an
    /// answer first.
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.quic.close(CLOSED, &[]);
        Poll::Ready(Ok(()))
    }
}

impl Drop for Connection {
    /// A swarm that is gone leaves no connection behind, even where somebody still holds a stream of it.
    fn drop(&mut self) {
        self.quic.close(CLOSED, &[]);
    }
}
