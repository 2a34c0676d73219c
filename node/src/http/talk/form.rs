//! The form with which something is said, and what stands around it: as whom, and for the host how order is kept.

use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::talk::{Name, Refusal, Speaker, Words};
use parlor_web::language::{Said, said};
use parlor_web::view;
use serde::Deserialize;

use super::check::{self, Verdict};
use super::{Hearing, author, called, powers, shown};
use crate::http::App;
use crate::http::fields::{Fields, Parameters, VisitorForm};
use crate::http::gate::WORKER_POLICY;
use crate::http::sentences::Sentence;
use crate::http::visitor::Visitor;
use crate::room::{Talk, Talker, Unsaid, VisitorId};

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
    /// As whom they wanted to talk.
    pub(super) name: Option<String>,
    /// The words that were not to be said.
    pub(super) unwanted: Option<String>,
    /// Why it could not be used.
    pub(super) notice: Option<Said>,
    /// Whether the field waits for what is typed next. Not when the room's page is opened: phones would show their keyboard.
    pub(super) is_at_it: bool,
    /// The flood check that they are to answer.
    pub(super) check: Option<view::TalkCheck>,
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

/// `POST /room/ROOM/chat` with `text`, and optionally `reply`, `announce` from who keeps order, and `check` with `code` or
/// `work` from who was asked.
pub(in crate::http) async fn say(State(app): State<App>, hearing: Hearing, form: VisitorForm) -> Response {
    let is_own = app.is_own(hearing.room.id());
    let verdict = if is_own { answered(&app, &form) } else { Verdict::Unanswered };
    if verdict == Verdict::Passed {
        hearing.talk().vouch(form.visitor.id);
    }
    let text = form.fields.text("text");
    let reply_to = form.fields.text("reply").parse().ok();
    let announces = !form.fields.text("announce").is_empty();
    let said = match Words::new(text, reply_to) {
        Ok(words) => {
            let words = if announces { words.to_all() } else { words };
            hearing.talk().say(form.visitor.talker(), words).await.map_err(|unsaid| {
                let is_flood = matches!(unsaid, Unsaid::Refused(Refusal::TooFast(_) | Refusal::Crowded(_)));
                (unsaid.said(), is_flood && is_own)
            })
        }
        Err(error) => Err((error.said(), false)),
    };
    let Err((why, is_flood)) = said else { return back(&hearing, "?said") };
    // Whom the host knows is asked for nothing: they wait.
    let is_known = form.visitor.guest.is_some() || form.visitor.host.is_some();
    let asked = (is_flood && !is_known).then(|| app.checks.ask(form.visitor.id, Instant::now())).flatten();
    let by_hand = verdict == Verdict::Wrong;
    let check = asked.map(|id| view::TalkCheck { id, bits: check::BITS, parts: check::PARTS, by_hand });
    let draft = Draft {
        text: text.to_owned(),
        reply_to,
        notice: Some(why),
        is_at_it: true,
        check,
        ..Draft::default()
    };
    again(&hearing, &form.visitor, draft)
}

/// What the flood check's answer is worth, where the form has one.
pub(super) fn answered(app: &App, form: &VisitorForm) -> Verdict {
    let field = |name| Fields::text(&form.fields, name);
    let answer = check::Answer { id: field("check"), code: field("code"), work: field("work") };
    app.checks.answer(form.visitor.id, &answer, Instant::now())
}

/// To the form again, which is empty then.
pub(super) fn back(hearing: &Hearing, query: &str) -> Response {
    Redirect::to(&format!("/room/{}/chat/form{query}", hearing.id())).into_response()
}

/// The form with what could not be used, and why.
pub(super) fn again(hearing: &Hearing, visitor: &Visitor, draft: Draft) -> Response {
    let policy = draft.check.is_some().then_some([(CONTENT_SECURITY_POLICY, WORKER_POLICY)]);
    (StatusCode::UNPROCESSABLE_ENTITY, policy, show(hearing, visitor, draft)).into_response()
}

/// Why what was typed could not be said, and before that what the flood check's answer lacked.
fn notice(draft: &Draft, visitor: &Visitor) -> Option<String> {
    let why = draft.notice.as_ref()?.told(visitor.language);
    let is_wrong = draft.check.as_ref().is_some_and(|check| check.by_hand);
    let wrong = is_wrong.then(|| said::check_wrong().told(visitor.language));
    Some(wrong.into_iter().chain([why]).collect::<Vec<_>>().join(" "))
}

/// The form as this visitor sees it.
fn show(hearing: &Hearing, visitor: &Visitor, draft: Draft) -> Html<String> {
    let talk = hearing.talk();
    let answers = draft.reply_to.and_then(|number| talk.line(number));
    let form = view::TalkForm {
        page: visitor.page(),
        room: hearing.id(),
        author: author(&talk.author(visitor.talker()), visitor.language),
        notice: notice(&draft, visitor),
        text: draft.text,
        answers: answers.map(|line| shown(&hearing.room, &line, visitor.language)),
        name: draft.name,
        is_at_it: draft.is_at_it,
        check: draft.check,
        order: order(hearing, visitor, draft.unwanted),
        emotes: hearing.room.emotes().keys().map(|name| name.as_str().to_owned()).collect(),
    };
    Html(form.render())
}

/// How order is kept, for who keeps it; with the words that were typed, where they could not be used.
fn order(hearing: &Hearing, visitor: &Visitor, typed: Option<String>) -> Option<view::TalkOrder> {
    let (talk, talker) = (hearing.talk(), visitor.talker());
    let keeping = hearing.room.keeping(talker)?;
    let name = |name: &Name| called(name).told(visitor.language);
    let named = |visitor: VisitorId| (visitor.0, name(&talk.author(Talker { visitor, is_host: false }).name));
    let barred = keeping.barred.iter().map(|(speaker, who)| barred_one(talk, *speaker, name(who)));
    Some(view::TalkOrder {
        powers: powers(talk, talker)?,
        slow_secs: keeping.slow.as_secs(),
        is_refused: typed.is_some(),
        unwanted: typed.unwrap_or_else(|| keeping.unwanted.list()),
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
