//! The cookies: a visitor's, a guest's, an invited person's and the host's, which are random, the answer to the 18+
//! question, the chosen language, and how somebody wants the pages to be. All are out of reach of scripts and of other
//! sites, and live until the browser closes; the last for a year, for who needs large letters needs them again tomorrow.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The longest value that is looked at; ours are not longer.
const MAX_VALUE_BYTES: usize = 64;
/// How long a cookie lives that is to be kept, in seconds: a year, from when it was set last.
const KEPT_SECS: u32 = 365 * 24 * 3600;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Tells visitors apart.
    Visitor,
    /// Says that it is the host.
    Host,
    /// Says that it is somebody with an account.
    Guest,
    /// Says that it is somebody who came with an invite.
    Invited,
    /// The answer to the 18+ question.
    Adults,
    /// The language that was chosen.
    Language,
    /// How the pages are wanted to be.
    Fit,
}

/// The cookies of a request, as the client sent them.
pub(super) struct Jar<'a> {
    /// The visitor's. One that a client made up names that client as well as one of ours.
    pub(super) visitor: Option<&'a str>,
    /// The host's; not yet compared with the open sessions.
    pub(super) host: Option<&'a str>,
    /// The guest's; not yet compared with the open sessions.
    pub(super) guest: Option<&'a str>,
    /// The session of somebody who came with an invite; not yet looked at.
    pub(super) invited: Option<&'a str>,
    /// The answer to the 18+ question, as it was set or as the client made it up.
    pub(super) adults: Option<&'a str>,
    /// The tag of the chosen language, likewise.
    pub(super) language: Option<&'a str>,
    /// How the pages are wanted to be, likewise.
    pub(super) fit: Option<&'a str>,
}

impl Name {
    /// Browsers share cookies between the ports of a host, so the port stands in the name: two nodes on one
    /// machine do not take each other's.
    fn with(self, port: u16) -> String {
        match self {
            Self::Visitor => format!("parlor-visitor-{port}"),
            Self::Host => format!("parlor-host-{port}"),
            Self::Guest => format!("parlor-guest-{port}"),
            Self::Invited => format!("parlor-invited-{port}"),
            Self::Adults => format!("parlor-adults-{port}"),
            Self::Language => format!("parlor-language-{port}"),
            Self::Fit => format!("parlor-fit-{port}"),
        }
    }
}

impl<'a> Jar<'a> {
    /// The cookies of these headers for the node at this port.
    pub(super) fn of(headers: &'a HeaderMap, port: u16) -> Self {
        Self {
            visitor: find(headers, &Name::Visitor.with(port)),
            host: find(headers, &Name::Host.with(port)),
            guest: find(headers, &Name::Guest.with(port)),
            invited: find(headers, &Name::Invited.with(port)),
            adults: find(headers, &Name::Adults.with(port)),
            language: find(headers, &Name::Language.with(port)),
            fit: find(headers, &Name::Fit.with(port)),
        }
    }
}

fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(found, _)| *found == name)?;
    (1..=MAX_VALUE_BYTES).contains(&value.len()).then_some(value)
}

/// Whether the browser came over TLS, by the word of the proxy that ends it. A client that lies here only gets a
/// cookie that it will not send back.
pub(super) fn is_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https")
}

/// The header value that gives a browser this cookie.
pub(super) fn set(name: Name, port: u16, value: &str, is_tls: bool) -> HeaderValue {
    header(name, &format!("{}={value}", name.with(port)), is_tls, "")
}

/// The header value that gives a browser this cookie to keep; one without a value is taken from it.
pub(super) fn keep(name: Name, port: u16, value: &str, is_tls: bool) -> HeaderValue {
    if value.is_empty() {
        return unset(name, port, is_tls);
    }
    header(name, &format!("{}={value}", name.with(port)), is_tls, &format!("; Max-Age={KEPT_SECS}"))
}

/// The header value that takes this cookie from a browser.
pub(super) fn unset(name: Name, port: u16, is_tls: bool) -> HeaderValue {
    header(name, &format!("{}=", name.with(port)), is_tls, "; Max-Age=0")
}

fn header(name: Name, pair: &str, is_tls: bool, age: &str) -> HeaderValue {
    // An invite's link is opened from somewhere else, and leads on at once: a browser would hold a strict one back. It
    // changes nothing but what its holder sees: forms take more than that.
    let same_site = if name == Name::Invited { "Lax" } else { "Strict" };
    let secure = if is_tls { "; Secure" } else { "" };
    let text = format!("{pair}; Path=/; HttpOnly; SameSite={same_site}{secure}{age}");
    text.parse().expect("names, secrets and answers are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    const _: () = assert!(parlor_web::view::MAX_FIT_BYTES <= MAX_VALUE_BYTES);

    #[test]
    fn what_is_kept_is_kept_for_a_year() {
        let kept = keep(Name::Fit, 8787, "s2.xt", false);
        assert_eq!(kept, "parlor-fit-8787=s2.xt; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000");
        assert!(keep(Name::Fit, 8787, "", false).to_str().unwrap().ends_with("; Max-Age=0"));
    }

    #[test]
    fn a_cookie_round_trips() {
        let secret = Secret::generate();
        let set = set(Name::Host, 8787, secret.reveal(), true);
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(set.to_str().unwrap(), format!("{pair}; Path=/; HttpOnly; SameSite=Strict; Secure"));
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, format!("a=b; {pair};c").parse().unwrap());
        let jar = Jar::of(&headers, 8787);
        assert_eq!((jar.visitor, jar.host), (None, Some(secret.reveal())));
        assert_eq!(Jar::of(&headers, 8788).host, None);
    }

    #[test]
    fn an_empty_or_long_value_is_none() {
        for value in [String::new(), "x".repeat(MAX_VALUE_BYTES + 1)] {
            let mut headers = HeaderMap::new();
            headers.append(COOKIE, format!("parlor-visitor-1={value}").parse().unwrap());
            assert_eq!(Jar::of(&headers, 1).visitor, None);
        }
    }
}
