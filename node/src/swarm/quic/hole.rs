//! Punching holes: packets from our socket open our router for the connection that the peer is about to make (libp2p
//! specification `relay/DCUtR.md`, section "QUIC").

use std::convert::Infallible;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use futures::channel::oneshot;
use libp2p::PeerId;
use libp2p::core::muxing::StreamMuxerBox;
use tokio::time::{sleep, timeout};

use super::Error;
use super::connection::Connecting;

/// Holes that are punched at a time. Peers tell us where to, so this also bounds what they can make us send to others:
/// about 32 × 50 packets of 64 bytes in 5 s.
const MAX_HOLES: usize = 32;
/// Size of a packet. It says nothing; the specification asks for random bytes.
const PACKET_BYTES: usize = 64;
/// Time between packets: random, from this …
const SHORTEST_PAUSE_MS: u64 = 10;
/// … to this.
const LONGEST_PAUSE_MS: u64 = 200;

/// The holes that are being punched.
#[derive(Default)]
pub(super) struct Holes(Vec<(SocketAddr, oneshot::Sender<Connecting>)>);

/// A hole that is being punched.
pub(super) struct Hole {
    socket: UdpSocket,
    remote: SocketAddr,
    arrival: oneshot::Receiver<Connecting>,
}

impl Holes {
    /// Begins a hole from this socket.
    ///
    /// # Errors
    /// [`Error::Busy`] if there is one to this address already, or there are [`MAX_HOLES`].
    pub(super) fn begin(&mut self, socket: UdpSocket, remote: SocketAddr) -> Result<Hole, Error> {
        self.0.retain(|(_, waiting)| !waiting.is_canceled());
        if self.0.len() == MAX_HOLES || self.0.iter().any(|(address, _)| *address == remote) {
            return Err(Error::Busy);
        }
        let (sender, arrival) = oneshot::channel();
        self.0.push((remote, sender));
        Ok(Hole { socket, remote, arrival })
    }

    /// Gives a connection that came in to the hole that waits for it, or back if none does.
    pub(super) fn fill(&mut self, remote: SocketAddr, connecting: Connecting) -> Option<Connecting> {
        let Some(index) = self.0.iter().position(|(address, _)| *address == remote) else {
            return Some(connecting);
        };
        self.0.swap_remove(index).1.send(connecting).err()
    }
}

impl Hole {
    /// Sends packets until the peer's connection comes through, for no longer than `limit`.
    pub(super) async fn punch(
        self,
        peer: PeerId,
        limit: Duration,
    ) -> Result<(PeerId, StreamMuxerBox), Error> {
        let Self { socket, remote, arrival } = self;
        let arrival = async {
            tokio::select! {
                arrived = arrival => arrived,
                never = send_packets(&socket, remote) => match never {},
            }
        };
        let connecting = timeout(limit, arrival).await.map_err(|_| Error::TimedOut)?;
        let (found, connection) = connecting.map_err(|_| Error::NotListening)?.await?;
        if found == peer { Ok((found, connection)) } else { Err(Error::WrongPeer) }
    }
}

async fn send_packets(socket: &UdpSocket, remote: SocketAddr) -> Infallible {
    loop {
        let mut random = [0; PACKET_BYTES];
        // Without randomness nothing else works either; the packet does its work all the same.
        let _ = getrandom::fill(&mut random);
        // A packet that does not get out is as good as one that gets lost: another follows.
        let _ = socket.send_to(&random, remote);
        let spread = LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS;
        let pause_ms = SHORTEST_PAUSE_MS + u64::from(random[0]) * spread / u64::from(u8::MAX);
        sleep(Duration::from_millis(pause_ms)).await;
    }
}
