//! The sources that the studio offers: those that every machine has, and this one's cameras.

use parlor_media::Source;

/// The most cameras that are listed; a machine with more has them typed in.
const MAX_CAMERAS: usize = 16;

/// Sources to choose from: the form's value, and words for people.
pub(super) fn list(cameras: Vec<(Source, String)>) -> Vec<(String, String)> {
    let fixed = [
        (Source::Auto, "The first camera found"),
        (Source::Test, "Test picture with a clock and a tone"),
        (Source::None, "No camera: only other programs broadcast"),
    ];
    let fixed = fixed.map(|(source, label)| (source, label.to_owned()));
    let all = cameras.into_iter().take(MAX_CAMERAS).chain(fixed);
    all.map(|(source, label)| (source.into(), label)).collect()
}
