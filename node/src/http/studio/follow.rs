//! A list of people whom others refuse, as it comes to the host: its text pasted, or as the file that its keeper saved.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use multer::{Constraints, Field, Multipart, SizeLimit};
use parlor_protocol::denylist::{ListError, MAX_LIST_BYTES};
use parlor_web::language::{Said, said};
use tokio::time::timeout;

use super::lists::answer;
use crate::app::{Followed, Studio};
use crate::http::App;
use crate::http::fields::{not_the_host, stale};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::http::visitor::Visitor;

/// The most bytes that are kept of each field: a list whose lines all end as a browser ends them is not twice as long.
const MAX_FIELD_BYTES: usize = 2 * MAX_LIST_BYTES;
/// What is heard of a form: a browser shows the answer to a file that is far too large only to one who listened to the end.
const MAX_FORM_BYTES: usize = 64 << 20;
/// The most bytes of the token's field.
const MAX_TOKEN_BYTES: u64 = 128;
/// How long a form may take: the largest over 20 Mbit/s.
const TIME: Duration = Duration::from_secs(30);

/// What the host sent.
#[derive(Default)]
struct Sent {
    /// What is in the field for a list.
    typed: String,
    /// What is in the file, if there is one; longer than any list where the file is too long, which is not kept then.
    file: Vec<u8>,
}

/// `POST /studio/lists/follow`, multipart (RFC 7578): `csrf`, and a list in `list` or `file`.
pub(super) async fn submit(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    // Before the body is read: strangers cost nothing.
    let visitor = Visitor::from_request_parts(&mut parts, &app).await?;
    let session = visitor.host.clone().ok_or_else(not_the_host)?;
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| no_form())?;
    let slow = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, said::too_slow(), said::again_remedy());
    let Sent { typed, file } = timeout(TIME, read(body, boundary, &visitor)).await.map_err(slow)??;
    let result = follow(&app.studio, &typed, file);
    Ok(answer(&app, &visitor, &session, result, typed))
}

async fn read(body: Body, boundary: String, visitor: &Visitor) -> Result<Sent, Problem> {
    let sizes = SizeLimit::new()
        .whole_stream(MAX_FORM_BYTES as u64)
        .for_field("csrf", MAX_TOKEN_BYTES)
        .for_field("list", MAX_FIELD_BYTES as u64);
    let constraints = Constraints::new().size_limit(sizes);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let token =
        form.next_field().await.map_err(|error| fault(&error))?.filter(|field| field.name() == Some("csrf"));
    if !visitor.has_csrf(&token.ok_or_else(stale)?.text().await.map_err(|error| fault(&error))?) {
        return Err(stale());
    }
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|error| fault(&error))? {
        match field.name() {
            Some("list") => sent.typed = field.text().await.map_err(|error| fault(&error))?,
            Some("file") => sent.file = beginning(field).await?,
            _ => return Err(no_form()),
        }
    }
    Ok(sent)
}

/// What is in a file; of one that is too long, enough to tell.
async fn beginning(mut file: Field<'_>) -> Result<Vec<u8>, Problem> {
    let mut kept = Vec::new();
    while let Some(piece) = file.chunk().await.map_err(|error| fault(&error))? {
        let room = (MAX_FIELD_BYTES + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&piece[..piece.len().min(room)]);
    }
    Ok(kept)
}

fn follow(studio: &Studio, typed: &str, file: Vec<u8>) -> Result<Said, Said> {
    let text = match (typed.trim().is_empty(), file.is_empty()) {
        (true, true) => return Err(said::list_missing()),
        (false, false) => return Err(said::list_twice()),
        (false, true) => typed.to_owned(),
        (true, false) if file.len() > MAX_FIELD_BYTES => return Err(ListError::TooLong.said()),
        (true, false) => text(file).map_err(|error| error.said())?,
    };
    Ok(match studio.follow_list(&text).map_err(|error| error.said())? {
        Followed::New => said::done_list_new(),
        Followed::Newer => said::done_list_newer(),
        Followed::Same => said::done_list_same(),
    })
}

/// A file's text; where it is none, the line in which that shows.
fn text(file: Vec<u8>) -> Result<String, ListError> {
    String::from_utf8(file).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        ListError::Characters(good.split(|byte| *byte == b'\n').count())
    })
}

fn fault(error: &multer::Error) -> Problem {
    match error {
        multer::Error::FieldSizeExceeded { .. } => too_large(MAX_FIELD_BYTES),
        multer::Error::StreamSizeExceeded { .. } => too_large(MAX_FORM_BYTES),
        multer::Error::StreamReadFailed(_) | multer::Error::IncompleteFieldData { .. } => {
            Problem::bad_request(said::cut_short(), said::again_remedy())
        }
        _ => no_form(),
    }
}

fn too_large(most: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, said::too_large(most), said::less_remedy())
}

fn no_form() -> Problem {
    Problem::bad_request(said::no_form(), said::no_form_remedy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_says_in_which_line() {
        assert_eq!(text(b"version: 1\n".to_vec()).as_deref(), Ok("version: 1\n"));
        assert_eq!(text(b"\xff\xfe".to_vec()), Err(ListError::Characters(1)));
        assert_eq!(text(b"one\ntw\xf6".to_vec()), Err(ListError::Characters(2)));
    }
}
