//! The ends of a pipeline: raw pictures, coded pictures and sound on their way to the outlet.

use std::sync::Arc;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks};
use parlor_protocol::media::MediaTime;

use super::cadence::Cadence;
use super::h264::Units;
use super::outlet::Outlet;
use super::rebase::Lane;
use super::seam::{SAMPLE_RATE, Seam};
use super::times::{Running, Times, clock_time};
use super::trouble::element;
use crate::frame::{PictureFormat, sound_caps};
use crate::trouble::Trouble;

/// Pictures that may wait for their conversion. A live source that is not taken up at once loses its oldest one.
const WAITING_PICTURES: u32 = 3;
/// Pieces of sound that may wait likewise: half a second of the usual 10 ms, since a gap is heard.
const WAITING_SOUNDS: u32 = 50;
/// Two channels of 16 bits.
const SAMPLE_BYTES: u64 = 4;
/// The tallest picture whose colours are taken for those of BT.601 where nothing says otherwise, as GStreamer has it.
const TALLEST_SD: u32 = 576;

/// Whose pace a branch keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The source's: it is live, and a late picture is worth nothing.
    Source,
    /// The clock's: a file could be read much faster than it is shown.
    Clock,
}

/// Adds the way of raw pictures of any kind to the pipeline, and returns its first element.
pub(crate) fn pictures(
    pipeline: &gst::Pipeline,
    format: PictureFormat,
    outlet: &Arc<Outlet>,
    times: Times,
    pace: Pace,
) -> Result<gst::Element, Trouble> {
    let queue = queue(WAITING_PICTURES, pace)?;
    let scale = element("videoconvertscale")?;
    // Bars keep the picture's shape; two threads keep a Pi's cores even.
    scale.set_property("add-borders", true);
    scale.set_property("n-threads", 2_u32);
    let outlet = Arc::clone(outlet);
    let mut cadence = Cadence::new(format.fps);
    let mut last: Option<gst::Buffer> = None;
    let sink = sink(&picture_caps(format), pace, move |sample| {
        let Some(running) = Running::of(&sample) else {
            return;
        };
        let Some((pts, _)) = times.place(Lane::Picture, running, outlet.now()) else {
            return;
        };
        let Some(buffer) = sample.buffer_owned() else {
            return;
        };
        let Some(again) = cadence.place(pts) else { return };
        let duration = gst::ClockTime::from_nseconds(cadence.interval().as_nanos() as u64);
        if let Some(last) = &last {
            for time in again {
                outlet.picture(stamped(last.clone(), time, duration));
            }
        }
        let buffer = stamped(buffer, pts, duration);
        last = Some(buffer.clone());
        outlet.picture(buffer);
    });
    chain(pipeline, &[queue, scale, sink])
}

/// Adds the way of H.264 that is passed through to the pipeline, and returns its first element.
pub(crate) fn coded(
    pipeline: &gst::Pipeline,
    outlet: &Arc<Outlet>,
    times: Times,
) -> Result<gst::Element, Trouble> {
    let parse = element("h264parse")?;
    let caps =
        gst::Caps::builder("video/x-h264").field("stream-format", "avc").field("alignment", "au").build();
    let outlet = Arc::clone(outlet);
    let mut units = Units::default();
    let sink = sink(&caps, Pace::Source, move |sample| {
        if let Some(unit) = units.unit(sample, &outlet, &times) {
            outlet.unit(unit);
        }
    });
    chain(pipeline, &[parse, sink])
}

/// Adds the way of raw sound of any kind to the pipeline, and returns its first element.
pub(crate) fn sound(
    pipeline: &gst::Pipeline,
    outlet: &Arc<Outlet>,
    times: Times,
    pace: Pace,
) -> Result<gst::Element, Trouble> {
    let outlet = Arc::clone(outlet);
    let mut seam = Seam::default();
    let sink = sink(&sound_caps(), pace, move |sample| {
        let Some(running) = Running::of(&sample) else {
            return;
        };
        let Some((pts, _)) = times.place(Lane::Sound, running, outlet.now()) else {
            return;
        };
        let Some(buffer) = sample.buffer_owned() else {
            return;
        };
        let samples = buffer.size() as u64 / SAMPLE_BYTES;
        let Some(pts) = seam.place(pts, samples) else {
            return;
        };
        outlet.sound(stamped(buffer, pts, gst::ClockTime::SECOND * samples / SAMPLE_RATE));
    });
    chain(
        pipeline,
        &[queue(WAITING_SOUNDS, pace)?, element("audioconvert")?, element("audioresample")?, sink],
    )
}

/// The caps of the picture, but for the frame-rate, which the cadence makes; with the colours that encode will assume.
fn picture_caps(format: PictureFormat) -> gst::Caps {
    let mut caps = format.caps();
    let colours = if format.height > TALLEST_SD { "bt709" } else { "bt601" };
    let structure = caps.make_mut().structure_mut(0).expect("the caps have one structure");
    structure.remove_field("framerate");
    structure.set("colorimetry", colours);
    caps
}

fn queue(waiting: u32, pace: Pace) -> Result<gst::Element, Trouble> {
    let queue = element("queue")?;
    queue.set_property("max-size-buffers", waiting);
    queue.set_property("max-size-bytes", 0_u32);
    queue.set_property("max-size-time", 0_u64);
    if pace == Pace::Source {
        queue.set_property_from_str("leaky", "downstream");
    }
    Ok(queue)
}

fn sink(caps: &gst::Caps, pace: Pace, mut take: impl FnMut(gst::Sample) + Send + 'static) -> gst::Element {
    let callbacks = AppSinkCallbacks::builder()
        .new_sample(move |sink| {
            take(sink.pull_sample().map_err(|_| gst::FlowError::Eos)?);
            Ok(gst::FlowSuccess::Ok)
        })
        .build();
    let sink = AppSink::builder().caps(caps).sync(pace == Pace::Clock).max_buffers(WAITING_PICTURES);
    sink.callbacks(callbacks).build().upcast()
}

fn stamped(mut buffer: gst::Buffer, pts: MediaTime, duration: gst::ClockTime) -> gst::Buffer {
    let writable = buffer.make_mut();
    writable.set_pts(clock_time(pts));
    writable.set_dts(None);
    writable.set_duration(duration);
    buffer
}

/// Adds elements to the pipeline in a row, in the state that it has, and returns the first.
fn chain(pipeline: &gst::Pipeline, elements: &[gst::Element]) -> Result<gst::Element, Trouble> {
    let broken = |_| Trouble::Joining;
    pipeline.add_many(elements).map_err(broken)?;
    gst::Element::link_many(elements).map_err(broken)?;
    for element in elements.iter().rev() {
        element.sync_state_with_parent().map_err(broken)?;
    }
    Ok(elements[0].clone())
}
