//! What the tests of both directions share: a WebRTC client made of the same crate, and a room with a camera.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{BufMut, Bytes, BytesMut};
use parlor_media::Output;
use parlor_media::package::fmp4::Kind;
use parlor_media::package::fmp4::chunk::{Packager, Sample};
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::{Audio, Catalogue, Chunk, MediaTime, Medium, Track, TrackName, Video};
use rtc::ice::mdns::MulticastDnsMode;
use rtc::peer_connection::configuration::interceptor_registry::register_default_interceptors;
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState,
    RTCPeerConnectionState, Registry, SettingEngineBuilder,
};

use super::{Addresses, Gateway};
use crate::room::{About, Room, now};

/// Frames of the camera, and packets of its sound, last so long: 50 a second.
pub(super) const FRAME: Duration = Duration::from_millis(20);
/// Every so many frames one is a keyframe.
const KEY_EVERY: u64 = 25;

/// A gateway on loopback.
pub(super) fn gateway() -> Gateway {
    Gateway::new(Addresses::new(IpAddr::V4(Ipv4Addr::LOCALHOST), None, 0))
}

/// A player or an encoder.
pub(super) struct Client {
    pub(super) connection: Arc<dyn PeerConnection>,
    gathered: watch::Receiver<bool>,
    #[cfg_attr(not(feature = "gstreamer"), expect(dead_code, reason = "only publishers are waited for"))]
    state: watch::Receiver<RTCPeerConnectionState>,
    tracks: mpsc::Receiver<Arc<dyn TrackRemote>>,
}

struct Handler {
    gathered: watch::Sender<bool>,
    state: watch::Sender<RTCPeerConnectionState>,
    tracks: mpsc::Sender<Arc<dyn TrackRemote>>,
}

impl Client {
    /// A client with every codec that browsers have.
    pub(super) async fn new() -> Self {
        let mut codecs = MediaEngine::default();
        codecs.register_default_codecs().unwrap();
        Self::with_codecs(codecs).await
    }

    /// A client with these codecs.
    pub(super) async fn with_codecs(mut codecs: MediaEngine) -> Self {
        let interceptors = register_default_interceptors(Registry::new(), &mut codecs).unwrap();
        let (gathered_sender, gathered) = watch::channel(false);
        let (state_sender, state) = watch::channel(RTCPeerConnectionState::New);
        let (track_sender, tracks) = mpsc::channel(4);
        let settings =
            SettingEngineBuilder::new().with_multicast_dns_mode(MulticastDnsMode::Disabled).build();
        let building = PeerConnectionBuilder::<SocketAddr>::new()
            .with_media_engine(codecs)
            .with_interceptor_registry(interceptors)
            .with_setting_engine(settings)
            .with_handler(Arc::new(Handler {
                gathered: gathered_sender,
                state: state_sender,
                tracks: track_sender,
            }))
            .with_udp_addrs(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))])
            .build();
        let connection = Arc::new(Box::pin(building).await.unwrap());
        Self { connection, gathered, state, tracks }
    }

    /// An offer to receive picture and sound.
    pub(super) async fn offer_to_receive(&mut self) -> String {
        for kind in [RtpCodecKind::Video, RtpCodecKind::Audio] {
            let init = RTCRtpTransceiverInit {
                direction: RTCRtpTransceiverDirection::Recvonly,
                ..Default::default()
            };
            self.connection.add_transceiver_from_kind(kind, Some(init)).await.unwrap();
        }
        self.offer().await
    }

    /// An offer of what was added.
    pub(super) async fn offer(&mut self) -> String {
        let offer = self.connection.create_offer(None).await.unwrap();
        self.connection.set_local_description(offer).await.unwrap();
        self.gathered.wait_for(|gathered| *gathered).await.unwrap();
        self.connection.local_description().await.unwrap().sdp
    }

    /// Takes the answer.
    pub(super) async fn take(&self, answer: &str) {
        let answer = RTCSessionDescription::answer(answer.to_owned()).unwrap();
        self.connection.set_remote_description(answer).await.unwrap();
    }

    /// Waits for the connection.
    #[cfg(feature = "gstreamer")]
    pub(super) async fn connected(&mut self) {
        self.state.wait_for(|state| *state == RTCPeerConnectionState::Connected).await.unwrap();
    }

    /// Waits until the node has taken leave.
    #[cfg(feature = "gstreamer")]
    pub(super) async fn over(&mut self) {
        use RTCPeerConnectionState::{Closed, Disconnected, Failed};
        self.state.wait_for(|state| matches!(state, Closed | Disconnected | Failed)).await.unwrap();
    }

    /// The two tracks that the node opens: picture and sound.
    pub(super) async fn tracks(&mut self) -> (Arc<dyn TrackRemote>, Arc<dyn TrackRemote>) {
        let (one, other) = (self.tracks.recv().await.unwrap(), self.tracks.recv().await.unwrap());
        if one.kind().await == RtpCodecKind::Video { (one, other) } else { (other, one) }
    }
}

/// The next packet of a track.
pub(super) async fn packet(track: &dyn TrackRemote) -> rtc::rtp::Packet {
    loop {
        if let TrackRemoteEvent::OnRtpPacket(packet) = track.poll().await.unwrap() {
            return packet;
        }
    }
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        self.gathered.send_modify(|gathered| *gathered |= state == RTCIceGatheringState::Complete);
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        self.tracks.try_send(track).unwrap();
    }
}

/// The `index`-th frame of the camera: a keyframe has parameter sets and fills several packets.
pub(super) fn frame(index: u64, key: bool) -> Bytes {
    let unit = |head: u8, bytes: usize| {
        let mut unit = vec![head];
        unit.extend(index.to_be_bytes().into_iter().cycle().take(bytes));
        unit
    };
    let units =
        if key { vec![unit(0x67, 20), unit(0x68, 4), unit(0x65, 3000)] } else { vec![unit(0x41, 700)] };
    let mut sample = BytesMut::new();
    for unit in units {
        sample.put_u32(unit.len() as u32);
        sample.put_slice(&unit);
    }
    sample.freeze()
}

/// The `index`-th packet of the microphone.
pub(super) fn sound(index: u64) -> Bytes {
    Bytes::from([&[0xfc][..], &index.to_be_bytes()].concat())
}

/// A camera and a microphone that run until they are dropped.
pub(super) struct Camera {
    task: AbortHandle,
    /// How many keyframes were asked for.
    pub(super) asked: watch::Receiver<u64>,
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A room on air that has no tracks yet.
pub(super) fn empty_room() -> Arc<Room> {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
    let room = Arc::new(Room::new(RoomId::from_public_key(key).unwrap(), About::default()));
    room.set_on_air(true);
    room
}

/// A room on air whose tracks are these video tracks (name, whether it has B-frames) and sound.
pub(super) fn room(videos: &[(TrackName, bool)]) -> (Arc<Room>, Camera) {
    let room = empty_room();
    let track = |name: TrackName, medium, codec: &str| Track {
        name,
        medium,
        codec: codec.to_owned(),
        bitrate_bps: 1,
        init_version: 0,
        init: Bytes::new(),
    };
    let video = |(name, reordered): &(TrackName, bool)| {
        let video = Video { width: 320, height: 240, frame_rate_milli: 50_000, reordered: *reordered };
        track(name.clone(), Medium::Video(video), "avc1.42e01f")
    };
    let audio = Medium::Audio(Audio { sample_rate: 48_000, channels: 2 });
    let mut tracks: Vec<_> = videos.iter().map(video).collect();
    tracks.push(track(TrackName::AUDIO, audio, "opus"));
    Output::catalogue(&*room, Catalogue { epoch: now(), tracks });

    let (asked_sender, asked) = watch::channel(0);
    let names: Vec<_> = videos.iter().map(|(name, _)| name.clone()).collect();
    let task = tokio::spawn(film(room.clone(), names, asked_sender)).abort_handle();
    (room, Camera { task, asked })
}

async fn film(room: Arc<Room>, videos: Vec<TrackName>, asked: watch::Sender<u64>) {
    let mut packagers: Vec<_> = videos.iter().map(|_| Line::new(Kind::Video)).collect();
    let mut microphone = Line::new(Kind::Audio);
    let mut clock = tokio::time::interval(FRAME);
    let mut wanted = true;
    for index in 0.. {
        loop {
            tokio::select! {
                _ = clock.tick() => break,
                () = room.keyframes().notified() => {
                    wanted = true;
                    asked.send_modify(|asked| *asked += 1);
                }
            }
        }
        let key = std::mem::take(&mut wanted) || index % KEY_EVERY == 0;
        for (name, packager) in videos.iter().zip(&mut packagers) {
            packager.push(&room, name, index, frame(index, key), key);
        }
        microphone.push(&room, &TrackName::AUDIO, index, sound(index), index % KEY_EVERY == 0);
    }
}

/// One track of the camera.
struct Line {
    packager: Packager,
    sequence: u64,
    group: u64,
}

impl Line {
    fn new(kind: Kind) -> Self {
        Self { packager: Packager::new(kind, FRAME), sequence: 0, group: 0 }
    }

    fn push(&mut self, room: &Room, name: &TrackName, index: u64, data: Bytes, starts_group: bool) {
        let time = MediaTime::ZERO + FRAME * index as u32;
        let sample = Sample { data, time, shown: time, duration: FRAME, key: starts_group };
        for packed in self.packager.push(sample).unwrap() {
            self.group += u64::from(starts_group);
            let chunk = Chunk {
                sequence: self.sequence,
                group: self.group,
                starts_group,
                init_version: 0,
                time: packed.time,
                duration: packed.duration,
                captured: now(),
                payload: packed.payload,
            };
            self.sequence += 1;
            room.chunk(name, chunk);
        }
    }
}
