//! The host's own small pictures for the talk.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use futures_util::stream::once;
use multer::Multipart;
use parlor_pictures::{PictureError, clean_small};
use parlor_protocol::talk::{EmoteName, MAX_EMOTE_SIDE};
use parlor_web::language::{Said, said};
use tokio::task::spawn_blocking;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::app::{EmoteError, StudioError};
use crate::http::App;
use crate::http::body;
use crate::http::fields::{Fields, HostForm, not_the_host, stale};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::http::visitor::Visitor;

/// The most bytes of a picture as it comes, and of the form around it: what is made of it has a tenth of that.
const MAX_PICTURE_BYTES: usize = 512 << 10;
const MAX_BODY_BYTES: usize = MAX_PICTURE_BYTES + 4096;

/// `POST /studio/emotes`, multipart (RFC 7578): `csrf`, `name` and `picture`, or `csrf` and `remove`.
pub(super) async fn submit(
    State(app): State<App>,
    door: Door,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &app).await?;
    let session = visitor.host.clone().ok_or_else(not_the_host)?;
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| no_form())?;
    let (fields, picture) = read(body::read(body, MAX_BODY_BYTES).await?, boundary).await?;
    if !visitor.has_csrf(fields.text("csrf")) {
        return Err(stale());
    }
    let result = change(&app, &fields, picture).await.map_err(|error| {
        Refusal::keeping(error.said(), Typed { emote: fields.text("name").to_owned(), ..Typed::default() })
    });
    Ok(lead_back(&app, &HostForm { fields, visitor, session }, &door, result).await)
}

/// The form's texts, and the picture that came with it.
async fn read(body: Bytes, boundary: String) -> Result<(Fields, Bytes), Problem> {
    let mut form = Multipart::new(once(async { Ok::<_, Infallible>(body) }), boundary);
    let (mut texts, mut picture) = (Vec::new(), Bytes::new());
    while let Some(field) = form.next_field().await.map_err(|_| no_form())? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "picture" {
            picture = field.bytes().await.map_err(|_| no_form())?;
        } else {
            texts.push((name, field.text().await.map_err(|_| no_form())?));
        }
    }
    Ok((Fields::from(texts), picture))
}

async fn change(app: &App, fields: &Fields, picture: Bytes) -> Result<Said, StudioError> {
    let remove = fields.text("remove");
    if !remove.is_empty() {
        app.studio.remove_emote(&EmoteName::of(remove).ok_or(EmoteError::Gone)?)?;
        return Ok(said::done_emote_removed(remove.to_owned()));
    }
    let name = EmoteName::of(fields.text("name")).ok_or(EmoteError::Name)?;
    if picture.is_empty() {
        return Err(EmoteError::NoPicture.into());
    }
    // A decoder that panics has met a broken picture.
    let cleaned = spawn_blocking(move || clean_small(&picture, MAX_EMOTE_SIDE)).await;
    let picture = cleaned.map_err(|_| PictureError::Broken).flatten().map_err(EmoteError::from)?;
    app.studio.set_emote(&name, picture.into())?;
    Ok(said::done_emote(name.as_str().to_owned()))
}

fn no_form() -> Problem {
    Problem::bad_request(said::no_form(), said::no_form_remedy())
}
