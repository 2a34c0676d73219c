//! The form with which something is said, and what stands around it: as whom, and for the host how order is kept.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::talk::{Speaker, Words};
use parlor_web::language::Said;
use parlor_web::view;
use serde::Deserialize;

use super::{Hearing, author, powers, shown};
use crate::http::fields::{Parameters, VisitorForm};
use crate::http::sentences::Sentence;
use crate::http::visitor::Visitor;
use crate::room::{Talk, Talker, VisitorId};

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(in crate::http) struct Choice {
    /// The number of the line that is to be answered.
    reply: Option<String>,
    /// There once something was said: more may follow.
    said: Option<String>,
}

/// What was typed and could not be used, to stand in the form again.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) reply_to: Option<u64>,
    /// Why it could not be used.
    pub(super) notice: Option<Said>,
    /// Whether the field waits for what is typed next. Not when the room's page is opened: phones would show their keyboard.
    pub(super) is_at_it: bool,
}

/// `GET /room/ROOM/chat/form?reply=NUMBER&said`
pub(in crate::http) async fn page(
    hearing: Hearing,
    visitor: Visitor,
    Parameters(choice): Parameters<Choice>,
) -> Html<String> {
    let reply_to = choice.reply.and_then(|number| number.parse().ok());
    let is_at_it = reply_to.is_some() || choice.said.is_some();
    show(&hearing, &visitor, Draft { reply_to, is_at_it, ..Draft::default() })
}

/// `POST /room/ROOM/chat` with `text`, and optionally `reply`, and `announce` from who keeps order.
pub(in crate::http) async fn say(hearing: Hearing, form: VisitorForm) -> Response {
    let text = form.fields.text("text");
    let reply_to = form.fields.text("reply").parse().ok();
    let announces = !form.fields.text("announce").is_empty();
    let said = match Words::new(text, reply_to) {
        Ok(words) => {
            let words = if announces { words.to_all() } else { words };
            hearing.talk().say(form.visitor.talker(), words).await.map_err(|unsaid| unsaid.said())
        }
        Err(error) => Err(error.said()),
    };
    match said {
        Ok(()) => back(&hearing, "?said"),
        Err(why) => {
            let draft = Draft { text: text.to_owned(), reply_to, notice: Some(why), is_at_it: true };
            again(&hearing, &form.visitor, draft)
        }
    }
}

/// To the form again, which is empty then.
pub(super) fn back(hearing: &Hearing, query: &str) -> Response {
    Redirect::to(&format!("/room/{}/chat/form{query}", hearing.id())).into_response()
}

/// The form with what could not be used, and why.
pub(super) fn again(hearing: &Hearing, visitor: &Visitor, draft: Draft) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, show(hearing, visitor, draft)).into_response()
}

/// The form as this visitor sees it.
fn show(hearing: &Hearing, visitor: &Visitor, draft: Draft) -> Html<String> {
    let talk = hearing.talk();
    let answers = draft.reply_to.and_then(|number| talk.line(number));
    let form = view::TalkForm {
        page: visitor.page(),
        room: hearing.id(),
        author: author(&talk.author(visitor.talker())),
        text: draft.text,
        answers: answers.map(|line| shown(talk, &line)),
        notice: draft.notice.map(|notice| notice.told(visitor.language)),
        is_at_it: draft.is_at_it,
        order: order(hearing, visitor),
    };
    Html(form.render())
}

/// How order is kept, for who keeps it.
fn order(hearing: &Hearing, visitor: &Visitor) -> Option<view::TalkOrder> {
    let (talk, talker) = (hearing.talk(), visitor.talker());
    let keeping = hearing.room.keeping(talker)?;
    let named = |visitor: VisitorId| (visitor.0, talk.author(Talker { visitor, is_host: false }).name);
    let barred = keeping.barred.into_iter().map(|(speaker, name)| barred_one(talk, speaker, name));
    Some(view::TalkOrder {
        powers: powers(talk, talker)?,
        slow_secs: keeping.slow.as_secs(),
        unwanted: keeping.unwanted.list(),
        locked: keeping.locked,
        barred: barred.collect(),
        moderators: talk.moderators().map(named).collect(),
    })
}

fn barred_one(talk: &Talk, Speaker(number): Speaker, name: String) -> view::TalkBarred {
    let visitor = VisitorId(number);
    let can_last = talk.trace(visitor).is_some();
    view::TalkBarred { number, name, can_last, lasts: talk.is_banned(visitor) }
}
