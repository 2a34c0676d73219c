//! The desk itself, and how every form leads back to it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::card::Language;
use parlor_web::language::Said;
use parlor_web::view;

use super::ingest::Door;
use super::{bans, facts, files, ingest, login, network, sources};
use crate::app::StudioError;
use crate::http::App;
use crate::http::fields::HostForm;
use crate::http::sentences::Sentence;
use crate::http::session::Notice;
use crate::http::visitor::Visitor;
use crate::room::About;

/// What was typed into a form that is refused, to stand in it again.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The room's card.
    pub(super) card: Option<TypedCard>,
    /// Pixels across and down, frames per second, kilobits per second.
    pub(super) quality: Option<[u32; 4]>,
    /// The caption.
    pub(super) caption: String,
    /// An emote's name.
    pub(super) emote: String,
    /// The fields of the network's forms.
    pub(super) network: view::NetworkFields,
}

/// The card's form as it was typed.
#[derive(Debug)]
pub(super) struct TypedCard {
    /// The title.
    pub(super) title: String,
    /// The description.
    pub(super) description: String,
    /// The tags, separated by spaces.
    pub(super) tags: String,
    /// The languages, likewise.
    pub(super) languages: String,
    /// Whether the room is for adults only.
    pub(super) adult: bool,
}

/// Why a form is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The sentence for the host.
    why: Said,
    /// What was typed; boxed, as a refusal is rare and large.
    typed: Box<Typed>,
}

impl Refusal {
    /// A refusal of a form that keeps nothing: it has a single field, or a secret one.
    pub(super) fn new(why: Said) -> Self {
        Self::keeping(why, Typed::default())
    }

    /// A refusal of a form in which what was typed stays.
    pub(super) fn keeping(why: Said, typed: Typed) -> Self {
        Self { why, typed: Box::new(typed) }
    }
}

impl From<StudioError> for Refusal {
    fn from(error: StudioError) -> Self {
        Self::new(error.said())
    }
}

/// `GET /studio`: the desk, or the door to it.
pub(super) async fn page(State(app): State<App>, visitor: Visitor, door: Door) -> Response {
    let Some(session) = &visitor.host else {
        return login::show(&app, &visitor, StatusCode::OK, None);
    };
    let notice = app.sessions.take_notice(session.reveal());
    Html(desk(&app, &visitor, &door, notice, Typed::default()).await).into_response()
}

/// Leads back to the desk: with the sentence that says what was done, or with the one that says why not and what
/// was typed.
pub(super) async fn lead_back(
    app: &App,
    form: &HostForm,
    door: &Door,
    result: Result<Said, Refusal>,
) -> Response {
    match result {
        Ok(done) => {
            let text = done.told(form.visitor.language);
            app.sessions.leave_notice(form.session.reveal(), Notice { is_error: false, text });
            Redirect::to("/studio").into_response()
        }
        Err(Refusal { why, typed }) => {
            let text = why.told(form.visitor.language);
            let page = desk(app, &form.visitor, door, Some(Notice { is_error: true, text }), *typed).await;
            (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
        }
    }
}

async fn desk(app: &App, visitor: &Visitor, door: &Door, notice: Option<Notice>, typed: Typed) -> String {
    let status = app.studio.status();
    let TypedCard { title, description, tags, languages, adult } =
        typed.card.unwrap_or_else(|| present_card(app));
    let quality = status.quality;
    let [width, height, fps, bitrate_kbps] =
        typed.quality.unwrap_or([quality.width, quality.height, quality.fps, quality.bitrate_bps / 1000]);
    let page = view::Studio {
        page: visitor.page(),
        room: app.room_id.clone(),
        notice: notice.map(shown),
        title,
        description,
        tags,
        languages,
        adult,
        source: String::from(status.source.clone()),
        sources: sources::list(app.studio.cameras().await, visitor.language),
        quality: view::QualityForm { width, height, fps, bitrate_kbps },
        ingests: ingest::show(&status, door, &app.room_id, visitor.language),
        bans: bans::show(app, visitor.language),
        has_password: status.settings.password_hash.is_some(),
        files: files::show(app),
        caption: typed.caption,
        emotes: app.room().emotes().keys().map(|name| name.as_str().to_owned()).collect(),
        emote: typed.emote,
        counts_only: app.room().presence().is_counts_only(),
        has_stated: visitor.host.as_ref().is_some_and(|session| app.sessions.has_stated(session.reveal())),
        facts: facts::show(app, &status, visitor.language),
        network: network::show(app, door, typed.network, visitor.language),
    };
    page.render()
}

fn present_card(app: &App) -> TypedCard {
    let About { title, description, tags } = app.room().card().borrow().about.clone();
    let terms = app.studio.terms();
    let languages: Vec<_> = terms.languages.iter().map(Language::as_str).collect();
    TypedCard { title, description, tags: tags.join(" "), languages: languages.join(" "), adult: terms.adult }
}

/// A notice as pages have it.
pub(super) fn shown(notice: Notice) -> view::Notice {
    view::Notice { is_error: notice.is_error, text: notice.text }
}
