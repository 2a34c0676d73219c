//! A picture of which nothing is left but its light and colours.

use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView, ImageFormat};

use crate::decode::MAX_DECODED_SIDE;
use crate::encode::jpeg;
use crate::{PictureError, decode};

/// Pixels of the longest side of what is left: no face has more than a few of them, and no word any.
pub const BLURRED_SIDE: u32 = 16;
/// Pixels of the longest side of what comes out, drawn from those few: as large as cards show it.
const SHOWN_SIDE: u32 = 320;
/// There is nothing in it that could be lost.
const QUALITY: u8 = 75;

/// The picture in this JPEG, blurred beyond recognition, as a JPEG. It is made from [`BLURRED_SIDE`] pixels and carries no
/// more than they do: nobody can sharpen it.
///
/// # Errors
/// A [`PictureError`] for one that is too large or broken.
pub fn blur(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let pixels = decode::decode(bytes, ImageFormat::Jpeg, MAX_DECODED_SIDE)?;
    let (width, height) = pixels.dimensions();
    // Averaged, so that each of the few has something of all that stood in its place.
    let few = DynamicImage::from(image::imageops::thumbnail(
        &pixels.into_rgb8(),
        side(width, height, BLURRED_SIDE),
        side(height, width, BLURRED_SIDE),
    ));
    let drawn = few.resize_exact(
        side(width, height, SHOWN_SIDE),
        side(height, width, SHOWN_SIDE),
        FilterType::CatmullRom,
    );
    jpeg(&drawn.into_rgb8(), QUALITY)
}

/// The length of one side where the longer of both is to have so many pixels.
fn side(this: u32, other: u32, longest: u32) -> u32 {
    (u64::from(this) * u64::from(longest) / u64::from(this.max(other))).max(1) as u32
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// A picture with stripes as fine as a line of text, bright above and dark below.
    fn striped(stripes: u32) -> Vec<u8> {
        let pixels = RgbImage::from_fn(640, 360, |x, y| {
            let ink = if (x / stripes).is_multiple_of(2) { 40 } else { 0 };
            Rgb(if y < 180 { [200 - ink, 180 + ink, 160] } else { [40 + ink, 60, 80 - ink] })
        });
        jpeg(&pixels, 95).unwrap()
    }

    #[test]
    fn light_and_colour_stay_and_nothing_else() {
        let blurred = blur(&striped(4)).unwrap();
        let pixels = decode::decode(&blurred, ImageFormat::Jpeg, MAX_DECODED_SIDE).unwrap().into_rgb8();
        assert_eq!(pixels.dimensions(), (320, 180));
        for (y, wanted) in [(40, [180, 200, 160]), (140, [60, 60, 60])] {
            let row: Vec<_> = (0..320).map(|x| pixels.get_pixel(x, y).0).collect();
            for colours in row {
                assert!(
                    colours.iter().zip(wanted).all(|(is, should)| is.abs_diff(should) < 12),
                    "{colours:?}"
                );
            }
        }
        assert!(blurred.len() < 8000, "{} bytes", blurred.len());
    }

    #[test]
    fn a_strip_has_both_sides_and_what_is_none_is_refused() {
        let strip = jpeg(&RgbImage::new(900, 2), 75).unwrap();
        let pixels = decode::decode(&blur(&strip).unwrap(), ImageFormat::Jpeg, MAX_DECODED_SIDE).unwrap();
        assert_eq!(pixels.dimensions(), (320, 1));
        assert_eq!(blur(b"GIF89a"), Err(PictureError::Broken));
    }
}
