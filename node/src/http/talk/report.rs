//! Reporting a line, a person or the room: to its host, or to somebody who keeps a list that this node follows. Nothing of
//! who reports is kept.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use parlor_protocol::media::UnixMs;
use parlor_protocol::report::{About, MAX_REPORT_CHARS, Reason, Report};
use parlor_protocol::talk::{Author, GuestNumber, Line, Mark, Name, Refusal};
use parlor_web::language::{Language, Said, said};
use parlor_web::view;
use serde::Deserialize;

use super::check::{self, Verdict};
use super::form::answered;
use super::{Hearing, author, author_name};
use crate::app::Keeper;
use crate::http::App;
use crate::http::fields::{Fields, Parameters, VisitorForm};
use crate::http::gate::WORKER_POLICY;
use crate::http::problem::Problem;
use crate::http::sentences::{Sentence, seconds};
use crate::http::visitor::Visitor;
use crate::room::{Talker, Unsaid};

/// What stands behind the `?`: what is reported; nothing for the room.
#[derive(Deserialize)]
pub(in crate::http) struct Choice {
    /// The number of a line.
    line: Option<String>,
    /// What somebody in the room is called.
    person: Option<String>,
    /// The number of somebody there who gave no name.
    guest: Option<String>,
}

/// `GET /room/ROOM/report?line=NUMBER`, `?person=NAME` or `?guest=NUMBER`
pub(in crate::http) async fn page(
    State(app): State<App>,
    hearing: Hearing,
    visitor: Visitor,
    Parameters(choice): Parameters<Choice>,
) -> Result<Html<String>, Problem> {
    let Choice { line, person: name, guest: number } = choice;
    let about = match (line, name, number) {
        (Some(number), ..) => {
            let line = number.parse().ok().and_then(|number| hearing.talk().line(number)).ok_or_else(gone)?;
            About::Line(Line::clone(&line))
        }
        (None, None, None) => of_room(&hearing),
        (None, name, number) => {
            let name = named(&name.unwrap_or_default(), &number.unwrap_or_default()).ok_or_else(gone)?;
            About::Person(person(&hearing, &visitor, name))
        }
    };
    let form = Form { about, typed: view::ReportTyped::default(), refused: None, check: None };
    Ok(Html(show(&app, &hearing, &visitor, form)))
}

/// `POST /room/ROOM/report` with `reason`, `words`, `to`: `host` or a list's key, `named` and `way`: `text` for one that the
/// visitor passes on; what is reported: `line` with `said`, `by` or `guest`, `mark` and `at` as they stood, `person`, or `guest`; and `check`
/// with `code` or `work` from who was asked.
pub(in crate::http) async fn submit(
    State(app): State<App>,
    hearing: Hearing,
    form: VisitorForm,
) -> Result<Response, Problem> {
    let fields = &form.fields;
    let about = reported(&hearing, &form.visitor, fields).ok_or_else(gone)?;
    let typed = view::ReportTyped {
        reason: fields.text("reason").to_owned(),
        words: fields.text("words").to_owned(),
        to: fields.text("to").to_owned(),
        is_named: !fields.text("named").is_empty(),
    };
    let again = |why: Said, check: Option<view::TalkCheck>| {
        let policy = check.is_some().then_some([(CONTENT_SECURITY_POLICY, WORKER_POLICY)]);
        let (about, refused) = (about.clone(), Some(why));
        let page = show(&app, &hearing, &form.visitor, Form { about, typed: typed.clone(), refused, check });
        (StatusCode::UNPROCESSABLE_ENTITY, policy, Html(page)).into_response()
    };
    let Some(reason) = Reason::named(&typed.reason) else { return Ok(again(said::report_reason(), None)) };
    let words = typed.words.replace("\r\n", "\n").trim().to_owned();
    let name = hearing.talk().author(form.visitor.talker()).name;
    let from = typed.is_named.then_some(name);
    let report = Report { room: hearing.room.id(), about: about.clone(), reason, words, from };
    // All else of it was read from this node, or is checked there again.
    let Ok(bytes) = report.encode() else {
        return Ok(again(said::report_words_long(MAX_REPORT_CHARS), None));
    };
    let keeper = app.studio.keepers().into_iter().find(|keeper| keeper.name() == typed.to);
    let is_to_host = typed.to == "host" && has_host(&app, &hearing, &form.visitor);
    if !is_to_host && keeper.is_none() {
        return Ok(again(said::report_to_whom(), None));
    }
    // On the host's own pages everybody else is held to limits: the host reads it, or their node sends it.
    let is_own = app.is_own(hearing.room.id());
    if is_own && form.visitor.host.is_none() {
        let verdict = answered(&app, &form);
        if verdict != Verdict::Passed
            && let Err(refusal) = hearing.room.reports().allow(form.visitor.id)
        {
            return Ok(again(flooded(&refusal), ask(&app, &form.visitor, verdict)));
        }
    }
    let done = match keeper {
        Some(keeper) => seal(&app, &report, &keeper, fields.text("way") == "text").await,
        None => match to_host(&hearing, is_own, report, bytes).await {
            Ok(()) => Done { what: said::report_sent_host(), text: None },
            Err(unsaid) => return Ok(again(unsent(&unsaid), None)),
        },
    };
    let page = view::ReportDone {
        page: form.visitor.page(),
        room: hearing.id(),
        notice: view::Notice { is_error: false, text: done.what.told(form.visitor.language) },
        text: done.text,
    };
    Ok(Html(page.render()).into_response())
}

/// What came of a report.
struct Done {
    what: Said,
    /// The list, and the report for who keeps it as text.
    text: Option<(String, String)>,
}

async fn to_host(hearing: &Hearing, is_own: bool, report: Report, bytes: Vec<u8>) -> Result<(), Unsaid> {
    if is_own {
        Ok(hearing.room.report_here(report)?)
    } else {
        hearing.talk().report(Bytes::from(bytes)).await
    }
}

/// Seals it for who keeps a list, and brings it to their node, unless that is not wanted or can't be done.
async fn seal(app: &App, report: &Report, keeper: &Keeper, as_text: bool) -> Done {
    let Ok(sealed) = app.studio.seal(report, keeper) else {
        // The list was signed with a key for reports that is none.
        return Done { what: said::list_reports(), text: None };
    };
    let text = Some((keeper.list.clone(), sealed.to_string()));
    match keeper.at.as_ref().filter(|_| !as_text) {
        None => Done { what: said::report_sealed(), text },
        Some(at) => match app.studio.deliver(at, &sealed).await {
            Ok(()) => Done { what: said::report_sent_list(), text: None },
            Err(_) => Done { what: said::report_unsent(), text },
        },
    }
}

/// Whether a report can go to the host: not from the host of this room.
fn has_host(app: &App, hearing: &Hearing, visitor: &Visitor) -> bool {
    !(app.is_own(hearing.room.id()) && visitor.host.is_some())
}

/// What the form reports. A line that is not there any more is as it stood when the form was opened.
fn reported(hearing: &Hearing, visitor: &Visitor, fields: &Fields) -> Option<About> {
    let (number, guest) = (fields.text("line"), fields.text("guest"));
    if !number.is_empty() {
        let number = number.parse().ok()?;
        let stood = || {
            let mark = Some(fields.text("mark")).filter(|mark| !mark.is_empty());
            let mark = mark.map(|mark| Mark::try_from(mark.to_owned())).transpose().ok()?;
            let by = Author { mark, ..Author::called(named(fields.text("by"), guest)?) };
            let at = UnixMs(fields.text("at").parse().ok()?);
            let text = fields.text("said").replace("\r\n", "\n");
            Some(Line { number, at, by, text, reply_to: None, announces: false })
        };
        let line = hearing.talk().line(number).map_or_else(stood, |line| Some(Line::clone(&line)))?;
        return Some(About::Line(line));
    }
    let name = fields.text("person");
    if name.is_empty() && guest.is_empty() {
        return Some(of_room(hearing));
    }
    named(name, guest).map(|name| About::Person(person(hearing, visitor, name)))
}

/// What somebody is called: by the number, or where that is empty by the name. `None` for what is neither.
fn named(name: &str, number: &str) -> Option<Name> {
    if number.is_empty() {
        return Name::given(name);
    }
    let number = GuestNumber::try_from(number.parse::<u16>().ok()?).ok()?;
    Some(Name::Guest(number))
}

/// Whoever is in the room and called so, as others see them; by the name alone where nobody is, and for visitors who are
/// not told who is there.
fn person(hearing: &Hearing, visitor: &Visitor, name: Name) -> Author {
    let presence = hearing.room.presence();
    let tells = visitor.host.is_some() || !presence.is_counts_only();
    let here = tells.then(|| presence.here(Instant::now())).into_iter().flatten();
    let author = |visitor| hearing.talk().author(Talker { visitor, is_host: false });
    here.map(author).find(|author| author.name == name).unwrap_or_else(|| Author::called(name))
}

fn of_room(hearing: &Hearing) -> About {
    let card: Arc<_> = hearing.room.card().borrow().clone();
    About::Room { title: card.about.title.clone() }
}

/// What the visitor is asked who reports more than is taken; whom the host knows waits.
fn ask(app: &App, visitor: &Visitor, verdict: Verdict) -> Option<view::TalkCheck> {
    let id = visitor.guest.is_none().then(|| app.checks.ask(visitor.id, Instant::now())).flatten()?;
    Some(view::TalkCheck { id, bits: check::BITS, parts: check::PARTS, by_hand: verdict == Verdict::Wrong })
}

/// Why a report was not taken, of this host or another.
fn unsent(unsaid: &Unsaid) -> Said {
    match unsaid {
        Unsaid::Refused(refusal) => flooded(refusal),
        other => other.said(),
    }
}

fn flooded(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::TooFast(span) => said::report_too_fast(seconds(*span)),
        Refusal::Crowded(span) => said::report_crowded(seconds(*span)),
        other => other.said(),
    }
}

fn gone() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, said::report_gone(), said::report_gone_remedy())
}

/// A form as it is to be shown.
struct Form {
    about: About,
    typed: view::ReportTyped,
    refused: Option<Said>,
    check: Option<view::TalkCheck>,
}

/// What is reported, as pages show it in this language.
pub(in crate::http) fn about(about: &About, language: Language) -> view::ReportAbout {
    match about {
        About::Line(line) => view::ReportAbout::Line {
            number: line.number,
            at_ms: line.at.0,
            author: author(&line.by, language),
            text: line.text.clone(),
        },
        About::Person(person) => view::ReportAbout::Person(author(person, language)),
        About::Room { title } => view::ReportAbout::Room(title.clone()),
    }
}

fn show(app: &App, hearing: &Hearing, visitor: &Visitor, form: Form) -> String {
    let keepers = app.studio.keepers();
    let is_wrong = form.check.as_ref().is_some_and(|check| check.by_hand);
    let wrong = is_wrong.then(|| said::check_wrong().told(visitor.language));
    let notice = form.refused.map(|why| {
        let why = why.told(visitor.language);
        view::Notice { is_error: true, text: wrong.into_iter().chain([why]).collect::<Vec<_>>().join(" ") }
    });
    let keeper = |keeper: Keeper| view::Keeper {
        key: keeper.name(),
        list: keeper.list,
        author: keeper.author,
        takes: keeper.at.is_some(),
    };
    let form = view::ReportForm {
        page: visitor.page(),
        room: hearing.id(),
        about: about(&form.about, visitor.language),
        has_host: has_host(app, hearing, visitor),
        is_own: app.is_own(hearing.room.id()),
        keepers: keepers.into_iter().map(keeper).collect(),
        typed: form.typed,
        name: author_name(&hearing.talk().author(visitor.talker())).told(visitor.language),
        is_at_it: form.check.is_some(),
        notice,
        check: form.check,
    };
    form.render()
}
