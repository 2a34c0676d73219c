//! One connection's streams: opens those that we ask for, and takes or refuses those that the peer opens.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::{Ready, ready};
use libp2p::core::upgrade::{InboundUpgrade, ReadyUpgrade, UpgradeInfo};
use libp2p::swarm::handler::{
    ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
};
use libp2p::swarm::{
    ConnectionHandler, ConnectionHandlerEvent, ConnectionId, StreamUpgradeError, SubstreamProtocol,
};
use libp2p::{PeerId, StreamProtocol};
use tokio::sync::mpsc;

use super::incoming::Queues;
use super::limits::{Admission, Quota};
use super::registry::{Opened, Registration, Registry, Request};
use super::{Inbound, OpenError, Stream};

/// One connection's streams.
pub(crate) struct Handler {
    /// Left when the connection begins to close, so that nobody asks it any more.
    place: Option<Registration>,
    requests: mpsc::Receiver<Request>,
    registry: Registry,
    quota: Arc<Quota>,
    queues: Arc<Queues>,
    peer: PeerId,
    flood: bool,
}

/// The peer goes on opening streams although they are refused.
#[derive(Debug)]
pub(crate) struct Flood;

impl Handler {
    /// A handler that stands in the registry from now on.
    pub(super) fn new(
        registry: &Registry,
        queues: Arc<Queues>,
        peer: PeerId,
        id: ConnectionId,
        relayed: bool,
    ) -> Self {
        let (place, requests, quota) = registry.add(peer, id, relayed);
        let registry = registry.clone();
        Self { place: Some(place), requests, registry, quota, queues, peer, flood: false }
    }

    /// Takes a stream, or lets it fall, which ends it.
    fn take(&mut self, protocol: &StreamProtocol, stream: libp2p::Stream) {
        match self.quota.admit(self.registry.now()) {
            Admission::Granted(permits) => {
                let stream = Stream::inbound(stream, permits);
                self.queues.push(Inbound { peer: self.peer, protocol: protocol.clone(), stream });
            }
            Admission::Refused => {}
            Admission::Flood => self.flood = true,
        }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Flood;
    type InboundProtocol = Offer;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Request;

    fn listen_protocol(&self) -> SubstreamProtocol<Offer> {
        SubstreamProtocol::new(Offer { queues: self.queues.clone(), next: 0 }, ())
            .with_timeout(self.registry.limits().opening_time)
    }

    /// The swarm itself keeps a connection up while a stream of it is open, or being opened.
    fn connection_keep_alive(&self) -> bool {
        false
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<ReadyUpgrade<StreamProtocol>, Request, Flood>> {
        if std::mem::take(&mut self.flood) {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(Flood));
        }
        let Poll::Ready(Some(request)) = self.requests.poll_recv(cx) else { return Poll::Pending };
        let upgrade = ReadyUpgrade::new(request.protocol.clone());
        let protocol =
            SubstreamProtocol::new(upgrade, request).with_timeout(self.registry.limits().opening_time);
        Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
    }

    fn poll_close(&mut self, _: &mut Context<'_>) -> Poll<Option<Flood>> {
        self.place = None;
        Poll::Ready(None)
    }

    fn on_behaviour_event(&mut self, event: Infallible) {
        match event {}
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Offer, ReadyUpgrade<StreamProtocol>, (), Request>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol: (protocol, stream),
                ..
            }) => self.take(&protocol, stream),
            // Whoever asked may have gone; then the stream falls, which ends it.
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol: stream, info }) => {
                let _ = info.reply.send(Ok(Opened { stream, permit: info.permit }));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => {
                let _ = info.reply.send(Err(cause(info.protocol, error)));
            }
            _ => {}
        }
    }
}

/// The protocols that we take, for a stream that the peer opens; the swarm asks for them at every turn.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    queues: Arc<Queues>,
    next: usize,
}

impl Iterator for Offer {
    type Item = StreamProtocol;

    fn next(&mut self) -> Option<StreamProtocol> {
        let protocol = self.queues.protocol(self.next)?.clone();
        self.next += 1;
        Some(protocol)
    }
}

impl UpgradeInfo for Offer {
    type Info = StreamProtocol;
    type InfoIter = Self;

    fn protocol_info(&self) -> Self {
        self.clone()
    }
}

impl InboundUpgrade<libp2p::Stream> for Offer {
    type Output = (StreamProtocol, libp2p::Stream);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: libp2p::Stream, protocol: StreamProtocol) -> Self::Future {
        ready(Ok((protocol, stream)))
    }
}

fn cause(protocol: StreamProtocol, error: StreamUpgradeError<Infallible>) -> OpenError {
    match error {
        StreamUpgradeError::Timeout => OpenError::TimedOut,
        StreamUpgradeError::NegotiationFailed => OpenError::Unsupported(protocol),
        StreamUpgradeError::Io(error) => OpenError::from_io(&error),
        StreamUpgradeError::Apply(never) => match never {},
    }
}
