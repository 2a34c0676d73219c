//! Network cameras: H.264 is passed through, anything else is decoded.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::branch::{self, Pace};
use super::rebase::Rebase;
use super::session::Ending;
use super::signals::Event;
use super::times::Times;
use super::trouble::element;
use super::{Desk, Outlet};
use crate::frame::PictureFormat;
use crate::origin::Origin;
use crate::source::Source;
use crate::trouble::{Flaw, Trouble};

/// How long the first picture may take: the handshake's round trips, and then up to the next keyframe, which network
/// cameras send every few seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long packets may wait for one that is late. They come over TCP, so it only evens out.
const LATENCY_MS: u32 = 50;
/// How long an unanswered request waits, in microseconds.
const TIMEOUT_US: u64 = 5_000_000;
/// The sound that network cameras send. Others are left out rather than let an absent decoder end the picture.
const SOUNDS: [&str; 6] = ["PCMU", "PCMA", "MPEG4-GENERIC", "MP4A-LATM", "OPUS", "L16"];
/// The payload types of the first two, which need no name (RFC 3551, section 6).
const UNNAMED_SOUNDS: [i32; 2] = [0, 8];

/// Captures from the address until it fails or is to stop.
pub(super) fn run(address: &str, desk: &Desk) -> Result<Ending, Trouble> {
    let origin = Origin::NetworkCamera(Source::Rtsp(address.to_owned()).to_string());
    let source = element("rtspsrc")?;
    source.set_property("location", address);
    // TCP passes every firewall, and a lost packet would cost a picture.
    source.set_property_from_str("protocols", "tcp");
    source.set_property("latency", LATENCY_MS);
    source.set_property("tcp-timeout", TIMEOUT_US);

    let session = desk.session();
    let pipeline = session.pipeline();
    pipeline.add(&source).map_err(|_| Trouble::Closed(origin.clone()))?;
    let streams = Streams {
        pipeline: pipeline.downgrade(),
        format: desk.format,
        outlet: Arc::downgrade(&desk.outlet),
        times: Times::Foreign(Arc::new(Mutex::new(Rebase::default()))),
        picture: AtomicBool::new(false),
        sound: AtomicBool::new(false),
    };
    let signals = Arc::clone(&desk.signals);
    let camera = origin.clone();
    desk.describe(origin.clone());
    source.connect_pad_added(move |_, pad| {
        if let Err(trouble) = streams.take(pad, &camera) {
            signals.raise(Event::Trouble(trouble));
        }
    });
    Ok(session.run(&origin, PATIENCE, &desk.outlet, &desk.signals))
}

/// Takes the first picture and the first sound among the camera's streams.
struct Streams {
    pipeline: gst::glib::WeakRef<gst::Pipeline>,
    format: PictureFormat,
    outlet: Weak<Outlet>,
    times: Times,
    picture: AtomicBool,
    sound: AtomicBool,
}

impl Streams {
    fn take(&self, pad: &gst::Pad, origin: &Origin) -> Result<(), Trouble> {
        let (Some(pipeline), Some(outlet)) = (self.pipeline.upgrade(), self.outlet.upgrade()) else {
            return Ok(());
        };
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let field =
            |key| caps.structure(0).and_then(|fields| fields.get::<String>(key).ok()).unwrap_or_default();
        let (media, encoding) = (field("media"), field("encoding-name"));
        let payload_type = caps.structure(0).and_then(|fields| fields.get::<i32>("payload").ok());
        let known = SOUNDS.contains(&encoding.as_str())
            || encoding.is_empty() && payload_type.is_some_and(|payload| UNNAMED_SOUNDS.contains(&payload));
        let times = self.times.clone();
        let unusable = |_| Trouble::Unusable(origin.clone(), Flaw::NoDecoder(encoding.clone()));
        match media.as_str() {
            "video" if !self.picture.swap(true, Ordering::Relaxed) => {
                if encoding == "H264" {
                    let depay = element("rtph264depay")?;
                    let tail = branch::coded(&pipeline, &outlet, times)?;
                    pipeline.add(&depay).map_err(unusable)?;
                    depay.link(&tail).map_err(unusable)?;
                    depay.sync_state_with_parent().map_err(unusable)?;
                    return join(pad, &depay).map_err(unusable);
                }
                let tail = branch::pictures(&pipeline, self.format, &outlet, times, Pace::Source)?;
                decode(&pipeline, pad, &tail)?.map_err(unusable)
            }
            "audio" if known && !self.sound.swap(true, Ordering::Relaxed) => {
                let tail = branch::sound(&pipeline, &outlet, times, Pace::Source)?;
                decode(&pipeline, pad, &tail)?.map_err(unusable)
            }
            // A stream that nobody takes is dropped by the source.
            _ => Ok(()),
        }
    }
}

/// Decodes what comes from `pad`, whatever it is, into `tail`.
fn decode(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    tail: &gst::Element,
) -> Result<Result<(), gst::glib::BoolError>, Trouble> {
    let decoder = element("decodebin")?;
    let tail = tail.downgrade();
    decoder.connect_pad_added(move |_, pad| {
        if let Some(tail) = tail.upgrade() {
            // Fails for a second stream, which is not wanted.
            let _ = join(pad, &tail);
        }
    });
    Ok(pipeline
        .add(&decoder)
        .and_then(|()| decoder.sync_state_with_parent())
        .and_then(|()| join(pad, &decoder)))
}

/// Links a pad to the only input of an element.
pub(super) fn join(pad: &gst::Pad, element: &gst::Element) -> Result<(), gst::glib::BoolError> {
    let sink = element.static_pad("sink").expect("the element has one input");
    pad.link(&sink).map(|_| ()).map_err(|_| gst::glib::bool_error!("the forms differ"))
}
