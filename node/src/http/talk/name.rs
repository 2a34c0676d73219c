//! As whom somebody talks: a name that they choose, and a mark from a phrase that only they know.

use std::time::Duration;

use axum::response::Response;
use parlor_protocol::talk::{Author, Identity, MAX_NAME_CHARS, MAX_PHRASE_BYTES};
use parlor_web::language::{Said, said};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Hearing;
use super::form::{Draft, again, back};
use crate::http::fields::VisitorForm;

/// Marks that are made at a time: each takes a core for some hundredths of a second, and 19 MiB.
static MAKING: Semaphore = Semaphore::const_new(1);
/// How long somebody waits for their turn: that of a few dozen others.
const TURN: Duration = Duration::from_secs(2);

/// `POST /room/ROOM/chat/name` with `name` and `phrase`, which may be empty.
pub(in crate::http) async fn submit(hearing: Hearing, form: VisitorForm) -> Response {
    let (name, phrase) = (form.fields.text("name"), form.fields.text("phrase"));
    let account = form.visitor.guest.as_ref().map(|guest| guest.account.as_str());
    let named = match Author::named(name) {
        Some(author) if account.is_some_and(|account| account != author.name) => {
            Err(said::talk_account_name())
        }
        None => Err(said::name_one_line(MAX_NAME_CHARS)),
        Some(author) if phrase.is_empty() => Ok((author, None)),
        Some(author) => identity(phrase.to_owned()).await.map(|identity| (author, Some(identity))),
    };
    match named {
        Ok((author, identity)) => {
            hearing.talk().rename(form.visitor.id, author, identity);
            back(&hearing, "?said")
        }
        Err(why) => {
            let draft = Draft { notice: Some(why), ..Draft::default() };
            again(&hearing, &form.visitor, draft)
        }
    }
}

async fn identity(phrase: String) -> Result<Identity, Said> {
    let Ok(_turn) = timeout(TURN, MAKING.acquire()).await else {
        return Err(said::talk_marks());
    };
    let identity = spawn_blocking(move || Identity::of(&phrase)).await.ok().flatten();
    let too_long = || said::talk_phrase_too_long(MAX_PHRASE_BYTES);
    identity.ok_or_else(too_long)
}
