//! Requests against the whole service, with a room that is filled with chunks as the packager makes them.
//!
//! They run without GStreamer, whose engine would bring chunks of its own into the room.

mod accounts;
mod api;
mod doors;
mod files;
mod hls;
mod invited;
mod languages;
mod lists;
mod media;
mod network;
mod pages;
mod reel;
mod reports;
mod rooms;
mod sockets;
mod studio;
mod talk;

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::http::request::Builder;
use axum::http::{Method, Request};
use axum::response::Response;
use ed25519_dalek::SigningKey;
use http_body_util::BodyExt;
use parlor_protocol::ident::RoomId;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::serve::Peer;
use super::{AllowedHosts, App, Service, service};
use crate::app::{Peers, Studio};
use crate::carry::DEFAULT_CEILING_BPS;
use crate::config::Layer;
use crate::room::{About, Room};
use crate::store::Store;
use crate::swarm::{Duty, Reach, Settings};
use crate::webrtc::{Addresses, Gateway};

const ADDRESS: &str = "127.0.0.1:8787";

/// A node without sockets.
struct Node {
    app: App,
    room: Arc<Room>,
    service: Service,
    shutdown: CancellationToken,
}

/// An answer that has been read to its end.
struct Answer {
    status: u16,
    head: axum::http::HeaderMap,
    body: String,
}

/// A browser with the cookies of one visitor.
#[derive(Default)]
struct Browser {
    cookies: Vec<(String, String)>,
}

impl Node {
    async fn start() -> Self {
        let key = SigningKey::from_bytes(&[7; 32]);
        let id = RoomId::from_public_key(key.verifying_key().to_bytes()).unwrap();
        let room = Arc::new(Room::new(id, About::default()));
        let config = Layer { ephemeral: Some(true), ..Layer::default() }.resolve().unwrap();
        let peers = alone().await;
        let store = Store::open(None).unwrap();
        let studio = Studio::open(&config, store, key, room.clone(), peers).await.unwrap();
        let address: std::net::SocketAddr = ADDRESS.parse().unwrap();
        let gateway = Gateway::new(Addresses::new(address.ip(), None, 0));
        let shutdown = CancellationToken::new();
        let hosts = AllowedHosts::new(address, &[]);
        let app = App::new(Arc::new(studio), gateway, hosts, shutdown.clone());
        Self { service: service(app.clone()), app, room, shutdown }
    }

    /// A node on air whose room is filled.
    async fn on_air() -> (Self, reel::Reel) {
        let node = Self::start().await;
        node.room.set_on_air(true);
        let reel = reel::Reel::load(&node.room);
        (node, reel)
    }

    fn path(&self, rest: &str) -> String {
        format!("/room/{}{rest}", self.room.id())
    }

    /// Sends a request as it is, and returns as soon as the answer begins.
    async fn send(&self, request: Request<Body>) -> Response {
        self.service.clone().oneshot(request).await.unwrap()
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::read(self.send(request).await).await
    }

    /// What a program without cookies gets.
    async fn get(&self, path: &str) -> Answer {
        self.ask(get(path).body(Body::empty()).unwrap()).await
    }

    /// A browser in which the host is logged in.
    async fn host(&self) -> Browser {
        let mut browser = Browser::default();
        let login = format!("/studio/login/{}", self.app.issue_login().reveal());
        assert_eq!(browser.get(self, &login).await.status, 303);
        browser
    }
}

/// The id of a room of another host, who is nowhere.
fn other_room(seed: u8) -> RoomId {
    RoomId::from_public_key(SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()).unwrap()
}

/// A network without any peer: nobody is looked for.
async fn alone() -> Arc<Peers> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    let settings = Settings {
        duty: Duty::Room,
        reach: Reach::Direct,
        port: 0,
        relays: Vec::new(),
        bootstrap: Vec::new(),
        mdns: false,
    };
    Peers::start(&SigningKey::from_bytes(&seed), settings, DEFAULT_CEILING_BPS).await.unwrap()
}

/// A request from this machine.
fn request(method: Method, path: &str) -> Builder {
    let peer = Peer { connection: 1, is_local: true, reached: None };
    Request::builder().method(method).uri(path).header(HOST, ADDRESS).extension(peer)
}

fn get(path: &str) -> Builder {
    request(Method::GET, path)
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: parts.status.as_u16(), head: parts.headers, body }
    }

    fn header(&self, name: &str) -> &str {
        self.head.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser {
    async fn get(&mut self, node: &Node, path: &str) -> Answer {
        let request = self.with_cookies(get(path)).body(Body::empty()).unwrap();
        self.keep(node.send(request).await).await
    }

    /// Sends a form with the token of this browser's session.
    async fn submit(&mut self, node: &Node, path: &str, fields: &str) -> Answer {
        let csrf = self.csrf(node).await;
        self.submit_as(node, path, &format!("csrf={csrf}&{fields}")).await
    }

    async fn submit_as(&mut self, node: &Node, path: &str, form: &str) -> Answer {
        let request = self
            .with_cookies(request(Method::POST, path))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.keep(node.send(request.unwrap()).await).await
    }

    /// Sends a form with files as browsers do (RFC 7578): fields with their names, files' names and contents.
    async fn upload(&mut self, node: &Node, path: &str, fields: &[(&str, Option<&str>, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, file, bytes) in fields {
            let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: text/html"));
            let head = format!(
                "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"{}\r\n\r\n",
                file.unwrap_or_default()
            );
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--xyz--\r\n");
        let request = self
            .with_cookies(request(Method::POST, path))
            .header(CONTENT_TYPE, "multipart/form-data; boundary=xyz")
            .body(Body::from(body));
        self.keep(node.send(request.unwrap()).await).await
    }

    /// The token that stands in the forms of the studio.
    async fn csrf(&mut self, node: &Node) -> String {
        self.csrf_on(node, "/studio").await
    }

    /// The token that stands in the forms of this page.
    async fn csrf_on(&mut self, node: &Node, path: &str) -> String {
        let page = self.get(node, path).await.body;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("the page has a form");
        rest.split_once('"').unwrap().0.to_owned()
    }

    fn with_cookies(&self, request: Builder) -> Builder {
        let request = request.header(ACCEPT, "text/html,application/xhtml+xml");
        if self.cookies.is_empty() {
            return request;
        }
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(COOKIE, pairs.join("; "))
    }

    async fn keep(&mut self, response: Response) -> Answer {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Answer::read(response).await
    }
}

/// The status of each of these paths, for a program without cookies.
async fn statuses(node: &Node, paths: &[String]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for path in paths {
        statuses.push(node.get(path).await.status);
    }
    statuses
}
