//! What GStreamer's errors mean, and the elements that capture and ingest need.

use gstreamer as gst;
use gstreamer::glib;

use crate::origin::Origin;
use crate::trouble::{Flaw, Trouble};

impl Trouble {
    /// What an error of GStreamer means for the source.
    ///
    /// Its own text is given only where no better sentence is known; its debug text never, for it may hold an
    /// address with a password.
    pub(crate) fn from_error(origin: &Origin, error: &glib::Error) -> Self {
        let origin = origin.clone();
        match error.kind::<gst::ResourceError>() {
            Some(
                gst::ResourceError::NotFound
                | gst::ResourceError::OpenRead
                | gst::ResourceError::OpenReadWrite
                | gst::ResourceError::Busy
                | gst::ResourceError::Settings,
            ) => Self::Closed(origin),
            Some(gst::ResourceError::NotAuthorized) => Self::Refused(origin),
            Some(_) => Self::Gone(origin),
            None => Self::Unusable(origin, Flaw::Said(error.message().to_owned())),
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
