//! Which addresses this node answers to, decided before routing, so that no page elsewhere can speak to it through
//! a visitor's browser: not under a name of its own (DNS rebinding), not from its own origin.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{StatusCode, Uri};
use parlor_web::language::said;

use super::problem::Problem;
use super::serve::Peer;

/// The hosts, each with its port, under which the node may be addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHosts {
    listed: Vec<(String, Port)>,
    listener: SocketAddr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    /// The port that the list names.
    Is(u16),
    /// Any: a name in front of which a proxy may stand.
    Any,
}

impl AllowedHosts {
    /// The list for a listener: the loopback names, the listener's own address, and the `configured` hosts (without
    /// a port: at any port).
    ///
    /// A listener on all addresses is also addressed by the one that a connection has reached, whichever that is:
    /// machines change theirs while a node runs, and an address, unlike a name, is nobody else's to point here.
    #[must_use]
    pub fn new(listener: SocketAddr, configured: &[String]) -> Self {
        let own = |host: String| (host, Port::Is(listener.port()));
        let mut listed: Vec<_> = ["localhost", "127.0.0.1", "[::1]"].map(|name| own(name.to_owned())).into();
        if !listener.ip().is_unspecified() {
            listed.push(own(host_of(listener.ip())));
        }
        for text in configured {
            if let Some((host, port)) = text.parse().ok().as_ref().and_then(split) {
                listed.push((host, port.map_or(Port::Any, Port::Is)));
            } else {
                tracing::warn!("'{text}' in 'hosts' is not NAME or NAME:PORT, and is passed over");
            }
        }
        Self { listed, listener }
    }

    /// The port that the node listens on.
    pub(super) fn port(&self) -> u16 {
        self.listener.port()
    }

    /// Lets a request through whose `Host`, and `Origin` where it has one, are on the list.
    ///
    /// # Errors
    /// 421 for another host (RFC 9110, section 15.5.20), 403 for another origin, 400 for a request without a host
    /// that can be read.
    pub(super) fn admit(&self, request: &Parts) -> Result<(), Problem> {
        let mut hosts = request.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(no_host());
        };
        let host = host.as_bytes().try_into().ok().as_ref().and_then(split).ok_or_else(no_host)?;
        let in_uri =
            request.uri.authority().map(|authority| split(authority).ok_or_else(no_host)).transpose()?;
        let reached = request.extensions.get::<Peer>().and_then(|peer| peer.reached);
        let is_ours = |name: &str, port| self.has(name, port) || self.is_reached_at(reached, name, port);
        let strangers = |(name, port): &(String, Option<u16>)| !is_ours(name, port.unwrap_or(80));
        if strangers(&host) || in_uri.as_ref().is_some_and(strangers) {
            return Err(Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                said::not_our_name(),
                said::not_our_name_remedy(),
            ));
        }
        let is_own = |origin: &[u8]| origin_of(origin).is_some_and(|(name, port)| is_ours(&name, port));
        if request.headers.get_all(ORIGIN).iter().all(|origin| is_own(origin.as_bytes())) {
            Ok(())
        } else {
            Err(Problem::new(StatusCode::FORBIDDEN, said::other_site(), said::other_site_remedy()))
        }
    }

    fn has(&self, host: &str, port: u16) -> bool {
        let is = |(name, listed): &(String, Port)| {
            name == host && (*listed == Port::Any || *listed == Port::Is(port))
        };
        self.listed.iter().any(is)
    }

    fn is_reached_at(&self, reached: Option<IpAddr>, host: &str, port: u16) -> bool {
        let is_named = reached.is_some_and(|address| host_of(address) == host);
        is_named && self.listener.ip().is_unspecified() && self.listener.port() == port
    }
}

fn no_host() -> Problem {
    Problem::bad_request(said::no_host(), said::no_host_remedy())
}

fn host_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Host in lower case and port. `None` for one with user information, which no browser sends here.
fn split(authority: &Authority) -> Option<(String, Option<u16>)> {
    let text = authority.as_str();
    let host = authority.host();
    let port = match text.strip_prefix(host)? {
        "" => None,
        rest => Some(rest.strip_prefix(':')?.parse().ok()?),
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    (!host.is_empty()).then_some((host, port))
}

/// Host and port of an origin (RFC 6454); `None` for the opaque one, `null`.
fn origin_of(origin: &[u8]) -> Option<(String, u16)> {
    let uri = Uri::try_from(origin).ok()?;
    let default = match uri.scheme_str()? {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (host, port) = split(uri.authority()?)?;
    Some((host, port.unwrap_or(default)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use proptest::prelude::*;

    fn list(listener: &str) -> AllowedHosts {
        let configured =
            ["Cam.example.org", "other.example:8443", "", "http://a.example", "me@b.example", "c:x"];
        AllowedHosts::new(listener.parse().unwrap(), &configured.map(str::to_owned))
    }

    fn status(list: &AllowedHosts, host: &str, origin: Option<&str>) -> u16 {
        let reached = Some("192.168.1.7".parse().unwrap());
        let peer = Peer { reached, ..Peer::default() };
        let mut request = Request::get("/").header(HOST, host).extension(peer);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let parts = request.body(()).unwrap().into_parts().0;
        list.admit(&parts).map_or_else(|problem| problem.status().as_u16(), |()| 200)
    }

    #[test]
    fn only_listed_hosts_are_answered() {
        let local = list("127.0.0.1:8787");
        for host in [
            "127.0.0.1:8787",
            "LOCALHOST:8787",
            "[::1]:8787",
            "cam.example.org",
            "cam.example.org.:9",
            "other.example:8443",
        ] {
            assert_eq!(status(&local, host, None), 200, "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:8788",
            "a.example",
            "b.example",
            "c",
            "evil.example",
            "192.168.1.7:8787",
            "other.example",
        ] {
            assert_eq!(status(&local, host, None), 421, "{host}");
        }
        for host in ["", "a b", "anna@localhost:8787", "localhost:8787:1", "localhost:99999"] {
            assert_eq!(status(&local, host, None), 400, "{host}");
        }
        let everywhere = list("0.0.0.0:8787");
        assert_eq!(status(&everywhere, "192.168.1.7:8787", Some("http://192.168.1.7:8787")), 200);
        assert_eq!(status(&everywhere, "192.168.1.7:8787", Some("http://192.168.1.7:9999")), 403);
        assert_eq!(status(&everywhere, "192.168.1.8:8787", None), 421);
        assert_eq!(status(&list("0.0.0.0:80"), "localhost", None), 200);
    }

    #[test]
    fn a_host_that_the_address_line_contradicts_is_not_answered() {
        let request = Request::get("http://evil.example/").header(HOST, "localhost:8787").body(()).unwrap();
        let problem = list("127.0.0.1:8787").admit(&request.into_parts().0).unwrap_err();
        assert_eq!(problem.status(), 421);
        let request = Request::get("/").header(HOST, "localhost:8787").header(HOST, "localhost:8787");
        let problem = list("127.0.0.1:8787").admit(&request.body(()).unwrap().into_parts().0).unwrap_err();
        assert_eq!(problem.status(), 400);
    }

    #[test]
    fn only_listed_origins_are_answered() {
        let local = list("127.0.0.1:8787");
        for origin in ["http://127.0.0.1:8787", "https://cam.example.org", "https://other.example:8443"] {
            assert_eq!(status(&local, "localhost:8787", Some(origin)), 200, "{origin}");
        }
        for origin in
            ["null", "http://evil.example", "http://localhost:3000", "file://", "ftp://localhost:8787", ""]
        {
            assert_eq!(status(&local, "localhost:8787", Some(origin)), 403, "{origin}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(host in "[ -~]{0,40}", origin in "[ -~]{0,40}") {
            status(&list("127.0.0.1:8787"), &host, Some(&origin));
        }
    }
}
