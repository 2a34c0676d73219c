//! A file as it comes in: so many bytes and not more, in a given time, into memory and nowhere else.

use std::io;
use std::time::Duration;

use axum::body::{BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use futures_util::stream::{BoxStream, unfold};
use futures_util::{FutureExt, StreamExt};
use multer::{Constraints, Field, Multipart, SizeLimit};
use parlor_web::language::said;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Shelf;
use crate::http::fields::stale;
use crate::http::problem::Problem;
use crate::room::{FileName, MAX_FILE_BYTES, NotTaken};

/// Files that come in at a time: with the largest, half of what the shelf holds.
static COMING: Semaphore = Semaphore::const_new(4);
/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(5);
/// How long nothing may come: longer than a phone's change from Wi-Fi to mobile takes.
const STALL: Duration = Duration::from_secs(15);
/// How long a file may take: the largest over half a megabit per second.
const TIME: Duration = Duration::from_mins(3);
/// The most bytes of the token's field.
const MAX_TOKEN_BYTES: u64 = 128;
/// What is read of a file that is refused, and for how long: a browser shows the answer only to one who listened to the end.
const MAX_UNHEARD_BYTES: usize = 64 << 20;
const UNHEARD_TIME: Duration = Duration::from_secs(20);

/// Why a file did not come in.
pub(super) enum Unread {
    /// The shelf does not take it.
    NotTaken(NotTaken),
    /// What was sent is no form of ours.
    Problem(Problem),
}

impl From<NotTaken> for Unread {
    fn from(why: NotTaken) -> Self {
        Self::NotTaken(why)
    }
}

impl From<Problem> for Unread {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Reads the file of a form, from somebody whose file would be taken.
pub(super) async fn receive(shelf: &Shelf, request: Request) -> Result<(FileName, Bytes), Unread> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| no_form())?;
    let mut pieces = pieces(body.into_data_stream());
    let read = match timeout(TURN, COMING.acquire()).await {
        Ok(_turn) => timeout(TIME, read(shelf, &mut pieces, boundary)).await.unwrap_or_else(|_| Err(slow())),
        Err(_) => Err(NotTaken::Crowded(TURN).into()),
    };
    if read.is_err() {
        hear_out(&mut pieces).await;
    }
    read
}

async fn read(
    shelf: &Shelf,
    pieces: &mut BoxStream<'static, io::Result<Bytes>>,
    boundary: String,
) -> Result<(FileName, Bytes), Unread> {
    let sizes = SizeLimit::new().for_field("csrf", MAX_TOKEN_BYTES);
    let mut form = Multipart::with_constraints(pieces, boundary, Constraints::new().size_limit(sizes));
    // The token stands first: nothing of a stranger's form is kept.
    let token = form.next_field().await.map_err(|error| fault(&error))?;
    let token = token.filter(|field| field.name() == Some("csrf")).ok_or_else(stale)?;
    if !shelf.visitor.has_csrf(&token.text().await.map_err(|error| fault(&error))?) {
        return Err(stale().into());
    }
    let file = form.next_field().await.map_err(|error| fault(&error))?;
    let file = file.filter(|field| field.name() == Some("file")).ok_or_else(no_form)?;
    if !shelf.is_open() {
        return Err(Problem::off_air().into());
    }
    shelf.room.talk().hears(shelf.visitor.talker()).map_err(NotTaken::from)?;
    shelf.files().admit(shelf.visitor.id, shelf.standing())?;
    let name = FileName::of(file.file_name().unwrap_or_default());
    Ok((name, whole(file).await?))
}

/// What is in a file.
async fn whole(mut file: Field<'_>) -> Result<Bytes, Unread> {
    let mut whole = Vec::new();
    while let Some(piece) = file.chunk().await.map_err(|error| fault(&error))? {
        if whole.len() + piece.len() > MAX_FILE_BYTES {
            return Err(NotTaken::TooLarge.into());
        }
        whole.extend_from_slice(&piece);
    }
    if whole.is_empty() { Err(NotTaken::Empty.into()) } else { Ok(whole.into()) }
}

/// The body piece by piece; an error where none comes for too long.
fn pieces(body: BodyDataStream) -> BoxStream<'static, io::Result<Bytes>> {
    let piece = |mut body: BodyDataStream| async {
        let piece = match timeout(STALL, body.next()).await {
            Ok(piece) => piece?.map_err(io::Error::other),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        Some((piece, body))
    };
    // It is asked for more after its end, by who hears it out.
    unfold(body, piece).fuse().boxed()
}

/// Lets the rest come and forgets it.
async fn hear_out(pieces: &mut BoxStream<'static, io::Result<Bytes>>) {
    let rest = async {
        let mut heard = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            heard += piece.len();
            if heard > MAX_UNHEARD_BYTES {
                break;
            }
        }
    };
    timeout(UNHEARD_TIME, rest).map(drop).await;
}

fn fault(error: &multer::Error) -> Unread {
    match error {
        multer::Error::StreamReadFailed(error)
            if error
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) =>
        {
            slow()
        }
        multer::Error::StreamReadFailed(_) | multer::Error::IncompleteFieldData { .. } => {
            Problem::bad_request(said::file_cut_short(), said::again_remedy()).into()
        }
        _ => no_form().into(),
    }
}

fn slow() -> Unread {
    Problem::new(StatusCode::REQUEST_TIMEOUT, said::file_slow(), said::file_slow_remedy()).into()
}

fn no_form() -> Problem {
    Problem::bad_request(said::file_no_form(), said::file_no_form_remedy())
}
