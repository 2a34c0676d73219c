//! What the machine can do: which parts of GStreamer are installed, and which H.264 encoders work, and how fast.

use gstreamer as gst;

use crate::broadcast::BroadcastError;
use crate::encode::{CANDIDATES, Codec, EncodeError, Spec, elements, trial};
use crate::settings::Settings;

/// One element of GStreamer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: &'static str,
    /// The Debian package that brings it.
    pub package: &'static str,
    /// What it is for, in words: `cameras that send MJPEG`.
    pub purpose: &'static str,
    /// Whether the engine does not start without it. Of the H.264 encoders and of the AAC encoders, one is enough.
    pub required: bool,
    /// Whether it is offered only where the machine has the device for it, so that installing the package may not
    /// bring it.
    pub device: bool,
    /// Whether it is installed.
    pub present: bool,
}

/// An H.264 encoder that is installed.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoder {
    /// The element's name.
    pub name: &'static str,
    /// Whether it leaves the processor free.
    pub hardware: bool,
    /// Seconds of the full picture that it encodes in a second; or why it does not work, as GStreamer or the driver
    /// says it.
    pub speed: Result<f64, String>,
}

/// Every element of GStreamer that Parlor may need, in the order in which media pass them.
///
/// # Errors
/// [`BroadcastError::GStreamer`] where GStreamer itself does not start.
pub fn elements() -> Result<Vec<Element>, BroadcastError> {
    gst::init()?;
    let element = |part: &elements::Part| Element {
        name: part.element,
        package: part.package,
        purpose: part.purpose,
        required: part.required,
        device: part.device,
        present: elements::is_installed(part.element),
    };
    Ok(elements::PARTS.iter().map(element).collect())
}

/// Tries every H.264 encoder that is installed with a few pictures of the settings' quality, in the order in which
/// the engine would take them. `progress` is told each one's name before it is tried, which takes a few seconds at
/// most.
///
/// # Errors
/// [`BroadcastError::GStreamer`] where GStreamer itself does not start.
pub fn encoders(settings: &Settings, mut progress: impl FnMut(&str)) -> Result<Vec<Encoder>, BroadcastError> {
    gst::init()?;
    let spec = Spec::of(settings);
    let installed = CANDIDATES.iter().filter(|candidate| elements::is_installed(candidate.element));
    let encoder = |candidate: &crate::encode::Candidate| {
        progress(candidate.element);
        let speed = trial(candidate, &spec).map_err(|error| match error {
            EncodeError::Broken { reason, .. } => reason,
            missing @ EncodeError::Missing { .. } => missing.to_string(),
        });
        Encoder { name: candidate.element, hardware: candidate.hardware, speed }
    };
    Ok(installed.map(encoder).collect())
}

/// Says which element the engine can't do without is missing, if one is.
pub(crate) fn require_elements() -> Result<(), BroadcastError> {
    let required = elements::PARTS.iter().filter(|part| part.required);
    let absent = required.map(|part| part.element).find(|element| !elements::is_installed(element));
    let no_video = !CANDIDATES.iter().any(|candidate| elements::is_installed(candidate.element));
    match absent.or(no_video.then_some("x264enc")) {
        Some(element) => Err(elements::missing(element).into()),
        None => Ok(Codec::Aac.encoder().map(|_| ())?),
    }
}

impl From<EncodeError> for BroadcastError {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::Missing { element, package } => Self::MissingElement { element, package },
            EncodeError::Broken { element, reason } => Self::Broken { element, reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_has_a_package_and_the_required_ones_are_here() {
        let elements = elements().unwrap();
        let names: std::collections::BTreeSet<_> = elements.iter().map(|element| element.name).collect();
        assert_eq!(names.len(), elements.len(), "an element is listed twice");
        assert!(
            elements
                .iter()
                .all(|element| element.package.contains("gstreamer1.0") && !element.purpose.is_empty())
        );
        require_elements().unwrap();
    }

    #[test]
    fn a_missing_element_is_one_sentence_with_its_package() {
        let error = BroadcastError::from(elements::missing("x264enc"));
        let sentence =
            "GStreamer's element 'x264enc' is missing; install the Debian package gstreamer1.0-plugins-ugly";
        assert_eq!(error.to_string(), sentence);
    }

    #[test]
    fn encoders_are_measured_one_after_the_other() {
        let mut tried = Vec::new();
        let settings = Settings {
            quality: crate::Quality { width: 320, height: 240, ..Default::default() },
            ..Default::default()
        };
        let encoders = encoders(&settings, |name| tried.push(name.to_owned())).unwrap();
        assert_eq!(tried, encoders.iter().map(|encoder| encoder.name).collect::<Vec<_>>());
        let works = encoders.iter().filter_map(|encoder| encoder.speed.as_ref().ok());
        assert!(works.clone().count() > 0 && works.clone().all(|speed| *speed > 0.0));
    }
}
