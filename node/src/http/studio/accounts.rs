//! Whom the host knows: their accounts, their friends' nodes, and whether the room is for them alone.

use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_web::language::{Said, said};
use parlor_web::view;

use super::desk::shown;
use super::network::comers;
use crate::app::{AccountChange, StudioError};
use crate::http::App;
use crate::http::fields::{Fields, HostForm, not_the_host};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::http::session::Notice;
use crate::http::visitor::Visitor;
use crate::store::Comers;

/// `GET /studio/accounts`
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Problem> {
    let session = visitor.host.as_ref().ok_or_else(not_the_host)?;
    let notice = app.sessions.take_notice(session.reveal());
    Ok(Html(show(&app, &visitor, notice, String::new())))
}

/// `POST /studio/accounts` with `action` and what belongs to it: `account`, `name`, `password`, `key`, `who`.
pub(super) async fn submit(State(app): State<App>, form: HostForm) -> Response {
    match change(&app, &form.fields).await {
        Ok(done) => {
            let notice = Notice { is_error: false, text: done.told(form.visitor.language) };
            app.sessions.leave_notice(form.session.reveal(), notice);
            Redirect::to("/studio/accounts").into_response()
        }
        Err(why) => {
            let typed = form.fields.text("name").to_owned();
            let page = show(
                &app,
                &form.visitor,
                Some(Notice { is_error: true, text: why.told(form.visitor.language) }),
                typed,
            );
            (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
        }
    }
}

async fn change(app: &App, fields: &Fields) -> Result<Said, Said> {
    let [account, name, password, key] =
        ["account", "name", "password", "key"].map(|field| fields.text(field));
    let studio = &app.studio;
    let sentence = |error: StudioError| error.said();
    let (change, done) = match fields.text("action") {
        "make" => {
            studio.make_account(name, password).await.map_err(sentence)?;
            return Ok(said::done_account());
        }
        "befriend" => {
            studio.add_friend(name, key).map_err(sentence)?;
            return Ok(said::done_friend());
        }
        "unfriend" => {
            studio.remove_friend(key).map_err(sentence)?;
            return Ok(said::done_unfriend());
        }
        "only" => {
            let (comers, done) = match fields.text("who") {
                "whoever" => (Comers::Whoever, said::done_as_before()),
                "invited" => (Comers::Invited, said::done_only_invited()),
                "known" => (Comers::Known, said::done_only_known()),
                _ => return Err(said::which_action()),
            };
            studio.set_comers(comers).map_err(sentence)?;
            return Ok(done);
        }
        "rename" => (AccountChange::Name(name), said::done_rename()),
        "password" => (AccountChange::Password(password), said::done_account_password()),
        "disable" => (AccountChange::Disabled(true), said::done_disable()),
        "enable" => (AccountChange::Disabled(false), said::done_enable()),
        "remove" => (AccountChange::Removed, said::done_remove()),
        _ => return Err(said::which_action()),
    };
    studio.change_account(account, change).await.map_err(sentence)?;
    if let Some(visitor) = app.guests.close_all(account) {
        app.room().talk().part(visitor);
        studio.shut_out();
    }
    Ok(done)
}

fn show(app: &App, visitor: &Visitor, notice: Option<Notice>, typed: String) -> String {
    let known = app.studio.known();
    let presence = app.room().presence();
    let is_here = |name: &str| {
        app.guests.visitor(name).is_some_and(|visitor| presence.is_here(visitor, Instant::now()))
    };
    let accounts = known.accounts.iter().map(|account| view::Account {
        is_here: is_here(&account.name),
        is_logged_in: app.guests.visitor(&account.name).is_some(),
        name: account.name.clone(),
        is_disabled: account.disabled,
    });
    let page = view::Accounts {
        page: visitor.page(),
        room: app.room_id.clone(),
        notice: notice.map(shown),
        typed,
        comers: comers(known.comers),
        own_key: app.studio.peers().carrier().network().me().to_string(),
        accounts: accounts.collect(),
        friends: known.friends.iter().map(|friend| (friend.name.clone(), friend.key.clone())).collect(),
    };
    page.render()
}
