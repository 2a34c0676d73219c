//! A real file: coded by FFmpeg, packaged here, then probed and decoded by FFmpeg again.

use media_doctor::{Report, check_container_codec};

use crate::package::coded::{coded, run};
use crate::package::fmp4::chunk::Packed;
use crate::package::fmp4::init;

#[test]
fn ffmpeg_decodes_every_frame() {
    // An hour into the stream.
    let Some(coded) = coded("fmp4", 3_600_000_000, 2) else {
        return;
    };
    assert!(coded.video.header.codec.starts_with("avc1.64"));
    assert_eq!(coded.video.chunks.iter().filter(|chunk| chunk.starts_with_key).count(), 2);

    for (name, sound) in [("opus", &coded.opus), ("aac", &coded.aac)] {
        let mut chunks: Vec<&Packed> = coded.video.chunks.iter().chain(&sound.chunks).collect();
        chunks.sort_by_key(|chunk| chunk.time);
        let mut bytes = init::combine(&coded.video.header.bytes, &sound.header.bytes).unwrap().to_vec();
        for chunk in chunks {
            bytes.extend_from_slice(&chunk.payload);
        }
        let mut report = Report::new();
        check_container_codec(&bytes, &mut report);
        assert_eq!(report.findings(), []);

        let file = coded.dir.path(&format!("{name}.mp4"));
        std::fs::write(&file, &bytes).unwrap();
        let entries = "stream=codec_name,width,height,start_time,nb_read_frames";
        let probed = run("ffprobe", &format!("-count_frames -of csv=p=0 -show_entries {entries}"), &file);
        let lines: Vec<&str> = probed.lines().collect();
        assert_eq!(lines[0], "h264,320,240,3600.000000,60");
        // What Opus skips at the start is told as time before it.
        let frames = sound.frames;
        let [start, end] = [format!("{name},3"), format!(",{frames}")];
        assert!(lines[1].starts_with(&start) && lines[1].ends_with(&end), "{}", lines[1]);
    }
}
