//! What an MPEG transport stream holds (ISO/IEC 13818-1), taken apart: its H.264 and its first sound.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;

use super::input::aac_decoder;
use super::srt::CALLER;
use crate::capture::{self, Event, Outlet, Pace, Rebase, Signals, Times, element};
use crate::trouble::{Flaw, OtherPicture, Trouble};

/// The streams that were taken.
pub(super) struct Streams {
    pipeline: glib::WeakRef<gst::Pipeline>,
    outlet: Arc<Outlet>,
    times: Times,
    picture: AtomicBool,
    sound: AtomicBool,
}

impl Streams {
    /// Takes the streams of `demux` as they show, and raises [`Event::Trouble`] for those that can't be.
    pub(super) fn take(
        demux: &gst::Element,
        pipeline: &gst::Pipeline,
        outlet: &Arc<Outlet>,
        signals: &Arc<Signals>,
    ) {
        let streams = Arc::new(Self {
            pipeline: pipeline.downgrade(),
            outlet: Arc::clone(outlet),
            times: Times::Foreign(Arc::new(Mutex::new(Rebase::default()))),
            picture: AtomicBool::new(false),
            sound: AtomicBool::new(false),
        });
        let (seen, raised) = (Arc::clone(&streams), Arc::clone(signals));
        demux.connect_pad_added(move |_, pad| {
            if let Err(trouble) = seen.add(pad) {
                raised.raise(Event::Trouble(trouble));
            }
        });
        let signals = Arc::clone(signals);
        demux.connect_no_more_pads(move |_| {
            if !streams.picture.load(Ordering::Relaxed) {
                signals.raise(Event::Trouble(refusal(OtherPicture::None)));
            }
        });
    }

    fn add(&self, pad: &gst::Pad) -> Result<(), Trouble> {
        let Some(pipeline) = self.pipeline.upgrade() else {
            return Ok(());
        };
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let Some(form) = caps.structure(0) else {
            return Ok(());
        };
        match form.name().as_str() {
            "video/x-h264" if !self.picture.swap(true, Ordering::Relaxed) => {
                let tail = capture::coded(&pipeline, &self.outlet, self.times.clone())?;
                link(&pipeline, pad, Vec::new(), &tail)
            }
            "video/x-h264" => Ok(()),
            "video/x-h265" => Err(refusal(OtherPicture::H265)),
            "video/mpeg" => Err(refusal(OtherPicture::Mpeg)),
            name if name.starts_with("video/") || name.starts_with("image/") => {
                Err(refusal(OtherPicture::Another))
            }
            name => {
                let version = form.get::<i32>("mpegversion").unwrap_or(0);
                let decoders = match (name, version) {
                    ("audio/mpeg", 1) => vec![element("mpegaudioparse")?, element("mpg123audiodec")?],
                    ("audio/mpeg", _) => vec![element("aacparse")?, aac_decoder()?],
                    ("audio/x-opus", _) => vec![element("opusdec")?],
                    // Sound in another codec is left out, and the picture goes on.
                    _ => return Ok(()),
                };
                if self.sound.swap(true, Ordering::Relaxed) {
                    return Ok(());
                }
                let tail = capture::sound(&pipeline, &self.outlet, self.times.clone(), Pace::Source)?;
                link(&pipeline, pad, decoders, &tail)
            }
        }
    }
}

fn refusal(picture: OtherPicture) -> Trouble {
    Trouble::OtherPicture(CALLER, picture)
}

/// Links a pad over new elements to a tail that is in the pipeline already.
fn link(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    new: Vec<gst::Element>,
    tail: &gst::Element,
) -> Result<(), Trouble> {
    let joined = || -> Result<(), glib::BoolError> {
        let mut row = new;
        pipeline.add_many(&row)?;
        row.push(tail.clone());
        gst::Element::link_many(&row)?;
        for element in row.iter().rev() {
            element.sync_state_with_parent()?;
        }
        let input = row[0].static_pad("sink").expect("parsers and queues have one input");
        pad.link(&input).map(|_| ()).map_err(|_| glib::bool_error!("the forms differ"))
    };
    joined().map_err(|_| Trouble::Unusable(CALLER, Flaw::Forms))
}
