//! The microphone beside a camera: in its own pipeline, so that it can come and go without the picture's notice.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use gstreamer::prelude::*;

use super::branch::{self, Pace};
use super::devices;
use super::outlet::{Outlet, SILENCE};
use super::session::Session;
use super::signals::{Event, Signals};
use super::times::Times;
use crate::frame::Captured;
use crate::origin::Origin;
use crate::trouble::Trouble;

/// How often a microphone is looked for where there is none: listing the devices costs some 10 ms.
const SEARCH: Duration = Duration::from_secs(10);

/// A microphone that is heard, while there is one, as long as the picture flows.
#[derive(Debug)]
pub(super) struct Microphone {
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
}

impl Microphone {
    /// Looks for a microphone and sends its sound to the picture's outlet.
    ///
    /// Sound without a picture is withheld: who pulls the camera's plug does not expect to be heard.
    pub(super) fn open(picture: &Arc<Outlet>) -> io::Result<Self> {
        let signals = Arc::new(Signals::default());
        let (worker, picture) = (Arc::clone(&signals), Arc::clone(picture));
        let gated = Arc::clone(&picture);
        let outlet = Arc::new(Outlet::new(picture.timeline(), move |captured| match captured {
            Captured::Sound(buffer) if gated.flowing() && gated.quiet_for() < SILENCE => gated.sound(buffer),
            _ => {}
        }));
        let thread = thread::Builder::new().name("microphone".into()).spawn(move || {
            loop {
                let pause = match listen(&outlet, &worker) {
                    Ok(Event::Stop) => return,
                    // Unplugged, or taken by another program: one that is there is found again soon.
                    Ok(_) => SEARCH / 5,
                    Err(_) => SEARCH,
                };
                if worker.stopped_within(pause) {
                    return;
                }
            }
        })?;
        Ok(Self { signals, thread: Some(thread) })
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.signals.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Listens until something happens.
fn listen(outlet: &Arc<Outlet>, signals: &Arc<Signals>) -> Result<Event, Trouble> {
    let none = || Trouble::Closed(Origin::Microphone);
    let source = devices::microphone().ok_or_else(none)?.create_element(None).map_err(|_| none())?;
    if source.find_property("provide-clock").is_some() {
        source.set_property("provide-clock", false);
    }
    let session = Session::new(outlet.timeline(), signals);
    let head = branch::sound(session.pipeline(), outlet, Times::Captured, Pace::Source)?;
    session.pipeline().add(&source).and_then(|()| source.link(&head)).map_err(|_| none())?;
    session.start(&Origin::Microphone)?;
    loop {
        if let Some(event) = signals.wait(SEARCH) {
            return Ok(event);
        }
    }
}
