//! Captions beside the pictures: their playlist is the picture's, and what was told of them stays.

use parlor_protocol::talk::Caption;

use super::*;

fn caption(at_ms: u64, text: &str) -> Caption {
    Caption { at: UnixMs(EPOCH.0 + at_ms), lasts_ms: 2000, text: text.into() }
}

fn text(resource: Resource<String>) -> String {
    match resource {
        Resource::Ready(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn captions_run_along_with_the_picture() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 30, 60, 200);
    let (video, captions) =
        (media(&presentation), presentation.media(&TrackName::VIDEO, Lists::Captions).unwrap());
    let mut report = Report::new();
    check_hls_playlist(&captions, &mut report);
    assert_eq!(report.findings(), [], "{captions}");
    let of_both = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("-MAP") && !line.contains("-REPORT"));
        lines.map(|line| line.replace(",INDEPENDENT=YES", "")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(of_both(&captions), of_both(&video.replace("video/", "").replace(".m4s", ".vtt")));
    assert!(captions.contains("#EXT-X-RENDITION-REPORT:URI=\"../video.m3u8\""), "{captions}");
    assert_eq!(presentation.media(&TrackName::AUDIO, Lists::Captions), None);
}

#[test]
fn a_caption_comes_with_the_next_part_and_goes_with_the_stream() {
    let mut presentation = presentation();
    presentation.caption(&caption(0, "Before there is anything"));
    push_video(&mut presentation, 0, 30, 60, 75);
    let of = |presentation: &Presentation, part| presentation.captions(&TrackName::VIDEO, 1, part);
    let before = text(of(&presentation, Some(0)));
    assert!(!before.contains("-->"), "{before}");
    assert_eq!(of(&presentation, Some(2)), Resource::Wait);
    // Said while the first segment was made, taken when the second has two parts: nothing that was told is changed.
    presentation.caption(&caption(1000, "Late"));
    presentation.caption(&caption(2500, "In time"));
    push_video(&mut presentation, 2_500_000, 30, 1000, 60);
    assert_eq!(text(of(&presentation, Some(0))), before);
    let next = text(of(&presentation, Some(2)));
    assert!(next.contains("\n00:00:02.400 --> 00:00:04.400\nLate\n"), "{next}");
    assert!(next.contains("\n00:00:02.500 --> 00:00:04.500\nIn time\n"), "{next}");
    push_video(&mut presentation, 4_500_000, 30, 60, 60);
    let whole = text(of(&presentation, None));
    assert_eq!(whole.matches("-->").count(), 2, "{whole}");
    assert_eq!(presentation.captions(&TrackName::VIDEO, 99, None), Resource::Absent);
    assert_eq!(presentation.captions(&TrackName::AUDIO, 0, None), Resource::Absent);

    presentation.set_catalogue(&Catalogue { epoch: UnixMs(EPOCH.0 + 1), ..catalogue(0) });
    push_video(&mut presentation, 0, 30, 60, 200);
    let msn = presentation.timeline(&TrackName::VIDEO).unwrap().next_msn() - 2;
    for msn in 0..=msn {
        if let Resource::Ready(text) = presentation.captions(&TrackName::VIDEO, msn, None) {
            assert!(!text.contains("-->"), "{text}");
        }
    }
}
