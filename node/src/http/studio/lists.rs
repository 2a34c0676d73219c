//! Lists of people whom others refuse: those that the host follows, whom they let talk all the same, and the host's own as
//! a file for others. How one begins to be followed: see `follow.rs`.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::denylist::{Entry, Item};
use parlor_web::language::{Said, said};
use parlor_web::view;
use serde::Deserialize;

use super::desk::shown;
use crate::app::FollowedList;
use crate::http::App;
use crate::http::fields::{Fields, HostForm, Parameters, not_the_host};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::http::session::Notice;
use crate::http::visitor::Visitor;
use crate::secret::Secret;
use crate::store::TakesReports;

/// `GET /studio/lists`
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Problem> {
    let session = visitor.host.as_ref().ok_or_else(not_the_host)?;
    let notice = app.sessions.take_notice(session.reveal());
    Ok(Html(show(&app, &visitor, notice, String::new())))
}

/// `POST /studio/lists` with `leave`: a list's key; `except` or `refuse`: somebody, as the lists name them; `unlist`: a room
/// on the host's own; `reports`: how those for the host's own are taken.
pub(super) async fn submit(State(app): State<App>, form: HostForm) -> Response {
    let result = change(&app, &form.fields);
    answer(&app, &form.visitor, &form.session, result, String::new())
}

/// The page with what was done, or what was refused, and then with what the host had typed for a list.
pub(super) fn answer(
    app: &App,
    visitor: &Visitor,
    session: &Secret,
    result: Result<Said, Said>,
    typed: String,
) -> Response {
    match result {
        Ok(done) => {
            let notice = Notice { is_error: false, text: done.told(visitor.language) };
            app.sessions.leave_notice(session.reveal(), notice);
            Redirect::to("/studio/lists").into_response()
        }
        Err(why) => {
            let notice = Notice { is_error: true, text: why.told(visitor.language) };
            let page = show(app, visitor, Some(notice), typed);
            (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
        }
    }
}

fn change(app: &App, fields: &Fields) -> Result<Said, Said> {
    let studio = &app.studio;
    let [leave, except, refuse, unlist, reports] =
        ["leave", "except", "refuse", "unlist", "reports"].map(|name| fields.text(name));
    if !leave.is_empty() {
        return studio.leave_list(leave).map(|()| said::done_list_leave()).map_err(|error| error.said());
    }
    if !except.is_empty() {
        return studio.except(except, true).map(|()| said::done_except()).map_err(|error| error.said());
    }
    if !refuse.is_empty() {
        return studio.except(refuse, false).map(|()| said::done_refuse()).map_err(|error| error.said());
    }
    if !unlist.is_empty() {
        return studio.unlist_room(unlist).map(|()| said::done_unlist()).map_err(|error| error.said());
    }
    let takes = match reports {
        "no" => TakesReports::No,
        "text" => TakesReports::Text,
        "here" => TakesReports::Here,
        _ => return Err(said::which_action()),
    };
    studio.set_takes_reports(takes).map(|()| said::done_list_reports()).map_err(|error| error.said())
}

fn show(app: &App, visitor: &Visitor, notice: Option<Notice>, typed: String) -> String {
    let (excepted, here) = (app.studio.excepted(), app.studio.items_here());
    let entry = |entry: &Entry| view::ListEntry {
        item: entry.item.to_string(),
        name: match &entry.item {
            Item::Node(id) => view::ListedName::Node(id.clone()),
            Item::Mark(mark) => view::ListedName::Mark(mark.to_string()),
            Item::Room(room) => view::ListedName::Room(room.to_string()),
        },
        reason: entry.reason.clone(),
        is_here: here.contains(&entry.item),
        is_excepted: excepted.contains(&entry.item.to_string()),
    };
    let list = |FollowedList { signed, .. }: &FollowedList| {
        let list = signed.list();
        view::FollowedList {
            name: list.name.clone(),
            description: list.description.clone(),
            author: list.author.clone(),
            key: signed.key_text(),
            version_secs: list.sequence / 1000,
            skipped: signed.skipped(),
            entries: list.entries.iter().map(entry).collect(),
        }
    };
    let page = view::Lists {
        page: visitor.page(),
        notice: notice.map(shown),
        typed,
        lists: app.studio.lists().iter().map(list).collect(),
        own_key: app.studio.own_list_key(),
        own_entries: app.studio.bans().len(),
        own_rooms: app.studio.own_rooms().into_iter().map(|room| (room.id, room.title)).collect(),
        takes: match app.studio.takes_reports() {
            TakesReports::No => view::TakesReports::No,
            TakesReports::Text => view::TakesReports::AsText,
            TakesReports::Here => view::TakesReports::Here,
        },
    };
    page.render()
}

/// Whether the host's notes are told as reasons.
#[derive(Default, Deserialize)]
pub(super) struct Told {
    notes: Option<String>,
}

/// `GET /studio/lists/own.deny`, with the host's notes where `notes` is `1`.
pub(super) async fn own_list(
    State(app): State<App>,
    visitor: Visitor,
    Parameters(told): Parameters<Told>,
) -> Result<Response, Problem> {
    visitor.host.as_ref().ok_or_else(not_the_host)?;
    let list = app.studio.own_list(told.notes.as_deref() == Some("1"));
    let list = list.map_err(|error| Problem::bad_request(error.said(), said::list_remedy()))?;
    Ok(file("text/plain; charset=utf-8", "attachment; filename=\"parlor.deny\"", list))
}

/// `GET /studio/lists/own.csv`, likewise.
pub(super) async fn own_table(
    State(app): State<App>,
    visitor: Visitor,
    Parameters(told): Parameters<Told>,
) -> Result<Response, Problem> {
    visitor.host.as_ref().ok_or_else(not_the_host)?;
    let table = app.studio.own_table(told.notes.as_deref() == Some("1"));
    Ok(file("text/csv; charset=utf-8; header=present", "attachment; filename=\"parlor.csv\"", table))
}

fn file(kind: &'static str, named: &'static str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, HeaderValue::from_static(named)),
    ];
    (headers, text).into_response()
}
