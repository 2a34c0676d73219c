//! From a file to pixels, within limits.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::{MAX_PIXELS, PictureError};

/// Pixels of one side at most: a strip of one pixel's height is no picture.
pub(crate) const MAX_DECODED_SIDE: u32 = 32_768;
/// Bytes of the pixels at most: [`MAX_PIXELS`] in 8-bit colour with transparency, or half of them in 16-bit.
const MAX_DECODED_BYTES: u64 = 4 * MAX_PIXELS;
/// What a decoder may take beside them: a colour profile, a row, a table.
const MAX_WORKING_BYTES: u64 = 32 << 20;

/// The pixels, upright, of a picture of which no side is longer than this.
pub(crate) fn decode(bytes: &[u8], format: ImageFormat, side: u32) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits(side));
    let mut decoder = reader.into_decoder().map_err(|error| fault(&error))?;
    // As the file says, before a byte of the pixels is made.
    let (width, height) = decoder.dimensions();
    let is_large = u64::from(width) * u64::from(height) > MAX_PIXELS
        || width.max(height) > side
        || decoder.total_bytes() > MAX_DECODED_BYTES;
    if is_large {
        return Err(PictureError::TooLarge);
    }
    // Whoever writes a broken one has a picture that lies on its side.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut pixels = DynamicImage::from_decoder(decoder).map_err(|error| fault(&error))?;
    if pixels.width() == 0 || pixels.height() == 0 {
        return Err(PictureError::Broken);
    }
    pixels.apply_orientation(orientation);
    Ok(pixels)
}

fn limits(side: u32) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(side);
    limits.max_image_height = Some(side);
    limits.max_alloc = Some(MAX_DECODED_BYTES + MAX_WORKING_BYTES);
    limits
}

fn fault(error: &image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Broken,
    }
}
