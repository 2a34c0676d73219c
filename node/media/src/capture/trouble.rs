//! What keeps a source from giving a picture, in sentences for the host.

use gstreamer as gst;
use gstreamer::glib;

/// Why there is no picture (any more). Each text is a sentence that says what is wrong and, where the host can
/// mend it, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// The machine lacks a part of GStreamer.
    #[error("GStreamer's element '{element}' is missing; install the package {package}.")]
    Missing {
        /// The element's name.
        element: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// The source does not open: absent, or held by another program.
    #[error("{0} can't be opened; check that it is there and that no other program uses it.")]
    Closed(String),
    /// The source refuses us.
    #[error("{0} refuses access; check its permissions or its password.")]
    Refused(String),
    /// The source was there, and went.
    #[error("{0} has gone.")]
    Gone(String),
    /// The source is there and gives nothing.
    #[error("{0} sends no picture.")]
    Silent(String),
    /// The source gives what can't be used.
    #[error("{0} sends something that can't be shown: {1}")]
    Unusable(String, String),
    /// Whatever else there is to say, as a whole sentence.
    #[error("{0}")]
    Said(String),
}

impl Trouble {
    /// What an error of GStreamer means for the source that is called `name`.
    ///
    /// Its own text is given only where no better sentence is known; its debug text never, for it may hold an
    /// address with a password.
    pub(crate) fn from_error(name: &str, error: &glib::Error) -> Self {
        let name = name.to_owned();
        match error.kind::<gst::ResourceError>() {
            Some(
                gst::ResourceError::NotFound
                | gst::ResourceError::OpenRead
                | gst::ResourceError::OpenReadWrite
                | gst::ResourceError::Busy
                | gst::ResourceError::Settings,
            ) => Self::Closed(name),
            Some(gst::ResourceError::NotAuthorized) => Self::Refused(name),
            Some(_) => Self::Gone(name),
            None => Self::Unusable(name, error.message().to_owned()),
        }
    }
}

/// Makes an element that the graph needs.
pub(crate) fn element(element: &'static str) -> Result<gst::Element, Trouble> {
    let missing = |_| Trouble::Missing { element, package: package(element) };
    gst::ElementFactory::make(element).build().map_err(missing)
}

/// The Debian package of an element that capture or ingest uses.
fn package(element: &str) -> &'static str {
    match element {
        "appsink" | "appsrc" | "audioconvert" | "audioresample" | "decodebin" | "videoconvertscale" => {
            "gstreamer1.0-plugins-base"
        }
        "h264parse" | "srtsrc" | "tsdemux" => "gstreamer1.0-plugins-bad",
        "libcamerasrc" => "gstreamer1.0-libcamera",
        "capsfilter" | "filesrc" | "queue" => "libgstreamer1.0-0",
        "avdec_aac" => "gstreamer1.0-libav",
        // The devices, RTP and JPEG.
        _ => "gstreamer1.0-plugins-good",
    }
}
