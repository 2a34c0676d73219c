//! Who sends a request: a visitor, told from others by a cookie, or the host, who has logged in.
//!
//! A visitor's session is nothing but their cookie: what the node derives from it (their number in the room, the
//! token in their forms) comes from a key that lives as long as the process. So any number of visitors cost no
//! memory, and none is remembered.

use std::borrow::Cow;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use parlor_web::language::Language;
use parlor_web::view;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::App;
use super::adult;
use super::cookie::{self, Jar};
use super::guests::Guest;
use super::invited::Invited;
use super::language;
use super::problem::Problem;
use super::serve::Peer;
use crate::room::{Room, Stay, Talker, Ticket, VisitorId};
use crate::secret::Secret;

/// The secret from which visitors' numbers and form tokens are derived; new with every start.
pub(super) struct VisitorKey(Secret);

/// The sender of a request.
#[derive(Clone)]
pub(super) struct Visitor {
    /// Their number in the room.
    pub(super) id: VisitorId,
    /// The host's session, where it is the host who asks.
    pub(super) host: Option<Secret>,
    /// Their session, where they have logged in with an account.
    pub(super) guest: Option<Guest>,
    /// With which invite they came, where they are neither.
    pub(super) invited: Option<Invited>,
    /// What they answered to the 18+ question.
    pub(super) adults: view::Adults,
    /// The language that they read.
    pub(super) language: Language,
    /// How they want the pages to be.
    pub(super) fit: view::Fit,
    /// Where they come back to once they have chosen another.
    here: Arc<str>,
    /// What every form of theirs must repeat.
    csrf: Arc<str>,
}

/// Somebody's leave to be in a room; the host's does not end.
pub(super) struct Admission(Option<Ticket>);

impl Admission {
    /// Whether it counts still.
    pub(super) fn counts(&mut self) -> bool {
        self.0.as_mut().is_none_or(Ticket::counts)
    }

    /// Waits until it does not.
    pub(super) async fn ended(&mut self) {
        match &mut self.0 {
            Some(ticket) => ticket.ended().await,
            None => pending().await,
        }
    }
}

impl VisitorKey {
    /// A new secret.
    pub(super) fn random() -> Self {
        Self(Secret::generate())
    }

    /// Sixteen bytes for this purpose from this cookie. Key and purpose have fixed lengths and the digest is cut,
    /// so no two uses meet and none can be prolonged.
    fn derive(&self, purpose: [u8; 8], cookie: &[u8]) -> [u8; 16] {
        let hash = Sha256::new().chain_update(self.0.reveal()).chain_update(purpose).chain_update(cookie);
        *hash.finalize().first_chunk().expect("SHA-256 has 32 bytes")
    }

    fn id(&self, cookie: &[u8]) -> VisitorId {
        let bytes = self.derive(*b"visitor ", cookie);
        VisitorId(u64::from_be_bytes(*bytes.first_chunk().expect("sixteen bytes hold eight")))
    }

    /// A session for somebody who comes with the invite of this id, as its cookie holds it.
    pub(super) fn invite(&self, invite: &str) -> String {
        let mut number = [0; 16];
        getrandom::fill(&mut number).expect("the operating system has randomness");
        let text = format!("{invite}.{}", BASE64URL_NOPAD.encode(&number));
        let seal = BASE64URL_NOPAD.encode(&self.derive(*b"invited ", text.as_bytes()));
        format!("{text}.{seal}")
    }

    /// Who has this session; `None` where it is none of ours.
    fn invited(&self, cookie: &str) -> Option<Invited> {
        let (text, seal) = cookie.rsplit_once('.')?;
        let (invite, _) = text.split_once('.')?;
        let right = BASE64URL_NOPAD.encode(&self.derive(*b"invited ", text.as_bytes()));
        let is_ours: bool = right.as_bytes().ct_eq(seal.as_bytes()).into();
        is_ours.then(|| Invited { invite: invite.to_owned(), id: self.id(text.as_bytes()) })
    }

    fn csrf(&self, cookie: &str) -> Arc<str> {
        BASE64URL_NOPAD.encode(&self.derive(*b"form    ", cookie.as_bytes())).into()
    }
}

impl Visitor {
    /// What their pages need.
    pub(super) fn page(&self) -> view::Page {
        view::Page {
            csrf: self.csrf.to_string(),
            is_host: self.host.is_some(),
            language: self.language,
            here: self.here.to_string(),
            fit: self.fit,
            number: fastrand::u32(..),
        }
    }

    /// As whom they talk.
    pub(super) fn talker(&self) -> Talker {
        Talker { visitor: self.id, is_host: self.host.is_some() }
    }

    /// Counts them among those watching for as long as the guard lives. The host, who looks after the picture, is
    /// not one of the viewers.
    pub(super) fn watch(&self, room: &Room) -> Option<Stay> {
        self.host.is_none().then(|| room.presence().watch(self.id))
    }

    /// Counts them among those who listen in for as long as the guard lives; not the host.
    pub(super) fn listen(&self, room: &Room) -> Option<Stay> {
        self.host.is_none().then(|| room.presence().listen(self.id))
    }

    /// Counts them among those who have the page open for as long as the guard lives; not the host.
    pub(super) fn visit(&self, room: &Room) -> Option<Stay> {
        self.host.is_none().then(|| room.presence().visit(self.id))
    }

    /// Counts them among those watching for the next `span`, for a player that fetches piece by piece; not the host.
    pub(super) fn watch_for(&self, room: &Room, span: Duration) {
        if self.host.is_none() {
            room.presence().watch_for(self.id, Instant::now(), span);
        }
    }

    /// Counts them among those who have the page open for the next `span`, for a page that asks again by itself;
    /// not the host.
    pub(super) fn visit_for(&self, room: &Room, span: Duration) {
        if self.host.is_none() {
            room.presence().visit_for(self.id, Instant::now(), span);
        }
    }

    /// Whether the room's door lets them be in; the host's own is open to them.
    pub(super) fn check_entry(&self, room: &Room) -> Result<(), Problem> {
        if self.host.is_some() { Ok(()) } else { room.entry().check(self.id).map_err(Problem::shut) }
    }

    /// They want to come in, by loading the room's page.
    pub(super) fn come_in(&self, room: &Room) -> Result<(), Problem> {
        if self.host.is_some() { Ok(()) } else { room.entry().come_in(self.id).map_err(Problem::shut) }
    }

    /// What an answer to them that stays open holds: it ends once the door is shut to them.
    pub(super) fn admission(&self, room: &Room) -> Admission {
        Admission(self.host.is_none().then(|| room.entry().ticket(self.id)))
    }

    /// Whether a form's token is theirs.
    pub(super) fn has_csrf(&self, token: &str) -> bool {
        self.csrf.as_bytes().ct_eq(token.as_bytes()).into()
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().expect("every route stands behind `recognise`").clone())
    }
}

/// Finds out who sends the request, and what to give them as a cookie if they come without.
pub(super) fn recognise(app: &App, request: &Parts) -> (Visitor, Option<HeaderValue>) {
    let jar = Jar::of(&request.headers, app.hosts.port());
    let host = jar.host.and_then(|token| app.sessions.find(token, Instant::now()));
    let key = &app.visitor_key;
    let (id, cookie, fresh) = if let Some(cookie) = jar.visitor {
        (key.id(cookie.as_bytes()), Cow::Borrowed(cookie), None)
    } else {
        // Programs that keep no cookies are told apart by their connections.
        let peer = request.extensions.get::<Peer>().copied().unwrap_or_default();
        let cookie = Secret::generate();
        let is_tls = cookie::is_tls(&request.headers);
        let header = cookie::set(cookie::Name::Visitor, app.hosts.port(), cookie.reveal(), is_tls);
        (key.id(&peer.connection.to_be_bytes()), Cow::Owned(cookie.reveal().to_owned()), Some(header))
    };
    let guest = jar.guest.filter(|_| host.is_none());
    let guest = guest.and_then(|token| app.guests.find(token, Instant::now()));
    let session = host.as_ref().or(guest.as_ref().map(|guest| &guest.token));
    let csrf = key.csrf(session.map_or(&cookie, Secret::reveal));
    let is_known = host.is_some() || guest.is_some();
    let invited = jar.invited.filter(|_| !is_known).and_then(|cookie| key.invited(cookie));
    // On each of their devices they are one person.
    let id =
        guest.as_ref().map(|guest| guest.id).or(invited.as_ref().map(|invited| invited.id)).unwrap_or(id);
    let adults = adult::answered(jar.adults);
    let language = language::of(request, jar.language);
    let fit = view::Fit::of(jar.fit.unwrap_or_default());
    let here = language::here(request).into();
    (Visitor { id, host, guest, invited, adults, language, fit, here, csrf }, fresh)
}

/// Whether this is a response after which the same visitor will come again, so that a cookie is worth setting: a
/// page or a playlist.
pub(super) fn is_for_people(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.starts_with("application/vnd.apple.mpegurl")
}
