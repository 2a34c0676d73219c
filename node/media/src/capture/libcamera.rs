//! The camera that libcamera finds first: a Pi's own.

use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::branch::{self, Pace};
use super::session::Ending;
use super::times::Times;
use super::trouble::element;
use super::{Desk, devices};
use crate::origin::Origin;
use crate::trouble::{Flaw, Trouble};

/// How long the camera may take to the first picture: libcamera loads and tunes its pipeline first.
const PATIENCE: Duration = Duration::from_secs(8);

/// Captures until the camera fails or the capture is to stop.
pub(super) fn run(desk: &Desk) -> Result<Ending, Trouble> {
    let source = element("libcamerasrc")?;
    let filter = element("capsfilter")?;
    // Its scaler is hardware, so the picture is asked for in its final size. Some sensors round the size, and the
    // branch makes up for that.
    let caps = gst::Caps::builder("video/x-raw")
        .field("width", desk.format.width.cast_signed())
        .field("height", desk.format.height.cast_signed())
        .field("framerate", gst::Fraction::new(desk.format.fps.cast_signed(), 1))
        .build();
    filter.set_property("caps", &caps);
    if let Some(id) = devices::libcamera_id() {
        source.set_property("camera-name", id);
    }
    let origin = Origin::camera("libcamera");
    desk.describe(origin.clone());

    let session = desk.session();
    let pipeline = session.pipeline();
    let tail = branch::pictures(pipeline, desk.format, &desk.outlet, Times::Captured, Pace::Source)?;
    pipeline
        .add_many([&source, &filter])
        .and_then(|()| gst::Element::link_many([&source, &filter, &tail]))
        .map_err(|_| Trouble::Unusable(origin.clone(), Flaw::Forms))?;
    Ok(session.run(&origin, PATIENCE, &desk.outlet, &desk.signals))
}
