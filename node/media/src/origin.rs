//! Where the picture comes from, as the host is told: displayed in English here, in the host's language on pages.

use std::fmt::{self, Display, Formatter};

/// What brings the picture, or the sound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// Nothing: a publisher has left, and no source was picked since.
    #[default]
    Nothing,
    /// No camera is wanted: only publishers bring a picture.
    NoCamera,
    /// A source that is not open, as the host names it.
    Picked(String),
    /// The moving test picture.
    Test {
        /// Whether it stands in for a camera, of which there is none.
        for_camera: bool,
    },
    /// A camera of this machine.
    Camera {
        /// What it is called: `Logitech BRIO (/dev/video0)`, `libcamera`.
        name: String,
        /// How it has coded its pictures, where it has: `H.264`, `MJPEG`.
        form: Option<&'static str>,
    },
    /// A network camera, by its address without the password.
    NetworkCamera(String),
    /// A file, by its path.
    File(String),
    /// Somebody who publishes.
    Publisher(Publisher),
    /// The port that waits for publishers over SRT.
    SrtPort(u16),
    /// The machine's microphone.
    Microphone,
}

/// Somebody who publishes instead of the camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publisher {
    /// Over RTMP, with this program; `None` for one that does not say which it is.
    Rtmp(Option<String>),
    /// Over SRT.
    Srt,
    /// Over WHIP.
    Whip,
}

impl Origin {
    /// A camera of this name.
    #[must_use]
    pub fn camera(name: impl Into<String>) -> Self {
        Self::Camera { name: name.into(), form: None }
    }

    /// As a sentence begins with it.
    pub(crate) fn subject(&self) -> String {
        match self {
            Self::Camera { name, .. } => format!("The camera {name}"),
            Self::NetworkCamera(address) => format!("The network camera {address}"),
            Self::File(path) => format!("The file {path}"),
            Self::SrtPort(port) => format!("The SRT port {port}"),
            Self::Microphone => "The microphone".into(),
            Self::Test { .. } => "The test picture".into(),
            Self::Publisher(publisher) => publisher.to_string(),
            Self::Nothing | Self::NoCamera | Self::Picked(_) => "The source".into(),
        }
    }
}

/// As it stands by itself.
impl Display for Origin {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no source"),
            Self::NoCamera => f.write_str("no camera"),
            Self::Picked(source) => f.write_str(source),
            Self::Test { for_camera: false } => f.write_str("test picture"),
            Self::Test { for_camera: true } => f.write_str("test picture, for there is no camera"),
            Self::Camera { name, form: None } => write!(f, "camera {name}"),
            Self::Camera { name, form: Some(form) } => write!(f, "camera {name}, {form}"),
            Self::NetworkCamera(address) => write!(f, "network camera {address}"),
            Self::File(path) => write!(f, "file {path}"),
            Self::Publisher(publisher) => publisher.fmt(f),
            Self::SrtPort(port) => write!(f, "SRT port {port}"),
            Self::Microphone => f.write_str("microphone"),
        }
    }
}

impl Display for Publisher {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rtmp(Some(program)) => write!(f, "{program} over RTMP"),
            Self::Rtmp(None) => f.write_str("A program over RTMP"),
            Self::Srt => f.write_str("A publisher over SRT"),
            Self::Whip => f.write_str("A browser or program over WHIP"),
        }
    }
}
