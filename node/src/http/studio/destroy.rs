//! The end of the node: its keys, everything else that it keeps, and then the process.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use parlor_web::language::said;
use parlor_web::view;

use crate::http::App;
use crate::http::fields::HostForm;
use crate::http::problem::{Problem, sentence_case};

/// What the form says when it is meant.
const MEANT: &str = "destroy";

/// `POST /studio/destroy` with `confirm`: `destroy`. The answer is the node's last, and needs nothing more of it: the browser has
/// the studio's style sheet. The node ends with it, for keys are in its memory until then.
pub(super) async fn submit(State(app): State<App>, form: HostForm) -> Result<Html<String>, Problem> {
    if form.fields.text("confirm") != MEANT {
        return Err(Problem::bad_request(said::not_destroyed(), said::not_destroyed_remedy()));
    }
    app.studio.destroy().map_err(|error| {
        let what = said::half_destroyed(sentence_case(&error.to_string()));
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what, said::half_destroyed_remedy())
    })?;
    app.closing.cancel();
    Ok(Html(view::Destroyed { language: form.visitor.language }.render()))
}
