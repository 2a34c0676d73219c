//! Raw pictures to JPEG.

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use parlor_protocol::media::MediaTime;
use std::sync::Mutex;

use super::line::{Failed, Line, shown_at};
use super::{EncodeError, element};
use crate::frame::PictureFormat;
use crate::package::mjpeg::{FPS, Pace};

/// Good enough that nobody sees blocks, a third of the bytes of 95.
const QUALITY: i32 = 80;
/// Wider pictures would cost more than the H.264 beside them shows.
const WIDEST: u32 = 1280;
/// Pictures that may wait. Each is a whole raw picture, and an old one is worth nothing.
const WAITING: u64 = 2;
/// Where a line of viewers' bitrate is planned: bits per pixel of a JPEG at this quality, from a camera's pictures.
const BITS_PER_PIXEL: f64 = 1.2;

/// A running JPEG encoder.
#[derive(Debug)]
pub(crate) struct PictureEncoder {
    line: Line,
    pace: Mutex<Pace>,
}

impl PictureEncoder {
    /// The size and rate of the JPEG pictures made from pictures in this format.
    pub(crate) fn output(input: PictureFormat) -> PictureFormat {
        let PictureFormat { width, height, fps } = input;
        let fps = fps.min(*FPS.end());
        if width <= WIDEST {
            return PictureFormat { width, height, fps };
        }
        PictureFormat { width: WIDEST, height: (height * WIDEST / width).max(2) & !1, fps }
    }

    /// The bits per second to expect of such pictures.
    pub(crate) fn expected_bps(output: PictureFormat) -> u32 {
        (f64::from(output.width * output.height * output.fps) * BITS_PER_PIXEL) as u32
    }

    /// Starts an encoder of pictures in this format; `take` is called from its thread.
    pub(crate) fn start(
        input: PictureFormat,
        mut take: impl FnMut(Bytes, MediaTime) + Send + 'static,
        failed: Failed,
    ) -> Result<Self, EncodeError> {
        let output = Self::output(input);
        let scaled = element("capsfilter")?;
        let caps = gst::Caps::builder("video/x-raw")
            .field("width", output.width.cast_signed())
            .field("height", output.height.cast_signed());
        scaled.set_property("caps", caps.build());
        let jpeg = element("jpegenc")?;
        jpeg.set_property("quality", QUALITY);
        let take = move |sample: gst::Sample| {
            let Some(pts) = shown_at(&sample) else { return };
            let Some(Ok(data)) = sample.buffer_owned().map(gst::Buffer::into_mapped_buffer_readable) else {
                return;
            };
            take(Bytes::from_owner(data), pts);
        };
        let row = [element("videoconvertscale")?, scaled, jpeg];
        let caps = (&input.caps(), &gst::Caps::new_empty_simple("image/jpeg"));
        let line = Line::start("jpegenc", caps, &row, WAITING, take, failed)?;
        Ok(Self { line, pace: Mutex::new(Pace::new(output.fps)) })
    }

    /// Takes the next picture, unless it is one more than the rate allows; its PTS is media time.
    pub(crate) fn push(&self, picture: gst::Buffer, pts: MediaTime) {
        if self.pace.lock().expect("no holder of the pace's lock panics").takes(pts) {
            self.line.push(picture);
        }
    }

    /// How much was dropped, because the line did not keep up.
    pub(crate) fn dropped(&self) -> u64 {
        self.line.dropped()
    }
}
