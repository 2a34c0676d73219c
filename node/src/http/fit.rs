//! How somebody wants the pages to be: the page on which they say so, and the form. It is kept in a cookie of their browser
//! and nowhere else.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_web::language::said;
use parlor_web::view::{FitPage, Setting};
use serde::Deserialize;

use super::App;
use super::cookie;
use super::fields::{Parameters, VisitorForm};
use super::language::back;
use super::problem::Problem;
use super::visitor::Visitor;

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(super) struct Choice {
    /// The path of the page on which they were.
    back: Option<String>,
}

/// `GET /fit?back=PATH`
pub(super) async fn page(visitor: Visitor, Parameters(choice): Parameters<Choice>) -> Html<String> {
    let back = back(choice.back.as_deref().unwrap_or_default());
    Html(FitPage { page: visitor.page(), back }.render())
}

/// `POST /fit` with `change`, what a button says, or else with settings by their names; and `back`, the path to which it leads.
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    form: VisitorForm,
) -> Result<Response, Problem> {
    let mut fit = form.visitor.fit;
    let button = form.fields.text("change");
    let is_known = if button.is_empty() {
        let set = Setting::ALL.map(|setting| match form.fields.text(setting.name()) {
            // The form has not all of them.
            "" => true,
            value => fit.set(setting, value),
        });
        !set.contains(&false)
    } else {
        fit.change(button)
    };
    if !is_known {
        return Err(Problem::bad_request(said::no_such_fit(), said::no_such_fit_remedy()));
    }
    let cookie = cookie::keep(cookie::Name::Fit, app.hosts.port(), &fit.text(), cookie::is_tls(&headers));
    let back = back(form.fields.text("back"));
    // To the buttons again, without which each would have to be looked for.
    let at = if back.contains("arrange=") { "#arrange" } else { "" };
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&format!("{back}{at}"))).into_response())
}
