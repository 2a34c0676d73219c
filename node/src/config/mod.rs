//! What the user configured: flags over environment over file over defaults, merged here and nowhere else.
//!
//! A [`Layer`] is one of them, with every key optional; [`Config`] is the result. What the host sets in the studio
//! is not configuration but state, and lives in [`crate::store`].

mod network;
mod print;
mod rate;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_media::{Quality, Source};
use serde::Deserialize;

pub use network::{NetworkConfig, NetworkLayer, names_peer};
pub use rate::{Mbps, RateError};

/// The port of the web pages where nothing else is said.
pub const WEB_PORT: u16 = 8787;
/// The port that every RTMP program assumes.
pub const RTMP_PORT: u16 = 1935;
/// The port most SRT guides use.
pub const SRT_PORT: u16 = 9710;

/// The configuration of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the web pages are served.
    pub listen: SocketAddr,
    /// Names, beside the addresses listened on, under which browsers may ask for the pages.
    pub hosts: Vec<String>,
    /// The address under which WebRTC is reachable from outside, where the router forwards it.
    pub public_address: Option<IpAddr>,
    /// The first of the 64 UDP and TCP ports of WebRTC, one for each viewer; 0: any free ones.
    pub webrtc_port: u16,
    /// Where the picture comes from; `None`: as the studio left it.
    pub camera: Option<Source>,
    /// On air as soon as the node runs.
    pub live: bool,
    /// Where the room's key and the host's settings are kept; `None`: nowhere.
    pub data_dir: Option<PathBuf>,
    /// The full picture; `None`: as the studio left it.
    pub quality: Option<Quality>,
    /// Whether the small quality is encoded too; `None`: if the machine can.
    pub small: Option<bool>,
    /// Bits per second of the sound.
    pub audio_bitrate_bps: u32,
    /// Media per chunk.
    pub chunk: Duration,
    /// Time between keyframes that nobody asked for.
    pub keyframe_interval: Duration,
    /// Where RTMP is taken while it is on.
    pub rtmp: Listener,
    /// Where SRT is taken while it is on.
    pub srt: Listener,
    /// Whether WHIP is switched on at the start; `None`: as the studio left it.
    pub whip_on: Option<bool>,
    /// The node among its peers.
    pub network: NetworkConfig,
}

/// A way in for publishers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Where it listens while it is on.
    pub listen: SocketAddr,
    /// Whether it is switched on at the start; `None`: as the studio left it.
    pub on: Option<bool>,
}

/// One layer of configuration: the file, or the flags with the environment. Later ones win key by key.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layer {
    /// See [`Config::listen`].
    pub listen: Option<SocketAddr>,
    /// See [`Config::hosts`].
    pub hosts: Option<Vec<String>>,
    /// See [`Config::camera`].
    pub camera: Option<Source>,
    /// See [`Config::live`].
    pub live: Option<bool>,
    /// See [`Config::data_dir`].
    pub data_dir: Option<PathBuf>,
    /// Keep nothing on disk; wins over `data_dir`.
    pub ephemeral: Option<bool>,
    /// Picture and sound.
    pub media: MediaLayer,
    /// WebRTC.
    pub webrtc: WebrtcLayer,
    /// RTMP.
    pub rtmp: ListenerLayer,
    /// SRT.
    pub srt: ListenerLayer,
    /// WHIP.
    pub whip: WhipLayer,
    /// The node among its peers.
    pub network: NetworkLayer,
}

/// The `[media]` section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaLayer {
    /// Pixels across.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
    /// Frames per second.
    pub fps: Option<u32>,
    /// Bits per second of the picture.
    pub bitrate_bps: Option<u32>,
    /// See [`Config::small`].
    pub small: Option<bool>,
    /// See [`Config::audio_bitrate_bps`].
    pub audio_bitrate_bps: Option<u32>,
    /// See [`Config::chunk`], in milliseconds.
    pub chunk_ms: Option<u32>,
    /// See [`Config::keyframe_interval`], in milliseconds.
    pub keyframe_interval_ms: Option<u32>,
}

/// The `[webrtc]` section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebrtcLayer {
    /// See [`Config::public_address`].
    pub public_address: Option<IpAddr>,
    /// See [`Config::webrtc_port`].
    pub port: Option<u16>,
}

/// The `[rtmp]` and `[srt]` sections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListenerLayer {
    /// See [`Listener::listen`].
    pub listen: Option<SocketAddr>,
    /// See [`Listener::on`].
    pub on: Option<bool>,
}

/// The `[whip]` section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WhipLayer {
    /// See [`Config::whip_on`].
    pub on: Option<bool>,
}

/// Why the configuration can't be used. The sentence is for the user.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the configuration file {path} cannot be read: {error}; check the path given with --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file is not TOML, or has a key or value that does not exist.
    #[error(
        "the configuration file {path} has a mistake at {at}; `parlor run --print-config` shows every key"
    )]
    Mistake {
        /// The file.
        path: PathBuf,
        /// Line and reason, on one line.
        at: String,
    },
    /// A value is outside what the key takes.
    #[error(
        "`{key}` is {value}, but must be {limits}; change it in the configuration or on the command line"
    )]
    OutOfRange {
        /// The key as the file writes it.
        key: &'static str,
        /// What was given.
        value: u32,
        /// What is allowed, in words.
        limits: &'static str,
    },
    /// The network's settings do not fit together.
    #[error("{0}")]
    Network(&'static str),
}

impl Layer {
    /// The layer that this file holds.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`] or [`ConfigError::Mistake`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |error| ConfigError::Unreadable { path: path.to_owned(), error };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
            let reason = error.message().replace('\n', " ");
            ConfigError::Mistake { path: path.to_owned(), at: format!("line {line}: {reason}") }
        })
    }

    /// This layer with `over` on top of it.
    #[must_use]
    pub fn under(self, over: Self) -> Self {
        Self {
            listen: over.listen.or(self.listen),
            hosts: over.hosts.or(self.hosts),
            camera: over.camera.or(self.camera),
            live: over.live.or(self.live),
            data_dir: over.data_dir.or(self.data_dir),
            ephemeral: over.ephemeral.or(self.ephemeral),
            media: MediaLayer {
                width: over.media.width.or(self.media.width),
                height: over.media.height.or(self.media.height),
                fps: over.media.fps.or(self.media.fps),
                bitrate_bps: over.media.bitrate_bps.or(self.media.bitrate_bps),
                small: over.media.small.or(self.media.small),
                audio_bitrate_bps: over.media.audio_bitrate_bps.or(self.media.audio_bitrate_bps),
                chunk_ms: over.media.chunk_ms.or(self.media.chunk_ms),
                keyframe_interval_ms: over.media.keyframe_interval_ms.or(self.media.keyframe_interval_ms),
            },
            webrtc: WebrtcLayer {
                public_address: over.webrtc.public_address.or(self.webrtc.public_address),
                port: over.webrtc.port.or(self.webrtc.port),
            },
            rtmp: self.rtmp.under(over.rtmp),
            srt: self.srt.under(over.srt),
            whip: WhipLayer { on: over.whip.on.or(self.whip.on) },
            network: self.network.under(over.network),
        }
    }

    /// The configuration with defaults where this layer says nothing.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] for the first value that its key does not take.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let defaults = parlor_media::Settings::default();
        let media = self.media;
        let listen = self.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, WEB_PORT)));
        let chunk_ms = media.chunk_ms.unwrap_or(defaults.chunk.as_millis() as u32);
        let interval_ms = media.keyframe_interval_ms.unwrap_or(defaults.keyframe_interval.as_millis() as u32);
        let data_dir = self.data_dir.or_else(default_data_dir);
        Ok(Config {
            listen,
            hosts: self.hosts.unwrap_or_default(),
            public_address: self.webrtc.public_address,
            webrtc_port: self.webrtc.port.unwrap_or(0),
            camera: self.camera,
            live: self.live.unwrap_or(false),
            data_dir: data_dir.filter(|_| !self.ephemeral.unwrap_or(false)),
            quality: media.quality()?,
            small: media.small,
            audio_bitrate_bps: within(
                "media.audio_bitrate_bps",
                media.audio_bitrate_bps.unwrap_or(defaults.audio_bitrate_bps),
                16_000..=256_000,
                "16000 to 256000",
            )?,
            chunk: Duration::from_millis(within("media.chunk_ms", chunk_ms, 10..=100, "10 to 100")?.into()),
            keyframe_interval: Duration::from_millis(
                within("media.keyframe_interval_ms", interval_ms, 500..=4000, "500 to 4000")?.into(),
            ),
            rtmp: self.rtmp.resolve(listen.ip(), RTMP_PORT),
            srt: self.srt.resolve(listen.ip(), SRT_PORT),
            whip_on: self.whip.on,
            network: self.network.resolve()?,
        })
    }
}

impl MediaLayer {
    /// The full picture, if any of its values is given.
    fn quality(&self) -> Result<Option<Quality>, ConfigError> {
        if let (None, None, None, None) = (self.width, self.height, self.fps, self.bitrate_bps) {
            return Ok(None);
        }
        let defaults = Quality::default();
        let quality = Quality {
            width: self.width.unwrap_or(defaults.width),
            height: self.height.unwrap_or(defaults.height),
            fps: self.fps.unwrap_or(defaults.fps),
            bitrate_bps: self.bitrate_bps.unwrap_or(defaults.bitrate_bps),
        };
        check_quality(quality).map(Some)
    }
}

/// The quality if an encoder can make it.
///
/// # Errors
/// [`ConfigError::OutOfRange`] for the first value that is outside its limits.
pub fn check_quality(quality: Quality) -> Result<Quality, ConfigError> {
    within("media.width", quality.width, 160..=3840, "an even number from 160 to 3840")?;
    within("media.height", quality.height, 120..=2160, "an even number from 120 to 2160")?;
    within("media.fps", quality.fps, 10..=60, "10 to 60")?;
    within("media.bitrate_bps", quality.bitrate_bps, 100_000..=50_000_000, "100000 to 50000000")?;
    let even = |key, value: u32| match value % 2 {
        0 => Ok(()),
        _ => Err(ConfigError::OutOfRange { key, value, limits: "an even number" }),
    };
    even("media.width", quality.width)?;
    even("media.height", quality.height)?;
    Ok(quality)
}

impl ListenerLayer {
    fn under(self, over: Self) -> Self {
        Self { listen: over.listen.or(self.listen), on: over.on.or(self.on) }
    }

    /// Publishers come in where the web pages are served, unless told otherwise.
    fn resolve(self, address: IpAddr, port: u16) -> Listener {
        Listener { listen: self.listen.unwrap_or(SocketAddr::new(address, port)), on: self.on }
    }
}

fn within(
    key: &'static str,
    value: u32,
    range: std::ops::RangeInclusive<u32>,
    limits: &'static str,
) -> Result<u32, ConfigError> {
    if range.contains(&value) { Ok(value) } else { Err(ConfigError::OutOfRange { key, value, limits }) }
}

fn default_data_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "parlor").map(|dirs| dirs.data_dir().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Layer {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn flags_win_over_the_file_key_by_key() {
        let file =
            layer("listen = '127.0.0.1:1'\nlive = true\n[media]\nfps = 25\nwidth = 640\n[rtmp]\non = true");
        let flags = layer("listen = '127.0.0.1:2'\n[media]\nfps = 15\n");
        let config = file.under(flags).resolve().unwrap();
        assert_eq!(config.listen.port(), 2);
        assert!(config.live);
        let quality = config.quality.unwrap();
        assert_eq!((quality.fps, quality.width, quality.height), (15, 640, Quality::default().height));
        assert_eq!(config.rtmp.on, Some(true));
    }

    #[test]
    fn ephemeral_wins_over_a_data_dir() {
        assert_eq!(layer("data_dir = '/x'").resolve().unwrap().data_dir, Some("/x".into()));
        assert_eq!(layer("data_dir = '/x'\nephemeral = true").resolve().unwrap().data_dir, None);
    }

    #[test]
    fn values_outside_their_limits_are_named() {
        let error = |text| layer(text).resolve().unwrap_err().to_string();
        assert!(error("[media]\nfps = 0").starts_with("`media.fps` is 0, but must be 10 to 60"));
        assert!(error("[media]\nwidth = 641").contains("an even number"));
        assert!(error("[media]\nchunk_ms = 101").contains("10 to 100"));
    }

    #[test]
    fn what_is_printed_reads_as_the_same() {
        for text in [
            "",
            "camera = 'test'\nhosts = ['room.example']\nlive = true\ndata_dir = '/tmp/a b'\n[media]\nfps = 15\nsmall = false\n\
             [webrtc]\npublic_address = '192.0.2.1'\nport = 7000\n[srt]\nlisten = '[::1]:9'\non = true\n[whip]\non = false\n[network]\nport = 4001\nvisibility = 'listed'\nlobby_picture = 'frozen'\n\
             reach = 'relayed'\nrelays = ['/ip4/192.0.2.1/udp/1/quic-v1/p2p/12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X']\n\
             bootstrap = ['/dns/a.example/tcp/1']\nupload_mbps = 2.5\nmdns = false",
            "ephemeral = true",
        ] {
            let config = layer(text).resolve().unwrap();
            assert_eq!(layer(&config.to_string()).resolve().unwrap(), config, "{config}");
        }
    }
}
