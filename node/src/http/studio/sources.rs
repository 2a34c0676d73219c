//! The sources that the studio offers: those that every machine has, and this one's cameras.

use parlor_media::Source;
use parlor_web::language::{Language, said};

/// The most cameras that are listed; a machine with more has them typed in.
const MAX_CAMERAS: usize = 16;

/// Sources to choose from: the form's value, and words for people.
pub(super) fn list(cameras: Vec<(Source, String)>, language: Language) -> Vec<(String, String)> {
    let fixed = [
        (Source::Auto, said::source_auto()),
        (Source::Test, said::source_test()),
        (Source::None, said::source_none()),
    ];
    let fixed = fixed.map(|(source, label)| (source, label.told(language)));
    let all = cameras.into_iter().take(MAX_CAMERAS).chain(fixed);
    all.map(|(source, label)| (source.into(), label)).collect()
}
