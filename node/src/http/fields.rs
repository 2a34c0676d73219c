//! What people send: forms of the host, with the token that proves that they come from our own pages, and the
//! parameters behind an address.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use parlor_web::language::said;
use serde::de::DeserializeOwned;

use super::App;
use super::body;
use super::problem::Problem;
use super::visitor::Visitor;
use crate::secret::Secret;

/// The most bytes of a form: a description of 2000 characters, each escaped in 12 bytes, fits.
const MAX_FORM_BYTES: usize = 32 * 1024;

/// The fields of a form as they were typed.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

impl Fields {
    /// What was typed into this field; empty where the form has none of that name.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// A form of whoever it is, from one of our own pages.
pub(super) struct VisitorForm {
    /// Its fields.
    pub(super) fields: Fields,
    /// Who sent it.
    pub(super) visitor: Visitor,
}

/// A form of the host.
pub(super) struct HostForm {
    /// Its fields.
    pub(super) fields: Fields,
    /// The host, as a visitor.
    pub(super) visitor: Visitor,
    /// The host's session.
    pub(super) session: Secret,
}

impl FromRequest<App> for VisitorForm {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let bytes = body::read(body, MAX_FORM_BYTES).await?;
        let request = Request::from_parts(parts, bytes.into());
        let Form(fields) = Form::from_request(request, app)
            .await
            .map_err(|_| Problem::bad_request(said::no_form(), said::no_form_remedy()))?;
        let fields = Fields(fields);
        if visitor.has_csrf(fields.text("csrf")) { Ok(Self { fields, visitor }) } else { Err(stale()) }
    }
}

impl FromRequest<App> for HostForm {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        // Before the body is read: strangers cost nothing.
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let session = visitor.host.ok_or_else(not_the_host)?;
        let VisitorForm { fields, visitor } =
            VisitorForm::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { fields, visitor, session })
    }
}

/// What is answered to a form whose token is not its sender's.
pub(super) fn stale() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, said::stale(), said::stale_remedy())
}

/// What is answered to those who are not logged in.
pub(super) fn not_the_host() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, said::not_the_host(), said::not_the_host_remedy())
}

/// The parameters behind the `?` of an address.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync + Send> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let refused = || Problem::bad_request(said::bad_parameters(), said::bad_parameters_remedy());
        Query::try_from_uri(&parts.uri).map(|Query(value)| Self(value)).map_err(|_| refused())
    }
}
