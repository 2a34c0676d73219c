//! The way in for people who come with an invite and a browser. Its link holds the secret; what the browser keeps is a
//! session of its own, and no address that stays, and no other page, has the secret in it.
//!
//! The link itself takes no place of the invite's: programs that look links over before a person opens them only get a
//! cookie. The place is taken by whoever comes back with that. As with every visitor, the session is nothing but what the
//! cookie says, under a key that lives as long as the process: so it costs no memory, and nothing of it is written down.

use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::InviteSecret;
use parlor_protocol::talk::Author;
use parlor_web::language::said;

use super::App;
use super::cookie;
use super::problem::Problem;
use super::visitor::Visitor;
use crate::carry::InviteRefusal;
use crate::room::{Sign, Talker, VisitorId};

/// Somebody who came with an invite; it may count no more.
#[derive(Clone)]
pub(super) struct Invited {
    /// The invite's id.
    pub(super) invite: String,
    /// Who they are in the room.
    pub(super) id: VisitorId,
}

/// `GET /room/ROOM/invite/SECRET`. The answer is the same for every room and secret that there could be, so that nobody
/// learns from it which room is here.
pub(super) async fn link(
    State(app): State<App>,
    Path((room, secret)): Path<(String, String)>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let room: RoomId = room.parse().map_err(|_| Problem::no_room())?;
    let secret = InviteSecret::from_text(&secret, &room).filter(|_| app.is_own(room));
    let invite = secret.and_then(|secret| app.studio.invite_of(&secret));
    let invite = invite.ok_or_else(|| refused(InviteRefusal::NoInvite))?;
    if visitor.host.is_some() || visitor.guest.is_some() {
        return Ok(Redirect::to(&format!("/room/{room}")).into_response());
    }
    let onward = Redirect::to(&format!("/room/{room}/invited"));
    if visitor.invited.as_ref().is_some_and(|invited| invited.invite == invite) {
        return Ok(onward.into_response());
    }
    let cookie = app.visitor_key.invite(&invite);
    let set = cookie::set(cookie::Name::Invited, app.hosts.port(), &cookie, cookie::is_tls(&headers));
    Ok(([(SET_COOKIE, set)], onward).into_response())
}

/// `GET /room/ROOM/invited`: takes the place.
pub(super) async fn enter(
    State(app): State<App>,
    Path(room): Path<String>,
    visitor: Visitor,
) -> Result<Redirect, Problem> {
    let room: RoomId = room.parse().map_err(|_| Problem::no_room())?;
    let invited = visitor.invited.as_ref().filter(|_| app.is_own(room));
    let invited = invited.ok_or_else(|| {
        Problem::new(StatusCode::FORBIDDEN, said::invite_lost(), said::invite_lost_remedy())
    })?;
    let name = app.studio.come_with_invite(&invited.invite, invited.id).map_err(refused)?;
    let talk = app.room().talk();
    let is_nameless = || {
        let talker = Talker { visitor: invited.id, is_host: false };
        talk.author(talker).name.as_given().is_none()
    };
    if let Some(author) = name.as_deref().and_then(Author::named).filter(|_| is_nameless()) {
        talk.rename(invited.id, author, Sign::None);
    }
    Ok(Redirect::to(&format!("/room/{room}")))
}

fn refused(refusal: InviteRefusal) -> Problem {
    let what = match refusal {
        InviteRefusal::NoInvite => said::invite_none(),
        InviteRefusal::Ended => said::invite_ended(),
        InviteRefusal::UsedUp => said::invite_used_up(),
        InviteRefusal::Full => said::places_taken(),
    };
    Problem::new(StatusCode::FORBIDDEN, what, said::invite_remedy())
}
