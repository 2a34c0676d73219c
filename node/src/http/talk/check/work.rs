//! Work that a browser does in a second or so, and that is checked in no time: nonces that make SHA-256 begin with zeros
//! (as Hashcash has it, 2002).

use sha2::{Digest, Sha256};

/// Bits of zero that each digest begins with. All parts together take 2^19 digests on average. `check-work.js` made 1.1 to
/// 1.9 million of them a second where it was measured (V8 on one core of an EPYC server, November 2026): a third of a second.
/// By what is known of their cores, a Raspberry Pi 4 or a phone of some years is five to eight times slower: two seconds
/// or so. It was not measured on one.
pub(in crate::http) const BITS: u32 = 16;
/// Parts, each with a nonce of its own: with one part of 19 bits, one browser in twenty would take thrice as long as the
/// others, by bad luck alone.
pub(in crate::http) const PARTS: u32 = 8;
/// The most bytes of written work that are read: ten digits and a space for each part.
const MAX_BYTES: usize = 11 * PARTS as usize;

/// Whether the work is done for this check: a nonce for each part in turn, in decimal, with a space between them.
pub(super) fn is_done(id: &[u8; 16], work: &str) -> bool {
    if work.len() > MAX_BYTES {
        return false;
    }
    let nonces: Option<Vec<u32>> = work.split(' ').map(|nonce| nonce.parse().ok()).collect();
    let is_all = |nonces: Vec<u32>| {
        nonces.len() == PARTS as usize
            && (0..).zip(nonces).all(|(part, nonce)| zeros(id, part, nonce) >= BITS)
    };
    nonces.is_some_and(is_all)
}

/// Bits of zero at the beginning of SHA-256 (FIPS 180-4) of the check's 16 bytes, the part and the nonce, 4 bytes each.
fn zeros(id: &[u8; 16], part: u32, nonce: u32) -> u32 {
    let digest = Sha256::new()
        .chain_update(id)
        .chain_update(part.to_be_bytes())
        .chain_update(nonce.to_be_bytes())
        .finalize();
    let first = digest.first_chunk().expect("SHA-256 has 32 bytes");
    u32::from_be_bytes(*first).leading_zeros()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The name of a check, and its work as `check-work.js` did it.
    pub(in crate::http::talk::check) const ID: [u8; 16] = [7; 16];
    pub(in crate::http::talk::check) const WORK: &str = "2246 3825 97487 57765 6101 6991 36321 120940";

    #[test]
    fn only_all_of_the_work_is_done() {
        assert!(is_done(&ID, WORK));
        assert!(!is_done(&[8; 16], WORK));
        let (_, less) = WORK.split_once(' ').unwrap();
        let swapped = WORK.split(' ').rev().collect::<Vec<_>>().join(" ");
        let last = WORK.rsplit(' ').next().unwrap();
        let more = format!("{WORK} {last}");
        for wrong in ["", " ", "0 0 0 0 0 0 0 0", less, &swapped, &more, &WORK.replace(' ', "  "), "-1", "x"]
        {
            assert!(!is_done(&ID, wrong), "{wrong}");
        }
        assert!(!is_done(&ID, &"9".repeat(1 << 20)));
    }
}
