//! What players fetch, written to files, is played by FFmpeg from the playlist.

use super::*;
use crate::package::coded::{self, coded, run};

#[test]
fn ffmpeg_plays_the_playlist() {
    // Past where a 32-bit clock of 90 kHz turns over.
    const START_S: u64 = 50_000;
    let Some(coded) = coded("hls", START_S * 1_000_000, 9) else {
        return;
    };
    let mut presentation = Presentation::default();
    let mut catalogue = catalogue(0);
    let tracks = [
        (TrackName::VIDEO, &coded.video),
        (TrackName::AUDIO, &coded.opus),
        (TrackName::AUDIO_AAC, &coded.aac),
    ];
    catalogue.tracks.retain(|track| tracks.iter().any(|(name, _)| track.name == *name));
    for (name, track) in &tracks {
        let entry = catalogue.tracks.iter_mut().find(|entry| entry.name == *name).unwrap();
        entry.init = track.header.bytes.clone();
        entry.codec.clone_from(&track.header.codec);
    }
    presentation.set_catalogue(&catalogue);
    std::fs::create_dir_all(coded.dir.path("hls")).unwrap();
    for (name, track) in &tracks {
        for packed in &track.chunks {
            let of_group = packed.starts_with_key && *name == TrackName::VIDEO;
            let chunk = Chunk { time: packed.time, payload: packed.payload.clone(), ..chunk(0, 0, of_group) };
            presentation.push(name, &Chunk { duration: packed.duration, ..chunk });
        }
        write(&presentation, name, &coded.dir);
    }
    std::fs::write(coded.dir.path("live.m3u8"), presentation.master()).unwrap();

    // Complete segments alone: FFmpeg knows no parts. Video was cut at 2, 4, 6 and 8 s.
    let entries = "stream=codec_name,start_time,nb_read_frames";
    let arguments = format!("-count_frames -live_start_index 0 -of csv=p=0 -show_entries {entries}");
    let probed = run("ffprobe", &arguments, &coded.dir.path("hls/video.m3u8"));
    assert_eq!(probed.lines().next(), Some("h264,50000.000000,240"), "{probed}");
    let probed = run("ffprobe", &arguments, &coded.dir.path("hls/audio.m3u8"));
    assert!(probed.starts_with("opus,"), "{probed}");
    let probed = run("ffprobe", "-of csv=p=0 -show_entries stream=codec_name", &coded.dir.path("live.m3u8"));
    for codec in ["h264", "opus", "aac"] {
        assert!(probed.lines().any(|line| line == codec), "{probed}");
    }
}

/// Writes a track's playlist, marked as ended so that FFmpeg stops, and all that it lists.
fn write(presentation: &Presentation, track: &TrackName, dir: &coded::TempDir) {
    let text = presentation.media(track, Lists::Media).unwrap();
    let timeline = presentation.timeline(track).unwrap();
    std::fs::create_dir_all(dir.path(&format!("hls/{track}"))).unwrap();
    for msn in 0..timeline.next_msn() {
        if let Resource::Ready(chunks) = timeline.segment(msn) {
            std::fs::write(dir.path(&format!("hls/{track}/{msn}.m4s")), chunks.concat()).unwrap();
        }
    }
    let init = presentation.init(track, 0).unwrap();
    std::fs::write(dir.path(&format!("hls/{track}/init-0.mp4")), init).unwrap();
    std::fs::write(dir.path(&format!("hls/{track}.m3u8")), text + "#EXT-X-ENDLIST\n").unwrap();
}
