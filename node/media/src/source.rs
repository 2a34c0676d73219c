//! Where the picture comes from, as the host names it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A source of picture and sound: `auto`, `test`, `none`, `v4l2:PATH`, `libcamera`, `rtsp://…` or `file:PATH`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Source {
    /// libcamera on a Pi, else the first V4L2 camera, else the test picture.
    #[default]
    Auto,
    /// The moving test picture with a clock and a tone.
    Test,
    /// No camera: only publishers (RTMP, SRT, WHIP) bring a picture.
    None,
    /// A V4L2 device, such as `/dev/video0`.
    V4l2(PathBuf),
    /// The camera that libcamera finds first.
    Libcamera,
    /// A network camera's address, `rtsp://` or `rtsps://`. It may hold a password, so it is not shown whole.
    Rtsp(String),
    /// A media file, played in a loop.
    File(PathBuf),
}

/// A text that names no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a camera is 'auto', 'test', 'none', 'libcamera', 'v4l2:PATH', 'file:PATH' or an rtsp:// address")]
pub struct SourceError;

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let path = |path: &str| if path.is_empty() { Err(SourceError) } else { Ok(PathBuf::from(path)) };
        match text.split_once(':') {
            None => match text {
                "auto" => Ok(Self::Auto),
                "test" => Ok(Self::Test),
                "none" => Ok(Self::None),
                "libcamera" => Ok(Self::Libcamera),
                _ => Err(SourceError),
            },
            Some(("v4l2", device)) => path(device).map(Self::V4l2),
            Some(("file", file)) => path(file).map(Self::File),
            Some(("rtsp" | "rtsps", rest)) if rest.len() > 2 && rest.starts_with("//") => {
                Ok(Self::Rtsp(text.to_owned()))
            }
            Some(_) => Err(SourceError),
        }
    }
}

impl TryFrom<String> for Source {
    type Error = SourceError;

    fn try_from(text: String) -> Result<Self, SourceError> {
        text.parse()
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        match source {
            Source::Auto => "auto".into(),
            Source::Test => "test".into(),
            Source::None => "none".into(),
            Source::Libcamera => "libcamera".into(),
            Source::V4l2(path) => format!("v4l2:{}", path.display()),
            Source::File(path) => format!("file:{}", path.display()),
            Source::Rtsp(address) => address,
        }
    }
}

/// Shows the source without the password that an RTSP address may hold.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rtsp(address) => match (address.split_once("//"), address.rfind('@')) {
                (Some((scheme, _)), Some(at)) => write!(f, "{scheme}//…{}", &address[at..]),
                _ => f.write_str(address),
            },
            other => f.write_str(&String::from(other.clone())),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for text in
            ["auto", "test", "none", "libcamera", "v4l2:/dev/video0", "file:/a:b.mp4", "rtsp://u:p@h/s"]
        {
            assert_eq!(String::from(text.parse::<Source>().unwrap()), text);
        }
        for text in ["", "Auto", "v4l2:", "file:", "rtsp:", "rtsp://", "http://camera/"] {
            assert_eq!(text.parse::<Source>(), Err(SourceError), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let source: Source = "rtsp://anna:s3cret@10.0.0.2/stream".parse().unwrap();
        assert_eq!(source.to_string(), "rtsp://…@10.0.0.2/stream");
        assert!(!format!("{source:?}").contains("s3cret"));
    }
}
