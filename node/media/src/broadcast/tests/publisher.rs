//! A publisher for tests: the test picture in another size, coded by an encoder of its own, pushed as RTMP would.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::MediaTime;

use super::super::{Broadcast, BroadcastError};
use crate::capture::{self, Capture};
use crate::encode::{Choice, Spec, VideoEncoder};
use crate::frame::{AccessUnit, Captured, PictureFormat, Timeline};
use crate::ingest::{Feed, Format, VideoFormat};
use crate::origin;
use crate::source::Source;

/// 160 by 120, which nothing else in the tests is.
pub(super) const FORMAT: PictureFormat = PictureFormat { width: 160, height: 120, fps: 30 };

/// Its picture paces itself; it goes on until this is dropped.
pub(super) struct Publisher {
    // Dropped in this order: the camera, the encoder, and then the feed that they push to.
    _capture: Capture,
    encoder: Arc<VideoEncoder>,
    feed: Arc<Mutex<Option<Feed>>>,
}

impl Publisher {
    /// Connects as this one.
    pub(super) fn connect(
        broadcast: &Broadcast,
        publisher: origin::Publisher,
    ) -> Result<Self, BroadcastError> {
        // Not the broadcast's timeline: a publisher's clock is its own.
        let timeline = Timeline::start();
        let spec = Spec { picture: FORMAT, bitrate_bps: 300_000, keyframe_interval: Duration::from_secs(1) };
        let choice = Choice::make(&spec, &[]).unwrap();
        let feed: Arc<Mutex<Option<Feed>>> = Arc::default();
        let (told, record) = mpsc::sync_channel::<Bytes>(1);
        let pushed = feed.clone();
        let take = move |unit: AccessUnit| {
            let _ = told.try_send(unit.config.record.clone());
            let time = unit.pts.since(MediaTime::ZERO);
            if let Some(feed) = &*pushed.lock().unwrap() {
                feed.push_video(unit.data, time, time);
            }
        };
        let failed = Arc::new(|reason| panic!("the publisher's encoder failed: {reason}"));
        let encoder =
            Arc::new(VideoEncoder::start(&choice.candidate, FORMAT, &spec, 10, take, failed).unwrap());
        let pictures = encoder.clone();
        let out = move |captured| {
            if let Captured::Picture(picture) = captured {
                let pts = MediaTime::from_micros(picture.pts().unwrap().useconds());
                pictures.push(picture, pts);
            }
        };
        let capture = capture::open(&Source::Test, FORMAT, &timeline, out).unwrap();
        let record = record.recv().unwrap();
        let video = Some(VideoFormat::H264 { record });
        *feed.lock().unwrap() = Some(broadcast.publish(Format { publisher, video, audio: None })?);
        // Its feed opens in the middle of a group, as a publisher's never does.
        encoder.request_keyframe();
        Ok(Self { _capture: capture, encoder, feed })
    }

    /// Begins a group.
    pub(super) fn keyframe(&self) {
        self.encoder.request_keyframe();
    }

    /// Leaves.
    pub(super) fn leave(self) {
        let feed = self.feed.lock().unwrap().take();
        drop(feed);
    }
}
