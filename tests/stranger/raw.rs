//! A peer without rules: QUIC connections and streams by hand, with none of the limits that libp2p's swarm keeps.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::core::Endpoint;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerBox, SubstreamBox};
use libp2p::core::transport::{Boxed, DialOpts, ListenerId, PortUse, TransportEvent};
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId, Transport};
use multistream_select::{Negotiated, Version, dialer_select_proto, listener_select_proto};
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Frame, Kind, Reader, encode_head};
use tokio::sync::{mpsc, oneshot};

/// The stream for messages.
pub(crate) const CONTROL: &str = "/parlor/control/1";
/// The stream for objects.
pub(crate) const OBJECTS: &str = "/parlor/objects/1";
/// What the side that was asked sends first (`spec/network.md`).
const TAKEN: u8 = 1;

/// A stream whose protocol is agreed on.
pub(crate) type Stream = Negotiated<SubstreamBox>;

/// A peer on one loopback port.
pub(crate) struct Raw {
    pub(crate) me: PeerId,
    pub(crate) address: Multiaddr,
    /// Connections that others made.
    pub(crate) inbound: mpsc::UnboundedReceiver<Link>,
    dials: Dialer,
}

/// Connects from this peer's port.
#[derive(Clone)]
pub(crate) struct Dialer(mpsc::UnboundedSender<(Multiaddr, oneshot::Sender<Option<Link>>)>);

/// A connection.
pub(crate) struct Link {
    pub(crate) peer: PeerId,
    /// Streams that the other side opened, with their protocol.
    pub(crate) inbound: mpsc::UnboundedReceiver<(&'static str, Stream)>,
    pub(crate) opener: Opener,
    /// The stream on which the other side speaks, where it has been read before.
    pub(crate) heard: Option<(Stream, Reader)>,
}

/// Opens streams on a connection.
#[derive(Clone)]
pub(crate) struct Opener(mpsc::UnboundedSender<oneshot::Sender<SubstreamBox>>);

impl Raw {
    /// A peer that nobody has met before.
    pub(crate) async fn new() -> Self {
        let key = Keypair::generate_ed25519();
        let mut transport = libp2p_quic::tokio::Transport::new(libp2p_quic::Config::new(&key))
            .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)))
            .boxed();
        let anywhere = "/ip4/127.0.0.1/udp/0/quic-v1".parse().unwrap();
        transport.listen_on(ListenerId::next(), anywhere).unwrap();
        let TransportEvent::NewAddress { listen_addr: address, .. } = next(&mut transport).await else {
            panic!("a listener says first where it listens")
        };
        let (dials, asked) = mpsc::unbounded_channel();
        let (found, inbound) = mpsc::unbounded_channel();
        tokio::spawn(run(transport, asked, found));
        Self { me: key.public().to_peer_id(), address, inbound, dials: Dialer(dials) }
    }

    /// Connects; `None` where that is refused.
    pub(crate) async fn dial(&self, address: Multiaddr) -> Option<Link> {
        self.dials.dial(address).await
    }

    /// Connects also when the peer has been given away.
    pub(crate) fn dialer(&self) -> Dialer {
        self.dials.clone()
    }
}

impl Dialer {
    /// Connects; `None` where that is refused.
    pub(crate) async fn dial(&self, address: Multiaddr) -> Option<Link> {
        let (done, answer) = oneshot::channel();
        self.0.send((address, done)).unwrap();
        answer.await.unwrap()
    }
}

impl Link {
    fn new((peer, muxer): (PeerId, StreamMuxerBox)) -> Self {
        let (opens, asked) = mpsc::unbounded_channel();
        let (found, inbound) = mpsc::unbounded_channel();
        tokio::spawn(drive(muxer, asked, found));
        Self { peer, inbound, opener: Opener(opens), heard: None }
    }
}

impl Opener {
    /// Opens a stream; `None` once the connection is closed, or where the other side does not take it.
    pub(crate) async fn open(&self, protocol: &'static str) -> Option<Stream> {
        let (_, mut stream) =
            dialer_select_proto(self.stream().await?, [protocol], Version::V1).await.ok()?;
        let mut answer = [0];
        stream.read_exact(&mut answer).await.ok()?;
        (answer == [TAKEN]).then_some(stream)
    }

    /// Opens a stream and leaves it at that.
    pub(crate) async fn stream(&self) -> Option<SubstreamBox> {
        let (done, answer) = oneshot::channel();
        self.0.send(done).ok()?;
        answer.await.ok()
    }

    /// Returns once the connection is closed.
    pub(crate) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// A message in its frame.
pub(crate) fn framed(message: &Message) -> Vec<u8> {
    let body = message.encode().unwrap();
    [&encode_head(Kind::Message, body.len())[..], &body].concat()
}

/// Writes all of it; `None` where the stream is closed.
pub(crate) async fn write(stream: &mut Stream, bytes: &[u8]) -> Option<()> {
    stream.write_all(bytes).await.ok()?;
    stream.flush().await.ok()
}

/// The next frame; `None` where the stream ends.
pub(crate) async fn read(stream: &mut Stream, reader: &mut Reader) -> Option<Frame> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        if let Some(frame) = reader.next().expect("a real node keeps to the protocol") {
            return Some(frame);
        }
        let count = stream.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
        reader.push(&bytes[..count]);
    }
}

type Incoming<T> = TransportEvent<<T as Transport>::ListenerUpgrade, <T as Transport>::Error>;
type Quic = Boxed<(PeerId, StreamMuxerBox)>;

async fn next(transport: &mut Quic) -> Incoming<Quic> {
    poll_fn(|cx| Pin::new(&mut *transport).poll(cx)).await
}

async fn run(
    mut transport: Quic,
    mut asked: mpsc::UnboundedReceiver<(Multiaddr, oneshot::Sender<Option<Link>>)>,
    found: mpsc::UnboundedSender<Link>,
) {
    loop {
        tokio::select! {
            event = next(&mut transport) => {
                if let TransportEvent::Incoming { upgrade, .. } = event {
                    let found = found.clone();
                    tokio::spawn(async move {
                        if let Ok(connection) = upgrade.await {
                            _ = found.send(Link::new(connection));
                        }
                    });
                }
            }
            dial = asked.recv() => {
                let Some((address, done)) = dial else { return };
                let options = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
                let dialling = transport.dial(address, options);
                tokio::spawn(async move {
                    let connection = match dialling {
                        Ok(dialling) => dialling.await.ok(),
                        Err(_) => None,
                    };
                    _ = done.send(connection.map(Link::new));
                });
            }
        }
    }
}

/// What a connection does next.
enum Turn {
    Inbound(SubstreamBox),
    Outbound(SubstreamBox),
    Closed,
}

async fn drive(
    mut muxer: StreamMuxerBox,
    mut asked: mpsc::UnboundedReceiver<oneshot::Sender<SubstreamBox>>,
    found: mpsc::UnboundedSender<(&'static str, Stream)>,
) {
    let mut waiting: Option<oneshot::Sender<SubstreamBox>> = None;
    loop {
        let turn = tokio::select! {
            turn = poll_fn(|cx| poll_muxer(&mut muxer, waiting.is_some(), cx)) => turn,
            wish = asked.recv(), if waiting.is_none() => match wish {
                Some(wish) => {
                    waiting = Some(wish);
                    continue;
                }
                None => return,
            },
        };
        match turn {
            Turn::Inbound(stream) => drop(tokio::spawn(take(stream, found.clone()))),
            Turn::Outbound(stream) => _ = waiting.take().map(|wish| wish.send(stream)),
            Turn::Closed => return,
        }
    }
}

fn poll_muxer(muxer: &mut StreamMuxerBox, opens: bool, cx: &mut Context<'_>) -> Poll<Turn> {
    if Pin::new(&mut *muxer).poll(cx).map_ok(drop).is_ready() {
        return Poll::Ready(Turn::Closed);
    }
    match Pin::new(&mut *muxer).poll_inbound(cx) {
        Poll::Ready(Ok(stream)) => return Poll::Ready(Turn::Inbound(stream)),
        Poll::Ready(Err(_)) => return Poll::Ready(Turn::Closed),
        Poll::Pending => {}
    }
    if !opens {
        return Poll::Pending;
    }
    match Pin::new(muxer).poll_outbound(cx) {
        Poll::Ready(Ok(stream)) => Poll::Ready(Turn::Outbound(stream)),
        Poll::Ready(Err(_)) => Poll::Ready(Turn::Closed),
        Poll::Pending => Poll::Pending,
    }
}

async fn take(stream: SubstreamBox, found: mpsc::UnboundedSender<(&'static str, Stream)>) {
    // Others, such as `ping`, are not spoken.
    let Ok((protocol, mut stream)) = listener_select_proto(stream, [CONTROL, OBJECTS]).await else { return };
    if write(&mut stream, &[TAKEN]).await.is_some() {
        _ = found.send((protocol, stream));
    }
}
