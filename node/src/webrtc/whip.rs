//! WHIP: from a publisher to the engine (RFC 9725). The publisher offers, the node answers and receives.

use std::pin::pin;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parlor_media::ingest::{AudioFormat, Feed, Format, VideoFormat};
use parlor_media::{Broadcast, Publisher as Who};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp::Packet;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use rtc::shared::marshal::Marshal;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use super::codecs::Abilities;
use super::gateway::{Answer, Gateway, MAX_SESSIONS, Place, Publisher};
use super::offer::{Offer, OfferError, PayloadTypes};
use super::peer::{AnswerError, Peer};
use crate::ingest::Publishing;

/// The payload types that packets have in the feed, whichever of the agreed ones they came with.
const VIDEO_PAYLOAD_TYPE: u8 = 96;
const AUDIO_PAYLOAD_TYPE: u8 = 111;

/// Why an offer leads to no session.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The offer is not taken; the publisher is at fault.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// Somebody publishes already. As HTTP: 409.
    #[error("somebody publishes to this room already; end that broadcast first")]
    Busy,
    /// There are [`MAX_SESSIONS`]. As HTTP: 503.
    #[error("the node has {MAX_SESSIONS} WebRTC sessions already; try again when a viewer has left")]
    Full,
    /// The node is at fault. As HTTP: 500.
    #[error("the node can't open a WebRTC connection now ({0}); try again, or publish over RTMP or SRT")]
    Node(String),
}

impl From<AnswerError> for PublishError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Offer(error) => Self::Offer(error),
            AnswerError::Node(reason) => Self::Node(reason),
        }
    }
}

impl Gateway {
    /// Answers a publisher's offer, and gives its picture and sound to `broadcast` from when it has connected until
    /// it leaves or its session is [ended](Gateway::end).
    ///
    /// # Errors
    /// A [`PublishError`] with a sentence for the publisher.
    pub async fn publish(&self, broadcast: Arc<Broadcast>, offer: &str) -> Result<Answer, PublishError> {
        let offer = Offer::parse(offer)?;
        let publisher = self.publisher().ok_or(PublishError::Busy)?;
        let place = self.place().ok_or(PublishError::Full)?;
        let mut peer =
            Peer::new(self.addresses(), Abilities::to_receive().map_err(AnswerError::from)?).await?;
        let sdp = peer.answer(offer).await?;
        let agreed =
            peer.agreed().await.filter(|agreed| !agreed.h264.is_empty()).ok_or(OfferError::NoH264)?;
        let answer = Answer { sdp, session: place.id };
        tokio::spawn(Session { broadcast, peer, agreed, place, publisher }.run());
        Ok(answer)
    }
}

struct Session {
    broadcast: Arc<Broadcast>,
    peer: Peer,
    agreed: PayloadTypes,
    place: Place,
    publisher: Publisher,
}

impl Session {
    async fn run(mut self) {
        self.serve().await;
        // Free before the publisher hears of the end, so that it can come back at once.
        drop(self.publisher);
        self.peer.close().await;
    }

    async fn serve(&mut self) {
        let stop = self.place.stop.clone();
        tokio::select! {
            () = stop.cancelled() => return,
            connected = self.peer.connected() => if !connected { return },
        }
        let feed = match Publishing::open(&self.broadcast, self.format()).await {
            Ok(feed) => feed,
            Err(error) => return tracing::warn!("a publisher over WHIP was sent away: {error}"),
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = receive(&mut self.peer, &self.agreed, &feed) => {}
        }
        feed.close().await;
    }

    fn format(&self) -> Format {
        let video = VideoFormat::H264Rtp {
            payload_type: VIDEO_PAYLOAD_TYPE,
            fmtp: "packetization-mode=1".to_owned(),
        };
        let audio = AudioFormat::OpusRtp { payload_type: AUDIO_PAYLOAD_TYPE };
        Format {
            publisher: Who::Whip,
            video: Some(video),
            audio: (!self.agreed.opus.is_empty()).then_some(audio),
        }
    }
}

/// Gives the feed what the publisher sends, until the publisher is gone or the feed fails.
async fn receive(peer: &mut Peer, agreed: &PayloadTypes, feed: &Feed) {
    let mut tracks = FuturesUnordered::new();
    let (opened, gone) = peer.opened();
    let mut gone = pin!(gone);
    loop {
        tokio::select! {
            () = &mut gone => return,
            track = opened.recv() => match track {
                Some(track) => tracks.push(receive_track(track, agreed, feed)),
                None => return,
            },
            Some(faulty) = tracks.next() => if faulty { return },
        }
    }
}

/// Gives the feed one track; `true` if the feed has failed, `false` if the track has ended.
async fn receive_track(track: Arc<dyn TrackRemote>, agreed: &PayloadTypes, feed: &Feed) -> bool {
    let is_video = track.kind().await == RtpCodecKind::Video;
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else {
            continue;
        };
        let media_ssrc = packet.header.ssrc;
        if is_video {
            push(packet, &agreed.h264, VIDEO_PAYLOAD_TYPE, |packet| {
                feed.push_rtp_video(packet);
            });
            if feed.keyframe_wanted() {
                let loss = PictureLossIndication { sender_ssrc: 0, media_ssrc };
                // Of a connection that is over, the end is noticed elsewhere.
                let _ = track.write_rtcp(vec![Box::new(loss)]).await;
            }
        } else {
            push(packet, &agreed.opus, AUDIO_PAYLOAD_TYPE, |packet| {
                feed.push_rtp_audio(packet);
            });
        }
        if feed.fault().is_some() {
            return true;
        }
    }
    false
}

/// Pushes a packet of one of these payload types as one of `payload_type`; others are probes, or not agreed on.
fn push(mut packet: Packet, agreed: &[u8], payload_type: u8, to: impl FnOnce(bytes::Bytes)) {
    if agreed.contains(&packet.header.payload_type) {
        packet.header.payload_type = payload_type;
        if let Ok(bytes) = packet.marshal() {
            to(bytes.freeze());
        }
    }
}

#[cfg(test)]
#[path = "whip_tests.rs"]
mod tests;
