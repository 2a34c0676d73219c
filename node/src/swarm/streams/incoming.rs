//! Streams that peers opened to us.

use libp2p::{PeerId, StreamProtocol};
use tokio::sync::mpsc;

use super::Stream;

/// A stream that a peer opened to us.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// Who opened it.
    pub(crate) peer: PeerId,
    /// What they want to speak.
    pub(crate) protocol: StreamProtocol,
    /// The stream. It is taken with the first reading or writing; dropped before, it is refused.
    pub(crate) stream: Stream,
}

/// The streams that peers open to us for one protocol. While nobody takes them, so many wait as [`Limits::queue`] says,
/// and the others are refused; once this is dropped, all are.
///
/// [`Limits::queue`]: super::Limits::queue
#[derive(Debug)]
pub(crate) struct Incoming(mpsc::Receiver<Inbound>);

impl Incoming {
    /// The next stream; `None` once the swarm is gone. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<Inbound> {
        self.0.recv().await
    }
}

/// The other ends, for the handlers: one queue per protocol.
#[derive(Debug)]
pub(super) struct Queues(Vec<(StreamProtocol, mpsc::Sender<Inbound>)>);

impl Queues {
    /// A queue of this length for each protocol.
    pub(super) fn new<const N: usize>(
        protocols: [StreamProtocol; N],
        length: usize,
    ) -> (Self, [Incoming; N]) {
        let mut queues = Vec::with_capacity(N);
        let incoming = protocols.map(|protocol| {
            let (sender, receiver) = mpsc::channel(length.max(1));
            queues.push((protocol, sender));
            Incoming(receiver)
        });
        (Self(queues), incoming)
    }

    /// The protocol at this place, if there are so many.
    pub(super) fn protocol(&self, index: usize) -> Option<&StreamProtocol> {
        self.0.get(index).map(|(protocol, _)| protocol)
    }

    /// Lets a stream wait for the program. Where there is no room it falls, and is refused by that.
    pub(super) fn push(&self, inbound: Inbound) {
        if let Some((_, queue)) = self.0.iter().find(|(protocol, _)| *protocol == inbound.protocol) {
            let _ = queue.try_send(inbound);
        }
    }
}
