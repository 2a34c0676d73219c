//! Somebody with a browser without JavaScript: an address, cookies, and the token of their forms.

use std::net::IpAddr;

use reqwest::header::{COOKIE, HeaderMap, HeaderValue};
use reqwest::{Client, Response};

use crate::host::{cookies, form_token};
use crate::{HANG, Node, in_time};

/// A visitor of a node's pages.
pub struct Visitor<'a> {
    node: &'a Node,
    client: Client,
    cookies: Vec<String>,
    csrf: String,
}

impl<'a> Visitor<'a> {
    /// Comes from this address, one of the loopback's, and sends these headers with every request. Sees the room's page.
    pub async fn from(node: &'a Node, address: IpAddr, headers: &[(&'static str, &str)]) -> Self {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header is ASCII");
        let headers: HeaderMap =
            headers.iter().map(|(name, text)| (name.parse().expect("a name"), value(text))).collect();
        let client = Client::builder()
            .local_address(address)
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .read_timeout(HANG)
            .build()
            .expect("a client without TLS needs nothing");
        let mut visitor = Self { node, client, cookies: Vec::new(), csrf: String::new() };
        visitor.look("").await;
        visitor
    }

    /// The cookies that they have, as they send them.
    #[must_use]
    pub fn cookies(&self) -> &[String] {
        &self.cookies
    }

    /// Asks for a whole address.
    pub async fn ask(&mut self, url: &str) -> Response {
        let request = self.client.get(url).header(COOKIE, self.cookies.join("; "));
        let answer = in_time(url, request.send()).await.expect("the node answers");
        self.keep(&answer);
        answer
    }

    /// A page within the room; its forms' token is used from then on.
    pub async fn look(&mut self, path: &str) -> String {
        let answer = self.ask(&self.node.room_url(path)).await;
        let page = in_time(path, answer.text()).await.expect("a page is text");
        if page.contains(r#"name="csrf""#) {
            self.csrf = form_token(&page);
        }
        page
    }

    /// Sends a form of the room, with its token: the answer's status and text.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &self.csrf));
        let request = self.client.post(self.node.room_url(path)).header(COOKIE, self.cookies.join("; "));
        self.told(path, request.form(&fields)).await
    }

    /// Sends a file with the room's form for files.
    pub async fn upload(&mut self, name: &str, content: &[u8]) -> (u16, String) {
        const BOUNDARY: &str = "b0undary-of-the-form";
        let field = |head: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        let mut body = format!("{}{}\r\n", field(r#"name="csrf""#), self.csrf).into_bytes();
        body.extend(field(&format!(r#"name="file"; filename="{name}""#)).bytes());
        body.extend(content);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let request = self.client.post(self.node.room_url("/files")).header(COOKIE, self.cookies.join("; "));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.told("the file", request.header("content-type", kind).body(body)).await
    }

    async fn told(&mut self, what: &str, request: reqwest::RequestBuilder) -> (u16, String) {
        let answer = in_time(what, request.send()).await.expect("the node answers");
        self.keep(&answer);
        (answer.status().as_u16(), in_time(what, answer.text()).await.expect("a page is text"))
    }

    /// Takes the cookies that an answer sets, in place of those of the same names.
    fn keep(&mut self, answer: &Response) {
        let set = cookies(answer);
        for cookie in set.split("; ").filter(|cookie| !cookie.is_empty()) {
            let name = |cookie: &str| cookie.split('=').next().map(str::to_owned);
            self.cookies.retain(|kept| name(kept) != name(cookie));
            self.cookies.push(cookie.to_owned());
        }
    }
}
