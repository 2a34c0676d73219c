//! Just enough of a playlist reader to follow a live one (RFC 8216bis); whether it is a good one, `media-doctor` says.

use std::collections::BTreeMap;

use media_doctor::{Report, check_hls_playlist};

/// An attribute list: names and values, without the quotes.
pub type Attributes = BTreeMap<String, String>;

/// A media playlist.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Playlist {
    /// `EXT-X-MEDIA-SEQUENCE`.
    pub first_msn: u64,
    /// `EXT-X-PART-INF`'s `PART-TARGET`, in seconds.
    pub part_target: f64,
    /// `EXT-X-SERVER-CONTROL`.
    pub control: Attributes,
    /// Where the preload hint points.
    pub preload: Option<String>,
    /// Segments, oldest first; the last may be one of which only parts exist.
    pub segments: Vec<Segment>,
}

/// A segment of a playlist.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Segment {
    /// Its address; `None` while it is being made.
    pub uri: Option<String>,
    /// Its length in seconds.
    pub seconds: f64,
    /// `EXT-X-MAP` that holds for it.
    pub map: String,
    /// `EXT-X-PROGRAM-DATE-TIME`, where it has one.
    pub date_time: Option<String>,
    /// The addresses of its parts, where they are listed.
    pub parts: Vec<String>,
    /// Whether a discontinuity stands before it.
    pub discontinuity: bool,
}

impl Playlist {
    /// Reads a media playlist, which must be without fault.
    ///
    /// # Panics
    /// If it is not.
    #[must_use]
    pub fn read(text: &str) -> Self {
        assert_valid(text);
        let (mut list, mut open, mut map) = (Self::default(), Segment::default(), String::new());
        for line in text.lines() {
            let (tag, value) = line.split_once(':').unwrap_or((line, ""));
            match tag {
                "#EXT-X-MEDIA-SEQUENCE" => list.first_msn = value.parse().expect("a number"),
                "#EXT-X-PART-INF" => {
                    list.part_target = attributes(value)["PART-TARGET"].parse().expect("seconds");
                }
                "#EXT-X-SERVER-CONTROL" => list.control = attributes(value),
                "#EXT-X-PRELOAD-HINT" => list.preload = attributes(value).remove("URI"),
                "#EXT-X-MAP" => map = attributes(value).remove("URI").expect("a map has a URI"),
                "#EXT-X-PROGRAM-DATE-TIME" => open.date_time = Some(value.to_owned()),
                "#EXT-X-DISCONTINUITY" => open.discontinuity = true,
                "#EXT-X-PART" => open.parts.push(attributes(value).remove("URI").expect("a part has a URI")),
                "#EXTINF" => open.seconds = value.trim_end_matches(',').parse().expect("seconds"),
                _ if !line.is_empty() && !line.starts_with('#') => {
                    open.uri = Some(line.to_owned());
                    open.map.clone_from(&map);
                    list.segments.push(std::mem::take(&mut open));
                }
                _ => {}
            }
        }
        if !open.parts.is_empty() {
            open.map = map;
            list.segments.push(open);
        }
        list
    }

    /// The number of the segment that comes next or is being made.
    #[must_use]
    pub fn open_msn(&self) -> u64 {
        self.first_msn + self.whole().count() as u64
    }

    /// How many parts of that segment there are.
    #[must_use]
    pub fn open_parts(&self) -> usize {
        self.segments.last().filter(|segment| segment.uri.is_none()).map_or(0, |segment| segment.parts.len())
    }

    /// The segments that are whole.
    pub fn whole(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|segment| segment.uri.is_some())
    }
}

/// The variants of a multivariant playlist (address and attributes), and the addresses of its other renditions.
#[must_use]
pub fn variants(text: &str) -> (Vec<(String, Attributes)>, Vec<Attributes>) {
    assert_valid(text);
    let lines: Vec<_> = text.lines().collect();
    let variant = |pair: &[&str]| {
        let value = pair[0].strip_prefix("#EXT-X-STREAM-INF:")?;
        Some((pair[1].to_owned(), attributes(value)))
    };
    let media = lines.iter().filter_map(|line| line.strip_prefix("#EXT-X-MEDIA:")).map(attributes).collect();
    (lines.windows(2).filter_map(variant).collect(), media)
}

/// Fails the test if the independent validator finds anything in the playlist.
///
/// # Panics
/// With the findings.
pub fn assert_valid(text: &str) {
    let mut report = Report::new();
    check_hls_playlist(text, &mut report);
    assert!(report.is_empty(), "{:#?}\n{text}", report.findings());
}

/// An attribute list (RFC 8216bis, section 4.2), without the quotes.
fn attributes(list: &str) -> Attributes {
    let (mut attributes, mut rest) = (BTreeMap::new(), list);
    while let Some((name, after)) = rest.split_once('=') {
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').expect("a quoted string ends"),
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        attributes.insert(name.to_owned(), value.to_owned());
        rest = after.trim_start_matches(',');
    }
    attributes
}

/// Resolves a relative address against the one that it was found at.
///
/// # Panics
/// If either is no address.
#[must_use]
pub fn resolve(base: &str, relative: &str) -> String {
    let base = reqwest::Url::parse(base).expect("a playlist has an address");
    base.join(relative).expect("a playlist lists addresses").into()
}

#[cfg(test)]
mod tests {
    use super::attributes;

    #[test]
    fn attributes_lose_their_quotes_and_keep_their_commas() {
        let read = attributes(r#"CODECS="avc1.42c01f,opus",BANDWIDTH=5,URI="a.m3u8""#);
        assert_eq!((read["CODECS"].as_str(), read["BANDWIDTH"].as_str()), ("avc1.42c01f,opus", "5"));
        assert_eq!(read["URI"], "a.m3u8");
    }
}
