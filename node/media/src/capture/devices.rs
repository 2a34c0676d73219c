//! The cameras of this machine, for the studio's list, for `parlor doctor` and for `auto`.

use std::path::{Path, PathBuf};

use gstreamer as gst;
use gstreamer::prelude::*;

use crate::source::Source;

/// V4L2 devices that capture but are no cameras: the parts of a Raspberry Pi's image pipeline, by how the names of
/// their cards begin. They give frames to libcamera only.
const PARTS_OF_A_PI: [&str; 6] = ["bcm2835-", "unicam", "rpi", "pispbe", "rp1-cfe", "cfe"];

/// A camera of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Camera {
    /// How the host names it: `libcamera`, `v4l2:/dev/video0`.
    pub source: Source,
    /// What it is called: `Logitech BRIO (/dev/video0)`.
    pub label: String,
}

/// The cameras that are connected now, the one that [`Source::Auto`] takes first. Empty if GStreamer does not start.
///
/// Each V4L2 device is opened for a moment, which takes some 10 ms; not to be called for each frame or page.
#[must_use]
pub fn cameras() -> Vec<Camera> {
    if gst::init().is_err() {
        return Vec::new();
    }
    let mut cameras = Vec::new();
    // Capture takes libcamera's first, so one entry stands for all.
    if let Some(id) = libcamera_id() {
        let model = id.rsplit('/').next().unwrap_or(&id);
        cameras.push(Camera { source: Source::Libcamera, label: format!("{model} (libcamera)") });
    }
    cameras.extend(v4l2_cameras().into_iter().map(|(path, name)| {
        let label = format!("{name} ({})", path.display());
        Camera { source: Source::V4l2(path), label }
    }));
    cameras
}

/// Where this camera is now, if it is connected: USB may bring it back under another path. Another camera never takes
/// its place, for it would show what nobody chose to show.
pub(super) fn find_again(camera: &Camera) -> Option<Source> {
    let cameras = cameras();
    let same = cameras.iter().find(|other| other.label == camera.label);
    let moved = || cameras.iter().find(|other| other.name() == camera.name());
    same.or_else(moved).map(|camera| camera.source.clone())
}

impl Camera {
    /// The label without the place.
    fn name(&self) -> &str {
        self.label.rsplit_once(" (").map_or(&self.label, |(name, _)| name)
    }
}

/// What libcamera calls the first camera that is on a sensor's own line, as on a Pi.
///
/// It lists USB cameras too, by an id that ends in the vendor and product; these are left to V4L2, for libcamera
/// gives neither their H.264 nor their MJPEG.
pub(super) fn libcamera_id() -> Option<String> {
    let hex = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let usb = |id: &str| {
        let tail = id.rsplit_once('-').and_then(|(_, tail)| tail.split_once(':'));
        tail.is_some_and(|(vendor, product)| hex(vendor) && hex(product))
    };
    let ids = provided("libcameraprovider").into_iter().map(|device| device.display_name().to_string());
    ids.into_iter().find(|id| !usb(id))
}

/// What the V4L2 device at this path is called.
pub(super) fn v4l2_name(path: &Path) -> Option<String> {
    v4l2_cameras().into_iter().find(|(device, _)| device == path).map(|(_, name)| name)
}

/// Path and name of the V4L2 cameras, in the order of their paths.
fn v4l2_cameras() -> Vec<(PathBuf, String)> {
    let camera = |device: &gst::Device| {
        let path = device.properties()?.get::<String>("device.path").ok()?;
        let name = device.display_name().to_string();
        let part = PARTS_OF_A_PI.iter().any(|part| name.starts_with(part));
        (device.has_classes("Video/Source") && !part).then_some((PathBuf::from(path), name))
    };
    let mut cameras: Vec<_> = provided("v4l2deviceprovider").iter().filter_map(camera).collect();
    // `/dev/video2` before `/dev/video10`.
    cameras.sort_by_key(|(path, _)| (path.as_os_str().len(), path.clone()));
    cameras
}

/// The devices that a provider knows of; none where GStreamer lacks the provider.
fn provided(provider: &str) -> Vec<gst::Device> {
    gst::DeviceProviderFactory::by_name(provider)
        .map_or_else(Vec::new, |provider| provider.devices().into_iter().collect())
}

/// The microphone that the system prefers, else the first.
pub(super) fn microphone() -> Option<gst::Device> {
    let mut microphones: Vec<gst::Device> = ["pulsedeviceprovider", "alsadeviceprovider"]
        .into_iter()
        .map(|provider| {
            let mut devices = provided(provider);
            devices.retain(is_microphone);
            devices
        })
        .find(|devices| !devices.is_empty())?;
    let preferred = |device: &gst::Device| {
        device.properties().is_some_and(|fields| fields.get::<bool>("is-default").is_ok_and(|is| is))
    };
    let index = microphones.iter().position(preferred).unwrap_or(0);
    Some(microphones.swap_remove(index))
}

/// Whether it records the room, and not what the machine plays.
fn is_microphone(device: &gst::Device) -> bool {
    let monitor = device
        .properties()
        .is_some_and(|fields| fields.get::<String>("device.class").is_ok_and(|class| class == "monitor"));
    device.has_classes("Audio/Source") && !monitor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::testing::skipped;

    #[test]
    fn every_camera_of_the_list_can_be_chosen_and_found_again() {
        let cameras = cameras();
        if cameras.is_empty() {
            skipped("this machine has no camera");
        }
        for camera in cameras {
            assert_eq!(String::from(camera.source.clone()).parse(), Ok(camera.source.clone()));
            assert_eq!(find_again(&camera), Some(camera.source));
        }
    }

    #[test]
    fn a_camera_that_is_not_there_is_replaced_by_no_other() {
        let camera =
            Camera { source: Source::Libcamera, label: "Camera of another house (/dev/video9)".into() };
        assert_eq!(find_again(&camera), None);
        assert_eq!(camera.name(), "Camera of another house");
    }
}
