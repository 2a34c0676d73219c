//! A stranger's picture, made safe to show: decoded within limits, turned upright, and encoded anew from its pixels.
//! Nothing else of the file survives: no place (EXIF, GPS), no comment, no colour profile, nothing behind the picture's end.
//!
//! [`clean`] takes bytes and gives a [`Picture`] or says why not; it takes up to a second or two and some 250 MB, so its
//! caller decides how many run at a time, and where. [`draw_digits`] makes a picture of its own. There is no file, socket,
//! clock or thread here, and no chance but a seed.

mod blur;
mod decode;
mod digits;
mod encode;

pub use blur::{BLURRED_SIDE, blur};
pub use digits::{DIGITS_HEIGHT, DIGITS_WIDTH, draw_digits};

use image::ImageFormat;

use decode::MAX_DECODED_SIDE;

/// The most pixels of a picture: what phones take today (24.5 million), which is 100 MB while it is decoded.
pub const MAX_PIXELS: u64 = 25_000_000;
/// Pixels of the longest side of what comes out: as much as a screen shows. Larger ones are made smaller.
pub const MAX_SIDE: u32 = 2560;
/// Pixels of the longest side of the small one.
pub const THUMBNAIL_SIDE: u32 = 240;

/// A picture of which only the pixels are left, upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What `bytes` is.
    pub kind: Kind,
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The same small, as a JPEG.
    pub thumbnail: Vec<u8>,
}

/// What a picture is encoded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How the names of such files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// Why a picture is not taken. Who made it is at fault; the sentence is for who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More than [`MAX_PIXELS`], or more than they may take in memory.
    #[error("The picture has more than {} megapixels. Make it smaller and send it again.", MAX_PIXELS / 1_000_000)]
    TooLarge,
    /// It is broken, or no picture of the four kinds.
    #[error("The picture is broken and can’t be read. Save it anew in a picture program and send that.")]
    Broken,
}

/// Whether these bytes begin as PNG, JPEG, WebP or GIF do: what a file is called does not count.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    format(bytes).is_some()
}

/// The picture in these bytes, clean. Of one that moves, only the first picture.
///
/// # Errors
/// A [`PictureError`] for one that is too large or broken, or bytes for which [`is_picture`] is false.
pub fn clean(bytes: &[u8]) -> Result<Picture, PictureError> {
    let format = format(bytes).ok_or(PictureError::Broken)?;
    let pixels = decode::decode(bytes, format, MAX_DECODED_SIDE)?;
    encode::encode(pixels, format == ImageFormat::Jpeg)
}

/// The picture in these bytes, clean, as a PNG that goes into a square of `side` pixels. Of one that moves, only the first
/// picture. With a side of 96 it has 40 KiB at most: that of which nothing can be saved.
///
/// # Errors
/// As of [`clean`].
pub fn clean_small(bytes: &[u8], side: u32) -> Result<Vec<u8>, PictureError> {
    let format = format(bytes).ok_or(PictureError::Broken)?;
    encode::encode_small(&decode::decode(bytes, format, MAX_DECODED_SIDE)?, side)
}

/// The picture in these bytes, which another node sent and calls a PNG that goes into a square of `side` pixels: clean, as one
/// too. Any other is refused before a pixel of it is made.
///
/// # Errors
/// As of [`clean`].
pub fn clean_sent(bytes: &[u8], side: u32) -> Result<Vec<u8>, PictureError> {
    let format = format(bytes).filter(|format| *format == ImageFormat::Png).ok_or(PictureError::Broken)?;
    encode::encode_small(&decode::decode(bytes, format, side)?, side)
}

fn format(bytes: &[u8]) -> Option<ImageFormat> {
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    image::guess_format(bytes).ok().filter(|format| known.contains(format))
}
