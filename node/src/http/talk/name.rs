//! As whom somebody talks: a name that they choose, and a mark from a phrase that only they know.

use std::time::Duration;

use axum::response::Response;
use parlor_protocol::talk::{Author, Identity, MAX_NAME_CHARS, MAX_PHRASE_BYTES, Name, Tripcode};
use parlor_web::language::{Said, said};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Hearing;
use super::form::{Draft, again, back};
use crate::http::fields::VisitorForm;
use crate::room::Sign;

/// Marks that are made at a time: each takes a core for some hundredths of a second, and 19 MiB.
static MAKING: Semaphore = Semaphore::const_new(1);
/// How long somebody waits for their turn: that of a few dozen others.
const TURN: Duration = Duration::from_secs(2);

/// `POST /room/ROOM/chat/name` with `name` and `phrase`, which both may be empty, and `old` where that is to make an old tripcode.
pub(in crate::http) async fn submit(hearing: Hearing, form: VisitorForm) -> Response {
    let (name, phrase) = (form.fields.text("name"), form.fields.text("phrase"));
    // As boards have it; the phrase is not to stand in the name.
    let (name, phrase, old) = match name.split_once('#') {
        Some((name, after)) if phrase.is_empty() && !after.is_empty() => (name, after, true),
        _ => (name, phrase, !form.fields.text("old").is_empty()),
    };
    let account = form.visitor.guest.as_ref().map(|guest| guest.account.as_str());
    let chosen = match Name::given(name) {
        Some(given) if account.is_some_and(|account| given.as_given() != Some(account)) => {
            Err(said::talk_account_name())
        }
        Some(given) => Ok(given),
        None if name.trim().is_empty() => Ok(form.visitor.id.guest_name()),
        None => Err(said::name_one_line(MAX_NAME_CHARS)),
    };
    let named = match chosen {
        Err(why) => Err(why),
        Ok(name) if phrase.is_empty() => Ok((name, Sign::None)),
        Ok(name) if old => tripcode(phrase).map(|sign| (name, sign)),
        Ok(name) => identity(phrase.to_owned()).await.map(|identity| (name, Sign::Mark(identity))),
    };
    match named {
        Ok((name, sign)) => {
            hearing.talk().rename(form.visitor.id, Author::called(name), sign);
            back(&hearing, "?said")
        }
        Err(why) => {
            let draft = Draft { notice: Some(why), name: Some(name.to_owned()), ..Draft::default() };
            again(&hearing, &form.visitor, draft)
        }
    }
}

fn tripcode(phrase: &str) -> Result<Sign, Said> {
    let is_one = Tripcode::of(phrase).is_some();
    let refused = || said::talk_no_tripcode(MAX_PHRASE_BYTES);
    is_one.then(|| Sign::Tripcode(phrase.to_owned())).ok_or_else(refused)
}

async fn identity(phrase: String) -> Result<Identity, Said> {
    let Ok(_turn) = timeout(TURN, MAKING.acquire()).await else {
        return Err(said::talk_marks());
    };
    let identity = spawn_blocking(move || Identity::of(&phrase)).await.ok().flatten();
    let too_long = || said::talk_phrase_too_long(MAX_PHRASE_BYTES);
    identity.ok_or_else(too_long)
}
