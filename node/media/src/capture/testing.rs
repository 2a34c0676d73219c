//! What the tests of capture and ingest share: a recorder, media files and a directory that goes away.

use std::fmt::Debug;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSink;

use crate::frame::{AccessUnit, Captured, PictureFormat, Timeline};

/// A test that hangs is ended after this; none is expected to come near it.
const HANGS: Duration = Duration::from_mins(1);

pub(crate) const SMALL: PictureFormat = PictureFormat { width: 320, height: 180, fps: 30 };

pub(crate) fn timeline() -> Timeline {
    gst::init().expect("GStreamer is set up");
    Timeline::start()
}

/// Keeps what a source gives, and lets a test wait for it.
#[derive(Debug)]
pub(crate) struct Recorder<T>(Arc<(Mutex<Vec<T>>, Condvar)>);

impl<T: Debug + Send + 'static> Recorder<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new((Mutex::new(Vec::new()), Condvar::new())))
    }

    /// What is handed to the source under test.
    pub(crate) fn out(&self) -> impl Fn(T) + Send + Sync + 'static {
        let shared = Arc::clone(&self.0);
        move |item| {
            // A test that failed while it looked has poisoned the lock; that is told already.
            shared.0.lock().unwrap_or_else(PoisonError::into_inner).push(item);
            shared.1.notify_all();
        }
    }

    /// Waits until something can be found in the recording, and takes all that has been recorded by then.
    pub(crate) fn until<R>(&self, what: &str, find: impl Fn(&[T]) -> Option<R>) -> (Vec<T>, R) {
        let deadline = Instant::now() + HANGS;
        let mut items = self.0.0.lock().expect("no recorder panics while it holds the lock");
        loop {
            if let Some(found) = find(&items) {
                return (std::mem::take(&mut *items), found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never came: {what}; the last that came: {:?}", items.last());
            items = self.0.1.wait_timeout(items, left).expect("no recorder panics while it holds the lock").0;
        }
    }

    /// Waits for `count` of what `pick` picks.
    pub(crate) fn collect<R>(&self, what: &str, count: usize, pick: impl Fn(&T) -> Option<R>) -> Vec<R> {
        let picked = |items: &[T]| {
            let picked: Vec<_> = items.iter().filter_map(&pick).take(count).collect();
            (picked.len() == count).then_some(picked)
        };
        self.until(what, picked).1
    }
}

/// Says, past the test harness, which would keep it to itself, that a test could not be run.
pub(crate) fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// The picture in what a source gives.
pub(crate) fn picture(captured: &Captured) -> Option<gst::Buffer> {
    match captured {
        Captured::Picture(buffer) => Some(buffer.clone()),
        _ => None,
    }
}

/// The access unit in it.
pub(crate) fn unit(captured: &Captured) -> Option<AccessUnit> {
    match captured {
        Captured::AccessUnit(unit) => Some(unit.clone()),
        _ => None,
    }
}

/// The sound in it.
pub(crate) fn sound(captured: &Captured) -> Option<gst::Buffer> {
    match captured {
        Captured::Sound(buffer) => Some(buffer.clone()),
        _ => None,
    }
}

/// The loss that it tells.
pub(crate) fn lost(captured: &Captured) -> Option<String> {
    match captured {
        Captured::Lost(trouble) => Some(trouble.to_string()),
        _ => None,
    }
}

/// A directory of its own, removed at the end of the test.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("parlor-media-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the temporary folder can be written to");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a pipeline to its end.
pub(crate) fn run(pipeline: &str) {
    gst::init().expect("GStreamer is set up");
    let pipeline = gst::parse::launch(pipeline).expect("a pipeline that GStreamer knows");
    pipeline.set_state(gst::State::Playing).expect("the pipeline starts");
    let bus = pipeline.bus().expect("a pipeline has a bus");
    let end = bus.timed_pop_filtered(
        gst::ClockTime::from_mseconds(HANGS.as_millis() as u64),
        &[gst::MessageType::Eos, gst::MessageType::Error],
    );
    pipeline.set_state(gst::State::Null).expect("the pipeline stops");
    let end = end.expect("the pipeline ends");
    assert_eq!(end.type_(), gst::MessageType::Eos, "{end:?}");
}

/// A second of 4:3 picture at 25 fps and, with `sound`, a tone, in this container.
pub(crate) fn make_file(path: &Path, muxer: &str, sound: bool) {
    let tone = "audiotestsrc num-buffers=50 samplesperbuffer=960 ! audio/x-raw,rate=48000 ! avenc_aac ! aacparse ! m.";
    run(&format!(
        "videotestsrc num-buffers=25 pattern=white ! video/x-raw,width=320,height=240,framerate=25/1 \
         ! x264enc speed-preset=ultrafast key-int-max=10 ! h264parse ! {muxer} name=m ! filesink location={} {}",
        path.display(),
        if sound { tone } else { "" },
    ));
}

/// Access units as x264 makes them, with their set-up, in decode order: (set-up, units with PTS and DTS).
pub(crate) fn coded(frames: u32, b_frames: u32) -> (gst::Caps, Vec<gst::Buffer>) {
    gst::init().expect("GStreamer is set up");
    let pipeline = gst::parse::launch(&format!(
        "videotestsrc num-buffers={frames} pattern=ball ! video/x-raw,width=320,height=240,framerate=30/1 \
         ! x264enc bframes={b_frames} key-int-max=15 speed-preset=ultrafast aud=true \
         ! video/x-h264,stream-format=avc,alignment=au ! appsink name=sink sync=false",
    ));
    let pipeline = pipeline.expect("a pipeline that GStreamer knows");
    let pipeline = pipeline.downcast::<gst::Pipeline>().expect("it has several elements");
    let sink = pipeline.by_name("sink").expect("the test names its sink");
    let sink = sink.downcast::<AppSink>().expect("and it is an appsink");
    pipeline.set_state(gst::State::Playing).expect("the pipeline starts");
    let mut caps = None;
    let mut units = Vec::new();
    while let Ok(sample) = sink.pull_sample() {
        caps = sample.caps_owned();
        units.push(sample.buffer_owned().expect("a sample has a buffer"));
    }
    pipeline.set_state(gst::State::Null).expect("the pipeline stops");
    (caps.expect("there was a sample"), units)
}
