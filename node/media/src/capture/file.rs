//! A media file, played in a loop at its own pace; the times run on over the join.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::Desk;
use super::branch::{self, Pace};
use super::rtsp::join;
use super::session::{Ending, Session, ending};
use super::signals::Event;
use super::times::{Round, Times};
use super::trouble::element;
use crate::origin::Origin;
use crate::trouble::{Flaw, Trouble};

/// How long a file may give nothing: a disk that has to spin up, or a network share.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often the file is looked for, so that its removal is noticed within a second.
const LOOK: Duration = Duration::from_millis(250);

/// Plays the file until it fails or is to stop.
pub(super) fn run(path: &Path, desk: &Desk) -> Result<Ending, Trouble> {
    // The file's first frame is due now.
    let round = Arc::new(Round::default());
    round.start_us.store(desk.outlet.now().as_micros(), Ordering::Relaxed);
    desk.outlet.start(true);
    loop {
        if let Some(ending) = play(path, &round, desk)? {
            if let Ending::Lost(trouble) = &ending {
                desk.outlet.lost(trouble);
            }
            return Ok(ending);
        }
    }
}

/// Opens the file and plays it round after round; `None` when it has to be opened again for the next.
fn play(path: &Path, round: &Arc<Round>, desk: &Desk) -> Result<Option<Ending>, Trouble> {
    let origin = Origin::File(path.display().to_string());
    if !path.is_file() {
        return Err(Trouble::Closed(origin));
    }
    let session = build(path, &origin, round, desk)?;
    let zero = session.pipeline().base_time().expect("the timeline has set it");
    let start_at = |start_us| {
        session.pipeline().set_base_time(zero + gst::ClockTime::from_useconds(start_us));
    };
    start_at(round.start_us.load(Ordering::Relaxed));
    let mut refused = session.start(&origin).err();
    loop {
        let ending = match desk.signals.wait(if refused.is_some() { Duration::ZERO } else { LOOK }) {
            Some(Event::Ended) => {
                let Some(start_us) = round.next() else {
                    return Ok(Some(Ending::Lost(Trouble::Unusable(origin, Flaw::Empty))));
                };
                // Elements take the new base on their way back to playing.
                let pipeline = session.pipeline();
                let paused = pipeline.set_state(gst::State::Paused).is_ok();
                start_at(start_us);
                if paused
                    && pipeline.seek_simple(gst::SeekFlags::FLUSH, gst::ClockTime::ZERO).is_ok()
                    && pipeline.set_state(gst::State::Playing).is_ok()
                {
                    continue;
                }
                return Ok(None);
            }
            Some(event) => ending(&origin, event),
            None if let Some(trouble) = refused.take() => Ending::Lost(trouble),
            None if !path.is_file() => Ending::Lost(Trouble::Gone(origin)),
            None if desk.outlet.quiet_for() > PATIENCE => Ending::Lost(Trouble::Silent(origin)),
            None => continue,
        };
        return Ok(Some(ending));
    }
}

/// The pipeline that decodes the first picture and the first sound of the file.
fn build(path: &Path, origin: &Origin, round: &Arc<Round>, desk: &Desk) -> Result<Session, Trouble> {
    let session = desk.session();
    let pipeline = session.pipeline();
    let source = element("filesrc")?;
    source.set_property("location", path.display().to_string());
    let decoder = element("decodebin")?;
    let unusable = |_| Trouble::Unusable(origin.clone(), Flaw::Unreadable);
    pipeline.add_many([&source, &decoder]).and_then(|()| source.link(&decoder)).map_err(unusable)?;

    let (weak, format, times) = (pipeline.downgrade(), desk.format, Times::Round(Arc::clone(round)));
    let (outlet, signals) = (Arc::clone(&desk.outlet), Arc::clone(&desk.signals));
    let taken = [AtomicBool::new(false), AtomicBool::new(false)];
    decoder.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else { return };
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let media = caps.structure(0).map_or("", |fields| fields.name().as_str());
        let first = |index: usize| !taken[index].swap(true, Ordering::Relaxed);
        let tail = if media.starts_with("video/") && first(0) {
            branch::pictures(&pipeline, format, &outlet, times.clone(), Pace::Clock)
        } else if media.starts_with("audio/") && first(1) {
            branch::sound(&pipeline, &outlet, times.clone(), Pace::Clock)
        } else {
            return;
        };
        match tail {
            // A failed link shows as an error of the decoder, or as silence.
            Ok(tail) => drop(join(pad, &tail)),
            Err(trouble) => signals.raise(Event::Trouble(trouble)),
        }
    });
    Ok(session)
}
