//! Who is let in: hosts and origins, form tokens, the one-time link, the password, the bearer token; and what every
//! response carries so that a browser keeps to it.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_e2e::Node;
use parlor_e2e::host::{Host, cookies, form_token};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, SET_COOKIE};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
    media-src 'self' blob:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'self'; \
    base-uri 'none'; worker-src 'none'";

/// Every kind of path, by what stands behind it.
fn paths(node: &Node) -> Vec<String> {
    let room = format!("/room/{}", node.ready().room);
    let in_room =
        ["", "/live.m3u8", "/live.mp4", "/live.mjpeg?fps=1", "/frame.jpg", "/facts", "/events", "/clock"];
    let mut paths: Vec<_> = in_room.iter().map(|path| format!("{room}{path}")).collect();
    paths.extend(["/", "/studio", "/api/v1/status", "/metrics", "/no-such-page"].map(String::from));
    paths
}

#[tokio::test]
async fn strangers_are_refused_before_routing() {
    let node = Node::live().await;
    for path in paths(&node) {
        let with = async |name, value: &str| {
            let request = node.request(Method::GET, &node.url(&path)).header(name, value);
            request.send().await.expect("the node answers").status().as_u16()
        };
        assert_eq!(with(HOST, "evil.example").await, 421, "{path} under a stranger's name");
        assert_eq!(with(HOST, "127.0.0.1.evil.example").await, 421, "{path}");
        assert_eq!(with(ORIGIN, "http://evil.example").await, 403, "{path} from a stranger's page");
        assert_eq!(with(ORIGIN, "null").await, 403, "{path} from a page without an origin");
    }
}

#[tokio::test]
async fn every_response_binds_the_browser_to_this_origin() {
    let node = Node::live().await;
    for path in paths(&node) {
        let answer = node.request(Method::GET, &node.url(&path)).send().await.expect("the node answers");
        let headers = answer.headers();
        assert_eq!(headers["content-security-policy"], POLICY, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_ne!(headers["referrer-policy"], "unsafe-url", "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path} is open to other sites");
        assert!(!headers.contains_key("server"), "{path} tells what serves it");
    }
}

#[tokio::test]
async fn pages_hold_no_secret_and_no_inline_script() {
    let node = Node::live().await;
    let host = Host::new(&node).await;
    let studio = host.page("/studio").await;
    let room = node.text("").await;
    let lobby = node.request(Method::GET, &node.url("/")).send().await.unwrap().text().await.unwrap();
    for page in [&studio, &room, &lobby] {
        assert!(!page.contains(&node.ready().api_token), "the token of the interface stands in a page");
        for inline in ["<style", " style=", " onclick=", " onload=", "javascript:", "<script>"] {
            assert!(!page.contains(inline), "{inline} in a page");
        }
        for attribute in ["src=\"", "href=\"", "action=\""] {
            for address in page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                assert!(
                    address.starts_with('/') && !address.starts_with("//") || address.starts_with('#'),
                    "{address}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_login_link_works_once() {
    let node = Node::live().await;
    let link = node.ready().studio.clone();
    let first = node.request(Method::GET, &link).send().await.unwrap();
    assert_eq!(first.status(), 303);
    let set = first.headers()[SET_COOKIE].to_str().unwrap().to_ascii_lowercase();
    assert!(set.contains("httponly") && set.contains("samesite="), "{set}");
    assert!(!set.contains("domain="), "{set}");
    let cookie = cookies(&first);
    assert!(!link.contains(cookie.split_once('=').unwrap().1), "the session is the link's own secret");
    let again = node.request(Method::GET, &link).send().await.unwrap();
    assert!(again.status().is_client_error(), "the link worked twice: {}", again.status());
    assert!(cookies(&again).is_empty() || !logged_in(&node, &cookies(&again)).await);
    assert!(logged_in(&node, &cookie).await, "the session of the first use goes on");
}

async fn logged_in(node: &Node, cookie: &str) -> bool {
    let request = node.request(Method::GET, &node.url("/studio")).header(COOKIE, cookie);
    let page = request.send().await.expect("the node answers").text().await.expect("a page is text");
    page.contains("/studio/air")
}

#[tokio::test]
async fn a_password_opens_the_studio_from_then_on() {
    let node = Node::live().await;
    let host = Host::new(&node).await;
    host.post("/studio/password", &[("password", "correct horse battery")]).await;
    let login = async |password: &str| {
        let page = node.request(Method::GET, &node.url("/studio")).send().await.unwrap();
        let before = cookies(&page);
        let csrf = form_token(&page.text().await.unwrap());
        let request = node.request(Method::POST, &node.url("/studio/login")).header(COOKIE, &before);
        let answer = request.form(&[("password", password), ("csrf", &csrf)]).send().await.unwrap();
        [before, cookies(&answer)].join("; ")
    };
    assert!(!logged_in(&node, &login("wrong horse battery").await).await);
    assert!(logged_in(&node, &login("correct horse battery").await).await);
}

#[tokio::test]
async fn forms_without_their_token_change_nothing() {
    let node = Node::live().await;
    let host = Host::new(&node).await;
    let fields = [
        ("/studio/air", vec![("on", "0")]),
        ("/studio/card", vec![("title", "taken over"), ("description", ""), ("tags", "")]),
        ("/studio/source", vec![("source", "none")]),
        ("/studio/quality", vec![("width", "320"), ("height", "240"), ("fps", "5"), ("bitrate_kbps", "100")]),
        ("/studio/ingest", vec![("kind", "rtmp"), ("action", "on")]),
        ("/studio/password", vec![("password", "taken over")]),
        ("/studio/logout", vec![]),
    ];
    for (path, fields) in &fields {
        for token in [None, Some(""), Some("wrong"), Some(&host.csrf()[1..])] {
            let mut form = fields.clone();
            form.extend(token.map(|token| ("csrf", token)));
            let request =
                node.request(Method::POST, &node.url(path)).header(COOKIE, host.cookie()).form(&form);
            let status = request.send().await.unwrap().status();
            assert!(status.is_client_error(), "{path} with the token {token:?}: {status}");
        }
        // With a token, but without the host's session.
        let mut form = fields.clone();
        form.push(("csrf", host.csrf()));
        let status = node.request(Method::POST, &node.url(path)).form(&form).send().await.unwrap().status();
        assert!(status.is_client_error(), "{path} without the session: {status}");
    }
    assert!(logged_in(&node, host.cookie()).await, "the host was logged out");
    assert!(!node.text("").await.contains("taken over"));
    assert_eq!(node.get("/frame.jpg").await.status(), 200, "the room is still on air");
    assert!(!node.ingest("rtmp").await.on);
}

#[tokio::test]
async fn the_interface_wants_its_token() {
    let node = Node::live().await;
    for token in [
        None,
        Some("Bearer wrong"),
        Some("Bearer "),
        Some("Basic d3Jvbmc6"),
        Some(node.ready().api_token.as_str()),
    ] {
        for path in ["/api/v1/status", "/metrics"] {
            let mut request = node.request(Method::GET, &node.url(path));
            if let Some(token) = token {
                request = request.header(AUTHORIZATION, token);
            }
            assert_eq!(request.send().await.unwrap().status(), 401, "{path} with {token:?}");
        }
    }
    let described =
        node.request(Method::GET, &node.url("/api/v1/openapi.json")).bearer_auth(&node.ready().api_token);
    let described: serde_json::Value = described.send().await.unwrap().json().await.unwrap();
    for path in ["/status", "/air"] {
        assert!(
            described["paths"].as_object().unwrap().keys().any(|key| key.ends_with(path)),
            "{path} is not described"
        );
    }
    let metrics = node.request(Method::GET, &node.url("/metrics")).bearer_auth(&node.ready().api_token);
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    assert!(metrics.lines().any(|line| line.starts_with("# TYPE parlor_")), "{metrics}");
    assert!(!metrics.contains(&node.ready().room), "the metrics name the room");
}

#[tokio::test]
async fn what_a_visitor_sends_is_in_no_log() {
    let node = Node::live().await;
    let request = node
        .request(Method::GET, &node.room_url("?name=visible-name"))
        .header("user-agent", "visible-agent/1");
    request.send().await.unwrap();
    node.request(Method::GET, &node.url("/visible-path")).header("accept", "text/html").send().await.unwrap();
    let (_, log) = node.stop("TERM").await;
    assert!(!log.contains("visible"), "{log}");
}
