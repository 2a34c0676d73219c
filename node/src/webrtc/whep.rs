//! WHEP: from the room to a viewer (draft-ietf-wish-whep). The viewer offers, the node answers and sends.

use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::media::{Catalogue, Medium, TrackName};
use tokio::time::Instant;

use super::addresses::Addresses;
use super::codecs::{self, Abilities};
use super::gateway::{Answer, Gateway, MAX_SESSIONS, Place};
use super::offer::{Offer, OfferError};
use super::peer::{AnswerError, Peer};
use super::playing;
use super::sender::{Requests, Sender};
use crate::room::{JoinError, Room};

/// A viewer's requests for keyframes count once in so long: every keyframe costs all viewers bits.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

/// Why an offer leads to no session.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The offer is not taken; the client is at fault.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// The room has no such track, or no picture. As HTTP: 404 or 503.
    #[error(transparent)]
    Room(#[from] JoinError),
    /// The stream has B-frames and there is no quality without. As HTTP: 406; players fall back to another way.
    #[error("this stream has B-frames, which WebRTC can't carry; choose another way to watch")]
    Reordered,
    /// There are [`MAX_SESSIONS`]. As HTTP: 503.
    #[error("the node serves {MAX_SESSIONS} WebRTC viewers already; choose another way to watch")]
    Full,
    /// The node is at fault. As HTTP: 500.
    #[error(
        "the node can't open a WebRTC connection now ({0}); reload the page, or choose another way to watch"
    )]
    Node(String),
}

impl From<AnswerError> for PlayError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Offer(error) => Self::Offer(error),
            AnswerError::Node(reason) => Self::Node(reason),
        }
    }
}

impl Gateway {
    /// Answers a viewer's offer, and sends the room's picture and sound from when the viewer has connected until
    /// it leaves, its session is [ended](Gateway::end), the room goes off air, or the stream turns into one that
    /// WebRTC can't carry. `guard` lives as long as the session.
    ///
    /// `quality` is a video track; `None` stands for the full one. Where the full one has B-frames, the small one
    /// is sent.
    ///
    /// # Errors
    /// A [`PlayError`] with a sentence for the viewer.
    pub async fn play(
        &self,
        room: Arc<Room>,
        quality: Option<TrackName>,
        offer: &str,
        guard: impl Send + 'static,
    ) -> Result<Answer, PlayError> {
        let offer = Offer::parse(offer)?;
        let place = self.place().ok_or(PlayError::Full)?;
        // Keeps the engine awake from here on, so that the picture flows when the viewer has connected.
        let held = room.demand().hold(TrackName::VIDEO);
        let quality = playable(&room, quality.unwrap_or(TrackName::VIDEO)).await?;
        let (peer, video, audio, sdp) = connect(self.addresses(), offer).await?;
        let answer = Answer { sdp, session: place.id };
        tokio::spawn(async move {
            let (_guard, _held) = (guard, held);
            Session { room, quality, peer, video, audio, place }.run().await;
        });
        Ok(answer)
    }
}

/// A connection that was answered, with the tracks that were agreed on, and the answer.
async fn connect(
    addresses: &Addresses,
    offer: Offer,
) -> Result<(Peer, Sender, Option<Sender>, String), AnswerError> {
    let mut peer = Peer::new(addresses, Abilities::to_send()?).await?;
    let mut video = Sender::add(&*peer.connection, codecs::default_h264(), "video").await?;
    let mut audio = None;
    if offer.has_opus {
        audio = Some(Sender::add(&*peer.connection, codecs::opus(), "audio").await?);
    }
    let sdp = peer.answer(offer).await?;
    video.agreed().await.ok_or(OfferError::NoH264)?;
    if let Some(sender) = &mut audio
        && sender.agreed().await.is_none()
    {
        audio = None;
    }
    Ok((peer, video, audio, sdp))
}

/// The track to send for this quality, once the room has it.
async fn playable(room: &Room, quality: TrackName) -> Result<TrackName, PlayError> {
    // Waits for an engine that rests; it lists its tracks only then.
    drop(room.join(&quality).await?);
    let catalogue = room.catalogue();
    match is_reordered(&catalogue, &quality) {
        None => Err(JoinError::NoSuchTrack.into()),
        Some(false) => Ok(quality),
        Some(true) => match is_reordered(&catalogue, &TrackName::VIDEO_SMALL) {
            Some(false) => Ok(TrackName::VIDEO_SMALL),
            _ => Err(PlayError::Reordered),
        },
    }
}

/// Whether this video track has B-frames; `None` where there is no such video track.
pub(super) fn is_reordered(catalogue: &Catalogue, name: &TrackName) -> Option<bool> {
    match &catalogue.track(name)?.medium {
        Medium::Video(video) => Some(video.reordered),
        _ => None,
    }
}

struct Session {
    room: Arc<Room>,
    quality: TrackName,
    peer: Peer,
    video: Sender,
    audio: Option<Sender>,
    place: Place,
}

impl Session {
    async fn run(self) {
        let Self { room, quality, mut peer, video, audio, place } = self;
        let requests = video.requests();
        let serve = async {
            if !peer.connected().await {
                return;
            }
            tokio::select! {
                () = peer.gone() => {}
                () = pass_on(requests, &room) => {}
                _ = playing::send(&room, &quality, video, audio) => {}
            }
        };
        tokio::select! {
            () = place.stop.cancelled() => {}
            () = serve => {}
        }
        peer.close().await;
    }
}

/// Asks the room for the keyframes that the viewer asks for.
async fn pass_on(mut requests: Requests, room: &Room) {
    let mut last: Option<Instant> = None;
    while requests.next().await.is_some() {
        if last.is_none_or(|last| last.elapsed() >= KEYFRAME_INTERVAL) {
            room.request_keyframe();
            last = Some(Instant::now());
        }
    }
    // No more requests is no reason to end; a connection that is over is noticed elsewhere.
    std::future::pending::<()>().await;
}

#[cfg(test)]
#[path = "whep_tests.rs"]
mod tests;
