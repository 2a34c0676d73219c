//! The H.264 encoders that Parlor knows, in the order in which they are tried, and how each is set up.
//!
//! What is asked of each: a constant bitrate, no B-frames and no look-ahead (a frame comes out when it goes in),
//! keyframes at the interval and on demand, and the constrained baseline profile, for that is the one that every
//! WebRTC receiver has to decode (RFC 7742, section 6.2).

use gstreamer as gst;
use gstreamer::prelude::*;

use super::Spec;

/// One encoder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// The element's name.
    pub(crate) element: &'static str,
    /// Whether it leaves the processor free.
    pub(crate) hardware: bool,
    /// Sets the element up.
    pub(super) configure: fn(&gst::Element, &Spec),
    /// The profiles that may be negotiated, best first.
    pub(super) profiles: &'static [&'static str],
    /// Whether the caps have to name a level; the Pi's driver takes 1.0 otherwise, which is 176 pixels wide.
    pub(super) names_level: bool,
}

const CONSTRAINED: &[&str] = &["constrained-baseline"];
/// Not every driver knows the constrained profile by that name; without B-frames the next ones do as well.
const LOWEST: &[&str] = &["constrained-baseline", "baseline", "main"];

/// The encoders, first choice first: those that cost no processor time, then the better of the others.
pub(crate) const CANDIDATES: [Candidate; 5] = [
    Candidate {
        element: "v4l2h264enc",
        hardware: true,
        configure: v4l2,
        profiles: LOWEST,
        names_level: true,
    },
    Candidate { element: "vah264enc", hardware: true, configure: va, profiles: LOWEST, names_level: false },
    Candidate {
        element: "vaapih264enc",
        hardware: true,
        configure: vaapi,
        profiles: LOWEST,
        names_level: false,
    },
    Candidate {
        element: "x264enc",
        hardware: false,
        configure: x264,
        profiles: CONSTRAINED,
        names_level: false,
    },
    Candidate {
        element: "openh264enc",
        hardware: false,
        configure: openh264,
        profiles: LOWEST,
        names_level: false,
    },
];

/// More slices than this cost more bits than they save time.
const MOST_SLICES: usize = 4;

fn v4l2(element: &gst::Element, spec: &Spec) {
    let controls = gst::Structure::builder("controls")
        .field("video_bitrate", spec.bitrate_bps.cast_signed())
        // 1: constant bitrate (V4L2_MPEG_VIDEO_BITRATE_MODE_CBR).
        .field("video_bitrate_mode", 1)
        .field("h264_i_frame_period", spec.keyframe_frames().cast_signed())
        .field("repeat_sequence_header", 1)
        .build();
    set(element, "extra-controls", controls);
}

fn va(element: &gst::Element, spec: &Spec) {
    set_text(element, "rate-control", "cbr");
    set(element, "bitrate", spec.bitrate_kbps());
    set(element, "key-int-max", spec.keyframe_frames());
    set(element, "b-frames", 0_u32);
    set(element, "ref-frames", 1_u32);
}

fn vaapi(element: &gst::Element, spec: &Spec) {
    set_text(element, "rate-control", "cbr");
    set(element, "bitrate", spec.bitrate_kbps());
    set(element, "keyframe-period", spec.keyframe_frames());
    set(element, "max-bframes", 0_u32);
}

fn x264(element: &gst::Element, spec: &Spec) {
    set_text(element, "tune", "zerolatency");
    // Twice as fast as the next better one, which matters on a Pi 5; its loss is about a tenth of the bits.
    set_text(element, "speed-preset", "superfast");
    set(element, "bitrate", spec.bitrate_kbps());
    set(element, "key-int-max", spec.keyframe_frames());
    // Slices of one frame at a time: threads over frames would hold a frame back for each thread.
    set(element, "sliced-threads", true);
    set(element, "threads", slices());
    set(element, "bframes", 0_u32);
    set(element, "rc-lookahead", 0_i32);
    // A cut in the scene must not make a keyframe of its own: groups keep their length, the line its rate.
    set(element, "option-string", "scenecut=0");
}

fn openh264(element: &gst::Element, spec: &Spec) {
    set_text(element, "rate-control", "bitrate");
    set_text(element, "complexity", "low");
    set(element, "bitrate", spec.bitrate_bps);
    set(element, "gop-size", spec.keyframe_frames());
    set(element, "multi-thread", slices());
    set(element, "scene-change-detection", false);
    // Skipped frames would be holes in the steady rate.
    set(element, "enable-frame-skip", false);
}

fn slices() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_SLICES)) as u32
}

/// Sets a property that this version of the element may lack, or have in another type.
fn set(element: &gst::Element, name: &str, value: impl Into<gst::glib::Value>) {
    let value = value.into();
    if element.has_property_with_type(name, value.type_()) {
        element.set_property_from_value(name, &value);
    } else if let Ok(text) = value.serialize() {
        set_text(element, name, &text);
    }
}

/// Sets a property by its text, if the element has it and takes the text.
fn set_text(element: &gst::Element, name: &str, text: &str) {
    let value = element
        .find_property(name)
        .and_then(|property| gst::glib::Value::deserialize_with_pspec(text, &property).ok());
    if let Some(value) = value {
        element.set_property_from_value(name, &value);
    }
}
