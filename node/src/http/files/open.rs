//! What is in a file that has come: a picture is made anew from its pixels, anything else is left alone.

use std::time::Duration;

use axum::body::Bytes;
use parlor_pictures::{PictureError, clean, is_picture};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::room::{Content, FileName, NotTaken};

/// Pictures that are opened at a time: each takes a core for up to two seconds, and up to 250 MB.
static OPENING: Semaphore = Semaphore::const_new(1);
/// How long somebody waits for their turn, and for the picture: nothing that the door lets in takes so long on a Raspberry Pi.
const TURN: Duration = Duration::from_secs(30);

/// The file as it goes onto the shelf.
pub(super) async fn open(name: FileName, bytes: Bytes) -> Result<(FileName, Content), NotTaken> {
    if !is_picture(&bytes) {
        return Ok((name, Content::Other(bytes)));
    }
    let Ok(Ok(turn)) = timeout(TURN, OPENING.acquire()).await else { return Err(NotTaken::Crowded(TURN)) };
    // The turn ends with the work, also where nobody waits for it any more.
    let opening = spawn_blocking(move || {
        let _turn = turn;
        clean(&bytes)
    });
    // A decoder that panics has met a broken picture.
    let opened = timeout(TURN, opening).await.map_err(|_| PictureError::TooLarge)?;
    let picture = opened.map_err(|_| PictureError::Broken)??;
    let name = name.with_extension(picture.kind.extension());
    let content = Content::Picture {
        kind: picture.kind,
        size: (picture.width, picture.height),
        bytes: picture.bytes.into(),
        thumbnail: picture.thumbnail.into(),
    };
    Ok((name, content))
}
