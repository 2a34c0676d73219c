//! Nothing but pixels comes out, whatever goes in.

mod corpus;

use corpus::{CANARY, Fate, SCRIPT, corpus, encoded, photo, photographed, small};
use image::{ImageFormat, Rgb, RgbImage};
use parlor_pictures::{Kind, MAX_PIXELS, Picture, PictureError, THUMBNAIL_SIDE, clean, is_picture};
use proptest::prelude::*;

#[test]
fn every_file_of_the_corpus_is_refused_or_comes_out_clean() {
    for (name, bytes, fate) in corpus() {
        let result = clean(&bytes);
        match (fate, &result) {
            (Fate::Clean(width, height), Ok(picture)) => {
                assert_eq!((picture.width, picture.height), (width, height), "{name}");
            }
            (Fate::Either, Ok(_))
            | (Fate::Either | Fate::Broken, Err(PictureError::Broken))
            | (Fate::TooLarge, Err(PictureError::TooLarge)) => {}
            (fate, result) => panic!("{name} should be {fate:?}: {:?}", result.as_ref().map(|_| "clean")),
        }
        if let Ok(picture) = &result {
            assert_clean(name, picture);
        }
    }
}

/// The file and its small one hold what pixels need, and no more.
fn assert_clean(name: &str, picture: &Picture) {
    match picture.kind {
        Kind::Png => {
            let kinds = png_chunks(&picture.bytes);
            assert!(
                kinds.iter().all(|kind| [*b"IHDR", *b"IDAT", *b"IEND"].contains(kind)),
                "{name}: {kinds:?}"
            );
        }
        Kind::Jpeg => assert_plain_jpeg(name, &picture.bytes),
    }
    assert_plain_jpeg(name, &picture.thumbnail);
    for bytes in [&picture.bytes, &picture.thumbnail] {
        for secret in [CANARY, SCRIPT, "Exif", "ICC_PROFILE", "xap", "PK\u{3}\u{4}"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{name}: {secret} came out");
        }
    }
    let small =
        image::load_from_memory_with_format(&picture.thumbnail, ImageFormat::Jpeg).expect("it is a JPEG");
    assert!(small.width().max(small.height()) <= THUMBNAIL_SIDE, "{name}");
}

fn png_chunks(png: &[u8]) -> Vec<[u8; 4]> {
    let (mut kinds, mut at) = (Vec::new(), 8);
    while at < png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")) as usize;
        kinds.push(png[at + 4..at + 8].try_into().expect("four bytes"));
        at += 12 + length;
    }
    assert_eq!(at, png.len(), "something stands behind the end");
    kinds
}

/// JFIF's own segment, tables, one frame, one scan, and the end at the end (ITU-T T.81, annex B).
fn assert_plain_jpeg(name: &str, jpeg: &[u8]) {
    assert!(jpeg.starts_with(&[0xff, 0xd8]) && jpeg.ends_with(&[0xff, 0xd9]), "{name}");
    let mut at = 2;
    loop {
        let (marker, length) = (jpeg[at + 1], u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        assert_eq!(jpeg[at], 0xff, "{name}");
        match marker {
            0xe0 => assert_eq!(length, 16, "{name}: the segment of JFIF holds a picture"),
            0xdb | 0xc0 | 0xc4 => {}
            0xda => break,
            other => panic!("{name}: a segment {other:x}"),
        }
        at += 2 + usize::from(length);
    }
    let scan = &jpeg[at..];
    let ends = scan.windows(2).filter(|pair| *pair == [0xff, 0xd9]).count();
    assert_eq!(ends, 1, "{name}: something stands behind the end");
}

#[test]
fn a_photo_stands_upright_however_the_phone_was_held() {
    let is_green = |picture: &RgbImage, x, y| {
        let Rgb([r, g, b]) = *picture.get_pixel(x, y);
        g > 150 && r < 80 && b < 80
    };
    // Where EXIF says that the first row and column of what is stored belong (CIPA DC-008, table 8).
    let corners = [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 0, 1), (5, 0, 0), (6, 1, 0), (7, 1, 1), (8, 0, 1)];
    for (orientation, right, below) in corners {
        let picture = clean(&photographed(orientation)).unwrap();
        let upright = image::load_from_memory(&picture.bytes).unwrap().into_rgb8();
        let is_turned = orientation >= 5;
        assert_eq!(upright.dimensions(), if is_turned { (32, 48) } else { (48, 32) }, "{orientation}");
        let (width, height) = upright.dimensions();
        let at = |side: u32, length: u32| if side == 0 { 4 } else { length - 5 };
        assert!(is_green(&upright, at(right, width), at(below, height)), "{orientation}");
    }
}

#[test]
fn what_it_is_does_not_depend_on_a_name() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        assert!(is_picture(&encoded(&photo(), format)), "{format:?}");
    }
    for other in [&b"%PDF-1.7"[..], b"<svg/>", b"BM", b"II*\0", b"PK\x03\x04", b"", b"\0\0\x01\0", b"qoif"] {
        assert!(!is_picture(other), "{other:?}");
    }
}

#[test]
fn colours_and_transparency_are_kept() {
    let drawing = encoded(&photo(), ImageFormat::Png);
    let picture = clean(&drawing).unwrap();
    assert_eq!(picture.kind, Kind::Png);
    assert_eq!(image::load_from_memory(&picture.bytes).unwrap().into_rgb8(), photo());
    let glass = image::RgbaImage::from_pixel(4, 4, image::Rgba([10, 20, 30, 40]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    glass.write_to(&mut bytes, ImageFormat::WebP).unwrap();
    let picture = clean(bytes.get_ref()).unwrap();
    assert_eq!(image::load_from_memory(&picture.bytes).unwrap().into_rgba8(), glass);
}

#[test]
fn a_photo_in_a_png_does_not_take_megabytes() {
    let mut seed = 1_u32;
    let noise = RgbImage::from_fn(1600, 1200, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = seed.to_be_bytes();
        Rgb([a, b, c])
    });
    let picture = clean(&encoded(&noise, ImageFormat::Png)).unwrap();
    assert_eq!(picture.kind, Kind::Jpeg);
    assert!(u64::from(picture.width) * u64::from(picture.height) <= MAX_PIXELS);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        which in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let (name, mut bytes, _) = small().swap_remove(which);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Ok(picture) = clean(&bytes) {
            assert_clean(name, &picture);
        }
    }
}
