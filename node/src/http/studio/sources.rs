//! The sources that the studio offers: those that every machine has, and this one's cameras.

use std::fs;
use std::path::Path;

/// Where Linux lists its video devices, each with a file `name`.
const DEVICES: &str = "/sys/class/video4linux";
/// The most cameras that are listed; a machine with more has them typed in.
const MAX_CAMERAS: usize = 16;

/// Sources to choose from: the form's value, and words for people.
pub(super) fn list() -> Vec<(String, String)> {
    let fixed = [
        ("auto", "The first camera found"),
        ("libcamera", "Raspberry Pi camera (libcamera)"),
        ("test", "Test picture with a clock and a tone"),
        ("none", "No camera: only other programs broadcast"),
    ];
    let fixed = fixed.into_iter().map(|(value, label)| (value.to_owned(), label.to_owned()));
    fixed.chain(cameras(Path::new(DEVICES))).collect()
}

/// The cameras of this machine. The kernel lists a camera's other functions (metadata) as devices of their own;
/// their index is not 0.
fn cameras(devices: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(devices).into_iter().flatten().flatten();
    let camera = |entry: fs::DirEntry| {
        let device = entry.file_name().into_string().ok()?;
        let read = |file| fs::read_to_string(entry.path().join(file)).ok();
        if read("index")?.trim() != "0" {
            return None;
        }
        let name = read("name")?;
        Some((format!("v4l2:/dev/{device}"), format!("{} (/dev/{device})", name.trim())))
    };
    let mut cameras: Vec<_> = entries.filter_map(camera).collect();
    cameras.sort();
    cameras.truncate(MAX_CAMERAS);
    cameras
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_are_listed_without_their_other_functions() {
        let folder = tempfile::tempdir().unwrap();
        for (device, index, name) in [("video1", "1\n", "Cam meta\n"), ("video0", "0\n", "Cam\n")] {
            let path = folder.path().join(device);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("index"), index).unwrap();
            fs::write(path.join("name"), name).unwrap();
        }
        assert_eq!(cameras(folder.path()), [("v4l2:/dev/video0".into(), "Cam (/dev/video0)".into())]);
        assert!(cameras(Path::new("/no/such/folder")).is_empty());
    }

    #[test]
    fn every_source_listed_is_one() {
        for (value, _) in list() {
            assert!(value.parse::<parlor_media::Source>().is_ok(), "{value}");
        }
    }
}
