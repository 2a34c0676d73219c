//! Glass to glass in Chromium: the time code in the pixels against the clock, for each sink; and from the click to the first
//! frame: what a person sees first on the page, and apart from it what the sink's own player shows first.

use std::path::Path;
use std::process::Stdio;

use parlor_e2e::{Node, Scratch, mp4};
use serde::Deserialize;
use tokio::process::Command;

use crate::reference::Nginx;
use crate::table::Table;

/// What `glass.js` prints for each sink.
#[derive(Deserialize)]
struct Measure {
    /// `WHEP`, `MSE`, …
    sink: String,
    /// How far what is on the screen is behind the camera, the median, in milliseconds.
    behind_ms: Option<f64>,
    /// The encoder's own delay during the same seconds, the median, in milliseconds.
    encode_ms: Option<f64>,
    /// From the click until a person sees a picture anywhere on the page, the median of several, in milliseconds.
    first_frame_ms: Option<f64>,
    /// From the click until the sink's own player shows one: in the room, the page itself begins with another.
    own_frame_ms: Option<f64>,
}

/// Measures each sink against the encoder's own delay, and the first frame against a file that nginx serves.
pub(crate) async fn measure(node: &Node, table: &mut Table) {
    let files = Scratch::default();
    files.write("file.mp4", beginning(node).await);
    // nginx serves the page too: Chromium keeps pages of elsewhere away from loopback.
    let page = r#"<!doctype html><body><video autoplay muted playsinline src="/file.mp4"></video>"#;
    files.write("page.html", page);
    let nginx = Nginx::start(&files, "").await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/glass.js");
    let output = Command::new("node")
        .arg(script)
        .args([&node.ready().web, &node.ready().room, &nginx.url("/page.html")])
        // In the environment, which other users of the machine do not see, unlike arguments.
        .env("PARLOR_API_TOKEN", &node.ready().api_token)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await
        .expect("Node.js is set up: contrib/setup/setup bench");
    assert!(output.status.success(), "glass.js failed");
    let text = String::from_utf8(output.stdout).expect("it prints JSON");
    let measures: Vec<Measure> =
        text.lines().map(|line| serde_json::from_str(line).expect("it prints JSON")).collect();

    let file =
        measures.iter().find(|measure| measure.sink == "file").and_then(|measure| measure.first_frame_ms);
    for measure in measures.iter().filter(|measure| measure.sink != "file") {
        let sink = &measure.sink;
        if let (Some(behind), Some(encode_ms)) = (measure.behind_ms, measure.encode_ms) {
            let aim = match sink.as_str() {
                "WHEP" => "≤ 150 ms",
                "MSE" => "≤ 400 ms",
                "LL-HLS" => "≤ 1500 ms",
                _ => "",
            };
            table.row(&format!("glass to glass, {sink}"), behind, encode_ms, "ms", "the encoder alone", aim);
        }
        if let (Some(first), Some(file)) = (measure.first_frame_ms, file) {
            table.row(&format!("first frame, {sink}"), first, file, "ms", "a file from nginx", "≤ 300 ms");
        }
        if let (Some(own), Some(file)) = (measure.own_frame_ms, file)
            && measure.own_frame_ms != measure.first_frame_ms
        {
            let what = format!("first frame of the player itself, {sink}");
            table.row(&what, own, file, "ms", "a file from nginx", "");
        }
    }
}

/// The first seconds of the stream as a file, for the browser to open as fast as it opens anything.
async fn beginning(node: &Node) -> Vec<u8> {
    let mut stream = mp4::Stream::new(node.get("/live.mp4").await);
    let (mut file, mut chunks) = (Vec::new(), 0);
    while chunks < 100 {
        let next = stream.next_box().await.expect("the stream goes on");
        chunks += usize::from(next.kind == *b"mdat");
        let size = u32::try_from(next.body.len() + 8).expect("a box of a live stream is small");
        file.extend_from_slice(&size.to_be_bytes());
        file.extend_from_slice(&next.kind);
        file.extend_from_slice(&next.body);
    }
    file
}
