//! From pixels to a file that holds nothing else.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, GenericImageView, ImageEncoder, Rgb, RgbImage, RgbaImage};

use crate::{Kind, MAX_SIDE, Picture, PictureError, THUMBNAIL_SIDE};

/// Beyond this, more bits are not seen.
const QUALITY: u8 = 88;
/// Of something so small even less is seen.
const THUMBNAIL_QUALITY: u8 = 75;
/// A drawing or a picture of a screen stays as sharp as it is, up to so many bytes; what is larger is a photo.
const MAX_PNG_BYTES: usize = 4 << 20;

/// The picture of these pixels. `as_photo` where they came from a JPEG, whose losses a PNG would keep dearly.
pub(crate) fn encode(pixels: DynamicImage, as_photo: bool) -> Result<Picture, PictureError> {
    let pixels = fit(&pixels, MAX_SIDE).unwrap_or(pixels);
    let (width, height) = pixels.dimensions();
    let small = fit(&pixels, THUMBNAIL_SIDE);
    let small = on_white(&small.as_ref().unwrap_or(&pixels).to_rgba8());
    let thumbnail = jpeg(&small, THUMBNAIL_QUALITY)?;
    let (kind, bytes) = if as_photo {
        (Kind::Jpeg, jpeg(&pixels.into_rgb8(), QUALITY)?)
    } else {
        let pixels = pixels.into_rgba8();
        match png(&pixels)? {
            bytes if bytes.len() <= MAX_PNG_BYTES => (Kind::Png, bytes),
            _ => (Kind::Jpeg, jpeg(&on_white(&pixels), QUALITY)?),
        }
    };
    Ok(Picture { kind, bytes, width, height, thumbnail })
}

/// A PNG of these pixels that goes into a square of this side.
pub(crate) fn encode_small(pixels: &DynamicImage, side: u32) -> Result<Vec<u8>, PictureError> {
    png(&fit(pixels, side).as_ref().unwrap_or(pixels).to_rgba8())
}

/// Made smaller, where it is larger than a square of this side. The plain way of averaging: the better ones take several
/// times the memory.
fn fit(pixels: &DynamicImage, side: u32) -> Option<DynamicImage> {
    (pixels.width().max(pixels.height()) > side).then(|| pixels.thumbnail(side, side))
}

fn png(pixels: &RgbaImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = pixels.dimensions();
    let written = if pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        let opaque = on_white(pixels);
        encoder.write_image(&opaque, width, height, image::ExtendedColorType::Rgb8)
    } else {
        encoder.write_image(pixels, width, height, image::ExtendedColorType::Rgba8)
    };
    written.map(|()| bytes).map_err(|_| PictureError::Broken)
}

pub(crate) fn jpeg(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let (width, height) = pixels.dimensions();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    let written = encoder.write_image(pixels, width, height, image::ExtendedColorType::Rgb8);
    written.map(|()| bytes).map_err(|_| PictureError::Broken)
}

/// Without transparency, as it looks on white paper.
fn on_white(pixels: &RgbaImage) -> RgbImage {
    let (width, height) = pixels.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b, a] = pixels.get_pixel(x, y).0;
        let over = |part: u8| {
            let (part, a) = (u32::from(part), u32::from(a));
            ((part * a + 255 * (255 - a)) / 255) as u8
        };
        Rgb([over(r), over(g), over(b)])
    })
}
