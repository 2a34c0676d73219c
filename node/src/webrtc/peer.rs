//! One connection to a WebRTC client: how it is set up, what became of it. Knows nothing of rooms and feeds.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rtc::ice::mdns::MulticastDnsMode;
#[cfg(feature = "gstreamer")]
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::time::timeout;
use webrtc::error::Error;
#[cfg(feature = "gstreamer")]
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder,
    RTCIceGatheringState, RTCPeerConnectionState, SettingEngineBuilder,
};

use super::addresses::Addresses;
use super::codecs::Abilities;
#[cfg(feature = "gstreamer")]
use super::offer::PayloadTypes;
use super::offer::{Offer, OfferError};

/// How long a client may take from the answer to a connection: a slow phone on a slow network needs a few seconds.
const CONNECT_TIME: Duration = Duration::from_secs(20);
/// Without a sign of life for so long the client counts as unreachable for the moment …
const DISCONNECTED_AFTER: Duration = Duration::from_secs(5);
/// … and after so much more time as gone. Players and programs connect anew by then, and a publisher's place must be
/// free again.
const FAILED_AFTER: Duration = Duration::from_secs(7);
/// Time between our own signs of life; consent must be renewed within 30 s (RFC 7675, section 5.1).
const KEEP_ALIVE: Duration = Duration::from_secs(2);
/// Gathering asks nobody, so it is done at once; longer means that the connection is broken.
const GATHER_TIME: Duration = Duration::from_secs(3);
/// The most tracks that a client may open: one of video and one of sound are used.
#[cfg(feature = "gstreamer")]
const MAX_REMOTE_TRACKS: usize = 4;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum AnswerError {
    /// The offer can't be answered; the client is at fault.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// No socket, no randomness, no connection; the node is at fault.
    #[error(
        "the node can't open a WebRTC connection now ({0}); reload the page, or choose another way to watch"
    )]
    Node(String),
}

/// A connection, and what is heard of it.
pub(super) struct Peer {
    /// The connection itself.
    pub(super) connection: Arc<dyn PeerConnection>,
    addresses: Addresses,
    heard: watch::Receiver<Heard>,
    #[cfg(feature = "gstreamer")]
    tracks: mpsc::Receiver<Arc<dyn TrackRemote>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    state: RTCPeerConnectionState,
    gathered: bool,
}

struct Handler {
    heard: watch::Sender<Heard>,
    #[cfg(feature = "gstreamer")]
    tracks: mpsc::Sender<Arc<dyn TrackRemote>>,
}

impl Peer {
    /// A connection that has not met its client yet.
    pub(super) async fn new(addresses: &Addresses, abilities: Abilities) -> Result<Self, AnswerError> {
        let sockets = addresses.sockets();
        if sockets.is_empty() {
            return Err(AnswerError::Node("every port it may use is taken".to_owned()));
        }
        let (heard_sender, heard) = watch::channel(Heard::default());
        #[cfg(feature = "gstreamer")]
        let (track_sender, tracks) = mpsc::channel(MAX_REMOTE_TRACKS);
        let handler = Handler {
            heard: heard_sender,
            #[cfg(feature = "gstreamer")]
            tracks: track_sender,
        };
        let building = PeerConnectionBuilder::<SocketAddr>::new()
            .with_configuration(RTCConfigurationBuilder::new().build())
            .with_media_engine(abilities.codecs)
            .with_interceptor_registry(abilities.interceptors)
            .with_setting_engine(
                SettingEngineBuilder::new()
                    // Our addresses are told in the clear, and a machine without multicast has no such socket.
                    .with_multicast_dns_mode(MulticastDnsMode::Disabled)
                    .with_ice_timeouts(Some(DISCONNECTED_AFTER), Some(FAILED_AFTER), Some(KEEP_ALIVE))
                    .with_include_loopback_candidate(true)
                    .build(),
            )
            .with_handler(Arc::new(handler))
            .with_udp_addrs(sockets.clone())
            .with_tcp_addrs(sockets)
            .build();
        // Boxed, for it is 20 kB.
        let connection = Box::pin(building).await?;
        Ok(Self {
            connection: Arc::new(connection),
            addresses: *addresses,
            heard,
            #[cfg(feature = "gstreamer")]
            tracks,
        })
    }

    /// The answer to an offer, with every candidate in it.
    pub(super) async fn answer(&mut self, offer: Offer) -> Result<String, AnswerError> {
        let connection = self.connection.clone();
        // In a task of its own: an offer that makes the parser panic must end this session and nothing else.
        let negotiation = tokio::spawn(async move {
            connection.set_remote_description(offer.description).await.map_err(|_| OfferError::Malformed)?;
            let answer = connection.create_answer(None).await.map_err(|_| OfferError::Malformed)?;
            connection.set_local_description(answer).await.map_err(AnswerError::from)
        });
        negotiation.await.map_err(|_| OfferError::Malformed)??;
        let gathered = self.heard.wait_for(|heard| heard.gathered);
        if !matches!(timeout(GATHER_TIME, gathered).await, Ok(Ok(_))) {
            return Err(AnswerError::Node("its network interfaces don't answer".to_owned()));
        }
        let answer = self.connection.local_description().await;
        let answer = answer.ok_or_else(|| AnswerError::Node("the connection is closed".to_owned()))?;
        Ok(match self.addresses.public() {
            Some(public) => with_public_candidates(&answer.sdp, public),
            None => answer.sdp,
        })
    }

    /// Waits for the connection; `false` if it does not come about.
    pub(super) async fn connected(&mut self) -> bool {
        let settled = self.heard.wait_for(|heard| {
            matches!(heard.state, RTCPeerConnectionState::Connected) || is_over(heard.state)
        });
        match timeout(CONNECT_TIME, settled).await {
            Ok(Ok(heard)) => !is_over(heard.state),
            _ => false,
        }
    }

    /// Waits until the client is gone.
    pub(super) async fn gone(&mut self) {
        // An error means that the connection's own task is over.
        let _ = self.heard.wait_for(|heard| is_over(heard.state)).await;
    }

    /// The codecs that offer and answer agreed on, by payload type.
    #[cfg(feature = "gstreamer")]
    pub(super) async fn agreed(&self) -> Option<PayloadTypes> {
        let answer = self.connection.local_description().await?.unmarshal().ok()?;
        Some(PayloadTypes::of(&answer))
    }

    /// The tracks that the client opens, and what completes when it is gone.
    #[cfg(feature = "gstreamer")]
    pub(super) fn opened(&mut self) -> (&mut mpsc::Receiver<Arc<dyn TrackRemote>>, impl Future<Output = ()>) {
        let mut heard = self.heard.clone();
        let gone = async move {
            let _ = heard.wait_for(|heard| is_over(heard.state)).await;
        };
        (&mut self.tracks, gone)
    }

    /// Takes leave of the client and frees the sockets.
    pub(super) async fn close(self) {
        // A connection that can't be closed is closed already.
        let _ = self.connection.close().await;
    }
}

fn is_over(state: RTCPeerConnectionState) -> bool {
    matches!(state, RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed)
}

impl From<Error> for AnswerError {
    fn from(error: Error) -> Self {
        Self::Node(error.to_string())
    }
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        let gathered = state == RTCIceGatheringState::Complete;
        self.heard.send_modify(|heard| heard.gathered |= gathered);
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.heard.send_modify(|heard| heard.state = state);
    }

    #[cfg(feature = "gstreamer")]
    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        // A client that opens more than it may is not listened to further.
        let _ = self.tracks.try_send(track);
    }
}

/// The answer with a candidate at the public address beside each local one that a router may forward to.
fn with_public_candidates(sdp: &str, public: IpAddr) -> String {
    let mut out = String::with_capacity(sdp.len() + 512);
    for line in sdp.lines() {
        out.push_str(line);
        out.push_str("\r\n");
        if let Some(candidate) = public_candidate(line, public) {
            out.push_str(&candidate);
            out.push_str("\r\n");
        }
    }
    out
}

/// The candidate line (RFC 8839, section 5.1) of the same port at the public address; an active TCP candidate has
/// no port (RFC 6544, section 4.5).
fn public_candidate(line: &str, public: IpAddr) -> Option<String> {
    if line.ends_with("tcptype active") {
        return None;
    }
    let mut fields: Vec<_> = line.strip_prefix("a=candidate:")?.split(' ').map(str::to_owned).collect();
    let [foundation, _, _, priority, address, ..] = &mut fields[..] else {
        return None;
    };
    let local: IpAddr = address.parse().ok()?;
    if local.is_loopback() || local.is_ipv4() != public.is_ipv4() || local == public {
        return None;
    }
    // Another address is another foundation (RFC 8445, section 5.1.1.3), and comes after the local one.
    foundation.insert(0, '9');
    foundation.truncate(32);
    *priority = priority.parse::<u32>().ok()?.saturating_sub(1).to_string();
    *address = public.to_string();
    Some(format!("a=candidate:{}", fields.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_stands_beside_local_ones() {
        let sdp = "v=0\r\na=candidate:1 1 udp 2130706431 192.168.1.5 40000 typ host\r\n\
                   a=candidate:2 1 udp 2130706431 127.0.0.1 40001 typ host\r\n\
                   a=candidate:3 1 udp 2130706431 fd00::1 40002 typ host\r\na=end-of-candidates\r\n";
        let expected = sdp.replace(
            "typ host\r\na=candidate:2",
            "typ host\r\na=candidate:91 1 udp 2130706430 203.0.113.7 40000 typ host\r\na=candidate:2",
        );
        assert_eq!(with_public_candidates(sdp, "203.0.113.7".parse().unwrap()), expected);
    }
}
