//! Rules of RFC 8216bis that the validator leaves to others: accounting within a playlist, and from one to the next.

use std::collections::{BTreeMap, BTreeSet};

/// What a player remembers of a playlist.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    part_target: String,
    /// By media sequence number: discontinuity sequence number, duration and initialization.
    segments: BTreeMap<u64, (u64, String, String)>,
    seconds: f64,
}

/// The value of the first tag with this name.
fn tag<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}\n{text}"))
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// Holds the playlist against itself.
pub(super) fn check(text: &str) -> Seen {
    assert!(text.starts_with("#EXTM3U\n") && text.ends_with('\n'));
    let target = number(tag(text, "#EXT-X-TARGETDURATION:"));
    let part_target = tag(text, "#EXT-X-PART-INF:PART-TARGET=");
    let control = tag(text, "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=");
    let (part_hold_back, hold_back) = control.split_once(",HOLD-BACK=").unwrap();
    assert!(number(part_hold_back) >= 3.0 * number(part_target) && number(hold_back) >= 3.0 * target);

    let mut seen = Seen { part_target: part_target.into(), ..Seen::default() };
    let mut msn: u64 = tag(text, "#EXT-X-MEDIA-SEQUENCE:").parse().unwrap();
    let mut discontinuity: u64 = tag(text, "#EXT-X-DISCONTINUITY-SEQUENCE:").parse().unwrap();
    let (mut map, mut duration, mut dated, mut part) = (None, None, false, 0);
    let mut uris = BTreeSet::new();
    for line in text.lines() {
        if line == "#EXT-X-DISCONTINUITY" {
            discontinuity += 1;
        } else if let Some(uri) = line.strip_prefix("#EXT-X-MAP:URI=") {
            map = Some(uri.to_owned());
        } else if line.starts_with("#EXT-X-PROGRAM-DATE-TIME:") {
            dated = true;
        } else if let Some(attributes) = line.strip_prefix("#EXT-X-PART:DURATION=") {
            let (length, rest) = attributes.split_once(",URI=").unwrap();
            assert!(number(length) <= number(part_target));
            assert!(rest.starts_with(&format!("\"video/{msn}.{part}.m4s\"")), "{line}\n{text}");
            assert!(uris.insert(rest.to_owned()));
            part += 1;
        } else if let Some(length) = line.strip_prefix("#EXTINF:") {
            duration = Some(length.trim_end_matches(',').to_owned());
        } else if !line.starts_with('#') {
            assert_eq!(line, format!("video/{msn}.m4s"), "{text}");
            let duration = duration.take().unwrap();
            assert!(number(&duration).round() <= target && dated);
            seen.seconds += number(&duration);
            seen.segments.insert(msn, (discontinuity, duration, map.clone().unwrap()));
            (msn, part, dated) = (msn + 1, 0, false);
        }
    }
    assert!(!seen.segments.is_empty());
    seen
}

/// Holds a playlist against the one that came before it (section 6.2.1).
pub(super) fn check_successor(before: &Seen, after: &Seen) {
    assert_eq!(before.part_target, after.part_target);
    let (first_before, first_after) = (before.segments.keys().next(), after.segments.keys().next());
    assert!(first_before <= first_after);
    for (msn, segment) in &before.segments {
        match after.segments.get(msn) {
            Some(same) => assert_eq!(segment, same, "segment {msn}"),
            // Section 6.2.2: three target durations are left when one goes.
            None => assert!(after.seconds >= 12.0, "segment {msn} went too early"),
        }
    }
}
