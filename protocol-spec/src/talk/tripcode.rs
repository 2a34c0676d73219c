//! The old tripcode of image boards, for people who bring theirs (`spec/talk.md`, section 2). Weak: 56 bits at most, which
//! have been searched for decades. The DES-based crypt(3) of Unix stands here because its salt reaches into the cipher, where
//! no kept library of DES lets one; and it will not change any more.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::MAX_PHRASE_BYTES;

/// What crypt(3) writes six bits as.
const LETTERS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The last so many letters of what crypt(3) gives.
const CHARS: usize = 10;

/// An old tripcode: ten of `./0-9A-Za-z`. Others may have found its phrase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tripcode(String);

/// What is no tripcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tripcode is {CHARS} of ./0-9A-Za-z")]
pub struct TripcodeError;

impl Tripcode {
    /// The tripcode of this phrase, as boards made it; `None` for one that is empty, longer than [`MAX_PHRASE_BYTES`], or
    /// not in characters of ASCII, beyond which boards had encodings of their own. Only the first eight characters count.
    #[must_use]
    pub fn of(phrase: &str) -> Option<Self> {
        let is_one = !phrase.is_empty()
            && phrase.len() <= MAX_PHRASE_BYTES
            && !phrase.contains(|letter: char| !matches!(letter, ' '..='~'));
        is_one.then(|| {
            let phrase = phrase.as_bytes();
            let mut salt = phrase.iter().chain(b"H.").skip(1).map(|byte| letter(*byte));
            let mut next = || salt.next().expect("two letters follow any phrase");
            let whole = crypt(phrase, [next(), next()]);
            Self(whole[whole.len() - CHARS..].iter().map(|byte| char::from(*byte)).collect())
        })
    }
}

/// A letter of the salt, as boards replaced those that are none.
fn letter(byte: u8) -> u8 {
    match byte {
        b':'..=b'@' => byte - b':' + b'A',
        b'['..=b'`' => byte - b'[' + b'a',
        b'.'..=b'z' => byte,
        _ => b'.',
    }
}

/// What crypt(3) writes after the salt: eleven letters of 64 bits, and two bits of zero.
fn crypt(phrase: &[u8], salt: [u8; 2]) -> [u8; 11] {
    let mut key = [0; 8];
    for (byte, letter) in key.iter_mut().zip(phrase) {
        *byte = letter << 1;
    }
    let value = |letter| LETTERS.iter().position(|other| *other == letter).unwrap_or(0) as u64;
    let salt = value(salt[0]) | value(salt[1]) << 6;
    let keys = round_keys(u64::from_be_bytes(key));
    let block = (0..25).fold(0, |block, _| encrypt(block, &keys, salt));
    let sixes = u128::from(block) << 2;
    std::array::from_fn(|at| LETTERS[(sixes >> (60 - 6 * at) & 63) as usize])
}

/// DES (FIPS 46-3), where the salt's bit i exchanges the bits i and i + 24 of each expansion.
fn encrypt(block: u64, keys: &[u64; 16], salt: u64) -> u64 {
    // Bit i of the salt is the i-th of 24 from the left.
    let exchanged = salt.reverse_bits() >> 40;
    let block = permute(block, 64, &INITIAL);
    let (mut left, mut right) = (block >> 32, block & 0xffff_ffff);
    for key in keys {
        let wide = permute(right, 32, &EXPANSION);
        let differing = (wide >> 24 ^ wide) & exchanged;
        let wide = (wide ^ differing ^ differing << 24) ^ key;
        let narrow = SUBSTITUTIONS.iter().enumerate().fold(0, |narrow, (at, table)| {
            let six = wide >> (42 - 6 * at) & 63;
            let (row, column) = (six >> 4 & 2 | six & 1, six >> 1 & 15);
            narrow << 4 | u64::from(table[(16 * row + column) as usize])
        });
        (left, right) = (right, left ^ permute(narrow, 32, &PERMUTATION));
    }
    // The inverse of the first permutation: where that put each bit, it came from.
    let swapped = right << 32 | left;
    INITIAL.iter().enumerate().fold(0, |out, (at, from)| out | (swapped >> (63 - at) & 1) << (64 - from))
}

fn round_keys(key: u64) -> [u64; 16] {
    let halves = permute(key, 64, &KEY_CHOICE);
    let (mut left, mut right) = (halves >> 28, halves & 0x0fff_ffff);
    let turn = |half: u64, by: u32| (half << by | half >> (28 - by)) & 0x0fff_ffff;
    std::array::from_fn(|round| {
        // Rounds 1, 2, 9 and 16.
        let by = if matches!(round, 0 | 1 | 8 | 15) { 1 } else { 2 };
        (left, right) = (turn(left, by), turn(right, by));
        permute(left << 28 | right, 56, &ROUND_CHOICE)
    })
}

/// The bits that the table names, counted from 1 at the left of so many.
fn permute(bits: u64, width: u8, table: &[u8]) -> u64 {
    table.iter().fold(0, |out, from| out << 1 | bits >> (width - from) & 1)
}

#[rustfmt::skip]
const INITIAL: [u8; 64] = [
    58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
    57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
];

#[rustfmt::skip]
const EXPANSION: [u8; 48] = [
    32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17,
    16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1,
];

#[rustfmt::skip]
const PERMUTATION: [u8; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];

#[rustfmt::skip]
const KEY_CHOICE: [u8; 56] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
    63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];

#[rustfmt::skip]
const ROUND_CHOICE: [u8; 48] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

#[rustfmt::skip]
const SUBSTITUTIONS: [[u8; 64]; 8] = [
    [
        14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4, 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8,
        4, 1, 14, 8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12, 8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13,
    ],
    [
        15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7, 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5,
        0, 14, 7, 11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8, 10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9,
    ],
    [
        10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9, 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1,
        13, 6, 4, 9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10, 13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12,
    ],
    [
        7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11, 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9,
        10, 6, 9, 0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0, 6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14,
    ],
    [
        2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2, 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6,
        4, 2, 1, 11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8, 12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3,
    ],
    [
        12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4, 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8,
        9, 14, 15, 5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2, 12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13,
    ],
    [
        4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11, 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6,
        1, 4, 11, 13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11, 13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12,
    ],
    [
        13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13, 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2,
        7, 11, 4, 1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14, 7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11,
    ],
];

impl TryFrom<String> for Tripcode {
    type Error = TripcodeError;

    fn try_from(text: String) -> Result<Self, TripcodeError> {
        let is_one = text.len() == CHARS && text.bytes().all(|byte| LETTERS.contains(&byte));
        if is_one { Ok(Self(text)) } else { Err(TripcodeError) }
    }
}

impl From<Tripcode> for String {
    fn from(tripcode: Tripcode) -> Self {
        tripcode.0
    }
}

impl fmt::Display for Tripcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Tripcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tripcode({self})")
    }
}
