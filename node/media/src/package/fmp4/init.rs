//! CMAF headers (`ftyp` and `moov`, ISO/IEC 23000-19 section 7.3.1), and the codec's name beside them.

use bytes::Bytes;
use mp4_atom::esds::{DecoderConfig, DecoderSpecific, EsDescriptor, SLConfig};
use mp4_atom::{
    Atom, Audio, Avc1, Avcc, Codec, Decode, Dinf, Dops, Dref, Esds, FourCC, Ftyp, Hdlr, Mdhd, Mdia, Minf,
    Moov, Mp4a, Mvex, Mvhd, Opus, Smhd, Stbl, Stco, Stsd, Tkhd, Trak, Trex, Url, Visual, Vmhd,
};

use super::Kind;
use super::avc::Record;
use super::boxes::{self, Found, Malformed};

/// What a video track's header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoInit {
    /// The `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15, section 5.3.3.1), with four-byte NAL lengths.
    pub record: Bytes,
    /// Pixels across, after cropping, 1 to 65 535.
    pub width: u32,
    /// Pixels down, after cropping, 1 to 65 535.
    pub height: u32,
}

/// What an audio track's header says. The sample rate is 48 kHz.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudioInit {
    /// Opus (RFC 6716) in MP4.
    Opus {
        /// Channels, 1 or 2.
        channels: u8,
        /// Samples at 48 kHz to drop at the start of the stream (RFC 7845, section 4.2).
        pre_skip: u16,
    },
    /// AAC, low complexity.
    Aac {
        /// The `AudioSpecificConfig` (ISO/IEC 14496-3, section 1.6.2.1): LC, 48 kHz, 1 or 2 channels.
        config: Bytes,
    },
}

/// A header, ready for the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// `ftyp` and `moov`.
    pub bytes: Bytes,
    /// The codec as RFC 6381 writes it: `avc1.42c01f`, `opus`, `mp4a.40.2`.
    pub codec: String,
}

/// Why there is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// The encoder's configuration record is cut short, has no parameter sets or not four bytes of length.
    #[error("the encoder gave no usable H.264 configuration record")]
    Record,
    /// The picture has no size, or one that MP4 can't write.
    #[error("a picture is 1 to 65535 pixels wide and high")]
    Size,
    /// The sound is not mono or stereo, not at 48 kHz or not AAC-LC.
    #[error("sound is Opus or AAC-LC at 48 kHz with 1 or 2 channels")]
    Sound,
    /// One of the headers to combine is not what this module writes. Whoever sent it is at fault.
    #[error("a track's header is malformed or has another track_ID than its medium")]
    Header,
}

impl From<Malformed> for InitError {
    fn from(Malformed: Malformed) -> Self {
        Self::Header
    }
}

/// The header of a video track.
pub fn video(init: &VideoInit) -> Result<Header, InitError> {
    let record = Record::parse(&init.record).ok_or(InitError::Record)?;
    if record.length_size != 4 || record.sps.is_empty() || record.pps.is_empty() {
        return Err(InitError::Record);
    }
    let side = |pixels| u16::try_from(pixels).ok().filter(|side| *side > 0).ok_or(InitError::Size);
    let (width, height) = (side(init.width)?, side(init.height)?);
    let avcc = avcc(&init.record)?;
    let entry = Avc1 {
        visual: Visual { data_reference_index: 1, width, height, ..Visual::default() },
        avcc,
        btrt: None,
        colr: None,
        pasp: None,
        taic: None,
        fiel: None,
        spatial: None,
    };
    let [profile, constraints, level] = record.profile;
    Ok(Header {
        bytes: header(&[(Kind::Video, track(Kind::Video, entry.into(), (width, height)))]),
        codec: format!("avc1.{profile:02x}{constraints:02x}{level:02x}"),
    })
}

fn avcc(record: &Bytes) -> Result<Avcc, InitError> {
    // The record is the body of the box; `mp4-atom` reads bodies only behind a header.
    let mut framed = Vec::with_capacity(8 + record.len());
    framed.extend_from_slice(&(8 + record.len() as u32).to_be_bytes());
    framed.extend_from_slice(b"avcC");
    framed.extend_from_slice(record);
    Avcc::decode(&mut &framed[..]).map_err(|_| InitError::Record)
}

/// The header of an audio track.
pub fn audio(init: &AudioInit) -> Result<Header, InitError> {
    let (entry, codec) = match init {
        AudioInit::Opus { channels: channels @ 1..=2, pre_skip } => (
            Codec::Opus(Opus {
                audio: sound_entry(*channels),
                dops: Dops {
                    output_channel_count: *channels,
                    pre_skip: *pre_skip,
                    input_sample_rate: Kind::Audio.timescale(),
                    output_gain: 0,
                    channel_mapping: None,
                },
                btrt: None,
            }),
            "opus",
        ),
        AudioInit::Opus { .. } => return Err(InitError::Sound),
        AudioInit::Aac { config } => (Codec::Mp4a(aac_entry(config)?), "mp4a.40.2"),
    };
    Ok(Header { bytes: header(&[(Kind::Audio, track(Kind::Audio, entry, (0, 0)))]), codec: codec.into() })
}

fn sound_entry(channels: u8) -> Audio {
    Audio {
        data_reference_index: 1,
        channel_count: channels.into(),
        sample_size: 16,
        sample_rate: (Kind::Audio.timescale() as u16).into(),
    }
}

fn aac_entry(config: &Bytes) -> Result<Mp4a, InitError> {
    /// `audioObjectType` of AAC-LC, and `samplingFrequencyIndex` of 48 kHz (ISO/IEC 14496-3, tables 1.17 and 1.18).
    const LC_48_KHZ: u16 = 2 << 11 | 3 << 7;
    let &[high, low, ..] = &config[..] else {
        return Err(InitError::Sound);
    };
    let start = u16::from_be_bytes([high, low]);
    let channels = (start >> 3 & 0xf) as u8;
    if start & 0xff80 != LC_48_KHZ || !(1..=2).contains(&channels) {
        return Err(InitError::Sound);
    }
    Ok(Mp4a {
        audio: sound_entry(channels),
        esds: Esds {
            es_desc: EsDescriptor {
                es_id: 0,
                dec_config: DecoderConfig {
                    // Audio ISO/IEC 14496-3, in an audio stream (ISO/IEC 14496-1, tables 5 and 6).
                    object_type_indication: 0x40,
                    stream_type: 5,
                    dec_specific: Some(DecoderSpecific {
                        profile: 2,
                        freq_index: 3,
                        chan_conf: channels,
                        raw: config.to_vec(),
                    }),
                    ..DecoderConfig::default()
                },
                sl_config: SLConfig::default(),
                ..EsDescriptor::default()
            },
        },
        btrt: None,
        taic: None,
    })
}

/// The header of a file that holds both: the video track of the one and the audio track of the other.
///
/// Takes what [`video`] and [`audio`] made, here or on the host's node; the tracks' descriptions are copied as they
/// are.
///
/// # Errors
/// [`InitError::Header`] where either is no header, or holds not exactly one track with its medium's `track_ID`.
pub fn combine(video_init: &[u8], audio_init: &[u8]) -> Result<Bytes, InitError> {
    let video = only_track(video_init, Kind::Video)?;
    let audio = only_track(audio_init, Kind::Audio)?;
    Ok(header(&[(Kind::Video, video), (Kind::Audio, audio)]))
}

/// The `trak` box of a header, which must be the only one and have its medium's `track_ID`.
fn only_track(init: &[u8], kind: Kind) -> Result<Vec<u8>, InitError> {
    let init = Bytes::copy_from_slice(init);
    let moov = boxes::descend(&init, &[MOOV])?.ok_or(InitError::Header)?;
    let all = boxes::boxes(&moov).collect::<Result<Vec<_>, Malformed>>()?;
    let mut tracks = all.into_iter().filter(|found| found.kind == TRAK);
    let (Some(Found { whole, body, .. }), None) = (tracks.next(), tracks.next()) else {
        return Err(InitError::Header);
    };
    let tkhd = boxes::find(&body, Tkhd::KIND)?.ok_or(InitError::Header)?;
    let tkhd = Tkhd::decode(&mut &tkhd.whole[..]).map_err(|_| InitError::Header)?;
    if tkhd.track_id == kind.track_id() { Ok(whole.to_vec()) } else { Err(InitError::Header) }
}

const MOOV: FourCC = Moov::KIND;
const TRAK: FourCC = Trak::KIND;

/// The `trak` box of one track without samples of its own.
fn track(kind: Kind, entry: Codec, (width, height): (u16, u16)) -> Vec<u8> {
    let (handler, name, volume) = match kind {
        Kind::Video => (b"vide", "picture", 0),
        Kind::Audio => (b"soun", "sound", 1),
    };
    let trak = Trak {
        tkhd: Tkhd {
            track_id: kind.track_id(),
            enabled: true,
            in_movie: true,
            volume: volume.into(),
            width: width.into(),
            height: height.into(),
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: Mdhd { timescale: kind.timescale(), language: "und".into(), ..Mdhd::default() },
            hdlr: Hdlr { handler: FourCC::new(handler), name: name.into() },
            minf: Minf {
                vmhd: (kind == Kind::Video).then(Vmhd::default),
                smhd: (kind == Kind::Audio).then(Smhd::default),
                dinf: Dinf { dref: Dref { entries: vec![Url::default().into()] } },
                stbl: Stbl {
                    stsd: Stsd { codecs: vec![entry] },
                    stco: Some(Stco::default()),
                    ..Stbl::default()
                },
                ..Minf::default()
            },
        },
        ..Trak::default()
    };
    let mut bytes = Vec::new();
    boxes::write(&trak, &mut bytes);
    bytes
}

/// `ftyp` and `moov` around these `trak` boxes.
fn header(tracks: &[(Kind, Vec<u8>)]) -> Bytes {
    let brand = FourCC::new(b"iso6");
    let ftyp = Ftyp {
        major_brand: brand,
        minor_version: 0,
        compatible_brands: vec![brand, FourCC::new(b"cmfc"), FourCC::new(b"mp41")],
    };
    let last_id = tracks.iter().map(|(kind, _)| kind.track_id()).max().unwrap_or(0);
    let mvhd = Mvhd { rate: 1.into(), volume: 1.into(), next_track_id: last_id + 1, ..Mvhd::default() };
    let trex = |(kind, _): &(Kind, _)| Trex {
        track_id: kind.track_id(),
        default_sample_description_index: 1,
        ..Trex::default()
    };
    let mvex = Mvex { mehd: None, trex: tracks.iter().map(trex).collect() };

    let mut bytes = Vec::new();
    boxes::write(&ftyp, &mut bytes);
    // The movie box is put together here, so that the tracks of others go in as they are.
    let moov = bytes.len();
    bytes.extend_from_slice(b"\0\0\0\0moov");
    boxes::write(&mvhd, &mut bytes);
    for (_, trak) in tracks {
        bytes.extend_from_slice(trak);
    }
    boxes::write(&mvex, &mut bytes);
    let size = (bytes.len() - moov) as u32;
    bytes[moov..moov + 4].copy_from_slice(&size.to_be_bytes());
    bytes.into()
}
