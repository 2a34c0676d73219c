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
        let kind = response.headers()["content-type"]
            .to_str()
            .expect("a type is text")
            .to_owned();
        let boundary = kind
            .strip_prefix("multipart/x-mixed-replace")
            .and_then(|rest| rest.split_once("boundary="));
        let (_, boundary) = boundary.unwrap_or_else(|| panic!("{kind} is not MJPEG"));
        let delimiter = format!("--{}", boundary.trim_matches('"')).into_bytes();
        Self {
            response,
            delimiter,
            buffer: BytesMut::new(),
        }
    }

    /// The next picture, a JPEG file.
    ///
    /// # Panics
    /// If the stream ends or is malformed.
    pub async fn next(&mut self) -> Bytes {
        let head = loop {
            if let Some(found) = self.take_head() {
                break found;
            }
            self.more().await;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().expect("a length"))
        });
        let length = length.unwrap_or_else(|| panic!("a part without a length: {head}"));
        assert!(
            head.to_ascii_lowercase().contains("content-type: image/jpeg"),
            "{head}"
        );
        while self.buffer.len() < length {
            self.more().await;
        }
        self.buffer.split_to(length).freeze()
    }

    /// Takes a delimiter and the header after it off the buffer, once both are whole.
    fn take_head(&mut self) -> Option<String> {
        let start = find(&self.buffer, &self.delimiter)?;
        let end = start + find(&self.buffer[start..], b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&self.buffer[start + self.delimiter.len()..end]).into_owned();
        self.buffer.advance(end + 4);
        Some(head)
    }

    async fn more(&mut self) {
        let more = in_time("the next picture", self.response.chunk())
            .await
            .expect("the stream is not torn");
        self.buffer.extend_from_slice(&more.expect("the stream goes on"));
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
