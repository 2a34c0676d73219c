//! The engine with real pipelines, and the tracks with frames made by hand.

mod collector;
mod publisher;
mod running;
mod sources;
mod tracks;

use std::time::Duration;

use crate::settings::{Quality, Settings};

/// A picture that any machine encodes, with keyframes so seldom that one in a test was asked for.
fn settings() -> Settings {
    Settings {
        quality: Quality { width: 320, height: 240, fps: 30, bitrate_bps: 500_000 },
        small: Some(true),
        keyframe_interval: Duration::from_mins(1),
        ..Settings::default()
    }
}
