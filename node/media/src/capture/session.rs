//! A pipeline on the timeline: started, watched for its loss, and stopped when it is dropped.

use std::sync::Arc;
use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::outlet::{Outlet, SILENCE};
use super::signals::{Event, Signals};
use crate::frame::Timeline;
use crate::origin::Origin;
use crate::trouble::Trouble;

/// A pipeline that reports what happens to it through [`Signals`].
pub(crate) struct Session {
    pipeline: gst::Pipeline,
}

/// How watching a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The owner wants no more of it.
    Stopped,
    /// The source failed.
    Lost(Trouble),
}

impl Session {
    /// An empty pipeline on the timeline.
    pub(crate) fn new(timeline: &Timeline, signals: &Arc<Signals>) -> Self {
        let pipeline = gst::Pipeline::new();
        timeline.govern(&pipeline);
        signals.forget();
        let signals = Arc::clone(signals);
        let bus = pipeline.bus().expect("a pipeline has a bus");
        bus.set_sync_handler(move |_, message| {
            match message.view() {
                gst::MessageView::Error(error) => signals.raise(Event::Failed(error.error())),
                gst::MessageView::Eos(_) => signals.raise(Event::Ended),
                _ => {}
            }
            gst::BusSyncReply::Drop
        });
        Self { pipeline }
    }

    pub(crate) fn pipeline(&self) -> &gst::Pipeline {
        &self.pipeline
    }

    /// Sets the pipeline going. The error that keeps it from that is raised as an event too, and says more.
    pub(crate) fn start(&self, origin: &Origin) -> Result<(), Trouble> {
        self.pipeline.set_state(gst::State::Playing).map(|_| ()).map_err(|_| Trouble::Closed(origin.clone()))
    }

    /// Starts the pipeline and stays until it fails or is to stop.
    ///
    /// `patience` is how long the first frame may take; after it, [`SILENCE`] is a loss. The loss is told before the
    /// pipeline is torn down, for a dead source may hold that up.
    pub(crate) fn run(
        &self,
        origin: &Origin,
        patience: Duration,
        outlet: &Outlet,
        signals: &Signals,
    ) -> Ending {
        let ending = self.watch(origin, patience, outlet, signals);
        if let Ending::Lost(trouble) = &ending {
            outlet.lost(trouble);
        }
        ending
    }

    fn watch(&self, origin: &Origin, patience: Duration, outlet: &Outlet, signals: &Signals) -> Ending {
        outlet.start(false);
        let mut refused = self.start(origin).err();
        loop {
            let limit = if outlet.flowing() { SILENCE } else { patience };
            let left =
                if refused.is_some() { Duration::ZERO } else { limit.saturating_sub(outlet.quiet_for()) };
            match signals.wait(left) {
                Some(event) => return ending(origin, event),
                None if let Some(trouble) = refused.take() => return Ending::Lost(trouble),
                None if outlet.quiet_for() >= limit => return Ending::Lost(Trouble::Silent(origin.clone())),
                None => {}
            }
        }
    }
}

/// What an event means for a source that should never end.
pub(crate) fn ending(origin: &Origin, event: Event) -> Ending {
    match event {
        Event::Stop => Ending::Stopped,
        Event::Ended => Ending::Lost(Trouble::Gone(origin.clone())),
        Event::Failed(error) => Ending::Lost(Trouble::from_error(origin, &error)),
        Event::Trouble(trouble) => Ending::Lost(trouble),
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Fails only for elements that can't stop, and then there is nothing left to do.
        let _ = self.pipeline.set_state(gst::State::Null);
        if let Some(bus) = self.pipeline.bus() {
            bus.unset_sync_handler();
        }
    }
}
