//! ffmpeg and ffprobe: the decoder that judges what the node sends, and the publisher that sends to the node.

use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::in_time;
use crate::picture::Picture;

/// Runs ffmpeg until it ends, with these bytes on its standard input.
pub async fn ffmpeg(args: &[&str], input: &[u8]) -> Output {
    let mut child =
        command("ffmpeg").args(["-hide_banner", "-loglevel", "error"]).args(args).spawn().expect("ffmpeg");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    // ffmpeg closes its input as soon as it has enough, which is no fault.
    tokio::spawn(async move { drop(stdin.write_all(&input).await) });
    in_time("ffmpeg's end", child.wait_with_output()).await.expect("ffmpeg can be waited for")
}

/// Runs ffmpeg, which must succeed without a word of complaint, and gives its standard output.
///
/// # Panics
/// With what it complains of.
pub async fn ffmpeg_clean(args: &[&str], input: &[u8]) -> Vec<u8> {
    let output = ffmpeg(args, input).await;
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && words.is_empty(), "ffmpeg {args:?}: {words}");
    output.stdout
}

/// What ffprobe says of an address or file.
///
/// # Panics
/// If it refuses it.
pub async fn ffprobe(args: &[&str], source: &str) -> Value {
    let mut probe = command("ffprobe");
    probe.args(["-hide_banner", "-loglevel", "error", "-of", "json"]).args(args).arg(source);
    let output = in_time("ffprobe's end", probe.output()).await.expect("ffprobe");
    assert!(output.status.success(), "ffprobe {source}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("ffprobe writes JSON")
}

/// The stream of this kind (`video`, `audio`) among those that ffprobe found.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn stream<'a>(probed: &'a Value, kind: &str) -> &'a Value {
    let streams = probed["streams"].as_array().expect("ffprobe lists streams");
    streams
        .iter()
        .find(|stream| stream["codec_type"] == kind)
        .unwrap_or_else(|| panic!("no {kind} in {probed}"))
}

/// The pictures in these bytes, of whatever format ffmpeg recognises; `format` forces one.
pub async fn pictures(format: Option<&str>, bytes: &[u8]) -> Vec<Picture> {
    let mut args = format.map_or(vec![], |format| vec!["-f", format]);
    args.extend(["-i", "pipe:0", "-map", "0:v:0", "-fps_mode", "passthrough"]);
    args.extend(["-f", "yuv4mpegpipe", "-pix_fmt", "gray", "-strict", "-1", "pipe:1"]);
    let decoded = ffmpeg_clean(&args, bytes).await;
    let mut reader = &decoded[..];
    let format = in_time("a header", header(&mut reader)).await;
    let mut pictures = Vec::new();
    while let Some(picture) = frame(&mut reader, format).await {
        pictures.push(picture);
    }
    pictures
}

/// The pictures of an endless address, decoded as they come.
pub struct Watcher {
    _child: Child,
    stdout: BufReader<ChildStdout>,
    format: (usize, usize),
}

impl Watcher {
    /// Starts to watch; returns with the first picture on its way.
    pub async fn new(address: &str) -> Self {
        let mut player = command("ffmpeg");
        player.args(["-hide_banner", "-loglevel", "fatal", "-fflags", "nobuffer", "-i", address]);
        player.args(["-map", "0:v:0", "-fps_mode", "passthrough"]);
        player.args(["-f", "yuv4mpegpipe", "-pix_fmt", "gray", "-strict", "-1", "pipe:1"]);
        let mut child = player.spawn().expect("ffmpeg");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let format = in_time("the first picture", header(&mut stdout)).await;
        Self { _child: child, stdout, format }
    }

    /// The next picture.
    ///
    /// # Panics
    /// If the stream ends.
    pub async fn next(&mut self) -> Picture {
        let next = frame(&mut self.stdout, self.format);
        in_time("the next picture", next).await.expect("the stream goes on")
    }

    /// The first picture that is as wanted.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Picture) -> bool) -> Picture {
        let search = async {
            loop {
                let picture = self.next().await;
                if wanted(&picture) {
                    return picture;
                }
            }
        };
        in_time(what, search).await
    }
}

/// A running ffmpeg that sends something to the node; killed when dropped.
pub struct Publisher(Child);

impl Publisher {
    /// Sends this file's coded streams as they are, in real time, over and over.
    #[must_use]
    pub fn copy(file: &Path, format: &str, address: &str) -> Self {
        let mut sender = command("ffmpeg");
        sender.args(["-hide_banner", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i"]).arg(file);
        sender.args(["-c", "copy", "-f", format, address]);
        Self(sender.spawn().expect("ffmpeg"))
    }

    /// Waits until it ends, which it does when it is refused: whether it succeeded, and its complaint.
    pub async fn refused(self) -> (bool, String) {
        let output =
            in_time("ffmpeg's end", self.0.wait_with_output()).await.expect("ffmpeg can be waited for");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Whether it is still sending.
    pub fn is_sending(&mut self) -> bool {
        self.0.try_wait().expect("ffmpeg can be waited for").is_none()
    }
}

fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// The header of a yuv4mpegpipe stream: `YUV4MPEG2 W640 H360 …`.
async fn header(reader: &mut (impl AsyncBufReadExt + Unpin)) -> (usize, usize) {
    let mut line = String::new();
    reader.read_line(&mut line).await.expect("the header is text");
    let number = |letter| line.split(' ').find_map(|word| word.strip_prefix(letter)?.parse().ok());
    number('W').zip(number('H')).unwrap_or_else(|| panic!("ffmpeg decoded nothing: {line:?}"))
}

/// The next frame of a yuv4mpegpipe stream; `None` at its end.
async fn frame(
    reader: &mut (impl AsyncBufReadExt + Unpin),
    (width, height): (usize, usize),
) -> Option<Picture> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).await.ok().filter(|&read| read > 0)?;
    let mut luma = vec![0; width * height];
    reader.read_exact(&mut luma).await.ok()?;
    Some(Picture { width, height, luma })
}
