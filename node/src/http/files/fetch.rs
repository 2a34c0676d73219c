//! A file for somebody who fetches it. Whatever it is, no browser runs it as part of the node's pages: a picture was made
//! here from pixels, and anything else is only saved.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use parlor_web::language::said;
use parlor_web::view;

use super::Shelf;
use crate::http::App;
use crate::http::problem::Problem;
use crate::room::{Content, FileName, SharedFile};

/// For what strangers have sent: no script, no style, no form, no origin (Content Security Policy, level 3, section 6.3).
const ALONE: &str = "default-src 'none'; sandbox";

/// The file that the path names, for somebody who may have it now.
pub(super) struct Found {
    shelf: Shelf,
    file: Arc<SharedFile>,
}

impl FromRequestParts<App> for Found {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let shelf = Shelf::from_request_parts(parts, app).await?;
        let path = Path::<(String, u64)>::from_request_parts(parts, app).await;
        if !shelf.is_open() {
            return Err(Problem::off_air());
        }
        let file = path.ok().and_then(|Path((_, number))| shelf.files().find(number));
        file.map(|file| Self { shelf, file }).ok_or_else(gone)
    }
}

/// `GET /room/ROOM/files/NUMBER/view`
pub(super) async fn view(Found { shelf, file }: Found) -> Result<Html<String>, Problem> {
    let Content::Picture { .. } = &file.content else { return Err(gone()) };
    let page = view::FileView { page: shelf.visitor.page(), room: shelf.id(), file: shelf.shown(&file) };
    Ok(Html(page.render()))
}

/// `GET /room/ROOM/files/NUMBER/picture`
pub(super) async fn picture(Found { file, .. }: Found) -> Result<Response, Problem> {
    let Content::Picture { kind, bytes, .. } = &file.content else { return Err(gone()) };
    Ok(alone(kind.content_type(), "inline", &file.name, bytes))
}

/// `GET /room/ROOM/files/NUMBER/thumbnail`
pub(super) async fn thumbnail(Found { file, .. }: Found) -> Result<Response, Problem> {
    let Content::Picture { thumbnail, .. } = &file.content else { return Err(gone()) };
    Ok(alone("image/jpeg", "inline", &file.name.with_extension("jpg"), thumbnail))
}

/// `GET /room/ROOM/files/NUMBER/download`
pub(super) async fn download(Found { file, .. }: Found) -> Response {
    alone("application/octet-stream", "attachment", &file.name, file.content.bytes())
}

/// These bytes by themselves. That a browser does not guess what they are, and no other site embeds them, is said with
/// every response.
fn alone(kind: &'static str, disposition: &str, name: &FileName, bytes: &Bytes) -> Response {
    let named = named(disposition, name.as_str());
    let named = HeaderValue::from_str(&named).expect("a name is written in visible ASCII");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(ALONE)),
        (CONTENT_DISPOSITION, named),
    ];
    (headers, bytes.clone()).into_response()
}

/// `Content-Disposition` (RFC 6266, section 4) with the name twice: for old programs in ASCII, and as it is (RFC 8187,
/// section 3.2).
fn named(disposition: &str, name: &str) -> String {
    let plain = |letter: char| {
        let is_plain = letter.is_ascii_alphanumeric() || " ._-()".contains(letter);
        if is_plain { letter } else { '_' }
    };
    let ascii: String = name.chars().map(plain).collect();
    let mut text = format!("{disposition}; filename=\"{ascii}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            text.push(byte.into());
        } else {
            write!(text, "%{byte:02X}").expect("a string takes every write");
        }
    }
    text
}

fn gone() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, said::file_gone(), said::file_gone_remedy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_the_header_as_it_is() {
        assert_eq!(
            named("attachment", "Grüße \"1\".txt"),
            "attachment; filename=\"Gr__e _1_.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22.txt"
        );
    }
}
