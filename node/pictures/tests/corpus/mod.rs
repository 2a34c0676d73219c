//! Files that strangers may send, made here: bombs, polyglots, broken ones, and photos with more in them than pixels.

mod containers;

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use containers::{animated_webp, exif, png_chunk, png_of, png_with, scans, with_segment, zlib};

/// Stands in everything that must not come out: a place, a comment, a profile.
pub(crate) const CANARY: &str = "CANARY 52.5163N 13.3777E";
/// What somebody wants a browser to run.
pub(crate) const SCRIPT: &str = "<script>alert(1)</script>";

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// A picture of this size comes out.
    Clean(u32, u32),
    /// It is refused as too large.
    TooLarge,
    /// It is refused as broken.
    Broken,
    /// Either what is there of it comes out, or it is refused as broken: decoders may differ.
    Either,
}

/// Every file with its name and what becomes of it.
pub(crate) fn corpus() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let mut all = small();
    all.extend(harmful());
    all
}

/// Those that a camera or a program may have made.
pub(crate) fn small() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let [png, jpeg, gif, webp] = plain();
    vec![
        ("plain png", png.clone(), Fate::Clean(48, 32)),
        ("plain jpeg", jpeg, Fate::Clean(48, 32)),
        ("plain gif", gif, Fate::Clean(48, 32)),
        ("plain webp", webp, Fate::Clean(48, 32)),
        ("jpeg with exif, gps, xmp, icc and a comment", photographed(6), Fate::Clean(32, 48)),
        ("png with exif, text and a profile", png_with(&png, &notes()), Fate::Clean(48, 32)),
    ]
}

fn plain() -> [Vec<u8>; 4] {
    let photo = photo();
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP]
        .map(|format| encoded(&photo, format))
}

/// Those that somebody made who means harm, and broken ones.
fn harmful() -> Vec<(&'static str, Vec<u8>, Fate)> {
    use Fate::{Broken, Clean, Either, TooLarge};
    let [png, jpeg, gif, webp] = plain();
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let behind = |bytes: &[u8], tail: &[u8]| [bytes, tail].concat();
    vec![
        ("png of 60000 by 60000", png_of(60_000, 60_000, &[0; 100]), TooLarge),
        ("png of 2 000 000 by 1", png_of(2_000_000, 1, &[0; 100]), TooLarge),
        (
            "png of 5000 by 4999, all of it there",
            png_of(5000, 4999, &vec![0; 5001 * 4999]),
            Clean(2560, 2559),
        ),
        ("png of one pixel, and 64 MiB behind it", png_of(1, 1, &vec![0; 64 << 20]), Either),
        (
            "png of one pixel with 4 MiB of text",
            png_with(&png_of(1, 1, &[0; 2]), &[text(4 << 20)]),
            Clean(1, 1),
        ),
        ("png with a text that unpacks to 256 MiB", png_with(&png, &[packed_text()]), Clean(48, 32)),
        ("png with a profile that unpacks to 256 MiB", png_with(&png, &[packed_profile()]), Either),
        ("gif of 65535 by 65535", wide_gif(&gif), TooLarge),
        ("gif of 500 pictures", moving_gif(500), Clean(16, 16)),
        ("webp that moves", animated_webp(&webp, 200), Clean(48, 32)),
        ("jpeg of 3000 scans", scans(4096, 3000), Either),
        ("jpeg and zip", behind(&jpeg, b"PK\x03\x04CANARY 52.5163N 13.3777E"), Clean(48, 32)),
        (
            "jpeg and html",
            behind(&with_segment(&jpeg, 0xfe, SCRIPT.as_bytes()), SCRIPT.as_bytes()),
            Clean(48, 32),
        ),
        ("png and html", behind(&png, SCRIPT.as_bytes()), Clean(48, 32)),
        ("gif and script", b"GIF89a/*\x01\x00\x01*/=1;alert(1)//".to_vec(), Broken),
        ("webp and html", behind(&webp, SCRIPT.as_bytes()), Either),
        ("half a png", half(&png), Broken),
        ("half a jpeg", half(&jpeg), Either),
        ("half a gif", half(&gif), Broken),
        ("half a webp", half(&webp), Broken),
        ("png's first bytes", png[..8].to_vec(), Broken),
        ("jpeg's first bytes", jpeg[..4].to_vec(), Broken),
        ("svg", format!("<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>").into_bytes(), Broken),
        ("html", format!("<!doctype html>{SCRIPT}").into_bytes(), Broken),
        ("nothing", Vec::new(), Broken),
    ]
}

/// Red above, blue below, and a green corner at the top left.
pub(crate) fn photo() -> RgbImage {
    RgbImage::from_fn(48, 32, |x, y| match (x, y) {
        (0..12, 0..12) => Rgb([0, 200, 0]),
        (_, 0..16) => Rgb([200, 0, 0]),
        _ => Rgb([0, 0, 200]),
    })
}

/// The picture in this format.
pub(crate) fn encoded(pixels: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels.clone()).write_to(&mut bytes, format).expect("a vector takes everything");
    bytes.into_inner()
}

/// A JPEG as a phone writes it that was held so: where it was taken, a comment, a profile, and another program's notes.
pub(crate) fn photographed(orientation: u16) -> Vec<u8> {
    let jpeg = encoded(&photo(), ImageFormat::Jpeg);
    let icc = [b"ICC_PROFILE\0\x01\x01".as_slice(), CANARY.as_bytes()].concat();
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), CANARY.as_bytes()].concat();
    let jpeg = with_segment(&jpeg, 0xfe, CANARY.as_bytes());
    let jpeg = with_segment(&jpeg, 0xe2, &icc);
    let jpeg = with_segment(&jpeg, 0xe1, &xmp);
    with_segment(&jpeg, 0xe1, &[b"Exif\0\0".as_slice(), &exif(orientation)].concat())
}

fn notes() -> Vec<Vec<u8>> {
    vec![
        png_chunk(*b"eXIf", &exif(1)),
        png_chunk(*b"tEXt", &[b"Comment\0", CANARY.as_bytes()].concat()),
        png_chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", CANARY.as_bytes()].concat()),
    ]
}

fn text(length: usize) -> Vec<u8> {
    png_chunk(*b"tEXt", &[b"Comment\0".as_slice(), &vec![b'x'; length]].concat())
}

fn packed_text() -> Vec<u8> {
    png_chunk(*b"zTXt", &[b"Comment\0\0".as_slice(), &zlib(&vec![b'x'; 256 << 20])].concat())
}

fn packed_profile() -> Vec<u8> {
    png_chunk(*b"iCCP", &[b"Profile\0\0".as_slice(), &zlib(&vec![0; 256 << 20])].concat())
}

fn wide_gif(gif: &[u8]) -> Vec<u8> {
    let mut gif = gif.to_vec();
    gif[6..10].fill(0xff);
    gif
}

fn moving_gif(pictures: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    let frame = |number: u16| Frame::new(RgbaImage::from_pixel(16, 16, Rgba([number as u8, 0, 0, 255])));
    encoder.encode_frames((0..pictures).map(frame)).expect("a vector takes everything");
    drop(encoder);
    bytes
}
