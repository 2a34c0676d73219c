//! The small picture of a room of ours, taken now and then while it is on air and listed, as the host wants it seen.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::media::TrackName;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::snapshot::Snapshot;
use super::terms::LobbyPicture;
use crate::room::{Next, Room};

/// How often it is taken: the card is signed anew as often anyway.
const TAKE: Duration = Duration::from_mins(1);
/// A camera that gave no picture is tried again after so long.
const TAKE_AGAIN: Duration = Duration::from_secs(3);

/// Takes pictures of a room of ours until the task is aborted: one at once and one a minute while it is on air and they are
/// `wanted`, and none that outlives the show.
pub(super) async fn take(
    room: Arc<Room>,
    mut wanted: watch::Receiver<Option<LobbyPicture>>,
    picture: watch::Sender<Option<Snapshot>>,
) {
    let mut card = room.card();
    let mut before = None;
    loop {
        let is_on_air = room.is_on_air();
        let wish = wanted.borrow_and_update().filter(|_| is_on_air);
        let is_new = std::mem::replace(&mut before, wish) != wish;
        if wish.is_none() || is_new && wish == Some(LobbyPicture::Blurred) {
            // A sharp one does not wait for the next.
            picture.send_if_modified(|picture| picture.take().is_some());
        }
        let stays = wish == Some(LobbyPicture::Frozen) && picture.borrow().is_some();
        let next = async {
            let Some(wish) = wish.filter(|_| !stays) else { return pending().await };
            let taken = one(&room, wish).await;
            let rest = if taken.is_some() { TAKE } else { TAKE_AGAIN };
            if let Some(taken) = taken {
                picture.send_replace(Some(taken));
            }
            sleep(rest).await;
        };
        // A camera may give none for long: who changes their mind, or goes off air, does not wait for it.
        tokio::select! {
            biased;
            changed = wanted.changed() => if changed.is_err() { return },
            changed = card.wait_for(|card| card.on_air_since.is_some() != is_on_air) => {
                if changed.is_err() { return }
            }
            () = next => {}
        }
    }
}

/// One picture of the room now, as it is wanted; pictures are encoded only for so long.
async fn one(room: &Room, wish: LobbyPicture) -> Option<Snapshot> {
    let mut pictures = room.join(&TrackName::PREVIEW).await.ok()?;
    let sharp = loop {
        if let Next::Item(picture) = pictures.next().await? {
            break picture.payload;
        }
    };
    drop(pictures);
    if wish != LobbyPicture::Blurred {
        return Snapshot::new(sharp);
    }
    let blurred = spawn_blocking(move || parlor_pictures::blur(&sharp)).await;
    Snapshot::new(blurred.expect("blurring does not panic").ok()?.into())
}

#[cfg(test)]
#[cfg(not(feature = "loom"))]
mod tests {
    use bytes::Bytes;
    use ed25519_dalek::SigningKey;
    use image::{ExtendedColorType, ImageEncoder};
    use parlor_media::Output;
    use parlor_protocol::ident::RoomId;
    use parlor_protocol::media::{Catalogue, Chunk, MediaTime, Medium, Picture, Track, UnixMs};

    use super::*;
    use crate::room::{About, now};

    /// A JPEG of this grey.
    fn jpeg(grey: u8) -> Bytes {
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.write_image(&[grey; 64 * 36], 64, 36, ExtendedColorType::L8).unwrap();
        bytes.into()
    }

    /// A room on air whose camera gives a picture.
    fn room() -> Arc<Room> {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        let room = Arc::new(Room::new(RoomId::from_public_key(key).unwrap(), About::default()));
        let track = Track {
            name: TrackName::PREVIEW,
            medium: Medium::Picture(Picture { width: 64, height: 36 }),
            codec: "jpeg".into(),
            bitrate_bps: 1,
            init_version: 0,
            init: Bytes::new(),
        };
        Output::catalogue(&*room, Catalogue { epoch: UnixMs(0), tracks: vec![track] });
        room
    }

    fn show(room: &Room, sequence: u64, payload: Bytes) {
        let chunk = Chunk {
            sequence,
            group: sequence,
            starts_group: true,
            init_version: 0,
            time: MediaTime::from_micros(sequence * 1_000_000),
            duration: Duration::from_secs(1),
            captured: now(),
            payload,
        };
        Output::chunk(room, &TrackName::PREVIEW, chunk);
    }

    /// The picture that lobbies have once it is as wanted.
    async fn seen(
        pictures: &mut watch::Receiver<Option<Snapshot>>,
        wanted: impl Fn(Option<&Bytes>) -> bool,
    ) -> Option<Bytes> {
        let now = pictures.wait_for(|picture| wanted(picture.as_ref().map(Snapshot::jpeg))).await.unwrap();
        now.as_ref().map(|picture| picture.jpeg().clone())
    }

    #[tokio::test]
    async fn lobbies_see_what_the_host_wants() {
        let (room, [first, second]) = (room(), [40, 200].map(jpeg));
        let wanted = watch::Sender::new(Some(LobbyPicture::Frozen));
        let (picture, mut seen_by) = watch::channel(None);
        let taking = tokio::spawn(take(room.clone(), wanted.subscribe(), picture));
        room.set_on_air(true);
        show(&room, 0, first.clone());
        // Frozen: the show's first, whatever comes, also where the wish is said again.
        seen(&mut seen_by, |now| now == Some(&first)).await;
        show(&room, 1, second.clone());
        wanted.send_replace(Some(LobbyPicture::Frozen));
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(seen_by.borrow().as_ref().unwrap().jpeg(), &first);
        wanted.send_replace(Some(LobbyPicture::Live));
        seen(&mut seen_by, |now| now == Some(&second)).await;
        // Blurred: nothing sharp is left meanwhile, and what comes is another picture.
        show(&room, 2, second.clone());
        wanted.send_replace(Some(LobbyPicture::Blurred));
        seen(&mut seen_by, |now| now != Some(&second)).await;
        let blurred = seen(&mut seen_by, |now| now.is_some()).await.unwrap();
        assert_eq!(image::load_from_memory(&blurred).unwrap().width(), 320, "drawn from a few pixels");
        // None, and nothing off air.
        wanted.send_replace(None);
        seen(&mut seen_by, |now| now.is_none()).await;
        show(&room, 3, second.clone());
        wanted.send_replace(Some(LobbyPicture::Live));
        seen(&mut seen_by, |now| now == Some(&second)).await;
        room.set_on_air(false);
        seen(&mut seen_by, |now| now.is_none()).await;
        taking.abort();
    }
}
