//! The GStreamer elements that Parlor uses, and the Debian packages that bring them.

use gstreamer as gst;

use super::EncodeError;

/// An element, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) element: &'static str,
    /// The Debian package.
    pub(crate) package: &'static str,
    /// What is lost without it.
    pub(crate) purpose: &'static str,
    /// Whether the engine refuses to start without it.
    pub(crate) required: bool,
    /// Whether GStreamer offers it only where the machine has the device for it.
    pub(crate) device: bool,
}

const BASE: &str = "gstreamer1.0-plugins-base";
const GOOD: &str = "gstreamer1.0-plugins-good";
const BAD: &str = "gstreamer1.0-plugins-bad";
const UGLY: &str = "gstreamer1.0-plugins-ugly";
const LIBAV: &str = "gstreamer1.0-libav";

/// Every element that may be needed, in the order in which media pass them. Of the encoders that stand in for each
/// other, [`ENCODERS`](super::CANDIDATES) and the AAC encoders, only one has to be there.
pub(crate) const PARTS: &[Part] = &[
    needed("capsfilter", "libgstreamer1.0-0", "joining elements"),
    needed("queue", "libgstreamer1.0-0", "joining elements"),
    optional("filesrc", "libgstreamer1.0-0", "playing a file"),
    needed("appsrc", BASE, "handing media over"),
    needed("appsink", BASE, "handing media over"),
    needed("videoconvertscale", BASE, "fitting the picture's size and colours"),
    needed("videoconvert", BASE, "fitting the picture's colours"),
    needed("audioconvert", BASE, "fitting the sound's form"),
    needed("audioresample", BASE, "fitting the sound's rate"),
    needed("opusenc", BASE, "sound for browsers"),
    optional("decodebin", BASE, "playing a file, decoding a network camera's sound"),
    optional("opusdec", BASE, "sound of WHIP publishers"),
    needed("jpegenc", GOOD, "still pictures"),
    optional("jpegdec", GOOD, "cameras that send MJPEG"),
    optional("v4l2src", GOOD, "cameras"),
    device("v4l2h264enc", GOOD, "the H.264 encoder of a Raspberry Pi 3, 4 or Zero 2"),
    optional("rtspsrc", GOOD, "network cameras"),
    optional("rtph264depay", GOOD, "network cameras, WHIP publishers"),
    optional("rtpopusdepay", GOOD, "sound of WHIP publishers"),
    optional("autoaudiosrc", GOOD, "microphones"),
    optional("libcamerasrc", "gstreamer1.0-libcamera", "the Raspberry Pi's own camera"),
    needed("h264parse", BAD, "H.264"),
    optional("srtsrc", BAD, "publishers over SRT"),
    optional("tsdemux", BAD, "publishers over SRT"),
    device("vah264enc", BAD, "the H.264 encoder of Intel and AMD graphics"),
    optional("openh264enc", BAD, "H.264 where no other encoder is there"),
    optional("voaacenc", BAD, "sound for Apple's players"),
    device("vaapih264enc", "gstreamer1.0-vaapi", "the H.264 encoder of older Intel graphics"),
    optional("x264enc", UGLY, "H.264 by the processor"),
    optional("avenc_aac", LIBAV, "sound for Apple's players, where voaacenc is missing"),
    optional("avdec_aac", LIBAV, "sound of publishers over RTMP and SRT"),
    optional("avdec_h264", LIBAV, "the small picture and still pictures of a source that sends H.264"),
];

const fn needed(element: &'static str, package: &'static str, purpose: &'static str) -> Part {
    Part { element, package, purpose, required: true, device: false }
}

const fn optional(element: &'static str, package: &'static str, purpose: &'static str) -> Part {
    Part { element, package, purpose, required: false, device: false }
}

const fn device(element: &'static str, package: &'static str, purpose: &'static str) -> Part {
    Part { element, package, purpose, required: false, device: true }
}

/// Makes an element.
pub(crate) fn element(name: &'static str) -> Result<gst::Element, EncodeError> {
    gst::ElementFactory::make(name).build().map_err(|_| missing(name))
}

/// Whether the element is installed.
pub(crate) fn is_installed(name: &str) -> bool {
    gst::ElementFactory::find(name).is_some()
}

/// The error that says which package brings the element.
pub(crate) fn missing(name: &'static str) -> EncodeError {
    let package = PARTS.iter().find(|part| part.element == name).map_or(BASE, |part| part.package);
    EncodeError::Missing { element: name, package }
}
