//! One pipeline of the encode stage: buffers in, samples out, nothing kept waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks, AppSrc, AppStreamType};
use parlor_protocol::media::MediaTime;

use super::{EncodeError, element};

/// Told once when a line fails while it runs; the text is what GStreamer says. It must not block.
pub(crate) type Failed = Arc<dyn Fn(String) + Send + Sync>;

/// A running pipeline `appsrc ! … ! appsink`. Dropping it stops it.
///
/// Dropping waits for the line's thread, so it must not happen in `take`, nor under a lock that `take` takes.
#[derive(Debug)]
pub(crate) struct Line {
    pipeline: gst::Pipeline,
    source: AppSrc,
    waiting: u64,
    dropped: AtomicU64,
}

impl Line {
    /// Starts the `elements` in a row between buffers with the caps `input` and samples with the caps `output`.
    ///
    /// `waiting` is how many buffers may wait for the first element; `name` is whom an error is blamed on.
    pub(crate) fn start(
        name: &'static str,
        (input, output): (&gst::Caps, &gst::Caps),
        elements: &[gst::Element],
        waiting: u64,
        mut take: impl FnMut(gst::Sample) + Send + 'static,
        failed: Failed,
    ) -> Result<Self, EncodeError> {
        let broken = |reason: &str| EncodeError::Broken { element: name, reason: reason.to_owned() };
        // Made by name first, so that a missing plugin is an error and no panic of the builders below.
        for needed in ["appsrc", "appsink"] {
            element(needed)?;
        }
        let source = AppSrc::builder()
            .caps(input)
            .format(gst::Format::Time)
            .stream_type(AppStreamType::Stream)
            // The bound is kept in `push`, where a drop is counted.
            .max_buffers(0)
            .max_bytes(0)
            .max_time(gst::ClockTime::ZERO)
            .build();
        let callbacks = AppSinkCallbacks::builder()
            .new_sample(move |sink| {
                take(sink.pull_sample().map_err(|_| gst::FlowError::Eos)?);
                Ok(gst::FlowSuccess::Ok)
            })
            .build();
        // Without a clock and without preroll, a sample is handed over in the moment it is made.
        let sink = AppSink::builder()
            .caps(output)
            .sync(false)
            .async_(false)
            .max_buffers(1)
            .callbacks(callbacks)
            .build();
        sink.set_enable_last_sample(false);

        let pipeline = gst::Pipeline::new();
        let row = [&[source.clone().upcast()][..], elements, &[sink.upcast()]].concat();
        pipeline.add_many(&row).map_err(|_| broken("its pipeline can't be put together"))?;
        gst::Element::link_many(&row)
            .map_err(|_| broken("it does not take or give the form that is needed"))?;
        let bus = pipeline.bus().expect("a pipeline has a bus");
        bus.set_sync_handler(move |_, message| {
            if let gst::MessageView::Error(error) = message.view() {
                failed(error.error().message().to_owned());
            }
            gst::BusSyncReply::Drop
        });
        let line = Self { pipeline, source, waiting, dropped: AtomicU64::new(0) };
        line.pipeline.set_state(gst::State::Playing).map_err(|_| broken("it does not start"))?;
        Ok(line)
    }

    /// Takes the next buffer; its PTS is media time. Never waits: where the line does not keep up, the buffer is
    /// dropped, and counted.
    pub(crate) fn push(&self, buffer: gst::Buffer) {
        if self.source.current_level_buffers() >= self.waiting || self.source.push_buffer(buffer).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many buffers were dropped so far, because the line did not keep up or has failed.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Fails only for elements that can't stop, and then there is nothing left to do.
        let _ = self.pipeline.set_state(gst::State::Null);
        if let Some(bus) = self.pipeline.bus() {
            bus.unset_sync_handler();
        }
    }
}

/// The media time at which a sample is shown; `None` if it has none.
///
/// It is the running time: encoders may write other timestamps (x264 starts at 1000 hours) and say so in the segment.
pub(super) fn shown_at(sample: &gst::Sample) -> Option<MediaTime> {
    let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
    let time = segment.to_running_time(sample.buffer()?.pts()?)?;
    // To the nearest microsecond, so that a third of one does not become a whole one less.
    Some(MediaTime::from_micros((time.nseconds() + 500) / 1000))
}
