//! The catalogue: which tracks a room has at the moment.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{MAX_INIT_BYTES, Track, TrackName, UnixMs};

/// The most tracks of a room: two qualities, two codecs of sound and the pictures, with room to grow.
pub const MAX_TRACKS: usize = 12;
/// The longest encoded catalogue: every track with the largest initialization, and what stands around it.
const MAX_CATALOGUE_BYTES: usize = MAX_TRACKS * (MAX_INIT_BYTES + 512);

/// A room's tracks, and when its timeline began.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// The wall-clock time at media time zero, by the host's clock.
    pub epoch: UnixMs,
    /// The tracks, [`MAX_TRACKS`] at most, best quality first within a medium.
    pub tracks: Vec<Track>,
}

/// Why bytes are not a catalogue. The sender is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The bytes are not the CBOR that `spec/media.cddl` describes.
    #[error("the catalogue is malformed")]
    Malformed,
    /// More than [`MAX_TRACKS`] tracks, or an initialization above [`MAX_INIT_BYTES`].
    #[error("the catalogue is larger than its limits")]
    TooLarge,
    /// Two tracks have the same name.
    #[error("the catalogue names a track twice")]
    Twice,
}

impl Catalogue {
    /// The track of this name, where the room has it.
    #[must_use]
    pub fn track(&self, name: &TrackName) -> Option<&Track> {
        self.tracks.iter().find(|track| track.name == *name)
    }

    /// The catalogue in CBOR (RFC 8949).
    ///
    /// # Errors
    /// [`CatalogueError::TooLarge`] or [`CatalogueError::Twice`] for one that no receiver would take.
    pub fn encode(&self) -> Result<Vec<u8>, CatalogueError> {
        self.check()?;
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).expect("a vector takes every write");
        Ok(bytes)
    }

    /// The catalogue that these bytes hold.
    ///
    /// # Errors
    /// A [`CatalogueError`] that names what is wrong with them.
    pub fn decode(bytes: &Bytes) -> Result<Self, CatalogueError> {
        if bytes.len() > MAX_CATALOGUE_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        let mut rest = &bytes[..];
        let catalogue: Self = ciborium::from_reader(&mut rest).map_err(|_| CatalogueError::Malformed)?;
        if !rest.is_empty() {
            return Err(CatalogueError::Malformed);
        }
        catalogue.check()?;
        Ok(catalogue)
    }

    fn check(&self) -> Result<(), CatalogueError> {
        let too_large = |track: &Track| track.init.len() > MAX_INIT_BYTES || track.codec.len() > 64;
        if self.tracks.len() > MAX_TRACKS || self.tracks.iter().any(too_large) {
            return Err(CatalogueError::TooLarge);
        }
        let again =
            |(at, track): (usize, &Track)| self.tracks[..at].iter().any(|other| other.name == track.name);
        if self.tracks.iter().enumerate().any(again) {
            return Err(CatalogueError::Twice);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Audio, Medium, Picture, Video};
    use proptest::prelude::*;
    use serde_json::Value;

    fn hex(value: &Value) -> Bytes {
        data_encoding::HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap().into()
    }

    fn number(value: &Value) -> u32 {
        value.as_u64().unwrap().try_into().unwrap()
    }

    fn medium(value: &Value) -> Medium {
        let (kind, of) = value.as_object().unwrap().iter().next().unwrap();
        match kind.as_str() {
            "video" => Medium::Video(Video {
                width: number(&of["width"]),
                height: number(&of["height"]),
                frame_rate_milli: number(&of["frame_rate_milli"]),
                reordered: of["reordered"].as_bool().unwrap(),
            }),
            "audio" => Medium::Audio(Audio {
                sample_rate: number(&of["sample_rate"]),
                channels: number(&of["channels"]) as u8,
            }),
            _ => Medium::Picture(Picture { width: number(&of["width"]), height: number(&of["height"]) }),
        }
    }

    fn catalogue(value: &Value) -> Catalogue {
        let track = |track: &Value| Track {
            name: track["name"].as_str().unwrap().parse().unwrap(),
            medium: medium(&track["medium"]),
            codec: track["codec"].as_str().unwrap().into(),
            bitrate_bps: number(&track["bitrate_bps"]),
            init_version: number(&track["init_version"]),
            init: hex(&track["init"]),
        };
        Catalogue {
            epoch: UnixMs(value["epoch"].as_u64().unwrap()),
            tracks: value["tracks"].as_array().unwrap().iter().map(track).collect(),
        }
    }

    #[test]
    fn vectors() {
        let vectors: Value = serde_json::from_str(include_str!("../../vectors/catalogue.json")).unwrap();
        let all = |name: &str| vectors[name].as_array().unwrap().clone();
        for vector in all("catalogues") {
            assert_eq!(
                catalogue(&vector["catalogue"]).encode().unwrap(),
                hex(&vector["encoded"]),
                "{vector}"
            );
        }
        for vector in all("catalogues").iter().chain(&all("read")) {
            assert_eq!(Catalogue::decode(&hex(&vector["encoded"])), Ok(catalogue(&vector["catalogue"])));
        }
        for vector in all("refused") {
            let error = Catalogue::decode(&hex(&vector["encoded"])).unwrap_err();
            assert_eq!(format!("{error:?}"), vector["error"].as_str().unwrap(), "{vector}");
        }
    }

    fn picture(name: &str, init: usize, codec: usize) -> Track {
        Track {
            name: name.parse().unwrap(),
            medium: Medium::Picture(Picture { width: 1, height: 1 }),
            codec: "x".repeat(codec),
            bitrate_bps: 0,
            init_version: 0,
            init: vec![0; init].into(),
        }
    }

    #[test]
    fn limits_hold_in_both_directions() {
        let check = |tracks: Vec<Track>, expected| {
            let catalogue = Catalogue { epoch: UnixMs(0), tracks };
            assert_eq!(catalogue.encode(), Err(expected));
            let mut bytes = Vec::new();
            ciborium::into_writer(&catalogue, &mut bytes).unwrap();
            assert_eq!(Catalogue::decode(&bytes.into()), Err(expected));
        };
        let names: Vec<String> = (0..=MAX_TRACKS).map(|number| format!("t{number}")).collect();
        let largest = || names[1..].iter().map(|name| picture(name, MAX_INIT_BYTES, 64)).collect();
        check(names.iter().map(|name| picture(name, 0, 4)).collect(), CatalogueError::TooLarge);
        check(vec![picture("a", MAX_INIT_BYTES + 1, 4)], CatalogueError::TooLarge);
        check(vec![picture("a", 0, 65)], CatalogueError::TooLarge);
        check(vec![picture("a", 0, 4), picture("b", 0, 4), picture("a", 0, 4)], CatalogueError::Twice);
        // The largest that may be sent is taken, and nothing longer is even looked at.
        let bytes = Catalogue { epoch: UnixMs(u64::MAX), tracks: largest() }.encode().unwrap();
        assert!(Catalogue::decode(&bytes.into()).is_ok());
        assert_eq!(
            Catalogue::decode(&vec![0xa0; MAX_CATALOGUE_BYTES + 1].into()),
            Err(CatalogueError::TooLarge)
        );
    }

    prop_compose! {
        fn any_track()(
            name in "[a-z0-9-]{1,24}", kind in 0..3, codec in "[ -~]{0,64}", numbers: [u32; 5], reordered: bool,
            channels: u8, init in prop::collection::vec(any::<u8>(), 0..100),
        ) -> Track {
            let [width, height, frame_rate_milli, bitrate_bps, init_version] = numbers;
            let medium = match kind {
                0 => Medium::Video(Video { width, height, frame_rate_milli, reordered }),
                1 => Medium::Audio(Audio { sample_rate: width, channels }),
                _ => Medium::Picture(Picture { width, height }),
            };
            Track { name: name.parse().unwrap(), medium, codec, bitrate_bps, init_version, init: init.into() }
        }
    }

    proptest! {
        #[test]
        fn round_trips(epoch: u64, tracks in prop::collection::vec(any_track(), 0..=MAX_TRACKS)) {
            let catalogue = Catalogue { epoch: UnixMs(epoch), tracks };
            // Two random names are hardly ever the same.
            prop_assume!(catalogue.check().is_ok());
            let bytes = catalogue.encode().unwrap();
            prop_assert_eq!(Catalogue::decode(&bytes.into()), Ok(catalogue));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Catalogue::decode(&bytes.into());
        }

        #[test]
        fn no_damaged_catalogue_panics(
            track in any_track(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index,
        ) {
            let mut bytes = Catalogue { epoch: UnixMs(0), tracks: vec![track] }.encode().unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(cut.index(2 * bytes.len()));
            let _ = Catalogue::decode(&bytes.into());
        }
    }
}
