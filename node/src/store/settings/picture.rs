//! A picture among the settings: its bytes in base64 (RFC 4648, section 4).

use bytes::Bytes;
use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The bytes of a picture. Clones share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPicture(Bytes);

impl From<Bytes> for KeptPicture {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<KeptPicture> for Bytes {
    fn from(picture: KeptPicture) -> Self {
        picture.0
    }
}

impl Serialize for KeptPicture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for KeptPicture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| D::Error::custom("a picture is no base64"))?;
        Ok(Self(bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use crate::store::{EmoteSettings, Settings};

    use super::*;

    #[test]
    fn a_picture_is_read_as_it_was_written() {
        let picture = KeptPicture(Bytes::from_static(b"\x89PNG\0\xff"));
        let emotes = vec![EmoteSettings { name: "wave".into(), picture }];
        let settings = Settings { emotes, ..Settings::default() };
        let text = toml::to_string(&settings).unwrap();
        assert!(text.contains("iVBORwD/"), "{text}");
        assert_eq!(toml::from_str::<Settings>(&text).unwrap(), settings);
        assert!(toml::from_str::<Settings>(&text.replace("iVBORwD/", "<b>")).is_err());
    }
}
