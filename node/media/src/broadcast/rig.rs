//! The encoders that run: what is needed at the moment, and the building of it.

use std::sync::Arc;

use gstreamer as gst;
use parlor_protocol::media::{MediaTime, TrackName};

use super::stage::Stage;
use super::tracks::Origin;
use crate::encode::{
    Candidate, Codec, Decoder, EncodeError, Failed, PictureEncoder, SoundEncoder, Spec, Start, VideoEncoder,
};
use crate::frame::{AccessUnit, AvcConfig, PictureFormat};

/// Pictures that may wait for an encoder when the machine is busy for a moment. More would add delay and, at 1.4 MB
/// each for 720p, memory.
const WAITING_PICTURES: u64 = 3;

/// What comes from the source, or from the slate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flow {
    /// Raw pictures.
    Raw(PictureFormat),
    /// H.264 that is passed through, and the rate it is taken to have if it does not say.
    Coded(Arc<AvcConfig>, PictureFormat),
}

impl Flow {
    /// The form of the raw pictures that there are, or that can be made.
    pub(super) fn picture(&self) -> PictureFormat {
        match self {
            Self::Raw(format) | Self::Coded(_, format) => *format,
        }
    }
}

/// One part that may be in the rig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// The full picture of raw ones.
    Full(Spec),
    /// The small picture: of pictures in the format, to the spec.
    Small(PictureFormat, Spec),
    /// Still pictures of pictures in the format.
    Pictures(PictureFormat),
    /// Raw pictures of a source's own H.264, for the last two.
    Decoder(Arc<AvcConfig>, PictureFormat),
    /// The sound in a codec, at a bitrate.
    Sound(Codec, u32),
}

/// What a role is played by.
#[derive(Debug)]
enum Actor {
    Video(VideoEncoder),
    Pictures(PictureEncoder),
    Decoder(Decoder),
    Sound(SoundEncoder),
}

/// A running part of the rig. Dropping it waits for its thread, which takes the stage's and the tracks' locks: so
/// never under these.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) origin: Origin,
    actor: Actor,
}

/// The roles that have to be played.
///
/// Nothing is encoded that nobody can get: the full picture only if the source has not coded it already, still
/// pictures only while they are watched, and decoding only for those who need it.
pub(super) fn roles(flow: &Flow, full: Spec, small: bool, pictures: bool, opus_bps: u32) -> Vec<Role> {
    let format = flow.picture();
    let full = Spec { picture: format, ..full };
    let mut roles = Vec::new();
    match flow {
        Flow::Raw(_) => roles.push(Role::Full(full)),
        Flow::Coded(config, _) if small || pictures => roles.push(Role::Decoder(config.clone(), format)),
        Flow::Coded(..) => {}
    }
    if small {
        roles.push(Role::Small(format, full.small()));
    }
    if pictures {
        roles.push(Role::Pictures(format));
    }
    roles.extend([Codec::Opus, Codec::Aac].map(|codec| Role::Sound(codec, codec.bitrate_bps(opus_bps))));
    roles
}

impl Role {
    /// The element that a failure in this role is blamed on.
    pub(super) fn element(&self, candidate: &Candidate) -> &'static str {
        match self {
            Self::Full(_) | Self::Small(..) => candidate.element,
            Self::Pictures(_) => "jpegenc",
            Self::Decoder(..) => "avdec_h264",
            Self::Sound(codec, _) => codec.encoder().unwrap_or("opusenc"),
        }
    }
}

impl Part {
    /// Builds and starts what plays this role; its frames go to the stage's tracks.
    pub(super) fn build(
        role: Role,
        origin: Origin,
        candidate: &Candidate,
        stage: &Arc<Stage>,
        failed: Failed,
    ) -> Result<Self, EncodeError> {
        let video = |name: TrackName, input, spec: &Spec, failed| {
            let tracks = stage.tracks().clone();
            let take = move |unit| tracks.video(&name, origin, unit);
            VideoEncoder::start(candidate, input, spec, WAITING_PICTURES, take, failed).map(Actor::Video)
        };
        let actor = match &role {
            Role::Full(spec) => video(TrackName::VIDEO, spec.picture, spec, failed)?,
            Role::Small(input, spec) => video(TrackName::VIDEO_SMALL, *input, spec, failed)?,
            Role::Pictures(input) => {
                let tracks = stage.tracks().clone();
                let take = move |jpeg, time| tracks.picture(jpeg, time);
                Actor::Pictures(PictureEncoder::start(*input, take, failed)?)
            }
            Role::Decoder(config, output) => {
                let stage = stage.clone();
                let take = move |picture, time| stage.decoded(origin, &picture, time);
                Actor::Decoder(Decoder::start(config, *output, take, failed)?)
            }
            Role::Sound(codec, bitrate_bps) => {
                let tracks = stage.tracks().clone();
                let name = if *codec == Codec::Opus { TrackName::AUDIO } else { TrackName::AUDIO_AAC };
                let take = move |packet| tracks.sound(&name, packet);
                let start = Start { take: Box::new(take), failed };
                Actor::Sound(SoundEncoder::start(*codec, *bitrate_bps, start)?)
            }
        };
        Ok(Self { role, origin, actor })
    }

    /// Takes a raw picture, if the part is one for pictures of this format; for the full picture only if `full`.
    pub(super) fn picture(&self, picture: &gst::Buffer, format: PictureFormat, pts: MediaTime, full: bool) {
        match (&self.role, &self.actor) {
            (Role::Full(spec), Actor::Video(encoder)) if full && spec.picture == format => {
                encoder.push(picture.clone(), pts);
            }
            (Role::Small(input, _), Actor::Video(encoder)) if *input == format => {
                encoder.push(picture.clone(), pts);
            }
            (Role::Pictures(input), Actor::Pictures(encoder)) if *input == format => {
                encoder.push(picture.clone(), pts);
            }
            _ => {}
        }
    }

    /// Takes a coded frame, if the part decodes frames of its set-up.
    pub(super) fn unit(&self, unit: &AccessUnit) {
        if let (Role::Decoder(config, _), Actor::Decoder(decoder)) = (&self.role, &self.actor)
            && *config == unit.config
        {
            decoder.push(unit);
        }
    }

    /// Takes sound, if the part is one for sound.
    pub(super) fn sound(&self, sound: &gst::Buffer) {
        if let Actor::Sound(encoder) = &self.actor {
            encoder.push(sound.clone());
        }
    }

    /// Makes the next picture a keyframe, if the part encodes video.
    pub(super) fn request_keyframe(&self) {
        if let Actor::Video(encoder) = &self.actor {
            encoder.request_keyframe();
        }
    }

    /// The track whose frames it makes, if that is a video track.
    pub(super) fn video_track(&self) -> Option<TrackName> {
        match self.role {
            Role::Full(_) => Some(TrackName::VIDEO),
            Role::Small(..) => Some(TrackName::VIDEO_SMALL),
            _ => None,
        }
    }

    /// How much it had to drop, because it did not keep up.
    pub(super) fn dropped(&self) -> u64 {
        match &self.actor {
            Actor::Video(encoder) => encoder.dropped(),
            Actor::Sound(encoder) => encoder.dropped(),
            Actor::Pictures(encoder) => encoder.dropped(),
            Actor::Decoder(decoder) => decoder.dropped(),
        }
    }
}
