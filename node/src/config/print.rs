//! The configuration as a commented file: what `parlor run --print-config` prints.

use std::fmt;

use libp2p::Multiaddr;
use parlor_media::{Quality, Source};

use super::{Config, NetworkConfig};
use crate::carry::Visibility;
use crate::swarm::Reach;

/// A TOML string, quoted and escaped.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// `key = value`, or the same as a comment where the key is not set.
fn line(f: &mut fmt::Formatter<'_>, key: &str, value: Option<String>, example: &str) -> fmt::Result {
    match value {
        Some(value) => writeln!(f, "{key} = {value}\n"),
        None => writeln!(f, "#{key} = {example}\n"),
    }
}

/// Every key with what it does; keys that are left to the studio or to the machine are commented out.
impl fmt::Display for Config {
    #[allow(clippy::too_many_lines, reason = "one list, in the file's order")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let defaults = Quality::default();
        writeln!(f, "# Parlor's configuration. Flags and the environment (PARLOR_LISTEN …) win over it.\n")?;

        writeln!(
            f,
            "# Where the web pages are served. Keep 127.0.0.1 unless others shall reach the node directly;"
        )?;
        writeln!(f, "# 0.0.0.0 opens it to your network. Port 0: any free one.")?;
        line(f, "listen", Some(quoted(&self.listen.to_string())), "")?;

        writeln!(
            f,
            "# Further names under which browsers may ask for the pages, such as the name of your router."
        )?;
        writeln!(
            f,
            "# Any other name is refused, so that a foreign page can't reach the node through a browser."
        )?;
        let hosts: Vec<_> = self.hosts.iter().map(|host| quoted(host)).collect();
        line(f, "hosts", Some(format!("[{}]", hosts.join(", "))), "")?;

        writeln!(
            f,
            "# Where the picture comes from: auto, test, none, libcamera, v4l2:PATH, rtsp://…, file:PATH."
        )?;
        writeln!(f, "# Unset: as you left it in the studio, and auto at first.")?;
        let camera = self.camera.clone().map(|camera| quoted(&String::from(camera)));
        line(f, "camera", camera, &quoted(&String::from(Source::Auto)))?;

        writeln!(
            f,
            "# On air as soon as the node runs, by which you state that everybody on camera is an adult and consents.\n# Otherwise you go live in the studio, which asks."
        )?;
        line(f, "live", Some(self.live.to_string()), "")?;

        writeln!(
            f,
            "# Where the room's key and your settings are kept. Nothing about a viewer is ever written."
        )?;
        let data_dir = self.data_dir.as_ref().map(|dir| quoted(&dir.display().to_string()));
        line(f, "data_dir", data_dir, "\"/var/lib/parlor\"")?;

        writeln!(f, "# Keep nothing on disk: the room's key and address are new at every start.")?;
        line(f, "ephemeral", Some(self.data_dir.is_none().to_string()), "")?;

        writeln!(f, "[media]")?;
        writeln!(
            f,
            "# The full picture: pixels across and down (even), frames per second, bits per second. A viewer"
        )?;
        writeln!(f, "# costs your uplink this bitrate. Unset: as you left it in the studio.")?;
        let quality = |pick: fn(Quality) -> u32| self.quality.map(|quality| pick(quality).to_string());
        line(f, "width", quality(|q| q.width), &defaults.width.to_string())?;
        line(f, "height", quality(|q| q.height), &defaults.height.to_string())?;
        line(f, "fps", quality(|q| q.fps), &defaults.fps.to_string())?;
        line(f, "bitrate_bps", quality(|q| q.bitrate_bps), &defaults.bitrate_bps.to_string())?;
        writeln!(
            f,
            "# A second, small quality for phones and slow lines. Costs about a third of the encoder's work"
        )?;
        writeln!(f, "# again. Unset: if the machine is fast enough.")?;
        line(f, "small", self.small.map(|small| small.to_string()), "true")?;
        writeln!(f, "# Bits per second of the sound.")?;
        line(f, "audio_bitrate_bps", Some(self.audio_bitrate_bps.to_string()), "")?;
        writeln!(
            f,
            "# Milliseconds of media per chunk, 10 to 100. Shorter is sooner at the viewer and costs more headers."
        )?;
        line(f, "chunk_ms", Some(self.chunk.as_millis().to_string()), "")?;
        writeln!(
            f,
            "# Milliseconds between keyframes that nobody asked for, 500 to 4000. Longer saves bits."
        )?;
        line(f, "keyframe_interval_ms", Some(self.keyframe_interval.as_millis().to_string()), "")?;

        writeln!(f, "[webrtc]")?;
        writeln!(
            f,
            "# The address under which viewers outside reach the node, where your router forwards the ports below."
        )?;
        let public = self.public_address.map(|address| quoted(&address.to_string()));
        line(f, "public_address", public, "\"192.0.2.1\"")?;
        writeln!(
            f,
            "# The first of the 64 ports of WebRTC, UDP and TCP, one for each viewer; 0: any free ones."
        )?;
        line(f, "port", Some(self.webrtc_port.to_string()), "")?;

        for (name, what, listener) in [
            (
                "rtmp",
                "RTMP, as OBS and ffmpeg send it. Not encrypted: use it on your own network only.",
                self.rtmp,
            ),
            ("srt", "SRT, as OBS and ffmpeg send it, encrypted by its publish key.", self.srt),
        ] {
            writeln!(f, "[{name}]")?;
            writeln!(f, "# {what}")?;
            writeln!(f, "# Where it listens while it is on.")?;
            line(f, "listen", Some(quoted(&listener.listen.to_string())), "")?;
            writeln!(
                f,
                "# Switched on at the start; the key stands in the studio. Unset: as you left it there."
            )?;
            line(f, "on", listener.on.map(|on| on.to_string()), "true")?;
        }
        writeln!(f, "[whip]")?;
        writeln!(f, "# WHIP, as browsers and OBS 30 send it, on the port of the web pages.")?;
        line(f, "on", self.whip_on.map(|on| on.to_string()), "true")?;
        self.network.fmt(f)
    }
}

/// The `[network]` section, in the same way.
impl fmt::Display for NetworkConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |addresses: &[Multiaddr]| {
            let all: Vec<_> = addresses.iter().map(|address| quoted(&address.to_string())).collect();
            Some(format!("[{}]", all.join(", ")))
        };
        writeln!(f, "[network]")?;
        writeln!(
            f,
            "# The port for other nodes, UDP (QUIC) and TCP; 0: any free ones. Forward it on your router if"
        )?;
        writeln!(f, "# you can: the others then reach you without a relay's help.")?;
        line(f, "port", Some(self.port.to_string()), "")?;
        writeln!(
            f,
            "# Who learns of your room: \"invite\", those who have a link; \"listed\", everybody's lobby."
        )?;
        writeln!(f, "# Unset: as you left it in the studio, and invite at first.")?;
        let visibility =
            self.visibility.map(|it| quoted(if it == Visibility::Listed { "listed" } else { "invite" }));
        line(f, "visibility", visibility, "\"listed\"")?;
        writeln!(
            f,
            "# What picture of a listed room stands in lobbies: \"live\", a new one each minute; \"blurred\", light and\n\
             # colours alone; \"frozen\", the show's first; \"none\". Unset: as you left it in the studio, and live at first."
        )?;
        line(f, "lobby_picture", self.lobby_picture.map(|it| quoted(it.as_str())), "\"blurred\"")?;
        writeln!(
            f,
            "# How others reach you: \"direct\", and they see your address; \"relayed\", only through the relays"
        )?;
        writeln!(
            f,
            "# below, which alone see it. Unset: as you left it in the studio, and direct at first."
        )?;
        let reach = self.reach.map(|it| quoted(if it == Reach::Relayed { "relayed" } else { "direct" }));
        line(f, "reach", reach, "\"relayed\"")?;
        writeln!(f, "# Relays, each with its peer id: /dns/relay.example/udp/4001/quic-v1/p2p/…")?;
        line(f, "relays", list(&self.relays), "")?;
        writeln!(f, "# Nodes to begin with. On a local network none is needed.")?;
        line(f, "bootstrap", list(&self.bootstrap), "")?;
        writeln!(
            f,
            "# The most that goes out to other nodes, in Mbit/s, such as 8 or 0.5; 0: nothing. Unset: as you left it in the studio."
        )?;
        line(f, "upload_mbps", self.upload_mbps.map(|mbps| mbps.to_string()), "10")?;
        writeln!(f, "# Look for nodes on the local network (mDNS).")?;
        line(f, "mdns", Some(self.mdns.to_string()), "")
    }
}
