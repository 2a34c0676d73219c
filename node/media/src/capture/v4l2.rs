//! V4L2 cameras: which of their forms is taken, and how it is read.

use std::path::Path;
use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::branch::{self, Pace};
use super::session::Ending;
use super::times::Times;
use super::trouble::element;
use super::{Desk, devices};
use crate::frame::PictureFormat;
use crate::origin::Origin;
use crate::trouble::{Flaw, Trouble};

/// How long a camera may take from its opening to the first picture: auto-exposure and USB set-up take two at worst.
const PATIENCE: Duration = Duration::from_secs(5);

/// The forms in which a camera gives its picture, the preferred first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// Costs nothing here.
    H264,
    /// Lets USB carry more pictures than raw ones.
    Jpeg,
    Raw,
}

impl Form {
    fn of(media_type: &str) -> Option<Self> {
        match media_type {
            "video/x-h264" => Some(Self::H264),
            "image/jpeg" => Some(Self::Jpeg),
            "video/x-raw" => Some(Self::Raw),
            _ => None,
        }
    }

    /// What it is called, where the pictures are coded.
    fn in_words(self) -> Option<&'static str> {
        match self {
            Self::H264 => Some("H.264"),
            Self::Jpeg => Some("MJPEG"),
            Self::Raw => None,
        }
    }
}

/// Captures from the device until it fails or is to stop.
pub(super) fn run(path: &Path, desk: &Desk) -> Result<Ending, Trouble> {
    let name = match devices::v4l2_name(path) {
        Some(name) => format!("{name} ({})", path.display()),
        None => path.display().to_string(),
    };
    let origin = Origin::camera(&name);
    let source = element("v4l2src")?;
    source.set_property("device", path.display().to_string());
    let (form, caps) = choose(probe(&source, &origin)?.as_ref(), desk.format)
        .ok_or_else(|| Trouble::Unusable(origin.clone(), Flaw::Kind))?;
    desk.describe(Origin::Camera { name, form: form.in_words() });

    let session = desk.session();
    let pipeline = session.pipeline();
    let filter = element("capsfilter")?;
    filter.set_property("caps", &caps);
    let mut row = vec![source, filter];
    if form == Form::Jpeg {
        row.push(element("jpegdec")?);
    }
    row.push(match form {
        Form::H264 => branch::coded(pipeline, &desk.outlet, Times::Captured)?,
        _ => branch::pictures(pipeline, desk.format, &desk.outlet, Times::Captured, Pace::Source)?,
    });
    let (tail, new) = row.split_last().expect("the row has elements");
    pipeline
        .add_many(new)
        .and_then(|()| gst::Element::link_many(new))
        .and_then(|()| new[new.len() - 1].link(tail))
        .map_err(|_| Trouble::Unusable(origin.clone(), Flaw::Forms))?;
    Ok(session.run(&origin, PATIENCE, &desk.outlet, &desk.signals))
}

/// What the device can do.
fn probe(source: &gst::Element, origin: &Origin) -> Result<gst::Caps, Trouble> {
    let closed = || Trouble::Closed(origin.clone());
    source.set_state(gst::State::Ready).map_err(|_| closed())?;
    let caps = source.static_pad("src").map(|pad| pad.query_caps(None));
    // The pipeline opens it again.
    let _ = source.set_state(gst::State::Null);
    caps.ok_or_else(closed)
}

/// The form that is taken, with the size and frame-rate nearest to what is wanted.
fn choose(caps: &gst::CapsRef, wanted: PictureFormat) -> Option<(Form, gst::Caps)> {
    let (width, height, fps) =
        (wanted.width.cast_signed(), wanted.height.cast_signed(), wanted.fps.cast_signed());
    let candidate = |offer: &gst::StructureRef| {
        let form = Form::of(offer.name())?;
        let mut offer = offer.to_owned();
        offer.fixate_field_nearest_int("width", width);
        offer.fixate_field_nearest_int("height", height);
        offer.fixate_field_nearest_fraction("framerate", gst::Fraction::new(fps, 1));
        let size = (offer.get::<i32>("width").ok()?, offer.get::<i32>("height").ok()?);
        let rate = offer.get::<gst::Fraction>("framerate").ok()?;
        let distance = size.0.abs_diff(width) + size.1.abs_diff(height);
        let lacking = i64::from(fps) * 1000 - i64::from(rate.numer()) * 1000 / i64::from(rate.denom().max(1));
        let caps = gst::Caps::builder(offer.name().as_str())
            .field("width", size.0)
            .field("height", size.1)
            .field("framerate", rate)
            .build();
        Some(((form, distance, lacking.abs()), caps))
    };
    let (rank, caps) = caps.iter().filter_map(candidate).min_by_key(|(rank, _)| *rank)?;
    Some((rank.0, caps))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HD: PictureFormat = PictureFormat { width: 1280, height: 720, fps: 30 };

    fn chosen(caps: &str) -> Option<(Form, String)> {
        gst::init().unwrap();
        let caps: gst::Caps = caps.parse().unwrap();
        choose(&caps, HD).map(|(form, caps)| (form, caps.to_string()))
    }

    #[test]
    fn the_cameras_own_h264_comes_first_then_mjpeg_then_raw() {
        let raw =
            "video/x-raw, format=YUY2, width=640, height=480, framerate={ (fraction)30/1, (fraction)15/1 }";
        let jpeg = "image/jpeg, width=1280, height=720, framerate=(fraction)30/1";
        let h264 = "video/x-h264, stream-format=byte-stream, alignment=au, width=[32, 1920], height=[32, 1080], \
                    framerate=[1/1, 90/1]";
        let size = "width=(int)1280, height=(int)720, framerate=(fraction)30/1";
        assert_eq!(
            chosen(&[raw, jpeg, h264].join("; ")),
            Some((Form::H264, format!("video/x-h264, {size}")))
        );
        assert_eq!(chosen(&[raw, jpeg].join("; ")), Some((Form::Jpeg, format!("image/jpeg, {size}"))));
        assert_eq!(chosen(raw).unwrap().0, Form::Raw);
        assert_eq!(chosen("video/x-bayer, width=1280, height=720, framerate=30/1"), None);
    }

    #[test]
    fn the_nearest_size_wins_and_then_the_nearest_rate() {
        let caps = "video/x-raw, width=1920, height=1080, framerate=(fraction)30/1; \
                    video/x-raw, width=1280, height=720, framerate=(fraction)10/1; \
                    video/x-raw, width=1280, height=720, framerate={ (fraction)25/1, (fraction)60/1 }";
        let (_, caps) = chosen(caps).unwrap();
        assert_eq!(caps, "video/x-raw, width=(int)1280, height=(int)720, framerate=(fraction)25/1");
    }
}
