//! The host in a browser without JavaScript: logged in by the one-time link, sending the studio's forms.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, Response};

use crate::Node;

/// The host, logged in by the one-time link.
pub struct Host<'a> {
    node: &'a Node,
    cookie: String,
    csrf: String,
}

impl<'a> Host<'a> {
    /// Uses the link of the ready line; works once for a node.
    pub async fn new(node: &'a Node) -> Self {
        let answer = node.request(Method::GET, &node.ready().studio).send().await.expect("the node answers");
        assert_eq!(answer.status(), 303, "the one-time link");
        assert_eq!(answer.headers()[LOCATION], "/studio");
        let cookie = cookies(&answer);
        let mut host = Self { node, cookie, csrf: String::new() };
        let page = host.page("/studio").await;
        host.csrf = form_token(&page);
        host
    }

    /// The session's cookie header.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The form token.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// A page of the studio.
    pub async fn page(&self, path: &str) -> String {
        let request = self.node.request(Method::GET, &self.node.url(path)).header(COOKIE, &self.cookie);
        let answer = request.send().await.expect("the node answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("a page is text")
    }

    /// The address and key of a way in that is on, as its fields on the page show them.
    pub async fn way_in(&self, kind: &str) -> WayIn {
        let page = self.page("/studio").await;
        let field = |name: &str| {
            let (_, rest) =
                page.split_once(&format!(r#"<input id="{kind}-{name}""#)).expect("a way in that is on");
            let (_, rest) = rest.split_once(r#"value=""#).expect("a field has a value");
            rest.split_once('"').expect("an attribute ends").0.replace("&#38;", "&").replace("&amp;", "&")
        };
        WayIn { address: field("address"), key: field("key") }
    }

    /// Sends a form of the studio, with its token; must be taken.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &self.csrf));
        let request = self.node.request(Method::POST, &self.node.url(path)).header(COOKIE, &self.cookie);
        let answer = request.form(&fields).send().await.expect("the node answers");
        assert_eq!(answer.status(), 303, "{path}");
    }
}

/// Where a publisher sends to, and the key that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    /// The address as the studio shows it.
    pub address: String,
    /// The publish key.
    pub key: String,
}

/// The cookies that an answer sets, as a browser would send them back.
#[must_use]
pub fn cookies(answer: &Response) -> String {
    let set =
        answer.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().expect("cookies are text"));
    let pairs: Vec<_> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    pairs.join("; ")
}

/// The token that the first form of a page carries.
#[must_use]
pub fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="csrf" value=""#).expect("a form has a token");
    rest.split_once('"').expect("an attribute ends").0.to_owned()
}
