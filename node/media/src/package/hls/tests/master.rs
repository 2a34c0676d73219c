//! The multivariant playlist: what it lists, and what a host cannot write into it.

use super::*;
use crate::package::hls::playlist;

#[test]
fn the_master_playlist_lists_each_quality_with_each_sound() {
    let text = presentation().master();
    let mut report = Report::new();
    check_hls_playlist(&text, &mut report);
    assert_eq!(report.findings(), [], "{text}");
    assert_eq!(
        text,
        "#EXTM3U\n\
         #EXT-X-VERSION:9\n\
         #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio-aac\",NAME=\"Sound\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"hls/audio-aac.m3u8\"\n\
         #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Sound\",DEFAULT=NO,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"hls/audio.m3u8\"\n\
         #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"video\",NAME=\"Captions\",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog\",URI=\"hls/video/captions.m3u8\"\n\
         #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"video-small\",NAME=\"Captions\",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog\",URI=\"hls/video-small/captions.m3u8\"\n\
         #EXT-X-STREAM-INF:BANDWIDTH=3285000,AVERAGE-BANDWIDTH=2628000,CODECS=\"avc1.42c01f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=30.000,SUBTITLES=\"video\",AUDIO=\"audio-aac\"\n\
         hls/video.m3u8\n\
         #EXT-X-STREAM-INF:BANDWIDTH=910000,AVERAGE-BANDWIDTH=728000,CODECS=\"avc1.42c01e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=30.000,SUBTITLES=\"video-small\",AUDIO=\"audio-aac\"\n\
         hls/video-small.m3u8\n\
         #EXT-X-STREAM-INF:BANDWIDTH=3245000,AVERAGE-BANDWIDTH=2596000,CODECS=\"avc1.42c01f,opus\",RESOLUTION=1280x720,FRAME-RATE=30.000,SUBTITLES=\"video\",AUDIO=\"audio\"\n\
         hls/video.m3u8\n\
         #EXT-X-STREAM-INF:BANDWIDTH=870000,AVERAGE-BANDWIDTH=696000,CODECS=\"avc1.42c01e,opus\",RESOLUTION=640x360,FRAME-RATE=30.000,SUBTITLES=\"video-small\",AUDIO=\"audio\"\n\
         hls/video-small.m3u8\n"
    );
}

#[test]
fn a_codec_cannot_write_tags() {
    let mut catalogue = catalogue(0);
    catalogue.tracks[0].codec = "avc1\"\n#EXT-X-SESSION-DATA:URI=\"https://elsewhere/".into();
    catalogue.tracks.truncate(1);
    let text = playlist::master(&catalogue);
    assert!(!text.contains("elsewhere"), "{text}");
}
