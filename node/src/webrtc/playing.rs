//! Sending a room's picture and sound to one viewer: chunks to samples to packets, and a report each second.

use std::time::Duration;

use futures_util::FutureExt;
use parlor_media::package::fmp4::read;
use parlor_protocol::media::{Chunk, MediaTime, TrackName};
use tokio::time::interval;

use super::packetize;
use super::sender::{Gone, Sender};
use super::whep::is_reordered;
use crate::room::{Next, Reader, Room};

/// Time between sender reports (RFC 3550, section 6.2): players need one before they can align sound and picture.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Why sending is over; each is a normal end.
pub(super) enum Over {
    /// The viewer is gone.
    Gone,
    /// The room went off air, has no place, or the stream can't be carried any more.
    Room,
}

impl From<Gone> for Over {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// Sends until something ends it.
pub(super) async fn send(
    room: &Room,
    quality: &TrackName,
    mut video: Sender,
    mut audio: Option<Sender>,
) -> Result<(), Over> {
    let mut pictures = room.join(quality).await.map_err(|_| Over::Room)?;
    let mut sounds = None;
    if audio.is_some() {
        sounds = room.join(&TrackName::AUDIO).await.ok();
    }
    if let Some(sounds) = &mut sounds {
        skip_to_live(sounds);
    }
    let mut init_version = None;
    let mut position = None;
    let mut reports = interval(REPORT_INTERVAL);
    loop {
        tokio::select! {
            next = pictures.next() => if let Next::Item(chunk) = next.ok_or(Over::Room)? {
                if init_version.replace(chunk.init_version) != Some(chunk.init_version)
                    && is_reordered(&room.catalogue(), quality) != Some(false)
                {
                    return Err(Over::Room);
                }
                send_pictures(&chunk, &mut video).await?;
                if position.replace(chunk.time).is_none() {
                    reports.reset_immediately();
                }
            },
            next = next_of(&mut sounds) => match (next, &mut audio, &mut sounds) {
                (Some(Next::Item(chunk)), Some(audio), _) => send_sounds(&chunk, audio).await?,
                (Some(Next::Lagged(_)), _, Some(sounds)) => skip_to_live(sounds),
                _ => sounds = None,
            },
            _ = reports.tick() => if let Some(position) = position {
                report(room, position, &video, audio.as_ref()).await?;
            },
        }
    }
}

/// Passes over the sound that is there already. Players keep all sound that they get, and so would stay as far behind
/// as the oldest of it; a picture is shown as soon as a newer one is there.
fn skip_to_live(sounds: &mut Reader) {
    while let Some(Some(_)) = sounds.next().now_or_never() {}
}

/// The next of a reader that may be missing; then it never comes.
async fn next_of(reader: &mut Option<Reader>) -> Option<Next> {
    match reader {
        Some(reader) => reader.next().await,
        None => std::future::pending().await,
    }
}

async fn send_pictures(chunk: &Chunk, video: &mut Sender) -> Result<(), Gone> {
    for sample in samples(chunk) {
        let payloads = packetize::payloads(&sample.data);
        let last = payloads.len().saturating_sub(1);
        for (at, payload) in payloads.into_iter().enumerate() {
            video.send(sample.shown_ticks(), at == last, payload).await?;
        }
    }
    Ok(())
}

async fn send_sounds(chunk: &Chunk, audio: &mut Sender) -> Result<(), Gone> {
    for sample in samples(chunk) {
        // A packet of Opus is one payload (RFC 7587, section 4.2); the encoder's are far below the limit.
        if sample.data.len() <= packetize::MAX_PAYLOAD_BYTES {
            audio.send(sample.time_ticks, false, sample.data).await?;
        }
    }
    Ok(())
}

async fn report(room: &Room, at: MediaTime, video: &Sender, audio: Option<&Sender>) -> Result<(), Gone> {
    let epoch = room.catalogue().epoch;
    video.report(epoch, at).await?;
    if let Some(audio) = audio {
        audio.report(epoch, at).await?;
    }
    Ok(())
}

/// The frames of a chunk; of one that can't be read, none.
fn samples(chunk: &Chunk) -> Vec<read::SampleRef> {
    read::samples(&chunk.payload).unwrap_or_default()
}
