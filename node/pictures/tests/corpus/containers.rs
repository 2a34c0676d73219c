//! The files' own structure, as far as no encoder writes what is wanted.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::CANARY;

/// A TIFF header with one directory, and one for GPS, as EXIF has it (CIPA DC-008, sections 4.5 and 4.6).
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let text = CANARY.as_bytes();
    let length = text.len() as u32;
    // Two directories of two entries each begin at 8; what does not fit into an entry stands behind them.
    let (gps, values) = (8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + 2 + 2 * 12 + 4);
    let [high, low] = orientation.to_be_bytes();
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    tiff.extend(entry(0x010e, 2, length, u32::to_be_bytes(values)));
    tiff.extend(entry(0x0112, 3, 1, [high, low, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, u32::to_be_bytes(gps)));
    tiff.extend([0; 4]);
    tiff.extend([0, 2]);
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(0x001b, 7, length, u32::to_be_bytes(values)));
    tiff.extend([0; 4]);
    tiff.extend(text);
    tiff
}

/// A JPEG with another segment at its beginning (ITU-T T.81, annex B).
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, data, &jpeg[2..]].concat()
}

/// A chunk of a PNG (W3C PNG, section 5.3).
pub(crate) fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes()[..], &kind, data, &crc.sum().to_be_bytes()].concat()
}

/// A PNG with more chunks behind its header.
pub(crate) fn png_with(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = 8 + 12 + 13;
    [&png[..header], &chunks.concat(), &png[header..]].concat()
}

/// A grey PNG that says that it has this size, and holds these rows.
pub(crate) fn png_of(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let chunks = [(*b"IHDR", header), (*b"IDAT", zlib(rows)), (*b"IEND", Vec::new())];
    let chunks = chunks.map(|(kind, data)| png_chunk(kind, &data));
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks.concat()].concat()
}

/// Packed as PNG has it.
pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).expect("a vector takes everything");
    packed.finish().expect("a vector takes everything")
}

/// A WebP of so many times the picture in this lossless one (RFC 9649, section 2.7).
pub(crate) fn animated_webp(still: &[u8], pictures: usize) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let padding = vec![0; data.len() % 2];
        [kind, &(data.len() as u32).to_le_bytes()[..], data, &padding].concat()
    };
    let size = [47, 0, 0, 31, 0, 0];
    let frame = [&[0; 6][..], &size, &[100, 0, 0, 0], &still[12..]].concat();
    let mut file = chunk(b"VP8X", &[&[0x02, 0, 0, 0][..], &size].concat());
    file.extend(chunk(b"ANIM", &[0; 6]));
    for _ in 0..pictures {
        file.extend(chunk(b"ANMF", &frame));
    }
    [b"RIFF", &(file.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &file].concat()
}

/// A progressive JPEG of this side that goes over all its blocks again and again, for some thirty bytes each time.
pub(crate) fn scans(side: u16, scans: usize) -> Vec<u8> {
    let segment = |marker: u8, data: &[u8]| {
        [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
    };
    let mut jpeg = vec![0xff, 0xd8];
    jpeg.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
    let [high, low] = side.to_be_bytes();
    jpeg.extend(segment(0xc2, &[8, high, low, high, low, 1, 1, 0x11, 0]));
    // One code each, of one bit: no difference, and the end of 16384 blocks and more (section G.1.2.2).
    let table = |class: u8, symbol: u8| [&[class, 1][..], &[0; 15], &[symbol]].concat();
    jpeg.extend(segment(0xc4, &table(0x00, 0)));
    jpeg.extend(segment(0xc4, &table(0x10, 0xe0)));
    let blocks = usize::from(side / 8) * usize::from(side / 8);
    jpeg.extend(segment(0xda, &[1, 1, 0, 0, 0, 0]));
    jpeg.extend(vec![0; blocks / 8]);
    for _ in 0..scans {
        jpeg.extend(segment(0xda, &[1, 1, 0, 1, 63, 0]));
        jpeg.extend(vec![0; (blocks / 16_384 + 1) * 15 / 8 + 1]);
    }
    jpeg.extend([0xff, 0xd9]);
    jpeg
}
