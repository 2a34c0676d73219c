//! MJPEG over HTTP: the parts of a `multipart/x-mixed-replace` response (RFC 2046, section 5.1).

use bytes::{Buf, Bytes, BytesMut};
use reqwest::Response;

use crate::in_time;

/// The pictures of a response as they arrive.
pub struct Pictures {
    response: Response,
    delimiter: Vec<u8>,
    buffer: BytesMut,
}

impl Pictures {
    /// Reads the body of this response.
    ///
    /// # Panics
    /// If it is a refusal, or not of that type.
    #[must_use]
    pub fn new(response: Response) -> Self {
        assert_eq!(response.status(), 200, "{}", response.url());
        let kind = response.headers()["content-type"].to_str().expect("a type is text").to_owned();
        let boundary =
            kind.strip_prefix("multipart/x-mixed-replace").and_then(|rest| rest.split_once("boundary="));
        let (_, boundary) = boundary.unwrap_or_else(|| panic!("{kind} is not MJPEG"));
        let delimiter = format!("\r\n--{}", boundary.trim_matches('"')).into_bytes();
        Self { response, delimiter, buffer: BytesMut::new() }
    }

    /// The next picture, a JPEG file.
    ///
    /// # Panics
    /// If the stream ends or is malformed.
    pub async fn next(&mut self) -> Bytes {
        let start = self.find(b"\r\n\r\n").await;
        let head = String::from_utf8_lossy(&self.buffer[..start]).to_ascii_lowercase();
        assert!(head.contains("content-type: image/jpeg"), "{head}");
        self.buffer.advance(start + 4);
        // The delimiter comes with the picture, before the next one does; the line's end before it belongs to it.
        let delimiter = self.delimiter.clone();
        let end = self.find(&delimiter).await;
        let picture = self.buffer.split_to(end).freeze();
        self.buffer.advance(delimiter.len());
        picture
    }

    /// Where this is in what has come, once it is.
    async fn find(&mut self, what: &[u8]) -> usize {
        loop {
            if let Some(at) = self.buffer.windows(what.len()).position(|window| window == what) {
                return at;
            }
            self.more().await;
        }
    }

    async fn more(&mut self) {
        let more = in_time("the next picture", self.response.chunk()).await.expect("the stream is not torn");
        self.buffer.extend_from_slice(&more.expect("the stream goes on"));
    }
}
