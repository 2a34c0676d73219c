//! What people report: as it has come, and what the host does about it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::report::About;
use parlor_protocol::talk::{Badge, Order, Speaker};
use parlor_web::language::{Language, Said, said};
use parlor_web::view;

use super::desk::shown;
use crate::app::ReportMisfit;
use crate::http::App;
use crate::http::fields::{Fields, HostForm, not_the_host};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::http::session::Notice;
use crate::http::talk::called;
use crate::http::talk::order::TIME_OUT;
use crate::http::talk::report::about;
use crate::http::visitor::Visitor;
use crate::room::{Received, Talker, To, VisitorId};

/// `GET /studio/reports`
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Problem> {
    let session = visitor.host.as_ref().ok_or_else(not_the_host)?;
    let notice = app.sessions.take_notice(session.reveal());
    Ok(Html(show(&app, &visitor, notice, String::new())))
}

/// `POST /studio/reports` with `do` and the number of a `report`: `hide`, `time-out`, `bar`, `ban`, `list` or `dismiss`; `clear`;
/// or `open` with a `text`.
pub(super) async fn submit(State(app): State<App>, form: HostForm) -> Response {
    match act(&app, &form.visitor, &form.fields).await {
        Ok(done) => {
            let notice = Notice { is_error: false, text: done.told(form.visitor.language) };
            app.sessions.leave_notice(form.session.reveal(), notice);
            Redirect::to("/studio/reports").into_response()
        }
        Err(why) => {
            let notice = Notice { is_error: true, text: why.told(form.visitor.language) };
            let page = show(&app, &form.visitor, Some(notice), form.fields.text("text").to_owned());
            (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
        }
    }
}

async fn act(app: &App, visitor: &Visitor, fields: &Fields) -> Result<Said, Said> {
    let (studio, reports) = (&app.studio, app.room().reports());
    match fields.text("do") {
        "open" => {
            studio.open_report(fields.text("text")).map_err(|error| error.said())?;
            return Ok(said::done_report_open());
        }
        "clear" => {
            reports.clear();
            return Ok(said::done_reports_clear());
        }
        _ => {}
    }
    let gone = || ReportMisfit::Gone.said();
    let number = fields.text("report").parse().map_err(|_| gone())?;
    let received = reports.find(number).ok_or_else(gone)?;
    let person = person(&received).ok_or_else(gone);
    let order = |order| async { app.room().obey(visitor.talker(), order).await.map_err(|why| why.said()) };
    // A report stays until the host dismisses it: more than one thing may be to do.
    match fields.text("do") {
        "hide" => {
            let About::Line(line) = &received.report.about else { return Err(gone()) };
            order(Order::Hide(line.number)).await.map(|()| said::done_report_hide())
        }
        "time-out" => order(Order::Silence(person?, TIME_OUT)).await.map(|()| said::done_report_time_out()),
        "bar" => order(Order::Exclude(person?)).await.map(|()| said::done_report_bar()),
        "ban" => {
            let person = person?;
            studio.ban_reported(VisitorId(person.0), &received.report).map_err(|error| error.said())?;
            order(Order::Exclude(person)).await.map(|()| said::done_report_ban())
        }
        "list" => {
            studio.list_reported(number).map_err(|error| error.said())?;
            reports.dismiss(number);
            Ok(said::done_report_list())
        }
        "dismiss" => {
            reports.dismiss(number);
            Ok(said::done_report_dismiss())
        }
        _ => Err(said::which_action()),
    }
}

/// Whom it is about, where the talk knows them.
fn person(received: &Received) -> Option<Speaker> {
    match received.to {
        To::Host { person, .. } => person.map(|visitor| Speaker(visitor.0)),
        To::Keeper => None,
    }
}

fn show(app: &App, visitor: &Visitor, notice: Option<Notice>, typed: String) -> String {
    let reports = app.room().reports().waiting();
    let page = view::Reports {
        page: visitor.page(),
        notice: notice.map(shown),
        typed,
        reports: reports.iter().map(|received| shown_report(app, received, visitor.language)).collect(),
    };
    page.render()
}

fn shown_report(app: &App, received: &Received, language: Language) -> view::ReceivedReport {
    let (talk, report) = (app.room().talk(), &received.report);
    let person = person(received).map(|speaker| VisitorId(speaker.0));
    let is_host = report.about.person().is_some_and(|person| person.badge == Some(Badge::Host));
    let author = person.map(|visitor| talk.author(Talker { visitor, is_host: false }));
    let keeper = received.to == To::Keeper;
    let has_key = match &report.about {
        About::Room { .. } => true,
        about => about.person().is_some_and(|person| person.mark.is_some()),
    };
    view::ReceivedReport {
        number: received.number,
        at_secs: received.at.0 / 1000,
        about: about(&report.about, language),
        reason: report.reason.as_str(),
        words: report.words.clone(),
        from: report.from.as_ref().map(|name| called(name).told(language)),
        room: keeper.then(|| report.room.to_string()),
        is_proved: matches!(received.to, To::Host { is_proved: true, .. }),
        can_hide: match (&received.to, &report.about) {
            (To::Host { is_proved: true, .. }, About::Line(line)) => talk.line(line.number).is_some(),
            _ => false,
        },
        can_bar: author.is_some() && !is_host,
        can_last: person.is_some_and(|person| talk.trace(person).is_some() && !talk.is_banned(person))
            && !is_host,
        can_list: keeper && has_key,
    }
}
